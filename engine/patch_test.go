package engine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// patchedAccount is a client with an account.
func patchedAccount(t *testing.T) (*people, uuid.UUID) {
	t.Helper()
	p := newPeople(t, memory.New())
	cmd := party.CreateAccount{Fields: party.AccountFields{Name: "Meyer", Description: "old", Address1: &party.Address{City: "Graz", Line1: "Ring 1"}}}
	cmd.Custom = record.Custom{"region": json.RawMessage(`"north"`), "vip": json.RawMessage(`true`)}
	return p, testkit.Must(p.Accounts().Create(p.ctx, cmd)).ID.UUID
}

// TestMergePatch: what a patch says changes and nothing else.
func TestMergePatch(t *testing.T) {
	t.Parallel()
	for patch, want := range map[string]string{
		`{"name":"Huber"}`:                                "2 Huber old Graz Ring 1 map[region:\"north\" vip:true]",
		`{"description":null}`:                            "2 Meyer  Graz Ring 1 map[region:\"north\" vip:true]",
		`{"address1":{"city":"Wien","postal_code":null}}`: "2 Meyer old Wien Ring 1 map[region:\"north\" vip:true]",
		`{"address1":null}`:                               "2 Meyer old   map[region:\"north\" vip:true]",
		`{"custom":{"region":"south","vip":null}}`:        "2 Meyer old Graz Ring 1 map[region:\"south\"]",
		`{"custom":null}`:                                 "2 Meyer old Graz Ring 1 map[]",
		`{}`:                                              "1 Meyer old Graz Ring 1 map[region:\"north\" vip:true]",
		``:                                                "1 Meyer old Graz Ring 1 map[region:\"north\" vip:true]",
		`{"name":"Meyer","custom":{"vip":true}}`:          "1 Meyer old Graz Ring 1 map[region:\"north\" vip:true]",
	} {
		p, id := patchedAccount(t)
		out, err := p.Do(p.ctx, "account.edit", id, json.RawMessage(patch), engine.MergePatch())
		if err != nil {
			t.Errorf("%s: %v", patch, err)
			continue
		}
		var a party.Account
		if err := json.Unmarshal(out, &a); err != nil {
			t.Fatal(err)
		}
		custom := map[string]string{}
		for name, v := range a.Custom {
			custom[name] = string(v)
		}
		if a.Address1 == nil {
			a.Address1 = &party.Address{}
		}
		if got := fmt.Sprintln(a.Version, a.Name, a.Description, a.Address1.City, a.Address1.Line1, custom); got != want+"\n" {
			t.Errorf("%s: got %s, want %s", patch, got, want)
		}
	}
}

// TestMergePatchIsRefused for what an edit has no say in, with who has, and changes
// nothing.
func TestMergePatchIsRefused(t *testing.T) {
	t.Parallel()
	p, id := patchedAccount(t)
	before := dumped(t, p.store)
	for patch, want := range map[string]struct {
		code  codes.Code
		field string
		by    string
	}{
		`{"nmae":"x"}`:              {codes.ErrInvalid, "fields.nmae", "<nil>"},
		`{"status":"inactive"}`:     {codes.ErrInvalid, "fields.status", "<nil>"},
		`{"owner":null}`:            {codes.ErrInvalid, "fields.owner", "[account.assign account.create]"},
		`{"currency":"USD"}`:        {codes.ErrInvalid, "fields.currency", "[account.change_currency account.create]"},
		`{"name":null}`:             {codes.ErrMissingField, "fields.name", "<nil>"},
		`{"name":7}`:                {codes.ErrInvalid, "fields.name", "<nil>"},
		`{"name":"x","name":"y"}`:   {codes.ErrInvalid, "fields.name", "<nil>"},
		`{"address1":{"town":"x"}}`: {codes.ErrInvalid, "fields.address1.town", "<nil>"},
		`[]`:                        {codes.ErrInvalid, "fields", "<nil>"},
		`{"name":`:                  {codes.ErrInvalid, "$", "<nil>"},
	} {
		_, err := p.Do(p.ctx, "account.edit", id, json.RawMessage(patch), engine.MergePatch())
		found := false
		for _, r := range record.ReasonsOf(err) {
			found = found || r.Code == want.code && r.Field == want.field && fmt.Sprint(r.Params["edited_by"]) == want.by
		}
		if !found {
			t.Errorf("%s: got %v, want %+v", patch, err, want)
		}
	}
	if _, err := p.Do(p.ctx, "account.edit", id, json.RawMessage(`{"name":"x"}`), engine.MergePatch(), engine.IfVersion(7)); !errors.Is(err, codes.ErrConflict) {
		t.Errorf("another version: %v", err)
	}
	if dumped(t, p.store) != before {
		t.Error("a refused patch changed something")
	}
}

