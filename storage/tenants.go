package storage

import (
	"context"
	"fmt"
	"iter"
)

// TenantLister is a store that knows its tenants.
type TenantLister interface {
	// Tenants yields the tenants behind after that have at least one event, ascending
	// byte by byte; all of them where after is empty. Those that come or go meanwhile may
	// be met or not. Errors are those of Find.
	Tenants(ctx context.Context, after Tenant) iter.Seq2[Tenant, error]
}

// Tenants yields the tenants of a store behind after that have at least one event,
// ascending; all of them where after is empty. A store that is no [TenantLister], or
// that is kept from looking beyond one tenant, is ErrUnsupported; an after that could be
// no tenant ErrInvalid.
func Tenants(ctx context.Context, store Store, after Tenant) iter.Seq2[Tenant, error] {
	var err error
	if after != "" {
		err = after.Validate()
	}
	lister, ok := As[TenantLister](store)
	if err == nil && !ok {
		err = fmt.Errorf("%w: a %T does not list its tenants", ErrUnsupported, store)
	}
	if err == nil {
		return lister.Tenants(ctx, after)
	}
	return func(yield func(Tenant, error) bool) { yield("", err) }
}
