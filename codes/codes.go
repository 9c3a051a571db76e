package codes

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
)

// Code is a stable, machine-readable reason. Codes are the sentinels of this
// package: match them with errors.Is. A code may be retired, it is never reused.
type Code string

// Error returns the code itself.
func (c Code) Error() string { return string(c) }

// Fault is one thing that is wrong with a value, told by what reads it: a number,
// a day, a key of an option set. It matches its code with errors.Is. Where the value
// is part of a command, its fault is a reason of the refusal.
type Fault struct {
	Code    Code
	Field   string         // of the value, where it has any
	Message string         // for people; lower case, without private values
	Params  map[string]any // what a translation of the message needs
}

// Fault makes a fault with the code.
func (c Code) Fault(message string) *Fault { return &Fault{Code: c, Message: message} }

// Error says the code and what is wrong.
func (f *Fault) Error() string {
	text := string(f.Code)
	for _, part := range []string{f.Field, f.Message} {
		if part != "" {
			text += ": " + part
		}
	}
	return text
}

// Unwrap returns the code.
func (f *Fault) Unwrap() error { return f.Code }

// As lets errors.As find a refusal in a fault, the *record.Error that has it for its
// only reason, so that programs need not know which of the two a call returns.
func (f *Fault) As(target any) bool {
	to := reflect.ValueOf(target).Elem()
	if to.Kind() != reflect.Pointer {
		return false
	}
	maker, ok := reflect.New(to.Type().Elem()).Interface().(interface{ RefusalFor(*Fault) error })
	if !ok {
		return false
	}
	refusal := reflect.ValueOf(maker.RefusalFor(f))
	if refusal.Type() != to.Type() { // something that embeds a refusal
		return false
	}
	to.Set(refusal)
	return true
}

