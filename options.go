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

// Priority is the priority of an activity (`prioritycode`).
type Priority = value.Choice[prioritySet]

// The values of [Priority].
const (
	PriorityLow Priority = iota + 1
	PriorityNormal
	PriorityHigh
)

type prioritySet struct{}

func (prioritySet) Table() (string, []value.Option) { return "priority", priorityTable }

var priorityTable = value.Options(
	value.Option{Key: "low", Label: "Low", Code: 0},
	value.Option{Key: "normal", Label: "Normal", Code: 1},
	value.Option{Key: "high", Label: "High", Code: 2},
)

// FreightTerms is who pays the freight (`freighttermscode`).
type FreightTerms = value.Choice[freightTermsSet]

// The values of [FreightTerms].
const (
	FreightTermsFOB FreightTerms = iota + 1
	FreightTermsNoCharge
)

type freightTermsSet struct{}

func (freightTermsSet) Table() (string, []value.Option) { return "freight_terms", freightTermsTable }

var freightTermsTable = value.Options(
	value.Option{Key: "fob", Label: "FOB", Code: 1},
	value.Option{Key: "no_charge", Label: "No Charge", Code: 2},
)

// ShippingMethod is how goods are sent (`shippingmethodcode`).
type ShippingMethod = value.Choice[shippingMethodSet]

// The values of [ShippingMethod].
const (
	ShippingMethodAirborne ShippingMethod = iota + 1
	ShippingMethodDHL
	ShippingMethodFedEx
	ShippingMethodUPS
	ShippingMethodPostalMail
	ShippingMethodFullLoad
	ShippingMethodWillCall
)

type shippingMethodSet struct{}

func (shippingMethodSet) Table() (string, []value.Option) {
	return "shipping_method", shippingMethodTable
}

var shippingMethodTable = value.Options(
	value.Option{Key: "airborne", Label: "Airborne", Code: 1},
	value.Option{Key: "dhl", Label: "DHL", Code: 2},
	value.Option{Key: "fedex", Label: "FedEx", Code: 3},
	value.Option{Key: "ups", Label: "UPS", Code: 4},
	value.Option{Key: "postal_mail", Label: "Postal Mail", Code: 5},
	value.Option{Key: "full_load", Label: "Full Load", Code: 6},
	value.Option{Key: "will_call", Label: "Will Call", Code: 7},
)

// DefaultValue is an option set with a single value (`salesstagecode`).
type DefaultValue = value.Choice[defaultValueSet]

// The values of [DefaultValue].
const (
	DefaultValueDefaultValue DefaultValue = iota + 1
)

type defaultValueSet struct{}

func (defaultValueSet) Table() (string, []value.Option) { return "default_value", defaultValueTable }

var defaultValueTable = value.Options(
	value.Option{Key: "default_value", Label: "Default Value", Code: 1},
)

// ContactMethod is the preferred way of contact (`preferredcontactmethodcode`).
type ContactMethod = value.Choice[contactMethodSet]

// The values of [ContactMethod].
const (
	ContactMethodAny ContactMethod = iota + 1
	ContactMethodEmail
	ContactMethodPhone
	ContactMethodFax
	ContactMethodMail
)

type contactMethodSet struct{}

func (contactMethodSet) Table() (string, []value.Option) { return "contact_method", contactMethodTable }

var contactMethodTable = value.Options(
	value.Option{Key: "any", Label: "Any", Code: 1},
	value.Option{Key: "email", Label: "Email", Code: 2},
	value.Option{Key: "phone", Label: "Phone", Code: 3},
	value.Option{Key: "fax", Label: "Fax", Code: 4},
	value.Option{Key: "mail", Label: "Mail", Code: 5},
)

// PaymentTerms is when an invoice is due (`paymenttermscode`).
type PaymentTerms = value.Choice[paymentTermsSet]

// The values of [PaymentTerms].
const (
	PaymentTermsNet30 PaymentTerms = iota + 1
	PaymentTerms2Percent10Net30
	PaymentTermsNet45
	PaymentTermsNet60
)

type paymentTermsSet struct{}

func (paymentTermsSet) Table() (string, []value.Option) { return "payment_terms", paymentTermsTable }

