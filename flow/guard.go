package flow

import (
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// RefuseBirth returns the error of a creating command, nil if nothing is wrong
// with it: the faults of its own data, then the given reasons.
func RefuseBirth[K record.Kinded](do actions.Action, id record.ID[K], cmd any, currency money.Currency, more ...record.Reason) error {
	return refusedBirth(do, id.UUID, cmd, currency, more)
}

func refusedBirth(do actions.Action, id uuid.UUID, cmd any, currency money.Currency, more []record.Reason) error {
	var reasons []record.Reason
	if id == (uuid.UUID{}) {
		reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: "id", Message: "a new record needs an id"})
	}
	reasons = append(reasons, schema.Validate(cmd, currency)...)
	reasons = append(reasons, more...)
	if len(reasons) == 0 {
		return nil
	}
	return &record.Error{Code: reasons[0].Code, Kind: do.Kind(), ID: id, Action: do, Reasons: reasons}
}

// Staying makes one rule per status for an action that leaves the status as it
// is; like gives what else the rules have.
func Staying[R, F any, S value.AnyChoice](do actions.Action, from []S, like Rule[R, F, S]) []Rule[R, F, S] {
	rules := make([]Rule[R, F, S], len(from))
	for i, s := range from {
		rules[i] = like
		rules[i].Do, rules[i].From, rules[i].To = do, In(s), In(s)
	}
	return rules
}

// InUse tells how many records of which kind refer to a record.
func InUse(refs []record.Ref) []record.Reason {
	of := map[kinds.Kind][]record.Ref{}
	for _, r := range refs {
		of[r.Kind] = append(of[r.Kind], r)
	}
	order := slices.Sorted(maps.Keys(of))
	reasons := make([]record.Reason, len(order))
	for i, k := range order {
		reasons[i] = record.Reason{
			Code: codes.ErrInUse, Message: fmt.Sprintf("%d %s records refer to it", len(of[k]), k),
			Params: map[string]any{"kind": k, "count": len(of[k])}, About: of[k],
		}
	}
	return reasons
}
