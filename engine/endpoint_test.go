package engine_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// An endpoint is a method of a service that takes commands, found by
// reflection: "Quotes.WinToOrder".
type endpoint struct {
	name    string
	service int // method of Client
	method  int // of the service
	onID    bool
	cmds    []reflect.Type
}

// questions take commands and carry out none: what is wrong is their answer.
// Events and default processes are the business of processes that are active,
// and a client has none unless it is told.
var questions = []string{"PlanQualify", "CheckEvent", "HandleEvent", "StartDefault"}

// endpoints lists all of them by name.
func endpoints() (list []endpoint) {
	client := reflect.TypeFor[*engine.Client]()
	for i := range client.NumMethod() {
		m := client.Method(i)
		if m.Type.NumIn() != 1 || m.Type.NumOut() != 1 || m.Type.Out(0).Kind() != reflect.Struct {
			continue
		}
		service := m.Type.Out(0)
		for j := range service.NumMethod() {
			if e, ok := endpointOf(service.Method(j).Type); ok && !slices.Contains(questions, service.Method(j).Name) {
				e.name, e.service, e.method = m.Name+"."+service.Method(j).Name, i, j
				list = append(list, e)
			}
		}
	}
	slices.SortFunc(list, func(a, b endpoint) int { return strings.Compare(a.name, b.name) })
	return list
}

// endpointOf tells what a method takes besides the context: an id or not,
// commands, and call options or not.
func endpointOf(m reflect.Type) (e endpoint, ok bool) {
	if m.NumIn() < 3 || m.In(1) != reflect.TypeFor[context.Context]() || m.Out(m.NumOut()-1) != reflect.TypeFor[error]() {
		return e, false
	}
	for i := 2; i < m.NumIn(); i++ {
		switch in := m.In(i); {
		case m.IsVariadic() && i == m.NumIn()-1:
		case i == 2 && strings.HasPrefix(in.Name(), "ID["):
			e.onID = true
		case in.Kind() == reflect.Struct && !strings.HasSuffix(in.Name(), "Query") && !strings.HasSuffix(in.Name(), "Fields"):
			e.cmds = append(e.cmds, in)
		default:
			return e, false
		}
	}
	return e, len(e.cmds) > 0
}

// commands makes empty commands.
func (e endpoint) commands() (cmds []reflect.Value) {
	for _, typ := range e.cmds {
		cmds = append(cmds, reflect.New(typ).Elem())
	}
	return cmds
}

// sound makes commands that are empty but for what is looked at before
// everything else.
func (e endpoint) sound() []reflect.Value {
	cmds := e.commands()
	for _, cmd := range cmds {
		if key := cmd.FieldByName("SourceKey"); key.IsValid() {
			key.SetString("web-1")
		}
		if content := cmd.FieldByName("Content"); content.IsValid() {
			content.SetBytes([]byte("ten desks"))
			cmd.FieldByName("FileName").SetString("offer.txt")
		}
	}
	return cmds
}

// call calls the method, on the record with the id if it takes one.
func (e endpoint) call(ctx context.Context, c *engine.Client, id uuid.UUID, cmds []reflect.Value) error {
	args := []reflect.Value{reflect.ValueOf(&ctx).Elem()}
	method := reflect.ValueOf(c).Method(e.service).Call(nil)[0].Method(e.method)
	if e.onID {
		typed := reflect.New(method.Type().In(1)).Elem()
		typed.Field(0).Set(reflect.ValueOf(id))
		args = append(args, typed)
	}
	results := method.Call(append(args, cmds...))
	err, _ := results[len(results)-1].Interface().(error)
	return err
}

// seedID is the id that every seeded record has, whatever its kind.
var seedID = uuid.UUID{0: 0xf, 15: 1}

