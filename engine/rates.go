package engine

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// rateOf is the exchange rate that the organisation works with in a currency now,
// unset where it has none or does not use the currency any more.
func (s *session) rateOf(ctx context.Context, c money.Currency) (rate value.Opt[decimal.Decimal], err error) {
	recs, err := s.having(ctx, kinds.TransactionCurrency, "number", c.Code())
	if err != nil {
		return rate, err
	}
	for _, rec := range recs {
		t, err := shared[catalog.TransactionCurrency](rec.Image)
		if err != nil {
			return rate, err
		}
		if t.Status == catalog.TransactionCurrencyStatusActive {
			rate = record.Rate(t.Rate)
		}
	}
	return rate, nil
}

// rating sets the exchange rates of what an action writes.
type rating struct {
	*session
	ctx    context.Context
	call   *call
	events eventsBy
	done   refs
	noRate []record.Reason // of records that have none, see leadtocash.SetRate
	err    error
}

// rates sets the exchange rates of the records in the outcome that have a new
// version. Those that end without one are refused or noticed.
func (x *call) rates(ctx context.Context, s *session, events []record.Event) error {
	base := s.c.settings.BaseCurrency
	if base.IsZero() {
		return nil
	}
	r := rating{done: refs{list: s.room.rated[:0]}, session: s, ctx: ctx, call: x, events: byRef(events)}
	for _, d := range s.saved {
		r.set(d, base)
	}
	if r.err != nil || len(r.noRate) == 0 {
		return r.err
	}
	if s.c.settings.RequireExchangeRate {
		return &record.Error{Code: codes.ErrNoExchangeRate, Kind: x.about.Kind, ID: x.about.ID, Action: x.do, Reasons: r.noRate}
	}
	if !leadtocash.AddNotices(x.out, r.noRate) {
		x.notices = r.noRate
	}
	return nil
}

// unrated is the refusal of an action that RequireExchangeRate stands in the way of,
// whatever its command says; nil where it may pass.
func (s *session) unrated(ctx context.Context, do actions.Action, d record.Record) error {
	if !s.c.settings.RequireExchangeRate {
		return nil
	}
	rates := s.rateBook(ctx)
	lacks := leadtocash.LacksRate(d, do, leadtocash.RateFacts{BaseCurrency: s.c.settings.BaseCurrency, Rate: rates.of})
	if rates.err != nil || !lacks {
		return rates.err
	}
	return &record.Error{
		Code: codes.ErrNoExchangeRate, Kind: d.Ref().Kind, ID: d.Ref().ID, Action: do,
		Reasons: []record.Reason{record.NoExchangeRate(d.Header().Currency)},
	}
}

// set gives a record its rate, after what it was made from.
func (r *rating) set(d record.Record, base money.Currency) {
	ref := d.Ref()
	if r.done.has(ref) {
		return
	}
	r.done.add(ref)
	var do []actions.Action
	about := r.events.of(ref)
	for i := range about {
		if e := &about[i]; e.Ref == ref && !e.Deleted {
			do = append(do, e.Action)
		}
	}
	if do == nil {
		return
	}
	var was record.Record
	if d.Header().Version > 1 {
		if old := r.before(ref); old != nil {
			if was, r.err = recordKinds[ref.Kind].decode(old.Image); r.err != nil {
				return
			}
		}
	}
	if leadtocash.SetRate(was, d, leadtocash.RateFacts{
		BaseCurrency: base, Do: do, Alone: r.call.births && ref == r.call.about,
		Rate: func(c money.Currency) value.Opt[decimal.Decimal] {
			rate, err := r.rateOf(r.ctx, c)
			if err != nil {
				r.err = err
			}
			return rate
		},
		Parent: func(parent record.Ref) record.Record {
			i := slices.IndexFunc(r.saved, func(d record.Record) bool { return d.Ref() == parent })
			if i < 0 {
				return nil
			}
			r.set(r.saved[i], base)
			return r.saved[i]
		},
	}) {
		r.noRate = append(r.noRate, record.NoExchangeRate(d.Header().Currency))
	}
}

// currencySources are what a new record takes its currency from, in this order,
// where the command names none. After them come the acting seller and the base
// currency.
type currencySources struct {
	of        *record.Origin
	parent    record.Ref // the document, or lead, that it is made from
	priceList record.PriceListID
	customers [3]record.Ref // accounts, and contacts that stand for theirs
}

