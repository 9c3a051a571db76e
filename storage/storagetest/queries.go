package storagetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/shopspring/decimal"
)

var queryPromises = []promise{
	{category: "queries", sentence: "a result is what matches, in the order of the comparison", check: queriesAgree},
	{category: "queries", sentence: "a query that means nothing is refused", check: queriesRefused},
	{category: "queries", sentence: "as many conditions may be given as are valid", check: manyConditions},
	{category: "queries", sentence: "a result may be left early", check: leftEarly},
	{category: "sums", sentence: "a summary is what folding the records gives, to the last digit", check: summariesAgree},
	{category: "sums", sentence: "a transaction adds up what it has written", check: summariesOfWrites},
	{category: "sums", sentence: "a summary that means nothing is refused, and one of too many groups", check: summariesRefused},
	{category: "paging", sentence: "pages put together are the whole result", check: pagesComplete},
	{category: "paging", sentence: "a key that thousands have is paged through like any other", check: commonKey},
	{category: "paging", sentence: "a page goes on although the record before it is gone", check: cursorOfDeleted},
	{category: "paging", sentence: "a cursor of another query is refused", check: cursorsRefused},
}

// dice make choices: those of a generator, or those of a property.
type dice interface{ IntN(n int) int }

// population is a store with random records and what should be found in it.
type population struct {
	db      storage.Store
	rng     dice
	records []*storage.Record
	owners  []uuid.UUID
	texts   []string
	rare    int // one in so many records has a key
}

func newPopulation(db storage.Store, rng dice) *population {
	p := &population{db: db, rng: rng, texts: texts, rare: 12}
	for range 4 {
		p.owners = append(p.owners, p.id())
	}
	return p
}

// populate stores more records than a store is likely to look at one by one, with
// few different values, so that queries find some and orders have ties.
func populate(t *testing.T, s subject) *population {
	t.Helper()
	p := newPopulation(s.open(t), rand.New(rand.NewPCG(1, 2)))
	var records []*storage.Record
	for range 700 {
		r := recordAs(p.id(), "one of many")
		p.vary(r)
		records = append(records, r)
	}
	store(t, p.db, records...)
	p.records = records
	return p
}

func (p *population) id() (id uuid.UUID) {
	for i := range id {
		id[i] = byte(p.rng.IntN(256))
	}
	return id
}

func pick[T any](rng dice, from ...T) T { return from[rng.IntN(len(from))] }

var (
	texts    = []string{"", "a", "A", "ab", "b", "a b", "a%", "a_b", "ä", "aä", "🙂", "z"}
	amounts  = []string{"-1234567890123456789", "-1", "-0.01", "0", "0.01", "1", "1.0", "9.9", "10", "1234567890123456789.1"}
	days     = []storage.Day{19991231, 20260101, 20260228, 20260301, 20280229}
	instants = []time.Duration{-60 * 365 * 24 * time.Hour, 0, time.Microsecond, time.Second, time.Minute, time.Hour, 24 * time.Hour}
)

// vary gives r random values, of which a good part is missing.
func (p *population) vary(r *storage.Record) {
	r.Number, r.State, r.Status = pick(p.rng, p.texts...), pick(p.rng, p.texts...), pick(p.rng, p.texts...)
	r.Owner = pick(p.rng, append(p.owners, uuid.Nil)...)
	r.Currency = pick(p.rng, "EUR", "USD", "")
	r.Amount = decimal.NullDecimal{}
	if p.rng.IntN(4) > 0 {
		r.Amount = amount(pick(p.rng, amounts...))
	}
	r.DueOn = pick(p.rng, append(days, 0)...)
	r.Name, r.Slots = pick(p.rng, p.texts...), storage.Slots{}
	for i := range r.Slots.Text {
		r.Slots.Text[i] = pick(p.rng, p.texts...)
	}
	for i := range r.Slots.Day {
		r.Slots.Day[i] = pick(p.rng, append(days, 0)...)
	}
	for i := range r.Slots.Num {
		if p.rng.IntN(4) > 0 {
			r.Slots.Num[i] = amount(pick(p.rng, amounts...))
		}
	}
	for i := range r.Slots.Ref {
		r.Slots.Ref[i] = pick(p.rng, append(p.owners, uuid.Nil)...)
	}
	r.CreatedAt = dawn.Add(pick(p.rng, instants...))
	r.UpdatedAt = dawn.Add(pick(p.rng, instants...))
	r.Keys = nil
	for _, name := range []string{"a", "b"} {
		for _, value := range p.texts[1:] {
			if p.rng.IntN(p.rare) == 0 {
				r.Keys = append(r.Keys, storage.Key{Name: name, Value: value})
			}
		}
	}
}

