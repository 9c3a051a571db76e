package einvoice

import (
	"cmp"
	"strings"

	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/value"
)

// ciiInvoice is the root of a Cross Industry Invoice D16B.
const ciiInvoice = "rsm:CrossIndustryInvoice"

// cii binds a document to the Cross Industry Invoice D16B. Its calls are in the order of
// the elements.
type cii struct{ *Document }

// bindCII binds the root.
func bindCII(b binding, d *Document) {
	c := cii{d}
	b.group("rsm:ExchangedDocumentContext", func(b binding) {
		b.token("ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID", &c.Process)
		b.token("ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", &c.Specification)
	})
	b.group("rsm:ExchangedDocument", func(b binding) {
		b.token("ram:ID", &c.Number)
		b.token("ram:TypeCode", &c.TypeCode)
		ciiDate(b, "ram:IssueDateTime", &c.IssueDate)
		each(b, "ram:IncludedNote", &c.Notes, always, func(b binding, n *Note) {
			b.token("ram:Content", &n.Text)
			b.token("ram:SubjectCode", &n.SubjectCode)
		})
	})
	b.group("rsm:SupplyChainTradeTransaction", func(b binding) {
		if b.reading != nil { // currencies are below the lines
			if e := b.find("ram:ApplicableHeaderTradeSettlement"); e != nil {
				c.Currency, c.TaxCurrency = e.says("ram:InvoiceCurrencyCode"), e.says("ram:TaxCurrencyCode")
			}
		}
		each(b, "ram:IncludedSupplyChainTradeLineItem", &c.Lines, always, c.line)
		b.group("ram:ApplicableHeaderTradeAgreement", c.agreement)
		if b.reading == nil {
			delivery := &element{name: "ram:ApplicableHeaderTradeDelivery"} // stands there even if it says nothing
			c.delivery(binding{delivery, nil})
			b.children = append(b.children, delivery)
		} else {
			b.group("ram:ApplicableHeaderTradeDelivery", c.delivery)
		}
		b.group("ram:ApplicableHeaderTradeSettlement", c.settlement)
	})
}

// ciiDate is a day in the form 102.
func ciiDate(b binding, path string, field *value.Date) {
	b.date(path+"/udt:DateTimeString", field, true, said{name: "format", text: "102"})
}

func isReference(code string) func(*element) bool {
	return func(e *element) bool { return e.says("ram:TypeCode") == code }
}

func ciiObject(b binding, id *party.Identifier) {
	b.token("ram:IssuerAssignedID", &id.Value)
	b.constant("ram:TypeCode", typeObject)
	b.token("ram:ReferenceTypeCode", &id.Scheme)
}

func (c *cii) agreement(b binding) {
	b.token("ram:BuyerReference", &c.BuyerReference)
	b.group("ram:SellerTradeParty", func(b binding) { ciiParty(b, &c.Seller, true) })
	b.group("ram:BuyerTradeParty", func(b binding) { ciiParty(b, &c.Buyer, false) })
	maybe(b, "ram:SellerTaxRepresentativeTradeParty", &c.TaxRepresentative, always, func(b binding, p *party.Party) { ciiParty(b, p, false) })
	b.token("ram:SellerOrderReferencedDocument/ram:IssuerAssignedID", &c.SalesOrder)
	b.token("ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID", &c.PurchaseOrder)
	b.token("ram:ContractReferencedDocument/ram:IssuerAssignedID", &c.Contract)
	const name = "ram:AdditionalReferencedDocument"
	each(b, name, &c.Attachments, isReference(typeSupport), func(b binding, a *Attachment) {
		b.token("ram:IssuerAssignedID", &a.Reference)
		b.token("ram:URIID", &a.Location)
		b.constant("ram:TypeCode", typeSupport)
		b.token("ram:Name", &a.Description)
		b.binary("ram:AttachmentBinaryObject", a)
	})
	if b.reading != nil || c.Tender != "" {
		b.groupIf(name, isReference(typeProject), func(b binding) {
			b.token("ram:IssuerAssignedID", &c.Tender)
			b.constant("ram:TypeCode", typeProject)
		})
	}
	maybe(b, name, &c.Object, isReference(typeObject), ciiObject)
	if b.reading != nil || c.Project != "" {
		b.group("ram:SpecifiedProcuringProject", func(b binding) {
			b.token("ram:ID", &c.Project)
			b.constant("ram:Name", "Project reference") // the schema asks for one
		})
	}
}

