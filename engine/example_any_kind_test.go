package engine_test

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/storage/memory"
)

func ExampleClient_Kind() {
	ctx := context.Background()
	client, err := engine.New(memory.New())
	if err != nil {
		panic(err)
	}
	for _, name := range []string{"Meyer", "Huber"} {
		if _, err := client.Do(ctx, "account.create", uuid.Nil, json.RawMessage(`{"fields":{"name":"`+name+`"}}`)); err != nil {
			panic(err)
		}
	}
	for body, err := range client.Kind("account").All(ctx, engine.AnyQuery{Status: "active"}) {
		var account struct{ Name, Status string }
		if err == nil {
			err = json.Unmarshal(body, &account)
		}
		fmt.Println(account.Name, account.Status, err)
	}
	// Output:
	// Meyer active <nil>
	// Huber active <nil>
}
