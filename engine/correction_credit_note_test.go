package engine_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func init() { correctionKinds["credit_notes"] = runCreditNotesVector }

// creditNotesInput is an invoice and what is done with credit notes of it.
type creditNotesInput struct {
	Settings struct {
		pricing.Pricing
		Precision *int
	}
	Lines []struct {
		Quantity, Price, Rate string
		Category              pricing.TaxCategory
	}
	DiscountPercentage value.Opt[decimal.Decimal] `json:"discount_percentage"`
	DiscountAmount     string                     `json:"discount_amount"`
	Freight            string
	FreightRate        string              `json:"freight_rate"`
	FreightCategory    pricing.TaxCategory `json:"freight_category"`
	RoundingIncrement  string              `json:"rounding_increment"`
	Notes              []struct {
		Quantities []*string
		Freight    bool
		Void       *int
	}
}

func taxCode(category pricing.TaxCategory, rate string) *pricing.TaxCode {
	if category == 0 {
		category = pricing.TaxStandard
	}
	return &pricing.TaxCode{Category: category, Rate: testkit.Some(rate)}
}

// invoiceOf issues the invoice.
func (in *creditNotesInput) invoiceOf(l *till) leadtocash.Invoice {
	fields := leadtocash.InvoiceFields{Name: "x", CustomerID: l.customer}
	fields.DiscountPercentage, fields.DiscountAmount = in.DiscountPercentage, l.given(in.DiscountAmount)
	if in.Freight != "" {
		fields.FreightAmount, fields.FreightTaxCode = l.given(in.Freight), taxCode(in.FreightCategory, in.FreightRate)
	}
	if in.RoundingIncrement != "" {
		fields.PayableRounding = &pricing.PayableRounding{Increment: money.EUR.MustAmount(in.RoundingIncrement)}
	}
	var lines []pricing.LineFields
	for _, line := range in.Lines {
		f := testkit.WriteIn(line.Quantity, line.Price)
		f.TaxCode = taxCode(line.Category, line.Rate)
		lines = append(lines, f)
	}
	i := testkit.Must(l.Invoices().Create(l.ctx, leadtocash.CreateInvoice{Origin: record.Origin{Currency: l.currency}, Fields: fields, Lines: lines}))
	return testkit.Must(l.Invoices().Issue(l.ctx, i.ID, leadtocash.IssueInvoice{}))
}

// creditPieces drafts and issues a credit note of quantities, nil for all that is left.
func (l *till) creditPieces(invoice record.InvoiceID, quantities []*string, freight bool) (leadtocash.CreditNote, error) {
	cmd := leadtocash.CreditInvoice{Freight: freight}
	for n, q := range quantities {
		if q != nil && !decimal.RequireFromString(*q).IsZero() {
			cmd.Lines = append(cmd.Lines, asked(int32(n+1), *q))
		}
	}
	draft, err := l.Invoices().Credit(l.ctx, invoice, cmd)
	if err != nil {
		return leadtocash.CreditNote{}, err
	}
	out, err := l.CreditNotes().Issue(l.ctx, draft.CreditNote.ID, leadtocash.IssueCreditNote{})
	return out.Record, err
}

func (l *till) void(n record.CreditNoteID) {
	for _, a := range testkit.Must(l.CreditNotes().Allocations(l.ctx, n)) {
		if a.IsActive() {
			testkit.Must(l.CreditNotes().Unapply(l.ctx, n, leadtocash.UnapplyCreditNote{AllocationID: a.ID}))
		}
	}
	testkit.Must(l.CreditNotes().Void(l.ctx, n, leadtocash.VoidCreditNote{}))
}

func runCreditNotesVector(t *testing.T, v correctionVector) {
	var in creditNotesInput
	if err := json.Unmarshal(v.Input, &in); err != nil {
		t.Fatal(err)
	}
	in.Settings.TaxMode = pricing.TaxComputed
	l := newTill(t, vectorCurrency{"EUX", in.Settings.Precision}.currency(t), leadtocash.Settings{Pricing: in.Settings.Pricing})
	i := in.invoiceOf(l)
	before := func(t pricing.Totals, c pricing.Charges) string {
		return l.text(t.TotalAmountLessFreight.Add(c.FreightAmount.Or(money.Amount{})))
	}
	rows, notes := []map[string]any{}, []leadtocash.CreditNote{}
	for _, step := range in.Notes {
		if step.Void != nil {
			l.void(notes[*step.Void].ID)
			rows, notes = append(rows, map[string]any{"voided": *step.Void}), append(notes, leadtocash.CreditNote{})
			continue
		}
		n, err := l.creditPieces(i.ID, step.Quantities, step.Freight)
		var refused *record.Error
		if errors.As(err, &refused) {
			rows, notes = append(rows, map[string]any{"error": refused.Code}), append(notes, leadtocash.CreditNote{})
			continue
		}
		rows = append(rows, map[string]any{"net": before(n.Totals, n.Charges), "tax": l.text(n.TotalTax), "total": l.text(n.TotalAmount), "value": l.text(n.Value)})
		notes = append(notes, n)
	}
	credited, tax, worth := l.currency.Zero(), l.currency.Zero(), l.currency.Zero()
	for _, n := range notes {
		if n.ID.IsZero() {
			continue
		}
		if n = testkit.Must(l.CreditNotes().Get(l.ctx, n.ID)); n.Status == leadtocash.CreditNoteStatusIssued {
			credited, tax, worth = credited.Add(n.TotalAmount), tax.Add(n.TotalTax), worth.Add(n.Value)
		}
	}
	v.matchesExpected(t, map[string]any{
		"invoice": map[string]any{"net": before(i.Totals, i.Charges), "tax": l.text(i.TotalTax), "total": l.text(i.TotalAmount), "amount_due": l.text(i.AmountDue)},
		"notes":   rows, "credited": l.text(credited), "credited_tax": l.text(tax), "credit_value": l.text(worth),
	})
}

