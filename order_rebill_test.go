package leadtocash_test

import (
	"errors"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

// A desk where an order is billed, credited and billed again.
type rebilling struct {
	fatal    func(...any)
	order    leadtocash.Order
	invoices []leadtocash.Invoice
	notes    []leadtocash.CreditNote // issued
	minute   int
}

func (d *rebilling) stamp() record.Stamp {
	d.minute++
	s := testkit.Noon
	s.At = s.At.Add(time.Duration(d.minute) * time.Minute)
	return s
}

func (d *rebilling) facts() leadtocash.OrderFacts {
	return leadtocash.OrderFacts{Stamp: d.stamp(), Invoices: d.invoices, CreditNotes: d.notes}
}

// bill bills the quantities, or all there is, and issues the invoice.
func (d *rebilling) bill(lines ...pricing.LineQuantity) *leadtocash.Invoice {
	out, err := d.order.Invoice(leadtocash.InvoiceOrder{Lines: lines}, d.facts())
	if err != nil {
		d.fatal(err)
	}
	issued, err := out.Invoice.Issue(leadtocash.IssueInvoice{}, leadtocash.InvoiceFacts{Stamp: d.stamp()})
	if err != nil {
		d.fatal(err)
	}
	d.order, d.invoices = out.Record, append(d.invoices, issued.Record)
	return &d.invoices[len(d.invoices)-1]
}

func (d *rebilling) notesOf(i *leadtocash.Invoice, own bool) (list []leadtocash.CreditNote) {
	for _, n := range d.notes {
		if (n.InvoiceID == i.ID) == own {
			list = append(list, n)
		}
	}
	return list
}

func (d *rebilling) creditFacts(i *leadtocash.Invoice, but record.CreditNoteID) leadtocash.CreditNoteFacts {
	f := leadtocash.CreditNoteFacts{Stamp: d.stamp(), Invoice: i, Order: &d.order, SiblingNotes: d.notesOf(i, false)}
	for _, n := range d.notesOf(i, true) {
		if n.ID != but {
			f.Issued = append(f.Issued, n)
		}
	}
	for _, other := range d.invoices {
		if other.ID != i.ID {
			f.Siblings = append(f.Siblings, other)
		}
	}
	return f
}

func (d *rebilling) took(i *leadtocash.Invoice, out leadtocash.AppliedCreditNote) {
	*i = *out.Invoice
	if out.Order != nil {
		d.order = *out.Order
	}
}

// credit credits what the command says and issues the note.
func (d *rebilling) credit(i *leadtocash.Invoice, cmd leadtocash.CreditInvoice) leadtocash.CreditNote {
	drafted, err := i.Credit(cmd, leadtocash.InvoiceFacts{Stamp: d.stamp(), CreditNotes: d.notesOf(i, true)})
	if err != nil {
		d.fatal(err)
	}
	out, err := drafted.CreditNote.Issue(leadtocash.IssueCreditNote{}, d.creditFacts(i, record.CreditNoteID{}))
	if err != nil {
		d.fatal(err)
	}
	d.took(i, out)
	d.notes = append(d.notes, out.Record)
	return out.Record
}

// void takes the note back, unapplied before.
func (d *rebilling) void(i *leadtocash.Invoice, n leadtocash.CreditNote) error {
	n.AllocatedAmount = n.Currency.Zero()
	out, err := n.Void(leadtocash.VoidCreditNote{}, d.creditFacts(i, n.ID))
	if err != nil {
		return err
	}
	d.took(i, out)
	for at := range d.notes {
		if d.notes[at].ID == n.ID {
			d.notes = append(d.notes[:at:at], d.notes[at+1:]...)
			break
		}
	}
	return nil
}

func (d *rebilling) invoiceable() string { return d.order.Lines[0].Invoiceable(false).String() }

func rebillingOf(t *testing.T, lines ...pricing.LineFields) *rebilling {
	t.Helper()
	return &rebilling{fatal: t.Fatal, order: testkit.NewOrder(t, lines...)}
}

// What is credited as a whole is billed again, unless its reason says that it is not
// to be.
func TestRebillByReason(t *testing.T) {
	t.Parallel()
	part, rest := testkit.Take("20"), testkit.Take("35")
	type cmd = leadtocash.CreditInvoice
	for name, c := range map[string]struct {
		credits []cmd
		want    string
	}{
		"nothing credited":                 {nil, "35"},
		"all, without a reason":            {[]cmd{{}}, "90"},
		"all, for another reason":          {[]cmd{{Reason: leadtocash.CreditReasonOther}}, "90"},
		"all, returned":                    {[]cmd{{Reason: leadtocash.CreditReasonReturn}}, "35"},
		"all, goodwill":                    {[]cmd{{Reason: leadtocash.CreditReasonGoodwill}}, "35"},
		"all, canceled":                    {[]cmd{{Reason: leadtocash.CreditReasonCancellation}}, "90"},
		"a part, without a reason":         {[]cmd{{Lines: part}}, "35"},
		"a part, of another price":         {[]cmd{{Lines: part, Reason: leadtocash.CreditReasonPriceCorrection}}, "55"},
		"a part, as it says":               {[]cmd{{Lines: part, Rebill: leadtocash.RebillYes, Reason: leadtocash.CreditReasonReturn}}, "55"},
		"all, not as it says":              {[]cmd{{Rebill: leadtocash.RebillNo, Reason: leadtocash.CreditReasonCancellation}}, "35"},
		"two parts, without a reason":      {[]cmd{{Lines: part}, {Lines: rest}}, "90"},
		"a part returned, then the rest":   {[]cmd{{Lines: part, Reason: leadtocash.CreditReasonReturn}, {Lines: rest}}, "70"},
		"a part not told, a rest returned": {[]cmd{{Lines: part}, {Lines: rest, Reason: leadtocash.CreditReasonReturn}}, "55"},
	} {
		d := rebillingOf(t, testkit.WriteIn("90", "7.15"))
		i := d.bill(testkit.Take("55")...)
		for _, cmd := range c.credits {
			d.credit(i, cmd)
		}
		if got := d.invoiceable(); got != c.want {
			t.Errorf("%s: %s of 90 can be billed, want %s", name, got, c.want)
		}
	}
}

// An invoice of 55 of 90 that is credited as a whole leaves the order as it was, and
// all of it is billed again to the cent.
func TestRebillRestoresTheOrder(t *testing.T) {
	t.Parallel()
	d := rebillingOf(t, testkit.WriteIn("90", "7.15"))
	before := d.order.Unbilled(d.invoices, d.notes)
	i := d.bill(testkit.Take("55")...)
	if got := d.order.Unbilled(d.invoices, d.notes).String(); got != "250.25" {
		t.Errorf("unbilled %s, want 250.25", got)
	}
	d.credit(i, leadtocash.CreditInvoice{})
	if got := d.order.Unbilled(d.invoices, d.notes); !got.Equal(before) || d.order.Invoicing != pricing.InvoicingNone {
		t.Errorf("unbilled %s and invoicing %s, want %s and none", got, d.order.Invoicing, before)
	}
	if again := d.bill(); again.TotalAmount.String() != "643.50" || d.order.Invoicing != pricing.InvoicingFull {
		t.Errorf("billed again %s, invoicing %s", again.TotalAmount, d.order.Invoicing)
	}
}

// An order that is delivered and billed is open again once its invoice is corrected.
func TestRebillReopensAnInvoicedOrder(t *testing.T) {
	t.Parallel()
	d := rebillingOf(t, testkit.WriteIn("3", "10.00"))
	d.order = testkit.Does(t, d.order, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{}, leadtocash.OrderFacts{Stamp: testkit.Noon}, "order.fulfilled", "new", "complete")
	i := d.bill()
	if d.order.Status != leadtocash.OrderStatusInvoiced {
		t.Fatalf("the order is %s", d.order.Status)
	}
	d.credit(i, leadtocash.CreditInvoice{Reason: leadtocash.CreditReasonCancellation})
	if d.order.Status != leadtocash.OrderStatusComplete {
		t.Errorf("the order is %s, want complete", d.order.Status)
	}
}

// Freight is billed again only if it was credited as well.
func TestRebillOfFreight(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cmd  leadtocash.CreditInvoice
		want string
	}{
		{leadtocash.CreditInvoice{}, "38.00"},
		{leadtocash.CreditInvoice{Lines: testkit.Take("3")}, "30.00"},
		{leadtocash.CreditInvoice{Lines: testkit.Take("3"), Freight: true}, "38.00"},
	} {
		d := rebillingOf(t, testkit.WriteIn("3", "10.00"))
		fields := d.order.OrderFields
		fields.FreightAmount = testkit.Euro("8.00")
		d.order = testkit.Does(t, d.order, leadtocash.Order.Edit, leadtocash.EditOrder{Fields: fields}, leadtocash.OrderFacts{Stamp: testkit.Noon}, "order.edited", "new", "new")
		i := d.bill()
		d.credit(i, c.cmd)
		if again := d.bill(); again.TotalAmount.String() != c.want {
			t.Errorf("%+v: billed again %s, want %s", c.cmd, again.TotalAmount, c.want)
		}
	}
}

