// Command invoice goes from won quotes to the files that are sent: the invoice as an
// e-invoice in UBL and in CII, as a page of HTML, and as a PDF that has the e-invoice inside. Four customers ask for four
// kinds: a public buyer in Germany, a company in France, one in Austria that owes the
// tax itself, and one in New York, whose sales tax goes to three jurisdictions.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/einvoice"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pdf"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/print"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("invoice: ")
	out := flag.String("out", "", "a `directory` to write the files to; default: one that is removed in the end")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "invoice goes from won quotes to e-invoices and pages. Its flags:")
		flag.PrintDefaults()
	}
	if flag.Parse(); flag.NArg() > 0 {
		log.Printf("unexpected argument %q", flag.Arg(0))
		os.Exit(2)
	}
	if err := run(context.Background(), os.Stdout, *out); err != nil {
		log.Print(err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, out string) (err error) {
	if out == "" {
		if out, err = os.MkdirTemp("", "invoice"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(out)) }()
	}
	client, err := engine.New(memory.New(),
		engine.WithClock(func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }),
		engine.WithSettings(leadtocash.Settings{Pricing: pricing.Pricing{TaxMode: pricing.TaxComputed}}))
	if err != nil {
		return err
	}
	for _, s := range sales {
		invoice, seller, err := s.billed(ctx, client)
		if err != nil {
			return fmt.Errorf("%s: %w", s.folder, err)
		}
		if err := s.write(w, filepath.Join(out, s.folder), invoice, seller); err != nil {
			return fmt.Errorf("%s: %w", s.folder, err)
		}
	}
	return nil
}

// A sale is one of the four.
type sale struct {
	folder   string
	title    string
	profile  einvoice.Profile // that the customer asks for
	currency money.Currency
	seller   party.OrganizationFields
	customer party.AccountFields
	tax      *pricing.TaxCode
	details  leadtocash.DocumentDetails
	process  string // what French rules call the kind of operation
	page     pdf.PageFormat
}

// billed goes from the quote to the issued invoice.
func (s *sale) billed(ctx context.Context, client *engine.Client) (i leadtocash.Invoice, seller party.Organization, err error) {
	seller, err = client.Organizations().Create(ctx, party.CreateOrganization{Fields: s.seller})
	if err != nil {
		return i, seller, err
	}
	customer, err := client.Accounts().Create(ctx, party.CreateAccount{Fields: s.customer})
	if err != nil {
		return i, seller, err
	}
	desk := pricing.WriteIn("Oak desk, 160 × 80 cm", decimal.NewFromInt(4), decimal.New(429_50, -2))
	desk.TaxCode, desk.Details = s.tax, &pricing.LineDetails{UnitCode: "C62", SellerItem: "DESK-160", StandardItem: &party.Identifier{Scheme: "0160", Value: "04012345678901"}}
	work := pricing.WriteIn("Assembly", decimal.New(2_5, -1), decimal.NewFromInt(64))
	work.TaxCode, work.Details = s.tax, &pricing.LineDetails{UnitCode: "HUR"}
	quote, err := client.Quotes().Create(ctx, leadtocash.CreateQuote{
		Origin: record.Origin{Currency: s.currency},
		Fields: leadtocash.QuoteFields{
			Name: "Desks", CustomerID: record.AccountCustomer(customer.ID), OrganizationID: seller.ID, Details: &s.details,
			Charges: pricing.Charges{
				DiscountPercentage: value.Some(decimal.NewFromInt(3)), DiscountReason: "Volume",
				FreightAmount: value.Some(s.currency.MustAmount("35.00")), FreightTaxCode: s.tax,
			},
		},
		Lines: []pricing.LineFields{desk, work},
	})
	if err != nil {
		return i, seller, err
	}
	if quote, err = client.Quotes().Activate(ctx, quote.ID, leadtocash.ActivateQuote{}); err != nil {
		return i, seller, err
	}
	won, err := client.Quotes().WinToOrder(ctx, quote.ID, leadtocash.WinQuoteToOrder{})
	if err != nil {
		return i, seller, err
	}
	if _, err = client.Orders().Fulfill(ctx, won.Order.ID, leadtocash.FulfillOrder{}); err != nil {
		return i, seller, err
	}
	billed, err := client.Orders().Invoice(ctx, won.Order.ID, leadtocash.InvoiceOrder{})
	if err != nil {
		return i, seller, err
	}
	fields := billed.Invoice.InvoiceFields
	fields.DateDelivered, fields.PaymentTerms = 2026_03_02, party.PaymentTerms2Percent10Net30
	if i, err = client.Invoices().Edit(ctx, billed.Invoice.ID, leadtocash.EditInvoice{Fields: fields}); err != nil {
		return i, seller, err
	}
	i, err = client.Invoices().Issue(ctx, i.ID, leadtocash.IssueInvoice{})
	return i, seller, err
}

// A paper is a file that is made of an invoice.
type paper struct {
	name  string
	write func(io.Writer) error
}

// write makes the files of an invoice in a folder, and tells of them.
func (s *sale) write(w io.Writer, folder string, i leadtocash.Invoice, seller party.Organization) error {
	d, err := einvoice.FromInvoice(i, einvoice.Sources{Organization: &seller})
	if err != nil {
		return err
	}
	d.Process = s.process
	letterhead := print.Letterhead{Organization: &seller, Lang: i.Details.Language}
	papers := []paper{
		{"invoice-cii.xml", func(w io.Writer) error { return einvoice.WriteCII(w, d, s.in(einvoice.CII)) }},
		{"invoice-ubl.xml", func(w io.Writer) error { return einvoice.WriteUBL(w, d, s.in(einvoice.UBL)) }},
		{"invoice.html", func(w io.Writer) error {
			return print.PrintInvoice(w, i, letterhead)
		}},
		{"invoice.pdf", func(w io.Writer) error {
			var xml bytes.Buffer
			if err := einvoice.WriteCII(&xml, d, s.in(einvoice.CII)); err != nil {
				return err
			}
			return pdf.RenderFacturX(w, letterhead.Invoice(i), pdf.Style{Page: s.page}, xml.Bytes(), s.inside())
		}},
	}
	if _, err := fmt.Fprintf(w, "%s: %s of %s %s, of which tax %s\n", s.title, i.InvoiceNumber, i.TotalAmount, i.Currency, i.TotalTax); err != nil {
		return err
	}
	for _, f := range d.Check(s.profile) {
		if _, err := fmt.Fprintf(w, "  %s: %s\n", f.Severity, f); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, p := range papers {
		var body bytes.Buffer
		if err := p.write(&body); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		if err := os.WriteFile(filepath.Join(folder, p.name), body.Bytes(), 0o644); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "  %s\n", filepath.Join(s.folder, p.name)); err != nil {
			return err
		}
	}
	return nil
}

// in is the profile that is written in a syntax: that of the customer, else EN 16931.
func (s *sale) in(syntax einvoice.Syntax) einvoice.Profile {
	for _, one := range s.profile.Syntaxes() {
		if one == syntax {
			return s.profile
		}
	}
	return einvoice.EN16931
}

// inside is what a PDF calls the profile of the e-invoice inside.
func (s *sale) inside() pdf.Profile {
	if s.in(einvoice.CII) == einvoice.XRechnung3 {
		return pdf.XRechnung
	}
	return pdf.EN16931
}
