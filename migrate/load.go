package migrate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
)

// maxDifferences is how many of them an error names.
const maxDifferences = 100

// text is what an import reads again of a record: a line of an export, or what a row
// became.
type text struct {
	Record json.RawMessage `json:"record"`
	Cells  []string        `json:"cells,omitzero"`
}

// loader brings the records of an index in.
type loader struct {
	c      *engine.Client
	x      *index
	texts  io.ReaderAt
	o      RunOptions
	stored bool
	plan   bool
	tables []*TableReport // by the entries' numbers

	totals totals
	differ DifferenceError
	done   int64
	gone   map[key]bool // of a plan: those that would be refused
}

// coming is a record that is to be imported.
type coming struct {
	entry *entry
	doc   record.Record
	given json.RawMessage // that it was read from
	cells []string
	group int32
}

// run imports all groups, as many at once as fit into a transaction.
func (l *loader) run(ctx context.Context) (err error) {
	l.totals, l.gone = totals{}, map[key]bool{}
	l.c = l.c.Starting(engine.NoProcess)
	if l.plan {
		l.c = l.c.Preview()
	}
	var batch []coming
	var group int32
	for members := range l.x.groups {
		if len(batch) > 0 && len(batch)+len(members) > l.o.size() {
			if err = l.commit(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
		group++
		for _, n := range members {
			next := coming{entry: &l.x.entries[n], group: group}
			t, err := l.text(next.entry)
			if err != nil {
				return err
			}
			next.given, next.cells = t.Record, t.Cells
			if next.doc, err = engine.DecodeRecord(next.entry.key.ref().Kind, t.Record); err != nil {
				return err
			}
			batch = append(batch, next)
		}
	}
	if err = l.commit(ctx, batch); err != nil {
		return err
	}
	if len(l.differ.Differences) > 0 {
		return &l.differ
	}
	return nil
}

// text reads a record again that was read before.
func (l *loader) text(e *entry) (t text, err error) {
	body := make([]byte, e.size)
	if _, err := l.texts.ReadAt(body, e.offset); err != nil && !errors.Is(err, io.EOF) {
		return t, err
	}
	if err := json.Unmarshal(bytes.TrimPrefix(body, []byte("\ufeff")), &t); err != nil {
		return t, fmt.Errorf("what was read before has changed: %w", err)
	}
	return t, nil
}

// commit imports records, all but those that are refused and those that are there.
func (l *loader) commit(ctx context.Context, batch []coming) error {
	all := len(batch)
	if all == 0 {
		return nil
	}
	batch, err := l.unknown(ctx, slices.Clone(batch))
	for err == nil && len(batch) > 0 {
		if err = ctx.Err(); err != nil {
			break
		}
		docs := make([]record.Record, len(batch))
		for i := range batch {
			docs[i] = batch[i].doc
		}
		if l.stored {
			err = engine.ImportStored(ctx, l.c, docs...)
		} else {
			err = engine.ImportAll(ctx, l.c, docs...)
		}
		if l.plan {
			err = l.foreseen(err)
		}
		if err == nil {
			err = l.stand(ctx, batch)
			break
		}
		batch, err = l.refuse(batch, err)
	}
	l.done += int64(all)
	if err == nil && l.o.Progress != nil {
		l.o.Progress(l.done, int64(len(l.x.entries)))
	}
	return err
}

// unknown is the batch without the records that are there.
func (l *loader) unknown(ctx context.Context, batch []coming) ([]coming, error) {
	known := map[key]bool{}
	err := l.each(ctx, batch, func(k key, _ json.RawMessage) error { known[k] = true; return nil })
	return slices.DeleteFunc(batch, func(next coming) bool {
		if known[next.entry.key] {
			l.table(next.entry).Known++
		}
		return known[next.entry.key]
	}), err
}

// each reads the records of a batch that are there, kind by kind.
func (l *loader) each(ctx context.Context, batch []coming, found func(key, json.RawMessage) error) error {
	ids := map[uint8][]uuid.UUID{}
	for _, next := range batch {
		ids[next.entry.key.kind] = append(ids[next.entry.key.kind], next.entry.key.id)
	}
	for kind, ids := range ids {
		for some := range slices.Chunk(ids, 500) {
			for body, err := range l.c.Kind(allKinds[kind]).All(ctx, engine.AnyQuery{List: engine.List{IDs: some}}) {
				if err != nil {
					return err
				}
				var head struct {
					ID uuid.UUID `json:"id"`
				}
				if err := json.Unmarshal(body, &head); err != nil {
					return err
				}
				if err := found(key{kind, head.ID}, body); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// foreseen is what remains of refusals if those records come first that are to come
// first.
func (l *loader) foreseen(err error) error {
	var left []error
	for _, one := range flat(err) {
		var e *record.Error
		if !errors.As(one, &e) {
			left = append(left, one)
			continue
		}
		reasons := slices.DeleteFunc(slices.Clone(e.Reasons), func(r record.Reason) bool {
			return r.Code == codes.ErrNotFound && l.comes(record.Ref{Kind: e.Kind, ID: e.ID}, r.Field)
		})
		if len(reasons) > 0 {
			left = append(left, &record.Error{Code: reasons[0].Code, Kind: e.Kind, ID: e.ID, Action: e.Action, Reasons: reasons, Err: e.Err})
		}
	}
	return errors.Join(left...)
}

// comes reports whether what a field of a record refers to is to be imported.
func (l *loader) comes(ref record.Ref, field string) bool {
	n := l.x.at[keyOf(ref)]
	t, err := l.text(&l.x.entries[n])
	if err != nil {
		return false
	}
	d, err := engine.DecodeRecord(ref.Kind, t.Record)
	if err != nil {
		return false
	}
	all := false
	for at, r := range engine.ReferencesOf(d) {
		if at == field {
			if _, all = l.x.at[keyOf(r)]; !all || l.gone[keyOf(r)] {
				return false
			}
		}
	}
	return all
}

// flat takes joined errors apart.
func flat(err error) (list []error) {
	if err == nil {
		return nil
	}
	if joined, is := err.(interface{ Unwrap() []error }); is {
		for _, one := range joined.Unwrap() {
			list = append(list, flat(one)...)
		}
		return list
	}
	return []error{err}
}

// refuse reports the records that were refused and those that belong together with
// them, and returns the others. What is no refusal of a record ends the import.
func (l *loader) refuse(batch []coming, err error) ([]coming, error) {
	groups := map[int32]bool{}
	refused := map[key]bool{}
	for _, one := range flat(err) {
		var e *record.Error
		if !errors.As(one, &e) {
			return nil, err
		}
		if class := e.Class(); class == codes.ClassUnavailable || class == codes.ClassInternal {
			return nil, err
		}
		i := slices.IndexFunc(batch, func(next coming) bool { return next.entry.key == keyOf(record.Ref{Kind: e.Kind, ID: e.ID}) })
		if i < 0 {
			return nil, err
		}
		next := &batch[i]
		groups[next.group], refused[next.entry.key] = true, true
		for _, r := range record.ReasonsOf(e) {
			if err := l.fault(next, r.Code, r.Field, r.Message); err != nil {
				return nil, err
			}
		}
	}
	for i := range batch {
		if next := &batch[i]; groups[next.group] {
			l.table(next.entry).Refused++
			if l.plan {
				l.gone[next.entry.key] = true
			}
			if !refused[next.entry.key] {
				if err := l.fault(next, codes.ErrConflict, "", "it belongs together with records that are refused"); err != nil {
					return nil, err
				}
			}
		}
	}
	return slices.DeleteFunc(batch, func(next coming) bool { return groups[next.group] }), nil
}

func (l *loader) fault(next *coming, code codes.Code, field, message string) error {
	if l.o.Faults == nil {
		return nil
	}
	t := l.table(next.entry)
	return l.o.Faults(Fault{
		Table: t.File, Row: int(next.entry.row), ID: next.entry.key.id.String(),
		Column: t.columns[field], Field: field, Code: code, Message: message,
		Header: t.header, Cells: next.cells,
	})
}

// table is the report that a record belongs to.
func (l *loader) table(e *entry) *TableReport {
	t := l.tables[e.table]
	if t.kinds != nil {
		return t.kinds[allKinds[e.key.kind]]
	}
	return t
}

// stand counts what was imported, and compares it with what was given.
func (l *loader) stand(ctx context.Context, batch []coming) error {
	for _, next := range batch {
		l.table(next.entry).Imported++
	}
	if l.plan || len(batch) == 0 {
		return nil
	}
	there := make(map[key]json.RawMessage, len(batch))
	err := l.each(ctx, batch, func(k key, body json.RawMessage) error { there[k] = body; return nil })
	if err != nil {
		return err
	}
	for i := range batch {
		if err := l.compare(&batch[i], there[batch[i].entry.key]); err != nil {
			return err
		}
	}
	return nil
}

// compare notes how a record differs from what was given, and adds both up. One that
// the actor may import and not see is not compared.
func (l *loader) compare(next *coming, body json.RawMessage) error {
	if body == nil {
		return nil
	}
	given, err := objectIn(next.given)
	if err != nil {
		return err
	}
	stored, err := objectIn(body)
	if err != nil {
		return err
	}
	kind := allKinds[next.entry.key.kind]
	for _, field := range amounts[kind] {
		was, is := amountOf(given[field]), amountOf(stored[field])
		if was.Valid {
			var currency money.Currency
			name, _ := stored["currency"].(string)
			if err := currency.UnmarshalText([]byte(name)); err != nil {
				return err
			}
			l.totals.add(kind, currency, was.Decimal, is.Decimal)
			break
		}
	}
	for _, field := range []string{"version", "created_at", "updated_at", "rate_fixed"} {
		if field == "version" || !l.stored {
			delete(given, field)
			delete(stored, field)
		}
	}
	if d, differs := difference("", given, stored, l.stored); differs {
		d.Table, d.Row = l.table(next.entry).File, int(next.entry.row)
		if l.differ.Count++; len(l.differ.Differences) < maxDifferences {
			l.differ.Differences = append(l.differ.Differences, d)
		}
	}
	return nil
}

func amountOf(v any) (n decimal.NullDecimal) {
	if text, is := v.(string); is {
		if d, err := decimal.NewFromString(text); err == nil {
			return decimal.NewNullDecimal(d)
		}
	}
	return n
}

// difference finds a field that was given and is otherwise; if exact also one that was
// not given.
func difference(path string, given, stored any, exact bool) (Difference, bool) {
	if stored == nil && isZero(given) && !exact { // which is left out
		return Difference{}, false
	}
	switch was := given.(type) {
	case object:
		is, both := stored.(object)
		if !both && len(was) > 0 {
			break
		}
		for name, v := range was {
			if d, differs := difference(strings.TrimPrefix(path+"."+name, "."), v, is[name], exact); differs {
				return d, true
			}
		}
		for name, v := range is {
			if _, has := was[name]; exact && !has {
				return differing(path+"."+name, nil, v), true
			}
		}
		return Difference{}, false
	case []any:
		is, both := stored.([]any)
		if !both && len(was) > 0 || len(was) != len(is) {
			break
		}
		for i := range was {
			if d, differs := difference(fmt.Sprintf("%s[%d]", path, i), was[i], is[i], exact); differs {
				return d, true
			}
		}
		return Difference{}, false
	case string:
		if is, both := stored.(string); both && (was == is || !exact && equalNumbers(was, is)) {
			return Difference{}, false
		}
	default:
		if given == stored {
			return Difference{}, false
		}
	}
	return differing(path, given, stored), true
}

func isZero(v any) bool {
	text, is := v.(string)
	n, number := v.(json.Number)
	return v == nil || v == false || is && text == "" || number && n.String() == "0"
}

func equalNumbers(a, b string) bool {
	x, err := decimal.NewFromString(a)
	if err != nil {
		return false
	}
	y, err := decimal.NewFromString(b)
	return err == nil && x.Equal(y)
}

func differing(path string, given, stored any) Difference {
	was, _ := json.Marshal(given) // both come from JSON
	is, _ := json.Marshal(stored)
	return Difference{Field: strings.TrimPrefix(path, "."), Given: string(was), Stored: string(is)}
}

// kindReport is the report of the lines of a kind.
func (t *TableReport) kindReport(kind kinds.Kind) *TableReport {
	if t.kinds[kind] == nil {
		t.kinds[kind] = &TableReport{File: t.File, Kind: kind}
	}
	return t.kinds[kind]
}
