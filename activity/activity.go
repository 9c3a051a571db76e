package activity

import (
	"fmt"
	"slices"
	"time"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// ActivityFields are what people edit of any activity: a task, a phone call, an
// e-mail, an appointment. Times are kept in UTC to the microsecond; an end is
// not before its start.
type ActivityFields struct {
	Subject               string           `json:"subject,omitzero" d365:"subject" max:"200" personal:"true"`
	Description           string           `json:"description,omitzero" d365:"description" text:"2000" personal:"true"`
	RegardingID           record.Ref       `json:"regarding_id,omitzero" d365:"regardingobjectid"` // what it is about
	ScheduledStart        time.Time        `json:"scheduled_start,omitzero" d365:"scheduledstart"`
	ScheduledEnd          time.Time        `json:"scheduled_end,omitzero" d365:"scheduledend"`
	ActualStart           time.Time        `json:"actual_start,omitzero" d365:"actualstart"`
	ActualEnd             time.Time        `json:"actual_end,omitzero" d365:"actualend"`
	ActualDurationMinutes value.Opt[int32] `json:"actual_duration_minutes,omitzero" d365:"actualdurationminutes" range:"0..2147483647"`
	Priority              Priority         `json:"priority,omitzero" d365:"prioritycode"` // Normal unless given
	Parties               []Party          `json:"parties,omitzero" most:"1000"`
}

// Party is somebody who takes part in an activity: a record, or an address that
// belongs to none.
type Party struct {
	Role    PartyRole  `json:"role" d365:"participationtypemask" need:"true"`
	Ref     record.Ref `json:"ref,omitzero" d365:"partyid"`
	Address string     `json:"address,omitzero" d365:"addressused" max:"320"`
}

// PartyRole is the part that somebody takes in an activity
// (`participationtypemask`).
type PartyRole = value.Choice[partyRoleSet]

// The values of [PartyRole].
const (
	PartyRoleFrom PartyRole = iota + 1
	PartyRoleTo
	PartyRoleCC
	PartyRoleBCC
	PartyRoleRequired
	PartyRoleOptional
	PartyRoleOrganizer
	PartyRoleCustomers
)

type partyRoleSet struct{}

func (partyRoleSet) Table() (string, []value.Option) { return "party_role", partyRoleTable }

var partyRoleTable = value.Options(
	value.Option{Key: "from", Label: "From", Code: 1},
	value.Option{Key: "to", Label: "To", Code: 2},
	value.Option{Key: "cc", Label: "CC", Code: 3},
	value.Option{Key: "bcc", Label: "BCC", Code: 4},
	value.Option{Key: "required", Label: "Required", Code: 5},
	value.Option{Key: "optional", Label: "Optional", Code: 6},
	value.Option{Key: "organizer", Label: "Organizer", Code: 7},
	value.Option{Key: "customers", Label: "Customers", Code: 11},
)

// The states of activities. Only appointments are scheduled.
var (
	ActivityOpen      = value.State{Key: "open", Code: 0}
	ActivityCompleted = value.State{Key: "completed", Code: 1}
	ActivityCanceled  = value.State{Key: "canceled", Code: 2}
	ActivityScheduled = value.State{Key: "scheduled", Code: 3}
)

// ActivityFacts are what decisions about an activity depend on besides activity
// and command. Nothing in the zero value stands in the way.
type ActivityFacts struct {
	record.Stamp
	BaseCurrency money.Currency // the organisation's
	InUse        []record.Ref   // records that refer to the activity
}

// Normal brings times and parties into the form that is kept and gives the
// default priority.
func (f ActivityFields) Normal() ActivityFields {
	for _, t := range []*time.Time{&f.ScheduledStart, &f.ScheduledEnd, &f.ActualStart, &f.ActualEnd} {
		*t = Instant(*t)
	}
	if f.Priority == 0 {
		f.Priority = PriorityNormal
	}
	if len(f.Parties) == 0 {
		f.Parties = nil
	}
	return f
}

// Instant brings a time to UTC and microseconds.
func Instant(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// timeText is an instant as events tell it, empty if there is none.
func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}

// Faults are those that no single field shows.
func (f *ActivityFields) Faults(path string) (reasons []record.Reason) {
	fault := func(code codes.Code, field, message string) {
		reasons = append(reasons, record.Reason{Code: code, Field: path + field, Message: message})
	}
	if party.Incomplete(f.RegardingID) {
		fault(codes.ErrInvalid, "regarding_id", "a reference has a kind and an id")
	}
	if !inOrder(f.ScheduledStart, f.ScheduledEnd) {
		fault(codes.ErrInvalid, "scheduled_end", "the end is before the start")
	}
	if !inOrder(f.ActualStart, f.ActualEnd) {
		fault(codes.ErrInvalid, "actual_end", "the end is before the start")
	}
	for i, p := range f.Parties {
		switch {
		case party.Incomplete(p.Ref):
			fault(codes.ErrInvalid, fmt.Sprintf("parties[%d].ref", i), "a reference has a kind and an id")
		case p.Ref.IsZero() && p.Address == "":
			fault(codes.ErrMissingField, fmt.Sprintf("parties[%d].ref", i), "a party is a record or an address")
		}
	}
	return reasons
}

// inOrder reports whether the end, if it is set, is not before the start.
func inOrder(start, end time.Time) bool { return end.IsZero() || !end.Before(start) }

// end records when the activity ended: as asked, else as recorded before, else
// now.
func (f *ActivityFields) end(asked, now time.Time) {
	switch {
	case !asked.IsZero():
		f.ActualEnd = Instant(asked)
	case !f.ActualEnd.IsZero():
	case now.Before(f.ActualStart):
		f.ActualEnd = f.ActualStart
	default:
		f.ActualEnd = now
	}
}

// inState lists the statuses of some states.
func inState[S value.AnyChoice](states ...value.State) (list []S) {
	for _, s := range value.Values[S]() {
		if slices.Contains(states, s.State()) {
			list = append(list, s)
		}
	}
	return list
}

// activityRules are what all activities have in common: they are edited,
// completed and canceled until they have ended, and deleted at any time.
func activityRules[R any, S value.AnyChoice](edit, complete, cancel, remove actions.Action) []flow.Rule[R, *ActivityFacts, S] {
	going := inState[S](ActivityOpen, ActivityScheduled)
	return append(
		flow.Staying(edit, going, flow.Rule[R, *ActivityFacts, S]{}),
		flow.Rule[R, *ActivityFacts, S]{Do: complete, From: going, To: inState[S](ActivityCompleted)},
		flow.Rule[R, *ActivityFacts, S]{Do: cancel, From: going, To: inState[S](ActivityCanceled)},
		flow.Rule[R, *ActivityFacts, S]{Do: remove, From: value.Values[S](), Deletes: true, Needs: flow.Needs(flow.Guard[R, *ActivityFacts]{
			Code: codes.ErrInUse, Text: "no record refers to the activity",
			Holds:  func(_ R, f *ActivityFacts) bool { return len(f.InUse) == 0 },
			Detail: func(_ R, f *ActivityFacts) []record.Reason { return flow.InUse(f.InUse) },
		})},
	)
}

// activityRefusals make an activity that has ended read-only.
func activityRefusals[S value.AnyChoice](edit actions.Action) []flow.Refuse[S] {
	return []flow.Refuse[S]{{Do: flow.Do(edit), From: inState[S](ActivityCompleted, ActivityCanceled), Code: codes.ErrReadOnly}}
}

// soundFields checks the fields of an edit as a whole.
func soundFields[R, C any](fields func(C) ActivityFields) flow.Check[R, C, *ActivityFacts] {
	return flow.Check[R, C, *ActivityFacts]{
		Code: codes.ErrInvalid, Text: "no end is before its start; a party is a record or an address",
		Holds: func(_ R, c C, _ *ActivityFacts) bool {
			f := fields(c)
			return f.Faults("") == nil
		},
		Detail: func(_ R, c C, _ *ActivityFacts) []record.Reason {
			f := fields(c)
			return f.Faults("fields.")
		},
	}
}

// statusOf checks that the status asked for belongs to the state that the
// action leads to.
func statusOf[R, C any, S value.Set](state value.State, asked func(C) value.Choice[S]) flow.Check[R, C, *ActivityFacts] {
	return flow.Check[R, C, *ActivityFacts]{
		Code: codes.ErrStatusNotInState, Text: "the status belongs to the state " + state.Key, Field: "status",
		Holds: func(_ R, c C, _ *ActivityFacts) bool {
			_, err := value.StatusIn(asked(c), state)
			return err == nil
		},
	}
}

// endAfter checks that an activity does not end before it began.
func endAfter[R, C any](start func(R) time.Time, end func(C) time.Time) flow.Check[R, C, *ActivityFacts] {
	return flow.Check[R, C, *ActivityFacts]{
		Code: codes.ErrInvalid, Text: "the actual end is not before the actual start", Field: "actual_end",
		Holds: func(r R, c C, _ *ActivityFacts) bool { return inOrder(start(r), end(c)) },
	}
}
