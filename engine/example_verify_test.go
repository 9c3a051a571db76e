package engine_test

import (
	"context"
	"fmt"
	"log"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// A reader of the feed remembers the event that it read last, and notices that the store was
// restored from a backup.
func ExampleClient_Continues() {
	ctx := context.Background()
	client, err := engine.New(memory.New())
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Ten desks", LastName: "Meyer"}}); err != nil {
		log.Fatal(err)
	}
	var last engine.FeedEvent
	for e, err := range client.Feed(ctx, last.Position) {
		if err != nil {
			log.Fatal(err)
		}
		last = e
	}
	fmt.Println(client.Continues(ctx, last))

	restored, err := engine.New(memory.New()) // nothing was in the backup
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(restored.Continues(ctx, last))
	// Output:
	// true <nil>
	// false <nil>
}

func ExampleClient_Verify() {
	ctx := context.Background()
	client, err := engine.New(memory.New())
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Ten desks", LastName: "Meyer"}}); err != nil {
		log.Fatal(err)
	}

	kept, err := client.Seal(ctx) // keep it where nobody who can write to the database can
	if err != nil {
		log.Fatal(err)
	}
	n := 0
	for found, err := range client.Verify(ctx, kept) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(found.Code, found)
		n++
	}
	fmt.Printf("%d findings, sealed up to event %d\n", n, kept.Position)
	// Output: 0 findings, sealed up to event 1
}