// currencySourcesOf are those of a creating command; of is nil for kinds that are
// always in the base currency.
func currencySourcesOf(cmd any) currencySources {
	switch c := cmd.(type) {
	case *leadtocash.CreateLead:
		return currencySources{of: &c.Origin, customers: [3]record.Ref{c.Fields.ParentAccountID.Ref(), c.Fields.ParentContactID.Ref()}}
	case *leadtocash.CreateOpportunity:
		return currencySources{
			of: &c.Origin, parent: c.OriginatingLeadID.Ref(), priceList: c.Fields.PriceListID,
			customers: [3]record.Ref{c.Fields.CustomerID.Ref, c.Fields.ParentAccountID.Ref(), c.Fields.ParentContactID.Ref()},
		}
	case *leadtocash.CreateQuote:
		return currencySources{of: &c.Origin, parent: c.OpportunityID.Ref(), priceList: c.Fields.PriceListID, customers: [3]record.Ref{c.Fields.CustomerID.Ref}}
	case *leadtocash.CreateOrder:
		return currencySources{of: &c.Origin, parent: c.OpportunityID.Ref(), priceList: c.Fields.PriceListID, customers: [3]record.Ref{c.Fields.CustomerID.Ref}}
	case *leadtocash.CreateInvoice:
		return currencySources{of: &c.Origin, parent: c.OpportunityID.Ref(), priceList: c.Fields.PriceListID, customers: [3]record.Ref{c.Fields.CustomerID.Ref}}
	case *leadtocash.CreateCreditNote:
		return currencySources{of: &c.Origin, parent: c.InvoiceID.Ref(), priceList: c.Fields.PriceListID, customers: [3]record.Ref{c.Fields.CustomerID.Ref}}
	case *leadtocash.CreatePayment:
		return currencySources{of: &c.Origin, customers: [3]record.Ref{c.Fields.CustomerID.Ref}}
	case *party.CreateContact:
		return currencySources{of: &c.Origin, customers: [3]record.Ref{c.Fields.ParentCustomerID.Ref}}
	case *party.CreateAccount:
		return currencySources{of: &c.Origin}
	case *party.CreateCompetitor:
		return currencySources{of: &c.Origin}
	}
	return currencySources{}
}

// defaultCurrency gives a creating command that names no currency that of the
// first source that has one. What is not there, or out of the actor's sight, is
// none.
func (s *session) defaultCurrency(ctx context.Context, cmd any) error {
	from := currencySourcesOf(cmd)
	if from.of == nil || !from.of.Currency.IsZero() {
		return nil
	}
	take := func(refs ...record.Ref) (done bool, err error) {
		for _, ref := range refs {
			d, err := s.currencySource(ctx, ref)
			if err != nil {
				return false, err
			}
			if d != nil && !d.Header().Currency.IsZero() {
				from.of.Currency = d.Header().Currency
				return true, nil
			}
		}
		return false, nil
	}
	if done, err := take(from.parent, from.priceList.Ref()); done || err != nil {
		return err
	}
	for _, ref := range from.customers {
		if ref.Kind == kinds.Contact {
			d, err := s.currencySource(ctx, ref)
			if err != nil {
				return err
			}
			c, ok := d.(*party.Contact)
			if !ok {
				continue
			}
			ref = c.ParentCustomerID.Ref
		}
		if ref.Kind != kinds.Account {
			continue
		}
		if done, err := take(ref); done || err != nil {
			return err
		}
	}
	by := record.SellerID{UUID: cmp.Or(s.stamp.By.OnBehalfOf, s.stamp.By.ID)}
	d, err := s.currencySource(ctx, by.Ref())
	if seller, ok := d.(*party.Seller); ok {
		from.of.Currency = seller.SellerFields.Currency
	}
	return err
}

// currencySource reads a record, nil if there is none that the actor may see.
func (s *session) currencySource(ctx context.Context, ref record.Ref) (record.Record, error) {
	if ref.ID == uuid.Nil || recordKinds[ref.Kind] == nil {
		return nil, nil
	}
	d, err := s.load(ctx, ref)
	if errors.Is(err, codes.ErrNotFound) {
		return nil, nil
	}
	return d, err
}

// hasTrade reports whether there are orders, invoices or payments of a customer.
func (s *session) hasTrade(ctx context.Context, customer record.Ref) (bool, error) {
	for _, kind := range []kinds.Kind{kinds.Order, kinds.Invoice, kinds.Payment} {
		docs, err := s.related(ctx, kind, "customer_id", customer.ID)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(docs, func(d record.Record) bool { return refersBy(d, "customer_id", customer) }) {
			return true, nil
		}
	}
	return false, nil
}
