package party

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Account is an organisation that may buy. Deactivating one leaves everything
// that refers to it as it is.
type Account struct {
	ID record.AccountID `json:"id" d365:"accountid"`
	record.Head
	AccountFields
	Status            AccountStatus    `json:"status" d365:"statuscode"`
	OriginatingLeadID record.LeadID    `json:"originating_lead_id,omitzero" d365:"originatingleadid"` // whose qualification made it
	Merged            bool             `json:"merged,omitzero" d365:"merged"`
	MasterID          record.AccountID `json:"master_id,omitzero" d365:"masterid"` // after a merge
	HeldByHand        bool             `json:"held_by_hand,omitzero"`              // somebody put it on credit hold
	HeldByDunning     bool             `json:"held_by_dunning,omitzero"`           // dunning did, and will lift that
}

// AccountFields are the fields of an account that people edit.
type AccountFields struct {
	Name               string                  `json:"name" d365:"name" max:"160" need:"true"`
	AccountNumber      string                  `json:"account_number,omitzero" d365:"accountnumber" max:"20"`
	MainPhone          string                  `json:"main_phone,omitzero" d365:"telephone1" max:"50"`
	OtherPhone         string                  `json:"other_phone,omitzero" d365:"telephone2" max:"50"`
	Telephone3         string                  `json:"telephone3,omitzero" d365:"telephone3" max:"50"`
	Fax                string                  `json:"fax,omitzero" d365:"fax" max:"50"`
	Website            string                  `json:"website,omitzero" d365:"websiteurl" max:"200"`
	FTPSite            string                  `json:"ftp_site,omitzero" d365:"ftpsiteurl" max:"200"`
	Email1             string                  `json:"email1,omitzero" d365:"emailaddress1" max:"100"`
	Email2             string                  `json:"email2,omitzero" d365:"emailaddress2" max:"100"`
	Email3             string                  `json:"email3,omitzero" d365:"emailaddress3" max:"100"`
	Address1           *Address                `json:"address1,omitzero" d365:"address1"`
	Address2           *Address                `json:"address2,omitzero" d365:"address2"`
	Address3           *Address                `json:"address3,omitzero" d365:"address3"`
	PrimaryContactID   record.ContactID        `json:"primary_contact_id,omitzero" d365:"primarycontactid"`
	ParentAccountID    record.AccountID        `json:"parent_account_id,omitzero" d365:"parentaccountid"`
	Category           AccountCategory         `json:"category,omitzero" d365:"accountcategorycode"`
	RelationshipType   CustomerType            `json:"relationship_type,omitzero" d365:"customertypecode"`
	Industry           Industry                `json:"industry,omitzero" d365:"industrycode"`
	Ownership          Ownership               `json:"ownership,omitzero" d365:"ownershipcode"`
	AnnualRevenue      value.Opt[money.Amount] `json:"annual_revenue,omitzero" d365:"revenue" range:"0..1e14"`
	MarketCap          value.Opt[money.Amount] `json:"market_cap,omitzero" d365:"marketcap" range:"0..1e14"`
	NumberOfEmployees  value.Opt[int32]        `json:"number_of_employees,omitzero" d365:"numberofemployees" range:"0..1e9"`
	SharesOutstanding  value.Opt[int32]        `json:"shares_outstanding,omitzero" d365:"sharesoutstanding" range:"0..1e9"`
	SIC                string                  `json:"sic,omitzero" d365:"sic" max:"20"`
	TickerSymbol       string                  `json:"ticker_symbol,omitzero" d365:"tickersymbol" max:"10"`
	StockExchange      string                  `json:"stock_exchange,omitzero" d365:"stockexchange" max:"20"`
	PaymentTerms       PaymentTerms            `json:"payment_terms,omitzero" d365:"paymenttermscode"`
	DefaultPriceListID record.PriceListID      `json:"default_price_list_id,omitzero" d365:"defaultpricelevelid"`
	CreditLimit        value.Opt[money.Amount] `json:"credit_limit,omitzero" d365:"creditlimit" range:"0..1e14"`
	CreditOnHold       bool                    `json:"credit_on_hold,omitzero" d365:"creditonhold"`
	VATID              string                  `json:"vat_id,omitzero" max:"15" form:"vat_id"`
	TaxID              string                  `json:"tax_id,omitzero" max:"50"`
	LegalID            *Identifier             `json:"legal_id,omitzero"` // in the register of companies
	Endpoint           *Identifier             `json:"endpoint,omitzero"` // where documents are sent electronically
	TradingName        string                  `json:"trading_name,omitzero" max:"200"`
	Language           string                  `json:"language,omitzero" max:"35" form:"language"`  // BCP 47, of its documents
	PaymentMeans       string                  `json:"payment_means,omitzero" max:"3" form:"means"` // UNTDID 4461, of its invoices
	Mandate            *Mandate                `json:"mandate,omitzero"`                            // for direct debits
	BuyerReference     string                  `json:"buyer_reference,omitzero" max:"200"`          // default of its documents
	InvoiceFormat      string                  `json:"invoice_format,omitzero" max:"30"`            // the host's
	Preferences                                // Any unless given
	Description        string                  `json:"description,omitzero" d365:"description" text:"2000"`
}

