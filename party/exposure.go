package party

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Exposed is an amount that a customer owes, or has ordered without being billed,
// in its own currency.
type Exposed struct {
	Currency money.Currency
	Amount   money.Amount
	Rate     value.Opt[decimal.Decimal] // of the document, used where that of the currency is not known
}

// Exposures are all amounts that a customer owes or has ordered.
type Exposures []Exposed

// Add notes an amount of a document. Nothing, or less, is no exposure.
func (e *Exposures) Add(h *record.Head, amount money.Amount) {
	if amount.Sign() > 0 {
		*e = append(*e, Exposed{Currency: h.Currency, Amount: amount, Rate: h.ExchangeRate})
	}
}

// In is the sum of all amounts in one currency, converted exactly by the rates of
// today and rounded once, half away from zero. rateOf is the rate of a currency,
// unset where none is known; that of base is 1. Complete is false if an amount has
// no rate, neither that of its currency nor its document's, or to has none: it is
// left out of the sum.
func (e Exposures) In(to Exposed, base money.Currency, rateOf func(money.Currency) value.Opt[decimal.Decimal]) (sum money.Amount, complete bool) {
	var amounts []*big.Rat
	complete = true
	target, convertible := rateIn(to, base, rateOf)
	for _, x := range e {
		amount := ratOf(x.Amount.Num())
		if x.Currency != to.Currency {
			rate, known := rateIn(x, base, rateOf)
			if !known || !convertible {
				complete = false
				continue
			}
			amount.Mul(amount, target).Quo(amount, rate)
		}
		amounts = append(amounts, amount)
	}
	total := sumOf(amounts)
	return money.MulDiv(exact.Num{Wide: total.Num()}, exact.One, exact.Num{Wide: total.Denom()}, to.Currency.Digits(), money.HalfAway), complete
}

// sumOf adds exact numbers up by halves: where every rate is another one, the sum has
// long numbers, and so few of them are added to each other.
func sumOf(list []*big.Rat) *big.Rat {
	switch half := len(list) / 2; len(list) {
	case 0:
		return new(big.Rat)
	case 1:
		return list[0]
	default:
		return new(big.Rat).Add(sumOf(list[:half]), sumOf(list[half:]))
	}
}

// rateIn is the rate of an amount's currency now, else that of its document.
func rateIn(x Exposed, base money.Currency, rateOf func(money.Currency) value.Opt[decimal.Decimal]) (*big.Rat, bool) {
	switch {
	case base.IsZero():
		return nil, false
	case x.Currency == base:
		return big.NewRat(1, 1), true
	}
	for _, known := range []value.Opt[decimal.Decimal]{record.Rate(rateOf(x.Currency)), record.Rate(x.Rate)} {
		if rate, ok := known.Get(); ok {
			return rate.Rat(), true
		}
	}
	return nil, false
}

func ratOf(n exact.Num) *big.Rat {
	m := n.Wide
	if m == nil {
		m = big.NewInt(n.M)
	}
	return decimal.NewFromBigInt(m, n.Exp).Rat()
}
