package leadtocash

// The option sets. Every value has a stable text key, a label and the numeric
// code of Dynamics 365; those from 200000001 on are extensions.

// LeadSource is where a lead came from (`leadsourcecode`).
type LeadSource = Choice[leadSourceSet]

// The values of [LeadSource].
const (
	LeadSourceAdvertisement LeadSource = iota + 1
	LeadSourceEmployeeReferral
	LeadSourceExternalReferral
	LeadSourcePartner
	LeadSourcePublicRelations
	LeadSourceSeminar
	LeadSourceTradeShow
	LeadSourceWeb
	LeadSourceWordOfMouth
	LeadSourceOther
	LeadSourceWebOptIn
	LeadSourceEMailQuery
	LeadSourceBusinessCard
)

type leadSourceSet struct{}

func (leadSourceSet) Table() (string, []Option) { return "lead_source", leadSourceTable }

var leadSourceTable = options(
	Option{Key: "advertisement", Label: "Advertisement", Code: 1},
	Option{Key: "employee_referral", Label: "Employee Referral", Code: 2},
	Option{Key: "external_referral", Label: "External Referral", Code: 3},
	Option{Key: "partner", Label: "Partner", Code: 4},
	Option{Key: "public_relations", Label: "Public Relations", Code: 5},
	Option{Key: "seminar", Label: "Seminar", Code: 6},
	Option{Key: "trade_show", Label: "Trade Show", Code: 7},
	Option{Key: "web", Label: "Web", Code: 8},
	Option{Key: "word_of_mouth", Label: "Word of Mouth", Code: 9},
	Option{Key: "other", Label: "Other", Code: 10},
	Option{Key: "web_opt_in", Label: "Web Opt-in", Code: 200000001},
	Option{Key: "e_mail_query", Label: "E-mail Query", Code: 200000002},
	Option{Key: "business_card", Label: "Business Card", Code: 200000003},
)

// Rating is how promising a lead or opportunity is (`leadqualitycode`).
type Rating = Choice[ratingSet]

// The values of [Rating].
const (
	RatingHot Rating = iota + 1
	RatingWarm
	RatingCold
)

type ratingSet struct{}

func (ratingSet) Table() (string, []Option) { return "rating", ratingTable }

var ratingTable = options(
	Option{Key: "hot", Label: "Hot", Code: 1},
	Option{Key: "warm", Label: "Warm", Code: 2},
	Option{Key: "cold", Label: "Cold", Code: 3},
)

// PurchaseTimeframe is when a purchase is to be expected (`purchasetimeframe`).
type PurchaseTimeframe = Choice[purchaseTimeframeSet]

// The values of [PurchaseTimeframe].
const (
	PurchaseTimeframeImmediate PurchaseTimeframe = iota + 1
	PurchaseTimeframeThisQuarter
	PurchaseTimeframeNextQuarter
	PurchaseTimeframeThisYear
	PurchaseTimeframeUnknown
)

type purchaseTimeframeSet struct{}

func (purchaseTimeframeSet) Table() (string, []Option) {
	return "purchase_timeframe", purchaseTimeframeTable
}

var purchaseTimeframeTable = options(
	Option{Key: "immediate", Label: "Immediate", Code: 0},
	Option{Key: "this_quarter", Label: "This Quarter", Code: 1},
	Option{Key: "next_quarter", Label: "Next Quarter", Code: 2},
	Option{Key: "this_year", Label: "This Year", Code: 3},
	Option{Key: "unknown", Label: "Unknown", Code: 4},
)

// Timeline is the older twin of PurchaseTimeframe (`timeline`).
type Timeline = Choice[timelineSet]

// The values of [Timeline].
const (
	TimelineImmediate Timeline = iota + 1
	TimelineThisQuarter
	TimelineNextQuarter
	TimelineThisYear
	TimelineNotKnown
)

type timelineSet struct{}

func (timelineSet) Table() (string, []Option) { return "timeline", timelineTable }

var timelineTable = options(
	Option{Key: "immediate", Label: "Immediate", Code: 0},
	Option{Key: "this_quarter", Label: "This Quarter", Code: 1},
	Option{Key: "next_quarter", Label: "Next Quarter", Code: 2},
	Option{Key: "this_year", Label: "This Year", Code: 3},
	Option{Key: "not_known", Label: "Not known", Code: 4},
)

// PurchaseProcess is who decides (`purchaseprocess`).
type PurchaseProcess = Choice[purchaseProcessSet]

// The values of [PurchaseProcess].
const (
	PurchaseProcessIndividual PurchaseProcess = iota + 1
	PurchaseProcessCommittee
	PurchaseProcessUnknown
)

type purchaseProcessSet struct{}

func (purchaseProcessSet) Table() (string, []Option) { return "purchase_process", purchaseProcessTable }

var purchaseProcessTable = options(
	Option{Key: "individual", Label: "Individual", Code: 0},
	Option{Key: "committee", Label: "Committee", Code: 1},
	Option{Key: "unknown", Label: "Unknown", Code: 2},
)

// Need is how much the offer is needed (`need`).
type Need = Choice[needSet]

// The values of [Need].
const (
	NeedMustHave Need = iota + 1
	NeedShouldHave
	NeedGoodToHave
	NeedNoNeed
)

type needSet struct{}

func (needSet) Table() (string, []Option) { return "need", needTable }

var needTable = options(
	Option{Key: "must_have", Label: "Must have", Code: 0},
	Option{Key: "should_have", Label: "Should have", Code: 1},
	Option{Key: "good_to_have", Label: "Good to have", Code: 2},
	Option{Key: "no_need", Label: "No need", Code: 3},
)

