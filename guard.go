package leadtocash

import (
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/value"
)

// staying makes one rule per status for an action that leaves the status as it
// is; like gives what else the rules have.
func staying[R, F any, S value.AnyChoice](do actions.Action, from []S, like Rule[R, F, S]) []Rule[R, F, S] {
	rules := make([]Rule[R, F, S], len(from))
	for i, s := range from {
		rules[i] = like
		rules[i].Do, rules[i].From, rules[i].To = do, In(s), In(s)
	}
	return rules
}

// InUse tells how many records of which kind refer to a record.
func InUse(refs []Ref) []Reason {
	of := map[kinds.Kind][]Ref{}
	for _, r := range refs {
		of[r.Kind] = append(of[r.Kind], r)
	}
	order := slices.Sorted(maps.Keys(of))
	reasons := make([]Reason, len(order))
	for i, k := range order {
		reasons[i] = Reason{
			Code: codes.ErrInUse, Message: fmt.Sprintf("%d %s records refer to it", len(of[k]), k),
			Params: map[string]any{"kind": k, "count": len(of[k])}, About: of[k],
		}
	}
	return reasons
}

// choiceOf is a record chosen in a field, and the one that was there before.
type choiceOf struct {
	field    string
	ref, was Ref
}

// chosenInactive refuses customers that are chosen although inactive.
func chosenInactive(inactive []Ref, chosen ...choiceOf) (reasons []Reason) {
	for _, c := range chosen {
		if c.ref != c.was && c.ref.ID != (uuid.UUID{}) && slices.Contains(inactive, c.ref) {
			reasons = append(reasons, Reason{Code: codes.ErrCustomerInactive, Field: c.field, Message: codes.ErrCustomerInactive.Info().Text})
		}
	}
	return reasons
}

// DataOf makes what an event tells from pairs of name and text, leaving out
// empty texts.
func DataOf(pairs ...string) Data {
	d := make(Data, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			d = append(d, Detail{pairs[i], pairs[i+1]})
		}
	}
	if len(d) == 0 {
		return nil
	}
	return d
}