// A patch under a key is one call: repeated, it answers as before; another one is
// refused.
func TestMergePatchOnce(t *testing.T) {
	t.Parallel()
	p, id := patchedAccount(t)
	do := func(patch string) (json.RawMessage, error) {
		return p.Once("k").Do(p.ctx, "account.edit", id, json.RawMessage(patch), engine.MergePatch())
	}
	first := testkit.Must(do(`{"name":"Huber"}`))
	if again, err := do(`{"name":"Huber"}`); err != nil || string(again) != string(first) {
		t.Errorf("again: %s, %v", again, err)
	}
	if _, err := do(`{"name":"Mayr"}`); !errors.Is(err, codes.ErrKeyReused) {
		t.Errorf("another patch: %v", err)
	}
}

// Every kind that is edited takes a patch of nothing, which changes nothing.
func TestEveryEditTakesAPatch(t *testing.T) {
	t.Parallel()
	w := newAccessWorld(t)
	c := w.client(t, w.store)
	patched := 0
	for _, info := range engine.Actions() {
		if info.Action.Verb() != "edit" || !info.Callable || info.Name != info.Action.String() {
			continue
		}
		for _, id := range w.refs[info.Kind] {
			_, err := c.Do(t.Context(), info.Name, id, json.RawMessage(`{}`), engine.MergePatch())
			class := record.ClassOf(err)
			if err != nil && class != codes.ClassState {
				t.Errorf("%s of %s: %v", info.Name, id, err)
			}
			if err == nil {
				patched++
			}
		}
	}
	if patched < 20 {
		t.Errorf("only %d records were patched", patched)
	}
	for _, v := range testkit.Must(c.Leads().Page(t.Context(), engine.LeadQuery{})).Items {
		_, err := c.Do(t.Context(), "lead.edit", v.ID.UUID, json.RawMessage(`{"topic":"patched"}`), engine.MergePatch())
		if after := testkit.Must(c.Leads().Get(t.Context(), v.ID)); (err == nil) != (after.Topic == "patched") || (err != nil) != (v.Status.State() != leadtocash.LeadOpen) {
			t.Errorf("%s is %q: %v", v.Status, after.Topic, err)
		}
	}
}

// TestIgnoreReadOnly: the whole record may be sent back, and only what an edit sets is
// changed; what others have changed meanwhile is a conflict.
func TestIgnoreReadOnly(t *testing.T) {
	t.Parallel()
	p, id := patchedAccount(t)
	whole, err := p.Do(p.ctx, "account.edit", id, nil, engine.MergePatch())
	if err != nil {
		t.Fatal(err)
	}
	put := func(change func(map[string]any)) (party.Account, error) {
		var members map[string]any
		if err := json.Unmarshal(whole, &members); err != nil {
			t.Fatal(err)
		}
		change(members)
		out, err := p.Do(p.ctx, "account.edit", id, testkit.Must(json.Marshal(members)), engine.MergePatch(), engine.WithIgnoreReadOnly())
		var a party.Account
		if err == nil {
			err = json.Unmarshal(out, &a)
		}
		return a, err
	}
	if a, err := put(func(map[string]any) {}); err != nil || a.Version != 1 {
		t.Errorf("the record as it is: version %d, %v", a.Version, err)
	}
	for name, x := range map[string]struct {
		change func(map[string]any)
		want   string
	}{
		"another status":  {func(m map[string]any) { m["status"] = "inactive" }, "conflict status"},
		"another version": {func(m map[string]any) { m["version"] = 7 }, "conflict version"},
		"no owner":        {func(m map[string]any) { m["owner"] = "0f000000-0000-0000-0000-000000000009" }, "conflict owner"},
		"a typing error":  {func(m map[string]any) { m["nmae"] = "x" }, "invalid fields.nmae"},
	} {
		_, err := put(x.change)
		if reasons := record.ReasonsOf(err); len(reasons) != 1 || string(reasons[0].Code)+" "+reasons[0].Field != x.want {
			t.Errorf("%s: %v, want %s", name, err, x.want)
		}
	}
	if a, err := put(func(m map[string]any) { m["name"], m["master_id"] = "Huber", nil }); err != nil || a.Name != "Huber" || a.Version != 2 {
		t.Errorf("another name: %s, version %d, %v", a.Name, a.Version, err)
	}
	if _, err := put(func(m map[string]any) { m["name"] = "Maier" }); record.CodeOf(err) != codes.ErrConflict {
		t.Errorf("with the version before: %v", err)
	}
}
