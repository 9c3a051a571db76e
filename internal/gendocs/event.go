package gendocs

import (
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/kinds"
)

// internal are the actions that follow from what happens to another record.
var internal = map[actions.Action]string{
	actions.OrderRederive: "internal: its invoices changed",
	actions.InvoiceSettle: "internal: money was allocated or taken back",
	actions.ProcessOffer:  "internal: an event offered the record of a later stage",
	actions.ProcessCut:    "internal: a record of the process was deleted",

	actions.PaymentReleaseRefund:    "internal: a refund failed or was canceled",
	actions.CreditNoteReleaseRefund: "internal: a refund failed or was canceled",
	actions.AccountHoldCredit:       "internal: dunning came to the final notice",
	actions.AccountReleaseCredit:    "internal: the last case of dunning ended",
	actions.ContactHoldCredit:       "internal: dunning came to the final notice",
	actions.ContactReleaseCredit:    "internal: the last case of dunning ended",
}

func events() string {
	var p page
	p.say("# Actions and events\n\n"+
		"Every action that changes a record appends one event to it, in the same transaction; a refusal and an action that\n"+
		"changes nothing append none. Events are never changed. Whatever the action, `%s` says that an invoice became\n"+
		"paid in full, and `%s` that it became paid in part.\n",
		actions.InvoiceMarkPaid.Event(), actions.InvoiceMarkPaidPartial.Event())
	var kind kinds.Kind
	for _, a := range actions.Actions() {
		if a.Kind() != kind {
			kind = a.Kind()
			p.say("\n## %s\n\n", kind)
			p.head("Action", "Event", "")
		}
		p.row(literal(a.String()), literal(a.Event()), internal[a])
	}
	return p.String()
}
