package record

import (
	"bytes"
	"encoding/json"
	"slices"

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
// for, within the limits of [Kept]. Faults are those of Unmarshal.
func Decode(body []byte, plain headed) error {
	var rest unknown
	if err := unmarshal(body, plain, &rest); err != nil {
		return err
	}
	if plain.Header().unknown = rest; body[skipSpace(body)] != '{' {
		return &Error{Code: codes.ErrInvalid, Reasons: []Reason{{Code: codes.ErrInvalid, Message: "not a JSON object"}}}
	}
	return nil
}

// skipSpace is where the value of valid JSON begins.
func skipSpace(body []byte) int { return len(body) - len(bytes.TrimLeft(body, " \t\r\n")) }
