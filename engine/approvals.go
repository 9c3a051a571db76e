package engine

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Approvals is what a Client does with approvals. They are requested of a quote, an
// order or an invoice: see Quotes.RequestApproval.
type Approvals struct {
	Explained[agreement.Approval, record.ApprovalID, ApprovalQuery]
}

// Approvals returns the service for approvals.
func (c *Client) Approvals() (s Approvals) { s.c = c; return s }

// ApprovalQuery asks for approvals.
type ApprovalQuery struct {
	List
	Status   agreement.ApprovalStatus
	Number   string
	Document record.Ref
	Rule     string
}

func (q ApprovalQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).number(q.Number).ref("document_id", q.Document.ID).text("rule", q.Rule)
}

// Approve gives a requested approval. See Approval.Approve.
func (s Approvals) Approve(ctx context.Context, id record.ApprovalID, cmd agreement.ApproveApproval, opts ...CallOption) (agreement.Approval, error) {
	return recordOf(apply(ctx, s.c, actions.ApprovalApprove, id, cmd, deciding, agreement.Approval.Approve, opts))
}

// Reject refuses a requested approval. See Approval.Reject.
func (s Approvals) Reject(ctx context.Context, id record.ApprovalID, cmd agreement.RejectApproval, opts ...CallOption) (agreement.Approval, error) {
	return recordOf(apply(ctx, s.c, actions.ApprovalReject, id, cmd, deciding, agreement.Approval.Reject, opts))
}

// Withdraw takes a request, or an approval, back. See Approval.Withdraw.
func (s Approvals) Withdraw(ctx context.Context, id record.ApprovalID, cmd agreement.WithdrawApproval, opts ...CallOption) (agreement.Approval, error) {
	return recordOf(apply(ctx, s.c, actions.ApprovalWithdraw, id, cmd, deciding, agreement.Approval.Withdraw, opts))
}

func approvalExplained(ctx context.Context, s *session, a *agreement.Approval) (agreement.ApprovalFacts, error) {
	return deciding(ctx, s, a, &struct{}{})
}

// deciding gathers who may decide about an approval, and what became of it.
func deciding[C any](ctx context.Context, s *session, a *agreement.Approval, _ *C) (f agreement.ApprovalFacts, err error) {
	f = agreement.ApprovalFacts{Stamp: s.stamp, Rule: &agreement.Rule{Name: a.Rule}}
	for n := range s.c.settings.Approvals {
		if r := &s.c.settings.Approvals[n]; r.Name == a.Rule {
			f.Rule = r
		}
	}
	if f.Others, err = related[agreement.Approval](ctx, s, "document_id", a.DocumentID.ID); err != nil {
		return f, err
	}
	f.Others = slices.DeleteFunc(f.Others, func(o agreement.Approval) bool { return o.ID == a.ID || o.DocumentID != a.DocumentID })
	d, err := s.load(ctx, a.DocumentID)
	if err != nil {
		return f, err
	}
	if f.Rule.By.ManagerOfOwner {
		owner, err := known(maybe[party.Seller](ctx, s, record.SellerID{UUID: d.Header().Owner}))
		if err != nil {
			return f, err
		}
		if owner != nil {
			f.Manager = owner.ManagerID
		}
	}
	f.Used = leadtocash.PassedGate(d)
	f.Editor, err = s.editorOf(ctx, a, d)
	return f, err
}

// editorOf is who gave a document the content that an approval is about: the actor of
// the first version of the last run of versions with that content.
func (s *session) editorOf(ctx context.Context, a *agreement.Approval, d record.Record) (editor uuid.UUID, err error) {
	basis, err := s.basisOf(ctx, d)
	if err != nil {
		return editor, err
	}
	had := false
	for e, err := range s.Reader.History(ctx, storeRef(a.DocumentID)) {
		if err != nil {
			return editor, err
		}
		if e.Deleted || e.Image.Erased() {
			had = false
			continue
		}
		was, err := recordKinds[a.DocumentID.Kind].decode(e.Image)
		if err != nil {
			return editor, err
		}
		has := leadtocash.ContentHashOf(was, basis) == a.ContentHash
		if has && !had {
			editor = cmp.Or(was.Header().UpdatedBy, was.Header().CreatedBy)
		}
		had = has
	}
	return editor, nil
}

