package gendocs

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// records are the types of the kinds.
var records = map[kinds.Kind]reflect.Type{
	kinds.Lead:             reflect.TypeFor[leadtocash.Lead](),
	kinds.Account:          reflect.TypeFor[party.Account](),
	kinds.Contact:          reflect.TypeFor[party.Contact](),
	kinds.Opportunity:      reflect.TypeFor[leadtocash.Opportunity](),
	kinds.OpportunityClose: reflect.TypeFor[leadtocash.OpportunityClose](),
	kinds.Quote:            reflect.TypeFor[leadtocash.Quote](),
	kinds.QuoteClose:       reflect.TypeFor[leadtocash.QuoteClose](),
	kinds.Order:            reflect.TypeFor[leadtocash.Order](),
	kinds.OrderClose:       reflect.TypeFor[leadtocash.OrderClose](),
	kinds.Invoice:          reflect.TypeFor[leadtocash.Invoice](),
	kinds.Payment:          reflect.TypeFor[leadtocash.Payment](),
	kinds.Allocation:       reflect.TypeFor[leadtocash.Allocation](),
	kinds.CreditNote:       reflect.TypeFor[leadtocash.CreditNote](),
	kinds.Refund:           reflect.TypeFor[leadtocash.Refund](),
	kinds.DunningEntry:     reflect.TypeFor[leadtocash.DunningEntry](),
	kinds.Approval:         reflect.TypeFor[agreement.Approval](),
	kinds.Seller:           reflect.TypeFor[party.Seller](),
	kinds.Organization:     reflect.TypeFor[party.Organization](),
	kinds.Competitor:       reflect.TypeFor[party.Competitor](),
	kinds.Connection:       reflect.TypeFor[party.Connection](),
	kinds.Note:             reflect.TypeFor[activity.Note](),
	kinds.Attachment:       reflect.TypeFor[activity.Attachment](),
	kinds.Task:             reflect.TypeFor[activity.Task](),
	kinds.PhoneCall:        reflect.TypeFor[activity.PhoneCall](),
	kinds.Email:            reflect.TypeFor[activity.Email](),
	kinds.Appointment:      reflect.TypeFor[activity.Appointment](),
	kinds.Process:          reflect.TypeFor[process.Process](),

	kinds.ProcessDefinition: reflect.TypeFor[engine.ProcessDefinition](),

	kinds.Product:             reflect.TypeFor[catalog.Product](),
	kinds.ProductRelationship: reflect.TypeFor[catalog.ProductRelationship](),
	kinds.UnitGroup:           reflect.TypeFor[catalog.UnitGroup](),
	kinds.PriceList:           reflect.TypeFor[catalog.PriceList](),
	kinds.PriceListItem:       reflect.TypeFor[catalog.PriceListItem](),
	kinds.DiscountList:        reflect.TypeFor[catalog.DiscountList](),
	kinds.TransactionCurrency: reflect.TypeFor[catalog.TransactionCurrency](),

	kinds.Goal:               reflect.TypeFor[insight.Goal](),
	kinds.GoalMetric:         reflect.TypeFor[insight.GoalMetric](),
	kinds.ForecastAdjustment: reflect.TypeFor[insight.ForecastAdjustment](),
}

// recordOf returns the type of a kind.
func recordOf(k kinds.Kind) reflect.Type {
	t := records[k]
	if t == nil {
		panic("gendocs: add the type of " + string(k) + " to records")
	}
	return t
}

// member is a field as its struct tags describe it.
type member struct {
	name, logical string
	required      bool
	typ           reflect.Type
	tag           reflect.StructTag
}

// members lists the fields of a type, those of embedded parts in their place.
func members(t reflect.Type) (list []member) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported() || name == "-":
		case f.Anonymous && name == "":
			list = append(list, members(f.Type)...)
		default:
			list = append(list, member{name, f.Tag.Get("d365"), f.Tag.Get("need") == "true", f.Type, f.Tag})
		}
	}
	return list
}

