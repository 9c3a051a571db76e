package engine_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/storage"
)

// An interceptor that does not call on, or that swallows an error, yields an error
// instead of an empty record; one that calls on again runs nothing twice.
func TestInterceptorsThatDoNotCallOn(t *testing.T) {
	t.Parallel()
	create := func(i engine.Interceptor) (leadtocash.Lead, error) {
		c := testkit.NewDesksClient(engine.WithInterceptor(i))
		return c.Leads().Create(t.Context(), leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}})
	}
	for name, i := range map[string]engine.Interceptor{
		"does not call on": func(context.Context, *engine.Call, func(context.Context) error) error { return nil },
		"swallows the error": func(_ context.Context, _ *engine.Call, next func(context.Context) error) error {
			ended, cancel := context.WithCancel(t.Context())
			cancel()
			_ = next(ended)
			return nil
		},
	} {
		if lead, err := create(i); err == nil {
			t.Errorf("an interceptor that %s: %+v", name, lead)
		}
	}
	lead, err := create(func(ctx context.Context, _ *engine.Call, next func(context.Context) error) error {
		return errors.Join(next(ctx), next(ctx))
	})
	if err != nil || lead.Version != 1 {
		t.Errorf("an interceptor that calls on twice: %+v, %v", lead, err)
	}
}

// A numbering that gives one number for several is refused instead of tried for ever.
func TestNumberingsThatRepeatThemselves(t *testing.T) {
	t.Parallel()
	for name, numbering := range map[string]engine.Numbering{
		"always the same": func(kind kinds.Kind, _ int64) string { return "N-" + string(kind) },
		"three by turns":  func(kind kinds.Kind, n int64) string { return fmt.Sprint(kind, n%3) },
		"none":            func(kinds.Kind, int64) string { return "" },
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		c := testkit.NewDesksClient(engine.WithNumbering(numbering))
		quote := longQuote(testkit.CreateMeyer(c), 1)
		var err error
		for range 5 {
			if _, err = c.Quotes().Create(ctx, quote); err != nil {
				break
			}
		}
		if want := codes.ErrTaken; !errors.Is(err, want) && !(name == "none" && errors.Is(err, codes.ErrMissingField)) {
			t.Errorf("%s: a quote: %v", name, err)
		}
		for range 5 {
			c, i := c, leadtocash.CreateInvoice{Fields: leadtocash.InvoiceFields{Name: "Desks", CustomerID: quote.Fields.CustomerID}, Lines: longQuote(testkit.CreateMeyer(c), 1).Lines}
			invoice := testkit.Must(c.Invoices().Create(ctx, i))
			if _, err = c.Invoices().Issue(ctx, invoice.ID, leadtocash.IssueInvoice{}); err != nil {
				break
			}
		}
		if want := codes.ErrTaken; !errors.Is(err, want) && !(name == "none" && errors.Is(err, codes.ErrMissingField)) {
			t.Errorf("%s: an invoice: %v", name, err)
		}
	}
}

// Nothing happens in the future.
func TestAtInTheFuture(t *testing.T) {
	t.Parallel()
	c := testkit.NewDesksClient()
	lead := leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}
	if _, err := c.At(testkit.DeskDay.At).Leads().Create(t.Context(), lead); err != nil {
		t.Errorf("now: %v", err)
	}
	if _, err := c.At(testkit.DeskDay.At.Add(time.Microsecond)).Leads().Create(t.Context(), lead); !saysAt(err, codes.ErrTimeOrder, "at") {
		t.Errorf("a microsecond ahead: %v", err)
	}
}

// scribble writes over all that a value leads to.
func scribble(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			scribble(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				scribble(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			scribble(v.Index(i))
		}
	case reflect.String:
		if v.CanSet() {
			v.SetString("scribbled")
		}
	}
}

// scribbler lets everybody do everything, and writes over what it is shown.
type scribbler struct{ engine.AllowAll }

// Authorize scribbles.
func (scribbler) Authorize(_ context.Context, r engine.Request) error {
	if r.Record != nil {
		scribble(reflect.ValueOf(r.Record))
	}
	return nil
}

// What hosts are shown is theirs: hooks, guards and authorizers may write over it, and
// keep it.
func TestHostsGetCopies(t *testing.T) {
	t.Parallel()
	c := testkit.NewDesksClient(
		engine.WithAuthorizer(scribbler{}),
		engine.WithBeforeCommit(func(_ context.Context, _ storage.Tx, o engine.Outcome) error {
			scribble(reflect.ValueOf(o.Result))
			scribble(reflect.ValueOf(o.Events))
			return nil
		}),
		engine.WithGuard(engine.Guard{
			Action: actions.QuoteActivate, Code: "host_says_no", Text: "scribbles",
			Holds: func(g engine.GuardRequest) bool { scribble(reflect.ValueOf(g.Record)); return true },
		}),
	)
	quote := testkit.Must(c.Quotes().Create(t.Context(), longQuote(testkit.CreateMeyer(c), 2)))
	active := testkit.Must(c.Quotes().Activate(t.Context(), quote.ID, leadtocash.ActivateQuote{}))
	stored := testkit.Must(c.Quotes().Get(t.Context(), quote.ID))
	for what, q := range map[string]leadtocash.Quote{"made": quote, "activated": active, "stored": stored} {
		if q.Name != "Desks" || q.Lines[0].WriteInText != "Desk 0" {
			t.Errorf("%s: %q, %q", what, q.Name, q.Lines[0].WriteInText)
		}
	}
	for e, err := range c.Quotes().History(t.Context(), quote.ID) {
		if err != nil || e.Type == "scribbled" {
			t.Errorf("the history says %q, %v", e.Type, err)
		}
	}
}
