package leadtocash

import (
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
)

// choiceOf is a record chosen in a field, and the one that was there before.
type choiceOf struct {
	field    string
	ref, was record.Ref
}

// chosenInactive refuses customers that are chosen although inactive.
func chosenInactive(inactive []record.Ref, chosen ...choiceOf) (reasons []record.Reason) {
	for _, c := range chosen {
		if c.ref != c.was && c.ref.ID != (uuid.UUID{}) && slices.Contains(inactive, c.ref) {
			reasons = append(reasons, record.Reason{Code: codes.ErrCustomerInactive, Field: c.field, Message: codes.ErrCustomerInactive.Info().Text})
		}
	}
	return reasons
}
