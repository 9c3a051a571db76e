package sqlkit

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/leadtocash/leadtocash/storage"
)

// Dialect is what differs between databases.
type Dialect struct {
	// Select is the select list of a search; r is the table record.
	Select string
	// Param returns the placeholder of the n-th argument, counted from 1.
	Param func(n int) string
	// Column returns the column of the table record that a field is compared and
	// ordered by.
	Column func(storage.Field) string
	// Value returns what is bound to be compared with that column.
	Value func(storage.Field, any) any
	// Named writes what a search by key selects from, under the name r: the records
	// whose ids a query finds in the table key. Tenant and kind are the first two
	// arguments. Without it the ids are one condition among others, and the database
	// is free to begin with another, which pays only where most records have the key.
	Named func(record, ids string) string
	// Among writes that r.id is one of the ids that a query finds, so that the database
	// does not plan that query together with the others; for where there are many of
	// them. Without it they are written like the rest.
	Among func(ids string) string
}

// Sizes of the pages of a search: most results are small.
const (
	firstPage = 64
	laterPage = 256
)

// planned is how many conditions on keys a database plans together.
const planned = 8

// few is how many records are sorted for a page rather than looked for in its
// order: among a million, about where both cost the same.
const few = 5000

// Search finds the records that match a query in pages. Each page is a query of
// its own, which continues behind the last record of the one before; none is open
// while the records are handed on.
//
//	for text, args, ok := s.Page(); ok; text, args, ok = s.Page() {
//		… read a page …
//		s.Seen(len(page), last)
//	}
type Search struct {
	d       Dialect
	names   Names
	tenant  storage.Tenant
	q       storage.Query
	key     int  // index of the first condition on a key; -1: none
	narrow  int  // index of the condition that few records may meet: key, state or status; -1: none
	probed  bool // it is known whether they are few
	order   storage.Field
	common  bool              // many meet the narrow condition
	missing bool              // only records without a value of order are left
	ties    bool              // only records with the value of after are left
	after   *storage.Position // within the part
	left    int               // of the limit; negative: none
	size    int               // of the page asked for last
	done    bool
}

// NewSearch begins a search. An invalid query is ErrInvalid.
func NewSearch(d Dialect, n Names, tenant storage.Tenant, q storage.Query) (*Search, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	s := &Search{d: d, names: n, tenant: tenant, q: q, order: cmp.Or(q.Order, storage.FieldCreatedAt), left: -1}
	s.key = slices.IndexFunc(q.Where, func(c storage.Cond) bool { return c.Among(storage.FieldKey) && len(c.Values) > 0 })
	if s.key < 0 {
		s.key = slices.IndexFunc(q.Where, isKeyRange)
	}
	if s.narrow = s.key; s.narrow < 0 {
		s.narrow = slices.IndexFunc(q.Where, s.isNarrow)
	}
	if q.Limit > 0 {
		s.left = q.Limit
	}
	if p, ok, _ := q.Position(); ok {
		s.after, s.missing = &p, p.Value == nil
		s.ties = s.falls()
	}
	return s, nil
}

// Probe returns a query that counts how many records meet the narrowest condition, on
// a key, state or status, as far as it matters; ok is false if it does not matter, or
// not yet: where everything is wanted, the first page shows whether that is much. What
// it counts goes to Probed, before the next page.
func (s *Search) Probe() (text string, args []any, ok bool) {
	if s.narrow < 0 || s.probed || s.done || s.left < 0 && s.size == 0 {
		return "", nil, false
	}
	w := &writer{d: s.d}
	tenant, kind := w.arg(string(s.tenant)), w.arg(s.q.Kind)
	w.add("SELECT count(*) FROM (")
	if c := &s.q.Where[s.narrow]; c.Field == storage.FieldKey {
		s.ids(w, c)
	} else {
		w.add("SELECT r.id FROM ", s.names.Table("record"), " r WHERE r.tenant_id = ", tenant, " AND r.kind = ", kind, " AND ")
		s.field(w, c)
	}
	w.add(" LIMIT ", strconv.Itoa(few+1), ") AS k")
	return w.text.String(), w.args, true
}

// Probed tells the search how many records meet the condition, as Probe has it
// counted. If they are many, pages are looked for in their order, and each record
// asked whether it meets it; otherwise those that meet it are sorted.
func (s *Search) Probed(n int64) { s.probed, s.common = true, n > few }

// isNarrow reports whether a condition is that state or status is one of some, and there
// is no index of it together with the order.
func (s *Search) isNarrow(c storage.Cond) bool {
	if len(c.Values) == 0 {
		return false
	}
	switch s.order {
	case storage.FieldCreatedAt, storage.FieldDueOn:
		return false
	case storage.FieldDay1:
		return c.Among(storage.FieldStatus)
	default:
		return c.Among(storage.FieldState) || c.Among(storage.FieldStatus)
	}
}

