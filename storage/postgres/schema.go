package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/leadtocash/leadtocash/storage"
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
// version unless given, and returns the steps taken. Each is a transaction; several
// processes may migrate at once. A schema that is named is made if it does not
// exist; an empty prefix is [DefaultPrefix]. A database with migrations of another
// origin or a newer release is sqlkit.ErrSchema.
func Migrate(ctx context.Context, pool *pgxpool.Pool, opts sqlkit.MigrateOptions) ([]sqlkit.Step, error) {
	names, all, err := load(opts.Names)
	if err != nil {
		return nil, err
	}
	return sqlkit.Migrate(ctx, ledger{pool, names}, all, opts)
}

// List returns every migration and when it was applied.
func List(ctx context.Context, pool *pgxpool.Pool, names sqlkit.Names) ([]sqlkit.Status, error) {
	names, all, err := load(names)
	if err != nil {
		return nil, err
	}
	applied, err := ledger{pool, names}.Applied(ctx)
	return sqlkit.List(all, applied), err
}

// Validate reports sqlkit.ErrSchema unless the database has all migrations of this
// release, unchanged, and no others.
func Validate(ctx context.Context, pool *pgxpool.Pool, names sqlkit.Names) error {
	names, all, err := load(names)
	if err != nil {
		return err
	}
	applied, err := ledger{pool, names}.Applied(ctx)
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
	_, err := Migrate(ctx, s.pool, sqlkit.MigrateOptions{Names: s.names})
	return err
}

// Ping reports nil if the server answers, has the schema expected and, for a store
// that is [Secured], holds the role to it.
func (s *Store) Ping(ctx context.Context) error {
	err := s.usable(ctx)
	if err == nil {
		_, err = s.way(ctx)
	}
	if err == nil && s.secure {
		err = cannotBypass(ctx, s.pool)
	}
	if err == nil || errors.Is(err, storage.ErrUnsupported) {
		return err
	}
	return interrupted(ctx, failure{err, false})
}

// certifying is the migration without which a store works as the release before it
// did, so that all processes can be of this release before the schema is.
const certifying = 4

// usable reports sqlkit.ErrSchema for a schema that a store cannot work with.
func (s *Store) usable(ctx context.Context) error {
	names, all, err := load(s.names)
	if err != nil {
		return err
	}
	applied, err := ledger{s.pool, names}.Applied(ctx)
	if err != nil {
		return err
	}
	if len(applied) == certifying-1 {
		all = all[:certifying-1]
	}
	return sqlkit.Check(all, applied)
}

// way asks whether the Updates of a database are certified rather than serializable.
// All its writers must agree, so the database says it: a table of every write has a
// column more, without which, or with which, others cannot write.
func (s *Store) way(ctx context.Context) (certified bool, err error) {
	err = s.pool.QueryRow(ctx, s.isCertified).Scan(&certified)
	if err == nil {
		s.certified.Store(certified)
	}
	return certified, err
}

// ledger is the list of migrations in a database.
type ledger struct {
	pool  *pgxpool.Pool
	names sqlkit.Names
}

func (l ledger) table() string { return l.names.Table("migration") }

// Applied implements sqlkit.Migratable.
func (l ledger) Applied(ctx context.Context) ([]sqlkit.Applied, error) {
	rows, err := l.pool.Query(ctx, "SELECT version, name, checksum, applied_at FROM "+l.table()+" ORDER BY version")
	if err != nil {
		return nil, noTable(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[sqlkit.Applied])
	return list, noTable(err)
}

// noTable lets a list that does not exist be empty.
func noTable(err error) error {
	if stateOf(err) == undefinedTable {
		return nil
	}
	return err
}

// Apply implements sqlkit.Migratable.
func (l ledger) Apply(ctx context.Context, step sqlkit.Step, at time.Time) error {
	return pgx.BeginTxFunc(ctx, l.pool, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, func(tx pgx.Tx) error {
		return l.apply(ctx, tx, step, at)
	})
}

func (l ledger) apply(ctx context.Context, tx pgx.Tx, step sqlkit.Step, at time.Time) error {
	lock := fnv.New64a()
	lock.Write([]byte("leadtocash " + l.table()))
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(lock.Sum64())); err != nil {
		return err
	}
	prepare := "CREATE TABLE IF NOT EXISTS " + l.table() +
		" (version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL)"
	if l.names.Schema != "" {
		prepare = fmt.Sprintf(`CREATE SCHEMA IF NOT EXISTS "%s"; %s`, l.names.Schema, prepare)
	}
	if err := script(ctx, tx, prepare); err != nil {
		return err
	}
	var have int
	if err := tx.QueryRow(ctx, "SELECT count(*) FROM "+l.table()).Scan(&have); err != nil {
		return err
	}
	if (have >= step.Version) != step.Reverse {
		return nil // somebody else has been faster
	}
	if step.Reverse {
		if err := script(ctx, tx, step.Down); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM "+l.table()+" WHERE version = $1", step.Version)
		return err
	}
	if err := script(ctx, tx, step.Up); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "INSERT INTO "+l.table()+" (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
		step.Version, step.Name, step.Checksum, at)
	return err
}

// script runs several statements.
func script(ctx context.Context, tx pgx.Tx, text string) error {
	return tx.Conn().PgConn().Exec(ctx, text).Close()
}
