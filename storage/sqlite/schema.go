package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations returns the migrations as files for other tools, with the names put
// in: 0001_records.up.sql, 0001_records.down.sql and so on.
func Migrations(names sqlkit.Names) fs.FS { return sqlkit.Render(migrations(), names) }

func migrations() fs.FS {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the name is valid
	}
	return dir
}

// Migrate brings the schema of a database to the target of opts, the newest
// version unless given, and returns the steps taken. It turns on WAL mode. An empty
// prefix is [DefaultPrefix]. A database with migrations of another origin or a newer
// release is sqlkit.ErrSchema.
func Migrate(ctx context.Context, db *sql.DB, opts sqlkit.MigrateOptions) ([]sqlkit.Step, error) {
	names, all, err := load(opts.Names)
	if err != nil {
		return nil, err
	}
	if !opts.DryRun {
		if _, err := db.ExecContext(ctx, "PRAGMA journal_mode = wal"); err != nil {
			return nil, err
		}
	}
	return sqlkit.Migrate(ctx, ledger{db, names}, all, opts)
}

// List returns every migration and when it was applied.
func List(ctx context.Context, db *sql.DB, names sqlkit.Names) ([]sqlkit.Status, error) {
	names, all, err := load(names)
	if err != nil {
		return nil, err
	}
	applied, err := ledger{db, names}.Applied(ctx)
	return sqlkit.List(all, applied), err
}

// Validate reports sqlkit.ErrSchema unless the database has all migrations of this
// release, unchanged, and no others.
func Validate(ctx context.Context, db *sql.DB, names sqlkit.Names) error {
	names, all, err := load(names)
	if err != nil {
		return err
	}
	applied, err := ledger{db, names}.Applied(ctx)
	if err != nil {
		return err
	}
	return sqlkit.Check(all, applied)
}

func load(names sqlkit.Names) (sqlkit.Names, []sqlkit.Migration, error) {
	if names.Prefix == "" {
		names.Prefix = DefaultPrefix
	}
	all, err := sqlkit.Load(migrations(), names)
	return names, all, err
}

// Migrate brings the schema to the newest version; doing it again does nothing.
func (s *Store) Migrate(ctx context.Context) error {
	s.makeFile()
	_, err := Migrate(ctx, s.db, sqlkit.MigrateOptions{Names: s.settings.names})
	return s.named(err)
}

// named names the file in an error.
func (s *Store) named(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", s.file, err)
}

// Ping reports nil if the file can be read and has the schema expected.
func (s *Store) Ping(ctx context.Context) error { return s.checkSchema(ctx) }

func (s *Store) checkSchema(ctx context.Context) error {
	s.makeFile()
	err := Validate(ctx, s.db, s.settings.names)
	if err == nil && s.pooled {
		err = s.checkPragmas(ctx, migrated)
	}
	return s.named(err)
}

// ledger is the list of migrations in a database.
type ledger struct {
	db    *sql.DB
	names sqlkit.Names
}

func (l ledger) table() string { return l.names.Table("migration") }

// Applied implements sqlkit.Migratable.
func (l ledger) Applied(ctx context.Context) (list []sqlkit.Applied, err error) {
	return applied(ctx, l.db, l.names)
}

func applied(ctx context.Context, db interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}, names sqlkit.Names,
) (list []sqlkit.Applied, err error) {
	// In one statement: the table may be made by somebody else at any time.
	rows, err := db.QueryContext(ctx, "SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?", names.Prefix+"migration")
	if err != nil {
		return nil, err
	}
	exists := rows.Next()
	if err := errors.Join(rows.Err(), rows.Close()); err != nil || !exists {
		return nil, err
	}
	rows, err = db.QueryContext(ctx, "SELECT version, name, checksum, applied_at FROM "+names.Table("migration")+" ORDER BY version")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var a sqlkit.Applied
		var at string
		if err := rows.Scan(&a.Version, &a.Name, &a.Checksum, &at); err != nil {
			return nil, err
		}
		if a.At, err = asInstant(at); err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, rows.Err()
}

// Apply implements sqlkit.Migratable.
func (l ledger) Apply(ctx context.Context, step sqlkit.Step, at time.Time) (err error) {
	c, err := l.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if _, err := c.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := l.apply(ctx, c, step, at); err != nil {
		_, undone := c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return errors.Join(err, undone)
	}
	_, err = c.ExecContext(ctx, "COMMIT")
	return err
}

func (l ledger) apply(ctx context.Context, c *sql.Conn, step sqlkit.Step, at time.Time) error {
	have, err := applied(ctx, c, l.names)
	if err != nil || (len(have) >= step.Version) != step.Reverse {
		return err // somebody else has been faster
	}
	text, note, args := step.Up, "INSERT INTO "+l.table()+" (version, name, checksum, applied_at) VALUES (?, ?, ?, ?)",
		[]any{step.Version, step.Name, step.Checksum, timeText(at)}
	if step.Reverse {
		text, note, args = step.Down, "DELETE FROM "+l.table()+" WHERE version = ?", args[:1]
	}
	ledgerTable := "CREATE TABLE IF NOT EXISTS " + l.table() +
		" (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT"
	for _, stmt := range []string{ledgerTable, text} {
		if _, err := c.ExecContext(ctx, stmt); err != nil {
			return err
		}
	}
	_, err = c.ExecContext(ctx, note, args...)
	return err
}
