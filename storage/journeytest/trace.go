package journeytest

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// Access is one call of a transaction: exactly one of Get, Find, Put and Next is
// set.
type Access struct {
	Get    *storage.Ref
	Find   *storage.Query
	Put    *storage.Record
	Events []storage.Event // of Put
	Next   string
}

// Trace returns what a [Play] does to a store, transaction by transaction, so that
// a program written by hand can do the same. Numbers have been reserved before.
func Trace(t testing.TB) [][]Access {
	t.Helper()
	rec := &recorder{Store: memory.New()}
	c, err := engine.New(rec)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the first one reserves numbers
		rec.transactions = nil
		if err := Play(t.Context(), c, "", nil); err != nil {
			t.Fatal(err)
		}
	}
	return rec.transactions
}

// Renew returns a trace with other ids, names and numbers: bodies are bytes.
func Renew(t testing.TB, trace [][]Access, n int) [][]Access {
	t.Helper()
	var pairs []string
	seen := make(map[string]bool)
	replace := func(old, with string) {
		if old != "" && !seen[old] {
			seen[old] = true
			pairs = append(pairs, old, with)
		}
	}
	for _, tx := range trace {
		for _, a := range tx {
			if a.Put != nil {
				id := uuid.Must(uuid.NewV7())
				replace(a.Put.ID.String(), id.String())
				replace(stranger(a.Put.ID), stranger(id))
				replace(a.Put.Number, fmt.Sprintf("%s-%d", a.Put.Number, n))
			}
		}
	}
	rename := strings.NewReplacer(pairs...).Replace
	id := func(old uuid.UUID) uuid.UUID { return uuid.MustParse(rename(old.String())) }
	renewed := make([][]Access, len(trace))
	for i, tx := range trace {
		for _, a := range tx {
			if a.Get != nil {
				a.Get = &storage.Ref{Kind: a.Get.Kind, ID: id(a.Get.ID)}
			}
			if a.Find != nil {
				q := *a.Find
				q.Where = append([]storage.Cond(nil), q.Where...)
				for j, c := range q.Where {
					if len(c.Values) != 1 {
						continue
					}
					if text, ok := c.Values[0].(string); ok {
						q.Where[j].Values = []any{rename(text)}
					}
				}
				a.Find = &q
			}
			if a.Put != nil {
				a.Put, a.Events = renewPut(t, a.Put, a.Events, rename, id)
			}
			renewed[i] = append(renewed[i], a)
		}
	}
	return renewed
}

func renewPut(t testing.TB, rec *storage.Record, events []storage.Event, rename func(string) string, id func(uuid.UUID) uuid.UUID) (*storage.Record, []storage.Event) {
	t.Helper()
	image := func(i storage.Image) storage.Image {
		body, err := i.Body()
		if err != nil {
			t.Fatal(err)
		}
		return storage.RawImage(json.RawMessage(rename(string(body))))
	}
	r := *rec
	r.ID, r.Number, r.Image, r.Keys, r.Claims = id(rec.ID), rename(rec.Number), image(rec.Image), nil, nil
	for _, k := range rec.Keys {
		r.Keys = append(r.Keys, storage.Key{Name: k.Name, Value: rename(k.Value)})
	}
	for _, c := range rec.Claims {
		r.Claims = append(r.Claims, rename(c))
	}
	var renewed []storage.Event
	for _, e := range events {
		e.Ref, e.Data = r.Ref, image(e.Data)
		renewed = append(renewed, e)
	}
	return &r, renewed
}

// recorder writes down what is done to a store.
type recorder struct {
	storage.Store
	transactions [][]Access
}

// Update writes down what is done in a transaction that is committed.
func (s *recorder) Update(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	return s.Store.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error {
		rec := &recordingTx{Tx: tx}
		err := fn(ctx, rec)
		if err == nil {
			s.transactions = append(s.transactions, rec.done)
		}
		return err
	})
}

type recordingTx struct {
	storage.Tx
	done []Access
}

// Get writes the reference down.
func (tx *recordingTx) Get(ctx context.Context, ref storage.Ref) (*storage.Record, error) {
	tx.done = append(tx.done, Access{Get: &ref})
	return tx.Tx.Get(ctx, ref)
}

// Find writes the query down.
func (tx *recordingTx) Find(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	asked := q
	asked.Where = slices.Clone(q.Where) // the caller's memory serves again
	for i, c := range asked.Where {
		asked.Where[i].Values = slices.Clone(c.Values)
	}
	tx.done = append(tx.done, Access{Find: &asked})
	return tx.Tx.Find(ctx, q)
}

// Put writes record and events down.
func (tx *recordingTx) Put(ctx context.Context, rec *storage.Record, events ...storage.Event) error {
	tx.done = append(tx.done, Access{Put: rec, Events: append([]storage.Event(nil), events...)})
	return tx.Tx.Put(ctx, rec, events...)
}

// Next writes the counter down.
func (tx *recordingTx) Next(ctx context.Context, counter string) (int64, error) {
	tx.done = append(tx.done, Access{Next: counter})
	return tx.Tx.Next(ctx, counter)
}
