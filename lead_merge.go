package leadtocash

import (
	"reflect"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/record"
)

var leadMerging = match.MergingOf(match.Mergeable[Lead, record.LeadID, LeadFacts, LeadStatus]{
	RecordKind: kinds.Lead, Flow: leadFlow,
	Facts:  func(f *LeadFacts) *match.MergeFacts[Lead] { return &f.Merging },
	Stamp:  func(f *LeadFacts) record.Stamp { return f.Stamp },
	Fields: func(r *Lead) reflect.Value { return reflect.ValueOf(&r.LeadFields).Elem() },
	Retire: func(r *Lead, master record.LeadID, s record.Stamp) LeadStatus {
		was := r.Status
		r.Merged, r.MasterID = true, master
		record.Enter(&r.Head, &r.Status, LeadStatusCanceled)
		r.Touch(s)
		return was
	},
	Inherits: func(master, sub *Lead) {
		if master.QualifyingOpportunityID.IsZero() {
			master.QualifyingOpportunityID = sub.QualifyingOpportunityID
		}
	},
})

// MergeLead is the [match.Merge] of a lead.
type MergeLead = match.Merge[record.LeadID]

// Merge makes the lead the master of another one that is the same: it takes the
// chosen values, everything that refers to the other one refers to it, closed
// and read-only records included, and the subordinate is Canceled.
// What comes from the subordinate comes from the master then, its opportunity
// too. Codes:
// ErrMergeSelf, ErrMergeInactive, ErrMergeDenied, ErrInvalid for a field that
// cannot be taken, ErrCurrencyMismatch for an amount of another currency,
// ErrNotFound.
func (r Lead) Merge(cmd MergeLead, f LeadFacts) (match.Merged[Lead], error) {
	return leadMerging.Join(r, cmd, f)
}

// Unmerge takes back the merge of the lead into its master: master, lead and
// everything that was re-pointed get back what the merge changed, and the lead
// is open again, in the status it had. What else changed since stays. Codes: ErrNotMerged, ErrConflict
// if a field that the merge changed was changed again.
func (r Lead) Unmerge(cmd match.Unmerge, f LeadFacts) (match.Merged[Lead], error) {
	return leadMerging.Part(r, cmd, f)
}
