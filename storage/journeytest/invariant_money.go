package journeytest

import (
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Money: what early discounts, refunds and bounces promise where they meet.
var moneyInvariants = []Invariant{
	{Number: 81, Text: "no more early discount is taken than the invoice offers", Strict: true, check: i81},
	{Number: 82, Text: "a discount is taken with money that is all there in time, and it goes with its payment", Strict: true, check: i82},
	{Number: 83, Text: "a customer gets back no more than came in", Strict: true, check: i83},
	{Number: 84, Text: "what is refunded of an invoice's credit notes was paid on it", Strict: true, check: i84},
	{Number: 89, Text: "ageing, statement and position of a day agree", Strict: true, check: i89},
	{Number: 95, Text: "an issued invoice is what was sent, and names its buyer", Strict: true, check: i95},
	{Number: 107, Text: "a bank reference belongs to one payment of a customer", check: i107},
	{Number: 111, Text: "no more is written off than is not settled otherwise", check: i111},
	{Number: 123, Text: "a posted payment can always bounce, and the customer owes it then", check: i123},
}

func i81(s *scene) error {
	return each(s, func(i *leadtocash.Invoice) error {
		offer, _ := i.EarlyDiscount()
		taken := s.settledBy(i, leadtocash.AllocationEarlyDiscount)
		return unless(taken.Cmp(offer) <= 0, "%s is taken, %s offered", taken, offer)
	})
}

// settledBy is what allocations of a kind settle of an invoice.
func (b *book) settledBy(i *leadtocash.Invoice, kind leadtocash.AllocationKind) money.Amount {
	return b.allocated(func(a *leadtocash.Allocation) bool { return a.InvoiceID == i.ID && a.Kind == kind })
}

// foreign reports whether an allocation is out of a credit note of something else.
func (b *book) foreign(a *leadtocash.Allocation) bool {
	return a.Kind == leadtocash.AllocationCredit && lookup[leadtocash.CreditNote](b, a.CreditNoteID).InvoiceID != a.InvoiceID
}

func i82(s *scene) error {
	taking := s.did(actions.PaymentAllocate, actions.PaymentAutoAllocate, actions.InvoiceMarkPaid, actions.InvoiceMarkPaidPartial)
	if taking {
		err := eachBirth(s, func(d *leadtocash.Allocation, _ record.Event) error {
			if d.Kind != leadtocash.AllocationEarlyDiscount {
				return nil
			}
			i := lookup[leadtocash.Invoice](s.book, d.InvoiceID)
			_, until := i.EarlyDiscount()
			for _, a := range all[leadtocash.Allocation](s.book) {
				if a.InvoiceID != i.ID || !a.IsActive() {
					continue
				}
				late := a.Kind == leadtocash.AllocationPayment && lookup[leadtocash.Payment](s.book, a.PaymentID).ReceivedOn.After(until) ||
					s.foreign(a) && value.DateOf(a.At, time.UTC).After(until)
				if late {
					return fmt.Errorf("is taken with %s, which came after %s", a.ID, until)
				}
			}
			return unless(i.OpenBalance().IsZero(), "is taken while %s is open", i.OpenBalance())
		})
		if err != nil {
			return err
		}
	}
	return each(s, func(d *leadtocash.Allocation) error {
		if d.Kind != leadtocash.AllocationEarlyDiscount || !d.IsActive() {
			return nil
		}
		paid := s.allocated(func(a *leadtocash.Allocation) bool {
			return a.PaymentID == d.PaymentID && a.InvoiceID == d.InvoiceID && a.Kind == leadtocash.AllocationPayment
		})
		return unless(paid.Sign() > 0, "is taken without its payment")
	})
}

// isReserved reports whether a refund is requested or paid.
func isReserved(r *leadtocash.Refund) bool {
	return r.Status == leadtocash.RefundStatusRequested || r.Status == leadtocash.RefundStatusPaid
}

func i83(s *scene) error {
	came, went, bounced := map[purse]money.Amount{}, map[purse]money.Amount{}, map[purse]bool{}
	for _, p := range all[leadtocash.Payment](s.book) {
		of := purse{p.CustomerID, p.Currency}
		switch p.Status {
		case leadtocash.PaymentStatusPosted:
			came[of] = came[of].Add(p.Amount)
		case leadtocash.PaymentStatusBounced:
			bounced[of] = true
		}
	}
	for _, i := range all[leadtocash.Invoice](s.book) {
		if i.InvoiceNumber != "" && i.Status != leadtocash.InvoiceStatusCanceled {
			of := purse{i.CustomerID, i.Currency}
			came[of] = came[of].Add(i.PrepaidAmount.Or(money.Amount{}))
		}
	}
	for _, n := range all[leadtocash.CreditNote](s.book) {
		if n.InvoiceID.IsZero() && n.Status == leadtocash.CreditNoteStatusIssued {
			of := purse{n.CustomerID, n.Currency}
			came[of] = came[of].Add(n.TotalAmount)
		}
	}
	for _, r := range all[leadtocash.Refund](s.book) {
		if isReserved(r) {
			of := purse{r.CustomerID, r.Currency}
			went[of] = went[of].Add(r.Amount)
		}
	}
	for of, back := range went {
		if !bounced[of] && back.Cmp(came[of]) > 0 {
			return fmt.Errorf("%s in %s: %s came in, %s is returned", of.customer, of.currency, came[of], back)
		}
	}
	return nil
}

func i84(s *scene) error {
	return each(s, func(i *leadtocash.Invoice) error {
		var refunded money.Amount
		for _, n := range all[leadtocash.CreditNote](s.book) {
			if n.InvoiceID == i.ID {
				refunded = refunded.Add(n.RefundedAmount)
			}
		}
		if refunded.IsZero() {
			return nil
		}
		for _, a := range all[leadtocash.Allocation](s.book) {
			if a.InvoiceID == i.ID && a.Kind == leadtocash.AllocationPayment && lookup[leadtocash.Payment](s.book, a.PaymentID).Status != leadtocash.PaymentStatusPosted {
				return nil // it was there, and the bank took it back
			}
		}
		paid := s.allocated(func(a *leadtocash.Allocation) bool {
			return a.InvoiceID == i.ID && (a.Kind == leadtocash.AllocationPayment || s.foreign(a))
		}).Add(i.PrepaidAmount.Or(money.Amount{}))
		return unless(refunded.Cmp(paid) <= 0, "%s is refunded, %s was paid", refunded, paid)
	})
}

func i89(s *scene) error {
	for _, d := range s.dated {
		for p, closing := range d.stated {
			if net := d.net[p]; !net.Equal(closing) || !d.positions[p].Equal(closing) || d.open[p].Sign() < 0 {
				return fmt.Errorf("%s in %s as of %s: %s net by the ageing with a bucket of %s, the statement closes with %s, the position is %s",
					p.customer, p.currency, d.on, net, d.open[p], closing, d.positions[p])
			}
		}
	}
	return nil
}

func i95(s *scene) error {
	err := each(s, func(i *leadtocash.Invoice) error {
		return unless(i.InvoiceNumber == "" || i.BillTo != nil && i.BillTo.Name != "", "is issued to nobody")
	})
	if err != nil {
		return err
	}
	return eachChange(s, func(was, is *leadtocash.Invoice, e record.Event) error {
		if was.InvoiceNumber == "" {
			return nil
		}
		a, b := was.InvoiceFields, is.InvoiceFields
		for _, free := range []*leadtocash.InvoiceFields{&a, &b} {
			free.Name, free.DueDate = "", 0
			if s.did(actions.AccountMerge, actions.ContactMerge, actions.AccountUnmerge, actions.ContactUnmerge) {
				free.CustomerID = record.CustomerID{}
			}
		}
		return unless(reflect.DeepEqual(a, b), "%s changed %+v to %+v", e.Type, a, b)
	})
}

func i107(s *scene) error {
	type receipt struct{ customer, reference string }
	seen := map[receipt]record.PaymentID{}
	return each(s, func(p *leadtocash.Payment) error {
		if p.BankReference == "" || !p.Received() {
			return nil
		}
		r := receipt{p.PostedFor, p.BankReference}
		other, again := seen[r]
		seen[r] = p.ID
		return unless(!again, "has the reference %s of payment %s", p.BankReference, other)
	})
}

func i111(s *scene) error {
	return each(s, func(i *leadtocash.Invoice) error {
		off := s.settledBy(i, leadtocash.AllocationWriteOff)
		rest := i.AmountDue.Sub(i.SettledAmount.Sub(off))
		return unless(off.IsZero() || off.Cmp(rest) <= 0, "%s is written off of %s", off, rest)
	})
}

func i123(s *scene) error {
	if !s.did(actions.PaymentBounce) {
		return nil
	}
	if p, ok := s.before.records[s.attempt.ref].(*leadtocash.Payment); ok && p.Status == leadtocash.PaymentStatusPosted && s.err != nil &&
		!errors.Is(s.err, codes.ErrConflict) && !errors.Is(s.err, codes.ErrTimeOrder) && !errors.Is(s.err, codes.ErrOutOfRange) && !errors.Is(s.err, codes.ErrNotFound) {
		return fmt.Errorf("a posted payment did not bounce: %w", s.err)
	}
	return eachChange(s, func(was, is *leadtocash.Payment, e record.Event) error {
		if e.Type != actions.PaymentBounce.Event() {
			return nil
		}
		gone := is.Amount
		for _, e := range s.fresh {
			switch d := s.version(e).record.(type) {
			case *leadtocash.Allocation:
				if d.Kind == leadtocash.AllocationEarlyDiscount && !d.IsActive() {
					gone = gone.Add(d.Amount)
				}
			case *leadtocash.Refund:
				gone = gone.Sub(d.Amount)
			}
		}
		of := purse{is.CustomerID, is.Currency}
		net := func(b *book) money.Amount {
			if l := b.ledgers()[of]; l != nil {
				return l.receivable.Sub(l.credit)
			}
			return money.Amount{}
		}
		return unless(net(s.book).Sub(net(s.before)).Equal(gone), "%s was owed, then %s: not %s more", net(s.before), net(s.book), gone)
	})
}
