package engine

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// CreditNotes is what a Client does with credit notes.
type CreditNotes struct {
	Explained[leadtocash.CreditNote, record.CreditNoteID, CreditNoteQuery]
}

// CreditNotes returns the service for credit notes.
func (c *Client) CreditNotes() (s CreditNotes) { s.c = c; return s }

// CreditNoteQuery asks for credit notes. Their due day is IssueDate.
type CreditNoteQuery struct {
	List
	Status   leadtocash.CreditNoteStatus
	Number   string
	Customer record.CustomerID
	Invoice  record.InvoiceID
	Open     bool // issued, and something of it is neither applied nor refunded
}

func (q CreditNoteQuery) conds() []storage.Cond {
	a := asked{}.status(q.Status.String()).number(q.Number).ref("customer_id", q.Customer.ID).ref("invoice_id", q.Invoice.UUID)
	return a.flag("credit", q.Open)
}

// creditNoteFacts gathers what every decision about a credit note of an invoice
// needs.
func (s *session) creditNoteFacts(ctx context.Context, invoice record.InvoiceID, but record.CreditNoteID) (f leadtocash.CreditNoteFacts, err error) {
	f = leadtocash.CreditNoteFacts{Stamp: s.stamp, Settings: s.c.settings, CustomPricing: s.c.customPricing}
	if invoice.IsZero() {
		return f, nil
	}
	if f.Invoice, err = known(maybe[leadtocash.Invoice](ctx, s, invoice)); err != nil {
		return f, err
	}
	f.Issued, err = s.creditNotesOf(ctx, invoice, but)
	return f, err
}

// withRebilling adds the order of the credit note's invoice, which issuing or voiding
// the credit note can bill differently.
func (s *session) withRebilling(ctx context.Context, f *leadtocash.CreditNoteFacts) (err error) {
	if f.Invoice == nil || f.Invoice.SalesOrderID.IsZero() {
		return nil
	}
	if f.Order, err = known(maybe[leadtocash.Order](ctx, s, f.Invoice.SalesOrderID)); err != nil || f.Order == nil {
		return err
	}
	f.Siblings, f.SiblingNotes, err = s.siblingsOf(ctx, f.Order, f.Invoice.ID)
	return err
}

// creditNotesOf reads the issued credit notes of an invoice, oldest first.
func (s *session) creditNotesOf(ctx context.Context, id record.InvoiceID, but record.CreditNoteID) (issued []leadtocash.CreditNote, err error) {
	all, err := related[leadtocash.CreditNote](ctx, s, "invoice_id", id.UUID)
	for _, n := range all {
		if n.Status == leadtocash.CreditNoteStatusIssued && n.ID != but {
			issued = append(issued, n)
		}
	}
	return issued, err
}

// ofInvoice gathers for a credit note's drafting.
func ofInvoice[C any](ctx context.Context, s *session, n *leadtocash.CreditNote, _ *C) (leadtocash.CreditNoteFacts, error) {
	return s.creditNoteFacts(ctx, n.InvoiceID, n.ID)
}

// withApplications gathers for everything that moves a credit note's money.
func withApplications[C any](ctx context.Context, s *session, n *leadtocash.CreditNote, _ *C) (f leadtocash.CreditNoteFacts, err error) {
	f = leadtocash.CreditNoteFacts{Stamp: s.stamp, Settings: s.c.settings, CustomPricing: s.c.customPricing}
	if f.Allocations, err = related[leadtocash.Allocation](ctx, s, "credit_note_id", n.ID.UUID); err != nil {
		return f, err
	}
	if f.Invoices, err = s.allocatedTo(ctx, f.Allocations); err != nil {
		return f, err
	}
	if f.Settled, f.Issued, err = s.settling(ctx, f.Invoices); err != nil {
		return f, err
	}
	f.Debtor, err = s.debtor(ctx, n.CustomerID, leadtocash.DunningFinalNotice, f.Invoices...)
	return f, err
}

