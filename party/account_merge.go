package party

import (
	"reflect"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/record"
)

var accountMerging = match.MergingOf(match.Mergeable[Account, record.AccountID, AccountFacts, AccountStatus]{
	RecordKind: kinds.Account, Flow: accountFlow,
	Facts: func(f *AccountFacts) *match.MergeFacts[Account] { return &f.Merging },
	Stamp: func(f *AccountFacts) record.Stamp { return f.Stamp },
	Joins: func(master, sub *Account) {
		master.HeldByHand = master.isHeldByHand() || sub.isHeldByHand()
		master.HeldByDunning = master.HeldByDunning || sub.HeldByDunning
	},
	Fields: func(r *Account) reflect.Value { return reflect.ValueOf(&r.AccountFields).Elem() },
	Parent: "parent_account_id",
	Retire: func(r *Account, master record.AccountID, s record.Stamp) AccountStatus {
		was := r.Status
		r.Merged, r.MasterID = true, master
		record.Enter(&r.Head, &r.Status, AccountStatusInactive)
		r.Touch(s)
		return was
	},
})

// MergeAccount is the [match.Merge] of an account.
type MergeAccount = match.Merge[record.AccountID]

// Merge makes the account the master of another one that is the same: it takes the
// chosen values, everything that refers to the other one refers to it, closed
// and read-only records included, and the subordinate is
// inactive. Codes:
// ErrMergeSelf, ErrMergeInactive, ErrMergeActiveQuote, ErrMergeCycle,
// ErrMergeDenied, ErrInvalid for a field that cannot be taken,
// ErrCurrencyMismatch for an amount of another currency, ErrNotFound.
func (r Account) Merge(cmd MergeAccount, f AccountFacts) (match.Merged[Account], error) {
	return accountMerging.Join(r, cmd, f)
}

// Unmerge takes back the merge of the account into its master: master, account and
// everything that was re-pointed get back what the merge changed, and the account
// is active again. What else changed since stays. Codes: ErrNotMerged, ErrConflict
// if a field that the merge changed was changed again.
func (r Account) Unmerge(cmd match.Unmerge, f AccountFacts) (match.Merged[Account], error) {
	return accountMerging.Part(r, cmd, f)
}
