package print

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/value"
)

// Letterhead is what a printed document says of its seller, and how it looks.
type Letterhead struct {
	Seller  PrintedParty
	TaxID   string   // of the seller
	Bank    []string // where to pay, line by line
	Footer  []string
	Lang    string                     // of the page; default "en"
	Product func(*pricing.Line) string // what a line is for; default: its product's name or its text
	// Template renders a [PrintedDocument]; default: a page of our own, without
	// scripts, styles or pictures from elsewhere.
	Template *template.Template
}

// PrintedParty is a seller or a buyer, line by line.
type PrintedParty struct {
	Name  string
	Lines []string
}

// PrintedDocument is what a template is given. All amounts are in Currency.
type PrintedDocument struct {
	Letterhead
	Title     string // Invoice, Credit Note
	Number    string // empty for a draft
	IssueDate value.Date
	DueDate   value.Date // of an invoice
	Terms     string     // of an invoice
	Reference string     // what a payment of an invoice is to name; of a credit note, what it corrects
	Buyer     PrintedParty
	Currency  money.Currency
	Lines     []PrintedLine
	Taxes     []PrintedTax
	Totals    []PrintedTotal // from the lines to what is to be paid
	Note      string
}

// PrintedLine is a line of a printed document.
type PrintedLine struct {
	Number      int32
	Text        string
	Description string // beside the text, of the line's details
	Quantity    decimal.Decimal
	Unit        string                     // its code, where there is one
	Price       decimal.Decimal            // per unit, or per PriceBase units, less the volume discount
	PriceBase   value.Opt[decimal.Decimal] // where the price is not for one unit
	Discount    money.Amount               // of the line
	Adjustments []PrintedTotal             // its allowances, below 0, and charges
	From, To    value.Date                 // of what is billed
	Net         money.Amount
}

// PrintedTax is a row of the breakdown of taxes: what is taxed in one category
// at one rate, as the document computes it. Typed taxes stand in one row without
// category and rate.
type PrintedTax struct {
	Category   pricing.TaxCategory
	Rate       value.Opt[decimal.Decimal] // percent, with all its decimals
	Base       money.Amount               // without tax
	Tax        money.Amount
	Components []pricing.ComponentTax
	Reason     string // why it is not taxed
}

// Label is the rate as text, "8.875 %"; what has no rate is named by its
// category, "Reverse charge".
func (t PrintedTax) Label() string {
	rate, known := t.Rate.Get()
	if !known {
		return "Tax"
	}
	if name, untaxed := untaxedNames[t.Category]; untaxed && rate.IsZero() {
		return name
	}
	return rate.String() + " %"
}

// untaxedNames are the categories that are never taxed.
var untaxedNames = map[pricing.TaxCategory]string{
	pricing.TaxReverseCharge:  "Reverse charge",
	pricing.TaxExempt:         "Exempt from tax",
	pricing.TaxExport:         "Export",
	pricing.TaxIntraCommunity: "Intra-community supply",
	pricing.TaxNotSubject:     "Not subject to tax",
	pricing.TaxZeroRated:      "Zero rated",
}

// PrintedTotal is a row of the totals.
type PrintedTotal struct {
	Label  string
	Amount money.Amount
	Main   bool // the last one
}

//go:embed letterhead.html
var letterheadPage string

var letterheadTemplate = template.Must(template.New("letterhead").Parse(letterheadPage))

// PrintInvoice writes the invoice as one page of HTML that needs nothing else.
// Texts are escaped. One that is not issued is marked as a draft.
func PrintInvoice(w io.Writer, i leadtocash.Invoice, l Letterhead) error {
	d := l.document("Invoice", i.InvoiceNumber, i.IssueDate, i.BillTo, &i.PricedLines, i.PriceInput(pricing.PriceInput{}))
	d.DueDate, d.Reference, d.Note = i.DueDate, i.InvoiceNumber, i.Description
	d.Terms = i.Terms(leadtocash.Settings{}).Name
	if discount, until := i.EarlyDiscount(); !until.IsZero() {
		d.Terms += "; less " + discount.String() + " if paid by " + until.String()
	}
	d.sellerIs(i.Seller)
	d.prepaid(&i)
	d.total("Rounding", i.PayableRoundingAmount, false)
	d.Totals = append(d.Totals, PrintedTotal{"Amount due", i.AmountDue, true})
	d.withheld(&i)
	return d.write(w)
}

