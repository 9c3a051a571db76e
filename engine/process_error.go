package engine

import (
	"errors"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
)

// processCodes are the refusals of processes that have a code of their own
// here; all others are ErrProcessRefused.
var processCodes = map[bpf.Code]codes.Code{
	bpf.ErrNotFound:     codes.ErrNotFound,
	bpf.ErrAccessDenied: codes.ErrDenied,
	bpf.ErrConflict:     codes.ErrConflict,
	bpf.ErrStageGate:    codes.ErrStageIncomplete,
}

// refusedByProcess gives a refusal of the package bpf the form of this one:
// errors.Is finds the codes of both. Everything that is missing is a reason of
// its own.
func refusedByProcess(do actions.Action, p *process.Process, err error) error {
	var e *bpf.Error
	if !errors.As(err, &e) {
		return err
	}
	code, known := processCodes[e.Code]
	if !known {
		code = codes.ErrProcessRefused
	}
	out := &record.Error{Code: code, Kind: kinds.Process, Action: do, Err: e}
	if p != nil {
		out.ID, out.Status = p.ID.UUID, p.StatusKey()
	}
	for _, m := range e.Missing {
		out.Reasons = append(out.Reasons, record.Reason{
			Code: code, Field: m.Field, Message: m.Message, Params: map[string]any{"stage": m.Stage, "step": m.Step},
		})
	}
	if len(out.Reasons) == 0 {
		out.Reasons = []record.Reason{{Code: code, Message: e.Message, Params: map[string]any{"bpf_code": string(e.Code)}}}
	}
	return out
}
