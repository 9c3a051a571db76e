package engine_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

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
			if d.name == "Leads.Advise" || d.name == "Leads.QualifyAll" {
				continue // of no lead, without an advisor: they do nothing
			}
			args := make([]reflect.Value, len(d.args))
			for i, typ := range d.args {
				args[i] = reflect.New(typ).Elem()
			}
			a := d.do(t.Context(), c, args)
			before := errors.Is(a.err, codes.ErrUnsupported) || errors.Is(a.err, codes.ErrMissingField) // anything was looked at
			if errors.Is(a.err, codes.ErrDenied) != refused && !(refused && before) {
				t.Errorf("%s, %s: %v", name, d.name, a.err)
			}
		}
	}
	needs("nobody was named", nameless, true)
	needs("nobody was named in a tenant", nameless.In("ink").Preview(), true)
	for e, err := range store.Feed(t.Context(), storage.Default, 0) {
		t.Errorf("a nameless client did %v (%v)", e.Type, err)
	}
	needs("somebody was named", nameless.As(record.Actor{Kind: record.ActorSystem}), false)
}
