package gendocs

import (
	"strings"

	"github.com/leadtocash/leadtocash"
)

// cash is the table of what moves the money of an invoice.
func cash() string {
	var p page
	p.say("# What moves the money of an invoice\n\n" +
		"What an event does to each quantity of an issued invoice: the table of `leadtocash.CashRules`, which the decisions apply.\n" +
		"[cash.md](cash.md) tells what the quantities are.\n\n")
	quantities := leadtocash.CashQuantities()
	p.head(append([]string{"When"}, quantities...)...)
	var events []string
	cells := map[string]map[string]string{}
	for _, r := range leadtocash.CashRules() {
		if cells[r.Event] == nil {
			cells[r.Event] = map[string]string{}
			events = append(events, r.Event)
		}
		cells[r.Event][r.Quantity] = r.Effect
	}
	for _, event := range events {
		row := []string{event}
		for _, q := range quantities {
			cell := cells[event][q]
			if cell == "" {
				cell = "–"
			}
			row = append(row, cell)
		}
		p.row(row...)
	}
	return strings.TrimSuffix(p.String(), "\n") + "\n"
}
