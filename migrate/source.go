package migrate

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// rejectColumns begin the names of the columns that Rejects puts before those of a row.
const rejectColumns = "rejected_"

// Run brings in the CSV files of a directory, or an archive/zip.Reader, and those of
// directories in it, as a profile says: all are read, rows become records with ids made
// of their keys, and these are stored, those first that others refer to. Rows that are
// refused are reported, and the others stand. Run again, it leaves alone what is there: so
// it goes on where it was interrupted, and brings in what was mended.
//
// A *Fault tells what is wrong with a file as a whole; other rows of it are not read. A
// *DifferenceError tells that all was done and some records became other than they were
// given, such as amounts that were rounded.
func Run(ctx context.Context, c *engine.Client, from fs.FS, p Profile, o RunOptions) (Report, error) {
	return runFiles(ctx, c, from, p, o, false)
}

// Plan tells what Run would do, and stores nothing: which files and columns are made
// something of, which values are no option, and which rows would be refused, by previews
// of their imports. It cannot foresee what rows refuse of each other, such as an order
// number that is there twice.
func Plan(ctx context.Context, c *engine.Client, from fs.FS, p Profile, o RunOptions) (Report, error) {
	return runFiles(ctx, c, from, p, o, true)
}

func runFiles(ctx context.Context, c *engine.Client, from fs.FS, p Profile, o RunOptions, plan bool) (report Report, err error) {
	if err := p.check(); err != nil {
		return report, err
	}
	spool, err := os.CreateTemp(o.Temp, "migrate-*.jsonl")
	if err != nil {
		return report, err
	}
	defer func() {
		err = errors.Join(err, spool.Close(), os.Remove(spool.Name()))
	}()
	s := &stager{c: c, from: from, p: &p, o: o, x: newIndex(), spool: spool, w: bufio.NewWriterSize(spool, 1<<16), shapes: map[kinds.Kind]*shape{}, made: map[key]made{}, named: map[naming]map[[16]byte]uuid.UUID{}}
	if s.form, err = p.form(o); err != nil {
		return report, err
	}
	s.report.Planned = plan
	if err := s.stage(ctx); err != nil {
		return s.told(nil), err
	}
	l := &loader{c: c, x: s.x, texts: spool, o: o, stored: o.Stored, plan: plan, tables: s.tables}
	err = l.run(ctx)
	return s.told(l.totals), err
}

func (p *Profile) form(o RunOptions) (form, error) {
	zone, err := p.zone()
	return form{raw: o.Raw, layouts: p.Dates, zone: zone, comma: p.DecimalComma}, err
}

// stager makes records of rows, in a file of its own, and an index of these.
type stager struct {
	c      *engine.Client
	from   fs.FS
	p      *Profile
	o      RunOptions
	form   form
	x      *index
	spool  *os.File
	w      *bufio.Writer
	offset int64
	shapes map[kinds.Kind]*shape
	report Report
	tables []*TableReport
	lists  []*listRows
	made   map[key]made
	named  map[naming]map[[16]byte]uuid.UUID
}

// made is a record that rows name and no table has.
type made struct {
	field, name string
	table       uint16
}

// naming is a column by whose values a kind is referred to.
type naming struct {
	kind   kinds.Kind
	column string
}

// listRows are the rows of a table that are elements of records.
type listRows struct {
	kind  kinds.Kind
	field string
	table *TableReport
	rows  []listRow // by parent and order, once they are sorted
}

type listRow struct {
	parent uuid.UUID
	order  int64
	row    int32
	size   int32
	offset int64
	taken  bool
}

// input is a table at work.
type input struct {
	file   string
	table  *Table // nil: as ExportCSV writes it
	shape  *shape
	list   *list
	number uint16
	report *TableReport
	key    int // column, or -1
	parent int
	order  int
	extra  int
	takes  []taking
}

// taking is what becomes of a column.
type taking struct {
	at     int
	column *column
	of     *Column
	values map[string]string
}

