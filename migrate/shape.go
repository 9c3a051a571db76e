package migrate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// extraColumn has what a record holds and no column has, as a JSON object: members of
// later releases, custom values that nobody declared.
const extraColumn = "extra"

// These columns say which record an element of a list belongs to, and its place, from 1.
const (
	parentColumn = "parent_id"
	placeColumn  = "place"
)

// column is a field of a kind as a column of a table.
type column struct {
	name        string   // its path: address1.city
	path        []string // the same
	label, d365 string
	typ         engine.FieldType
	options     []engine.OptionInfo
	targets     []kinds.Kind
}

// shape is how the records of a kind look as rows.
type shape struct {
	kind    kinds.Kind
	info    engine.KindInfo
	columns []column
	lists   []list // with tables of their own
}

// list is a list of groups within a record, whose rows have their place, from 1.
type list struct {
	field   string
	columns []column
}

var optionSets = sync.OnceValue(func() map[string][]engine.OptionInfo {
	sets := map[string][]engine.OptionInfo{}
	for _, set := range engine.DescribeOptionSets() {
		sets[set.Name] = set.Options
	}
	return sets
})

// shapeFor reads the shape of a kind off its description, custom fields included.
func shapeFor(c *engine.Client, kind kinds.Kind) (*shape, error) {
	s := &shape{kind: kind, info: c.Describe(kind)}
	if s.info.Kind == "" {
		return nil, record.Refusal(codes.ErrInvalid, "kind", fmt.Sprintf("there is no kind %q", kind))
	}
	logical := map[string]string{}
	for _, f := range s.info.Fields {
		parent, own, below := cutLast(f.Name)
		logical[f.Name] = f.D365Name
		if below && logical[parent] != "" && f.D365Name != "" {
			logical[f.Name] = logical[parent] + "_" + f.D365Name
		}
		if s.hasGroups(f) && !below {
			s.lists = append(s.lists, list{field: f.Name})
			continue
		}
		name, columns := f.Name, &s.columns
		if field, inner, within := strings.Cut(f.Name, "[]."); within {
			i := slices.IndexFunc(s.lists, func(l list) bool { return l.field == field })
			if i < 0 || strings.Contains(inner, "[].") {
				continue // within a cell that is JSON
			}
			name, columns = inner, &s.lists[i].columns
		}
		if f.Type == engine.TypeGroup || f.Name == "custom" {
			continue
		}
		col := column{name: name, path: strings.Split(name, "."), d365: logical[f.Name], typ: f.Type, targets: f.References}
		if col.label = f.Label; below && !strings.HasSuffix(parent, "[]") {
			_, group, _ := cutLast(parent)
			col.label = labelOf(group) + " " + strings.ToLower(labelOf(own))
		}
		if f.Type == engine.TypeChoice {
			for _, o := range optionSets()[f.OptionSet] {
				if slices.Contains(f.Options, o.Key) {
					col.options = append(col.options, o)
				}
			}
			if len(col.options) == 0 {
				for _, key := range f.Options {
					col.options = append(col.options, engine.OptionInfo{Key: key, Label: labelOf(key)})
				}
			}
		}
		*columns = append(*columns, col)
	}
	return s, nil
}

func (s *shape) hasGroups(f engine.FieldDescription) bool {
	return f.Type == engine.TypeList && slices.ContainsFunc(s.info.Fields, func(inner engine.FieldDescription) bool {
		return strings.HasPrefix(inner.Name, f.Name+"[].")
	})
}

func cutLast(path string) (parent, own string, found bool) {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return "", path, false
	}
	return path[:i], path[i+1:], true
}

