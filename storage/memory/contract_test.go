package memory_test

import (
	"testing"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

func TestContract(t *testing.T) {
	storagetest.Run(t, storagetest.Harness{
		Open: func(t testing.TB) storage.Store { return open(t) },
		Runs: 1,
	})
}

// TestContractByIndex keeps the contract with indexes that otherwise only large
// kinds have.
func TestContractByIndex(t *testing.T) {
	storagetest.Run(t, storagetest.Harness{
		Open:   func(t testing.TB) storage.Store { return open(t, memory.AlwaysIndexed()) },
		Except: []string{"texts", "numbers", "history", "erasure", "counters", "feed", "joining", "cancellation", "tenants", "closing"},
	})
}

func open(t testing.TB, opts ...memory.Option) *memory.Store {
	t.Helper()
	s := memory.New(opts...)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}