// A credit note whose tax is what others left of the invoice's can be imported as it
// was stored.
func TestImportKeepsTaxOfCreditNotes(t *testing.T) {
	t.Parallel()
	in := creditNotesInput{}
	if err := json.Unmarshal([]byte(`{"lines": [{"quantity": "6", "price": "0.04", "rate": "6"}]}`), &in); err != nil {
		t.Fatal(err)
	}
	computed := leadtocash.Settings{Pricing: pricing.Pricing{TaxMode: pricing.TaxComputed}}
	from, to := newTill(t, money.EUR, computed), newTill(t, money.EUR, computed)
	i, one := in.invoiceOf(from), "1"
	var notes []leadtocash.CreditNote
	for range 3 {
		notes = append(notes, testkit.Must(from.creditPieces(i.ID, []*string{&one}, false)))
	}
	to.at(2020_02_01)
	testkit.Must(engine.Import(to.ctx, to.Client, testkit.Must(from.Accounts().Get(from.ctx, from.customer.Account()))))
	testkit.Must(engine.Import(to.ctx, to.Client, i))
	for _, n := range notes {
		n.AllocatedAmount = money.EUR.Zero()
		testkit.Must(engine.Import(to.ctx, to.Client, n))
	}
	if n := testkit.Must(to.CreditNotes().Get(to.ctx, notes[2].ID)); n.TotalTax.String() != "0.01" || n.TotalAmount.String() != "0.05" {
		t.Errorf("imported with a tax of %s", n.TotalTax)
	}
}

// The second of three notes of 0.09 at 6 % has no tax left to credit, and the draft
// of the third shows what was left when it was made: both can be imported.
func TestImportKeepsNoTaxOfCreditNotes(t *testing.T) {
	t.Parallel()
	in := creditNotesInput{}
	if err := json.Unmarshal([]byte(`{"lines": [{"quantity": "3", "price": "0.09", "rate": "6"}]}`), &in); err != nil {
		t.Fatal(err)
	}
	computed := leadtocash.Settings{Pricing: pricing.Pricing{TaxMode: pricing.TaxComputed}}
	from, to := newTill(t, money.EUR, computed), newTill(t, money.EUR, computed)
	i, one := in.invoiceOf(from), "1"
	testkit.Must(from.creditPieces(i.ID, []*string{&one}, false))
	draft := testkit.Must(from.Invoices().Credit(from.ctx, i.ID, leadtocash.CreditInvoice{Lines: []pricing.LineQuantity{asked(1, "1")}})).CreditNote
	second := testkit.Must(from.creditPieces(i.ID, []*string{&one}, false))
	to.at(2020_02_01)
	testkit.Must(engine.Import(to.ctx, to.Client, testkit.Must(from.Accounts().Get(from.ctx, from.customer.Account()))))
	testkit.Must(engine.Import(to.ctx, to.Client, i))
	for _, n := range []leadtocash.CreditNote{second, draft} {
		n.AllocatedAmount = money.EUR.Zero()
		testkit.Must(engine.Import(to.ctx, to.Client, n))
		if is := testkit.Must(to.CreditNotes().Get(to.ctx, n.ID)); n.TotalTax.String() != "0.00" || !is.TotalTax.IsZero() || is.TotalAmount.String() != "0.09" {
			t.Errorf("%s has a tax of %s and was imported with %s", n.Status, n.TotalTax, is.TotalTax)
		}
	}
}

// Free lines of a credit note count in the group of their code; a code that the
// invoice does not have, or more tax than it has of one, is refused.
func TestFreeLinesOfACreditNoteStayWithinTheirGroup(t *testing.T) {
	t.Parallel()
	in := creditNotesInput{}
	if err := json.Unmarshal([]byte(`{"lines": [{"quantity": "1", "price": "100.00", "rate": "17"}, {"quantity": "1", "price": "100.00", "rate": "6"}]}`), &in); err != nil {
		t.Fatal(err)
	}
	l := newTill(t, money.EUR, leadtocash.Settings{Pricing: pricing.Pricing{TaxMode: pricing.TaxComputed}})
	i := in.invoiceOf(l)
	issue := func(price, rate string) (leadtocash.CreditNote, error) {
		line := testkit.WriteIn("1", price)
		line.TaxCode = taxCode(0, rate)
		n := testkit.Must(l.CreditNotes().Create(l.ctx, leadtocash.CreateCreditNote{
			InvoiceID: i.ID, Fields: leadtocash.CreditNoteFields{Name: "x", CustomerID: l.customer}, Lines: []pricing.LineFields{line},
		}))
		out, err := l.CreditNotes().Issue(l.ctx, n.ID, leadtocash.IssueCreditNote{})
		return out.Record, err
	}
	for _, c := range []struct{ price, rate string }{{"10.00", "13.5"}, {"120.00", "17"}} {
		if _, err := issue(c.price, c.rate); !errors.Is(err, codes.ErrOverCredited) {
			t.Errorf("%s at %s %%: %v", c.price, c.rate, err)
		}
	}
	taxes := []string{}
	for range 3 {
		taxes = append(taxes, testkit.Must(issue("12.09", "17")).TotalTax.String())
	}
	if want := []string{"2.06", "2.05", "2.06"}; !slices.Equal(taxes, want) {
		t.Errorf("taxes are %v, want %v", taxes, want)
	}
}
