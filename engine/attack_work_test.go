package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

// labour is a call whose input can be long. It prepares one with n parts, to be
// called again and again; what it does is not stored.
type labour struct {
	name  string
	limit int // the most parts that it takes
	ready func(t testing.TB, n int) func(context.Context) error
}

// labours are calls of each kind whose work could grow faster than their input.
func labours() []labour {
	return []labour{
		{"units that build on each other", 1_000, func(t testing.TB, n int) func(context.Context) error {
			c := testkit.NewDesksClient()
			units := make([]catalog.Unit, n)
			for i := range units {
				units[i] = catalog.Unit{ID: engine.NewID[record.UnitID](), Name: fmt.Sprint("unit ", i)}
				if i > 0 {
					units[i].BaseUnitID, units[i].Quantity = units[i-1].ID, value.Some(decimal.NewFromInt(2))
				}
			}
			return func(ctx context.Context) error {
				_, err := c.Preview().UnitGroups().Create(ctx, catalog.CreateUnitGroup{Fields: catalog.UnitGroupFields{Name: "Chain", Units: units}})
				return err
			}
		}},
		{"lines that are made", 10_000, func(t testing.TB, n int) func(context.Context) error {
			c := testkit.NewDesksClient()
			cmd := longQuote(testkit.CreateMeyer(c), n)
			return func(ctx context.Context) error {
				_, err := c.Preview().Quotes().Create(ctx, cmd)
				return err
			}
		}},
		{"lines that are changed and removed", 10_000, func(t testing.TB, n int) func(context.Context) error {
			c := testkit.NewDesksClient()
			q := testkit.Must(c.Quotes().Create(t.Context(), longQuote(testkit.CreateMeyer(c), n)))
			var cmd pricing.EditLines
			for i, l := range q.Lines {
				if i%2 == 0 {
					cmd.Remove = append(cmd.Remove, l.LineNumber)
				} else {
					cmd.Change = append(cmd.Change, pricing.ChangeLine{LineNumber: l.LineNumber, Fields: pricing.WriteIn("Lamp", decimal.NewFromInt(2), decimal.NewFromInt(3))})
				}
			}
			return func(ctx context.Context) error {
				_, err := c.Preview().Quotes().EditLines(ctx, q.ID, cmd)
				return err
			}
		}},
		{"lines that are removed and not there", 10_000, func(t testing.TB, n int) func(context.Context) error {
			c := testkit.NewDesksClient()
			q := testkit.Must(c.Quotes().Create(t.Context(), longQuote(testkit.CreateMeyer(c), n)))
			cmd := pricing.EditLines{Remove: make([]int32, n)}
			for i := range cmd.Remove {
				cmd.Remove[i] = int32(1_000_000 - i)
			}
			return func(ctx context.Context) error {
				_, err := c.Preview().Quotes().EditLines(ctx, q.ID, cmd)
				return refusedOr(err)
			}
		}},
		{"lines of as many products", 10_000, func(t testing.TB, n int) func(context.Context) error {
			shop := testkit.NewDeskCatalog()
			cmd := longQuote(testkit.CreateMeyer(shop.Client), 0)
			cmd.Fields.PriceListID = shop.Retail.ID
			for i := range n {
				p := shop.Active(fmt.Sprint("desk ", i))
				testkit.Must(shop.PriceListItems().Create(t.Context(), catalog.CreatePriceListItem{
					PriceListID: shop.Retail.ID, ProductID: p.ID, Fields: catalog.PriceListItemFields{Amount: testkit.Some("1")},
				}))
				cmd.Lines = append(cmd.Lines, pricing.FromCatalog(p.ID, decimal.NewFromInt(1)))
			}
			return func(ctx context.Context) error {
				_, err := shop.Preview().Quotes().Create(ctx, cmd)
				return err
			}
		}},
		{"bundles with their members, added and delivered", 5_000, func(t testing.TB, n int) func(context.Context) error {
			shop := testkit.OpenShop(t, leadtocash.Settings{BaseCurrency: money.EUR})
			lines := make([]pricing.LineFields, n/2)
			for i := range lines {
				lines[i] = pricing.FromCatalog(shop.Set, decimal.NewFromInt(1))
			}
			q := shop.Quote(t.Context(), t, lines...)
			testkit.Must(shop.Quotes().Activate(t.Context(), q.ID, leadtocash.ActivateQuote{}))
			order := testkit.Must(shop.Quotes().WinToOrder(t.Context(), q.ID, leadtocash.WinQuoteToOrder{})).Order
			edit := pricing.EditLines{Add: lines}
			for _, l := range order.Lines {
				if l.ProductType == pricing.ProductTypeBundle {
					edit.Change = append(edit.Change, pricing.ChangeLine{LineNumber: l.LineNumber, Fields: pricing.FromCatalog(shop.Set, decimal.NewFromInt(2))})
				}
			}
			all := eachOf(order.Lines)
			return func(ctx context.Context) error {
				_, err := shop.Preview().Quotes().EditLines(ctx, q.ID, edit)
				_, err2 := shop.Preview().Orders().EditLines(ctx, order.ID, edit)
				_, err3 := shop.Preview().Orders().Fulfill(ctx, order.ID, leadtocash.FulfillOrder{Lines: all[:len(all)-2]})
				return errors.Join(refusedOr(err), err2, err3)
			}
		}},
		{"lines that are delivered, billed, canceled and credited", 10_000, func(t testing.TB, n int) func(context.Context) error {
			c := testkit.NewDesksClient()
			ctx := t.Context()
			q := testkit.Must(c.Quotes().Create(ctx, longQuote(testkit.CreateMeyer(c), n)))
			testkit.Must(c.Quotes().Activate(ctx, q.ID, leadtocash.ActivateQuote{}))
			order := testkit.Must(c.Quotes().WinToOrder(ctx, q.ID, leadtocash.WinQuoteToOrder{})).Order
			some := eachOf(order.Lines)[1:]
			half := eachOf(order.Lines)[:n/2]
			invoice := testkit.Must(c.Orders().Invoice(ctx, order.ID, leadtocash.InvoiceOrder{Lines: half})).Invoice
			testkit.Must(c.Invoices().Issue(ctx, invoice.ID, leadtocash.IssueInvoice{}))
			credit := leadtocash.CreditInvoice{Reason: leadtocash.CreditReasonReturn, Lines: eachOf(invoice.Lines)[1:]}
			return func(ctx context.Context) error {
				c := c.Preview()
				_, err := c.Orders().Fulfill(ctx, order.ID, leadtocash.FulfillOrder{Lines: some})
				_, err2 := c.Orders().Invoice(ctx, order.ID, leadtocash.InvoiceOrder{Lines: eachOf(order.Lines)[n/2 : n-1]})
				_, err3 := c.Orders().CancelRemaining(ctx, order.ID, leadtocash.CancelRemaining{Lines: eachOf(order.Lines)[n/2 : n-1]})
				_, err4 := c.Invoices().Credit(ctx, invoice.ID, credit)
				return errors.Join(err, err2, err3, err4)
			}
		}},
		{"invoices that a payment settles", 5_000, func(t testing.TB, n int) func(context.Context) error {
			c, payment := manyInvoices(t, n)
			return func(ctx context.Context) error {
				_, err := c.Preview().Payments().AutoAllocate(ctx, payment, leadtocash.AutoAllocatePayment{})
				return err
			}
		}},
		{"invoices that a bounced payment opens again", 5_000, func(t testing.TB, n int) func(context.Context) error {
			c, payment := manyInvoices(t, n)
			testkit.Must(c.Payments().AutoAllocate(t.Context(), payment, leadtocash.AutoAllocatePayment{}))
			return func(ctx context.Context) error {
				_, err := c.Preview().Payments().Bounce(ctx, payment, leadtocash.BouncePayment{})
				_, err2 := c.Preview().Payments().Explain(ctx, payment)
				return errors.Join(err, err2)
			}
		}},
		{"what a customer owes", 5_000, func(t testing.TB, n int) func(context.Context) error {
			c, payment := manyInvoices(t, n)
			customer := testkit.Must(c.Payments().Get(t.Context(), payment)).CustomerID
			return func(ctx context.Context) error {
				_, err := c.Receivables().Credit(ctx, customer, money.EUR)
				_, err2 := c.Receivables().Statement(ctx, customer, engine.StatementQuery{})
				_, err3 := c.Receivables().PositionOf(ctx, customer, testkit.DeskDay.Day().AddDays(1))
				return errors.Join(err, err2, err3)
			}
		}},
		{"accounts below each other", 100, func(t testing.TB, n int) func(context.Context) error {
			c := engineOver(t, memory.New(), engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR, HoldFollows: leadtocash.HoldFollowsAccounts}))
			top, last := chainOfAccounts(t, c, n)
			return func(ctx context.Context) error {
				_, err := c.Accounts().Rollup(ctx, top)
				_, err2 := c.Preview().Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Last", ParentAccountID: last}})
				_, err3 := c.Receivables().Credit(ctx, record.AccountCustomer(last), money.EUR)
				_, err4 := c.Preview().Accounts().Assign(ctx, top, record.Assign{Owner: uuid.New(), Cascade: record.CascadeAll})
				return errors.Join(refusedOr(err2), err, err3, err4)
			}
		}},
	}
}