func labelOf(name string) string {
	words := strings.ReplaceAll(name, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

// object is what a record, or a group in it, is in JSON.
type object = map[string]any

// objectIn reads the JSON of a record; numbers keep their text.
func objectIn(body []byte) (o object, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	return o, d.Decode(&o)
}

// take is the cells of an object, which loses what they have.
func take(o object, columns []column, form form) []string {
	cells := make([]string, len(columns))
	for i := range columns {
		cells[i] = takeFrom(o, columns[i].path, &columns[i], form)
	}
	return cells
}

// takeFrom takes a value out of an object, and groups that it leaves empty.
func takeFrom(o object, path []string, col *column, form form) string {
	v, has := o[path[0]]
	if !has {
		return ""
	}
	if len(path) == 1 {
		cell, ok := col.cell(v, form)
		if ok {
			delete(o, path[0])
		}
		return cell
	}
	group, is := v.(object)
	if !is || len(group) == 0 {
		return ""
	}
	cell := takeFrom(group, path[1:], col, form)
	if len(group) == 0 {
		delete(o, path[0])
	}
	return cell
}

// cell is a value as text; false if a cell would not tell it.
func (col *column) cell(v any, form form) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", false
	case string:
		if v == "" {
			return "", false
		}
		switch col.typ {
		case engine.TypeText, engine.TypeLines:
			if form.raw {
				return v, true
			}
			return escaped(v), true
		case engine.TypeChoice:
			return col.option(v, form.options), true
		case engine.TypeBool, engine.TypeInteger, engine.TypeJSON, engine.TypeList, engine.TypeReference:
			return "", false
		}
		return v, true
	case bool:
		return strconv.FormatBool(v), col.typ == engine.TypeBool
	case json.Number:
		return v.String(), col.typ == engine.TypeInteger
	case object:
		if kind, id, is := referenceIn(v); is && col.typ == engine.TypeReference {
			return kind + "/" + id, true
		}
	}
	if col.typ != engine.TypeJSON && col.typ != engine.TypeList {
		return "", false
	}
	body, err := json.Marshal(v)
	return string(body), err == nil
}

func referenceIn(o object) (kind, id string, is bool) {
	kind, _ = o["kind"].(string)
	id, is = o["id"].(string)
	return kind, id, is && kind != "" && len(o) == 2
}

func (col *column) option(key string, form Options) string {
	for _, o := range col.options {
		switch {
		case o.Key != key:
		case form == OptionLabels && o.Label != "" && col.unique(o.Label):
			return o.Label
		case form == OptionCodes && o.Code != 0:
			return strconv.Itoa(o.Code)
		}
	}
	return key
}

// unique reports whether a label stands for one option.
func (col *column) unique(label string) bool {
	n := 0
	for _, o := range col.options {
		if strings.EqualFold(o.Label, label) || strings.EqualFold(o.Key, label) && !strings.EqualFold(o.Key, o.Label) {
			n++
		}
	}
	return n == 1
}

// form is how values are written, and read.
type form struct {
	options Options
	raw     bool // texts are as they are
	layouts []string
	zone    *time.Location
	comma   bool // decimals stand behind a comma
}

// value reads a cell that is not empty.
func (col *column) value(cell string, form form) (any, *record.Reason) {
	invalid := func(message string) (any, *record.Reason) {
		return nil, &record.Reason{Code: codes.ErrInvalid, Field: col.name, Message: message}
	}
	plain := strings.TrimSpace(cell)
	switch col.typ {
	case engine.TypeText, engine.TypeLines:
		if form.raw {
			return cell, nil
		}
		return unescaped(cell), nil
	case engine.TypeInteger:
		n, err := number(plain, form.comma)
		if err != nil || !n.IsInteger() {
			return invalid("not a whole number")
		}
		return json.Number(n.String()), nil
	case engine.TypeDecimal, engine.TypeMoney:
		n, err := number(plain, form.comma)
		if err != nil {
			return invalid("not a number")
		}
		if _, err := decimal.NewFromString(plain); err == nil && !form.comma {
			return plain, nil // with the places that it has
		}
		return n.String(), nil
	case engine.TypeBool:
		switch strings.ToLower(plain) {
		case "true", "yes", "1", "y":
			return true, nil
		case "false", "no", "0", "n":
			return false, nil
		}
		return invalid("neither true nor false")
	case engine.TypeDate, engine.TypeInstant:
		return col.time(plain, form)
	case engine.TypeChoice:
		if key := col.key(plain); key != "" {
			return key, nil
		}
		return invalid("not a value of " + col.name)
	case engine.TypeID:
		id, err := uuid.Parse(plain)
		if err != nil {
			return invalid("not a UUID")
		}
		return id.String(), nil
	case engine.TypeReference:
		kind, id, _ := strings.Cut(plain, "/")
		parsed, err := uuid.Parse(id)
		if err != nil {
			return invalid("not kind/UUID")
		}
		return object{"kind": kind, "id": parsed.String()}, nil
	case engine.TypeJSON, engine.TypeList:
		var v any
		d := json.NewDecoder(strings.NewReader(cell))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			return invalid("not JSON")
		}
		return v, nil
	}
	return plain, nil
}

