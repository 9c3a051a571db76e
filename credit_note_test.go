package leadtocash_test

import (
	"errors"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/print"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

func TestCreditNoteFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.CreditNote, leadtocash.CreditNoteFlow().Matrix())
}

func TestNewCreditNote(t *testing.T) {
	t.Parallel()
	n, i := testkit.Goodwill(t, "12.50"), testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled)
	if n.TotalAmount.String() != "12.50" || n.CreditNoteNumber != "" || !n.Unapplied().IsZero() {
		t.Errorf("a draft is %+v", n)
	}
	good := leadtocash.CreateCreditNote{ID: n.ID, InvoiceID: i.ID, Fields: n.CreditNoteFields}
	type cmd = leadtocash.CreateCreditNote
	type facts = leadtocash.CreditNoteFacts
	for name, c := range map[string]struct {
		change func(*cmd, *facts)
		code   codes.Code
	}{
		"name":     {func(c *cmd, _ *facts) { c.Fields.Name = "" }, codes.ErrMissingField},
		"customer": {func(c *cmd, _ *facts) { c.Fields.CustomerID = testkit.Other }, codes.ErrCustomerMismatch},
		"currency": {func(c *cmd, _ *facts) { c.Currency = money.USD }, codes.ErrCurrencyMismatch},
		"prepaid":  {func(c *cmd, _ *facts) { c.Fields.PrepaidAmount = testkit.Euro("1.00") }, codes.ErrInvalid},
		"rounding": {func(c *cmd, _ *facts) { c.Fields.PayableRounding = &pricing.PayableRounding{} }, codes.ErrInvalid},
		"line":     {func(c *cmd, _ *facts) { c.Lines = []pricing.LineFields{{}} }, codes.ErrMissingProduct},
	} {
		cmd, f := good, leadtocash.CreditNoteFacts{Stamp: testkit.Morning, Invoice: &i}
		c.change(&cmd, &f)
		_, err := leadtocash.NewCreditNote(cmd, f)
		if codes := codesIn(err); len(codes) == 0 || codes[0] != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	draft := testkit.NewInvoice(t, testkit.WriteIn("1", "1.00"))
	testkit.RefusesBirth(t, leadtocash.NewCreditNote, good, leadtocash.CreditNoteFacts{Stamp: testkit.Morning, Invoice: &draft}, codes.ErrNotIssued)
	made, err := leadtocash.NewCreditNote(good, leadtocash.CreditNoteFacts{Stamp: testkit.Morning, Invoice: &i, Inactive: []record.Ref{testkit.Buyer.Ref}})
	if err != nil || made.Record.Currency != money.EUR {
		t.Errorf("an inactive customer of an invoice: %+v (%v)", made.Record, err)
	}
}

// A free draft without lines is in another currency; one of an invoice keeps currency
// and rate for good.
func TestCreditNoteChangesCurrency(t *testing.T) {
	t.Parallel()
	f, yen := leadtocash.CreditNoteFacts{Stamp: testkit.Noon}, pricing.ChangeCurrency{Currency: money.JPY}
	n := testkit.Goodwill(t, "12.50")
	testkit.Refuses(t, n, leadtocash.CreditNote.ChangeCurrency, yen, f, codes.ErrCurrencyInUse)
	testkit.Refuses(t, testkit.IssuedCredit(t, "1.00"), leadtocash.CreditNote.ChangeCurrency, yen, f, codes.ErrReadOnly)
	n.Lines = nil
	testkit.Idles(t, n, leadtocash.CreditNote.ChangeCurrency, pricing.ChangeCurrency{Currency: money.EUR}, f)
	n.FreightAmount = testkit.Euro("3.50")
	testkit.Refuses(t, n, leadtocash.CreditNote.ChangeCurrency, yen, f, codes.ErrOutOfRange)
	n.FreightAmount = testkit.Euro("3.00")
	next := testkit.Does(t, n, leadtocash.CreditNote.ChangeCurrency, yen, f, "credit_note.currency_changed", "draft", "draft")
	if next.Currency != money.JPY || next.TotalAmount.String() != "3" || next.AllocatedAmount.String() != "0" {
		t.Errorf("%s %s, %s applied", next.TotalAmount, next.Currency, next.AllocatedAmount)
	}
	i := testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled)
	n.InvoiceID, f.Invoice = i.ID, &i
	testkit.Refuses(t, n, leadtocash.CreditNote.ChangeCurrency, yen, f, codes.ErrCurrencyMismatch)
	given := pricing.ChangeCurrency{Currency: money.EUR, ExchangeRate: value.Some(decimal.RequireFromString("2"))}
	testkit.Refuses(t, n, leadtocash.CreditNote.ChangeCurrency, given, f, codes.ErrCurrencyMismatch)
	n.InvoiceID, f.Invoice = record.InvoiceID{}, nil
	list := testkit.IDOf[record.PriceListID](1)
	n.PriceListID, f.Catalog = list, &catalog.Catalog{PriceLists: map[record.PriceListID]*catalog.PriceList{list: {ID: list, Head: record.Head{Currency: money.EUR}}}}
	testkit.Refuses(t, n, leadtocash.CreditNote.ChangeCurrency, yen, f, codes.ErrCurrencyMismatch)
}

