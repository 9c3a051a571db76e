package match

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// PointMatch tells the same records from different ones although some of their
// fields are mistyped or missing. Records that agree by one of the Block rules
// are compared field by field; each field gives or takes points, and Enough
// points make a match.
type PointMatch struct {
	Block   []DuplicateRule `json:"block"`
	Compare []Comparison    `json:"compare"`
	Enough  int32           `json:"enough"` // more than 0
}

// Comparison is what one field says about two records. A field that is empty in
// either says nothing.
type Comparison struct {
	MatchField
	Agree  int32 `json:"agree"`  // points for equal values, more than 0
	Differ int32 `json:"differ"` // points for different ones, at most 0
	// Edits is how many letters may be mistyped, left out, added or swapped with
	// their neighbour; such values get half the points.
	Edits int `json:"edits,omitzero"`
}

// MatchPoints makes a Matcher of comparisons. Its score is the share of points
// reached, in percent. Codes: ErrInvalid, as for MatchRules and for points out
// of order.
func MatchPoints(kind kinds.Kind, p PointMatch) (Matcher, error) {
	block, err := compileRules(kind, p.Block)
	if err != nil {
		return nil, record.AtField("block", err)
	}
	m := PointMatcher{Block: block, enough: p.Enough}
	if len(block) == 0 || p.Enough <= 0 {
		return nil, record.Refusal(codes.ErrInvalid, "enough", "a match needs a rule to find records by, and more than 0 points")
	}
	for i, c := range p.Compare {
		path := fmt.Sprintf("compare[%d]", i)
		field, err := compileField(kind, c.MatchField)
		if err != nil {
			return nil, record.AtField(path, err)
		}
		if c.Agree <= 0 || c.Differ > 0 || c.Edits < 0 {
			return nil, record.Refusal(codes.ErrInvalid, path, "agreement gives points, difference takes some or none")
		}
		m.compare = append(m.compare, pointField{field, c.Names[0], c})
		m.most += c.Agree
	}
	if m.most < p.Enough {
		return nil, record.Refusal(codes.ErrInvalid, "enough", "more points than all comparisons give")
	}
	return m, nil
}

// PointMatcher compares records by points.
type PointMatcher struct {
	Block        RulesMatcher
	compare      []pointField
	enough, most int32
}

type pointField struct {
	compiledField
	name string
	Comparison
}

// Keys implements Matcher.
func (m PointMatcher) Keys(record any) []string { return m.Block.Keys(record) }

// Match implements Matcher.
func (m PointMatcher) Match(a, b any) (l Likeness) {
	var points int32
	for i := range m.compare {
		p := m.compare[i].points(a.(record.Record), b.(record.Record))
		if points += p; p > 0 {
			l.By = append(l.By, m.compare[i].name)
		}
	}
	if points < m.enough {
		return Likeness{}
	}
	l.Score = max(1, points*100/m.most)
	return l
}

// points are the best that any two values of the field earn.
func (f *pointField) points(a, b record.Record) int32 {
	left, right := f.texts(a), f.texts(b)
	if len(left) == 0 || len(right) == 0 {
		return 0
	}
	best := f.Differ
	for _, x := range left {
		for _, y := range right {
			switch {
			case x == y:
				return f.Agree
			case f.Edits > 0 && editsWithin(x, y, f.Edits):
				best = max(best, f.Agree/2)
			}
		}
	}
	return best
}

// editsWithin reports whether a becomes b by at most so many edits: a letter
// changed, left out, added, or two neighbours swapped. Spaces do not count.
func editsWithin(a, b string, most int) bool {
	x, y := letters(a), letters(b)
	if len(x)-len(y) > most || len(y)-len(x) > most {
		return false
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		if slices.Min(row) > most {
			return false
		}
		before, last, row = last, row, before
	}
	return last[len(y)] <= most
}

func letters(text string) []rune {
	list := make([]rune, 0, utf8.RuneCountInString(text))
	for _, r := range strings.ReplaceAll(text, " ", "") {
		list = append(list, r)
	}
	return list
}
