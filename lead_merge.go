package leadtocash

import (
	"reflect"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

var leadMerging = mergingOf(mergeable[Lead, record.LeadID, LeadFacts, LeadStatus]{
	kind: kinds.Lead, flow: leadFlow,
	facts:  func(f *LeadFacts) *MergeFacts[Lead] { return &f.Merging },
	stamp:  func(f *LeadFacts) record.Stamp { return f.Stamp },
	fields: func(r *Lead) reflect.Value { return reflect.ValueOf(&r.LeadFields).Elem() },
	retire: func(r *Lead, master record.LeadID, s record.Stamp) LeadStatus {
		was := r.Status
		r.Merged, r.MasterID = true, master
		record.Enter(&r.Head, &r.Status, LeadStatusCanceled)
		r.Touch(s)
		return was
	},
	inherits: func(master, sub *Lead) {
		if master.QualifyingOpportunityID.IsZero() {
			master.QualifyingOpportunityID = sub.QualifyingOpportunityID
		}
	},
})

// MergeLead is the [Merge] of a lead.
type MergeLead = Merge[record.LeadID]

// Merge makes the lead the master of another one that is the same: it takes the
// chosen values, everything that refers to the other one refers to it, closed
// and read-only records included, and the subordinate is Canceled.
// What comes from the subordinate comes from the master then, its opportunity
// too. Codes:
// ErrMergeSelf, ErrMergeInactive, ErrMergeDenied, ErrInvalid for a field that
// cannot be taken, ErrCurrencyMismatch for an amount of another currency,
// ErrNotFound.
func (r Lead) Merge(cmd MergeLead, f LeadFacts) (Merged[Lead], error) {
	return leadMerging.join(r, cmd, f)
}

// Unmerge takes back the merge of the lead into its master: master, lead and
// everything that was re-pointed get back what the merge changed, and the lead
// is open again, in the status it had. What else changed since stays. Codes: ErrNotMerged, ErrConflict
// if a field that the merge changed was changed again.
func (r Lead) Unmerge(cmd Unmerge, f LeadFacts) (Merged[Lead], error) {
	return leadMerging.part(r, cmd, f)
}
