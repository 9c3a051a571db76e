package print

import (
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

// PrintedTax is a row of the breakdown of taxes: the lines that are taxed at one
// rate. A typed tax that no rate explains stands in a row without one.
type PrintedTax struct {
	Rate value.Opt[decimal.Decimal] // percent
	Base money.Amount
	Tax  money.Amount
}

// Label is the rate as text: "19 %".
func (t PrintedTax) Label() string {
	rate, known := t.Rate.Get()
	if !known {
		return "other"
	}
	return rate.String() + " %"
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
	d := l.document("Invoice", i.InvoiceNumber, i.IssueDate, i.BillTo, &i.PricedLines, &i.Charges, i.Currency)
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
	d := l.document("Credit Note", n.CreditNoteNumber, n.IssueDate, n.BillTo, &n.PricedLines, &n.Charges, n.Currency)
	d.Reference, d.Note = number, n.Description
	d.Totals = append(d.Totals, PrintedTotal{"Amount credited", n.TotalAmount, true})
	return d.write(w)
}

// document fills in what invoices and credit notes have in common.
func (l Letterhead) document(title, number string, issued value.Date, to *party.BillTo, s *pricing.PricedLines, c *pricing.Charges, currency money.Currency) *PrintedDocument {
	d := &PrintedDocument{Letterhead: l, Title: title, Number: number, IssueDate: issued, Currency: currency, Buyer: buyerOf(to)}
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
		d.tax(line.AfterDiscount(), line.Tax.Or(currency.Zero()))
	}
	freight := c.FreightAmount.Or(currency.Zero())
	if !freight.IsZero() {
		d.tax(freight, c.FreightTax.Or(currency.Zero()))
	}
	slices.SortFunc(d.Taxes, func(a, b PrintedTax) int { return b.Rate.Or(decimal.Decimal{}).Cmp(a.Rate.Or(decimal.Decimal{})) })
	d.total("Lines", s.TotalLineItemAmount, true)
	d.total("Discount", s.DocumentDiscount.Neg(), false)
	d.total("Freight", freight, false)
	d.total("Tax", s.TotalTax, false)
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

// tax adds a taxed amount to the row of its rate: the one, with a decimal at
// most, that explains the tax.
func (d *PrintedDocument) tax(base, tax money.Amount) {
	var rate value.Opt[decimal.Decimal]
	if !base.IsZero() {
		percent := tax.Decimal().Shift(2).DivRound(base.Decimal(), 1)
		if d.Currency.Round(base.Decimal().Mul(percent).Shift(-2)).Equal(tax) {
			rate = value.Some(percent)
		}
	}
	same := func(t PrintedTax) bool {
		a, known := t.Rate.Get()
		b, given := rate.Get()
		return known == given && a.Equal(b)
	}
	n := slices.IndexFunc(d.Taxes, same)
	if n < 0 {
		n = len(d.Taxes)
		d.Taxes = append(d.Taxes, PrintedTax{rate, d.Currency.Zero(), d.Currency.Zero()})
	}
	d.Taxes[n].Base, d.Taxes[n].Tax = d.Taxes[n].Base.Add(base), d.Taxes[n].Tax.Add(tax)
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
