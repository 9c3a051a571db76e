package catalog

import (
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// DiscountListFacts are what decisions about a discount list depend on besides list and
// command. Nothing in the zero value stands in the way.
type DiscountListFacts struct {
	record.Stamp
	BaseCurrency money.Currency // the organisation's
	InUse        []record.Ref   // records that refer to the list, apart from those that go with it
}

type (
	discountListRule  = flow.Rule[*DiscountList, *DiscountListFacts, DiscountListStatus]
	discountListGuard = flow.Guard[*DiscountList, *DiscountListFacts]
)

var discountListFlow = flow.New(
	kinds.DiscountList,
	func(d *DiscountList) record.Ref { return d.Ref() },
	func(d *DiscountList) DiscountListStatus { return d.Status },
	[]discountListRule{
		{Do: actions.DiscountListEdit, From: flow.In(DiscountListStatusActive), To: flow.In(DiscountListStatusActive)},
		{Do: actions.DiscountListDeactivate, From: flow.In(DiscountListStatusActive), To: flow.In(DiscountListStatusInactive)},
		{Do: actions.DiscountListActivate, From: flow.In(DiscountListStatusInactive), To: flow.In(DiscountListStatusActive)},
		{Do: actions.DiscountListDelete, From: value.Values[DiscountListStatus](), Deletes: true, Needs: flow.Needs(discountListNotInUse)},
	},
	[]flow.Refuse[DiscountListStatus]{
		{Do: flow.Do(actions.DiscountListEdit), From: flow.In(DiscountListStatusInactive), Code: codes.ErrInactive},
	},
)

// DiscountListFlow is the table behind DiscountList.
func DiscountListFlow() *flow.Flow[*DiscountList, *DiscountListFacts, DiscountListStatus] {
	return discountListFlow
}

var discountListNotInUse = discountListGuard{
	Code: codes.ErrInUse, Text: "no record refers to the list",
	Holds:  func(_ *DiscountList, f *DiscountListFacts) bool { return len(f.InUse) == 0 },
	Detail: func(_ *DiscountList, f *DiscountListFacts) []record.Reason { return flow.InUse(f.InUse) },
}

// CreateDiscountList is the command behind NewDiscountList.
type CreateDiscountList struct {
	ID record.DiscountListID `json:"id,omitzero"`
	record.Origin
	Type   DiscountType       `json:"type"`
	Fields DiscountListFields `json:"fields"`
}

// NewDiscountList creates an active discount list. Codes: ErrMissingField
// (name, type, what a tier takes off; currency of amounts), ErrOutOfRange,
// ErrTierOverlap, ErrInvalid for a tier of the other type.
func NewDiscountList(cmd CreateDiscountList, f DiscountListFacts) (record.Change[DiscountList], error) {
	d := DiscountList{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), DiscountListFields: cmd.Fields, Status: DiscountListStatusActive,
		Type: cmd.Type,
	}
	if err := flow.RefuseBirth(actions.DiscountListCreate, cmd.ID, &cmd, d.Currency, d.faults("fields.")...); err != nil {
		return record.Change[DiscountList]{}, err
	}
	return record.Change[DiscountList]{Record: d, Events: []record.Event{record.BornEvent(&d, actions.DiscountListCreate, f.Stamp, nil)}}, nil
}

// faults lists what no single field shows.
func (d *DiscountList) faults(path string) (reasons []record.Reason) {
	if d.Type == 0 {
		reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: "type", Message: codes.ErrMissingField.Info().Text})
	}
	if d.Type == DiscountAmount && d.Currency.IsZero() {
		reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: "currency", Message: "amounts need a currency"})
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
	Custom record.Custom      `json:"custom,omitzero"`
}

var editDiscountList = flow.Decide(
	discountListFlow, actions.DiscountListEdit,
	flow.Faultless(codes.ErrTierOverlap, "the tiers are sound, and no two of them share a quantity", (*DiscountList).editFaults),
)

func (d DiscountList) editFaults(cmd *EditDiscountList, _ *DiscountListFacts) []record.Reason {
	d.DiscountListFields = cmd.Fields
	return d.faults("fields.")
}

// Edit changes fields of an active discount list; equal values change nothing. Codes:
// ErrInactive and those of NewDiscountList.
func (d DiscountList) Edit(cmd EditDiscountList, f DiscountListFacts) (record.Change[DiscountList], error) {
	if err := editDiscountList.Why(&d, &cmd, &f, d.Currency); err != nil {
		return record.Change[DiscountList]{}, err
	}
	if !party.Edits(d.DiscountListFields, cmd.Fields, d.Custom, cmd.Custom) {
		return record.Change[DiscountList]{Record: d}, nil
	}
	d.DiscountListFields = cmd.Fields
	d.Custom = d.Custom.Edited(cmd.Custom)
	return record.Changed(&d, actions.DiscountListEdit, f.Stamp, nil), nil
}

var deactivateDiscountList = flow.Decide[*party.Deactivate](discountListFlow, actions.DiscountListDeactivate)

// Deactivate puts the list out of use: it is not chosen any
// more, and where it is chosen already it still gives its discount. Code:
// ErrInvalidTransition.
func (d DiscountList) Deactivate(cmd party.Deactivate, f DiscountListFacts) (record.Change[DiscountList], error) {
	if err := deactivateDiscountList.Why(&d, &cmd, &f, d.Currency); err != nil {
		return record.Change[DiscountList]{}, err
	}
	return record.Moved(&d, &d.Status, DiscountListStatusInactive, actions.DiscountListDeactivate, f.Stamp, nil), nil
}

var activateDiscountList = flow.Decide[*party.Activate](discountListFlow, actions.DiscountListActivate)

// Activate brings the list back into use. Code: ErrInvalidTransition.
func (d DiscountList) Activate(cmd party.Activate, f DiscountListFacts) (record.Change[DiscountList], error) {
	if err := activateDiscountList.Why(&d, &cmd, &f, d.Currency); err != nil {
		return record.Change[DiscountList]{}, err
	}
	return record.Moved(&d, &d.Status, DiscountListStatusActive, actions.DiscountListActivate, f.Stamp, nil), nil
}

var deleteDiscountList = flow.Decide[*record.DeleteRecord](discountListFlow, actions.DiscountListDelete)

// Delete removes the list. Code: ErrInUse.
func (d DiscountList) Delete(cmd record.DeleteRecord, f DiscountListFacts) (record.Change[DiscountList], error) {
	if err := deleteDiscountList.Why(&d, &cmd, &f, d.Currency); err != nil {
		return record.Change[DiscountList]{}, err
	}
	return record.Change[DiscountList]{Record: d, Events: []record.Event{record.DeletedEvent(&d, actions.DiscountListDelete, f.Stamp, nil)}}, nil
}
