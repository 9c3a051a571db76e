package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/leadtocash/leadtocash/codes"
)

// Limits of what is kept without being known: members of a record that it has no
// field for, and the host's own values. Every store takes what is within them, and
// shows it in its views.
const (
	KeptBytes    = 1 << 20 // of one value
	KeptDepth    = 64      // of lists and objects in one
	KeptMembers  = 1000    // members and elements in one, and unknown members of a record
	KeptDigits   = 100     // of a number, but for zeros before and behind them
	KeptExponent = 1000    // of a number, up or down
)

// Kept says what is wrong with a JSON value that is to be kept as it is, nil for
// nothing: ErrInvalid for what is not JSON, has two members of one name, or a text with
// NUL in it or that is no UTF-8 (half a character, as \ud800, is none), ErrTooLong beyond KeptBytes and ErrOutOfRange beyond the other limits.
func Kept(value json.RawMessage) *codes.Fault {
	if !json.Valid(value) {
		return codes.ErrInvalid.Fault("not JSON")
	}
	r := nameReader{body: value}
	return r.kept()
}

// faultsIn lists what of valid JSON encoding/json would take for something else:
// members whose names are those of fields but written differently, and members that
// are there twice; and what of the values that are kept as they are is beyond the
// limits. With keep, the members that the struct has no field for are kept; where
// the reader is strict, they are faults.
func (r nameReader) faultsIn(body []byte, t reflect.Type) []Reason {
	r.body = body
	r.value(formOf(t))
	return r.faults
}

// A form is what a type reads of a JSON value by name.
type form struct {
	fields map[string]field // of an object
	folded map[string]string
	each   *form // of the elements of a list or of a map
	kept   bool  // as it is, whatever it is
}

// field is a member that a type has.
type field struct {
	number int
	form   *form // nil: nothing within is read by name
}

var (
	forms    sync.Map // reflect.Type → *form
	rawValue = reflect.TypeFor[json.RawMessage]()
)

func formOf(t reflect.Type) *form {
	if f, ok := forms.Load(t); ok {
		return f.(*form)
	}
	f := formIn(map[reflect.Type]*form{}, t)
	forms.Store(t, f)
	return f
}

// formIn makes the form of a type; begun holds those of types that contain it.
func formIn(begun map[reflect.Type]*form, t reflect.Type) *form {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == rawValue:
		return &form{kept: true}
	case reflect.PointerTo(t).Implements(jsonReader), reflect.PointerTo(t).Implements(textReader):
		return nil // it reads itself
	}
	switch t.Kind() {
	case reflect.Map:
		return &form{each: formIn(begun, t.Elem())}
	case reflect.Slice, reflect.Array:
		if each := formIn(begun, t.Elem()); each != nil {
			return &form{each: each}
		}
	case reflect.Struct:
		if f := begun[t]; f != nil {
			return f
		}
		f := &form{fields: map[string]field{}, folded: map[string]string{}}
		begun[t] = f
		f.add(begun, t)
		return f
	}
	return nil
}

// add adds the fields of a struct. It goes through embedded structs by itself: two of
// them may have fields of one name in Go and different names in JSON.
func (f *form) add(begun map[reflect.Type]*form, t reflect.Type) {
	for i := range t.NumField() {
		sf := t.Field(i)
		if name, _, _ := strings.Cut(sf.Tag.Get("json"), ","); name != "" && name != "-" {
			f.fields[name] = field{len(f.fields), formIn(begun, sf.Type)}
			f.folded[fold(name)] = name
		} else if name == "" && sf.Anonymous && sf.Type.Kind() == reflect.Struct {
			f.add(begun, sf.Type)
		}
	}
}

// missing is the fault of a member that no field has the name of. It tells the
// nearest name there is, if that is near.
func (f *form) missing(name string) *codes.Fault {
	fault := codes.ErrInvalid.Fault("no such field")
	least, nearest := 1+len(name)/3, ""
	for known := range f.fields {
		if d := distance(name, known, least); d < least || d == least && (nearest == "" || known < nearest) {
			least, nearest = d, known
		}
	}
	if nearest != "" {
		fault.Message += ": did you mean " + nearest + "?"
		fault.Params = map[string]any{"nearest": nearest}
	}
	return fault
}

// distance is how many bytes have to be changed, put in or taken out to make one
// name of the other; more than limit, it may be any number above it.
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0] // of the row above, left of the column
		row[0] = i + 1
		for j := range len(b) {
			changed := before
			if a[i] != b[j] {
				changed++
			}
			before = row[j+1]
			row[j+1] = min(changed, before+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// fold writes names alike that encoding/json takes for each other.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		for least := r; ; {
			if r = unicode.SimpleFold(r); r == least {
				return least
			} else if r < least {
				least = r
			}
		}
	}, name)
}

