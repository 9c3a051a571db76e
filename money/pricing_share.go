package money

import (
	"cmp"
	"math/big"
	"slices"
)

// allocateBig is allocate with the total as the factor, for numbers of any
// size.
func allocateBig(total int64, weights []*big.Int, divisor *big.Int) []*big.Int {
	factor, left := big.NewInt(max(total, -total)), big.NewInt(max(total, -total))
	parts, rests := make([]*big.Int, len(weights)), make([]*big.Int, len(weights))
	for i, w := range weights {
		// Euclidean division rounds down, because the divisor is made positive.
		exact := new(big.Int).Mul(w, factor)
		if divisor.Sign() < 0 {
			exact.Neg(exact)
		}
		parts[i], rests[i] = exact.DivMod(exact, new(big.Int).Abs(divisor), new(big.Int))
		left.Sub(left, parts[i])
	}
	order := make([]int, len(weights))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		return cmp.Or(rests[j].Cmp(rests[i]), weights[j].CmpAbs(weights[i]), cmp.Compare(i, j))
	})
	for _, i := range order[:min(left.Int64(), int64(len(order)))] {
		parts[i].Add(parts[i], big.NewInt(1))
	}
	if total < 0 {
		for _, part := range parts {
			part.Neg(part)
		}
	}
	return parts
}
