package gendocs

import "github.com/leadtocash/leadtocash/insight"

// measures are the definitions of figures.
func measures() string {
	var p page
	p.say("# Measures\n\n" +
		"What each measure of package `insight` means. A report names its definition; a formula that changes gets another version.\n\n")
	p.head("Definition", "Meaning", "Period is of", "Unit", "Dynamics 365")
	for _, d := range insight.Definitions() {
		p.row(literal(d.ID), d.Text, d.Date, d.Unit, d.Source)
	}
	return p.String()
}
