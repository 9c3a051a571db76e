package catalog

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
)

// Factor returns how many primary units a unit is, exactly. An unknown unit is
// ErrNotFound; a chain of base units that does not end at the primary unit is
// ErrUnitCycle.
func (g *UnitGroup) Factor(id record.UnitID) (*big.Rat, error) {
	factor, byID := big.NewRat(1, 1), g.byID()
	for range g.Units {
		u := byID[id]
		if u == nil {
			return nil, record.Refusal(codes.ErrNotFound, "unit_id", "the group has no such unit")
		}
		if u.BaseUnitID.IsZero() {
			return factor, nil
		}
		factor.Mul(factor, u.Quantity.Or(decimal.Decimal{}).Rat())
		id = u.BaseUnitID
	}
	return nil, record.Refusal(codes.ErrUnitCycle, "unit_id", codes.ErrUnitCycle.Info().Text)
}

// MaxQuantityDecimals is how many decimals a quantity has at most.
const MaxQuantityDecimals = 5

// Convert expresses a quantity of one unit in another one, exactly. Round it to
// five decimals for display. Nothing is converted unless asked for: each unit
// has prices of its own. Codes: those of Factor, ErrOutOfRange for a unit that
// is nothing of its base unit.
func (g *UnitGroup) Convert(quantity decimal.Decimal, from, to record.UnitID) (*big.Rat, error) {
	ratio, err := g.ratio(from, to)
	if err != nil {
		return nil, err
	}
	return ratio.Mul(ratio, quantity.Rat()), nil
}

// ConvertPrice expresses a price per unit as one per another unit, rounded once
// to so many decimals, 0 to 4. Codes: those of Convert, ErrOutOfRange for other
// decimals or a price beyond the range.
func (g *UnitGroup) ConvertPrice(price decimal.Decimal, from, to record.UnitID, decimals int, mode money.RoundingMode) (decimal.Decimal, error) {
	if decimals < 0 || decimals > money.MaxDigits {
		return decimal.Decimal{}, record.Refusal(codes.ErrOutOfRange, "decimals", "a price has 0 to 4 decimals")
	}
	ratio, err := g.ratio(to, from)
	if err != nil {
		return decimal.Decimal{}, err
	}
	a := roundRat(ratio.Mul(ratio, price.Rat()), decimals, mode)
	return a.Decimal(), a.Valid()
}

func (g *UnitGroup) ratio(from, to record.UnitID) (*big.Rat, error) {
	a, err := g.Factor(from)
	if err != nil {
		return nil, err
	}
	b, err := g.Factor(to)
	if err != nil {
		return nil, err
	}
	if b.Sign() == 0 {
		return nil, record.Refusal(codes.ErrOutOfRange, "unit_id", "the unit is nothing of its base unit")
	}
	return a.Quo(a, b), nil
}

// roundRat rounds an exact number once.
func roundRat(r *big.Rat, digits int, mode money.RoundingMode) money.Amount {
	return money.MulDiv(exact.Num{Wide: r.Num()}, exact.One, exact.Num{Wide: r.Denom()}, digits, mode)
}
