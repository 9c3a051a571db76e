package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

// What stands where is published: SQL stores have a column of it, and a change takes a
// Reindex of all that is stored.
func TestSlotsGolden(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("testdata/slots.txt")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, kind := range slices.Sorted(slices.Values(kinds.Kinds())) {
		var list []string
		for _, s := range engine.SlotsOf(kind) {
			list = append(list, string(s.At)+" "+s.Name)
		}
		if list != nil {
			fmt.Fprintf(&got, "%s: %s\n", kind, strings.Join(list, ", "))
		}
	}
	if got.String() != string(want) {
		t.Errorf("the slots differ from testdata/slots.txt; got\n%s", got.String())
	}
}

// A slot that is named for a field holds the value of that field.
func TestSlotsSayWhatFieldsSay(t *testing.T) {
	t.Parallel()
	store := memory.New()
	client := testkit.Must(engine.New(store, engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR})))
	for range 2 {
		if err := journeytest.Play(t.Context(), client, "", nil); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[storage.Field]int{}
	err := store.View(t.Context(), storage.Default, func(ctx context.Context, r storage.Reader) error {
		for _, kind := range kinds.Kinds() {
			for rec, err := range r.Find(ctx, storage.Query{Kind: string(kind)}) {
				if err != nil {
					return err
				}
				for _, s := range engine.SlotsOf(kind) {
					want := memberText(t, rec, s)
					if got := slotText(rec, s.At); got != want && want != unknownText {
						t.Errorf("%s of %s holds %q, %s says %q", s.At, rec.Ref, got, s.Name, want)
					} else if got != "" {
						seen[s.At]++
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []storage.Field{storage.FieldName, storage.FieldText6, storage.FieldDay1, storage.FieldDay3, storage.FieldNum1, storage.FieldNum2, storage.FieldRef2} {
		if seen[at] == 0 {
			t.Errorf("no record had anything in %s", at)
		}
	}
}

// unknownText is that of a value that no field has.
const unknownText = "?"

// memberText is what the document of a record says in a field.
func memberText(t *testing.T, rec *storage.Record, s engine.FieldSlot) string {
	t.Helper()
	switch {
	case s.At == storage.FieldName, s.Name == "born_on", s.Name == "open_balance", s.Name == "unallocated", s.Name == "unapplied",
		s.Name == "disputed", s.Name == "promised", s.Name == "reversed", rec.Kind == string(kinds.Process):
		return unknownText
	case s.Name == "base_value": // all are of the base currency here
		if !rec.Amount.Valid {
			return ""
		}
		return rec.Amount.Decimal.String()
	}
	body, err := rec.Body()
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatal(err)
	}
	for part := range strings.SplitSeq(s.Name, ".") {
		members, _ := v.(map[string]any)
		v = members[part]
	}
	switch v := v.(type) {
	case nil:
		return ""
	case map[string]any:
		return fmt.Sprint(v["kind"], "/", v["id"])
	case string:
		if strings.HasPrefix(string(s.At), "day") {
			return strings.ReplaceAll(v[:10], "-", "")
		}
		if strings.HasPrefix(string(s.At), "num") {
			return decimal.RequireFromString(v).String()
		}
		return v
	default:
		return fmt.Sprint(v)
	}
}

func slotText(rec *storage.Record, at storage.Field) string {
	s, n := &rec.Slots, int(at[len(at)-1]-'1')
	switch at[:3] {
	case "tex":
		return s.Text[n]
	case "day":
		if s.Day[n] == 0 {
			return ""
		}
		return fmt.Sprint(s.Day[n])
	case "num":
		if !s.Num[n].Valid {
			return ""
		}
		return s.Num[n].Decimal.String()
	case "ref":
		if s.Ref[n] == uuid.Nil {
			return ""
		}
		return s.Ref[n].String()
	default:
		return rec.Name
	}
}

func createLeads(t *testing.T, client *engine.Client, names ...string) {
	t.Helper()
	for _, name := range names {
		testkit.Must(client.Leads().Create(t.Context(), leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "x", LastName: name, LeadSource: leadtocash.LeadSourceWeb}}))
	}
}

// People sort by their names whatever case and accents, and pages follow that order.
func TestListsAreOrderedByName(t *testing.T) {
	t.Parallel()
	client := testkit.Must(engine.New(memory.New()))
	createLeads(t, client, "Öztürk", "abel", "Zorn", "Ähre", "Oz")
	q := engine.LeadQuery{List: engine.List{Order: engine.OrderByName, Limit: 2, CountUpTo: 3}}
	var got []string
	for {
		page := testkit.Must(client.Leads().Page(t.Context(), q))
		if total, ok := page.Total.Get(); !ok || total != 4 {
			t.Errorf("the list has %d up to 3, %t; want 4 for more", total, ok)
		}
		for _, l := range page.Items {
			got = append(got, l.LastName)
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	if want := []string{"abel", "Ähre", "Oz", "Öztürk", "Zorn"}; !slices.Equal(got, want) {
		t.Errorf("in the order of names: %q, want %q", got, want)
	}
	q.CountUpTo = 10
	q.Desc, q.Limit = true, 50
	page := testkit.Must(client.Leads().Page(t.Context(), q))
	if total, _ := page.Total.Get(); total != 5 || page.Items[0].LastName != "Zorn" {
		t.Errorf("falling: %d, first %s", total, page.Items[0].LastName)
	}
}

// A cursor belongs to the list that it came from, with all its conditions.
func TestCursorsBelongToTheirList(t *testing.T) {
	t.Parallel()
	client := testkit.Must(engine.New(memory.New()))
	createLeads(t, client, "a", "b", "c")
	web := engine.List{Limit: 1, Where: []engine.Filter{{Field: "lead_source", Op: engine.FilterEq, Values: []string{"web"}}}}
	next := testkit.Must(client.Leads().Page(t.Context(), engine.LeadQuery{List: web})).Next
	if next == "" {
		t.Fatal("three leads are one page of one")
	}
	for name, change := range map[string]func(*engine.LeadQuery){
		"another filter": func(q *engine.LeadQuery) { q.Where = nil },
		"another value": func(q *engine.LeadQuery) {
			q.Where = []engine.Filter{{Field: "lead_source", Op: engine.FilterEq, Values: []string{"other"}}}
		},
		"another state": func(q *engine.LeadQuery) { q.State = leadtocash.LeadOpen },
		"another order": func(q *engine.LeadQuery) { q.Order = engine.OrderByName },
		"half a cursor": func(q *engine.LeadQuery) { q.After = next[:20] },
	} {
		q := engine.LeadQuery{List: web}
		q.After = next
		change(&q)
		_, err := client.Leads().Page(t.Context(), q)
		wantReason(t, name, err, "after")
	}
	same := engine.LeadQuery{List: web}
	same.After, same.Limit, same.CountUpTo = next, 5, 5
	if page := testkit.Must(client.Leads().Page(t.Context(), same)); len(page.Items) != 2 {
		t.Errorf("another limit: %d items, want the two that are left", len(page.Items))
	}
}

func wantReason(t *testing.T, name string, err error, field string) {
	t.Helper()
	var refused *record.Error
	if !errors.As(err, &refused) || len(refused.Reasons) == 0 || refused.Reasons[0].Field != field {
		t.Errorf("%s: %v, want a reason about %s", name, err, field)
	}
}

// A filter and its opposite share the list between them; what no list could have is
// refused with the place of it.
func TestFilters(t *testing.T) {
	t.Parallel()
	client := testkit.Must(engine.New(memory.New(), engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR})))
	for range 3 {
		if err := journeytest.Play(t.Context(), client, "", nil); err != nil {
			t.Fatal(err)
		}
	}
	invoice := testkit.Must(client.Invoices().Page(t.Context(), engine.InvoiceQuery{})).Items[0]
	all := testkit.Must(client.Invoices().Count(t.Context(), engine.InvoiceQuery{}))
	count := func(f engine.Filter) int64 {
		t.Helper()
		return testkit.Must(client.Invoices().Count(t.Context(), engine.InvoiceQuery{List: engine.List{Where: []engine.Filter{f}}}))
	}
	for _, tt := range []struct {
		filter engine.Filter
		want   int64
	}{
		{engine.Filter{Field: "customer_id", Op: engine.FilterEq, Values: []string{invoice.CustomerID.ID.String()}}, 1},
		{engine.Filter{Field: "sales_order_id", Op: engine.FilterIn, Values: []string{invoice.SalesOrderID.String()}}, 1},
		{engine.Filter{Field: "sales_order_id", Op: engine.FilterMissing}, 0},
		{engine.Filter{Field: "state", Op: engine.FilterEq, Values: []string{invoice.Status.State().Key}}, all},
		{engine.Filter{Field: "open_balance", Op: engine.FilterEq, Values: []string{"0.00"}}, all},
		{engine.Filter{Field: "open_balance", Op: engine.FilterGt, Values: []string{"0"}}, 0},
		{engine.Filter{Field: "total_amount_less_freight", Op: engine.FilterBetween, Values: []string{"1", "1000000"}}, all},
		{engine.Filter{Field: "settled_on", Op: engine.FilterGe, Values: []string{invoice.IssueDate.String()}}, all},
		{engine.Filter{Field: "settled_on", Op: engine.FilterMissing}, 0},
		{engine.Filter{Field: "promise.pay_on", Op: engine.FilterMissing}, all},
		{engine.Filter{Field: "number", Op: engine.FilterPrefix, Values: []string{invoice.InvoiceNumber}}, 1},
		{engine.Filter{Any: []engine.Filter{
			{Field: "disputed", Op: engine.FilterEq, Values: []string{"true"}}, {Field: "id", Op: engine.FilterEq, Values: []string{invoice.ID.String()}},
		}}, 1},
	} {
		opposite := tt.filter
		opposite.Not = true
		got, rest := count(tt.filter), count(opposite)
		if got != tt.want || got+rest != all {
			t.Errorf("%+v: %d of %d, and %d the other way; want %d", tt.filter, got, all, rest, tt.want)
		}
	}
	for field, f := range map[string]engine.Filter{
		"where[0].field":            {Field: "colour", Op: engine.FilterEq, Values: []string{"red"}},
		"where[0].op":               {Field: "open_balance", Op: engine.FilterPrefix, Values: []string{"1"}},
		"where[0].values":           {Field: "open_balance", Op: engine.FilterBetween, Values: []string{"1"}},
		"where[0].values[0]":        {Field: "issue_date", Op: engine.FilterGe, Values: []string{"soon"}},
		"where[0].values[1]":        {Field: "customer_id", Op: engine.FilterIn, Values: []string{invoice.CustomerID.ID.String(), ""}},
		"where[0].any[0].values[1]": {Any: []engine.Filter{{Field: "open_balance", Op: engine.FilterBetween, Values: []string{"10", "9"}}}},
		"where[0].any[1].values[1]": {Any: []engine.Filter{{Field: "id", Op: engine.FilterMissing}, {Field: "issue_date", Op: engine.FilterBetween, Values: []string{"2026-02-01", "2026-01-31"}}}},
		"where[0].any":              {Any: []engine.Filter{}},
		"where[0].any[0].any":       {Any: []engine.Filter{{Any: []engine.Filter{{Field: "id", Op: engine.FilterMissing}}}}},
		"where[0].any[0].field":     {Any: []engine.Filter{{Field: "colour", Op: engine.FilterMissing}}},
	} {
		_, err := client.Invoices().Page(t.Context(), engine.InvoiceQuery{List: engine.List{Where: []engine.Filter{f}}})
		wantReason(t, field, err, field)
	}
	january, february := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	for field, list := range map[string]engine.List{
		"id_before":      {IDFrom: uuid.UUID{2}, IDBefore: uuid.UUID{1}},
		"created_before": {CreatedFrom: february, CreatedBefore: january},
		"updated_before": {UpdatedFrom: february, UpdatedBefore: january},
		"due_before":     {DueFrom: 2026_02_01, DueBefore: 2026_01_31},
		"amount_to":      {AmountFrom: value.Some(decimal.New(2, 0)), AmountTo: value.Some(decimal.New(199, -2))},
	} {
		_, err := client.Invoices().Page(t.Context(), engine.InvoiceQuery{List: list})
		wantReason(t, "a range turned round", err, field)
		if !errors.Is(err, codes.ErrInvalid) {
			t.Errorf("%s: %v, want invalid", field, err)
		}
	}
	_, err := client.Invoices().Page(t.Context(), engine.InvoiceQuery{List: engine.List{Order: "colour"}})
	wantReason(t, "order", err, "order_by")
	byIssue := testkit.Must(client.Invoices().Page(t.Context(), engine.InvoiceQuery{List: engine.List{Order: "issue_date", Desc: true}}))
	if len(byIssue.Items) != int(all) {
		t.Errorf("by issue date: %d of %d", len(byIssue.Items), all)
	}
}

// Days of documents are kept with them: when a lead was qualified, a quote activated, an
// invoice settled, unless it is open again.
func TestDaysOfDocuments(t *testing.T) {
	t.Parallel()
	l := newTill(t, money.EUR, leadtocash.Settings{})
	invoice := l.bill("i", 2031_06_01, "100.00", nil, leadtocash.IssueInvoice{}).ID
	settled := func(when string, want value.Date) {
		t.Helper()
		if got := testkit.Must(l.Invoices().Get(l.ctx, invoice)).SettledOn; got != want {
			t.Errorf("%s: settled on %s, want %s", when, got, want)
		}
		set := value.Date(0) != want
		filter := engine.Filter{Field: "settled_on", Op: engine.FilterMissing, Not: true}
		found := testkit.Must(l.Invoices().Count(l.ctx, engine.InvoiceQuery{List: engine.List{Where: []engine.Filter{filter}}}))
		if (found == 1) != set {
			t.Errorf("%s: %d invoices are listed as settled", when, found)
		}
	}
	settled("issued", 0)
	l.at(2031_06_20)
	for _, p := range []struct {
		id, amount string
		on         value.Date
	}{{"late", "60.00", 2031_06_15}, {"early", "40.00", 2031_06_05}} {
		if err := l.receive(l.Client, p.id, p.amount, p.on); err != nil {
			t.Fatal(err)
		}
		settled("before "+p.id, 0)
		testkit.Must(l.Payments().Allocate(l.ctx, l.payments[p.id], leadtocash.AllocatePayment{InvoiceID: invoice}))
	}
	settled("paid in two parts", 2031_06_15)
	testkit.Must(l.Payments().Bounce(l.ctx, l.payments["late"], leadtocash.BouncePayment{}))
	settled("bounced", 0)
	testkit.Must(l.Invoices().WriteOff(l.ctx, invoice, leadtocash.WriteOffInvoice{Reason: "given up"}))
	settled("given up", 2031_06_20)

	client := testkit.Must(engine.New(memory.New()))
	if err := journeytest.Play(t.Context(), client, "", nil); err != nil {
		t.Fatal(err)
	}
	lead := testkit.Must(client.Leads().Page(t.Context(), engine.LeadQuery{})).Items[0]
	quote := testkit.Must(client.Quotes().Page(t.Context(), engine.QuoteQuery{})).Items[0]
	today := value.DateOf(time.Now(), time.UTC)
	if lead.QualifiedOn.IsZero() || quote.ActivatedOn.IsZero() || lead.QualifiedOn.After(today) || quote.ActivatedOn.After(today) {
		t.Errorf("qualified on %s, activated on %s; today is %s", lead.QualifiedOn, quote.ActivatedOn, today)
	}
	back := testkit.Must(client.Leads().Reactivate(t.Context(), lead.ID, leadtocash.ReactivateLead{}))
	if !back.QualifiedOn.IsZero() {
		t.Errorf("a lead that is open again was qualified on %s", back.QualifiedOn)
	}
}

// TestFiltersAreDescribed: what a description says of a filter, lists do, and nothing else:
// each comparison, each order, each option, of every kind.
func TestFiltersAreDescribed(t *testing.T) {
	t.Parallel()
	client := testkit.Must(engine.New(memory.New(), engine.WithFields(kinds.Lead,
		engine.TextField("region", engine.Searchable), engine.NumberField("seats", engine.Searchable), engine.DateField("seen", engine.Searchable),
		engine.BoolField("vip", engine.Searchable), engine.TextField("silent"))))
	ops := []engine.FilterOp{
		engine.FilterEq, engine.FilterIn, engine.FilterLt, engine.FilterLe, engine.FilterGt, engine.FilterGe,
		engine.FilterBetween, engine.FilterPrefix, engine.FilterMissing, "like",
	}
	id := testkit.IDOf[record.LeadID](1).String()
	samples := map[engine.FieldType]string{
		engine.TypeDecimal: "5", engine.TypeDate: "2026-01-31", engine.TypeInstant: "2026-01-31T10:00:00Z", engine.TypeID: id,
		engine.TypeBool: "true", engine.TypeText: "text", engine.TypeChoice: "of_the_host",
	}
	ask := func(kind kinds.Kind, l engine.List) (fields []string) {
		_, err := client.Kind(kind).Page(t.Context(), engine.AnyQuery{List: l})
		for _, r := range record.ReasonsOf(err) {
			fields = append(fields, r.Field)
		}
		return fields
	}
	for _, kind := range kinds.Kinds() {
		info := client.Describe(kind)
		described := map[string]engine.FilterInfo{}
		for _, f := range info.Filters {
			described[f.Name] = f
			for _, op := range ops {
				refused := slices.Contains(ask(kind, engine.List{Where: []engine.Filter{{Field: f.Name, Op: op}}}), "where[0].op")
				if refused == slices.Contains(f.Ops, op) {
					t.Errorf("%s.%s: %s is described as %v, and refused %v", kind, f.Name, op, f.Ops, refused)
				}
			}
			taken := f.Options
			if f.Options == nil {
				taken = []string{samples[f.Type]}
			}
			if got := ask(kind, engine.List{Where: []engine.Filter{{Field: f.Name, Op: engine.FilterIn, Values: taken}}}); got != nil {
				t.Errorf("%s.%s is of type %s, and refuses %q: %q", kind, f.Name, f.Type, taken, got)
			}
			if f.Options != nil {
				if got := ask(kind, engine.List{Where: []engine.Filter{{Field: f.Name, Op: engine.FilterEq, Values: []string{"no option"}}}}); !slices.Equal(got, []string{"where[0].values[0]"}) {
					t.Errorf("%s.%s takes what is no option: %q", kind, f.Name, got)
				}
			}
			if refused := ask(kind, engine.List{Order: engine.ListOrder(f.Name)}); (refused == nil) != f.Sortable {
				t.Errorf("%s.%s: sortable %v, but the order is refused with %q", kind, f.Name, f.Sortable, refused)
			}
		}
		for _, s := range engine.SlotsOf(kind) {
			if f := described[s.Name]; f.Ops == nil || f.Summable != strings.HasPrefix(string(s.At), "num") && !strings.HasSuffix(s.Name, "_id") {
				t.Errorf("%s.%s: described as %+v", kind, s.Name, f)
			}
		}
		for _, field := range info.Fields {
			name := strings.ReplaceAll(field.Name, "[]", "")
			f, is := described[name]
			if !slices.Equal(field.Filter, f.Ops) || field.Sortable != f.Sortable || field.Summable != f.Summable {
				t.Errorf("%s.%s says %v, its filter %v", kind, field.Name, field.Filter, f.Ops)
			}
			if got := ask(kind, engine.List{Where: []engine.Filter{{Field: name, Op: engine.FilterMissing}}}); is == (len(got) > 0) {
				t.Errorf("%s.%s: a filter %v, refused with %q", kind, field.Name, is, got)
			}
		}
	}
	plain, _ := engine.Describe(kinds.Lead)
	own := client.Describe(kinds.Lead)
	if len(own.Filters) != len(plain.Filters)+4 {
		t.Errorf("%d filters with fields of the host's, %d without, want 4 more", len(own.Filters), len(plain.Filters))
	}
}

// TestFilters_own: fields of the host's are compared by value, and its status reasons
// by key.
func TestFilters_own(t *testing.T) {
	t.Parallel()
	seats := engine.NumberField("seats", engine.Searchable)
	client := testkit.Must(engine.New(memory.New(), engine.WithFields(kinds.Lead, seats)))
	for _, n := range []string{"-1.5", "9", "10", "10.00", "1e3"} {
		cmd := leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: n, LastName: "Meyer"}}
		seats.Set(&cmd.Custom, value.Some(decimal.RequireFromString(n)))
		testkit.Must(client.Leads().Create(t.Context(), cmd))
	}
	createLeads(t, client, "without")
	topics := func(l engine.List) (list []string) {
		t.Helper()
		for lead, err := range client.Leads().All(t.Context(), engine.LeadQuery{List: l}) {
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, lead.Topic)
		}
		return list
	}
	for _, tt := range []struct {
		op     engine.FilterOp
		values []string
		want   []string
	}{
		{engine.FilterEq, []string{"10.0"}, []string{"10", "10.00"}},
		{engine.FilterLt, []string{"9.5"}, []string{"-1.5", "9"}},
		{engine.FilterGt, []string{"9"}, []string{"10", "10.00", "1e3"}},
		{engine.FilterBetween, []string{"-2", "9"}, []string{"-1.5", "9"}},
		{engine.FilterMissing, nil, []string{"x"}},
	} {
		if got := topics(engine.List{Where: []engine.Filter{{Field: "custom.seats", Op: tt.op, Values: tt.values}}}); !slices.Equal(got, tt.want) {
			t.Errorf("%s %q finds %q, want %q", tt.op, tt.values, got, tt.want)
		}
	}
	if got := topics(engine.List{Custom: map[string]string{"seats": "1000"}}); !slices.Equal(got, []string{"1e3"}) {
		t.Errorf("1000 seats: %q", got)
	}
	if got := topics(engine.List{Custom: map[string]string{"seats": "many"}}); got != nil {
		t.Errorf("what is no number: %q", got)
	}
	_, err := client.Leads().Page(t.Context(), engine.LeadQuery{List: engine.List{Where: []engine.Filter{{Field: "custom.seats", Op: engine.FilterGe, Values: []string{"many"}}}}})
	wantReason(t, "no number", err, "where[0].values[0]")
}

