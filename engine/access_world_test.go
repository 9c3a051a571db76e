package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
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
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

// arguments are the ways to call a deed: on every record there is, with commands
// that say nothing, and with commands that name records, secrets above all.
func (w *accessWorld) arguments(d deed, known secrets) (ways [][]reflect.Value) {
	ways = [][]reflect.Value{nil}
	for _, in := range d.args {
		var longer [][]reflect.Value
		for _, v := range w.values(d, in, known) {
			for _, way := range ways {
				longer = append(longer, append(slices.Clip(way), v))
			}
		}
		ways = longer
	}
	return ways
}

func (w *accessWorld) values(d deed, in reflect.Type, known secrets) (list []reflect.Value) {
	all := func(kinds ...kinds.Kind) (refs []record.Ref) {
		for _, kind := range kinds {
			for _, id := range w.refs[kind] {
				refs = append(refs, record.Ref{Kind: kind, ID: id})
			}
		}
		return refs
	}
	one := func(v any) []reflect.Value { return []reflect.Value{reflect.ValueOf(v)} }
	switch in {
	case reflect.TypeFor[record.Ref]():
		for _, r := range all(kinds.Kinds()...) {
			list = append(list, reflect.ValueOf(r))
		}
		return list
	case reflect.TypeFor[record.CustomerID]():
		for _, r := range all(kinds.Account, kinds.Contact) {
			list = append(list, reflect.ValueOf(record.CustomerID{Ref: r}))
		}
		return list
	case reflect.TypeFor[bpf.Ref]():
		for _, r := range all(kinds.Lead, kinds.Opportunity) {
			list = append(list, reflect.ValueOf(process.Entity(r)))
		}
		return list
	case reflect.TypeFor[uuid.UUID]():
		return append(one(testkit.Bob), reflect.ValueOf(w.refs[kinds.Seller][0]))
	case reflect.TypeFor[time.Time]():
		return one(accessDay)
	case reflect.TypeFor[money.Currency]():
		return one(money.EUR)
	case reflect.TypeFor[int64]():
		return append(one(int64(1)), reflect.ValueOf(int64(2)))
	case reflect.TypeFor[engine.Key]():
		for _, r := range all(kinds.Lead, kinds.Account, kinds.Contact, kinds.Product, kinds.Seller) {
			if strings.EqualFold(d.name, string(r.Kind)+"s.Upsert") {
				list = append(list, reflect.ValueOf(engine.Key{ID: r.ID}))
			}
		}
		return append(list, reflect.ValueOf(engine.Key{SourceKey: "said"}), reflect.ValueOf(engine.Key{Number: "PRD-00001"}))
	case reflect.TypeFor[any](): // the fields of Upsert: nothing, and what every kind of an Upsert can have
		return append(one(json.RawMessage(`{}`)), reflect.ValueOf(json.RawMessage(`{"custom":{"region":"north"}}`)))
	case reflect.TypeFor[kinds.Kind]():
		for _, kind := range kinds.Kinds() {
			list = append(list, reflect.ValueOf(kind))
		}
		return list
	case reflect.TypeFor[[]record.LeadID]():
		var ids []record.LeadID
		for _, id := range w.refs[kinds.Lead] {
			ids = append(ids, record.LeadID{UUID: id})
		}
		return one(ids)
	case reflect.TypeFor[string]():
		for _, text := range map[string][]string{
			"Revisions": {"QUO-00001", "QUO-00002"}, "Definitions": {"", "lead"},
			"Report": {"drawn", "frozen", "lead_to_opportunity_sales_process", "none"}, "Named": {"drawn", "frozen"}, "Switch": {"drawn", "frozen"},
		}[d.verb()] {
			list = append(list, reflect.ValueOf(text))
		}
		if list == nil {
			list = one("said")
		}
		return list
	}
	if kind, is := kindOfID(in); is {
		for _, id := range w.refs[kind] {
			list = append(list, w.id(in, id))
		}
		return list
	}
	plain, naming := reflect.New(in).Elem(), reflect.New(in).Elem()
	if in.Kind() != reflect.Struct {
		return append(list, plain)
	}
	w.name(naming, known)
	return append(list, plain, naming)
}

