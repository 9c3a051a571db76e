package storage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"reflect"
	"slices"
)

// Violation is something stored that breaks a promise.
type Violation struct {
	Ref             // the record; zero if none in particular
	Version int64   `json:"version,omitzero"` // that the violation is in, 0 if none in particular
	Code    Finding `json:"code"`
	Text    string  `json:"text"` // what is wrong, without private values
}

// Finding is what kind of violation it is: a stable word. Those of this package are
// what a store is answerable for; who shows records to a [Verification] adds others.
type Finding string

// The findings of a Verification.
const (
	FindingFeedGap   Finding = "feed_gap"   // positions of the feed are not 1, 2, 3 …
	FindingFeed      Finding = "feed"       // the feed tells something else of a record than its history
	FindingHistory   Finding = "history"    // versions or ordinals of a history have a gap, or go on after a deletion
	FindingExistence Finding = "existence"  // a record is there although it was deleted, or the other way round
	FindingLastImage Finding = "last_image" // the record is not the last image of its history
	FindingSearch    Finding = "search"     // searches find what is not there, or do not find what is
	FindingClaim     Finding = "claim"      // two records hold one claim
)

// String names the record, if there is one, and says what is wrong.
func (v Violation) String() string {
	switch {
	case v.Ref == (Ref{}):
		return v.Text
	case v.Version == 0:
		return v.Ref.String() + ": " + v.Text
	}
	return fmt.Sprintf("%s, version %d: %s", v.Ref, v.Version, v.Text)
}

// Verify collects what a [Verification] of a tenant finds.
func Verify(ctx context.Context, store Store, tenant Tenant) (found []Violation, err error) {
	for v, err := range (Verification{Store: store, Tenant: tenant}).Violations(ctx) {
		if err != nil {
			return found, err
		}
		found = append(found, v)
	}
	return found, nil
}

// Verification reads all that a tenant holds and finds every violation of what this
// package promises: positions of the feed and versions without gaps, ordinals from
// 0, a last image that equals the record, nothing after a deletion, one holder of
// each claim, and records found under exactly their keys. Whoever knows what documents
// mean looks at them on the way.
//
// It holds a bounded number of records in memory, besides eight bytes for each claim,
// and reads the feed once more for each [VerifiedAtOnce] records. Others may write
// meanwhile. A store that has forgotten history cannot be verified.
type Verification struct {
	Store  Store
	Tenant Tenant
	// Event is shown every event of the feed, in order; nil: nobody looks.
	Event func(Event) []Violation
	// Image is shown each version in the history of a record that has an image or
	// has lost it, with the version's first event; nil: nobody looks.
	Image func(Event) []Violation
	// Record is shown each living record; nil: nobody looks.
	Record func(context.Context, Reader, *Record) ([]Violation, error)
}

// VerifiedAtOnce is of how many records a Verification remembers at a time what the
// feed tells of them.
const VerifiedAtOnce = 50_000

// Violations yields what is found, and an error if something cannot be read, which
// ends it.
func (v Verification) Violations(ctx context.Context) iter.Seq2[Violation, error] {
	return func(yield func(Violation, error) bool) {
		w := &verifier{
			Verification: v, yield: func(found Violation) bool { return yield(found, nil) }, seed: maphash.MakeSeed(),
			kinds: map[string]int{}, late: map[moment]Ref{}, searched: map[uint64]struct{}{},
		}
		if err := w.run(ctx); err != nil && !errors.Is(err, errEnough) {
			yield(Violation{}, err)
		}
	}
}

// errEnough ends a verification of which nobody wants to hear more.
var errEnough = errors.New("enough")

// verifier is a verification on its way.
type verifier struct {
	Verification
	yield func(Violation) bool
	seed  maphash.Seed

	end      int64               // of the feed, when it began
	births   int                 // in the feed
	kinds    map[string]int      // living records that were met
	late     map[moment]Ref      // events that a history has and the feed, up to its end, has not
	claims   []uint64            // hashes
	searched map[uint64]struct{} // hashes of keys, of at most maxSearched
}

// moment is an event in the history of a record.
type moment struct {
	Ref
	version int64
	ordinal int32
}

// trail is what the feed tells of a record.
type trail struct {
	events int
	hash   uint64 // of them all, in order
}

const maxSearched = 1 << 18

func (w *verifier) add(ref Ref, version int64, f Finding, text string, args ...any) error {
	return w.tell([]Violation{{ref, version, f, fmt.Sprintf(text, args...)}})
}

func (w *verifier) tell(found []Violation) error {
	for _, v := range found {
		if !w.yield(v) {
			return errEnough
		}
	}
	return nil
}

func (w *verifier) run(ctx context.Context) error {
	if err := w.feed(ctx); err != nil {
		return err
	}
	parts := uint64(w.births/VerifiedAtOnce + 1)
	for part := range parts {
		if err := w.part(ctx, part, parts); err != nil {
			return err
		}
	}
	if err := w.Store.View(ctx, w.Tenant, w.searches); err != nil {
		return err
	}
	return w.tail(ctx)
}

