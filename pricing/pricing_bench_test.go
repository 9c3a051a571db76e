package pricing_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/value"
)

// BenchmarkPrice prices documents of ordinary lines. The ratio is to the
// bare decimal arithmetic of the same lines, without checks and errors; it
// should stay below 1. With a document discount the calculation also allocates
// it to the lines, which the bare arithmetic does not.
func BenchmarkPrice(b *testing.B) {
	for _, test := range []struct {
		name     string
		lines    int
		discount testkit.Number
	}{
		{name: "lines=3", lines: 3},
		{name: "lines=1000", lines: 1000},
		{name: "lines=1000,discount", lines: 1000, discount: testkit.Some("2.5")},
	} {
		b.Run(test.name, func(b *testing.B) {
			header, lines := benchmarkDocument(test.lines)
			header.DiscountPercentage = test.discount
			plain := bareDocument(header, lines)
			_, totals := pricing.Price(header, lines)
			if got, want := totals.TotalAmount.Decimal(), plain.total(); !got.Equal(want) {
				b.Fatalf("total %s, want %s", got, want)
			}
			bare := nanoseconds(func() { plain.total() })
			b.ReportAllocs()
			for b.Loop() {
				pricing.Price(header, lines)
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/bare, "×bare")
		})
	}
}

// BenchmarkBareLines is the arithmetic that BenchmarkPrice compares with.
func BenchmarkBareLines(b *testing.B) {
	plain := bareDocument(benchmarkDocument(1000))
	b.ReportAllocs()
	for b.Loop() {
		plain.total()
	}
}

// nanoseconds measures one call.
func nanoseconds(call func()) float64 {
	start, calls := time.Now(), 0
	for ; time.Since(start) < 200*time.Millisecond; calls++ {
		call()
	}
	return float64(time.Since(start)) / float64(calls)
}

func benchmarkDocument(n int) (pricing.PriceInput, []pricing.Line) {
	lines := make([]pricing.Line, n)
	for i := range lines {
		lines[i] = pricing.Line{
			LineNumber: int32(i + 1), WriteInText: "item",
			Quantity:       value.Some(decimal.New(int64(i%17+1)*5, -1)),
			PricePerUnit:   value.Some(decimal.New(int64(i*7919%99999+100), -2)),
			ManualDiscount: value.Some(money.EUR.Units(int64(i % 50))),
			Tax:            value.Some(money.EUR.Units(int64(i * 31 % 997))),
		}
	}
	return pricing.PriceInput{Currency: money.EUR, Charges: pricing.Charges{FreightAmount: testkit.Euro("15.00")}}, lines
}

// bareLine is a line as a program without this library would have it.
type bareLine struct {
	quantity, price, discount, tax decimal.Decimal
	base, net, extended            decimal.Decimal
}

type bareLines struct {
	lines               []bareLine
	percentage, freight decimal.Decimal
}

func bareDocument(p pricing.PriceInput, lines []pricing.Line) *bareLines {
	d := &bareLines{lines: make([]bareLine, len(lines))}
	d.percentage, _ = p.DiscountPercentage.Get()
	d.freight = p.FreightAmount.Or(money.Amount{}).Decimal()
	for i := range lines {
		l, b := &lines[i], &d.lines[i]
		b.quantity, _ = l.Quantity.Get()
		b.price, _ = l.PricePerUnit.Get()
		b.discount = l.ManualDiscount.Or(money.Amount{}).Decimal()
		b.tax = l.Tax.Or(money.Amount{}).Decimal()
	}
	return d
}

// total multiplies, rounds and adds, and returns the total amount.
func (d *bareLines) total() decimal.Decimal {
	var detail, discounts, taxes decimal.Decimal
	for i := range d.lines {
		l := &d.lines[i]
		l.base = l.price.Mul(l.quantity).Round(2)
		l.net = l.base.Sub(l.discount)
		l.extended = l.net.Add(l.tax)
		detail, discounts, taxes = detail.Add(l.net), discounts.Add(l.discount), taxes.Add(l.tax)
	}
	less := detail.Sub(detail.Mul(d.percentage).Shift(-2).Round(2))
	return less.Add(d.freight).Add(taxes)
}
