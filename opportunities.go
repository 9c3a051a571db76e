package leadtocash

import (
	"context"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// Opportunities is what a Client does with opportunities.
type Opportunities struct {
	Records[Opportunity, OpportunityID, OpportunityQuery]
}

// Opportunities returns the service for opportunities.
func (c *Client) Opportunities() Opportunities {
	return Opportunities{Records[Opportunity, OpportunityID, OpportunityQuery]{c}}
}

// OpportunityQuery asks for opportunities. Their due day is the estimated close
// date.
type OpportunityQuery struct {
	List
	Status   OpportunityStatus
	Customer CustomerID
	Account  AccountID
	Contact  ContactID
	Lead     LeadID // originating lead
	Grade    Grade
}

func (q OpportunityQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).text("grade", q.Grade.String()).ref("customer_id", q.Customer.ID).ref("parent_account_id", q.Account.UUID).
		ref("parent_contact_id", q.Contact.UUID).ref("originating_lead_id", q.Lead.UUID)
}

func (s *session) opportunityFacts() OpportunityFacts {
	return OpportunityFacts{Stamp: s.stamp, Settings: s.c.settings, CustomPricing: s.c.customPricing}
}

func plainOpportunity[C any](_ context.Context, s *session, _ *Opportunity, _ *C) (OpportunityFacts, error) {
	return s.opportunityFacts(), nil
}

// opportunityChoices adds which chosen customers are inactive, and whether the
// contact is a stakeholder already.
func (s *session) opportunityChoices(ctx context.Context, f *OpportunityFacts, id OpportunityID, fields OpportunityFields) (err error) {
	f.Inactive, err = s.inactiveOf(ctx, fields.CustomerID.Ref,
		Ref{kinds.Account, fields.ParentAccountID.UUID}, Ref{kinds.Contact, fields.ParentContactID.UUID})
	if err != nil || id.IsZero() || fields.ParentContactID.IsZero() {
		return err
	}
	of, contact := Ref{kinds.Opportunity, id.UUID}, Ref{kinds.Contact, fields.ParentContactID.UUID}
	connections, err := related[Connection](ctx, s, connectionEnd, id.UUID)
	for _, c := range connections {
		if c.Record2 == of {
			c = c.Reciprocal()
		}
		if c.Record1 == of && c.Record2 == contact && CategoryOf(c.Role2) == RoleCategoryStakeholder {
			f.Stakeholder = true
		}
	}
	return err
}

// openQuotes lists the draft and active quotes of an opportunity.
func (s *session) openQuotes(ctx context.Context, id OpportunityID, but QuoteID) (open []Quote, err error) {
	recs, err := s.having(ctx, kinds.Quote, "opportunity_id", s.idText(id.UUID))
	if err != nil {
		return nil, err
	}
	for _, rec := range recs {
		if rec.ID == but.UUID || rec.State != QuoteDraft.Key && rec.State != QuoteActive.Key {
			continue
		}
		q, err := shared[Quote](rec.Image)
		if err != nil {
			return nil, err
		}
		s.loaded = append(s.loaded, rec)
		open = append(open, *q)
	}
	return open, nil
}

// Create creates an open opportunity. See NewOpportunity.
func (s Opportunities) Create(ctx context.Context, cmd CreateOpportunity) (Opportunity, error) {
	given := cmd
	cmd.ID.UUID = s.c.newID(cmd.ID.UUID)
	out, err := create(ctx, s.c, actions.OpportunityCreate, cmd.ID.UUID, given, cmd,
		func(ctx context.Context, s *session, cmd *CreateOpportunity) (OpportunityFacts, error) {
			f := s.opportunityFacts()
			lead, err := known(maybe[Lead](ctx, s, cmd.OriginatingLeadID))
			if err != nil {
				return f, err
			}
			f.LeadDisqualified = lead != nil && lead.Status.State() == LeadDisqualified
			if err := s.opportunityChoices(ctx, &f, OpportunityID{}, cmd.Fields); err != nil {
				return f, err
			}
			f.Catalog, f.PriceLists, err = s.catalogOfNew(ctx, &cmd.Fields.Charges, cmd.Fields.customer().Ref, nil, cmd.Lines, &cmd.Birth)
			return f, err
		}, NewOpportunity, toSellers(cmd.Owner))
	return out.Opportunity, err
}

