package sqlkit

import (
	"context"
	"iter"

	"github.com/leadtocash/leadtocash/storage"
)

// Tenants yields tenants one after the other: next returns the first behind another
// one, empty behind the last.
func Tenants(ctx context.Context, after storage.Tenant, next func(storage.Tenant) (storage.Tenant, error)) iter.Seq2[storage.Tenant, error] {
	return func(yield func(storage.Tenant, error) bool) {
		for {
			err := ctx.Err()
			if err == nil {
				after, err = next(after)
			}
			if err != nil {
				yield("", err)
				return
			}
			if after == "" || !yield(after, nil) {
				return
			}
		}
	}
}
