package einvoice

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/print"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Sources are what an e-invoice says and its record does not hold. All of it is
// optional; Check says what is missing.
type Sources struct {
	Organization *party.Organization      // that sells: its tax representative, and the seller of a document that is not issued
	Account      *party.Account           // the customer, for a document that does not name it; its buyer reference
	Contact      *party.ContactPoint      // whom the buyer may ask, where the seller names nobody: the owner
	OrderNumber  string                   // of the order, where the document does not have it
	UnitCodes    map[record.UnitID]string // codes of units of the catalogue that have none
	Files        map[record.NoteID]File   // of the attachments that the details name
	Countries    map[string]string        // the host's names of countries by which texts become codes, see party.CountryCodeOf
	Settings     leadtocash.Settings      // payment terms
	Day          value.Date               // of issue, for an invoice that is not issued
}

// File is what an attachment holds.
type File struct {
	Name    string
	MIME    string
	Content []byte
}

// FromInvoice is the invoice in the terms of EN 16931. The amounts are those of
// print.InvoiceEN16931; parties, references and details are copied. Discounts without a
// reason get "Discount" (95), freight "Freight" (FC) and charges "Charge" (ABK); reverse charge,
// intra-community supply, export and what is not subject to tax get their code of the
// VATEX list. Of several identifiers of the buyer the first with a scheme is taken, as
// there is one; of an attachment its file, where it is among the sources.
//
// Codes: those of print.NewEN16931; ErrInvalid for a second way to pay with another
// code, as EN 16931 knows one.
func FromInvoice(i leadtocash.Invoice, s Sources) (Document, error) {
	view, err := print.InvoiceEN16931(&i)
	if err != nil {
		return Document{}, err
	}
	f := filler{Sources: s, currency: i.Currency, lines: i.Lines, details: orNoDetails(i.Details)}
	d := f.document(&view)
	d.Number, d.IssueDate, d.TypeCode = i.InvoiceNumber, cmp.Or(i.IssueDate, s.Day), cmp.Or(f.details.TypeCode, "380")
	if d.DueDate = i.DueDate; len(i.Instalments) > 0 {
		d.DueDate = i.Instalments[0].DueDate
	}
	d.Terms = i.TermsText(s.Settings, d.IssueDate)
	if skonto := i.SkontoText(s.Settings, d.IssueDate); strings.Contains(skonto, "#SKONTO#") {
		d.Skonto = skonto
	}
	f.parties(&d, i.Seller, i.BillTo)
	f.delivered(&d, i.ShipTo, i.DateDelivered)
	f.described(&d, i.Description)
	d.SalesOrder = cmp.Or(f.details.SalesOrder, s.OrderNumber)
	return d, f.pay(&d, i.InvoiceNumber)
}

// FromCreditNote is the credit note in the terms of EN 16931, as FromInvoice; its amounts
// are what is credited.
func FromCreditNote(n leadtocash.CreditNote, s Sources) (Document, error) {
	view, err := print.CreditNoteEN16931(&n)
	if err != nil {
		return Document{}, err
	}
	f := filler{Sources: s, currency: n.Currency, lines: n.Lines, details: orNoDetails(n.Details)}
	d := f.document(&view)
	d.Number, d.IssueDate, d.TypeCode = n.CreditNoteNumber, cmp.Or(n.IssueDate, s.Day), "381"
	f.parties(&d, n.Seller, n.BillTo)
	f.delivered(&d, nil, 0)
	f.described(&d, n.Description)
	d.SalesOrder = cmp.Or(f.details.SalesOrder, s.OrderNumber)
	return d, f.pay(&d, n.CreditNoteNumber)
}

func orNoDetails(d *leadtocash.DocumentDetails) *leadtocash.DocumentDetails {
	if d == nil {
		return &leadtocash.DocumentDetails{}
	}
	return d
}

// filler makes a document of a record.
type filler struct {
	Sources
	currency money.Currency
	lines    []pricing.Line
	details  *leadtocash.DocumentDetails
}

// The reasons that an export says where nobody did.
const (
	discountReason, discountCode = "Discount", "95"
	freightReason, freightCode   = "Freight", "FC"
	chargeReason, chargeCode     = "Charge", "ABK"
)

// exemptions are the codes of categories that say enough.
var exemptions = map[string]string{"AE": "VATEX-EU-AE", "K": "VATEX-EU-IC", "G": "VATEX-EU-G", "O": "VATEX-EU-O"}

