package storage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/google/uuid"
)

// Violation is something stored that breaks a promise.
type Violation struct {
	Ref  Ref    // the record; zero if none in particular
	Text string // what is wrong
}

// String names the record, if there is one, and says what is wrong.
func (v Violation) String() string {
	if v.Ref == (Ref{}) {
		return v.Text
	}
	return v.Ref.String() + ": " + v.Text
}

// Verify reads all that a tenant holds and reports every violation of what this
// package promises: positions of the feed and versions without gaps, ordinals from
// 0, a last image that equals the record, nothing after a deletion, one holder of
// each claim, records found under exactly their keys, and in keys named …_id no id
// of a record that is gone. It reads, apart from the feed, one snapshot; nobody
// should write meanwhile. A store that has forgotten history cannot be verified.
func Verify(ctx context.Context, store Store, tenant Tenant) ([]Violation, error) {
	v := &verifier{past: make(map[Ref][]Event), living: make(map[Ref]*Record), ids: make(map[uuid.UUID]bool)}
	for e, err := range store.Feed(ctx, tenant, 0) {
		if err != nil {
			return nil, err
		}
		v.position++
		if e.Position != v.position {
			v.add(e.Ref, "position %d where %d is due", e.Position, v.position)
			v.position = e.Position
		}
		if v.past[e.Ref] == nil {
			v.refs = append(v.refs, e.Ref)
		}
		v.past[e.Ref] = append(v.past[e.Ref], e)
	}
	err := store.View(ctx, tenant, func(ctx context.Context, r Reader) error { return v.verify(ctx, r) })
	return v.found, err
}

// verifier collects what is stored and what is wrong with it.
type verifier struct {
	position int64
	refs     []Ref // in the order of the feed
	past     map[Ref][]Event
	living   map[Ref]*Record
	ids      map[uuid.UUID]bool // of living records
	found    []Violation
}

func (v *verifier) add(ref Ref, text string, args ...any) {
	v.found = append(v.found, Violation{ref, fmt.Sprintf(text, args...)})
}

func (v *verifier) verify(ctx context.Context, r Reader) error {
	for _, ref := range v.refs {
		if err := v.history(ctx, r, ref); err != nil {
			return err
		}
	}
	if err := v.kinds(ctx, r); err != nil {
		return err
	}
	if err := v.keys(ctx, r); err != nil {
		return err
	}
	v.claims()
	return nil
}

// history checks one record against its past.
func (v *verifier) history(ctx context.Context, r Reader, ref Ref) error {
	rec, err := r.Get(ctx, ref)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if rec != nil {
		v.living[ref], v.ids[ref.ID] = rec, true
	}
	var last Event
	n := 0
	for e, err := range r.History(ctx, ref) {
		if err != nil {
			return err
		}
		next := e.Version == last.Version && e.Ordinal == last.Ordinal+1 || e.Version == last.Version+1 && e.Ordinal == 0
		switch {
		case !next:
			v.add(ref, "event %d of version %d follows event %d of version %d", e.Ordinal, e.Version, last.Ordinal, last.Version)
		case last.Deleted && !e.Deleted:
			v.add(ref, "version %d follows its deletion", e.Version)
		case n >= len(v.past[ref]):
			v.add(ref, "event %d of version %d is not in the feed", e.Ordinal, e.Version)
		default:
			f := v.past[ref][n]
			if f.Version != e.Version || f.Ordinal != e.Ordinal || f.Type != e.Type {
				v.add(ref, "event %d of version %d is out of order in the feed", f.Ordinal, f.Version)
			}
		}
		last = e
		n++
	}
	if n < len(v.past[ref]) {
		v.add(ref, "%d events of the feed are not in its history", len(v.past[ref])-n)
	}
	switch {
	case rec == nil && !last.Deleted:
		v.add(ref, "it is gone without a deletion")
	case rec != nil && last.Deleted:
		v.add(ref, "it is there although it was deleted")
	case rec != nil && rec.Version != last.Version:
		v.add(ref, "it has version %d, its history ends with %d", rec.Version, last.Version)
	case rec != nil && !sameImage(rec.Image, last.Image):
		v.add(ref, "its document is not the last image")
	}
	return nil
}

// sameImage reports whether two images are the same JSON value.
func sameImage(a, b Image) bool {
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

// kinds checks that searches find what lives, and nothing else.
func (v *verifier) kinds(ctx context.Context, r Reader) error {
	kinds := make(map[string]int)
	for _, ref := range v.refs {
		kinds[ref.Kind] += 0
	}
	for ref := range v.living {
		kinds[ref.Kind]++
	}
	for kind, want := range kinds {
		found := 0
		for rec, err := range r.Find(ctx, Query{Kind: kind}) {
			if err != nil {
				return err
			}
			found++
			if v.living[rec.Ref] == nil {
				v.add(rec.Ref, "a search finds it, but it does not exist")
			}
		}
		if found != want {
			v.add(Ref{}, "a search for kind %s finds %d records of %d", kind, found, want)
		}
	}
	return nil
}

// keys checks that records are found under their keys.
func (v *verifier) keys(ctx context.Context, r Reader) error {
	type lookup struct {
		kind string
		key  Key
	}
	want := make(map[lookup]int)
	for ref, rec := range v.living {
		for _, k := range rec.Keys {
			want[lookup{ref.Kind, k}]++
			if id, err := uuid.Parse(k.Value); err == nil && strings.HasSuffix(k.Name, "_id") && !v.ids[id] {
				v.add(ref, "%s leads nowhere", k.Name)
			}
		}
	}
	for l, n := range want {
		q := Query{Kind: l.kind, Where: []Cond{{Field: FieldKey, Key: l.key.Name, Op: OpEq, Values: []any{l.key.Value}}}}
		found := 0
		for rec, err := range r.Find(ctx, q) {
			if err != nil {
				return err
			}
			found++
			if !Match(q, rec) {
				v.add(rec.Ref, "it is found under a key %s that it does not have", l.key.Name)
			}
		}
		if found != n {
			v.add(Ref{}, "a key %s of kind %s finds %d records of %d", l.key.Name, l.kind, found, n)
		}
	}
	return nil
}

// claims checks that each has one holder.
func (v *verifier) claims() {
	type claim struct{ kind, text string }
	holders := make(map[claim]Ref)
	for ref, rec := range v.living {
		for _, text := range rec.Claims {
			c := claim{ref.Kind, text}
			if other, held := holders[c]; held {
				v.add(ref, "it holds a claim that %s holds, too", other)
			}
			holders[c] = ref
		}
	}
}
