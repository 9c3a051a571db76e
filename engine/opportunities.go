package engine

import (
	"context"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// Opportunities is what a Client does with opportunities. An open one can be deleted.
type Opportunities struct {
	Managed[leadtocash.Opportunity, record.OpportunityID, OpportunityQuery]
}

// Opportunities returns the service for opportunities.
func (c *Client) Opportunities() (s Opportunities) { s.c = c; return s }

// OpportunityQuery asks for opportunities. Their due day is the estimated close
// date.
type OpportunityQuery struct {
	List
	Status   leadtocash.OpportunityStatus
	Customer record.CustomerID
	Account  record.AccountID
	Contact  record.ContactID
	Lead     record.LeadID // originating lead
	Grade    leadtocash.Grade
}

func (q OpportunityQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).text("grade", q.Grade.String()).ref("customer_id", q.Customer.ID).ref("parent_account_id", q.Account.UUID).
		ref("parent_contact_id", q.Contact.UUID).ref("originating_lead_id", q.Lead.UUID)
}

func (s *session) opportunityFacts() leadtocash.OpportunityFacts {
	return leadtocash.OpportunityFacts{Stamp: s.stamp, Settings: s.c.settings, CustomPricing: s.c.customPricing}
}

func plainOpportunity[C any](_ context.Context, s *session, _ *leadtocash.Opportunity, _ *C) (leadtocash.OpportunityFacts, error) {
	return s.opportunityFacts(), nil
}

// opportunityChoices adds which chosen customers are inactive, and whether the
// contact is a stakeholder already.
func (s *session) opportunityChoices(ctx context.Context, f *leadtocash.OpportunityFacts, id record.OpportunityID, fields leadtocash.OpportunityFields) (err error) {
	f.Inactive, err = s.inactiveOf(ctx, fields.CustomerID.Ref, fields.OrganizationID.Ref(),
		record.Ref{Kind: kinds.Account, ID: fields.ParentAccountID.UUID}, record.Ref{Kind: kinds.Contact, ID: fields.ParentContactID.UUID})
	if err != nil || id.IsZero() || fields.ParentContactID.IsZero() {
		return err
	}
	of, contact := record.Ref{Kind: kinds.Opportunity, ID: id.UUID}, record.Ref{Kind: kinds.Contact, ID: fields.ParentContactID.UUID}
	connections, err := related[party.Connection](ctx, s, connectionEnd, id.UUID)
	for _, c := range connections {
		if c.Record2 == of {
			c = c.Reciprocal()
		}
		if c.Record1 == of && c.Record2 == contact && party.CategoryOf(c.Role2) == party.RoleCategoryStakeholder {
			f.Stakeholder = true
		}
	}
	return err
}

// openQuotes lists the draft and active quotes of an opportunity.
func (s *session) openQuotes(ctx context.Context, id record.OpportunityID, but record.QuoteID) (open []leadtocash.Quote, err error) {
	recs, err := s.having(ctx, kinds.Quote, "opportunity_id", s.idText(id.UUID))
	if err != nil {
		return nil, err
	}
	for _, rec := range recs {
		if rec.ID == but.UUID || rec.State != leadtocash.QuoteDraft.Key && rec.State != leadtocash.QuoteActive.Key {
			continue
		}
		q, err := shared[leadtocash.Quote](rec.Image)
		if err != nil {
			return nil, err
		}
		s.loaded = append(s.loaded, rec)
		open = append(open, *q)
	}
	return open, nil
}

// Create creates an open opportunity. See NewOpportunity.
func (s Opportunities) Create(ctx context.Context, cmd leadtocash.CreateOpportunity) (leadtocash.Opportunity, error) {
	out, err := create(ctx, s.c, actions.OpportunityCreate, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, s *session, cmd *leadtocash.CreateOpportunity) (leadtocash.OpportunityFacts, error) {
			f := s.opportunityFacts()
			lead, err := known(maybe[leadtocash.Lead](ctx, s, cmd.OriginatingLeadID))
			if err != nil {
				return f, err
			}
			f.LeadDisqualified = lead != nil && lead.Status.State() == leadtocash.LeadDisqualified
			if err := s.opportunityChoices(ctx, &f, record.OpportunityID{}, cmd.Fields); err != nil {
				return f, err
			}
			f.Catalog, f.PriceLists, err = s.catalogOfNew(ctx, &cmd.Fields.Charges, cmd.Fields.Customer().Ref, nil, cmd.Lines)
			return f, err
		}, leadtocash.NewOpportunity, toSellers(cmd.Owner))
	return out.Record, err
}

