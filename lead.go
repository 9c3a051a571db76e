package leadtocash

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Lead is an interest that may become business. It is worked on while open,
// then qualified into an opportunity or disqualified with a reason, and can be
// brought back from both with everything it had.
type Lead struct {
	ID record.LeadID `json:"id" d365:"leadid"`
	record.Head
	LeadFields
	Status                  LeadStatus           `json:"status" d365:"statuscode"`
	QualifyingOpportunityID record.OpportunityID `json:"qualifying_opportunity_id,omitzero" d365:"qualifyingopportunityid"` // first opportunity produced or joined
	QualifiedOn             value.Date           `json:"qualified_on,omitzero"`                                             // while it is qualified
	Merged                  bool                 `json:"merged,omitzero" d365:"merged"`
	MasterID                record.LeadID        `json:"master_id,omitzero" d365:"masterid"` // after a merge
	Score                   value.Opt[int32]     `json:"score,omitzero" d365:"msdyn_leadscore" range:"0..100"`
	Grade                   Grade                `json:"grade,omitzero" d365:"msdyn_leadgrade"`
	ScoreTrend              ScoreTrend           `json:"score_trend,omitzero" d365:"msdyn_leadscoretrend"`
	SourceKey               string               `json:"source_key,omitzero" max:"300" personal:"true"`        // of Capture; unique
	DisqualifyNote          string               `json:"disqualify_note,omitzero" text:"2000" personal:"text"` // while disqualified
}

