package migrate

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
)

// CSVOptions say what CSV looks like. The zero value loses nothing: Run with
// RunOptions.Stored and the zero Profile reads it.
type CSVOptions struct {
	Kinds   []kinds.Kind // of ExportCSV; none given: all
	Names   Names
	Options Options
	Comma   rune // between cells; default: a comma
	BOM     bool // for spreadsheets that take UTF-8 without it for something else
	// Raw leaves texts as they are, for programs. Without it an apostrophe is put before
	// what a spreadsheet would take for a formula: at the beginning of a text and behind
	// whatever separates cells somewhere, spaces aside, before = + - @, tab, line ends. It
	// is taken off by Plan and Run.
	Raw bool
	// ReferenceNames puts beside each reference the name of the record that it leads to,
	// as far as the actor may see it. It takes a look at each such record.
	ReferenceNames bool
	// Profile makes tables for another system: with its tables, columns and values, and
	// nothing besides. What it has no place for is told in the manifest's Left.
	Profile  *Profile
	Progress func(kind kinds.Kind, records int64) // after every thousand, and at the end of a kind
}

// CSVManifest is a Manifest with what a profile had no place for.
type CSVManifest struct {
	Manifest
	Files []string                `json:"files"`
	Left  map[kinds.Kind][]string `json:"left,omitzero"` // fields that had values
}

// ExportCSV writes what the actor of the client may see, a file for each kind that has
// records and for each list within them: quote.csv, quote_lines.csv, where parent_id
// names the quote and number the place, from 1. Columns are all fields of the kind; extra holds the rest, as
// JSON. The file manifest.json comes last: without it the export is not whole.
//
// Every record is as it was at some time during the export.
func ExportCSV(ctx context.Context, c *engine.Client, to Sink, o CSVOptions) (m CSVManifest, err error) {
	list, err := (&ExportOptions{Kinds: o.Kinds}).kinds()
	if err != nil {
		return m, err
	}
	if o.Profile != nil {
		if err := o.Profile.check(); err != nil {
			return m, err
		}
		list = slices.DeleteFunc(list, func(kind kinds.Kind) bool {
			return !slices.ContainsFunc(o.Profile.Tables, func(t Table) bool { return t.Kind == kind && t.List == "" })
		})
	}
	if m.Manifest, err = begun(ctx, c, FormatCSV, list); err != nil {
		return m, err
	}
	m.Counts, m.Left = map[kinds.Kind]int64{}, map[kinds.Kind][]string{}
	for _, kind := range list {
		w, err := newSheets(c, kind, to, o)
		if err != nil {
			return m, err
		}
		n, err := w.all(ctx, engine.AnyQuery{})
		if err := errors.Join(err, w.close(err != nil)); err != nil {
			return m, err
		}
		if n > 0 {
			m.Counts[kind] = n
		}
		m.Files = append(m.Files, w.files...)
		if len(w.left) > 0 {
			m.Left[kind] = slices.Sorted(maps.Keys(w.left))
		}
	}
	m.End = true
	body, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return m, err
	}
	f, err := to.Create("manifest.json")
	if err != nil {
		return m, err
	}
	_, err = f.Write(append(body, '\n'))
	return m, finish(f, err)
}

// WriteCSV writes the records that a query asks for as one table, and returns how many
// there were. Lists within records, such as lines, are in the column extra, as JSON.
// Kinds and Profile are not looked at.
func WriteCSV(ctx context.Context, c *engine.Client, w io.Writer, kind kinds.Kind, q engine.AnyQuery, o CSVOptions) (int64, error) {
	o.Profile = nil
	s, err := newSheets(c, kind, single{w}, o)
	if err != nil {
		return 0, err
	}
	s.main.heads, s.lists = headsOf(s.main.columns, o), nil
	if err := s.main.open(s); err != nil { // a table without rows has a header
		return 0, err
	}
	n, err := s.all(ctx, q)
	return n, errors.Join(err, s.close(err != nil))
}

// single is a sink of one file that somebody else closes.
type single struct{ w io.Writer }

func (s single) Create(string) (io.WriteCloser, error) { return nopCloser{s.w}, nil }

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// sheets are the tables of a kind.
type sheets struct {
	c     *engine.Client
	to    Sink
	o     CSVOptions
	shape *shape
	form  form
	main  *sheet
	lists []*sheet
	files []string
	left  map[string]bool
	names map[key]string
}

// sheet is one table.
type sheet struct {
	name    string
	field   string // of a list
	columns []column
	of      []*Column // of a profile
	heads   []string
	f       io.WriteCloser
	w       *csvWriter
}

