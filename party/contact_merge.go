package party

import (
	"reflect"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/record"
)

var contactMerging = match.MergingOf(match.Mergeable[Contact, record.ContactID, ContactFacts, ContactStatus]{
	RecordKind: kinds.Contact, Flow: contactFlow,
	Facts: func(f *ContactFacts) *match.MergeFacts[Contact] { return &f.Merging },
	Stamp: func(f *ContactFacts) record.Stamp { return f.Stamp },
	Joins: func(master, sub *Contact) {
		master.HeldByHand = master.isHeldByHand() || sub.isHeldByHand()
		master.HeldByDunning = master.HeldByDunning || sub.HeldByDunning
	},
	Fields: func(r *Contact) reflect.Value { return reflect.ValueOf(&r.ContactFields).Elem() },
	Parent: "parent_customer_id",
	Retire: func(r *Contact, master record.ContactID, s record.Stamp) ContactStatus {
		was := r.Status
		r.Merged, r.MasterID = true, master
		record.Enter(&r.Head, &r.Status, ContactStatusInactive)
		r.Touch(s)
		return was
	},
})

// MergeContact is the [match.Merge] of a contact.
type MergeContact = match.Merge[record.ContactID]

// Merge makes the contact the master of another one that is the same: it takes the
// chosen values, everything that refers to the other one refers to it, closed
// and read-only records included, and the subordinate is
// inactive. Codes:
// ErrMergeSelf, ErrMergeInactive, ErrMergeActiveQuote, ErrMergeCycle,
// ErrMergeDenied, ErrInvalid for a field that cannot be taken,
// ErrCurrencyMismatch for an amount of another currency, ErrNotFound.
func (r Contact) Merge(cmd MergeContact, f ContactFacts) (match.Merged[Contact], error) {
	return contactMerging.Join(r, cmd, f)
}

// Unmerge takes back the merge of the contact into its master: master, contact and
// everything that was re-pointed get back what the merge changed, and the contact
// is active again. What else changed since stays. Codes: ErrNotMerged, ErrConflict
// if a field that the merge changed was changed again.
func (r Contact) Unmerge(cmd match.Unmerge, f ContactFacts) (match.Merged[Contact], error) {
	return contactMerging.Part(r, cmd, f)
}
