package schema

import (
	"encoding/hex"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/internal/form"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// A schema is what the struct tags of a record or a command say, read once:
//
//	json:"topic"         the wire name
//	d365:"subject"       the logical name in Dataverse
//	need:"true"          required: ErrMissingField
//	max:"300"            one line of text, at most so many characters: ErrTooLong
//	text:"2000"          several lines of text
//	range:"0..1e12"      bounds of a number: ErrOutOfRange
//	decimals:"5"         decimals of a number that is not an Amount: ErrOutOfRange
//	most:"50"            elements of a list; without it [MaxElements]: ErrOutOfRange
//	form:"iban"          a code of package form: ErrInvalid; stored in its normal form
//
// What no single field shows a group of fields says itself, see [Faulty].
//
// Amounts may have the decimals of the document's currency. Ids are references:
// the type tells the kind.
type Schema struct {
	Fields    []Field
	checked   []*Field // fields that validate looks at
	amounts   []*Field // that normalize looks at
	referring []*Field // that references looks at
	formed    []*Field // that plain looks at
	faulty    bool     // pointers to it are Faulty
}

// Faulty is a group of fields that lists what is wrong with them together; fields
// are named from the group on.
type Faulty interface{ FieldFaults() []record.Reason }

func (s *Schema) refers() bool { return len(s.referring) > 0 }

// Field is one field of a [Schema].
type Field struct {
	Index    int
	Name     string // wire name; empty for embedded structs
	Logical  string
	required bool
	most     int // elements of a list; 0: it is none
	check    func(v reflect.Value, c money.Currency) *codes.Fault
	Money    bool                // an Amount or Opt[money.Amount]
	isStruct bool                // nested by value
	Nested   *Schema             // of a struct, a pointer to one, or a slice of them
	plain    func(string) string // the normal form of a text; nil: it has none of its own
	refers   func(v reflect.Value) record.Ref
	targets  []kinds.Kind // that it can refer to; nil means any
	many     bool         // refers to each element of a slice
}

// MaxElements is how many elements a list of a record or a command has at most where
// its field says nothing else.
const MaxElements = 10_000

// isList reports whether a type is a list that grows element by element; content in
// bytes has limits of its own.
func isList(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8
}

// Validate reports every fault of the own data of the record or command that p
// points to, in the order of its fields.
func Validate(p any, c money.Currency) []record.Reason {
	v := reflect.ValueOf(p).Elem()
	return Of(v.Type()).Validate(v, c)
}

var schemas sync.Map // reflect.Type → *schema

// Of returns the schema of a struct type.
func Of(t reflect.Type) *Schema {
	if s, ok := schemas.Load(t); ok {
		return s.(*Schema)
	}
	s, _ := schemas.LoadOrStore(t, readSchema(t))
	return s.(*Schema)
}

func readSchema(t reflect.Type) *Schema {
	s := &Schema{faulty: reflect.PointerTo(t).Implements(reflect.TypeFor[Faulty]())}
	for i := range t.NumField() {
		sf := t.Field(i)
		if !sf.IsExported() {
			continue
		}
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		if name == "" && !sf.Anonymous {
			name = snake(sf.Name)
		}
		f := Field{
			Index: i, Name: name, Logical: sf.Tag.Get("d365"),
			required: sf.Tag.Get("need") == "true", targets: targetsOf(sf.Type),
			check: limitsOf(sf), refers: refersOf(sf.Type), plain: formOf(sf).Plain,
		}
		if f.refers == nil && sf.Type.Kind() == reflect.Slice {
			f.refers, f.many = refersOf(sf.Type.Elem()), true
		}
		if isList(sf.Type) {
			f.most = number(sf, "most", MaxElements)
		}
		f.Money = sf.Type == reflect.TypeFor[money.Amount]() || sf.Type == reflect.TypeFor[value.Opt[money.Amount]]()
		if f.check == nil && f.refers == nil {
			if inner := structIn(sf.Type); inner != nil {
				f.Nested, f.isStruct = Of(inner), sf.Type.Kind() == reflect.Struct
			}
		}
		s.Fields = append(s.Fields, f)
	}
	for i := range s.Fields {
		f := &s.Fields[i]
		n := f.Nested
		if f.plain != nil || n != nil && len(n.formed) > 0 {
			s.formed = append(s.formed, f)
		}
		if f.required || f.most > 0 || f.check != nil || n != nil && (len(n.checked) > 0 || n.faulty) {
			s.checked = append(s.checked, f)
		}
		if f.Money || f.isStruct && len(n.amounts) > 0 {
			s.amounts = append(s.amounts, f)
		}
		if f.Name != "id" && (f.refers != nil || n != nil && n.refers()) { // id: the record itself
			s.referring = append(s.referring, f)
		}
	}
	return s
}

// module is the path of the library, below which its groups of fields are.
var module = strings.TrimSuffix(reflect.TypeFor[record.Head]().PkgPath(), "/record")

// structIn returns the struct type that a field holds, points to or lists, if
// it is one of the library's plain groups of fields. Instances of processes are not:
// the package bpf knows nothing of records.
func structIn(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || !strings.HasPrefix(t.PkgPath(), module) || t.PkgPath() == module+"/bpf" || t.NumField() == 0 || !anyExported(t) {
		return nil
	}
	return t
}

func anyExported(t reflect.Type) bool {
	for i := range t.NumField() {
		if t.Field(i).IsExported() {
			return true
		}
	}
	return false
}

// Validate lists what is wrong with a value in itself, in the currency of its amounts.
func (s *Schema) Validate(v reflect.Value, c money.Currency) (reasons []record.Reason) {
	for _, f := range s.checked {
		fv := v.Field(f.Index)
		if f.required && fv.IsZero() {
			reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: f.Name, Message: codes.ErrMissingField.Info().Text})
			continue
		}
		switch {
		case f.most > 0 && fv.Len() > f.most:
			reasons = append(reasons, record.Reason{Code: codes.ErrOutOfRange, Field: f.Name, Message: fmt.Sprintf("has more than %d elements", f.most), Params: map[string]any{"max": f.most}})
		case f.check != nil:
			if bad := f.check(fv, c); bad != nil {
				reasons = append(reasons, record.Reason{Code: bad.Code, Field: f.Name, Message: bad.Message, Params: bad.Params})
			}
		case f.Nested == nil:
		case fv.Kind() == reflect.Pointer:
			if !fv.IsNil() {
				reasons = append(reasons, Below(f.Name, f.Nested.Validate(fv.Elem(), c))...)
			}
		case fv.Kind() == reflect.Slice:
			for j := range fv.Len() {
				el := fv.Index(j)
				if el.Kind() == reflect.Pointer {
					el = el.Elem()
				}
				if inner := f.Nested.Validate(el, c); inner != nil {
					reasons = append(reasons, Below(fmt.Sprintf("%s[%d]", f.Name, j), inner)...)
				}
			}
		default:
			reasons = append(reasons, Below(f.Name, f.Nested.Validate(fv, c))...)
		}
	}
	if s.faulty {
		reasons = append(reasons, v.Addr().Interface().(Faulty).FieldFaults()...)
	}
	return reasons
}

