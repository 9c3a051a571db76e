package engine

import (
	"bytes"
	"context"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Organizations is what a Client does with the host's own companies. One that no document
// names can be deleted.
type Organizations struct {
	Managed[party.Organization, record.OrganizationID, OrganizationQuery]
}

// Organizations returns the service for organizations.
func (c *Client) Organizations() (s Organizations) { s.c = c; return s }

// OrganizationQuery asks for organizations.
type OrganizationQuery struct {
	List
	Status party.OrganizationStatus
}

func (q OrganizationQuery) conds() []storage.Cond { return asked{}.status(q.Status.String()) }

func (s *session) organizationFacts() party.OrganizationFacts {
	return party.OrganizationFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
}

func plainOrganization[C any](_ context.Context, s *session, _ *party.Organization, _ *C) (party.OrganizationFacts, error) {
	return s.organizationFacts(), nil
}

// Create makes a company of the host's own known, as an active organization. See
// NewOrganization.
func (s Organizations) Create(ctx context.Context, cmd party.CreateOrganization) (party.Organization, error) {
	return recordOf(s.creating(cmd).made(ctx))
}

func (s Organizations) creating(cmd party.CreateOrganization) prepared[record.Change[party.Organization]] {
	return creating(s.c, actions.OrganizationCreate, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, s *session, cmd *party.CreateOrganization) (party.OrganizationFacts, error) {
			return s.logoFacts(ctx, cmd.Fields.Logo)
		}, party.NewOrganization)
}

// Edit changes fields of an active organization. See Organization.Edit.
func (s Organizations) Edit(ctx context.Context, id record.OrganizationID, cmd party.EditOrganization, opts ...CallOption) (party.Organization, error) {
	return recordOf(s.editing(id, cmd, opts).made(ctx))
}

func (s Organizations) editing(id record.OrganizationID, cmd party.EditOrganization, opts []CallOption) prepared[record.Change[party.Organization]] {
	return applying(s.c, actions.OrganizationEdit, id.Ref(), cmd,
		func(ctx context.Context, s *session, _ *party.Organization, cmd *party.EditOrganization) (party.OrganizationFacts, error) {
			return s.logoFacts(ctx, cmd.Fields.Logo)
		}, party.Organization.Edit, opts)
}

// Upsert creates the organization that the key names, by its id, or edits the one that is
// there. See [Key].
func (s Organizations) Upsert(ctx context.Context, key Key, fields any, opts ...CallOption) (Upserted[party.Organization], error) {
	return upsert(ctx, s.c, key, fields, upserting[party.Organization, party.EditOrganization]{
		do:     actions.OrganizationCreate,
		fields: func(o *party.Organization) any { return o.OrganizationFields },
		create: func(id uuid.UUID, cmd party.EditOrganization) prepared[record.Change[party.Organization]] {
			return s.creating(party.CreateOrganization{ID: record.OrganizationID{UUID: id}, Origin: record.Origin{Custom: cmd.Custom}, Fields: cmd.Fields})
		},
		edit: func(id uuid.UUID, cmd party.EditOrganization) prepared[record.Change[party.Organization]] {
			return s.editing(record.OrganizationID{UUID: id}, cmd, opts)
		},
	})
}

// Deactivate puts an organization out of use. See Organization.Deactivate.
func (s Organizations) Deactivate(ctx context.Context, id record.OrganizationID, cmd party.Deactivate, opts ...CallOption) (party.Organization, error) {
	return recordOf(apply(ctx, s.c, actions.OrganizationDeactivate, id, cmd, plainOrganization, party.Organization.Deactivate, opts))
}

// Activate brings an organization back into use. See Organization.Activate.
func (s Organizations) Activate(ctx context.Context, id record.OrganizationID, cmd party.Activate, opts ...CallOption) (party.Organization, error) {
	return recordOf(apply(ctx, s.c, actions.OrganizationActivate, id, cmd, plainOrganization, party.Organization.Activate, opts))
}

// organizationUse adds the records that refer to an organization.
func organizationUse(ctx context.Context, s *session, o *party.Organization) (f party.OrganizationFacts, err error) {
	f = s.organizationFacts()
	f.InUse, err = s.inUse(ctx, o.Ref())
	return f, err
}

// maxLogo is how many bytes a logo has at most.
const maxLogo = 1 << 20

// logoFacts says what is wrong with the attachment that is to be the logo.
func (s *session) logoFacts(ctx context.Context, id record.AttachmentID) (f party.OrganizationFacts, err error) {
	f = s.organizationFacts()
	if id.IsZero() {
		return f, nil
	}
	a, err := load[activity.Attachment](ctx, s, id)
	if err != nil {
		return f, err
	}
	switch content := a.Content; {
	case a.Size > maxLogo:
		f.LogoFault = "is above 1 MiB"
	case a.BlobKey == "" && !bytes.HasPrefix(content, []byte("\x89PNG\r\n")) && !bytes.HasPrefix(content, []byte("\xff\xd8\xff")):
		f.LogoFault = "is neither PNG nor JPEG"
	}
	return f, nil
}

// organization loads the organization of a document, nil for none.
func (s *session) organization(ctx context.Context, id record.OrganizationID) (*party.Organization, error) {
	if id.IsZero() {
		return nil, nil
	}
	return known(maybe[party.Organization](ctx, s, id))
}

// sellingOrganization loads the organization of a new document: the one given, else
// that of its opportunity, else the default.
func (s *session) sellingOrganization(ctx context.Context, given record.OrganizationID, o *leadtocash.Opportunity) (*party.Organization, error) {
	id := given
	if id.IsZero() && o != nil {
		id = o.OrganizationID
	}
	if id.IsZero() {
		id = s.c.settings.DefaultOrganization
	}
	return s.organization(ctx, id)
}
