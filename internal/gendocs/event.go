package gendocs

import "github.com/leadtocash/leadtocash"

// internal are the actions that follow from what happens to another record.
var internal = map[leadtocash.Action]string{
	leadtocash.ActionOrderRederive: "internal: its invoices changed",
	leadtocash.ActionInvoiceSettle: "internal: money was allocated or taken back",
	leadtocash.ActionProcessOffer:  "internal: an event offered the record of a later stage",
	leadtocash.ActionProcessCut:    "internal: a record of the process was deleted",

	leadtocash.ActionPaymentReleaseRefund:    "internal: a refund failed or was canceled",
	leadtocash.ActionCreditNoteReleaseRefund: "internal: a refund failed or was canceled",
	leadtocash.ActionAccountHoldCredit:       "internal: dunning came to the final notice",
	leadtocash.ActionAccountReleaseCredit:    "internal: the last case of dunning ended",
	leadtocash.ActionContactHoldCredit:       "internal: dunning came to the final notice",
	leadtocash.ActionContactReleaseCredit:    "internal: the last case of dunning ended",
}

func events() string {
	var p page
	p.say("# Actions and events\n\n"+
		"Every action that changes a record appends one event to it, in the same transaction; a refusal and an action that\n"+
		"changes nothing append none. Events are never changed. Whatever the action, `%s` says that an invoice became\n"+
		"paid in full, and `%s` that it became paid in part.\n",
		leadtocash.ActionInvoiceMarkPaid.Event(), leadtocash.ActionInvoiceMarkPaidPartial.Event())
	var kind leadtocash.Kind
	for _, a := range leadtocash.Actions() {
		if a.Kind() != kind {
			kind = a.Kind()
			p.say("\n## %s\n\n", kind)
			p.head("Action", "Event", "")
		}
		p.row(literal(a.String()), literal(a.Event()), internal[a])
	}
	return p.String()
}
