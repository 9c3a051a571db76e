package print_test

import (
	"html/template"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/print"
)

// A printed invoice has all that a customer looks for, and no text of it
// becomes markup.
func TestPrintInvoice(t *testing.T) {
	t.Parallel()
	taxed, odd := testkit.WriteIn("2", "50.00"), testkit.WriteIn("1", "10.00")
	taxed.Tax, odd.Tax = testkit.Euro("19.00"), testkit.Euro("1.23")
	taxed.WriteInText = `<script>alert("desk")</script>`
	i := testkit.Discountable(t)
	edit := testkit.NewInvoice(t, taxed, odd)
	i.Lines, i.Totals = edit.Lines, edit.Totals
	i.InvoiceNumber, i.BillTo = "INV-00042", &party.BillTo{Name: "Ink & Co", Line1: "Quay 1", PostalCode: "0150", City: "Oslo"}
	seller := print.Letterhead{
		Seller: print.PrintedParty{Name: "Desks Ltd", Lines: []string{"Mill Lane 7"}}, TaxID: "GB123", Bank: []string{"IBAN NO93 8601 1117 947"},
	}
	var page strings.Builder
	if err := print.PrintInvoice(&page, i, seller); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Desks Ltd", "Mill Lane 7", "GB123", "Ink &amp; Co", "Quay 1", "0150 Oslo", "Invoice INV-00042", "<dt>Date</dt><dd>2026-03-02</dd>", "<dt>Due on</dt><dd>2026-04-01</dd>",
		"2% 10, Net 30; less EUR\u00a02.60 if paid by 2026-03-12", "<dt>Reference</dt><dd>INV-00042</dd>", "IBAN NO93", "&lt;script&gt;",
		`<th scope="row">Tax</th><td class="amount">110.00</td><td class="amount">20.23</td>`,
		`<th scope="row">Tax</th><td class="amount">20.23</td>`, "<th scope=\"row\">Amount due</th><td class=\"amount\">EUR\u00a0130.23</td>",
	} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q:\n%s", want, page.String())
		}
	}
	for _, alien := range []string{"<script>", "http://", "https://"} {
		if strings.Contains(page.String(), alien) {
			t.Errorf("the page contains %q", alien)
		}
	}

	page.Reset()
	seller.Template = template.Must(template.New("").Parse("{{.Title}}: {{.Buyer.Name}}"))
	if err := print.PrintInvoice(&page, i, seller); err != nil || page.String() != "Invoice: Ink &amp; Co" {
		t.Errorf("a template of one's own writes %q (%v)", page.String(), err)
	}
}

// The table of taxes is that of the tax groups; nothing is guessed of amounts.
func TestPrintedTaxesAreTheTaxGroups(t *testing.T) {
	t.Parallel()
	code := func(category pricing.TaxCategory, rate string, parts ...pricing.TaxComponent) *pricing.TaxCode {
		return &pricing.TaxCode{Category: category, Rate: testkit.Some(rate), Components: parts}
	}
	priced := func(included bool, freight *pricing.TaxCode, lines ...pricing.Line) (i leadtocash.Invoice) {
		i.Currency = money.EUR
		i.Pricing.TaxMode, i.Pricing.PricesIncludeTax = pricing.TaxComputed, included
		if i.FreightTaxCode = freight; freight != nil {
			i.FreightAmount = testkit.Euro("10.00")
		}
		i.Lines = lines
		i.Calculate(&i.Head, &i.Charges, pricing.PriceInput{})
		return i
	}
	line := func(quantity, price string, code *pricing.TaxCode) pricing.Line {
		return pricing.Line{WriteInText: "x", Quantity: testkit.Some(quantity), PricePerUnit: testkit.Some(price), IsPriceOverridden: true, TaxCode: code}
	}
	standard, reduced := code(pricing.TaxStandard, "19"), code(pricing.TaxStandard, "7")
	city := code(pricing.TaxStandard, "8.875", pricing.TaxComponent{Name: "State", Rate: testkit.Some("4")},
		pricing.TaxComponent{Name: "City", Rate: testkit.Some("4.5")}, pricing.TaxComponent{Name: "MCTD", Rate: testkit.Some("0.375")})
	for name, c := range map[string]struct {
		invoice leadtocash.Invoice
		want    string
	}{
		"one group":   {priced(false, nil, line("1", "0.33", reduced), line("1", "0.33", reduced), line("1", "0.33", reduced)), "7 % 0.99 0.07; Tax 0.07"},
		"freight":     {priced(false, standard, line("1", "100.00", standard), line("1", "50.00", reduced)), "19 % 110.00 20.90; 7 % 50.00 3.50; Tax 24.40"},
		"included":    {priced(true, nil, line("2", "119.00", standard)), "19 % 200.00 38.00; of which tax 38.00"},
		"components":  {priced(false, nil, line("1", "100.00", city)), "8.875 % 100.00 8.88 (City 4.50, MCTD 0.38, State 4.00); Tax 8.88"},
		"no rate":     {priced(false, nil, line("1", "5.00", code(pricing.TaxReverseCharge, "0")), line("1", "5.00", nil)), "Reverse charge 5.00 0.00; Not subject to tax 5.00 0.00"},
		"a rate of 0": {priced(false, nil, line("1", "5.00", code(pricing.TaxStandard, "0"))), "0 % 5.00 0.00"},
	} {
		show := print.Letterhead{Template: template.Must(template.New("").Parse(
			`{{range .Taxes}}{{.Label}} {{.Base}} {{.Tax}}{{with .Components}} ({{range $n, $c := .}}{{if $n}}, {{end}}{{.Name}} {{.Tax}}{{end}}){{end}}; {{end}}` +
				`{{range .Totals}}{{if or (eq .Label "Tax") (eq .Label "of which tax")}}{{.Label}} {{.Amount}}{{end}}{{end}}`,
		))}
		var page strings.Builder
		if err := print.PrintInvoice(&page, c.invoice, show); err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSuffix(page.String(), "; "); got != c.want {
			t.Errorf("%s: printed %q, want %q", name, got, c.want)
		}
	}
}