func (s *stager) told(t totals) Report {
	for _, table := range s.tables {
		s.report.Tables = append(s.report.Tables, *table)
	}
	s.report.Totals = t.list()
	return s.report
}

func (s *stager) stage(ctx context.Context) error {
	list, err := files(s.from)
	if err != nil {
		return err
	}
	var inputs []*input
	for _, file := range list {
		in, err := s.input(file)
		if err != nil {
			return err
		}
		if in == nil {
			s.report.Ignored = append(s.report.Ignored, file)
			continue
		}
		in.number = uint16(len(s.tables))
		s.tables = append(s.tables, in.report)
		inputs = append(inputs, in)
	}
	slices.SortStableFunc(inputs, func(a, b *input) int { // lists first, then as references go
		if (a.list == nil) != (b.list == nil) {
			return map[bool]int{true: -1, false: 1}[a.list != nil]
		}
		return slices.Index(allKinds, a.shape.kind) - slices.Index(allKinds, b.shape.kind)
	})
	if err := s.names(ctx, inputs); err != nil {
		return err
	}
	for _, in := range inputs {
		if err := s.read(ctx, in); err != nil {
			return err
		}
	}
	if err := s.makeNamed(); err != nil {
		return err
	}
	for _, l := range s.lists {
		for i := range l.rows {
			if r := &l.rows[i]; !r.taken {
				if err := s.refuse(l.table, int(r.row), nil, []record.Reason{{Code: codes.ErrNotFound, Message: "no row has the key of the " + string(l.kind) + " that it belongs to"}}); err != nil {
					return err
				}
			}
		}
	}
	return s.w.Flush()
}

// input finds out what a file is; nil if it is nothing.
func (s *stager) input(file string) (in *input, err error) {
	in = &input{file: file, key: -1, parent: -1, order: -1, extra: -1}
	kind, field := kinds.Kind(""), ""
	if len(s.p.Tables) > 0 {
		if in.table = s.p.tableOf(file); in.table == nil {
			return nil, nil
		}
		kind, field = in.table.Kind, in.table.List
	} else if kind, field = kindOfFile(file); kind == "" {
		return nil, nil
	}
	if in.shape = s.shapes[kind]; in.shape == nil {
		if in.shape, err = shapeFor(s.c, kind); err != nil {
			return nil, err
		}
		s.shapes[kind] = in.shape
	}
	if field != "" {
		i := slices.IndexFunc(in.shape.lists, func(l list) bool { return l.field == field })
		if i < 0 && in.table == nil {
			return nil, nil
		}
		if i < 0 {
			return nil, record.Refusal(codes.ErrInvalid, "tables.list", fmt.Sprintf("%s has no list %q", kind, field))
		}
		in.list = &in.shape.lists[i]
	}
	in.report = &TableReport{File: file, Kind: kind, List: field}
	return in, in.check()
}

// check refuses a table that has fields which its kind lacks.
func (in *input) check() error {
	if in.table == nil {
		return nil
	}
	columns := in.shape.columns
	if in.list != nil {
		columns = in.list.columns
	}
	known := func(field string) bool {
		return slices.ContainsFunc(columns, func(col column) bool { return col.name == field })
	}
	for i, c := range in.table.Columns {
		if c.Field != "" && !known(c.Field) {
			return record.Refusal(codes.ErrInvalid, fmt.Sprintf("tables.columns[%d].field", i), fmt.Sprintf("%s has no field %q", in.shape.kind, c.Field))
		}
	}
	for field := range in.table.Defaults {
		if !known(field) {
			return record.Refusal(codes.ErrInvalid, "tables.defaults."+field, fmt.Sprintf("%s has no such field", in.shape.kind))
		}
	}
	return nil
}

// kindOfFile is what ExportCSV calls a file like that.
func kindOfFile(file string) (kind kinds.Kind, list string) {
	name := strings.ToLower(strings.TrimSuffix(path.Base(file), path.Ext(file)))
	for _, k := range allKinds {
		plural := string(k) + "s"
		if stem, is := strings.CutSuffix(string(k), "y"); is {
			plural = stem + "ies"
		}
		if name == string(k) || name == plural {
			return k, ""
		}
		if field, is := strings.CutPrefix(name, string(k)+"_"); is && !slices.Contains(allKinds, kinds.Kind(name)) && len(k) > len(kind) {
			kind, list = k, field
		}
	}
	return kind, list
}

