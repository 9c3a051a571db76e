package leadtocash

import (
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
)

// FaultReasons are the faults of a definition as reasons below a path.
func FaultReasons(path string, faults []bpf.Fault) (reasons []Reason) {
	for _, f := range faults {
		reasons = append(reasons, Reason{Code: codes.ErrInvalid, Field: path + f.Pointer, Message: f.Message, Params: map[string]any{"fault": string(f.Code)}})
	}
	return reasons
}
