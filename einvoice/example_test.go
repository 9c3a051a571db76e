package einvoice_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/einvoice"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// The first XRechnung of a host.
func Example() {
	ctx := context.Background()
	client, _ := engine.New(memory.New(), engine.WithSettings(leadtocash.Settings{Pricing: pricing.Pricing{TaxMode: pricing.TaxComputed}}))
	seller, _ := client.Organizations().Create(ctx, party.CreateOrganization{Fields: party.OrganizationFields{
		Party:    party.Party{Name: "Wood GmbH", VATID: "DE123456789", Endpoint: &party.Identifier{Scheme: "EM", Value: "in@wood.example"}, Address: party.PostalAddress{City: "Hamburg", PostalCode: "20457", CountryCode: "DE"}, Contact: &party.ContactPoint{Name: "Ada", Telephone: "040 1234", Email: "ada@wood.example"}},
		Accounts: []party.BankAccount{{Key: "main", IBAN: "DE89370400440532013000"}},
	}})
	buyer, _ := client.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Bezirksamt", BuyerReference: "04011000-1234512345-06", Endpoint: &party.Identifier{Scheme: "EM", Value: "in@amt.example"}, Address1: &party.Address{City: "Berlin", PostalCode: "10115", CountryCode: "DE"}}})
	line := pricing.WriteIn("Desk", decimal.NewFromInt(2), decimal.NewFromInt(450))
	line.TaxCode = &pricing.TaxCode{Category: pricing.TaxStandard, Rate: some("19")}
	draft, _ := client.Invoices().Create(ctx, leadtocash.CreateInvoice{Origin: record.Origin{Currency: money.EUR}, Fields: leadtocash.InvoiceFields{Name: "Desks", CustomerID: record.AccountCustomer(buyer.ID), OrganizationID: seller.ID, DateDelivered: 2026_03_02, PaymentTerms: party.PaymentTermsNet30}, Lines: []pricing.LineFields{line}})
	invoice, _ := client.Invoices().Issue(ctx, draft.ID, leadtocash.IssueInvoice{IssueDate: 2026_03_02})
	d, _ := einvoice.FromInvoice(invoice, einvoice.Sources{Organization: &seller})
	var file bytes.Buffer
	if err := einvoice.WriteUBL(&file, d, einvoice.XRechnung3); err != nil {
		fmt.Println(err)
	}
	fmt.Println(d.Check(einvoice.XRechnung3))
	fmt.Println(d.Number, d.Totals.Payable, strings.Contains(file.String(), "xrechnung_3.0"))
	// Output:
	// [BR-23 (BT-130, lines[0].unit_code): no unit is said: C62, one, is written]
	// INV-00001 1071.00 true
}

// What a profile would refuse is known before anything is written: all of it, by the
// standard's identifiers.
func ExampleDocument_Check() {
	d := einvoice.Document{Number: "7", IssueDate: 2026_03_02, TypeCode: "380", Currency: "EUR"}
	for _, f := range d.Check(einvoice.EN16931)[:4] {
		fmt.Println(f)
	}
	// Output:
	// BR-06 (BT-27, seller.name): the seller has a name
	// BR-CO-26 (BT-29, seller): the seller has a VAT identifier, a registration or another identifier, so that the buyer can find who it is
	// BR-08 (BG-5, seller.address): the seller has an address
	// BR-07 (BT-44, buyer.name): the buyer has a name
}

// A document that is refused is not written in part.
func ExampleWriteCII() {
	var file bytes.Buffer
	err := einvoice.WriteCII(&file, einvoice.Document{}, einvoice.FacturXEN16931)
	var refused *einvoice.Refused
	fmt.Println(errors.As(err, &refused), len(refused.Faults) > 10, file.Len())
	// Output: true true 0
}

// Whatever a supplier sent, in either syntax.
func ExampleRead() {
	const file = `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:UBLVersionID>2.1</cbc:UBLVersionID><cbc:ID>R-7</cbc:ID><cbc:IssueDate>2026-03-02</cbc:IssueDate></Invoice>`
	d, syntax, err := einvoice.Read(strings.NewReader(file))
	fmt.Println(d.Number, d.IssueDate, syntax, err)
	fmt.Println(d.Unread)
	// Output:
	// R-7 2026-03-02 UBL <nil>
	// [/Invoice/cbc:UBLVersionID]
}
