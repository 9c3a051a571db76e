package journeytest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
)

var recordInvariants = []Invariant{
	{Number: 98, Text: "what an action makes of a record belongs to that record's owner, or as settings say to who acts", check: i98},
	{Number: 99, Text: "nobody is told of a record that he may not see, except the id that he is linked to", check: func(s *scene) error { return s.peeked }},
	{Number: 100, Text: "own values that a record takes over are those given, else mapped, else of the same name and type", check: i100},
	{Number: 103, Text: "nothing is done on a day before the record was created, but for a closing day that is told of", check: i103},
	{Number: 110, Text: "a qualification makes opportunities only of customers that it was given, made or linked", check: i110},
}

// ownFields are the host's own fields: by name, by mapping, and not at all where
// the types differ.
func ownFields() []engine.ClientOption {
	region, area, size := engine.TextField("region", engine.Searchable), engine.TextField("area"), engine.NumberField("area")
	return []engine.ClientOption{
		engine.WithFields(kinds.Lead, region), engine.WithFields(kinds.Account, area), engine.WithFields(kinds.Opportunity, region),
		engine.WithFields(kinds.OpportunityClose, region), engine.WithFields(kinds.Quote, region), engine.WithFields(kinds.QuoteClose, area),
		engine.WithFields(kinds.Order, area), engine.WithFields(kinds.Invoice, area), engine.WithFields(kinds.CreditNote, size),
		engine.WithLooseFields(),
		engine.WithMapping(region.On(kinds.Lead), area.On(kinds.Account)), engine.WithMapping(region.On(kinds.Quote), area.On(kinds.Order)),
	}
}

// copiesOf tells which field becomes which, as ownFields declare them.
var copiesOf = map[record.Conversion][2]string{
	{From: kinds.Lead, To: kinds.Account}:                 {"region", "area"},
	{From: kinds.Lead, To: kinds.Opportunity}:             {"region", "region"},
	{From: kinds.Opportunity, To: kinds.Quote}:            {"region", "region"},
	{From: kinds.Opportunity, To: kinds.OpportunityClose}: {"region", "region"},
	{From: kinds.Quote, To: kinds.Order}:                  {"region", "area"},
	{From: kinds.Order, To: kinds.Invoice}:                {"area", "area"},
}

// madeOfSomething are the kinds of records that actions make of others.
var madeOfSomething = []kinds.Kind{
	kinds.Account, kinds.Contact, kinds.Opportunity, kinds.OpportunityClose, kinds.Quote, kinds.QuoteClose, kinds.Order, kinds.OrderClose,
	kinds.Invoice, kinds.Payment, kinds.CreditNote, kinds.Refund, kinds.Connection,
}

// makerOf is the record that the step made another one of; false for those that
// somebody created.
func (s *scene) makerOf(made record.Record) (ref record.Ref, is bool) {
	if s.attempt.ref.ID == uuid.Nil || !slices.Contains(madeOfSomething, made.Ref().Kind) {
		return ref, false
	}
	switch r := made.(type) {
	case *party.Connection:
		return r.Record1, true
	case *leadtocash.OpportunityClose:
		return r.OpportunityID.Ref(), true
	case *leadtocash.QuoteClose:
		return r.QuoteID.Ref(), true
	case *leadtocash.OrderClose:
		return r.OrderID.Ref(), true
	}
	return s.attempt.ref, true
}

// eachMade checks every record that the step made of another one, which is given
// as it was before, or as it was made by the same step.
func eachMade(s *scene, check func(source, made record.Record, e record.Event) error) error {
	for _, e := range s.fresh {
		made, is := s.version(e).record.(record.Record)
		if e.Version != 1 || !is {
			continue
		}
		ref, is := s.makerOf(made)
		if !is {
			continue
		}
		source, is := s.before.records[ref].(record.Record)
		if !is {
			source, is = s.version(record.Event{Ref: ref, Version: 1}).record.(record.Record)
		}
		if !is {
			return fmt.Errorf("%s was made of %s, which is not there", made.Ref(), ref)
		}
		if err := check(source, made, e); err != nil {
			return fmt.Errorf("%s of %s: %w", made.Ref(), ref, err)
		}
	}
	return nil
}

func i98(s *scene) error {
	return eachMade(s, func(source, made record.Record, e record.Event) error {
		want := source.Header().Owner
		if want == uuid.Nil || s.settings.Ownership == record.OwnershipActor {
			want = e.Actor.ID
		}
		h := made.Header()
		return first(
			unless(h.Owner == want, "belongs to %s, want %s", h.Owner, want),
			unless(h.CreatedBy == e.Actor.ID, "was created by %s, but %s acted", h.CreatedBy, e.Actor.ID),
		)
	})
}

