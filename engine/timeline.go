package engine

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/record"
)

// TimelineItem is one thing on a record's timeline: an event of its history, a
// note about it or an activity.
type TimelineItem struct {
	At    time.Time     `json:"at"`    // of the event; when the note or activity was created
	About record.Ref    `json:"about"` // the record that it belongs to: the one asked for, or one that stands with it
	Ref   record.Ref    `json:"ref"`   // the note or activity; for an event its record
	Event *record.Event `json:"event,omitzero"`
	// Record is the note or activity as it is now, the caller's own copy: a *Note,
	// *Task, *PhoneCall, *Email, *Appointment or a close activity; nil for an
	// event.
	Record any `json:"record,omitzero"`
}

// onTimeline are the kinds that stand on the timeline of the record that a
// field of theirs refers to.
var onTimeline = []struct {
	kind  kinds.Kind
	field string
}{
	{kinds.Note, "regarding_id"},
	{kinds.Task, "regarding_id"},
	{kinds.PhoneCall, "regarding_id"},
	{kinds.Email, "regarding_id"},
	{kinds.Appointment, "regarding_id"},
	{kinds.OpportunityClose, "opportunity_id"},
	{kinds.QuoteClose, "quote_id"},
	{kinds.OrderClose, "order_id"},
}

// Timeline yields what happened to a record and the notes and activities about
// it, oldest first. That of an opportunity begins with its originating lead, so
// that nothing noted before the qualification is lost from view. An actor who
// may not see the record gets ErrNotFound; of everything else, the lead
// included, the timeline shows what the actor may see. After a deletion only
// the events are left.
func (c *Client) Timeline(ctx context.Context, ref record.Ref) iter.Seq2[TimelineItem, error] {
	return c.collected(ctx, func(ctx context.Context, s *session) ([]TimelineItem, error) { return s.timeline(ctx, ref) })
}

