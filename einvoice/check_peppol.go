package einvoice

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/party"
)

const peppolRule = "PEPPOL-EN16931-"

// peppol checks the rules of Peppol BIS Billing 3.0. Those that the form of what is
// written keeps always (R008, R043, R044, R053, R054, R080, R100, R101, F001) and that As
// keeps (R002) are not asked.
func (c *checker) peppol() {
	c.shared()
	c.must(peppolProcesses.MatchString(c.Process), peppolRule+"R007", "BT-23", "process", "is urn:fdc:peppol.eu:2017:poacc:billing:NN:1.0")
	c.must(c.BuyerReference != "" || c.PurchaseOrder != "" || c.SalesOrder != "", peppolRule+"R003", "BT-10", "buyer_reference", "a buyer reference or a purchase order is needed")
	c.must(strings.HasPrefix(c.Specification, peppolSpecification), peppolRule+"R004", "BT-24", "specification", "is "+peppolSpecification)
	if c.IsCreditNote() {
		c.must(c.Process != peppolProcess || slices.Contains(strings.Fields("381 396 81 83 532"), c.TypeCode), peppolRule+"P0101", "BT-3", "type_code", "is not a credit note of the process")
	} else {
		c.must(c.Process != peppolProcess || slices.Contains(strings.Fields("71 80 82 84 102 218 219 326 331 380 382 383 384 386 388 393 395 553 575 623 780 817 870 875 876 877"), c.TypeCode),
			peppolRule+"P0100", "BT-3", "type_code", "is not an invoice of the process")
		c.must(c.TypeCode != "326" && c.TypeCode != "384" || c.isGerman(), peppolRule+"P0112", "BT-3", "type_code", "is used between German organizations only")
	}
	for i, g := range c.Taxes {
		for code, rule := range map[string]string{"G G": "P0104", "O O": "P0105", "IC K": "P0106", "AE AE": "P0107", "D E": "P0108", "F E": "P0109", "I E": "P0110", "J E": "P0111"} {
			vatex, category, _ := strings.Cut(code, " ")
			c.must(!strings.EqualFold(g.ExemptionCode, "VATEX-EU-"+vatex) || g.Category == category, peppolRule+rule, "BT-121", at("taxes", i, "exemption_code"), "is of the category "+category)
		}
	}
	for i, a := range c.Attachments {
		c.must(len(a.Content) == 0 || mimes[a.MIME], peppolRule+"CL001", "BT-125", at("attachments", i, "mime"), "is not a kind of file that is taken")
	}
	c.peppolReasons(c.Allowances, c.Charges, "", "BT-98", "BT-105")
	for n := range c.Lines {
		c.peppolReasons(c.Lines[n].Allowances, c.Lines[n].Charges, at("lines", n, "")+".", "BT-140", "BT-145")
	}
	c.oneOf(c.TaxPointCode, []string{"3", "35", "432"}, peppolRule+"CL006", "BT-8", "tax_point_code")
	c.in("ISO-4217", c.Currency, peppolRule+"CL007", "BT-5", "currency")
	c.scheme("Peppol-EAS", c.Seller.Endpoint, peppolRule+"CL008", "BT-34", "seller.endpoint")
	c.scheme("Peppol-EAS", c.Buyer.Endpoint, peppolRule+"CL008", "BT-49", "buyer.endpoint")
	c.numbers(&c.Seller, "seller", "BT-29", "BT-30", "BT-34")
	c.numbers(&c.Buyer, "buyer", "BT-46", "BT-47", "BT-49")
	if c.Payee != nil {
		c.numbers(c.Payee, "payee", "BT-60", "BT-61", "BT-61")
	}
	c.national()
	if c.isGerman() {
		c.german(func(n string) string {
			n = strings.NewReplacer("-a", "-1", "-b", "-2").Replace(n)
			number, part, _ := strings.Cut(n, "-")
			return "DE-R-" + fmt.Sprintf("%03s", number) + strings.TrimSuffix("-"+part, "-")
		})
	}
}

func (c *checker) peppolReasons(allowances, charges []Adjustment, path, allowance, charge string) {
	for i, a := range allowances {
		c.in("UNTDID-5189", a.ReasonCode, peppolRule+"CL002", allowance, path+at("allowances", i, "reason_code"))
	}
	for i, a := range charges {
		c.in("UNTDID-7161", a.ReasonCode, peppolRule+"CL003", charge, path+at("charges", i, "reason_code"))
	}
}

var peppolProcesses = regexp.MustCompile(`^urn:fdc:peppol\.eu:2017:poacc:billing:[0-9]{2}:1\.0$`)

