package storage_test

import (
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
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// quote returns a record with every field set.
func quote(n byte) *storage.Record {
	return &storage.Record{
		Header: storage.Header{
			Ref:       storage.Ref{Kind: "quote", ID: uuid.UUID{15: n}},
			Version:   1,
			Number:    fmt.Sprintf("QUO-%d", n),
			State:     "active",
			Status:    "open",
			Owner:     uuid.UUID{15: 100},
			Currency:  "EUR",
			Amount:    decimal.NewNullDecimal(decimal.New(int64(n)*150, -2)),
			DueOn:     20260630,
			CreatedAt: noon,
			UpdatedAt: noon.Add(time.Hour),
		},
		Keys:  []storage.Key{{Name: "customer", Value: "acme"}, {Name: "tag", Value: "a"}, {Name: "tag", Value: "b"}},
		Image: storage.NewImage("document"),
	}
}

// bare returns a record with nothing set that may be missing.
func bare(n byte) *storage.Record {
	return &storage.Record{
		Header: storage.Header{Ref: storage.Ref{Kind: "quote", ID: uuid.UUID{15: n}}, Version: 1, CreatedAt: noon, UpdatedAt: noon},
		Image:  storage.NewImage("document"),
	}
}

func cond(f storage.Field, op storage.Op, values ...any) storage.Cond {
	return storage.Cond{Field: f, Op: op, Values: values}
}

func key(name string, op storage.Op, values ...any) storage.Cond {
	return storage.Cond{Field: storage.FieldKey, Key: name, Op: op, Values: values}
}

// not turns a condition round.
func not(c storage.Cond) storage.Cond {
	c.Not = true
	return c
}

func TestMatch(t *testing.T) {
	t.Parallel()
	one := decimal.New(1, 0)
	for _, tt := range []struct {
		cond       storage.Cond
		full, bare bool
	}{
		{cond(storage.FieldID, storage.OpEq, uuid.UUID{15: 1}), true, true},
		{cond(storage.FieldID, storage.OpGt, uuid.UUID{15: 1}), false, false},
		{cond(storage.FieldID, storage.OpLt, uuid.UUID{15: 2}), true, true},
		{cond(storage.FieldNumber, storage.OpEq, "QUO-1"), true, false},
		{cond(storage.FieldNumber, storage.OpEq, "quo-1"), false, false},
		{cond(storage.FieldNumber, storage.OpPrefix, "QUO"), true, false},
		{cond(storage.FieldNumber, storage.OpPrefix, ""), true, false},
		{cond(storage.FieldNumber, storage.OpPrefix, "QUO-12"), false, false},
		{cond(storage.FieldNumber, storage.OpEq, ""), false, false},
		{cond(storage.FieldNumber, storage.OpGe, ""), true, false},
		{cond(storage.FieldNumber, storage.OpLt, "QUO-2"), true, false},
		{cond(storage.FieldNumber, storage.OpLt, "QUO-10"), true, false}, // bytewise: a prefix is less
		{cond(storage.FieldNumber, storage.OpMissing), false, true},
		{cond(storage.FieldState, storage.OpIn, "draft", "active"), true, false},
		{cond(storage.FieldState, storage.OpIn, "draft", "won"), false, false},
		{cond(storage.FieldState, storage.OpIn), false, false},
		{cond(storage.FieldStatus, storage.OpEq, "open"), true, false},
		{cond(storage.FieldCurrency, storage.OpEq, "EUR"), true, false},
		{cond(storage.FieldOwner, storage.OpEq, uuid.UUID{15: 100}), true, false},
		{cond(storage.FieldOwner, storage.OpEq, uuid.Nil), false, false},
		{cond(storage.FieldOwner, storage.OpMissing), false, true},
		{cond(storage.FieldAmount, storage.OpEq, decimal.RequireFromString("1.500")), true, false},
		{cond(storage.FieldAmount, storage.OpGt, one), true, false},
		{cond(storage.FieldAmount, storage.OpLe, one), false, false},
		{cond(storage.FieldAmount, storage.OpMissing), false, true},
		{cond(storage.FieldDueOn, storage.OpLe, storage.Day(20260630)), true, false},
		{cond(storage.FieldDueOn, storage.OpLt, storage.Day(20260630)), false, false},
		{cond(storage.FieldDueOn, storage.OpMissing), false, true},
		{cond(storage.FieldCreatedAt, storage.OpEq, noon.In(time.FixedZone("", 7200))), true, true},
		{cond(storage.FieldUpdatedAt, storage.OpGt, noon), true, false},
		{cond(storage.FieldCreatedAt, storage.OpMissing), false, false},
		{key("customer", storage.OpEq, "acme"), true, false},
		{key("customer", storage.OpEq, "Acme"), false, false},
		{key("tag", storage.OpEq, "b"), true, false},
		{key("tag", storage.OpEq, "acme"), false, false},
		{key("tag", storage.OpIn, "x", "a"), true, false},
		{key("tag", storage.OpIn), false, false},
		{key("customer", storage.OpPrefix, "ac"), true, false},
		{key("customer", storage.OpPrefix, "Ac"), false, false},
		{key("customer", storage.OpGt, "acm"), true, false},
		{key("customer", storage.OpLt, "acm"), false, false},
		{key("tag", storage.OpBetween, "aa", "b"), true, false},
		{key("tag", storage.OpBetween, "aa", "az"), false, false}, // a is below and b above: one key has to be within
		{key("tag", storage.OpMissing), false, true},
		{key("colour", storage.OpMissing), true, true},
		{cond(storage.FieldAmount, storage.OpBetween, one, decimal.RequireFromString("1.5")), true, false},
		{cond(storage.FieldAmount, storage.OpBetween, decimal.RequireFromString("1.5"), one), false, false},
		{cond(storage.FieldDueOn, storage.OpBetween, storage.Day(20260630), storage.Day(20260630)), true, false},
		{not(cond(storage.FieldState, storage.OpIn, "draft", "won")), true, true}, // also of a record without state
		{not(cond(storage.FieldState, storage.OpMissing)), true, false},
		{not(key("tag", storage.OpEq, "a")), false, true},
		{not(key("tag", storage.OpMissing)), true, false},
		{storage.Cond{Any: []storage.Cond{key("tag", storage.OpEq, "x"), cond(storage.FieldAmount, storage.OpMissing)}}, false, true},
		{not(storage.Cond{Any: []storage.Cond{key("tag", storage.OpEq, "x"), cond(storage.FieldAmount, storage.OpMissing)}}), true, false},
		{storage.Cond{Any: []storage.Cond{not(key("tag", storage.OpEq, "x"))}}, true, true},
	} {
		q := storage.Query{Kind: "quote", Where: []storage.Cond{tt.cond}}
		if err := q.Validate(); err != nil {
			t.Errorf("%v: %v", tt.cond, err)
		}
		if got := storage.Match(q, quote(1)); got != tt.full {
			t.Errorf("%v matches a full record: %t, want %t", tt.cond, got, tt.full)
		}
		if got := storage.Match(q, bare(1)); got != tt.bare {
			t.Errorf("%v matches a bare record: %t, want %t", tt.cond, got, tt.bare)
		}
	}
	all := storage.Query{Kind: "quote", Where: []storage.Cond{key("tag", storage.OpEq, "a"), cond(storage.FieldState, storage.OpEq, "won")}}
	if storage.Match(all, quote(1)) {
		t.Error("a record matches although one of two conditions does not hold")
	}
	if storage.Match(storage.Query{Kind: "order"}, quote(1)) {
		t.Error("a record matches a query for another kind")
	}
}

var fields = []storage.Field{
	storage.FieldID, storage.FieldNumber, storage.FieldState, storage.FieldStatus, storage.FieldOwner,
	storage.FieldCurrency, storage.FieldAmount, storage.FieldDueOn, storage.FieldCreatedAt, storage.FieldUpdatedAt,
}

// anyRecord draws a record that has few values to choose from.
func anyRecord(t *rapid.T, label string) *storage.Record {
	r := bare(byte(rapid.IntRange(1, 5).Draw(t, label+" id")))
	text := rapid.SampledFrom([]string{"", "a", "A", "ab", "ä", "🙂"})
	r.Number, r.State, r.Status, r.Currency = text.Draw(t, "number"), text.Draw(t, "state"), text.Draw(t, "status"), text.Draw(t, "currency")
	r.Owner = uuid.UUID{15: byte(rapid.IntRange(0, 2).Draw(t, "owner"))}
	if rapid.Bool().Draw(t, "has amount") {
		r.Amount = decimal.NewNullDecimal(decimal.New(int64(rapid.IntRange(-100, 100).Draw(t, "amount")), int32(rapid.IntRange(-2, 1).Draw(t, "exponent"))))
	}
	r.DueOn = rapid.SampledFrom([]storage.Day{0, 20251231, 20260101}).Draw(t, "due on")
	r.CreatedAt = noon.Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "created")) * time.Microsecond)
	r.UpdatedAt = noon.Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "updated")) * time.Hour)
	return r
}

