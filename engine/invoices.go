package engine

import (
	"context"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Invoices is what a Client does with invoices. One that was never issued
// can be deleted.
type Invoices struct {
	Managed[leadtocash.Invoice, record.InvoiceID, InvoiceQuery]
}

// Invoices returns the service for invoices.
func (c *Client) Invoices() (s Invoices) { s.c = c; return s }

// InvoiceQuery asks for invoices. Their due day is DueDate.
type InvoiceQuery struct {
	List
	Status      leadtocash.InvoiceStatus
	Open        bool // issued, and something of it is not settled
	Number      string
	Customer    record.CustomerID
	Opportunity record.OpportunityID
	Order       record.OrderID
	Disputed    bool
	Dunning     leadtocash.DunningLevel // that it has come to
}

func (q InvoiceQuery) conds() []storage.Cond {
	conds := asked{}.status(q.Status.String()).number(q.Number).ref("customer_id", q.Customer.ID).
		ref("opportunity_id", q.Opportunity.UUID).ref("sales_order_id", q.Order.UUID).
		flag("disputed", q.Disputed).text("dunning_level", q.Dunning.String())
	if q.Open {
		conds = append(conds, storage.Cond{Field: storage.FieldStatus, Op: storage.OpIn, Values: []any{
			leadtocash.InvoiceStatusBilled.String(), leadtocash.InvoiceStatusPartiallyPaid.String(),
		}})
	}
	return conds
}

func (s *session) invoiceFacts() leadtocash.InvoiceFacts {
	return leadtocash.InvoiceFacts{Stamp: s.stamp, Settings: s.c.settings, CustomPricing: s.c.customPricing}
}

func plainInvoice[C any](_ context.Context, s *session, _ *leadtocash.Invoice, _ *C) (leadtocash.InvoiceFacts, error) {
	return s.invoiceFacts(), nil
}

// toIssue gathers for what issues an invoice.
func toIssue[C any](ctx context.Context, s *session, i *leadtocash.Invoice, _ *C) (f leadtocash.InvoiceFacts, err error) {
	f = s.invoiceFacts()
	if err = s.issuing(ctx, i, &f); err != nil || i.PrepaidAmount.Or(money.Amount{}).IsZero() {
		return f, err
	}
	f.CreditBalance, err = s.creditBalance(ctx, i.CustomerID, i.Currency)
	return f, err
}

// issuing gathers for an invoice that is still to be issued: its customer, where it
// does not name its buyer, and what its number follows.
func (s *session) issuing(ctx context.Context, i *leadtocash.Invoice, f *leadtocash.InvoiceFacts) (err error) {
	if !i.IssueDate.IsZero() {
		return nil
	}
	if f.Latest, err = s.latestIssue(ctx, kinds.Invoice); err != nil {
		return err
	}
	if f.Organization, err = s.organization(ctx, i.OrganizationID); err != nil {
		return err
	}
	if err = s.approving(ctx, i, f); err != nil {
		return err
	}
	billTo := i.BillTo
	if f.Organization != nil { // its ways to pay depend on the customer
		billTo = nil
	}
	f.Buyer, err = s.buyer(ctx, i.CustomerID, billTo)
	return err
}

// withOrder gathers for everything that changes what is billed of an order.
func withOrder[C any](ctx context.Context, s *session, i *leadtocash.Invoice, _ *C) (f leadtocash.InvoiceFacts, err error) {
	f = s.invoiceFacts()
	if !i.IssueDate.IsZero() {
		if f.CreditNotes, err = s.creditNotesOf(ctx, i.ID, record.CreditNoteID{}); err != nil {
			return f, err
		}
	}
	if i.SalesOrderID.IsZero() {
		return f, nil
	}
	if f.Order, err = maybe[leadtocash.Order](ctx, s, i.SalesOrderID); err != nil {
		return f, err
	}
	f.Siblings, f.SiblingNotes, err = s.siblingsOf(ctx, f.Order, i.ID)
	return f, err
}

// Create creates an invoice. See NewInvoice.
func (s Invoices) Create(ctx context.Context, cmd leadtocash.CreateInvoice) (leadtocash.Invoice, error) {
	return recordOf(create(ctx, s.c, actions.InvoiceCreate, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, s *session, cmd *leadtocash.CreateInvoice) (f leadtocash.InvoiceFacts, err error) {
			f = s.invoiceFacts()
			if f.Opportunity, err = known(maybe[leadtocash.Opportunity](ctx, s, cmd.OpportunityID)); err != nil {
				return f, err
			}
			if f.Inactive, err = s.inactiveOf(ctx, cmd.Fields.CustomerID.Ref, cmd.Fields.OrganizationID.Ref()); err != nil {
				return f, err
			}
			if f.Buyer, err = s.buyer(ctx, cmd.Fields.CustomerID, cmd.Fields.BillTo); err != nil {
				return f, err
			}
			f.Catalog, f.PriceLists, err = s.catalogOfNew(ctx, &cmd.Fields.Charges, cmd.Fields.CustomerID.Ref, f.Opportunity, cmd.Lines)
			return f, err
		}, leadtocash.NewInvoice))
}

