package record

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
)

// Class is that of the code, but for two: what is not found by a field of the input
// is ClassInvalid, not ClassNotFound, and a call after a failure that ended its
// transaction is of the class of that failure.
func (e *Error) Class() codes.Class {
	switch {
	case e.Code == codes.ErrAborted && e.Err != nil:
		return ClassOf(e.Err)
	case e.isAboutFields():
		return codes.ClassInvalid
	}
	return e.Code.Class()
}

// HTTPStatus is that of the code, but for those whose class is another one, and for
// the conflict of a call that expected a version: 412.
func (e *Error) HTTPStatus() int {
	switch {
	case e.Code == codes.ErrAborted && e.Err != nil:
		return HTTPStatusOf(e.Err)
	case e.isAboutFields():
		return codes.ClassInvalid.HTTPStatus()
	case e.Code == codes.ErrConflict && slices.ContainsFunc(e.Reasons, func(r Reason) bool { return r.Params["expected"] != nil }):
		return 412
	}
	return e.Code.HTTPStatus()
}

// isAboutFields reports whether what is not found was named by the input.
func (e *Error) isAboutFields() bool {
	return e.Code == codes.ErrNotFound && len(e.Reasons) > 0 &&
		!slices.ContainsFunc(e.Reasons, func(r Reason) bool { return r.Field == "" })
}

// ClassOf is the class of any error: that of the Error or of the code in it, else
// ClassInternal.
func ClassOf(err error) codes.Class {
	if e := errorIn(err); e != nil {
		return e.Class()
	}
	return CodeOf(err).Class()
}

// HTTPStatusOf is the status of an answer over HTTP that is refused for any error;
// 200 for none.
func HTTPStatusOf(err error) int {
	if err == nil {
		return 200
	}
	if e := errorIn(err); e != nil {
		return e.HTTPStatus()
	}
	return CodeOf(err).HTTPStatus()
}

// errorIn is the Error in err, nil if there is none.
func errorIn(err error) (e *Error) {
	errors.As(err, &e)
	return e
}

// Refused is a refusal as an API tells it.
type Refused struct {
	Class   codes.Class      `json:"class"`
	Code    codes.Code       `json:"code,omitzero"` // none of a failure, which is ClassInternal
	Message string           `json:"message"`       // for people, without private values
	Kind    kinds.Kind       `json:"kind,omitzero"`
	ID      uuid.UUID        `json:"id,omitzero"`
	Status  string           `json:"status,omitzero"` // of the record
	Action  actions.Action   `json:"action,omitzero"`
	Reasons []Reason         `json:"reasons,omitzero"`
	Allowed []actions.Action `json:"allowed,omitzero"` // what can be done to the record instead
}

// RefusedBy tells an error as an API does, with the actions that are possible
// instead, where they are known. Of an error without code it tells nothing but that:
// what failed may name what nobody outside should know.
func RefusedBy(err error, allowed ...actions.Action) Refused {
	out := Refused{Class: ClassOf(err), Allowed: allowed}
	if e := errorIn(err); e != nil {
		out.Code, out.Kind, out.ID, out.Status, out.Action, out.Reasons = e.Code, e.Kind, e.ID, e.Status, e.Action, e.Reasons
	} else if out.Code = CodeOf(err); out.Code == "" {
		out.Message = "something failed"
		return out
	}
	if len(out.Reasons) > 0 {
		out.Message = out.Reasons[0].Message
	}
	out.Message = cmp.Or(out.Message, out.Code.Info().Text, string(out.Code))
	return out
}

// Problem is a refusal in the form of RFC 9457, application/problem+json. The status
// of the record is record_status.
type Problem struct {
	Type         string           `json:"type"` // base and code
	Title        string           `json:"title"`
	Status       int              `json:"status"` // of HTTP
	Detail       string           `json:"detail"`
	Class        codes.Class      `json:"class"`
	Code         codes.Code       `json:"code,omitzero"`
	Kind         kinds.Kind       `json:"kind,omitzero"`
	ID           uuid.UUID        `json:"id,omitzero"`
	RecordStatus string           `json:"record_status,omitzero"`
	Action       actions.Action   `json:"action,omitzero"`
	Reasons      []Reason         `json:"reasons,omitzero"`
	Allowed      []actions.Action `json:"allowed,omitzero"`
}

// ProblemOf is RefusedBy in the form of RFC 9457. The type is the base with the code
// behind it, "about:blank" without a base.
func ProblemOf(err error, base string, allowed ...actions.Action) Problem {
	r := RefusedBy(err, allowed...)
	p := Problem{
		Type: "about:blank", Title: r.Code.Info().Text, Status: HTTPStatusOf(err), Detail: r.Message,
		Class: r.Class, Code: r.Code, Kind: r.Kind, ID: r.ID, RecordStatus: r.Status, Action: r.Action,
		Reasons: r.Reasons, Allowed: r.Allowed,
	}
	p.Title = cmp.Or(p.Title, r.Message)
	if base != "" && r.Code != "" {
		p.Type = base + string(r.Code)
	}
	return p
}

// JSON is the refusal as an API tells it, see [Refused].
func (e *Error) JSON() json.RawMessage {
	body, err := json.Marshal(RefusedBy(e))
	if err != nil { // params that have no JSON form
		body = []byte(`{"class":"internal","message":"something failed"}`)
	}
	return body
}
