package pricing

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
)

// Progress says how far something has come with a line: its shipping, canceling,
// billing or crediting.
type Progress struct {
	Limit func(*Line) decimal.Decimal // what can be done now
	Done  func(*Line) decimal.Decimal // what was done before
	Whole func(*Line) decimal.Decimal // what is done when it is complete
	Rest  bool                        // without a list all that is left is done, also of required members whose bundle is done
	Alone bool                        // required members may go ahead of their bundle
}

// Asked lines up what a command asks for with the lines, as [PricedLines.Quantities]
// does. Required members follow their bundle: what is done of each is in
// proportion to what is done of the bundle, with at most five decimals, and
// complete with it. One that is named without its bundle is ErrInvalid, or where it
// may go ahead, the bundle moves later only what is missing of it.
func (s *PricedLines) Asked(list []LineQuantity, p Progress, code codes.Code) ([]decimal.Decimal, []record.Reason) {
	asked, faults := s.Quantities(list, p.Limit, code)
	if len(faults) > 0 || len(list) == 0 && p.Rest {
		return asked, faults
	}
	place := make(map[int32]int, len(list)) // of a line in the list
	for i, q := range list {
		place[q.LineNumber] = i
	}
	byLine := Finder{Lines: s.Lines}
	for at := range s.Lines {
		member := &s.Lines[at]
		if member.ProductType != ProductTypeRequiredBundleProduct {
			continue
		}
		bundle := byLine.Index(member.ParentBundle)
		if bundle < 0 {
			continue
		}
		named, names := place[member.LineNumber]
		if !names {
			named = -1
		}
		follows := s.Lines[bundle].leads(member, asked[bundle], &p)
		if named >= 0 && !p.Alone && !asked[at].Equal(follows) {
			faults = append(faults, record.Reason{
				Code: codes.ErrInvalid, Field: fmt.Sprintf("lines[%d].line_number", named), Message: "a required product goes with its bundle",
				Params: map[string]any{"line_number": member.LineNumber, "parent_bundle": member.ParentBundle},
			})
		}
		if named < 0 || !p.Alone || asked[at].Abs().Cmp(follows.Abs()) < 0 {
			asked[at] = follows
		}
	}
	return asked, faults
}

// leads returns the quantity of a required member that goes with a quantity of
// its bundle.
func (l *Line) leads(member *Line, quantity decimal.Decimal, p *Progress) decimal.Decimal {
	if quantity.IsZero() {
		return decimal.Decimal{}
	}
	done, most := More(p.Done(l), quantity), p.Limit(member)
	target := p.Whole(member)
	if !done.Equal(p.Whole(l)) {
		target = proportion(member.Quantity.Or(decimal.Decimal{}), done, l.Quantity.Or(decimal.Decimal{}))
	}
	missing := Less(target, p.Done(member))
	switch {
	case Between(missing, most):
		return missing
	case missing.Sign() == most.Sign():
		return most
	}
	return decimal.Decimal{} // it went ahead
}

// proportion is whole × part ÷ all, to five decimals.
func proportion(whole, part, all decimal.Decimal) decimal.Decimal {
	if all.IsZero() {
		return decimal.Decimal{}
	}
	share := whole.Rat()
	share.Mul(share, part.Rat()).Quo(share, all.Rat())
	places, _ := share.FloatPrec()
	return decimal.NewFromBigRat(share, int32(min(places, catalog.MaxQuantityDecimals)))
}
