package engine_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

func TestNormalize(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		as         match.Normalization
		text, want string
	}{
		{match.AsText, "  Adventure-Works  Ltd. ", "adventure works ltd"},
		{match.AsText, "ÉCOLE 42", "école 42"},
		{match.AsText, " - ", ""},
		{match.AsEmail, " Jo@Meyer.Example ", "jo@meyer.example"},
		{match.AsEmailDomain, "Jo@Meyer.Example", "meyer.example"},
		{match.AsEmailDomain, "nobody", ""},
		{match.AsPhone, "+49 (89) 20-1", "4989201"},
		{match.AsPhone, "0049 89 201", "4989201"},
		{match.AsPhone, "call me", ""},
		{match.AsHost, "HTTPS://www.Example.com:8080/a?b", "example.com"},
		{match.AsHost, "example.com", "example.com"},
		{match.AsSound, "Meyer", "m600"},
		{match.AsSound, "Maier", "m600"},
		{match.AsSound, "Robert", "r163"},
		{match.AsSound, "Ashcraft", "a261"},
		{match.AsSound, "Tymczak", "t522"},
		{match.AsSound, "Pfister", "p236"},
		{match.AsSound, "42", ""},
	} {
		if got := match.Normalize(c.text, c.as); got != c.want {
			t.Errorf("%q as %s is %q, want %q", c.text, c.as, got, c.want)
		}
	}
}

// What is normal stays as it is.
func TestNormalizeTwiceIsOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		for _, as := range []match.Normalization{match.AsText, match.AsEmail, match.AsHost} {
			once := match.Normalize(text, as)
			if twice := match.Normalize(once, as); twice != once && as != match.AsHost {
				t.Errorf("%q as %s is %q, then %q", text, as, once, twice)
			}
		}
	})
}

// duplicateCase is a pair of records that the default rules compare.
type duplicateCase struct {
	rule string
	kind kinds.Kind
	a, b any
	by   string // the rule that finds them; empty: they differ
}

var duplicateCases = func() []duplicateCase {
	lead := func(f leadtocash.LeadFields) *leadtocash.Lead { return &leadtocash.Lead{LeadFields: f} }
	account := func(f party.AccountFields) *party.Account {
		return &party.Account{AccountFields: f}
	}
	contact := func(f party.ContactFields) *party.Contact {
		return &party.Contact{ContactFields: f}
	}
	type (
		lf = leadtocash.LeadFields
		af = party.AccountFields
		cf = party.ContactFields
	)
	here, there := record.AccountCustomer(testkit.IDOf[record.AccountID](1)), record.AccountCustomer(testkit.IDOf[record.AccountID](2))
	return []duplicateCase{
		{"leads are the same by e-mail", kinds.Lead, lead(lf{Email1: "Jo@Meyer.example "}), lead(lf{Email1: "jo@meyer.example"}), "email"},
		{"leads are the same by business phone", kinds.Lead, lead(lf{BusinessPhone: "+49 89 201"}), lead(lf{BusinessPhone: "0049-89-201"}), "phone"},
		{"leads are the same by mobile phone", kinds.Lead, lead(lf{MobilePhone: "49 (89) 201"}), lead(lf{MobilePhone: "+4989201"}), "phone"},
		{"leads of one name differ", kinds.Lead, lead(lf{LastName: "Meyer", CompanyName: "Meyer"}), lead(lf{LastName: "Meyer", CompanyName: "Meyer"}), ""},
		{"accounts are the same by name", kinds.Account, account(af{Name: " Meyer & Sons"}), account(af{Name: "MEYER SONS."}), "name"},
		{"accounts are the same by host of the website", kinds.Account, account(af{Name: "Meyer", Website: "https://www.meyer.example/about"}), account(af{Name: "Sons", Website: "meyer.example"}), "website"},
		{"accounts of one e-mail differ", kinds.Account, account(af{Name: "Meyer", Email1: "jo@meyer.example"}), account(af{Name: "Sons", Email1: "jo@meyer.example"}), ""},
		{"contacts are the same by e-mail", kinds.Contact, contact(cf{LastName: "Meyer", Email1: "JO@meyer.example"}), contact(cf{LastName: "Roe", Email1: "jo@meyer.example"}), "email"},
		{"contacts are the same by mobile phone", kinds.Contact, contact(cf{LastName: "Meyer", MobilePhone: "0170/1"}), contact(cf{LastName: "Roe", MobilePhone: "0170 1"}), "mobile_phone"},
		{"contacts are the same by first and last name at one account", kinds.Contact, contact(cf{FirstName: "Jo", LastName: "Meyer", ParentCustomerID: here}), contact(cf{FirstName: "JO", LastName: "meyer", ParentCustomerID: here}), "name_at_account"},
		{"contacts of one name at two accounts differ", kinds.Contact, contact(cf{FirstName: "Jo", LastName: "Meyer", ParentCustomerID: here}), contact(cf{FirstName: "Jo", LastName: "Meyer", ParentCustomerID: there}), ""},
		{"contacts of another first name differ", kinds.Contact, contact(cf{FirstName: "Jo", LastName: "Meyer", ParentCustomerID: here}), contact(cf{FirstName: "Al", LastName: "Meyer", ParentCustomerID: here}), ""},
	}
}()