func fields() string {
	var p page
	p.say("# Fields\n\n" +
		"Names are those of JSON, queries, errors and logs; the second column has the logical name in Dataverse, where there\n" +
		"is one. A required field is refused with `missing_field` when empty. Unset values are left out of JSON.\n\n" +
		"A record keeps members that this release does not know. A command has none: decode it with `engine.Decode`, and\n" +
		"a member that is misspelt is refused.\n\n" +
		"| Value | In JSON |\n|---|---|\n" +
		"| text *n* | a string of one line, at most *n* characters |\n" +
		"| lines *n* | a string of several lines, at most *n* characters |\n" +
		"| amount | a string with the decimals of the record's currency: `\"9.90\"` |\n" +
		"| number *n* | a string with at most *n* decimals |\n" +
		"| integer | a number |\n" +
		"| day | `\"2026-01-31\"` |\n" +
		"| instant | RFC 3339, UTC, to the microsecond |\n" +
		"| id | a UUID; without a kind it is the host's and not checked, unless the host gives a resolver |\n" +
		"| customer, record | `{\"kind\": …, \"id\": …}` |\n" +
		"| a set | the key of one of the set's [options](options.md) |\n\n" +
		"Amounts without bounds lie within ±922337203685477. A group of fields that has a logical name puts it before those of\n" +
		"its fields: `address1` and `line1` make `address1_line1`.\n\n" +
		"Lists are filtered, sorted and added up by what *filter, sort* names, which is what a query of the store and a sum call\n" +
		"it. `name` is what names sort by, whatever case and accents; `born_on` is `overridden_created_on`, or else the day of\n" +
		"`created_at`; `base_value` the amount in the base currency at the record's own rate. References are filters as well, by\n" +
		"their name, and searchable custom fields.\n\n" +
		"## Every record\n\n")
	head := members(reflect.TypeFor[record.Head]())
	p.members(head)
	var groups []reflect.Type
	for _, k := range kinds.Kinds() {
		own := slices.DeleteFunc(members(recordOf(k)), func(m member) bool { return slices.Contains(head, m) })
		p.say("\n## %s\n\n", k)
		if name := k.EntityName(); name != "" {
			p.say("In Dataverse: `%s`.\n\n", name)
		}
		p.listed(k, own)
		groups = groupsOf(own, groups)
	}
	for i := 0; i < len(groups); i++ { // a group may add groups of its own
		own := members(groups[i])
		p.say("\n## %s\n\n", groupName(groups[i]))
		p.members(own)
		groups = groupsOf(own, groups)
	}
	return p.String()
}

// listed are the fields of a kind and of what every record has, with the slots that
// lists are filtered, sorted and added up by.
func (p *page) listed(kind kinds.Kind, list []member) {
	slots := map[string]string{}
	for _, s := range engine.SlotsOf(kind) {
		slots[s.Name] = literal(string(s.At))
	}
	p.head("Field", "Dataverse", "Value", "", "Filter, sort")
	for _, m := range list {
		required := ""
		if m.required {
			required = "required"
		}
		p.row(literal(m.name), literal(m.logical), m.value(), required, slots[m.name])
		delete(slots, m.name)
	}
	var others []string
	for _, s := range engine.SlotsOf(kind) {
		if at := slots[s.Name]; at != "" {
			others = append(others, literal(s.Name)+" ("+at+")")
		}
	}
	if len(others) > 0 {
		p.say("\nFiltered and sorted by besides: %s.\n", strings.Join(others, ", "))
	}
}

func (p *page) members(list []member) {
	p.head("Field", "Dataverse", "Value", "")
	for _, m := range list {
		required := ""
		if m.required {
			required = "required"
		}
		p.row(literal(m.name), literal(m.logical), m.value(), required)
	}
}