// peek previews a qualification by somebody who sees his own records only: what
// he is told, also by a refusal, is nothing of others.
func (j *journey) peek(a attempt) error {
	actor := pick(j, "who sees his own", ann, bob)
	settings := j.settings
	settings.HiddenDuplicates = pick(j, "hidden duplicates", 0, leadtocash.HiddenRefuse, leadtocash.HiddenLink, leadtocash.HiddenIgnore)
	c := j.world.open(j.T, append(ownFields(), engine.WithSettings(settings), engine.WithAuthorizer(mine{}))...).As(actor).Preview()
	hides := func(ref record.Ref) bool {
		d, is := j.book.records[ref].(record.Record)
		return is && d.Header().Owner != actor.ID
	}
	out, err := a.do(j.ctx, c)
	if qualified, is := out.(leadtocash.QualifiedLead); is && err == nil {
		for _, d := range leadtocash.RecordsIn(&qualified) {
			if hides(d.Ref()) {
				return fmt.Errorf("%s was shown", d.Ref())
			}
		}
	}
	told, e := json.Marshal(record.ReasonsOf(err))
	if e != nil {
		return e
	}
	said, e := json.Marshal([]any{a.cmd, j.book.records[a.ref]})
	if e != nil {
		return e
	}
	for _, ref := range j.book.refs {
		if id := ref.ID.String(); hides(ref) && strings.Contains(string(told), id) && !strings.Contains(string(said), id) {
			return fmt.Errorf("the refusal %v tells of %s", err, ref)
		}
	}
	return nil
}

// givenTo are the own values that the command gives to a record that it makes.
func (s *scene) givenTo(made record.Record) record.Custom {
	switch cmd := s.attempt.cmd.(type) {
	case leadtocash.QualifyLead:
		if made.Ref().Kind == kinds.Account {
			return cmd.AccountCustom
		}
		for _, plan := range cmd.Opportunities {
			if made.Ref().Kind == kinds.Opportunity && !plan.ID.IsZero() && plan.ID.Ref() == made.Ref() {
				return plan.Custom
			}
		}
	case leadtocash.GenerateQuote:
		return cmd.Custom
	case leadtocash.WinOpportunity:
		return cmd.CloseCustom
	case leadtocash.LoseOpportunity:
		return cmd.CloseCustom
	case leadtocash.InvoiceOrder:
		return cmd.Custom
	case leadtocash.WinQuoteToOrder:
		switch made.Ref().Kind {
		case kinds.Order:
			return cmd.Custom
		case kinds.QuoteClose:
			return cmd.CloseCustom
		case kinds.OpportunityClose:
			return cmd.OpportunityCloseCustom
		}
	}
	return nil
}

func i100(s *scene) error {
	return eachMade(s, func(source, made record.Record, _ record.Event) error {
		if source.Ref().Kind == made.Ref().Kind { // a revision is the quote again
			return nil
		}
		var want record.Custom
		if way, is := copiesOf[record.Conversion{From: source.Ref().Kind, To: made.Ref().Kind}]; is {
			if value, has := source.Header().Custom[way[0]]; has {
				want = record.Custom{way[1]: value}
			}
		}
		want = want.Edited(s.givenTo(made))
		got := made.Header().Custom
		return unless(maps.EqualFunc(got, want, func(a, b json.RawMessage) bool { return string(a) == string(b) }), "has the own values %s, want %s", got, want)
	})
}

func i110(s *scene) error {
	cmd, is := s.attempt.cmd.(leadtocash.QualifyLead)
	if !is || !s.did(actions.LeadQualify) {
		return nil
	}
	lead := lookup[leadtocash.Lead](s.book, record.LeadID{UUID: s.attempt.ref.ID})
	its := []record.Ref{cmd.Customer.Ref, lead.ParentAccountID.Ref(), lead.ParentContactID.Ref()}
	for _, e := range s.fresh {
		if e.Version == 1 {
			its = append(its, e.Ref)
		}
	}
	return eachBirth(s, func(o *leadtocash.Opportunity, _ record.Event) error {
		for _, ref := range []record.Ref{o.CustomerID.Ref, o.ParentAccountID.Ref(), o.ParentContactID.Ref()} {
			if ref.ID != uuid.Nil && !slices.Contains(its, ref) {
				return fmt.Errorf("is of %s, which is none of the lead's customers", ref)
			}
		}
		return unless(o.CustomerID.ID != uuid.Nil, "has no customer")
	})
}

func i103(s *scene) error {
	for _, e := range s.fresh {
		d, ok := s.version(e).record.(record.Record)
		if !ok || e.Version == 1 {
			continue
		}
		h := d.Header()
		done, born := s.settings.Today(e.At), s.settings.Today(h.CreatedAt)
		if done.Before(born) {
			return fmt.Errorf("%s of %s on %s, and it was created on %s", e.Type, e.Ref, done, born)
		}
		o, ok := d.(*leadtocash.Opportunity)
		if !ok || e.To == e.From || o.ActualCloseDate.IsZero() {
			continue
		}
		if first := cmp.Or(h.OverriddenCreatedOn, born); o.ActualCloseDate.Before(first) && o.ActualCloseDate.Before(done) && !s.noticed(codes.ErrTimeOrder) {
			return fmt.Errorf("%s is closed on %s, before %s, and nobody is told", e.Ref, o.ActualCloseDate, first)
		}
	}
	return nil
}

// noticed reports whether what happened was told of with the code.
func (s *scene) noticed(code codes.Code) bool {
	return slices.ContainsFunc(s.fresh, func(e record.Event) bool {
		var told []record.Reason
		return json.Unmarshal([]byte(e.Data.Get("notices")), &told) == nil &&
			slices.ContainsFunc(told, func(r record.Reason) bool { return r.Code == code })
	})
}
