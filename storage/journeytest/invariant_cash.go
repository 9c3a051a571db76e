package journeytest

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

// Cash: what payments, credit notes, refunds and dunning promise.
var cashInvariants = []Invariant{
	{Number: 61, Text: "what is settled and what is open of an invoice lie between 0 and what is due", Strict: true, check: i61},
	{Number: 62, Text: "what is left of a payment or a credit note lies between 0 and its amount; of a bounced one it is what was refunded", check: i62},
	{Number: 63, Text: "money is conserved, for each customer and currency", check: i63},
	{Number: 64, Text: "the status of an issued invoice follows from what is settled", Strict: true, check: i64},
	{Number: 65, Text: "nothing is allocated to a canceled invoice", check: i65},
	{Number: 66, Text: "an allocation settles something and joins equal customers and currencies", check: i66},
	{Number: 67, Text: "taking an allocation back restores what was left and what was open", check: i67},
	{Number: 68, Text: "nothing of a voided or bounced payment is allocated, nothing of a voided one refunded", check: i68},
	{Number: 69, Text: "issued credit notes of an invoice stay within it, line by line and in total", Strict: true, check: i69},
	{Number: 70, Text: "refunds of a payment or a credit note stay within what is not allocated", check: i70},
	{Number: 71, Text: "the buckets of an ageing add up to what is owed, and move on with time only", Strict: true, check: i71},
	{Number: 72, Text: "an issued invoice is due when it is issued or later; others have no issue date", check: i72},
	{Number: 73, Text: "an early discount is earned in time and settles the invoice", check: i73},
	{Number: 74, Text: "dunning goes through the levels one by one, a week apart at least", check: i74},
	{Number: 75, Text: "nobody is dunned for what is settled, paused or not overdue", check: i75},
	{Number: 76, Text: "a dunning run and an automatic allocation that are repeated change nothing", check: i76},
	{Number: 78, Text: "the net position of a customer is what its documents come to", Strict: true, check: i78},
	{Number: 79, Text: "amounts, number and issue date of an issued invoice never change", Strict: true, check: i79},
	{Number: 80, Text: "a paid invoice is opened again only by taking money back", Strict: true, check: i80},
}

// allocated adds up active allocations.
func (b *book) allocated(of func(*leadtocash.Allocation) bool) (sum money.Amount) {
	for _, a := range all[leadtocash.Allocation](b) {
		if a.IsActive() && of(a) {
			sum = sum.Add(a.Amount)
		}
	}
	return sum
}

func i61(s *scene) error {
	return each(s, func(i *leadtocash.Invoice) error {
		sum := s.allocated(func(a *leadtocash.Allocation) bool { return a.InvoiceID == i.ID })
		return first(
			unless(sum.Equal(i.SettledAmount), "%s is settled, %s allocated", i.SettledAmount, sum),
			unless(i.SettledAmount.Sign() >= 0 && (i.SettledAmount.IsZero() || i.SettledAmount.Cmp(i.AmountDue) <= 0), "%s of %s is settled", i.SettledAmount, i.AmountDue),
			unless(i.OpenBalance().Sign() >= 0, "%s is open", i.OpenBalance()),
		)
	})
}

func i62(s *scene) error {
	return first(each(s, func(p *leadtocash.Payment) error {
		sum := s.allocated(func(a *leadtocash.Allocation) bool {
			return a.PaymentID == p.ID && a.Kind == leadtocash.AllocationPayment
		})
		return first(
			unless(p.Amount.Sign() > 0, "is of %s", p.Amount),
			unless(sum.Equal(p.AllocatedAmount), "%s is noted as allocated, %s is", p.AllocatedAmount, sum),
			unless(p.Unallocated().Cmp(p.Amount) <= 0, "%s of %s is left", p.Unallocated(), p.Amount),
			unless(p.Unallocated().Sign() >= 0 || p.Status == leadtocash.PaymentStatusBounced && p.Unallocated().Neg().Cmp(p.RefundedAmount) <= 0, "%s is left", p.Unallocated()),
		)
	}), each(s, func(n *leadtocash.CreditNote) error {
		sum := s.allocated(func(a *leadtocash.Allocation) bool { return a.CreditNoteID == n.ID })
		return first(
			unless(sum.Equal(n.AllocatedAmount), "%s is noted as applied, %s is", n.AllocatedAmount, sum),
			unless(n.Unapplied().Sign() >= 0 && n.Unapplied().Cmp(n.Value) <= 0, "%s of %s is left", n.Unapplied(), n.Value),
		)
	}))
}

