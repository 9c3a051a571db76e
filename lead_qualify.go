package leadtocash

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Plan says what a qualification does about one record: make a new one (the
// zero Plan), use an existing one, or skip it. Before a new account or contact
// is made, duplicates are dealt with as the DuplicatePolicy says.
type Plan[I record.AnyID] struct {
	Skip   bool `json:"skip,omitzero"`
	Use    I    `json:"use,omitzero"`    // the existing record
	Create bool `json:"create,omitzero"` // a new record, whatever duplicates there are
	ID     I    `json:"id,omitzero"`     // of the new record; derived unless given
}

// PlanUse plans to take an existing record.
func PlanUse[I record.AnyID](id I) Plan[I] { return Plan[I]{Use: id} }

// PlanSkip plans to do without.
func PlanSkip[I record.AnyID]() Plan[I] { return Plan[I]{Skip: true} }

// PlanCreate plans to make a new record, whatever duplicates there are.
func PlanCreate[I record.AnyID]() Plan[I] { return Plan[I]{Create: true} }

// IsNew reports whether the plan makes a new record, as far as it is known.
func (p Plan[I]) IsNew() bool { return !p.Skip && p.Use.IsZero() }

// contradicts reports whether the plan says two things.
func (p Plan[I]) contradicts() bool {
	use := !p.Use.IsZero()
	return p.Skip && use || p.Skip && p.Create || use && p.Create
}

// MaxOpportunities is how many opportunities one qualification yields at most.
const MaxOpportunities = 5

// OpportunityPlan is the plan of one opportunity. Of a new one, values given
// here stand before those of the lead.
type OpportunityPlan struct {
	Plan[record.OpportunityID]
	Name               string                  `json:"name,omitzero" max:"300"`
	EstimatedValue     value.Opt[money.Amount] `json:"estimated_value,omitzero" range:"-1e12..1e12"`
	EstimatedCloseDate value.Date              `json:"estimated_close_date,omitzero"`
	Custom             record.Custom           `json:"custom,omitzero"` // own values of the new one, before those that it takes over
}

// QualifyLead turns a lead into business. The zero command makes an account,
// a contact and one opportunity, or uses the parents that the lead names.
type QualifyLead struct {
	Account Plan[record.AccountID] `json:"account,omitzero"`
	Contact Plan[record.ContactID] `json:"contact,omitzero"`
	// Opportunities are the plans of up to MaxOpportunities; none given means one
	// new opportunity, a single Skip means none.
	Opportunities []OpportunityPlan `json:"opportunities,omitzero" of:"opportunity"`
	// AccountCustom and ContactCustom are own values of the new account and contact,
	// before those that they take over from the lead.
	AccountCustom record.Custom `json:"account_custom,omitzero" of:"account"`
	ContactCustom record.Custom `json:"contact_custom,omitzero" of:"contact"`
	// Currency of new opportunities; default: the lead's.
	Currency money.Currency `json:"currency,omitzero"`
	// Customer of new opportunities; default: the account, else the contact. Where
	// no account or contact of its kind is made or used, it takes that place: it is
	// their parent, and the lead's where the lead names none.
	Customer record.CustomerID `json:"customer,omitzero"`
	// CampaignID is where new opportunities come from; default: the lead's.
	CampaignID uuid.UUID `json:"campaign_id,omitzero"`
	// Status is a qualified one; default Qualified.
	Status LeadStatus `json:"status,omitzero"`
	// Duplicates says what to do about customers that are there already; default:
	// as in Settings.
	Duplicates DuplicatePolicy `json:"duplicates,omitzero"`
	// Ground is that of a QualifyPlan: the command is refused with ErrConflict once
	// what the plan was made from has changed, and for another lead with ErrInvalid.
	Ground Ground `json:"ground,omitzero"`
	// ProcessInstance is the business process that moves to the opportunity;
	// default: the one that the actor sees on the lead.
	ProcessInstance record.ProcessID `json:"process_instance,omitzero"`
}

// DuplicatePolicy says what a qualification does where it would make an account
// or contact that is there already.
type DuplicatePolicy = value.Choice[duplicatePolicySet]

// The policies. With DuplicatesLinkSingle, the default, one match is used as if
// it had been chosen, and several are ErrDuplicatesFound; with DuplicatesAsk any
// match is; with DuplicatesIgnore nobody looks. A command that ignores, or
// creates whatever there is, overlooks matches that the actor may not see only
// if he may do lead.ignore_duplicates.
const (
	DuplicatesLinkSingle DuplicatePolicy = iota + 1
	DuplicatesAsk
	DuplicatesIgnore
)

type duplicatePolicySet struct{}

func (duplicatePolicySet) Table() (string, []value.Option) {
	return "duplicate_policy", duplicatePolicyTable
}

var duplicatePolicyTable = value.Options(
	value.Option{Key: "link_single", Label: "Link Single Match", Code: 200000001},
	value.Option{Key: "ask", Label: "Ask Always", Code: 200000002},
	value.Option{Key: "ignore", Label: "Ignore and Create", Code: 200000003},
)

// Singular refuses what can be true of one lead only.
func (c *QualifyLead) Singular() error {
	named := !c.Account.ID.IsZero() || !c.Contact.ID.IsZero() || !c.Ground.IsZero() ||
		slices.ContainsFunc(c.Opportunities, func(p OpportunityPlan) bool { return !p.ID.IsZero() })
	if !named {
		return nil
	}
	return &record.Error{Code: codes.ErrInvalid, Kind: kinds.Lead, Action: actions.LeadQualify, Reasons: []record.Reason{{
		Code: codes.ErrInvalid, Message: "ids of new records and the ground of a plan are those of one lead",
	}}}
}

// DuplicateMode is the policy of the command.
func (c *QualifyLead) DuplicateMode(s *Settings) DuplicatePolicy {
	for _, policy := range []DuplicatePolicy{c.Duplicates, s.Duplicates} {
		if policy != 0 && policy.Valid() {
			return policy
		}
	}
	return DuplicatesLinkSingle
}

// QualifiedLead is what a qualification yields.
type QualifiedLead struct {
	Record        Lead               `json:"lead" write:"last"`
	Account       *party.Account     `json:"account,omitzero"`       // used: new, or linked where facts know it
	Contact       *party.Contact     `json:"contact,omitzero"`       // used: new, or linked where facts know it
	Opportunities []Opportunity      `json:"opportunities,omitzero"` // new, and joined ones where facts know them
	Connections   []party.Connection `json:"connections,omitzero"`   // the contact as a stakeholder of each new opportunity
	Created       []record.Ref       `json:"created,omitzero"`       // accounts, contacts and opportunities that are new
	Assessment    Assessment         `json:"assessment,omitzero"`    // as the event tells it
	Notices       []record.Reason    `json:"notices,omitzero"`
	Events        []record.Event     `json:"events,omitzero"`
}

// Opportunity is the first opportunity produced or joined, nil if there is
// none.
func (q QualifiedLead) Opportunity() *Opportunity {
	if len(q.Opportunities) == 0 {
		return nil
	}
	return &q.Opportunities[0]
}

type qualifyCheck = flow.Check[*Lead, *QualifyLead, *LeadFacts]

var qualifyLead = flow.Decide(
	leadFlow, actions.LeadQualify,
	qualifyCheck{
		Code: codes.ErrMissingField, Text: "the lead has a topic, and a last name or a company name",
		Holds: func(l *Lead, _ *QualifyLead, _ *LeadFacts) bool {
			return l.Topic != "" && (l.LastName != "" || l.CompanyName != "")
		},
		Detail: func(l *Lead, _ *QualifyLead, _ *LeadFacts) []record.Reason {
			var reasons []record.Reason
			if l.Topic == "" {
				reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: "topic", Message: codes.ErrMissingField.Info().Text})
			}
			return append(reasons, l.LeadFields.Faults("", LeadFields{}, nil)...)
		},
	},
	qualifyCheck{
		Code: codes.ErrStatusNotInState, Text: "the status is a qualified one", Field: "status",
		Holds: func(_ *Lead, c *QualifyLead, _ *LeadFacts) bool {
			_, err := value.StatusIn(c.Status, LeadQualified)
			return err == nil
		},
	},
	qualifyCheck{
		Code: codes.ErrTooManyOpportunities, Text: fmt.Sprintf("at most %d opportunities", MaxOpportunities), Field: "opportunities",
		Holds: func(_ *Lead, c *QualifyLead, _ *LeadFacts) bool { return len(c.Opportunities) <= MaxOpportunities },
	},
	flow.Faultless(codes.ErrInvalid, "each plan says one thing, and no opportunity stands in two of them",
		func(_ *Lead, c *QualifyLead, _ *LeadFacts) []record.Reason { return c.contradictions() }),
	qualifyCheck{
		Code: codes.ErrOpportunityParentInvalid, Text: "the customer of new opportunities is an account or a contact", Field: "customer",
		Holds: func(_ *Lead, c *QualifyLead, _ *LeadFacts) bool {
			return c.Customer.IsZero() || !c.Customer.Account().IsZero() || !c.Customer.Contact().IsZero()
		},
	},
	flow.Faultless(codes.ErrCustomerInactive, "linked customers are active", linkedInactive),
	qualifyCheck{
		Code: codes.ErrCannotQualifyLead, Text: "the actor may create what is planned as new",
		Holds: func(l *Lead, c *QualifyLead, f *LeadFacts) bool {
			p := PlanOf(l, c, f)
			return !(p.Account.IsNew() && slices.Contains(f.Denied, kinds.Account) ||
				p.Contact.IsNew() && slices.Contains(f.Denied, kinds.Contact) ||
				slices.ContainsFunc(p.Opportunities, func(o OpportunityPlan) bool { return o.IsNew() }) && slices.Contains(f.Denied, kinds.Opportunity))
		},
	},
	qualifyCheck{
		Code: codes.ErrNoCustomer, Text: "an account or a contact results or is given, unless settings allow a lead without customer",
		Holds: func(l *Lead, c *QualifyLead, f *LeadFacts) bool {
			return f.Settings.allowWithoutCustomer() || PlanOf(l, c, f).hasCustomer(c)
		},
	},
	flow.Faultless(codes.ErrDuplicatesFound, "no account or contact that matches stands where a new one is planned, or as the policy says one at most",
		func(l *Lead, c *QualifyLead, f *LeadFacts) []record.Reason { return PlanOf(l, c, f).ambiguous }),
	qualifyCheck{
		Code: codes.ErrCriteriaNotMet, Text: "as many criteria are met as the policy requires",
		Holds: func(l *Lead, _ *QualifyLead, f *LeadFacts) bool {
			return f.Settings.Criteria.required() == 0 || len(f.Settings.Criteria.unmet(l.Assess(*f))) == 0
		},
		Detail: func(l *Lead, _ *QualifyLead, f *LeadFacts) []record.Reason {
			return f.Settings.Criteria.unmet(l.Assess(*f))
		},
	},
	qualifyCheck{
		Code: codes.ErrInvalid, Text: "a plan is for this lead", Field: "ground.lead_id",
		Holds: func(l *Lead, c *QualifyLead, _ *LeadFacts) bool { return c.Ground.IsZero() || c.Ground.LeadID == l.ID },
	},
	qualifyCheck{
		Code: codes.ErrConflict, Text: "what a plan was made from has not changed", Field: "ground.fingerprint",
		Holds: func(l *Lead, c *QualifyLead, f *LeadFacts) bool {
			return c.Ground.IsZero() || c.Ground.LeadID != l.ID || c.Ground == groundOf(l, c, f)
		},
	},
	qualifyCheck{
		Code: codes.ErrOpportunityParentMissing, Text: "a new opportunity has a customer", Field: "opportunities",
		Holds: func(l *Lead, c *QualifyLead, f *LeadFacts) bool {
			p := PlanOf(l, c, f)
			return !slices.ContainsFunc(p.Opportunities, func(o OpportunityPlan) bool { return o.IsNew() }) ||
				p.hasCustomer(c) || !f.Settings.allowWithoutCustomer()
		},
	},
)

