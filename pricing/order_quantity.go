package pricing

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Committed is the quantity of an order line that is to be delivered: what was
// ordered less what was canceled.
func (l *Line) Committed() decimal.Decimal {
	return Less(l.Quantity.Or(decimal.Decimal{}), l.QuantityCancelled.Or(decimal.Decimal{}))
}

// Remaining is the quantity of an order line that is still to be shipped.
func (l *Line) Remaining() decimal.Decimal {
	return Less(l.Committed(), l.QuantityShipped.Or(decimal.Decimal{}))
}

// Invoiceable is the quantity of an order line that is still to be billed: all
// that is committed, or only what is shipped.
func (l *Line) Invoiceable(onlyShipped bool) decimal.Decimal {
	due := l.Committed()
	if onlyShipped {
		due = l.QuantityShipped.Or(decimal.Decimal{})
	}
	rest := Less(due, l.QuantityInvoiced.Or(decimal.Decimal{}))
	if rest.Sign() != due.Sign() {
		return decimal.Decimal{}
	}
	return rest
}

// Less returns a − b, without arithmetic where the result is plain.
func Less(a, b decimal.Decimal) decimal.Decimal {
	switch {
	case b.IsZero():
		return a
	case a.Equal(b):
		return decimal.Decimal{}
	}
	return a.Sub(b)
}

// More returns a + b, without arithmetic where the result is plain.
func More(a, b decimal.Decimal) decimal.Decimal {
	switch {
	case a.IsZero():
		return b
	case b.IsZero():
		return a
	}
	return a.Add(b)
}

// Counted is a quantity that was counted so far; none is unset.
func Counted(q decimal.Decimal) value.Opt[decimal.Decimal] {
	if q.IsZero() {
		return value.None[decimal.Decimal]()
	}
	return value.Some(q)
}

// Between reports whether a quantity lies between 0 and a bound of either sign,
// both included.
func Between(q, bound decimal.Decimal) bool {
	if bound.Sign() < 0 {
		return q.Sign() <= 0 && q.Cmp(bound) >= 0
	}
	return q.Sign() >= 0 && q.Cmp(bound) <= 0
}

// LineQuantity asks for a quantity of a line: of an order to ship, cancel or bill,
// of an invoice to credit.
type LineQuantity struct {
	LineNumber int32                      `json:"line_number" range:"0..1e9"`
	Quantity   value.Opt[decimal.Decimal] `json:"quantity,omitzero" range:"-1e11..1e11" decimals:"5"` // default: all there is
}

// Quantities lines up what a command asks for with the lines: without a list
// all that limit allows. It lists what is wrong with the list: an empty one is
// ErrInvalid, an unknown line ErrNotFound, one named twice ErrInvalid, a quantity
// beyond the limit or of the wrong sign has the code.
func (s *PricedLines) Quantities(list []LineQuantity, limit func(*Line) decimal.Decimal, code codes.Code) (asked []decimal.Decimal, faults []record.Reason) {
	asked = make([]decimal.Decimal, len(s.Lines))
	if list == nil {
		for i := range s.Lines {
			asked[i] = limit(&s.Lines[i])
		}
		return asked, nil
	}
	if len(list) == 0 {
		return asked, []record.Reason{namesNothing("lines")}
	}
	index := make(map[int32]int, len(s.Lines))
	for i := range s.Lines {
		index[s.Lines[i].LineNumber] = i
	}
	named := make(map[int32]bool, len(list))
	for i, q := range list {
		add := func(code codes.Code, field, message string) {
			faults = append(faults, record.Reason{Code: code, Field: fmt.Sprintf("lines[%d].%s", i, field), Message: message, Params: map[string]any{"line_number": q.LineNumber}})
		}
		at, known := index[q.LineNumber]
		switch {
		case !known:
			add(codes.ErrNotFound, "line_number", "there is no line of this number")
			continue
		case named[q.LineNumber]:
			add(codes.ErrInvalid, "line_number", "the line is named twice")
			continue
		}
		named[q.LineNumber] = true
		most := limit(&s.Lines[at])
		asked[at] = q.Quantity.Or(most)
		if !Between(asked[at], most) {
			add(code, "quantity", fmt.Sprintf("must lie between 0 and %s", most))
		}
	}
	return asked, faults
}

