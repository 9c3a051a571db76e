package storage

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// MaxText is the greatest length in bytes of any text a store may have to index:
// those of a header, keys, claims, the texts of an event, counter names and the
// values of conditions.
const MaxText = 1024

// MaxDigits bounds amounts: at most so many digits, and an exponent between
// -MaxDigits and MaxDigits.
const MaxDigits = 38

// MaxName is the greatest length of a name in bytes.
const MaxName = 128

// MaxConds is how many conditions a query has at most.
const MaxConds = 250

// Validate reports ErrInvalid unless kind matches [a-z_]{1,32} and the id is set.
func (r Ref) Validate() error {
	if err := validateKind(r.Kind); err != nil {
		return err
	}
	if r.ID == uuid.Nil {
		return fmt.Errorf("%w: %s without id", ErrInvalid, r.Kind)
	}
	return nil
}

// Validate reports ErrInvalid unless r may be put: its reference is valid; its
// version is 1 or more; its instants are set, in UTC, in whole microseconds, in
// years 1 to 9999; its texts are UTF-8 without NUL of at most [MaxText] bytes; its
// amount and numbers are within [MaxDigits]; its days are some; its name has at most [MaxName] bytes; its keys have names and values;
// neither keys nor claims repeat; it has a document.
func (r *Record) Validate() error {
	if r == nil {
		return fmt.Errorf("%w: no record", ErrInvalid)
	}
	if err := r.Ref.Validate(); err != nil {
		return err
	}
	switch {
	case r.Version < 1:
		return fmt.Errorf("%w: version %d", ErrInvalid, r.Version)
	case r.Amount.Valid && !validAmount(r.Amount.Decimal):
		return fmt.Errorf("%w: amount out of range", ErrInvalid)
	case r.DueOn != 0 && !validDay(r.DueOn):
		return fmt.Errorf("%w: due_on %d is no day", ErrInvalid, r.DueOn)
	case r.Image.Erased():
		return fmt.Errorf("%w: record without document", ErrInvalid)
	case !storedInstant(r.CreatedAt) || !storedInstant(r.UpdatedAt):
		return fmt.Errorf("%w: instants are in utc and whole microseconds", ErrInvalid)
	case !validText(r.Number) || !validText(r.State) || !validText(r.Status) || !validText(r.Currency):
		return errText
	case len(r.Name) > MaxName || !validText(r.Name):
		return fmt.Errorf("%w: a name is utf-8 without nul of at most %d bytes", ErrInvalid, MaxName)
	}
	if err := r.Slots.validate(); err != nil {
		return err
	}
	return r.validateLookups()
}

func (s *Slots) validate() error {
	for i := range s.Text {
		if !validText(s.Text[i]) {
			return errText
		}
	}
	for i := range s.Day {
		if s.Day[i] != 0 && !validDay(s.Day[i]) {
			return fmt.Errorf("%w: day%d %d is no day", ErrInvalid, i+1, s.Day[i])
		}
	}
	for i := range s.Num {
		if s.Num[i].Valid && !validAmount(s.Num[i].Decimal) {
			return fmt.Errorf("%w: num%d out of range", ErrInvalid, i+1)
		}
	}
	return nil
}

func (r *Record) validateLookups() error {
	for i := range r.Keys {
		if k := &r.Keys[i]; k.Name == "" || k.Value == "" || !validText(k.Name) || !validText(k.Value) {
			return fmt.Errorf("%w: key without name or value, or not a valid text", ErrInvalid)
		}
	}
	for _, c := range r.Claims {
		if c == "" || !validText(c) {
			return fmt.Errorf("%w: claim empty or not a valid text", ErrInvalid)
		}
	}
	if repeats(r.Keys) || repeats(r.Claims) {
		return fmt.Errorf("%w: key or claim given twice", ErrInvalid)
	}
	return nil
}

func repeats[T comparable](list []T) bool {
	if len(list) > 32 {
		seen := make(map[T]struct{}, len(list))
		for _, x := range list {
			seen[x] = struct{}{}
		}
		return len(seen) < len(list)
	}
	for i, x := range list {
		if slices.Contains(list[:i], x) {
			return true
		}
	}
	return false
}

// ValidateEvents reports ErrInvalid unless events may accompany this version of
// this record: there is at least one, all are of ref and version, have a type and
// an instant as in a record, and valid texts. Ordinal, Position, Deleted and Image
// are the store's to set; what they hold is ignored.
func ValidateEvents(ref Ref, version int64, events []Event) error {
	if len(events) == 0 {
		return fmt.Errorf("%w: version without event", ErrInvalid)
	}
	for i := range events {
		e := &events[i]
		switch {
		case e.Ref != ref || e.Version != version:
			return fmt.Errorf("%w: event of another record or version", ErrInvalid)
		case e.Type == "":
			return fmt.Errorf("%w: event without type", ErrInvalid)
		case !storedInstant(e.At):
			return fmt.Errorf("%w: instants are in utc and whole microseconds", ErrInvalid)
		case !validText(e.Type) || !validText(e.Actor) || !validText(e.Request):
			return errText
		}
	}
	return nil
}

// ValidateCounter reports ErrInvalid unless name may name a counter: it is not
// empty and a valid text as in a record.
func ValidateCounter(name string) error {
	if name == "" || !validText(name) {
		return fmt.Errorf("%w: counter name empty or not a valid text", ErrInvalid)
	}
	return nil
}

