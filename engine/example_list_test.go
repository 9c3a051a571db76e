package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

// customers are four accounts.
func customers(store storage.Store, opts ...engine.ClientOption) *engine.Client {
	client, err := engine.New(store, opts...)
	if err != nil {
		log.Fatal(err)
	}
	for _, a := range []party.AccountFields{
		{Name: "Öhler", Industry: party.IndustryConsulting, NumberOfEmployees: value.Some(int32(40))},
		{Name: "zeta", Industry: party.IndustryConsulting, NumberOfEmployees: value.Some(int32(7))},
		{Name: "Meyer & Sons", NumberOfEmployees: value.Some(int32(12))},
		{Name: "ohara"},
	} {
		if _, err := client.Accounts().Create(context.Background(), party.CreateAccount{Fields: a}); err != nil {
			log.Fatal(err)
		}
	}
	return client
}

func namesOf(client *engine.Client, list engine.List) string {
	var names []string
	for a, err := range client.Accounts().All(context.Background(), engine.AccountQuery{List: list}) {
		if err != nil {
			log.Fatal(err)
		}
		names = append(names, a.Name)
	}
	return strings.Join(names, ", ")
}

// Whatever Describe calls a filter can be asked: here consultants, or companies of
// which nobody knows the size.
func ExampleFilter() {
	client := customers(memory.New())
	fmt.Println(namesOf(client, engine.List{Where: []engine.Filter{{Any: []engine.Filter{
		{Field: "industry", Op: engine.FilterEq, Values: []string{"consulting"}},
		{Field: "number_of_employees", Op: engine.FilterMissing},
	}}}}))
	fmt.Println(namesOf(client, engine.List{Where: []engine.Filter{
		{Field: "number_of_employees", Op: engine.FilterBetween, Values: []string{"7", "12"}},
	}}))

	wrong := engine.Filter{Field: "industry", Op: engine.FilterIn, Values: []string{"consulting", "magic"}}
	_, err := client.Accounts().Page(context.Background(), engine.AccountQuery{List: engine.List{Where: []engine.Filter{wrong}}})
	fmt.Println(record.ReasonsOf(err)[0].Field)
	// Output:
	// Öhler, zeta, ohara
	// zeta, Meyer & Sons
	// where[0].values[1]
}

// Case and accents play no part in the order of names.
func ExampleOrderByName() {
	client := customers(memory.New())
	fmt.Println(namesOf(client, engine.List{Order: engine.OrderByName}))
	// Output: Meyer & Sons, ohara, Öhler, zeta
}

// Slots are what sums are asked for besides the fields of the header.
func ExampleSlotsOf() {
	client := customers(memory.New())
	at := map[string]storage.Field{}
	for _, s := range engine.SlotsOf(kinds.Account) {
		at[s.Name] = s.At
	}
	sums, err := client.Accounts().Sums(context.Background(), engine.AccountQuery{}, engine.SumsBy{
		By: []storage.Dim{{Field: at["industry"]}},
		Of: []storage.Field{at["number_of_employees"]},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, g := range sums.Groups {
		fmt.Println(g.By[0], g.Count, g.Of[0].Sum)
	}
	// Output:
	// consulting 2 47
	// <nil> 2 12
}

// Numbers of one's own are compared by value.
func ExampleSearchable() {
	floors := engine.NumberField("floors", engine.Searchable)
	client, err := engine.New(memory.New(), engine.WithFields(kinds.Account, floors))
	if err != nil {
		log.Fatal(err)
	}
	for _, n := range []string{"9", "10.0", "2"} {
		cmd := party.CreateAccount{Fields: party.AccountFields{Name: n + " floors"}}
		floors.Set(&cmd.Custom, value.Some(decimal.RequireFromString(n)))
		if _, err := client.Accounts().Create(context.Background(), cmd); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(namesOf(client, engine.List{Where: []engine.Filter{{Field: "custom.floors", Op: engine.FilterGe, Values: []string{"9"}}}}))
	fmt.Println(namesOf(client, engine.List{Custom: map[string]string{"floors": "10"}}))
	// Output:
	// 9 floors, 10.0 floors
	// 10.0 floors
}

// What lists can be asked is told with the rest of the description.
func ExampleFilterInfo() {
	account, _ := engine.Describe(kinds.Account)
	for _, f := range account.Filters {
		if f.Summable {
			fmt.Println(f.Name, f.Sortable, f.Ops[2:])
		}
	}
	// Output:
	// amount true [lt le gt ge between missing]
	// annual_revenue true [lt le gt ge between missing]
	// credit_limit true [lt le gt ge between missing]
	// number_of_employees true [lt le gt ge between missing]
}

// A list that no index helps with is refused once it has looked at too many records.
func ExampleWithScanLimit() {
	client := customers(memory.New(), engine.WithScanLimit(3))
	query := engine.AccountQuery{List: engine.List{Where: []engine.Filter{{Field: "industry", Op: engine.FilterMissing}}}}
	_, err := client.Accounts().Page(context.Background(), query)
	fmt.Println(errors.Is(err, codes.ErrTooLarge), record.ReasonsOf(err)[0].Field)

	query.Limit = 1 // which the first two in this order answer
	query.Order = engine.OrderByName
	page, err := client.Accounts().Page(context.Background(), query)
	fmt.Println(len(page.Items), err)
	// Output:
	// true industry
	// 1 <nil>
}

// A follower of the feed gets the record as each event left it.
func ExampleClient_FeedWith() {
	client := customers(memory.New())
	for e, err := range client.FeedWith(context.Background(), 3, engine.FeedOptions{Images: true, Types: []string{"account.created"}}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(e.Position, e.Type, strings.Contains(string(e.Image), `"name":"ohara"`))
	}
	// Output: 4 account.created true
}

// What is to be done for every tenant goes from one to the next.
func ExampleTenants() {
	ctx, store := context.Background(), memory.New()
	client := customers(store)
	if _, err := client.In("acme").Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer"}}); err != nil {
		log.Fatal(err)
	}
	for tenant, err := range engine.Tenants(ctx, store) {
		if err != nil {
			log.Fatal(err)
		}
		n, err := client.In(tenant).Accounts().Count(ctx, engine.AccountQuery{})
		fmt.Println(tenant, n, err)
	}
	// Output:
	// acme 1 <nil>
	// default 4 <nil>
}
