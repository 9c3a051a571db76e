package engine

import (
	"context"
	"reflect"
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// reindexPage is how many records one transaction of Reindex looks at.
const reindexPage = 200

// Reindex brings the look-ups of a kind up to date, after a custom field became
// searchable or with a release that searches more. It returns how many records
// lacked one; running it again yields 0. It takes the right to import records
// of the kind, and to see all of them.
//
// Look-ups belong to a version of a record, and a version is an event: each of
// these records gets a new version with an edited event whose data say
// reindexed. All others stay as they are. Reindex works page by page, so that
// other calls go on; what is done stays done if it fails on the way. Kinds that
// are never edited cannot be reindexed: ErrUnsupported.
func (c *Client) Reindex(ctx context.Context, kind kinds.Kind) (reindexed int, err error) {
	if err := c.identified(); err != nil {
		return 0, err
	}
	do, info := actions.EditOf(kind), recordKinds[kind]
	if info == nil || do.IsZero() {
		return 0, &record.Error{Code: codes.ErrUnsupported, Kind: kind, Reasons: []record.Reason{{Code: codes.ErrUnsupported, Field: "kind", Message: "no such kind, or one whose records are never edited"}}}
	}
	pages := *c
	pages.key = "" // a key is one call, and this is many
	q := storage.Query{Kind: string(kind), Order: storage.FieldID, Limit: reindexPage}
	for {
		var page reindexedPage
		err := pages.transact(ctx, do, record.Ref{Kind: kind}, nil, func(ctx context.Context, s *session) (err error) {
			page, err = s.reindex(ctx, do, q)
			return err
		})
		if err != nil {
			return reindexed, err
		}
		if reindexed += page.n; page.next == "" {
			return reindexed, nil
		}
		q.After = page.next
	}
}

type reindexedPage struct {
	n    int
	next storage.Cursor // empty on the last page
}

func (s *session) reindex(ctx context.Context, do actions.Action, q storage.Query) (page reindexedPage, err error) {
	if err := s.importPrivilege(ctx, record.Ref{Kind: kinds.Kind(q.Kind)}); err != nil {
		return page, err
	}
	if scope, err := s.scope(ctx, kinds.Kind(q.Kind)); err != nil {
		return page, err
	} else if len(scope) > 0 {
		return page, &record.Error{Code: codes.ErrDenied, Kind: kinds.Kind(q.Kind), Action: do, Reasons: []record.Reason{{Code: codes.ErrDenied, Message: codes.ErrDenied.Info().Text}}}
	}
	var recs []*storage.Record
	for rec, err := range s.Find(ctx, q) {
		if err != nil {
			return page, err
		}
		recs = append(recs, rec)
	}
	if len(recs) == q.Limit {
		page.next = storage.CursorOf(q, recs[len(recs)-1])
	}
	for _, rec := range recs {
		lacks, err := s.lacksLookups(ctx, rec)
		if err != nil {
			return page, err
		}
		if !lacks {
			continue
		}
		if err := s.putAgain(ctx, do, rec); err != nil {
			return page, err
		}
		page.n++
	}
	return page, nil
}

// lacksLookups reports whether a record is not found by all that it should be
// found by. Stores need not say what that is, so they are asked.
func (s *session) lacksLookups(ctx context.Context, rec *storage.Record) (bool, error) {
	info := recordKinds[kinds.Kind(rec.Kind)]
	d, err := info.decode(rec.Image)
	if err != nil {
		return false, err
	}
	header := s.header(d, nil, nil)
	if rec.Name != header.Name || !sameSlots(&rec.Slots, &header.Slots) {
		return true, nil
	}
	missing := slices.DeleteFunc(s.lookupsOf(d, header.Keys), func(k storage.Key) bool { return slices.Contains(rec.Keys, k) })
	for some := range slices.Chunk(missing, maxAsked) {
		found, err := s.isFoundBy(ctx, rec, some)
		if err != nil || !found {
			return err == nil, err
		}
	}
	return false, nil
}

// isFoundBy reports whether a query for all of some look-ups finds the record.
func (s *session) isFoundBy(ctx context.Context, rec *storage.Record, keys []storage.Key) (bool, error) {
	q := storage.Query{Kind: rec.Kind, Where: []storage.Cond{{Field: storage.FieldID, Op: storage.OpEq, Values: []any{rec.ID}}}}
	for _, k := range keys {
		q.Where = append(q.Where, keyIs(k.Name, k.Value))
	}
	for _, err := range s.Find(ctx, q) {
		return err == nil, err
	}
	return false, nil
}

// lookupsOf are all look-ups that a document should be found by; own are those of
// its kind.
func (s *session) lookupsOf(d record.Record, own []storage.Key) []storage.Key {
	refs := recordKinds[d.Ref().Kind].schema.References(reflect.ValueOf(d).Elem(), nil)
	return s.c.matchKeys(d, append(append(s.keysOf(refs, own), s.c.customKeys(d)...), s.c.searchKeys(d)...), nil)
}

// putAgain stores the next version of a record, which differs in nothing.
func (s *session) putAgain(ctx context.Context, do actions.Action, rec *storage.Record) error {
	info := recordKinds[kinds.Kind(rec.Kind)]
	stored, err := info.decode(rec.Image)
	if err != nil {
		return err
	}
	s.loaded = append(s.loaded, rec)
	d := info.clone(stored)
	d.Header().Touch(s.stamp)
	return s.write(ctx, []record.Record{d}, []record.Event{record.StepEvent(d, do, d.StatusKey(), s.stamp, record.DataOf("reindexed", "true"))})
}
