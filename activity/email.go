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

// Email is an e-mail message to be sent, or one that was sent or received. The
// library records messages; it sends none.
type Email struct {
	ID record.EmailID `json:"id" d365:"activityid"`
	record.Head
	ActivityFields
	Status EmailStatus `json:"status" d365:"statuscode"`
}

// EmailStatus is the status of an e-mail; its State is open, completed or
// canceled.
type EmailStatus = value.Choice[emailStatusSet]

// The statuses of an e-mail.
const (
	EmailStatusDraft EmailStatus = iota + 1
	EmailStatusFailed
	EmailStatusCompleted
	EmailStatusSent
	EmailStatusReceived
	EmailStatusPendingSend
	EmailStatusSending
	EmailStatusCanceled
)

type emailStatusSet struct{}

func (emailStatusSet) Table() (string, []value.Option) { return "email_status", emailStatusTable }

var emailStatusTable = value.Statuses(
	ActivityOpen.In(
		value.Option{Key: "draft", Label: "Draft", Code: 1, Default: true},
		value.Option{Key: "failed", Label: "Failed", Code: 8},
	),
	ActivityCompleted.In(
		value.Option{Key: "completed", Label: "Completed", Code: 2, Default: true},
		value.Option{Key: "sent", Label: "Sent", Code: 3},
		value.Option{Key: "received", Label: "Received", Code: 4},
		value.Option{Key: "pending_send", Label: "Pending Send", Code: 6},
		value.Option{Key: "sending", Label: "Sending", Code: 7},
	),
	ActivityCanceled.In(value.Option{Key: "canceled", Label: "Canceled", Code: 5}),
)

var emailFlow = flow.New(
	kinds.Email,
	func(e *Email) record.Ref { return e.Ref() },
	func(e *Email) EmailStatus { return e.Status },
	activityRules[*Email, EmailStatus](actions.EmailEdit, actions.EmailComplete, actions.EmailCancel, actions.EmailDelete),
	activityRefusals[EmailStatus](actions.EmailEdit),
)

// EmailFlow is the table behind Email.
func EmailFlow() *flow.Flow[*Email, *ActivityFacts, EmailStatus] { return emailFlow }

// RecordKind tells the kind of record.
func (*Email) RecordKind() kinds.Kind { return kinds.Email }

// Ref names the record with its kind.
func (e *Email) Ref() record.Ref { return e.ID.Ref() }

// StatusKey is the key of the status.
func (e *Email) StatusKey() string { return e.Status.String() }

// Clone returns a deep copy.
func (e Email) Clone() Email {
	e.Head.Detach()
	e.Parties = slices.Clone(e.Parties)
	return e
}

// MarshalJSON writes the published JSON form.
func (e Email) MarshalJSON() ([]byte, error) {
	type plain Email
	return record.Encode((*plain)(&e))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (e *Email) UnmarshalJSON(body []byte) error {
	type plain Email
	return record.Decode(body, (*plain)(e))
}

// CreateEmail is the command behind NewEmail.
type CreateEmail struct {
	ID record.EmailID `json:"id,omitzero"`
	record.Origin
	Fields ActivityFields `json:"fields"`
	Status EmailStatus    `json:"status,omitzero"` // an open one; default Draft
}

// NewEmail creates an open e-mail. Codes: ErrMissingField, ErrTooLong,
// ErrOutOfRange, ErrInvalid (an end before its start, for example),
// ErrStatusNotInState.
func NewEmail(cmd CreateEmail, f ActivityFacts) (record.Change[Email], error) {
	status, err := value.StatusIn(cmd.Status, ActivityOpen)
	e := Email{ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), ActivityFields: cmd.Fields, Status: status}
	e.ActivityFields = e.Normal()
	reasons := append(record.ReasonsOf(err), e.Faults("fields.")...)
	if err := flow.RefuseBirth(actions.EmailCreate, cmd.ID, &cmd, e.Currency, reasons...); err != nil {
		return record.Change[Email]{}, err
	}
	return record.Change[Email]{Record: e, Events: []record.Event{record.BornEvent(&e, actions.EmailCreate, f.Stamp, nil)}}, nil
}

