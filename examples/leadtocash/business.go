package main

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/money"
)

// The business is a maker of espresso machines that sells in three currencies.
// Leads tell how deals begin, the journal what happened to them day by day.
//
//go:embed data/*.csv
var embedded embed.FS

func ownFiles() fs.FS {
	files, err := fs.Sub(embedded, "data")
	if err != nil {
		panic(err) // the name is a valid path
	}
	return files
}

var (
	businessCurrencies = []string{"currency", "rate"}
	businessAgents     = []string{"agent", "manager", "office"}
	businessDiscounts  = []string{"discount", "low", "high", "percentage"}
	businessProducts   = []string{"product", "category", "discount", "EUR", "JPY", "BHD"}
	businessAccounts   = []string{"account", "country", "currency", "parent"}
	businessLeads      = []string{"deal", "received_on", "source", "agent", "company", "first_name", "last_name", "job_title", "email", "topic", "currency", "budget"}
	businessJournal    = []string{"on", "deal", "action", "product", "quantity", "amount", "note"}
)

// leadColumns and journalColumns tell which column a field of a record comes
// from; what no field is to blame for is the action's fault.
var (
	leadColumns = columns{
		"source_key": "deal", "lead_source": "source", "company_name": "company", "first_name": "first_name", "last_name": "last_name",
		"job_title": "job_title", "email1": "email", "topic": "topic", "exchange_rate": "currency", "budget_amount": "budget",
	}
	journalColumns = columns{
		"": "action", "source_key": "deal", "write_in_text": "product", "quantity": "quantity", "price_per_unit": "amount", "amount": "amount",
	}
)

const (
	mostDecimals     = 4 // of any currency; what a given one allows is the library's to say
	quantityDecimals = 2
)

// cellsOf names the cells that a verb takes besides the day, the deal and a note.
var cellsOf = map[verb][]string{
	quote:   {"product", "quantity", "amount"},
	ship:    {"product", "quantity"},
	invoice: {"product", "quantity"},
	pay:     {"amount"},
	refund:  {"amount"},
}

// readBusiness reads the business. The first of its currencies is the one of
// sums over all deals.
func readBusiness(fsys fs.FS) (*dataset, error) {
	in := opener{fsys: fsys}
	currencies := in.table("currencies.csv", businessCurrencies)
	agents := in.table("agents.csv", businessAgents)
	discounts := in.table("discounts.csv", businessDiscounts)
	products := in.table("products.csv", businessProducts)
	accounts := in.table("accounts.csv", businessAccounts)
	leads := in.table("leads.csv", businessLeads)
	journal := in.table("journal.csv", businessJournal)
	if in.err != nil {
		return nil, in.err
	}
	d := &dataset{rates: map[money.Currency]decimal.Decimal{}}
	var traded []money.Currency
	for _, r := range readSide(d, currencies, unique("currency", businessRate)) {
		traded = append(traded, r.currency)
		d.rates[r.currency] = r.rate
	}
	if len(traded) == 0 {
		return nil, inputErrorf("currencies.csv", "names no currency")
	}
	d.currency = traded[0]
	d.agents = readSide(d, agents, unique("agent", businessAgent))
	d.tiers = readSide(d, discounts, businessTier)
	d.products = readSide(d, products, unique("product", func(c *cells) product { return businessProduct(c, traded, d.tiers) }))
	d.accounts = readAccounts(d, accounts, "parent", func(c *cells) account { return businessAccount(c, traded) })
	for _, cells := range leads.rows {
		d.rows = append(d.rows, businessLead(cells, traded))
	}
	for _, cells := range journal.rows {
		d.rows = append(d.rows, businessStep(cells))
	}
	return d, nil
}

// A rate says how much of a currency one unit of the first currency buys.
type rate struct {
	currency money.Currency
	rate     decimal.Decimal
}

func businessRate(c *cells) rate {
	r := rate{c.currency("currency"), c.requiredAmount("rate", 10)}
	if r.rate.IsZero() {
		c.refuse("rate", codeOutOfRange, "is zero")
	}
	return r
}

