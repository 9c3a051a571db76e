package party

import (
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

// Contact is a person, alone or at an account. Deactivating one leaves
// everything that refers to it as it is.
type Contact struct {
	ID record.ContactID `json:"id" d365:"contactid"`
	record.Head
	ContactFields
	Status            ContactStatus    `json:"status" d365:"statuscode"`
	OriginatingLeadID record.LeadID    `json:"originating_lead_id,omitzero" d365:"originatingleadid"` // whose qualification made it
	Merged            bool             `json:"merged,omitzero" d365:"merged"`
	MasterID          record.ContactID `json:"master_id,omitzero" d365:"masterid"` // after a merge
	HeldByHand        bool             `json:"held_by_hand,omitzero"`              // somebody put it on credit hold
	HeldByDunning     bool             `json:"held_by_dunning,omitzero"`           // dunning did, and will lift that
}

// ContactFields are the fields of a contact that people edit.
type ContactFields struct {
	FirstName          string                  `json:"first_name,omitzero" d365:"firstname" max:"50" personal:"true"`
	MiddleName         string                  `json:"middle_name,omitzero" d365:"middlename" max:"50" personal:"true"`
	LastName           string                  `json:"last_name" d365:"lastname" max:"50" need:"true" personal:"true"`
	Salutation         string                  `json:"salutation,omitzero" d365:"salutation" max:"100" personal:"true"`
	Suffix             string                  `json:"suffix,omitzero" d365:"suffix" max:"10" personal:"true"`
	Nickname           string                  `json:"nickname,omitzero" d365:"nickname" max:"100" personal:"true"`
	JobTitle           string                  `json:"job_title,omitzero" d365:"jobtitle" max:"100" personal:"true"`
	Department         string                  `json:"department,omitzero" d365:"department" max:"100" personal:"true"`
	EmployeeID         string                  `json:"employee_id,omitzero" d365:"employeeid" max:"50" personal:"true"`
	GovernmentID       string                  `json:"government_id,omitzero" d365:"governmentid" max:"50" personal:"identifies"`
	Email1             string                  `json:"email1,omitzero" d365:"emailaddress1" max:"100" personal:"identifies"`
	Email2             string                  `json:"email2,omitzero" d365:"emailaddress2" max:"100" personal:"identifies"`
	Email3             string                  `json:"email3,omitzero" d365:"emailaddress3" max:"100" personal:"identifies"`
	BusinessPhone      string                  `json:"business_phone,omitzero" d365:"telephone1" max:"50" personal:"true"`
	HomePhone          string                  `json:"home_phone,omitzero" d365:"telephone2" max:"50" personal:"identifies"`
	Telephone3         string                  `json:"telephone3,omitzero" d365:"telephone3" max:"50" personal:"true"`
	MobilePhone        string                  `json:"mobile_phone,omitzero" d365:"mobilephone" max:"50" personal:"identifies"`
	Pager              string                  `json:"pager,omitzero" d365:"pager" max:"50" personal:"true"`
	Fax                string                  `json:"fax,omitzero" d365:"fax" max:"50" personal:"true"`
	AssistantPhone     string                  `json:"assistant_phone,omitzero" d365:"assistantphone" max:"50" personal:"true"`
	ManagerPhone       string                  `json:"manager_phone,omitzero" d365:"managerphone" max:"50" personal:"true"`
	Website            string                  `json:"website,omitzero" d365:"websiteurl" max:"200" personal:"true"`
	FTPSite            string                  `json:"ftp_site,omitzero" d365:"ftpsiteurl" max:"200" personal:"true"`
	Address1           *Address                `json:"address1,omitzero" d365:"address1"`
	Address2           *Address                `json:"address2,omitzero" d365:"address2"`
	Address3           *Address                `json:"address3,omitzero" d365:"address3"`
	ParentCustomerID   record.CustomerID       `json:"parent_customer_id,omitzero" d365:"parentcustomerid"` // the one account or contact it belongs to
	AccountRole        AccountRole             `json:"account_role,omitzero" d365:"accountrolecode"`
	Birthdate          value.Date              `json:"birthdate,omitzero" d365:"birthdate" personal:"true"`
	Anniversary        value.Date              `json:"anniversary,omitzero" d365:"anniversary" personal:"true"`
	Gender             Gender                  `json:"gender,omitzero" d365:"gendercode" personal:"true"`
	MaritalStatus      MaritalStatus           `json:"marital_status,omitzero" d365:"familystatuscode" personal:"true"`
	PaymentTerms       PaymentTerms            `json:"payment_terms,omitzero" d365:"paymenttermscode"`
	DefaultPriceListID record.PriceListID      `json:"default_price_list_id,omitzero" d365:"defaultpricelevelid"`
	CreditLimit        value.Opt[money.Amount] `json:"credit_limit,omitzero" d365:"creditlimit" range:"0..1e14"`
	CreditOnHold       bool                    `json:"credit_on_hold,omitzero" d365:"creditonhold"`
	VATID              string                  `json:"vat_id,omitzero" max:"15" form:"vat_id"`     // of sole traders
	Endpoint           *Identifier             `json:"endpoint,omitzero"`                          // where documents are sent electronically
	Language           string                  `json:"language,omitzero" max:"35" form:"language"` // BCP 47, of its documents
	Preferences                                // Any unless given
	Description        string                  `json:"description,omitzero" d365:"description" text:"2000" personal:"text"`
}

// FieldFaults lists what no single field shows: the scheme of the endpoint is needed.
func (f *ContactFields) FieldFaults() []record.Reason { return endpointFaults(f.Endpoint) }

// FieldFaults lists nothing: its fields say what is wrong with them.
func (*Contact) FieldFaults() []record.Reason { return nil }

// ContactStatus is the status of a contact; its State is active or inactive.
type ContactStatus = value.Choice[contactStatusSet]

// The statuses of a contact.
const (
	ContactStatusActive ContactStatus = iota + 1
	ContactStatusInactive
)

type contactStatusSet struct{}

func (contactStatusSet) Table() (string, []value.Option) { return "contact_status", ActiveTable }

// ContactFacts are what decisions about a contact depend on besides contact
// and command. Nothing in the zero value stands in the way.
type ContactFacts struct {
	record.Stamp
	BaseCurrency     money.Currency     // the organisation's
	HasOpportunities bool               // an opportunity of whatever state names the contact as customer or parent
	HasTrade         bool               // there are orders, invoices or payments of the contact
	Ancestors        []record.ContactID // of the parent that the command chooses
	InUse            []record.Ref       // records that refer to the contact, apart from those that go with it
	Inactive         []record.Ref       // chosen customers and owners that are inactive

	Merging match.MergeFacts[Contact] // of a merge, or of taking one back
}

// closesCycle reports whether the parent would make the contact an ancestor of
// its own. Accounts have no contacts above them.
func (f *ContactFacts) closesCycle(id record.ContactID, parent record.CustomerID) bool {
	above := parent.Contact()
	return !above.IsZero() && (above == id || slices.Contains(f.Ancestors, id))
}

// tooDeep reports whether the parent has too many contacts above it.
func (f *ContactFacts) tooDeep() bool { return len(f.Ancestors) >= MaxParents }

type (
	contactRule  = flow.Rule[*Contact, *ContactFacts, ContactStatus]
	contactGuard = flow.Guard[*Contact, *ContactFacts]
)

var contactFlow = flow.New(
	kinds.Contact,
	func(c *Contact) record.Ref { return c.Ref() },
	func(c *Contact) ContactStatus { return c.Status },
	slices.Concat(
		[]contactRule{
			{Do: actions.ContactEdit, From: flow.In(ContactStatusActive), To: flow.In(ContactStatusActive)},
			{Do: actions.ContactDeactivate, From: flow.In(ContactStatusActive), To: flow.In(ContactStatusInactive)},
			{Do: actions.ContactActivate, From: flow.In(ContactStatusInactive), To: flow.In(ContactStatusActive), Needs: flow.Needs(contactNotMerged)},
			{Do: actions.ContactMerge, From: flow.In(ContactStatusActive), To: flow.In(ContactStatusActive)},
			{Do: actions.ContactMergeInto, From: flow.In(ContactStatusActive), To: flow.In(ContactStatusInactive)},
			{Do: actions.ContactUnmerge, From: flow.In(ContactStatusInactive), To: flow.In(ContactStatusActive), Needs: flow.Needs(contactMerged)},
			{Do: actions.ContactDelete, From: value.Values[ContactStatus](), Deletes: true, Needs: flow.Needs(contactHasNoOpportunities, contactNotInUse)},
		},
		flow.Staying(actions.ContactChangeCurrency, flow.In(ContactStatusActive), contactRule{Needs: flow.Needs(contactHasNoTrade)}),
		flow.Staying(actions.ContactAssign, value.Values[ContactStatus](), contactRule{}),
		flow.Staying(actions.ContactHoldCredit, value.Values[ContactStatus](), contactRule{}),
		flow.Staying(actions.ContactReleaseCredit, value.Values[ContactStatus](), contactRule{}),
	),
	[]flow.Refuse[ContactStatus]{
		{Do: flow.Do(actions.ContactEdit, actions.ContactChangeCurrency), From: flow.In(ContactStatusInactive), Code: codes.ErrInactive},
		{Do: flow.Do(actions.ContactMerge, actions.ContactMergeInto), From: flow.In(ContactStatusInactive), Code: codes.ErrMergeInactive},
		{Do: flow.Do(actions.ContactUnmerge), From: flow.In(ContactStatusActive), Code: codes.ErrNotMerged},
	},
)

// ContactFlow is the table behind Contact.
func ContactFlow() *flow.Flow[*Contact, *ContactFacts, ContactStatus] { return contactFlow }

var (
	contactNotMerged = contactGuard{
		Code: codes.ErrMerged, Text: "the contact is not merged into another one",
		Holds: func(c *Contact, _ *ContactFacts) bool { return !c.Merged },
	}
	contactMerged = contactGuard{
		Code: codes.ErrNotMerged, Text: "the contact is merged into another one",
		Holds: func(c *Contact, _ *ContactFacts) bool { return c.Merged },
	}
	contactHasNoOpportunities = contactGuard{
		Code: codes.ErrHasChildOpportunities, Text: "no opportunity names the contact",
		Holds: func(_ *Contact, f *ContactFacts) bool { return !f.HasOpportunities },
	}
	contactNotInUse = contactGuard{
		Code: codes.ErrInUse, Text: "no record refers to the contact",
		Holds:  func(_ *Contact, f *ContactFacts) bool { return len(f.InUse) == 0 },
		Detail: func(_ *Contact, f *ContactFacts) []record.Reason { return flow.InUse(f.InUse) },
	}
)

// RecordKind tells the kind of record.
func (*Contact) RecordKind() kinds.Kind { return kinds.Contact }

// Ref names the record with its kind.
func (c *Contact) Ref() record.Ref { return c.ID.Ref() }

// StatusKey is the key of the status.
func (c *Contact) StatusKey() string { return c.Status.String() }

// MergedInto tells whether the record is merged, and into which.
func (c *Contact) MergedInto() (record.Ref, bool) { return c.MasterID.Ref(), c.Merged }

// DisplayName is what people call the record.
func (c *Contact) DisplayName() string { return c.FullName() }

// FullName is the person's name as one text.
func (c Contact) FullName() string { return record.FullName(c.FirstName, c.MiddleName, c.LastName) }

// Clone returns a deep copy.
func (c Contact) Clone() Contact {
	c.Endpoint = record.ClonePtr(c.Endpoint)
	c.Head.Detach()
	c.Address1, c.Address2, c.Address3 = record.ClonePtr(c.Address1), record.ClonePtr(c.Address2), record.ClonePtr(c.Address3)
	return c
}

// MarshalJSON writes the published JSON form.
func (c Contact) MarshalJSON() ([]byte, error) {
	type plain Contact
	return record.Encode((*plain)(&c))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (c *Contact) UnmarshalJSON(body []byte) error {
	type plain Contact
	return record.Decode(body, (*plain)(c))
}

// CreateContact is the command behind NewContact.
type CreateContact struct {
	ID record.ContactID `json:"id,omitzero"`
	record.Origin
	Fields ContactFields `json:"fields"`
}

// NewContact creates an active contact. Codes: ErrMissingField (last name),
// ErrTooLong, ErrOutOfRange (also beyond [MaxParents]), ErrInvalid (a parent that is neither account nor
// contact, for example), ErrCustomerInactive, ErrParentCycle.
func NewContact(cmd CreateContact, f ContactFacts) (record.Change[Contact], error) {
	c := Contact{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), ContactFields: cmd.Fields,
		Status: ContactStatusActive,
	}
	c.HeldByHand = c.CreditOnHold
	if c.ContactMethod == 0 {
		c.ContactMethod = ContactMethodAny
	}
	var reasons []record.Reason
	if !IsCustomer(c.ParentCustomerID) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "fields.parent_customer_id", Message: "a parent is an account or a contact"})
	}
	reasons = append(reasons, ChosenInactive(f.Inactive, Chosen{Field: "fields.parent_customer_id", Ref: c.ParentCustomerID.Ref})...)
	if f.closesCycle(c.ID, c.ParentCustomerID) {
		reasons = append(reasons, record.Reason{Code: codes.ErrParentCycle, Field: "fields.parent_customer_id", Message: codes.ErrParentCycle.Info().Text})
	}
	if f.tooDeep() {
		reasons = append(reasons, tooDeepReason("fields.parent_customer_id"))
	}
	if err := flow.RefuseBirth(actions.ContactCreate, cmd.ID, &cmd, c.Currency, reasons...); err != nil {
		return record.Change[Contact]{}, err
	}
	schema.Round(&c.ContactFields, c.Currency)
	return record.Change[Contact]{Record: c, Events: []record.Event{record.BornEvent(&c, actions.ContactCreate, f.Stamp, nil)}}, nil
}

