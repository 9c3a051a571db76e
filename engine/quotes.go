package engine

import (
	"cmp"
	"context"
	"slices"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Quotes is what a Client does with quotes. A draft can be deleted.
type Quotes struct {
	Managed[leadtocash.Quote, record.QuoteID, QuoteQuery]
}

// Quotes returns the service for quotes.
func (c *Client) Quotes() (s Quotes) { s.c = c; return s }

// QuoteQuery asks for quotes. Their due day is ExpiresOn.
type QuoteQuery struct {
	List
	Status      leadtocash.QuoteStatus
	Number      string // all revisions
	Customer    record.CustomerID
	Opportunity record.OpportunityID
}

func (q QuoteQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).number(q.Number).
		ref("customer_id", q.Customer.ID).ref("opportunity_id", q.Opportunity.UUID)
}

func (s *session) quoteFacts() leadtocash.QuoteFacts {
	return leadtocash.QuoteFacts{Stamp: s.stamp, Settings: s.c.settings, CustomPricing: s.c.customPricing}
}

func plainQuote[C any](_ context.Context, s *session, _ *leadtocash.Quote, _ *C) (leadtocash.QuoteFacts, error) {
	return s.quoteFacts(), nil
}

// Create creates a draft. See NewQuote.
func (s Quotes) Create(ctx context.Context, cmd leadtocash.CreateQuote) (leadtocash.Quote, error) {
	return recordOf(create(ctx, s.c, actions.QuoteCreate, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, s *session, cmd *leadtocash.CreateQuote) (f leadtocash.QuoteFacts, err error) {
			f = s.quoteFacts()
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
		}, leadtocash.NewQuote, numbers(kinds.Quote, cmd.QuoteNumber)))
}

// Edit changes the header of a draft. See Quote.Edit.
func (s Quotes) Edit(ctx context.Context, id record.QuoteID, cmd leadtocash.EditQuote, opts ...CallOption) (leadtocash.Quote, error) {
	return recordOf(apply(ctx, s.c, actions.QuoteEdit, id, cmd,
		withCatalog(func(ctx context.Context, s *session, _ *leadtocash.Quote, cmd *leadtocash.EditQuote) (f leadtocash.QuoteFacts, err error) {
			f = s.quoteFacts()
			f.Inactive, err = s.inactiveOf(ctx, cmd.Fields.CustomerID.Ref, cmd.Fields.OrganizationID.Ref())
			return f, err
		}), leadtocash.Quote.Edit, opts))
}

// EditLines adds, changes and removes lines of a draft. See Quote.EditLines.
func (s Quotes) EditLines(ctx context.Context, id record.QuoteID, cmd pricing.EditLines, opts ...CallOption) (leadtocash.Quote, error) {
	return recordOf(apply(ctx, s.c, actions.QuoteEditLines, id, cmd, withCatalog(plainQuote[pricing.EditLines]), leadtocash.Quote.EditLines, opts))
}

// GetProducts appends copies of an opportunity's lines. See Quote.GetProducts.
func (s Quotes) GetProducts(ctx context.Context, id record.QuoteID, cmd pricing.GetProducts, opts ...CallOption) (leadtocash.Quote, error) {
	return recordOf(apply(ctx, s.c, actions.QuoteGetProducts, id, cmd,
		withCatalog(func(ctx context.Context, s *session, _ *leadtocash.Quote, cmd *pricing.GetProducts) (f leadtocash.QuoteFacts, err error) {
			f = s.quoteFacts()
			f.Products, err = maybe[leadtocash.Opportunity](ctx, s, cmd.OpportunityID)
			return f, err
		}), leadtocash.Quote.GetProducts, opts))
}

// Recalculate computes a draft again. See Quote.Recalculate.
func (s Quotes) Recalculate(ctx context.Context, id record.QuoteID, cmd pricing.Recalculate, opts ...CallOption) (leadtocash.Quote, error) {
	return recordOf(apply(ctx, s.c, actions.QuoteRecalculate, id, cmd, withCatalog(plainQuote[pricing.Recalculate]), leadtocash.Quote.Recalculate, opts))
}

// ChangeCurrency gives a draft another currency. See Quote.ChangeCurrency.
func (s Quotes) ChangeCurrency(ctx context.Context, id record.QuoteID, cmd pricing.ChangeCurrency, opts ...CallOption) (leadtocash.Quote, error) {
	return recordOf(apply(ctx, s.c, actions.QuoteChangeCurrency, id, cmd,
		withCatalog(func(ctx context.Context, s *session, q *leadtocash.Quote, _ *pricing.ChangeCurrency) (f leadtocash.QuoteFacts, err error) {
			f = s.quoteFacts()
			f.Opportunity, err = maybe[leadtocash.Opportunity](ctx, s, q.OpportunityID)
			return f, err
		}), leadtocash.Quote.ChangeCurrency, opts))
}