// Edit changes the header of an invoice. See Invoice.Edit.
func (s Invoices) Edit(ctx context.Context, id record.InvoiceID, cmd leadtocash.EditInvoice, opts ...CallOption) (leadtocash.Invoice, error) {
	return recordOf(apply(ctx, s.c, actions.InvoiceEdit, id, cmd,
		withCatalog(func(ctx context.Context, s *session, _ *leadtocash.Invoice, cmd *leadtocash.EditInvoice) (f leadtocash.InvoiceFacts, err error) {
			f = s.invoiceFacts()
			f.Inactive, err = s.inactiveOf(ctx, cmd.Fields.CustomerID.Ref, cmd.Fields.OrganizationID.Ref())
			return f, err
		}), leadtocash.Invoice.Edit, opts))
}

// EditLines adds, changes and removes lines. See Invoice.EditLines.
func (s Invoices) EditLines(ctx context.Context, id record.InvoiceID, cmd pricing.EditLines, opts ...CallOption) (leadtocash.SavedInvoice, error) {
	return apply(ctx, s.c, actions.InvoiceEditLines, id, cmd, withCatalog(withOrder[pricing.EditLines]), leadtocash.Invoice.EditLines, opts)
}

// GetProducts appends copies of an opportunity's lines. See
// Invoice.GetProducts.
func (s Invoices) GetProducts(ctx context.Context, id record.InvoiceID, cmd pricing.GetProducts, opts ...CallOption) (leadtocash.Invoice, error) {
	return recordOf(apply(ctx, s.c, actions.InvoiceGetProducts, id, cmd,
		withCatalog(func(ctx context.Context, s *session, _ *leadtocash.Invoice, cmd *pricing.GetProducts) (f leadtocash.InvoiceFacts, err error) {
			f = s.invoiceFacts()
			f.Products, err = maybe[leadtocash.Opportunity](ctx, s, cmd.OpportunityID)
			return f, err
		}), leadtocash.Invoice.GetProducts, opts))
}

// Recalculate computes an invoice again. See Invoice.Recalculate.
func (s Invoices) Recalculate(ctx context.Context, id record.InvoiceID, cmd pricing.Recalculate, opts ...CallOption) (leadtocash.Invoice, error) {
	return recordOf(apply(ctx, s.c, actions.InvoiceRecalculate, id, cmd, withCatalog(plainInvoice[pricing.Recalculate]), leadtocash.Invoice.Recalculate, opts))
}

