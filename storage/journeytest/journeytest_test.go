package journeytest_test

import (
	"testing"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

func TestJourneys(t *testing.T) {
	t.Parallel()
	journeytest.Run(t, func(testing.TB) storage.Store { return memory.New() })
}

// TestMutations compares a store of bytes with one of values.
func TestMutations(t *testing.T) {
	t.Parallel()
	journeytest.CheckMutations(t, openBytes, nil)
}

func FuzzMutations(f *testing.F) { journeytest.FuzzMutations(f, openBytes, nil) }

func openBytes(testing.TB) storage.Store { return storagetest.Reencode(memory.New()) }
