package party_test

import (
	"testing"

	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
)

// wood is an organization that has everything.
func wood() party.OrganizationFields {
	return party.OrganizationFields{
		Party: party.Party{
			Name: "Wood GmbH", VATID: "de 123.456.789", LegalID: &party.Identifier{Value: "HRB 4711"}, Endpoint: &party.Identifier{Scheme: "EM", Value: "bills@wood.example"},
			Identifiers: []party.Identifier{{Scheme: "0088", Value: "4000001123452"}}, Address: party.PostalAddress{Line1: "Quay 1", City: "Hamburg", PostalCode: "20457", CountryCode: "DE"},
		},
		Accounts:   []party.BankAccount{{Key: "main", IBAN: "de89 3704 0044 0532 0130 00", BIC: "cobadeffxxx"}, {Key: "usd", Account: "4711", Currency: money.USD}},
		CreditorID: "DE98 ZZZ0 9999 9999 99", Footer: []string{"Board: A. Wood"}, Language: "de",
	}
}

// Codes are stored in one form, whatever way they are typed, and the command stays as it
// was given.
func TestOrganizationIsStoredInOneForm(t *testing.T) {
	t.Parallel()
	given := wood()
	out, err := party.NewOrganization(party.CreateOrganization{ID: testkit.IDOf[record.OrganizationID](1), Fields: given}, party.OrganizationFacts{Stamp: testkit.Noon})
	if err != nil {
		t.Fatal(err)
	}
	o := out.Record
	if o.VATID != "DE123456789" || o.Accounts[0].IBAN != "DE89370400440532013000" || o.Accounts[0].BIC != "COBADEFFXXX" || o.CreditorID != "DE98ZZZ09999999999" {
		t.Errorf("stored as %q, %q, %q, %q", o.VATID, o.Accounts[0].IBAN, o.Accounts[0].BIC, o.CreditorID)
	}
	if given.Accounts[0].IBAN != wood().Accounts[0].IBAN {
		t.Error("the command was changed")
	}
	if a := o.Account("", money.USD); a == nil || a.Key != "main" {
		t.Errorf("the first account that takes dollars is %v", a)
	}
	if a := o.Account("usd", money.EUR); a == nil || a.Account != "4711" {
		t.Errorf("the account of a key is %v", a)
	}
}

// Everything that is wrong is told at once, each with its path.
func TestOrganizationFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*party.OrganizationFields)
		want  string
	}{
		"nameless":          {func(f *party.OrganizationFields) { f.Name = "" }, "missing_field fields.name"},
		"nowhere":           {func(f *party.OrganizationFields) { f.Address.CountryCode = "" }, "missing_field fields.address.country_code"},
		"no country":        {func(f *party.OrganizationFields) { f.Address.CountryCode = "UK" }, "invalid fields.address.country_code"},
		"a VAT id":          {func(f *party.OrganizationFields) { f.VATID = "12" }, "invalid fields.vat_id"},
		"a GLN":             {func(f *party.OrganizationFields) { f.Identifiers[0].Value = "4000001123453" }, "invalid fields.identifiers[0].value"},
		"no scheme":         {func(f *party.OrganizationFields) { f.Endpoint.Scheme = "" }, "missing_field fields.endpoint.scheme"},
		"an IBAN":           {func(f *party.OrganizationFields) { f.Accounts[0].IBAN = "DE88370400440532013000" }, "invalid fields.accounts[0].iban"},
		"no account number": {func(f *party.OrganizationFields) { f.Accounts[1].Account = "" }, "missing_field fields.accounts[1].iban"},
		"keys":              {func(f *party.OrganizationFields) { f.Accounts[1].Key = "main" }, "invalid fields.accounts[1].key"},
		"a creditor":        {func(f *party.OrganizationFields) { f.CreditorID = "DE97ZZZ09999999999" }, "invalid fields.creditor_id"},
		"a representative": {func(f *party.OrganizationFields) {
			f.TaxRepresentative = &party.Party{Name: "Rep", VATID: "FR12345678901"}
		}, "missing_field fields.tax_representative.address.country_code"},
		"control": {func(f *party.OrganizationFields) { f.LegalForm = "a\x01b" }, "invalid fields.legal_form"},
	} {
		fields := wood()
		c.spoil(&fields)
		_, err := party.NewOrganization(party.CreateOrganization{ID: testkit.IDOf[record.OrganizationID](1), Fields: fields}, party.OrganizationFacts{Stamp: testkit.Noon})
		var got string
		for _, r := range record.ReasonsOf(err) {
			got += string(r.Code) + " " + r.Field
		}
		if got != c.want {
			t.Errorf("%s: refused as %q, want %q", name, got, c.want)
		}
	}
}

func TestCountryCodeOf(t *testing.T) {
	t.Parallel()
	names := map[string]string{"Allemagne": "DE", "nowhere": "ZZ"}
	for text, want := range map[string]string{
		"de": "DE", " Germany ": "DE", "DEU": "DE", "UK": "GB", "U.K.": "GB", "EL": "GR", "the Netherlands": "NL", "NETHERLANDS": "NL",
		"Côte d'Ivoire": "CI", "cote d'ivoire": "CI", "Türkiye": "TR", "Turkey": "TR", "U.S.A.": "US", "United States of America": "US",
		"Bolivia (Plurinational State of)": "BO", "allemagne": "DE", "Åland Islands": "AX",
		"Hamburg": "", "20457": "", "+49 40": "", "DE123456789": "", "": "", "nowhere": "", "the": "",
	} {
		if got := party.CountryCodeOf(text, names); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
