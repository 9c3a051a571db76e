package einvoice

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
)

// Severity is how much a fault matters.
type Severity string

// The severities.
const (
	Fatal   Severity = "fatal"   // the document is refused
	Warning Severity = "warning" // it is written all the same
)

// Fault is a rule that a document breaks.
type Fault struct {
	Rule     string   `json:"rule"`           // of the standard or the profile: BR-CO-10, BR-DE-15, PEPPOL-EN16931-R003; "xml", "syntax", "profile" and "left-out" are this package's
	Term     string   `json:"term"`           // business term or group: BT-48, BG-25
	Path     string   `json:"path,omitempty"` // of the field, in JSON names: lines[2].unit_code
	Message  string   `json:"message"`        // for people
	Severity Severity `json:"severity"`
}

// String is the fault in a line.
func (f Fault) String() string {
	return fmt.Sprintf("%s (%s, %s): %s", f.Rule, f.Term, f.Path, f.Message)
}

// Check lists every rule of EN 16931 and of the profile that the document breaks as the
// profile writes it (see As), in the order of the business terms. None is left out
// after the first. It restates the rules of EN 16931-1 in release 1.3.16 of their
// validation artefacts, those of Peppol BIS 3.0.19 with the national ones about parties
// of Denmark, Germany, Italy, the Netherlands, Norway and Sweden, and those of XRechnung 3.0. Sums
// are exact; where the rules allow a tolerance, so does Check.
func (d Document) Check(p Profile) []Fault {
	written := d.As(p)
	c := checker{Document: &written, given: &d, profile: p}
	c.must(profiles[p].name != "", "profile", "BT-24", "specification", "there is no such profile")
	c.characters(reflect.ValueOf(written), "")
	c.presence()
	c.references()
	c.parties()
	c.payment()
	c.totals()
	c.breakdown()
	c.decimals()
	c.lines()
	c.codes()
	switch p {
	case PeppolBIS3:
		c.peppol()
	case XRechnung3:
		c.xrechnung()
	case FacturXBasic:
		c.leftOut()
	}
	slices.SortStableFunc(c.faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(termOrder(a.Term), termOrder(b.Term)), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Rule, b.Rule))
	})
	return slices.Compact(c.faults)
}

// groups are the first terms of business groups.
var groups = map[string]int{
	"BG-1": 21, "BG-2": 23, "BG-3": 25, "BG-4": 27, "BG-5": 35, "BG-6": 41, "BG-7": 44, "BG-8": 50, "BG-9": 56, "BG-10": 59, "BG-11": 62, "BG-12": 64,
	"BG-13": 70, "BG-14": 73, "BG-15": 75, "BG-16": 81, "BG-17": 84, "BG-18": 87, "BG-19": 89, "BG-20": 92, "BG-21": 99, "BG-22": 106, "BG-23": 116,
	"BG-24": 122, "BG-25": 126, "BG-26": 134, "BG-27": 136, "BG-28": 141, "BG-29": 146, "BG-30": 151, "BG-31": 153, "BG-32": 160,
}

func termOrder(term string) int {
	if first, isGroup := groups[term]; isGroup {
		return first
	}
	n, _ := strconv.Atoi(strings.TrimPrefix(term, "BT-"))
	return n
}

type checker struct {
	*Document           // as it is written
	given     *Document // as it was given
	profile   Profile
	faults    []Fault
}

// must holds or is fatal.
func (c *checker) must(holds bool, rule, term, path, message string) {
	c.say(holds, Fault{rule, term, path, message, Fatal})
}

// should holds or is warned of.
func (c *checker) should(holds bool, rule, term, path, message string) {
	c.say(holds, Fault{rule, term, path, message, Warning})
}

func (c *checker) say(holds bool, f Fault) {
	if !holds {
		c.faults = append(c.faults, f)
	}
}

// mustAll is must for rules that say the same.
func (c *checker) mustAll(holds bool, term, path, message string, rules ...string) {
	for _, rule := range rules {
		c.must(holds, rule, term, path, message)
	}
}

func (c *checker) has(text, rule, term, path, message string) {
	c.must(text != "", rule, term, path, message)
}

func at(list string, i int, field string) string {
	if field == "" {
		return fmt.Sprintf("%s[%d]", list, i)
	}
	return fmt.Sprintf("%s[%d].%s", list, i, field)
}