// contradictions are plans that say two things, or the same as another one.
func (c *QualifyLead) contradictions() (reasons []record.Reason) {
	add := func(field, message string) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: field, Message: message})
	}
	const two = "the plan says more than one of skip, use and create"
	if c.Account.contradicts() {
		add("account", two)
	}
	if c.Contact.contradicts() {
		add("contact", two)
	}
	for i, p := range c.Opportunities {
		if p.contradicts() {
			add(fmt.Sprintf("opportunities[%d]", i), two)
		}
		twice := func(q OpportunityPlan) bool {
			return q.Use == p.Use && !p.Use.IsZero() || q.ID == p.ID && !p.ID.IsZero()
		}
		if slices.ContainsFunc(c.Opportunities[:i], twice) {
			add(fmt.Sprintf("opportunities[%d]", i), "another plan has the same opportunity")
		}
	}
	return reasons
}

func linkedInactive(l *Lead, c *QualifyLead, f *LeadFacts) []record.Reason {
	p := PlanOf(l, c, f)
	return party.ChosenInactive(f.Inactive,
		party.Chosen{Field: "account", Ref: record.Ref{Kind: kinds.Account, ID: p.Account.Use.UUID}},
		party.Chosen{Field: "contact", Ref: record.Ref{Kind: kinds.Contact, ID: p.Contact.Use.UUID}},
		party.Chosen{Field: "customer", Ref: c.Customer.Ref})
}

