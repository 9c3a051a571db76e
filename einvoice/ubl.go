package einvoice

import (
	"regexp"
	"strings"

	"github.com/leadtocash/leadtocash/party"
)

// The roots of UBL 2.1.
const (
	ublInvoice    = "Invoice"
	ublCreditNote = "CreditNote"
)

// ubl binds a document to UBL 2.1. Its calls are in the order of the elements.
type ubl struct {
	*Document
	creditNote bool
}

// bindUBL binds the root.
func bindUBL(b binding, d *Document) {
	u := ubl{d, b.name == ublCreditNote}
	b.token("cbc:CustomizationID", &u.Specification)
	b.token("cbc:ProfileID", &u.Process)
	b.token("cbc:ID", &u.Number)
	b.date("cbc:IssueDate", &u.IssueDate, false)
	if u.creditNote {
		b.date("cbc:TaxPointDate", &u.TaxPoint, false)
		b.token("cbc:CreditNoteTypeCode", &u.TypeCode)
		u.notes(b)
	} else {
		b.date("cbc:DueDate", &u.DueDate, false)
		b.token("cbc:InvoiceTypeCode", &u.TypeCode)
		u.notes(b)
		b.date("cbc:TaxPointDate", &u.TaxPoint, false)
	}
	b.token("cbc:DocumentCurrencyCode", &u.Currency)
	b.token("cbc:TaxCurrencyCode", &u.TaxCurrency)
	b.token("cbc:AccountingCost", &u.AccountingReference)
	b.token("cbc:BuyerReference", &u.BuyerReference)
	b.group("cac:InvoicePeriod", func(b binding) {
		b.date("cbc:StartDate", &u.PeriodFrom, false)
		b.date("cbc:EndDate", &u.PeriodTo, false)
		b.token("cbc:DescriptionCode", &u.TaxPointCode)
	})
	b.group("cac:OrderReference", u.order)
	each(b, "cac:BillingReference", &u.Preceding, always, func(b binding, p *PrecedingInvoice) {
		b.group("cac:InvoiceDocumentReference", func(b binding) {
			b.token("cbc:ID", &p.Number)
			b.date("cbc:IssueDate", &p.IssueDate, false)
		})
	})
	b.token("cac:DespatchDocumentReference/cbc:ID", &u.Despatch)
	b.token("cac:ReceiptDocumentReference/cbc:ID", &u.Receipt)
	if u.creditNote {
		b.token("cac:ContractDocumentReference/cbc:ID", &u.Contract)
		u.additional(b)
		b.token("cac:OriginatorDocumentReference/cbc:ID", &u.Tender)
	} else {
		b.token("cac:OriginatorDocumentReference/cbc:ID", &u.Tender)
		b.token("cac:ContractDocumentReference/cbc:ID", &u.Contract)
		u.additional(b)
		b.token("cac:ProjectReference/cbc:ID", &u.Project)
	}
	b.group("cac:AccountingSupplierParty", func(b binding) { b.group("cac:Party", u.seller) })
	b.group("cac:AccountingCustomerParty", func(b binding) {
		b.group("cac:Party", func(b binding) { ublParty(b, &u.Buyer, nil) })
	})
	maybe(b, "cac:PayeeParty", &u.Payee, always, u.payee)
	maybe(b, "cac:TaxRepresentativeParty", &u.TaxRepresentative, always, func(b binding, p *party.Party) {
		b.token("cac:PartyName/cbc:Name", &p.Name)
		b.group("cac:PostalAddress", func(b binding) { ublAddress(b, &p.Address) })
		ublTaxScheme(b, &p.VATID, true)
	})
	maybe(b, "cac:Delivery", &u.Delivery, always, func(b binding, d *Delivery) {
		b.date("cbc:ActualDeliveryDate", &d.On, false)
		b.group("cac:DeliveryLocation", func(b binding) {
			b.identifier("cbc:ID", &d.Location, "schemeID")
			b.group("cac:Address", func(b binding) { ublAddress(b, &d.Address) })
		})
		b.token("cac:DeliveryParty/cac:PartyName/cbc:Name", &d.Name)
	})
	u.payment(b)
	b.prose("cac:PaymentTerms/cbc:Note", &u.Terms)
	u.adjustments(b, &u.Allowances, "false", true)
	u.adjustments(b, &u.Charges, "true", true)
	u.taxes(b)
	b.group("cac:LegalMonetaryTotal", func(b binding) {
		t := &u.Totals
		u.amount(b, "cbc:LineExtensionAmount", &t.Lines)
		u.amount(b, "cbc:TaxExclusiveAmount", &t.TaxExclusive)
		u.amount(b, "cbc:TaxInclusiveAmount", &t.TaxInclusive)
		u.amount(b, "cbc:AllowanceTotalAmount", &t.Allowances)
		u.amount(b, "cbc:ChargeTotalAmount", &t.Charges)
		u.amount(b, "cbc:PrepaidAmount", &t.Prepaid)
		u.amount(b, "cbc:PayableRoundingAmount", &t.Rounding)
		u.amount(b, "cbc:PayableAmount", &t.Payable)
	})
	line := "cac:InvoiceLine"
	if u.creditNote {
		line = "cac:CreditNoteLine"
	}
	each(b, line, &u.Lines, always, u.line)
}

