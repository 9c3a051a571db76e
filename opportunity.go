package leadtocash

import (
	"reflect"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Opportunity is a possible sale: developed and proposed while open, then won
// or lost. What it sells stands on its lines; what is offered stands on its
// quotes.
type Opportunity struct {
	ID record.OpportunityID `json:"id" d365:"opportunityid"`
	record.Head
	OpportunityFields
	Status            OpportunityStatus       `json:"status" d365:"statuscode"`
	OriginatingLeadID record.LeadID           `json:"originating_lead_id,omitzero" d365:"originatingleadid"`
	ActualValue       value.Opt[money.Amount] `json:"actual_value,omitzero" d365:"actualvalue" range:"-1e12..1e12"` // while won
	ActualCloseDate   value.Date              `json:"actual_close_date,omitzero" d365:"actualclosedate"`            // while won or lost
	Competitors       []record.CompetitorID   `json:"competitors,omitzero" most:"1000"`
	Score             value.Opt[int32]        `json:"score,omitzero" d365:"msdyn_opportunityscore" range:"0..100"`
	Grade             Grade                   `json:"grade,omitzero" d365:"msdyn_opportunitygrade"`
	ScoreTrend        ScoreTrend              `json:"score_trend,omitzero" d365:"msdyn_opportunityscoretrend"`
	pricing.PricedLines
}

// OpportunityFields are the fields of an opportunity that people edit.
type OpportunityFields struct {
	Name                      string                  `json:"name" d365:"name" max:"300" need:"true"`
	CustomerID                record.CustomerID       `json:"customer_id,omitzero" d365:"customerid"` // default: the account, else the contact
	ParentAccountID           record.AccountID        `json:"parent_account_id,omitzero" d365:"parentaccountid"`
	ParentContactID           record.ContactID        `json:"parent_contact_id,omitzero" d365:"parentcontactid"` // becomes a stakeholder
	IsRevenueSystemCalculated bool                    `json:"is_revenue_system_calculated,omitzero" d365:"isrevenuesystemcalculated"`
	EstimatedValue            value.Opt[money.Amount] `json:"estimated_value,omitzero" d365:"estimatedvalue" range:"-1e12..1e12"` // the total, when system calculated
	EstimatedCloseDate        value.Date              `json:"estimated_close_date,omitzero" d365:"estimatedclosedate"`
	CloseProbability          value.Opt[int32]        `json:"close_probability,omitzero" d365:"closeprobability" range:"0..100"`
	Rating                    Rating                  `json:"rating,omitzero" d365:"opportunityratingcode"` // Warm unless given
	SalesStage                SalesStage              `json:"sales_stage,omitzero" d365:"salesstage"`
	ForecastCategory          ForecastCategory        `json:"forecast_category,omitzero" d365:"msdyn_forecastcategory"` // Won and Lost only by closing
	PipelinePhase             string                  `json:"pipeline_phase,omitzero" d365:"stepname" max:"200"`
	BudgetAmount              value.Opt[money.Amount] `json:"budget_amount,omitzero" d365:"budgetamount" range:"0..1e12"`
	BudgetStatus              BudgetStatus            `json:"budget_status,omitzero" d365:"budgetstatus"`
	Need                      Need                    `json:"need,omitzero" d365:"need"`
	PurchaseProcess           PurchaseProcess         `json:"purchase_process,omitzero" d365:"purchaseprocess"`
	PurchaseTimeframe         PurchaseTimeframe       `json:"purchase_timeframe,omitzero" d365:"purchasetimeframe"`
	Timeline                  Timeline                `json:"timeline,omitzero" d365:"timeline"`
	InitialCommunication      InitialCommunication    `json:"initial_communication,omitzero" d365:"initialcommunication"`
	DecisionMaker             bool                    `json:"decision_maker,omitzero" d365:"decisionmaker"`
	ConfirmInterest           bool                    `json:"confirm_interest,omitzero" d365:"confirminterest"`
	EvaluateFit               bool                    `json:"evaluate_fit,omitzero" d365:"evaluatefit"`
	IdentifyCustomerContacts  bool                    `json:"identify_customer_contacts,omitzero" d365:"identifycustomercontacts"`
	IdentifyCompetitors       bool                    `json:"identify_competitors,omitzero" d365:"identifycompetitors"`
	IdentifyPursuitTeam       bool                    `json:"identify_pursuit_team,omitzero" d365:"identifypursuitteam"`
	DevelopProposal           bool                    `json:"develop_proposal,omitzero" d365:"developproposal"`
	CompleteInternalReview    bool                    `json:"complete_internal_review,omitzero" d365:"completeinternalreview"`
	PresentProposal           bool                    `json:"present_proposal,omitzero" d365:"presentproposal"`
	CaptureProposalFeedback   bool                    `json:"capture_proposal_feedback,omitzero" d365:"captureproposalfeedback"`
	ResolveFeedback           bool                    `json:"resolve_feedback,omitzero" d365:"resolvefeedback"`
	CompleteFinalProposal     bool                    `json:"complete_final_proposal,omitzero" d365:"completefinalproposal"`
	PresentFinalProposal      bool                    `json:"present_final_proposal,omitzero" d365:"presentfinalproposal"`
	SendThankYouNote          bool                    `json:"send_thank_you_note,omitzero" d365:"sendthankyounote"`
	FileDebrief               bool                    `json:"file_debrief,omitzero" d365:"filedebrief"`
	PursuitDecision           bool                    `json:"pursuit_decision,omitzero" d365:"pursuitdecision"`
	CustomerNeed              string                  `json:"customer_need,omitzero" d365:"customerneed" text:"2000"`
	ProposedSolution          string                  `json:"proposed_solution,omitzero" d365:"proposedsolution" text:"2000"`
	CurrentSituation          string                  `json:"current_situation,omitzero" d365:"currentsituation" text:"2000"`
	CustomerPainPoints        string                  `json:"customer_pain_points,omitzero" d365:"customerpainpoints" text:"2000"`
	QualificationComments     string                  `json:"qualification_comments,omitzero" d365:"qualificationcomments" text:"2000"`
	QuoteComments             string                  `json:"quote_comments,omitzero" d365:"quotecomments" text:"2000"`
	Description               string                  `json:"description,omitzero" d365:"description" text:"2000"`
	FinalDecisionDate         value.Date              `json:"final_decision_date,omitzero" d365:"finaldecisiondate"`
	ProposalMeetingDate       value.Date              `json:"schedule_proposal_meeting,omitzero" d365:"scheduleproposalmeeting"`
	FollowUpProspectDate      value.Date              `json:"schedule_follow_up_prospect,omitzero" d365:"schedulefollowup_prospect"`
	FollowUpQualifyDate       value.Date              `json:"schedule_follow_up_qualify,omitzero" d365:"schedulefollowup_qualify"`
	CampaignID                uuid.UUID               `json:"campaign_id,omitzero" d365:"campaignid"`
	EmailAddress              string                  `json:"email_address,omitzero" d365:"emailaddress" max:"100"`
	OrganizationID            record.OrganizationID   `json:"organization_id,omitzero"` // of the host's own that sells; default: the default one
	pricing.Charges
}

// OpportunityStatus is the status of an opportunity; its State is open, won or
// lost.
type OpportunityStatus = value.Choice[opportunityStatusSet]

// The statuses of an opportunity.
const (
	OpportunityStatusInProgress OpportunityStatus = iota + 1
	OpportunityStatusOnHold
	OpportunityStatusWon
	OpportunityStatusCanceled
	OpportunityStatusOutSold
)

// The states of an opportunity.
var (
	OpportunityOpen = value.State{Key: "open", Code: 0}
	OpportunityWon  = value.State{Key: "won", Code: 1}
	OpportunityLost = value.State{Key: "lost", Code: 2}
)

type opportunityStatusSet struct{}

func (opportunityStatusSet) Table() (string, []value.Option) {
	return "opportunity_status", opportunityStatusTable
}

var opportunityStatusTable = value.Statuses(
	OpportunityOpen.In(
		value.Option{Key: "in_progress", Label: "In Progress", Code: 1, Default: true},
		value.Option{Key: "on_hold", Label: "On Hold", Code: 2},
	),
	OpportunityWon.In(
		value.Option{Key: "won", Label: "Won", Code: 3},
	),
	OpportunityLost.In(
		value.Option{Key: "canceled", Label: "Canceled", Code: 4, Default: true},
		value.Option{Key: "out_sold", Label: "Out-Sold", Code: 5},
	),
)

// OpportunityFacts are what decisions about an opportunity depend on besides
// opportunity and command. Nothing in the zero value stands in the way.
type OpportunityFacts struct {
	record.Stamp
	Settings         Settings
	CustomPricing    pricing.CustomPricing     // instead of Price
	Catalog          *catalog.Catalog          // of the lines; nil: prices stay as they are
	PriceLists       pricing.DefaultPriceLists // where none is chosen
	OpenQuotes       []QuoteRef                // quotes of the opportunity that are draft or active
	Dependants       []record.Ref              // its quotes, orders and invoices, of whatever status
	WonTotal         value.Opt[money.Amount]   // total of its won quotes
	Close            *OpportunityClose         // the completed one, while won or lost
	LeadDisqualified bool                      // the originating lead of a new opportunity is disqualified
	Stakeholder      bool                      // the contact is a stakeholder already
	Organization     *party.Organization       // that sells, where the document has one
	Account          *party.Account            // the account of the customer, where known: addresses and terms of new documents
	Contact          *party.Contact            // the contact, likewise
	InUse            []record.Ref              // records that refer to the opportunity, apart from those that go with it
	Inactive         []record.Ref              // chosen customers and owners that are inactive
	Routing          *Routing                  // who gets the opportunity, where that is asked
}

// price is what the calculation of an opportunity depends on.
func (f *OpportunityFacts) price() pricing.PriceInput {
	return f.Settings.Priced(f.Catalog, f.Today, f.CustomPricing)
}

// QuoteRef is what a decision needs to know of another quote.
type QuoteRef struct {
	ID       record.QuoteID
	Number   string
	Revision int32
	Status   QuoteStatus
}

var (
	opportunityOpen   = flow.In(OpportunityStatusInProgress, OpportunityStatusOnHold)
	opportunityLost   = flow.In(OpportunityStatusCanceled, OpportunityStatusOutSold)
	opportunityClosed = flow.In(OpportunityStatusWon, OpportunityStatusCanceled, OpportunityStatusOutSold)
)

type (
	opportunityRule  = flow.Rule[*Opportunity, *OpportunityFacts, OpportunityStatus]
	opportunityGuard = flow.Guard[*Opportunity, *OpportunityFacts]
)

var opportunityFlow = flow.New(
	kinds.Opportunity,
	func(o *Opportunity) record.Ref { return o.Ref() },
	func(o *Opportunity) OpportunityStatus { return o.Status },
	slices.Concat(
		flow.Staying(actions.OpportunityEdit, opportunityOpen, opportunityRule{}),
		flow.Staying(actions.OpportunityEditLines, opportunityOpen, opportunityRule{Needs: flow.Needs(opportunityHasCurrency)}),
		flow.Staying(actions.OpportunityRecalculate, opportunityOpen, opportunityRule{}),
		flow.Staying(actions.OpportunityEditCompetitors, opportunityOpen, opportunityRule{}),
		flow.Staying(actions.OpportunityScore, opportunityOpen, opportunityRule{}),
		flow.Staying(actions.OpportunityChangeCurrency, opportunityOpen, opportunityRule{Needs: flow.Needs(opportunityCurrencyFree)}),
		flow.Staying(actions.OpportunityCalculateActualValue, flow.In(OpportunityStatusWon), opportunityRule{}),
		flow.Staying(actions.OpportunityGenerateQuote, slices.Concat(opportunityOpen, flow.In(OpportunityStatusWon)), opportunityRule{Needs: flow.Needs(opportunityHasCurrency)}),
		flow.Staying(actions.OpportunityGenerateOrder, slices.Concat(opportunityOpen, flow.In(OpportunityStatusWon)), opportunityRule{Needs: flow.Needs(opportunityHasCurrency)}),
		flow.Staying(actions.OpportunityGenerateInvoice, slices.Concat(opportunityOpen, flow.In(OpportunityStatusWon)), opportunityRule{Needs: flow.Needs(opportunityHasCurrency)}),
		flow.Staying(actions.OpportunityAssign, value.Values[OpportunityStatus](), opportunityRule{}),
		[]opportunityRule{
			{Do: actions.OpportunityHold, From: flow.In(OpportunityStatusInProgress), To: flow.In(OpportunityStatusOnHold)},
			{Do: actions.OpportunityHold, From: flow.In(OpportunityStatusOnHold), To: flow.In(OpportunityStatusOnHold), NoOp: true},
			{Do: actions.OpportunityResume, From: flow.In(OpportunityStatusInProgress), To: flow.In(OpportunityStatusInProgress), NoOp: true},
			{Do: actions.OpportunityResume, From: flow.In(OpportunityStatusOnHold), To: flow.In(OpportunityStatusInProgress)},
			{Do: actions.OpportunityWin, From: opportunityOpen, To: flow.In(OpportunityStatusWon), Needs: flow.Needs(noOpenQuotes)},
			{Do: actions.OpportunityLose, From: opportunityOpen, To: opportunityLost, Needs: flow.Needs(noOpenQuotes)},
			{Do: actions.OpportunityReopen, From: opportunityClosed, To: flow.In(OpportunityStatusInProgress)},
			{Do: actions.OpportunityDelete, From: opportunityOpen, Deletes: true, Needs: flow.Needs(opportunityNotInUse)},
		},
	),
	[]flow.Refuse[OpportunityStatus]{
		{Do: flow.Do(actions.OpportunityEdit, actions.OpportunityChangeCurrency, actions.OpportunityRecalculate, actions.OpportunityEditCompetitors, actions.OpportunityScore), From: opportunityClosed, Code: codes.ErrReadOnly},
		{Do: flow.Do(actions.OpportunityEditLines), From: opportunityClosed, Code: codes.ErrParentReadOnly},
		{Do: flow.Do(actions.OpportunityWin, actions.OpportunityLose), From: opportunityClosed, Code: codes.ErrOpportunityAlreadyClosed},
		{Do: flow.Do(actions.OpportunityReopen), From: opportunityOpen, Code: codes.ErrOpportunityAlreadyOpen},
		{Do: flow.Do(actions.OpportunityDelete), From: opportunityClosed, Code: codes.ErrDeleteReadOnly},
	},
)

// OpportunityFlow is the table behind Opportunity.
func OpportunityFlow() *flow.Flow[*Opportunity, *OpportunityFacts, OpportunityStatus] {
	return opportunityFlow
}

var (
	noOpenQuotes = opportunityGuard{
		Code: codes.ErrOpportunityHasOpenQuotes, Text: "no quote of the opportunity is draft or active",
		Holds:  func(_ *Opportunity, f *OpportunityFacts) bool { return len(f.OpenQuotes) == 0 },
		Detail: func(_ *Opportunity, f *OpportunityFacts) []record.Reason { return openQuotes(f.OpenQuotes) },
	}
	opportunityHasCurrency = opportunityGuard{
		Code: codes.ErrMissingField, Text: "the currency is set, for nothing is rounded without one",
		Holds:  func(o *Opportunity, _ *OpportunityFacts) bool { return !o.Currency.IsZero() },
		Detail: func(*Opportunity, *OpportunityFacts) []record.Reason { return noCurrency() },
	}
	opportunityCurrencyFree = opportunityGuard{
		Code: codes.ErrCurrencyInUse, Text: "neither lines nor quotes, orders or invoices depend on the currency",
		Holds: func(o *Opportunity, f *OpportunityFacts) bool { return len(o.Lines) == 0 && len(f.Dependants) == 0 },
	}
	opportunityNotInUse = opportunityGuard{
		Code: codes.ErrInUse, Text: "no record refers to the opportunity",
		Holds:  func(_ *Opportunity, f *OpportunityFacts) bool { return len(f.InUse) == 0 },
		Detail: func(_ *Opportunity, f *OpportunityFacts) []record.Reason { return flow.InUse(f.InUse) },
	}
)

// RecordKind tells the kind of record.
func (*Opportunity) RecordKind() kinds.Kind { return kinds.Opportunity }

// Ref names the record with its kind.
func (o *Opportunity) Ref() record.Ref { return o.ID.Ref() }

// StatusKey is the key of the status.
func (o *Opportunity) StatusKey() string { return o.Status.String() }

// PriceParts are what the calculation reads and writes.
func (o *Opportunity) PriceParts() (*pricing.Charges, *pricing.PricedLines) {
	return &o.Charges, &o.PricedLines
}

// Clone returns a deep copy.
func (o Opportunity) Clone() Opportunity {
	o.Head.Detach()
	o.Charges.Clone()
	o.PricedLines.Clone()
	o.Competitors = slices.Clone(o.Competitors)
	return o
}

// MarshalJSON writes the published JSON form.
func (o Opportunity) MarshalJSON() ([]byte, error) {
	type plain Opportunity
	return record.Encode((*plain)(&o))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (o *Opportunity) UnmarshalJSON(body []byte) error {
	type plain Opportunity
	return record.Decode(body, (*plain)(o))
}

// Settle fills in what follows from the editable fields: customer, defaults,
// totals and, where system calculated, the estimated value.
func (o *Opportunity) Settle(p pricing.PriceInput) (notices []record.Reason) {
	o.CustomerID = o.Customer()
	if o.ParentAccountID.IsZero() && o.ParentContactID.IsZero() {
		o.ParentAccountID, o.ParentContactID = o.CustomerID.Account(), o.CustomerID.Contact()
	}
	if o.Rating == 0 {
		o.Rating = RatingWarm
	}
	if o.ForecastCategory == 0 {
		o.ForecastCategory = ForecastCategoryPipeline
	}
	notices = o.PricedLines.CalculateNoticed(&o.Head, &o.Charges, p)
	if o.IsRevenueSystemCalculated {
		o.EstimatedValue = value.Some(o.TotalAmount)
	}
	return notices
}

// SavedOpportunity is an opportunity that was created or edited, with the
// stakeholder that its contact became.
type SavedOpportunity struct {
	Record      Opportunity        `json:"opportunity"`
	Connections []party.Connection `json:"connections,omitzero"`
	Notices     []record.Reason    `json:"notices,omitzero"`
	Events      []record.Event     `json:"events,omitzero"`
}

// CreateOpportunity is the command behind NewOpportunity.
type CreateOpportunity struct {
	ID record.OpportunityID `json:"id,omitzero"`
	record.Origin
	Fields            OpportunityFields    `json:"fields"`
	Status            OpportunityStatus    `json:"status,omitzero"` // an open one; default In Progress
	OriginatingLeadID record.LeadID        `json:"originating_lead_id,omitzero"`
	Lines             []pricing.LineFields `json:"lines,omitzero"`
}

// NewOpportunity creates an open opportunity; a contact given becomes its
// stakeholder. Without an owner, it belongs to whom the routing of the facts
// says; without price list it has that of DefaultPriceLists. Codes:
// ErrMissingField (name), ErrOpportunityParentMissing,
// ErrOpportunityParentInvalid, ErrCustomerInactive, ErrLeadAlreadyClosed for a
// disqualified lead, those of lines and ErrStatusNotInState.
func NewOpportunity(cmd CreateOpportunity, f OpportunityFacts) (SavedOpportunity, error) {
	status, err := value.StatusIn(cmd.Status, OpportunityOpen)
	reasons := append(record.ReasonsOf(err), cmd.Fields.Faults("fields.", OpportunityFields{}, f.Inactive)...)
	if f.LeadDisqualified && !cmd.OriginatingLeadID.IsZero() {
		reasons = append(reasons, record.Reason{Code: codes.ErrLeadAlreadyClosed, Field: "originating_lead_id", Message: "the lead is disqualified"})
	}
	o := Opportunity{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.Settings.BaseCurrency), OpportunityFields: cmd.Fields,
		Status: status, OriginatingLeadID: cmd.OriginatingLeadID,
	}
	o.Pricing = f.Settings.Pricing
	o.Charges.TakeDefault(&f.PriceLists, o.Currency, f.Today)
	o.OrganizationID = f.Settings.soldBy(o.OrganizationID, record.OrganizationID{})
	reasons = append(reasons, o.Charges.Faults(f.Catalog, o.Currency, o.Pricing.TaxMode, nil)...)
	if len(cmd.Lines) > 0 && o.Currency.IsZero() {
		reasons = append(reasons, noCurrency()...)
	}
	lines, faults := pricing.NewLines(cmd.Lines, f.price(), o.PriceListID)
	reasons = append(reasons, faults...)
	if err := flow.RefuseBirth(actions.OpportunityCreate, cmd.ID, &cmd, o.Currency, reasons...); err != nil {
		return SavedOpportunity{}, err
	}
	schema.Round(&o.OpportunityFields, o.Currency)
	o.PricedLines.Add(lines)
	notices := o.Settle(f.price())
	told := f.Routing.Owns(&o.Head, cmd.Owner)
	out := SavedOpportunity{Record: o, Notices: notices, Events: []record.Event{record.BornEvent(&o, actions.OpportunityCreate, f.Stamp, told)}}
	out.addStakeholder(f)
	return out, nil
}

// addStakeholder connects the contact, unless that is done already.
func (out *SavedOpportunity) addStakeholder(f OpportunityFacts) {
	o := &out.Record
	if o.ParentContactID.IsZero() || f.Stakeholder {
		return
	}
	id := record.ConnectionID{UUID: record.DerivedID(f.Stamp, o.ID.UUID, o.Version, "stakeholder", 0)}
	conn, event := party.NewStakeholder(id, o.Ref(), o.ParentContactID, f.Stamp, o.Head)
	out.Connections = append(out.Connections, conn)
	out.Events = append(out.Events, event)
}

// Customer is the one given, else the account, else the contact.
func (o *OpportunityFields) Customer() record.CustomerID {
	switch {
	case o.CustomerID.ID != uuid.Nil:
		return o.CustomerID
	case !o.ParentAccountID.IsZero():
		return record.AccountCustomer(o.ParentAccountID)
	case !o.ParentContactID.IsZero():
		return record.ContactCustomer(o.ParentContactID)
	}
	return record.CustomerID{}
}

// Faults are those that no single field shows.
func (o *OpportunityFields) Faults(path string, was OpportunityFields, inactive []record.Ref) (reasons []record.Reason) {
	add := func(code codes.Code, field, message string) {
		reasons = append(reasons, record.Reason{Code: code, Field: path + field, Message: message})
	}
	reasons = append(reasons, headerFaults(path, "", o.OrganizationID, was.OrganizationID, nil, inactive)...)
	switch {
	case o.CustomerID.ID == uuid.Nil && o.ParentAccountID.IsZero() && o.ParentContactID.IsZero():
		add(codes.ErrOpportunityParentMissing, "customer_id", codes.ErrOpportunityParentMissing.Info().Text)
	case o.CustomerID.ID != uuid.Nil && o.CustomerID.Kind != kinds.Account && o.CustomerID.Kind != kinds.Contact:
		add(codes.ErrOpportunityParentInvalid, "customer_id", codes.ErrOpportunityParentInvalid.Info().Text)
	}
	if o.ForecastCategory == ForecastCategoryWon || o.ForecastCategory == ForecastCategoryLost {
		add(codes.ErrUseDedicatedAction, "forecast_category", "won and lost are set by closing the opportunity")
	}
	return append(reasons, party.ChosenInactive(inactive,
		party.Chosen{Field: path + "customer_id", Ref: o.Customer().Ref, Was: was.CustomerID.Ref},
		party.Chosen{Field: path + "parent_account_id", Ref: record.Ref{Kind: kinds.Account, ID: o.ParentAccountID.UUID}, Was: record.Ref{Kind: kinds.Account, ID: was.ParentAccountID.UUID}},
		party.Chosen{Field: path + "parent_contact_id", Ref: record.Ref{Kind: kinds.Contact, ID: o.ParentContactID.UUID}, Was: record.Ref{Kind: kinds.Contact, ID: was.ParentContactID.UUID}})...)
}

// EditOpportunity replaces the editable fields; custom values given are set, a
// JSON null removes one.
type EditOpportunity struct {
	Fields OpportunityFields `json:"fields"`
	Custom record.Custom     `json:"custom,omitzero"`
}

var editOpportunity = flow.Decide(
	opportunityFlow, actions.OpportunityEdit,
	flow.Faultless(codes.ErrCustomerInactive, "a customer is there, and a newly chosen one is active",
		func(o *Opportunity, c *EditOpportunity, f *OpportunityFacts) []record.Reason {
			return c.Fields.Faults("fields.", o.OpportunityFields, f.Inactive)
		}),
	flow.Faultless(codes.ErrCurrencyMismatch, "the price list is in the currency of the opportunity, and the tax of freight is sound",
		func(o *Opportunity, c *EditOpportunity, f *OpportunityFacts) []record.Reason {
			return c.Fields.Charges.Faults(f.Catalog, o.Currency, o.Pricing.TaxMode, o.Adjustments)
		}),
)

// Edit changes fields of an open opportunity and calculates it; equal values
// change nothing. A newly chosen contact becomes a stakeholder. Codes:
// ErrReadOnly and those of NewOpportunity.
func (o Opportunity) Edit(cmd EditOpportunity, f OpportunityFacts) (SavedOpportunity, error) {
	if err := editOpportunity.Why(&o, &cmd, &f, o.Currency); err != nil {
		return SavedOpportunity{}, err
	}
	before := o
	o.OpportunityFields = cmd.Fields
	o.Settle(f.price())
	if len(cmd.Custom) == 0 && reflect.DeepEqual(before.OpportunityFields, o.OpportunityFields) {
		return SavedOpportunity{Record: before}, nil
	}
	o.Custom = o.Custom.Edited(cmd.Custom)
	o.Touch(f.Stamp)
	out := SavedOpportunity{Record: o}
	out.Events = []record.Event{record.StepEvent(&out.Record, actions.OpportunityEdit, o.Status.String(), f.Stamp, nil)}
	if o.ParentContactID != before.ParentContactID {
		out.addStakeholder(f)
	}
	return out, nil
}

var editOpportunityLines = flow.Decide(
	opportunityFlow, actions.OpportunityEditLines,
	opportunityLinesAre(codes.ErrInactiveProduct, "a newly chosen product can be sold"),
	opportunityLinesAre(codes.ErrMissingPriceList, "a catalogue line finds a price list on the opportunity, unless settings make it optional"),
	opportunityLinesAre(codes.ErrInvalid, "the lines are sound: a product with a unit of its own, or a write-in text with price"),
)

// opportunityLinesAre is the check of the edited lines for one code, or for all
// faults that have no check of their own.
func opportunityLinesAre(code codes.Code, text string) flow.Check[*Opportunity, *pricing.EditLines, *OpportunityFacts] {
	return flow.Faultless(code, text, func(o *Opportunity, c *pricing.EditLines, f *OpportunityFacts) []record.Reason {
		return concerning(code, o.PricedLines.LineFaults(*c, f.price(), o.PriceListID))
	})
}

// EditLines adds, changes and removes lines of an open opportunity and
// calculates it. Codes: ErrParentReadOnly, ErrNotFound for an unknown line
// number, ErrMissingProduct, ErrMissingUnit, ErrMissingQuantity,
// ErrMissingPriceList, ErrProductAndWriteIn, ErrUnitOnWriteIn.
func (o Opportunity) EditLines(cmd pricing.EditLines, f OpportunityFacts) (record.Change[Opportunity], error) {
	if err := editOpportunityLines.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Opportunity]{}, err
	}
	if cmd.IsZero() {
		return record.Change[Opportunity]{Record: o}, nil
	}
	o.PricedLines = o.PricedLines.Edited(cmd, f.price())
	notices := o.Settle(f.price())
	return record.Changed(&o, actions.OpportunityEditLines, f.Stamp, nil).Noticed(notices...), nil
}

