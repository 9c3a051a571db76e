package print_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/print"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// documentVector is a document, what is billed of one, or a schedule of payments, and
// what comes of it.
type documentVector struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	Title string `json:"title"`
	Input struct {
		Settings vectorSettings `json:"settings"`
		Document vectorDocument `json:"document"`

		As    string       `json:"as"` // bill
		Steps []vectorStep `json:"steps"`

		AmountDue money.Amount     `json:"amount_due"` // schedule
		IssueDate value.Date       `json:"issue_date"`
		Terms     leadtocash.Terms `json:"terms"`
		Precision value.Opt[int8]  `json:"precision"`
		Settled   *money.Amount    `json:"settled"`
	} `json:"input"`
	Expect json.RawMessage `json:"expect"`
}

type vectorSettings struct {
	pricing.Pricing
	TaxMode  value.Opt[string] `json:"tax_mode"`
	Currency struct {
		Code      string
		Precision int
	}
}

type vectorDocument struct {
	Lines []vectorLine `json:"lines"`
	pricing.Charges
}

type vectorLine struct {
	Quantity       testkit.Number       `json:"quantity"`
	PricePerUnit   testkit.Number       `json:"price_per_unit"`
	VolumeDiscount testkit.Number       `json:"volume_discount"`
	ManualDiscount testkit.Money        `json:"manual_discount_amount"`
	Tax            testkit.Money        `json:"tax"`
	TaxCode        *pricing.TaxCode     `json:"tax_code"`
	PriceBase      testkit.Number       `json:"price_base_quantity"`
	Adjustments    []pricing.Adjustment `json:"adjustments"`
}

type vectorStep struct {
	Quantities []testkit.Number `json:"quantities"`
	Freight    bool             `json:"freight"`
	Cancel     int              `json:"cancel"`
}

// pricing is how the documents of the vector calculate.
func (s *vectorSettings) pricing(t *testing.T) (pricing.Pricing, money.Currency) {
	t.Helper()
	p, currency := s.Pricing, money.EUR
	if s.TaxMode.Or("computed") == "computed" {
		p.TaxMode = pricing.TaxComputed
	}
	if s.Currency.Code != "" {
		c, err := money.NewCurrency(s.Currency.Code, s.Currency.Precision)
		if err != nil {
			t.Fatal(err)
		}
		currency = c
	}
	return p, currency
}

// TestDocumentVectors runs the project's vectors, and every file that
// LEADTOCASH_DOCUMENT_VECTORS names (colon-separated, same form).
func TestDocumentVectors(t *testing.T) {
	t.Parallel()
	files := []string{testkit.Path("testdata", "documents", "vectors.json")}
	if more := os.Getenv("LEADTOCASH_DOCUMENT_VECTORS"); more != "" {
		files = append(files, filepath.SplitList(more)...)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var set struct{ Vectors []json.RawMessage }
		if err := json.Unmarshal(body, &set); err != nil || len(set.Vectors) == 0 {
			t.Fatalf("%s: %d vectors (%v)", file, len(set.Vectors), err)
		}
		for _, raw := range set.Vectors {
			var v documentVector
			if err := json.Unmarshal(raw, &v); err != nil {
				t.Fatal(err)
			}
			t.Run(v.ID, func(t *testing.T) { v.check(t) })
		}
	}
}

func (v *documentVector) check(t *testing.T) {
	t.Helper()
	t.Log(v.Title)
	var got map[string]any
	switch v.Kind {
	case "document":
		got = v.priced(t)
	case "bill":
		got = v.billed(t)
	case "schedule":
		if v.Input.Settled != nil {
			t.Skip("what money does to instalments is not built yet")
		}
		got = v.scheduled()
	default:
		t.Fatalf("unknown kind %q", v.Kind)
	}
	var want map[string]any
	if err := json.Unmarshal(v.Expect, &want); err != nil {
		t.Fatal(err)
	}
	for name, w := range want {
		same(t, name, got[name], w)
	}
}

