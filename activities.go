package leadtocash

import (
	"context"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/storage"
)

// plainActivity gathers for decisions about an activity that depend on nothing
// else.
func plainActivity[R, C any](_ context.Context, s *session, _ *R, _ *C) (ActivityFacts, error) {
	return s.activityFacts(), nil
}

func newActivity[C any](_ context.Context, s *session, _ *C) (ActivityFacts, error) {
	return s.activityFacts(), nil
}

func (s *session) activityFacts() ActivityFacts {
	return ActivityFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
}

// activityUse adds what stands in the way of deleting an activity.
func activityUse[R any, P recordPointer[R]](ctx context.Context, s *session, r *R) (f ActivityFacts, err error) {
	f = s.activityFacts()
	f.InUse, err = s.inUse(ctx, P(r).ref())
	return f, err
}

// Tasks is what a Client does with tasks.
type Tasks struct {
	Records[Task, TaskID, TaskQuery]
}

// Tasks returns the service for tasks.
func (c *Client) Tasks() Tasks { return Tasks{Records[Task, TaskID, TaskQuery]{c}} }

// TaskQuery asks for tasks.
type TaskQuery struct {
	List
	Status    TaskStatus
	Regarding Ref
}

func (q TaskQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).ref("regarding_id", q.Regarding.ID)
}

// Create creates an open task. See NewTask.
func (s Tasks) Create(ctx context.Context, cmd CreateTask) (Task, error) {
	given := cmd
	cmd.ID.UUID = s.c.newID(cmd.ID.UUID)
	out, err := create(ctx, s.c, actions.TaskCreate, cmd.ID.UUID, given, cmd, newActivity, NewTask)
	return out.Record, err
}

// Edit changes fields of a task that has not ended. See Task.Edit.
func (s Tasks) Edit(ctx context.Context, id TaskID, cmd EditTask, opts ...CallOption) (Task, error) {
	out, err := apply(ctx, s.c, actions.TaskEdit, id, cmd, plainActivity, Task.Edit, opts)
	return out.Record, err
}

// SetStatus says how far an open task has come. See Task.SetStatus.
func (s Tasks) SetStatus(ctx context.Context, id TaskID, cmd SetTaskStatus, opts ...CallOption) (Task, error) {
	out, err := apply(ctx, s.c, actions.TaskSetStatus, id, cmd, plainActivity, Task.SetStatus, opts)
	return out.Record, err
}

// Complete ends a task as done. See Task.Complete.
func (s Tasks) Complete(ctx context.Context, id TaskID, cmd CompleteTask, opts ...CallOption) (Task, error) {
	out, err := apply(ctx, s.c, actions.TaskComplete, id, cmd, plainActivity, Task.Complete, opts)
	return out.Record, err
}

// Cancel ends a task that will not be done. See Task.Cancel.
func (s Tasks) Cancel(ctx context.Context, id TaskID, cmd CancelTask, opts ...CallOption) (Task, error) {
	out, err := apply(ctx, s.c, actions.TaskCancel, id, cmd, plainActivity, Task.Cancel, opts)
	return out.Record, err
}

// Reopen opens a task that has ended. See Task.Reopen.
func (s Tasks) Reopen(ctx context.Context, id TaskID, cmd ReopenTask, opts ...CallOption) (Task, error) {
	out, err := apply(ctx, s.c, actions.TaskReopen, id, cmd, plainActivity, Task.Reopen, opts)
	return out.Record, err
}

// Delete removes a task with its notes and connections. See Task.Delete.
func (s Tasks) Delete(ctx context.Context, id TaskID, cmd DeleteRecord, opts ...CallOption) error {
	_, err := apply(ctx, s.c, actions.TaskDelete, id, cmd, using[DeleteRecord](activityUse[Task]), Task.Delete, opts)
	return err
}

// Explain answers for every action whether it is possible now, with every
// reason against it. Checks of a verdict depend on the command as well.
func (s Tasks) Explain(ctx context.Context, id TaskID) ([]Verdict, error) {
	return explain(ctx, s.c, id, TaskFlow(), activityUse)
}

// PhoneCalls is what a Client does with phone calls.
type PhoneCalls struct {
	Records[PhoneCall, PhoneCallID, PhoneCallQuery]
}