// Issuing settles the invoice that is corrected; the rest is the customer's.
func TestIssueCreditNote(t *testing.T) {
	t.Parallel()
	i := testkit.InvoiceIn(t, leadtocash.InvoiceStatusPartiallyPaid) // 10.00 of 30.00 is paid
	drafted, err := i.Credit(leadtocash.CreditInvoice{Reason: leadtocash.CreditReasonReturn}, leadtocash.InvoiceFacts{Stamp: testkit.Noon})
	if err != nil {
		t.Fatal(err)
	}
	n := drafted.CreditNote
	if n.TotalAmount.String() != "30.00" || n.InvoiceID != i.ID || n.CustomerID != i.CustomerID || drafted.Events[0].Action != actions.InvoiceCredit {
		t.Fatalf("drafted %+v", drafted)
	}
	out, err := n.Issue(leadtocash.IssueCreditNote{}, leadtocash.CreditNoteFacts{Stamp: testkit.Noon, Invoice: &i, NextNumber: "CRN-7"})
	if err != nil {
		t.Fatal(err)
	}
	if out.Record.CreditNoteNumber != "CRN-7" || out.Record.Unapplied().String() != "10.00" || out.Invoice.Status != leadtocash.InvoiceStatusPaid ||
		out.Allocation.Amount.String() != "20.00" || out.Allocation.Kind != leadtocash.AllocationCredit {
		t.Errorf("issued %+v", out)
	}
	issued := leadtocash.InvoiceFacts{Stamp: testkit.Noon, CreditNotes: []leadtocash.CreditNote{out.Record}}
	testkit.Refuses(t, *out.Invoice, testkit.Alone(leadtocash.Invoice.Cancel), leadtocash.CancelInvoice{}, issued, codes.ErrHasPayments)
}

// codesIn lists the codes of a refusal.
func codesIn(err error) (codes []codes.Code) {
	for _, r := range (flow.Verdict{Err: err}).Reasons() {
		codes = append(codes, r.Code)
	}
	return codes
}

