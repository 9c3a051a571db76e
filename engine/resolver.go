package engine

import (
	"context"
	"reflect"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Resolver checks references to records that are not stored here: campaigns,
// cases, territories, price lists, owners that are no sellers. It is asked when
// such a reference is set, inside the transaction.
type Resolver interface {
	// Resolve refuses a reference by an error, which becomes ErrNotFound.
	Resolve(ctx context.Context, r Reference) error
}

// Reference is what a Resolver is asked about.
type Reference struct {
	Tenant   storage.Tenant
	Of       record.Ref // the record that refers
	Field    string     // wire name
	D365Name string     // logical name in Dataverse; empty for extensions
	Kind     kinds.Kind // of what is referred to, where the field leaves that open: kinds.Territory
	ID       uuid.UUID
}

// resolveOpaque asks the host about references that are set now.
func (s *session) resolveOpaque(ctx context.Context, d record.Record, old *storage.Record) (dangling []record.Reason, err error) {
	info := recordKinds[d.Ref().Kind]
	var before []schema.Opaque
	if old != nil {
		was, err := info.decode(old.Image)
		if err != nil {
			return nil, err
		}
		before = info.schema.Opaques(reflect.ValueOf(was).Elem(), nil)
	}
	for _, o := range info.schema.Opaques(reflect.ValueOf(d).Elem(), nil) {
		if slices.Contains(before, o) {
			continue
		}
		if o.Field == "owner" {
			if _, err := s.Get(ctx, storeRef(record.Ref{Kind: kinds.Seller, ID: o.Id})); err == nil {
				continue
			}
		}
		err := s.c.resolver.Resolve(ctx, Reference{Tenant: s.c.tenant, Of: d.Ref(), Field: o.Field, D365Name: o.Logical, ID: o.Id})
		if err != nil {
			dangling = append(dangling, record.Reason{Code: codes.ErrNotFound, Field: o.Field, Message: err.Error()})
		}
	}
	return dangling, nil
}

// resolveTerritory asks the host about a territory that a record refers to.
func (s *session) resolveTerritory(ctx context.Context, d record.Record, r schema.Reference) error {
	if s.c.resolver == nil {
		return nil
	}
	ask := Reference{Tenant: s.c.tenant, Of: d.Ref(), Field: r.Field, Kind: r.Ref.Kind, ID: r.Ref.ID}
	for _, f := range FieldsOf(d.Ref().Kind) {
		if f.Name == r.Field {
			ask.D365Name = f.D365Name
		}
	}
	return s.c.resolver.Resolve(ctx, ask)
}
