package storage

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// ErrTooMany reports more groups than a summary may have.
var ErrTooMany = fmt.Errorf("%w: too many groups", ErrInvalid)

// Limits of a summary.
const (
	MaxDims   = 4
	MaxSums   = 6
	MaxCuts   = 400
	MaxGroups = 10_000 // unless Summary.Most says otherwise
)

// Summary asks for figures over the records of a kind that satisfy conditions, group by
// group. Its meaning is that of [Fold], whatever the store.
type Summary struct {
	Kind  string
	Where []Cond
	By    []Dim   // none: one group, also of nothing
	Of    []Field // amounts to add up; none twice
	Most  int     // groups, more is ErrTooMany; 0: MaxGroups
}

// Dim is what records are grouped by. By a key a record counts once in the group of
// each of its values.
type Dim struct {
	Field Field
	Key   string      // the key's name when Field is FieldKey
	Unit  Unit        // of a day
	Cuts  []time.Time // of an instant: ascending; the group is how many are at or before it
}

// Unit is how days are put together.
type Unit string

// The units of a day.
const (
	UnitDay   Unit = ""      // the day itself
	UnitMonth Unit = "month" // YYYYMM
	UnitYear  Unit = "year"  // YYYY
)

// Group are the figures of the records that agree in all dimensions.
type Group struct {
	By    []any // typed like the values of Cond, int64 for units and cuts; nil: missing
	Count int64 // records
	Of    []Total
}

// Total adds up one field. Sum is exact; without records that have a value all is 0.
type Total struct {
	Count         int64 // records that have a value
	Sum, Min, Max decimal.Decimal
}

// Summarizer is a reader that adds up without handing out what it adds.
type Summarizer interface {
	// Summarize answers what Fold does over the records that satisfy the conditions.
	Summarize(ctx context.Context, s Summary) ([]Group, error)
}

// Summarize adds up over the snapshot of a reader. One that is no [Summarizer] reads
// all records that satisfy the conditions. Groups ascend by their dimensions, from left
// to right, missing last. ErrInvalid: what Validate refuses; ErrTooMany: more groups
// than asked for.
func Summarize(ctx context.Context, r Reader, s Summary) ([]Group, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if sums, ok := r.(Summarizer); ok {
		return sums.Summarize(ctx, s)
	}
	return Fold(s, r.Find(ctx, s.Query()))
}

// Query asks for the records that a summary is of.
func (s Summary) Query() Query { return Query{Kind: s.Kind, Where: s.Where} }

// Validate reports ErrInvalid unless every store can answer s: its conditions are those
// of a valid query, dimensions and sums are known, of the class that their unit or cuts
// are of, not too many and none twice.
func (s Summary) Validate() error {
	if err := s.Query().Validate(); err != nil {
		return err
	}
	if len(s.By) > MaxDims || len(s.Of) > MaxSums || s.Most < 0 {
		return fmt.Errorf("%w: a summary has at most %d dimensions and %d sums", ErrInvalid, MaxDims, MaxSums)
	}
	for i := range s.By {
		if err := s.By[i].validate(); err != nil {
			return err
		}
	}
	for i, f := range s.Of {
		if f.class() != classAmount || slices.Contains(s.Of[:i], f) {
			return fmt.Errorf("%w: %q is no amount, or added up twice", ErrInvalid, f)
		}
	}
	return nil
}

func (d *Dim) validate() error {
	class := d.Field.class()
	switch {
	case class == 0:
		return fmt.Errorf("%w: no field %q", ErrInvalid, d.Field)
	case (class == classKey) != (d.Key != "") || !validText(d.Key):
		return fmt.Errorf("%w: a dimension by a key names it, no other does", ErrInvalid)
	case d.Unit != UnitDay && (class != classDay || d.Unit != UnitMonth && d.Unit != UnitYear):
		return fmt.Errorf("%w: %q of %s", ErrInvalid, d.Unit, d.Field)
	case (class == classInstant) != (len(d.Cuts) > 0) || len(d.Cuts) > MaxCuts:
		return fmt.Errorf("%w: an instant is cut at 1 to %d places, nothing else is", ErrInvalid, MaxCuts)
	}
	for i, at := range d.Cuts {
		if !validInstant(at) || i > 0 && !d.Cuts[i-1].Before(at) {
			return fmt.Errorf("%w: cuts ascend, in whole microseconds", ErrInvalid)
		}
	}
	return nil
}

// Fold is what a summary means: the groups of records that satisfy its conditions.
// Others are left out; an error of the records ends it.
func Fold(s Summary, records iter.Seq2[*Record, error]) ([]Group, error) {
	f := NewFolding(s)
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		if !Match(s.Query(), r) {
			continue
		}
		if err := f.Add(r); err != nil {
			return nil, err
		}
	}
	return f.Groups(), nil
}