// open opens a file and reads its header.
func (s *stager) open(in *input) (r *csvReader, header []string, done func() error, err error) {
	f, err := s.from.Open(in.file)
	if err != nil {
		return nil, nil, nil, err
	}
	comma, _ := utf8.DecodeRuneInString(s.p.Comma)
	if s.p.Comma == "" {
		comma = 0
	}
	if r, err = newCSVReader(f, s.p.Encoding, comma); err == nil {
		header, err = r.read()
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, nil, errors.Join(in.about(err), f.Close())
	}
	for i := range header {
		header[i] = strings.TrimSpace(header[i])
	}
	return r, header, f.Close, nil
}

// about names the file of a fault.
func (in *input) about(err error) error {
	var f *Fault
	if errors.As(err, &f) {
		f.Table = in.file
		return f
	}
	if err != nil {
		return fmt.Errorf("%s: %w", in.file, err)
	}
	return nil
}

// head says what becomes of each column.
func (s *stager) head(in *input, r *csvReader, header []string) error {
	in.report.header, in.report.columns = header, map[string]string{}
	columns := in.shape.columns
	if in.list != nil {
		columns = in.list.columns
	}
	given := map[string]bool{}
	twice := map[string]bool{}
	for i, name := range header {
		takes := s.takings(in, columns, name)
		for _, t := range takes {
			t.at = i
			in.takes = append(in.takes, t)
			if in.report.columns[t.column.name] == "" {
				in.report.columns[t.column.name] = name
			}
			given[t.column.name] = true
		}
		lower := strings.ToLower(name)
		special := s.special(in, i, lower)
		switch {
		case twice[lower] && (special || len(takes) > 0):
			return &Fault{Table: in.file, Row: r.begin, Column: name, Code: codes.ErrInvalid, Message: "the header has the column twice"}
		case special || len(takes) > 0:
		case s.leaves(in, columns, lower):
			in.report.Left = append(in.report.Left, name)
		default:
			in.report.Unknown = append(in.report.Unknown, name)
		}
		twice[lower] = true
	}
	if in.table != nil && len(in.takes) > 0 { // of two columns for a field the one that the profile has first
		slices.SortStableFunc(in.takes, func(a, b taking) int { return in.place(a.of) - in.place(b.of) })
	}
	missing := func(names []string, at int) error {
		if len(names) > 0 && at < 0 {
			return &Fault{Table: in.file, Row: r.begin, Column: names[0], Code: codes.ErrMissingField, Message: "the column is missing"}
		}
		return nil
	}
	if in.list != nil {
		names := []string{parentColumn}
		if in.table != nil {
			names = in.table.Parent
		}
		return missing(names, in.parent)
	}
	for _, f := range in.shape.info.Fields {
		has := given[f.Name]
		if in.table != nil {
			has = has || in.table.Defaults[f.Name] != ""
		}
		if f.Required && !has && !strings.Contains(f.Name, ".") {
			in.report.Missing = append(in.report.Missing, f.Name)
		}
	}
	if in.table != nil {
		return missing(in.table.Key, in.key)
	}
	return nil
}

func (in *input) place(c *Column) int {
	if c == nil {
		return len(in.table.Columns)
	}
	for i := range in.table.Columns {
		if &in.table.Columns[i] == c {
			return i
		}
	}
	return -1
}

