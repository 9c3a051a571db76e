package journeytest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// tree is a JSON value whose members keep their order, and may be there twice.
type tree struct {
	raw     string // of what is neither object nor list
	open    byte   // '{', '[' or 0
	members []member
}

// member is one of an object, or without a name an element of a list.
type member struct {
	name  string // quoted
	value *tree
}

// parse reads a JSON value; nil if it is none.
func parse(body []byte) *tree {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	t, err := parseNext(d)
	if err != nil || d.More() {
		return nil
	}
	return t
}

func parseNext(d *json.Decoder) (*tree, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	delim, is := token.(json.Delim)
	if !is {
		return &tree{raw: quoted(token)}, nil
	}
	t := &tree{open: byte(delim)}
	for d.More() {
		var m member
		if t.open == '{' {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			m.name = quoted(name)
		}
		if m.value, err = parseNext(d); err != nil {
			return nil, err
		}
		t.members = append(t.members, m)
	}
	_, err = d.Token() // the end
	return t, err
}

func quoted(token any) string {
	raw, _ := json.Marshal(token) // it was JSON
	return string(raw)
}

func (t *tree) write(b *strings.Builder) {
	if t.open == 0 {
		b.WriteString(t.raw)
		return
	}
	b.WriteByte(t.open)
	for i, m := range t.members {
		if i > 0 {
			b.WriteByte(',')
		}
		if t.open == '{' {
			b.WriteString(m.name + ":")
		}
		m.value.write(b)
	}
	b.WriteByte(t.open + 2) // ] and } are two behind [ and {
}

// text is the value as it is written.
func (t *tree) text() string {
	var b strings.Builder
	t.write(&b)
	return b.String()
}

// all lists the lists and objects within a value, itself included.
func (t *tree) all(list []*tree) []*tree {
	if t.open == 0 {
		return list
	}
	list = append(list, t)
	for _, m := range t.members {
		list = m.value.all(list)
	}
	return list
}

// strange are values that are dear, lossy or not allowed somewhere: in Go, in SQLite, in
// PostgreSQL or here.
var strange = []string{
	"null", "true", "false", "{}", "[]", `""`, `"0"`, "0", "-0", "0.0", "1.50", "-1", "1e2", "1E+5", "1e400", "1e-400", "1e1000", "-1.5e-1000", "1E+1001", "1e-100000",
	"1e99999999999999999999", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "100000000000.01",
	strings.Repeat("9", 100), strings.Repeat("9", 101), "0." + strings.Repeat("1", 99), `"99999999999999999999"`, `"922337203685477.58"`, `"100000000000.00"`, `"1e3"`, `"+1"`, `"0x1"`, `"1_000"`, `"٣"`,
	`"\u0000"`, `"a\u0000b"`, `"\ud800"`, `"\ud83d\ude00"`, `"\udc00\ud800"`, "\"\xff\xfe\"", `"\u2028"`, `" "`, `"ſtatus"`, `"İK"`, `"\u202e"`, `"a\tb\nc"`,
	`"` + strings.Repeat("x", 5_000) + `"`, `"` + strings.Repeat("ü", 70_000) + `"`, `"` + strings.Repeat("x", 1<<20) + `"`,
	`"0001-01-01"`, `"9999-12-31"`, `"10000-01-01"`, `"2026-02-30"`, `"0000-00-00"`, `"2026-03-02T09:00:00+14:00"`, `"9999-12-31T23:59:59.999999999-12:00"`, `"0000-01-01T00:00:00Z"`,
	`"EUR"`, `"ZZZ"`, `"eur"`, `"EUR/9"`, `"default"`, `"active"`, `"00000000-0000-0000-0000-000000000000"`, `"0f000000-0000-0000-0000-000000000001"`, `"{0F000000-0000-0000-0000-000000000001}"`,
	`{"kind":"account","id":"0f000000-0000-0000-0000-000000000001"}`, `{"kind":"request","id":"0f000000-0000-0000-0000-000000000001"}`, `{"a":1,"a":2}`, `{"":1}`, `{"\u0000":1}`, `{"a.b":{"[":1}}`, `{"$":1,"'":2}`,
	nested(1), nested(60), nested(63), nested(64), nested(65), nested(1_500),
	"[" + strings.Repeat("0,", 1_000) + "0]", "[" + strings.Repeat("0,", 10_000) + "0]", "[null]", "[{}]", `{"x":[{"y":[1.0,"\u00e9",null]}]}`,
}

