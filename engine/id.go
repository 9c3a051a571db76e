package engine

import (
	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/record"
)

// NewID makes a fresh id: a version 7 UUID, so that ids sort by time.
//
//	id := NewID[record.QuoteID]()
func NewID[I record.AnyID]() I { return I{newUUID()} }

func newUUID() uuid.UUID {
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.New()
	}
	return id
}