// What issued credit notes take of a line never goes beyond it.
func TestOverCredited(t *testing.T) {
	t.Parallel()
	i := testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled) // 3 × 10.00
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon}
	two := leadtocash.CreditInvoice{Lines: []pricing.LineQuantity{{LineNumber: 1, Quantity: testkit.Some("2")}}}
	a, err := i.Credit(two, f)
	if err != nil {
		t.Fatal(err)
	}
	two.CreditNoteID = testkit.IDOf[record.CreditNoteID](2)
	b, err := i.Credit(two, f)
	if err != nil {
		t.Fatal(err)
	}
	first, err := a.CreditNote.Issue(leadtocash.IssueCreditNote{}, leadtocash.CreditNoteFacts{Stamp: testkit.Noon, Invoice: &i})
	if err != nil {
		t.Fatal(err)
	}
	after := leadtocash.CreditNoteFacts{Stamp: testkit.Noon, Invoice: first.Invoice, Issued: []leadtocash.CreditNote{first.Record}}
	testkit.Refuses(t, b.CreditNote, testkit.Alone(leadtocash.CreditNote.Issue), leadtocash.IssueCreditNote{}, after, codes.ErrOverCredited)

	f.CreditNotes = after.Issued
	refused := func(cmd leadtocash.CreditInvoice, code codes.Code) {
		t.Helper()
		if _, err := first.Invoice.Credit(cmd, f); len(codesIn(err)) != 1 || codesIn(err)[0] != code {
			t.Errorf("%+v: %v, want %s", cmd, err, code)
		}
	}
	refused(two, codes.ErrOverCredited)
	refused(leadtocash.CreditInvoice{Lines: []pricing.LineQuantity{{LineNumber: 9}}}, codes.ErrNotFound)
	rest, err := first.Invoice.Credit(leadtocash.CreditInvoice{}, f)
	if err != nil || rest.CreditNote.TotalAmount.String() != "10.00" {
		t.Fatalf("the rest is %+v (%v)", rest.CreditNote.Totals, err)
	}
	last, err := rest.CreditNote.Issue(leadtocash.IssueCreditNote{}, after)
	if err != nil || last.Invoice.Status != leadtocash.InvoiceStatusPaid {
		t.Fatalf("the rest: %+v (%v)", last, err)
	}
	f.CreditNotes = append(f.CreditNotes, last.Record)
	refused(leadtocash.CreditInvoice{}, codes.ErrOverCredited)

	// A free line counts towards the total.
	free := testkit.Goodwill(t, "0.01")
	free.InvoiceID = i.ID
	testkit.Refuses(t, free, testkit.Alone(leadtocash.CreditNote.Issue), leadtocash.IssueCreditNote{},
		leadtocash.CreditNoteFacts{Stamp: testkit.Noon, Invoice: last.Invoice, Issued: f.CreditNotes}, codes.ErrOverCredited)
}

// I-69: credit notes of all quantities of an invoice add up to it, to the last
// cent.
func TestI69CreditNotesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		lines := []pricing.LineFields{}
		for range rapid.IntRange(1, 3).Draw(r, "lines") {
			l := testkit.WriteIn(rapid.SampledFrom([]string{"1", "3", "7", "10"}).Draw(r, "quantity"), rapid.SampledFrom([]string{"0.01", "9.99", "33.33", "100.00"}).Draw(r, "price"))
			l.Tax = value.Some(money.EUR.Units(rapid.Int64Range(0, 999).Draw(r, "tax")))
			lines = append(lines, l)
		}
		i := testkit.NewInvoice(t, lines...)
		i.DiscountPercentage = percent(rapid.SampledFrom([]int64{0, 5, 33}).Draw(r, "discount"))
		i.FreightAmount, i.FreightTax = testkit.Euro("12.34"), testkit.Euro("2.34")
		recalculated, err := i.Recalculate(pricing.Recalculate{}, leadtocash.InvoiceFacts{Stamp: testkit.Morning})
		if err != nil {
			r.Fatal(err)
		}
		issued, err := recalculated.Record.Issue(leadtocash.IssueInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.Morning})
		if err != nil {
			r.Fatal(err)
		}
		i = issued.Record
		f, credited := leadtocash.InvoiceFacts{Stamp: testkit.Noon}, money.EUR.Zero()
		for n := byte(1); ; n++ {
			cmd := leadtocash.CreditInvoice{CreditNoteID: testkit.IDOf[record.CreditNoteID](n)}
			if n < 4 {
				for at := range i.Lines {
					if rapid.Bool().Draw(r, "the line takes part") {
						cmd.Lines = append(cmd.Lines, pricing.LineQuantity{LineNumber: i.Lines[at].LineNumber, Quantity: testkit.Some("1")})
					}
				}
				if len(cmd.Lines) == 0 {
					continue
				}
			}
			out, err := i.Credit(cmd, f)
			if err != nil {
				if n < 4 {
					continue
				}
				if len(f.CreditNotes) == 0 {
					r.Fatal(err)
				}
				break
			}
			note, err := out.CreditNote.Issue(leadtocash.IssueCreditNote{}, leadtocash.CreditNoteFacts{Stamp: testkit.Noon, Invoice: &i, Issued: f.CreditNotes})
			if err != nil {
				r.Fatal(err)
			}
			f.CreditNotes, credited = append(f.CreditNotes, note.Record), credited.Add(note.Record.TotalAmount)
			if note.Invoice != nil {
				i = *note.Invoice
			}
		}
		if !credited.Equal(i.TotalAmount) || i.Status != leadtocash.InvoiceStatusPaid {
			r.Fatalf("%d credit notes of %s add up to %s; it is %s", len(f.CreditNotes), i.TotalAmount, credited, i.Status)
		}
	})
}

