package einvoice

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/money"
)

// A category is one of UNCL 5305 as EN 16931 treats it.
type category struct {
	rules  string // in the identifiers of its rules
	name   string
	rated  bool // its breakdown is by rate, and has tax
	zero   bool // a rate of 0 is allowed
	none   bool // it has no rate at all
	exempt bool // it says why it is not taxed
	seller func(*Document) bool
	buyer  func(*Document) bool
	need   string // of the numbers of seller and buyer
}

func anyNumber(d *Document) bool {
	return d.Seller.VATID != "" || d.Seller.TaxID != "" || d.TaxRepresentative != nil && d.TaxRepresentative.VATID != ""
}

func vatNumber(d *Document) bool {
	return d.Seller.VATID != "" || d.TaxRepresentative != nil && d.TaxRepresentative.VATID != ""
}

func anyone(*Document) bool { return true }

const needsNumber = "needs a VAT or tax identifier of the seller or of its tax representative"

var taxCategories = map[string]category{
	"S": {rules: "S", name: "standard rate", rated: true, seller: anyNumber, buyer: anyone, need: needsNumber},
	"Z": {rules: "Z", name: "zero rate", zero: true, seller: anyNumber, buyer: anyone, need: needsNumber},
	"E": {rules: "E", name: "exempt", zero: true, exempt: true, seller: anyNumber, buyer: anyone, need: needsNumber},
	"AE": {
		rules: "AE", name: "reverse charge", zero: true, exempt: true, seller: anyNumber,
		buyer: func(d *Document) bool { return d.Buyer.VATID != "" || d.Buyer.LegalID != nil },
		need:  "needs a VAT or tax identifier of the seller or of its tax representative, and a VAT identifier or a registration of the buyer",
	},
	"K": {
		rules: "IC", name: "intra-community supply", zero: true, exempt: true, seller: vatNumber,
		buyer: func(d *Document) bool { return d.Buyer.VATID != "" },
		need:  "needs the VAT identifiers of the seller, or of its tax representative, and of the buyer",
	},
	"G": {rules: "G", name: "export", zero: true, exempt: true, seller: vatNumber, buyer: anyone, need: "needs the VAT identifier of the seller or of its tax representative"},
	"O": {
		rules: "O", name: "not subject to tax", none: true, exempt: true, buyer: anyone,
		seller: func(d *Document) bool { return !vatNumber(d) && d.Buyer.VATID == "" },
		need:   "names no VAT identifier of seller, tax representative or buyer",
	},
	"L": {rules: "AF", name: "Canary Islands tax", rated: true, zero: true, seller: anyNumber, buyer: anyone, need: needsNumber},
	"M": {rules: "AG", name: "tax of Ceuta and Melilla", rated: true, zero: true, seller: anyNumber, buyer: anyone, need: needsNumber},
}

func zero(n Number) decimal.Decimal { return n.Or(decimal.Decimal{}) }

// sameRate compares rates; none is that of 0.
func sameRate(a, b Number) bool { return zero(a).Equal(zero(b)) }

// used is where a category is used: the terms of category and rate, the paths and what
// stands there.
type used struct {
	rule     string // of its numbers and of its rate: 02 and 05 of lines
	rate     string
	term     string
	path     string
	category string
	percent  Number
	amount   money.Amount // with its sign in the breakdown
}

func (c *checker) uses() (list []used) {
	for i := range c.Lines {
		l := &c.Lines[i]
		list = append(list, used{"02", "05", "BT-152", at("lines", i, "rate"), l.Category, l.Rate, of(l.Net)})
	}
	for i, a := range c.Allowances {
		list = append(list, used{"03", "06", "BT-96", at("allowances", i, "rate"), a.Category, a.Rate, of(a.Amount).Neg()})
	}
	for i, a := range c.Charges {
		list = append(list, used{"04", "07", "BT-103", at("charges", i, "rate"), a.Category, a.Rate, of(a.Amount)})
	}
	return list
}

// breakdown checks taxes: each category by its rules.
func (c *checker) breakdown() {
	c.must(len(c.Taxes) > 0, "BR-CO-18", "BG-23", "taxes", "an invoice has a breakdown of its taxes")
	uses := c.uses()
	for _, u := range uses {
		c.use(u)
	}
	for _, code := range c.categories() {
		c.broken(code)
	}
	for i := range c.Taxes {
		c.tax(i, uses)
	}
	c.italian()
}

// use checks a line, an allowance or a charge.
func (c *checker) use(u used) {
	k, known := taxCategories[u.category]
	if !known {
		return
	}
	c.must(k.seller(c.Document) && k.buyer(c.Document), "BR-"+k.rules+"-"+u.rule, "BT-31", "seller", fmt.Sprintf("%s %s", k.name, k.need))
	rule := "BR-" + k.rules + "-" + u.rate
	rate, given := u.percent.Get()
	switch {
	case k.none:
		c.must(!given, rule, u.term, u.path, k.name+" has no rate")
	case k.rated && k.zero:
		c.must(given && rate.Sign() >= 0, rule, u.term, u.path, k.name+" has a rate of 0 or more")
	case k.rated:
		c.must(given && rate.Sign() > 0, rule, u.term, u.path, k.name+" has a rate above 0")
	default:
		c.must(given && rate.IsZero(), rule, u.term, u.path, k.name+" has the rate 0")
	}
}