var changeOpportunityCurrency = flow.Decide(opportunityFlow, actions.OpportunityChangeCurrency, flow.Check[*Opportunity, *pricing.ChangeCurrency, *OpportunityFacts]{
	Code: codes.ErrCurrencyMismatch, Text: "the price list is in the new currency", Field: "currency",
	Holds: func(o *Opportunity, c *pricing.ChangeCurrency, f *OpportunityFacts) bool {
		return f.Catalog.Fits(o.PriceListID, c.Currency)
	},
})

// ChangeCurrency gives the opportunity another currency while nothing depends
// on the old one; amounts keep their figures where the new currency can hold
// them. Codes: ErrReadOnly, ErrCurrencyInUse, ErrOutOfRange.
func (o Opportunity) ChangeCurrency(cmd pricing.ChangeCurrency, f OpportunityFacts) (record.Change[Opportunity], error) {
	if err := changeOpportunityCurrency.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Opportunity]{}, err
	}
	if cmd.Keeps(&o.Head) {
		return record.Change[Opportunity]{Record: o}, nil
	}
	if reasons := schema.Validate(&o.OpportunityFields, cmd.Currency); len(reasons) > 0 {
		return record.Change[Opportunity]{}, opportunityFlow.Refused(&o, actions.OpportunityChangeCurrency, reasons)
	}
	from := o.Currency
	o.GiveRate(cmd.Currency, cmd.ExchangeRate)
	schema.Round(&o.OpportunityFields, o.Currency)
	o.Settle(f.price())
	return record.Changed(&o, actions.OpportunityChangeCurrency, f.Stamp, record.DataOf("from", from.String(), "to", o.Currency.String())), nil
}

