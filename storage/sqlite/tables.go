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
	insertEvent, hasEvent, count                   string
	history, feed, end                             string
}

func newTables(names sqlkit.Names) *tables {
	text := strings.NewReplacer(
		"{record}", names.Table("record"), "{version}", names.Table("version"), "{key}", names.Table("key"),
		"{claim}", names.Table("claim"), "{event}", names.Table("event"), "{counter}", names.Table("counter"),
	).Replace
	columns := text(`r.id, r.version, r.number, r.state, r.status, r.owner_id, r.currency, r.amount, r.due_on,
		r.created_at, r.updated_at, r.format, r.keys, r.claims,
		(SELECT v.body FROM {version} v WHERE v.tenant_id = r.tenant_id AND v.kind = r.kind AND v.id = r.id AND v.version = r.version)`)
	return &tables{
		names: names,
		dialect: sqlkit.Dialect{
			Select: columns,
			Param:  placeholder,
			Column: column,
			Value:  bound,
		},
		get:  text(`SELECT ` + columns + ` FROM {record} r WHERE tenant_id = ?1 AND kind = ?2 AND id = ?3`),
		head: text(`SELECT version, keys, claims FROM {record} WHERE tenant_id = ?1 AND kind = ?2 AND id = ?3`),
		insertRecord: text(`INSERT INTO {record} (tenant_id, kind, id, version, number, state, status, owner_id, currency,
			amount, amount_key, due_on, created_at, updated_at, format, keys, claims)
			VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)`),
		updateRecord: text(`UPDATE {record} SET version = ?4, number = ?5, state = ?6, status = ?7, owner_id = ?8, currency = ?9,
			amount = ?10, amount_key = ?11, due_on = ?12, created_at = ?13, updated_at = ?14, format = ?15, keys = ?16, claims = ?17
			WHERE tenant_id = ?1 AND kind = ?2 AND id = ?3`),
		deleteRecord:  text(`DELETE FROM {record} WHERE tenant_id = ?1 AND kind = ?2 AND id = ?3`),
		insertVersion: text(`INSERT INTO {version} (tenant_id, kind, id, version, body) VALUES (?1, ?2, ?3, ?4, ?5)`),
		blankVersions: text(`UPDATE {version} SET body = NULL WHERE tenant_id = ?1 AND kind = ?2 AND id = ?3 AND version <= ?4`),
		lastVersion:   text(`SELECT max(version) FROM {version} WHERE tenant_id = ?1 AND kind = ?2 AND id = ?3`),
		insertKey:     text(`INSERT INTO {key} (tenant_id, kind, name, value, id) VALUES (?1, ?2, ?3, ?4, ?5)`),
		deleteKey:     text(`DELETE FROM {key} WHERE tenant_id = ?1 AND kind = ?2 AND name = ?3 AND value = ?4 AND id = ?5`),
		insertClaim:   text(`INSERT INTO {claim} (tenant_id, kind, claim, id) VALUES (?1, ?2, ?3, ?4)`),
		deleteClaim:   text(`DELETE FROM {claim} WHERE tenant_id = ?1 AND kind = ?2 AND claim = ?3`),
		insertEvent: text(`INSERT INTO {event} (tenant_id, kind, id, version, ordinal, position, type, at, actor, request, deleted, body)
			VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)`),
		hasEvent: text(`SELECT count(*) FROM {event} WHERE tenant_id = ?1 AND kind = ?2 AND id = ?3 AND version = ?4`),
		count: text(`INSERT INTO {counter} (tenant_id, name, value) VALUES (?1, ?2, 1)
			ON CONFLICT (tenant_id, name) DO UPDATE SET value = value + 1 RETURNING value`),
		history: text(`SELECT e.version, e.ordinal, e.type, e.at, e.actor, e.request, e.deleted, e.body, v.body FROM {event} e
			LEFT JOIN {version} v ON v.tenant_id = e.tenant_id AND v.kind = e.kind AND v.id = e.id AND v.version = e.version
			WHERE e.tenant_id = ?1 AND e.kind = ?2 AND e.id = ?3 AND (e.version, e.ordinal) > (?4, ?5)
			ORDER BY e.version, e.ordinal LIMIT ?6`),
		feed: text(`SELECT position, kind, id, version, ordinal, type, at, actor, request, deleted, body FROM {event}
			WHERE tenant_id = ?1 AND position > ?2 AND position <= ?3 ORDER BY position LIMIT ?4`),
		end: text(`SELECT coalesce(max(position), 0) FROM {event} WHERE tenant_id = ?1`),
	}
}

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
