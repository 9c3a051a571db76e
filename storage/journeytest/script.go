package journeytest

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Commands is how many commands a [Play] carries out.
const Commands = len(commands)

var commands = [...]string{"create", "qualify", "quote", "activate", "win", "fulfill", "invoice", "issue", "pay"}

// KeyOf returns the key of the n-th command of a Play, counted from 0.
func KeyOf(key string, n int) string { return key + "/" + commands[n] }

// Play takes a lead to a paid invoice: a quote of three lines, activated, won,
// delivered, billed, issued and paid. The lead comes from a person and a company
// that nobody knows, so that account and contact are made. If key is not empty each
// command is made under a key of its own that begins with it, so that Play may be
// called again; done, if not nil, is called after each command that has succeeded.
func Play(ctx context.Context, c *engine.Client, key string, done func(key string)) error {
	p := &script{client: c, key: key, done: done}
	id := uuid.Must(uuid.NewV7())
	if key != "" {
		id = uuid.NewSHA1(uuid.NameSpaceOID, []byte(key))
	}
	lead := then(p, func(c *engine.Client) (leadtocash.Lead, error) {
		return c.Leads().Create(ctx, leadtocash.CreateLead{Origin: inEUR, Fields: leadtocash.LeadFields{
			Topic: "machines for three cafés", FirstName: "Ada", LastName: stranger(id), CompanyName: stranger(id) + " Coffee", Email1: stranger(id) + "@example.com",
		}, ID: record.LeadID{UUID: id}})
	})
	qualified := then(p, func(c *engine.Client) (leadtocash.QualifiedLead, error) {
		return c.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{})
	})
	quote := then(p, func(c *engine.Client) (leadtocash.Quote, error) {
		opportunity := qualified.Opportunity()
		return c.Quotes().Create(ctx, leadtocash.CreateQuote{
			Origin: inEUR, OpportunityID: opportunity.ID,
			Fields: leadtocash.QuoteFields{Name: opportunity.Name, CustomerID: opportunity.CustomerID},
			Lines:  []pricing.LineFields{desks, chairs, pricing.WriteIn("hours", decimal.RequireFromString("7.5"), number("64"))},
		})
	})
	then(p, func(c *engine.Client) (leadtocash.Quote, error) {
		return c.Quotes().Activate(ctx, quote.ID, leadtocash.ActivateQuote{})
	})
	won := then(p, func(c *engine.Client) (leadtocash.WonQuote, error) {
		return c.Quotes().WinToOrder(ctx, quote.ID, leadtocash.WinQuoteToOrder{})
	})
	then(p, func(c *engine.Client) (leadtocash.ClosedOrder, error) {
		return c.Orders().Fulfill(ctx, won.Order.ID, leadtocash.FulfillOrder{})
	})
	billed := then(p, func(c *engine.Client) (leadtocash.InvoicedOrder, error) {
		return c.Orders().Invoice(ctx, won.Order.ID, leadtocash.InvoiceOrder{})
	})
	then(p, func(c *engine.Client) (leadtocash.Invoice, error) {
		return c.Invoices().Issue(ctx, billed.Invoice.ID, leadtocash.IssueInvoice{})
	})
	then(p, func(c *engine.Client) (leadtocash.PaidInvoice, error) {
		return c.Invoices().MarkPaid(ctx, billed.Invoice.ID, leadtocash.PayInvoice{})
	})
	return p.err
}

// stranger is the name of whoever a lead comes from, made of the lead's id.
func stranger(lead uuid.UUID) string { return "by" + hex.EncodeToString(lead[:]) }

// script is a Play on its way; after an error it does no more.
type script struct {
	client *engine.Client
	key    string
	done   func(string)
	next   int // command
	err    error
}

func then[O any](p *script, command func(*engine.Client) (O, error)) (out O) {
	if p.err != nil {
		return out
	}
	c, key := p.client, ""
	if p.key != "" {
		key = KeyOf(p.key, p.next)
		c = c.Once(key)
	}
	if out, p.err = command(c); p.err != nil {
		p.err = fmt.Errorf("%s: %w", commands[p.next], p.err)
	} else if p.done != nil {
		p.done(key)
	}
	p.next++
	return out
}

// PlayOn plays one script after the other, for a process that will be killed, and
// writes the key of each command that has succeeded on a line of its own. It ends
// with the first error.
func PlayOn(ctx context.Context, store storage.Store, name string, w io.Writer) error {
	c, err := engine.New(store)
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		var lost error
		err := Play(ctx, c, fmt.Sprintf("%s-%d", name, n), func(key string) { _, lost = fmt.Fprintln(w, key) })
		if err != nil {
			return err
		}
		if lost != nil {
			return lost
		}
	}
}

// CheckPlayed checks what a process that was killed within PlayOn has left: every
// command that it has acknowledged is there, at most one more is, nothing is half
// done, and repeating the last script with its keys completes it, once.
func CheckPlayed(t testing.TB, store storage.Store, name string, acknowledged []string) {
	t.Helper()
	ctx := t.Context()
	before := requests(t, store, name)
	for _, key := range acknowledged {
		if !before[key] {
			t.Errorf("command %s was acknowledged and is lost", key)
		}
	}
	if extra := len(before) - len(acknowledged); extra > 1 {
		t.Errorf("%d commands are stored that were never acknowledged; one can have been on its way", extra)
	}
	verify(t, store)

	c, err := engine.New(store)
	if err != nil {
		t.Fatal(err)
	}
	last := len(acknowledged) / Commands
	if err := Play(ctx, c, fmt.Sprintf("%s-%d", name, last), nil); err != nil {
		t.Errorf("repeated with its keys: %v", err)
	}
	if got, want := len(requests(t, store, name)), (last+1)*Commands; got != want {
		t.Errorf("%d commands are stored, want the %d of %d scripts", got, want, last+1)
	}
	verify(t, store)
}

// requests returns the keys of commands in the feed.
func requests(t testing.TB, store storage.Store, name string) map[string]bool {
	t.Helper()
	keys := make(map[string]bool)
	for e, err := range store.Feed(t.Context(), storage.Default, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(e.Request, name+"-") {
			keys[e.Request] = true
		}
	}
	return keys
}

func verify(t testing.TB, store storage.Store) {
	t.Helper()
	violations, err := storage.Verify(t.Context(), store, storage.Default)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range violations {
		t.Errorf("verify: %s", v)
	}
}
