package leadtocash

import (
	"context"
	"reflect"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
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
	Of       Ref        // the record that refers
	Field    string     // wire name
	D365Name string     // logical name in Dataverse; empty for extensions
	Kind     kinds.Kind // of what is referred to, where the field leaves that open: kinds.Territory
	ID       uuid.UUID
}

// opaque is one field that refers to something not stored here.
type opaque struct {
	field, logical string
	id             uuid.UUID
}

func (s *schema) opaques(v reflect.Value, list []opaque) []opaque {
	for i := range s.fields {
		f := &s.fields[i]
		switch {
		case f.name == "created_by" || f.name == "updated_by":
		case f.nested != nil && f.name == "":
			list = f.nested.opaques(v.Field(f.index), list)
		case v.Field(f.index).Type() == reflect.TypeFor[uuid.UUID]():
			if id := v.Field(f.index).Interface().(uuid.UUID); id != uuid.Nil {
				list = append(list, opaque{f.name, f.logical, id})
			}
		}
	}
	return list
}

// resolveOpaque asks the host about references that are set now.
func (s *session) resolveOpaque(ctx context.Context, d document, old *storage.Record) (dangling []Reason, err error) {
	info := recordKinds[d.ref().Kind]
	var before []opaque
	if old != nil {
		was, err := info.decode(old.Image)
		if err != nil {
			return nil, err
		}
		before = info.schema.opaques(reflect.ValueOf(was).Elem(), nil)
	}
	for _, o := range info.schema.opaques(reflect.ValueOf(d).Elem(), nil) {
		if slices.Contains(before, o) {
			continue
		}
		if o.field == "owner" {
			if _, err := s.Get(ctx, storeRef(Ref{kinds.Seller, o.id})); err == nil {
				continue
			}
		}
		err := s.c.resolver.Resolve(ctx, Reference{Tenant: s.c.tenant, Of: d.ref(), Field: o.field, D365Name: o.logical, ID: o.id})
		if err != nil {
			dangling = append(dangling, Reason{Code: codes.ErrNotFound, Field: o.field, Message: err.Error()})
		}
	}
	return dangling, nil
}

// resolveTerritory asks the host about a territory that a record refers to.
func (s *session) resolveTerritory(ctx context.Context, d document, r reference) error {
	if s.c.resolver == nil {
		return nil
	}
	ask := Reference{Tenant: s.c.tenant, Of: d.ref(), Field: r.field, Kind: r.ref.Kind, ID: r.ref.ID}
	for _, f := range FieldsOf(d.ref().Kind) {
		if f.Name == r.field {
			ask.D365Name = f.D365Name
		}
	}
	return s.c.resolver.Resolve(ctx, ask)
}
