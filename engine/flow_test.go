package engine_test

import (
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
)

func TestLeadFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Lead, leadtocash.LeadFlow().Matrix())
}

func TestOpportunityFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Opportunity, leadtocash.OpportunityFlow().Matrix())
	testkit.CompareWithSpec(t, kinds.OpportunityClose, leadtocash.OpportunityCloseFlow().Matrix())
}

func TestQuoteFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Quote, leadtocash.QuoteFlow().Matrix())
	testkit.CompareWithSpec(t, kinds.QuoteClose, leadtocash.QuoteCloseFlow().Matrix())
}

// asking is what the tests below need of any Flow, asked with zero facts.
type asking struct {
	kind    kinds.Kind
	matrix  iter.Seq[flow.Cell]
	why     func(status string, do actions.Action) error
	allowed func(status string) []actions.Action
	explain func(status string) []flow.Verdict
	form    func(status string, asked bool) string // JSON of record and facts, after asking everything
}

var flows = []asking{
	ask(kinds.Lead, leadtocash.LeadFlow(), func(s string) leadtocash.Lead {
		return leadtocash.Lead{Status: testkit.Option[leadtocash.LeadStatus](s)}
	}),
	ask(kinds.Opportunity, leadtocash.OpportunityFlow(), func(s string) leadtocash.Opportunity {
		return leadtocash.Opportunity{Status: testkit.Option[leadtocash.OpportunityStatus](s)}
	}),
	ask(kinds.Quote, leadtocash.QuoteFlow(), func(s string) leadtocash.Quote {
		return leadtocash.Quote{Status: testkit.Option[leadtocash.QuoteStatus](s)}
	}),
	ask(kinds.Order, leadtocash.OrderFlow(), func(s string) leadtocash.Order {
		return leadtocash.Order{Status: testkit.Option[leadtocash.OrderStatus](s)}
	}),
	ask(kinds.Invoice, leadtocash.InvoiceFlow(), func(s string) leadtocash.Invoice {
		return leadtocash.Invoice{Status: testkit.Option[leadtocash.InvoiceStatus](s)}
	}),
	ask(kinds.Payment, leadtocash.PaymentFlow(), func(s string) leadtocash.Payment {
		return leadtocash.Payment{Status: testkit.Option[leadtocash.PaymentStatus](s)}
	}),
	ask(kinds.CreditNote, leadtocash.CreditNoteFlow(), func(s string) leadtocash.CreditNote {
		return leadtocash.CreditNote{Status: testkit.Option[leadtocash.CreditNoteStatus](s)}
	}),
	ask(kinds.Refund, leadtocash.RefundFlow(), func(s string) leadtocash.Refund {
		return leadtocash.Refund{Status: testkit.Option[leadtocash.RefundStatus](s)}
	}),
	ask(kinds.Approval, agreement.ApprovalFlow(), func(s string) agreement.Approval {
		return agreement.Approval{Status: testkit.Option[agreement.ApprovalStatus](s)}
	}),
	ask(kinds.Account, party.AccountFlow(), func(s string) party.Account {
		return party.Account{Status: testkit.Option[party.AccountStatus](s)}
	}),
	ask(kinds.Contact, party.ContactFlow(), func(s string) party.Contact {
		return party.Contact{Status: testkit.Option[party.ContactStatus](s)}
	}),
	ask(kinds.Connection, party.ConnectionFlow(), func(s string) party.Connection {
		return party.Connection{Status: testkit.Option[party.ConnectionStatus](s)}
	}),
	ask(kinds.Task, activity.TaskFlow(), func(s string) activity.Task {
		return activity.Task{Status: testkit.Option[activity.TaskStatus](s)}
	}),
}

// anyFlow is a Flow of records R and facts F.
type anyFlow[R, F any] interface {
	Matrix() iter.Seq[flow.Cell]
	Why(*R, actions.Action, *F) error
	Allowed(*R, *F) []actions.Action
	Explain(*R, *F) []flow.Verdict
}

