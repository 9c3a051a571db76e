package engine_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

// leadItem makes a lead of a source key, and does more with it.
func leadItem(key, source string, more ...func(context.Context, *engine.Client, leadtocash.Lead) error) engine.BatchItem {
	return engine.BatchItem{Key: key, Do: func(ctx context.Context, c *engine.Client) error {
		lead, err := c.Leads().Create(ctx, leadtocash.CreateLead{SourceKey: source, Fields: leadtocash.LeadFields{Topic: "Desks", LastName: source}})
		for _, do := range more {
			if err == nil {
				err = do(ctx, c, lead)
			}
		}
		return err
	}}
}

// twiceQualified is refused after the item has written.
func twiceQualified(ctx context.Context, c *engine.Client, lead leadtocash.Lead) error {
	if _, err := c.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{}); err != nil {
		return err
	}
	_, err := c.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{})
	return err
}

// batchOf runs a batch to its end.
func batchOf(ctx context.Context, c *engine.Client, size int, items []engine.BatchItem) (outcomes []engine.BatchOutcome, err error) {
	for out, err := range c.Batch(ctx, size, slices.Values(items)) {
		if err != nil {
			return outcomes, err
		}
		outcomes = append(outcomes, out)
	}
	return outcomes, nil
}

// sourcesOf lists the source keys of all leads.
func sourcesOf(t *testing.T, c *engine.Client) (sources []string) {
	t.Helper()
	for lead, err := range c.Leads().All(t.Context(), engine.LeadQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, lead.SourceKey)
	}
	slices.Sort(sources)
	return sources
}

// Whatever fails, the neighbours are stored, each once, and each item is told its own
// error.
func TestBatchIsolates(t *testing.T) {
	onStores(t, func(p *people) {
		items := []engine.BatchItem{
			leadItem("", "a"),
			leadItem("", "a"), // taken
			leadItem("", "b"),
			leadItem("", "lost-1", twiceQualified),
			leadItem("", "c"),
			leadItem("", "lost-2", twiceQualified),
			{Do: func(context.Context, *engine.Client) error { return errNotAllowed }},
			{},
			leadItem("", "d"),
			leadItem("", "lost-3", func(context.Context, *engine.Client, leadtocash.Lead) error { return errNotAllowed }),
		}
		want := []error{nil, codes.ErrTaken, nil, codes.ErrLeadAlreadyClosed, nil, codes.ErrLeadAlreadyClosed, errNotAllowed, codes.ErrInvalid, nil, errNotAllowed}
		for _, size := range []int{0, 1, 2, 3, 4, 10} {
			tenant := p.In(storage.Tenant("size-" + strconv.Itoa(size)))
			outcomes, err := batchOf(p.ctx, tenant, size, items)
			if err != nil || len(outcomes) != len(items) {
				p.Fatalf("size %d: %d outcomes, %v", size, len(outcomes), err)
			}
			for i, out := range outcomes {
				if out.Index != i || out.Repeated || !errors.Is(out.Err, want[i]) || (want[i] == nil) != (out.Err == nil) {
					p.Errorf("size %d: item %d came out as %+v, want %v", size, i, out, want[i])
				}
			}
			if got := fmt.Sprint(sourcesOf(p.T, tenant)); got != "[a b c d]" {
				p.Errorf("size %d: the leads %s are stored", size, got)
			}
		}
	})
}

// Items that are refused before they wrote cost nothing; one that fails later costs
// what was before it again, and a run alone.
func TestBatchRunsNoMoreThanItMust(t *testing.T) {
	t.Parallel()
	store := storagetest.Faulty(memory.New())
	client := testkit.Must(engine.New(store))
	runs := 0
	count := func(item engine.BatchItem) engine.BatchItem {
		do := item.Do
		item.Do = func(ctx context.Context, c *engine.Client) error { runs++; return do(ctx, c) }
		return item
	}
	var items []engine.BatchItem
	for i := range 100 {
		items = append(items, count(leadItem("", fmt.Sprint("lead-", i/2)))) // every other one is taken
	}
	if _, err := batchOf(t.Context(), client, 50, items); err != nil {
		t.Fatal(err)
	}
	if commits := store.CallsOf(storagetest.OpCommit); commits != 2 || runs != 100 {
		t.Errorf("100 items were committed in %d transactions and run %d times, want 2 and 100", commits, runs)
	}
	runs = 0
	items[25] = count(leadItem("", "late", twiceQualified))
	if _, err := batchOf(t.Context(), client.In("other"), 50, items[:50]); err != nil {
		t.Fatal(err)
	}
	if want := 26 + 25 + 1 + 1 + 24; runs != want {
		t.Errorf("50 items, one of which fails late, were run %d times, want %d", runs, want)
	}
}