// special notes the columns that are no fields: keys, places and the rest.
func (s *stager) special(in *input, i int, name string) bool {
	named := func(names []string, at *int) bool {
		place := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
		if place < 0 {
			return false
		}
		if *at < 0 || place < slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, in.report.header[*at]) }) {
			*at = i
		}
		return true
	}
	switch {
	case in.table != nil && in.list != nil:
		parent, order := named(in.table.Parent, &in.parent), named(in.table.Order, &in.order)
		return parent || order
	case in.table != nil:
		return named(in.table.Key, &in.key)
	case in.list != nil:
		parent, order := named([]string{parentColumn}, &in.parent), named([]string{placeColumn}, &in.order)
		return parent || order || named([]string{extraColumn}, &in.extra)
	}
	names := []string{"id"}
	for _, col := range in.shape.columns {
		if col.name == "id" && col.d365 != "" {
			names = append(names, col.d365)
		}
	}
	return named(names, &in.key) || named([]string{extraColumn}, &in.extra)
}

// leaves reports whether a column is passed over on purpose.
func (s *stager) leaves(in *input, columns []column, name string) bool {
	if strings.HasPrefix(name, rejectColumns) {
		return true
	}
	if in.table == nil {
		field, is := strings.CutSuffix(name, ".name")
		return is && len(s.takings(in, columns, field)) > 0 // the name of what is referred to
	}
	for _, c := range in.table.Columns {
		if c.Field == "" && c.named(name) {
			return true
		}
	}
	return false
}

func (c *Column) named(name string) bool {
	return slices.ContainsFunc(c.Names, func(n string) bool { return strings.EqualFold(n, name) })
}

// takings are what a column is for.
func (s *stager) takings(in *input, columns []column, name string) (list []taking) {
	if in.table != nil {
		for i := range in.table.Columns {
			c := &in.table.Columns[i]
			if c.Field == "" || !c.named(name) {
				continue
			}
			if at := slices.IndexFunc(columns, func(col column) bool { return col.name == c.Field }); at >= 0 {
				t := taking{column: &columns[at], of: c, values: map[string]string{}}
				for from, to := range c.Values {
					t.values[strings.ToLower(from)] = to
				}
				list = append(list, t)
			}
		}
		if len(list) > 0 || !s.p.Fields {
			return list
		}
	}
	var alike []int
	for i := range columns {
		if strings.EqualFold(columns[i].name, name) {
			alike = []int{i}
			break
		}
		if strings.EqualFold(columns[i].label, name) || columns[i].d365 != "" && strings.EqualFold(columns[i].d365, name) {
			alike = append(alike, i)
		}
	}
	if len(alike) == 1 && (columns[alike[0]].name != "id" || in.list != nil) {
		return []taking{{column: &columns[alike[0]]}}
	}
	return nil
}

// read makes records of the rows of a table.
func (s *stager) read(ctx context.Context, in *input) (err error) {
	r, header, done, err := s.open(in)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	if err := s.head(in, r, header); err != nil {
		return err
	}
	rows := &listRows{kind: in.shape.kind, table: in.report}
	if in.list != nil {
		rows.field = in.list.field
		s.lists = append(s.lists, rows)
	}
	for n := 0; ; n++ {
		if n%1000 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		cells, err := r.read()
		if errors.Is(err, io.EOF) {
			break
		}
		var bad *Fault
		if err != nil && !errors.As(err, &bad) {
			return in.about(err)
		}
		in.report.Rows++
		switch {
		case bad != nil:
			err = s.refuse(in.report, r.begin, nil, []record.Reason{{Code: bad.Code, Message: bad.Message}})
		case len(cells) != len(header):
			err = s.refuse(in.report, r.begin, cells, []record.Reason{{Code: codes.ErrInvalid, Message: fmt.Sprintf("has %d cells, the header %d", len(cells), len(header))}})
		case in.list != nil:
			err = s.element(in, rows, r.begin, cells)
		default:
			err = s.row(in, r.begin, cells)
		}
		if err != nil {
			return err
		}
	}
	slices.SortStableFunc(rows.rows, func(a, b listRow) int {
		if by := slices.Compare(a.parent[:], b.parent[:]); by != 0 {
			return by
		}
		return int(a.order - b.order)
	})
	return nil
}