var paymentTermsTable = value.Options(
	value.Option{Key: "net_30", Label: "Net 30", Code: 1},
	value.Option{Key: "2_10_net_30", Label: "2% 10, Net 30", Code: 2},
	value.Option{Key: "net_45", Label: "Net 45", Code: 3},
	value.Option{Key: "net_60", Label: "Net 60", Code: 4},
)

// CustomerType is the relationship with an account (`customertypecode`).
type CustomerType = value.Choice[customerTypeSet]

// The values of [CustomerType].
const (
	CustomerTypeCompetitor CustomerType = iota + 1
	CustomerTypeConsultant
	CustomerTypeCustomer
	CustomerTypeInvestor
	CustomerTypePartner
	CustomerTypeInfluencer
	CustomerTypePress
	CustomerTypeProspect
	CustomerTypeReseller
	CustomerTypeSupplier
	CustomerTypeVendor
	CustomerTypeOther
)

type customerTypeSet struct{}

func (customerTypeSet) Table() (string, []value.Option) { return "customer_type", customerTypeTable }

var customerTypeTable = value.Options(
	value.Option{Key: "competitor", Label: "Competitor", Code: 1},
	value.Option{Key: "consultant", Label: "Consultant", Code: 2},
	value.Option{Key: "customer", Label: "Customer", Code: 3},
	value.Option{Key: "investor", Label: "Investor", Code: 4},
	value.Option{Key: "partner", Label: "Partner", Code: 5},
	value.Option{Key: "influencer", Label: "Influencer", Code: 6},
	value.Option{Key: "press", Label: "Press", Code: 7},
	value.Option{Key: "prospect", Label: "Prospect", Code: 8},
	value.Option{Key: "reseller", Label: "Reseller", Code: 9},
	value.Option{Key: "supplier", Label: "Supplier", Code: 10},
	value.Option{Key: "vendor", Label: "Vendor", Code: 11},
	value.Option{Key: "other", Label: "Other", Code: 12},
)

// AccountCategory is the category of an account (`accountcategorycode`).
type AccountCategory = value.Choice[accountCategorySet]

// The values of [AccountCategory].
const (
	AccountCategoryPreferredCustomer AccountCategory = iota + 1
	AccountCategoryStandard
)

type accountCategorySet struct{}

func (accountCategorySet) Table() (string, []value.Option) {
	return "account_category", accountCategoryTable
}

var accountCategoryTable = value.Options(
	value.Option{Key: "preferred_customer", Label: "Preferred Customer", Code: 1},
	value.Option{Key: "standard", Label: "Standard", Code: 2},
)

// Ownership is who owns a company (`ownershipcode`).
type Ownership = value.Choice[ownershipSet]

// The values of [Ownership].
const (
	OwnershipPublic Ownership = iota + 1
	OwnershipPrivate
	OwnershipSubsidiary
	OwnershipOther
)

type ownershipSet struct{}

func (ownershipSet) Table() (string, []value.Option) { return "ownership", ownershipTable }

var ownershipTable = value.Options(
	value.Option{Key: "public", Label: "Public", Code: 1},
	value.Option{Key: "private", Label: "Private", Code: 2},
	value.Option{Key: "subsidiary", Label: "Subsidiary", Code: 3},
	value.Option{Key: "other", Label: "Other", Code: 4},
)

// AccountRole is the role of a contact in the account (`accountrolecode`).
type AccountRole = value.Choice[accountRoleSet]

// The values of [AccountRole].
const (
	AccountRoleDecisionMaker AccountRole = iota + 1
	AccountRoleEmployee
	AccountRoleInfluencer
)

type accountRoleSet struct{}

func (accountRoleSet) Table() (string, []value.Option) { return "account_role", accountRoleTable }

var accountRoleTable = value.Options(
	value.Option{Key: "decision_maker", Label: "Decision Maker", Code: 1},
	value.Option{Key: "employee", Label: "Employee", Code: 2},
	value.Option{Key: "influencer", Label: "Influencer", Code: 3},
)

// Gender is the gender of a contact (`gendercode`).
type Gender = value.Choice[genderSet]

// The values of [Gender].
const (
	GenderMale Gender = iota + 1
	GenderFemale
)

type genderSet struct{}

func (genderSet) Table() (string, []value.Option) { return "gender", genderTable }

var genderTable = value.Options(
	value.Option{Key: "male", Label: "Male", Code: 1},
	value.Option{Key: "female", Label: "Female", Code: 2},
)

