package party

import (
	"fmt"
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Organization is a company of the host's own, which sells: the seller that documents
// name. A tenant has one or several. Documents copy it when they are handed out, so a
// later change of it touches none of them.
type Organization struct {
	ID record.OrganizationID `json:"id"`
	record.Head
	OrganizationFields
	Status OrganizationStatus `json:"status"`
}

// OrganizationFields are the fields of an organization that people edit. Its name and
// the country of its address are needed.
type OrganizationFields struct {
	Party
	Accounts          []BankAccount       `json:"accounts,omitzero" most:"10"`                      // to be paid to
	CreditorID        string              `json:"creditor_id,omitzero" max:"35" form:"creditor_id"` // of SEPA direct debits; BT-90
	TaxRepresentative *Party              `json:"tax_representative,omitzero"`                      // with name, VAT id and country
	PaymentMeans      string              `json:"payment_means,omitzero" max:"3" form:"means"`      // UNTDID 4461, default of its documents; unset: 58 where an account has an IBAN, else 30
	Logo              record.AttachmentID `json:"logo,omitzero"`                                    // PNG or JPEG up to 1 MiB
	Footer            []string            `json:"footer,omitzero" most:"4"`                         // columns at the foot of a page, each of at most 500 characters
	Language          string              `json:"language,omitzero" max:"35" form:"language"`       // BCP 47, default of its documents
}

// BankAccount is an account that money is paid to.
type BankAccount struct {
	Key      string         `json:"key" max:"20" need:"true"`           // names it among the organization's
	Name     string         `json:"name,omitzero" max:"70"`             // whose it is; BT-85
	IBAN     string         `json:"iban,omitzero" max:"34" form:"iban"` // BT-84
	Account  string         `json:"account,omitzero" max:"50"`          // where there is no IBAN; BT-84
	BIC      string         `json:"bic,omitzero" max:"11" form:"bic"`   // BT-86
	BankName string         `json:"bank_name,omitzero" max:"70"`
	Currency money.Currency `json:"currency,omitzero"` // of what is paid to it; unset: any
}

// FieldFaults lists what no single field shows: name and country of the organization
// and of its tax representative, keys of accounts.
func (f *OrganizationFields) FieldFaults() (reasons []record.Reason) {
	missing := func(field, text string) {
		if text == "" {
			reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: field, Message: codes.ErrMissingField.Info().Text})
		}
	}
	missing("name", f.Name)
	missing("address.country_code", f.Address.CountryCode)
	if r := f.TaxRepresentative; r != nil {
		missing("tax_representative.name", r.Name)
		missing("tax_representative.vat_id", r.VATID)
		missing("tax_representative.address.country_code", r.Address.CountryCode)
	}
	keys := map[string]bool{}
	for i, a := range f.Accounts {
		if keys[a.Key] {
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: schema.Element("accounts", i, "key"), Message: "another account has the key"})
		}
		keys[a.Key] = true
		if a.IBAN == "" {
			missing(schema.Element("accounts", i, "iban"), a.Account)
		}
	}
	for i, text := range f.Footer {
		if bad := schema.TextFault(text, 500, true); bad != nil {
			reasons = append(reasons, record.Reason{Code: bad.Code, Field: fmt.Sprintf("footer[%d]", i), Message: bad.Message, Params: bad.Params})
		}
	}
	return reasons
}

// clone returns a deep copy.
func (f OrganizationFields) clone() OrganizationFields {
	f.Party = f.Party.Clone()
	f.Accounts, f.Footer = slices.Clone(f.Accounts), slices.Clone(f.Footer)
	f.TaxRepresentative = f.TaxRepresentative.ClonePtr()
	return f
}

// Account returns the account with the key, nil if there is none. Without a key it is
// the first one that takes the currency.
func (f *OrganizationFields) Account(key string, c money.Currency) *BankAccount {
	i := slices.IndexFunc(f.Accounts, func(a BankAccount) bool {
		return a.Key == key || key == "" && (a.Currency.IsZero() || a.Currency == c)
	})
	if i < 0 {
		return nil
	}
	return &f.Accounts[i]
}

