package engine

import (
	"context"
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
)

// Erase blanks what the history of a record keeps of its content, for good: a
// request for the deletion of personal data. The events stay, AsOf answers
// ErrErased. Of a record that is not deleted, the present version stays:
// delete or edit it first. It takes the right to delete the record. Notes are
// erased when they are deleted. ErrNotFound if there never was such a record,
// ErrUnsupported for kinds that are never deleted.
func (c *Client) Erase(ctx context.Context, ref record.Ref) error {
	do := actions.DeleteOf(ref.Kind)
	if do.IsZero() {
		return &record.Error{Code: codes.ErrUnsupported, Kind: ref.Kind, ID: ref.ID, Reasons: []record.Reason{{Code: codes.ErrUnsupported, Field: "kind", Message: "no such kind, or one whose records are never deleted"}}}
	}
	return c.transact(ctx, do, ref, erasure{true}, func(ctx context.Context, s *session) error {
		return s.erase(ctx, do, ref)
	})
}

// erasure tells an erasure from a deletion, for Once.
type erasure struct {
	Erase bool `json:"erase"`
}

func (s *session) erase(ctx context.Context, do actions.Action, ref record.Ref) error {
	events, err := s.past(ctx, ref)
	if err != nil {
		return err
	}
	var last record.Record
	for _, e := range slices.Backward(events) {
		if e.Deleted || e.Image.Erased() {
			continue
		}
		if last, err = recordKinds[ref.Kind].decode(e.Image); err != nil {
			return err
		}
		break
	}
	if err := s.authorize(ctx, do, ref, last); err != nil {
		return err
	}
	return s.tx.Erase(ctx, storeRef(ref))
}
