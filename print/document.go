package print

import (
	"cmp"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/value"
)

// PrintedDocument is what is printed, whatever prints it: a template of HTML, or module
// pdf. All amounts are in Currency; texts are in the language of the letterhead.
type PrintedDocument struct {
	Letterhead
	VATID       bool   // TaxID is a VAT id
	Title       string // Invoice, Credit Note
	Number      string // empty for a draft
	IssueDate   value.Date
	DueDate     value.Date    // of an invoice
	Terms       string        // of an invoice
	Reference   string        // what a payment of an invoice is to name; of a credit note, what it corrects
	Mark        string        // across the page: a draft, canceled, a copy
	Facts       []PrintedFact // beside the address: numbers, dates and references
	Buyer       PrintedParty
	ShipTo      PrintedParty // where it is another address
	Currency    money.Currency
	Lines       []PrintedLine
	Unpriced    bool           // a delivery note: lines have no prices
	Open        []PrintedOpen  // of a reminder, instead of lines
	Entries     []PrintedEntry // of a statement, instead of lines
	Opening     money.Amount   // of a statement
	Taxes       []PrintedTax
	Totals      []PrintedTotal // from the lines to what is to be paid
	Aside       []PrintedTotal // shown apart from the totals: a fee
	Ageing      []PrintedTotal // of a statement, by days overdue
	Instalments []PrintedInstalment
	Payment     PrintedPayment
	Note        string
	Notes       []string // besides
	Signature   string   // what is signed for at the end, of a delivery note
}

// PrintedFact is something that is told by its name.
type PrintedFact struct{ Label, Text string }

// PrintedLine is a line of a printed document.
type PrintedLine struct {
	Number      int32
	Text        string
	Description string // beside the text, of the line's details
	Note        string // of the line's details
	Quantity    decimal.Decimal
	Unit        string                     // its word, symbol or code, where there is one
	Price       decimal.Decimal            // per unit, or per PriceBase units, less the volume discount
	PriceBase   value.Opt[decimal.Decimal] // where the price is not for one unit
	Discount    money.Amount               // of the line
	Adjustments []PrintedTotal             // its allowances, below 0, and charges
	From, To    value.Date                 // of what is billed
	Tax         string                     // label of its tax, where taxes are computed
	Net         money.Amount
	Undelivered decimal.Decimal // of an order that is delivered in part
	Tracking    string          // of a delivery note
}

// PrintedTax is a row of the breakdown of taxes: what is taxed in one category
// at one rate, as the document computes it. Typed taxes stand in one row without
// category and rate.
type PrintedTax struct {
	Label      string // the rate, "8.875 %"; of what is not taxed the category, "Reverse charge"
	Category   pricing.TaxCategory
	Rate       value.Opt[decimal.Decimal] // percent, with all its decimals
	Base       money.Amount               // without tax
	Tax        money.Amount
	Components []pricing.ComponentTax
	Reason     string // why it is not taxed
}

// untaxed are the categories that are never taxed, by the ends of their keys.
var untaxed = map[pricing.TaxCategory]string{
	pricing.TaxReverseCharge:  "reverse_charge",
	pricing.TaxExempt:         "exempt",
	pricing.TaxExport:         "export",
	pricing.TaxIntraCommunity: "intra_community",
	pricing.TaxNotSubject:     "not_subject",
	pricing.TaxZeroRated:      "zero_rated",
}

// taxLabel is the label of a tax of a category at a rate.
func (d *PrintedDocument) taxLabel(category pricing.TaxCategory, rate decimal.Decimal) string {
	if key, ok := untaxed[category]; ok && rate.IsZero() {
		return d.say("tax_" + key)
	}
	return d.Percent(rate)
}

// Percent writes a percentage, with all its decimals.
func (d *PrintedDocument) Percent(rate decimal.Decimal) string {
	return d.Formats.Number(rate, 0) + " %"
}

// PrintedTotal is a row of the totals.
type PrintedTotal struct {
	Label  string
	Amount money.Amount
	Main   bool // the last one
}

