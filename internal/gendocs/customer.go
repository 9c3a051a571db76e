package gendocs

import (
	"strings"

	"github.com/leadtocash/leadtocash"
)

// results tell what comes of a row.
var results = map[string]string{
	"given":    "the one that the command names; while it is inactive: `customer_inactive`",
	"parent":   "the one that the lead names",
	"match":    "the one that matches, left as it is",
	"new":      "a new one",
	"none":     "none",
	"question": "refused, with the candidates",
}

func customers() string {
	var p page
	p.say("# Which customers a qualification uses\n\n" +
		"`Lead.Qualify` decides so about its account, and just so about its contact. The lead *names* one as its parent, *describes*\n" +
		"one by a company name (a contact by a last name), or does neither; a match is an active one that a new one would double\n" +
		"and that the actor may see.\n" +
		"The policy is that of the command, else of `Settings.Duplicates`, else `link_single`. A code without refusal is that of a\n" +
		"notice. With neither account nor contact, and no `customer` in the command, a qualification is refused with `no_customer`.\n\n" +
		"Matches that the actor may not see come first, where a new one would be made or asked about: `Settings.HiddenDuplicates`\n" +
		"refuses with `duplicates_found`, links the only one, or lets the new one be made, with a notice.\n\n")
	p.head("The command says", "The lead", "Matches", "Policy", "Result", "Code")
	column := func(values []string) string {
		if len(values) == 0 {
			return "any"
		}
		return strings.Join(values, ", ")
	}
	for _, r := range leadtocash.CustomerRules() {
		p.row(column(r.Command), column(r.Lead), column(r.Matches), column(r.Policy), results[r.Result], literal(string(r.Code)))
	}
	return p.String()
}