func anyOrder(t *rapid.T) storage.Query {
	return storage.Query{Kind: "quote", Order: rapid.SampledFrom(fields).Draw(t, "order"), Desc: rapid.Bool().Draw(t, "desc")}
}

func sign(n int) int { return max(-1, min(1, n)) }

func TestCompareIsAnOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := anyOrder(t)
		a, b, c := anyRecord(t, "a"), anyRecord(t, "b"), anyRecord(t, "c")
		ab, ba, bc, ac := storage.Compare(q, a, b), storage.Compare(q, b, a), storage.Compare(q, b, c), storage.Compare(q, a, c)
		if sign(ab) != -sign(ba) {
			t.Fatalf("a to b is %d, b to a is %d", ab, ba)
		}
		if ab == 0 && a.ID != b.ID {
			t.Fatal("different records compare as equal")
		}
		if ab < 0 && bc < 0 && ac >= 0 {
			t.Fatalf("a before b before c, but a to c is %d", ac)
		}
	})
}

func TestCompare(t *testing.T) {
	t.Parallel()
	big, small := quote(2), quote(1)
	big.Number, small.Number = "b", "B" // bytewise, capitals come first
	big.State, small.State = "b", "a"
	big.Status, small.Status = "b", "a"
	big.Currency, small.Currency = "USD", "EUR"
	big.Owner = uuid.UUID{15: 101}
	big.Amount, small.Amount = decimal.NewNullDecimal(decimal.New(10, 0)), decimal.NewNullDecimal(decimal.New(99, -1))
	big.DueOn++
	big.CreatedAt, big.UpdatedAt = big.CreatedAt.Add(time.Microsecond), big.UpdatedAt.Add(time.Microsecond)
	for _, f := range fields {
		up, down := storage.Query{Kind: "quote", Order: f}, storage.Query{Kind: "quote", Order: f, Desc: true}
		if storage.Compare(up, small, big) >= 0 || f != storage.FieldID && storage.Compare(down, small, big) <= 0 {
			t.Errorf("by %s the smaller value is not first, or not last in descending order", f)
		}
		switch f {
		case storage.FieldID, storage.FieldCreatedAt, storage.FieldUpdatedAt:
			continue // never missing
		}
		for _, q := range []storage.Query{up, down} {
			if storage.Compare(q, bare(1), big) <= 0 || storage.Compare(q, big, bare(1)) >= 0 {
				t.Errorf("by %s, descending %t: a missing value is not last", f, q.Desc)
			}
			if storage.Compare(q, bare(1), bare(2)) >= 0 {
				t.Errorf("by %s, descending %t: ties are not in order of ids", f, q.Desc)
			}
		}
	}
	if storage.Compare(storage.Query{}, small, big) >= 0 {
		t.Error("without an order, the record made first is not first")
	}
	if q := (storage.Query{Order: storage.FieldID, Desc: true}); storage.Compare(q, big, small) >= 0 {
		t.Error("by descending id the greater is not first")
	}
}

