package print_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/print"
)

// documentVector is a document and what its groups of tax and its view are.
type documentVector struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	Title string `json:"title"`
	Input struct {
		Settings struct {
			pricing.Pricing
			Currency struct {
				Code      string
				Precision int
			}
		}
		Document struct {
			Lines []struct {
				Quantity       testkit.Number   `json:"quantity"`
				PricePerUnit   testkit.Number   `json:"price_per_unit"`
				VolumeDiscount testkit.Number   `json:"volume_discount"`
				ManualDiscount testkit.Money    `json:"manual_discount_amount"`
				Tax            testkit.Money    `json:"tax"`
				TaxCode        *pricing.TaxCode `json:"tax_code"`
				Base           json.RawMessage  `json:"price_base_quantity"`
				Adjustments    json.RawMessage  `json:"adjustments"`
			} `json:"lines"`
			Adjustments json.RawMessage `json:"adjustments"`
			pricing.Charges
		}
	}
	Expect struct {
		Error     int
		Lines     []any           `json:"lines"`
		Totals    map[string]any  `json:"totals"`
		TaxGroups json.RawMessage `json:"tax_groups"`
		EN16931   map[string]any  `json:"en16931"`
	}
}

// later reports whether the vector needs what is not built yet.
func (v *documentVector) later() bool {
	d := v.Input.Document
	if v.Kind != "document" || d.Adjustments != nil || !d.DiscountPercentage.IsZero() {
		return true
	}
	for _, l := range d.Lines {
		if l.Base != nil || l.Adjustments != nil {
			return true
		}
	}
	return false
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
			if err := json.Unmarshal(raw, &struct{ ID, Kind *string }{&v.ID, &v.Kind}); err != nil {
				t.Fatal(err)
			}
			t.Run(v.ID, func(t *testing.T) {
				if v.Kind != "document" {
					t.Skipf("%s: not built yet", v.Kind)
				}
				if err := json.Unmarshal(raw, &v); err != nil {
					t.Fatal(err)
				}
				v.check(t)
			})
		}
	}
}

func (v *documentVector) check(t *testing.T) {
	if v.later() {
		t.Skip("not built yet")
	}
	t.Log(v.Title)
	p := pricing.PriceInput{Currency: money.EUR, Pricing: v.Input.Settings.Pricing, Charges: v.Input.Document.Charges}
	if p.Pricing.TaxMode == pricing.TaxMode(0) {
		p.Pricing.TaxMode = pricing.TaxComputed
	}
	if c := v.Input.Settings.Currency; c.Code != "" {
		currency, err := money.NewCurrency(c.Code, c.Precision)
		if err != nil {
			t.Fatal(err)
		}
		p.Currency = currency
	}
	var given []pricing.Line
	for n, l := range v.Input.Document.Lines {
		given = append(given, pricing.Line{
			LineNumber: int32(n + 1), WriteInText: "x", Quantity: l.Quantity, PricePerUnit: l.PricePerUnit, IsPriceOverridden: true,
			VolumeDiscount: l.VolumeDiscount, ManualDiscount: l.ManualDiscount, Tax: l.Tax, TaxCode: l.TaxCode,
		})
	}
	lines, totals := pricing.Price(p, given)
	if v.Expect.Error != 0 {
		if totals.PricingError.Code() != v.Expect.Error && lines[0].PricingError.Code() != v.Expect.Error {
			t.Fatalf("got error %d, want %d", totals.PricingError.Code(), v.Expect.Error)
		}
		return
	}
	for n, l := range v.Input.Document.Lines { // write-ins have none of the catalogue's
		if !l.VolumeDiscount.IsZero() && !lines[n].VolumeDiscount.Equal(l.VolumeDiscount) {
			t.Skip("a write-in has no volume discount")
		}
	}
	if v.Expect.Lines != nil {
		same(t, "lines", linesOf(p, lines), v.Expect.Lines)
	}
	if v.Expect.Totals != nil {
		same(t, "totals", totalsOf(p, totals), v.Expect.Totals)
	}
	if v.Expect.TaxGroups != nil {
		same(t, "tax_groups", pricing.TaxGroups(p, lines, totals), v.Expect.TaxGroups)
	}
	if v.Expect.EN16931 == nil {
		return
	}
	e, err := print.NewEN16931(p, lines, totals)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "en16931", viewOf(&e), v.Expect.EN16931)
}

