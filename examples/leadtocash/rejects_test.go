package main

import (
	"bytes"
	"io"
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
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("the file has permissions %v, want those that it had", info.Mode())
	}
}

func TestRejectsFollowSymbolicLinks(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ link, file string }{
		"to a file":                {"file.csv", "file.csv"},
		"to nothing yet":           {"new.csv", "new.csv"},
		"to a link":                {"inner", "elsewhere/file.csv"},
		"over a linked directory":  {"shortcut/new.csv", "elsewhere/deep/new.csv"},
		"up from where a link led": {"shortcut/../file.csv", "elsewhere/file.csv"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.MkdirAll(filepath.Join(dir, "elsewhere", "deep"), 0o700); err != nil {
				t.Fatal(err)
			}
			for _, file := range []string{"file.csv", "elsewhere/file.csv"} {
				if err := os.WriteFile(filepath.Join(dir, file), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			path := filepath.Join(dir, "rejects.csv")
			for link, to := range map[string]string{"rejects.csv": tt.link, "inner": "elsewhere/file.csv", "shortcut": "elsewhere/deep"} {
				if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
					t.Skip(err)
				}
			}
			if err := writeRejects(path, []reject{{}}); err != nil {
				t.Fatal(err)
			}
			if to, err := os.Readlink(path); to != tt.link {
				t.Errorf("the link points to %q, %v; want %q", to, err, tt.link)
			}
			if got, err := os.ReadFile(filepath.Join(dir, tt.file)); err != nil || len(got) == 0 {
				t.Errorf("%s holds %q, %v", tt.file, got, err)
			}
		})
	}
}

func TestLinkToItselfIsLeft(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rejects.csv")
	if err := os.Symlink("rejects.csv", path); err != nil {
		t.Skip(err)
	}
	if err := writeRejects(path, []reject{{}}); err == nil {
		t.Error("it is written")
	}
	if to, err := os.Readlink(path); to != "rejects.csv" {
		t.Errorf("the link points to %q, %v", to, err)
	}
}

// What the summary has been written to is not replaced.
func TestRejectsFollowTheSummaryInItsFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "all")
	for _, stream := range []string{"stdout", "stderr"} {
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		var other bytes.Buffer
		outputs := map[string][2]io.Writer{"stdout": {f, &other}, "stderr": {&other, f}}[stream]
		status := run(t.Context(), []string{"-rejects", path}, outputs[0], outputs[1])
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		both, err := os.ReadFile(path)
		both = append(both, other.Bytes()...)
		if err != nil || status != exitDone || !bytes.Contains(both, []byte("Records ")) || !bytes.Contains(both, []byte("file,line,column,code,message\n")) {
			t.Errorf("%s: status %d, %v; want the summary and the rows in\n%s", stream, status, err, both)
		}
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
