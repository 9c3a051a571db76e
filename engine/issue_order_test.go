package engine_test

import (
	"context"
	"errors"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// issuer makes and issues documents of one customer.
type issuer struct {
	*testing.T
	*engine.Client
	customer record.CustomerID
}

func newIssuer(t *testing.T, settings leadtocash.Settings) *issuer {
	settings.BaseCurrency = money.EUR
	c := testkit.NewDesksClient(engine.WithSettings(settings))
	return &issuer{t, c, record.AccountCustomer(testkit.CreateMeyer(c).ID)}
}

func (u *issuer) invoice() leadtocash.Invoice {
	return testkit.Must(u.Invoices().Create(u.Context(), leadtocash.CreateInvoice{
		Fields: leadtocash.InvoiceFields{Name: "Desks", CustomerID: u.customer}, Lines: []pricing.LineFields{testkit.WriteIn("1", "10.00")},
	}))
}

// issue issues a new invoice on a day of the year and returns its notices.
func (u *issuer) issue(c *engine.Client, day value.Date) (leadtocash.Invoice, []record.Reason, error) {
	var notices []record.Reason
	u = &issuer{u.T, c, u.customer}
	i, err := u.Invoices().Issue(engine.WithNotices(u.Context(), &notices), u.invoice().ID, leadtocash.IssueInvoice{IssueDate: day})
	return i, notices, err
}

func hasNotice(notices []record.Reason, number string, day value.Date) bool {
	for _, n := range notices {
		if n.Code == codes.NoticeNumberOrder && n.Field == "issue_date" && n.Params["number"] == number && n.Params["day"] == day.String() {
			return true
		}
	}
	return false
}

// A number of 9 March, and the next one of 28 February: issued, and told, also
// after another one of a day between.
func TestNumbersOutOfOrderAreNoticed(t *testing.T) {
	t.Parallel()
	u := newIssuer(t, leadtocash.Settings{})
	for _, step := range []struct {
		day    value.Date
		number string // of the latest that is told of
		latest value.Date
	}{
		{2026_03_09, "", 0},
		{2026_02_28, "INV-00001", 2026_03_09},
		{2026_03_01, "INV-00001", 2026_03_09},
		{2026_03_09, "", 0},
		{2026_03_10, "", 0},
		{2026_03_09, "INV-00005", 2026_03_10},
	} {
		i, notices, err := u.issue(u.Client, step.day)
		if err != nil || hasNotice(notices, step.number, step.latest) != (step.number != "") {
			t.Errorf("%s of %s: %v, %v", i.InvoiceNumber, step.day, notices, err)
		}
	}
	note := func(day value.Date) leadtocash.AppliedCreditNote {
		n := testkit.Must(u.CreditNotes().Create(t.Context(), leadtocash.CreateCreditNote{
			Fields: leadtocash.CreditNoteFields{Name: "Goodwill", CustomerID: u.customer},
			Lines:  []pricing.LineFields{testkit.WriteIn("1", "1.00")},
		}))
		return testkit.Must(u.CreditNotes().Issue(t.Context(), n.ID, leadtocash.IssueCreditNote{IssueDate: day}))
	}
	if out := note(2026_03_02); len(out.Notices) != 0 {
		t.Errorf("the numbers of credit notes are a series of their own: %v", out.Notices)
	}
	if out := note(2026_03_01); !hasNotice(out.Notices, "CRN-00001", 2026_03_02) {
		t.Errorf("the second credit note: %v", out.Notices)
	}
}

func TestStrictIssueOrder(t *testing.T) {
	t.Parallel()
	u := newIssuer(t, leadtocash.Settings{StrictIssueOrder: true})
	if _, err := u.Client.Preview().Invoices().Issue(t.Context(), u.invoice().ID, leadtocash.IssueInvoice{IssueDate: 2026_04_01}); err != nil {
		t.Fatal(err)
	}
	if i, _, err := u.issue(u.Client, 2026_03_09); err != nil || i.InvoiceNumber != "INV-00001" { // the preview left no trace
		t.Fatal(i.InvoiceNumber, err)
	}
	err := u.Atomic(t.Context(), func(_ context.Context, c *engine.Client) error {
		_, _, err := u.issue(c, 2026_02_28)
		if !saysAt(err, codes.ErrTimeOrder, "issue_date") {
			t.Errorf("the second: %v", err)
		}
		var e *record.Error
		if !errors.As(err, &e) || e.Reasons[0].Params["number"] != "INV-00001" || e.Reasons[0].Params["day"] != "2026-03-09" {
			t.Errorf("it is refused for %+v", e)
		}
		for n, want := range []string{"INV-00002", "INV-00003"} { // nothing was drawn for what was refused
			i, _, err := u.issue(c, 2026_03_09+value.Date(n))
			if err != nil || i.InvoiceNumber != want {
				t.Errorf("%s: %v", i.InvoiceNumber, err)
			}
		}
		if _, _, err = u.issue(c, 2026_03_09); !saysAt(err, codes.ErrTimeOrder, "issue_date") {
			t.Errorf("after one of the next day in the same transaction: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	open := u.invoice() // of 2 March
	if _, err := u.Invoices().SetStatus(t.Context(), open.ID, leadtocash.SetInvoiceStatus{Status: leadtocash.InvoiceStatusBilled}); !saysAt(err, codes.ErrTimeOrder, "status") {
		t.Errorf("billed by its status: %v", err)
	}
	if _, err := u.Invoices().MarkPaid(t.Context(), open.ID, leadtocash.PayInvoice{}); !errors.Is(err, codes.ErrTimeOrder) {
		t.Errorf("paid at once: %v", err)
	}
}
