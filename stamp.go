package leadtocash

import (
	"time"

	"github.com/google/uuid"
)

// Stamp says when and by whom something is done. The zero Stamp is usable: its
// time is the earliest that the record's history allows.
type Stamp struct {
	At    time.Time // UTC, microseconds
	By    Actor
	Today Date // the day in the organisation's location; unset: the UTC day of At
}

// At makes a Stamp; at is taken in UTC and truncated to microseconds.
func At(at time.Time, by Actor) Stamp {
	return Stamp{At: at.UTC().Truncate(time.Microsecond), By: by}
}

// today is the day the stamp falls on.
func (s *Stamp) today() Date {
	if s.Today.IsZero() {
		return DateOf(s.At, time.UTC)
	}
	return s.Today
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
type ActorKind = Choice[actorKinds]

// The kinds of actors.
const (
	ActorUser ActorKind = iota + 1
	ActorAI
	ActorSystem
	ActorIntegration // external order processing, for example
)

type actorKinds struct{}

func (actorKinds) Table() (string, []Option) { return "actor_kind", actorKindTable }

var actorKindTable = options(
	Option{Key: "user", Label: "User", Code: 1},
	Option{Key: "ai", Label: "AI", Code: 2},
	Option{Key: "system", Label: "System", Code: 3},
	Option{Key: "integration", Label: "Integration", Code: 4},
)