// PrintedInstalment is a part of what is due, with a day of its own.
type PrintedInstalment struct {
	DueDate value.Date
	Amount  money.Amount
	Text    string // what paying it early takes off
}

// Money writes an amount in the document's currency.
func (d *PrintedDocument) Money(a money.Amount) string { return d.Formats.Money(a, d.Currency) }

// Amount writes an amount without its currency.
func (d *PrintedDocument) Amount(a money.Amount) string { return d.Formats.Amount(a, d.Currency) }

// Day writes a day.
func (d *PrintedDocument) Day(day value.Date) string { return d.Formats.Day(day) }

// Heading is the title with the number; of a draft it says that it is one.
func (d *PrintedDocument) Heading() string {
	draft := ""
	if d.Mark != "" && d.Mark == d.say("mark_draft") {
		draft = d.say("in_draft")
	}
	return joined(" ", d.Title, d.Number, draft)
}

// sheet is a document of the key's title in the language of the letterhead, of the
// details, of the organization.
func (l Letterhead) sheet(title string, c money.Currency, details *leadtocash.DocumentDetails, seller *party.Party, to *party.BillTo) *PrintedDocument {
	d := &PrintedDocument{Letterhead: l, Currency: c}
	d.Buyer = d.buyerOf(to)
	if details != nil {
		d.Lang = cmp.Or(d.Lang, details.Language)
	}
	if l.Organization != nil {
		d.Lang = cmp.Or(d.Lang, l.Organization.Language)
	}
	d.Lang = cmp.Or(d.Lang, "en")
	if d.Formats == nil {
		f := FormatsOf(d.Lang)
		d.Formats = &f
	}
	d.Title = d.say(title)
	home := ""
	if to != nil {
		home = to.CountryCode
	}
	d.sender(seller, home)
	if l.Copy {
		d.mark("copy")
	}
	return d
}

// mark writes a word across the page; what a document is comes before what is asked for.
func (d *PrintedDocument) mark(word string) { d.Mark = d.say("mark_" + word) }

// fact adds a row beside the address, if it says something.
func (d *PrintedDocument) fact(key, text string) {
	if text != "" {
		d.Facts = append(d.Facts, PrintedFact{d.say(key), text})
	}
}

// references add what the buyer knows the document by, and then who is to be asked.
func (d *PrintedDocument) references(to *party.BillTo, details *leadtocash.DocumentDetails, order string) {
	if to != nil {
		own := slices.IndexFunc(to.Identifiers, func(i party.Identifier) bool { return i.Scheme == "" })
		if own >= 0 {
			d.fact("customer_number", to.Identifiers[own].Value)
		}
		d.fact("customer_vat_id", to.VATID)
	}
	if details == nil {
		details = &leadtocash.DocumentDetails{}
	}
	d.fact("buyer_reference", details.BuyerReference)
	d.fact("purchase_order", cmp.Or(order, details.PurchaseOrder))
	d.fact("sales_order", details.SalesOrder)
	d.fact("contract", details.Contract)
	d.fact("project", joined(" ", details.Project, details.ProjectName))
	d.fact("despatch", details.Despatch)
	d.fact("period", d.period(details.PeriodFrom, details.PeriodTo))
	for _, note := range details.Notes {
		d.Notes = append(d.Notes, note.Text)
	}
}

// period writes the days from and to, one of them if that is all.
func (d *PrintedDocument) period(from, to value.Date) string {
	return joined(" – ", d.Day(from), d.Day(to))
}

// shipsTo fills in where goods go, if that is not where the document goes.
func (d *PrintedDocument) shipsTo(to *party.ShipTo, bill *party.BillTo) {
	if to.IsZero() {
		return
	}
	ship := d.buyerOf(&to.BillTo)
	ship.Name = cmp.Or(ship.Name, d.Buyer.Name)
	if bill == nil || ship.Name != d.Buyer.Name || !slices.Equal(ship.Lines, d.Buyer.Lines) {
		d.ShipTo = ship
	}
}

