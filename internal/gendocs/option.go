package gendocs

import (
	"strconv"
	"strings"

	"github.com/leadtocash/leadtocash/engine"
)

func options() string {
	var p page
	p.say("# Option sets and statuses\n\n" +
		"The key stands in JSON, columns, errors and logs; the number is that of Dynamics 365. Numbers from 200000001 belong\n" +
		"to values that Dynamics 365 does not have. A record that has none of them leaves the field out.\n")
	users := usersOfSets()
	for _, s := range engine.OptionSets() {
		p.say("\n## %s\n\n", s.Name)
		if len(users[s.Name]) > 0 {
			p.say("Fields: %s\n\n", strings.Join(users[s.Name], ", "))
		}
		if s.Options[0].State.IsZero() {
			p.head("Key", "Label", "Number")
			for _, o := range s.Options {
				p.row(literal(o.Key), o.Label, strconv.Itoa(o.Code))
			}
			continue
		}
		p.head("Key", "Label", "Number", "State", "")
		for _, o := range s.Options {
			var remarks []string
			if o.Default {
				remarks = append(remarks, "default of the state")
			}
			if o.ImportOnly {
				remarks = append(remarks, "by import only")
			}
			p.row(literal(o.Key), o.Label, strconv.Itoa(o.Code), literal(o.State.Key)+" "+strconv.Itoa(o.State.Code), strings.Join(remarks, ", "))
		}
	}
	return p.String()
}