// basisOf gathers what the approval of a document depends on; nil where no rule wants
// any.
func (s *session) basisOf(ctx context.Context, d record.Record) (*agreement.Basis, error) {
	if len(s.c.settings.Approvals) == 0 {
		return nil, nil
	}
	b := &agreement.Basis{}
	refs := []record.Ref{d.Ref()}
	var err error
	add := func(quote record.QuoteID) error {
		q, err := known(maybe[leadtocash.Quote](ctx, s, quote))
		if q == nil || err != nil {
			return err
		}
		b.From, b.To = q.EffectiveFrom, q.EffectiveTo
		return s.addRevisions(ctx, &refs, q.QuoteNumber)
	}
	switch r := d.(type) {
	case *leadtocash.Quote:
		err = s.addRevisions(ctx, &refs, r.QuoteNumber)
	case *leadtocash.Order:
		err = add(r.QuoteID)
	case *leadtocash.Invoice:
		o, err := known(maybe[leadtocash.Order](ctx, s, r.SalesOrderID))
		if err != nil {
			return nil, err
		}
		if o != nil {
			refs = append(refs, o.Ref())
			err = add(o.QuoteID)
		}
		if err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, err
	}
	ids := make([]uuid.UUID, len(refs))
	for n, ref := range refs {
		ids[n] = ref.ID
	}
	if b.Approvals, err = among[agreement.Approval](ctx, s, "document_id", ids); err != nil {
		return nil, err
	}
	// Look-ups know the id alone, which a document of another kind may have as well.
	b.Approvals = slices.DeleteFunc(b.Approvals, func(a agreement.Approval) bool { return !slices.Contains(refs, a.DocumentID) })
	if agreement.ReadsCatalog(s.c.settings.Approvals) {
		charges, sale := d.(interface {
			PriceParts() (*pricing.Charges, *pricing.PricedLines)
		}).PriceParts()
		b.Catalog, err = s.catalogOf(ctx, charges.PriceListID, sale.Lines)
	}
	return b, err
}

// addRevisions adds the quotes of a number.
func (s *session) addRevisions(ctx context.Context, refs *[]record.Ref, number string) error {
	recs, err := s.having(ctx, kinds.Quote, "number", schema.Lookup(number))
	for _, rec := range recs {
		*refs = append(*refs, refOf(rec.Ref))
	}
	return err
}

// RequestApproval asks for the approvals that rules want of a quote. See
// Quote.RequestApproval.
func (s Quotes) RequestApproval(ctx context.Context, id record.QuoteID, cmd agreement.RequestApproval, opts ...CallOption) (agreement.RequestedApprovals, error) {
	return apply(ctx, s.c, actions.QuoteRequestApproval, id, cmd,
		func(ctx context.Context, s *session, q *leadtocash.Quote, _ *agreement.RequestApproval) (f leadtocash.QuoteFacts, err error) {
			f = s.quoteFacts()
			f.Approving, err = s.basisOf(ctx, q)
			return f, err
		}, leadtocash.Quote.RequestApproval, opts, numbers(kinds.Approval, ""))
}

// RequestApproval asks for the approvals that rules want of an order. See
// Order.RequestApproval.
func (s Orders) RequestApproval(ctx context.Context, id record.OrderID, cmd agreement.RequestApproval, opts ...CallOption) (agreement.RequestedApprovals, error) {
	return apply(ctx, s.c, actions.OrderRequestApproval, id, cmd,
		func(ctx context.Context, s *session, o *leadtocash.Order, _ *agreement.RequestApproval) (f leadtocash.OrderFacts, err error) {
			f = s.orderFacts()
			f.Approving, err = s.basisOf(ctx, o)
			return f, err
		}, leadtocash.Order.RequestApproval, opts, numbers(kinds.Approval, ""))
}

// RequestApproval asks for the approvals that rules want of an invoice. See
// Invoice.RequestApproval.
func (s Invoices) RequestApproval(ctx context.Context, id record.InvoiceID, cmd agreement.RequestApproval, opts ...CallOption) (agreement.RequestedApprovals, error) {
	return apply(ctx, s.c, actions.InvoiceRequestApproval, id, cmd,
		func(ctx context.Context, s *session, i *leadtocash.Invoice, _ *agreement.RequestApproval) (f leadtocash.InvoiceFacts, err error) {
			f = s.invoiceFacts()
			return f, s.approving(ctx, i, &f)
		}, leadtocash.Invoice.RequestApproval, opts, numbers(kinds.Approval, ""))
}

// approving gathers what the approval of an invoice depends on, its order included.
func (s *session) approving(ctx context.Context, i *leadtocash.Invoice, f *leadtocash.InvoiceFacts) (err error) {
	if f.Approving, err = s.basisOf(ctx, i); f.Approving == nil || err != nil || f.Order != nil {
		return err
	}
	f.Order, err = known(maybe[leadtocash.Order](ctx, s, i.SalesOrderID))
	return err
}