// MaritalStatus is the family status of a contact (`familystatuscode`).
type MaritalStatus = value.Choice[maritalStatusSet]

// The values of [MaritalStatus].
const (
	MaritalStatusSingle MaritalStatus = iota + 1
	MaritalStatusMarried
	MaritalStatusDivorced
	MaritalStatusWidowed
)

type maritalStatusSet struct{}

func (maritalStatusSet) Table() (string, []value.Option) { return "marital_status", maritalStatusTable }

var maritalStatusTable = value.Options(
	value.Option{Key: "single", Label: "Single", Code: 1},
	value.Option{Key: "married", Label: "Married", Code: 2},
	value.Option{Key: "divorced", Label: "Divorced", Code: 3},
	value.Option{Key: "widowed", Label: "Widowed", Code: 4},
)

// RoleCategory is the category of a connection role (`category`).
type RoleCategory = value.Choice[roleCategorySet]

// The values of [RoleCategory].
const (
	RoleCategoryBusiness RoleCategory = iota + 1
	RoleCategoryFamily
	RoleCategorySocial
	RoleCategorySales
	RoleCategoryOther
	RoleCategoryStakeholder
	RoleCategorySalesTeam
	RoleCategoryService
)

type roleCategorySet struct{}

func (roleCategorySet) Table() (string, []value.Option) { return "role_category", roleCategoryTable }

var roleCategoryTable = value.Options(
	value.Option{Key: "business", Label: "Business", Code: 1},
	value.Option{Key: "family", Label: "Family", Code: 2},
	value.Option{Key: "social", Label: "Social", Code: 3},
	value.Option{Key: "sales", Label: "Sales", Code: 4},
	value.Option{Key: "other", Label: "Other", Code: 5},
	value.Option{Key: "stakeholder", Label: "Stakeholder", Code: 1000},
	value.Option{Key: "sales_team", Label: "Sales Team", Code: 1001},
	value.Option{Key: "service", Label: "Service", Code: 1002},
)

// Industry is the line of business (`industrycode`).
type Industry = value.Choice[industrySet]

// The values of [Industry].
const (
	IndustryAccounting Industry = iota + 1
	IndustryAgricultureAndNonPetrolNaturalResourceExtraction
	IndustryBroadcastingPrintingAndPublishing
	IndustryBrokers
	IndustryBuildingSupplyRetail
	IndustryBusinessServices
	IndustryConsulting
	IndustryConsumerServices
	IndustryDesignDirectionAndCreativeManagement
	IndustryDistributorsDispatchersAndProcessors
	IndustryDoctorsOfficesAndClinics
	IndustryDurableManufacturing
	IndustryEatingAndDrinkingPlaces
	IndustryEntertainmentRetail
	IndustryEquipmentRentalAndLeasing
	IndustryFinancial
	IndustryFoodAndTobaccoProcessing
	IndustryInboundCapitalIntensiveProcessing
	IndustryInboundRepairAndServices
	IndustryInsurance
	IndustryLegalServices
	IndustryNonDurableMerchandiseRetail
	IndustryOutboundConsumerService
	IndustryPetrochemicalExtractionAndDistribution
	IndustryServiceRetail
	IndustrySIGAffiliations
	IndustrySocialServices
	IndustrySpecialOutboundTradeContractors
	IndustrySpecialtyRealty
	IndustryTransportation
	IndustryUtilityCreationAndDistribution
	IndustryVehicleRetail
	IndustryWholesale
)

type industrySet struct{}

func (industrySet) Table() (string, []value.Option) { return "industry", industryTable }