// namesNothing is what is wrong with an empty list: it is neither all nor a part.
func namesNothing(field string) record.Reason {
	return record.Reason{Code: codes.ErrInvalid, Field: field, Message: "names nothing; leave it out for all"}
}

// Nothing reports whether all quantities are 0.
func Nothing(quantities []decimal.Decimal) bool {
	return !slices.ContainsFunc(quantities, func(q decimal.Decimal) bool { return !q.IsZero() })
}

// InvoicingOf says how far the lines of an order are billed; required members are
// paid for with their bundle.
func InvoicingOf(lines []Line) InvoicingAxis {
	some, all := false, true
	for i := range lines {
		l := &lines[i]
		if l.ProductType == ProductTypeRequiredBundleProduct {
			continue
		}
		billed := l.QuantityInvoiced.Or(decimal.Decimal{})
		some = some || !billed.IsZero()
		all = all && billed.Equal(l.Committed())
	}
	switch {
	case !some:
		return InvoicingNone
	case all:
		return InvoicingFull
	}
	return InvoicingPartial
}

// AnyShipped reports whether something of a line was shipped.
func AnyShipped(lines []Line) bool {
	return slices.ContainsFunc(lines, func(l Line) bool { return !l.QuantityShipped.IsZero() })
}

// AnyRemaining reports whether something of a line is left to ship.
func AnyRemaining(lines []Line) bool {
	return slices.ContainsFunc(lines, func(l Line) bool { return !l.Remaining().IsZero() })
}

// ChangeLines returns changed copies of the lines.
func ChangeLines(lines []Line, change func(*Line)) []Line {
	lines = slices.Clone(lines)
	for i := range lines {
		change(&lines[i])
	}
	return lines
}

// AddTo returns copies of the lines with quantities added to one of theirs.
func AddTo(lines []Line, quantities []decimal.Decimal, field func(*Line) *value.Opt[decimal.Decimal]) []Line {
	lines = slices.Clone(lines)
	for i := range lines {
		f := field(&lines[i])
		*f = Counted(More(f.Or(decimal.Decimal{}), quantities[i]))
	}
	return lines
}

// Finder looks lines up by number. Numbers that ascend like the lines take one
// step each, others a look into an index, which is made for the first of them.
type Finder struct {
	Lines []Line
	at    int
	index map[int32]int
}

// Line returns the line with the number, nil if there is none.
func (f *Finder) Line(number int32) *Line {
	if at := f.Index(number); at >= 0 {
		return &f.Lines[at]
	}
	return nil
}

// Index returns the place of the line with the number, -1 if there is none.
func (f *Finder) Index(number int32) int {
	const few = 8 // lines that are looked through without an index
	near := len(f.Lines)
	if near > few {
		near = 2
	}
	for range near {
		if f.Lines[f.at].LineNumber == number {
			return f.at
		}
		f.at = (f.at + 1) % len(f.Lines)
	}
	if len(f.Lines) <= few {
		return -1
	}
	if f.index == nil {
		f.index = make(map[int32]int, len(f.Lines))
		for i := range f.Lines {
			f.index[f.Lines[i].LineNumber] = i
		}
	}
	at, known := f.index[number]
	if !known {
		return -1
	}
	f.at = at
	return at
}

// InvoicingAxis says how far an order is billed.
type InvoicingAxis = value.Choice[invoicingSet]

// The values of [InvoicingAxis].
const (
	InvoicingNone InvoicingAxis = iota + 1
	InvoicingPartial
	InvoicingFull
)

type invoicingSet struct{}

func (invoicingSet) Table() (string, []value.Option) { return "invoicing", invoicingTable }

var invoicingTable = value.Options(
	value.Option{Key: "none", Label: "None", Code: 1},
	value.Option{Key: "partial", Label: "Partial", Code: 2},
	value.Option{Key: "full", Label: "Full", Code: 3},
)
