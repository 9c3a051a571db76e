package engine

import (
	"context"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Contacts is what a Client does with contacts.
type Contacts struct {
	Managed[party.Contact, record.ContactID, ContactQuery]
}

// Contacts returns the service for contacts.
func (c *Client) Contacts() (s Contacts) { s.c = c; return s }

// ContactQuery asks for contacts.
type ContactQuery struct {
	List
	Status party.ContactStatus
	Parent record.CustomerID // the account or contact they belong to
	Lead   record.LeadID     // originating lead
}

func (q ContactQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).ref("parent_customer_id", q.Parent.ID).ref("originating_lead_id", q.Lead.UUID)
}

func (s *session) contactFacts() party.ContactFacts {
	return party.ContactFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
}

func plainContact[C any](_ context.Context, s *session, _ *party.Contact, _ *C) (party.ContactFacts, error) {
	return s.contactFacts(), nil
}

// contactParent adds what is to know of a chosen parent.
func (s *session) contactParent(ctx context.Context, f *party.ContactFacts, parent record.CustomerID) (err error) {
	if f.Inactive, err = s.inactiveOf(ctx, parent.Ref); err != nil {
		return err
	}
	f.Ancestors, err = ancestors(ctx, s, parent.Contact(), func(c *party.Contact) record.ContactID { return c.ParentCustomerID.Contact() })
	return err
}

// Create creates an active contact. See NewContact.
func (s Contacts) Create(ctx context.Context, cmd party.CreateContact) (party.Contact, error) {
	return recordOf(s.creating(cmd).made(ctx))
}

func (s Contacts) creating(cmd party.CreateContact) prepared[record.Change[party.Contact]] {
	return creating(s.c, actions.ContactCreate, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, s *session, cmd *party.CreateContact) (party.ContactFacts, error) {
			f := s.contactFacts()
			return f, s.contactParent(ctx, &f, cmd.Fields.ParentCustomerID)
		}, party.NewContact)
}

// Edit changes fields of an active contact. See Contact.Edit.
func (s Contacts) Edit(ctx context.Context, id record.ContactID, cmd party.EditContact, opts ...CallOption) (party.Contact, error) {
	return recordOf(s.editing(id, cmd, opts).made(ctx))
}

func (s Contacts) editing(id record.ContactID, cmd party.EditContact, opts []CallOption) prepared[record.Change[party.Contact]] {
	return applying(s.c, actions.ContactEdit, id.Ref(), cmd,
		func(ctx context.Context, s *session, _ *party.Contact, cmd *party.EditContact) (party.ContactFacts, error) {
			f := s.contactFacts()
			return f, s.contactParent(ctx, &f, cmd.Fields.ParentCustomerID)
		}, party.Contact.Edit, opts)
}

// Upsert creates the contact that the key names, by its id, or edits the one that is
// there. See [Key].
func (s Contacts) Upsert(ctx context.Context, key Key, fields any, opts ...CallOption) (Upserted[party.Contact], error) {
	return upsert(ctx, s.c, key, fields, upserting[party.Contact, party.EditContact]{
		do:     actions.ContactCreate,
		fields: func(c *party.Contact) any { return c.ContactFields },
		create: func(id uuid.UUID, cmd party.EditContact) prepared[record.Change[party.Contact]] {
			return s.creating(party.CreateContact{ID: record.ContactID{UUID: id}, Origin: record.Origin{Custom: cmd.Custom}, Fields: cmd.Fields})
		},
		edit: func(id uuid.UUID, cmd party.EditContact) prepared[record.Change[party.Contact]] {
			return s.editing(record.ContactID{UUID: id}, cmd, opts)
		},
	})
}

// Deactivate puts a contact out of use. See Contact.Deactivate.
func (s Contacts) Deactivate(ctx context.Context, id record.ContactID, cmd party.Deactivate, opts ...CallOption) (party.Contact, error) {
	return recordOf(apply(ctx, s.c, actions.ContactDeactivate, id, cmd, plainContact, party.Contact.Deactivate, opts))
}

// Activate brings a contact back into use. See Contact.Activate.
func (s Contacts) Activate(ctx context.Context, id record.ContactID, cmd party.Activate, opts ...CallOption) (party.Contact, error) {
	return recordOf(apply(ctx, s.c, actions.ContactActivate, id, cmd, plainContact, party.Contact.Activate, opts))
}

// Assign gives a contact another owner. See Contact.Assign.
func (s Contacts) Assign(ctx context.Context, id record.ContactID, cmd record.Assign, opts ...CallOption) (party.Contact, error) {
	return recordOf(apply(ctx, s.c, actions.ContactAssign, id, cmd,
		func(ctx context.Context, s *session, _ *party.Contact, cmd *record.Assign) (f party.ContactFacts, err error) {
			f = s.contactFacts()
			f.Inactive, err = s.inactiveOf(ctx, owners(cmd.Owner))
			return f, err
		}, party.Contact.Assign, opts))
}

// ChangeCurrency gives a contact another currency. See Contact.ChangeCurrency.
func (s Contacts) ChangeCurrency(ctx context.Context, id record.ContactID, cmd record.ChangeCurrency, opts ...CallOption) (party.Contact, error) {
	return recordOf(apply(ctx, s.c, actions.ContactChangeCurrency, id, cmd,
		func(ctx context.Context, s *session, c *party.Contact, _ *record.ChangeCurrency) (f party.ContactFacts, err error) {
			f = s.contactFacts()
			f.HasTrade, err = s.hasTrade(ctx, c.Ref())
			return f, err
		}, party.Contact.ChangeCurrency, opts))
}

// contactUse adds what stands in the way of deleting a contact.
func contactUse(ctx context.Context, s *session, c *party.Contact) (f party.ContactFacts, err error) {
	f = s.contactFacts()
	if f.HasOpportunities, err = s.hasOpportunities(ctx, c.Ref(), "customer_id", "parent_contact_id"); err != nil {
		return f, err
	}
	f.InUse, err = s.inUse(ctx, c.Ref())
	return f, err
}

// using gathers facts that do not depend on the command.
func using[C, R, F any](gather func(context.Context, *session, *R) (F, error)) func(context.Context, *session, *R, *C) (F, error) {
	return func(ctx context.Context, s *session, r *R, _ *C) (F, error) { return gather(ctx, s, r) }
}
