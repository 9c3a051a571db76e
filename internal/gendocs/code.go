package gendocs

import (
	"strconv"
	"strings"

	"github.com/leadtocash/leadtocash/codes"
)

func codesPage() string {
	var p page
	p.say("# Codes\n\n" +
		"Every refusal has a code. Codes are the sentinel errors of the package: match them with `errors.Is`. They are\n" +
		"stable; one may be retired, none is reused. The class says what a caller can do about it (`Code.Class`), HTTP is the\n" +
		"status of an answer that is refused with it (`Code.HTTPStatus`); `record.Error` has both as well and knows two cases\n" +
		"better: a `not_found` about fields of the input is `invalid`, a `conflict` with an expected version is 412. More: [http.md](http.md).\n" +
		"Name and number are those of Dynamics 365, where it has them.\n\n")
	p.head("Code", "Meaning", "Class", "HTTP", "Name", "Number")
	for _, c := range codes.Codes() {
		p.row(literal(string(c.Code)), c.Text, literal(string(c.Code.Class())), strconv.Itoa(c.Code.HTTPStatus()), c.D365Name, c.D365Number)
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
