package value

import (
	"slices"

	"github.com/leadtocash/leadtocash/codes"
)

// Setting is a choice whose zero value is its default. Its text form is a key.
type Setting[S SettingKeys] uint8

// SettingKeys are the keys of a Setting, that of its default first.
type SettingKeys interface{ Keys() []string }

// Valid reports whether the setting has a meaning.
func (s Setting[S]) Valid() bool {
	var set S
	return int(s) < len(set.Keys())
}

// String returns the key, "" for a value without meaning.
func (s Setting[S]) String() string {
	var set S
	if !s.Valid() {
		return ""
	}
	return set.Keys()[s]
}

// MarshalText returns the key; a value without meaning is ErrInvalid.
func (s Setting[S]) MarshalText() ([]byte, error) {
	if !s.Valid() {
		return nil, codes.ErrInvalid.Fault("not a value of the setting")
	}
	return []byte(s.String()), nil
}

// UnmarshalText accepts a key, or the empty text for the default; another is
// ErrInvalid.
func (s *Setting[S]) UnmarshalText(text []byte) error {
	var set S
	i := slices.Index(set.Keys(), string(text))
	if len(text) > 0 && i < 0 {
		return codes.ErrInvalid.Fault("not a value of the setting")
	}
	*s = Setting[S](max(i, 0))
	return nil
}