// Seller is a copy of the organization as documents name it.
func (o *Organization) Seller() *Party { return o.Party.ClonePtr() }

// OrganizationStatus is the status of an organization; its State is active or
// inactive.
type OrganizationStatus = value.Choice[organizationStatusSet]

// The statuses of an organization.
const (
	OrganizationStatusActive OrganizationStatus = iota + 1
	OrganizationStatusInactive
)

type organizationStatusSet struct{}

func (organizationStatusSet) Table() (string, []value.Option) {
	return "organization_status", ActiveTable
}

// OrganizationFacts are what decisions about an organization depend on besides
// organization and command. Nothing in the zero value stands in the way.
type OrganizationFacts struct {
	record.Stamp
	BaseCurrency money.Currency // of the tenant
	InUse        []record.Ref   // records that refer to the organization
	LogoFault    string         // why the attachment cannot be its logo; empty: it can
}

type (
	organizationRule  = flow.Rule[*Organization, *OrganizationFacts, OrganizationStatus]
	organizationGuard = flow.Guard[*Organization, *OrganizationFacts]
)

var organizationFlow = flow.New(
	kinds.Organization,
	func(o *Organization) record.Ref { return o.Ref() },
	func(o *Organization) OrganizationStatus { return o.Status },
	[]organizationRule{
		{Do: actions.OrganizationEdit, From: flow.In(OrganizationStatusActive), To: flow.In(OrganizationStatusActive)},
		{Do: actions.OrganizationDeactivate, From: flow.In(OrganizationStatusActive), To: flow.In(OrganizationStatusInactive)},
		{Do: actions.OrganizationActivate, From: flow.In(OrganizationStatusInactive), To: flow.In(OrganizationStatusActive)},
		{Do: actions.OrganizationDelete, From: value.Values[OrganizationStatus](), Deletes: true, Needs: flow.Needs(organizationNotInUse)},
	},
	[]flow.Refuse[OrganizationStatus]{
		{Do: flow.Do(actions.OrganizationEdit), From: flow.In(OrganizationStatusInactive), Code: codes.ErrInactive},
	},
)

// OrganizationFlow is the table behind Organization.
func OrganizationFlow() *flow.Flow[*Organization, *OrganizationFacts, OrganizationStatus] {
	return organizationFlow
}

var organizationNotInUse = organizationGuard{
	Code: codes.ErrInUse, Text: "no record refers to the organization",
	Holds:  func(_ *Organization, f *OrganizationFacts) bool { return len(f.InUse) == 0 },
	Detail: func(_ *Organization, f *OrganizationFacts) []record.Reason { return flow.InUse(f.InUse) },
}

// RecordKind tells the kind of record.
func (*Organization) RecordKind() kinds.Kind { return kinds.Organization }

// Ref names the record with its kind.
func (o *Organization) Ref() record.Ref { return o.ID.Ref() }

// StatusKey is the key of the status.
func (o *Organization) StatusKey() string { return o.Status.String() }

// Clone returns a deep copy.
func (o Organization) Clone() Organization {
	o.Head.Detach()
	o.OrganizationFields = o.OrganizationFields.clone()
	return o
}

// FieldFaults lists nothing: its fields say what is wrong with them.
func (*Organization) FieldFaults() []record.Reason { return nil }