// Edit changes fields of an open opportunity. See Opportunity.Edit.
func (s Opportunities) Edit(ctx context.Context, id record.OpportunityID, cmd leadtocash.EditOpportunity, opts ...CallOption) (leadtocash.Opportunity, error) {
	out, err := apply(ctx, s.c, actions.OpportunityEdit, id, cmd,
		withCatalog(func(ctx context.Context, s *session, o *leadtocash.Opportunity, cmd *leadtocash.EditOpportunity) (leadtocash.OpportunityFacts, error) {
			f := s.opportunityFacts()
			return f, s.opportunityChoices(ctx, &f, o.ID, cmd.Fields)
		}), leadtocash.Opportunity.Edit, opts)
	return out.Record, err
}

// EditLines adds, changes and removes lines. See Opportunity.EditLines.
func (s Opportunities) EditLines(ctx context.Context, id record.OpportunityID, cmd pricing.EditLines, opts ...CallOption) (leadtocash.Opportunity, error) {
	return recordOf(apply(ctx, s.c, actions.OpportunityEditLines, id, cmd, withCatalog(plainOpportunity[pricing.EditLines]), leadtocash.Opportunity.EditLines, opts))
}

// ChangeCurrency gives an opportunity another currency. See
// Opportunity.ChangeCurrency.
func (s Opportunities) ChangeCurrency(ctx context.Context, id record.OpportunityID, cmd pricing.ChangeCurrency, opts ...CallOption) (leadtocash.Opportunity, error) {
	return recordOf(apply(ctx, s.c, actions.OpportunityChangeCurrency, id, cmd,
		withCatalog(func(ctx context.Context, s *session, o *leadtocash.Opportunity, _ *pricing.ChangeCurrency) (f leadtocash.OpportunityFacts, err error) {
			f = s.opportunityFacts()
			f.Dependants, err = s.dependants(ctx, o.ID)
			return f, err
		}), leadtocash.Opportunity.ChangeCurrency, opts))
}

// dependants lists the documents of an opportunity.
func (s *session) dependants(ctx context.Context, id record.OpportunityID) (refs []record.Ref, err error) {
	for _, kind := range []kinds.Kind{kinds.Quote, kinds.Order, kinds.Invoice} {
		for rec, err := range s.find(ctx, kind, "opportunity_id", id.UUID) {
			if err != nil {
				return nil, err
			}
			refs = append(refs, refOf(rec.Ref))
		}
	}
	return refs, nil
}

// Recalculate computes lines and totals again. See Opportunity.Recalculate.
func (s Opportunities) Recalculate(ctx context.Context, id record.OpportunityID, cmd pricing.Recalculate, opts ...CallOption) (leadtocash.Opportunity, error) {
	return recordOf(apply(ctx, s.c, actions.OpportunityRecalculate, id, cmd, withCatalog(plainOpportunity[pricing.Recalculate]), leadtocash.Opportunity.Recalculate, opts))
}

// Hold puts an opportunity on hold. See Opportunity.Hold.
func (s Opportunities) Hold(ctx context.Context, id record.OpportunityID, cmd leadtocash.HoldOpportunity, opts ...CallOption) (leadtocash.Opportunity, error) {
	return recordOf(apply(ctx, s.c, actions.OpportunityHold, id, cmd, plainOpportunity, leadtocash.Opportunity.Hold, opts))
}

// Resume takes an opportunity up again. See Opportunity.Resume.
func (s Opportunities) Resume(ctx context.Context, id record.OpportunityID, cmd leadtocash.ResumeOpportunity, opts ...CallOption) (leadtocash.Opportunity, error) {
	return recordOf(apply(ctx, s.c, actions.OpportunityResume, id, cmd, plainOpportunity, leadtocash.Opportunity.Resume, opts))
}

// withOpenQuotes gathers for winning and losing.
func withOpenQuotes[C any](ctx context.Context, s *session, o *leadtocash.Opportunity, _ *C) (leadtocash.OpportunityFacts, error) {
	f := s.opportunityFacts()
	open, err := s.openQuotes(ctx, o.ID, record.QuoteID{})
	f.OpenQuotes = leadtocash.QuoteRefs(open)
	return f, err
}

