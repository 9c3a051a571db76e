package storage_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// forged is a store whose answers are not those of the one below.
type forged struct {
	storage.Store
	event   func(storage.Event) []storage.Event // of feed and history
	feed    func(storage.Event) []storage.Event // of the feed alone
	record  func(storage.Ref, *storage.Record) *storage.Record
	results func(storage.Query, []*storage.Record) []*storage.Record
}

func (f *forged) Feed(ctx context.Context, tenant storage.Tenant, after int64) iter.Seq2[storage.Event, error] {
	return func(yield func(storage.Event, error) bool) {
		for e, err := range f.Store.Feed(ctx, tenant, after) {
			told := []storage.Event{e}
			if f.event != nil {
				told = f.event(e)
			}
			if f.feed != nil {
				told = f.feed(e)
			}
			for _, e := range told {
				if !yield(e, err) {
					return
				}
			}
		}
	}
}

func (f *forged) View(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Reader) error) error {
	return f.Store.View(ctx, tenant, func(ctx context.Context, r storage.Reader) error { return fn(ctx, forgedReader{r, f}) })
}

type forgedReader struct {
	storage.Reader
	*forged
}

func (r forgedReader) Get(ctx context.Context, ref storage.Ref) (*storage.Record, error) {
	rec, err := r.Reader.Get(ctx, ref)
	if r.record != nil {
		if rec = r.record(ref, rec); rec == nil {
			return nil, storage.ErrNotFound
		}
		return rec, nil
	}
	return rec, err
}

func (r forgedReader) Find(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	return func(yield func(*storage.Record, error) bool) {
		var list []*storage.Record
		for rec, err := range r.Reader.Find(ctx, q) {
			if err != nil {
				yield(nil, err)
				return
			}
			list = append(list, rec)
		}
		if r.results != nil {
			list = r.results(q, list)
		}
		for _, rec := range list {
			if !yield(rec, nil) {
				return
			}
		}
	}
}

func (r forgedReader) History(ctx context.Context, ref storage.Ref) iter.Seq2[storage.Event, error] {
	return func(yield func(storage.Event, error) bool) {
		for e, err := range r.Reader.History(ctx, ref) {
			told := []storage.Event{e}
			if r.event != nil {
				told = r.event(e)
			}
			for _, e := range told {
				if !yield(e, err) {
					return
				}
			}
		}
	}
}

