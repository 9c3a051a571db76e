package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// played returns a store with a few sales and a client of it.
func played(t testing.TB, sales int, opts ...engine.ClientOption) (*memory.Store, *engine.Client) {
	t.Helper()
	store := memory.New()
	c, err := engine.New(store, opts...)
	if err != nil {
		t.Fatal(err)
	}
	for n := range sales {
		if err := journeytest.Play(t.Context(), c, fmt.Sprint("sale", n), nil); err != nil {
			t.Fatal(err)
		}
	}
	return store, c
}

// findings are the codes of what Verify yields, once each.
func findings(t testing.TB, c *engine.Client, kept ...engine.Seal) (list []storage.Finding) {
	t.Helper()
	for v, err := range c.Verify(t.Context(), kept...) {
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s (%s)", v, v.Code)
		list = append(list, v.Code)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// tampered puts the next version of the first record of a kind, changed behind the
// engine's back, and hides nothing else.
func tampered(t testing.TB, store storage.Store, kind string, change func(*storage.Record)) {
	t.Helper()
	err := store.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
		for rec, err := range tx.Find(ctx, storage.Query{Kind: kind, Limit: 1}) {
			if err != nil {
				return err
			}
			next := *rec
			next.Version++
			next.Keys, next.Claims = slices.Clone(rec.Keys), slices.Clone(rec.Claims)
			body, err := rec.Image.Body()
			if err != nil {
				return err
			}
			text := strings.Replace(string(body), fmt.Sprintf(`"version":%d`, rec.Version), fmt.Sprintf(`"version":%d`, next.Version), 1)
			next.Image = storage.RawImage(json.RawMessage(text))
			change(&next)
			return tx.Put(ctx, &next, storage.Event{Ref: rec.Ref, Version: next.Version, Type: kind + ".edited", At: rec.UpdatedAt, Data: storage.RawImage(json.RawMessage(`{"action":"` + kind + `.edit"}`))})
		}
		return errors.New("no such record")
	})
	if err != nil {
		t.Fatal(err)
	}
}

func body(t testing.TB, rec *storage.Record) string {
	t.Helper()
	raw, err := rec.Image.Body()
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestVerifyTellsWhatTheStoreCannot(t *testing.T) {
	t.Parallel()
	replaced := func(from, to string) func(testing.TB, *storage.Record) {
		return func(t testing.TB, rec *storage.Record) {
			text := body(t, rec)
			changed := strings.Replace(text, from, to, 1)
			if changed == text {
				t.Fatalf("no %s in %s", from, text)
			}
			rec.Image = storage.RawImage(json.RawMessage(changed))
		}
	}
	member := func(name, value string) func(testing.TB, *storage.Record) {
		return func(t testing.TB, rec *storage.Record) {
			var m map[string]json.RawMessage
			if err := json.Unmarshal([]byte(body(t, rec)), &m); err != nil || m[name] == nil {
				t.Fatalf("no %s: %v", name, err)
			}
			m[name] = json.RawMessage(value)
			raw, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			rec.Image = storage.RawImage(raw)
		}
	}
	for name, tt := range map[string]struct {
		kind   string
		change func(testing.TB, *storage.Record)
		want   storage.Finding
	}{
		"a folded name":           {"lead", replaced(`"status":`, `"STATUS":"new","status":`), engine.FindingUnreadable},
		"a member twice":          {"lead", replaced(`"status":`, `"status":"new","status":`), engine.FindingUnreadable},
		"no document at all":      {"lead", func(_ testing.TB, rec *storage.Record) { rec.Image = storage.RawImage(json.RawMessage(`[]`)) }, engine.FindingUnreadable},
		"the document of another": {"lead", member("id", `"00000000-0000-4000-8000-000000000001"`), engine.FindingHeader},
		"a total":                 {"quote", member("total_amount", `"1.00"`), engine.FindingTotals},
		"a total of nothing":      {"order", member("total_amount", `"0.00"`), engine.FindingTotals},
		"the price of a line":     {"quote", replaced(`"price_per_unit":"`, `"price_per_unit":"1`), engine.FindingTotals},
		"what is settled":         {"invoice", member("settled_amount", `"1.00"`), engine.FindingCash},
		"what is allocated":       {"payment", member("allocated_amount", `"0.00"`), engine.FindingCash},
		"an allocation":           {"allocation", member("amount", `"1.00"`), engine.FindingCash},
		"a status in the header":  {"order", func(_ testing.TB, rec *storage.Record) { rec.Status = "new" }, engine.FindingHeader},
		"an owner":                {"account", func(_ testing.TB, rec *storage.Record) { rec.Owner = rec.ID }, engine.FindingHeader},
		"a key too few":           {"contact", func(_ testing.TB, rec *storage.Record) { rec.Keys = nil }, engine.FindingLookups},
		"a key too many": {"contact", func(_ testing.TB, rec *storage.Record) {
			rec.Keys = append(rec.Keys, storage.Key{Name: "number", Value: "7"})
		}, engine.FindingLookups},
		"a claim":     {"invoice", func(_ testing.TB, rec *storage.Record) { rec.Claims = nil }, engine.FindingClaims},
		"a reference": {"quote", member("opportunity_id", `"00000000-0000-4000-8000-000000000001"`), engine.FindingReference},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, c := played(t, 1)
			if got := findings(t, c); got != nil {
				t.Fatalf("found %v before anything was changed", got)
			}
			tampered(t, store, tt.kind, func(rec *storage.Record) { tt.change(t, rec) })
			if got := findings(t, c); !slices.Contains(got, tt.want) {
				t.Errorf("found %v, want %s: who changed that in the database goes unnoticed", got, tt.want)
			}
		})
	}
}

