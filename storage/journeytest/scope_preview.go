package journeytest

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

var previewPromises = []promise{
	{"a preview of every action tells its outcome and stores nothing", previewTells},
	{"a preview of several calls tells their outcomes and stores nothing", previewAtomic},
	{"a preview draws no number and remembers no key", previewLeavesNoTrace},
	{"a preview is marked for authorizer, guards and hooks", previewIsMarked},
	{"a preview is refused as the call would be", previewRefused},
}

// provisional are numbers, which a preview cannot know.
var provisional = regexp.MustCompile(`"(QUO|ORD|PRD|INV|PAY|CRN|REF|APR)-\d+"`)

func previewTells(s *stage) {
	for _, sc := range append(slices.Clone(scenarios), compatScenario) {
		p := newPlay(s, s.store, sc)
		on := &stage{s.T, p.world, s.ctx}
		for n, step := range sc.steps {
			c := p.world.client
			if step.as != (record.Actor{}) {
				c = c.As(step.as)
			}
			begin := func() { p.world.set(dawn.Add(time.Duration(n)*time.Minute), uint64(1000*(n+1))) }
			var foreseen any
			on.unchanged(func() {
				var err error
				begin()
				if foreseen, err = step.do(s.ctx, c.Preview()); err != nil {
					s.Fatalf("%s, step %d, %s: the preview failed: %v", sc.name, n, step.action, err)
				}
			})
			begin()
			actual, err := step.do(s.ctx, c)
			if err != nil {
				s.Fatalf("%s, step %d, %s: %v", sc.name, n, step.action, err)
			}
			got, want := provisional.ReplaceAllString(s.form(foreseen), `"$1"`), provisional.ReplaceAllString(s.form(actual), `"$1"`)
			if got != want {
				s.Errorf("%s, step %d, %s: foreseen was\n%s\nthere came\n%s", sc.name, n, step.action, got, want)
			}
		}
	}
}

func previewAtomic(s *stage) {
	s.unchanged(func() {
		var order leadtocash.Order
		s.ok(s.client.Preview().Atomic(s.ctx, func(ctx context.Context, c *client) error {
			if err := carry(ctx, c, activeQuote()...); err != nil {
				return err
			}
			won, err := c.Quotes().WinToOrder(ctx, id[record.QuoteID](1), leadtocash.WinQuoteToOrder{})
			if err != nil {
				return err
			}
			fulfilled, err := c.Orders().Fulfill(ctx, won.Order.ID, leadtocash.FulfillOrder{})
			order = fulfilled.Record
			return err
		}))
		if order.Status != leadtocash.OrderStatusComplete {
			s.Errorf("foreseen is an order that is %s", order.Status)
		}
		err := s.client.Preview().Atomic(s.ctx, func(ctx context.Context, c *client) error {
			_ = carry(ctx, c, newAccount(1))
			return errHost
		})
		if !errors.Is(err, errHost) {
			s.Errorf("got %v, want the host's error", err)
		}
	})
}

func previewLeavesNoTrace(s *stage) {
	s.play(newAccount(1), newInvoice(1, desks), newInvoice(2, chairs))
	for range 3 {
		foreseen, err := s.client.Once("issue").Preview().Invoices().Issue(s.ctx, id[record.InvoiceID](1), leadtocash.IssueInvoice{})
		s.ok(err)
		if foreseen.InvoiceNumber == "" || foreseen.Status != leadtocash.InvoiceStatusBilled {
			s.Errorf("foreseen is an invoice that is %s with number %q", foreseen.Status, foreseen.InvoiceNumber)
		}
	}
	second, err := s.client.Once("issue").Invoices().Issue(s.ctx, id[record.InvoiceID](2), leadtocash.IssueInvoice{})
	s.ok(err)
	if want := engine.DefaultNumbering(kinds.Invoice, 1); second.InvoiceNumber != want {
		s.Errorf("the first invoice issued has the number %s, want %s", second.InvoiceNumber, want)
	}
}

// marks notes who was told that a call is a preview.
type marks map[string]bool

// Authorize notes whether it is asked for a preview, and allows everything.
func (m marks) Authorize(_ context.Context, r engine.Request) error {
	m[fmt.Sprint("authorizer ", r.Preview)] = true
	return nil
}

// Scope lets everybody see everything.
func (marks) Scope(context.Context, record.Actor, kinds.Kind) ([]storage.Cond, error) {
	return nil, nil
}

func previewIsMarked(s *stage) {
	s.play(newLead(1))
	seen := marks{}
	c := s.open(s, engine.WithAuthorizer(seen),
		engine.WithGuard(engine.Guard{Action: actions.LeadScore, Code: "too_early", Text: "not yet", Holds: func(g engine.GuardRequest) bool {
			seen[fmt.Sprint("guard ", g.Preview)] = true
			return true
		}}),
		engine.WithBeforeCommit(func(_ context.Context, _ storage.Tx, o engine.Outcome) error {
			seen[fmt.Sprint("hook ", o.Preview)] = true
			return nil
		}),
		engine.WithInterceptor(func(ctx context.Context, call *engine.Call, next func(context.Context) error) error {
			seen[fmt.Sprint("interceptor ", call.Preview)] = true
			return next(ctx)
		}))
	for _, preview := range []bool{true, false} {
		clear(seen)
		asked := c
		if preview {
			asked = c.Preview()
		}
		_, err := asked.Leads().Score(s.ctx, id[record.LeadID](1), leadtocash.SetScore{Score: 10})
		s.ok(err)
		for _, who := range []string{"authorizer", "guard", "hook", "interceptor"} {
			if !seen[fmt.Sprint(who, " ", preview)] || seen[fmt.Sprint(who, " ", !preview)] {
				s.Errorf("the %s was told %v, want preview %t alone", who, seen, preview)
			}
		}
	}
}

func previewRefused(s *stage) {
	s.play(newAccount(1), newQuote(1, 0, desks))
	s.unchanged(func() {
		_, foreseen := s.client.Preview().Quotes().WinToOrder(s.ctx, id[record.QuoteID](1), leadtocash.WinQuoteToOrder{})
		_, actual := s.client.Quotes().WinToOrder(s.ctx, id[record.QuoteID](1), leadtocash.WinQuoteToOrder{})
		s.refused(foreseen, codes.ErrInvalidTransition)
		if foreseen == nil || actual == nil || foreseen.Error() != actual.Error() {
			s.Errorf("the preview is refused with %v, the call with %v", foreseen, actual)
		}
	})
}
