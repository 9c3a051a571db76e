package engine

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Leads is what a Client does with leads.
type Leads struct {
	Managed[leadtocash.Lead, record.LeadID, LeadQuery]
}

// Leads returns the service for leads.
func (c *Client) Leads() (s Leads) { s.c = c; return s }

// LeadQuery asks for leads.
type LeadQuery struct {
	List
	Status    leadtocash.LeadStatus
	Account   record.AccountID // existing account
	Contact   record.ContactID // existing contact
	SourceKey string
	Grade     leadtocash.Grade
}

func (q LeadQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).text("grade", q.Grade.String()).ref("parent_account_id", q.Account.UUID).
		ref("parent_contact_id", q.Contact.UUID).text("source_key", q.SourceKey)
}

func (s *session) leadFacts() leadtocash.LeadFacts {
	return leadtocash.LeadFacts{Stamp: s.stamp, Settings: s.c.settings, CustomPricing: s.c.customPricing}
}

// leadCustomers adds the customers that a lead names, and which are inactive.
func (s *session) leadCustomers(ctx context.Context, f *leadtocash.LeadFacts, account record.AccountID, contact record.ContactID) (err error) {
	if f.Account, err = known(maybe[party.Account](ctx, s, account)); err != nil {
		return err
	}
	if f.Contact, err = known(maybe[party.Contact](ctx, s, contact)); err != nil {
		return err
	}
	f.Inactive, err = s.inactiveOf(ctx, record.Ref{Kind: kinds.Account, ID: account.UUID}, record.Ref{Kind: kinds.Contact, ID: contact.UUID})
	return err
}

// known takes a record that is not found for one that is not known: saving the
// reference will tell.
func known[R any](r *R, err error) (*R, error) {
	if errors.Is(err, codes.ErrNotFound) {
		return nil, nil
	}
	return r, err
}

// Create creates an open lead. See NewLead.
func (s Leads) Create(ctx context.Context, cmd leadtocash.CreateLead) (leadtocash.Lead, error) {
	return recordOf(s.creating(cmd).made(ctx))
}

func (s Leads) creating(cmd leadtocash.CreateLead) prepared[record.Change[leadtocash.Lead]] {
	do := actions.LeadCreate
	if cmd.SourceKey != "" {
		do = actions.LeadCapture
	}
	return creating(s.c, do, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, s *session, cmd *leadtocash.CreateLead) (leadtocash.LeadFacts, error) {
			f := s.leadFacts()
			return f, s.leadCustomers(ctx, &f, cmd.Fields.ParentAccountID, cmd.Fields.ParentContactID)
		}, leadtocash.NewLead, toSellers(cmd.Owner))
}

// Capture creates a lead from an outside source. The source key makes it
// repeatable: with a key that was captured before, the first lead is returned
// and nothing changes. Codes: those of Create, and ErrMissingField without a
// key.
func (s Leads) Capture(ctx context.Context, cmd leadtocash.CreateLead) (leadtocash.Lead, error) {
	if err := s.c.identified(); err != nil {
		return leadtocash.Lead{}, err
	}
	if cmd.SourceKey == "" {
		return leadtocash.Lead{}, &record.Error{Code: codes.ErrMissingField, Kind: kinds.Lead, Action: actions.LeadCapture, Reasons: []record.Reason{{Code: codes.ErrMissingField, Field: "source_key", Message: "a captured lead needs a source key"}}}
	}
	if reasons := textReasons("source_key", cmd.SourceKey, 300); reasons != nil {
		return leadtocash.Lead{}, &record.Error{Code: reasons[0].Code, Kind: kinds.Lead, Action: actions.LeadCapture, Reasons: reasons}
	}
	for l, err := range s.captured(ctx, cmd.SourceKey) {
		return l, err
	}
	l, err := s.Create(ctx, cmd)
	if errors.Is(err, codes.ErrTaken) { // somebody captured it meanwhile
		for l, err := range s.captured(ctx, cmd.SourceKey) {
			return l, err
		}
	}
	return l, err
}

