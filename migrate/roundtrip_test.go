package migrate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/migrate"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// form is all that a client sees, but for versions: every record as JSON, by kind and id.
func form(ctx context.Context, c *engine.Client) (list []string, err error) {
	for _, kind := range kinds.Kinds() {
		for body, err := range c.Kind(kind).All(ctx, engine.AnyQuery{}) {
			if err != nil {
				return nil, err
			}
			var members map[string]json.RawMessage
			if err := json.Unmarshal(body, &members); err != nil {
				return nil, err
			}
			delete(members, "version")
			body, err = json.Marshal(members)
			if err != nil {
				return nil, err
			}
			list = append(list, string(kind)+" "+string(body))
		}
	}
	slices.Sort(list)
	return list, nil
}

// same tells how what two clients see differs.
func same(ctx context.Context, from, to *engine.Client) error {
	was, err := form(ctx, from)
	if err != nil {
		return err
	}
	is, err := form(ctx, to)
	if err != nil {
		return err
	}
	for i := range was {
		if i >= len(is) || was[i] != is[i] {
			return fmt.Errorf("%d records became %d; was\n%s\nand is\n%s", len(was), len(is), was[i], is[min(i, len(is)-1)])
		}
	}
	if len(was) != len(is) {
		return fmt.Errorf("%d records became %d", len(was), len(is))
	}
	return nil
}

// faults are those of a run, as text.
type faults struct{ list []string }

func (f *faults) take(fault migrate.Fault) error {
	f.list = append(f.list, fault.Error())
	return nil
}

func TestTenantsMoveAsLines(t *testing.T) {
	t.Parallel()
	journeytest.Tenants(t, func(testing.TB) storage.Store { return memory.New() }, func(ctx context.Context, from *engine.Client, empty func() *engine.Client) error {
		var first, second bytes.Buffer
		if _, err := migrate.Export(ctx, from, &first, migrate.ExportOptions{}); err != nil {
			return err
		}
		to, f := empty(), faults{}
		report, err := migrate.Import(ctx, to, bytes.NewReader(first.Bytes()), migrate.RunOptions{Size: 7, Faults: f.take})
		if err != nil || report.Refused() > 0 {
			return fmt.Errorf("%w, refused: %s", err, strings.Join(f.list, "\n"))
		}
		if err := same(ctx, from, to); err != nil {
			return err
		}
		if _, err := migrate.Export(ctx, to, &second, migrate.ExportOptions{}); err != nil {
			return err
		}
		third := empty()
		if _, err := migrate.Import(ctx, third, bytes.NewReader(second.Bytes()), migrate.RunOptions{}); err != nil {
			return err
		}
		var last bytes.Buffer
		if _, err := migrate.Export(ctx, third, &last, migrate.ExportOptions{}); err != nil {
			return err
		}
		if was, is := body(second.String()), body(last.String()); was != is {
			return errors.New("the second export and the third differ")
		}
		return nil
	})
}

// body is an export without its first and last line, which have the time.
func body(export string) string {
	lines := strings.SplitAfter(export, "\n")
	return strings.Join(lines[1:max(1, len(lines)-2)], "")
}

func TestTenantsMoveAsTables(t *testing.T) {
	t.Parallel()
	n := 0
	journeytest.Tenants(t, func(testing.TB) storage.Store { return memory.New() }, func(ctx context.Context, from *engine.Client, empty func() *engine.Client) error {
		dir, err := os.MkdirTemp(t.TempDir(), "tables")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		n++
		o := migrate.CSVOptions{
			Names:   []migrate.Names{migrate.FieldNames, migrate.LabelNames, migrate.DataverseNames}[n%3],
			Options: []migrate.Options{migrate.OptionKeys, migrate.OptionLabels, migrate.OptionCodes}[n/3%3],
			Comma:   []rune{',', ';', '\t'}[n%3], BOM: n%2 == 0, ReferenceNames: n%4 == 0,
		}
		if _, err := migrate.ExportCSV(ctx, from, migrate.Dir(dir), o); err != nil {
			return err
		}
		to, f := empty(), faults{}
		report, err := migrate.Run(ctx, to, os.DirFS(dir), migrate.Profile{}, migrate.RunOptions{Stored: true, Faults: f.take, Temp: t.TempDir()})
		if err != nil || report.Refused() > 0 {
			return fmt.Errorf("%w, refused: %s", err, strings.Join(f.list, "\n"))
		}
		for _, table := range report.Tables {
			if len(table.Unknown) > 0 {
				return fmt.Errorf("%s has columns %q that nothing is made of", table.File, table.Unknown)
			}
		}
		return same(ctx, from, to)
	})
}