// FieldFaults lists what no single field shows: the scheme of the endpoint is needed.
func (f *AccountFields) FieldFaults() []record.Reason { return endpointFaults(f.Endpoint) }

// FieldFaults lists nothing: its fields say what is wrong with them.
func (*Account) FieldFaults() []record.Reason { return nil }

// AccountStatus is the status of an account; its State is active or inactive.
type AccountStatus = value.Choice[accountStatusSet]

// The statuses of an account.
const (
	AccountStatusActive AccountStatus = iota + 1
	AccountStatusInactive
)

// The states of the records that are put out of use rather than closed:
// accounts, contacts, sellers and connections.
var (
	StateActive   = value.State{Key: "active", Code: 0}
	StateInactive = value.State{Key: "inactive", Code: 1}
)

// ActiveTable holds the statuses of all of them.
var ActiveTable = value.Statuses(
	StateActive.In(value.Option{Key: "active", Label: "Active", Code: 1}),
	StateInactive.In(value.Option{Key: "inactive", Label: "Inactive", Code: 2}),
)

type accountStatusSet struct{}

func (accountStatusSet) Table() (string, []value.Option) { return "account_status", ActiveTable }

// AccountFacts are what decisions about an account depend on besides account
// and command. Nothing in the zero value stands in the way.
type AccountFacts struct {
	record.Stamp
	BaseCurrency     money.Currency     // the organisation's
	HasOpportunities bool               // an opportunity of whatever state names the account as customer or parent
	HasTrade         bool               // there are orders, invoices or payments of the account
	Ancestors        []record.AccountID // of the parent that the command chooses
	InUse            []record.Ref       // records that refer to the account, apart from those that go with it
	Inactive         []record.Ref       // chosen accounts and owners that are inactive

	Merging match.MergeFacts[Account] // of a merge, or of taking one back
}

// closesCycle reports whether the parent would make the account an ancestor of
// its own.
func (f *AccountFacts) closesCycle(id, parent record.AccountID) bool {
	return !parent.IsZero() && (parent == id || slices.Contains(f.Ancestors, id))
}

// MaxParents is how many accounts, or contacts, are above one another at most: no parent
// is chosen that has as many above it. What is below the one that moves is not counted.
const MaxParents = 100

// tooDeep reports whether the parent has too many accounts above it.
func (f *AccountFacts) tooDeep() bool { return len(f.Ancestors) >= MaxParents }

