package storagetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/shopspring/decimal"
)

var transactionPromises = []promise{
	{category: "transactions", sentence: "a record is read as it was put", check: readAsPut},
	{category: "transactions", sentence: "a record that is not stored is not found", check: notFound},
	{category: "transactions", sentence: "a transaction sees its own writes", check: ownWrites},
	{category: "transactions", sentence: "a transaction that fails leaves nothing behind", check: failureLeavesNothing},
	{category: "transactions", sentence: "a transaction that panics leaves nothing behind", check: panicLeavesNothing},
	{category: "transactions", sentence: "nobody overwrites what they have not read", check: versionsConflict},
	{category: "transactions", sentence: "what no store could keep is refused", check: invalidRefused},
	{category: "transactions", sentence: "a failed write dooms its transaction", check: failedWriteDooms},
	{category: "transactions", sentence: "nothing is answered after a failed write", check: failedWriteEnds},
	{category: "transactions", sentence: "of the writes that fail the first is told", check: firstFailureTold},
	{category: "transactions", sentence: "a view reads one snapshot", check: viewIsSnapshot},
	{category: "transactions", sentence: "a view within an update reads the last commit", check: viewWithinUpdate},
	{category: "transactions", sentence: "an update within an update is refused", check: nestedRefused},
	{category: "transactions", sentence: "the loop over a result may read and write", check: loopMayWrite},
	{category: "transactions", sentence: "what the loop over a result deletes is deleted", check: loopMayDelete},
	{category: "transactions", sentence: "a transaction runs again when the database asks for it", check: runsAgain},
	{category: "transactions", sentence: "a transaction that runs again begins anew", check: beginsAnew},
	{category: "transactions", sentence: "a document of a mebibyte is kept", check: bigDocument},
	{category: "transactions", sentence: "any sequence of transactions does what it does to a map", check: checkModel},
}

func readAsPut(t *testing.T, s subject) {
	db := s.open(t)
	full := record("full")
	full.Number = "QUO-7"
	full.Owner = uuid.New()
	full.Currency = "EUR"
	full.Amount = amount("1234.50")
	full.DueOn = 20260228
	full.Name = "full"
	full.Slots = storage.Slots{
		Text: [6]string{"a", "b", "c", "d", "e", "f"}, Day: [3]storage.Day{20260227, 20260301, 20260302},
		Num: [4]decimal.NullDecimal{amount("1"), amount("-2.50"), amount("0"), amount("1e20")}, Ref: [3]uuid.UUID{uuid.New(), uuid.New(), uuid.New()},
	}
	full.Format = 3
	full.UpdatedAt = dawn.Add(90 * time.Minute)
	full.Keys = []storage.Key{{Name: "parent", Value: "p"}}
	full.Claims = []string{"number:QUO-7"}
	bare := record("bare")
	bare.State, bare.Status = "", ""
	store(t, db, full, bare)
	for _, want := range []*storage.Record{full, bare} {
		wantRecord(t, get(t, db, want.Ref), want)
		view(t, db, func(ctx context.Context, r storage.Reader) error {
			for got, err := range r.Find(ctx, storage.Query{Kind: kind, Where: []storage.Cond{where(storage.FieldID, storage.OpEq, want.ID)}}) {
				if err != nil {
					return err
				}
				wantRecord(t, got, want)
			}
			return nil
		})
	}
	changed := next(full, func(r *storage.Record) {
		r.Number, r.Currency, r.State = "", "", ""
		r.Owner = uuid.Nil
		r.Amount.Valid = false
		r.DueOn = 0
		r.Name, r.Slots = "", storage.Slots{}
		r.Keys, r.Claims = nil, nil
	})
	store(t, db, changed)
	wantRecord(t, get(t, db, full.Ref), changed)
}

