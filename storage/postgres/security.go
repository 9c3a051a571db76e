package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

// SecureRows has the server show and take only rows of the tenant that the
// transaction has named, as stores that are [Secured] do, to every role but
// superusers and those with BYPASSRLS; without a name there are no rows. Doing it
// again does nothing. It needs the owner of the tables.
func SecureRows(ctx context.Context, pool *pgxpool.Pool, names sqlkit.Names) error {
	names, _, err := load(names)
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		var b strings.Builder
		for _, name := range tableNames {
			table, policy := names.Table(name), names.Prefix+"tenant"
			fmt.Fprintf(&b, "ALTER TABLE %s ENABLE ROW LEVEL SECURITY; ALTER TABLE %[1]s FORCE ROW LEVEL SECURITY; "+
				"DROP POLICY IF EXISTS %s ON %[1]s; "+
				"CREATE POLICY %[2]s ON %[1]s USING (tenant_id = current_setting('leadtocash.tenant', true));\n", table, policy)
		}
		return script(ctx, tx, b.String())
	})
}

// cannotBypass reports ErrUnsupported if row-level security does not bind the role.
func cannotBypass(ctx context.Context, on interface {
	QueryRow(context.Context, string, ...any) pgx.Row
},
) error {
	var role string
	var bypasses bool
	err := on.QueryRow(ctx, "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user").Scan(&role, &bypasses)
	if err == nil && bypasses {
		return fmt.Errorf("%w: the role %s bypasses row-level security: connect as one that does not", storage.ErrUnsupported, role)
	}
	return err
}

// Distribute spreads the tables over the nodes of a Citus cluster by tenant, those
// of one tenant on one node. They must exist and may hold records. Doing it again
// does nothing. On a server without Citus it is ErrUnsupported.
func Distribute(ctx context.Context, pool *pgxpool.Pool, names sqlkit.Names) error {
	names, _, err := load(names)
	if err != nil {
		return err
	}
	var installed bool
	if err := pool.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus')").Scan(&installed); err != nil {
		return err
	}
	if !installed {
		return fmt.Errorf("%w: the database has no extension citus: install it, or use the store as it is on one server", storage.ErrUnsupported)
	}
	// Locks of one node say nothing to the others: there the server isolates.
	if _, err := pool.Exec(ctx, "ALTER TABLE "+names.Table("pending")+" DROP COLUMN IF EXISTS certified"); err != nil {
		return err
	}
	for i, name := range tableNames {
		table := names.Table(name)
		var done bool
		if err := pool.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = $1::text::regclass)", table).Scan(&done); err != nil {
			return err
		}
		if done {
			continue
		}
		with := "default"
		if i > 0 {
			with = names.Table(tableNames[0])
		}
		if _, err := pool.Exec(ctx, "SELECT create_distributed_table($1::text::regclass, 'tenant_id', colocate_with => $2)", table, with); err != nil {
			return fmt.Errorf("postgres: distributing %s: %w", table, err)
		}
	}
	return nil
}
