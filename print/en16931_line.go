package print

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
)

// Decimals of a price that is calculated for the view: as few as give the line's
// amount.
const (
	fewestPriceDecimals = 4
	mostPriceDecimals   = 10
)

// amountDecimals are those that EN 16931 rounds the amount of a line to.
const amountDecimals = 2

// amountTolerance is how far the amount of a line may be from what its price and
// quantity come to.
var amountTolerance = big.NewRat(2, 100)

// en16931Line is a line of the net amount, taxed at a rate.
func en16931Line(p *pricing.PriceInput, l *pricing.Line, net money.Amount, rate int64) EN16931Line {
	line := EN16931Line{LineNumber: l.LineNumber, Name: l.WriteInText, NetAmount: net, Quantity: l.Quantity.Or(decimal.Decimal{})}
	if !l.IsWriteIn() {
		line.Name = l.ProductName
	}
	if base, given := l.PriceBase.Get(); given && !base.Equal(decimal.NewFromInt(1)) {
		line.BaseQuantity = base
	}
	gross, discount := l.PricePerUnit.Or(decimal.Decimal{}), l.VolumeDiscount.Or(decimal.Decimal{})
	if gross.Sign() < 0 {
		gross, line.Quantity = gross.Neg(), line.Quantity.Neg()
	}
	line.takeEntries(p, l, rate)
	if line.NetPrice = gross.Sub(discount); p.Pricing.PricesIncludeTax {
		line.takeTaxOut(p, &gross, &discount, rate)
	}
	if !discount.IsZero() {
		line.GrossPrice, line.PriceDiscount = gross, discount
	}
	line.settleEntries(p.Currency.Zero())
	line.repair()
	return line
}

// takeTaxOut takes the tax out of the prices. What that misses of the net amount
// is in the largest entry, if there is one.
func (l *EN16931Line) takeTaxOut(p *pricing.PriceInput, gross, discount *decimal.Decimal, rate int64) {
	without := big.NewRat(100, 1)
	without.Quo(without, exact.Hundred.Plus(exact.Num{M: rate, Exp: -pricing.RateDecimals}).Rat())
	price := new(big.Rat).Mul(l.NetPrice.Rat(), without)
	amount := l.amountAt(price)
	decimals := decimalsFor(price, func(d decimal.Decimal) bool { return l.amountAt(d.Rat()).Equal(amount) })
	l.NetPrice = decimal.NewFromBigRat(price, decimals)
	*gross = decimal.NewFromBigRat(new(big.Rat).Mul(gross.Rat(), without), decimals)
	*discount = gross.Sub(l.NetPrice)
	l.giveLargest(p.Currency.Round(amount))
}

// repair replaces a price that does not come to the net amount: one of more
// decimals than the currency has, for example.
func (l *EN16931Line) repair() {
	want := l.NetAmount.Sub(l.entries()).Decimal()
	off := new(big.Rat).Sub(want.Rat(), l.exactly(l.NetPrice.Rat()))
	if l.Quantity.IsZero() || off.Abs(off).Cmp(amountTolerance) <= 0 {
		return
	}
	price := new(big.Rat).Quo(want.Rat(), l.Quantity.Rat())
	price.Mul(price, l.base())
	decimals := decimalsFor(price, func(d decimal.Decimal) bool { return l.amountAt(d.Rat()).Equal(want) })
	l.NetPrice = decimal.NewFromBigRat(price, decimals)
	l.GrossPrice, l.PriceDiscount = decimal.Decimal{}, decimal.Decimal{}
}

// base is for how many units the price is.
func (l *EN16931Line) base() *big.Rat {
	if l.BaseQuantity.IsZero() {
		return big.NewRat(1, 1)
	}
	return l.BaseQuantity.Rat()
}

// amountAt is what the quantity comes to at a price.
func (l *EN16931Line) amountAt(price *big.Rat) decimal.Decimal {
	return decimal.NewFromBigRat(l.exactly(price), amountDecimals)
}

// exactly is amountAt without rounding, as the rules of profiles calculate it.
func (l *EN16931Line) exactly(price *big.Rat) *big.Rat {
	amount := new(big.Rat).Mul(l.Quantity.Rat(), price)
	return amount.Quo(amount, l.base())
}

// decimalsFor is the least number of decimals at which a price is good enough.
func decimalsFor(price *big.Rat, good func(decimal.Decimal) bool) int32 {
	decimals := int32(fewestPriceDecimals)
	for decimals < mostPriceDecimals && !good(decimal.NewFromBigRat(price, decimals)) {
		decimals++
	}
	return decimals
}
