package engine_test

import (
	"context"
	"errors"
	"iter"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

// What a bounced payment was refunded of is owed, can be given up, and comes back
// when the refund is returned after all.
func TestReclaimOfBouncedPayment(t *testing.T) {
	t.Parallel()
	l := newTill(t, money.EUR, leadtocash.Settings{})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	l.at(2031_06_01)
	must(l.receive(l.Client, "p", "500.00", 2031_06_01))
	refund := testkit.Must(l.refund(l.Client, "p", "200.00")).Record
	must(errOf(l.Refunds().Confirm(l.ctx, refund.ID, leadtocash.ConfirmRefund{})))
	requested := testkit.Must(l.refund(l.Client, "p", "50.00")).Record
	l.at(2031_06_10)
	bounced := testkit.Must(l.Payments().Bounce(l.ctx, l.payments["p"], leadtocash.BouncePayment{ReversedOn: 2031_06_08}))
	if len(bounced.Refunds) != 1 || bounced.Refunds[0].ID != requested.ID || bounced.Refunds[0].Status != leadtocash.RefundStatusCanceled {
		t.Errorf("what was only requested is canceled: %+v", bounced.Refunds)
	}
	if left := bounced.Record.Unallocated().String(); left != "-200.00" || bounced.Record.ReversedOn != 2031_06_08 {
		t.Errorf("%s is left since %s, want what was paid out to be owed since the 8th", left, bounced.Record.ReversedOn)
	}
	part := leadtocash.WriteOffReclaim{Reason: "insolvent", Amount: l.given("150.00")}
	out := testkit.Must(l.Payments().WriteOffReclaim(l.ctx, l.payments["p"], part))
	if out.Record.Unallocated().String() != "-50.00" || !out.Allocation.InvoiceID.IsZero() {
		t.Errorf("given up: %+v", out)
	}
	if _, err := l.Payments().WriteOffReclaim(l.ctx, l.payments["p"], part); !errors.Is(err, codes.ErrOverAllocated) {
		t.Errorf("more than is owed: %v", err)
	}
	returned := testkit.Must(l.Refunds().Fail(l.ctx, refund.ID, leadtocash.FailRefund{Note: "account closed"}))
	if returned.Payment.Unallocated().Sign() != 0 || len(returned.Reclaims) != 1 || returned.Reclaims[0].IsActive() {
		t.Errorf("returned after all: %+v", returned)
	}
	for _, p := range testkit.Must(l.Receivables().Position(l.ctx, l.customer)) {
		if !p.NetPosition().IsZero() {
			t.Errorf("nothing is owed in the end, but %+v", p)
		}
	}
}

// Paying with the reference of a receipt that is there takes it, while something is
// left of it.
func TestMarkPaidWithKnownBankReference(t *testing.T) {
	t.Parallel()
	l := newTill(t, money.EUR, leadtocash.Settings{})
	first := l.bill("first", 2031_05_04, "64.15", nil, leadtocash.IssueInvoice{})
	second := l.bill("second", 2031_05_05, "64.15", nil, leadtocash.IssueInvoice{})
	p := testkit.Must(l.Payments().Create(l.ctx, leadtocash.CreatePayment{Fields: leadtocash.PaymentFields{
		CustomerID: l.customer, Amount: l.amount("64.15"), BankReference: "ZR-88",
	}}))
	testkit.Must(l.Payments().Post(l.ctx, p.ID, leadtocash.PostPayment{}))
	paid := testkit.Must(l.Invoices().MarkPaid(l.ctx, first.ID, leadtocash.PayInvoice{BankReference: "ZR-88"}))
	if paid.Payment.ID != p.ID || !paid.Payment.Unallocated().IsZero() || paid.Record.Status != leadtocash.InvoiceStatusPaid {
		t.Errorf("paid with %+v", paid.Payment)
	}
	if _, err := l.Invoices().MarkPaid(l.ctx, second.ID, leadtocash.PayInvoice{BankReference: "ZR-88"}); !errors.Is(err, codes.ErrBankReferenceUsed) {
		t.Errorf("a receipt with nothing left: %v", err)
	}

	rowan := record.AccountCustomer(testkit.Must(l.Accounts().Create(l.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Rowan"}})).ID)
	var notices []record.Reason
	other := testkit.Must(l.Payments().Create(l.ctx, leadtocash.CreatePayment{Fields: leadtocash.PaymentFields{CustomerID: rowan, Amount: l.amount("64.15"), BankReference: "ZR-88"}}))
	posted := testkit.Must(l.Payments().Post(engine.WithNotices(l.ctx, &notices), other.ID, leadtocash.PostPayment{}))
	if posted.ID != other.ID || len(notices) != 1 || notices[0].Code != codes.ErrBankReferenceUsed {
		t.Errorf("another payer of one payout: %+v, notices %+v", posted, notices)
	}
	again := testkit.Must(l.Payments().Create(l.ctx, leadtocash.CreatePayment{Fields: leadtocash.PaymentFields{CustomerID: rowan, Amount: l.amount("64.16"), BankReference: "ZR-88"}}))
	if _, err := l.Payments().Post(l.ctx, again.ID, leadtocash.PostPayment{}); !errors.Is(err, codes.ErrBankReferenceUsed) {
		t.Errorf("another amount of the same payer: %v", err)
	}
}

// findingStore counts the records that queries find.
type findingStore struct {
	storage.Store
	found *int
}

func (s findingStore) Update(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	return s.Store.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error { return fn(ctx, findingTx{tx, s.found}) })
}

type findingTx struct {
	storage.Tx
	found *int
}

func (tx findingTx) Find(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	return func(yield func(*storage.Record, error) bool) {
		for rec, err := range tx.Tx.Find(ctx, q) {
			*tx.found++
			if !yield(rec, err) {
				return
			}
		}
	}
}

// The automatic allocation reads as many open invoices as the money reaches, and
// those that the payer names wherever they are.
func TestAutoAllocateReadsWhatTheMoneyReaches(t *testing.T) {
	t.Parallel()
	found := 0
	now := value.Date(2031_05_04)
	l := newTill(t, money.EUR, leadtocash.Settings{})
	l.Client = testkit.Must(engine.New(findingStore{memory.New(), &found}, engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR}),
		engine.WithClock(func() time.Time { return now.Time(time.UTC) })))
	l.customer = record.AccountCustomer(testkit.Must(l.Accounts().Create(l.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Larch"}})).ID)
	const many = 400
	var last leadtocash.Invoice
	for n := range many {
		last = l.bill(strconv.Itoa(n), now.AddDays(-n%7), "10.00", nil, leadtocash.IssueInvoice{DueDate: now.AddDays(n)})
	}
	p := testkit.Must(l.Payments().Create(l.ctx, leadtocash.CreatePayment{Fields: leadtocash.PaymentFields{
		CustomerID: l.customer, Amount: l.amount("25.00"), Remittance: "for " + last.InvoiceNumber + ", and what is due",
	}}))
	testkit.Must(l.Payments().Post(l.ctx, p.ID, leadtocash.PostPayment{}))
	found = 0
	out := testkit.Must(l.Payments().AutoAllocate(l.ctx, p.ID, leadtocash.AutoAllocatePayment{}))
	if len(out.Invoices) != 3 || out.Invoices[0].ID != last.ID || out.Invoices[1].ID != l.invoices["0"] || out.Invoices[2].OpenBalance().String() != "5.00" {
		t.Errorf("settled are %d invoices, want the one that is named, then by due date: %+v", len(out.Invoices), out.Invoices)
	}
	if found > many/4 {
		t.Errorf("%d records were read of %d open invoices", found, many)
	}
}

// A write-off counts from the day that it is given for, and several stand side by
// side.
func TestSeveralWriteOffs(t *testing.T) {
	t.Parallel()
	l := newTill(t, money.EUR, leadtocash.Settings{})
	i := l.bill("invoice", 2031_05_04, "100.00", func(f *leadtocash.InvoiceFields) {
		f.OwnTerms = &leadtocash.Terms{NetDays: 30, DiscountPercentage: value.Some(decimal.New(3, 0)), DiscountDays: 60}
	}, leadtocash.IssueInvoice{})
	l.at(2031_06_20)
	off := func(amount string, on value.Date) (leadtocash.WrittenOffInvoice, error) {
		return l.Invoices().WriteOff(l.ctx, i.ID, leadtocash.WriteOffInvoice{Reason: "small", Amount: l.given(amount), On: on})
	}
	testkit.Must(off("10.00", 2031_05_10))
	second := testkit.Must(off("5.00", 0))
	if second.Record.OpenBalance().String() != "85.00" || second.Allocation.On != 2031_06_20 {
		t.Errorf("twice written off: %+v", second)
	}
	if _, err := off("1.00", 2031_05_03); !errors.Is(err, codes.ErrTimeOrder) {
		t.Errorf("before the issue: %v", err)
	}
	if _, err := off("85.01", 0); !errors.Is(err, codes.ErrOverAllocated) {
		t.Errorf("beyond what is open: %v", err)
	}
	for on, want := range map[value.Date]string{2031_05_09: "100.00", 2031_05_10: "90.00", 2031_06_20: "85.00"} {
		rows := testkit.Must(l.Receivables().PositionOf(l.ctx, l.customer, on))
		if len(rows) != 1 || rows[0].Receivable.String() != want {
			t.Errorf("on %s the position is %+v, want %s", on, rows, want)
		}
	}
	testkit.Must(l.Payments().Create(l.ctx, leadtocash.CreatePayment{Fields: leadtocash.PaymentFields{CustomerID: l.customer, Amount: l.amount("82.45")}}))
	paid := testkit.Must(l.Invoices().MarkPaid(l.ctx, i.ID, leadtocash.PayInvoice{Partial: true, Amount: l.given("82.45")}))
	if paid.Discount != nil || paid.Record.OpenBalance().String() != "2.55" {
		t.Errorf("a discount is earned although something is written off: %+v", paid)
	}
	back := testkit.Must(l.Invoices().ReverseWriteOff(l.ctx, i.ID, leadtocash.ReverseWriteOff{}))
	if back.Allocation.ID != second.Allocation.ID || back.Record.OpenBalance().String() != "7.55" {
		t.Errorf("the latest one is reversed: %+v", back)
	}
}
