package record

import (
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/value"
)

// Stamp says when and by whom something is done. The zero Stamp is usable: its
// time is the earliest that the record's history allows.
type Stamp struct {
	At       time.Time // UTC, microseconds
	By       Actor
	Location *time.Location // where days begin; nil: UTC
	Today    value.Date     // unset: the day of At in the location
	Draw     uuid.UUID      // a number that only this one action has: whatever it makes by the way gets an id of its own

	Ownership Ownership  // whose a record is that an action makes of another one; unset: OwnershipParent
	Own       *OwnFields // which own values such a record takes over; nil: none
}

// OwnerOf is whose a record is that an action makes of the one with the head:
// the rule of all actions that make records out of records. A record that a
// person creates, or chooses an owner for, does not come here.
func (s *Stamp) OwnerOf(h *Head) uuid.UUID {
	if s.Ownership == OwnershipActor || h.Owner == uuid.Nil {
		return s.By.ID
	}
	return h.Owner
}

// StampOf makes a Stamp; at is taken in UTC and truncated to microseconds.
func StampOf(at time.Time, by Actor) Stamp {
	return Stamp{At: at.UTC().Truncate(time.Microsecond), By: by}
}

// Day is the day the stamp falls on.
func (s *Stamp) Day() value.Date {
	if s.Today.IsZero() {
		return s.dayOf(s.At)
	}
	return s.Today
}

func (s *Stamp) dayOf(at time.Time) value.Date {
	if s.Location == nil {
		return value.DateOf(at, time.UTC)
	}
	return value.DateOf(at, s.Location)
}

// Precedes reports whether the stamp lies on a day before that of an instant; a stamp
// without time precedes nothing.
func (s *Stamp) Precedes(at time.Time) bool {
	return !s.At.IsZero() && s.At.Before(at) && s.Day().Before(s.dayOf(at))
}

// Actor is who does something: a person, an assistant, the system itself or an
// integration, possibly on behalf of a person. Ids are the host's.
type Actor struct {
	Kind       ActorKind `json:"kind,omitzero"`
	ID         uuid.UUID `json:"id,omitzero"`
	OnBehalfOf uuid.UUID `json:"on_behalf_of,omitzero"`
}

// User is a person acting.
func User(id uuid.UUID) Actor { return Actor{Kind: ActorUser, ID: id} }

// ActorKind tells people from machines.
type ActorKind = value.Choice[actorKinds]

// The kinds of actors.
const (
	ActorUser ActorKind = iota + 1
	ActorAI
	ActorSystem
	ActorIntegration // external order processing, for example
)

type actorKinds struct{}

func (actorKinds) Table() (string, []value.Option) { return "actor_kind", actorKindTable }

var actorKindTable = value.Options(
	value.Option{Key: "user", Label: "User", Code: 1},
	value.Option{Key: "ai", Label: "AI", Code: 2},
	value.Option{Key: "system", Label: "System", Code: 3},
	value.Option{Key: "integration", Label: "Integration", Code: 4},
)

// Text is the kind of actor, with its id if it has one: "user/0197…".
func (a Actor) Text() string {
	if a.ID == (uuid.UUID{}) {
		return a.Kind.String()
	}
	return a.Kind.String() + "/" + a.ID.String()
}
