package leadtocash

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// PriceInput says how the document was calculated, for those who look at the result.
func (o *Opportunity) PriceInput(p pricing.PriceInput) pricing.PriceInput {
	return o.Priced(&o.Head, &o.Charges, p)
}

// PriceInput says how the document was calculated; base gives what the document does
// not know itself.
func (q *Quote) PriceInput(p pricing.PriceInput) pricing.PriceInput {
	return q.Priced(&q.Head, &q.Charges, p)
}

// PriceInput says how the document was calculated; base gives what the document does
// not know itself.
func (o *Order) PriceInput(p pricing.PriceInput) pricing.PriceInput {
	return o.Priced(&o.Head, &o.Charges, p)
}

// PriceInput says how the document was calculated; base gives what the document does
// not know itself.
func (i *Invoice) PriceInput(p pricing.PriceInput) pricing.PriceInput {
	return i.Priced(&i.Head, &i.Charges, p)
}

// PriceInput says how the document was calculated; base gives what the document does
// not know itself.
func (n *CreditNote) PriceInput(p pricing.PriceInput) pricing.PriceInput {
	return n.Priced(&n.Head, &n.Charges, p)
}

// TaxGroups adds up the tax of the opportunity by category and rate; none where
// taxes are typed.
func (o *Opportunity) TaxGroups() []pricing.TaxGroup {
	return pricing.TaxGroups(o.PriceInput(pricing.PriceInput{}), o.Lines, o.Totals)
}

// TaxGroups adds up the tax of the quote by category and rate; none where taxes
// are typed.
func (q *Quote) TaxGroups() []pricing.TaxGroup {
	return pricing.TaxGroups(q.PriceInput(pricing.PriceInput{}), q.Lines, q.Totals)
}

// TaxGroups adds up the tax of the order by category and rate; none where taxes
// are typed.
func (o *Order) TaxGroups() []pricing.TaxGroup {
	return pricing.TaxGroups(o.PriceInput(pricing.PriceInput{}), o.Lines, o.Totals)
}

// TaxGroups adds up the tax of the invoice by category and rate; none where
// taxes are typed.
func (i *Invoice) TaxGroups() []pricing.TaxGroup {
	return pricing.TaxGroups(i.PriceInput(pricing.PriceInput{}), i.Lines, i.Totals)
}

// TaxGroups adds up the tax of the credit note by category and rate; none where
// taxes are typed.
func (n *CreditNote) TaxGroups() []pricing.TaxGroup {
	return pricing.TaxGroups(n.PriceInput(pricing.PriceInput{}), n.Lines, n.Totals)
}

// BaseTotals returns the totals in the organisation's base currency, each
// converted by itself at the credit note's exchange rate; the zero Totals
// where HasBase is false.
func (n *CreditNote) BaseTotals(s Settings) pricing.Totals {
	return n.InBase(n.PriceInput(pricing.PriceInput{BaseCurrency: s.BaseCurrency}))
}

// BaseTotals returns the totals in the organisation's base currency, each
// converted by itself at the invoice's exchange rate; the zero Totals
// where HasBase is false.
func (i *Invoice) BaseTotals(s Settings) pricing.Totals {
	return i.InBase(i.PriceInput(pricing.PriceInput{BaseCurrency: s.BaseCurrency}))
}

// BaseTotals returns the totals in the organisation's base currency, each
// converted by itself at the order's exchange rate; the zero Totals
// where HasBase is false.
func (o *Order) BaseTotals(s Settings) pricing.Totals {
	return o.InBase(o.PriceInput(pricing.PriceInput{BaseCurrency: s.BaseCurrency}))
}

// BaseTotals returns the totals in the organisation's base currency, each
// converted by itself at the quote's exchange rate; the zero Totals
// where HasBase is false.
func (q *Quote) BaseTotals(s Settings) pricing.Totals {
	return q.InBase(q.PriceInput(pricing.PriceInput{BaseCurrency: s.BaseCurrency}))
}

// BaseTotals returns the totals in the organisation's base currency, each
// converted by itself at the opportunity's exchange rate; the zero Totals
// where HasBase is false.
func (o *Opportunity) BaseTotals(s Settings) pricing.Totals {
	return o.InBase(o.PriceInput(pricing.PriceInput{BaseCurrency: s.BaseCurrency}))
}

