package party

import (
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
)

// Chosen is a record chosen in a field, and the one that was there before.
type Chosen struct {
	Field    string
	Ref, Was record.Ref
}

// ChosenInactive refuses customers that are chosen although inactive.
func ChosenInactive(inactive []record.Ref, chosen ...Chosen) (reasons []record.Reason) {
	for _, c := range chosen {
		if c.Ref != c.Was && c.Ref.ID != (uuid.UUID{}) && slices.Contains(inactive, c.Ref) {
			reasons = append(reasons, record.Reason{Code: codes.ErrCustomerInactive, Field: c.Field, Message: codes.ErrCustomerInactive.Info().Text})
		}
	}
	return reasons
}
