package leadtocash_test

import (
	"context"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// accessWorld is a tenant with records of every kind, and how to make clients of
// it.
type accessWorld struct {
	store storage.Store
	opts  []leadtocash.ClientOption
	refs  map[leadtocash.Kind][]uuid.UUID // oldest first
	texts map[leadtocash.Ref][]string     // that identify a record: its id and number

	bodies map[uuid.UUID]string // what records say
}

// accessDay is when everything is asked.
var accessDay = time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)

func newAccessWorld(t *testing.T) *accessWorld {
	t.Helper()
	rules := yields[leadtocash.RouteRules[leadtocash.Lead]](t)(leadtocash.NewRouteRules[leadtocash.Lead](leadtocash.RouteRule{Name: "all", By: leadtocash.LoadBalancing}))
	w := &accessWorld{store: memory.New(), texts: map[leadtocash.Ref][]string{}, bodies: map[uuid.UUID]string{}, opts: []leadtocash.ClientOption{
		leadtocash.WithSettings(leadtocash.Settings{BaseCurrency: leadtocash.EUR}),
		leadtocash.WithProcesses(bpf.LeadToOpportunity()), leadtocash.WithStoredProcesses(),
		leadtocash.WithRouting(rules),
	}}
	now := accessDay.AddDate(0, -4, 0)
	c := w.client(t, w.store, leadtocash.WithClock(func() time.Time { now = now.Add(time.Minute); return now }))
	w.tell(t, c)
	w.take(t)
	return w
}

func (w *accessWorld) client(t *testing.T, store storage.Store, opts ...leadtocash.ClientOption) *leadtocash.Client {
	t.Helper()
	still := leadtocash.WithClock(func() time.Time { return accessDay })
	return yields[*leadtocash.Client](t)(leadtocash.New(store, slices.Concat(w.opts, []leadtocash.ClientOption{still}, opts)...)).As(leadtocash.User(bob))
}