func (s Leads) captured(ctx context.Context, key string) func(func(leadtocash.Lead, error) bool) {
	return s.All(ctx, LeadQuery{SourceKey: key, List: List{Limit: 1}})
}

// Edit changes fields of an open lead. See Lead.Edit.
func (s Leads) Edit(ctx context.Context, id record.LeadID, cmd leadtocash.EditLead, opts ...CallOption) (leadtocash.Lead, error) {
	return recordOf(s.editing(id, cmd, opts).made(ctx))
}

func (s Leads) editing(id record.LeadID, cmd leadtocash.EditLead, opts []CallOption) prepared[record.Change[leadtocash.Lead]] {
	return applying(s.c, actions.LeadEdit, id.Ref(), cmd,
		func(ctx context.Context, s *session, _ *leadtocash.Lead, cmd *leadtocash.EditLead) (leadtocash.LeadFacts, error) {
			f := s.leadFacts()
			return f, s.leadCustomers(ctx, &f, cmd.Fields.ParentAccountID, cmd.Fields.ParentContactID)
		}, leadtocash.Lead.Edit, opts)
}

// Upsert creates the lead that the key names, by its id or source key, or edits the
// one that is there. See [Key].
func (s Leads) Upsert(ctx context.Context, key Key, fields any, opts ...CallOption) (Upserted[leadtocash.Lead], error) {
	return upsert(ctx, s.c, key, fields, upserting[leadtocash.Lead, leadtocash.EditLead]{
		do: actions.LeadCreate, sourceKey: "source_key",
		fields: func(l *leadtocash.Lead) any { return l.LeadFields },
		create: func(id uuid.UUID, cmd leadtocash.EditLead) prepared[record.Change[leadtocash.Lead]] {
			return s.creating(leadtocash.CreateLead{
				ID: record.LeadID{UUID: id}, Origin: record.Origin{Custom: cmd.Custom}, Fields: cmd.Fields, SourceKey: key.SourceKey,
			})
		},
		edit: func(id uuid.UUID, cmd leadtocash.EditLead) prepared[record.Change[leadtocash.Lead]] {
			return s.editing(record.LeadID{UUID: id}, cmd, opts)
		},
	})
}

// plainLead gathers for decisions that depend on nothing else.
func plainLead[C any](_ context.Context, s *session, _ *leadtocash.Lead, _ *C) (leadtocash.LeadFacts, error) {
	return s.leadFacts(), nil
}

// SetStatus says how far an open lead is worked on. See Lead.SetStatus.
func (s Leads) SetStatus(ctx context.Context, id record.LeadID, cmd leadtocash.SetLeadStatus, opts ...CallOption) (leadtocash.Lead, error) {
	return recordOf(apply(ctx, s.c, actions.LeadSetStatus, id, cmd, plainLead, leadtocash.Lead.SetStatus, opts))
}

// Qualify turns a lead into an account, a contact and opportunities. See
// Lead.Qualify. Two calls at once are like one after the other: of the same
// lead one succeeds; of two leads of one company the second finds the account
// of the first.
func (s Leads) Qualify(ctx context.Context, id record.LeadID, cmd leadtocash.QualifyLead, opts ...CallOption) (leadtocash.QualifiedLead, error) {
	return apply(ctx, s.c, actions.LeadQualify, id, cmd, qualifyFacts, leadtocash.Lead.Qualify, opts, toSellers(uuid.Nil))
}

// PlanQualify proposes how to qualify a lead and changes nothing. See
// Lead.PlanQualify. To carry the plan out:
//
//	client.Leads().Qualify(ctx, id, plan.Command)
func (s Leads) PlanQualify(ctx context.Context, id record.LeadID, cmd leadtocash.QualifyLead) (plan leadtocash.QualifyPlan, err error) {
	schema.Own(&cmd)
	err = s.c.view(ctx, func(ctx context.Context, ss *session) error {
		if err := ss.mustSee(ctx, record.Ref{Kind: kinds.Lead, ID: id.UUID}); err != nil {
			return err
		}
		l, err := load[leadtocash.Lead](ctx, ss, id)
		if err != nil {
			return err
		}
		if err := ss.ask(ctx, actions.LeadQualify, l.Ref(), l); err != nil {
			return err
		}
		f, err := qualifyFacts(ctx, ss, l, &cmd)
		if err != nil {
			return err
		}
		plan, err = l.PlanQualify(cmd, f)
		return err
	})
	return plan, err
}

