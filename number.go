package leadtocash

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"

	"github.com/shopspring/decimal"
)

var pow10 = [...]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19}

// checkDecimal reports whether d has at most the given numbers of digits
// before and behind the point; zeros at either end do not count. It decides
// without computing powers, so it is safe for numbers such as 1e400000000. A
// coefficient of more than 1024 bits never fits.
func checkDecimal(d decimal.Decimal, maxInt, maxFrac int) bool {
	if d.IsZero() {
		return true
	}
	m, ok := coefficient(d)
	if !ok {
		return checkBig(d, maxInt, maxFrac)
	}
	exp := int64(d.Exponent())
	for exp < -int64(maxFrac) && m%10 == 0 {
		m /= 10
		exp++
	}
	size, length := uint64(max(m, -m)), int64(0)
	for size >= pow10[length] {
		length++
	}
	return exp >= -int64(maxFrac) && length+exp <= int64(maxInt)
}

func checkBig(d decimal.Decimal, maxInt, maxFrac int) bool {
	c := d.Coefficient()
	if c.BitLen() > 1024 {
		return false
	}
	digits := c.Abs(c).String()
	exp := int64(d.Exponent())
	for digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
		exp++
	}
	return exp >= -int64(maxFrac) && int64(len(digits))+exp <= int64(maxInt)
}

// num is a decimal number m × 10^exp on its way through a calculation. Almost
// every number fits in 64 bits; wide holds those that do not.
type num struct {
	m    int64
	exp  int32
	wide *big.Int
}

// coefficient returns the coefficient of d if it fits in 64 bits.
func coefficient(d decimal.Decimal) (int64, bool) {
	if d.IsZero() {
		return 0, true
	}
	if e := d.Exponent() + int32(len(edges)/2); e >= 0 && int(e) < len(edges) {
		// Numbers of the same exponent compare without being rescaled.
		if d.Sign() < 0 {
			return d.CoefficientInt64(), d.Cmp(edges[e].low) >= 0
		}
		return d.CoefficientInt64(), d.Cmp(edges[e].high) <= 0
	}
	if c := d.Coefficient(); c.IsInt64() && c.Int64() != math.MinInt64 {
		return c.Int64(), true
	}
	return 0, false
}

// edges holds, for the exponents -16 to 16, the decimals with the largest
// coefficients of 64 bits.
var edges = func() (t [33]struct{ low, high decimal.Decimal }) {
	for i := range t {
		exp := int32(i - len(t)/2)
		t[i].low, t[i].high = decimal.New(-math.MaxInt64, exp), decimal.New(math.MaxInt64, exp)
	}
	return t
}()

// farthest is the power of ten that bounds numbers in calculations: what is
// larger counts as 10^40, what is smaller than 10^-40 as 0. No valid quantity,
// price, percentage or rate comes near.
const farthest = 40

func numOf(d decimal.Decimal) num {
	m, ok := coefficient(d)
	exp := d.Exponent()
	if ok && exp >= -farthest && exp <= farthest {
		return num{m: m, exp: exp}
	}
	if d.IsZero() {
		return num{}
	}
	c := d.Coefficient()
	switch magnitude := int64(c.BitLen())*30103/100000 + int64(exp); {
	case magnitude > farthest:
		return num{m: int64(d.Sign()), exp: farthest}
	case magnitude < -farthest:
		return num{}
	}
	return num{exp: exp, wide: c}
}

func (x num) sign() int {
	if x.wide != nil {
		return x.wide.Sign()
	}
	return cmp.Compare(x.m, 0)
}

func (x num) coefficient() *big.Int {
	if x.wide != nil {
		return x.wide
	}
	return big.NewInt(x.m)
}

// cmp compares x with y.
func (x num) cmp(y num) int {
	exp := min(x.exp, y.exp)
	if a, ok := x.at(exp); ok {
		if b, ok := y.at(exp); ok {
			return cmp.Compare(a, b)
		}
	}
	a := new(big.Int).Mul(x.coefficient(), bigPow10(x.exp-exp))
	b := new(big.Int).Mul(y.coefficient(), bigPow10(y.exp-exp))
	return a.Cmp(b)
}

