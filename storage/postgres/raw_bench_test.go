package postgres_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/postgres"
	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
)

// BenchmarkRaw compares a journey on one connection with programs written by hand
// that read and write the same rows in the same transactions: one that sends each
// statement by itself, and one that knows all of a transaction beforehand and sends
// it in one batch, which nothing can undercut.
func BenchmarkRaw(b *testing.B) {
	var library float64
	b.Run("library", func(b *testing.B) {
		c := client(b, open(b))
		for b.Loop() {
			if err := journeytest.Play(b.Context(), c, "", nil); err != nil {
				b.Fatal(err)
			}
		}
		library = float64(b.Elapsed()) / float64(b.N)
	})
	for _, program := range []struct {
		name string
		run  func(*testing.B, *pgx.Conn, *pgx.Batch)
	}{{"each", runEach}, {"batch", runBatch}} {
		b.Run(program.name, func(b *testing.B) {
			schema := postgrestest.Schema(b)
			openAt(b, postgrestest.Conn(b), postgres.Schema(schema))
			conn, err := pgx.Connect(b.Context(), postgrestest.Conn(b))
			if err != nil {
				b.Fatal(err)
			}
			defer conn.Close(context.Background())
			trace := journeytest.Trace(b)
			var transactions []*pgx.Batch
			for n := range b.N {
				for _, accesses := range journeytest.Renew(b, trace, n) {
					transactions = append(transactions, rawTransaction(b, names(schema).Table, accesses))
				}
			}
			b.ResetTimer()
			for _, tx := range transactions {
				program.run(b, conn, tx)
			}
			if library > 0 {
				b.ReportMetric(float64(b.Elapsed())/float64(b.N)/library, "library/raw")
			}
		})
	}
}

// runEach sends one statement after the other.
func runEach(b *testing.B, conn *pgx.Conn, tx *pgx.Batch) {
	b.Helper()
	for _, q := range tx.QueuedQueries {
		rows, err := conn.Query(b.Context(), q.SQL, q.Arguments...)
		if err != nil {
			b.Fatal(err)
		}
		if rows.Close(); rows.Err() != nil {
			b.Fatal(rows.Err())
		}
	}
}

// runBatch sends all at once.
func runBatch(b *testing.B, conn *pgx.Conn, tx *pgx.Batch) {
	b.Helper()
	if err := conn.SendBatch(b.Context(), tx).Close(); err != nil {
		b.Fatal(err)
	}
}

// rawTransaction is the SQL of a transaction.
func rawTransaction(b *testing.B, table func(string) string, accesses []journeytest.Access) *pgx.Batch {
	b.Helper()
	tx := &pgx.Batch{}
	add := func(text string, args ...any) {
		text = strings.NewReplacer("{record}", table("record"), "{version}", table("version"), "{key}", table("key"), "{claim}", table("claim"),
			"{event}", table("event"), "{pending}", table("pending"), "{counter}", table("counter")).Replace(text)
		tx.Queue(text, args...)
	}
	add("BEGIN ISOLATION LEVEL SERIALIZABLE")
	id, place := [16]byte(uuid.New()), 0
	for _, a := range accesses {
		switch {
		case a.Get != nil:
			add(`SELECT r.version, r.number, r.state, r.status, r.owner_id, r.currency, r.amount, r.due_on, r.created_at, r.updated_at, r.keys, r.claims, v.body
				FROM {record} r JOIN {version} v USING (tenant_id, kind, id, version) WHERE tenant_id = $1 AND kind = $2 AND id = $3`,
				"default", a.Get.Kind, [16]byte(a.Get.ID))
		case a.Find != nil:
			for _, c := range a.Find.Where {
				if c.Field == storage.FieldKey {
					add(`SELECT r.id, r.version, v.body FROM {key} k JOIN {record} r USING (tenant_id, kind, id) JOIN {version} v USING (tenant_id, kind, id, version)
						WHERE tenant_id = $1 AND kind = $2 AND name = $3 AND value = $4`, "default", a.Find.Kind, c.Key, c.Values[0])
					break
				}
			}
		case a.Next != "":
			add(`INSERT INTO {counter} AS c VALUES ($1, $2, 1) ON CONFLICT (tenant_id, name) DO UPDATE SET value = c.value + 1`, "default", a.Next)
		default:
			if place == 0 {
				add(`INSERT INTO {pending} VALUES ($1, $2)`, "default", id)
			}
			rawPut(b, add, a, id, &place)
		}
	}
	add("COMMIT")
	return tx
}

func rawPut(b *testing.B, add func(string, ...any), a journeytest.Access, tx [16]byte, place *int) {
	b.Helper()
	rec, id := a.Put, [16]byte(a.Put.ID)
	var amount, due any
	if rec.Amount.Valid {
		amount = rec.Amount.Decimal.String()
	}
	if rec.DueOn != 0 {
		due = rec.UpdatedAt
	}
	keys := []string{}
	for _, k := range rec.Keys {
		keys = append(keys, k.Name, k.Value)
	}
	claims := append([]string{}, rec.Claims...)
	if rec.Version == 1 {
		add(`INSERT INTO {record} VALUES ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''), nullif($7, ''), $8, nullif($9, ''), $10, $11, $12, $13, $14, $15, $16)`,
			"default", rec.Kind, id, rec.Version, rec.Number, rec.State, rec.Status, [16]byte(rec.Owner), rec.Currency, amount, due,
			rec.CreatedAt, rec.UpdatedAt, rec.Format, keys, claims)
		for _, k := range rec.Keys {
			add(`INSERT INTO {key} VALUES ($1, $2, $3, $4, $5)`, "default", rec.Kind, k.Name, k.Value, id)
		}
		for _, c := range rec.Claims {
			add(`INSERT INTO {claim} VALUES ($1, $2, $3, $4)`, "default", rec.Kind, c, id)
		}
	} else {
		add(`UPDATE {record} SET version = $4, number = nullif($5, ''), state = nullif($6, ''), status = nullif($7, ''), amount = $8, due_on = $9,
			updated_at = $10, keys = $11, claims = $12 WHERE tenant_id = $1 AND kind = $2 AND id = $3`,
			"default", rec.Kind, id, rec.Version, rec.Number, rec.State, rec.Status, amount, due, rec.UpdatedAt, keys, claims)
	}
	body, err := rec.Body()
	if err != nil {
		b.Fatal(err)
	}
	add(`INSERT INTO {version} VALUES ($1, $2, $3, $4, $5)`, "default", rec.Kind, id, rec.Version, []byte(body))
	for i, e := range a.Events {
		data, err := e.Data.Body()
		if err != nil {
			b.Fatal(err)
		}
		*place++
		add(`INSERT INTO {event} VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`, "default", rec.Kind, id, rec.Version, i, tx, *place,
			e.Type, rec.UpdatedAt, e.Actor, e.Request, false, []byte(data))
	}
}
