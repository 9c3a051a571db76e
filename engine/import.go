package engine

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Import stores a record of any kind as another system knew it: in the status
// given, those included that no action leads to, as version 1 with an imported
// event. It takes the right to import records of the kind.
//
// CreatedAt and UpdatedAt are kept if set, and may lie before those of other
// records, but not in the future. Id, owner and currency have the defaults of
// a creating command. References must resolve; numbers, source keys and bank
// references must be free, and are taken from then on: numbering passes over
// them. The revisions of a quote number go on behind the highest one.
//
// The record must be sound by itself: amounts that are given must be those
// that lines and header add up to, amounts that are not given are calculated,
// and a status that follows from other fields must do so. Records that an
// action would have made along with it are not made. What contradicts itself, such
// as a paid invoice that is settled in part, is refused: every fault is a reason with
// its field.
//
// Codes: ErrStatusNotInState, ErrTimeOrder, ErrNegativeTotal, ErrOverCredited,
// ErrOverAllocated, ErrOverRefunded, ErrMissingField, ErrTooLong, ErrOutOfRange, ErrInvalid, ErrTooLarge,
// ErrNotFound for a dangling reference, ErrCurrencyMismatch for a document of an
// opportunity, ErrTaken, ErrQuoteAlreadyWon, ErrQuoteAlreadyOrdered,
// ErrDuplicateSalesTeamMember, ErrDenied, and ErrConflict for an id that was
// used before.
func Import[R any](ctx context.Context, c *Client, r R) (R, error) {
	if _, ok := any(&r).(record.Record); !ok {
		return r, record.Refusal(codes.ErrInvalid, "", fmt.Sprintf("%T is no record", r))
	}
	id := reflect.ValueOf(&r).Elem().FieldByName("ID").FieldByName("UUID").Addr().Interface().(*uuid.UUID)
	return recordOf(create(ctx, c, actions.ImportOf(record.KindOf[R]()), id, &r, gatherImport[R], imported[R]))
}

// importFacts are what the import of a record depends on besides the record.
type importFacts struct {
	record.Stamp
	settings leadtocash.Settings
	moved    bool            // it is as another tenant stored it
	limit    int64           // of attachments, bytes
	others   []record.Reason // what other records have against it
	created  value.Date      // the day of the creation, if the import gives it

	opportunity *leadtocash.Opportunity // that qualified a lead
	invoice     *leadtocash.Invoice     // that a credit note corrects
	notes       []leadtocash.CreditNote // of that invoice
	source      money.Amount            // what there is, or was, to allocate or to refund
	sourced     bool                    // it is known
	allocations []leadtocash.Allocation // of that source
	refunds     []leadtocash.Refund     // of that source
	managers    []record.SellerID       // above the manager of a seller
	goal        insight.GoalFacts       // of a goal
}

func gatherImport[R any](ctx context.Context, s *session, r *R) (f importFacts, err error) {
	f = importFacts{Stamp: s.stamp, settings: s.c.settings, moved: s.c.moved, limit: s.c.limit}
	switch d := any(r).(type) {
	case *party.Connection:
		err = s.othersOfConnection(ctx, &f, d)
	case *leadtocash.Quote:
		err = s.othersOfQuote(ctx, &f, d)
	case *leadtocash.Order:
		err = s.othersOfOrder(ctx, &f, d)
	case *leadtocash.Invoice:
		err = s.currencyOfDeal(ctx, &f, d.OpportunityID, d.Currency)
	case *leadtocash.Lead:
		if !s.c.moved && !s.c.coming[d.QualifyingOpportunityID.Ref()] { // else it may be one that the lead joined
			f.opportunity, err = known(maybe[leadtocash.Opportunity](ctx, s, d.QualifyingOpportunityID))
		}
	case *leadtocash.CreditNote:
		if f.invoice, err = known(maybe[leadtocash.Invoice](ctx, s, d.InvoiceID)); err == nil && f.invoice != nil {
			f.notes, err = related[leadtocash.CreditNote](ctx, s, "invoice_id", d.InvoiceID.UUID)
		}
	case *leadtocash.Allocation:
		err = s.sourceOf(ctx, &f, d.PaymentID, d.CreditNoteID)
	case *party.Seller:
		f.managers, err = ancestors(ctx, s, d.ManagerID, managerOf)
	case *insight.Goal:
		f.goal, err = s.goalFacts(ctx, &insight.Goal{ID: d.ID}, &d.GoalFields)
	case *insight.GoalMetric:
		f.others = s.c.rollupFaults("", &d.GoalMetricFields)
	case *leadtocash.Refund:
		err = s.sourceOf(ctx, &f, d.PaymentID, d.CreditNoteID)
	}
	return f, err
}

// sourceOf gathers what a payment or a credit note is worth, and what was taken of
// it.
func (s *session) sourceOf(ctx context.Context, f *importFacts, payment record.PaymentID, note record.CreditNoteID) error {
	p, err := known(maybe[leadtocash.Payment](ctx, s, payment))
	if err != nil {
		return err
	}
	n, err := known(maybe[leadtocash.CreditNote](ctx, s, note))
	if err != nil {
		return err
	}
	field, id := "payment_id", payment.UUID
	switch {
	case p != nil:
		f.source = p.Amount
	case n != nil:
		f.source, field, id = n.Value, "credit_note_id", note.UUID
	default:
		return nil
	}
	f.sourced = true
	if f.allocations, err = related[leadtocash.Allocation](ctx, s, field, id); err != nil {
		return err
	}
	f.refunds, err = related[leadtocash.Refund](ctx, s, field, id)
	return err
}

func (f *importFacts) against(code codes.Code, field string) {
	f.others = append(f.others, record.Reason{Code: code, Field: field, Message: code.Info().Text})
}

