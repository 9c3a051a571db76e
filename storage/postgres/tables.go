package postgres

import (
	"strconv"
	"strings"
	"sync"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

// tableNames are all tables but that of the migrations.
var tableNames = []string{"record", "version", "key", "claim", "event", "pending", "feed", "counter"}

// tables is the SQL that a store runs.
type tables struct {
	at      sqlkit.Names
	dialect sqlkit.Dialect

	get, getOther, head, lastVersion          string
	updateRecord, deleteRecord, blankVersions string
	deleteKey, deleteClaim                    string
	insertRecord, insertVersion, insertEvent  func(n int) string
	insertKey, insertClaim                    func(n int) string
	insertPending, insertCertified, hasEvents string
	unchanged, holders, pastOf, isCertified   string
	takeLocks                                 string
	count, counters, history, deleted         string
	feedState, feedPage, feedImages           string
	lockFeed, readFeed, unnumbered, unready   string
	insertFeed, deletePending, endFeed        string
	nextTenant                                string
}

var (
	tablesMu sync.Mutex
	tablesBy = map[sqlkit.Names]*tables{}
)

// tablesOf returns the texts for names; a host makes stores often.
func tablesOf(names sqlkit.Names) *tables {
	tablesMu.Lock()
	defer tablesMu.Unlock()
	t := tablesBy[names]
	if t == nil {
		t = newTables(names)
		tablesBy[names] = t
	}
	return t
}

func newTables(names sqlkit.Names) *tables {
	var pairs []string
	for _, name := range tableNames {
		pairs = append(pairs, "{"+name+"}", names.Table(name))
	}
	text := strings.NewReplacer(pairs...).Replace
	header := `r.id, r.version, r.number, r.state, r.status, r.owner_id, r.currency, r.amount::text, r.due_on,
		r.created_at, r.updated_at, r.format, r.keys, r.claims, r.name, ` + slotSelect + `, `
	// Each table is asked for the tenant by the parameter, not by another table: a cluster
	// sends to one node only what says of every table where it is.
	body := `(SELECT v.body FROM {version} v WHERE v.tenant_id = $1 AND v.kind = $2 AND v.id = r.id AND v.version = r.version)`
	columns := text(header + body)
	feedPage := func(image, join string) string {
		return text(`SELECT f.position - f.events + e.place, e.kind, e.id, e.version, e.ordinal, e.type, e.at, e.actor, e.request, e.deleted, e.body, ` + image + `
			FROM {feed} f JOIN {event} e ON e.tenant_id = $1 AND e.tx_id = f.tx_id ` + join + `
			WHERE f.tenant_id = $1 AND f.position > $2 AND f.position <= $3 AND f.position - f.events + e.place > $2
			ORDER BY f.position, e.place LIMIT $4`)
	}
	return &tables{
		at: names,
		dialect: sqlkit.Dialect{
			Select: columns,
			Param:  func(n int) string { return "$" + strconv.Itoa(n) },
			Column: column,
			Value:  bound,
			// Few records have a key, even where the planner knows nothing of the
			// tables yet; OFFSET 0 keeps it from beginning with all of a kind.
			Named: func(record, ids string) string {
				return "(" + ids + ") AS named CROSS JOIN LATERAL (SELECT * FROM " + record +
					" WHERE tenant_id = $1 AND kind = $2 AND id = named.id OFFSET 0) AS r"
			},
			Among: func(ids string) string { return "r.id = ANY (ARRAY(" + ids + "))" },
		},
		get: text(`SELECT ` + columns + ` FROM {record} r WHERE r.tenant_id = $1 AND r.kind = $2 AND r.id = $3`),
		getOther: text(`SELECT ` + header + `CASE WHEN r.version = $4 AND r.updated_at = $5 THEN NULL ELSE ` + body + ` END
			FROM {record} r WHERE r.tenant_id = $1 AND r.kind = $2 AND r.id = $3`),
		head:        text(`SELECT version, keys, claims FROM {record} WHERE tenant_id = $1 AND kind = $2 AND id = $3`),
		lastVersion: text(`SELECT max(version) FROM {version} WHERE tenant_id = $1 AND kind = $2 AND id = $3`),
		insertRecord: multiRow(text(`INSERT INTO {record} (tenant_id, kind, id, version, number, state, status, owner_id, currency,
			amount, due_on, created_at, updated_at, format, keys, claims, name, `+strings.Join(slotColumns, ", ")+`) VALUES `), 1, 16+len(slotColumns)),
		updateRecord: text(`UPDATE {record} SET version = $4, number = $5, state = $6, status = $7, owner_id = $8, currency = $9,
			amount = $10, due_on = $11, created_at = $12, updated_at = $13, format = $14, keys = $15, claims = $16, name = $17, ` + slotUpdate + `
			WHERE tenant_id = $1 AND kind = $2 AND id = $3 AND ` + sameKeys(18+len(slotColumns))),
		deleteRecord:  text(`DELETE FROM {record} WHERE tenant_id = $1 AND kind = $2 AND id = $3 AND ` + sameKeys(4)),
		insertVersion: multiRow(text(`INSERT INTO {version} (tenant_id, kind, id, version, body) VALUES `), 1, 4),
		blankVersions: text(`UPDATE {version} SET body = NULL WHERE tenant_id = $1 AND kind = $2 AND id = $3 AND version <= $4`),
		insertEvent:   multiRow(text(`INSERT INTO {event} (tenant_id, tx_id, kind, id, version, ordinal, place, type, at, actor, request, deleted, body) VALUES `), 2, 11),
		insertKey:     multiRow(text(`INSERT INTO {key} (tenant_id, kind, id, name, value) VALUES `), 1, 4),
		insertClaim:   multiRow(text(`INSERT INTO {claim} (tenant_id, kind, id, claim) VALUES `), 1, 3),
		deleteKey:     text(`DELETE FROM {key} WHERE tenant_id = $1 AND kind = $2 AND name = $3 AND value = $4 AND id = $5`),
		deleteClaim:   text(`DELETE FROM {claim} WHERE tenant_id = $1 AND kind = $2 AND claim = $3`),
		insertPending: text(`INSERT INTO {pending} (tenant_id, tx_id) VALUES ($1, $2)`),
		// In a database that another way of isolation holds for, one of both fails.
		insertCertified: text(`INSERT INTO {pending} (tenant_id, tx_id, certified) VALUES ($1, $2, true)`),
		isCertified: text(`SELECT EXISTS (SELECT 1 FROM pg_attribute
			WHERE attrelid = to_regclass('{pending}') AND attname = 'certified' AND NOT attisdropped)`),
		// One after the other, in the order given. However a process names the tables, its
		// locks are of those that it works with.
		takeLocks: text(`SELECT count(CASE WHEN l.exclusive THEN pg_advisory_xact_lock(l.number # l.place)::text
				ELSE pg_advisory_xact_lock_shared(l.number # l.place)::text END)
			FROM (SELECT number, exclusive, (SELECT to_regclass('{record}')::oid::bigint << 24) AS place
				FROM unnest($1::bigint[], $2::boolean[]) AS n (number, exclusive) OFFSET 0) AS l`),
		// Each look-up is one of an index, whatever the planner believes of the tables.
		unchanged: text(`SELECT 1 / CASE WHEN EXISTS (
				SELECT FROM unnest($2::text[], $3::uuid[], $4::bigint[], $13::timestamptz[]) AS n (kind, id, version, at)
				WHERE coalesce((SELECT CASE WHEN r.updated_at = coalesce(n.at, r.updated_at) THEN r.version ELSE -1 END
					FROM {record} r WHERE r.tenant_id = $1 AND r.kind = n.kind AND r.id = n.id), 0) <> n.version
			) OR EXISTS (
				SELECT FROM unnest($5::text[], $6::text[], $7::text[], $8::text[]) AS n (kind, name, value, ids)
				WHERE coalesce((SELECT string_agg(k.id::text, ',' ORDER BY k.id) FROM {key} k
					WHERE k.tenant_id = $1 AND k.kind = n.kind AND k.name = n.name AND k.value = n.value), '') <> n.ids
			) OR EXISTS (
				SELECT FROM unnest($9::text[], $10::uuid[], $11::bigint[], $12::bigint[]) AS n (kind, id, events, images)
				WHERE (SELECT count(*) FROM {event} e WHERE e.tenant_id = $1 AND e.kind = n.kind AND e.id = n.id) <> n.events
				OR (SELECT count(v.body) FROM {version} v WHERE v.tenant_id = $1 AND v.kind = n.kind AND v.id = n.id) <> n.images
			) THEN 0 ELSE 1 END`),
		holders: text(`SELECT k.value, k.id, coalesce((SELECT r.version FROM {record} r WHERE r.tenant_id = $1 AND r.kind = $2 AND r.id = k.id), 0)
			FROM {key} k WHERE k.tenant_id = $1 AND k.kind = $2 AND k.name = $3 AND k.value = ANY ($4::text[]) LIMIT $5`),
		pastOf: text(`SELECT (SELECT count(*) FROM {event} WHERE tenant_id = $1 AND kind = $2 AND id = $3),
			(SELECT count(body) FROM {version} WHERE tenant_id = $1 AND kind = $2 AND id = $3)`),
		hasEvents: text(`SELECT EXISTS (SELECT 1 FROM {event} WHERE tenant_id = $1 AND tx_id = $2)`),
		count: text(`INSERT INTO {counter} AS c (tenant_id, name, value) VALUES ($1, $2, $3)
			ON CONFLICT (tenant_id, name) DO UPDATE SET value = c.value + excluded.value RETURNING value`),
		counters: text(`SELECT name, value FROM {counter} WHERE tenant_id = $1 AND name <> '' AND value > 0`),
		history: text(`SELECT e.version, e.ordinal, e.type, e.at, e.actor, e.request, e.deleted, e.body, v.body FROM {event} e
			LEFT JOIN {version} v ON v.tenant_id = $1 AND v.kind = $2 AND v.id = e.id AND v.version = e.version
			WHERE e.tenant_id = $1 AND e.kind = $2 AND e.id = $3 AND (e.version, e.ordinal) > ($4, $5)
			ORDER BY e.version, e.ordinal LIMIT $6`),
		deleted: text(`SELECT DISTINCT id FROM {event} WHERE tenant_id = $1 AND kind = $2 AND deleted AND at > $3`),
		feedState: text(`SELECT coalesce((SELECT value FROM {counter} WHERE tenant_id = $1 AND name = ''), 0),
			EXISTS (SELECT 1 FROM {pending} WHERE tenant_id = $1)`),
		feedPage: feedPage("NULL::jsonb", ""),
		feedImages: feedPage("v.body",
			"LEFT JOIN {version} v ON v.tenant_id = $1 AND v.kind = e.kind AND v.id = e.id AND v.version = e.version"),
		lockFeed: text(`INSERT INTO {counter} (tenant_id, name, value) VALUES ($1, '', 0) ON CONFLICT (tenant_id, name) DO NOTHING`),
		readFeed: text(`SELECT value FROM {counter} WHERE tenant_id = $1 AND name = '' FOR UPDATE`),
		unnumbered: text(`SELECT e.tx_id, e.kind, e.id, e.version FROM
			(SELECT tenant_id, tx_id FROM {pending} WHERE tenant_id = $1 ORDER BY tx_id LIMIT $2) p
			JOIN {event} e ON e.tenant_id = $1 AND e.tx_id = p.tx_id ORDER BY e.tx_id, e.place`),
		unready: text(`SELECT EXISTS (SELECT 1 FROM {pending} p
			JOIN {event} e ON e.tenant_id = $1 AND e.tx_id = p.tx_id
			JOIN {event} before ON before.tenant_id = $1 AND before.kind = e.kind AND before.id = e.id
				AND before.version = e.version - 1 AND before.ordinal = 0
			JOIN {pending} later ON later.tenant_id = $1 AND later.tx_id = before.tx_id
			WHERE p.tenant_id = $1 AND p.tx_id <= $2 AND later.tx_id > $2)`),
		insertFeed:    text(`INSERT INTO {feed} (tenant_id, position, events, tx_id) VALUES ($1, $2, $3, $4)`),
		deletePending: text(`DELETE FROM {pending} WHERE tenant_id = $1 AND tx_id = $2`),
		nextTenant:    text(`SELECT coalesce(min(tenant_id), '') FROM {event} WHERE tenant_id > $1`),
		endFeed:       text(`UPDATE {counter} SET value = $2 WHERE tenant_id = $1 AND name = ''`),
	}
}

// maxRows is how many rows are inserted by one statement.
const maxRows = 16

// multiRow returns how to insert several rows: those arguments that all share, then
// those of each.
func multiRow(insert string, shared, each int) func(n int) string {
	var texts [maxRows + 1]string
	var b strings.Builder
	b.WriteString(insert)
	for n := 1; n <= maxRows; n++ {
		if n > 1 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for i := range shared {
			b.WriteString("$" + strconv.Itoa(i+1) + ", ")
		}
		for i := range each {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString("$" + strconv.Itoa(shared+(n-1)*each+i+1))
		}
		b.WriteByte(')')
		texts[n] = b.String()
	}
	return func(n int) string { return texts[n] }
}

// sameKeys fails, with a division by zero, unless the keys of a record are still those of
// an argument: they may have been replaced without a new version.
func sameKeys(param int) string {
	return "1 / CASE WHEN keys = $" + strconv.Itoa(param) + "::text[] THEN 1 ELSE 0 END = 1"
}

// slotColumns are the columns of slots, slotSelect and slotUpdate how they are read and
// set.
var slotColumns, slotSelect, slotUpdate = func() (names []string, selected, set string) {
	for i, f := range storage.SlotFields() {
		name := column(f)
		names = append(names, name)
		if i > 0 {
			selected, set = selected+", ", set+", "
		}
		selected += "r." + name
		if strings.HasPrefix(name, "num") {
			selected += "::text"
		}
		set += name + " = $" + strconv.Itoa(18+i)
	}
	return names, selected, set
}()

func column(f storage.Field) string {
	if f == storage.FieldOwner {
		return "owner_id"
	}
	return string(f)
}

// bound returns what is sent for a value to compare a column with.
func bound(_ storage.Field, value any) any {
	switch v := value.(type) {
	case uuid.UUID:
		return [16]byte(v)
	case decimal.Decimal:
		return v.String()
	case storage.Day:
		return dateOf(v)
	default:
		return v
	}
}
