package leadtocash_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

func newAppointment(t *testing.T, status leadtocash.AppointmentStatus) leadtocash.Appointment {
	t.Helper()
	key := status.String()
	if status == 0 {
		key = "free"
	}
	return testkit.Born(t, leadtocash.NewAppointment, leadtocash.CreateAppointment{
		ID: testkit.IDOf[record.AppointmentID](1), Fields: leadtocash.ActivityFields{Subject: "Demonstration"}, Status: status,
	}, leadtocash.ActivityFacts{Stamp: testkit.Morning}, "appointment.created", key)
}

func TestAppointmentFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Appointment, leadtocash.AppointmentFlow().Matrix())
}

func TestAppointmentLimits(t *testing.T) {
	t.Parallel()
	testkit.CheckLimits(t, leadtocash.NewAppointment, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{}}`, activityTexts, activityNumbers)
}

func TestAppointmentTransitions(t *testing.T) {
	t.Parallel()
	f := leadtocash.ActivityFacts{Stamp: testkit.Noon}
	for _, status := range []leadtocash.AppointmentStatus{leadtocash.AppointmentStatusBusy, leadtocash.AppointmentStatusCompleted} {
		testkit.RefusesBirth(t, leadtocash.NewAppointment, leadtocash.CreateAppointment{ID: testkit.IDOf[record.AppointmentID](1), Status: status}, f, codes.ErrStatusNotInState)
	}
	free, tentative := newAppointment(t, 0), newAppointment(t, leadtocash.AppointmentStatusTentative)
	busy := testkit.Does(t, free, leadtocash.Appointment.Schedule, leadtocash.ScheduleAppointment{}, f, "appointment.scheduled", "free", "busy")
	away := testkit.Does(t, tentative, leadtocash.Appointment.Schedule, leadtocash.ScheduleAppointment{Status: leadtocash.AppointmentStatusOutOfOffice}, f,
		"appointment.scheduled", "tentative", "out_of_office")
	testkit.Refuses(t, free, leadtocash.Appointment.Schedule, leadtocash.ScheduleAppointment{Status: leadtocash.AppointmentStatusTentative}, f, codes.ErrStatusNotInState)

	// What is scheduled stays as it is scheduled.
	testkit.Idles(t, busy, leadtocash.Appointment.Schedule, leadtocash.ScheduleAppointment{Status: leadtocash.AppointmentStatusOutOfOffice}, f)
	testkit.Idles(t, away, leadtocash.Appointment.Schedule, leadtocash.ScheduleAppointment{}, f)

	for _, a := range []leadtocash.Appointment{free, tentative, busy, away} {
		going := a.Status.String()
		edit := leadtocash.EditAppointment{Fields: a.ActivityFields}
		testkit.Idles(t, a, leadtocash.Appointment.Edit, edit, f)
		edit.Fields.Priority = leadtocash.PriorityHigh
		a = testkit.Does(t, a, leadtocash.Appointment.Edit, edit, f, "appointment.edited", going, going)
		testkit.Refuses(t, a, leadtocash.Appointment.Complete, leadtocash.CompleteAppointment{Status: leadtocash.AppointmentStatusBusy}, f, codes.ErrStatusNotInState)
		testkit.Refuses(t, a, leadtocash.Appointment.Cancel, leadtocash.CancelAppointment{Status: leadtocash.AppointmentStatusFree}, f, codes.ErrStatusNotInState)
		used := f
		used.InUse = []record.Ref{testkit.RefTo(kinds.Connection, 1)}
		testkit.Refuses(t, a, leadtocash.Appointment.Delete, record.DeleteRecord{}, used, codes.ErrInUse)
		testkit.Deletes(t, a, leadtocash.Appointment.Delete, f, "appointment.deleted", going)

		for _, ended := range []leadtocash.Appointment{
			testkit.Does(t, a, leadtocash.Appointment.Complete, leadtocash.CompleteAppointment{}, f, "appointment.completed", going, "completed"),
			testkit.Does(t, a, leadtocash.Appointment.Cancel, leadtocash.CancelAppointment{}, f, "appointment.canceled", going, "canceled"),
		} {
			testkit.Refuses(t, ended, leadtocash.Appointment.Edit, edit, f, codes.ErrReadOnly)
			testkit.Refuses(t, ended, leadtocash.Appointment.Complete, leadtocash.CompleteAppointment{}, f, codes.ErrInvalidTransition)
			testkit.Refuses(t, ended, leadtocash.Appointment.Cancel, leadtocash.CancelAppointment{}, f, codes.ErrInvalidTransition)
			testkit.Refuses(t, ended, leadtocash.Appointment.Schedule, leadtocash.ScheduleAppointment{}, f, codes.ErrInvalidTransition)
			testkit.Deletes(t, ended, leadtocash.Appointment.Delete, f, "appointment.deleted", ended.Status.String())
		}
	}
}

func TestAppointmentJSON(t *testing.T) {
	t.Parallel()
	testkit.Survives[leadtocash.Appointment](t)
}