// LeadFields are the fields of a lead that people edit.
type LeadFields struct {
	Topic                 string                  `json:"topic" d365:"subject" max:"300" need:"true"`
	FirstName             string                  `json:"first_name,omitzero" d365:"firstname" max:"50" personal:"true"`
	MiddleName            string                  `json:"middle_name,omitzero" d365:"middlename" max:"50" personal:"true"`
	LastName              string                  `json:"last_name,omitzero" d365:"lastname" max:"50" personal:"true"` // or CompanyName
	Salutation            string                  `json:"salutation,omitzero" d365:"salutation" max:"100" personal:"true"`
	JobTitle              string                  `json:"job_title,omitzero" d365:"jobtitle" max:"100" personal:"true"`
	CompanyName           string                  `json:"company_name,omitzero" d365:"companyname" max:"100"` // or LastName
	Email1                string                  `json:"email1,omitzero" d365:"emailaddress1" max:"100" personal:"identifies"`
	Email2                string                  `json:"email2,omitzero" d365:"emailaddress2" max:"100" personal:"identifies"`
	Email3                string                  `json:"email3,omitzero" d365:"emailaddress3" max:"100" personal:"identifies"`
	BusinessPhone         string                  `json:"business_phone,omitzero" d365:"telephone1" max:"50" personal:"true"`
	HomePhone             string                  `json:"home_phone,omitzero" d365:"telephone2" max:"50" personal:"identifies"`
	OtherPhone            string                  `json:"other_phone,omitzero" d365:"telephone3" max:"50" personal:"true"`
	MobilePhone           string                  `json:"mobile_phone,omitzero" d365:"mobilephone" max:"20" personal:"identifies"`
	Pager                 string                  `json:"pager,omitzero" d365:"pager" max:"20" personal:"true"`
	Fax                   string                  `json:"fax,omitzero" d365:"fax" max:"50" personal:"true"`
	Website               string                  `json:"website,omitzero" d365:"websiteurl" max:"200" personal:"true"`
	Address1              *party.Address          `json:"address1,omitzero" d365:"address1"`
	Address2              *party.Address          `json:"address2,omitzero" d365:"address2"`
	LeadSource            LeadSource              `json:"lead_source,omitzero" d365:"leadsourcecode"`
	Rating                Rating                  `json:"rating,omitzero" d365:"leadqualitycode"` // Warm unless given
	Industry              party.Industry          `json:"industry,omitzero" d365:"industrycode"`
	PurchaseTimeframe     PurchaseTimeframe       `json:"purchase_timeframe,omitzero" d365:"purchasetimeframe"`
	PurchaseProcess       PurchaseProcess         `json:"purchase_process,omitzero" d365:"purchaseprocess"`
	Need                  Need                    `json:"need,omitzero" d365:"need"`
	BudgetStatus          BudgetStatus            `json:"budget_status,omitzero" d365:"budgetstatus"`
	InitialCommunication  InitialCommunication    `json:"initial_communication,omitzero" d365:"initialcommunication"`
	SalesStage            SalesStage              `json:"sales_stage,omitzero" d365:"salesstage"`
	DecisionMaker         bool                    `json:"decision_maker,omitzero" d365:"decisionmaker"`
	ConfirmInterest       bool                    `json:"confirm_interest,omitzero" d365:"confirminterest"`
	EvaluateFit           bool                    `json:"evaluate_fit,omitzero" d365:"evaluatefit"`
	party.Preferences                             // Any unless given
	SIC                   string                  `json:"sic,omitzero" d365:"sic" max:"20"`
	AnnualRevenue         value.Opt[money.Amount] `json:"annual_revenue,omitzero" d365:"revenue" range:"0..1e14"`
	NumberOfEmployees     value.Opt[int32]        `json:"number_of_employees,omitzero" d365:"numberofemployees" range:"0..1e6"`
	BudgetAmount          value.Opt[money.Amount] `json:"budget_amount,omitzero" d365:"budgetamount" range:"0..1e12"`
	EstimatedAmount       value.Opt[money.Amount] `json:"estimated_amount,omitzero" d365:"estimatedamount" range:"0..1e12"`
	EstimatedCloseDate    value.Date              `json:"estimated_close_date,omitzero" d365:"estimatedclosedate"`
	FollowUpProspectDate  value.Date              `json:"schedule_follow_up_prospect,omitzero" d365:"schedulefollowup_prospect"`
	FollowUpQualifyDate   value.Date              `json:"schedule_follow_up_qualify,omitzero" d365:"schedulefollowup_qualify"`
	QualificationComments string                  `json:"qualification_comments,omitzero" d365:"qualificationcomments" text:"2000" personal:"text"`
	Description           string                  `json:"description,omitzero" d365:"description" text:"2000" personal:"text"`
	ParentAccountID       record.AccountID        `json:"parent_account_id,omitzero" d365:"parentaccountid"` // existing account
	ParentContactID       record.ContactID        `json:"parent_contact_id,omitzero" d365:"parentcontactid"` // existing contact
	CampaignID            uuid.UUID               `json:"campaign_id,omitzero" d365:"campaignid"`
	RelatedObjectID       uuid.UUID               `json:"related_object_id,omitzero" d365:"relatedobjectid"`
	OriginatingCaseID     uuid.UUID               `json:"originating_case_id,omitzero" d365:"originatingcaseid"`
}

// LeadStatus is the status of a lead; its State is open, qualified or
// disqualified.
type LeadStatus = value.Choice[leadStatusSet]

// The statuses of a lead. The disqualified ones after Canceled are extensions.
const (
	LeadStatusNew LeadStatus = iota + 1
	LeadStatusContacted
	LeadStatusQualified
	LeadStatusLost
	LeadStatusCannotContact
	LeadStatusNoLongerInterested
	LeadStatusCanceled
	LeadStatusNotIdealCustomerProfile
	LeadStatusDuplicate
	LeadStatusJunk
	LeadStatusNoBudget
	LeadStatusNoAuthority
)

// The states of a lead.
var (
	LeadOpen         = value.State{Key: "open", Code: 0}
	LeadQualified    = value.State{Key: "qualified", Code: 1}
	LeadDisqualified = value.State{Key: "disqualified", Code: 2}
)

type leadStatusSet struct{}

func (leadStatusSet) Table() (string, []value.Option) { return "lead_status", leadStatusTable }

