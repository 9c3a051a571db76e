package bpf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// decode reads JSON into a definition or overlay and lists every fault of form:
// syntax, unknown or repeated fields, values of another type.
func decode(data []byte, into any) []Fault {
	var whole json.RawMessage
	dec := json.NewDecoder(bytes.NewReader(data))
	err := dec.Decode(&whole)
	if err == nil {
		if _, more := dec.Token(); more != io.EOF { //nolint:errorlint // the decoder returns it bare
			err = errors.New("more than one value")
		}
	}
	if err != nil {
		return []Fault{syntaxFault(data, dec.InputOffset(), err)}
	}
	r := reader{}
	r.value(whole, reflect.ValueOf(into).Elem(), "")
	return r.faults
}

func syntaxFault(data []byte, offset int64, err error) Fault {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		offset = syntax.Offset
	}
	before := data[:min(max(offset, 0), int64(len(data)))]
	line := 1 + bytes.Count(before, []byte{'\n'})
	column := len(before) - 1 - bytes.LastIndexByte(before, '\n')
	return newFault("", FaultSyntax, line, max(column, 1), err)
}

// reader fills Go values from JSON and remembers what does not fit.
type reader struct{ faults []Fault }

func (r *reader) value(raw json.RawMessage, v reflect.Value, path string) {
	if v.Type() == reflect.TypeFor[json.RawMessage]() {
		r.object(raw, v, path)
		return
	}
	switch p := v.Addr().Interface().(type) {
	case *PatchStage:
		keyOr(r, raw, &p.Key, &p.New, path)
		return
	case *PatchStep:
		keyOr(r, raw, &p.Key, &p.New, path)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		r.structure(raw, v, path)
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		before := len(r.faults)
		if r.value(raw, p.Elem(), path); len(r.faults) == before || v.Type().Elem().Kind() == reflect.Struct {
			v.Set(p)
		}
	case reflect.Slice:
		r.list(raw, v, path)
	case reflect.Map:
		r.mapping(raw, v, path)
	case reflect.Interface:
		r.literal(raw, v, path)
	default:
		r.plain(raw, v, path)
	}
}

// keyOr reads either a key or a whole value.
func keyOr[T any](r *reader, raw json.RawMessage, key *string, whole **T, path string) {
	if raw[0] == '"' {
		r.value(raw, reflect.ValueOf(key).Elem(), path)
		return
	}
	r.value(raw, reflect.ValueOf(whole).Elem(), path)
}

// object keeps a JSON object as it is, in canonical form.
func (r *reader) object(raw json.RawMessage, v reflect.Value, path string) {
	if raw[0] != '{' {
		r.mistyped(raw, v.Type(), path)
		return
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var m map[string]any
	if err := dec.Decode(&m); err != nil {
		r.mistyped(raw, v.Type(), path)
		return
	}
	body, err := json.Marshal(m)
	if err != nil {
		r.mistyped(raw, v.Type(), path)
		return
	}
	v.SetBytes(body)
}

func (r *reader) structure(raw json.RawMessage, v reflect.Value, path string) {
	fields := map[string]reflect.Value{}
	membersOf(v, fields)
	r.members(raw, v.Type(), path, func(name string, raw json.RawMessage, path string) {
		if f, ok := fields[name]; ok {
			r.value(raw, f, path)
			return
		}
		r.faults = append(r.faults, newFault(path, FaultUnknownField, name))
	})
}

func membersOf(v reflect.Value, fields map[string]reflect.Value) {
	for i := range v.NumField() {
		sf := v.Type().Field(i)
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if sf.Anonymous && name == "" {
			membersOf(v.Field(i), fields)
			continue
		}
		fields[name] = v.Field(i)
	}
}

// members visits the members of an object in their order.
func (r *reader) members(raw json.RawMessage, t reflect.Type, path string, visit func(string, json.RawMessage, string)) {
	if raw[0] != '{' {
		r.mistyped(raw, t, path)
		return
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if _, err := dec.Token(); err != nil {
		return
	}
	seen := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		name, ok := token.(string)
		var member json.RawMessage
		if err != nil || !ok || dec.Decode(&member) != nil {
			return
		}
		at := path + "/" + escape(name)
		if seen[name] {
			r.faults = append(r.faults, newFault(at, FaultRepeatedField, name))
			continue
		}
		seen[name] = true
		visit(name, member, at)
	}
}

func (r *reader) list(raw json.RawMessage, v reflect.Value, path string) {
	if raw[0] != '[' {
		r.mistyped(raw, v.Type(), path)
		return
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if _, err := dec.Token(); err != nil {
		return
	}
	for i := 0; dec.More(); i++ {
		var el json.RawMessage
		if dec.Decode(&el) != nil {
			return
		}
		item := reflect.New(v.Type().Elem()).Elem()
		r.value(el, item, path+"/"+strconv.Itoa(i))
		v.Set(reflect.Append(v, item))
	}
}

func (r *reader) mapping(raw json.RawMessage, v reflect.Value, path string) {
	m := reflect.MakeMap(v.Type())
	r.members(raw, v.Type(), path, func(name string, raw json.RawMessage, path string) {
		el := reflect.New(v.Type().Elem()).Elem()
		r.value(raw, el, path)
		m.SetMapIndex(reflect.ValueOf(name), el)
	})
	if m.Len() > 0 {
		v.Set(m)
	}
}

// literal reads what a field is compared with: text, number, true or false.
func (r *reader) literal(raw json.RawMessage, v reflect.Value, path string) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var value any
	if dec.Decode(&value) != nil {
		return
	}
	switch value.(type) {
	case string, bool, json.Number:
		v.Set(reflect.ValueOf(value))
	default:
		r.mistyped(raw, v.Type(), path)
	}
}

func (r *reader) plain(raw json.RawMessage, v reflect.Value, path string) {
	if string(raw) == "null" || json.Unmarshal(raw, v.Addr().Interface()) != nil {
		r.mistyped(raw, v.Type(), path)
	}
}

func (r *reader) mistyped(raw json.RawMessage, t reflect.Type, path string) {
	r.faults = append(r.faults, newFault(path, FaultType, wanted(t), given(raw)))
}

func wanted(t reflect.Type) string {
	if t == reflect.TypeFor[json.RawMessage]() {
		return "object"
	}
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		return "object"
	case reflect.Slice:
		return "array"
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Int:
		return "integer"
	case reflect.Pointer:
		return wanted(t.Elem())
	}
	return "string, number or boolean"
}

func given(raw json.RawMessage) string {
	switch raw[0] {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	}
	return fmt.Sprintf("number %.20s", raw)
}

// escape writes a name as a part of a JSON Pointer.
func escape(name string) string { return pointerEscapes.Replace(name) }

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")