// refuse reports a row.
func (s *stager) refuse(t *TableReport, row int, cells []string, reasons []record.Reason) error {
	t.Refused++
	if s.o.Faults == nil {
		return nil
	}
	for _, r := range reasons {
		f := Fault{Table: t.File, Row: row, Column: t.columns[r.Field], Field: r.Field, Code: r.Code, Message: r.Message, Header: t.header, Cells: cells}
		if err := s.o.Faults(f); err != nil {
			return err
		}
	}
	return nil
}

// object makes of a row what it is in JSON.
func (s *stager) object(in *input, cells []string) (o object, reasons []record.Reason) {
	o = object{}
	had := map[string]bool{}
	for i := range in.takes {
		t := &in.takes[i]
		cell := cells[t.at]
		if cell == "" || strings.TrimSpace(cell) == "" && (t.of != nil || t.column.typ != engine.TypeText && t.column.typ != engine.TypeLines) || had[t.column.name] {
			continue
		}
		v, bad := s.valueOf(in, t, cell)
		if bad != nil && t.column.typ == engine.TypeChoice {
			in.report.unmatched(in.report.columns[t.column.name], strings.TrimSpace(cell))
			if s.o.LeaveUnmatched && t.column.name != "status" {
				continue
			}
		}
		if bad != nil {
			reasons = append(reasons, *bad)
			continue
		}
		if v != nil {
			put(o, t.column.path, v)
			had[t.column.name] = true
		}
	}
	if in.extra >= 0 && cells[in.extra] != "" {
		extra, err := objectIn([]byte(cells[in.extra]))
		if err != nil {
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: extraColumn, Message: "not a JSON object"})
		}
		overlay(o, extra)
	}
	if in.table != nil {
		for _, field := range slices.Sorted(maps.Keys(in.table.Defaults)) {
			at := slices.IndexFunc(in.shape.columns, func(col column) bool { return col.name == field })
			if at < 0 || had[field] {
				continue
			}
			v, bad := in.shape.columns[at].value(in.table.Defaults[field], s.form)
			if bad != nil {
				reasons = append(reasons, *bad)
				continue
			}
			put(o, in.shape.columns[at].path, v)
		}
	}
	return o, reasons
}

// valueOf is what a cell says; nil for nothing.
func (s *stager) valueOf(in *input, t *taking, cell string) (any, *record.Reason) {
	plain := strings.TrimSpace(cell)
	if to, known := t.values[strings.ToLower(plain)]; known {
		if to == "" {
			return nil, nil
		}
		cell, plain = to, to
	} else if other, has := t.values["*"]; has && t.column.key(plain) == "" {
		if other == "" {
			return nil, nil
		}
		cell, plain = other, other
	}
	if t.of != nil && t.of.Scale != "" {
		n, err := number(plain, s.form.comma)
		by, _ := number(t.of.Scale, false) // it was checked
		if err != nil {
			return nil, &record.Reason{Code: codes.ErrInvalid, Field: t.column.name, Message: "not a number"}
		}
		form := s.form
		form.comma = false
		return t.column.value(n.Mul(by).String(), form)
	}
	if t.of != nil && t.column.typ == engine.TypeText {
		cell = strings.Join(strings.FieldsFunc(strings.TrimSpace(cell), func(r rune) bool { return r == '\r' || r == '\n' }), " ")
	}
	switch {
	case t.of != nil && t.of.Refer != "":
		return s.reference(in, t, plain)
	case t.column.typ == engine.TypeID:
		kind := kinds.Seller // or whoever else an owner is
		if len(t.column.targets) == 1 {
			kind = t.column.targets[0]
		}
		return s.p.ID(kind, plain).String(), nil
	case t.column.typ == engine.TypeReference:
		kind, id, is := strings.Cut(plain, "/")
		if !is || !slices.Contains(kinds.Kinds(), kinds.Kind(kind)) {
			break
		}
		return object{"kind": kind, "id": s.p.ID(kinds.Kind(kind), id).String()}, nil
	}
	return t.column.value(cell, s.form)
}

