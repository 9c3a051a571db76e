package flow

import "github.com/leadtocash/leadtocash/kinds"

// StatusReason is a reason of the host's own under a status: a lost opportunity
// was "too expensive", a contacted lead "left a voicemail". A record with it is
// in that status for every table and rule, and leaves it when the status
// changes. See engine.WithStatusReasons and engine.Client.StatusReason.
type StatusReason struct {
	Kind   kinds.Kind `json:"kind"`
	Status string     `json:"status"`        // key of the status it stands under: "lost"
	Key    string     `json:"key"`           // [a-z][a-z0-9_]*, at most 64 characters
	Label  string     `json:"label"`         // default: the key
	Code   int        `json:"code,omitzero"` // the organisation's number for it, if it has one
}

// StatusReasonField is the wire name of Head.StatusReason, and the name of its
// look-up.
const StatusReasonField = "status_reason"
