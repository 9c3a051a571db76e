package postgres

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/leadtocash/leadtocash/storage"
)

// How long a transaction waits for a lock: while it holds none that comes later in
// the order, when it only stands in line; and otherwise at most, when two may wait for
// each other. These draw how long, so that one of them gives up first.
const (
	inLine    = 5 * time.Second
	outOfLine = 30 * time.Millisecond
	ofHost    = 150 * time.Millisecond // who cannot be run again so easily
)

var (
	// errStale is what a transaction meets that has read what is no more, or wants a lock
	// that is not to be had out of order: it runs again.
	errStale = errors.New("postgres: overtaken by another transaction")
	// errOutdated is what a transaction meets that has taken a record for what this store
	// remembers.
	errOutdated = fmt.Errorf("%w: what was remembered is no more", errStale)
	errLine     = fmt.Errorf("%w: another transaction has held for %s what this one needs", storage.ErrRetry, inLine)
)

// guard keeps a transaction apart from others. It reads on a snapshot and notes what
// it has read. When it has to write it ends that, and in one batch takes locks on all
// of it and on what it writes, in an order that everybody keeps, looks whether
// everything noted is still so, and writes. What it reads from then on it locks before.
// So whoever commits has held all its locks at the end: the order of commits is a
// serial order.
//
// The guard of a host's transaction, and that of one that runs again with the locks
// of the run before, locks from the beginning.
type guard struct {
	*tables
	*wants
	begin      []string // how the transaction that writes begins, nil if it is the host's
	patience   time.Duration
	optimistic bool // nothing is locked yet
	noting     bool // what is read has to be vouched for later
	impatient  bool // the server knows of the patience
	held       locks
	noted      notes
}

// notes are what a transaction has read.
type notes struct {
	versions  map[storage.Ref]seen
	keys      map[keyOf][]uuid.UUID    // which records have it
	histories map[storage.Ref][2]int64 // events, and images that are not erased
	searches  []noted
}

// seen is a version of a record, 0 if it is not stored, and when it was written, nil if
// that is not known.
type seen struct {
	version int64
	at      *time.Time
}

type keyOf struct {
	kind string
	storage.Key
}

// noted is a search without a key and what it has found.
type noted struct {
	text  string
	args  []any
	found string
}

// newGuard guards a transaction of the store's own.
func newGuard(t *tables, tenant storage.Tenant, begin ...string) *guard {
	return &guard{
		tables: t, wants: newWants(tenant), begin: append([]string{beginWrite, byIndexes}, begin...), patience: drawn(outOfLine),
		optimistic: true, noting: true, held: make(locks), noted: newNotes(),
	}
}

// drawn returns a time between a quarter and all of d.
func drawn(d time.Duration) time.Duration { return d/4 + rand.N(d-d/4) }

// beginWrite begins what follows the snapshot: each statement sees what was committed
// before it, and so the check what was committed before the locks were taken.
const beginWrite = "BEGIN ISOLATION LEVEL READ COMMITTED"

// wait sets for how long the server waits for a lock.
func wait(s *session, timeout string) { s.add("SELECT set_config('lock_timeout', $1, true)", timeout) }

func milliseconds(d time.Duration) string { return fmt.Sprint(d.Milliseconds(), "ms") }

func newNotes() notes {
	return notes{versions: make(map[storage.Ref]seen), keys: make(map[keyOf][]uuid.UUID), histories: make(map[storage.Ref][2]int64)}
}

// locking reports whether reads have to lock what they read.
func (g *guard) locking() bool { return g != nil && !g.optimistic }

// before begins with locks of a run before.
func (g *guard) before(s *session, run locks) {
	g.locks.join(run)
	g.turn(s)
}

// turn ends the snapshot and takes the locks of what was read.
func (g *guard) turn(s *session) {
	g.optimistic, g.noting = false, false
	s.waiting = nil // what is supposed is checked below
	if s.sent {
		s.add("COMMIT")
	}
	for _, text := range g.begin {
		s.add(text)
	}
	wait(s, milliseconds(inLine))
	lines, others := g.locks.lines()
	g.take(s, others, errLine)
	g.check(s, g.noted)
	g.take(s, lines, errLine) // last, so that the line moves while others are still checked
}

// secure takes the locks asked for that are not held.
func (g *guard) secure(s *session) {
	switch {
	case g == nil:
	case g.optimistic:
		g.turn(s)
	default:
		missing := g.locks.beyond(g.held)
		if len(missing) > 0 && !g.impatient {
			g.impatient = true
			wait(s, milliseconds(g.patience))
		}
		g.take(s, missing, errStale)
	}
}

