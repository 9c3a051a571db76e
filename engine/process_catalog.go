package engine

import (
	"maps"
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/process"
)

// processEntities are the kinds of records that processes may run on.
var processEntities = []kinds.Kind{
	kinds.Lead, kinds.Account, kinds.Contact, kinds.Opportunity, kinds.Quote, kinds.Order, kinds.Invoice, kinds.Payment,
	kinds.Competitor, kinds.Task, kinds.PhoneCall, kinds.Email, kinds.Appointment,
}

// processRelationships are those that stages are entered by.
var processRelationships = map[string]bpf.Relationship{
	"opportunity_originating_lead": {From: "lead", To: "opportunity", Lookup: "originatingleadid"},
	"opportunity_parent_account":   {From: "account", To: "opportunity", Lookup: "parentaccountid"},
	"opportunity_parent_contact":   {From: "contact", To: "opportunity", Lookup: "parentcontactid"},
	"opportunity_quotes":           {From: "opportunity", To: "quote", Lookup: "opportunityid"},
	"quote_orders":                 {From: "quote", To: "salesorder", Lookup: "quoteid"},
	"opportunity_sales_orders":     {From: "opportunity", To: "salesorder", Lookup: "opportunityid"},
	"order_invoices":               {From: "salesorder", To: "invoice", Lookup: "salesorderid"},
	"opportunity_invoices":         {From: "opportunity", To: "invoice", Lookup: "opportunityid"},
}

// processEvents are the payloads of all events: the records of each kind that
// the outcome of an action can hold, by the words of the actions.
func processEvents() map[string]map[string]string {
	payload := map[string]string{}
	for _, kind := range processEntities {
		payload[string(kind)] = process.EntityOf(kind)
	}
	events := map[string]map[string]string{}
	for _, a := range actions.Actions() {
		if slices.Contains(processEntities, a.Kind()) {
			events[a.Event()] = payload
		}
	}
	return events
}

// ProcessCatalog is what processes can be built of without anything of the
// host's: every entity with its fields by logical and by wire name,
// relationships, operations and events. Custom fields and what ProcessHost adds
// come on top when a client is made.
func ProcessCatalog() bpf.Catalog { return processCatalog(nil) }

func processCatalog(custom map[kinds.Kind][]FieldDefinition) bpf.Catalog {
	c := bpf.Catalog{
		Entities: map[string]bpf.Entity{}, Relationships: maps.Clone(processRelationships), Actions: map[string]string{},
		Flows: map[string]bool{}, Operations: map[string]bool{}, Workflows: map[string]string{}, Events: processEvents(),
	}
	for _, kind := range processEntities {
		e := bpf.Entity{Enabled: true, Fields: map[string]bpf.Field{}}
		recordKinds[kind].schema.Catalog(recordKinds[kind].record, e.Fields)
		for _, f := range custom[kind] {
			e.Fields[f.Name] = bpf.Field{Label: f.Name, Type: f.typ}
		}
		c.Entities[process.EntityOf(kind)] = e
	}
	for _, a := range actions.Actions() {
		if a.Callable() {
			c.Operations[a.String()] = true
		}
	}
	return c
}