// tell is what happened in the tenant.
func (w *accessWorld) tell(t *testing.T, c *leadtocash.Client) {
	ctx := t.Context()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	euros := leadtocash.EUR.MustAmount
	line := func(what, price string) []leadtocash.LineFields {
		return []leadtocash.LineFields{leadtocash.WriteIn(what, decimal.NewFromInt(2), decimal.RequireFromString(price))}
	}
	for _, name := range []string{"Ann", "Bob"} {
		ok(errOf(c.Sellers().Create(ctx, leadtocash.CreateSeller{Fields: leadtocash.SellerFields{Name: name}})))
	}
	rival := must(c.Competitors().Create(ctx, leadtocash.CreateCompetitor{Fields: leadtocash.CompetitorFields{Name: "Huber"}}))
	seller := must(c.Sellers().Page(ctx, leadtocash.SellerQuery{})).Items[0]

	// The catalogue.
	piece := leadtocash.UnitID{UUID: uuid.UUID{15: 77}}
	group := must(c.UnitGroups().Create(ctx, leadtocash.CreateUnitGroup{Fields: leadtocash.UnitGroupFields{Name: "wooden units", Units: []leadtocash.Unit{{ID: piece, Name: "wooden unit"}}}}))
	discounts := must(c.DiscountLists().Create(ctx, leadtocash.CreateDiscountList{Type: leadtocash.DiscountPercentage, Fields: leadtocash.DiscountListFields{
		Name: "bulk rebate", Tiers: []leadtocash.DiscountTier{{Low: leadtocash.Some(decimal.NewFromInt(2)), High: leadtocash.Some(decimal.NewFromInt(99)), Percentage: leadtocash.Some(decimal.NewFromInt(10))}},
	}}))
	list := must(c.PriceLists().Create(ctx, leadtocash.CreatePriceList{Birth: leadtocash.Birth{Currency: leadtocash.EUR}, Fields: leadtocash.PriceListFields{Name: "retail"}}))
	ok(errOf(c.TransactionCurrencies().Create(ctx, leadtocash.CreateTransactionCurrency{Code: leadtocash.USD, Fields: leadtocash.TransactionCurrencyFields{Name: "US dollar", Rate: leadtocash.Some(decimal.RequireFromString("1.08"))}})))
	var products []leadtocash.Product
	for _, number := range []string{"P-1", "P-2"} {
		p := must(c.Products().Create(ctx, leadtocash.CreateProduct{Structure: leadtocash.StructureProduct, ProductNumber: number, Fields: leadtocash.ProductFields{Name: "chair " + number, UnitGroupID: group.ID, DefaultUnitID: piece}}))
		ok(errOf(c.Products().Publish(ctx, p.ID, leadtocash.PublishProduct{})))
		ok(errOf(c.PriceListItems().Create(ctx, leadtocash.CreatePriceListItem{PriceListID: list.ID, ProductID: p.ID, Fields: leadtocash.PriceListItemFields{
			Amount: leadtocash.Some(decimal.RequireFromString("20.00")), DiscountListID: discounts.ID,
		}})))
		products = append(products, p)
	}
	ok(errOf(c.ProductRelationships().Create(ctx, leadtocash.CreateProductRelationship{ProductID: products[0].ID, RelatedID: products[1].ID, Fields: leadtocash.ProductRelationshipFields{Type: leadtocash.RelationshipSubstitute}})))

	// Leads that are alike, one of them merged, one qualified.
	lead := func(topic string) leadtocash.Lead {
		t.Helper()
		return must(c.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: topic, LastName: "Meyer", CompanyName: "Meyer & Sons", Email1: "meyer@example.com"}}))
	}
	first, second, third := lead("desks"), lead("chairs"), lead("lamps")
	ok(errOf(c.Leads().Merge(ctx, second.ID, leadtocash.MergeLead{Subordinate: third.ID})))
	qualified := must(c.Leads().Qualify(ctx, first.ID, leadtocash.QualifyLead{}))
	account, contact, deal := *qualified.Account, *qualified.Contact, *qualified.Opportunity()
	customer := leadtocash.AccountCustomer(account.ID)

	// Customers that are alike, one below the other, one merged.
	var alike []leadtocash.Account
	for range 2 {
		alike = append(alike, must(c.Accounts().Create(ctx, leadtocash.CreateAccount{Fields: leadtocash.AccountFields{Name: "Meyer & Sons", ParentAccountID: account.ID}})))
	}
	ok(errOf(c.Accounts().Merge(ctx, alike[0].ID, leadtocash.MergeAccount{Subordinate: alike[1].ID})))
	ok(errOf(c.Contacts().Create(ctx, leadtocash.CreateContact{Fields: leadtocash.ContactFields{LastName: "Meyer", ParentCustomerID: customer, Email1: "meyer@example.com"}})))
	below := must(c.Opportunities().Create(ctx, leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{
		Name: "follow-up deal", CustomerID: leadtocash.AccountCustomer(alike[0].ID), EstimatedValue: leadtocash.Some(euros("70.00")),
	}, Lines: line("lantern", "35.00")}))
	ok(errOf(c.Opportunities().Lose(ctx, must(c.Opportunities().Create(ctx, leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{Name: "lost deal", CustomerID: customer}})).ID, leadtocash.LoseOpportunity{})))

	// From the deal to the invoice.
	quote := func(o leadtocash.OpportunityID) leadtocash.Quote {
		t.Helper()
		fields := leadtocash.QuoteFields{Name: "desks", CustomerID: customer}
		fields.PriceListID = list.ID
		q := must(c.Quotes().Create(ctx, leadtocash.CreateQuote{OpportunityID: o, Fields: fields, Lines: append(line("desk", "450.00"), leadtocash.LineFields{ProductID: products[0].ID, Quantity: leadtocash.Some(decimal.NewFromInt(3))})}))
		return must(c.Quotes().Activate(ctx, q.ID, leadtocash.ActivateQuote{}))
	}
	revised := must(c.Quotes().ReviseQuote(ctx, quote(deal.ID).ID, leadtocash.ReviseQuote{}))
	quotation := must(c.Quotes().Activate(ctx, revised.Revision.ID, leadtocash.ActivateQuote{}))
	won := must(c.Quotes().WinToOrder(ctx, quotation.ID, leadtocash.WinQuoteToOrder{Opportunity: leadtocash.CloseAsWon}))
	quote(below.ID)
	ok(errOf(c.Orders().Fulfill(ctx, won.Order.ID, leadtocash.FulfillOrder{})))
	billed := must(c.Orders().Invoice(ctx, won.Order.ID, leadtocash.InvoiceOrder{}))
	ok(errOf(c.Invoices().Issue(ctx, billed.Invoice.ID, leadtocash.IssueInvoice{})))
	order := must(c.Orders().Create(ctx, leadtocash.CreateOrder{Fields: leadtocash.OrderFields{Name: "open", CustomerID: customer}, Lines: line("shelf", "10.00")}))

	// Money.
	invoice := func(price string) leadtocash.Invoice {
		t.Helper()
		i := must(c.Invoices().Create(ctx, leadtocash.CreateInvoice{Fields: leadtocash.InvoiceFields{Name: "bill of " + price, CustomerID: customer}, Lines: line("lamp at "+price, price)}))
		return must(c.Invoices().Issue(ctx, i.ID, leadtocash.IssueInvoice{}))
	}
	overdue, bad := invoice("120.00"), invoice("15.00")
	ok(errOf(c.Invoices().Dun(ctx, overdue.ID, leadtocash.DunInvoice{On: 2026_04_20})))
	ok(errOf(c.Invoices().WriteOff(ctx, bad.ID, leadtocash.WriteOffInvoice{Reason: "bankrupt"})))
	payment := func(amount string) leadtocash.Payment {
		t.Helper()
		p := must(c.Payments().Create(ctx, leadtocash.CreatePayment{Fields: leadtocash.PaymentFields{CustomerID: customer, Amount: euros(amount), Method: leadtocash.PaymentMethodTransfer}}))
		return must(c.Payments().Post(ctx, p.ID, leadtocash.PostPayment{}))
	}
	paid := payment("300.00")
	ok(errOf(c.Payments().Allocate(ctx, paid.ID, leadtocash.AllocatePayment{InvoiceID: billed.Invoice.ID, Amount: leadtocash.Some(euros("100.00"))})))
	ok(errOf(c.Payments().Refund(ctx, payment("25.00").ID, leadtocash.RequestRefund{})))
	credited := must(c.Invoices().Credit(ctx, billed.Invoice.ID, leadtocash.CreditInvoice{Reason: leadtocash.CreditReasonReturn, Lines: []leadtocash.LineQuantity{{LineNumber: 1, Quantity: leadtocash.Some(decimal.NewFromInt(1))}}}))
	ok(errOf(c.CreditNotes().Issue(ctx, credited.CreditNote.ID, leadtocash.IssueCreditNote{})))

	// What is said and done about them.
	for _, about := range []leadtocash.Ref{ref(leadtocash.KindAccount, account.ID), ref(leadtocash.KindOpportunity, deal.ID), ref(leadtocash.KindLead, second.ID)} {
		activity := leadtocash.ActivityFields{Subject: "talk of the " + string(about.Kind), RegardingID: about}
		ok(errOf(c.Notes().CreateWithFile(ctx, leadtocash.CreateNote{RegardingID: about, Fields: leadtocash.NoteFields{Subject: "plan for the " + string(about.Kind)}}, leadtocash.AttachFile{FileName: "plan.txt", Content: []byte("ten desks for the " + about.Kind)})))
		ok(errOf(c.Tasks().Create(ctx, leadtocash.CreateTask{Fields: leadtocash.TaskFields{ActivityFields: activity}})))
		ok(errOf(c.PhoneCalls().Create(ctx, leadtocash.CreatePhoneCall{Fields: activity})))
		ok(errOf(c.Emails().Create(ctx, leadtocash.CreateEmail{Fields: activity})))
		ok(errOf(c.Appointments().Create(ctx, leadtocash.CreateAppointment{Fields: activity})))
	}
	for record, role := range map[leadtocash.Ref]leadtocash.ConnectionRole{
		ref(leadtocash.KindContact, contact.ID):  leadtocash.ConnectionRoleStakeholder,
		ref(leadtocash.KindSeller, seller.ID):    leadtocash.ConnectionRoleAccountManager,
		ref(leadtocash.KindCompetitor, rival.ID): leadtocash.ConnectionRoleCompetitor,
	} {
		ok(errOf(c.Connections().Create(ctx, leadtocash.CreateConnection{Fields: leadtocash.ConnectionFields{Record1: ref(leadtocash.KindOpportunity, below.ID), Record2: record, Role2: role}})))
	}

	// Processes: of code, of the tenant, and one that stands where it cannot go on.
	drawn := smallProcess("drawn", "ask", "tell")
	drawn.Security.Roles = map[string][]bpf.Privilege{"boss": {bpf.CreatePrivilege, bpf.ReadPrivilege, bpf.WritePrivilege, bpf.DeletePrivilege}}
	kept := must(c.ProcessDefinitions().Create(ctx, leadtocash.CreateProcessDefinition{Definition: asDraft(drawn)}))
	ok(errOf(c.ProcessDefinitions().Activate(ctx, kept.ID, leadtocash.ActivateProcessDefinition{})))
	ok(errOf(c.Processes().Start(ctx, leadtocash.StartProcess{Definition: "drawn", Record: leadtocash.Entity(second.ID)})))
	gone := must(c.ProcessDefinitions().Create(ctx, leadtocash.CreateProcessDefinition{Definition: asDraft(smallProcess("frozen", "ask"))}))
	gone = must(c.ProcessDefinitions().Activate(ctx, gone.ID, leadtocash.ActivateProcessDefinition{}))
	ok(errOf(c.Processes().Start(ctx, leadtocash.StartProcess{Definition: "frozen", Record: leadtocash.Entity(second.ID)})))
	ok(errOf(c.ProcessDefinitions().Deactivate(ctx, gone.ID, leadtocash.DeactivateProcessDefinition{})))
	ok(c.Once("once").Orders().Delete(ctx, order.ID, leadtocash.DeleteRecord{}))
}

