package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/postgres"
	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

// Processes that are at work while the schema is brought to certified Updates, or back,
// go on, and a release that knows nothing of them is refused by the database.
func TestTwoReleases(t *testing.T) {
	t.Parallel()
	pool, schema := postgrestest.Pool(t), postgrestest.Schema(t)
	const serializable = 3
	migrate(t, pool, schema, serializable)
	store, err := postgres.New(pool, postgres.Schema(schema))
	if err != nil {
		t.Fatal(err)
	}
	pending := func() error {
		_, err := pool.Exec(t.Context(), "INSERT INTO "+names(schema).Table("pending")+" (tenant_id, tx_id) VALUES ('earlier', $1)", [16]byte(uuid.New()))
		return err
	}
	c := client(t, store)
	for i, target := range []int{serializable, sqlkit.Newest, serializable, sqlkit.Newest} {
		migrate(t, pool, schema, target)
		if err := journeytest.Play(t.Context(), c, "", nil); err != nil {
			t.Fatalf("step %d, schema %d: %v", i, target, err)
		}
		err := pending()
		var refusal *pgconn.PgError
		if refused := errors.As(err, &refusal) && refusal.Code == "23502"; refused != (target == sqlkit.Newest) {
			t.Errorf("step %d, schema %d: an earlier release writes: got %v", i, target, err)
		}
		level := map[int]pgx.TxIsoLevel{serializable: pgx.Serializable, sqlkit.Newest: pgx.ReadCommitted}[target]
		err = pgx.BeginTxFunc(t.Context(), pool, pgx.TxOptions{IsoLevel: level}, func(tx pgx.Tx) error {
			return journeytest.Play(t.Context(), c.On(postgres.InTx(tx, postgres.Schema(schema))), "", nil)
		})
		if err != nil {
			t.Errorf("step %d, schema %d: in a host's transaction: %v", i, target, err)
		}
	}
	if violations, err := storage.Verify(t.Context(), store, storage.Default); err != nil || len(violations) > 0 {
		t.Errorf("verify: %v, %v", violations, err)
	}
}

// Where the schema says that Updates are serializable, of two who decide on each other's
// record one is refused.
func TestSerializableWay(t *testing.T) {
	t.Parallel()
	pool, schema := postgrestest.Pool(t), postgrestest.Schema(t)
	migrate(t, pool, schema, 3)
	store, err := postgres.New(pool, postgres.Schema(schema))
	if err != nil {
		t.Fatal(err)
	}
	a, b := thing("a"), thing("b")
	write(t, store, a, b)
	meet := make(chan struct{}, 2)
	won := make(chan error, 2)
	for _, pair := range [][2]storage.Ref{{a.Ref, b.Ref}, {b.Ref, a.Ref}} {
		go func() {
			first := true
			won <- store.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
				other, err := tx.Get(ctx, pair[0])
				if err != nil || other.State == "off" {
					return errors.Join(err, errOff)
				}
				mine, err := tx.Get(ctx, pair[1])
				if err != nil {
					return err
				}
				if first {
					first = false
					meet <- struct{}{}
					for len(meet) < 2 && ctx.Err() == nil {
						time.Sleep(time.Millisecond)
					}
				}
				return putThing(ctx, tx, later(mine, "off"))
			})
		}()
	}
	if one, other := <-won, <-won; (one == nil) == (other == nil) {
		t.Errorf("of two who decide on each other's record one must be refused: got %v and %v", one, other)
	}
}

var errOff = errors.New("the other one is off")

func thing(state string) *storage.Record {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return &storage.Record{
		Header: storage.Header{Ref: storage.Ref{Kind: "thing", ID: uuid.New()}, Version: 1, State: state, CreatedAt: at, UpdatedAt: at},
		Image:  storage.NewImage(map[string]string{"state": state}),
	}
}

func later(r *storage.Record, state string) *storage.Record {
	next := *r
	next.Version, next.State, next.Image = r.Version+1, state, storage.NewImage(map[string]string{"state": state})
	return &next
}

func putThing(ctx context.Context, tx storage.Tx, r *storage.Record) error {
	return tx.Put(ctx, r, storage.Event{Ref: r.Ref, Version: r.Version, Type: "thing.changed", At: r.UpdatedAt})
}