func (f *filler) document(v *print.EN16931) Document {
	d := Document{
		Currency: f.currency.Code(),
		TaxPoint: f.details.TaxPoint, TaxPointCode: f.details.TaxPointCode,
		BuyerReference: f.details.BuyerReference, Project: f.details.Project, Contract: f.details.Contract,
		PurchaseOrder: f.details.PurchaseOrder, Receipt: f.details.Receipt, Despatch: f.details.Despatch, Tender: f.details.Tender,
		Object: record.ClonePtr(f.details.Object), AccountingReference: f.details.AccountingReference,
		PeriodFrom: f.details.PeriodFrom, PeriodTo: f.details.PeriodTo,
		Totals: Totals{
			Lines: value.Some(v.LineTotal), Allowances: value.Some(v.AllowanceTotal), Charges: value.Some(v.ChargeTotal),
			TaxExclusive: value.Some(v.TaxExclusiveAmount), Tax: value.Some(v.TaxAmount), TaxInclusive: value.Some(v.TaxInclusiveAmount),
			Prepaid: value.Some(v.PrepaidAmount), Rounding: value.Some(v.PayableRoundingAmount), Payable: value.Some(v.PayableAmount),
		},
	}
	if f.Account != nil {
		d.BuyerReference = cmp.Or(d.BuyerReference, f.Account.BuyerReference)
	}
	for _, p := range f.details.Preceding {
		d.Preceding = append(d.Preceding, PrecedingInvoice{Number: p.Number, IssueDate: p.IssueDate})
	}
	for _, a := range v.Allowances {
		d.Allowances = append(d.Allowances, adjustment(&a, discountReason, discountCode, true))
	}
	for _, a := range v.Charges {
		reason, code := chargeReason, chargeCode
		if a.Freight {
			reason, code = freightReason, freightCode
		}
		d.Charges = append(d.Charges, adjustment(&a, reason, code, true))
	}
	for _, g := range v.Breakdown {
		t := Tax{
			Taxable: value.Some(g.TaxableAmount), Tax: value.Some(g.Tax), Category: g.Category.String(), Rate: rateOf(g.Category, g.Rate),
			ExemptionReason: g.ExemptionReason, ExemptionCode: g.ExemptionCode,
		}
		if t.ExemptionReason == "" {
			t.ExemptionCode = cmp.Or(t.ExemptionCode, exemptions[t.Category])
		}
		d.Taxes = append(d.Taxes, t)
	}
	for i := range v.Lines {
		d.Lines = append(d.Lines, f.line(&v.Lines[i]))
	}
	return d
}

// rateOf is the rate; what is not subject to tax has none.
func rateOf(category pricing.TaxCategory, rate decimal.Decimal) Number {
	if category == pricing.TaxNotSubject {
		return Number{}
	}
	return value.Some(rate)
}

func adjustment(a *print.EN16931Adjustment, reason, code string, taxed bool) Adjustment {
	out := Adjustment{Amount: value.Some(a.Amount), Base: a.Base, Percentage: a.Percentage, Reason: a.Reason, ReasonCode: a.ReasonCode}
	if taxed {
		out.Category, out.Rate = a.Category.String(), rateOf(a.Category, a.Rate)
	}
	if !out.said() {
		out.Reason, out.ReasonCode = reason, code
	}
	return out
}

func (f *filler) line(v *print.EN16931Line) Line {
	at := slices.IndexFunc(f.lines, func(l pricing.Line) bool { return l.LineNumber == v.LineNumber })
	l := &f.lines[at]
	details := l.Details
	if details == nil {
		details = &pricing.LineDetails{}
	}
	out := Line{
		ID: strconv.Itoa(int(v.LineNumber)), Note: details.Note, Object: record.ClonePtr(details.Object),
		Quantity: value.Some(v.Quantity), UnitCode: cmp.Or(details.UnitCode, f.UnitCodes[l.UnitID]), Net: value.Some(v.NetAmount),
		OrderLine: details.OrderLine, AccountingReference: details.AccountingReference, PeriodFrom: details.PeriodFrom, PeriodTo: details.PeriodTo,
		Price: value.Some(v.NetPrice), Category: v.Category.String(), Rate: rateOf(v.Category, v.Rate), Name: v.Name, Description: details.Text,
		SellerItem: details.SellerItem, BuyerItem: details.BuyerItem, StandardItem: record.ClonePtr(details.StandardItem), Origin: details.Origin,
	}
	if out.UnitCode == "" {
		out.UnitCode, out.unitAssumed = unitOne, true
	}
	if !v.GrossPrice.IsZero() {
		out.GrossPrice, out.PriceDiscount = value.Some(v.GrossPrice), value.Some(v.PriceDiscount)
	}
	if !v.BaseQuantity.IsZero() {
		out.PriceBase, out.PriceUnitCode = value.Some(v.BaseQuantity), out.UnitCode
	}
	for _, a := range v.Allowances {
		out.Allowances = append(out.Allowances, adjustment(&a, discountReason, discountCode, false))
	}
	for _, a := range v.Charges {
		out.Charges = append(out.Charges, adjustment(&a, chargeReason, chargeCode, false))
	}
	for _, c := range details.Classes {
		out.Classes = append(out.Classes, Class{List: c.List, Version: c.Version, Value: c.Value})
	}
	for _, a := range details.Attributes {
		out.Attributes = append(out.Attributes, Attribute{Name: a.Name, Value: a.Value})
	}
	if len(out.Attributes) == 0 {
		for _, p := range l.Properties {
			if p.Value != "" {
				out.Attributes = append(out.Attributes, Attribute{Name: p.Name, Value: p.Value})
			}
		}
	}
	out.Description = f.withMembers(l, out.Description)
	return out
}

