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

// Task is something to be done. It is the one activity that can be reopened.
type Task struct {
	ID record.TaskID `json:"id" d365:"activityid"`
	record.Head
	TaskFields
	Status TaskStatus `json:"status" d365:"statuscode"`
}

// TaskFields are the fields of a task that people edit.
type TaskFields struct {
	ActivityFields
	PercentComplete value.Opt[int32] `json:"percent_complete,omitzero" d365:"percentcomplete" range:"0..100"`
}

// TaskStatus is the status of a task; its State is open, completed or canceled.
type TaskStatus = value.Choice[taskStatusSet]

// The statuses of a task.
const (
	TaskStatusNotStarted TaskStatus = iota + 1
	TaskStatusInProgress
	TaskStatusWaiting
	TaskStatusDeferred
	TaskStatusCompleted
	TaskStatusCanceled
)

type taskStatusSet struct{}

func (taskStatusSet) Table() (string, []value.Option) { return "task_status", taskStatusTable }

var taskStatusTable = value.Statuses(
	ActivityOpen.In(
		value.Option{Key: "not_started", Label: "Not Started", Code: 2, Default: true},
		value.Option{Key: "in_progress", Label: "In Progress", Code: 3},
		value.Option{Key: "waiting", Label: "Waiting", Code: 4},
		value.Option{Key: "deferred", Label: "Deferred", Code: 7},
	),
	ActivityCompleted.In(value.Option{Key: "completed", Label: "Completed", Code: 5}),
	ActivityCanceled.In(value.Option{Key: "canceled", Label: "Canceled", Code: 6}),
)

var taskFlow = flow.New(
	kinds.Task,
	func(t *Task) record.Ref { return t.Ref() },
	func(t *Task) TaskStatus { return t.Status },
	append(activityRules[*Task, TaskStatus](actions.TaskEdit, actions.TaskComplete, actions.TaskCancel, actions.TaskDelete),
		flow.Rule[*Task, *ActivityFacts, TaskStatus]{
			Do: actions.TaskSetStatus, From: inState[TaskStatus](ActivityOpen), To: inState[TaskStatus](ActivityOpen),
		},
		flow.Rule[*Task, *ActivityFacts, TaskStatus]{
			Do: actions.TaskReopen, From: inState[TaskStatus](ActivityCompleted, ActivityCanceled), To: inState[TaskStatus](ActivityOpen),
		}),
	activityRefusals[TaskStatus](actions.TaskEdit),
)

// TaskFlow is the table behind Task.
func TaskFlow() *flow.Flow[*Task, *ActivityFacts, TaskStatus] { return taskFlow }

// RecordKind tells the kind of record.
func (*Task) RecordKind() kinds.Kind { return kinds.Task }

// Ref names the record with its kind.
func (t *Task) Ref() record.Ref { return t.ID.Ref() }

// StatusKey is the key of the status.
func (t *Task) StatusKey() string { return t.Status.String() }

// Clone returns a deep copy.
func (t Task) Clone() Task {
	t.Head.Detach()
	t.Parties = slices.Clone(t.Parties)
	return t
}

// MarshalJSON writes the published JSON form.
func (t Task) MarshalJSON() ([]byte, error) {
	type plain Task
	return record.Encode((*plain)(&t))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (t *Task) UnmarshalJSON(body []byte) error {
	type plain Task
	return record.Decode(body, (*plain)(t))
}

// CreateTask is the command behind NewTask.
type CreateTask struct {
	ID record.TaskID `json:"id,omitzero"`
	record.Origin
	Fields TaskFields `json:"fields"`
	Status TaskStatus `json:"status,omitzero"` // an open one; default Not Started
}

// NewTask creates an open task. Codes: ErrMissingField, ErrTooLong,
// ErrOutOfRange, ErrInvalid (an end before its start, for example),
// ErrStatusNotInState.
func NewTask(cmd CreateTask, f ActivityFacts) (record.Change[Task], error) {
	status, err := value.StatusIn(cmd.Status, ActivityOpen)
	t := Task{ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), TaskFields: cmd.Fields, Status: status}
	t.ActivityFields = t.Normal()
	reasons := append(record.ReasonsOf(err), t.Faults("fields.")...)
	if err := flow.RefuseBirth(actions.TaskCreate, cmd.ID, &cmd, t.Currency, reasons...); err != nil {
		return record.Change[Task]{}, err
	}
	return record.Change[Task]{Record: t, Events: []record.Event{record.BornEvent(&t, actions.TaskCreate, f.Stamp, nil)}}, nil
}

// EditTask replaces the editable fields; custom values given are set, a JSON
// null removes one.
type EditTask struct {
	Fields TaskFields    `json:"fields"`
	Custom record.Custom `json:"custom,omitzero"`
}

var editTask = flow.Decide(taskFlow, actions.TaskEdit,
	soundFields[*Task](func(c *EditTask) ActivityFields { return c.Fields.ActivityFields }))

// Edit changes fields of a task that has not ended; equal values change
// nothing. Codes: ErrReadOnly and those of NewTask.
func (t Task) Edit(cmd EditTask, f ActivityFacts) (record.Change[Task], error) {
	if err := editTask.Why(&t, &cmd, &f, t.Currency); err != nil {
		return record.Change[Task]{}, err
	}
	cmd.Fields.ActivityFields = cmd.Fields.Normal()
	if !party.Edits(t.TaskFields, cmd.Fields, t.Custom, cmd.Custom) {
		return record.Change[Task]{Record: t}, nil
	}
	t.TaskFields = cmd.Fields
	t.Custom = t.Custom.Edited(cmd.Custom)
	return record.Changed(&t, actions.TaskEdit, f.Stamp, nil), nil
}

