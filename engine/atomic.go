package engine

import (
	"context"
	"errors"
	"slices"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// fate is what became of the transaction that calls of a client share. A call that
// is refused before it wrote leaves no trace in it: what it had drawn from counters
// is drawn by the next one.
type fate struct {
	first error              // the failure that ended the transaction
	wrote bool               // the call at hand has tried to write
	drawn []draw             // by the call at hand
	stock map[string][]int64 // drawn, and not used
}

type draw struct {
	counter string
	n       int64
}

// begin is the beginning of a call. It refuses all that follow a failure.
func (f *fate) begin() error {
	if f == nil {
		return nil
	}
	f.wrote, f.drawn = false, nil
	if f.first == nil {
		return nil
	}
	reasons := append([]record.Reason{record.ReasonFor(codes.ErrAborted, "")}, record.ReasonsOf(f.first)...)
	return &record.Error{Code: codes.ErrAborted, Reasons: reasons, Err: f.first}
}

// end notes how a call ended: a store that wants the transaction again, or tells late
// of a write that failed, answers nothing more.
func (f *fate) end(err error) {
	if f == nil || f.first != nil || err == nil {
		return
	}
	if errors.Is(err, storage.ErrRetry) || errors.As(err, new(*storage.WriteError)) {
		f.first = err
	}
}

// giveBack keeps what the call drew for the next one.
func (f *fate) giveBack() {
	for _, d := range f.drawn {
		if f.stock == nil {
			f.stock = map[string][]int64{}
		}
		f.stock[d.counter] = append(f.stock[d.counter], d.n)
		slices.Sort(f.stock[d.counter])
	}
	f.drawn = nil
}

// over is the end of the transaction within another one, which keeps the rest of
// the stock.
func (f *fate) over(outer *fate) {
	if f == nil || outer == nil {
		return
	}
	for counter, numbers := range f.stock {
		for _, n := range numbers {
			outer.drawn = append(outer.drawn, draw{counter, n})
		}
	}
	outer.giveBack()
}

// joinTo returns tx with a fate, or as it is if it cannot be joined.
func joinTo(tx storage.Tx, f *fate) storage.Tx {
	if j, ok := tx.(storage.Joinable); ok {
		return &fatedTx{j, f}
	}
	return tx
}

// fatedTx is doomed by calls that wrote alone.
type fatedTx struct {
	storage.Joinable
	*fate
}

// Put implements storage.Tx.
func (t *fatedTx) Put(ctx context.Context, rec *storage.Record, events ...storage.Event) error {
	t.wrote = true
	return t.Joinable.Put(ctx, rec, events...)
}

// Delete implements storage.Tx.
func (t *fatedTx) Delete(ctx context.Context, ref storage.Ref, version int64, events ...storage.Event) error {
	t.wrote = true
	return t.Joinable.Delete(ctx, ref, version, events...)
}

// Reindex implements storage.Reindexer where the transaction does.
func (t *fatedTx) Reindex(ctx context.Context, rec *storage.Record) error {
	err := storage.Reindex(ctx, t.Joinable, rec)
	t.wrote = t.wrote || !errors.Is(err, storage.ErrUnsupported)
	return err
}

// Erase implements storage.Tx.
func (t *fatedTx) Erase(ctx context.Context, ref storage.Ref) error {
	t.wrote = true
	return t.Joinable.Erase(ctx, ref)
}

// Next implements storage.Tx.
func (t *fatedTx) Next(ctx context.Context, counter string) (n int64, err error) {
	if free := t.stock[counter]; len(free) > 0 {
		n, t.stock[counter] = free[0], free[1:]
	} else if n, err = t.Joinable.Next(ctx, counter); err != nil {
		t.wrote = true
		return 0, err
	}
	t.drawn = append(t.drawn, draw{counter, n})
	return n, nil
}

// Advance implements storage.Advancer.
func (t *fatedTx) Advance(ctx context.Context, counter string, n int64) (last int64, err error) {
	for ; n > 0 && len(t.stock[counter]) > 0; n-- {
		if last, err = t.Next(ctx, counter); err != nil {
			return 0, err
		}
	}
	if n == 0 {
		return last, nil
	}
	if last, err = storage.Advance(ctx, t.Joinable, counter, n); err != nil {
		t.wrote = true
		return 0, err
	}
	for ; n > 0; n-- {
		t.drawn = append(t.drawn, draw{counter, last - n + 1})
	}
	return last, nil
}

// Doom implements storage.Joinable.
func (t *fatedTx) Doom(err error) {
	if !t.wrote {
		t.giveBack()
		return
	}
	if t.first == nil {
		t.first = err
	}
	t.Joinable.Doom(err)
}

// claimKeys are the look-ups that find who holds a claim, by the name of the claim.
var claimKeys = map[string]string{
	"source": "source_key", "number": "number", "live": "number", "bank_reference": "bank_reference", "level": "invoice_id",
	"name": "number", "item": "product_id", "code": "number", "process": "primary", "key": "key",
}

// free refuses what the store would refuse of records that are about to be
// written, one after the other: an id that was used, and a claim that is taken.
func (s *session) free(ctx context.Context, rec, old *storage.Record, before []*storage.Record) error {
	if old == nil {
		for _, err := range s.all().History(ctx, rec.Ref) {
			if err != nil {
				return err
			}
			return putError(rec, nil, storage.ErrConflict)
		}
	}
	for _, claim := range rec.Claims {
		if old != nil && slices.Contains(old.Claims, claim) {
			continue
		}
		name := claimName(claim)
		for _, k := range rec.Keys {
			if k.Name != claimKeys[name] {
				continue
			}
			for other, err := range s.all().Find(ctx, storage.Query{Kind: rec.Kind, Where: []storage.Cond{keyIs(k.Name, k.Value)}}) {
				if err != nil {
					return err
				}
				if n := slices.IndexFunc(before, func(r *storage.Record) bool { return r.Ref == other.Ref }); n >= 0 {
					other = before[n]
				}
				if other.Ref != rec.Ref && slices.Contains(other.Claims, claim) {
					return refusedTaken(refOf(rec.Ref), claim, storage.ErrTaken)
				}
			}
		}
	}
	return nil
}
