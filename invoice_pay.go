package leadtocash

import (
	"cmp"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// SetInvoiceStatus moves an active invoice between the active statuses.
type SetInvoiceStatus struct {
	Status InvoiceStatus `json:"status"` // Billed issues the invoice
}

type setInvoiceStatusCheck = flow.Check[*Invoice, *SetInvoiceStatus, *InvoiceFacts]

// issues reports whether the command issues the invoice.
func (cmd SetInvoiceStatus) issues(i *Invoice) bool {
	return cmd.Status == InvoiceStatusBilled && !i.isIssued()
}

// toIssue is a condition of issuing, for a status that is set.
func toIssue(g invoiceGuard) setInvoiceStatusCheck {
	c := setInvoiceStatusCheck{
		Code: g.Code, Text: g.Text, Field: "status",
		Holds: func(i *Invoice, c *SetInvoiceStatus, f *InvoiceFacts) bool { return !c.issues(i) || g.Holds(i, f) },
	}
	if g.Detail != nil {
		c.Detail = func(i *Invoice, _ *SetInvoiceStatus, f *InvoiceFacts) []record.Reason { return g.Detail(i, f) }
	}
	return c
}

var setInvoiceStatus = flow.Decide(
	invoiceFlow, actions.InvoiceSetStatus,
	setInvoiceStatusCheck{
		Code: codes.ErrStatusNotInState, Text: "the status is an active one", Field: "status",
		Holds: func(_ *Invoice, c *SetInvoiceStatus, _ *InvoiceFacts) bool {
			_, err := value.StatusIn(c.Status, InvoiceActive)
			return err == nil
		},
	},
	toIssue(invoicePriced), toIssue(invoiceHasLines), toIssue(invoiceNotNegative), toIssue(invoiceHasBuyer), toIssue(invoiceApproved),
	setInvoiceStatusCheck{
		Code: codes.ErrInvalid, Text: "it is not due before it is issued", Field: "status",
		Holds: func(i *Invoice, c *SetInvoiceStatus, f *InvoiceFacts) bool {
			return !c.issues(i) || dueInOrder(i.DueDate, f.Day())
		},
	},
	scheduled(func(i *Invoice, c *SetInvoiceStatus, f *InvoiceFacts) (on, due value.Date) {
		if c.issues(i) {
			on = f.Day()
		}
		return on, 0
	}),
	issuedInOrder("status", func(i *Invoice, c *SetInvoiceStatus, f *InvoiceFacts) value.Date {
		if !c.issues(i) {
			return 0
		}
		return f.Day()
	}),
)

// SetStatus moves an active invoice between its statuses; Billed issues it,
// and the status it has changes nothing. Codes: ErrStatusNotInState,
// ErrReadOnly once it is issued, and those of Issue.
func (i Invoice) SetStatus(cmd SetInvoiceStatus, f InvoiceFacts) (record.Change[Invoice], error) {
	if err := setInvoiceStatus.Why(&i, &cmd, &f, i.Currency); err != nil {
		return record.Change[Invoice]{}, err
	}
	to, _ := value.StatusIn(cmd.Status, InvoiceActive)
	switch {
	case to == i.Status:
		return record.Change[Invoice]{Record: i}, nil
	case cmd.issues(&i):
		return i.issue(actions.InvoiceSetStatus, IssueInvoice{}, &f), nil
	}
	return record.Moved(&i, &i.Status, to, actions.InvoiceSetStatus, f.Stamp, nil), nil
}

// IssueInvoice makes an invoice a legal document.
type IssueInvoice struct {
	IssueDate value.Date `json:"issue_date,omitzero" day:"done"` // default: today
	DueDate   value.Date `json:"due_date,omitzero"`              // default: the invoice's, else from the payment terms
}

var issueInvoice = flow.Decide(
	invoiceFlow, actions.InvoiceIssue,
	flow.Check[*Invoice, *IssueInvoice, *InvoiceFacts]{
		Code: codes.ErrInvalid, Text: "it is not due before it is issued", Field: "due_date",
		Holds: func(i *Invoice, c *IssueInvoice, f *InvoiceFacts) bool {
			return dueInOrder(cmp.Or(c.DueDate, i.DueDate), cmp.Or(c.IssueDate, f.Day()))
		},
	},
	scheduled(func(_ *Invoice, c *IssueInvoice, f *InvoiceFacts) (on, due value.Date) {
		return cmp.Or(c.IssueDate, f.Day()), c.DueDate
	}),
	issuedInOrder("issue_date", func(_ *Invoice, c *IssueInvoice, f *InvoiceFacts) value.Date { return cmp.Or(c.IssueDate, f.Day()) }),
)

// Issue bills the invoice: it gets its number, for good, and its amounts are
// frozen. One that nothing is due of is paid by that. NoticeUnbackedPrepaid tells of a
// prepaid amount while the customer has credit, NoticeNumberOrder of a number that
// is given already for a later day. Codes: ErrAlreadyIssued,
// ErrInvalidTransition, codes.ErrPricing, ErrNoLines, ErrNegativeTotal,
// ErrMissingField without a buyer's name, ErrInvalid for a due date before the
// issue, ErrTimeOrder under StrictIssueOrder, ErrApprovalRequired.
func (i Invoice) Issue(cmd IssueInvoice, f InvoiceFacts) (record.Change[Invoice], error) {
	if err := issueInvoice.Why(&i, &cmd, &f, i.Currency); err != nil {
		return record.Change[Invoice]{}, err
	}
	return i.issue(actions.InvoiceIssue, cmd, &f), nil
}

// issue is Issue once it is decided.
func (i Invoice) issue(do actions.Action, cmd IssueInvoice, f *InvoiceFacts) record.Change[Invoice] {
	from := i.Status.String()
	i.number(cmd, f)
	record.Enter(&i.Head, &i.Status, i.settledStatus())
	i.SettledOn = i.settledOn(nil)
	i.Touch(f.Stamp)
	e := record.StepEvent(&i, do, from, f.Stamp, record.DataOf("number", i.InvoiceNumber))
	e.Type = actions.InvoiceIssue.Event()
	events := []record.Event{e}
	if i.Status == InvoiceStatusPaid {
		events = append(events, i.reached(do, from, f.Stamp))
	}
	notices := append(i.unbackedPrepaid(f), f.Latest.notices(&f.Settings, i.IssueDate, "issue_date")...)
	return record.Change[Invoice]{Record: i, Events: events}.Noticed(notices...)
}

// unbackedPrepaid warns of a prepaid amount that is only typed: the customer has
// credit that it may mean.
func (i *Invoice) unbackedPrepaid(f *InvoiceFacts) []record.Reason {
	prepaid, credit := i.PrepaidAmount.Or(money.Amount{}), f.CreditBalance.Or(money.Amount{})
	if prepaid.Sign() <= 0 || credit.Sign() <= 0 {
		return nil
	}
	return []record.Reason{record.ReasonFor(codes.NoticeUnbackedPrepaid, "prepaid_amount").
		With("prepaid_amount", prepaid.String(), "credit", credit.String())}
}

// number gives the invoice its number, its dates and its buyer.
func (i *Invoice) number(cmd IssueInvoice, f *InvoiceFacts) {
	i.BillTo = f.Buyer.billTo(i.CustomerID, i.BillTo)
	i.InvoiceNumber = record.NumberOr(f.NextNumber, "INV-", i.ID.UUID)
	i.IssueDate = cmp.Or(cmd.IssueDate, f.Day())
	i.Seller = sellerOf(f.Organization, i.OrganizationID)
	i.Details = i.Details.handedOut(sellersOwn(f.Organization, i.OrganizationID), f.Buyer, i.Currency)
	i.schedules(cmd.DueDate, f.Settings)
}

func dueInOrder(due, issued value.Date) bool { return due.IsZero() || !due.Before(issued) }

// settledStatus is the status that follows from what is settled.
func (i *Invoice) settledStatus() InvoiceStatus {
	switch {
	case i.SettledAmount.Cmp(i.AmountDue) >= 0:
		return InvoiceStatusPaid
	case i.SettledAmount.Sign() > 0:
		return InvoiceStatusPartiallyPaid
	}
	return InvoiceStatusBilled
}

// reached is the event of a version whose status follows from money.
func (i *Invoice) reached(do actions.Action, from string, s record.Stamp) record.Event {
	e := record.StepEvent(i, do, from, s, record.DataOf("settled", i.SettledAmount.String(), "open", i.OpenBalance().String()))
	switch i.Status {
	case InvoiceStatusPaid:
		e.Type = actions.InvoiceMarkPaid.Event()
	case InvoiceStatusPartiallyPaid:
		e.Type = actions.InvoiceMarkPaidPartial.Event()
	}
	return e
}

// PayInvoice says that an invoice is paid: the zero command that all of it is.
type PayInvoice struct {
	Partial       bool                    `json:"partial,omitzero"`                // a part, of Amount
	Amount        value.Opt[money.Amount] `json:"amount,omitzero"`                 // of a partial payment, less than what is open
	TakeDiscount  bool                    `json:"take_discount,omitzero"`          // takes the early discount, which has to be earned
	NoDiscount    bool                    `json:"no_discount,omitzero"`            // leaves an early discount that is earned
	ReceivedOn    value.Date              `json:"received_on,omitzero" day:"done"` // default: today
	Method        PaymentMethod           `json:"method,omitzero"`
	BankReference string                  `json:"bank_reference,omitzero" max:"100"`
	Remittance    string                  `json:"remittance,omitzero" text:"2000"`
	PaymentID     record.PaymentID        `json:"payment_id,omitzero"`               // derived unless given
	PaymentNumber string                  `json:"payment_number,omitzero" max:"100"` // default: numbered by the client
	AllocationID  record.AllocationID     `json:"allocation_id,omitzero"`            // derived unless given
}

// PaidInvoice is what paying an invoice yields.
type PaidInvoice struct {
	Record     Invoice     `json:"invoice"`
	Payment    *Payment    `json:"payment,omitzero"` // posted; nil if no money was due or given
	Allocation *Allocation `json:"allocation,omitzero"`
	Discount   *Allocation `json:"discount,omitzero"` // the early discount that was taken with it
	HeldCustomer
	Notices []record.Reason `json:"notices,omitzero"` // NoticeDiscountWaived, NoticeNumberOrder, and those of Payment.Post
	Events  []record.Event  `json:"events,omitzero"`
}

type payInvoiceCheck = flow.Check[*Invoice, *PayInvoice, *InvoiceFacts]

// pays are the checks of paying an invoice, in full or partly.
func pays(more ...payInvoiceCheck) []payInvoiceCheck {
	return append([]payInvoiceCheck{
		{
			Code: codes.ErrInvalid, Text: "it is not due before it is issued", Field: "due_date",
			Holds: func(i *Invoice, _ *PayInvoice, f *InvoiceFacts) bool {
				return i.isIssued() || dueInOrder(i.DueDate, f.Day())
			},
		},
		scheduled(func(i *Invoice, _ *PayInvoice, f *InvoiceFacts) (on, due value.Date) {
			if !i.isIssued() {
				on = f.Day()
			}
			return on, 0
		}),
		issuedInOrder("", func(i *Invoice, _ *PayInvoice, f *InvoiceFacts) value.Date {
			if i.isIssued() {
				return 0
			}
			return f.Day()
		}),
		{
			Code: codes.ErrInvalid, Text: "the early discount is earned, and the money closes the invoice with it", Field: "take_discount",
			Holds: func(i *Invoice, c *PayInvoice, f *InvoiceFacts) bool {
				return !c.TakeDiscount || !c.NoDiscount && c.plan(i, f).discount.Sign() > 0
			},
		},
		{
			Code: codes.ErrBankReferenceUsed, Text: "the bank reference is not used, or it is that of a payment with the amount that has enough left", Field: "bank_reference",
			Holds: func(i *Invoice, c *PayInvoice, f *InvoiceFacts) bool {
				mine, others := twinsOf(f.Twins, i.CustomerID)
				return c.twin(i, f) != nil || !mine && !(others && f.Settings.UniqueBankReference)
			},
		},
	}, more...)
}

var (
	markInvoicePaid = flow.Decide(
		invoiceFlow, actions.InvoiceMarkPaid, pays(payInvoiceCheck{
			Code: codes.ErrInvalid, Text: "an amount goes with a partial payment", Field: "amount",
			Holds: func(_ *Invoice, c *PayInvoice, _ *InvoiceFacts) bool { return c.Amount.IsZero() },
		})...,
	)
	markInvoicePaidPartial = flow.Decide(
		invoiceFlow, actions.InvoiceMarkPaidPartial, pays(
			payInvoiceCheck{
				Code: codes.ErrMissingField, Text: "an amount is given, unless as in Dynamics 365", Field: "amount",
				Holds: func(_ *Invoice, c *PayInvoice, f *InvoiceFacts) bool {
					return !c.Amount.IsZero() || f.Settings.D365Compat
				},
			},
			payInvoiceCheck{
				Code: codes.ErrOverAllocated, Text: "the amount is more than 0 and less than what is open", Field: "amount",
				Holds: func(i *Invoice, c *PayInvoice, _ *InvoiceFacts) bool {
					a, given := c.Amount.Get()
					return !given || a.Sign() > 0 && a.Cmp(i.AmountDue.Sub(i.SettledAmount)) < 0
				},
			},
		)...,
	)
)

// MarkPaid notes that the invoice is paid, in full or partly: it posts a
// payment and allocates it as [Payment.Allocate] does without an amount, so that
// the invoice is settled; a part that is what is open less an early discount that
// it earns closes it. An invoice that is not issued is issued by that. With the
// bank reference and the amount of a posted payment of the customer that has so
// much left, that one is allocated. As in Dynamics 365, a partial payment without
// amount moves no money. Codes: ErrInvalidTransition, ErrInvoiceSettled, those
// of Issue, ErrInvalid for a discount that is wanted and not earned,
// ErrBankReferenceUsed; for a part ErrMissingField and ErrOverAllocated.
func (i Invoice) MarkPaid(cmd PayInvoice, f InvoiceFacts) (PaidInvoice, error) {
	do, decision := payDecision(&cmd)
	if err := decision.Why(&i, &cmd, &f, i.Currency); err != nil {
		return PaidInvoice{}, err
	}
	if cmd.repeats(&i) {
		return PaidInvoice{Record: i}, nil
	}
	was, plan := i, cmd.plan(&i, &f)
	out := PaidInvoice{Events: make([]record.Event, 0, 6)}
	if !i.isIssued() {
		out.Events = append(out.Events, i.issuedBy(&f))
		out.Notices = f.Latest.notices(&f.Settings, i.IssueDate, "issue_date")
	}
	if plan.paid.Sign() > 0 {
		out.pay(&cmd, &i, &f, plan, do)
	} else {
		out.Record = i.markedPaid(&cmd, &f)
		out.Events = append(out.Events, out.Record.reached(do, i.Status.String(), f.Stamp))
	}
	if f.Debtor != nil {
		held, events := f.Debtor.paid(f.Stamp, was, out.Record)
		out.HeldCustomer, out.Events = held, append(out.Events, events...)
	}
	return out, nil
}

// issuedBy issues the invoice by the way of another action, of which the version
// is.
func (i *Invoice) issuedBy(f *InvoiceFacts) record.Event {
	from := i.Status.String()
	i.number(IssueInvoice{}, f)
	record.Enter(&i.Head, &i.Status, InvoiceStatusBilled)
	issued := *i
	issued.Touch(f.Stamp)
	return record.StepEvent(&issued, actions.InvoiceIssue, from, f.Stamp, record.DataOf("number", i.InvoiceNumber))
}

// markedPaid is the next version where no money is moved.
func (i Invoice) markedPaid(cmd *PayInvoice, f *InvoiceFacts) Invoice {
	to := InvoiceStatusPaid
	if cmd.Partial {
		to = InvoiceStatusPartiallyPaid
	}
	record.Enter(&i.Head, &i.Status, to)
	i.SettledOn = i.settledOn(f.Allocations)
	i.Touch(f.Stamp)
	return i
}

// payPlan is what a payment comes to: what is received, and what of that the
// invoice gets.
type payPlan struct {
	paid money.Amount
	share
}

// plan tells what the command pays.
func (c *PayInvoice) plan(i *Invoice, f *InvoiceFacts) payPlan {
	if !i.isIssued() {
		issued := *i
		issued.number(IssueInvoice{}, f)
		record.Enter(&issued.Head, &issued.Status, InvoiceStatusBilled)
		i = &issued
	}
	cash, open := cashOf(i, f.Allocations, f.CreditNotes, &f.Settings), i.OpenBalance()
	paid := c.Amount.Or(i.Currency.Zero())
	if !c.Partial && open.Sign() > 0 {
		paid = open // less than nothing can be due as in Dynamics 365
	}
	p := payPlan{paid, cash.share(paid, cmp.Or(c.ReceivedOn, f.Day()), value.None[money.Amount](), discountWish{c.TakeDiscount, c.NoDiscount})}
	if !c.Partial && p.discount.Sign() > 0 {
		p.paid = p.amount
	}
	return p
}

// twin is the posted payment that the command tells of, nil if it tells of a new
// one.
func (c *PayInvoice) twin(i *Invoice, f *InvoiceFacts) *Payment {
	if len(f.Twins) == 0 {
		return nil
	}
	plan := c.plan(i, f)
	like := Payment{Head: record.Head{Currency: i.Currency}, PaymentFields: PaymentFields{CustomerID: i.CustomerID, Amount: plan.paid}}
	if twin := like.Twin(f.Twins); twin != nil && twin.Unallocated().Cmp(plan.amount) >= 0 && plan.amount.Sign() > 0 {
		return twin
	}
	return nil
}

// repeats reports whether the command says no more than the invoice: as in
// Dynamics 365, that it is paid partly.
func (c *PayInvoice) repeats(i *Invoice) bool {
	return c.Partial && c.Amount.IsZero() && i.Status == InvoiceStatusPartiallyPaid
}

// payDecision is what decides about MarkPaid, in full or partly.
func payDecision(cmd *PayInvoice) (actions.Action, *flow.Decision[*Invoice, *PayInvoice, *InvoiceFacts, InvoiceStatus]) {
	if cmd.Partial {
		return actions.InvoiceMarkPaidPartial, markInvoicePaidPartial
	}
	return actions.InvoiceMarkPaid, markInvoicePaid
}

// paid is follow for one invoice.
func (d *Debtor) paid(s record.Stamp, was, is Invoice) (HeldCustomer, []record.Event) {
	return d.follow(s, settlement{&was, &is})
}

// pay adds the payment that settles the invoice, and what becomes of the invoice.
func (out *PaidInvoice) pay(cmd *PayInvoice, i *Invoice, f *InvoiceFacts, plan payPlan, do actions.Action) {
	b := f.book(i)
	b.id = record.IDOr(cmd.AllocationID, f.Stamp, i.ID.UUID, i.Version, "allocation")
	p, events := new(Payment), out.Events[len(out.Events):]
	if twin := cmd.twin(i, f); twin != nil {
		*p = *twin
		p.Touch(f.Stamp)
		events = append(events, record.Event{}, record.StepEvent(p, actions.PaymentAllocate, p.Status.String(), f.Stamp, record.DataOf("invoice", i.ID.String(), "amount", plan.amount.String())))
	} else {
		*p = Payment{
			ID: record.IDOr(cmd.PaymentID, f.Stamp, i.ID.UUID, i.Version, "payment"), Head: i.Child(f.Stamp), Status: PaymentStatusPending,
			AllocatedAmount: i.Currency.Zero(),
			PaymentFields: PaymentFields{
				CustomerID: i.CustomerID, Amount: plan.paid, ReceivedOn: cmp.Or(cmd.ReceivedOn, f.Day()),
				Method: cmd.Method, BankReference: cmd.BankReference, Remittance: cmd.Remittance,
			},
		}
		p.PaymentNumber = record.NumberOr(cmd.PaymentNumber, "PAY-", p.ID.UUID)
		events = append(events, record.Event{}, record.BornEvent(p, actions.PaymentCreate, f.Stamp, record.DataOf("invoice", i.ID.String())))
		p.Status = PaymentStatusPosted
		out.Notices = append(out.Notices, p.posted(f.Twins)...)
		events = append(events, record.StepEvent(p, actions.PaymentPost, PaymentStatusPending.String(), f.Stamp, nil))
	}
	b.events = events
	next, reached := b.allocates(p, plan.share, do)
	b.events[0] = reached // before those of the payment, which it follows from
	out.Record, out.Payment, out.Allocation, out.Discount = next, p, &b.changed[0], b.second()
	out.Notices = append(out.Notices, plan.notices(cmd.NoDiscount)...)
	out.Events = append(out.Events, b.events...)
}