// EditEmail replaces the editable fields; custom values given are set, a JSON
// null removes one.
type EditEmail struct {
	Fields ActivityFields `json:"fields"`
	Custom record.Custom  `json:"custom,omitzero"`
}

var editEmail = flow.Decide(emailFlow, actions.EmailEdit,
	soundFields[*Email](func(c *EditEmail) ActivityFields { return c.Fields }))

// Edit changes fields of an e-mail that has not ended; equal values change
// nothing. Codes: ErrReadOnly and those of NewEmail.
func (e Email) Edit(cmd EditEmail, f ActivityFacts) (record.Change[Email], error) {
	if err := editEmail.Why(&e, &cmd, &f, e.Currency); err != nil {
		return record.Change[Email]{}, err
	}
	cmd.Fields = cmd.Fields.Normal()
	if !party.Edits(e.ActivityFields, cmd.Fields, e.Custom, cmd.Custom) {
		return record.Change[Email]{Record: e}, nil
	}
	e.ActivityFields = cmd.Fields
	e.Custom = e.Custom.Edited(cmd.Custom)
	return record.Changed(&e, actions.EmailEdit, f.Stamp, nil), nil
}

// CompleteEmail says that an e-mail is done.
type CompleteEmail struct {
	Status    EmailStatus `json:"status,omitzero"`     // a completed one; default Completed
	ActualEnd time.Time   `json:"actual_end,omitzero"` // default: the one recorded before, else now
}

var completeEmail = flow.Decide(emailFlow, actions.EmailComplete,
	statusOf[*Email](ActivityCompleted, func(c *CompleteEmail) EmailStatus { return c.Status }),
	endAfter(func(e *Email) time.Time { return e.ActualStart }, func(c *CompleteEmail) time.Time { return c.ActualEnd }))

// Complete ends an e-mail as done. Codes: ErrInvalidTransition,
// ErrStatusNotInState, ErrInvalid for an end before the start.
func (e Email) Complete(cmd CompleteEmail, f ActivityFacts) (record.Change[Email], error) {
	if err := completeEmail.Why(&e, &cmd, &f, e.Currency); err != nil {
		return record.Change[Email]{}, err
	}
	to, _ := value.StatusIn(cmd.Status, ActivityCompleted)
	out := record.Moved(&e, &e.Status, to, actions.EmailComplete, f.Stamp, nil)
	out.Record.end(cmd.ActualEnd, out.Record.UpdatedAt)
	return out, nil
}

// CancelEmail says that an e-mail will not be done.
type CancelEmail struct {
	Status    EmailStatus `json:"status,omitzero"`     // a canceled one; default Canceled
	ActualEnd time.Time   `json:"actual_end,omitzero"` // default: the one recorded before, else now
}

var cancelEmail = flow.Decide(emailFlow, actions.EmailCancel,
	statusOf[*Email](ActivityCanceled, func(c *CancelEmail) EmailStatus { return c.Status }),
	endAfter(func(e *Email) time.Time { return e.ActualStart }, func(c *CancelEmail) time.Time { return c.ActualEnd }))

// Cancel ends an e-mail that will not be done. Codes: ErrInvalidTransition,
// ErrStatusNotInState, ErrInvalid for an end before the start.
func (e Email) Cancel(cmd CancelEmail, f ActivityFacts) (record.Change[Email], error) {
	if err := cancelEmail.Why(&e, &cmd, &f, e.Currency); err != nil {
		return record.Change[Email]{}, err
	}
	to, _ := value.StatusIn(cmd.Status, ActivityCanceled)
	out := record.Moved(&e, &e.Status, to, actions.EmailCancel, f.Stamp, nil)
	out.Record.end(cmd.ActualEnd, out.Record.UpdatedAt)
	return out, nil
}

var deleteEmail = flow.Decide[*record.DeleteRecord](emailFlow, actions.EmailDelete)

// Delete removes the e-mail with its notes. Code: ErrInUse.
func (e Email) Delete(cmd record.DeleteRecord, f ActivityFacts) (record.Change[Email], error) {
	if err := deleteEmail.Why(&e, &cmd, &f, e.Currency); err != nil {
		return record.Change[Email]{}, err
	}
	return record.Change[Email]{Record: e, Events: []record.Event{record.DeletedEvent(&e, actions.EmailDelete, f.Stamp, nil)}}, nil
}
