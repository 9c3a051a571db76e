package einvoice_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/einvoice"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/value"
)

func euro(text string) einvoice.Amount { return value.Some(money.EUR.MustAmount(text)) }

func cents(text string) einvoice.Amount {
	var a money.Amount
	if err := a.UnmarshalText([]byte(text)); err != nil {
		panic(err)
	}
	return value.Some(a)
}

// recategorized is a document of which everything is in one category at 0.
func recategorized(d einvoice.Document, category, exemption string) einvoice.Document {
	rate := some("0")
	if category == "O" {
		rate = einvoice.Number{}
		d.Seller.VATID, d.Buyer.VATID = "", ""
	}
	for i := range d.Lines {
		d.Lines[i].Category, d.Lines[i].Rate = category, rate
	}
	for i := range d.Allowances {
		d.Allowances[i].Category, d.Allowances[i].Rate = category, rate
	}
	for i := range d.Charges {
		d.Charges[i].Category, d.Charges[i].Rate = category, rate
	}
	t := &d.Totals
	d.Taxes = []einvoice.Tax{{Taxable: t.TaxExclusive, Tax: euro("0.00"), Category: category, Rate: rate, ExemptionCode: exemption}}
	t.Tax, t.TaxInclusive, t.Payable = euro("0.00"), t.TaxExclusive, t.TaxExclusive
	if category == "K" {
		d.Delivery = &einvoice.Delivery{On: 2026_02_20, Address: party.PostalAddress{City: "Wien", PostalCode: "1010", CountryCode: "AT"}}
	}
	return d
}

// A broken document breaks a rule, of the standard or of the profile.
type broken struct {
	rule     string
	category string // of all of it, S unless said
	damage   func(d *einvoice.Document)
}

type doc = einvoice.Document

// Exemptions by category.
var exemption = map[string]string{"E": "VATEX-EU-132", "AE": "VATEX-EU-AE", "K": "VATEX-EU-IC", "G": "VATEX-EU-G", "O": "VATEX-EU-O"}

func debit(d *doc) {
	d.Payment = &einvoice.Payment{Code: "59", DirectDebit: &einvoice.DirectDebit{Mandate: "M", CreditorID: "DE98ZZZ09999999999", Account: "DE02120300000000202051"}}
}

func card(d *doc) {
	d.Payment = &einvoice.Payment{Code: "48", Card: &einvoice.Card{Number: "4711"}}
}

func payee(d *doc) { d.Payee = &party.Party{Name: "Factor AG"} }

func representative(d *doc) {
	d.TaxRepresentative = &party.Party{Name: "Fisc", VATID: "DE111111125", Address: party.PostalAddress{City: "Bonn", PostalCode: "53111", CountryCode: "DE"}}
}

func file(d *doc) {
	d.Attachments = []einvoice.Attachment{{Reference: "A", Content: []byte("x"), MIME: "text/csv", Filename: "a.csv"}}
}