var recalculateOpportunity = flow.Decide[*pricing.Recalculate](opportunityFlow, actions.OpportunityRecalculate)

// Recalculate computes lines and totals again; equal results change nothing.
// Code: ErrReadOnly.
func (o Opportunity) Recalculate(cmd pricing.Recalculate, f OpportunityFacts) (record.Change[Opportunity], error) {
	if err := recalculateOpportunity.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Opportunity]{}, err
	}
	before := o
	o.Settle(f.price())
	if o.PricedLines.Equal(before.PricedLines) && o.EstimatedValue.Equal(before.EstimatedValue) {
		return record.Change[Opportunity]{Record: before}, nil
	}
	return record.Changed(&o, actions.OpportunityRecalculate, f.Stamp, nil), nil
}

// HoldOpportunity puts an opportunity on hold.
type HoldOpportunity struct{}

// ResumeOpportunity takes an opportunity up again.
type ResumeOpportunity struct{}

var (
	holdOpportunity   = flow.Decide[*HoldOpportunity](opportunityFlow, actions.OpportunityHold)
	resumeOpportunity = flow.Decide[*ResumeOpportunity](opportunityFlow, actions.OpportunityResume)
)

// Hold puts an open opportunity on hold; one on hold stays as it is. Code:
// ErrInvalidTransition.
func (o Opportunity) Hold(cmd HoldOpportunity, f OpportunityFacts) (record.Change[Opportunity], error) {
	if err := holdOpportunity.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Opportunity]{}, err
	}
	return o.moved(actions.OpportunityHold, OpportunityStatusOnHold, f.Stamp), nil
}

