package value

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/exact"
)

// Opt is a value that may be unset, which differs from zero: an unset discount
// is not a discount of 0.00. The zero Opt is unset.
//
// In JSON a set Opt is its value, an unset one is left out of an object by
// omitzero, and null elsewhere. A decimal is a string in plain notation with
// all its decimals; more than 20 digits before or behind the point are
// ErrOutOfRange, exponents are ErrInvalid.
type Opt[T any] struct {
	value T
	set   bool
}

// Some returns a set Opt.
func Some[T any](value T) Opt[T] { return Opt[T]{value: value, set: true} }

// None returns an unset Opt.
func None[T any]() Opt[T] { return Opt[T]{} }

// Get returns the value and whether it is set; the zero value if it is not.
func (o Opt[T]) Get() (T, bool) { return o.value, o.set }

// Or returns the value, or otherwise if it is unset.
func (o Opt[T]) Or(otherwise T) T {
	if o.set {
		return o.value
	}
	return otherwise
}

// IsZero reports whether the Opt is unset; one that holds a zero is not.
func (o Opt[T]) IsZero() bool { return !o.set }

// String returns the text of the value, empty if it is unset.
func (o Opt[T]) String() string {
	if !o.set {
		return ""
	}
	return fmt.Sprint(o.value)
}

// Equal reports whether both are unset, or set to equal values. Values with a
// method Equal are compared by it: amounts and decimals by value.
func (o Opt[T]) Equal(p Opt[T]) bool {
	if !o.set || !p.set {
		return o.set == p.set
	}
	if v, ok := any(o.value).(interface{ Equal(T) bool }); ok {
		return v.Equal(p.value)
	}
	return any(o.value) == any(p.value)
}

// MarshalJSON returns the value in JSON, null if it is unset.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if !o.set {
		return []byte("null"), nil
	}
	if d, ok := any(o.value).(decimal.Decimal); ok {
		text, err := exact.FormatDecimal(d)
		if err != nil {
			return nil, err
		}
		return []byte(`"` + text + `"`), nil
	}
	return json.Marshal(o.value)
}

// UnmarshalJSON accepts the value in JSON, or null for unset.
func (o *Opt[T]) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		*o = Opt[T]{}
		return nil
	}
	var read Opt[T]
	read.set = true
	if d, ok := any(&read.value).(*decimal.Decimal); ok {
		var text string
		if err := json.Unmarshal(data, &text); err != nil {
			return codes.ErrInvalid.Fault("a number is a string in JSON")
		}
		var err error
		if *d, err = exact.ParseDecimal(text); err != nil {
			return err
		}
	} else if err := json.Unmarshal(data, &read.value); err != nil {
		return err
	}
	*o = read
	return nil
}