// BudgetStatus is how far a budget is committed (`budgetstatus`).
type BudgetStatus = Choice[budgetStatusSet]

// The values of [BudgetStatus].
const (
	BudgetStatusNoCommittedBudget BudgetStatus = iota + 1
	BudgetStatusMayBuy
	BudgetStatusCanBuy
	BudgetStatusWillBuy
)

type budgetStatusSet struct{}

func (budgetStatusSet) Table() (string, []Option) { return "budget_status", budgetStatusTable }

var budgetStatusTable = options(
	Option{Key: "no_committed_budget", Label: "No Committed Budget", Code: 0},
	Option{Key: "may_buy", Label: "May Buy", Code: 1},
	Option{Key: "can_buy", Label: "Can Buy", Code: 2},
	Option{Key: "will_buy", Label: "Will Buy", Code: 3},
)

// InitialCommunication is whether first contact was made (`initialcommunication`).
type InitialCommunication = Choice[initialCommunicationSet]

// The values of [InitialCommunication].
const (
	InitialCommunicationContacted InitialCommunication = iota + 1
	InitialCommunicationNotContacted
)

type initialCommunicationSet struct{}

func (initialCommunicationSet) Table() (string, []Option) {
	return "initial_communication", initialCommunicationTable
}

var initialCommunicationTable = options(
	Option{Key: "contacted", Label: "Contacted", Code: 0},
	Option{Key: "not_contacted", Label: "Not Contacted", Code: 1},
)

// SalesStage is the stage of a sale (`salesstage`).
type SalesStage = Choice[salesStageSet]

// The values of [SalesStage].
const (
	SalesStageQualify SalesStage = iota + 1
	SalesStageDevelop
	SalesStagePropose
	SalesStageClose
)

type salesStageSet struct{}

func (salesStageSet) Table() (string, []Option) { return "sales_stage", salesStageTable }

var salesStageTable = options(
	Option{Key: "qualify", Label: "Qualify", Code: 0},
	Option{Key: "develop", Label: "Develop", Code: 1},
	Option{Key: "propose", Label: "Propose", Code: 2},
	Option{Key: "close", Label: "Close", Code: 3},
)

// ForecastCategory is where an opportunity counts in the forecast (`msdyn_forecastcategory`).
type ForecastCategory = Choice[forecastCategorySet]

// The values of [ForecastCategory].
const (
	ForecastCategoryPipeline ForecastCategory = iota + 1
	ForecastCategoryBestCase
	ForecastCategoryCommitted
	ForecastCategoryOmitted
	ForecastCategoryWon
	ForecastCategoryLost
)

type forecastCategorySet struct{}

func (forecastCategorySet) Table() (string, []Option) {
	return "forecast_category", forecastCategoryTable
}

var forecastCategoryTable = options(
	Option{Key: "pipeline", Label: "Pipeline", Code: 100000001},
	Option{Key: "best_case", Label: "Best case", Code: 100000002},
	Option{Key: "committed", Label: "Committed", Code: 100000003},
	Option{Key: "omitted", Label: "Omitted", Code: 100000004},
	Option{Key: "won", Label: "Won", Code: 100000005},
	Option{Key: "lost", Label: "Lost", Code: 100000006},
)

// ScoreTrend is how a score moves (`msdyn_leadscoretrend`).
type ScoreTrend = Choice[scoreTrendSet]

// The values of [ScoreTrend].
const (
	ScoreTrendImproving ScoreTrend = iota + 1
	ScoreTrendSteady
	ScoreTrendDeclining
	ScoreTrendNotEnoughInfo
)

type scoreTrendSet struct{}

func (scoreTrendSet) Table() (string, []Option) { return "score_trend", scoreTrendTable }

var scoreTrendTable = options(
	Option{Key: "improving", Label: "Improving", Code: 0},
	Option{Key: "steady", Label: "Steady", Code: 1},
	Option{Key: "declining", Label: "Declining", Code: 2},
	Option{Key: "not_enough_info", Label: "Not enough info", Code: 3},
)

// Grade is the range a score falls into (`msdyn_leadgrade`).
type Grade = Choice[gradeSet]

// The values of [Grade].
const (
	GradeA Grade = iota + 1
	GradeB
	GradeC
	GradeD
)

type gradeSet struct{}

func (gradeSet) Table() (string, []Option) { return "grade", gradeTable }

var gradeTable = options(
	Option{Key: "a", Label: "A", Code: 1},
	Option{Key: "b", Label: "B", Code: 2},
	Option{Key: "c", Label: "C", Code: 3},
	Option{Key: "d", Label: "D", Code: 4},
)

// SkipPriceCalculation is when a document is priced (`skippricecalculation`).
type SkipPriceCalculation = Choice[skipPriceCalculationSet]

// The values of [SkipPriceCalculation].
const (
	SkipPriceCalculationDoPriceCalcAlways SkipPriceCalculation = iota + 1
	SkipPriceCalculationSkipPriceCalcOnRetrieve
)

type skipPriceCalculationSet struct{}

func (skipPriceCalculationSet) Table() (string, []Option) {
	return "skip_price_calculation", skipPriceCalculationTable
}

var skipPriceCalculationTable = options(
	Option{Key: "do_price_calc_always", Label: "DoPriceCalcAlways", Code: 0},
	Option{Key: "skip_price_calc_on_retrieve", Label: "SkipPriceCalcOnRetrieve", Code: 1},
)
