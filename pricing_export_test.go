package leadtocash

// What the tests of the calculation need besides the exported names.
var (
	Price            = price
	Allocate         = allocate
	AllocateDiscount = allocateDiscount
	PieceOf          = pieceOf
	CheckDecimal     = checkDecimal
	CloneLines       = cloneLines
)

// After is the net amount less the share of the document discount.
func (l *Line) After() Amount { return l.after() }

// Precision is the number of decimals of unit prices.
func (p Pricing) Precision(c Currency) int8 { return p.precision(c) }
