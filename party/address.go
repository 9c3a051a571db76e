package party

import (
	"reflect"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Address is a postal address of a lead, account or contact. Logical names in
// Dataverse carry the slot: address1_line1.
type Address struct {
	Name            string                     `json:"name,omitzero" d365:"name" max:"100" personal:"true"`
	Line1           string                     `json:"line1,omitzero" d365:"line1" max:"250" personal:"true"`
	Line2           string                     `json:"line2,omitzero" d365:"line2" max:"250" personal:"true"`
	Line3           string                     `json:"line3,omitzero" d365:"line3" max:"250" personal:"true"`
	City            string                     `json:"city,omitzero" d365:"city" max:"80" personal:"true"`
	StateOrProvince string                     `json:"state_or_province,omitzero" d365:"stateorprovince" max:"50" personal:"true"`
	PostalCode      string                     `json:"postal_code,omitzero" d365:"postalcode" max:"20" personal:"true"`
	Country         string                     `json:"country,omitzero" d365:"country" max:"80"`
	CountryCode     string                     `json:"country_code,omitzero" max:"2" form:"country"` // ISO 3166-1; see CountryCodeOf
	County          string                     `json:"county,omitzero" d365:"county" max:"50" personal:"true"`
	PostOfficeBox   string                     `json:"post_office_box,omitzero" d365:"postofficebox" max:"20" personal:"true"`
	Telephone1      string                     `json:"telephone1,omitzero" d365:"telephone1" max:"50" personal:"true"`
	Telephone2      string                     `json:"telephone2,omitzero" d365:"telephone2" max:"50" personal:"true"`
	Telephone3      string                     `json:"telephone3,omitzero" d365:"telephone3" max:"50" personal:"true"`
	Fax             string                     `json:"fax,omitzero" d365:"fax" max:"50" personal:"true"`
	UPSZone         string                     `json:"ups_zone,omitzero" d365:"upszone" max:"4"`
	UTCOffset       value.Opt[int32]           `json:"utc_offset,omitzero" d365:"utcoffset" range:"-1500..1500"` // minutes
	Latitude        value.Opt[decimal.Decimal] `json:"latitude,omitzero" d365:"latitude" range:"-90..90" personal:"true"`
	Longitude       value.Opt[decimal.Decimal] `json:"longitude,omitzero" d365:"longitude" range:"-180..180" personal:"true"`
	TypeCode        DefaultValue               `json:"type_code,omitzero" d365:"addresstypecode"`
	ShippingMethod  DefaultValue               `json:"shipping_method,omitzero" d365:"shippingmethodcode"`
}

// Composite is the address on one line.
func (a Address) Composite() string {
	parts := []string{a.Line1, a.Line2, a.Line3, a.City, a.StateOrProvince, a.PostalCode, a.Country}
	full := parts[:0]
	for _, p := range parts {
		if p != "" {
			full = append(full, p)
		}
	}
	return strings.Join(full, ", ")
}

// BillTo is where a document's invoice goes.
type BillTo struct {
	Name            string `json:"name,omitzero" d365:"name" max:"200" personal:"true"`
	ContactName     string `json:"contact_name,omitzero" d365:"contactname" max:"150" personal:"true"`
	Line1           string `json:"line1,omitzero" d365:"line1" max:"250" personal:"true"`
	Line2           string `json:"line2,omitzero" d365:"line2" max:"250" personal:"true"`
	Line3           string `json:"line3,omitzero" d365:"line3" max:"250" personal:"true"`
	City            string `json:"city,omitzero" d365:"city" max:"80" personal:"true"`
	StateOrProvince string `json:"state_or_province,omitzero" d365:"stateorprovince" max:"50" personal:"true"`
	PostalCode      string `json:"postal_code,omitzero" d365:"postalcode" max:"20" personal:"true"`
	Country         string `json:"country,omitzero" d365:"country" max:"80"`
	Telephone       string `json:"telephone,omitzero" d365:"telephone" max:"50" personal:"true"`
	Fax             string `json:"fax,omitzero" d365:"fax" max:"50" personal:"true"`
	AddressID       string `json:"address_id,omitzero" d365:"addressid" max:"36"` // the host's; quotes and orders only

	CountryCode string       `json:"country_code,omitzero" max:"2" form:"country"` // ISO 3166-1; BT-55
	VATID       string       `json:"vat_id,omitzero" max:"15" form:"vat_id"`       // BT-48
	LegalID     *Identifier  `json:"legal_id,omitzero"`                            // BT-47
	Endpoint    *Identifier  `json:"endpoint,omitzero"`                            // BT-49
	TradingName string       `json:"trading_name,omitzero" max:"200"`              // BT-45
	Identifiers []Identifier `json:"identifiers,omitzero" most:"5"`                // BT-46
	Email       string       `json:"email,omitzero" max:"100" personal:"true"`     // BT-58
}

// FieldFaults lists what no single field shows: the scheme of the endpoint is needed.
func (b *BillTo) FieldFaults() []record.Reason { return endpointFaults(b.Endpoint) }

// IsZero reports whether nothing is said.
func (b *BillTo) IsZero() bool { return b == nil || reflect.ValueOf(*b).IsZero() }

// Clone returns a deep copy, nil of nil.
func (b *BillTo) Clone() *BillTo {
	if b == nil {
		return nil
	}
	clone := *b
	clone.LegalID, clone.Endpoint, clone.Identifiers = record.ClonePtr(b.LegalID), record.ClonePtr(b.Endpoint), slices.Clone(b.Identifiers)
	return &clone
}

// ShipTo is where the goods of a document or line go.
type ShipTo struct {
	BillTo
	FreightTerms DefaultValue `json:"freight_terms,omitzero" d365:"freighttermscode"`
}

// FieldFaults lists nothing: the address says what is wrong with it.
func (*ShipTo) FieldFaults() []record.Reason { return nil }

// IsZero reports whether nothing is said.
func (s *ShipTo) IsZero() bool { return s == nil || reflect.ValueOf(*s).IsZero() }

// Clone returns a deep copy, nil of nil.
func (s *ShipTo) Clone() *ShipTo {
	if s == nil {
		return nil
	}
	return &ShipTo{BillTo: *s.BillTo.Clone(), FreightTerms: s.FreightTerms}
}

// BillTo is the account as its documents name it, at its first address.
func (f *AccountFields) BillTo() *BillTo {
	b := f.Address1.orNone().BillTo(f.Name)
	b.VATID, b.LegalID, b.Endpoint, b.TradingName, b.Email = f.VATID, record.ClonePtr(f.LegalID), record.ClonePtr(f.Endpoint), f.TradingName, f.Email1
	if f.AccountNumber != "" {
		b.Identifiers = []Identifier{{Value: f.AccountNumber}}
	}
	return b
}

// BillTo is the contact as its documents name it, at its first address.
func (c *Contact) BillTo() *BillTo {
	b := c.Address1.orNone().BillTo(c.FullName())
	b.VATID, b.Endpoint, b.Email = c.VATID, record.ClonePtr(c.Endpoint), c.Email1
	return b
}

// orNone is the address, an empty one for none.
func (a *Address) orNone() *Address {
	if a == nil {
		return &Address{}
	}
	return a
}

// BillTo copies an address as conversions do.
func (a *Address) BillTo(name string) *BillTo {
	if a == nil {
		return nil
	}
	return &BillTo{
		Name: name, Line1: a.Line1, Line2: a.Line2, Line3: a.Line3, City: a.City,
		StateOrProvince: a.StateOrProvince, PostalCode: a.PostalCode, Country: a.Country,
		CountryCode: a.CountryCode, Telephone: a.Telephone1, Fax: a.Fax,
	}
}

// ShipTo copies an address as conversions do.
func (a *Address) ShipTo(name string) *ShipTo {
	if a == nil {
		return nil
	}
	return &ShipTo{BillTo: *a.BillTo(name)}
}

// Preferences say how a person may be approached.
type Preferences struct {
	DoNotEmail      bool          `json:"do_not_email,omitzero" d365:"donotemail"`
	DoNotBulkEmail  bool          `json:"do_not_bulk_email,omitzero" d365:"donotbulkemail"`
	DoNotPhone      bool          `json:"do_not_phone,omitzero" d365:"donotphone"`
	DoNotFax        bool          `json:"do_not_fax,omitzero" d365:"donotfax"`
	DoNotPostalMail bool          `json:"do_not_postal_mail,omitzero" d365:"donotpostalmail"`
	DoNotSendMM     bool          `json:"do_not_send_mm,omitzero" d365:"donotsendmm"`
	ContactMethod   ContactMethod `json:"preferred_contact_method,omitzero" d365:"preferredcontactmethodcode"`
}
