package engine

import (
	"context"
	"slices"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Orders is what a Client does with orders. An active one can be deleted.
type Orders struct {
	Managed[leadtocash.Order, record.OrderID, OrderQuery]
}

// Orders returns the service for orders.
func (c *Client) Orders() (s Orders) { s.c = c; return s }

// OrderQuery asks for orders. Their due day is RequestDeliveryBy.
type OrderQuery struct {
	List
	Status      leadtocash.OrderStatus
	Number      string
	Customer    record.CustomerID
	Opportunity record.OpportunityID
	Quote       record.QuoteID
}

func (q OrderQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).number(q.Number).ref("customer_id", q.Customer.ID).
		ref("opportunity_id", q.Opportunity.UUID).ref("quote_id", q.Quote.UUID)
}

func (s *session) orderFacts() leadtocash.OrderFacts {
	return leadtocash.OrderFacts{Stamp: s.stamp, Settings: s.c.settings, CustomPricing: s.c.customPricing}
}

// withInvoices gathers for everything that depends on what is billed.
func withInvoices[C any](ctx context.Context, s *session, o *leadtocash.Order, _ *C) (f leadtocash.OrderFacts, err error) {
	f = s.orderFacts()
	f.Invoices, f.CreditNotes, err = s.billsOf(ctx, o)
	return f, err
}

// billsOf reads the invoices of an order, oldest first, and the issued credit notes
// of those that bill something of it.
func (s *session) billsOf(ctx context.Context, o *leadtocash.Order) (invoices []leadtocash.Invoice, notes []leadtocash.CreditNote, err error) {
	if invoices, err = related[leadtocash.Invoice](ctx, s, "sales_order_id", o.ID.UUID); err != nil {
		return nil, nil, err
	}
	for i := range invoices {
		if !invoices[i].Live() || invoices[i].IssueDate.IsZero() {
			continue
		}
		issued, err := s.creditNotesOf(ctx, invoices[i].ID, record.CreditNoteID{})
		if err != nil {
			return nil, nil, err
		}
		notes = append(notes, issued...)
	}
	return invoices, notes, nil
}

// siblingsOf reads what billsOf does, but of the invoice.
func (s *session) siblingsOf(ctx context.Context, o *leadtocash.Order, but record.InvoiceID) (invoices []leadtocash.Invoice, notes []leadtocash.CreditNote, err error) {
	invoices, notes, err = s.billsOf(ctx, o)
	invoices = slices.DeleteFunc(invoices, func(i leadtocash.Invoice) bool { return i.ID == but })
	return invoices, slices.DeleteFunc(notes, func(n leadtocash.CreditNote) bool { return n.InvoiceID == but }), err
}

// withCredit gathers for handing over goods.
func withCredit[C any](ctx context.Context, s *session, o *leadtocash.Order, _ *C) (f leadtocash.OrderFacts, err error) {
	f = s.orderFacts()
	credit, err := s.credit(ctx, o.CustomerID, &o.Head, money.Amount{})
	f.CustomerOnHold, f.OverCreditLimit, f.CreditUnknown = credit.OnHold, credit.IsOver(), credit.IsUnknown()
	return f, err
}

// Create creates an order. See NewOrder.
func (s Orders) Create(ctx context.Context, cmd leadtocash.CreateOrder) (leadtocash.Order, error) {
	return recordOf(create(ctx, s.c, actions.OrderCreate, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, s *session, cmd *leadtocash.CreateOrder) (f leadtocash.OrderFacts, err error) {
			f = s.orderFacts()
			if f.Opportunity, err = known(maybe[leadtocash.Opportunity](ctx, s, cmd.OpportunityID)); err != nil {
				return f, err
			}
			if f.Inactive, err = s.inactiveOf(ctx, cmd.Fields.CustomerID.Ref, cmd.Fields.OrganizationID.Ref()); err != nil {
				return f, err
			}
			if f.Buyer, err = s.buyer(ctx, cmd.Fields.CustomerID, cmd.Fields.BillTo); err != nil {
				return f, err
			}
			if f.Organization, err = s.sellingOrganization(ctx, cmd.Fields.OrganizationID, f.Opportunity); err != nil {
				return f, err
			}
			f.Catalog, f.PriceLists, err = s.catalogOfNew(ctx, &cmd.Fields.Charges, cmd.Fields.CustomerID.Ref, f.Opportunity, cmd.Lines)
			return f, err
		}, leadtocash.NewOrder, numbers(kinds.Order, cmd.OrderNumber)))
}

