package bpf_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/bpf"
)

// catalog offers what the sample needs.
func catalog() *bpf.Catalog {
	field := func(t bpf.FieldType, options ...int) bpf.Field { return bpf.Field{Type: t, Options: options} }
	return &bpf.Catalog{
		Entities: map[string]bpf.Entity{
			"a": {Enabled: true, Fields: map[string]bpf.Field{
				"size": field(bpf.TypeMoney), "ready": field(bpf.TypeBoolean), "state": field(bpf.TypeState, 0, 1, 9),
				"ok": field(bpf.TypeBoolean), "x": field(bpf.TypeText), "where": field(bpf.TypeGroup), "due": field(bpf.TypeDate),
			}},
			"b": {Enabled: true, Fields: map[string]bpf.Field{"note": field(bpf.TypeMemo)}},
			"c": {Enabled: true, Fields: map[string]bpf.Field{"paid": field(bpf.TypeBoolean)}},
			"d": {Fields: map[string]bpf.Field{"paid": field(bpf.TypeBoolean)}},
		},
		Relationships: map[string]bpf.Relationship{
			"a_b": {From: "a", To: "b", Lookup: "a_id"}, "b_c": {From: "b", To: "c", Lookup: "b_id"}, "d_c": {From: "d", To: "c", Lookup: "d_id"},
		},
		Actions:    map[string]string{"b.call": "b", "a.call": "a"},
		Flows:      map[string]bool{"approval": true, "off": false},
		Operations: map[string]bool{"a.make_b": true, "b.make_c": true},
		Workflows:  map[string]string{"left": "a", "entered": "b", "started": "a", "finished": "a", "of_b": "b"},
		Events: map[string]map[string]string{
			"a.made_b": {"b": "b", "d": "d"}, "b.created": {"b": "b"}, "b.revised": {"b": "b"}, "a.closed": {}, "a.opened": {},
			"c.created": {"c": "c"}, "c.paid": {"c": "c"},
		},
		Roles: []string{"seller"},
	}
}

func num(n int) *int { return &n }

// simple stages to build shapes of.
func stage(key, entity, next string) bpf.Stage {
	return bpf.Stage{Key: key, Label: key, Entity: entity, Next: next, Steps: []bpf.Step{{Key: "s", Field: "size", Required: true}}}
}

func branching(s bpf.Stage, targets ...string) bpf.Stage {
	for i, to := range targets {
		s.Branches = append(s.Branches, bpf.Branch{Next: to, All: []bpf.Rule{{Field: "size", Op: bpf.OpEq, Value: fmt.Sprint(i)}}})
	}
	return s
}

// nested branches n times into each other.
func nested(n int) (stages []bpf.Stage) {
	for i := range n {
		stages = append(stages, branching(stage(fmt.Sprintf("s%d", i), "a", "end"), fmt.Sprintf("s%d", i+1)))
	}
	return append(stages, stage(fmt.Sprintf("s%d", n), "a", "end"))
}

