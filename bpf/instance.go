package bpf

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Ref names a record.
type Ref struct {
	Entity string `json:"entity"`
	ID     string `json:"id"`
}

// String returns "entity id".
func (r Ref) String() string { return r.Entity + " " + r.ID }

// IsZero reports whether r names nothing.
func (r Ref) IsZero() bool { return r == Ref{} }

// Status is the status of an instance. The zero Status is that of an instance
// that does not exist.
type Status int

// The statuses; in Dynamics 365 state and status codes 0/1, 1/2 and 1/3.
const (
	Active Status = iota + 1
	Finished
	Aborted
)

var statusNames = []string{"none", "active", "finished", "aborted"}

// String returns "active", "finished", "aborted", or "none".
func (s Status) String() string {
	if s < 0 || int(s) >= len(statusNames) {
		return fmt.Sprintf("status %d", int(s))
	}
	return statusNames[s]
}

// MarshalText returns the name.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name.
func (s *Status) UnmarshalText(text []byte) error {
	i := slices.Index(statusNames, string(text))
	if i < 0 {
		return fmt.Errorf("bpf: %q is not a status", text)
	}
	*s = Status(i)
	return nil
}

// Instance is one running process on one record: a value, changed by nobody.
type Instance struct {
	ID                   string              `json:"id"`
	Process              string              `json:"process"` // name of the definition
	Version              int                 `json:"version"` // of the definition, at the last change
	Name                 string              `json:"name"`    // label of the definition when it started
	Status               Status              `json:"status"`
	PrimaryEntity        string              `json:"primary_entity"`
	Slots                map[string]Ref      `json:"slots"`             // by entity
	Pending              map[string]Ref      `json:"pending,omitempty"` // offered targets, by entity
	ActiveStage          string              `json:"active_stage"`
	TraversedPath        []string            `json:"traversed_path"`
	Progress             map[string]Progress `json:"progress,omitempty"` // of action and flow steps, by "stage/step"
	Visits               []Visit             `json:"visits"`
	History              []Transition        `json:"history"`
	CreatedOn            time.Time           `json:"created_on"`
	ModifiedOn           time.Time           `json:"modified_on"`
	ActiveStageStartedOn time.Time           `json:"active_stage_started_on"`
	CompletedOn          time.Time           `json:"completed_on,omitzero"` // while finished or aborted
	CreatedBy            string              `json:"created_by,omitzero"`
	ModifiedBy           string              `json:"modified_by,omitzero"`
	Revision             int64               `json:"revision"` // grows with every change
}

// Progress of an action or flow step.
type Progress string

// What a step can have come to. Dynamics 365 numbers them from 1; none is 0.
const (
	Processing Progress = "processing"
	Completed  Progress = "completed"
	Failure    Progress = "failure"
	Invalid    Progress = "invalid"
)

// Outcome tells how a visit of a stage ended.
type Outcome string

// The outcomes of visits. Cut: the record of the stage was deleted.
const (
	OutcomeOpen     Outcome = "open"
	OutcomeAdvanced Outcome = "advanced"
	OutcomeReturned Outcome = "returned"
	OutcomeFinished Outcome = "finished"
	OutcomeAborted  Outcome = "aborted"
	OutcomeCut      Outcome = "cut"
)

// Visit is one stay in a stage.
type Visit struct {
	Stage     string    `json:"stage"`
	Entity    string    `json:"entity"`
	Record    Ref       `json:"record"`
	EnteredOn time.Time `json:"entered_on"`
	LeftOn    time.Time `json:"left_on,omitzero"` // unset while open
	EnteredBy Operation `json:"entered_by"`
	Outcome   Outcome   `json:"outcome"`
}

// Transition is one entry of the log of an instance, which is only ever
// appended to. From and To are stages, FromRecord and ToRecord the change of a
// slot; Path is the traversed path afterwards.
type Transition struct {
	Seq        int       `json:"seq"` // 1, 2, 3 …
	Kind       Operation `json:"kind"`
	From       string    `json:"from,omitzero"`
	To         string    `json:"to,omitzero"`
	Path       []string  `json:"path,omitempty"`
	Entity     string    `json:"entity,omitzero"` // of the slot that changed
	FromRecord Ref       `json:"from_record,omitzero"`
	ToRecord   Ref       `json:"to_record,omitzero"`
	StatusFrom Status    `json:"status_from,omitzero"`
	StatusTo   Status    `json:"status_to,omitzero"`
	Actor      string    `json:"actor,omitzero"`
	At         time.Time `json:"at"`
	Reason     string    `json:"reason,omitzero"`
	Override   bool      `json:"override,omitzero"` // passed an unmet gate
	Event      string    `json:"event,omitzero"`    // of the binding that did it
	Version    int       `json:"definition_version"`
}

// Primary returns the record that the process was started on.
func (i Instance) Primary() Ref { return i.Slots[i.PrimaryEntity] }

// Duration is the time from start to end in whole minutes, rounded down; ok is
// false while the instance is active.
func (i Instance) Duration() (minutes int64, ok bool) {
	if i.CompletedOn.IsZero() {
		return 0, false
	}
	return int64(i.CompletedOn.Sub(i.CreatedOn) / time.Minute), true
}

// Clone returns a deep copy.
func (i Instance) Clone() Instance {
	i.Slots, i.Pending, i.Progress = maps.Clone(i.Slots), maps.Clone(i.Pending), maps.Clone(i.Progress)
	i.TraversedPath, i.Visits = slices.Clone(i.TraversedPath), slices.Clone(i.Visits)
	i.History = slices.Clone(i.History)
	for k := range i.History {
		i.History[k].Path = slices.Clone(i.History[k].Path)
	}
	return i
}

// walked reports whether a stage of the traversed path is on the entity.
func (i *Instance) walked(d *Definition, entity string) bool {
	return slices.ContainsFunc(i.TraversedPath, func(key string) bool {
		s := d.Stage(key)
		return s != nil && s.Entity == entity
	})
}
