package engine_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// beside are calls that are no methods of services, and those that take functions.
func beside(ctx context.Context, c *engine.Client) map[string]error {
	errs := map[string]error{
		"Atomic":    c.Atomic(ctx, func(context.Context, *engine.Client) error { return nil }),
		"Import":    errOf(engine.Import(ctx, c, leadtocash.Lead{})),
		"ImportAll": engine.ImportAll(ctx, c, &leadtocash.Lead{}),
	}
	nothing := func(context.Context, *engine.Client) error { return nil }
	for out, err := range c.Batch(ctx, 1, slices.Values([]engine.BatchItem{{Do: nothing}})) {
		errs["Batch"] = errors.Join(err, out.Err)
	}
	for _, kind := range kinds.Kinds() {
		errs["Kind.Get "+string(kind)] = errOf(c.Kind(kind).Get(ctx, uuid.Max))
	}
	return errs
}

// WithRequiredActor refuses whatever a client does that nobody was named to, and
// nothing of what one does that somebody was named to.
func TestRequiredActor(t *testing.T) {
	t.Parallel()
	store := memory.New()
	nameless, err := engine.New(store, engine.WithRequiredActor(), engine.WithStoredProcesses())
	if err != nil {
		t.Fatal(err)
	}
	needs := func(name string, c *engine.Client, refused bool) {
		for _, d := range deeds() {
			args := make([]reflect.Value, len(d.args))
			for i, typ := range d.args {
				if args[i] = reflect.New(typ).Elem(); d.name == "Leads.QualifyAll" && typ.Kind() == reflect.Slice {
					args[i] = reflect.MakeSlice(typ, 1, 1) // of no lead there is nothing to refuse
				}
			}
			a := d.do(t.Context(), c, args)
			if d.name == "Leads.QualifyAll" {
				a.err = a.values[0].Interface().([]engine.QualifyOutcome)[0].Err
			}
			if errors.Is(a.err, codes.ErrDenied) != refused {
				t.Errorf("%s, %s: %v", name, d.name, a.err)
			}
		}
		for _, info := range engine.Actions() {
			if !info.Callable {
				continue
			}
			_, err := c.Do(t.Context(), info.Name, uuid.Nil, nil)
			_, anyErr := c.DoAny(t.Context(), info.Name, uuid.Nil, nil)
			if errors.Is(err, codes.ErrDenied) != refused || errors.Is(anyErr, codes.ErrDenied) != refused {
				t.Errorf("%s, %s by its name: %v, %v", name, info.Name, err, anyErr)
			}
		}
		for what, err := range beside(t.Context(), c) {
			if errors.Is(err, codes.ErrDenied) != refused {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
	needs("nobody was named", nameless, true)
	needs("nobody was named for a key", nameless.Once("key"), true)
	needs("nobody was named at a time", nameless.At(testkit.DeskDay.At), true)
	needs("nobody was named in a tenant", nameless.In("ink").Preview(), true)
	for e, err := range store.Feed(t.Context(), storage.Default, 0) {
		t.Errorf("a nameless client did %v (%v)", e.Type, err)
	}
	needs("somebody was named", nameless.As(record.Actor{Kind: record.ActorSystem}), false)
}
