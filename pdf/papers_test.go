package pdf_test

import (
	"bytes"
	"fmt"
	"html"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pdf"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/print"
	"github.com/leadtocash/leadtocash/value"
)

// papers are one document of each kind, and invoices of every shape.
func papers(t testing.TB, lang string) map[string]*print.PrintedDocument {
	t.Helper()
	l := letterhead(lang)
	i := invoice(14)
	withLogo := l
	withLogo.Logo = logo(t)

	q := leadtocash.Quote{PricedLines: i.PricedLines, QuoteNumber: "ANG-7", RevisionNumber: 2, ActivatedOn: 2027_02_01}
	q.Currency, q.BillTo, q.EffectiveTo, q.Charges, q.Status = i.Currency, i.BillTo, 2027_02_28, i.Charges, leadtocash.QuoteStatusActive

	o := leadtocash.Order{PricedLines: i.PricedLines, OrderNumber: "AB-2027-0031"}
	o.Currency, o.BillTo, o.SubmitDate, o.RequestDeliveryBy, o.Charges = i.Currency, i.BillTo, 2027_02_10, 2027_02_27, i.Charges
	o.ShipTo = &party.ShipTo{BillTo: party.BillTo{Name: "Palarnia – magazyn", Line1: "Dok 4", City: "Gdańsk", Country: "Polska"}}
	o.Lines = slices.Clone(o.Lines)
	for n := range o.Lines {
		if n%2 == 0 {
			o.Lines[n].QuantityShipped = o.Lines[n].Quantity
		}
	}

	n := leadtocash.CreditNote{PricedLines: i.PricedLines, CreditNoteNumber: "GS-2027-00003", IssueDate: 2027_03_15, Status: leadtocash.CreditNoteStatusIssued}
	n.Currency, n.BillTo, n.Charges = i.Currency, i.BillTo, i.Charges

	second := invoice(3)
	second.InvoiceNumber = "RE-2027-00043"
	reminder, err := l.Reminder(print.Reminder{
		Level: leadtocash.DunningSecondNotice, On: 2027_05_01, Invoices: []leadtocash.Invoice{i, second}, Fee: money.EUR.MustAmount("5.00"),
	})
	if err != nil {
		t.Fatal(err)
	}

	reversed := invoice(2)
	for n := range reversed.Lines {
		reversed.Lines[n].TaxCode = taxed(pricing.TaxReverseCharge, "0")
	}
	reversed.FreightAmount, reversed.FreightTaxCode = value.Opt[money.Amount]{}, nil
	reversed.Calculate(&reversed.Head, &reversed.Charges, pricing.PriceInput{})

	draft := invoice(2)
	draft.InvoiceNumber, draft.IssueDate = "", 0

	parts := invoice(6)
	third := money.Of(parts.AmountDue.Units()/3, 2)
	parts.Instalments = []leadtocash.Instalment{
		{Number: 1, DueDate: 2027_03_31, Amount: third, Discounts: []leadtocash.InstalmentDiscount{{Percentage: some("2"), Until: 2027_03_10, Amount: money.EUR.MustAmount("1.00")}}},
		{Number: 2, DueDate: 2027_04_30, Amount: parts.AmountDue.Sub(third)},
	}
	parts.Details.Withholdings = []leadtocash.Withholding{{Name: "Ritenuta d’acconto", Percentage: some("20")}}

	tax := invoice(3)
	for n := range tax.Lines {
		tax.Lines[n].TaxCode = &pricing.TaxCode{Category: pricing.TaxStandard, Rate: some("8.875"), Components: []pricing.TaxComponent{
			{Name: "New York State", Rate: some("4")}, {Name: "New York City", Rate: some("4.5")}, {Name: "MCTD", Rate: some("0.375")},
		}}
	}
	tax.FreightTaxCode = tax.Lines[0].TaxCode
	tax.Calculate(&tax.Head, &tax.Charges, pricing.PriceInput{})

	return map[string]*print.PrintedDocument{
		"quote": withLogo.Quote(q), "order": l.OrderConfirmation(o), "delivery": withLogo.DeliveryNote(o, print.Shipment{Number: "LS-1", On: 2027_02_26, Carrier: "Sea & Land", Tracking: "0034 0434"}),
		"invoice": l.Invoice(invoice(5)), "long": l.Invoice(invoice(110)), "credit": l.CreditNote(n, i.InvoiceNumber), "reminder": reminder,
		"statement": l.Statement(account(), buyer()), "reversed": l.Invoice(reversed), "draft": withLogo.Invoice(draft), "instalments": l.Invoice(parts), "components": l.Invoice(tax),
	}
}