// withInvoice gathers for what takes a credit note back, or returns money of it.
func withInvoice[C any](ctx context.Context, s *session, n *leadtocash.CreditNote, cmd *C) (leadtocash.CreditNoteFacts, error) {
	f, err := ofInvoice(ctx, s, n, cmd)
	if err != nil {
		return f, err
	}
	if f.Allocations, err = related[leadtocash.Allocation](ctx, s, "credit_note_id", n.ID.UUID); err != nil {
		return f, err
	}
	if f.Invoice != nil {
		if f.Settled, err = related[leadtocash.Allocation](ctx, s, "invoice_id", n.InvoiceID.UUID); err != nil {
			return f, err
		}
		if f.Debtor, err = s.debtorOf(ctx, f.Invoice); err != nil {
			return f, err
		}
		if err = s.withRebilling(ctx, &f); err != nil {
			return f, err
		}
	}
	f.CreditBalance, err = s.creditBalance(ctx, n.CustomerID, n.Currency)
	return f, err
}

// Create drafts a credit note with lines of its own. See NewCreditNote.
func (s CreditNotes) Create(ctx context.Context, cmd leadtocash.CreateCreditNote) (leadtocash.CreditNote, error) {
	return recordOf(create(ctx, s.c, actions.CreditNoteCreate, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, s *session, cmd *leadtocash.CreateCreditNote) (leadtocash.CreditNoteFacts, error) {
			f, err := s.creditNoteFacts(ctx, cmd.InvoiceID, cmd.ID)
			if err != nil {
				return f, err
			}
			if f.Catalog, err = s.catalogOf(ctx, cmd.Fields.PriceListID, nil, cmd.Lines...); err != nil {
				return f, err
			}
			if f.Buyer, err = s.buyer(ctx, cmd.Fields.CustomerID, cmd.Fields.BillTo); err != nil {
				return f, err
			}
			f.Inactive, err = s.inactiveOf(ctx, cmd.Fields.CustomerID.Ref, cmd.Fields.OrganizationID.Ref())
			return f, err
		}, leadtocash.NewCreditNote))
}

// Edit changes the header of a draft. See CreditNote.Edit.
func (s CreditNotes) Edit(ctx context.Context, id record.CreditNoteID, cmd leadtocash.EditCreditNote, opts ...CallOption) (leadtocash.CreditNote, error) {
	return recordOf(apply(ctx, s.c, actions.CreditNoteEdit, id, cmd,
		withCatalog(func(ctx context.Context, s *session, n *leadtocash.CreditNote, cmd *leadtocash.EditCreditNote) (leadtocash.CreditNoteFacts, error) {
			f, err := ofInvoice(ctx, s, n, cmd)
			if err != nil {
				return f, err
			}
			f.Inactive, err = s.inactiveOf(ctx, cmd.Fields.CustomerID.Ref, cmd.Fields.OrganizationID.Ref())
			return f, err
		}), leadtocash.CreditNote.Edit, opts))
}

// EditLines adds, changes and removes lines of a draft. See
// CreditNote.EditLines.
func (s CreditNotes) EditLines(ctx context.Context, id record.CreditNoteID, cmd pricing.EditLines, opts ...CallOption) (leadtocash.CreditNote, error) {
	return recordOf(apply(ctx, s.c, actions.CreditNoteEditLines, id, cmd, withCatalog(ofInvoice[pricing.EditLines]), leadtocash.CreditNote.EditLines, opts))
}

// ChangeCurrency gives a draft another currency. See CreditNote.ChangeCurrency.
func (s CreditNotes) ChangeCurrency(ctx context.Context, id record.CreditNoteID, cmd pricing.ChangeCurrency, opts ...CallOption) (leadtocash.CreditNote, error) {
	return recordOf(apply(ctx, s.c, actions.CreditNoteChangeCurrency, id, cmd, withCatalog(ofInvoice[pricing.ChangeCurrency]), leadtocash.CreditNote.ChangeCurrency, opts))
}