// ciiParty is a party; only sellers have a legal form and a number of taxes that is no
// VAT id.
func ciiParty(b binding, p *party.Party, seller bool) {
	each(b, "ram:ID", &p.Identifiers, always, func(b binding, id *party.Identifier) { ciiSelf(b, id, false) })
	each(b, "ram:GlobalID", &p.Identifiers, always, func(b binding, id *party.Identifier) { ciiSelf(b, id, true) })
	b.token("ram:Name", &p.Name)
	if seller {
		b.token("ram:Description", &p.LegalForm)
	}
	b.group("ram:SpecifiedLegalOrganization", func(b binding) {
		b.identifier("ram:ID", &p.LegalID, "schemeID")
		b.token("ram:TradingBusinessName", &p.TradingName)
	})
	maybe(b, "ram:DefinedTradeContact", &p.Contact, always, func(b binding, c *party.ContactPoint) {
		b.token("ram:PersonName", &c.Name)
		b.token("ram:TelephoneUniversalCommunication/ram:CompleteNumber", &c.Telephone)
		b.token("ram:EmailURIUniversalCommunication/ram:URIID", &c.Email)
	})
	b.group("ram:PostalTradeAddress", func(b binding) { ciiAddress(b, &p.Address) })
	b.group("ram:URIUniversalCommunication", func(b binding) { b.identifier("ram:URIID", &p.Endpoint, "schemeID") })
	ciiTax(b, &p.VATID, "VA")
	if seller {
		ciiTax(b, &p.TaxID, "FC")
	}
}

// ciiSelf is a number of a party, which is the text of the element itself: those with a
// scheme and those without have elements of their own.
func ciiSelf(b binding, id *party.Identifier, global bool) {
	if b.reading != nil {
		id.Value, id.Scheme = strings.TrimSpace(b.text), strings.TrimSpace(b.attr("schemeID"))
		return
	}
	if (id.Scheme != "") != global {
		return
	}
	b.text = id.Value
	if global {
		b.attrs = []attribute{{"schemeID", id.Scheme}}
	}
}

func ciiTax(b binding, number *string, scheme string) {
	b.groupIf("ram:SpecifiedTaxRegistration", func(e *element) bool {
		id := e.find("ram:ID")
		return id != nil && id.attr("schemeID") == scheme
	}, func(b binding) {
		b.token("ram:ID", number, said{name: "schemeID", text: scheme})
	})
}

func ciiAddress(b binding, a *party.PostalAddress) {
	b.token("ram:PostcodeCode", &a.PostalCode)
	b.token("ram:LineOne", &a.Line1)
	b.token("ram:LineTwo", &a.Line2)
	b.token("ram:LineThree", &a.Line3)
	b.token("ram:CityName", &a.City)
	b.token("ram:CountryID", &a.CountryCode)
	b.token("ram:CountrySubDivisionName", &a.StateOrProvince)
}

func (c *cii) delivery(b binding) {
	d := c.Delivery
	if d == nil {
		d = &Delivery{}
	}
	b.group("ram:ShipToTradeParty", func(b binding) {
		global := func(e *element) bool { return e.name == "ram:GlobalID" }
		if b.reading != nil {
			maybe(b, "ram:ID", &d.Location, always, func(b binding, id *party.Identifier) { ciiSelf(b, id, false) })
			maybe(b, "ram:GlobalID", &d.Location, global, func(b binding, id *party.Identifier) { ciiSelf(b, id, true) })
		} else if d.Location != nil {
			name := "ram:ID"
			if d.Location.Scheme != "" {
				name = "ram:GlobalID"
			}
			b.group(name, func(b binding) { ciiSelf(b, d.Location, d.Location.Scheme != "") })
		}
		b.token("ram:Name", &d.Name)
		b.group("ram:PostalTradeAddress", func(b binding) { ciiAddress(b, &d.Address) })
	})
	ciiDate(b, "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime", &d.On)
	b.token("ram:DespatchAdviceReferencedDocument/ram:IssuerAssignedID", &c.Despatch)
	b.token("ram:ReceivingAdviceReferencedDocument/ram:IssuerAssignedID", &c.Receipt)
	if b.reading != nil && *d != (Delivery{}) {
		c.Delivery = d
	}
}

