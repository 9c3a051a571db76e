package einvoice

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/value"
)

// Amount is money of the document's currency, or none: what is missing is not 0.
type Amount = value.Opt[money.Amount]

// Number is a quantity, a price, a percentage, or none. It is exact.
type Number = value.Opt[decimal.Decimal]

// Document is an invoice or a credit note in the terms of EN 16931-1: a field for each
// business term, a struct for each group. It holds whatever somebody wrote; Check says
// what is wrong with it. Its JSON form is published, for formats that this package does
// not write.
//
// Codes are texts, so that one that is in no list can be read and reported. Amounts of
// a credit note are what is credited, positive.
type Document struct {
	Number              string             `json:"number,omitzero"`               // BT-1
	IssueDate           value.Date         `json:"issue_date,omitzero"`           // BT-2
	TypeCode            string             `json:"type_code,omitzero"`            // UNTDID 1001: 380 invoice, 381 credit note; BT-3
	Currency            string             `json:"currency,omitzero"`             // ISO 4217; BT-5
	TaxCurrency         string             `json:"tax_currency,omitzero"`         // of TaxInTaxCurrency; BT-6
	TaxPoint            value.Date         `json:"tax_point,omitzero"`            // excludes TaxPointCode; BT-7
	TaxPointCode        string             `json:"tax_point_code,omitzero"`       // UNTDID 2005: 3 issue, 35 delivery, 432 payment; BT-8
	DueDate             value.Date         `json:"due_date,omitzero"`             // BT-9
	BuyerReference      string             `json:"buyer_reference,omitzero"`      // in Germany the Leitweg-ID; BT-10
	Project             string             `json:"project,omitzero"`              // BT-11
	Contract            string             `json:"contract,omitzero"`             // BT-12
	PurchaseOrder       string             `json:"purchase_order,omitzero"`       // of the buyer; BT-13
	SalesOrder          string             `json:"sales_order,omitzero"`          // of the seller; BT-14
	Receipt             string             `json:"receipt,omitzero"`              // receiving advice; BT-15
	Despatch            string             `json:"despatch,omitzero"`             // despatch advice; BT-16
	Tender              string             `json:"tender,omitzero"`               // or lot; BT-17
	Object              *party.Identifier  `json:"object,omitzero"`               // that is invoiced; scheme of UNTDID 1153; BT-18
	AccountingReference string             `json:"accounting_reference,omitzero"` // where the buyer books it; BT-19
	Terms               string             `json:"terms,omitzero" space:"keep"`   // of payment; BT-20
	Skonto              string             `json:"skonto,omitzero" space:"keep"`  // the terms with their early discounts in the form of XRechnung, which writes it in place of Terms
	Notes               []Note             `json:"notes,omitzero"`                // BG-1
	Process             string             `json:"process,omitzero"`              // empty: that of the profile; BT-23
	Specification       string             `json:"specification,omitzero"`        // empty: that of the profile; BT-24
	Preceding           []PrecedingInvoice `json:"preceding,omitzero"`            // BG-3
	Seller              party.Party        `json:"seller,omitzero"`               // BG-4
	Buyer               party.Party        `json:"buyer,omitzero"`                // its contact is BG-9; BG-7
	Payee               *party.Party       `json:"payee,omitzero"`                // where it is not the seller; BG-10
	TaxRepresentative   *party.Party       `json:"tax_representative,omitzero"`   // of the seller; BG-11
	Delivery            *Delivery          `json:"delivery,omitzero"`             // BG-13
	PeriodFrom          value.Date         `json:"period_from,omitzero"`          // BT-73
	PeriodTo            value.Date         `json:"period_to,omitzero"`            // BT-74
	Payment             *Payment           `json:"payment,omitzero"`              // BG-16
	Allowances          []Adjustment       `json:"allowances,omitzero"`           // BG-20
	Charges             []Adjustment       `json:"charges,omitzero"`              // BG-21
	Totals              Totals             `json:"totals,omitzero"`               // BG-22
	Taxes               []Tax              `json:"taxes,omitzero"`                // BG-23
	Attachments         []Attachment       `json:"attachments,omitzero"`          // BG-24
	Lines               []Line             `json:"lines,omitzero"`                // BG-25
	Unread              []string           `json:"unread,omitzero"`               // paths of what Read found and has no field for; not written
}