// DocumentDetails are what e-invoices and papers say of a quote, an order, an invoice or
// a credit note besides what it costs. Most documents have none. Which kinds of document
// have a field, and which conversions carry it over, stands in its tags: quote, order,
// invoice, credit note. The terms are those of EN 16931.
type DocumentDetails struct {
	Language            string               `json:"language,omitzero" max:"35" form:"language" on:"QOIC" copy:"QO OI IC"` // BCP 47; default: the customer's, the organization's
	BuyerReference      string               `json:"buyer_reference,omitzero" max:"200" on:"QOIC" copy:"QO OI IC"`         // default: the account's; BT-10
	PurchaseOrder       string               `json:"purchase_order,omitzero" max:"100" on:"QIC" copy:"IC"`                 // of the buyer; orders have CustomerPONumber; BT-13
	SalesOrder          string               `json:"sales_order,omitzero" max:"100" on:"IC" copy:"IC"`                     // the number of the order; BT-14
	Contract            string               `json:"contract,omitzero" max:"100" on:"QOIC" copy:"QO OI IC"`                // BT-12
	Project             string               `json:"project,omitzero" max:"100" on:"QOIC" copy:"QO OI IC"`                 // BT-11
	ProjectName         string               `json:"project_name,omitzero" max:"200" on:"QOIC" copy:"QO OI IC"`
	Despatch            string               `json:"despatch,omitzero" max:"100" on:"OIC" copy:"OI IC"`                 // number of the despatch advice; BT-16
	Receipt             string               `json:"receipt,omitzero" max:"100" on:"OIC" copy:"OI IC"`                  // number of the receiving advice; BT-15
	Tender              string               `json:"tender,omitzero" max:"100" on:"QOIC" copy:"QO OI IC"`               // or lot; BT-17
	Object              *party.Identifier    `json:"object,omitzero" on:"OIC" copy:"OI IC"`                             // that is invoiced, a meter for example; scheme of UNTDID 1153; BT-18
	AccountingReference string               `json:"accounting_reference,omitzero" max:"100" on:"QOIC" copy:"QO OI IC"` // where the buyer books it; BT-19
	PeriodFrom          value.Date           `json:"period_from,omitzero" on:"QOIC" copy:"QO OI"`                       // BT-73
	PeriodTo            value.Date           `json:"period_to,omitzero" on:"QOIC" copy:"QO OI"`                         // not before PeriodFrom; BT-74
	TaxPoint            value.Date           `json:"tax_point,omitzero" on:"OIC" copy:"OI"`                             // excludes TaxPointCode; BT-7
	TaxPointCode        string               `json:"tax_point_code,omitzero" max:"3" on:"OIC" copy:"OI"`                // 3 issue, 35 delivery, 432 payment; BT-8
	TypeCode            string               `json:"type_code,omitzero" max:"3" on:"IC"`                                // 380 unless given, 326 partial, 384 corrected, 386 prepayment; of a credit note 381; BT-3
	Preceding           []PrecedingInvoice   `json:"preceding,omitzero" most:"20" on:"IC"`                              // that it corrects or concludes, needed for 384; a credit note of an invoice has that one first; BG-3
	Notes               []DocumentNote       `json:"notes,omitzero" most:"10" on:"QOIC" copy:"QO OI"`                   // besides the description; BG-1
	Attachments         []DocumentAttachment `json:"attachments,omitzero" most:"20" on:"QOIC"`                          // that go with the document; BG-24
	PaymentMeans        []PaymentMeans       `json:"payment_means,omitzero" most:"3" on:"QOIC" copy:"QO OI"`            // default, when issued: of organization and customer; BG-16
	Remittance          string               `json:"remittance,omitzero" max:"140" on:"OIC"`                            // what a payment names; default of an export: the number; BT-83
	Payee               *party.Party         `json:"payee,omitzero" on:"OIC" copy:"OI IC"`                              // where it is not the seller; BG-10
	Delivery            *Delivery            `json:"delivery,omitzero" on:"QOIC" copy:"QO OI IC"`                       // with ShipTo as its address; BG-13
	Prepayments         []Prepayment         `json:"prepayments,omitzero" most:"50" on:"IC"`                            // whose sum the prepaid amount is; BT-113
	Withholdings        []Withholding        `json:"withholdings,omitzero" most:"5" on:"QOIC" copy:"QO OI IC"`          // shown below the amount due, which they do not change
}

