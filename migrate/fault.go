package migrate

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/leadtocash/leadtocash/codes"
)

// Fault is one reason why a row is refused. It is an error that errors.Is matches with
// its code.
type Fault struct {
	Table   string     `json:"table,omitzero"`  // the name of the file
	Row     int        `json:"row"`             // the line in it that the row begins on, from 1
	ID      string     `json:"id,omitzero"`     // of the record, as far as it is known
	Column  string     `json:"column,omitzero"` // in the file
	Field   string     `json:"field,omitzero"`  // of the record, a path: lines[2].quantity
	Code    codes.Code `json:"code"`
	Message string     `json:"message"`
	Header  []string   `json:"-"` // of the table
	Cells   []string   `json:"-"` // of the row, as read; none of JSON Lines
}

// Error names table, line and field.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.Table)
	if f.Row > 0 {
		fmt.Fprintf(&b, ":%d", f.Row)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	if f.Field != "" {
		b.WriteString(f.Field + ": ")
	} else if f.Column != "" {
		b.WriteString(strconv.Quote(f.Column) + ": ")
	}
	return b.String() + f.Message + " (" + string(f.Code) + ")"
}

// Unwrap returns the code.
func (f *Fault) Unwrap() error { return f.Code }

// A Difference is a field that a record has otherwise than it was given.
type Difference struct {
	Table  string `json:"table,omitzero"`
	Row    int    `json:"row"`
	Field  string `json:"field"`
	Given  string `json:"given"`  // JSON
	Stored string `json:"stored"` // JSON
}

// DifferenceError tells that records were stored and are not what was given, up to a
// hundred of them.
type DifferenceError struct {
	Count       int64 // of records
	Differences []Difference
}

// Error tells the first one.
func (e *DifferenceError) Error() string {
	d := e.Differences[0]
	return fmt.Sprintf("%d records are not what was given: %s:%d: %s is %s instead of %s, and so on", e.Count, d.Table, d.Row, d.Field, d.Stored, d.Given)
}
