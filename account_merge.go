package leadtocash

import (
	"reflect"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

var accountMerging = mergingOf(mergeable[Account, record.AccountID, AccountFacts, AccountStatus]{
	kind: kinds.Account, flow: accountFlow,
	facts:  func(f *AccountFacts) *MergeFacts[Account] { return &f.Merging },
	stamp:  func(f *AccountFacts) record.Stamp { return f.Stamp },
	fields: func(r *Account) reflect.Value { return reflect.ValueOf(&r.AccountFields).Elem() },
	parent: "parent_account_id",
	retire: func(r *Account, master record.AccountID, s record.Stamp) AccountStatus {
		was := r.Status
		r.Merged, r.MasterID = true, master
		record.Enter(&r.Head, &r.Status, AccountStatusInactive)
		r.Touch(s)
		return was
	},
})

// MergeAccount is the [Merge] of an account.
type MergeAccount = Merge[record.AccountID]

// Merge makes the account the master of another one that is the same: it takes the
// chosen values, everything that refers to the other one refers to it, closed
// and read-only records included, and the subordinate is
// inactive. Codes:
// ErrMergeSelf, ErrMergeInactive, ErrMergeActiveQuote, ErrMergeCycle,
// ErrMergeDenied, ErrInvalid for a field that cannot be taken,
// ErrCurrencyMismatch for an amount of another currency, ErrNotFound.
func (r Account) Merge(cmd MergeAccount, f AccountFacts) (Merged[Account], error) {
	return accountMerging.join(r, cmd, f)
}

// Unmerge takes back the merge of the account into its master: master, account and
// everything that was re-pointed get back what the merge changed, and the account
// is active again. What else changed since stays. Codes: ErrNotMerged, ErrConflict
// if a field that the merge changed was changed again.
func (r Account) Unmerge(cmd Unmerge, f AccountFacts) (Merged[Account], error) {
	return accountMerging.part(r, cmd, f)
}
