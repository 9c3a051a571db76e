package journeytest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

// testFeed checks that whoever follows the feed learns of everything once.
func testFeed(t *testing.T, open opener) {
	checkAll(t, open(t), []promise{
		{"readers that race with writers miss nothing and see nothing twice", feedRaces},
		{"reading goes on behind any position", feedResumes},
		{"what is refused or previewed is not in the feed", feedOfNothing},
		{"readers notice that time went back", feedNoticesARestore},
	})
}

// feedNoticesARestore asks a tenant in which less has happened, and then something else,
// whether its feed goes on from where a reader stands.
func feedNoticesARestore(s *stage) {
	f, none := &follower{}, engine.FeedEvent{}
	s.play(newAccount(1), newContact(1), newLead(1))
	s.ok(f.follow(s.ctx, s.client))
	restored := newWorld(s, s.store)
	do := func(st step) {
		_, err := st.do(s.ctx, restored.client)
		s.ok(err)
	}
	continues := func(c *client, last engine.FeedEvent, want bool, when string) {
		if got, err := c.Continues(s.ctx, last); err != nil || got != want {
			s.Errorf("%s: position %d goes on: %t, %v", when, last.Position, got, err)
		}
	}
	for _, e := range f.read {
		continues(s.client, e, true, "nothing was restored")
		continues(restored.client, e, false, "nothing was in the backup")
	}
	continues(restored.client, none, true, "nothing was read")
	first, last := f.read[0], f.read[len(f.read)-1]
	restored.set(first.At, 0)
	do(newAccount(1))
	continues(restored.client, first, true, "the backup was made behind it")
	continues(restored.client, last, false, "the backup was made before it")
	do(newAccount(2))
	do(newAccount(3))
	continues(restored.client, last, false, "its position was dealt again")
}

// follower reads the feed as a relay would: on and on behind the last position.
type follower struct {
	read []engine.FeedEvent
}

func (f *follower) follow(ctx context.Context, c *client) error {
	var after int64
	if len(f.read) > 0 {
		after = f.read[len(f.read)-1].Position
	}
	for e, err := range c.Feed(ctx, after) {
		if err != nil {
			return err
		}
		f.read = append(f.read, e)
	}
	return nil
}

// sound checks order: positions ascend, and every record's versions follow each
// other.
func (f *follower) sound() error {
	versions := map[record.Ref]int64{}
	last := int64(0)
	for n, e := range f.read {
		if e.Position <= last {
			return fmt.Errorf("event %d has position %d, the one before it %d", n+1, e.Position, last)
		}
		last = e.Position
		if was := versions[e.Ref]; e.Version != was+1 && e.Version != was {
			return fmt.Errorf("position %d: %s of %s has version %d, before it was %d", e.Position, e.Type, e.Ref, e.Version, was)
		}
		versions[e.Ref] = e.Version
	}
	return nil
}

func feedRaces(s *stage) {
	const writers, readers = 4, 3
	journeys := less(6)
	writing, done := context.WithCancel(s.ctx)
	defer done()
	var write, read sync.WaitGroup
	for w := range writers {
		write.Go(func() {
			for n := range journeys {
				if err := s.sell(1 + w*journeys + n); err != nil {
					s.Errorf("writer %d: %v", w, err)
					return
				}
			}
		})
	}
	followers := make([]follower, readers)
	for i := range followers {
		read.Go(func() {
			for over := false; !over; { // once more after the last write
				over = writing.Err() != nil
				if err := followers[i].follow(s.ctx, s.client); err != nil {
					s.Errorf("reader %d: %v", i, err)
					return
				}
				if !over && i > 0 {
					time.Sleep(time.Millisecond) // readers of different pace
				}
			}
		})
	}
	write.Wait()
	done()
	read.Wait()
	want := s.told()
	for i := range followers {
		f := &followers[i]
		if err := f.sound(); err != nil {
			s.Errorf("reader %d: %v", i, err)
		}
		if s.form(f.read) != s.form(followers[0].read) {
			s.Errorf("reader %d read other events than reader 0", i)
		}
		var got []string
		for _, e := range f.read {
			got = append(got, fmt.Sprintf("%s %d %s", e.Ref, e.Version, e.Type))
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			s.Errorf("reader %d read %d events, %d happened", i, len(got), len(want))
		}
	}
}