// feed looks at the feed as such.
func (w *verifier) feed(ctx context.Context) error {
	for e, err := range w.Store.Feed(ctx, w.Tenant, 0) {
		if err != nil {
			return err
		}
		if e.Position != w.end+1 {
			if err := w.add(e.Ref, e.Version, FindingFeedGap, "position %d where %d is due", e.Position, w.end+1); err != nil {
				return err
			}
		}
		w.end = e.Position
		w.kinds[e.Kind] += 0
		if e.Version == 1 && e.Ordinal == 0 {
			w.births++
		}
		if w.Event != nil {
			if err := w.tell(w.Event(e)); err != nil {
				return err
			}
		}
	}
	return nil
}

// part compares the histories of some records with the feed, and those records with
// their histories.
func (w *verifier) part(ctx context.Context, part, parts uint64) error {
	trails := map[Ref]trail{}
	var refs []Ref // in the order of the feed
	for e, err := range w.Store.Feed(ctx, w.Tenant, 0) {
		switch {
		case err != nil:
			return err
		case e.Position > w.end:
			return w.records(ctx, refs, trails)
		case maphash.Comparable(w.seed, e.Ref)%parts != part:
			continue
		}
		t, met := trails[e.Ref]
		if !met {
			refs = append(refs, e.Ref)
		}
		trails[e.Ref] = t.and(w.seed, &e)
	}
	return w.records(ctx, refs, trails)
}

// and returns the trail with one event more.
func (t trail) and(seed maphash.Seed, e *Event) trail {
	type told struct {
		before               uint64
		version, at          int64
		ordinal              int32
		text, actor, request string
		deleted              bool
	}
	return trail{t.events + 1, maphash.Comparable(seed, told{t.hash, e.Version, e.At.UnixMicro(), e.Ordinal, e.Type, e.Actor, e.Request, e.Deleted})}
}

func (w *verifier) records(ctx context.Context, refs []Ref, trails map[Ref]trail) error {
	return w.Store.View(ctx, w.Tenant, func(ctx context.Context, r Reader) error {
		for _, ref := range refs {
			if err := w.record(ctx, r, ref, trails[ref]); err != nil {
				return err
			}
		}
		return nil
	})
}

// record checks one record against its past.
func (w *verifier) record(ctx context.Context, r Reader, ref Ref, told trail) error {
	rec, err := r.Get(ctx, ref)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	last, err := w.history(ctx, r, ref, told)
	if err != nil {
		return err
	}
	switch {
	case rec == nil && !last.Deleted:
		err = w.add(ref, 0, FindingExistence, "it is gone without a deletion")
	case rec == nil:
	case last.Deleted:
		err = w.add(ref, rec.Version, FindingExistence, "it is there although it was deleted")
	case rec.Version != last.Version:
		err = w.add(ref, rec.Version, FindingLastImage, "the history ends with version %d", last.Version)
	case !sameImage(rec.Image, last.Image):
		err = w.add(ref, rec.Version, FindingLastImage, "the document is not the last image")
	}
	if err != nil || rec == nil {
		return err
	}
	return w.living(ctx, r, rec)
}

// history walks through the history of a record and returns its last event.
func (w *verifier) history(ctx context.Context, r Reader, ref Ref, told trail) (last Event, err error) {
	var had trail
	for e, err := range r.History(ctx, ref) {
		if err != nil {
			return last, err
		}
		next := e.Version == last.Version && e.Ordinal == last.Ordinal+1 || e.Version == last.Version+1 && e.Ordinal == 0
		switch {
		case !next:
			err = w.add(ref, e.Version, FindingHistory, "event %d follows event %d of version %d", e.Ordinal, last.Ordinal, last.Version)
		case last.Deleted && !e.Deleted:
			err = w.add(ref, e.Version, FindingHistory, "the version follows the deletion")
		}
		if err != nil {
			return last, err
		}
		if had.events < told.events {
			had = had.and(w.seed, &e)
		} else {
			w.late[moment{ref, e.Version, e.Ordinal}] = ref
		}
		if e.Ordinal == 0 && !e.Deleted && w.Image != nil {
			if err := w.tell(w.Image(e)); err != nil {
				return last, err
			}
		}
		last = e
	}
	switch {
	case had.events < told.events:
		return last, w.add(ref, 0, FindingFeed, "%d events of the feed are not in the history", told.events-had.events)
	case had.hash != told.hash:
		return last, w.add(ref, 0, FindingFeed, "the feed tells of its events otherwise, or in another order, than the history")
	}
	return last, nil
}

