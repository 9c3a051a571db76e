package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
)

// The programs written by hand do in SQL what the library does to a store in a
// journey: the same look-ups, the same rows, the same serializable transactions, run
// again if the server asks for it. One sends each statement by itself, decodes the
// documents that it reads and encodes those that it writes. The other knows all of
// a transaction beforehand and sends it as one batch.

// rawStatement is a statement of a program.
type rawStatement struct {
	text string
	args []any
	kind string // of the records that it reads; empty if none
	body any    // the document that is the last argument, decoded
}

type rawTransaction []rawStatement

func prepareEach(b *testing.B, pool *pgxpool.Pool, schema string) func(storage.Tenant, int) []func() error {
	return prepareRaw(b, pool, schema, func(ctx context.Context, conn *pgx.Conn, tx rawTransaction) error {
		for _, st := range tx {
			args := st.args
			if st.body != nil {
				body, err := json.Marshal(st.body)
				if err != nil {
					return err
				}
				args = slices.Concat(args[:len(args)-1], []any{body})
			}
			rows, err := conn.Query(ctx, st.text, args...)
			if err != nil {
				return err
			}
			for rows.Next() && st.kind != "" {
				if err := rawRead(rows, st.kind); err != nil {
					return err
				}
			}
			if rows.Close(); rows.Err() != nil {
				return rows.Err()
			}
		}
		return nil
	})
}

func prepareBatch(b *testing.B, pool *pgxpool.Pool, schema string) func(storage.Tenant, int) []func() error {
	return prepareRaw(b, pool, schema, func(ctx context.Context, conn *pgx.Conn, tx rawTransaction) error {
		batch := &pgx.Batch{}
		for _, st := range tx {
			batch.Queue(st.text, st.args...)
		}
		return conn.SendBatch(ctx, batch).Close()
	})
}

// prepareRaw makes journeys of which run carries out each transaction.
func prepareRaw(b *testing.B, pool *pgxpool.Pool, schema string, run func(context.Context, *pgx.Conn, rawTransaction) error) func(storage.Tenant, int) []func() error {
	trace := journeytest.Trace(b)
	return func(tenant storage.Tenant, n int) []func() error {
		journeys := make([]func() error, n)
		for i := range journeys {
			var transactions []rawTransaction
			heads := map[storage.Ref]*storage.Record{}
			for _, accesses := range journeytest.Renew(b, trace, i) {
				transactions = append(transactions, rawSQL(b, names(schema).Table, string(tenant), accesses, heads))
			}
			journeys[i] = func() error {
				for _, tx := range transactions {
					if err := rawRun(b.Context(), pool, tx, run); err != nil {
						return err
					}
				}
				return nil
			}
		}
		return journeys
	}
}

func rawRun(ctx context.Context, pool *pgxpool.Pool, tx rawTransaction, run func(context.Context, *pgx.Conn, rawTransaction) error) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	for {
		err := run(ctx, conn.Conn(), tx)
		var refused *pgconn.PgError
		if !errors.As(err, &refused) || refused.Code != "40001" {
			return err
		}
		if conn.Conn().PgConn().TxStatus() != 'I' {
			if _, err := conn.Exec(ctx, "ROLLBACK"); err != nil {
				return err
			}
		}
	}
}

