package insight

import (
	"iter"
	"math/big"
	"slices"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
)

// WaterfallParams are those of [Waterfall]: the period is the window of estimated
// close dates, open at both ends: all open deals. AsOf is the instant of the closing.
type WaterfallParams struct{ Params }

// WaterfallFigure says how a pipeline became another one: opening + parts + rounding
// = closing, to the last unit.
type WaterfallFigure struct {
	Currency       money.Currency `json:"currency"`
	Opening        Number         `json:"opening"`
	Closing        Number         `json:"closing"`
	Rounding       Number         `json:"rounding"` // what the rounded parts leave; 0 but for ConvertTable
	WonActualValue Number         `json:"won_actual_value"`
	Parts          WaterfallParts `json:"parts"`
	Memo           WaterfallMemo  `json:"memo"`
	Rows           []WaterfallRow `json:"rows,omitempty"` // with By
}

// WaterfallParts are what was added and taken off, which is negative.
type WaterfallParts struct {
	Created   WaterfallPart `json:"created"`
	Reopened  WaterfallPart `json:"reopened"`
	PulledIn  WaterfallPart `json:"pulled_in"`
	Increased WaterfallPart `json:"increased"`
	Decreased WaterfallPart `json:"decreased"`
	PushedOut WaterfallPart `json:"pushed_out"`
	Won       WaterfallPart `json:"won"`
	Lost      WaterfallPart `json:"lost"`
	Removed   WaterfallPart `json:"removed"`
}

// WaterfallMemo are deals that came and were closed in between. They are no part of
// the balance.
type WaterfallMemo struct {
	CreatedAndWon  WaterfallPart `json:"created_and_won"`
	CreatedAndLost WaterfallPart `json:"created_and_lost"`
}

// WaterfallPart is one of the parts.
type WaterfallPart struct {
	Value Number `json:"value"`
}

// WaterfallRow is the waterfall of one row. What moved from one row to another
// cancels over all rows.
type WaterfallRow struct {
	Key      []string       `json:"key"`
	Opening  Number         `json:"opening"`
	Closing  Number         `json:"closing"`
	Rounding Number         `json:"rounding"`
	Parts    WaterfallParts `json:"parts"`
	MovedIn  Number         `json:"moved_in"`
	MovedOut Number         `json:"moved_out"`
}

// Names of the parts, which are those of their JSON.
const (
	partCreated        = "created"
	partReopened       = "reopened"
	partPulledIn       = "pulled_in"
	partIncreased      = "increased"
	partDecreased      = "decreased"
	partPushedOut      = "pushed_out"
	partWon            = "won"
	partLost           = "lost"
	partRemoved        = "removed"
	partMovedIn        = "moved_in"
	partMovedOut       = "moved_out"
	partCreatedAndWon  = "created_and_won"
	partCreatedAndLost = "created_and_lost"
)

var waterfallParts = []string{
	partCreated, partReopened, partPulledIn, partIncreased, partDecreased, partPushedOut, partWon, partLost, partRemoved,
	partMovedIn, partMovedOut,
}

type waterfallCells struct {
	opening, closing, wonActual sum
	parts                       map[string]*sum
}

func (c *waterfallCells) add(part string, a addend) {
	if c.parts == nil {
		c.parts = map[string]*sum{}
	}
	if c.parts[part] == nil {
		c.parts[part] = new(sum)
	}
	c.parts[part].add(a)
}

// A fall is a waterfall on its way.
type fall struct {
	*run
	tables *tables[waterfallCells]
}

// Waterfall compares the deals as they were at an instant with what they are at a
// later one. A deal whose currency changed leaves one figure as removed and enters
// the other as created. It keeps the deals of the opening in memory.
func Waterfall(opening, closing iter.Seq[Deal], p WaterfallParams) (*Report[WaterfallFigure], error) {
	if err := record.RefusedFor(p.reasons(dealDimensions)); err != nil {
		return nil, err
	}
	f := &fall{run: newRun(&p.Params)}
	f.tables = newTables[waterfallCells](f.run)
	before := map[string]*Deal{}
	for d := range opening {
		before[d.ID] = &d
	}
	for d := range closing {
		was := before[d.ID]
		delete(before, d.ID)
		if was != nil && f.figure(d.ID, was.Valued) != f.figure(d.ID, d.Valued) {
			f.compare(was, nil)
			was = nil
		}
		f.compare(was, &d)
	}
	for _, id := range sortedKeys(before) {
		f.compare(before[id], nil)
	}
	list, err := figures(f.tables, f.show)
	if err != nil {
		return nil, err
	}
	return report(waterfallDefinition, f.Params, list), nil
}

// inside reports whether a deal is part of the pipeline.
func (f *fall) inside(d *Deal) bool { return d != nil && d.open() && f.has(d.EstimatedCloseDate) }