func (p *population) value(f storage.Field) any {
	switch f {
	case storage.FieldID:
		if len(p.records) == 0 || p.rng.IntN(2) == 0 {
			return p.id()
		}
		return pick(p.rng, p.records...).ID
	case storage.FieldOwner, storage.FieldRef1, storage.FieldRef2, storage.FieldRef3:
		return pick(p.rng, append(p.owners, uuid.Nil)...)
	case storage.FieldAmount, storage.FieldNum1, storage.FieldNum2, storage.FieldNum3, storage.FieldNum4:
		return amount(pick(p.rng, amounts...)).Decimal
	case storage.FieldDueOn, storage.FieldDay1, storage.FieldDay2, storage.FieldDay3:
		return pick(p.rng, days...)
	case storage.FieldCreatedAt, storage.FieldUpdatedAt:
		return dawn.Add(pick(p.rng, instants...))
	case storage.FieldCurrency:
		return pick(p.rng, "EUR", "USD", "E", "")
	default:
		return pick(p.rng, p.texts...)
	}
}

var orders = append([]storage.Field{
	"", storage.FieldID, storage.FieldNumber, storage.FieldState, storage.FieldStatus, storage.FieldOwner,
	storage.FieldCurrency, storage.FieldAmount, storage.FieldDueOn, storage.FieldCreatedAt, storage.FieldUpdatedAt, storage.FieldName,
}, storage.SlotFields()...)

// headed is how many of the orders are by no slot.
var headed = len(orders) - len(storage.SlotFields())

// order is a random one, now and then by a slot.
func (p *population) order() storage.Field {
	if p.rng.IntN(4) == 0 {
		return pick(p.rng, storage.SlotFields()...)
	}
	return pick(p.rng, orders[:headed]...)
}

// textual are the orders of texts.
func textual(f storage.Field) bool {
	switch f {
	case storage.FieldNumber, storage.FieldState, storage.FieldStatus, storage.FieldCurrency, storage.FieldName:
		return true
	default:
		return strings.HasPrefix(string(f), "text")
	}
}

// cond is a random condition: now and then one that is turned round, or one of some.
func (p *population) cond() storage.Cond {
	if p.rng.IntN(8) == 0 {
		c := storage.Cond{Not: p.rng.IntN(3) == 0}
		for range 1 + p.rng.IntN(3) {
			c.Any = append(c.Any, p.simple())
		}
		return c
	}
	return p.simple()
}

func (p *population) simple() storage.Cond {
	if p.rng.IntN(4) == 0 {
		return p.condOn(pick(p.rng, storage.SlotFields()...))
	}
	return p.condOn(pick(p.rng, append(orders[1:headed:headed], storage.FieldState, storage.FieldStatus, storage.FieldKey, storage.FieldKey)...))
}

// condOn is a random condition on a field.
func (p *population) condOn(f storage.Field) storage.Cond {
	c := storage.Cond{Field: f, Not: p.rng.IntN(6) == 0}
	ops := []storage.Op{
		storage.OpEq, storage.OpIn, storage.OpLt, storage.OpLe, storage.OpGt, storage.OpGe, storage.OpBetween, storage.OpMissing,
	}
	switch {
	case f == storage.FieldKey:
		c.Key = pick(p.rng, "a", "b")
		ops = append(ops, storage.OpEq, storage.OpIn, storage.OpPrefix, storage.OpPrefix)
	case textual(f):
		ops = append(ops, storage.OpPrefix, storage.OpPrefix)
	}
	c.Op = pick(p.rng, ops...)
	switch c.Op {
	case storage.OpMissing:
	case storage.OpIn:
		for range p.rng.IntN(4) {
			c.Values = append(c.Values, p.value(f))
		}
	case storage.OpBetween:
		c.Values = []any{p.value(f), p.value(f)}
	default:
		c.Values = []any{p.value(f)}
	}
	return c
}

func (p *population) query() storage.Query {
	q := storage.Query{Kind: kind, Order: p.order(), Desc: p.rng.IntN(2) == 0}
	for range p.rng.IntN(4) {
		q.Where = append(q.Where, p.cond())
	}
	// A condition on the order itself is where stores take short cuts.
	if q.Order != "" && p.rng.IntN(3) == 0 {
		q.Where = append(q.Where, p.condOn(q.Order))
	}
	return q
}

