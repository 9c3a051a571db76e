package engine

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// activityKinds are what insight.ActivitySource stands for.
var activityKinds = []kinds.Kind{kinds.Task, kinds.PhoneCall, kinds.Email, kinds.Appointment}

// toldDays are days that a record tells by its history: those of the last event of an
// action.
var toldDays = map[kinds.Kind]map[string]actions.Action{
	kinds.Lead:  {"qualified_on": actions.LeadQualify},
	kinds.Quote: {"activated_on": actions.QuoteActivate},
}

// rollupKinds are the kinds of records that a roll-up reads.
func rollupKinds(f *insight.RollupField) []kinds.Kind {
	if f.SourceKind == insight.ActivitySource {
		return activityKinds
	}
	return []kinds.Kind{f.SourceKind}
}

// rollupFaults are the kinds, fields and keys of a metric that there are not.
func (c *Client) rollupFaults(prefix string, m *insight.GoalMetricFields) (reasons []record.Reason) {
	for n := range m.RollupFields {
		f, path := &m.RollupFields[n], fmt.Sprintf("%srollup_fields[%d].", prefix, n)
		refuse := func(field, message string) {
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: path + field, Message: message})
		}
		if f.SourceKind == "" {
			continue // missing
		}
		kind := rollupKinds(f)[0]
		info := recordKinds[kind]
		if info == nil {
			refuse("source_kind", "no such kind of record")
			continue
		}
		if typ := c.fieldType(info, f.SourceField); f.SourceField != "" && !slices.Contains(summable[m.Kind()], typ) {
			refuse("source_field", "no such field, or not one that the metric adds up")
		}
		if typ := c.fieldType(info, f.DateField); f.DateField != "" && typ != TypeDate && typ != TypeInstant && toldDays[kind][f.DateField] == 0 {
			refuse("date_field", "no such field, or not a day")
		}
		for k, key := range f.States {
			if !hasOption(rollupKinds(f), key, func(o value.Option) string { return o.State.Key }) {
				refuse(fmt.Sprintf("states[%d]", k), "no such state")
			}
		}
		for k, key := range f.Statuses {
			if !hasOption(rollupKinds(f), key, func(o value.Option) string { return o.Key }) {
				refuse(fmt.Sprintf("statuses[%d]", k), "no such status")
			}
		}
		for k, cond := range f.Where {
			if typ := c.fieldType(info, cond.Field); cond.Field != "" && (typ == "" || typ == TypeList || typ == TypeGroup) {
				refuse(fmt.Sprintf("where[%d].field", k), "no such field, or not one of a single value")
			}
		}
	}
	return reasons
}

// summable are the types of fields that a metric adds up.
var summable = map[insight.MetricKind][]FieldType{
	insight.MetricAmount:  {TypeMoney},
	insight.MetricDecimal: {TypeDecimal, TypeInteger},
	insight.MetricInteger: {TypeInteger},
}

// fieldType is the type of a field of a kind; empty for one that it does not have.
func (c *Client) fieldType(info *kindInfo, name string) FieldType {
	if custom, is := strings.CutPrefix(name, "custom."); is {
		n := slices.IndexFunc(c.fields[info.kind], func(f FieldDefinition) bool { return f.Name == custom })
		if n < 0 {
			return ""
		}
		return FieldType(c.fields[info.kind][n].typ)
	}
	path, _, _ := strings.Cut(name, ".")
	f, has := memberOf(info.record, path)
	if !has {
		return ""
	}
	s := shapeOf(f.Type)
	if path != name {
		if s.typ != TypeGroup {
			return ""
		}
		return c.fieldType(&kindInfo{kind: info.kind, record: s.elem}, strings.TrimPrefix(name, path+"."))
	}
	return s.typ
}

