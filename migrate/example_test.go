package migrate_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"
	"testing/fstest"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/migrate"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// Tables of another system come in as a profile says; rows that are refused are told.
func ExampleRun() {
	ctx := context.Background()
	client, err := engine.New(memory.New())
	if err != nil {
		log.Fatal(err)
	}
	files := fstest.MapFS{"companies.csv": &fstest.MapFile{Data: []byte("Record ID,Company name,Industry\n1,Huber,Insurance\n2,,Insurance\n")}}
	report, err := migrate.Run(ctx, client, files, migrate.HubSpot(), migrate.RunOptions{Faults: func(f migrate.Fault) error {
		fmt.Println("line", f.Row, f.Field, f.Code)
		return nil
	}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report.Imported(), "imported,", report.Refused(), "refused")
	// Output:
	// line 3 name missing_field
	// 1 imported, 1 refused
}

// A list goes out as a table.
func ExampleWriteCSV() {
	ctx := context.Background()
	client, err := engine.New(memory.New())
	if err != nil {
		log.Fatal(err)
	}
	if _, err := migrate.WriteCSV(ctx, client, os.Stdout, kinds.Seller, engine.AnyQuery{}, migrate.CSVOptions{Names: migrate.LabelNames}); err != nil {
		log.Fatal(err)
	}
	// Output:
	// Id,Version,Created at,Created by,Updated at,Updated by,Owner,Currency,Overridden created on,Exchange rate,Rate fixed,Import sequence,Status reason,Kind,Name,Manager id,Territory,Default currency,Capacity,Status,extra
}

// What a tenant holds moves to another one.
func ExampleExport() {
	ctx := context.Background()
	client, err := engine.New(memory.New())
	if err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer
	if _, err := migrate.Export(ctx, client, &file, migrate.ExportOptions{}); err != nil {
		log.Fatal(err)
	}
	report, err := migrate.Import(ctx, client.In("other"), bytes.NewReader(file.Bytes()), migrate.RunOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report.Imported(), "records moved")
	// Output:
	// 0 records moved
}
