package einvoice_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/einvoice"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

var noon = record.Stamp{At: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC), Today: 2026_03_02}

func number(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func some(text string) value.Opt[decimal.Decimal] { return value.Some(number(text)) }

// wood sells, with all that any profile asks of a seller.
func wood() *party.Organization {
	return &party.Organization{
		ID: record.OrganizationID{UUID: [16]byte{1}}, Status: party.OrganizationStatusActive,
		OrganizationFields: party.OrganizationFields{
			Party: party.Party{
				Name: "Wood GmbH", TradingName: "Wood", VATID: "DE123456789", TaxID: "27/123/45678", LegalForm: "Sitz Hamburg, Geschäftsführer A. Nielsen",
				LegalID: &party.Identifier{Value: "HRB 4711"}, Endpoint: &party.Identifier{Scheme: "0088", Value: "4000001123452"},
				Address: party.PostalAddress{Line1: "Quay 1", Line2: "Shed 52", Line3: "Dock", City: "Hamburg", PostalCode: "20457", StateOrProvince: "HH", CountryCode: "DE"},
				Contact: &party.ContactPoint{Name: "Ada Nielsen", Telephone: "+49 40 123456", Email: "ada@wood.example"},
			},
			Accounts:   []party.BankAccount{{Key: "main", Name: "Wood GmbH", IBAN: "DE89370400440532013000", BIC: "COBADEFFXXX"}},
			CreditorID: "DE98ZZZ09999999999",
		},
	}
}

func ink() *party.BillTo {
	return &party.BillTo{
		Name: "Ink & Co KG", TradingName: "Ink", ContactName: "Bo <Ink>", Line1: "Street 5", City: "Berlin", PostalCode: "10115", CountryCode: "DE", Email: "bo@ink.example", Telephone: "030 99 88",
		VATID: "DE987654321", LegalID: &party.Identifier{Scheme: "0002", Value: "552100554"}, Endpoint: &party.Identifier{Scheme: "0204", Value: "04011000-1234512345-06"},
		Identifiers: []party.Identifier{{Value: "D-100"}},
	}
}

var organization = wood()

// issued is an invoice that was handed out.
func issued(fields leadtocash.InvoiceFields, currency money.Currency, p pricing.Pricing, lines ...pricing.LineFields) (leadtocash.Invoice, error) {
	settings := leadtocash.Settings{Pricing: p}
	fields.Name, fields.CustomerID, fields.OrganizationID = "Desks", record.AccountCustomer(record.AccountID{UUID: [16]byte{2}}), organization.ID
	made, err := leadtocash.NewInvoice(leadtocash.CreateInvoice{
		ID: record.InvoiceID{UUID: [16]byte{3}}, Origin: record.Origin{Currency: currency}, Fields: fields, Lines: lines,
	}, leadtocash.InvoiceFacts{Stamp: noon, Settings: settings})
	if err != nil {
		return leadtocash.Invoice{}, err
	}
	out, err := made.Record.Issue(leadtocash.IssueInvoice{}, leadtocash.InvoiceFacts{Stamp: noon, Settings: settings, NextNumber: "INV-1", Organization: organization})
	return out.Record, err
}

var computed = pricing.Pricing{TaxMode: pricing.TaxComputed}

func taxed(category pricing.TaxCategory, rate string) *pricing.TaxCode {
	t := &pricing.TaxCode{Category: category, Rate: some(rate)}
	if category == pricing.TaxExempt {
		t.ExemptionReason = "§ 4 Nr. 21 UStG"
	}
	return t
}

// plain is an invoice that every profile takes: two rates, a discount and freight.
func plain(t testing.TB) leadtocash.Invoice {
	t.Helper()
	desk := pricing.WriteIn("Desk", number("2"), number("100"))
	desk.TaxCode, desk.Details = taxed(pricing.TaxStandard, "19"), &pricing.LineDetails{UnitCode: "C62"}
	desk.Adjustments = []pricing.Adjustment{{Percentage: some("5"), Reason: "Loyal"}, pricing.Charge(money.EUR.MustAmount("1.50"), "Oil")}
	book := pricing.WriteIn("Book", number("3"), number("10"))
	book.TaxCode, book.Details = taxed(pricing.TaxStandard, "7"), &pricing.LineDetails{UnitCode: "C62"}
	i, err := issued(leadtocash.InvoiceFields{
		BillTo: ink(), PaymentTerms: party.PaymentTermsNet30, DateDelivered: 2026_03_01,
		Details: &leadtocash.DocumentDetails{BuyerReference: "04011000-1234512345-06"},
		Charges: pricing.Charges{DiscountPercentage: some("10"), FreightAmount: value.Some(money.EUR.MustAmount("5.00")), FreightTaxCode: taxed(pricing.TaxStandard, "19")},
	}, money.EUR, computed, desk, book)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func sources() einvoice.Sources { return einvoice.Sources{Organization: organization} }

func documentOf(t testing.TB, i leadtocash.Invoice) einvoice.Document {
	t.Helper()
	d, err := einvoice.FromInvoice(i, sources())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func fatal(faults []einvoice.Fault) (list []einvoice.Fault) {
	for _, f := range faults {
		if f.Severity == einvoice.Fatal {
			list = append(list, f)
		}
	}
	return list
}

func jsonOf(t testing.TB, v any) string {
	t.Helper()
	body, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// documents draws documents that EN 16931 takes, and tells which profiles take them.
var documents = rapid.Custom(func(t *rapid.T) einvoice.Document { return drawn(t) })

type scheme struct {
	name  string
	codes []*pricing.TaxCode
}

var schemes = []scheme{
	{"domestic", []*pricing.TaxCode{taxed(pricing.TaxStandard, "19"), taxed(pricing.TaxStandard, "7"), taxed(pricing.TaxZeroRated, "0"), taxed(pricing.TaxExempt, "0")}},
	{"reverse charge", []*pricing.TaxCode{taxed(pricing.TaxReverseCharge, "0"), taxed(pricing.TaxStandard, "19")}},
	{"within the EU", []*pricing.TaxCode{taxed(pricing.TaxIntraCommunity, "0")}},
	{"export", []*pricing.TaxCode{taxed(pricing.TaxExport, "0")}},
	{"islands", []*pricing.TaxCode{taxed(pricing.TaxCanaryIslands, "6.5"), taxed(pricing.TaxCeutaMelilla, "4")}},
	{"not subject", []*pricing.TaxCode{taxed(pricing.TaxNotSubject, "0")}},
}

func drawn(t *rapid.T) einvoice.Document {
	s := rapid.SampledFrom(schemes).Draw(t, "scheme")
	code := func(label string) *pricing.TaxCode { return rapid.SampledFrom(s.codes).Draw(t, label) }
	maybe := func(label string) bool { return rapid.IntRange(0, 3).Draw(t, label) == 0 }
	text := func(label string) string {
		return rapid.SampledFrom([]string{"A-1", "Ö <&> \"x\"", "two words", "0099"}).Draw(t, label)
	}
	texts := func(label string) string {
		if maybe(label + "?") {
			return text(label)
		}
		return ""
	}
	currency := rapid.SampledFrom([]money.Currency{money.EUR, money.EUR, money.SEK, money.JPY}).Draw(t, "currency")
	whole := func(label string, most int64) value.Opt[money.Amount] {
		return value.Some(currency.Units(rapid.Int64Range(1, most).Draw(t, label)))
	}
	p := computed
	p.PricesIncludeTax = rapid.Bool().Draw(t, "included")
	p.PricingPrecision = value.Some(int8(rapid.IntRange(2, 4).Draw(t, "precision")))
	var lines []pricing.LineFields
	for n := range rapid.IntRange(1, 6).Draw(t, "lines") {
		l := pricing.WriteIn(fmt.Sprintf("Item %d %s", n, text("name")), decimal.New(rapid.Int64Range(2000, 9000).Draw(t, "quantity"), -2),
			decimal.New(rapid.Int64Range(100_0000, 500_0000).Draw(t, "price"), -4))
		l.TaxCode = code("tax")
		if maybe("base") {
			l.PriceBase = some("100")
			l.PricePerUnit = value.Some(l.PricePerUnit.Or(decimal.Decimal{}).Mul(number("50")).Round(2))
		}
		if maybe("discount") {
			l.ManualDiscount = whole("manual", 50)
		}
		if maybe("allowance") {
			l.Adjustments = append(l.Adjustments, pricing.Adjustment{Percentage: value.Some(decimal.New(rapid.Int64Range(1, 2000).Draw(t, "percent"), -2)), ReasonCode: "95"})
		}
		if maybe("charge") {
			l.Adjustments = append(l.Adjustments, pricing.Adjustment{Kind: pricing.AdjustmentCharge, Amount: whole("extra", 99), Reason: text("why")})
		}
		if maybe("credit") && n > 0 {
			l.Quantity, l.ManualDiscount, l.Adjustments = some("-0.01"), value.None[money.Amount](), nil
		}
		l.Details = &pricing.LineDetails{
			UnitCode: rapid.SampledFrom([]string{"C62", "HUR", "KGM"}).Draw(t, "unit"), SellerItem: texts("seller item"), BuyerItem: texts("buyer item"),
			Text: texts("text"), OrderLine: texts("order line"), Note: texts("note"), AccountingReference: texts("account"),
		}
		if maybe("item") {
			l.Details.StandardItem, l.Details.Origin = &party.Identifier{Scheme: "0160", Value: "04012345678901"}, "NO"
			l.Details.Classes = []catalog.ItemClass{{List: "STI", Version: "26", Value: "56101703"}, {List: "TSP", Value: "39121100"}}
			l.Details.Attributes = []pricing.ItemAttribute{{Name: "color", Value: "blue"}, {Name: "size", Value: text("size")}}
			l.Details.Object = &party.Identifier{Scheme: "AAA", Value: text("object")}
			l.Details.PeriodFrom, l.Details.PeriodTo = 2026_02_03, 2026_02_20
		}
		lines = append(lines, l)
	}
	d := &leadtocash.DocumentDetails{
		BuyerReference: "04011000-1234512345-06", PurchaseOrder: texts("order"), SalesOrder: texts("sales order"), Contract: texts("contract"), Project: texts("project"),
		Despatch: texts("despatch"), Receipt: texts("receipt"), Tender: texts("tender"), AccountingReference: texts("booked"),
		PeriodFrom: 2026_02_01, PeriodTo: 2026_02_28,
	}
	if maybe("object") {
		d.Object = &party.Identifier{Scheme: "AGG", Value: text("meter")}
	}
	switch rapid.IntRange(0, 3).Draw(t, "tax point") {
	case 0:
		d.TaxPoint = 2026_03_01
	case 1:
		d.TaxPointCode = rapid.SampledFrom([]string{"3", "35", "432"}).Draw(t, "tax point code")
	}
	if maybe("notes") {
		d.Notes = []leadtocash.DocumentNote{{SubjectCode: "AAI", Text: text("note")}, {Text: "thanks\nand more"}}
	}
	if maybe("preceding") {
		d.Preceding = []leadtocash.PrecedingInvoice{{Number: "INV-0", IssueDate: 2026_01_05}, {Number: "INV-00"}}
		d.TypeCode = rapid.SampledFrom([]string{"380", "384"}).Draw(t, "type")
	}
	switch rapid.IntRange(0, 3).Draw(t, "payment") {
	case 0:
		d.PaymentMeans = []leadtocash.PaymentMeans{{Code: "59", Mandate: "M-1", CreditorID: "DE98ZZZ09999999999", DebitedIBAN: "DE02120300000000202051"}}
	case 1:
		d.PaymentMeans = []leadtocash.PaymentMeans{{Code: "48", Text: "card", CardLast: "4711", CardHolder: "B. Ink"}}
	case 2:
		d.PaymentMeans = []leadtocash.PaymentMeans{{Code: "30", Account: "123-456", AccountName: "Wood"}, {Code: "30", IBAN: "DE89370400440532013000", BIC: "COBADEFFXXX"}}
	}
	if maybe("payee") {
		d.Payee = &party.Party{Name: "Factor AG", Identifiers: []party.Identifier{{Scheme: "0088", Value: "4000001123452"}}, LegalID: &party.Identifier{Value: "HRB 1"}}
	}
	f := leadtocash.InvoiceFields{BillTo: ink(), PaymentTerms: party.PaymentTerms2Percent10Net30, Description: texts("description"), Details: d, DateDelivered: 2026_02_20}
	f.ShipTo = &party.ShipTo{BillTo: party.BillTo{Name: "Ink Lager", Line1: "Hof 2", City: "Wien", PostalCode: "1010", Country: "Austria"}}
	if maybe("general") {
		f.DiscountPercentage = value.Some(decimal.New(rapid.Int64Range(1, 1500).Draw(t, "general percent"), -2))
	}
	if maybe("voucher") {
		f.Adjustments = append(f.Adjustments, pricing.Adjustment{Percentage: some("3"), TaxCode: lines[0].TaxCode, Reason: text("voucher")})
	}
	if maybe("freight") {
		f.FreightAmount, f.FreightTaxCode = whole("freight amount", 900), code("freight tax")
	}
	if maybe("insurance") {
		f.Adjustments = append(f.Adjustments, pricing.Adjustment{Kind: pricing.AdjustmentCharge, Amount: whole("insurance amount", 900), TaxCode: code("insurance tax"), ReasonCode: "IN"})
		f.Adjustments[len(f.Adjustments)-1].ReasonCode = "FC"
	}
	if maybe("prepaid") {
		f.PrepaidAmount = whole("prepaid amount", 99)
	}
	i, err := issued(f, currency, p, lines...)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if s.name == "not subject" {
		i.Seller, i.BillTo = i.Seller.ClonePtr(), i.BillTo.Clone()
		i.Seller.VATID, i.BillTo.VATID = "", ""
	}
	if rapid.IntRange(0, 4).Draw(t, "credit note") > 0 {
		out, err := einvoice.FromInvoice(i, sources())
		if err != nil {
			t.Fatalf("%v", err)
		}
		return out
	}
	credited, err := i.Credit(leadtocash.CreditInvoice{CreditNoteID: record.CreditNoteID{UUID: [16]byte{4}}}, leadtocash.InvoiceFacts{Stamp: noon})
	if err != nil {
		t.Fatalf("%v", err)
	}
	n := credited.CreditNote
	n.Seller, n.CreditNoteNumber, n.IssueDate = i.Seller, "CRN-1", 2026_03_05
	n.Details.PaymentMeans, n.Details.PeriodFrom, n.Details.PeriodTo = i.Details.PaymentMeans, i.Details.PeriodFrom, i.Details.PeriodTo
	out, err := einvoice.FromCreditNote(n, sources())
	if err != nil {
		t.Fatalf("%v", err)
	}
	if s.name == "within the EU" {
		out.Delivery = &einvoice.Delivery{On: 2026_02_20, Address: party.PostalAddress{City: "Wien", PostalCode: "1010", CountryCode: "AT"}}
	}
	return out
}

// takes reports whether profile and syntax take what the standard does.
func takes(p einvoice.Profile, s einvoice.Syntax, d *einvoice.Document) bool {
	if s == einvoice.CII && len(d.Preceding) > 1 {
		return false
	}
	switch p {
	case einvoice.XRechnung3:
		return d.Taxes[0].Category != "O" // it asks for a rate
	case einvoice.PeppolBIS3:
		return d.Taxes[0].Category != "O" || d.Seller.Address.CountryCode != "DE" // so do its rules of Germany
	}
	return true
}