func i64(s *scene) error {
	return each(s, func(i *leadtocash.Invoice) error {
		if i.InvoiceNumber == "" || i.Status == leadtocash.InvoiceStatusCanceled {
			return nil
		}
		want := leadtocash.InvoiceStatusPartiallyPaid
		switch {
		case i.SettledAmount.Equal(i.AmountDue):
			want = leadtocash.InvoiceStatusPaid
		case i.SettledAmount.IsZero():
			want = leadtocash.InvoiceStatusBilled
		}
		return unless(i.Status == want, "is %s with %s of %s settled", i.Status, i.SettledAmount, i.AmountDue)
	})
}

func i65(s *scene) error {
	return each(s, func(a *leadtocash.Allocation) error {
		i := lookup[leadtocash.Invoice](s.book, a.InvoiceID)
		return unless(!a.IsActive() || i == nil || i.Status != leadtocash.InvoiceStatusCanceled, "settles invoice %s, which is canceled", a.InvoiceID)
	})
}

// sourceOf is what an allocation settles out of; the zero currency if that is
// nothing.
func (b *book) sourceOf(a *leadtocash.Allocation) (record.CustomerID, money.Currency) {
	switch a.Kind {
	case leadtocash.AllocationPayment, leadtocash.AllocationEarlyDiscount:
		p := lookup[leadtocash.Payment](b, a.PaymentID)
		return p.CustomerID, p.Currency
	case leadtocash.AllocationCredit:
		n := lookup[leadtocash.CreditNote](b, a.CreditNoteID)
		return n.CustomerID, n.Currency
	}
	return record.CustomerID{}, 0
}

func i66(s *scene) error {
	return each(s, func(a *leadtocash.Allocation) error {
		if a.InvoiceID.IsZero() {
			p := lookup[leadtocash.Payment](s.book, a.PaymentID)
			return unless(a.Kind == leadtocash.AllocationWriteOff && a.Amount.Sign() > 0 && p.Status == leadtocash.PaymentStatusBounced, "settles no invoice: %s of payment %s", a.Kind, p.Status)
		}
		i := lookup[leadtocash.Invoice](s.book, a.InvoiceID)
		customer, currency := s.sourceOf(a)
		return first(
			unless(a.Amount.Sign() > 0, "settles %s", a.Amount),
			unless(!a.IsActive() || currency == 0 && a.Kind == leadtocash.AllocationWriteOff || customer == i.CustomerID && currency == i.Currency,
				"joins %s in %s and %s in %s", customer, currency, i.CustomerID, i.Currency),
		)
	})
}

// moved is what an account of money was before the step and is after it.
func moved[R any](s *scene, ref record.Ref, amount func(*R) money.Amount) (was, is money.Amount, found bool) {
	before, ok := s.before.records[ref].(*R)
	after, still := s.records[ref].(*R)
	if !ok || !still {
		return was, is, false
	}
	return amount(before), amount(after), true
}