// matching returns those of some records that match, in the order of the query.
func matching(q storage.Query, records []*storage.Record) (hits []*storage.Record) {
	for _, r := range records {
		if storage.Match(q, r) {
			hits = append(hits, r)
		}
	}
	slices.SortFunc(hits, func(a, b *storage.Record) int { return storage.Compare(q, a, b) })
	return hits
}

// want returns what q should find among records.
func want(q storage.Query, records []*storage.Record) (ids []uuid.UUID) {
	for _, r := range matching(q, records) {
		ids = append(ids, r.ID)
	}
	return ids
}

// check compares random queries with what they should find among records.
func (p *population) check(t *testing.T, r storage.Reader, records []*storage.Record, queries int) {
	t.Helper()
	for range queries {
		q := p.query()
		all := want(q, records)
		q.Limit = pick(p.rng, 0, 1, 7, 1000)
		expected := all
		if q.Limit > 0 && len(all) > q.Limit {
			expected = all[:q.Limit]
		}
		got, err := find(t.Context(), r, q)
		if err != nil {
			t.Fatalf("%s: %v", describe(q), err)
		}
		if !slices.Equal(got, expected) {
			t.Fatalf("%s:\ngot  %v\nwant %v", describe(q), got, expected)
		}
	}
}

// summary asks for random figures.
func (p *population) summary() storage.Summary {
	s := storage.Summary{Kind: kind, Where: p.query().Where}
	for range p.rng.IntN(4) {
		d := storage.Dim{Field: pick(p.rng, append(orders[1:], storage.FieldKey)...)}
		switch d.Field {
		case storage.FieldID:
			continue
		case storage.FieldKey:
			d.Key = pick(p.rng, "a", "b")
		case storage.FieldDueOn, storage.FieldDay1, storage.FieldDay2, storage.FieldDay3:
			d.Unit = pick(p.rng, storage.UnitDay, storage.UnitMonth, storage.UnitYear)
		case storage.FieldCreatedAt, storage.FieldUpdatedAt:
			for _, after := range instants[:1+p.rng.IntN(len(instants))] {
				d.Cuts = append(d.Cuts, dawn.Add(after))
			}
		}
		s.By = append(s.By, d)
	}
	for _, f := range []storage.Field{storage.FieldAmount, storage.FieldNum1, storage.FieldNum4} {
		if p.rng.IntN(2) > 0 {
			s.Of = append(s.Of, f)
		}
	}
	return s
}

