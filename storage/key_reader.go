package storage

import "context"

// KeyReader is a reader that looks a key up without the detour of a query. It is
// optional: what it finds, Find would.
type KeyReader interface {
	// ByKey appends the records of a kind that have the key, in the order of Find.
	// Where so many may have it that they should be read page by page, ok is false
	// and nothing is appended. A key that no record could have finds none.
	ByKey(ctx context.Context, to []*Record, kind string, key Key) (_ []*Record, ok bool, err error)
}
