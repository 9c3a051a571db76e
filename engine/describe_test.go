package engine_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/golden"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// happening are the actions that callers can think of and that happen only along with
// others.
var happening = []string{
	"invoice.allocate", "invoice.deallocate", "invoice.mark_paid_partial", "order.fulfill_partial", "order.reactivate", "lead.ignore_duplicates",
	"allocation.create", "allocation.reverse", "payment.delete", "attachment.create", "attachment.delete", "dunning_entry.create", "refund.create",
	"opportunity_close.create", "opportunity_close.edit", "opportunity_close.delete", "quote_close.create", "quote_close.edit", "quote_close.cancel", "quote_close.delete",
	"order_close.create", "order_close.edit", "order_close.cancel", "order_close.delete", "approval.request", "approval.delete",
}

// TestEveryActionIsDescribed: each has a row, and one that can be called has all that
// it takes to call it.
func TestEveryActionIsDescribed(t *testing.T) {
	t.Parallel()
	rows := map[string]engine.ActionInfo{}
	for _, info := range engine.Actions() {
		if _, twice := rows[info.Name]; twice {
			t.Errorf("%s is described twice", info.Name)
		}
		rows[info.Name] = info
		if info.Callable != (info.Command != "") || info.Callable != json.Valid(info.Input) || info.Callable != json.Valid(info.Output) {
			t.Errorf("%s: callable %v with the command %q", info.Name, info.Callable, info.Command)
		}
		if info.Callable && info.Text == "" {
			t.Errorf("%s has no text", info.Name)
		}
		for _, code := range info.Refusals {
			if code.Info().Code == "" {
				t.Errorf("%s is refused with %q, which is no code", info.Name, code)
			}
		}
	}
	for _, a := range actions.Actions() {
		info, has := rows[a.String()]
		if !has {
			t.Errorf("%s is not described", a)
			continue
		}
		if info.Callable != (a.Callable() && !slices.Contains(happening, a.String())) {
			t.Errorf("%s: callable is %v", a, info.Callable)
		}
	}
	for _, kind := range kinds.Kinds() {
		if !rows[string(kind)+".import"].Callable {
			t.Errorf("no %s can be imported by name", kind)
		}
	}
}

// TestActionRows pins what is said of each action, its schemas apart.
func TestActionRows(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, i := range engine.Actions() {
		var flags []string
		for name, is := range map[string]bool{
			"birth": i.Birth, "callable": i.Callable, "destructive": i.Destructive, "idempotent": i.Idempotent, "read_only": i.ReadOnly, "no_id": i.Callable && !i.TakesID,
		} {
			if is {
				flags = append(flags, name)
			}
		}
		slices.Sort(flags)
		fmt.Fprintf(&b, "%s %s %s -> %s\n\t%s\n\tfrom %v to %v\n\trefused %v\n", i.Name, flags, i.Command, i.Outcome, i.Text, i.From, i.To, i.Refusals)
	}
	golden.Equal(t, "testdata/actions.txt", []byte(b.String()))
}