// PhoneCalls returns the service for phone calls.
func (c *Client) PhoneCalls() PhoneCalls {
	return PhoneCalls{Records[PhoneCall, PhoneCallID, PhoneCallQuery]{c}}
}

// PhoneCallQuery asks for phone calls.
type PhoneCallQuery struct {
	List
	Status    PhoneCallStatus
	Regarding Ref
}

func (q PhoneCallQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).ref("regarding_id", q.Regarding.ID)
}

// Create creates an open phone call. See NewPhoneCall.
func (s PhoneCalls) Create(ctx context.Context, cmd CreatePhoneCall) (PhoneCall, error) {
	given := cmd
	cmd.ID.UUID = s.c.newID(cmd.ID.UUID)
	out, err := create(ctx, s.c, actions.PhoneCallCreate, cmd.ID.UUID, given, cmd, newActivity, NewPhoneCall)
	return out.Record, err
}

// Edit changes fields of a phone call that has not ended. See PhoneCall.Edit.
func (s PhoneCalls) Edit(ctx context.Context, id PhoneCallID, cmd EditPhoneCall, opts ...CallOption) (PhoneCall, error) {
	out, err := apply(ctx, s.c, actions.PhoneCallEdit, id, cmd, plainActivity, PhoneCall.Edit, opts)
	return out.Record, err
}

// Complete ends a phone call as done. See PhoneCall.Complete.
func (s PhoneCalls) Complete(ctx context.Context, id PhoneCallID, cmd CompletePhoneCall, opts ...CallOption) (PhoneCall, error) {
	out, err := apply(ctx, s.c, actions.PhoneCallComplete, id, cmd, plainActivity, PhoneCall.Complete, opts)
	return out.Record, err
}

// Cancel ends a phone call that will not be done. See PhoneCall.Cancel.
func (s PhoneCalls) Cancel(ctx context.Context, id PhoneCallID, cmd CancelPhoneCall, opts ...CallOption) (PhoneCall, error) {
	out, err := apply(ctx, s.c, actions.PhoneCallCancel, id, cmd, plainActivity, PhoneCall.Cancel, opts)
	return out.Record, err
}

// Delete removes a phone call with its notes and connections. See
// PhoneCall.Delete.
func (s PhoneCalls) Delete(ctx context.Context, id PhoneCallID, cmd DeleteRecord, opts ...CallOption) error {
	_, err := apply(ctx, s.c, actions.PhoneCallDelete, id, cmd, using[DeleteRecord](activityUse[PhoneCall]), PhoneCall.Delete, opts)
	return err
}

// Explain answers for every action whether it is possible now, with every
// reason against it. Checks of a verdict depend on the command as well.
func (s PhoneCalls) Explain(ctx context.Context, id PhoneCallID) ([]Verdict, error) {
	return explain(ctx, s.c, id, PhoneCallFlow(), activityUse)
}

// Emails is what a Client does with e-mails.
type Emails struct {
	Records[Email, EmailID, EmailQuery]
}

// Emails returns the service for e-mails.
func (c *Client) Emails() Emails { return Emails{Records[Email, EmailID, EmailQuery]{c}} }

// EmailQuery asks for e-mails.
type EmailQuery struct {
	List
	Status    EmailStatus
	Regarding Ref
}

func (q EmailQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).ref("regarding_id", q.Regarding.ID)
}

// Create creates an open e-mail. See NewEmail.
func (s Emails) Create(ctx context.Context, cmd CreateEmail) (Email, error) {
	given := cmd
	cmd.ID.UUID = s.c.newID(cmd.ID.UUID)
	out, err := create(ctx, s.c, actions.EmailCreate, cmd.ID.UUID, given, cmd, newActivity, NewEmail)
	return out.Record, err
}

// Edit changes fields of an e-mail that has not ended. See Email.Edit.
func (s Emails) Edit(ctx context.Context, id EmailID, cmd EditEmail, opts ...CallOption) (Email, error) {
	out, err := apply(ctx, s.c, actions.EmailEdit, id, cmd, plainActivity, Email.Edit, opts)
	return out.Record, err
}

// Complete ends an e-mail as done. See Email.Complete.
func (s Emails) Complete(ctx context.Context, id EmailID, cmd CompleteEmail, opts ...CallOption) (Email, error) {
	out, err := apply(ctx, s.c, actions.EmailComplete, id, cmd, plainActivity, Email.Complete, opts)
	return out.Record, err
}

