package journeytest

import (
	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
)

var customerInvariants = []Invariant{
	{Number: 12, Text: "nobody chooses an inactive customer; what is made of a document has its customer", check: i12},
	{Number: 13, Text: "no customer is an ancestor of its own", check: i13},
}

func i12(s *scene) error {
	// chosen checks customers that a version names and the one before did not.
	chosen := func(is, was []leadtocash.Ref) error {
		for n, ref := range is {
			if ref.ID != uuid.Nil && (was == nil || was[n] != ref) && s.wasInactive(ref) {
				return unless(false, "took %s, which is inactive", ref)
			}
		}
		return nil
	}
	return first(
		eachBirth(s, func(l *leadtocash.Lead, _ leadtocash.Event) error { return chosen(customersOfLead(l), nil) }),
		eachChange(s, func(was, is *leadtocash.Lead, _ leadtocash.Event) error {
			return chosen(customersOfLead(is), customersOfLead(was))
		}),
		eachBirth(s, func(a *leadtocash.Account, _ leadtocash.Event) error { return chosen(parentsOfAccount(a), nil) }),
		eachChange(s, func(was, is *leadtocash.Account, _ leadtocash.Event) error {
			return chosen(parentsOfAccount(is), parentsOfAccount(was))
		}),
		eachBirth(s, func(c *leadtocash.Contact, _ leadtocash.Event) error { return chosen(parentsOfContact(c), nil) }),
		eachChange(s, func(was, is *leadtocash.Contact, _ leadtocash.Event) error {
			return chosen(parentsOfContact(is), parentsOfContact(was))
		}),
		eachBirth(s, func(o *leadtocash.Opportunity, _ leadtocash.Event) error {
			return chosen(customersOfOpportunity(o), nil)
		}),
		eachChange(s, func(was, is *leadtocash.Opportunity, _ leadtocash.Event) error {
			return chosen(customersOfOpportunity(is), customersOfOpportunity(was))
		}),
		eachBirth(s, func(q *leadtocash.Quote, e leadtocash.Event) error {
			switch s.attempt.action {
			case leadtocash.ActionOpportunityGenerateQuote:
				return unless(q.CustomerID == lookup(s.before, q.OpportunityID).CustomerID, "has another customer than its opportunity")
			case leadtocash.ActionQuoteCreate:
				return chosen([]leadtocash.Ref{q.CustomerID.Ref}, nil)
			}
			source := s.before.records[s.attempt.ref].(*leadtocash.Quote)
			return unless(q.CustomerID == source.CustomerID, "has another customer than the quote it revises")
		}),
		eachChange(s, func(was, is *leadtocash.Quote, _ leadtocash.Event) error {
			return chosen([]leadtocash.Ref{is.CustomerID.Ref}, []leadtocash.Ref{was.CustomerID.Ref})
		}),
		eachBirth(s, func(o *leadtocash.Order, _ leadtocash.Event) error {
			switch s.attempt.action {
			case leadtocash.ActionOpportunityGenerateOrder:
				return unless(o.CustomerID == lookup(s.before, o.OpportunityID).CustomerID, "has another customer than its opportunity")
			case leadtocash.ActionQuoteWinToOrder:
				return unless(o.CustomerID == lookup(s.before, o.QuoteID).CustomerID, "has another customer than its quote")
			}
			return chosen([]leadtocash.Ref{o.CustomerID.Ref}, nil)
		}),
		eachChange(s, func(was, is *leadtocash.Order, _ leadtocash.Event) error {
			return chosen([]leadtocash.Ref{is.CustomerID.Ref}, []leadtocash.Ref{was.CustomerID.Ref})
		}),
		eachBirth(s, func(i *leadtocash.Invoice, _ leadtocash.Event) error {
			switch s.attempt.action {
			case leadtocash.ActionOpportunityGenerateInvoice:
				return unless(i.CustomerID == lookup(s.before, i.OpportunityID).CustomerID, "has another customer than its opportunity")
			case leadtocash.ActionOrderInvoice:
				return unless(i.CustomerID == lookup(s.before, i.SalesOrderID).CustomerID, "has another customer than its order")
			}
			return chosen([]leadtocash.Ref{i.CustomerID.Ref}, nil)
		}),
		eachChange(s, func(was, is *leadtocash.Invoice, _ leadtocash.Event) error {
			return chosen([]leadtocash.Ref{is.CustomerID.Ref}, []leadtocash.Ref{was.CustomerID.Ref})
		}),
	)
}

func (s *scene) wasInactive(ref leadtocash.Ref) bool {
	rec := s.before.stored[ref]
	return rec != nil && rec.Status == "inactive"
}

func customersOfLead(l *leadtocash.Lead) []leadtocash.Ref {
	return []leadtocash.Ref{{Kind: leadtocash.KindAccount, ID: l.ParentAccountID.UUID}, {Kind: leadtocash.KindContact, ID: l.ParentContactID.UUID}}
}

func parentsOfAccount(a *leadtocash.Account) []leadtocash.Ref {
	return []leadtocash.Ref{{Kind: leadtocash.KindAccount, ID: a.ParentAccountID.UUID}}
}

func parentsOfContact(c *leadtocash.Contact) []leadtocash.Ref {
	return []leadtocash.Ref{c.ParentCustomerID.Ref}
}

func customersOfOpportunity(o *leadtocash.Opportunity) []leadtocash.Ref {
	return []leadtocash.Ref{
		o.CustomerID.Ref, {Kind: leadtocash.KindAccount, ID: o.ParentAccountID.UUID}, {Kind: leadtocash.KindContact, ID: o.ParentContactID.UUID},
	}
}

func i13(s *scene) error {
	return first(
		each(s, func(a *leadtocash.Account) error {
			above := a
			for range len(s.records) {
				if above = lookup(s.book, above.ParentAccountID); above == nil {
					return nil
				}
			}
			return unless(false, "is an ancestor of its own")
		}),
		each(s, func(c *leadtocash.Contact) error {
			above := c
			for range len(s.records) {
				if above = lookup(s.book, above.ParentCustomerID.Contact()); above == nil {
					return nil
				}
			}
			return unless(false, "is an ancestor of its own")
		}),
	)
}