// Activate hands a draft to the customer. See Quote.Activate.
func (s Quotes) Activate(ctx context.Context, id record.QuoteID, cmd leadtocash.ActivateQuote, opts ...CallOption) (leadtocash.Quote, error) {
	return recordOf(apply(ctx, s.c, actions.QuoteActivate, id, cmd,
		func(ctx context.Context, s *session, q *leadtocash.Quote, _ *leadtocash.ActivateQuote) (f leadtocash.QuoteFacts, err error) {
			f = s.quoteFacts()
			if f.CustomerInactive, err = s.isInactive(ctx, q.CustomerID.Ref); err != nil {
				return f, err
			}
			if f.Organization, err = s.organization(ctx, q.OrganizationID); err != nil {
				return f, err
			}
			f.Approving, err = s.basisOf(ctx, q)
			return f, err
		}, leadtocash.Quote.Activate, opts))
}

func (s *session) isInactive(ctx context.Context, ref record.Ref) (bool, error) {
	inactive, err := s.inactiveOf(ctx, ref)
	return len(inactive) > 0, err
}

// SetStatus moves an active quote between its two statuses. See
// Quote.SetStatus.
func (s Quotes) SetStatus(ctx context.Context, id record.QuoteID, cmd leadtocash.SetQuoteStatus, opts ...CallOption) (leadtocash.Quote, error) {
	return recordOf(apply(ctx, s.c, actions.QuoteSetStatus, id, cmd, plainQuote, leadtocash.Quote.SetStatus, opts))
}

// revisionFacts are what the other quotes of the number say.
func (s *session) revisionFacts(ctx context.Context, f *leadtocash.QuoteFacts, q *leadtocash.Quote) error {
	for rec, err := range s.Find(ctx, storage.Query{Kind: string(kinds.Quote), Where: []storage.Cond{keyIs("number", schema.Lookup(q.QuoteNumber))}}) {
		if err != nil {
			return err
		}
		if rec.ID == q.ID.UUID {
			continue
		}
		f.NumberLive = f.NumberLive || rec.State == leadtocash.QuoteDraft.Key || rec.State == leadtocash.QuoteActive.Key
		f.NumberWon = f.NumberWon || rec.State == leadtocash.QuoteWon.Key
	}
	return nil
}

// ReviseQuote makes the next revision of a quote. See Quote.ReviseQuote.
func (s Quotes) ReviseQuote(ctx context.Context, id record.QuoteID, cmd leadtocash.ReviseQuote, opts ...CallOption) (leadtocash.ClosedQuote, error) {
	return apply(ctx, s.c, actions.QuoteReviseQuote, id, cmd,
		func(ctx context.Context, s *session, q *leadtocash.Quote, _ *leadtocash.ReviseQuote) (leadtocash.QuoteFacts, error) {
			f := s.quoteFacts()
			return f, s.revisionFacts(ctx, &f, q)
		}, leadtocash.Quote.ReviseQuote, opts)
}

// Close closes an active quote without winning it. See Quote.Close.
func (s Quotes) Close(ctx context.Context, id record.QuoteID, cmd leadtocash.CloseQuote, opts ...CallOption) (leadtocash.ClosedQuote, error) {
	return apply(ctx, s.c, actions.QuoteClose, id, cmd,
		func(ctx context.Context, s *session, q *leadtocash.Quote, cmd *leadtocash.CloseQuote) (f leadtocash.QuoteFacts, err error) {
			f = s.quoteFacts()
			if cmd.CloseOpportunity {
				if err := s.dealFacts(ctx, &f, q); err != nil {
					return f, err
				}
			}
			if !cmd.CreateRevision {
				return f, nil
			}
			return f, s.revisionFacts(ctx, &f, q)
		}, leadtocash.Quote.Close, opts)
}

// dealFacts are the quote's opportunity and its other open quotes.
func (s *session) dealFacts(ctx context.Context, f *leadtocash.QuoteFacts, q *leadtocash.Quote) (err error) {
	if q.OpportunityID.IsZero() {
		return nil
	}
	if f.Opportunity, err = maybe[leadtocash.Opportunity](ctx, s, q.OpportunityID); err != nil {
		return err
	}
	f.OpenQuotes, err = s.openQuotes(ctx, q.OpportunityID, q.ID)
	return err
}

