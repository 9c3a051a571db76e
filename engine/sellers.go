package engine

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Sellers is what a Client does with sellers. One that owns nothing can be
// deleted.
type Sellers struct {
	Managed[party.Seller, record.SellerID, SellerQuery]
}

// Sellers returns the service for sellers.
func (c *Client) Sellers() (s Sellers) { s.c = c; return s }

// SellerQuery asks for sellers.
type SellerQuery struct {
	List
	Status  party.SellerStatus
	Manager record.SellerID
}

func (q SellerQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).ref("manager_id", q.Manager.UUID)
}

func (s *session) sellerFacts() party.SellerFacts {
	return party.SellerFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
}

func plainSeller[C any](_ context.Context, s *session, _ *party.Seller, _ *C) (party.SellerFacts, error) {
	return s.sellerFacts(), nil
}

// sellerManager adds what is to know of a chosen manager.
func (s *session) sellerManager(ctx context.Context, f *party.SellerFacts, manager record.SellerID) (err error) {
	f.Managers, err = ancestors(ctx, s, manager, managerOf)
	return err
}

func managerOf(s *party.Seller) record.SellerID { return s.ManagerID }

// Create makes a user or team of the host's known as an active seller. See
// NewSeller.
func (s Sellers) Create(ctx context.Context, cmd party.CreateSeller) (party.Seller, error) {
	return recordOf(s.creating(cmd).made(ctx))
}

func (s Sellers) creating(cmd party.CreateSeller) prepared[record.Change[party.Seller]] {
	return creating(s.c, actions.SellerCreate, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, s *session, cmd *party.CreateSeller) (party.SellerFacts, error) {
			f := s.sellerFacts()
			return f, s.sellerManager(ctx, &f, cmd.Fields.ManagerID)
		}, party.NewSeller)
}

// Edit changes fields of an active seller. See Seller.Edit.
func (s Sellers) Edit(ctx context.Context, id record.SellerID, cmd party.EditSeller, opts ...CallOption) (party.Seller, error) {
	return recordOf(s.editing(id, cmd, opts).made(ctx))
}

func (s Sellers) editing(id record.SellerID, cmd party.EditSeller, opts []CallOption) prepared[record.Change[party.Seller]] {
	return applying(s.c, actions.SellerEdit, id.Ref(), cmd,
		func(ctx context.Context, s *session, _ *party.Seller, cmd *party.EditSeller) (party.SellerFacts, error) {
			f := s.sellerFacts()
			return f, s.sellerManager(ctx, &f, cmd.Fields.ManagerID)
		}, party.Seller.Edit, opts)
}

// Upsert creates the seller that the key names, by its id, or edits the one that is
// there. See [Key].
func (s Sellers) Upsert(ctx context.Context, key Key, fields any, opts ...CallOption) (Upserted[party.Seller], error) {
	return upsert(ctx, s.c, key, fields, upserting[party.Seller, party.EditSeller]{
		do:     actions.SellerCreate,
		fields: func(s *party.Seller) any { return s.SellerFields },
		create: func(id uuid.UUID, cmd party.EditSeller) prepared[record.Change[party.Seller]] {
			return s.creating(party.CreateSeller{ID: record.SellerID{UUID: id}, Origin: record.Origin{Custom: cmd.Custom}, Fields: cmd.Fields})
		},
		edit: func(id uuid.UUID, cmd party.EditSeller) prepared[record.Change[party.Seller]] {
			return s.editing(record.SellerID{UUID: id}, cmd, opts)
		},
	})
}

// Deactivate puts a seller out of use. See Seller.Deactivate.
func (s Sellers) Deactivate(ctx context.Context, id record.SellerID, cmd party.Deactivate, opts ...CallOption) (party.Seller, error) {
	return recordOf(apply(ctx, s.c, actions.SellerDeactivate, id, cmd, plainSeller, party.Seller.Deactivate, opts))
}

// Activate brings a seller back into use. See Seller.Activate.
func (s Sellers) Activate(ctx context.Context, id record.SellerID, cmd party.Activate, opts ...CallOption) (party.Seller, error) {
	return recordOf(apply(ctx, s.c, actions.SellerActivate, id, cmd, plainSeller, party.Seller.Activate, opts))
}

// sellerUse adds the records that refer to a seller or belong to it.
func sellerUse(ctx context.Context, s *session, seller *party.Seller) (f party.SellerFacts, err error) {
	f = s.sellerFacts()
	if f.InUse, err = s.inUse(ctx, seller.Ref()); err != nil {
		return f, err
	}
	owned, err := s.ownedBy(ctx, seller.ID.UUID)
	for _, r := range owned {
		if r != seller.Ref() && !slices.Contains(f.InUse, r) {
			f.InUse = append(f.InUse, r)
		}
	}
	return f, err
}

// ownedBy lists the records of an owner.
func (s *session) ownedBy(ctx context.Context, owner uuid.UUID) (owned []record.Ref, err error) {
	for _, kind := range kinds.Kinds() {
		q := storage.Query{Kind: string(kind), Where: []storage.Cond{{Field: storage.FieldOwner, Op: storage.OpEq, Values: []any{owner}}}}
		for rec, err := range s.Find(ctx, q) {
			if err != nil {
				return nil, err
			}
			owned = append(owned, refOf(rec.Ref))
		}
	}
	return owned, nil
}
