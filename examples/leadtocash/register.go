package main

import "github.com/leadtocash/leadtocash/value"

// A register knows which deals there are and whether they may go on. A deal
// stops at its first refused row, because the rows after it build on it.
type register struct{ deals map[string]*standing }

// A standing is where a deal stands.
type standing struct {
	stopped bool
	last    value.Date // the day of its last step
}

func newRegister() *register { return &register{map[string]*standing{}} }

// admit decides whether a row may be tried.
func (g *register) admit(r row) *fault {
	s, known := g.deals[r.deal]
	switch {
	case r.fault != nil:
		return r.fault
	case r.lead != nil && known && !s.stopped:
		return &fault{r.columns.of("source_key"), codeDuplicate, "another row has begun this deal"}
	case r.lead == nil && !known:
		return &fault{r.columns.of("source_key"), codeUnknownDeal, "no lead has this name"}
	case r.lead == nil && s.stopped:
		return &fault{r.columns.of("source_key"), codeEarlierRejected, "an earlier row of this deal was refused"}
	case r.lead == nil && r.steps[0].on.Before(s.last):
		return &fault{"on", codeWrongOrder, "is before the deal's last step"}
	}
	return nil
}

// accept notes that a row was imported.
func (g *register) accept(r row) {
	if r.lead != nil {
		g.deals[r.deal] = &standing{last: r.lead.received}
	}
	s := g.deals[r.deal]
	for _, step := range r.steps {
		s.last = step.on
	}
}

// refuse notes that a row was refused. A row that repeats a deal does not stop
// the one that it repeats.
func (g *register) refuse(r row) {
	s, known := g.deals[r.deal]
	switch {
	case r.deal == "" || known && r.lead != nil:
	case known:
		s.stopped = true
	default:
		g.deals[r.deal] = &standing{stopped: true}
	}
}