// forgedStore is a store in whose database somebody has changed events.
type forgedStore struct {
	storage.Store
	forge func(*storage.Event) (keep bool) // in feed and histories
}

func (f forgedStore) events(from iter.Seq2[storage.Event, error]) iter.Seq2[storage.Event, error] {
	return func(yield func(storage.Event, error) bool) {
		for e, err := range from {
			if !f.forge(&e) {
				continue
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func (f forgedStore) Feed(ctx context.Context, tenant storage.Tenant, after int64) iter.Seq2[storage.Event, error] {
	return func(yield func(storage.Event, error) bool) {
		position := int64(0) // whoever makes a hole closes it
		for e, err := range f.events(f.Store.Feed(ctx, tenant, 0)) {
			if position++; position <= after {
				continue
			}
			e.Position = position
			if !yield(e, err) {
				return
			}
		}
	}
}

func (f forgedStore) View(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Reader) error) error {
	return f.Store.View(ctx, tenant, func(ctx context.Context, r storage.Reader) error { return fn(ctx, forgedView{r, f}) })
}

type forgedView struct {
	storage.Reader
	forgedStore
}

func (f forgedView) History(ctx context.Context, ref storage.Ref) iter.Seq2[storage.Event, error] {
	return f.events(f.Reader.History(ctx, ref))
}

func TestSealsShowWhatWasChanged(t *testing.T) {
	t.Parallel()
	store, c := played(t, 2)
	seal, err := c.Seal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if again, err := c.Seal(t.Context()); err != nil || again != seal {
		t.Fatalf("sealing with nothing new yields %v, %v; want %v: seals would follow seals for ever", again, err, seal)
	}
	if err := journeytest.Play(t.Context(), c, "later", nil); err != nil {
		t.Fatal(err)
	}
	later, err := c.Seal(t.Context())
	if err != nil || later.Previous != seal.Hash || later.From != seal.Position+1 {
		t.Fatalf("the next seal is %+v, %v; want one that continues %+v", later, err, seal)
	}
	if got := findings(t, c, seal, later); got != nil {
		t.Fatalf("found %v before anything was changed", got)
	}
	payment := func(e *storage.Event) bool { return e.Kind == "payment" && e.Version == 1 }
	for name, forge := range map[string]func(*storage.Event) bool{
		"who did it": func(e *storage.Event) bool {
			if payment(e) {
				e.Actor = "user:somebody"
			}
			return true
		},
		"when it was done": func(e *storage.Event) bool {
			if payment(e) {
				e.At = e.At.Add(time.Hour)
			}
			return true
		},
		"what was told": func(e *storage.Event) bool {
			if payment(e) {
				e.Data = storage.RawImage(json.RawMessage(`{"action":"payment.post"}`))
			}
			return true
		},
		"the amount of an earlier version": func(e *storage.Event) bool {
			if raw, err := e.Image.Body(); payment(e) && err == nil {
				e.Image = storage.RawImage(json.RawMessage(strings.Replace(string(raw), `"amount":"`, `"amount":"1`, 1)))
			}
			return true
		},
		"an earlier version blanked": func(e *storage.Event) bool {
			if payment(e) {
				e.Image = storage.Image{}
			}
			return true
		},
		"a hole that is closed": func(e *storage.Event) bool {
			return e.Kind != "refund" && e.Kind != "connection" && !(e.Kind == "payment" && e.Version == 2)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forged := c.On(forgedStore{store, forge})
			if got := findings(t, forged); !slices.Contains(got, engine.FindingSeal) {
				t.Errorf("found %v, want %s", got, engine.FindingSeal)
			}
		})
	}
	t.Run("all seals made anew", func(t *testing.T) {
		t.Parallel()
		_, other := played(t, 3)
		if _, err := other.Seal(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := findings(t, other); got != nil {
			t.Fatalf("found %v in a store that was never changed", got)
		}
		if got := findings(t, other, seal); !slices.Contains(got, engine.FindingSeal) {
			t.Errorf("found %v although a seal that was kept elsewhere is not there", got)
		}
	})
	var list []engine.Seal
	for s, err := range c.Seals(t.Context(), seal.Position) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	if !slices.Equal(list, []engine.Seal{later}) {
		t.Errorf("seals after the first are %v, want %v", list, later)
	}
}

func TestErasingLeavesSealsWhole(t *testing.T) {
	t.Parallel()
	_, c := played(t, 1)
	lead, err := c.Leads().Create(t.Context(), leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.Leads().Delete(t.Context(), lead.ID, record.DeleteRecord{}); err != nil {
		t.Fatal(err)
	}
	if err := c.Erase(t.Context(), lead.Ref()); err != nil {
		t.Fatal(err)
	}
	if got := findings(t, c); got != nil {
		t.Errorf("found %v: what the library erases is no tampering", got)
	}
	if _, err := c.PurgeRequests(t.Context(), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := findings(t, c); got != nil {
		t.Errorf("found %v after a purge of requests", got)
	}
}

func TestManySealOneFeed(t *testing.T) {
	t.Parallel()
	_, c := played(t, 3)
	errs := make(chan error)
	for range 8 {
		go func() {
			_, err := c.Seal(context.Background())
			errs <- err
		}()
	}
	for range 8 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if got := findings(t, c); got != nil {
		t.Errorf("found %v after several sealed at once", got)
	}
}

func TestVerifyIsForThoseWhoSeeAll(t *testing.T) {
	t.Parallel()
	_, c := played(t, 0, engine.WithRequiredActor())
	for _, err := range c.Verify(t.Context()) {
		if !errors.Is(err, codes.ErrDenied) {
			t.Errorf("got %v, want %v", err, codes.ErrDenied)
		}
	}
	for _, err := range c.Seals(t.Context(), 0) {
		if !errors.Is(err, codes.ErrDenied) {
			t.Errorf("got %v, want %v", err, codes.ErrDenied)
		}
	}
	if _, err := c.Seal(t.Context()); !errors.Is(err, codes.ErrDenied) {
		t.Errorf("got %v, want %v", err, codes.ErrDenied)
	}
	if _, err := c.Preview().As(record.User(engine.NewID[record.SellerID]().UUID)).Seal(t.Context()); !errors.Is(err, codes.ErrUnsupported) {
		t.Errorf("sealing as a preview: got %v, want %v", err, codes.ErrUnsupported)
	}
}
