package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/leadtocash/leadtocash/storage"
)

// statement waits to be sent.
type statement struct {
	text string
	args []any
	// exists is what it means that one of the rows is there already.
	exists error
	rows   []row
	// answers are what it means that the server answers with a SQLSTATE.
	answers map[string]error
	scan    func(pgx.Rows) error // called for each row
	then    func() error         // called after the last row
	// supposed is the record that a query asks for whether it is what it is taken for.
	supposed storage.Ref
}

// refusal is the error of an insert that has met a row. Of several the server does
// not say which.
func (st statement) refusal() error {
	if len(st.rows) > 1 {
		return fmt.Errorf("%w: by one of %d rows", st.exists, len(st.rows))
	}
	r := st.rows[0]
	return &storage.WriteError{Ref: r.ref, Version: r.version, Claim: r.claim, Err: fmt.Errorf("%w: by %s", st.exists, r.ref)}
}

// session is a transaction on the wire. Statements wait until something has to be
// read; then they travel together, in one batch. A batch always follows BEGIN:
// without it, it would not be atomic everywhere.
type session struct {
	wire interface {
		SendBatch(context.Context, *pgx.Batch) pgx.BatchResults
	}
	waiting []statement
	writes  *writes // that come before what is added next
	guard   *guard  // nil if the server isolates the transaction
	sent    bool    // the server knows of the transaction
	refused error   // why it has to run again
}

func (s *session) add(text string, args ...any) {
	s.waiting = append(s.waiting, statement{text: text, args: args})
}

// settle lets the writes wait to be sent, behind the locks that they need.
func (s *session) settle() {
	if s.writes == nil || s.writes.none() {
		return
	}
	if s.guard != nil {
		s.guard.hold(s.writes)
		s.guard.secure(s)
		s.guard.noting = false // reads see what is written
	}
	s.writes.tell(s)
}

// query sends what waits and a query, and calls scan for each of its rows.
func (s *session) query(ctx context.Context, scan func(pgx.Rows) error, text string, args ...any) error {
	s.ready()
	s.ask(scan, text, args...)
	_, err := s.send(ctx)
	return err
}

// ready puts before a query what it depends on: the writes that wait, and the locks of
// what it reads where it has to lock.
func (s *session) ready() {
	s.settle()
	if s.guard.locking() {
		s.guard.secure(s)
	}
}

// ask adds a query.
func (s *session) ask(scan func(pgx.Rows) error, text string, args ...any) {
	s.waiting = append(s.waiting, statement{text: text, args: args, scan: scan})
}

// flush sends what waits. It returns what the server calls the last statement.
func (s *session) flush(ctx context.Context) (tag string, err error) {
	if len(s.waiting) == 0 {
		return "", nil
	}
	return s.send(ctx)
}

// failure is an error of a statement and which one of its batch it was.
type failure struct {
	error
	last bool
}

// Unwrap returns what failed.
func (f failure) Unwrap() error { return f.error }

func (s *session) send(ctx context.Context) (tag string, err error) {
	batch := &pgx.Batch{}
	for _, st := range s.waiting {
		batch.Queue(st.text, st.args...)
	}
	waiting := s.waiting
	s.waiting, s.sent = nil, true
	results := s.wire.SendBatch(ctx, batch)
	defer func() {
		if closed := results.Close(); err == nil && closed != nil {
			err = failure{closed, true}
		}
	}()
	for i, st := range waiting {
		if tag, err = st.read(results); err != nil {
			err = failed(err, st, i == len(waiting)-1)
			if errors.As(err, new(raced)) || errors.Is(err, errStale) || errors.Is(err, errLine) {
				s.refused = err
			}
			return "", err
		}
	}
	return tag, nil
}

// read reads the answer to a statement.
func (st statement) read(results pgx.BatchResults) (tag string, err error) {
	if st.scan == nil {
		result, err := results.Exec()
		return result.String(), err
	}
	if err = readAll(results, st.scan); err == nil && st.then != nil {
		err = st.then()
	}
	return "", err
}

// supposes reports whether a record is asked for by what waits; with the zero Ref,
// whether any is.
func (s *session) supposes(ref storage.Ref) bool {
	return slices.ContainsFunc(s.waiting, func(st statement) bool {
		return st.supposed != (storage.Ref{}) && (ref == storage.Ref{} || st.supposed == ref)
	})
}

func readAll(results pgx.BatchResults, scan func(pgx.Rows) error) error {
	rows, err := results.Query()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// raced is a conflict that the database has found. Perhaps another transaction was
// faster by a hair, and the function would decide otherwise if it saw that.
type raced struct{ error }

// Unwrap returns the conflict.
func (r raced) Unwrap() error { return r.error }

// failed says what the error of a statement means.
func failed(err error, st statement, last bool) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errStale):
		return err
	case st.exists != nil && stateOf(err) == uniqueViolation:
		return raced{st.refusal()}
	case st.answers[stateOf(err)] != nil:
		return fmt.Errorf("%w (%v)", st.answers[stateOf(err)], err)
	case stateOf(err) == invalidText || stateOf(err) == untranslatable:
		return failure{fmt.Errorf("%w: %w", errUnstorable, err), last}
	}
	var f failure
	if errors.As(err, &f) {
		return err
	}
	return failure{err, last}
}