// Element is the path of a field of an element of a list.
func Element(list string, at int, field string) string {
	return fmt.Sprintf("%s[%d].%s", list, at, field)
}

// Below puts reasons under the path of what they are about.
func Below(path string, inner []record.Reason) []record.Reason {
	for i := range inner {
		if path != "" {
			inner[i].Field = path + "." + inner[i].Field
		}
	}
	return inner
}

// Round brings the amounts of what p points to to the decimals of their
// currency, so that 9.9 and 9.90 are stored alike, and codes to their normal form. It
// changes that itself only, not what it points to.
func Round(p any, c money.Currency) {
	v := reflect.ValueOf(p).Elem()
	Of(v.Type()).Round(v, c)
}

// plainFields brings codes to their normal form. Groups that the value points to or lists
// are replaced by copies where one changes.
func (s *Schema) plainFields(v reflect.Value) {
	for _, f := range s.formed {
		fv := v.Field(f.Index)
		switch {
		case f.plain != nil:
			fv.SetString(f.plain(fv.String()))
		case fv.Kind() == reflect.Pointer:
			if !fv.IsNil() && !f.Nested.isPlain(fv.Elem()) {
				next := reflect.New(fv.Type().Elem())
				next.Elem().Set(fv.Elem())
				f.Nested.plainFields(next.Elem())
				fv.Set(next)
			}
		case fv.Kind() == reflect.Slice:
			if !f.Nested.arePlain(fv) {
				next := reflect.MakeSlice(fv.Type(), fv.Len(), fv.Len())
				reflect.Copy(next, fv)
				for j := range fv.Len() {
					f.Nested.plainFields(next.Index(j))
				}
				fv.Set(next)
			}
		default:
			f.Nested.plainFields(fv)
		}
	}
}