func (w *accessWorld) id(t reflect.Type, id uuid.UUID) reflect.Value {
	v := reflect.New(t).Elem()
	v.Field(0).Set(reflect.ValueOf(id))
	return v
}

// name makes a command name records: a secret where there is one of the kind.
func (w *accessWorld) name(v reflect.Value, known secrets) {
	pick := func(kind kinds.Kind) uuid.UUID {
		for _, r := range known {
			if r.Kind == kind {
				return r.ID
			}
		}
		return w.refs[kind][0]
	}
	for i := range v.NumField() {
		f, sf := v.Field(i), v.Type().Field(i)
		if !sf.IsExported() || sf.Name == "ID" || sf.Name == "Currency" {
			continue
		}
		if kind, is := kindOfID(f.Type()); is {
			if len(w.refs[kind]) > 0 && !strings.HasPrefix(sf.Name, "New") {
				f.Set(w.id(f.Type(), pick(kind)))
			}
			continue
		}
		switch f.Type() {
		case reflect.TypeFor[record.CustomerID]():
			f.Set(reflect.ValueOf(record.AccountCustomer(record.AccountID{UUID: pick(kinds.Account)})))
		case reflect.TypeFor[record.Ref]():
			f.Set(reflect.ValueOf(record.Ref{Kind: kinds.Opportunity, ID: pick(kinds.Opportunity)}))
		case reflect.TypeFor[bpf.Ref]():
			f.Set(reflect.ValueOf(process.Entity(record.Ref{Kind: kinds.Opportunity, ID: pick(kinds.Opportunity)})))
		default:
			switch {
			case f.Kind() == reflect.String && slices.Contains([]string{"Name", "Topic", "LastName", "Subject", "FileName", "Reason"}, sf.Name):
				f.SetString("x")
			case f.Kind() == reflect.Struct && testkit.InLibrary(f.Type()) && f.NumField() > 0:
				w.name(f, known)
			case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Struct && testkit.InLibrary(f.Type().Elem()) && f.Type().Elem() != v.Type():
				one := reflect.New(f.Type().Elem()).Elem() // a line that names a product, and the like
				if w.name(one, known); one.IsZero() {
					continue
				}
				if quantity := one.FieldByName("Quantity"); quantity.IsValid() && quantity.Type() == reflect.TypeFor[value.Opt[decimal.Decimal]]() {
					quantity.Set(reflect.ValueOf(value.Some(decimal.NewFromInt(1))))
				}
				f.Set(reflect.Append(f, one))
			}
		}
	}
}

// toldBy lists what a refusal tells of secrets that the caller did not name.
func (w *accessWorld) toldBy(err error, s secrets, named string) (list []string) {
	var e *record.Error
	if !errors.As(err, &e) {
		return nil
	}
	body, err := json.Marshal(e.Reasons)
	if err != nil {
		return []string{err.Error()}
	}
	for _, r := range e.Reasons {
		if kind, is := r.Params["kind"].(kinds.Kind); is && s.ofKind(kind) && len(w.open(kind, s)) == 0 {
			list = append(list, "there are secrets: "+r.Message)
		}
	}
	for _, ref := range s {
		for _, text := range w.texts[ref] {
			if strings.Contains(string(body), text) && !strings.Contains(named, text) {
				list = append(list, "the refusal names "+text)
			}
		}
	}
	return list
}

// open lists the records of a kind that are no secrets.
func (w *accessWorld) open(kind kinds.Kind, s secrets) (ids []uuid.UUID) {
	for _, id := range w.refs[kind] {
		if !s.hold(record.Ref{Kind: kind, ID: id}) {
			ids = append(ids, id)
		}
	}
	return ids
}

// known is what the caller knows besides what he names: what the records say that
// he calls on and may see.
func (w *accessWorld) known(args []reflect.Value, s secrets) string {
	var b strings.Builder
	for _, v := range args {
		if kind, is := kindOfID(v.Type()); is {
			if id := v.Field(0).Interface().(uuid.UUID); !s.hold(record.Ref{Kind: kind, ID: id}) {
				b.WriteString(w.bodies[id])
			}
		}
	}
	return b.String()
}