var leadStatusTable = value.Statuses(
	LeadOpen.In(
		value.Option{Key: "new", Label: "New", Code: 1, Default: true},
		value.Option{Key: "contacted", Label: "Contacted", Code: 2},
	),
	LeadQualified.In(
		value.Option{Key: "qualified", Label: "Qualified", Code: 3},
	),
	LeadDisqualified.In(
		value.Option{Key: "lost", Label: "Lost", Code: 4, Default: true},
		value.Option{Key: "cannot_contact", Label: "Cannot Contact", Code: 5},
		value.Option{Key: "no_longer_interested", Label: "No Longer Interested", Code: 6},
		value.Option{Key: "canceled", Label: "Canceled", Code: 7},
		value.Option{Key: "not_ideal_customer_profile", Label: "Not Ideal Customer Profile", Code: 200000001},
		value.Option{Key: "duplicate", Label: "Duplicate", Code: 200000002},
		value.Option{Key: "junk", Label: "Junk", Code: 200000003},
		value.Option{Key: "no_budget", Label: "No Budget", Code: 200000004},
		value.Option{Key: "no_authority", Label: "No Authority", Code: 200000005},
	),
)

// LeadFacts are what decisions about a lead depend on besides lead and
// command. Nothing in the zero value stands in the way.
type LeadFacts struct {
	record.Stamp
	Settings       Settings
	CustomPricing  pricing.CustomPricing // instead of Price
	HasOpportunity bool                  // an opportunity of whatever state originates from the lead
	InUse          []record.Ref          // records that refer to the lead, apart from those that go with it
	Account        *party.Account        // the account linked by lead, command or match, where known
	Contact        *party.Contact        // the contact linked by lead, command or match, where known
	Opportunities  []Opportunity         // those that the command joins, where known
	Inactive       []record.Ref          // chosen customers and owners that are inactive
	Denied         []kinds.Kind          // kinds of records that the actor may not create

	MayIgnoreDuplicates bool // the actor may do lead.ignore_duplicates

	AccountMatches []match.Candidate         // active accounts that the lead's new account would double and the actor may see
	ContactMatches []match.Candidate         // active contacts that the lead's new contact would double and the actor may see
	HiddenAccounts []record.AccountID        // those of them that the actor may not see
	HiddenContacts []record.ContactID        // those of them that the actor may not see
	Stakeholders   []party.ConnectionRole    // of those connected with the lead
	Routing        *Routing                  // who gets the lead, where that is asked
	Routings       []Routing                 // who gets each new opportunity of a qualification, where that is asked
	PriceLists     pricing.DefaultPriceLists // from which new opportunities of a qualification take theirs

	Merging match.MergeFacts[Lead] // of a merge, or of taking one back
}

var (
	leadOpen         = flow.In(LeadStatusNew, LeadStatusContacted)
	leadDisqualified = flow.In(LeadStatusLost, LeadStatusCannotContact, LeadStatusNoLongerInterested, LeadStatusCanceled,
		LeadStatusNotIdealCustomerProfile, LeadStatusDuplicate, LeadStatusJunk, LeadStatusNoBudget, LeadStatusNoAuthority)
	leadClosed = slices.Concat(flow.In(LeadStatusQualified), leadDisqualified)
)

type (
	leadRule  = flow.Rule[*Lead, *LeadFacts, LeadStatus]
	leadGuard = flow.Guard[*Lead, *LeadFacts]
)

