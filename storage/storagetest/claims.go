package storagetest

import (
	"context"
	"errors"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
)

var claimPromises = []promise{
	{category: "claims", sentence: "a claim has one holder of each kind", check: oneHolder},
	{category: "claims", sentence: "a claim is free again when its holder lets go", check: claimsReleased},
	{category: "claims", sentence: "claims change hands within one transaction", check: claimsChangeHands},
	{category: "claims", sentence: "nobody takes what its holder lets go only later", check: claimsLetGoFirst},
	{category: "claims", sentence: "keys find records exactly", check: keysExact},
	{category: "claims", sentence: "keys are those of the present version", check: keysFollow},
}

func claiming(text string, claims ...string) *storage.Record {
	r := record(text)
	r.Claims = claims
	return r
}

func tryPut(t *testing.T, db storage.Store, r *storage.Record) error {
	t.Helper()
	return db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, r) })
}

func oneHolder(t *testing.T, s subject) {
	db := s.open(t)
	holder := claiming("holder", "a", "b")
	store(t, db, holder)
	late := claiming("late", "c", "b")
	err := tryPut(t, db, late)
	wantErr(t, err, storage.ErrTaken, "put of a held claim")
	wantErr(t, err, storage.ErrConflict, "put of a held claim")
	if get(t, db, late.Ref) != nil {
		t.Error("the record was stored all the same")
	}
	store(t, db, claiming("another", "c", "B", "b "))
	otherKind := claiming("other kind", "a", "b")
	otherKind.Kind = "other"
	store(t, db, otherKind)
	store(t, db, next(holder, nil)) // its own claims are not in its way
	err = tryPut(t, db, claiming("late", "a"))
	wantErr(t, err, storage.ErrTaken, "put of a claim held by the second version")
}

func claimsReleased(t *testing.T, s subject) {
	db := s.open(t)
	holder := claiming("holder", "kept", "dropped")
	store(t, db, holder)
	second := next(holder, func(r *storage.Record) { r.Claims = []string{"kept"} })
	store(t, db, second)
	wantErr(t, tryPut(t, db, claiming("late", "kept")), storage.ErrTaken, "put of the claim that was kept")
	store(t, db, claiming("taker", "dropped"))
	update(t, db, func(ctx context.Context, tx storage.Tx) error { return remove(ctx, tx, second) })
	store(t, db, claiming("heir", "kept"))
}

func claimsChangeHands(t *testing.T, s subject) {
	db := s.open(t)
	a, b := claiming("a", "left"), claiming("b", "right")
	store(t, db, a, b)
	swap := func(ctx context.Context, tx storage.Tx) error {
		return errors.Join(
			put(ctx, tx, next(a, func(r *storage.Record) { r.Claims = nil })),
			put(ctx, tx, next(b, func(r *storage.Record) { r.Claims = []string{"left"} })),
		)
	}
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		return errors.Join(swap(ctx, tx), errRefused)
	})
	wantErr(t, err, errRefused, "update")
	wantErr(t, tryPut(t, db, claiming("late", "left")), storage.ErrTaken, "put of a claim given back by rollback")
	wantErr(t, tryPut(t, db, claiming("late", "right")), storage.ErrTaken, "put of a claim kept by rollback")
	update(t, db, swap)
	store(t, db, claiming("late", "right"))
	wantErr(t, tryPut(t, db, claiming("late", "left")), storage.ErrTaken, "put of a claim that changed hands")
}

func keysExact(t *testing.T, s subject) {
	db := s.open(t)
	keyed := func(keys ...storage.Key) *storage.Record {
		r := record("keyed")
		r.Keys = keys
		return r
	}
	a := keyed(storage.Key{Name: "parent", Value: "1"}, storage.Key{Name: "parent", Value: "2"})
	b := keyed(storage.Key{Name: "parent", Value: "2"}, storage.Key{Name: "child", Value: "1"})
	c := keyed(storage.Key{Name: "parent1", Value: "x"}, storage.Key{Name: "paren", Value: "t2"})
	other := keyed(storage.Key{Name: "parent", Value: "2"})
	other.Kind = "other"
	store(t, db, a, b, c, other)
	wantFound(t, found(t, db, byKey("parent", "1")), a)
	wantFound(t, found(t, db, byKey("parent", "2")), a, b)
	wantFound(t, found(t, db, byKey("parent", "1"), byKey("parent", "2")), a)
	wantFound(t, found(t, db, byKey("child", "1")), b)
	wantFound(t, found(t, db, byKey("parent", "")))
	wantFound(t, found(t, db, byKey("parent", "3")))
	wantFound(t, found(t, db, storage.Cond{Field: storage.FieldKey, Key: "parent", Op: storage.OpIn, Values: []any{"1", "2", "2"}}), a, b)
	wantFound(t, found(t, db, storage.Cond{Field: storage.FieldKey, Key: "parent", Op: storage.OpIn}))
}

func keysFollow(t *testing.T, s subject) {
	db := s.open(t)
	r := record("first")
	r.Keys = []storage.Key{{Name: "colour", Value: "red"}, {Name: "size", Value: "xl"}}
	store(t, db, r)
	second := next(r, func(r *storage.Record) {
		r.Keys = []storage.Key{{Name: "colour", Value: "blue"}, {Name: "size", Value: "xl"}}
	})
	store(t, db, second)
	wantFound(t, found(t, db, byKey("colour", "red")))
	wantFound(t, found(t, db, byKey("colour", "blue")), r)
	wantFound(t, found(t, db, byKey("size", "xl")), r)
	third := next(second, func(t *storage.Record) { t.Keys = r.Keys })
	store(t, db, third)
	wantFound(t, found(t, db, byKey("colour", "red")), r)
	wantFound(t, found(t, db, byKey("colour", "blue")))
	update(t, db, func(ctx context.Context, tx storage.Tx) error { return remove(ctx, tx, third) })
	wantFound(t, found(t, db, byKey("colour", "red")))
	wantFound(t, found(t, db, byKey("size", "xl")))
}