// Win closes an opportunity as won. See Opportunity.Win.
func (s Opportunities) Win(ctx context.Context, id record.OpportunityID, cmd leadtocash.WinOpportunity, opts ...CallOption) (leadtocash.ClosedOpportunity, error) {
	return apply(ctx, s.c, actions.OpportunityWin, id, cmd, withOpenQuotes, leadtocash.Opportunity.Win, opts)
}

// Lose closes an opportunity as lost. See Opportunity.Lose.
func (s Opportunities) Lose(ctx context.Context, id record.OpportunityID, cmd leadtocash.LoseOpportunity, opts ...CallOption) (leadtocash.ClosedOpportunity, error) {
	return apply(ctx, s.c, actions.OpportunityLose, id, cmd, withOpenQuotes, leadtocash.Opportunity.Lose, opts)
}

// Reopen opens a closed opportunity again. See Opportunity.Reopen.
func (s Opportunities) Reopen(ctx context.Context, id record.OpportunityID, cmd leadtocash.ReopenOpportunity, opts ...CallOption) (leadtocash.ClosedOpportunity, error) {
	return apply(ctx, s.c, actions.OpportunityReopen, id, cmd,
		func(ctx context.Context, s *session, o *leadtocash.Opportunity, _ *leadtocash.ReopenOpportunity) (leadtocash.OpportunityFacts, error) {
			f := s.opportunityFacts()
			closes, err := related[leadtocash.OpportunityClose](ctx, s, "opportunity_id", o.ID.UUID)
			for i := range closes {
				if closes[i].Status == leadtocash.CloseStatusCompleted {
					f.Close = &closes[i]
				}
			}
			return f, err
		}, leadtocash.Opportunity.Reopen, opts)
}

// EditCompetitors says who else is after the deal. See
// Opportunity.EditCompetitors.
func (s Opportunities) EditCompetitors(ctx context.Context, id record.OpportunityID, cmd leadtocash.EditCompetitors, opts ...CallOption) (leadtocash.Opportunity, error) {
	return recordOf(apply(ctx, s.c, actions.OpportunityEditCompetitors, id, cmd, plainOpportunity, leadtocash.Opportunity.EditCompetitors, opts))
}

// CalculateActualValue asks a won opportunity what it brought, as far as the
// actor may see its quotes; nothing changes. See
// Opportunity.CalculateActualValue.
func (s Opportunities) CalculateActualValue(ctx context.Context, id record.OpportunityID) (value money.Amount, err error) {
	err = s.c.look(ctx, func(ctx context.Context, ss *session) error {
		o, err := load[leadtocash.Opportunity](ctx, ss, id)
		if err != nil {
			return err
		}
		if err := ss.ask(ctx, actions.OpportunityCalculateActualValue, o.Ref(), o); err != nil {
			return err
		}
		f := ss.opportunityFacts()
		if f.WonTotal, err = ss.wonTotal(ctx, o); err != nil {
			return err
		}
		value, err = o.CalculateActualValue(leadtocash.CalculateActualValue{}, f)
		return err
	})
	return value, err
}

func (s *session) wonTotal(ctx context.Context, o *leadtocash.Opportunity) (total value.Opt[money.Amount], err error) {
	quotes, err := related[leadtocash.Quote](ctx, s, "opportunity_id", o.ID.UUID)
	for _, q := range quotes {
		if q.Status == leadtocash.QuoteStatusWon {
			total = value.Some(total.Or(o.Currency.Zero()).Add(q.TotalAmount))
		}
	}
	if total.Or(money.Amount{}).Poisoned() {
		return value.None[money.Amount](), record.Refusal(codes.ErrOutOfRange, "quotes.total_amount", "the won quotes are beyond the range of amounts")
	}
	return total, err
}

// Assign gives an opportunity another owner. See Opportunity.Assign.
func (s Opportunities) Assign(ctx context.Context, id record.OpportunityID, cmd record.Assign, opts ...CallOption) (leadtocash.Opportunity, error) {
	return recordOf(apply(ctx, s.c, actions.OpportunityAssign, id, cmd,
		func(ctx context.Context, s *session, _ *leadtocash.Opportunity, cmd *record.Assign) (f leadtocash.OpportunityFacts, err error) {
			f = s.opportunityFacts()
			f.Inactive, err = s.inactiveOf(ctx, owners(cmd.Owner))
			return f, err
		}, leadtocash.Opportunity.Assign, opts))
}