// Issue hands a credit note to the customer, gives it the next number and
// settles the invoice that it corrects. See CreditNote.Issue.
func (s CreditNotes) Issue(ctx context.Context, id record.CreditNoteID, cmd leadtocash.IssueCreditNote, opts ...CallOption) (leadtocash.AppliedCreditNote, error) {
	return apply(ctx, s.c, actions.CreditNoteIssue, id, cmd,
		func(ctx context.Context, s *session, n *leadtocash.CreditNote, cmd *leadtocash.IssueCreditNote) (leadtocash.CreditNoteFacts, error) {
			f, err := ofInvoice(ctx, s, n, cmd)
			if err != nil {
				return f, err
			}
			if f.Latest, err = s.latestIssue(ctx, kinds.CreditNote); err != nil {
				return f, err
			}
			if f.Organization, err = s.organization(ctx, n.OrganizationID); err != nil {
				return f, err
			}
			if f.Buyer, err = s.buyer(ctx, n.CustomerID, n.BillTo); err != nil || f.Invoice == nil {
				return f, err
			}
			if f.Settled, _, err = s.settlingOf(ctx, f.Invoice); err != nil {
				return f, err
			}
			if err = s.withRebilling(ctx, &f); err != nil {
				return f, err
			}
			f.Debtor, err = s.debtorOf(ctx, f.Invoice)
			return f, err
		}, leadtocash.CreditNote.Issue, opts)
}

// Apply settles an invoice out of a credit note. See CreditNote.Apply.
func (s CreditNotes) Apply(ctx context.Context, id record.CreditNoteID, cmd leadtocash.ApplyCreditNote, opts ...CallOption) (leadtocash.AppliedCreditNote, error) {
	return apply(ctx, s.c, actions.CreditNoteApply, id, cmd,
		func(ctx context.Context, s *session, n *leadtocash.CreditNote, cmd *leadtocash.ApplyCreditNote) (f leadtocash.CreditNoteFacts, err error) {
			f = leadtocash.CreditNoteFacts{Stamp: s.stamp, Settings: s.c.settings, CustomPricing: s.c.customPricing}
			if cmd.InvoiceID.UUID == uuid.Nil {
				return f, nil
			}
			i, err := load[leadtocash.Invoice](ctx, s, cmd.InvoiceID)
			if errors.Is(err, codes.ErrNotFound) {
				return f, nil
			}
			if err != nil {
				return f, err
			}
			f.Invoices = []leadtocash.Invoice{*i}
			if f.Settled, f.Issued, err = s.settlingOf(ctx, i); err != nil {
				return f, err
			}
			f.Debtor, err = s.debtorOf(ctx, i)
			return f, err
		}, leadtocash.CreditNote.Apply, opts)
}

// Unapply takes an allocation back. See CreditNote.Unapply.
func (s CreditNotes) Unapply(ctx context.Context, id record.CreditNoteID, cmd leadtocash.UnapplyCreditNote, opts ...CallOption) (leadtocash.AppliedCreditNote, error) {
	return apply(ctx, s.c, actions.CreditNoteUnapply, id, cmd, withApplications, leadtocash.CreditNote.Unapply, opts)
}

// Refund requests that what is left of a credit note be returned. See
// CreditNote.Refund.
func (s CreditNotes) Refund(ctx context.Context, id record.CreditNoteID, cmd leadtocash.RequestRefund, opts ...CallOption) (leadtocash.MovedRefund, error) {
	return apply(ctx, s.c, actions.CreditNoteRefund, id, cmd,
		withInvoice, leadtocash.CreditNote.Refund, opts, numbers(kinds.Refund, cmd.RefundNumber))
}

// Void deletes a draft, which is gone then, or takes an issued credit note back,
// which stays. See CreditNote.Void.
func (s CreditNotes) Void(ctx context.Context, id record.CreditNoteID, cmd leadtocash.VoidCreditNote, opts ...CallOption) (leadtocash.CreditNote, error) {
	out, err := apply(ctx, s.c, actions.CreditNoteVoid, id, cmd, withInvoice, leadtocash.CreditNote.Void, opts)
	return out.Record, err
}

func creditNoteExplained(ctx context.Context, s *session, n *leadtocash.CreditNote) (leadtocash.CreditNoteFacts, error) {
	return withInvoice(ctx, s, n, &struct{}{})
}

// Allocations lists what a credit note settles, reversed allocations included,
// oldest first.
func (s CreditNotes) Allocations(ctx context.Context, id record.CreditNoteID) (list []leadtocash.Allocation, err error) {
	err = s.c.view(ctx, func(ctx context.Context, ss *session) (err error) {
		list, err = closesOf[leadtocash.Allocation](ctx, ss, record.Ref{Kind: kinds.CreditNote, ID: id.UUID}, "credit_note_id")
		return err
	})
	return list, err
}
