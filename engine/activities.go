package engine

import (
	"context"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// plainActivity gathers for decisions about an activity that depend on nothing
// else.
func plainActivity[R, C any](_ context.Context, s *session, _ *R, _ *C) (activity.ActivityFacts, error) {
	return s.activityFacts(), nil
}

func newActivity[C any](_ context.Context, s *session, _ *C) (activity.ActivityFacts, error) {
	return s.activityFacts(), nil
}

func (s *session) activityFacts() activity.ActivityFacts {
	return activity.ActivityFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
}

// activityUse adds what stands in the way of deleting an activity.
func activityUse[R any, P record.Pointer[R]](ctx context.Context, s *session, r *R) (f activity.ActivityFacts, err error) {
	f = s.activityFacts()
	f.InUse, err = s.inUse(ctx, P(r).Ref())
	return f, err
}

// Tasks is what a Client does with tasks.
type Tasks struct {
	Managed[activity.Task, record.TaskID, TaskQuery]
}

// Tasks returns the service for tasks.
func (c *Client) Tasks() (s Tasks) { s.c = c; return s }

// TaskQuery asks for tasks.
type TaskQuery struct {
	List
	Status    activity.TaskStatus
	Regarding record.Ref
}

func (q TaskQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).ref("regarding_id", q.Regarding.ID)
}

// Create creates an open task. See NewTask.
func (s Tasks) Create(ctx context.Context, cmd activity.CreateTask) (activity.Task, error) {
	return recordOf(create(ctx, s.c, actions.TaskCreate, &cmd.ID.UUID, &cmd, newActivity, activity.NewTask))
}

// Edit changes fields of a task that has not ended. See Task.Edit.
func (s Tasks) Edit(ctx context.Context, id record.TaskID, cmd activity.EditTask, opts ...CallOption) (activity.Task, error) {
	return recordOf(apply(ctx, s.c, actions.TaskEdit, id, cmd, plainActivity, activity.Task.Edit, opts))
}

// SetStatus says how far an open task has come. See Task.SetStatus.
func (s Tasks) SetStatus(ctx context.Context, id record.TaskID, cmd activity.SetTaskStatus, opts ...CallOption) (activity.Task, error) {
	return recordOf(apply(ctx, s.c, actions.TaskSetStatus, id, cmd, plainActivity, activity.Task.SetStatus, opts))
}

// Complete ends a task as done. See Task.Complete.
func (s Tasks) Complete(ctx context.Context, id record.TaskID, cmd activity.CompleteTask, opts ...CallOption) (activity.Task, error) {
	return recordOf(apply(ctx, s.c, actions.TaskComplete, id, cmd, plainActivity, activity.Task.Complete, opts))
}

// Cancel ends a task that will not be done. See Task.Cancel.
func (s Tasks) Cancel(ctx context.Context, id record.TaskID, cmd activity.CancelTask, opts ...CallOption) (activity.Task, error) {
	return recordOf(apply(ctx, s.c, actions.TaskCancel, id, cmd, plainActivity, activity.Task.Cancel, opts))
}

// Reopen opens a task that has ended. See Task.Reopen.
func (s Tasks) Reopen(ctx context.Context, id record.TaskID, cmd activity.ReopenTask, opts ...CallOption) (activity.Task, error) {
	return recordOf(apply(ctx, s.c, actions.TaskReopen, id, cmd, plainActivity, activity.Task.Reopen, opts))
}

// PhoneCalls is what a Client does with phone calls.
type PhoneCalls struct {
	Managed[activity.PhoneCall, record.PhoneCallID, PhoneCallQuery]
}

// PhoneCalls returns the service for phone calls.
func (c *Client) PhoneCalls() (s PhoneCalls) { s.c = c; return s }

// PhoneCallQuery asks for phone calls.
type PhoneCallQuery struct {
	List
	Status    activity.PhoneCallStatus
	Regarding record.Ref
}

func (q PhoneCallQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).ref("regarding_id", q.Regarding.ID)
}

// Create creates an open phone call. See NewPhoneCall.
func (s PhoneCalls) Create(ctx context.Context, cmd activity.CreatePhoneCall) (activity.PhoneCall, error) {
	return recordOf(create(ctx, s.c, actions.PhoneCallCreate, &cmd.ID.UUID, &cmd, newActivity, activity.NewPhoneCall))
}

// Edit changes fields of a phone call that has not ended. See PhoneCall.Edit.
func (s PhoneCalls) Edit(ctx context.Context, id record.PhoneCallID, cmd activity.EditPhoneCall, opts ...CallOption) (activity.PhoneCall, error) {
	return recordOf(apply(ctx, s.c, actions.PhoneCallEdit, id, cmd, plainActivity, activity.PhoneCall.Edit, opts))
}