// sums compares random summaries with what folding the records gives.
func (p *population) sums(t *testing.T, r storage.Reader, records []*storage.Record, summaries int) {
	t.Helper()
	for range summaries {
		s := p.summary()
		want, err := storage.Fold(s, func(yield func(*storage.Record, error) bool) {
			for _, r := range records {
				if !yield(r, nil) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := storage.Summarize(t.Context(), r, s)
		if err != nil {
			t.Fatalf("%+v: %v", s, err)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%+v:\ngot  %v\nwant %v", s, got, want)
		}
	}
}

func summariesAgree(t *testing.T, s subject) {
	p := populate(t, s)
	view(t, p.db, func(ctx context.Context, r storage.Reader) error {
		p.sums(t, r, p.records, 100)
		elsewhere(t, func() {
			before := p.records
			update(t, p.db, p.change(100))
			p.records = before
		})
		p.sums(t, r, p.records, 20)
		return nil
	})
}

// What a transaction adds up is what it has written, too.
func summariesOfWrites(t *testing.T, s subject) {
	p := populate(t, s)
	err := p.db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		if err := p.change(100)(ctx, tx); err != nil {
			return err
		}
		p.sums(t, tx, p.records, 40)
		return errRefused
	})
	wantErr(t, err, errRefused, "update")
}

func summariesRefused(t *testing.T, s subject) {
	p := populate(t, s)
	for name, sum := range map[string]storage.Summary{
		"an unknown dimension":  {Kind: kind, By: []storage.Dim{{Field: "colour"}}},
		"too many dimensions":   {Kind: kind, By: slices.Repeat([]storage.Dim{{Field: storage.FieldState}}, storage.MaxDims+1)},
		"a key without name":    {Kind: kind, By: []storage.Dim{{Field: storage.FieldKey}}},
		"a month of a text":     {Kind: kind, By: []storage.Dim{{Field: storage.FieldState, Unit: storage.UnitMonth}}},
		"an instant not cut":    {Kind: kind, By: []storage.Dim{{Field: storage.FieldCreatedAt}}},
		"cuts out of order":     {Kind: kind, By: []storage.Dim{{Field: storage.FieldCreatedAt, Cuts: []time.Time{dawn, dawn}}}},
		"the sum of a text":     {Kind: kind, Of: []storage.Field{storage.FieldState}},
		"a sum twice":           {Kind: kind, Of: []storage.Field{storage.FieldAmount, storage.FieldAmount}},
		"an unknown condition":  {Kind: kind, Where: []storage.Cond{where("colour", storage.OpEq, "red")}},
		"fewer groups than are": {Kind: kind, By: []storage.Dim{{Field: storage.FieldState}}, Most: 1},
	} {
		view(t, p.db, func(ctx context.Context, r storage.Reader) error {
			groups, err := storage.Summarize(ctx, r, sum)
			wantErr(t, err, storage.ErrInvalid, name)
			if groups != nil {
				t.Errorf("%s: groups beside the error", name)
			}
			if sum.Most > 0 {
				wantErr(t, err, storage.ErrTooMany, name)
			}
			return nil
		})
	}
}

func describe(q storage.Query) string {
	return fmt.Sprintf("query %v by %s desc %t limit %d", q.Where, q.Order, q.Desc, q.Limit)
}

func queriesAgree(t *testing.T, s subject) {
	p := populate(t, s)
	for range 2 {
		view(t, p.db, func(ctx context.Context, r storage.Reader) error {
			p.check(t, r, p.records, 100)
			// While the snapshot is in use, the present moves on.
			before := p.records
			elsewhere(t, func() {
				for range 10 {
					update(t, p.db, p.change(10))
				}
				update(t, p.db, p.change(400))
			})
			p.check(t, r, before, 60)
			return nil
		})
	}
	view(t, p.db, func(ctx context.Context, r storage.Reader) error {
		p.check(t, r, p.records, 100)
		return nil
	})
	// A transaction finds what it has written itself, nobody else does, and when
	// it is rolled back nobody ever will.
	before := p.records
	err := p.db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		p.records = before
		p.check(t, tx, p.records, 20)
		for range 3 {
			if err := p.change(200)(ctx, tx); err != nil {
				return err
			}
			p.check(t, tx, p.records, 60)
		}
		return errRefused
	})
	wantErr(t, err, errRefused, "update")
	p.records = before
	view(t, p.db, func(ctx context.Context, r storage.Reader) error {
		p.check(t, r, p.records, 100)
		return nil
	})
	update(t, p.db, p.change(400))
	view(t, p.db, func(ctx context.Context, r storage.Reader) error {
		p.check(t, r, p.records, 150)
		return nil
	})
}

// change returns a transaction that deletes, changes and makes so many records.
func (p *population) change(n int) func(context.Context, storage.Tx) error {
	before := p.records
	return func(ctx context.Context, tx storage.Tx) error {
		records := slices.Clone(before)
		for range n {
			i := p.rng.IntN(len(records))
			var err error
			switch p.rng.IntN(4) {
			case 0:
				err = remove(ctx, tx, records[i])
				records = slices.Delete(records, i, i+1)
			case 1:
				r := recordAs(p.id(), "newcomer")
				p.vary(r)
				err = put(ctx, tx, r)
				records = append(records, r)
			default:
				records[i] = next(records[i], func(r *storage.Record) {
					at := r.CreatedAt
					p.vary(r)
					r.CreatedAt = at
				})
				err = put(ctx, tx, records[i])
			}
			if err != nil {
				return err
			}
		}
		p.records = records
		return nil
	}
}