// nameReader goes through valid JSON.
type nameReader struct {
	body   []byte
	at     int
	path   []string // of the value that it stands at: the parts as they follow each other
	keep   *unknown // of the outermost object
	strict bool     // members that nothing has a field for are faults
	faults []Reason
}

func (r *nameReader) fault(f *codes.Fault) {
	path := strings.TrimPrefix(strings.Join(r.path, ""), ".")
	r.faults = append(r.faults, Reason{Code: f.Code, Field: path, Message: f.Message, Params: f.Params})
}

// enter goes into a member, leave out of it or of an element.
func (r *nameReader) enter(name string) {
	if name == "" {
		name = `""`
	}
	r.path = append(r.path, "."+name)
}
func (r *nameReader) leave() { r.path = r.path[:len(r.path)-1] }

// space skips what separates tokens.
func (r *nameReader) space() {
	for r.at < len(r.body) {
		switch r.body[r.at] {
		case ' ', '\t', '\r', '\n', ',', ':':
			r.at++
		default:
			return
		}
	}
}

// value goes through the value that it stands at.
func (r *nameReader) value(f *form) {
	r.space()
	switch c := r.body[r.at]; {
	case f == nil:
		r.skip()
	case f.kept:
		start := r.at
		if fault := r.kept(); fault != nil {
			r.at = start
			r.skip()
			r.fault(fault)
		}
	case c == '{' && f.fields != nil:
		r.object(f)
	case c == '{' || c == '[':
		r.elements(f)
	default:
		r.skip()
	}
}

// elements goes through a list, or through the members of an object that may have
// any name.
func (r *nameReader) elements(f *form) {
	named, seen := r.body[r.at] == '{', map[string]bool{}
	r.at++
	for n := 0; ; n++ {
		if r.space(); r.body[r.at] == ']' || r.body[r.at] == '}' {
			r.at++
			return
		}
		if named {
			r.space()
			start := r.at
			name := r.name()
			r.enter(name)
			if fault := keptText(r.body[start:r.at]); fault != nil {
				r.fault(fault)
			}
			if seen[name] {
				r.fault(codes.ErrInvalid.Fault("is there twice"))
			}
			seen[name] = true
		} else {
			r.path = append(r.path, "["+strconv.Itoa(n)+"]")
		}
		r.value(f.each)
		r.leave()
	}
}

// object goes through the members of a struct.
func (r *nameReader) object(f *form) {
	keep := r.keep
	r.keep = nil
	r.at++
	var many [4]uint64         // those of the fields that were there
	var others map[string]bool // those that were there besides
	for {
		if r.space(); r.body[r.at] == '}' {
			r.at++
			return
		}
		begin := r.at
		name := r.name()
		quoted := r.body[begin:r.at]
		known, ok := f.fields[name]
		r.enter(name)
		if ok {
			word, bit := &many[known.number/64%4], uint64(1)<<(known.number%64)
			if *word&bit != 0 {
				r.fault(codes.ErrInvalid.Fault("is there twice"))
			}
			*word |= bit
			r.value(known.form)
			r.leave()
			continue
		}
		if meant, alike := f.folded[fold(name)]; alike {
			r.fault(&codes.Fault{Code: codes.ErrInvalid, Message: "is not " + meant, Params: map[string]any{"name": meant}})
		} else if r.strict {
			r.fault(f.missing(name))
		}
		if others[name] {
			r.fault(codes.ErrInvalid.Fault("is there twice"))
		}
		if others == nil {
			others = map[string]bool{}
		}
		others[name] = true
		r.space()
		start := r.at
		if keep == nil {
			r.skip()
			r.leave()
			continue
		}
		if fault := keptText(quoted); fault != nil {
			r.fault(fault)
		}
		if fault := r.kept(); fault != nil {
			r.at = start
			r.skip()
			r.fault(fault)
		}
		if *keep == nil {
			*keep = unknown{}
		}
		if (*keep)[name] = bytes.Clone(r.body[start:r.at]); len(*keep) == KeptMembers+1 {
			r.fault(beyond("at most %d members that are not known are kept", KeptMembers))
		}
		r.leave()
	}
}

// name reads the name of a member.
func (r *nameReader) name() string {
	start := r.at
	r.skip()
	quoted := r.body[start:r.at]
	for _, c := range quoted {
		if c == '\\' || c >= 0x80 {
			var name string
			_ = json.Unmarshal(quoted, &name) // it is valid
			return name
		}
	}
	return string(quoted[1 : len(quoted)-1])
}

