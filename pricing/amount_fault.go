package pricing

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// StoredFaults lists the amounts of a stored document that are not what its lines and
// header come to: they were not calculated by this library, or changed behind its
// back. Prices and volume discounts are those of the lines; p says the rest that the
// document does not know itself. A document with a pricing error has no amounts to
// compare.
func (s *PricedLines) StoredFaults(h *record.Head, c *Charges, p PriceInput) []record.Reason {
	if s.PricingError != 0 {
		return nil
	}
	p.PricesLocked, p.PriceListOptional = true, true
	faults := s.storedFaults(h, c, p)
	if len(faults) > 0 && s.Pricing.TaxMode == TaxComputed { // it may depend on other documents
		p.TaxStays, p.TotalTax = true, s.TotalTax
		return s.storedFaults(h, c, p)
	}
	return faults
}

func (s *PricedLines) storedFaults(h *record.Head, c *Charges, p PriceInput) (reasons []record.Reason) {
	lines, list, totals := price(s.Priced(h, c, p), s.Lines)
	reasons = append(differing(&s.Totals, &totals, nil), listedFaults(c.Adjustments, list, false)...)
	for i := range s.Lines {
		below := append(differing(&s.Lines[i], &lines[i], nil), listedFaults(s.Lines[i].Adjustments, lines[i].Adjustments, false)...)
		reasons = append(reasons, schema.Below(fmt.Sprintf("lines[%d]", i), below)...)
	}
	return reasons
}

// listedFaults lists the entries whose amounts, or computed taxes, are not those
// calculated; those left out count only where all must be there.
func listedFaults(given, calculated []Adjustment, leaveOut bool) (reasons []record.Reason) {
	for i := range min(len(given), len(calculated)) {
		was, is := &given[i], &calculated[i]
		check := func(field string, was, is value.Opt[money.Amount]) {
			if !(leaveOut && was.IsZero()) && !was.Or(money.Amount{}).Equal(is.Or(money.Amount{})) {
				reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: schema.Element("adjustments", i, field), Message: "is not what lines and header add up to"})
			}
		}
		check("amount", was.Amount, is.Amount)
		check("tax", was.Tax, is.Tax)
	}
	return reasons
}

// amountFaults lists the amounts that were given and are not those calculated.
func amountFaults[T any](given, calculated *T) []record.Reason {
	return differing(given, calculated, money.Amount.IsZero)
}

// differing lists the amounts that are not those calculated, but for those left out;
// nil leaves out none.
func differing[T any](given, calculated *T, leftOut func(money.Amount) bool) (reasons []record.Reason) {
	was, is := reflect.ValueOf(given).Elem(), reflect.ValueOf(calculated).Elem()
	for i := range was.NumField() {
		g, ok := was.Field(i).Interface().(money.Amount)
		if !ok || leftOut != nil && leftOut(g) || g.Equal(is.Field(i).Interface().(money.Amount)) {
			continue
		}
		name, _, _ := strings.Cut(was.Type().Field(i).Tag.Get("json"), ",")
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: name, Message: "is not what lines and header add up to"})
	}
	return reasons
}