// Resume takes an opportunity on hold up again; one in progress stays as it
// is. Code: ErrInvalidTransition.
func (o Opportunity) Resume(cmd ResumeOpportunity, f OpportunityFacts) (record.Change[Opportunity], error) {
	if err := resumeOpportunity.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Opportunity]{}, err
	}
	return o.moved(actions.OpportunityResume, OpportunityStatusInProgress, f.Stamp), nil
}

func (o Opportunity) moved(do actions.Action, to OpportunityStatus, s record.Stamp) record.Change[Opportunity] {
	if o.Status == to {
		return record.Change[Opportunity]{Record: o}
	}
	return record.Moved(&o, &o.Status, to, do, s, nil)
}

// EditCompetitors adds and removes competitors.
type EditCompetitors struct {
	Add    []record.CompetitorID `json:"add,omitzero" most:"1000"`
	Remove []record.CompetitorID `json:"remove,omitzero" most:"1000"`
}

// maxCompetitors is how many competitors a deal has at most.
const maxCompetitors = 1000

var editCompetitors = flow.Decide(opportunityFlow, actions.OpportunityEditCompetitors, flow.Check[*Opportunity, *EditCompetitors, *OpportunityFacts]{
	Code: codes.ErrOutOfRange, Text: "a deal has at most 1000 competitors", Field: "add",
	Holds: func(o *Opportunity, c *EditCompetitors, _ *OpportunityFacts) bool {
		return len(c.Add) == 0 || len(o.competitors(c)) <= maxCompetitors
	},
})

