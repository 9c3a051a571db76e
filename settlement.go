package leadtocash

import (
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// funds are what is left of a payment or of a credit note, and whose it is.
type funds struct {
	customer record.CustomerID
	currency money.Currency
	left     money.Amount
}

// application is the wish to settle an invoice out of funds.
type application struct {
	funds
	invoice *Invoice // nil if it is not known
	amount  value.Opt[money.Amount]
	stamp   record.Stamp
}

// most is the most that the invoice can be given of the funds.
func (a *application) most() money.Amount { return lesser(a.left, a.invoice.OpenBalance()) }

// lesser is the smaller one of two amounts.
func lesser(a, b money.Amount) money.Amount {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

// refused returns nil if money can be allocated to the invoice, as far as the
// invoice itself is concerned.
func (a *application) refused() error {
	return invoiceFlow.Why(a.invoice, actions.InvoiceAllocate, &InvoiceFacts{Stamp: a.stamp})
}

// settles are the checks of every action that settles an invoice out of
// something; source is what that is called.
func settles[R, C, F any](source string, wish func(R, C, F) application) []flow.Check[R, C, F] {
	known := func(holds func(*application) bool) func(R, C, F) bool {
		return func(r R, c C, f F) bool {
			a := wish(r, c, f)
			return a.invoice == nil || holds(&a)
		}
	}
	return []flow.Check[R, C, F]{
		{
			Code: codes.ErrInvalid, Text: "the invoice is known",
			Holds:  func(r R, c C, f F) bool { return wish(r, c, f).invoice != nil },
			Detail: func(R, C, F) []record.Reason { return notFound("invoice_id") },
		},
		{
			Code: codes.ErrNotIssued, Text: "the invoice is issued, and neither settled nor canceled",
			Holds: known(func(a *application) bool { return a.refused() == nil }),
			Detail: func(r R, c C, f F) []record.Reason {
				a := wish(r, c, f)
				return record.ReasonsOf(record.AtField("invoice_id", a.refused()))
			},
		},
		{
			Code: codes.ErrCustomerMismatch, Text: "invoice and " + source + " have one customer", Field: "invoice_id",
			Holds: known(func(a *application) bool { return a.invoice.CustomerID == a.customer }),
		},
		{
			Code: codes.ErrCurrencyMismatch, Text: "invoice and " + source + " have one currency", Field: "invoice_id",
			Holds: known(func(a *application) bool { return a.invoice.Currency == a.currency }),
		},
		{
			Code: codes.ErrOverAllocated, Text: "the amount is more than 0 and at most what the " + source + " has left and the invoice has open", Field: "amount",
			Holds: known(func(a *application) bool {
				if a.refused() != nil {
					return true
				}
				most := a.most()
				amount := a.amount.Or(most)
				return amount.Sign() > 0 && amount.Cmp(most) <= 0
			}),
			Detail: func(r R, c C, f F) []record.Reason {
				reason := record.Reason{Code: codes.ErrOverAllocated, Field: "amount", Message: codes.ErrOverAllocated.Info().Text}
				if a := wish(r, c, f); a.amount.Or(a.most()).Sign() <= 0 {
					reason.Message = "must be more than 0"
				}
				return []record.Reason{reason}
			},
		},
	}
}

func notFound(field string) []record.Reason {
	return []record.Reason{{Code: codes.ErrNotFound, Field: field, Message: codes.ErrNotFound.Info().Text}}
}
