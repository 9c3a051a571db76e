package shard_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/shard"
)

// at is the time of the n-th change.
func at(n int64) time.Time { return time.UnixMicro(1_700_000_000_000_000 + n).UTC() }

// put stores the next version of a record, which counts and may claim.
func put(ctx context.Context, tx storage.Tx, id uuid.UUID, claims ...string) error {
	ref := storage.Ref{Kind: "lead", ID: id}
	version := int64(1)
	if old, err := tx.Get(ctx, ref); err == nil {
		version = old.Version + 1
	} else if !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	n, err := tx.Next(ctx, "lead")
	if err != nil {
		return err
	}
	rec := &storage.Record{
		Header: storage.Header{Ref: ref, Version: version, Number: fmt.Sprint(n), State: "open", CreatedAt: at(n), UpdatedAt: at(n), Format: 1},
		Keys:   []storage.Key{{Name: "number", Value: fmt.Sprint(n)}},
		Claims: claims, Image: storage.RawImage(fmt.Appendf(nil, `{"n":%d}`, n)),
	}
	data := storage.RawImage([]byte("{}"))
	return tx.Put(ctx, rec,
		storage.Event{Ref: ref, Version: version, Type: "lead.edited", At: at(n), Actor: "ann", Data: data},
		storage.Event{Ref: ref, Version: version, Type: "lead.told", At: at(n), Request: "r", Data: data})
}

func write(t testing.TB, s storage.Store, fn func(context.Context, storage.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), tenant, fn); err != nil {
		t.Fatal(err)
	}
}

// picture is everything that a tenant has, as text.
func picture(t testing.TB, s storage.Store) (lines []string) {
	t.Helper()
	seen := map[storage.Ref]bool{}
	text := func(image storage.Image) string {
		body, err := image.Body()
		if errors.Is(err, storage.ErrErased) {
			return "erased"
		}
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	for e, err := range s.Feed(t.Context(), tenant, 0) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprint(e.Position, e.Ref, e.Version, e.Ordinal, e.Type, e.At, e.Actor, e.Request, e.Deleted, text(e.Data)))
		if seen[e.Ref] {
			continue
		}
		seen[e.Ref] = true
		err := s.View(t.Context(), tenant, func(ctx context.Context, r storage.Reader) error {
			rec, err := r.Get(ctx, e.Ref)
			if err == nil {
				lines = append(lines, fmt.Sprint(rec.Header, rec.Keys, rec.Claims, text(rec.Image)))
			} else if !errors.Is(err, storage.ErrNotFound) {
				return err
			}
			for h, err := range r.History(ctx, e.Ref) {
				if err != nil {
					return err
				}
				lines = append(lines, fmt.Sprint(h.Ref, h.Version, h.Ordinal, text(h.Image)))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	violations, err := storage.Verify(t.Context(), s, tenant)
	if err != nil || len(violations) > 0 {
		t.Errorf("verify: %v, %v", violations, err)
	}
	return lines
}

// fill stores records that were changed, deleted and erased, and a claim that went from
// one to another.
func fill(t testing.TB, s storage.Store) (ids []uuid.UUID) {
	t.Helper()
	for i := range 10 {
		ids = append(ids, uuid.UUID{1, byte(i)})
		write(t, s, func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, ids[i], fmt.Sprint("claim:", i)) })
	}
	write(t, s, func(ctx context.Context, tx storage.Tx) error {
		if err := put(ctx, tx, ids[0]); err != nil { // lets its claim go
			return err
		}
		return put(ctx, tx, ids[1], "claim:0", "claim:1")
	})
	remove := func(id uuid.UUID, erase bool) {
		write(t, s, func(ctx context.Context, tx storage.Tx) error {
			ref := storage.Ref{Kind: "lead", ID: id}
			err := tx.Delete(ctx, ref, 1, storage.Event{Ref: ref, Version: 2, Type: "lead.deleted", At: at(99), Data: storage.RawImage([]byte("{}"))})
			if err == nil && erase {
				err = tx.Erase(ctx, ref)
			}
			return err
		})
	}
	remove(ids[2], false)
	remove(ids[3], true)
	for _, id := range []uuid.UUID{ids[4], ids[4], ids[5]} {
		write(t, s, func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, id) })
	}
	erase(t, s, ids[4]) // two of three versions
	write(t, s, func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, ids[4]) })
	erase(t, s, ids[5]) // one of two
	return ids
}