// PrecedingInvoice is an invoice that another one or a credit note refers to.
type PrecedingInvoice struct {
	InvoiceID record.InvoiceID `json:"invoice_id,omitzero"`
	Number    string           `json:"number" max:"100" need:"true"` // BT-25
	IssueDate value.Date       `json:"issue_date,omitzero"`          // BT-26
}

// DocumentNote is a text on a document.
type DocumentNote struct {
	SubjectCode string `json:"subject_code,omitzero" max:"3" form:"subject"` // UNTDID 4451, only the pattern is checked; BT-21
	Text        string `json:"text" text:"5000" need:"true"`                 // BT-22
}

// DocumentAttachment is a note with a file that goes with the document.
type DocumentAttachment struct {
	NoteID      record.NoteID `json:"note_id" need:"true"`
	Reference   string        `json:"reference" max:"100" need:"true"` // BT-122
	Description string        `json:"description,omitzero" max:"200"`  // BT-123
}

// Delivery is where and when goods were delivered, besides the address.
type Delivery struct {
	Location *party.Identifier `json:"location,omitzero"`       // BT-71
	Name     string            `json:"name,omitzero" max:"200"` // BT-70
	On       value.Date        `json:"on,omitzero"`             // of invoices, their DateDelivered instead; BT-72
}

// PaymentMeans is a way to pay: a transfer, a direct debit, a card or another.
type PaymentMeans struct {
	Code        string `json:"code" max:"3" need:"true" form:"means"`                      // UNTDID 4461: 30 transfer, 58 SEPA transfer, 49 direct debit, 59 SEPA direct debit, 48 card; BT-81
	Text        string `json:"text,omitzero" max:"100"`                                    // BT-82
	AccountKey  string `json:"account_key,omitzero" max:"20"`                              // an account of the organization, copied when the document is issued
	IBAN        string `json:"iban,omitzero" max:"34" form:"iban"`                         // BT-84
	Account     string `json:"account,omitzero" max:"50"`                                  // where there is no IBAN; BT-84
	BIC         string `json:"bic,omitzero" max:"11" form:"bic"`                           // BT-86
	AccountName string `json:"account_name,omitzero" max:"100"`                            // BT-85
	Mandate     string `json:"mandate,omitzero" max:"35"`                                  // BT-89
	CreditorID  string `json:"creditor_id,omitzero" max:"35" form:"creditor_id"`           // BT-90
	DebitedIBAN string `json:"debited_iban,omitzero" max:"34" form:"iban" personal:"true"` // BT-91
	CardLast    string `json:"card_last,omitzero" max:"6" form:"card_last"`                // the last four to six digits, never more; BT-87
	CardHolder  string `json:"card_holder,omitzero" max:"100" personal:"true"`             // BT-88
	URL         string `json:"url,omitzero" max:"500"`                                     // where to pay
}

// FieldFaults lists what no single field shows: what the code needs is there, and
// nothing of another way to pay.
func (m *PaymentMeans) FieldFaults() (reasons []record.Reason) {
	transfer := m.AccountKey != "" || m.IBAN != "" || m.Account != ""
	debit, card := m.Mandate != "" || m.CreditorID != "" || m.DebitedIBAN != "", m.CardLast != "" || m.CardHolder != ""
	missing := func(field, text string) {
		if text == "" {
			reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: field, Message: "the way to pay needs it"})
		}
	}
	switch m.Code {
	case "30", "58":
		missing("iban", m.AccountKey+m.IBAN+m.Account)
	case "49", "59":
		missing("mandate", m.Mandate)
		missing("creditor_id", m.CreditorID)
		missing("debited_iban", m.DebitedIBAN)
	case "48", "54", "55":
		missing("card_last", m.CardLast)
	}
	if transfer && debit || debit && card || card && transfer {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "code", Message: "account, direct debit and card exclude each other"})
	}
	return reasons
}

// Prepayment is money that came before the invoice.
type Prepayment struct {
	InvoiceID  record.InvoiceID `json:"invoice_id,omitzero"` // that asked for it
	Number     string           `json:"number" max:"100" need:"true"`
	IssueDate  value.Date       `json:"issue_date,omitzero"`
	ReceivedOn value.Date       `json:"received_on,omitzero"`
	Net        money.Amount     `json:"net" range:"-1e12..1e12"`
	Tax        money.Amount     `json:"tax" range:"-1e12..1e12"`
	Amount     money.Amount     `json:"amount" range:"-1e12..1e12"` // Net and Tax
	Groups     []PrepaidTax     `json:"groups,omitzero" most:"20"`
}

