package leadtocash

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// AutoAllocatePayment settles what a payment can.
type AutoAllocatePayment struct {
	TakeDiscount bool `json:"take_discount,omitzero"` // takes every early discount that is earned
	NoDiscount   bool `json:"no_discount,omitzero"`   // takes none
}

// AutoAllocatedPayment is what the automatic allocation of a payment yields.
type AutoAllocatedPayment struct {
	Record      Payment      `json:"payment"`
	Invoices    []Invoice    `json:"invoices,omitzero"`    // in the order in which they were settled
	Allocations []Allocation `json:"allocations,omitzero"` // early discounts included
	HeldCustomer
	Notices []record.Reason `json:"notices,omitzero"` // NoticeDiscountWaived, NoticeUnbackedPrepaid
	Events  []record.Event  `json:"events,omitzero"`
}

type autoAllocateCheck = flow.Check[*Payment, *AutoAllocatePayment, *PaymentFacts]

var autoAllocatePayment = flow.Decide(paymentFlow, actions.PaymentAutoAllocate, autoAllocateCheck{
	Code: codes.ErrInvalid, Text: "discounts are either taken or left", Field: "take_discount",
	Holds: func(_ *Payment, c *AutoAllocatePayment, _ *PaymentFacts) bool {
		return !c.TakeDiscount || !c.NoDiscount
	},
})

// AutoAllocate settles open invoices of the payment's customer, in its
// currency, out of what is left of a posted payment: first those that its
// remittance names, then by due date, issue date and number, each as far as
// possible before the next. It pays in full, or takes every early discount that is
// earned with an invoice it can close: whichever uses the money up and leaves no
// invoice partly settled, else whichever closes more invoices, else in full. The
// same facts lead to the same outcome, and with nothing left or nothing open
// nothing changes. Codes: ErrInvalidTransition, ErrInvalid.
func (p Payment) AutoAllocate(cmd AutoAllocatePayment, f PaymentFacts) (AutoAllocatedPayment, error) {
	if err := autoAllocatePayment.Why(&p, &cmd, &f, p.Currency); err != nil {
		return AutoAllocatedPayment{}, err
	}
	plan := p.plan(cmd, &f)
	total := p.Currency.Zero()
	var out AutoAllocatedPayment
	var settlements []settlement
	next := p
	next.Touch(f.Stamp)
	for _, part := range plan.parts {
		b := bookOf(part.cash, f.Stamp)
		i := part.cash.invoice
		settled, event := b.allocates(&next, part.share, actions.InvoiceSettle)
		out.Invoices, out.Allocations = append(out.Invoices, settled), append(out.Allocations, b.changed...)
		out.Events = append(append(out.Events, event), b.events...)
		out.Notices = append(out.Notices, part.notices(cmd.NoDiscount)...)
		if prepaid, _ := i.PrepaidAmount.Get(); prepaid.Sign() > 0 && !p.ReceivedOn.After(i.IssueDate) {
			out.Notices = append(out.Notices, record.ReasonFor(codes.NoticeUnbackedPrepaid, "").With("invoice", i.InvoiceNumber, "prepaid_amount", prepaid.String(), "amount", part.amount.String()))
		}
		settlements = append(settlements, settlement{i, &settled})
		total = total.Add(part.amount)
	}
	if total.IsZero() {
		return AutoAllocatedPayment{Record: p}, nil
	}
	held, holds := f.Debtor.follow(f.Stamp, settlements...)
	out.Record, out.HeldCustomer = next, held
	out.Events = slices.Concat([]record.Event{
		record.StepEvent(&next, actions.PaymentAutoAllocate, p.Status.String(), f.Stamp, record.DataOf("amount", total.String())),
	}, out.Events, holds)
	return out, nil
}

// allocationPlan is what a payment gives to which invoice.
type allocationPlan struct {
	parts  []planPart
	took   bool // a discount
	closes int  // how many invoices
	exact  bool // the money is used up, and no invoice is partly settled by it
}

type planPart struct {
	cash cash
	share
}

