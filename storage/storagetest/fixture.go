package storagetest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

const (
	tenant = storage.Default
	kind   = "thing"
)

var dawn = time.Date(2026, 1, 1, 9, 30, 0, 123_456_000, time.UTC)

// document is what the suite stores.
type document struct {
	Text  string          `json:"text"`
	Count int             `json:"count"`
	Parts []string        `json:"parts,omitempty"`
	Exact decimal.Decimal `json:"exact"`
}

// record returns version 1 of a new record.
func record(text string) *storage.Record {
	return recordAs(uuid.New(), text)
}

func recordAs(id uuid.UUID, text string) *storage.Record {
	return &storage.Record{
		Header: storage.Header{
			Ref:       storage.Ref{Kind: kind, ID: id},
			Version:   1,
			State:     "open",
			Status:    "new",
			CreatedAt: dawn,
			UpdatedAt: dawn,
			Format:    1,
		},
		Image: storage.NewImage(&document{Text: text, Exact: decimal.New(990, -2)}),
	}
}

// strange are references that no record can have.
func strange(id uuid.UUID) []storage.Ref {
	return []storage.Ref{
		{Kind: kind},
		{ID: id},
		{Kind: "no kind", ID: id},
		{Kind: "thing\x00", ID: id},
		{Kind: "\xff", ID: id},
		{Kind: strings.Repeat("k", 33), ID: id},
	}
}

// next returns the version after r, changed by fn if it is not nil.
func next(r *storage.Record, fn func(*storage.Record)) *storage.Record {
	n := *r
	n.Version++
	n.UpdatedAt = n.UpdatedAt.Add(time.Microsecond)
	n.Image = storage.NewImage(&document{Text: fmt.Sprintf("version %d", n.Version)})
	if fn != nil {
		fn(&n)
	}
	return &n
}

// event returns an event of the given version of r.
func event(r *storage.Record, version int64, name string) storage.Event {
	return storage.Event{
		Ref:     r.Ref,
		Version: version,
		Type:    name,
		At:      r.UpdatedAt,
		Actor:   "somebody",
		Request: "request-1",
		Data:    storage.NewImage(map[string]any{"name": name}),
	}
}

func put(ctx context.Context, tx storage.Tx, r *storage.Record) error {
	name := "thing.changed"
	if r.Version == 1 {
		name = "thing.created"
	}
	return tx.Put(ctx, r, event(r, r.Version, name))
}

func remove(ctx context.Context, tx storage.Tx, r *storage.Record) error {
	return tx.Delete(ctx, r.Ref, r.Version, event(r, r.Version+1, "thing.deleted"))
}

// settled returns the error of a write, which a store may leave to the next read.
func settled(ctx context.Context, tx storage.Tx, ref storage.Ref, err error) error {
	if err == nil {
		_, err = tx.Get(ctx, ref)
		if errors.Is(err, storage.ErrNotFound) {
			err = nil
		}
	}
	return err
}

// store puts records in one transaction.
func store(t testing.TB, s storage.Store, records ...*storage.Record) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx storage.Tx) error {
		for _, r := range records {
			if err := put(ctx, tx, r); err != nil {
				return err
			}
		}
		return nil
	})
}

func update(t testing.TB, s storage.Store, fn func(context.Context, storage.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), tenant, fn); err != nil {
		t.Fatalf("update: %v", err)
	}
}

func view(t testing.TB, s storage.Store, fn func(context.Context, storage.Reader) error) {
	t.Helper()
	if err := s.View(t.Context(), tenant, fn); err != nil {
		t.Fatalf("view: %v", err)
	}
}

// get returns a record as a view sees it, nil if it sees none.
func get(t testing.TB, s storage.Store, ref storage.Ref) (r *storage.Record) {
	t.Helper()
	view(t, s, func(ctx context.Context, reader storage.Reader) (err error) {
		r, err = reader.Get(ctx, ref)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		return err
	})
	return r
}

// find returns the ids of a result.
func find(ctx context.Context, r storage.Reader, q storage.Query) (ids []uuid.UUID, err error) {
	for rec, err := range r.Find(ctx, q) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, rec.ID)
	}
	return ids, nil
}

func found(t testing.TB, s storage.Store, where ...storage.Cond) (ids []uuid.UUID) {
	t.Helper()
	view(t, s, func(ctx context.Context, r storage.Reader) (err error) {
		ids, err = find(ctx, r, storage.Query{Kind: kind, Where: where})
		return err
	})
	return ids
}