// QualifyOutcome is what became of one of several leads.
type QualifyOutcome struct {
	LeadID    record.LeadID
	Qualified leadtocash.QualifiedLead // zero if refused
	Err       error
}

// QualifyAll qualifies several leads by one command, each in a transaction of
// its own: what one refuses does not stop the others. Unless the command says
// otherwise, nobody looks for duplicates; those that the actor may not see count
// all the same, unless he may do lead.ignore_duplicates. With Once, a repeat goes on where the
// first call ended. A command that names the id of a new record, or a plan's
// ground, is ErrInvalid for every lead.
func (s Leads) QualifyAll(ctx context.Context, ids []record.LeadID, cmd leadtocash.QualifyLead) []QualifyOutcome {
	if cmd.Duplicates == 0 {
		cmd.Duplicates = leadtocash.DuplicatesIgnore
	}
	fault := cmd.Singular()
	out := make([]QualifyOutcome, len(ids))
	for i, id := range ids {
		out[i].LeadID = id
		if out[i].Err = fault; fault != nil {
			continue
		}
		c := *s.c
		if c.key != "" {
			c.key += "/" + id.String()
		}
		out[i].Qualified, out[i].Err = c.Leads().Qualify(ctx, id, cmd)
	}
	return out
}

func qualifyFacts(ctx context.Context, s *session, l *leadtocash.Lead, cmd *leadtocash.QualifyLead) (leadtocash.LeadFacts, error) {
	f := s.leadFacts()
	if err := s.qualifyCustomers(ctx, &f, l, cmd); err != nil {
		return f, err
	}
	if !cmd.Customer.IsZero() {
		inactive, err := s.inactiveOf(ctx, cmd.Customer.Ref)
		if err != nil {
			return f, err
		}
		f.Inactive = append(f.Inactive, inactive...)
	}
	p := leadtocash.PlanOf(l, cmd, &f)
	var err error
	if f.PriceLists, err = s.priceListsFor(ctx, cmd, &p); err != nil {
		return f, err
	}
	for _, plan := range p.Opportunities {
		if plan.Use.IsZero() {
			continue
		}
		if err := s.mustSee(ctx, record.Ref{Kind: kinds.Opportunity, ID: plan.Use.UUID}); err != nil {
			return f, err
		}
		o, err := load[leadtocash.Opportunity](ctx, s, plan.Use)
		if err != nil {
			return f, err
		}
		f.Opportunities = append(f.Opportunities, *o)
	}
	if err := s.stakeholders(ctx, &f, l); err != nil {
		return f, err
	}
	return f, s.deniedOf(ctx, &f, p)
}

// priceListsFor reads the default price lists of the customer that a qualification
// sells to; one that it makes has none of its own.
func (s *session) priceListsFor(ctx context.Context, cmd *leadtocash.QualifyLead, p *leadtocash.Plans) (d pricing.DefaultPriceLists, err error) {
	customer := cmd.Customer.Ref
	switch {
	case customer.ID != uuid.Nil, p.Account.IsNew(), p.Unseen(p.Account.Use.Ref()):
	case !p.Account.Use.IsZero():
		customer = record.Ref{Kind: kinds.Account, ID: p.Account.Use.UUID}
	case !p.Contact.Use.IsZero() && !p.Unseen(p.Contact.Use.Ref()):
		customer = record.Ref{Kind: kinds.Contact, ID: p.Contact.Use.UUID}
	}
	if customer.ID == uuid.Nil && !s.c.settings.DefaultPriceListByTerritory {
		return d, nil
	}
	return s.defaultPriceLists(ctx, customer, nil)
}

