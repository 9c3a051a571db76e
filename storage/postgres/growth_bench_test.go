package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/postgres"
	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
)

// BenchmarkGrowth compares a journey after few others with one after many.
func BenchmarkGrowth(b *testing.B) {
	var first time.Duration
	for _, n := range []int{1000, journeytest.Many(10_000)} {
		schema := postgrestest.Schema(b)
		c := client(b, openAt(b, postgrestest.Conn(b), postgres.Schema(schema)))
		const played = 10
		for range played {
			if err := journeytest.Play(b.Context(), c, "", nil); err != nil {
				b.Fatal(err)
			}
		}
		multiply(b, schema, n/played-1)
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

// multiply copies what is stored so many times, with other ids and numbers, and has
// the server look at the result, as it does by itself after a while.
func multiply(b *testing.B, schema string, times int) {
	b.Helper()
	const (
		id  = `(lpad(to_hex(n), 8, '0') || substr(id::text, 9))::uuid`
		tx  = `(lpad(to_hex(n), 8, '0') || substr(tx_id::text, 9))::uuid`
		of  = ` CROSS JOIN generate_series(1, $1) AS n WHERE id >= '01000000-0000-0000-0000-000000000000'` // ids of copies begin with 00
		key = `CASE length(value) WHEN 36 THEN lpad(to_hex(n), 8, '0') || substr(value, 9) ELSE value || '-' || n END`
	)
	pool, at := postgrestest.Pool(b), names(schema)
	copies := func(table, columns string) {
		b.Helper()
		name := at.Table(table)
		if _, err := pool.Exec(b.Context(), "INSERT INTO "+name+" SELECT "+columns+" FROM "+name+of, times); err != nil {
			b.Fatalf("%s: %v", table, err)
		}
		if _, err := pool.Exec(b.Context(), "ANALYZE "+name); err != nil {
			b.Fatal(err)
		}
	}
	copies("record", `tenant_id, kind, `+id+`, version, number || '-' || n, state, status, owner_id, currency, amount, due_on,
		created_at, updated_at, format, keys, claims`)
	copies("version", `tenant_id, kind, `+id+`, version, body`)
	copies("key", `tenant_id, kind, name, `+key+`, `+id)
	copies("claim", `tenant_id, kind, claim || '-' || n, `+id)
	copies("event", `tenant_id, kind, `+id+`, version, ordinal, `+tx+`, place, type, at, actor, request, deleted, body`)
}
