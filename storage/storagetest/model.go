package storagetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
	"pgregory.net/rapid"
)

// model is what a store should contain, kept in maps.
type model struct {
	things   map[storage.Ref][]past
	counters map[string]int64
	events   int
}

// past is one version of a thing.
type past struct {
	record *storage.Record // nil of a deletion
	erased bool
}

func (m *model) clone() *model {
	c := &model{things: make(map[storage.Ref][]past), counters: maps.Clone(m.counters), events: m.events}
	for ref, versions := range m.things {
		c.things[ref] = slices.Clone(versions)
	}
	return c
}

// living returns the stored record, nil if there is none.
func (m *model) living(ref storage.Ref) *storage.Record {
	if v := m.things[ref]; len(v) > 0 {
		return v[len(v)-1].record
	}
	return nil
}

func (m *model) put(r *storage.Record) error {
	if int64(len(m.things[r.Ref])) != r.Version-1 || r.Version > 1 && m.living(r.Ref) == nil {
		return storage.ErrConflict
	}
	for ref := range m.things {
		other := m.living(ref)
		if other == nil || ref == r.Ref || ref.Kind != r.Kind {
			continue
		}
		for _, c := range r.Claims {
			if slices.Contains(other.Claims, c) {
				return storage.ErrTaken
			}
		}
	}
	m.things[r.Ref] = append(m.things[r.Ref], past{record: r})
	m.events++
	return nil
}

func (m *model) delete(ref storage.Ref, version int64) error {
	r := m.living(ref)
	switch {
	case r == nil:
		return storage.ErrNotFound
	case r.Version != version:
		return storage.ErrConflict
	}
	m.things[ref] = append(m.things[ref], past{})
	m.events++
	return nil
}

func (m *model) erase(ref storage.Ref) error {
	versions := m.things[ref]
	if len(versions) == 0 {
		return storage.ErrNotFound
	}
	for i := range versions {
		versions[i].erased = versions[i].erased || i < len(versions)-1
	}
	return nil
}

// fates of a transaction whose writes all succeed.
const (
	commits = iota
	fails
	panics
)

var modelTenants atomic.Int64

// checkModel runs random transactions and compares everything after each.
func checkModel(t *testing.T, s subject) {
	db := s.open(t)
	var refs []storage.Ref
	for i := range byte(4) {
		refs = append(refs, storage.Ref{Kind: kind, ID: uuid.UUID{15: i + 1}}, storage.Ref{Kind: "other", ID: uuid.UUID{15: i + 1}})
	}
	rapid.Check(t, func(rt *rapid.T) {
		name := storage.Tenant(fmt.Sprintf("model-%d", modelTenants.Add(1)))
		now := &model{things: make(map[storage.Ref][]past), counters: make(map[string]int64)}
		for range rapid.IntRange(1, 8).Draw(rt, "transactions") {
			var then *model
			fate := rapid.SampledFrom([]int{commits, commits, commits, fails, panics}).Draw(rt, "fate")
			var refusal error
			err := safely(func() error {
				return db.Update(t.Context(), name, func(ctx context.Context, tx storage.Tx) error {
					then, refusal = now.clone(), nil // whatever an earlier run came to
					for range rapid.IntRange(1, 6).Draw(rt, "writes") {
						if refusal = then.write(ctx, rt, tx, rapid.SampledFrom(refs).Draw(rt, "ref")); refusal != nil {
							return refusal
						}
					}
					if err := then.compare(ctx, t, tx, refs); err != nil {
						return err
					}
					switch fate {
					case fails:
						return errRefused
					case panics:
						panic(errRefused)
					}
					return nil
				})
			})
			switch {
			case refusal != nil:
				if !errors.Is(err, refusal) {
					rt.Fatalf("update returned %v, want the error of its write %v", err, refusal)
				}
			case fate != commits:
				if !errors.Is(err, errRefused) {
					rt.Fatalf("update returned %v, want %v", err, errRefused)
				}
			case err != nil:
				rt.Fatalf("update: %v", err)
			default:
				now = then
			}
			err = db.View(t.Context(), name, func(ctx context.Context, r storage.Reader) error {
				return now.compare(ctx, t, r, refs)
			})
			if err != nil {
				rt.Fatal(err)
			}
			if events := feed(t, db, name, 0); len(events) != now.events {
				rt.Fatalf("feed has %d events, want %d", len(events), now.events)
			}
		}
	})
}