// TestValidate has one failing definition for every fault.
func TestValidate(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 101)
	cases := []struct {
		code    bpf.FaultCode
		pointer string
		message string
		edit    func(*bpf.Definition, *bpf.Context)
	}{
		{bpf.FaultSchema, "/schema", `schema "bpf/v9" is not supported; want "bpf/v1"`, func(d *bpf.Definition, _ *bpf.Context) { d.Schema = "bpf/v9" }},
		{bpf.FaultName, "/name", `name "Sample" must match ^[a-z][a-z0-9_]{0,99}$`, func(d *bpf.Definition, _ *bpf.Context) { d.Name = "Sample" }},
		{bpf.FaultNameTaken, "/name", `name "sample" is already used by another process`, func(d *bpf.Definition, c *bpf.Context) {
			d.ID, d.Version = "1", 2
			c.Registered = []bpf.Registered{{Definition: bpf.Definition{Name: "sample", ID: "2", Version: 1, PrimaryEntity: "a"}}}
		}},
		{bpf.FaultLabelEmpty, "/label", `label must not be empty`, func(d *bpf.Definition, _ *bpf.Context) { d.Label = "" }},
		{bpf.FaultLabelTooLong, "/label", `label has 101 characters; at most 100`, func(d *bpf.Definition, _ *bpf.Context) { d.Label = long }},
		{bpf.FaultLabelControl, "/label", `label contains control characters`, func(d *bpf.Definition, _ *bpf.Context) { d.Label = "a\tb" }},
		{bpf.FaultDescriptionTooLong, "/description", `description has 2001 characters; at most 2000`, func(d *bpf.Definition, _ *bpf.Context) { d.Description = strings.Repeat("ä", 2001) }},
		{bpf.FaultVersion, "/version", `version must be at least 1`, func(d *bpf.Definition, _ *bpf.Context) { d.Version = 0 }},
		{bpf.FaultVersionNotNewer, "/version", `version 1 exists; use 4 or higher`, func(_ *bpf.Definition, c *bpf.Context) {
			c.Registered = []bpf.Registered{{Definition: bpf.Definition{Name: "sample", Version: 3, PrimaryEntity: "a"}}}
		}},
		{bpf.FaultPrimaryEmpty, "/primaryEntity", `primary entity must not be empty`, func(d *bpf.Definition, _ *bpf.Context) { d.PrimaryEntity = "" }},
		{bpf.FaultPrimaryChanged, "/primaryEntity", `primary entity cannot change from b to a`, func(d *bpf.Definition, c *bpf.Context) {
			d.Version = 2
			c.Registered = []bpf.Registered{{Definition: bpf.Definition{Name: "sample", Version: 1, PrimaryEntity: "b"}}}
		}},
		{bpf.FaultPrimaryMismatch, "/stages/0/entity", `first stage is on a; the process starts on b`, func(d *bpf.Definition, _ *bpf.Context) { d.PrimaryEntity = "b" }},
		{bpf.FaultEntityUnknown, "/stages/4/entity", `entity "z" is not in the catalog`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[4].Entity = "z" }},
		{bpf.FaultEntityNotEnabled, "/stages/4/entity", `entity "d" is not enabled for processes`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[4].Entity = "d" }},
		{bpf.FaultEntitiesTooMany, "/stages", `process uses 3 entities; at most 2`, func(_ *bpf.Definition, c *bpf.Context) { c.Limits.Entities = 2 }},
		{bpf.FaultStagesEmpty, "/stages", `process has no stages`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages = nil }},
		{bpf.FaultStagesTooMany, "/stages", `process has 5 stages; at most 4`, func(_ *bpf.Definition, c *bpf.Context) { c.Limits.Stages = 4 }},
		{bpf.FaultStageKey, "/stages/1/key", `stage key "end" must match ^[a-z][a-z0-9_]{0,99}$ and not be "end"`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[1].Key = "end" }},
		{bpf.FaultStageKeyDuplicate, "/stages/4/key", `stage key "two" is used twice`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[4].Key = "two" }},
		{bpf.FaultStageIDDuplicate, "/stages/2/id", `stage id 7 is used twice`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[1].ID, d.Stages[2].ID = "7", "7" }},
		{bpf.FaultStageLabelEmpty, "/stages/2/label", `stage label must not be empty`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[2].Label = "" }},
		{bpf.FaultStageCategory, "/stages/2/category", `category "Win" is neither built in nor declared under categories`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[2].Category = "Win" }},
		{bpf.FaultCategoryReserved, "/categories/Close", `category "Close" redefines a built-in category`, func(d *bpf.Definition, _ *bpf.Context) { d.Categories = map[string]int{"Close": 100000000} }},
		{bpf.FaultCategoryCode, "/categories/X", `category code 99999999 must be 100000000 or higher`, func(d *bpf.Definition, _ *bpf.Context) { d.Categories = map[string]int{"X": 99999999} }},
		{bpf.FaultStageNext, "/stages/2/next", `next stage "nowhere" does not exist`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[2].Next = "nowhere" }},
		{bpf.FaultStageUnreachable, "/stages/4", `stage "last" cannot be reached`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[3].Next = "end" }},
		{bpf.FaultCycle, "/stages/3/next", `stages form a cycle: two → back → two`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[3].Next = "two" }},
		{bpf.FaultNoSteps, "/stages/3/steps", `stage "back" has no steps`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[3].Steps = nil }},
		{bpf.FaultStepsTooMany, "/stages/0/steps", `stage "one" has 2 steps; at most 1`, func(_ *bpf.Definition, c *bpf.Context) { c.Limits.Steps = 1 }},
		{bpf.FaultStepKey, "/stages/3/steps/0/key", `step key "X" must match ^[a-z][a-z0-9_]{0,99}$`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[3].Steps[0].Key = "X" }},
		{bpf.FaultStepKeyDuplicate, "/stages/0/steps/1/key", `step key "size" is used twice in stage "one"`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[0].Steps[1].Key = "size" }},
		{bpf.FaultStepKind, "/stages/3/steps/0/kind", `step kind "magic" is not one of data, action, flow`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[3].Steps[0].Kind = "magic" }},
		{bpf.FaultStepFieldMissing, "/stages/3/steps/0/field", `data step "x" needs a field`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[3].Steps[0].Field = "" }},
		{bpf.FaultStepFieldDuplicate, "/stages/0/steps/1/field", `field "size" appears twice in stage "one"`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[0].Steps[1].Field = "size" }},
		{bpf.FaultStepFieldUnknown, "/stages/3/steps/0/field", `entity a has no field "y"`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[3].Steps[0].Field = "y" }},
		{bpf.FaultStepFieldUnsupported, "/stages/3/steps/0/field", `field "where" of type group cannot be a step`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[3].Steps[0].Field = "where" }},
		{bpf.FaultStepFieldForbidden, "/stages/2/steps/1/field", `action step "call" must not name a field`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[2].Steps[1].Field = "x" }},
		{bpf.FaultStepActionMissing, "/stages/2/steps/1/action", `action step "call" needs an action`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[2].Steps[1].Action = "" }},
		{bpf.FaultStepActionUnknown, "/stages/2/steps/1/action", `action "fly" is not registered`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[2].Steps[1].Action = "fly" }},
		{bpf.FaultStepActionEntity, "/stages/2/steps/1/action", `action "a.call" runs on a; stage "two" is on b`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[2].Steps[1].Action = "a.call" }},
		{bpf.FaultStepActionRequired, "/stages/2/steps/1/required", `action step "call" cannot be required`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[2].Steps[1].Required = true }},
		{bpf.FaultStepFlowUnknown, "/stages/2/steps/1/flow", `flow "off" is not registered or not active`, func(d *bpf.Definition, _ *bpf.Context) {
			d.Stages[2].Steps[1] = bpf.Step{Key: "flow", Kind: bpf.FlowStep, Flow: "off"}
		}},
		{bpf.FaultRuleEmpty, "/stages/0/branches/0", `branch 0 of stage "one" has no comparisons`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[0].Branches[0].All = nil }},
		{bpf.FaultMixedLogic, "/stages/0/branches/0", `branch 0 of stage "one" uses both all and any`, func(d *bpf.Definition, _ *bpf.Context) {
			d.Stages[0].Branches[0].Any = d.Stages[0].Branches[0].All
		}},
		{bpf.FaultFieldNotStep, "/stages/0/branches/0/all/0/field", `field "ok" is not a data step of stage "one"`, func(d *bpf.Definition, _ *bpf.Context) {
			d.Stages[0].Branches[0].All[0] = bpf.Rule{Field: "ok", Op: bpf.OpNull}
		}},
		{bpf.FaultOperator, "/stages/0/branches/0/all/0/op", `operator "contains" does not apply to money field "size"`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[0].Branches[0].All[0].Op = bpf.OpContains }},
		{bpf.FaultOperand, "/stages/0/branches/0/all/0/value", `much is not a valid money value for field "size"`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[0].Branches[0].All[0].Value = "much" }},
		{bpf.FaultOperandCount, "/stages/0/branches/0/all/0", `operator "ge" takes value or otherField`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[0].Branches[0].All[0].Value = nil }},
		{bpf.FaultOptionUnknown, "/stages/0/exit/0/value", `field "state" has no option 5`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[0].Exit[0].Value = 5 }},
		{bpf.FaultBranchTarget, "/stages/0/branches/0/next", `branch target "nowhere" does not exist`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[0].Branches[0].Next = "nowhere" }},
		{bpf.FaultTooDeep, "/stages/11", `stage "s11" is nested 11 branches deep; at most 10`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages, d.Bindings = nested(11), nil }},
		{bpf.FaultPartialMerge, "/stages/0/branches", `branches of stage "s" must all merge into one stage or all end; "x" and "y" meet at "y"`, func(d *bpf.Definition, _ *bpf.Context) {
			d.Bindings = nil
			d.Stages = []bpf.Stage{branching(stage("s", "a", "z"), "x", "y"), stage("x", "a", "y"), stage("y", "a", "m"), stage("z", "a", "m"), stage("m", "a", "end")}
		}},
		{bpf.FaultEnterFirst, "/stages/0/enter", `the first stage cannot have enter`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[0].Enter = &bpf.Enter{} }},
		{bpf.FaultEnterSameEntity, "/stages/1/enter/relationship", `stage "big" is on the same entity as the stage before it`, func(d *bpf.Definition, _ *bpf.Context) {
			d.Stages[1].Enter = &bpf.Enter{Relationship: "a_b"}
		}},
		{bpf.FaultRelationshipUnknown, "/stages/2/enter/relationship", `relationship "a_z" is not in the catalog`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[2].Enter.Relationship = "a_z" }},
		{bpf.FaultRelationshipDirection, "/stages/2/enter/relationship", `relationship "b_c" is not one-to-many from b to b`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[2].Enter.Relationship = "b_c" }},
		{bpf.FaultRelationshipSource, "/stages/4/enter/relationship", `relationship "d_c" starts at d, which no path to stage "last" has visited`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[4].Enter.Relationship = "d_c" }},
		{bpf.FaultOperationUnknown, "/stages/2/enter/operation", `operation "a.fly" is not registered`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[2].Enter.Operation = "a.fly" }},
		{bpf.FaultOperationMissing, "/stages/4/enter", `mode operation needs an operation`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[4].Enter.Operation = "" }},
		{bpf.FaultModeUnknown, "/stages/2/enter/modes/0", `mode "guess" is not one of select, create, operation`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[2].Enter.Modes[0] = "guess" }},
		{bpf.FaultLoop, "/stages/2/enter/loop", `stage "two" is marked loop but no path visited b before`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[2].Enter.Loop = true }},
		{bpf.FaultExitField, "/stages/0/exit/0/field", `entity a has no field "mood"`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[0].Exit[0].Field = "mood" }},
		{bpf.FaultTriggerEvent, "/triggers/0/on", `trigger event "enter" is not one of applied, reactivated, finished, aborted`, func(d *bpf.Definition, _ *bpf.Context) { d.Triggers[0].On = "enter" }},
		{bpf.FaultTriggerRun, "/triggers/0/run", `workflow "dance" is not registered`, func(d *bpf.Definition, _ *bpf.Context) { d.Triggers[0].Run = "dance" }},
		{bpf.FaultTriggerEntity, "/stages/0/triggers/0/run", `workflow "of_b" runs on b, not on a`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[0].Triggers[0].Run = "of_b" }},
		{bpf.FaultBindingEvent, "/bindings/0/event", `event "a.flew" is not registered`, func(d *bpf.Definition, _ *bpf.Context) { d.Bindings[0].Event = "a.flew" }},
		{bpf.FaultBindingDo, "/bindings/0/do", `binding "dance" is not one of advance, offer, rebind, finish, abort, reactivate`, func(d *bpf.Definition, _ *bpf.Context) { d.Bindings[0].Do = "dance" }},
		{bpf.FaultBindingToMissing, "/bindings/0/to", `binding advance needs a stage`, func(d *bpf.Definition, _ *bpf.Context) { d.Bindings[0].To = "" }},
		{bpf.FaultBindingTo, "/bindings/0/to", `stage "nowhere" does not exist`, func(d *bpf.Definition, _ *bpf.Context) { d.Bindings[0].To = "nowhere" }},
		{bpf.FaultBindingPayload, "/bindings/0/bind", `event "a.made_b" has no payload "c"`, func(d *bpf.Definition, _ *bpf.Context) { d.Bindings[0].Bind = "c" }},
		{bpf.FaultBindingEntity, "/bindings/0/bind", `payload "d" is a d, which the process does not use`, func(d *bpf.Definition, _ *bpf.Context) { d.Bindings[0].Bind = "d" }},
		{bpf.FaultOption, "/options/upgrade", `"never" is not one of follow, pin`, func(d *bpf.Definition, _ *bpf.Context) { d.Options.Upgrade = "never" }},
		{bpf.FaultProbability, "/stages/1/probability", `probability 101 must be between 0 and 100`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[1].Probability = num(101) }},
		{bpf.FaultStale, "/stages/0/staleAfter", `staleAfter "P0D" is not a positive ISO 8601 duration`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[0].StaleAfter = "P0D" }},
		{bpf.FaultRole, "/security/roles/clown", `role "clown" is not known to the host`, func(d *bpf.Definition, _ *bpf.Context) {
			d.Security.Roles = map[string][]bpf.Privilege{"clown": {bpf.CreatePrivilege}}
		}},
		{bpf.FaultPrivilege, "/security/roles/seller/1", `privilege "fly" is not one of create, read, write, delete, override`, func(d *bpf.Definition, _ *bpf.Context) {
			d.Security.Roles = map[string][]bpf.Privilege{"seller": {bpf.CreatePrivilege, "fly"}}
		}},
		{bpf.FaultMirror, "/mirror/0/field", `entity a has no text field "size"`, func(d *bpf.Definition, _ *bpf.Context) {
			d.Mirror = []bpf.Mirror{{Entity: "a", Field: "size", Value: "phase"}}
		}},
		{bpf.FaultActiveLimit, "", `entity a already has 1 active processes; the limit is 1`, func(_ *bpf.Definition, c *bpf.Context) {
			c.Limits.ActivePerEntity = 1
			c.Registered = []bpf.Registered{{Definition: bpf.Definition{Name: "other", Version: 1, PrimaryEntity: "a"}, Active: true}}
		}},
		{bpf.FaultStranded, "/stages", `stage "gone" is active in 3 instances and missing in v1`, func(_ *bpf.Definition, c *bpf.Context) { c.Standing = map[string]int{"gone": 3} }},
		{bpf.WarnExitTriggerLast, "/stages/4/triggers/0", `exit trigger of last stage "last" never fires; use a finished trigger`, func(d *bpf.Definition, c *bpf.Context) {
			d.Stages[4].Triggers = []bpf.Trigger{{On: "exit", Run: "of_c"}}
			c.Catalog.Workflows["of_c"] = "c"
		}},
		{bpf.WarnNoRelationship, "/stages/2/enter", `stage "two" enters b without a relationship; candidates cannot be listed`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[2].Enter.Relationship = "" }},
		{bpf.WarnNesting, "/stages/6", `stage "s6" is nested 6 branches deep; D365 designers accept 5 to 10`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages, d.Bindings = nested(6), nil }},
		{bpf.WarnBranchUnrequired, "/stages/0/branches/0/all/0/field", `branch field "size" is not required; an empty value takes the else path`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[0].Steps[0].Required = false }},
		{bpf.WarnSameTarget, "/stages/0/branches/0", `all outcomes of branch 0 lead to "big"`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[0].Next = "big" }},
		{bpf.WarnOrderTie, "/order", `order 7 is shared with "other"`, func(d *bpf.Definition, c *bpf.Context) {
			d.Order = num(7)
			c.Registered = []bpf.Registered{{Definition: bpf.Definition{Name: "other", Version: 1, PrimaryEntity: "a", Order: num(7)}, Active: true}}
		}},
		{bpf.WarnNoCreateRole, "/security", `no role may create instances`, func(d *bpf.Definition, _ *bpf.Context) {
			d.Security.Roles = map[string][]bpf.Privilege{"seller": {bpf.ReadPrivilege}}
		}},
		{bpf.WarnProbabilityDrops, "/stages/1/probability", `probability drops from 10 to 5`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[1].Probability = num(5) }},
		{bpf.WarnLoopUnmarked, "/stages/3/enter/loop", `stage "back" is not marked loop but every path visited a before`, func(d *bpf.Definition, _ *bpf.Context) { d.Stages[3].Enter = nil }},
	}
	tested := map[bpf.FaultCode]bool{}
	for _, c := range cases {
		tested[c.code] = true
		t.Run(string(c.code), func(t *testing.T) {
			t.Parallel()
			d, cx := parse(t, sample), bpf.Context{Catalog: catalog()}
			if faults := bpf.Validate(d, cx); len(faults) > 0 {
				t.Fatalf("the sample itself has faults: %v", faults)
			}
			c.edit(&d, &cx)
			want := bpf.Fault{Pointer: c.pointer, Code: c.code, Message: c.message, Warning: strings.HasPrefix(string(c.code), "warn.")}
			faults := bpf.Validate(d, cx)
			if !slices.Contains(faults, want) {
				t.Errorf("got %v, want %v", faults, want)
			}
		})
	}
	for _, code := range bpf.FaultCodes() {
		if group, _, _ := strings.Cut(string(code), "."); group != "json" && group != "overlay" && !tested[code] {
			t.Errorf("there is no definition with the fault %s", code)
		}
	}
}

