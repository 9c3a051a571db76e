package activity_test

import (
	"testing"

	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

func newAppointment(t *testing.T, status activity.AppointmentStatus) activity.Appointment {
	t.Helper()
	key := status.String()
	if status == 0 {
		key = "free"
	}
	return testkit.Born(t, activity.NewAppointment, activity.CreateAppointment{
		ID: testkit.IDOf[record.AppointmentID](1), Fields: activity.ActivityFields{Subject: "Demonstration"}, Status: status,
	}, activity.ActivityFacts{Stamp: testkit.Morning}, "appointment.created", key)
}

func TestAppointmentFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Appointment, activity.AppointmentFlow().Matrix())
}

func TestAppointmentLimits(t *testing.T) {
	t.Parallel()
	testkit.CheckLimits(t, activity.NewAppointment, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{}}`, activityTexts, activityNumbers)
}

func TestAppointmentTransitions(t *testing.T) {
	t.Parallel()
	f := activity.ActivityFacts{Stamp: testkit.Noon}
	for _, status := range []activity.AppointmentStatus{activity.AppointmentStatusBusy, activity.AppointmentStatusCompleted} {
		testkit.RefusesBirth(t, activity.NewAppointment, activity.CreateAppointment{ID: testkit.IDOf[record.AppointmentID](1), Status: status}, f, codes.ErrStatusNotInState)
	}
	free, tentative := newAppointment(t, 0), newAppointment(t, activity.AppointmentStatusTentative)
	busy := testkit.Does(t, free, activity.Appointment.Schedule, activity.ScheduleAppointment{}, f, "appointment.scheduled", "free", "busy")
	away := testkit.Does(t, tentative, activity.Appointment.Schedule, activity.ScheduleAppointment{Status: activity.AppointmentStatusOutOfOffice}, f,
		"appointment.scheduled", "tentative", "out_of_office")
	testkit.Refuses(t, free, activity.Appointment.Schedule, activity.ScheduleAppointment{Status: activity.AppointmentStatusTentative}, f, codes.ErrStatusNotInState)

	// What is scheduled stays as it is scheduled.
	testkit.Idles(t, busy, activity.Appointment.Schedule, activity.ScheduleAppointment{Status: activity.AppointmentStatusOutOfOffice}, f)
	testkit.Idles(t, away, activity.Appointment.Schedule, activity.ScheduleAppointment{}, f)

	for _, a := range []activity.Appointment{free, tentative, busy, away} {
		going := a.Status.String()
		edit := activity.EditAppointment{Fields: a.ActivityFields}
		testkit.Idles(t, a, activity.Appointment.Edit, edit, f)
		edit.Fields.Priority = activity.PriorityHigh
		a = testkit.Does(t, a, activity.Appointment.Edit, edit, f, "appointment.edited", going, going)
		testkit.Refuses(t, a, activity.Appointment.Complete, activity.CompleteAppointment{Status: activity.AppointmentStatusBusy}, f, codes.ErrStatusNotInState)
		testkit.Refuses(t, a, activity.Appointment.Cancel, activity.CancelAppointment{Status: activity.AppointmentStatusFree}, f, codes.ErrStatusNotInState)
		used := f
		used.InUse = []record.Ref{testkit.RefTo(kinds.Connection, 1)}
		testkit.Refuses(t, a, activity.Appointment.Delete, record.DeleteRecord{}, used, codes.ErrInUse)
		testkit.Deletes(t, a, activity.Appointment.Delete, f, "appointment.deleted", going)

		for _, ended := range []activity.Appointment{
			testkit.Does(t, a, activity.Appointment.Complete, activity.CompleteAppointment{}, f, "appointment.completed", going, "completed"),
			testkit.Does(t, a, activity.Appointment.Cancel, activity.CancelAppointment{}, f, "appointment.canceled", going, "canceled"),
		} {
			testkit.Refuses(t, ended, activity.Appointment.Edit, edit, f, codes.ErrReadOnly)
			testkit.Refuses(t, ended, activity.Appointment.Complete, activity.CompleteAppointment{}, f, codes.ErrInvalidTransition)
			testkit.Refuses(t, ended, activity.Appointment.Cancel, activity.CancelAppointment{}, f, codes.ErrInvalidTransition)
			testkit.Refuses(t, ended, activity.Appointment.Schedule, activity.ScheduleAppointment{}, f, codes.ErrInvalidTransition)
			testkit.Deletes(t, ended, activity.Appointment.Delete, f, "appointment.deleted", ended.Status.String())
		}
	}
}

func TestAppointmentJSON(t *testing.T) {
	t.Parallel()
	testkit.Survives[activity.Appointment](t)
}