// refusedOr is an error that is no refusal.
func refusedOr(err error) error {
	var refusal *record.Error
	if errors.As(err, &refusal) {
		return nil
	}
	return err
}

func longQuote(customer party.Account, n int) leadtocash.CreateQuote {
	lines := make([]pricing.LineFields, n)
	for i := range lines {
		lines[i] = pricing.WriteIn(fmt.Sprint("Desk ", i), decimal.NewFromInt(3), decimal.NewFromInt(10))
	}
	return leadtocash.CreateQuote{Lines: lines, Fields: leadtocash.QuoteFields{Name: "Desks", CustomerID: record.AccountCustomer(customer.ID)}}
}

func eachOf(lines []pricing.Line) (list []pricing.LineQuantity) {
	for _, l := range lines {
		list = append(list, pricing.LineQuantity{LineNumber: l.LineNumber})
	}
	return list
}

func engineOver(t testing.TB, store *memory.Store, opts ...engine.ClientOption) *engine.Client {
	t.Helper()
	c, err := engine.New(store, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// manyInvoices stores n open invoices of one customer, and a payment of all.
func manyInvoices(t testing.TB, n int) (*engine.Client, record.PaymentID) {
	t.Helper()
	ctx, c := t.Context(), testkit.NewDesksClient()
	customer := record.AccountCustomer(testkit.CreateMeyer(c).ID)
	for range n {
		i := testkit.Must(c.Invoices().Create(ctx, leadtocash.CreateInvoice{
			Fields: leadtocash.InvoiceFields{Name: "Desks", CustomerID: customer},
			Lines:  []pricing.LineFields{pricing.WriteIn("Desk", decimal.NewFromInt(1), decimal.NewFromInt(10))},
		}))
		testkit.Must(c.Invoices().Issue(ctx, i.ID, leadtocash.IssueInvoice{}))
	}
	p := testkit.Must(c.Payments().Create(ctx, leadtocash.CreatePayment{Fields: leadtocash.PaymentFields{
		CustomerID: customer, Amount: money.EUR.MustAmount(fmt.Sprint(10 * n)), ReceivedOn: testkit.DeskDay.Day(),
	}}))
	testkit.Must(c.Payments().Post(ctx, p.ID, leadtocash.PostPayment{}))
	return c, p.ID
}

// chainOfAccounts stores n accounts below each other.
func chainOfAccounts(t testing.TB, c *engine.Client, n int) (top, last record.AccountID) {
	t.Helper()
	for i := range n {
		a := testkit.Must(engine.Import(t.Context(), c, party.Account{
			AccountFields: party.AccountFields{Name: fmt.Sprint("Account ", i), ParentAccountID: last}, Status: party.AccountStatusActive,
		}))
		if last = a.ID; i == 0 {
			top = a.ID
		}
	}
	return top, last
}

// counting is a context that counts how often it is asked whether it has ended, and
// ends with the n-th time; never for 0.
type counting struct {
	context.Context
	asked, ends int
}

func (c *counting) Err() error {
	if c.asked++; c.ends > 0 && c.asked >= c.ends {
		return context.Canceled
	}
	return c.Context.Err()
}

// A call ends when its context does, wherever that finds it: it fails, and asks for
// little more.
func TestWorkEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for _, l := range labours() {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			do := l.ready(t, 60)
			whole := &counting{Context: t.Context()}
			if err := do(whole); err != nil {
				t.Fatal(err)
			}
			for _, at := range []int{1, 2, whole.asked / 3, whole.asked / 2, whole.asked - 1, whole.asked} {
				ctx := &counting{Context: t.Context(), ends: max(at, 1)}
				if err := do(ctx); !errors.Is(err, context.Canceled) {
					t.Errorf("ended at %d of %d: %v", at, whole.asked, err)
				}
				if more := ctx.asked - ctx.ends; more > 40 { // several calls, each of which may ask
					t.Errorf("ended at %d of %d, and asked %d times more", at, whole.asked, more)
				}
			}
		})
	}
}

