package journeytest

import (
	"fmt"
	"slices"
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
	for _, e := range before.events { // a clock that was set back is set again: nothing is done to records that are not there yet
		if behind := e.At.Sub(j.world.clock()); behind > 0 {
			j.world.pass(behind)
		}
	}
	j.tidy(before)
	s.book = j.reread()
	s.fresh = s.events[len(before.events):]
	j.tidy(s.book)
	if again := j.reread(); len(again.events) > len(s.events) {
		s.repeated = fmt.Errorf("a second run did %v", names(again.events[len(s.events):]))
	}
	today := value.DateOf(j.world.clock(), time.UTC)
	s.aged = append(s.aged, j.aged(0))
	for _, days := range []int{4000, 4001, 4040, 4400} { // after all that is dated
		s.aged = append(s.aged, j.aged(today.AddDays(days)))
	}
	s.stated = map[purse]money.Amount{}
	for p := range s.ledgers() {
		s.stated[p] = j.stated(p, 0)
	}
	for _, days := range []int{-400, -20, -1, 0, 1, 40} {
		s.dated = append(s.dated, j.dated(s, today.AddDays(days)))
	}
	return s
}

// aged is the ageing of everybody as of a day.
func (j *journey) aged(on value.Date) []leadtocash.Ageing {
	rows, err := j.world.client.Receivables().Ageing(j.ctx, engine.AgeingQuery{AsOf: on})
	if err != nil {
		j.Fatalf("ageing: %v", err)
	}
	return rows
}

// stated is what a statement to a day closes with.
func (j *journey) stated(p purse, to value.Date) money.Amount {
	st, err := j.world.client.Receivables().Statement(j.ctx, p.customer, engine.StatementQuery{Currency: p.currency, To: to})
	if err != nil {
		j.Fatalf("statement of %s: %v", p.customer, err)
	}
	return st.Closing
}

// datedBooks is what the books say as of a day.
type datedBooks struct {
	on        value.Date
	net       map[purse]money.Amount // by the ageing
	open      map[purse]money.Amount // the least bucket
	stated    map[purse]money.Amount
	positions map[purse]money.Amount
}

func (j *journey) dated(s *scene, on value.Date) datedBooks {
	d := datedBooks{on, map[purse]money.Amount{}, map[purse]money.Amount{}, map[purse]money.Amount{}, map[purse]money.Amount{}}
	for _, a := range j.aged(on) {
		p := purse{a.CustomerID, a.Currency}
		d.net[p], d.open[p] = a.NetPosition(), slices.MinFunc(buckets(a), money.Amount.Cmp)
	}
	for p := range s.ledgers() {
		d.stated[p] = j.stated(p, on)
		positions, err := j.world.client.Receivables().PositionOf(j.ctx, p.customer, on)
		if err != nil {
			j.Fatalf("position of %s: %v", p.customer, err)
		}
		for _, position := range positions {
			if position.Currency == p.currency {
				d.positions[p] = position.NetPosition()
			}
		}
	}
	return d
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