// Complete ends a phone call as done. See PhoneCall.Complete.
func (s PhoneCalls) Complete(ctx context.Context, id record.PhoneCallID, cmd activity.CompletePhoneCall, opts ...CallOption) (activity.PhoneCall, error) {
	return recordOf(apply(ctx, s.c, actions.PhoneCallComplete, id, cmd, plainActivity, activity.PhoneCall.Complete, opts))
}

// Cancel ends a phone call that will not be done. See PhoneCall.Cancel.
func (s PhoneCalls) Cancel(ctx context.Context, id record.PhoneCallID, cmd activity.CancelPhoneCall, opts ...CallOption) (activity.PhoneCall, error) {
	return recordOf(apply(ctx, s.c, actions.PhoneCallCancel, id, cmd, plainActivity, activity.PhoneCall.Cancel, opts))
}

// Emails is what a Client does with e-mails.
type Emails struct {
	Managed[activity.Email, record.EmailID, EmailQuery]
}

// Emails returns the service for e-mails.
func (c *Client) Emails() (s Emails) { s.c = c; return s }

// EmailQuery asks for e-mails.
type EmailQuery struct {
	List
	Status    activity.EmailStatus
	Regarding record.Ref
}

func (q EmailQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).ref("regarding_id", q.Regarding.ID)
}

// Create creates an open e-mail. See NewEmail.
func (s Emails) Create(ctx context.Context, cmd activity.CreateEmail) (activity.Email, error) {
	return recordOf(create(ctx, s.c, actions.EmailCreate, &cmd.ID.UUID, &cmd, newActivity, activity.NewEmail))
}

// Edit changes fields of an e-mail that has not ended. See Email.Edit.
func (s Emails) Edit(ctx context.Context, id record.EmailID, cmd activity.EditEmail, opts ...CallOption) (activity.Email, error) {
	return recordOf(apply(ctx, s.c, actions.EmailEdit, id, cmd, plainActivity, activity.Email.Edit, opts))
}

// Complete ends an e-mail as done. See Email.Complete.
func (s Emails) Complete(ctx context.Context, id record.EmailID, cmd activity.CompleteEmail, opts ...CallOption) (activity.Email, error) {
	return recordOf(apply(ctx, s.c, actions.EmailComplete, id, cmd, plainActivity, activity.Email.Complete, opts))
}

// Cancel ends an e-mail that will not be done. See Email.Cancel.
func (s Emails) Cancel(ctx context.Context, id record.EmailID, cmd activity.CancelEmail, opts ...CallOption) (activity.Email, error) {
	return recordOf(apply(ctx, s.c, actions.EmailCancel, id, cmd, plainActivity, activity.Email.Cancel, opts))
}

// Appointments is what a Client does with appointments.
type Appointments struct {
	Managed[activity.Appointment, record.AppointmentID, AppointmentQuery]
}

// Appointments returns the service for appointments.
func (c *Client) Appointments() (s Appointments) { s.c = c; return s }

// AppointmentQuery asks for appointments.
type AppointmentQuery struct {
	List
	Status    activity.AppointmentStatus
	Regarding record.Ref
}

func (q AppointmentQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).ref("regarding_id", q.Regarding.ID)
}

// Create creates an open appointment. See NewAppointment.
func (s Appointments) Create(ctx context.Context, cmd activity.CreateAppointment) (activity.Appointment, error) {
	return recordOf(create(ctx, s.c, actions.AppointmentCreate, &cmd.ID.UUID, &cmd, newActivity, activity.NewAppointment))
}

// Edit changes fields of an appointment that has not ended. See
// Appointment.Edit.
func (s Appointments) Edit(ctx context.Context, id record.AppointmentID, cmd activity.EditAppointment, opts ...CallOption) (activity.Appointment, error) {
	return recordOf(apply(ctx, s.c, actions.AppointmentEdit, id, cmd, plainActivity, activity.Appointment.Edit, opts))
}

// Schedule puts an appointment into the calendar. See Appointment.Schedule.
func (s Appointments) Schedule(ctx context.Context, id record.AppointmentID, cmd activity.ScheduleAppointment, opts ...CallOption) (activity.Appointment, error) {
	return recordOf(apply(ctx, s.c, actions.AppointmentSchedule, id, cmd, plainActivity, activity.Appointment.Schedule, opts))
}

// Complete ends an appointment as done. See Appointment.Complete.
func (s Appointments) Complete(ctx context.Context, id record.AppointmentID, cmd activity.CompleteAppointment, opts ...CallOption) (activity.Appointment, error) {
	return recordOf(apply(ctx, s.c, actions.AppointmentComplete, id, cmd, plainActivity, activity.Appointment.Complete, opts))
}

// Cancel ends an appointment that will not be done. See Appointment.Cancel.
func (s Appointments) Cancel(ctx context.Context, id record.AppointmentID, cmd activity.CancelAppointment, opts ...CallOption) (activity.Appointment, error) {
	return recordOf(apply(ctx, s.c, actions.AppointmentCancel, id, cmd, plainActivity, activity.Appointment.Cancel, opts))
}
