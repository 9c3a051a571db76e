package storage_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/shopspring/decimal"
)

var at = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// invoice returns the first version of a record, and what happened.
func invoice(n byte, state string, total int64) (*storage.Record, storage.Event) {
	r := &storage.Record{
		Header: storage.Header{
			Ref:       storage.Ref{Kind: "invoice", ID: uuid.UUID{15: n}},
			Version:   1,
			Number:    fmt.Sprintf("INV-%d", n),
			State:     state,
			Amount:    decimal.NewNullDecimal(decimal.New(total, 0)),
			CreatedAt: at,
			UpdatedAt: at,
		},
		Keys:   []storage.Key{{Name: "order_id", Value: "ORD-1"}},
		Claims: []string{fmt.Sprintf("number:INV-%d", n)},
		Image:  storage.NewImage(map[string]any{"total": total}),
	}
	return r, storage.Event{Ref: r.Ref, Version: 1, Type: "invoice.created", At: at, Actor: "amy"}
}

func ExampleStore() {
	ctx := context.Background()
	var store storage.Store = memory.New()

	// Two records, or none.
	err := store.Update(ctx, storage.Default, func(ctx context.Context, tx storage.Tx) error {
		for n := range byte(2) {
			r, e := invoice(n+1, "active", 100*int64(n+1))
			if err := tx.Put(ctx, r, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	// The number of the first is taken.
	thief, e := invoice(3, "active", 300)
	thief.Claims = []string{"number:INV-1"}
	err = store.Update(ctx, storage.Default, func(ctx context.Context, tx storage.Tx) error { return tx.Put(ctx, thief, e) })
	fmt.Println(errors.Is(err, storage.ErrTaken))

	// What happened, for those who were not there.
	for e, err := range store.Feed(ctx, storage.Default, 0) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(e.Position, e.Type, e.ID)
	}
	// Output:
	// true
	// 1 invoice.created 00000000-0000-0000-0000-000000000001
	// 2 invoice.created 00000000-0000-0000-0000-000000000002
}

func ExampleReader_find() {
	ctx := context.Background()
	store := memory.New()
	err := store.Update(ctx, storage.Default, func(ctx context.Context, tx storage.Tx) error {
		for n := range byte(5) {
			r, e := invoice(n+1, []string{"active", "paid"}[n%2], 100*int64(n+1))
			if err := tx.Put(ctx, r, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	open := storage.Query{
		Kind: "invoice",
		Where: []storage.Cond{
			{Field: storage.FieldState, Op: storage.OpEq, Values: []any{"active"}},
			{Field: storage.FieldKey, Key: "order_id", Op: storage.OpEq, Values: []any{"ORD-1"}},
		},
		Order: storage.FieldAmount,
		Desc:  true,
		Limit: 2,
	}
	for page := 1; page <= 2; page++ {
		err := store.View(ctx, storage.Default, func(ctx context.Context, r storage.Reader) error {
			for rec, err := range r.Find(ctx, open) {
				if err != nil {
					return err
				}
				fmt.Println("page", page, rec.Number, rec.Amount.Decimal)
				open.After = storage.CursorOf(open, rec)
			}
			return nil
		})
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	// Output:
	// page 1 INV-5 500
	// page 1 INV-3 300
	// page 2 INV-1 100
}

// A function that takes a store works within somebody's transaction as well.
func ExampleJoined() {
	ctx := context.Background()
	store := memory.New()
	bill := func(ctx context.Context, store storage.Store, n byte) error {
		return store.Update(ctx, storage.Default, func(ctx context.Context, tx storage.Tx) error {
			r, e := invoice(n, "active", 100)
			if err := tx.Put(ctx, r, e); err != nil {
				return err
			}
			if n == 2 {
				return errors.New("credit limit exceeded")
			}
			return nil
		})
	}

	err := store.Update(ctx, storage.Default, func(ctx context.Context, tx storage.Tx) error {
		joined := storage.Joined(tx)
		if err := bill(ctx, joined, 1); err != nil {
			return err
		}
		_ = bill(ctx, joined, 2) // making light of it does not help
		return nil
	})
	n, _ := storage.Count(ctx, store, storage.Default, storage.Query{Kind: "invoice"})
	fmt.Println(err)
	fmt.Println(n, "invoices")
	// Output:
	// credit limit exceeded
	// 0 invoices
}

func ExampleAs() {
	store := memory.New()
	_, wakes := storage.As[storage.Notifier](store)
	_, migrates := storage.As[storage.Migrator](store)
	fmt.Println(wakes, migrates)
	// Output: true false
}
