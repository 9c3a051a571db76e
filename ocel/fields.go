package ocel

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
)

// field is a field of records that becomes an attribute.
type field struct {
	name     string   // of the attribute, and of the field in JSON
	path     []string // in JSON
	is       engine.FieldType
	personal bool
}

// attributeTypes are what OCEL makes of the types of fields. What is not there is no
// attribute: texts of several lines, lists, and references, which are relationships.
var attributeTypes = map[engine.FieldType]string{
	engine.TypeText: typeString, engine.TypeChoice: typeString, engine.TypeCurrency: typeString, engine.TypeInteger: typeInteger,
	engine.TypeDecimal: typeFloat, engine.TypeMoney: typeFloat, engine.TypeBool: typeBoolean, engine.TypeDate: typeTime, engine.TypeInstant: typeTime,
}

// described are the attributes of a kind of records and of the lines of its documents.
type described struct {
	kind          kinds.Kind
	fields, lines []field
}

// describe reads them off the library's description of itself.
func describe(c *engine.Client, kind kinds.Kind, custom bool) *described {
	info := c.Describe(kind)
	d := &described{kind: kind}
	listed := map[string]bool{info.Number: true, info.PrimaryName: true, "status": true, "state": true, "status_reason": true, "currency": true}
	for _, s := range engine.SlotsOf(kind) {
		listed[s.Name] = true
	}
	for _, f := range info.Fields {
		if attributeTypes[f.Type] == "" || f.Custom && !custom {
			continue
		}
		name, ofLine := strings.CutPrefix(f.Name, "lines[].")
		made := field{name, strings.Split(name, "."), f.Type, f.Personal}
		switch {
		case strings.Contains(name, "[]"):
		case ofLine && (f.Type != engine.TypeText || name == "product_name"):
			d.lines = append(d.lines, made)
		case !ofLine && (listed[f.Name] || f.Type == engine.TypeMoney || f.Custom):
			d.fields = append(d.fields, made)
		}
	}
	return d
}

// typeOf declares the attributes.
func declare(name string, fields []field) typeOf {
	t := typeOf{Name: name}
	for _, f := range fields {
		t.Attributes = append(t.Attributes, attributeType{f.name, attributeTypes[f.is]})
	}
	return t
}

// lineType is the type of the lines of a kind of documents.
func lineType(kind kinds.Kind) string { return string(kind) + "_line" }

type members map[string]json.RawMessage

// valueIn reads a field from the JSON of a record or line; "" if it is not set.
func (f *field) valueIn(m members) string {
	raw := m[f.path[0]]
	for _, name := range f.path[1:] {
		var group members
		if json.Unmarshal(raw, &group) != nil {
			return ""
		}
		raw = group[name]
	}
	var text string
	if json.Unmarshal(raw, &text) != nil { // a number, a truth value, or nothing
		if text = string(raw); text == "null" {
			return ""
		}
	}
	switch f.is {
	case engine.TypeDate:
		if text != "" {
			return text + "T00:00:00.000000Z"
		}
	case engine.TypeInstant:
		if at, err := time.Parse(time.RFC3339, text); err == nil {
			return timestamp(at)
		}
	}
	return text
}

// line is a line of a document by its number.
type line struct {
	number string
	raw    json.RawMessage
	members
}

// linesIn lists the lines in the JSON of a document in the order of their numbers.
func linesIn(raw json.RawMessage) (list []line) {
	var lines []json.RawMessage
	if json.Unmarshal(raw, &lines) != nil {
		return nil
	}
	for _, raw := range lines {
		l := line{raw: raw}
		if json.Unmarshal(raw, &l.members) == nil {
			l.number = string(l.members["line_number"])
			list = append(list, l)
		}
	}
	slices.SortStableFunc(list, func(a, b line) int {
		if len(a.number) != len(b.number) {
			return len(a.number) - len(b.number)
		}
		return strings.Compare(a.number, b.number)
	})
	return list
}

// changed lists the numbers of lines that are new or others than before.
func changed(was, is json.RawMessage) (numbers []string) {
	old := map[string]string{}
	for _, l := range linesIn(was) {
		old[l.number] = string(l.raw)
	}
	for _, l := range linesIn(is) {
		if before, had := old[l.number]; !had || before != string(l.raw) {
			numbers = append(numbers, l.number)
		}
	}
	return numbers
}