// qualifyCustomers adds the customers that a qualification would use, and those
// that match what it would make: first the account, for what matches a contact
// depends on it.
func (s *session) qualifyCustomers(ctx context.Context, f *leadtocash.LeadFacts, l *leadtocash.Lead, cmd *leadtocash.QualifyLead) (err error) {
	for _, chosen := range []record.Ref{{Kind: kinds.Account, ID: cmd.Account.Use.UUID}, {Kind: kinds.Contact, ID: cmd.Contact.Use.UUID}} {
		if chosen.ID == uuid.Nil {
			continue
		}
		if err := s.mustSee(ctx, chosen); err != nil {
			return err
		}
	}
	if cmd.Overlooks(cmd.Account.Create) || cmd.Overlooks(cmd.Contact.Create) {
		f.MayIgnoreDuplicates = s.ask(ctx, actions.LeadIgnoreDuplicates, l.Ref(), l) == nil
	}
	if p := leadtocash.PlanOf(l, cmd, f); p.Account.IsNew() {
		a := leadtocash.AccountFromLead(*l, record.AccountID{}, f.Stamp)
		var unseen []match.Candidate
		if f.AccountMatches, unseen, err = s.doubled(ctx, f, l, cmd, p.Account.Create, &a); err != nil {
			return err
		}
		f.HiddenAccounts = idsOf[record.AccountID](unseen)
	}
	if p := leadtocash.PlanOf(l, cmd, f); p.Contact.IsNew() {
		c := leadtocash.ContactFromLead(*l, record.ContactID{}, f.Stamp)
		if !p.Account.Use.IsZero() {
			c.ParentCustomerID = record.AccountCustomer(p.Account.Use)
		}
		var unseen []match.Candidate
		if f.ContactMatches, unseen, err = s.doubled(ctx, f, l, cmd, p.Contact.Create, &c); err != nil {
			return err
		}
		f.HiddenContacts = idsOf[record.ContactID](unseen)
	}
	p := leadtocash.PlanOf(l, cmd, f)
	if err := s.leadCustomers(ctx, f, p.Account.Use, p.Contact.Use); err != nil {
		return err
	}
	if p.Unseen(p.Account.Use.Ref()) { // the outcome shows no more than its id
		f.Account, p.Account.Use = nil, record.AccountID{}
	}
	if p.Unseen(p.Contact.Use.Ref()) {
		f.Contact, p.Contact.Use = nil, record.ContactID{}
	}
	if !p.Account.Use.IsZero() && f.Account == nil {
		return notVisible(record.Ref{Kind: kinds.Account, ID: p.Account.Use.UUID}, nil)
	}
	if !p.Contact.Use.IsZero() && f.Contact == nil {
		return notVisible(record.Ref{Kind: kinds.Contact, ID: p.Contact.Use.UUID}, nil)
	}
	return nil
}

// doubled finds the customers that a new one would double, those that the actor
// may not see apart. What the command overlooks is not looked for, nor anything
// where the organisation ignores duplicates.
func (s *session) doubled(ctx context.Context, f *leadtocash.LeadFacts, l *leadtocash.Lead, cmd *leadtocash.QualifyLead, create bool, d record.Record) (found, hidden []match.Candidate, err error) {
	overlooks := cmd.Overlooks(create)
	ignores := cmd.DuplicateMode(&f.Settings) == leadtocash.DuplicatesIgnore
	if l.Status.State() != leadtocash.LeadOpen || overlooks && f.MayIgnoreDuplicates || !overlooks && ignores {
		return nil, nil, nil
	}
	found, hidden, err = s.candidates(ctx, d, FindDuplicates{})
	if overlooks {
		found = nil
	}
	return found, hidden, err
}

func idsOf[I record.AnyID](found []match.Candidate) (ids []I) {
	for _, c := range found {
		ids = append(ids, I{c.Ref.ID})
	}
	return ids
}

// stakeholders adds the roles of those connected with a lead.
func (s *session) stakeholders(ctx context.Context, f *leadtocash.LeadFacts, l *leadtocash.Lead) error {
	connections, err := related[party.Connection](ctx, s, connectionEnd, l.ID.UUID)
	for _, c := range connections {
		if c.Record2 == l.Ref() {
			c = c.Reciprocal()
		}
		if c.Record1 == l.Ref() && c.Status == party.ConnectionStatusActive {
			f.Stakeholders = append(f.Stakeholders, c.Role2)
		}
	}
	return err
}

