package main

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leadtocash/leadtocash/value"
)

// A dateForm is the order of year, month and day in a column of dates. The parts
// are separated by a hyphen, a slash or a point; the year has four digits.
type dateForm string

const (
	iso dateForm = "iso" // 2017-03-01
	dmy dateForm = "dmy" // 01-03-2017
	mdy dateForm = "mdy" // 03-01-2017
)

var dateForms = []dateForm{iso, dmy, mdy}

// parse reads a day between the years 1900 and 2199.
func (f dateForm) parse(text string) (value.Date, bool) {
	separator := strings.IndexAny(text, "-/.")
	if separator < 0 {
		return 0, false
	}
	parts := strings.Split(text, text[separator:separator+1])
	if len(parts) != 3 {
		return 0, false
	}
	y, m, d := parts[0], parts[1], parts[2]
	switch f {
	case dmy:
		d, m, y = parts[0], parts[1], parts[2]
	case mdy:
		m, d, y = parts[0], parts[1], parts[2]
	default: // iso
	}
	if len(y) != 4 || len(m) > 2 || len(d) > 2 || !isDigits(y) || !isDigits(m) || !isDigits(d) {
		return 0, false
	}
	year, _ := strconv.Atoi(y)
	month, _ := strconv.Atoi(m)
	day, _ := strconv.Atoi(d)
	date, err := value.NewDate(year, time.Month(month), day)
	return date, err == nil && year >= 1900 && year <= 2199
}

// recogniseDates finds the form of a column: the one that reads most of its
// cells. What that form cannot read is left to be refused row by row. It
// reports false when two forms read the same number of cells and disagree about
// a day.
func recogniseDates(column iter.Seq[string]) (dateForm, bool) {
	read := map[dateForm]int{}
	differ := false
	for text := range column {
		for _, form := range dateForms {
			if _, ok := form.parse(text); ok {
				read[form]++
			}
		}
		d, isDMY := dmy.parse(text)
		m, isMDY := mdy.parse(text)
		differ = differ || isDMY != isMDY || d != m
	}
	best := slices.MaxFunc(dateForms, func(a, b dateForm) int { return read[a] - read[b] })
	for _, form := range dateForms {
		tie := form != best && read[form] == read[best] && read[best] > 0
		if tie && (differ || form == iso || best == iso) {
			return "", false
		}
	}
	return best, true
}

// column yields the cells of a column that have text.
func (t *table) column(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, row := range t.rows {
			if row.fault != nil {
				continue
			}
			if text := strings.TrimSpace(row.values[t.columns[name]]); text != "" && !yield(text) {
				return
			}
		}
	}
}

// dateForm is the form of a column of dates: the given one, else the one recognised.
func (t *table) dateForm(column string, given dateForm) (dateForm, error) {
	if given != "" {
		return given, nil
	}
	form, ok := recogniseDates(t.column(column))
	if !ok {
		return "", inputErrorf(t.name, "has dates in column %s that can be read in more than one way; name their form with -dates (iso, dmy or mdy)", column)
	}
	return form, nil
}

// date is the day in a cell, unset when the cell is empty.
func (c *cells) date(column string, form dateForm) value.Date {
	text := c.optional(column, longestNumber)
	if text == "" {
		return 0
	}
	day, ok := form.parse(text)
	if !ok {
		c.refuse(column, codeInvalidDate, "%.40q is not a date of the form %s", text, form)
	}
	return day
}

// requiredDate is like date and refuses an empty cell.
func (c *cells) requiredDate(column string, form dateForm) value.Date {
	day := c.date(column, form)
	if day.IsZero() {
		c.refuse(column, codeMissingField, "is empty")
	}
	return day
}
