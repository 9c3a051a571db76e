package storagetest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/storage"
)

var reindexingPromises = []promise{
	{category: "reindexing", sentence: "what a record is found by is replaced, and nothing else changes", check: reindexed},
	{category: "reindexing", sentence: "a view that has begun finds by what was there before", check: reindexedUnderAView},
	{category: "reindexing", sentence: "it rolls back with its transaction", check: reindexingRollsBack},
	{category: "reindexing", sentence: "a record that is not the stored version is a conflict", check: reindexedOther},
	{category: "reindexing", sentence: "the next version, or the deletion, leaves nothing of it behind", check: reindexedThenChanged},
	{category: "reindexing", sentence: "within a joined transaction too", check: reindexedJoined},
}

// reindex gives a record other look-ups and returns it as it is then. Where transactions
// are no Reindexers it skips the test.
func reindex(ctx context.Context, tx storage.Tx, r *storage.Record) (*storage.Record, error) {
	again := *r
	again.Name, again.Keys = "new name", []storage.Key{{Name: "color", Value: "blue"}, {Name: "both", Value: "yes"}}
	again.Slots = storage.Slots{}
	again.Slots.Text[1], again.Slots.Day[0], again.Slots.Ref[2] = "new", 20260102, uuid.Max
	again.Slots.Num[0] = decimal.NewNullDecimal(decimal.New(725, -2))
	return &again, storage.Reindex(ctx, tx, &again)
}

// findable is a record that is found by much.
func findable(t *testing.T, db storage.Store) *storage.Record {
	t.Helper()
	r := record("findable")
	r.Number, r.Currency, r.DueOn, r.Claims = "N-1", "EUR", 20260301, []string{"b", "a"}
	r.Amount = decimal.NewNullDecimal(decimal.New(1250, -2))
	r.Name, r.Keys = "old name", []storage.Key{{Name: "color", Value: "red"}, {Name: "both", Value: "yes"}}
	r.Slots.Text[0], r.Slots.Day[0] = "old", 20260101
	store(t, db, r, record("other"))
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		return errors.Join(storage.Reindex(ctx, tx, r), errRefused)
	})
	if errors.Is(err, storage.ErrUnsupported) {
		t.Skip("transactions of this store are no storage.Reindexer")
	}
	return r
}

// wantLookups checks what a record is found by.
func wantLookups(t *testing.T, db storage.Store, r *storage.Record, old bool) {
	t.Helper()
	for _, c := range []struct {
		cond storage.Cond
		old  bool
	}{
		{byKey("color", "red"), true},
		{byKey("color", "blue"), false},
		{where(storage.FieldText1, storage.OpEq, "old"), true},
		{where(storage.FieldText2, storage.OpEq, "new"), false},
		{where(storage.FieldDay1, storage.OpEq, storage.Day(20260101)), true},
		{where(storage.FieldDay1, storage.OpEq, storage.Day(20260102)), false},
		{where(storage.FieldNum1, storage.OpEq, decimal.New(725, -2)), false},
		{where(storage.FieldRef3, storage.OpEq, uuid.Max), false},
		{where(storage.FieldName, storage.OpPrefix, "old"), true},
		{where(storage.FieldName, storage.OpPrefix, "new"), false},
	} {
		if c.old == old {
			wantFound(t, found(t, db, c.cond), r)
		} else {
			wantFound(t, found(t, db, c.cond))
		}
	}
	wantFound(t, found(t, db, byKey("both", "yes")), r)
}

func reindexed(t *testing.T, s subject) {
	db := s.open(t)
	r := findable(t, db)
	wantLookups(t, db, r, true)
	was, fed := history(t, db, r.Ref), feed(t, db, tenant, 0)
	var again *storage.Record
	update(t, db, func(ctx context.Context, tx storage.Tx) (err error) {
		again, err = reindex(ctx, tx, r)
		if err != nil {
			return err
		}
		now, err := tx.Get(ctx, r.Ref)
		if err == nil && now.Name != again.Name {
			t.Errorf("the transaction reads the name %q, want what it has written", now.Name)
		}
		return err
	})
	view(t, db, func(ctx context.Context, reader storage.Reader) error {
		now, err := reader.Get(ctx, r.Ref)
		wantRecord(t, now, again)
		return err
	})
	wantLookups(t, db, r, false)
	for _, told := range []struct{ got, want []storage.Event }{{history(t, db, r.Ref), was}, {feed(t, db, tenant, 0), fed}} {
		if len(told.got) != len(told.want) {
			t.Fatalf("%d events became %d", len(told.want), len(told.got))
		}
		for i := range told.want {
			wantEvent(t, told.got[i], told.want[i])
		}
	}
}

