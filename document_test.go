package leadtocash_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// wood is an organization with an account.
func wood(t *testing.T) *party.Organization {
	t.Helper()
	out, err := party.NewOrganization(party.CreateOrganization{ID: testkit.IDOf[record.OrganizationID](1), Fields: party.OrganizationFields{
		Party:    party.Party{Name: "Wood GmbH", Address: party.PostalAddress{CountryCode: "DE"}},
		Accounts: []party.BankAccount{{Key: "main", IBAN: "DE89370400440532013000", BIC: "COBADEFFXXX"}},
		Language: "de",
	}}, party.OrganizationFacts{Stamp: testkit.Noon})
	if err != nil {
		t.Fatal(err)
	}
	return &out.Record
}

// From quote to credit note each document hands on what the next one has, and names the
// seller as it was when it was handed out.
func TestDetailsGoAlongTheChain(t *testing.T) {
	t.Parallel()
	org := wood(t)
	fields := leadtocash.QuoteFields{
		Name: "desks", CustomerID: testkit.Buyer, OrganizationID: org.ID, BillTo: &party.BillTo{Name: "Ink & Co", CountryCode: "NO"},
		Details: &leadtocash.DocumentDetails{BuyerReference: "04011000-1234512345-06", PurchaseOrder: "PO-7", Contract: "C-1", Notes: []leadtocash.DocumentNote{{Text: "thanks"}}},
	}
	line := pricing.WriteIn("desk", decimal.NewFromInt(2), decimal.NewFromInt(50))
	line.Details = &pricing.LineDetails{UnitCode: "C62", OrderLine: "10"}
	made, err := leadtocash.NewQuote(leadtocash.CreateQuote{
		ID: testkit.IDOf[record.QuoteID](1), Origin: record.Origin{Currency: money.EUR}, Fields: fields, Lines: []pricing.LineFields{line},
	}, leadtocash.QuoteFacts{Stamp: testkit.Noon})
	if err != nil {
		t.Fatal(err)
	}
	active, err := made.Record.Activate(leadtocash.ActivateQuote{}, leadtocash.QuoteFacts{Stamp: testkit.Noon, Organization: org})
	if err != nil {
		t.Fatal(err)
	}
	if q := active.Record; q.Seller == nil || q.Seller.Name != "Wood GmbH" || q.Details.Language != "de" || q.Details.PaymentMeans[0].IBAN != "DE89370400440532013000" {
		t.Errorf("an active quote is sold by %+v with %+v", q.Seller, q.Details)
	}
	if made.Record.Seller != nil || made.Record.Details.Language != "" {
		t.Error("the draft was changed by its activation")
	}
	org.Name = "Wood and Iron GmbH"
	won, err := active.Record.WinToOrder(leadtocash.WinQuoteToOrder{}, leadtocash.QuoteFacts{Stamp: testkit.Noon, Organization: org})
	if err != nil {
		t.Fatal(err)
	}
	order := won.Order
	if order.CustomerPONumber != "PO-7" || order.Details.PurchaseOrder != "" || order.Details.Contract != "C-1" || order.Seller.Name != "Wood and Iron GmbH" {
		t.Errorf("the order has %q, %+v of %+v", order.CustomerPONumber, order.Details, order.Seller)
	}
	billed, err := order.Invoice(leadtocash.InvoiceOrder{}, leadtocash.OrderFacts{Stamp: testkit.Noon})
	if err != nil {
		t.Fatal(err)
	}
	i := billed.Invoice
	if i.Seller != nil || i.Details.PurchaseOrder != "PO-7" || i.Details.SalesOrder != order.OrderNumber || len(i.Details.Notes) != 1 || i.Lines[0].Details.OrderLine != "10" {
		t.Errorf("the invoice has %+v, sold by %+v", i.Details, i.Seller)
	}
	issued, err := i.Issue(leadtocash.IssueInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.Noon, Organization: org})
	if err != nil {
		t.Fatal(err)
	}
	i = issued.Record
	if i.Seller == nil || i.Seller.Name != "Wood and Iron GmbH" || i.BillTo.CountryCode != "NO" {
		t.Errorf("the invoice is issued by %+v to %+v", i.Seller, i.BillTo)
	}
	edit := leadtocash.EditInvoice{Fields: i.InvoiceFields}
	edit.Fields.Details = &leadtocash.DocumentDetails{BuyerReference: "another"}
	if _, err := i.Edit(edit, leadtocash.InvoiceFacts{Stamp: testkit.Noon}); !errors.Is(err, codes.ErrReadOnly) {
		t.Errorf("details of an issued invoice: %v, want them frozen", err)
	}
	credited, err := i.Credit(leadtocash.CreditInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.Noon})
	if err != nil {
		t.Fatal(err)
	}
	if n := credited.CreditNote; n.OrganizationID != org.ID || n.Details.Preceding[0].Number != i.InvoiceNumber || n.Details.Contract != "C-1" || len(n.Details.Notes) != 0 {
		t.Errorf("the credit note has %+v", n.Details)
	}
	note, err := credited.CreditNote.Issue(leadtocash.IssueCreditNote{}, leadtocash.CreditNoteFacts{Stamp: testkit.Noon, Invoice: &i, Organization: org})
	if err != nil {
		t.Fatal(err)
	}
	if n := note.Record; n.Seller == nil || len(n.Details.PaymentMeans) != 1 || n.Details.PaymentMeans[0].IBAN != "DE89370400440532013000" || len(credited.CreditNote.Details.PaymentMeans) != 0 {
		t.Errorf("the credit note is issued by %+v with %+v", n.Seller, n.Details)
	}
}