var leadFlow = flow.New(
	kinds.Lead,
	func(l *Lead) record.Ref { return l.Ref() },
	func(l *Lead) LeadStatus { return l.Status },
	slices.Concat(
		[]leadRule{
			{Do: actions.LeadEdit, From: flow.In(LeadStatusNew), To: flow.In(LeadStatusNew)},
			{Do: actions.LeadEdit, From: flow.In(LeadStatusContacted), To: flow.In(LeadStatusContacted)},
			{Do: actions.LeadSetStatus, From: leadOpen, To: leadOpen},
			{Do: actions.LeadQualify, From: leadOpen, To: flow.In(LeadStatusQualified)},
			{Do: actions.LeadDisqualify, From: leadOpen, To: leadDisqualified, Needs: flow.Needs(leadHasNoOpportunity)},
			{Do: actions.LeadReactivate, From: flow.In(LeadStatusQualified), To: flow.In(LeadStatusNew)},
			{Do: actions.LeadReactivate, From: leadDisqualified, To: flow.In(LeadStatusNew), Needs: flow.Needs(leadNotMerged)},
			{Do: actions.LeadMergeInto, From: leadOpen, To: flow.In(LeadStatusCanceled)},
			{Do: actions.LeadUnmerge, From: leadDisqualified, To: leadOpen, Needs: flow.Needs(leadMerged)},
			{Do: actions.LeadDelete, From: value.Values[LeadStatus](), Deletes: true, Needs: flow.Needs(leadNotInUse)},
		},
		flow.Staying(actions.LeadMerge, leadOpen, leadRule{}),
		flow.Staying(actions.LeadScore, leadOpen, leadRule{}),
		flow.Staying(actions.LeadChangeCurrency, leadOpen, leadRule{}),
		flow.Staying(actions.LeadAssign, value.Values[LeadStatus](), leadRule{}),
	),
	[]flow.Refuse[LeadStatus]{
		{Do: flow.Do(actions.LeadEdit, actions.LeadScore, actions.LeadChangeCurrency), From: leadClosed, Code: codes.ErrReadOnly},
		{Do: flow.Do(actions.LeadQualify, actions.LeadDisqualify), From: leadClosed, Code: codes.ErrLeadAlreadyClosed},
		{Do: flow.Do(actions.LeadReactivate), From: leadOpen, Code: codes.ErrLeadAlreadyOpen},
		{Do: flow.Do(actions.LeadMerge, actions.LeadMergeInto), From: leadClosed, Code: codes.ErrMergeInactive},
		{Do: flow.Do(actions.LeadUnmerge), From: slices.Concat(leadOpen, flow.In(LeadStatusQualified)), Code: codes.ErrNotMerged},
	},
)

// LeadFlow is the table behind Lead.
func LeadFlow() *flow.Flow[*Lead, *LeadFacts, LeadStatus] { return leadFlow }

var (
	leadHasNoOpportunity = leadGuard{
		Code: codes.ErrLeadHasOpportunity, Text: "no opportunity originates from the lead or was joined by it",
		Holds: func(l *Lead, f *LeadFacts) bool { return !f.HasOpportunity && l.QualifyingOpportunityID.IsZero() },
	}
	leadNotMerged = leadGuard{
		Code: codes.ErrMerged, Text: "the lead is not merged into another one",
		Holds: func(l *Lead, _ *LeadFacts) bool { return !l.Merged },
	}
	leadMerged = leadGuard{
		Code: codes.ErrNotMerged, Text: "the lead is merged into another one",
		Holds: func(l *Lead, _ *LeadFacts) bool { return l.Merged },
	}
	leadNotInUse = leadGuard{
		Code: codes.ErrInUse, Text: "no record refers to the lead",
		Holds:  func(_ *Lead, f *LeadFacts) bool { return len(f.InUse) == 0 },
		Detail: func(_ *Lead, f *LeadFacts) []record.Reason { return flow.InUse(f.InUse) },
	}
)

// RecordKind tells the kind of record.
func (*Lead) RecordKind() kinds.Kind { return kinds.Lead }

// Ref names the record with its kind.
func (l *Lead) Ref() record.Ref { return l.ID.Ref() }

// StatusKey is the key of the status.
func (l *Lead) StatusKey() string { return l.Status.String() }

