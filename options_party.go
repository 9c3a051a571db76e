package leadtocash

// DefaultValue is an option set with a single value (`salesstagecode`).
type DefaultValue = Choice[defaultValueSet]

// The values of [DefaultValue].
const (
	DefaultValueDefaultValue DefaultValue = iota + 1
)

type defaultValueSet struct{}

func (defaultValueSet) Table() (string, []Option) { return "default_value", defaultValueTable }

var defaultValueTable = options(
	Option{Key: "default_value", Label: "Default Value", Code: 1},
)

// ContactMethod is the preferred way of contact (`preferredcontactmethodcode`).
type ContactMethod = Choice[contactMethodSet]

// The values of [ContactMethod].
const (
	ContactMethodAny ContactMethod = iota + 1
	ContactMethodEmail
	ContactMethodPhone
	ContactMethodFax
	ContactMethodMail
)

type contactMethodSet struct{}

func (contactMethodSet) Table() (string, []Option) { return "contact_method", contactMethodTable }

var contactMethodTable = options(
	Option{Key: "any", Label: "Any", Code: 1},
	Option{Key: "email", Label: "Email", Code: 2},
	Option{Key: "phone", Label: "Phone", Code: 3},
	Option{Key: "fax", Label: "Fax", Code: 4},
	Option{Key: "mail", Label: "Mail", Code: 5},
)

// PaymentTerms is when an invoice is due (`paymenttermscode`).
type PaymentTerms = Choice[paymentTermsSet]

// The values of [PaymentTerms].
const (
	PaymentTermsNet30 PaymentTerms = iota + 1
	PaymentTerms2Percent10Net30
	PaymentTermsNet45
	PaymentTermsNet60
)

type paymentTermsSet struct{}

func (paymentTermsSet) Table() (string, []Option) { return "payment_terms", paymentTermsTable }

var paymentTermsTable = options(
	Option{Key: "net_30", Label: "Net 30", Code: 1},
	Option{Key: "2_10_net_30", Label: "2% 10, Net 30", Code: 2},
	Option{Key: "net_45", Label: "Net 45", Code: 3},
	Option{Key: "net_60", Label: "Net 60", Code: 4},
)

// CustomerType is the relationship with an account (`customertypecode`).
type CustomerType = Choice[customerTypeSet]

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

func (customerTypeSet) Table() (string, []Option) { return "customer_type", customerTypeTable }

var customerTypeTable = options(
	Option{Key: "competitor", Label: "Competitor", Code: 1},
	Option{Key: "consultant", Label: "Consultant", Code: 2},
	Option{Key: "customer", Label: "Customer", Code: 3},
	Option{Key: "investor", Label: "Investor", Code: 4},
	Option{Key: "partner", Label: "Partner", Code: 5},
	Option{Key: "influencer", Label: "Influencer", Code: 6},
	Option{Key: "press", Label: "Press", Code: 7},
	Option{Key: "prospect", Label: "Prospect", Code: 8},
	Option{Key: "reseller", Label: "Reseller", Code: 9},
	Option{Key: "supplier", Label: "Supplier", Code: 10},
	Option{Key: "vendor", Label: "Vendor", Code: 11},
	Option{Key: "other", Label: "Other", Code: 12},
)

// AccountCategory is the category of an account (`accountcategorycode`).
type AccountCategory = Choice[accountCategorySet]

// The values of [AccountCategory].
const (
	AccountCategoryPreferredCustomer AccountCategory = iota + 1
	AccountCategoryStandard
)

type accountCategorySet struct{}

func (accountCategorySet) Table() (string, []Option) { return "account_category", accountCategoryTable }

var accountCategoryTable = options(
	Option{Key: "preferred_customer", Label: "Preferred Customer", Code: 1},
	Option{Key: "standard", Label: "Standard", Code: 2},
)

// Ownership is who owns a company (`ownershipcode`).
type Ownership = Choice[ownershipSet]

// The values of [Ownership].
const (
	OwnershipPublic Ownership = iota + 1
	OwnershipPrivate
	OwnershipSubsidiary
	OwnershipOther
)

type ownershipSet struct{}

func (ownershipSet) Table() (string, []Option) { return "ownership", ownershipTable }

var ownershipTable = options(
	Option{Key: "public", Label: "Public", Code: 1},
	Option{Key: "private", Label: "Private", Code: 2},
	Option{Key: "subsidiary", Label: "Subsidiary", Code: 3},
	Option{Key: "other", Label: "Other", Code: 4},
)

// AccountRole is the role of a contact in the account (`accountrolecode`).
type AccountRole = Choice[accountRoleSet]

// The values of [AccountRole].
const (
	AccountRoleDecisionMaker AccountRole = iota + 1
	AccountRoleEmployee
	AccountRoleInfluencer
)

type accountRoleSet struct{}

func (accountRoleSet) Table() (string, []Option) { return "account_role", accountRoleTable }

var accountRoleTable = options(
	Option{Key: "decision_maker", Label: "Decision Maker", Code: 1},
	Option{Key: "employee", Label: "Employee", Code: 2},
	Option{Key: "influencer", Label: "Influencer", Code: 3},
)

// Gender is the gender of a contact (`gendercode`).
type Gender = Choice[genderSet]