func ask[R, F any](kind kinds.Kind, f anyFlow[R, F], in func(status string) R) asking {
	return asking{
		kind: kind, matrix: f.Matrix(),
		why: func(status string, do actions.Action) error {
			r, facts := in(status), *new(F)
			return f.Why(&r, do, &facts)
		},
		allowed: func(status string) []actions.Action {
			r, facts := in(status), *new(F)
			return f.Allowed(&r, &facts)
		},
		explain: func(status string) []flow.Verdict {
			r, facts := in(status), *new(F)
			return f.Explain(&r, &facts)
		},
		form: func(status string, asked bool) string {
			r, facts := in(status), *new(F)
			if asked {
				for _, do := range actions.Actions() {
					_ = f.Why(&r, do, &facts)
				}
				f.Allowed(&r, &facts)
				f.Explain(&r, &facts)
			}
			a, err := json.Marshal(r)
			if err != nil {
				return err.Error()
			}
			b, err := json.Marshal(facts)
			if err != nil {
				return err.Error()
			}
			return string(a) + string(b)
		},
	}
}

// A cell that refuses answers with its code and nothing else; one that allows
// answers, with zero facts, with none of its own refusals or with those of its
// guards.
func TestWhyAnswersAsTheMatrixSays(t *testing.T) {
	t.Parallel()
	for _, f := range flows {
		for c := range f.matrix {
			err := f.why(c.Status, c.Action)
			var e *record.Error
			switch {
			case c.Refusal != "":
				if !errors.As(err, &e) || e.Code != c.Refusal || len(e.Reasons) != 1 {
					t.Errorf("%s in %s: got %v, want %s alone", c.Action, c.Status, err, c.Refusal)
				}
			case err == nil:
			case !errors.As(err, &e):
				t.Errorf("%s in %s: got %T, want *Error", c.Action, c.Status, err)
			default:
				for _, r := range e.Reasons {
					if !slices.ContainsFunc(c.Guards, func(g flow.Requirement) bool { return g.Code == r.Code }) {
						t.Errorf("%s in %s: refused with %s, which is no guard of the cell", c.Action, c.Status, r.Code)
					}
				}
			}
			if e != nil && (e.Kind != f.kind || e.Status != c.Status || e.Action != c.Action) {
				t.Errorf("%s in %s: the error is about %s %s in %s", c.Action, c.Status, e.Kind, e.Action, e.Status)
			}
		}
	}
}

// Allowed, Explain and Why say the same.
func TestAllowedIsWhyIsExplain(t *testing.T) {
	t.Parallel()
	for _, f := range flows {
		asked := map[string]bool{}
		for c := range f.matrix {
			possible := c.Action.Callable() && f.why(c.Status, c.Action) == nil
			if got := slices.Contains(f.allowed(c.Status), c.Action); got != possible {
				t.Errorf("%s in %s: allowed %t, but why says %t", c.Action, c.Status, got, possible)
			}
			if asked[c.Status] {
				continue
			}
			asked[c.Status] = true
			for _, v := range f.explain(c.Status) {
				why := f.why(c.Status, v.Action)
				if (v.Err == nil) != (why == nil) || (v.Err == nil) == (len(v.Reasons()) > 0) {
					t.Errorf("%s in %s: explained as %v, but why says %v", v.Action, c.Status, v.Err, why)
				}
			}
		}
	}
}

// Asking fires nothing and changes nothing.
func TestAskingChangesNothing(t *testing.T) {
	t.Parallel()
	for _, f := range flows {
		for c := range f.matrix {
			if got, want := f.form(c.Status, true), f.form(c.Status, false); got != want {
				t.Fatalf("%s in %s: asking left %s, a fresh record is %s", f.kind, c.Status, got, want)
			}
		}
	}
}

// Asking whether a quote may become an order allocates nothing.
func TestWhyAllocatesNothing(t *testing.T) {
	q, facts := leadtocash.Quote{Status: leadtocash.QuoteStatusActive}, leadtocash.QuoteFacts{}
	if n := testing.AllocsPerRun(100, func() {
		if err := leadtocash.QuoteFlow().Why(&q, actions.QuoteWinToOrder, &facts); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations, want none: lists ask this for every row and button", n)
	}
}

// Every condition can be shown to a person.
func TestFlowTextsAreForPeople(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds.Kinds() {
		table := engine.TableOf(kind)
		if table == nil {
			continue
		}
		for c := range table.Matrix() {
			for _, q := range slices.Concat(c.Guards, c.Checks) {
				if q.Text == "" || q.Code.Info().Text == "" {
					t.Errorf("%s in %s: %s has no text", c.Action, c.Status, q.Code)
				}
			}
		}
	}
}