// canaries are texts that stand in secrets alone. The labels of
// processes are none: who may see an instance sees those of its stages.
func (w *accessWorld) canaries(s secrets) (list []string) {
	open := map[string]bool{}
	words := func(ref record.Ref) (words []string) {
		for _, m := range content.FindAllStringSubmatch(w.bodies[ref.ID], -1) {
			words = append(words, m[1])
		}
		return words
	}
	for ref := range w.texts {
		if ref.Kind == kinds.ProcessDefinition || ref.Kind == kinds.Process {
			continue
		}
		for _, word := range words(ref) {
			open[word] = open[word] || !s.hold(ref)
		}
	}
	for word, open := range open {
		if !open {
			list = append(list, word)
		}
	}
	return list
}

func (w *accessWorld) prying(actor, outsider *engine.Client, s secrets) prying {
	return prying{w, actor, outsider, s, w.canaries(s)}
}

// accessWorld is a tenant with records of every kind, and how to make clients of
// it.
type accessWorld struct {
	store storage.Store
	opts  []engine.ClientOption
	refs  map[kinds.Kind][]uuid.UUID // oldest first
	texts map[record.Ref][]string    // that identify a record: its id and number

	bodies map[uuid.UUID]string // what records say
}

// accessDay is when everything is asked.
var accessDay = time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)

func newAccessWorld(t *testing.T) *accessWorld {
	t.Helper()
	rules := yields[leadtocash.RouteRules[leadtocash.Lead]](t)(leadtocash.NewRouteRules[leadtocash.Lead](leadtocash.RouteRule{Name: "all", By: leadtocash.LoadBalancing}))
	w := &accessWorld{store: memory.New(), texts: map[record.Ref][]string{}, bodies: map[uuid.UUID]string{}, opts: []engine.ClientOption{
		engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR}),
		engine.WithProcesses(bpf.LeadToOpportunity()), engine.WithStoredProcesses(),
		engine.WithRouting(rules),
	}}
	now := accessDay.AddDate(0, -4, 0)
	c := w.client(t, w.store, engine.WithClock(func() time.Time { now = now.Add(time.Minute); return now }))
	w.tell(t, c)
	w.take(t)
	return w
}

func (w *accessWorld) client(t *testing.T, store storage.Store, opts ...engine.ClientOption) *engine.Client {
	t.Helper()
	still := engine.WithClock(func() time.Time { return accessDay })
	return yields[*engine.Client](t)(engine.New(store, slices.Concat(w.opts, []engine.ClientOption{still}, opts)...)).As(record.User(testkit.Bob))
}