// ChangeCurrency gives an invoice another currency. See
// Invoice.ChangeCurrency.
func (s Invoices) ChangeCurrency(ctx context.Context, id record.InvoiceID, cmd pricing.ChangeCurrency, opts ...CallOption) (leadtocash.Invoice, error) {
	return recordOf(apply(ctx, s.c, actions.InvoiceChangeCurrency, id, cmd,
		withCatalog(func(ctx context.Context, s *session, i *leadtocash.Invoice, cmd *pricing.ChangeCurrency) (leadtocash.InvoiceFacts, error) {
			f, err := withOrder(ctx, s, i, cmd)
			if err != nil {
				return f, err
			}
			f.Opportunity, err = maybe[leadtocash.Opportunity](ctx, s, i.OpportunityID)
			return f, err
		}), leadtocash.Invoice.ChangeCurrency, opts))
}

// LockPricing freezes unit prices. See Invoice.LockPricing.
func (s Invoices) LockPricing(ctx context.Context, id record.InvoiceID, cmd leadtocash.LockPricing, opts ...CallOption) (leadtocash.Invoice, error) {
	return recordOf(apply(ctx, s.c, actions.InvoiceLockPricing, id, cmd, plainInvoice, leadtocash.Invoice.LockPricing, opts))
}

// UnlockPricing lets prices follow the catalogue again. See
// Invoice.UnlockPricing.
func (s Invoices) UnlockPricing(ctx context.Context, id record.InvoiceID, cmd leadtocash.UnlockPricing, opts ...CallOption) (leadtocash.Invoice, error) {
	return recordOf(apply(ctx, s.c, actions.InvoiceUnlockPricing, id, cmd, withCatalog(plainInvoice[leadtocash.UnlockPricing]), leadtocash.Invoice.UnlockPricing, opts))
}

// SetStatus moves an active invoice among its statuses; Billed issues it. See
// Invoice.SetStatus.
func (s Invoices) SetStatus(ctx context.Context, id record.InvoiceID, cmd leadtocash.SetInvoiceStatus, opts ...CallOption) (leadtocash.Invoice, error) {
	return recordOf(apply(ctx, s.c, actions.InvoiceSetStatus, id, cmd, toIssue, leadtocash.Invoice.SetStatus, opts))
}

// Issue hands an invoice to the customer and gives it the next number. See
// Invoice.Issue.
func (s Invoices) Issue(ctx context.Context, id record.InvoiceID, cmd leadtocash.IssueInvoice, opts ...CallOption) (leadtocash.Invoice, error) {
	return recordOf(apply(ctx, s.c, actions.InvoiceIssue, id, cmd, toIssue, leadtocash.Invoice.Issue, opts))
}

// MarkPaid notes that an invoice is paid, in full or partly. See
// Invoice.MarkPaid.
func (s Invoices) MarkPaid(ctx context.Context, id record.InvoiceID, cmd leadtocash.PayInvoice, opts ...CallOption) (leadtocash.PaidInvoice, error) {
	do := actions.InvoiceMarkPaid
	if cmd.Partial {
		do = actions.InvoiceMarkPaidPartial
	}
	return apply(ctx, s.c, do, id, cmd,
		func(ctx context.Context, s *session, i *leadtocash.Invoice, cmd *leadtocash.PayInvoice) (f leadtocash.InvoiceFacts, err error) {
			f = s.invoiceFacts()
			if textReasons("", cmd.BankReference, 100) == nil { // else it is refused
				if f.Twins, err = s.twins(ctx, cmd.BankReference, record.PaymentID{}); err != nil {
					return f, err
				}
			}
			if err = s.issuing(ctx, i, &f); err != nil {
				return f, err
			}
			if f.Allocations, f.CreditNotes, err = s.settlingOf(ctx, i); err != nil {
				return f, err
			}
			f.Debtor, err = s.debtorOf(ctx, i)
			return f, err
		}, leadtocash.Invoice.MarkPaid, opts, numbers(kinds.Payment, cmd.PaymentNumber))
}