// IsCustomer reports whether a choice of customer is an account, a contact or
// none.
func IsCustomer(id record.CustomerID) bool {
	return id.IsZero() || !id.Account().IsZero() || !id.Contact().IsZero()
}

// EditContact replaces the editable fields; custom values given are set, a JSON
// null removes one.
type EditContact struct {
	Fields ContactFields `json:"fields"`
	Custom record.Custom `json:"custom,omitzero"`
}

type editContactCheck = flow.Check[*Contact, *EditContact, *ContactFacts]

var editContact = flow.Decide(
	contactFlow, actions.ContactEdit,
	editContactCheck{
		Code: codes.ErrInvalid, Text: "a parent is an account or a contact", Field: "fields.parent_customer_id",
		Holds: func(_ *Contact, e *EditContact, _ *ContactFacts) bool { return IsCustomer(e.Fields.ParentCustomerID) },
	},
	editContactCheck{
		Code: codes.ErrCustomerInactive, Text: "a newly chosen parent is active", Field: "fields.parent_customer_id",
		Holds: func(c *Contact, e *EditContact, f *ContactFacts) bool {
			parent := e.Fields.ParentCustomerID
			return parent == c.ParentCustomerID || !slices.Contains(f.Inactive, parent.Ref)
		},
	},
	editContactCheck{
		Code: codes.ErrOutOfRange, Text: "a newly chosen parent has less than 100 levels above it",
		Holds: func(c *Contact, e *EditContact, f *ContactFacts) bool {
			return e.Fields.ParentCustomerID == c.ParentCustomerID || !f.tooDeep()
		},
		Detail: func(*Contact, *EditContact, *ContactFacts) []record.Reason {
			return []record.Reason{tooDeepReason("fields.parent_customer_id")}
		},
	},
	editContactCheck{
		Code: codes.ErrParentCycle, Text: "the contact is not an ancestor of its parent", Field: "fields.parent_customer_id",
		Holds: func(c *Contact, e *EditContact, f *ContactFacts) bool {
			return !f.closesCycle(c.ID, e.Fields.ParentCustomerID)
		},
	},
)

