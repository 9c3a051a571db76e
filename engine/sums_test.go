package engine_test

import (
	"context"
	"fmt"
	"log"
	"testing"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

func ExampleRecords_Sums() {
	ctx := context.Background()
	client := testkit.NewDesksClient()
	customer := record.AccountCustomer(testkit.CreateMeyer(client).ID)
	for _, value := range []string{"0.10", "0.20"} {
		_, err := client.Opportunities().Create(ctx, leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{
			Name: "Desks", CustomerID: customer, EstimatedValue: testkit.Euro(value),
		}})
		if err != nil {
			log.Fatal(err)
		}
	}
	sums, err := client.Opportunities().Sums(ctx, engine.OpportunityQuery{}, engine.SumsBy{
		By: []storage.Dim{{Field: storage.FieldState}, {Field: storage.FieldCurrency}}, Of: []storage.Field{storage.FieldAmount},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, g := range sums.Groups {
		fmt.Println(g.By, g.Count, g.Of[0].Sum)
	}
	// Output: [open EUR] 2 0.3
}

// Sums are of what the actor may see; what cannot be asked is refused.
func TestSums_scopedAndRefused(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client := testkit.NewDesksClient(engine.WithAuthorizer(onlyOwn{}))
	ann, bob := client.As(record.User(uuid.UUID{1})), client.As(record.User(uuid.UUID{2}))
	for _, c := range []*engine.Client{ann, ann, bob} {
		testkit.Must(c.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "x", LastName: "y"}}))
	}
	sums := testkit.Must(ann.Leads().Sums(ctx, engine.LeadQuery{}, engine.SumsBy{}))
	if len(sums.Groups) != 1 || sums.Groups[0].Count != 2 || !sums.Scoped || sums.Multi {
		t.Errorf("ann's sums: %+v", sums)
	}
	for code, by := range map[codes.Code]engine.SumsBy{
		codes.ErrTooLarge: {By: []storage.Dim{{Field: storage.FieldID}}, Most: 1},
		codes.ErrInvalid:  {By: []storage.Dim{{Field: "colour"}}},
	} {
		if got, err := ann.Leads().Sums(ctx, engine.LeadQuery{}, by); record.CodeOf(err) != code || got.Groups != nil {
			t.Errorf("%v: %+v, %v, want %s", by, got, err, code)
		}
	}
}
