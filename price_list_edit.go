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
	priceListRule  = rule[*PriceList, *PriceListFacts, PriceListStatus]
	priceListGuard = guard[*PriceList, *PriceListFacts]
)

var priceListFlow = newFlow(
	kinds.PriceList,
	func(l *PriceList) Ref { return l.ref() },
	func(l *PriceList) PriceListStatus { return l.Status },
	[]priceListRule{
		{do: actions.PriceListEdit, from: in(PriceListStatusActive), to: in(PriceListStatusActive)},
		{do: actions.PriceListDeactivate, from: in(PriceListStatusActive), to: in(PriceListStatusInactive)},
		{do: actions.PriceListActivate, from: in(PriceListStatusInactive), to: in(PriceListStatusActive)},
		{do: actions.PriceListDelete, from: value.Values[PriceListStatus](), deletes: true, needs: needs(priceListNotInUse)},
	},
	[]refuse[PriceListStatus]{
		{do(actions.PriceListEdit), in(PriceListStatusInactive), codes.ErrInactive},
	},
)

// PriceListFlow is the table behind PriceList.
func PriceListFlow() *Flow[*PriceList, *PriceListFacts, PriceListStatus] { return priceListFlow }

var priceListNotInUse = priceListGuard{
	code: codes.ErrInUse, text: "no record refers to the list",
	holds:  func(_ *PriceList, f *PriceListFacts) bool { return len(f.InUse) == 0 },
	detail: func(_ *PriceList, f *PriceListFacts) []Reason { return inUse(f.InUse) },
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
		ID: cmd.ID, Head: cmd.head(f.Stamp, f.BaseCurrency), PriceListFields: cmd.Fields, Status: PriceListStatusActive,
	}
	if err := refuseBirth(actions.PriceListCreate, cmd.ID, &cmd, l.Currency, l.faults("fields.")...); err != nil {
		return Change[PriceList]{}, err
	}
	return Change[PriceList]{l, []Event{bornEvent(&l, actions.PriceListCreate, f.Stamp, nil)}}, nil
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

var editPriceList = decide(
	priceListFlow, actions.PriceListEdit,
	faultless(codes.ErrInvalid, "the dates are in order", (*PriceList).editFaults),
)

func (l PriceList) editFaults(cmd *EditPriceList, _ *PriceListFacts) []Reason {
	l.PriceListFields = cmd.Fields
	return l.faults("fields.")
}

// Edit changes fields of an active price list; equal values change nothing. Codes:
// ErrInactive and those of NewPriceList.
func (l PriceList) Edit(cmd EditPriceList, f PriceListFacts) (Change[PriceList], error) {
	if err := editPriceList.why(&l, &cmd, &f, l.Currency); err != nil {
		return Change[PriceList]{}, err
	}
	if !edits(l.PriceListFields, cmd.Fields, l.Custom, cmd.Custom) {
		return Change[PriceList]{Record: l}, nil
	}
	l.PriceListFields = cmd.Fields
	l.Custom = l.Custom.edited(cmd.Custom)
	return changed(&l, actions.PriceListEdit, f.Stamp, nil), nil
}

var deactivatePriceList = decide[*Deactivate](priceListFlow, actions.PriceListDeactivate)

// Deactivate puts the list out of use: its catalogue lines have
// a pricing error when they are calculated again. Code: ErrInvalidTransition.
func (l PriceList) Deactivate(cmd Deactivate, f PriceListFacts) (Change[PriceList], error) {
	if err := deactivatePriceList.why(&l, &cmd, &f, l.Currency); err != nil {
		return Change[PriceList]{}, err
	}
	return moved(&l, &l.Status, PriceListStatusInactive, actions.PriceListDeactivate, f.Stamp, nil), nil
}

var activatePriceList = decide[*Activate](priceListFlow, actions.PriceListActivate)

// Activate brings the list back into use. Code: ErrInvalidTransition.
func (l PriceList) Activate(cmd Activate, f PriceListFacts) (Change[PriceList], error) {
	if err := activatePriceList.why(&l, &cmd, &f, l.Currency); err != nil {
		return Change[PriceList]{}, err
	}
	return moved(&l, &l.Status, PriceListStatusActive, actions.PriceListActivate, f.Stamp, nil), nil
}

var deletePriceList = decide[*DeleteRecord](priceListFlow, actions.PriceListDelete)

// Delete removes the list. Code: ErrInUse.
func (l PriceList) Delete(cmd DeleteRecord, f PriceListFacts) (Change[PriceList], error) {
	if err := deletePriceList.why(&l, &cmd, &f, l.Currency); err != nil {
		return Change[PriceList]{}, err
	}
	return Change[PriceList]{l, []Event{deletedEvent(&l, actions.PriceListDelete, f.Stamp, nil)}}, nil
}
