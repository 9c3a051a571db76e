package journeytest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
)

var customerInvariants = []Invariant{
	{Number: 12, Text: "nobody chooses an inactive customer; what is made of a document has its customer", check: i12},
	{Number: 13, Text: "no customer is an ancestor of its own", check: i13},
	{Number: 14, Text: "a merged record is out of use, and its masters end in one that is not merged", check: i14},
	{Number: 15, Text: "nothing refers to a merged record, and a merge loses nothing that referred to either", check: i15},
}

func i12(s *scene) error {
	if s.moved(record.Event{}) { // what refers to a customer goes where that goes
		return nil
	}
	// chosen checks customers that a version names and the one before did not.
	chosen := func(is, was []record.Ref) error {
		for n, ref := range is {
			if ref.ID != uuid.Nil && (was == nil || was[n] != ref) && s.wasInactive(ref) {
				return unless(false, "took %s, which is inactive", ref)
			}
		}
		return nil
	}
	return first(
		eachBirth(s, func(l *leadtocash.Lead, _ record.Event) error { return chosen(customersOfLead(l), nil) }),
		eachChange(s, func(was, is *leadtocash.Lead, _ record.Event) error {
			return chosen(customersOfLead(is), customersOfLead(was))
		}),
		eachBirth(s, func(a *party.Account, _ record.Event) error { return chosen(parentsOfAccount(a), nil) }),
		eachChange(s, func(was, is *party.Account, _ record.Event) error {
			return chosen(parentsOfAccount(is), parentsOfAccount(was))
		}),
		eachBirth(s, func(c *party.Contact, _ record.Event) error { return chosen(parentsOfContact(c), nil) }),
		eachChange(s, func(was, is *party.Contact, _ record.Event) error {
			return chosen(parentsOfContact(is), parentsOfContact(was))
		}),
		eachBirth(s, func(o *leadtocash.Opportunity, _ record.Event) error {
			return chosen(customersOfOpportunity(o), nil)
		}),
		eachChange(s, func(was, is *leadtocash.Opportunity, _ record.Event) error {
			return chosen(customersOfOpportunity(is), customersOfOpportunity(was))
		}),
		eachBirth(s, func(q *leadtocash.Quote, e record.Event) error {
			switch s.attempt.action {
			case actions.OpportunityGenerateQuote:
				return unless(q.CustomerID == lookup[leadtocash.Opportunity](s.before, q.OpportunityID).CustomerID, "has another customer than its opportunity")
			case actions.QuoteCreate:
				return chosen([]record.Ref{q.CustomerID.Ref}, nil)
			}
			source := s.before.records[s.attempt.ref].(*leadtocash.Quote)
			return unless(q.CustomerID == source.CustomerID, "has another customer than the quote it revises")
		}),
		eachChange(s, func(was, is *leadtocash.Quote, _ record.Event) error {
			return chosen([]record.Ref{is.CustomerID.Ref}, []record.Ref{was.CustomerID.Ref})
		}),
		eachBirth(s, func(o *leadtocash.Order, _ record.Event) error {
			switch s.attempt.action {
			case actions.OpportunityGenerateOrder:
				return unless(o.CustomerID == lookup[leadtocash.Opportunity](s.before, o.OpportunityID).CustomerID, "has another customer than its opportunity")
			case actions.QuoteWinToOrder:
				return unless(o.CustomerID == lookup[leadtocash.Quote](s.before, o.QuoteID).CustomerID, "has another customer than its quote")
			}
			return chosen([]record.Ref{o.CustomerID.Ref}, nil)
		}),
		eachChange(s, func(was, is *leadtocash.Order, _ record.Event) error {
			return chosen([]record.Ref{is.CustomerID.Ref}, []record.Ref{was.CustomerID.Ref})
		}),
		eachBirth(s, func(i *leadtocash.Invoice, _ record.Event) error {
			switch s.attempt.action {
			case actions.OpportunityGenerateInvoice:
				return unless(i.CustomerID == lookup[leadtocash.Opportunity](s.before, i.OpportunityID).CustomerID, "has another customer than its opportunity")
			case actions.OrderInvoice:
				return unless(i.CustomerID == lookup[leadtocash.Order](s.before, i.SalesOrderID).CustomerID, "has another customer than its order")
			}
			return chosen([]record.Ref{i.CustomerID.Ref}, nil)
		}),
		eachChange(s, func(was, is *leadtocash.Invoice, _ record.Event) error {
			return chosen([]record.Ref{is.CustomerID.Ref}, []record.Ref{was.CustomerID.Ref})
		}),
	)
}