// take notes what there is.
func (w *accessWorld) take(t *testing.T) {
	t.Helper()
	w.refs = map[leadtocash.Kind][]uuid.UUID{}
	err := w.store.View(t.Context(), storage.Default, func(ctx context.Context, r storage.Reader) error {
		for _, kind := range leadtocash.Kinds() {
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
				if rec.Number != "" && kind != leadtocash.KindProcessDefinition { // whose name every instance tells
					texts = append(texts, rec.Number)
				}
				w.texts[leadtocash.Ref{Kind: kind, ID: rec.ID}] = texts
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
type secrets []leadtocash.Ref

func (s secrets) hold(ref leadtocash.Ref) bool { return slices.Contains(s, ref) }

// ofKind reports whether there are secrets of a kind.
func (s secrets) ofKind(kind leadtocash.Kind) bool {
	return slices.ContainsFunc(s, func(r leadtocash.Ref) bool { return r.Kind == kind })
}

// hides is an authorizer that lets an actor do everything but read the feed, and
// see everything but secrets.
type hides struct {
	secrets
	world *accessWorld
}

// Authorize allows what has an action.
func (h hides) Authorize(_ context.Context, r leadtocash.Request) error {
	if r.Action.IsZero() {
		return errNotAllowed
	}
	return nil
}

// Scope lists what is no secret.
func (h hides) Scope(_ context.Context, _ leadtocash.Actor, kind leadtocash.Kind) ([]storage.Cond, error) {
	if !slices.ContainsFunc(h.secrets, func(r leadtocash.Ref) bool { return r.Kind == kind }) {
		return nil, nil
	}
	open := storage.Cond{Field: storage.FieldID, Op: storage.OpIn}
	for _, id := range h.world.refs[kind] {
		if !h.hold(leadtocash.Ref{Kind: kind, ID: id}) {
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
	return l.secrets.hold(leadtocash.Ref{Kind: leadtocash.Kind(r.Kind), ID: r.ID})
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
func recordIn(v reflect.Value) (ref leadtocash.Ref, is bool) {
	if v.Kind() != reflect.Struct {
		return ref, false
	}
	id, head := v.FieldByName("ID"), v.FieldByName("Head")
	if !id.IsValid() || !head.IsValid() || head.Type() != reflect.TypeFor[leadtocash.Head]() || id.Kind() != reflect.Struct {
		return ref, false
	}
	kinds, known := kindsOfRecords[v.Type().Name()]
	return leadtocash.Ref{Kind: kinds, ID: id.Field(0).Interface().(uuid.UUID)}, known
}

// kindsOfRecords are the kinds by the names of their types.
var kindsOfRecords = func() map[string]leadtocash.Kind {
	m := map[string]leadtocash.Kind{}
	for _, kind := range leadtocash.Kinds() {
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
