package leadtocash

import (
	"cmp"
	"context"
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/storage"
)

// Quotes is what a Client does with quotes.
type Quotes struct {
	Records[Quote, QuoteID, QuoteQuery]
}

// Quotes returns the service for quotes.
func (c *Client) Quotes() Quotes { return Quotes{Records[Quote, QuoteID, QuoteQuery]{c}} }

// QuoteQuery asks for quotes. Their due day is ExpiresOn.
type QuoteQuery struct {
	List
	Status      QuoteStatus
	Number      string // all revisions
	Customer    CustomerID
	Opportunity OpportunityID
}

func (q QuoteQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).number(q.Number).
		ref("customer_id", q.Customer.ID).ref("opportunity_id", q.Opportunity.UUID)
}

func (s *session) quoteFacts() QuoteFacts {
	return QuoteFacts{Stamp: s.stamp, Settings: s.c.settings, CustomPricing: s.c.customPricing}
}

func plainQuote[C any](_ context.Context, s *session, _ *Quote, _ *C) (QuoteFacts, error) {
	return s.quoteFacts(), nil
}

// Create creates a draft. See NewQuote.
func (s Quotes) Create(ctx context.Context, cmd CreateQuote) (Quote, error) {
	given := cmd
	cmd.ID.UUID = s.c.newID(cmd.ID.UUID)
	made, err := create(ctx, s.c, actions.QuoteCreate, cmd.ID.UUID, given, cmd,
		func(ctx context.Context, s *session, cmd *CreateQuote) (f QuoteFacts, err error) {
			f = s.quoteFacts()
			if f.Opportunity, err = known(maybe[Opportunity](ctx, s, cmd.OpportunityID)); err != nil {
				return f, err
			}
			if f.Inactive, err = s.inactiveOf(ctx, cmd.Fields.CustomerID.Ref); err != nil {
				return f, err
			}
			f.Catalog, f.PriceLists, err = s.catalogOfNew(ctx, &cmd.Fields.Charges, cmd.Fields.CustomerID.Ref, f.Opportunity, cmd.Lines, &cmd.Birth)
			return f, err
		}, NewQuote, numbers(kinds.Quote, cmd.QuoteNumber))
	return made.Record, err
}

// Edit changes the header of a draft. See Quote.Edit.
func (s Quotes) Edit(ctx context.Context, id QuoteID, cmd EditQuote, opts ...CallOption) (Quote, error) {
	out, err := apply(ctx, s.c, actions.QuoteEdit, id, cmd,
		withCatalog(func(ctx context.Context, s *session, _ *Quote, cmd *EditQuote) (f QuoteFacts, err error) {
			f = s.quoteFacts()
			f.Inactive, err = s.inactiveOf(ctx, cmd.Fields.CustomerID.Ref)
			return f, err
		}), Quote.Edit, opts)
	return out.Record, err
}

// EditLines adds, changes and removes lines of a draft. See Quote.EditLines.
func (s Quotes) EditLines(ctx context.Context, id QuoteID, cmd EditLines, opts ...CallOption) (Quote, error) {
	out, err := apply(ctx, s.c, actions.QuoteEditLines, id, cmd, withCatalog(plainQuote[EditLines]), Quote.EditLines, opts)
	return out.Record, err
}

// GetProducts appends copies of an opportunity's lines. See Quote.GetProducts.
func (s Quotes) GetProducts(ctx context.Context, id QuoteID, cmd GetProducts, opts ...CallOption) (Quote, error) {
	out, err := apply(ctx, s.c, actions.QuoteGetProducts, id, cmd,
		withCatalog(func(ctx context.Context, s *session, _ *Quote, cmd *GetProducts) (f QuoteFacts, err error) {
			f = s.quoteFacts()
			f.Products, err = maybe[Opportunity](ctx, s, cmd.OpportunityID)
			return f, err
		}), Quote.GetProducts, opts)
	return out.Record, err
}

// Recalculate computes a draft again. See Quote.Recalculate.
func (s Quotes) Recalculate(ctx context.Context, id QuoteID, cmd Recalculate, opts ...CallOption) (Quote, error) {
	out, err := apply(ctx, s.c, actions.QuoteRecalculate, id, cmd, withCatalog(plainQuote[Recalculate]), Quote.Recalculate, opts)
	return out.Record, err
}

