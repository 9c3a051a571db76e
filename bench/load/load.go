package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/postgres"
)

// load is what a run does.
type load struct {
	mode             string
	workers, tenants int
	conns            int           // of the pool at most; 0 for one for each worker
	latency          time.Duration // of the network, added to each answer of the server
	duration, pause  time.Duration
}

// modes are what each worker does again and again. A mode prepares a tenant and
// returns one turn of a worker, which calls done after each command.
var modes = map[string]func(context.Context, *engine.Client) (turn func(context.Context, *engine.Client, func()) error, err error){
	"journeys": func(ctx context.Context, c *engine.Client) (func(context.Context, *engine.Client, func()) error, error) {
		turn := func(ctx context.Context, c *engine.Client, done func()) error {
			return journeytest.Play(ctx, c, "", func(string) { done() })
		}
		return turn, turn(ctx, c, func() {}) // the first one of the day begins the numbers
	},
	"record": func(ctx context.Context, c *engine.Client) (func(context.Context, *engine.Client, func()) error, error) {
		lead, err := c.Leads().Create(ctx, leadtocash.CreateLead{Origin: inEUR, Fields: leadtocash.LeadFields{Topic: "what everybody wants", LastName: "Roe"}})
		var turns atomic.Int64
		return func(ctx context.Context, c *engine.Client, done func()) error {
			_, err := c.Leads().Score(ctx, lead.ID, leadtocash.SetScore{Score: int32(turns.Add(1) % 101)})
			done()
			return err
		}, err
	},
	"counter": func(ctx context.Context, c *engine.Client) (func(context.Context, *engine.Client, func()) error, error) {
		buyer, err := bigCustomer(ctx, c)
		return func(ctx context.Context, c *engine.Client, done func()) error {
			invoice, err := c.Invoices().Create(ctx, leadtocash.CreateInvoice{
				Origin: inEUR, Fields: leadtocash.InvoiceFields{Name: "one desk", CustomerID: record.AccountCustomer(buyer)},
				Lines: []pricing.LineFields{pricing.WriteIn("desk", decimal.NewFromInt(1), decimal.NewFromInt(450))},
			})
			done()
			if err != nil {
				return err
			}
			_, err = c.Invoices().Issue(ctx, invoice.ID, leadtocash.IssueInvoice{})
			done()
			return err
		}, err
	},
	"customer": func(ctx context.Context, c *engine.Client) (func(context.Context, *engine.Client, func()) error, error) {
		customer, err := bigCustomer(ctx, c)
		return func(ctx context.Context, c *engine.Client, done func()) error {
			name := "by" + uuid.NewString()
			lead, err := c.Leads().Create(ctx, leadtocash.CreateLead{
				Origin: inEUR, Fields: leadtocash.LeadFields{Topic: "another branch", LastName: name, Email1: name + "@example.com"},
			})
			done()
			if err != nil {
				return err
			}
			_, err = c.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{Account: leadtocash.PlanUse(customer)})
			done()
			return err
		}, err
	},
}

var inEUR = record.Origin{Currency: money.EUR}

func bigCustomer(ctx context.Context, c *engine.Client) (record.AccountID, error) {
	account, err := c.Accounts().Create(ctx, party.CreateAccount{Origin: inEUR, Fields: party.AccountFields{Name: "Everybody's customer"}})
	return account.ID, err
}

// result is what a run has come to.
type result struct {
	load
	took            time.Duration
	turns, failed   int
	latencies       []time.Duration // of commands, sorted
	runs, trips     int64
	firstOfFailures error
}

func (r result) commands() int { return len(r.latencies) }

// at returns the latency that a share of the commands kept.
func (r result) at(share float64) time.Duration {
	if len(r.latencies) == 0 {
		return 0
	}
	return r.latencies[min(int(share*float64(len(r.latencies))), len(r.latencies)-1)]
}

func (r result) perCommand(n int64) float64 { return float64(n) / float64(max(r.commands(), 1)) }