// PrepaidTax is what of a prepayment is taxed in one category at one rate.
type PrepaidTax struct {
	Category pricing.TaxCategory        `json:"category"`
	Rate     value.Opt[decimal.Decimal] `json:"rate,omitzero" range:"0..1e9" decimals:"4"`
	Net      money.Amount               `json:"net" range:"-1e12..1e12"`
	Tax      money.Amount               `json:"tax" range:"-1e12..1e12"`
}

// FieldFaults lists what no single field shows: net and tax come to the amount.
func (p *Prepayment) FieldFaults() []record.Reason {
	if p.Net.Add(p.Tax).Equal(p.Amount) {
		return nil
	}
	return []record.Reason{{Code: codes.ErrInvalid, Field: "amount", Message: "is not net and tax"}}
}

// Withholding is a tax that the buyer keeps back and pays to the state: a percentage
// of what is due without tax, or of a stated base.
type Withholding struct {
	Name       string                     `json:"name" max:"100" need:"true"`
	Percentage value.Opt[decimal.Decimal] `json:"percentage,omitzero" range:"0..100" decimals:"5"`
	Base       value.Opt[money.Amount]    `json:"base,omitzero" range:"-1e12..1e12"`
}

// AmountOf is what is kept back of a document of the net amount, rounded once.
func (w *Withholding) AmountOf(net money.Amount, c money.Currency, mode money.RoundingMode) money.Amount {
	return c.RoundMode(w.Base.Or(net).Decimal().Mul(w.Percentage.Or(decimal.Decimal{})).Shift(-2), mode)
}

// FieldFaults lists what no single field shows.
func (d *DocumentDetails) FieldFaults() (reasons []record.Reason) {
	invalid := func(field, message string) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: field, Message: message})
	}
	if !d.PeriodFrom.IsZero() && !d.PeriodTo.IsZero() && d.PeriodTo.Before(d.PeriodFrom) {
		invalid("period_to", "the period ends before it begins")
	}
	if !d.TaxPoint.IsZero() && d.TaxPointCode != "" {
		invalid("tax_point_code", "the tax point is a day or a code")
	}
	if d.TaxPointCode != "" && !slices.Contains([]string{"3", "35", "432"}, d.TaxPointCode) {
		invalid("tax_point_code", "is 3, 35 or 432")
	}
	if d.TypeCode != "" && !slices.Contains([]string{"380", "326", "384", "386", "381"}, d.TypeCode) {
		invalid("type_code", "is 380, 326, 384 or 386, of a credit note 381")
	}
	return reasons
}

// clone returns a deep copy, nil of nil.
func (d *DocumentDetails) clone() *DocumentDetails {
	if d == nil {
		return nil
	}
	c := *d
	c.Object, c.Payee = record.ClonePtr(d.Object), d.Payee.ClonePtr()
	c.Preceding, c.Notes, c.Attachments = slices.Clone(d.Preceding), slices.Clone(d.Notes), slices.Clone(d.Attachments)
	c.PaymentMeans, c.Prepayments, c.Withholdings = slices.Clone(d.PaymentMeans), slices.Clone(d.Prepayments), slices.Clone(d.Withholdings)
	for n := range c.Prepayments {
		c.Prepayments[n].Groups = slices.Clone(c.Prepayments[n].Groups)
	}
	if c.Delivery = record.ClonePtr(d.Delivery); c.Delivery != nil {
		c.Delivery.Location = record.ClonePtr(c.Delivery.Location)
	}
	return &c
}

// orNil is nil for details that say nothing.
func (d *DocumentDetails) orNil() *DocumentDetails {
	if d == nil || reflect.ValueOf(*d).IsZero() {
		return nil
	}
	return d
}

// detailsOf are the letters of the kinds of documents in the tags of [DocumentDetails].
const (
	ofQuote      = "Q"
	ofOrder      = "O"
	ofInvoice    = "I"
	ofCreditNote = "C"
)