func newSheets(c *engine.Client, kind kinds.Kind, to Sink, o CSVOptions) (*sheets, error) {
	s := &sheets{c: c, to: to, o: o, left: map[string]bool{}, names: map[key]string{}}
	s.form = form{options: o.Options, raw: o.Raw}
	var err error
	if s.shape, err = shapeFor(c, kind); err != nil {
		return nil, err
	}
	if o.Profile == nil {
		s.main = &sheet{name: string(kind), columns: s.shape.columns, heads: headsOf(s.shape.columns, o)}
		for _, l := range s.shape.lists {
			heads := append([]string{parentColumn, placeColumn}, headsOf(l.columns, o)...)
			s.lists = append(s.lists, &sheet{name: string(kind) + "_" + l.field, field: l.field, columns: l.columns, heads: heads})
		}
		return s, nil
	}
	for i := range o.Profile.Tables {
		t := &o.Profile.Tables[i]
		if t.Kind != kind {
			continue
		}
		columns, name := s.shape.columns, fileOf(t.Files[0])
		if t.List != "" {
			at := slices.IndexFunc(s.shape.lists, func(l list) bool { return l.field == t.List })
			if at < 0 {
				continue
			}
			columns = s.shape.lists[at].columns
		}
		h := &sheet{name: name, field: t.List}
		if t.List != "" {
			order := placeColumn
			if len(t.Order) > 0 {
				order = t.Order[0]
			}
			h.heads = []string{t.Parent[0], order}
		} else if len(t.Key) > 0 && !slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Field == "id" }) {
			at := slices.IndexFunc(columns, func(col column) bool { return col.name == "id" })
			h.heads, h.columns, h.of = []string{t.Key[0]}, []column{columns[at]}, []*Column{{}}
		}
		for _, c := range byKeysFirst(t.Columns) {
			at := slices.IndexFunc(columns, func(col column) bool { return col.name == c.Field })
			if at < 0 || slices.ContainsFunc(h.columns, func(col column) bool { return col.name == c.Field }) || slices.Contains(h.heads, c.Names[0]) {
				continue
			}
			h.heads, h.columns, h.of = append(h.heads, c.Names[0]), append(h.columns, columns[at]), append(h.of, c)
		}
		if o.Profile.Fields {
			h.others(t, columns)
		}
		if t.List == "" && s.main == nil {
			s.main = h
		} else if t.List != "" {
			s.lists = append(s.lists, h)
		}
	}
	return s, nil
}

// others adds the fields that a table does not list, as in Dataverse.
func (h *sheet) others(t *Table, columns []column) {
	for i, col := range columns {
		taken := slices.ContainsFunc(h.columns, func(other column) bool { return other.name == col.name }) ||
			slices.ContainsFunc(h.heads, func(head string) bool { return strings.EqualFold(head, col.d365) }) ||
			slices.ContainsFunc(t.Columns, func(c Column) bool { return c.named(col.d365) })
		if col.d365 != "" && !taken {
			h.heads, h.columns, h.of = append(h.heads, col.d365), append(h.columns, columns[i]), append(h.of, &Column{})
		}
	}
}

// byKeysFirst are columns in an order in which those that name records by something else
// than keys come last.
func byKeysFirst(columns []Column) (list []*Column) {
	for i := range columns {
		list = append(list, &columns[i])
	}
	slices.SortStableFunc(list, func(a, b *Column) int {
		return map[bool]int{true: 1}[a.By != "" || a.Make != ""] - map[bool]int{true: 1}[b.By != "" || b.Make != ""]
	})
	return list
}

// fileOf is the name of a table without what a pattern leaves open.
func fileOf(pattern string) string {
	return strings.TrimSuffix(strings.ReplaceAll(pattern, "*", ""), ".csv")
}

// headsOf names columns, and those with names of what is referred to.
func headsOf(columns []column, o CSVOptions) (heads []string) {
	alike := map[string]int{}
	name := func(col *column) string {
		switch {
		case o.Names == LabelNames:
			return col.label
		case o.Names == DataverseNames && col.d365 != "":
			return col.d365
		}
		return col.name
	}
	for i := range columns {
		alike[strings.ToLower(name(&columns[i]))]++
		for _, other := range []string{columns[i].name, columns[i].label, columns[i].d365} {
			if !strings.EqualFold(other, name(&columns[i])) {
				alike[strings.ToLower(other)]++ // it would be read as that one
			}
		}
	}
	for i := range columns {
		head := name(&columns[i])
		if head != columns[i].name && alike[strings.ToLower(head)] > 1 {
			head = columns[i].name
		}
		heads = append(heads, head)
		if o.ReferenceNames && columns[i].refers() {
			heads = append(heads, head+".name")
		}
	}
	return append(heads, extraColumn)
}

func (col *column) refers() bool {
	return col.name != "id" && (col.typ == engine.TypeReference || col.typ == engine.TypeID && len(col.targets) == 1)
}

func (s *sheets) all(ctx context.Context, q engine.AnyQuery) (n int64, err error) {
	for body, err := range s.c.Kind(s.shape.kind).All(ctx, q) {
		if err != nil {
			return n, err
		}
		if err := ctx.Err(); err != nil {
			return n, err
		}
		if err := s.record(ctx, body); err != nil {
			return n, err
		}
		if n++; s.o.Progress != nil && n%1000 == 0 {
			s.o.Progress(s.shape.kind, n)
		}
	}
	if s.o.Progress != nil && n > 0 {
		s.o.Progress(s.shape.kind, n)
	}
	return n, nil
}

