package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// result is what one run of the program left behind.
type result struct {
	status         int
	stdout, stderr string
	rejects        [][]string // nil when no file was written
}

// command runs the program with refused rows going to a file of its own.
func command(t *testing.T, ctx context.Context, args ...string) result {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rejects.csv")
	var stdout, stderr bytes.Buffer
	status := run(ctx, append([]string{"-rejects", path}, args...), &stdout, &stderr)
	r := result{status: status, stdout: stdout.String(), stderr: stderr.String()}
	if f, err := os.Open(path); err == nil {
		defer f.Close()
		if r.rejects, err = csv.NewReader(f).ReadAll(); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func (r result) summary(t *testing.T) summary {
	t.Helper()
	var s summary
	decoder := json.NewDecoder(strings.NewReader(r.stdout))
	if err := decoder.Decode(&s); err != nil {
		t.Fatalf("standard output is not JSON: %v\n%s", err, r.stdout)
	}
	if decoder.More() {
		t.Errorf("standard output has more than one JSON value:\n%s", r.stdout)
	}
	return s
}

// exportDir is a directory with a small CRM export.
func exportDir(t *testing.T, pipeline string) string {
	t.Helper()
	dir := t.TempDir()
	for name, f := range export(pipeline) {
		if err := os.WriteFile(filepath.Join(dir, name), f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	rows := "A1,Moses Frase,GTX Pro,,Prospecting,,,\n" +
		"A2,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,NaN\n" +
		"A1,Moses Frase,GTX Pro,,Prospecting,,,\n" +
		"A3,Moses \"Frase\n" +
		"A2,Moses Frase,GTX Pro,Acme,Lost,2017-03-01,2017-04-01,0\n"
	r := command(t, t.Context(), "-input", exportDir(t, rows), "-json")
	s := r.summary(t)
	if r.status != exitDone || s.RowsRead != 5 || s.Accepted != 2 || s.Rejected != 3 {
		t.Fatalf("status %d, %d read, %d accepted, %d rejected; want 0, 5, 2, 3\n%s", r.status, s.RowsRead, s.Accepted, s.Rejected, r.stderr)
	}
	want := [][]string{
		{"file", "line", "column", "code", "message"},
		{"sales_pipeline.csv", "3", "close_value", codeInvalidNumber, `"NaN" is not a plain number`},
		{"sales_pipeline.csv", "4", "opportunity_id", codeDuplicate, "another row has begun this deal"},
		{"sales_pipeline.csv", "5", "", codeBadQuotes, "has a quote that opens or closes in a wrong place"},
	}
	if len(r.rejects) != len(want) {
		t.Fatalf("rejects = %q, want %q", r.rejects, want)
	}
	for i := range want {
		if strings.Join(r.rejects[i], "|") != strings.Join(want[i], "|") {
			t.Errorf("reject %d = %q, want %q", i, r.rejects[i], want[i])
		}
	}
}

func TestUnreadableInputIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	binary := exportDir(t, "")
	if err := os.WriteFile(filepath.Join(binary, "accounts.csv"), []byte("\x7fELF\x00\x01\xff"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"no such directory": {"-input", filepath.Join(t.TempDir(), "absent")},
		"not a directory":   {"-input", file},
		"empty directory":   {"-input", t.TempDir()},
		"binary file":       {"-input", binary},
		"ambiguous dates":   {"-input", exportDir(t, "A,M,P,Acme,Engaging,01-02-2017,,\n")},
		"unknown flag":      {"-colour"},
		"argument":          {"crm"},
		"unknown form":      {"-input", binary, "-dates", "ymd"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := command(t, t.Context(), args...)
			if r.status != exitUsage || r.stdout != "" || r.rejects != nil {
				t.Errorf("status %d, output %q, rejects %q; want 2 and nothing", r.status, r.stdout, r.rejects)
			}
			first, rest, _ := strings.Cut(r.stderr, "\n")
			if !strings.HasPrefix(first, "leadtocash: ") || rest != "" && rest != "run leadtocash -help for usage\n" {
				t.Errorf("standard error = %q, want one sentence", r.stderr)
			}
		})
	}
}

func TestUnreadableInputIsNamedWithItsDirectory(t *testing.T) {
	t.Parallel()
	dir := exportDir(t, "A,M,P,Acme,Engaging,01-02-2017,,\n")
	r := command(t, t.Context(), "-input", dir)
	if want := "leadtocash: " + filepath.Join(dir, "sales_pipeline.csv") + " has dates in column engage_date"; !strings.HasPrefix(r.stderr, want) {
		t.Errorf("error %q, want %s …", r.stderr, want)
	}
	if err := os.Remove(filepath.Join(dir, "sales_teams.csv")); err != nil {
		t.Fatal(err)
	}
	r = command(t, t.Context(), "-input", dir)
	if want := "leadtocash: " + filepath.Join(dir, "sales_teams.csv") + " is missing\n"; r.stderr != want {
		t.Errorf("error %q, want %q", r.stderr, want)
	}
}

// The last line tells where the refused rows are, wherever the program was started.
func TestLastLineNamesTheFileOfRejects(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rejects.csv")
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(here, path)
	if err != nil {
		t.Skip(err)
	}
	var stdout, stderr bytes.Buffer
	run(t.Context(), []string{"-rejects", relative}, &stdout, &stderr)
	if want := "refused rows: 17, listed with the reasons in " + path + "; name another file with -rejects\n"; stderr.String() != want {
		t.Errorf("error %q, want %q", &stderr, want)
	}
}

func TestHelpIsNoFailure(t *testing.T) {
	t.Parallel()
	if r := command(t, t.Context(), "-help"); r.status != exitDone || !strings.Contains(r.stdout, "Exit status") || r.stderr != "" {
		t.Errorf("status %d, output %q, error %q; want the help on standard output", r.status, r.stdout, r.stderr)
	}
}

// countdown is canceled after it has been asked so many times.
type countdown struct {
	context.Context
	left *int
}

func (c countdown) Err() error {
	if *c.left == 0 {
		return context.Canceled
	}
	*c.left--
	return nil
}

func TestInterruptedBetweenTwoRows(t *testing.T) {
	t.Parallel()
	rows := "A1,M,P,,Prospecting,,,\nA2,M,P,,Sleeping,,,\nA3,M,P,,Prospecting,,,\nA4,M,P,,Sleeping,,,\n"
	three := 3
	r := command(t, countdown{t.Context(), &three}, "-input", exportDir(t, rows), "-json")
	s := r.summary(t)
	if r.status != exitInterrupted || !s.Interrupted {
		t.Errorf("status %d, interrupted %v; want 130, true", r.status, s.Interrupted)
	}
	if s.RowsRead != 3 || s.Accepted != 2 || s.Rejected != 1 || len(r.rejects) != 2 {
		t.Errorf("%d read, %d accepted, %d rejected, rejects %q; want 3, 2, 1 and that one row", s.RowsRead, s.Accepted, s.Rejected, r.rejects)
	}
}

func TestNoFileOfRejectsWithoutRejects(t *testing.T) {
	t.Parallel()
	if r := command(t, t.Context(), "-input", exportDir(t, "A1,M,P,,Prospecting,,,\n")); r.status != exitDone || r.rejects != nil || r.stderr != "" {
		t.Errorf("status %d, rejects %q, error %q; want 0 and neither", r.status, r.rejects, r.stderr)
	}
}

func TestRejectsAreNeverWrittenBesideTheInput(t *testing.T) {
	t.Parallel()
	dir := exportDir(t, "A1,M,P,,Sleeping,,,\n")
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), []string{"-input", dir, "-rejects", filepath.Join(dir, ".", "accounts.csv")}, &stdout, &stderr)
	if status != exitFailed || !strings.Contains(stderr.String(), "refused rows: 1, not written") {
		t.Errorf("status %d, error %q; want 1 and that the row is not written", status, &stderr)
	}
	if got, _ := os.ReadFile(filepath.Join(dir, "accounts.csv")); !strings.HasPrefix(string(got), "account,") {
		t.Errorf("accounts.csv was overwritten: %q", got)
	}
}

func TestOwnBusinessRefusesItsBadRows(t *testing.T) {
	t.Parallel()
	r := command(t, t.Context(), "-json")
	s := r.summary(t)
	if r.status != exitDone || s.RowsRead != s.Accepted+s.Rejected || s.Rejected != len(r.rejects)-1 {
		t.Fatalf("status %d, %d read, %d accepted, %d rejected, %d listed", r.status, s.RowsRead, s.Accepted, s.Rejected, len(r.rejects)-1)
	}
	codes := map[string]int{}
	for _, reject := range r.rejects[1:] {
		if _, err := strconv.Atoi(reject[1]); err != nil || reject[0] == "" || reject[3] == "" || reject[4] == "" {
			t.Errorf("incomplete reject %q", reject)
		}
		codes[reject[3]]++
	}
	for _, code := range []string{codeInvalidDate, codeUnknownCurrency, codeDuplicate, codeUnknownDeal, codeUnknownAction, codeOutOfRange, codeEarlierRejected, codeUnexpectedValue} {
		if codes[code] == 0 {
			t.Errorf("no row is refused with %s: %v", code, codes)
		}
	}
}
