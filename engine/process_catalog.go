package engine

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
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
		processFields(recordKinds[kind].schema, recordKinds[kind].record, e.Fields)
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

// processFields adds the fields of a record, by logical and by wire name.
func processFields(s *schema.Schema, t reflect.Type, fields map[string]bpf.Field) {
	for i := range s.Fields {
		f := &s.Fields[i]
		sf := t.Field(f.Index)
		if f.Name == "" && f.Nested != nil {
			processFields(f.Nested, sf.Type, fields)
			continue
		}
		typ, options := fieldType(sf)
		field := bpf.Field{Label: label(f.Name), Type: typ, Options: options}
		fields[f.Name] = field
		if f.Logical != "" {
			fields[f.Logical] = field
		}
		if f.Name == "status" {
			fields["statuscode"] = field
			fields["statecode"] = bpf.Field{Label: "State", Type: bpf.TypeState}
		}
	}
}

// label is a wire name for people: "budget_amount" becomes "Budget amount".
func label(name string) string {
	text := strings.ReplaceAll(name, "_", " ")
	return strings.ToUpper(text[:1]) + text[1:]
}

// fieldType is what a process may do with a field.
func fieldType(sf reflect.StructField) (bpf.FieldType, []int) {
	t := sf.Type
	switch t {
	case reflect.TypeFor[money.Amount](), reflect.TypeFor[value.Opt[money.Amount]]():
		return bpf.TypeMoney, nil
	case reflect.TypeFor[decimal.Decimal](), reflect.TypeFor[value.Opt[decimal.Decimal]]():
		return bpf.TypeDecimal, nil
	case reflect.TypeFor[value.Opt[int32]]():
		return bpf.TypeInteger, nil
	case reflect.TypeFor[value.Date]():
		return bpf.TypeDate, nil
	case reflect.TypeFor[time.Time]():
		return bpf.TypeDateTime, nil
	case reflect.TypeFor[uuid.UUID](), reflect.TypeFor[record.CustomerID](), reflect.TypeFor[record.Ref](), reflect.TypeFor[money.Currency]():
		return bpf.TypeLookup, nil
	}
	if schema.KindOfID(t) != "" {
		return bpf.TypeLookup, nil
	}
	switch t.Kind() {
	case reflect.String:
		if sf.Tag.Get("text") != "" {
			return bpf.TypeMemo, nil
		}
		return bpf.TypeText, nil
	case reflect.Bool:
		return bpf.TypeBoolean, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return bpf.TypeInteger, nil
	case reflect.Uint8:
		if set, ok := reflect.Zero(t).Interface().(interface{ Options() []value.Option }); ok {
			var codes []int
			for _, o := range set.Options() {
				codes = append(codes, o.Code)
			}
			if sf.Name == "Status" {
				return bpf.TypeStatus, codes
			}
			return bpf.TypeChoice, codes
		}
	}
	return bpf.TypeGroup, nil
}
