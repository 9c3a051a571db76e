package engine_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// readTypes are those that JSON is read into: the records of all kinds, and the
// commands of all calls.
func readTypes() map[string]reflect.Type {
	types := map[string]reflect.Type{}
	for _, kind := range kinds.Kinds() {
		types["record "+string(kind)] = reflect.TypeOf(newDocument(kind)).Elem()
	}
	for _, e := range endpoints() {
		for _, cmd := range e.cmds {
			types["command "+cmd.String()] = cmd
		}
	}
	return types
}

// place is where a member stands in a JSON text.
type place struct {
	path             string // of the member
	parent           reflect.Type
	name, start, end int // of the text: where the name begins, and where the member ends
}

// places lists the members that types read by name, in valid JSON without space.
func places(body string, t reflect.Type) (list []place) {
	at := 0
	var walk func(t reflect.Type, path string)
	text := func() string {
		start := at
		for at++; body[at] != '"'; at++ {
			if body[at] == '\\' {
				at++
			}
		}
		at++
		var s string
		_ = json.Unmarshal([]byte(body[start:at]), &s)
		return s
	}
	walk = func(t reflect.Type, path string) {
		for t != nil && t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch body[at] {
		case '{':
			for at++; body[at] != '}'; {
				if body[at] == ',' {
					at++
				}
				p := place{name: at, parent: t}
				name := text()
				if p.path = strings.TrimPrefix(path+"."+name, "."); name == "" {
					p.path += `""`
				}
				at++ // the colon
				p.start = at
				walk(memberType(t, name), p.path)
				p.end = at
				if t != nil {
					list = append(list, p)
				}
			}
			at++
		case '[':
			var each reflect.Type
			if t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) {
				each = byName(t.Elem())
			}
			at++
			for n := 0; body[at] != ']'; n++ {
				if body[at] == ',' {
					at++
				}
				walk(each, path+"["+strconv.Itoa(n)+"]")
			}
			at++
		case '"':
			text()
		default:
			for !strings.ContainsRune(",]}", rune(body[at])) {
				at++
			}
		}
	}
	walk(t, "")
	return list
}

// memberType is the type of a member, nil for what is not read by name.
func memberType(t reflect.Type, name string) reflect.Type {
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	for _, f := range reflect.VisibleFields(t) {
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag == name {
			return byName(f.Type)
		}
	}
	return nil
}

// byName is the type, nil if it reads itself.
func byName(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return nil
	}
	return t
}

// otherwise writes a name so that encoding/json takes it for the same.
func otherwise(t *rapid.T, name string) string {
	letters := []rune(name)
	var at []int
	for i, r := range letters {
		if r >= 'a' && r <= 'z' {
			at = append(at, i)
		}
	}
	i := rapid.SampledFrom(at).Draw(t, "letter")
	switch {
	case letters[i] == 's' && rapid.Bool().Draw(t, "long s"):
		letters[i] = 'ſ'
	case letters[i] == 'k' && rapid.Bool().Draw(t, "kelvin"):
		letters[i] = '\u212a'
	default:
		letters[i] -= 'a' - 'A'
	}
	return string(letters)
}

// A name in JSON is that of a field, or it is not: one that is written differently,
// or stands there twice, is refused with its path, in records and commands of every
// type and at every depth.
func TestNamesAreExact(t *testing.T) {
	t.Parallel()
	for name, typ := range readTypes() {
		if typ.NumField() == 0 || typ == reflect.TypeFor[time.Time]() {
			continue // and no names
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				v := reflect.New(typ)
				drawInto(t, v.Elem(), "")
				text, err := json.Marshal(v.Interface())
				if err != nil {
					t.Skip("has no JSON form: ", err)
				}
				body := string(text)
				list := places(body, typ)
				if err := record.Unmarshal(text, reflect.New(typ).Interface()); err != nil || len(list) == 0 {
					t.Skip("is not read: ", err)
				}
				p := rapid.SampledFrom(list).Draw(t, "member")
				member, exact := body[p.name:p.end], body[p.name+1:p.start-len(`":`)]
				folds := p.parent.Kind() == reflect.Struct
				wrong, path := exact, p.path
				if folds && rapid.Bool().Draw(t, "otherwise") {
					wrong = otherwise(t, exact)
					path = strings.TrimSuffix(path, exact) + wrong
				}
				mutant := body[:p.end] + `,"` + wrong + `":` + body[p.start:p.end] + body[p.end:]
				if wrong != exact && rapid.Bool().Draw(t, "alone") {
					mutant = strings.Replace(body, body[:p.name]+member, body[:p.name]+`"`+wrong+`":`+body[p.start:p.end], 1)
				}
				err = record.Unmarshal([]byte(mutant), reflect.New(typ).Interface())
				var refusal *record.Error
				if !errors.As(err, &refusal) || refusal.Code != codes.ErrInvalid {
					t.Fatalf("%s\nis read with %v, want a refusal of %s", mutant, err, path)
				}
				for _, r := range refusal.Reasons {
					if r.Field == path {
						return
					}
				}
				t.Fatalf("%s\nis refused with %v, want the path %s", mutant, err, path)
			})
		})
	}
}

