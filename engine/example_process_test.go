package engine_test

import (
	"context"
	"fmt"
	"log"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// The ribbon above a lead, and what blocks its next move.
func ExampleProcesses_Ribbon() {
	ctx := context.Background()
	client, err := engine.New(memory.New(), engine.WithProcesses(bpf.LeadToCash()))
	if err != nil {
		log.Fatal(err)
	}
	lead, err := client.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{
		Topic: "Ten desks", LastName: "Meyer", DecisionMaker: true, Need: leadtocash.NeedMustHave,
	}})
	if err != nil {
		log.Fatal(err)
	}
	view, _, err := client.Processes().Ribbon(ctx, process.Entity(lead.ID))
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range view.Stages {
		fmt.Println(s.State, s.Label)
	}
	for _, m := range view.Missing {
		fmt.Println("missing:", m.Message)
	}
	// Output:
	// active Qualify
	// ahead Develop
	// ahead Propose
	// ahead Close
	// ahead Fulfill
	// ahead Bill
	// missing: Purchase Timeframe
	// missing: Estimated Budget
}

// Records that are brought in by the thousand start no process.
func ExampleClient_Starting() {
	ctx := context.Background()
	client, err := engine.New(memory.New(), engine.WithProcesses(bpf.LeadToCash()))
	if err != nil {
		log.Fatal(err)
	}
	lead, err := client.Starting(engine.NoProcess).Leads().Create(ctx, leadtocash.CreateLead{
		Fields: leadtocash.LeadFields{Topic: "Ten desks", LastName: "Meyer"},
	})
	if err != nil {
		log.Fatal(err)
	}
	_, ok, err := client.Processes().Shown(ctx, process.Entity(lead.ID))
	fmt.Println(ok, err)
	// Output: false <nil>
}

// What is on somebody's list, and whose turn it is.
func ExampleProcesses_ListForOwner() {
	ctx := context.Background()
	client, err := engine.New(memory.New(), engine.WithProcesses(bpf.LeadToOpportunity()))
	if err != nil {
		log.Fatal(err)
	}
	ann := record.User(uuid.MustParse("00000000-0000-4000-8000-00000000000a"))
	lead, err := client.As(ann).Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Ten desks", LastName: "Meyer"}})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.As(ann).Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{}); err != nil {
		log.Fatal(err)
	}
	list, err := client.As(ann).Processes().ListForOwner(ctx, ann.ID)
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range list {
		fmt.Println(p.Process.Instance.Name, "at", p.StageLabel, "on the", p.Record.Entity, "– my turn:", p.Owner == ann.ID)
	}
	// Output: Lead to Opportunity Sales Process at Develop on the opportunity – my turn: true
}

// An organisation keeps a process of its own: a draft is put in force, and the
// next lead goes along it.
func ExampleProcessDefinitions_Activate() {
	ctx := context.Background()
	client, err := engine.New(memory.New(), engine.WithStoredProcesses())
	if err != nil {
		log.Fatal(err)
	}
	draft, err := bpf.Parse([]byte(`{ "schema": "bpf/v1", "name": "trade_show", "label": "Trade show", "version": 1, "primaryEntity": "lead",
	  "stages": [
	    { "key": "card", "label": "Card", "entity": "lead", "steps": [ { "key": "mail", "field": "emailaddress1", "required": true } ] },
	    { "key": "call", "label": "Call", "entity": "lead", "steps": [ { "key": "need", "field": "need" } ] } ] }`))
	if err != nil {
		log.Fatal(err)
	}
	kept, err := client.ProcessDefinitions().Create(ctx, engine.CreateProcessDefinition{Definition: *draft})
	if err != nil {
		log.Fatal(err)
	}
	kept, err = client.ProcessDefinitions().Activate(ctx, kept.ID, engine.ActivateProcessDefinition{})
	if err != nil {
		log.Fatal(err)
	}
	lead, err := client.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Ten desks", LastName: "Meyer"}})
	if err != nil {
		log.Fatal(err)
	}
	view, _, err := client.Processes().Ribbon(ctx, process.Entity(lead.ID))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(kept.Status, view.Process, "at", view.Stages[0].Label)
	fmt.Println(view.Blocked)
	// Output:
	// active Trade show at Card
	// bpf: stage "card" is incomplete: emailaddress1
}
