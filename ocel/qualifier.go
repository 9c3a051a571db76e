package ocel

import (
	"strings"

	"github.com/leadtocash/leadtocash/kinds"
)

// Qualifiers of relationships that are not the name of a kind.
const (
	qualifiesSubject  = "subject"
	qualifiesLine     = "line"
	qualifiesActor    = "actor"
	qualifiesCustomer = "customer"
	qualifiesSource   = "source"
	qualifiesLineOf   = "line of"
	qualifiesParent   = "parent"
	qualifiesPartOf   = "part of"
)

// sources are the fields that say what a new record was made from, the nearest first.
var sources = map[kinds.Kind][]string{
	kinds.Opportunity: {"originating_lead_id"},
	kinds.Quote:       {"opportunity_id"},
	kinds.Order:       {"quote_id", "opportunity_id"},
	kinds.Invoice:     {"sales_order_id", "opportunity_id"},
	kinds.CreditNote:  {"invoice_id"},
}

// between says by kind and field how an object relates to what it refers to, read from
// the object to the other: an order is "ordered from" its quote. For fields that are not
// here, see Qualifier.
var between = map[kinds.Kind]map[string]string{
	kinds.Opportunity: {"originating_lead_id": "originates from"},
	kinds.Quote:       {"opportunity_id": "offered by"},
	kinds.Order:       {"quote_id": "ordered from", "opportunity_id": "ordered from"},
	kinds.Invoice:     {"sales_order_id": "billed by", "opportunity_id": "billed by"},
	kinds.CreditNote:  {"invoice_id": "credited by"},
	kinds.Allocation:  {"invoice_id": "settled by", "payment_id": "settled by", "credit_note_id": "settled by"},
	kinds.Refund:      {"payment_id": "settled by", "credit_note_id": "settled by"},
}

// Qualifier is how an object of a kind relates to what one of its fields refers to: from
// a document to what it came from "originates from", "offered by", "ordered from",
// "billed by", "credited by", "settled by"; "parent" for what is above an account,
// contact, product or goal; "owned by" for customers; "part of" for all others.
func Qualifier(kind kinds.Kind, field string) string {
	switch {
	case between[kind][field] != "":
		return between[kind][field]
	case strings.HasPrefix(field, "parent_"):
		return qualifiesParent
	case field == "customer_id":
		return "owned by"
	default:
		return qualifiesPartOf
	}
}

// ofEvent is how an event of a record relates to what one of the record's fields refers
// to. Of several sources of a new record the nearest is told as such.
func ofEvent(kind kinds.Kind, birth bool, field string, to kinds.Kind, has func(field string) bool) string {
	if birth {
		for _, source := range sources[kind] {
			if has(source) {
				if field == source {
					return qualifiesSource
				}
				break
			}
		}
	}
	if to == kinds.Account || to == kinds.Contact {
		return qualifiesCustomer
	}
	return string(to)
}