// Every list of a command or a record has a limit: one element more is refused, with
// its path.
func TestListsAreLimited(t *testing.T) {
	t.Parallel()
	for name, typ := range readTypes() {
		for _, f := range reflect.VisibleFields(typ) {
			tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if !f.IsExported() || tag == "" || tag == "-" || f.Type.Kind() != reflect.Slice || f.Type.Elem().Kind() == reflect.Uint8 {
				continue
			}
			most := 10_000
			if limit := f.Tag.Get("most"); limit != "" {
				most = testkit.Must(strconv.Atoi(limit))
			}
			v := reflect.New(typ)
			into := v.Elem().FieldByIndex(f.Index)
			for _, n := range []int{most, most + 1} {
				into.Set(reflect.MakeSlice(f.Type, n, n))
				refused := slices.ContainsFunc(schema.Validate(v.Interface(), money.EUR), func(r record.Reason) bool {
					return r.Code == codes.ErrOutOfRange && (r.Field == tag || strings.HasSuffix(r.Field, "."+tag)) && r.Params["max"] == most
				})
				if refused != (n > most) {
					t.Errorf("%s: %d elements of %s are refused: %v", name, n, tag, refused)
				}
			}
		}
	}
}

// What calls add to a document, and to a chain of parents, ends at the limit.
func TestDocumentsAndChainsAreLimited(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	refused := func(what string, err error, field string) {
		t.Helper()
		var refusal *record.Error
		if !errors.As(err, &refusal) || refusal.Code != codes.ErrOutOfRange || refusal.Reasons[0].Field != field {
			t.Errorf("%s: %v, want out_of_range of %s", what, err, field)
		}
	}
	c := testkit.NewDesksClient()
	customer := testkit.CreateMeyer(c)
	full := testkit.Must(c.Quotes().Create(ctx, longQuote(customer, pricing.MaxLines)))
	one := pricing.EditLines{Add: []pricing.LineFields{pricing.WriteIn("Desk", decimal.NewFromInt(1), decimal.NewFromInt(1))}}
	_, err := c.Quotes().EditLines(ctx, full.ID, one)
	refused("a line more", err, "add")
	_, err = c.Quotes().Create(ctx, longQuote(customer, pricing.MaxLines+1))
	refused("a quote of too many lines", err, "lines")

	deal := testkit.Must(c.Opportunities().Create(ctx, leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{Name: "Desks", CustomerID: record.AccountCustomer(customer.ID)}}))
	testkit.Must(c.Opportunities().EditLines(ctx, deal.ID, one))
	_, err = c.Quotes().GetProducts(ctx, full.ID, pricing.GetProducts{OpportunityID: deal.ID})
	refused("the lines of a deal", err, "opportunity_id")

	shop := testkit.OpenShop(t, leadtocash.Settings{BaseCurrency: money.EUR})
	sets := make([]pricing.LineFields, pricing.MaxLines/2+1)
	for i := range sets {
		sets[i] = pricing.FromCatalog(shop.Set, decimal.NewFromInt(1))
	}
	_, err = shop.Quotes().EditLines(ctx, shop.Quote(ctx, t).ID, pricing.EditLines{Add: sets})
	refused("bundles with their members", err, "add")

	last := full
	last.ID, last.QuoteNumber, last.Lines, last.LastLine, last.Status = record.QuoteID{}, "Q-9", last.Lines[:1], 1_000_000_000, leadtocash.QuoteStatusDraft
	last.Totals, last.RevisionNumber = pricing.Totals{}, 0
	last = testkit.Must(engine.Import(ctx, c, last))
	_, err = c.Quotes().EditLines(ctx, last.ID, one)
	refused("a line number more", err, "add")
	last.ID, last.QuoteNumber, last.LastLine = record.QuoteID{}, "Q-10", math.MaxInt32
	_, err = engine.Import(ctx, c, last)
	refused("a last line beyond its range", err, "last_line")
	last.ID, last.LastLine, last.Lines[0].LineNumber = record.QuoteID{}, 1_000_000_000, 0
	_, err = engine.Import(ctx, c, last)
	refused("a line without number after the last one", err, "last_line")

	_, below := chainOfAccounts(t, c, party.MaxParents)
	deepest := testkit.Must(c.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Deepest", ParentAccountID: below}}))
	_, err = c.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Deeper", ParentAccountID: deepest.ID}})
	refused("an account too deep", err, "fields.parent_account_id")
	_, err = c.Accounts().Edit(ctx, customer.ID, party.EditAccount{Fields: party.AccountFields{Name: "Meyer", ParentAccountID: deepest.ID}})
	refused("an account that moves too deep", err, "fields.parent_account_id")
}

// BenchmarkWork is what long input costs, by its parts: ns/part stays about the same
// up to the limit.
func BenchmarkWork(b *testing.B) {
	for _, l := range labours() {
		for _, n := range []int{l.limit / 8, l.limit} {
			b.Run(fmt.Sprintf("%s/%d", l.name, n), func(b *testing.B) {
				do := l.ready(b, n)
				for b.Loop() {
					if err := do(b.Context()); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/part")
			})
		}
	}
}