var brokenByStandard = []broken{
	{"BR-02", "", func(d *doc) { d.Number = "" }},
	{"BR-03", "", func(d *doc) { d.IssueDate = 0 }},
	{"BR-04", "", func(d *doc) { d.TypeCode = "" }},
	{"BR-05", "", func(d *doc) { d.Currency = "" }},
	{"BR-06", "", func(d *doc) { d.Seller.Name = "" }},
	{"BR-07", "", func(d *doc) { d.Buyer.Name = "" }},
	{"BR-08", "", func(d *doc) { d.Seller.Address = party.PostalAddress{} }},
	{"BR-09", "", func(d *doc) { d.Seller.Address.CountryCode = "" }},
	{"BR-10", "", func(d *doc) { d.Buyer.Address = party.PostalAddress{} }},
	{"BR-11", "", func(d *doc) { d.Buyer.Address.CountryCode = "" }},
	{"BR-12", "", func(d *doc) { d.Totals.Lines = einvoice.Amount{} }},
	{"BR-13", "", func(d *doc) { d.Totals.TaxExclusive = einvoice.Amount{} }},
	{"BR-14", "", func(d *doc) { d.Totals.TaxInclusive = einvoice.Amount{} }},
	{"BR-15", "", func(d *doc) { d.Totals.Payable = einvoice.Amount{} }},
	{"BR-16", "", func(d *doc) { d.Lines = nil }},
	{"BR-17", "", func(d *doc) { payee(d); d.Payee.Name = d.Seller.Name; d.Seller.TradingName = d.Seller.Name }},
	{"BR-18", "", func(d *doc) { representative(d); d.TaxRepresentative.Name = "" }},
	{"BR-19", "", func(d *doc) { representative(d); d.TaxRepresentative.Address = party.PostalAddress{} }},
	{"BR-20", "", func(d *doc) { representative(d); d.TaxRepresentative.Address.CountryCode = "" }},
	{"BR-21", "", func(d *doc) { d.Lines[0].ID = "" }},
	{"BR-22", "", func(d *doc) { d.Lines[0].Quantity = einvoice.Number{} }},
	{"BR-24", "", func(d *doc) { d.Lines[0].Net = einvoice.Amount{} }},
	{"BR-25", "", func(d *doc) { d.Lines[0].Name = "" }},
	{"BR-26", "", func(d *doc) { d.Lines[0].Price = einvoice.Number{} }},
	{"BR-27", "", func(d *doc) { d.Lines[0].Price = some("-1") }},
	{"BR-28", "", func(d *doc) { d.Lines[0].GrossPrice = some("-1") }},
	{"BR-29", "", func(d *doc) { d.PeriodFrom, d.PeriodTo = 2026_02_28, 2026_02_01 }},
	{"BR-30", "", func(d *doc) { d.Lines[0].PeriodFrom, d.Lines[0].PeriodTo = 2026_02_28, 2026_02_01 }},
	{"BR-31", "", func(d *doc) { d.Allowances[0].Amount = einvoice.Amount{} }},
	{"BR-32", "", func(d *doc) { d.Allowances[0].Category = "" }},
	{"BR-33", "", func(d *doc) { d.Allowances[0].Reason, d.Allowances[0].ReasonCode = "", "" }},
	{"BR-CO-21", "", func(d *doc) { d.Allowances[0].Reason, d.Allowances[0].ReasonCode = "", "" }},
	{"BR-36", "", func(d *doc) { d.Charges[0].Amount = einvoice.Amount{} }},
	{"BR-37", "", func(d *doc) { d.Charges[0].Category = "" }},
	{"BR-38", "", func(d *doc) { d.Charges[0].Reason, d.Charges[0].ReasonCode = "", "" }},
	{"BR-CO-22", "", func(d *doc) { d.Charges[0].Reason, d.Charges[0].ReasonCode = "", "" }},
	{"BR-41", "", func(d *doc) { d.Lines[0].Allowances[0].Amount = einvoice.Amount{} }},
	{"BR-42", "", func(d *doc) { d.Lines[0].Allowances[0].Reason, d.Lines[0].Allowances[0].ReasonCode = "", "" }},
	{"BR-43", "", func(d *doc) { d.Lines[0].Charges[0].Amount = einvoice.Amount{} }},
	{"BR-44", "", func(d *doc) { d.Lines[0].Charges[0].Reason, d.Lines[0].Charges[0].ReasonCode = "", "" }},
	{"BR-45", "", func(d *doc) { d.Taxes[0].Taxable = einvoice.Amount{} }},
	{"BR-46", "", func(d *doc) { d.Taxes[0].Tax = einvoice.Amount{} }},
	{"BR-47", "", func(d *doc) { d.Taxes[0].Category = "" }},
	{"BR-48", "", func(d *doc) { d.Taxes[0].Rate = einvoice.Number{} }},
	{"BR-49", "", func(d *doc) { d.Payment.Code = "" }},
	{"BR-50", "", func(d *doc) { d.Payment.Transfers[0].Account = "" }},
	{"BR-51", "", func(d *doc) { card(d); d.Payment.Card.Number = "4111111111111111" }},
	{"BR-52", "", func(d *doc) { file(d); d.Attachments[0].Reference = "" }},
	{"BR-53", "", func(d *doc) { d.TaxCurrency = "SEK" }},
	{"BR-54", "", func(d *doc) { d.Lines[0].Attributes = []einvoice.Attribute{{Name: "color"}} }},
	{"BR-55", "", func(d *doc) { d.Preceding = []einvoice.PrecedingInvoice{{IssueDate: 2026_01_01}} }},
	{"BR-56", "", func(d *doc) { representative(d); d.TaxRepresentative.VATID = "" }},
	{"BR-57", "", func(d *doc) {
		d.Delivery = &einvoice.Delivery{Address: party.PostalAddress{City: "Wien", PostalCode: "1010"}}
	}},
	{"BR-61", "", func(d *doc) { d.Payment.Transfers = nil }},
	{"BR-62", "", func(d *doc) { d.Seller.Endpoint = &party.Identifier{Value: "1"} }},
	{"BR-63", "", func(d *doc) { d.Buyer.Endpoint = &party.Identifier{Value: "1"} }},
	{"BR-64", "", func(d *doc) { d.Lines[0].StandardItem = &party.Identifier{Value: "1"} }},
	{"BR-65", "", func(d *doc) { d.Lines[0].Classes = []einvoice.Class{{Value: "1"}} }},
	{"BR-CO-03", "", func(d *doc) { d.TaxPoint, d.TaxPointCode = 2026_02_01, "35" }},
	{"BR-CO-04", "", func(d *doc) { d.Lines[0].Category = "" }},
	{"BR-CO-09", "", func(d *doc) { d.Seller.VATID = "QQ123" }},
	{"BR-CO-10", "", func(d *doc) { d.Totals.Lines = euro("1.00") }},
	{"BR-CO-11", "", func(d *doc) { d.Totals.Allowances = euro("1.00") }},
	{"BR-CO-12", "", func(d *doc) { d.Totals.Charges = euro("1.00") }},
	{"BR-CO-13", "", func(d *doc) { d.Totals.TaxExclusive = euro("1.00") }},
	{"BR-CO-14", "", func(d *doc) { d.Totals.Tax = euro("1.00") }},
	{"BR-CO-15", "", func(d *doc) { d.Totals.TaxInclusive = euro("1.00") }},
	{"BR-CO-16", "", func(d *doc) { d.Totals.Payable = euro("1.00") }},
	{"BR-CO-17", "", func(d *doc) { d.Taxes[0].Tax = euro("9.00") }},
	{"BR-CO-18", "", func(d *doc) { d.Taxes = nil }},
	{"BR-CO-23", "", func(d *doc) { d.Lines[0].Allowances[0].Reason, d.Lines[0].Allowances[0].ReasonCode = "", "" }},
	{"BR-CO-24", "", func(d *doc) { d.Lines[0].Charges[0].Reason, d.Lines[0].Charges[0].ReasonCode = "", "" }},
	{"BR-CO-26", "", func(d *doc) { d.Seller.VATID, d.Seller.LegalID = "", nil }},
	{"BR-DEC-01", "", func(d *doc) { d.Allowances[0].Amount = cents("1.001") }},
	{"BR-DEC-09", "", func(d *doc) { d.Totals.Lines = cents("1.001") }},
	{"BR-DEC-14", "", func(d *doc) { d.Totals.TaxInclusive = cents("1.001") }},
	{"BR-DEC-19", "", func(d *doc) { d.Taxes[0].Taxable = cents("1.001") }},
	{"BR-DEC-23", "", func(d *doc) { d.Lines[0].Net = cents("1.001") }},
	{"BR-S-01", "", func(d *doc) {
		d.Taxes = []einvoice.Tax{{Taxable: euro("1.00"), Tax: euro("0.00"), Category: "Z", Rate: some("0")}}
	}},
	{"BR-S-02", "", func(d *doc) { d.Seller.VATID, d.Seller.TaxID = "", "" }},
	{"BR-S-03", "", func(d *doc) { d.Seller.VATID, d.Seller.TaxID = "", "" }},
	{"BR-S-04", "", func(d *doc) { d.Seller.VATID, d.Seller.TaxID = "", "" }},
	{"BR-S-05", "", func(d *doc) { d.Lines[0].Rate = some("0") }},
	{"BR-S-06", "", func(d *doc) { d.Allowances[0].Rate = some("0") }},
	{"BR-S-07", "", func(d *doc) { d.Charges[0].Rate = some("0") }},
	{"BR-S-08", "", func(d *doc) { d.Taxes[0].Taxable = euro("1.00") }},
	{"BR-S-09", "", func(d *doc) { d.Taxes[0].Tax = euro("9.00") }},
	{"BR-S-10", "", func(d *doc) { d.Taxes[0].ExemptionReason = "why" }},
	{"BR-Z-02", "Z", func(d *doc) { d.Seller.VATID, d.Seller.TaxID = "", "" }},
	{"BR-Z-05", "Z", func(d *doc) { d.Lines[0].Rate = some("7") }},
	{"BR-Z-08", "Z", func(d *doc) { d.Taxes[0].Taxable = euro("1.00") }},
	{"BR-Z-09", "Z", func(d *doc) { d.Taxes[0].Tax = euro("1.00") }},
	{"BR-Z-10", "Z", func(d *doc) { d.Taxes[0].ExemptionReason = "why" }},
	{"BR-E-01", "E", func(d *doc) { d.Taxes = append(d.Taxes, d.Taxes[0]) }},
	{"BR-E-06", "E", func(d *doc) { d.Allowances[0].Rate = some("7") }},
	{"BR-E-10", "E", func(d *doc) { d.Taxes[0].ExemptionCode = "" }},
	{"BR-AE-02", "AE", func(d *doc) { d.Buyer.VATID, d.Buyer.LegalID = "", nil }},
	{"BR-AE-07", "AE", func(d *doc) { d.Charges[0].Rate = some("7") }},
	{"BR-AE-10", "AE", func(d *doc) { d.Taxes[0].ExemptionCode = "" }},
	{"BR-IC-02", "K", func(d *doc) { d.Buyer.VATID = "" }},
	{"BR-IC-09", "K", func(d *doc) { d.Taxes[0].Tax = euro("1.00") }},
	{"BR-IC-11", "K", func(d *doc) { d.Delivery.On = 0 }},
	{"BR-IC-12", "K", func(d *doc) { d.Delivery.Address = party.PostalAddress{} }},
	{"BR-G-02", "G", func(d *doc) { d.Seller.VATID = "" }},
	{"BR-G-08", "G", func(d *doc) { d.Taxes[0].Taxable = euro("1.00") }},
	{"BR-O-02", "O", func(d *doc) { d.Buyer.VATID = "DE987654321" }},
	{"BR-O-05", "O", func(d *doc) { d.Lines[0].Rate = some("0") }},
	{"BR-O-11", "O", func(d *doc) {
		d.Taxes = append(d.Taxes, einvoice.Tax{Taxable: euro("0.00"), Tax: euro("0.00"), Category: "Z", Rate: some("0")})
	}},
	{"BR-O-12", "O", func(d *doc) { d.Lines[0].Category, d.Lines[0].Rate = "Z", some("0") }},
	{"BR-O-13", "O", func(d *doc) { d.Allowances[0].Category, d.Allowances[0].Rate = "Z", some("0") }},
	{"BR-O-14", "O", func(d *doc) { d.Charges[0].Category, d.Charges[0].Rate = "Z", some("0") }},
	{"BR-AF-02", "L", func(d *doc) { d.Seller.VATID, d.Seller.TaxID = "", "" }},
	{"BR-AF-08", "L", func(d *doc) { d.Taxes[0].Taxable = euro("1.00") }},
	{"BR-AG-02", "M", func(d *doc) { d.Seller.VATID, d.Seller.TaxID = "", "" }},
	{"BR-AG-10", "M", func(d *doc) { d.Taxes[0].ExemptionReason = "why" }},
	{"BR-B-02", "", func(d *doc) { d.Lines[1].Category = "B" }},
	{"BR-CL-01", "", func(d *doc) { d.TypeCode = "999" }},
	{"BR-CL-04", "", func(d *doc) { d.Currency = "XXY" }},
	{"BR-CL-05", "", func(d *doc) { d.TaxCurrency, d.Totals.TaxInTaxCurrency = "XXY", euro("1.00") }},
	{"BR-CL-06", "", func(d *doc) { d.TaxPointCode = "99" }},
	{"BR-CL-07", "", func(d *doc) { d.Object = &party.Identifier{Scheme: "QQQ", Value: "1"} }},
	{"BR-CL-08", "", func(d *doc) { d.Notes = []einvoice.Note{{SubjectCode: "QQQ", Text: "x"}} }},
	{"BR-CL-10", "", func(d *doc) { d.Seller.Identifiers = []party.Identifier{{Scheme: "9999", Value: "1"}} }},
	{"BR-CL-11", "", func(d *doc) { d.Seller.LegalID = &party.Identifier{Scheme: "9999", Value: "1"} }},
	{"BR-CL-13", "", func(d *doc) { d.Lines[0].Classes = []einvoice.Class{{List: "QQQQ", Value: "1"}} }},
	{"BR-CL-14", "", func(d *doc) { d.Buyer.Address.CountryCode = "QQ" }},
	{"BR-CL-15", "", func(d *doc) { d.Lines[0].Origin = "QQ" }},
	{"BR-CL-16", "", func(d *doc) { d.Payment.Code = "200" }},
	{"BR-CL-17", "", func(d *doc) { d.Taxes[0].Category = "X" }},
	{"BR-CL-18", "", func(d *doc) { d.Lines[0].Category = "X" }},
	{"BR-CL-19", "", func(d *doc) { d.Allowances[0].ReasonCode = "9" }},
	{"BR-CL-20", "", func(d *doc) { d.Charges[0].ReasonCode = "QQ" }},
	{"BR-CL-21", "", func(d *doc) { d.Lines[0].StandardItem = &party.Identifier{Scheme: "9999", Value: "1"} }},
	{"BR-CL-22", "AE", func(d *doc) { d.Taxes[0].ExemptionCode = "VATEX-QQ" }},
	{"BR-CL-23", "", func(d *doc) { d.Lines[0].UnitCode = "QQQ" }},
	{"BR-CL-24", "", func(d *doc) { file(d); d.Attachments[0].MIME = "text/plain" }},
	{"BR-CL-25", "", func(d *doc) { d.Seller.Endpoint.Scheme = "QQ" }},
	{"BR-CL-26", "", func(d *doc) { d.Delivery = &einvoice.Delivery{Location: &party.Identifier{Scheme: "9999", Value: "1"}} }},
}