// tooDeepReason is why a parent with too many above it is not chosen.
func tooDeepReason(field string) record.Reason {
	return record.Reason{Code: codes.ErrOutOfRange, Field: field, Message: fmt.Sprintf("there are %d levels above the parent at most", MaxParents-1), Params: map[string]any{"max": MaxParents}}
}

type (
	accountRule  = flow.Rule[*Account, *AccountFacts, AccountStatus]
	accountGuard = flow.Guard[*Account, *AccountFacts]
)

var accountFlow = flow.New(
	kinds.Account,
	func(a *Account) record.Ref { return a.Ref() },
	func(a *Account) AccountStatus { return a.Status },
	slices.Concat(
		[]accountRule{
			{Do: actions.AccountEdit, From: flow.In(AccountStatusActive), To: flow.In(AccountStatusActive)},
			{Do: actions.AccountDeactivate, From: flow.In(AccountStatusActive), To: flow.In(AccountStatusInactive)},
			{Do: actions.AccountActivate, From: flow.In(AccountStatusInactive), To: flow.In(AccountStatusActive), Needs: flow.Needs(accountNotMerged)},
			{Do: actions.AccountMerge, From: flow.In(AccountStatusActive), To: flow.In(AccountStatusActive)},
			{Do: actions.AccountMergeInto, From: flow.In(AccountStatusActive), To: flow.In(AccountStatusInactive)},
			{Do: actions.AccountUnmerge, From: flow.In(AccountStatusInactive), To: flow.In(AccountStatusActive), Needs: flow.Needs(accountMerged)},
			{Do: actions.AccountDelete, From: value.Values[AccountStatus](), Deletes: true, Needs: flow.Needs(accountHasNoOpportunities, accountNotInUse)},
		},
		flow.Staying(actions.AccountChangeCurrency, flow.In(AccountStatusActive), accountRule{Needs: flow.Needs(accountHasNoTrade)}),
		flow.Staying(actions.AccountAssign, value.Values[AccountStatus](), accountRule{}),
		flow.Staying(actions.AccountHoldCredit, value.Values[AccountStatus](), accountRule{}),
		flow.Staying(actions.AccountReleaseCredit, value.Values[AccountStatus](), accountRule{}),
	),
	[]flow.Refuse[AccountStatus]{
		{Do: flow.Do(actions.AccountEdit, actions.AccountChangeCurrency), From: flow.In(AccountStatusInactive), Code: codes.ErrInactive},
		{Do: flow.Do(actions.AccountMerge, actions.AccountMergeInto), From: flow.In(AccountStatusInactive), Code: codes.ErrMergeInactive},
		{Do: flow.Do(actions.AccountUnmerge), From: flow.In(AccountStatusActive), Code: codes.ErrNotMerged},
	},
)

// AccountFlow is the table behind Account.
func AccountFlow() *flow.Flow[*Account, *AccountFacts, AccountStatus] { return accountFlow }

var (
	accountNotMerged = accountGuard{
		Code: codes.ErrMerged, Text: "the account is not merged into another one",
		Holds: func(a *Account, _ *AccountFacts) bool { return !a.Merged },
	}
	accountMerged = accountGuard{
		Code: codes.ErrNotMerged, Text: "the account is merged into another one",
		Holds: func(a *Account, _ *AccountFacts) bool { return a.Merged },
	}
	accountHasNoOpportunities = accountGuard{
		Code: codes.ErrHasChildOpportunities, Text: "no opportunity names the account",
		Holds: func(_ *Account, f *AccountFacts) bool { return !f.HasOpportunities },
	}
	accountNotInUse = accountGuard{
		Code: codes.ErrInUse, Text: "no record refers to the account",
		Holds:  func(_ *Account, f *AccountFacts) bool { return len(f.InUse) == 0 },
		Detail: func(_ *Account, f *AccountFacts) []record.Reason { return flow.InUse(f.InUse) },
	}
)

// RecordKind tells the kind of record.
func (*Account) RecordKind() kinds.Kind { return kinds.Account }

