package party

import "github.com/leadtocash/leadtocash/value"

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
