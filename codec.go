package leadtocash

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"sync"
)

// unknown holds members of a JSON form that this release does not know; they
// survive a round trip.
type unknown map[string]json.RawMessage

// encode writes the JSON form of a record or line: its fields, then what was
// unknown when it was read. plain is a pointer to a type without MarshalJSON.
func encode(plain any, rest unknown) ([]byte, error) {
	body, err := json.Marshal(plain)
	if err != nil || len(rest) == 0 {
		return body, err
	}
	names := make([]string, 0, len(rest))
	for name := range rest {
		names = append(names, name)
	}
	slices.Sort(names)
	var b bytes.Buffer
	b.Write(body[:len(body)-1])
	for _, name := range names {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(rest[name])
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// decode reads the JSON form and returns the members that plain has no field
// for. Faults are ErrInvalid or the code of the field's own type.
func decode(body []byte, plain any) (unknown, error) {
	if err := json.Unmarshal(body, plain); err != nil {
		var f *Fault
		if errors.As(err, &f) {
			return nil, &Error{Code: f.Code, Reasons: reasonsOf(f), Err: f}
		}
		if codeOf(err) != "" {
			return nil, err
		}
		return nil, &Error{Code: ErrInvalid, Reasons: []Reason{{Code: ErrInvalid, Message: "not the JSON form of the record"}}, Err: err}
	}
	known := membersOf(reflect.TypeOf(plain).Elem())
	var all unknown
	if err := json.Unmarshal(body, &all); err != nil {
		return nil, &Error{Code: ErrInvalid, Reasons: []Reason{{Code: ErrInvalid, Message: "not a JSON object"}}, Err: err}
	}
	for name := range all {
		if known[name] {
			delete(all, name)
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	return all, nil
}

var members sync.Map // reflect.Type → map[string]bool

func membersOf(t reflect.Type) map[string]bool {
	if m, ok := members.Load(t); ok {
		return m.(map[string]bool)
	}
	m := map[string]bool{}
	for _, f := range readSchema(t).info() {
		m[f.Name] = true
	}
	members.Store(t, m)
	return m
}
