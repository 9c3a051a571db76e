package engine_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

var errDown = errors.New("the database is down")

// sweptJourney takes a lead to cash, every command under a key of its own, and
// returns the invoice.
func sweptJourney(ctx context.Context, c *engine.Client, try func(func() error) error) (inv leadtocash.Invoice, err error) {
	var (
		lead  leadtocash.Lead
		deal  leadtocash.QualifiedLead
		quote leadtocash.Quote
		won   leadtocash.WonQuote
		bill  leadtocash.InvoicedOrder
	)
	steps := []func(c *engine.Client) error{
		func(c *engine.Client) (err error) {
			lead, err = c.Leads().Create(ctx, leadtocash.CreateLead{
				Origin: record.Origin{Currency: money.EUR},
				Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer", CompanyName: "Meyer & Co"},
			})
			return err
		},
		func(c *engine.Client) (err error) {
			deal, err = c.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{})
			return err
		},
		func(c *engine.Client) (err error) {
			quote, err = c.Quotes().Create(ctx, leadtocash.CreateQuote{
				OpportunityID: deal.Opportunity().ID,
				Fields:        leadtocash.QuoteFields{Name: "Desks", CustomerID: deal.Opportunity().CustomerID},
				Lines:         []pricing.LineFields{pricing.WriteIn("Desk", decimal.NewFromInt(3), decimal.RequireFromString("99.90"))},
			})
			return err
		},
		func(c *engine.Client) error {
			_, err := c.Quotes().Activate(ctx, quote.ID, leadtocash.ActivateQuote{})
			return err
		},
		func(c *engine.Client) error {
			revised, err := c.Quotes().ReviseQuote(ctx, quote.ID, leadtocash.ReviseQuote{})
			if err == nil {
				quote = *revised.Revision
			}
			return err
		},
		func(c *engine.Client) error {
			_, err := c.Quotes().Activate(ctx, quote.ID, leadtocash.ActivateQuote{})
			return err
		},
		func(c *engine.Client) (err error) {
			won, err = c.Quotes().WinToOrder(ctx, quote.ID, leadtocash.WinQuoteToOrder{})
			return err
		},
		func(c *engine.Client) error {
			_, err := c.Orders().Fulfill(ctx, won.Order.ID, leadtocash.FulfillOrder{})
			return err
		},
		func(c *engine.Client) (err error) {
			bill, err = c.Orders().Invoice(ctx, won.Order.ID, leadtocash.InvoiceOrder{})
			return err
		},
		func(c *engine.Client) error {
			paid, err := c.Invoices().MarkPaid(ctx, bill.Invoice.ID, leadtocash.PayInvoice{})
			inv = paid.Record
			return err
		},
	}
	for n, step := range steps {
		if err := try(func() error { return step(c.Once(fmt.Sprintf("step %d", n))) }); err != nil {
			return inv, err
		}
	}
	return inv, nil
}

func sweptClient(t *testing.T, store storage.Store) *engine.Client {
	t.Helper()
	var mu sync.Mutex
	now, serial := time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC), byte(0)
	c, err := engine.New(store,
		engine.WithClock(func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			now = now.Add(time.Second)
			return now
		}),
		engine.WithIDs(func() uuid.UUID {
			mu.Lock()
			defer mu.Unlock()
			serial++
			return uuid.UUID{0: 1, 15: serial}
		}))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// feedTypes lists what happened, in order: the same whatever failed on the way.
func feedTypes(t *testing.T, c *engine.Client) (types []string) {
	t.Helper()
	for e, err := range c.Feed(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		types = append(types, fmt.Sprintf("%s %d", e.Type, e.Version))
	}
	return types
}

