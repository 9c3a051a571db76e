package bpf

import (
	"fmt"
	"maps"
	"slices"
)

// FaultCode names a rule that definitions obey.
type FaultCode string

// Fault is one thing that is wrong with a definition. A warning does not keep
// it from being activated.
type Fault struct {
	Pointer string    `json:"pointer"` // JSON Pointer to the place; empty for the whole
	Code    FaultCode `json:"code"`
	Message string    `json:"message"`
	Warning bool      `json:"warning,omitzero"`
}

// String says where and what.
func (f Fault) String() string { return f.Pointer + ": " + f.Message }

// Faults is the error of a definition that cannot be used.
type Faults struct {
	Name    string
	Version int
	List    []Fault // never empty
}

// Error names the first fault and how many more there are.
func (f Faults) Error() string {
	text := fmt.Sprintf("bpf: process %q v%d: %s: %s", f.Name, f.Version, f.List[0].Pointer, f.List[0].Message)
	if more := len(f.List) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text
}

// Is reports whether any of the faults has the code that target is.
func (f Faults) Is(target error) bool {
	code, ok := target.(FaultCode)
	return ok && slices.ContainsFunc(f.List, func(g Fault) bool { return g.Code == code })
}

// Error returns the code itself, so that errors.Is finds it among Faults.
func (c FaultCode) Error() string { return string(c) }

// FaultCodes lists every code, sorted.
func FaultCodes() []FaultCode { return slices.Sorted(maps.Keys(faultTexts)) }

// Text returns the message of the code with its verbs unfilled.
func (c FaultCode) Text() string { return faultTexts[c] }

// IsWarning reports whether the code is only ever a warning.
func (c FaultCode) IsWarning() bool { return len(c) > 5 && c[:5] == "warn." }

func newFault(pointer string, code FaultCode, args ...any) Fault {
	return Fault{Pointer: pointer, Code: code, Message: fmt.Sprintf(faultTexts[code], args...), Warning: code.IsWarning()}
}

func errorsOf(faults []Fault) (list []Fault) {
	for _, f := range faults {
		if !f.Warning {
			list = append(list, f)
		}
	}
	return list
}

