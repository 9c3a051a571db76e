package engine

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Erase blanks what the history of a record keeps of its content, for good: a
// request for the deletion of personal data. The events stay, AsOf answers
// ErrErased. Of a record that is not deleted, the present version stays:
// delete or edit it first. It takes the right to delete the record. Notes are
// erased when they are deleted. ErrNotFound if there never was such a record,
// ErrUnsupported for kinds that are never deleted.
func (c *Client) Erase(ctx context.Context, ref record.Ref) error {
	if err := c.identified(); err != nil {
		return err
	}
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
	if err := s.authorizePast(ctx, do, ref, events); err != nil {
		return err
	}
	if err := s.tx.Erase(ctx, storeRef(ref)); err != nil {
		return err
	}
	return s.noteErasure(ctx, []record.Ref{ref})
}

// authorizePast is authorize for a record that may be gone: by its last image.
func (s *session) authorizePast(ctx context.Context, do actions.Action, ref record.Ref, events []storage.Event) error {
	for _, e := range slices.Backward(events) {
		if e.Deleted || e.Image.Erased() {
			continue
		}
		last, err := recordKinds[ref.Kind].decode(e.Image)
		if err != nil {
			return err
		}
		return s.authorize(ctx, do, ref, last)
	}
	return s.authorize(ctx, do, ref, nil)
}

// kindErasure is the kind of the records that tell what was erased, for Verify: what
// is gone from the database without one was taken away behind the library's back.
const (
	kindErasure = "erasure"
	erasedKey   = "erased"
)

// erasureNote is what the store keeps of an erasure.
type erasureNote struct {
	Erased []record.Ref `json:"erased"`
}

// noteErasure notes of which records content was erased.
func (s *session) noteErasure(ctx context.Context, refs []record.Ref) error {
	for some := range slices.Chunk(refs, maxAsked) {
		ref := storage.Ref{Kind: kindErasure, ID: s.c.newID(uuid.Nil)}
		rec := &storage.Record{
			Header: storage.Header{Ref: ref, Version: 1, CreatedAt: s.stamp.At, UpdatedAt: s.stamp.At, Format: 1},
			Image:  storage.NewImage(&erasureNote{some}),
		}
		for _, erased := range some {
			rec.Keys = append(rec.Keys, storage.Key{Name: erasedKey, Value: erased.String()})
		}
		err := s.tx.Put(ctx, rec, storage.Event{Ref: ref, Version: 1, Type: "erasure.noted", At: s.stamp.At, Actor: s.actor, Data: storage.NewImage(&eventBody{})})
		if err != nil {
			return err
		}
	}
	return nil
}