func TestCursorStandsAtItsRecord(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := anyOrder(t)
		at, other := anyRecord(t, "at"), anyRecord(t, "other")
		q.After = storage.CursorOf(q, at)
		if err := q.Validate(); err != nil {
			t.Fatalf("own cursor: %v", err)
		}
		p, ok, err := q.Position()
		if !ok || err != nil || p.ID != at.ID {
			t.Fatalf("got position %v, %t, %v", p, ok, err)
		}
		place := p.Record(q)
		if c := storage.Compare(q, place, at); c != 0 {
			t.Fatalf("the place of the cursor compares to its record as %d", c)
		}
		if got, want := storage.Compare(q, place, other), storage.Compare(q, at, other); sign(got) != sign(want) {
			t.Fatalf("the place of the cursor compares to another record as %d, its record as %d", got, want)
		}
	})
}

func TestCursorIsForItsQueryOnly(t *testing.T) {
	t.Parallel()
	q := storage.Query{Kind: "quote", Order: storage.FieldNumber}
	cursor := storage.CursorOf(q, quote(1))
	for name, q := range map[string]storage.Query{
		"kind":      {Kind: "order", Order: q.Order},
		"order":     {Kind: "quote", Order: storage.FieldState},
		"direction": {Kind: "quote", Order: q.Order, Desc: true},
	} {
		q.After = cursor
		if err := q.Validate(); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("cursor with another %s: got %v, want %v", name, err, storage.ErrInvalid)
		}
	}
	for _, text := range []storage.Cursor{"x", "====", cursor + "A", cursor + "\n", cursor[1:], storage.Cursor(strings.Repeat("A", 1<<20))} {
		q.After = text
		if err := q.Validate(); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("cursor %.20q: got %v, want %v", text, err, storage.ErrInvalid)
		}
	}
	// The default order is an order like any other.
	q = storage.Query{Kind: "quote"}
	q.After = storage.CursorOf(storage.Query{Kind: "quote", Order: storage.FieldCreatedAt}, quote(1))
	if err := q.Validate(); err != nil {
		t.Errorf("cursor of the same order, written out: %v", err)
	}
}