func nested(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }

// mutate changes a JSON value in some places, the same ones for the same numbers; what is
// no JSON stays.
func mutate(body []byte, r *rand.Rand) []byte {
	t := parse(body)
	if t == nil {
		return body
	}
	if t.open == 0 {
		return []byte(strange[r.IntN(len(strange))])
	}
	for range 1 + r.IntN(4)/3 {
		list := t.all(nil)
		mutateOne(list[r.IntN(len(list))], r)
	}
	return []byte(t.text())
}

// mutateOne changes a list or an object in one place.
func mutateOne(t *tree, r *rand.Rand) {
	odd := func() *tree {
		raw := strange[r.IntN(len(strange))]
		if len(raw) > 1_000 && r.IntN(5) > 0 { // dear: seldom
			raw = strange[r.IntN(20)]
		}
		return &tree{raw: raw}
	}
	added := func() string {
		return []string{`"zz"`, `"ID"`, `"custom"`, `"Version"`, `""`, `"a.b"`, `"\u0000"`, `"\ud800"`}[r.IntN(8)]
	}
	if len(t.members) == 0 {
		m := member{value: odd()}
		if t.open == '{' {
			m.name = added()
		}
		t.members = append(t.members, m)
		return
	}
	n := r.IntN(len(t.members))
	m := &t.members[n]
	switch r.IntN(12) {
	case 0, 1: // another value
		m.value = odd()
	case 8, 9, 10, 11: // nearly the same
		m.value = nearly(m.value, r)
	case 2: // deeper
		m.value = &tree{open: '[', members: []member{{value: m.value}}}
	case 3: // gone
		t.members = slices.Delete(t.members, n, n+1)
	case 4: // once more
		t.members = append(t.members, *m)
	case 5: // under another name, with another value behind it, or instead
		if t.open != '{' {
			m.value = odd()
			return
		}
		other := member{otherwise(m.name, r), m.value}
		if r.IntN(2) == 0 {
			other.value = odd()
		}
		if r.IntN(2) == 0 {
			t.members[n] = other
		} else {
			t.members = append(t.members, other)
		}
	case 6: // besides
		m := member{value: odd()}
		if t.open == '{' {
			m.name = added()
		}
		t.members = append(t.members, m)
	case 7: // many
		for i := range []int{50, 1_001}[r.IntN(2)] {
			more := *m
			if t.open == '{' {
				more.name = strconv.Quote(fmt.Sprint("zz", i))
			}
			t.members = append(t.members, more)
		}
	}
}

// nearly is a text or number that is much like another one.
func nearly(t *tree, r *rand.Rand) *tree {
	raw := t.raw
	switch {
	case t.open != 0:
	case raw == "true" || raw == "false":
		raw = []string{"true", "false"}[r.IntN(2)]
	case strings.HasPrefix(raw, `"`):
		raw = []string{raw[:len(raw)-1] + `x"`, raw[:len(raw)-1] + `é\u0301"`, raw[:len(raw)-1] + `0"`, strings.ToUpper(raw), `" ` + raw[1:], `"x"`, `"1.5"`}[r.IntN(7)]
	default:
		raw = []string{raw + "0", raw + ".0", raw + "e0", "1", "2", "7"}[r.IntN(6)]
	}
	return &tree{raw: raw, open: t.open, members: t.members}
}

// otherwise writes a name so that encoding/json takes it for the same.
func otherwise(name string, r *rand.Rand) string {
	switch forms := []string{"s", "ſ", "k", "\u212a"}; r.IntN(3) {
	case 0:
		return strings.ToUpper(name)
	case 1:
		return strings.NewReplacer(forms...).Replace(name)
	}
	runes := []rune(name)
	at := r.IntN(len(runes))
	return string(runes[:at]) + strings.ToUpper(string(runes[at])) + string(runes[at+1:])
}