// shared are the rules of Peppol that XRechnung has adopted.
func (c *checker) shared() {
	c.has(c.Process, peppolRule+"R001", "BT-23", "process", "the business process is named")
	c.must(c.TaxCurrency == "" || c.TaxCurrency != c.Currency, peppolRule+"R005", "BT-6", "tax_currency", "the currency of taxes is another than that of the invoice")
	c.must(c.Buyer.Endpoint != nil, peppolRule+"R010", "BT-49", "buyer.endpoint", "the buyer has an electronic address")
	c.must(c.Seller.Endpoint != nil, peppolRule+"R020", "BT-34", "seller.endpoint", "the seller has an electronic address")
	t := &c.Totals
	c.must(c.TaxCurrency == "" || of(t.Tax).Sign()*of(t.TaxInTaxCurrency).Sign() >= 0, peppolRule+"R055", "BT-111", "totals.tax_in_tax_currency", "has the sign of the tax")
	if p := c.Payment; p != nil && (p.Code == "49" || p.Code == "59") {
		c.must(p.DirectDebit != nil && p.DirectDebit.Mandate != "", peppolRule+"R061", "BT-89", "payment.direct_debit.mandate", "a direct debit has a mandate")
	}
	c.percentages(c.Allowances, "allowances", "BT-93")
	c.percentages(c.Charges, "charges", "BT-100")
	for n := range c.Lines {
		c.sharedLine(n)
	}
}

// slack is how far amounts may be from what they are calculated from.
var slack = decimal.New(2, -2)

func (c *checker) percentages(list []Adjustment, path, term string) {
	for i, a := range list {
		percentage, rated := a.Percentage.Get()
		base, based := a.Base.Get()
		c.must(!rated || based, peppolRule+"R041", term, at(path, i, "base"), "a percentage has a base")
		c.must(!based || rated, peppolRule+"R042", term, at(path, i, "percentage"), "a base has a percentage")
		if rated && based {
			off := base.Decimal().Mul(percentage).Shift(-2).Sub(of(a.Amount).Decimal())
			c.must(off.Abs().LessThanOrEqual(slack), peppolRule+"R040", term, at(path, i, "amount"), "is the percentage of the base")
		}
	}
}

func (c *checker) sharedLine(n int) {
	l := &c.Lines[n]
	path := func(field string) string { return at("lines", n, field) }
	c.percentages(l.Allowances, path("allowances"), "BT-137")
	c.percentages(l.Charges, path("charges"), "BT-142")
	if gross, given := l.GrossPrice.Get(); given {
		c.must(gross.Sub(zero(l.PriceDiscount)).Equal(zero(l.Price)), peppolRule+"R046", "BT-146", path("price"), "is the gross price less its discount")
	}
	c.must(c.PeriodFrom.IsZero() || l.PeriodFrom.IsZero() || !l.PeriodFrom.Before(c.PeriodFrom), peppolRule+"R110", "BT-134", path("period_from"), "lies within the period of the invoice")
	c.must(c.PeriodTo.IsZero() || l.PeriodTo.IsZero() || !l.PeriodTo.After(c.PeriodTo), peppolRule+"R111", "BT-135", path("period_to"), "lies within the period of the invoice")
	base, based := l.PriceBase.Get()
	c.must(!based || base.Sign() > 0, peppolRule+"R121", "BT-149", path("price_base"), "prices are for more than 0 units")
	if !based || base.Sign() == 0 {
		base = decimal.NewFromInt(1)
	}
	amount := of(l.Net).Decimal()
	for i := range l.Allowances {
		amount = amount.Add(of(l.Allowances[i].Amount).Decimal())
	}
	for i := range l.Charges {
		amount = amount.Sub(of(l.Charges[i].Amount).Decimal())
	}
	// amount = quantity × price ÷ base, within the slack; multiplied, so that it is exact
	off := zero(l.Quantity).Mul(zero(l.Price)).Sub(amount.Mul(base))
	c.must(off.Abs().LessThanOrEqual(slack.Mul(base.Abs())), peppolRule+"R120", "BT-131", path("net"), "is quantity × price, less allowances and with charges")
	c.must(l.PriceUnitCode == "" || l.PriceUnitCode == l.UnitCode, peppolRule+"R130", "BT-150", path("price_unit_code"), "is the unit of the quantity")
}

