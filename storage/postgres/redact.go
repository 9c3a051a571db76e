package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/leadtocash/leadtocash/storage"
)

var _ storage.Redactor = (*tx)(nil)

// Redact implements storage.Redactor.
func (tx *tx) Redact(ctx context.Context, e storage.Event) error {
	return tx.write(ctx, func() error {
		data, err := document(e.Data)
		if err != nil {
			return err
		}
		if g := tx.wire.guard; g != nil {
			g.write(ofRecord, e.Kind, string(e.ID[:]))
			g.secure(tx.wire)
		}
		found := false
		text := "UPDATE " + tx.at.Table("event") + ` SET body = $1, request = $2
			WHERE tenant_id = $3 AND kind = $4 AND id = $5 AND version = $6 AND ordinal = $7 RETURNING ordinal`
		err = tx.query(ctx, func(pgx.Rows) error { found = true; return nil }, text,
			data, e.Request, string(tx.tenant), e.Kind, [16]byte(e.ID), e.Version, e.Ordinal)
		if err == nil && !found {
			return fmt.Errorf("%w: event %d of version %d of %s", storage.ErrNotFound, e.Ordinal, e.Version, e.Ref)
		}
		return err
	})
}
