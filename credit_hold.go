package leadtocash

import (
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Debtor is the customer of an invoice that dunning took to its final notice.
// An account, or a contact.
type Debtor struct {
	Account *party.Account
	Contact *party.Contact
	Others  []record.InvoiceID // invoices of the customer that hold its credit, those of this action among them
}

// HeldCustomer is the customer whose credit hold an action set or lifted; both
// are nil if it did neither.
type HeldCustomer struct {
	Account *party.Account `json:"account,omitzero"`
	Contact *party.Contact `json:"contact,omitzero"`
}

// IsFinal reports whether the dunning of an invoice holds the credit of its
// customer: it is still open, or its rest was written off, for giving up a claim is
// no trust.
func (i *Invoice) IsFinal() bool {
	return i.DunningLevel >= DunningFinalNotice && i.OpenBalance().Add(i.WrittenOffAmount).Sign() > 0
}

// settlement is an invoice before and after something happened to its balance.
type settlement struct{ was, is *Invoice }

// follow is what becomes of the credit hold after invoices were settled, or
// opened again: one that dunning set is lifted with the last case that had come
// to the final notice, and set again when such a case is opened again.
func (d *Debtor) follow(s record.Stamp, invoices ...settlement) (HeldCustomer, []record.Event) {
	if d == nil {
		return HeldCustomer{}, nil
	}
	ended, resumed, goesOn := false, false, false
	here := make(map[record.InvoiceID]bool, len(invoices))
	for _, i := range invoices {
		here[i.is.ID] = true
		was, is := i.was.IsFinal(), i.is.IsFinal()
		ended, resumed, goesOn = ended || was && !is, resumed || !was && is, goesOn || is
	}
	others := slices.ContainsFunc(d.Others, func(id record.InvoiceID) bool { return !here[id] })
	switch {
	case resumed:
		return d.hold(s)
	case ended && !goesOn && !others:
		return d.release(s)
	}
	return HeldCustomer{}, nil
}

// hold puts the customer on credit hold, whatever its status and whoever else holds
// it; one that dunning holds already stays as it is.
func (d *Debtor) hold(s record.Stamp) (h HeldCustomer, events []record.Event) {
	switch {
	case d == nil:
	case d.Account != nil && !d.Account.HeldByDunning:
		a := d.Account.HeldBy(true, s)
		h.Account, events = &a, []record.Event{record.StepEvent(&a, actions.AccountHoldCredit, a.Status.String(), s, nil)}
	case d.Contact != nil && !d.Contact.HeldByDunning:
		c := d.Contact.HeldBy(true, s)
		h.Contact, events = &c, []record.Event{record.StepEvent(&c, actions.ContactHoldCredit, c.Status.String(), s, nil)}
	}
	return h, events
}

// release lifts a hold that dunning set; one that was set by hand stays.
func (d *Debtor) release(s record.Stamp) (h HeldCustomer, events []record.Event) {
	switch {
	case d.Account != nil && d.Account.HeldByDunning:
		a := d.Account.HeldBy(false, s)
		h.Account, events = &a, []record.Event{record.StepEvent(&a, actions.AccountReleaseCredit, a.Status.String(), s, nil)}
	case d.Contact != nil && d.Contact.HeldByDunning:
		c := d.Contact.HeldBy(false, s)
		h.Contact, events = &c, []record.Event{record.StepEvent(&c, actions.ContactReleaseCredit, c.Status.String(), s, nil)}
	}
	return h, events
}

// HoldFollows says along which parents a credit hold is passed on. Limits are not.
type HoldFollows = value.Setting[holdFollowsKeys]

// The values of [HoldFollows].
const (
	HoldFollowsContacts HoldFollows = iota // from an account to its contacts
	HoldFollowsAccounts                    // to its child accounts too, all the way down
	HoldFollowsNone
)

type holdFollowsKeys struct{}

func (holdFollowsKeys) Keys() []string { return []string{"contacts", "accounts", "none"} }
