package record

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/leadtocash/leadtocash/codes"
)

// Unmarshal reads the JSON form of a command, a query or a record, as encoding/json
// does, but for names: a member whose name differs from that of a field in case, or
// in letters that Unicode folds alike, is not taken for it but refused, and so is one
// that is there twice. Members that v has no field for are passed over. What does not
// decode is refused with an Error that lists every member at fault, each with its path
// and the text that was found: ErrInvalid, or the code of the member's own type, such
// as ErrOutOfRange for an amount with too many digits.
func Unmarshal(body []byte, v any) error { return unmarshal(body, v, nameReader{}) }

// UnmarshalStrict is Unmarshal, but for members that v has no field for: they are
// refused with ErrInvalid, those of groups of fields and of lists too.
func UnmarshalStrict(body []byte, v any) error { return unmarshal(body, v, nameReader{strict: true}) }

// unmarshal goes by what the reader does about the members that v has no field for.
func unmarshal(body []byte, v any, names nameReader) error {
	err := json.Unmarshal(body, v)
	if err == nil {
		reasons := names.faultsIn(body, reflect.TypeOf(v))
		if len(reasons) == 0 {
			return nil
		}
		return &Error{Code: reasons[0].Code, Reasons: reasons}
	}
	if reasons := decodeFaults(body, reflect.TypeOf(v), ""); len(reasons) > 0 {
		if names.strict {
			reasons = append(reasons, names.faultsIn(body, reflect.TypeOf(v))...)
		}
		return &Error{Code: reasons[0].Code, Reasons: reasons, Err: err}
	}
	return &Error{Code: codes.ErrInvalid, Reasons: []Reason{{Code: codes.ErrInvalid, Message: "not JSON, or not the form that is read here"}}, Err: err}
}

var (
	jsonReader = reflect.TypeFor[json.Unmarshaler]()
	textReader = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// decodeFaults lists what of a JSON value does not decode into a type.
func decodeFaults(raw json.RawMessage, t reflect.Type, path string) []Reason {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	raw = bytes.TrimSpace(raw)
	if bytes.Equal(raw, []byte("null")) {
		return nil
	}
	to := reflect.New(t)
	err := json.Unmarshal(raw, to.Interface())
	if err == nil {
		return nil
	}
	if to.Type().Implements(jsonReader) || to.Type().Implements(textReader) {
		return ownFaults(raw, err, path)
	}
	return partFaults(raw, t, path)
}

// partFaults is decodeFaults for types that read themselves member by member.
func partFaults(raw json.RawMessage, t reflect.Type, path string) (reasons []Reason) {
	below := func(member string) string { return strings.TrimPrefix(path+"."+member, ".") }
	bytesIn := t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
	switch {
	case t.Kind() == reflect.Struct:
		var members map[string]json.RawMessage
		if json.Unmarshal(raw, &members) != nil {
			return notA("not an object", raw, path)
		}
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" || name == "-" {
				continue
			}
			if member, given := members[name]; given {
				reasons = append(reasons, decodeFaults(member, f.Type, below(name))...)
			}
		}
		return reasons
	case t.Kind() == reflect.Map:
		var members map[string]json.RawMessage
		if json.Unmarshal(raw, &members) != nil {
			return notA("not an object", raw, path)
		}
		names := make([]string, 0, len(members))
		for name := range members {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			reasons = append(reasons, decodeFaults(members[name], t.Elem(), below(name))...)
		}
		return reasons
	case (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) && !bytesIn:
		var items []json.RawMessage
		if json.Unmarshal(raw, &items) != nil {
			return notA("not a list", raw, path)
		}
		for i, item := range items {
			reasons = append(reasons, decodeFaults(item, t.Elem(), fmt.Sprintf("%s[%d]", path, i))...)
		}
		return reasons
	}
	switch t.Kind() {
	case reflect.String:
		return notA("not a text", raw, path)
	case reflect.Bool:
		return notA("neither true nor false", raw, path)
	case reflect.Slice:
		return notA("not base64", raw, path)
	}
	return notA("not a number of its range", raw, path)
}

// ownFaults are those of a type that reads itself.
func ownFaults(raw json.RawMessage, err error, path string) []Reason {
	if e, ok := err.(*Error); ok && len(e.Reasons) > 0 { //nolint:errorlint // a fault is found as an Error too
		reasons := slices.Clone(e.Reasons)
		if path == "" {
			return reasons
		}
		return ReasonsOf(AtField(path, &Error{Code: e.Code, Reasons: reasons}))
	}
	var f *codes.Fault
	if !errors.As(err, &f) {
		f = codes.ErrInvalid.Fault("cannot be read")
	}
	reasons := notA(f.Message, raw, path)
	reasons[0].Code, reasons[0].Params = f.Code, f.Params
	return reasons
}

// notA is the fault of one value, which it shows if it is short.
func notA(message string, raw json.RawMessage, path string) []Reason {
	const short = 60
	if len(raw) > 0 && len(raw) <= short && raw[0] != '{' && raw[0] != '[' {
		message += ": " + string(raw)
	}
	return []Reason{{Code: codes.ErrInvalid, Field: path, Message: message}}
}