func (s *scene) wasInactive(ref record.Ref) bool {
	rec := s.before.stored[ref]
	return rec != nil && rec.Status == "inactive"
}

func customersOfLead(l *leadtocash.Lead) []record.Ref {
	return []record.Ref{{Kind: kinds.Account, ID: l.ParentAccountID.UUID}, {Kind: kinds.Contact, ID: l.ParentContactID.UUID}}
}

func parentsOfAccount(a *party.Account) []record.Ref {
	return []record.Ref{{Kind: kinds.Account, ID: a.ParentAccountID.UUID}}
}

func parentsOfContact(c *party.Contact) []record.Ref {
	return []record.Ref{c.ParentCustomerID.Ref}
}

func customersOfOpportunity(o *leadtocash.Opportunity) []record.Ref {
	return []record.Ref{
		o.CustomerID.Ref, {Kind: kinds.Account, ID: o.ParentAccountID.UUID}, {Kind: kinds.Contact, ID: o.ParentContactID.UUID},
	}
}

func i13(s *scene) error {
	return first(
		each(s, func(a *party.Account) error {
			above := a
			for range len(s.records) {
				if above = lookup[party.Account](s.book, above.ParentAccountID); above == nil {
					return nil
				}
			}
			return unless(false, "is an ancestor of its own")
		}),
		each(s, func(c *party.Contact) error {
			above := c
			for range len(s.records) {
				if above = lookup[party.Contact](s.book, above.ParentCustomerID.Contact()); above == nil {
					return nil
				}
			}
			return unless(false, "is an ancestor of its own")
		}),
	)
}

// merger is what there is to know of a record about merging.
type merger struct {
	merged, outOfUse bool
	master           record.Ref
}

func mergerOf(rec any) (m merger) {
	switch r := rec.(type) {
	case *leadtocash.Lead:
		return merger{r.Merged, r.Status.State() == leadtocash.LeadDisqualified, record.Ref{Kind: kinds.Lead, ID: r.MasterID.UUID}}
	case *party.Account:
		return merger{r.Merged, r.Status == party.AccountStatusInactive, record.Ref{Kind: kinds.Account, ID: r.MasterID.UUID}}
	case *party.Contact:
		return merger{r.Merged, r.Status == party.ContactStatusInactive, record.Ref{Kind: kinds.Contact, ID: r.MasterID.UUID}}
	}
	return m
}

func i14(s *scene) error {
	for ref, record := range s.records {
		m := mergerOf(record)
		if m.merged != (m.master.ID != uuid.Nil) || m.merged && !m.outOfUse || m.master == ref {
			return fmt.Errorf("%s is merged %t into %s, out of use %t", ref, m.merged, m.master, m.outOfUse)
		}
		for range len(s.records) {
			if !m.merged {
				break
			}
			if s.records[m.master] == nil {
				return fmt.Errorf("%s has the master %s, which is gone", ref, m.master)
			}
			m = mergerOf(s.records[m.master])
		}
		if m.merged {
			return fmt.Errorf("the masters of %s go round in a circle", ref)
		}
	}
	return nil
}

func i15(s *scene) error {
	for user, named := range s.named {
		for _, ref := range named {
			if ref != user && mergerOf(s.records[ref]).merged && mergerOf(s.records[user]).master != ref {
				return fmt.Errorf("%s still refers to %s, which is merged", user, ref)
			}
		}
	}
	if !s.did(actions.LeadMerge, actions.AccountMerge, actions.ContactMerge) {
		return nil
	}
	var sub record.Ref
	for _, e := range s.fresh {
		if _, verb, _ := strings.Cut(e.Action.String(), "."); verb == "merge_into" {
			sub = e.Ref
		}
	}
	was, is := s.before.users(s.attempt.ref, sub), s.users(s.attempt.ref)
	return unless(was == is, "%d records referred to the two, %d refer to the master", was, is)
}

// users counts the records that refer to any of the others, otherwise than to
// their master.
func (b *book) users(refs ...record.Ref) (n int) {
	for user, named := range b.named {
		if slices.Contains(refs, user) {
			continue
		}
		for _, ref := range named {
			if slices.Contains(refs, ref) && mergerOf(b.records[user]).master != ref {
				n++
				break
			}
		}
	}
	return n
}