// Plans are the plans of a command with everything resolved that the lead
// itself decides.
type Plans struct {
	Account       Plan[record.AccountID]
	Contact       Plan[record.ContactID]
	Opportunities []OpportunityPlan
	notices       []record.Reason
	ambiguous     []record.Reason // duplicates that a person has to choose from
	unseen        []record.Ref    // customers used that the actor may not see
}

// Unseen reports whether the plans use a customer that the actor may not see.
func (p *Plans) Unseen(ref record.Ref) bool { return slices.Contains(p.unseen, ref) }

// hasCustomer reports whether an account or a contact results or is given.
func (p Plans) hasCustomer(c *QualifyLead) bool {
	return !p.Account.Skip || !p.Contact.Skip || !c.Customer.IsZero()
}

// Overlooks reports whether the command makes a new record whatever duplicates
// there are: by its plan, or because nobody looks.
func (c *QualifyLead) Overlooks(create bool) bool { return create || c.Duplicates == DuplicatesIgnore }

var oneOpportunity = []OpportunityPlan{{}}

// PlanOf settles what a qualification makes and uses.
func PlanOf(l *Lead, c *QualifyLead, f *LeadFacts) Plans {
	p := Plans{Account: c.Account, Contact: c.Contact, Opportunities: c.Opportunities}
	if len(p.Opportunities) == 0 {
		p.Opportunities = oneOpportunity
	}
	policy, hiding := c.DuplicateMode(&f.Settings), f.Settings.HiddenDuplicates
	overlook := func(create bool) bool {
		if c.Overlooks(create) {
			return f.MayIgnoreDuplicates
		}
		return policy == DuplicatesIgnore
	}
	account := customerChoice[record.AccountID]{
		field: "account", from: "company_name", parent: l.ParentAccountID, described: l.CompanyName != "",
		matches: f.AccountMatches, policy: policy, none: "no account was made: the lead names no company",
		given: !c.Customer.Account().IsZero(), hidden: f.HiddenAccounts, hiding: hiding, overlook: overlook(c.Account.Create),
	}
	account.settle(&p, &p.Account)
	contact := customerChoice[record.ContactID]{
		field: "contact", from: "last_name", parent: l.ParentContactID, described: l.LastName != "",
		matches: f.ContactMatches, policy: policy, none: "no contact was made: the lead names no person",
		given: !c.Customer.Contact().IsZero(), hidden: f.HiddenContacts, hiding: hiding, overlook: overlook(c.Contact.Create),
	}
	contact.settle(&p, &p.Contact)
	return p
}