var brokenByPeppol = []broken{
	{"PEPPOL-EN16931-R003", "", func(d *doc) { d.BuyerReference = "" }},
	{"PEPPOL-EN16931-R004", "", func(d *doc) { d.Specification = "urn:cen.eu:en16931:2017" }},
	{"PEPPOL-EN16931-R005", "", func(d *doc) { d.TaxCurrency, d.Totals.TaxInTaxCurrency = "EUR", euro("1.00") }},
	{"PEPPOL-EN16931-R007", "", func(d *doc) { d.Process = "mine" }},
	{"PEPPOL-EN16931-R010", "", func(d *doc) { d.Buyer.Endpoint = nil }},
	{"PEPPOL-EN16931-R020", "", func(d *doc) { d.Seller.Endpoint = nil }},
	{"PEPPOL-EN16931-R040", "", func(d *doc) { d.Allowances[0].Percentage = some("50") }},
	{"PEPPOL-EN16931-R041", "", func(d *doc) { d.Allowances[0].Base = einvoice.Amount{} }},
	{"PEPPOL-EN16931-R042", "", func(d *doc) { d.Allowances[0].Percentage = einvoice.Number{} }},
	{"PEPPOL-EN16931-R046", "", func(d *doc) { d.Lines[0].GrossPrice, d.Lines[0].PriceDiscount = some("120"), some("1") }},
	{"PEPPOL-EN16931-R055", "", func(d *doc) { d.TaxCurrency, d.Totals.TaxInTaxCurrency = "SEK", euro("-1.00") }},
	{"PEPPOL-EN16931-R061", "", func(d *doc) { debit(d); d.Payment.DirectDebit.Mandate = "" }},
	{"PEPPOL-EN16931-R110", "", func(d *doc) { d.PeriodFrom, d.PeriodTo = 2026_02_10, 2026_02_28; d.Lines[0].PeriodFrom = 2026_02_01 }},
	{"PEPPOL-EN16931-R111", "", func(d *doc) { d.PeriodFrom, d.PeriodTo = 2026_02_10, 2026_02_28; d.Lines[0].PeriodTo = 2026_03_01 }},
	{"PEPPOL-EN16931-R120", "", func(d *doc) { d.Lines[0].Price = some("99") }},
	{"PEPPOL-EN16931-R121", "", func(d *doc) { d.Lines[0].PriceBase = some("-1") }},
	{"PEPPOL-EN16931-R130", "", func(d *doc) { d.Lines[0].PriceBase, d.Lines[0].PriceUnitCode = some("1"), "KGM" }},
	{"PEPPOL-EN16931-P0100", "", func(d *doc) { d.TypeCode = "389" }},
	{"PEPPOL-EN16931-P0112", "", func(d *doc) { d.TypeCode, d.Buyer.Address.CountryCode = "384", "AT" }},
	{"PEPPOL-EN16931-P0104", "E", func(d *doc) { d.Taxes[0].ExemptionCode = "VATEX-EU-G" }},
	{"PEPPOL-EN16931-P0107", "E", func(d *doc) { d.Taxes[0].ExemptionCode = "VATEX-EU-AE" }},
	{"PEPPOL-EN16931-CL001", "", func(d *doc) { file(d); d.Attachments[0].MIME = "text/plain" }},
	{"PEPPOL-EN16931-CL002", "", func(d *doc) { d.Allowances[0].ReasonCode = "9" }},
	{"PEPPOL-EN16931-CL003", "", func(d *doc) { d.Charges[0].ReasonCode = "QQ" }},
	{"PEPPOL-EN16931-CL008", "", func(d *doc) { d.Seller.Endpoint = &party.Identifier{Scheme: "EM", Value: "a@b.example"} }},
	{"PEPPOL-COMMON-R040", "", func(d *doc) { d.Seller.Endpoint.Value = "4000001123453" }},
	{"PEPPOL-COMMON-R041", "", func(d *doc) { d.Seller.Endpoint = &party.Identifier{Scheme: "0192", Value: "123456789"} }},
	{"PEPPOL-COMMON-R042", "", func(d *doc) { d.Seller.Endpoint = &party.Identifier{Scheme: "0184", Value: "1"} }},
	{"PEPPOL-COMMON-R043", "", func(d *doc) { d.Seller.Endpoint = &party.Identifier{Scheme: "0208", Value: "0123456788"} }},
	{"PEPPOL-COMMON-R049", "", func(d *doc) { d.Seller.Endpoint = &party.Identifier{Scheme: "0007", Value: "1234567890"} }},
	{"PEPPOL-COMMON-R050", "", func(d *doc) { d.Seller.Endpoint = &party.Identifier{Scheme: "0151", Value: "12345678901"} }},
	{"NO-R-001", "", func(d *doc) { d.Seller.VATID = "NO123456789MVA" }},
	{"NO-R-002", "", func(d *doc) { d.Seller.VATID = "NO974760673MVA" }},
	{"IT-R-001", "", func(d *doc) { d.Seller.VATID, d.Seller.TaxID = "IT12345670017", "1/2" }},
	{"IT-R-002", "", func(d *doc) { d.Seller.VATID, d.Seller.Address.Line1 = "IT12345670017", "" }},
	{"SE-R-001", "", func(d *doc) { d.Seller.VATID, d.Seller.Address.CountryCode = "SE12", "SE" }},
	{"SE-R-004", "", func(d *doc) { d.Seller.LegalID, d.Seller.Address.CountryCode = &party.Identifier{Value: "12"}, "SE" }},
	{"SE-R-005", "", func(d *doc) {
		d.Seller.LegalID, d.Seller.Address.CountryCode = &party.Identifier{Value: "2120000142"}, "SE"
	}},
	{"SE-R-006", "", func(d *doc) { d.Seller.VATID, d.Seller.Address.CountryCode = "SE212000014201", "SE" }},
	{"DK-R-002", "", func(d *doc) { d.Seller.LegalID, d.Seller.Address.CountryCode = nil, "DK" }},
	{"DK-R-014", "", func(d *doc) { d.Seller.Address.CountryCode = "DK" }},
	{"NL-R-002", "", func(d *doc) { d.Seller.Address.CountryCode, d.Seller.Address.City = "NL", "" }},
	{"NL-R-003", "", func(d *doc) { d.Seller.Address.CountryCode = "NL" }},
	{"NL-R-007", "", func(d *doc) { d.Seller.Address.CountryCode, d.Payment = "NL", nil }},
	{"DE-R-001", "", func(d *doc) { d.Payment = nil }},
	{"DE-R-002", "", func(d *doc) { d.Seller.Contact = nil }},
	{"DE-R-008", "", func(d *doc) { d.Buyer.Address.City = "" }},
	{"DE-R-015", "", func(d *doc) { d.BuyerReference, d.PurchaseOrder = "", "PO" }},
	{"DE-R-024-1", "", func(d *doc) { card(d); d.Payment.Card = nil }},
}