// price fills in lines, taxes and totals up to the total of the document.
func (d *PrintedDocument) price(s *pricing.PricedLines, p pricing.PriceInput) {
	freight, tax := p.FreightAmount.Or(p.Currency.Zero()), "tax"
	d.Taxes = d.taxesOf(s, freight, pricing.TaxGroups(p, s.Lines, s.Totals))
	for n := range s.Lines {
		d.Lines = append(d.Lines, d.line(&s.Lines[n], s.Pricing.TaxMode == pricing.TaxComputed))
	}
	if !p.TaxIncludedIn(s.Totals).IsZero() {
		tax = "of_which_tax"
	}
	d.total(d.say("lines"), s.TotalLineItemAmount, true)
	discount := s.DocumentDiscount
	for i := range p.Adjustments {
		if a := &p.Adjustments[i]; a.Kind == pricing.AdjustmentAllowance {
			discount = discount.Sub(a.Amount.Or(money.Amount{}))
		}
	}
	d.total(cmp.Or(p.DiscountReason, d.say("discount")), discount.Neg(), false)
	d.adjust(p.Adjustments, pricing.AdjustmentAllowance)
	if !s.ChargeTotal.IsZero() {
		d.total(d.say("less_discounts"), s.TotalAmountLessFreight, true)
	}
	d.total(cmp.Or(p.FreightReason, d.say("freight")), freight, false)
	d.adjust(p.Adjustments, pricing.AdjustmentCharge)
	d.total(d.say(tax), s.TotalTax, false)
	d.total(d.say("total"), s.TotalAmount, true)
}

// Quote is the quote as it is printed: without a way to pay, and marked as a draft before
// it is activated.
func (l Letterhead) Quote(q leadtocash.Quote) *PrintedDocument {
	d := l.sheet("quote", q.Currency, q.Details, q.Seller, q.BillTo)
	d.Number, d.IssueDate, d.Note = q.QuoteNumber, q.ActivatedOn, q.Description
	d.shipsTo(q.ShipTo, q.BillTo)
	d.fact("number", q.QuoteNumber)
	if q.RevisionNumber > 0 {
		d.fact("revision", decimal.NewFromInt32(q.RevisionNumber).String())
	}
	d.fact("date", d.Day(q.ActivatedOn))
	d.fact("valid_until", d.Day(cmp.Or(q.EffectiveTo, q.ExpiresOn)))
	d.fact("deliver_by", d.Day(q.RequestDeliveryBy))
	d.references(q.BillTo, q.Details, "")
	d.termsOf(leadtocash.TermsOf(q.PaymentTerms), false)
	d.price(&q.PricedLines, q.PriceInput(pricing.PriceInput{}))
	d.isMain()
	switch q.Status {
	case leadtocash.QuoteStatusDraft:
		d.mark("draft")
	case leadtocash.QuoteStatusCanceled:
		d.mark("canceled")
	}
	return d
}

// OrderConfirmation is the order as it is confirmed to the customer, with what is still to
// be delivered of one that is delivered in part. Its date is that of its submission, else
// of its creation.
func (l Letterhead) OrderConfirmation(o leadtocash.Order) *PrintedDocument {
	d := l.order("order_confirmation", &o)
	d.Number, d.IssueDate, d.Note = o.OrderNumber, orderedOn(&o), o.Description
	d.fact("number", o.OrderNumber)
	d.fact("date", d.Day(d.IssueDate))
	d.fact("deliver_by", d.Day(o.RequestDeliveryBy))
	d.references(o.BillTo, o.Details, o.CustomerPONumber)
	d.termsOf(leadtocash.TermsOf(o.PaymentTerms), false)
	d.price(&o.PricedLines, o.PriceInput(pricing.PriceInput{}))
	d.isMain()
	if pricing.AnyShipped(o.Lines) {
		for n := range o.Lines {
			d.Lines[n].Undelivered = o.Lines[n].Remaining()
		}
	}
	return d
}