// of is the amount, 0 for none.
func of(a Amount) money.Amount { return a.Or(money.Amount{}) }

// characters finds texts that XML cannot hold.
func (c *checker) characters(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.String:
		c.must(isXML(v.String()), "xml", "BG-0", path, "has characters that XML cannot hold")
	case reflect.Pointer:
		if !v.IsNil() {
			c.characters(v.Elem(), path)
		}
	case reflect.Slice:
		for i := range v.Len() {
			if v.Type().Elem().Kind() == reflect.Uint8 {
				break
			}
			c.characters(v.Index(i), at(path, i, ""))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if sf := v.Type().Field(i); sf.IsExported() {
				name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
				c.characters(v.Field(i), strings.TrimPrefix(path+"."+name, "."))
			}
		}
	}
}

func isXML(text string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	return !strings.ContainsFunc(text, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
	})
}

func (c *checker) presence() {
	c.has(c.Specification, "BR-01", "BT-24", "specification", "an invoice names the specification that it follows")
	c.has(c.Number, "BR-02", "BT-1", "number", "an invoice has a number")
	c.must(!c.IssueDate.IsZero(), "BR-03", "BT-2", "issue_date", "an invoice has an issue date")
	c.has(c.TypeCode, "BR-04", "BT-3", "type_code", "an invoice has a type")
	c.has(c.Currency, "BR-05", "BT-5", "currency", "an invoice has a currency")
	c.has(c.Seller.Name, "BR-06", "BT-27", "seller.name", "the seller has a name")
	c.has(c.Buyer.Name, "BR-07", "BT-44", "buyer.name", "the buyer has a name")
	c.must(c.Seller.Address != party.PostalAddress{}, "BR-08", "BG-5", "seller.address", "the seller has an address")
	if (c.Seller.Address != party.PostalAddress{}) {
		c.has(c.Seller.Address.CountryCode, "BR-09", "BT-40", "seller.address.country_code", "the address of the seller has the code of a country")
	}
	c.must(c.Buyer.Address != party.PostalAddress{}, "BR-10", "BG-8", "buyer.address", "the buyer has an address")
	if (c.Buyer.Address != party.PostalAddress{}) {
		c.has(c.Buyer.Address.CountryCode, "BR-11", "BT-55", "buyer.address.country_code", "the address of the buyer has the code of a country")
	}
	c.must(len(c.Lines) > 0, "BR-16", "BG-25", "lines", "an invoice has a line")
	c.must(c.TaxPoint.IsZero() || c.TaxPointCode == "", "BR-CO-03", "BT-7", "tax_point", "the tax point is a day or a code")
	c.must(c.PeriodFrom.IsZero() || c.PeriodTo.IsZero() || !c.PeriodTo.Before(c.PeriodFrom), "BR-29", "BT-74", "period_to", "the period does not end before it begins")
	c.should(of(c.Totals.Payable).Sign() <= 0 || c.IsCreditNote() || !c.DueDate.IsZero() || c.Terms != "",
		"BR-CO-25", "BT-9", "due_date", "what is to be paid has a due date or payment terms")
}

func (c *checker) references() {
	for i, p := range c.Preceding {
		c.has(p.Number, "BR-55", "BT-25", at("preceding", i, "number"), "a preceding invoice has a number")
	}
	for i, a := range c.Attachments {
		c.has(a.Reference, "BR-52", "BT-122", at("attachments", i, "reference"), "a supporting document has a reference")
	}
	if c.Delivery != nil && (c.Delivery.Address != party.PostalAddress{}) {
		c.has(c.Delivery.Address.CountryCode, "BR-57", "BT-80", "delivery.address.country_code", "the address of delivery has the code of a country")
	}
}