var brokenByXRechnung = []broken{
	{"PEPPOL-EN16931-R010", "", func(d *doc) { d.Buyer.Endpoint = nil }},
	{"PEPPOL-EN16931-R120", "", func(d *doc) { d.Lines[0].Price = some("99") }},
	{"BR-DE-1", "", func(d *doc) { d.Payment = nil }},
	{"BR-DE-2", "", func(d *doc) { d.Seller.Contact = nil }},
	{"BR-DE-3", "", func(d *doc) { d.Seller.Address.City = "" }},
	{"BR-DE-4", "", func(d *doc) { d.Seller.Address.PostalCode = "" }},
	{"BR-DE-5", "", func(d *doc) { d.Seller.Contact.Name = "" }},
	{"BR-DE-6", "", func(d *doc) { d.Seller.Contact.Telephone = "" }},
	{"BR-DE-7", "", func(d *doc) { d.Seller.Contact.Email = "" }},
	{"BR-DE-8", "", func(d *doc) { d.Buyer.Address.City = "" }},
	{"BR-DE-9", "", func(d *doc) { d.Buyer.Address.PostalCode = "" }},
	{"BR-DE-10", "", func(d *doc) {
		d.Delivery = &einvoice.Delivery{Address: party.PostalAddress{PostalCode: "1", CountryCode: "AT"}}
	}},
	{"BR-DE-11", "", func(d *doc) {
		d.Delivery = &einvoice.Delivery{Address: party.PostalAddress{City: "Wien", CountryCode: "AT"}}
	}},
	{"BR-DE-14", "O", func(*doc) {}},
	{"BR-DE-15", "", func(d *doc) { d.BuyerReference = "" }},
	{"BR-DE-16", "", func(d *doc) { d.Seller.VATID, d.Seller.TaxID = "", "" }},
	{"BR-DE-17", "", func(d *doc) { d.TypeCode = "386" }},
	{"BR-DE-18", "", func(d *doc) { d.Terms, d.Skonto = "#SKONTO#TAGE=x#\n", "" }},
	{"BR-DE-19", "", func(d *doc) { d.Payment.Transfers[0].Account = "DE00370400440532013000" }},
	{"BR-DE-20", "", func(d *doc) { debit(d); d.Payment.DirectDebit.Account = "DE00370400440532013000" }},
	{"BR-DE-21", "", func(d *doc) { d.Specification = "urn:cen.eu:en16931:2017" }},
	{"BR-DE-22", "", func(d *doc) { file(d); d.Attachments = append(d.Attachments, d.Attachments[0]) }},
	{"BR-DE-23-a", "", func(d *doc) { d.Payment.Transfers = nil }},
	{"BR-DE-23-b", "", func(d *doc) { d.Payment.Card = &einvoice.Card{Number: "4711"} }},
	{"BR-DE-24-a", "", func(d *doc) { card(d); d.Payment.Card = nil }},
	{"BR-DE-24-b", "", func(d *doc) { transfers := d.Payment.Transfers; card(d); d.Payment.Transfers = transfers }},
	{"BR-DE-25-a", "", func(d *doc) { debit(d); d.Payment.DirectDebit = nil }},
	{"BR-DE-25-b", "", func(d *doc) { debit(d); d.Payment.Card = &einvoice.Card{Number: "4711"} }},
	{"BR-DE-26", "", func(d *doc) { d.TypeCode = "384" }},
	{"BR-DE-27", "", func(d *doc) { d.Seller.Contact.Telephone = "none" }},
	{"BR-DE-28", "", func(d *doc) { d.Seller.Contact.Email = "none" }},
	{"BR-DE-30", "", func(d *doc) { debit(d); d.Payment.DirectDebit.CreditorID = "" }},
	{"BR-DE-31", "", func(d *doc) { debit(d); d.Payment.DirectDebit.Account = "" }},
	{"BR-DE-TMP-32", "", func(d *doc) { d.Delivery = nil }},
	{"BR-TMP-2", "", func(d *doc) { d.Attachments = []einvoice.Attachment{{Reference: "A", Location: "here"}} }},
}

