package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

// aborting runs each transaction twice.
type aborting struct{ storage.Store }

func (a aborting) Update(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	again := errors.New("again")
	if err := a.Store.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return again
	}); !errors.Is(err, again) {
		return err
	}
	return a.Store.Update(ctx, tenant, fn)
}

func list(c *engine.Client) record.PriceListID {
	return testkit.Must(c.PriceLists().Create(context.Background(), catalog.CreatePriceList{
		Origin: record.Origin{Currency: money.EUR}, Fields: catalog.PriceListFields{Name: "retail"},
	})).ID
}

// Whatever a call makes by the way has an id of its own, though the clock stands
// still and the parent does not change.
func TestGenerationsAtOneInstantHaveTheirOwnIDs(t *testing.T) {
	t.Parallel()
	ctx, store := t.Context(), memory.New()
	settings := leadtocash.Settings{BaseCurrency: money.EUR, PriceListOptional: true, D365Compat: true}
	at := time.Date(2031, 5, 4, 12, 0, 0, 0, time.UTC)
	c := testkit.Must(engine.New(store, engine.WithSettings(settings), engine.WithClock(func() time.Time { return at })))
	customer := record.AccountCustomer(testkit.Must(c.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Tarn"}})).ID)
	lines := []pricing.LineFields{testkit.WriteIn("3", "7.00")}
	o := testkit.Must(c.Opportunities().Create(ctx, leadtocash.CreateOpportunity{
		Fields: leadtocash.OpportunityFields{Name: "deal", ParentAccountID: customer.Account(), Charges: pricing.Charges{PriceListID: list(c)}}, Lines: lines,
	}))
	ids := map[record.Ref]bool{}
	for range 3 {
		ids[testkit.Must(c.Opportunities().GenerateQuote(ctx, o.ID, leadtocash.GenerateQuote{})).ID.Ref()] = true
		ids[testkit.Must(c.At(at).Opportunities().GenerateOrder(ctx, o.ID, leadtocash.GenerateOrder{})).ID.Ref()] = true
	}
	if len(ids) != 6 {
		t.Errorf("6 documents have %d ids", len(ids))
	}

	q := testkit.Must(c.Quotes().Create(ctx, leadtocash.CreateQuote{Fields: leadtocash.QuoteFields{Name: "offer", CustomerID: customer, Charges: o.Charges}, Lines: lines}))
	testkit.Must(c.Quotes().Activate(ctx, q.ID, leadtocash.ActivateQuote{}))
	first := testkit.Must(c.Quotes().WinToOrder(ctx, q.ID, leadtocash.WinQuoteToOrder{}))
	second := testkit.Must(c.Quotes().WinToOrder(ctx, q.ID, leadtocash.WinQuoteToOrder{}))
	if first.Order.ID == second.Order.ID {
		t.Error("two orders of one quote have one id")
	}

	once := c.Once("order-1")
	a := testkit.Must(once.Opportunities().GenerateQuote(ctx, o.ID, leadtocash.GenerateQuote{}))
	b := testkit.Must(once.Opportunities().GenerateQuote(ctx, o.ID, leadtocash.GenerateQuote{}))
	if a.ID != b.ID {
		t.Error("the repeat of a request made another quote")
	}
}

// Every attempt of one call makes the same ids.
func TestAttemptsOfACallKeepItsIDs(t *testing.T) {
	t.Parallel()
	ctx, told := t.Context(), []record.QuoteID{}
	settings := leadtocash.Settings{BaseCurrency: money.EUR, PriceListOptional: true}
	c := testkit.Must(engine.New(aborting{memory.New()}, engine.WithSettings(settings), engine.WithClock(func() time.Time { return time.Unix(2e9, 0) }), engine.WithBeforeCommit(
		func(_ context.Context, _ storage.Tx, out engine.Outcome) error {
			if made, ok := out.Result.(*record.Change[leadtocash.Quote]); ok {
				told = append(told, made.Record.ID)
			}
			return nil
		},
	)))
	tarn := testkit.Must(c.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Tarn"}}))
	o := testkit.Must(c.Opportunities().Create(ctx, leadtocash.CreateOpportunity{
		Origin: record.Origin{Currency: money.EUR}, Fields: leadtocash.OpportunityFields{Name: "deal", ParentAccountID: tarn.ID, Charges: pricing.Charges{PriceListID: list(c)}}, Lines: []pricing.LineFields{testkit.WriteIn("3", "7.00")},
	}))
	testkit.Must(c.Opportunities().GenerateQuote(ctx, o.ID, leadtocash.GenerateQuote{}))
	if len(told) != 2 || told[0] != told[1] {
		t.Errorf("two attempts made %v", told)
	}
}

// kits sells kits of 4 bolts and 0.5 of powder at 30.00.
func kits(t *testing.T, settings leadtocash.Settings) (testkit.Shop, record.ProductID) {
	s := testkit.OpenShop(t, settings)
	bolt := s.Sells(t, catalog.StructureProduct, "bolt", "0.20")
	powder := s.Sells(t, catalog.StructureProduct, "powder", "9.00")
	kit := s.Sells(t, catalog.StructureBundle, "kit", "30.00",
		catalog.BundleMember{ProductID: bolt, Quantity: testkit.Some("4"), Required: true},
		catalog.BundleMember{ProductID: powder, Quantity: testkit.Some("0.5"), Required: true})
	return s, kit
}

func orderOf(t *testing.T, s testkit.Shop, lines ...pricing.LineFields) leadtocash.Order {
	t.Helper()
	q := s.Quote(t.Context(), t, lines...)
	testkit.Must(s.Quotes().Activate(t.Context(), q.ID, leadtocash.ActivateQuote{}))
	return *testkit.Must(s.Quotes().WinToOrder(t.Context(), q.ID, leadtocash.WinQuoteToOrder{})).Order
}

func quantities(lines []pricing.Line, of func(*pricing.Line) string) (list []string) {
	for n := range lines {
		list = append(list, of(&lines[n]))
	}
	return list
}

func asked(number int32, quantity string) pricing.LineQuantity {
	return pricing.LineQuantity{LineNumber: number, Quantity: testkit.Some(quantity)}
}

// Required members are shipped, billed, canceled and credited with their bundle.
func TestRequiredMembersFollowTheirBundle(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s, kit := kits(t, leadtocash.Settings{})
	o := orderOf(t, s, pricing.FromCatalog(kit, decimal.RequireFromString("3")))
	one := []pricing.LineQuantity{asked(1, "1")}

	inv := testkit.Must(s.Orders().Invoice(ctx, o.ID, leadtocash.InvoiceOrder{Lines: one})).Invoice
	got := quantities(inv.Lines, func(l *pricing.Line) string { return fmt.Sprint(l.Quantity, " ", l.NetAmount) })
	if want := []string{"1 30.00", "4 0.00", "0.5 0.00"}; !slices.Equal(got, want) {
		t.Errorf("one kit is billed as %v, want %v", got, want)
	}
	for name, lines := range map[string][]pricing.LineQuantity{"alone": {asked(2, "4")}, "with a bundle that wants less": {asked(1, "1"), asked(2, "5")}} {
		if _, err := s.Orders().Invoice(ctx, o.ID, leadtocash.InvoiceOrder{Lines: lines}); !errors.Is(err, codes.ErrInvalid) {
			t.Errorf("members are billed %s: %v", name, err)
		}
	}
	testkit.Must(s.Orders().Fulfill(ctx, o.ID, leadtocash.FulfillOrder{Lines: []pricing.LineQuantity{asked(2, "5")}}))
	o = testkit.Must(s.Orders().Fulfill(ctx, o.ID, leadtocash.FulfillOrder{Lines: one})).Record
	o = testkit.Must(s.Orders().CancelRemaining(ctx, o.ID, leadtocash.CancelRemaining{Lines: one})).Record
	got = quantities(o.Lines, func(l *pricing.Line) string {
		return fmt.Sprint(l.QuantityShipped, " ", l.QuantityCancelled, " ", l.QuantityInvoiced)
	})
	if want := []string{"1 1 1", "5 4 4", "0.5 0.5 0.5"}; !slices.Equal(got, want) {
		t.Errorf("shipped, canceled, billed are %v, want %v", got, want)
	}
	o = testkit.Must(s.Orders().Fulfill(ctx, o.ID, leadtocash.FulfillOrder{})).Record
	rest := testkit.Must(s.Orders().Invoice(ctx, o.ID, leadtocash.InvoiceOrder{}))
	if o = rest.Record; o.Status != leadtocash.OrderStatusInvoiced {
		t.Errorf("the order is %s: %v", o.Status, quantities(o.Lines, func(l *pricing.Line) string { return l.QuantityInvoiced.String() }))
	}

	testkit.Must(s.Invoices().Issue(ctx, inv.ID, leadtocash.IssueInvoice{}))
	if _, err := s.Invoices().Credit(ctx, inv.ID, leadtocash.CreditInvoice{Lines: []pricing.LineQuantity{asked(3, "0.5")}}); !errors.Is(err, codes.ErrInvalid) {
		t.Errorf("a member is credited by itself: %v", err)
	}
	note := testkit.Must(s.Invoices().Credit(ctx, inv.ID, leadtocash.CreditInvoice{Lines: []pricing.LineQuantity{asked(1, "0.33333")}})).CreditNote
	got = quantities(note.Lines, func(l *pricing.Line) string { return l.Quantity.String() })
	if want := []string{"0.33333", "1.33332", "0.16667"}; !slices.Equal(got, want) {
		t.Errorf("a third of a kit is credited as %v, want %v", got, want)
	}
}

// Where only what is shipped is billed, members that went ahead wait for their
// bundle.
func TestMembersAloneAreNotBilled(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s, kit := kits(t, leadtocash.Settings{InvoiceOnlyShipped: true})
	o := orderOf(t, s, pricing.FromCatalog(kit, decimal.RequireFromString("3")))
	testkit.Must(s.Orders().Fulfill(ctx, o.ID, leadtocash.FulfillOrder{Lines: []pricing.LineQuantity{asked(2, "4")}}))
	if _, err := s.Orders().Invoice(ctx, o.ID, leadtocash.InvoiceOrder{}); !errors.Is(err, codes.ErrNothingToInvoice) {
		t.Errorf("members were billed: %v", err)
	}
	testkit.Must(s.Orders().Fulfill(ctx, o.ID, leadtocash.FulfillOrder{Lines: []pricing.LineQuantity{asked(1, "1")}}))
	inv := testkit.Must(s.Orders().Invoice(ctx, o.ID, leadtocash.InvoiceOrder{})).Invoice
	got := quantities(inv.Lines, func(l *pricing.Line) string { return l.Quantity.String() })
	if want := []string{"1", "4", "0.5"}; !slices.Equal(got, want) {
		t.Errorf("billed %v, want %v", got, want)
	}
}

// I-94: where the rest of a bundle is canceled, members that went ahead are billed in
// proportion to the bundle, not for all that was shipped of them.
func TestMembersThatWentAheadAreBilledInProportion(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s, kit := kits(t, leadtocash.Settings{})
	o := orderOf(t, s, pricing.FromCatalog(kit, decimal.RequireFromString("2")))
	testkit.Must(s.Orders().Fulfill(ctx, o.ID, leadtocash.FulfillOrder{Lines: []pricing.LineQuantity{asked(1, "1")}}))
	testkit.Must(s.Orders().Fulfill(ctx, o.ID, leadtocash.FulfillOrder{Lines: []pricing.LineQuantity{asked(2, "4")}}))
	testkit.Must(s.Orders().CancelRemaining(ctx, o.ID, leadtocash.CancelRemaining{}))
	inv := testkit.Must(s.Orders().Invoice(ctx, o.ID, leadtocash.InvoiceOrder{}))
	got := quantities(inv.Invoice.Lines, func(l *pricing.Line) string { return l.Quantity.String() })
	if want := []string{"1", "4", "0.5"}; !slices.Equal(got, want) || inv.Record.Status != leadtocash.OrderStatusInvoiced {
		t.Errorf("billed %v, want %v; the order is %s", got, want, inv.Record.Status)
	}
}

// What was delivered ahead of a bundle that is canceled is what the order comes to:
// nothing is left to deliver, so it is complete, and not partly delivered for good.
func TestMembersAheadOfACanceledBundleCompleteTheOrder(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s, kit := kits(t, leadtocash.Settings{})
	o := orderOf(t, s, pricing.FromCatalog(kit, decimal.RequireFromString("2")))
	testkit.Must(s.Orders().Fulfill(ctx, o.ID, leadtocash.FulfillOrder{Lines: []pricing.LineQuantity{asked(2, "4")}}))
	done := testkit.Must(s.Orders().CancelRemaining(ctx, o.ID, leadtocash.CancelRemaining{}))
	if got := done.Record; got.Status != leadtocash.OrderStatusComplete || got.Fulfilment != leadtocash.FulfilmentComplete || done.Close == nil {
		t.Errorf("the order is %s, its fulfilment %s", got.Status, got.Fulfilment)
	}
}

// A copied line keeps a product that is retired meanwhile, at its price; a new
// line with it is refused.
func TestCopiesKeepRetiredProducts(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := testkit.OpenShop(t, leadtocash.Settings{})
	pin := s.Sells(t, catalog.StructureProduct, "pin", "0.37")
	q := s.Quote(ctx, t, pricing.FromCatalog(pin, decimal.RequireFromString("10")))
	testkit.Must(s.Quotes().Activate(ctx, q.ID, leadtocash.ActivateQuote{}))
	testkit.Must(s.Products().Retire(ctx, pin, catalog.RetireProduct{}))

	r := testkit.Must(s.Quotes().ReviseQuote(ctx, q.ID, leadtocash.ReviseQuote{})).Revision
	fields := r.Lines[0].Fields()
	fields.Quantity = testkit.Some("25")
	var notices []record.Reason
	edited := testkit.Must(s.Quotes().EditLines(engine.WithNotices(ctx, &notices), r.ID, pricing.EditLines{
		Change: []pricing.ChangeLine{{LineNumber: r.Lines[0].LineNumber, Fields: fields}},
	}))
	if l := edited.Lines[0]; edited.TotalAmount.String() != "9.25" || l.PricingError != 0 {
		t.Errorf("25 cost %s (%s)", edited.TotalAmount, l.PricingError)
	}
	if len(notices) != 1 || notices[0].Code != codes.ErrInactiveProduct || notices[0].Field != "lines[0].product_id" {
		t.Errorf("the notices are %v", notices)
	}
	if _, err := s.Quotes().EditLines(ctx, r.ID, pricing.EditLines{Add: []pricing.LineFields{pricing.FromCatalog(pin, decimal.RequireFromString("1"))}}); !errors.Is(err, codes.ErrInactiveProduct) {
		t.Errorf("a new line with it: %v", err)
	}
	testkit.Must(s.Quotes().Activate(ctx, r.ID, leadtocash.ActivateQuote{}))
	o := *testkit.Must(s.Quotes().WinToOrder(ctx, r.ID, leadtocash.WinQuoteToOrder{})).Order
	o = testkit.Must(s.Orders().UnlockPricing(ctx, o.ID, leadtocash.UnlockPricing{}))
	if o.TotalAmount.String() != "9.25" {
		t.Errorf("the unlocked order costs %s", o.TotalAmount)
	}
}

// A price that was typed on a copied line with a retired product stays where an edit
// leaves the price out: the catalogue has no other one any more.
func TestCopiesKeepTypedPricesOfRetiredProducts(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := testkit.OpenShop(t, leadtocash.Settings{})
	pin := s.Sells(t, catalog.StructureProduct, "pin", "0.37")
	typed := pricing.FromCatalog(pin, decimal.RequireFromString("10"))
	typed.PricePerUnit = testkit.Some("0.30")
	q := s.Quote(ctx, t, typed)
	testkit.Must(s.Quotes().Activate(ctx, q.ID, leadtocash.ActivateQuote{}))
	testkit.Must(s.Products().Retire(ctx, pin, catalog.RetireProduct{}))
	r := testkit.Must(s.Quotes().ReviseQuote(ctx, q.ID, leadtocash.ReviseQuote{})).Revision
	edit := func(fields pricing.LineFields) leadtocash.Quote {
		return testkit.Must(s.Quotes().EditLines(ctx, r.ID, pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: r.Lines[0].LineNumber, Fields: fields}}}))
	}
	if edited := edit(pricing.FromCatalog(pin, decimal.RequireFromString("20"))); edited.TotalAmount.String() != "6.00" || edited.Lines[0].PricingError != 0 {
		t.Errorf("20 cost %s (%s), want 6.00", edited.TotalAmount, edited.Lines[0].PricingError)
	}
	typed.PricePerUnit = testkit.Some("0.25")
	if edited := edit(typed); edited.TotalAmount.String() != "2.50" {
		t.Errorf("10 at another typed price cost %s, want 2.50", edited.TotalAmount)
	}
}