// isKeyRange reports whether a condition is that a key lies in a part of its index.
func isKeyRange(c storage.Cond) bool {
	return c.Field == storage.FieldKey && !c.Not && (c.Op == storage.OpPrefix || c.Op == storage.OpBetween)
}

// Page returns the text and arguments of the next page; ok is false if there is
// none.
func (s *Search) Page() (text string, args []any, ok bool) {
	if s.done {
		return "", nil, false
	}
	if s.size == 0 {
		s.size = firstPage
	} else {
		s.size = laterPage
	}
	if s.left >= 0 {
		s.size = min(s.size, s.left)
	}
	w := s.where()
	s.part(w)
	w.add(" ORDER BY ")
	switch column := "r." + s.d.Column(s.order); {
	case s.order == storage.FieldID && s.q.Desc:
		w.add("r.id DESC")
	case s.order == storage.FieldID, s.ties:
		w.add("r.id")
	case s.q.Desc && !s.missing:
		w.add(column, " DESC, r.id")
	default:
		w.add(column, ", r.id")
	}
	w.add(" LIMIT ", strconv.Itoa(s.size))
	return "SELECT " + s.d.Select + w.text.String(), w.args, true
}

// Seen tells the search what the last page held: how many records and, if any,
// the last of them.
func (s *Search) Seen(count int, last *storage.Record) {
	if s.left >= 0 {
		s.left -= count
	}
	switch {
	case s.left == 0:
		s.done = true
	case count == s.size:
		q := s.q
		q.After = storage.CursorOf(q, last)
		p, _, err := q.Position()
		s.after, s.done = &p, err != nil
		s.ties = s.falls()
	case s.ties:
		s.ties = false
	case s.missing || !optional(s.order):
		s.done = true
	default:
		s.missing, s.after = true, nil
	}
}

// Count writes the query that counts what matches q. Order, After and Limit play
// no part. An invalid query is ErrInvalid.
func Count(d Dialect, n Names, tenant storage.Tenant, q storage.Query) (text string, args []any, err error) {
	q.After, q.Limit = "", 0
	s, err := NewSearch(d, n, tenant, q)
	if err != nil {
		return "", nil, err
	}
	w := s.where()
	return "SELECT count(*)" + w.text.String(), w.args, nil
}

// falls reports whether values fall while the ids of those that have the same rise:
// no index is read from a place within such ties, so they are a part of their own.
func (s *Search) falls() bool { return s.q.Desc && s.order != storage.FieldID && !s.missing }

// optional reports whether records may miss a field.
func optional(f storage.Field) bool {
	switch f {
	case storage.FieldID, storage.FieldCreatedAt, storage.FieldUpdatedAt:
		return false
	default:
		return true
	}
}

// part writes which records of the order are left. Records without a value come
// last in either direction, which no index order does: they are a search of their
// own.
func (s *Search) part(w *writer) {
	column := "r." + s.d.Column(s.order)
	switch {
	case s.missing:
		w.add(" AND ", column, " IS NULL")
		if s.after != nil {
			w.add(" AND r.id > ", w.id(s.after.ID))
		}
	case s.after == nil:
		s.given(w, column)
	case s.order == storage.FieldID && s.q.Desc:
		w.add(" AND r.id < ", w.id(s.after.ID))
	case s.order == storage.FieldID:
		w.add(" AND r.id > ", w.id(s.after.ID))
	case s.ties:
		w.add(" AND ", column, " = ", w.arg(s.d.Value(s.order, s.after.Value)), " AND r.id > ", w.id(s.after.ID))
	case s.q.Desc:
		w.add(" AND ", column, " < ", w.arg(s.d.Value(s.order, s.after.Value)))
	default:
		s.given(w, column)
		w.add(" AND (", column, ", r.id) > (", w.arg(s.d.Value(s.order, s.after.Value)), ", ", w.id(s.after.ID), ")")
	}
}

// given writes that there is a value, for the sake of indexes of such records alone:
// databases do not conclude it from a comparison of rows.
func (s *Search) given(w *writer, column string) {
	if optional(s.order) {
		w.add(" AND ", column, " IS NOT NULL")
	}
}

// where writes the conditions of the query.
func (s *Search) where() *writer {
	w := &writer{d: s.d}
	tenant, kind := w.arg(string(s.tenant)), w.arg(s.q.Kind)
	named := -1
	from := s.names.Table("record") + " r"
	if s.key >= 0 && s.d.Named != nil && !s.common {
		named = s.key
		ids := &writer{d: s.d, args: w.args}
		s.ids(ids, &s.q.Where[named])
		from, w.args = s.d.Named(s.names.Table("record"), ids.text.String()), ids.args
	}
	w.add(" FROM ", from, " WHERE r.tenant_id = ", tenant, " AND r.kind = ", kind)
	keys := 0
	for i := range s.q.Where {
		c := &s.q.Where[i]
		if c.Field == storage.FieldKey {
			keys++
		}
		if i == named {
			continue
		}
		w.add(" AND ")
		switch {
		case c.Field != storage.FieldKey && i == s.narrow && s.common:
			s.compare(w, "r."+s.d.Column(c.Field)+" || ''", c) // which no index holds
		case i == s.key && s.common:
			s.exists(w, c)
		case c.Field == storage.FieldKey && keys > planned && s.d.Among != nil && !c.Not && c.Op != storage.OpMissing && len(c.Values) > 0:
			ids := &writer{d: s.d, args: w.args}
			s.ids(ids, c)
			w.args = ids.args
			w.add(s.d.Among(ids.text.String()))
		default:
			s.condition(w, c)
		}
	}
	return w
}