// A credit note whose quantity was billed again stays.
func TestVoidRefusesWhatWasBilledAgain(t *testing.T) {
	t.Parallel()
	d := rebillingOf(t, testkit.WriteIn("90", "7.15"))
	d.bill(testkit.Take("55")...)
	n := d.credit(&d.invoices[0], leadtocash.CreditInvoice{})
	d.bill(testkit.Take("36")...)
	if err := d.void(&d.invoices[0], n); !errors.Is(err, codes.ErrOverInvoiced) {
		t.Errorf("36 are billed again, and voiding yields %v", err)
	}

	d = rebillingOf(t, testkit.WriteIn("90", "7.15"))
	d.bill(testkit.Take("55")...)
	n = d.credit(&d.invoices[0], leadtocash.CreditInvoice{})
	d.bill(testkit.Take("35")...)
	if err := d.void(&d.invoices[0], n); err != nil || d.invoiceable() != "0" {
		t.Errorf("35 are billed again: %v, %s can be billed", err, d.invoiceable())
	}
}

// Nor is it taken back once the order is canceled, or costs something else.
func TestVoidRefusesWhatTheOrderLost(t *testing.T) {
	t.Parallel()
	d := rebillingOf(t, testkit.WriteIn("90", "7.15"))
	d.bill()
	n := d.credit(&d.invoices[0], leadtocash.CreditInvoice{})
	priced := d.order
	d.order = testkit.Does(t, d.order, testkit.Alone(leadtocash.Order.Cancel), leadtocash.CancelOrder{}, d.facts(), "order.canceled", "new", "no_money")
	if err := d.void(&d.invoices[0], n); !errors.Is(err, codes.ErrOverInvoiced) {
		t.Errorf("the order is canceled, and voiding yields %v", err)
	}

	d.order = priced
	cheaper := pricing.FieldsOf(d.order.Lines[0])
	cheaper.PricePerUnit = testkit.Some("7.00")
	d.order = testkit.Does(t, d.order, leadtocash.Order.EditLines, pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 1, Fields: cheaper}}}, d.facts(), "order.lines_edited", "new", "new")
	if err := d.void(&d.invoices[0], n); !errors.Is(err, codes.ErrOverInvoiced) {
		t.Errorf("the order is cheaper, and voiding yields %v", err)
	}
	if again := d.bill(); again.TotalAmount.String() != "630.00" {
		t.Errorf("billed at the new price: %s", again.TotalAmount)
	}
}

