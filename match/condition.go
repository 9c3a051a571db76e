package match

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Condition asks one field of a record. Texts compare in their normal form
// (AsText), numbers, amounts and days by value.
type Condition struct {
	Field  string     `json:"field"` // wire name: industry, address1.country, custom.region
	Is     Comparator `json:"is,omitzero"`
	Values []string   `json:"values,omitzero"` // keys of option sets, numbers, days as in JSON
}

// Comparator is how a Condition compares.
type Comparator = value.Setting[comparatorKeys]

// The comparators. A field that is not set equals nothing and lies nowhere.
const (
	IsOneOf      Comparator = iota // equal to one of the values
	IsNoneOf                       // equal to none of them, or not set
	IsAtLeast                      // a number or a day
	IsAtMost                       // a number or a day
	IsSet                          // without values; of yes and no: yes
	IsNotSet                       // without values
	IsContaining                   // one of the values, as part of a text
)

type comparatorKeys struct{}

func (comparatorKeys) Keys() []string {
	return []string{"one_of", "none_of", "at_least", "at_most", "set", "not_set", "containing"}
}

// CompiledCondition is a Condition of one kind of record.
type CompiledCondition struct {
	Condition
	path   schema.Path
	bounds decimal.Decimal
}

// CompileConditions prepares conditions about records of a type. ErrInvalid for a field
// that the type lacks, or values that the comparison does not take.
func CompileConditions(rec reflect.Type, list []Condition) (out []CompiledCondition, err error) {
	for i, c := range list {
		compiled, err := compileCondition(rec, c)
		if err != nil {
			return nil, record.AtField(fmt.Sprintf("[%d]", i), err)
		}
		out = append(out, compiled)
	}
	return out, nil
}

func compileCondition(rec reflect.Type, c Condition) (out CompiledCondition, err error) {
	path, ok := schema.PathIn(rec, c.Field)
	if !ok || !c.Is.Valid() {
		return out, record.Refusal(codes.ErrInvalid, "field", "a "+string(kindOfRecord(rec))+" has no such field, or it cannot be compared so")
	}
	out = CompiledCondition{Condition: c, path: path}
	out.Values = slices.Clone(c.Values)
	switch c.Is {
	case IsSet, IsNotSet:
		ok = len(c.Values) == 0
	case IsAtLeast, IsAtMost:
		if ok = len(c.Values) == 1; ok {
			out.bounds, ok = numberIn(c.Values[0])
		}
	default:
		ok = len(c.Values) > 0
		for i, v := range out.Values {
			out.Values[i] = Normalize(v, AsText)
		}
	}
	if !ok {
		return out, record.Refusal(codes.ErrInvalid, "values", "not the values that the comparison takes")
	}
	return out, nil
}

// kindOfRecord is the kind whose records are of a type.
func kindOfRecord(rec reflect.Type) kinds.Kind {
	return reflect.New(rec).Interface().(record.Record).Ref().Kind
}

// numberIn reads a number or a day.
func numberIn(text string) (decimal.Decimal, bool) {
	if d, err := value.ParseDate(text); err == nil && !d.IsZero() {
		return decimal.NewFromInt(int64(d)), true
	}
	n, err := exact.ParseDecimal(text)
	return n, err == nil
}

// holds asks a record, which is only read.
func (c *CompiledCondition) holds(d record.Record) bool {
	text := c.path.Text(d)
	switch c.Is {
	case IsSet:
		return text != "" && text != "false"
	case IsNotSet:
		return text == "" || text == "false"
	case IsAtLeast, IsAtMost:
		n, ok := numberIn(text)
		return text != "" && ok && (n.Equal(c.bounds) || n.GreaterThan(c.bounds) == (c.Is == IsAtLeast))
	case IsNoneOf:
		return text == "" || !slices.Contains(c.Values, Normalize(text, AsText))
	case IsContaining:
		text = Normalize(text, AsText)
		return slices.ContainsFunc(c.Values, func(v string) bool { return strings.Contains(text, v) })
	}
	return text != "" && slices.Contains(c.Values, Normalize(text, AsText))
}

// AllHold reports whether every condition holds for a record.
func AllHold(list []CompiledCondition, d record.Record) bool {
	for i := range list {
		if !list[i].holds(d) {
			return false
		}
	}
	return true
}
