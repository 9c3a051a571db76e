package journeytest_test

import (
	"testing"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/memory"
)

func TestInvariants(t *testing.T) {
	t.Parallel()
	journeytest.CheckInvariants(t, func(testing.TB) storage.Store { return memory.New() })
}