// The codes, in the order of the table behind [Codes].
const (
	ErrLeadAlreadyClosed        Code = "lead_already_closed"         // the lead is not open
	ErrLeadAlreadyOpen          Code = "lead_already_open"           // the lead is open already
	ErrLeadHasOpportunity       Code = "lead_has_opportunity"        // an opportunity originates from the lead or was joined by it
	ErrCannotQualifyLead        Code = "cannot_qualify_lead"         // the caller may not create what the qualification asks for
	ErrNoCustomer               Code = "no_customer"                 // the qualification would leave the lead without account and contact
	ErrTooManyOpportunities     Code = "too_many_opportunities"      // one qualification yields at most five opportunities
	ErrDuplicatesFound          Code = "duplicates_found"            // duplicates were found and neither selected nor ignored
	ErrCriteriaNotMet           Code = "criteria_not_met"            // the policy requires criteria that the lead does not meet
	ErrCustomerInactive         Code = "customer_inactive"           // an inactive account or contact cannot be chosen
	ErrParentCycle              Code = "parent_cycle"                // the chain of parents would become a circle
	ErrOpportunityParentMissing Code = "opportunity_parent_missing"  // an opportunity needs an account or a contact
	ErrOpportunityParentInvalid Code = "opportunity_parent_invalid"  // the customer of an opportunity is an account or a contact
	ErrOpportunityAlreadyClosed Code = "opportunity_already_closed"  // the opportunity is won or lost already
	ErrOpportunityAlreadyOpen   Code = "opportunity_already_open"    // the opportunity is open already
	ErrOpportunityHasOpenQuotes Code = "opportunity_has_open_quotes" // quotes of the opportunity are still draft or active
	ErrQuoteLiveRevisionExists  Code = "quote_live_revision_exists"  // another quote of this number is draft or active
	ErrQuoteAlreadyOrdered      Code = "quote_already_ordered"       // the quote has an order that is not canceled
	ErrQuoteAlreadyWon          Code = "quote_already_won"           // a revision of this number is won
	ErrQuoteExpired             Code = "quote_expired"               // the last day the quote is effective has passed
	ErrPricing                  Code = "pricing_error"               // the document or some of its lines cannot be priced
	ErrNoLines                  Code = "no_lines"                    // the document has no lines
	ErrInvalidTransition        Code = "invalid_transition"          // the action is not possible in this status
	ErrUseDedicatedAction       Code = "use_dedicated_action"        // the status is changed only by its own action
	ErrStatusNotInState         Code = "status_not_in_state"         // the status does not belong to the state
	ErrReadOnly                 Code = "read_only"                   // the record is read-only in this status
	ErrInactive                 Code = "inactive"                    // the record is inactive
	ErrDeleteReadOnly           Code = "delete_read_only"            // the record cannot be deleted in this status
	ErrInUse                    Code = "in_use"                      // other records refer to the record
	ErrParentReadOnly           Code = "parent_read_only"            // the lines are read-only with their document
	ErrAlreadyLocked            Code = "already_locked"              // the prices are locked already
	ErrAlreadyUnlocked          Code = "already_unlocked"            // the prices are unlocked already
	ErrPricesLocked             Code = "prices_locked"               // a write-in line or a price override cannot be added while prices are locked
	ErrCurrencyInUse            Code = "currency_in_use"             // the currency is fixed while lines or documents depend on it
	ErrCurrencyMismatch         Code = "currency_mismatch"           // the currencies differ
	ErrMissingPriceList         Code = "missing_price_list"          // a price list is required
	ErrMissingProduct           Code = "missing_product"             // a line needs a product or a write-in text
	ErrMissingUnit              Code = "missing_unit"                // a catalogue line needs a unit
	ErrMissingQuantity          Code = "missing_quantity"            // a line needs a quantity
	ErrProductAndWriteIn        Code = "product_and_write_in"        // a line has either a product or a write-in text
	ErrUnitOnWriteIn            Code = "unit_on_write_in"            // a write-in line has no unit
	ErrInactiveProduct          Code = "inactive_product"            // the product cannot be sold
	ErrNotInPriceList           Code = "not_in_price_list"           // the product has no item in the price list
	ErrDuplicatePriceListItem   Code = "duplicate_price_list_item"   // the price list has an item for the product and the unit already
	ErrUnitCycle                Code = "unit_cycle"                  // a chain of base units does not end at the primary unit
	ErrPrimaryUnit              Code = "primary_unit"                // a unit group has exactly one primary unit, which stays
	ErrTierOverlap              Code = "tier_overlap"                // two discount tiers share a quantity
	ErrBundleMember             Code = "bundle_member"               // a bundle holds products, neither families nor kits nor bundles
	ErrInActiveBundle           Code = "in_active_bundle"            // the product is part of an active bundle
	ErrFamilyNotActive          Code = "family_not_active"           // the family of the product is not active
	ErrNotFamily                Code = "not_family"                  // the parent of a product is a family
	ErrMergeSelf                Code = "merge_self"                  // a record cannot be merged with itself
	ErrMergeInactive            Code = "merge_inactive"              // only active or open records are merged
	ErrMergeActiveQuote         Code = "merge_active_quote"          // the subordinate customer has an active quote
	ErrMergeCycle               Code = "merge_cycle"                 // the merge would close a circle of parents
	ErrMergeDenied              Code = "merge_denied"                // the caller may not merge these records
	ErrMerged                   Code = "merged"                      // a merged record is brought back only by undoing the merge
	ErrNotMerged                Code = "not_merged"                  // the record is not merged
	ErrHasChildOpportunities    Code = "has_child_opportunities"     // the customer has opportunities
	ErrLeadOneAccount           Code = "lead_one_account"            // a lead has one account
	ErrOpportunityOneAccount    Code = "opportunity_one_account"     // an opportunity has one account
	ErrDuplicateSalesTeamMember Code = "duplicate_sales_team_member" // the seller is on the sales team already
	ErrBackOfficeManaged        Code = "back_office_managed"         // the order is in the hands of external order processing
	ErrOverShipped              Code = "over_shipped"                // the quantity is beyond what remains to be shipped
	ErrOverInvoiced             Code = "over_invoiced"               // the quantity is beyond what can be invoiced
	ErrNothingToInvoice         Code = "nothing_to_invoice"          // nothing is left to invoice
	ErrHasLiveInvoices          Code = "has_live_invoices"           // an invoice that is not canceled stands in the way
	ErrAlreadyIssued            Code = "already_issued"              // the document is issued already
	ErrNotIssued                Code = "not_issued"                  // the document is not issued yet
	ErrNegativeTotal            Code = "negative_total"              // the total is negative: use a credit note
	ErrInvoiceSettled           Code = "invoice_settled"             // the invoice is settled
	ErrHasPayments              Code = "has_payments"                // money is allocated to the invoice
	ErrOverAllocated            Code = "over_allocated"              // the amount is beyond what source or target still have
	ErrOverRefunded             Code = "over_refunded"               // the amount is beyond what can be refunded
	ErrOverCredited             Code = "over_credited"               // the amount is beyond what was invoiced
	ErrHasAllocations           Code = "has_allocations"             // allocations stand in the way
	ErrHasRefunds               Code = "has_refunds"                 // refunds stand in the way
	ErrCustomerMismatch         Code = "customer_mismatch"           // the customers differ
	ErrBankReferenceUsed        Code = "bank_reference_used"         // the bank reference is used for another amount
	ErrCreditHold               Code = "credit_hold"                 // the customer is on credit hold
	ErrCreditLimit              Code = "credit_limit"                // the exposure is above the credit limit
	ErrProcessRefused           Code = "process_refused"             // the business process does not allow this; the wrapped error of the package bpf says why
	ErrDefinitionState          Code = "definition_state"            // the process definition is in that state already
	ErrDefinitionActive         Code = "definition_active"           // the process definition is active: deactivate it first
	ErrStageIncomplete          Code = "stage_incomplete"            // a required step or an exit criterion of a process stage is not met
	ErrMissingField             Code = "missing_field"               // a required field is empty
	ErrTooLong                  Code = "too_long"                    // a text is too long
	ErrOutOfRange               Code = "out_of_range"                // a number is outside its range or has too many digits
	ErrInvalid                  Code = "invalid"                     // the value or the combination of inputs is wrong
	ErrTooLarge                 Code = "too_large"                   // the content is above the size limit
	ErrNotFound                 Code = "not_found"                   // there is no such record
	ErrDenied                   Code = "denied"                      // the caller is not allowed to do this
	ErrConflict                 Code = "conflict"                    // somebody else changed the record
	ErrTaken                    Code = "taken"                       // another record holds this unique value
	ErrKeyReused                Code = "key_reused"                  // the request key was used for another call
	ErrRetry                    Code = "retry"                       // the transaction has to run again
	ErrCommitUnknown            Code = "commit_unknown"              // whether the commit happened is unknown
	ErrNotSerializable          Code = "not_serializable"            // the joined transaction is not serializable
	ErrUnsupported              Code = "unsupported"                 // not offered by this store or scope
	ErrUnknownTenant            Code = "unknown_tenant"              // the store keeps no such tenant
	ErrClosed                   Code = "closed"                      // the store is closed
	ErrStoreFull                Code = "store_full"                  // the store has no room left
	ErrStoreReadOnly            Code = "store_read_only"             // the store cannot be written
	ErrAdvisorFailed            Code = "advisor_failed"              // the assistant failed or took too long
	ErrErased                   Code = "erased"                      // the content was erased
	ErrNoExchangeRate           Code = "no_exchange_rate"            // no exchange rate of the currency is known
	ErrTimeOrder                Code = "time_order"                  // the action or the date lies before what it follows
	ErrDeliveredUnbilled        Code = "delivered_unbilled"          // delivered goods are not billed yet
	ErrNotWhole                 Code = "not_whole"                   // shares do not add up to 100 %
	ErrApprovalRequired         Code = "approval_required"           // a rule wants an approval of this content
	ErrAcceptanceRequired       Code = "acceptance_required"         // the customer's acceptance is not on record
	ErrDepositOpen              Code = "deposit_open"                // a deposit invoice is neither settled nor credited
	ErrOverReturned             Code = "over_returned"               // the quantity is beyond what was delivered and has not come back
	ErrOverTolerance            Code = "over_tolerance"              // the difference is above the tolerance
	ErrAborted                  Code = "aborted"                     // an earlier failure ended the transaction
)