// Edit changes fields of an active contact; equal values change nothing. Taking the
// credit hold off lifts that of dunning too, putting it on is done by hand. Codes:
// ErrInactive and those of NewContact.
func (c Contact) Edit(cmd EditContact, f ContactFacts) (record.Change[Contact], error) {
	if err := editContact.Why(&c, &cmd, &f, c.Currency); err != nil {
		return record.Change[Contact]{}, err
	}
	if !Edits(c.ContactFields, cmd.Fields, c.Custom, cmd.Custom) {
		return record.Change[Contact]{Record: c}, nil
	}
	released := c.CreditOnHold && !cmd.Fields.CreditOnHold
	c.HeldByHand = cmd.Fields.CreditOnHold && (c.isHeldByHand() || !c.CreditOnHold)
	c.HeldByDunning = c.HeldByDunning && cmd.Fields.CreditOnHold
	c.ContactFields = cmd.Fields
	c.Custom = c.Custom.Edited(cmd.Custom)
	out := record.Changed(&c, actions.ContactEdit, f.Stamp, nil)
	if released {
		out.Events = append(out.Events, record.StepEvent(&c, actions.ContactReleaseCredit, c.Status.String(), f.Stamp, nil))
	}
	return out, nil
}

var deactivateContact = flow.Decide[*Deactivate](contactFlow, actions.ContactDeactivate)