// Validate reports ErrInvalid unless every store can answer q: kind, fields and
// comparisons are known, values are of the field's type and could be stored, there are
// at most [MaxConds] conditions, the limit is not negative, and the cursor is of this
// kind, order and direction.
func (q Query) Validate() error {
	if err := validateKind(q.Kind); err != nil {
		return err
	}
	conds := len(q.Where)
	for i := range q.Where {
		conds += len(q.Where[i].Any)
	}
	if conds > MaxConds {
		return fmt.Errorf("%w: %d conditions, more than %d", ErrInvalid, conds, MaxConds)
	}
	for i := range q.Where {
		if err := q.Where[i].validate(); err != nil {
			return err
		}
	}
	if c := q.order().class(); c == 0 || c == classKey {
		return fmt.Errorf("%w: no order by %q", ErrInvalid, q.Order)
	}
	if q.Limit < 0 {
		return fmt.Errorf("%w: limit %d", ErrInvalid, q.Limit)
	}
	_, _, err := q.Position()
	return err
}

func (c *Cond) validate() error {
	if len(c.Any) > 0 {
		return c.validateAny()
	}
	class := c.Field.class()
	if class == 0 {
		return fmt.Errorf("%w: no field %q", ErrInvalid, c.Field)
	}
	if (class == classKey) != (c.Key != "") || !validText(c.Key) {
		return fmt.Errorf("%w: a condition on a key names it, no other does", ErrInvalid)
	}
	values := 1
	switch c.Op {
	case OpEq:
	case OpIn:
		values = len(c.Values)
	case OpLt, OpLe, OpGt, OpGe:
	case OpBetween:
		values = 2
	case OpPrefix:
		if class != classText && class != classKey {
			return fmt.Errorf("%w: %s has no prefix", ErrInvalid, c.Field)
		}
	case OpMissing:
		values = 0
	default:
		return fmt.Errorf("%w: no comparison %q", ErrInvalid, c.Op)
	}
	if len(c.Values) != values {
		return fmt.Errorf("%w: %s %s takes %d values, not %d", ErrInvalid, c.Field, c.Op, values, len(c.Values))
	}
	for _, v := range c.Values {
		if !class.holds(v) {
			return fmt.Errorf("%w: value of type %T for %s, or out of its range", ErrInvalid, v, c.Field)
		}
	}
	return nil
}

func (c *Cond) validateAny() error {
	if c.Field != "" || c.Key != "" || c.Op != "" || len(c.Values) > 0 || len(c.Any) > MaxAny {
		return fmt.Errorf("%w: any stands instead of a condition, with at most %d", ErrInvalid, MaxAny)
	}
	for i := range c.Any {
		if len(c.Any[i].Any) > 0 {
			return fmt.Errorf("%w: any within any", ErrInvalid)
		}
		if err := c.Any[i].validate(); err != nil {
			return err
		}
	}
	return nil
}

// class is the type of a field's values.
type class int

const (
	classText class = iota + 1
	classKey
	classID
	classAmount
	classDay
	classInstant
)

func (f Field) class() class {
	switch f {
	case FieldNumber, FieldState, FieldStatus, FieldCurrency, FieldName,
		FieldText1, FieldText2, FieldText3, FieldText4, FieldText5, FieldText6:
		return classText
	case FieldKey:
		return classKey
	case FieldID, FieldOwner, FieldRef1, FieldRef2, FieldRef3:
		return classID
	case FieldAmount, FieldNum1, FieldNum2, FieldNum3, FieldNum4:
		return classAmount
	case FieldDueOn, FieldDay1, FieldDay2, FieldDay3:
		return classDay
	case FieldCreatedAt, FieldUpdatedAt:
		return classInstant
	default:
		return 0
	}
}

func (c class) holds(value any) bool {
	switch v := value.(type) {
	case string:
		return (c == classText || c == classKey) && validText(v)
	case uuid.UUID:
		return c == classID
	case decimal.Decimal:
		return c == classAmount && validAmount(v)
	case Day:
		return c == classDay && validDay(v)
	case time.Time:
		return c == classInstant && validInstant(v)
	default:
		return false
	}
}

var errText = fmt.Errorf("%w: a text is utf-8 without nul of at most %d bytes", ErrInvalid, MaxText)

func validateKind(kind string) error {
	if len(kind) == 0 || len(kind) > 32 {
		return fmt.Errorf("%w: a kind has 1 to 32 characters", ErrInvalid)
	}
	for _, c := range []byte(kind) {
		if (c < 'a' || c > 'z') && c != '_' {
			return fmt.Errorf("%w: a kind consists of small letters and _", ErrInvalid)
		}
	}
	return nil
}

func validText(s string) bool {
	return s == "" || len(s) <= MaxText && utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}

func validAmount(d decimal.Decimal) bool {
	// The exponent first: nothing else bounds the cost of looking at the digits.
	return d.Exponent() >= -MaxDigits && d.Exponent() <= MaxDigits && d.NumDigits() <= MaxDigits
}

func validDay(d Day) bool {
	y, m, day := int(d)/10000, int(d)/100%100, int(d)%100
	if y < 1 || y > 9999 || m < 1 || m > 12 || day < 1 {
		return false
	}
	return day <= time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// The seconds that begin years 1 and 10000.
const (
	firstSecond = -62135596800
	endSecond   = 253402300800
)

func validInstant(t time.Time) bool {
	s := t.Unix()
	return s >= firstSecond && s < endSecond && t.Nanosecond()%1000 == 0
}

func storedInstant(t time.Time) bool {
	return !t.IsZero() && t.Location() == time.UTC && validInstant(t)
}
