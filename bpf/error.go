package bpf

import (
	"fmt"
	"maps"
	"slices"
)

// Code says why an operation was refused. Codes are the sentinels of this
// package: match them with errors.Is.
type Code string

// Error returns the code itself.
func (c Code) Error() string { return string(c) }

// The codes of refusals.
const (
	ErrNotFound               Code = "not_found"
	ErrAccessDenied           Code = "access_denied"
	ErrConflict               Code = "conflict"
	ErrDefinitionNotFound     Code = "definition_not_found"
	ErrDefinitionNotActive    Code = "definition_not_active"
	ErrDefinitionActive       Code = "definition_active"
	ErrDefinitionState        Code = "definition_state"
	ErrDefinitionDrift        Code = "definition_drift"
	ErrProcessImmutable       Code = "process_immutable"
	ErrInstanceExists         Code = "instance_exists"
	ErrTooManyInstances       Code = "too_many_instances"
	ErrRecordNotSaved         Code = "record_not_saved"
	ErrPrimaryEntityMismatch  Code = "primary_entity_mismatch"
	ErrInstanceInactive       Code = "instance_inactive"
	ErrInvalidStatusChange    Code = "invalid_status_change"
	ErrStageGate              Code = "stage_gate"
	ErrNotLastStage           Code = "not_last_stage"
	ErrEndOfPath              Code = "end_of_path"
	ErrBeginningOfPath        Code = "beginning_of_path"
	ErrStageUnknown           Code = "stage_unknown"
	ErrStageUnreachable       Code = "stage_unreachable"
	ErrStageNotAdjacent       Code = "stage_not_adjacent"
	ErrTargetRequired         Code = "target_required"
	ErrOperationRequired      Code = "operation_required"
	ErrTargetMismatch         Code = "target_mismatch"
	ErrTargetNotFound         Code = "target_not_found"
	ErrTargetUnrelated        Code = "target_unrelated"
	ErrTargetBound            Code = "target_bound"
	ErrActiveStageNotOnEntity Code = "active_stage_not_on_entity"
	ErrInvalidPath            Code = "invalid_path"
	ErrVetoed                 Code = "vetoed"
	ErrStepUnknown            Code = "step_unknown"
	ErrStepNotRunnable        Code = "step_not_runnable"
)

// errorTexts is the table of messages.
var errorTexts = map[Code]string{
	ErrNotFound:               `bpf: process instance %s not found`,
	ErrAccessDenied:           `bpf: %s needs %s on %s`,
	ErrConflict:               `bpf: process instance %s was changed by someone else`,
	ErrDefinitionNotFound:     `bpf: process %q is not registered`,
	ErrDefinitionNotActive:    `bpf: process %q is not active`,
	ErrDefinitionActive:       `bpf: process %q is active; deactivate it first`,
	ErrDefinitionState:        `bpf: process %q is already %s`,
	ErrDefinitionDrift:        `bpf: stage %q of instance %s no longer exists in %s v%d; migrate the instance`,
	ErrProcessImmutable:       `bpf: the process of instance %s cannot be changed`,
	ErrInstanceExists:         `bpf: %s already has instance %s of process %q`,
	ErrTooManyInstances:       `bpf: %s already has %d process instances`,
	ErrRecordNotSaved:         `bpf: save the %s before starting process %q`,
	ErrPrimaryEntityMismatch:  `bpf: process %q starts on %s, not on %s`,
	ErrInstanceInactive:       `bpf: instance %s is %s and cannot move`,
	ErrInvalidStatusChange:    `bpf: instance %s cannot go from %s to %s`,
	ErrStageGate:              `bpf: stage %q is incomplete: %s`,
	ErrNotLastStage:           `bpf: stage %q is not the last stage; next is %q`,
	ErrEndOfPath:              `bpf: stage %q is the last stage; finish the process`,
	ErrBeginningOfPath:        `bpf: stage %q is the first stage`,
	ErrStageUnknown:           `bpf: process %q has no stage %q`,
	ErrStageUnreachable:       `bpf: stage %q is not on the active path`,
	ErrStageNotAdjacent:       `bpf: stage %q cannot be reached from %q in one move`,
	ErrTargetRequired:         `bpf: stage %q needs a %s record`,
	ErrOperationRequired:      `bpf: stage %q is entered by %s`,
	ErrTargetMismatch:         `bpf: stage %q needs a %s, got %s`,
	ErrTargetNotFound:         `bpf: %s does not exist`,
	ErrTargetUnrelated:        `bpf: %s is not related to %s through %s`,
	ErrTargetBound:            `bpf: instance %s already uses %s`,
	ErrActiveStageNotOnEntity: `bpf: the active stage %q is not on %s`,
	ErrInvalidPath:            `bpf: invalid path: %s`,
	ErrVetoed:                 `bpf: %s was vetoed: %v`,
	ErrStepUnknown:            `bpf: stage %q has no step %q`,
	ErrStepNotRunnable:        `bpf: step %q is a data step`,
}

// Codes lists every code of refusals, sorted.
func Codes() []Code { return slices.Sorted(maps.Keys(errorTexts)) }

// Text returns the message of the code with its verbs unfilled.
func (c Code) Text() string { return errorTexts[c] }

// Error is what every refused operation returns. After an Error nothing has
// changed.
type Error struct {
	Code       Code
	Message    string
	Missing    []Missing // of ErrStageGate: everything that is incomplete, in the order of the definition
	Candidates []Ref     // of ErrTargetRequired: the records that could be the target
	Instance   string    // of ErrInstanceExists: the id of that instance
	Err        error     // of ErrVetoed: the veto
}

// Missing is a required step or an exit criterion that is not met.
type Missing struct {
	Stage   string `json:"stage"`
	Step    string `json:"step,omitzero"` // empty for a criterion
	Field   string `json:"field,omitzero"`
	Message string `json:"message"` // label of the step, or message of the criterion
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Is reports whether target is the code.
func (e *Error) Is(target error) bool { return target == e.Code } //nolint:errorlint // a code is compared as it is

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

func refuse(code Code, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(errorTexts[code], args...)}
}

// NewError returns the error of a refusal that only a host can make, because
// only it knows what is stored: ErrNotFound, ErrDefinitionNotFound,
// ErrDefinitionActive, ErrDefinitionState and ErrConflict.
func NewError(code Code, args ...any) *Error { return refuse(code, args...) }
