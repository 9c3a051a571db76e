package storage

import (
	"context"
	"fmt"
	"slices"
)

// Reindexer is a transaction that can replace what a record is found by without a new
// version: that is derived, and no history. The transactions of every store should be.
type Reindexer interface {
	// Reindex gives the stored version of a record the name, the slots and the keys of
	// rec. It takes effect with the commit, and tells of no event. The rest of the
	// header and the claims of rec have to be those that are stored, else ErrConflict;
	// so has the record to be there. Its image stays, whatever rec has.
	Reindex(ctx context.Context, rec *Record) error
}

// Reindex does what a [Reindexer] does. A transaction that is none is ErrUnsupported.
func Reindex(ctx context.Context, tx Tx, rec *Record) error {
	r, able := tx.(Reindexer)
	if !able {
		return fmt.Errorf("%w: what a record is found by comes with a version", ErrUnsupported)
	}
	return r.Reindex(ctx, rec)
}

// ValidateReindex reports why a record cannot be reindexed as rec: ErrInvalid for what
// Validate refuses, ErrConflict unless all but name, slots, keys and image are those of
// the stored record, nil for none.
func ValidateReindex(stored, rec *Record) error {
	if err := rec.Validate(); err != nil {
		return err
	}
	if stored == nil {
		return fmt.Errorf("%w: reindexing %s, which is not stored", ErrConflict, rec.Ref)
	}
	a, b := &stored.Header, &rec.Header
	same := a.Ref == b.Ref && a.Version == b.Version && a.Number == b.Number && a.State == b.State && a.Status == b.Status &&
		a.Owner == b.Owner && a.Currency == b.Currency && a.Amount.Valid == b.Amount.Valid &&
		(!a.Amount.Valid || a.Amount.Decimal.Equal(b.Amount.Decimal)) && a.DueOn == b.DueOn &&
		a.CreatedAt.Equal(b.CreatedAt) && a.UpdatedAt.Equal(b.UpdatedAt) && a.Format == b.Format
	if !same || !slices.Equal(slices.Sorted(slices.Values(stored.Claims)), slices.Sorted(slices.Values(rec.Claims))) {
		return fmt.Errorf("%w: reindexing %s as what is not version %d of it", ErrConflict, rec.Ref, stored.Version)
	}
	return nil
}