// Qualify turns an open lead into an account, a contact and opportunities, new
// or existing ones as planned, and closes it as qualified. A parent that the
// lead names is used without asking; existing customers and opportunities are
// never changed. Facts tell which customers match a new one; what happens then
// is the matter of the DuplicatePolicy, and of HiddenDuplicates for those that
// the actor may not see. What is made belongs to the lead's owner, as Ownership
// says. The event keeps the assessment.
//
// Codes: ErrLeadAlreadyClosed, ErrMissingField, ErrStatusNotInState,
// ErrTooManyOpportunities, ErrInvalid for plans that contradict themselves or
// each other and for the ground of another lead, ErrCustomerInactive,
// ErrCannotQualifyLead, ErrNoCustomer, ErrOpportunityParentMissing,
// ErrOpportunityParentInvalid, ErrDuplicatesFound with the candidates,
// ErrCriteriaNotMet with the criteria, ErrConflict for a plan whose ground has
// moved.
func (l Lead) Qualify(cmd QualifyLead, f LeadFacts) (QualifiedLead, error) {
	if err := qualifyLead.Why(&l, &cmd, &f, l.Currency); err != nil {
		return QualifiedLead{}, err
	}
	return l.qualified(cmd, PlanOf(&l, &cmd, &f), f), nil
}

