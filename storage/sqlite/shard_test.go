package sqlite_test

import (
	"context"
	"testing"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/shard"
)

// A tenant goes from file to file and into memory with all that it has, and goes on.
func TestMoveBetweenStores(t *testing.T) {
	t.Parallel()
	s, err := shard.New(open(t), map[string]storage.Store{"one": open(t), "two": open(t), "memory": memory.New()})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Assign(t.Context(), storage.Default, "one"); err != nil {
		t.Fatal(err)
	}
	var before int
	for _, to := range []string{"one", "two", "memory"} {
		if err := s.Move(t.Context(), storage.Default, to); err != nil {
			t.Fatal(err)
		}
		c := client(t, s)
		if events := feedLength(t, s); events != before {
			t.Errorf("in %s the feed has %d events, want %d", to, events, before)
		}
		for range 2 {
			if err := journeytest.Play(t.Context(), c, "", nil); err != nil {
				t.Fatal(err)
			}
		}
		before = feedLength(t, s)
		violations, err := storage.Verify(t.Context(), s, storage.Default)
		if err != nil || len(violations) > 0 {
			t.Errorf("in %s: %v, %v", to, violations, err)
		}
	}
	numbers := make(map[string]bool)
	for invoice, err := range client(t, s).Invoices().All(context.Background(), engine.InvoiceQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		numbers[invoice.InvoiceNumber] = true
	}
	if len(numbers) != 6 || !numbers["INV-00001"] || !numbers["INV-00006"] {
		t.Errorf("six invoices have the numbers %v", numbers)
	}
}

func feedLength(t *testing.T, s storage.Store) (n int) {
	t.Helper()
	for _, err := range s.Feed(t.Context(), storage.Default, 0) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}
