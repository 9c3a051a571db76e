package journeytest

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// CheckMutations carries out every action there is, imports too, with commands whose JSON
// has been mutated: names in other letters, members that are there twice, depth, numbers,
// sizes, texts. Each is refused with a code and a path and has stored nothing, or has the
// answer, the records and the events that it has over a store in memory, which keeps
// values, and nothing that [engine.Client.Verify] finds. Then views is asked to read all
// that the store shows to people; nil if it shows nothing.
func CheckMutations(t *testing.T, open opener, views func(testing.TB, storage.Store) error) {
	store, twin := open(t), memory.New()
	callable := map[string]bool{}
	for _, info := range engine.Actions() {
		callable[info.Name] = info.Callable
	}
	tried, stored := map[string]int{}, 0
	for _, at := range targets() {
		t.Run(fmt.Sprintf("%s, before step %d", at.scenario.name, at.step), func(t *testing.T) {
			a := newArena(t, store, twin, at)
			for n := range less(4) {
				for _, try := range a.tries(rand.New(rand.NewPCG(uint64(at.step), uint64(n)))) {
					tried[try.action]++
					if a.try(t, try) {
						stored++
					}
				}
			}
			a.compare(t)
		})
	}
	if views != nil {
		if err := views(t, store); err != nil {
			t.Errorf("the views do not answer: %v", err)
		}
	}
	for name := range callable {
		if callable[name] && tried[name] == 0 {
			t.Errorf("%s was not tried", name)
		}
	}
	if stored < less(180) {
		t.Errorf("only %d mutated commands were taken", stored)
	}
	t.Logf("%d actions, %d commands were taken", len(tried), stored)
}

// FuzzMutations is CheckMutations with commands of the fuzzer's.
func FuzzMutations(f *testing.F, open opener, views func(testing.TB, storage.Store) error) {
	store, twin, all := open(f), memory.New(), targets()
	for n, at := range all {
		if !fuzzing() && n%8 != 0 {
			continue // CheckMutations tries them all
		}
		body := []byte("{}")
		if at.step < len(at.scenario.steps) && at.scenario.steps[at.step].cmd != nil {
			body, _ = json.Marshal(at.scenario.steps[at.step].cmd) // commands have JSON forms
		}
		f.Add(uint16(n), uint64(n), body)
	}
	f.Fuzz(func(t *testing.T, n uint16, seed uint64, body []byte) {
		a := newArena(t, store, twin, all[int(n)%len(all)])
		r := rand.New(rand.NewPCG(seed, 0))
		tries := a.tries(r)
		if len(tries) == 0 {
			return
		}
		a.try(t, tries[r.IntN(len(tries))])
		try := tries[0]
		try.body = body
		a.try(t, try)
		try.body = mutate(body, r)
		a.try(t, try)
		a.compare(t)
		if views != nil {
			if err := views(t, store); err != nil {
				t.Errorf("the views do not answer: %v", err)
			}
		}
	})
}

// fuzzing reports whether the program looks for new input, rather than trying what it
// knows.
func fuzzing() bool {
	f := flag.Lookup("test.fuzz")
	return f != nil && f.Value.String() != ""
}

// target is a moment in a scenario: before the step, or at the end.
type target struct {
	scenario scenario
	step     int
	others   []string // actions that no step of any scenario carries out
}

func targets() (list []target) {
	known := map[actions.Action]bool{}
	for _, sc := range append(slices.Clone(scenarios), compatScenario) {
		for n := range len(sc.steps) + 1 {
			if n < len(sc.steps) {
				known[sc.steps[n].action] = true
			}
			list = append(list, target{scenario: sc, step: n})
		}
	}
	last := &list[len(list)-1]
	for _, info := range engine.Actions() {
		if info.Callable && (!known[info.Action] || info.Name != info.Action.String()) {
			last.others = append(last.others, info.Name)
		}
	}
	return list
}

// arena is a world and its twin in memory, in which the same happens.
type arena struct {
	target
	sides  [2]*play
	serial uint64
	living []record.Ref
	bodies map[record.Ref][]byte
}

func newArena(t testing.TB, store, twin storage.Store, at target) *arena {
	t.Helper()
	a := &arena{target: at, sides: [2]*play{newPlay(t, store, at.scenario), newPlay(t, twin, at.scenario)}, bodies: map[record.Ref][]byte{}}
	for _, p := range a.sides {
		for n := range at.step {
			if _, err := p.act(n, p.world.client); err != nil {
				t.Fatalf("%s, step %d: %v", at.scenario.name, n, err)
			}
		}
	}
	b, err := a.sides[1].world.read(context.Background(), emptyBook)
	if err != nil {
		t.Fatal(err)
	}
	for _, ref := range b.refs {
		if rec := b.stored[ref]; rec != nil {
			a.living = append(a.living, ref)
			a.bodies[ref], _ = rec.Body() // it was read
		}
	}
	return a
}

