package leadtocash

import (
	"reflect"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// RateFacts are what the exchange rate of a record that an action writes depends on
// besides the record.
type RateFacts struct {
	BaseCurrency money.Currency                                  // the organisation's; unset: records get no rate
	Rate         func(money.Currency) value.Opt[decimal.Decimal] // of a currency now, unset where none is known
	Do           []actions.Action                                // what happens to the record
	Alone        bool                                            // a new record is what was asked for, not made from another one
	Parent       func(record.Ref) record.Record                  // a record that the action writes as well, with its rate; nil where it does not
}

// rateRule says when a kind of record copies the rate of its currency. What a
// rate that was given means, and a change of the currency, is the same for all.
type rateRule struct {
	from     func(d record.Record) record.Ref // what it may be made from, zero for nothing
	belongs  bool                             // it has no other rate than what it is made from
	inherits bool                             // also where it is asked for and says what it is made from
	money    func(was record.Record) bool     // whether a change of an amount copies, of a record like this
	enters   func(was, is record.Record) bool // whether the change of state copies; was is nil for a new record
	does     []actions.Action                 // these copy
	unborn   func(is record.Record) bool      // whether it has no rate yet; nil: never
}

var rateRules = map[kinds.Kind]rateRule{
	kinds.Lead: {money: always, enters: otherState},
	kinds.Account: {
		from:  func(d record.Record) record.Ref { return refUnlessZero(d.(*party.Account).OriginatingLeadID) },
		money: always, enters: otherState,
	},
	kinds.Contact: {
		from:  func(d record.Record) record.Ref { return refUnlessZero(d.(*party.Contact).OriginatingLeadID) },
		money: always, enters: otherState,
	},
	kinds.Competitor: {money: always},
	kinds.Opportunity: {
		from:   func(d record.Record) record.Ref { return refUnlessZero(d.(*Opportunity).OriginatingLeadID) },
		enters: otherState,
		money:  func(was record.Record) bool { return was.(*Opportunity).Status.State() == OpportunityOpen },
	},
	kinds.Quote: {
		from:     func(d record.Record) record.Ref { return refUnlessZero(d.(*Quote).OpportunityID) },
		inherits: true, does: []actions.Action{actions.QuoteActivate},
		money: func(was record.Record) bool { return was.(*Quote).Status.State() == QuoteDraft },
	},
	kinds.Order: {
		from: func(d record.Record) record.Ref {
			o := d.(*Order)
			if !o.QuoteID.IsZero() {
				return o.QuoteID.Ref()
			}
			return refUnlessZero(o.OpportunityID)
		},
		inherits: true, does: []actions.Action{actions.OrderSubmit, actions.OrderFulfill, actions.OrderFulfillPartial, actions.OrderCancel},
		money: func(was record.Record) bool { return was.(*Order).Status.State() == OrderActive },
	},
	kinds.Invoice: {
		from: func(d record.Record) record.Ref {
			i := d.(*Invoice)
			if !i.SalesOrderID.IsZero() {
				return i.SalesOrderID.Ref()
			}
			return refUnlessZero(i.OpportunityID)
		},
		inherits: true, does: []actions.Action{actions.InvoiceIssue},
		money: func(was record.Record) bool { return was.(*Invoice).IssueDate.IsZero() },
	},
	kinds.CreditNote: {
		from:     func(d record.Record) record.Ref { return refUnlessZero(d.(*CreditNote).InvoiceID) },
		inherits: true, does: []actions.Action{actions.CreditNoteIssue},
		money: func(was record.Record) bool { return was.(*CreditNote).Status == CreditNoteStatusDraft },
	},
	kinds.Payment: {
		enters: func(was, is record.Record) bool {
			return is.(*Payment).Status == PaymentStatusPosted && (was == nil || was.(*Payment).Status == PaymentStatusPending)
		},
		unborn: func(is record.Record) bool { return is.(*Payment).Status == PaymentStatusPending },
	},
	kinds.Allocation: {belongs: true, from: func(d record.Record) record.Ref {
		a := d.(*Allocation)
		switch {
		case !a.PaymentID.IsZero():
			return a.PaymentID.Ref()
		case !a.CreditNoteID.IsZero():
			return a.CreditNoteID.Ref()
		}
		return a.InvoiceID.Ref()
	}},
	kinds.Refund: {belongs: true, from: func(d record.Record) record.Ref {
		r := d.(*Refund)
		if !r.PaymentID.IsZero() {
			return r.PaymentID.Ref()
		}
		return refUnlessZero(r.CreditNoteID)
	}},
	kinds.DunningEntry:     {belongs: true, from: func(d record.Record) record.Ref { return refUnlessZero(d.(*DunningEntry).InvoiceID) }},
	kinds.Approval:         {belongs: true, from: func(d record.Record) record.Ref { return d.(*agreement.Approval).DocumentID }},
	kinds.OpportunityClose: {belongs: true, from: func(d record.Record) record.Ref { return refUnlessZero(d.(*OpportunityClose).OpportunityID) }},
	kinds.QuoteClose:       {belongs: true, from: func(d record.Record) record.Ref { return refUnlessZero(d.(*QuoteClose).QuoteID) }},
	kinds.OrderClose:       {belongs: true, from: func(d record.Record) record.Ref { return refUnlessZero(d.(*OrderClose).OrderID) }},
}

func always(record.Record) bool { return true }

// refUnlessZero is the reference of an id, zero for none.
func refUnlessZero[K record.Kinded](id record.ID[K]) record.Ref {
	if id.IsZero() {
		return record.Ref{}
	}
	return id.Ref()
}

func otherState(was, is record.Record) bool { return was != nil && stateOf(was) != stateOf(is) }

// stateOf is the state that the status of a record belongs to.
func stateOf(d record.Record) value.State {
	switch r := d.(type) {
	case *Lead:
		return r.Status.State()
	case *Opportunity:
		return r.Status.State()
	case *party.Account:
		return r.Status.State()
	case *party.Contact:
		return r.Status.State()
	}
	return value.State{}
}

// SetRate gives a record that an action made or changed the exchange rate that it
// has from then on; was is the record before, nil for a new one. An engine does it
// for every record that it writes, for parents before what is made from them. It
// reports whether the base amounts of a record that was made, edited or issued are
// not known, as it is in another currency than the base and has no rate.
func SetRate(was, is record.Record, f RateFacts) (noRate bool) {
	rule, has := rateRules[is.Ref().Kind]
	h := is.Header()
	if !has || f.BaseCurrency.IsZero() || h.Currency.IsZero() {
		return false
	}
	switch {
	case h.Currency == f.BaseCurrency:
		h.TakeRate(h.ExchangeRate, f.BaseCurrency)
	case rule.copies(was, is, &f) && !h.RateFixed:
		h.TakeRate(f.Rate(h.Currency), f.BaseCurrency)
	}
	return !h.HasBase() && rule.tells(was, is, &f)
}

// copies reports whether the record copies the rate of its currency now. A new one
// that does not has that of what it was made from.
func (r *rateRule) copies(was, is record.Record, f *RateFacts) bool {
	converted := r.from != nil && r.from(is) != record.Ref{}
	switch {
	case slices.ContainsFunc(f.Do, changesCurrency):
		return true
	case is.Ref().Kind == kinds.CreditNote && converted:
		return was == nil && slices.ContainsFunc(f.Do, imports) // the invoice's, for good
	case slices.ContainsFunc(f.Do, func(a actions.Action) bool { return slices.Contains(r.does, a) }),
		r.enters != nil && r.enters(was, is):
		return true
	case was != nil:
		return r.money != nil && r.money(was) && !slices.Contains(f.Do, actions.OrderRederive) && moneyChanged(was, is)
	case r.belongs || !f.Alone:
		return converted && r.another(is, f)
	case r.unborn != nil:
		return false
	}
	return !r.inherits || !converted || slices.ContainsFunc(f.Do, imports)
}

// another gives a new record the rate of what the action made it from, and reports
// whether that is in another currency.
func (r *rateRule) another(is record.Record, f *RateFacts) bool {
	parent := f.Parent(r.from(is))
	if parent == nil {
		return false
	}
	is.Header().InheritRate(parent.Header())
	return is.Header().Currency != parent.Header().Currency
}

// tells reports whether it matters now that the record has no rate.
func (r *rateRule) tells(was, is record.Record, f *RateFacts) bool {
	if r.belongs || r.unborn != nil && r.unborn(is) {
		return false
	}
	return was == nil || slices.ContainsFunc(f.Do, func(a actions.Action) bool {
		switch a.Verb() {
		case "edit", "edit_lines", "get_products", "change_currency", "issue", "post":
			return true
		}
		return false
	})
}

// LacksRate reports whether an action on the record, whatever its command says,
// makes, edits or issues a record whose base amounts are not known: what SetRate
// tells once it is done. Of the facts it needs base currency and rates.
func LacksRate(is record.Record, do actions.Action, f RateFacts) bool {
	rule, has := rateRules[is.Ref().Kind]
	h := is.Header()
	if !has || rule.belongs || f.BaseCurrency.IsZero() || h.Currency.IsZero() || h.Currency == f.BaseCurrency || h.HasBase() {
		return false
	}
	bound := is.Ref().Kind == kinds.CreditNote && rule.from(is) != record.Ref{}
	known := !bound && !f.Rate(h.Currency).IsZero() // and copied where the action copies
	switch do.Verb() {
	case "edit", "edit_lines", "get_products":
		return !known || rule.money == nil || !rule.money(is)
	case "issue", "post", "mark_paid", "mark_paid_partial":
		return !known
	case "generate_quote", "generate_order", "generate_invoice", "revise_quote", "win_to_order", "invoice", "credit":
		return true // what is made inherits
	}
	return false
}

func changesCurrency(a actions.Action) bool { return a.Verb() == "change_currency" }

func imports(a actions.Action) bool { return a.Verb() == "import" }

// moneyChanged reports whether an amount or a unit price of a record is another
// one than before.
func moneyChanged(was, is record.Record) bool {
	return otherMoney(reflect.ValueOf(was).Elem(), reflect.ValueOf(is).Elem())
}

// unitPrices are the fields of lines that are money at the precision of prices.
var unitPrices = []string{"PricePerUnit", "VolumeDiscount"}

func otherMoney(a, b reflect.Value) bool {
	t := a.Type()
	switch t {
	case reflect.TypeFor[money.Amount]():
		return !a.Interface().(money.Amount).Equal(b.Interface().(money.Amount))
	case reflect.TypeFor[value.Opt[money.Amount]]():
		return !a.Interface().(value.Opt[money.Amount]).Equal(b.Interface().(value.Opt[money.Amount]))
	case reflect.TypeFor[record.Head]():
		return false
	}
	switch t.Kind() {
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() != b.IsNil() && holdsMoney(t.Elem())
		}
		return otherMoney(a.Elem(), b.Elem())
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 || !holdsMoney(t.Elem()) {
			return false
		}
		if a.Len() != b.Len() {
			return true
		}
		for i := range a.Len() {
			if otherMoney(a.Index(i), b.Index(i)) {
				return true
			}
		}
	case reflect.Struct:
		for i := range t.NumField() {
			sf := t.Field(i)
			if !sf.IsExported() {
				continue
			}
			if slices.Contains(unitPrices, sf.Name) && sf.Type == reflect.TypeFor[value.Opt[decimal.Decimal]]() {
				if !a.Field(i).Interface().(value.Opt[decimal.Decimal]).Equal(b.Field(i).Interface().(value.Opt[decimal.Decimal])) {
					return true
				}
				continue
			}
			if otherMoney(a.Field(i), b.Field(i)) {
				return true
			}
		}
	}
	return false
}

