package money

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"

	"github.com/leadtocash/leadtocash/internal/exact"
)

// MulDiv returns x × y ÷ z, rounded once. It is the only place where money is
// rounded. Without a divisor, z = 0, the result is poisoned.
func MulDiv(x, y, z exact.Num, digits int, mode RoundingMode) Amount {
	sign := x.Sign() * y.Sign() * z.Sign()
	if sign == 0 {
		if z.Sign() == 0 {
			return Beyond(x.Sign()*y.Sign(), digits)
		}
		return Amount{digits: int8(digits)}
	}
	size, isExact := mulDiv64(x, y, z, digits, mode)
	if !isExact {
		size = mulDivBig(x, y, z, digits, mode)
	}
	if size > maxMoney*exact.Pow10[digits] {
		return Beyond(sign, digits)
	}
	return Amount{units: int64(sign) * int64(size), digits: int8(digits)}
}

// mulDiv64 returns the size of x × y ÷ z in minor units, or MaxUint64 if it is
// larger; it reports false when 128 bits do not hold the way there.
func mulDiv64(x, y, z exact.Num, digits int, mode RoundingMode) (uint64, bool) {
	if x.Wide != nil || y.Wide != nil || z.Wide != nil {
		return 0, false
	}
	hi, lo := bits.Mul64(uint64(max(x.M, -x.M)), uint64(max(y.M, -y.M)))
	divisor := uint64(max(z.M, -z.M))
	switch exp := x.Exp + y.Exp - z.Exp + int32(digits); {
	case exp >= int32(len(exact.Pow10)) || -exp >= int32(len(exact.Pow10)):
		return 0, false
	case exp > 0:
		over, top := bits.Mul64(hi, exact.Pow10[exp])
		carry, low := bits.Mul64(lo, exact.Pow10[exp])
		sum, c := bits.Add64(top, carry, 0)
		if over+c > 0 {
			return math.MaxUint64, true // no divisor of 64 bits brings it back
		}
		hi, lo = sum, low
	case exp < 0:
		over, d := bits.Mul64(divisor, exact.Pow10[-exp])
		if over > 0 {
			return 0, false
		}
		divisor = d
	}
	if hi >= divisor {
		return math.MaxUint64, true
	}
	quotient, remainder := bits.Div64(hi, lo, divisor)
	if up(mode, quotient, remainder, divisor) && quotient < math.MaxUint64 {
		quotient++
	}
	return quotient, true
}

// mulDivBig is mulDiv64 for numbers of any size.
func mulDivBig(x, y, z exact.Num, digits int, mode RoundingMode) uint64 {
	n := new(big.Int).Mul(x.Coefficient(), y.Coefficient())
	d := new(big.Int).Set(z.Coefficient())
	if exp := x.Exp + y.Exp - z.Exp + int32(digits); exp >= 0 {
		n.Mul(n, exact.BigPow10(exp))
	} else {
		d.Mul(d, exact.BigPow10(-exp))
	}
	quotient, remainder := new(big.Int).QuoRem(n.Abs(n), d.Abs(d), new(big.Int))
	half := remainder.Lsh(remainder, 1).Cmp(d)
	if half > 0 || half == 0 && (mode == HalfAway || quotient.Bit(0) == 1) {
		quotient.Add(quotient, big.NewInt(1))
	}
	if !quotient.IsUint64() {
		return math.MaxUint64
	}
	return quotient.Uint64()
}

// up reports whether a quotient with the given remainder is rounded away from
// zero.
func up(mode RoundingMode, quotient, remainder, divisor uint64) bool {
	switch cmp.Compare(remainder, divisor-remainder) {
	case 0:
		return mode == HalfAway || quotient&1 == 1
	case 1:
		return true
	}
	return false
}