// order is the sheet of an order.
func (l Letterhead) order(title string, o *leadtocash.Order) *PrintedDocument {
	d := l.sheet(title, o.Currency, o.Details, o.Seller, o.BillTo)
	d.shipsTo(o.ShipTo, o.BillTo)
	if o.Status == leadtocash.OrderStatusNoMoney {
		d.mark("canceled")
	}
	return d
}

func orderedOn(o *leadtocash.Order) value.Date {
	return cmp.Or(o.SubmitDate, o.OverriddenCreatedOn, value.DateOf(o.CreatedAt, nil))
}

// Shipment is what of an order is delivered together.
type Shipment struct {
	Number   string     // of the delivery note
	On       value.Date // default: the last fulfilment of the order
	Carrier  string
	Tracking string
	Lines    []pricing.LineQuantity // default: all that is shipped of the order
}

// DeliveryNote is what goes with the goods of an order: quantities without prices, and a
// line for a signature. Lines of nothing are left out.
func (l Letterhead) DeliveryNote(o leadtocash.Order, s Shipment) *PrintedDocument {
	d := l.order("delivery_note", &o)
	d.Unpriced, d.Number, d.IssueDate, d.Signature = true, s.Number, cmp.Or(s.On, o.DateFulfilled), d.say("received_by")
	if d.ShipTo.Name != "" {
		d.Buyer, d.ShipTo = d.ShipTo, PrintedParty{}
	}
	d.fact("number", s.Number)
	d.fact("date", d.Day(d.IssueDate))
	d.fact("sales_order", o.OrderNumber)
	d.references(o.BillTo, o.Details, o.CustomerPONumber)
	d.fact("carrier", s.Carrier)
	d.fact("tracking", s.Tracking)
	for n := range o.Lines {
		line := d.line(&o.Lines[n], false)
		line.Quantity = s.quantity(&o.Lines[n])
		if shipping := o.Lines[n].Shipping; shipping != nil {
			line.Tracking = shipping.TrackingNumber
		}
		if !line.Quantity.IsZero() {
			d.Lines = append(d.Lines, line)
		}
	}
	return d
}

// quantity is what is delivered of a line.
func (s *Shipment) quantity(line *pricing.Line) decimal.Decimal {
	shipped := line.QuantityShipped.Or(decimal.Decimal{})
	if s.Lines == nil {
		return shipped
	}
	for _, q := range s.Lines {
		if q.LineNumber == line.LineNumber {
			return q.Quantity.Or(shipped)
		}
	}
	return decimal.Decimal{}
}

// invoiceTitles are the kinds of invoices of UNTDID 1001 that have a title of their own.
var invoiceTitles = map[string]string{"326": "invoice_326", "384": "invoice_384", "386": "invoice_386"}

// Invoice is the invoice as it is printed. One that is not issued is marked as a draft.
// The code to pay with is for what is still open.
func (l Letterhead) Invoice(i leadtocash.Invoice) *PrintedDocument {
	title := "invoice"
	if i.Details != nil {
		title = cmp.Or(invoiceTitles[i.Details.TypeCode], title)
	}
	d := l.sheet(title, i.Currency, i.Details, i.Seller, i.BillTo)
	d.Number, d.IssueDate, d.DueDate, d.Note = i.InvoiceNumber, i.IssueDate, i.DueDate, i.Description
	d.shipsTo(i.ShipTo, i.BillTo)
	d.Reference = i.InvoiceNumber
	if i.Details != nil {
		d.Reference = cmp.Or(i.Details.Remittance, d.Reference)
	}
	d.fact("number", i.InvoiceNumber)
	d.fact("date", d.Day(i.IssueDate))
	d.fact("due_on", d.Day(i.DueDate))
	d.fact("delivered_on", d.Day(i.DateDelivered))
	d.references(i.BillTo, i.Details, "")
	if i.Details != nil {
		d.preceding(i.Details.Preceding)
	}
	if d.Reference != d.Number || len(d.Bank) > 0 {
		d.fact("reference", d.Reference)
	}
	d.price(&i.PricedLines, i.PriceInput(pricing.PriceInput{}))
	d.prepaid(&i)
	d.total(d.say("rounding"), i.PayableRoundingAmount, false)
	d.total(d.say("amount_due"), i.AmountDue, true)
	d.isMain()
	withheld := d.withheld(&i)
	d.schedule(&i)
	canceled := i.Status == leadtocash.InvoiceStatusCanceled || i.Status == leadtocash.InvoiceStatusClosedCanceled
	switch {
	case canceled:
		d.mark("canceled")
	case i.InvoiceNumber == "":
		d.mark("draft")
	}
	if i.AmountDue.Sign() > 0 && !canceled {
		var means []leadtocash.PaymentMeans
		if i.Details != nil {
			means = i.Details.PaymentMeans
		}
		d.pays(means, d.Reference, payNow(&i, withheld))
	}
	return d
}