// MergedInto tells whether the record is merged, and into which.
func (l *Lead) MergedInto() (record.Ref, bool) { return l.MasterID.Ref(), l.Merged }

// DisplayName is the person, or else the company.
func (l *Lead) DisplayName() string { return cmp.Or(l.FullName(), l.CompanyName) }

// FullName is the person's name as one text.
func (l Lead) FullName() string { return record.FullName(l.FirstName, l.MiddleName, l.LastName) }

// Clone returns a deep copy.
func (l Lead) Clone() Lead {
	l.Head.Detach()
	l.Address1, l.Address2 = record.ClonePtr(l.Address1), record.ClonePtr(l.Address2)
	return l
}

// MarshalJSON writes the published JSON form.
func (l Lead) MarshalJSON() ([]byte, error) {
	type plain Lead
	return record.Encode((*plain)(&l))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (l *Lead) UnmarshalJSON(body []byte) error {
	type plain Lead
	return record.Decode(body, (*plain)(l))
}

// CreateLead is the command behind NewLead.
type CreateLead struct {
	ID record.LeadID `json:"id,omitzero"`
	record.Origin
	Fields LeadFields `json:"fields"`
	Status LeadStatus `json:"status,omitzero"` // an open one; default New
	// SourceKey makes capturing repeatable: it is unique among leads.
	SourceKey string `json:"source_key,omitzero" max:"300"`
}

// NewLead creates an open lead. An existing account given as parent fills an
// empty company name, an existing contact empty name, job title, phone and
// e-mail. Without an owner, it belongs to whom the routing of the facts says.
// Codes: ErrMissingField (topic; last name or company name),
// ErrTooLong, ErrOutOfRange, ErrInvalid, ErrStatusNotInState,
// ErrCustomerInactive.
func NewLead(cmd CreateLead, f LeadFacts) (record.Change[Lead], error) {
	status, err := value.StatusIn(cmd.Status, LeadOpen)
	l := Lead{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.Settings.BaseCurrency), LeadFields: cmd.Fields,
		Status: status, SourceKey: cmd.SourceKey,
	}
	l.fillFrom(f.Account, f.Contact)
	if l.Rating == 0 {
		l.Rating = RatingWarm
	}
	if l.ContactMethod == 0 {
		l.ContactMethod = party.ContactMethodAny
	}
	reasons := append(record.ReasonsOf(err), l.LeadFields.Faults("fields.", LeadFields{}, f.Inactive)...)
	do := actions.LeadCreate
	if cmd.SourceKey != "" {
		do = actions.LeadCapture
	}
	told := f.Routing.Owns(&l.Head, cmd.Owner)
	if err := flow.RefuseBirth(do, cmd.ID, &cmd, l.Currency, reasons...); err != nil {
		return record.Change[Lead]{}, err
	}
	schema.Round(&l.LeadFields, l.Currency)
	return record.Change[Lead]{Record: l, Events: []record.Event{record.BornEvent(&l, do, f.Stamp, told)}}, nil
}

// fillFrom takes what the lead does not say itself from its chosen customers.
func (l *Lead) fillFrom(a *party.Account, c *party.Contact) {
	fill := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	if a != nil && !l.ParentAccountID.IsZero() {
		fill(&l.CompanyName, a.Name)
	}
	if c != nil && !l.ParentContactID.IsZero() {
		fill(&l.FirstName, c.FirstName)
		fill(&l.LastName, c.LastName)
		fill(&l.JobTitle, c.JobTitle)
		fill(&l.BusinessPhone, c.BusinessPhone)
		fill(&l.MobilePhone, c.MobilePhone)
		fill(&l.Email1, c.Email1)
	}
}