// Whichever call of the store fails, and however, a batch that is begun again with the
// same keys ends with every item done once.
func TestBatchResumes(t *testing.T) {
	t.Parallel()
	var items []engine.BatchItem
	for i := range 7 {
		items = append(items, leadItem(fmt.Sprint("key-", i), fmt.Sprint("lead-", i)))
	}
	items = slices.Insert(items, 3, leadItem("late", "late", twiceQualified))
	const want = "[lead-0 lead-1 lead-2 lead-3 lead-4 lead-5 lead-6]"
	errBroken := errors.New("broken")
	for name, plan := range map[string]func(int64) storagetest.Plan{
		"broken":  func(n int64) storagetest.Plan { return storagetest.FailNth(n, errBroken) },
		"retry":   func(n int64) storagetest.Plan { return storagetest.FailNth(n, storage.ErrRetry) },
		"closed":  func(n int64) storagetest.Plan { return storagetest.FailNth(n, storage.ErrClosed) },
		"unknown": func(n int64) storagetest.Plan { return storagetest.LoseAck(n, nil) },
		"rerun":   storagetest.Rerun,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := int64(1); ; n++ {
				store := storagetest.Faulty(memory.New(), plan(n))
				client := testkit.Must(engine.New(store))
				told := map[string]bool{}
				for round := 0; ; round++ {
					outcomes, err := batchOf(t.Context(), client, 3, items)
					for _, out := range outcomes {
						if out.Repeated != told[out.Key] && !out.Repeated {
							t.Errorf("fault %d: %s was told to be stored, and is run again", n, out.Key)
						}
						told[out.Key] = told[out.Key] || out.Err == nil
					}
					if err == nil && len(told) == 8 && !slices.ContainsFunc(outcomes, func(o engine.BatchOutcome) bool { return o.Err != nil && o.Key != "late" }) {
						break
					}
					if round == 3 {
						t.Fatalf("fault %d: the batch does not come to an end: %+v, %v", n, outcomes, err)
					}
				}
				if got := fmt.Sprint(sourcesOf(t, client.On(store.Unwrap()))); got != want {
					t.Fatalf("fault %d: the leads %s are stored, want %s", n, got, want)
				}
				if violations, err := storage.Verify(t.Context(), store.Unwrap(), storage.Default); err != nil || len(violations) > 0 {
					t.Fatalf("fault %d: %v, %v", n, violations, err)
				}
				if store.Calls() < n || name != "broken" && name != "retry" && name != "closed" && store.CallsOf(storagetest.OpCommit) < n {
					break // there are no more calls
				}
			}
		})
	}
}

// A transaction that the store gives up is divided; an outcome that is not known is
// told of all its items but those that were refused; a store that is gone ends it all.
func TestBatchOverAFailingStore(t *testing.T) {
	t.Parallel()
	items := []engine.BatchItem{leadItem("", "a"), leadItem("", "a"), leadItem("", "b"), leadItem("", "c")}
	for name, c := range map[string]struct {
		plan  storagetest.Plan
		want  []error
		end   error
		leads string
	}{
		"given up":     {storagetest.FailOp(storagetest.OpCommit, 1, storage.ErrRetry), []error{nil, codes.ErrTaken, nil, nil}, nil, "[a b c]"},
		"unknown":      {storagetest.LoseAck(1, nil), []error{codes.ErrCommitUnknown, codes.ErrTaken, codes.ErrCommitUnknown, codes.ErrCommitUnknown}, nil, "[a b c]"},
		"always":       {storagetest.FailOp(storagetest.OpCommit, 0, storage.ErrRetry), []error{codes.ErrRetry, codes.ErrRetry, codes.ErrRetry, codes.ErrRetry}, nil, "[]"},
		"closed":       {storagetest.FailOp(storagetest.OpCommit, 1, storage.ErrClosed), nil, codes.ErrClosed, "[]"},
		"full":         {storagetest.FailOp(storagetest.OpPut, 2, storage.ErrFull), nil, codes.ErrStoreFull, "[]"},
		"begins never": {storagetest.FailOp(storagetest.OpUpdate, 0, errNotAllowed), nil, errNotAllowed, "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := testkit.Must(engine.New(storagetest.Faulty(memory.New(), c.plan)))
			outcomes, err := batchOf(t.Context(), client, 0, items)
			if !errors.Is(err, c.end) || len(outcomes) != len(c.want) {
				t.Fatalf("got %+v and %v, want %v and %v", outcomes, err, c.want, c.end)
			}
			for i, out := range outcomes {
				if !errors.Is(out.Err, c.want[i]) || (out.Err == nil) != (c.want[i] == nil) {
					t.Errorf("item %d: got %v, want %v", i, out.Err, c.want[i])
				}
			}
			if got := fmt.Sprint(sourcesOf(t, client)); got != c.leads {
				t.Errorf("the leads %s are stored, want %s", got, c.leads)
			}
		})
	}
}

