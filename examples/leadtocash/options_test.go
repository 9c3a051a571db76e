package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"strings"
	"testing"
)

func TestOptions(t *testing.T) {
	t.Parallel()
	got, err := parseOptions([]string{"-input", "crm", "-dates=mdy", "-diagrams", "d", "-rejects", "r.csv", "-json", "-store", "sqlite:f"}, nil)
	if want := (options{"crm", mdy, "d", "r.csv", true, "sqlite:f"}); err != nil || got != want {
		t.Errorf("options = %+v, %v; want %+v", got, err, want)
	}
	got, err = parseOptions(nil, nil)
	if want := (options{rejects: "rejects.csv", store: "memory"}); err != nil || got != want {
		t.Errorf("options without arguments = %+v, %v; want %+v", got, err, want)
	}
}

func TestWrongUsageIsRefused(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"-colour", "-dates ymd -input x", "-dates iso", "-input", "-input=", "-rejects=", "-diagrams=", "-json=maybe", "crm", "-json crm", "-store=", "-store sqlite:", "-store paper",
	} {
		var help bytes.Buffer
		_, err := parseOptions(strings.Fields(line), &help)
		var wrong *usageError
		if !errors.As(err, &wrong) || strings.Contains(wrong.sentence, "\n") {
			t.Errorf("%q: error = %v, want one sentence about the usage", line, err)
		}
		if help.Len() != 0 {
			t.Errorf("%q wrote help: %s", line, &help)
		}
	}
}

func TestHelpNamesEveryFlagAndExitStatus(t *testing.T) {
	t.Parallel()
	var help bytes.Buffer
	if _, err := parseOptions([]string{"-help"}, &help); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("error = %v, want %v", err, flag.ErrHelp)
	}
	for _, want := range []string{"-input DIR", "-dates FORM", "-diagrams DIR", "-rejects FILE", "-json", "0 done", "1 failed", "2 wrong usage", "130 interrupted"} {
		if !strings.Contains(help.String(), want) {
			t.Errorf("the help does not say %q:\n%s", want, &help)
		}
	}
}

func TestHelpThatCannotBeWrittenIsAFailure(t *testing.T) {
	t.Parallel()
	reader, help := io.Pipe()
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	if status := run(t.Context(), []string{"-help"}, help, io.Discard); status != exitFailed {
		t.Errorf("status %d, want %d", status, exitFailed)
	}
}