// isPlain reports whether every code has its normal form.
func (s *Schema) isPlain(v reflect.Value) bool {
	for _, f := range s.formed {
		fv := v.Field(f.Index)
		same := true
		switch {
		case f.plain != nil:
			same = f.plain(fv.String()) == fv.String()
		case fv.Kind() == reflect.Pointer:
			same = fv.IsNil() || f.Nested.isPlain(fv.Elem())
		case fv.Kind() == reflect.Slice:
			same = f.Nested.arePlain(fv)
		default:
			same = f.Nested.isPlain(fv)
		}
		if !same {
			return false
		}
	}
	return true
}

func (s *Schema) arePlain(list reflect.Value) bool {
	for j := range list.Len() {
		if !s.isPlain(list.Index(j)) {
			return false
		}
	}
	return true
}

// Round brings amounts to the decimals of their currency, and codes to their normal
// form.
func (s *Schema) Round(v reflect.Value, c money.Currency) {
	s.plainFields(v)
	if !c.IsZero() {
		s.roundAmounts(v, c)
	}
}

func (s *Schema) roundAmounts(v reflect.Value, c money.Currency) {
	for _, f := range s.amounts {
		switch {
		case f.Money:
			switch a := v.Field(f.Index).Addr().Interface().(type) {
			case *money.Amount:
				*a = c.RoundAmount(*a, money.HalfAway)
			case *value.Opt[money.Amount]:
				if given, ok := a.Get(); ok {
					*a = value.Some(c.RoundAmount(given, money.HalfAway))
				}
			}
		default:
			f.Nested.roundAmounts(v.Field(f.Index), c)
		}
	}
}

// Reference is one field of a record that refers to another record.
type Reference struct {
	Field string // as look-ups name it: lines.shipping.sales_rep_id, whatever the line
	Ref   record.Ref
}

// References appends the references that v holds, those in lines and groups of
// fields included, the latter once for each record referred to.
func (s *Schema) References(v reflect.Value, list []Reference) []Reference {
	for _, f := range s.referring {
		switch {
		case f.refers != nil && f.many:
			for j := range v.Field(f.Index).Len() {
				list = f.refer(v.Field(f.Index).Index(j), list)
			}
		case f.refers != nil:
			list = f.refer(v.Field(f.Index), list)
		case f.Name == "":
			list = f.Nested.References(v.Field(f.Index), list)
		default:
			list = f.nestedReferences(v.Field(f.Index), list)
		}
	}
	return list
}

