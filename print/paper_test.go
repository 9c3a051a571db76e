package print_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/print"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func woodworks() *party.Organization {
	return &party.Organization{OrganizationFields: party.OrganizationFields{
		Party:    party.Party{Name: "Wood GmbH", VATID: "DE123456789", Address: party.PostalAddress{Line1: "Quay 1", PostalCode: "20457", City: "Hamburg", CountryCode: "DE"}},
		Accounts: []party.BankAccount{{Key: "main", IBAN: "DE89370400440532013000", BIC: "COBADEFFXXX"}},
		Language: "de",
	}}
}

// Every language says everything with the same values in it, and every key that the
// code asks for is there.
func TestTextsAreComplete(t *testing.T) {
	t.Parallel()
	english := print.TextsOf("en")
	if got, want := print.Languages(), []string{"de", "en", "es", "fr", "it", "nl"}; !slices.Equal(got, want) {
		t.Fatalf("languages are %v, want %v", got, want)
	}
	for _, lang := range print.Languages() {
		texts := print.TextsOf(lang)
		for key, text := range english {
			if texts[key] == "" || verbs(texts[key]) != verbs(text) {
				t.Errorf("%s says %q for %s, with other values than %q", lang, texts[key], key, text)
			}
		}
		if len(texts) != len(english) {
			t.Errorf("%s has %d texts, English %d", lang, len(texts), len(english))
		}
	}
	for _, name := range []string{"document.go", "letterhead.go", "payment.go", "statement.go", "table.go", "texts.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if ident, isIdent := call.Fun.(*ast.Ident); ok && (sel.Sel.Name == "say" || sel.Sel.Name == "fact") || isIdent && ident.Name == "fact" {
				if key, ok := call.Args[0].(*ast.BasicLit); ok {
					if text, _ := strconv.Unquote(key.Value); english[text] == "" && !strings.HasSuffix(text, "_") {
						t.Errorf("%s asks for the text %q, which there is not", name, text)
					}
				}
			}
			return true
		})
	}
	page, err := os.ReadFile("letterhead.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(string(page), `.Text "`)[1:] {
		if key, _, _ := strings.Cut(part, `"`); english[key] == "" {
			t.Errorf("the page asks for the text %q, which there is not", key)
		}
	}
}

func verbs(text string) string {
	return strings.Repeat("s", strings.Count(text, "%s")) + strings.Repeat("d", strings.Count(text, "%d"))
}

func TestFormats(t *testing.T) {
	t.Parallel()
	amount, day := money.EUR.MustAmount("-1234567.80"), value.Date(2027_03_04)
	for lang, want := range map[string][3]string{
		"en": {"EUR\u00a0-1,234,567.80", "2027-03-04", "0.000005"}, "en-US": {"EUR\u00a0-1,234,567.80", "03/04/2027", "0.000005"},
		"de": {"-1.234.567,80\u00a0EUR", "04.03.2027", "0,000005"}, "de-AT": {"EUR\u00a0-1\u00a0234\u00a0567,80", "04.03.2027", "0,000005"},
		"fr_FR": {"-1\u00a0234\u00a0567,80\u00a0EUR", "04/03/2027", "0,000005"}, "nl": {"EUR\u00a0-1.234.567,80", "04-03-2027", "0,000005"},
		"xx": {"EUR\u00a0-1,234,567.80", "2027-03-04", "0.000005"},
	} {
		f := print.FormatsOf(lang)
		if got := [3]string{f.Money(amount, money.EUR), f.Day(day), f.Number(decimal.New(5, -6), 2)}; got != want {
			t.Errorf("%s writes %q, want %q", lang, got, want)
		}
	}
	if f := print.FormatsOf("en"); f.Number(decimal.New(12, 2), 2) != "1,200.00" || f.Day(0) != "" {
		t.Error("whole numbers get their decimals, and no day is nothing")
	}
	short := print.Formats{Date: "D/M/YY"}
	if got := short.Day(day); got != "4/3/2027" {
		t.Errorf("a short pattern writes %q", got)
	}
}