// compare puts one deal into the part that is its own; was or is may be nil.
func (f *fall) compare(was, is *Deal) {
	if !f.inside(was) && !f.inside(is) {
		if was == nil {
			f.between(is)
		}
		return
	}
	var then, now addend
	if f.inside(was) {
		then = f.amount(was.Valued, was.EstimatedValue.Or(money.Amount{}))
		f.both(was, func(c *waterfallCells) { c.opening.add(then) })
	}
	if f.inside(is) {
		now = f.amount(is.Valued, is.EstimatedValue.Or(money.Amount{}))
		f.both(is, func(c *waterfallCells) { c.closing.add(now) })
	}
	switch {
	case f.inside(was) && f.inside(is):
		f.change(was, is, then, now)
	case f.inside(is):
		switch {
		case was == nil:
			f.put(is, partCreated, now)
		case was.open():
			f.put(is, partPulledIn, now)
		default:
			f.put(is, partReopened, now)
		}
	case is == nil:
		f.put(was, partRemoved, then.neg())
	case is.open():
		f.put(was, partPushedOut, then.neg())
	case is.won():
		f.put(was, partWon, then.neg())
		actual := f.amount(is.Valued, is.ActualValue.Or(money.Amount{}))
		f.both(was, func(c *waterfallCells) { c.wonActual.add(actual) })
	default:
		f.put(was, partLost, then.neg())
	}
}

// change is that of a deal which is inside at both ends.
func (f *fall) change(was, is *Deal, then, now addend) {
	from, to := was.key(f.Params, was.EstimatedCloseDate), is.key(f.Params, is.EstimatedCloseDate)
	if !slices.Equal(from, to) {
		f.tables.of(f.figure(was.ID, was.Valued)).row(from).add(partMovedOut, then.neg())
		f.tables.of(f.figure(is.ID, is.Valued)).row(to).add(partMovedIn, then)
	}
	var delta sum
	delta.add(now)
	delta.add(then.neg())
	part := partIncreased
	switch f.exact(&delta).Sign() {
	case 0:
		return
	case -1:
		part = partDecreased
	}
	f.both(is, func(c *waterfallCells) {
		c.add(part, now)
		c.add(part, then.neg())
	})
	if now.currency == then.currency {
		f.name(is, part, addend{now.currency, now.amount.Sub(then.amount)})
		return
	}
	f.name(is, part, now)
	f.name(is, part, then.neg())
}

// between is the memo of a deal that was not there and is not open.
func (f *fall) between(is *Deal) {
	switch {
	case is.won():
		f.put(is, partCreatedAndWon, f.amount(is.Valued, is.ActualValue.Or(money.Amount{})))
	case is.lost():
		f.put(is, partCreatedAndLost, f.amount(is.Valued, is.EstimatedValue.Or(money.Amount{})))
	}
}

func (f *fall) put(d *Deal, part string, a addend) {
	f.both(d, func(c *waterfallCells) { c.add(part, a) })
	f.name(d, part, a)
}

// both changes the total, and the row of a deal where there are rows.
func (f *fall) both(d *Deal, change func(*waterfallCells)) {
	t := f.tables.of(f.figure(d.ID, d.Valued))
	change(&t.total)
	if len(f.By) > 0 {
		change(t.row(d.key(f.Params, d.EstimatedCloseDate)))
	}
}

func (f *fall) name(d *Deal, part string, a addend) {
	f.tell(f.figure(d.ID, d.Valued), d.key(f.Params, d.EstimatedCloseDate), part, kinds.Opportunity, d.ID, a, d.EstimatedCloseDate)
}

func (f *fall) show(t *table[waterfallCells]) WaterfallFigure {
	c := &t.total
	part := func(c *waterfallCells, name string) Number {
		if c.parts[name] == nil {
			return inCurrency(new(big.Rat), t.currency)
		}
		return f.run.show(c.parts[name], t.currency)
	}
	parts := func(c *waterfallCells) WaterfallParts {
		of := func(name string) WaterfallPart { return WaterfallPart{part(c, name)} }
		return WaterfallParts{
			Created: of(partCreated), Reopened: of(partReopened), PulledIn: of(partPulledIn), Increased: of(partIncreased),
			Decreased: of(partDecreased), PushedOut: of(partPushedOut), Won: of(partWon), Lost: of(partLost), Removed: of(partRemoved),
		}
	}
	rest := func(c *waterfallCells) Number {
		left := f.run.show(&c.closing, t.currency).Decimal().Sub(f.run.show(&c.opening, t.currency).Decimal())
		for _, name := range waterfallParts {
			left = left.Sub(part(c, name).Decimal())
		}
		return inCurrency(left.Rat(), t.currency)
	}
	figure := WaterfallFigure{
		Currency: t.currency, Opening: f.run.show(&c.opening, t.currency), Closing: f.run.show(&c.closing, t.currency),
		Rounding: rest(c), WonActualValue: f.run.show(&c.wonActual, t.currency), Parts: parts(c),
		Memo: WaterfallMemo{WaterfallPart{part(c, partCreatedAndWon)}, WaterfallPart{part(c, partCreatedAndLost)}},
	}
	if len(f.By) > 0 {
		figure.Rows = rowsOf(t, func(key []string, c *waterfallCells) WaterfallRow {
			return WaterfallRow{
				Key: key, Opening: f.run.show(&c.opening, t.currency), Closing: f.run.show(&c.closing, t.currency), Rounding: rest(c),
				Parts: parts(c), MovedIn: part(c, partMovedIn), MovedOut: part(c, partMovedOut),
			}
		})
	}
	return figure
}
