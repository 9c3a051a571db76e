package print_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/print"
)

// desks is the letterhead of the examples.
func desks() print.Letterhead {
	return print.Letterhead{Organization: &party.Organization{OrganizationFields: party.OrganizationFields{
		Party:    party.Party{Name: "Desks Ltd", VATID: "GB123456789", Address: party.PostalAddress{Line1: "Mill Lane 7", City: "Leeds", PostalCode: "LS1 4AP", CountryCode: "GB"}},
		Accounts: []party.BankAccount{{Key: "main", IBAN: "GB29NWBK60161331926819"}},
	}}}
}

// show prints the table of a document and its totals.
func show(d *print.PrintedDocument) {
	fmt.Println(d.Heading())
	table := d.Table()
	for _, row := range table.Rows {
		for n, cell := range row.Cells {
			if table.Columns[n].Number {
				cell = table.Columns[n].Label + " " + cell
			}
			row.Cells[n] = cell + ";"
		}
		fmt.Println(strings.Join(row.Cells, " "))
	}
	for _, total := range d.Totals {
		fmt.Println(total.Label, d.Amount(total.Amount))
	}
}

func ExampleLetterhead_Quote() {
	show(desks().Quote(testkit.ActiveDesksQuote()))
	// Output:
	// Quote QUO-00007
	// # 1; Desk; Quantity 10; Price 450.00; Net EUR 4,500.00;
	// Total 4,500.00
}

func ExampleLetterhead_OrderConfirmation() {
	show(desks().OrderConfirmation(testkit.NewDesksOrder()))
	// Output:
	// Order Confirmation ORD-00007
	// # 1; Desk; Quantity 10; Price 450.00; Net EUR 4,500.00;
	// Total 4,500.00
}

func ExampleLetterhead_DeliveryNote() {
	order := testkit.NewDesksOrder()
	for n := range order.Lines {
		order.Lines[n].QuantityShipped = order.Lines[n].Quantity
	}
	show(desks().DeliveryNote(order, print.Shipment{Number: "DEL-7"}))
	// Output:
	// Delivery Note DEL-7
	// # 1; Desk; Quantity 10;
}

func ExampleLetterhead_Invoice() {
	l := desks()
	l.Lang = "de"
	show(l.Invoice(testkit.BilledDesksInvoice()))
	// Output:
	// Rechnung INV-00007
	// Pos. 1; Desk; Menge 10; Preis 450,00; Netto EUR 4.500,00;
	// Zahlbetrag 4.500,00
}

func ExampleLetterhead_CreditNote() {
	show(desks().CreditNote(testkit.IssuedGoodwill(), "INV-1"))
	// Output:
	// Credit Note CRN-00007
	// # 1; Compensation; Quantity 1; Price 100.00; Net EUR 100.00;
	// Amount credited 100.00
}

func ExampleLetterhead_Reminder() {
	invoice := testkit.BilledDesksInvoice()
	letter, err := desks().Reminder(print.Reminder{
		Level: leadtocash.DunningReminder, On: invoice.DueDate.AddDays(10), Invoices: []leadtocash.Invoice{invoice},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	show(letter)
	// Output:
	// Payment Reminder
	// INV-00007; Date 2026-03-02; Due on 2026-04-01; Days overdue 10; Invoiced EUR 4,500.00; Open EUR 4,500.00;
	// Total open 4,500.00
}

func ExampleLetterhead_Statement() {
	amount := money.EUR.MustAmount
	show(desks().Statement(leadtocash.Statement{
		Currency: money.EUR, To: 2027_01_31, Closing: amount("60.00"), Entries: []leadtocash.StatementEntry{
			{On: 2027_01_05, Kind: leadtocash.StatementInvoice, Number: "INV-1", Amount: amount("100.00"), Balance: amount("100.00")},
			{On: 2027_01_09, Kind: leadtocash.StatementPayment, Number: "PAY-1", Amount: amount("-40.00"), Balance: amount("60.00")},
		},
	}, nil))
	// Output:
	// Statement of Account
	// ; Opening balance; ; Amount EUR ; Balance EUR 0.00;
	// 2027-01-05; Invoice; INV-1; Amount EUR 100.00; Balance EUR 100.00;
	// 2027-01-09; Payment; PAY-1; Amount EUR -40.00; Balance EUR 60.00;
	// Closing balance 60.00
}

func ExampleEPC() {
	code := print.EPC{Name: "Desks Ltd", IBAN: "DE89 3704 0044 0532 0130 00", Amount: money.EUR.MustAmount("1190.00"), Reference: "INV-7"}
	fmt.Printf("%q\n", code.Text())
	// Output: "BCD\n002\n1\nSCT\n\nDesks Ltd\nDE89370400440532013000\nEUR1190.00\n\n\nINV-7"
}

func ExamplePrintedDocument_WriteHTML() {
	page, err := os.Create(os.DevNull)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer page.Close()
	fmt.Println(desks().Quote(testkit.ActiveDesksQuote()).WriteHTML(page))
	// Output: <nil>
}