// Faults are those that no single field shows.
func (l *LeadFields) Faults(path string, was LeadFields, inactive []record.Ref) (reasons []record.Reason) {
	if l.LastName == "" && l.CompanyName == "" {
		reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: path + "last_name", Message: "a lead needs a last name or a company name"})
	}
	if l.SalesStage > SalesStageQualify {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: path + "sales_stage", Message: "a lead is in the stage qualify"})
	}
	return append(reasons, party.ChosenInactive(inactive,
		party.Chosen{Field: path + "parent_account_id", Ref: record.Ref{Kind: kinds.Account, ID: l.ParentAccountID.UUID}, Was: record.Ref{Kind: kinds.Account, ID: was.ParentAccountID.UUID}},
		party.Chosen{Field: path + "parent_contact_id", Ref: record.Ref{Kind: kinds.Contact, ID: l.ParentContactID.UUID}, Was: record.Ref{Kind: kinds.Contact, ID: was.ParentContactID.UUID}})...)
}

// EditLead replaces the editable fields; custom values given are set, a JSON
// null removes one.
type EditLead struct {
	Fields LeadFields    `json:"fields"`
	Custom record.Custom `json:"custom,omitzero"`
}

var editLead = flow.Decide(
	leadFlow, actions.LeadEdit,
	flow.Faultless(codes.ErrCustomerInactive, "a newly chosen account or contact is active; a last name or a company name is there",
		func(l *Lead, c *EditLead, f *LeadFacts) []record.Reason {
			return c.Fields.Faults("fields.", l.LeadFields, f.Inactive)
		}),
)

// Edit changes fields of an open lead; equal values change nothing. Codes:
// ErrReadOnly and those of NewLead.
func (l Lead) Edit(cmd EditLead, f LeadFacts) (record.Change[Lead], error) {
	if err := editLead.Why(&l, &cmd, &f, l.Currency); err != nil {
		return record.Change[Lead]{}, err
	}
	if len(cmd.Custom) == 0 && reflect.DeepEqual(l.LeadFields, cmd.Fields) {
		return record.Change[Lead]{Record: l}, nil
	}
	l.LeadFields = cmd.Fields
	l.Custom = l.Custom.Edited(cmd.Custom)
	return record.Changed(&l, actions.LeadEdit, f.Stamp, nil), nil
}

// SetLeadStatus moves an open lead between New and Contacted.
type SetLeadStatus struct {
	Status LeadStatus `json:"status"`
}

var setLeadStatus = flow.Decide(leadFlow, actions.LeadSetStatus, flow.Check[*Lead, *SetLeadStatus, *LeadFacts]{
	Code: codes.ErrStatusNotInState, Text: "the status is an open one", Field: "status",
	Holds: func(_ *Lead, c *SetLeadStatus, _ *LeadFacts) bool {
		_, err := value.StatusIn(c.Status, LeadOpen)
		return err == nil
	},
})

// SetStatus says how far an open lead is worked on; setting the status it has
// changes nothing. Codes: ErrInvalidTransition, ErrStatusNotInState.
func (l Lead) SetStatus(cmd SetLeadStatus, f LeadFacts) (record.Change[Lead], error) {
	if err := setLeadStatus.Why(&l, &cmd, &f, l.Currency); err != nil {
		return record.Change[Lead]{}, err
	}
	to, _ := value.StatusIn(cmd.Status, LeadOpen)
	if to == l.Status {
		return record.Change[Lead]{Record: l}, nil
	}
	return record.Moved(&l, &l.Status, to, actions.LeadSetStatus, f.Stamp, nil), nil
}

// DisqualifyLead closes a lead for a reason: a disqualified status, default
// Lost, and a note in own words.
type DisqualifyLead struct {
	Status LeadStatus `json:"status,omitzero"`
	Note   string     `json:"note,omitzero" text:"2000"`
}

var disqualifyLead = flow.Decide(leadFlow, actions.LeadDisqualify, flow.Check[*Lead, *DisqualifyLead, *LeadFacts]{
	Code: codes.ErrStatusNotInState, Text: "the status is a disqualified one", Field: "status",
	Holds: func(_ *Lead, c *DisqualifyLead, _ *LeadFacts) bool {
		_, err := value.StatusIn(c.Status, LeadDisqualified)
		return err == nil
	},
})

