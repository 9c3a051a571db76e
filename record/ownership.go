package record

import "github.com/leadtocash/leadtocash/value"

// Ownership says whose a record is that an action makes of another one.
type Ownership = value.Choice[ownershipSet]

// The ways. Whoever acts, he is the one who created the record.
const (
	// OwnershipParent, the default: it belongs to the owner of the record that it
	// is made of; without one, to who acts.
	OwnershipParent Ownership = iota + 1
	// OwnershipActor: it belongs to who acts.
	OwnershipActor
)

type ownershipSet struct{}

func (ownershipSet) Table() (string, []value.Option) { return "made_record_ownership", ownershipTable }

var ownershipTable = value.Options(
	value.Option{Key: "parent", Label: "Owner of the Source", Code: 200000001},
	value.Option{Key: "actor", Label: "Who Acts", Code: 200000002},
)
