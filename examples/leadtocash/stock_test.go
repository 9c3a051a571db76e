package main

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/money"
)

// The catalogue says what a line costs: the list price, less the discount for
// the quantity, unless the row has a price of its own.
func TestCataloguePricesLines(t *testing.T) {
	t.Parallel()
	for row, want := range map[string]struct{ unit, off, total string }{
		"Bora One,1,":        {"2490", "0", "2490.00"},
		"Bora One,2,":        {"2490", "0", "4980.00"},
		"Bora One,3,":        {"2490", "99.6", "7171.20"},    // 4 %
		"Bora One,10,":       {"2490", "186.75", "23032.50"}, // 7.5 %
		"Bora One,100,":      {"2490", "0", "249000.00"},
		"Bora One,3,2000":    {"2000", "80", "5760.00"}, // the discount is taken off any price
		"Zefiro 64,3,":       {"690", "0", "2070.00"},
		"Zefiro 64,12,":      {"690", "69", "7452.00"}, // 10 %
		"Installation,9,":    {"320", "0", "2880.00"},
		"Wooden handle,9,12": {"12", "0", "108.00"}, // a write-in
	} {
		t.Run(row, func(t *testing.T) {
			t.Parallel()
			im, _ := journal(t, append(slices.Clone(ordered[:2]), "2024-01-11,D1,quote,"+row+",")...)
			q, err := im.client.Quotes().Get(t.Context(), im.trails["D1"].quote)
			if err != nil || len(q.Lines) != 1 || q.Status != leadtocash.QuoteStatusDraft {
				t.Fatalf("quote = %+v, %v; rejects = %+v", q, err, im.rejects)
			}
			l := q.Lines[0]
			unit, off := l.PricePerUnit.Or(decimal.Zero), l.VolumeDiscount.Or(decimal.Zero)
			if unit.String() != want.unit || off.String() != want.off || q.TotalAmount.String() != want.total || l.PricingError != 0 {
				t.Errorf("%s less %s comes to %s with error %q, want %+v", unit, off, q.TotalAmount, l.PricingError, want)
			}
			if q.PriceListID.IsZero() || q.PriceListID != im.book.lists[money.EUR] {
				t.Errorf("the quote is on price list %v, want that of EUR", q.PriceListID)
			}
		})
	}
}
