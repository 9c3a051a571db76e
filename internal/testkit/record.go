package testkit

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// FaultsOf are codes and fields of the reasons of a refusal, each once.
func FaultsOf(err error) (list []string) {
	var e *record.Error
	if errors.As(err, &e) {
		for _, r := range e.Reasons {
			list = append(list, string(r.Code)+" "+r.Field)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func HasCode(err error, code codes.Code) bool {
	for _, c := range VerdictOf(err) {
		if c == code {
			return true
		}
	}
	return false
}

// CodesOf lists the refusals of a cell that is allowed for some command.
func CodesOf(c flow.Cell) (codes []codes.Code) {
	for _, q := range slices.Concat(c.Guards, c.Checks) {
		codes = append(codes, q.Code)
	}
	return codes
}

var Robot = record.Stamp{At: Noon.At, By: record.Actor{Kind: record.ActorIntegration}}

func Codes(list ...codes.Code) []codes.Code { return list }

// Must is the result of a call that may not fail.
func Must[R any](r R, err error) R {
	if err != nil {
		panic(err)
	}
	return r
}

// Numbered makes an id of a small number.
func Numbered[I record.AnyID](n int) I {
	return I{UUID: uuid.UUID{14: 1, 15: byte(n)}}
}

// What tests of any kind of record share.

var (
	Ann     = uuid.UUID{0: 0xa, 15: 1}
	Bob     = uuid.UUID{0: 0xb, 15: 1}
	Morning = record.StampOf(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), record.User(Ann))
	Noon    = record.StampOf(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC), record.User(Bob))
)

// IDOf makes the n-th id of a kind.
func IDOf[I record.AnyID](n byte) I { return I{UUID: uuid.UUID{0: 0xf, 15: n}} }

// RefTo names the n-th record of a kind.
func RefTo(kind kinds.Kind, n byte) record.Ref {
	return record.Ref{Kind: kind, ID: uuid.UUID{0: 0xf, 15: n}}
}

// Every record can be cloned.
type Cloner[R any] interface{ Clone() R }

// A method is a transition as a method expression: activity.Task.Edit.
type Method[R, C, F any] = func(R, C, F) (record.Change[R], error)

// Born creates a record and checks its head and its event.
func Born[R Cloner[R], C, F any](t *testing.T, create func(C, F) (record.Change[R], error), cmd C, f F, event, status string) R {
	t.Helper()
	out, err := create(cmd, f)
	if err != nil {
		t.Fatalf("%s: %v", event, err)
	}
	if h := headOf(out.Record); h.Version != 1 || h.CreatedAt != h.UpdatedAt {
		t.Errorf("%s: a new record with head %+v", event, h)
	}
	checkEvent(t, out, event, "", status)
	return out.Record
}

// Does carries out a transition and checks that the record it began with
// stayed as it was, and that the new one has the next version and one event.
func Does[R Cloner[R], C, F any](t *testing.T, r R, do Method[R, C, F], cmd C, f F, event, from, to string) R {
	t.Helper()
	before := r.Clone()
	out, err := do(r, cmd, f)
	if err != nil {
		t.Fatalf("%s: %v", event, err)
	}
	if !reflect.DeepEqual(r, before) {
		t.Errorf("%s changed the record in place:\n%+v\n%+v", event, before, r)
	}
	was, is := headOf(r), headOf(out.Record)
	if is.Version != was.Version+1 || !is.UpdatedAt.After(was.UpdatedAt) || is.CreatedAt != was.CreatedAt {
		t.Errorf("%s: head %+v after %+v", event, is, was)
	}
	checkEvent(t, out, event, from, to)
	return out.Record
}

// Deletes carries out a deletion: one event of the version after the last.
func Deletes[R Cloner[R], F any](t *testing.T, r R, do Method[R, record.DeleteRecord, F], f F, event, from string) {
	t.Helper()
	out, err := do(r, record.DeleteRecord{}, f)
	if err != nil {
		t.Fatalf("%s: %v", event, err)
	}
	if len(out.Events) != 1 {
		t.Fatalf("%s: %d events, want 1", event, len(out.Events))
	}
	e := out.Events[0]
	if e.Type != event || e.From != from || e.To != "" || !e.Deleted || e.Version != headOf(r).Version+1 {
		t.Errorf("%s: event %+v", event, e)
	}
}

// Idles carries out what changes nothing.
func Idles[R Cloner[R], C, F any](t *testing.T, r R, do Method[R, C, F], cmd C, f F) {
	t.Helper()
	out, err := do(r, cmd, f)
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Events) != 0 || !reflect.DeepEqual(out.Record, r) {
		t.Errorf("%T changed something: %+v, %+v", cmd, out.Events, out.Record)
	}
}

