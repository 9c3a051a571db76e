package sqlite

import (
	"strings"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

// tables is the SQL that a store runs.
type tables struct {
	names   sqlkit.Names
	dialect sqlkit.Dialect

	get, head                                      string
	insertRecord, updateRecord, deleteRecord       string
	insertVersion, blankVersions, lastVersion      string
	insertKey, deleteKey, insertClaim, deleteClaim string
	insertEvent, redactEvent, hasEvent             string
	count, counters                                string
	history, deleted, feed, end, nextTenant        string
	feedImages, reindexRecord                      string
}

func newTables(names sqlkit.Names) *tables {
	text := strings.NewReplacer(
		"{record}", names.Table("record"), "{version}", names.Table("version"), "{key}", names.Table("key"),
		"{claim}", names.Table("claim"), "{event}", names.Table("event"), "{counter}", names.Table("counter"),
	).Replace
	columns := text(`r.id, r.version, r.number, r.state, r.status, r.owner_id, r.currency, r.amount, r.due_on,
		r.created_at, r.updated_at, r.format, r.keys, r.claims,
		(SELECT v.body FROM {version} v WHERE v.tenant_id = r.tenant_id AND v.kind = r.kind AND v.id = r.id AND v.version = r.version),
		r.name, r.` + strings.Join(slotColumns, ", r."))
	return &tables{
		names: names,
		dialect: sqlkit.Dialect{
			Select: columns,
			Param:  placeholder,
			Column: column,
			Value:  bound,
			Among:  func(ids string) string { return "+r.id IN (" + ids + ")" }, // for which no index is thought of
		},
		get:  text(`SELECT ` + columns + ` FROM {record} r WHERE tenant_id = ? AND kind = ? AND id = ?`),
		head: text(`SELECT version, keys, claims FROM {record} WHERE tenant_id = ? AND kind = ? AND id = ?`),
		insertRecord: text(`INSERT INTO {record} (tenant_id, kind, id, version, number, state, status, owner_id, currency,
			amount, amount_key, due_on, created_at, updated_at, format, keys, claims, name, ` + strings.Join(slotColumns, ", ") + `)
			VALUES (?` + strings.Repeat(", ?", 17+len(slotColumns)) + `)`),
		updateRecord: text(`UPDATE {record} SET version = ?, number = ?, state = ?, status = ?, owner_id = ?, currency = ?,
			amount = ?, amount_key = ?, due_on = ?, created_at = ?, updated_at = ?, format = ?, keys = ?, claims = ?, name = ?, ` + strings.Join(slotColumns, " = ?, ") + ` = ?
			WHERE tenant_id = ? AND kind = ? AND id = ?`),
		deleteRecord:  text(`DELETE FROM {record} WHERE tenant_id = ? AND kind = ? AND id = ?`),
		insertVersion: text(`INSERT INTO {version} (tenant_id, kind, id, version, body) VALUES (?, ?, ?, ?, ?)`),
		blankVersions: text(`UPDATE {version} SET body = NULL WHERE tenant_id = ? AND kind = ? AND id = ? AND version <= ?`),
		lastVersion:   text(`SELECT max(version) FROM {version} WHERE tenant_id = ? AND kind = ? AND id = ?`),
		insertKey:     text(`INSERT INTO {key} (tenant_id, kind, name, value, id) VALUES (?, ?, ?, ?, ?)`),
		deleteKey:     text(`DELETE FROM {key} WHERE tenant_id = ? AND kind = ? AND name = ? AND value = ? AND id = ?`),
		insertClaim:   text(`INSERT INTO {claim} (tenant_id, kind, claim, id) VALUES (?, ?, ?, ?)`),
		deleteClaim:   text(`DELETE FROM {claim} WHERE tenant_id = ? AND kind = ? AND claim = ?`),
		insertEvent: text(`INSERT INTO {event} (tenant_id, kind, id, version, ordinal, position, type, at, actor, request, deleted, body)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
		redactEvent: text(`UPDATE {event} SET body = ?, request = ?
			WHERE tenant_id = ? AND kind = ? AND id = ? AND version = ? AND ordinal = ? RETURNING ordinal`),
		hasEvent: text(`SELECT count(*) FROM {event} WHERE tenant_id = ? AND kind = ? AND id = ? AND version = ?`),
		count: text(`INSERT INTO {counter} (tenant_id, name, value) VALUES (?, ?, ?)
			ON CONFLICT (tenant_id, name) DO UPDATE SET value = value + excluded.value RETURNING value`),
		counters: text(`SELECT name, value FROM {counter} WHERE tenant_id = ? AND value > 0`),
		history: text(`SELECT e.version, e.ordinal, e.type, e.at, e.actor, e.request, e.deleted, e.body, v.body FROM {event} e
			LEFT JOIN {version} v ON v.tenant_id = e.tenant_id AND v.kind = e.kind AND v.id = e.id AND v.version = e.version
			WHERE e.tenant_id = ? AND e.kind = ? AND e.id = ? AND (e.version, e.ordinal) > (?, ?)
			ORDER BY e.version, e.ordinal LIMIT ?`),
		deleted: text(`SELECT DISTINCT id FROM {event} WHERE tenant_id = ? AND kind = ? AND deleted = 1 AND at > ?`),
		feed: text(`SELECT position, kind, id, version, ordinal, type, at, actor, request, deleted, body FROM {event}
			WHERE tenant_id = ? AND position > ? AND position <= ? ORDER BY position LIMIT ?`),
		feedImages: text(`SELECT e.position, e.kind, e.id, e.version, e.ordinal, e.type, e.at, e.actor, e.request, e.deleted, e.body, v.body FROM {event} e
			LEFT JOIN {version} v ON v.tenant_id = e.tenant_id AND v.kind = e.kind AND v.id = e.id AND v.version = e.version
			WHERE e.tenant_id = ? AND e.position > ? AND e.position <= ? ORDER BY e.position LIMIT ?`),
		reindexRecord: text(`UPDATE {record} SET keys = ?, name = ?, ` + strings.Join(slotColumns, " = ?, ") + ` = ?
			WHERE tenant_id = ? AND kind = ? AND id = ?`),
		end:        text(`SELECT coalesce(max(position), 0) FROM {event} WHERE tenant_id = ?`),
		nextTenant: text(`SELECT tenant_id FROM {event} WHERE tenant_id > ? ORDER BY tenant_id LIMIT 1`),
	}
}

// slotColumns are the columns of slots.
var slotColumns = func() (names []string) {
	for _, f := range storage.SlotFields() {
		names = append(names, column(f))
	}
	return names
}()

func column(f storage.Field) string {
	switch f {
	case storage.FieldOwner:
		return "owner_id"
	case storage.FieldAmount:
		return "amount_key"
	default:
		return string(f)
	}
}
