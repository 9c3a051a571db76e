package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// TestAnyKindIsTheTypedRead of every kind: records, pages and counts are the stored
// ones, and what is hidden from the actor is not there.
func TestAnyKindIsTheTypedRead(t *testing.T) {
	t.Parallel()
	w := newAccessWorld(t)
	c := w.client(t, w.store)
	hidden := w.client(t, w.store, engine.WithAuthorizer(seesNothing{}))
	for _, kind := range kinds.Kinds() {
		k, ids := c.Kind(kind), w.refs[kind]
		if n := testkit.Must(k.Count(t.Context(), engine.AnyQuery{})); int(n) != len(ids) {
			t.Errorf("%d %ss are counted, there are %d", n, kind, len(ids))
		}
		page := testkit.Must(k.Page(t.Context(), engine.AnyQuery{}))
		if len(page.Items) != len(ids) || page.Next != "" {
			t.Errorf("a page has %d %ss, there are %d", len(page.Items), kind, len(ids))
		}
		all := 0
		for range k.All(t.Context(), engine.AnyQuery{}) {
			all++
		}
		if all != len(ids) {
			t.Errorf("all are %d %ss, there are %d", all, kind, len(ids))
		}
		for _, id := range ids {
			body := testkit.Must(k.Get(t.Context(), id))
			if string(body) != w.bodies[id] {
				t.Errorf("%s: got %s, want %s", kind, body, w.bodies[id])
			}
			if then, err := k.AsOf(t.Context(), id, accessDay); err != nil || string(then) != string(body) {
				t.Errorf("%s as of today: %s, %v", kind, then, err)
			}
			if _, err := k.Explain(t.Context(), id); err != nil && (engine.TableOf(kind) != nil && !strings.HasSuffix(string(kind), "_close") || !errors.Is(err, codes.ErrUnsupported)) {
				t.Errorf("%s is not explained: %v", kind, err)
			}
			if _, err := hidden.Kind(kind).Get(t.Context(), id); !errors.Is(err, codes.ErrNotFound) {
				t.Errorf("a hidden %s: %v", kind, err)
			}
		}
		if n := testkit.Must(hidden.Kind(kind).Count(t.Context(), engine.AnyQuery{})); n != 0 {
			t.Errorf("%d hidden %ss are counted", n, kind)
		}
	}
	for name, q := range map[string]engine.AnyQuery{"nope": {Refs: map[string]uuid.UUID{"nope": {}}}, "order_by": {List: engine.List{Order: "nope"}}} {
		if _, err := c.Kind(kinds.Quote).Page(t.Context(), q); reasonAt(err, name) != codes.ErrInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	deal := w.refs[kinds.Opportunity][0]
	quotes := testkit.Must(c.Kind(kinds.Quote).Page(t.Context(), engine.AnyQuery{Status: "won", Refs: map[string]uuid.UUID{"opportunity_id": deal}}))
	if len(quotes.Items) != 1 {
		t.Errorf("%d won quotes of the deal", len(quotes.Items))
	}
	k := c.Kind("spaceship")
	_, get := k.Get(t.Context(), deal)
	_, count := k.Count(t.Context(), engine.AnyQuery{})
	_, page := k.Page(t.Context(), engine.AnyQuery{})
	_, explain := k.Explain(t.Context(), deal)
	_, asOf := k.AsOf(t.Context(), deal, accessDay)
	var all error
	for _, err := range k.All(t.Context(), engine.AnyQuery{}) {
		all = err
	}
	for _, err := range []error{get, count, page, explain, asOf, all} {
		if reasonAt(err, "kind") != codes.ErrInvalid {
			t.Errorf("got %v", err)
		}
	}
	if !json.Valid(testkit.Must(json.Marshal(quotes))) {
		t.Error("a page has no JSON form")
	}
}

// seesNothing hides everything.
type seesNothing struct{ engine.AllowAll }

func (seesNothing) Scope(context.Context, record.Actor, kinds.Kind) ([]storage.Cond, error) {
	return []storage.Cond{{Field: storage.FieldOwner, Op: storage.OpEq, Values: []any{uuid.UUID{15: 99}}}}, nil
}
