package catalog

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/record"
)

// tierFaults lists what is wrong with the tiers.
func (d *DiscountList) tierFaults() (reasons []record.Reason) {
	add := func(i int, code codes.Code, field, message string) {
		reasons = append(reasons, record.Reason{Code: code, Field: fmt.Sprintf("tiers[%d].%s", i, field), Message: message})
	}
	for i := range d.Tiers {
		t := &d.Tiers[i]
		if t.LowText().Sign() <= 0 {
			add(i, codes.ErrOutOfRange, "low", "must be more than 0")
		}
		if t.HighText().Cmp(t.LowText()) < 0 {
			add(i, codes.ErrOutOfRange, "high", "is below low")
		}
		field, value, other := "percentage", t.Percentage, t.Amount
		if d.Type == DiscountAmount {
			field, value, other = "amount", t.Amount, t.Percentage
		}
		switch v, ok := value.Get(); {
		case !ok:
			add(i, codes.ErrMissingField, field, codes.ErrMissingField.Info().Text)
		case v.Sign() < 0, d.Type == DiscountPercentage && exact.NumOf(v).Cmp(exact.Hundred) > 0:
			add(i, codes.ErrOutOfRange, field, "is negative or above 100 %")
		case !other.IsZero():
			add(i, codes.ErrInvalid, field, "a tier takes off a percentage or an amount, as the list does")
		}
	}
	for _, i := range d.overlapping() {
		add(i, codes.ErrTierOverlap, "low", codes.ErrTierOverlap.Info().Text)
	}
	return reasons
}

// overlapping returns the places of the tiers that begin before another one
// has ended.
func (d *DiscountList) overlapping() (places []int) {
	order := make([]int, len(d.Tiers))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Or(d.Tiers[i].LowText().Cmp(d.Tiers[j].LowText()), cmp.Compare(i, j)) })
	var end decimal.Decimal
	for n, i := range order {
		if n > 0 && d.Tiers[i].LowText().Cmp(end) <= 0 {
			places = append(places, i)
		}
		if high := d.Tiers[i].HighText(); high.Cmp(end) > 0 {
			end = high
		}
	}
	return places
}

// LowText is the low bound for people.
func (t *DiscountTier) LowText() decimal.Decimal { return t.Low.Or(decimal.Decimal{}) }

// HighText is the high bound for people.
func (t *DiscountTier) HighText() decimal.Decimal { return t.High.Or(decimal.Decimal{}) }
