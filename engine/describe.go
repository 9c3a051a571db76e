package engine

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/value"
)

// KindInfo describes a kind of record: what it has, what can be done to it, what
// refers to it. It is read off the types, tags and tables that the library obeys.
type KindInfo struct {
	Kind        kinds.Kind         `json:"kind"`
	Entity      string             `json:"entity,omitzero"`     // in Dataverse
	EntitySet   string             `json:"entity_set,omitzero"` // in its Web API
	Label       string             `json:"label"`
	PrimaryName string             `json:"primary_name,omitzero"` // the field that people know a record by
	Number      string             `json:"number,omitzero"`       // the field with its number
	Statuses    []OptionInfo       `json:"statuses,omitzero"`
	Fields      []FieldDescription `json:"fields"`
	Actions     []ActionInfo       `json:"actions"`
	Flow        []flow.Cell        `json:"flow,omitzero"`     // the transition table, cell by cell
	Children    []Child            `json:"children,omitzero"` // what can refer to it
	Filters     []FilterInfo       `json:"filters,omitzero"`  // what lists of it are filtered, ordered and added up by
}

// Child is a field of a kind that can refer to records of another one.
type Child struct {
	Kind  kinds.Kind `json:"kind"`
	Field string     `json:"field"` // lines.product_id, whatever the line
}

// OptionInfo describes an option or a status.
type OptionInfo struct {
	Key        string `json:"key"`
	Label      string `json:"label"`
	Code       int    `json:"code,omitzero"`   // in Dataverse
	State      string `json:"state,omitzero"`  // of a status
	Status     string `json:"status,omitzero"` // that a status reason of the host's stands under
	Default    bool   `json:"default,omitzero"`
	ImportOnly bool   `json:"import_only,omitzero"` // no action leads there
}

// OptionSetInfo describes an option set.
type OptionSetInfo struct {
	Name    string       `json:"name"`
	Options []OptionInfo `json:"options"`
}

// FieldDescription describes a field of a record.
type FieldDescription struct {
	Name       string           `json:"name"` // path in JSON: address1.city, lines[].quantity
	Type       FieldType        `json:"type"`
	GoType     string           `json:"go_type"`
	D365Name   string           `json:"d365_name,omitzero"`
	Label      string           `json:"label"`
	MaxLength  int              `json:"max_length,omitzero"` // characters
	Min        string           `json:"min,omitzero"`
	Max        string           `json:"max,omitzero"`
	Decimals   string           `json:"decimals,omitzero"` // at most; money has those of the currency
	OptionSet  string           `json:"option_set,omitzero"`
	Options    []string         `json:"options,omitzero"`    // keys
	References []kinds.Kind     `json:"references,omitzero"` // that it can name; of a reference, none means any
	Required   bool             `json:"required,omitzero"`
	Computed   bool             `json:"computed,omitzero"`  // no command has it
	EditedBy   []actions.Action `json:"edited_by,omitzero"` // actions on the record whose command has it
	SetBy      []actions.Action `json:"set_by,omitzero"`    // births whose command has it
	Custom     bool             `json:"custom,omitzero"`    // the host's own, in custom
	Searchable bool             `json:"searchable,omitzero"`
	Personal   bool             `json:"personal,omitzero"` // data of a person, see [Client.ErasePerson]
	Filter     []FilterOp       `json:"filter,omitzero"`   // what lists ask of it, by its name, without [] of lists
	Sortable   bool             `json:"sortable,omitzero"` // lists are ordered by it
	Summable   bool             `json:"summable,omitzero"` // sums add it up
}