func businessAgent(c *cells) agent {
	return agent{
		place:   c.place,
		name:    c.required("agent", longestName),
		manager: c.optional("manager", longestName),
		office:  c.optional("office", longestName),
	}
}

func businessTier(c *cells) tier {
	return tier{
		discount:   c.required("discount", longestName),
		low:        c.requiredAmount("low", quantityDecimals),
		high:       c.requiredAmount("high", quantityDecimals),
		percentage: c.requiredAmount("percentage", mostDecimals),
	}
}

func businessProduct(c *cells, traded []money.Currency, tiers []tier) product {
	p := product{
		place:    c.place,
		name:     c.required("product", longestName),
		discount: c.optional("discount", longestName),
		prices:   map[money.Currency]decimal.Decimal{},
	}
	if p.discount != "" && !slices.ContainsFunc(tiers, func(t tier) bool { return t.discount == p.discount }) {
		c.refuse("discount", codeUnknownDiscount, "no tier of this discount is listed")
	}
	for _, currency := range traded {
		if !slices.Contains(businessProducts, currency.Code()) {
			continue
		}
		if price := c.amount(currency.Code(), mostDecimals); price.Valid {
			p.prices[currency] = price.Decimal
		}
	}
	return p
}

func businessAccount(c *cells, traded []money.Currency) account {
	return account{
		place:    c.place,
		name:     c.required("account", longestName),
		parent:   c.optional("parent", longestName),
		country:  c.optional("country", 80),
		currency: tradedCurrency(c, traded),
	}
}

// tradedCurrency is the currency in the cell of that name, if it is one that
// the business trades in.
func tradedCurrency(c *cells, traded []money.Currency) money.Currency {
	currency := c.currency("currency")
	if !slices.Contains(traded, currency) {
		c.refuse("currency", codeUnknownCurrency, "%s is not one of %s", currency, strings.Trim(fmt.Sprint(traded), "[]"))
	}
	return currency
}

func businessLead(c *cells, traded []money.Currency) row {
	id := c.required("deal", longestName)
	l := &lead{
		received:  c.requiredDate("received_on", iso),
		source:    c.required("source", longestName),
		agent:     c.required("agent", longestName),
		company:   c.optional("company", longestName),
		firstName: c.optional("first_name", 50),
		lastName:  c.optional("last_name", 50),
		jobTitle:  c.optional("job_title", longestName),
		email:     c.optional("email", longestName),
		topic:     c.required("topic", 300),
		currency:  tradedCurrency(c, traded),
		budget:    c.amount("budget", mostDecimals),
	}
	return row{place: c.place, columns: leadColumns, deal: id, lead: l, fault: c.fault}
}

func businessStep(c *cells) row {
	id := c.required("deal", longestName)
	s := step{
		do:       oneOf(c, "action", codeUnknownAction, verbs),
		on:       c.requiredDate("on", iso),
		product:  c.optional("product", longestName),
		quantity: c.amount("quantity", quantityDecimals),
		amount:   c.amount("amount", mostDecimals),
		note:     c.optional("note", 300),
	}
	for _, column := range []string{"product", "quantity", "amount"} {
		if c.optional(column, longestName) != "" && !slices.Contains(cellsOf[s.do], column) {
			c.refuse(column, codeUnexpectedValue, "%s takes no %s", s.do, column)
		}
	}
	switch {
	case s.do == quote:
		c.required("product", longestName)
		c.requiredAmount("quantity", quantityDecimals)
	case s.product == "" && s.quantity.Valid:
		c.refuse("product", codeMissingField, "is empty, but a quantity is given")
	case s.product != "" && !s.quantity.Valid:
		c.refuse("quantity", codeMissingField, "is empty, but a product is given")
	}
	return row{place: c.place, columns: journalColumns, deal: id, steps: []step{s}, fault: c.fault}
}