// The keys that only notices have: what they tell does not refuse anything.
// Notices may have the codes of refusals as well.
const (
	NoticeRoundedAway     Code = "rounded_away"     // an amount that is not 0 is stored as 0, or loses 1 % or more
	NoticeNumberOrder     Code = "number_order"     // a later number has an earlier day
	NoticeUnusualDate     Code = "unusual_date"     // the day is more than a year ago, or in the future
	NoticeUnbackedPrepaid Code = "unbacked_prepaid" // a prepaid amount is typed while the customer has credit
	NoticeDiscountWaived  Code = "discount_waived"  // who paid everything had earned an early discount
	NoticeProtectiveKept  Code = "protective_kept"  // a merge kept what protects a person
)

// CodeInfo describes a code for documents and for callers that speak Dynamics
// 365: its name and number there are empty where Dynamics 365 has none.
type CodeInfo struct {
	Code       Code
	Text       string
	D365Name   string
	D365Number string
}

// Info returns what is known of the code; the zero CodeInfo for an unknown one.
func (c Code) Info() CodeInfo { return codeIndex[c] }

// Because is the message of a requirement that is not met: general codes say
// what is required, the others speak for themselves.
func (c Code) Because(required string) string {
	switch c {
	case ErrInvalid, ErrMissingField, ErrInvalidTransition:
		return "required: " + required
	}
	return c.Info().Text
}

