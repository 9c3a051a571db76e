package engine

import (
	"cmp"
	"context"
	"encoding/json"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

type noticesKey struct{}

// WithNotices returns a context that collects the notices of the calls made with
// it, so that those which return a bare record lose none. A notice is a reason that
// does not refuse. The list is added to when a call has succeeded; calls that run at
// the same time need lists of their own.
func WithNotices(ctx context.Context, list *[]record.Reason) context.Context {
	return context.WithValue(ctx, noticesKey{}, list)
}

// note writes the notices of the outcome to its first event, those about records
// that the actor may not see with no more than their code.
func (s *session) note(ctx context.Context, x *call, events []record.Event) error {
	var all []record.Reason
	for _, list := range append(leadtocash.NoticesIn(x.out), &x.notices) {
		if !s.c.seesAll() {
			open, _, err := s.withheld(ctx, *list)
			if err != nil {
				return err
			}
			*list = open
		}
		all = append(all, *list...)
	}
	if len(all) == 0 || len(events) == 0 {
		return nil
	}
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	first := &events[0]
	first.Data = append(first.Data[:len(first.Data):len(first.Data)], record.Detail{Name: "notices", Value: string(text)})
	return nil
}

// dayNotices tell of the days of a command that are unusual, or on which the record
// was closed before it was made.
func (s *session) dayNotices(cmd any, on record.Ref) []record.Reason {
	notices := schema.DayNotices(cmd, s.stamp.Day())
	old := s.before(on)
	if old == nil {
		return notices
	}
	d, err := recordKinds[on.Kind].decode(old.Image)
	if err != nil {
		return notices
	}
	h := d.Header()
	created := cmp.Or(h.OverriddenCreatedOn, s.c.settings.Today(h.CreatedAt))
	schema.EachDone(cmd, func(field string, day value.Date) {
		if field == "close_date" && day.Before(created) {
			notices = append(notices, record.ReasonFor(codes.ErrTimeOrder, field).With("day", day.String(), "created", created.String()))
		}
	})
	return notices
}

// tell adds the notices of an outcome to the list of the context.
func tell(ctx context.Context, x *call) {
	for _, notices := range leadtocash.NoticesIn(x.out) {
		noticed(ctx, *notices...)
	}
	noticed(ctx, x.notices...)
}

// noticed adds notices to the list of the context.
func noticed(ctx context.Context, notices ...record.Reason) {
	if list, ok := ctx.Value(noticesKey{}).(*[]record.Reason); ok && list != nil {
		*list = append(*list, notices...)
	}
}