func erase(t testing.TB, s storage.Store, id uuid.UUID) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx storage.Tx) error {
		return tx.Erase(ctx, storage.Ref{Kind: "lead", ID: id})
	})
}

func wantSame(t testing.TB, what string, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("%s: line %d differs: there are %d and %d lines; got\n%s\nwant\n%s", what, i, len(got), len(want), lineOf(got, i), lineOf(want, i))
		}
	}
}

func lineOf(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "nothing"
}

// Wherever a move is killed, and by whichever process it is taken up: nothing is lost,
// doubled or stranded, and what is done between the two is there.
func TestMoveSurvivesItsDeath(t *testing.T) {
	t.Parallel()
	for last := range shard.Steps {
		for _, batch := range []int{1, 3, 1000} {
			t.Run(fmt.Sprint("step ", last, ", batch ", batch), func(t *testing.T) {
				t.Parallel()
				p := newParts()
				first := p.open(t)
				first.BatchOf(batch)
				if err := first.Assign(t.Context(), tenant, "a"); err != nil {
					t.Fatal(err)
				}
				ids := fill(t, first)
				bystander := p.open(t) // another process that knows where the tenant is
				picture(t, bystander)
				first.InterruptAfter(shard.Step(last))
				if err := first.Move(t.Context(), tenant, "b"); !errors.Is(err, shard.ErrInterrupted) {
					t.Fatalf("the move was not interrupted: %v", err)
				}
				if shard.Step(last) < shard.StepFenced || last == shard.Steps-1 { // there is no fence
					erase(t, bystander, ids[1])
					write(t, bystander, func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, ids[6], "claim:6") })
				}
				want := picture(t, bystander)
				second := p.open(t)
				if err := second.Move(t.Context(), tenant, "b"); err != nil {
					t.Fatal(err)
				}
				for _, s := range []*shard.Store{first, bystander, second, p.open(t)} {
					wantSame(t, "after the move", picture(t, s), want)
				}
				if name, err := second.ShardOf(t.Context(), tenant); name != "b" || err != nil {
					t.Errorf("the tenant is in %q, %v", name, err)
				}
				var n int64
				write(t, bystander, func(ctx context.Context, tx storage.Tx) (err error) { n, err = tx.Next(ctx, "lead"); return err })
				var counted int64
				for range second.Feed(t.Context(), tenant, 0) {
					counted++
				}
				if counted = (counted - 2) / 2; n != counted+1 { // two events of deletions
					t.Errorf("the counter goes on with %d, want %d", n, counted+1)
				}
				if err := second.Move(t.Context(), tenant, "a"); !errors.Is(err, storage.ErrConflict) {
					t.Errorf("back to what it left: got %v, want ErrConflict", err)
				}
				if err := second.Move(t.Context(), tenant, "c"); err != nil {
					t.Errorf("on to another one: %v", err)
				}
				wantSame(t, "after another move", picture(t, bystander), want)
			})
		}
	}
}

// Those who write, read, and follow the feed while the tenant moves notice nothing.
func TestMoveWhileInUse(t *testing.T) {
	t.Parallel()
	p := newParts()
	s := p.open(t)
	s.BatchOf(5)
	if err := s.Assign(t.Context(), tenant, "a"); err != nil {
		t.Fatal(err)
	}
	var written atomic.Int64
	stop := make(chan struct{})
	done := make(chan error, 4)
	for w := range 3 {
		other := p.open(t)
		go func() {
			done <- func() error {
				for i := 0; ; i++ {
					select {
					case <-stop:
						return nil
					default:
					}
					err := other.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
						return put(ctx, tx, uuid.UUID{byte(w + 1), byte(i % 7)})
					})
					if err != nil {
						return err
					}
					written.Add(1)
					time.Sleep(time.Millisecond) // so that there is little to copy
				}
			}()
		}()
	}
	var followed atomic.Int64 // position
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	wakes, err := p.open(t).Notify(ctx, tenant)
	if err != nil {
		t.Fatal(err)
	}
	follower := p.open(t)
	go func() {
		for range wakes {
			for e, err := range follower.Feed(ctx, tenant, followed.Load()) {
				if err != nil {
					return
				}
				if e.Position != followed.Load()+1 {
					t.Errorf("behind position %d the feed tells of %d", followed.Load(), e.Position)
				}
				followed.Store(e.Position)
			}
		}
	}()
	for _, to := range []string{"b", "c"} {
		for before := written.Load(); written.Load() < before+20; {
			time.Sleep(time.Millisecond)
		}
		if err := s.Move(t.Context(), tenant, to); err != nil {
			t.Fatal(err)
		}
	}
	for before := written.Load(); written.Load() < before+20; {
		time.Sleep(time.Millisecond)
	}
	close(stop)
	for range 3 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	write(t, s, func(ctx context.Context, tx storage.Tx) error { written.Add(1); return put(ctx, tx, uuid.UUID{9}) })
	for end := time.Now().Add(20 * time.Second); followed.Load() < 2*written.Load(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d events were followed, want %d", followed.Load(), 2*written.Load())
		}
	}
	var events int64
	for _, err := range s.Feed(t.Context(), tenant, 0) {
		if err != nil {
			t.Fatal(err)
		}
		events++
	}
	if events != 2*written.Load() {
		t.Errorf("%d transactions were acknowledged, and the feed has %d events, two of each", written.Load(), events)
	}
	picture(t, s)
}