func i67(s *scene) error {
	if !s.did(actions.PaymentDeallocate, actions.CreditNoteUnapply) {
		return nil
	}
	var taken, settled money.Amount
	var invoice record.Ref
	for _, e := range s.fresh {
		if a := image[leadtocash.Allocation](s.version(e)); a != nil && e.Type == "allocation.reversed" {
			settled, invoice = settled.Add(a.Amount), record.Ref{Kind: kinds.Invoice, ID: a.InvoiceID.UUID}
			if a.Kind != leadtocash.AllocationEarlyDiscount {
				taken = taken.Add(a.Amount)
			}
		}
	}
	was, is, found := moved(s, s.attempt.ref, (*leadtocash.Payment).Unallocated)
	if !found {
		was, is, found = moved(s, s.attempt.ref, (*leadtocash.CreditNote).Unapplied)
	}
	open, opened, known := moved(s, invoice, (*leadtocash.Invoice).OpenBalance)
	return first(
		unless(found && is.Equal(was.Add(taken)), "%s was left, %s is taken back, %s is left", was, taken, is),
		unless(known && opened.Equal(open.Add(settled)), "%s was open, %s is taken back, %s is open", open, settled, opened),
	)
}

func i68(s *scene) error {
	return each(s, func(p *leadtocash.Payment) error {
		allocated := s.allocated(func(a *leadtocash.Allocation) bool { return a.PaymentID == p.ID && !a.InvoiceID.IsZero() })
		refunded := p.Status != leadtocash.PaymentStatusBounced && !p.RefundedAmount.IsZero()
		return unless(p.Status == leadtocash.PaymentStatusPosted || p.AllocatedAmount.IsZero() && allocated.IsZero() && !refunded,
			"is %s, %s of it is allocated and %s refunded", p.Status, allocated, p.RefundedAmount)
	})
}

func i72(s *scene) error {
	return each(s, func(i *leadtocash.Invoice) error {
		if i.InvoiceNumber == "" {
			return unless(i.IssueDate.IsZero(), "has an issue date and no number")
		}
		return unless(!i.IssueDate.IsZero() && !i.DueDate.Before(i.IssueDate), "was issued on %s and due on %s", i.IssueDate, i.DueDate)
	})
}

func i79(s *scene) error {
	return eachChange(s, func(was, is *leadtocash.Invoice, e record.Event) error {
		if was.InvoiceNumber == "" {
			return nil
		}
		return first(
			unless(was.InvoiceNumber == is.InvoiceNumber && was.IssueDate == is.IssueDate, "%s changed number or issue date", e.Type),
			unless(was.Totals == is.Totals && reflect.DeepEqual(was.Charges, is.Charges), "%s changed totals from %+v to %+v", e.Type, was.Totals, is.Totals),
			sameWorth(was.Lines, is.Lines),
		)
	})
}

func sameWorth(was, is []pricing.Line) error {
	if len(was) != len(is) {
		return fmt.Errorf("had %d lines, has %d", len(was), len(is))
	}
	for n := range was {
		if !sameAmounts(worth(was[n]), worth(is[n])) || !was[n].Quantity.Or(decimal.Decimal{}).Equal(is[n].Quantity.Or(decimal.Decimal{})) {
			return fmt.Errorf("line %+v was %+v", is[n], was[n])
		}
	}
	return nil
}

func i80(s *scene) error {
	return eachChange(s, func(was, is *leadtocash.Invoice, e record.Event) error {
		if was.Status != leadtocash.InvoiceStatusPaid || is.Status == was.Status {
			return nil
		}
		taken := s.did(actions.PaymentDeallocate, actions.PaymentVoid, actions.PaymentBounce,
			actions.CreditNoteUnapply, actions.InvoiceReverseWriteOff)
		free := s.did(actions.InvoiceCancel) && was.SettledAmount.IsZero()
		return unless(taken || free, "was paid and became %s by %s", is.Status, e.Type)
	})
}

// purse is a customer and a currency.
type purse struct {
	customer record.CustomerID
	currency money.Currency
}

// ledger is what the documents of one purse come to.
type ledger struct {
	invoices, payments, creditNotes, discounts, writeOffs, refunds money.Amount
	settled, receivable, credit                                    money.Amount
}

