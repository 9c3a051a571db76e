package leadtocash

import (
	"maps"
	"slices"
)

// Kind names a kind of record in JSON, errors, columns and actions.
type Kind string

// The kinds of records.
const (
	KindLead             Kind = "lead"
	KindAccount          Kind = "account"
	KindContact          Kind = "contact"
	KindOpportunity      Kind = "opportunity"
	KindOpportunityClose Kind = "opportunity_close"
	KindQuote            Kind = "quote"
	KindQuoteClose       Kind = "quote_close"
	KindOrder            Kind = "order"
	KindOrderClose       Kind = "order_close"
	KindInvoice          Kind = "invoice"
	KindPayment          Kind = "payment"
	KindAllocation       Kind = "allocation"
	KindCreditNote       Kind = "credit_note"
	KindRefund           Kind = "refund"
	KindDunningEntry     Kind = "dunning_entry"
	KindSeller           Kind = "seller"
	KindCompetitor       Kind = "competitor"
	KindConnection       Kind = "connection"
	KindNote             Kind = "note"
	KindAttachment       Kind = "attachment"
	KindTask             Kind = "task"
	KindPhoneCall        Kind = "phone_call"
	KindEmail            Kind = "email"
	KindAppointment      Kind = "appointment"
	KindProcess          Kind = "process"

	KindProcessDefinition Kind = "process_definition"

	KindProduct             Kind = "product"
	KindProductRelationship Kind = "product_relationship"
	KindUnitGroup           Kind = "unit_group"
	KindPriceList           Kind = "price_list"
	KindPriceListItem       Kind = "price_list_item"
	KindDiscountList        Kind = "discount_list"
	KindTransactionCurrency Kind = "transaction_currency"
)

// KindTerritory is the kind of sales territories, which a [Connection] can refer
// to. They are the host's: none is stored here, and a Resolver knows which there
// are.
const KindTerritory Kind = "territory"

// entities are the names of the kinds in Dataverse; extensions have none.
var entities = map[Kind]string{
	KindLead:                "lead",
	KindAccount:             "account",
	KindContact:             "contact",
	KindOpportunity:         "opportunity",
	KindOpportunityClose:    "opportunityclose",
	KindQuote:               "quote",
	KindQuoteClose:          "quoteclose",
	KindOrder:               "salesorder",
	KindOrderClose:          "orderclose",
	KindInvoice:             "invoice",
	KindPayment:             "",
	KindAllocation:          "",
	KindCreditNote:          "",
	KindRefund:              "",
	KindDunningEntry:        "",
	KindSeller:              "",
	KindCompetitor:          "competitor",
	KindConnection:          "connection",
	KindNote:                "annotation",
	KindAttachment:          "",
	KindTask:                "task",
	KindPhoneCall:           "phonecall",
	KindEmail:               "email",
	KindAppointment:         "appointment",
	KindProcess:             "",
	KindProcessDefinition:   "workflow",
	KindProduct:             "product",
	KindProductRelationship: "productsubstitute",
	KindUnitGroup:           "uomschedule",
	KindPriceList:           "pricelevel",
	KindPriceListItem:       "productpricelevel",
	KindDiscountList:        "discounttype",
	KindTransactionCurrency: "transactioncurrency",
}

// Kinds lists the kinds of records, sorted.
func Kinds() []Kind { return slices.Sorted(maps.Keys(entities)) }

// EntityName returns what Dataverse calls records of the kind; empty for
// extensions.
func (k Kind) EntityName() string { return entities[k] }
