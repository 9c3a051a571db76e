package party

import (
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Seller is a user or team of the host's that owns records and is on sales
// teams. Its id is the host's.
type Seller struct {
	ID record.SellerID `json:"id"`
	record.Head
	SellerFields
	Status SellerStatus `json:"status"`
}

// SellerFields are the fields of a seller that people edit.
type SellerFields struct {
	Kind      SellerKind       `json:"kind"` // user unless given
	Name      string           `json:"name" max:"160" need:"true"`
	ManagerID record.SellerID  `json:"manager_id,omitzero" d365:"parentsystemuserid"` // above the seller in forecasts and goals
	Territory uuid.UUID        `json:"territory,omitzero"`                            // the host's
	Currency  money.Currency   `json:"default_currency,omitzero"`                     // of new records that nothing else gives a currency
	Capacity  value.Opt[int32] `json:"capacity,omitzero" range:"0..1e6"`              // records it works on at once; unset: unlimited
}

// SellerKind tells a person from a team.
type SellerKind = value.Choice[sellerKindSet]

// The kinds of sellers.
const (
	SellerKindUser SellerKind = iota + 1
	SellerKindTeam
)

type sellerKindSet struct{}

func (sellerKindSet) Table() (string, []value.Option) { return "seller_kind", sellerKindTable }

var sellerKindTable = value.Options(
	value.Option{Key: "user", Label: "User", Code: 1},
	value.Option{Key: "team", Label: "Team", Code: 2},
)

// SellerStatus is the status of a seller; its State is active or inactive.
type SellerStatus = value.Choice[sellerStatusSet]

// The statuses of a seller.
const (
	SellerStatusActive SellerStatus = iota + 1
	SellerStatusInactive
)

type sellerStatusSet struct{}

func (sellerStatusSet) Table() (string, []value.Option) { return "seller_status", ActiveTable }

// SellerFacts are what decisions about a seller depend on besides seller and
// command. Nothing in the zero value stands in the way.
type SellerFacts struct {
	record.Stamp
	BaseCurrency money.Currency    // the organisation's
	Managers     []record.SellerID // above the manager that the command chooses
	InUse        []record.Ref      // records that refer to the seller or that it owns
}

// closesCycle reports whether the manager would make the seller one above its own.
func (f *SellerFacts) closesCycle(id, manager record.SellerID) bool {
	return !manager.IsZero() && (manager == id || slices.Contains(f.Managers, id))
}

// tooDeep reports whether the manager has too many above.
func (f *SellerFacts) tooDeep() bool { return len(f.Managers) >= MaxParents }

type (
	sellerRule  = flow.Rule[*Seller, *SellerFacts, SellerStatus]
	sellerGuard = flow.Guard[*Seller, *SellerFacts]
)

var sellerFlow = flow.New(
	kinds.Seller,
	func(s *Seller) record.Ref { return s.Ref() },
	func(s *Seller) SellerStatus { return s.Status },
	[]sellerRule{
		{Do: actions.SellerEdit, From: flow.In(SellerStatusActive), To: flow.In(SellerStatusActive)},
		{Do: actions.SellerDeactivate, From: flow.In(SellerStatusActive), To: flow.In(SellerStatusInactive)},
		{Do: actions.SellerActivate, From: flow.In(SellerStatusInactive), To: flow.In(SellerStatusActive)},
		{Do: actions.SellerDelete, From: value.Values[SellerStatus](), Deletes: true, Needs: flow.Needs(sellerNotInUse)},
	},
	[]flow.Refuse[SellerStatus]{
		{Do: flow.Do(actions.SellerEdit), From: flow.In(SellerStatusInactive), Code: codes.ErrInactive},
	},
)

// SellerFlow is the table behind Seller.
func SellerFlow() *flow.Flow[*Seller, *SellerFacts, SellerStatus] { return sellerFlow }

var sellerNotInUse = sellerGuard{
	Code: codes.ErrInUse, Text: "no record refers to the seller",
	Holds:  func(_ *Seller, f *SellerFacts) bool { return len(f.InUse) == 0 },
	Detail: func(_ *Seller, f *SellerFacts) []record.Reason { return flow.InUse(f.InUse) },
}

// RecordKind tells the kind of record.
func (*Seller) RecordKind() kinds.Kind { return kinds.Seller }

// Ref names the record with its kind.
func (s *Seller) Ref() record.Ref { return s.ID.Ref() }

// StatusKey is the key of the status.
func (s *Seller) StatusKey() string { return s.Status.String() }

// Clone returns a deep copy.
func (s Seller) Clone() Seller {
	s.Head.Detach()
	return s
}

// MarshalJSON writes the published JSON form.
func (s Seller) MarshalJSON() ([]byte, error) {
	type plain Seller
	return record.Encode((*plain)(&s))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (s *Seller) UnmarshalJSON(body []byte) error {
	type plain Seller
	return record.Decode(body, (*plain)(s))
}

// CreateSeller is the command behind NewSeller.
type CreateSeller struct {
	ID record.SellerID `json:"id,omitzero"` // of the host's user or team
	record.Origin
	Fields SellerFields `json:"fields"`
}

// NewSeller creates an active seller. Codes: ErrMissingField (name),
// ErrTooLong, ErrOutOfRange (also beyond [MaxParents] managers), ErrInvalid,
// ErrParentCycle.
func NewSeller(cmd CreateSeller, f SellerFacts) (record.Change[Seller], error) {
	s := Seller{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), SellerFields: cmd.Fields.WithDefaults(),
		Status: SellerStatusActive,
	}
	var reasons []record.Reason
	if f.closesCycle(s.ID, s.ManagerID) {
		reasons = append(reasons, record.ReasonFor(codes.ErrParentCycle, managerField))
	}
	if f.tooDeep() {
		reasons = append(reasons, tooDeepReason(managerField))
	}
	if err := flow.RefuseBirth(actions.SellerCreate, cmd.ID, &cmd, s.Head.Currency, reasons...); err != nil {
		return record.Change[Seller]{}, err
	}
	return record.Change[Seller]{Record: s, Events: []record.Event{record.BornEvent(&s, actions.SellerCreate, f.Stamp, nil)}}, nil
}

// WithDefaults fills in what is not given.
func (s SellerFields) WithDefaults() SellerFields {
	if s.Kind == 0 {
		s.Kind = SellerKindUser
	}
	return s
}

// EditSeller replaces the editable fields; custom values given are set, a JSON
// null removes one.
type EditSeller struct {
	Fields SellerFields  `json:"fields"`
	Custom record.Custom `json:"custom,omitzero"`
}

const managerField = "fields.manager_id"

type editSellerCheck = flow.Check[*Seller, *EditSeller, *SellerFacts]

var editSeller = flow.Decide(
	sellerFlow, actions.SellerEdit,
	editSellerCheck{
		Code: codes.ErrOutOfRange, Text: "a newly chosen manager has less than 100 managers above",
		Holds: func(s *Seller, c *EditSeller, f *SellerFacts) bool {
			return c.Fields.ManagerID == s.ManagerID || !f.tooDeep()
		},
		Detail: func(*Seller, *EditSeller, *SellerFacts) []record.Reason {
			return []record.Reason{tooDeepReason(managerField)}
		},
	},
	editSellerCheck{
		Code: codes.ErrParentCycle, Text: "the seller is not above the manager", Field: managerField,
		Holds: func(s *Seller, c *EditSeller, f *SellerFacts) bool { return !f.closesCycle(s.ID, c.Fields.ManagerID) },
	},
)

// Edit changes fields of an active seller; equal values change nothing. Codes:
// ErrInactive and those of NewSeller.
func (s Seller) Edit(cmd EditSeller, f SellerFacts) (record.Change[Seller], error) {
	if err := editSeller.Why(&s, &cmd, &f, s.Head.Currency); err != nil {
		return record.Change[Seller]{}, err
	}
	fields := cmd.Fields.WithDefaults()
	if !Edits(s.SellerFields, fields, s.Custom, cmd.Custom) {
		return record.Change[Seller]{Record: s}, nil
	}
	s.SellerFields = fields
	s.Custom = s.Custom.Edited(cmd.Custom)
	return record.Changed(&s, actions.SellerEdit, f.Stamp, nil), nil
}

var deactivateSeller = flow.Decide[*Deactivate](sellerFlow, actions.SellerDeactivate)

// Deactivate puts an active seller out of use: it receives no more records and
// joins no more sales teams, and keeps those it has. Code:
// ErrInvalidTransition.
func (s Seller) Deactivate(cmd Deactivate, f SellerFacts) (record.Change[Seller], error) {
	if err := deactivateSeller.Why(&s, &cmd, &f, s.Head.Currency); err != nil {
		return record.Change[Seller]{}, err
	}
	return record.Moved(&s, &s.Status, SellerStatusInactive, actions.SellerDeactivate, f.Stamp, nil), nil
}

var activateSeller = flow.Decide[*Activate](sellerFlow, actions.SellerActivate)

// Activate brings an inactive seller back into use. Code: ErrInvalidTransition.
func (s Seller) Activate(cmd Activate, f SellerFacts) (record.Change[Seller], error) {
	if err := activateSeller.Why(&s, &cmd, &f, s.Head.Currency); err != nil {
		return record.Change[Seller]{}, err
	}
	return record.Moved(&s, &s.Status, SellerStatusActive, actions.SellerActivate, f.Stamp, nil), nil
}

var deleteSeller = flow.Decide[*record.DeleteRecord](sellerFlow, actions.SellerDelete)

// Delete removes the seller, the host's user or team apart. Code: ErrInUse.
func (s Seller) Delete(cmd record.DeleteRecord, f SellerFacts) (record.Change[Seller], error) {
	if err := deleteSeller.Why(&s, &cmd, &f, s.Head.Currency); err != nil {
		return record.Change[Seller]{}, err
	}
	return record.Change[Seller]{Record: s, Events: []record.Event{record.DeletedEvent(&s, actions.SellerDelete, f.Stamp, nil)}}, nil
}
