package sqlite

import (
	"context"
	"database/sql"
	"strings"
)

// session runs statements within a transaction.
type session interface {
	exec(ctx context.Context, text string, args ...any) (rows int64, err error)
	query(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// maxPrepared bounds the statements that a connection keeps prepared.
const maxPrepared = 256

// conn is a connection with its prepared statements. One goroutine uses it at a
// time.
type conn struct {
	*sql.Conn
	prepared map[string]*sql.Stmt
}

func (s *Store) connect(ctx context.Context) (*conn, error) {
	c, err := s.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{c, make(map[string]*sql.Stmt)}, nil
}

func (c *conn) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if stmt := c.prepared[text]; stmt != nil {
		return stmt, nil
	}
	if len(c.prepared) == maxPrepared {
		c.forget()
	}
	stmt, err := c.PrepareContext(ctx, text)
	if err == nil {
		c.prepared[text] = stmt
	}
	return stmt, err
}

func (c *conn) exec(ctx context.Context, text string, args ...any) (int64, error) {
	stmt, err := c.prepare(ctx, text)
	if err != nil {
		return 0, err
	}
	return affected(stmt.ExecContext(ctx, args...))
}

func (c *conn) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	stmt, err := c.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// rollback ends a transaction; that there is none is no error.
func (c *conn) rollback() error {
	_, err := c.exec(context.Background(), "ROLLBACK")
	if err != nil && strings.Contains(err.Error(), "no transaction is active") {
		return nil
	}
	return err
}

func (c *conn) forget() {
	for text, stmt := range c.prepared {
		_ = stmt.Close() // nothing depends on it any more
		delete(c.prepared, text)
	}
}

func (c *conn) close() {
	c.forget()
	_ = c.Conn.Close() // it has nothing to lose: transactions are over
}

// hostTx is a transaction of the host's.
type hostTx struct{ *sql.Tx }

func (t hostTx) exec(ctx context.Context, text string, args ...any) (int64, error) {
	return affected(t.ExecContext(ctx, text, args...))
}

func (t hostTx) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	return t.QueryContext(ctx, text, args...)
}

func affected(r sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}
