package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// createDesksLead stores a new lead.
func createDesksLead(client *engine.Client) leadtocash.Lead {
	lead, err := client.Leads().Create(context.Background(), leadtocash.CreateLead{Fields: leadtocash.LeadFields{
		Topic: "Ten desks", LastName: "Meyer", CompanyName: "Meyer & Sons",
	}})
	if err != nil {
		log.Fatal(err)
	}
	return lead
}

// createDesksQuote stores an active quote with its lead, customer and
// opportunity.
func createDesksQuote(client *engine.Client) leadtocash.Quote {
	ctx := context.Background()
	qualified, err := client.Leads().Qualify(ctx, createDesksLead(client).ID, leadtocash.QualifyLead{})
	if err != nil {
		log.Fatal(err)
	}
	quote, err := client.Quotes().Create(ctx, leadtocash.CreateQuote{
		OpportunityID: qualified.Opportunity().ID,
		Fields:        leadtocash.QuoteFields{Name: "Ten desks", CustomerID: qualified.Opportunity().CustomerID},
		Lines:         []pricing.LineFields{testkit.TenDesks()},
	})
	if err != nil {
		log.Fatal(err)
	}
	if quote, err = client.Quotes().Activate(ctx, quote.ID, leadtocash.ActivateQuote{}); err != nil {
		log.Fatal(err)
	}
	return quote
}

// With a clock and ids of one's own, a run repeats to the last bit.
func ExampleNew() {
	ids := 0
	client, err := engine.New(
		memory.New(),
		engine.WithClock(func() time.Time { return time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC) }),
		engine.WithIDs(func() uuid.UUID { ids++; return uuid.UUID{15: byte(ids)} }),
	)
	if err != nil {
		log.Fatal(err)
	}
	lead := createDesksLead(client)
	fmt.Println(lead.ID, lead.CreatedAt)
	// Output: 00000000-0000-0000-0000-000000000001 2026-03-02 09:00:00 +0000 UTC
}

func ExampleClient_As() {
	client := testkit.NewDesksClient()
	lead := createDesksLead(client.As(record.User(testkit.DeskSeller)))
	fmt.Println(lead.CreatedBy == testkit.DeskSeller, lead.Owner == testkit.DeskSeller)

	// An assistant that scores on her behalf.
	assistant := record.Actor{Kind: record.ActorAI, OnBehalfOf: testkit.DeskSeller}
	_, err := client.As(assistant).Leads().Score(context.Background(), lead.ID, leadtocash.SetScore{Score: 60})
	if err != nil {
		log.Fatal(err)
	}
	for e, err := range client.Leads().History(context.Background(), lead.ID) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(e.Type, "by", e.Actor.Kind)
	}
	// Output:
	// true true
	// lead.created by user
	// lead.scored by ai
}

func ExampleClient_In() {
	client := testkit.NewDesksClient()
	north, south := client.In("north"), client.In("south")

	lead := createDesksLead(north)
	_, err := south.Leads().Get(context.Background(), lead.ID)
	fmt.Println(errors.Is(err, codes.ErrNotFound))
	// Output: true
}