// nestedReferences appends the references within a group of fields, or within
// a list of them.
func (f *Field) nestedReferences(v reflect.Value, list []Reference) []Reference {
	if v.Kind() != reflect.Slice {
		return f.referencesWithin(v, list, nil)
	}
	const few = 32 // elements whose references are looked through, not looked up
	var had map[Reference]bool
	if v.Len() > few {
		had = make(map[Reference]bool, v.Len())
		for _, r := range list {
			had[r] = true
		}
	}
	for i := range v.Len() {
		list = f.referencesWithin(v.Index(i), list, had)
	}
	return list
}

// referencesWithin appends the references within one group of fields that are new; had
// are those in the list, nil where they are few.
func (f *Field) referencesWithin(v reflect.Value, list []Reference, had map[Reference]bool) []Reference {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return list
		}
		v = v.Elem()
	}
	for _, r := range f.Nested.References(v, list[len(list):]) {
		r.Field = f.Name + "." + r.Field
		if had[r] || had == nil && slices.Contains(list, r) {
			continue
		}
		list = append(list, r)
		if had != nil {
			had[r] = true
		}
	}
	return list
}

func (f *Field) refer(v reflect.Value, list []Reference) []Reference {
	if r := f.refers(v); r.ID != (uuid.UUID{}) {
		list = append(list, Reference{f.Name, r})
	}
	return list
}

// KindOfID returns the kind of record that ids of the type are of, empty if they
// are of none.
func KindOfID(t reflect.Type) (kind kinds.Kind) {
	if id, ok := reflect.Zero(t).Interface().(interface{ Ref() record.Ref }); ok {
		kind = id.Ref().Kind
	}
	return kind
}

func refersOf(t reflect.Type) func(reflect.Value) record.Ref {
	if kind := KindOfID(t); kind != "" {
		return func(v reflect.Value) record.Ref {
			return record.Ref{Kind: kind, ID: *v.Field(0).Addr().Interface().(*uuid.UUID)}
		}
	}
	switch t {
	case reflect.TypeFor[record.Ref]():
		return func(v reflect.Value) record.Ref { return *v.Addr().Interface().(*record.Ref) }
	case reflect.TypeFor[record.CustomerID]():
		return func(v reflect.Value) record.Ref { return v.Addr().Interface().(*record.CustomerID).Ref }
	}
	return nil
}

// limitsOf compiles the limits of one field.
func limitsOf(sf reflect.StructField) func(reflect.Value, money.Currency) *codes.Fault {
	lo, hi := bounds(sf)
	switch sf.Type {
	case reflect.TypeFor[money.Amount]():
		return func(v reflect.Value, c money.Currency) *codes.Fault {
			return checkAmount(*v.Addr().Interface().(*money.Amount), lo, hi, c)
		}
	case reflect.TypeFor[value.Opt[money.Amount]]():
		return ifSet(func(a money.Amount, c money.Currency) *codes.Fault { return checkAmount(a, lo, hi, c) })
	case reflect.TypeFor[decimal.Decimal]():
		places := number(sf, "decimals", 10)
		return func(v reflect.Value, _ money.Currency) *codes.Fault {
			return CheckNumber(*v.Addr().Interface().(*decimal.Decimal), lo, hi, places)
		}
	case reflect.TypeFor[value.Opt[decimal.Decimal]]():
		places := number(sf, "decimals", 10)
		return ifSet(func(d decimal.Decimal, _ money.Currency) *codes.Fault { return CheckNumber(d, lo, hi, places) })
	case reflect.TypeFor[value.Opt[int32]]():
		return ifSet(func(n int32, _ money.Currency) *codes.Fault { return checkInt(int64(n), lo, hi) })
	case reflect.TypeFor[value.Opt[int8]]():
		return ifSet(func(n int8, _ money.Currency) *codes.Fault { return checkInt(int64(n), lo, hi) })
	case reflect.TypeFor[money.Currency]():
		return func(v reflect.Value, _ money.Currency) *codes.Fault {
			if !money.Currency(v.Uint()).IsValid() {
				return codes.ErrInvalid.Fault("not a currency")
			}
			return nil
		}
	case reflect.TypeFor[value.Date]():
		return func(v reflect.Value, _ money.Currency) *codes.Fault {
			d := value.Date(v.Int())
			if d.IsZero() {
				return nil
			}
			if _, err := value.NewDate(d.Year(), d.Month(), d.Day()); err != nil {
				return codes.ErrInvalid.Fault("not a day of the calendar")
			}
			return nil
		}
	case reflect.TypeFor[time.Time]():
		return func(v reflect.Value, _ money.Currency) *codes.Fault {
			if !Writable(*v.Addr().Interface().(*time.Time)) {
				return codes.ErrInvalid.Fault("a time is between the years 1 and 9999")
			}
			return nil
		}
	}
	switch sf.Type.Kind() {
	case reflect.String:
		return checkText(sf)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if sf.Tag.Get("range") == "" {
			return nil
		}
		return func(v reflect.Value, _ money.Currency) *codes.Fault { return checkInt(v.Int(), lo, hi) }
	case reflect.Uint8:
		if sf.Type.Implements(reflect.TypeFor[interface{ Valid() bool }]()) {
			asks := sf.Type.Implements(reflect.TypeFor[interface{ State() value.State }]()) // for the default reason
			return func(v reflect.Value, _ money.Currency) *codes.Fault {
				if v.Uint() == 0 || asks && v.Uint() == value.DefaultStatus || v.Interface().(interface{ Valid() bool }).Valid() {
					return nil
				}
				return codes.ErrInvalid.Fault("not a value of its set")
			}
		}
	}
	return nil
}