// holdsMoney reports whether values of a type can have an amount in them.
func holdsMoney(t reflect.Type) bool {
	switch {
	case t == reflect.TypeFor[money.Amount]() || t == reflect.TypeFor[value.Opt[money.Amount]]():
		return true
	case t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice:
		return holdsMoney(t.Elem())
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			if sf := t.Field(i); sf.IsExported() && holdsMoney(sf.Type) {
				return true
			}
		}
	}
	return false
}

var creditNoteWithoutLines = creditNoteGuard{
	Code: codes.ErrCurrencyInUse, Text: "no line depends on the currency",
	Holds: func(n *CreditNote, _ *CreditNoteFacts) bool { return len(n.Lines) == 0 },
}

var changeCreditNoteCurrency = flow.Decide(creditNoteFlow, actions.CreditNoteChangeCurrency, flow.Check[*CreditNote, *pricing.ChangeCurrency, *CreditNoteFacts]{
	Code: codes.ErrCurrencyMismatch, Text: "the credit note keeps currency and rate of the invoice that it corrects, and fits its price list", Field: "currency",
	Holds: func(n *CreditNote, c *pricing.ChangeCurrency, f *CreditNoteFacts) bool {
		if !n.InvoiceID.IsZero() {
			return c.Keeps(&n.Head)
		}
		return c.Currency == n.Currency || f.Catalog.Fits(n.PriceListID, c.Currency)
	},
})

