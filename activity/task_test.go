package activity_test

import (
	"testing"
	"time"

	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func newTask(t *testing.T, status activity.TaskStatus) activity.Task {
	t.Helper()
	key := status.String()
	if status == 0 {
		key = "not_started"
	}
	return testkit.Born(t, activity.NewTask, activity.CreateTask{
		ID: testkit.IDOf[record.TaskID](1), Status: status,
		Fields: activity.TaskFields{ActivityFields: activity.ActivityFields{Subject: "Prepare the offer"}},
	}, activity.ActivityFacts{Stamp: testkit.Morning}, "task.created", key)
}

func TestTaskFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Task, activity.TaskFlow().Matrix())
}

func TestTaskLimits(t *testing.T) {
	t.Parallel()
	testkit.CheckLimits(t, activity.NewTask, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{}}`, activityTexts,
		map[string][2]int64{"percent_complete": {0, 100}, "actual_duration_minutes": {0, 1<<31 - 1}})
}

func TestTaskTransitions(t *testing.T) {
	t.Parallel()
	f := activity.ActivityFacts{Stamp: testkit.Noon}
	testkit.RefusesBirth(t, activity.NewTask, activity.CreateTask{ID: testkit.IDOf[record.TaskID](1), Status: activity.TaskStatusCompleted}, f, codes.ErrStatusNotInState)
	for _, task := range []activity.Task{
		newTask(t, 0), newTask(t, activity.TaskStatusInProgress), newTask(t, activity.TaskStatusWaiting), newTask(t, activity.TaskStatusDeferred),
	} {
		open := task.Status.String()
		edit := activity.EditTask{Fields: task.TaskFields}
		testkit.Idles(t, task, activity.Task.Edit, edit, f)
		edit.Fields.PercentComplete = value.Some[int32](50)
		task = testkit.Does(t, task, activity.Task.Edit, edit, f, "task.edited", open, open)
		if task.PercentComplete != value.Some[int32](50) {
			t.Errorf("%v percent complete, want 50", task.PercentComplete)
		}
		testkit.Refuses(t, task, activity.Task.Reopen, activity.ReopenTask{}, f, codes.ErrInvalidTransition)
		testkit.Refuses(t, task, activity.Task.Complete, activity.CompleteTask{Status: activity.TaskStatusCanceled}, f, codes.ErrStatusNotInState)
		testkit.Refuses(t, task, activity.Task.Cancel, activity.CancelTask{Status: activity.TaskStatusCompleted}, f, codes.ErrStatusNotInState)
		used := f
		used.InUse = []record.Ref{testkit.RefTo(kinds.Connection, 1)}
		testkit.Refuses(t, task, activity.Task.Delete, record.DeleteRecord{}, used, codes.ErrInUse)

		for _, ended := range []activity.Task{
			testkit.Does(t, task, activity.Task.Complete, activity.CompleteTask{}, f, "task.completed", open, "completed"),
			testkit.Does(t, task, activity.Task.Cancel, activity.CancelTask{}, f, "task.canceled", open, "canceled"),
		} {
			status := ended.Status.String()
			testkit.Refuses(t, ended, activity.Task.Edit, edit, f, codes.ErrReadOnly)
			testkit.Refuses(t, ended, activity.Task.Complete, activity.CompleteTask{}, f, codes.ErrInvalidTransition)
			testkit.Refuses(t, ended, activity.Task.Cancel, activity.CancelTask{}, f, codes.ErrInvalidTransition)
			testkit.Refuses(t, ended, activity.Task.Reopen, activity.ReopenTask{Status: activity.TaskStatusCanceled}, f, codes.ErrStatusNotInState)
			testkit.Deletes(t, ended, activity.Task.Delete, f, "task.deleted", status)

			again := testkit.Does(t, ended, activity.Task.Reopen, activity.ReopenTask{}, f, "task.reopened", status, "not_started")
			if !again.ActualEnd.IsZero() || again.PercentComplete != task.PercentComplete {
				t.Errorf("reopened as %+v", again.TaskFields)
			}
			testkit.Does(t, ended, activity.Task.Reopen, activity.ReopenTask{Status: activity.TaskStatusWaiting}, f, "task.reopened", status, "waiting")
		}
	}
}

func TestReopenedTaskTellsWhenItHadEnded(t *testing.T) {
	t.Parallel()
	f := activity.ActivityFacts{Stamp: testkit.Noon}
	done := testkit.Does(t, newTask(t, 0), activity.Task.Complete, activity.CompleteTask{ActualEnd: testkit.Morning.At}, f, "task.completed", "not_started", "completed")
	out, err := done.Reopen(activity.ReopenTask{}, f)
	if err != nil {
		t.Fatal(err)
	}
	if told, want := out.Events[0].Data.Get("actual_end"), testkit.Morning.At.Format(time.RFC3339Nano); told != want {
		t.Errorf("the event tells %q, want %q", told, want)
	}
	// An imported task may have no end.
	done.ActualEnd = time.Time{}
	if out, err = done.Reopen(activity.ReopenTask{}, f); err != nil || len(out.Events[0].Data) != 0 {
		t.Errorf("the event tells %v (%v), want nothing", out.Events[0].Data, err)
	}
}

func TestTaskJSON(t *testing.T) {
	t.Parallel()
	testkit.Survives[activity.Task](t)
}