// Cancel takes an invoice back that nothing is paid of. See Invoice.Cancel.
func (s Invoices) Cancel(ctx context.Context, id record.InvoiceID, cmd leadtocash.CancelInvoice, opts ...CallOption) (leadtocash.SavedInvoice, error) {
	return apply(ctx, s.c, actions.InvoiceCancel, id, cmd,
		func(ctx context.Context, s *session, i *leadtocash.Invoice, cmd *leadtocash.CancelInvoice) (leadtocash.InvoiceFacts, error) {
			f, err := withOrder(ctx, s, i, cmd)
			if err != nil {
				return f, err
			}
			f.Debtor, err = s.debtorOf(ctx, i)
			return f, err
		}, leadtocash.Invoice.Cancel, opts)
}

// Credit drafts a credit note of lines of an invoice. See Invoice.Credit.
func (s Invoices) Credit(ctx context.Context, id record.InvoiceID, cmd leadtocash.CreditInvoice, opts ...CallOption) (leadtocash.CreditedInvoice, error) {
	return apply(ctx, s.c, actions.InvoiceCredit, id, cmd,
		func(ctx context.Context, s *session, i *leadtocash.Invoice, _ *leadtocash.CreditInvoice) (f leadtocash.InvoiceFacts, err error) {
			f = s.invoiceFacts()
			f.CreditNotes, err = s.creditNotesOf(ctx, i.ID, record.CreditNoteID{})
			return f, err
		}, leadtocash.Invoice.Credit, opts)
}

// withDebtor gathers for what settles an invoice or opens it again.
func withDebtor[C any](ctx context.Context, s *session, i *leadtocash.Invoice, _ *C) (f leadtocash.InvoiceFacts, err error) {
	f = s.invoiceFacts()
	if f.Allocations, err = related[leadtocash.Allocation](ctx, s, "invoice_id", i.ID.UUID); err != nil {
		return f, err
	}
	if f.CreditNotes, err = s.creditNotesOf(ctx, i.ID, record.CreditNoteID{}); err != nil {
		return f, err
	}
	f.Debtor, err = s.debtorOf(ctx, i)
	return f, err
}

// WriteOff gives up what is open of an invoice. See Invoice.WriteOff.
func (s Invoices) WriteOff(ctx context.Context, id record.InvoiceID, cmd leadtocash.WriteOffInvoice, opts ...CallOption) (leadtocash.WrittenOffInvoice, error) {
	return apply(ctx, s.c, actions.InvoiceWriteOff, id, cmd, withDebtor, leadtocash.Invoice.WriteOff, opts)
}

// ReverseWriteOff takes a write-off back. See Invoice.ReverseWriteOff.
func (s Invoices) ReverseWriteOff(ctx context.Context, id record.InvoiceID, cmd leadtocash.ReverseWriteOff, opts ...CallOption) (leadtocash.WrittenOffInvoice, error) {
	return apply(ctx, s.c, actions.InvoiceReverseWriteOff, id, cmd, withDebtor, leadtocash.Invoice.ReverseWriteOff, opts)
}

// Dispute notes what the customer has against an invoice. See Invoice.Dispute.
func (s Invoices) Dispute(ctx context.Context, id record.InvoiceID, cmd leadtocash.DisputeInvoice, opts ...CallOption) (leadtocash.Invoice, error) {
	return recordOf(apply(ctx, s.c, actions.InvoiceDispute, id, cmd, plainInvoice, leadtocash.Invoice.Dispute, opts))
}

// ResolveDispute ends a dispute. See Invoice.ResolveDispute.
func (s Invoices) ResolveDispute(ctx context.Context, id record.InvoiceID, cmd leadtocash.ResolveDispute, opts ...CallOption) (leadtocash.Invoice, error) {
	return recordOf(apply(ctx, s.c, actions.InvoiceResolveDispute, id, cmd, plainInvoice, leadtocash.Invoice.ResolveDispute, opts))
}

// PromisePayment notes that the customer promised to pay. See
// Invoice.PromisePayment.
func (s Invoices) PromisePayment(ctx context.Context, id record.InvoiceID, cmd leadtocash.PromisePayment, opts ...CallOption) (leadtocash.Invoice, error) {
	return recordOf(apply(ctx, s.c, actions.InvoicePromisePayment, id, cmd, plainInvoice, leadtocash.Invoice.PromisePayment, opts))
}