// TestParse lists the faults of form with their places.
func TestParse(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][]string{
		"{\n  \"schema\": }":    {"json.syntax : line 2, column 13: invalid character '}' looking for beginning of value"},
		"{} {}":                 {"json.syntax : line 1, column 4: more than one value"},
		"[]":                    {"json.type : want object, got array"},
		`{"name": 7, "foo": 1}`: {"json.type /name: want string, got number 7", `json.unknown_field /foo: unknown field "foo"`},
		`{"stages": [{"key": null, "steps": {}}], "stages": 1}`: {
			"json.type /stages/0/key: want string, got null", "json.type /stages/0/steps: want array, got object",
			`json.repeated_field /stages: field "stages" appears twice`,
		},
		`{"categories": {"a/b": "x"}, "version": 1.5, "ext": []}`: {
			"json.type /categories/a~1b: want integer, got string", "json.type /version: want integer, got number 1.5",
			"json.type /ext: want object, got array",
		},
	} {
		var f bpf.Faults
		if _, err := bpf.Parse([]byte(body)); !errors.As(err, &f) {
			t.Errorf("%s: got %v", body, err)
			continue
		}
		var got []string
		for _, fault := range f.List {
			if strings.HasPrefix(string(fault.Code), "json.") {
				got = append(got, fmt.Sprintf("%s %s: %s", fault.Code, fault.Pointer, fault.Message))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\ngot  %q\nwant %q", body, got, want)
		}
	}
}

