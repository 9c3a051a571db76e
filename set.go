package leadtocash

// OptionSet is a set of values that fields choose from, as forms, imports and
// documents need it.
type OptionSet struct {
	Name    string   // "lead_source"
	Options []Option // as Choice.Options lists them
}

// OptionSets lists every option set and status set, sorted by name.
func OptionSets() []OptionSet {
	list := make([]OptionSet, len(sets))
	for i, s := range sets {
		list[i] = optionSet(s)
	}
	return list
}

// Set returns the set that the value belongs to.
func (c Choice[S]) Set() OptionSet {
	var s S
	return optionSet(s)
}

func optionSet(s set) OptionSet {
	name, rows := s.Table()
	return OptionSet{name, optionsIn(rows)}
}

// sets are all sets by name.
var sets = []set{
	accountCategorySet{},
	accountRoleSet{},
	accountStatusSet{},
	actorKinds{},
	allocationKindSet{},
	appointmentStatusSet{},
	budgetStatusSet{},
	closeStatusSet{},
	connectionRoleSet{},
	connectionStatusSet{},
	contactMethodSet{},
	contactStatusSet{},
	creditNoteStatusSet{},
	creditReasonSet{},
	criterionSet{},
	customerTypeSet{},
	defaultValueSet{},
	discountListStatusSet{},
	discountTypeSet{},
	dunningLevelSet{},
	duplicatePolicySet{},
	emailStatusSet{},
	findingSet{},
	forecastCategorySet{},
	freightTermsSet{},
	fulfilmentSet{},
	genderSet{},
	gradeSet{},
	industrySet{},
	initialCommunicationSet{},
	invoiceStatusSet{},
	invoicingSet{},
	leadSourceSet{},
	leadStatusSet{},
	maritalStatusSet{},
	needSet{},
	opportunityOptionSet{},
	opportunityStatusSet{},
	orderStatusSet{},
	ownershipSet{},
	partyRoleSet{},
	paymentMethodSet{},
	paymentStatusSet{},
	paymentTermsSet{},
	phoneCallStatusSet{},
	priceListStatusSet{},
	priceStepKindSet{},
	pricingErrors{},
	pricingMethodSet{},
	prioritySet{},
	processDefinitionStatusSet{},
	productKindSet{},
	productStatusSet{},
	productStructureSet{},
	productTypeSet{},
	propertyDataTypeSet{},
	propertyStatusSet{},
	purchaseProcessSet{},
	purchaseTimeframeSet{},
	quantitySellingSet{},
	quoteStatusSet{},
	ratingSet{},
	recommendationSet{},
	refundStatusSet{},
	relationshipTypeSet{},
	roleCategorySet{},
	roundingOptionSet{},
	roundingPolicySet{},
	salesStageSet{},
	scoreTrendSet{},
	sellerKindSet{},
	sellerStatusSet{},
	shippingMethodSet{},
	skipPriceCalculationSet{},
	statementKindSet{},
	taskStatusSet{},
	taxCategorySet{},
	timelineSet{},
	transactionCurrencyStatusSet{},
}
