package record

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/value"
)

// Event is one thing that happened to one record: immutable, appended together
// with the version it belongs to, never changed. Its type is the action in the
// past tense.
type Event struct {
	Type    string         `json:"type"`
	At      time.Time      `json:"at"` // the record's UpdatedAt
	Actor   Actor          `json:"actor,omitzero"`
	Ref     Ref            `json:"ref"`
	Version int64          `json:"version"` // of the record, after the change
	Action  actions.Action `json:"action"`
	From    string         `json:"from,omitzero"` // status before; empty for a birth and for kinds without status
	To      string         `json:"to,omitzero"`   // status after; empty for a deletion
	Data    Data           `json:"data,omitzero"`
	Deleted bool           `json:"deleted,omitzero"`
}

// Data is what an event tells besides status: ids, notes and amounts as text,
// by name. Its JSON form is an object.
type Data []Detail

// Detail is one thing that an event tells.
type Detail struct{ Name, Value string }

// Get returns the value with the name, empty if there is none.
func (d Data) Get(name string) string {
	for _, detail := range d {
		if detail.Name == name {
			return detail.Value
		}
	}
	return ""
}

// MarshalJSON writes an object.
func (d Data) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, detail := range d {
		if i > 0 {
			b = append(b, ',')
		}
		name, err := json.Marshal(detail.Name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(detail.Value)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}

// UnmarshalJSON reads an object of texts; details come sorted by name.
func (d *Data) UnmarshalJSON(body []byte) error {
	var m map[string]string
	if err := json.Unmarshal(body, &m); err != nil {
		return err
	}
	*d = nil
	for _, name := range slices.Sorted(maps.Keys(m)) {
		*d = append(*d, Detail{name, m[name]})
	}
	return nil
}

// Record is what is asked of any record; *Lead and the like implement it.
type Record interface {
	RecordKind() kinds.Kind
	Ref() Ref
	Header() *Head
	StatusKey() string
}

// Pointer is *R for a kind of record R.
type Pointer[R any] interface {
	*R
	Record
}

// BornEvent is the first event of a record.
func BornEvent(d Record, do actions.Action, s Stamp, data Data) Event {
	return StepEvent(d, do, "", s, data)
}

// StepEvent is the event of a version that a transition made; from is the
// status before.
func StepEvent(d Record, do actions.Action, from string, s Stamp, data Data) Event {
	h := d.Header()
	return Event{
		Type: do.Event(), At: h.UpdatedAt, Actor: s.By, Ref: d.Ref(), Version: h.Version,
		Action: do, From: from, To: d.StatusKey(), Data: data,
	}
}

// DeletedEvent is the last event of a record: version + 1, without an image.
func DeletedEvent(d Record, do actions.Action, s Stamp, data Data) Event {
	h := *d.Header()
	h.Touch(s)
	return Event{
		Type: do.Event(), At: h.UpdatedAt, Actor: s.By, Ref: d.Ref(), Version: h.Version,
		Action: do, From: d.StatusKey(), Data: data, Deleted: true,
	}
}

// Change is the outcome of an action that changes one record. Without events
// nothing changed.
type Change[R any] struct {
	Record  R        `json:"record"`
	Notices []Reason `json:"notices,omitzero"`
	Events  []Event  `json:"events,omitzero"`
}

// Noticed is the outcome with notices.
func (c Change[R]) Noticed(notices ...Reason) Change[R] {
	c.Notices = append(c.Notices, notices...)
	return c
}

// Changed is the next version of a record, in the status it has.
func Changed[R any, P Pointer[R]](r P, do actions.Action, s Stamp, data Data) Change[R] {
	r.Header().Touch(s)
	return Change[R]{Record: *r, Events: []Event{StepEvent(r, do, r.StatusKey(), s, data)}}
}

// Moved is the next version of a record, in the status to.
func Moved[R any, P Pointer[R], S value.Set](r P, status *value.Choice[S], to value.Choice[S], do actions.Action, s Stamp, data Data) Change[R] {
	from := status.String()
	Enter(r.Header(), status, to)
	r.Header().Touch(s)
	return Change[R]{Record: *r, Events: []Event{StepEvent(r, do, from, s, data)}}
}

// DataOf makes what an event tells from pairs of name and text, leaving out
// empty texts.
func DataOf(pairs ...string) Data {
	d := make(Data, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			d = append(d, Detail{pairs[i], pairs[i+1]})
		}
	}
	if len(d) == 0 {
		return nil
	}
	return d
}

// Enter gives a record a status. The host's reason belongs to the status before
// and goes with it.
func Enter[S value.Set](h *Head, status *value.Choice[S], to value.Choice[S]) {
	if *status != to {
		*status, h.StatusReason = to, ""
	}
}