// at returns the coefficient for a smaller exponent if it fits in 64 bits.
func (x num) at(exp int32) (int64, bool) {
	if x.wide != nil || x.exp-exp >= int32(len(pow10)) {
		return 0, false
	}
	hi, lo := bits.Mul64(uint64(max(x.m, -x.m)), pow10[x.exp-exp])
	if hi > 0 || lo > math.MaxInt64 {
		return 0, false
	}
	return int64(lo) * int64(x.sign()), true
}

// abs returns the size of x.
func (x num) abs() num {
	if x.wide != nil {
		return num{exp: x.exp, wide: new(big.Int).Abs(x.wide)}
	}
	return num{m: max(x.m, -x.m), exp: x.exp}
}

func bigPow10(n int32) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

var one = num{m: 1}

// mulDiv returns x × y ÷ z, rounded once. It is the only place where money is
// rounded. Without a divisor, z = 0, the result is poisoned.
func mulDiv(x, y, z num, digits int, mode RoundingMode) Amount {
	sign := x.sign() * y.sign() * z.sign()
	if sign == 0 {
		if z.sign() == 0 {
			return beyond(x.sign()*y.sign(), digits)
		}
		return Amount{digits: int8(digits)}
	}
	size, exact := mulDiv64(x, y, z, digits, mode)
	if !exact {
		size = mulDivBig(x, y, z, digits, mode)
	}
	if size > maxMoney*pow10[digits] {
		return beyond(sign, digits)
	}
	return Amount{units: int64(sign) * int64(size), digits: int8(digits)}
}

// mulDiv64 returns the size of x × y ÷ z in minor units, or MaxUint64 if it is
// larger; it reports false when 128 bits do not hold the way there.
func mulDiv64(x, y, z num, digits int, mode RoundingMode) (uint64, bool) {
	if x.wide != nil || y.wide != nil || z.wide != nil {
		return 0, false
	}
	hi, lo := bits.Mul64(uint64(max(x.m, -x.m)), uint64(max(y.m, -y.m)))
	divisor := uint64(max(z.m, -z.m))
	switch exp := x.exp + y.exp - z.exp + int32(digits); {
	case exp >= int32(len(pow10)) || -exp >= int32(len(pow10)):
		return 0, false
	case exp > 0:
		over, top := bits.Mul64(hi, pow10[exp])
		carry, low := bits.Mul64(lo, pow10[exp])
		sum, c := bits.Add64(top, carry, 0)
		if over+c > 0 {
			return math.MaxUint64, true // no divisor of 64 bits brings it back
		}
		hi, lo = sum, low
	case exp < 0:
		over, d := bits.Mul64(divisor, pow10[-exp])
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
func mulDivBig(x, y, z num, digits int, mode RoundingMode) uint64 {
	n := new(big.Int).Mul(x.coefficient(), y.coefficient())
	d := new(big.Int).Set(z.coefficient())
	if exp := x.exp + y.exp - z.exp + int32(digits); exp >= 0 {
		n.Mul(n, bigPow10(exp))
	} else {
		d.Mul(d, bigPow10(-exp))
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

// rat returns x exactly.
func (x num) rat() *big.Rat {
	r := new(big.Rat).SetInt(x.coefficient())
	if x.exp >= 0 {
		return r.Mul(r, new(big.Rat).SetInt(bigPow10(x.exp)))
	}
	return r.Quo(r, new(big.Rat).SetInt(bigPow10(-x.exp)))
}

// plus returns x + y.
func (x num) plus(y num) num {
	exp := min(x.exp, y.exp)
	a, okA := x.at(exp)
	b, okB := y.at(exp)
	if sum := a + b; okA && okB && (sum > a) == (b > 0) && sum != math.MinInt64 {
		return num{m: sum, exp: exp}
	}
	m := new(big.Int).Mul(x.coefficient(), bigPow10(x.exp-exp))
	return num{exp: exp, wide: m.Add(m, new(big.Int).Mul(y.coefficient(), bigPow10(y.exp-exp)))}
}

// neg returns -x.
func (x num) neg() num {
	if x.wide != nil {
		return num{exp: x.exp, wide: new(big.Int).Neg(x.wide)}
	}
	return num{m: -x.m, exp: x.exp}
}

// decimal returns x as a decimal.
func (x num) decimal() decimal.Decimal { return decimal.NewFromBigInt(x.coefficient(), x.exp) }