// FuzzCursor shows that any text is a cursor, which then is the only one for its
// place, or ErrInvalid.
func FuzzCursor(f *testing.F) {
	for i, field := range fields {
		for _, r := range []*storage.Record{quote(1), bare(2)} {
			f.Add(string(storage.CursorOf(storage.Query{Kind: "quote", Order: field, Desc: i%2 == 0}, r)), i, i%2 == 0)
		}
	}
	f.Add("AQ", 0, false)
	f.Fuzz(func(t *testing.T, text string, field int, desc bool) {
		q := storage.Query{Kind: "quote", Order: fields[uint(field)%uint(len(fields))], Desc: desc, After: storage.Cursor(text)}
		p, ok, err := q.Position()
		if err != nil {
			if !errors.Is(err, storage.ErrInvalid) || ok {
				t.Fatalf("got %t, %v; want %v", ok, err, storage.ErrInvalid)
			}
			return
		}
		if !ok {
			if text != "" {
				t.Fatal("a text that is neither a cursor nor an error")
			}
			return
		}
		again := q
		again.After = storage.CursorOf(q, p.Record(q))
		p2, _, err := again.Position()
		if err != nil {
			t.Fatalf("the cursor of the cursor's place: %v", err)
		}
		if storage.Compare(q, p.Record(q), p2.Record(q)) != 0 {
			t.Fatalf("the place moves from %v to %v", p, p2)
		}
	})
}

