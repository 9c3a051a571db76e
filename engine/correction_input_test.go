package engine_test

import (
	"errors"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

// saysAt reports whether a refusal has a reason with the code at the field.
func saysAt(err error, code codes.Code, field string) bool {
	var e *record.Error
	if !errors.As(err, &e) {
		return false
	}
	for _, r := range e.Reasons {
		if r.Code == code && r.Field == field {
			return true
		}
	}
	return false
}

func TestImportRefusesWhatContradictsItself(t *testing.T) {
	t.Parallel()
	p := newPeople(t, memory.New())
	customer := record.AccountCustomer(p.account("Meyer").ID)
	invoice := func(change func(*leadtocash.Invoice)) error {
		i := leadtocash.Invoice{
			Status: leadtocash.InvoiceStatusPaid, InvoiceNumber: "I-1", IssueDate: 2026_01_05,
			InvoiceFields: leadtocash.InvoiceFields{Name: "Desks", CustomerID: customer, DueDate: 2026_02_05}, PricedLines: soldDesks(),
		}
		change(&i)
		_, err := engine.Import(p.ctx, p.Preview(), i)
		return err
	}
	payment := func(change func(*leadtocash.Payment)) error {
		x := leadtocash.Payment{
			Status: leadtocash.PaymentStatusPosted, PaymentNumber: "P-1",
			PaymentFields: leadtocash.PaymentFields{CustomerID: customer, Amount: money.EUR.MustAmount("10"), ReceivedOn: 2026_01_05},
		}
		change(&x)
		_, err := engine.Import(p.ctx, p.Preview(), x)
		return err
	}
	if err := errors.Join(invoice(func(*leadtocash.Invoice) {}), payment(func(*leadtocash.Payment) {})); err != nil {
		t.Fatal(err)
	}
	part := invoice(func(i *leadtocash.Invoice) { i.SettledAmount = money.EUR.MustAmount("61.20") })
	for name, x := range map[string]struct {
		err   error
		code  codes.Code
		field string
	}{
		"paid in part":        {part, codes.ErrStatusNotInState, "status"},
		"paid in part, money": {part, codes.ErrInvalid, "settled_amount"},
		"billed and settled": {invoice(func(i *leadtocash.Invoice) {
			i.Status, i.SettledAmount = leadtocash.InvoiceStatusBilled, money.EUR.MustAmount("61.20")
		}), codes.ErrInvalid, "settled_amount"},
		"no number":            {invoice(func(i *leadtocash.Invoice) { i.InvoiceNumber = "" }), codes.ErrMissingField, "invoice_number"},
		"new with a number":    {invoice(func(i *leadtocash.Invoice) { i.Status = leadtocash.InvoiceStatusNew }), codes.ErrInvalid, "invoice_number"},
		"new with a day":       {invoice(func(i *leadtocash.Invoice) { i.Status = leadtocash.InvoiceStatusNew }), codes.ErrInvalid, "issue_date"},
		"due before the issue": {invoice(func(i *leadtocash.Invoice) { i.DueDate = 2026_01_04 }), codes.ErrTimeOrder, "due_date"},
		"future":               {invoice(func(i *leadtocash.Invoice) { i.UpdatedAt = testkit.Morning.At.AddDate(1, 0, 0) }), codes.ErrTimeOrder, "updated_at"},
		"bounced without day":  {payment(func(x *leadtocash.Payment) { x.Status = leadtocash.PaymentStatusBounced }), codes.ErrMissingField, "reversed_on"},
		"received on no day":   {payment(func(x *leadtocash.Payment) { x.ReceivedOn = 0 }), codes.ErrMissingField, "received_on"},
		"pending but spent": {payment(func(x *leadtocash.Payment) {
			x.Status, x.AllocatedAmount = leadtocash.PaymentStatusPending, money.EUR.MustAmount("1")
		}), codes.ErrInvalid, "allocated_amount"},
	} {
		if !saysAt(x.err, x.code, x.field) {
			t.Errorf("%s: got %v, want %s at %s", name, x.err, x.code, x.field)
		}
	}
}

func TestWhatProtectsSurvivesAMerge(t *testing.T) {
	t.Parallel()
	p := newPeople(t, memory.New())
	made := func(name string, fields party.AccountFields) party.Account {
		fields.Name = name
		return testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: fields}))
	}
	master := made("Quarry Works", party.AccountFields{})
	sub := made("Quarry", party.AccountFields{CreditOnHold: true, Preferences: party.Preferences{DoNotPhone: true}})
	var notices []record.Reason
	ctx := engine.WithNotices(p.ctx, &notices)
	out := testkit.Must(p.Accounts().Merge(ctx, master.ID, match.Merge[record.AccountID]{Subordinate: sub.ID}))
	if m := out.Master; !m.CreditOnHold || !m.HeldByHand || m.HeldByDunning || !m.DoNotPhone || m.DoNotEmail {
		t.Errorf("the master is %+v", m)
	}
	if len(notices) != 2 || notices[0].Code != codes.NoticeProtectiveKept {
		t.Errorf("noticed %v", notices)
	}
	free := out.Master.AccountFields
	free.CreditOnHold = false
	if a := testkit.Must(p.Accounts().Edit(p.ctx, master.ID, party.EditAccount{Fields: free})); a.HeldByHand || a.HeldByDunning {
		t.Errorf("released, it is %+v", a)
	}
	var last engine.Entry
	for e, err := range p.Accounts().History(p.ctx, master.ID) {
		if err != nil {
			t.Fatal(err)
		}
		last = e
	}
	if last.Type != "account.credit_released" {
		t.Errorf("the last event is %s", last.Type)
	}
}