// deniedOf asks the authorizer whether the actor may create what is planned.
func (s *session) deniedOf(ctx context.Context, f *leadtocash.LeadFacts, p leadtocash.Plans) error {
	ask := func(wanted bool, do actions.Action) {
		if wanted && s.ask(ctx, do, record.Ref{Kind: do.Kind()}, nil) != nil {
			f.Denied = append(f.Denied, do.Kind())
		}
	}
	ask(p.Account.IsNew(), actions.AccountCreate)
	ask(p.Contact.IsNew(), actions.ContactCreate)
	ask(slices.ContainsFunc(p.Opportunities, func(o leadtocash.OpportunityPlan) bool { return o.IsNew() }), actions.OpportunityCreate)
	return nil
}

// Disqualify closes a lead for a reason. See Lead.Disqualify.
func (s Leads) Disqualify(ctx context.Context, id record.LeadID, cmd leadtocash.DisqualifyLead, opts ...CallOption) (leadtocash.Lead, error) {
	return recordOf(apply(ctx, s.c, actions.LeadDisqualify, id, cmd, func(ctx context.Context, s *session, l *leadtocash.Lead, _ *leadtocash.DisqualifyLead) (leadtocash.LeadFacts, error) {
		return s.leadWithOpportunities(ctx, l)
	}, leadtocash.Lead.Disqualify, opts))
}

func (s *session) leadWithOpportunities(ctx context.Context, l *leadtocash.Lead) (f leadtocash.LeadFacts, err error) {
	f = s.leadFacts()
	f.HasOpportunity, err = s.exists(ctx, kinds.Opportunity, "originating_lead_id", l.ID.UUID)
	return f, err
}

// Reactivate opens a closed lead again. See Lead.Reactivate.
func (s Leads) Reactivate(ctx context.Context, id record.LeadID, cmd leadtocash.ReactivateLead, opts ...CallOption) (leadtocash.Lead, error) {
	return recordOf(apply(ctx, s.c, actions.LeadReactivate, id, cmd, plainLead, leadtocash.Lead.Reactivate, opts))
}

// Assign gives a lead another owner. See Lead.Assign.
func (s Leads) Assign(ctx context.Context, id record.LeadID, cmd record.Assign, opts ...CallOption) (leadtocash.Lead, error) {
	return recordOf(apply(ctx, s.c, actions.LeadAssign, id, cmd, func(ctx context.Context, s *session, _ *leadtocash.Lead, cmd *record.Assign) (f leadtocash.LeadFacts, err error) {
		f = s.leadFacts()
		f.Inactive, err = s.inactiveOf(ctx, owners(cmd.Owner))
		return f, err
	}, leadtocash.Lead.Assign, opts))
}

// ChangeCurrency gives a lead another currency. See Lead.ChangeCurrency.
func (s Leads) ChangeCurrency(ctx context.Context, id record.LeadID, cmd record.ChangeCurrency, opts ...CallOption) (leadtocash.Lead, error) {
	return recordOf(apply(ctx, s.c, actions.LeadChangeCurrency, id, cmd, func(_ context.Context, s *session, _ *leadtocash.Lead, _ *record.ChangeCurrency) (leadtocash.LeadFacts, error) {
		return s.leadFacts(), nil
	}, leadtocash.Lead.ChangeCurrency, opts))
}

func leadUse(ctx context.Context, s *session, l *leadtocash.Lead) (f leadtocash.LeadFacts, err error) {
	f = s.leadFacts()
	f.InUse, err = s.inUse(ctx, l.Ref())
	return f, err
}

func leadExplained(ctx context.Context, s *session, l *leadtocash.Lead) (leadtocash.LeadFacts, error) {
	f, err := s.leadWithOpportunities(ctx, l)
	if err != nil {
		return f, err
	}
	f.InUse, err = s.inUse(ctx, l.Ref())
	return f, err
}