func TestApplyCreditNote(t *testing.T) {
	t.Parallel()
	n, i := testkit.IssuedCredit(t, "12.00"), testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled)
	f := leadtocash.CreditNoteFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{i}}
	apply := testkit.Alone(leadtocash.CreditNote.Apply)
	testkit.Refuses(t, n, apply, leadtocash.ApplyCreditNote{InvoiceID: i.ID, Amount: testkit.Euro("12.01")}, f, codes.ErrOverAllocated)
	testkit.Refuses(t, n, apply, leadtocash.ApplyCreditNote{InvoiceID: i.ID, Amount: testkit.Euro("0.00")}, f, codes.ErrOverAllocated)
	testkit.Refuses(t, n, apply, leadtocash.ApplyCreditNote{InvoiceID: testkit.IDOf[record.InvoiceID](99)}, f, codes.ErrNotFound)
	testkit.Refuses(t, testkit.Goodwill(t, "12.00"), apply, leadtocash.ApplyCreditNote{InvoiceID: i.ID}, f, codes.ErrNotIssued)
	paid := testkit.InvoiceIn(t, leadtocash.InvoiceStatusPaid)
	testkit.Refuses(t, n, apply, leadtocash.ApplyCreditNote{InvoiceID: paid.ID}, leadtocash.CreditNoteFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{paid}}, codes.ErrInvoiceSettled)

	out, err := n.Apply(leadtocash.ApplyCreditNote{InvoiceID: i.ID}, f)
	if err != nil || out.Invoice.OpenBalance().String() != "18.00" || !out.Record.Unapplied().IsZero() {
		t.Fatalf("applied: %+v (%v)", out, err)
	}
	testkit.Refuses(t, out.Record, testkit.Alone(leadtocash.CreditNote.Void), leadtocash.VoidCreditNote{}, f, codes.ErrHasAllocations)
	f.Invoices, f.Allocations = []leadtocash.Invoice{*out.Invoice}, []leadtocash.Allocation{*out.Allocation}
	back, err := out.Record.Unapply(leadtocash.UnapplyCreditNote{AllocationID: out.Allocation.ID}, f)
	if err != nil || back.Invoice.OpenBalance() != i.OpenBalance() || back.Record.Unapplied() != n.Unapplied() || back.Invoice.Status != i.Status {
		t.Errorf("I-67: taken back: %+v (%v)", back, err)
	}
	testkit.Does(t, back.Record, testkit.Alone(leadtocash.CreditNote.Void), leadtocash.VoidCreditNote{Note: "typed twice"}, f, "credit_note.voided", "issued", "voided")
	gone, err := testkit.Goodwill(t, "1.00").Void(leadtocash.VoidCreditNote{}, f)
	if err != nil || len(gone.Events) != 1 || !gone.Events[0].Deleted {
		t.Errorf("a draft is voided: %+v (%v)", gone, err)
	}
}

