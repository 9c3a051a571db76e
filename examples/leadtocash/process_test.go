package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// asProgram makes the test binary run the program instead of the tests.
const asProgram = "LEADTOCASH_EXAMPLE_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// program is a process of its own in a directory of its own.
func program(t *testing.T, args ...string) (cmd *exec.Cmd, stdout, stderr *bytes.Buffer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	cmd = exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), asProgram+"=1")
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	return cmd, stdout, stderr
}

func files(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func TestExitStatusOfTheProcess(t *testing.T) {
	t.Parallel()
	good := exportDir(t, "A1,M,P,,Prospecting,,,\n")
	bad := exportDir(t, "A1,M,P,,Sleeping,,,\n")
	for name, tt := range map[string]struct {
		args   []string
		status int
		left   string // files in the directory that it runs in
	}{
		"own business":              {nil, exitDone, "rejects.csv"},
		"export":                    {[]string{"-input", good}, exitDone, ""},
		"export with a bad row":     {[]string{"-input", bad, "-rejects", "bad.csv"}, exitDone, "bad.csv"},
		"rejects not to be written": {[]string{"-input", bad, "-rejects", "absent/rejects.csv"}, exitFailed, ""},
		"diagrams in a new place":   {[]string{"-input", good, "-diagrams", "states"}, exitDone, "states"},
		"wrong flag":                {[]string{"-outptu", "x"}, exitUsage, ""},
		"no such directory":         {[]string{"-input", "absent", "-diagrams", "states"}, exitUsage, ""},
		"help":                      {[]string{"-help"}, exitDone, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd, stdout, stderr := program(t, tt.args...)
			_ = cmd.Run() // the status tells
			if got := cmd.ProcessState.ExitCode(); got != tt.status {
				t.Errorf("exit status %d, want %d\n%s", got, tt.status, stderr)
			}
			if wants := tt.status != exitUsage; wants != (stdout.Len() > 0) {
				t.Errorf("standard output = %q", stdout)
			}
			if got := files(t, cmd.Dir); got != tt.left {
				t.Errorf("it left %q, want %q", got, tt.left)
			}
		})
	}
}

func TestInterruptedProcessTellsWhatIsDone(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be interrupted on windows")
	}
	const rows = 20_000
	var pipeline strings.Builder
	for i := range rows {
		fmt.Fprintf(&pipeline, "A%d,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,100\n", i)
	}
	cmd, stdout, stderr := program(t, "-input", exportDir(t, pipeline.String()), "-json", "-diagrams", "states")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// The diagrams are written before the first row.
	last := filepath.Join(cmd.Dir, "states", "task.mmd")
	for start := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(last); err == nil {
			break
		}
		if time.Since(start) > time.Minute {
			t.Fatal("the program does not begin")
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // the status tells
	if got := cmd.ProcessState.ExitCode(); got != exitInterrupted {
		t.Fatalf("exit status %d, want %d\n%s", got, exitInterrupted, stderr)
	}
	s := result{stdout: stdout.String()}.summary(t)
	if !s.Interrupted || s.RowsRead >= rows || s.RowsRead != s.Accepted || s.Opportunities.Won != s.Accepted || s.Invoices.Paid != s.Accepted {
		t.Errorf("%d read, %d accepted, %d won, %d paid, interrupted %v; want equal numbers below %d",
			s.RowsRead, s.Accepted, s.Opportunities.Won, s.Invoices.Paid, s.Interrupted, rows)
	}
	if got, want := stderr.String(), "leadtocash: interrupted\n"; got != want {
		t.Errorf("standard error = %q, want %q", got, want)
	}
}
