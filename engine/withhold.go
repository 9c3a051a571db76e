package engine

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// withhold takes out of an outcome the records that were there before the call
// and that the actor may not see, and what happened to them: they were changed,
// but the caller is told only what reading calls would tell.
func (s *session) withhold(ctx context.Context, out any) error {
	if s.c.seesAll() {
		return nil
	}
	var hidden []record.Ref
	for _, d := range leadtocash.RecordsIn(out) {
		rec := s.before(d.Ref())
		if rec == nil || s.born.has(d.Ref()) {
			continue
		}
		if ok, err := s.visible(ctx, rec); err != nil {
			return err
		} else if !ok {
			hidden = append(hidden, d.Ref())
		}
	}
	if len(hidden) == 0 {
		return nil
	}
	leadtocash.Conceal(out, hidden)
	s.saved = leadtocash.RecordsIn(out)
	return nil
}

// discreet makes the reasons of a refusal that would tell of records which the
// actor may not see say no more than their code.
func (s *session) discreet(ctx context.Context, err error) error {
	var e *record.Error
	if s.c.seesAll() || !errors.As(err, &e) {
		return err
	}
	reasons, hides, err2 := s.withheld(ctx, e.Reasons)
	if err2 != nil {
		return err2
	}
	if !hides {
		return err
	}
	discreet := *e
	discreet.Reasons = reasons
	return &discreet
}

// withheld makes those reasons that tell of records which the actor may not see
// say no more than their code, each once.
func (s *session) withheld(ctx context.Context, all []record.Reason) (reasons []record.Reason, hides bool, err error) {
	for _, r := range all {
		open, err := s.seesEach(ctx, r.About)
		if err != nil {
			return nil, false, err
		}
		if !open {
			hides = true
			r = record.ReasonFor(r.Code, r.Field)
			if slices.ContainsFunc(reasons, func(said record.Reason) bool { return said.Code == r.Code && said.Message == r.Message }) {
				continue
			}
		}
		reasons = append(reasons, r)
	}
	return reasons, hides, nil
}

// seesEach reports whether the actor may see each of the records.
func (s *session) seesEach(ctx context.Context, refs []record.Ref) (bool, error) {
	for _, ref := range refs {
		if ref.ID == uuid.Nil {
			continue
		}
		rec, err := s.all().Get(ctx, storeRef(ref))
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return false, err
		}
		if ok, err := s.visible(ctx, rec); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}