// priced calculates a document by itself. Its lines sell products without a
// catalogue, so that they may have a volume discount.
func (v *documentVector) priced(t *testing.T) map[string]any {
	t.Helper()
	how, currency := v.Input.Settings.pricing(t)
	head, charges := record.Head{Currency: currency}, v.Input.Document.Charges
	sale := pricing.PricedLines{Pricing: how}
	for n, l := range v.Input.Document.Lines {
		line := pricing.Line{
			LineNumber: int32(n + 1), ProductID: record.ProductID{UUID: uuid.NewSHA1(uuid.Nil, []byte("x"))}, ProductName: "x",
			Quantity: l.Quantity, PricePerUnit: l.PricePerUnit, IsPriceOverridden: true, PriceBase: l.PriceBase, Adjustments: l.Adjustments,
			VolumeDiscount: l.VolumeDiscount, ManualDiscount: l.ManualDiscount, Tax: l.Tax, TaxCode: l.TaxCode,
		}
		sale.Lines = append(sale.Lines, line)
	}
	sale.Calculate(&head, &charges, pricing.PriceInput{})
	got := documentOf(t, &head, &charges, &sale)
	if codes, ok := got["error"].(int); ok && codes == catalog.PricingErrorDetail.Code() {
		for n := range sale.Lines {
			if code := sale.Lines[n].PricingError; code != 0 {
				got["error"] = code.Code()
			}
		}
	}
	return got
}

// documentOf is what a vector says of a priced document.
func documentOf(t *testing.T, head *record.Head, charges *pricing.Charges, sale *pricing.PricedLines) map[string]any {
	t.Helper()
	p := sale.Priced(head, charges, pricing.PriceInput{})
	got := map[string]any{
		"error": sale.PricingError.Code(), "lines": linesOf(p, sale.Lines), "totals": totalsOf(p, sale.Totals),
		"tax_groups": pricing.TaxGroups(p, sale.Lines, sale.Totals),
	}
	if list := amountsOf(charges.Adjustments); list != nil {
		got["adjustments"] = list
	}
	if sale.Pricing.TaxMode == pricing.TaxComputed && sale.PricingError == 0 {
		e, err := print.NewEN16931(p, sale.Lines, sale.Totals)
		if err != nil {
			t.Fatal(err)
		}
		got["en16931"] = viewOf(&e)
	}
	return got
}

// partOf is what a vector says of a document that takes a part of another.
func partOf(t *testing.T, head *record.Head, charges *pricing.Charges, sale *pricing.PricedLines) map[string]any {
	t.Helper()
	got := documentOf(t, head, charges, sale)
	got["discount_amount"] = head.Currency.Zero().Add(charges.DiscountAmount.Or(money.Amount{}))
	for n, l := range got["lines"].([]any) {
		l.(map[string]any)["quantity"] = sale.Lines[n].Quantity
	}
	var list []any
	for _, a := range charges.Adjustments {
		list = append(list, map[string]any{"kind": a.Kind, "reason": a.Reason, "amount": a.Amount})
	}
	if delete(got, "adjustments"); list != nil {
		got["adjustments"] = list
	}
	return got
}