// twoQuotes returns a store with a quote of three versions, one of one that claims a
// number, and a deleted one.
func twoQuotes(t *testing.T) *memory.Store {
	t.Helper()
	s := memory.New()
	err := s.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
		for version := range int64(3) {
			r := quote(1)
			r.Version, r.Claims = version+1, []string{"number:1"}
			if err := put(ctx, tx, r); err != nil {
				return err
			}
		}
		r := quote(2)
		r.Claims = []string{"number:2"}
		r.Keys = append(r.Keys, storage.Key{Name: "quote_id", Value: quote(1).ID.String()})
		if err := errors.Join(put(ctx, tx, r), put(ctx, tx, quote(3))); err != nil {
			return err
		}
		return tx.Delete(ctx, quote(3).Ref, 1, storage.Event{Ref: quote(3).Ref, Version: 2, Type: "quote.deleted", At: noon})
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestVerifyFinds(t *testing.T) {
	t.Parallel()
	one, gone := quote(1).Ref, quote(3).Ref
	changed := func(fn func(*storage.Record)) func(storage.Ref, *storage.Record) *storage.Record {
		return func(ref storage.Ref, rec *storage.Record) *storage.Record {
			if ref != one {
				return rec
			}
			r := *rec
			fn(&r)
			return &r
		}
	}
	without := func(version int64) func(storage.Event) []storage.Event {
		return func(e storage.Event) []storage.Event {
			if e.Ref == one && e.Version == version {
				return nil
			}
			return []storage.Event{e}
		}
	}
	for name, tt := range map[string]struct {
		forged forged
		want   []storage.Finding
	}{
		"nothing where nothing is wrong": {forged{}, nil},
		"a hole in feed and history":     {forged{event: without(2)}, []storage.Finding{storage.FindingFeedGap, storage.FindingHistory}},
		"a hole in the feed alone":       {forged{feed: without(2)}, []storage.Finding{storage.FindingFeed, storage.FindingFeedGap}},
		"the end of the feed is cut off": {forged{feed: func(e storage.Event) []storage.Event {
			if e.Deleted {
				return nil
			}
			return []storage.Event{e}
		}}, []storage.Finding{storage.FindingFeed}},
		"another actor in the feed": {forged{feed: func(e storage.Event) []storage.Event {
			e.Actor += "x"
			return []storage.Event{e}
		}}, []storage.Finding{storage.FindingFeed}},
		"a deletion that is none": {forged{event: func(e storage.Event) []storage.Event {
			e.Deleted = false
			return []storage.Event{e}
		}}, []storage.Finding{storage.FindingExistence}},
		"a deleted record": {forged{record: func(ref storage.Ref, rec *storage.Record) *storage.Record {
			if ref == gone {
				return quote(3)
			}
			return rec
		}}, []storage.Finding{storage.FindingExistence, storage.FindingSearch}},
		"another document":   {forged{record: changed(func(r *storage.Record) { r.Image = storage.NewImage("forged") })}, []storage.Finding{storage.FindingLastImage}},
		"an earlier version": {forged{record: changed(func(r *storage.Record) { r.Version = 2 })}, []storage.Finding{storage.FindingLastImage, storage.FindingSearch}},
		"a key under which it is not found": {forged{record: changed(func(r *storage.Record) {
			r.Keys = append(slices.Clone(r.Keys), storage.Key{Name: "customer", Value: "other"})
		})}, []storage.Finding{storage.FindingSearch}},
		"a search that leaves one out": {forged{results: func(q storage.Query, list []*storage.Record) []*storage.Record {
			if len(q.Where) == 0 {
				return list[1:]
			}
			return list
		}}, []storage.Finding{storage.FindingSearch}},
		"a search that finds others": {forged{results: func(q storage.Query, list []*storage.Record) []*storage.Record {
			if len(q.Where) == 1 && q.Where[0].Key == "quote_id" {
				return append(list, quote(1))
			}
			return list
		}}, []storage.Finding{storage.FindingSearch}},
		"a claim that two hold": {forged{
			record: changed(func(r *storage.Record) { r.Claims = []string{"number:2"} }),
			results: func(_ storage.Query, list []*storage.Record) []*storage.Record {
				for i, rec := range list {
					if rec.Ref == one {
						r := *rec
						r.Claims = []string{"number:2"}
						list[i] = &r
					}
				}
				return list
			},
		}, []storage.Finding{storage.FindingClaim}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.forged.Store = twoQuotes(t)
			violations, err := storage.Verify(t.Context(), &tt.forged, storage.Default)
			if err != nil {
				t.Fatal(err)
			}
			var got []storage.Finding
			for _, v := range violations {
				got = append(got, v.Code)
			}
			slices.Sort(got)
			got = slices.Compact(got)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want the findings %v: what is not found may be forged", violations, tt.want)
			}
		})
	}
}

// TestVerifyWhileOthersWrite shows that what is written between the steps is no
// violation.
func TestVerifyWhileOthersWrite(t *testing.T) {
	t.Parallel()
	s := twoQuotes(t)
	n := byte(10)
	write := func() error {
		n++
		return s.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
			old, err := tx.Get(ctx, quote(1).Ref)
			if err != nil {
				return err
			}
			next := *old
			next.Version++
			return errors.Join(put(ctx, tx, &next), put(ctx, tx, quote(n)))
		})
	}
	v := storage.Verification{
		Store: s, Tenant: storage.Default,
		Record: func(context.Context, storage.Reader, *storage.Record) ([]storage.Violation, error) {
			return nil, write()
		},
		Event: func(e storage.Event) []storage.Violation {
			if e.Position == 1 {
				if err := write(); err != nil {
					t.Error(err)
				}
			}
			return nil
		},
	}
	for found, err := range v.Violations(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s, although others only wrote", found)
	}
}

// TestVerifyShowsEverything counts what those see who look on the way.
func TestVerifyShowsEverything(t *testing.T) {
	t.Parallel()
	var events, images, records int
	v := storage.Verification{
		Store: twoQuotes(t), Tenant: storage.Default,
		Event: func(storage.Event) []storage.Violation { events++; return nil },
		Image: func(storage.Event) []storage.Violation { images++; return []storage.Violation{{Code: "mine"}} },
		Record: func(context.Context, storage.Reader, *storage.Record) ([]storage.Violation, error) {
			records++
			return nil, nil
		},
	}
	n := 0
	for found, err := range v.Violations(t.Context()) {
		if err != nil || found.Code != "mine" {
			t.Fatalf("got %v, %v", found, err)
		}
		n++
	}
	if events != 6 || images != 5 || records != 2 || n != images {
		t.Errorf("saw %d events, %d images, %d records and yielded %d findings of images; want 6, 5, 2 and 5", events, images, records, n)
	}
	for range v.Violations(t.Context()) {
		break // and nothing is yielded any more
	}
}
