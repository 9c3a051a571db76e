package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// What the program says does not depend on where it keeps its records.
func TestStoreInFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	say := func(store string) (status int, said, complaint string) {
		var out, errs bytes.Buffer
		status = run(t.Context(), []string{"-store", store, "-rejects", filepath.Join(dir, "rejects.csv")}, &out, &errs)
		return status, withoutTime(out.String()), errs.String()
	}
	file := "sqlite:" + filepath.Join(dir, "sales.db")
	_, want, _ := say("memory")
	if status, got, complaint := say(file); status != exitDone || got != want {
		t.Errorf("over a file the program ended with %d, %s and said\n%s\nover memory\n%s", status, complaint, got, want)
	}
	if status, _, complaint := say(file); status != exitUsage || !strings.Contains(complaint, "not empty") {
		t.Errorf("over a file with records it ended with %d and said %s", status, complaint)
	}
	if status, _, _ := say("paper"); status != exitUsage {
		t.Errorf("over paper it ended with %d", status)
	}
}

// withoutTime leaves out the line that tells how long it took.
func withoutTime(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if !strings.Contains(line, " commands in ") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}