// MarshalJSON writes the published JSON form.
func (o Organization) MarshalJSON() ([]byte, error) {
	type plain Organization
	return record.Encode((*plain)(&o))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (o *Organization) UnmarshalJSON(body []byte) error {
	type plain Organization
	return record.Decode(body, (*plain)(o))
}

// CreateOrganization is the command behind NewOrganization.
type CreateOrganization struct {
	ID record.OrganizationID `json:"id,omitzero"`
	record.Origin
	Fields OrganizationFields `json:"fields"`
}

// NewOrganization creates an active organization; IBANs, VAT ids and the like are
// stored without blanks and in capitals. Codes: ErrMissingField (name, country),
// ErrTooLong, ErrOutOfRange, ErrInvalid for codes and check digits, and for a logo that
// is neither PNG nor JPEG or above 1 MiB.
func NewOrganization(cmd CreateOrganization, f OrganizationFacts) (record.Change[Organization], error) {
	o := Organization{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), OrganizationFields: cmd.Fields.clone(), Status: OrganizationStatusActive,
	}
	if err := flow.RefuseBirth(actions.OrganizationCreate, cmd.ID, &cmd, o.Currency, f.logoFaults()...); err != nil {
		return record.Change[Organization]{}, err
	}
	schema.Round(&o.OrganizationFields, o.Currency)
	return record.Change[Organization]{Record: o, Events: []record.Event{record.BornEvent(&o, actions.OrganizationCreate, f.Stamp, nil)}}, nil
}

// logoFaults is what is wrong with the chosen logo.
func (f *OrganizationFacts) logoFaults() []record.Reason {
	if f.LogoFault == "" {
		return nil
	}
	return []record.Reason{{Code: codes.ErrInvalid, Field: "fields.logo", Message: f.LogoFault}}
}

// EditOrganization replaces the editable fields; custom values given are set, a JSON
// null removes one.
type EditOrganization struct {
	Fields OrganizationFields `json:"fields"`
	Custom record.Custom      `json:"custom,omitzero"`
}

var editOrganization = flow.Decide(
	organizationFlow, actions.OrganizationEdit,
	flow.Faultless(codes.ErrInvalid, "a newly chosen logo is a picture, PNG or JPEG, up to 1 MiB",
		func(o *Organization, c *EditOrganization, f *OrganizationFacts) []record.Reason {
			if o.Logo == c.Fields.Logo {
				return nil
			}
			return f.logoFaults()
		}),
)

// Edit changes fields of an active organization; equal values change nothing. Codes:
// ErrInactive and those of NewOrganization.
func (o Organization) Edit(cmd EditOrganization, f OrganizationFacts) (record.Change[Organization], error) {
	if err := editOrganization.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Organization]{}, err
	}
	if !Edits(o.OrganizationFields, cmd.Fields, o.Custom, cmd.Custom) {
		return record.Change[Organization]{Record: o}, nil
	}
	o.OrganizationFields = cmd.Fields
	o.Custom = o.Custom.Edited(cmd.Custom)
	return record.Changed(&o, actions.OrganizationEdit, f.Stamp, nil), nil
}

var deactivateOrganization = flow.Decide[*Deactivate](organizationFlow, actions.OrganizationDeactivate)

// Deactivate puts an active organization out of use: no document chooses it any more,
// and those made of documents of it still inherit it. Code: ErrInvalidTransition.
func (o Organization) Deactivate(cmd Deactivate, f OrganizationFacts) (record.Change[Organization], error) {
	if err := deactivateOrganization.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Organization]{}, err
	}
	return record.Moved(&o, &o.Status, OrganizationStatusInactive, actions.OrganizationDeactivate, f.Stamp, nil), nil
}

var activateOrganization = flow.Decide[*Activate](organizationFlow, actions.OrganizationActivate)

// Activate brings an inactive organization back into use. Code: ErrInvalidTransition.
func (o Organization) Activate(cmd Activate, f OrganizationFacts) (record.Change[Organization], error) {
	if err := activateOrganization.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Organization]{}, err
	}
	return record.Moved(&o, &o.Status, OrganizationStatusActive, actions.OrganizationActivate, f.Stamp, nil), nil
}

var deleteOrganization = flow.Decide[*record.DeleteRecord](organizationFlow, actions.OrganizationDelete)

// Delete removes an organization that no document names. Code: ErrInUse.
func (o Organization) Delete(cmd record.DeleteRecord, f OrganizationFacts) (record.Change[Organization], error) {
	if err := deleteOrganization.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Organization]{}, err
	}
	return record.Change[Organization]{Record: o, Events: []record.Event{record.DeletedEvent(&o, actions.OrganizationDelete, f.Stamp, nil)}}, nil
}