func TestAContactIsHeldWithItsAccount(t *testing.T) {
	t.Parallel()
	for follows, want := range map[leadtocash.HoldFollows][2]bool{
		leadtocash.HoldFollowsContacts: {true, false}, leadtocash.HoldFollowsAccounts: {true, true}, leadtocash.HoldFollowsNone: {},
	} {
		p := newPeople(t, memory.New(), engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR, EnforceCreditHold: true, HoldFollows: follows}))
		top := testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Top", CreditOnHold: true}}))
		child := testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Child", ParentAccountID: top.ID}}))
		person := testkit.Must(p.Contacts().Create(p.ctx, party.CreateContact{Fields: party.ContactFields{LastName: "Ek", ParentCustomerID: record.AccountCustomer(top.ID)}}))
		for n, customer := range []record.CustomerID{record.ContactCustomer(person.ID), record.AccountCustomer(child.ID)} {
			o := testkit.Must(p.Orders().Create(p.ctx, leadtocash.CreateOrder{Fields: leadtocash.OrderFields{Name: "Desks", CustomerID: customer}}))
			_, err := p.Orders().Fulfill(p.ctx, o.ID, leadtocash.FulfillOrder{})
			if errors.Is(err, codes.ErrCreditHold) != want[n] {
				t.Errorf("%s: customer %d: %v", follows, n, err)
			}
		}
	}
}