// value describes what a field can hold.
func (m member) value() string {
	t := m.typ
	switch {
	case t == reflect.TypeFor[[]byte]():
		return "bytes in base64"
	case t.Kind() == reflect.Slice:
		most := ""
		if n := m.tag.Get("most"); n != "" {
			most = "at most " + n + ": "
		}
		return "list of " + most + member{typ: t.Elem(), tag: m.tag}.value()
	case t.Kind() == reflect.Pointer:
		return member{typ: t.Elem(), tag: m.tag}.value()
	case t == reflect.TypeFor[value.Opt[bool]]():
		return "true or false"
	case isOptional(t):
		get, _ := t.MethodByName("Get")
		return member{typ: get.Type.Out(0), tag: m.tag}.value()
	}
	switch t {
	case reflect.TypeFor[money.Amount]():
		return "amount" + m.bounds()
	case reflect.TypeFor[decimal.Decimal]():
		return "number " + or(m.tag.Get("decimals"), "10") + m.bounds()
	case reflect.TypeFor[value.Date]():
		return "day"
	case reflect.TypeFor[time.Time]():
		return "instant"
	case reflect.TypeFor[money.Currency]():
		return "currency: `EUR`, or with decimals of its own `EUR/4`"
	case reflect.TypeFor[record.UnitID]():
		return "id of a unit"
	case reflect.TypeFor[uuid.UUID]():
		return "id"
	case reflect.TypeFor[record.CustomerID]():
		return "customer: account or contact"
	case reflect.TypeFor[record.Ref]():
		return "record"
	case reflect.TypeFor[bpf.Instance]():
		return "object: an instance of the package `bpf`"
	case reflect.TypeFor[bpf.Definition]():
		return "object: a definition of the package `bpf`"
	case reflect.TypeFor[bpf.Fault]():
		return "object: a fault of the package `bpf`"
	case reflect.TypeFor[map[string]time.Time]():
		return "object of instants"
	case reflect.TypeFor[record.Custom]():
		return "object with a member for each custom field"
	}
	if k := kindOfID(t); k != "" {
		return "id of " + article(string(k))
	}
	if s, ok := setOf(t); ok {
		return fmt.Sprintf("[%s](options.md#%[1]s)", s.Name)
	}
	if keys := schema.SettingKeys(t); keys != nil {
		return "`" + strings.Join(keys, "` or `") + "`"
	}
	if isGroup(t) {
		return fmt.Sprintf("[%s](#%[1]s)", groupName(t))
	}
	switch t.Kind() {
	case reflect.String:
		if n := m.tag.Get("max"); n != "" {
			return "text " + n
		}
		return strings.TrimSpace("lines " + m.tag.Get("text"))
	case reflect.Bool:
		return "true or left out"
	case reflect.Int8, reflect.Int32, reflect.Int64:
		return "integer" + m.bounds()
	}
	panic("gendocs: how is a " + t.String() + " described?")
}

// bounds are those of a number: ", 0 to 100".
func (m member) bounds() string {
	low, high, ok := strings.Cut(m.tag.Get("range"), "..")
	switch {
	case !ok:
		return ""
	case low == "-"+high:
		return ", ±" + high
	}
	return ", " + low + " to " + high
}

// isOptional reports whether the type is an Opt.
func isOptional(t reflect.Type) bool {
	get, ok := t.MethodByName("Get")
	return ok && t.Kind() == reflect.Struct && get.Type.NumOut() == 2 && get.Type.NumIn() == 1
}

// setOf returns the option set of a type.
func setOf(t reflect.Type) (value.OptionSet, bool) {
	v, ok := reflect.Zero(t).Interface().(interface{ Set() value.OptionSet })
	if !ok {
		return value.OptionSet{}, false
	}
	return v.Set(), true
}

// kindOfID returns the kind that an id type identifies, "" for other types.
func kindOfID(t reflect.Type) kinds.Kind {
	for k, r := range records {
		if f, ok := r.FieldByName("ID"); ok && f.Type == t {
			return k
		}
	}
	return ""
}

// groupsOf appends the plain structs that fields hold, each once.
func groupsOf(list []member, groups []reflect.Type) []reflect.Type {
	for _, m := range list {
		t := m.typ
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if isGroup(t) && !slices.Contains(groups, t) {
			groups = append(groups, t)
		}
	}
	return groups
}

// isGroup reports whether the type is a plain group of fields of the library.
func isGroup(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[record.Ref](), reflect.TypeFor[record.CustomerID]():
		return false
	}
	return t.Kind() == reflect.Struct && strings.HasPrefix(t.PkgPath(), "github.com/leadtocash/leadtocash") && !strings.HasSuffix(t.PkgPath(), "/bpf") &&
		!t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) && !isOptional(t)
}

// groupName is the wire name of a Go type: BillTo becomes bill_to.
func groupName(t reflect.Type) string {
	if t == reflect.TypeFor[party.Party]() {
		return "document_party" // the parties of activities have the other name
	}
	var b strings.Builder
	for i, r := range t.Name() {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

// usersOfSets lists the fields that choose from a set, by its name.
func usersOfSets() map[string][]string {
	users := map[string][]string{}
	note := func(owner string, list []member) {
		for _, m := range list {
			if s, ok := setOf(m.typ); ok {
				users[s.Name] = append(users[s.Name], literal(owner+"."+m.name))
			}
		}
	}
	var groups []reflect.Type
	for _, k := range kinds.Kinds() {
		own := members(recordOf(k))
		note(string(k), own)
		groups = groupsOf(own, groups)
	}
	for i := 0; i < len(groups); i++ {
		own := members(groups[i])
		note(groupName(groups[i]), own)
		groups = groupsOf(own, groups)
	}
	return users
}

func article(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