// broken: a category that is used is in the breakdown, once where it has no rates.
func (c *checker) broken(code string) {
	k, known := taxCategories[code]
	if !known {
		return
	}
	count := 0
	for _, g := range c.Taxes {
		if g.Category == code {
			count++
		}
	}
	c.must(count == 1 || k.rated && count > 0, "BR-"+k.rules+"-01", "BT-118", "taxes", fmt.Sprintf("%s stands in the breakdown of taxes%s", k.name, map[bool]string{false: ", once"}[k.rated]))
	if code == "K" {
		d := c.Delivery
		c.must(d != nil && !d.On.IsZero() || !c.PeriodFrom.IsZero() || !c.PeriodTo.IsZero() || c.TaxPointCode != "", "BR-IC-11", "BT-72", "delivery.on", "an intra-community supply has a day of delivery or a period")
		c.must(d != nil && d.Address.CountryCode != "", "BR-IC-12", "BT-80", "delivery.address.country_code", "an intra-community supply names the country that it is delivered to")
	}
}

var hundred = decimal.NewFromInt(100)

// tax checks an entry of the breakdown.
func (c *checker) tax(i int, uses []used) {
	g := &c.Taxes[i]
	path := func(field string) string { return at("taxes", i, field) }
	c.must(!g.Taxable.IsZero(), "BR-45", "BT-116", path("taxable"), "an entry of the breakdown has what is taxed")
	c.must(!g.Tax.IsZero(), "BR-46", "BT-117", path("tax"), "an entry of the breakdown has its tax")
	c.has(g.Category, "BR-47", "BT-118", path("category"), "an entry of the breakdown has a tax category")
	c.must(!g.Rate.IsZero() || g.Category == "O", "BR-48", "BT-119", path("rate"), "an entry of the breakdown has a rate")
	taxable, tax := of(g.Taxable).Decimal(), of(g.Tax).Decimal()
	should := taxable.Abs().Mul(zero(g.Rate)).Div(hundred).Round(2)
	near := tax.Abs().Sub(should).Abs().LessThan(decimal.NewFromInt(1))
	if zero(g.Rate).Round(0).IsZero() {
		near = tax.Round(0).IsZero()
	}
	c.must(near, "BR-CO-17", "BT-117", path("tax"), fmt.Sprintf("is %s at the rate", should))
	k, known := taxCategories[g.Category]
	if !known {
		return
	}
	var sum money.Amount
	for _, u := range uses {
		if u.category == g.Category && (!k.rated || sameRate(u.percent, g.Rate)) {
			sum = sum.Add(u.amount)
		}
	}
	fits := sum.Equal(of(g.Taxable))
	if k.rated {
		fits = sum.Sub(of(g.Taxable)).Abs().Decimal().LessThan(decimal.NewFromInt(1))
	}
	c.must(fits, "BR-"+k.rules+"-08", "BT-116", path("taxable"), fmt.Sprintf("is what lines, charges and allowances come to, %s", sum))
	if k.rated {
		c.must(tax.Abs().Sub(should).Abs().LessThan(decimal.NewFromInt(1)), "BR-"+k.rules+"-09", "BT-117", path("tax"), fmt.Sprintf("is %s at the rate", should))
	} else {
		c.must(tax.IsZero(), "BR-"+k.rules+"-09", "BT-117", path("tax"), k.name+" has no tax")
	}
	why := g.ExemptionReason != "" || g.ExemptionCode != ""
	if k.exempt {
		c.must(why, "BR-"+k.rules+"-10", "BT-120", path("exemption_reason"), k.name+" says why nothing is taxed")
	} else {
		c.must(!why, "BR-"+k.rules+"-10", "BT-120", path("exemption_reason"), k.name+" says no reason for an exemption")
	}
	if g.Category == "O" {
		c.alone()
	}
}

// alone: what is not subject to tax is not mixed with anything else.
func (c *checker) alone() {
	const message = "nothing else stands beside what is not subject to tax"
	for i, g := range c.Taxes {
		c.must(g.Category == "O", "BR-O-11", "BT-118", at("taxes", i, "category"), message)
	}
	for i := range c.Lines {
		c.must(c.Lines[i].Category == "O", "BR-O-12", "BT-151", at("lines", i, "category"), message)
	}
	for i, a := range c.Allowances {
		c.must(a.Category == "O", "BR-O-13", "BT-95", at("allowances", i, "category"), message)
	}
	for i, a := range c.Charges {
		c.must(a.Category == "O", "BR-O-14", "BT-102", at("charges", i, "category"), message)
	}
}

// italian: the split payment is Italy's, and stands without the standard rate.
func (c *checker) italian() {
	var split, standard bool
	for _, category := range append(c.categories(), c.inBreakdown()...) {
		split, standard = split || category == "B", standard || category == "S"
	}
	if !split {
		return
	}
	c.must(c.Seller.Address.CountryCode == "IT" && c.Buyer.Address.CountryCode == "IT", "BR-B-01", "BT-118", "taxes", "the split payment is used within Italy alone")
	c.must(!standard, "BR-B-02", "BT-118", "taxes", "the split payment is not mixed with the standard rate")
}

func (c *checker) inBreakdown() (list []string) {
	for _, g := range c.Taxes {
		list = append(list, g.Category)
	}
	return list
}