// Ref names the record with its kind.
func (a *Account) Ref() record.Ref { return a.ID.Ref() }

// StatusKey is the key of the status.
func (a *Account) StatusKey() string { return a.Status.String() }

// MergedInto tells whether the record is merged, and into which.
func (a *Account) MergedInto() (record.Ref, bool) { return a.MasterID.Ref(), a.Merged }

// DisplayName is what people call the record.
func (a *Account) DisplayName() string { return a.Name }

// Clone returns a deep copy.
func (a Account) Clone() Account {
	a.Head.Detach()
	a.Address1, a.Address2, a.Address3 = record.ClonePtr(a.Address1), record.ClonePtr(a.Address2), record.ClonePtr(a.Address3)
	a.LegalID, a.Endpoint, a.Mandate = record.ClonePtr(a.LegalID), record.ClonePtr(a.Endpoint), record.ClonePtr(a.Mandate)
	return a
}

// MarshalJSON writes the published JSON form.
func (a Account) MarshalJSON() ([]byte, error) {
	type plain Account
	return record.Encode((*plain)(&a))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (a *Account) UnmarshalJSON(body []byte) error {
	type plain Account
	return record.Decode(body, (*plain)(a))
}

// CreateAccount is the command behind NewAccount.
type CreateAccount struct {
	ID record.AccountID `json:"id,omitzero"`
	record.Origin
	Fields AccountFields `json:"fields"`
}

// NewAccount creates an active account. Codes: ErrMissingField (name),
// ErrTooLong, ErrOutOfRange (also beyond [MaxParents]), ErrInvalid, ErrCustomerInactive,
// ErrParentCycle.
func NewAccount(cmd CreateAccount, f AccountFacts) (record.Change[Account], error) {
	a := Account{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), AccountFields: cmd.Fields,
		Status: AccountStatusActive,
	}
	a.HeldByHand = a.CreditOnHold
	if a.ContactMethod == 0 {
		a.ContactMethod = ContactMethodAny
	}
	reasons := ChosenInactive(f.Inactive, Chosen{Field: "fields.parent_account_id", Ref: record.Ref{Kind: kinds.Account, ID: a.ParentAccountID.UUID}})
	if f.closesCycle(a.ID, a.ParentAccountID) {
		reasons = append(reasons, record.Reason{Code: codes.ErrParentCycle, Field: "fields.parent_account_id", Message: codes.ErrParentCycle.Info().Text})
	}
	if f.tooDeep() {
		reasons = append(reasons, tooDeepReason("fields.parent_account_id"))
	}
	if err := flow.RefuseBirth(actions.AccountCreate, cmd.ID, &cmd, a.Currency, reasons...); err != nil {
		return record.Change[Account]{}, err
	}
	schema.Round(&a.AccountFields, a.Currency)
	return record.Change[Account]{Record: a, Events: []record.Event{record.BornEvent(&a, actions.AccountCreate, f.Stamp, nil)}}, nil
}

// EditAccount replaces the editable fields; custom values given are set, a JSON
// null removes one.
type EditAccount struct {
	Fields AccountFields `json:"fields"`
	Custom record.Custom `json:"custom,omitzero"`
}

type editAccountCheck = flow.Check[*Account, *EditAccount, *AccountFacts]