// Edit changes fields of an open opportunity. See Opportunity.Edit.
func (s Opportunities) Edit(ctx context.Context, id OpportunityID, cmd EditOpportunity, opts ...CallOption) (Opportunity, error) {
	out, err := apply(ctx, s.c, actions.OpportunityEdit, id, cmd,
		withCatalog(func(ctx context.Context, s *session, o *Opportunity, cmd *EditOpportunity) (OpportunityFacts, error) {
			f := s.opportunityFacts()
			return f, s.opportunityChoices(ctx, &f, o.ID, cmd.Fields)
		}), Opportunity.Edit, opts)
	return out.Opportunity, err
}

// EditLines adds, changes and removes lines. See Opportunity.EditLines.
func (s Opportunities) EditLines(ctx context.Context, id OpportunityID, cmd EditLines, opts ...CallOption) (Opportunity, error) {
	out, err := apply(ctx, s.c, actions.OpportunityEditLines, id, cmd, withCatalog(plainOpportunity[EditLines]), Opportunity.EditLines, opts)
	return out.Record, err
}

// ChangeCurrency gives an opportunity another currency. See
// Opportunity.ChangeCurrency.
func (s Opportunities) ChangeCurrency(ctx context.Context, id OpportunityID, cmd ChangeCurrency, opts ...CallOption) (Opportunity, error) {
	out, err := apply(ctx, s.c, actions.OpportunityChangeCurrency, id, cmd,
		withCatalog(func(ctx context.Context, s *session, o *Opportunity, _ *ChangeCurrency) (f OpportunityFacts, err error) {
			f = s.opportunityFacts()
			f.Dependants, err = s.dependants(ctx, o.ID)
			return f, err
		}), Opportunity.ChangeCurrency, opts)
	return out.Record, err
}