// attack is a call by name.
type attack struct {
	action string
	id     uuid.UUID
	body   []byte
	opts   []engine.CallOption
}

// tries are mutations of what the scenario does next, and of the import of something that
// there is, under its id or another one.
func (a *arena) tries(r *rand.Rand) (list []attack) {
	if a.step < len(a.scenario.steps) {
		s := a.scenario.steps[a.step]
		next := attack{action: s.action.String(), body: []byte("{}")}
		if s.on != 0 {
			next.id = id[record.LeadID](s.on).UUID
		}
		if s.cmd != nil {
			next.body, _ = json.Marshal(s.cmd) // commands have JSON forms
		}
		next.body = mutate(next.body, r)
		list = append(list, next)
		if s.action.Verb() == "edit" && r.IntN(2) == 0 {
			next.opts = []engine.CallOption{engine.MergePatch()}
			list = append(list, next)
		}
	}
	for _, name := range a.others {
		list = append(list, attack{action: name, body: mutate([]byte("{}"), r)}, attack{action: name, id: id[record.LeadID](1).UUID, body: mutate([]byte(`{"fields":{},"lines":[]}`), r)})
	}
	if len(a.living) > 0 {
		ref := a.living[r.IntN(len(a.living))]
		body := a.bodies[ref]
		if r.IntN(2) == 0 {
			a.serial++
			another := id[record.LeadID](int(1_000 + a.serial)).UUID
			body = []byte(strings.ReplaceAll(string(body), ref.ID.String(), another.String()))
			ref.ID = another
		}
		list = append(list, attack{action: actions.ImportOf(ref.Kind).String(), body: mutate(body, r)})
	}
	return list
}

// try carries out an attack on both sides and reports whether it was taken.
func (a *arena) try(t testing.TB, try attack) bool {
	t.Helper()
	var answers [2]string
	var taken bool
	a.serial++
	for i, p := range a.sides {
		before := p.world.end(t)
		p.world.set(dawn.Add(time.Duration(a.step)*time.Minute+time.Second), uint64(1_000_000*(a.step+1))+1_000*a.serial)
		out, err := p.world.client.Do(context.Background(), try.action, try.id, try.body, try.opts...)
		taken = err == nil
		if answers[i] = string(out); err != nil {
			answers[i] = a.refusal(t, try, err)
			if after := p.world.end(t); after != before {
				t.Errorf("%s with %.2000s: %v, and something was stored", try.action, try.body, err)
			}
		}
	}
	if answers[0] != answers[1] {
		t.Errorf("%s with %.2000s: got\n%.2000s\nin memory\n%.2000s", try.action, try.body, answers[0], answers[1])
	}
	return taken
}

// refusal is what a refusal says; it has a code, and a path where a value is at fault.
func (a *arena) refusal(t testing.TB, try attack, err error) string {
	t.Helper()
	var e *record.Error
	if !errors.As(err, &e) || e.Code.Info().Code == "" || len(e.Reasons) == 0 {
		t.Errorf("%s with %.2000s: got %v, want a refusal with a code and reasons", try.action, try.body, err)
		return ""
	}
	var list []string
	for _, r := range e.Reasons {
		if slices.Contains(aboutValues, r.Code) && r.Field == "" {
			t.Errorf("%s with %.2000s: %v names no path", try.action, try.body, err)
		}
		list = append(list, fmt.Sprint(r.Code, " ", r.Field, ": ", r.Message))
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

// aboutValues are the codes of values that no field can have.
var aboutValues = []codes.Code{codes.ErrInvalid, codes.ErrOutOfRange, codes.ErrTooLong, codes.ErrTooLarge}

// end is the position of the last event.
func (w *world) end(t testing.TB) (last int64) {
	t.Helper()
	for e, err := range w.store.Feed(context.Background(), w.tenant, 0) {
		if err != nil {
			t.Fatal(err)
		}
		last = e.Position
	}
	return last
}

// compare looks at all that came of it.
func (a *arena) compare(t testing.TB) {
	t.Helper()
	var books [2]*book
	for i, p := range a.sides {
		var err error
		if books[i], err = p.world.read(context.Background(), emptyBook); err != nil {
			t.Fatal(err)
		}
		for found, err := range p.world.client.Verify(context.Background()) {
			if err != nil {
				t.Fatal(err)
			}
			if found.Code != engine.FindingCash { // a payment may be imported before its allocations
				t.Errorf("verify finds %s: %s", found.Code, found)
			}
		}
	}
	if err := books[1].same(books[0]); err != nil {
		t.Errorf("in memory, then in the store: %v", err)
	}
}