var editAccount = flow.Decide(
	accountFlow, actions.AccountEdit,
	editAccountCheck{
		Code: codes.ErrCustomerInactive, Text: "a newly chosen parent is active", Field: "fields.parent_account_id",
		Holds: func(a *Account, c *EditAccount, f *AccountFacts) bool {
			parent := c.Fields.ParentAccountID
			return parent == a.ParentAccountID || !slices.Contains(f.Inactive, record.Ref{Kind: kinds.Account, ID: parent.UUID})
		},
	},
	editAccountCheck{
		Code: codes.ErrOutOfRange, Text: "a newly chosen parent has less than 100 levels above it",
		Holds: func(a *Account, c *EditAccount, f *AccountFacts) bool {
			return c.Fields.ParentAccountID == a.ParentAccountID || !f.tooDeep()
		},
		Detail: func(*Account, *EditAccount, *AccountFacts) []record.Reason {
			return []record.Reason{tooDeepReason("fields.parent_account_id")}
		},
	},
	editAccountCheck{
		Code: codes.ErrParentCycle, Text: "the account is not an ancestor of its parent", Field: "fields.parent_account_id",
		Holds: func(a *Account, c *EditAccount, f *AccountFacts) bool {
			return !f.closesCycle(a.ID, c.Fields.ParentAccountID)
		},
	},
)

// Edit changes fields of an active account; equal values change nothing. Taking the
// credit hold off lifts that of dunning too, putting it on is done by hand. Codes:
// ErrInactive and those of NewAccount.
func (a Account) Edit(cmd EditAccount, f AccountFacts) (record.Change[Account], error) {
	if err := editAccount.Why(&a, &cmd, &f, a.Currency); err != nil {
		return record.Change[Account]{}, err
	}
	if !Edits(a.AccountFields, cmd.Fields, a.Custom, cmd.Custom) {
		return record.Change[Account]{Record: a}, nil
	}
	released := a.CreditOnHold && !cmd.Fields.CreditOnHold
	a.HeldByHand = cmd.Fields.CreditOnHold && (a.isHeldByHand() || !a.CreditOnHold)
	a.HeldByDunning = a.HeldByDunning && cmd.Fields.CreditOnHold
	a.AccountFields = cmd.Fields
	a.Custom = a.Custom.Edited(cmd.Custom)
	out := record.Changed(&a, actions.AccountEdit, f.Stamp, nil)
	if released {
		out.Events = append(out.Events, record.StepEvent(&a, actions.AccountReleaseCredit, a.Status.String(), f.Stamp, nil))
	}
	return out, nil
}

// Deactivate puts a record out of use. It stays readable, and what refers to it
// stays as it is.
type Deactivate struct{}

var deactivateAccount = flow.Decide[*Deactivate](accountFlow, actions.AccountDeactivate)

// Deactivate puts an active account out of use: it can no longer be chosen as
// customer or parent. Code: ErrInvalidTransition.
func (a Account) Deactivate(cmd Deactivate, f AccountFacts) (record.Change[Account], error) {
	if err := deactivateAccount.Why(&a, &cmd, &f, a.Currency); err != nil {
		return record.Change[Account]{}, err
	}
	return record.Moved(&a, &a.Status, AccountStatusInactive, actions.AccountDeactivate, f.Stamp, nil), nil
}

// Activate brings an inactive record back into use.
type Activate struct{}

var activateAccount = flow.Decide[*Activate](accountFlow, actions.AccountActivate)

// Activate brings an inactive account back into use. Codes:
// ErrInvalidTransition, ErrMerged.
func (a Account) Activate(cmd Activate, f AccountFacts) (record.Change[Account], error) {
	if err := activateAccount.Why(&a, &cmd, &f, a.Currency); err != nil {
		return record.Change[Account]{}, err
	}
	return record.Moved(&a, &a.Status, AccountStatusActive, actions.AccountActivate, f.Stamp, nil), nil
}

var accountHasNoTrade = accountGuard{
	Code: codes.ErrCurrencyInUse, Text: "there are no orders, invoices or payments of the account",
	Holds: func(_ *Account, f *AccountFacts) bool { return !f.HasTrade },
}

var changeAccountCurrency = flow.Decide[*record.ChangeCurrency](accountFlow, actions.AccountChangeCurrency)