// amount is one in the document's currency; another is told as unread.
func (u *ubl) amount(b binding, path string, field *Amount) {
	currency := u.Currency
	b.amount(path, field, from("currencyID", &currency))
	if b.reading != nil && currency != u.Currency {
		if at := b.find(path); at != nil {
			b.reading.unread = append(b.reading.unread, at.path()+"/@currencyID")
		}
	}
}

// coded is a note that begins with the code of its subject.
var coded = regexp.MustCompile(`(?s)^#([A-Z]{3})#(.*)$`)

func (n *Note) parse() {
	if m := coded.FindStringSubmatch(n.Text); m != nil && n.SubjectCode == "" {
		n.SubjectCode, n.Text = m[1], m[2]
	}
}

// String is the text with the code of its subject before it, as UBL has it.
func (n Note) String() string {
	if n.SubjectCode == "" {
		return n.Text
	}
	return "#" + n.SubjectCode + "#" + n.Text
}

func (u *ubl) notes(b binding) {
	if b.reading == nil {
		for _, n := range u.Notes {
			text := n.String()
			b.prose("cbc:Note", &text)
		}
		return
	}
	for {
		var n Note
		if b.prose("cbc:Note", &n.Text); n.Text == "" {
			return
		}
		n.parse()
		n.Text = strings.TrimSpace(n.Text)
		u.Notes = append(u.Notes, n)
	}
}

// noOrder is what UBL has for the number of a buyer's order that is not known, where
// that of the seller is.
const noOrder = "NA"

func (u *ubl) order(b binding) {
	number := u.PurchaseOrder
	if b.reading == nil && number == "" && u.SalesOrder != "" {
		number = noOrder
	}
	b.token("cbc:ID", &number)
	b.token("cbc:SalesOrderID", &u.SalesOrder)
	if b.reading != nil && !(number == noOrder && u.SalesOrder != "") {
		u.PurchaseOrder = number
	}
}

// The type codes of documents that are referred to.
const (
	typeObject  = "130"
	typeProject = "50" // of credit notes in UBL; in CII a tender
	typeSupport = "916"
)

func (u *ubl) additional(b binding) {
	const name = "cac:AdditionalDocumentReference"
	typed := func(code string) func(*element) bool {
		return func(e *element) bool { return e.says("cbc:DocumentTypeCode") == code }
	}
	maybe(b, name, &u.Object, typed(typeObject), func(b binding, id *party.Identifier) {
		b.token("cbc:ID", &id.Value, from("schemeID", &id.Scheme))
		b.constant("cbc:DocumentTypeCode", typeObject)
	})
	if u.creditNote && (b.reading != nil || u.Project != "") {
		b.groupIf(name, typed(typeProject), func(b binding) {
			b.token("cbc:ID", &u.Project)
			b.constant("cbc:DocumentTypeCode", typeProject)
		})
	}
	each(b, name, &u.Attachments, func(e *element) bool { c := e.says("cbc:DocumentTypeCode"); return c == "" || c == typeSupport },
		func(b binding, a *Attachment) {
			b.token("cbc:ID", &a.Reference)
			if b.reading != nil {
				b.constant("cbc:DocumentTypeCode", typeSupport)
			}
			b.token("cbc:DocumentDescription", &a.Description)
			b.group("cac:Attachment", func(b binding) {
				b.binary("cbc:EmbeddedDocumentBinaryObject", a)
				b.token("cac:ExternalReference/cbc:URI", &a.Location)
			})
		})
}

