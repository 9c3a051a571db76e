package journeytest

import (
	"github.com/leadtocash/leadtocash"
)

func (j *journey) invoiceFields(f leadtocash.InvoiceFields, c leadtocash.Currency) leadtocash.InvoiceFields {
	f.Name, f.CustomerID = j.text("name"), j.customer()
	f.DueDate = j.date("due date")
	if j.chance(50, "charges") {
		f.Charges = j.charges(c)
		f.PrepaidAmount = maybeAmount(j, 10, c, 0, 500, "prepaid")
	}
	return f
}

func (j *journey) createInvoice() leadtocash.CreateInvoice {
	opportunity := maybeOne[leadtocash.Opportunity](j, "opportunity")
	c := j.currencyOf(opportunity)
	return leadtocash.CreateInvoice{
		ID: newID[leadtocash.Invoice](j), Birth: leadtocash.Birth{Currency: c}, OpportunityID: opportunity,
		Fields: j.invoiceFields(leadtocash.InvoiceFields{Charges: j.charges(c)}, c), Lines: j.lines(c, 3),
		Status: status(j, leadtocash.Values[leadtocash.InvoiceStatus](), 0, leadtocash.InvoiceStatusNew, leadtocash.InvoiceStatusBooked),
	}
}

func (j *journey) editInvoice(i *leadtocash.Invoice) leadtocash.EditInvoice {
	fields := j.invoiceFields(i.InvoiceFields, i.Currency)
	if j.chance(50, "the customer stays") {
		fields.CustomerID = i.CustomerID
	}
	return leadtocash.EditInvoice{Fields: fields, Custom: j.custom()}
}

func (j *journey) editInvoiceLines(i *leadtocash.Invoice) leadtocash.EditLines {
	return j.editLines(i.Currency, i.Lines)
}

func (j *journey) setInvoiceStatus(*leadtocash.Invoice) leadtocash.SetInvoiceStatus {
	return leadtocash.SetInvoiceStatus{Status: status(j, leadtocash.Values[leadtocash.InvoiceStatus](),
		leadtocash.InvoiceStatusNew, leadtocash.InvoiceStatusBilled, leadtocash.InvoiceStatusBooked)}
}

func (j *journey) issueInvoice(*leadtocash.Invoice) leadtocash.IssueInvoice {
	return leadtocash.IssueInvoice{IssueDate: j.date("issue date"), DueDate: j.date("due date")}
}

func (j *journey) bankReference() string {
	return pick(j, "bank reference", "", "", "", "BANK-1", "BANK-2")
}

func (j *journey) payInvoice(*leadtocash.Invoice) leadtocash.PayInvoice {
	return leadtocash.PayInvoice{Method: leadtocash.PaymentMethodTransfer, BankReference: j.bankReference()}
}

func (j *journey) payPart(i *leadtocash.Invoice) leadtocash.PayInvoice {
	cmd := j.payInvoice(i)
	cmd.Partial = true
	if j.chance(90, "with an amount") {
		cmd.Amount = leadtocash.Some(j.part(i.OpenBalance(), i.Currency))
	}
	return cmd
}

// part is some of an amount: at times all of it, more, or nothing.
func (j *journey) part(of leadtocash.Amount, c leadtocash.Currency) leadtocash.Amount {
	half := c.Round(of.Decimal().Mul(number("0.5")))
	return usually(j, "part of the amount", []leadtocash.Amount{half, c.Units(1)},
		[]leadtocash.Amount{of, of.Add(c.Units(1)), c.Zero(), c.Units(-1)})
}

func (j *journey) createPayment() leadtocash.CreatePayment {
	c, customer := j.currency(), j.customer()
	for _, i := range all[leadtocash.Invoice](j.book) {
		if j.chance(40, "for the invoice") {
			c, customer = i.Currency, i.CustomerID
		}
	}
	return leadtocash.CreatePayment{
		ID: newID[leadtocash.Payment](j), Birth: leadtocash.Birth{Currency: c},
		Fields: leadtocash.PaymentFields{
			CustomerID: customer, Amount: j.amount(c, 0, 5000, "amount"), Method: leadtocash.PaymentMethodCash, BankReference: j.bankReference(),
		},
	}
}

func (j *journey) allocatePayment(p *leadtocash.Payment) leadtocash.AllocatePayment {
	cmd := leadtocash.AllocatePayment{InvoiceID: one[leadtocash.Invoice](j, "invoice")}
	for _, i := range all[leadtocash.Invoice](j.book) {
		if i.CustomerID == p.CustomerID && i.Currency == p.Currency && i.OpenBalance().Sign() > 0 && j.chance(70, "a fitting invoice") {
			cmd.InvoiceID = i.ID
		}
	}
	if j.chance(50, "with an amount") {
		cmd.Amount = leadtocash.Some(j.part(p.Unallocated(), p.Currency))
	}
	return cmd
}

func (j *journey) deallocatePayment(p *leadtocash.Payment) leadtocash.DeallocatePayment {
	for _, a := range all[leadtocash.Allocation](j.book) {
		if a.PaymentID == p.ID && j.chance(70, "an allocation of the payment") {
			return leadtocash.DeallocatePayment{AllocationID: a.ID}
		}
	}
	return leadtocash.DeallocatePayment{AllocationID: one[leadtocash.Allocation](j, "allocation")}
}