// A line that gets another quantity stays a piece of the invoice's line.
func TestEditCreditNote(t *testing.T) {
	t.Parallel()
	i := testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled)
	out, err := i.Credit(leadtocash.CreditInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.Morning})
	if err != nil {
		t.Fatal(err)
	}
	n, f := out.CreditNote, leadtocash.CreditNoteFacts{Stamp: testkit.Noon, Invoice: &i}
	n = testkit.Does(t, n, leadtocash.CreditNote.EditLines, pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 1, Fields: testkit.WriteIn("1", "10.00")}}}, f,
		"credit_note.lines_edited", "draft", "draft")
	if n.TotalAmount.String() != "10.00" || !n.Lines[0].Piece {
		t.Errorf("one of three: %s, a piece: %t", n.TotalAmount, n.Lines[0].Piece)
	}
	n = testkit.Does(t, n, leadtocash.CreditNote.EditLines, pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 1, Fields: testkit.WriteIn("1", "4.00")}}}, f,
		"credit_note.lines_edited", "draft", "draft")
	if n.TotalAmount.String() != "4.00" || n.Lines[0].Piece {
		t.Errorf("at another price: %s, a piece: %t", n.TotalAmount, n.Lines[0].Piece)
	}
	edit := leadtocash.EditCreditNote{Fields: n.CreditNoteFields}
	testkit.Idles(t, n, leadtocash.CreditNote.Edit, edit, f)
	edit.Fields.Reason = leadtocash.CreditReasonPriceCorrection
	testkit.Does(t, n, leadtocash.CreditNote.Edit, edit, f, "credit_note.edited", "draft", "draft")
	edit.Fields.CustomerID = testkit.Other
	testkit.Refuses(t, n, leadtocash.CreditNote.Edit, edit, f, codes.ErrCustomerMismatch)
	testkit.Refuses(t, testkit.IssuedCredit(t, "1.00"), leadtocash.CreditNote.Edit, edit, f, codes.ErrReadOnly)
}