// qualified carries the plans out.
func (l Lead) qualified(cmd QualifyLead, p Plans, f LeadFacts) QualifiedLead {
	out := QualifiedLead{Notices: p.notices, Assessment: l.Assess(f), Events: make([]record.Event, 0, 3+2*len(p.Opportunities))}
	lead, from := l, l.Status
	status, _ := value.StatusIn(cmd.Status, LeadQualified)

	accountID, contactID := p.Account.Use, p.Contact.Use
	if p.Account.IsNew() {
		accountID = record.IDOr(p.Account.ID, f.Stamp, l.ID.UUID, l.Version, "account")
	}
	if p.Contact.IsNew() {
		contactID = record.IDOr(p.Contact.ID, f.Stamp, l.ID.UUID, l.Version, "contact")
	}
	if f.Account != nil && f.Account.ID == accountID {
		out.Account = record.ClonePtr(f.Account)
	}
	if f.Contact != nil && f.Contact.ID == contactID {
		out.Contact = record.ClonePtr(f.Contact)
		if parent := f.Contact.ParentCustomerID.Account(); !parent.IsZero() && !accountID.IsZero() && parent != accountID {
			out.Notices = append(out.Notices, record.Reason{Code: codes.ErrCustomerMismatch, Field: "contact", Message: "the contact belongs to another account"})
		}
	}
	if p.Account.IsNew() {
		a := AccountFromLead(l, accountID, f.Stamp)
		if !contactID.IsZero() && p.Contact.IsNew() {
			a.PrimaryContactID = contactID
		}
		f.Convert(&lead, &a, cmd.AccountCustom)
		out.Account = &a
		out.created(&a, actions.AccountCreate, f.Stamp, l.ID)
	}
	if p.Contact.IsNew() {
		c := ContactFromLead(l, contactID, f.Stamp)
		if !accountID.IsZero() {
			c.ParentCustomerID = record.AccountCustomer(accountID)
		}
		f.Convert(&lead, &c, cmd.ContactCustom)
		out.Contact = &c
		out.created(&c, actions.ContactCreate, f.Stamp, l.ID)
	}

	if account := cmd.Customer.Account(); accountID.IsZero() && !account.IsZero() {
		accountID = account
		l.ParentAccountID = cmp.Or(l.ParentAccountID, account)
	} else if !accountID.IsZero() {
		l.ParentAccountID = accountID
	}
	if contact := cmd.Customer.Contact(); contactID.IsZero() && !contact.IsZero() {
		contactID = contact
		l.ParentContactID = cmp.Or(l.ParentContactID, contact)
	} else if !contactID.IsZero() {
		l.ParentContactID = contactID
	}
	first := record.OpportunityID{}
	routings := f.Routings
	for i, plan := range p.Opportunities {
		switch {
		case plan.Skip:
			continue
		case plan.IsNew():
			o := opportunityFromLead(lead, cmd, plan, accountID, contactID, f)
			if o.ID.IsZero() {
				o.ID = record.OpportunityID{UUID: record.DerivedID(f.Stamp, l.ID.UUID, l.Version, "opportunity", i)}
			}
			f.Convert(&lead, &o, plan.Custom)
			var told record.Data
			if len(routings) > 0 {
				told, routings = routings[0].Owns(&o.Head, uuid.Nil), routings[1:]
			}
			out.created(&o, actions.OpportunityCreate, f.Stamp, l.ID, told...)
			if !contactID.IsZero() {
				id := record.ConnectionID{UUID: record.DerivedID(f.Stamp, o.ID.UUID, 1, "stakeholder", i)}
				conn, event := party.NewStakeholder(id, o.Ref(), contactID, f.Stamp, o.Head)
				out.Connections = append(out.Connections, conn)
				out.Events = append(out.Events, event)
			}
			out.Opportunities = append(out.Opportunities, o)
			plan.Use = o.ID
		default:
			if j := slices.IndexFunc(f.Opportunities, func(o Opportunity) bool { return o.ID == plan.Use }); j >= 0 {
				out.Opportunities = append(out.Opportunities, f.Opportunities[j])
			}
		}
		if first.IsZero() {
			first = plan.Use
		}
	}

	if !first.IsZero() {
		l.QualifyingOpportunityID = first
	}
	record.Enter(&l.Head, &l.Status, status)
	l.QualifiedOn = f.Day()
	l.Touch(f.Stamp)
	out.Record = l
	out.Events = append(out.Events, record.StepEvent(&out.Record, actions.LeadQualify, from.String(), f.Stamp,
		record.DataOf("opportunity", textOf(first), "account", textOf(accountID), "contact", textOf(contactID),
			"met", out.Assessment.told(FindingMet), "not_met", out.Assessment.told(FindingNotMet),
			"process_instance", textOf(cmd.ProcessInstance))))
	return out
}