// rawSQL is the SQL of a transaction. Heads are the records as they are stored.
func rawSQL(b *testing.B, table func(string) string, tenant string, accesses []journeytest.Access, heads map[storage.Ref]*storage.Record) rawTransaction {
	b.Helper()
	var tx rawTransaction
	add := func(text string, args ...any) {
		text = strings.NewReplacer("{record}", table("record"), "{version}", table("version"), "{key}", table("key"), "{claim}", table("claim"),
			"{event}", table("event"), "{pending}", table("pending"), "{counter}", table("counter")).Replace(text)
		tx = append(tx, rawStatement{text: text, args: args})
	}
	const columns = `r.id, r.version, r.number, r.state, r.status, r.owner_id, r.currency, r.amount, r.due_on, r.created_at, r.updated_at, r.keys, r.claims, v.body`
	add("BEGIN ISOLATION LEVEL SERIALIZABLE")
	id, place := [16]byte(uuid.Must(uuid.NewV7())), 0
	for _, a := range accesses {
		switch {
		case a.Get != nil:
			add(`SELECT `+columns+` FROM {record} r JOIN {version} v USING (tenant_id, kind, id, version) WHERE tenant_id = $1 AND kind = $2 AND id = $3`,
				tenant, a.Get.Kind, [16]byte(a.Get.ID))
			tx[len(tx)-1].kind = a.Get.Kind
		case a.Find != nil:
			i := slices.IndexFunc(a.Find.Where, func(c storage.Cond) bool { return c.Field == storage.FieldKey })
			c := a.Find.Where[i]
			add(`SELECT `+columns+` FROM {key} k JOIN {record} r USING (tenant_id, kind, id) JOIN {version} v USING (tenant_id, kind, id, version)
				WHERE tenant_id = $1 AND kind = $2 AND name = $3 AND value = $4`, tenant, a.Find.Kind, c.Key, c.Values[0])
			tx[len(tx)-1].kind = a.Find.Kind
		case a.Next != "":
			add(`INSERT INTO {counter} AS c VALUES ($1, $2, 1) ON CONFLICT (tenant_id, name) DO UPDATE SET value = c.value + 1 RETURNING value`, tenant, a.Next)
		default:
			if place == 0 {
				add(`INSERT INTO {pending} VALUES ($1, $2, true)`, tenant, id)
			}
			old := heads[a.Put.Ref]
			heads[a.Put.Ref] = a.Put
			rawPut(b, add, tenant, old, a, id, &place)
			tx[len(tx)-1-len(a.Events)].body = rawDecode(b, a.Put)
		}
	}
	add("COMMIT")
	return tx
}

func rawPut(b *testing.B, add func(string, ...any), tenant string, old *storage.Record, a journeytest.Access, tx [16]byte, place *int) {
	b.Helper()
	rec, id := a.Put, [16]byte(a.Put.ID)
	var owner, amount, due any
	if rec.Owner != uuid.Nil {
		owner = [16]byte(rec.Owner)
	}
	if rec.Amount.Valid {
		amount = rec.Amount.Decimal.String()
	}
	if rec.DueOn != 0 {
		due = rawDate(rec.DueOn)
	}
	keys := []string{}
	for _, k := range rec.Keys {
		keys = append(keys, k.Name, k.Value)
	}
	claims := append([]string{}, rec.Claims...)
	if old == nil {
		old = &storage.Record{}
		add(`INSERT INTO {record} VALUES ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''), nullif($7, ''), $8, nullif($9, ''), $10, $11, $12, $13, $14, $15, $16,
			$17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)`,
			append([]any{
				tenant, rec.Kind, id, rec.Version, rec.Number, rec.State, rec.Status, owner, rec.Currency, amount, due,
				rec.CreatedAt, rec.UpdatedAt, rec.Format, keys, claims,
			}, rawSlots(rec)...)...)
	} else {
		add(`UPDATE {record} SET version = $4, number = nullif($5, ''), state = nullif($6, ''), status = nullif($7, ''), owner_id = $8, amount = $9, due_on = $10,
			updated_at = $11, keys = $12, claims = $13,
			name = $14, text1 = $15, text2 = $16, text3 = $17, text4 = $18, text5 = $19, text6 = $20, day1 = $21, day2 = $22, day3 = $23,
			num1 = $24, num2 = $25, num3 = $26, num4 = $27, ref1 = $28, ref2 = $29, ref3 = $30 WHERE tenant_id = $1 AND kind = $2 AND id = $3`,
			append([]any{
				tenant, rec.Kind, id, rec.Version, rec.Number, rec.State, rec.Status, owner, amount, due, rec.UpdatedAt, keys, claims,
			}, rawSlots(rec)...)...)
	}
	for _, k := range old.Keys {
		if !slices.Contains(rec.Keys, k) {
			add(`DELETE FROM {key} WHERE tenant_id = $1 AND kind = $2 AND name = $3 AND value = $4 AND id = $5`, tenant, rec.Kind, k.Name, k.Value, id)
		}
	}
	for _, k := range rec.Keys {
		if !slices.Contains(old.Keys, k) {
			add(`INSERT INTO {key} VALUES ($1, $2, $3, $4, $5)`, tenant, rec.Kind, k.Name, k.Value, id)
		}
	}
	for _, c := range old.Claims {
		if !slices.Contains(rec.Claims, c) {
			add(`DELETE FROM {claim} WHERE tenant_id = $1 AND kind = $2 AND claim = $3`, tenant, rec.Kind, c)
		}
	}
	for _, c := range rec.Claims {
		if !slices.Contains(old.Claims, c) {
			add(`INSERT INTO {claim} VALUES ($1, $2, $3, $4)`, tenant, rec.Kind, c, id)
		}
	}
	body, err := rec.Body()
	if err != nil {
		b.Fatal(err)
	}
	add(`INSERT INTO {version} VALUES ($1, $2, $3, $4, $5)`, tenant, rec.Kind, id, rec.Version, []byte(body))
	for i, e := range a.Events {
		data, err := e.Data.Body()
		if err != nil {
			b.Fatal(err)
		}
		*place++
		add(`INSERT INTO {event} VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`, tenant, rec.Kind, id, rec.Version, i, tx, *place,
			e.Type, rec.UpdatedAt, e.Actor, e.Request, false, []byte(data))
	}
}

