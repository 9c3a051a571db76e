package leadtocash

import "github.com/leadtocash/leadtocash/value"

// The option sets. Every value has a stable text key, a label and the numeric
// code of Dynamics 365; those from 200000001 on are extensions.

// LeadSource is where a lead came from (`leadsourcecode`).
type LeadSource = value.Choice[leadSourceSet]

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

func (leadSourceSet) Table() (string, []value.Option) { return "lead_source", leadSourceTable }

var leadSourceTable = value.Options(
	value.Option{Key: "advertisement", Label: "Advertisement", Code: 1},
	value.Option{Key: "employee_referral", Label: "Employee Referral", Code: 2},
	value.Option{Key: "external_referral", Label: "External Referral", Code: 3},
	value.Option{Key: "partner", Label: "Partner", Code: 4},
	value.Option{Key: "public_relations", Label: "Public Relations", Code: 5},
	value.Option{Key: "seminar", Label: "Seminar", Code: 6},
	value.Option{Key: "trade_show", Label: "Trade Show", Code: 7},
	value.Option{Key: "web", Label: "Web", Code: 8},
	value.Option{Key: "word_of_mouth", Label: "Word of Mouth", Code: 9},
	value.Option{Key: "other", Label: "Other", Code: 10},
	value.Option{Key: "web_opt_in", Label: "Web Opt-in", Code: 200000001},
	value.Option{Key: "e_mail_query", Label: "E-mail Query", Code: 200000002},
	value.Option{Key: "business_card", Label: "Business Card", Code: 200000003},
)

// Rating is how promising a lead or opportunity is (`leadqualitycode`).
type Rating = value.Choice[ratingSet]

// The values of [Rating].
const (
	RatingHot Rating = iota + 1
	RatingWarm
	RatingCold
)

type ratingSet struct{}

func (ratingSet) Table() (string, []value.Option) { return "rating", ratingTable }

var ratingTable = value.Options(
	value.Option{Key: "hot", Label: "Hot", Code: 1},
	value.Option{Key: "warm", Label: "Warm", Code: 2},
	value.Option{Key: "cold", Label: "Cold", Code: 3},
)

// PurchaseTimeframe is when a purchase is to be expected (`purchasetimeframe`).
type PurchaseTimeframe = value.Choice[purchaseTimeframeSet]

// The values of [PurchaseTimeframe].
const (
	PurchaseTimeframeImmediate PurchaseTimeframe = iota + 1
	PurchaseTimeframeThisQuarter
	PurchaseTimeframeNextQuarter
	PurchaseTimeframeThisYear
	PurchaseTimeframeUnknown
)

type purchaseTimeframeSet struct{}

func (purchaseTimeframeSet) Table() (string, []value.Option) {
	return "purchase_timeframe", purchaseTimeframeTable
}

var purchaseTimeframeTable = value.Options(
	value.Option{Key: "immediate", Label: "Immediate", Code: 0},
	value.Option{Key: "this_quarter", Label: "This Quarter", Code: 1},
	value.Option{Key: "next_quarter", Label: "Next Quarter", Code: 2},
	value.Option{Key: "this_year", Label: "This Year", Code: 3},
	value.Option{Key: "unknown", Label: "Unknown", Code: 4},
)

// Timeline is the older twin of PurchaseTimeframe (`timeline`).
type Timeline = value.Choice[timelineSet]

// The values of [Timeline].
const (
	TimelineImmediate Timeline = iota + 1
	TimelineThisQuarter
	TimelineNextQuarter
	TimelineThisYear
	TimelineNotKnown
)

type timelineSet struct{}

func (timelineSet) Table() (string, []value.Option) { return "timeline", timelineTable }

var timelineTable = value.Options(
	value.Option{Key: "immediate", Label: "Immediate", Code: 0},
	value.Option{Key: "this_quarter", Label: "This Quarter", Code: 1},
	value.Option{Key: "next_quarter", Label: "Next Quarter", Code: 2},
	value.Option{Key: "this_year", Label: "This Year", Code: 3},
	value.Option{Key: "not_known", Label: "Not known", Code: 4},
)

// PurchaseProcess is who decides (`purchaseprocess`).
type PurchaseProcess = value.Choice[purchaseProcessSet]

// The values of [PurchaseProcess].
const (
	PurchaseProcessIndividual PurchaseProcess = iota + 1
	PurchaseProcessCommittee
	PurchaseProcessUnknown
)

type purchaseProcessSet struct{}

func (purchaseProcessSet) Table() (string, []value.Option) {
	return "purchase_process", purchaseProcessTable
}

var purchaseProcessTable = value.Options(
	value.Option{Key: "individual", Label: "Individual", Code: 0},
	value.Option{Key: "committee", Label: "Committee", Code: 1},
	value.Option{Key: "unknown", Label: "Unknown", Code: 2},
)

// Need is how much the offer is needed (`need`).
type Need = value.Choice[needSet]

// The values of [Need].
const (
	NeedMustHave Need = iota + 1
	NeedShouldHave
	NeedGoodToHave
	NeedNoNeed
)

type needSet struct{}

func (needSet) Table() (string, []value.Option) { return "need", needTable }

var needTable = value.Options(
	value.Option{Key: "must_have", Label: "Must have", Code: 0},
	value.Option{Key: "should_have", Label: "Should have", Code: 1},
	value.Option{Key: "good_to_have", Label: "Good to have", Code: 2},
	value.Option{Key: "no_need", Label: "No need", Code: 3},
)