func TestBatchIsLeft(t *testing.T) {
	t.Parallel()
	client := testkit.Must(engine.New(memory.New()))
	items := []engine.BatchItem{leadItem("", "a"), leadItem("", "b"), leadItem("", "c"), leadItem("", "d"), leadItem("", "e")}
	for range client.Batch(t.Context(), 2, slices.Values(items)) {
		break
	}
	if got := fmt.Sprint(sourcesOf(t, client)); got != "[a b]" {
		t.Errorf("a loop left after the first outcome has stored %s, want its transaction", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var told int
	var end error
	for _, err := range client.Batch(ctx, 1, slices.Values(items[2:])) {
		if end = err; err == nil {
			told++
			cancel()
		}
	}
	if got := fmt.Sprint(sourcesOf(t, client)); told != 1 || !errors.Is(end, context.Canceled) || got != "[a b c]" {
		t.Errorf("after the context ended %d items were told, then %v, and %s are stored", told, end, got)
	}
	for out, err := range client.Preview().Batch(t.Context(), 2, slices.Values(items[3:])) {
		if err != nil || out.Err != nil {
			t.Errorf("in a preview: %+v, %v", out, err)
		}
	}
	if got := fmt.Sprint(sourcesOf(t, client)); got != "[a b c]" {
		t.Errorf("after a preview %s are stored", got)
	}
}

func TestBatchRefuses(t *testing.T) {
	t.Parallel()
	client := testkit.Must(engine.New(memory.New()))
	some := slices.Values([]engine.BatchItem{leadItem("", "a")})
	within := func(fn func(*engine.Client) iter.Seq2[engine.BatchOutcome, error]) iter.Seq2[engine.BatchOutcome, error] {
		return func(yield func(engine.BatchOutcome, error) bool) {
			err := client.Atomic(t.Context(), func(_ context.Context, c *engine.Client) error {
				for out, err := range fn(c) {
					yield(out, err)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
	}
	for what, c := range map[string]struct {
		batch iter.Seq2[engine.BatchOutcome, error]
		code  codes.Code
		field string
	}{
		"a negative size":  {client.Batch(t.Context(), -1, some), codes.ErrInvalid, "size"},
		"nothing":          {client.Batch(t.Context(), 0, nil), codes.ErrInvalid, "items"},
		"a key":            {client.Once("once").Batch(t.Context(), 0, some), codes.ErrInvalid, "key"},
		"a transaction":    {within(func(c *engine.Client) iter.Seq2[engine.BatchOutcome, error] { return c.Batch(t.Context(), 0, some) }), codes.ErrUnsupported, ""},
		"a required actor": {testkit.Must(engine.New(memory.New(), engine.WithRequiredActor())).Batch(t.Context(), 0, some), codes.ErrDenied, ""},
	} {
		n := 0
		for _, err := range c.batch {
			n++
			var e *record.Error
			if !errors.As(err, &e) || e.Code != c.code || e.Reasons[0].Field != c.field {
				t.Errorf("%s: got %v, want %s at %q", what, err, c.code, c.field)
			}
		}
		if n != 1 {
			t.Errorf("%s: the loop ran %d times, want once with the error", what, n)
		}
	}
	reused := []engine.BatchItem{leadItem("one", "a"), leadItem("one", "b"), leadItem(strings.Repeat("k", 301), "c")}
	outcomes, err := batchOf(t.Context(), client, 0, reused)
	if err != nil || outcomes[0].Err != nil || !outcomes[1].Repeated || !errors.Is(outcomes[2].Err, codes.ErrTooLong) {
		t.Errorf("a key twice, and one too long: %+v, %v", outcomes, err)
	}
}