func notFound(t *testing.T, s subject) {
	db := s.open(t)
	r := record("stored")
	absent := append(strange(r.ID), storage.Ref{Kind: kind, ID: uuid.New()}, storage.Ref{Kind: "other", ID: r.ID})
	check := func() {
		t.Helper()
		view(t, db, func(ctx context.Context, reader storage.Reader) error {
			for _, ref := range absent {
				_, err := reader.Get(ctx, ref)
				wantErr(t, err, storage.ErrNotFound, fmt.Sprintf("get of %q", ref))
			}
			return nil
		})
	}
	check()
	store(t, db, r)
	check()
	update(t, db, func(ctx context.Context, tx storage.Tx) error { return remove(ctx, tx, r) })
	absent = append(absent, r.Ref)
	check()
	wantFound(t, found(t, db))
}

func ownWrites(t *testing.T, s subject) {
	db := s.open(t)
	kept, gone := record("kept"), record("gone")
	kept.Keys = []storage.Key{{Name: "colour", Value: "red"}}
	gone.Keys = kept.Keys
	store(t, db, kept, gone)
	made := record("made")
	made.Keys = []storage.Key{{Name: "colour", Value: "blue"}}
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		changed := next(kept, func(r *storage.Record) { r.Keys = made.Keys })
		err := errors.Join(put(ctx, tx, made), put(ctx, tx, changed), remove(ctx, tx, gone))
		if err != nil {
			return err
		}
		for _, want := range []*storage.Record{made, changed} {
			got, err := tx.Get(ctx, want.Ref)
			if err != nil {
				return err
			}
			wantRecord(t, got, want)
		}
		_, err = tx.Get(ctx, gone.Ref)
		wantErr(t, err, storage.ErrNotFound, "get of what was deleted")
		for value, want := range map[string][]*storage.Record{"red": nil, "blue": {made, kept}} {
			ids, err := find(ctx, tx, storage.Query{Kind: kind, Where: []storage.Cond{byKey("colour", value)}})
			if err != nil {
				return err
			}
			wantFound(t, ids, want...)
		}
		events := 0
		for _, err := range tx.History(ctx, kept.Ref) {
			if err != nil {
				return err
			}
			events++
		}
		if events != 2 {
			t.Errorf("got %d events in the history, want those of both versions", events)
		}
		return nil
	})
}

var errRefused = errors.New("refused")

// disturb does a bit of everything to a record that is stored with a claim.
func disturb(ctx context.Context, tx storage.Tx, r *storage.Record) error {
	n, err := tx.Next(ctx, "count")
	if err != nil {
		return err
	}
	other := record(fmt.Sprint("other ", n))
	other.Claims = []string{"free"}
	changed := next(r, func(r *storage.Record) { r.Keys, r.Claims = []storage.Key{{Name: "colour", Value: "blue"}}, nil })
	return errors.Join(put(ctx, tx, other), put(ctx, tx, changed), remove(ctx, tx, changed), tx.Erase(ctx, r.Ref))
}

// undisturbed fails if anything of disturb is left.
func undisturbed(t *testing.T, db storage.Store, r *storage.Record) {
	t.Helper()
	wantRecord(t, get(t, db, r.Ref), r)
	wantFound(t, found(t, db), r)
	wantFound(t, found(t, db, byKey("colour", "red")), r)
	wantFound(t, found(t, db, byKey("colour", "blue")))
	if h := history(t, db, r.Ref); len(h) != 1 || h[0].Image.Erased() {
		t.Errorf("got history %+v, want the first version with its image", h)
	}
	if events := feed(t, db, tenant, 0); len(events) != 1 || events[0].Position != 1 {
		t.Errorf("got feed %+v, want one event at position 1", events)
	}
	thief := record("thief")
	thief.Claims = r.Claims
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, thief) })
	wantErr(t, err, storage.ErrTaken, "put of a held claim")
	thief.Claims = []string{"free"}
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		n, err := tx.Next(ctx, "count")
		if n != 1 {
			t.Errorf("counter goes on with %d, want 1", n)
		}
		return errors.Join(err, put(ctx, tx, thief))
	})
}

func disturbable() *storage.Record {
	r := record("kept")
	r.Keys = []storage.Key{{Name: "colour", Value: "red"}}
	r.Claims = []string{"held"}
	return r
}