// ActionInfo describes what can be done by name, see [Client.Do].
type ActionInfo struct {
	Name     string          `json:"name"`   // quote.activate
	Action   actions.Action  `json:"action"` // that it is, or that it counts as for authorizers, guards and events
	Kind     kinds.Kind      `json:"kind"`
	Event    string          `json:"event"`
	Text     string          `json:"text,omitzero"`
	Birth    bool            `json:"birth,omitzero"` // makes the record
	TakesID  bool            `json:"takes_id,omitzero"`
	Callable bool            `json:"callable"` // else it happens by itself, along with others
	Command  string          `json:"command,omitzero"`
	Outcome  string          `json:"outcome,omitzero"`
	Input    json.RawMessage `json:"input,omitzero"`  // JSON Schema of the command
	Output   json.RawMessage `json:"output,omitzero"` // JSON Schema of the outcome
	From     []string        `json:"from,omitzero"`   // statuses that it is possible in
	To       []string        `json:"to,omitzero"`     // that it leads to
	Refusals []codes.Code    `json:"refusals,omitzero"`
	ReadOnly bool            `json:"read_only,omitzero"`
	// Destructive takes something away that no other action brings back.
	Destructive bool `json:"destructive,omitzero"`
	// Idempotent changes nothing if it is done again in the same way. With Once every
	// action is.
	Idempotent bool `json:"idempotent,omitzero"`
}

// destructive are the verbs that take something away.
var destructive = strings.Fields("delete cancel cancel_remaining void write_off write_off_reclaim lose disqualify merge abort bounce retire revert discard")

// idempotent are the verbs that do nothing where everything is as they say.
var idempotent = strings.Fields("edit assign set_status change_currency edit_competitors set_default_price_list recalculate save score")

// Actions describes all actions, kind by kind: those that can be done by name, and
// those that happen along with others. Of a client, see [Client.Actions].
func Actions() []ActionInfo { return slices.Clone(actionInfos()) }

var actionInfos = sync.OnceValue(func() (list []ActionInfo) {
	callable := map[actions.Action]bool{}
	for i := range doors().list {
		d := &doors().list[i]
		callable[d.action] = callable[d.action] || d.name == d.action.String()
		list = append(list, d.info())
	}
	for _, a := range actions.Actions() {
		if !callable[a] {
			info := ActionInfo{Name: a.String(), Action: a, Kind: a.Kind(), Event: a.Event()}
			info.place()
			list = append(list, info)
		}
	}
	slices.SortStableFunc(list, func(a, b ActionInfo) int { return int(a.Action) - int(b.Action) })
	return list
})

func (d *door) info() ActionInfo {
	info := ActionInfo{
		Name: d.name, Action: d.action, Kind: d.kind(), Event: d.action.Event(), Text: doorTexts[d.name],
		Birth: d.birth, TakesID: !d.anonymous, Callable: true,
		Command: d.command.String(), Outcome: d.outcome.String(),
		Input: jsonSchema(d.command, !d.kept), Output: jsonSchema(d.outcome, false),
		ReadOnly: d.reads, Destructive: slices.Contains(destructive, d.action.Verb()), Idempotent: d.reads || slices.Contains(idempotent, d.action.Verb()),
	}
	info.place()
	info.Refusals = append(info.Refusals, limitsOf(d.command, nil)...)
	slices.Sort(info.Refusals)
	info.Refusals = slices.Compact(info.Refusals)
	return info
}

// place tells what the transition table says of an action.
func (i *ActionInfo) place() {
	table := TableOf(i.Kind)
	if table == nil {
		return
	}
	for cell := range table.Matrix() {
		if cell.Action != i.Action {
			continue
		}
		if cell.Refusal != "" {
			i.Refusals = append(i.Refusals, cell.Refusal)
			continue
		}
		i.From = append(i.From, cell.Status)
		for _, to := range cell.To {
			if !slices.Contains(i.To, to) {
				i.To = append(i.To, to)
			}
		}
		for _, q := range slices.Concat(cell.Guards, cell.Checks) {
			i.Refusals = append(i.Refusals, q.Code)
		}
	}
	slices.Sort(i.Refusals)
	i.Refusals = slices.Compact(i.Refusals)
}

// limitsOf are the codes that refuse values of the fields of a type.
func limitsOf(t reflect.Type, within []reflect.Type) (list []codes.Code) {
	if t.Kind() != reflect.Struct || slices.Contains(within, t) {
		return nil
	}
	within = append(within, t)
	for _, f := range membersOf(t) {
		if f.Tag.Get("need") == "true" {
			list = append(list, codes.ErrMissingField)
		}
		s := shapeOf(f.Type)
		for s.typ == TypeList {
			s = shapeOf(s.elem)
		}
		switch s.typ {
		case TypeText, TypeLines:
			list = append(list, codes.ErrTooLong)
		case TypeMoney, TypeDecimal, TypeInteger:
			list = append(list, codes.ErrOutOfRange)
		case TypeGroup:
			list = append(list, limitsOf(s.elem, within)...)
		case TypeID, TypeReference:
			list = append(list, codes.ErrNotFound)
		}
		list = append(list, codes.ErrInvalid)
	}
	return list
}

