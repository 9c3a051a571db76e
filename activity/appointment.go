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

// Appointment is a meeting. It is open until it is scheduled.
type Appointment struct {
	ID record.AppointmentID `json:"id" d365:"activityid"`
	record.Head
	ActivityFields
	Status AppointmentStatus `json:"status" d365:"statuscode"`
}

// AppointmentStatus is the status of an appointment; its State is open,
// scheduled, completed or canceled.
type AppointmentStatus = value.Choice[appointmentStatusSet]

// The statuses of an appointment.
const (
	AppointmentStatusFree AppointmentStatus = iota + 1
	AppointmentStatusTentative
	AppointmentStatusCompleted
	AppointmentStatusCanceled
	AppointmentStatusBusy
	AppointmentStatusOutOfOffice
)

type appointmentStatusSet struct{}

func (appointmentStatusSet) Table() (string, []value.Option) {
	return "appointment_status", appointmentStatusTable
}

var appointmentStatusTable = value.Statuses(
	ActivityOpen.In(
		value.Option{Key: "free", Label: "Free", Code: 1, Default: true},
		value.Option{Key: "tentative", Label: "Tentative", Code: 2},
	),
	ActivityCompleted.In(value.Option{Key: "completed", Label: "Completed", Code: 3}),
	ActivityCanceled.In(value.Option{Key: "canceled", Label: "Canceled", Code: 4}),
	ActivityScheduled.In(
		value.Option{Key: "busy", Label: "Busy", Code: 5, Default: true},
		value.Option{Key: "out_of_office", Label: "Out of Office", Code: 6},
	),
)

var appointmentFlow = flow.New(
	kinds.Appointment,
	func(a *Appointment) record.Ref { return a.Ref() },
	func(a *Appointment) AppointmentStatus { return a.Status },
	slices.Concat(
		activityRules[*Appointment, AppointmentStatus](actions.AppointmentEdit, actions.AppointmentComplete, actions.AppointmentCancel, actions.AppointmentDelete),
		[]flow.Rule[*Appointment, *ActivityFacts, AppointmentStatus]{
			{Do: actions.AppointmentSchedule, From: inState[AppointmentStatus](ActivityOpen), To: inState[AppointmentStatus](ActivityScheduled)},
		},
		flow.Staying(actions.AppointmentSchedule, inState[AppointmentStatus](ActivityScheduled), flow.Rule[*Appointment, *ActivityFacts, AppointmentStatus]{NoOp: true}),
	),
	activityRefusals[AppointmentStatus](actions.AppointmentEdit),
)

// AppointmentFlow is the table behind Appointment.
func AppointmentFlow() *flow.Flow[*Appointment, *ActivityFacts, AppointmentStatus] {
	return appointmentFlow
}

// RecordKind tells the kind of record.
func (*Appointment) RecordKind() kinds.Kind { return kinds.Appointment }

// Ref names the record with its kind.
func (a *Appointment) Ref() record.Ref { return a.ID.Ref() }

// StatusKey is the key of the status.
func (a *Appointment) StatusKey() string { return a.Status.String() }

// Clone returns a deep copy.
func (a Appointment) Clone() Appointment {
	a.Head.Detach()
	a.Parties = slices.Clone(a.Parties)
	return a
}

// MarshalJSON writes the published JSON form.
func (a Appointment) MarshalJSON() ([]byte, error) {
	type plain Appointment
	return record.Encode((*plain)(&a))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (a *Appointment) UnmarshalJSON(body []byte) error {
	type plain Appointment
	return record.Decode(body, (*plain)(a))
}

// CreateAppointment is the command behind NewAppointment.
type CreateAppointment struct {
	ID record.AppointmentID `json:"id,omitzero"`
	record.Origin
	Fields ActivityFields    `json:"fields"`
	Status AppointmentStatus `json:"status,omitzero"` // an open one; default Free
}

// NewAppointment creates an open appointment. Codes: ErrMissingField,
// ErrTooLong, ErrOutOfRange, ErrInvalid (an end before its start, for example),
// ErrStatusNotInState.
func NewAppointment(cmd CreateAppointment, f ActivityFacts) (record.Change[Appointment], error) {
	status, err := value.StatusIn(cmd.Status, ActivityOpen)
	a := Appointment{ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), ActivityFields: cmd.Fields, Status: status}
	a.ActivityFields = a.Normal()
	reasons := append(record.ReasonsOf(err), a.Faults("fields.")...)
	if err := flow.RefuseBirth(actions.AppointmentCreate, cmd.ID, &cmd, a.Currency, reasons...); err != nil {
		return record.Change[Appointment]{}, err
	}
	return record.Change[Appointment]{Record: a, Events: []record.Event{record.BornEvent(&a, actions.AppointmentCreate, f.Stamp, nil)}}, nil
}

// EditAppointment replaces the editable fields; custom values given are set, a
// JSON null removes one.
type EditAppointment struct {
	Fields ActivityFields `json:"fields"`
	Custom record.Custom  `json:"custom,omitzero"`
}

var editAppointment = flow.Decide(appointmentFlow, actions.AppointmentEdit,
	soundFields[*Appointment](func(c *EditAppointment) ActivityFields { return c.Fields }))