// reference is the record that a cell names.
func (s *stager) reference(in *input, t *taking, name string) (any, *record.Reason) {
	id := s.p.ID(t.of.Refer, name)
	if t.of.By != "" {
		found, has := s.named[naming{t.of.Refer, strings.ToLower(t.of.By)}][digest(name)]
		switch {
		case has && found == uuid.Nil:
			return nil, &record.Reason{Code: codes.ErrInvalid, Field: t.column.name, Message: "more than one " + string(t.of.Refer) + " has this " + t.of.By}
		case has:
			id = found
		case t.of.Make == "":
			return nil, &record.Reason{Code: codes.ErrNotFound, Field: t.column.name, Message: "no " + string(t.of.Refer) + " has this " + t.of.By}
		}
	}
	if t.of.Make != "" {
		k := keyOf(record.Ref{Kind: t.of.Refer, ID: id})
		if _, has := s.made[k]; !has {
			s.made[k] = made{t.of.Make, name, in.number}
		}
	}
	if t.column.typ == engine.TypeReference {
		return object{"kind": string(t.of.Refer), "id": id.String()}, nil
	}
	return id.String(), nil
}

func digest(text string) [16]byte {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(text))))
	return [16]byte(sum[:16])
}

// names reads the columns by which rows refer to others.
func (s *stager) names(ctx context.Context, inputs []*input) error {
	for _, t := range s.p.Tables {
		for _, c := range t.Columns {
			if c.By != "" {
				s.named[naming{c.Refer, strings.ToLower(c.By)}] = map[[16]byte]uuid.UUID{}
			}
		}
	}
	for by, ids := range s.named {
		for _, in := range inputs {
			if in.shape.kind != by.kind || in.list != nil {
				continue
			}
			if err := s.namesOf(ctx, in, by.column, ids); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *stager) namesOf(ctx context.Context, in *input, column string, ids map[[16]byte]uuid.UUID) (err error) {
	r, header, done, err := s.open(in)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	at := slices.IndexFunc(header, func(name string) bool { return strings.EqualFold(name, column) })
	if at < 0 {
		return nil
	}
	probe := *in
	probe.report = &TableReport{}
	if err := s.head(&probe, r, header); err != nil {
		return err
	}
	for n := 0; ; n++ {
		if n%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		cells, err := r.read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil || len(cells) != len(header) || strings.TrimSpace(cells[at]) == "" {
			continue // reported when it is read for good
		}
		id, name := s.idOf(&probe, cells), digest(cells[at])
		if known, has := ids[name]; has && known != id {
			id = uuid.Nil
		}
		ids[name] = id
	}
}

// idOf is the id of a row: that of its key, else one made of all that it says.
func (s *stager) idOf(in *input, cells []string) uuid.UUID {
	if in.key >= 0 && strings.TrimSpace(cells[in.key]) != "" {
		return s.p.ID(in.shape.kind, cells[in.key])
	}
	h := sha256.New()
	for i, cell := range cells {
		if !strings.HasPrefix(strings.ToLower(in.report.header[i]), rejectColumns) {
			fmt.Fprintf(h, "%d:%s", len(cell), cell)
		}
	}
	return uuid.NewSHA1(keySpace, append([]byte(s.p.Space+"\x00"+string(in.shape.kind)+"\x00"), h.Sum(nil)...))
}

// element keeps a row until the record comes that it belongs to.
func (s *stager) element(in *input, rows *listRows, row int, cells []string) error {
	o, reasons := s.object(in, cells)
	if strings.TrimSpace(cells[in.parent]) == "" {
		reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Message: "it names no " + string(in.shape.kind) + " that it belongs to"})
	}
	order := int64(row)
	if in.order >= 0 {
		n, err := number(strings.TrimSpace(cells[in.order]), s.form.comma)
		if err != nil {
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Message: "its place is not a number"})
		}
		order = n.IntPart()
	}
	if len(reasons) > 0 {
		return s.refuse(in.report, row, cells, reasons)
	}
	body, err := json.Marshal(o)
	if err != nil {
		return err
	}
	rows.rows = append(rows.rows, listRow{parent: s.p.ID(in.shape.kind, cells[in.parent]), order: order, row: int32(row), offset: s.offset, size: int32(len(body))})
	return s.write(body)
}