func (c *checker) parties() {
	s := &c.Seller
	c.must(s.VATID != "" || s.LegalID != nil || len(s.Identifiers) > 0, "BR-CO-26", "BT-29", "seller",
		"the seller has a VAT identifier, a registration or another identifier, so that the buyer can find who it is")
	if e := s.Endpoint; e != nil {
		c.has(e.Scheme, "BR-62", "BT-34", "seller.endpoint.scheme", "the electronic address of the seller has a scheme")
	}
	if e := c.Buyer.Endpoint; e != nil {
		c.has(e.Scheme, "BR-63", "BT-49", "buyer.endpoint.scheme", "the electronic address of the buyer has a scheme")
	}
	c.must(len(c.Buyer.Identifiers) <= 1, "UBL-SR-16", "BT-46", "buyer.identifiers", "the buyer has one identifier")
	if p := c.Payee; p != nil {
		other := p.Name != "" && p.Name != s.Name && p.Name != s.TradingName &&
			!slices.ContainsFunc(p.Identifiers, func(id party.Identifier) bool { return slices.Contains(s.Identifiers, id) })
		c.must(other, "BR-17", "BT-59", "payee.name", "a payee has a name and is another than the seller")
		c.must(len(p.Identifiers) <= 1, "UBL-SR-20", "BT-60", "payee.identifiers", "the payee has one identifier")
	}
	if r := c.TaxRepresentative; r != nil {
		c.has(r.Name, "BR-18", "BT-62", "tax_representative.name", "a tax representative has a name")
		c.must(r.Address != party.PostalAddress{}, "BR-19", "BG-12", "tax_representative.address", "a tax representative has an address")
		if (r.Address != party.PostalAddress{}) {
			c.has(r.Address.CountryCode, "BR-20", "BT-69", "tax_representative.address.country_code", "the address of the tax representative has the code of a country")
		}
		c.has(r.VATID, "BR-56", "BT-63", "tax_representative.vat_id", "a tax representative has a VAT identifier")
		c.prefix(r.VATID, "BT-63", "tax_representative.vat_id")
	}
	c.prefix(s.VATID, "BT-31", "seller.vat_id")
	c.prefix(c.Buyer.VATID, "BT-48", "buyer.vat_id")
}

// prefix is the country at the beginning of a VAT identifier.
func (c *checker) prefix(id, term, path string) {
	country := id[:min(2, len(id))]
	c.must(id == "" || country == "EL" || listed("ISO-3166-1", country), "BR-CO-09", term, path, "a VAT identifier begins with the code of its country; Greece may use EL")
}

func isTransfer(code string) bool { return code == "30" || code == "58" }

func (c *checker) payment() {
	p := c.Payment
	if p == nil {
		return
	}
	c.has(p.Code, "BR-49", "BT-81", "payment.code", "how to pay has a code")
	for i, t := range p.Transfers {
		c.must(t.Account != "" || !isTransfer(p.Code), "BR-50", "BT-84", at("payment.transfers", i, "account"), "an account to pay to has a number")
	}
	if isTransfer(p.Code) {
		c.must(slices.ContainsFunc(p.Transfers, func(t CreditTransfer) bool { return t.Account != "" }), "BR-61", "BT-84", "payment.transfers", "a transfer needs an account to pay to")
	}
	if p.Card != nil {
		c.must(len(p.Card.Number) <= 10, "BR-51", "BT-87", "payment.card.number", "never more of a card's number than its first six and last four digits")
	}
}

func (c *checker) totals() {
	t := &c.Totals
	given := func(a Amount, rule, term, path, message string) {
		c.must(!a.IsZero(), rule, term, "totals."+path, message)
	}
	given(t.Lines, "BR-12", "BT-106", "lines", "an invoice has the sum of its lines")
	given(t.TaxExclusive, "BR-13", "BT-109", "tax_exclusive", "an invoice has its total without tax")
	given(t.TaxInclusive, "BR-14", "BT-112", "tax_inclusive", "an invoice has its total with tax")
	given(t.Payable, "BR-15", "BT-115", "payable", "an invoice has what is to be paid")
	equal := func(a, b money.Amount, rule, term, path, message string) {
		c.must(a.Equal(b), rule, term, "totals."+path, message)
	}
	var lines, allowances, charges, tax money.Amount
	for i := range c.Lines {
		lines = lines.Add(of(c.Lines[i].Net))
	}
	for _, a := range c.Allowances {
		allowances = allowances.Add(of(a.Amount))
	}
	for _, a := range c.Charges {
		charges = charges.Add(of(a.Amount))
	}
	for _, g := range c.Taxes {
		tax = tax.Add(of(g.Tax))
	}
	equal(of(t.Lines), lines, "BR-CO-10", "BT-106", "lines", fmt.Sprintf("is the sum of the lines, %s", lines))
	equal(of(t.Allowances), allowances, "BR-CO-11", "BT-107", "allowances", fmt.Sprintf("is the sum of the allowances, %s", allowances))
	equal(of(t.Charges), charges, "BR-CO-12", "BT-108", "charges", fmt.Sprintf("is the sum of the charges, %s", charges))
	exclusive := of(t.Lines).Sub(of(t.Allowances)).Add(of(t.Charges))
	equal(of(t.TaxExclusive), exclusive, "BR-CO-13", "BT-109", "tax_exclusive", fmt.Sprintf("is lines less allowances and with charges, %s", exclusive))
	if len(c.Taxes) > 0 {
		equal(of(t.Tax), tax, "BR-CO-14", "BT-110", "tax", fmt.Sprintf("is the sum of the taxes, %s", tax))
	}
	inclusive := of(t.TaxExclusive).Add(of(t.Tax))
	equal(of(t.TaxInclusive), inclusive, "BR-CO-15", "BT-112", "tax_inclusive", fmt.Sprintf("is the total without tax and the tax, %s", inclusive))
	payable := of(t.TaxInclusive).Sub(of(t.Prepaid)).Add(of(t.Rounding))
	equal(of(t.Payable), payable, "BR-CO-16", "BT-115", "payable", fmt.Sprintf("is the total less what is prepaid, rounded, %s", payable))
	c.must(c.TaxCurrency == "" || c.TaxCurrency == c.Currency || !t.TaxInTaxCurrency.IsZero(), "BR-53", "BT-111", "totals.tax_in_tax_currency", "with a currency of taxes the tax is stated in it as well")
}