// carried are the details that a document of one kind hands on to one of another.
func (d *DocumentDetails) carried(from, to string) *DocumentDetails {
	if d == nil {
		return nil
	}
	c, t := d.clone(), reflect.TypeFor[DocumentDetails]()
	v := reflect.ValueOf(c).Elem()
	for n := range t.NumField() {
		if !slices.Contains(strings.Fields(t.Field(n).Tag.Get("copy")), from+to) {
			v.Field(n).SetZero()
		}
	}
	return c.orNil()
}

// detailsFaults lists the details that a kind of document does not have, and what else
// no single field of it shows.
func detailsFaults(path string, d *DocumentDetails, kind string) (reasons []record.Reason) {
	if d == nil {
		return nil
	}
	v, t := reflect.ValueOf(*d), reflect.TypeFor[DocumentDetails]()
	for n := range t.NumField() {
		sf := t.Field(n)
		if !v.Field(n).IsZero() && !strings.Contains(sf.Tag.Get("on"), kind) {
			name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: path + "details." + name, Message: "this kind of document does not have it"})
		}
	}
	if d.TypeCode != "" && (d.TypeCode == "381") != (kind == ofCreditNote) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: path + "details.type_code", Message: "is 381 of credit notes alone"})
	}
	return reasons
}

// prepaidFaults: what was prepaid is the sum of the prepayments, where there are some.
func prepaidFaults(path string, d *DocumentDetails, prepaid value.Opt[money.Amount]) []record.Reason {
	if d == nil || len(d.Prepayments) == 0 || prepaid.IsZero() || prepaid.Or(money.Amount{}).Equal(d.prepaid()) {
		return nil
	}
	return []record.Reason{{Code: codes.ErrInvalid, Field: path + "prepaid_amount", Message: "is not the sum of the prepayments"}}
}

func (d *DocumentDetails) prepaid() (sum money.Amount) {
	for n := range d.Prepayments {
		sum = sum.Add(d.Prepayments[n].Amount)
	}
	return sum
}

// takePrepaid makes the prepaid amount the sum of the prepayments, where there are some.
func (i *Invoice) takePrepaid() {
	if d := i.Details; d != nil && len(d.Prepayments) > 0 {
		i.PrepaidAmount = value.Some(d.prepaid())
	}
}

// handedOutText is what handedOutFaults is about.
const handedOutText = "a correction names what it corrects, periods of lines lie within that of the document, and discounts say why where Settings.RequireReasons says so"

// handedOutFaults lists why an invoice or a credit note is not issued as it is.
func (s *Settings) handedOutFaults(d *DocumentDetails, c *pricing.Charges, l *pricing.PricedLines) []record.Reason {
	reasons := issuedDetailsFaults(d, l.Lines)
	if s.RequireReasons {
		reasons = append(reasons, l.Unreasoned(c)...)
	}
	return reasons
}

// issuedDetailsFaults lists why a document with the details is not issued: a correction
// names what it corrects, and the periods of lines lie within that of the document.
func issuedDetailsFaults(d *DocumentDetails, lines []pricing.Line) (reasons []record.Reason) {
	if d != nil && d.TypeCode == "384" && len(d.Preceding) == 0 {
		reasons = append(reasons, record.ReasonFor(codes.ErrMissingField, "details.preceding"))
	}
	if d == nil || d.PeriodFrom.IsZero() && d.PeriodTo.IsZero() {
		return reasons
	}
	for n := range lines {
		l := lines[n].Details
		if l == nil {
			continue
		}
		early := !l.PeriodFrom.IsZero() && l.PeriodFrom.Before(d.PeriodFrom)
		late := !l.PeriodTo.IsZero() && !d.PeriodTo.IsZero() && l.PeriodTo.After(d.PeriodTo)
		if early || late {
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: fmt.Sprintf("lines[%d].details.period_from", n), Message: "the period of the line lies outside that of the document"})
		}
	}
	return reasons
}

// headerFaults lists what is wrong with organization and details of a kind of document:
// a newly chosen organization is active.
func headerFaults(path, kind string, id, was record.OrganizationID, d *DocumentDetails, inactive []record.Ref) []record.Reason {
	reasons := detailsFaults(path, d, kind)
	if id != was && slices.Contains(inactive, id.Ref()) {
		reasons = append(reasons, record.ReasonFor(codes.ErrInactive, path+"organization_id"))
	}
	return reasons
}