// living checks that a record is found, and where it leads.
func (w *verifier) living(ctx context.Context, r Reader, rec *Record) error {
	w.kinds[rec.Kind]++
	for _, c := range rec.Claims {
		w.claims = append(w.claims, w.claim(rec.Kind, c))
	}
	const some = 100
	for n := 0; n == 0 || n < len(rec.Keys); n += some {
		q := Query{Kind: rec.Kind, Where: []Cond{{Field: FieldID, Op: OpEq, Values: []any{rec.ID}}}}
		for _, k := range rec.Keys[n:min(n+some, len(rec.Keys))] {
			q.Where = append(q.Where, Cond{Field: FieldKey, Key: k.Name, Op: OpEq, Values: []any{k.Value}})
		}
		found := 0
		for _, err := range r.Find(ctx, q) {
			if err != nil {
				return err
			}
			found++
		}
		if found != 1 {
			if err := w.add(rec.Ref, rec.Version, FindingSearch, "a search by id and all keys finds %d records", found); err != nil {
				return err
			}
		}
	}
	if w.Record == nil {
		return nil
	}
	found, err := w.Record(ctx, r, rec)
	if err != nil {
		return err
	}
	return w.tell(found)
}

func (w *verifier) claim(kind, text string) uint64 {
	return maphash.Comparable(w.seed, [2]string{kind, text})
}

// sameImage reports whether two images are the same JSON value.
func sameImage(a, b Image) bool {
	if a.Value != nil && reflect.TypeOf(a.Value).Comparable() && a.Value == b.Value {
		return true
	}
	one, err := a.Body()
	if err != nil {
		return false
	}
	two, err := b.Body()
	if err != nil {
		return false
	}
	if bytes.Equal(one, two) {
		return true
	}
	var x, y any
	return json.Unmarshal(one, &x) == nil && json.Unmarshal(two, &y) == nil && reflect.DeepEqual(x, y)
}

// searches checks that searches find what lives and nothing else.
func (w *verifier) searches(ctx context.Context, r Reader) error {
	shared := repeated(w.claims)
	holders := map[uint64]Ref{}
	for kind, want := range w.kinds {
		found := 0
		for rec, err := range r.Find(ctx, Query{Kind: kind}) {
			if err != nil {
				return err
			}
			found++
			if err := w.found(ctx, r, rec); err != nil {
				return err
			}
			for _, c := range rec.Claims {
				hash := w.claim(kind, c)
				if _, twice := shared[hash]; !twice {
					continue
				}
				if other, held := holders[hash]; held && other != rec.Ref {
					if err := w.add(rec.Ref, rec.Version, FindingClaim, "it holds a claim that %s holds, too", other); err != nil {
						return err
					}
				}
				holders[hash] = rec.Ref
			}
		}
		w.kinds[kind] = want - found
	}
	return nil
}

// repeated are the values that are there more than once.
func repeated(hashes []uint64) map[uint64]struct{} {
	slices.Sort(hashes)
	twice := map[uint64]struct{}{}
	for i, h := range hashes {
		if i > 0 && h == hashes[i-1] {
			twice[h] = struct{}{}
		}
	}
	return twice
}

// found checks what a search has found, and that its keys lead to no others.
func (w *verifier) found(ctx context.Context, r Reader, rec *Record) error {
	switch stored, err := r.Get(ctx, rec.Ref); {
	case errors.Is(err, ErrNotFound):
		return w.add(rec.Ref, rec.Version, FindingSearch, "a search finds it, but it does not exist")
	case err != nil:
		return err
	case stored.Version != rec.Version:
		return w.add(rec.Ref, rec.Version, FindingSearch, "a search finds it in a version that is not the one stored")
	}
	for _, k := range rec.Keys {
		hash := maphash.Comparable(w.seed, [3]string{rec.Kind, k.Name, k.Value})
		if _, done := w.searched[hash]; done {
			continue
		}
		if len(w.searched) == maxSearched {
			clear(w.searched)
		}
		w.searched[hash] = struct{}{}
		q := Query{Kind: rec.Kind, Where: []Cond{{Field: FieldKey, Key: k.Name, Op: OpEq, Values: []any{k.Value}}}}
		for other, err := range r.Find(ctx, q) {
			if err != nil {
				return err
			}
			if !Match(q, other) {
				if err := w.add(other.Ref, other.Version, FindingSearch, "it is found under a key %s that it does not have", k.Name); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// tail reads what was written meanwhile: events that histories had more than the feed
// must be there, and without any a search finds as many records as there are.
func (w *verifier) tail(ctx context.Context) error {
	quiet := true
	for e, err := range w.Store.Feed(ctx, w.Tenant, w.end) {
		if err != nil {
			return err
		}
		quiet = false
		delete(w.late, moment{e.Ref, e.Version, e.Ordinal})
	}
	for m, ref := range w.late {
		if err := w.add(ref, m.version, FindingFeed, "event %d is not in the feed", m.ordinal); err != nil {
			return err
		}
	}
	for kind, missing := range w.kinds {
		if missing == 0 || !quiet {
			continue
		}
		if err := w.add(Ref{}, 0, FindingSearch, "a search for kind %s finds %d records less than there are", kind, missing); err != nil {
			return err
		}
	}
	return nil
}