// hasOption reports whether one of some kinds has a status of which the key is told.
func hasOption(list []kinds.Kind, key string, of func(value.Option) string) bool {
	return slices.ContainsFunc(list, func(kind kinds.Kind) bool {
		table := TableOf(kind)
		return table != nil && slices.ContainsFunc(table.Statuses(), func(o value.Option) bool { return of(o) == key })
	})
}

// achievements are the records of a metric, once for each roll-up that they count in.
func (g *gathering) achievements(m *insight.GoalMetric) iter.Seq[insight.Achievement] {
	return func(yield func(insight.Achievement) bool) {
		for n := range m.RollupFields {
			for _, kind := range rollupKinds(&m.RollupFields[n]) {
				for a := range g.rolledUp(m, &m.RollupFields[n], kind) {
					if !yield(a) {
						return
					}
				}
			}
		}
	}
}

// rolledUp are the records of one kind that count in a roll-up.
func (g *gathering) rolledUp(m *insight.GoalMetric, f *insight.RollupField, kind kinds.Kind) iter.Seq[insight.Achievement] {
	info := recordKinds[kind]
	if info == nil { // imported with a metric from elsewhere
		return func(func(insight.Achievement) bool) {}
	}
	source, _ := schema.PathIn(info.record, f.SourceField)
	date, _ := schema.PathIn(info.record, f.DateField)
	where := make([]schema.Path, len(f.Where))
	for n := range f.Where {
		where[n], _ = schema.PathIn(info.record, f.Where[n].Field)
	}
	counts := func(d record.Record) bool {
		for n := range where {
			if !slices.Contains(f.Where[n].Values, where[n].Text(d)) {
				return false
			}
		}
		return true
	}
	return func(yield func(insight.Achievement) bool) {
		for d := range g.records(kind, rollupQuery{states: f.States, statuses: f.Statuses}) {
			if !counts(d) {
				continue
			}
			h := d.Header()
			a := insight.Achievement{
				Kind: kind, ID: d.Ref().ID.String(), Owner: textOf(h.Owner), On: g.dayOf(d, f.DateField, date),
				Valued: valuedBy(h, money.HalfAway), Counts: f.GoalAttribute,
			}
			if m.IsAmount {
				a.Number, _ = decimal.NewFromString(source.Text(d)) // 0 of an empty text
				a.Amount = cmp.Or(h.Currency, g.s.c.settings.BaseCurrency).Round(a.Number)
			}
			if !yield(a) {
				return
			}
		}
	}
}

// rollupQuery asks for records of some states and statuses.
type rollupQuery struct {
	List
	states, statuses []string
}

func (q rollupQuery) conds() (conds []storage.Cond) {
	in := func(f storage.Field, keys []string) {
		if len(keys) > 0 {
			values := make([]any, len(keys))
			for n, key := range keys {
				values[n] = key
			}
			conds = append(conds, storage.Cond{Field: f, Op: storage.OpIn, Values: values})
		}
	}
	in(storage.FieldState, q.states)
	in(storage.FieldStatus, q.statuses)
	return conds
}

// dayOf is the day of a record by a field: created_at is the day of birth, and what the
// record does not have its history tells.
func (g *gathering) dayOf(d record.Record, name string, path schema.Path) value.Date {
	if name == "created_at" {
		return g.born(d.Header())
	}
	text := path.Text(d)
	if day, err := value.ParseDate(text); err == nil {
		return day
	}
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return g.s.c.settings.Today(at)
	}
	if do := toldDays[d.Ref().Kind][name]; do != 0 {
		return g.dayOfLast(d.Ref(), do)
	}
	return 0
}

// dayOfLast is the day on which something was done to a record last; not set if it
// never was.
func (g *gathering) dayOfLast(ref record.Ref, do actions.Action) (day value.Date) {
	if g.err != nil {
		return 0
	}
	for e, err := range g.reader.History(g.ctx, storeRef(ref)) {
		if err != nil {
			g.err = fromStore(err)
			return 0
		}
		if e.Type == do.Event() {
			day = g.s.c.settings.Today(e.At)
		}
	}
	return day
}