// holds compares the records both ways, and asks whether a search would find
// them: the same records have a key in common.
func (c duplicateCase) holds(t *testing.T) {
	t.Parallel()
	m := testkit.Must(match.MatchRules(c.kind, match.DefaultDuplicateRules(c.kind)...))
	var want []string
	if c.by != "" {
		want = []string{c.by}
	}
	for _, l := range []match.Likeness{m.Match(c.a, c.b), m.Match(c.b, c.a)} {
		if !slices.Equal(l.By, want) || (l.Score > 0) != (c.by != "") {
			t.Errorf("alike are they by %v with %d points, want %q", l.By, l.Score, c.by)
		}
	}
	keys := m.Keys(c.b)
	if common := slices.ContainsFunc(m.Keys(c.a), func(k string) bool { return slices.Contains(keys, k) }); common != (c.by != "") {
		t.Errorf("found by %q and %q", m.Keys(c.a), keys)
	}
}

func findsDuplicates(t *testing.T) {
	onStores(t, func(p *people) {
		a := testkit.Must(p.Leads().Create(p.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer", BusinessPhone: "+49 89 201"}}))
		b := testkit.Must(p.Leads().Create(p.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Chairs", LastName: "Meier", MobilePhone: "0049 (89) 201"}}))
		testkit.Must(p.Leads().Create(p.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Lamps", LastName: "Meyer"}}))

		found := testkit.Must(p.Leads().FindDuplicates(p.ctx, a.ID, engine.FindDuplicates{}))
		if len(found) != 1 || found[0].Ref.ID != b.ID.UUID || found[0].Name != "Meier" || !slices.Equal(found[0].Likeness.By, []string{"phone"}) {
			p.Errorf("found %+v, want the lead with the same number", found)
		}
		if found := testkit.Must(p.Leads().FindDuplicatesOf(p.ctx, leadtocash.LeadFields{MobilePhone: "4989201"}, engine.FindDuplicates{})); len(found) != 2 || found[0].Ref.ID != a.ID.UUID {
			p.Errorf("found %+v, want both, the oldest first", found)
		}
		testkit.Must(p.Leads().Disqualify(p.ctx, b.ID, leadtocash.DisqualifyLead{}))
		if found := testkit.Must(p.Leads().FindDuplicates(p.ctx, a.ID, engine.FindDuplicates{})); len(found) != 0 {
			p.Errorf("found %+v among the open leads", found)
		}
		if found := testkit.Must(p.Leads().FindDuplicates(p.ctx, a.ID, engine.FindDuplicates{Closed: true})); len(found) != 1 {
			p.Errorf("found %+v among all leads, want the disqualified one", found)
		}
		_, err := p.Leads().FindDuplicates(p.ctx, engine.NewID[record.LeadID](), engine.FindDuplicates{})
		p.refused(err, codes.ErrNotFound)

		at := record.AccountCustomer(testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer & Sons"}})).ID)
		jo := party.ContactFields{FirstName: "Jo", LastName: "Meyer", ParentCustomerID: at}
		c := testkit.Must(p.Contacts().Create(p.ctx, party.CreateContact{Fields: jo}))
		if found := testkit.Must(p.Contacts().FindDuplicatesOf(p.ctx, jo, engine.FindDuplicates{})); len(found) != 1 || found[0].Ref.ID != c.ID.UUID {
			p.Errorf("found %+v, want the contact of that name at that account", found)
		}
		jo.ParentCustomerID = record.CustomerID{}
		if found := testkit.Must(p.Contacts().FindDuplicatesOf(p.ctx, jo, engine.FindDuplicates{})); len(found) != 0 {
			p.Errorf("found %+v: a name alone tells nothing", found)
		}
		if found := testkit.Must(p.Accounts().FindDuplicatesOf(p.ctx, party.AccountFields{Name: "MEYER SONS"}, engine.FindDuplicates{})); len(found) != 1 {
			p.Errorf("found %+v, want the account", found)
		}
		if found := testkit.Must(p.Accounts().FindDuplicates(p.ctx, at.Account(), engine.FindDuplicates{})); len(found) != 0 {
			p.Errorf("the account has itself as a duplicate: %+v", found)
		}
	})
}

// An edit moves a record to where it is found from then on, and a matcher of the
// host's is found by after Reindex.
func TestDuplicatesAreLookedUp(t *testing.T) {
	t.Parallel()
	store := memory.New()
	p := newPeople(t, store)
	a := testkit.Must(p.Leads().Create(p.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer", CompanyName: "Meyer & Sons"}}))
	f := a.LeadFields
	f.Email1 = "jo@meyer.example"
	testkit.Must(p.Leads().Edit(p.ctx, a.ID, leadtocash.EditLead{Fields: f}))
	if found := testkit.Must(p.Leads().FindDuplicatesOf(p.ctx, leadtocash.LeadFields{Email1: "JO@meyer.example"}, engine.FindDuplicates{})); len(found) != 1 {
		t.Errorf("found %+v by the new address", found)
	}
	byCompany := testkit.Must(match.MatchRules(kinds.Lead, match.DuplicateRule{Name: "company", Fields: []match.MatchField{{Names: []string{"company_name"}}}}))
	p = newPeople(t, store, engine.WithMatcher(kinds.Lead, byCompany))
	same := leadtocash.LeadFields{CompanyName: "Meyer + Sons"}
	if found := testkit.Must(p.Leads().FindDuplicatesOf(p.ctx, same, engine.FindDuplicates{})); len(found) != 0 {
		t.Errorf("found %+v before the leads were reindexed", found)
	}
	if n := testkit.Must(p.Reindex(p.ctx, kinds.Lead)); n != 1 {
		t.Errorf("reindexed %d leads, want 1", n)
	}
	if found := testkit.Must(p.Leads().FindDuplicatesOf(p.ctx, same, engine.FindDuplicates{})); len(found) != 1 {
		t.Errorf("found %+v, want the lead of that company", found)
	}
}

func TestMatchersRefuseNonsense(t *testing.T) {
	t.Parallel()
	email := match.MatchField{Names: []string{"email1"}}
	rule := match.DuplicateRule{Name: "email", Fields: []match.MatchField{email}}
	for name, rules := range map[string][]match.DuplicateRule{
		"unknown field":  {{Name: "a", Fields: []match.MatchField{{Names: []string{"shoe_size"}}}}},
		"no name":        {{Fields: []match.MatchField{email}}},
		"twice":          {rule, rule},
		"nothing":        {{Name: "a"}},
		"all optional":   {{Name: "a", Fields: []match.MatchField{{Names: []string{"email1"}, Optional: true}}}},
		"no field":       {{Name: "a", Fields: []match.MatchField{{}}}},
		"not a text":     {{Name: "a", Fields: []match.MatchField{{Names: []string{"address1.city.street"}}}}},
		"a wrong letter": {{Name: "E-Mail", Fields: []match.MatchField{email}}},
	} {
		if _, err := match.MatchRules(kinds.Contact, rules...); !errors.Is(err, codes.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := match.MatchRules(kinds.Quote, rule); !errors.Is(err, codes.ErrInvalid) {
		t.Errorf("quotes have duplicates: %v", err)
	}
	sound := match.PointMatch{Block: []match.DuplicateRule{rule}, Compare: []match.Comparison{{MatchField: email, Agree: 1}}, Enough: 1}
	for name, spoil := range map[string]func(*match.PointMatch){
		"no block":          func(m *match.PointMatch) { m.Block = nil },
		"nothing is enough": func(m *match.PointMatch) { m.Enough = 0 },
		"never enough":      func(m *match.PointMatch) { m.Enough = 2 },
		"difference gives": func(m *match.PointMatch) {
			m.Compare = []match.Comparison{{MatchField: email, Agree: 1, Differ: 1}}
		},
		"unknown comparison": func(m *match.PointMatch) { m.Compare = []match.Comparison{{Agree: 1}} },
	} {
		m := sound
		spoil(&m)
		if _, err := match.MatchPoints(kinds.Contact, m); !errors.Is(err, codes.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := engine.New(memory.New(), engine.WithMatcher(kinds.Quote, nil)); !errors.Is(err, codes.ErrInvalid) {
		t.Errorf("a matcher of quotes: %v", err)
	}
	if len(match.DefaultDuplicateRules(kinds.Lead)) == 0 || match.DefaultDuplicateRules(kinds.Quote) != nil {
		t.Error("leads have default rules, quotes have none")
	}
}

// personMatch is how a host that knows birth dates and government ids of people
// would find them twice: whoever shares one of them, or sounds alike and lives
// nearby, is compared; a slip of the pen in a field costs half its points.
var personMatch = match.PointMatch{
	Block: []match.DuplicateRule{
		{Name: "government_id", Fields: []match.MatchField{{Names: []string{"government_id"}, As: match.AsPhone}}},
		{Name: "birthdate", Fields: []match.MatchField{{Names: []string{"birthdate"}}}},
		{Name: "sound", Fields: []match.MatchField{
			{Names: []string{"first_name", "last_name"}, As: match.AsSound}, {Names: []string{"address1.postal_code", "address1.city"}},
		}},
	},
	Compare: []match.Comparison{
		{MatchField: match.MatchField{Names: []string{"government_id"}, As: match.AsPhone}, Agree: 10, Differ: -4, Edits: 2},
		{MatchField: match.MatchField{Names: []string{"birthdate"}}, Agree: 8, Differ: -4, Edits: 1},
		{MatchField: match.MatchField{Names: []string{"first_name", "last_name"}}, Agree: 4, Differ: -4, Edits: 2},
		{MatchField: match.MatchField{Names: []string{"address1.line1", "address1.line2"}}, Agree: 4, Differ: -2, Edits: 3},
		{MatchField: match.MatchField{Names: []string{"address1.city"}}, Agree: 2, Differ: -1, Edits: 2},
		{MatchField: match.MatchField{Names: []string{"address1.postal_code"}, As: match.AsPhone}, Agree: 2, Differ: -1, Edits: 1},
	},
	Enough: 12,
}

// TestDuplicatesOfRealPeople searches a published set of 1,000 people, 500 of
// them a mistyped copy of another, and prints precision and recall of the default
// rules and of a configured matcher. The people have names, addresses, birth
// dates and ids, but neither e-mail nor phone nor account, which is all that the
// default rules look at: they find nobody, and never somebody else.
func TestDuplicatesOfRealPeople(t *testing.T) {
	t.Parallel()
	people, truth := readPeople(t, "../shared/data/febrl/dataset1.csv")
	points := testkit.Must(match.MatchPoints(kinds.Contact, personMatch))
	rules := testkit.Must(match.MatchRules(kinds.Contact, match.DefaultDuplicateRules(kinds.Contact)...))
	for _, m := range []struct {
		name                               string
		matcher                            match.Matcher
		minPrecision, minRecall, maxRecall float64
	}{
		{"default contact rules", rules, 1, 0, 0},
		{"configured matcher", points, 0.95, 0.95, 1},
	} {
		p := newPeople(t, memory.New(), engine.WithMatcher(kinds.Contact, m.matcher))
		who := map[string]string{}
		for id, fields := range people {
			who[testkit.Must(p.Contacts().Create(p.ctx, party.CreateContact{Fields: fields})).ID.String()] = id
		}
		report := testkit.Must(p.Contacts().DuplicateReport(p.ctx, engine.ContactQuery{}))
		right := 0
		for _, pair := range report.Pairs {
			if truth(who[pair.A.ID.String()]) == truth(who[pair.B.ID.String()]) {
				right++
			}
		}
		precision, recall := 1.0, float64(right)/500
		if len(report.Pairs) > 0 {
			precision = float64(right) / float64(len(report.Pairs))
		}
		t.Logf("%s: %d pairs, precision %.3f, recall %.3f, %d clusters", m.name, len(report.Pairs), precision, recall, len(report.Clusters))
		if precision < m.minPrecision || recall < m.minRecall || recall > m.maxRecall {
			t.Errorf("%s: precision %.3f, recall %.3f; want %.2f, and %.2f to %.2f", m.name, precision, recall, m.minPrecision, m.minRecall, m.maxRecall)
		}
		if report.Records != len(people) {
			t.Errorf("%d records compared, want %d", report.Records, len(people))
		}
	}
}

// readPeople reads contacts by their id, and what tells who is who.
func readPeople(t *testing.T, name string) (people map[string]party.ContactFields, truth func(string) string) {
	t.Helper()
	file, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("there is no %s", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.TrimLeadingSpace = true
	rows := testkit.Must(r.ReadAll())
	people = map[string]party.ContactFields{}
	for _, row := range rows[1:] {
		f := party.ContactFields{
			FirstName: row[1], LastName: row[2], GovernmentID: row[10],
			Address1: &party.Address{Line1: strings.TrimSpace(row[3] + " " + row[4]), Line2: row[5], City: row[6], PostalCode: row[7], StateOrProvince: row[8]},
		}
		if f.LastName == "" {
			f.LastName = "?" // a contact has a last name
		}
		if day, err := time.Parse("20060102", row[9]); err == nil {
			f.Birthdate = value.DateOf(day, time.UTC)
		}
		people[row[0]] = f
	}
	return people, func(id string) string { return strings.Split(id, "-")[1] }
}

func TestDuplicateReportClusters(t *testing.T) {
	onStores(t, func(p *people) {
		lead := func(email, phone string) record.LeadID {
			return testkit.Must(p.Leads().Create(p.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer", Email1: email, MobilePhone: phone}})).ID
		}
		a, b, c := lead("a@x.example", "1"), lead("a@x.example", "2"), lead("", "2")
		lead("b@x.example", "3")
		report := testkit.Must(p.Leads().DuplicateReport(p.ctx, engine.LeadQuery{}))
		want := []record.Ref{ref(kinds.Lead, a), ref(kinds.Lead, b), ref(kinds.Lead, c)}
		if report.Records != 4 || len(report.Pairs) != 2 || len(report.Clusters) != 1 || !slices.Equal(report.Clusters[0], want) {
			p.Errorf("got %+v, want one cluster of three by two pairs", report)
		}
		if r := testkit.Must(p.Accounts().DuplicateReport(p.ctx, engine.AccountQuery{})); r.Records != 0 || r.Pairs != nil {
			p.Errorf("got %+v of no accounts", r)
		}
	})
}

func BenchmarkFindDuplicates(b *testing.B) {
	for _, n := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprintf("leads=%d", n), func(b *testing.B) {
			client := testkit.Must(engine.New(memory.New(memory.KeepHistory(1))))
			ctx := b.Context()
			var last record.LeadID
			for i := range n {
				last = testkit.Must(client.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{
					Topic: "Desks", LastName: "Meyer", Email1: fmt.Sprintf("jo%d@meyer.example", i/2), MobilePhone: fmt.Sprintf("+49 89 %07d", i),
				}})).ID
			}
			b.ReportAllocs()
			for b.Loop() {
				if found := testkit.Must(client.Leads().FindDuplicates(ctx, last, engine.FindDuplicates{})); len(found) != 1 {
					b.Fatalf("found %v", found)
				}
			}
		})
	}
}