// customerOf adds the customer whose terms new documents take.
func (s *session) customerOf(ctx context.Context, f *leadtocash.OpportunityFacts, id record.CustomerID) (err error) {
	if f.Account, err = known(maybe[party.Account](ctx, s, id.Account())); err != nil {
		return err
	}
	f.Contact, err = known(maybe[party.Contact](ctx, s, id.Contact()))
	return err
}

// generateFacts gathers for a document that is made of an opportunity.
func generateFacts[C any, P leadtocash.NamesPriceList[C]](ctx context.Context, s *session, o *leadtocash.Opportunity, cmd *C) (f leadtocash.OpportunityFacts, err error) {
	f = s.opportunityFacts()
	if err := s.customerOf(ctx, &f, o.CustomerID); err != nil {
		return f, err
	}
	if f.Organization, err = s.sellingOrganization(ctx, o.OrganizationID, nil); err != nil {
		return f, err
	}
	if catalog.FirstID(P(cmd).NamedPriceList(), o.PriceListID).IsZero() {
		f.PriceLists, err = s.defaultPriceLists(ctx, o.CustomerID.Ref, nil)
	}
	return f, err
}

// GenerateQuote makes a draft from an opportunity. See
// Opportunity.GenerateQuote.
func (s Opportunities) GenerateQuote(ctx context.Context, id record.OpportunityID, cmd leadtocash.GenerateQuote, opts ...CallOption) (leadtocash.Quote, error) {
	return recordOf(apply(ctx, s.c, actions.OpportunityGenerateQuote, id, cmd,
		withCatalog(generateFacts[leadtocash.GenerateQuote]), leadtocash.Opportunity.GenerateQuote, opts, numbers(kinds.Quote, cmd.QuoteNumber)))
}

// GenerateOrder makes an order from an opportunity. See
// Opportunity.GenerateOrder.
func (s Opportunities) GenerateOrder(ctx context.Context, id record.OpportunityID, cmd leadtocash.GenerateOrder, opts ...CallOption) (leadtocash.Order, error) {
	return recordOf(apply(ctx, s.c, actions.OpportunityGenerateOrder, id, cmd,
		withCatalog(generateFacts[leadtocash.GenerateOrder]), leadtocash.Opportunity.GenerateOrder, opts, numbers(kinds.Order, cmd.OrderNumber)))
}

// GenerateInvoice makes an invoice from an opportunity. See
// Opportunity.GenerateInvoice.
func (s Opportunities) GenerateInvoice(ctx context.Context, id record.OpportunityID, cmd leadtocash.GenerateInvoice, opts ...CallOption) (leadtocash.Invoice, error) {
	return recordOf(apply(ctx, s.c, actions.OpportunityGenerateInvoice, id, cmd, withCatalog(generateFacts[leadtocash.GenerateInvoice]), leadtocash.Opportunity.GenerateInvoice, opts))
}

func opportunityUse(ctx context.Context, s *session, o *leadtocash.Opportunity) (f leadtocash.OpportunityFacts, err error) {
	f = s.opportunityFacts()
	f.InUse, err = s.inUse(ctx, o.Ref())
	return f, err
}

func opportunityExplained(ctx context.Context, s *session, o *leadtocash.Opportunity) (leadtocash.OpportunityFacts, error) {
	f, err := withOpenQuotes(ctx, s, o, &struct{}{})
	if err != nil {
		return f, err
	}
	if f.Dependants, err = s.dependants(ctx, o.ID); err != nil {
		return f, err
	}
	f.InUse, err = s.inUse(ctx, o.Ref())
	return f, err
}

// CloseActivities lists the close activities of an opportunity, oldest first.
func (s Opportunities) CloseActivities(ctx context.Context, id record.OpportunityID) (closes []leadtocash.OpportunityClose, err error) {
	err = s.c.view(ctx, func(ctx context.Context, ss *session) (err error) {
		closes, err = closesOf[leadtocash.OpportunityClose](ctx, ss, record.Ref{Kind: kinds.Opportunity, ID: id.UUID}, "opportunity_id")
		return err
	})
	return closes, err
}

// closesOf reads the records that stand with a record by a field, as far as the
// actor may see them; the call does nothing else.
func closesOf[R any](ctx context.Context, s *session, ref record.Ref, field string) ([]R, error) {
	s.onlyLooks()
	if err := s.mustSee(ctx, ref); err != nil {
		return nil, err
	}
	return related[R](ctx, s, field, ref.ID)
}