func queriesRefused(t *testing.T, s subject) {
	db := s.open(t)
	for name, q := range map[string]storage.Query{
		"no kind":                {},
		"an unknown field":       {Kind: kind, Where: []storage.Cond{where("colour", storage.OpEq, "red")}},
		"an unknown comparison":  {Kind: kind, Where: []storage.Cond{where(storage.FieldState, "like", "a")}},
		"an unknown order":       {Kind: kind, Order: "colour"},
		"order by key":           {Kind: kind, Order: storage.FieldKey},
		"no value":               {Kind: kind, Where: []storage.Cond{where(storage.FieldState, storage.OpEq)}},
		"two values":             {Kind: kind, Where: []storage.Cond{where(storage.FieldState, storage.OpEq, "a", "b")}},
		"text for an amount":     {Kind: kind, Where: []storage.Cond{where(storage.FieldAmount, storage.OpEq, "1")}},
		"a number for a text":    {Kind: kind, Where: []storage.Cond{where(storage.FieldNumber, storage.OpEq, 1)}},
		"a range of one end":     {Kind: kind, Where: []storage.Cond{where(storage.FieldState, storage.OpBetween, "a")}},
		"any and a field":        {Kind: kind, Where: []storage.Cond{{Field: storage.FieldState, Any: []storage.Cond{where(storage.FieldState, storage.OpEq, "a")}}}},
		"any within any":         {Kind: kind, Where: []storage.Cond{{Any: []storage.Cond{{Any: []storage.Cond{where(storage.FieldState, storage.OpEq, "a")}}}}}},
		"nothing valid in any":   {Kind: kind, Where: []storage.Cond{{Any: []storage.Cond{where(storage.FieldState, "like", "a")}}}},
		"too many in any":        {Kind: kind, Where: []storage.Cond{{Any: slices.Repeat([]storage.Cond{where(storage.FieldState, storage.OpEq, "a")}, storage.MaxAny+1)}}},
		"a key without name":     {Kind: kind, Where: []storage.Cond{where(storage.FieldKey, storage.OpEq, "a")}},
		"a prefix of a number":   {Kind: kind, Where: []storage.Cond{where(storage.FieldNum2, storage.OpPrefix, "1")}},
		"a slot that is none":    {Kind: kind, Where: []storage.Cond{where("text7", storage.OpEq, "a")}},
		"text for a reference":   {Kind: kind, Where: []storage.Cond{where(storage.FieldRef1, storage.OpEq, "a")}},
		"a day that is none":     {Kind: kind, Where: []storage.Cond{where(storage.FieldDay1, storage.OpEq, storage.Day(20260231))}},
		"a prefix of an amount":  {Kind: kind, Where: []storage.Cond{where(storage.FieldAmount, storage.OpPrefix, "1")}},
		"a text with nul":        {Kind: kind, Where: []storage.Cond{where(storage.FieldState, storage.OpEq, "\x00")}},
		"half a microsecond":     {Kind: kind, Where: []storage.Cond{where(storage.FieldCreatedAt, storage.OpGt, dawn.Add(500))}},
		"an amount out of range": {Kind: kind, Where: []storage.Cond{where(storage.FieldAmount, storage.OpGt, decimal.New(1, 1<<30))}},
		"a negative limit":       {Kind: kind, Limit: -1},
		"too many conditions":    {Kind: kind, Where: slices.Repeat([]storage.Cond{where(storage.FieldState, storage.OpEq, "a")}, storage.MaxConds+1)},
	} {
		view(t, db, func(ctx context.Context, r storage.Reader) error {
			times := 0
			for rec, err := range r.Find(ctx, q) {
				times++
				wantErr(t, err, storage.ErrInvalid, name)
				if rec != nil {
					t.Errorf("%s: a record beside the error", name)
				}
			}
			if times != 1 {
				t.Errorf("%s: the loop ran %d times, want once, for the error", name, times)
			}
			return nil
		})
	}
}

func manyConditions(t *testing.T, s subject) {
	db := s.open(t)
	a, b := record("a"), record("b")
	a.Keys = []storage.Key{{Name: "colour", Value: "red"}}
	store(t, db, a, b)
	for _, c := range []storage.Cond{
		where(storage.FieldState, storage.OpEq, "open"), where(storage.FieldState, storage.OpPrefix, "o"),
		where(storage.FieldUpdatedAt, storage.OpGe, dawn), where(storage.FieldAmount, storage.OpMissing),
		where(storage.FieldID, storage.OpIn, a.ID, b.ID), byKey("colour", "red"),
	} {
		q := storage.Query{Kind: kind, Where: slices.Repeat([]storage.Cond{c}, storage.MaxConds)}
		view(t, db, func(ctx context.Context, r storage.Reader) error {
			got, err := find(ctx, r, q)
			if err != nil {
				t.Errorf("%d conditions on %s: %v", len(q.Where), c.Field, err)
			} else if expected := want(q, []*storage.Record{a, b}); !slices.Equal(sortedIDs(got), sortedIDs(expected)) {
				t.Errorf("%d conditions on %s: got %v, want %v", len(q.Where), c.Field, got, expected)
			}
			return nil
		})
	}
}

func leftEarly(t *testing.T, s subject) {
	p := populate(t, s)
	view(t, p.db, func(ctx context.Context, r storage.Reader) error {
		for range 3 {
			n := 0
			for _, err := range r.Find(ctx, storage.Query{Kind: kind, Order: storage.FieldUpdatedAt}) {
				if err != nil {
					return err
				}
				if n++; n == 5 {
					break
				}
			}
		}
		_, err := r.Get(ctx, p.records[0].Ref)
		return err
	})
}

