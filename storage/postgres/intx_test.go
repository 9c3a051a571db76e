package postgres_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/postgres"
	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
)

// host is a program with a database of its own, in which the store lives.
func host(t *testing.T) (begin func(pgx.TxIsoLevel) pgx.Tx, store *postgres.Store, schema postgres.Option) {
	t.Helper()
	pool, name := postgrestest.Pool(t), postgrestest.Schema(t)
	schema = postgres.Schema(name)
	return func(level pgx.TxIsoLevel) pgx.Tx {
		t.Helper()
		tx, err := pool.BeginTx(t.Context(), pgx.TxOptions{IsoLevel: level})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = tx.Rollback(context.Background()) }) // it may be over
		return tx
	}, openAt(t, postgrestest.Conn(t), schema), schema
}

func leads(t *testing.T, store storage.Store) int64 {
	t.Helper()
	n, err := storage.Count(t.Context(), store, storage.Default, storage.Query{Kind: "lead"})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestInTx(t *testing.T) {
	t.Parallel()
	begin, store, schema := host(t)
	for _, commits := range []bool{false, true} {
		tx := begin(pgx.ReadCommitted)
		c := client(t, store).On(postgres.InTx(tx, schema))
		if err := journeytest.Play(t.Context(), c, "", nil); err != nil {
			t.Fatal(err)
		}
		_, err := c.Leads().Create(t.Context(), leadtocash.CreateLead{})
		var refusal *record.Error
		if !errors.As(err, &refusal) {
			t.Errorf("a wrong command within the transaction returned %v", err)
		}
		end := tx.Rollback
		if commits {
			end = tx.Commit
		}
		if n := leads(t, store); n != 0 {
			t.Errorf("%d leads are visible before the host has committed", n)
		}
		if err := end(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := leads(t, store); n != 1 {
		t.Errorf("%d leads are stored, want the one that was committed", n)
	}
	violations, err := storage.Verify(t.Context(), store, storage.Default)
	if err != nil || len(violations) > 0 {
		t.Errorf("verify: %v, %v", violations, err)
	}
}

// An Update that fails is undone alone; the host may go on.
func TestInTxUndoesAlone(t *testing.T) {
	t.Parallel()
	begin, store, schema := host(t)
	tx := begin(pgx.ReadCommitted)
	joined := postgres.InTx(tx, schema)
	c := client(t, store).On(joined)
	id := engine.NewID[record.LeadID]()
	create := leadtocash.CreateLead{ID: id, Fields: leadtocash.LeadFields{Topic: "desks", LastName: "Roe"}}
	if _, err := c.Leads().Create(t.Context(), create); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Leads().Create(t.Context(), create); !errors.Is(err, codes.ErrConflict) {
		t.Errorf("the same lead again: got %v, want a conflict", err)
	}
	if _, err := c.Leads().Get(t.Context(), id); err != nil {
		t.Errorf("after an update that was undone: %v", err)
	}
	for _, err := range joined.Feed(t.Context(), storage.Default, 0) {
		if !errors.Is(err, storage.ErrUnsupported) {
			t.Errorf("feed within a transaction: got %v", err)
		}
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := leads(t, store); n != 1 {
		t.Errorf("%d leads are stored, want 1", n)
	}
}

func TestInTxMustBeReadCommitted(t *testing.T) {
	t.Parallel()
	begin, _, schema := host(t)
	for _, level := range []pgx.TxIsoLevel{pgx.Serializable, pgx.RepeatableRead} {
		err := postgres.InTx(begin(level), schema).Update(t.Context(), storage.Default, func(context.Context, storage.Tx) error {
			t.Errorf("an update runs in a transaction that is %s", level)
			return nil
		})
		if !errors.Is(err, storage.ErrNotSerializable) {
			t.Errorf("%s: got %v, want ErrNotSerializable", level, err)
		}
	}
}

// What a host's transaction has read stays as it is: who wants to change it waits, and
// gives up after a while, even if it is the host itself. What the host waits for in
// vain is the host's to run again.
func TestInTxHoldsWhatItHasRead(t *testing.T) {
	t.Parallel()
	begin, store, schema := host(t)
	c := client(t, store)
	lead, err := c.Leads().Create(t.Context(), leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "desks", LastName: "Roe"}})
	if err != nil {
		t.Fatal(err)
	}
	one, other := begin(pgx.ReadCommitted), begin(pgx.ReadCommitted)
	inTx := c.On(postgres.InTx(one, schema))
	if _, err := inTx.Leads().Get(t.Context(), lead.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Leads().Disqualify(t.Context(), lead.ID, leadtocash.DisqualifyLead{}); !errors.Is(err, codes.ErrRetry) {
		t.Errorf("a call outside on what the host has read: got %v, want ErrRetry", err)
	}
	if _, err := inTx.Leads().Score(t.Context(), lead.ID, leadtocash.SetScore{Score: 7}); err != nil {
		t.Errorf("a decision on what was read: %v", err)
	}
	if _, err := c.On(postgres.InTx(other, schema)).Leads().Get(t.Context(), lead.ID); !errors.Is(err, codes.ErrRetry) {
		t.Errorf("another host's look at what this one has written: got %v, want ErrRetry", err)
	}
	if err := one.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Leads().Disqualify(t.Context(), lead.ID, leadtocash.DisqualifyLead{}); err != nil {
		t.Errorf("after the host's commit: %v", err)
	}
}

// A call leaves the host's own settings as they were, however it ends.
func TestInTxLeavesSettings(t *testing.T) {
	t.Parallel()
	begin, _, schema := host(t)
	tx := begin(pgx.ReadCommitted)
	settings := func() (text string) {
		t.Helper()
		row := tx.QueryRow(t.Context(), "SELECT current_setting('lock_timeout') || ' ' || current_setting('enable_seqscan')")
		if err := row.Scan(&text); err != nil {
			t.Fatal(err)
		}
		return text
	}
	if _, err := tx.Exec(t.Context(), "SET LOCAL lock_timeout = '1234ms'"); err != nil {
		t.Fatal(err)
	}
	want := settings()
	store := postgres.InTx(tx, schema)
	r, refused := thing("new"), errors.New("refused")
	get := func(ctx context.Context, reader storage.Reader) error {
		_, err := reader.Get(ctx, r.Ref)
		return err
	}
	for name, call := range map[string]func() error{
		"a view that finds nothing": func() error { return store.View(t.Context(), storage.Default, get) },
		"an update that finds nothing": func() error {
			return store.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error { return get(ctx, tx) })
		},
		"an update that is refused after a write": func() error {
			return store.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
				return errors.Join(putThing(ctx, tx, r), get(ctx, tx), refused)
			})
		},
		"an update": func() error {
			return store.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error { return putThing(ctx, tx, thing("other")) })
		},
	} {
		if err := call(); err != nil && !errors.Is(err, storage.ErrNotFound) && !errors.Is(err, refused) {
			t.Errorf("%s: %v", name, err)
		}
		if got := settings(); got != want {
			t.Errorf("%s leaves the settings %s, want %s", name, got, want)
		}
	}
}