// ifSet checks the value of an Opt that has one.
func ifSet[T any](check func(T, money.Currency) *codes.Fault) func(reflect.Value, money.Currency) *codes.Fault {
	return func(v reflect.Value, c money.Currency) *codes.Fault {
		value, ok := v.Addr().Interface().(*value.Opt[T]).Get()
		if !ok {
			return nil
		}
		return check(value, c)
	}
}

// Writable reports whether a time has a JSON form.
func Writable(t time.Time) bool {
	year := t.UTC().Year()
	return year >= 1 && year <= 9999
}

func bounds(sf reflect.StructField) (lo, hi int64) {
	tag := sf.Tag.Get("range")
	if tag == "" {
		return -922_337_203_685_477, 922_337_203_685_477
	}
	low, high, ok := strings.Cut(tag, "..")
	l, err1 := decimal.NewFromString(low)
	h, err2 := decimal.NewFromString(high)
	if !ok || err1 != nil || err2 != nil {
		panic("schema: bad range of " + sf.Name)
	}
	return l.IntPart(), h.IntPart()
}

func number(sf reflect.StructField, tag string, otherwise int) int {
	text := sf.Tag.Get(tag)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		panic("schema: bad " + tag + " of " + sf.Name)
	}
	return n
}

func outOfRange(lo, hi int64) *codes.Fault {
	return &codes.Fault{Code: codes.ErrOutOfRange, Message: fmt.Sprintf("must be between %d and %d", lo, hi), Params: map[string]any{"min": lo, "max": hi}}
}

func checkInt(n, lo, hi int64) *codes.Fault {
	if n < lo || n > hi {
		return outOfRange(lo, hi)
	}
	return nil
}

func checkAmount(a money.Amount, lo, hi int64, c money.Currency) *codes.Fault {
	if a.Valid() != nil {
		return outOfRange(lo, hi)
	}
	if !c.IsZero() && !c.Fits(a) {
		return &codes.Fault{Code: codes.ErrOutOfRange, Message: "has more decimals than the currency", Params: map[string]any{"currency": c.Code(), "decimals": c.Digits()}}
	}
	if a.IsZero() && lo <= 0 && hi >= 0 {
		return nil
	}
	scale := int64(1)
	for range a.Digits() {
		scale *= 10
	}
	whole, rest := a.Units()/scale, a.Units()%scale
	if whole < lo || whole > hi || whole == hi && rest > 0 || whole == lo && rest < 0 {
		return outOfRange(lo, hi)
	}
	return nil
}

