package engine

import (
	"cmp"
	"context"
	"errors"
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

// Reindex brings what the records of a kind are found by up to date: look-ups, names and
// slots, after a custom field became searchable or with a release that searches more. It
// returns how many records were found by something else before; running it again yields
// 0. It takes the right to import records of the kind, and to see all of them.
//
// What a record is found by is no history: its version stays, and nothing is told. Of a
// store whose transactions are no storage.Reindexer each of these records gets a new
// version, with an edited event whose data say reindexed; kinds that are never edited are
// ErrUnsupported there. All others stay as they are. Reindex works page by page, so
// that other calls go on; what is done stays done if it fails on the way, and is passed
// over the next time.
func (c *Client) Reindex(ctx context.Context, kind kinds.Kind) (reindexed int, err error) {
	if err := c.identified(); err != nil {
		return 0, err
	}
	do := cmp.Or(actions.EditOf(kind), actions.ImportOf(kind))
	if recordKinds[kind] == nil || do.IsZero() {
		return 0, unsupportedReindex(kind, "no such kind, or one whose records come with others")
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

func unsupportedReindex(kind kinds.Kind, why string) error {
	return &record.Error{Code: codes.ErrUnsupported, Kind: kind, Reasons: []record.Reason{{Code: codes.ErrUnsupported, Field: "kind", Message: why}}}
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
		again, err := s.reindexedAs(rec)
		if err != nil {
			return page, err
		}
		if again == nil {
			continue
		}
		if err = storage.Reindex(ctx, s.tx, again); errors.Is(err, storage.ErrUnsupported) {
			err = s.putAgain(ctx, rec)
		}
		if err != nil {
			return page, err
		}
		page.n++
	}
	return page, nil
}

// reindexedAs is a record with what its document is found by, nil if it is found by that.
// The rest of its header stays.
func (s *session) reindexedAs(rec *storage.Record) (*storage.Record, error) {
	d, err := recordKinds[kinds.Kind(rec.Kind)].decode(rec.Image)
	if err != nil {
		return nil, err
	}
	again, want := *rec, s.header(d, nil, nil)
	again.Name, again.Slots, again.Keys = want.Name, want.Slots, s.lookupsOf(d, want.Keys)
	if again.Name == rec.Name && again.Slots.Equal(&rec.Slots) && sameLookups(again.Keys, rec.Keys) {
		return nil, nil
	}
	return &again, nil
}

// sameLookups reports whether two lists hold the same look-ups.
func sameLookups(a, b []storage.Key) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(k storage.Key) bool { return !slices.Contains(b, k) })
}

// lookupsOf are all look-ups that a document should be found by; own are those of
// its kind.
func (s *session) lookupsOf(d record.Record, own []storage.Key) []storage.Key {
	refs := recordKinds[d.Ref().Kind].schema.References(reflect.ValueOf(d).Elem(), nil)
	return s.c.matchKeys(d, append(append(s.keysOf(refs, own), s.c.customKeys(d)...), s.c.searchKeys(d)...), nil)
}

// putAgain stores the next version of a record, which differs in nothing.
func (s *session) putAgain(ctx context.Context, rec *storage.Record) error {
	kind := kinds.Kind(rec.Kind)
	do, info := actions.EditOf(kind), recordKinds[kind]
	if do.IsZero() {
		return unsupportedReindex(kind, "its records are never edited, and the store replaces no look-ups")
	}
	stored, err := info.decode(rec.Image)
	if err != nil {
		return err
	}
	s.loaded = append(s.loaded, rec)
	d := info.clone(stored)
	d.Header().Touch(s.stamp)
	return s.write(ctx, []record.Record{d}, []record.Event{record.StepEvent(d, do, d.StatusKey(), s.stamp, record.DataOf("reindexed", "true"))})
}