// take adds the statement that takes locks; late is what it means that one is not to be
// had in time.
func (g *guard) take(s *session, some locks, late error) {
	if len(some) == 0 {
		return
	}
	numbers, exclusive := some.inOrder()
	s.waiting = append(s.waiting, statement{text: g.takeLocks, args: []any{numbers, exclusive}, answers: map[string]error{lockNotAvailable: late}})
	g.held.join(some)
}

// check adds statements that fail unless everything noted is still so.
func (g *guard) check(s *session, n notes) {
	stale := map[string]error{divisionByZero: errStale}
	if len(n.versions)+len(n.keys)+len(n.histories) > 0 {
		s.waiting = append(s.waiting, statement{text: g.unchanged, args: n.args(g.tenant), answers: stale})
	}
	for _, search := range n.searches {
		text := fmt.Sprintf("SELECT 1 / CASE WHEN coalesce((%s), '') = $%d THEN 1 ELSE 0 END", finding(search.text), len(search.args)+1)
		s.waiting = append(s.waiting, statement{text: text, args: append(slices.Clip(search.args), search.found), answers: stale})
	}
}

// finding writes what a search finds, ids and versions, as one text.
func finding(search string) string {
	return "SELECT string_agg(f.id::text || ':' || f.version, ',') FROM (" + search + ") AS f"
}

// found is what finding says of records.
func found(records []*storage.Record) string {
	var b strings.Builder
	for i, rec := range records {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%s:%d", rec.ID, rec.Version)
	}
	return b.String()
}

// args are the arguments of unchanged.
func (n notes) args(tenant storage.Tenant) []any {
	var kinds, keyKinds, names, values, having, pastKinds []string
	var ids, pastIDs [][16]byte
	var versions, events, images []int64
	var times []*time.Time
	for ref, of := range n.versions {
		kinds, ids, versions, times = append(kinds, ref.Kind), append(ids, ref.ID), append(versions, of.version), append(times, of.at)
	}
	for key, of := range n.keys {
		keyKinds, names, values, having = append(keyKinds, key.kind), append(names, key.Name), append(values, key.Value), append(having, listOf(of))
	}
	for ref, of := range n.histories {
		pastKinds, pastIDs, events, images = append(pastKinds, ref.Kind), append(pastIDs, ref.ID), append(events, of[0]), append(images, of[1])
	}
	return []any{string(tenant), kinds, ids, versions, keyKinds, names, values, having, pastKinds, pastIDs, events, images, times}
}

// listOf is how the server lists ids in their order.
func listOf(ids []uuid.UUID) string {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.String()
	}
	return strings.Join(texts, ",")
}

// The locks of what is read.

func (g *guard) wantRecord(ref storage.Ref) {
	if g != nil {
		g.read(ofRecord, ref.Kind, string(ref.ID[:]))
	}
}

func (g *guard) wantKeys(kind string, c *storage.Cond) {
	for _, v := range c.Values {
		g.read(ofKey, kind, c.Key, v.(string))
	}
}

// sawRecord notes what was read of a record.
func (g *guard) sawRecord(ref storage.Ref, of seen) {
	if g == nil || !g.noting {
		return
	}
	if _, before := g.noted.versions[ref]; !before || of.at != nil {
		g.noted.versions[ref] = of
	}
}

// sawKeys notes which records have keys, and their versions.
func (g *guard) sawKeys(kind string, c *storage.Cond, holders []holder) {
	for _, v := range c.Values {
		key := keyOf{kind, storage.Key{Name: c.Key, Value: v.(string)}}
		var ids []uuid.UUID
		for _, h := range holders {
			if h.value == key.Value {
				ids = append(ids, h.id)
			}
		}
		if g.noting {
			g.noted.keys[key] = ids
		}
	}
	for _, h := range holders {
		ref := storage.Ref{Kind: kind, ID: h.id}
		g.wantRecord(ref)
		g.sawRecord(ref, seen{version: h.version})
	}
}

// holder is a record that has a key with a value.
type holder struct {
	value   string
	id      uuid.UUID
	version int64
}

func scanHolder(rows pgx.Rows) (h holder, err error) {
	err = rows.Scan(&h.value, (*[16]byte)(&h.id), &h.version)
	return h, err
}