func (s *sheets) record(ctx context.Context, body []byte) error {
	o, err := objectIn(body)
	if err != nil {
		return err
	}
	id, _ := o["id"].(string)
	for _, h := range s.lists {
		elements, is := o[h.field].([]any)
		if !is || len(elements) == 0 {
			continue
		}
		for i, element := range elements {
			inner, is := element.(object)
			if !is {
				return errors.New("migrate: a list of groups has something else")
			}
			row, err := s.row(ctx, h, inner, []string{id, strconv.Itoa(i + 1)})
			if err != nil {
				return err
			}
			if err := h.write(s, row); err != nil {
				return err
			}
		}
		delete(o, h.field)
	}
	row, err := s.row(ctx, s.main, o, nil)
	if err != nil {
		return err
	}
	return s.main.write(s, row)
}

// row is the cells of an object behind those given.
func (s *sheets) row(ctx context.Context, h *sheet, o object, cells []string) ([]string, error) {
	for i, cell := range take(o, h.columns, s.form) {
		col := &h.columns[i]
		if h.of != nil {
			if h.of[i].By != "" || h.of[i].Make != "" {
				name, err := s.nameOf(ctx, h.of[i].Refer, cell)
				if err != nil {
					return nil, err
				}
				if cell != "" && name == "" {
					s.left[col.name] = true
				}
				cells = append(cells, name)
				continue
			}
			cells = append(cells, s.outward(col, h.of[i], cell))
			continue
		}
		cells = append(cells, cell)
		if s.o.ReferenceNames && col.refers() {
			kind := kinds.Kind("")
			if len(col.targets) > 0 {
				kind = col.targets[0]
			}
			name, err := s.nameOf(ctx, kind, cell)
			if err != nil {
				return nil, err
			}
			cells = append(cells, name)
		}
	}
	if h.of != nil {
		for name := range o {
			if h.field != "" {
				name = h.field + "." + name
			}
			s.left[name] = true
		}
		return cells, nil
	}
	if len(o) == 0 {
		return append(cells, ""), nil
	}
	extra, err := json.Marshal(o)
	return append(cells, string(extra)), err
}

// outward is a value as the other system has it.
func (s *sheets) outward(col *column, of *Column, cell string) string {
	if cell == "" {
		return ""
	}
	for _, from := range slices.Sorted(maps.Keys(of.Values)) {
		if of.Values[from] == cell && from != "*" {
			return from
		}
	}
	if col.typ == engine.TypeReference {
		_, cell, _ = strings.Cut(cell, "/")
	}
	if of.Scale != "" {
		if n, err := number(cell, false); err == nil {
			by, _ := number(of.Scale, false) // it was checked
			if !by.IsZero() {
				return n.Div(by).String()
			}
		}
	}
	if col.typ == engine.TypeChoice {
		return col.option(cell, OptionLabels)
	}
	return cell
}

// nameOf is what people call the record that a cell names.
func (s *sheets) nameOf(ctx context.Context, kind kinds.Kind, cell string) (string, error) {
	if named, id, is := strings.Cut(cell, "/"); is {
		kind, cell = kinds.Kind(named), id
	}
	id, err := uuid.Parse(cell)
	at := slices.Index(allKinds, kind)
	if err != nil || at < 0 {
		return "", nil
	}
	k := key{uint8(at), id}
	if name, known := s.names[k]; known {
		return name, nil
	}
	info, _ := engine.Describe(kind)
	name := ""
	for body, err := range s.c.Kind(kind).All(ctx, engine.AnyQuery{List: engine.List{IDs: []uuid.UUID{id}}}) {
		if err != nil {
			return "", err
		}
		o, err := objectIn(body)
		if err != nil {
			return "", err
		}
		name, _ = o[info.PrimaryName].(string)
		if first, _ := o["first_name"].(string); first != "" && info.PrimaryName == "last_name" {
			name = first + " " + name
		}
		if name == "" {
			name, _ = o[info.Number].(string)
		}
	}
	if len(s.names) >= 10_000 {
		clear(s.names)
	}
	if !s.o.Raw {
		name = escaped(name)
	}
	s.names[k] = name
	return name, nil
}

func (h *sheet) open(s *sheets) (err error) {
	if h.w != nil {
		return nil
	}
	if h.f, err = s.to.Create(h.name + ".csv"); err != nil {
		return err
	}
	s.files = append(s.files, h.name+".csv")
	h.w = newCSVWriter(h.f, s.o.Comma, s.o.BOM)
	return h.w.row(h.heads)
}

func (h *sheet) write(s *sheets, row []string) error {
	if err := h.open(s); err != nil {
		return err
	}
	return h.w.row(row)
}

func (s *sheets) close(failed bool) error {
	var errs []error
	for _, h := range append(s.lists, s.main) {
		if h.w == nil {
			continue
		}
		var err error
		if !failed {
			err = h.w.flush()
		} else {
			err = errGivenUp
		}
		if err := finish(h.f, err); err != nil && !errors.Is(err, errGivenUp) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