// TestFieldsAreDescribed pins a few of each sort, and that none is missing.
func TestFieldsAreDescribed(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds.Kinds() {
		info, known := engine.Describe(kind)
		if !known || info.Kind != kind || len(info.Fields) == 0 || len(info.Actions) == 0 || info.Label == "" {
			t.Errorf("%s is described as %+v", kind, info)
		}
		for _, f := range engine.FieldsOf(kind) {
			if !slices.ContainsFunc(info.Fields, func(d engine.FieldDescription) bool {
				return d.Name == f.Name && d.D365Name == f.D365Name && d.Required == f.Required
			}) {
				t.Errorf("%s has no %s", kind, f.Name)
			}
		}
		if _, err := json.Marshal(info); err != nil {
			t.Error(err)
		}
	}
	field := func(kind kinds.Kind, name string) (d engine.FieldDescription) {
		info, _ := engine.Describe(kind)
		for _, f := range info.Fields {
			if f.Name == name {
				return f
			}
		}
		t.Errorf("%s has no %s", kind, name)
		return d
	}
	if f := field(kinds.Lead, "topic"); f.Type != engine.TypeText || f.MaxLength != 300 || !f.Required || !slices.Contains(f.EditedBy, actions.LeadEdit) || !slices.Contains(f.SetBy, actions.LeadCreate) || f.Computed {
		t.Errorf("got %+v", f)
	}
	if f := field(kinds.Lead, "address1.city"); f.Type != engine.TypeText {
		t.Errorf("got %+v", f)
	}
	if f := field(kinds.Lead, "rating"); f.Type != engine.TypeChoice || f.OptionSet != "rating" || !slices.Equal(f.Options, []string{"hot", "warm", "cold"}) {
		t.Errorf("got %+v", f)
	}
	if f := field(kinds.Quote, "lines[].product_id"); f.Type != engine.TypeID || !slices.Equal(f.References, []kinds.Kind{kinds.Product}) {
		t.Errorf("got %+v", f)
	}
	if f := field(kinds.Quote, "customer_id"); f.Type != engine.TypeReference || len(f.References) != 2 {
		t.Errorf("got %+v", f)
	}
	if f := field(kinds.Quote, "total_amount"); f.Type != engine.TypeMoney || !f.Computed {
		t.Errorf("got %+v", f)
	}
	if f := field(kinds.Quote, "lines"); !slices.Contains(f.EditedBy, actions.QuoteEditLines) || !slices.Contains(f.SetBy, actions.QuoteCreate) {
		t.Errorf("got %+v", f)
	}
	info, _ := engine.Describe(kinds.Opportunity)
	if info.PrimaryName != "name" || info.Entity != "opportunity" || info.EntitySet != "opportunities" || !slices.Contains(info.Children, engine.Child{Kind: kinds.Quote, Field: "opportunity_id"}) || len(info.Flow) == 0 {
		t.Errorf("got %+v", info.Children)
	}
	if _, known := engine.Describe("spaceship"); known {
		t.Error("a spaceship is described")
	}
	if len(engine.DescribeOptionSets()) != len(engine.OptionSets()) {
		t.Error("option sets are missing")
	}
}

// A client's description has what the host added; the library's own stays as it is.
func TestDescriptionOfAHost(t *testing.T) {
	t.Parallel()
	c := testkit.Must(engine.New(memory.New(),
		engine.WithFields(kinds.Lead, engine.TextField("region", engine.Searchable), engine.BoolField("vip")),
		engine.WithStatusReasons(flow.StatusReason{Kind: kinds.Lead, Status: "lost", Key: "too_dear", Label: "Too dear"}),
		engine.WithGuard(engine.Guard{Action: actions.LeadQualify, Code: "four_eyes", Text: "x", Holds: func(engine.GuardRequest) bool { return true }})))
	has := func(info engine.KindInfo) (field, status, refusal bool) {
		field = slices.ContainsFunc(info.Fields, func(f engine.FieldDescription) bool {
			return f.Name == "custom.region" && f.Searchable && f.Custom && f.Type == engine.TypeText && slices.Contains(f.EditedBy, actions.LeadEdit)
		})
		status = slices.ContainsFunc(info.Statuses, func(o engine.OptionInfo) bool { return o.Key == "too_dear" && o.Status == "lost" })
		refusal = slices.ContainsFunc(info.Actions, func(a engine.ActionInfo) bool {
			return a.Action == actions.LeadQualify && slices.Contains(a.Refusals, codes.Code("four_eyes"))
		})
		return field, status, refusal
	}
	if field, status, refusal := has(c.Describe(kinds.Lead)); !field || !status || !refusal {
		t.Errorf("field %v, status %v, refusal %v", field, status, refusal)
	}
	own, _ := engine.Describe(kinds.Lead)
	if field, status, refusal := has(own); field || status || refusal {
		t.Errorf("the library's own has field %v, status %v, refusal %v", field, status, refusal)
	}
	if n := len(c.Actions("")); n != len(engine.Actions()) {
		t.Errorf("there are %d actions, want %d", n, len(engine.Actions()))
	}
}

