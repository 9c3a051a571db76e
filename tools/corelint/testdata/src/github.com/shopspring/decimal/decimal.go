// Package decimal has the names of the real one that the rules are about.
package decimal

type Decimal struct{ value int64 }

var (
	DivisionPrecision = 16
	Zero              Decimal
)

func New(value int64, exp int32) Decimal                       { return Decimal{value} }
func NewFromFloat(value float64) Decimal                       { return Decimal{} }
func (d Decimal) Mul(d2 Decimal) Decimal                       { return d }
func (d Decimal) Div(d2 Decimal) Decimal                       { return d }
func (d Decimal) DivRound(d2 Decimal, precision int32) Decimal { return d }
func (d Decimal) Round(places int32) Decimal                   { return d }
func (d Decimal) StringFixed(places int32) string              { return "" }
func (d Decimal) InexactFloat64() float64                      { return 0 }