// A free note that credits everything releases nothing by itself, and what others
// took without a reason.
func TestFreeCreditReleasesNothing(t *testing.T) {
	t.Parallel()
	d := rebillingOf(t, testkit.WriteIn("3", "10.00"))
	i := d.bill()
	free := leadtocash.CreateCreditNote{
		ID: testkit.IDOf[record.CreditNoteID](9), InvoiceID: i.ID,
		Fields: leadtocash.CreditNoteFields{Name: "All of it", CustomerID: i.CustomerID}, Lines: []pricing.LineFields{testkit.WriteIn("1", "20.00")},
	}
	d.credit(i, leadtocash.CreditInvoice{Lines: testkit.Take("1")})
	if d.invoiceable() != "0" {
		t.Errorf("%s can be billed after a part", d.invoiceable())
	}
	drafted, err := leadtocash.NewCreditNote(free, leadtocash.CreditNoteFacts{Stamp: d.stamp(), Invoice: i})
	if err != nil {
		t.Fatal(err)
	}
	out, err := drafted.Record.Issue(leadtocash.IssueCreditNote{}, d.creditFacts(i, record.CreditNoteID{}))
	if err != nil {
		t.Fatal(err)
	}
	d.took(i, out)
	if d.invoiceable() != "1" || d.order.Invoicing != pricing.InvoicingPartial {
		t.Errorf("%s can be billed, invoicing %s; want the one that was credited as a line", d.invoiceable(), d.order.Invoicing)
	}
}

