package einvoice_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/einvoice"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/value"
)

func written(t testing.TB, d einvoice.Document, p einvoice.Profile, s einvoice.Syntax) []byte {
	t.Helper()
	var b bytes.Buffer
	write := einvoice.WriteUBL
	if s == einvoice.CII {
		write = einvoice.WriteCII
	}
	if err := write(&b, d, p); err != nil {
		t.Fatalf("%s in %s: %v\n%s", p, s, err, jsonOf(t, d))
	}
	return b.Bytes()
}

// Whatever is written reads back as the profile wrote it, in every syntax of it.
func TestWrittenReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		d := documents.Draw(r, "document")
		for _, p := range einvoice.Profiles() {
			want := jsonOf(t, d.As(p))
			for _, s := range p.Syntaxes() {
				if !takes(p, s, &d) {
					continue
				}
				body := written(t, d, p, s)
				read, syntax, err := einvoice.Read(bytes.NewReader(body))
				if err != nil || syntax != s {
					t.Fatalf("%s in %s: read as %s, %v\n%s", p, s, syntax, err, body)
				}
				if got := jsonOf(t, read); got != want {
					t.Fatalf("%s in %s: read differs:\n%s\nof\n%s", p, s, difference(got, want), body)
				}
				if again := written(t, read, p, s); !bytes.Equal(again, body) {
					t.Fatalf("%s in %s: written again\n%s\nwant\n%s", p, s, again, body)
				}
			}
		}
	})
}

// difference is where two texts begin to differ.
func difference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	from := max(0, n-4)
	return "got\n" + strings.Join(a[from:min(len(a), n+4)], "\n") + "\nwant\n" + strings.Join(b[from:min(len(b), n+4)], "\n")
}

// missed is how far price and quantity of a line, with its entries, are from its amount.
func missed(l *einvoice.Line) decimal.Decimal {
	base := l.PriceBase.Or(decimal.NewFromInt(1))
	off := l.Quantity.Or(decimal.Decimal{}).Mul(l.Price.Or(decimal.Decimal{})).DivRound(base, 8).Sub(l.Net.Or(money.Amount{}).Decimal())
	for _, a := range l.Allowances {
		off = off.Sub(a.Amount.Or(money.Amount{}).Decimal())
	}
	for _, a := range l.Charges {
		off = off.Add(a.Amount.Or(money.Amount{}).Decimal())
	}
	return off.Abs()
}

// Documents 48 and 49: prices come to the amounts of their lines within two cents, and
// allowances and charges of a document of positive lines are positive.
func TestViewInvariants(t *testing.T) {
	t.Parallel()
	cent := number("0.02")
	rapid.Check(t, func(r *rapid.T) {
		d := documents.Draw(r, "document")
		positive := true
		for n := range d.Lines {
			l := &d.Lines[n]
			if off := missed(l); off.GreaterThan(cent) {
				t.Errorf("48: line %s is %s off: %s", l.ID, off, jsonOf(t, l))
			}
			positive = positive && l.Net.Or(money.Amount{}).Sign() > 0
		}
		for _, a := range append(d.Allowances, d.Charges...) {
			if positive && a.Amount.Or(money.Amount{}).Sign() <= 0 {
				t.Errorf("49: %s", jsonOf(t, a))
			}
		}
	})
}

// A yen price that misses its amount by little more than two hundredths, and rounded to
// two decimals by just two, is repaired as well: profiles do not round before they
// compare.
func TestPricesAreRepairedByWhatTheyAre(t *testing.T) {
	t.Parallel()
	p := computed
	p.PricingPrecision = value.Some(int8(4))
	line := pricing.WriteIn("Bolt", number("1"), number("100.0249"))
	line.TaxCode = taxed(pricing.TaxStandard, "19")
	i, err := issued(leadtocash.InvoiceFields{BillTo: ink()}, money.JPY, p, line)
	if err != nil {
		t.Fatal(err)
	}
	d := documentOf(t, i)
	if off := missed(&d.Lines[0]); off.GreaterThan(number("0.02")) || has(d.Check(einvoice.PeppolBIS3), "PEPPOL-EN16931-R120") {
		t.Errorf("the price is %s for %s", d.Lines[0].Price, d.Lines[0].Net)
	}
}

// What is fatal writes nothing, and tells all reasons.
func TestRefusedWritesNothing(t *testing.T) {
	t.Parallel()
	d := documentOf(t, plain(t))
	d.Number, d.Buyer.Name, d.Lines[0].Category = "", "", "X"
	var b bytes.Buffer
	err := einvoice.WriteUBL(&b, d, einvoice.EN16931)
	var refused *einvoice.Refused
	if !errors.As(err, &refused) || !errors.Is(err, codes.ErrInvalid) || b.Len() != 0 {
		t.Fatalf("written %d bytes, %v", b.Len(), err)
	}
	for _, rule := range []string{"BR-02", "BR-07", "BR-CL-18"} {
		if !strings.Contains(err.Error(), rule) {
			t.Errorf("%v does not name %s", err, rule)
		}
	}
	if err := einvoice.WriteUBL(&b, documentOf(t, plain(t)), einvoice.FacturXEN16931); err == nil || !strings.Contains(err.Error(), "syntax") || b.Len() != 0 {
		t.Errorf("Factur-X in UBL: %v", err)
	}
}