// tell is what happened in the tenant.
func (w *accessWorld) tell(t *testing.T, c *engine.Client) {
	ctx := t.Context()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	euros := money.EUR.MustAmount
	line := func(what, price string) []pricing.LineFields {
		return []pricing.LineFields{pricing.WriteIn(what, decimal.NewFromInt(2), decimal.RequireFromString(price))}
	}
	for _, name := range []string{"Ann", "Bob"} {
		ok(errOf(c.Sellers().Create(ctx, party.CreateSeller{Fields: party.SellerFields{Name: name}})))
	}
	for _, name := range []string{"Wood Ltd", "Iron Ltd"} {
		ok(errOf(c.Organizations().Create(ctx, party.CreateOrganization{Fields: party.OrganizationFields{
			Party: party.Party{Name: name, Address: party.PostalAddress{CountryCode: "DE"}},
		}})))
	}
	rival := testkit.Must(c.Competitors().Create(ctx, party.CreateCompetitor{Fields: party.CompetitorFields{Name: "Huber"}}))
	seller := testkit.Must(c.Sellers().Page(ctx, engine.SellerQuery{})).Items[0]
	metric := testkit.Must(c.GoalMetrics().Create(ctx, insight.CreateGoalMetric{Fields: standardMetric(insight.MetricRevenueWon)}))
	goal := insight.GoalFields{Title: "desks", GoalOwner: testkit.Ann, MetricID: metric.ID, StartDate: 20260101, EndDate: 20261231, Target: value.Some(decimal.NewFromInt(1000))}
	team := testkit.Must(c.Goals().Create(ctx, insight.CreateGoal{Fields: goal}))
	goal.ParentGoalID = team.ID
	ok(errOf(c.Goals().Create(ctx, insight.CreateGoal{Fields: goal})))
	ok(errOf(c.As(record.User(testkit.Ann)).ForecastAdjustments().Create(ctx, insight.CreateForecastAdjustment{Fields: insight.ForecastAdjustmentFields{
		RowOwner: testkit.Ann, Column: leadtocash.ForecastCategoryPipeline, PeriodFrom: 20260101, PeriodBefore: 20270101, Value: value.Some(euros("7.00")), Note: "one more desk",
	}})))

	// The catalogue.
	piece := record.UnitID{UUID: uuid.UUID{15: 77}}
	group := testkit.Must(c.UnitGroups().Create(ctx, catalog.CreateUnitGroup{Fields: catalog.UnitGroupFields{Name: "wooden units", Units: []catalog.Unit{{ID: piece, Name: "wooden unit"}}}}))
	discounts := testkit.Must(c.DiscountLists().Create(ctx, catalog.CreateDiscountList{Type: catalog.DiscountPercentage, Fields: catalog.DiscountListFields{
		Name: "bulk rebate", Tiers: []catalog.DiscountTier{{Low: value.Some(decimal.NewFromInt(2)), High: value.Some(decimal.NewFromInt(99)), Percentage: value.Some(decimal.NewFromInt(10))}},
	}}))
	list := testkit.Must(c.PriceLists().Create(ctx, catalog.CreatePriceList{Origin: record.Origin{Currency: money.EUR}, Fields: catalog.PriceListFields{Name: "retail"}}))
	ok(errOf(c.TransactionCurrencies().Create(ctx, catalog.CreateTransactionCurrency{Code: money.USD, Fields: catalog.TransactionCurrencyFields{Name: "US dollar", Rate: value.Some(decimal.RequireFromString("1.08"))}})))
	var products []catalog.Product
	for _, number := range []string{"P-1", "P-2"} {
		p := testkit.Must(c.Products().Create(ctx, catalog.CreateProduct{Structure: catalog.StructureProduct, ProductNumber: number, Fields: catalog.ProductFields{Name: "chair " + number, UnitGroupID: group.ID, DefaultUnitID: piece}}))
		ok(errOf(c.Products().Publish(ctx, p.ID, catalog.PublishProduct{})))
		ok(errOf(c.PriceListItems().Create(ctx, catalog.CreatePriceListItem{PriceListID: list.ID, ProductID: p.ID, Fields: catalog.PriceListItemFields{
			Amount: value.Some(decimal.RequireFromString("20.00")), DiscountListID: discounts.ID,
		}})))
		products = append(products, p)
	}
	ok(errOf(c.ProductRelationships().Create(ctx, catalog.CreateProductRelationship{ProductID: products[0].ID, RelatedID: products[1].ID, Fields: catalog.ProductRelationshipFields{Type: catalog.RelationshipSubstitute}})))

	// Leads that are alike, one of them merged, one qualified.
	lead := func(topic string) leadtocash.Lead {
		t.Helper()
		return testkit.Must(c.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: topic, LastName: "Meyer", CompanyName: "Meyer & Sons", Email1: "meyer@example.com"}}))
	}
	first, second, third := lead("desks"), lead("chairs"), lead("lamps")
	ok(errOf(c.Leads().Merge(ctx, second.ID, leadtocash.MergeLead{Subordinate: third.ID})))
	qualified := testkit.Must(c.Leads().Qualify(ctx, first.ID, leadtocash.QualifyLead{}))
	account, contact, deal := *qualified.Account, *qualified.Contact, *qualified.Opportunity()
	customer := record.AccountCustomer(account.ID)

	// Customers that are alike, one below the other, one merged.
	var alike []party.Account
	for range 2 {
		alike = append(alike, testkit.Must(c.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer & Sons", ParentAccountID: account.ID}})))
	}
	ok(errOf(c.Accounts().Merge(ctx, alike[0].ID, party.MergeAccount{Subordinate: alike[1].ID})))
	ok(errOf(c.Contacts().Create(ctx, party.CreateContact{Fields: party.ContactFields{LastName: "Meyer", ParentCustomerID: customer, Email1: "meyer@example.com"}})))
	below := testkit.Must(c.Opportunities().Create(ctx, leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{
		Name: "follow-up deal", CustomerID: record.AccountCustomer(alike[0].ID), EstimatedValue: value.Some(euros("70.00")),
	}, Lines: line("lantern", "35.00")}))
	ok(errOf(c.Opportunities().Lose(ctx, testkit.Must(c.Opportunities().Create(ctx, leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{Name: "lost deal", CustomerID: customer}})).ID, leadtocash.LoseOpportunity{})))

	// From the deal to the invoice.
	quote := func(o record.OpportunityID) leadtocash.Quote {
		t.Helper()
		fields := leadtocash.QuoteFields{Name: "desks", CustomerID: customer}
		fields.PriceListID = list.ID
		q := testkit.Must(c.Quotes().Create(ctx, leadtocash.CreateQuote{OpportunityID: o, Fields: fields, Lines: append(line("desk", "450.00"), pricing.LineFields{ProductID: products[0].ID, Quantity: value.Some(decimal.NewFromInt(3))})}))
		return testkit.Must(c.Quotes().Activate(ctx, q.ID, leadtocash.ActivateQuote{}))
	}
	revised := testkit.Must(c.Quotes().ReviseQuote(ctx, quote(deal.ID).ID, leadtocash.ReviseQuote{}))
	quotation := testkit.Must(c.Quotes().Activate(ctx, revised.Revision.ID, leadtocash.ActivateQuote{}))
	won := testkit.Must(c.Quotes().WinToOrder(ctx, quotation.ID, leadtocash.WinQuoteToOrder{Opportunity: leadtocash.CloseAsWon}))
	quote(below.ID)
	ok(errOf(c.Orders().Fulfill(ctx, won.Order.ID, leadtocash.FulfillOrder{})))
	billed := testkit.Must(c.Orders().Invoice(ctx, won.Order.ID, leadtocash.InvoiceOrder{}))
	ok(errOf(c.Invoices().Issue(ctx, billed.Invoice.ID, leadtocash.IssueInvoice{})))
	order := testkit.Must(c.Orders().Create(ctx, leadtocash.CreateOrder{Fields: leadtocash.OrderFields{Name: "open", CustomerID: customer}, Lines: line("shelf", "10.00")}))

	// Money.
	invoice := func(price string) leadtocash.Invoice {
		t.Helper()
		i := testkit.Must(c.Invoices().Create(ctx, leadtocash.CreateInvoice{Fields: leadtocash.InvoiceFields{Name: "bill of " + price, CustomerID: customer}, Lines: line("lamp at "+price, price)}))
		return testkit.Must(c.Invoices().Issue(ctx, i.ID, leadtocash.IssueInvoice{}))
	}
	overdue, bad := invoice("120.00"), invoice("15.00")
	ok(errOf(c.Invoices().Dun(ctx, overdue.ID, leadtocash.DunInvoice{On: 2026_04_20})))
	ok(errOf(c.Invoices().WriteOff(ctx, bad.ID, leadtocash.WriteOffInvoice{Reason: "bankrupt"})))
	payment := func(amount string) leadtocash.Payment {
		t.Helper()
		p := testkit.Must(c.Payments().Create(ctx, leadtocash.CreatePayment{Fields: leadtocash.PaymentFields{CustomerID: customer, Amount: euros(amount), Method: leadtocash.PaymentMethodTransfer}}))
		return testkit.Must(c.Payments().Post(ctx, p.ID, leadtocash.PostPayment{}))
	}
	paid := payment("300.00")
	ok(errOf(c.Payments().Allocate(ctx, paid.ID, leadtocash.AllocatePayment{InvoiceID: billed.Invoice.ID, Amount: value.Some(euros("100.00"))})))
	ok(errOf(c.Payments().Refund(ctx, payment("25.00").ID, leadtocash.RequestRefund{})))
	credited := testkit.Must(c.Invoices().Credit(ctx, billed.Invoice.ID, leadtocash.CreditInvoice{Reason: leadtocash.CreditReasonReturn, Lines: []pricing.LineQuantity{{LineNumber: 1, Quantity: value.Some(decimal.NewFromInt(1))}}}))
	ok(errOf(c.CreditNotes().Issue(ctx, credited.CreditNote.ID, leadtocash.IssueCreditNote{})))

	// What is approved of them.
	for n, quote := range testkit.Must(c.Quotes().Page(ctx, engine.QuoteQuery{})).Items {
		_, err := engine.Import(ctx, c, agreement.Approval{
			Status: agreement.ApprovalStatusRequested, ApprovalNumber: fmt.Sprintf("APR-9000%d", n), DocumentID: ref(kinds.Quote, quote.ID),
			Rule: "dear", ContentHash: leadtocash.ContentHashOf(&quote, nil), RequestedBy: testkit.Bob, RequestNote: "for " + quote.Name,
		})
		ok(err)
	}

	// What is said and done about them.
	for _, about := range []record.Ref{ref(kinds.Account, account.ID), ref(kinds.Opportunity, deal.ID), ref(kinds.Lead, second.ID)} {
		act := activity.ActivityFields{Subject: "talk of the " + string(about.Kind), RegardingID: about}
		ok(errOf(c.Notes().CreateWithFile(ctx, activity.CreateNote{RegardingID: about, Fields: activity.NoteFields{Subject: "plan for the " + string(about.Kind)}}, engine.AttachFile{FileName: "plan.txt", Content: []byte("ten desks for the " + about.Kind)})))
		ok(errOf(c.Tasks().Create(ctx, activity.CreateTask{Fields: activity.TaskFields{ActivityFields: act}})))
		ok(errOf(c.PhoneCalls().Create(ctx, activity.CreatePhoneCall{Fields: act})))
		ok(errOf(c.Emails().Create(ctx, activity.CreateEmail{Fields: act})))
		ok(errOf(c.Appointments().Create(ctx, activity.CreateAppointment{Fields: act})))
	}
	for record, role := range map[record.Ref]party.ConnectionRole{
		ref(kinds.Contact, contact.ID):  party.ConnectionRoleStakeholder,
		ref(kinds.Seller, seller.ID):    party.ConnectionRoleAccountManager,
		ref(kinds.Competitor, rival.ID): party.ConnectionRoleCompetitor,
	} {
		ok(errOf(c.Connections().Create(ctx, party.CreateConnection{Fields: party.ConnectionFields{Record1: ref(kinds.Opportunity, below.ID), Record2: record, Role2: role}})))
	}

	// Processes: of code, of the tenant, and one that stands where it cannot go on.
	drawn := testkit.SmallProcess("drawn", "ask", "tell")
	drawn.Security.Roles = map[string][]bpf.Privilege{"boss": {bpf.CreatePrivilege, bpf.ReadPrivilege, bpf.WritePrivilege, bpf.DeletePrivilege}}
	kept := testkit.Must(c.ProcessDefinitions().Create(ctx, engine.CreateProcessDefinition{Definition: asDraft(drawn)}))
	ok(errOf(c.ProcessDefinitions().Activate(ctx, kept.ID, engine.ActivateProcessDefinition{})))
	ok(errOf(c.Processes().Start(ctx, engine.StartProcess{Definition: "drawn", Record: process.Entity(second.ID)})))
	gone := testkit.Must(c.ProcessDefinitions().Create(ctx, engine.CreateProcessDefinition{Definition: asDraft(testkit.SmallProcess("frozen", "ask"))}))
	gone = testkit.Must(c.ProcessDefinitions().Activate(ctx, gone.ID, engine.ActivateProcessDefinition{}))
	ok(errOf(c.Processes().Start(ctx, engine.StartProcess{Definition: "frozen", Record: process.Entity(second.ID)})))
	ok(errOf(c.ProcessDefinitions().Deactivate(ctx, gone.ID, engine.DeactivateProcessDefinition{})))
	ok(c.Once("once").Orders().Delete(ctx, order.ID, record.DeleteRecord{}))
}