func failureLeavesNothing(t *testing.T, s subject) {
	db, r := s.open(t), disturbable()
	store(t, db, r)
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		if err := disturb(ctx, tx, r); err != nil {
			return err
		}
		return errRefused
	})
	wantErr(t, err, errRefused, "update")
	undisturbed(t, db, r)
}

func panicLeavesNothing(t *testing.T, s subject) {
	db, r := s.open(t), disturbable()
	store(t, db, r)
	func() {
		defer func() {
			if p := recover(); p != errRefused {
				t.Errorf("recovered %v, want the panic of the function", p)
			}
		}()
		_ = db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
			if err := disturb(ctx, tx, r); err != nil {
				t.Error(err)
			}
			panic(errRefused)
		})
		t.Error("update returned although its function panicked")
	}()
	undisturbed(t, db, r)
}

func versionsConflict(t *testing.T, s subject) {
	db := s.open(t)
	r := record("first")
	second := next(r, nil)
	store(t, db, r)
	store(t, db, second)
	third := next(second, nil)
	newer := record("absent")
	newer.Version = 2
	for name, rec := range map[string]*storage.Record{
		"the first version again":  r,
		"the same version again":   second,
		"a version left out":       next(third, nil),
		"a later version of none":  newer,
		"another record's version": recordAs(r.ID, "same id"),
	} {
		err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, rec) })
		wantErr(t, err, storage.ErrConflict, name)
		if errors.Is(err, storage.ErrTaken) {
			t.Errorf("%s: got %v, but no claim is involved", name, err)
		}
	}
	for name, rec := range map[string]*storage.Record{"an older version": r, "a version to come": third} {
		err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error { return remove(ctx, tx, rec) })
		wantErr(t, err, storage.ErrConflict, "delete of "+name)
	}
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error { return remove(ctx, tx, record("absent")) })
	wantErr(t, err, storage.ErrNotFound, "delete of what is not stored")
	wantRecord(t, get(t, db, r.Ref), second)
	if n := len(history(t, db, r.Ref)); n != 2 {
		t.Errorf("got %d events, want those of two versions", n)
	}
}

func invalidRefused(t *testing.T, s subject) {
	db := s.open(t)
	ok := record("valid")
	put := func(fn func(*storage.Record), events func(*storage.Record) []storage.Event) error {
		r := *ok
		r.ID = uuid.New()
		fn(&r)
		return db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
			return tx.Put(ctx, &r, events(&r)...)
		})
	}
	one := func(r *storage.Record) []storage.Event { return []storage.Event{event(r, r.Version, "made")} }
	for name, fn := range map[string]func(*storage.Record){
		"no kind":              func(r *storage.Record) { r.Kind = "" },
		"a capital kind":       func(r *storage.Record) { r.Kind = "Thing" },
		"no id":                func(r *storage.Record) { r.ID = uuid.Nil },
		"version 0":            func(r *storage.Record) { r.Version = 0 },
		"nanoseconds":          func(r *storage.Record) { r.CreatedAt = dawn.Add(time.Nanosecond) },
		"local time":           func(r *storage.Record) { r.UpdatedAt = dawn.In(time.FixedZone("", 3600)) },
		"no time":              func(r *storage.Record) { r.CreatedAt = time.Time{} },
		"nul in a text":        func(r *storage.Record) { r.Number = "a\x00b" },
		"text that is no utf8": func(r *storage.Record) { r.Status = "\xff" },
		"nul in a key":         func(r *storage.Record) { r.Keys = []storage.Key{{Name: "k", Value: "\x00"}} },
		"a key twice":          func(r *storage.Record) { r.Keys = []storage.Key{{Name: "k", Value: "v"}, {Name: "k", Value: "v"}} },
		"a claim twice":        func(r *storage.Record) { r.Claims = []string{"c", "c"} },
		"a 30th of February":   func(r *storage.Record) { r.DueOn = 20260230 },
		"too long a name":      func(r *storage.Record) { r.Name = strings.Repeat("n", storage.MaxName+1) },
		"nul in a slot":        func(r *storage.Record) { r.Slots.Text[5] = "\x00" },
		"no day in a slot":     func(r *storage.Record) { r.Slots.Day[2] = 20260230 },
		"too great a number":   func(r *storage.Record) { r.Slots.Num[3] = decimal.NewNullDecimal(decimal.New(1, 39)) },
		"no document":          func(r *storage.Record) { r.Image = storage.Image{} },
	} {
		wantErr(t, put(fn, one), storage.ErrInvalid, name)
	}
	same := func(*storage.Record) {}
	for name, fn := range map[string]func(*storage.Record) []storage.Event{
		"no event":                   func(*storage.Record) []storage.Event { return nil },
		"an event of another record": func(*storage.Record) []storage.Event { return one(record("other")) },
		"an event of another version": func(r *storage.Record) []storage.Event {
			return append(one(r), event(r, r.Version+1, "changed"))
		},
		"an event without type":   func(r *storage.Record) []storage.Event { return []storage.Event{event(r, r.Version, "")} },
		"an event with nul in it": func(r *storage.Record) []storage.Event { return []storage.Event{event(r, r.Version, "\x00")} },
	} {
		wantErr(t, put(same, fn), storage.ErrInvalid, name)
	}
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		_, err := tx.Next(ctx, "")
		return err
	})
	wantErr(t, err, storage.ErrInvalid, "a counter without name")
	wantFound(t, found(t, db))
	if err := put(same, one); err != nil {
		t.Errorf("the record that all the others were made of: %v", err)
	}
}