// WithdrawPromise takes a promise back. See Invoice.WithdrawPromise.
func (s Invoices) WithdrawPromise(ctx context.Context, id record.InvoiceID, cmd leadtocash.WithdrawPromise, opts ...CallOption) (leadtocash.Invoice, error) {
	return recordOf(apply(ctx, s.c, actions.InvoiceWithdrawPromise, id, cmd, plainInvoice, leadtocash.Invoice.WithdrawPromise, opts))
}

// Dun takes an overdue invoice to the next level of dunning, if it is due for
// it. See Invoice.Dun; Receivables.RunDunning does it for all.
func (s Invoices) Dun(ctx context.Context, id record.InvoiceID, cmd leadtocash.DunInvoice, opts ...CallOption) (leadtocash.DunnedInvoice, error) {
	return apply(ctx, s.c, actions.InvoiceDun, id, cmd,
		func(ctx context.Context, s *session, i *leadtocash.Invoice, _ *leadtocash.DunInvoice) (f leadtocash.InvoiceFacts, err error) {
			f = s.invoiceFacts()
			f.Debtor, err = s.debtor(ctx, i.CustomerID, leadtocash.DunningSecondNotice, *i)
			return f, err
		}, leadtocash.Invoice.Dun, opts)
}

// Reactivate makes a paid invoice billed again, as Dynamics 365 does. See
// Invoice.Reactivate.
func (s Invoices) Reactivate(ctx context.Context, id record.InvoiceID, cmd leadtocash.ReactivateInvoice, opts ...CallOption) (leadtocash.Invoice, error) {
	return recordOf(apply(ctx, s.c, actions.InvoiceReactivate, id, cmd, plainInvoice, leadtocash.Invoice.Reactivate, opts))
}

// Assign gives an invoice another owner. See Invoice.Assign.
func (s Invoices) Assign(ctx context.Context, id record.InvoiceID, cmd record.Assign, opts ...CallOption) (leadtocash.Invoice, error) {
	return recordOf(apply(ctx, s.c, actions.InvoiceAssign, id, cmd,
		func(ctx context.Context, s *session, _ *leadtocash.Invoice, cmd *record.Assign) (f leadtocash.InvoiceFacts, err error) {
			f = s.invoiceFacts()
			f.Inactive, err = s.inactiveOf(ctx, owners(cmd.Owner))
			return f, err
		}, leadtocash.Invoice.Assign, opts))
}

func invoiceUse(ctx context.Context, s *session, i *leadtocash.Invoice) (leadtocash.InvoiceFacts, error) {
	f, err := withOrder(ctx, s, i, &struct{}{})
	if err != nil {
		return f, err
	}
	f.InUse, err = s.inUse(ctx, i.Ref())
	return f, err
}

func invoiceExplained(ctx context.Context, s *session, i *leadtocash.Invoice) (leadtocash.InvoiceFacts, error) {
	f, err := withOrder(ctx, s, i, &struct{}{})
	if err != nil {
		return f, err
	}
	if f.CreditNotes, err = s.creditNotesOf(ctx, i.ID, record.CreditNoteID{}); err != nil {
		return f, err
	}
	if err = s.issuing(ctx, i, &f); err != nil {
		return f, err
	}
	f.InUse, err = s.inUse(ctx, i.Ref())
	return f, err
}

// Allocations lists what settles an invoice, reversed allocations included,
// oldest first.
func (s Invoices) Allocations(ctx context.Context, id record.InvoiceID) (list []leadtocash.Allocation, err error) {
	err = s.c.view(ctx, func(ctx context.Context, ss *session) (err error) {
		list, err = closesOf[leadtocash.Allocation](ctx, ss, record.Ref{Kind: kinds.Invoice, ID: id.UUID}, "invoice_id")
		return err
	})
	return list, err
}