// Refuses expects exactly the codes, the first one leading, and nothing
// changed.
func Refuses[R Cloner[R], C, F any](t *testing.T, r R, do Method[R, C, F], cmd C, f F, codes ...codes.Code) {
	t.Helper()
	before := r.Clone()
	out, err := do(r, cmd, f)
	checkRefusal(t, cmd, out, err, codes)
	if !reflect.DeepEqual(r, before) {
		t.Errorf("%T was refused and changed the record:\n%+v\n%+v", cmd, before, r)
	}
}

// RefusesBirth expects exactly the codes, the first one leading.
func RefusesBirth[R, C, F any](t *testing.T, create func(C, F) (record.Change[R], error), cmd C, f F, codes ...codes.Code) {
	t.Helper()
	out, err := create(cmd, f)
	checkRefusal(t, cmd, out, err, codes)
}

func checkRefusal[R any](t *testing.T, cmd any, out record.Change[R], err error, list []codes.Code) {
	t.Helper()
	var e *record.Error
	if !errors.As(err, &e) {
		t.Fatalf("%T: %v, want %v", cmd, err, list)
	}
	var got []codes.Code
	for _, r := range e.Reasons {
		if !slices.Contains(got, r.Code) {
			got = append(got, r.Code)
		}
		if r.Message == "" {
			t.Errorf("%T: a reason without message: %+v", cmd, r)
		}
	}
	if e.Code != list[0] || !slices.Equal(asSet(got), asSet(list)) {
		t.Errorf("%T: refused with %s of %v, want %v: %v", cmd, e.Code, got, list, err)
	}
	if e.Action.IsZero() || e.Kind != e.Action.Kind() {
		t.Errorf("%T: the refusal is about %q of a %q", cmd, e.Action, e.Kind)
	}
	if !reflect.ValueOf(out).IsZero() {
		t.Errorf("%T: refused, but returned %+v", cmd, out)
	}
}

func checkEvent[R any](t *testing.T, out record.Change[R], event, from, to string) {
	t.Helper()
	if len(out.Events) != 1 {
		t.Fatalf("%s: %d events, want 1", event, len(out.Events))
	}
	e, h := out.Events[0], headOf(out.Record)
	if e.Type != event || e.From != from || e.To != to || e.Version != h.Version || !e.At.Equal(h.UpdatedAt) || e.Deleted {
		t.Errorf("event %+v, want %s from %q to %q of version %d", e, event, from, to, h.Version)
	}
}

func headOf(rec any) record.Head {
	return reflect.ValueOf(rec).FieldByName("Head").Interface().(record.Head)
}

// Survives checks that a record with a value in every field, custom values and
// members of a later release comes back from JSON as it was, and that a clone
// shares no memory with it.
func Survives[R Cloner[R]](t *testing.T) {
	t.Helper()
	var full R
	Fill(reflect.ValueOf(&full).Elem())
	body, err := json.Marshal(full)
	if err != nil {
		t.Fatal(err)
	}
	var back R
	if err := json.Unmarshal(body, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, full) {
		t.Errorf("came back from JSON as\n%+v, was\n%+v", back, full)
	}

	later := string(body[:len(body)-1]) + `,"zz_future":{"a":[1,2]}}`
	if err := json.Unmarshal([]byte(later), &back); err != nil {
		t.Fatal(err)
	}
	for _, r := range []R{back, back.Clone()} {
		again, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if string(again) != later {
			t.Errorf("a later release's JSON came back as\n%s, was\n%s", again, later)
		}
	}

	clone := full.Clone()
	if !reflect.DeepEqual(clone, full) {
		t.Errorf("a clone of\n%+v is\n%+v", full, clone)
	}
	scribble(reflect.ValueOf(&clone).Elem())
	if after, err := json.Marshal(full); err != nil || string(after) != string(body) {
		t.Errorf("writing into a clone changed its original to\n%s (%v), was\n%s", after, err, body)
	}
}