// SetTaskStatus says how far an open task has come.
type SetTaskStatus struct {
	Status TaskStatus `json:"status"` // an open one
}

var setTaskStatus = flow.Decide(taskFlow, actions.TaskSetStatus,
	statusOf[*Task](ActivityOpen, func(c *SetTaskStatus) TaskStatus { return c.Status }))

// SetStatus moves an open task among the open statuses; setting the status it
// has changes nothing. Codes: ErrInvalidTransition, ErrStatusNotInState.
func (t Task) SetStatus(cmd SetTaskStatus, f ActivityFacts) (record.Change[Task], error) {
	if err := setTaskStatus.Why(&t, &cmd, &f, t.Currency); err != nil {
		return record.Change[Task]{}, err
	}
	to, _ := value.StatusIn(cmd.Status, ActivityOpen)
	if to == t.Status {
		return record.Change[Task]{Record: t}, nil
	}
	return record.Moved(&t, &t.Status, to, actions.TaskSetStatus, f.Stamp, nil), nil
}

// CompleteTask says that a task is done.
type CompleteTask struct {
	Status    TaskStatus `json:"status,omitzero"`     // a completed one; default Completed
	ActualEnd time.Time  `json:"actual_end,omitzero"` // default: the one recorded before, else now
}

var completeTask = flow.Decide(taskFlow, actions.TaskComplete,
	statusOf[*Task](ActivityCompleted, func(c *CompleteTask) TaskStatus { return c.Status }),
	endAfter(func(t *Task) time.Time { return t.ActualStart }, func(c *CompleteTask) time.Time { return c.ActualEnd }))

// Complete ends a task as done. Codes: ErrInvalidTransition,
// ErrStatusNotInState, ErrInvalid for an end before the start.
func (t Task) Complete(cmd CompleteTask, f ActivityFacts) (record.Change[Task], error) {
	if err := completeTask.Why(&t, &cmd, &f, t.Currency); err != nil {
		return record.Change[Task]{}, err
	}
	to, _ := value.StatusIn(cmd.Status, ActivityCompleted)
	out := record.Moved(&t, &t.Status, to, actions.TaskComplete, f.Stamp, nil)
	out.Record.end(cmd.ActualEnd, out.Record.UpdatedAt)
	return out, nil
}

// CancelTask says that a task will not be done.
type CancelTask struct {
	Status    TaskStatus `json:"status,omitzero"`     // a canceled one; default Canceled
	ActualEnd time.Time  `json:"actual_end,omitzero"` // default: the one recorded before, else now
}

var cancelTask = flow.Decide(taskFlow, actions.TaskCancel,
	statusOf[*Task](ActivityCanceled, func(c *CancelTask) TaskStatus { return c.Status }),
	endAfter(func(t *Task) time.Time { return t.ActualStart }, func(c *CancelTask) time.Time { return c.ActualEnd }))

// Cancel ends a task that will not be done. Codes: ErrInvalidTransition,
// ErrStatusNotInState, ErrInvalid for an end before the start.
func (t Task) Cancel(cmd CancelTask, f ActivityFacts) (record.Change[Task], error) {
	if err := cancelTask.Why(&t, &cmd, &f, t.Currency); err != nil {
		return record.Change[Task]{}, err
	}
	to, _ := value.StatusIn(cmd.Status, ActivityCanceled)
	out := record.Moved(&t, &t.Status, to, actions.TaskCancel, f.Stamp, nil)
	out.Record.end(cmd.ActualEnd, out.Record.UpdatedAt)
	return out, nil
}

// ReopenTask opens a task that has ended.
type ReopenTask struct {
	Status TaskStatus `json:"status,omitzero"` // an open one; default Not Started
}

var reopenTask = flow.Decide(taskFlow, actions.TaskReopen,
	statusOf[*Task](ActivityOpen, func(c *ReopenTask) TaskStatus { return c.Status }))

// Reopen opens a completed or canceled task again; its actual end moves to the
// event. Codes: ErrInvalidTransition, ErrStatusNotInState.
func (t Task) Reopen(cmd ReopenTask, f ActivityFacts) (record.Change[Task], error) {
	if err := reopenTask.Why(&t, &cmd, &f, t.Currency); err != nil {
		return record.Change[Task]{}, err
	}
	ended := t.ActualEnd
	to, _ := value.StatusIn(cmd.Status, ActivityOpen)
	t.ActualEnd = time.Time{}
	return record.Moved(&t, &t.Status, to, actions.TaskReopen, f.Stamp, record.DataOf("actual_end", timeText(ended))), nil
}

var deleteTask = flow.Decide[*record.DeleteRecord](taskFlow, actions.TaskDelete)

// Delete removes the task with its notes. Code: ErrInUse.
func (t Task) Delete(cmd record.DeleteRecord, f ActivityFacts) (record.Change[Task], error) {
	if err := deleteTask.Why(&t, &cmd, &f, t.Currency); err != nil {
		return record.Change[Task]{}, err
	}
	return record.Change[Task]{Record: t, Events: []record.Event{record.DeletedEvent(&t, actions.TaskDelete, f.Stamp, nil)}}, nil
}