// created notes a record that the qualification made.
func (q *QualifiedLead) created(d record.Record, do actions.Action, s record.Stamp, lead record.LeadID, told ...record.Detail) {
	if q.Created == nil {
		q.Created = make([]record.Ref, 0, 3) // the usual number
	}
	q.Created = append(q.Created, d.Ref())
	q.Events = append(q.Events, record.BornEvent(d, do, s, append(record.DataOf("lead", lead.String()), told...)))
}

// AccountFromLead copies the company's data.
func AccountFromLead(l Lead, id record.AccountID, s record.Stamp) party.Account {
	a := party.Account{ID: id, Head: l.Child(s), Status: party.AccountStatusActive, OriginatingLeadID: l.ID}
	a.AccountFields = party.AccountFields{
		Name: l.CompanyName, MainPhone: l.BusinessPhone, OtherPhone: l.HomePhone, Fax: l.Fax,
		Email1: l.Email1, Website: l.Website, Address1: withPhone(l.Address1, l.BusinessPhone),
		SIC: l.SIC, Industry: l.Industry, AnnualRevenue: l.AnnualRevenue, NumberOfEmployees: l.NumberOfEmployees,
		Preferences: l.Preferences, Description: l.Description,
	}
	return a
}

// ContactFromLead copies the person's data.
func ContactFromLead(l Lead, id record.ContactID, s record.Stamp) party.Contact {
	c := party.Contact{ID: id, Head: l.Child(s), Status: party.ContactStatusActive, OriginatingLeadID: l.ID}
	c.ContactFields = party.ContactFields{
		FirstName: l.FirstName, MiddleName: l.MiddleName, LastName: l.LastName, Salutation: l.Salutation,
		JobTitle: l.JobTitle, BusinessPhone: l.BusinessPhone, HomePhone: l.HomePhone, Telephone3: l.OtherPhone,
		MobilePhone: l.MobilePhone, Pager: l.Pager, Fax: l.Fax,
		Email1: l.Email1, Email2: l.Email2, Email3: l.Email3, Website: l.Website,
		Address1: withPhone(l.Address1, ""), Preferences: l.Preferences, Description: l.Description,
	}
	return c
}

