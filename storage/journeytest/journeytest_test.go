package journeytest_test

import (
	"testing"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/memory"
)

func TestJourneys(t *testing.T) {
	t.Parallel()
	journeytest.Run(t, func(testing.TB) storage.Store { return memory.New() })
}
