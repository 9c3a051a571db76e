package gendocs

import (
	"strings"

	"github.com/leadtocash/leadtocash/codes"
)

func codesPage() string {
	var p page
	p.say("# Codes\n\n" +
		"Every refusal has a code. Codes are the sentinel errors of the package: match them with `errors.Is`. They are\n" +
		"stable; one may be retired, none is reused. Name and number are those of Dynamics 365, where it has them.\n\n")
	p.head("Code", "Meaning", "Name", "Number")
	for _, c := range codes.Codes() {
		p.row(literal(string(c.Code)), c.Text, c.D365Name, c.D365Number)
	}
	p.say("\n## Notices\n\n" +
		"A notice is a reason that does not refuse. It stands in `Notices` of the outcome, in the data of the first event\n" +
		"under `notices`, and in the list that `engine.WithNotices` collects. Its code is one of those above, or one of these:\n\n")
	p.head("Code", "Meaning")
	for _, c := range codes.Notices() {
		p.row(literal(string(c.Code)), c.Text)
	}
	return strings.TrimSuffix(p.String(), "\n") + "\n"
}