// Win closes an active quote as won, without an order. See Quote.Win.
func (s Quotes) Win(ctx context.Context, id record.QuoteID, cmd leadtocash.WinQuote, opts ...CallOption) (leadtocash.WonQuote, error) {
	return apply(ctx, s.c, actions.QuoteWin, id, cmd,
		func(ctx context.Context, s *session, q *leadtocash.Quote, _ *leadtocash.WinQuote) (f leadtocash.QuoteFacts, err error) {
			f = s.quoteFacts()
			f.Approving, err = s.basisOf(ctx, q)
			return f, err
		}, leadtocash.Quote.Win, opts)
}

// WinToOrder wins a quote and turns it into an order. See Quote.WinToOrder.
func (s Quotes) WinToOrder(ctx context.Context, id record.QuoteID, cmd leadtocash.WinQuoteToOrder, opts ...CallOption) (leadtocash.WonQuote, error) {
	return apply(ctx, s.c, actions.QuoteWinToOrder, id, cmd, winFacts, leadtocash.Quote.WinToOrder, opts, numbers(kinds.Order, cmd.OrderNumber))
}

func winFacts(ctx context.Context, s *session, q *leadtocash.Quote, _ *leadtocash.WinQuoteToOrder) (f leadtocash.QuoteFacts, err error) {
	f = s.quoteFacts()
	if err := s.dealFacts(ctx, &f, q); err != nil {
		return f, err
	}
	if q.Status == leadtocash.QuoteStatusWon {
		if f.LiveOrders, err = s.liveOrders(ctx, q.ID); err != nil {
			return f, err
		}
	}
	if f.Organization, err = s.organization(ctx, q.OrganizationID); err != nil {
		return f, err
	}
	if f.Approving, err = s.basisOf(ctx, q); err != nil {
		return f, err
	}
	credit, err := s.credit(ctx, q.CustomerID, &q.Head, q.TotalAmount)
	f.CustomerOnHold, f.OverCreditLimit, f.CreditUnknown = credit.OnHold, credit.IsOver(), credit.IsUnknown()
	return f, err
}

// liveOrders lists the orders of a quote that are not canceled.
func (s *session) liveOrders(ctx context.Context, id record.QuoteID) (live []record.Ref, err error) {
	for rec, err := range s.find(ctx, kinds.Order, "quote_id", id.UUID) {
		if err != nil {
			return nil, err
		}
		if rec.State != leadtocash.OrderCanceled.Key {
			live = append(live, refOf(rec.Ref))
		}
	}
	return live, nil
}

// Assign gives a quote another owner. See Quote.Assign.
func (s Quotes) Assign(ctx context.Context, id record.QuoteID, cmd record.Assign, opts ...CallOption) (leadtocash.Quote, error) {
	return recordOf(apply(ctx, s.c, actions.QuoteAssign, id, cmd,
		func(ctx context.Context, s *session, _ *leadtocash.Quote, cmd *record.Assign) (f leadtocash.QuoteFacts, err error) {
			f = s.quoteFacts()
			f.Inactive, err = s.inactiveOf(ctx, owners(cmd.Owner))
			return f, err
		}, leadtocash.Quote.Assign, opts))
}

func quoteUse(ctx context.Context, s *session, q *leadtocash.Quote) (f leadtocash.QuoteFacts, err error) {
	f = s.quoteFacts()
	f.InUse, err = s.inUse(ctx, q.Ref())
	return f, err
}

// Revisions lists all quotes of a number, the first revision first.
func (s Quotes) Revisions(ctx context.Context, number string) (quotes []leadtocash.Quote, err error) {
	for q, err := range s.All(ctx, QuoteQuery{Number: number}) {
		if err != nil {
			return nil, err
		}
		quotes = append(quotes, q)
	}
	slices.SortFunc(quotes, func(a, b leadtocash.Quote) int { return cmp.Compare(a.RevisionNumber, b.RevisionNumber) })
	return quotes, nil
}

func quoteExplained(ctx context.Context, s *session, q *leadtocash.Quote) (leadtocash.QuoteFacts, error) {
	f, err := winFacts(ctx, s, q, nil)
	if err != nil {
		return f, err
	}
	if f.CustomerInactive, err = s.isInactive(ctx, q.CustomerID.Ref); err != nil {
		return f, err
	}
	if err := s.revisionFacts(ctx, &f, q); err != nil {
		return f, err
	}
	f.InUse, err = s.inUse(ctx, q.Ref())
	return f, err
}

// CloseActivities lists the close activities of a quote: at most one.
func (s Quotes) CloseActivities(ctx context.Context, id record.QuoteID) (closes []leadtocash.QuoteClose, err error) {
	err = s.c.view(ctx, func(ctx context.Context, ss *session) (err error) {
		closes, err = closesOf[leadtocash.QuoteClose](ctx, ss, record.Ref{Kind: kinds.Quote, ID: id.UUID}, "quote_id")
		return err
	})
	return closes, err
}
