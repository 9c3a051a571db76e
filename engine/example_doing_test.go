package engine_test

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

func ExampleClient_Do() {
	ctx := context.Background()
	client, err := engine.New(memory.New())
	if err != nil {
		panic(err)
	}
	id := uuid.New()
	for _, step := range []struct{ action, input string }{
		{"lead.create", `{"fields":{"topic":"Ten desks","last_name":"Meyer"}}`},
		{"lead.qualify", `{"currency":"EUR"}`},
		{"lead.qualify", `{}`},
		{"lead.fly", `{}`},
	} {
		out, err := client.Do(ctx, step.action, id, json.RawMessage(step.input))
		if err != nil {
			refused := record.RefusedBy(err)
			fmt.Println(step.action, refused.Class, refused.Reasons[0].Field, refused.Reasons[0].Message)
			continue
		}
		var lead leadtocash.Lead
		if step.action == "lead.create" {
			if err := json.Unmarshal(out, &lead); err != nil {
				panic(err)
			}
			fmt.Println(step.action, lead.Status)
		}
	}
	// Output:
	// lead.create new
	// lead.qualify state  the lead is not open
	// lead.fly invalid action no action of this name can be called
}

func ExampleMergePatch() {
	ctx := context.Background()
	client, err := engine.New(memory.New())
	if err != nil {
		panic(err)
	}
	id := uuid.New()
	if _, err := client.Do(ctx, "account.create", id, json.RawMessage(`{"fields":{"name":"Meyer","address1":{"city":"Graz","line1":"Ring 1"}}}`)); err != nil {
		panic(err)
	}
	if _, err := client.Do(ctx, "account.edit", id, json.RawMessage(`{"address1":{"city":"Wien"}}`), engine.MergePatch()); err != nil {
		panic(err)
	}
	account, err := client.Accounts().Get(ctx, record.AccountID{UUID: id})
	fmt.Println(account.Name, account.Address1.Line1, account.Address1.City, err)
	// Output: Meyer Ring 1 Wien <nil>
}

func ExampleDescribe() {
	quote, _ := engine.Describe(kinds.Quote)
	for _, f := range quote.Fields {
		if f.Name == "effective_to" || f.Name == "total_amount" {
			fmt.Println(f.Name, f.Type, f.D365Name, "computed:", f.Computed)
		}
	}
	for _, a := range quote.Actions {
		if a.Name == "quote.activate" {
			fmt.Println(a.Name, a.Text, a.From, a.To)
		}
	}
	// Output:
	// effective_to date effectiveto computed: false
	// total_amount money totalamount computed: true
	// quote.activate hands a draft to the customer [draft] [active]
}

func ExampleWithIgnoreReadOnly() {
	ctx := context.Background()
	client, err := engine.New(memory.New())
	if err != nil {
		panic(err)
	}
	id := uuid.New()
	whole, err := client.Do(ctx, "account.create", id, json.RawMessage(`{"fields":{"name":"Meyer"}}`))
	if err != nil {
		panic(err)
	}
	if _, err := client.Do(ctx, "account.deactivate", id, nil); err != nil {
		panic(err)
	}
	_, err = client.Do(ctx, "account.edit", id, whole, engine.MergePatch(), engine.WithIgnoreReadOnly())
	for _, r := range record.ReasonsOf(err) {
		fmt.Println(r.Code, r.Field)
	}
	// Output:
	// conflict status
	// conflict updated_at
	// conflict version
}