func TestPrintCreditNote(t *testing.T) {
	t.Parallel()
	var draft, issued strings.Builder
	if err := print.PrintCreditNote(&draft, testkit.Goodwill(t, "12.50"), "", print.Letterhead{}); err != nil {
		t.Fatal(err)
	}
	if err := print.PrintCreditNote(&issued, testkit.IssuedCredit(t, "12.50"), "INV-7", print.Letterhead{Lang: "de"}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(draft.String(), "Credit Note (draft)") || strings.Contains(draft.String(), "<dt>Invoice</dt>") {
		t.Errorf("a draft is printed as\n%s", draft.String())
	}
	for _, want := range []string{`lang="de"`, "Gutschrift CRN-1", "<dt>Zur Rechnung</dt><dd>INV-7</dd>", "<th scope=\"row\">Gutschriftsbetrag</th><td class=\"amount\">12,50\u00a0EUR</td>"} {
		if !strings.Contains(issued.String(), want) {
			t.Errorf("the page lacks %q:\n%s", want, issued.String())
		}
	}
}

// Lists, prepayments and what the buyer keeps back are rows of their own, by their
// reasons.
func TestPrintedLists(t *testing.T) {
	t.Parallel()
	i := testkit.NewInvoice(t, testkit.WriteIn("1", "100.00"))
	i.Adjustments = []pricing.Adjustment{
		pricing.Allowance(money.EUR.MustAmount("10.00"), "Loyalty"), pricing.Charge(money.EUR.MustAmount("5.00"), "Packing"),
	}
	i.Seller = &party.Party{Name: "Wood GmbH", VATID: "DE123456789", Address: party.PostalAddress{City: "Hamburg"}}
	i.Details = &leadtocash.DocumentDetails{
		Prepayments:  []leadtocash.Prepayment{{Number: "INV-1", Net: money.EUR.MustAmount("20.00"), Tax: money.EUR.MustAmount("0.00"), Amount: money.EUR.MustAmount("20.00")}},
		Withholdings: []leadtocash.Withholding{{Name: "Income tax", Percentage: testkit.Some("15")}},
	}
	i.PrepaidAmount = testkit.Euro("20.00")
	i.Calculate(&i.Head, &i.Charges, pricing.PriceInput{})
	show := print.Letterhead{Template: template.Must(template.New("").Parse(`{{.Seller.Name}} {{.TaxID}}; {{range .Totals}}{{.Label}} {{.Amount}}; {{end}}`))}
	var page strings.Builder
	if err := print.PrintInvoice(&page, i, show); err != nil {
		t.Fatal(err)
	}
	want := "Wood GmbH DE123456789; Lines 100.00; Loyalty -10.00; Less discounts 90.00; Packing 5.00; Total 95.00; " +
		"Prepaid INV-1 (net 20.00, tax 0.00) -20.00; Amount due 75.00; Income tax -14.25; To be paid 60.75; "
	if page.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", page.String(), want)
	}
}