// withPhone copies the parts of a lead's address that customers get.
func withPhone(a *party.Address, phone string) *party.Address {
	if a == nil && phone == "" {
		return nil
	}
	var copied party.Address
	if a != nil {
		copied = party.Address{
			Line1: a.Line1, Line2: a.Line2, Line3: a.Line3, City: a.City,
			StateOrProvince: a.StateOrProvince, PostalCode: a.PostalCode, Country: a.Country,
		}
	}
	copied.Telephone1 = phone
	return &copied
}

// opportunityFromLead copies what lead and opportunity share.
func opportunityFromLead(l Lead, cmd QualifyLead, p OpportunityPlan, account record.AccountID, contact record.ContactID, f LeadFacts) Opportunity {
	o := Opportunity{ID: p.ID, Head: l.Child(f.Stamp), Status: OpportunityStatusInProgress, OriginatingLeadID: l.ID}
	if !cmd.Currency.IsZero() && cmd.Currency != l.Currency {
		o.GiveRate(cmd.Currency, value.None[decimal.Decimal]())
	}
	o.Pricing = f.Settings.Pricing
	o.OpportunityFields = OpportunityFields{
		Name: l.Topic, CustomerID: cmd.Customer, ParentAccountID: account, ParentContactID: contact,
		EmailAddress: l.Email1, Description: l.Description, QualificationComments: l.QualificationComments,
		EstimatedValue: l.EstimatedAmount, EstimatedCloseDate: l.EstimatedCloseDate,
		BudgetAmount: l.BudgetAmount, BudgetStatus: l.BudgetStatus, Need: l.Need,
		PurchaseProcess: l.PurchaseProcess, PurchaseTimeframe: l.PurchaseTimeframe,
		DecisionMaker: l.DecisionMaker, ConfirmInterest: l.ConfirmInterest, EvaluateFit: l.EvaluateFit,
		InitialCommunication: l.InitialCommunication,
		FollowUpProspectDate: l.FollowUpProspectDate, FollowUpQualifyDate: l.FollowUpQualifyDate,
		Rating: l.Rating, CampaignID: l.CampaignID,
	}
	if cmd.CampaignID != uuid.Nil {
		o.CampaignID = cmd.CampaignID
	}
	if p.Name != "" {
		o.Name = p.Name
	}
	if !p.EstimatedValue.IsZero() {
		o.EstimatedValue = p.EstimatedValue
	}
	if !p.EstimatedCloseDate.IsZero() {
		o.EstimatedCloseDate = p.EstimatedCloseDate
	}
	if o.Currency != l.Currency { // amounts of another currency say nothing
		if p.EstimatedValue.IsZero() {
			o.EstimatedValue = value.None[money.Amount]()
		}
		o.BudgetAmount = value.None[money.Amount]()
	}
	o.TakeDefault(&f.PriceLists, o.Currency, f.Today)
	o.Settle(f.Settings.Priced(nil, 0, f.CustomPricing))
	return o
}