// collected yields what is collected in one view.
func (c *Client) collected(ctx context.Context, collect func(context.Context, *session) ([]TimelineItem, error)) iter.Seq2[TimelineItem, error] {
	return func(yield func(TimelineItem, error) bool) {
		var items []TimelineItem
		err := c.look(ctx, func(ctx context.Context, s *session) (err error) {
			items, err = collect(ctx, s)
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

func (s *session) timeline(ctx context.Context, ref record.Ref) (items []TimelineItem, err error) {
	if ref.Kind == kinds.Opportunity {
		if items, err = s.timelineOfLead(ctx, record.OpportunityID{UUID: ref.ID}); err != nil {
			return nil, err
		}
	}
	own, err := s.ownTimeline(ctx, ref)
	if err != nil {
		return nil, err
	}
	return inOrderOfTime(append(items, own...)), nil
}

// ownTimeline is that of one record alone.
func (s *session) ownTimeline(ctx context.Context, ref record.Ref) (items []TimelineItem, err error) {
	events, err := s.past(ctx, ref)
	if err != nil {
		return nil, err
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
	return items, nil
}

func inOrderOfTime(items []TimelineItem) []TimelineItem {
	slices.SortStableFunc(items, func(a, b TimelineItem) int { return a.At.Compare(b.At) })
	return items
}

// withCustomer are the fields by which records stand with a customer.
var withCustomer = []struct {
	kind   kinds.Kind
	fields []string
}{
	{kinds.Lead, []string{"parent_account_id", "parent_contact_id"}},
	{kinds.Contact, []string{"parent_customer_id"}},
	{kinds.Opportunity, []string{"customer_id", "parent_account_id", "parent_contact_id"}},
	{kinds.Quote, []string{"customer_id"}},
	{kinds.Order, []string{"customer_id"}},
	{kinds.Invoice, []string{"customer_id"}},
	{kinds.Payment, []string{"customer_id"}},
	{kinds.Account, []string{"master_id"}},
	{kinds.Contact, []string{"master_id"}},
}

// withDeal are the fields by which records stand with an opportunity.
var withDeal = []struct {
	kind   kinds.Kind
	fields []string
}{
	{kinds.Lead, []string{"qualifying_opportunity_id"}},
	{kinds.Quote, []string{"opportunity_id"}},
	{kinds.Order, []string{"opportunity_id"}},
	{kinds.Invoice, []string{"opportunity_id"}},
}

// CustomerTimeline yields all that happened around a customer, oldest first:
// what Timeline yields of the account or contact, of its leads, contacts,
// opportunities, quotes, orders, invoices and payments, and of the records that
// were merged into it. The id of a merged customer leads to the one it was
// merged into. An actor who may not see the customer gets ErrNotFound; of
// everything else the timeline shows what the actor may see.
func (c *Client) CustomerTimeline(ctx context.Context, customer record.CustomerID) iter.Seq2[TimelineItem, error] {
	return c.timelineAround(ctx, customer.Ref, withCustomer)
}

// DealTimeline yields all that happened around an opportunity, oldest first:
// what Timeline yields of it, of the leads that led to it or joined it, and of
// its quotes, orders and invoices. An actor who may not see the opportunity gets
// ErrNotFound; of everything else the timeline shows what the actor may see.
func (c *Client) DealTimeline(ctx context.Context, id record.OpportunityID) iter.Seq2[TimelineItem, error] {
	return c.timelineAround(ctx, record.Ref{Kind: kinds.Opportunity, ID: id.UUID}, withDeal)
}

func (c *Client) timelineAround(ctx context.Context, ref record.Ref, with []struct {
	kind   kinds.Kind
	fields []string
},
) iter.Seq2[TimelineItem, error] {
	return c.collected(ctx, func(ctx context.Context, s *session) ([]TimelineItem, error) {
		ref, err := s.currentRef(ctx, ref)
		if err != nil {
			return nil, err
		}
		items, err := s.timeline(ctx, ref)
		if err != nil {
			return nil, err
		}
		told := []record.Ref{ref}
		for _, item := range items { // the lead of an opportunity
			if !slices.Contains(told, item.About) {
				told = append(told, item.About)
			}
		}
		for _, w := range with {
			for _, field := range w.fields {
				if items, told, err = s.timelineBy(ctx, items, told, w.kind, field, ref); err != nil {
					return nil, err
				}
			}
		}
		return inOrderOfTime(items), nil
	})
}

// timelineBy appends the timelines of the records of a kind that refer to one
// by a field.
func (s *session) timelineBy(ctx context.Context, items []TimelineItem, told []record.Ref, kind kinds.Kind, field string, to record.Ref) ([]TimelineItem, []record.Ref, error) {
	for rec, err := range s.find(ctx, kind, field, to.ID) {
		if err != nil {
			return nil, nil, err
		}
		ref := refOf(rec.Ref)
		d, err := recordKinds[kind].decode(rec.Image)
		if err != nil {
			return nil, nil, err
		}
		if slices.Contains(told, ref) || !refersBy(d, field, to) {
			continue
		}
		own, err := s.ownTimeline(ctx, ref)
		if errors.Is(err, codes.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		items, told = append(items, own...), append(told, ref)
	}
	return items, told, nil
}

// currentRef follows the masters of a merged record.
func (s *session) currentRef(ctx context.Context, ref record.Ref) (record.Ref, error) {
	for {
		if recordKinds[ref.Kind] == nil {
			return ref, notVisible(ref, nil)
		}
		rec, err := s.get(ctx, ref)
		if err != nil {
			return ref, err
		}
		d, err := recordKinds[ref.Kind].decode(rec.Image)
		if err != nil || !isMerged(d) {
			return ref, err
		}
		ref.ID = match.MasterOf(d)
	}
}

// timelineOfLead is that of the lead that an opportunity comes from; empty if
// there is none that the actor may see.
func (s *session) timelineOfLead(ctx context.Context, id record.OpportunityID) ([]TimelineItem, error) {
	o, err := known(maybe[leadtocash.Opportunity](ctx, s, id))
	if o == nil || o.OriginatingLeadID.IsZero() || err != nil {
		return nil, err
	}
	items, err := s.timeline(ctx, record.Ref{Kind: kinds.Lead, ID: o.OriginatingLeadID.UUID})
	if errors.Is(err, codes.ErrNotFound) {
		return nil, nil
	}
	return items, err
}

// addToTimeline appends the records of a kind about another record.
func (s *session) addToTimeline(ctx context.Context, items []TimelineItem, kind kinds.Kind, field string, about record.Ref) ([]TimelineItem, error) {
	for rec, err := range s.find(ctx, kind, field, about.ID) {
		if err != nil {
			return nil, err
		}
		d, err := recordKinds[kind].decode(rec.Image)
		if err != nil {
			return nil, err
		}
		if refersTo(d, about) {
			items = append(items, TimelineItem{At: rec.CreatedAt, About: about, Ref: refOf(rec.Ref), Record: recordKinds[kind].clone(d)})
		}
	}
	return items, nil
}