// take notes what there is.
func (w *accessWorld) take(t *testing.T) {
	t.Helper()
	w.refs = map[kinds.Kind][]uuid.UUID{}
	err := w.store.View(t.Context(), storage.Default, func(ctx context.Context, r storage.Reader) error {
		for _, kind := range kinds.Kinds() {
			for rec, err := range r.Find(ctx, storage.Query{Kind: string(kind)}) {
				if err != nil {
					return err
				}
				w.refs[kind] = append(w.refs[kind], rec.ID)
				body, err := rec.Body()
				if err != nil {
					return err
				}
				w.bodies[rec.ID] = string(body)
				texts := []string{rec.ID.String()}
				if rec.Number != "" && kind != kinds.ProcessDefinition { // whose name every instance tells
					texts = append(texts, rec.Number)
				}
				w.texts[record.Ref{Kind: kind, ID: rec.ID}] = texts
			}
			if len(w.refs[kind]) == 0 {
				t.Errorf("there is no %s", kind)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// secrets are the records that an actor may not see.
type secrets []record.Ref

func (s secrets) hold(ref record.Ref) bool { return slices.Contains(s, ref) }

// ofKind reports whether there are secrets of a kind.
func (s secrets) ofKind(kind kinds.Kind) bool {
	return slices.ContainsFunc(s, func(r record.Ref) bool { return r.Kind == kind })
}

// hides is an authorizer that lets an actor do everything but read the feed, and
// see everything but secrets.
type hides struct {
	secrets
	world *accessWorld
}

// Authorize allows what has an action.
func (h hides) Authorize(_ context.Context, r engine.Request) error {
	if r.Action.IsZero() {
		return errNotAllowed
	}
	return nil
}

// Scope lists what is no secret.
func (h hides) Scope(_ context.Context, _ record.Actor, kind kinds.Kind) ([]storage.Cond, error) {
	if !slices.ContainsFunc(h.secrets, func(r record.Ref) bool { return r.Kind == kind }) {
		return nil, nil
	}
	open := storage.Cond{Field: storage.FieldID, Op: storage.OpIn}
	for _, id := range h.world.refs[kind] {
		if !h.hold(record.Ref{Kind: kind, ID: id}) {
			open.Values = append(open.Values, id)
		}
	}
	return []storage.Cond{open}, nil
}

// lackingStore is a store in which the secrets do not exist, for reading.
type lackingStore struct {
	storage.Store
	secrets secrets
}

// View implements storage.Store.
func (s lackingStore) View(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Reader) error) error {
	return s.Store.View(ctx, tenant, func(ctx context.Context, r storage.Reader) error { return fn(ctx, lacking{r, s.secrets}) })
}

// Update implements storage.Store: there is nothing to write.
func (lackingStore) Update(context.Context, storage.Tenant, func(context.Context, storage.Tx) error) error {
	return storage.ErrReadOnly
}

type lacking struct {
	storage.Reader
	secrets secrets
}

func (l lacking) lacks(r storage.Ref) bool {
	return l.secrets.hold(record.Ref{Kind: kinds.Kind(r.Kind), ID: r.ID})
}

// Get implements storage.Reader.
func (l lacking) Get(ctx context.Context, ref storage.Ref) (*storage.Record, error) {
	if l.lacks(ref) {
		return nil, storage.ErrNotFound
	}
	return l.Reader.Get(ctx, ref)
}

// Find implements storage.Reader.
func (l lacking) Find(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	return func(yield func(*storage.Record, error) bool) {
		limit := q.Limit
		q.Limit = 0
		for rec, err := range l.Reader.Find(ctx, q) {
			if err == nil && l.lacks(rec.Ref) {
				continue
			}
			if !yield(rec, err) {
				return
			}
			if limit--; limit == 0 {
				return
			}
		}
	}
}

// History implements storage.Reader.
func (l lacking) History(ctx context.Context, ref storage.Ref) iter.Seq2[storage.Event, error] {
	if l.lacks(ref) {
		return func(func(storage.Event, error) bool) {}
	}
	return l.Reader.History(ctx, ref)
}

// recordIn tells which record a value is, if it is one.
func recordIn(v reflect.Value) (ref record.Ref, is bool) {
	if v.Kind() != reflect.Struct {
		return ref, false
	}
	id, head := v.FieldByName("ID"), v.FieldByName("Head")
	if !id.IsValid() || !head.IsValid() || head.Type() != reflect.TypeFor[record.Head]() || id.Kind() != reflect.Struct {
		return ref, false
	}
	kinds, known := kindsOfRecords[v.Type().Name()]
	return record.Ref{Kind: kinds, ID: id.Field(0).Interface().(uuid.UUID)}, known
}

// kindsOfRecords are the kinds by the names of their types.
var kindsOfRecords = func() map[string]kinds.Kind {
	m := map[string]kinds.Kind{}
	for _, kind := range kinds.Kinds() {
		m[camel(string(kind))] = kind
	}
	return m
}()

// camel is the name of the type of a kind.
func camel(kind string) string {
	var b strings.Builder
	for _, word := range strings.Split(kind, "_") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}
