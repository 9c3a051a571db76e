package shard_test

import (
	"testing"

	"github.com/leadtocash/leadtocash/storage/journeytest"
)

func TestJourneys(t *testing.T) { journeytest.Run(t, openSpread) }