// plan is the better one of two plans: to pay in full, or to take every discount
// that is earned.
func (p *Payment) plan(cmd AutoAllocatePayment, f *PaymentFacts) allocationPlan {
	ledger, candidates := f.ledger(), p.candidates(f.Invoices)
	full := p.planned(discountWish{leave: true}, &ledger, candidates)
	taking := p.planned(discountWish{take: true}, &ledger, candidates)
	switch {
	case cmd.NoDiscount, !taking.took:
		return p.waiving(full)
	case cmd.TakeDiscount:
		return taking
	case full.exact != taking.exact:
		if taking.exact {
			return taking
		}
	case taking.closes > full.closes:
		return taking
	}
	return p.waiving(full)
}

// planned goes through the candidates.
func (p *Payment) planned(wish discountWish, ledger *ledger, candidates []*Invoice) (plan allocationPlan) {
	left := p.Unallocated()
	plan.exact = true
	for _, i := range candidates {
		cash := ledger.cash(i)
		s := cash.share(left, p.ReceivedOn, value.None[money.Amount](), wish)
		if s.amount.Sign() <= 0 {
			break
		}
		left = left.Sub(s.amount)
		plan.parts = append(plan.parts, planPart{cash, s})
		plan.took = plan.took || s.discount.Sign() > 0
		if s.amount.Add(s.discount).Equal(i.OpenBalance()) {
			plan.closes++
		} else {
			plan.exact = false
		}
	}
	plan.exact = plan.exact && left.IsZero()
	return plan
}

// waiving notes the discounts that a plan in full leaves.
func (p *Payment) waiving(plan allocationPlan) allocationPlan {
	for n := range plan.parts {
		part := &plan.parts[n]
		if part.amount.Equal(part.cash.invoice.OpenBalance()) {
			part.waived = part.cash.earned(p.ReceivedOn)
		}
	}
	return plan
}

// candidates are the invoices that the payment can settle, in the order in
// which it does.
func (p *Payment) candidates(invoices []Invoice) []*Invoice {
	type candidate struct {
		*Invoice
		unnamed int
	}
	var list []candidate
	for n := range invoices {
		i := &invoices[n]
		if i.CustomerID != p.CustomerID || i.Currency != p.Currency || i.OpenBalance().Sign() <= 0 {
			continue
		}
		c := candidate{i, 1}
		if names(p.Remittance, i.InvoiceNumber) {
			c.unnamed = 0
		}
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b candidate) int {
		return cmp.Or(
			cmp.Compare(a.unnamed, b.unnamed), a.DueDate.Compare(b.DueDate), a.IssueDate.Compare(b.IssueDate),
			strings.Compare(a.InvoiceNumber, b.InvoiceNumber),
		)
	})
	sorted := make([]*Invoice, len(list))
	for n, c := range list {
		sorted[n] = c.Invoice
	}
	return sorted
}

// names reports whether a text names a number: as a whole, whatever its case,
// and not as a part of a longer one.
func names(text, number string) bool {
	if number == "" {
		return false
	}
	text, number = strings.ToLower(text), strings.ToLower(number)
	for from := 0; ; {
		at := strings.Index(text[from:], number)
		if at < 0 {
			return false
		}
		start, end := from+at, from+at+len(number)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if !isWord(before) && !isWord(after) {
			return true
		}
		from = start + 1
	}
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// mostWords is how many words the number of an invoice has, as NumbersIn knows them:
// runs of letters and digits.
const mostWords = 8

// NumbersIn lists what in the remittance of a payment can be the number of an
// invoice: each run of up to eight words, as it stands there, in capitals and in
// small letters.
func NumbersIn(remittance string) (list []string) {
	type word struct{ start, end int }
	var words []word
	start := -1
	for at, r := range remittance {
		switch {
		case isWord(r) && start < 0:
			start = at
		case !isWord(r) && start >= 0:
			words, start = append(words, word{start, at}), -1
		}
	}
	if start >= 0 {
		words = append(words, word{start, len(remittance)})
	}
	seen := map[string]bool{}
	for n := range words {
		for _, last := range words[n:min(n+mostWords, len(words))] {
			run := remittance[words[n].start:last.end]
			for _, run := range []string{run, strings.ToUpper(run), strings.ToLower(run)} {
				if !seen[run] {
					seen[run], list = true, append(list, run)
				}
			}
		}
	}
	return list
}