// key finds an option by key, label, or number.
func (col *column) key(cell string) string {
	for _, o := range col.options {
		if o.Key == cell {
			return o.Key
		}
	}
	for _, o := range col.options {
		if strings.EqualFold(o.Label, cell) && col.unique(o.Label) || o.Code != 0 && strconv.Itoa(o.Code) == cell || strings.EqualFold(o.Key, cell) {
			return o.Key
		}
	}
	return ""
}

// time reads a day or an instant.
func (col *column) time(cell string, form form) (any, *record.Reason) {
	for _, layout := range append(form.layouts, time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05.000Z0700", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly) {
		t, err := time.ParseInLocation(layout, cell, form.zone)
		if err != nil {
			continue
		}
		if col.typ == engine.TypeDate {
			return t.Format(time.DateOnly), nil
		}
		return t.UTC().Format(time.RFC3339Nano), nil
	}
	return nil, &record.Reason{Code: codes.ErrInvalid, Field: col.name, Message: "not a day or time of the forms that are read"}
}

// number reads a number as people write it: with marks between thousands, a currency
// sign before or behind it, brackets for less than nothing.
func number(cell string, comma bool) (decimal.Decimal, error) {
	if n, err := decimal.NewFromString(cell); err == nil && (!comma || !strings.Contains(cell, ".")) {
		return bounded(n)
	}
	inner, negative := strings.CutPrefix(cell, "(")
	if negative {
		inner, negative = strings.CutSuffix(inner, ")")
	}
	thousands, point := ",", "."
	if comma {
		thousands, point = ".", ","
	}
	inner = strings.Trim(inner, " \u00a0\u202f$€£¥%")
	whole, fraction, has := strings.Cut(inner, point)
	groups := strings.Split(strings.NewReplacer(" ", thousands, "\u00a0", thousands, "\u202f", thousands, "'", thousands, "’", thousands).Replace(whole), thousands)
	for i, group := range groups {
		if i > 0 && len(group) != 3 {
			return decimal.Decimal{}, fmt.Errorf("%q is no number", cell)
		}
	}
	inner = strings.Join(groups, "")
	if has {
		inner += "." + fraction
	}
	n, err := decimal.NewFromString(inner)
	if err != nil {
		return n, err
	}
	if negative {
		n = n.Neg()
	}
	return bounded(n)
}

// bounded refuses exponents that would become very long texts.
func bounded(n decimal.Decimal) (decimal.Decimal, error) {
	if n.Exponent() > 30 || n.Exponent() < -60 {
		return n, fmt.Errorf("%d is no exponent of a number here", n.Exponent())
	}
	return n, nil
}

// put gives an object a value at a path.
func put(o object, path []string, v any) {
	for _, name := range path[:len(path)-1] {
		inner, is := o[name].(object)
		if !is {
			inner = object{}
			o[name] = inner
		}
		o = inner
	}
	o[path[len(path)-1]] = v
}

// overlay puts what an extra cell has over an object.
func overlay(o, extra object) {
	for name, v := range extra {
		inner, is := v.(object)
		if was, both := o[name].(object); is && both {
			overlay(was, inner)
			continue
		}
		o[name] = v
	}
}
