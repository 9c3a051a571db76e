package leadtocash

import "slices"

// StatusReason is a reason of the host's own under a status: a lost opportunity
// was "too expensive", a contacted lead "left a voicemail". A record with it is
// in that status for every table and rule, and leaves it when the status
// changes. See WithStatusReasons and [Client.StatusReason].
type StatusReason struct {
	Kind   Kind   `json:"kind"`
	Status string `json:"status"`        // key of the status it stands under: "lost"
	Key    string `json:"key"`           // [a-z][a-z0-9_]*, at most 64 characters
	Label  string `json:"label"`         // default: the key
	Code   int    `json:"code,omitzero"` // the organisation's number for it, if it has one
}

// statusReasonField is the wire name of Head.StatusReason, and the name of its
// look-up.
const statusReasonField = "status_reason"

// fault tells what is wrong with a status reason besides those that others give.
func (r StatusReason) fault(others []StatusReason) *Reason {
	info := kinds[r.Kind]
	if info == nil || info.table == nil {
		return &Reason{Code: ErrInvalid, Field: "kind", Message: "no kind of record that has a status"}
	}
	taken := optionsIn(info.table.statuses)
	isStatus := slices.ContainsFunc(taken, func(o Option) bool { return o.Key == r.Status })
	for _, o := range others {
		if o.Kind == r.Kind {
			taken = append(taken, Option{Key: o.Key, Code: o.Code})
		}
	}
	switch {
	case !isStatus:
		return &Reason{Code: ErrInvalid, Field: "status", Message: "not a status of the kind"}
	case !isWireName(r.Key):
		return &Reason{Code: ErrInvalid, Field: "key", Message: "must be lower case letters, digits and _, at most 64, a letter first"}
	case slices.ContainsFunc(taken, func(o Option) bool { return o.Key == r.Key }):
		return &Reason{Code: ErrTaken, Field: "key", Message: "the kind has another status or status reason with the key"}
	case r.Code != 0 && slices.ContainsFunc(taken, func(o Option) bool { return o.Code == r.Code }):
		return &Reason{Code: ErrTaken, Field: "code", Message: "the kind has another status or status reason with the code"}
	}
	return nil
}

// enter gives a record a status. The host's reason belongs to the status before
// and goes with it.
func enter[S set](h *Head, status *Choice[S], to Choice[S]) {
	if *status != to {
		*status, h.StatusReason = to, ""
	}
}
