package engine

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// WithStatusReasons adds status reasons of the host's. Codes: ErrInvalid for an
// unknown kind, status or a bad key; ErrTaken for a key or code that the kind has
// already.
func WithStatusReasons(reasons ...flow.StatusReason) ClientOption {
	return func(e *engine) error {
		for i, r := range reasons {
			if fault := reasonFault(r, e.statusReasons); fault != nil {
				fault.Field = fmt.Sprintf("status_reasons[%d].%s", i, fault.Field)
				return record.RefusedFor([]record.Reason{*fault})
			}
			r.Label = cmp.Or(r.Label, r.Key)
			e.statusReasons = append(e.statusReasons, r)
		}
		return nil
	}
}

// StatusReasons lists the status reasons of the host's for a kind, in the order
// they were given in.
func (c *Client) StatusReasons(kind kinds.Kind) (list []flow.StatusReason) {
	for _, r := range c.statusReasons {
		if r.Kind == kind {
			list = append(list, r)
		}
	}
	return list
}

// StatusReason returns a client whose calls give a status reason of the host's to
// the records that they bring into its status, or change within it. The record
// that a call is made on takes it also if nothing else changes, as an edit would,
// where its status allows to edit it. The empty key gives none. Codes: ErrInvalid
// for a key that was not given to WithStatusReasons; ErrStatusNotInState if the
// call leads no record into a status that the key stands under.
func (c *Client) StatusReason(key string) *Client {
	d := *c
	d.reason = key
	return &d
}

// stands reports whether a record is in a status that the key stands under.
func (e *engine) stands(key string, d record.Record) bool {
	return slices.ContainsFunc(e.statusReasons, func(r flow.StatusReason) bool {
		return r.Key == key && r.Kind == d.Ref().Kind && r.Status == d.StatusKey()
	})
}

// giveReason gives the client's status reason to records of an outcome; on is the
// record that the call is made on. It returns the events of those that nothing
// else happened to.
func (s *session) giveReason(do actions.Action, on record.Ref, events []record.Event) (more []record.Event, err error) {
	key, given := s.c.reason, false
	for _, d := range s.saved {
		if !s.c.stands(key, d) {
			continue
		}
		last := -1
		for i := range events {
			if events[i].Ref == d.Ref() {
				last = i
			}
		}
		h := d.Header()
		switch {
		case last >= 0 && !events[last].Deleted:
			events[last].Data = append(slices.Clip(events[last].Data), record.Detail{Name: flow.StatusReasonField, Value: key})
		case last < 0 && d.Ref() == on && h.StatusReason == key:
		case last < 0 && d.Ref() == on && editable(d):
			h.Touch(s.stamp)
			more = append(more, record.StepEvent(d, actions.EditOf(on.Kind), d.StatusKey(), s.stamp, record.DataOf(flow.StatusReasonField, key)))
		default:
			continue
		}
		h.StatusReason, given = key, true
	}
	if given {
		return more, nil
	}
	r := record.Reason{Code: codes.ErrStatusNotInState, Field: flow.StatusReasonField, Message: "the call leads no record into a status that it stands under"}
	if !slices.ContainsFunc(s.c.statusReasons, func(r flow.StatusReason) bool { return r.Key == key }) {
		r.Code, r.Message = codes.ErrInvalid, "not a value of "+flow.StatusReasonField
	}
	return nil, &record.Error{Code: r.Code, Kind: on.Kind, ID: on.ID, Action: do, Reasons: []record.Reason{r}}
}

// editable reports whether the table lets the record be edited.
func editable(d record.Record) bool {
	do, status := actions.EditOf(d.Ref().Kind), d.StatusKey()
	return do != 0 && recordKinds[d.Ref().Kind].table.Declares(do, status, status)
}

// reasonFaults: a status reason stands under the status of its record; old is what
// is stored of that. One that the host does not know any more stays as long as the
// status does.
func (s *session) reasonFaults(d record.Record, old *storage.Record) ([]record.Reason, error) {
	h := d.Header()
	if h.StatusReason == "" || s.c.stands(h.StatusReason, d) {
		return nil, nil
	}
	if old != nil {
		before, err := recordKinds[d.Ref().Kind].decode(old.Image)
		if err != nil || before.Header().StatusReason == h.StatusReason && before.StatusKey() == d.StatusKey() {
			return nil, err
		}
	}
	return []record.Reason{{Code: codes.ErrStatusNotInState, Field: flow.StatusReasonField, Message: "does not stand under the status " + d.StatusKey()}}, nil
}

// reasonFault tells what is wrong with a status reason besides those that others give.
func reasonFault(r flow.StatusReason, others []flow.StatusReason) *record.Reason {
	info := recordKinds[r.Kind]
	if info == nil || info.table == nil {
		return &record.Reason{Code: codes.ErrInvalid, Field: "kind", Message: "no kind of record that has a status"}
	}
	taken := info.table.Statuses()
	isStatus := slices.ContainsFunc(taken, func(o value.Option) bool { return o.Key == r.Status })
	for _, o := range others {
		if o.Kind == r.Kind {
			taken = append(taken, value.Option{Key: o.Key, Code: o.Code})
		}
	}
	switch {
	case !isStatus:
		return &record.Reason{Code: codes.ErrInvalid, Field: "status", Message: "not a status of the kind"}
	case !schema.IsWireName(r.Key):
		return &record.Reason{Code: codes.ErrInvalid, Field: "key", Message: "must be lower case letters, digits and _, at most 64, a letter first"}
	case slices.ContainsFunc(taken, func(o value.Option) bool { return o.Key == r.Key }):
		return &record.Reason{Code: codes.ErrTaken, Field: "key", Message: "the kind has another status or status reason with the key"}
	case r.Code != 0 && slices.ContainsFunc(taken, func(o value.Option) bool { return o.Code == r.Code }):
		return &record.Reason{Code: codes.ErrTaken, Field: "code", Message: "the kind has another status or status reason with the code"}
	}
	return nil
}