// CheckNumber tells what is wrong with a number, nil if nothing is.
func CheckNumber(d decimal.Decimal, lo, hi int64, places int) *codes.Fault {
	if !exact.CheckDecimal(d, 16, places) {
		return &codes.Fault{Code: codes.ErrOutOfRange, Message: fmt.Sprintf("has more than %d decimals or too many digits", places), Params: map[string]any{"decimals": places}}
	}
	if n := exact.NumOf(d); n.Cmp(exact.Num{M: lo}) < 0 || n.Cmp(exact.Num{M: hi}) > 0 {
		return outOfRange(lo, hi)
	}
	return nil
}

func checkText(sf reflect.StructField) func(reflect.Value, money.Currency) *codes.Fault {
	limit, lines := number(sf, "max", 0), false
	if limit == 0 {
		limit, lines = number(sf, "text", math.MaxInt), true
	}
	f := formOf(sf)
	if f.Fits == nil {
		return func(v reflect.Value, _ money.Currency) *codes.Fault {
			return TextFault(v.String(), limit, lines)
		}
	}
	return func(v reflect.Value, _ money.Currency) *codes.Fault {
		text := v.String()
		if f.Plain != nil {
			text = f.Plain(text)
		}
		if bad := TextFault(text, limit, lines); bad != nil {
			return bad
		}
		if text != "" && !f.Fits(text) {
			return codes.ErrInvalid.Fault("is not " + f.What)
		}
		return nil
	}
}

// formOf is the form that the tag of a field names, the zero form if it names none.
func formOf(sf reflect.StructField) form.Form {
	name := sf.Tag.Get("form")
	f, known := form.Forms[name]
	if name != "" && !known {
		panic("schema: bad form of " + sf.Name)
	}
	return f
}

// TextFault refuses text that is too long, is not UTF-8 or has control
// characters; tabs and line ends are welcome where several lines are.
func TextFault(s string, limit int, lines bool) *codes.Fault {
	if len(s) > limit && utf8.RuneCountInString(s) > limit {
		return &codes.Fault{Code: codes.ErrTooLong, Message: fmt.Sprintf("has more than %d characters", limit), Params: map[string]any{"max": limit}}
	}
	for _, r := range s {
		if r >= ' ' && r < utf8.RuneSelf-1 {
			continue
		}
		if lines && (r == '\n' || r == '\r' || r == '\t') {
			continue
		}
		if unicode.IsControl(r) || r == 0xFFFE || r == 0xFFFF || r == utf8.RuneError && !utf8.ValidString(s) {
			return codes.ErrInvalid.Fault("has control characters or is not valid UTF-8")
		}
	}
	return nil
}

// snake turns a Go name into a wire name: PrimaryContactID → primary_contact_id.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		upper := unicode.IsUpper(r)
		if upper && i > 0 && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Info lists the fields, those of embedded parts included.
func (s *Schema) Info() (list []record.FieldInfo) {
	for _, f := range s.Fields {
		if f.Name == "" && f.Nested != nil {
			list = append(list, f.Nested.Info()...)
			continue
		}
		list = append(list, record.FieldInfo{Name: f.Name, D365Name: f.Logical, Required: f.required})
	}
	return slices.Clip(list)
}

// Referring is a field of a kind of record that refers to others.
type Referring struct {
	Name  string
	Kinds []kinds.Kind // that it can refer to; nil means any
}

// LeadsTo reports whether the field can refer to records of the kind.
func (f *Referring) LeadsTo(kind kinds.Kind) bool {
	return f.Kinds == nil || slices.Contains(f.Kinds, kind)
}

