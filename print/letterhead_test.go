package print_test

import (
	"html/template"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/party"
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
		"Desks Ltd", "Mill Lane 7", "GB123", "Ink &amp; Co", "Quay 1", "0150 Oslo", "Invoice INV-00042", "Date 2026-03-02", "Due on 2026-04-01",
		"2% 10, Net 30; less 2.60 if paid by 2026-03-12", "Reference: INV-00042", "IBAN NO93", "&lt;script&gt;",
		`<td>19 %</td><td class="amount">100.00</td><td class="amount">19.00</td>`, `<td>12.3 %</td><td class="amount">10.00</td><td class="amount">1.23</td>`,
		`<td>Tax</td><td class="amount">20.23</td>`, `<td>Amount due</td><td class="amount">130.23</td>`,
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

func TestPrintCreditNote(t *testing.T) {
	t.Parallel()
	var draft, issued strings.Builder
	if err := print.PrintCreditNote(&draft, testkit.Goodwill(t, "12.50"), "", print.Letterhead{}); err != nil {
		t.Fatal(err)
	}
	if err := print.PrintCreditNote(&issued, testkit.IssuedCredit(t, "12.50"), "INV-7", print.Letterhead{Lang: "de"}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(draft.String(), "Credit Note (draft)") || strings.Contains(draft.String(), "Reference") {
		t.Errorf("a draft is printed as\n%s", draft.String())
	}
	for _, want := range []string{`lang="de"`, "Credit Note CRN-1", "Reference: INV-7", `<td>Amount credited</td><td class="amount">12.50</td>`} {
		if !strings.Contains(issued.String(), want) {
			t.Errorf("the page lacks %q:\n%s", want, issued.String())
		}
	}
}
