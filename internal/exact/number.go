package exact

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"

	"github.com/shopspring/decimal"
)

// Pow10 are the powers of ten that fit in 64 bits.
var Pow10 = [...]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19}

// CheckDecimal reports whether d has at most the given numbers of digits
// before and behind the point; zeros at either end do not count. It decides
// without computing powers, so it is safe for numbers such as 1e400000000. A
// coefficient of more than 1024 bits never fits.
func CheckDecimal(d decimal.Decimal, maxInt, maxFrac int) bool {
	if d.IsZero() {
		return true
	}
	m, ok := Coefficient(d)
	if !ok {
		return checkBig(d, maxInt, maxFrac)
	}
	exp := int64(d.Exponent())
	for exp < -int64(maxFrac) && m%10 == 0 {
		m /= 10
		exp++
	}
	size, length := uint64(max(m, -m)), int64(0)
	for size >= Pow10[length] {
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

// Num is a decimal number m × 10^exp on its way through a calculation. Almost
// every number fits in 64 bits; wide holds those that do not.
type Num struct {
	M    int64
	Exp  int32
	Wide *big.Int
}

// Coefficient returns the coefficient of d if it fits in 64 bits.
func Coefficient(d decimal.Decimal) (int64, bool) {
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

// Farthest is the power of ten that bounds numbers in calculations: what is
// larger counts as 10^40, what is smaller than 10^-40 as 0. No valid quantity,
// price, percentage or rate comes near.
const Farthest = 40

// NumOf is a decimal on its way through a calculation.
func NumOf(d decimal.Decimal) Num {
	m, ok := Coefficient(d)
	exp := d.Exponent()
	if ok && exp >= -Farthest && exp <= Farthest {
		return Num{M: m, Exp: exp}
	}
	if d.IsZero() {
		return Num{}
	}
	c := d.Coefficient()
	switch magnitude := int64(c.BitLen())*30103/100000 + int64(exp); {
	case magnitude > Farthest:
		return Num{M: int64(d.Sign()), Exp: Farthest}
	case magnitude < -Farthest:
		return Num{}
	}
	return Num{Exp: exp, Wide: c}
}

// Sign returns -1, 0 or 1.
func (x Num) Sign() int {
	if x.Wide != nil {
		return x.Wide.Sign()
	}
	return cmp.Compare(x.M, 0)
}

// Coefficient is the number without its exponent.
func (x Num) Coefficient() *big.Int {
	if x.Wide != nil {
		return x.Wide
	}
	return big.NewInt(x.M)
}

// Cmp compares x with y.
func (x Num) Cmp(y Num) int {
	exp := min(x.Exp, y.Exp)
	if a, ok := x.At(exp); ok {
		if b, ok := y.At(exp); ok {
			return cmp.Compare(a, b)
		}
	}
	a := new(big.Int).Mul(x.Coefficient(), BigPow10(x.Exp-exp))
	b := new(big.Int).Mul(y.Coefficient(), BigPow10(y.Exp-exp))
	return a.Cmp(b)
}

// At returns the coefficient for a smaller exponent if it fits in 64 bits.
func (x Num) At(exp int32) (int64, bool) {
	if x.Wide != nil || x.Exp-exp >= int32(len(Pow10)) {
		return 0, false
	}
	hi, lo := bits.Mul64(uint64(max(x.M, -x.M)), Pow10[x.Exp-exp])
	if hi > 0 || lo > math.MaxInt64 {
		return 0, false
	}
	return int64(lo) * int64(x.Sign()), true
}

// Abs returns the size of x.
func (x Num) Abs() Num {
	if x.Wide != nil {
		return Num{Exp: x.Exp, Wide: new(big.Int).Abs(x.Wide)}
	}
	return Num{M: max(x.M, -x.M), Exp: x.Exp}
}

// BigPow10 is a power of ten of any size.
func BigPow10(n int32) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

// One is the number 1.
var One = Num{M: 1}

// Rat returns x exactly.
func (x Num) Rat() *big.Rat {
	r := new(big.Rat).SetInt(x.Coefficient())
	if x.Exp >= 0 {
		return r.Mul(r, new(big.Rat).SetInt(BigPow10(x.Exp)))
	}
	return r.Quo(r, new(big.Rat).SetInt(BigPow10(-x.Exp)))
}

// Plus returns x + y.
func (x Num) Plus(y Num) Num {
	exp := min(x.Exp, y.Exp)
	a, okA := x.At(exp)
	b, okB := y.At(exp)
	if sum := a + b; okA && okB && (sum > a) == (b > 0) && sum != math.MinInt64 {
		return Num{M: sum, Exp: exp}
	}
	m := new(big.Int).Mul(x.Coefficient(), BigPow10(x.Exp-exp))
	return Num{Exp: exp, Wide: m.Add(m, new(big.Int).Mul(y.Coefficient(), BigPow10(y.Exp-exp)))}
}

// Neg returns -x.
func (x Num) Neg() Num {
	if x.Wide != nil {
		return Num{Exp: x.Exp, Wide: new(big.Int).Neg(x.Wide)}
	}
	return Num{M: -x.M, Exp: x.Exp}
}

// Decimal returns x as a decimal.
func (x Num) Decimal() decimal.Decimal { return decimal.NewFromBigInt(x.Coefficient(), x.Exp) }

// Hundred is the number 100.
var Hundred = Num{M: 100}