// What is kept without being known is within limits, whatever the kind.
func TestWhatIsKeptIsLimited(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", record.KeptDepth+1) + strings.Repeat("]", record.KeptDepth+1)
	for _, kind := range kinds.Kinds() {
		body, err := json.Marshal(newDocument(kind))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			raw  string
			code codes.Code
		}{
			{deep, codes.ErrOutOfRange},
			{deep[1 : len(deep)-1], ""},
			{"1e-100000", codes.ErrOutOfRange},
			{"1E+1001", codes.ErrOutOfRange},
			{"1e99999999999999999999", codes.ErrOutOfRange},
			{"-1.5e1000", ""},
			{strings.Repeat("9", record.KeptDigits+1), codes.ErrOutOfRange},
			{strings.Repeat("9", record.KeptDigits), ""},
			{"1" + strings.Repeat("0", record.KeptExponent), ""}, // 1e1000, written out by a database
			{"-0." + strings.Repeat("0", record.KeptExponent) + "15", ""},
			{"1" + strings.Repeat("0", record.KeptExponent+record.KeptDigits), codes.ErrOutOfRange},
			{"1." + strings.Repeat("0", record.KeptExponent+record.KeptDigits+1), codes.ErrOutOfRange},
			{`"a\u0000b"`, codes.ErrInvalid},
			{`["\\u0000", "\ud83d\ude00"]`, ""},
			{`"\ud83d"`, codes.ErrInvalid},
			{`"\ud83d\u0041"`, codes.ErrInvalid},
			{`{"\udc00":1}`, codes.ErrInvalid},
			{"\"\xff\"", codes.ErrInvalid},
			{"[" + strings.Repeat("0,", record.KeptMembers) + "0]", codes.ErrOutOfRange},
			{`{"a":{"b":1,"b":2}}`, codes.ErrInvalid},
			{`{"a":{"b":1,"\u0062":2}}`, codes.ErrInvalid},
			{`"` + strings.Repeat("x", record.KeptBytes) + `"`, codes.ErrTooLong},
			{`[true, false , null,"]",{"a" : {}}]`, ""},
		} {
			for _, member := range []string{`"zz":` + c.raw, `"custom":{"zz":` + c.raw + `}`} {
				err := record.Unmarshal([]byte(string(body[:len(body)-1])+","+member+"}"), newDocument(kind))
				var refusal *record.Error
				switch {
				case c.code == "" && err != nil:
					t.Errorf("%s with %.40s: %v", kind, member, err)
				case c.code == "":
				case !errors.As(err, &refusal) || refusal.Code != c.code || !strings.HasSuffix(refusal.Reasons[0].Field, "zz"):
					t.Errorf("%s with %.40s: %v, want %s", kind, member, err, c.code)
				}
			}
		}
	}
}

// Every field that JSON is read into has a name there.
func TestEveryFieldHasAWireName(t *testing.T) {
	t.Parallel()
	seen := map[reflect.Type]bool{}
	var look func(t *testing.T, typ reflect.Type)
	look = func(t *testing.T, typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || seen[typ] || !strings.HasPrefix(typ.PkgPath(), "github.com/leadtocash/") {
			return
		}
		seen[typ] = true
		for i := range typ.NumField() {
			f := typ.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.IsExported() && name == "" && !f.Anonymous {
				t.Errorf("%s.%s has no name", typ, f.Name)
			}
			if f.IsExported() {
				look(t, f.Type)
			}
		}
	}
	for _, typ := range readTypes() {
		look(t, typ)
	}
}

// A name may be empty, or look like a part of a path.
func TestStrangeNamesAreNoPanic(t *testing.T) {
	t.Parallel()
	for body, path := range map[string]string{
		`{"":1,"":2}`:                     `""`,
		`{"custom":{"":1e2000}}`:          `custom.""`,
		`{"custom":{"[":{"a":1,"a":2}}}`:  `custom.[`,
		`{"custom":{"a.b":[1e2000]}}`:     `custom.a.b`,
		`{"":{"x":1,"x":2}}`:              `""`,
		`{"custom":{"\u0000":1e-100000}}`: "custom.\x00",
	} {
		var refusal *record.Error
		if err := record.Unmarshal([]byte(body), newDocument(kinds.Lead)); !errors.As(err, &refusal) || refusal.Reasons[0].Field != path {
			t.Errorf("%s: %v, want %q", body, err, path)
		}
	}
}

// Settings and queries that a host reads from JSON are read as exactly as commands.
func TestNamesOfSettingsAndQueriesAreExact(t *testing.T) {
	t.Parallel()
	types := map[reflect.Type]bool{reflect.TypeFor[leadtocash.Settings](): true}
	for _, d := range deeds() {
		for _, in := range d.args {
			if in.Kind() == reflect.Struct && (strings.HasSuffix(in.Name(), "Query") || strings.HasPrefix(d.name, "Insight.")) {
				types[in] = true
			}
		}
	}
	if len(types) < 35 {
		t.Errorf("there are only %d types", len(types))
	}
	for typ := range types {
		for _, f := range reflect.VisibleFields(typ) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" || name == "-" {
				continue
			}
			for body, path := range map[string]string{
				`{"` + strings.ToUpper(name) + `":null}`:    strings.ToUpper(name),
				`{"` + name + `":null,"` + name + `":null}`: name,
				`{"` + name + `":null,"other":null}`:        "",
			} {
				err := record.Unmarshal([]byte(body), reflect.New(typ).Interface())
				var refusal *record.Error
				switch {
				case path == "" && err != nil:
					t.Errorf("%s: %s is refused: %v", typ, body, err)
				case path == "":
				case !errors.As(err, &refusal) || refusal.Code != codes.ErrInvalid || refusal.Reasons[0].Field != path:
					t.Errorf("%s: %s is read with %v, want a refusal of %s", typ, body, err, path)
				}
			}
		}
	}
}
