package memory

import (
	"cmp"
	"context"
	"fmt"
	"maps"

	"github.com/leadtocash/leadtocash/storage"
)

// tx is the running transaction of a tenant. It writes at once and notes how to
// take it back.
type tx struct {
	reader
	ctx     nesting
	doom    error
	failed  error      // of the write after which nothing else is answered
	stamp   *stamp     // of the last event
	writes  []*version // made, in order
	indexed int        // how many of them the indexes know
	erased  []*entry   // with an erasure by this transaction
	counted []counted  // what counters were moved on by

	redacted []redaction // by this transaction
}

type redaction struct {
	*entry
	event storage.Event
}

type counted struct {
	counter string
	by      int64
}

// begin returns the transaction of the writer.
func (t *tenant) begin(ctx context.Context, s *Store) *tx {
	tx := &tx{ctx: nesting{ctx, s}, writes: t.writes}
	tx.reader.tenant, tx.reader.seq, tx.reader.tx = t, t.seq+1, tx
	return tx
}

// nesting is the context that marks a running transaction.
type nesting struct {
	context.Context
	store *Store
}

// within is the key under which a context names its transaction's store.
type within struct{ *Store }

// Value implements context.Context.
func (n *nesting) Value(key any) any {
	if key == any(within{n.store}) {
		return true
	}
	return n.Context.Value(key)
}

// run runs fn and commits, or rolls back.
func (tx *tx) run(fn func(context.Context, storage.Tx) error) error {
	committed := false
	defer func() {
		tx.ended.Store(true)
		if !committed {
			tx.rollback()
		}
		tx.tenant.reuse(tx.writes)
		tx.tenant.release()
	}()
	if err := fn(&tx.ctx, tx); err != nil {
		return err
	}
	if tx.doom != nil {
		return tx.doom
	}
	if err := tx.ctx.Err(); err != nil {
		return err
	}
	tx.commit()
	committed = true
	return nil
}

// Tenant returns whose transaction it is.
func (tx *tx) Tenant() storage.Tenant { return tx.tenant.name }

// Doom makes Update refuse to commit.
func (tx *tx) Doom(err error) {
	if tx.doom == nil {
		tx.doom = err
	}
}

// Put implements storage.Tx.
func (tx *tx) Put(ctx context.Context, rec *storage.Record, events ...storage.Event) error {
	err := tx.check(ctx)
	if err == nil {
		err = tx.put(rec, events)
	}
	return tx.done(err)
}

// Delete implements storage.Tx.
func (tx *tx) Delete(ctx context.Context, ref storage.Ref, version int64, events ...storage.Event) error {
	err := tx.check(ctx)
	if err == nil {
		err = tx.delete(ref, version, events)
	}
	return tx.done(err)
}

// Next implements storage.Tx.
func (tx *tx) Next(ctx context.Context, counter string) (int64, error) {
	return tx.Advance(ctx, counter, 1)
}

// Advance implements storage.Advancer.
func (tx *tx) Advance(ctx context.Context, counter string, n int64) (int64, error) {
	err := tx.check(ctx)
	if err == nil {
		err = storage.ValidateCounter(counter)
	}
	if err != nil {
		return 0, tx.done(err)
	}
	tx.counted = append(tx.counted, counted{counter, n})
	tx.tenant.counters[counter] += n
	return tx.tenant.counters[counter], nil
}

// Counters implements storage.CounterLister.
func (tx *tx) Counters(ctx context.Context) (map[string]int64, error) {
	if err := tx.check(ctx); err != nil {
		return nil, err
	}
	counters := maps.Clone(tx.tenant.counters)
	maps.DeleteFunc(counters, func(_ string, n int64) bool { return n == 0 }) // of what was rolled back
	return counters, nil
}

// Erase implements storage.Tx.
func (tx *tx) Erase(ctx context.Context, ref storage.Ref) error {
	err := tx.check(ctx)
	if err == nil {
		err = tx.erase(ref)
	}
	return tx.done(err)
}

// Redact implements storage.Redactor.
func (tx *tx) Redact(ctx context.Context, e storage.Event) error {
	err := tx.check(ctx)
	if err == nil {
		err = tx.redact(e)
	}
	return tx.done(err)
}

func (tx *tx) redact(e storage.Event) error {
	entry := tx.entry(e.Ref)
	if entry == nil {
		return storage.ErrNotFound
	}
	for v := entry.head.Load(); v != nil; v = v.older.Load() {
		if v.number == e.Version && e.Ordinal >= 0 && int(e.Ordinal) < v.events() {
			tx.redacted = append(tx.redacted, redaction{entry, e})
			return nil
		}
	}
	return storage.ErrNotFound
}

// done ends and dooms the transaction if a write has failed.
func (tx *tx) done(err error) error {
	if err != nil {
		tx.Doom(err)
		tx.failed = cmp.Or(tx.failed, err)
	}
	return err
}

func (tx *tx) put(rec *storage.Record, events []storage.Event) error {
	if err := rec.Validate(); err != nil {
		return err
	}
	if err := storage.ValidateEvents(rec.Ref, rec.Version, events); err != nil {
		return err
	}
	tb := tx.table(rec.Kind)
	e := tb.entries[rec.ID]
	var head *version
	if e != nil {
		head = e.head.Load()
	}
	switch {
	case head == nil && rec.Version != 1:
		return fmt.Errorf("%w: version %d of a record that is not stored", storage.ErrConflict, rec.Version)
	case head != nil && head.deleted:
		return fmt.Errorf("%w: the record was deleted", storage.ErrConflict)
	case head != nil && head.number != rec.Version-1:
		return fmt.Errorf("%w: version %d upon version %d", storage.ErrConflict, rec.Version, head.number)
	}
	for _, c := range rec.Claims {
		if holder := tb.claims[c]; holder != nil && holder != e {
			return storage.ErrTaken
		}
	}

	v := tx.version(rec.Version, events)
	v.record, v.image = rec, rec.Image
	tx.tenant.mu.Lock()
	if e == nil {
		e = tx.tenant.entries.get()
		e.table, e.id = tb, rec.ID
		tb.add(e)
	}
	tx.push(e, v, head)
	tx.tenant.mu.Unlock()
	return nil
}