func failedWriteDooms(t *testing.T, s subject) {
	db := s.open(t)
	r := record("stored")
	store(t, db, r)
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		if err := put(ctx, tx, record("before")); err != nil {
			return err
		}
		wantErr(t, settled(ctx, tx, r.Ref, put(ctx, tx, r)), storage.ErrConflict, "put of the stored version")
		return nil
	})
	wantErr(t, err, storage.ErrConflict, "update whose function made light of it")
	wantFound(t, found(t, db), r)
}

// everyCall lists the calls of a transaction, about a record that is stored.
func everyCall(ctx context.Context, tx storage.Tx, r *storage.Record) map[string]func() error {
	return map[string]func() error{
		"get":  func() error { _, err := tx.Get(ctx, r.Ref); return err },
		"find": func() error { _, err := find(ctx, tx, storage.Query{Kind: kind}); return err },
		"history": func() (err error) {
			for _, err = range tx.History(ctx, r.Ref) {
				break
			}
			return err
		},
		"put":    func() error { return put(ctx, tx, record("late")) },
		"delete": func() error { return remove(ctx, tx, r) },
		"next":   func() error { _, err := tx.Next(ctx, "count"); return err },
		"erase":  func() error { return tx.Erase(ctx, r.Ref) },
	}
}

func failedWriteEnds(t *testing.T, s subject) {
	db := s.open(t)
	r := record("stored")
	r.Claims = []string{"held"}
	store(t, db, r)
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		wantErr(t, settled(ctx, tx, r.Ref, put(ctx, tx, claiming("thief", "held"))), storage.ErrTaken, "put of a held claim")
		for name, call := range everyCall(ctx, tx, r) {
			wantErr(t, call(), storage.ErrTaken, name+" after it")
		}
		return nil
	})
	wantErr(t, err, storage.ErrTaken, "update whose function made light of it")
	err = db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		tx.(storage.Joinable).Doom(errRefused)
		for name, call := range everyCall(ctx, tx, r) {
			if name != "delete" && name != "erase" {
				if err := call(); err != nil {
					t.Errorf("%s in a transaction that only will not commit: %v", name, err)
				}
			}
		}
		return nil
	})
	wantErr(t, err, errRefused, "doomed update")
	wantFound(t, found(t, db), r)
}

