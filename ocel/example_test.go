package ocel_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/ocel"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/memory"
)

func ExampleWrite() {
	ctx := context.Background()
	client, err := engine.New(memory.New())
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := journeytest.Play(ctx, client, "", nil); err != nil { // from lead to paid invoice
		fmt.Println(err)
		return
	}
	var log strings.Builder
	if err := ocel.Write(ctx, &log, client, ocel.Options{Format: ocel.XML}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Count(log.String(), `<event `) > 15, strings.Contains(log.String(), `type="invoice.paid"`))
	// Output: true true
}

func ExampleQualifier() {
	fmt.Println(ocel.Qualifier("order", "quote_id"))
	fmt.Println(ocel.Qualifier("account", "parent_account_id"))
	// Output:
	// ordered from
	// parent
}