func TestFaultsAreOneError(t *testing.T) {
	t.Parallel()
	_, err := bpf.Parse([]byte(strings.Replace(sample, `"label": "Sample"`, `"label": "", "order": "x"`, 1)))
	want := `bpf: process "sample" v1: /order: want integer, got string (and 1 more)`
	if err == nil || err.Error() != want || !errors.Is(err, bpf.FaultLabelEmpty) || errors.Is(err, bpf.FaultCycle) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestLargeInput(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 5<<20) + strings.Repeat("]", 5<<20)
	if _, err := bpf.Parse([]byte(deep)); !errors.Is(err, bpf.FaultSyntax) {
		t.Errorf("got %v", err)
	}
	stages := strings.Repeat(`{"key":"a","label":"A","entity":"e","guidance":"`+strings.Repeat("long ", 1000)+`","steps":[{"key":"s","field":"f"}]},`, 2_000)
	wide := `{"schema":"bpf/v1","name":"wide","label":"W","version":1,"primaryEntity":"e","stages":[` + strings.TrimSuffix(stages, ",") + `]}`
	_, err := bpf.Parse([]byte(wide))
	if !errors.Is(err, bpf.FaultStagesTooMany) || !errors.Is(err, bpf.FaultStageKeyDuplicate) {
		t.Errorf("%d bytes: got %.200v", len(wide), err)
	}
}

// FuzzParse: whatever comes in, there is a definition that survives a round
// trip, or a list of faults.
func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(`{"stages":[{"key":"a","next":"a","branches":[{"all":[{"field":"x","op":"eq","value":1e999999999}]}]}]}`))
	f.Add([]byte(`{"ext":{"a":[1.0,"<&>"]},"stages":[{"steps":[{}]}],"version":1e3}`))
	f.Add([]byte("{\"a\":\xff}"))
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := bpf.Parse(body)
		if err != nil {
			var faults bpf.Faults
			if !errors.As(err, &faults) || len(faults.List) == 0 {
				t.Fatalf("%T is not a list of faults", err)
			}
			bpf.Validate(*d, bpf.Context{Catalog: catalog()})
			return
		}
		again := roundTrip(t, *d)
		if !again.Equal(*d) {
			t.Error("the definition changed")
		}
		bpf.Validate(*d, bpf.Context{Catalog: catalog()})
	})
}
