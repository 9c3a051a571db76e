package codes

// Class says what whoever called can do about a refusal. Every code has one.
type Class string

// The classes.
const (
	ClassInvalid     Class = "invalid"     // what was given is wrong: mend it
	ClassNotFound    Class = "not_found"   // the record is not there, or no more
	ClassConflict    Class = "conflict"    // it clashes with what others stored: read again
	ClassState       Class = "state"       // not as the records are now: see what Explain allows
	ClassPermission  Class = "permission"  // not for this actor
	ClassLimit       Class = "limit"       // the numbers do not fit
	ClassUnavailable Class = "unavailable" // nothing is wrong with the call: try again later
	ClassInternal    Class = "internal"    // the program has to be mended
)

// Class returns the class of a refusal with the code. A code that is none of this
// package is that of a guard of the host's: ClassState. The empty code is
// ClassInternal; what only notices have refuses nothing and is of no class.
func (c Code) Class() Class { return rowOf(c).class }

// HTTPStatus returns the status of an answer over HTTP that is refused with the
// code.
func (c Code) HTTPStatus() int { return rowOf(c).status }

// HTTPStatus returns the status of most refusals of the class; 500 for no class.
func (c Class) HTTPStatus() int {
	for _, row := range classTable {
		if row.class == c {
			return row.status
		}
	}
	return 500
}

// Classes lists the classes.
func Classes() (list []Class) {
	for _, row := range classTable {
		if n := len(list); n == 0 || list[n-1] != row.class {
			list = append(list, row.class)
		}
	}
	return list
}

type classRow struct {
	class  Class
	status int // of HTTP; the first one of a class is that of the class
	codes  []Code
}

func rowOf(c Code) classRow {
	if c == "" {
		return classRow{class: ClassInternal, status: 500}
	}
	if row, ok := classIndex[c]; ok {
		return row
	}
	if _, known := codeIndex[c]; known {
		return classRow{} // a notice
	}
	return classRow{class: ClassState, status: 409}
}

var classIndex = func() map[Code]classRow {
	m := map[Code]classRow{}
	for _, row := range classTable {
		for _, c := range row.codes {
			m[c] = row
		}
	}
	return m
}()

var classTable = []classRow{
	{ClassInvalid, 400, []Code{
		ErrBundleMember, ErrCurrencyMismatch, ErrCustomerMismatch, ErrInvalid, ErrLeadOneAccount, ErrMergeCycle,
		ErrMergeSelf, ErrMissingField, ErrMissingPriceList, ErrMissingProduct, ErrMissingQuantity, ErrMissingUnit,
		ErrNoCustomer, ErrNotFamily, ErrNotInPriceList, ErrNotWhole, ErrOpportunityOneAccount, ErrOpportunityParentInvalid,
		ErrOpportunityParentMissing, ErrOutOfRange, ErrParentCycle, ErrPrimaryUnit, ErrProductAndWriteIn,
		ErrStatusNotInState, ErrTierOverlap, ErrTimeOrder, ErrTooLong, ErrUnitCycle, ErrUnitOnWriteIn,
	}},
	{ClassNotFound, 404, []Code{
		ErrNotFound, ErrUnknownTenant,
	}},
	{ClassNotFound, 410, []Code{
		ErrErased,
	}},
	{ClassConflict, 409, []Code{
		ErrAborted, ErrBankReferenceUsed, ErrConflict, ErrDuplicatePriceListItem, ErrDuplicateSalesTeamMember,
		ErrDuplicatesFound, ErrKeyReused, ErrQuoteLiveRevisionExists, ErrTaken,
	}},
	{ClassState, 409, []Code{
		ErrAcceptanceRequired, ErrAlreadyIssued, ErrAlreadyLocked, ErrAlreadyUnlocked, ErrApprovalRequired,
		ErrBackOfficeManaged, ErrCreditHold, ErrCriteriaNotMet, ErrCurrencyInUse, ErrCustomerInactive, ErrDefinitionActive,
		ErrDefinitionState, ErrDeleteReadOnly, ErrDeliveredUnbilled, ErrDepositOpen, ErrFamilyNotActive, ErrHasAllocations,
		ErrHasChildOpportunities, ErrHasLiveInvoices, ErrHasPayments, ErrHasRefunds, ErrInActiveBundle, ErrInUse,
		ErrInactive, ErrInactiveProduct, ErrInvalidTransition, ErrInvoiceSettled, ErrLeadAlreadyClosed, ErrLeadAlreadyOpen,
		ErrLeadHasOpportunity, ErrMergeActiveQuote, ErrMergeInactive, ErrMerged, ErrNegativeTotal, ErrNoExchangeRate,
		ErrNoLines, ErrNotIssued, ErrNotMerged, ErrNothingToInvoice, ErrOpportunityAlreadyClosed, ErrOpportunityAlreadyOpen,
		ErrOpportunityHasOpenQuotes, ErrParentReadOnly, ErrPricesLocked, ErrPricing, ErrProcessRefused,
		ErrQuoteAlreadyOrdered, ErrQuoteAlreadyWon, ErrQuoteExpired, ErrReadOnly, ErrStageIncomplete, ErrUseDedicatedAction,
	}},
	{ClassPermission, 403, []Code{
		ErrCannotQualifyLead, ErrDenied, ErrMergeDenied,
	}},
	{ClassLimit, 422, []Code{
		ErrCreditLimit, ErrOverAllocated, ErrOverCredited, ErrOverInvoiced, ErrOverRefunded, ErrOverReturned, ErrOverShipped,
		ErrOverTolerance, ErrTooManyOpportunities,
	}},
	{ClassLimit, 413, []Code{
		ErrTooLarge,
	}},
	{ClassUnavailable, 503, []Code{
		ErrClosed, ErrCommitUnknown, ErrRetry, ErrStoreReadOnly,
	}},
	{ClassUnavailable, 507, []Code{
		ErrStoreFull,
	}},
	{ClassUnavailable, 502, []Code{
		ErrAdvisorFailed,
	}},
	{ClassInternal, 500, []Code{
		ErrNotSerializable,
	}},
	{ClassInternal, 501, []Code{
		ErrUnsupported,
	}},
}