var industryTable = value.Options(
	value.Option{Key: "accounting", Label: "Accounting", Code: 1},
	value.Option{Key: "agriculture_and_non_petrol_natural_resource_extraction", Label: "Agriculture and Non-petrol Natural Resource Extraction", Code: 2},
	value.Option{Key: "broadcasting_printing_and_publishing", Label: "Broadcasting Printing and Publishing", Code: 3},
	value.Option{Key: "brokers", Label: "Brokers", Code: 4},
	value.Option{Key: "building_supply_retail", Label: "Building Supply Retail", Code: 5},
	value.Option{Key: "business_services", Label: "Business Services", Code: 6},
	value.Option{Key: "consulting", Label: "Consulting", Code: 7},
	value.Option{Key: "consumer_services", Label: "Consumer Services", Code: 8},
	value.Option{Key: "design_direction_and_creative_management", Label: "Design, Direction and Creative Management", Code: 9},
	value.Option{Key: "distributors_dispatchers_and_processors", Label: "Distributors, Dispatchers and Processors", Code: 10},
	value.Option{Key: "doctors_offices_and_clinics", Label: "Doctor's Offices and Clinics", Code: 11},
	value.Option{Key: "durable_manufacturing", Label: "Durable Manufacturing", Code: 12},
	value.Option{Key: "eating_and_drinking_places", Label: "Eating and Drinking Places", Code: 13},
	value.Option{Key: "entertainment_retail", Label: "Entertainment Retail", Code: 14},
	value.Option{Key: "equipment_rental_and_leasing", Label: "Equipment Rental and Leasing", Code: 15},
	value.Option{Key: "financial", Label: "Financial", Code: 16},
	value.Option{Key: "food_and_tobacco_processing", Label: "Food and Tobacco Processing", Code: 17},
	value.Option{Key: "inbound_capital_intensive_processing", Label: "Inbound Capital Intensive Processing", Code: 18},
	value.Option{Key: "inbound_repair_and_services", Label: "Inbound Repair and Services", Code: 19},
	value.Option{Key: "insurance", Label: "Insurance", Code: 20},
	value.Option{Key: "legal_services", Label: "Legal Services", Code: 21},
	value.Option{Key: "non_durable_merchandise_retail", Label: "Non-Durable Merchandise Retail", Code: 22},
	value.Option{Key: "outbound_consumer_service", Label: "Outbound Consumer Service", Code: 23},
	value.Option{Key: "petrochemical_extraction_and_distribution", Label: "Petrochemical Extraction and Distribution", Code: 24},
	value.Option{Key: "service_retail", Label: "Service Retail", Code: 25},
	value.Option{Key: "sig_affiliations", Label: "SIG Affiliations", Code: 26},
	value.Option{Key: "social_services", Label: "Social Services", Code: 27},
	value.Option{Key: "special_outbound_trade_contractors", Label: "Special Outbound Trade Contractors", Code: 28},
	value.Option{Key: "specialty_realty", Label: "Specialty Realty", Code: 29},
	value.Option{Key: "transportation", Label: "Transportation", Code: 30},
	value.Option{Key: "utility_creation_and_distribution", Label: "Utility Creation and Distribution", Code: 31},
	value.Option{Key: "vehicle_retail", Label: "Vehicle Retail", Code: 32},
	value.Option{Key: "wholesale", Label: "Wholesale", Code: 33},
)

// ProductType is what a line sells (`producttypecode`).
type ProductType = value.Choice[productTypeSet]

// The values of [ProductType].
const (
	ProductTypeProduct ProductType = iota + 1
	ProductTypeBundle
	ProductTypeRequiredBundleProduct
	ProductTypeOptionalBundleProduct
	ProductTypeProjectBasedService
)

type productTypeSet struct{}

func (productTypeSet) Table() (string, []value.Option) { return "product_type", productTypeTable }

var productTypeTable = value.Options(
	value.Option{Key: "product", Label: "Product", Code: 1},
	value.Option{Key: "bundle", Label: "Bundle", Code: 2},
	value.Option{Key: "required_bundle_product", Label: "Required Bundle Product", Code: 3},
	value.Option{Key: "optional_bundle_product", Label: "Optional Bundle Product", Code: 4},
	value.Option{Key: "project_based_service", Label: "Project-based Service", Code: 5},
)

// PropertyStatus is how far the properties of a line are configured (`propertyconfigurationstatus`).
type PropertyStatus = value.Choice[propertyStatusSet]

// The values of [PropertyStatus].
const (
	PropertyStatusEdit PropertyStatus = iota + 1
	PropertyStatusRectify
	PropertyStatusNotConfigured
)

type propertyStatusSet struct{}

func (propertyStatusSet) Table() (string, []value.Option) {
	return "property_status", propertyStatusTable
}

var propertyStatusTable = value.Options(
	value.Option{Key: "edit", Label: "Edit", Code: 0},
	value.Option{Key: "rectify", Label: "Rectify", Code: 1},
	value.Option{Key: "not_configured", Label: "Not Configured", Code: 2},
)
