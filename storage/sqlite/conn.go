package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"strings"
)

// session runs statements within a transaction.
type session interface {
	exec(ctx context.Context, text string, args ...any) error
	// query calls scan for each row; the row is good until scan returns. Values are
	// int64, string or nil.
	query(ctx context.Context, scan func(row []driver.Value) error, text string, args ...any) error
}

// maxPrepared bounds the statements that a connection keeps prepared.
const maxPrepared = 256

// conn is a connection of the driver's, without a pool between, and its prepared
// statements. One goroutine uses it at a time.
type conn struct {
	driver.Conn
	prepared map[string]statement
	args     []driver.NamedValue
	row      []driver.Value
}

// statement is what the driver prepares.
type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

func (s *Store) connect() (*conn, error) {
	s.makeFile()
	c, err := s.db.Driver().Open(s.name)
	if err != nil {
		return nil, s.named(err)
	}
	if err := s.sameFile(); err != nil {
		_ = c.Close() // nothing has happened on it
		return nil, err
	}
	return &conn{Conn: c, prepared: make(map[string]statement)}, nil
}

func (c *conn) prepare(text string) (statement, error) {
	if stmt := c.prepared[text]; stmt != nil {
		return stmt, nil
	}
	if len(c.prepared) == maxPrepared {
		c.forget()
	}
	prepared, err := c.Prepare(text)
	if err != nil {
		return nil, err
	}
	stmt := prepared.(statement)
	c.prepared[text] = stmt
	return stmt, nil
}

// named returns arguments as the driver takes them.
func (c *conn) named(args []any) []driver.NamedValue {
	c.args = c.args[:0]
	for i, arg := range args {
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: arg})
	}
	return c.args
}

func (c *conn) exec(ctx context.Context, text string, args ...any) error {
	stmt, err := c.prepare(text)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(ctx, c.named(args))
	clear(c.args) // an idle connection keeps no documents
	return err
}

func (c *conn) query(ctx context.Context, scan func([]driver.Value) error, text string, args ...any) (err error) {
	stmt, err := c.prepare(text)
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(ctx, c.named(args))
	clear(c.args)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if n := len(rows.Columns()); cap(c.row) < n {
		c.row = make([]driver.Value, n)
	} else {
		c.row = c.row[:n]
	}
	for {
		if err := rows.Next(c.row); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := scan(c.row); err != nil {
			return err
		}
	}
}

// text reads a single text.
func (c *conn) text(ctx context.Context, query string) (text string, err error) {
	err = c.query(ctx, func(row []driver.Value) error {
		text = asText(row[0])
		return nil
	}, query)
	return text, err
}

// rollback ends a transaction; that there is none is no error.
func (c *conn) rollback() error {
	err := c.exec(context.Background(), "ROLLBACK")
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
	_ = c.Close() // it has nothing to lose: transactions are over
}

// hostTx is a transaction of the host's.
type hostTx struct{ *sql.Tx }

func (t hostTx) exec(ctx context.Context, text string, args ...any) error {
	_, err := t.ExecContext(ctx, text, args...)
	return err
}

func (t hostTx) query(ctx context.Context, scan func([]driver.Value) error, text string, args ...any) (err error) {
	rows, err := t.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	row, values, places := make([]driver.Value, len(columns)), make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		places[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return err
		}
		for i, v := range values {
			row[i] = v
		}
		if err := scan(row); err != nil {
			return err
		}
	}
	return rows.Err()
}
