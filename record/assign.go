package record

import (
	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/value"
)

// Assign gives a record another owner.
type Assign struct {
	Owner uuid.UUID `json:"owner" need:"true"`
	// Cascade says which records go along with an account. ErrInvalid on others.
	Cascade Cascade `json:"cascade,omitzero"`
}

// Cascade says which records of an account get the new owner with it: out of its
// contacts, opportunities and quotes, the accounts below it and all of theirs.
type Cascade = value.Choice[cascadeSet]

// The ways.
const (
	CascadeNone      Cascade = iota + 1 // the default
	CascadeAll                          // all of them, orders and invoices too
	CascadeOpen                         // active contacts and accounts, open opportunities, draft and active quotes
	CascadeSameOwner                    // those that belong to the account's owner
)

type cascadeSet struct{}

func (cascadeSet) Table() (string, []value.Option) { return "cascade", cascadeTable }

var cascadeTable = value.Options(
	value.Option{Key: "none", Label: "None", Code: 200000001},
	value.Option{Key: "all", Label: "All", Code: 200000002},
	value.Option{Key: "open", Label: "Open", Code: 200000003},
	value.Option{Key: "same_owner", Label: "Same Owner", Code: 200000004},
)