// Deactivate puts an active contact out of use: it can no longer be chosen as
// customer or parent. Code: ErrInvalidTransition.
func (c Contact) Deactivate(cmd Deactivate, f ContactFacts) (record.Change[Contact], error) {
	if err := deactivateContact.Why(&c, &cmd, &f, c.Currency); err != nil {
		return record.Change[Contact]{}, err
	}
	return record.Moved(&c, &c.Status, ContactStatusInactive, actions.ContactDeactivate, f.Stamp, nil), nil
}

var activateContact = flow.Decide[*Activate](contactFlow, actions.ContactActivate)

// Activate brings an inactive contact back into use. Codes:
// ErrInvalidTransition, ErrMerged.
func (c Contact) Activate(cmd Activate, f ContactFacts) (record.Change[Contact], error) {
	if err := activateContact.Why(&c, &cmd, &f, c.Currency); err != nil {
		return record.Change[Contact]{}, err
	}
	return record.Moved(&c, &c.Status, ContactStatusActive, actions.ContactActivate, f.Stamp, nil), nil
}

var contactHasNoTrade = contactGuard{
	Code: codes.ErrCurrencyInUse, Text: "there are no orders, invoices or payments of the contact",
	Holds: func(_ *Contact, f *ContactFacts) bool { return !f.HasTrade },
}