// competitors are those after the command.
func (o *Opportunity) competitors(cmd *EditCompetitors) []record.CompetitorID {
	next := slices.DeleteFunc(slices.Clone(o.Competitors), func(id record.CompetitorID) bool { return slices.Contains(cmd.Remove, id) })
	for _, id := range cmd.Add {
		if !id.IsZero() && !slices.Contains(next, id) {
			next = append(next, id)
		}
	}
	return next
}

// EditCompetitors says who else is after the deal, while it is open. Adding
// one that is there and removing one that is not change nothing. Codes:
// ErrReadOnly, ErrOutOfRange beyond 1000 competitors.
func (o Opportunity) EditCompetitors(cmd EditCompetitors, f OpportunityFacts) (record.Change[Opportunity], error) {
	if err := editCompetitors.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Opportunity]{}, err
	}
	next := o.competitors(&cmd)
	if slices.Equal(next, o.Competitors) {
		return record.Change[Opportunity]{Record: o}, nil
	}
	o.Competitors = next
	return record.Changed(&o, actions.OpportunityEditCompetitors, f.Stamp, nil), nil
}

var assignOpportunity = flow.Decide(opportunityFlow, actions.OpportunityAssign,
	flow.AssignChecks[*Opportunity](func(f *OpportunityFacts) []record.Ref { return f.Inactive }, false)...)