// taxPoints are the codes of UNTDID 2475 that CII has for those of UNTDID 2005.
var taxPoints = map[string]string{"3": "5", "35": "29", "432": "72"}

func (c *cii) settlement(b binding) {
	direct := DirectDebit{}
	if c.Payment != nil && c.Payment.DirectDebit != nil {
		direct = *c.Payment.DirectDebit
	}
	remittance := ""
	if c.Payment != nil {
		remittance = c.Payment.Remittance
	}
	b.token("ram:CreditorReferenceID", &direct.CreditorID)
	b.token("ram:PaymentReference", &remittance)
	b.token("ram:TaxCurrencyCode", &c.TaxCurrency)
	b.token("ram:InvoiceCurrencyCode", &c.Currency)
	maybe(b, "ram:PayeeTradeParty", &c.Payee, always, func(b binding, p *party.Party) { ciiParty(b, p, false) })
	c.payment(b, &direct)
	c.taxes(b)
	b.group("ram:BillingSpecifiedPeriod", func(b binding) {
		ciiDate(b, "ram:StartDateTime", &c.PeriodFrom)
		ciiDate(b, "ram:EndDateTime", &c.PeriodTo)
	})
	ciiAdjustments(b, &c.Allowances, "false", true)
	ciiAdjustments(b, &c.Charges, "true", true)
	b.group("ram:SpecifiedTradePaymentTerms", func(b binding) {
		b.prose("ram:Description", &c.Terms)
		ciiDate(b, "ram:DueDateDateTime", &c.DueDate)
		b.token("ram:DirectDebitMandateID", &direct.Mandate)
	})
	b.group("ram:SpecifiedTradeSettlementHeaderMonetarySummation", c.totals)
	each(b, "ram:InvoiceReferencedDocument", &c.Preceding, always, func(b binding, p *PrecedingInvoice) {
		b.token("ram:IssuerAssignedID", &p.Number)
		b.date("ram:FormattedIssueDateTime/qdt:DateTimeString", &p.IssueDate, true, said{name: "format", text: "102"})
	})
	b.token("ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID", &c.AccountingReference)
	if b.reading == nil || direct == (DirectDebit{}) && remittance == "" {
		return
	}
	if c.Payment == nil {
		c.Payment = &Payment{}
	}
	c.Payment.Remittance = remittance
	if direct != (DirectDebit{}) {
		c.Payment.DirectDebit = &direct
	}
}

// payment is an element for each account of a transfer, else one.
func (c *cii) payment(b binding, direct *DirectDebit) {
	const name = "ram:SpecifiedTradeSettlementPaymentMeans"
	if b.reading == nil {
		if c.Payment == nil {
			return
		}
		for i := range max(1, len(c.Payment.Transfers)) {
			b.group(name, func(b binding) { c.means(b, i, direct) })
		}
		return
	}
	for i := 0; b.nextIs(name); i++ {
		if c.Payment == nil {
			c.Payment = &Payment{}
		}
		b.group(name, func(b binding) { c.means(b, i, direct) })
	}
}

