// Package sqlkit is for authors of stores over SQL databases: what the stores of
// this project share and yours may use. It knows no database and opens none.
//
//   - [Names] names tables with a prefix and in a schema of the host's choice.
//   - [Search] writes the queries of [storage.Query], page by page; [Find] runs it.
//   - [Load], [Plan] and [Migrate] read, order and carry out numbered migrations.
//   - [Retry] runs a transaction again, with backoff and an end.
//   - [Sequence] orders committed transactions for the feed; [Watchers] wait for them.
//
// # Tables
//
// A Search expects two of them. The table record has a row for each living record,
// with the columns tenant_id, kind and id, and those that [Dialect.Column] names,
// in which NULL stands for a missing value. The table key has a row for each of
// its keys, with tenant_id, kind, name, value and id. All texts compare bytewise.
package sqlkit

import (
	"fmt"

	"github.com/leadtocash/leadtocash/storage"
)

// ErrSchema reports that a database has another schema than the store expects:
// none, an older, a newer or a changed one. It is an ErrUnsupported.
var ErrSchema = fmt.Errorf("%w: schema of the database", storage.ErrUnsupported)

// Names says how the tables of a store are called.
type Names struct {
	// Schema is where they are; empty for that of the connection.
	Schema string
	// Prefix begins the name of each.
	Prefix string
}

// Validate reports ErrInvalid unless schema and prefix, where given, match
// [a-z_][a-z0-9_]{0,31}.
func (n Names) Validate() error {
	for _, s := range []string{n.Schema, n.Prefix} {
		if len(s) > 32 {
			return fmt.Errorf("%w: a schema or prefix has at most 32 characters", storage.ErrInvalid)
		}
		for i, c := range []byte(s) {
			letter := c >= 'a' && c <= 'z' || c == '_'
			if !letter && (i == 0 || c < '0' || c > '9') {
				return fmt.Errorf("%w: a schema or prefix consists of small letters, digits and _, and begins with no digit", storage.ErrInvalid)
			}
		}
	}
	return nil
}

// Table returns the name of a table as SQL text has it.
func (n Names) Table(name string) string { return n.qualifier() + n.Prefix + name }

func (n Names) qualifier() string {
	if n.Schema == "" {
		return ""
	}
	return `"` + n.Schema + `".`
}