// safely returns a panic of fn as an error.
func safely(fn func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case error:
			err = p
		default:
			panic(p)
		}
	}()
	return fn()
}

// write does something to a record in both worlds, which must agree about it. It
// returns the error of the store if it refuses.
func (m *model) write(ctx context.Context, rt *rapid.T, tx storage.Tx, ref storage.Ref) error {
	base := m.living(ref)
	if base == nil {
		base = recordAs(ref.ID, "new")
		base.Kind = ref.Kind
		base.Version = 0
	}
	var got, want error
	switch what := rapid.SampledFrom([]string{"put", "put", "put", "put", "stale", "delete", "erase", "next"}).Draw(rt, "write"); what {
	case "put", "stale":
		r := next(base, func(r *storage.Record) {
			r.State = rapid.SampledFrom([]string{"open", "closed"}).Draw(rt, "state")
			r.Keys, r.Claims = nil, nil
			for _, value := range []string{"red", "blue"} {
				if rapid.Bool().Draw(rt, value) {
					r.Keys = append(r.Keys, storage.Key{Name: "colour", Value: value})
				}
			}
			if rapid.IntRange(0, 3).Draw(rt, "claims") == 0 {
				r.Claims = []string{rapid.SampledFrom([]string{"x", "y"}).Draw(rt, "claim")}
			}
			if what == "stale" {
				r.Version = max(1, r.Version+int64(rapid.SampledFrom([]int{-1, 1}).Draw(rt, "off by")))
			}
		})
		got, want = put(ctx, tx, r), m.put(r)
	case "delete":
		got, want = remove(ctx, tx, base), m.delete(ref, base.Version)
	case "erase":
		got, want = tx.Erase(ctx, ref), m.erase(ref)
	case "next":
		var n int64
		n, got = tx.Next(ctx, ref.Kind)
		m.counters[ref.Kind]++
		if n != m.counters[ref.Kind] {
			rt.Fatalf("counter gives %d, want %d", n, m.counters[ref.Kind])
		}
	}
	got = settled(ctx, tx, ref, got)
	if !errors.Is(got, want) || (got == nil) != (want == nil) {
		rt.Fatalf("write returned %v, want %v", got, want)
	}
	return got
}

// compare reports how what r reads differs from the model.
func (m *model) compare(ctx context.Context, t *testing.T, r storage.Reader, refs []storage.Ref) error {
	for _, ref := range refs {
		got, err := r.Get(ctx, ref)
		switch want := m.living(ref); {
		case want == nil:
			if !errors.Is(err, storage.ErrNotFound) {
				return fmt.Errorf("get %s returned %v, want %w", ref, err, storage.ErrNotFound)
			}
		case err != nil:
			return fmt.Errorf("get %s: %w", ref, err)
		default:
			wantRecord(t, got, want)
		}
		i := 0
		for e, err := range r.History(ctx, ref) {
			if err != nil {
				return fmt.Errorf("history of %s: %w", ref, err)
			}
			if i == len(m.things[ref]) {
				return fmt.Errorf("history of %s has more than %d events", ref, i)
			}
			want := m.things[ref][i]
			i++
			if e.Version != int64(i) || e.Deleted != (want.record == nil) || e.Image.Erased() != (want.erased || e.Deleted) {
				return fmt.Errorf("history of %s: got %+v, want version %d, erased %t", ref, e, i, want.erased)
			}
			if !e.Image.Erased() {
				wantImage(t, e.Image, want.record.Image)
			}
		}
		if i != len(m.things[ref]) {
			return fmt.Errorf("history of %s has %d events, want %d", ref, i, len(m.things[ref]))
		}
	}
	for _, of := range []string{kind, "other"} {
		var living []*storage.Record
		for ref := range m.things {
			if rec := m.living(ref); rec != nil {
				living = append(living, rec)
			}
		}
		for _, conds := range [][]storage.Cond{nil, {byKey("colour", "red")}, {where(storage.FieldState, storage.OpEq, "open"), byKey("colour", "blue")}} {
			q := storage.Query{Kind: of, Where: conds, Order: storage.FieldUpdatedAt, Desc: true}
			ids, err := find(ctx, r, q)
			if err != nil {
				return err
			}
			if expected := want(q, living); !slices.Equal(ids, expected) {
				return fmt.Errorf("%s: got %v, want %v", describe(q), ids, expected)
			}
		}
	}
	return nil
}