// TestScanLimit: a list is refused once it has looked at more records than the limit, and
// answers as it would without one otherwise.
func TestScanLimit(t *testing.T) {
	onStores(t, func(p *people) {
		for i := range 40 {
			fields := party.AccountFields{Name: fmt.Sprintf("account %02d", i), Description: "x"}
			if i%4 == 0 {
				fields.Industry = party.IndustryConsulting
			}
			testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: fields}))
		}
		consulting := []engine.Filter{{Field: "industry", Op: engine.FilterEq, Values: []string{"consulting"}}}
		limited := func(n int) *people { return newPeople(p.T, p.store, engine.WithScanLimit(n)) }
		for name, tt := range map[string]struct {
			list   engine.List
			limit  int // at which it is answered, and not at one less
			refuse string
		}{
			"the whole list":       {engine.List{Where: consulting}, 40, "industry"},
			"a page":               {engine.List{Where: consulting, Limit: 2}, 9, "industry"},
			"counted as well":      {engine.List{Where: consulting, Limit: 2, CountUpTo: 4}, 17, "industry"},
			"an order without":     {engine.List{Order: "number_of_employees", Limit: 2}, 40, "order_by"},
			"not, and one of many": {engine.List{Limit: 1, Where: []engine.Filter{{Field: "industry", Op: engine.FilterMissing, Not: true}}}, 5, "industry"},
		} {
			query := engine.AccountQuery{List: tt.list}
			if query.Limit == 0 {
				query.Limit = 50
			}
			want := testkit.Must(p.Accounts().Page(p.ctx, query))
			got, err := limited(tt.limit).Accounts().Page(p.ctx, query)
			if err != nil || got.Next != want.Next || got.Total != want.Total || len(got.Items) != len(want.Items) {
				p.Errorf("%s: %d items, %v; want %d", name, len(got.Items), err, len(want.Items))
				continue
			}
			for i := range want.Items {
				if got.Items[i].ID != want.Items[i].ID {
					p.Errorf("%s: item %d is %s, want %s", name, i, got.Items[i].Name, want.Items[i].Name)
				}
			}
			_, err = limited(tt.limit-1).Accounts().Page(p.ctx, query)
			p.refused(err, codes.ErrTooLarge)
			wantReason(p.T, name, err, tt.refuse)
		}
		for name, list := range map[string]engine.List{
			"every order of an index": {Order: engine.OrderByName},
			"a state and a reference": {State: party.StateActive, Where: []engine.Filter{{Field: "parent_account_id", Op: engine.FilterEq, Values: []string{testkit.IDOf[record.AccountID](1).String()}}}},
			"owners":                  {Owners: []uuid.UUID{uuid.Nil, uuid.Max}},
			"a range of the order":    {Order: engine.OrderByName, Where: []engine.Filter{{Field: "name", Op: engine.FilterGe, Values: []string{"account 38"}}}},
		} {
			if _, err := limited(1).Accounts().Page(p.ctx, engine.AccountQuery{List: list}); err != nil {
				p.Errorf("%s: %v", name, err)
			}
		}
	})
	_, err := engine.New(memory.New(), engine.WithScanLimit(-1))
	wantReason(t, "a negative limit", err, "scan_limit")
}
