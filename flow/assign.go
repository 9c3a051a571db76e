package flow

import (
	"slices"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// AssignChecks are those of giving a record another owner; inactive are the
// sellers that facts know to be inactive. Only accounts take others along.
func AssignChecks[R, F any](inactive func(F) []record.Ref, cascades bool) []Check[R, *record.Assign, F] {
	checks := []Check[R, *record.Assign, F]{{
		Code: codes.ErrInactive, Text: "the new owner is active", Field: "owner",
		Holds: func(_ R, c *record.Assign, f F) bool {
			return !slices.Contains(inactive(f), record.Ref{Kind: kinds.Seller, ID: c.Owner})
		},
	}}
	if cascades {
		return checks
	}
	return append(checks, Check[R, *record.Assign, F]{
		Code: codes.ErrInvalid, Text: "only an account takes other records along", Field: "cascade",
		Holds: func(_ R, c *record.Assign, _ F) bool { return c.Cascade == 0 || c.Cascade == record.CascadeNone },
	})
}
