package journeytest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/internal/words"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// listInvariants are what must hold of lists, by number. They are looked at at the end of
// a journey, with random queries.
var listInvariants = []struct {
	number int
	text   string
	check  func(*lists) error
}{
	{1, "what a record is found by is what its document says", in1},
	{2, "a list is what a filter and a sort of all documents give, page by page and at once", in2},
	{3, "a count is the length of the list, up to any number", in3},
	{4, "a filter and its opposite share the list between them", in4},
	{5, "a record is found by how its words begin, and by no word that it lacks", in5},
	{6, "sums of groups add up to the total, whatever the dimensions", in6},
}

// listSteps is how many deeds a journey has before its lists are looked at, and queries
// how many random lists an invariant asks for then.
const (
	listSteps = 40
	queries   = 12
)

func testLists(t *testing.T, open opener) {
	broken := map[int]error{}
	store := watch(open(t))
	rapid.Check(t, func(t *rapid.T) {
		settings := drawSettings(t, false)
		options := append(ownFields(), engine.WithSettings(settings), engine.WithStatusReasons(statusReasons...), engine.WithSearch())
		w := newWorld(t, store, options...)
		j := &journey{T: t, ctx: context.Background(), world: w, options: options, settings: settings, book: emptyBook}
		quiet := func(*scene) error { return nil }
		j.begin(quiet)
		for range listSteps {
			w.pass(pick(j, "time passes", time.Minute, time.Hour, 40*24*time.Hour))
			d, r := j.deed()
			j.step(d.draw(j, r), quiet)
		}
		l := &lists{journey: j, docs: map[kinds.Kind][]listed{}}
		if err := l.read(); err != nil {
			t.Fatal(err)
		}
		for _, i := range listInvariants {
			if err := i.check(l); err != nil && broken[i.number] == nil {
				broken[i.number] = fmt.Errorf("IN-%d is broken (%s): %w", i.number, i.text, err)
			}
		}
	})
	for _, i := range listInvariants {
		t.Run(fmt.Sprintf("IN-%d", i.number), func(t *testing.T) {
			if err := broken[i.number]; err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("IN-9", func(t *testing.T) { in9(t, open(t)) })
}

// lists are all documents that a journey has left.
type lists struct {
	*journey
	docs map[kinds.Kind][]listed
}

// listed is a document as JSON has it.
type listed struct {
	id  uuid.UUID
	doc map[string]any
}

func (l *lists) read() error {
	for _, kind := range kinds.Kinds() {
		for body, err := range l.world.client.Kind(kind).All(l.ctx, engine.AnyQuery{}) {
			if err != nil {
				return err
			}
			d := listed{}
			dec := json.NewDecoder(bytes.NewReader(body))
			dec.UseNumber()
			if err := dec.Decode(&d.doc); err != nil {
				return err
			}
			if d.id, err = uuid.Parse(fmt.Sprint(d.doc["id"])); err != nil {
				return err
			}
			l.docs[kind] = append(l.docs[kind], d)
		}
	}
	return nil
}

// field is a field of a document that a description calls a filter.
type field struct {
	name string
	typ  engine.FieldType
	zero string // what it is without a value
	ops  []engine.FilterOp
}

// fields are those of a kind that the documents have, and that lists are filtered, or
// ordered, by.
func (l *lists) fields(kind kinds.Kind, sorts bool) (list []field) {
	info := l.world.client.Describe(kind)
	for _, d := range info.Fields {
		f := field{name: strings.ReplaceAll(d.Name, "[]", ""), typ: d.Type, ops: d.Filter}
		at := slices.IndexFunc(info.Filters, func(x engine.FilterInfo) bool { return x.Name == f.name })
		switch {
		case at >= 0 && d.Type == engine.TypeInstant && info.Filters[at].Type == engine.TypeDate:
			continue // its day depends on the location
		case d.Filter == nil || sorts && (!d.Sortable || d.Type == engine.TypeReference):
			continue
		case d.Custom: // which text sorts as what is told elsewhere
			continue
		case d.GoType == "money.Amount" || d.Type == engine.TypeInteger && !strings.HasPrefix(d.GoType, "value."):
			f.zero = "0"
		}
		list = append(list, f)
	}
	return list
}

// values are what a document has in a field.
func (f field) values(d listed) (list []string) {
	at := []any{d.doc}
	for part := range strings.SplitSeq(f.name, ".") {
		var next []any
		for _, v := range at {
			if m, ok := v.(map[string]any); ok {
				if more, many := m[part].([]any); many {
					next = append(next, more...)
				} else if m[part] != nil {
					next = append(next, m[part])
				}
			}
		}
		at = next
	}
	for _, v := range at {
		if m, ok := v.(map[string]any); ok {
			v = m["id"]
		}
		if text := fmt.Sprint(v); f.name == "name" {
			list = append(list, words.Key(text))
		} else {
			list = append(list, text)
		}
	}
	list = slices.DeleteFunc(list, func(text string) bool { return text == "" || text == uuid.Nil.String() })
	switch {
	case len(list) > 0:
		return list
	case f.zero != "":
		return []string{f.zero}
	default:
		return nil
	}
}

// compare compares two values.
func (f field) compare(a, b string) int {
	switch f.typ {
	case engine.TypeMoney, engine.TypeDecimal, engine.TypeInteger:
		return decimal.RequireFromString(a).Cmp(decimal.RequireFromString(b))
	case engine.TypeInstant:
		x, _ := time.Parse(time.RFC3339Nano, a)
		y, _ := time.Parse(time.RFC3339Nano, b)
		return x.Compare(y)
	default:
		return strings.Compare(a, b)
	}
}

// matches reports whether a document meets a filter.
func (l *lists) matches(kind kinds.Kind, x *engine.Filter, d listed) bool {
	if x.Any != nil {
		return x.Not != slices.ContainsFunc(x.Any, func(x engine.Filter) bool { return l.matches(kind, &x, d) })
	}
	all := l.fields(kind, false)
	f := all[slices.IndexFunc(all, func(f field) bool { return f.name == x.Field })]
	given := slices.Clone(x.Values)
	if f.name == "name" {
		for i := range given {
			given[i] = words.Key(given[i])
		}
	}
	has := f.values(d)
	meets := slices.ContainsFunc(has, func(v string) bool {
		switch x.Op {
		case engine.FilterEq, engine.FilterIn:
			return slices.ContainsFunc(given, func(g string) bool { return f.compare(v, g) == 0 })
		case engine.FilterLt:
			return f.compare(v, given[0]) < 0
		case engine.FilterLe:
			return f.compare(v, given[0]) <= 0
		case engine.FilterGt:
			return f.compare(v, given[0]) > 0
		case engine.FilterGe:
			return f.compare(v, given[0]) >= 0
		case engine.FilterBetween:
			return f.compare(v, given[0]) >= 0 && f.compare(v, given[1]) <= 0
		case engine.FilterPrefix:
			return strings.HasPrefix(v, given[0])
		default:
			return false
		}
	})
	return x.Not != (meets || x.Op == engine.FilterMissing && has == nil)
}

// filter draws a condition with values that documents of the kind have, as a rule.
func (l *lists) filter(kind kinds.Kind, fields []field, nests bool) engine.Filter {
	x := engine.Filter{Not: rapid.Bool().Draw(l.T, "not")}
	if nests && rapid.IntRange(0, 4).Draw(l.T, "any") == 0 {
		for range rapid.IntRange(1, 3).Draw(l.T, "of") {
			x.Any = append(x.Any, l.filter(kind, fields, false))
		}
		return x
	}
	f := rapid.SampledFrom(fields).Draw(l.T, "field")
	x.Field, x.Op = f.name, rapid.SampledFrom(f.ops).Draw(l.T, "op")
	var known []string
	for _, d := range l.docs[kind] {
		known = append(known, f.values(d)...)
	}
	if known == nil {
		x.Op = engine.FilterMissing
	}
	n := 1
	switch x.Op {
	case engine.FilterMissing:
		n = 0
	case engine.FilterBetween:
		n = 2
	case engine.FilterIn:
		n = rapid.IntRange(0, 3).Draw(l.T, "values")
	}
	for range n {
		x.Values = append(x.Values, rapid.SampledFrom(known).Draw(l.T, "value"))
	}
	if x.Op == engine.FilterBetween && f.compare(x.Values[0], x.Values[1]) > 0 {
		slices.Reverse(x.Values) // a range that is turned round is refused
	}
	if x.Op == engine.FilterPrefix {
		runes := []rune(x.Values[0])
		x.Values[0] = string(runes[:rapid.IntRange(1, len(runes)).Draw(l.T, "runes")])
		if f.name == "name" {
			x.Values[0] = words.Key(x.Values[0])
		}
	}
	return x
}

// query draws a list and tells what it should be.
func (l *lists) query() (kind kinds.Kind, q engine.AnyQuery, want []uuid.UUID) {
	stored := slices.Sorted(func(yield func(kinds.Kind) bool) {
		for kind, docs := range l.docs {
			if len(docs) > 0 && !yield(kind) {
				return
			}
		}
	})
	kind = rapid.SampledFrom(stored).Draw(l.T, "kind")
	fields, orders := l.fields(kind, false), l.fields(kind, true)
	for range rapid.IntRange(0, 3).Draw(l.T, "filters") {
		q.Where = append(q.Where, l.filter(kind, fields, true))
	}
	by := rapid.SampledFrom(orders).Draw(l.T, "order")
	q.Order, q.Desc = engine.ListOrder(by.name), rapid.Bool().Draw(l.T, "falling")
	var found []listed
	for _, d := range l.docs[kind] {
		if !slices.ContainsFunc(q.Where, func(x engine.Filter) bool { return !l.matches(kind, &x, d) }) {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, func(a, b listed) int {
		x, y := by.values(a), by.values(b)
		switch {
		case x == nil && y != nil:
			return 1
		case x != nil && y == nil:
			return -1
		case x != nil && y != nil && by.compare(x[0], y[0]) != 0:
			if q.Desc {
				x, y = y, x
			}
			return by.compare(x[0], y[0])
		}
		return bytes.Compare(a.id[:], b.id[:])
	})
	for _, d := range found {
		want = append(want, d.id)
	}
	return kind, q, want
}

// ids reads the ids of a list, at once or in pages.
func (l *lists) ids(kind kinds.Kind, q engine.AnyQuery, paged bool) (ids []uuid.UUID, err error) {
	id := func(body json.RawMessage) {
		var d struct {
			ID uuid.UUID `json:"id"`
		}
		err = cmp.Or(err, json.Unmarshal(body, &d))
		ids = append(ids, d.ID)
	}
	if !paged {
		for body, failed := range l.world.client.Kind(kind).All(l.ctx, q) {
			if failed != nil {
				return nil, failed
			}
			id(body)
		}
		return ids, err
	}
	for {
		page, failed := l.world.client.Kind(kind).Page(l.ctx, q)
		if failed != nil {
			return nil, failed
		}
		for _, body := range page.Items {
			id(body)
		}
		if q.After = page.Next; q.After == "" {
			return ids, err
		}
	}
}

func in1(l *lists) error {
	for kind := range l.docs {
		if n, err := l.world.client.Preview().Reindex(l.ctx, kind); err != nil || n != 0 {
			return fmt.Errorf("%d of kind %s would be reindexed: %w", n, kind, err)
		}
	}
	return nil
}

func in2(l *lists) error {
	for range queries {
		kind, q, want := l.query()
		for _, paged := range []bool{false, true} {
			if paged {
				q.Limit = rapid.IntRange(1, 7).Draw(l.T, "limit")
			}
			got, err := l.ids(kind, q, paged)
			if err != nil || !slices.Equal(got, want) {
				return fmt.Errorf("%s, %+v, paged %t: got\n%v, %w; want\n%v", kind, q.List, paged, got, err, want)
			}
		}
	}
	return nil
}

func in3(l *lists) error {
	for range queries {
		kind, q, want := l.query()
		n, err := l.world.client.Kind(kind).Count(l.ctx, q)
		if err != nil || n != int64(len(want)) {
			return fmt.Errorf("%s, %+v: counted %d, %w; want %d", kind, q.List, n, err, len(want))
		}
		q.CountUpTo = int64(rapid.IntRange(1, 9).Draw(l.T, "up to"))
		page, err := l.world.client.Kind(kind).Page(l.ctx, q)
		if total, _ := page.Total.Get(); err != nil || total != min(n, q.CountUpTo+1) {
			return fmt.Errorf("%s, %+v: counted %d up to %d, %w; want of %d", kind, q.List, total, q.CountUpTo, err, n)
		}
	}
	return nil
}

func in4(l *lists) error {
	for range queries {
		kind, q, _ := l.query()
		counts := func(where ...engine.Filter) (n int64, err error) {
			return l.world.client.Kind(kind).Count(l.ctx, engine.AnyQuery{List: engine.List{Where: where}})
		}
		for _, x := range q.Where {
			one, err := counts(x)
			if err != nil {
				return fmt.Errorf("%s, %+v: %w", kind, x, err)
			}
			x.Not = !x.Not
			other, err := counts(x)
			if err != nil || one+other != int64(len(l.docs[kind])) {
				return fmt.Errorf("%s, %+v: %d, and %d the other way, %w; want %d in all", kind, x, one, other, err, len(l.docs[kind]))
			}
		}
	}
	return nil
}

// searchedFields are some of the fields by whose words records are found.
var searchedFields = map[kinds.Kind][]string{
	kinds.Lead: {"topic", "first_name", "last_name", "company_name"}, kinds.Account: {"name"}, kinds.Contact: {"first_name", "last_name"},
	kinds.Opportunity: {"name"}, kinds.Product: {"name"}, kinds.Competitor: {"name"}, kinds.Seller: {"name"},
}

func in5(l *lists) error {
	for kind, names := range searchedFields {
		for _, d := range l.docs[kind] {
			var texts []string
			for _, name := range names {
				if text, is := d.doc[name].(string); is {
					texts = append(texts, text)
				}
			}
			parts := words.Of(texts...)
			parts = parts[:min(len(parts), 3)]
			long := false
			for i, part := range parts {
				runes := []rune(part)
				n := rapid.IntRange(min(2, len(runes)), len(runes)).Draw(l.T, "letters")
				if long && rapid.Bool().Draw(l.T, "one letter") {
					n = 1
				}
				long = long || n > 1
				if parts[i] = string(runes[:n]); rapid.Bool().Draw(l.T, "upper case") {
					parts[i] = strings.ToUpper(parts[i])
				}
			}
			if !long {
				continue
			}
			q := engine.AnyQuery{List: engine.List{Text: strings.Join(parts, " ")}}
			got, err := l.ids(kind, q, false)
			if err != nil || !slices.Contains(got, d.id) {
				return fmt.Errorf("%s of %q is not found by %q: %v, %w", kind, texts, q.Text, got, err)
			}
			q.Text += " qxzzyq"
			if got, err = l.ids(kind, q, false); err != nil || len(got) > 0 {
				return fmt.Errorf("%s: %q finds %v, %w", kind, q.Text, got, err)
			}
		}
	}
	return nil
}

func in6(l *lists) error {
	dims := []storage.Dim{
		{Field: storage.FieldState},
		{Field: storage.FieldStatus},
		{Field: storage.FieldOwner},
		{Field: storage.FieldCurrency},
		{Field: storage.FieldDueOn, Unit: storage.UnitMonth},
		{Field: storage.FieldText1},
		{Field: storage.FieldText6},
		{Field: storage.FieldDay1},
	}
	of := []storage.Field{storage.FieldAmount, storage.FieldNum1, storage.FieldNum2}
	sums := func(by ...storage.Dim) ([]storage.Group, error) {
		s, err := l.world.client.Opportunities().Sums(l.ctx, engine.OpportunityQuery{}, engine.SumsBy{By: by, Of: of})
		return s.Groups, err
	}
	whole, err := sums()
	if err != nil {
		return err
	}
	if n := int64(len(l.docs[kinds.Opportunity])); whole[0].Count != n {
		return fmt.Errorf("%d opportunities are counted, there are %d", whole[0].Count, n)
	}
	for range queries {
		by := rapid.SliceOfNDistinct(rapid.SampledFrom(dims), 1, 3, func(d storage.Dim) storage.Field { return d.Field }).Draw(l.T, "dimensions")
		groups, err := sums(by...)
		if err != nil {
			return err
		}
		var count int64
		parts := make([]decimal.Decimal, len(of))
		for _, g := range groups {
			count += g.Count
			for i := range of {
				parts[i] = parts[i].Add(g.Of[i].Sum)
			}
		}
		for i := range of {
			if count != whole[0].Count || !parts[i].Equal(whole[0].Of[i].Sum) {
				return fmt.Errorf("by %+v: %d records, %s of %s; want %d and %s", by, count, parts[i], of[i], whole[0].Count, whole[0].Of[i].Sum)
			}
		}
	}
	return nil
}

// in9 moves value from deal to deal while reports are made: none may see a part of it.
func in9(t *testing.T, store storage.Store) {
	const deals, each = 300, 1000
	w := newWorld(t, store, engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR}))
	c := w.client
	account := newAccount(1)
	if _, err := account.do(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	fields := func(n int, worth int64) leadtocash.OpportunityFields {
		return leadtocash.OpportunityFields{
			Name: fmt.Sprint("deal ", n), CustomerID: customer, SalesStage: []leadtocash.SalesStage{leadtocash.SalesStageQualify, leadtocash.SalesStageDevelop}[n%2],
			EstimatedValue: value.Some(money.EUR.Units(100 * worth)),
		}
	}
	err := c.Atomic(t.Context(), func(ctx context.Context, c *engine.Client) error {
		for n := range deals {
			cmd := leadtocash.CreateOpportunity{ID: id[record.OpportunityID](n + 1), Origin: inEUR, Fields: fields(n, each)}
			if _, err := c.Opportunities().Create(ctx, cmd); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for k := range 2 {
		writers.Go(func() {
			for n := k; ctx.Err() == nil; n++ {
				from, to := n%deals, (n+deals/2)%deals
				err := c.Atomic(ctx, func(ctx context.Context, c *engine.Client) error {
					for i, moved := range map[int]int64{from: -1, to: 1} {
						o, err := c.Opportunities().Get(ctx, id[record.OpportunityID](i+1))
						if err != nil {
							return err
						}
						f := o.OpportunityFields
						f.EstimatedValue = value.Some(o.EstimatedValue.Or(money.Amount{}).Add(money.EUR.Units(100 * moved)))
						f.SalesStage = fields(i+n, 0).SalesStage
						if _, err := c.Opportunities().Edit(ctx, o.ID, leadtocash.EditOpportunity{Fields: f}); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil && ctx.Err() == nil {
					t.Error(err)
					return
				}
			}
		})
	}
	defer writers.Wait()
	defer end()
	want := decimal.NewFromInt(deals * each)
	for range less(30) {
		r, err := c.Insight().Pipeline(t.Context(), engine.OpportunityQuery{}, insight.PipelineParams{Params: insight.Params{By: []insight.Dimension{insight.ByStage}}})
		if err != nil {
			t.Fatal(err)
		}
		f := r.Figures[0]
		var rows int64
		for _, row := range f.Rows {
			rows += row.Count
		}
		if f.Total.Count != deals || rows != deals || !f.Total.Value.Decimal().Equal(want) {
			t.Fatalf("%d deals, %d in rows, worth %s; want %d worth %s: the report is not of one snapshot", f.Total.Count, rows, f.Total.Value, deals, want)
		}
		sums, err := c.Opportunities().Sums(t.Context(), engine.OpportunityQuery{}, engine.SumsBy{
			By: []storage.Dim{{Field: storage.FieldText1}}, Of: []storage.Field{storage.FieldAmount},
		})
		if err != nil {
			t.Fatal(err)
		}
		count, worth := int64(0), decimal.Decimal{}
		for _, g := range sums.Groups {
			count, worth = count+g.Count, worth.Add(g.Of[0].Sum)
		}
		if count != deals || !worth.Equal(want) {
			t.Fatalf("the groups hold %d deals worth %s, want %d worth %s", count, worth, deals, want)
		}
	}
}