// payNow is what of an issued invoice is to be paid next: of the first instalment that is
// open, or all of it, less what the buyer keeps back.
func payNow(i *leadtocash.Invoice, withheld money.Amount) money.Amount {
	open := i.OpenBalance().Sub(withheld)
	if i.InvoiceNumber == "" || open.Sign() <= 0 {
		return money.Amount{}
	}
	settled := i.SettledAmount
	for n := range i.Instalments {
		if settled = settled.Sub(i.Instalments[n].Amount); settled.Sign() < 0 {
			if next := settled.Neg(); next.Cmp(open) < 0 {
				return next
			}
			break
		}
	}
	return open
}

// CreditNote is the credit note as it is printed; number is that of the invoice that it
// corrects, if it does, and need not be said where the details of the note do. One that is
// not issued is marked as a draft.
func (l Letterhead) CreditNote(n leadtocash.CreditNote, number string) *PrintedDocument {
	d := l.sheet("credit_note", n.Currency, n.Details, n.Seller, n.BillTo)
	d.Number, d.IssueDate, d.Note = n.CreditNoteNumber, n.IssueDate, n.Description
	var preceding []leadtocash.PrecedingInvoice
	if n.Details != nil {
		preceding = n.Details.Preceding
	}
	if len(preceding) > 0 {
		number = cmp.Or(number, preceding[0].Number)
	}
	d.Reference = number
	d.fact("number", n.CreditNoteNumber)
	d.fact("date", d.Day(n.IssueDate))
	if number != "" && !slices.ContainsFunc(preceding, func(p leadtocash.PrecedingInvoice) bool { return p.Number == number }) {
		d.fact("corrects", number)
	}
	d.preceding(preceding)
	d.references(n.BillTo, n.Details, "")
	d.price(&n.PricedLines, n.PriceInput(pricing.PriceInput{}))
	d.total(d.say("amount_credited"), n.TotalAmount, true)
	d.isMain()
	switch {
	case n.Status == leadtocash.CreditNoteStatusVoided:
		d.mark("canceled")
	case n.CreditNoteNumber == "":
		d.mark("draft")
	}
	return d
}

// preceding adds the invoices that the document refers to.
func (d *PrintedDocument) preceding(list []leadtocash.PrecedingInvoice) {
	for _, p := range list {
		d.fact("corrects", joined(", ", p.Number, d.Day(p.IssueDate)))
	}
}

// prepaid adds what came before the invoice: prepayment by prepayment where it says
// them.
func (d *PrintedDocument) prepaid(i *leadtocash.Invoice) {
	if i.Details == nil || len(i.Details.Prepayments) == 0 {
		d.total(d.say("prepaid"), i.PrepaidAmount.Or(money.Amount{}).Neg(), false)
		return
	}
	for n := range i.Details.Prepayments {
		p := &i.Details.Prepayments[n]
		d.total(d.say("prepaid_of", p.Number, d.Amount(p.Net), d.Amount(p.Tax)), p.Amount.Neg(), true)
	}
}

