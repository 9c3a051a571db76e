package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/sqlite"
)

// BenchmarkJourney measures the way from a new lead to a paid invoice, and what a
// program needs that reads and writes the same rows in the same transactions with
// prepared statements, at the same synchronous setting.
func BenchmarkJourney(b *testing.B) {
	var library, raw float64
	b.Run("library", func(b *testing.B) {
		c := client(b, open(b))
		for b.Loop() {
			if err := journeytest.Play(b.Context(), c, "", nil); err != nil {
				b.Fatal(err)
			}
		}
		library = float64(b.Elapsed()) / float64(b.N)
	})
	b.Run("raw", func(b *testing.B) {
		file := filepath.Join(b.TempDir(), "raw.db")
		openFile(b, file)
		r := newRaw(b, file)
		trace := journeytest.Trace(b)
		var journeys [][][]journeytest.Access
		for n := range b.N {
			journeys = append(journeys, journeytest.Renew(b, trace, n))
		}
		b.ResetTimer()
		for _, j := range journeys {
			for _, tx := range j {
				r.run(b, tx)
			}
		}
		raw = float64(b.Elapsed()) / float64(b.N)
		if library > 0 {
			b.ReportMetric(raw/library, "library/raw")
		}
	})
}

// raw is the program written by hand.
type raw struct {
	db       *sql.DB
	prepared map[string]*sql.Stmt
	position int
}

func newRaw(b *testing.B, file string) *raw {
	db, err := sql.Open("sqlite", "file:"+file+"?_txlock=immediate&_pragma=synchronous(normal)")
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(2) // statements are prepared beside the transaction
	b.Cleanup(func() { db.Close() })
	return &raw{db: db, prepared: map[string]*sql.Stmt{}}
}

func (r *raw) stmt(b *testing.B, tx *sql.Tx, text string) *sql.Stmt {
	s := r.prepared[text]
	if s == nil {
		var err error
		if s, err = r.db.Prepare(text); err != nil {
			b.Fatal(err)
		}
		r.prepared[text] = s
	}
	return tx.Stmt(s)
}

const (
	rawGet  = `SELECT r.version, r.number, r.state, r.status, r.owner_id, r.currency, r.amount, r.due_on, r.created_at, r.updated_at, r.keys, r.claims, v.body FROM l2c_record r JOIN l2c_version v USING (tenant_id, kind, id, version) WHERE tenant_id = ? AND kind = ? AND id = ?`
	rawFind = `SELECT r.id, r.version, v.body FROM l2c_key k JOIN l2c_record r USING (tenant_id, kind, id) JOIN l2c_version v USING (tenant_id, kind, id, version) WHERE tenant_id = ? AND kind = ? AND name = ? AND value = ?`
)