var changeContactCurrency = flow.Decide[*record.ChangeCurrency](contactFlow, actions.ContactChangeCurrency)

// ChangeCurrency gives an active contact another currency; the credit limit and all
// other amounts keep their figures. Codes: ErrInactive, ErrCurrencyInUse while there
// are orders, invoices or payments of the contact, ErrOutOfRange where an amount does
// not fit.
func (c Contact) ChangeCurrency(cmd record.ChangeCurrency, f ContactFacts) (record.Change[Contact], error) {
	if err := changeContactCurrency.Why(&c, &cmd, &f, cmd.Currency); err != nil {
		return record.Change[Contact]{}, err
	}
	if cmd.Keeps(&c.Head) {
		return record.Change[Contact]{Record: c}, nil
	}
	if reasons := schema.Validate(&c.ContactFields, cmd.Currency); len(reasons) > 0 {
		return record.Change[Contact]{}, contactFlow.Refused(&c, actions.ContactChangeCurrency, reasons)
	}
	from := c.Currency
	c.GiveRate(cmd.Currency, cmd.ExchangeRate)
	schema.Round(&c.ContactFields, c.Currency)
	return record.Changed(&c, actions.ContactChangeCurrency, f.Stamp, record.DataOf("from", from.String(), "to", c.Currency.String())), nil
}

var assignContact = flow.Decide(contactFlow, actions.ContactAssign,
	flow.AssignChecks[*Contact](func(f *ContactFacts) []record.Ref { return f.Inactive }, false)...)

// Assign gives the contact another owner, in any status. Code: ErrInactive for
// an inactive seller.
func (c Contact) Assign(cmd record.Assign, f ContactFacts) (record.Change[Contact], error) {
	if err := assignContact.Why(&c, &cmd, &f, c.Currency); err != nil {
		return record.Change[Contact]{}, err
	}
	if c.Owner == cmd.Owner {
		return record.Change[Contact]{Record: c}, nil
	}
	from := c.Owner
	c.Owner = cmd.Owner
	return record.Changed(&c, actions.ContactAssign, f.Stamp, record.DataOf("from", from.String(), "to", cmd.Owner.String())), nil
}

var deleteContact = flow.Decide[*record.DeleteRecord](contactFlow, actions.ContactDelete)

// Delete removes the contact with its notes, activities and connections. Codes:
// ErrHasChildOpportunities, ErrInUse.
func (c Contact) Delete(cmd record.DeleteRecord, f ContactFacts) (record.Change[Contact], error) {
	if err := deleteContact.Why(&c, &cmd, &f, c.Currency); err != nil {
		return record.Change[Contact]{}, err
	}
	return record.Change[Contact]{Record: c, Events: []record.Event{record.DeletedEvent(&c, actions.ContactDelete, f.Stamp, nil)}}, nil
}

// ForgetLead clears the lead that the contact came from, whatever the status:
// the lead is deleted.
func (c Contact) ForgetLead(s record.Stamp) record.Change[Contact] {
	lead := c.OriginatingLeadID
	if lead.IsZero() {
		return record.Change[Contact]{Record: c}
	}
	c.OriginatingLeadID = record.LeadID{}
	return record.Changed(&c, actions.ContactEdit, s, record.DataOf("originating_lead_id", lead.String()))
}

// HeldBy is the next version of the contact after dunning set its credit hold,
// or lifted it.
func (c Contact) HeldBy(dunning bool, s record.Stamp) Contact {
	c.HeldByHand = c.isHeldByHand()
	c.CreditOnHold, c.HeldByDunning = dunning || c.HeldByHand, dunning
	c.Touch(s)
	return c
}

// isHeldByHand reports whether somebody put the contact on credit hold. What was stored
// before there were two flags says so by the lack of that of dunning.
func (c *Contact) isHeldByHand() bool { return c.HeldByHand || c.CreditOnHold && !c.HeldByDunning }