// Folding puts the groups of a summary together, for stores that have them in parts.
type Folding struct {
	s      Summary
	most   int
	groups map[string]*Group
}

// NewFolding begins with nothing.
func NewFolding(s Summary) *Folding {
	return &Folding{s: s, most: cmp.Or(s.Most, MaxGroups), groups: map[string]*Group{}}
}

// Add counts a record in each group that it belongs to; ErrTooMany.
func (f *Folding) Add(r *Record) error {
	totals := make([]Total, len(f.s.Of))
	for i, field := range f.s.Of {
		if n := r.number(field); n.Valid {
			totals[i] = Total{Count: 1, Sum: n.Decimal, Min: n.Decimal, Max: n.Decimal}
		}
	}
	return f.spread(r, nil, totals)
}

// spread adds to the groups of all values of the dimensions that are left.
func (f *Folding) spread(r *Record, by []any, totals []Total) error {
	if len(by) == len(f.s.By) {
		return f.Merge(by, 1, totals)
	}
	for _, v := range f.s.By[len(by)].values(r) {
		if err := f.spread(r, append(slices.Clip(by), v), totals); err != nil {
			return err
		}
	}
	return nil
}

// Merge adds a part of a group; ErrTooMany.
func (f *Folding) Merge(by []any, count int64, totals []Total) error {
	key := groupKey(by)
	g := f.groups[key]
	if g == nil {
		if len(f.groups) == f.most {
			return ErrTooMany
		}
		g = &Group{By: slices.Clone(by), Of: make([]Total, len(f.s.Of))}
		f.groups[key] = g
	}
	g.Count += count
	for i := range g.Of {
		g.Of[i].add(totals[i])
	}
	return nil
}

func (t *Total) add(part Total) {
	switch {
	case part.Count == 0:
		return
	case t.Count == 0:
		*t = part
		return
	}
	t.Count += part.Count
	t.Sum = t.Sum.Add(part.Sum)
	t.Min, t.Max = decimal.Min(t.Min, part.Min), decimal.Max(t.Max, part.Max)
}

// Groups returns the groups in their order.
func (f *Folding) Groups() []Group {
	if len(f.s.By) == 0 && len(f.groups) == 0 {
		return []Group{{Of: make([]Total, len(f.s.Of))}}
	}
	list := make([]Group, 0, len(f.groups))
	for _, g := range f.groups {
		list = append(list, *g)
	}
	slices.SortFunc(list, func(a, b Group) int {
		for i := range a.By {
			if c := compareValues(a.By[i], b.By[i]); c != 0 {
				return c
			}
		}
		return 0
	})
	return list
}

// values are those of a dimension that a record has, nil for none.
func (d *Dim) values(r *Record) []any {
	if d.Field == FieldKey {
		var list []any
		for i := range r.Keys {
			if r.Keys[i].Name == d.Key {
				list = append(list, r.Keys[i].Value)
			}
		}
		if list == nil {
			return []any{nil}
		}
		return list
	}
	if r.missing(d.Field) {
		return []any{nil}
	}
	switch d.Field.class() {
	case classID:
		return []any{r.uuid(d.Field)}
	case classAmount:
		return []any{r.number(d.Field).Decimal}
	case classDay:
		return []any{d.Unit.of(r.day(d.Field))}
	case classInstant:
		at := r.instant(d.Field)
		n, _ := slices.BinarySearchFunc(d.Cuts, at, func(cut, at time.Time) int {
			if cut.After(at) {
				return 1
			}
			return -1
		})
		return []any{int64(n)}
	default:
		return []any{r.text(d.Field)}
	}
}

// of is the group of a day.
func (u Unit) of(d Day) any {
	switch u {
	case UnitMonth:
		return int64(d) / 100
	case UnitYear:
		return int64(d) / 10000
	default:
		return d
	}
}

// groupKey is equal for equal values, of whatever scale.
func groupKey(by []any) string {
	var b strings.Builder
	for _, v := range by {
		text := ""
		switch v := v.(type) {
		case nil:
		case decimal.Decimal:
			text = "=" + v.String()
		default:
			text = fmt.Sprintf("=%v", v)
		}
		fmt.Fprintf(&b, "%d:%s", len(text), text)
	}
	return b.String()
}

// compareValues compares values of one dimension; nil comes last.
func compareValues(a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	switch a := a.(type) {
	case string:
		return strings.Compare(a, b.(string))
	case uuid.UUID:
		other := b.(uuid.UUID)
		return bytes.Compare(a[:], other[:])
	case decimal.Decimal:
		return a.Cmp(b.(decimal.Decimal))
	case Day:
		return cmp.Compare(a, b.(Day))
	default:
		return cmp.Compare(a.(int64), b.(int64))
	}
}
