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
	FieldKey       Field = "key" // with Cond.Key; no order
)

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
// for ids and owner, decimal.Decimal for amounts, Day for days and time.Time
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
