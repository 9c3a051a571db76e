package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/money"
)

// An inputError is a fault of the input as a whole: nothing was imported.
type inputError struct{ name, fault string } // of a file, a directory or a store

// Error is the sentence that the program ends with.
func (e *inputError) Error() string { return e.name + " " + e.fault }

func inputErrorf(name, format string, args ...any) error {
	return &inputError{name, fmt.Sprintf(format, args...)}
}

// A table is a CSV file with a known header. Its rows keep the order of the
// file; blank lines are no rows.
type table struct {
	name    string
	columns map[string]int
	rows    []*cells
}

// readTable reads a CSV file whose header has exactly these columns, in any
// order. A byte order mark and both kinds of line ends are accepted. What is
// wrong with a single row is a fault of that row.
func readTable(fsys fs.FS, name string, columns []string) (*table, error) {
	data, err := readFile(fsys, name)
	if err != nil {
		return nil, err
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, inputErrorf(name, "is empty")
	}
	rows := splitRows(name, data)
	header := rows[0]
	if header.fault != nil && header.fault.code == codeBadQuotes || !isText(header.values) {
		return nil, inputErrorf(name, "is not a CSV file in UTF-8")
	}
	t := &table{name: name, columns: map[string]int{}, rows: rows[1:]}
	for i, column := range header.values {
		column = strings.TrimSpace(column)
		if _, twice := t.columns[column]; twice {
			return nil, inputErrorf(name, "has a wrong header: column %.40q occurs twice", column)
		}
		if !slices.Contains(columns, column) {
			return nil, inputErrorf(name, "has a wrong header: unexpected column %.40q, want %s", column, strings.Join(columns, ","))
		}
		t.columns[column] = i
	}
	for _, column := range columns {
		if _, ok := t.columns[column]; !ok {
			return nil, inputErrorf(name, "has a wrong header: column %q is missing", column)
		}
	}
	for _, row := range t.rows {
		row.columns = t.columns
		if got, want := len(row.values), len(columns); row.fault == nil && got != want {
			row.refuse("", codeFieldCount, "has %d fields, want %d", got, want)
		}
	}
	return t, nil
}

// An opener reads tables until one fails.
type opener struct {
	fsys fs.FS
	err  error
}

func (o *opener) table(name string, columns []string) *table {
	if o.err != nil {
		return nil
	}
	var t *table
	t, o.err = readTable(o.fsys, name, columns)
	return t
}

func readFile(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, inputErrorf(name, "is missing")
	case err != nil:
		return nil, inputErrorf(name, "cannot be read: %v", cause(err))
	case !info.Mode().IsRegular():
		return nil, inputErrorf(name, "is not a file")
	}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, inputErrorf(name, "cannot be read: %v", cause(err))
	}
	return data, nil
}

// cause drops the paths: the sentence names what matters.
func cause(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

// splitRows reads all rows. A quote that is never closed would swallow the rest
// of the file, so reading resumes on the line after the one that has the fault.
func splitRows(file string, data []byte) []*cells {
	var rows []*cells
	for line := 1; len(data) > 0; {
		r := csv.NewReader(bytes.NewReader(data))
		r.FieldsPerRecord = -1
		var broken *csv.ParseError
		for {
			values, err := r.Read()
			if errors.Is(err, io.EOF) {
				return rows
			}
			if errors.As(err, &broken) {
				break
			}
			first, _ := r.FieldPos(0)
			rows = append(rows, &cells{place: place{file, line + first - 1}, values: values})
		}
		row := &cells{place: place{file, line + broken.StartLine - 1}}
		row.refuse("", codeBadQuotes, "has a quote that opens or closes in a wrong place")
		rows = append(rows, row)
		line += broken.StartLine
		for range broken.StartLine {
			_, data, _ = bytes.Cut(data, []byte("\n"))
		}
	}
	return rows
}

func isText(values []string) bool {
	return !slices.ContainsFunc(values, func(s string) bool {
		return !utf8.ValidString(s) || strings.ContainsFunc(s, isHidden)
	})
}

// isHidden tells characters that show nothing or change how their neighbours
// show: a name that holds one is not the name it looks like.
func isHidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) || r == '\ufeff'
}