// A prepaid amount that is typed while the customer has credit is noticed when the
// invoice is issued.
func TestIssueNoticesUnbackedPrepaid(t *testing.T) {
	t.Parallel()
	l := newTill(t, money.EUR, leadtocash.Settings{})
	bill := func() (notices []record.Reason) {
		i := testkit.Must(l.Invoices().Create(l.ctx, leadtocash.CreateInvoice{
			Origin: record.Origin{Currency: money.EUR}, Lines: []pricing.LineFields{testkit.WriteIn("1", "100.00")},
			Fields: leadtocash.InvoiceFields{Name: "x", CustomerID: l.customer, Charges: pricing.Charges{PrepaidAmount: value.Some(l.amount("30.00"))}},
		}))
		testkit.Must(l.Invoices().Issue(engine.WithNotices(l.ctx, &notices), i.ID, leadtocash.IssueInvoice{}))
		return notices
	}
	if n := bill(); len(n) != 0 {
		t.Errorf("noticed without credit: %v", n)
	}
	p := testkit.Must(l.Payments().Create(l.ctx, leadtocash.CreatePayment{
		Origin: record.Origin{Currency: money.EUR}, Fields: leadtocash.PaymentFields{CustomerID: l.customer, Amount: l.amount("30.00"), ReceivedOn: l.now},
	}))
	testkit.Must(l.Payments().Post(l.ctx, p.ID, leadtocash.PostPayment{}))
	n := bill()
	if len(n) != 1 || n[0].Code != codes.NoticeUnbackedPrepaid || n[0].Params["prepaid_amount"] != "30.00" || n[0].Params["credit"] != "30.00" {
		t.Errorf("the notices are %v", n)
	}
}