// Assign gives the opportunity another owner, in any status. Code: ErrInactive
// for an inactive seller.
func (o Opportunity) Assign(cmd record.Assign, f OpportunityFacts) (record.Change[Opportunity], error) {
	if err := assignOpportunity.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Opportunity]{}, err
	}
	if o.Owner == cmd.Owner {
		return record.Change[Opportunity]{Record: o}, nil
	}
	from := o.Owner
	o.Owner = cmd.Owner
	return record.Changed(&o, actions.OpportunityAssign, f.Stamp, record.DataOf("from", from.String(), "to", cmd.Owner.String())), nil
}

var scoreOpportunity = flow.Decide[*SetScore](opportunityFlow, actions.OpportunityScore)

// SetScore stores the score of an open opportunity and grades it by the bounds
// of the settings; an equal score, trend and grade changes nothing. Codes:
// ErrReadOnly, ErrOutOfRange.
func (o Opportunity) SetScore(cmd SetScore, f OpportunityFacts) (record.Change[Opportunity], error) {
	if err := scoreOpportunity.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Opportunity]{}, err
	}
	if !cmd.rate(&o.Score, &o.Grade, &o.ScoreTrend, f.Settings.Grades) {
		return record.Change[Opportunity]{Record: o}, nil
	}
	return record.Changed(&o, actions.OpportunityScore, f.Stamp, cmd.told()), nil
}