// ublSEPA is the scheme of a creditor identifier among the numbers of a party.
const ublSEPA = "SEPA"

func (u *ubl) seller(b binding) {
	creditor := ""
	if u.Payment != nil && u.Payment.DirectDebit != nil {
		creditor = u.Payment.DirectDebit.CreditorID
	}
	ublParty(b, &u.Seller, &creditor)
	u.takeCreditor(b, creditor)
}

// takeCreditor keeps the creditor identifier that seller or payee have.
func (u *ubl) takeCreditor(b binding, id string) {
	if b.reading == nil || id == "" {
		return
	}
	if u.Payment == nil {
		u.Payment = &Payment{}
	}
	if u.Payment.DirectDebit == nil {
		u.Payment.DirectDebit = &DirectDebit{}
	}
	u.Payment.DirectDebit.CreditorID = id
}

func isSEPA(e *element) bool {
	id := e.find("cbc:ID")
	return id != nil && id.attr("schemeID") == ublSEPA
}

func notSEPA(e *element) bool { return !isSEPA(e) }

func ublIdentifiers(b binding, p *party.Party, creditor *string) {
	each(b, "cac:PartyIdentification", &p.Identifiers, notSEPA, func(b binding, id *party.Identifier) {
		b.token("cbc:ID", &id.Value, from("schemeID", &id.Scheme))
	})
	if creditor != nil {
		b.groupIf("cac:PartyIdentification", isSEPA, func(b binding) {
			b.token("cbc:ID", creditor, said{name: "schemeID", text: ublSEPA})
		})
	}
}

// ublParty is a seller or a buyer. Buyers have no number of taxes that is no VAT id, and
// no legal form; that is seen by creditor, which they do not have either.
func ublParty(b binding, p *party.Party, creditor *string) {
	b.identifier("cbc:EndpointID", &p.Endpoint, "schemeID")
	ublIdentifiers(b, p, creditor)
	b.token("cac:PartyName/cbc:Name", &p.TradingName)
	b.group("cac:PostalAddress", func(b binding) { ublAddress(b, &p.Address) })
	ublTaxScheme(b, &p.VATID, true)
	if creditor != nil {
		ublTaxScheme(b, &p.TaxID, false)
	}
	b.group("cac:PartyLegalEntity", func(b binding) {
		b.token("cbc:RegistrationName", &p.Name)
		b.identifier("cbc:CompanyID", &p.LegalID, "schemeID")
		if creditor != nil {
			b.token("cbc:CompanyLegalForm", &p.LegalForm)
		}
	})
	maybe(b, "cac:Contact", &p.Contact, always, func(b binding, c *party.ContactPoint) {
		b.token("cbc:Name", &c.Name)
		b.token("cbc:Telephone", &c.Telephone)
		b.token("cbc:ElectronicMail", &c.Email)
	})
}

// ublTaxScheme is a number for taxes: a VAT id, or another.
func ublTaxScheme(b binding, number *string, vat bool) {
	if b.reading == nil && *number == "" {
		return
	}
	fits := func(e *element) bool { return strings.EqualFold(e.says("cac:TaxScheme/cbc:ID"), "VAT") == vat }
	b.groupIf("cac:PartyTaxScheme", fits, func(b binding) {
		b.token("cbc:CompanyID", number)
		scheme := "VAT"
		if !vat {
			scheme = "TAX"
		}
		b.constant("cac:TaxScheme/cbc:ID", scheme)
	})
}

func ublAddress(b binding, a *party.PostalAddress) {
	b.token("cbc:StreetName", &a.Line1)
	b.token("cbc:AdditionalStreetName", &a.Line2)
	b.token("cbc:CityName", &a.City)
	b.token("cbc:PostalZone", &a.PostalCode)
	b.token("cbc:CountrySubentity", &a.StateOrProvince)
	b.token("cac:AddressLine/cbc:Line", &a.Line3)
	b.token("cac:Country/cbc:IdentificationCode", &a.CountryCode)
}

func (u *ubl) payee(b binding, p *party.Party) {
	creditor := ""
	if b.reading == nil {
		ublIdentifiers(b, p, nil)
	} else {
		ublIdentifiers(b, p, &creditor)
		u.takeCreditor(b, creditor)
	}
	b.token("cac:PartyName/cbc:Name", &p.Name)
	b.group("cac:PartyLegalEntity", func(b binding) { b.identifier("cbc:CompanyID", &p.LegalID, "schemeID") })
}

