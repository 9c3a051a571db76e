package journeytest

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

var rateInvariants = []Invariant{
	{Number: 90, Text: "exposure does not depend on the order of documents, nor on a factor of all rates; it is incomplete where an amount has no rate", check: i90},
	{Number: 96, Text: "a rate is that of the currency when it was copied, or given; that of the base currency is 1; fixed and frozen ones never change", check: i96},
	{Number: 97, Text: "what is made from a record has its rate and mark", check: i97},
}

func i90(s *scene) error {
	rates := map[money.Currency]value.Opt[decimal.Decimal]{money.EUR: value.Some(decimal.NewFromInt(1))}
	for _, t := range all[catalog.TransactionCurrency](s.book) {
		if t.Status == catalog.TransactionCurrencyStatusActive {
			rates[t.Code] = t.Rate
		}
	}
	var billed []leadtocash.Invoice
	for _, i := range all[leadtocash.Invoice](s.book) {
		billed = append(billed, *i)
	}
	var credited []leadtocash.CreditNote
	for _, n := range all[leadtocash.CreditNote](s.book) {
		credited = append(credited, *n)
	}
	for _, a := range all[party.Account](s.book) {
		var list party.Exposures
		for n := range billed {
			if billed[n].CustomerID == record.AccountCustomer(a.ID) {
				list.Add(&billed[n].Head, billed[n].OpenBalance())
			}
		}
		for _, o := range all[leadtocash.Order](s.book) {
			if o.CustomerID == record.AccountCustomer(a.ID) {
				list.Add(&o.Head, o.Unbilled(billed, credited))
			}
		}
		if len(list) == 0 || a.Currency.IsZero() {
			continue
		}
		const none = money.CLF // nothing is in it: every rate comes from the book
		in := func(list party.Exposures, factor int64) (money.Amount, bool) {
			list = slices.Clone(list)
			for i := range list {
				list[i].Rate = value.None[decimal.Decimal]()
			}
			return list.In(party.Exposed{Currency: a.Currency}, none, func(c money.Currency) value.Opt[decimal.Decimal] {
				rate, known := rates[c].Get()
				if !known {
					return value.None[decimal.Decimal]()
				}
				return value.Some(rate.Mul(decimal.NewFromInt(factor)))
			})
		}
		sum, complete := in(list, 1)
		lacks := slices.ContainsFunc(list, func(x party.Exposed) bool {
			return x.Currency != a.Currency && (rates[x.Currency].IsZero() || rates[a.Currency].IsZero())
		})
		scaled, _ := in(list, 7)
		slices.Reverse(list)
		turned, _ := in(list, 1)
		err := first(
			unless(complete == !lacks, "complete is %t, an amount without rate is %t", complete, lacks),
			unless(sum.Equal(scaled) && sum.Equal(turned), "the exposure is %s, turned round %s, with other rates %s", sum, turned, scaled),
		)
		if err != nil {
			return about(a, err)
		}
	}
	return nil
}

// rated checks the rate of a record that can have one; frozen tells of the version
// before.
func rated[R any, P record.Pointer[R]](s *scene, frozen func(*R) bool) error {
	known := func(c money.Currency, rate value.Opt[decimal.Decimal]) bool {
		return slices.ContainsFunc(all[catalog.TransactionCurrency](s.book), func(t *catalog.TransactionCurrency) bool {
			return t.Code == c && t.Status == catalog.TransactionCurrencyStatusActive && t.Rate.Equal(rate)
		})
	}
	one := func(h *record.Head) error {
		return unless(h.Currency != money.EUR || h.ExchangeRate.Equal(value.Some(decimal.NewFromInt(1))) && !h.RateFixed, "the base currency has the rate %v", h.ExchangeRate)
	}
	return first(
		eachBirth(s, func(r *R, _ record.Event) error {
			h := P(r).Header()
			return first(one(h), unless(!h.RateFixed || h.HasBase(), "no rate was given"))
		}),
		eachChange(s, func(was, is *R, e record.Event) error {
			w, h := P(was).Header(), P(is).Header()
			if err := one(h); err != nil || e.Action.Verb() == "change_currency" || w.ExchangeRate.Equal(h.ExchangeRate) {
				return err
			}
			return first(
				unless(!w.RateFixed && !frozen(was), "the rate is %v, was %v", h.ExchangeRate, w.ExchangeRate),
				unless(h.Currency == money.EUR || known(h.Currency, h.ExchangeRate), "the rate %v of %s is none of the organisation's", h.ExchangeRate, h.Currency),
			)
		}),
	)
}

func i96(s *scene) error {
	return first(
		rated(s, func(*leadtocash.Lead) bool { return false }),
		rated(s, func(*party.Account) bool { return false }),
		rated(s, func(*party.Contact) bool { return false }),
		rated(s, func(*leadtocash.Opportunity) bool { return false }),
		rated(s, func(q *leadtocash.Quote) bool { return q.Status != leadtocash.QuoteStatusDraft }),
		rated(s, func(*leadtocash.Order) bool { return false }),
		rated(s, func(i *leadtocash.Invoice) bool { return !i.IssueDate.IsZero() }),
		rated(s, func(n *leadtocash.CreditNote) bool {
			return n.Status != leadtocash.CreditNoteStatusDraft || !n.InvoiceID.IsZero()
		}),
		rated(s, func(p *leadtocash.Payment) bool { return p.Status != leadtocash.PaymentStatusPending }),
	)
}

// inherited checks that a new record has the rate of what it was made from.
func inherited(s *scene, child *record.Head, parent record.Ref, e record.Event) error {
	from, ok := s.book.records[parent].(record.Record)
	if !ok || e.Action.Verb() == "import" {
		return nil
	}
	h := from.Header()
	return unless(child.Currency != h.Currency || child.RateFixed && !h.RateFixed || child.ExchangeRate.Equal(h.ExchangeRate) && child.RateFixed == h.RateFixed,
		"the rate is %v, fixed %t; that of %s is %v, fixed %t", child.ExchangeRate, child.RateFixed, parent, h.ExchangeRate, h.RateFixed)
}

func i97(s *scene) error {
	return first(
		eachBirth(s, func(o *leadtocash.Order, e record.Event) error {
			if o.QuoteID.IsZero() {
				return nil
			}
			return inherited(s, &o.Head, o.QuoteID.Ref(), e)
		}),
		eachBirth(s, func(i *leadtocash.Invoice, e record.Event) error {
			if i.SalesOrderID.IsZero() {
				return nil
			}
			return inherited(s, &i.Head, i.SalesOrderID.Ref(), e)
		}),
		eachBirth(s, func(n *leadtocash.CreditNote, e record.Event) error {
			if n.InvoiceID.IsZero() {
				return nil
			}
			return inherited(s, &n.Head, n.InvoiceID.Ref(), e)
		}),
		eachBirth(s, func(r *leadtocash.Refund, e record.Event) error {
			if r.PaymentID.IsZero() {
				return nil
			}
			return inherited(s, &r.Head, r.PaymentID.Ref(), e)
		}),
	)
}
