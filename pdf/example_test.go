package pdf_test

import (
	"bytes"
	"fmt"

	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pdf"
	"github.com/leadtocash/leadtocash/print"
)

// desks is a seller with an account.
var desks = &party.Organization{OrganizationFields: party.OrganizationFields{
	Party:    party.Party{Name: "Desks Ltd", VATID: "IE1234567T", Address: party.PostalAddress{Line1: "Mill Lane 7", City: "Cork", CountryCode: "IE"}},
	Accounts: []party.BankAccount{{Key: "main", IBAN: "IE29AIBK93115212345678", BIC: "AIBKIE2D"}},
}}

func ExampleRender() {
	letterhead := print.Letterhead{Organization: desks, Lang: "en"}
	var file bytes.Buffer
	err := pdf.Render(&file, letterhead.Invoice(invoice(2)), pdf.Style{Page: pdf.A4})
	fmt.Println(err, file.String()[:8])

	err = pdf.Render(&file, letterhead.Invoice(invoice(0)), pdf.Style{Page: 7})
	fmt.Println(err)
	// Output:
	// <nil> %PDF-1.7
	// invalid: style.page: is no page format
}

func ExampleRenderFacturX() {
	letterhead := print.Letterhead{Organization: desks, Lang: "en"}
	paper := letterhead.Invoice(invoice(2))
	xml := cii("urn:cen.eu:en16931:2017", paper.Number) // as module einvoice, or another, writes it
	var file bytes.Buffer
	err := pdf.RenderFacturX(&file, paper, pdf.Style{}, xml, pdf.EN16931)
	fmt.Println(err, bytes.Contains(file.Bytes(), []byte("factur-x.xml")))

	paper.Number = "RE-2027-00043"
	err = pdf.RenderFacturX(&file, paper, pdf.Style{}, xml, pdf.EN16931)
	fmt.Println(err)
	// Output:
	// <nil> true
	// invalid: xml: has another number than the document
}

func ExampleStyle() {
	letterhead := print.Letterhead{Organization: desks, Lang: "fr", Copy: true}
	style := pdf.Style{Page: pdf.Letter, Accent: pdf.Color{R: 120, G: 20, B: 40}}
	var file bytes.Buffer
	fmt.Println(pdf.Render(&file, letterhead.Invoice(invoice(40)), style))
	// Output: <nil>
}
