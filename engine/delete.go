package engine

import (
	"context"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/record"
)

// Removable are Records that can be deleted.
type Removable[R any, I record.AnyID, Q query] struct{ Records[R, I, Q] }

// Delete removes a record with its notes, activities and connections. See the
// Delete of its type, such as UnitGroup.Delete.
func (rs Removable[R, I, Q]) Delete(ctx context.Context, id I, cmd record.DeleteRecord, opts ...CallOption) error {
	return rs.c.remove(ctx, id.Ref(), cmd, opts)
}

// Managed are Records of a kind with a status that can be deleted.
type Managed[R any, I record.AnyID, Q query] struct{ Explained[R, I, Q] }

// Delete removes a record with its notes, activities and connections. See the
// Delete of its type, such as Lead.Delete.
func (rs Managed[R, I, Q]) Delete(ctx context.Context, id I, cmd record.DeleteRecord, opts ...CallOption) error {
	return rs.c.remove(ctx, id.Ref(), cmd, opts)
}

func (c *Client) remove(ctx context.Context, ref record.Ref, cmd record.DeleteRecord, opts []CallOption) error {
	return recordKinds[ref.Kind].remove(ctx, c, ref, cmd, opts)
}

// deletes lets Delete ask a kind's own.
func deletes[R, F, O any](gather func(context.Context, *session, *R) (F, error), decide func(R, record.DeleteRecord, F) (O, error)) {
	kind := record.KindOf[R]()
	facts := using[record.DeleteRecord](gather)
	recordKinds[kind].remove = func(ctx context.Context, c *Client, ref record.Ref, cmd record.DeleteRecord, opts []CallOption) error {
		_, err := applyTo(ctx, c, actions.DeleteOf(kind), ref, cmd, facts, decide, opts)
		return err
	}
}