// The values of [Gender].
const (
	GenderMale Gender = iota + 1
	GenderFemale
)

type genderSet struct{}

func (genderSet) Table() (string, []Option) { return "gender", genderTable }

var genderTable = options(
	Option{Key: "male", Label: "Male", Code: 1},
	Option{Key: "female", Label: "Female", Code: 2},
)

// MaritalStatus is the family status of a contact (`familystatuscode`).
type MaritalStatus = Choice[maritalStatusSet]

// The values of [MaritalStatus].
const (
	MaritalStatusSingle MaritalStatus = iota + 1
	MaritalStatusMarried
	MaritalStatusDivorced
	MaritalStatusWidowed
)

type maritalStatusSet struct{}

func (maritalStatusSet) Table() (string, []Option) { return "marital_status", maritalStatusTable }

var maritalStatusTable = options(
	Option{Key: "single", Label: "Single", Code: 1},
	Option{Key: "married", Label: "Married", Code: 2},
	Option{Key: "divorced", Label: "Divorced", Code: 3},
	Option{Key: "widowed", Label: "Widowed", Code: 4},
)

// RoleCategory is the category of a connection role (`category`).
type RoleCategory = Choice[roleCategorySet]

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

func (roleCategorySet) Table() (string, []Option) { return "role_category", roleCategoryTable }

var roleCategoryTable = options(
	Option{Key: "business", Label: "Business", Code: 1},
	Option{Key: "family", Label: "Family", Code: 2},
	Option{Key: "social", Label: "Social", Code: 3},
	Option{Key: "sales", Label: "Sales", Code: 4},
	Option{Key: "other", Label: "Other", Code: 5},
	Option{Key: "stakeholder", Label: "Stakeholder", Code: 1000},
	Option{Key: "sales_team", Label: "Sales Team", Code: 1001},
	Option{Key: "service", Label: "Service", Code: 1002},
)

// Industry is the line of business (`industrycode`).
type Industry = Choice[industrySet]

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

func (industrySet) Table() (string, []Option) { return "industry", industryTable }

var industryTable = options(
	Option{Key: "accounting", Label: "Accounting", Code: 1},
	Option{Key: "agriculture_and_non_petrol_natural_resource_extraction", Label: "Agriculture and Non-petrol Natural Resource Extraction", Code: 2},
	Option{Key: "broadcasting_printing_and_publishing", Label: "Broadcasting Printing and Publishing", Code: 3},
	Option{Key: "brokers", Label: "Brokers", Code: 4},
	Option{Key: "building_supply_retail", Label: "Building Supply Retail", Code: 5},
	Option{Key: "business_services", Label: "Business Services", Code: 6},
	Option{Key: "consulting", Label: "Consulting", Code: 7},
	Option{Key: "consumer_services", Label: "Consumer Services", Code: 8},
	Option{Key: "design_direction_and_creative_management", Label: "Design, Direction and Creative Management", Code: 9},
	Option{Key: "distributors_dispatchers_and_processors", Label: "Distributors, Dispatchers and Processors", Code: 10},
	Option{Key: "doctors_offices_and_clinics", Label: "Doctor's Offices and Clinics", Code: 11},
	Option{Key: "durable_manufacturing", Label: "Durable Manufacturing", Code: 12},
	Option{Key: "eating_and_drinking_places", Label: "Eating and Drinking Places", Code: 13},
	Option{Key: "entertainment_retail", Label: "Entertainment Retail", Code: 14},
	Option{Key: "equipment_rental_and_leasing", Label: "Equipment Rental and Leasing", Code: 15},
	Option{Key: "financial", Label: "Financial", Code: 16},
	Option{Key: "food_and_tobacco_processing", Label: "Food and Tobacco Processing", Code: 17},
	Option{Key: "inbound_capital_intensive_processing", Label: "Inbound Capital Intensive Processing", Code: 18},
	Option{Key: "inbound_repair_and_services", Label: "Inbound Repair and Services", Code: 19},
	Option{Key: "insurance", Label: "Insurance", Code: 20},
	Option{Key: "legal_services", Label: "Legal Services", Code: 21},
	Option{Key: "non_durable_merchandise_retail", Label: "Non-Durable Merchandise Retail", Code: 22},
	Option{Key: "outbound_consumer_service", Label: "Outbound Consumer Service", Code: 23},
	Option{Key: "petrochemical_extraction_and_distribution", Label: "Petrochemical Extraction and Distribution", Code: 24},
	Option{Key: "service_retail", Label: "Service Retail", Code: 25},
	Option{Key: "sig_affiliations", Label: "SIG Affiliations", Code: 26},
	Option{Key: "social_services", Label: "Social Services", Code: 27},
	Option{Key: "special_outbound_trade_contractors", Label: "Special Outbound Trade Contractors", Code: 28},
	Option{Key: "specialty_realty", Label: "Specialty Realty", Code: 29},
	Option{Key: "transportation", Label: "Transportation", Code: 30},
	Option{Key: "utility_creation_and_distribution", Label: "Utility Creation and Distribution", Code: 31},
	Option{Key: "vehicle_retail", Label: "Vehicle Retail", Code: 32},
	Option{Key: "wholesale", Label: "Wholesale", Code: 33},
)
