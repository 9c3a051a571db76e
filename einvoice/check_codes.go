package einvoice

import (
	"strings"

	"github.com/leadtocash/leadtocash/party"
)

// mimes are the kinds of files that an invoice may have within it.
var mimes = map[string]bool{
	"application/pdf": true, "image/png": true, "image/jpeg": true, "text/csv": true,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": true,
	"application/vnd.oasis.opendocument.spreadsheet":                    true,
}

// in checks a code against its list; no code is in every list.
func (c *checker) in(list, code, rule, term, path string) {
	c.must(code == "" || listed(list, code), rule, term, path, "is not in the list "+list)
}

func (c *checker) scheme(list string, id *party.Identifier, rule, term, path string) {
	if id != nil {
		c.in(list, id.Scheme, rule, term, path+".scheme")
	}
}

// oneOf checks a code against a short list.
func (c *checker) oneOf(code string, codes []string, rule, term, path string) {
	for _, one := range codes {
		if code == one {
			return
		}
	}
	c.must(code == "", rule, term, path, "is not one of "+strings.Join(codes, ", "))
}

var categoriesOfTax = strings.Fields("AE L M E S Z G O K B")

// codes checks every code against its list.
func (c *checker) codes() {
	if !c.IsCreditNote() {
		c.in("UNTDID-1001-invoice", c.TypeCode, "BR-CL-01", "BT-3", "type_code")
	}
	c.in("ISO-4217", c.Currency, "BR-CL-03", "BT-5", "currency")
	c.in("ISO-4217", c.Currency, "BR-CL-04", "BT-5", "currency")
	c.in("ISO-4217", c.TaxCurrency, "BR-CL-03", "BT-6", "tax_currency")
	c.in("ISO-4217", c.TaxCurrency, "BR-CL-05", "BT-6", "tax_currency")
	c.oneOf(c.TaxPointCode, []string{"3", "35", "432"}, "BR-CL-06", "BT-8", "tax_point_code")
	c.scheme("UNTDID-1153", c.Object, "BR-CL-07", "BT-18", "object")
	for i, n := range c.Notes {
		c.must(subjectFits(n), "BR-CL-08", "BT-21", at("notes", i, "subject_code"), "is not in the list UNTDID-4451; nor is what stands between two number signs of the text")
	}
	for _, p := range []struct {
		*party.Party
		path                                 string
		id, legal, endpoint, country, origin string
	}{
		{&c.Seller, "seller", "BT-29", "BT-30", "BT-34", "BT-40", ""},
		{&c.Buyer, "buyer", "BT-46", "BT-47", "BT-49", "BT-55", ""},
		{c.Payee, "payee", "BT-60", "BT-61", "BT-61", "BT-61", ""},
		{c.TaxRepresentative, "tax_representative", "BT-62", "BT-62", "BT-62", "BT-69", ""},
	} {
		if p.Party == nil {
			continue
		}
		for i := range p.Identifiers {
			c.scheme("ISO-6523", &p.Identifiers[i], "BR-CL-10", p.id, at(p.path+".identifiers", i, ""))
		}
		c.scheme("ISO-6523", p.LegalID, "BR-CL-11", p.legal, p.path+".legal_id")
		c.scheme("EAS", p.Endpoint, "BR-CL-25", p.endpoint, p.path+".endpoint")
		c.in("ISO-3166-1", p.Address.CountryCode, "BR-CL-14", p.country, p.path+".address.country_code")
	}
	if d := c.Delivery; d != nil {
		c.in("ISO-3166-1", d.Address.CountryCode, "BR-CL-14", "BT-80", "delivery.address.country_code")
		c.scheme("ISO-6523", d.Location, "BR-CL-26", "BT-71", "delivery.location")
	}
	if p := c.Payment; p != nil {
		c.in("UNTDID-4461", p.Code, "BR-CL-16", "BT-81", "payment.code")
	}
	for i, g := range c.Taxes {
		c.oneOf(g.Category, categoriesOfTax, "BR-CL-17", "BT-118", at("taxes", i, "category"))
		c.in("VATEX", strings.ToUpper(g.ExemptionCode), "BR-CL-22", "BT-121", at("taxes", i, "exemption_code"))
	}
	c.adjustmentCodes(c.Allowances, c.Charges, "", [4]string{"BT-95", "BT-98", "BT-102", "BT-105"})
	for i, a := range c.Attachments {
		c.must(len(a.Content) == 0 || mimes[a.MIME], "BR-CL-24", "BT-125", at("attachments", i, "mime"), "is not one of PDF, PNG, JPEG, CSV and the spreadsheets of Office and OpenDocument")
	}
	for n := range c.Lines {
		c.lineCodes(n)
	}
}

func (c *checker) adjustmentCodes(allowances, charges []Adjustment, path string, terms [4]string) {
	for i, a := range allowances {
		c.oneOf(a.Category, categoriesOfTax, "BR-CL-17", terms[0], path+at("allowances", i, "category"))
		c.in("UNTDID-5189", a.ReasonCode, "BR-CL-19", terms[1], path+at("allowances", i, "reason_code"))
	}
	for i, a := range charges {
		c.oneOf(a.Category, categoriesOfTax, "BR-CL-17", terms[2], path+at("charges", i, "category"))
		c.in("UNTDID-7161", a.ReasonCode, "BR-CL-20", terms[3], path+at("charges", i, "reason_code"))
	}
}

func (c *checker) lineCodes(n int) {
	l := &c.Lines[n]
	path := func(field string) string { return at("lines", n, field) }
	c.scheme("UNTDID-1153", l.Object, "BR-CL-07", "BT-128", path("object"))
	c.in("UNECE-Rec-20", l.UnitCode, "BR-CL-23", "BT-130", path("unit_code"))
	c.in("UNECE-Rec-20", l.PriceUnitCode, "BR-CL-23", "BT-150", path("price_unit_code"))
	c.oneOf(l.Category, categoriesOfTax, "BR-CL-18", "BT-151", path("category"))
	c.adjustmentCodes(l.Allowances, l.Charges, path("")+".", [4]string{"BT-136", "BT-140", "BT-141", "BT-145"})
	c.scheme("ISO-6523", l.StandardItem, "BR-CL-21", "BT-157", path("standard_item"))
	for i, class := range l.Classes {
		c.in("UNTDID-7143", class.List, "BR-CL-13", "BT-158", path(at("classes", i, "list")))
	}
	c.in("ISO-3166-1", l.Origin, "BR-CL-15", "BT-159", path("origin"))
}

// subjectFits: in UBL the code stands in the text, so whatever three characters stand
// between its first two number signs are taken for one.
func subjectFits(n Note) bool {
	if n.SubjectCode != "" {
		return listed("UNTDID-4451", n.SubjectCode)
	}
	_, after, found := strings.Cut(n.Text, "#")
	between, _, closed := strings.Cut(after, "#")
	return !found || !closed || len([]rune(between)) != 3 || listed("UNTDID-4451", between)
}