// account is a statement of two months.
func account() leadtocash.Statement {
	amount := money.EUR.MustAmount
	s := leadtocash.Statement{Currency: money.EUR, From: 2027_01_01, To: 2027_03_31, Opening: amount("120.00")}
	balance := s.Opening
	for n := range 60 {
		e := leadtocash.StatementEntry{On: value.Date(2027_01_01).AddDays(n), Kind: leadtocash.StatementInvoice, Number: fmt.Sprintf("RE-%d", n), Amount: amount("333.33")}
		if n%3 == 2 {
			e.Kind, e.Number, e.Amount = leadtocash.StatementPayment, fmt.Sprintf("PAY-%d", n), amount("-500.00")
		}
		balance = balance.Add(e.Amount)
		e.Balance = balance
		s.Entries = append(s.Entries, e)
	}
	s.Closing, s.Ageing = balance, leadtocash.Ageing{Current: amount("100.00"), Days1To30: balance.Sub(amount("100.00"))}
	return s
}

// squeezed is a text without blanks and breaks, so that it can be found however it is
// broken into lines.
func squeezed(text string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "\n", "", "\t", "", "\f", "", "\r", "").Replace(text)
}

var (
	noText = regexp.MustCompile(`(?s)<style>.*?</style>|<title>.*?</title>|<[^>]*>`)
	cells  = regexp.MustCompile(`(?s)<(td|th|dt|dd|p|h1|h2|div|address)[^>]*>(.*?)</(td|th|dt|dd|p|h1|h2|div|address)>`)
)

// languages are those that are tried.
func languages() []string {
	if testing.Short() {
		return []string{"de"}
	}
	return print.Languages()
}

// The page of HTML and the file say the same: every cell, fact and paragraph of the one
// stands in the other, in six languages and on both papers.
func TestFileSaysWhatThePageSays(t *testing.T) {
	t.Parallel()
	for _, lang := range languages() {
		for name, d := range papers(t, lang) {
			var page bytes.Buffer
			if err := d.WriteHTML(&page); err != nil {
				t.Fatal(err)
			}
			for _, s := range []pdf.Style{{}, {Page: pdf.Letter}} {
				all := squeezed(strings.Join(read(t, render(t, d, s)).texts(), ""))
				onPage := squeezed(html.UnescapeString(noText.ReplaceAllString(page.String(), "")))
				for _, line := range read(t, render(t, d, s)).texts() {
					if text := squeezed(line); !strings.Contains(onPage, text) && !own(d, line) {
						t.Errorf("%s, %s, %d: the page of HTML lacks %q", lang, name, s.Page, line)
					}
				}
				found := 0
				for _, cell := range cells.FindAllStringSubmatch(page.String(), -1) {
					for _, part := range strings.Split(cell[2], "<br>") {
						text := squeezed(html.UnescapeString(noText.ReplaceAllString(part, "")))
						if found++; !strings.Contains(all, text) && !strings.Contains(text, "____") {
							t.Errorf("%s, %s, %d: the file lacks %q", lang, name, s.Page, text)
						}
					}
				}
				if found < 30 {
					t.Errorf("%s has only %d texts", name, found)
				}
			}
		}
	}
}

// own reports whether a line belongs to the paper alone: what is carried over and the
// number of the page, the line above the address, and what the code is for.
func own(d *print.PrintedDocument, line string) bool {
	of := strings.Split(d.PageOf(1, 1), "1")[0]
	if strings.HasPrefix(line, of) || line == d.Text("carried_over") || line == d.Text("scan_to_pay") || strings.Contains(line, " · ") {
		return true
	}
	return slices.ContainsFunc(d.Table().Rows, func(r print.PrintedRow) bool { return r.Carried == line })
}

// Where a table goes on on another page, the sum of what came before stands at the end of
// the one page and at the beginning of the next, and the last row on the page of the
// totals.
func TestCarriedOver(t *testing.T) {
	t.Parallel()
	for _, lines := range []int{1, 2, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 200} {
		for _, s := range []pdf.Style{{}, {Page: pdf.Letter}} {
			d := letterhead("en").Invoice(invoice(lines))
			rows := d.Table().Rows
			f := read(t, render(t, d, s))
			sum := ""
			shown := 0
			for n := range f.pages {
				texts := f.page(n)
				var carried []string
				for k, text := range texts {
					if text == "Carried over" {
						carried = append(carried, texts[k+1])
					}
					if shown < len(rows) && text == rows[shown].Cells[0] && texts[k+1] == rows[shown].Cells[1] {
						shown++
					}
				}
				want := 0
				if sum != "" {
					want++
					if len(carried) == 0 || carried[0] != sum {
						t.Errorf("%d lines: page %d begins with %v, the last one ended with %s", lines, n+1, carried, sum)
					}
				}
				if shown < len(rows) && shown > 0 {
					if want++; len(carried) < want || carried[want-1] != rows[shown-1].Carried {
						t.Errorf("%d lines: page %d ends with %v after row %d, which comes to %s", lines, n+1, carried, shown, rows[shown-1].Carried)
					}
					sum = rows[shown-1].Carried
				} else {
					sum = ""
				}
				if len(carried) != want {
					t.Errorf("%d lines: page %d carries %v", lines, n+1, carried)
				}
				if slices.Contains(texts, "Amount due") && !slices.Contains(texts, rows[lines-1].Cells[len(rows[0].Cells)-1]) {
					t.Errorf("%d lines: the totals on page %d stand alone", lines, n+1)
				}
				if number := fmt.Sprintf("Page %d of %d", n+1, len(f.pages)); slices.Contains(texts, number) != (len(f.pages) > 1) {
					t.Errorf("%d lines: page %d of %d: %v", lines, n+1, len(f.pages), texts)
				}
			}
			if shown != lines {
				t.Errorf("%d of %d lines are there", shown, lines)
			}
		}
	}
}