// ChangeCurrency gives an active account another currency; the credit limit and all
// other amounts keep their figures. Codes: ErrInactive, ErrCurrencyInUse while there
// are orders, invoices or payments of the account, ErrOutOfRange where an amount does
// not fit.
func (a Account) ChangeCurrency(cmd record.ChangeCurrency, f AccountFacts) (record.Change[Account], error) {
	if err := changeAccountCurrency.Why(&a, &cmd, &f, cmd.Currency); err != nil {
		return record.Change[Account]{}, err
	}
	if cmd.Keeps(&a.Head) {
		return record.Change[Account]{Record: a}, nil
	}
	if reasons := schema.Validate(&a.AccountFields, cmd.Currency); len(reasons) > 0 {
		return record.Change[Account]{}, accountFlow.Refused(&a, actions.AccountChangeCurrency, reasons)
	}
	from := a.Currency
	a.GiveRate(cmd.Currency, cmd.ExchangeRate)
	schema.Round(&a.AccountFields, a.Currency)
	return record.Changed(&a, actions.AccountChangeCurrency, f.Stamp, record.DataOf("from", from.String(), "to", a.Currency.String())), nil
}

var assignAccount = flow.Decide(accountFlow, actions.AccountAssign,
	flow.AssignChecks[*Account](func(f *AccountFacts) []record.Ref { return f.Inactive }, true)...)

// Assign gives the account another owner, in any status. Code: ErrInactive for
// an inactive seller.
func (a Account) Assign(cmd record.Assign, f AccountFacts) (record.Change[Account], error) {
	if err := assignAccount.Why(&a, &cmd, &f, a.Currency); err != nil {
		return record.Change[Account]{}, err
	}
	if a.Owner == cmd.Owner {
		return record.Change[Account]{Record: a}, nil
	}
	from := a.Owner
	a.Owner = cmd.Owner
	return record.Changed(&a, actions.AccountAssign, f.Stamp, record.DataOf("from", from.String(), "to", cmd.Owner.String())), nil
}

var deleteAccount = flow.Decide[*record.DeleteRecord](accountFlow, actions.AccountDelete)

// Delete removes the account with its notes, activities and connections. Codes:
// ErrHasChildOpportunities, ErrInUse.
func (a Account) Delete(cmd record.DeleteRecord, f AccountFacts) (record.Change[Account], error) {
	if err := deleteAccount.Why(&a, &cmd, &f, a.Currency); err != nil {
		return record.Change[Account]{}, err
	}
	return record.Change[Account]{Record: a, Events: []record.Event{record.DeletedEvent(&a, actions.AccountDelete, f.Stamp, nil)}}, nil
}

// ForgetLead clears the lead that the account came from, whatever the status:
// the lead is deleted.
func (a Account) ForgetLead(s record.Stamp) record.Change[Account] {
	lead := a.OriginatingLeadID
	if lead.IsZero() {
		return record.Change[Account]{Record: a}
	}
	a.OriginatingLeadID = record.LeadID{}
	return record.Changed(&a, actions.AccountEdit, s, record.DataOf("originating_lead_id", lead.String()))
}

// Edits reports whether new fields, or changes of custom values, differ from
// what a record has.
func Edits[F any](was, fields F, custom, change record.Custom) bool {
	return !reflect.DeepEqual(was, fields) ||
		!maps.EqualFunc(custom, custom.Edited(change), slices.Equal[json.RawMessage])
}

// HeldBy is the next version of the account after dunning set its credit hold,
// or lifted it.
func (a Account) HeldBy(dunning bool, s record.Stamp) Account {
	a.HeldByHand = a.isHeldByHand()
	a.CreditOnHold, a.HeldByDunning = dunning || a.HeldByHand, dunning
	a.Touch(s)
	return a
}

// isHeldByHand reports whether somebody put the account on credit hold. What was stored
// before there were two flags says so by the lack of that of dunning.
func (a *Account) isHeldByHand() bool { return a.HeldByHand || a.CreditOnHold && !a.HeldByDunning }