// decimals: amounts have two of them at most.
func (c *checker) decimals() {
	two := func(a Amount, rule, term, path string) {
		c.must(of(a).Digits() <= 2, "BR-DEC-"+rule, term, path, "has two decimals at most")
	}
	t := &c.Totals
	two(t.Lines, "09", "BT-106", "totals.lines")
	two(t.Allowances, "10", "BT-107", "totals.allowances")
	two(t.Charges, "11", "BT-108", "totals.charges")
	two(t.TaxExclusive, "12", "BT-109", "totals.tax_exclusive")
	two(t.Tax, "13", "BT-110", "totals.tax")
	two(t.TaxInclusive, "14", "BT-112", "totals.tax_inclusive")
	two(t.TaxInTaxCurrency, "15", "BT-111", "totals.tax_in_tax_currency")
	two(t.Prepaid, "16", "BT-113", "totals.prepaid")
	two(t.Rounding, "17", "BT-114", "totals.rounding")
	two(t.Payable, "18", "BT-115", "totals.payable")
	for i, a := range c.Allowances {
		two(a.Amount, "01", "BT-92", at("allowances", i, "amount"))
		two(a.Base, "02", "BT-93", at("allowances", i, "base"))
	}
	for i, a := range c.Charges {
		two(a.Amount, "05", "BT-99", at("charges", i, "amount"))
		two(a.Base, "06", "BT-100", at("charges", i, "base"))
	}
	for i, g := range c.Taxes {
		two(g.Taxable, "19", "BT-116", at("taxes", i, "taxable"))
		two(g.Tax, "20", "BT-117", at("taxes", i, "tax"))
	}
	for n := range c.Lines {
		l := &c.Lines[n]
		two(l.Net, "23", "BT-131", at("lines", n, "net"))
		for i, a := range l.Allowances {
			two(a.Amount, "24", "BT-136", at("lines", n, at("allowances", i, "amount")))
			two(a.Base, "25", "BT-137", at("lines", n, at("allowances", i, "base")))
		}
		for i, a := range l.Charges {
			two(a.Amount, "27", "BT-141", at("lines", n, at("charges", i, "amount")))
			two(a.Base, "28", "BT-142", at("lines", n, at("charges", i, "base")))
		}
	}
}

// said reports whether an allowance or a charge says why.
func (a *Adjustment) said() bool { return a.Reason != "" || a.ReasonCode != "" }

const (
	needsAmount = "has an amount"
	needsReason = "has a reason or the code of one"
)