// numbers checks the identifiers of schemes with check digits.
func (c *checker) numbers(p *party.Party, path, id, legal, endpoint string) {
	check := func(i party.Identifier, term, path string) {
		for _, s := range []struct{ scheme, rule, what string }{
			{"0192", "R041", "Norwegian organization number"},
			{"0184", "R042", "Danish organization number"},
			{"0208", "R043", "Belgian enterprise number"},
		} {
			c.must(i.Scheme != s.scheme || len(i.FieldFaults()) == 0, "PEPPOL-COMMON-"+s.rule, term, path, "is no "+s.what)
		}
		c.must(i.Scheme != "0088" || isGLN(i.Value), "PEPPOL-COMMON-R040", term, path, "is no GLN")
		c.must(i.Scheme != "0007" || isSwedish(i.Value), "PEPPOL-COMMON-R049", term, path, "is no Swedish organization number")
		c.must(i.Scheme != "0151" || isAustralian(i.Value), "PEPPOL-COMMON-R050", term, path, "is no Australian business number")
	}
	for n, i := range p.Identifiers {
		check(i, id, at(path+".identifiers", n, "value"))
	}
	if p.LegalID != nil {
		check(*p.LegalID, legal, path+".legal_id.value")
	}
	if p.Endpoint != nil {
		check(*p.Endpoint, endpoint, path+".endpoint.value")
	}
}

func isDigits(text string, length int) bool {
	return len(text) == length && strings.Trim(text, "0123456789") == ""
}

// isGLN: digits, the last of them by the weights of GS1. The rule asks for no length.
func isGLN(text string) bool {
	if text == "" || !isDigits(text, len(text)) {
		return false
	}
	sum := 0
	for i := range len(text) {
		d := int(text[len(text)-1-i] - '0')
		if sum += d; i%2 == 1 {
			sum += 2 * d
		}
	}
	return sum%10 == 0
}

