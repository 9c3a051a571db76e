package match

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// Matcher decides which records of one kind may be the same. Two records that
// Match have a key in common: keys are what a record is found by, so that a
// search is a look-up, however many records there are. A Matcher is asked by
// several goroutines at once; records are *Lead, *Account or *Contact and are
// only read.
//
// MatchRules makes one of rules, MatchPoints one that weighs fields; hosts may
// bring their own.
type Matcher interface {
	// Keys lists the texts that the record is found by; their order and
	// repetitions mean nothing. They are stored with the record: Reindex the kind
	// when they change.
	Keys(record any) []string
	// Match says how alike two records are, and by what. A score of 0 means that
	// they differ.
	Match(a, b any) Likeness
}

// Likeness is how alike two records are.
type Likeness struct {
	Score int32    `json:"score"`       // 1 to 100; 0: not alike
	By    []string `json:"by,omitzero"` // rules or fields that say so
}

// DuplicateRule says that two records of a kind are the same if all fields of
// the rule agree, once normalized.
type DuplicateRule struct {
	Name   string       `json:"name"` // lower case letters, digits and _; one of its kind
	Fields []MatchField `json:"fields"`
}

// MatchField is what two records are compared by.
type MatchField struct {
	// Names are the wire names of fields, address1.city and custom.region
	// included. Of several, the value of any counts: a business phone of the one
	// agrees with the mobile phone of the other.
	Names []string      `json:"names"`
	As    Normalization `json:"as,omitzero"`
	// Optional lets an empty value agree with an empty one. Without it, a rule
	// says nothing about records that have no value.
	Optional bool `json:"optional,omitzero"`
}

// defaultRules are those of the library.
var defaultRules = map[kinds.Kind][]DuplicateRule{
	kinds.Lead: {
		{"email", []MatchField{{Names: []string{"email1"}, As: AsEmail}}},
		{"phone", []MatchField{{Names: []string{"business_phone", "mobile_phone"}, As: AsPhone}}},
	},
	kinds.Account: {
		{"name", []MatchField{{Names: []string{"name"}}}},
		{"website", []MatchField{{Names: []string{"website"}, As: AsHost}}},
	},
	kinds.Contact: {
		{"email", []MatchField{{Names: []string{"email1"}, As: AsEmail}}},
		{"name_at_account", []MatchField{
			{Names: []string{"first_name"}, Optional: true}, {Names: []string{"last_name"}}, {Names: []string{"parent_customer_id"}},
		}},
		{"mobile_phone", []MatchField{{Names: []string{"mobile_phone"}, As: AsPhone}}},
	},
}

// DefaultDuplicateRules are the rules that hold for leads, accounts and
// contacts unless WithMatcher says otherwise. Leads are the same with one
// e-mail, or one business or mobile phone; accounts with one name or website
// host; contacts with one e-mail, one mobile phone, or one first and last name
// at one account. Other kinds have none.
func DefaultDuplicateRules(kind kinds.Kind) []DuplicateRule {
	rules := slices.Clone(defaultRules[kind])
	for i := range rules {
		rules[i].Fields = slices.Clone(rules[i].Fields)
	}
	return rules
}

// MatchRules makes a Matcher of rules: records are the same, with a score of
// 100, if any of them says so. ErrInvalid for a kind that is not lead, account
// or contact, an unknown field, or rules without or with the same name.
func MatchRules(kind kinds.Kind, rules ...DuplicateRule) (Matcher, error) {
	return compileRules(kind, rules)
}

// RulesMatcher is compiled from rules.
type RulesMatcher []compiledRule

type compiledRule struct {
	name   string
	fields []compiledField
}

type compiledField struct {
	paths    []schema.Path
	as       Normalization
	optional bool
}