// TestTenantsOfShards: each tenant is listed once, whatever a move has left behind or has
// already brought, and nobody who has nothing but a fence.
func TestTenantsOfShards(t *testing.T) {
	t.Parallel()
	p := newParts()
	s := p.open(t, shard.Place(spread))
	listed := func(after storage.Tenant) (list []storage.Tenant) {
		t.Helper()
		for tenant, err := range storage.Tenants(t.Context(), s, after) {
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, tenant)
		}
		return list
	}
	var all []storage.Tenant
	for i := range 12 {
		name := storage.Tenant(fmt.Sprintf("t%02d", i))
		if err := s.Update(t.Context(), name, func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, uuid.New()) }); err != nil {
			t.Fatal(err)
		}
		all = append(all, name)
	}
	if err := s.Assign(t.Context(), "empty", "a"); err != nil {
		t.Fatal(err)
	}
	for _, moved := range append(all[:3:3], "empty") {
		from, err := s.ShardOf(t.Context(), moved)
		if err != nil {
			t.Fatal(err)
		}
		to := "a"
		if from == to {
			to = "b"
		}
		if err := s.Move(t.Context(), moved, to); err != nil {
			t.Fatal(err)
		}
	}
	if got := listed(""); !slices.Equal(got, all) {
		t.Errorf("tenants %q, want %q", got, all)
	}
	if got := listed("t04"); !slices.Equal(got, all[5:]) {
		t.Errorf("tenants behind t04 %q, want %q", got, all[5:])
	}
	if err := p.shards["a"].Update(t.Context(), "foreign", func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, uuid.New()) }); err != nil {
		t.Fatal(err)
	}
	if got := p.open(t); len(slices.Collect(tenantsOf(t, got))) != len(all) {
		t.Error("a tenant that the directory does not know is listed")
	}
}

func tenantsOf(t *testing.T, s storage.Store) iter.Seq[storage.Tenant] {
	return func(yield func(storage.Tenant) bool) {
		for tenant, err := range storage.Tenants(t.Context(), s, "") {
			if err != nil {
				t.Error(err)
			}
			if !yield(tenant) {
				return
			}
		}
	}
}

// TestMoveBringsNewLookups: what a record is found by can be replaced while its tenant is
// moved, of which no event tells.
func TestMoveBringsNewLookups(t *testing.T) {
	t.Parallel()
	p := newParts()
	s := p.open(t)
	if err := s.Assign(t.Context(), tenant, "a"); err != nil {
		t.Fatal(err)
	}
	id := uuid.New()
	write(t, s, func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, id) })
	ref := storage.Ref{Kind: "lead", ID: id}
	moving := p.open(t)
	moving.DoAfter(shard.StepCopied, func() {
		write(t, s, func(ctx context.Context, tx storage.Tx) error {
			rec, err := tx.Get(ctx, ref)
			if err != nil {
				return err
			}
			again := *rec
			again.Name, again.Keys = "renamed", []storage.Key{{Name: "color", Value: "blue"}}
			return storage.Reindex(ctx, tx, &again)
		})
	})
	if err := moving.Move(t.Context(), tenant, "b"); err != nil {
		t.Fatal(err)
	}
	err := p.shards["b"].View(t.Context(), tenant, func(ctx context.Context, r storage.Reader) error {
		rec, err := r.Get(ctx, ref)
		if err == nil && (rec.Name != "renamed" || len(rec.Keys) != 1 || rec.Keys[0].Value != "blue") {
			t.Errorf("the record came with name %q and look-ups %v", rec.Name, rec.Keys)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
