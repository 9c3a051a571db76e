package main

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/money"
)

// The layout of a CRM export: one row per deal, which tells how far it came.
var (
	exportAccounts = []string{"account", "sector", "year_established", "revenue", "employees", "office_location", "subsidiary_of"}
	exportProducts = []string{"product", "series", "sales_price"}
	exportTeams    = []string{"sales_agent", "manager", "regional_office"}
	exportPipeline = []string{"opportunity_id", "sales_agent", "product", "account", "deal_stage", "engage_date", "close_date", "close_value"}
)

const (
	exportCurrency = money.USD
	exportDecimals = 2
	longestName    = 100
)

// exportColumns tells which column of the pipeline a field of a record comes
// from.
var exportColumns = columns{
	"source_key": "opportunity_id", "topic": "product", "company_name": "account",
	"name": "account", "price_per_unit": "close_value", "amount": "close_value",
}

// readExport reads a CRM export. The dates of the pipeline have the given form,
// or the form recognised for each column when none is given.
func readExport(fsys fs.FS, given dateForm) (*dataset, error) {
	d := &dataset{
		currency: exportCurrency,
		rates:    map[money.Currency]decimal.Decimal{exportCurrency: decimal.NewFromInt(1)},
	}
	in := opener{fsys: fsys}
	teams := in.table("sales_teams.csv", exportTeams)
	accounts := in.table("accounts.csv", exportAccounts)
	products := in.table("products.csv", exportProducts)
	pipeline := in.table("sales_pipeline.csv", exportPipeline)
	if in.err != nil {
		return nil, in.err
	}
	engage, err := pipeline.dateForm("engage_date", given)
	if err != nil {
		return nil, err
	}
	closing, err := pipeline.dateForm("close_date", given)
	if err != nil {
		return nil, err
	}
	d.agents = readSide(d, teams, unique("sales_agent", exportAgent))
	d.products = readSide(d, products, unique("product", exportProduct))
	d.accounts = readAccounts(d, accounts, "subsidiary_of", exportAccount)
	for _, cells := range pipeline.rows {
		d.rows = append(d.rows, exportDeal(cells, engage, closing))
	}
	return d, nil
}

// unique refuses a row that repeats the name in a column.
func unique[T any](column string, read func(*cells) T) func(*cells) T {
	seen := map[string]bool{}
	return func(c *cells) T {
		value := read(c)
		name := c.required(column, longestName)
		if seen[name] {
			c.refuse(column, codeDuplicate, "another row has this name")
		}
		if c.fault == nil {
			seen[name] = true
		}
		return value
	}
}

func exportAgent(c *cells) agent {
	return agent{
		place:   c.place,
		name:    c.required("sales_agent", longestName),
		manager: c.optional("manager", longestName),
		office:  c.optional("regional_office", longestName),
	}
}

func exportProduct(c *cells) product {
	return product{
		place:  c.place,
		name:   c.required("product", longestName),
		prices: map[money.Currency]decimal.Decimal{exportCurrency: c.requiredAmount("sales_price", exportDecimals)},
	}
}

func exportAccount(c *cells) account {
	a := account{
		place:     c.place,
		name:      c.required("account", longestName),
		parent:    c.optional("subsidiary_of", longestName),
		country:   c.optional("office_location", 80),
		currency:  exportCurrency,
		employees: c.amount("employees", 0),
	}
	if a.employees.Decimal.GreaterThan(decimal.New(1, 9)) {
		c.refuse("employees", codeOutOfRange, "is more than a thousand million")
	}
	if revenue := c.amount("revenue", exportDecimals); revenue.Valid {
		millions := decimal.NewFromInt(1_000_000)
		a.revenue = decimal.NewNullDecimal(revenue.Decimal.Mul(millions))
	}
	sector := c.optional("sector", longestName)
	established := c.amount("year_established", 0)
	if sector != "" {
		a.description = "sector: " + sector
	}
	if established.Valid {
		a.description = strings.TrimPrefix(a.description+", established "+established.Decimal.String(), ", ")
	}
	return a
}

// exportDeal reads one row of the pipeline and retells it as the steps that lead
// to its stage.
func exportDeal(c *cells, engage, closing dateForm) row {
	id := c.required("opportunity_id", longestName)
	product := c.required("product", longestName)
	l := &lead{
		received: c.date("engage_date", engage),
		agent:    c.required("sales_agent", longestName),
		account:  c.optional("account", longestName),
		product:  product,
		currency: exportCurrency,
	}
	stage := c.required("deal_stage", longestName)
	closed := c.date("close_date", closing)
	value := c.amount("close_value", exportDecimals)

	l.topic = fmt.Sprintf("%s (%s)", product, id)
	if l.account == "" {
		l.lastName = "Prospect"
	}
	engaged := l.received
	first := []step{{do: contact, on: engaged}, {do: qualify, on: engaged}}

	var steps []step
	switch strings.ToLower(stage) {
	case "prospecting", "engaging":
		if !closed.IsZero() {
			c.refuse("close_date", codeUnexpectedValue, "the deal is still open")
		}
		if value.Valid && !value.Decimal.IsZero() {
			c.refuse("close_value", codeUnexpectedValue, "the deal is still open")
		}
		if strings.EqualFold(stage, "prospecting") {
			break
		}
		c.requiredDate("engage_date", engage)
		steps = first
		if l.account == "" {
			steps = first[:1]
		}
	case "won", "lost":
		c.required("account", longestName)
		c.requiredDate("engage_date", engage)
		c.requiredDate("close_date", closing)
		if closed.Before(engaged) {
			c.refuse("close_date", codeWrongOrder, "is before the engage date")
		}
		if strings.EqualFold(stage, "lost") {
			steps = append(first, step{do: lose, on: closed})
			break
		}
		c.requiredAmount("close_value", exportDecimals)
		one := decimal.NewNullDecimal(decimal.NewFromInt(1))
		steps = append(
			first,
			step{do: quote, on: engaged, product: product, quantity: one, amount: value},
			step{do: send, on: engaged},
			step{do: accept, on: closed},
			step{do: ship, on: closed},
			step{do: invoice, on: closed},
			step{do: pay, on: closed},
		)
	default:
		c.refuse("deal_stage", codeUnknownStage, "%.40q is not Prospecting, Engaging, Won or Lost", stage)
	}
	return row{place: c.place, columns: exportColumns, deal: id, lead: l, steps: steps, fault: c.fault}
}