// Whatever is billed, credited to be billed again and voided, in whatever parts: the
// pieces of an order that is billed in full come to it exactly.
func TestI88RebilledPiecesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		quantity, price := rapid.IntRange(1, 40).Draw(t, "quantity"), rapid.IntRange(1, 999).Draw(t, "cents")
		line := testkit.WriteIn(decimal.NewFromInt(int64(quantity)).String(), decimal.New(int64(price), -2).String())
		line.ManualDiscount = testkit.Euro(decimal.New(int64(rapid.IntRange(0, price*quantity).Draw(t, "discount")), -2).StringFixed(2))
		made, err := leadtocash.NewOrder(leadtocash.CreateOrder{
			ID: testkit.IDOf[record.OrderID](1), Origin: record.Origin{Currency: money.EUR}, Fields: testkit.OrderFields(), Lines: []pricing.LineFields{line},
		}, leadtocash.OrderFacts{Stamp: testkit.Morning})
		if err != nil {
			t.Fatal(err)
		}
		d := &rebilling{fatal: func(v ...any) { t.Fatal(v...) }, order: made.Record}
		some := func(most decimal.Decimal) []pricing.LineQuantity {
			return testkit.Take(decimal.NewFromInt(rapid.Int64Range(1, most.IntPart()).Draw(t, "some")).String())
		}
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			if left := d.order.Lines[0].Invoiceable(false); left.IsPositive() && rapid.Bool().Draw(t, "bill") {
				d.bill(some(left)...)
				continue
			}
			for n := range d.invoices {
				i := &d.invoices[n]
				left := i.Lines[0].Quantity.Or(decimal.Decimal{})
				for _, n := range d.notesOf(i, true) {
					left = left.Sub(n.Lines[0].Quantity.Or(decimal.Decimal{}))
				}
				if left.IsPositive() && rapid.Bool().Draw(t, "credit") {
					note := d.credit(i, leadtocash.CreditInvoice{Lines: some(left), Rebill: rapid.SampledFrom([]leadtocash.Rebill{0, leadtocash.RebillYes}).Draw(t, "rebill")})
					if rapid.IntRange(0, 3).Draw(t, "void") == 0 {
						if err := d.void(i, note); err != nil {
							t.Fatalf("voided at once: %v", err)
						}
					}
				}
			}
		}
		if d.order.Lines[0].Invoiceable(false).IsPositive() {
			d.bill()
		}
		sum := d.order.Currency.Zero()
		for n := range d.invoices {
			i := &d.invoices[n]
			sum = sum.Add(i.TotalAmount)
			quantity := decimal.Decimal{}
			for _, n := range d.notesOf(i, true) {
				quantity = quantity.Add(n.Lines[0].Quantity.Or(decimal.Decimal{}))
			}
			credited := quantity.Equal(i.Lines[0].Quantity.Or(decimal.Decimal{}))
			for _, n := range d.notesOf(i, true) {
				if n.Rebill == leadtocash.RebillYes || credited {
					sum = sum.Sub(n.TotalAmount)
				}
			}
		}
		if !sum.Equal(d.order.TotalAmount) || d.order.Invoicing != pricing.InvoicingFull {
			t.Fatalf("billed %s of %s, invoicing %s", sum, d.order.TotalAmount, d.order.Invoicing)
		}
		if left := d.order.Unbilled(d.invoices, d.notes); !left.IsZero() {
			t.Fatalf("billed in full, and %s unbilled", left)
		}
	})
}
