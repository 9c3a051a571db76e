package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

const usage = `leadtocash runs a business from lead to cash: it reads CSV files, plays every deal
through the library on a store in memory, or an empty one in a file or database
that -store names, and prints what came of it and what customers owe.

Without -input it runs the files that it carries: a maker of espresso machines
that sells in three currencies. With -input it reads a CRM export from a
directory with accounts.csv, products.csv, sales_teams.csv and
sales_pipeline.csv; that directory is never written to.

A bad row is refused and listed, with the reason, in the file of -rejects; the
other rows go on. Sums by quarter and by agent are in the first currency of the
business, converted at the rates of its currencies.csv; an export is in USD.

Exit status: 0 done, 1 failed, 2 wrong usage or unreadable input (nothing is
written), 130 interrupted (the summary is of what was done).

Flags:
`

// The options of a run.
type options struct {
	input    string // directory of a CRM export; empty for the own business
	dates    dateForm
	diagrams string
	rejects  string
	json     bool
	store    string
}

// parseOptions reads the command line. Its error is a usageError, or
// flag.ErrHelp after the help has been written to help, or what that failed with.
func parseOptions(args []string, help io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("leadtocash", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	path := func(name, text string, value *string) {
		flags.Func(name, text, func(s string) error {
			if s == "" {
				return errors.New("names nothing")
			}
			*value = s
			return nil
		})
	}
	path("input", "read the CRM export in `DIR`", &o.input)
	path("diagrams", "write a state diagram of each kind of record into `DIR`", &o.diagrams)
	o.rejects = "rejects.csv"
	path("rejects", "write refused rows, if any, to `FILE` (default rejects.csv in the working directory)", &o.rejects)
	flags.Func("dates", "read the dates of -input as `FORM` iso, dmy or mdy (default: recognised by column)", func(s string) error {
		if !slices.Contains(dateForms, dateForm(s)) {
			return errors.New("want iso, dmy or mdy")
		}
		o.dates = dateForm(s)
		return nil
	})
	o.store = "memory"
	flags.Func("store", "keep records in `STORE` memory, sqlite:FILE or postgres://… (default memory)", func(s string) error {
		if !isStore(s) {
			return errors.New("want memory, sqlite:FILE or postgres://…")
		}
		o.store = s
		return nil
	})
	flags.BoolVar(&o.json, "json", false, "print the summary as one JSON object")

	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		var text strings.Builder
		text.WriteString(usage)
		flags.SetOutput(&text)
		flags.PrintDefaults()
		if _, failed := io.WriteString(help, text.String()); failed != nil {
			return o, failed
		}
		return o, err
	case err != nil:
		return o, &usageError{err.Error()}
	case flags.NArg() > 0:
		return o, &usageError{fmt.Sprintf("unexpected argument %.40q", flags.Arg(0))}
	case o.dates != "" && o.input == "":
		return o, &usageError{"-dates is about the files of -input"}
	}
	return o, nil
}

// A usageError says what is wrong with the command line.
type usageError struct{ sentence string }

// Error is the sentence that the program ends with.
func (e *usageError) Error() string { return e.sentence }