// Edit changes the header of an order. See Order.Edit.
func (s Orders) Edit(ctx context.Context, id record.OrderID, cmd leadtocash.EditOrder, opts ...CallOption) (leadtocash.Order, error) {
	return recordOf(apply(ctx, s.c, actions.OrderEdit, id, cmd,
		withCatalog(func(ctx context.Context, s *session, o *leadtocash.Order, cmd *leadtocash.EditOrder) (leadtocash.OrderFacts, error) {
			f, err := withInvoices(ctx, s, o, cmd)
			if err != nil {
				return f, err
			}
			f.Inactive, err = s.inactiveOf(ctx, cmd.Fields.CustomerID.Ref, cmd.Fields.OrganizationID.Ref())
			return f, err
		}), leadtocash.Order.Edit, opts))
}

// EditLines adds, changes and removes lines. See Order.EditLines.
func (s Orders) EditLines(ctx context.Context, id record.OrderID, cmd pricing.EditLines, opts ...CallOption) (leadtocash.Order, error) {
	return recordOf(apply(ctx, s.c, actions.OrderEditLines, id, cmd, withCatalog(withInvoices[pricing.EditLines]), leadtocash.Order.EditLines, opts))
}

// GetProducts appends copies of an opportunity's lines. See Order.GetProducts.
func (s Orders) GetProducts(ctx context.Context, id record.OrderID, cmd pricing.GetProducts, opts ...CallOption) (leadtocash.Order, error) {
	return recordOf(apply(ctx, s.c, actions.OrderGetProducts, id, cmd,
		withCatalog(func(ctx context.Context, s *session, o *leadtocash.Order, cmd *pricing.GetProducts) (leadtocash.OrderFacts, error) {
			f, err := withInvoices(ctx, s, o, cmd)
			if err != nil {
				return f, err
			}
			f.Products, err = maybe[leadtocash.Opportunity](ctx, s, cmd.OpportunityID)
			return f, err
		}), leadtocash.Order.GetProducts, opts))
}

// Recalculate computes an order again. See Order.Recalculate.
func (s Orders) Recalculate(ctx context.Context, id record.OrderID, cmd pricing.Recalculate, opts ...CallOption) (leadtocash.Order, error) {
	return recordOf(apply(ctx, s.c, actions.OrderRecalculate, id, cmd, withCatalog(withInvoices[pricing.Recalculate]), leadtocash.Order.Recalculate, opts))
}

// ChangeCurrency gives an order another currency. See Order.ChangeCurrency.
func (s Orders) ChangeCurrency(ctx context.Context, id record.OrderID, cmd pricing.ChangeCurrency, opts ...CallOption) (leadtocash.Order, error) {
	return recordOf(apply(ctx, s.c, actions.OrderChangeCurrency, id, cmd,
		withCatalog(func(ctx context.Context, s *session, o *leadtocash.Order, cmd *pricing.ChangeCurrency) (leadtocash.OrderFacts, error) {
			f, err := withInvoices(ctx, s, o, cmd)
			if err != nil {
				return f, err
			}
			f.Opportunity, err = maybe[leadtocash.Opportunity](ctx, s, o.OpportunityID)
			return f, err
		}), leadtocash.Order.ChangeCurrency, opts))
}

// SetStatus moves an active order between New and Pending. See
// Order.SetStatus.
func (s Orders) SetStatus(ctx context.Context, id record.OrderID, cmd leadtocash.SetOrderStatus, opts ...CallOption) (leadtocash.Order, error) {
	return recordOf(apply(ctx, s.c, actions.OrderSetStatus, id, cmd, withInvoices, leadtocash.Order.SetStatus, opts))
}

// LockPricing freezes unit prices. See Order.LockPricing.
func (s Orders) LockPricing(ctx context.Context, id record.OrderID, cmd leadtocash.LockPricing, opts ...CallOption) (leadtocash.Order, error) {
	return recordOf(apply(ctx, s.c, actions.OrderLockPricing, id, cmd, withInvoices, leadtocash.Order.LockPricing, opts))
}

// UnlockPricing lets prices follow the catalogue again. See
// Order.UnlockPricing.
func (s Orders) UnlockPricing(ctx context.Context, id record.OrderID, cmd leadtocash.UnlockPricing, opts ...CallOption) (leadtocash.Order, error) {
	return recordOf(apply(ctx, s.c, actions.OrderUnlockPricing, id, cmd, withCatalog(withInvoices[leadtocash.UnlockPricing]), leadtocash.Order.UnlockPricing, opts))
}

// Submit hands an order to external order processing. See Order.Submit.
func (s Orders) Submit(ctx context.Context, id record.OrderID, cmd leadtocash.SubmitOrder, opts ...CallOption) (leadtocash.SubmittedOrder, error) {
	return apply(ctx, s.c, actions.OrderSubmit, id, cmd, withCredit, leadtocash.Order.Submit, opts)
}