// RefFields lists the fields that refer to records.
func (s *Schema) RefFields(list []Referring) []Referring {
	for _, f := range s.referring {
		switch {
		case f.refers != nil:
			list = append(list, Referring{f.Name, f.targets})
		case f.Name == "":
			list = f.Nested.RefFields(list)
		default:
			for _, inner := range f.Nested.RefFields(nil) {
				list = append(list, Referring{f.Name + "." + inner.Name, inner.Kinds})
			}
		}
	}
	return list
}

// targetsOf lists the kinds that a field of the type can refer to, nil for any.
func targetsOf(t reflect.Type) []kinds.Kind {
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if kind := KindOfID(t); kind != "" {
		return []kinds.Kind{kind}
	}
	if t == reflect.TypeFor[record.CustomerID]() {
		return []kinds.Kind{kinds.Account, kinds.Contact}
	}
	return nil
}

// AppendUUID appends the text form of an id.
func AppendUUID(b []byte, id uuid.UUID) []byte {
	b = hex.AppendEncode(b, id[:4])
	b = hex.AppendEncode(append(b, '-'), id[4:6])
	b = hex.AppendEncode(append(b, '-'), id[6:8])
	b = hex.AppendEncode(append(b, '-'), id[8:10])
	return hex.AppendEncode(append(b, '-'), id[10:])
}

// Replace puts one reference in place of another, within groups of fields and
// lists as well; v shares nothing with other records. The master of a record
// stays.
func (s *Schema) Replace(v reflect.Value, from, to record.Ref) {
	for i := range s.Fields {
		f := &s.Fields[i]
		fv := v.Field(f.Index)
		switch {
		case f.Name == "id" || f.Name == "master_id":
		case f.refers != nil && f.many:
			for j := range fv.Len() {
				f.replace(fv.Index(j), from, to)
			}
		case f.refers != nil:
			f.replace(fv, from, to)
		case f.Nested != nil && f.Nested.refers():
			f.replaceNested(fv, from, to)
		}
	}
}

func (f *Field) replaceNested(v reflect.Value, from, to record.Ref) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			f.replaceNested(v.Elem(), from, to)
		}
	case reflect.Slice:
		for j := range v.Len() {
			f.replaceNested(v.Index(j), from, to)
		}
	default:
		f.Nested.Replace(v, from, to)
	}
}

func (f *Field) replace(v reflect.Value, from, to record.Ref) {
	if f.refers(v) != from {
		return
	}
	switch r := v.Addr().Interface().(type) {
	case *record.Ref:
		*r = to
	case *record.CustomerID:
		r.Ref = to
	default: // an ID of the kind
		*v.Field(0).Addr().Interface().(*uuid.UUID) = to.ID
	}
}

// Field finds a field by logical or by wire name, those of embedded parts
// included.
func (s *Schema) Field(v reflect.Value, name string, logical bool) (reflect.Value, bool) {
	for i := range s.Fields {
		f := &s.Fields[i]
		if f.Name == "" && f.Nested != nil {
			if found, ok := f.Nested.Field(v.Field(f.Index), name, logical); ok {
				return found, true
			}
			continue
		}
		if logical && f.Logical == name || !logical && f.Name == name {
			return v.Field(f.Index), true
		}
	}
	return reflect.Value{}, false
}

// Opaque is one field that refers to something not stored here.
type Opaque struct {
	Field, Logical string
	Id             uuid.UUID
}

// Opaques lists the references to what is not stored here.
func (s *Schema) Opaques(v reflect.Value, list []Opaque) []Opaque {
	for i := range s.Fields {
		f := &s.Fields[i]
		switch {
		case f.Name == "created_by" || f.Name == "updated_by":
		case f.Nested != nil && f.Name == "":
			list = f.Nested.Opaques(v.Field(f.Index), list)
		case v.Field(f.Index).Type() == reflect.TypeFor[uuid.UUID]():
			if id := v.Field(f.Index).Interface().(uuid.UUID); id != uuid.Nil {
				list = append(list, Opaque{f.Name, f.Logical, id})
			}
		}
	}
	return list
}