func TestDaysThatCannotBeMeant(t *testing.T) {
	t.Parallel()
	p := newPeople(t, memory.New())
	customer := record.AccountCustomer(p.account("Meyer").ID)
	received := func(on value.Date) ([]record.Reason, error) {
		var notices []record.Reason
		_, err := p.Payments().Create(engine.WithNotices(p.ctx, &notices), leadtocash.CreatePayment{
			Fields: leadtocash.PaymentFields{CustomerID: customer, Amount: money.EUR.MustAmount("10"), ReceivedOn: on},
		})
		return notices, err
	}
	today := testkit.Morning.Day()
	for _, on := range []value.Date{1899_12_31, today.AddDays(367)} {
		if _, err := received(on); !saysAt(err, codes.ErrOutOfRange, "fields.received_on") {
			t.Errorf("%s: %v", on, err)
		}
	}
	for on, want := range map[value.Date]int{today: 0, today.AddDays(-366): 0, today.AddDays(-367): 1, today.AddDays(1): 1, today.AddDays(366): 1} {
		notices, err := received(on)
		if err != nil || len(notices) != want || want > 0 && (notices[0].Code != codes.NoticeUnusualDate || notices[0].Field != "fields.received_on") {
			t.Errorf("%s: %v, with the notices %v", on, err, notices)
		}
	}
	deal := p.deal(customer)
	var notices []record.Reason
	testkit.Must(p.Opportunities().Lose(engine.WithNotices(p.ctx, &notices), deal.ID, leadtocash.LoseOpportunity{CloseDate: today.AddDays(-1)}))
	if len(notices) != 1 || notices[0].Code != codes.ErrTimeOrder {
		t.Errorf("closed before it was made: %v", notices)
	}
	other := p.deal(customer)
	_, err := p.At(testkit.Morning.At.AddDate(0, 0, -2)).Opportunities().Lose(p.ctx, other.ID, leadtocash.LoseOpportunity{})
	p.refused(err, codes.ErrTimeOrder)
}

func TestAPageNamesWhatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	p := newPeople(t, memory.New())
	_, err := p.Accounts().Page(p.ctx, engine.AccountQuery{List: engine.List{After: "x"}})
	if !saysAt(err, codes.ErrInvalid, "after") {
		t.Error(err)
	}
	_, err = p.Accounts().Page(p.ctx, engine.AccountQuery{List: engine.List{Order: "shoe_size"}})
	if !saysAt(err, codes.ErrInvalid, "order_by") {
		t.Error(err)
	}
}

// imported is what becomes of the import of a record, of which nothing stays.
func imported[R any](l *till, r R) error {
	_, err := engine.Import(l.ctx, l.Preview(), r)
	return err
}

