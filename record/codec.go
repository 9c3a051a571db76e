package record

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/leadtocash/leadtocash/codes"
)

// unknown holds members of a JSON form that this release does not know; they
// survive a round trip.
type unknown map[string]json.RawMessage

// headed is a record without methods of its own, those for its JSON form among them.
type headed interface{ Header() *Head }

// Encode writes the JSON form of a record: its fields, then what was unknown
// when it was read.
func Encode(plain headed) ([]byte, error) {
	body, err := json.Marshal(plain)
	rest := plain.Header().unknown
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

// Decode reads the JSON form, and keeps the members that the record has no field
// for. Faults are those of Unmarshal.
func Decode(body []byte, plain headed) error {
	plain.Header().unknown = nil
	if err := Unmarshal(body, plain); err != nil {
		return err
	}
	known := membersOf(reflect.TypeOf(plain).Elem())
	var all unknown
	if err := json.Unmarshal(body, &all); err != nil {
		return &Error{Code: codes.ErrInvalid, Reasons: []Reason{{Code: codes.ErrInvalid, Message: "not a JSON object"}}, Err: err}
	}
	for name := range all {
		if known[name] {
			delete(all, name)
		}
	}
	if len(all) > 0 {
		plain.Header().unknown = all
	}
	return nil
}

var members sync.Map // reflect.Type → map[string]bool

// membersOf are the names that the JSON form of a struct has.
func membersOf(t reflect.Type) map[string]bool {
	if m, ok := members.Load(t); ok {
		return m.(map[string]bool)
	}
	m := map[string]bool{}
	addMembers(m, t)
	members.Store(t, m)
	return m
}

// addMembers goes through embedded structs by itself: two of them may have fields
// of one name in Go and different names in JSON.
func addMembers(m map[string]bool, t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			m[name] = true
		} else if f.Anonymous && f.Type.Kind() == reflect.Struct {
			addMembers(m, f.Type)
		}
	}
}