// TestSchemasTakeWhatTypesWrite: the schema of each command and of each record
// validates its JSON, and refuses a member that it does not know.
func TestSchemasTakeWhatTypesWrite(t *testing.T) {
	t.Parallel()
	types, compared := map[string]reflect.Type{}, 0
	for _, e := range endpoints() {
		for _, typ := range e.cmds {
			types[typ.String()] = typ
		}
	}
	for _, info := range engine.Actions() {
		typ := types[info.Command]
		if typ == nil {
			continue
		}
		compared++
		cmd := reflect.New(typ).Elem()
		testkit.Fill(cmd)
		body, schema := testkit.Must(json.Marshal(cmd.Interface())), parsed(t, info.Input)
		if faults := schema.faults(schema, parsed(t, body), "$"); len(faults) > 0 {
			t.Errorf("%s: %v of %s", info.Name, faults, body)
		}
		if unknown := strings.Replace(string(body), "{", `{"no_such_member":1,`, 1); len(body) > 2 && schema.faults(schema, parsed(t, []byte(unknown)), "$") == nil {
			t.Errorf("%s: the schema takes what the command does not", info.Name)
		}
	}
	if compared < 200 {
		t.Errorf("only %d schemas of commands were compared", compared)
	}
	for _, kind := range kinds.Kinds() {
		d := newDocument(kind)
		testkit.Fill(reflect.ValueOf(d).Elem())
		body := testkit.Must(json.Marshal(d))
		info, _ := engine.Describe(kind)
		i := slices.IndexFunc(info.Actions, func(a engine.ActionInfo) bool { return a.Action == actions.ImportOf(kind) })
		for _, text := range []json.RawMessage{info.Actions[i].Input, info.Actions[i].Output} {
			schema := parsed(t, text)
			if faults := schema.faults(schema, parsed(t, body), "$"); len(faults) > 0 {
				t.Errorf("%s: %v of %s", kind, faults, body)
			}
		}
	}
	i := slices.IndexFunc(engine.Actions(), func(i engine.ActionInfo) bool { return i.Name == "lead.create" })
	schema := parsed(t, engine.Actions()[i].Input)
	for body, want := range map[string]string{
		`{"fields":{"topic":"x","last_name":"y"}}`:       "",
		`{"fields":{"topic":7}}`:                         "$.fields.topic: not a string",
		`{"fields":{"topic":"x","rating":"mild"}}`:       "$.fields.rating: not in the list",
		`{"fields":{"topic":"x","budget_amount":"1,5"}}`: "$.fields.budget_amount: does not match",
		`{"fields":{}}`: "$.fields.topic: missing",
		`[]`:            "$: not an object",
	} {
		if faults := schema.faults(schema, parsed(t, []byte(body)), "$"); !slices.ContainsFunc(faults, func(f string) bool { return strings.HasPrefix(f, want) }) && want != "" || want == "" && len(faults) > 0 {
			t.Errorf("%s: got %v, want %q", body, faults, want)
		}
	}
}

// jsonValue is a parsed JSON value, a schema above all.
type jsonValue struct{ v any }

func parsed(t *testing.T, body []byte) jsonValue {
	t.Helper()
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return jsonValue{v}
}

func (s jsonValue) at(name string) jsonValue {
	m, _ := s.v.(map[string]any)
	return jsonValue{m[name]}
}

// faults validates a value, as far as the schemas of this package go.
func (s jsonValue) faults(root, value jsonValue, path string) (list []string) {
	if ref, is := s.at("$ref").v.(string); is {
		return root.at("$defs").at(strings.TrimPrefix(ref, "#/$defs/")).faults(root, value, path)
	}
	is := true
	switch s.at("type").v {
	case "string":
		_, is = value.v.(string)
	case "object":
		_, is = value.v.(map[string]any)
	case "array":
		_, is = value.v.([]any)
	case "boolean":
		_, is = value.v.(bool)
	case "integer":
		n, number := value.v.(float64)
		is = number && n == float64(int64(n))
	}
	if !is {
		return []string{fmt.Sprintf("%s: not a %v", path, s.at("type").v), path + ": not an object"}
	}
	text, _ := value.v.(string)
	if keys, has := s.at("enum").v.([]any); has && !slices.Contains(keys, value.v) {
		list = append(list, path+": not in the list: "+text)
	}
	if pattern, has := s.at("pattern").v.(string); has && !regexp.MustCompile(pattern).MatchString(text) {
		list = append(list, path+": does not match: "+text)
	}
	if n, has := s.at("maxLength").v.(float64); has && utf8.RuneCountInString(text) > int(n) {
		list = append(list, path+": too long")
	}
	members, _ := value.v.(map[string]any)
	for name, v := range members {
		of, below := s.at("properties").at(name), path+"."+name
		switch more := s.at("additionalProperties"); {
		case of.v != nil:
			list = append(list, of.faults(root, jsonValue{v}, below)...)
		case more.v == false:
			list = append(list, below+": not known")
		case more.v != nil:
			list = append(list, more.faults(root, jsonValue{v}, below)...)
		}
	}
	if required, has := s.at("required").v.([]any); has {
		for _, name := range required {
			if _, there := members[name.(string)]; !there {
				list = append(list, fmt.Sprintf("%s.%s: missing", path, name))
			}
		}
	}
	items, _ := value.v.([]any)
	for i, v := range items {
		list = append(list, s.at("items").faults(root, jsonValue{v}, fmt.Sprintf("%s[%d]", path, i))...)
	}
	return list
}