func history(t testing.TB, s storage.Store, ref storage.Ref) (events []storage.Event) {
	t.Helper()
	view(t, s, func(ctx context.Context, r storage.Reader) error {
		events = nil
		for e, err := range r.History(ctx, ref) {
			if err != nil {
				return err
			}
			events = append(events, e)
		}
		return nil
	})
	return events
}

func feed(t testing.TB, s storage.Store, of storage.Tenant, after int64) (events []storage.Event) {
	t.Helper()
	for e, err := range s.Feed(t.Context(), of, after) {
		if err != nil {
			t.Fatalf("feed: %v", err)
		}
		events = append(events, e)
	}
	return events
}

func byKey(name, value string) storage.Cond {
	return storage.Cond{Field: storage.FieldKey, Key: name, Op: storage.OpEq, Values: []any{value}}
}

func where(field storage.Field, op storage.Op, values ...any) storage.Cond {
	return storage.Cond{Field: field, Op: op, Values: values}
}

// wantErr fails unless err is want.
func wantErr(t rapid.TB, err, want error, what string) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got error %v, want %v", what, err, want)
	}
}

// wantRecord fails unless got is what was put.
func wantRecord(t rapid.TB, got, want *storage.Record) {
	t.Helper()
	if got == nil {
		t.Errorf("got no record, want %s version %d", want.Ref, want.Version)
		return
	}
	g, w := got.Header, want.Header
	if !g.CreatedAt.Equal(w.CreatedAt) || !g.UpdatedAt.Equal(w.UpdatedAt) {
		t.Errorf("got instants %v and %v, want %v and %v", g.CreatedAt, g.UpdatedAt, w.CreatedAt, w.UpdatedAt)
	}
	if g.CreatedAt.Location() != time.UTC || g.UpdatedAt.Location() != time.UTC {
		t.Errorf("instants are not in UTC: %v, %v", g.CreatedAt, g.UpdatedAt)
	}
	if g.Amount.Valid != w.Amount.Valid || g.Amount.Valid && !g.Amount.Decimal.Equal(w.Amount.Decimal) {
		t.Errorf("got amount %v, want %v", g.Amount, w.Amount)
	}
	for i, n := range w.Slots.Num {
		if got := g.Slots.Num[i]; got.Valid != n.Valid || n.Valid && !got.Decimal.Equal(n.Decimal) {
			t.Errorf("got number %d %v, want %v", i+1, got, n)
		}
	}
	g.CreatedAt, g.UpdatedAt, g.Amount, g.Slots.Num = w.CreatedAt, w.UpdatedAt, w.Amount, w.Slots.Num
	if g != w {
		t.Errorf("got header %+v, want %+v", g, w)
	}
	byName := func(a, b storage.Key) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Value, b.Value))
	}
	if g, w := slices.SortedFunc(slices.Values(got.Keys), byName), slices.SortedFunc(slices.Values(want.Keys), byName); !slices.Equal(g, w) {
		t.Errorf("got keys %v, want %v", g, w)
	}
	if g, w := slices.Sorted(slices.Values(got.Claims)), slices.Sorted(slices.Values(want.Claims)); !slices.Equal(g, w) {
		t.Errorf("got claims %v, want %v", g, w)
	}
	wantImage(t, got.Image, want.Image)
}

// wantImage fails unless both are the same JSON value.
func wantImage(t rapid.TB, got, want storage.Image) {
	t.Helper()
	if g, w := canonical(t, got), canonical(t, want); !bytes.Equal(g, w) {
		t.Errorf("got document %.200s, want %.200s", g, w)
	}
}

// canonical returns the JSON of an image with sorted keys and no spaces, nil if it
// is erased.
func canonical(t rapid.TB, image storage.Image) []byte {
	t.Helper()
	if image.Erased() {
		return nil
	}
	body, err := image.Body()
	if err != nil {
		t.Fatalf("body: %v", err)
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("decode %.200s: %v", body, err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func sortedIDs(ids []uuid.UUID) []uuid.UUID {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	return ids
}

func idsOf(records ...*storage.Record) (ids []uuid.UUID) {
	for _, r := range records {
		ids = append(ids, r.ID)
	}
	return sortedIDs(ids)
}

// wantFound fails unless exactly these records were found, in any order.
func wantFound(t testing.TB, got []uuid.UUID, want ...*storage.Record) {
	t.Helper()
	if g, w := sortedIDs(got), idsOf(want...); !slices.Equal(g, w) {
		t.Errorf("found %v, want %v", g, w)
	}
}
