package leadtocash

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/leadtocash/leadtocash/storage"
)

// TimelineItem is one thing on a record's timeline: an event of its history, a
// note about it or an activity.
type TimelineItem struct {
	At    time.Time `json:"at"`    // of the event; when the note or activity was created
	About Ref       `json:"about"` // the record asked for, or the lead that the opportunity comes from
	Ref   Ref       `json:"ref"`   // the note or activity; for an event its record
	Event *Event    `json:"event,omitzero"`
	// Record is the note or activity as it is now, the caller's own copy: a *Note,
	// *Task, *PhoneCall, *Email, *Appointment or a close activity; nil for an
	// event.
	Record any `json:"record,omitzero"`
}

// onTimeline are the kinds that stand on the timeline of the record that a
// field of theirs refers to.
var onTimeline = []struct {
	kind  Kind
	field string
}{
	{KindNote, "regarding_id"},
	{KindTask, "regarding_id"},
	{KindPhoneCall, "regarding_id"},
	{KindEmail, "regarding_id"},
	{KindAppointment, "regarding_id"},
	{KindOpportunityClose, "opportunity_id"},
	{KindQuoteClose, "quote_id"},
	{KindOrderClose, "order_id"},
}

// Timeline yields what happened to a record and the notes and activities about
// it, oldest first. That of an opportunity begins with its originating lead, so
// that nothing noted before the qualification is lost from view. An actor who
// may not see the record gets ErrNotFound; of everything else, the lead
// included, the timeline shows what the actor may see. After a deletion only
// the events are left.
func (c *Client) Timeline(ctx context.Context, ref Ref) iter.Seq2[TimelineItem, error] {
	return func(yield func(TimelineItem, error) bool) {
		var items []TimelineItem
		err := c.view(ctx, func(ctx context.Context, s *session) (err error) {
			items, err = s.timeline(ctx, ref)
			return err
		})
		if err != nil {
			yield(TimelineItem{}, err)
			return
		}
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}

func (s *session) timeline(ctx context.Context, ref Ref) (items []TimelineItem, err error) {
	events, err := s.past(ctx, ref)
	if err != nil {
		return nil, err
	}
	if ref.Kind == KindOpportunity {
		if items, err = s.timelineOfLead(ctx, OpportunityID{ref.ID}); err != nil {
			return nil, err
		}
	}
	for _, e := range events {
		event, err := eventFrom(e)
		if err != nil {
			return nil, err
		}
		items = append(items, TimelineItem{At: event.At, About: ref, Ref: ref, Event: &event})
	}
	for _, t := range onTimeline {
		if items, err = s.addToTimeline(ctx, items, t.kind, t.field, ref); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(items, func(a, b TimelineItem) int { return a.At.Compare(b.At) })
	return items, nil
}

// timelineOfLead is that of the lead that an opportunity comes from; empty if
// there is none that the actor may see.
func (s *session) timelineOfLead(ctx context.Context, id OpportunityID) ([]TimelineItem, error) {
	o, err := known(maybe(ctx, s, id))
	if o == nil || o.OriginatingLeadID.IsZero() || err != nil {
		return nil, err
	}
	items, err := s.timeline(ctx, Ref{KindLead, o.OriginatingLeadID.UUID})
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return items, err
}

// addToTimeline appends the records of a kind about another record.
func (s *session) addToTimeline(ctx context.Context, items []TimelineItem, kind Kind, field string, about Ref) ([]TimelineItem, error) {
	scope, err := s.c.authorizer.Scope(ctx, s.c.actor, kind)
	if err != nil {
		return nil, err
	}
	q := storage.Query{Kind: string(kind), Where: append([]storage.Cond{keyIs(field, about.ID.String())}, scope...)}
	for rec, err := range s.Find(ctx, q) {
		if err != nil {
			return nil, err
		}
		d, err := kinds[kind].decode(rec.Image)
		if err != nil {
			return nil, err
		}
		if refersTo(d, about) {
			items = append(items, TimelineItem{At: rec.CreatedAt, About: about, Ref: refOf(rec.Ref), Record: kinds[kind].clone(d)})
		}
	}
	return items, nil
}