// same compares what both are as JSON; numbers are texts.
func same(t *testing.T, name string, got, want any) {
	t.Helper()
	a, b := testkit.Canonical(t, got), testkit.Canonical(t, want)
	if a != b {
		t.Errorf("%s\n got %s\nwant %s", name, a, b)
	}
}

// linesOf are the amounts of lines; lists of allowances and charges are not built
// yet, so no line has any.
func linesOf(p pricing.PriceInput, lines []pricing.Line) (list []any) {
	for n := range lines {
		l := &lines[n]
		list = append(list, map[string]any{
			"base_amount": l.BaseAmount, "manual_discount": l.ManualDiscountTotal(), "adjustment_total": p.Currency.Zero(), "net_amount": l.NetAmount,
			"allocated_discount": l.AllocatedDiscount, "after_discount": l.NetAmount.Sub(l.AllocatedDiscount), "tax": l.Tax,
		})
	}
	return list
}

func totalsOf(p pricing.PriceInput, t pricing.Totals) map[string]any {
	zero := p.Currency.Zero()
	return map[string]any{
		"total_line_item_amount": t.TotalLineItemAmount, "document_discount": t.DocumentDiscount, "total_amount_less_freight": t.TotalAmountLessFreight,
		"freight_amount": p.Charges.FreightAmount.Or(zero), "charge_total": zero, "total_tax": t.TotalTax, "total_amount": t.TotalAmount,
		"prepaid_amount": p.Charges.PrepaidAmount.Or(zero), "payable_rounding_amount": zero.Add(t.PayableRoundingAmount), "amount_due": t.AmountDue,
	}
}

func viewOf(e *print.EN16931) map[string]any {
	var lines, taxes, allowances, charges []any
	for _, l := range e.Lines {
		line := map[string]any{"bt129": l.Quantity, "bt131": l.NetAmount, "bt146": l.NetPrice, "bt151": l.Category, "bt152": short(l.Rate)}
		if !l.GrossPrice.IsZero() {
			line["bt147"], line["bt148"] = l.PriceDiscount, l.GrossPrice
		}
		if !l.Allowance.IsZero() {
			line["bg27"] = []any{map[string]any{"bt136": l.Allowance}}
		}
		lines = append(lines, line)
	}
	for _, g := range e.Breakdown {
		taxes = append(taxes, map[string]any{"bt116": g.TaxableAmount, "bt117": g.Tax, "bt118": g.Category, "bt119": short(g.Rate)})
		if !g.Allowance.IsZero() {
			allowances = append(allowances, map[string]any{"bt92": g.Allowance, "bt95": g.Category, "bt96": short(g.Rate)})
		}
		if !g.Charge.IsZero() {
			charges = append(charges, map[string]any{"bt99": g.Charge, "bt102": g.Category, "bt103": short(g.Rate), "freight": true})
		}
	}
	view := map[string]any{
		"lines": lines, "bg23": taxes, "bt106": e.LineTotal, "bt107": e.AllowanceTotal, "bt108": e.ChargeTotal, "bt109": e.TaxExclusiveAmount,
		"bt110": e.TaxAmount, "bt112": e.TaxInclusiveAmount, "bt113": e.PrepaidAmount, "bt114": e.PayableRoundingAmount, "bt115": e.PayableAmount,
	}
	if allowances != nil {
		view["bg20"] = allowances
	}
	if charges != nil {
		view["bg21"] = charges
	}
	return view
}

// short leaves trailing zeros out.
func short(d decimal.Decimal) string { return decimal.NewFromBigRat(d.Rat(), 4).String() }