func TestQueryValidate(t *testing.T) {
	t.Parallel()
	ok := storage.Query{Kind: "quote"}
	if err := ok.Validate(); err != nil {
		t.Fatalf("%v: %v", ok, err)
	}
	for name, q := range map[string]storage.Query{
		"no kind":                  {},
		"kind with a capital":      {Kind: "Quote"},
		"kind too long":            {Kind: strings.Repeat("q", 33)},
		"unknown order":            {Kind: "quote", Order: "total"},
		"order by key":             {Kind: "quote", Order: storage.FieldKey},
		"negative limit":           {Kind: "quote", Limit: -1},
		"too many conditions":      {Kind: "quote", Where: slices.Repeat([]storage.Cond{cond(storage.FieldState, storage.OpEq, "a")}, storage.MaxConds+1)},
		"unknown field":            {Kind: "quote", Where: []storage.Cond{cond("total", storage.OpEq, "1")}},
		"unknown op":               {Kind: "quote", Where: []storage.Cond{cond(storage.FieldState, "like", "a")}},
		"no op":                    {Kind: "quote", Where: []storage.Cond{cond(storage.FieldState, "", "a")}},
		"missing with a value":     {Kind: "quote", Where: []storage.Cond{cond(storage.FieldState, storage.OpMissing, "a")}},
		"eq without value":         {Kind: "quote", Where: []storage.Cond{cond(storage.FieldState, storage.OpEq)}},
		"prefix of an id":          {Kind: "quote", Where: []storage.Cond{cond(storage.FieldID, storage.OpPrefix, "a")}},
		"text for an id":           {Kind: "quote", Where: []storage.Cond{cond(storage.FieldID, storage.OpEq, "a")}},
		"id for a text":            {Kind: "quote", Where: []storage.Cond{cond(storage.FieldState, storage.OpEq, uuid.Nil)}},
		"int for a day":            {Kind: "quote", Where: []storage.Cond{cond(storage.FieldDueOn, storage.OpEq, 20260101)}},
		"no day":                   {Kind: "quote", Where: []storage.Cond{cond(storage.FieldDueOn, storage.OpEq, storage.Day(20261301))}},
		"float for an amount":      {Kind: "quote", Where: []storage.Cond{cond(storage.FieldAmount, storage.OpEq, 1.5)}},
		"an amount of many digits": {Kind: "quote", Where: []storage.Cond{cond(storage.FieldAmount, storage.OpEq, decimal.New(1, 1<<30))}},
		"nanoseconds":              {Kind: "quote", Where: []storage.Cond{cond(storage.FieldCreatedAt, storage.OpEq, noon.Add(1))}},
		"the year 10000":           {Kind: "quote", Where: []storage.Cond{cond(storage.FieldCreatedAt, storage.OpEq, noon.AddDate(8000, 0, 0))}},
		"a key without value":      {Kind: "quote", Where: []storage.Cond{key("customer", storage.OpLt)}},
		"between one end":          {Kind: "quote", Where: []storage.Cond{cond(storage.FieldDueOn, storage.OpBetween, storage.Day(20260101))}},
		"any beside a condition":   {Kind: "quote", Where: []storage.Cond{{Field: storage.FieldState, Op: storage.OpMissing, Any: []storage.Cond{key("k", storage.OpMissing)}}}},
		"any within any":           {Kind: "quote", Where: []storage.Cond{{Any: []storage.Cond{{Any: []storage.Cond{key("k", storage.OpMissing)}}}}}},
		"nothing in any":           {Kind: "quote", Where: []storage.Cond{{Any: []storage.Cond{}}}},
		"too many in any":          {Kind: "quote", Where: []storage.Cond{{Any: slices.Repeat([]storage.Cond{key("k", storage.OpMissing)}, storage.MaxAny+1)}}},
		"too many in all":          {Kind: "quote", Where: slices.Repeat([]storage.Cond{{Any: slices.Repeat([]storage.Cond{key("k", storage.OpMissing)}, storage.MaxAny)}}, 16)},
		"a key without name":       {Kind: "quote", Where: []storage.Cond{key("", storage.OpEq, "a")}},
		"a field with a key name":  {Kind: "quote", Where: []storage.Cond{{Field: storage.FieldState, Key: "k", Op: storage.OpEq, Values: []any{"a"}}}},
		"nul":                      {Kind: "quote", Where: []storage.Cond{cond(storage.FieldState, storage.OpEq, "a\x00")}},
		"no utf8":                  {Kind: "quote", Where: []storage.Cond{key("customer", storage.OpEq, "\xc3")}},
		"a long text":              {Kind: "quote", Where: []storage.Cond{key("customer", storage.OpEq, strings.Repeat("x", storage.MaxText+1))}},
	} {
		if err := q.Validate(); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("%s: got %v, want %v", name, err, storage.ErrInvalid)
		}
	}
}

