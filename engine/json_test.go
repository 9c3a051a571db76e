package engine_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/internal/golden"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// jsonDocument is a record of any kind, as far as its JSON form is concerned.
type jsonDocument interface {
	json.Marshaler
	json.Unmarshaler
}

// newDocument returns an empty record of a kind, nil if the kind is unknown
// here.
func newDocument(kind kinds.Kind) jsonDocument {
	if table := engine.TableOf(kind); table != nil {
		return reflect.New(reflect.ValueOf(table).MethodByName("Why").Type().In(0).Elem()).Interface().(jsonDocument)
	}
	switch kind {
	case kinds.Allocation:
		return &leadtocash.Allocation{}
	case kinds.Competitor:
		return &party.Competitor{}
	case kinds.Note:
		return &activity.Note{}
	case kinds.Attachment:
		return &activity.Attachment{}
	case kinds.DunningEntry:
		return &leadtocash.DunningEntry{}
	case kinds.Process:
		return &process.Process{}
	case kinds.ProductRelationship:
		return &catalog.ProductRelationship{}
	case kinds.UnitGroup:
		return &catalog.UnitGroup{}
	case kinds.PriceListItem:
		return &catalog.PriceListItem{}
	case kinds.ForecastAdjustment:
		return &insight.ForecastAdjustment{}
	}
	return nil
}

// documents calls check with an empty record of each kind.
func documents(t *testing.T, check func(t *testing.T, kind kinds.Kind)) {
	t.Helper()
	t.Parallel()
	for _, kind := range kinds.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			if newDocument(kind) == nil {
				t.Fatalf("name the record of the kind %s in newDocument", kind)
			}
			check(t, kind)
		})
	}
}

// TestGoldenJSON pins the published form: members, their order and how values
// are written. A document of a release can be read by every later one.
func TestGoldenJSON(t *testing.T) {
	documents(t, func(t *testing.T, kind kinds.Kind) {
		d := newDocument(kind)
		testkit.Fill(reflect.ValueOf(d).Elem())
		var b bytes.Buffer
		if err := json.Indent(&b, []byte(testkit.Canonical(t, d)), "", "  "); err != nil {
			t.Fatal(err)
		}
		b.WriteByte('\n')
		golden.Equal(t, testkit.Path("testdata", "json", string(kind)+".json"), b.Bytes())
	})
}

// TestJSONLosesNothing sets one field after the other: each stands in the JSON
// form and comes back from it.
func TestJSONLosesNothing(t *testing.T) {
	documents(t, func(t *testing.T, kind kinds.Kind) {
		empty := testkit.Canonical(t, newDocument(kind))
		eachField(reflect.TypeOf(newDocument(kind)).Elem(), nil, "", func(path []int, name string) {
			d := newDocument(kind)
			testkit.Fill(reflect.ValueOf(d).Elem().FieldByIndex(path))
			text := testkit.Canonical(t, d)
			if text == empty {
				t.Errorf("%s does not stand in the JSON form", name)
			}
			back := newDocument(kind)
			if err := json.Unmarshal([]byte(text), back); err != nil || !reflect.DeepEqual(back, d) {
				t.Errorf("%s: %s is read back as %s (%v)", name, text, testkit.Canonical(t, back), err)
			}
		})
	})
}

// eachField calls visit with every exported field that is no group embedded by
// value.
func eachField(t reflect.Type, path []int, name string, visit func(path []int, name string)) {
	for i := range t.NumField() {
		f := t.Field(i)
		p, n := append(slices.Clone(path), i), strings.TrimPrefix(name+"."+f.Name, ".")
		switch {
		case !f.IsExported() || f.Tag.Get("json") == "-":
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			eachField(f.Type, p, n, visit)
		default:
			visit(p, n)
		}
	}
}

// TestJSONRoundTrip writes any record, with custom values and members of later
// releases, reads it and writes it again: the same bytes, and those of a clone.
func TestJSONRoundTrip(t *testing.T) {
	documents(t, func(t *testing.T, kind kinds.Kind) {
		rapid.Check(t, func(t *rapid.T) {
			d := newDocument(kind)
			drawInto(t, reflect.ValueOf(d).Elem(), "")
			body, err := json.Marshal(d)
			if err != nil {
				t.Fatalf("not written: %v", err)
			}
			if n := rapid.IntRange(0, 2).Draw(t, "unknown members"); n > 0 {
				body = body[:len(body)-1]
				for i := range n {
					body = fmt.Appendf(body, `,"zz_%d":%s`, i, rapid.SampledFrom(rawValues).Draw(t, "unknown"))
				}
				body = append(body, '}')
			}
			back := newDocument(kind)
			if err := json.Unmarshal(body, back); err != nil {
				t.Fatalf("%s is not read: %v", body, err)
			}
			clone := reflect.ValueOf(back).Elem().MethodByName("Clone").Call(nil)[0].Interface()
			for _, r := range []any{back, clone} {
				if again, err := json.Marshal(r); err != nil || !bytes.Equal(again, body) {
					t.Fatalf("read and written again it is\n%s (%v), was\n%s", again, err, body)
				}
			}
		})
	})
}

