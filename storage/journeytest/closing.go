package journeytest

import (
	"fmt"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// close ends a journey as a month ends: what payments can settle is settled,
// what is overdue is dunned, and the books are read. All of it is done twice,
// and the second time must find nothing to do.
func (j *journey) close() *scene {
	before := j.book
	s := &scene{before: before, settings: j.settings}
	j.tidy(before)
	s.book = j.reread()
	s.fresh = s.events[len(before.events):]
	j.tidy(s.book)
	if again := j.reread(); len(again.events) > len(s.events) {
		s.repeated = fmt.Errorf("a second run did %v", names(again.events[len(s.events):]))
	}
	today := value.DateOf(j.world.clock(), time.UTC)
	for _, days := range []int{-20, 0, 1, 40, 400} {
		rows, err := j.world.client.Receivables().Ageing(j.ctx, engine.AgeingQuery{AsOf: today.AddDays(days)})
		if err != nil {
			j.Fatalf("ageing: %v", err)
		}
		s.aged = append(s.aged, rows)
	}
	s.stated = map[purse]money.Amount{}
	for p := range s.ledgers() {
		st, err := j.world.client.Receivables().Statement(j.ctx, p.customer, engine.StatementQuery{Currency: p.currency, To: today.AddDays(4000)})
		if err != nil {
			j.Fatalf("statement of %s: %v", p.customer, err)
		}
		s.stated[p] = st.Closing
	}
	return s
}

// tidy allocates every payment and runs dunning.
func (j *journey) tidy(b *book) {
	for _, p := range all[leadtocash.Payment](b) {
		if p.Status != leadtocash.PaymentStatusPosted {
			continue
		}
		if _, err := j.world.client.Payments().AutoAllocate(j.ctx, p.ID, leadtocash.AutoAllocatePayment{}); err != nil {
			j.Fatalf("automatic allocation of %s: %v", p.ID, err)
		}
	}
	on := value.DateOf(j.world.clock(), time.UTC)
	for _, err := range j.world.client.Receivables().RunDunning(j.ctx, engine.RunDunning{On: on}) {
		if err != nil {
			j.Fatalf("dunning on %s: %v", on, err)
		}
	}
}

// reread turns to what is stored now.
func (j *journey) reread() *book {
	now, err := j.world.read(j.ctx, j.book)
	if err != nil {
		j.Fatalf("the store cannot be read: %v", err)
	}
	j.book = now
	return now
}