// Disqualify closes an open lead that led to no opportunity. The lead keeps
// everything it has. Codes: ErrLeadAlreadyClosed, ErrLeadHasOpportunity,
// ErrStatusNotInState.
func (l Lead) Disqualify(cmd DisqualifyLead, f LeadFacts) (record.Change[Lead], error) {
	if err := disqualifyLead.Why(&l, &cmd, &f, l.Currency); err != nil {
		return record.Change[Lead]{}, err
	}
	to, _ := value.StatusIn(cmd.Status, LeadDisqualified)
	l.DisqualifyNote = cmd.Note
	return record.Moved(&l, &l.Status, to, actions.LeadDisqualify, f.Stamp, record.DataOf("note", cmd.Note)), nil
}

// ReactivateLead opens a closed lead again.
type ReactivateLead struct{}

var reactivateLead = flow.Decide[*ReactivateLead](leadFlow, actions.LeadReactivate)

// Reactivate opens a disqualified or qualified lead again, as New, with all it
// had; the disqualify note moves to the event. Codes: ErrLeadAlreadyOpen,
// ErrMerged.
func (l Lead) Reactivate(cmd ReactivateLead, f LeadFacts) (record.Change[Lead], error) {
	if err := reactivateLead.Why(&l, &cmd, &f, l.Currency); err != nil {
		return record.Change[Lead]{}, err
	}
	note := l.DisqualifyNote
	l.DisqualifyNote, l.QualifiedOn = "", 0
	return record.Moved(&l, &l.Status, LeadStatusNew, actions.LeadReactivate, f.Stamp, record.DataOf("disqualify_note", note)), nil
}

var assignLead = flow.Decide(leadFlow, actions.LeadAssign,
	flow.AssignChecks[*Lead](func(f *LeadFacts) []record.Ref { return f.Inactive }, false)...)

// Assign gives the lead another owner, in any status. Code: ErrInactive for an
// inactive seller.
func (l Lead) Assign(cmd record.Assign, f LeadFacts) (record.Change[Lead], error) {
	if err := assignLead.Why(&l, &cmd, &f, l.Currency); err != nil {
		return record.Change[Lead]{}, err
	}
	if l.Owner == cmd.Owner {
		return record.Change[Lead]{Record: l}, nil
	}
	from := l.Owner
	l.Owner = cmd.Owner
	return record.Changed(&l, actions.LeadAssign, f.Stamp, record.DataOf("from", from.String(), "to", cmd.Owner.String())), nil
}

var changeLeadCurrency = flow.Decide[*record.ChangeCurrency](leadFlow, actions.LeadChangeCurrency)

// ChangeCurrency gives an open lead another currency; amounts keep their figures.
// Codes: ErrReadOnly, ErrOutOfRange where an amount does not fit.
func (l Lead) ChangeCurrency(cmd record.ChangeCurrency, f LeadFacts) (record.Change[Lead], error) {
	if err := changeLeadCurrency.Why(&l, &cmd, &f, cmd.Currency); err != nil {
		return record.Change[Lead]{}, err
	}
	if cmd.Keeps(&l.Head) {
		return record.Change[Lead]{Record: l}, nil
	}
	if reasons := schema.Validate(&l.LeadFields, cmd.Currency); len(reasons) > 0 {
		return record.Change[Lead]{}, leadFlow.Refused(&l, actions.LeadChangeCurrency, reasons)
	}
	from := l.Currency
	l.GiveRate(cmd.Currency, cmd.ExchangeRate)
	schema.Round(&l.LeadFields, l.Currency)
	return record.Changed(&l, actions.LeadChangeCurrency, f.Stamp, record.DataOf("from", from.String(), "to", l.Currency.String())), nil
}

var scoreLead = flow.Decide[*SetScore](leadFlow, actions.LeadScore)