func (c *checker) lines() {
	for i := range c.Allowances {
		a := &c.Allowances[i]
		c.must(!a.Amount.IsZero(), "BR-31", "BT-92", at("allowances", i, "amount"), needsAmount)
		c.has(a.Category, "BR-32", "BT-95", at("allowances", i, "category"), "has a tax category")
		c.mustAll(a.said(), "BT-97", at("allowances", i, "reason"), needsReason, "BR-33", "BR-CO-21")
	}
	for i := range c.Charges {
		a := &c.Charges[i]
		c.must(!a.Amount.IsZero(), "BR-36", "BT-99", at("charges", i, "amount"), needsAmount)
		c.has(a.Category, "BR-37", "BT-102", at("charges", i, "category"), "has a tax category")
		c.mustAll(a.said(), "BT-104", at("charges", i, "reason"), needsReason, "BR-38", "BR-CO-22")
	}
	for n := range c.Lines {
		c.line(n)
	}
}

func (c *checker) line(n int) {
	l := &c.Lines[n]
	path := func(field string) string { return at("lines", n, field) }
	c.has(l.ID, "BR-21", "BT-126", path("id"), "a line has an identifier")
	c.must(!l.Quantity.IsZero(), "BR-22", "BT-129", path("quantity"), "a line has a quantity")
	if given := &c.given.Lines[n]; given.UnitCode == "" || given.unitAssumed {
		c.should(false, "BR-23", "BT-130", path("unit_code"), "no unit is said: C62, one, is written")
	}
	c.must(!l.Net.IsZero(), "BR-24", "BT-131", path("net"), "a line has a net amount")
	c.has(l.Name, "BR-25", "BT-153", path("name"), "an item has a name")
	c.must(!l.Price.IsZero(), "BR-26", "BT-146", path("price"), "an item has a net price")
	c.must(zero(l.Price).Sign() >= 0, "BR-27", "BT-146", path("price"), "a price is not negative")
	c.must(zero(l.GrossPrice).Sign() >= 0, "BR-28", "BT-148", path("gross_price"), "a gross price is not negative")
	c.must(l.PeriodFrom.IsZero() || l.PeriodTo.IsZero() || !l.PeriodTo.Before(l.PeriodFrom), "BR-30", "BT-135", path("period_to"), "the period does not end before it begins")
	for i := range l.Allowances {
		a := &l.Allowances[i]
		c.must(!a.Amount.IsZero(), "BR-41", "BT-136", path(at("allowances", i, "amount")), needsAmount)
		c.mustAll(a.said(), "BT-139", path(at("allowances", i, "reason")), needsReason, "BR-42", "BR-CO-23")
	}
	for i := range l.Charges {
		a := &l.Charges[i]
		c.must(!a.Amount.IsZero(), "BR-43", "BT-141", path(at("charges", i, "amount")), needsAmount)
		c.mustAll(a.said(), "BT-144", path(at("charges", i, "reason")), needsReason, "BR-44", "BR-CO-24")
	}
	c.has(l.Category, "BR-CO-04", "BT-151", path("category"), "a line has a tax category")
	if l.StandardItem != nil {
		c.has(l.StandardItem.Scheme, "BR-64", "BT-157", path("standard_item.scheme"), "the standard identifier of an item has a scheme")
	}
	for i, class := range l.Classes {
		c.has(class.List, "BR-65", "BT-158", path(at("classes", i, "list")), "a class of an item names its list")
	}
	for i, a := range l.Attributes {
		c.must(a.Name != "" && a.Value != "", "BR-54", "BG-32", path(at("attributes", i, "")), "an attribute of an item has name and value")
	}
}

// leftOut warns of what Factur-X BASIC does not have.
func (c *checker) leftOut() {
	full := c.given.As(FacturXEN16931)
	full.Specification = c.Specification
	var missing func(a, b reflect.Value, path string)
	missing = func(a, b reflect.Value, path string) {
		switch {
		case b.IsZero() && !a.IsZero():
			c.should(false, "left-out", "BG-0", path, "is not part of Factur-X BASIC and left out")
		case a.Kind() == reflect.Pointer && !a.IsNil():
			missing(a.Elem(), b.Elem(), path)
		case a.Kind() == reflect.Slice && a.Type().Elem().Kind() == reflect.Struct && a.Len() == b.Len():
			for i := range a.Len() {
				missing(a.Index(i), b.Index(i), at(path, i, ""))
			}
		case a.Kind() == reflect.Struct:
			for i := range a.NumField() {
				if sf := a.Type().Field(i); sf.IsExported() {
					name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
					missing(a.Field(i), b.Field(i), strings.TrimPrefix(path+"."+name, "."))
				}
			}
		}
	}
	missing(reflect.ValueOf(full), reflect.ValueOf(*c.Document), "")
}