// Every kind of the cash side tells the truth when it is imported: its amounts stay
// within their source, and its states have their days.
func TestImportedCashAddsUp(t *testing.T) {
	t.Parallel()
	l := newTill(t, money.EUR, leadtocash.Settings{})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	i := l.bill("i", 2031_05_04, "100.00", nil, leadtocash.IssueInvoice{})
	must(l.credit(l.Client, "n", i.ID, "60.00", 0))
	must(l.receive(l.Client, "p", "70.00", 2031_05_04))
	testkit.Must(l.Payments().Allocate(l.ctx, l.payments["p"], leadtocash.AllocatePayment{InvoiceID: i.ID, Amount: l.given("40.00")}))
	refund := testkit.Must(l.refund(l.Client, "p", "20.00")).Record
	note := testkit.Must(l.CreditNotes().Get(l.ctx, l.notes["n"]))
	settling := l.allocationsOf(l.Client, "p")[0]
	refused := func(name string, err error, code codes.Code, field string) {
		t.Helper()
		if !saysAt(err, code, field) {
			t.Errorf("%s: got %v, want %s at %s", name, err, code, field)
		}
	}

	credit := func(change func(*leadtocash.CreditNote)) error {
		n := leadtocash.CreditNote{
			Status: leadtocash.CreditNoteStatusIssued, CreditNoteNumber: "CN-9", IssueDate: 2031_05_04, InvoiceID: i.ID, CreditNoteFields: note.CreditNoteFields,
			PricedLines: pricing.PricedLines{Lines: []pricing.Line{{WriteInText: "goods", Quantity: testkit.Some("1"), PricePerUnit: testkit.Some("40.00")}}},
		}
		change(&n)
		return imported(l, n)
	}
	must(credit(func(*leadtocash.CreditNote) {}))
	refused("a cent more than the invoice", credit(func(n *leadtocash.CreditNote) { n.Lines[0].PricePerUnit = testkit.Some("40.01") }), codes.ErrOverCredited, "total_amount")
	refused("below zero", credit(func(n *leadtocash.CreditNote) { n.Lines[0].PricePerUnit = testkit.Some("-1.00") }), codes.ErrNegativeTotal, "total_amount")
	refused("no number", credit(func(n *leadtocash.CreditNote) { n.CreditNoteNumber = "" }), codes.ErrMissingField, "credit_note_number")
	refused("spent twice", credit(func(n *leadtocash.CreditNote) {
		n.AllocatedAmount, n.RefundedAmount = l.amount("30.00"), l.amount("10.01")
	}), codes.ErrOutOfRange, "refunded_amount")
	refused("a draft with a day", credit(func(n *leadtocash.CreditNote) {
		n.Status, n.CreditNoteNumber = leadtocash.CreditNoteStatusDraft, ""
	}), codes.ErrInvalid, "issue_date")

	returned := func(change func(*leadtocash.Refund)) error {
		r := refund.Clone()
		r.ID, r.Head, r.RefundNumber, r.Amount = record.RefundID{}, record.Head{}, "R-9", l.amount("10.00")
		change(&r)
		return imported(l, r)
	}
	must(returned(func(*leadtocash.Refund) {}))
	refused("more than there was", returned(func(r *leadtocash.Refund) { r.Amount = l.amount("50.01") }), codes.ErrOverRefunded, "amount")
	refused("nothing", returned(func(r *leadtocash.Refund) { r.Amount = l.amount("0.00") }), codes.ErrOutOfRange, "amount")
	refused("paid on no day", returned(func(r *leadtocash.Refund) { r.Status = leadtocash.RefundStatusPaid }), codes.ErrMissingField, "paid_on")
	refused("requested, paid on a day", returned(func(r *leadtocash.Refund) { r.PaidOn = 2031_05_05 }), codes.ErrInvalid, "paid_on")

	settles := func(change func(*leadtocash.Allocation)) error {
		a := settling.Clone()
		a.ID, a.Head, a.Amount = record.AllocationID{}, record.Head{}, l.amount("10.00")
		change(&a)
		return imported(l, a)
	}
	must(settles(func(*leadtocash.Allocation) {}))
	refused("more than there was", settles(func(a *leadtocash.Allocation) { a.Amount = l.amount("30.01") }), codes.ErrOverAllocated, "amount")
	refused("less than nothing", settles(func(a *leadtocash.Allocation) { a.Amount = l.amount("-1.00") }), codes.ErrOutOfRange, "amount")
	refused("reversed on no day", settles(func(a *leadtocash.Allocation) { a.ReversedAt = a.At }), codes.ErrMissingField, "reversed_on")

	lead := testkit.Must(l.Leads().Create(l.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Slates", LastName: "Ek", CompanyName: "Hazel"}}))
	deal := testkit.Must(l.Leads().Qualify(l.ctx, lead.ID, leadtocash.QualifyLead{})).Opportunities[0]
	refused("the deal of another lead", imported(l, leadtocash.Lead{
		Status: leadtocash.LeadStatusQualified, QualifyingOpportunityID: deal.ID, LeadFields: leadtocash.LeadFields{Topic: "Slates", LastName: "Ek"},
	}), codes.ErrInvalid, "qualifying_opportunity_id")

	closed := testkit.Must(engine.Import(l.ctx, l.Client, leadtocash.Opportunity{
		Head:   record.Head{CreatedAt: value.Date(2029_03_01).Time(time.UTC), UpdatedAt: value.Date(2029_04_02).Time(time.UTC)},
		Status: leadtocash.OpportunityStatusWon, OpportunityFields: leadtocash.OpportunityFields{Name: "Desks", CustomerID: l.customer},
	}))
	if closed.ActualCloseDate != 2029_04_02 {
		t.Errorf("closed on %s, want the day of its last change", closed.ActualCloseDate)
	}
	refused("closed before it was made", imported(l, leadtocash.Opportunity{
		Head:   record.Head{CreatedAt: value.Date(2029_03_01).Time(time.UTC)},
		Status: leadtocash.OpportunityStatusWon, ActualCloseDate: 2029_02_28, OpportunityFields: leadtocash.OpportunityFields{Name: "Desks", CustomerID: l.customer},
	}), codes.ErrTimeOrder, "actual_close_date")
}
