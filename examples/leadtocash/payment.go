package main

import (
	"context"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// pay takes money in for the last invoice and settles with it what it can: that
// invoice first, then others of the customer. The rest is the customer's
// credit. An invoice of nothing is paid without.
func (p *player) pay(ctx context.Context, c *engine.Client, s step) error {
	i, err := c.Invoices().Get(ctx, p.invoice)
	if err != nil {
		return err
	}
	amount := i.OpenBalance()
	switch {
	case s.amount.Valid:
		if amount, err = i.Currency.Amount(s.amount.Decimal.String()); err != nil {
			return wrongCell("amount", err)
		}
	case i.AmountDue.IsZero():
		return nil
	case amount.IsZero():
		return &fault{"amount", codeMissingField, "is empty, and nothing is owed of the invoice"}
	}
	made, err := c.Payments().Create(ctx, leadtocash.CreatePayment{
		Origin: record.Origin{Currency: i.Currency, ExchangeRate: p.book.rate(i.Currency)},
		Fields: leadtocash.PaymentFields{
			CustomerID: i.CustomerID, Amount: amount, ReceivedOn: s.on,
			Method: leadtocash.PaymentMethodTransfer, Remittance: i.InvoiceNumber,
		},
	})
	if err != nil {
		return err
	}
	p.payment = made.ID
	if _, err := c.Payments().Post(ctx, made.ID, leadtocash.PostPayment{}); err != nil {
		return err
	}
	_, err = c.Payments().AutoAllocate(ctx, made.ID, leadtocash.AutoAllocatePayment{})
	return err
}

// giveBack returns some of what is left of the last payment, or all of it.
func (p *player) giveBack(ctx context.Context, c *engine.Client, s step) error {
	cmd := leadtocash.RequestRefund{Method: leadtocash.PaymentMethodTransfer, Description: s.note}
	if s.amount.Valid {
		amount, err := p.currency.Amount(s.amount.Decimal.String())
		if err != nil {
			return wrongCell("amount", err)
		}
		cmd.Amount = value.Some(amount)
	}
	asked, err := c.Payments().Refund(ctx, p.payment, cmd)
	if err != nil {
		return err
	}
	_, err = c.Refunds().Confirm(ctx, asked.Record.ID, leadtocash.ConfirmRefund{PaidOn: s.on})
	return err
}
