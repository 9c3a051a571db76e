package kinds

import (
	"maps"
	"slices"
	"strings"
)

// Kind names a kind of record in JSON, errors, columns and actions.
type Kind string

// The kinds of records.
const (
	Lead             Kind = "lead"
	Account          Kind = "account"
	Contact          Kind = "contact"
	Opportunity      Kind = "opportunity"
	OpportunityClose Kind = "opportunity_close"
	Quote            Kind = "quote"
	QuoteClose       Kind = "quote_close"
	Order            Kind = "order"
	OrderClose       Kind = "order_close"
	Invoice          Kind = "invoice"
	Payment          Kind = "payment"
	Allocation       Kind = "allocation"
	CreditNote       Kind = "credit_note"
	Refund           Kind = "refund"
	DunningEntry     Kind = "dunning_entry"
	Approval         Kind = "approval"
	Seller           Kind = "seller"
	Organization     Kind = "organization" // of the host's own
	Competitor       Kind = "competitor"
	Connection       Kind = "connection"
	Note             Kind = "note"
	Attachment       Kind = "attachment"
	Task             Kind = "task"
	PhoneCall        Kind = "phone_call"
	Email            Kind = "email"
	Appointment      Kind = "appointment"
	Process          Kind = "process"

	ProcessDefinition Kind = "process_definition"

	Product             Kind = "product"
	ProductRelationship Kind = "product_relationship"
	UnitGroup           Kind = "unit_group"
	PriceList           Kind = "price_list"
	PriceListItem       Kind = "price_list_item"
	DiscountList        Kind = "discount_list"
	TransactionCurrency Kind = "transaction_currency"

	Goal               Kind = "goal"
	GoalMetric         Kind = "goal_metric"
	ForecastAdjustment Kind = "forecast_adjustment"
)

// Territory is the kind of sales territories, which a [party.Connection] can refer
// to. They are the host's: none is stored here, and a Resolver knows which there
// are.
const Territory Kind = "territory"

// entities are the names of the kinds in Dataverse; extensions have none.
var entities = map[Kind]string{
	Lead:                "lead",
	Account:             "account",
	Contact:             "contact",
	Opportunity:         "opportunity",
	OpportunityClose:    "opportunityclose",
	Quote:               "quote",
	QuoteClose:          "quoteclose",
	Order:               "salesorder",
	OrderClose:          "orderclose",
	Invoice:             "invoice",
	Payment:             "",
	Allocation:          "",
	CreditNote:          "",
	Refund:              "",
	DunningEntry:        "",
	Approval:            "",
	Seller:              "",
	Organization:        "",
	Competitor:          "competitor",
	Connection:          "connection",
	Note:                "annotation",
	Attachment:          "",
	Task:                "task",
	PhoneCall:           "phonecall",
	Email:               "email",
	Appointment:         "appointment",
	Process:             "",
	ProcessDefinition:   "workflow",
	Product:             "product",
	ProductRelationship: "productsubstitute",
	UnitGroup:           "uomschedule",
	PriceList:           "pricelevel",
	PriceListItem:       "productpricelevel",
	DiscountList:        "discounttype",
	TransactionCurrency: "transactioncurrency",
	Goal:                "goal",
	GoalMetric:          "metric",
	ForecastAdjustment:  "",
}

// Kinds lists the kinds of records, sorted.
func Kinds() []Kind { return slices.Sorted(maps.Keys(entities)) }

// EntityName returns what Dataverse calls records of the kind; empty for
// extensions.
func (k Kind) EntityName() string { return entities[k] }

// EntitySetName returns what the Web API of Dataverse calls the set of records of the
// kind, "opportunities"; empty for extensions.
func (k Kind) EntitySetName() string {
	name := entities[k]
	if stem, is := strings.CutSuffix(name, "y"); is {
		return stem + "ies"
	}
	if name == "" {
		return ""
	}
	return name + "s"
}
