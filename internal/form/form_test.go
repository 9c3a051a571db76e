package form_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/internal/form"
)

// Each form takes what the trade writes, brings it into its one form and refuses
// what has a wrong digit.
func TestForms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		form, text, plain string
		fits              bool
	}{
		{"country", "DE", "", true},
		{"country", "UK", "", false},
		{"country", "de", "", false},
		{"vat_id", "de 123.456-789", "DE123456789", true},
		{"vat_id", "EL094259216", "EL094259216", true},
		{"vat_id", "XI123456789", "XI123456789", true},
		{"vat_id", "123456789", "123456789", false},
		{"vat_id", "ZZ123456789", "ZZ123456789", false},
		{"vat_id", "NL123456789B01", "NL123456789B01", true},
		{"iban", "de89 3704 0044 0532 0130 00", "DE89370400440532013000", true},
		{"iban", "DE88370400440532013000", "DE88370400440532013000", false},
		{"iban", "DE8937040044053201300", "DE8937040044053201300", false},
		{"iban", "NO9386011117947", "NO9386011117947", true},
		{"iban", "MT84MALT011000012345MTLCAST001S", "MT84MALT011000012345MTLCAST001S", true},
		{"bic", "cobadeffxxx", "COBADEFFXXX", true},
		{"bic", "COBADEFF", "COBADEFF", true},
		{"bic", "COBADEF", "COBADEF", false},
		{"creditor_id", "DE98ZZZ09999999999", "DE98ZZZ09999999999", true},
		{"creditor_id", "DE98ABC09999999999", "DE98ABC09999999999", true},
		{"creditor_id", "DE97ZZZ09999999999", "DE97ZZZ09999999999", false},
		{"unit", "HUR", "", true},
		{"unit", "hour", "", false},
		{"language", "de-CH", "", true},
		{"language", "german, please", "", false},
		{"gtin", "4006381333931", "", true},
		{"gtin", "4006381333930", "", false},
		{"gtin", "96385074", "", true},
		{"gtin", "123", "", false},
		{"exemption", "VATEX-EU-AE", "", true},
		{"exemption", "reverse charge", "", false},
		{"card_last", "4711", "", true},
		{"card_last", "4111111111111111", "", false},
		{"scheme", "0088", "", true},
		{"scheme", "EM", "", true},
		{"scheme", "gln", "", false},
		{"allowance", "95", "", true},
		{"allowance", "FC", "", false},
		{"charge", "FC", "", true},
		{"charge", "fc", "", false},
		{"means", "58", "", true},
		{"subject", "AAI", "", true},
		{"subject", "AAI1", "", false},
		{"item_list", "STI", "", true},
	} {
		f := form.Forms[c.form]
		plain := c.text
		if f.Plain != nil {
			plain = f.Plain(c.text)
		}
		if c.plain != "" && plain != c.plain {
			t.Errorf("%s %q is stored as %q, want %q", c.form, c.text, plain, c.plain)
		}
		if f.Fits(plain) != c.fits {
			t.Errorf("%s %q fits: %t, want %t", c.form, c.text, !c.fits, c.fits)
		}
		if f.Plain != nil && f.Plain(plain) != plain {
			t.Errorf("the normal form of %s %q has another normal form", c.form, c.text)
		}
	}
}

func TestIdentifiers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scheme, value string
		fits          bool
	}{
		{"0088", "4000001123452", true},
		{"0088", "4000001123453", false},
		{"0088", "40000011234", false},
		{"0002", "732829320", true},
		{"0002", "732829321", false},
		{"0009", "73282932000074", true},
		{"0009", "73282932000075", false},
		{"0009", "35600000000048", true},
		{"0208", "0403170701", true},
		{"0208", "0403170702", false},
		{"0184", "DK12345678", true},
		{"0184", "1234567", false},
		{"0192", "974760673", true},
		{"0192", "974760674", false},
		{"0160", "4006381333931", true},
		{"0160", "4006381333932", false},
		{"9930", "anything", true},
		{"", "HRB 4711", true},
	} {
		if form.IsIdentifier(c.scheme, c.value) != c.fits {
			t.Errorf("%s:%s fits: %t, want %t", c.scheme, c.value, !c.fits, c.fits)
		}
	}
}

// The table of countries is searched by its order.
func TestCountriesAreInOrder(t *testing.T) {
	t.Parallel()
	if !slices.IsSortedFunc(form.Countries, func(a, b form.Country) int { return strings.Compare(a.Alpha2, b.Alpha2) }) || len(form.Countries) != 249 {
		t.Errorf("%d countries, in order: want 249 by their two letters", len(form.Countries))
	}
}