// Describe describes a kind, as the library has it; false for an unknown one. What a
// host adds is told by [Client.Describe].
func Describe(kind kinds.Kind) (KindInfo, bool) {
	info, known := kindInfos()[kind]
	if !known {
		return KindInfo{}, false
	}
	info.Statuses, info.Fields = slices.Clone(info.Statuses), slices.Clone(info.Fields)
	info.Actions, info.Flow, info.Children = slices.Clone(info.Actions), slices.Clone(info.Flow), slices.Clone(info.Children)
	info.Filters = slices.Clone(info.Filters)
	return info, true
}

var kindInfos = sync.OnceValue(func() map[kinds.Kind]KindInfo {
	m := map[kinds.Kind]KindInfo{}
	for kind, k := range recordKinds {
		info := KindInfo{Kind: kind, Entity: kind.EntityName(), EntitySet: kind.EntitySetName(), Label: label(string(kind))}
		info.Fields = describeFields(kind, k.record, "", nil)
		info.Filters = (*engine)(nil).filters(kind)
		info.tellFilters()
		for _, name := range []string{"name", "topic", "subject", "title", "last_name", "file_name", string(kind) + "_number"} {
			if _, has := memberOf(k.record, name); has && info.PrimaryName == "" {
				info.PrimaryName = name
			}
		}
		for _, name := range []string{string(kind) + "_number", "code"} {
			if _, has := memberOf(k.record, name); has && info.Number == "" {
				info.Number = name
			}
		}
		if k.table != nil {
			info.Statuses = optionInfos(k.table.Statuses())
			info.Flow = slices.Collect(k.table.Matrix())
		}
		for _, a := range actionInfos() {
			if a.Kind == kind {
				info.Actions = append(info.Actions, a)
			}
		}
		for _, other := range kinds.Kinds() {
			for _, f := range referencing[other] {
				if f.LeadsTo(kind) {
					info.Children = append(info.Children, Child{other, f.Name})
				}
			}
		}
		m[kind] = info
	}
	return m
})

// tellFilters has fields say what the filters of their names do.
func (i *KindInfo) tellFilters() {
	for n := range i.Fields {
		f := &i.Fields[n]
		name := strings.ReplaceAll(f.Name, "[]", "")
		if at := slices.IndexFunc(i.Filters, func(x FilterInfo) bool { return x.Name == name }); at >= 0 {
			f.Filter, f.Sortable, f.Summable = i.Filters[at].Ops, i.Filters[at].Sortable, i.Filters[at].Summable
		}
	}
}

func optionInfos(options []value.Option) (list []OptionInfo) {
	for _, o := range options {
		list = append(list, OptionInfo{Key: o.Key, Label: o.Label, Code: o.Code, State: o.State.Key, Default: o.Default, ImportOnly: o.ImportOnly})
	}
	return list
}

// DescribeOptionSets describes every option set and status set, sorted by name: what
// OptionSets lists, in a form for JSON.
func DescribeOptionSets() (list []OptionSetInfo) {
	for _, s := range OptionSets() {
		list = append(list, OptionSetInfo{s.Name, optionInfos(s.Options)})
	}
	return list
}

