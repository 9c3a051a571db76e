package record

import (
	"strings"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
)

// ClonePtr copies what an optional group of fields points to.
func ClonePtr[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

// Missing is the reason that a required field lacks, none if it has a value.
func Missing(field, text string) []Reason {
	if text != "" {
		return nil
	}
	return []Reason{{Code: codes.ErrMissingField, Field: field, Message: codes.ErrMissingField.Info().Text}}
}

// DeleteRecord removes a record for good. Its history stays readable.
type DeleteRecord struct{}

// FullName joins the parts of a name of a person.
func FullName(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		if p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(p)
	}
	return b.String()
}

// MergeChange is a record that a merge changed, as pointers: before it, right
// after it, and now.
type MergeChange struct{ Before, After, Now any }

// NumberOr is the given number, or one made from the record's id: the pure
// types have no counter.
func NumberOr(given, prefix string, id uuid.UUID) string {
	if given != "" {
		return given
	}
	const digits = "0123456789ABCDEF"
	b := append(make([]byte, 0, 16), prefix...)
	for _, octet := range id[10:] {
		b = append(b, digits[octet>>4], digits[octet&15])
	}
	return string(b)
}
