package bpf

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	keyPattern  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,99}$`)
	processRuns = []string{"applied", "reactivated", "finished", "aborted"}
	stageRuns   = []string{"enter", "exit"}
	privileges  = []Privilege{CreatePrivilege, ReadPrivilege, WritePrivilege, DeletePrivilege, OverridePrivilege}
)

// Validate lists everything that is wrong with a definition, each with its
// place; warnings come marked. The same definition and context always give the
// same list in the same order.
func Validate(d Definition, c Context) []Fault {
	v := &validator{d: &d, Context: c, catalog: c.Catalog, limits: c.Limits.bounded()}
	v.head()
	v.registry()
	v.stages()
	v.shape()
	v.attached()
	return v.faults
}

type validator struct {
	Context
	d       *Definition
	catalog *Catalog // nil: not checked
	limits  Limits
	faults  []Fault
}

func (v *validator) add(pointer string, code FaultCode, args ...any) {
	v.faults = append(v.faults, newFault(pointer, code, args...))
}

func (v *validator) head() {
	d := v.d
	if d.Schema != Schema {
		v.add("/schema", FaultSchema, d.Schema)
	}
	if !keyPattern.MatchString(d.Name) {
		v.add("/name", FaultName, d.Name)
	}
	if d.Label == "" {
		v.add("/label", FaultLabelEmpty)
	}
	v.label("/label", d.Label)
	if n := utf8.RuneCountInString(d.Description); n > 2000 {
		v.add("/description", FaultDescriptionTooLong, n)
	}
	if d.Version < 1 {
		v.add("/version", FaultVersion)
	}
	if d.PrimaryEntity == "" {
		v.add("/primaryEntity", FaultPrimaryEmpty)
	}
	v.oneOf("/options/gateScope", d.Options.GateScope, "", "stage", "path")
	v.oneOf("/options/finishGate", d.Options.FinishGate, "", "stage", "path")
	v.oneOf("/options/upgrade", d.Options.Upgrade, "", "follow", "pin")
	for _, name := range slices.Sorted(maps.Keys(d.Categories)) {
		if _, builtin := builtinCategories[name]; builtin {
			v.add("/categories/"+escape(name), FaultCategoryReserved, name)
		}
		if code := d.Categories[name]; code < 100_000_000 {
			v.add("/categories/"+escape(name), FaultCategoryCode, code)
		}
	}
	v.security()
}

func (v *validator) label(pointer, text string) {
	if n := utf8.RuneCountInString(text); n > 100 {
		v.add(pointer, FaultLabelTooLong, n, 100)
	}
	if strings.ContainsFunc(text, unicode.IsControl) {
		v.add(pointer, FaultLabelControl)
	}
}

func (v *validator) oneOf(pointer, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		v.add(pointer, FaultOption, value, strings.Join(slices.DeleteFunc(allowed, func(s string) bool { return s == "" }), ", "))
	}
}

func (v *validator) security() {
	creates := false
	for _, role := range slices.Sorted(maps.Keys(v.d.Security.Roles)) {
		pointer := "/security/roles/" + escape(role)
		if v.catalog != nil && v.catalog.Roles != nil && !slices.Contains(v.catalog.Roles, role) {
			v.add(pointer, FaultRole, role)
		}
		for i, p := range v.d.Security.Roles[role] {
			if !slices.Contains(privileges, p) {
				v.add(fmt.Sprintf("%s/%d", pointer, i), FaultPrivilege, p)
			}
			creates = creates || p == CreatePrivilege
		}
	}
	if len(v.d.Security.Roles) > 0 && !creates {
		v.add("/security", WarnNoCreateRole)
	}
}

// registry compares with the processes there are.
func (v *validator) registry() {
	highest, active := 0, 0
	for _, r := range v.Registered {
		if r.Name != v.d.Name {
			if r.Active && r.PrimaryEntity == v.d.PrimaryEntity {
				active++
				if r.Order != nil && v.d.Order != nil && *r.Order == *v.d.Order {
					v.add("/order", WarnOrderTie, *r.Order, r.Name)
				}
			}
			continue
		}
		if r.ID != "" && v.d.ID != "" && r.ID != v.d.ID {
			v.add("/name", FaultNameTaken, v.d.Name)
		}
		if r.PrimaryEntity != v.d.PrimaryEntity {
			v.add("/primaryEntity", FaultPrimaryChanged, r.PrimaryEntity, v.d.PrimaryEntity)
		}
		highest = max(highest, r.Version)
	}
	if highest >= v.d.Version && highest > 0 {
		v.add("/version", FaultVersionNotNewer, v.d.Version, highest+1)
	}
	if active >= v.limits.ActivePerEntity {
		v.add("", FaultActiveLimit, v.d.PrimaryEntity, active, v.limits.ActivePerEntity)
	}
	for _, stage := range slices.Sorted(maps.Keys(v.Standing)) {
		if n := v.Standing[stage]; n > 0 && v.d.Stage(stage) == nil && !v.AllowDrift {
			v.add("/stages", FaultStranded, stage, n, v.d.Version)
		}
	}
}

func (v *validator) stages() {
	d := v.d
	switch n := len(d.Stages); {
	case n == 0:
		v.add("/stages", FaultStagesEmpty)
		return
	case n > v.limits.Stages:
		v.add("/stages", FaultStagesTooMany, n, v.limits.Stages)
	}
	if n := len(d.Entities()); n > v.limits.Entities {
		v.add("/stages", FaultEntitiesTooMany, n, v.limits.Entities)
	}
	if first := d.Stages[0].Entity; d.PrimaryEntity != "" && first != d.PrimaryEntity {
		v.add("/stages/0/entity", FaultPrimaryMismatch, first, d.PrimaryEntity)
	}
	keys, ids := map[string]bool{}, map[string]bool{}
	for i := range d.Stages {
		v.stage(i, keys, ids)
	}
}

func (v *validator) stage(i int, keys, ids map[string]bool) {
	s := &v.d.Stages[i]
	at := fmt.Sprintf("/stages/%d", i)
	if !keyPattern.MatchString(s.Key) || s.Key == End {
		v.add(at+"/key", FaultStageKey, s.Key)
	}
	if keys[s.Key] {
		v.add(at+"/key", FaultStageKeyDuplicate, s.Key)
	}
	if s.ID != "" && ids[s.ID] {
		v.add(at+"/id", FaultStageIDDuplicate, s.ID)
	}
	keys[s.Key], ids[s.ID] = true, true
	if s.Label == "" {
		v.add(at+"/label", FaultStageLabelEmpty)
	}
	v.label(at+"/label", s.Label)
	if s.Category != "" && v.d.CategoryCode(s.Category) < 0 {
		v.add(at+"/category", FaultStageCategory, s.Category)
	}
	if v.catalog != nil {
		switch e, known := v.catalog.Entities[s.Entity]; {
		case !known:
			v.add(at+"/entity", FaultEntityUnknown, s.Entity)
		case !e.Enabled:
			v.add(at+"/entity", FaultEntityNotEnabled, s.Entity)
		}
	}
	if s.Probability != nil && (*s.Probability < 0 || *s.Probability > 100) {
		v.add(at+"/probability", FaultProbability, *s.Probability)
	}
	if s.StaleAfter != "" {
		if _, ok := duration(s.StaleAfter); !ok {
			v.add(at+"/staleAfter", FaultStale, s.StaleAfter)
		}
	}
	v.steps(at, s)
	v.branches(at, s)
	for j, c := range s.Exit {
		v.criterion(fmt.Sprintf("%s/exit/%d", at, j), s, c)
	}
	for j, t := range s.Triggers {
		v.trigger(fmt.Sprintf("%s/triggers/%d", at, j), t, s.Entity, stageRuns)
	}
}

func (v *validator) steps(at string, s *Stage) {
	switch n := len(s.Steps); {
	case n == 0:
		v.add(at+"/steps", FaultNoSteps, s.Key)
	case n > v.limits.Steps:
		v.add(at+"/steps", FaultStepsTooMany, s.Key, n, v.limits.Steps)
	}
	keys, fields := map[string]bool{}, map[string]bool{}
	for j, step := range s.Steps {
		at := fmt.Sprintf("%s/steps/%d", at, j)
		if !keyPattern.MatchString(step.Key) {
			v.add(at+"/key", FaultStepKey, step.Key)
		}
		if keys[step.Key] {
			v.add(at+"/key", FaultStepKeyDuplicate, step.Key, s.Key)
		}
		keys[step.Key] = true
		switch step.kind() {
		case DataStep:
			v.dataStep(at, s, step, fields[step.Field])
		case ActionStep:
			v.actionStep(at, s, step)
		case FlowStep:
			if v.catalog != nil && !v.catalog.Flows[step.Flow] || step.Flow == "" {
				v.add(at+"/flow", FaultStepFlowUnknown, step.Flow)
			}
		default:
			v.add(at+"/kind", FaultStepKind, step.Kind)
			continue
		}
		if step.kind() != DataStep && step.Field != "" {
			v.add(at+"/field", FaultStepFieldForbidden, step.Kind, step.Key)
		}
		fields[step.Field] = true
	}
}

func (v *validator) dataStep(at string, s *Stage, step Step, repeated bool) {
	if step.Field == "" {
		v.add(at+"/field", FaultStepFieldMissing, step.Key)
		return
	}
	if repeated {
		v.add(at+"/field", FaultStepFieldDuplicate, step.Field, s.Key)
	}
	f, ok := v.field(s.Entity, step.Field)
	switch {
	case !ok:
		v.add(at+"/field", FaultStepFieldUnknown, s.Entity, step.Field)
	case f != nil && families[f.Type] == noFamily:
		v.add(at+"/field", FaultStepFieldUnsupported, step.Field, f.Type)
	}
}

// field looks a field up; it is nil and known without a catalog, or on an
// entity that the catalog does not have, which is reported at the stage.
func (v *validator) field(entity, name string) (*Field, bool) {
	if v.catalog == nil {
		return nil, true
	}
	e, known := v.catalog.Entities[entity]
	if !known {
		return nil, true
	}
	f, ok := e.Fields[name]
	return &f, ok
}

func (v *validator) actionStep(at string, s *Stage, step Step) {
	if step.Required {
		v.add(at+"/required", FaultStepActionRequired, step.Key)
	}
	if step.Action == "" {
		v.add(at+"/action", FaultStepActionMissing, step.Key)
		return
	}
	if v.catalog == nil {
		return
	}
	switch on, known := v.catalog.Actions[step.Action]; {
	case !known:
		v.add(at+"/action", FaultStepActionUnknown, step.Action)
	case on != "" && on != s.Entity:
		v.add(at+"/action", FaultStepActionEntity, step.Action, on, s.Key, s.Entity)
	}
}

// attached checks what is attached to the process as a whole.
func (v *validator) attached() {
	for i, t := range v.d.Triggers {
		v.trigger(fmt.Sprintf("/triggers/%d", i), t, v.d.PrimaryEntity, processRuns)
	}
	for i, b := range v.d.Bindings {
		v.binding(fmt.Sprintf("/bindings/%d", i), b)
	}
	for i, m := range v.d.Mirror {
		at := fmt.Sprintf("/mirror/%d", i)
		v.oneOf(at+"/value", m.Value, "phase", "stage", "category", "status")
		if v.catalog == nil {
			continue
		}
		if f, ok := v.catalog.Entities[m.Entity].Fields[m.Field]; !ok || families[f.Type] != textFamily {
			v.add(at+"/field", FaultMirror, m.Entity, m.Field)
		}
	}
}

func (v *validator) trigger(at string, t Trigger, entity string, events []string) {
	if !slices.Contains(events, t.On) {
		v.add(at+"/on", FaultTriggerEvent, t.On, strings.Join(events, ", "))
	}
	if v.catalog == nil {
		return
	}
	switch on, known := v.catalog.Workflows[t.Run]; {
	case !known:
		v.add(at+"/run", FaultTriggerRun, t.Run)
	case on != "" && on != entity:
		v.add(at+"/run", FaultTriggerEntity, t.Run, on, entity)
	}
}

var deeds = []Do{DoAdvance, DoOffer, DoRebind, DoFinish, DoAbort, DoReactivate}

func (v *validator) binding(at string, b Binding) {
	if !slices.Contains(deeds, b.Do) {
		v.add(at+"/do", FaultBindingDo, b.Do)
	}
	v.oneOf(at+"/mode", b.Mode, "", "strict", "lenient")
	switch {
	case b.Do == DoAdvance && b.To == "":
		v.add(at+"/to", FaultBindingToMissing)
	case b.To != "" && v.d.Stage(b.To) == nil:
		v.add(at+"/to", FaultBindingTo, b.To)
	}
	if v.catalog == nil {
		return
	}
	payload, known := v.catalog.Events[b.Event]
	if !known {
		v.add(at+"/event", FaultBindingEvent, b.Event)
		return
	}
	if b.Bind == "" {
		return
	}
	switch entity, known := payload[b.Bind]; {
	case !known:
		v.add(at+"/bind", FaultBindingPayload, b.Event, b.Bind)
	case !slices.Contains(v.d.Entities(), entity):
		v.add(at+"/bind", FaultBindingEntity, b.Bind, entity)
	}
}