func (r *raw) run(b *testing.B, accesses []journeytest.Access) {
	tx, err := r.db.BeginTx(context.Background(), nil)
	if err != nil {
		b.Fatal(err)
	}
	exec := func(text string, args ...any) {
		if _, err := r.stmt(b, tx, text).Exec(args...); err != nil {
			b.Fatal(err)
		}
	}
	query := func(text string, args ...any) {
		rows, err := r.stmt(b, tx, text).Query(args...)
		if err != nil {
			b.Fatal(err)
		}
		columns, _ := rows.Columns()
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		for rows.Next() {
			if err := rows.Scan(values...); err != nil {
				b.Fatal(err)
			}
		}
		rows.Close()
	}
	for _, a := range accesses {
		switch {
		case a.Get != nil:
			query(rawGet, "default", a.Get.Kind, a.Get.ID.String())
		case a.Find != nil:
			for _, c := range a.Find.Where {
				if c.Field == storage.FieldKey {
					query(rawFind, "default", a.Find.Kind, c.Key, c.Values[0])
					break
				}
			}
		case a.Next != "":
			exec(`INSERT INTO l2c_counter VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET value = value + 1`, "default", a.Next)
		default:
			r.put(b, exec, a)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

func (r *raw) put(b *testing.B, exec func(string, ...any), a journeytest.Access) {
	rec, id := a.Put, a.Put.ID.String()
	body, err := rec.Body()
	if err != nil {
		b.Fatal(err)
	}
	at := rec.UpdatedAt.Format("2006-01-02T15:04:05.000000Z")
	var names []string
	for _, k := range rec.Keys {
		names = append(names, k.Name, k.Value)
	}
	keys, claims := list(names), list(rec.Claims)
	amount := any(nil)
	if rec.Amount.Valid {
		amount = rec.Amount.Decimal.String()
	}
	due := any(nil)
	if rec.DueOn != 0 {
		due = int64(rec.DueOn)
	}
	if rec.Version == 1 {
		exec(`INSERT INTO l2c_record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, "default", rec.Kind, id, rec.Version,
			rec.Number, rec.State, rec.Status, rec.Owner.String(), rec.Currency, amount, amount, due, at, at, rec.Format, keys, claims)
		for _, k := range rec.Keys {
			exec(`INSERT INTO l2c_key VALUES (?, ?, ?, ?, ?)`, "default", rec.Kind, k.Name, k.Value, id)
		}
		for _, c := range rec.Claims {
			exec(`INSERT INTO l2c_claim VALUES (?, ?, ?, ?)`, "default", rec.Kind, c, id)
		}
	} else {
		exec(`UPDATE l2c_record SET version = ?, number = ?, state = ?, status = ?, amount = ?, amount_key = ?, due_on = ?, updated_at = ?, keys = ?, claims = ?
			WHERE tenant_id = ? AND kind = ? AND id = ?`, rec.Version, rec.Number, rec.State, rec.Status, amount, amount, due, at, keys, claims,
			"default", rec.Kind, id)
	}
	exec(`INSERT INTO l2c_version VALUES (?, ?, ?, ?, ?)`, "default", rec.Kind, id, rec.Version, string(body))
	for i, e := range a.Events {
		data, err := e.Data.Body()
		if err != nil {
			b.Fatal(err)
		}
		r.position++
		exec(`INSERT INTO l2c_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, "default", rec.Kind, id, rec.Version, i, r.position, e.Type,
			at, e.Actor, e.Request, false, string(data))
	}
}

func list(texts []string) string { return `["` + strings.Join(texts, `","`) + `"]` }

// BenchmarkList reads a page of 50 in each order from few and from many records.
func BenchmarkList(b *testing.B) {
	for _, n := range []int{10_000, journeytest.Many(100_000)} {
		store := open(b)
		journeytest.Fill(b, store, n)
		for _, order := range []storage.Field{storage.FieldCreatedAt, storage.FieldUpdatedAt, storage.FieldNumber, storage.FieldDueOn, storage.FieldAmount} {
			for _, desc := range []bool{false, true} {
				b.Run(fmt.Sprintf("%d/%s/desc=%t", n, order, desc), func(b *testing.B) {
					for b.Loop() {
						journeytest.Page(b, store, storage.Query{Kind: "thing", Order: order, Desc: desc, Limit: 50})
					}
				})
			}
		}
		b.Run(fmt.Sprintf("%d/state", n), func(b *testing.B) {
			for b.Loop() {
				journeytest.Page(b, store, storage.Query{Kind: "thing", Limit: 50, Desc: true, Where: []storage.Cond{
					{Field: storage.FieldState, Op: storage.OpEq, Values: []any{"open"}},
				}})
			}
		})
	}
}

// BenchmarkGrowth compares a journey beside few records with one beside many.
func BenchmarkGrowth(b *testing.B) {
	var first time.Duration
	for _, n := range []int{1000, journeytest.Many(10_000)} {
		store := open(b, sqlite.Relaxed())
		journeytest.Fill(b, store, n)
		c := client(b, store)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if err := journeytest.Play(b.Context(), c, "", nil); err != nil {
					b.Fatal(err)
				}
			}
			each := b.Elapsed() / time.Duration(b.N)
			if first == 0 {
				first = each
			}
			b.ReportMetric(float64(each)/float64(first), "growth")
		})
	}
}

// BenchmarkAgeing sorts open invoices by age and writes their letters.
func BenchmarkAgeing(b *testing.B) { journeytest.Receivables(b, open(b)) }
