package engine_test

import (
	"errors"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// position is what the customer owes and has left on a day; the zero day is the
// present.
func (l *till) position(on value.Date) (receivable, credit, net string) {
	l.Helper()
	list, err := l.Receivables().PositionOf(l.ctx, l.customer, on)
	if on.IsZero() {
		list, err = l.Receivables().Position(l.ctx, l.customer)
	}
	if err != nil {
		l.Fatal(err)
	}
	if len(list) == 0 {
		return "", "", ""
	}
	p := list[0]
	return p.Receivable.String(), p.CreditBalance.String(), p.NetPosition().String()
}

// posted receives money of a customer under a reference of the bank.
func (l *till) posted(customer record.CustomerID, amount, reference string) (leadtocash.Payment, []record.Reason, error) {
	l.Helper()
	p := testkit.Must(l.Payments().Create(l.ctx, leadtocash.CreatePayment{Fields: leadtocash.PaymentFields{
		CustomerID: customer, Amount: l.amount(amount), BankReference: reference, ReceivedOn: l.now,
	}}))
	var notices []record.Reason
	out, err := l.Payments().Post(engine.WithNotices(l.ctx, &notices), p.ID, leadtocash.PostPayment{})
	return out, notices, err
}

// A bank reference belongs to a payer: blank ones are none, a void frees one, a
// bounce does not, and after a merge the same receipt is the oldest of its amount.
func TestABankReferenceBelongsToAPayer(t *testing.T) {
	t.Parallel()
	l := newTill(t, money.EUR, leadtocash.Settings{})
	other := testkit.Must(l.Accounts().Create(l.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Rowan"}}))
	rowan := record.AccountCustomer(other.ID)
	post := func(customer record.CustomerID, amount, reference string) leadtocash.Payment {
		t.Helper()
		p, _, err := l.posted(customer, amount, reference)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if a, b := post(l.customer, "10.00", ""), post(l.customer, "10.00", ""); a.ID == b.ID {
		t.Error("two receipts without a reference are one")
	}

	first := post(l.customer, "64.15", "ZR-88")
	theirs := post(rowan, "64.15", "ZR-88")
	later := post(rowan, "70.00", "ZR-89")
	testkit.Must(l.Accounts().Merge(l.ctx, l.customer.Account(), match.Merge[record.AccountID]{Subordinate: other.ID}))
	for reference, want := range map[string]leadtocash.Payment{"ZR-88": first, "ZR-89": later} {
		if again := post(l.customer, want.Amount.String(), reference); again.ID != want.ID {
			t.Errorf("%s is posted again as %s, want the oldest of its amount, %s", reference, again.ID, want.ID)
		}
	}
	if p := testkit.Must(l.Payments().Get(l.ctx, theirs.ID)); p.Status != leadtocash.PaymentStatusPosted || p.CustomerID != l.customer {
		t.Errorf("the receipt of the merged customer is %s of %s", p.Status, p.CustomerID)
	}

	testkit.Must(l.Payments().Bounce(l.ctx, later.ID, leadtocash.BouncePayment{}))
	if _, _, err := l.posted(l.customer, "70.01", "ZR-89"); !errors.Is(err, codes.ErrBankReferenceUsed) {
		t.Errorf("another amount than the payment that bounced: %v", err)
	}
	for _, p := range []leadtocash.Payment{first, theirs} {
		testkit.Must(l.Payments().Void(l.ctx, p.ID, leadtocash.VoidPayment{}))
	}
	if p, notices, err := l.posted(l.customer, "64.16", "ZR-88"); err != nil || len(notices) != 0 || p.Status != leadtocash.PaymentStatusPosted {
		t.Errorf("the reference of voided payments: %s, %v, %v", p.Status, notices, err)
	}
}

// Where a reference is the bank's for one receipt, no other customer uses it.
func TestABankReferenceCanBeUnique(t *testing.T) {
	t.Parallel()
	l := newTill(t, money.EUR, leadtocash.Settings{UniqueBankReference: true})
	rowan := record.AccountCustomer(testkit.Must(l.Accounts().Create(l.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Rowan"}})).ID)
	if _, _, err := l.posted(l.customer, "64.15", "ZR-88"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.posted(rowan, "64.15", "ZR-88"); !errors.Is(err, codes.ErrBankReferenceUsed) {
		t.Errorf("another customer with the reference: %v", err)
	}
}

// A day knows what is dated on or before it, whenever it was noted; the present
// knows everything that was.
func TestADayKnowsWhatIsDatedOnIt(t *testing.T) {
	t.Parallel()
	l := newTill(t, money.EUR, leadtocash.Settings{})
	i := l.bill("i", 2032_02_03, "918.27", nil, leadtocash.IssueInvoice{DueDate: 2032_03_04})
	if err := l.receive(l.Client, "p", "918.27", 2032_03_20); err != nil {
		t.Fatal(err)
	}
	l.at(2032_03_20)
	testkit.Must(l.Payments().Allocate(l.ctx, l.payments["p"], leadtocash.AllocatePayment{InvoiceID: i.ID}))
	l.at(2032_04_02)
	testkit.Must(l.Payments().Bounce(l.ctx, l.payments["p"], leadtocash.BouncePayment{}))
	for on, want := range map[value.Date]string{
		2032_02_02: "", 2032_02_03: "918.27", 2032_03_19: "918.27", 2032_03_20: "0.00", 2032_04_01: "0.00", 2032_04_02: "918.27",
	} {
		if got, _, _ := l.position(on); got != want && !(want == "0.00" && got == "") {
			t.Errorf("on %s %q is owed, want %q", on, got, want)
		}
	}
	for _, row := range testkit.Must(l.Receivables().Ageing(l.ctx, engine.AgeingQuery{AsOf: 2032_03_19})) {
		if row.Days1To30.String() != "918.27" || row.Invoices != 1 {
			t.Errorf("on the day before the payment the ageing is %+v", row)
		}
	}
	if rows := testkit.Must(l.Receivables().Ageing(l.ctx, engine.AgeingQuery{AsOf: 2032_02_02})); len(rows) != 0 {
		t.Errorf("before everything the ageing has %+v", rows)
	}
	for _, row := range testkit.Must(l.Receivables().Ageing(l.ctx, engine.AgeingQuery{AsOf: 2032_12_31})) {
		if row.Over90.String() != "918.27" {
			t.Errorf("on a day that is to come the ageing is %+v", row)
		}
	}
}

// Money that came before its invoice is the customer's credit until that is issued;
// what is dated later than today is part of the present alone.
func TestMoneyInAdvanceIsCredit(t *testing.T) {
	t.Parallel()
	l := newTill(t, money.EUR, leadtocash.Settings{})
	l.at(2032_01_10)
	if err := l.receive(l.Client, "p", "100.00", 2032_01_10); err != nil {
		t.Fatal(err)
	}
	i := l.bill("i", 2032_01_20, "100.00", nil, leadtocash.IssueInvoice{})
	testkit.Must(l.Payments().Allocate(l.ctx, l.payments["p"], leadtocash.AllocatePayment{InvoiceID: i.ID}))
	for on, want := range map[value.Date]string{2032_01_10: "100.00", 2032_01_19: "100.00", 2032_01_20: "0.00"} {
		if _, got, _ := l.position(on); got != want && !(want == "0.00" && got == "") {
			t.Errorf("on %s the credit is %q, want %s", on, got, want)
		}
	}

	later := l.now.AddDays(30)
	testkit.Must(l.Payments().Post(l.ctx, testkit.Must(l.Payments().Create(l.ctx, leadtocash.CreatePayment{
		Fields: leadtocash.PaymentFields{CustomerID: l.customer, Amount: l.amount("7.00"), ReceivedOn: later},
	})).ID, leadtocash.PostPayment{}))
	if _, got, _ := l.position(l.now); got != "" && got != "0.00" {
		t.Errorf("today has a credit of %s of a later day", got)
	}
	_, credit, net := l.position(0)
	full := testkit.Must(l.Receivables().Statement(l.ctx, l.customer, engine.StatementQuery{}))
	if credit != "7.00" || net != "-7.00" || full.Closing.String() != net || full.To != later {
		t.Errorf("the present has a credit of %s; its statement ends on %s with %s", credit, full.To, full.Closing)
	}
}

// A statement has an entry for the day on which an invoice was canceled, and none
// for what was voided.
func TestAStatementShowsCancellations(t *testing.T) {
	t.Parallel()
	l := newTill(t, money.EUR, leadtocash.Settings{})
	i := l.bill("i", 2032_01_20, "100.00", nil, leadtocash.IssueInvoice{})
	if err := l.receive(l.Client, "p", "30.00", 2032_01_20); err != nil {
		t.Fatal(err)
	}
	testkit.Must(l.Payments().Void(l.ctx, l.payments["p"], leadtocash.VoidPayment{}))
	l.at(2032_02_05)
	testkit.Must(l.Invoices().Cancel(l.ctx, i.ID, leadtocash.CancelInvoice{Note: "wrong buyer"}))
	st := testkit.Must(l.Receivables().Statement(l.ctx, l.customer, engine.StatementQuery{}))
	days := []value.Date{}
	for _, e := range st.Entries {
		days = append(days, e.On)
	}
	if len(days) != 2 || days[0] != 2032_01_20 || days[1] != 2032_02_05 || !st.Closing.IsZero() {
		t.Errorf("the statement is %+v, want the invoice and its cancellation", st)
	}
	for on, want := range map[value.Date]string{2032_02_04: "100.00", 2032_02_05: ""} {
		if got, _, _ := l.position(on); got != want && !(want == "" && got == "0.00") {
			t.Errorf("on %s %q is owed, want %q", on, got, want)
		}
	}
}

// What an import says is settled, and nothing stands for, counts from the day of
// issue.
func TestSettledAmountOfAnImportCountsFromTheIssue(t *testing.T) {
	t.Parallel()
	l := newTill(t, money.EUR, leadtocash.Settings{})
	l.at(2032_06_01)
	from := newTill(t, money.EUR, leadtocash.Settings{})
	i := from.bill("i", 2032_01_20, "100.00", nil, leadtocash.IssueInvoice{})
	i.CustomerID, i.BillTo.Name = l.customer, "Larch"
	i.Status, i.SettledAmount = leadtocash.InvoiceStatusPartiallyPaid, l.amount("40.00")
	testkit.Must(engine.Import(l.ctx, l.Client, i))
	for _, on := range []value.Date{2032_01_20, 2032_06_01, 0} {
		if got, _, _ := l.position(on); got != "60.00" {
			t.Errorf("on %s %q is owed, want 60.00", on, got)
		}
	}
}
