package pdf_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/print"
	"github.com/leadtocash/leadtocash/value"
)

// seller is the organization of the samples.
func seller() *party.Organization {
	return &party.Organization{OrganizationFields: party.OrganizationFields{
		Party: party.Party{
			Name: "Hanse Espressomaschinen GmbH", VATID: "DE123456789", LegalID: &party.Identifier{Value: "HRB 4711, Amtsgericht Hamburg"},
			LegalForm: "Geschäftsführerin: Jana Öztürk",
			Address:   party.PostalAddress{Line1: "Am Sandtorkai 1", PostalCode: "20457", City: "Hamburg", CountryCode: "DE"},
			Contact:   &party.ContactPoint{Name: "Rechnungswesen", Telephone: "+49 40 123456-0", Email: "rechnung@hanse-espresso.example"},
		},
		Accounts: []party.BankAccount{{Key: "main", IBAN: "DE89370400440532013000", BIC: "COBADEFFXXX", BankName: "Commerzbank Hamburg"}},
	}}
}

func letterhead(lang string) print.Letterhead {
	return print.Letterhead{Organization: seller(), Lang: lang, Texts: print.Texts{"country_DE": "Deutschland"}}
}

func some(text string) value.Opt[decimal.Decimal] { return value.Some(decimal.RequireFromString(text)) }

func taxed(category pricing.TaxCategory, rate string) *pricing.TaxCode {
	return &pricing.TaxCode{Category: category, Rate: some(rate)}
}

// names are told in scripts that the font has.
var names = []string{
	"Siebträgermaschine Hamburg 2", "Młynek do kawy z żarnami", "Μύλος καφέ επαγγελματικός", "Кофемолка профессиональная",
	"Café en grains – mélange de la maison", "Wasserfilter mit Halterung", "Wartungsvertrag, zwölf Monate",
}

func buyer() *party.BillTo {
	return &party.BillTo{
		Name: "Łódzka Palarnia Kawy Sp. z o.o.", ContactName: "Małgorzata Wiśniewska", Line1: "ul. Piotrkowska 12/4", PostalCode: "90-001", City: "Łódź", Country: "Polska",
		VATID: "PL1234567890", Identifiers: []party.Identifier{{Value: "K-10023"}},
	}
}

// invoice is an issued invoice of so many lines, with two rates, allowances and freight.
func invoice(lines int) leadtocash.Invoice {
	i := leadtocash.Invoice{}
	i.Currency, i.InvoiceNumber, i.Status = money.EUR, "RE-2027-00042", leadtocash.InvoiceStatusBilled
	i.IssueDate, i.DueDate, i.DateDelivered = 2027_03_01, 2027_03_31, 2027_02_26
	i.BillTo, i.PaymentTerms = buyer(), party.PaymentTerms2Percent10Net30
	i.Details = &leadtocash.DocumentDetails{BuyerReference: "Einkauf / MW", PurchaseOrder: "PO-88-2027", SalesOrder: "AB-2027-0031", PeriodFrom: 2027_02_01, PeriodTo: 2027_02_28}
	i.Description = "Vielen Dank für Ihren Auftrag. Die Ware bleibt bis zur vollständigen Bezahlung unser Eigentum."
	i.Pricing.TaxMode = pricing.TaxComputed
	for n := range lines {
		rate := "19"
		if n%7 == 4 {
			rate = "7"
		}
		line := pricing.Line{
			LineNumber: int32(n + 1), WriteInText: names[n%len(names)], Quantity: some(fmt.Sprint(n%4 + 1)), PricePerUnit: some(fmt.Sprintf("%d.%02d", 17+n*13%1800, n*37%100)),
			IsPriceOverridden: true, TaxCode: taxed(pricing.TaxStandard, rate), Details: &pricing.LineDetails{UnitCode: "C62"},
		}
		switch n % 7 {
		case 0:
			line.Details.Text = "Zwei Brühgruppen, Edelstahl, 230 V. Mit Festwasseranschluss und Tank, Seriennummer laut Lieferschein."
			line.ManualDiscount = value.Some(money.EUR.MustAmount("5.00"))
		case 4:
			line.Details.UnitCode = "KGM"
		case 6:
			line.Details.UnitCode, line.Details.PeriodFrom, line.Details.PeriodTo = "MON", 2027_02_01, 2028_01_31
			line.Adjustments = []pricing.Adjustment{pricing.Allowance(money.EUR.MustAmount("2.50"), "Treuerabatt")}
		}
		i.Lines = append(i.Lines, line)
	}
	i.FreightAmount, i.FreightTaxCode = value.Some(money.EUR.MustAmount("48.90")), taxed(pricing.TaxStandard, "19")
	i.Calculate(&i.Head, &i.Charges, pricing.PriceInput{})
	return i
}

// goodFont is a font as a host would give it.
func goodFont(t testing.TB) []byte {
	t.Helper()
	font, err := os.ReadFile("fonts/DejaVuSansCondensed-Bold.ttf")
	if err != nil {
		t.Fatal(err)
	}
	return font
}

func logo(t testing.TB) []byte {
	t.Helper()
	picture := image.NewNRGBA(image.Rect(0, 0, 240, 80))
	for x := range 240 {
		for y := range 80 {
			if (x-40)*(x-40)+(y-40)*(y-40) < 38*38 || x > 96 && y > 24 && y < 56 {
				picture.Set(x, y, color.NRGBA{24, 62, 107, 255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
