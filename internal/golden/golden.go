// Package golden compares what a test produces with a file that was reviewed.
//
//	golden.Equal(t, "testdata/json/lead.json", got)
//
// With go test -update the files are written anew; their difference is then
// reviewed like any other.
package golden

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Equal fails the test unless the file holds exactly got, and shows the first
// line that differs.
func Equal(t testing.TB, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("no golden file; run make golden and review it: %v", err)
	}
	if !bytes.Equal(got, want) {
		line, is, was := difference(string(got), string(want))
		t.Errorf("%s, line %d: got %q, want %q; if that is meant, run make golden and review the difference", path, line, is, was)
	}
}

// difference finds the first line that differs.
func difference(got, want string) (line int, is, was string) {
	for line = 1; ; line++ {
		var moreGot, moreWant bool
		is, got, moreGot = strings.Cut(got, "\n")
		was, want, moreWant = strings.Cut(want, "\n")
		if is != was || moreGot != moreWant {
			return line, is, was
		}
	}
}