// dependants lists the documents of an opportunity.
func (s *session) dependants(ctx context.Context, id OpportunityID) (refs []Ref, err error) {
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
func (s Opportunities) Recalculate(ctx context.Context, id OpportunityID, cmd Recalculate, opts ...CallOption) (Opportunity, error) {
	out, err := apply(ctx, s.c, actions.OpportunityRecalculate, id, cmd, withCatalog(plainOpportunity[Recalculate]), Opportunity.Recalculate, opts)
	return out.Record, err
}

// Hold puts an opportunity on hold. See Opportunity.Hold.
func (s Opportunities) Hold(ctx context.Context, id OpportunityID, cmd HoldOpportunity, opts ...CallOption) (Opportunity, error) {
	out, err := apply(ctx, s.c, actions.OpportunityHold, id, cmd, plainOpportunity, Opportunity.Hold, opts)
	return out.Record, err
}

// Resume takes an opportunity up again. See Opportunity.Resume.
func (s Opportunities) Resume(ctx context.Context, id OpportunityID, cmd ResumeOpportunity, opts ...CallOption) (Opportunity, error) {
	out, err := apply(ctx, s.c, actions.OpportunityResume, id, cmd, plainOpportunity, Opportunity.Resume, opts)
	return out.Record, err
}

// withOpenQuotes gathers for winning and losing.
func withOpenQuotes[C any](ctx context.Context, s *session, o *Opportunity, _ *C) (OpportunityFacts, error) {
	f := s.opportunityFacts()
	open, err := s.openQuotes(ctx, o.ID, QuoteID{})
	f.OpenQuotes = quoteRefs(open)
	return f, err
}

// Win closes an opportunity as won. See Opportunity.Win.
func (s Opportunities) Win(ctx context.Context, id OpportunityID, cmd WinOpportunity, opts ...CallOption) (ClosedOpportunity, error) {
	return apply(ctx, s.c, actions.OpportunityWin, id, cmd, withOpenQuotes, Opportunity.Win, opts)
}

// Lose closes an opportunity as lost. See Opportunity.Lose.
func (s Opportunities) Lose(ctx context.Context, id OpportunityID, cmd LoseOpportunity, opts ...CallOption) (ClosedOpportunity, error) {
	return apply(ctx, s.c, actions.OpportunityLose, id, cmd, withOpenQuotes, Opportunity.Lose, opts)
}

// Reopen opens a closed opportunity again. See Opportunity.Reopen.
func (s Opportunities) Reopen(ctx context.Context, id OpportunityID, cmd ReopenOpportunity, opts ...CallOption) (ClosedOpportunity, error) {
	return apply(ctx, s.c, actions.OpportunityReopen, id, cmd,
		func(ctx context.Context, s *session, o *Opportunity, _ *ReopenOpportunity) (OpportunityFacts, error) {
			f := s.opportunityFacts()
			closes, err := related[OpportunityClose](ctx, s, "opportunity_id", o.ID.UUID)
			for i := range closes {
				if closes[i].Status == CloseStatusCompleted {
					f.Close = &closes[i]
				}
			}
			return f, err
		}, Opportunity.Reopen, opts)
}

// EditCompetitors says who else is after the deal. See
// Opportunity.EditCompetitors.
func (s Opportunities) EditCompetitors(ctx context.Context, id OpportunityID, cmd EditCompetitors, opts ...CallOption) (Opportunity, error) {
	out, err := apply(ctx, s.c, actions.OpportunityEditCompetitors, id, cmd, plainOpportunity, Opportunity.EditCompetitors, opts)
	return out.Record, err
}

// CalculateActualValue asks a won opportunity what it brought, as far as the
// actor may see its quotes; nothing changes. See
// Opportunity.CalculateActualValue.
func (s Opportunities) CalculateActualValue(ctx context.Context, id OpportunityID) (value money.Amount, err error) {
	err = s.c.look(ctx, func(ctx context.Context, ss *session) error {
		o, err := load[Opportunity](ctx, ss, id)
		if err != nil {
			return err
		}
		if err := ss.ask(ctx, actions.OpportunityCalculateActualValue, o.ref(), o); err != nil {
			return err
		}
		f := ss.opportunityFacts()
		if f.WonTotal, err = ss.wonTotal(ctx, o); err != nil {
			return err
		}
		value, err = o.CalculateActualValue(CalculateActualValue{}, f)
		return err
	})
	return value, err
}

func (s *session) wonTotal(ctx context.Context, o *Opportunity) (total value.Opt[money.Amount], err error) {
	quotes, err := related[Quote](ctx, s, "opportunity_id", o.ID.UUID)
	for _, q := range quotes {
		if q.Status == QuoteStatusWon {
			total = value.Some(total.Or(o.Currency.Zero()).Add(q.TotalAmount))
		}
	}
	return total, err
}

// Assign gives an opportunity another owner. See Opportunity.Assign.
func (s Opportunities) Assign(ctx context.Context, id OpportunityID, cmd Assign, opts ...CallOption) (Opportunity, error) {
	out, err := apply(ctx, s.c, actions.OpportunityAssign, id, cmd,
		func(ctx context.Context, s *session, _ *Opportunity, cmd *Assign) (f OpportunityFacts, err error) {
			f = s.opportunityFacts()
			f.Inactive, err = s.inactiveOf(ctx, owners(cmd.Owner))
			return f, err
		}, Opportunity.Assign, opts)
	return out.Record, err
}

// customerOf adds the customer whose terms new documents take.
func (s *session) customerOf(ctx context.Context, f *OpportunityFacts, id CustomerID) (err error) {
	if f.Account, err = known(maybe[Account](ctx, s, id.Account())); err != nil {
		return err
	}
	f.Contact, err = known(maybe[Contact](ctx, s, id.Contact()))
	return err
}

// generateFacts gathers for a document that is made of an opportunity.
func generateFacts[C any, P namesPriceList[C]](ctx context.Context, s *session, o *Opportunity, cmd *C) (f OpportunityFacts, err error) {
	f = s.opportunityFacts()
	if err := s.customerOf(ctx, &f, o.CustomerID); err != nil {
		return f, err
	}
	if firstID(P(cmd).named(), o.PriceListID).IsZero() {
		f.PriceLists, err = s.defaultPriceLists(ctx, o.CustomerID.Ref, nil)
	}
	return f, err
}

// GenerateQuote makes a draft from an opportunity. See
// Opportunity.GenerateQuote.
func (s Opportunities) GenerateQuote(ctx context.Context, id OpportunityID, cmd GenerateQuote, opts ...CallOption) (Quote, error) {
	out, err := apply(ctx, s.c, actions.OpportunityGenerateQuote, id, cmd,
		withCatalog(generateFacts[GenerateQuote]), Opportunity.GenerateQuote, opts, numbers(kinds.Quote, cmd.QuoteNumber))
	return out.Record, err
}

// GenerateOrder makes an order from an opportunity. See
// Opportunity.GenerateOrder.
func (s Opportunities) GenerateOrder(ctx context.Context, id OpportunityID, cmd GenerateOrder, opts ...CallOption) (Order, error) {
	out, err := apply(ctx, s.c, actions.OpportunityGenerateOrder, id, cmd,
		withCatalog(generateFacts[GenerateOrder]), Opportunity.GenerateOrder, opts, numbers(kinds.Order, cmd.OrderNumber))
	return out.Record, err
}

// GenerateInvoice makes an invoice from an opportunity. See
// Opportunity.GenerateInvoice.
func (s Opportunities) GenerateInvoice(ctx context.Context, id OpportunityID, cmd GenerateInvoice, opts ...CallOption) (Invoice, error) {
	out, err := apply(ctx, s.c, actions.OpportunityGenerateInvoice, id, cmd, withCatalog(generateFacts[GenerateInvoice]), Opportunity.GenerateInvoice, opts)
	return out.Record, err
}

// Delete removes an open opportunity with its notes, activities and
// connections. See Opportunity.Delete.
func (s Opportunities) Delete(ctx context.Context, id OpportunityID, cmd DeleteRecord, opts ...CallOption) error {
	_, err := apply(ctx, s.c, actions.OpportunityDelete, id, cmd,
		func(ctx context.Context, s *session, o *Opportunity, _ *DeleteRecord) (f OpportunityFacts, err error) {
			f = s.opportunityFacts()
			f.InUse, err = s.inUse(ctx, o.ref())
			return f, err
		}, Opportunity.Delete, opts)
	return err
}

// Explain answers for every action whether it is possible now, with every
// reason against it. Checks of a verdict depend on the command as well.
func (s Opportunities) Explain(ctx context.Context, id OpportunityID) ([]Verdict, error) {
	return explain(ctx, s.c, id, OpportunityFlow(), func(ctx context.Context, s *session, o *Opportunity) (OpportunityFacts, error) {
		f, err := withOpenQuotes(ctx, s, o, &struct{}{})
		if err != nil {
			return f, err
		}
		if f.Dependants, err = s.dependants(ctx, o.ID); err != nil {
			return f, err
		}
		f.InUse, err = s.inUse(ctx, o.ref())
		return f, err
	})
}

// Closes lists the close activities of an opportunity, oldest first.
func (s Opportunities) Closes(ctx context.Context, id OpportunityID) (closes []OpportunityClose, err error) {
	err = s.c.view(ctx, func(ctx context.Context, ss *session) (err error) {
		closes, err = closesOf[OpportunityClose](ctx, ss, Ref{kinds.Opportunity, id.UUID}, "opportunity_id")
		return err
	})
	return closes, err
}

// closesOf reads the records that stand with a record by a field, as far as the
// actor may see them; the call does nothing else.
func closesOf[R any](ctx context.Context, s *session, ref Ref, field string) ([]R, error) {
	s.onlyLooks()
	if err := s.mustSee(ctx, ref); err != nil {
		return nil, err
	}
	return related[R](ctx, s, field, ref.ID)
}
