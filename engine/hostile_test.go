package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/storagetest"
	"github.com/leadtocash/leadtocash/value"
)

// An attack is a value that no field can have: the refusal names the field.
type attack struct {
	name  string
	value any
	codes []codes.Code // one of them
}

// attacksOn lists what cannot be in a field of the type.
func attacksOn(f reflect.StructField) (list []attack) {
	invalid, outOfRange := testkit.Codes(codes.ErrInvalid), testkit.Codes(codes.ErrOutOfRange)
	switch f.Type {
	case reflect.TypeFor[money.Amount]():
		return []attack{{"too many decimals", money.CLF.Units(1), outOfRange}, {"far too much", money.EUR.Units(math.MaxInt64), outOfRange}}
	case reflect.TypeFor[value.Opt[money.Amount]]():
		return []attack{
			{"too many decimals", value.Some(money.CLF.Units(1)), outOfRange},
			{"far too much", value.Some(money.EUR.Units(math.MaxInt64)), outOfRange},
			{"far too little", value.Some(money.EUR.Units(math.MinInt64)), outOfRange},
		}
	case reflect.TypeFor[value.Opt[decimal.Decimal]]():
		for _, d := range monsters {
			list = append(list, attack{"a monster", value.Some(d), outOfRange})
		}
		return list
	case reflect.TypeFor[decimal.Decimal]():
		for _, d := range monsters {
			list = append(list, attack{"a monster", d, outOfRange})
		}
		return list
	case reflect.TypeFor[value.Date]():
		for _, d := range []value.Date{1, 20261399, 20260230, -20260101, 99999_01_01, math.MaxInt32, math.MinInt32} {
			list = append(list, attack{fmt.Sprint("the day ", int32(d)), d, invalid})
		}
		return list
	case reflect.TypeFor[time.Time]():
		return []attack{{"the year 99999", time.Date(99999, 1, 1, 0, 0, 0, 0, time.UTC), invalid}, {"the year -1", time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), invalid}}
	}
	switch {
	case f.Type.Kind() == reflect.String && f.Tag.Get("max")+f.Tag.Get("text") != "":
		return []attack{
			{"a NUL", "a\x00", invalid},
			{"a control character", "a\x07", invalid},
			{"no UTF-8", "\xff", invalid},
			{"half a rune", "\xc3", invalid},
			{"a mebibyte", strings.Repeat("x", 1<<20), testkit.Codes(codes.ErrTooLong)},
		}
	case f.Type.Kind() == reflect.Uint8 && strings.Contains(f.Type.String(), "Choice["):
		v := reflect.New(f.Type).Elem()
		v.SetUint(200)
		return []attack{{"an unknown value", v.Interface(), invalid}}
	case f.Type.Kind() == reflect.Int32 && f.Tag.Get("range") != "":
		return []attack{{"far too little", int32(math.MinInt32), outOfRange}}
	}
	return nil
}

// monsters are numbers that are dear to calculate with.
var monsters = []decimal.Decimal{
	decimal.New(1, 400), decimal.New(-1, 400), decimal.New(1, math.MaxInt32), decimal.New(1, math.MinInt32),
	decimal.RequireFromString("0." + strings.Repeat("1", 40)), decimal.RequireFromString(strings.Repeat("9", 4000)),
}

// A hole is a field of a command where an attack can be put.
type hole struct {
	path []int
	name string // in wire names
	reflect.StructField
}

// holesIn lists the fields of a command, those of the groups it consists of
// included.
func holesIn(t reflect.Type, path []int, name string) (list []hole) {
	for i := range t.NumField() {
		f := t.Field(i)
		wire, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || wire == "-" {
			continue
		}
		p, n := append(slices.Clone(path), i), strings.Trim(name+"."+wire, ".")
		if f.Type.Kind() == reflect.Struct && len(attacksOn(f)) == 0 && testkit.InLibrary(f.Type) {
			list = append(list, holesIn(f.Type, p, n)...)
			continue
		}
		list = append(list, hole{p, n, f})
	}
	return list
}

// TestHostileValues puts what no field can have into every field of every
// command of every service: the refusal names the field and the store stays as
// it was.
func TestHostileValues(t *testing.T) {
	t.Parallel()
	store := storagetest.Reencode(memory.New())
	c := seed(t.Context(), t, store)
	before, attacked := dumped(t, store), 0
	for _, e := range endpoints() {
		for n, typ := range e.cmds {
			for _, h := range holesIn(typ, nil, "") {
				if e.name == "Notes.CreateWithFile" && (h.name == "fields.file_name" || h.name == "fields.mime_type") {
					continue // those of the file are taken
				}
				for _, a := range attacksOn(h.StructField) {
					cmds := e.sound()
					cmds[n].FieldByIndex(h.path).Set(reflect.ValueOf(a.value))
					err := e.call(t.Context(), c, seedID, cmds)
					if where := fmt.Sprintf("%s with %s in %s", e.name, a.name, h.name); notices(t, where, h.name, a.codes, err) {
						attacked++
					}
				}
			}
		}
		if after := dumped(t, store); after != before {
			t.Fatalf("attacks on %s were stored:\n%s", e.name, after)
		}
	}
	if attacked < 1000 {
		t.Errorf("only %d attacks were noticed for what they are", attacked)
	}
}

// notices reports whether a refusal names the field with one of the codes. A
// status that refuses, or a privilege, may be looked at first.
func notices(t *testing.T, where, field string, want []codes.Code, err error) bool {
	t.Helper()
	var e *record.Error
	if !errors.As(err, &e) || e.Code.Info().Code == "" || len(e.Reasons) == 0 {
		t.Errorf("%s: got %v, want a refusal with code and reasons", where, err)
		return false
	}
	for _, r := range e.Reasons {
		if r.Field == field && slices.Contains(want, r.Code) {
			return true
		}
	}
	for _, r := range e.Reasons {
		if r.Field != "" {
			t.Errorf("%s: got %v, want %s of %v among the reasons", where, err, field, want)
			return false
		}
	}
	return false // the status alone
}