// What a kind of document does not have, or what contradicts itself, is refused with
// its path.
func TestDetailsFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		details leadtocash.DocumentDetails
		want    string
	}{
		"a quote has no number of an order": {leadtocash.DocumentDetails{SalesOrder: "1"}, "invalid fields.details.sales_order"},
		"a period":                          {leadtocash.DocumentDetails{PeriodFrom: 2026_02_01, PeriodTo: 2026_01_01}, "invalid fields.details.period_to"},
		"a transfer to nowhere":             {leadtocash.DocumentDetails{PaymentMeans: []leadtocash.PaymentMeans{{Code: "58"}}}, "missing_field fields.details.payment_means[0].iban"},
		"a whole card":                      {leadtocash.DocumentDetails{PaymentMeans: []leadtocash.PaymentMeans{{Code: "48", CardLast: "4111111111111111"}}}, "too_long fields.details.payment_means[0].card_last"},
		"two ways at once":                  {leadtocash.DocumentDetails{PaymentMeans: []leadtocash.PaymentMeans{{Code: "1", IBAN: "DE89370400440532013000", CardLast: "4711"}}}, "invalid fields.details.payment_means[0].code"},
		"an object":                         {leadtocash.DocumentDetails{Delivery: &leadtocash.Delivery{Location: &party.Identifier{Scheme: "0088", Value: "1"}}}, "invalid fields.details.delivery.location.value"},
	} {
		_, err := leadtocash.NewQuote(leadtocash.CreateQuote{
			ID: testkit.IDOf[record.QuoteID](1), Origin: record.Origin{Currency: money.EUR}, Fields: leadtocash.QuoteFields{Name: "x", CustomerID: testkit.Buyer, Details: &c.details},
		}, leadtocash.QuoteFacts{Stamp: testkit.Noon})
		var got string
		for _, r := range record.ReasonsOf(err) {
			got += string(r.Code) + " " + r.Field
		}
		if got != c.want {
			t.Errorf("%s: refused as %q, want %q", name, got, c.want)
		}
	}
}

