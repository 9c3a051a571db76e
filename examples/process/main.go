// Command process defines a business process of its own and walks a lead
// through it: what blocks, what branches, what crosses to the opportunity.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

//go:embed partner.json
var partner []byte

// Fields of the host's own, which steps of the process ask for.
var (
	region   = engine.TextField("region")
	approved = engine.BoolField("board_approved")
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("process: ")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "process walks a lead through a business process of its own and prints what happens. It has no flags.")
	}
	if flag.Parse(); flag.NArg() > 0 {
		log.Printf("unexpected argument %q", flag.Arg(0))
		os.Exit(2)
	}
	play(context.Background(), os.Stdout)
}

func play(ctx context.Context, out io.Writer) {
	definition := must(bpf.Parse(partner))
	must(fmt.Fprintln(out, definition.Mermaid()))

	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	client := must(engine.New(
		memory.New(),
		engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR}),
		engine.WithClock(func() time.Time { now = now.Add(2 * time.Hour); return now }),
		engine.WithFields(kinds.Lead, region, approved),
		engine.WithProcesses(*definition),
	))

	// The process starts with the lead.
	fields := leadtocash.LeadFields{
		Topic: "Coffee for a shipyard", LastName: "Furlan", CompanyName: "Cantiere Nord",
		BudgetAmount: value.Some(money.EUR.MustAmount("80000.00")),
	}
	lead := must(client.Leads().Create(ctx, leadtocash.CreateLead{Fields: fields}))
	ribbon(ctx, out, client, lead)

	// A step is missing, so the lead cannot be qualified.
	_, err := client.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{})
	refusal(out, "qualify", err)

	// The budget is large: the path leads over the board.
	edit := leadtocash.EditLead{Fields: fields}
	region.Set(&edit.Custom, "north")
	lead = must(client.Leads().Edit(ctx, lead.ID, edit))
	process, _, err := client.Processes().Shown(ctx, process.Entity(lead.ID))
	if err != nil {
		log.Fatal(err)
	}
	process = must(client.Processes().Next(ctx, process.ID, bpf.NextOptions{}))
	ribbon(ctx, out, client, lead)

	// Nobody gets to Develop by Next: qualifying is the way, once the board agrees.
	approved.Set(&edit.Custom, true)
	lead = must(client.Leads().Edit(ctx, lead.ID, edit))
	_, err = client.Processes().Next(ctx, process.ID, bpf.NextOptions{})
	refusal(out, "next", err)
	qualified := must(client.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{}))
	ribbon(ctx, out, client, lead)

	must(client.Opportunities().Win(ctx, qualified.Opportunity().ID, leadtocash.WinOpportunity{}))
	report := must(client.Processes().Report(ctx, definition.Name))
	must(fmt.Fprintf(out, "finished %d of %d\n", report.Finished, report.Finished+report.Active))
	for _, s := range report.Stages {
		must(fmt.Fprintf(out, "  %-8s reached %d, conversion %s, median %s\n", s.Label, s.Reached, s.Conversion, s.Median))
	}
}

// ribbon prints the stages above the lead, and what blocks the next move.
func ribbon(ctx context.Context, out io.Writer, client *engine.Client, lead leadtocash.Lead) {
	view, _, err := client.Processes().Ribbon(ctx, process.Entity(lead.ID))
	if err != nil {
		log.Fatal(err)
	}
	marks := map[bpf.StageState]string{bpf.StageDone: "✓", bpf.StageActive: "▶", bpf.StageAhead: "○"}
	var chevrons []string
	for _, s := range view.Stages {
		chevrons = append(chevrons, marks[s.State]+" "+s.Label)
	}
	must(fmt.Fprintln(out, strings.Join(chevrons, "  ")))
	for _, s := range view.Stages {
		if s.State != bpf.StageActive {
			continue
		}
		for _, step := range s.Steps {
			box := "[ ]"
			if step.Completion == bpf.CompletionComplete {
				box = "[x]"
			}
			must(fmt.Fprintf(out, "  %s %s\n", box, step.Label))
		}
	}
	must(fmt.Fprintln(out))
}

// refusal prints every reason.
func refusal(out io.Writer, what string, err error) {
	var e *record.Error
	if !errors.As(err, &e) {
		log.Fatalf("%s should be refused: %v", what, err)
	}
	for _, r := range e.Reasons {
		must(fmt.Fprintf(out, "%s refused: %s (%s)\n", what, r.Message, r.Code))
	}
	must(fmt.Fprintln(out))
}

// must ends the program, with the reasons if the library refuses.
func must[T any](outcome T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return outcome
}