func (s *session) othersOfConnection(ctx context.Context, f *importFacts, c *party.Connection) error {
	team, err := s.connectionFacts(ctx, c.ID, c.ConnectionFields)
	if team.OnTeam && c.Status == party.ConnectionStatusActive {
		f.against(codes.ErrDuplicateSalesTeamMember, "")
	}
	return err
}

// currencyOfDeal: a document has the currency of its opportunity.
func (s *session) currencyOfDeal(ctx context.Context, f *importFacts, id record.OpportunityID, is money.Currency) error {
	o, err := known(maybe[leadtocash.Opportunity](ctx, s, id))
	if o != nil && o.Currency != cmp.Or(is, f.settings.BaseCurrency) {
		f.against(codes.ErrCurrencyMismatch, "currency")
	}
	return err
}

// othersOfOrder: its quote is won, and has no other order that is not canceled.
func (s *session) othersOfOrder(ctx context.Context, f *importFacts, o *leadtocash.Order) error {
	if err := s.currencyOfDeal(ctx, f, o.OpportunityID, o.Currency); err != nil {
		return err
	}
	q, err := known(maybe[leadtocash.Quote](ctx, s, o.QuoteID))
	if q == nil || err != nil {
		return err
	}
	if q.Status != leadtocash.QuoteStatusWon {
		f.others = append(f.others, record.Reason{Code: codes.ErrInvalid, Field: "quote_id", Message: "the quote of an order is won"})
	}
	live, err := s.liveOrders(ctx, q.ID)
	if len(live) > 0 && o.Status != leadtocash.OrderStatusNoMoney && !f.settings.D365Compat {
		f.against(codes.ErrQuoteAlreadyOrdered, "quote_id")
	}
	return err
}

// othersOfQuote: one quote of a number is won.
func (s *session) othersOfQuote(ctx context.Context, f *importFacts, q *leadtocash.Quote) error {
	if err := s.currencyOfDeal(ctx, f, q.OpportunityID, q.Currency); err != nil {
		return err
	}
	var others leadtocash.QuoteFacts
	if err := s.revisionFacts(ctx, &others, q); err != nil {
		return err
	}
	if others.NumberWon && q.Status == leadtocash.QuoteStatusWon {
		f.against(codes.ErrQuoteAlreadyWon, "quote_number")
	}
	return nil
}

// imported decides about an import.
func imported[R any](r R, f importFacts) (record.Change[R], error) {
	r = any(r).(interface{ Clone() R }).Clone()
	d := any(&r).(record.Record)
	do := actions.ImportOf(d.Ref().Kind)
	dated := f.date(d.Header())
	reasons := f.headFaults(d)
	reasons = append(reasons, schema.Validate(&r, d.Header().Currency)...)
	if len(reasons) == 0 {
		schema.Round(&r, d.Header().Currency)
		reasons = append(f.faults(d), f.others...)
	}
	reasons = append(dated, reasons...)
	if len(reasons) > 0 {
		return record.Change[R]{}, &record.Error{Code: reasons[0].Code, Kind: d.Ref().Kind, ID: d.Ref().ID, Action: do, Reasons: reasons}
	}
	return record.Change[R]{Record: r, Events: []record.Event{record.BornEvent(d, do, f.Stamp, nil)}}, nil
}

// date stamps an imported record and fills in what a creating command would.
func (f *importFacts) date(h *record.Head) (reasons []record.Reason) {
	h.Version = 1
	h.CreatedAt, h.UpdatedAt = activity.Instant(h.CreatedAt), activity.Instant(h.UpdatedAt)
	if f.created = h.OverriddenCreatedOn; f.created.IsZero() && !h.CreatedAt.IsZero() {
		f.created = f.settings.Today(h.CreatedAt)
	}
	if h.UpdatedAt.IsZero() {
		h.UpdatedAt = f.At
	}
	if h.CreatedAt.IsZero() {
		h.CreatedAt = h.UpdatedAt
	}
	if !f.moved {
		h.CreatedBy, h.UpdatedBy, h.Owner = cmp.Or(h.CreatedBy, f.By.ID), cmp.Or(h.UpdatedBy, f.By.ID), cmp.Or(h.Owner, f.By.ID)
	}
	fixed := h.RateFixed
	h.GiveRate(cmp.Or(h.Currency, f.settings.BaseCurrency), h.ExchangeRate)
	h.RateFixed = h.RateFixed && (fixed || !f.moved)
	if h.CreatedAt.Before(time.Time{}) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "created_at", Message: "lies before the year 1"})
	}
	if h.CreatedAt.After(h.UpdatedAt) {
		reasons = append(reasons, record.Reason{Code: codes.ErrTimeOrder, Field: "created_at", Message: "lies behind updated_at"})
	}
	if h.UpdatedAt.After(f.At) {
		reasons = append(reasons, record.Reason{Code: codes.ErrTimeOrder, Field: "updated_at", Message: "lies in the future"})
	}
	return reasons
}

// headFaults lists what is wrong with the head of an imported record, its
// status, and references to itself.
func (f *importFacts) headFaults(d record.Record) []record.Reason {
	h, info := d.Header(), recordKinds[d.Ref().Kind]
	reasons := schema.Validate(&record.Origin{ExchangeRate: h.ExchangeRate, ImportSequence: h.ImportSequence}, h.Currency)
	switch status := d.StatusKey(); {
	case info.table == nil:
	case status == "":
		reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: "status", Message: "an imported record says its status"})
	case status == "default":
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "status", Message: "an imported record says its status"})
	}
	for _, r := range info.schema.References(reflect.ValueOf(d).Elem(), nil) {
		if r.Ref == d.Ref() && r.Field != "id" {
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: r.Field, Message: "a record does not refer to itself"})
		}
	}
	return reasons
}