// The code is that of EPC069-12, and none is made of what it cannot say.
func TestEPC(t *testing.T) {
	t.Parallel()
	e := print.EPC{BIC: "COBADEFFXXX", Name: "Muster GmbH", IBAN: "DE89 3704 0044 0532 0130 00", Amount: money.EUR.MustAmount("1190.00"), Reference: "RE-2027-0001"}
	if got, want := e.Text(), "BCD\n002\n1\nSCT\nCOBADEFFXXX\nMuster GmbH\nDE89370400440532013000\nEUR1190.00\n\n\nRE-2027-0001"; got != want {
		t.Errorf("the code is %q, want %q", got, want)
	}
	e.Reference = "RF18 5390 0754 7034"
	if got, want := e.Text(), "EUR1190.00\n\nRF18539007547034"; !strings.HasSuffix(got, want) {
		t.Errorf("a structured reference stands in its own field: %q", got)
	}
	e.Reference = "RF19 5390 0754 7034"
	if got, want := e.Text(), "EUR1190.00\n\n\nRF19 5390 0754 7034"; !strings.HasSuffix(got, want) {
		t.Errorf("one with wrong check digits is a text: %q", got)
	}
	e.Name, e.Reference = strings.Repeat("ä", 100), "two\nlines"
	if got := e.Text(); strings.Count(got, "ä") != 70 || !strings.HasSuffix(got, "\ntwo lines") {
		t.Errorf("names are cut at 70 characters and texts are one line: %q", got)
	}
	for name, bad := range map[string]func(*print.EPC){
		"no IBAN": func(e *print.EPC) { e.IBAN = "" }, "no name": func(e *print.EPC) { e.Name = "" },
		"nothing": func(e *print.EPC) { e.Amount = money.EUR.Zero() }, "less": func(e *print.EPC) { e.Amount = money.EUR.MustAmount("-1.00") },
		"too much": func(e *print.EPC) { e.Amount = money.EUR.MustAmount("1000000000.00") }, "parts of a cent": func(e *print.EPC) { e.Amount = money.Of(1, 3) },
		"too long": func(e *print.EPC) { e.Reference = strings.Repeat("漢", 140) },
	} {
		e := e
		bad(&e)
		if got := e.Text(); got != "" {
			t.Errorf("%s: there is a code %q", name, got)
		}
	}
}

// An invoice of an organization says by itself where to pay, and its code asks for what
// is still open.
func TestPrintedPayment(t *testing.T) {
	t.Parallel()
	i := testkit.Discountable(t)
	i.BillTo = &party.BillTo{Name: "Ink & Co"}
	l := print.Letterhead{Organization: woodworks()}
	d := l.Invoice(i)
	if want := "BCD\n002\n1\nSCT\nCOBADEFFXXX\nWood GmbH\nDE89370400440532013000\nEUR" + i.AmountDue.String() + "\n\n\n" + i.InvoiceNumber; d.Payment.EPC != want {
		t.Errorf("the code is %q, want %q", d.Payment.EPC, want)
	}
	if d.Title != "Rechnung" || d.Terms == "" || d.TaxLabel() != "USt-IdNr." || len(d.Footer) == 0 {
		t.Errorf("the organization says language, tax id and footer: %q %q %q %q", d.Title, d.Terms, d.TaxLabel(), d.Footer)
	}
	half := money.Of(i.AmountDue.Units()/2, 2)
	i.SettledAmount = i.AmountDue.Sub(half)
	if d = l.Invoice(i); !strings.Contains(d.Payment.EPC, "EUR"+half.String()+"\n") {
		t.Errorf("of an invoice that is paid in part the code asks for %s: %q", half, d.Payment.EPC)
	}
	i.SettledAmount = i.AmountDue
	if d = l.Invoice(i); d.Payment.EPC != "" {
		t.Errorf("nobody is asked to pay what is paid: %q", d.Payment.EPC)
	}
	i.SettledAmount, i.Details = money.Amount{}, &leadtocash.DocumentDetails{PaymentMeans: []leadtocash.PaymentMeans{
		{Code: "59", Mandate: "M-1", CreditorID: "DE98ZZZ09999999999", DebitedIBAN: "NL91ABNA0417164300"},
	}}
	if d = l.Invoice(i); d.Payment.EPC != "" || !strings.Contains(d.Payment.Text, "M-1") || !strings.Contains(d.Payment.Text, "NL91\u00a0ABNA") {
		t.Errorf("a direct debit says that it collects, without a code: %+v", d.Payment)
	}
	i.InvoiceNumber = ""
	if d = l.Invoice(i); d.Mark != "ENTWURF" {
		t.Errorf("a draft is marked with %q", d.Mark)
	}
}