func firstFailureTold(t *testing.T, s subject) {
	db := s.open(t)
	held, other := claiming("held", "held"), record("other")
	store(t, db, held, other)
	taken := func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, claiming("thief", "held")) }
	exists := func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, other) }
	skips := func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, next(next(other, nil), nil)) }
	invalid := func(ctx context.Context, tx storage.Tx) error { return tx.Put(ctx, record("without events")) }
	absent := func(ctx context.Context, tx storage.Tx) error { return remove(ctx, tx, record("absent")) }
	for name, c := range map[string]struct {
		first, second func(context.Context, storage.Tx) error
		taken         bool
	}{
		"a claim taken, then a record that exists":      {taken, exists, true},
		"a claim taken, then a version left out":        {taken, skips, true},
		"a claim taken, then a put that is invalid":     {taken, invalid, true},
		"a claim taken, then a deletion of what is not": {taken, absent, true},
		"a record that exists, then a claim taken":      {exists, taken, false},
		"a version left out, then a claim taken":        {skips, taken, false},
	} {
		err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
			if _, err := tx.Get(ctx, other.Ref); err != nil {
				return err
			}
			_ = c.first(ctx, tx)
			_ = c.second(ctx, tx)
			return nil
		})
		wantErr(t, err, storage.ErrConflict, name)
		if errors.Is(err, storage.ErrTaken) != c.taken {
			t.Errorf("%s: got %v, want the error of the first", name, err)
		}
	}
	// What the function decides upon is the first failure, too.
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		err := taken(ctx, tx)
		if err == nil {
			err = exists(ctx, tx)
		}
		if err = settled(ctx, tx, other.Ref, err); errors.Is(err, storage.ErrTaken) {
			return errRefused
		}
		return err
	})
	wantErr(t, err, errRefused, "update that decides upon a claim taken")
	wantFound(t, found(t, db), held, other)
}

func viewIsSnapshot(t *testing.T, s subject) {
	db := s.open(t)
	a, b := record("a"), record("b")
	a.Keys = []storage.Key{{Name: "colour", Value: "red"}}
	store(t, db, a, b)
	c := record("c")
	view(t, db, func(ctx context.Context, r storage.Reader) error {
		got, err := r.Get(ctx, a.Ref)
		if err != nil {
			return err
		}
		wantRecord(t, got, a)
		elsewhere(t, func() {
			update(t, db, func(ctx context.Context, tx storage.Tx) error {
				changed := next(a, func(r *storage.Record) { r.Keys = nil })
				return errors.Join(put(ctx, tx, changed), remove(ctx, tx, b), put(ctx, tx, c))
			})
		})
		for _, want := range []*storage.Record{a, b} {
			got, err := r.Get(ctx, want.Ref)
			if err != nil {
				return err
			}
			wantRecord(t, got, want)
		}
		_, err = r.Get(ctx, c.Ref)
		wantErr(t, err, storage.ErrNotFound, "get of what came later")
		ids, err := find(ctx, r, storage.Query{Kind: kind})
		if err != nil {
			return err
		}
		wantFound(t, ids, a, b)
		ids, err = find(ctx, r, storage.Query{Kind: kind, Where: []storage.Cond{byKey("colour", "red")}})
		if err != nil {
			return err
		}
		wantFound(t, ids, a)
		for e, err := range r.History(ctx, a.Ref) {
			if err != nil {
				return err
			}
			if e.Version != 1 {
				t.Errorf("history shows version %d, which came later", e.Version)
			}
		}
		return nil
	})
	wantFound(t, found(t, db), a, c)
	wantFound(t, found(t, db, byKey("colour", "red")))
}

// elsewhere runs fn on a goroutine of its own and waits for it.
func elsewhere(t *testing.T, fn func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn()
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("still waiting after ten seconds")
	}
}

func viewWithinUpdate(t *testing.T, s subject) {
	db := s.open(t)
	r := record("stored")
	store(t, db, r)
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		if err := put(ctx, tx, next(r, nil)); err != nil {
			return err
		}
		return db.View(ctx, tenant, func(ctx context.Context, reader storage.Reader) error {
			got, err := reader.Get(ctx, r.Ref)
			wantRecord(t, got, r)
			return err
		})
	})
}

func nestedRefused(t *testing.T, s subject) {
	db := s.open(t)
	r := record("outer")
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		err := db.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error {
			t.Error("the inner function runs")
			return nil
		})
		wantErr(t, err, storage.ErrNested, "inner update")
		return put(ctx, tx, r)
	})
	wantFound(t, found(t, db), r)
}

