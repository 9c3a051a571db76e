package sqlkit

import (
	"strconv"
	"strings"

	"github.com/leadtocash/leadtocash/storage"
)

// Summing is what differs between databases that add up.
type Summing struct {
	// Amounts is selected of a field that is added up, behind the dimensions of a group
	// and its count; it begins with a comma.
	Amounts func(storage.Field) string
	// Apart reports that what Amounts selects is grouped by besides.
	Apart bool
	// Day writes a column of days as the number of a unit.
	Day func(column string, u storage.Unit) string
}

// Sums reports whether Summary can write the query of a summary: not by amounts or
// numbers, which databases group by their text.
func Sums(s storage.Summary) bool {
	for _, d := range s.By {
		switch d.Field {
		case storage.FieldAmount, storage.FieldNum1, storage.FieldNum2, storage.FieldNum3, storage.FieldNum4:
			return false
		}
	}
	return true
}

// Summary writes the query of a summary: a row for each group, or for each part of one,
// with its dimensions, its count and, if amounts are added up, what Summing selects. An
// invalid summary is ErrInvalid.
func Summary(d Dialect, sum Summing, n Names, tenant storage.Tenant, s storage.Summary) (text string, args []any, err error) {
	if err := s.Validate(); err != nil {
		return "", nil, err
	}
	search, err := NewSearch(d, n, tenant, s.Query())
	if err != nil {
		return "", nil, err
	}
	w := search.where()
	from := w.text.String()
	w.text.Reset()
	keys := 0
	columns := make([]string, len(s.By))
	for i, by := range s.By {
		column := "r." + d.Column(by.Field)
		switch {
		case by.Field == storage.FieldKey:
			k := "k" + strconv.Itoa(keys)
			keys++
			w.add(" LEFT JOIN ", n.Table("key"), " ", k, " ON ", k, ".tenant_id = ", d.Param(1), " AND ", k, ".kind = ", d.Param(2),
				" AND ", k, ".name = ", w.arg(by.Key), " AND ", k, ".id = r.id")
			columns[i] = k + ".value"
		case isDay(by.Field):
			columns[i] = sum.Day(column, by.Unit)
		case len(by.Cuts) > 0:
			columns[i] = cuts(w, column, by)
		default:
			columns[i] = column
		}
	}
	if keys > 0 {
		from = " FROM (SELECT r.*" + from + ") AS r"
	}
	list := strings.Join(columns, ", ")
	out := "SELECT " + list
	if list != "" {
		out += ", "
	}
	out += "count(*)"
	groups := ""
	for i := range columns {
		groups += ", " + strconv.Itoa(i+1)
	}
	for _, f := range s.Of {
		amounts := sum.Amounts(f)
		if out += amounts; sum.Apart {
			groups += amounts
		}
	}
	out += from + w.text.String()
	if groups != "" {
		out += " GROUP BY " + strings.TrimPrefix(groups, ", ")
	}
	return out, w.args, nil
}

func isDay(f storage.Field) bool {
	switch f {
	case storage.FieldDueOn, storage.FieldDay1, storage.FieldDay2, storage.FieldDay3:
		return true
	default:
		return false
	}
}

// cuts writes how many cuts are at or before an instant.
func cuts(w *writer, column string, by storage.Dim) string {
	text := "CASE"
	for i, at := range by.Cuts {
		text += " WHEN " + column + " < " + w.arg(w.d.Value(by.Field, at)) + " THEN " + strconv.Itoa(i)
	}
	return text + " ELSE " + strconv.Itoa(len(by.Cuts)) + " END"
}
