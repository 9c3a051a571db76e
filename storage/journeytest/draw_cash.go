package journeytest

import (
	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func (j *journey) invoiceFields(f leadtocash.InvoiceFields, c money.Currency) leadtocash.InvoiceFields {
	f.Name, f.CustomerID = j.text("name"), j.customer()
	f.DueDate = j.date("due date")
	f.PaymentTerms, f.OwnTerms = pick(j, "terms", 0, party.PaymentTermsNet30, party.PaymentTerms2Percent10Net30, party.PaymentTerms2Percent10Net30), nil
	if j.chance(10, "own terms") {
		f.OwnTerms = &leadtocash.Terms{NetDays: 5, EndOfMonth: true, DiscountPercentage: value.Some(number("3.5")), DiscountDays: 7}
	}
	if j.chance(50, "charges") {
		f.Charges = j.charges(c)
		f.PrepaidAmount = maybeAmount(j, 10, c, 0, 500, "prepaid")
	}
	return f
}

func (j *journey) createInvoice() leadtocash.CreateInvoice {
	opportunity := maybeOne[record.OpportunityID](j, "opportunity")
	c := j.currencyOf(opportunity)
	return leadtocash.CreateInvoice{
		ID: newID[record.InvoiceID](j), Origin: record.Origin{Currency: c}, OpportunityID: opportunity,
		Fields: j.invoiceFields(leadtocash.InvoiceFields{Charges: j.charges(c)}, c), Lines: j.lines(c, 3),
		Status: status(j, value.Values[leadtocash.InvoiceStatus](), 0, leadtocash.InvoiceStatusNew, leadtocash.InvoiceStatusBooked),
	}
}

func (j *journey) editInvoice(i *leadtocash.Invoice) leadtocash.EditInvoice {
	fields := j.invoiceFields(i.InvoiceFields, i.Currency)
	if j.chance(50, "the customer stays") {
		fields.CustomerID = i.CustomerID
	}
	return leadtocash.EditInvoice{Fields: fields, Custom: j.custom()}
}

func (j *journey) editInvoiceLines(i *leadtocash.Invoice) pricing.EditLines {
	return j.editLines(i.Currency, i.Lines)
}

func (j *journey) setInvoiceStatus(*leadtocash.Invoice) leadtocash.SetInvoiceStatus {
	return leadtocash.SetInvoiceStatus{Status: status(j, value.Values[leadtocash.InvoiceStatus](),
		leadtocash.InvoiceStatusNew, leadtocash.InvoiceStatusBilled, leadtocash.InvoiceStatusBooked)}
}

func (j *journey) issueInvoice(*leadtocash.Invoice) leadtocash.IssueInvoice {
	return leadtocash.IssueInvoice{IssueDate: j.date("issue date"), DueDate: j.date("due date")}
}

func (j *journey) bankReference() string {
	return pick(j, "bank reference", "", "", "", "BANK-1", "BANK-2")
}

func (j *journey) payInvoice(*leadtocash.Invoice) leadtocash.PayInvoice {
	cmd := leadtocash.PayInvoice{Method: leadtocash.PaymentMethodTransfer, BankReference: j.bankReference(), ReceivedOn: j.date("received on")}
	cmd.TakeDiscount, cmd.NoDiscount = j.discount()
	return cmd
}

func (j *journey) payPart(i *leadtocash.Invoice) leadtocash.PayInvoice {
	cmd := j.payInvoice(i)
	cmd.Partial = true
	if j.chance(90, "with an amount") {
		cmd.Amount = value.Some(j.closing(i, j.part(i.OpenBalance(), i.Currency)))
	}
	return cmd
}

// part is some of an amount: at times all of it, more, or nothing.
func (j *journey) part(of money.Amount, c money.Currency) money.Amount {
	half := c.Round(of.Decimal().Mul(number("0.5")))
	return usually(j, "part of the amount", []money.Amount{half, c.Units(1)},
		[]money.Amount{of, of.Add(c.Units(1)), c.Zero(), c.Units(-1)})
}

func (j *journey) createPayment() leadtocash.CreatePayment {
	c, customer := j.currency(), j.customer()
	amount := j.amount(c, 0, 5000, "amount")
	for _, i := range all[leadtocash.Invoice](j.book) {
		if j.chance(40, "for the invoice") {
			c, customer = i.Currency, i.CustomerID
			amount = j.closing(i, j.amount(c, 0, 5000, "amount"))
		}
	}
	return leadtocash.CreatePayment{
		ID: newID[record.PaymentID](j), Origin: record.Origin{Currency: c},
		Fields: leadtocash.PaymentFields{
			CustomerID: customer, Amount: amount, Method: leadtocash.PaymentMethodCash, BankReference: j.bankReference(), ReceivedOn: j.date("received on"),
		},
	}
}

func (j *journey) allocatePayment(p *leadtocash.Payment) leadtocash.AllocatePayment {
	cmd := leadtocash.AllocatePayment{InvoiceID: one[record.InvoiceID](j, "invoice")}
	for _, i := range all[leadtocash.Invoice](j.book) {
		if i.CustomerID == p.CustomerID && i.Currency == p.Currency && i.OpenBalance().Sign() > 0 && j.chance(70, "a fitting invoice") {
			cmd.InvoiceID = i.ID
		}
	}
	if j.chance(50, "with an amount") {
		cmd.Amount = value.Some(j.part(p.Unallocated(), p.Currency))
	}
	cmd.TakeDiscount, cmd.NoDiscount = j.discount()
	return cmd
}

func (j *journey) deallocatePayment(p *leadtocash.Payment) leadtocash.DeallocatePayment {
	for _, a := range all[leadtocash.Allocation](j.book) {
		if a.PaymentID == p.ID && j.chance(70, "an allocation of the payment") {
			return leadtocash.DeallocatePayment{AllocationID: a.ID}
		}
	}
	return leadtocash.DeallocatePayment{AllocationID: one[record.AllocationID](j, "allocation")}
}

func (j *journey) creditInvoice(i *leadtocash.Invoice) leadtocash.CreditInvoice {
	cmd := leadtocash.CreditInvoice{Freight: j.chance(30, "with freight")}
	if j.chance(60, "with a reason") {
		cmd.Reason = pick(j, "reason", value.Values[leadtocash.CreditReason]()...)
	}
	if j.chance(30, "says whether to bill again") {
		cmd.Rebill = pick(j, "rebill", value.Values[leadtocash.Rebill]()...)
	}
	if j.chance(60, "of some lines") {
		cmd.Lines = j.quantities(i.Lines)
	}
	return cmd
}

func (j *journey) writeOffInvoice(i *leadtocash.Invoice) leadtocash.WriteOffInvoice {
	cmd := leadtocash.WriteOffInvoice{Reason: j.text("reason"), On: j.date("on")}
	if j.chance(50, "with an amount") {
		cmd.Amount = value.Some(j.part(i.OpenBalance(), i.Currency))
	}
	return cmd
}

func (j *journey) writeOffReclaim(p *leadtocash.Payment) leadtocash.WriteOffReclaim {
	cmd := leadtocash.WriteOffReclaim{Reason: j.text("reason")}
	if j.chance(50, "with an amount") {
		cmd.Amount = value.Some(j.part(p.Unallocated().Neg(), p.Currency))
	}
	return cmd
}

func (j *journey) bouncePayment(*leadtocash.Payment) leadtocash.BouncePayment {
	return leadtocash.BouncePayment{ReversedOn: j.date("reversed on")}
}

func (j *journey) issueCreditNote(*leadtocash.CreditNote) leadtocash.IssueCreditNote {
	return leadtocash.IssueCreditNote{IssueDate: j.date("issue date")}
}

// discount draws what is said of an early discount.
func (j *journey) discount() (take, leave bool) {
	return j.chance(15, "take the discount"), j.chance(10, "leave the discount")
}

func (j *journey) autoAllocatePayment(*leadtocash.Payment) (cmd leadtocash.AutoAllocatePayment) {
	cmd.TakeDiscount, cmd.NoDiscount = j.discount()
	return cmd
}

// closing is at times the amount that closes an invoice with its early discount.
func (j *journey) closing(i *leadtocash.Invoice, amount money.Amount) money.Amount {
	if offer, _ := i.EarlyDiscount(); offer.Sign() > 0 && j.chance(50, "what closes it with the discount") {
		return i.OpenBalance().Sub(offer)
	}
	return amount
}

func (j *journey) disputeInvoice(i *leadtocash.Invoice) leadtocash.DisputeInvoice {
	cmd := leadtocash.DisputeInvoice{Reason: j.text("reason")}
	if j.chance(50, "with an amount") {
		cmd.Amount = value.Some(j.part(i.OpenBalance(), i.Currency))
	}
	return cmd
}

func (j *journey) promisePayment(i *leadtocash.Invoice) leadtocash.PromisePayment {
	cmd := leadtocash.PromisePayment{PayOn: j.date("pay on")}
	if j.chance(50, "with an amount") {
		cmd.Amount = value.Some(j.part(i.OpenBalance(), i.Currency))
	}
	return cmd
}

func (j *journey) dunInvoice(i *leadtocash.Invoice) leadtocash.DunInvoice {
	if j.chance(70, "when it is due") && !i.DueDate.IsZero() {
		return leadtocash.DunInvoice{On: i.DueDate.AddDays(pick(j, "days overdue", 7, 21, 35, 60, 0, 90))}
	}
	return leadtocash.DunInvoice{}
}

// requestRefund asks for a part of what is left.
func requestRefund[R interface {
	leadtocash.Payment | leadtocash.CreditNote
}](left func(*R) money.Amount) func(*journey, *R) leadtocash.RequestRefund {
	return func(j *journey, r *R) leadtocash.RequestRefund {
		cmd := leadtocash.RequestRefund{Method: leadtocash.PaymentMethodTransfer}
		if j.chance(70, "with an amount") {
			cmd.Amount = value.Some(j.part(left(r), currencyIn(r)))
		}
		return cmd
	}
}

func currencyIn(record any) money.Currency {
	switch r := record.(type) {
	case *leadtocash.Payment:
		return r.Currency
	case *leadtocash.CreditNote:
		return r.Currency
	}
	return 0
}

func (j *journey) createCreditNote() leadtocash.CreateCreditNote {
	cmd := leadtocash.CreateCreditNote{
		ID: newID[record.CreditNoteID](j), Origin: record.Origin{Currency: j.currency()},
		Fields: leadtocash.CreditNoteFields{Name: j.text("name"), CustomerID: j.customer(), Reason: leadtocash.CreditReasonGoodwill},
	}
	for _, i := range all[leadtocash.Invoice](j.book) {
		if j.chance(50, "for the customer of the invoice") {
			cmd.Currency, cmd.Fields.CustomerID = i.Currency, i.CustomerID
			if cmd.InvoiceID = (record.InvoiceID{}); j.chance(30, "of the invoice") {
				cmd.InvoiceID = i.ID
			}
		}
	}
	cmd.Lines = j.lines(cmd.Currency, 2)
	return cmd
}

func (j *journey) editCreditNote(n *leadtocash.CreditNote) leadtocash.EditCreditNote {
	f := n.CreditNoteFields
	f.Name, f.Reason = j.text("name"), leadtocash.CreditReasonOther
	if j.chance(20, "another customer") {
		f.CustomerID = j.customer()
	}
	if j.chance(20, "charges") {
		f.Charges = j.charges(n.Currency)
	}
	return leadtocash.EditCreditNote{Fields: f, Custom: j.custom()}
}

func (j *journey) editCreditNoteLines(n *leadtocash.CreditNote) pricing.EditLines {
	return j.editLines(n.Currency, n.Lines)
}

func (j *journey) applyCreditNote(n *leadtocash.CreditNote) leadtocash.ApplyCreditNote {
	cmd := leadtocash.ApplyCreditNote{InvoiceID: one[record.InvoiceID](j, "invoice")}
	for _, i := range all[leadtocash.Invoice](j.book) {
		if i.CustomerID == n.CustomerID && i.Currency == n.Currency && i.OpenBalance().Sign() > 0 && j.chance(70, "a fitting invoice") {
			cmd.InvoiceID = i.ID
		}
	}
	if j.chance(50, "with an amount") {
		cmd.Amount = value.Some(j.part(n.Unapplied(), n.Currency))
	}
	return cmd
}

func (j *journey) unapplyCreditNote(n *leadtocash.CreditNote) leadtocash.UnapplyCreditNote {
	for _, a := range all[leadtocash.Allocation](j.book) {
		if a.CreditNoteID == n.ID && j.chance(70, "an allocation of the credit note") {
			return leadtocash.UnapplyCreditNote{AllocationID: a.ID}
		}
	}
	return leadtocash.UnapplyCreditNote{AllocationID: one[record.AllocationID](j, "allocation")}
}
