package engine

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"github.com/leadtocash/leadtocash/record"
)

// object is a JSON object on its way to be written.
type object = map[string]any

// numberPattern is what numbers that are strings look like.
const numberPattern = `^-?[0-9]+(\.[0-9]+)?$`

// schemaWriter makes a JSON Schema, 2020-12, of a type.
type schemaWriter struct {
	input bool // what is not known is refused
	defs  object
	names map[reflect.Type]string
}

// jsonSchema is the schema of what Do reads or answers of a type.
func jsonSchema(t reflect.Type, input bool) json.RawMessage {
	w := schemaWriter{input: input, defs: object{}, names: map[reflect.Type]string{}}
	root := w.of(t, "")
	if ref, is := root["$ref"].(string); is { // the root is no definition, unless it contains itself
		name := strings.TrimPrefix(ref, "#/$defs/")
		root = w.defs[name].(object)
		if !strings.Contains(string(asJSON(w.defs)), `"`+ref+`"`) {
			delete(w.defs, name)
		}
	}
	out := object{"$schema": "https://json-schema.org/draft/2020-12/schema"}
	for name, v := range root {
		out[name] = v
	}
	if len(w.defs) > 0 {
		out["$defs"] = w.defs
	}
	return asJSON(out)
}

func asJSON(v any) json.RawMessage {
	body, err := json.Marshal(v)
	if err != nil {
		panic("engine: " + err.Error()) // it is made of texts, numbers, lists and objects
	}
	return body
}

// of is the schema of a type with the limits in the tag of its field.
func (w *schemaWriter) of(t reflect.Type, tag reflect.StructTag) object {
	s := shapeOf(t)
	switch s.typ {
	case TypeText, TypeLines:
		return bounded(object{"type": "string"}, tag)
	case TypeBytes:
		return object{"type": "string", "contentEncoding": "base64"}
	case TypeMoney, TypeDecimal:
		return ranged(object{"type": "string", "pattern": numberPattern}, tag, "x-leadtocash-range")
	case TypeInteger:
		return ranged(object{"type": "integer"}, tag, "")
	case TypeCurrency:
		return object{"type": "string", "pattern": `^([A-Z]{3}(/[0-9]+)?)?$`}
	case TypeDate:
		return object{"type": "string", "pattern": `^([0-9]{4}-[0-9]{2}-[0-9]{2})?$`, "x-leadtocash-format": "date"}
	case TypeInstant:
		return object{"type": "string", "format": "date-time"}
	case TypeBool:
		return object{"type": "boolean"}
	case TypeChoice:
		return choice(s)
	case TypeID:
		return w.referring(object{"type": "string", "format": "uuid"}, s)
	case TypeReference:
		return w.referring(object{
			"type": "object", "additionalProperties": false,
			"properties": object{"kind": object{"type": "string"}, "id": object{"type": "string", "format": "uuid"}},
		}, s)
	case TypeList:
		return object{"type": "array", "items": w.of(s.elem, tag)}
	case TypeGroup:
		return w.group(s.elem)
	}
	if s.elem != nil {
		return object{"type": "object", "additionalProperties": w.of(s.elem, "")}
	}
	if t.Kind() == reflect.Interface || t == reflect.TypeFor[json.RawMessage]() {
		return object{}
	}
	return object{"type": "object"}
}

func (w *schemaWriter) referring(o object, s shape) object {
	if s.targets != nil {
		o["x-leadtocash-kinds"] = s.targets
	}
	return o
}

// choice lists the keys of a set. The empty one is "not set".
func choice(s shape) object {
	keys, codes := []string{""}, object{}
	for _, o := range s.options {
		keys = append(keys, o.Key)
		if o.Code != 0 {
			codes[o.Key] = o.Code
		}
	}
	if s.statuses {
		keys = append(keys, "default")
	}
	out := object{"type": "string", "enum": keys}
	if len(codes) > 0 {
		out["x-leadtocash-codes"] = codes
	}
	if s.set != "" {
		out["x-leadtocash-set"] = s.set
	}
	return out
}

func bounded(o object, tag reflect.StructTag) object {
	for _, name := range []string{"max", "text"} {
		if n, err := strconv.Atoi(tag.Get(name)); err == nil {
			o["maxLength"] = n
		}
	}
	return o
}

// ranged adds bounds: as JSON Schema has them for numbers, under a name of ours for
// strings.
func ranged(o object, tag reflect.StructTag, name string) object {
	low, high, ok := strings.Cut(tag.Get("range"), "..")
	switch {
	case ok && name != "":
		o[name] = []string{low, high}
	case ok:
		o["minimum"], o["maximum"] = json.Number(low), json.Number(high)
	}
	if n, err := strconv.Atoi(tag.Get("decimals")); err == nil {
		o["x-leadtocash-decimals"] = n
	}
	return o
}

// group is a reference to the definition of a struct.
func (w *schemaWriter) group(t reflect.Type) object {
	name, known := w.names[t]
	if !known {
		name = strings.Map(func(r rune) rune {
			if strings.ContainsRune("[]*/, ", r) {
				return '_'
			}
			return r
		}, strings.ReplaceAll(t.String(), "github.com/leadtocash/leadtocash/", ""))
		w.names[t] = name
		w.defs[name] = object{} // it may contain itself
		w.defs[name] = w.object(t)
	}
	return object{"$ref": "#/$defs/" + name}
}

func (w *schemaWriter) object(t reflect.Type) object {
	properties, required := object{}, []string{}
	for _, f := range membersOf(t) {
		of := w.of(f.Type, f.Tag)
		if w.input && f.Tag.Get("need") == "true" {
			required = append(required, memberName(f))
		}
		properties[memberName(f)] = of
	}
	out := object{"type": "object", "properties": properties}
	if len(required) > 0 && !isRecord(t) {
		out["required"] = required
	}
	if w.input && !isRecord(t) {
		out["additionalProperties"] = false
	}
	return out
}

// isRecord reports whether a struct is a record, which keeps what it does not know.
func isRecord(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[record.Record]())
}
