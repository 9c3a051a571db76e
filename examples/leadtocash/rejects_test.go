package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestRejectsAreWrittenWhole(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rejects.csv")
	if err := os.WriteFile(path, []byte("of an earlier run"), 0o600); err != nil {
		t.Fatal(err)
	}
	rejects := []reject{
		{place{"leads.csv", 7}, fault{"budget", codeOutOfRange, "has more than 2 decimals"}},
		{place{"journal.csv", 3}, fault{"", codeFieldCount, "has 3 fields, want 7"}},
	}
	if err := writeRejects(path, rejects); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := "file,line,column,code,message\nleads.csv,7,budget,out_of_range,has more than 2 decimals\njournal.csv,3,,field_count,\"has 3 fields, want 7\"\n"
	if string(got) != want {
		t.Errorf("rejects = %q, want %q", got, want)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("%d files are left, want 1", len(entries))
	}
}

func TestRejectsThatCannotBeWrittenLeaveNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	taken := filepath.Join(dir, "taken")
	if err := os.Mkdir(taken, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "absent", "rejects.csv"), taken} {
		if err := writeRejects(path, []reject{{}}); err == nil {
			t.Errorf("writing to %s succeeded", path)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("%d files are left, want only the directory", len(entries))
	}
}
