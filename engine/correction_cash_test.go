package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

func init() {
	correctionKinds["cash"] = runCashVector
	correctionKinds["ageing"] = runAgeingVector
	correctionKinds["allocation_plan"] = runPlanVector
}

// vectorCurrency is the currency of a vector.
type vectorCurrency struct {
	Code      string
	Precision *int
}

func (v vectorCurrency) currency(t *testing.T) money.Currency {
	t.Helper()
	code, digits := v.Code, 2
	if code == "" {
		code = "EUR"
	}
	if v.Precision != nil {
		digits = *v.Precision
	}
	c, err := money.NewCurrency(code, digits)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

type vectorTerms struct {
	NetDays            int32                      `json:"net_days"`
	DiscountPercentage value.Opt[decimal.Decimal] `json:"discount_percentage"`
	DiscountDays       int32                      `json:"discount_days"`
}

type cashStep struct {
	Do           string
	On           value.Date
	ID           string
	Amount       string
	TakeDiscount bool `json:"take_discount"`
	NoDiscount   bool `json:"no_discount"`
	State        string
}

// till is a client, one customer and a clock that is set by hand.
type till struct {
	*testing.T
	*engine.Client
	ctx      context.Context
	now      value.Date
	currency money.Currency
	customer record.CustomerID
	payments map[string]record.PaymentID
	notes    map[string]record.CreditNoteID
	names    []string // of payments and notes, in order
	invoices map[string]record.InvoiceID
}

func newTill(t *testing.T, c money.Currency, settings leadtocash.Settings) *till {
	l := &till{
		T: t, ctx: t.Context(), currency: c, now: 2020_01_01,
		payments: map[string]record.PaymentID{}, notes: map[string]record.CreditNoteID{}, invoices: map[string]record.InvoiceID{},
	}
	settings.BaseCurrency = c
	client, err := engine.New(memory.New(), engine.WithSettings(settings), engine.WithClock(func() time.Time {
		return l.now.Time(time.UTC).Add(12 * time.Hour)
	}))
	if err != nil {
		t.Fatal(err)
	}
	l.Client = client
	l.customer = record.AccountCustomer(testkit.Must(client.Accounts().Create(l.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Larch"}})).ID)
	return l
}

// at sets the clock to a day, unless it is later already.
func (l *till) at(day value.Date) {
	if l.now.Before(day) {
		l.now = day
	}
}

func (l *till) amount(text string) money.Amount { return l.currency.MustAmount(text) }

func (l *till) given(text string) value.Opt[money.Amount] {
	if text == "" {
		return value.None[money.Amount]()
	}
	return value.Some(l.amount(text))
}

func (l *till) text(a money.Amount) string { return l.currency.Zero().Add(a).String() }

// bill issues an invoice of one write-in line.
func (l *till) bill(id string, on value.Date, total string, change func(*leadtocash.InvoiceFields), issue leadtocash.IssueInvoice) leadtocash.Invoice {
	l.at(on)
	fields := leadtocash.InvoiceFields{Name: id, CustomerID: l.customer}
	if change != nil {
		change(&fields)
	}
	i := testkit.Must(l.Invoices().Create(l.ctx, leadtocash.CreateInvoice{Fields: fields, Lines: []pricing.LineFields{l.line(total)}}))
	issue.IssueDate = on
	i = testkit.Must(l.Invoices().Issue(l.ctx, i.ID, issue))
	l.invoices[id] = i.ID
	return i
}

func (l *till) line(amount string) pricing.LineFields {
	return pricing.LineFields{WriteInText: "goods", Quantity: value.Some(decimal.New(1, 0)), PricePerUnit: value.Some(decimal.RequireFromString(amount))}
}

// credit issues a free credit note, of an invoice or of none.
func (l *till) credit(c *engine.Client, id string, invoice record.InvoiceID, amount string, on value.Date) error {
	n, err := c.CreditNotes().Create(l.ctx, leadtocash.CreateCreditNote{
		InvoiceID: invoice, Fields: leadtocash.CreditNoteFields{Name: id, CustomerID: l.customer}, Lines: []pricing.LineFields{l.line(amount)},
	})
	if err != nil {
		return err
	}
	if _, err = c.CreditNotes().Issue(l.ctx, n.ID, leadtocash.IssueCreditNote{IssueDate: on}); err == nil {
		l.notes[id] = n.ID
	}
	return err
}

func (l *till) receive(c *engine.Client, id, amount string, on value.Date) error {
	p, err := c.Payments().Create(l.ctx, leadtocash.CreatePayment{Fields: leadtocash.PaymentFields{CustomerID: l.customer, Amount: l.amount(amount), ReceivedOn: on}})
	if err != nil {
		return err
	}
	if _, err = c.Payments().Post(l.ctx, p.ID, leadtocash.PostPayment{}); err == nil {
		l.payments[id] = p.ID
	}
	return err
}

// step does one step of a cash vector on the invoice.
func (l *till) step(c *engine.Client, invoice record.InvoiceID, s cashStep) error {
	switch s.Do {
	case "credit":
		return l.credit(c, s.ID, invoice, s.Amount, 0)
	case "unapply":
		return l.back(l.allocationsOf(c, s.ID), func(id record.AllocationID) error {
			return errOf(c.CreditNotes().Unapply(l.ctx, l.notes[s.ID], leadtocash.UnapplyCreditNote{AllocationID: id}))
		})
	case "void_credit":
		return errOf(c.CreditNotes().Void(l.ctx, l.notes[s.ID], leadtocash.VoidCreditNote{}))
	case "receive":
		return l.receive(c, s.ID, s.Amount, s.On)
	case "allocate":
		return errOf(c.Payments().Allocate(l.ctx, l.payments[s.ID], leadtocash.AllocatePayment{
			InvoiceID: invoice, Amount: l.given(s.Amount), TakeDiscount: s.TakeDiscount, NoDiscount: s.NoDiscount,
		}))
	case "deallocate":
		return l.back(l.allocationsOf(c, s.ID), func(id record.AllocationID) error {
			return errOf(c.Payments().Deallocate(l.ctx, l.payments[s.ID], leadtocash.DeallocatePayment{AllocationID: id}))
		})
	case "mark_paid":
		i := testkit.Must(c.Invoices().Get(l.ctx, invoice))
		cmd := leadtocash.PayInvoice{ReceivedOn: s.On, TakeDiscount: s.TakeDiscount, NoDiscount: s.NoDiscount}
		if s.Amount != "" && !l.amount(s.Amount).Equal(i.OpenBalance()) {
			cmd.Partial, cmd.Amount = true, l.given(s.Amount)
		}
		out, err := c.Invoices().MarkPaid(l.ctx, invoice, cmd)
		if err == nil && out.Payment != nil {
			l.payments[s.ID] = out.Payment.ID
		}
		return err
	case "apply_foreign":
		if err := l.credit(c, s.ID, record.InvoiceID{}, s.Amount, 0); err != nil {
			return err
		}
		return errOf(c.CreditNotes().Apply(l.ctx, l.notes[s.ID], leadtocash.ApplyCreditNote{InvoiceID: invoice}))
	case "write_off":
		return errOf(c.Invoices().WriteOff(l.ctx, invoice, leadtocash.WriteOffInvoice{Reason: "given up", Amount: l.given(s.Amount)}))
	case "reverse_write_off":
		return errOf(c.Invoices().ReverseWriteOff(l.ctx, invoice, leadtocash.ReverseWriteOff{}))
	case "auto_allocate":
		return errOf(c.Payments().AutoAllocate(l.ctx, l.payments[s.ID], leadtocash.AutoAllocatePayment{}))
	case "void_payment":
		return errOf(c.Payments().Void(l.ctx, l.payments[s.ID], leadtocash.VoidPayment{}))
	case "bounce":
		return errOf(c.Payments().Bounce(l.ctx, l.payments[s.ID], leadtocash.BouncePayment{}))
	case "refund":
		out, err := l.refund(c, s.ID, s.Amount)
		if err != nil || s.State == "requested" {
			return err
		}
		return errOf(c.Refunds().Confirm(l.ctx, out.Record.ID, leadtocash.ConfirmRefund{}))
	}
	l.Fatalf("unknown step %q", s.Do)
	return nil
}

// back takes allocations back, in order.
func (l *till) back(list []leadtocash.Allocation, take func(record.AllocationID) error) error {
	active := 0
	for _, a := range list {
		if !a.IsActive() || a.Kind == leadtocash.AllocationEarlyDiscount {
			continue
		}
		active++
		if err := take(a.ID); err != nil {
			return err
		}
	}
	if active == 0 {
		return take(record.AllocationID{UUID: uuid.Max})
	}
	return nil
}

func (l *till) allocationsOf(c *engine.Client, id string) []leadtocash.Allocation {
	if n, ok := l.notes[id]; ok {
		return testkit.Must(c.CreditNotes().Allocations(l.ctx, n))
	}
	return testkit.Must(c.Payments().Allocations(l.ctx, l.payments[id]))
}

func (l *till) refund(c *engine.Client, id, amount string) (leadtocash.MovedRefund, error) {
	cmd := leadtocash.RequestRefund{Amount: l.given(amount)}
	if n, ok := l.notes[id]; ok {
		return c.CreditNotes().Refund(l.ctx, n, cmd)
	}
	return c.Payments().Refund(l.ctx, l.payments[id], cmd)
}

// attempt runs a step in a transaction of its own and tells its code, nil for
// none. A refused step leaves nothing behind.
func (l *till) attempt(step func(*engine.Client) error) any {
	err := l.Atomic(l.ctx, func(_ context.Context, c *engine.Client) error { return step(c) })
	if err == nil {
		return nil
	}
	return string(record.CodeOf(err))
}

func runCashVector(t *testing.T, v correctionVector) {
	var in struct {
		Currency     vectorCurrency
		RoundingMode money.RoundingMode `json:"rounding_mode"`
		Terms        vectorTerms
		Invoice      struct {
			IssueDate value.Date `json:"issue_date"`
			Total     string
			Prepaid   string
			Increment string `json:"rounding_increment"`
		}
		Steps []cashStep
	}
	if err := json.Unmarshal(v.Input, &in); err != nil {
		t.Fatal(err)
	}
	l := newTill(t, in.Currency.currency(t), leadtocash.Settings{Pricing: pricing.Pricing{RoundingMode: in.RoundingMode}})
	i := l.bill("invoice", in.Invoice.IssueDate, in.Invoice.Total, func(f *leadtocash.InvoiceFields) {
		f.PrepaidAmount = l.given(in.Invoice.Prepaid)
		f.OwnTerms = &leadtocash.Terms{NetDays: in.Terms.NetDays, DiscountPercentage: in.Terms.DiscountPercentage, DiscountDays: in.Terms.DiscountDays}
		if in.Invoice.Increment != "" {
			f.PayableRounding = &pricing.PayableRounding{Increment: l.amount(in.Invoice.Increment)}
		}
	}, leadtocash.IssueInvoice{})
	var refused []any
	for _, s := range in.Steps {
		l.at(s.On)
		if s.ID != "" {
			l.names = append(l.names, s.ID)
		}
		refused = append(refused, l.attempt(func(c *engine.Client) error { return l.step(c, i.ID, s) }))
	}
	i = testkit.Must(l.Invoices().Get(l.ctx, i.ID))
	discount, writtenOff := l.currency.Zero(), l.currency.Zero()
	for _, a := range testkit.Must(l.Invoices().Allocations(l.ctx, i.ID)) {
		switch {
		case !a.IsActive():
		case a.Kind == leadtocash.AllocationEarlyDiscount:
			discount = discount.Add(a.Amount)
		case a.Kind == leadtocash.AllocationWriteOff:
			writtenOff = writtenOff.Add(a.Amount)
		}
	}
	offer, until := i.EarlyDiscount()
	got := map[string]any{
		"errors": refused, "amount_due": l.text(i.AmountDue), "credited": l.text(i.CreditedAmount), "credit_value": l.text(i.CreditedValue),
		"basis": l.text(i.Basis()), "discount_offer": l.text(offer), "discount_until": nil, "discount_taken": l.text(discount), "written_off": l.text(writtenOff),
		"settled": l.text(i.SettledAmount), "open": l.text(i.OpenBalance()), "status": i.Status.String(),
		"left": l.left(), "refundable": l.refundable(), "credit_balance": l.text(money.Amount{}), "net_position": l.text(money.Amount{}),
	}
	if !until.IsZero() {
		got["discount_until"] = until.String()
	}
	for _, p := range testkit.Must(l.Receivables().Position(l.ctx, l.customer)) {
		got["credit_balance"], got["net_position"] = l.text(p.CreditBalance), l.text(p.NetPosition())
	}
	v.matchesExpected(t, got)
}

// left is what payments and credit notes have left.
func (l *till) left() map[string]string {
	left := map[string]string{}
	for _, id := range l.names {
		if p, ok := l.payment(id); ok && p.Status != leadtocash.PaymentStatusPending {
			left[id] = l.text(p.Unallocated())
		}
		if n, ok := l.note(id); ok && !n.IssueDate.IsZero() {
			left[id] = l.text(n.Unapplied())
		}
	}
	return left
}

func (l *till) payment(id string) (leadtocash.Payment, bool) {
	p, err := l.Payments().Get(l.ctx, l.payments[id])
	return p, err == nil
}

func (l *till) note(id string) (leadtocash.CreditNote, bool) {
	n, err := l.CreditNotes().Get(l.ctx, l.notes[id])
	return n, err == nil
}

// refundable is what a refund without an amount would return of each.
func (l *till) refundable() map[string]string {
	most := map[string]string{}
	for id := range l.left() {
		out, err := l.refund(l.Preview(), id, "")
		switch {
		case err == nil:
			most[id] = l.text(out.Record.Amount)
		case errors.Is(err, codes.ErrOverRefunded), errors.Is(err, codes.ErrInvalidTransition):
			most[id] = l.text(money.Amount{})
		default:
			l.Fatal(err)
		}
	}
	return most
}

func runAgeingVector(t *testing.T, v correctionVector) {
	type source struct {
		ID         string
		ReceivedOn value.Date `json:"received_on"`
		IssueDate  value.Date `json:"issue_date"`
		Amount     string
		Value      string
		BouncedOn  value.Date `json:"bounced_on"`
	}
	var in struct {
		Invoices []struct {
			ID        string
			IssueDate value.Date `json:"issue_date"`
			DueDate   value.Date `json:"due_date"`
			AmountDue string     `json:"amount_due"`
		}
		Payments    []source
		CreditNotes []source `json:"credit_notes"`
		Allocations []struct {
			Kind, Source, Invoice, Amount string
			On                            value.Date
			ReversedOn                    value.Date `json:"reversed_on"`
		}
		Refunds []struct {
			Source, Amount string
			On             value.Date
		}
		AsOf []value.Date `json:"as_of"`
	}
	if err := json.Unmarshal(v.Input, &in); err != nil {
		t.Fatal(err)
	}
	l := newTill(t, money.EUR, leadtocash.Settings{})
	type deed struct {
		on value.Date
		do func()
	}
	var deeds []deed
	then := func(on value.Date, do func() error) {
		deeds = append(deeds, deed{on, func() {
			l.at(on)
			if err := do(); err != nil {
				t.Fatal(err)
			}
		}})
	}
	days := map[string]value.Date{}
	for _, i := range in.Invoices {
		days[i.ID] = i.IssueDate
		then(i.IssueDate, func() error {
			l.bill(i.ID, i.IssueDate, i.AmountDue, nil, leadtocash.IssueInvoice{DueDate: i.DueDate})
			return nil
		})
	}
	for _, p := range in.Payments {
		days[p.ID] = p.ReceivedOn
		then(p.ReceivedOn, func() error { return l.receive(l.Client, p.ID, p.Amount, p.ReceivedOn) })
	}
	for _, n := range in.CreditNotes {
		days[n.ID] = n.IssueDate
		then(n.IssueDate, func() error { return l.credit(l.Client, n.ID, record.InvoiceID{}, n.Value, n.IssueDate) })
	}
	for _, a := range in.Allocations {
		on := max(a.On, days[a.Source], days[a.Invoice])
		var made leadtocash.WrittenOffInvoice
		then(on, func() (err error) {
			switch a.Kind {
			case "payment":
				return errOf(l.Payments().Allocate(l.ctx, l.payments[a.Source], leadtocash.AllocatePayment{InvoiceID: l.invoices[a.Invoice], Amount: l.given(a.Amount)}))
			case "credit":
				return errOf(l.CreditNotes().Apply(l.ctx, l.notes[a.Source], leadtocash.ApplyCreditNote{InvoiceID: l.invoices[a.Invoice], Amount: l.given(a.Amount)}))
			}
			made, err = l.Invoices().WriteOff(l.ctx, l.invoices[a.Invoice], leadtocash.WriteOffInvoice{Reason: "given up", Amount: l.given(a.Amount), On: a.On})
			return err
		})
		if !a.ReversedOn.IsZero() {
			then(a.ReversedOn, func() error {
				return errOf(l.Invoices().ReverseWriteOff(l.ctx, l.invoices[a.Invoice], leadtocash.ReverseWriteOff{AllocationID: made.Allocation.ID}))
			})
		}
	}
	for _, r := range in.Refunds {
		then(r.On, func() error { return errOf(l.refund(l.Client, r.Source, r.Amount)) })
	}
	for _, p := range in.Payments {
		if !p.BouncedOn.IsZero() {
			then(p.BouncedOn, func() error { return l.step(l.Client, record.InvoiceID{}, cashStep{Do: "bounce", ID: p.ID}) })
		}
	}
	slices.SortStableFunc(deeds, func(a, b deed) int { return a.on.Compare(b.on) })
	for _, d := range deeds {
		d.do()
	}
	var rows []map[string]any
	for _, on := range in.AsOf {
		a := *leadtocash.NewAgeing(l.customer, money.EUR, on)
		for _, row := range testkit.Must(l.Receivables().Ageing(l.ctx, engine.AgeingQuery{AsOf: on, Customer: l.customer})) {
			a = row
		}
		statement := testkit.Must(l.Receivables().Statement(l.ctx, l.customer, engine.StatementQuery{To: on}))
		rows = append(rows, map[string]any{
			"as_of": on.String(), "current": l.text(a.Current), "days_1_to_30": l.text(a.Days1To30), "days_31_to_60": l.text(a.Days31To60),
			"days_61_to_90": l.text(a.Days61To90), "over_90": l.text(a.Over90), "receivable": l.text(a.Receivable()), "credits": l.text(a.Credits),
			"closing": l.text(statement.Closing), "invoices": a.Invoices,
		})
		if net := a.NetPosition(); !net.Equal(statement.Closing) || !statement.Ageing.NetPosition().Equal(net) {
			t.Errorf("on %s the ageing comes to %s, the statement to %s with an ageing of %s", on, net, statement.Closing, statement.Ageing.NetPosition())
		}
	}
	v.matchesExpected(t, map[string]any{"rows": rows})
}

func runPlanVector(t *testing.T, v correctionVector) {
	var in struct {
		Payment  string
		Invoices []struct{ Open, Discount string }
	}
	if err := json.Unmarshal(v.Input, &in); err != nil {
		t.Fatal(err)
	}
	l := newTill(t, money.EUR, leadtocash.Settings{})
	const issued = value.Date(2031_05_04)
	for n, i := range in.Invoices {
		l.bill(strconv.Itoa(n), issued, i.Open, func(f *leadtocash.InvoiceFields) {
			terms := leadtocash.Terms{NetDays: 30}
			if i.Discount != "" {
				percent := decimal.RequireFromString(i.Discount).Shift(2).DivRound(decimal.RequireFromString(i.Open), 5)
				terms.DiscountPercentage, terms.DiscountDays = value.Some(percent), 14
			}
			f.OwnTerms = &terms
		}, leadtocash.IssueInvoice{DueDate: issued.AddDays(30 + n)})
	}
	if err := l.receive(l.Client, "p", in.Payment, issued.AddDays(1)); err != nil {
		t.Fatal(err)
	}
	out := testkit.Must(l.Payments().AutoAllocate(l.ctx, l.payments["p"], leadtocash.AutoAllocatePayment{}))
	var rows []map[string]string
	for n := range in.Invoices {
		amount, discount := money.Amount{}, money.Amount{}
		for _, a := range out.Allocations {
			switch {
			case a.InvoiceID != l.invoices[strconv.Itoa(n)]:
			case a.Kind == leadtocash.AllocationEarlyDiscount:
				discount = discount.Add(a.Amount)
			default:
				amount = amount.Add(a.Amount)
			}
		}
		rows = append(rows, map[string]string{"amount": l.text(amount), "discount": l.text(discount)})
	}
	v.matchesExpected(t, map[string]any{"rows": rows, "left": l.text(out.Record.Unallocated())})
}
