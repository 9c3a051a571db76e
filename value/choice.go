package value

import (
	"slices"

	"github.com/leadtocash/leadtocash/codes"
)

// Choice is a value of an option set or a status: a small integer whose text
// form – in JSON, columns, logs and errors – is its key. The zero value means
// "not set". S is the set it belongs to; every set is a table that also knows
// labels, states and the numeric codes of Dynamics 365:
//
//	LeadSourceTradeShow.String() // "trade_show"
//	LeadSourceTradeShow.Code()   // 7
//	ParseCode[leadtocash.LeadSource](7)     // LeadSourceTradeShow
type Choice[S Set] uint8

// Option describes one value of a set. State is empty unless the set is one of
// statuses; Default marks the reason a state begins with; ImportOnly marks a
// status that no action leads to.
type Option struct {
	Key        string
	Label      string
	Code       int
	State      State
	Default    bool
	ImportOnly bool
}

// State groups the statuses of a record: every status belongs to exactly one.
type State struct {
	Key  string
	Code int
}

// IsZero reports whether there is no state.
func (s State) IsZero() bool { return s == State{} }

// String returns the key.
func (s State) String() string { return s.Key }

// Set is the table behind a Choice: its name, and a row for each value; the
// first row is "not set".
type Set interface {
	Table() (name string, rows []Option)
}

// DefaultStatus asks a command for the default reason of the target state
// (Dynamics 365 writes -1). No record ever has it.
const DefaultStatus = 255

func table[S Set]() []Option {
	var s S
	_, rows := s.Table()
	return rows
}

// rowIn returns the row of a value, that of "not set" for one beyond the table.
func rowIn(rows []Option, value uint8) *Option {
	if int(value) < len(rows) {
		return &rows[value]
	}
	return &rows[0]
}

// KeyIn returns the key of a value.
func KeyIn(rows []Option, value uint8) string {
	if value == DefaultStatus {
		return "default"
	}
	return rowIn(rows, value).Key
}

// IsZero reports whether the value is not set.
func (c Choice[S]) IsZero() bool { return c == 0 }

// Valid reports whether the value is in its set; "not set" is.
func (c Choice[S]) Valid() bool { return int(c) < len(table[S]()) }

// String returns the key, empty when not set.
func (c Choice[S]) String() string { return KeyIn(table[S](), uint8(c)) }

// Label returns the text shown to people.
func (c Choice[S]) Label() string { return rowIn(table[S](), uint8(c)).Label }

// Code returns the numeric code of Dynamics 365; 0 when not set.
func (c Choice[S]) Code() int { return rowIn(table[S](), uint8(c)).Code }

// State returns the state of a status; the zero State for other options.
func (c Choice[S]) State() State { return rowIn(table[S](), uint8(c)).State }

// Options lists the set in the order of its constants.
func (c Choice[S]) Options() []Option { return OptionsIn(table[S]()) }

// OptionsIn lists the options of a table without "not set".
func OptionsIn(rows []Option) []Option { return slices.Clone(rows[1:]) }

// MarshalText returns the key.
func (c Choice[S]) MarshalText() ([]byte, error) {
	var s S
	return writeText(s, uint8(c))
}

func writeText(s Set, value uint8) ([]byte, error) {
	name, rows := s.Table()
	if value != DefaultStatus && int(value) >= len(rows) {
		return nil, notIn(name, OptionsIn(rows))
	}
	return []byte(KeyIn(rows, value)), nil
}

// UnmarshalText accepts the key; an unknown one is ErrInvalid.
func (c *Choice[S]) UnmarshalText(text []byte) error {
	var s S
	return readText(s, text, (*uint8)(c))
}

func readText(s Set, text []byte, value *uint8) error {
	name, rows := s.Table()
	key := string(text)
	i := slices.IndexFunc(rows, func(o Option) bool { return o.Key == key })
	switch {
	case key == "default":
		i = DefaultStatus
	case i < 0:
		return notIn(name, OptionsIn(rows))
	}
	*value = uint8(i)
	return nil
}

func notIn(set string, options []Option) error {
	allowed := make([]string, len(options))
	for i, o := range options {
		allowed[i] = o.Key
	}
	return &codes.Fault{Code: codes.ErrInvalid, Message: "not a value of " + set, Params: map[string]any{"allowed": allowed}}
}

// AnyChoice is the type of the values of a set, whichever it is.
type AnyChoice interface {
	~uint8
	String() string
	State() State
	Options() []Option
	Set() OptionSet
}

// ParseOption returns the value with the key; the empty key is "not set", an
// unknown one is ErrInvalid.
func ParseOption[C AnyChoice](key string) (C, error) {
	if key == "" {
		return 0, nil
	}
	return find[C](func(o Option) bool { return o.Key == key })
}

// ParseCode returns the value with the numeric code of Dynamics 365; an unknown
// one is ErrInvalid.
func ParseCode[C AnyChoice](code int) (C, error) {
	return find[C](func(o Option) bool { return o.Code == code })
}

// Values lists every value of a set.
func Values[C AnyChoice]() []C {
	var c C
	all := make([]C, len(c.Options()))
	for i := range all {
		all[i] = C(i + 1)
	}
	return all
}

func find[C AnyChoice](is func(Option) bool) (C, error) {
	var c C
	if i := slices.IndexFunc(c.Options(), is); i >= 0 {
		return C(i + 1), nil
	}
	return 0, notIn(c.Set().Name, c.Options())
}

// Options builds the table of an option set.
func Options(rows ...Option) []Option {
	return append([]Option{{}}, rows...)
}

// Statuses builds the table of a status set from its states.
func Statuses(groups ...[]Option) []Option {
	return append([]Option{{}}, slices.Concat(groups...)...)
}

// In gives the options a state; the one marked with byDefault, or the only
// one, is its default.
func (s State) In(rows ...Option) []Option {
	for i := range rows {
		rows[i].State = s
		rows[i].Default = rows[i].Default || len(rows) == 1
	}
	return rows
}

// defaultIn returns the default status of a state.
func defaultIn[S Set](state State) Choice[S] {
	for i, o := range table[S]() {
		if o.State == state && o.Default {
			return Choice[S](i)
		}
	}
	return 0
}

// StatusIn resolves the status that a command asks for within a state: the given
// one, or the default for DefaultStatus and "not set". One of another state is
// ErrStatusNotInState.
func StatusIn[S Set](asked Choice[S], state State) (Choice[S], error) {
	if asked == 0 || asked == DefaultStatus {
		return defaultIn[S](state), nil
	}
	if asked.State() != state {
		return 0, &codes.Fault{Code: codes.ErrStatusNotInState, Field: "status", Message: "the status does not belong to the state " + state.Key}
	}
	return asked, nil
}