// Note is a text on the document.
type Note struct {
	SubjectCode string `json:"subject_code,omitzero"` // UNTDID 4451; BT-21
	Text        string `json:"text,omitzero"`         // BT-22
}

// PrecedingInvoice is one that this document corrects, credits or concludes.
type PrecedingInvoice struct {
	Number    string     `json:"number,omitzero"`     // BT-25
	IssueDate value.Date `json:"issue_date,omitzero"` // BT-26
}

// Delivery is where and when goods or services were delivered.
type Delivery struct {
	Name     string              `json:"name,omitzero"`     // BT-70
	Location *party.Identifier   `json:"location,omitzero"` // BT-71
	On       value.Date          `json:"on,omitzero"`       // BT-72
	Address  party.PostalAddress `json:"address,omitzero"`  // BG-15
}

// Payment is how to pay. EN 16931 knows one way; a transfer can name several accounts.
type Payment struct {
	Code        string           `json:"code,omitzero"`         // UNTDID 4461; BT-81
	Text        string           `json:"text,omitzero"`         // BT-82
	Remittance  string           `json:"remittance,omitzero"`   // what the payment names; BT-83
	Transfers   []CreditTransfer `json:"transfers,omitzero"`    // BG-17
	Card        *Card            `json:"card,omitzero"`         // BG-18
	DirectDebit *DirectDebit     `json:"direct_debit,omitzero"` // BG-19
}

// CreditTransfer is an account to pay to.
type CreditTransfer struct {
	Account string `json:"account,omitzero"` // IBAN, else another number; BT-84
	Name    string `json:"name,omitzero"`    // BT-85
	BIC     string `json:"bic,omitzero"`     // BT-86
}

// Card is a card that was paid with.
type Card struct {
	Number string `json:"number,omitzero"` // its last digits only; BT-87
	Holder string `json:"holder,omitzero"` // BT-88
}

// DirectDebit is an account that is debited.
type DirectDebit struct {
	Mandate    string `json:"mandate,omitzero"`     // BT-89
	CreditorID string `json:"creditor_id,omitzero"` // BT-90
	Account    string `json:"account,omitzero"`     // BT-91
}

// Adjustment is an allowance or a charge, of the document or of a line. Those of a line
// have neither category nor rate.
type Adjustment struct {
	Amount     Amount `json:"amount,omitzero"`      // without tax; BT-92, 99, 136, 141
	Base       Amount `json:"base,omitzero"`        // BT-93, 100, 137, 142
	Percentage Number `json:"percentage,omitzero"`  // BT-94, 101, 138, 143
	Category   string `json:"category,omitzero"`    // UNCL 5305; BT-95, 102
	Rate       Number `json:"rate,omitzero"`        // percent; BT-96, 103
	Reason     string `json:"reason,omitzero"`      // BT-97, 104, 139, 144
	ReasonCode string `json:"reason_code,omitzero"` // allowance UNTDID 5189, charge UNTDID 7161; BT-98, 105, 140, 145
}

// Totals are the sums of the document.
type Totals struct {
	Lines            Amount `json:"lines,omitzero"`               // BT-106
	Allowances       Amount `json:"allowances,omitzero"`          // BT-107
	Charges          Amount `json:"charges,omitzero"`             // BT-108
	TaxExclusive     Amount `json:"tax_exclusive,omitzero"`       // BT-109
	Tax              Amount `json:"tax,omitzero"`                 // BT-110
	TaxInTaxCurrency Amount `json:"tax_in_tax_currency,omitzero"` // BT-111
	TaxInclusive     Amount `json:"tax_inclusive,omitzero"`       // BT-112
	Prepaid          Amount `json:"prepaid,omitzero"`             // BT-113
	Rounding         Amount `json:"rounding,omitzero"`            // BT-114
	Payable          Amount `json:"payable,omitzero"`             // BT-115
}

// Tax is what is taxed in one category at one rate.
type Tax struct {
	Taxable         Amount `json:"taxable,omitzero"`          // BT-116
	Tax             Amount `json:"tax,omitzero"`              // BT-117
	Category        string `json:"category,omitzero"`         // UNCL 5305; BT-118
	Rate            Number `json:"rate,omitzero"`             // percent; none of O; BT-119
	ExemptionReason string `json:"exemption_reason,omitzero"` // BT-120
	ExemptionCode   string `json:"exemption_code,omitzero"`   // VATEX; BT-121
}