func compileRules(kind kinds.Kind, rules []DuplicateRule) (RulesMatcher, error) {
	if defaultRules[kind] == nil {
		return nil, record.Refusal(codes.ErrInvalid, "kind", "only leads, accounts and contacts have duplicates")
	}
	m := make(RulesMatcher, len(rules))
	for i, r := range rules {
		path := fmt.Sprintf("rules[%d]", i)
		taken := slices.ContainsFunc(m[:i], func(c compiledRule) bool { return c.name == r.Name })
		if taken || r.Name == "" || len(r.Name) > 64 || strings.Trim(r.Name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			return nil, record.Refusal(codes.ErrInvalid, path+".name", "a rule has a name of its own, in lower case letters, digits and _")
		}
		m[i].name = r.Name
		required := false
		for j, f := range r.Fields {
			c, err := compileField(kind, f)
			if err != nil {
				return nil, record.AtField(fmt.Sprintf("%s.fields[%d]", path, j), err)
			}
			required = required || !f.Optional
			m[i].fields = append(m[i].fields, c)
		}
		if !required {
			return nil, record.Refusal(codes.ErrInvalid, path+".fields", "a rule compares a field that is not optional")
		}
	}
	return m, nil
}

func compileField(kind kinds.Kind, f MatchField) (compiledField, error) {
	c := compiledField{as: f.As, optional: f.Optional}
	if len(f.Names) == 0 || !f.As.Valid() {
		return c, record.Refusal(codes.ErrInvalid, "", "a comparison names fields and a normalization")
	}
	for _, name := range f.Names {
		p, ok := schema.PathIn(mergeables[kind], name)
		if !ok {
			return c, record.Refusal(codes.ErrInvalid, "names", "a "+string(kind)+" has no such field")
		}
		c.paths = append(c.paths, p)
	}
	return c, nil
}

// texts lists the normal forms of the field's values, each once.
func (f *compiledField) texts(d record.Record) (texts []string) {
	for _, p := range f.paths {
		if text := Normalize(p.Text(d), f.as); text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return texts
}

// keys adds to list the values that records which agree by the rule have in
// common. Texts that the version before was found by are used again.
func (r *compiledRule) keys(d record.Record, list []string, before []string) []string {
	var room [128]byte
	return combine(append(room[:0], r.name...), r.fields, d, list, before)
}

// combine adds key, made longer by every combination of the fields' texts.
func combine(key []byte, fields []compiledField, d record.Record, list []string, before []string) []string {
	if len(fields) == 0 {
		return addKey(key, list, before)
	}
	f, set := &fields[0], false
	key = append(key, ':')
	for _, p := range f.paths {
		if longer := appendNormal(key, p.Text(d), f.as); len(longer) > len(key) {
			set = true
			list = combine(longer, fields[1:], d, list, before)
		}
	}
	if !set && f.optional {
		list = combine(key, fields[1:], d, list, before)
	}
	return list
}

// addKey adds a key once.
func addKey(key []byte, list []string, before []string) []string {
	for _, text := range list {
		if text == string(key) {
			return list
		}
	}
	for _, text := range before {
		if text == string(key) {
			return append(list, text)
		}
	}
	return append(list, string(key))
}

// AddKeys adds the keys of every rule.
func (m RulesMatcher) AddKeys(d record.Record, list []string, before []string) []string {
	for i := range m {
		list = m[i].keys(d, list, before)
	}
	return list
}

// Keys implements Matcher.
func (m RulesMatcher) Keys(rec any) []string {
	return m.AddKeys(rec.(record.Record), make([]string, 0, len(m)+1), nil)
}

// Match implements Matcher.
func (m RulesMatcher) Match(a, b any) (l Likeness) {
	for i := range m {
		keys := m[i].keys(a.(record.Record), nil, nil)
		if slices.ContainsFunc(m[i].keys(b.(record.Record), nil, nil), func(k string) bool { return slices.Contains(keys, k) }) {
			l.Score, l.By = 100, append(l.By, m[i].name)
		}
	}
	return l
}

// NameOf is what people call a record that can have duplicates.
func NameOf(d record.Record) (name string) {
	if r, ok := d.(interface{ DisplayName() string }); ok {
		name = r.DisplayName()
	}
	return name
}

// Candidate is a record that may be the same as another one.
type Candidate struct {
	Ref      record.Ref `json:"ref"`
	Version  int64      `json:"version"`
	Status   string     `json:"status"`
	Name     string     `json:"name"`
	Likeness Likeness   `json:"likeness"`
}