func ExampleClient_Once() {
	ctx := context.Background()
	client := testkit.NewDesksClient()
	quote := createDesksQuote(client)

	// The answer to the first call got lost; the caller asks again.
	first, err := client.Once("checkout-8c41").Quotes().WinToOrder(ctx, quote.ID, leadtocash.WinQuoteToOrder{})
	if err != nil {
		log.Fatal(err)
	}
	again, err := client.Once("checkout-8c41").Quotes().WinToOrder(ctx, quote.ID, leadtocash.WinQuoteToOrder{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("one order:", first.Order.ID == again.Order.ID)

	_, err = client.Once("checkout-8c41").Orders().Fulfill(ctx, first.Order.ID, leadtocash.FulfillOrder{})
	fmt.Println("one call per key:", errors.Is(err, codes.ErrKeyReused))
	// Output:
	// one order: true
	// one call per key: true
}

func ExampleClient_PurgeRequests() {
	ctx := context.Background()
	client := testkit.NewDesksClient()
	createDesksLead(client.Once("form-17"))

	purged, err := client.PurgeRequests(ctx, testkit.DeskDay.At.AddDate(0, 0, 30))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(purged)
	// Output: 1
}

// The host begins and ends the transaction; the client joins it.
func ExampleClient_On() {
	ctx := context.Background()
	store := memory.New()
	client, err := engine.New(store)
	if err != nil {
		log.Fatal(err)
	}

	var lead leadtocash.Lead
	err = store.Update(ctx, storage.Default, func(ctx context.Context, tx storage.Tx) error {
		lead = createDesksLead(client.On(storage.Joined(tx)))
		return errors.New("the host changed its mind")
	})
	fmt.Println(err)
	_, err = client.Leads().Get(ctx, lead.ID)
	fmt.Println(errors.Is(err, codes.ErrNotFound))
	// Output:
	// the host changed its mind
	// true
}

func ExampleClient_At() {
	lastYear := time.Date(2025, time.June, 30, 12, 0, 0, 0, time.UTC)
	lead := createDesksLead(testkit.NewDesksClient().At(lastYear))
	fmt.Println(lead.CreatedAt.Year())
	// Output: 2025
}

func ExampleClient_Atomic() {
	ctx := context.Background()
	client := testkit.NewDesksClient()

	err := client.Atomic(ctx, func(ctx context.Context, c *engine.Client) error {
		lead := createDesksLead(c)
		if _, err := c.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{}); err != nil {
			return err
		}
		_, err := c.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{}) // a second time
		return err
	})
	fmt.Println(errors.Is(err, codes.ErrLeadAlreadyClosed))

	leads, err := client.Leads().Count(ctx, engine.LeadQuery{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(leads, "leads") // all of it or nothing
	// Output:
	// true
	// 0 leads
}

// A job that was stopped is begun again: what is done is left out, and what is refused
// is told and holds nothing up.
func ExampleClient_Batch() {
	ctx := context.Background()
	client := testkit.NewDesksClient()
	rows := []leadtocash.LeadFields{
		{Topic: "Ten desks", LastName: "Meyer"},
		{Topic: "One lamp"},
		{Topic: "Two chairs", LastName: "Roe"},
	}
	for range 2 {
		items := func(yield func(engine.BatchItem) bool) {
			for n, fields := range rows {
				item := engine.BatchItem{Key: fmt.Sprint("leads.csv:", n+1), Do: func(ctx context.Context, c *engine.Client) error {
					_, err := c.Leads().Create(ctx, leadtocash.CreateLead{Fields: fields})
					return err
				}}
				if !yield(item) {
					return
				}
			}
		}
		for out, err := range client.Batch(ctx, engine.DefaultBatchSize, items) {
			if err != nil {
				log.Fatal(err) // begin again later
			}
			fmt.Printf("%s: repeated %t, refused %t\n", out.Key, out.Repeated, errors.Is(out.Err, codes.ErrMissingField))
		}
	}
	// Output:
	// leads.csv:1: repeated false, refused false
	// leads.csv:2: repeated false, refused true
	// leads.csv:3: repeated false, refused false
	// leads.csv:1: repeated true, refused false
	// leads.csv:2: repeated false, refused true
	// leads.csv:3: repeated true, refused false
}

func ExampleClient_Preview() {
	ctx := context.Background()
	client := testkit.NewDesksClient()
	quote := createDesksQuote(client)

	would, err := client.Preview().Quotes().WinToOrder(ctx, quote.ID, leadtocash.WinQuoteToOrder{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("would be", would.Record.Status, "with an order of", would.Order.TotalAmount)

	quote, err = client.Quotes().Get(ctx, quote.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("is", quote.Status)
	// Output:
	// would be won with an order of 4500.00
	// is active
}

func ExampleIfVersion() {
	ctx := context.Background()
	client := testkit.NewDesksClient()
	lead := createDesksLead(client)

	// Two people read version 1; the second one to write is told.
	contacted := leadtocash.SetLeadStatus{Status: leadtocash.LeadStatusContacted}
	_, err := client.Leads().SetStatus(ctx, lead.ID, contacted, engine.IfVersion(lead.Version))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Leads().Disqualify(ctx, lead.ID, leadtocash.DisqualifyLead{}, engine.IfVersion(lead.Version))
	var conflict *record.Error
	if errors.As(err, &conflict) {
		fmt.Println(conflict.Code, conflict.Reasons[0].Params)
	}
	// Output: conflict map[expected:1 stored:2]
}

func ExampleWithSettings() {
	client := testkit.NewDesksClient(engine.WithSettings(leadtocash.Settings{
		BaseCurrency: money.CHF,
		RequireLines: true,
		Pricing:      pricing.Pricing{RoundingMode: money.HalfEven},
	}))
	fmt.Println(createDesksQuote(client).Pricing.RoundingMode)
	// Output: half_even
}

func ExampleWithNumbering() {
	client := testkit.NewDesksClient(engine.WithNumbering(func(kind kinds.Kind, n int64) string {
		return fmt.Sprintf("%.1s-2026-%04d", kind, n)
	}))
	fmt.Println(createDesksQuote(client).QuoteNumber)
	// Output: q-2026-0001
}

// Big orders are for people to accept, not for assistants.
func ExampleWithGuard() {
	const tooBigForMachines codes.Code = "too_big_for_machines"
	client := testkit.NewDesksClient(engine.WithGuard(engine.Guard{
		Action: actions.QuoteWinToOrder,
		Code:   tooBigForMachines,
		Text:   "a person accepts orders from 1,000.00",
		Holds: func(g engine.GuardRequest) bool {
			quote := g.Record.(*leadtocash.Quote)
			return g.Actor.Kind != record.ActorAI || quote.TotalAmount.Cmp(money.EUR.MustAmount("1000.00")) < 0
		},
	}))
	quote := createDesksQuote(client)

	assistant := record.Actor{Kind: record.ActorAI, OnBehalfOf: testkit.DeskSeller}
	_, err := client.As(assistant).Quotes().WinToOrder(context.Background(), quote.ID, leadtocash.WinQuoteToOrder{})
	fmt.Println(errors.Is(err, tooBigForMachines))
	// Output: true
}

// What is known about a lead goes on to its account, under the name it has there.
func ExampleWithMapping() {
	region, area := engine.TextField("region"), engine.TextField("area")
	client := testkit.NewDesksClient(
		engine.WithFields(kinds.Lead, region), engine.WithFields(kinds.Account, area), engine.WithFields(kinds.Opportunity, region),
		engine.WithMapping(region.On(kinds.Lead), area.On(kinds.Account)),
	)
	cmd := leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Ten desks", LastName: "Meyer", CompanyName: "Meyer & Sons"}}
	region.Set(&cmd.Custom, "North")
	lead, err := client.Leads().Create(context.Background(), cmd)
	if err != nil {
		log.Fatal(err)
	}
	out, err := client.Leads().Qualify(context.Background(), lead.ID, leadtocash.QualifyLead{})
	if err != nil {
		log.Fatal(err)
	}
	mapped, _ := area.Get(out.Account.Custom)
	same, _ := region.Get(out.Opportunity().Custom)
	fmt.Println(mapped, same)
	// Output: North North
}

func ExampleWithFields() {
	region := engine.TextField("region", engine.Searchable)
	client := testkit.NewDesksClient(engine.WithFields(kinds.Lead, region))

	cmd := leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Ten desks", LastName: "Meyer"}}
	region.Set(&cmd.Custom, "EMEA")
	if _, err := client.Leads().Create(context.Background(), cmd); err != nil {
		log.Fatal(err)
	}

	query := engine.LeadQuery{List: engine.List{Custom: map[string]string{"region": "EMEA"}}}
	for lead, err := range client.Leads().All(context.Background(), query) {
		if err != nil {
			log.Fatal(err)
		}
		value, ok := region.Get(lead.Custom)
		fmt.Println(lead.Topic, value, ok)
	}
	// Output: Ten desks EMEA true
}

// Why deals are lost is a question of each organisation.
func ExampleWithStatusReasons() {
	client := testkit.NewDesksClient(engine.WithStatusReasons(
		flow.StatusReason{Kind: kinds.Lead, Status: "lost", Key: "too_small", Label: "Too small for us"},
		flow.StatusReason{Kind: kinds.Lead, Status: "lost", Key: "out_of_area", Label: "Out of our area"},
	))
	for _, reason := range client.StatusReasons(kinds.Lead) {
		fmt.Println(reason.Status, reason.Key, reason.Label)
	}
	// Output:
	// lost too_small Too small for us
	// lost out_of_area Out of our area
}

func ExampleClient_StatusReason() {
	ctx := context.Background()
	client := testkit.NewDesksClient(engine.WithStatusReasons(
		flow.StatusReason{Kind: kinds.Lead, Status: "lost", Key: "too_small"},
	))
	lead, err := client.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Ten desks", LastName: "Meyer"}})
	if err != nil {
		log.Fatal(err)
	}
	lead, err = client.StatusReason("too_small").Leads().Disqualify(ctx, lead.ID, leadtocash.DisqualifyLead{})
	fmt.Println(lead.Status, lead.StatusReason, err)

	lead, err = client.Leads().Reactivate(ctx, lead.ID, leadtocash.ReactivateLead{})
	fmt.Printf("%s %q %v\n", lead.Status, lead.StatusReason, err)
	// Output:
	// lost too_small <nil>
	// new "" <nil>
}

// ownOnly lets people see and change what they own.
type ownOnly struct{}

func (ownOnly) Authorize(_ context.Context, r engine.Request) error {
	if lead, ok := r.Record.(*leadtocash.Lead); ok && lead.Owner != r.Actor.ID {
		return errors.New("somebody else's lead")
	}
	return nil
}

func (ownOnly) Scope(_ context.Context, a record.Actor, _ kinds.Kind) ([]storage.Cond, error) {
	return []storage.Cond{{Field: storage.FieldOwner, Op: storage.OpEq, Values: []any{a.ID}}}, nil
}

func ExampleWithAuthorizer() {
	ctx := context.Background()
	client := testkit.NewDesksClient(engine.WithAuthorizer(ownOnly{}))
	ida, ben := client.As(record.User(testkit.DeskSeller)), client.As(record.User(uuid.UUID{15: 2}))
	lead := createDesksLead(ida)

	_, err := ben.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{})
	fmt.Println("may change it:", !errors.Is(err, codes.ErrDenied))
	_, err = ben.Leads().Get(ctx, lead.ID)
	fmt.Println("can see it:", !errors.Is(err, codes.ErrNotFound))
	// Output:
	// may change it: false
	// can see it: false
}

func ExampleWithInterceptor() {
	trace := func(ctx context.Context, call *engine.Call, next func(context.Context) error) error {
		err := next(ctx)
		fmt.Println(call.Action, "took", call.Attempts, "attempt")
		return err
	}
	createDesksLead(testkit.NewDesksClient(engine.WithInterceptor(trace)))
	// Output: lead.create took 1 attempt
}

// The host has a word in every order, in the transaction that makes it.
func ExampleWithBeforeCommit() {
	client := testkit.NewDesksClient(engine.WithBeforeCommit(func(_ context.Context, _ storage.Tx, o engine.Outcome) error {
		for _, e := range o.Events {
			if e.Type == actions.OrderCreate.Event() {
				return errors.New("the warehouse is full")
			}
		}
		return nil
	}))
	quote := createDesksQuote(client)

	_, err := client.Quotes().WinToOrder(context.Background(), quote.ID, leadtocash.WinQuoteToOrder{})
	fmt.Println(err)
	quote, err = client.Quotes().Get(context.Background(), quote.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(quote.Status)
	// Output:
	// the warehouse is full
	// active
}