// sell goes the whole way of a sale, a record of each kind with number n.
func (s *stage) sell(n int) error {
	for _, step := range []step{
		newLead(n),
		call(actions.LeadQualify, (*client).Leads, engine.Leads.Qualify, n, leadtocash.QualifyLead{
			Opportunities: []leadtocash.OpportunityPlan{{Plan: leadtocash.Plan[record.OpportunityID]{ID: id[record.OpportunityID](n)}}},
		}),
		newOrderOf(n), invoiceOrder(n, n),
		call(actions.InvoiceMarkPaid, (*client).Invoices, engine.Invoices.MarkPaid, n, leadtocash.PayInvoice{}),
		removal(actions.LeadDelete, (*client).Leads, engine.Leads.Delete, n),
	} {
		s.pass(time.Millisecond)
		if err := insist(func() error { return carry(s.ctx, s.client, step) }); err != nil {
			return fmt.Errorf("%s: %w", step.action, err)
		}
	}
	return nil
}

// newOrderOf generates the n-th order of the n-th opportunity, with a line.
func newOrderOf(n int) step {
	return step{action: actions.OpportunityGenerateOrder, do: func(ctx context.Context, c *client) (any, error) {
		if _, err := c.Opportunities().EditLines(ctx, id[record.OpportunityID](n), pricing.EditLines{Add: []pricing.LineFields{desks}}); err != nil {
			return nil, err
		}
		return c.Opportunities().GenerateOrder(ctx, id[record.OpportunityID](n), leadtocash.GenerateOrder{OrderID: id[record.OrderID](n)})
	}}
}

// told lists what all histories tell, sorted.
func (s *stage) told() (events []string) {
	s.Helper()
	book, err := s.read(s.ctx, emptyBook)
	s.ok(err)
	for ref := range book.past {
		for _, e := range list(s, s.client.History(s.ctx, ref)) {
			events = append(events, fmt.Sprintf("%s %d %s", e.Ref, e.Version, e.Type))
		}
	}
	slices.Sort(events)
	return events
}

func feedResumes(s *stage) {
	s.ok(s.sell(1))
	var all follower
	s.ok(all.follow(s.ctx, s.client))
	s.ok(all.sound())
	end := all.read[len(all.read)-1].Position
	for after := int64(-1); after <= end+1; after++ {
		rest := list(s, s.client.Feed(s.ctx, after))
		var want []engine.FeedEvent
		for _, e := range all.read {
			if e.Position > after {
				want = append(want, e)
			}
		}
		if s.form(rest) != s.form(want) {
			s.Errorf("behind %d there are %d events, want %d", after, len(rest), len(want))
		}
	}
	for e, err := range s.client.Feed(s.ctx, 0) { // left early, and written meanwhile
		s.ok(err)
		s.ok(carry(s.ctx, s.client, newAccount(9)))
		if e.Position != 1 {
			s.Errorf("the first position is %d", e.Position)
		}
		break
	}
	if more := list(s, s.client.Feed(s.ctx, end)); len(more) != 1 || more[0].Type != "account.created" || more[0].Actor != ann || more[0].To != "active" {
		s.Errorf("afterwards there is %+v", more)
	}
}

func feedOfNothing(s *stage) {
	s.play(newLead(1))
	before := len(s.happenings())
	_, err := s.client.Preview().Leads().Qualify(s.ctx, id[record.LeadID](1), leadtocash.QualifyLead{})
	s.ok(err)
	_, err = s.client.Leads().Reactivate(s.ctx, id[record.LeadID](1), leadtocash.ReactivateLead{})
	s.refused(err, codes.ErrLeadAlreadyOpen)
	s.refused(s.client.Atomic(s.ctx, func(ctx context.Context, c *client) error {
		return carry(ctx, c, newAccount(1), newAccount(1))
	}), codes.ErrConflict)
	_, err = s.client.Leads().SetStatus(s.ctx, id[record.LeadID](1), leadtocash.SetLeadStatus{Status: leadtocash.LeadStatusNew}) // as it is
	s.ok(err)
	if after := len(s.happenings()); after != before {
		s.Errorf("there are %d events, want %d", after, before)
	}
}
