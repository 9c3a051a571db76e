package leadtocash

import (
	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
)

// CascadeFacts are what assigning an account depends on: those of the account,
// and the records of which some go along with it.
type CascadeFacts struct {
	party.AccountFacts
	Contacts      []party.Contact
	Accounts      []party.Account // below it
	Opportunities []Opportunity
	Quotes        []Quote
	Orders        []Order
	Invoices      []Invoice
}

// AssignedAccount is an account with its new owner, and what went along.
type AssignedAccount struct {
	Record        party.Account   `json:"account"`
	Contacts      []party.Contact `json:"contacts,omitzero"`
	Accounts      []party.Account `json:"accounts,omitzero"`
	Opportunities []Opportunity   `json:"opportunities,omitzero"`
	Quotes        []Quote         `json:"quotes,omitzero"`
	Orders        []Order         `json:"orders,omitzero"`
	Invoices      []Invoice       `json:"invoices,omitzero"`
	Events        []record.Event  `json:"events,omitzero"`
}

// AssignAccount gives an account another owner as party.Account.Assign does, and
// with it those of the facts' records that the command's cascade names; others
// stay whose they are. Code: ErrInactive for an inactive seller.
func AssignAccount(a party.Account, cmd record.Assign, f CascadeFacts) (out AssignedAccount, err error) {
	changed, err := a.Assign(cmd, f.AccountFacts)
	if err != nil {
		return AssignedAccount{}, err
	}
	out.Record, out.Events = changed.Record, changed.Events
	c := cascade{of: cmd.Cascade, was: a.Owner, to: record.Assign{Owner: cmd.Owner}, events: &out.Events}
	steps := []func() error{
		func() error {
			return along(&c, &out.Contacts, f.Contacts, func(r *party.Contact) bool { return r.Status.State() == party.StateActive },
				func(r party.Contact) (record.Change[party.Contact], error) {
					return r.Assign(c.to, party.ContactFacts{Stamp: f.Stamp})
				})
		},
		func() error {
			return along(&c, &out.Accounts, f.Accounts, func(r *party.Account) bool { return r.Status.State() == party.StateActive },
				func(r party.Account) (record.Change[party.Account], error) {
					return r.Assign(c.to, party.AccountFacts{Stamp: f.Stamp})
				})
		},
		func() error {
			return along(&c, &out.Opportunities, f.Opportunities, func(r *Opportunity) bool { return r.Status.State() == OpportunityOpen },
				func(r Opportunity) (record.Change[Opportunity], error) {
					return r.Assign(c.to, OpportunityFacts{Stamp: f.Stamp})
				})
		},
		func() error {
			return along(&c, &out.Quotes, f.Quotes, func(r *Quote) bool { return r.Status.State() == QuoteDraft || r.Status.State() == QuoteActive },
				func(r Quote) (record.Change[Quote], error) { return r.Assign(c.to, QuoteFacts{Stamp: f.Stamp}) })
		},
		func() error {
			return along(&c, &out.Orders, f.Orders, nil,
				func(r Order) (record.Change[Order], error) { return r.Assign(c.to, OrderFacts{Stamp: f.Stamp}) })
		},
		func() error {
			return along(&c, &out.Invoices, f.Invoices, nil,
				func(r Invoice) (record.Change[Invoice], error) { return r.Assign(c.to, InvoiceFacts{Stamp: f.Stamp}) })
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return AssignedAccount{}, err
		}
	}
	return out, nil
}

// cascade is an assignment on its way from an account to its records.
type cascade struct {
	of     record.Cascade
	was    uuid.UUID
	to     record.Assign
	events *[]record.Event
}

// along assigns those records that the cascade names. Kinds that nobody calls
// open go along with all the rest or not at all.
func along[R any](c *cascade, to *[]R, records []R, open func(*R) bool, assign func(R) (record.Change[R], error)) error {
	for _, r := range records {
		owner := any(&r).(record.Record).Header().Owner
		goes := c.of == record.CascadeAll ||
			open != nil && (c.of == record.CascadeOpen && open(&r) || c.of == record.CascadeSameOwner && owner == c.was)
		if !goes || owner == c.to.Owner {
			continue
		}
		changed, err := assign(r)
		if err != nil {
			return err
		}
		*to = append(*to, changed.Record)
		*c.events = append(*c.events, changed.Events...)
	}
	return nil
}
