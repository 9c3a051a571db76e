package storage

// Query asks for records of one kind. Its meaning is defined by [Match] and
// [Compare], whatever the store.
type Query struct {
	Kind  string
	Where []Cond // all of them hold; at most MaxConds
	Order Field  // FieldCreatedAt unless set; see Compare
	Desc  bool
	After Cursor // continue behind this position; the query must be the same otherwise
	Limit int    // at most so many; 0 means all
}

// Field names what a condition or an order is about.
type Field string

// The fields of a header, and look-up keys.
const (
	FieldID        Field = "id"
	FieldNumber    Field = "number"
	FieldState     Field = "state"
	FieldStatus    Field = "status"
	FieldOwner     Field = "owner"
	FieldCurrency  Field = "currency"
	FieldAmount    Field = "amount"
	FieldDueOn     Field = "due_on"
	FieldCreatedAt Field = "created_at"
	FieldUpdatedAt Field = "updated_at"
	FieldName      Field = "name"
	FieldKey       Field = "key" // with Cond.Key; no order

	// The slots, in the order of Slots.
	FieldText1 Field = "text1"
	FieldText2 Field = "text2"
	FieldText3 Field = "text3"
	FieldText4 Field = "text4"
	FieldText5 Field = "text5"
	FieldText6 Field = "text6"
	FieldDay1  Field = "day1"
	FieldDay2  Field = "day2"
	FieldDay3  Field = "day3"
	FieldNum1  Field = "num1"
	FieldNum2  Field = "num2"
	FieldNum3  Field = "num3"
	FieldNum4  Field = "num4"
	FieldRef1  Field = "ref1"
	FieldRef2  Field = "ref2"
	FieldRef3  Field = "ref3"
)

// SlotFields are the fields of Slots, in its order.
func SlotFields() []Field {
	return []Field{
		FieldText1, FieldText2, FieldText3, FieldText4, FieldText5, FieldText6,
		FieldDay1, FieldDay2, FieldDay3, FieldNum1, FieldNum2, FieldNum3, FieldNum4, FieldRef1, FieldRef2, FieldRef3,
	}
}

// slot is the place of a field among those of its class in Slots, from 0.
func (f Field) slot() int { return int(f[len(f)-1] - '1') }

// Op is a comparison.
type Op string

// The comparisons. Missing values satisfy only OpMissing.
const (
	OpEq      Op = "eq"
	OpIn      Op = "in" // any number of values; none matches nothing
	OpLt      Op = "lt"
	OpLe      Op = "le"
	OpGt      Op = "gt"
	OpGe      Op = "ge"
	OpBetween Op = "between" // two values, both inclusive: the first ≤ the value ≤ the second
	OpPrefix  Op = "prefix"  // text fields and keys
	OpMissing Op = "missing" // no value: empty text, zero id, unset amount or day, no key of that name
)

// MaxAny is how many conditions a condition has at most of which one is to hold.
const MaxAny = 16

// Cond is one condition. Values are string for text fields and keys, uuid.UUID
// for ids, owner and references, decimal.Decimal for amounts and numbers, Day for days and time.Time
// for instants. OpIn takes any number of values, OpMissing none, OpBetween two, the
// others one. Keys compare bytewise; of several keys of a name one is to satisfy the
// condition, all of it.
type Cond struct {
	Field  Field
	Key    string // the key's name when Field is FieldKey
	Op     Op
	Values []any
	// Not turns the answer round: a record without value satisfies Not OpEq, and Not
	// OpMissing is that it has one.
	Not bool
	// Any is given instead of field, comparison and values: at least one of these
	// conditions holds. They have no Any themselves, are at most [MaxAny], and count
	// among the conditions of the query.
	Any []Cond
}

// Cursor is an opaque position in the result of a query, made by [CursorOf]. It
// remembers kind, order, direction and the last record's place; with another
// kind, order or direction it is refused with ErrInvalid.
type Cursor string