func rawDate(d storage.Day) time.Time {
	return time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, time.UTC)
}

// rawSlots are the columns of name and slots.
func rawSlots(rec *storage.Record) []any {
	orNull := func(text string) any {
		if text == "" {
			return nil
		}
		return text
	}
	args := []any{orNull(rec.Name)}
	for _, t := range rec.Slots.Text {
		args = append(args, orNull(t))
	}
	for _, d := range rec.Slots.Day {
		if d == 0 {
			args = append(args, nil)
		} else {
			args = append(args, rawDate(d))
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
			args = append(args, [16]byte(id))
		}
	}
	return args
}

// rawRow is a record as a program reads it.
type rawRow struct {
	id, owner                               pgtype.UUID
	version                                 int64
	number, state, status, currency, amount *string
	due                                     *time.Time
	created, updated                        time.Time
	keys, claims                            []string
	document                                any
}

func rawRead(rows pgx.Rows, kind string) error {
	var r rawRow
	var body []byte
	err := rows.Scan(&r.id, &r.version, &r.number, &r.state, &r.status, &r.owner, &r.currency, &r.amount, &r.due, &r.created, &r.updated, &r.keys, &r.claims, &body)
	if err != nil {
		return err
	}
	r.document = rawDocuments[kinds.Kind(kind)]()
	return json.Unmarshal(body, r.document)
}

// rawDecode returns the document of a record.
func rawDecode(b *testing.B, rec *storage.Record) any {
	b.Helper()
	body, err := rec.Body()
	if err != nil {
		b.Fatal(err)
	}
	d := rawDocuments[kinds.Kind(rec.Kind)]()
	if err := json.Unmarshal(body, d); err != nil {
		b.Fatal(err)
	}
	return d
}

var rawDocuments = map[kinds.Kind]func() any{
	kinds.Lead:             blank[leadtocash.Lead],
	kinds.Account:          blank[party.Account],
	kinds.Contact:          blank[party.Contact],
	kinds.Opportunity:      blank[leadtocash.Opportunity],
	kinds.OpportunityClose: blank[leadtocash.OpportunityClose],
	kinds.Quote:            blank[leadtocash.Quote],
	kinds.QuoteClose:       blank[leadtocash.QuoteClose],
	kinds.Order:            blank[leadtocash.Order],
	kinds.OrderClose:       blank[leadtocash.OrderClose],
	kinds.Invoice:          blank[leadtocash.Invoice],
	kinds.Payment:          blank[leadtocash.Payment],
	kinds.Allocation:       blank[leadtocash.Allocation],
	kinds.Seller:           blank[party.Seller],
	kinds.Connection:       blank[party.Connection],
}

func blank[R any]() any { return new(R) }