func TestRecordValidate(t *testing.T) {
	t.Parallel()
	for _, r := range []*storage.Record{quote(1), bare(1)} {
		if err := r.Validate(); err != nil {
			t.Errorf("%v: %v", r.Header, err)
		}
	}
	many := make([]storage.Key, 100)
	for i := range many {
		many[i] = storage.Key{Name: "line", Value: fmt.Sprint(i)}
	}
	for name, fn := range map[string]func(*storage.Record){
		"no kind":             func(r *storage.Record) { r.Kind = "" },
		"kind with a digit":   func(r *storage.Record) { r.Kind = "quote2" },
		"no id":               func(r *storage.Record) { r.ID = uuid.Nil },
		"version 0":           func(r *storage.Record) { r.Version = 0 },
		"no document":         func(r *storage.Record) { r.Image = storage.Image{} },
		"no instant":          func(r *storage.Record) { r.UpdatedAt = time.Time{} },
		"local instant":       func(r *storage.Record) { r.CreatedAt = noon.In(time.FixedZone("", 60)) },
		"nanoseconds":         func(r *storage.Record) { r.CreatedAt = noon.Add(999) },
		"the year 10000":      func(r *storage.Record) { r.CreatedAt = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"no such day":         func(r *storage.Record) { r.DueOn = 20270229 },
		"amount of 39 digits": func(r *storage.Record) { r.Amount.Decimal = decimal.RequireFromString(strings.Repeat("9", 39)) },
		"amount out of range": func(r *storage.Record) { r.Amount.Decimal = decimal.New(1, -39) },
		"number with nul":     func(r *storage.Record) { r.Number = "\x00" },
		"currency not utf8":   func(r *storage.Record) { r.Currency = "\xff" },
		"number too long":     func(r *storage.Record) { r.Number = strings.Repeat("x", storage.MaxText+1) },
		"key without name":    func(r *storage.Record) { r.Keys = []storage.Key{{Value: "v"}} },
		"key without value":   func(r *storage.Record) { r.Keys = []storage.Key{{Name: "n"}} },
		"key with nul":        func(r *storage.Record) { r.Keys = []storage.Key{{Name: "n", Value: "\x00"}} },
		"key twice":           func(r *storage.Record) { r.Keys = append(r.Keys, r.Keys[0]) },
		"one of many twice":   func(r *storage.Record) { r.Keys = append(slices.Clone(many), many[50]) },
		"claim empty":         func(r *storage.Record) { r.Claims = []string{""} },
		"claim twice":         func(r *storage.Record) { r.Claims = []string{"a", "a"} },
	} {
		r := quote(1)
		fn(r)
		if err := r.Validate(); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("%s: got %v, want %v", name, err, storage.ErrInvalid)
		}
	}
	if err := (*storage.Record)(nil).Validate(); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("no record: got %v, want %v", err, storage.ErrInvalid)
	}
	r := quote(1)
	r.Keys = many
	r.Amount.Decimal = decimal.RequireFromString("-" + strings.Repeat("9", storage.MaxDigits))
	r.CreatedAt = time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
	r.Number = strings.Repeat("x", storage.MaxText)
	if err := r.Validate(); err != nil {
		t.Errorf("the extremes that are allowed: %v", err)
	}
}

func TestValidateEvents(t *testing.T) {
	t.Parallel()
	r := quote(1)
	e := storage.Event{Ref: r.Ref, Version: 1, Type: "quote.created", At: noon}
	if err := storage.ValidateEvents(r.Ref, 1, []storage.Event{e, e}); err != nil {
		t.Error(err)
	}
	for name, fn := range map[string]func(*storage.Event){
		"another record":  func(e *storage.Event) { e.ID = uuid.UUID{1} },
		"another version": func(e *storage.Event) { e.Version = 2 },
		"no type":         func(e *storage.Event) { e.Type = "" },
		"no instant":      func(e *storage.Event) { e.At = time.Time{} },
		"nul":             func(e *storage.Event) { e.Actor = "\x00" },
		"no utf8":         func(e *storage.Event) { e.Request = "\xff" },
	} {
		bad := e
		fn(&bad)
		if err := storage.ValidateEvents(r.Ref, 1, []storage.Event{e, bad}); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("%s: got %v, want %v", name, err, storage.ErrInvalid)
		}
	}
	if err := storage.ValidateEvents(r.Ref, 1, nil); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("no event: got %v, want %v", err, storage.ErrInvalid)
	}
}

// TestPagesAreTheWhole pages through random records with nothing but Match, Compare
// and cursors.
func TestPagesAreTheWhole(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 6))
	var records []*storage.Record
	for n := range byte(40) {
		r := bare(n + 1)
		if n%3 > 0 {
			r = quote(n + 1)
			r.Number = string('a' + rune(rng.IntN(5)))
		}
		records = append(records, r)
	}
	for _, f := range fields {
		for _, desc := range []bool{false, true} {
			q := storage.Query{Kind: "quote", Order: f, Desc: desc}
			slices.SortFunc(records, func(a, b *storage.Record) int { return storage.Compare(q, a, b) })
			for i, r := range records {
				q.After = storage.CursorOf(q, r)
				p, _, err := q.Position()
				if err != nil {
					t.Fatal(err)
				}
				behind := 0
				for _, other := range records {
					if storage.Compare(q, other, p.Record(q)) > 0 {
						behind++
					}
				}
				if want := len(records) - i - 1; behind != want {
					t.Fatalf("by %s, descending %t: %d records behind record %d, want %d", f, desc, behind, i, want)
				}
			}
		}
	}
}
