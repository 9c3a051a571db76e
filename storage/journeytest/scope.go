package journeytest

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// stage is where a promise is checked: a tenant of its own.
type stage struct {
	*testing.T
	*world
	ctx context.Context
}

// promise is one sentence and how to check it.
type promise struct {
	sentence string
	check    func(*stage)
}

// checkAll checks each promise in an empty tenant of one store.
func checkAll(t *testing.T, store storage.Store, promises []promise) {
	t.Helper()
	for _, p := range promises {
		t.Run(p.sentence, func(t *testing.T) {
			t.Parallel()
			p.check(&stage{t, newWorld(t, store), t.Context()})
		})
	}
}

// testScopes checks what the copies of a client and the host's hooks promise.
func testScopes(t *testing.T, open opener) {
	checkAll(t, open(t), slices.Concat(oncePromises, atomicPromises, previewPromises, accessPromises, hostPromises, qualifyPromises))
}

// play carries out steps in order.
func (s *stage) play(steps ...step) {
	s.Helper()
	for n, step := range steps {
		s.act(n, step)
	}
}

// act carries out a step; as nobody else unless it says so.
func (s *stage) act(n int, step step) any {
	s.Helper()
	c := s.client
	if step.as != (record.Actor{}) {
		c = c.As(step.as)
	}
	out, err := step.do(s.ctx, c)
	if err != nil {
		s.Fatalf("step %d, %s: %v", n, step.action, err)
	}
	return out
}

// ok ends the test if a call failed.
func (s *stage) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// refused checks that a call was refused for a reason with the code.
func (s *stage) refused(err error, code codes.Code) {
	s.Helper()
	var e *record.Error
	if !errors.As(err, &e) || !errors.Is(err, code) {
		s.Errorf("got %v, want a refusal with %s", err, code)
	}
}

// unchanged checks that nothing is stored by what fn does.
func (s *stage) unchanged(fn func()) {
	s.Helper()
	before := s.dump()
	fn()
	if after := s.dump(); after != before {
		s.Errorf("something was stored; there is\n%s\nwas\n%s", after, before)
	}
}

func (s *stage) dump() string {
	s.Helper()
	text, err := dump(s.world, s.store)
	s.ok(err)
	return text
}

// form is the JSON form, for comparing outcomes.
func (s *stage) form(value any) string {
	s.Helper()
	body, err := json.Marshal(value)
	s.ok(err)
	return string(body)
}

// get reads the n-th record of a kind.
func get[R any, I record.AnyID](s *stage, n int) R {
	s.Helper()
	r, err := engine.Get[R](s.ctx, s.client, id[I](n))
	s.ok(err)
	return r
}

// list reads a whole list.
func list[R any](s *stage, seq iter.Seq2[R, error]) (all []R) {
	s.Helper()
	for r, err := range seq {
		s.ok(err)
		all = append(all, r)
	}
	return all
}

// happenings are the types of the tenant's events, in order.
func (s *stage) happenings() (types []string) {
	s.Helper()
	for _, e := range list(s, s.client.Feed(s.ctx, 0)) {
		types = append(types, e.Type)
	}
	return types
}

// activeQuote is an active quote of an opportunity, both with the number 1.
func activeQuote() []step {
	return []step{newAccount(1), newOpportunity(1, desks), newQuote(1, 1, desks), activateQuote(1)}
}