func reindexedUnderAView(t *testing.T, s subject) {
	db := s.open(t)
	r := findable(t, db)
	view(t, db, func(ctx context.Context, reader storage.Reader) error {
		if _, err := reader.Get(ctx, r.Ref); err != nil { // which takes the snapshot
			return err
		}
		update(t, db, func(ctx context.Context, tx storage.Tx) error { _, err := reindex(ctx, tx, r); return err })
		for value, want := range map[string]int{"red": 1, "blue": 0} {
			n := 0
			for _, err := range reader.Find(ctx, storage.Query{Kind: kind, Where: []storage.Cond{byKey("color", value)}}) {
				if err != nil {
					return err
				}
				n++
			}
			if n != want {
				t.Errorf("the view finds %d that are %s, want %d", n, value, want)
			}
		}
		now, err := reader.Get(ctx, r.Ref)
		wantRecord(t, now, r)
		return err
	})
	wantLookups(t, db, r, false)
}

func reindexingRollsBack(t *testing.T, s subject) {
	db := s.open(t)
	r := findable(t, db)
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		_, err := reindex(ctx, tx, r)
		return errors.Join(err, errRefused)
	})
	wantErr(t, err, errRefused, "a transaction that is rolled back")
	wantLookups(t, db, r, true)
	if n := len(history(t, db, r.Ref)); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
	store(t, db, next(r, nil))
}

func reindexedOther(t *testing.T, s subject) {
	db := s.open(t)
	r := findable(t, db)
	for what, change := range map[string]func(*storage.Record){
		"id":       func(r *storage.Record) { r.ID = uuid.New() },
		"version":  func(r *storage.Record) { r.Version++ },
		"number":   func(r *storage.Record) { r.Number = "N-2" },
		"state":    func(r *storage.Record) { r.State = "closed" },
		"status":   func(r *storage.Record) { r.Status = "old" },
		"owner":    func(r *storage.Record) { r.Owner = uuid.Max },
		"currency": func(r *storage.Record) { r.Currency = "CHF" },
		"amount":   func(r *storage.Record) { r.Amount.Decimal = decimal.New(1, 0) },
		"due day":  func(r *storage.Record) { r.DueOn = 0 },
		"birth":    func(r *storage.Record) { r.CreatedAt = r.CreatedAt.Add(time.Second) },
		"time":     func(r *storage.Record) { r.UpdatedAt = r.UpdatedAt.Add(time.Second) },
		"format":   func(r *storage.Record) { r.Format++ },
		"claims":   func(r *storage.Record) { r.Claims = []string{"a"} },
	} {
		other := *r
		change(&other)
		err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
			_, err := reindex(ctx, tx, &other)
			return err
		})
		wantErr(t, err, storage.ErrConflict, "reindexing with another "+what)
	}
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		other := *r
		other.Keys = []storage.Key{{}}
		return storage.Reindex(ctx, tx, &other)
	})
	wantErr(t, err, storage.ErrInvalid, "reindexing with a key without name")
	wantLookups(t, db, r, true)
	same := *r
	same.Amount, same.Claims = decimal.NewNullDecimal(decimal.New(125, -1)), []string{"a", "b"}
	update(t, db, func(ctx context.Context, tx storage.Tx) error { _, err := reindex(ctx, tx, &same); return err })
}

func reindexedThenChanged(t *testing.T, s subject) {
	db := s.open(t)
	r := findable(t, db)
	var again *storage.Record
	update(t, db, func(ctx context.Context, tx storage.Tx) (err error) {
		if again, err = reindex(ctx, tx, r); err == nil {
			again, err = reindex(ctx, tx, again)
		}
		return err
	})
	changed := next(again, func(n *storage.Record) { n.Keys, n.Name = []storage.Key{{Name: "color", Value: "green"}}, "" })
	store(t, db, changed)
	wantFound(t, found(t, db, byKey("color", "blue")))
	wantFound(t, found(t, db, byKey("both", "yes")))
	wantFound(t, found(t, db, byKey("color", "green")), r)
	if got := history(t, db, r.Ref); len(got) != 2 || got[0].Version != 1 || got[1].Version != 2 {
		t.Errorf("the history is %+v, want one event of each version", got)
	}
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		again, err := reindex(ctx, tx, changed)
		if err == nil {
			err = remove(ctx, tx, again)
		}
		return err
	})
	for _, value := range []string{"red", "green", "blue"} {
		wantFound(t, found(t, db, byKey("color", value)))
	}
	if got := feed(t, db, tenant, 0); len(got) != 4 || !slices.IsSortedFunc(got, func(a, b storage.Event) int { return int(a.Position - b.Position) }) {
		t.Errorf("the feed is %+v, want four events", got)
	}
}

func reindexedJoined(t *testing.T, s subject) {
	db := s.open(t)
	r := findable(t, db)
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		return storage.Joined(tx).Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error {
			_, err := reindex(ctx, tx, r)
			return err
		})
	})
	wantLookups(t, db, r, false)
}