// The codes of faults. Their messages stand in the table below.
const (
	FaultSyntax                FaultCode = "json.syntax"
	FaultUnknownField          FaultCode = "json.unknown_field"
	FaultRepeatedField         FaultCode = "json.repeated_field"
	FaultType                  FaultCode = "json.type"
	FaultSchema                FaultCode = "schema.unsupported"
	FaultName                  FaultCode = "name.invalid"
	FaultNameTaken             FaultCode = "name.taken"
	FaultLabelEmpty            FaultCode = "label.empty"
	FaultLabelTooLong          FaultCode = "label.too_long"
	FaultLabelControl          FaultCode = "label.control_char"
	FaultDescriptionTooLong    FaultCode = "description.too_long"
	FaultVersion               FaultCode = "version.invalid"
	FaultVersionNotNewer       FaultCode = "version.not_newer"
	FaultPrimaryEmpty          FaultCode = "primary.empty"
	FaultPrimaryChanged        FaultCode = "primary.changed"
	FaultPrimaryMismatch       FaultCode = "primary.mismatch"
	FaultEntityUnknown         FaultCode = "entity.unknown"
	FaultEntityNotEnabled      FaultCode = "entity.not_enabled"
	FaultEntitiesTooMany       FaultCode = "entities.too_many"
	FaultStagesEmpty           FaultCode = "stages.empty"
	FaultStagesTooMany         FaultCode = "stages.too_many"
	FaultStageKey              FaultCode = "stage.key_invalid"
	FaultStageKeyDuplicate     FaultCode = "stage.key_duplicate"
	FaultStageIDDuplicate      FaultCode = "stage.id_duplicate"
	FaultStageLabelEmpty       FaultCode = "stage.label_empty"
	FaultStageCategory         FaultCode = "stage.category_unknown"
	FaultCategoryReserved      FaultCode = "category.reserved"
	FaultCategoryCode          FaultCode = "category.code"
	FaultStageNext             FaultCode = "stage.next_unknown"
	FaultStageUnreachable      FaultCode = "stage.unreachable"
	FaultCycle                 FaultCode = "graph.cycle"
	FaultNoSteps               FaultCode = "stage.no_steps"
	FaultStepsTooMany          FaultCode = "steps.too_many"
	FaultStepKey               FaultCode = "step.key_invalid"
	FaultStepKeyDuplicate      FaultCode = "step.key_duplicate"
	FaultStepKind              FaultCode = "step.kind_unknown"
	FaultStepFieldMissing      FaultCode = "step.field_missing"
	FaultStepFieldDuplicate    FaultCode = "step.field_duplicate"
	FaultStepFieldUnknown      FaultCode = "step.field_unknown"
	FaultStepFieldUnsupported  FaultCode = "step.field_unsupported"
	FaultStepFieldForbidden    FaultCode = "step.field_forbidden"
	FaultStepActionMissing     FaultCode = "step.action_missing"
	FaultStepActionUnknown     FaultCode = "step.action_unknown"
	FaultStepActionEntity      FaultCode = "step.action_entity"
	FaultStepActionRequired    FaultCode = "step.action_required"
	FaultStepFlowUnknown       FaultCode = "step.flow_unknown"
	FaultRuleEmpty             FaultCode = "branch.rule_empty"
	FaultMixedLogic            FaultCode = "branch.mixed_logic"
	FaultFieldNotStep          FaultCode = "branch.field_not_step"
	FaultOperator              FaultCode = "branch.operator"
	FaultOperand               FaultCode = "branch.operand"
	FaultOperandCount          FaultCode = "branch.operand_count"
	FaultOptionUnknown         FaultCode = "branch.option_unknown"
	FaultBranchTarget          FaultCode = "branch.target_unknown"
	FaultTooDeep               FaultCode = "branch.too_deep"
	FaultPartialMerge          FaultCode = "branch.partial_merge"
	FaultEnterFirst            FaultCode = "enter.first_stage"
	FaultEnterSameEntity       FaultCode = "enter.same_entity"
	FaultRelationshipUnknown   FaultCode = "enter.relationship_unknown"
	FaultRelationshipDirection FaultCode = "enter.relationship_direction"
	FaultRelationshipSource    FaultCode = "enter.relationship_source"
	FaultOperationUnknown      FaultCode = "enter.operation_unknown"
	FaultOperationMissing      FaultCode = "enter.operation_missing"
	FaultModeUnknown           FaultCode = "enter.mode_unknown"
	FaultLoop                  FaultCode = "enter.loop_mismatch"
	FaultExitField             FaultCode = "exit.field_unknown"
	FaultTriggerEvent          FaultCode = "trigger.on_unknown"
	FaultTriggerRun            FaultCode = "trigger.run_unknown"
	FaultTriggerEntity         FaultCode = "trigger.entity"
	FaultBindingEvent          FaultCode = "binding.event_unknown"
	FaultBindingDo             FaultCode = "binding.do_unknown"
	FaultBindingToMissing      FaultCode = "binding.to_missing"
	FaultBindingTo             FaultCode = "binding.to_unknown"
	FaultBindingPayload        FaultCode = "binding.payload"
	FaultBindingEntity         FaultCode = "binding.entity"
	FaultOption                FaultCode = "option.unknown"
	FaultProbability           FaultCode = "probability.range"
	FaultStale                 FaultCode = "stale.invalid"
	FaultRole                  FaultCode = "security.role_unknown"
	FaultPrivilege             FaultCode = "security.privilege"
	FaultMirror                FaultCode = "mirror.field"
	FaultActiveLimit           FaultCode = "limit.active"
	FaultStranded              FaultCode = "migrate.stranded"
	FaultOverlayTarget         FaultCode = "overlay.target_missing"
	FaultOverlayBase           FaultCode = "overlay.base_version"
	FaultOverlayOp             FaultCode = "overlay.op_unknown"

	WarnExitTriggerLast  FaultCode = "warn.exit_trigger_last"
	WarnNoRelationship   FaultCode = "warn.no_relationship"
	WarnNesting          FaultCode = "warn.nesting"
	WarnBranchUnrequired FaultCode = "warn.branch_unrequired"
	WarnSameTarget       FaultCode = "warn.same_target"
	WarnOrderTie         FaultCode = "warn.order_tie"
	WarnNoCreateRole     FaultCode = "warn.no_create_role"
	WarnProbabilityDrops FaultCode = "warn.probability_drops"
	WarnLoopUnmarked     FaultCode = "warn.loop_unmarked"
)