func (tx *tx) delete(ref storage.Ref, number int64, events []storage.Event) error {
	if err := ref.Validate(); err != nil {
		return err
	}
	if err := storage.ValidateEvents(ref, number+1, events); err != nil {
		return err
	}
	e := tx.entry(ref)
	if e == nil {
		return storage.ErrNotFound
	}
	head := e.head.Load()
	switch {
	case head.deleted:
		return storage.ErrNotFound
	case head.number != number:
		return fmt.Errorf("%w: deletion of version %d, but it is %d", storage.ErrConflict, number, head.number)
	}
	v := tx.version(number+1, events)
	v.deleted = true
	tx.tenant.mu.Lock()
	tx.push(e, v, head)
	tx.tenant.mu.Unlock()
	return nil
}

func (tx *tx) erase(ref storage.Ref) error {
	if err := ref.Validate(); err != nil {
		return err
	}
	e := tx.entry(ref)
	if e == nil {
		return storage.ErrNotFound
	}
	through := e.head.Load().number
	if !e.head.Load().deleted {
		through-- // the present version is the record
	}
	e.erased.Store(&erasure{seq: tx.seq, through: through, older: e.erased.Load()})
	tx.erased = append(tx.erased, e)
	return nil
}

// Reindex implements storage.Reindexer.
func (tx *tx) Reindex(ctx context.Context, rec *storage.Record) error {
	err := tx.check(ctx)
	if err == nil {
		err = tx.replace(rec)
	}
	return tx.done(err)
}

// replace puts a version in place of the newest one, with its events and its image.
func (tx *tx) replace(rec *storage.Record) error {
	e, head := tx.entry(rec.Ref), (*version)(nil)
	if e != nil {
		head = e.head.Load()
	}
	if err := storage.ValidateReindex(recordOf(head), rec); err != nil {
		return err
	}
	v := tx.tenant.versions.get()
	v.number, v.image = head.number, head.image
	again := *rec
	again.Image = head.image
	v.record = &again
	v.event = tx.repeated(head.event)
	if head.more != nil {
		more := make([]event, len(*head.more))
		for i, e := range *head.more {
			more[i] = tx.repeated(e)
		}
		v.more = &more
	}
	tx.tenant.mu.Lock()
	defer tx.tenant.mu.Unlock()
	tx.push(e, v, head)
	return nil
}

// repeated is an event as of this commit.
func (tx *tx) repeated(e event) event {
	s := *e.stamp
	s.seq = tx.seq
	return event{&s, e.name, e.data}
}

// table returns the table of a kind, which it makes if need be.
func (tx *tx) table(kind string) *table {
	t := tx.tenant
	if tb := t.tables[kind]; tb != nil {
		return tb
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	tb := newTable(kind)
	t.tables[kind] = tb
	return tb
}

// version returns a version with its events.
func (tx *tx) version(number int64, events []storage.Event) *version {
	v := tx.tenant.versions.get()
	v.number = number
	v.event = tx.event(&events[0])
	if len(events) > 1 {
		more := make([]event, len(events)-1)
		for i := range more {
			more[i] = tx.event(&events[i+1])
		}
		v.more = &more
	}
	return v
}

func (tx *tx) event(e *storage.Event) event {
	s := tx.stamp
	if s == nil || !s.at.Equal(e.At) || s.actor != e.Actor || s.request != e.Request {
		s = &stamp{tx.seq, e.At, e.Actor, e.Request}
		tx.stamp = s
	}
	return event{s, e.Type, e.Data}
}

// push makes v the newest version of e. Called under the mutex.
func (tx *tx) push(e *entry, v, head *version) {
	v.entry = e
	v.older.Store(head)
	e.head.Store(v)
	from, to := recordOf(head), v.record
	e.table.claim(e, from, to)
	for k := range keysLost(to, from) {
		e.table.post(k, e)
	}
	tx.writes = append(tx.writes, v)
}

// pop takes v, the newest version of its entry, back. Called under the mutex.
func (tx *tx) pop(v *version) {
	e, head := v.entry, v.older.Load()
	e.head.Store(head)
	from, to := v.record, recordOf(head)
	e.table.claim(e, from, to)
	for k := range keysLost(from, to) {
		e.table.unpost(k, e)
	}
	if head == nil {
		e.table.remove(e)
	}
	// A snapshot may just be passing over v.
	tx.tenant.later(chore{tx.seq, v, (*tenant).recycle})
}

func (tx *tx) rollback() {
	t := tx.tenant
	for _, c := range tx.counted {
		t.counters[c.counter] -= c.by
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range tx.erased {
		e.erased.Store(e.erased.Load().older)
	}
	for _, v := range tx.writes[:tx.indexed] {
		v.entry.table.unindex(tx.seq)
	}
	for i := len(tx.writes) - 1; i >= 0; i-- {
		tx.pop(tx.writes[i])
	}
	t.sweep(bulk)
}