// payment is an element for each account of a transfer, else one.
func (u *ubl) payment(b binding) {
	const name = "cac:PaymentMeans"
	if b.reading == nil {
		if u.Payment == nil {
			return
		}
		for i := range max(1, len(u.Payment.Transfers)) {
			b.group(name, func(b binding) { u.means(b, i) })
		}
		return
	}
	for i := 0; b.nextIs(name); i++ {
		if u.Payment == nil {
			u.Payment = &Payment{}
		}
		b.group(name, func(b binding) { u.means(b, i) })
	}
}

// nextIs reports whether there is a child of the name that is not read.
func (b binding) nextIs(name string) bool {
	for _, child := range b.children {
		if !child.known && child.name == name {
			return true
		}
	}
	return false
}

func (u *ubl) means(b binding, at int) {
	p := u.Payment
	if at == 0 || b.reading == nil || b.says("cbc:PaymentMeansCode") == p.Code {
		b.token("cbc:PaymentMeansCode", &p.Code, from("name", &p.Text))
	}
	if u.creditNote && at == 0 {
		b.date("cbc:PaymentDueDate", &u.DueDate, false)
	}
	if at == 0 || b.reading == nil || b.says("cbc:PaymentID") == p.Remittance {
		b.token("cbc:PaymentID", &p.Remittance)
	}
	if at == 0 {
		maybe(b, "cac:CardAccount", &p.Card, always, func(b binding, c *Card) {
			b.token("cbc:PrimaryAccountNumberID", &c.Number)
			b.constant("cbc:NetworkID", "NA")
			b.token("cbc:HolderName", &c.Holder)
		})
	}
	transfer := func(b binding, t *CreditTransfer) {
		b.token("cbc:ID", &t.Account)
		b.token("cbc:Name", &t.Name)
		b.token("cac:FinancialInstitutionBranch/cbc:ID", &t.BIC)
	}
	if b.reading != nil {
		each(b, "cac:PayeeFinancialAccount", &p.Transfers, always, transfer)
	} else if at < len(p.Transfers) {
		b.group("cac:PayeeFinancialAccount", func(b binding) { transfer(b, &p.Transfers[at]) })
	}
	if at == 0 {
		maybe(b, "cac:PaymentMandate", &p.DirectDebit, always, func(b binding, d *DirectDebit) {
			b.token("cbc:ID", &d.Mandate)
			b.token("cac:PayerFinancialAccount/cbc:ID", &d.Account)
		})
	}
}

// boolean is true or false, of which 1 and 0 are other forms.
func boolean(text string) string {
	switch text {
	case "1":
		return "true"
	case "0":
		return "false"
	}
	return text
}

// adjustments are allowances or charges; those of the document have a tax.
func (u *ubl) adjustments(b binding, list *[]Adjustment, charge string, taxed bool) {
	each(b, "cac:AllowanceCharge", list, func(e *element) bool { return boolean(e.says("cbc:ChargeIndicator")) == charge }, func(b binding, a *Adjustment) {
		b.constant("cbc:ChargeIndicator", charge)
		b.token("cbc:AllowanceChargeReasonCode", &a.ReasonCode)
		b.token("cbc:AllowanceChargeReason", &a.Reason)
		b.number("cbc:MultiplierFactorNumeric", &a.Percentage)
		u.amount(b, "cbc:Amount", &a.Amount)
		u.amount(b, "cbc:BaseAmount", &a.Base)
		if taxed {
			b.group("cac:TaxCategory", func(b binding) { ublCategory(b, &a.Category, &a.Rate) })
		}
	})
}

func ublCategory(b binding, category *string, rate *Number, between ...func(binding)) {
	if b.reading == nil && *category == "" {
		return
	}
	b.token("cbc:ID", category)
	b.number("cbc:Percent", rate)
	for _, f := range between {
		f(b)
	}
	b.constant("cac:TaxScheme/cbc:ID", "VAT")
}