// describeFields lists the fields of a type below a path.
func describeFields(kind kinds.Kind, t reflect.Type, path string, within []reflect.Type) (list []FieldDescription) {
	within = append(within, t)
	for _, f := range membersOf(t) {
		s, name, many := shapeOf(f.Type), path+memberName(f), false
		d := FieldDescription{
			Name: name, Type: s.typ, GoType: f.Type.String(), D365Name: f.Tag.Get("d365"), Label: label(memberName(f)),
			Required: f.Tag.Get("need") == "true", Personal: f.Tag.Get("personal") != "", Decimals: f.Tag.Get("decimals"), OptionSet: s.set, References: s.targets,
		}
		if f.Tag.Get("text") != "" {
			d.Type = TypeLines
		}
		if n, has := bounded(object{}, f.Tag)["maxLength"].(int); has {
			d.MaxLength = n
		}
		d.Min, d.Max, _ = strings.Cut(f.Tag.Get("range"), "..")
		for _, o := range s.options {
			d.Options = append(d.Options, o.Key)
		}
		inner := s
		for inner.typ == TypeList {
			inner, many = shapeOf(inner.elem), true
		}
		if many && len(inner.targets) > 0 {
			d.References = inner.targets
		}
		if path == "" {
			d.EditedBy, d.SetBy = setters(kind, memberName(f))
			d.Computed = len(d.EditedBy)+len(d.SetBy) == 0
		}
		list = append(list, d)
		if inner.typ == TypeGroup && !slices.Contains(within, inner.elem) {
			below := name + "."
			if many {
				below = name + "[]."
			}
			list = append(list, describeFields(kind, inner.elem, below, within)...)
		}
	}
	return list
}

// setters are the actions of a kind whose commands have a field of the record: those
// on a stored one, and births. Imports have all.
func setters(kind kinds.Kind, field string) (edits, births []actions.Action) {
	for i := range doors().list {
		d := &doors().list[i]
		if d.kind() != kind || d.kept || d.name != d.action.String() || !hasField(d.command, field) {
			continue
		}
		if d.birth {
			births = append(births, d.action)
		} else {
			edits = append(edits, d.action)
		}
	}
	return edits, births
}

// setBy are all setters of a field.
func setBy(kind kinds.Kind, field string) []actions.Action {
	edits, births := setters(kind, field)
	return append(edits, births...)
}

// hasField reports whether a command says what a field of the record becomes.
func hasField(command reflect.Type, field string) bool {
	if command.Kind() != reflect.Struct {
		return false
	}
	if command == reflect.TypeFor[pricing.EditLines]() {
		return field == "lines"
	}
	if _, has := memberOf(command, field); has && field != "id" {
		return true
	}
	fields, has := memberOf(command, "fields")
	if !has || fields.Type.Kind() != reflect.Struct {
		return false
	}
	_, has = memberOf(fields.Type, field)
	return has
}

// trimFields is the name of a member of an edit's fields, and whether it is one.
func trimFields(path string) (name string, own bool) {
	return strings.CutPrefix(path, "fields.")
}

// Describe describes a kind with what the host adds: custom fields, also as filters, status
// reasons and what its guards refuse with. An unknown kind is the zero KindInfo.
func (c *Client) Describe(kind kinds.Kind) KindInfo {
	info, known := Describe(kind)
	if !known {
		return info
	}
	for _, f := range c.fields[kind] {
		edits, births := setters(kind, "custom")
		info.Fields = append(info.Fields, FieldDescription{
			Name: "custom." + f.Name, Type: f.fieldType(), Label: label(f.Name), GoType: "json.RawMessage",
			Required: f.required, Searchable: f.searchable, Personal: f.personal, Custom: true, EditedBy: edits, SetBy: births,
		})
	}
	info.Filters = c.filters(kind)
	info.tellFilters()
	for _, r := range c.StatusReasons(kind) {
		info.Statuses = append(info.Statuses, OptionInfo{Key: r.Key, Label: r.Label, Code: r.Code, Status: r.Status})
	}
	for i := range info.Actions {
		a := &info.Actions[i]
		for _, g := range c.guards[a.Action] {
			if !slices.Contains(a.Refusals, g.Code) {
				a.Refusals = append(slices.Clip(a.Refusals), g.Code)
				slices.Sort(a.Refusals)
			}
		}
	}
	return info
}

// Actions are those of Describe; all kinds' without a kind.
func (c *Client) Actions(kind kinds.Kind) (list []ActionInfo) {
	if kind != "" {
		return c.Describe(kind).Actions
	}
	for _, kind := range kinds.Kinds() {
		list = append(list, c.Describe(kind).Actions...)
	}
	return list
}