var rawValues = []string{`1`, `"text"`, `true`, `{"a":[1,"ü",null]}`, `[]`, `{}`, `1e400`}

// drawInto draws a value of any type that documents consist of.
func drawInto(t *rapid.T, v reflect.Value, label string) {
	maybe := func() bool { return rapid.Bool().Draw(t, label+" is given") }
	switch p := v.Addr().Interface().(type) {
	case *record.Custom:
		for range rapid.IntRange(0, 2).Draw(t, "custom values") {
			if *p == nil {
				*p = record.Custom{}
			}
			(*p)[rapid.StringMatching(`[a-z][a-z0-9_]{0,8}`).Draw(t, "name")] = []byte(rapid.SampledFrom(rawValues).Draw(t, "value"))
		}
	case *money.Currency:
		*p = rapid.SampledFrom([]money.Currency{*p, money.EUR, money.JPY, money.BHD, money.CLF}).Draw(t, label)
	case *money.Amount:
		*p = drawAmount(t, label)
	case *value.Opt[money.Amount]:
		if maybe() {
			*p = value.Some(drawAmount(t, label))
		}
	case *decimal.Decimal:
		*p = drawDecimal(t, label)
	case *value.Opt[decimal.Decimal]:
		if maybe() {
			*p = value.Some(drawDecimal(t, label))
		}
	case *value.Opt[int32]:
		if maybe() {
			*p = value.Some(rapid.Int32().Draw(t, label))
		}
	case *value.Opt[bool]:
		if maybe() {
			*p = value.Some(rapid.Bool().Draw(t, label))
		}
	case *value.Opt[int8]:
		if maybe() {
			*p = value.Some(rapid.Int8Range(0, 10).Draw(t, label))
		}
	case *value.Date:
		if maybe() {
			*p = value.DateOf(time.Unix(rapid.Int64Range(-60e9, 250e9).Draw(t, label), 0), time.UTC)
		}
	case *record.CustomerID:
		if maybe() {
			*p = record.ContactCustomer(record.ContactID{UUID: drawUUID(t, label)})
		}
	case *bpf.Definition:
		*p = rapid.SampledFrom([]bpf.Definition{testkit.SmallProcess("small"), bpf.OpportunitySales()}).Draw(t, label)
	case *bpf.Status:
		*p = rapid.SampledFrom([]bpf.Status{bpf.Active, bpf.Finished, bpf.Aborted}).Draw(t, label)
	case *kinds.Kind:
		*p = rapid.SampledFrom(kinds.Kinds()).Draw(t, label)
	case *uuid.UUID:
		if maybe() {
			*p = drawUUID(t, label)
		}
	case *time.Time:
		if maybe() {
			*p = time.UnixMicro(rapid.Int64Range(-60e15, 250e15).Draw(t, label)).UTC()
		}
	case *[]byte:
		if maybe() {
			*p = append([]byte{0}, rapid.SliceOf(rapid.Byte()).Draw(t, label)...)
		}
	default:
		drawKind(t, v, label)
	}
}

func drawKind(t *rapid.T, v reflect.Value, label string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(rapid.String().Filter(utf8.ValidString).Draw(t, label))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, label))
	case reflect.Uint8:
		values := valuesOf(v.Type())
		v.Set(values[rapid.IntRange(0, len(values)-1).Draw(t, label)])
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Int:
		v.SetInt(int64(rapid.Int8().Draw(t, label)))
	case reflect.Pointer:
		if rapid.Bool().Draw(t, label+" is given") {
			v.Set(reflect.New(v.Type().Elem()))
			drawInto(t, v.Elem(), label)
		}
	case reflect.Slice:
		if n := rapid.IntRange(0, 2).Draw(t, label+" count"); n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				drawInto(t, v.Index(i), label)
			}
		}
	case reflect.Map:
		if n := rapid.IntRange(0, 2).Draw(t, label+" count"); n > 0 {
			v.Set(reflect.MakeMap(v.Type()))
			for range n {
				key, el := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
				drawInto(t, key, label+" key")
				if key.Kind() == reflect.String { // names are texts that every store keeps
					key.SetString(strings.ReplaceAll(key.String(), "\x00", ""))
				}
				drawInto(t, el, label)
				v.SetMapIndex(key, el)
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Tag.Get("json") != "-" {
				drawInto(t, v.Field(i), label+"."+f.Name)
			}
		}
	default:
		t.Fatalf("%s: nothing is drawn for %s", label, v.Type())
	}
}

func drawAmount(t *rapid.T, label string) money.Amount {
	c := rapid.SampledFrom([]money.Currency{money.EUR, money.JPY, money.BHD, money.CLF}).Draw(t, label+" currency")
	most := int64(9e14)
	for range c.Digits() {
		most *= 10
	}
	return c.Units(rapid.Int64Range(-most, most).Draw(t, label))
}

func drawDecimal(t *rapid.T, label string) decimal.Decimal {
	return decimal.New(rapid.Int64Range(-1e15, 1e15).Draw(t, label), -rapid.Int32Range(0, 10).Draw(t, label+" decimals"))
}

func drawUUID(t *rapid.T, label string) uuid.UUID {
	return uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, label))
}