func (c *cii) means(b binding, at int, direct *DirectDebit) {
	p := c.Payment
	if at == 0 || b.reading == nil || b.says("ram:TypeCode") == p.Code {
		b.token("ram:TypeCode", &p.Code)
	}
	if at == 0 || b.reading == nil || b.says("ram:Information") == p.Text {
		b.token("ram:Information", &p.Text)
	}
	if at == 0 {
		maybe(b, "ram:ApplicableTradeSettlementFinancialCard", &p.Card, always, func(b binding, card *Card) {
			b.token("ram:ID", &card.Number)
			b.token("ram:CardholderName", &card.Holder)
		})
		b.token("ram:PayerPartyDebtorFinancialAccount/ram:IBANID", &direct.Account)
	}
	var t CreditTransfer
	if b.reading == nil && at < len(p.Transfers) {
		t = p.Transfers[at]
	}
	b.group("ram:PayeePartyCreditorFinancialAccount", func(b binding) {
		if b.reading != nil || isIBAN(t.Account) {
			b.token("ram:IBANID", &t.Account)
		}
		b.token("ram:AccountName", &t.Name)
		if b.reading != nil && t.Account == "" || b.reading == nil && !isIBAN(t.Account) {
			b.token("ram:ProprietaryID", &t.Account)
		}
	})
	b.token("ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID", &t.BIC)
	if b.reading != nil && t != (CreditTransfer{}) {
		p.Transfers = append(p.Transfers, t)
	}
}

func (c *cii) taxes(b binding) {
	first := true // only the first says the tax point
	each(b, "ram:ApplicableTradeTax", &c.Taxes, always, func(b binding, t *Tax) {
		b.amount("ram:CalculatedAmount", &t.Tax)
		b.constant("ram:TypeCode", "VAT")
		b.token("ram:ExemptionReason", &t.ExemptionReason)
		b.amount("ram:BasisAmount", &t.Taxable)
		b.token("ram:CategoryCode", &t.Category)
		b.token("ram:ExemptionReasonCode", &t.ExemptionCode)
		if first {
			c.taxPoint(b)
		}
		first = false
		b.number("ram:RateApplicablePercent", &t.Rate)
	})
}

// taxPoint is a day or a code.
func (c *cii) taxPoint(b binding) {
	b.date("ram:TaxPointDate/udt:DateString", &c.TaxPoint, true, said{name: "format", text: "102"})
	point := cmp.Or(taxPoints[c.TaxPointCode], c.TaxPointCode)
	b.token("ram:DueDateTypeCode", &point)
	if b.reading == nil {
		return
	}
	c.TaxPointCode = point
	for code, other := range taxPoints {
		if other == point {
			c.TaxPointCode = code
		}
	}
}

func ciiAdjustments(b binding, list *[]Adjustment, charge string, taxed bool) {
	fits := func(e *element) bool { return boolean(e.says("ram:ChargeIndicator/udt:Indicator")) == charge }
	each(b, "ram:SpecifiedTradeAllowanceCharge", list, fits, func(b binding, a *Adjustment) {
		b.constant("ram:ChargeIndicator/udt:Indicator", charge)
		b.number("ram:CalculationPercent", &a.Percentage)
		b.amount("ram:BasisAmount", &a.Base)
		b.amount("ram:ActualAmount", &a.Amount)
		b.token("ram:ReasonCode", &a.ReasonCode)
		b.token("ram:Reason", &a.Reason)
		if taxed {
			b.group("ram:CategoryTradeTax", func(b binding) { ciiCategory(b, &a.Category, &a.Rate) })
		}
	})
}

func ciiCategory(b binding, category *string, rate *Number) {
	if b.reading == nil && *category == "" {
		return
	}
	b.constant("ram:TypeCode", "VAT")
	b.token("ram:CategoryCode", category)
	b.number("ram:RateApplicablePercent", rate)
}

func (c *cii) totals(b binding) {
	t := &c.Totals
	b.amount("ram:LineTotalAmount", &t.Lines)
	b.amount("ram:ChargeTotalAmount", &t.Charges)
	b.amount("ram:AllowanceTotalAmount", &t.Allowances)
	b.amount("ram:TaxBasisTotalAmount", &t.TaxExclusive)
	c.taxTotal(b, &t.Tax, c.Currency)
	if c.TaxCurrency != "" && c.TaxCurrency != c.Currency {
		c.taxTotal(b, &t.TaxInTaxCurrency, c.TaxCurrency)
	}
	b.amount("ram:RoundingAmount", &t.Rounding)
	b.amount("ram:GrandTotalAmount", &t.TaxInclusive)
	b.amount("ram:TotalPrepaidAmount", &t.Prepaid)
	b.amount("ram:DuePayableAmount", &t.Payable)
}

