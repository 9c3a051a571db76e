package leadtocash_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
)

func newAppointment(t *testing.T, status leadtocash.AppointmentStatus) leadtocash.Appointment {
	t.Helper()
	key := status.String()
	if status == 0 {
		key = "free"
	}
	return born(t, leadtocash.NewAppointment, leadtocash.CreateAppointment{
		ID: idOf[leadtocash.AppointmentID](1), Fields: leadtocash.ActivityFields{Subject: "Demonstration"}, Status: status,
	}, leadtocash.ActivityFacts{Stamp: morning}, "appointment.created", key)
}

func TestAppointmentFlow(t *testing.T) {
	t.Parallel()
	compareWithSpec(t, leadtocash.KindAppointment, leadtocash.AppointmentFlow().Matrix())
}

func TestAppointmentLimits(t *testing.T) {
	t.Parallel()
	checkLimits(t, leadtocash.NewAppointment, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{}}`, activityTexts, activityNumbers)
}

func TestAppointmentTransitions(t *testing.T) {
	t.Parallel()
	f := leadtocash.ActivityFacts{Stamp: noon}
	for _, status := range []leadtocash.AppointmentStatus{leadtocash.AppointmentStatusBusy, leadtocash.AppointmentStatusCompleted} {
		refusesBirth(t, leadtocash.NewAppointment, leadtocash.CreateAppointment{ID: idOf[leadtocash.AppointmentID](1), Status: status}, f, leadtocash.ErrStatusNotInState)
	}
	free, tentative := newAppointment(t, 0), newAppointment(t, leadtocash.AppointmentStatusTentative)
	busy := does(t, free, leadtocash.Appointment.Schedule, leadtocash.ScheduleAppointment{}, f, "appointment.scheduled", "free", "busy")
	away := does(t, tentative, leadtocash.Appointment.Schedule, leadtocash.ScheduleAppointment{Status: leadtocash.AppointmentStatusOutOfOffice}, f,
		"appointment.scheduled", "tentative", "out_of_office")
	refuses(t, free, leadtocash.Appointment.Schedule, leadtocash.ScheduleAppointment{Status: leadtocash.AppointmentStatusTentative}, f, leadtocash.ErrStatusNotInState)

	// What is scheduled stays as it is scheduled.
	idles(t, busy, leadtocash.Appointment.Schedule, leadtocash.ScheduleAppointment{Status: leadtocash.AppointmentStatusOutOfOffice}, f)
	idles(t, away, leadtocash.Appointment.Schedule, leadtocash.ScheduleAppointment{}, f)

	for _, a := range []leadtocash.Appointment{free, tentative, busy, away} {
		going := a.Status.String()
		edit := leadtocash.EditAppointment{Fields: a.ActivityFields}
		idles(t, a, leadtocash.Appointment.Edit, edit, f)
		edit.Fields.Priority = leadtocash.PriorityHigh
		a = does(t, a, leadtocash.Appointment.Edit, edit, f, "appointment.edited", going, going)
		refuses(t, a, leadtocash.Appointment.Complete, leadtocash.CompleteAppointment{Status: leadtocash.AppointmentStatusBusy}, f, leadtocash.ErrStatusNotInState)
		refuses(t, a, leadtocash.Appointment.Cancel, leadtocash.CancelAppointment{Status: leadtocash.AppointmentStatusFree}, f, leadtocash.ErrStatusNotInState)
		used := f
		used.InUse = []leadtocash.Ref{refTo(leadtocash.KindConnection, 1)}
		refuses(t, a, leadtocash.Appointment.Delete, leadtocash.DeleteRecord{}, used, leadtocash.ErrInUse)
		deletes(t, a, leadtocash.Appointment.Delete, f, "appointment.deleted", going)

		for _, ended := range []leadtocash.Appointment{
			does(t, a, leadtocash.Appointment.Complete, leadtocash.CompleteAppointment{}, f, "appointment.completed", going, "completed"),
			does(t, a, leadtocash.Appointment.Cancel, leadtocash.CancelAppointment{}, f, "appointment.canceled", going, "canceled"),
		} {
			refuses(t, ended, leadtocash.Appointment.Edit, edit, f, leadtocash.ErrReadOnly)
			refuses(t, ended, leadtocash.Appointment.Complete, leadtocash.CompleteAppointment{}, f, leadtocash.ErrInvalidTransition)
			refuses(t, ended, leadtocash.Appointment.Cancel, leadtocash.CancelAppointment{}, f, leadtocash.ErrInvalidTransition)
			refuses(t, ended, leadtocash.Appointment.Schedule, leadtocash.ScheduleAppointment{}, f, leadtocash.ErrInvalidTransition)
			deletes(t, ended, leadtocash.Appointment.Delete, f, "appointment.deleted", ended.Status.String())
		}
	}
}

func TestAppointmentJSON(t *testing.T) {
	t.Parallel()
	survives[leadtocash.Appointment](t)
}