// Quotes and orders have what the buyer looks for; a delivery note has no price in it.
func TestPrintedPapers(t *testing.T) {
	t.Parallel()
	l := print.Letterhead{Organization: woodworks(), Lang: "en"}
	q := testkit.ActiveDesksQuote()
	q.EffectiveTo, q.BillTo = 2027_01_31, &party.BillTo{Name: "Ink & Co", Identifiers: []party.Identifier{{Value: "C-17"}}}
	page := html(t, l.Quote(q))
	for _, want := range []string{"<h1>Quote " + q.QuoteNumber, "<dt>Valid until</dt><dd>2027-01-31</dd>", "<dt>Customer no.</dt><dd>C-17</dd>", `class="main"><th scope="row">Total</th>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the quote lacks %q:\n%s", want, page)
		}
	}
	if strings.Contains(page, "IBAN") && strings.Contains(page, "<h2>Payment</h2>") {
		t.Error("a quote asks for no payment")
	}

	o := testkit.NewOrder(t, testkit.WriteIn("10", "45.00"), testkit.WriteIn("2", "12.50"))
	o.CustomerPONumber, o.BillTo = "PO-9", &party.BillTo{Name: "Ink & Co"}
	o.ShipTo = &party.ShipTo{BillTo: party.BillTo{Name: "Ink & Co", Line1: "Dock 4", City: "Oslo"}}
	o.Lines[0].QuantityShipped = testkit.Some("4")
	page = html(t, l.OrderConfirmation(o))
	for _, want := range []string{"<dt>Your order</dt><dd>PO-9</dd>", "Still to be delivered: 6", "<h2>Delivery address</h2>", "Dock 4", "450.00"} {
		if !strings.Contains(page, want) {
			t.Errorf("the order confirmation lacks %q:\n%s", want, page)
		}
	}
	note := l.DeliveryNote(o, print.Shipment{Number: "D-1", On: 2027_01_05, Carrier: "Sea & Land", Tracking: "T-5"})
	page = html(t, note)
	for _, want := range []string{"<h1>Delivery Note D-1", "<dt>Carrier</dt><dd>Sea &amp; Land</dd>", "<dt>Our order</dt><dd>" + o.OrderNumber, "signature", "Dock 4"} {
		if !strings.Contains(page, want) {
			t.Errorf("the delivery note lacks %q:\n%s", want, page)
		}
	}
	if len(note.Lines) != 1 || strings.Contains(page, "45.00") || strings.Contains(page, "180") || len(note.Totals) > 0 || len(note.Taxes) > 0 {
		t.Errorf("a delivery note has what is delivered, without prices:\n%s", page)
	}
	note = l.DeliveryNote(o, print.Shipment{Lines: []pricing.LineQuantity{{LineNumber: o.Lines[1].LineNumber, Quantity: testkit.Some("2")}}})
	if len(note.Lines) != 1 || !note.Lines[0].Quantity.Equal(decimal.NewFromInt(2)) {
		t.Errorf("of a shipment its own quantities are printed: %+v", note.Lines)
	}
}

func html(t *testing.T, d *print.PrintedDocument) string {
	t.Helper()
	var page bytes.Buffer
	if err := d.WriteHTML(&page); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

// A host brings words, formats and a logo of its own.
func TestOwnWords(t *testing.T) {
	t.Parallel()
	i := testkit.Discountable(t)
	i.BillTo = &party.BillTo{Name: "Palarnia", CountryCode: "PL"}
	l := print.Letterhead{
		Organization: woodworks(), Lang: "pl", Copy: true, Logo: []byte("\x89PNG\r\n\x1a\n"),
		Texts:   print.Texts{"invoice": "Faktura", "amount_due": "Do zapłaty", "mark_copy": "KOPIA", "country_PL": "Polska", "country_DE": "Niemcy"},
		Formats: &print.Formats{Decimal: ",", Group: " ", Date: "DD.MM.YYYY", CurrencyAfter: true},
	}
	page := html(t, l.Invoice(i))
	for _, want := range []string{`lang="pl"`, "<h1>Faktura INV-", "Do zapłaty", "KOPIA", "<br>Polska", "<br>Niemcy", `<img src="data:image/png;base64,iVBORw0KGgo=" alt="Wood GmbH">`, "01.04.2026", "\u00a0EUR"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	l.Logo = []byte("<svg onload=alert(1)>")
	if page = html(t, l.Invoice(i)); strings.Contains(page, "<img") {
		t.Error("what is no picture is not shown")
	}
	home := print.Letterhead{Organization: woodworks()}
	i.BillTo.CountryCode = "DE"
	if page = html(t, home.Invoice(i)); strings.Contains(page, "Hamburg<br>DE") {
		t.Error("at home the seller says no country")
	}
}

// A letter asks for what is open of one customer in one currency, and says the fee apart.
func TestPrintedReminder(t *testing.T) {
	t.Parallel()
	l := print.Letterhead{Organization: woodworks(), Lang: "en"}
	i := testkit.Discountable(t)
	i.BillTo = &party.BillTo{Name: "Ink & Co"}
	paid := i
	paid.SettledAmount = paid.AmountDue
	on := i.DueDate.AddDays(9)
	d, err := l.Reminder(print.Reminder{Level: leadtocash.DunningSecondNotice, On: on, Invoices: []leadtocash.Invoice{paid, i}, Fee: money.EUR.MustAmount("5.00")})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Open) != 1 || d.Open[0].DaysOverdue != 9 || !d.Totals[0].Amount.Equal(i.AmountDue) || len(d.Aside) != 1 || !strings.Contains(d.Payment.EPC, i.InvoiceNumber) {
		t.Errorf("the letter asks for %+v, %+v, %+v, %q", d.Open, d.Totals, d.Aside, d.Payment.EPC)
	}
	if page := html(t, d); !strings.Contains(page, "In spite of our reminder") || !strings.Contains(page, "<h1>Second Notice") {
		t.Errorf("the letter says\n%s", page)
	}
	other, foreign := i, i
	other.CustomerID = record.CustomerID{Ref: testkit.RefTo(kinds.Account, 9)}
	foreign.Currency = money.USD
	for name, c := range map[string]struct {
		r    print.Reminder
		want codes.Code
	}{
		"nothing open":        {print.Reminder{Level: 1, On: on, Invoices: []leadtocash.Invoice{paid}}, codes.ErrMissingField},
		"no level":            {print.Reminder{On: on, Invoices: []leadtocash.Invoice{i}}, codes.ErrMissingField},
		"no day":              {print.Reminder{Level: 1, Invoices: []leadtocash.Invoice{i}}, codes.ErrMissingField},
		"two customers":       {print.Reminder{Level: 1, On: on, Invoices: []leadtocash.Invoice{i, other}}, codes.ErrCustomerMismatch},
		"in two currencies":   {print.Reminder{Level: 1, On: on, Invoices: []leadtocash.Invoice{i, foreign}}, codes.ErrCurrencyMismatch},
		"no invoices at all":  {print.Reminder{Level: 1, On: on}, codes.ErrMissingField},
		"a level beyond them": {print.Reminder{Level: 9, On: on, Invoices: []leadtocash.Invoice{i}}, codes.ErrMissingField},
	} {
		if d, err := l.Reminder(c.r); d != nil || !testkit.HasCode(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// The rows of a statement are its entries between the balances.
func TestPrintedStatement(t *testing.T) {
	t.Parallel()
	amount := money.EUR.MustAmount
	s := leadtocash.Statement{
		Currency: money.EUR, From: 2027_01_01, To: 2027_01_31, Opening: amount("10.00"), Closing: amount("60.00"),
		Entries: []leadtocash.StatementEntry{
			{On: 2027_01_05, Kind: leadtocash.StatementInvoice, Number: "INV-1", Amount: amount("100.00"), Balance: amount("110.00")},
			{On: 2027_01_09, Kind: leadtocash.StatementPayment, Number: "PAY-1", Amount: amount("-50.00"), Balance: amount("60.00")},
		},
		Ageing: leadtocash.Ageing{Days1To30: amount("60.00")},
	}
	d := print.Letterhead{Organization: woodworks()}.Statement(s, &party.BillTo{Name: "Ink & Co"})
	var got []string
	for _, row := range d.Table().Rows {
		got = append(got, strings.Join(row.Cells, "|"))
	}
	if want := "|Anfangssaldo|||10,00;05.01.2027|Rechnung|INV-1|100,00|110,00;09.01.2027|Zahlung|PAY-1|-50,00|60,00"; strings.Join(got, ";") != want {
		t.Errorf("the rows are\n%s, want\n%s", strings.Join(got, ";"), want)
	}
	if page := html(t, d); !strings.Contains(page, "60,00\u00a0EUR") || !strings.Contains(page, "1–30 Tage") || !strings.Contains(page, "01.01.2027 – 31.01.2027") {
		t.Errorf("the statement says\n%s", page)
	}
}
