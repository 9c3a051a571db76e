package pricing_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
)

// FuzzPrice calculates any document with any catalogue: whatever they say, it
// ends, and no amount has other decimals than the currency.
func FuzzPrice(f *testing.F) {
	data, err := os.ReadFile(vectorFiles()[0])
	if err != nil {
		f.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			Kind  string          `json:"kind"`
			Input json.RawMessage `json:"input"`
		} `json:"vectors"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		f.Fatal(err)
	}
	for _, v := range file.Vectors {
		if v.Kind == "document" || v.Kind == "reprice" {
			f.Add([]byte(v.Input))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		v, ok := readDocument(body)
		if !ok {
			return
		}
		p, given := v.priced(t)
		lines, totals := pricing.Price(p, given)
		if len(lines) != len(given) {
			t.Fatalf("%d lines became %d", len(given), len(lines))
		}
		check := func(what string, amounts ...money.Amount) {
			t.Helper()
			for _, a := range amounts {
				if a.Digits() != p.Currency.Digits() || a.Valid() != nil {
					t.Fatalf("%s of %q are %s", what, body, amounts)
				}
			}
		}
		check("totals", amountsOf(&totals)...)
		for i := range lines {
			if l := &lines[i]; l.PricingError == 0 && totals.PricingError <= catalog.PricingErrorDetail {
				check("amounts", l.BaseAmount, l.NetAmount, l.AllocatedDiscount, l.ExtendedAmount, l.Tax.Or(p.Currency.Zero()))
			}
		}
	})
}

// amountsOf are the amounts of the totals.
func amountsOf(t *pricing.Totals) []money.Amount {
	return []money.Amount{
		t.TotalLineItemAmount, t.TotalLineItemDiscountAmount, t.DocumentDiscount, t.TotalDiscountAmount,
		t.TotalAmountLessFreight, t.TotalTax, t.TotalAmount, t.PayableRoundingAmount, t.AmountDue,
	}
}

// readDocument reads the input of a vector whose currencies exist.
func readDocument(body []byte) (v vector, ok bool) {
	if json.Unmarshal(body, &v.Input) != nil {
		return v, false
	}
	s := &v.Input.Settings
	if _, err := money.NewCurrency(s.Currency.Code, s.Currency.Precision); err != nil && s.Currency.Code != "" {
		return v, false
	}
	if _, err := money.NewCurrency("XTS", s.BasePrecision.Or(2)); err != nil {
		return v, false
	}
	for _, l := range v.Input.Document.Lines {
		var product string
		if len(l.Product) > 0 && json.Unmarshal(l.Product, &product) != nil {
			return v, false
		}
	}
	return v, true
}