// Edit changes fields of an appointment that has not ended; equal values change
// nothing. Codes: ErrReadOnly and those of NewAppointment.
func (a Appointment) Edit(cmd EditAppointment, f ActivityFacts) (record.Change[Appointment], error) {
	if err := editAppointment.Why(&a, &cmd, &f, a.Currency); err != nil {
		return record.Change[Appointment]{}, err
	}
	cmd.Fields = cmd.Fields.Normal()
	if !party.Edits(a.ActivityFields, cmd.Fields, a.Custom, cmd.Custom) {
		return record.Change[Appointment]{Record: a}, nil
	}
	a.ActivityFields = cmd.Fields
	a.Custom = a.Custom.Edited(cmd.Custom)
	return record.Changed(&a, actions.AppointmentEdit, f.Stamp, nil), nil
}

// CompleteAppointment says that an appointment is done.
type CompleteAppointment struct {
	Status    AppointmentStatus `json:"status,omitzero"`     // a completed one; default Completed
	ActualEnd time.Time         `json:"actual_end,omitzero"` // default: the one recorded before, else now
}

var completeAppointment = flow.Decide(appointmentFlow, actions.AppointmentComplete,
	statusOf[*Appointment](ActivityCompleted, func(c *CompleteAppointment) AppointmentStatus { return c.Status }),
	endAfter(func(a *Appointment) time.Time { return a.ActualStart }, func(c *CompleteAppointment) time.Time { return c.ActualEnd }))

// Complete ends an appointment as done. Codes: ErrInvalidTransition,
// ErrStatusNotInState, ErrInvalid for an end before the start.
func (a Appointment) Complete(cmd CompleteAppointment, f ActivityFacts) (record.Change[Appointment], error) {
	if err := completeAppointment.Why(&a, &cmd, &f, a.Currency); err != nil {
		return record.Change[Appointment]{}, err
	}
	to, _ := value.StatusIn(cmd.Status, ActivityCompleted)
	out := record.Moved(&a, &a.Status, to, actions.AppointmentComplete, f.Stamp, nil)
	out.Record.end(cmd.ActualEnd, out.Record.UpdatedAt)
	return out, nil
}

// CancelAppointment says that an appointment will not be done.
type CancelAppointment struct {
	Status    AppointmentStatus `json:"status,omitzero"`     // a canceled one; default Canceled
	ActualEnd time.Time         `json:"actual_end,omitzero"` // default: the one recorded before, else now
}

var cancelAppointment = flow.Decide(appointmentFlow, actions.AppointmentCancel,
	statusOf[*Appointment](ActivityCanceled, func(c *CancelAppointment) AppointmentStatus { return c.Status }),
	endAfter(func(a *Appointment) time.Time { return a.ActualStart }, func(c *CancelAppointment) time.Time { return c.ActualEnd }))

// Cancel ends an appointment that will not be done. Codes:
// ErrInvalidTransition, ErrStatusNotInState, ErrInvalid for an end before the
// start.
func (a Appointment) Cancel(cmd CancelAppointment, f ActivityFacts) (record.Change[Appointment], error) {
	if err := cancelAppointment.Why(&a, &cmd, &f, a.Currency); err != nil {
		return record.Change[Appointment]{}, err
	}
	to, _ := value.StatusIn(cmd.Status, ActivityCanceled)
	out := record.Moved(&a, &a.Status, to, actions.AppointmentCancel, f.Stamp, nil)
	out.Record.end(cmd.ActualEnd, out.Record.UpdatedAt)
	return out, nil
}

// ScheduleAppointment puts an open appointment into the calendar.
type ScheduleAppointment struct {
	Status AppointmentStatus `json:"status,omitzero"` // a scheduled one; default Busy
}

var scheduleAppointment = flow.Decide(appointmentFlow, actions.AppointmentSchedule,
	statusOf[*Appointment](ActivityScheduled, func(c *ScheduleAppointment) AppointmentStatus { return c.Status }))

// Schedule puts an open appointment into the calendar, as Busy or Out of
// Office; one that is scheduled stays as it is. Codes: ErrInvalidTransition,
// ErrStatusNotInState.
func (a Appointment) Schedule(cmd ScheduleAppointment, f ActivityFacts) (record.Change[Appointment], error) {
	if err := scheduleAppointment.Why(&a, &cmd, &f, a.Currency); err != nil {
		return record.Change[Appointment]{}, err
	}
	if a.Status.State() == ActivityScheduled {
		return record.Change[Appointment]{Record: a}, nil
	}
	to, _ := value.StatusIn(cmd.Status, ActivityScheduled)
	return record.Moved(&a, &a.Status, to, actions.AppointmentSchedule, f.Stamp, nil), nil
}

var deleteAppointment = flow.Decide[*record.DeleteRecord](appointmentFlow, actions.AppointmentDelete)

// Delete removes the appointment with its notes. Code: ErrInUse.
func (a Appointment) Delete(cmd record.DeleteRecord, f ActivityFacts) (record.Change[Appointment], error) {
	if err := deleteAppointment.Why(&a, &cmd, &f, a.Currency); err != nil {
		return record.Change[Appointment]{}, err
	}
	return record.Change[Appointment]{Record: a, Events: []record.Event{record.DeletedEvent(&a, actions.AppointmentDelete, f.Stamp, nil)}}, nil
}