// ChangeCurrency gives a draft another currency. See Quote.ChangeCurrency.
func (s Quotes) ChangeCurrency(ctx context.Context, id QuoteID, cmd ChangeCurrency, opts ...CallOption) (Quote, error) {
	out, err := apply(ctx, s.c, actions.QuoteChangeCurrency, id, cmd,
		withCatalog(func(ctx context.Context, s *session, q *Quote, _ *ChangeCurrency) (f QuoteFacts, err error) {
			f = s.quoteFacts()
			f.Opportunity, err = maybe[Opportunity](ctx, s, q.OpportunityID)
			return f, err
		}), Quote.ChangeCurrency, opts)
	return out.Record, err
}

// Activate hands a draft to the customer. See Quote.Activate.
func (s Quotes) Activate(ctx context.Context, id QuoteID, cmd ActivateQuote, opts ...CallOption) (Quote, error) {
	out, err := apply(ctx, s.c, actions.QuoteActivate, id, cmd,
		func(ctx context.Context, s *session, q *Quote, _ *ActivateQuote) (f QuoteFacts, err error) {
			f = s.quoteFacts()
			f.CustomerInactive, err = s.isInactive(ctx, q.CustomerID.Ref)
			return f, err
		}, Quote.Activate, opts)
	return out.Record, err
}

func (s *session) isInactive(ctx context.Context, ref Ref) (bool, error) {
	inactive, err := s.inactiveOf(ctx, ref)
	return len(inactive) > 0, err
}

// SetStatus moves an active quote between its two statuses. See
// Quote.SetStatus.
func (s Quotes) SetStatus(ctx context.Context, id QuoteID, cmd SetQuoteStatus, opts ...CallOption) (Quote, error) {
	out, err := apply(ctx, s.c, actions.QuoteSetStatus, id, cmd, plainQuote, Quote.SetStatus, opts)
	return out.Record, err
}

// revisionFacts are what the other quotes of the number say.
func (s *session) revisionFacts(ctx context.Context, f *QuoteFacts, q *Quote) error {
	for rec, err := range s.Find(ctx, storage.Query{Kind: string(kinds.Quote), Where: []storage.Cond{keyIs("number", lookup(q.QuoteNumber))}}) {
		if err != nil {
			return err
		}
		if rec.ID == q.ID.UUID {
			continue
		}
		f.NumberLive = f.NumberLive || rec.State == QuoteDraft.Key || rec.State == QuoteActive.Key
		f.NumberWon = f.NumberWon || rec.State == QuoteWon.Key
	}
	return nil
}

// ReviseQuote makes the next revision of a quote. See Quote.ReviseQuote.
func (s Quotes) ReviseQuote(ctx context.Context, id QuoteID, cmd ReviseQuote, opts ...CallOption) (ClosedQuote, error) {
	return apply(ctx, s.c, actions.QuoteReviseQuote, id, cmd,
		func(ctx context.Context, s *session, q *Quote, _ *ReviseQuote) (QuoteFacts, error) {
			f := s.quoteFacts()
			return f, s.revisionFacts(ctx, &f, q)
		}, Quote.ReviseQuote, opts)
}

// Close closes an active quote without winning it. See Quote.Close.
func (s Quotes) Close(ctx context.Context, id QuoteID, cmd CloseQuote, opts ...CallOption) (ClosedQuote, error) {
	return apply(ctx, s.c, actions.QuoteClose, id, cmd,
		func(ctx context.Context, s *session, q *Quote, cmd *CloseQuote) (f QuoteFacts, err error) {
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
		}, Quote.Close, opts)
}

// dealFacts are the quote's opportunity and its other open quotes.
func (s *session) dealFacts(ctx context.Context, f *QuoteFacts, q *Quote) (err error) {
	if q.OpportunityID.IsZero() {
		return nil
	}
	if f.Opportunity, err = maybe[Opportunity](ctx, s, q.OpportunityID); err != nil {
		return err
	}
	f.OpenQuotes, err = s.openQuotes(ctx, q.OpportunityID, q.ID)
	return err
}