// PrintCreditNote writes the credit note as one page of HTML that needs nothing
// else; number is that of the invoice that it corrects, if it does. Texts are
// escaped. One that is not issued is marked as a draft.
func PrintCreditNote(w io.Writer, n leadtocash.CreditNote, number string, l Letterhead) error {
	d := l.document("Credit Note", n.CreditNoteNumber, n.IssueDate, n.BillTo, &n.PricedLines, n.PriceInput(pricing.PriceInput{}))
	d.sellerIs(n.Seller)
	d.Reference, d.Note = number, n.Description
	d.Totals = append(d.Totals, PrintedTotal{"Amount credited", n.TotalAmount, true})
	return d.write(w)
}

// document fills in what invoices and credit notes have in common.
func (l Letterhead) document(title, number string, issued value.Date, to *party.BillTo, s *pricing.PricedLines, p pricing.PriceInput) *PrintedDocument {
	d := &PrintedDocument{Letterhead: l, Title: title, Number: number, IssueDate: issued, Currency: p.Currency, Buyer: buyerOf(to)}
	if d.Lang == "" {
		d.Lang = "en"
	}
	for n := range s.Lines {
		d.Lines = append(d.Lines, l.line(&s.Lines[n]))
	}
	freight, tax := p.FreightAmount.Or(p.Currency.Zero()), "Tax"
	d.Taxes = taxesOf(s, freight, pricing.TaxGroups(p, s.Lines, s.Totals))
	if !p.TaxIncludedIn(s.Totals).IsZero() {
		tax = "of which tax"
	}
	d.total("Lines", s.TotalLineItemAmount, true)
	discount := s.DocumentDiscount
	for i := range p.Adjustments {
		if a := &p.Adjustments[i]; a.Kind == pricing.AdjustmentAllowance {
			discount = discount.Sub(a.Amount.Or(money.Amount{}))
		}
	}
	d.total(cmp.Or(p.DiscountReason, "Discount"), discount.Neg(), false)
	d.adjust(p.Adjustments, pricing.AdjustmentAllowance)
	if !s.ChargeTotal.IsZero() {
		d.total("Less discounts", s.TotalAmountLessFreight, true)
	}
	d.total(cmp.Or(p.FreightReason, "Freight"), freight, false)
	d.adjust(p.Adjustments, pricing.AdjustmentCharge)
	d.total(tax, s.TotalTax, false)
	d.total("Total", s.TotalAmount, true)
	return d
}

// sellerIs fills in the seller that the document names, where the letterhead names none.
func (d *PrintedDocument) sellerIs(p *party.Party) {
	if p == nil || d.Seller.Name != "" {
		return
	}
	d.Seller = PrintedParty{Name: p.Name, Lines: addressLines(p.Address.Line1, p.Address.Line2, p.Address.Line3, p.Address.PostalCode, p.Address.City, p.Address.StateOrProvince, p.Address.CountryCode)}
	d.TaxID = cmp.Or(d.TaxID, p.VATID, p.TaxID)
}

// prepaid adds what came before the invoice: prepayment by prepayment where it says
// them.
func (d *PrintedDocument) prepaid(i *leadtocash.Invoice) {
	if i.Details == nil || len(i.Details.Prepayments) == 0 {
		d.total("Prepaid", i.PrepaidAmount.Or(money.Amount{}).Neg(), false)
		return
	}
	for n := range i.Details.Prepayments {
		p := &i.Details.Prepayments[n]
		d.total(fmt.Sprintf("Prepaid %s (net %s, tax %s)", p.Number, p.Net, p.Tax), p.Amount.Neg(), true)
	}
}

