// Command ocel writes what has happened as an object-centric event log for process
// mining: by the ending of the file as JSON, XML or an SQLite database.
//
//	go run ./examples/ocel                                   # what a quarter's log holds
//	go run ./examples/ocel -out quarter.json                 # or .xml, .sqlite
//	go run ./examples/leadtocash -store deals.db && go run ./examples/ocel -store deals.db -out deals.xml
package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"

	_ "modernc.org/sqlite" // for the form as a database

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/ocel"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/sqlite"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("ocel: ")
	file := flag.String("out", "", "the `file` to write: .json, .xml or .sqlite")
	from := flag.String("store", "", "an SQLite `file` of this library's to read instead of playing a quarter's sales")
	people := flag.Bool("people", false, "tell who did what instead of pseudonyms")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "ocel writes what has happened as an event log for process mining. Its flags:")
		flag.PrintDefaults()
	}
	if flag.Parse(); flag.NArg() > 0 {
		log.Printf("unexpected argument %q", flag.Arg(0))
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *from, *file, ocel.Options{People: *people}); err != nil {
		stop()
		if errors.Is(err, context.Canceled) {
			log.Print("interrupted")
			os.Exit(130)
		}
		log.Print(err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, from, file string, o ocel.Options) (err error) {
	c, closeStore, err := open(ctx, from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeStore()) }()
	if file == "" {
		return summarize(ctx, out, c, o)
	}
	if err := write(ctx, c, file, o); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s holds the log\n", file)
	return err
}

// open returns a client over the store in a file, or over a quarter's sales.
func open(ctx context.Context, file string) (*engine.Client, func() error, error) {
	if file == "" {
		c, err := quarter(ctx, memory.New())
		return c, func() error { return nil }, err
	}
	if _, err := os.Stat(file); err != nil {
		return nil, nil, err // a file that is not there would be made
	}
	store, err := sqlite.Open(file)
	if err != nil {
		return nil, nil, err
	}
	c, err := engine.New(store)
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return c, store.Close, nil
}

// write writes the log beside the file and puts it in its place when it is whole.
func write(ctx context.Context, c *engine.Client, file string, o ocel.Options) (err error) {
	var form func(path string) error
	switch filepath.Ext(file) {
	case ".json":
		form = func(path string) error { return writeStream(ctx, c, path, o) }
	case ".xml":
		o.Format = ocel.XML
		form = func(path string) error { return writeStream(ctx, c, path, o) }
	case ".sqlite":
		form = func(path string) error { return writeDatabase(ctx, c, path, o) }
	default:
		return fmt.Errorf("%s: name a file that ends in .json, .xml or .sqlite", file)
	}
	dir, err := os.MkdirTemp(filepath.Dir(file), ".ocel")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	whole := filepath.Join(dir, "log")
	if err := form(whole); err != nil {
		return err
	}
	return os.Rename(whole, file)
}

func writeStream(ctx context.Context, c *engine.Client, path string, o ocel.Options) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(ocel.Write(ctx, f, c, o), f.Close())
}

func writeDatabase(ctx context.Context, c *engine.Client, path string, o ocel.Options) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	return errors.Join(ocel.WriteSQLite(ctx, db, c, o), db.Close())
}

// summarize counts what a log would hold.
func summarize(ctx context.Context, out io.Writer, c *engine.Client, o ocel.Options) error {
	var body bytes.Buffer
	if err := ocel.Write(ctx, &body, c, o); err != nil {
		return err
	}
	var told struct {
		Events  []struct{ Type string } `json:"events"`
		Objects []struct{ Type string } `json:"objects"`
	}
	if err := json.Unmarshal(body.Bytes(), &told); err != nil {
		return err
	}
	events, objects := map[string]int{}, map[string]int{}
	for _, e := range told.Events {
		events[e.Type]++
	}
	for _, o := range told.Objects {
		objects[o.Type]++
	}
	w := bufio.NewWriter(out)
	for _, part := range []struct {
		name   string
		counts map[string]int
	}{{"Events", events}, {"Objects", objects}} {
		fmt.Fprintln(w, part.name)
		for _, name := range slices.Sorted(maps.Keys(part.counts)) {
			fmt.Fprintf(w, "  %-28s %5d\n", name, part.counts[name])
		}
	}
	fmt.Fprintf(w, "%d bytes as JSON; -out FILE writes them, or XML or SQLite\n", body.Len())
	return w.Flush()
}
