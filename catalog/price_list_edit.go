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

// PriceListFacts are what decisions about a price list depend on besides list and
// command. Nothing in the zero value stands in the way.
type PriceListFacts struct {
	record.Stamp
	BaseCurrency money.Currency // the organisation's
	InUse        []record.Ref   // records that refer to the list, apart from those that go with it
}

type (
	priceListRule  = flow.Rule[*PriceList, *PriceListFacts, PriceListStatus]
	priceListGuard = flow.Guard[*PriceList, *PriceListFacts]
)

var priceListFlow = flow.New(
	kinds.PriceList,
	func(l *PriceList) record.Ref { return l.Ref() },
	func(l *PriceList) PriceListStatus { return l.Status },
	[]priceListRule{
		{Do: actions.PriceListEdit, From: flow.In(PriceListStatusActive), To: flow.In(PriceListStatusActive)},
		{Do: actions.PriceListDeactivate, From: flow.In(PriceListStatusActive), To: flow.In(PriceListStatusInactive)},
		{Do: actions.PriceListActivate, From: flow.In(PriceListStatusInactive), To: flow.In(PriceListStatusActive)},
		{Do: actions.PriceListDelete, From: value.Values[PriceListStatus](), Deletes: true, Needs: flow.Needs(priceListNotInUse)},
	},
	[]flow.Refuse[PriceListStatus]{
		{Do: flow.Do(actions.PriceListEdit), From: flow.In(PriceListStatusInactive), Code: codes.ErrInactive},
	},
)

// PriceListFlow is the table behind PriceList.
func PriceListFlow() *flow.Flow[*PriceList, *PriceListFacts, PriceListStatus] { return priceListFlow }

var priceListNotInUse = priceListGuard{
	Code: codes.ErrInUse, Text: "no record refers to the list",
	Holds:  func(_ *PriceList, f *PriceListFacts) bool { return len(f.InUse) == 0 },
	Detail: func(_ *PriceList, f *PriceListFacts) []record.Reason { return flow.InUse(f.InUse) },
}

// CreatePriceList is the command behind NewPriceList.
type CreatePriceList struct {
	ID record.PriceListID `json:"id,omitzero"`
	record.Origin
	Fields PriceListFields `json:"fields"`
}

// NewPriceList creates an active price list. Codes: ErrMissingField
// (name, currency), ErrInvalid for an end before the begin.
func NewPriceList(cmd CreatePriceList, f PriceListFacts) (record.Change[PriceList], error) {
	l := PriceList{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), PriceListFields: cmd.Fields, Status: PriceListStatusActive,
	}
	if err := flow.RefuseBirth(actions.PriceListCreate, cmd.ID, &cmd, l.Currency, l.faults("fields.")...); err != nil {
		return record.Change[PriceList]{}, err
	}
	return record.Change[PriceList]{Record: l, Events: []record.Event{record.BornEvent(&l, actions.PriceListCreate, f.Stamp, nil)}}, nil
}

// faults lists what no single field shows.
func (l *PriceList) faults(path string) (reasons []record.Reason) {
	if l.Currency.IsZero() {
		reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: "currency", Message: "a price list needs a currency"})
	}
	if !l.EndDate.IsZero() && l.EndDate.Before(l.BeginDate) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: path + "end_date", Message: "lies before begin_date"})
	}
	return reasons
}

// EditPriceList replaces the editable fields; custom values given are set, a JSON
// null removes one.
type EditPriceList struct {
	Fields PriceListFields `json:"fields"`
	Custom record.Custom   `json:"custom,omitzero"`
}

var editPriceList = flow.Decide(
	priceListFlow, actions.PriceListEdit,
	flow.Faultless(codes.ErrInvalid, "the dates are in order", (*PriceList).editFaults),
)

func (l PriceList) editFaults(cmd *EditPriceList, _ *PriceListFacts) []record.Reason {
	l.PriceListFields = cmd.Fields
	return l.faults("fields.")
}

// Edit changes fields of an active price list; equal values change nothing. Codes:
// ErrInactive and those of NewPriceList.
func (l PriceList) Edit(cmd EditPriceList, f PriceListFacts) (record.Change[PriceList], error) {
	if err := editPriceList.Why(&l, &cmd, &f, l.Currency); err != nil {
		return record.Change[PriceList]{}, err
	}
	if !party.Edits(l.PriceListFields, cmd.Fields, l.Custom, cmd.Custom) {
		return record.Change[PriceList]{Record: l}, nil
	}
	l.PriceListFields = cmd.Fields
	l.Custom = l.Custom.Edited(cmd.Custom)
	return record.Changed(&l, actions.PriceListEdit, f.Stamp, nil), nil
}

var deactivatePriceList = flow.Decide[*party.Deactivate](priceListFlow, actions.PriceListDeactivate)

// Deactivate puts the list out of use: its catalogue lines have
// a pricing error when they are calculated again. Code: ErrInvalidTransition.
func (l PriceList) Deactivate(cmd party.Deactivate, f PriceListFacts) (record.Change[PriceList], error) {
	if err := deactivatePriceList.Why(&l, &cmd, &f, l.Currency); err != nil {
		return record.Change[PriceList]{}, err
	}
	return record.Moved(&l, &l.Status, PriceListStatusInactive, actions.PriceListDeactivate, f.Stamp, nil), nil
}

var activatePriceList = flow.Decide[*party.Activate](priceListFlow, actions.PriceListActivate)

// Activate brings the list back into use. Code: ErrInvalidTransition.
func (l PriceList) Activate(cmd party.Activate, f PriceListFacts) (record.Change[PriceList], error) {
	if err := activatePriceList.Why(&l, &cmd, &f, l.Currency); err != nil {
		return record.Change[PriceList]{}, err
	}
	return record.Moved(&l, &l.Status, PriceListStatusActive, actions.PriceListActivate, f.Stamp, nil), nil
}

var deletePriceList = flow.Decide[*record.DeleteRecord](priceListFlow, actions.PriceListDelete)

// Delete removes the list. Code: ErrInUse.
func (l PriceList) Delete(cmd record.DeleteRecord, f PriceListFacts) (record.Change[PriceList], error) {
	if err := deletePriceList.Why(&l, &cmd, &f, l.Currency); err != nil {
		return record.Change[PriceList]{}, err
	}
	return record.Change[PriceList]{Record: l, Events: []record.Event{record.DeletedEvent(&l, actions.PriceListDelete, f.Stamp, nil)}}, nil
}