// taxTotal is the tax in a currency.
func (c *cii) taxTotal(b binding, field *Amount, currency string) {
	const name = "ram:TaxTotalAmount"
	if b.reading == nil {
		b.amount(name, field, from("currencyID", &currency))
		return
	}
	fits := func(e *element) bool { return e.attr("currencyID") == currency }
	for _, child := range b.children {
		if child.name == name && !child.known && fits(child) {
			// A leaf is found among its siblings, so this one is held up alone.
			alone := &element{name: b.name, parent: b.parent, children: []*element{child}}
			binding{alone, b.reading}.amount(name, field)
			return
		}
	}
}

func (c *cii) line(b binding, l *Line) {
	b.group("ram:AssociatedDocumentLineDocument", func(b binding) {
		b.token("ram:LineID", &l.ID)
		b.prose("ram:IncludedNote/ram:Content", &l.Note)
	})
	b.group("ram:SpecifiedTradeProduct", func(b binding) {
		b.identifier("ram:GlobalID", &l.StandardItem, "schemeID")
		b.token("ram:SellerAssignedID", &l.SellerItem)
		b.token("ram:BuyerAssignedID", &l.BuyerItem)
		b.token("ram:Name", &l.Name)
		b.prose("ram:Description", &l.Description)
		each(b, "ram:ApplicableProductCharacteristic", &l.Attributes, always, func(b binding, a *Attribute) {
			b.token("ram:Description", &a.Name)
			b.token("ram:Value", &a.Value)
		})
		each(b, "ram:DesignatedProductClassification", &l.Classes, always, func(b binding, class *Class) {
			b.token("ram:ClassCode", &class.Value, from("listID", &class.List), from("listVersionID", &class.Version))
		})
		b.token("ram:OriginTradeCountry/ram:ID", &l.Origin)
	})
	b.group("ram:SpecifiedLineTradeAgreement", func(b binding) {
		b.token("ram:BuyerOrderReferencedDocument/ram:LineID", &l.OrderLine)
		if b.reading != nil || !l.GrossPrice.IsZero() {
			b.group("ram:GrossPriceProductTradePrice", func(b binding) {
				b.number("ram:ChargeAmount", &l.GrossPrice)
				b.number("ram:BasisQuantity", &l.PriceBase, from("unitCode", &l.PriceUnitCode))
				if b.reading != nil || !l.PriceDiscount.IsZero() {
					b.group("ram:AppliedTradeAllowanceCharge", func(b binding) {
						b.constant("ram:ChargeIndicator/udt:Indicator", "false")
						b.number("ram:ActualAmount", &l.PriceDiscount)
					})
				}
			})
		}
		b.group("ram:NetPriceProductTradePrice", func(b binding) {
			b.number("ram:ChargeAmount", &l.Price)
			b.number("ram:BasisQuantity", &l.PriceBase, from("unitCode", &l.PriceUnitCode))
		})
	})
	b.group("ram:SpecifiedLineTradeDelivery", func(b binding) { b.number("ram:BilledQuantity", &l.Quantity, from("unitCode", &l.UnitCode)) })
	b.group("ram:SpecifiedLineTradeSettlement", func(b binding) {
		b.group("ram:ApplicableTradeTax", func(b binding) { ciiCategory(b, &l.Category, &l.Rate) })
		b.group("ram:BillingSpecifiedPeriod", func(b binding) {
			ciiDate(b, "ram:StartDateTime", &l.PeriodFrom)
			ciiDate(b, "ram:EndDateTime", &l.PeriodTo)
		})
		ciiAdjustments(b, &l.Allowances, "false", false)
		ciiAdjustments(b, &l.Charges, "true", false)
		b.amount("ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount", &l.Net)
		maybe(b, "ram:AdditionalReferencedDocument", &l.Object, isReference(typeObject), ciiObject)
		b.token("ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID", &l.AccountingReference)
	})
}