// otherSeller: a document has the organization of the one that it is made of.
func otherSeller(given, parent record.OrganizationID) []record.Reason {
	if given.IsZero() || parent.IsZero() || given == parent {
		return nil
	}
	return []record.Reason{{Code: codes.ErrInvalid, Field: "fields.organization_id", Message: "the document that it is made of has another organization"}}
}

// soldBy is the organization of the opportunity, none of none.
func (o *Opportunity) soldBy() record.OrganizationID {
	if o == nil {
		return record.OrganizationID{}
	}
	return o.OrganizationID
}

// sellersOwn is the organization, if it is that of the document.
func sellersOwn(o *party.Organization, id record.OrganizationID) *party.Organization {
	if o == nil || o.ID != id {
		return nil
	}
	return o
}

// soldBy is the organization of a new document: the one given, else that of its parent,
// else the default.
func (s *Settings) soldBy(given, parent record.OrganizationID) record.OrganizationID {
	return catalog.FirstID(given, catalog.FirstID(parent, s.DefaultOrganization))
}

// sellerOf is the organization as it is now, if it is that of the document.
func sellerOf(o *party.Organization, id record.OrganizationID) *party.Party {
	if o == nil || o.ID != id {
		return nil
	}
	return o.Seller()
}

// paymentMeans are those of a document that is handed out: its own with the accounts
// that they name, else what organization and customer say.
func (d *DocumentDetails) paymentMeans(o *party.Organization, b *Buyer, c money.Currency) []PaymentMeans {
	if o == nil {
		return d.means()
	}
	means := slices.Clone(d.means())
	if len(means) == 0 {
		means = defaultMeans(o, b, c)
	}
	for n := range means {
		m := &means[n]
		if a := o.Account(m.AccountKey, c); m.AccountKey != "" && a != nil {
			m.IBAN, m.Account, m.BIC, m.AccountName = a.IBAN, a.Account, a.BIC, cmp.Or(a.Name, o.Name)
		}
	}
	return means
}

func (d *DocumentDetails) means() []PaymentMeans {
	if d == nil {
		return nil
	}
	return d.PaymentMeans
}

// defaultMeans is a direct debit where the account has a mandate and is paid so, else
// a transfer to the organization.
func defaultMeans(o *party.Organization, b *Buyer, c money.Currency) []PaymentMeans {
	code := o.PaymentMeans
	if b != nil && b.Account != nil {
		a := b.Account
		code = cmp.Or(a.PaymentMeans, code)
		if m := a.Mandate; m != nil && (code == "49" || code == "59") && o.CreditorID != "" && m.IBAN != "" {
			return []PaymentMeans{{Code: code, Mandate: m.Reference, CreditorID: o.CreditorID, DebitedIBAN: m.IBAN}}
		}
	}
	account := o.Account("", c)
	if account == nil {
		return nil
	}
	if code != "30" && code != "58" {
		code = "30"
		if account.IBAN != "" {
			code = "58"
		}
	}
	return []PaymentMeans{{Code: code, AccountKey: account.Key}}
}

// handedOut are the details of a document that its organization hands out: the same,
// with the ways to pay and the language that are not said otherwise.
func (d *DocumentDetails) handedOut(o *party.Organization, b *Buyer, c money.Currency) *DocumentDetails {
	if o == nil {
		return d
	}
	next := DocumentDetails{}
	if d != nil {
		next = *d
	}
	next.PaymentMeans = d.paymentMeans(o, b, c)
	next.Language = cmp.Or(next.Language, o.Language)
	return next.orNil()
}

// ofCustomer are the details of a new document of a customer: what is given, and for
// the rest what the account says.
func (d *DocumentDetails) ofCustomer(b *Buyer, id record.CustomerID) *DocumentDetails {
	if b == nil {
		return d
	}
	var language, reference string
	switch {
	case b.Account != nil && b.Account.ID == id.Account():
		language, reference = b.Account.Language, b.Account.BuyerReference
	case b.Contact != nil && b.Contact.ID == id.Contact():
		language = b.Contact.Language
	}
	if language == "" && reference == "" {
		return d
	}
	next := DocumentDetails{}
	if d != nil {
		next = *d
	}
	next.Language, next.BuyerReference = cmp.Or(next.Language, language), cmp.Or(next.BuyerReference, reference)
	return &next
}
