package party

import (
	"slices"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/form"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Party is somebody who takes part in a document, as an e-invoice names them: the
// seller, who is paid, a representative for taxes. The terms of EN 16931 are those of
// the seller.
type Party struct {
	Name        string        `json:"name,omitzero" max:"200"`         // registered; BT-27
	TradingName string        `json:"trading_name,omitzero" max:"200"` // where it is another; BT-28
	Identifiers []Identifier  `json:"identifiers,omitzero" most:"5"`   // BT-29
	LegalID     *Identifier   `json:"legal_id,omitzero"`               // in the register of companies; BT-30
	VATID       string        `json:"vat_id,omitzero" max:"15" form:"vat_id"`
	TaxID       string        `json:"tax_id,omitzero" max:"50"`        // national, no VAT id; BT-32
	LegalForm   string        `json:"legal_form,omitzero" text:"1000"` // register court, directors, share capital; BT-33
	Endpoint    *Identifier   `json:"endpoint,omitzero"`               // where documents are sent electronically; with a scheme, EM for e-mail; BT-34
	Address     PostalAddress `json:"address,omitzero"`
	Contact     *ContactPoint `json:"contact,omitzero"`
}

// Clone returns a deep copy.
func (p Party) Clone() Party {
	p.Identifiers = slices.Clone(p.Identifiers)
	p.LegalID, p.Endpoint, p.Contact = record.ClonePtr(p.LegalID), record.ClonePtr(p.Endpoint), record.ClonePtr(p.Contact)
	return p
}

// ClonePtr returns a deep copy, nil of nil.
func (p *Party) ClonePtr() *Party {
	if p == nil {
		return nil
	}
	clone := p.Clone()
	return &clone
}

// FieldFaults lists what no single field shows: the scheme of an endpoint is needed.
func (p *Party) FieldFaults() []record.Reason { return endpointFaults(p.Endpoint) }

func endpointFaults(endpoint *Identifier) []record.Reason {
	if endpoint == nil || endpoint.Scheme != "" {
		return nil
	}
	return []record.Reason{{Code: codes.ErrMissingField, Field: "endpoint.scheme", Message: "an electronic address needs its scheme"}}
}

// Identifier is a number that somebody, or something, has in a scheme. GLN (0088),
// SIREN (0002), SIRET (0009), the Danish (0184), Norwegian (0192) and Belgian (0208)
// company numbers and GTIN (0160) are checked; others are free.
type Identifier struct {
	Scheme string `json:"scheme,omitzero" max:"30" form:"scheme"` // of ISO 6523, of an electronic address of the list EAS, of an object of UNTDID 1153; only the pattern is checked
	Value  string `json:"value" max:"100" need:"true"`
}

// FieldFaults lists what no single field shows: the value is one of the scheme.
func (i *Identifier) FieldFaults() []record.Reason {
	if i.Value == "" || form.IsIdentifier(i.Scheme, i.Value) {
		return nil
	}
	return []record.Reason{{Code: codes.ErrInvalid, Field: "value", Message: "is not a number of scheme " + i.Scheme + ": its length or its check digits are wrong"}}
}

// String is the value behind its scheme: "0088:4000001123452".
func (i Identifier) String() string {
	if i.Scheme == "" {
		return i.Value
	}
	return i.Scheme + ":" + i.Value
}

// PostalAddress is where a party is, in the terms of EN 16931.
type PostalAddress struct {
	Line1           string `json:"line1,omitzero" max:"250"`
	Line2           string `json:"line2,omitzero" max:"250"`
	Line3           string `json:"line3,omitzero" max:"250"`
	City            string `json:"city,omitzero" max:"80"`
	PostalCode      string `json:"postal_code,omitzero" max:"20"`
	StateOrProvince string `json:"state_or_province,omitzero" max:"50"`
	CountryCode     string `json:"country_code,omitzero" max:"2" form:"country"` // of ISO 3166-1; BT-40
}

// ContactPoint is whom to ask.
type ContactPoint struct {
	Name      string `json:"name,omitzero" max:"200" personal:"true"`
	Telephone string `json:"telephone,omitzero" max:"50" personal:"true"`
	Email     string `json:"email,omitzero" max:"100" personal:"true"`
}

// Mandate is a customer's agreement to direct debits.
type Mandate struct {
	Reference string     `json:"reference" max:"35" need:"true"`
	SignedOn  value.Date `json:"signed_on,omitzero"`
	IBAN      string     `json:"iban,omitzero" max:"34" form:"iban" personal:"true"` // that is debited
	BIC       string     `json:"bic,omitzero" max:"11" form:"bic"`
}