var brokenBy = map[einvoice.Profile][]broken{
	einvoice.EN16931: brokenByStandard, einvoice.PeppolBIS3: brokenByPeppol, einvoice.XRechnung3: brokenByXRechnung,
}

// sound is the document before it is damaged.
func (b *broken) sound(t testing.TB) einvoice.Document {
	d := documentOf(t, plain(t))
	if b.category != "" {
		d = recategorized(d, b.category, exemption[b.category])
	}
	return d
}

func (b *broken) damaged(t testing.TB) einvoice.Document {
	d := b.sound(t)
	b.damage(&d)
	return d
}

func has(faults []einvoice.Fault, rule string) bool {
	return slices.ContainsFunc(faults, func(f einvoice.Fault) bool { return f.Rule == rule })
}

// Every rule is kept by a document, and named by one that breaks it, with its field.
func TestBrokenRules(t *testing.T) {
	t.Parallel()
	for p, list := range brokenBy {
		for _, b := range list {
			if d := b.sound(t); b.rule != "BR-DE-14" && has(d.Check(p), b.rule) {
				t.Errorf("%s: %s is broken by a document that keeps it: %v", p, b.rule, d.Check(p))
			}
			faults := func() []einvoice.Fault { d := b.damaged(t); return d.Check(p) }()
			if !has(faults, b.rule) {
				t.Errorf("%s: %s is not named: %v", p, b.rule, faults)
			}
			for _, f := range faults {
				if f.Term == "" || f.Path == "" || f.Message == "" || strings.HasSuffix(f.Path, ".") {
					t.Errorf("%s: %+v says too little", p, f)
				}
			}
		}
	}
	for _, p := range einvoice.Profiles() {
		if d := documentOf(t, plain(t)); len(fatal(d.Check(p))) > 0 {
			t.Errorf("%s refuses a plain document: %v", p, d.Check(p))
		}
	}
}
