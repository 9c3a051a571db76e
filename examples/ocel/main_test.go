package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/ocel"
)

func TestSummaryOfAQuarter(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), &out, "", "", ocel.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"  invoice.paid                    18\n", "  lead                            24\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the summary lacks %q:\n%s", want, out.String())
		}
	}
}

func TestFilesByTheirEnding(t *testing.T) {
	dir := t.TempDir()
	for name, begins := range map[string]string{"q.json": "{", "q.xml": "<?xml", "q.sqlite": "SQLite format 3"} {
		file := filepath.Join(dir, name)
		if err := run(t.Context(), &strings.Builder{}, "", file, ocel.Options{}); err != nil {
			t.Fatal(err)
		}
		body, err := os.ReadFile(file)
		if err != nil || !strings.HasPrefix(string(body), begins) {
			t.Errorf("%s begins otherwise (%v)", name, err)
		}
		if name == "q.json" && !json.Valid(body) {
			t.Errorf("%s is no JSON", name)
		}
	}
	for _, bad := range []string{filepath.Join(dir, "q.txt"), filepath.Join(dir, "nowhere", "q.json")} {
		if err := run(t.Context(), &strings.Builder{}, "", bad, ocel.Options{}); err == nil {
			t.Errorf("%s was written", bad)
		}
	}
	if err := run(t.Context(), &strings.Builder{}, filepath.Join(dir, "nothing.db"), "", ocel.Options{}); err == nil {
		t.Error("a store that is not there was read")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 3 {
		t.Errorf("%d files are left, want 3 (%v)", len(left), err)
	}
}