// ledgers adds up what is stored.
func (b *book) ledgers() map[purse]*ledger {
	m := map[purse]*ledger{}
	of := func(id record.CustomerID, c money.Currency) *ledger {
		if m[purse{id, c}] == nil {
			m[purse{id, c}] = &ledger{}
		}
		return m[purse{id, c}]
	}
	for _, i := range all[leadtocash.Invoice](b) {
		if i.InvoiceNumber == "" || i.Status == leadtocash.InvoiceStatusCanceled {
			continue
		}
		l := of(i.CustomerID, i.Currency)
		l.invoices, l.settled, l.receivable = l.invoices.Add(i.AmountDue), l.settled.Add(i.SettledAmount), l.receivable.Add(i.OpenBalance())
	}
	for _, p := range all[leadtocash.Payment](b) {
		l := of(p.CustomerID, p.Currency)
		l.credit = l.credit.Add(p.Unallocated())
		if p.Status == leadtocash.PaymentStatusPosted {
			l.payments = l.payments.Add(p.Amount)
		}
	}
	for _, n := range all[leadtocash.CreditNote](b) {
		if n.Status == leadtocash.CreditNoteStatusIssued {
			l := of(n.CustomerID, n.Currency)
			l.creditNotes, l.credit = l.creditNotes.Add(n.Value), l.credit.Add(n.Unapplied())
		}
	}
	for _, r := range all[leadtocash.Refund](b) {
		if r.Status == leadtocash.RefundStatusRequested || r.Status == leadtocash.RefundStatusPaid {
			l := of(r.CustomerID, r.Currency)
			l.refunds = l.refunds.Add(r.Amount)
		}
	}
	for _, a := range all[leadtocash.Allocation](b) {
		if !a.IsActive() {
			continue
		}
		var l *ledger
		if a.InvoiceID.IsZero() {
			l = of(lookup[leadtocash.Payment](b, a.PaymentID).CustomerID, a.Currency)
		} else {
			l = of(lookup[leadtocash.Invoice](b, a.InvoiceID).CustomerID, a.Currency)
		}
		switch a.Kind {
		case leadtocash.AllocationEarlyDiscount:
			l.discounts = l.discounts.Add(a.Amount)
		case leadtocash.AllocationWriteOff:
			l.writeOffs = l.writeOffs.Add(a.Amount)
		}
	}
	return m
}

func i63(s *scene) error {
	for p, l := range s.ledgers() {
		in := l.payments.Add(l.creditNotes).Add(l.discounts).Add(l.writeOffs)
		if out := l.settled.Add(l.credit).Add(l.refunds); !in.Equal(out) {
			return fmt.Errorf("%s in %s: %s came in, %s is accounted for: %+v", p.customer, p.currency, in, out, l)
		}
	}
	return nil
}

func i69(s *scene) error {
	return each(s, func(i *leadtocash.Invoice) error {
		var total, after, rounded money.Amount
		computed := i.Pricing.TaxMode == pricing.TaxComputed
		quantity, net, tax := map[int32]decimal.Decimal{}, map[int32]money.Amount{}, map[int32]money.Amount{}
		for _, n := range all[leadtocash.CreditNote](s.book) {
			if n.InvoiceID != i.ID || n.Status != leadtocash.CreditNoteStatusIssued {
				continue
			}
			total, after = total.Add(n.TotalAmount), after.Add(n.TotalAmountLessFreight)
			if computed { // for each credit note: a minor unit for each rate, or line
				rounded = rounded.Add(i.Currency.Units(int64(max(len(n.TaxGroups()), len(n.Lines)+1))))
			}
			for at := range n.Lines {
				l := &n.Lines[at]
				quantity[l.SourceLine] = quantity[l.SourceLine].Add(l.Quantity.Or(decimal.Decimal{}))
				net[l.SourceLine] = net[l.SourceLine].Add(l.NetAmount.Sub(l.AllocatedDiscount))
				tax[l.SourceLine] = tax[l.SourceLine].Add(l.Tax.Or(money.Amount{}))
			}
		}
		for at := range i.Lines {
			l := &i.Lines[at]
			n := l.LineNumber
			most, whole := l.Quantity.Or(decimal.Decimal{}), l.NetAmount.Sub(l.AllocatedDiscount)
			if quantity[n].Abs().Cmp(most.Abs()) > 0 || quantity[n].Sign()*most.Sign() < 0 {
				return fmt.Errorf("%s of %s of line %d is credited", quantity[n], most, n)
			}
			if net[n].Abs().Cmp(whole.Abs()) > 0 || net[n].Sign()*whole.Sign() < 0 {
				return fmt.Errorf("%s of %s of line %d is credited", net[n], whole, n)
			}
			if most := l.Tax.Or(money.Amount{}); !computed && tax[n].Abs().Cmp(most.Abs()) > 0 {
				return fmt.Errorf("a tax of %s of %s of line %d is credited", tax[n], most, n)
			}
		}
		return first(
			unless(total.IsZero() || total.Abs().Cmp(i.TotalAmount.Abs().Add(rounded)) <= 0, "%s of %s is credited", total, i.TotalAmount),
			unless(after.IsZero() || after.Abs().Cmp(i.TotalAmountLessFreight.Abs()) <= 0, "%s of %s is credited before tax", after, i.TotalAmountLessFreight),
		)
	})
}

