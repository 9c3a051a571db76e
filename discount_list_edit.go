package leadtocash

import (
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// DiscountListFacts are what decisions about a discount list depend on besides list and
// command. Nothing in the zero value stands in the way.
type DiscountListFacts struct {
	Stamp
	BaseCurrency money.Currency // the organisation's
	InUse        []Ref          // records that refer to the list, apart from those that go with it
}

type (
	discountListRule  = rule[*DiscountList, *DiscountListFacts, DiscountListStatus]
	discountListGuard = guard[*DiscountList, *DiscountListFacts]
)

var discountListFlow = newFlow(
	kinds.DiscountList,
	func(d *DiscountList) Ref { return d.ref() },
	func(d *DiscountList) DiscountListStatus { return d.Status },
	[]discountListRule{
		{do: actions.DiscountListEdit, from: in(DiscountListStatusActive), to: in(DiscountListStatusActive)},
		{do: actions.DiscountListDeactivate, from: in(DiscountListStatusActive), to: in(DiscountListStatusInactive)},
		{do: actions.DiscountListActivate, from: in(DiscountListStatusInactive), to: in(DiscountListStatusActive)},
		{do: actions.DiscountListDelete, from: value.Values[DiscountListStatus](), deletes: true, needs: needs(discountListNotInUse)},
	},
	[]refuse[DiscountListStatus]{
		{do(actions.DiscountListEdit), in(DiscountListStatusInactive), codes.ErrInactive},
	},
)

// DiscountListFlow is the table behind DiscountList.
func DiscountListFlow() *Flow[*DiscountList, *DiscountListFacts, DiscountListStatus] {
	return discountListFlow
}

var discountListNotInUse = discountListGuard{
	code: codes.ErrInUse, text: "no record refers to the list",
	holds:  func(_ *DiscountList, f *DiscountListFacts) bool { return len(f.InUse) == 0 },
	detail: func(_ *DiscountList, f *DiscountListFacts) []Reason { return inUse(f.InUse) },
}

// CreateDiscountList is the command behind NewDiscountList.
type CreateDiscountList struct {
	ID DiscountListID `json:"id,omitzero"`
	Birth
	Type   DiscountType       `json:"type"`
	Fields DiscountListFields `json:"fields"`
}

// NewDiscountList creates an active discount list. Codes: ErrMissingField
// (name, type, what a tier takes off; currency of amounts), ErrOutOfRange,
// ErrTierOverlap, ErrInvalid for a tier of the other type.
func NewDiscountList(cmd CreateDiscountList, f DiscountListFacts) (Change[DiscountList], error) {
	d := DiscountList{
		ID: cmd.ID, Head: cmd.head(f.Stamp, f.BaseCurrency), DiscountListFields: cmd.Fields, Status: DiscountListStatusActive,
		Type: cmd.Type,
	}
	if err := refuseBirth(actions.DiscountListCreate, cmd.ID, &cmd, d.Currency, d.faults("fields.")...); err != nil {
		return Change[DiscountList]{}, err
	}
	return Change[DiscountList]{d, []Event{bornEvent(&d, actions.DiscountListCreate, f.Stamp, nil)}}, nil
}

// faults lists what no single field shows.
func (d *DiscountList) faults(path string) (reasons []Reason) {
	if d.Type == 0 {
		reasons = append(reasons, Reason{Code: codes.ErrMissingField, Field: "type", Message: codes.ErrMissingField.Info().Text})
	}
	if d.Type == DiscountAmount && d.Currency.IsZero() {
		reasons = append(reasons, Reason{Code: codes.ErrMissingField, Field: "currency", Message: "amounts need a currency"})
	}
	for _, r := range d.tierFaults() {
		r.Field = path + r.Field
		reasons = append(reasons, r)
	}
	return reasons
}

// EditDiscountList replaces the editable fields; custom values given are set, a JSON
// null removes one.
type EditDiscountList struct {
	Fields DiscountListFields `json:"fields"`
	Custom Custom             `json:"custom,omitzero"`
}

var editDiscountList = decide(
	discountListFlow, actions.DiscountListEdit,
	faultless(codes.ErrTierOverlap, "the tiers are sound, and no two of them share a quantity", (*DiscountList).editFaults),
)

func (d DiscountList) editFaults(cmd *EditDiscountList, _ *DiscountListFacts) []Reason {
	d.DiscountListFields = cmd.Fields
	return d.faults("fields.")
}

// Edit changes fields of an active discount list; equal values change nothing. Codes:
// ErrInactive and those of NewDiscountList.
func (d DiscountList) Edit(cmd EditDiscountList, f DiscountListFacts) (Change[DiscountList], error) {
	if err := editDiscountList.why(&d, &cmd, &f, d.Currency); err != nil {
		return Change[DiscountList]{}, err
	}
	if !edits(d.DiscountListFields, cmd.Fields, d.Custom, cmd.Custom) {
		return Change[DiscountList]{Record: d}, nil
	}
	d.DiscountListFields = cmd.Fields
	d.Custom = d.Custom.edited(cmd.Custom)
	return changed(&d, actions.DiscountListEdit, f.Stamp, nil), nil
}

var deactivateDiscountList = decide[*Deactivate](discountListFlow, actions.DiscountListDeactivate)

// Deactivate puts the list out of use: it is not chosen any
// more, and where it is chosen already it still gives its discount. Code:
// ErrInvalidTransition.
func (d DiscountList) Deactivate(cmd Deactivate, f DiscountListFacts) (Change[DiscountList], error) {
	if err := deactivateDiscountList.why(&d, &cmd, &f, d.Currency); err != nil {
		return Change[DiscountList]{}, err
	}
	return moved(&d, &d.Status, DiscountListStatusInactive, actions.DiscountListDeactivate, f.Stamp, nil), nil
}

var activateDiscountList = decide[*Activate](discountListFlow, actions.DiscountListActivate)

// Activate brings the list back into use. Code: ErrInvalidTransition.
func (d DiscountList) Activate(cmd Activate, f DiscountListFacts) (Change[DiscountList], error) {
	if err := activateDiscountList.why(&d, &cmd, &f, d.Currency); err != nil {
		return Change[DiscountList]{}, err
	}
	return moved(&d, &d.Status, DiscountListStatusActive, actions.DiscountListActivate, f.Stamp, nil), nil
}

var deleteDiscountList = decide[*DeleteRecord](discountListFlow, actions.DiscountListDelete)

// Delete removes the list. Code: ErrInUse.
func (d DiscountList) Delete(cmd DeleteRecord, f DiscountListFacts) (Change[DiscountList], error) {
	if err := deleteDiscountList.why(&d, &cmd, &f, d.Currency); err != nil {
		return Change[DiscountList]{}, err
	}
	return Change[DiscountList]{d, []Event{deletedEvent(&d, actions.DiscountListDelete, f.Stamp, nil)}}, nil
}
