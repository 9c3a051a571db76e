package print

import (
	"cmp"
	_ "embed"
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
	Number   int32
	Text     string
	Quantity decimal.Decimal
	Price    decimal.Decimal // per unit, less the volume discount
	Discount money.Amount    // of the line
	Net      money.Amount
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
	d.total("Prepaid", i.PrepaidAmount.Or(money.Amount{}).Neg(), false)
	d.total("Rounding", i.PayableRoundingAmount, false)
	d.Totals = append(d.Totals, PrintedTotal{"Amount due", i.AmountDue, true})
	return d.write(w)
}

// PrintCreditNote writes the credit note as one page of HTML that needs nothing
// else; number is that of the invoice that it corrects, if it does. Texts are
// escaped. One that is not issued is marked as a draft.
func PrintCreditNote(w io.Writer, n leadtocash.CreditNote, number string, l Letterhead) error {
	d := l.document("Credit Note", n.CreditNoteNumber, n.IssueDate, n.BillTo, &n.PricedLines, n.PriceInput(pricing.PriceInput{}))
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
		line := &s.Lines[n]
		d.Lines = append(d.Lines, PrintedLine{
			Number: line.LineNumber, Text: l.text(line), Quantity: line.Quantity.Or(decimal.Decimal{}),
			Price:    pricing.Less(line.PricePerUnit.Or(decimal.Decimal{}), line.VolumeDiscount.Or(decimal.Decimal{})),
			Discount: line.ManualDiscountTotal(), Net: line.NetAmount,
		})
	}
	freight, tax := p.FreightAmount.Or(p.Currency.Zero()), "Tax"
	d.Taxes = taxesOf(s, freight, pricing.TaxGroups(p, s.Lines, s.Totals))
	if !p.TaxIncludedIn(s.Totals).IsZero() {
		tax = "of which tax"
	}
	d.total("Lines", s.TotalLineItemAmount, true)
	d.total("Discount", s.DocumentDiscount.Neg(), false)
	d.total("Freight", freight, false)
	d.total(tax, s.TotalTax, false)
	d.total("Total", s.TotalAmount, true)
	return d
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
			rows = append(rows, PrintedTax{Base: s.TotalAmountLessFreight.Add(freight), Tax: s.TotalTax})
		}
		return rows
	}
	for _, g := range groups {
		rows = append(rows, PrintedTax{Category: g.Category, Rate: value.Some(g.Rate), Base: g.Base, Tax: g.Tax, Components: g.Components})
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
	p := PrintedParty{Name: to.Name}
	city := to.PostalCode
	if city != "" && to.City != "" {
		city += " "
	}
	for _, line := range []string{to.ContactName, to.Line1, to.Line2, to.Line3, city + to.City, to.StateOrProvince, to.Country} {
		if line != "" {
			p.Lines = append(p.Lines, line)
		}
	}
	return p
}