// print writes a line of a table.
func (r result) print(w io.Writer) {
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	fmt.Fprintf(w, "%-8s %3d workers in %3d tenants: %7.1f turns/s, %.3f runs, %.2f round trips a command; p50 %.1f, p95 %.1f, p99 %.1f, max %.1f ms; %d commands, %d failed\n",
		r.mode, r.workers, r.tenants, float64(r.turns)/r.took.Seconds(), r.perCommand(r.runs), r.perCommand(r.trips),
		ms(r.at(0.50)), ms(r.at(0.95)), ms(r.at(0.99)), ms(r.at(1)), r.commands(), r.failed)
}

// trips counts what is sent to the server and waited for: queries and batches. It
// counts neither what pgx sends to prepare a statement, once per connection, nor
// rollbacks.
type trips struct{ n atomic.Int64 }

func (t *trips) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	t.n.Add(1)
	return ctx
}
func (t *trips) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
func (t *trips) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	t.n.Add(1)
	return ctx
}
func (t *trips) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (t *trips) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

// distant is a connection to a server that is some way off: what answers is not there
// before the latency has passed since the last was sent.
type distant struct {
	net.Conn
	latency time.Duration
	sent    atomic.Int64 // Unix time in nanoseconds
}

func (c *distant) Write(p []byte) (int, error) {
	c.sent.Store(time.Now().UnixNano())
	return c.Conn.Write(p)
}

func (c *distant) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	time.Sleep(time.Until(time.Unix(0, c.sent.Load()).Add(c.latency)))
	return n, err
}

// counted is a store that counts how often the functions of updates run.
type counted struct {
	storage.Store
	runs *atomic.Int64
}

func (c counted) Unwrap() storage.Store { return c.Store }

func (c counted) Update(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	return c.Store.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error {
		c.runs.Add(1)
		return fn(ctx, tx)
	})
}

// run puts a load on the store in a schema, which it makes if need be.
func (l load) run(ctx context.Context, conn, schema string) (r result, err error) {
	prepare, known := modes[l.mode]
	if !known || l.workers < 1 || l.tenants < 1 || l.duration <= 0 {
		return r, errors.New("load: no such mode, or nobody to work")
	}
	config, err := pgxpool.ParseConfig(conn)
	if err != nil {
		return r, err
	}
	var sent trips
	config.ConnConfig.Tracer = &sent
	config.MaxConns = int32(l.workers + 1)
	if l.conns > 0 {
		config.MaxConns = min(config.MaxConns, int32(l.conns))
	}
	if l.latency > 0 {
		dial := config.ConnConfig.DialFunc
		config.ConnConfig.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dial(ctx, network, addr)
			return &distant{Conn: conn, latency: l.latency}, err
		}
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return r, err
	}
	defer pool.Close()
	store, err := postgres.New(pool, postgres.Schema(schema))
	if err != nil {
		return r, err
	}
	if err := store.Migrate(ctx); err != nil {
		return r, err
	}
	var runs atomic.Int64
	client, err := engine.New(counted{store, &runs})
	if err != nil {
		return r, err
	}
	clients := make([]*engine.Client, l.tenants)
	turns := make([]func(context.Context, *engine.Client, func()) error, l.tenants)
	for i := range clients {
		clients[i] = client.In(storage.Tenant(fmt.Sprint("tenant", i)))
		if turns[i], err = prepare(ctx, clients[i]); err != nil {
			return r, err
		}
	}
	runs.Store(0)
	sent.n.Store(0)
	r.load = l
	var mu sync.Mutex
	var wg sync.WaitGroup
	began := time.Now()
	for i := range l.workers {
		wg.Go(func() {
			c, turn := clients[i%l.tenants], turns[i%l.tenants]
			for time.Since(began) < l.duration && ctx.Err() == nil {
				var took []time.Duration
				last := time.Now()
				err := turn(ctx, c, func() {
					now := time.Now()
					took = append(took, now.Sub(last))
					last = now
				})
				mu.Lock()
				r.turns++
				r.latencies = append(r.latencies, took...)
				if err != nil {
					r.failed++
					r.firstOfFailures = cmp.Or(r.firstOfFailures, err)
				}
				mu.Unlock()
				time.Sleep(l.pause)
			}
		})
	}
	wg.Wait()
	r.took = time.Since(began)
	r.runs, r.trips = runs.Load(), sent.n.Load()
	slices.Sort(r.latencies)
	return r, ctx.Err()
}