// Codes lists every code of a refusal, sorted.
func Codes() []CodeInfo { return sorted(codeTable) }

// Notices lists the keys that only notices have, sorted.
func Notices() []CodeInfo { return sorted(noticeTable) }

func sorted(table []CodeInfo) []CodeInfo {
	list := slices.Clone(table)
	slices.SortFunc(list, func(a, b CodeInfo) int { return cmp.Compare(a.Code, b.Code) })
	return list
}

var codeIndex = func() map[Code]CodeInfo {
	m := make(map[Code]CodeInfo, len(codeTable)+len(noticeTable))
	for _, info := range slices.Concat(codeTable, noticeTable) {
		m[info.Code] = info
	}
	return m
}()

var codeTable = []CodeInfo{
	{ErrLeadAlreadyClosed, "the lead is not open", "LeadAlreadyInClosedState", "0x80040519"},
	{ErrLeadAlreadyOpen, "the lead is open already", "LeadAlreadyInOpenState", "0x80040518"},
	{ErrLeadHasOpportunity, "an opportunity originates from the lead or was joined by it", "", ""},
	{ErrCannotQualifyLead, "the caller may not create what the qualification asks for", "CannotQualifyLead", "0x80081018"},
	{ErrNoCustomer, "the qualification would leave the lead without account and contact", "", ""},
	{ErrTooManyOpportunities, "one qualification yields at most five opportunities", "", ""},
	{ErrDuplicatesFound, "duplicates were found and neither selected nor ignored", "DuplicateRecordsFound", "0x80040333"},
	{ErrCriteriaNotMet, "the policy requires criteria that the lead does not meet", "", ""},
	{ErrCustomerInactive, "an inactive account or contact cannot be chosen", "CustomerIsInactive", "0x80040517"},
	{ErrParentCycle, "the chain of parents would become a circle", "", "0x80040506"},
	{ErrOpportunityParentMissing, "an opportunity needs an account or a contact", "", "0x80040505"},
	{ErrOpportunityParentInvalid, "the customer of an opportunity is an account or a contact", "", "0x80040504"},
	{ErrOpportunityAlreadyClosed, "the opportunity is won or lost already", "OpportunityIsAlreadyClosed", "0x80040515"},
	{ErrOpportunityAlreadyOpen, "the opportunity is open already", "OpportunityAlreadyInOpenState", "0x8004051a"},
	{ErrOpportunityHasOpenQuotes, "quotes of the opportunity are still draft or active", "OpportunityCannotBeClosed", "0x80040516"},
	{ErrQuoteLiveRevisionExists, "another quote of this number is draft or active", "QuoteReviseExistingActiveQuote", "0x80048d00"},
	{ErrQuoteAlreadyOrdered, "the quote has an order that is not canceled", "", ""},
	{ErrQuoteAlreadyWon, "a revision of this number is won", "", ""},
	{ErrQuoteExpired, "the last day the quote is effective has passed", "", ""},
	{ErrPricing, "the document or some of its lines cannot be priced", "", ""},
	{ErrNoLines, "the document has no lines", "", ""},
	{ErrInvalidTransition, "the action is not possible in this status", "InvalidStateTransition", "0x8004f00e"},
	{ErrUseDedicatedAction, "the status is changed only by its own action", "", ""},
	{ErrStatusNotInState, "the status does not belong to the state", "", "0x80043af9"},
	{ErrReadOnly, "the record is read-only in this status", "", "0x8004022e"},
	{ErrInactive, "the record is inactive", "", "0x80040230"},
	{ErrDeleteReadOnly, "the record cannot be deleted in this status", "", "0x80040228"},
	{ErrInUse, "other records refer to the record", "", ""},
	{ErrParentReadOnly, "the lines are read-only with their document", "ParentReadOnly", "0x80043b09"},
	{ErrAlreadyLocked, "the prices are locked already", "EntityIsLocked", "0x80043b1d"},
	{ErrAlreadyUnlocked, "the prices are unlocked already", "EntityIsUnlocked", "0x80043b1e"},
	{ErrPricesLocked, "a write-in line or a price override cannot be added while prices are locked", "", ""},
	{ErrCurrencyInUse, "the currency is fixed while lines or documents depend on it", "", "0x80048479"},
	{ErrCurrencyMismatch, "the currencies differ", "", "0x80048cf6"},
	{ErrMissingPriceList, "a price list is required", "", "0x80043b12"},
	{ErrMissingProduct, "a line needs a product or a write-in text", "", "0x80043b11"},
	{ErrMissingUnit, "a catalogue line needs a unit", "", "0x80043b0d"},
	{ErrMissingQuantity, "a line needs a quantity", "", "0x80081012"},
	{ErrProductAndWriteIn, "a line has either a product or a write-in text", "", "0x80043afb"},
	{ErrUnitOnWriteIn, "a write-in line has no unit", "", "0x80043afa"},
	{ErrInactiveProduct, "the product cannot be sold", "", ""},
	{ErrNotInPriceList, "the product has no item in the price list", "", ""},
	{ErrDuplicatePriceListItem, "the price list has an item for the product and the unit already", "", ""},
	{ErrUnitCycle, "a chain of base units does not end at the primary unit", "", ""},
	{ErrPrimaryUnit, "a unit group has exactly one primary unit, which stays", "", ""},
	{ErrTierOverlap, "two discount tiers share a quantity", "", ""},
	{ErrBundleMember, "a bundle holds products, neither families nor kits nor bundles", "", ""},
	{ErrInActiveBundle, "the product is part of an active bundle", "", ""},
	{ErrFamilyNotActive, "the family of the product is not active", "", ""},
	{ErrNotFamily, "the parent of a product is a family", "", ""},
	{ErrMergeSelf, "a record cannot be merged with itself", "", "0x80045305"},
	{ErrMergeInactive, "only active or open records are merged", "", "0x80045304"},
	{ErrMergeActiveQuote, "the subordinate customer has an active quote", "", "0x80045302"},
	{ErrMergeCycle, "the merge would close a circle of parents", "", "0x80045300"},
	{ErrMergeDenied, "the caller may not merge these records", "", "0x80045301"},
	{ErrMerged, "a merged record is brought back only by undoing the merge", "", ""},
	{ErrNotMerged, "the record is not merged", "", ""},
	{ErrHasChildOpportunities, "the customer has opportunities", "", "0x80040511"},
	{ErrLeadOneAccount, "a lead has one account", "", "0x80040510"},
	{ErrOpportunityOneAccount, "an opportunity has one account", "", "0x8004050e"},
	{ErrDuplicateSalesTeamMember, "the seller is on the sales team already", "", "0x80048341"},
	{ErrBackOfficeManaged, "the order is in the hands of external order processing", "", ""},
	{ErrOverShipped, "the quantity is beyond what remains to be shipped", "", ""},
	{ErrOverInvoiced, "the quantity is beyond what can be invoiced", "", ""},
	{ErrNothingToInvoice, "nothing is left to invoice", "", ""},
	{ErrHasLiveInvoices, "an invoice that is not canceled stands in the way", "", ""},
	{ErrAlreadyIssued, "the document is issued already", "", ""},
	{ErrNotIssued, "the document is not issued yet", "", ""},
	{ErrNegativeTotal, "the total is negative: use a credit note", "", ""},
	{ErrInvoiceSettled, "the invoice is settled", "", ""},
	{ErrHasPayments, "money is allocated to the invoice", "", ""},
	{ErrOverAllocated, "the amount is beyond what source or target still have", "", ""},
	{ErrOverRefunded, "the amount is beyond what can be refunded", "", ""},
	{ErrOverCredited, "the amount is beyond what was invoiced", "", ""},
	{ErrHasAllocations, "allocations stand in the way", "", ""},
	{ErrHasRefunds, "refunds stand in the way", "", ""},
	{ErrCustomerMismatch, "the customers differ", "", ""},
	{ErrBankReferenceUsed, "the bank reference is used for another amount", "", ""},
	{ErrCreditHold, "the customer is on credit hold", "", ""},
	{ErrCreditLimit, "the exposure is above the credit limit", "", ""},
	{ErrProcessRefused, "the business process does not allow this", "", ""},
	{ErrDefinitionState, "the process definition is in that state already", "", ""},
	{ErrDefinitionActive, "the process definition is active: deactivate it first", "", "0x8004500f"},
	{ErrStageIncomplete, "a required step of the process stage is not complete", "RequiredProcessStepIsNull", "0x8006041a"},
	{ErrMissingField, "a required field is empty", "", ""},
	{ErrTooLong, "a text is too long", "", ""},
	{ErrOutOfRange, "a number is outside its range or has too many digits", "", ""},
	{ErrInvalid, "the value or the combination of inputs is wrong", "", ""},
	{ErrTooLarge, "the content is above the size limit", "", ""},
	{ErrNotFound, "there is no such record", "", ""},
	{ErrDenied, "the caller is not allowed to do this", "", ""},
	{ErrConflict, "somebody else changed the record", "", ""},
	{ErrTaken, "another record holds this unique value", "", ""},
	{ErrKeyReused, "the request key was used for another call", "", ""},
	{ErrRetry, "the transaction has to run again", "", ""},
	{ErrCommitUnknown, "whether the commit happened is unknown", "", ""},
	{ErrNotSerializable, "the joined transaction is not serializable", "", ""},
	{ErrUnsupported, "not offered by this store or scope", "", ""},
	{ErrUnknownTenant, "the store keeps no such tenant", "", ""},
	{ErrClosed, "the store is closed", "", ""},
	{ErrStoreFull, "the store has no room left", "", ""},
	{ErrStoreReadOnly, "the store cannot be written", "", ""},
	{ErrAdvisorFailed, "the assistant failed or took too long", "", ""},
	{ErrErased, "the content was erased", "", ""},
	{ErrNoExchangeRate, "no exchange rate of the currency is known", "", ""},
	{ErrTimeOrder, "the action or the date lies before what it follows", "", ""},
	{ErrDeliveredUnbilled, "delivered goods are not billed yet", "", ""},
	{ErrNotWhole, "shares do not add up to 100 %", "", ""},
	{ErrApprovalRequired, "a rule wants an approval of this content", "", ""},
	{ErrAcceptanceRequired, "the customer's acceptance is not on record", "", ""},
	{ErrDepositOpen, "a deposit invoice is neither settled nor credited", "", ""},
	{ErrOverReturned, "the quantity is beyond what was delivered and has not come back", "", ""},
	{ErrOverTolerance, "the difference is above the tolerance", "", ""},
	{ErrAborted, "an earlier failure ended the transaction", "", ""},
}

var noticeTable = []CodeInfo{
	{NoticeRoundedAway, "an amount that is not 0 is stored as 0, or loses 1 % or more", "", ""},
	{NoticeNumberOrder, "a later number has an earlier day", "", ""},
	{NoticeUnusualDate, "the day is more than a year ago, or in the future", "", ""},
	{NoticeUnbackedPrepaid, "a prepaid amount is typed while the customer has credit", "", ""},
	{NoticeDiscountWaived, "who paid everything had earned an early discount", "", ""},
	{NoticeProtectiveKept, "a merge kept what protects a person", "", ""},
}

// MustKnow panics at a code that is in no table: a programmer's error which
// every test meets.
func (c Code) MustKnow(where string) {
	if c.Info().Code == "" {
		panic(fmt.Sprintf("%s: unknown code %q", where, c))
	}
}