func i70(s *scene) error {
	refunded := func(of func(*leadtocash.Refund) bool) (sum money.Amount) {
		for _, r := range all[leadtocash.Refund](s.book) {
			if of(r) && (r.Status == leadtocash.RefundStatusRequested || r.Status == leadtocash.RefundStatusPaid) {
				sum = sum.Add(r.Amount)
			}
		}
		return sum
	}
	within := func(sum, noted, allocated, amount money.Amount) error {
		return first(
			unless(sum.Equal(noted), "%s is noted as refunded, %s is", noted, sum),
			unless(sum.IsZero() || sum.Add(allocated).Cmp(amount) <= 0, "%s is refunded and %s allocated of %s", sum, allocated, amount),
		)
	}
	return first(
		each(s, func(p *leadtocash.Payment) error {
			return within(refunded(func(r *leadtocash.Refund) bool { return r.PaymentID == p.ID }), p.RefundedAmount, p.AllocatedAmount, p.Amount)
		}),
		each(s, func(n *leadtocash.CreditNote) error {
			return within(refunded(func(r *leadtocash.Refund) bool { return r.CreditNoteID == n.ID }), n.RefundedAmount, n.AllocatedAmount, n.Value)
		}),
	)
}

// buckets are those of an ageing from left to right.
func buckets(a leadtocash.Ageing) []money.Amount {
	return []money.Amount{a.Current, a.Days1To30, a.Days31To60, a.Days61To90, a.Over90}
}

func i71(s *scene) error {
	var before map[purse]leadtocash.Ageing
	for _, day := range s.aged {
		now := map[purse]leadtocash.Ageing{}
		for _, a := range day {
			p := purse{a.CustomerID, a.Currency}
			now[p] = a
			var sum, older, wasOlder money.Amount
			was, known := before[p]
			for n := range buckets(a) {
				sum = sum.Add(buckets(a)[n])
			}
			for n := len(buckets(a)) - 1; n > 0 && known; n-- {
				older, wasOlder = older.Add(buckets(a)[n]), wasOlder.Add(buckets(was)[n])
				if older.Cmp(wasOlder) < 0 {
					return fmt.Errorf("%s in %s: younger on %s than on %s: %v after %v", a.CustomerID, a.Currency, a.AsOf, was.AsOf, buckets(a), buckets(was))
				}
			}
			l := s.ledgers()[p]
			if l == nil || !sum.Equal(l.receivable) || !a.Receivable().Equal(l.receivable) || !a.Credits.Equal(l.credit) {
				return fmt.Errorf("%s in %s: aged %+v, want %+v", a.CustomerID, a.Currency, a, l)
			}
		}
		for p, l := range s.ledgers() {
			if _, known := now[p]; !known && (!l.receivable.IsZero() || !l.credit.IsZero()) {
				return fmt.Errorf("%s in %s: not aged, with %+v", p.customer, p.currency, l)
			}
		}
		before = now
	}
	return nil
}

