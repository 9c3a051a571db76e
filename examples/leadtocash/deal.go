package main

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// A verb is something that happens to a deal.
type verb string

const (
	contact    verb = "contact"    // the lead has been talked to
	qualify    verb = "qualify"    // the lead becomes an opportunity
	disqualify verb = "disqualify" // the lead is given up, the note says why
	reactivate verb = "reactivate" // the lead is taken up again
	quote      verb = "quote"      // a line of the draft quote is set; quantity 0 removes it
	send       verb = "send"       // the draft quote goes to the customer
	revise     verb = "revise"     // the quote is closed and copied into a new draft
	accept     verb = "accept"     // the customer accepts the quote, which becomes an order
	lose       verb = "lose"       // the opportunity is lost, the note says why
	submit     verb = "submit"     // the order is handed to the warehouse
	ship       verb = "ship"       // some of a product is delivered, or all that remains
	cancel     verb = "cancel"     // what is not yet delivered is canceled
	invoice    verb = "invoice"    // some of a product is billed, or all that remains
	retract    verb = "retract"    // the last invoice is taken back
	pay        verb = "pay"        // money arrives for the last invoice, or all that is owed of it
	bounce     verb = "bounce"     // the bank takes the last payment back
	refund     verb = "refund"     // some of the last payment is returned, or all that settles nothing
)

var verbs = []verb{contact, qualify, disqualify, reactivate, quote, send, revise, accept, lose, submit, ship, cancel, invoice, retract, pay, bounce, refund}

// A step is one verb on one day with what it needs. An unset quantity or amount
// means all there is: the list price, the rest of the order, the sum owed or left.
type step struct {
	do       verb
	on       value.Date
	product  string
	quantity decimal.NullDecimal
	amount   decimal.NullDecimal
	note     string
}

// A lead is how a deal begins.
type lead struct {
	received  value.Date // unset when nobody noted the day
	source    string
	agent     string
	account   string // a customer already
	company   string // may become a customer
	firstName string
	lastName  string
	jobTitle  string
	email     string
	topic     string
	product   string // in question, where known
	currency  money.Currency
	budget    decimal.NullDecimal
}

// A row is what is accepted or refused as a whole: a lead, steps, or a lead with
// its steps. A row with a fault is refused already.
type row struct {
	place
	columns columns
	deal    string
	lead    *lead
	steps   []step
	fault   *fault
}

// products are the products that a row names, each once.
func (r row) products() []string {
	var names []string
	if r.lead != nil && r.lead.product != "" {
		names = append(names, r.lead.product)
	}
	for _, s := range r.steps {
		if s.do == quote && !slices.Contains(names, s.product) {
			names = append(names, s.product)
		}
	}
	return names
}

// columns names the column of a file that a field of a record comes from; the
// empty field stands for the row as a whole.
type columns map[string]string

// of is the column of a field that the library names by its path.
func (c columns) of(field string) string {
	if column, ok := c[field[strings.LastIndexByte(field, '.')+1:]]; ok {
		return column
	}
	return c[""]
}

// An account is a customer known before the deals begin.
type account struct {
	place
	name        string
	parent      string
	country     string
	currency    money.Currency
	revenue     decimal.NullDecimal
	employees   decimal.NullDecimal
	description string
}

// A product has a list price in each currency it is sold in, and perhaps a
// discount by quantity.
type product struct {
	place
	name     string
	discount string
	prices   map[money.Currency]decimal.Decimal
}

// A tier is what a discount takes off, in percent, from one quantity to another.
type tier struct {
	discount   string
	low, high  decimal.Decimal
	percentage decimal.Decimal
}

// An agent sells.
type agent struct {
	place
	name    string
	manager string
	office  string
}

// A dataset is everything that one run imports.
type dataset struct {
	currency money.Currency                     // of sums over all deals
	rates    map[money.Currency]decimal.Decimal // what one unit of it buys of another
	agents   []agent
	accounts []account // a parent comes before its subsidiaries
	tiers    []tier
	products []product
	rows     []row
	side     []fileCount // the files beside the deals
	rejects  []reject    // their refused rows
}

// A fileCount says what became of the rows of a file.
type fileCount struct {
	File     string `json:"file"`
	Rows     int    `json:"rows"`
	Rejected int    `json:"rejected"`
}

// readSide reads the rows of a file beside the deals and keeps those without fault.
func readSide[T any](d *dataset, t *table, read func(*cells) T) []T {
	var kept []T
	count := fileCount{File: t.name, Rows: len(t.rows)}
	for _, cells := range t.rows {
		value := read(cells)
		if cells.fault != nil {
			count.Rejected++
			d.rejects = append(d.rejects, cells.reject())
			continue
		}
		kept = append(kept, value)
	}
	d.side = append(d.side, count)
	return kept
}