// condition writes one condition. What is turned round holds where it is not known as
// well: for want of a value.
func (s *Search) condition(w *writer, c *storage.Cond) {
	if c.Not {
		w.add("(")
		defer w.add(") IS NOT TRUE")
	}
	switch {
	case len(c.Any) > 0:
		for i := range c.Any {
			if i == 0 {
				w.add("(")
			} else {
				w.add(" OR ")
			}
			s.condition(w, &c.Any[i])
		}
		w.add(")")
	case c.Field != storage.FieldKey:
		s.field(w, c)
	case c.Op == storage.OpMissing:
		w.add("NOT ")
		s.exists(w, c)
	case len(c.Values) == 0:
		w.add("1 = 0")
	default:
		w.add("r.id IN (")
		s.ids(w, c)
		w.add(")")
	}
}

// exists writes that a record has a key.
func (s *Search) exists(w *writer, c *storage.Cond) {
	w.add("EXISTS (SELECT 1")
	s.having(w, c)
	w.add(" AND k.id = r.id)")
}

// ids writes the query of the ids of records that have a key, each once.
func (s *Search) ids(w *writer, c *storage.Cond) {
	w.add("SELECT ")
	if c.Op != storage.OpEq && (c.Op != storage.OpIn || len(c.Values) > 1) {
		w.add("DISTINCT ")
	}
	w.add("k.id")
	s.having(w, c)
}

// having writes where the rows of a key are.
func (s *Search) having(w *writer, c *storage.Cond) {
	w.add(" FROM ", s.names.Table("key"), " k WHERE k.tenant_id = ", s.d.Param(1), " AND k.kind = ", s.d.Param(2),
		" AND k.name = ", w.arg(c.Key))
	if c.Op != storage.OpMissing {
		w.add(" AND ")
		s.compare(w, "k.value", c)
	}
}

func (s *Search) field(w *writer, c *storage.Cond) { s.compare(w, "r."+s.d.Column(c.Field), c) }

// compare writes a condition on what column holds.
func (s *Search) compare(w *writer, column string, c *storage.Cond) {
	values := make([]any, len(c.Values))
	for i, v := range c.Values {
		values[i] = s.d.Value(c.Field, v)
	}
	switch c.Op {
	case storage.OpMissing:
		w.add(column, " IS NULL")
	case storage.OpPrefix:
		prefix := c.Values[0].(string)
		w.add(column, " >= ", w.arg(prefix))
		if end := prefixEnd(prefix); end != "" {
			w.add(" AND ", column, " < ", w.arg(end))
		}
	case storage.OpEq, storage.OpIn:
		if len(values) == 0 {
			w.add("1 = 0")
			return
		}
		w.add(column)
		w.among(values)
	case storage.OpBetween:
		w.add(column, " >= ", w.arg(values[0]), " AND ", column, " <= ", w.arg(values[1]))
	default:
		w.add(column, operators[c.Op], w.arg(values[0]))
	}
}

var operators = map[storage.Op]string{
	storage.OpLt: " < ", storage.OpLe: " <= ", storage.OpGt: " > ", storage.OpGe: " >= ",
}

// prefixEnd returns the least text greater than all that begin with prefix; empty
// if there is none.
func prefixEnd(prefix string) string {
	for prefix != "" {
		last, size := utf8.DecodeLastRuneInString(prefix)
		prefix = prefix[:len(prefix)-size]
		switch {
		case last == utf8.MaxRune:
		case last == 0xD7FF:
			return prefix + "\uE000" // there are no characters between
		default:
			return prefix + string(last+1)
		}
	}
	return ""
}

// writer puts a query together.
type writer struct {
	d    Dialect
	text strings.Builder
	args []any
}

func (w *writer) add(parts ...string) {
	for _, p := range parts {
		w.text.WriteString(p)
	}
}

// arg adds an argument and returns its placeholder.
func (w *writer) arg(value any) string {
	w.args = append(w.args, value)
	return w.d.Param(len(w.args))
}

func (w *writer) id(id any) string { return w.arg(w.d.Value(storage.FieldID, id)) }

// among writes that what stands before is one of some values.
func (w *writer) among(values []any) {
	if len(values) == 1 {
		w.add(" = ", w.arg(values[0]))
		return
	}
	w.add(" IN (")
	for i, v := range values {
		if i > 0 {
			w.add(", ")
		}
		w.add(w.arg(v))
	}
	w.add(")")
}
