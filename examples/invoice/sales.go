package main

import (
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/einvoice"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pdf"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/value"
)

func percent(text string) value.Opt[decimal.Decimal] {
	return value.Some(decimal.RequireFromString(text))
}

// wood sells in Germany and beyond.
var wood = party.OrganizationFields{
	Party: party.Party{
		Name: "Holz & Eisen GmbH", VATID: "DE123456789", LegalID: &party.Identifier{Value: "HRB 4711"}, LegalForm: "Amtsgericht Hamburg, Geschäftsführerin Ada Nielsen",
		Endpoint: &party.Identifier{Scheme: "0088", Value: "4000001123452"},
		Address:  party.PostalAddress{Line1: "Am Kai 1", City: "Hamburg", PostalCode: "20457", CountryCode: "DE"},
		Contact:  &party.ContactPoint{Name: "Ada Nielsen", Telephone: "+49 40 123456", Email: "rechnung@holz-eisen.example"},
	},
	Accounts: []party.BankAccount{{Key: "main", Name: "Holz & Eisen GmbH", IBAN: "DE89370400440532013000", BIC: "COBADEFFXXX"}},
	Language: "de",
}

var sales = []sale{
	{
		folder: "xrechnung", title: "A public buyer in Germany", profile: einvoice.XRechnung3, currency: money.EUR, seller: wood,
		customer: party.AccountFields{
			Name: "Bezirksamt Musterstadt", BuyerReference: "04011000-1234512345-06", Endpoint: &party.Identifier{Scheme: "0204", Value: "04011000-1234512345-06"},
			Address1: &party.Address{Line1: "Rathausplatz 5", City: "Musterstadt", PostalCode: "12345", Country: "Deutschland", CountryCode: "DE"},
		},
		tax: &pricing.TaxCode{Category: pricing.TaxStandard, Rate: percent("19")},
	},
	{
		folder: "factur-x", title: "A company in France", profile: einvoice.FacturXEN16931, currency: money.EUR, process: "M1", // goods and services
		seller: party.OrganizationFields{
			Party: party.Party{
				Name: "Bois et Fer SAS", VATID: "FR40303265045", LegalID: &party.Identifier{Scheme: "0002", Value: "303265045"},
				Endpoint: &party.Identifier{Scheme: "0225", Value: "303265045"},
				Address:  party.PostalAddress{Line1: "1 quai du Port", City: "Nantes", PostalCode: "44000", CountryCode: "FR"},
				Contact:  &party.ContactPoint{Name: "Ada Martin", Telephone: "+33 2 40 12 34 56", Email: "factures@bois-fer.example"},
			},
			Accounts: []party.BankAccount{{Key: "main", IBAN: "FR1420041010050500013M02606"}},
			Language: "fr",
		},
		customer: party.AccountFields{
			Name: "Encre SARL", VATID: "FR83404833048", LegalID: &party.Identifier{Scheme: "0002", Value: "404833048"}, Endpoint: &party.Identifier{Scheme: "0225", Value: "404833048"},
			Address1: &party.Address{Line1: "5 rue de la Plume", City: "Lyon", PostalCode: "69002", Country: "France", CountryCode: "FR"},
		},
		tax: &pricing.TaxCode{Category: pricing.TaxStandard, Rate: percent("20")},
		details: leadtocash.DocumentDetails{
			Notes: []leadtocash.DocumentNote{
				{SubjectCode: "PMD", Text: "Tout retard de paiement engendre une pénalité de trois fois le taux d'intérêt légal."},
				{SubjectCode: "PMT", Text: "Indemnité forfaitaire pour frais de recouvrement : 40 €."},
				{SubjectCode: "AAB", Text: "Escompte de 2 % pour paiement sous 10 jours."},
			},
		},
	},
	{
		folder: "reverse-charge", title: "A company in Austria that owes the tax", profile: einvoice.PeppolBIS3, currency: money.EUR, seller: wood,
		customer: party.AccountFields{
			Name: "Tinte GmbH", VATID: "ATU12345675", Endpoint: &party.Identifier{Scheme: "9914", Value: "ATU12345675"},
			Address1: &party.Address{Line1: "Ring 7", City: "Wien", PostalCode: "1010", Country: "Österreich", CountryCode: "AT"},
		},
		tax:     &pricing.TaxCode{Category: pricing.TaxReverseCharge, Rate: percent("0"), ExemptionReason: "Steuerschuldnerschaft des Leistungsempfängers", ExemptionCode: "VATEX-EU-AE"},
		details: leadtocash.DocumentDetails{PurchaseOrder: "PO-2026-118"},
	},
	{
		folder: "new-york", title: "A company in New York", profile: einvoice.EN16931, currency: money.USD, page: pdf.Letter,
		seller: party.OrganizationFields{
			Party: party.Party{
				Name: "Wood & Iron Inc.", TaxID: "12-3456789", LegalID: &party.Identifier{Value: "4711"},
				Address: party.PostalAddress{Line1: "1 Pier", City: "Brooklyn", PostalCode: "11201", StateOrProvince: "NY", CountryCode: "US"},
			},
			Accounts: []party.BankAccount{{Key: "main", Account: "000123456789", BIC: "CHASUS33", Name: "Wood & Iron Inc."}},
			Language: "en-US",
		},
		customer: party.AccountFields{
			Name:     "Ink LLC",
			Address1: &party.Address{Line1: "5 Broadway", City: "New York", PostalCode: "10004", StateOrProvince: "NY", Country: "USA", CountryCode: "US"},
		},
		tax: &pricing.TaxCode{Category: pricing.TaxStandard, Rate: percent("8.875"), Components: []pricing.TaxComponent{
			{Name: "New York State", Rate: percent("4")},
			{Name: "New York City", Rate: percent("4.5")},
			{Name: "Metropolitan Commuter Transportation District", Rate: percent("0.375")},
		}},
	},
}