// billed bills an order in parts, or credits an invoice in parts.
func (v *documentVector) billed(t *testing.T) map[string]any {
	t.Helper()
	how, currency := v.Input.Settings.pricing(t)
	settings := leadtocash.Settings{Pricing: how, BaseCurrency: currency}
	customer := record.CustomerID{Ref: record.Ref{Kind: kinds.Account, ID: testkit.IDOf[record.AccountID](1).UUID}}
	var lines []pricing.LineFields
	for _, l := range v.Input.Document.Lines {
		f := pricing.WriteIn("x", l.Quantity.Or(decimal.Decimal{}), l.PricePerUnit.Or(decimal.Decimal{}))
		f.ManualDiscount, f.Tax, f.TaxCode, f.PriceBase, f.Adjustments = l.ManualDiscount, l.Tax, l.TaxCode, l.PriceBase, l.Adjustments
		lines = append(lines, f)
	}
	origin := record.Origin{Currency: currency}
	if v.Input.As == "credit_note" {
		return v.credited(t, settings, leadtocash.CreateInvoice{
			ID: testkit.IDOf[record.InvoiceID](1), Origin: origin, Lines: lines,
			Fields: leadtocash.InvoiceFields{Name: "x", CustomerID: customer, Charges: v.Input.Document.Charges},
		})
	}
	born, err := leadtocash.NewOrder(leadtocash.CreateOrder{
		ID: testkit.IDOf[record.OrderID](1), Origin: origin, Lines: lines,
		Fields: leadtocash.OrderFields{Name: "x", CustomerID: customer, Charges: v.Input.Document.Charges},
	}, leadtocash.OrderFacts{Stamp: testkit.Noon, Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	order, documents := born.Record, []any{}
	var invoices []leadtocash.Invoice
	source := sourceOf(t, &order.Head, &order.Charges, &order.PricedLines)
	for n, step := range v.Input.Steps {
		if step.Cancel > 0 {
			at := step.Cancel - 1
			others := slices.Delete(slices.Clone(invoices), at, at+1)
			out, err := invoices[at].Cancel(leadtocash.CancelInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.Noon, Settings: settings, Order: &order, Siblings: others})
			if err != nil {
				t.Fatal(err)
			}
			invoices[at], order = out.Record, *out.Order
			documents = append(documents, map[string]any{"canceled": step.Cancel})
			continue
		}
		out, err := order.Invoice(leadtocash.InvoiceOrder{InvoiceID: testkit.IDOf[record.InvoiceID](byte(n + 1)), Lines: step.lines()},
			leadtocash.OrderFacts{Stamp: testkit.Noon, Settings: settings, Invoices: invoices})
		if err != nil {
			t.Fatal(err)
		}
		order = out.Record
		invoices = append(invoices, out.Invoice)
		documents = append(documents, partOf(t, &out.Invoice.Head, &out.Invoice.Charges, &out.Invoice.PricedLines))
	}
	return map[string]any{"error": 0, "source": source, "documents": documents}
}

// credited credits an invoice in parts.
func (v *documentVector) credited(t *testing.T, settings leadtocash.Settings, cmd leadtocash.CreateInvoice) map[string]any {
	t.Helper()
	born, err := leadtocash.NewInvoice(cmd, leadtocash.InvoiceFacts{Stamp: testkit.Noon, Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	issued, err := born.Record.Issue(leadtocash.IssueInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.Noon, Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	invoice, documents := issued.Record, []any{}
	var notes []leadtocash.CreditNote
	for n, step := range v.Input.Steps {
		out, err := invoice.Credit(leadtocash.CreditInvoice{CreditNoteID: testkit.IDOf[record.CreditNoteID](byte(n + 1)), Lines: step.lines(), Freight: step.Freight},
			leadtocash.InvoiceFacts{Stamp: testkit.Noon, Settings: settings, CreditNotes: notes})
		if err != nil {
			t.Fatal(err)
		}
		note, err := out.CreditNote.Issue(leadtocash.IssueCreditNote{}, leadtocash.CreditNoteFacts{Stamp: testkit.Noon, Settings: settings, Invoice: &invoice, Issued: notes})
		if err != nil {
			t.Fatal(err)
		}
		notes, invoice = append(notes, note.Record), *note.Invoice
		// The vectors tax each credit note by itself; that the taxes of all of them add up to
		// the invoice's is what the vectors of corrections say.
		alone := note.Record.Clone()
		alone.Calculate(&alone.Head, &alone.Charges, pricing.PriceInput{})
		documents = append(documents, partOf(t, &alone.Head, &alone.Charges, &alone.PricedLines))
	}
	source := sourceOf(t, &invoice.Head, &invoice.Charges, &invoice.PricedLines)
	return map[string]any{"error": 0, "source": source, "documents": documents}
}

func sourceOf(t *testing.T, head *record.Head, charges *pricing.Charges, sale *pricing.PricedLines) map[string]any {
	t.Helper()
	source := documentOf(t, head, charges, sale)
	delete(source, "en16931")
	return source
}

// lines are the quantities of a step; lines of 0 are not taken.
func (s *vectorStep) lines() (list []pricing.LineQuantity) {
	for n, q := range s.Quantities {
		if !q.Or(decimal.Decimal{}).IsZero() {
			list = append(list, pricing.LineQuantity{LineNumber: int32(n + 1), Quantity: q})
		}
	}
	return list
}

// scheduled divides an amount by terms.
func (v *documentVector) scheduled() map[string]any {
	in := &v.Input
	currency := money.EUR
	if digits, given := in.Precision.Get(); given {
		currency, _ = money.NewCurrency("XTS", int(digits))
	}
	list, err := in.Terms.Schedule(in.IssueDate, in.AmountDue, currency, money.HalfAway)
	if err != nil {
		var refused *record.Error
		errors.As(err, &refused)
		return map[string]any{"error": string(refused.Reasons[0].Code)}
	}
	var instalments []any
	for _, i := range list {
		row := map[string]any{"number": i.Number, "due_date": i.DueDate, "amount": i.Amount}
		var discounts []any
		for _, d := range i.Discounts {
			discounts = append(discounts, map[string]any{"until": d.Until, "amount": d.Amount})
		}
		if discounts != nil {
			row["discounts"] = discounts
		}
		instalments = append(instalments, row)
	}
	got := map[string]any{"error": 0, "instalments": instalments}
	if len(list) > 0 {
		got["first_due"], got["last_due"] = list[0].DueDate, list[len(list)-1].DueDate
	}
	return got
}

// plain is what a value is as JSON, without the order of its fields.
func plain(t *testing.T, v any) (is any) {
	t.Helper()
	body, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(body, &is)
	}
	if err != nil {
		t.Fatal(err)
	}
	return is
}

// same compares what both are as JSON; numbers are texts.
func same(t *testing.T, name string, got, want any) {
	t.Helper()
	a, b := testkit.Canonical(t, plain(t, got)), testkit.Canonical(t, plain(t, want))
	if a != b {
		t.Errorf("%s\n got %s\nwant %s", name, a, b)
	}
}

// amountsOf are the amounts of a list.
func amountsOf(list []pricing.Adjustment) (amounts []any) {
	for _, a := range list {
		amounts = append(amounts, a.Amount)
	}
	return amounts
}

// linesOf are the amounts of lines.
func linesOf(p pricing.PriceInput, lines []pricing.Line) []any {
	list := []any{}
	for n := range lines {
		l := &lines[n]
		line := map[string]any{
			"base_amount": l.BaseAmount, "manual_discount": l.ManualDiscountTotal(), "adjustment_total": p.Currency.Zero().Add(l.AdjustmentTotal),
			"net_amount": l.NetAmount, "allocated_discount": l.AllocatedDiscount, "after_discount": l.AfterDiscount(), "tax": l.Tax.Or(p.Currency.Zero()),
		}
		if amounts := amountsOf(l.Adjustments); amounts != nil {
			line["adjustments"] = amounts
		}
		list = append(list, line)
	}
	return list
}

func totalsOf(p pricing.PriceInput, t pricing.Totals) map[string]any {
	zero := p.Currency.Zero()
	return map[string]any{
		"total_line_item_amount": t.TotalLineItemAmount, "document_discount": t.DocumentDiscount, "total_amount_less_freight": t.TotalAmountLessFreight,
		"freight_amount": p.Charges.FreightAmount.Or(zero), "charge_total": zero.Add(t.ChargeTotal), "total_tax": t.TotalTax, "total_amount": t.TotalAmount,
		"prepaid_amount": p.Charges.PrepaidAmount.Or(zero), "payable_rounding_amount": zero.Add(t.PayableRoundingAmount), "amount_due": t.AmountDue,
	}
}

func viewOf(e *print.EN16931) map[string]any {
	var lines, taxes []any
	for _, l := range e.Lines {
		line := map[string]any{"bt129": l.Quantity, "bt131": l.NetAmount, "bt146": l.NetPrice, "bt151": l.Category, "bt152": short(l.Rate)}
		if !l.GrossPrice.IsZero() {
			line["bt147"], line["bt148"] = l.PriceDiscount, l.GrossPrice
		}
		if !l.BaseQuantity.IsZero() {
			line["bt149"] = l.BaseQuantity
		}
		entries(line, "bg27", l.Allowances, "bt136", "bt137", "bt138")
		entries(line, "bg28", l.Charges, "bt141", "bt142", "bt143")
		lines = append(lines, line)
	}
	for _, g := range e.Breakdown {
		taxes = append(taxes, map[string]any{"bt116": g.TaxableAmount, "bt117": g.Tax, "bt118": g.Category, "bt119": short(g.Rate)})
	}
	view := map[string]any{
		"lines": lines, "bg23": taxes, "bt106": e.LineTotal, "bt107": e.AllowanceTotal, "bt108": e.ChargeTotal, "bt109": e.TaxExclusiveAmount,
		"bt110": e.TaxAmount, "bt112": e.TaxInclusiveAmount, "bt113": e.PrepaidAmount, "bt114": e.PayableRoundingAmount, "bt115": e.PayableAmount,
	}
	entries(view, "bg20", e.Allowances, "bt92", "bt93", "bt94", "bt95", "bt96")
	entries(view, "bg21", e.Charges, "bt99", "bt100", "bt101", "bt102", "bt103")
	return view
}

// entries puts a list of allowances or charges into a view, by the terms of amount,
// base and percentage, and of a document category and rate.
func entries(view map[string]any, name string, list []print.EN16931Adjustment, terms ...string) {
	var rows []any
	for _, a := range list {
		row := map[string]any{terms[0]: a.Amount}
		if percentage, given := a.Percentage.Get(); given {
			row[terms[1]], row[terms[2]] = a.Base, short(percentage)
		}
		if len(terms) > 3 {
			row[terms[3]], row[terms[4]] = a.Category, short(a.Rate)
			if a.Freight {
				row["freight"] = true
			}
			if a.Reason != "" {
				row["reason"] = a.Reason
			}
		}
		rows = append(rows, row)
	}
	if rows != nil {
		view[name] = rows
	}
}

// short leaves trailing zeros out.
func short(d decimal.Decimal) string { return decimal.NewFromBigRat(d.Rat(), 4).String() }
