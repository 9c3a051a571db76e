package bpf_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash/bpf"
)

func roundTrip(t tester, d bpf.Definition) bpf.Definition {
	t.Helper()
	body, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, string(body))
}

const overlay = `{ "schema": "bpf-overlay/v1", "base": "lead_to_opportunity_sales_process", "baseVersion": 1, "version": 2,
  "ops": [
    { "op": "setRequired", "stage": "qualify", "step": "budget", "value": true },
    { "op": "addStep", "stage": "develop", "after": "need", "step": { "key": "region", "field": "region" } },
    { "op": "addStage", "after": "propose", "stage": { "key": "legal", "label": "Legal", "category": "Approval", "entity": "opportunity",
      "steps": [ { "key": "ok", "field": "legal_ok", "required": true } ] } },
    { "op": "removeStep", "stage": "close", "step": "debrief" },
    { "op": "moveStep", "stage": "close", "step": "thank_you" },
    { "op": "setLabel", "stage": "close", "label": "Wrap up" },
    { "op": "removeBinding", "event": "lead.qualified" },
    { "op": "addBinding", "binding": { "event": "lead.disqualified", "do": "abort" } },
    { "op": "setSecurity", "security": { "roles": { "seller": ["create"] } } },
    { "op": "setExit", "stage": "develop", "exit": [ { "field": "statecode", "op": "eq", "value": 0 } ] },
    { "op": "addBranch", "stage": "develop", "branch": { "next": "propose", "all": [ { "field": "region", "op": "notNull" } ] } },
    { "op": "removeStage", "stage": "propose" } ] }`

func TestOverlay(t *testing.T) {
	t.Parallel()
	o, err := bpf.ParseOverlay([]byte(overlay))
	if err != nil {
		t.Fatal(err)
	}
	base := bpf.LeadToOpportunity()
	d, err := o.Apply(base)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, s := range d.Stages {
		keys = append(keys, s.Key)
	}
	closing := d.Stage("close")
	switch {
	case d.Version != 2 || base.Version != 1 || base.Stage("legal") != nil:
		t.Errorf("got version %d of version %d", d.Version, base.Version)
	case !slices.Equal(keys, []string{"qualify", "develop", "legal", "close"}):
		t.Errorf("got stages %v", keys)
	case !d.Stage("qualify").Step("budget").Required || d.Stage("develop").Steps[1].Key != "region":
		t.Error("the steps were not changed")
	case closing.Label != "Wrap up" || closing.Steps[0].Key != "thank_you" || closing.Step("debrief") != nil:
		t.Errorf("got %+v", closing)
	case len(d.Bindings) != 1 || d.Bindings[0].Event != "lead.disqualified" || len(d.Security.Roles) != 1:
		t.Errorf("got bindings %v", d.Bindings)
	case len(d.Stage("develop").Exit) != 1 || len(d.Stage("develop").Branches) != 1:
		t.Error("no criterion and branch were added")
	}
	again, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	if o2, err := bpf.ParseOverlay(again); err != nil {
		t.Error(err)
	} else if e, err := o2.Apply(base); err != nil || !e.Equal(d) {
		t.Errorf("the overlay changed on the way: %v", err)
	}
}

func TestOverlayFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		overlay bpf.Overlay
		want    string
	}{
		{bpf.Overlay{Base: "lead_to_cash", BaseVersion: 3, Version: 4}, `bpf: process "lead_to_cash" v4: /baseVersion: overlay was written for lead_to_cash v3, found v1`},
		{
			bpf.Overlay{Base: "lead_to_cash", BaseVersion: 1, Version: 2, Ops: []bpf.Patch{
				{Op: "removeStep", Stage: bpf.PatchStage{Key: "bill"}, Step: bpf.PatchStep{Key: "tip"}}, {Op: "removeStage", Stage: bpf.PatchStage{Key: "party"}},
			}},
			`bpf: process "lead_to_cash" v2: /ops/0: op 0: step "tip" does not exist in lead_to_cash v1 (and 1 more)`,
		},
		{bpf.Overlay{Base: "lead_to_cash", BaseVersion: 1, Ops: []bpf.Patch{{Op: "explode"}}}, `bpf: process "lead_to_cash" v0: /ops/0: op 0: "explode" is not an op, or misses what it needs`},
	} {
		if _, err := c.overlay.Apply(bpf.LeadToCash()); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	if _, err := bpf.ParseOverlay([]byte(`{"schema":"bpf/v1"}`)); !errors.Is(err, bpf.FaultOption) {
		t.Errorf("got %v", err)
	}
}