// Cancel ends an e-mail that will not be done. See Email.Cancel.
func (s Emails) Cancel(ctx context.Context, id EmailID, cmd CancelEmail, opts ...CallOption) (Email, error) {
	out, err := apply(ctx, s.c, actions.EmailCancel, id, cmd, plainActivity, Email.Cancel, opts)
	return out.Record, err
}

// Delete removes an e-mail with its notes and connections. See Email.Delete.
func (s Emails) Delete(ctx context.Context, id EmailID, cmd DeleteRecord, opts ...CallOption) error {
	_, err := apply(ctx, s.c, actions.EmailDelete, id, cmd, using[DeleteRecord](activityUse[Email]), Email.Delete, opts)
	return err
}

// Explain answers for every action whether it is possible now, with every
// reason against it. Checks of a verdict depend on the command as well.
func (s Emails) Explain(ctx context.Context, id EmailID) ([]Verdict, error) {
	return explain(ctx, s.c, id, EmailFlow(), activityUse)
}

// Appointments is what a Client does with appointments.
type Appointments struct {
	Records[Appointment, AppointmentID, AppointmentQuery]
}

// Appointments returns the service for appointments.
func (c *Client) Appointments() Appointments {
	return Appointments{Records[Appointment, AppointmentID, AppointmentQuery]{c}}
}

// AppointmentQuery asks for appointments.
type AppointmentQuery struct {
	List
	Status    AppointmentStatus
	Regarding Ref
}

func (q AppointmentQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).ref("regarding_id", q.Regarding.ID)
}

// Create creates an open appointment. See NewAppointment.
func (s Appointments) Create(ctx context.Context, cmd CreateAppointment) (Appointment, error) {
	given := cmd
	cmd.ID.UUID = s.c.newID(cmd.ID.UUID)
	out, err := create(ctx, s.c, actions.AppointmentCreate, cmd.ID.UUID, given, cmd, newActivity, NewAppointment)
	return out.Record, err
}

// Edit changes fields of an appointment that has not ended. See
// Appointment.Edit.
func (s Appointments) Edit(ctx context.Context, id AppointmentID, cmd EditAppointment, opts ...CallOption) (Appointment, error) {
	out, err := apply(ctx, s.c, actions.AppointmentEdit, id, cmd, plainActivity, Appointment.Edit, opts)
	return out.Record, err
}

// Schedule puts an appointment into the calendar. See Appointment.Schedule.
func (s Appointments) Schedule(ctx context.Context, id AppointmentID, cmd ScheduleAppointment, opts ...CallOption) (Appointment, error) {
	out, err := apply(ctx, s.c, actions.AppointmentSchedule, id, cmd, plainActivity, Appointment.Schedule, opts)
	return out.Record, err
}

// Complete ends an appointment as done. See Appointment.Complete.
func (s Appointments) Complete(ctx context.Context, id AppointmentID, cmd CompleteAppointment, opts ...CallOption) (Appointment, error) {
	out, err := apply(ctx, s.c, actions.AppointmentComplete, id, cmd, plainActivity, Appointment.Complete, opts)
	return out.Record, err
}

// Cancel ends an appointment that will not be done. See Appointment.Cancel.
func (s Appointments) Cancel(ctx context.Context, id AppointmentID, cmd CancelAppointment, opts ...CallOption) (Appointment, error) {
	out, err := apply(ctx, s.c, actions.AppointmentCancel, id, cmd, plainActivity, Appointment.Cancel, opts)
	return out.Record, err
}

// Delete removes an appointment with its notes and connections. See
// Appointment.Delete.
func (s Appointments) Delete(ctx context.Context, id AppointmentID, cmd DeleteRecord, opts ...CallOption) error {
	_, err := apply(ctx, s.c, actions.AppointmentDelete, id, cmd, using[DeleteRecord](activityUse[Appointment]), Appointment.Delete, opts)
	return err
}

// Explain answers for every action whether it is possible now, with every
// reason against it. Checks of a verdict depend on the command as well.
func (s Appointments) Explain(ctx context.Context, id AppointmentID) ([]Verdict, error) {
	return explain(ctx, s.c, id, AppointmentFlow(), activityUse)
}