// Fulfill delivers an order, or a part of it. See Order.Fulfill.
func (s Orders) Fulfill(ctx context.Context, id record.OrderID, cmd leadtocash.FulfillOrder, opts ...CallOption) (leadtocash.ClosedOrder, error) {
	do := actions.OrderFulfill
	if cmd.IsPartial() {
		do = actions.OrderFulfillPartial
	}
	return apply(ctx, s.c, do, id, cmd,
		func(ctx context.Context, s *session, o *leadtocash.Order, cmd *leadtocash.FulfillOrder) (leadtocash.OrderFacts, error) {
			if do != actions.OrderFulfill && cmd.IsLast(o) { // who may deliver a part may not complete by it
				if err := s.authorize(ctx, actions.OrderFulfill, o.Ref(), o); err != nil {
					return leadtocash.OrderFacts{}, err
				}
				if err := s.guarded(actions.OrderFulfill, o, nil); err != nil {
					return leadtocash.OrderFacts{}, err
				}
			}
			f, err := withCredit(ctx, s, o, cmd)
			if err != nil {
				return f, err
			}
			f.Approving, err = s.basisOf(ctx, o)
			return f, err
		}, leadtocash.Order.Fulfill, opts)
}

// Cancel ends an order without live invoices. See Order.Cancel.
func (s Orders) Cancel(ctx context.Context, id record.OrderID, cmd leadtocash.CancelOrder, opts ...CallOption) (leadtocash.ClosedOrder, error) {
	return apply(ctx, s.c, actions.OrderCancel, id, cmd, withInvoices, leadtocash.Order.Cancel, opts)
}

// CancelRemaining cancels quantities that are not shipped. See
// Order.CancelRemaining.
func (s Orders) CancelRemaining(ctx context.Context, id record.OrderID, cmd leadtocash.CancelRemaining, opts ...CallOption) (leadtocash.ClosedOrder, error) {
	return apply(ctx, s.c, actions.OrderCancelRemaining, id, cmd, withInvoices, leadtocash.Order.CancelRemaining, opts)
}

// Invoice bills an order, or a part of it. See Order.Invoice.
func (s Orders) Invoice(ctx context.Context, id record.OrderID, cmd leadtocash.InvoiceOrder, opts ...CallOption) (leadtocash.InvoicedOrder, error) {
	return apply(ctx, s.c, actions.OrderInvoice, id, cmd, withInvoices, leadtocash.Order.Invoice, opts)
}

// Assign gives an order another owner. See Order.Assign.
func (s Orders) Assign(ctx context.Context, id record.OrderID, cmd record.Assign, opts ...CallOption) (leadtocash.Order, error) {
	return recordOf(apply(ctx, s.c, actions.OrderAssign, id, cmd,
		func(ctx context.Context, s *session, _ *leadtocash.Order, cmd *record.Assign) (f leadtocash.OrderFacts, err error) {
			f = s.orderFacts()
			f.Inactive, err = s.inactiveOf(ctx, owners(cmd.Owner))
			return f, err
		}, leadtocash.Order.Assign, opts))
}

func orderUse(ctx context.Context, s *session, o *leadtocash.Order) (leadtocash.OrderFacts, error) {
	f, err := withInvoices(ctx, s, o, &struct{}{})
	if err != nil {
		return f, err
	}
	f.InUse, err = s.inUse(ctx, o.Ref())
	return f, err
}

func orderExplained(ctx context.Context, s *session, o *leadtocash.Order) (leadtocash.OrderFacts, error) {
	f, err := withCredit(ctx, s, o, &struct{}{})
	if err != nil {
		return f, err
	}
	if f.Invoices, f.CreditNotes, err = s.billsOf(ctx, o); err != nil {
		return f, err
	}
	if f.Approving, err = s.basisOf(ctx, o); err != nil {
		return f, err
	}
	f.InUse, err = s.inUse(ctx, o.Ref())
	return f, err
}

// CloseActivities lists the close activities of an order, oldest first: one for each
// fulfilment and for its cancellation.
func (s Orders) CloseActivities(ctx context.Context, id record.OrderID) (closes []leadtocash.OrderClose, err error) {
	err = s.c.view(ctx, func(ctx context.Context, ss *session) (err error) {
		closes, err = closesOf[leadtocash.OrderClose](ctx, ss, record.Ref{Kind: kinds.Order, ID: id.UUID}, "order_id")
		return err
	})
	return closes, err
}
