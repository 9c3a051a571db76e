package sqlkit

import (
	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/storage"
)

// Written is a version that a committed transaction has stored and that the feed
// has not numbered.
type Written struct {
	Tx      uuid.UUID
	Ref     storage.Ref
	Version int64
}

// Sequence returns each transaction once, in the order in which they first appear,
// except that none comes before one that stored an earlier version of a record of
// its own. Transactions that are serializable have such an order.
func Sequence(written []Written) []uuid.UUID {
	type version struct {
		ref    storage.Ref
		number int64
	}
	by := make(map[version]uuid.UUID, len(written))
	of := make(map[uuid.UUID][]version)
	for _, w := range written {
		by[version{w.Ref, w.Version}] = w.Tx
		of[w.Tx] = append(of[w.Tx], version{w.Ref, w.Version})
	}
	order := make([]uuid.UUID, 0, len(of))
	visited := make(map[uuid.UUID]bool, len(of))
	var visit func(uuid.UUID)
	visit = func(tx uuid.UUID) {
		if visited[tx] {
			return
		}
		visited[tx] = true
		for _, v := range of[tx] {
			if before, ok := by[version{v.ref, v.number - 1}]; ok {
				visit(before)
			}
		}
		order = append(order, tx)
	}
	for _, w := range written {
		visit(w.Tx)
	}
	return order
}
