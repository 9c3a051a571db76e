package leadtocash_test

import (
	"testing"
	"time"

	"github.com/leadtocash/leadtocash"
)

func newTask(t *testing.T, status leadtocash.TaskStatus) leadtocash.Task {
	t.Helper()
	key := status.String()
	if status == 0 {
		key = "not_started"
	}
	return born(t, leadtocash.NewTask, leadtocash.CreateTask{
		ID: idOf[leadtocash.TaskID](1), Status: status,
		Fields: leadtocash.TaskFields{ActivityFields: leadtocash.ActivityFields{Subject: "Prepare the offer"}},
	}, leadtocash.ActivityFacts{Stamp: morning}, "task.created", key)
}

func TestTaskFlow(t *testing.T) {
	t.Parallel()
	compareWithSpec(t, leadtocash.KindTask, leadtocash.TaskFlow().Matrix())
}

func TestTaskLimits(t *testing.T) {
	t.Parallel()
	checkLimits(t, leadtocash.NewTask, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{}}`, activityTexts,
		map[string][2]int64{"percent_complete": {0, 100}, "actual_duration_minutes": {0, 1<<31 - 1}})
}

func TestTaskTransitions(t *testing.T) {
	t.Parallel()
	f := leadtocash.ActivityFacts{Stamp: noon}
	refusesBirth(t, leadtocash.NewTask, leadtocash.CreateTask{ID: idOf[leadtocash.TaskID](1), Status: leadtocash.TaskStatusCompleted}, f, leadtocash.ErrStatusNotInState)
	for _, task := range []leadtocash.Task{
		newTask(t, 0), newTask(t, leadtocash.TaskStatusInProgress), newTask(t, leadtocash.TaskStatusWaiting), newTask(t, leadtocash.TaskStatusDeferred),
	} {
		open := task.Status.String()
		edit := leadtocash.EditTask{Fields: task.TaskFields}
		idles(t, task, leadtocash.Task.Edit, edit, f)
		edit.Fields.PercentComplete = leadtocash.Some[int32](50)
		task = does(t, task, leadtocash.Task.Edit, edit, f, "task.edited", open, open)
		if task.PercentComplete != leadtocash.Some[int32](50) {
			t.Errorf("%v percent complete, want 50", task.PercentComplete)
		}
		refuses(t, task, leadtocash.Task.Reopen, leadtocash.ReopenTask{}, f, leadtocash.ErrInvalidTransition)
		refuses(t, task, leadtocash.Task.Complete, leadtocash.CompleteTask{Status: leadtocash.TaskStatusCanceled}, f, leadtocash.ErrStatusNotInState)
		refuses(t, task, leadtocash.Task.Cancel, leadtocash.CancelTask{Status: leadtocash.TaskStatusCompleted}, f, leadtocash.ErrStatusNotInState)
		used := f
		used.InUse = []leadtocash.Ref{refTo(leadtocash.KindConnection, 1)}
		refuses(t, task, leadtocash.Task.Delete, leadtocash.DeleteRecord{}, used, leadtocash.ErrInUse)

		for _, ended := range []leadtocash.Task{
			does(t, task, leadtocash.Task.Complete, leadtocash.CompleteTask{}, f, "task.completed", open, "completed"),
			does(t, task, leadtocash.Task.Cancel, leadtocash.CancelTask{}, f, "task.canceled", open, "canceled"),
		} {
			status := ended.Status.String()
			refuses(t, ended, leadtocash.Task.Edit, edit, f, leadtocash.ErrReadOnly)
			refuses(t, ended, leadtocash.Task.Complete, leadtocash.CompleteTask{}, f, leadtocash.ErrInvalidTransition)
			refuses(t, ended, leadtocash.Task.Cancel, leadtocash.CancelTask{}, f, leadtocash.ErrInvalidTransition)
			refuses(t, ended, leadtocash.Task.Reopen, leadtocash.ReopenTask{Status: leadtocash.TaskStatusCanceled}, f, leadtocash.ErrStatusNotInState)
			deletes(t, ended, leadtocash.Task.Delete, f, "task.deleted", status)

			again := does(t, ended, leadtocash.Task.Reopen, leadtocash.ReopenTask{}, f, "task.reopened", status, "not_started")
			if !again.ActualEnd.IsZero() || again.PercentComplete != task.PercentComplete {
				t.Errorf("reopened as %+v", again.TaskFields)
			}
			does(t, ended, leadtocash.Task.Reopen, leadtocash.ReopenTask{Status: leadtocash.TaskStatusWaiting}, f, "task.reopened", status, "waiting")
		}
	}
}

func TestReopenedTaskTellsWhenItHadEnded(t *testing.T) {
	t.Parallel()
	f := leadtocash.ActivityFacts{Stamp: noon}
	done := does(t, newTask(t, 0), leadtocash.Task.Complete, leadtocash.CompleteTask{ActualEnd: morning.At}, f, "task.completed", "not_started", "completed")
	out, err := done.Reopen(leadtocash.ReopenTask{}, f)
	if err != nil {
		t.Fatal(err)
	}
	if told, want := out.Events[0].Data.Get("actual_end"), morning.At.Format(time.RFC3339Nano); told != want {
		t.Errorf("the event tells %q, want %q", told, want)
	}
	// An imported task may have no end.
	done.ActualEnd = time.Time{}
	if out, err = done.Reopen(leadtocash.ReopenTask{}, f); err != nil || len(out.Events[0].Data) != 0 {
		t.Errorf("the event tells %v (%v), want nothing", out.Events[0].Data, err)
	}
}

func TestTaskJSON(t *testing.T) {
	t.Parallel()
	survives[leadtocash.Task](t)
}