// CalculateActualValue asks a won opportunity what its quotes brought.
type CalculateActualValue struct{}

var calculateActualValue = flow.Decide[*CalculateActualValue](opportunityFlow, actions.OpportunityCalculateActualValue)

// CalculateActualValue is the total of the won quotes, or the actual value if
// there is none. It changes nothing. Code: ErrInvalidTransition.
func (o Opportunity) CalculateActualValue(cmd CalculateActualValue, f OpportunityFacts) (money.Amount, error) {
	if err := calculateActualValue.Why(&o, &cmd, &f, o.Currency); err != nil {
		return money.Amount{}, err
	}
	return f.WonTotal.Or(o.ActualValue.Or(o.Currency.Zero())), nil
}

var deleteOpportunity = flow.Decide[*record.DeleteRecord](opportunityFlow, actions.OpportunityDelete)

// Delete removes an open opportunity. Its notes, activities and connections go
// with it, and a lead's reference to it is cleared. Codes: ErrInUse,
// ErrDeleteReadOnly.
func (o Opportunity) Delete(cmd record.DeleteRecord, f OpportunityFacts) (record.Change[Opportunity], error) {
	if err := deleteOpportunity.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Opportunity]{}, err
	}
	return record.Change[Opportunity]{Record: o, Events: []record.Event{record.DeletedEvent(&o, actions.OpportunityDelete, f.Stamp, nil)}}, nil
}

// openQuotes names the quotes that stand in the way of closing.
func openQuotes(quotes []QuoteRef) []record.Reason {
	reasons := make([]record.Reason, len(quotes))
	for i, q := range quotes {
		reasons[i] = record.Reason{
			Code: codes.ErrOpportunityHasOpenQuotes, Message: "quote " + q.Number + " is " + q.Status.String(),
			Params: map[string]any{"quote": q.ID.String(), "number": q.Number, "revision": q.Revision}, About: []record.Ref{{Kind: kinds.Quote, ID: q.ID.UUID}},
		}
	}
	return reasons
}

// ForgetLead clears the reference to a deleted lead.
func (o Opportunity) ForgetLead(s record.Stamp) record.Change[Opportunity] {
	was := o.OriginatingLeadID
	o.OriginatingLeadID = record.LeadID{}
	return record.Changed(&o, actions.OpportunityEdit, s, record.DataOf("originating_lead_id", was.String()))
}
