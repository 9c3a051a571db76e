package engine

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// kindSeries is the kind of the records that know how far the days of a kind's
// numbers have come. They are written once for each such day.
const kindSeries = "number_series"

// numberSeries is what the next document of a kind follows, and what becomes of it.
type numberSeries struct {
	ref    storage.Ref
	stored *storage.Record // nil before the first number
	latest leadtocash.LatestIssue
	moved  bool
}

// seriesOf names the series of the kinds that are numbered by the day.
var seriesOf = func() map[kinds.Kind]storage.Ref {
	refs := make(map[kinds.Kind]storage.Ref)
	for _, kind := range []kinds.Kind{kinds.Invoice, kinds.CreditNote} {
		refs[kind] = storage.Ref{Kind: kindSeries, ID: uuid.NewSHA1(uuid.Nil, []byte(kind))}
	}
	return refs
}()

// latestIssue reads what the next document of a kind follows.
func (s *session) latestIssue(ctx context.Context, kind kinds.Kind) (leadtocash.LatestIssue, error) {
	n := &numberSeries{ref: seriesOf[kind]}
	rec, err := s.Get(ctx, n.ref)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return leadtocash.LatestIssue{}, err
	}
	if err == nil {
		if n.latest, err = latestIn(rec); err != nil {
			return leadtocash.LatestIssue{}, err
		}
		n.stored = rec
	}
	s.series = n
	return n.latest, nil
}

func latestIn(rec *storage.Record) (latest leadtocash.LatestIssue, err error) {
	if known, ok := rec.Value.(*leadtocash.LatestIssue); ok {
		return *known, nil
	}
	body, err := rec.Body()
	if err != nil {
		return latest, err
	}
	return latest, json.Unmarshal(body, &latest)
}

// issuedLater notes the number that a document gets, if its day is behind those of
// the numbers before.
func (s *session) issuedLater(d record.Record, number string) {
	var day value.Date
	switch d := d.(type) {
	case *leadtocash.Invoice:
		day = d.IssueDate
	case *leadtocash.CreditNote:
		day = d.IssueDate
	}
	if s.series != nil && day.After(s.series.latest.Day) {
		s.series.latest, s.series.moved = leadtocash.LatestIssue{Number: number, Day: day}, true
	}
}

// advance stores how far the days of the numbers have come, if they have.
func (s *session) advance(ctx context.Context, do actions.Action) error {
	n := s.series
	if n == nil || !n.moved {
		return nil
	}
	at := s.stamp.At
	rec := &storage.Record{
		Header: storage.Header{Ref: n.ref, Version: 1, CreatedAt: at, UpdatedAt: at, Format: 1},
		Image:  storage.NewImage(&n.latest),
	}
	if was := n.stored; was != nil {
		if at.Before(was.UpdatedAt) { // the clock was set back
			at = was.UpdatedAt
		}
		rec.Version, rec.CreatedAt, rec.UpdatedAt = was.Version+1, was.CreatedAt, at
	}
	n.moved = false
	return s.tx.Put(ctx, rec, storage.Event{
		Ref: n.ref, Version: rec.Version, Type: "number_series.advanced", At: at, Actor: s.actor, Request: s.c.key,
		Data: storage.NewImage(&eventBody{Action: do}),
	})
}
