package sqlite

import (
	"context"
	"fmt"
	"time"

	"github.com/leadtocash/leadtocash/storage"
)

// View runs fn on the last commit.
func (s *Store) View(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Reader) error) error {
	if err := s.enter(ctx, tenant); err != nil {
		return err
	}
	defer s.leave()
	return s.read(ctx, func(c *conn) error {
		r := &reader{tables: s.tables, tenant: tenant, db: c, view: true}
		defer r.ended.Store(true)
		return fn(ctx, r)
	})
}

// read runs fn in a transaction that only reads.
func (s *Store) read(ctx context.Context, fn func(*conn) error) error {
	if s.pooled {
		return s.borrow(ctx, func(c *conn) error {
			if err := c.exec(context.WithoutCancel(ctx), "BEGIN"); err != nil {
				return err
			}
			return fn(c)
		})
	}
	c, err := s.reader(ctx)
	if err != nil {
		return err
	}
	defer func() { s.keep(c) }()
	if err := c.exec(context.WithoutCancel(ctx), "BEGIN"); err != nil {
		return err
	}
	return fn(c)
}

// reader returns an idle connection or a new one.
func (s *Store) reader(ctx context.Context) (*conn, error) {
	select {
	case c := <-s.readers:
		return c, nil
	default:
		return s.connect()
	}
}

// keep ends what a connection was used for and keeps it for the next reader.
func (s *Store) keep(c *conn) {
	if c.rollback() == nil {
		select {
		case s.readers <- c:
			return
		default:
		}
	}
	c.close()
}

// Update runs fn when it is its turn.
func (s *Store) Update(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	if ctx.Value(within{s}) != nil {
		return storage.ErrNested
	}
	if err := s.enter(ctx, tenant); err != nil {
		return err
	}
	defer s.leave()
	inner := context.WithValue(ctx, within{s}, true)
	err := s.retry.Do(ctx, isBusy, func() error {
		return s.write(ctx, func(c *conn) (*tx, error) {
			tx := &tx{reader: reader{tables: s.tables, tenant: tenant, db: c}}
			defer tx.ended.Store(true)
			if err := fn(inner, tx); err != nil {
				return nil, err
			}
			return tx, tx.verdict(ctx)
		})
	})
	if err == nil {
		s.watchers.Wake(tenant)
	}
	return unwritable(err)
}

// within is the key under which a context names its transaction's store.
type within struct{ *Store }

// write runs fn in a transaction of the writing connection and commits what it
// returns.
func (s *Store) write(ctx context.Context, fn func(*conn) (*tx, error)) error {
	c, err := s.turn(ctx)
	if err != nil {
		return err
	}
	if s.pooled {
		defer func() { s.writer <- nil }()
		return s.borrow(ctx, func(c *conn) error { return s.writeOn(ctx, c, fn) })
	}
	defer func() {
		if c.rollback() != nil { // panics roll back, too
			c.close()
			c = nil
		}
		s.writer <- c
	}()
	if err := s.sameFile(); err != nil {
		return err
	}
	return s.writeOn(ctx, c, fn)
}

// writeOn is write on a connection, whose transaction it leaves open if it fails.
func (s *Store) writeOn(ctx context.Context, c *conn, fn func(*conn) (*tx, error)) error {
	if err := s.beginImmediate(ctx, c); err != nil {
		return err
	}
	tx, err := fn(c)
	if err != nil {
		return err
	}
	if err := c.exec(context.WithoutCancel(ctx), "COMMIT"); err != nil {
		return s.afterCommit(c, tx, err)
	}
	return nil
}

// afterCommit finds out whether a commit that has failed has happened all the same.
func (s *Store) afterCommit(c *conn, tx *tx, failure error) error {
	if c.rollback() == nil {
		if done, err := tx.stored(); err == nil && done {
			return nil
		} else if err == nil {
			return failure
		}
	}
	return fmt.Errorf("%w: %w", storage.ErrCommitUnknown, failure)
}

// turn waits for the writing connection and opens it if need be.
func (s *Store) turn(ctx context.Context) (*conn, error) {
	select {
	case c := <-s.writer:
		if c != nil || s.pooled {
			return c, nil
		}
		c, err := s.connect()
		if err != nil {
			s.writer <- nil
		}
		return c, err
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-s.closed:
		return nil, storage.ErrClosed
	}
}

// beginImmediate waits for writers that are none of the store's.
func (s *Store) beginImmediate(ctx context.Context, c *conn) error {
	for deadline := time.Now().Add(s.busy); ; {
		err := c.exec(context.WithoutCancel(ctx), "BEGIN IMMEDIATE")
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case !isBusy(err):
			return err
		case time.Now().After(deadline):
			// Not wrapped as it is: the time for further attempts is over.
			return fmt.Errorf("%w: %s: %s", storage.ErrRetry, s.writing(context.WithoutCancel(ctx), c), err.Error())
		}
	}
}
