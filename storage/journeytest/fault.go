package journeytest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

var errDown = errors.New("the store is down")

// testScenarios goes through every scenario without a fault, so that the sweep
// knows what to expect, and checks that none of a client's actions is missing.
func testScenarios(t *testing.T, open opener) {
	store := open(t)
	covered := map[actions.Action]bool{}
	for _, sc := range append(slices.Clone(scenarios), compatScenario) {
		t.Run(sc.name, func(t *testing.T) {
			p := newPlay(t, store, sc)
			for n := range sc.steps {
				if _, err := p.act(n, p.world.client); err != nil {
					t.Fatalf("step %d, %s: %v", n, sc.steps[n].action, err)
				}
				covered[sc.steps[n].action] = true
			}
		})
	}
	for _, d := range deeds {
		if !covered[d.action] {
			t.Errorf("no scenario carries out %s", d.action)
		}
	}
}

// play is a scenario on its way over a store.
type play struct {
	scenario
	world *world
}

func newPlay(t testing.TB, store storage.Store, sc scenario) *play {
	t.Helper()
	settings := leadtocash.Settings{BackOffice: true, D365Compat: sc.name == compatScenario.name, Approvals: []agreement.Rule{{
		Name: "given away", When: []agreement.Condition{{Field: agreement.FieldDiscount, Value: "60"}},
		By: agreement.Approvers{Sellers: []record.SellerID{{UUID: bob.ID}}},
	}}}
	opts := []engine.ClientOption{engine.WithSettings(settings)}
	if sc.name == processScenario {
		opts = append(opts, withCourting()...)
	}
	return &play{sc, newWorld(t, store, opts...)}
}

// act carries out a step under a key of its own. Its time and ids depend on
// nothing but the step.
func (p *play) act(n int, c *client) (any, error) {
	s := p.steps[n]
	if s.as != (record.Actor{}) {
		c = c.As(s.as)
	}
	p.world.set(dawn.Add(time.Duration(n)*time.Minute), uint64(1000*(n+1)))
	return s.do(context.Background(), c.Once(fmt.Sprintf("step-%d", n)))
}

// faults are the ways in which the n-th call goes wrong.
var faults = []struct {
	name string
	plan func(n int64) storagetest.Plan
	// unknown says that the caller cannot know whether the call happened.
	unknown bool
}{
	{"a call fails", func(n int64) storagetest.Plan { return storagetest.FailNth(n, errDown) }, false},
	{"an acknowledgement is lost", func(n int64) storagetest.Plan { return storagetest.LoseAck(n, errDown) }, true},
	{"a transaction runs again", func(n int64) storagetest.Plan { return storagetest.Rerun(n) }, false},
}

// testFaults lets every call to the store that a scenario makes go wrong once:
// each step has happened entirely or not at all, and repeated with its key it
// leads to the same end. In one play the n-th call of every step goes wrong: what is
// left is compared with what was there before the step, so no fault hides another.
func testFaults(t *testing.T, open opener) {
	for _, sc := range append(slices.Clone(scenarios), compatScenario) {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			store := open(t)
			want := expected(t, store, sc)
			for _, f := range faults {
				met := 1 // steps that had an n-th call
				for n := int64(1); met > 0; n++ {
					faulty := storagetest.Faulty(store, f.plan(n))
					p := newPlay(t, faulty, sc)
					met = 0
					for at := range sc.steps {
						faulty.Reset()
						calls, err := p.endure(at, want, f.unknown)
						if err != nil {
							t.Fatalf("%s, call %d of step %d, %s: %v", f.name, n, at, sc.steps[at].action, err)
						}
						if f.unknown || f.name == "a transaction runs again" {
							calls = faulty.CallsOf(storagetest.OpCommit)
						}
						if calls >= n {
							met++
						}
					}
					if got := p.dump(t, store); got != want[len(want)-1] {
						t.Fatalf("%s, call %d of each step: the end is\n%s\nwant\n%s", f.name, n, got, want[len(want)-1])
					}
				}
			}
		})
	}
}

// expected plays the scenario without a fault and returns what is stored after
// each step, at 0 before the first.
func expected(t *testing.T, store storage.Store, sc scenario) []string {
	t.Helper()
	p := newPlay(t, store, sc)
	want := []string{p.dump(t, store)}
	for n := range sc.steps {
		if _, err := p.act(n, p.world.client); err != nil {
			t.Fatalf("step %d, %s: %v", n, sc.steps[n].action, err)
		}
		want = append(want, p.dump(t, store))
	}
	return want
}

// endure carries out a step; if it fails, looks at what is left and repeats it
// with its key. It returns how many calls the step has made at first.
func (p *play) endure(n int, want []string, unknown bool) (calls int64, err error) {
	faulty := p.world.store.(*storagetest.FaultyStore)
	_, err = p.act(n, p.world.client)
	calls = faulty.Calls()
	if err == nil {
		return calls, nil
	}
	if unknown != errors.Is(err, codes.ErrCommitUnknown) {
		return calls, fmt.Errorf("failed with %w", err)
	}
	left, dumpErr := dump(p.world, faulty.Unwrap())
	if dumpErr != nil {
		return calls, dumpErr
	}
	if left != want[n] && (!unknown || left != want[n+1]) {
		return calls, fmt.Errorf("after %w there is\n%s\nwant\n%s", err, left, want[n])
	}
	if _, err := p.act(n, p.world.client); err != nil {
		return calls, fmt.Errorf("repeated with its key: %w", err)
	}
	return calls, nil
}

func (p *play) dump(t *testing.T, store storage.Store) string {
	t.Helper()
	text, err := dump(p.world, store)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// reserved are numbers that come from blocks: a lost acknowledgement may leave
// a gap.
var reserved = regexp.MustCompile(`"(QUO|ORD|PAY|REF|APR)-\d+"`)

// dump writes down all that a tenant holds: every record, what is remembered
// of requests included, and every event.
func dump(w *world, store storage.Store) (string, error) {
	var b strings.Builder
	list := []string{"request"}
	for _, kind := range kinds.Kinds() {
		list = append(list, string(kind))
	}
	ctx := context.Background()
	err := store.View(ctx, w.tenant, func(ctx context.Context, r storage.Reader) error {
		b.Reset()
		for _, kind := range list {
			for rec, err := range r.Find(ctx, storage.Query{Kind: kind, Order: storage.FieldID}) {
				if err != nil {
					return err
				}
				if err := write(&b, rec.Ref.String(), rec.Image); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	for e, err := range store.Feed(ctx, w.tenant, 0) {
		if err != nil {
			return "", err
		}
		if err := write(&b, fmt.Sprintf("%s %d.%d %s %s", e.Ref, e.Version, e.Ordinal, e.Type, e.Request), e.Data); err != nil {
			return "", err
		}
	}
	return reserved.ReplaceAllString(b.String(), `"$1"`), nil
}

func write(b *strings.Builder, title string, img storage.Image) error {
	body, err := img.Body()
	if err != nil {
		return fmt.Errorf("%s: %w", title, err)
	}
	var value any // so that the order of members, which stores may change, plays no part
	if err := json.Unmarshal(body, &value); err != nil {
		return fmt.Errorf("%s: %w", title, err)
	}
	body, err = json.Marshal(value)
	fmt.Fprintf(b, "%s %s\n", title, body)
	return err
}