// The same document gives the same bytes, whoever writes it at the same time.
func TestDeterministic(t *testing.T) {
	t.Parallel()
	want := map[string][]byte{}
	for name, d := range papers(t, "de") {
		want[name] = render(t, d, pdf.Style{})
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for name, d := range papers(t, "de") {
				if got := render(t, d, pdf.Style{}); !bytes.Equal(got, want[name]) {
					t.Errorf("%s is written in two ways", name)
				}
			}
		})
	}
	group.Wait()
	d := papers(t, "de")["draft"]
	if bytes.Contains(want["draft"], []byte("CreationDate")) || bytes.Contains(want["draft"], []byte("CreateDate")) {
		t.Error("a draft without a date tells none")
	}
	created := render(t, d, pdf.Style{Created: value.Date(2027_03_04).Time(nil)})
	if !bytes.Contains(created, []byte("D:20270304000000+00'00'")) || !bytes.Contains(created, []byte("2027-03-04T00:00:00Z")) {
		t.Error("the file tells the time that the style says, in both places")
	}
}

// tool runs a program of the system, and skips the test where it is missing.
func tool(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("LEADTOCASH_REQUIRE_PDF_TOOLS") != "" && name != "pdfcpu" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
	var said bytes.Buffer
	run := exec.Command(name, args...)
	run.Stderr = &said
	out, err := run.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, said.String())
	}
	return out
}

// written are the samples as files.
func written(t *testing.T, lang string, s pdf.Style) map[string]string {
	t.Helper()
	dir, files := t.TempDir(), map[string]string{}
	if keep := os.Getenv("LEADTOCASH_PDF_KEEP"); keep != "" { // to look at them
		dir = keep
	}
	for name, d := range papers(t, lang) {
		files[name] = filepath.Join(dir, fmt.Sprintf("%s-%s-%d.pdf", name, lang, s.Page))
		if err := os.WriteFile(files[name], render(t, d, s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// qpdf finds no fault in any file.
func TestQPDF(t *testing.T) {
	t.Parallel()
	for _, s := range []pdf.Style{{}, {Page: pdf.Letter}} {
		for _, file := range written(t, "de", s) {
			if out := tool(t, "qpdf", "--check", file); bytes.Contains(out, []byte("WARNING")) {
				t.Errorf("%s: %s", file, out)
			}
		}
	}
}

// pdfcpu finds no fault in any file.
func TestPDFCPU(t *testing.T) {
	t.Parallel()
	files := slices.Collect(maps.Values(written(t, "de", pdf.Style{})))
	tool(t, "pdfcpu", append([]string{"validate", "-m", "strict"}, files...)...)
}

// pdftotext gives every row of the table and every amount, also what is Polish, Greek or
// Cyrillic.
func TestTextExtraction(t *testing.T) {
	t.Parallel()
	for _, lang := range languages() {
		files := written(t, lang, pdf.Style{})
		for name, d := range papers(t, lang) {
			text := squeezed(string(tool(t, "pdftotext", "-raw", files[name], "-")))
			look := func(what string) {
				if !strings.Contains(text, squeezed(what)) {
					t.Errorf("%s, %s: the text lacks %q", lang, name, what)
				}
			}
			for _, row := range d.Table().Rows {
				for _, cell := range row.Cells {
					look(cell)
				}
			}
			for _, total := range slices.Concat(d.Totals, d.Aside, d.Ageing) {
				look(d.Amount(total.Amount))
			}
			for _, tax := range d.Taxes {
				look(d.Amount(tax.Base))
				look(d.Amount(tax.Tax))
			}
			look(d.Buyer.Name)
			look(d.Buyer.Lines[0])
		}
	}
}
