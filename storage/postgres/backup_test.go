package postgres_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/postgres"
	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
)

// sales are made by somebody who goes on until he is stopped.
type sales struct {
	mu   sync.Mutex
	done []string // keys of the commands that were acknowledged
}

func (s *sales) acknowledged() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.done)
}

// makeSales begins to sell, and ends with the test.
func makeSales(t *testing.T, c *engine.Client) *sales {
	t.Helper()
	s := &sales{}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for n := 0; ctx.Err() == nil; n++ {
			err := journeytest.Play(ctx, c, fmt.Sprint("sale", n), func(key string) {
				s.mu.Lock()
				defer s.mu.Unlock()
				s.done = append(s.done, key)
			})
			if err != nil && ctx.Err() == nil {
				t.Error(err)
				return
			}
		}
	}()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	for len(s.acknowledged()) < 2*journeytest.Commands && t.Context().Err() == nil {
		time.Sleep(5 * time.Millisecond)
	}
	return s
}

// wantRestored checks that a copy holds a whole number of commands: all that was
// acknowledged before it was made, then perhaps more, and half of none.
func wantRestored(t *testing.T, original, restored *postgres.Store, before []string) {
	t.Helper()
	violations, err := storage.Verify(t.Context(), restored, storage.Default)
	if err != nil || len(violations) > 0 {
		t.Errorf("the store: %v, %v", violations, err)
	}
	c := client(t, restored)
	for found, err := range c.Verify(t.Context()) {
		t.Errorf("half a command is in the copy: %s, %v", found, err)
	}
	keys := map[string]bool{}
	positions := 0
	ends := map[int64]string{}
	for e, err := range restored.Feed(t.Context(), storage.Default, 0) {
		if err != nil {
			t.Fatal(err)
		}
		positions++
		keys[e.Request], ends[e.Position] = true, fmt.Sprint(e.Ref, e.Version, e.Ordinal, e.Type, e.At)
	}
	for _, key := range before {
		if !keys[key] {
			t.Errorf("the command %s was acknowledged before the copy was made, and is not in it", key)
		}
	}
	for e, err := range original.Feed(t.Context(), storage.Default, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if text := fmt.Sprint(e.Ref, e.Version, e.Ordinal, e.Type, e.At); e.Position <= int64(positions) && ends[e.Position] != text {
			t.Fatalf("position %d of the copy is %s, want %s", e.Position, ends[e.Position], text)
		}
	}
	if positions == 0 {
		t.Error("nothing was restored")
	}
	goesOn := func(want func(engine.FeedEvent) bool) {
		t.Helper()
		for e, err := range client(t, original).Feed(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			if e.Position%50 != 0 && e.Position < int64(positions) {
				continue // a sample of those before the end
			}
			if goes, err := c.Continues(t.Context(), e); err != nil || goes != want(e) {
				t.Errorf("position %d of %d goes on: %t, %v", e.Position, positions, goes, err)
				return
			}
		}
	}
	goesOn(func(e engine.FeedEvent) bool { return e.Position <= int64(positions) })
	if err := journeytest.Play(t.Context(), c, "after the restore", nil); err != nil {
		t.Errorf("the copy cannot be used: %v", err)
	}
	goesOn(func(e engine.FeedEvent) bool { return e.Position <= int64(positions) })
}

// TestBackupWhileWriting makes copies as docs/backup.md says while sales are made: dumps
// of the schema, and a base backup. Each is restored and used.
func TestBackupWhileWriting(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	server, err := postgrestest.Start(ctx, "wal_level=replica", "max_wal_senders=4", "fsync=off")
	postgrestest.Require(t, err)
	t.Cleanup(func() { _ = server.Close() })
	store := openAt(t, server.Conn(), postgres.Schema("sales"))
	made := makeSales(t, client(t, store))

	run := func(program string, args ...string) {
		t.Helper()
		cmd, err := server.Program(ctx, program, args...)
		postgrestest.Require(t, err)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", program, err, out)
		}
	}
	for n := range 2 {
		before, name := made.acknowledged(), fmt.Sprint("copy", n)
		run("pg_dump", "--schema=sales", "--file="+name+".sql", server.Conn())
		run("createdb", "--host="+server.Dir(), "--port=5432", "--username=postgres", name)
		at := strings.Replace(server.Conn(), "dbname=postgres", "dbname="+name, 1)
		run("psql", "--quiet", "--set=ON_ERROR_STOP=1", "--file="+name+".sql", at)
		wantRestored(t, store, openAt(t, at, postgres.Schema("sales")), before)
	}
	before := made.acknowledged()
	copied, err := server.StartCopy(ctx)
	postgrestest.Require(t, err)
	t.Cleanup(func() { _ = copied.Close() })
	wantRestored(t, store, openAt(t, copied.Conn(), postgres.Schema("sales")), before)
}