// Issuing an invoice makes its instalments, which stay; what does not add up is not
// issued.
func TestInstalmentsAreMadeWhenIssued(t *testing.T) {
	t.Parallel()
	i := testkit.NewInvoice(t, testkit.WriteIn("1", "100.00"))
	i.BillTo = &party.BillTo{Name: "Ink & Co"}
	i.PaymentTerms, i.DueDate = 0, 0
	i.OwnTerms = &leadtocash.Terms{Instalments: []leadtocash.TermsInstalment{{Percentage: testkit.Some("30")}, {NetDays: 30}}}
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon}
	issued, err := i.Issue(leadtocash.IssueInvoice{IssueDate: 2026_03_01}, f)
	if err != nil {
		t.Fatal(err)
	}
	list := issued.Record.Instalments
	if len(list) != 2 || list[0].Amount.String() != "30.00" || list[1].DueDate != 2026_03_31 || issued.Record.DueDate != 2026_03_01 {
		t.Errorf("instalments are %+v, due on %s", list, issued.Record.DueDate)
	}
	if text := issued.Record.TermsText(leadtocash.Settings{}, 0); text != "2026-03-01 30.00 EUR\n2026-03-31 70.00 EUR" {
		t.Errorf("the terms say %q", text)
	}
	edit := leadtocash.EditInvoice{Fields: issued.Record.InvoiceFields}
	edit.Fields.DueDate = 2026_05_01
	if _, err := issued.Record.Edit(edit, f); !errors.Is(err, codes.ErrReadOnly) {
		t.Errorf("another due date: %v, want that of the instalments", err)
	}
	i.OwnTerms, i.Instalments = nil, []leadtocash.Instalment{{DueDate: 2026_03_05, Amount: money.EUR.MustAmount("99.99")}}
	if _, err := i.Issue(leadtocash.IssueInvoice{}, f); !errors.Is(err, codes.ErrInvalid) {
		t.Errorf("instalments of less than is due: %v", err)
	}
}

// Documents 50 to 52: instalments come to what is due, discounts of one percentage to
// that of the sum, and a later issue is never due earlier.
func TestScheduleInvariants(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		due := money.EUR.Units(rapid.Int64Range(1, 1e9).Draw(t, "due"))
		var terms leadtocash.Terms
		days := int32(0)
		for n := range rapid.IntRange(1, 5).Draw(t, "entries") {
			days += rapid.Int32Range(0, 40).Draw(t, "days")
			e := leadtocash.TermsInstalment{NetDays: days, DiscountPercentage: value.Some(decimal.NewFromInt(2)), DiscountDays: 5}
			if n > 0 {
				e.Percentage = value.Some(decimal.New(rapid.Int64Range(0, 25_00000).Draw(t, "percentage"), -5))
			}
			terms.Instalments = append(terms.Instalments, e)
		}
		day := value.Date(2026_01_01).AddDays(rapid.IntRange(0, 3000).Draw(t, "issued"))
		list, err := terms.Schedule(day, due, money.EUR, money.HalfAway)
		if err != nil {
			t.Fatal(err)
		}
		sum, discounts := money.EUR.Zero(), money.EUR.Zero()
		for _, i := range list {
			sum = sum.Add(i.Amount)
			for _, d := range i.Discounts {
				discounts = discounts.Add(d.Amount)
			}
		}
		if whole := money.EUR.Round(due.Decimal().Mul(decimal.New(2, -2))); !sum.Equal(due) || !discounts.Equal(whole) {
			t.Errorf("instalments of %s come to %s, discounts of %s to %s", due, sum, whole, discounts)
		}
		simple := leadtocash.Terms{
			NetMonths: rapid.Int32Range(0, 14).Draw(t, "months"), EndOfMonth: rapid.Bool().Draw(t, "end"), NetDays: rapid.Int32Range(0, 90).Draw(t, "net"),
			ThenEndOfMonth: rapid.Bool().Draw(t, "then end"), ThenDays: rapid.Int32Range(0, 31).Draw(t, "then"),
		}
		if simple.DueOn(day).After(simple.DueOn(day.AddDays(1))) {
			t.Errorf("52: issued on %s due on %s, a day later on %s", day, simple.DueOn(day), simple.DueOn(day.AddDays(1)))
		}
	})
}

// 30 % now, the rest in 30 days.
func ExampleTerms_Schedule() {
	terms := leadtocash.Terms{Instalments: []leadtocash.TermsInstalment{{Percentage: value.Some(decimal.NewFromInt(30))}, {NetDays: 30}}}
	list, err := terms.Schedule(2026_03_01, money.EUR.MustAmount("999.99"), money.EUR, money.HalfAway)
	if err != nil {
		fmt.Println(err)
	}
	for _, i := range list {
		fmt.Println(i.Number, i.DueDate, i.Amount)
	}
	// Output:
	// 1 2026-03-01 300.00
	// 2 2026-03-31 699.99
}
