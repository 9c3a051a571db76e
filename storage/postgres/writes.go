package postgres

import (
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/storage"
)

// writes are what a transaction has decided and the server has not been told. Rows
// of one table are inserted together, and of what happened to a record only the end
// is written.
type writes struct {
	*tables
	tenant storage.Tenant
	// apart tells the server of each write by itself and inserts each row by itself, so
	// that it refuses the first that is to be refused, and names it.
	apart bool

	tx               uuid.UUID // not set before the first event
	place            int32     // of the last event in it
	announced        bool      // the feed knows of tx
	records          []recordRow
	versions, events []row
	keys             []keyRow
	claims           []claimRow
	gone             struct {
		records []goneRow
		keys    []keyRow
		claims  []claimRow
	}
}

// row is what is inserted of a record.
type row struct {
	ref     storage.Ref
	args    []any
	version int64  // of a record, 1 for its first row
	claim   string // of a claim
}

type recordRow struct {
	row
	stored bool     // there is a row already
	keys   []string // of that row
}

// goneRow is the row of a record that is deleted.
type goneRow struct {
	storage.Ref
	keys []string
}

type keyRow struct {
	storage.Ref
	storage.Key
}

type claimRow struct {
	storage.Ref
	claim string
}

// record writes the header of a record; old is what is stored of it, nil if nothing is.
func (w *writes) record(rec *storage.Record, old *head) {
	r := recordRow{row: row{ref: rec.Ref, args: values(rec), version: 1}, stored: old != nil}
	if old != nil {
		r.keys = flat(old.keys)
	}
	if i := slices.IndexFunc(w.records, func(r recordRow) bool { return r.ref == rec.Ref }); i >= 0 {
		w.records[i].args = r.args
		return
	}
	w.records = append(w.records, r)
}

// remove deletes the header of a record; old is what is stored of it.
func (w *writes) remove(ref storage.Ref, old *head) {
	gone := goneRow{ref, flat(old.keys)}
	i := slices.IndexFunc(w.records, func(r recordRow) bool { return r.ref == ref })
	if i < 0 || w.records[i].stored {
		if i >= 0 {
			gone.keys = w.records[i].keys
		}
		w.gone.records = append(w.gone.records, gone)
	}
	if i >= 0 {
		w.records = slices.Delete(w.records, i, i+1)
	}
}

func (w *writes) version(ref storage.Ref, version int64, body any) {
	w.versions = append(w.versions, row{ref: ref, args: []any{ref.Kind, [16]byte(ref.ID), version, body}, version: version})
}

// takes reports whether any of some claims waits to be taken.
func (w *writes) takes(kind string, claims []string) bool {
	return len(claims) > 0 && slices.ContainsFunc(w.claims, func(r claimRow) bool { return r.Kind == kind && slices.Contains(claims, r.claim) })
}

// index brings keys and claims from one version to the next; nil is none.
func (w *writes) index(ref storage.Ref, old, now *head) {
	if old == nil {
		old = &head{}
	}
	if now == nil {
		now = &head{}
	}
	for _, c := range old.without(now) {
		w.gone.claims = append(w.gone.claims, claimRow{ref, c})
	}
	for _, c := range difference(now.claims, old.claims) {
		w.claims = append(w.claims, claimRow{ref, c})
	}
	for _, k := range difference(old.keys, now.keys) {
		if r := (keyRow{ref, k}); !take(&w.keys, r) {
			w.gone.keys = append(w.gone.keys, r)
		}
	}
	for _, k := range difference(now.keys, old.keys) {
		w.keys = append(w.keys, keyRow{ref, k})
	}
}

// take removes an element and reports whether it was there.
func take[T comparable](list *[]T, x T) bool {
	i := slices.Index(*list, x)
	if i >= 0 {
		*list = slices.Delete(*list, i, i+1)
	}
	return i >= 0
}

func (w *writes) event(e *storage.Event, ref storage.Ref, version int64, ordinal int, deleted bool) error {
	data, err := document(e.Data)
	if err != nil {
		return err
	}
	if w.tx == uuid.Nil {
		if w.tx, err = uuid.NewV7(); err != nil {
			return err
		}
	}
	w.place++
	w.events = append(w.events, row{ref: ref, version: version, args: []any{
		ref.Kind, [16]byte(ref.ID), version, int32(ordinal), w.place, e.Type, e.At, e.Actor, e.Request, deleted, data,
	}})
	return nil
}

// none reports whether there is nothing to be told: no write is without an event, but that
// of look-ups alone.
func (w *writes) none() bool { return len(w.events)+len(w.records) == 0 }

// tell hands everything to the session. What goes makes room first.
func (w *writes) tell(s *session) {
	tenant := string(w.tenant)
	if w.tx != uuid.Nil && !w.announced {
		w.announced = true
		if s.guard != nil {
			s.add(w.insertCertified, tenant, [16]byte(w.tx))
		} else {
			s.add(w.insertPending, tenant, [16]byte(w.tx))
		}
	}
	for _, c := range w.gone.claims {
		s.add(w.deleteClaim, tenant, c.Kind, c.claim)
	}
	for _, k := range w.gone.keys {
		s.add(w.deleteKey, tenant, k.Kind, k.Name, k.Value, [16]byte(k.ID))
	}
	stale := map[string]error{divisionByZero: errStale}
	for _, r := range w.gone.records {
		s.waiting = append(s.waiting, statement{text: w.deleteRecord, args: []any{tenant, r.Kind, [16]byte(r.ID), r.keys}, answers: stale})
	}
	var births []row
	for _, r := range w.records {
		if r.stored {
			s.waiting = append(s.waiting, statement{text: w.updateRecord, args: append(append([]any{tenant}, r.args...), r.keys), answers: stale})
		} else {
			births = append(births, r.row)
		}
	}
	w.insert(s, w.insertRecord, births, storage.ErrConflict, tenant)
	w.insert(s, w.insertVersion, w.versions, storage.ErrConflict, tenant)
	claims := make([]row, len(w.claims))
	for i, c := range w.claims {
		claims[i] = row{ref: c.Ref, claim: c.claim, args: []any{c.Kind, [16]byte(c.ID), c.claim}}
	}
	w.insert(s, w.insertClaim, claims, storage.ErrTaken, tenant)
	keys := make([]row, len(w.keys))
	for i, k := range w.keys {
		keys[i] = row{ref: k.Ref, args: []any{k.Kind, [16]byte(k.ID), k.Name, k.Value}}
	}
	w.insert(s, w.insertKey, keys, nil, tenant)
	w.insert(s, w.insertEvent, w.events, storage.ErrConflict, tenant, [16]byte(w.tx))
	w.records, w.versions, w.keys, w.claims, w.events = nil, nil, nil, nil, nil
	w.gone.records, w.gone.keys, w.gone.claims = nil, nil, nil
}

// insert adds statements that insert rows; exists is what it means that a row is
// there already.
func (w *writes) insert(s *session, text func(n int) string, rows []row, exists error, shared ...any) {
	size := maxRows
	if w.apart {
		size = 1
	}
	for some := range slices.Chunk(rows, size) {
		args := slices.Grow(slices.Clip(shared), len(some)*len(some[0].args))
		for _, r := range some {
			args = append(args, r.args...)
		}
		s.waiting = append(s.waiting, statement{text: text(len(some)), args: args, exists: exists, rows: some})
	}
}