// Every call to the store fails once, before or after its effect: each command
// happens entirely or not at all, and repeating it with its key leads to the
// same end.
func TestJourneySurvivesEveryFault(t *testing.T) {
	t.Parallel()
	plain := sweptClient(t, memory.New())
	if _, err := sweptJourney(t.Context(), plain, func(step func() error) error { return step() }); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprint(feedTypes(t, plain))
	for name, fault := range map[string]func(n int64) storagetest.Plan{
		"failed call":           func(n int64) storagetest.Plan { return storagetest.FailNth(n, errDown) },
		"lost acknowledgement":  func(n int64) storagetest.Plan { return storagetest.LoseAck(n, errDown) },
		"transaction run twice": func(n int64) storagetest.Plan { return storagetest.Rerun(n) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := int64(1); ; n++ {
				inner := memory.New()
				store := storagetest.Faulty(storagetest.Reencode(inner), fault(n))
				c, faults := sweptClient(t, store), 0
				inv, err := sweptJourney(t.Context(), c, func(step func() error) error {
					before := fmt.Sprint(feedTypes(t, sweptClient(t, inner)))
					err := step()
					if err == nil {
						return nil
					}
					faults++
					if after := fmt.Sprint(feedTypes(t, sweptClient(t, inner))); !errors.Is(err, codes.ErrCommitUnknown) && after != before {
						t.Fatalf("call %d: the failed command left %s, before it was %s", n, after, before)
					}
					return step() // with the same key
				})
				if err != nil {
					t.Fatalf("call %d: the repeat failed: %v", n, err)
				}
				if got := fmt.Sprint(feedTypes(t, sweptClient(t, inner))); got != want {
					t.Fatalf("call %d: the journey became %s, want %s", n, got, want)
				}
				if inv.Status != leadtocash.InvoiceStatusPaid || inv.InvoiceNumber != "INV-00001" {
					t.Fatalf("call %d: the invoice is %s with number %q", n, inv.Status, inv.InvoiceNumber)
				}
				if calls := store.Calls(); n > calls || n > 400 {
					return
				}
			}
		})
	}
}

// Twenty people win the same quote at once: one order results.
func TestOneOfTwentyWins(t *testing.T) {
	t.Parallel()
	c, err := engine.New(memory.New(), engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR}))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	a := testkit.Must(c.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer & Co"}}))
	q := testkit.Must(c.Quotes().Create(ctx, leadtocash.CreateQuote{
		Fields: leadtocash.QuoteFields{Name: "Desks", CustomerID: record.AccountCustomer(a.ID)},
		Lines:  []pricing.LineFields{pricing.WriteIn("Desk", decimal.NewFromInt(3), decimal.RequireFromString("99.90"))},
	}))
	testkit.Must(c.Quotes().Activate(ctx, q.ID, leadtocash.ActivateQuote{}))
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		wins int
	)
	for range 20 {
		wg.Go(func() {
			_, err := c.Quotes().WinToOrder(ctx, q.ID, leadtocash.WinQuoteToOrder{})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				wins++
			case !errors.Is(err, codes.ErrQuoteAlreadyOrdered):
				t.Errorf("got %v, want ErrQuoteAlreadyOrdered", err)
			}
		})
	}
	wg.Wait()
	orders := testkit.Must(c.Orders().Count(ctx, engine.OrderQuery{Quote: q.ID}))
	if wins != 1 || orders != 1 {
		t.Errorf("%d of twenty won and %d orders were made, want one", wins, orders)
	}
}

// Invoices issued at once get numbers without gap or repetition.
func TestInvoiceNumbersHaveNoGap(t *testing.T) {
	t.Parallel()
	c, err := engine.New(memory.New(), engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR}))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	a := testkit.Must(c.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer & Co"}}))
	const n = 40
	var wg sync.WaitGroup
	for i := range n {
		inv := testkit.Must(c.Invoices().Create(ctx, leadtocash.CreateInvoice{
			Fields: leadtocash.InvoiceFields{Name: "Desks", CustomerID: record.AccountCustomer(a.ID)},
			Lines:  []pricing.LineFields{pricing.WriteIn("Desk", decimal.NewFromInt(int64(i)+1), decimal.NewFromInt(100))},
		}))
		wg.Go(func() {
			if i%4 == 0 { // refused: due before it is issued
				if _, err := c.Invoices().Issue(ctx, inv.ID, leadtocash.IssueInvoice{DueDate: 20000101}); err == nil {
					t.Error("an invoice was issued that is due before")
				}
			}
			if _, err := c.Invoices().Issue(ctx, inv.ID, leadtocash.IssueInvoice{}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for inv, err := range c.Invoices().All(ctx, engine.InvoiceQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		seen[inv.InvoiceNumber] = true
	}
	for i := range n {
		if number := engine.DefaultNumbering(kinds.Invoice, int64(i)+1); !seen[number] {
			t.Errorf("no invoice has the number %s", number)
		}
	}
}