// withMembers tells what a bundle comes with, as members that it pays for are no lines.
func (f *filler) withMembers(bundle *pricing.Line, text string) string {
	texts := []string{text}
	if text == "" {
		texts = nil
	}
	for i := range f.lines {
		if l := &f.lines[i]; l.ProductType == pricing.ProductTypeRequiredBundleProduct && l.ParentBundle == bundle.LineNumber {
			texts = append(texts, fmt.Sprintf("%s × %s", l.Quantity.Or(decimal.Decimal{}), cmp.Or(l.ProductName, l.WriteInText)))
		}
	}
	return strings.Join(texts, "\n")
}

// country is the code of an address, else that of its text.
func (f *filler) country(code, text string) string {
	return cmp.Or(code, party.CountryCodeOf(text, f.Countries))
}

func (f *filler) parties(d *Document, seller *party.Party, billTo *party.BillTo) {
	o := f.Organization
	switch {
	case seller != nil:
		d.Seller = seller.Clone()
	case o != nil:
		d.Seller = *o.Seller()
	}
	if o != nil {
		d.TaxRepresentative = o.TaxRepresentative.ClonePtr()
	}
	if d.Seller.Contact == nil {
		d.Seller.Contact = record.ClonePtr(f.Contact)
	}
	d.Payee = f.details.Payee.ClonePtr()
	if billTo.IsZero() && f.Account != nil {
		billTo = f.Account.AccountFields.BillTo()
	}
	if billTo == nil {
		return
	}
	d.Buyer = party.Party{
		Name: billTo.Name, TradingName: billTo.TradingName, LegalID: record.ClonePtr(billTo.LegalID), VATID: billTo.VATID,
		Endpoint: record.ClonePtr(billTo.Endpoint), Address: f.address(billTo),
	}
	if d.Buyer.TradingName == d.Buyer.Name {
		d.Buyer.TradingName = ""
	}
	if list := billTo.Identifiers; len(list) > 0 {
		at := max(0, slices.IndexFunc(list, func(i party.Identifier) bool { return i.Scheme != "" }))
		d.Buyer.Identifiers = []party.Identifier{list[at]}
	}
	if billTo.ContactName != "" || billTo.Telephone != "" || billTo.Email != "" {
		d.Buyer.Contact = &party.ContactPoint{Name: billTo.ContactName, Telephone: billTo.Telephone, Email: billTo.Email}
	}
}

func (f *filler) address(b *party.BillTo) party.PostalAddress {
	return party.PostalAddress{
		Line1: b.Line1, Line2: b.Line2, Line3: b.Line3, City: b.City, PostalCode: b.PostalCode,
		StateOrProvince: b.StateOrProvince, CountryCode: f.country(b.CountryCode, b.Country),
	}
}

func (f *filler) delivered(d *Document, shipTo *party.ShipTo, on value.Date) {
	var out Delivery
	if details := f.details.Delivery; details != nil {
		out = Delivery{Name: details.Name, Location: record.ClonePtr(details.Location), On: details.On}
	}
	out.On = cmp.Or(on, out.On)
	if !shipTo.IsZero() {
		out.Name, out.Address = cmp.Or(out.Name, shipTo.Name), f.address(&shipTo.BillTo)
	}
	if out != (Delivery{}) {
		d.Delivery = &out
	}
}

// described has the texts and the files.
func (f *filler) described(d *Document, description string) {
	if description != "" {
		d.Notes = append(d.Notes, Note{Text: description})
	}
	for _, n := range f.details.Notes {
		d.Notes = append(d.Notes, Note{SubjectCode: n.SubjectCode, Text: n.Text})
	}
	for _, a := range f.details.Attachments {
		file := f.Files[a.NoteID]
		d.Attachments = append(d.Attachments, Attachment{Reference: a.Reference, Description: a.Description, Content: file.Content, MIME: file.MIME, Filename: file.Name})
	}
}

// pay says how to pay: EN 16931 has one way, and several accounts of a transfer.
func (f *filler) pay(d *Document, number string) error {
	for i, m := range f.details.PaymentMeans {
		if d.Payment == nil {
			d.Payment = &Payment{Code: m.Code, Text: m.Text, Remittance: cmp.Or(f.details.Remittance, number)}
		}
		p := d.Payment
		if m.Code != p.Code {
			return record.Refusal(codes.ErrInvalid, at("details.payment_means", i, "code"), "an e-invoice knows one way to pay; this is a second one")
		}
		if account := cmp.Or(m.IBAN, m.Account); account != "" {
			p.Transfers = append(p.Transfers, CreditTransfer{Account: account, Name: m.AccountName, BIC: m.BIC})
		}
		if m.CardLast != "" && p.Card == nil {
			p.Card = &Card{Number: m.CardLast, Holder: m.CardHolder}
		}
		if m.Mandate != "" && p.DirectDebit == nil {
			p.DirectDebit = &DirectDebit{Mandate: m.Mandate, CreditorID: m.CreditorID, Account: m.DebitedIBAN}
		}
	}
	return nil
}