// faultTexts is the table of messages.
var faultTexts = map[FaultCode]string{
	FaultSyntax:                `line %d, column %d: %v`,
	FaultUnknownField:          `unknown field %q`,
	FaultRepeatedField:         `field %q appears twice`,
	FaultType:                  `want %s, got %s`,
	FaultSchema:                `schema %q is not supported; want "bpf/v1"`,
	FaultName:                  `name %q must match ^[a-z][a-z0-9_]{0,99}$`,
	FaultNameTaken:             `name %q is already used by another process`,
	FaultLabelEmpty:            `label must not be empty`,
	FaultLabelTooLong:          `label has %d characters; at most %d`,
	FaultLabelControl:          `label contains control characters`,
	FaultDescriptionTooLong:    `description has %d characters; at most 2000`,
	FaultVersion:               `version must be at least 1`,
	FaultVersionNotNewer:       `version %d exists; use %d or higher`,
	FaultPrimaryEmpty:          `primary entity must not be empty`,
	FaultPrimaryChanged:        `primary entity cannot change from %s to %s`,
	FaultPrimaryMismatch:       `first stage is on %s; the process starts on %s`,
	FaultEntityUnknown:         `entity %q is not in the catalog`,
	FaultEntityNotEnabled:      `entity %q is not enabled for processes`,
	FaultEntitiesTooMany:       `process uses %d entities; at most %d`,
	FaultStagesEmpty:           `process has no stages`,
	FaultStagesTooMany:         `process has %d stages; at most %d`,
	FaultStageKey:              `stage key %q must match ^[a-z][a-z0-9_]{0,99}$ and not be "end"`,
	FaultStageKeyDuplicate:     `stage key %q is used twice`,
	FaultStageIDDuplicate:      `stage id %s is used twice`,
	FaultStageLabelEmpty:       `stage label must not be empty`,
	FaultStageCategory:         `category %q is neither built in nor declared under categories`,
	FaultCategoryReserved:      `category %q redefines a built-in category`,
	FaultCategoryCode:          `category code %d must be 100000000 or higher`,
	FaultStageNext:             `next stage %q does not exist`,
	FaultStageUnreachable:      `stage %q cannot be reached`,
	FaultCycle:                 `stages form a cycle: %s`,
	FaultNoSteps:               `stage %q has no steps`,
	FaultStepsTooMany:          `stage %q has %d steps; at most %d`,
	FaultStepKey:               `step key %q must match ^[a-z][a-z0-9_]{0,99}$`,
	FaultStepKeyDuplicate:      `step key %q is used twice in stage %q`,
	FaultStepKind:              `step kind %q is not one of data, action, flow`,
	FaultStepFieldMissing:      `data step %q needs a field`,
	FaultStepFieldDuplicate:    `field %q appears twice in stage %q`,
	FaultStepFieldUnknown:      `entity %s has no field %q`,
	FaultStepFieldUnsupported:  `field %q of type %s cannot be a step`,
	FaultStepFieldForbidden:    `%s step %q must not name a field`,
	FaultStepActionMissing:     `action step %q needs an action`,
	FaultStepActionUnknown:     `action %q is not registered`,
	FaultStepActionEntity:      `action %q runs on %s; stage %q is on %s`,
	FaultStepActionRequired:    `action step %q cannot be required`,
	FaultStepFlowUnknown:       `flow %q is not registered or not active`,
	FaultRuleEmpty:             `branch %d of stage %q has no comparisons`,
	FaultMixedLogic:            `branch %d of stage %q uses both all and any`,
	FaultFieldNotStep:          `field %q is not a data step of stage %q`,
	FaultOperator:              `operator %q does not apply to %s field %q`,
	FaultOperand:               `%v is not a valid %s value for field %q`,
	FaultOperandCount:          `operator %q takes %s`,
	FaultOptionUnknown:         `field %q has no option %v`,
	FaultBranchTarget:          `branch target %q does not exist`,
	FaultTooDeep:               `stage %q is nested %d branches deep; at most %d`,
	FaultPartialMerge:          `branches of stage %q must all merge into one stage or all end; %q and %q meet at %q`,
	FaultEnterFirst:            `the first stage cannot have enter`,
	FaultEnterSameEntity:       `stage %q is on the same entity as the stage before it`,
	FaultRelationshipUnknown:   `relationship %q is not in the catalog`,
	FaultRelationshipDirection: `relationship %q is not one-to-many from %s to %s`,
	FaultRelationshipSource:    `relationship %q starts at %s, which no path to stage %q has visited`,
	FaultOperationUnknown:      `operation %q is not registered`,
	FaultOperationMissing:      `mode operation needs an operation`,
	FaultModeUnknown:           `mode %q is not one of select, create, operation`,
	FaultLoop:                  `stage %q is marked loop but no path visited %s before`,
	FaultExitField:             `entity %s has no field %q`,
	FaultTriggerEvent:          `trigger event %q is not one of %s`,
	FaultTriggerRun:            `workflow %q is not registered`,
	FaultTriggerEntity:         `workflow %q runs on %s, not on %s`,
	FaultBindingEvent:          `event %q is not registered`,
	FaultBindingDo:             `binding %q is not one of advance, offer, rebind, finish, abort, reactivate`,
	FaultBindingToMissing:      `binding advance needs a stage`,
	FaultBindingTo:             `stage %q does not exist`,
	FaultBindingPayload:        `event %q has no payload %q`,
	FaultBindingEntity:         `payload %q is a %s, which the process does not use`,
	FaultOption:                `%q is not one of %s`,
	FaultProbability:           `probability %d must be between 0 and 100`,
	FaultStale:                 `staleAfter %q is not a positive ISO 8601 duration`,
	FaultRole:                  `role %q is not known to the host`,
	FaultPrivilege:             `privilege %q is not one of create, read, write, delete, override`,
	FaultMirror:                `entity %s has no text field %q`,
	FaultActiveLimit:           `entity %s already has %d active processes; the limit is %d`,
	FaultStranded:              `stage %q is active in %d instances and missing in v%d`,
	FaultOverlayTarget:         `op %d: %s %q does not exist in %s v%d`,
	FaultOverlayBase:           `overlay was written for %s v%d, found v%d`,
	FaultOverlayOp:             `op %d: %q is not an op, or misses what it needs`,

	WarnExitTriggerLast:  `exit trigger of last stage %q never fires; use a finished trigger`,
	WarnNoRelationship:   `stage %q enters %s without a relationship; candidates cannot be listed`,
	WarnNesting:          `stage %q is nested %d branches deep; D365 designers accept 5 to 10`,
	WarnBranchUnrequired: `branch field %q is not required; an empty value takes the else path`,
	WarnSameTarget:       `all outcomes of branch %d lead to %q`,
	WarnOrderTie:         `order %d is shared with %q`,
	WarnNoCreateRole:     `no role may create instances`,
	WarnProbabilityDrops: `probability drops from %d to %d`,
	WarnLoopUnmarked:     `stage %q is not marked loop but every path visited %s before`,
}
