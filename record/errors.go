package record

import (
	"errors"
	"maps"
	"strings"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
)

// Error is what every refused call returns. It carries all reasons at once, so
// that a person can mend them in one go and a program can match any of them
// with errors.Is:
//
//	errors.Is(err, codes.ErrQuoteExpired)
//
// After an Error nothing has changed.
type Error struct {
	Code    codes.Code     `json:"code"`             // of the first and most specific reason
	Kind    kinds.Kind     `json:"kind,omitzero"`    // of the record the call was made on
	ID      uuid.UUID      `json:"id,omitzero"`      // of that record
	Status  string         `json:"status,omitzero"`  // its status when it refused
	Action  actions.Action `json:"action,omitzero"`  // what was refused
	Reasons []Reason       `json:"reasons,omitzero"` // every one of them
	Err     error          `json:"-"`                // the cause, the store's for example
}

// Reason is one thing that stands in the way, or one notice.
type Reason struct {
	Code    codes.Code     `json:"code"`
	Field   string         `json:"field,omitzero"`  // path in wire names: lines[3].quantity
	Message string         `json:"message"`         // for people; lower case, without private values
	Params  map[string]any `json:"params,omitzero"` // what a translation of the message needs

	// About are the records that the reason tells of: who may not see them all is
	// told no more than the code.
	About []Ref `json:"-"`
}

// ReasonFor makes a reason, or a notice, that says what its code says.
func ReasonFor(code codes.Code, field string) Reason {
	return Reason{Code: code, Field: field, Message: code.Info().Text}
}

// With adds what a translation of the message needs; params are names and values
// by turns.
func (r Reason) With(params ...any) Reason {
	p := maps.Clone(r.Params)
	if p == nil {
		p = make(map[string]any, len(params)/2)
	}
	for n := 0; n+1 < len(params); n += 2 {
		p[params[n].(string)] = params[n+1]
	}
	r.Params = p
	return r
}

// Error says who refused what, then every reason: code, field and message. What is
// empty leaves no colon, and what is the same as before is not said again.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Kind != "" {
		b.WriteString(string(e.Kind))
		if e.ID != (uuid.UUID{}) {
			b.WriteString(" " + e.ID.String())
		}
		b.WriteString(": ")
	}
	if e.Action != 0 {
		b.WriteString(e.Action.Verb() + " refused")
		if e.Status != "" {
			b.WriteString(" while " + e.Status)
		}
		b.WriteString(": ")
	}
	b.WriteString(string(e.Code))
	for i, r := range e.Reasons {
		said, between := e.Code, ": "
		if i > 0 {
			said, between = e.Reasons[i-1].Code, "; "
		}
		parts := make([]string, 0, 3)
		if r.Code != said {
			parts = append(parts, string(r.Code))
		}
		for _, part := range []string{r.Field, r.Message} {
			if part != "" {
				parts = append(parts, part)
			}
		}
		if len(parts) > 0 {
			b.WriteString(between + strings.Join(parts, ": "))
		}
	}
	if e.Err != nil && len(e.Reasons) == 0 {
		if cause := e.Err.Error(); cause != "" && cause != string(e.Code) {
			b.WriteString(": " + cause)
		}
	}
	return b.String()
}

// Is reports whether any reason has the code that target is.
func (e *Error) Is(target error) bool {
	code, ok := target.(codes.Code)
	if !ok {
		return false
	}
	if e.Code == code {
		return true
	}
	for _, r := range e.Reasons {
		if r.Code == code {
			return true
		}
	}
	return false
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// RefusalFor is the Error that errors.As finds in a fault. It does not matter what it
// is asked of.
func (*Error) RefusalFor(f *codes.Fault) error {
	return &Error{Code: f.Code, Reasons: reasonsOfFault(f)}
}

func reasonsOfFault(f *codes.Fault) []Reason {
	return []Reason{{Code: f.Code, Field: f.Field, Message: f.Message, Params: f.Params}}
}

// Refusal returns the error of one reason.
func Refusal(code codes.Code, field, message string) *Error {
	return &Error{Code: code, Reasons: []Reason{{Code: code, Field: field, Message: message}}}
}

// RefusedFor returns nil without reasons, else one error with all of them.
func RefusedFor(reasons []Reason) error {
	if len(reasons) == 0 {
		return nil
	}
	return &Error{Code: reasons[0].Code, Reasons: reasons}
}

// ReasonsOf lists why err refused; an error of another type becomes one
// reason.
func ReasonsOf(err error) []Reason {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) && len(e.Reasons) > 0 {
		return e.Reasons
	}
	var f *codes.Fault
	if errors.As(err, &f) {
		return reasonsOfFault(f)
	}
	return []Reason{{Code: CodeOf(err), Message: err.Error()}}
}

// AtField puts the paths of all reasons of err below a field.
func AtField(field string, err error) error {
	reasons := ReasonsOf(err)
	for i := range reasons {
		switch {
		case reasons[i].Field == "":
			reasons[i].Field = field
		case strings.HasPrefix(reasons[i].Field, "["):
			reasons[i].Field = field + reasons[i].Field
		default:
			reasons[i].Field = field + "." + reasons[i].Field
		}
	}
	return RefusedFor(reasons)
}

// CodeOf is the code of an error, empty if it has none.
func CodeOf(err error) codes.Code {
	var c codes.Code
	if errors.As(err, &c) {
		return c
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
