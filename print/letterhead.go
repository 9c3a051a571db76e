package print

import (
	"cmp"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
)

// Letterhead is what a printed document says of its seller, and how it looks.
type Letterhead struct {
	Seller       PrintedParty               // default: the seller that the document names, else the organization
	TaxID        string                     // of the seller; default: the seller's VAT id, else the tax number
	Organization *party.Organization        // whose accounts, footer and language are used where nothing else is said
	Bank         []string                   // where to pay, line by line; default: as the document says, else the organization's account
	Footer       []string                   // columns at the foot, each of any number of lines; default: the organization's, else what is known of the seller
	Logo         []byte                     // PNG or JPEG
	Lang         string                     // of the page; default: the document's, the organization's, "en"
	Texts        Texts                      // in place of those of the language, key by key
	Formats      *Formats                   // default: those of the language
	Intro        string                     // before the lines; of a reminder there is one of its level
	Closing      string                     // at the end
	Copy         bool                       // it is marked as a copy
	Product      func(*pricing.Line) string // what a line is for; default: its product's name or its text
	// Template renders a [PrintedDocument]; default: a page of our own, without
	// scripts, styles or pictures from elsewhere.
	Template *template.Template
}

// PrintedParty is a seller or a buyer, line by line.
type PrintedParty struct {
	Name    string
	Lines   []string // of the address
	Contact []string // whom to ask, telephone, e-mail
	Legal   []string // registration and legal form
}

// PrintInvoice writes the invoice as one page of HTML that needs nothing else.
// Texts are escaped. One that is not issued is marked as a draft.
func PrintInvoice(w io.Writer, i leadtocash.Invoice, l Letterhead) error {
	return l.Invoice(i).WriteHTML(w)
}

// PrintCreditNote writes the credit note as one page of HTML that needs nothing
// else; number is that of the invoice that it corrects, if it does. Texts are
// escaped. One that is not issued is marked as a draft.
func PrintCreditNote(w io.Writer, n leadtocash.CreditNote, number string, l Letterhead) error {
	return l.CreditNote(n, number).WriteHTML(w)
}

// sender fills in who sends the document, where the letterhead does not say it: the
// seller that the document names, else the organization. To somebody at home, in the country of the code,
// its country need not be said.
func (d *PrintedDocument) sender(seller *party.Party, home string) {
	org := d.Organization
	if seller == nil && org != nil {
		seller = &org.Party
	}
	if d.Seller.Name == "" && seller != nil {
		d.Seller = d.partyOf(seller, home)
		d.TaxID = cmp.Or(d.TaxID, seller.VATID, seller.TaxID)
		d.VATID = seller.VATID != "" && d.TaxID == seller.VATID
	}
	if len(d.Footer) == 0 && org != nil {
		d.Footer = slices.Clone(org.Footer)
	}
	if d.Footer = slices.Clone(d.Footer); len(d.Footer) > 0 || seller == nil {
		return
	}
	number := d.TaxID
	if number != "" {
		number = d.TaxLabel() + " " + number
	}
	account := d.accountLines()
	for _, column := range [][]string{
		append([]string{d.Seller.Name}, d.Seller.Lines...), d.Seller.Contact, append([]string{number}, d.Seller.Legal...), account,
	} {
		if text := joined("\n", column...); text != "" {
			d.Footer = append(d.Footer, text)
		}
	}
}

// TaxLabel is what the tax id of the seller is called.
func (d *PrintedDocument) TaxLabel() string {
	if d.VATID {
		return d.say("vat_id")
	}
	return d.say("tax_id")
}

func (d *PrintedDocument) partyOf(p *party.Party, home string) PrintedParty {
	a := p.Address
	if a.CountryCode == home {
		a.CountryCode = ""
	}
	out := PrintedParty{Name: p.Name, Lines: addressLines(a.Line1, a.Line2, a.Line3, a.PostalCode, a.City, a.StateOrProvince, d.country(a.CountryCode))}
	if c := p.Contact; c != nil {
		out.Contact = said(c.Name, c.Telephone, c.Email)
	}
	if p.LegalID != nil {
		out.Legal = append(out.Legal, p.LegalID.Value)
	}
	if p.LegalForm != "" {
		out.Legal = append(out.Legal, strings.Split(p.LegalForm, "\n")...)
	}
	return out
}

// country is the name that the letterhead has for a country, as the text "country_DE", else its code.
func (d *PrintedDocument) country(code string) string {
	return cmp.Or(d.Texts["country_"+code], code)
}

// buyerOf writes an address line by line.
func (d *PrintedDocument) buyerOf(to *party.BillTo) PrintedParty {
	if to == nil {
		return PrintedParty{}
	}
	lines := addressLines(to.Line1, to.Line2, to.Line3, to.PostalCode, to.City, to.StateOrProvince, cmp.Or(to.Country, d.country(to.CountryCode)))
	if to.ContactName != "" {
		lines = append([]string{to.ContactName}, lines...)
	}
	return PrintedParty{Name: to.Name, Lines: lines}
}

// addressLines are the lines of an address that say something.
func addressLines(line1, line2, line3, code, city, state, country string) []string {
	return said(line1, line2, line3, joined(" ", code, city), state, country)
}

// said are the texts that say something.
func said(texts ...string) (list []string) {
	for _, text := range texts {
		if text != "" {
			list = append(list, text)
		}
	}
	return list
}

// joined are the texts that say something, as one.
func joined(by string, texts ...string) string { return strings.Join(said(texts...), by) }