// skip goes over the value that it stands at.
func (r *nameReader) skip() {
	depth := 0
	for {
		r.space()
		switch r.body[r.at] {
		case '{', '[':
			depth++
			r.at++
		case '}', ']':
			depth--
			r.at++
		case '"':
			for r.at++; r.body[r.at] != '"'; r.at++ {
				if r.body[r.at] == '\\' {
					r.at++
				}
			}
			r.at++
		default:
			r.at += len(r.token())
		}
		if depth == 0 {
			return
		}
	}
}

// token is the number or word that it stands at.
func (r *nameReader) token() []byte {
	rest := r.body[r.at:]
	if end := bytes.IndexAny(rest, ",:]} \t\r\n"); end >= 0 {
		return rest[:end]
	}
	return rest
}

// kept goes over a value that is kept as it is; it stops where that is beyond the
// limits.
func (r *nameReader) kept() *codes.Fault {
	var open []map[string]bool // of each list and object the names of its members, nil for a list
	start, count := r.at, 0
	for {
		r.space()
		if r.at-start > KeptBytes {
			return codes.ErrTooLong.Fault(fmt.Sprintf("at most %d bytes are kept", KeptBytes))
		}
		switch r.body[r.at] {
		case '{', '[':
			var names map[string]bool
			if r.body[r.at] == '{' {
				names = map[string]bool{}
			}
			if open = append(open, names); len(open) > KeptDepth {
				return beyond("at most %d lists and objects within each other are kept", KeptDepth)
			}
			r.at++
		case '}', ']':
			open = open[:len(open)-1]
			r.at++
		case '"':
			text := r.at
			r.skip()
			if fault := keptText(r.body[text:r.at]); fault != nil {
				return fault
			}
		default:
			token := r.token()
			if fault := keptNumber(token); fault != nil {
				return fault
			}
			r.at += len(token)
		}
		if len(open) == 0 {
			if r.at-start > KeptBytes {
				return codes.ErrTooLong.Fault(fmt.Sprintf("at most %d bytes are kept", KeptBytes))
			}
			return nil
		}
		if r.space(); r.body[r.at] == '}' || r.body[r.at] == ']' {
			continue
		}
		if count++; count > KeptMembers {
			return beyond("at most %d members and elements are kept", KeptMembers)
		}
		if names := open[len(open)-1]; names != nil {
			begin := r.at
			name := r.name()
			if fault := keptText(r.body[begin:r.at]); fault != nil {
				return fault
			}
			if names[name] {
				return codes.ErrInvalid.Fault(fmt.Sprintf("has the member %q twice", name))
			}
			names[name] = true
		}
	}
}

// keptText says what is wrong with a text between quotes that is kept as it is written:
// databases keep neither NUL nor what is no UTF-8.
func keptText(quoted []byte) *codes.Fault {
	if !utf8.Valid(quoted) {
		return codes.ErrInvalid.Fault("a text is not UTF-8")
	}
	for at := bytes.IndexByte(quoted, '\\'); at >= 0 && at < len(quoted); at++ {
		if quoted[at] != '\\' {
			continue
		}
		if at++; quoted[at] != 'u' {
			continue
		}
		switch unit := utf16At(quoted, at-1); {
		case unit == 0:
			return codes.ErrInvalid.Fault("a text has NUL in it")
		case utf16.IsSurrogate(unit):
			if utf16.DecodeRune(unit, utf16At(quoted, at+5)) == unicode.ReplacementChar {
				return codes.ErrInvalid.Fault("a text has half a character in it")
			}
			at += 6
		}
		at += 4
	}
	return nil
}

// utf16At is the unit that is escaped at a place of a text, -1 for none.
func utf16At(quoted []byte, at int) rune {
	if at+6 > len(quoted) || quoted[at] != '\\' || quoted[at+1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(string(quoted[at+2:at+6]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}

func beyond(format string, limit int) *codes.Fault {
	return codes.ErrOutOfRange.Fault(fmt.Sprintf(format, limit))
}

// keptNumber says what is wrong with a number, or with a word, of which nothing is. It
// goes by what the number is worth: a database may write it out, 1e3 as 1000, and what it
// then hands out is read like this again.
func keptNumber(token []byte) *codes.Fault {
	if token[0] >= 'a' { // null, true, false
		return nil
	}
	digits, power, _ := strings.Cut(strings.ToLower(string(token)), "e")
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(digits, "-"), ".")
	if len(strings.Trim(whole+fraction, "0")) > KeptDigits {
		return beyond("a number of at most %d digits is kept", KeptDigits)
	}
	exponent := 0
	if power != "" {
		var err error
		if exponent, err = strconv.Atoi(power); err != nil || exponent > KeptExponent || exponent < -KeptExponent {
			return beyond("an exponent of at most %d is kept", KeptExponent)
		}
	}
	if most := KeptExponent + KeptDigits; len(whole)+exponent > most || len(fraction)-exponent > most {
		return beyond("a number of at most %d digits before and behind the point is kept", most)
	}
	return nil
}