// TestHostileOptions makes clients out of nothing.
func TestHostileOptions(t *testing.T) {
	t.Parallel()
	for name, opt := range map[string]engine.ClientOption{
		"clock": engine.WithClock(nil), "ids": engine.WithIDs(nil), "logger": engine.WithLogger(nil),
		"authorizer": engine.WithAuthorizer(nil), "interceptor": engine.WithInterceptor(nil), "before_commit": engine.WithBeforeCommit(nil),
		"resolver": engine.WithResolver(nil), "numbering": engine.WithNumbering(nil), "fields": engine.WithFields(kinds.Lead, nil),
		"guard": engine.WithGuard(engine.Guard{}), "attachment_limit": engine.WithAttachmentLimit(-1),
	} {
		c, err := engine.New(memory.New(), opt)
		var e *record.Error
		if c != nil || !errors.As(err, &e) || e.Reasons[0].Field != name {
			t.Errorf("%s: got %v and %v, want a refusal that names it", name, c, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a client without a store was made")
		}
	}()
	_, _ = engine.New(nil)
}

// TestHostileTimes dates calls where no calendar reaches.
func TestHostileTimes(t *testing.T) {
	t.Parallel()
	for name, store := range map[string]storage.Store{"values": memory.New(), "bytes": storagetest.Reencode(memory.New())} {
		c := seed(t.Context(), t, store)
		before := dumped(t, store)
		for _, year := range []int{-1, 0, 10_000, 99_999} {
			_, err := c.At(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)).Leads().Create(t.Context(), leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}})
			if !errors.Is(err, codes.ErrInvalid) {
				t.Errorf("%s: in the year %d: got %v, want ErrInvalid", name, year, err)
			}
		}
		if after := dumped(t, store); after != before {
			t.Errorf("%s: something was stored", name)
		}
	}
}

// TestHostileReferences names records that do not exist, or of a kind that
// cannot be meant.
func TestHostileReferences(t *testing.T) {
	t.Parallel()
	store := storagetest.Reencode(memory.New())
	c := seed(t.Context(), t, store)
	before := dumped(t, store)
	nobody := uuid.UUID{0: 0xee, 15: 0xee}
	for _, e := range endpoints() {
		for n, typ := range e.cmds {
			for _, h := range holesIn(typ, nil, "") {
				for _, value := range referencesTo(h.Type, nobody) {
					cmds := e.commands()
					cmds[n].FieldByIndex(h.path).Set(value)
					err := e.call(t.Context(), c, seedID, cmds)
					var coded *record.Error
					if err != nil && (!errors.As(err, &coded) || coded.Code.Info().Code == "") {
						t.Errorf("%s with %v in %s: got %v, want a refusal with a code", e.name, value, h.name, err)
					}
					if after := dumped(t, store); err != nil && after != before {
						t.Fatalf("%s with %v in %s was refused and stored", e.name, value, h.name)
					} else if err == nil {
						store = storagetest.Reencode(memory.New())
						c = seed(t.Context(), t, store)
						before = dumped(t, store)
					}
				}
			}
		}
	}
}

// referencesTo makes values of a reference's type that lead nowhere.
func referencesTo(typ reflect.Type, id uuid.UUID) (list []reflect.Value) {
	switch {
	case typ == reflect.TypeFor[record.Ref]() || typ == reflect.TypeFor[record.CustomerID]():
		for _, kind := range []kinds.Kind{kinds.Account, kinds.QuoteClose, "request", "no kind", ""} {
			list = append(list, reflect.ValueOf(record.Ref{Kind: kind, ID: id}))
		}
		list = append(list, reflect.ValueOf(record.Ref{Kind: kinds.Account}))
		if typ == reflect.TypeFor[record.CustomerID]() {
			for i := range list {
				list[i] = reflect.ValueOf(record.CustomerID{Ref: list[i].Interface().(record.Ref)})
			}
		}
	case strings.HasPrefix(typ.Name(), "ID["):
		v := reflect.New(typ).Elem()
		v.Field(0).Set(reflect.ValueOf(id))
		list = append(list, v)
	}
	return list
}

// TestHostileIDs calls everything on records that are not there.
func TestHostileIDs(t *testing.T) {
	t.Parallel()
	c, err := engine.New(memory.New())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range endpoints() {
		if !e.onID {
			continue
		}
		for _, id := range []uuid.UUID{{}, seedID, uuid.Max} {
			if err := e.call(t.Context(), c, id, e.commands()); !errors.Is(err, codes.ErrNotFound) {
				t.Errorf("%s on %s: got %v, want ErrNotFound", e.name, id, err)
			}
		}
	}
}

// TestHostileLife calls everything with contexts that have ended, and on a store
// that is closed.
func TestHostileLife(t *testing.T) {
	t.Parallel()
	store := memory.New()
	c := seed(t.Context(), t, store)
	before := dumped(t, store)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, e := range endpoints() {
		if err := e.call(ended, c, seedID, e.commands()); err == nil {
			t.Errorf("%s succeeded although its context had ended", e.name)
		}
	}
	if after := dumped(t, store); after != before {
		t.Error("calls with ended contexts stored something")
	}
	if err := storage.Close(store); err != nil {
		t.Fatal(err)
	}
	for _, e := range endpoints() {
		err := e.call(t.Context(), c, seedID, e.commands())
		var coded *record.Error
		if !errors.As(err, &coded) {
			t.Errorf("%s on a closed store: got %v, want a refusal with a code", e.name, err)
		}
	}
}