// seed stores a record of each kind that is worked with, all under one id.
func seed(ctx context.Context, t testing.TB, store storage.Store) *engine.Client {
	t.Helper()
	c, err := engine.New(store, engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR}))
	if err != nil {
		t.Fatal(err)
	}
	about := record.Ref{Kind: kinds.Account, ID: seedID}
	act := activity.ActivityFields{Subject: "Call", RegardingID: about}
	lines := []pricing.LineFields{pricing.WriteIn("Desk", decimal.NewFromInt(3), decimal.NewFromInt(10))}
	for _, err := range []error{
		errOf(c.Leads().Create(ctx, leadtocash.CreateLead{ID: record.LeadID{UUID: seedID}, Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}})),
		errOf(c.Accounts().Create(ctx, party.CreateAccount{ID: record.AccountID{UUID: seedID}, Fields: party.AccountFields{Name: "Meyer"}})),
		errOf(c.Contacts().Create(ctx, party.CreateContact{ID: record.ContactID{UUID: seedID}, Fields: party.ContactFields{LastName: "Meyer"}})),
		errOf(c.Sellers().Create(ctx, party.CreateSeller{ID: record.SellerID{UUID: seedID}, Fields: party.SellerFields{Name: "Ann"}})),
		errOf(c.Competitors().Create(ctx, party.CreateCompetitor{ID: record.CompetitorID{UUID: seedID}, Fields: party.CompetitorFields{Name: "Huber"}})),
		errOf(c.Opportunities().Create(ctx, leadtocash.CreateOpportunity{ID: record.OpportunityID{UUID: seedID}, Fields: leadtocash.OpportunityFields{Name: "Desks", CustomerID: record.AccountCustomer(record.AccountID{UUID: seedID})}, Lines: lines})),
		errOf(c.Quotes().Create(ctx, leadtocash.CreateQuote{ID: record.QuoteID{UUID: seedID}, Fields: leadtocash.QuoteFields{Name: "Desks", CustomerID: record.AccountCustomer(record.AccountID{UUID: seedID})}, Lines: lines})),
		errOf(c.Orders().Create(ctx, leadtocash.CreateOrder{ID: record.OrderID{UUID: seedID}, Fields: leadtocash.OrderFields{Name: "Desks", CustomerID: record.AccountCustomer(record.AccountID{UUID: seedID})}, Lines: lines})),
		errOf(c.Invoices().Create(ctx, leadtocash.CreateInvoice{ID: record.InvoiceID{UUID: seedID}, Fields: leadtocash.InvoiceFields{Name: "Desks", CustomerID: record.AccountCustomer(record.AccountID{UUID: seedID})}, Lines: lines})),
		errOf(c.Payments().Create(ctx, leadtocash.CreatePayment{ID: record.PaymentID{UUID: seedID}, Fields: leadtocash.PaymentFields{CustomerID: record.AccountCustomer(record.AccountID{UUID: seedID}), Amount: money.EUR.MustAmount("30.00")}})),
		errOf(c.Connections().Create(ctx, party.CreateConnection{ID: record.ConnectionID{UUID: seedID}, Fields: party.ConnectionFields{
			Record1: record.Ref{Kind: kinds.Opportunity, ID: seedID}, Record2: record.Ref{Kind: kinds.Seller, ID: seedID}, Role2: party.ConnectionRoleAccountManager,
		}})),
		errOf(c.Notes().Create(ctx, activity.CreateNote{ID: record.NoteID{UUID: seedID}, RegardingID: about, Fields: activity.NoteFields{Subject: "Called"}})),
		errOf(c.Tasks().Create(ctx, activity.CreateTask{ID: record.TaskID{UUID: seedID}, Fields: activity.TaskFields{ActivityFields: act}})),
		errOf(c.PhoneCalls().Create(ctx, activity.CreatePhoneCall{ID: record.PhoneCallID{UUID: seedID}, Fields: act})),
		errOf(c.Emails().Create(ctx, activity.CreateEmail{ID: record.EmailID{UUID: seedID}, Fields: act})),
		errOf(c.Appointments().Create(ctx, activity.CreateAppointment{ID: record.AppointmentID{UUID: seedID}, Fields: act})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func errOf[R any](_ R, err error) error { return err }

// dumped is all that a tenant holds, for comparing.
func dumped(t testing.TB, store storage.Store) string {
	t.Helper()
	var b strings.Builder
	err := store.View(context.Background(), storage.Default, func(ctx context.Context, r storage.Reader) error {
		for _, kind := range append(kinds.Kinds(), "request") {
			for rec, err := range r.Find(ctx, storage.Query{Kind: string(kind), Order: storage.FieldID}) {
				if err != nil {
					return err
				}
				body, err := rec.Body()
				if err != nil {
					return err
				}
				fmt.Fprintf(&b, "%s %d %s\n", rec.Ref, rec.Version, body)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