// Attachment is a document that supports this one: within it, or where it is found.
type Attachment struct {
	Reference   string `json:"reference,omitzero"`   // BT-122
	Description string `json:"description,omitzero"` // BT-123
	Location    string `json:"location,omitzero"`    // URL; BT-124
	Content     []byte `json:"content,omitzero"`     // BT-125
	MIME        string `json:"mime,omitzero"`        // of the content
	Filename    string `json:"filename,omitzero"`    // of the content
}

// Line is a line of the document.
type Line struct {
	ID                  string            `json:"id,omitzero"`                   // BT-126
	Note                string            `json:"note,omitzero"`                 // BT-127
	Object              *party.Identifier `json:"object,omitzero"`               // that is invoiced; scheme of UNTDID 1153; BT-128
	Quantity            Number            `json:"quantity,omitzero"`             // BT-129
	UnitCode            string            `json:"unit_code,omitzero"`            // UN/ECE Recommendation 20 or 21; BT-130
	Net                 Amount            `json:"net,omitzero"`                  // BT-131
	OrderLine           string            `json:"order_line,omitzero"`           // of the buyer's order; BT-132
	AccountingReference string            `json:"accounting_reference,omitzero"` // BT-133
	PeriodFrom          value.Date        `json:"period_from,omitzero"`          // BT-134
	PeriodTo            value.Date        `json:"period_to,omitzero"`            // BT-135
	Allowances          []Adjustment      `json:"allowances,omitzero"`           // BG-27
	Charges             []Adjustment      `json:"charges,omitzero"`              // BG-28
	Price               Number            `json:"price,omitzero"`                // net; BT-146
	PriceDiscount       Number            `json:"price_discount,omitzero"`       // BT-147
	GrossPrice          Number            `json:"gross_price,omitzero"`          // BT-148
	PriceBase           Number            `json:"price_base,omitzero"`           // for how many units the prices are; none: one; BT-149
	PriceUnitCode       string            `json:"price_unit_code,omitzero"`      // of PriceBase; BT-150
	Category            string            `json:"category,omitzero"`             // UNCL 5305; BT-151
	Rate                Number            `json:"rate,omitzero"`                 // percent; none of O; BT-152
	Name                string            `json:"name,omitzero"`                 // BT-153
	Description         string            `json:"description,omitzero"`          // BT-154
	SellerItem          string            `json:"seller_item,omitzero"`          // BT-155
	BuyerItem           string            `json:"buyer_item,omitzero"`           // BT-156
	StandardItem        *party.Identifier `json:"standard_item,omitzero"`        // GTIN in scheme 0160; BT-157
	Classes             []Class           `json:"classes,omitzero"`              // BT-158
	Origin              string            `json:"origin,omitzero"`               // country; BT-159
	Attributes          []Attribute       `json:"attributes,omitzero"`           // BG-32

	unitAssumed bool // nobody said the unit code
}

// Class is a class of an item in a list.
type Class struct {
	List    string `json:"list,omitzero"`    // UNTDID 7143
	Version string `json:"version,omitzero"` // of the list
	Value   string `json:"value,omitzero"`   // BT-158
}

// Attribute is something that an item has.
type Attribute struct {
	Name  string `json:"name,omitzero"`  // BT-160
	Value string `json:"value,omitzero"` // BT-161
}

// IsCreditNote reports whether the type code is one of credit notes.
func (d *Document) IsCreditNote() bool { return listed("UNTDID-1001-credit-note", d.TypeCode) }

// isGerman reports whether seller and buyer are in Germany, which rules of Peppol ask.
func (d *Document) isGerman() bool {
	return d.Seller.Address.CountryCode == "DE" && d.Buyer.Address.CountryCode == "DE"
}

// categories are those of lines, allowances and charges, each once.
func (d *Document) categories() (list []string) {
	add := func(category string) {
		if category != "" && !slices.Contains(list, category) {
			list = append(list, category)
		}
	}
	for i := range d.Lines {
		add(d.Lines[i].Category)
	}
	for _, a := range d.Allowances {
		add(a.Category)
	}
	for _, a := range d.Charges {
		add(a.Category)
	}
	return list
}
