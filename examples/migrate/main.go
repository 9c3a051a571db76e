// Command migrate brings tables of another system in, by a profile, and takes them out
// again: as lines, into a second tenant, and as tables for a spreadsheet.
package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"os/signal"
	"strings"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/migrate"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/storage/memory"
)

//go:embed data/*.csv
var files embed.FS

//go:embed profile.json
var profile []byte

func main() {
	log.SetFlags(0)
	log.SetPrefix("migrate: ")
	input := flag.String("input", "", "a `directory` with CSV files to bring in instead of those of the program")
	by := flag.String("profile", "", "how to read them: dynamics365, salesforce, hubspot, or a `file` with a profile")
	output := flag.String("output", "", "a `directory` to write tables and rejects to")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "migrate brings tables of another system in and takes them out again. Its flags:")
		flag.PrintDefaults()
	}
	if flag.Parse(); flag.NArg() > 0 {
		log.Printf("unexpected argument %q", flag.Arg(0))
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *input, *by, *output); err != nil {
		stop()
		if errors.Is(err, context.Canceled) {
			log.Print("interrupted")
			os.Exit(130)
		}
		log.Print(err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, input, by, output string) error {
	from, err := fs.Sub(files, "data")
	if err != nil {
		return err
	}
	if input != "" {
		from = os.DirFS(input)
	}
	p, err := profileOf(by)
	if err != nil {
		return err
	}
	return play(ctx, out, from, p, output)
}

func profileOf(name string) (migrate.Profile, error) {
	switch name {
	case "":
		return migrate.ReadProfile(profile)
	case "dynamics365":
		return migrate.Dynamics365(), nil
	case "salesforce":
		return migrate.Salesforce(), nil
	case "hubspot":
		return migrate.HubSpot(), nil
	}
	body, err := os.ReadFile(name)
	if err != nil {
		return migrate.Profile{}, err
	}
	return migrate.ReadProfile(body)
}

// printer keeps the first error of what it writes.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) printf(format string, values ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, values...)
	}
}

func play(ctx context.Context, w io.Writer, from fs.FS, p migrate.Profile, output string) error {
	out := &printer{w: w}
	client, err := engine.New(memory.New(), engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR}))
	if err != nil {
		return err
	}

	plan, err := migrate.Plan(ctx, client, from, p, migrate.RunOptions{LeaveUnmatched: true})
	if err != nil {
		return err
	}
	for _, t := range plan.Tables {
		out.printf("planned   %s: %d rows, %d to import, %d to refuse\n", t.File, t.Rows, t.Imported, t.Refused)
		for _, u := range t.Unmatched {
			out.printf("          %s %q is no option\n", u.Column, u.Value)
		}
		if len(t.Unknown) > 0 {
			out.printf("          nothing is made of %s\n", strings.Join(t.Unknown, ", "))
		}
	}

	report, err := imported(ctx, out, client, from, p, output)
	if err != nil {
		return err
	}
	for _, t := range report.Totals {
		out.printf("total     %s: %d, %s %s given and %s stored\n", t.Kind, t.Records, t.Given.StringFixed(2), t.Currency, t.Stored.StringFixed(2))
	}
	again, err := migrate.Run(ctx, client, from, p, migrate.RunOptions{LeaveUnmatched: true})
	if err != nil {
		return err
	}
	out.printf("again     %d imported, %d known\n", again.Imported(), again.Known())

	var lines bytes.Buffer
	manifest, err := migrate.Export(ctx, client, &lines, migrate.ExportOptions{})
	if err != nil {
		return err
	}
	moved, err := migrate.Import(ctx, client.In("elsewhere"), bytes.NewReader(lines.Bytes()), migrate.RunOptions{})
	if err != nil {
		return err
	}
	out.printf("moved     %d accounts and %d opportunities, %d records in all\n", manifest.Counts[kinds.Account], manifest.Counts[kinds.Opportunity], moved.Imported())

	var table strings.Builder
	options := migrate.CSVOptions{Names: migrate.LabelNames, Options: migrate.OptionLabels}
	if _, err := migrate.WriteCSV(ctx, client, &table, kinds.Opportunity, engine.AnyQuery{}, options); err != nil {
		return err
	}
	for line := range strings.Lines(table.String()) {
		if strings.Contains(line, "SUM") {
			out.printf("safe      %v\n", strings.Contains(line, "'=SUM"))
		}
	}
	if output != "" {
		options.BOM = true
		written, err := migrate.ExportCSV(ctx, client, migrate.Dir(output), options)
		if err != nil {
			return err
		}
		out.printf("written   %s\n", strings.Join(written.Files, ", "))
	}
	return out.err
}

// imported brings the files in and prints what was refused.
func imported(ctx context.Context, out *printer, client *engine.Client, from fs.FS, p migrate.Profile, output string) (migrate.Report, error) {
	faults := func(f migrate.Fault) error {
		out.printf("refused   %s\n", f.Error())
		return nil
	}
	if output == "" {
		return migrate.Run(ctx, client, from, p, migrate.RunOptions{LeaveUnmatched: true, Faults: faults})
	}
	rejects := migrate.NewRejects(migrate.Dir(output + "/rejects"))
	report, err := migrate.Run(ctx, client, from, p, migrate.RunOptions{LeaveUnmatched: true, Faults: func(f migrate.Fault) error {
		return errors.Join(faults(f), rejects.Fault(f))
	}})
	return report, errors.Join(err, rejects.Close())
}