// ChangeCurrency gives a draft without lines another currency; freight and discount
// keep their figures. Codes: ErrReadOnly once it is issued, ErrCurrencyInUse,
// ErrCurrencyMismatch where it corrects an invoice, or with its price list,
// ErrOutOfRange where an amount does not fit.
func (n CreditNote) ChangeCurrency(cmd pricing.ChangeCurrency, f CreditNoteFacts) (record.Change[CreditNote], error) {
	if err := changeCreditNoteCurrency.Why(&n, &cmd, &f, n.Currency); err != nil {
		return record.Change[CreditNote]{}, err
	}
	if cmd.Keeps(&n.Head) {
		return record.Change[CreditNote]{Record: n}, nil
	}
	if reasons := schema.Validate(&n.CreditNoteFields, cmd.Currency); len(reasons) > 0 {
		return record.Change[CreditNote]{}, creditNoteFlow.Refused(&n, actions.CreditNoteChangeCurrency, reasons)
	}
	from := n.Currency
	n.GiveRate(cmd.Currency, cmd.ExchangeRate)
	schema.Round(&n.CreditNoteFields, n.Currency)
	n.AllocatedAmount = n.Currency.Zero()
	n.PricedLines.Calculate(&n.Head, &n.Charges, f.price())
	return record.Changed(&n, actions.CreditNoteChangeCurrency, f.Stamp, record.DataOf("from", from.String(), "to", n.Currency.String())), nil
}