func pagesComplete(t *testing.T, s subject) {
	p := populate(t, s)
	for range 40 {
		q := p.query()
		expected := want(q, p.records)
		q.Limit = 1 + len(expected)/(1+p.rng.IntN(6))
		var got []uuid.UUID
		for pages := 0; ; pages++ {
			if pages > 10 {
				t.Fatalf("%s: pages without end", describe(q))
			}
			n := 0
			view(t, p.db, func(ctx context.Context, r storage.Reader) error {
				for rec, err := range r.Find(ctx, q) {
					if err != nil {
						return err
					}
					got = append(got, rec.ID)
					q.After = storage.CursorOf(q, rec)
					n++
				}
				return nil
			})
			if n < q.Limit {
				break
			}
		}
		if !slices.Equal(got, expected) {
			t.Fatalf("%s:\ngot  %v\nwant %v", describe(q), got, expected)
		}
	}
}

func commonKey(t *testing.T, s subject) {
	const many, page = 5_200, 90 // stores may search another way where thousands match
	p := newPopulation(s.open(t), rand.New(rand.NewPCG(1, 2)))
	for i := range many {
		r := recordAs(p.id(), "one of many")
		r.CreatedAt = dawn.Add(time.Duration(p.rng.IntN(many/2)) * time.Second) // some at once
		r.UpdatedAt = r.CreatedAt
		r.State = pick(p.rng, "open", "closed")
		if i%50 > 0 {
			r.Keys = []storage.Key{{Name: "region", Value: "north"}}
		}
		p.records = append(p.records, r)
	}
	for some := range slices.Chunk(p.records, 1000) {
		store(t, p.db, some...)
	}
	for _, desc := range []bool{false, true} {
		q := storage.Query{Kind: kind, Desc: desc, Where: []storage.Cond{
			{Field: storage.FieldKey, Key: "region", Op: storage.OpEq, Values: []any{"north"}},
			{Field: storage.FieldState, Op: storage.OpEq, Values: []any{"open"}},
		}}
		expected := want(q, p.records)[:3*page]
		q.Limit = page
		var got []uuid.UUID
		for range 3 {
			view(t, p.db, func(ctx context.Context, r storage.Reader) error {
				for rec, err := range r.Find(ctx, q) {
					if err != nil {
						return err
					}
					got, q.After = append(got, rec.ID), storage.CursorOf(q, rec)
				}
				return nil
			})
		}
		if !slices.Equal(got, expected) {
			t.Errorf("%s:\ngot  %v\nwant %v", describe(q), got, expected)
		}
	}
}

func cursorOfDeleted(t *testing.T, s subject) {
	db := s.open(t)
	var records []*storage.Record
	for i := range 6 {
		r := record("paged")
		r.CreatedAt = dawn.Add(time.Duration(i) * time.Second)
		records = append(records, r)
	}
	store(t, db, records...)
	q := storage.Query{Kind: kind, Desc: true}
	q.After = storage.CursorOf(q, records[3])
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		return errors.Join(remove(ctx, tx, records[3]), remove(ctx, tx, records[1]))
	})
	view(t, db, func(ctx context.Context, r storage.Reader) error {
		got, err := find(ctx, r, q)
		if expected := []uuid.UUID{records[2].ID, records[0].ID}; !slices.Equal(got, expected) {
			t.Errorf("got %v, want %v", got, expected)
		}
		return err
	})
}

func cursorsRefused(t *testing.T, s subject) {
	db := s.open(t)
	r := record("stored")
	store(t, db, r)
	q := storage.Query{Kind: kind, Order: storage.FieldUpdatedAt}
	cursor := storage.CursorOf(q, r)
	for name, q := range map[string]storage.Query{
		"another kind":      {Kind: "other", Order: q.Order, After: cursor},
		"another order":     {Kind: kind, After: cursor},
		"another direction": {Kind: kind, Order: q.Order, Desc: true, After: cursor},
		"half a cursor":     {Kind: kind, Order: q.Order, After: cursor[:len(cursor)/2]},
		"any text":          {Kind: kind, Order: q.Order, After: "7"},
	} {
		view(t, db, func(ctx context.Context, r storage.Reader) error {
			_, err := find(ctx, r, q)
			wantErr(t, err, storage.ErrInvalid, name)
			return nil
		})
	}
}