func write(t testing.TB, store storage.Store, records ...*storage.Record) {
	t.Helper()
	err := store.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
		for _, r := range records {
			if err := putThing(ctx, tx, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// change reads a thing and writes it anew.
func change(ctx context.Context, store storage.Store, ref storage.Ref, state string) error {
	return store.Update(ctx, storage.Default, func(ctx context.Context, tx storage.Tx) error {
		have, err := tx.Get(ctx, ref)
		if err != nil {
			return err
		}
		return putThing(ctx, tx, later(have, state))
	})
}

// Who waits for what a host's transaction holds waits no longer than the context, or the
// server, allows; nothing is changed. When the host's connection is gone, nobody waits.
func TestWaitsEnd(t *testing.T) {
	t.Parallel()
	begin, store, schema := host(t)
	r := thing("new")
	write(t, store, r)
	hasty := openAt(t, postgrestest.Conn(t)+" statement_timeout=100", schema)
	tx := begin(pgx.ReadCommitted)
	if err := change(t.Context(), postgres.InTx(tx, schema), r.Ref, "host's"); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := change(short, store, r.Ref, "too late"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a context that ends: got %v", err)
	}
	var refusal *pgconn.PgError
	if err := change(t.Context(), hasty, r.Ref, "too late"); !errors.As(err, &refusal) || refusal.Code != "57014" {
		t.Errorf("a statement timeout: got %v", err)
	}
	waiting := make(chan error, 1)
	go func() { waiting <- change(t.Context(), store, r.Ref, "after") }()
	var pid int
	if err := tx.QueryRow(t.Context(), "SELECT pg_backend_pid()").Scan(&pid); err != nil {
		t.Fatal(err)
	}
	if _, err := postgrestest.Pool(t).Exec(t.Context(), "SELECT pg_terminate_backend($1)", pid); err != nil {
		t.Fatal(err)
	}
	if err := <-waiting; err != nil {
		t.Errorf("after the host's connection was cut: %v", err)
	}
	err := store.View(t.Context(), storage.Default, func(ctx context.Context, reader storage.Reader) error {
		have, err := reader.Get(ctx, r.Ref)
		if err == nil && (have.State != "after" || have.Version != 2) {
			t.Errorf("the record is %q in version %d, want the change that was acknowledged alone", have.State, have.Version)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// A pool of one connection serves commands; a View inside an Update, which would wait
// for ever, is refused.
func TestOneConnection(t *testing.T) {
	t.Parallel()
	pool := postgrestest.PoolOf(t, postgrestest.With(postgrestest.Conn(t), "pool_max_conns", "1"))
	store, err := postgres.New(pool, postgres.Schema(postgrestest.Schema(t)))
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := journeytest.Play(t.Context(), client(t, store), "", nil); err != nil {
		t.Error(err)
	}
	err = store.Update(t.Context(), storage.Default, func(ctx context.Context, _ storage.Tx) error {
		return store.View(ctx, storage.Default, func(context.Context, storage.Reader) error { return nil })
	})
	if !errors.Is(err, storage.ErrUnsupported) || !strings.Contains(err.Error(), "second connection") {
		t.Errorf("a view inside an update: got %v, want ErrUnsupported and what to do", err)
	}
}

// What a store remembers and another has changed costs another run, and no wrong
// decision: neither a write nor a refusal rests on it.
func TestRememberedAndOutdated(t *testing.T) {
	t.Parallel()
	conn, schema := postgrestest.Conn(t), postgres.Schema(postgrestest.Schema(t))
	mine, others := openAt(t, conn, schema), openAt(t, conn, schema)
	r := thing("1")
	write(t, mine, r)
	refused := errors.New("refused")
	for n := 2; n < 8; n += 2 {
		if err := change(t.Context(), others, r.Ref, fmt.Sprint(n)); err != nil {
			t.Fatal(err)
		}
		runs := 0
		var saw string
		err := mine.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
			runs++
			have, err := tx.Get(ctx, r.Ref)
			if err != nil {
				return err
			}
			saw = have.State
			return refused
		})
		if !errors.Is(err, refused) || saw != fmt.Sprint(n) || runs != 2 {
			t.Errorf("refused upon state %q in %d runs, %v; want %d in two", saw, runs, err, n)
		}
		if err := change(t.Context(), mine, r.Ref, fmt.Sprint(n+1)); err != nil {
			t.Error(err)
		}
	}
}

// roundTrips counts what is sent to the server and waited for.
type roundTrips struct{ n atomic.Int64 }

func (t *roundTrips) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	t.n.Add(1)
	return ctx
}
func (t *roundTrips) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
func (t *roundTrips) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	t.n.Add(1)
	return ctx
}
func (t *roundTrips) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (t *roundTrips) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

// The round trips of each command of a journey are published: a change shows here.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	count := func(opts ...postgres.Option) (trips []int64) {
		config, err := pgxpool.ParseConfig(postgrestest.Conn(t))
		if err != nil {
			t.Fatal(err)
		}
		var sent roundTrips
		config.ConnConfig.Tracer = &sent
		pool, err := pgxpool.NewWithConfig(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(pool.Close)
		store, err := postgres.New(pool, append(opts, postgres.Schema(postgrestest.Schema(t)))...)
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		c := client(t, store)
		for range 2 { // the first draws blocks of numbers
			trips = nil
			sent.n.Store(0)
			err := journeytest.Play(t.Context(), c, "", func(string) { trips = append(trips, sent.n.Swap(0)) })
			if err != nil {
				t.Fatal(err)
			}
		}
		return trips
	}
	commands := []string{"create lead", "qualify lead", "create quote", "activate quote", "win quote to order", "fulfil order", "invoice order", "issue invoice", "pay invoice"}
	remembers, forgets := count(), count(postgres.Remember(0))
	if len(remembers) != len(commands) || len(forgets) != len(commands) {
		t.Fatalf("%d and %d commands, want %d", len(remembers), len(forgets), len(commands))
	}
	var b strings.Builder
	b.WriteString("| Command | Records remembered | Not remembered |\n|---|---|---|\n")
	var sums [2]int64
	for i, command := range commands {
		fmt.Fprintf(&b, "| %s | %d | %d |\n", command, remembers[i], forgets[i])
		sums[0], sums[1] = sums[0]+remembers[i], sums[1]+forgets[i]
	}
	mean := func(sum int64) float64 { return float64(sum) / float64(len(commands)) }
	fmt.Fprintf(&b, "| mean | %.2f | %.2f |\n", mean(sums[0]), mean(sums[1]))
	const file = "testdata/round-trips.md"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != b.String() {
		t.Errorf("round trips are now\n%s\n%v; go test -run RoundTrips -update", b.String(), err)
	}
}

// several are stores of as many processes on one database, which take turns.
type several struct {
	housed
	others []*postgres.Store
	turn   *atomic.Int64
}

// at is the key under which a context names the store of the call it is within.
type at struct{ *several }

func (s *several) choose(ctx context.Context) (*postgres.Store, context.Context) {
	store, within := ctx.Value(at{s}).(*postgres.Store)
	if !within {
		store = s.others[int(s.turn.Add(1))%len(s.others)]
	}
	return store, context.WithValue(ctx, at{s}, store)
}

func (s *several) View(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Reader) error) error {
	store, ctx := s.choose(ctx)
	return store.View(ctx, tenant, fn)
}

func (s *several) Update(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	store, ctx := s.choose(ctx)
	return store.Update(ctx, tenant, fn)
}

// The contract holds where calls go to several processes by turns: what each remembers
// is soon what another has changed.
func TestContractOfSeveralProcesses(t *testing.T) {
	postgrestest.Conn(t) // what starting a server leaves running is no leak of a store
	storagetest.Run(t, storagetest.Harness{
		Open: func(t testing.TB) storage.Store {
			name := postgrestest.Schema(t)
			schema := postgres.Schema(name)
			s := &several{turn: new(atomic.Int64), others: []*postgres.Store{
				openAt(t, postgrestest.Conn(t), schema), openAt(t, postgrestest.Conn(t), schema),
				openAt(t, postgrestest.Conn(t)+" search_path="+name), // which names the same tables otherwise
			}}
			s.housed = housed{s.others[0], schema}
			return s
		},
		Host: func(t testing.TB, s storage.Store) func(context.Context, func(storage.Store) error) error {
			return inTx(t, s.(*several).housed)
		},
		Except: []string{"history", "erasure", "queries", "paging", "texts", "numbers", "feed", "joining", "cancellation", "tenants", "closing", "capabilities"},
	})
}
