package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
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
	stored   map[storage.Ref]*storage.Record // what it knows of its records
}

func newRaw(b *testing.B, file string) *raw {
	db, err := sql.Open("sqlite", "file:"+file+"?_txlock=immediate&_pragma=synchronous(normal)")
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(2) // statements are prepared beside the transaction
	b.Cleanup(func() { db.Close() })
	return &raw{db: db, prepared: map[string]*sql.Stmt{}, stored: map[storage.Ref]*storage.Record{}}
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
	query := func(text string, args ...any) (number int64) {
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
		if len(values) == 1 {
			number, _ = (*values[0].(*any)).(int64)
		}
		return number
	}
	var position int64
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
			query(`INSERT INTO l2c_counter VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value`, "default", a.Next)
		default:
			if position == 0 {
				position = query(`SELECT max(position) FROM l2c_event WHERE tenant_id = ?`, "default")
			}
			r.put(b, exec, a, &position)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

func (r *raw) put(b *testing.B, exec func(string, ...any), a journeytest.Access, position *int64) {
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
	owner := any(nil)
	if rec.Owner != uuid.Nil {
		owner = rec.Owner.String()
	}
	amount := any(nil)
	if rec.Amount.Valid {
		amount = rec.Amount.Decimal.String()
	}
	due := any(nil)
	if rec.DueOn != 0 {
		due = int64(rec.DueOn)
	}
	slots := rawSlots(rec)
	if rec.Version == 1 {
		exec(`INSERT INTO l2c_record VALUES (?`+strings.Repeat(", ?", 16+len(slots))+`)`, append([]any{
			"default", rec.Kind, id, rec.Version,
			orNull(rec.Number), orNull(rec.State), orNull(rec.Status), owner, orNull(rec.Currency), amount, amount, due, at, at, rec.Format, keys, claims,
		}, slots...)...)
	} else {
		exec(`UPDATE l2c_record SET version = ?, number = ?, state = ?, status = ?, amount = ?, amount_key = ?, due_on = ?, updated_at = ?, keys = ?, claims = ?,
			name = ?, text1 = ?, text2 = ?, text3 = ?, text4 = ?, text5 = ?, text6 = ?, day1 = ?, day2 = ?, day3 = ?,
			num1 = ?, num2 = ?, num3 = ?, num4 = ?, ref1 = ?, ref2 = ?, ref3 = ?
			WHERE tenant_id = ? AND kind = ? AND id = ?`, append(append([]any{
			rec.Version, orNull(rec.Number), orNull(rec.State), orNull(rec.Status), amount, amount, due, at, keys, claims,
		}, slots...), "default", rec.Kind, id)...)
	}
	old := r.stored[rec.Ref]
	if old == nil {
		old = &storage.Record{}
	}
	r.stored[rec.Ref] = rec
	for _, k := range old.Keys {
		if !slices.Contains(rec.Keys, k) {
			exec(`DELETE FROM l2c_key WHERE tenant_id = ? AND kind = ? AND name = ? AND value = ? AND id = ?`, "default", rec.Kind, k.Name, k.Value, id)
		}
	}
	for _, k := range rec.Keys {
		if !slices.Contains(old.Keys, k) {
			exec(`INSERT INTO l2c_key VALUES (?, ?, ?, ?, ?)`, "default", rec.Kind, k.Name, k.Value, id)
		}
	}
	for _, c := range rec.Claims {
		if !slices.Contains(old.Claims, c) {
			exec(`INSERT INTO l2c_claim VALUES (?, ?, ?, ?)`, "default", rec.Kind, c, id)
		}
	}
	exec(`INSERT INTO l2c_version VALUES (?, ?, ?, ?, ?)`, "default", rec.Kind, id, rec.Version, string(body))
	for i, e := range a.Events {
		data, err := e.Data.Body()
		if err != nil {
			b.Fatal(err)
		}
		*position++
		exec(`INSERT INTO l2c_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, "default", rec.Kind, id, rec.Version, i, *position, e.Type,
			at, e.Actor, e.Request, false, string(data))
	}
}

// rawSlots are the columns of name and slots.
func rawSlots(rec *storage.Record) []any {
	args := []any{orNull(rec.Name)}
	for _, t := range rec.Slots.Text {
		args = append(args, orNull(t))
	}
	for _, d := range rec.Slots.Day {
		if d == 0 {
			args = append(args, nil)
		} else {
			args = append(args, int64(d))
		}
	}
	for _, n := range rec.Slots.Num {
		if n.Valid {
			args = append(args, n.Decimal.String())
		} else {
			args = append(args, nil)
		}
	}
	for _, id := range rec.Slots.Ref {
		if id == uuid.Nil {
			args = append(args, nil)
		} else {
			args = append(args, id.String())
		}
	}
	return args
}

func list(texts []string) string {
	if len(texts) == 0 {
		return "[]"
	}
	return `["` + strings.Join(texts, `","`) + `"]`
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// BenchmarkList reads pages from few and from many records.
func BenchmarkList(b *testing.B) {
	for _, n := range []int{10_000, journeytest.Many(100_000)} {
		store := open(b)
		journeytest.Fill(b, store, n)
		journeytest.Pages(b, store, n)
	}
}

// BenchmarkGrowth compares a journey after few others with one after many.
func BenchmarkGrowth(b *testing.B) {
	var first time.Duration
	for _, n := range []int{1000, journeytest.Many(10_000)} {
		file := filepath.Join(b.TempDir(), "growth.db")
		store := openFile(b, file)
		c := client(b, store)
		multiply(b, c, file, n)
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

// BenchmarkReading compares lists of many records with those of few, and what reads all
// with reading.
func BenchmarkReading(b *testing.B) {
	journeytest.Reading(b, func(t testing.TB) storage.Store { return open(t) })
}

// BenchmarkAgeing sorts open invoices by age and writes their letters.
func BenchmarkAgeing(b *testing.B) { journeytest.Receivables(b, open(b)) }

// multiply plays ten journeys and copies their rows, with other ids, numbers and
// positions, until there are n.
func multiply(b *testing.B, c *engine.Client, file string, n int) {
	b.Helper()
	const played = 10
	for range played {
		if err := journeytest.Play(b.Context(), c, "", nil); err != nil {
			b.Fatal(err)
		}
	}
	const (
		copies = `WITH RECURSIVE copy (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < ?1) INSERT INTO `
		id     = `printf('%08x', n) || substr(id, 9)`
		from   = `, copy WHERE id >= '01'` // ids of copies begin with 00
	)
	db := openDB(b, file)
	for _, text := range []string{
		`l2c_record SELECT tenant_id, kind, ` + id + `, version, number || '-' || n, state, status, owner_id, currency, amount, amount_key, due_on,
			created_at, updated_at, format, keys, claims, name, text1, text2, text3, text4, text5, text6, day1, day2, day3,
			num1, num2, num3, num4, ref1, ref2, ref3 FROM l2c_record` + from,
		`l2c_version SELECT tenant_id, kind, ` + id + `, version, body FROM l2c_version` + from,
		`l2c_key SELECT tenant_id, kind, name, CASE length(value) WHEN 36 THEN printf('%08x', n) || substr(value, 9) ELSE value || '-' || n END, ` + id + ` FROM l2c_key` + from,
		`l2c_claim SELECT tenant_id, kind, claim || '-' || n, ` + id + ` FROM l2c_claim` + from,
		`l2c_event SELECT tenant_id, kind, ` + id + `, version, ordinal, position + n * (SELECT max(position) FROM l2c_event WHERE id >= '01'),
			type, at, actor, request, deleted, body FROM l2c_event` + from,
	} {
		if _, err := db.ExecContext(b.Context(), copies+text, n/played-1); err != nil {
			b.Fatal(err)
		}
	}
}
