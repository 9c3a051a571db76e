package journeytest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

// Invariant is a promise that holds after every action of every history.
type Invariant struct {
	Number int
	Text   string
	// Strict says that the promise is given up as in Dynamics 365, with
	// Settings.D365Compat.
	Strict bool

	check func(*scene) error
}

// String returns the name: "I-17".
func (i Invariant) String() string { return fmt.Sprintf("I-%d", i.Number) }

// scene is one step of a journey: the book before and after it.
type scene struct {
	*book
	before    *book
	settings  leadtocash.Settings
	attempt   attempt
	key       bool // it was made with Once
	outcome   any
	err       error
	fresh     []record.Event // what happened
	counters  []string       // after a refusal: those that it moved
	peeked    error          // before a qualification: what it would have told somebody who sees his own records only
	otherwise error          // how the outcome differs from that of the same made in another way
	replayed  error          // after the last step: how the history differs from what is stored
	imported  error          // after the last step: how what is stored differs where it was imported
	repeated  error          // after the last step: what dunning and allocating a second time changed
	aged      [][]leadtocash.Ageing
	stated    map[purse]money.Amount // what statements close with
	dated     []datedBooks           // after the last step: the books of other days
}

// Invariants lists what Run checks after every step, by number.
func Invariants() []Invariant { return slices.Clone(invariants) }

var invariants = slices.Concat(
	leadInvariants, customerInvariants, opportunityInvariants, quoteInvariants, orderInvariants,
	invoiceInvariants, documentInvariants, cashInvariants, moneyInvariants, agreementInvariants, recordInvariants, paperInvariants, rateInvariants, callInvariants,
)

// CheckInvariants goes random journeys over one store, a tenant for each, and
// reports every invariant in a subtest of its own, named I-1, I-2 and so on. A
// broken one is searched for again, alone, to be shown by a short journey.
func CheckInvariants(t *testing.T, open func(testing.TB) storage.Store) {
	t.Helper()
	broken := map[int]error{}
	store := open(t)
	stores := []*watched{watch(store), watch(storagetest.Reencode(store))}
	rapid.Check(t, journeyShown(t.Context(), stores, func(s *scene) error {
		for _, i := range invariants {
			if err := i.violated(s); err != nil && broken[i.Number] == nil {
				broken[i.Number] = err
			}
		}
		return nil
	}))
	for _, i := range invariants {
		t.Run(i.String(), func(t *testing.T) {
			if broken[i.Number] == nil {
				return
			}
			t.Log(broken[i.Number]) // rapid takes no test that has failed
			for range 2 {
				rapid.Check(t, journeyShown(t.Context(), stores, i.violated)) // ends the test when it finds it again
			}
			t.Fail()
		})
	}
}

// journeyShown goes a journey over one of the stores: that keeps values, or
// nothing but bytes.
func journeyShown(ctx context.Context, stores []*watched, show func(*scene) error) func(*rapid.T) {
	return func(t *rapid.T) {
		walk(ctx, t, stores[below(t, len(stores), "values or bytes")], chance(t, 20, "as in Dynamics 365"), show)
	}
}

// violated checks the invariant after a step.
func (i Invariant) violated(s *scene) error {
	if i.Strict && s.settings.D365Compat {
		return nil
	}
	if err := i.check(s); err != nil {
		return fmt.Errorf("%s is broken (%s) by %s: %w", i, i.Text, s.attempt, err)
	}
	return nil
}

// each checks every living record of a type.
func each[R any](s *scene, check func(*R) error) error {
	for _, r := range all[R](s.book) {
		if err := check(r); err != nil {
			return about(r, err)
		}
	}
	return nil
}

func about(record any, err error) error {
	if err == nil {
		return nil
	}
	r := reflect.ValueOf(record).Elem()
	return fmt.Errorf("%s %s: %w", r.Type().Name(), r.FieldByName("ID").FieldByName("UUID").Interface(), err)
}

// eachBirth checks every record of a type that the step made.
func eachBirth[R any](s *scene, check func(*R, record.Event) error) error {
	for _, e := range s.fresh {
		if e.Version != 1 {
			continue
		}
		if r := image[R](s.version(e)); r != nil {
			if err := check(r, e); err != nil {
				return about(r, err)
			}
		}
	}
	return nil
}

// eachChange checks every version of a record of a type that the step made of
// an earlier one.
func eachChange[R any](s *scene, check func(was, is *R, e record.Event) error) error {
	for _, e := range s.fresh {
		if e.Version == 1 || e.Deleted {
			continue
		}
		was, is := image[R](s.version(record.Event{Ref: e.Ref, Version: e.Version - 1})), image[R](s.version(e))
		if was == nil || is == nil {
			continue
		}
		if err := check(was, is, e); err != nil {
			return about(is, err)
		}
	}
	return nil
}

// version finds the version that an event belongs to.
func (b *book) version(e record.Event) version {
	for _, v := range b.past[e.Ref] {
		if v.number == e.Version {
			return v
		}
	}
	return version{}
}

// happened counts the events of a type in the life of a record.
func (b *book) happened(ref record.Ref, events ...string) (n int) {
	for _, v := range b.past[ref] {
		for _, e := range v.events {
			if slices.Contains(events, e.Type) {
				n++
			}
		}
	}
	return n
}

// did reports whether the step carried out the action.
func (s *scene) did(actions ...actions.Action) bool {
	return s.err == nil && slices.Contains(actions, s.attempt.action)
}

// broken is nil if the promise is kept.
func unless(kept bool, format string, args ...any) error {
	if kept {
		return nil
	}
	return fmt.Errorf(format, args...)
}

// first returns the first error of a list.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