// Win closes an active quote as won, without an order. See Quote.Win.
func (s Quotes) Win(ctx context.Context, id QuoteID, cmd WinQuote, opts ...CallOption) (WonQuote, error) {
	return apply(ctx, s.c, actions.QuoteWin, id, cmd, plainQuote, Quote.Win, opts)
}

// WinToOrder wins a quote and turns it into an order. See Quote.WinToOrder.
func (s Quotes) WinToOrder(ctx context.Context, id QuoteID, cmd WinQuoteToOrder, opts ...CallOption) (WonQuote, error) {
	return apply(ctx, s.c, actions.QuoteWinToOrder, id, cmd, winFacts, Quote.WinToOrder, opts, numbers(kinds.Order, cmd.OrderNumber))
}

func winFacts(ctx context.Context, s *session, q *Quote, _ *WinQuoteToOrder) (f QuoteFacts, err error) {
	f = s.quoteFacts()
	if err := s.dealFacts(ctx, &f, q); err != nil {
		return f, err
	}
	if q.Status == QuoteStatusWon {
		if f.LiveOrders, err = s.liveOrders(ctx, q.ID); err != nil {
			return f, err
		}
	}
	f.CustomerOnHold, f.OverCreditLimit, err = s.credit(ctx, q.CustomerID, q.Currency, q.TotalAmount)
	return f, err
}

// liveOrders lists the orders of a quote that are not canceled.
func (s *session) liveOrders(ctx context.Context, id QuoteID) (live []Ref, err error) {
	for rec, err := range s.find(ctx, kinds.Order, "quote_id", id.UUID) {
		if err != nil {
			return nil, err
		}
		if rec.State != OrderCanceled.Key {
			live = append(live, refOf(rec.Ref))
		}
	}
	return live, nil
}

// Assign gives a quote another owner. See Quote.Assign.
func (s Quotes) Assign(ctx context.Context, id QuoteID, cmd Assign, opts ...CallOption) (Quote, error) {
	out, err := apply(ctx, s.c, actions.QuoteAssign, id, cmd,
		func(ctx context.Context, s *session, _ *Quote, cmd *Assign) (f QuoteFacts, err error) {
			f = s.quoteFacts()
			f.Inactive, err = s.inactiveOf(ctx, owners(cmd.Owner))
			return f, err
		}, Quote.Assign, opts)
	return out.Record, err
}

// Delete removes a draft with its notes, activities and connections. See
// Quote.Delete.
func (s Quotes) Delete(ctx context.Context, id QuoteID, cmd DeleteRecord, opts ...CallOption) error {
	_, err := apply(ctx, s.c, actions.QuoteDelete, id, cmd,
		func(ctx context.Context, s *session, q *Quote, _ *DeleteRecord) (f QuoteFacts, err error) {
			f = s.quoteFacts()
			f.InUse, err = s.inUse(ctx, q.ref())
			return f, err
		}, Quote.Delete, opts)
	return err
}

// Revisions lists all quotes of a number, the first revision first.
func (s Quotes) Revisions(ctx context.Context, number string) (quotes []Quote, err error) {
	for q, err := range s.All(ctx, QuoteQuery{Number: number}) {
		if err != nil {
			return nil, err
		}
		quotes = append(quotes, q)
	}
	slices.SortFunc(quotes, func(a, b Quote) int { return cmp.Compare(a.RevisionNumber, b.RevisionNumber) })
	return quotes, nil
}

// Explain answers for every action whether it is possible now, with every
// reason against it. Checks of a verdict depend on the command as well.
func (s Quotes) Explain(ctx context.Context, id QuoteID) ([]Verdict, error) {
	return explain(ctx, s.c, id, QuoteFlow(), func(ctx context.Context, s *session, q *Quote) (QuoteFacts, error) {
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
		f.InUse, err = s.inUse(ctx, q.ref())
		return f, err
	})
}

// Closes lists the close activities of a quote: at most one.
func (s Quotes) Closes(ctx context.Context, id QuoteID) (closes []QuoteClose, err error) {
	err = s.c.view(ctx, func(ctx context.Context, ss *session) (err error) {
		closes, err = closesOf[QuoteClose](ctx, ss, Ref{kinds.Quote, id.UUID}, "quote_id")
		return err
	})
	return closes, err
}