// withheld adds what the buyer keeps back, below the amount due, and what is left to be
// paid; it returns what is kept back.
func (d *PrintedDocument) withheld(i *leadtocash.Invoice) (kept money.Amount) {
	if i.Details == nil || len(i.Details.Withholdings) == 0 {
		return kept
	}
	for n := range i.Details.Withholdings {
		w := &i.Details.Withholdings[n]
		amount := w.AmountOf(i.TotalAmount.Sub(i.TotalTax), i.Currency, i.Pricing.RoundingMode)
		d.total(w.Name, amount.Neg(), true)
		kept = kept.Add(amount)
	}
	d.total(d.say("to_be_paid"), i.AmountDue.Sub(kept), true)
	d.isMain()
	return kept
}

// schedule says when the invoice is to be paid, and what paying early takes off.
func (d *PrintedDocument) schedule(i *leadtocash.Invoice) {
	terms := i.Terms(leadtocash.Settings{})
	d.termsOf(terms, i.OwnTerms != nil)
	schedule := i.Schedule(leadtocash.Settings{}, i.IssueDate)
	if len(schedule) < 2 {
		if discount, until := i.EarlyDiscount(); !until.IsZero() {
			d.Terms = joined("; ", d.Terms, d.say("early_discount", d.Money(discount), d.Day(until)))
		}
		if len(schedule) == 1 && len(schedule[0].Discounts) > 1 && !i.IssueDate.IsZero() {
			second := schedule[0].Discounts[1]
			d.Terms = joined("; ", d.Terms, d.say("early_discount", d.Money(second.Amount), d.Day(second.Until)))
		}
		return
	}
	for n := range schedule {
		part := PrintedInstalment{DueDate: schedule[n].DueDate, Amount: schedule[n].Amount}
		for _, discount := range schedule[n].Discounts {
			part.Text = joined("; ", part.Text, d.say("early_discount", d.Money(discount.Amount), d.Day(discount.Until)))
		}
		d.Instalments = append(d.Instalments, part)
	}
}

// termsOf names payment terms: by their own name, or in the words of the language.
func (d *PrintedDocument) termsOf(t leadtocash.Terms, own bool) {
	d.Terms = t.Name
	if !own && known(d.Lang) != "en" && t.NetDays > 0 {
		d.Terms = d.say("net_days", t.NetDays)
	}
}

// line fills in a line; taxed ones have the label of their tax.
func (d *PrintedDocument) line(line *pricing.Line, taxed bool) PrintedLine {
	p := PrintedLine{
		Number: line.LineNumber, Text: d.text(line), Quantity: line.Quantity.Or(decimal.Decimal{}),
		Price:    pricing.Less(line.PricePerUnit.Or(decimal.Decimal{}), line.VolumeDiscount.Or(decimal.Decimal{})),
		Discount: line.ManualDiscountTotal(), Adjustments: d.adjustments(line.Adjustments), Net: line.NetAmount,
	}
	if base, given := line.PriceBase.Get(); given && !base.Equal(decimal.NewFromInt(1)) {
		p.PriceBase = line.PriceBase
	}
	if own := line.Details; own != nil {
		p.Description, p.Note, p.Unit, p.From, p.To = own.Text, own.Note, d.unit(own.UnitCode), own.PeriodFrom, own.PeriodTo
	}
	if taxed {
		category, rate := pricing.TaxNotSubject, decimal.Decimal{}
		if line.TaxCode != nil {
			category, rate = line.TaxCode.Category, line.TaxCode.Rate.Or(rate)
		}
		p.Tax = d.taxLabel(category, rate)
	}
	return p
}