// SetScore stores the score of an open lead and grades it by the bounds of the
// settings; an equal score, trend and grade changes nothing. Codes: ErrReadOnly,
// ErrOutOfRange.
func (l Lead) SetScore(cmd SetScore, f LeadFacts) (record.Change[Lead], error) {
	if err := scoreLead.Why(&l, &cmd, &f, l.Currency); err != nil {
		return record.Change[Lead]{}, err
	}
	if !cmd.rate(&l.Score, &l.Grade, &l.ScoreTrend, f.Settings.Grades) {
		return record.Change[Lead]{Record: l}, nil
	}
	return record.Changed(&l, actions.LeadScore, f.Stamp, cmd.told()), nil
}

var deleteLead = flow.Decide[*record.DeleteRecord](leadFlow, actions.LeadDelete)

// Delete removes the lead. Its notes, activities and connections go with it,
// and back-references to it are cleared; the usual way to end a lead is to
// disqualify it. Code: ErrInUse.
func (l Lead) Delete(cmd record.DeleteRecord, f LeadFacts) (record.Change[Lead], error) {
	if err := deleteLead.Why(&l, &cmd, &f, l.Currency); err != nil {
		return record.Change[Lead]{}, err
	}
	return record.Change[Lead]{Record: l, Events: []record.Event{record.DeletedEvent(&l, actions.LeadDelete, f.Stamp, nil)}}, nil
}

// ForgetOpportunity clears the reference to a deleted opportunity.
func (l Lead) ForgetOpportunity(s record.Stamp) record.Change[Lead] {
	was := l.QualifyingOpportunityID
	l.QualifyingOpportunityID = record.OpportunityID{}
	return record.Changed(&l, actions.LeadEdit, s, record.DataOf("qualifying_opportunity_id", was.String()))
}

var leadMerging = match.MergingOf(match.Mergeable[Lead, record.LeadID, LeadFacts, LeadStatus]{
	RecordKind: kinds.Lead, Flow: leadFlow,
	Facts:  func(f *LeadFacts) *match.MergeFacts[Lead] { return &f.Merging },
	Stamp:  func(f *LeadFacts) record.Stamp { return f.Stamp },
	Fields: func(r *Lead) reflect.Value { return reflect.ValueOf(&r.LeadFields).Elem() },
	Retire: func(r *Lead, master record.LeadID, s record.Stamp) LeadStatus {
		was := r.Status
		r.Merged, r.MasterID = true, master
		record.Enter(&r.Head, &r.Status, LeadStatusCanceled)
		r.Touch(s)
		return was
	},
	Inherits: func(master, sub *Lead) {
		if master.QualifyingOpportunityID.IsZero() {
			master.QualifyingOpportunityID = sub.QualifyingOpportunityID
		}
	},
})

// MergeLead is the [match.Merge] of a lead.
type MergeLead = match.Merge[record.LeadID]

// Merge makes the lead the master of another one that is the same: it takes the
// chosen values, everything that refers to the other one refers to it, closed
// and read-only records included, and the subordinate is Canceled.
// What comes from the subordinate comes from the master then, its opportunity
// too. Codes:
// ErrMergeSelf, ErrMergeInactive, ErrMergeDenied, ErrInvalid for a field that
// cannot be taken, ErrCurrencyMismatch for an amount of another currency,
// ErrNotFound.
func (r Lead) Merge(cmd MergeLead, f LeadFacts) (match.Merged[Lead], error) {
	return leadMerging.Join(r, cmd, f)
}

// Unmerge takes back the merge of the lead into its master: master, lead and
// everything that was re-pointed get back what the merge changed, and the lead
// is open again, in the status it had. What else changed since stays. Codes: ErrNotMerged, ErrConflict
// if a field that the merge changed was changed again.
func (r Lead) Unmerge(cmd match.Unmerge, f LeadFacts) (match.Merged[Lead], error) {
	return leadMerging.Part(r, cmd, f)
}