// BudgetStatus is how far a budget is committed (`budgetstatus`).
type BudgetStatus = value.Choice[budgetStatusSet]

// The values of [BudgetStatus].
const (
	BudgetStatusNoCommittedBudget BudgetStatus = iota + 1
	BudgetStatusMayBuy
	BudgetStatusCanBuy
	BudgetStatusWillBuy
)

type budgetStatusSet struct{}

func (budgetStatusSet) Table() (string, []value.Option) { return "budget_status", budgetStatusTable }

var budgetStatusTable = value.Options(
	value.Option{Key: "no_committed_budget", Label: "No Committed Budget", Code: 0},
	value.Option{Key: "may_buy", Label: "May Buy", Code: 1},
	value.Option{Key: "can_buy", Label: "Can Buy", Code: 2},
	value.Option{Key: "will_buy", Label: "Will Buy", Code: 3},
)

// InitialCommunication is whether first contact was made (`initialcommunication`).
type InitialCommunication = value.Choice[initialCommunicationSet]

// The values of [InitialCommunication].
const (
	InitialCommunicationContacted InitialCommunication = iota + 1
	InitialCommunicationNotContacted
)

type initialCommunicationSet struct{}

func (initialCommunicationSet) Table() (string, []value.Option) {
	return "initial_communication", initialCommunicationTable
}

var initialCommunicationTable = value.Options(
	value.Option{Key: "contacted", Label: "Contacted", Code: 0},
	value.Option{Key: "not_contacted", Label: "Not Contacted", Code: 1},
)

// SalesStage is the stage of a sale (`salesstage`).
type SalesStage = value.Choice[salesStageSet]

// The values of [SalesStage].
const (
	SalesStageQualify SalesStage = iota + 1
	SalesStageDevelop
	SalesStagePropose
	SalesStageClose
)

type salesStageSet struct{}

func (salesStageSet) Table() (string, []value.Option) { return "sales_stage", salesStageTable }

var salesStageTable = value.Options(
	value.Option{Key: "qualify", Label: "Qualify", Code: 0},
	value.Option{Key: "develop", Label: "Develop", Code: 1},
	value.Option{Key: "propose", Label: "Propose", Code: 2},
	value.Option{Key: "close", Label: "Close", Code: 3},
)

// ForecastCategory is where an opportunity counts in the forecast (`msdyn_forecastcategory`).
type ForecastCategory = value.Choice[forecastCategorySet]

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

func (forecastCategorySet) Table() (string, []value.Option) {
	return "forecast_category", forecastCategoryTable
}

var forecastCategoryTable = value.Options(
	value.Option{Key: "pipeline", Label: "Pipeline", Code: 100000001},
	value.Option{Key: "best_case", Label: "Best case", Code: 100000002},
	value.Option{Key: "committed", Label: "Committed", Code: 100000003},
	value.Option{Key: "omitted", Label: "Omitted", Code: 100000004},
	value.Option{Key: "won", Label: "Won", Code: 100000005},
	value.Option{Key: "lost", Label: "Lost", Code: 100000006},
)

// ScoreTrend is how a score moves (`msdyn_leadscoretrend`).
type ScoreTrend = value.Choice[scoreTrendSet]

// The values of [ScoreTrend].
const (
	ScoreTrendImproving ScoreTrend = iota + 1
	ScoreTrendSteady
	ScoreTrendDeclining
	ScoreTrendNotEnoughInfo
)

type scoreTrendSet struct{}

func (scoreTrendSet) Table() (string, []value.Option) { return "score_trend", scoreTrendTable }

var scoreTrendTable = value.Options(
	value.Option{Key: "improving", Label: "Improving", Code: 0},
	value.Option{Key: "steady", Label: "Steady", Code: 1},
	value.Option{Key: "declining", Label: "Declining", Code: 2},
	value.Option{Key: "not_enough_info", Label: "Not enough info", Code: 3},
)

// Grade is the range a score falls into (`msdyn_leadgrade`).
type Grade = value.Choice[gradeSet]

// The values of [Grade].
const (
	GradeA Grade = iota + 1
	GradeB
	GradeC
	GradeD
)

type gradeSet struct{}

func (gradeSet) Table() (string, []value.Option) { return "grade", gradeTable }

var gradeTable = value.Options(
	value.Option{Key: "a", Label: "A", Code: 1},
	value.Option{Key: "b", Label: "B", Code: 2},
	value.Option{Key: "c", Label: "C", Code: 3},
	value.Option{Key: "d", Label: "D", Code: 4},
)

// SkipPriceCalculation is when a document is priced (`skippricecalculation`).
type SkipPriceCalculation = value.Choice[skipPriceCalculationSet]

// The values of [SkipPriceCalculation].
const (
	SkipPriceCalculationDoPriceCalcAlways SkipPriceCalculation = iota + 1
	SkipPriceCalculationSkipPriceCalcOnRetrieve
)

type skipPriceCalculationSet struct{}

func (skipPriceCalculationSet) Table() (string, []value.Option) {
	return "skip_price_calculation", skipPriceCalculationTable
}

var skipPriceCalculationTable = value.Options(
	value.Option{Key: "do_price_calc_always", Label: "DoPriceCalcAlways", Code: 0},
	value.Option{Key: "skip_price_calc_on_retrieve", Label: "SkipPriceCalcOnRetrieve", Code: 1},
)