// isSwedish: ten digits, the last of them by the algorithm of Luhn.
func isSwedish(text string) bool {
	if !isDigits(text, 10) {
		return false
	}
	sum := 0
	for i := range 10 {
		d := int(text[i] - '0')
		if i%2 == 0 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum%10 == 0
}

// isAustralian: eleven digits with weights, less one in the first, divisible by 89.
func isAustralian(text string) bool {
	if !isDigits(text, 11) {
		return false
	}
	sum := -10
	for i, weight := range []int{10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19} {
		sum += weight * int(text[i]-'0')
	}
	return sum%89 == 0
}

// isNorwegianVAT: NO, an organization number and MVA.
func isNorwegianVAT(id string) bool {
	number, found := strings.CutSuffix(strings.TrimPrefix(id, "NO"), "MVA")
	i := party.Identifier{Scheme: "0192", Value: number}
	return found && len(i.FieldFaults()) == 0
}

// country is where the seller is by its VAT identifier, else by that of its tax
// representative, else by its address.
func (c *checker) country() string {
	switch r := c.TaxRepresentative; {
	case len(c.Seller.VATID) >= 2:
		return c.Seller.VATID[:2]
	case r != nil && len(r.VATID) >= 2:
		return r.VATID[:2]
	}
	return c.Seller.Address.CountryCode
}

// national are the rules that countries add for their sellers.
func (c *checker) national() {
	s := &c.Seller
	switch c.country() {
	case "NO":
		c.must(!strings.HasPrefix(s.VATID, "NO") || isNorwegianVAT(s.VATID), "NO-R-001", "BT-31", "seller.vat_id", "is NO, nine digits and MVA")
		c.should(s.TaxID == "Foretaksregisteret", "NO-R-002", "BT-32", "seller.tax_id", "most Norwegian sellers have to state Foretaksregisteret")
	case "IT":
		c.must(s.TaxID == "" || italianTaxID.MatchString(s.TaxID), "IT-R-001", "BT-32", "seller.tax_id", "has 11 to 16 capitals and digits")
		c.has(s.Address.Line1, "IT-R-002", "BT-35", "seller.address.line1", "an Italian seller has a street")
		c.has(s.Address.City, "IT-R-003", "BT-37", "seller.address.city", "an Italian seller has a city")
		c.has(s.Address.PostalCode, "IT-R-004", "BT-38", "seller.address.postal_code", "an Italian seller has a post code")
	}
	switch s.Address.CountryCode {
	case "SE":
		c.swedish()
	case "DK":
		c.danish()
	case "NL":
		c.dutch()
	}
}

var italianTaxID = regexp.MustCompile(`^[A-Z0-9]{11,16}$`)

func (c *checker) swedish() {
	s := &c.Seller
	if strings.HasPrefix(s.VATID, "SE") {
		c.must(len(s.VATID) == 14, "SE-R-001", "BT-31", "seller.vat_id", "has 14 characters")
		c.must(strings.Trim(s.VATID[2:], "0123456789") == "", "SE-R-002", "BT-31", "seller.vat_id", "is SE and digits")
		for _, u := range c.uses() {
			rate := zero(u.percent)
			c.must(u.category != "S" || slices.ContainsFunc([]int64{25, 12, 6}, func(n int64) bool { return rate.Equal(decimal.NewFromInt(n)) }), "SE-R-006", u.term, u.path, "the standard rates of Sweden are 25, 12 and 6")
		}
	}
	if id := s.LegalID; id != nil {
		c.must(strings.Trim(id.Value, "0123456789") == "", "SE-R-003", "BT-30", "seller.legal_id.value", "a Swedish organization number has digits only")
		c.must(len(id.Value) == 10, "SE-R-004", "BT-30", "seller.legal_id.value", "a Swedish organization number has ten digits")
		c.must(isSwedish(id.Value), "SE-R-013", "BT-30", "seller.legal_id.value", "the last digit of a Swedish organization number is a check digit")
		c.must(s.TaxID == "" || strings.EqualFold(s.TaxID, "Godkänd för F-skatt"), "SE-R-005", "BT-32", "seller.tax_id", "is Godkänd för F-skatt")
	}
}

func (c *checker) danish() {
	s := &c.Seller
	c.must(s.LegalID != nil, "DK-R-002", "BT-30", "seller.legal_id", "a Danish seller states its CVR number")
	c.must(s.LegalID == nil || s.LegalID.Scheme == "0184", "DK-R-014", "BT-30", "seller.legal_id.scheme", "the scheme of a CVR number is 0184")
	if c.Buyer.Address.CountryCode != "DK" {
		return
	}
	c.must(!c.IsCreditNote() || of(c.Totals.Payable).Sign() >= 0, "DK-R-016", "BT-115", "totals.payable", "a credit note is not negative")
	for path, list := range map[string][]party.Identifier{"seller": s.Identifiers, "buyer": c.Buyer.Identifiers} {
		for i, id := range list {
			c.has(id.Scheme, "DK-R-013", map[string]string{"seller": "BT-29", "buyer": "BT-46"}[path], at(path+".identifiers", i, "scheme"), "an identifier has a scheme")
		}
	}
	if p := c.Payment; p != nil && !c.IsCreditNote() {
		c.oneOf(p.Code, strings.Fields("1 10 31 42 48 49 50 58 59 93 97"), "DK-R-005", "BT-81", "payment.code")
	}
}

func (c *checker) dutch() {
	address := func(a party.PostalAddress, rule, term, path string) {
		c.must(a.Line1 != "" && a.City != "" && a.PostalCode != "", rule, term, path, "has a street, a city and a post code")
	}
	registered := func(id *party.Identifier, rule, term, path string) {
		c.must(id == nil || id.Scheme == "0106" || id.Scheme == "0190", rule, term, path, "is a number of KVK or OIN, scheme 0106 or 0190")
	}
	c.must(!c.IsCreditNote() || len(c.Preceding) > 0, "NL-R-001", "BG-3", "preceding", "a credit note names its invoice")
	address(c.Seller.Address, "NL-R-002", "BG-5", "seller.address")
	registered(c.Seller.LegalID, "NL-R-003", "BT-30", "seller.legal_id.scheme")
	if r := c.TaxRepresentative; r != nil && r.Address.CountryCode == "NL" {
		address(r.Address, "NL-R-006", "BG-12", "tax_representative.address")
	}
	c.must(c.Payment != nil || c.IsCreditNote() || of(c.Totals.Payable).Sign() <= 0, "NL-R-007", "BG-16", "payment", "an invoice says how to pay")
	for n := range c.Lines {
		c.must(c.Lines[n].OrderLine == "" || c.PurchaseOrder != "" || c.SalesOrder != "", "NL-R-009", "BT-13", "purchase_order", "lines of an order need the number of the order")
	}
	if c.Buyer.Address.CountryCode != "NL" {
		return
	}
	address(c.Buyer.Address, "NL-R-004", "BG-8", "buyer.address")
	registered(c.Buyer.LegalID, "NL-R-005", "BT-47", "buyer.legal_id.scheme")
	if c.Payment != nil {
		c.oneOf(c.Payment.Code, strings.Fields("30 48 49 57 58 59"), "NL-R-008", "BT-81", "payment.code")
	}
}