// taxes are the total with the breakdown, and the one in the currency of taxes.
func (u *ubl) taxes(b binding) {
	inTaxCurrency := func(e *element) bool {
		a := e.find("cbc:TaxAmount")
		return a != nil && u.TaxCurrency != "" && u.TaxCurrency != u.Currency && a.attr("currencyID") == u.TaxCurrency && e.find("cac:TaxSubtotal") == nil
	}
	b.groupIf("cac:TaxTotal", func(e *element) bool { return !inTaxCurrency(e) }, func(b binding) {
		u.amount(b, "cbc:TaxAmount", &u.Totals.Tax)
		each(b, "cac:TaxSubtotal", &u.Taxes, always, func(b binding, t *Tax) {
			u.amount(b, "cbc:TaxableAmount", &t.Taxable)
			u.amount(b, "cbc:TaxAmount", &t.Tax)
			b.group("cac:TaxCategory", func(b binding) {
				ublCategory(b, &t.Category, &t.Rate, func(b binding) {
					b.token("cbc:TaxExemptionReasonCode", &t.ExemptionCode)
					b.token("cbc:TaxExemptionReason", &t.ExemptionReason)
				})
			})
		})
	})
	b.groupIf("cac:TaxTotal", inTaxCurrency, func(b binding) {
		currency := u.TaxCurrency
		b.amount("cbc:TaxAmount", &u.Totals.TaxInTaxCurrency, from("currencyID", &currency))
	})
}

func (u *ubl) line(b binding, l *Line) {
	b.token("cbc:ID", &l.ID)
	b.prose("cbc:Note", &l.Note)
	quantity := "cbc:InvoicedQuantity"
	if u.creditNote {
		quantity = "cbc:CreditedQuantity"
	}
	b.number(quantity, &l.Quantity, from("unitCode", &l.UnitCode))
	u.amount(b, "cbc:LineExtensionAmount", &l.Net)
	b.token("cbc:AccountingCost", &l.AccountingReference)
	b.group("cac:InvoicePeriod", func(b binding) {
		b.date("cbc:StartDate", &l.PeriodFrom, false)
		b.date("cbc:EndDate", &l.PeriodTo, false)
	})
	b.token("cac:OrderLineReference/cbc:LineID", &l.OrderLine)
	object := func(e *element) bool { c := e.says("cbc:DocumentTypeCode"); return c == "" || c == typeObject }
	maybe(b, "cac:DocumentReference", &l.Object, object,
		func(b binding, id *party.Identifier) {
			b.token("cbc:ID", &id.Value, from("schemeID", &id.Scheme))
			b.constant("cbc:DocumentTypeCode", typeObject)
		})
	u.adjustments(b, &l.Allowances, "false", false)
	u.adjustments(b, &l.Charges, "true", false)
	b.group("cac:Item", func(b binding) {
		b.prose("cbc:Description", &l.Description)
		b.token("cbc:Name", &l.Name)
		b.token("cac:BuyersItemIdentification/cbc:ID", &l.BuyerItem)
		b.token("cac:SellersItemIdentification/cbc:ID", &l.SellerItem)
		b.group("cac:StandardItemIdentification", func(b binding) { b.identifier("cbc:ID", &l.StandardItem, "schemeID") })
		b.token("cac:OriginCountry/cbc:IdentificationCode", &l.Origin)
		each(b, "cac:CommodityClassification", &l.Classes, always, func(b binding, c *Class) {
			b.token("cbc:ItemClassificationCode", &c.Value, from("listID", &c.List), from("listVersionID", &c.Version))
		})
		b.group("cac:ClassifiedTaxCategory", func(b binding) { ublCategory(b, &l.Category, &l.Rate) })
		each(b, "cac:AdditionalItemProperty", &l.Attributes, always, func(b binding, a *Attribute) {
			b.token("cbc:Name", &a.Name)
			b.token("cbc:Value", &a.Value)
		})
	})
	b.group("cac:Price", func(b binding) {
		currency := u.Currency
		b.number("cbc:PriceAmount", &l.Price, from("currencyID", &currency))
		b.number("cbc:BaseQuantity", &l.PriceBase, from("unitCode", &l.PriceUnitCode))
		if b.reading == nil && l.GrossPrice.IsZero() && l.PriceDiscount.IsZero() {
			return
		}
		b.groupIf("cac:AllowanceCharge", func(e *element) bool { return boolean(e.says("cbc:ChargeIndicator")) != "true" }, func(b binding) {
			b.constant("cbc:ChargeIndicator", "false")
			b.number("cbc:Amount", &l.PriceDiscount, from("currencyID", &currency))
			b.number("cbc:BaseAmount", &l.GrossPrice, from("currencyID", &currency))
		})
	})
}
