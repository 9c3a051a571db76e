package activity

import (
	"slices"
	"time"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// PhoneCall is a call to be made, or one that was made or received.
type PhoneCall struct {
	ID record.PhoneCallID `json:"id" d365:"activityid"`
	record.Head
	ActivityFields
	Status PhoneCallStatus `json:"status" d365:"statuscode"`
}

// PhoneCallStatus is the status of a phone call; its State is open, completed
// or canceled.
type PhoneCallStatus = value.Choice[phoneCallStatusSet]

// The statuses of a phone call.
const (
	PhoneCallStatusOpen PhoneCallStatus = iota + 1
	PhoneCallStatusMade
	PhoneCallStatusReceived
	PhoneCallStatusCanceled
)

type phoneCallStatusSet struct{}

func (phoneCallStatusSet) Table() (string, []value.Option) {
	return "phone_call_status", phoneCallStatusTable
}

var phoneCallStatusTable = value.Statuses(
	ActivityOpen.In(value.Option{Key: "open", Label: "Open", Code: 1}),
	ActivityCompleted.In(
		value.Option{Key: "made", Label: "Made", Code: 2, Default: true},
		value.Option{Key: "received", Label: "Received", Code: 4},
	),
	ActivityCanceled.In(value.Option{Key: "canceled", Label: "Canceled", Code: 3}),
)

var phoneCallFlow = flow.New(
	kinds.PhoneCall,
	func(p *PhoneCall) record.Ref { return p.Ref() },
	func(p *PhoneCall) PhoneCallStatus { return p.Status },
	activityRules[*PhoneCall, PhoneCallStatus](actions.PhoneCallEdit, actions.PhoneCallComplete, actions.PhoneCallCancel, actions.PhoneCallDelete),
	activityRefusals[PhoneCallStatus](actions.PhoneCallEdit),
)

// PhoneCallFlow is the table behind PhoneCall.
func PhoneCallFlow() *flow.Flow[*PhoneCall, *ActivityFacts, PhoneCallStatus] { return phoneCallFlow }

// RecordKind tells the kind of record.
func (*PhoneCall) RecordKind() kinds.Kind { return kinds.PhoneCall }

// Ref names the record with its kind.
func (p *PhoneCall) Ref() record.Ref { return p.ID.Ref() }

// StatusKey is the key of the status.
func (p *PhoneCall) StatusKey() string { return p.Status.String() }

// Clone returns a deep copy.
func (p PhoneCall) Clone() PhoneCall {
	p.Head.Detach()
	p.Parties = slices.Clone(p.Parties)
	return p
}

// MarshalJSON writes the published JSON form.
func (p PhoneCall) MarshalJSON() ([]byte, error) {
	type plain PhoneCall
	return record.Encode((*plain)(&p))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (p *PhoneCall) UnmarshalJSON(body []byte) error {
	type plain PhoneCall
	return record.Decode(body, (*plain)(p))
}

// CreatePhoneCall is the command behind NewPhoneCall.
type CreatePhoneCall struct {
	ID record.PhoneCallID `json:"id,omitzero"`
	record.Origin
	Fields ActivityFields  `json:"fields"`
	Status PhoneCallStatus `json:"status,omitzero"` // an open one; default Open
}

// NewPhoneCall creates an open phone call. Codes: ErrMissingField, ErrTooLong,
// ErrOutOfRange, ErrInvalid (an end before its start, for example),
// ErrStatusNotInState.
func NewPhoneCall(cmd CreatePhoneCall, f ActivityFacts) (record.Change[PhoneCall], error) {
	status, err := value.StatusIn(cmd.Status, ActivityOpen)
	p := PhoneCall{ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), ActivityFields: cmd.Fields, Status: status}
	p.ActivityFields = p.Normal()
	reasons := append(record.ReasonsOf(err), p.Faults("fields.")...)
	if err := flow.RefuseBirth(actions.PhoneCallCreate, cmd.ID, &cmd, p.Currency, reasons...); err != nil {
		return record.Change[PhoneCall]{}, err
	}
	return record.Change[PhoneCall]{Record: p, Events: []record.Event{record.BornEvent(&p, actions.PhoneCallCreate, f.Stamp, nil)}}, nil
}

// EditPhoneCall replaces the editable fields; custom values given are set, a
// JSON null removes one.
type EditPhoneCall struct {
	Fields ActivityFields `json:"fields"`
	Custom record.Custom  `json:"custom,omitzero"`
}

var editPhoneCall = flow.Decide(phoneCallFlow, actions.PhoneCallEdit,
	soundFields[*PhoneCall](func(c *EditPhoneCall) ActivityFields { return c.Fields }))

// Edit changes fields of a phone call that has not ended; equal values change
// nothing. Codes: ErrReadOnly and those of NewPhoneCall.
func (p PhoneCall) Edit(cmd EditPhoneCall, f ActivityFacts) (record.Change[PhoneCall], error) {
	if err := editPhoneCall.Why(&p, &cmd, &f, p.Currency); err != nil {
		return record.Change[PhoneCall]{}, err
	}
	cmd.Fields = cmd.Fields.Normal()
	if !party.Edits(p.ActivityFields, cmd.Fields, p.Custom, cmd.Custom) {
		return record.Change[PhoneCall]{Record: p}, nil
	}
	p.ActivityFields = cmd.Fields
	p.Custom = p.Custom.Edited(cmd.Custom)
	return record.Changed(&p, actions.PhoneCallEdit, f.Stamp, nil), nil
}

// CompletePhoneCall says that a phone call is done.
type CompletePhoneCall struct {
	Status    PhoneCallStatus `json:"status,omitzero"`     // a completed one; default Made
	ActualEnd time.Time       `json:"actual_end,omitzero"` // default: the one recorded before, else now
}

var completePhoneCall = flow.Decide(phoneCallFlow, actions.PhoneCallComplete,
	statusOf[*PhoneCall](ActivityCompleted, func(c *CompletePhoneCall) PhoneCallStatus { return c.Status }),
	endAfter(func(p *PhoneCall) time.Time { return p.ActualStart }, func(c *CompletePhoneCall) time.Time { return c.ActualEnd }))

// Complete ends a phone call as done. Codes: ErrInvalidTransition,
// ErrStatusNotInState, ErrInvalid for an end before the start.
func (p PhoneCall) Complete(cmd CompletePhoneCall, f ActivityFacts) (record.Change[PhoneCall], error) {
	if err := completePhoneCall.Why(&p, &cmd, &f, p.Currency); err != nil {
		return record.Change[PhoneCall]{}, err
	}
	to, _ := value.StatusIn(cmd.Status, ActivityCompleted)
	out := record.Moved(&p, &p.Status, to, actions.PhoneCallComplete, f.Stamp, nil)
	out.Record.end(cmd.ActualEnd, out.Record.UpdatedAt)
	return out, nil
}

// CancelPhoneCall says that a phone call will not be done.
type CancelPhoneCall struct {
	Status    PhoneCallStatus `json:"status,omitzero"`     // a canceled one; default Canceled
	ActualEnd time.Time       `json:"actual_end,omitzero"` // default: the one recorded before, else now
}

var cancelPhoneCall = flow.Decide(phoneCallFlow, actions.PhoneCallCancel,
	statusOf[*PhoneCall](ActivityCanceled, func(c *CancelPhoneCall) PhoneCallStatus { return c.Status }),
	endAfter(func(p *PhoneCall) time.Time { return p.ActualStart }, func(c *CancelPhoneCall) time.Time { return c.ActualEnd }))

// Cancel ends a phone call that will not be done. Codes: ErrInvalidTransition,
// ErrStatusNotInState, ErrInvalid for an end before the start.
func (p PhoneCall) Cancel(cmd CancelPhoneCall, f ActivityFacts) (record.Change[PhoneCall], error) {
	if err := cancelPhoneCall.Why(&p, &cmd, &f, p.Currency); err != nil {
		return record.Change[PhoneCall]{}, err
	}
	to, _ := value.StatusIn(cmd.Status, ActivityCanceled)
	out := record.Moved(&p, &p.Status, to, actions.PhoneCallCancel, f.Stamp, nil)
	out.Record.end(cmd.ActualEnd, out.Record.UpdatedAt)
	return out, nil
}

var deletePhoneCall = flow.Decide[*record.DeleteRecord](phoneCallFlow, actions.PhoneCallDelete)

// Delete removes the phone call with its notes. Code: ErrInUse.
func (p PhoneCall) Delete(cmd record.DeleteRecord, f ActivityFacts) (record.Change[PhoneCall], error) {
	if err := deletePhoneCall.Why(&p, &cmd, &f, p.Currency); err != nil {
		return record.Change[PhoneCall]{}, err
	}
	return record.Change[PhoneCall]{Record: p, Events: []record.Event{record.DeletedEvent(&p, actions.PhoneCallDelete, f.Stamp, nil)}}, nil
}