// Fill gives every field a value.
func Fill(v reflect.Value) {
	switch p := v.Addr().Interface().(type) {
	case *record.Custom:
		*p = record.Custom{"tier": json.RawMessage(`"gold"`)}
	case *money.Currency:
		*p = money.EUR
	case *value.Date:
		*p = 2026_03_02
	case *money.Amount:
		*p = money.EUR.MustAmount("12.50")
	case *value.Opt[money.Amount]:
		*p = value.Some(money.EUR.MustAmount("12.50"))
	case *value.Opt[decimal.Decimal]:
		*p = value.Some(decimal.RequireFromString("1.5"))
	case *value.Opt[int32]:
		*p = value.Some[int32](0)
	case *value.Opt[bool]:
		*p = value.Some(false)
	case *record.CustomerID:
		*p = record.AccountCustomer(IDOf[record.AccountID](8))
	case *kinds.Kind:
		*p = kinds.Lead
	case *bpf.Status:
		*p = bpf.Finished
	case *bpf.Definition:
		*p = SmallProcess("small")
	case *uuid.UUID:
		*p = uuid.UUID{15: 9}
	case *time.Time:
		*p = Morning.At
	default:
		switch v.Kind() {
		case reflect.String:
			v.SetString("text")
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Uint8:
			v.SetUint(1)
		case reflect.Int, reflect.Int32, reflect.Int64:
			v.SetInt(7)
		case reflect.Map:
			key, el := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			Fill(key)
			Fill(el)
			v.Set(reflect.MakeMap(v.Type()))
			v.SetMapIndex(key, el)
		case reflect.Pointer:
			v.Set(reflect.New(v.Type().Elem()))
			Fill(v.Elem())
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			Fill(v.Index(0))
		case reflect.Struct:
			for i := range v.NumField() {
				f, of := v.Field(i), v.Type().Field(i)
				if !of.IsExported() {
					continue
				}
				Fill(f)
				if most, err := strconv.Atoi(of.Tag.Get("max")); err == nil && f.Kind() == reflect.String {
					f.SetString(f.String()[:min(most, f.Len())])
				}
			}
		default:
			panic("no value for " + v.Type().String())
		}
	}
}

// scribble overwrites everything that a value points to.
func scribble(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && v.CanSet() {
			v.Elem().SetZero()
		}
	case reflect.Map:
		if v.CanInterface() {
			for _, key := range v.MapKeys() {
				v.SetMapIndex(key, reflect.Value{})
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			v.Index(i).SetZero()
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				scribble(v.Field(i))
			}
		}
	}
}

// CheckLimits checks the limits of the fields in a creating command. command is
// a sound one in JSON; texts gives the length that each text may have, numbers
// the range of each number. Every text of the fields has to be there.
func CheckLimits[R, C, F any](t *testing.T, create func(C, F) (record.Change[R], error), command string, texts map[string]int, numbers map[string][2]int64) {
	t.Helper()
	var facts F
	try := func(field string, value any) error {
		t.Helper()
		var parts map[string]json.RawMessage
		var fields map[string]any
		if err := json.Unmarshal([]byte(command), &parts); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(parts["fields"], &fields); err != nil {
			t.Fatal(err)
		}
		fields[field] = value
		var err error
		if parts["fields"], err = json.Marshal(fields); err != nil {
			t.Fatal(err)
		}
		body, err := json.Marshal(parts)
		if err != nil {
			t.Fatal(err)
		}
		var cmd C
		if err := json.Unmarshal(body, &cmd); err != nil {
			t.Fatalf("%s: %v", field, err)
		}
		_, err = create(cmd, facts)
		return err
	}
	expect := func(field string, value any, code codes.Code) {
		t.Helper()
		err := try(field, value)
		if code == "" {
			if err != nil {
				t.Errorf("%s within its limits: %v", field, err)
			}
			return
		}
		var e *record.Error
		if !errors.As(err, &e) || len(e.Reasons) != 1 || e.Code != code || e.Reasons[0].Field != "fields."+field {
			t.Errorf("%s beyond its limits: %v, want %s alone", field, err, code)
		}
	}
	var fieldTypes map[string]reflect.Type
	if f, ok := reflect.TypeFor[C]().FieldByName("Fields"); ok {
		fieldTypes = wireFields(f.Type)
	}
	for field, limit := range texts {
		expect(field, strings.Repeat("é", limit), "")
		expect(field, strings.Repeat("é", limit+1), codes.ErrTooLong)
		expect(field, "a\x00b", codes.ErrInvalid)
	}
	for field, bounds := range numbers {
		written := func(n int64) any {
			if fieldTypes[field] == reflect.TypeFor[value.Opt[int32]]() {
				return n
			}
			return decimal.NewFromInt(n).String()
		}
		expect(field, written(bounds[0]), "")
		expect(field, written(bounds[1]), "")
		expect(field, written(bounds[0]-1), codes.ErrOutOfRange)
		if bounds[1] < 1<<31-1 || fieldTypes[field] != reflect.TypeFor[value.Opt[int32]]() {
			expect(field, written(bounds[1]+1), codes.ErrOutOfRange)
		}
	}
	for field, typ := range fieldTypes {
		if _, listed := texts[field]; typ.Kind() == reflect.String && !listed {
			t.Errorf("the limit of %s is not checked", field)
		}
	}
}

// wireFields lists the types of a struct's fields by wire name, without those of a form
// of their own, which has no text of every length.
func wireFields(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && f.Tag.Get("form") == "" {
			fields[name] = f.Type
		}
	}
	return fields
}