// issuedDesks issues an invoice of the lines on a store of its own.
func issuedDesks(t *testing.T, mode pricing.TaxMode, lines ...pricing.LineFields) (*engine.Client, leadtocash.Invoice) {
	t.Helper()
	ctx := t.Context()
	client, err := engine.New(memory.New(), engine.WithSettings(leadtocash.Settings{
		BaseCurrency: money.EUR, Pricing: pricing.Pricing{TaxMode: mode},
	}))
	if err != nil {
		t.Fatal(err)
	}
	account := testkit.Must(client.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Adventure Works"}}))
	i := testkit.Must(client.Invoices().Create(ctx, leadtocash.CreateInvoice{
		Fields: leadtocash.InvoiceFields{Name: "desks", CustomerID: record.AccountCustomer(account.ID)}, Lines: lines,
	}))
	testkit.Must(client.Invoices().Issue(ctx, i.ID, leadtocash.IssueInvoice{}))
	return client, i
}

// creditOne drafts a credit note of one unit of the first line.
func creditOne(t *testing.T, client *engine.Client, i leadtocash.Invoice) leadtocash.CreditNote {
	t.Helper()
	return testkit.Must(client.Invoices().Credit(t.Context(), i.ID, leadtocash.CreditInvoice{
		Reason: leadtocash.CreditReasonReturn, Lines: []pricing.LineQuantity{{LineNumber: 1, Quantity: value.Some(decimal.NewFromInt(1))}},
	})).CreditNote
}

// Parts of both signs can each be within the invoice, and their sum beyond it.
func TestCreditNoteStaysWithinTheTotal(t *testing.T) {
	t.Parallel()
	relief := testkit.WriteIn("1", "1.00")
	relief.Tax = value.Some(money.EUR.Round(decimal.NewFromInt(-5)))
	client, i := issuedDesks(t, pricing.TaxManual, testkit.WriteIn("1", "10.00"), relief)
	n := creditOne(t, client, i)
	_, err := client.CreditNotes().Issue(t.Context(), n.ID, leadtocash.IssueCreditNote{})
	var refused *record.Error
	if !errors.As(err, &refused) || len(refused.Reasons) != 1 || refused.Reasons[0].Code != codes.ErrOverCredited || refused.Reasons[0].Field != "total_amount" {
		t.Errorf("10.00 of an invoice of 6.00 are credited: %v", err)
	}
}

// Tax that is computed adds up: three credit notes of a third come to what the
// invoice does, though a third alone would have a cent more.
func TestCreditNoteComputedTax(t *testing.T) {
	t.Parallel()
	line := testkit.WriteIn("3", "1.03")
	line.TaxCode = &pricing.TaxCode{Category: pricing.TaxStandard, Rate: testkit.Some("19")}
	client, i := issuedDesks(t, pricing.TaxComputed, line)
	total := money.EUR.Zero()
	for _, tax := range []string{"0.20", "0.19", "0.20"} {
		n := creditOne(t, client, i)
		n = testkit.Must(client.CreditNotes().Issue(t.Context(), n.ID, leadtocash.IssueCreditNote{})).Record
		total = total.Add(n.TotalAmount)
		groups, base := n.TaxGroups(), n.BaseTotals(client.Settings())
		paper, err := print.CreditNoteEN16931(&n)
		if len(groups) != 1 || groups[0].Tax.String() != tax || !base.TotalAmount.Equal(n.TotalAmount) || err != nil || len(paper.Breakdown) != 1 {
			t.Errorf("tax by rate %+v, in base currency %s, as an e-invoice %+v (%v)", groups, base.TotalAmount, paper.Breakdown, err)
		}
	}
	if i.TotalAmount.String() != "3.68" || total.String() != "3.68" {
		t.Errorf("%s of %s is credited", total, i.TotalAmount)
	}
}

// A line without tax takes none on a credit note either.
func TestCreditNoteTaxOfNone(t *testing.T) {
	t.Parallel()
	taxed := testkit.WriteIn("1", "1.00")
	taxed.Tax = testkit.Euro("0.19")
	client, i := issuedDesks(t, pricing.TaxManual, testkit.WriteIn("1", "10.00"), taxed)
	n := creditOne(t, client, i)
	fields := testkit.WriteIn("1", "9.00")
	fields.Tax = testkit.Euro("0.10")
	testkit.Must(client.CreditNotes().EditLines(t.Context(), n.ID, pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 1, Fields: fields}}}))
	_, err := client.CreditNotes().Issue(t.Context(), n.ID, leadtocash.IssueCreditNote{})
	var refused *record.Error
	if !errors.As(err, &refused) || refused.Reasons[0].Code != codes.ErrOverCredited || refused.Reasons[0].Field != "lines[0]" {
		t.Errorf("a tax of 0.10 is credited where the invoice has none: %v", err)
	}
}

// The tax of freight that costs nothing is left to credit when the lines are.
func TestCreditFreightTaxAlone(t *testing.T) {
	t.Parallel()
	i := testkit.NewInvoice(t, testkit.WriteIn("1", "10.00"))
	i.FreightTax = testkit.Euro("0.50")
	i = testkit.Does(t, i, leadtocash.Invoice.Recalculate, pricing.Recalculate{}, leadtocash.InvoiceFacts{Stamp: testkit.Noon}, "invoice.recalculated", "new", "new")
	i = testkit.Does(t, i, leadtocash.Invoice.Issue, leadtocash.IssueInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.Noon}, "invoice.issued", "new", "billed")
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon}
	for _, want := range []string{"10.00", "0.50"} {
		cmd := leadtocash.CreditInvoice{Reason: leadtocash.CreditReasonReturn}
		if want == "10.00" {
			cmd.Lines = testkit.Take("1")
		}
		out, err := i.Credit(cmd, f)
		if err != nil || out.CreditNote.TotalAmount.String() != want {
			t.Fatalf("%s is credited (%v), want %s", out.CreditNote.TotalAmount, err, want)
		}
		f.CreditNotes = append(f.CreditNotes, out.CreditNote)
	}
	testkit.Refuses(t, i, testkit.Alone(leadtocash.Invoice.Credit), leadtocash.CreditInvoice{Reason: leadtocash.CreditReasonReturn}, f, codes.ErrOverCredited)
}
