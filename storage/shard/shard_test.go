package shard_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/shard"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

const tenant storage.Tenant = "acme"

var names = []string{"a", "b", "c"}

// spread places tenants by their names.
func spread(tenant storage.Tenant) string {
	h := fnv.New32()
	h.Write([]byte(tenant))
	return names[h.Sum32()%uint32(len(names))]
}

// parts are what a sharded store is made of.
type parts struct {
	directory storage.Store
	shards    map[string]storage.Store
}

func newParts() parts {
	p := parts{memory.New(), map[string]storage.Store{}}
	for _, name := range names {
		p.shards[name] = memory.New()
	}
	return p
}

// open makes a store of the parts, as another process would.
func (p parts) open(t testing.TB, opts ...shard.Option) *shard.Store {
	t.Helper()
	s, err := shard.New(p.directory, p.shards, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func openSpread(t testing.TB) storage.Store {
	s := newParts().open(t, shard.Place(spread))
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func TestContract(t *testing.T) {
	storagetest.Run(t, storagetest.Harness{Open: openSpread, Runs: 1})
}

func TestUnknownTenantsAreRefused(t *testing.T) {
	t.Parallel()
	s := newParts().open(t)
	ctx := t.Context()
	var feed, history error
	for _, err := range s.Feed(ctx, tenant, 0) {
		feed = err
	}
	_, history = s.Notify(ctx, tenant)
	_, count := s.Count(ctx, tenant, storage.Query{Kind: "lead"})
	for what, err := range map[string]error{
		"view":   s.View(ctx, tenant, func(context.Context, storage.Reader) error { return nil }),
		"update": s.Update(ctx, tenant, func(context.Context, storage.Tx) error { return nil }),
		"move":   s.Move(ctx, tenant, "a"),
		"feed":   feed, "notify": history, "count": count,
	} {
		if !errors.Is(err, storage.ErrUnknownTenant) {
			t.Errorf("%s: got %v, want ErrUnknownTenant", what, err)
		}
	}
	if _, err := s.ShardOf(ctx, tenant); !errors.Is(err, storage.ErrUnknownTenant) {
		t.Errorf("shard of: %v", err)
	}
	if err := s.Assign(ctx, tenant, "nowhere"); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("assigned to a shard that there is not: %v", err)
	}
	for range 2 {
		if err := s.Assign(ctx, tenant, "a"); err != nil {
			t.Errorf("assigned to a shard: %v", err)
		}
	}
	if err := s.Assign(ctx, tenant, "b"); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("assigned to another shard: %v, want ErrConflict", err)
	}
	if err := s.Move(ctx, tenant, "nowhere"); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("moved to a shard that there is not: %v", err)
	}
	if err := s.Move(ctx, tenant, "a"); err != nil {
		t.Errorf("moved to where it is: %v", err)
	}
	if err := s.Update(ctx, tenant, func(context.Context, storage.Tx) error { return nil }); err != nil {
		t.Errorf("an update of a known tenant: %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for what, p := range map[string]parts{
		"no directory": {nil, map[string]storage.Store{"a": memory.New()}},
		"no shard":     {memory.New(), nil},
		"no name":      {memory.New(), map[string]storage.Store{"": memory.New()}},
		"no store":     {memory.New(), map[string]storage.Store{"a": nil}},
	} {
		if _, err := shard.New(p.directory, p.shards); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", what, err)
		}
	}
}

// A tenant whose fence stays up is answered in the end.
func TestPatience(t *testing.T) {
	t.Parallel()
	p := newParts()
	s := p.open(t, shard.Patience(20*time.Millisecond))
	if err := s.Assign(t.Context(), tenant, "a"); err != nil {
		t.Fatal(err)
	}
	s.InterruptAfter(shard.StepFenced)
	if err := s.Move(t.Context(), tenant, "b"); !errors.Is(err, shard.ErrInterrupted) {
		t.Fatalf("the move was not interrupted: %v", err)
	}
	if err := s.Update(t.Context(), tenant, func(context.Context, storage.Tx) error { return nil }); !errors.Is(err, storage.ErrRetry) {
		t.Errorf("an update behind the fence: got %v, want ErrRetry", err)
	}
	if err := s.View(t.Context(), tenant, func(context.Context, storage.Reader) error { return nil }); err != nil {
		t.Errorf("a view behind the fence: %v", err)
	}
	if err := s.Move(t.Context(), tenant, "c"); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("a move to another shard: got %v, want ErrConflict", err)
	}
}

func Example() {
	ctx := context.Background()
	store, err := shard.New(memory.New(), map[string]storage.Store{"east": memory.New(), "west": memory.New()})
	if err != nil {
		panic(err)
	}
	if err := store.Assign(ctx, "acme", "east"); err != nil {
		panic(err)
	}
	if err := store.Move(ctx, "acme", "west"); err != nil {
		panic(err)
	}
	fmt.Println(store.ShardOf(ctx, "acme"))
	err = store.View(ctx, "nobody", func(context.Context, storage.Reader) error { return nil })
	fmt.Println(errors.Is(err, storage.ErrUnknownTenant))
	// Output:
	// west <nil>
	// true
}