func loopMayWrite(t *testing.T, s subject) {
	db := s.open(t)
	var records []*storage.Record
	for i := range 150 {
		r := record("old")
		r.CreatedAt = dawn.Add(time.Duration(i) * time.Second)
		r.Keys = []storage.Key{{Name: "pair", Value: fmt.Sprint(i / 2)}}
		records = append(records, r)
	}
	store(t, db, records...)
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		seen := 0
		for r, err := range tx.Find(ctx, storage.Query{Kind: kind}) {
			if err != nil {
				return err
			}
			if seen >= len(records) || r.ID != records[seen].ID {
				t.Fatalf("record %d of the loop is another one, or one too many", seen)
			}
			pair, err := find(ctx, tx, storage.Query{Kind: kind, Where: []storage.Cond{byKey("pair", records[seen].Keys[0].Value)}})
			if err != nil {
				return err
			}
			if len(pair) != 2 {
				t.Errorf("found %d records within the loop, want 2", len(pair))
			}
			changed := next(r, func(r *storage.Record) { r.State, r.Keys = "closed", records[seen].Keys })
			if err := put(ctx, tx, changed); err != nil {
				return err
			}
			seen++
		}
		if seen != len(records) {
			t.Errorf("the loop met %d records, want %d", seen, len(records))
		}
		return nil
	})
	if n := len(found(t, db, where(storage.FieldState, storage.OpEq, "closed"))); n != len(records) {
		t.Errorf("%d records were changed, want %d", n, len(records))
	}
}

func loopMayDelete(t *testing.T, s subject) {
	db := s.open(t)
	first, second := record("first"), record("second")
	second.CreatedAt = dawn.Add(time.Second)
	store(t, db, first, second)
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		begun := false
		for _, err := range tx.Find(ctx, storage.Query{Kind: kind}) {
			if err == nil && !begun {
				begun, err = true, remove(ctx, tx, second) // whether the loop still meets it is open
			}
			if err != nil {
				return err
			}
		}
		return remove(ctx, tx, second)
	})
	wantErr(t, err, storage.ErrNotFound, "second deletion")
	wantFound(t, found(t, db), first, second)
}

func runsAgain(t *testing.T, s subject) {
	if s.Retryable == nil {
		t.Skip("the store has no errors that ask for it")
	}
	db := s.open(t)
	r := record("once")
	runs := 0
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		runs++
		if err := put(ctx, tx, r); err != nil {
			return err
		}
		if runs == 1 {
			return fmt.Errorf("wrapped: %w", s.Retryable())
		}
		return nil
	})
	if runs != 2 {
		t.Errorf("the function ran %d times, want 2", runs)
	}
	if events := feed(t, db, tenant, 0); len(events) != 1 {
		t.Errorf("got %d events, want 1", len(events))
	}
}

func beginsAnew(t *testing.T, s subject) {
	db := s.open(t)
	again := Faulty(db, Rerun(0))
	r := record("once")
	r.Claims = []string{"claim"}
	runs := 0
	update(t, again, func(ctx context.Context, tx storage.Tx) error {
		runs++
		n, err := tx.Next(ctx, "count")
		if n != 1 {
			t.Errorf("run %d counts %d, want 1", runs, n)
		}
		return errors.Join(err, put(ctx, tx, r))
	})
	if runs != 2 {
		t.Errorf("the function ran %d times, want 2", runs)
	}
	if events := feed(t, db, tenant, 0); len(events) != 1 {
		t.Errorf("got %d events, want 1", len(events))
	}
	wantRecord(t, get(t, db, r.Ref), r)
}

func bigDocument(t *testing.T, s subject) {
	db := s.open(t)
	r := record(strings.Repeat("0123456789abcdéf", 1<<16))
	store(t, db, r)
	wantRecord(t, get(t, db, r.Ref), r)
	store(t, db, next(r, nil))
	if h := history(t, db, r.Ref); len(h) != 2 {
		t.Errorf("got %d events, want 2", len(h))
	} else {
		wantImage(t, h[0].Image, r.Image)
	}
}