// cells is one row. Its readers refuse the row at the first fault; from then on
// they return zero values, so that a row is read without a check after each cell.
type cells struct {
	place
	columns map[string]int
	values  []string
	fault   *fault
}

func (c *cells) refuse(column, code, format string, args ...any) {
	if c.fault == nil {
		c.fault = &fault{column, code, fmt.Sprintf(format, args...)}
	}
}

// reject is the refused row as it is reported.
func (c *cells) reject() reject { return reject{c.place, *c.fault} }

// optional is the text of a cell without the space around it.
func (c *cells) optional(column string, limit int) string {
	if c.fault != nil {
		return ""
	}
	text := strings.TrimSpace(c.values[c.columns[column]])
	switch {
	case !utf8.ValidString(text):
		c.refuse(column, codeInvalidText, "is not valid UTF-8")
	case strings.ContainsFunc(text, isHidden):
		c.refuse(column, codeInvalidText, "has control characters")
	case utf8.RuneCountInString(text) > limit:
		c.refuse(column, codeTooLong, "has more than %d characters", limit)
	default:
		return text
	}
	return ""
}

// required is like optional and refuses an empty cell.
func (c *cells) required(column string, limit int) string {
	text := c.optional(column, limit)
	if text == "" {
		c.refuse(column, codeMissingField, "is empty")
	}
	return text
}

// currency is the currency whose code stands in a cell.
func (c *cells) currency(column string) money.Currency {
	text := c.required(column, 3)
	currency, err := money.ParseCurrency(text)
	if err != nil {
		c.refuse(column, codeUnknownCurrency, "%q is no currency", text)
	}
	return currency
}

// oneOf is a cell that has one of the given values.
func oneOf[T ~string](c *cells, column, code string, values []T) T {
	text := T(c.required(column, longestName))
	if c.fault == nil && !slices.Contains(values, text) {
		c.refuse(column, code, "%.40q is not one of %s", text, strings.Trim(fmt.Sprint(values), "[]"))
	}
	return text
}

const (
	integerDigits = 12
	longestNumber = 60
)

// number is a plain decimal number with at most so many decimals, or unset when
// the cell is empty. Exponents, signs of plus and separators of thousands are
// refused: "1.054" may be meant as a thousand.
func (c *cells) number(column string, decimals int) decimal.NullDecimal {
	text := c.optional(column, longestNumber)
	if text == "" {
		return decimal.NullDecimal{}
	}
	whole, fraction, point := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	switch {
	case !isDigits(whole) || point && !isDigits(fraction):
		c.refuse(column, codeInvalidNumber, "%.40q is not a plain number", text)
	case len(strings.TrimLeft(whole, "0")) > integerDigits:
		c.refuse(column, codeOutOfRange, "has more than %d digits before the point", integerDigits)
	case len(fraction) > decimals:
		c.refuse(column, codeOutOfRange, "has more than %d decimals", decimals)
	default:
		return decimal.NewNullDecimal(decimal.RequireFromString(text))
	}
	return decimal.NullDecimal{}
}

// amount is a number that is not below zero.
func (c *cells) amount(column string, decimals int) decimal.NullDecimal {
	n := c.number(column, decimals)
	if n.Valid && n.Decimal.IsNegative() {
		c.refuse(column, codeOutOfRange, "is below zero")
	}
	return n
}

// requiredAmount is like amount and refuses an empty cell.
func (c *cells) requiredAmount(column string, decimals int) decimal.Decimal {
	n := c.amount(column, decimals)
	if !n.Valid {
		c.refuse(column, codeMissingField, "is empty")
	}
	return n.Decimal
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