// withheld adds what the buyer keeps back, below the amount due, and what is left to be
// paid.
func (d *PrintedDocument) withheld(i *leadtocash.Invoice) {
	if i.Details == nil || len(i.Details.Withholdings) == 0 {
		return
	}
	left := i.AmountDue
	for n := range i.Details.Withholdings {
		w := &i.Details.Withholdings[n]
		amount := w.AmountOf(i.TotalAmount.Sub(i.TotalTax), i.Currency, i.Pricing.RoundingMode)
		d.total(w.Name, amount.Neg(), true)
		left = left.Sub(amount)
	}
	d.Totals = append(d.Totals, PrintedTotal{"To be paid", left, true})
}

// line fills in a line.
func (l Letterhead) line(line *pricing.Line) PrintedLine {
	p := PrintedLine{
		Number: line.LineNumber, Text: l.text(line), Quantity: line.Quantity.Or(decimal.Decimal{}),
		Price:    pricing.Less(line.PricePerUnit.Or(decimal.Decimal{}), line.VolumeDiscount.Or(decimal.Decimal{})),
		Discount: line.ManualDiscountTotal(), Adjustments: printedAdjustments(line.Adjustments), Net: line.NetAmount,
	}
	if base, given := line.PriceBase.Get(); given && !base.Equal(decimal.NewFromInt(1)) {
		p.PriceBase = line.PriceBase
	}
	if d := line.Details; d != nil {
		p.Description, p.Unit, p.From, p.To = d.Text, d.UnitCode, d.PeriodFrom, d.PeriodTo
	}
	return p
}

// printedAdjustments are the entries of a list that are not 0, by their reasons.
func printedAdjustments(list []pricing.Adjustment) (rows []PrintedTotal) {
	for i := range list {
		a := &list[i]
		amount, label := a.Amount.Or(money.Amount{}), "Discount"
		if a.Kind == pricing.AdjustmentCharge {
			label = "Charge"
		} else {
			amount = amount.Neg()
		}
		if !amount.IsZero() {
			rows = append(rows, PrintedTotal{Label: cmp.Or(a.Reason, label), Amount: amount})
		}
	}
	return rows
}

// adjust adds the rows of the entries of a kind.
func (d *PrintedDocument) adjust(list []pricing.Adjustment, kind pricing.AdjustmentKind) {
	of := slices.DeleteFunc(slices.Clone(list), func(a pricing.Adjustment) bool { return a.Kind != kind })
	d.Totals = append(d.Totals, printedAdjustments(of)...)
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
func taxesOf(s *pricing.PricedLines, freight money.Amount, groups []pricing.TaxGroup) (rows []PrintedTax) {
	if s.Pricing.TaxMode != pricing.TaxComputed {
		if !s.TotalTax.IsZero() {
			rows = append(rows, PrintedTax{Base: s.TotalAmountLessFreight.Add(freight).Add(s.ChargeTotal), Tax: s.TotalTax})
		}
		return rows
	}
	for _, g := range groups {
		rows = append(rows, PrintedTax{Category: g.Category, Rate: value.Some(g.Rate), Base: g.Base, Tax: g.Tax, Components: g.Components, Reason: g.ExemptionReason})
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

func (d *PrintedDocument) write(w io.Writer) error {
	t := d.Template
	if t == nil {
		t = letterheadTemplate
	}
	return t.Execute(w, d)
}

// buyerOf writes an address line by line.
func buyerOf(to *party.BillTo) PrintedParty {
	if to == nil {
		return PrintedParty{}
	}
	lines := addressLines(to.Line1, to.Line2, to.Line3, to.PostalCode, to.City, to.StateOrProvince, cmp.Or(to.Country, to.CountryCode))
	if to.ContactName != "" {
		lines = append([]string{to.ContactName}, lines...)
	}
	return PrintedParty{Name: to.Name, Lines: lines}
}

// addressLines are the lines of an address that say something.
func addressLines(line1, line2, line3, code, city, state, country string) (lines []string) {
	if code != "" && city != "" {
		code += " "
	}
	for _, line := range []string{line1, line2, line3, code + city, state, country} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