func (s *stager) write(body []byte) error {
	s.offset += int64(len(body))
	_, err := s.w.Write(body)
	return err
}

// row makes a record of a row.
func (s *stager) row(in *input, row int, cells []string) error {
	o, reasons := s.object(in, cells)
	id := s.idOf(in, cells)
	o["id"] = id.String()
	if _, has := o["status"]; !has && !s.o.Stored {
		if status := defaultStatus(in.shape); status != "" {
			o["status"] = status
		}
	}
	for _, l := range s.lists {
		if l.kind != in.shape.kind {
			continue
		}
		elements, err := s.elements(l, id)
		if err != nil {
			return err
		}
		if len(elements) > 0 {
			o[l.field] = elements
		}
	}
	return s.keep(in.number, in.shape.kind, row, o, cells, reasons)
}

func defaultStatus(shape *shape) string {
	for _, o := range shape.info.Statuses {
		if o.Default && o.Status == "" {
			return o.Key
		}
	}
	return ""
}

// elements are the rows of a list that belong to a record.
func (s *stager) elements(l *listRows, id uuid.UUID) (list []any, err error) {
	at, _ := slices.BinarySearchFunc(l.rows, id, func(r listRow, id uuid.UUID) int { return slices.Compare(r.parent[:], id[:]) })
	for ; at < len(l.rows) && l.rows[at].parent == id; at++ {
		r := &l.rows[at]
		if err := s.w.Flush(); err != nil {
			return nil, err
		}
		body := make([]byte, r.size)
		if _, err := s.spool.ReadAt(body, r.offset); err != nil {
			return nil, err
		}
		list, r.taken = append(list, json.RawMessage(body)), true
	}
	return list, nil
}

// keep puts a record into the index, if it is one.
func (s *stager) keep(table uint16, kind kinds.Kind, row int, o object, cells []string, reasons []record.Reason) error {
	t := s.tables[table]
	body, err := json.Marshal(o)
	if err != nil {
		return err
	}
	d, err := engine.DecodeRecord(kind, body)
	if err != nil {
		reasons = append(reasons, record.ReasonsOf(err)...)
	}
	if len(reasons) > 0 {
		return s.refuse(t, row, cells, reasons)
	}
	line, err := json.Marshal(text{body, cells})
	if err != nil {
		return err
	}
	e := entry{key: keyOf(d.Ref()), table: table, row: int32(row), offset: s.offset, size: int32(len(line))}
	if first, added := s.x.add(e, engine.ReferencesOf(d)); !added {
		was := s.x.entries[first]
		return s.refuse(t, row, cells, []record.Reason{{Code: codes.ErrTaken, Field: "id", Message: fmt.Sprintf("the row in line %d of %s is the same record", was.row, s.tables[was.table].File)}})
	}
	return s.write(line)
}

// makeNamed makes the records that rows name and no table has.
func (s *stager) makeNamed() error {
	byID := slices.SortedFunc(maps.Keys(s.made), func(a, b key) int {
		if a.kind != b.kind {
			return int(a.kind) - int(b.kind)
		}
		return slices.Compare(a.id[:], b.id[:])
	})
	for _, k := range byID {
		if _, has := s.x.at[k]; has {
			continue
		}
		m, kind := s.made[k], k.ref().Kind
		shape := s.shapes[kind]
		if shape == nil {
			var err error
			if shape, err = shapeFor(s.c, kind); err != nil {
				return err
			}
			s.shapes[kind] = shape
		}
		o := object{"id": k.id.String()}
		put(o, strings.Split(m.field, "."), m.name)
		if status := defaultStatus(shape); status != "" {
			o["status"] = status
		}
		s.tables[m.table].Made++
		if err := s.keep(m.table, kind, 0, o, nil, nil); err != nil {
			return err
		}
	}
	return nil
}