// adjustments are the entries of a list that are not 0, by their reasons.
func (d *PrintedDocument) adjustments(list []pricing.Adjustment) (rows []PrintedTotal) {
	for i := range list {
		a := &list[i]
		amount, label := a.Amount.Or(money.Amount{}), "discount"
		if a.Kind == pricing.AdjustmentCharge {
			label = "charge"
		} else {
			amount = amount.Neg()
		}
		if !amount.IsZero() {
			rows = append(rows, PrintedTotal{Label: cmp.Or(a.Reason, d.say(label)), Amount: amount})
		}
	}
	return rows
}

// adjust adds the rows of the entries of a kind.
func (d *PrintedDocument) adjust(list []pricing.Adjustment, kind pricing.AdjustmentKind) {
	of := slices.DeleteFunc(slices.Clone(list), func(a pricing.Adjustment) bool { return a.Kind != kind })
	d.Totals = append(d.Totals, d.adjustments(of)...)
}

func (l Letterhead) text(line *pricing.Line) string {
	switch {
	case l.Product != nil:
		return l.Product(line)
	case line.ProductName != "":
		return line.ProductName
	}
	return line.WriteInText
}

// taxesOf are the tax groups of a document, the highest rate first; of one whose
// taxes are typed all that is taxed.
func (d *PrintedDocument) taxesOf(s *pricing.PricedLines, freight money.Amount, groups []pricing.TaxGroup) (rows []PrintedTax) {
	if s.Pricing.TaxMode != pricing.TaxComputed {
		if !s.TotalTax.IsZero() {
			rows = append(rows, PrintedTax{Label: d.say("tax"), Base: s.TotalAmountLessFreight.Add(freight).Add(s.ChargeTotal), Tax: s.TotalTax})
		}
		return rows
	}
	for _, g := range groups {
		reason := g.ExemptionReason
		if key, ok := untaxed[g.Category]; ok && reason == "" {
			reason = d.say("legal_" + key)
		}
		rows = append(rows, PrintedTax{
			Label: d.taxLabel(g.Category, g.Rate), Category: g.Category, Rate: value.Some(g.Rate), Base: g.Base, Tax: g.Tax, Components: g.Components, Reason: reason,
		})
	}
	slices.SortStableFunc(rows, func(a, b PrintedTax) int {
		return cmp.Or(b.Rate.Or(decimal.Decimal{}).Cmp(a.Rate.Or(decimal.Decimal{})), cmp.Compare(a.Category, b.Category))
	})
	return rows
}

// total adds a row, one of nothing only if it always stands there.
func (d *PrintedDocument) total(label string, a money.Amount, always bool) {
	if always || !a.IsZero() {
		d.Totals = append(d.Totals, PrintedTotal{label, a, false})
	}
}

// isMain makes the last row of the totals the one that people look for. Rows right before
// it that say the same amount by another name are left out.
func (d *PrintedDocument) isMain() {
	last := len(d.Totals) - 1
	main, first := d.Totals[last], last
	for first > 0 && !d.Totals[first-1].Main && d.Totals[first-1].Amount.Equal(main.Amount) {
		first--
	}
	main.Main = true
	d.Totals = append(d.Totals[:first], main)
}

//go:embed letterhead.html
var letterheadPage string

var letterheadTemplate = template.Must(template.New("letterhead").Parse(letterheadPage))

// WriteHTML writes the document as one page of HTML that needs nothing else, by the
// template of the letterhead if it has one. Texts are escaped.
func (d *PrintedDocument) WriteHTML(w io.Writer) error {
	t := d.Template
	if t == nil {
		t = letterheadTemplate
	}
	return t.Execute(w, d)
}

// LogoURL is the logo as the source of a picture in the page itself; empty where it is
// neither PNG nor JPEG.
func (d *PrintedDocument) LogoURL() template.URL {
	kind := ""
	switch {
	case strings.HasPrefix(string(d.Logo), "\x89PNG"):
		kind = "png"
	case strings.HasPrefix(string(d.Logo), "\xff\xd8\xff"):
		kind = "jpeg"
	default:
		return ""
	}
	return template.URL("data:image/" + kind + ";base64," + base64.StdEncoding.EncodeToString(d.Logo))
}