func i73(s *scene) error {
	return eachBirth(s, func(a *leadtocash.Allocation, _ record.Event) error {
		if a.Kind != leadtocash.AllocationEarlyDiscount || !s.did(actions.PaymentAllocate, actions.PaymentAutoAllocate, actions.InvoiceMarkPaid, actions.InvoiceMarkPaidPartial) {
			return nil
		}
		i, p := lookup[leadtocash.Invoice](s.book, a.InvoiceID), lookup[leadtocash.Payment](s.book, a.PaymentID)
		discount, until := i.EarlyDiscount()
		return first(
			unless(until != 0 && !p.ReceivedOn.After(until), "received on %s, until %s", p.ReceivedOn, until),
			unless(discount.Equal(a.Amount), "%s is taken, %s earned", a.Amount, discount),
			unless(i.OpenBalance().IsZero(), "%s stays open", i.OpenBalance()),
		)
	})
}

// entriesOf lists the letters about an invoice by level.
func (b *book) entriesOf(id record.InvoiceID) (list []*leadtocash.DunningEntry) {
	for _, e := range all[leadtocash.DunningEntry](b) {
		if e.InvoiceID == id {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b *leadtocash.DunningEntry) int { return int(a.Level) - int(b.Level) })
	return list
}

func i74(s *scene) error {
	return each(s, func(i *leadtocash.Invoice) error {
		entries := s.entriesOf(i.ID)
		for n, e := range entries {
			if int(e.Level) != n+1 {
				return fmt.Errorf("letter %d is of level %s", n+1, e.Level)
			}
			if n > 0 && entries[n-1].SentOn.DaysUntil(e.SentOn) < 7 {
				return fmt.Errorf("level %s on %s, %s on %s", entries[n-1].Level, entries[n-1].SentOn, e.Level, e.SentOn)
			}
		}
		if len(entries) == 0 {
			return unless(i.DunningLevel == 0, "is at level %s without a letter", i.DunningLevel)
		}
		last := entries[len(entries)-1]
		return unless(i.DunningLevel == last.Level && i.DunnedOn == last.SentOn, "is at level %s of %s, the last letter is %s of %s",
			i.DunningLevel, i.DunnedOn, last.Level, last.SentOn)
	})
}

func i75(s *scene) error {
	return eachChange(s, func(was, is *leadtocash.Invoice, e record.Event) error {
		if e.Type != actions.InvoiceDun.Event() {
			return nil
		}
		entries := s.entriesOf(is.ID)
		letter := entries[is.DunningLevel-1]
		return first(
			unless(was.OpenBalance().Sign() > 0 && letter.OpenAmount.Equal(was.OpenBalance()), "%s was open, the letter says %s", was.OpenBalance(), letter.OpenAmount),
			unless(!was.IsPaused(letter.SentOn), "was dunned on %s although paused", letter.SentOn),
			unless(letter.SentOn.After(was.DueDate), "was dunned on %s, it is due on %s", letter.SentOn, was.DueDate),
			unless(was.Status == leadtocash.InvoiceStatusBilled || was.Status == leadtocash.InvoiceStatusPartiallyPaid, "was dunned while %s", was.Status),
		)
	})
}

func i76(s *scene) error { return s.repeated }

func i78(s *scene) error {
	for p, l := range s.ledgers() {
		documents := l.invoices.Sub(l.payments).Sub(l.creditNotes).Sub(l.discounts).Sub(l.writeOffs).Add(l.refunds)
		if net := l.receivable.Sub(l.credit); !net.Equal(documents) {
			return fmt.Errorf("%s in %s: %s net, the documents come to %s", p.customer, p.currency, net, documents)
		}
		if closing, told := s.stated[p]; told && !closing.Equal(documents) {
			return fmt.Errorf("%s in %s: the statement closes with %s, the documents come to %s", p.customer, p.currency, closing, documents)
		}
	}
	return nil
}
