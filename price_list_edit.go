package leadtocash

import (
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// PriceListFacts are what decisions about a price list depend on besides list and
// command. Nothing in the zero value stands in the way.
type PriceListFacts struct {
	Stamp
	BaseCurrency money.Currency // the organisation's
	InUse        []Ref          // records that refer to the list, apart from those that go with it
}

type (
	priceListRule  = Rule[*PriceList, *PriceListFacts, PriceListStatus]
	priceListGuard = Guard[*PriceList, *PriceListFacts]
)

var priceListFlow = New(
	kinds.PriceList,
	func(l *PriceList) Ref { return l.Ref() },
	func(l *PriceList) PriceListStatus { return l.Status },
	[]priceListRule{
		{Do: actions.PriceListEdit, From: In(PriceListStatusActive), To: In(PriceListStatusActive)},
		{Do: actions.PriceListDeactivate, From: In(PriceListStatusActive), To: In(PriceListStatusInactive)},
		{Do: actions.PriceListActivate, From: In(PriceListStatusInactive), To: In(PriceListStatusActive)},
		{Do: actions.PriceListDelete, From: value.Values[PriceListStatus](), Deletes: true, Needs: Needs(priceListNotInUse)},
	},
	[]Refuse[PriceListStatus]{
		{Do(actions.PriceListEdit), In(PriceListStatusInactive), codes.ErrInactive},
	},
)

// PriceListFlow is the table behind PriceList.
func PriceListFlow() *Flow[*PriceList, *PriceListFacts, PriceListStatus] { return priceListFlow }

var priceListNotInUse = priceListGuard{
	Code: codes.ErrInUse, Text: "no record refers to the list",
	Holds:  func(_ *PriceList, f *PriceListFacts) bool { return len(f.InUse) == 0 },
	detail: func(_ *PriceList, f *PriceListFacts) []Reason { return InUse(f.InUse) },
}

// CreatePriceList is the command behind NewPriceList.
type CreatePriceList struct {
	ID PriceListID `json:"id,omitzero"`
	Birth
	Fields PriceListFields `json:"fields"`
}

// NewPriceList creates an active price list. Codes: ErrMissingField
// (name, currency), ErrInvalid for an end before the begin.
func NewPriceList(cmd CreatePriceList, f PriceListFacts) (Change[PriceList], error) {
	l := PriceList{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), PriceListFields: cmd.Fields, Status: PriceListStatusActive,
	}
	if err := RefuseBirth(actions.PriceListCreate, cmd.ID, &cmd, l.Currency, l.faults("fields.")...); err != nil {
		return Change[PriceList]{}, err
	}
	return Change[PriceList]{l, []Event{BornEvent(&l, actions.PriceListCreate, f.Stamp, nil)}}, nil
}

// faults lists what no single field shows.
func (l *PriceList) faults(path string) (reasons []Reason) {
	if l.Currency.IsZero() {
		reasons = append(reasons, Reason{Code: codes.ErrMissingField, Field: "currency", Message: "a price list needs a currency"})
	}
	if !l.EndDate.IsZero() && l.EndDate.Before(l.BeginDate) {
		reasons = append(reasons, Reason{Code: codes.ErrInvalid, Field: path + "end_date", Message: "lies before begin_date"})
	}
	return reasons
}

// EditPriceList replaces the editable fields; custom values given are set, a JSON
// null removes one.
type EditPriceList struct {
	Fields PriceListFields `json:"fields"`
	Custom Custom          `json:"custom,omitzero"`
}

var editPriceList = Decide(
	priceListFlow, actions.PriceListEdit,
	Faultless(codes.ErrInvalid, "the dates are in order", (*PriceList).editFaults),
)

func (l PriceList) editFaults(cmd *EditPriceList, _ *PriceListFacts) []Reason {
	l.PriceListFields = cmd.Fields
	return l.faults("fields.")
}

// Edit changes fields of an active price list; equal values change nothing. Codes:
// ErrInactive and those of NewPriceList.
func (l PriceList) Edit(cmd EditPriceList, f PriceListFacts) (Change[PriceList], error) {
	if err := editPriceList.Why(&l, &cmd, &f, l.Currency); err != nil {
		return Change[PriceList]{}, err
	}
	if !edits(l.PriceListFields, cmd.Fields, l.Custom, cmd.Custom) {
		return Change[PriceList]{Record: l}, nil
	}
	l.PriceListFields = cmd.Fields
	l.Custom = l.Custom.Edited(cmd.Custom)
	return Changed(&l, actions.PriceListEdit, f.Stamp, nil), nil
}

var deactivatePriceList = Decide[*Deactivate](priceListFlow, actions.PriceListDeactivate)

// Deactivate puts the list out of use: its catalogue lines have
// a pricing error when they are calculated again. Code: ErrInvalidTransition.
func (l PriceList) Deactivate(cmd Deactivate, f PriceListFacts) (Change[PriceList], error) {
	if err := deactivatePriceList.Why(&l, &cmd, &f, l.Currency); err != nil {
		return Change[PriceList]{}, err
	}
	return Moved(&l, &l.Status, PriceListStatusInactive, actions.PriceListDeactivate, f.Stamp, nil), nil
}

var activatePriceList = Decide[*Activate](priceListFlow, actions.PriceListActivate)

// Activate brings the list back into use. Code: ErrInvalidTransition.
func (l PriceList) Activate(cmd Activate, f PriceListFacts) (Change[PriceList], error) {
	if err := activatePriceList.Why(&l, &cmd, &f, l.Currency); err != nil {
		return Change[PriceList]{}, err
	}
	return Moved(&l, &l.Status, PriceListStatusActive, actions.PriceListActivate, f.Stamp, nil), nil
}

var deletePriceList = Decide[*DeleteRecord](priceListFlow, actions.PriceListDelete)

// Delete removes the list. Code: ErrInUse.
func (l PriceList) Delete(cmd DeleteRecord, f PriceListFacts) (Change[PriceList], error) {
	if err := deletePriceList.Why(&l, &cmd, &f, l.Currency); err != nil {
		return Change[PriceList]{}, err
	}
	return Change[PriceList]{l, []Event{DeletedEvent(&l, actions.PriceListDelete, f.Stamp, nil)}}, nil
}
