package leadtocash_test

import (
	"context"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// maxReadmeLines is what the README calls a short program, blank lines and
// error handling included.
const maxReadmeLines = 30

// TestReadmeProgram builds and runs the program of the README and compares what
// it prints.
func TestReadmeProgram(t *testing.T) {
	t.Parallel()
	needProject(t)
	readme := readText(t, "README.md")
	program, want := fenced(t, readme, "go"), fenced(t, readme, "text")

	if n := strings.Count(program, "\n"); n > maxReadmeLines {
		t.Errorf("the program has %d lines, at most %d are promised", n, maxReadmeLines)
	}
	if pretty, err := format.Source([]byte(program)); err != nil || string(pretty) != program {
		t.Errorf("the program is not formatted by gofmt: %v", err)
	}
	if dropped := regexp.MustCompile(`(^|[\s,])_ *:?=|, *_ *:?=`).FindString(program); dropped != "" {
		t.Errorf("the program drops a result: %q", dropped)
	}
	for line := range strings.Lines(program) {
		if call := strings.TrimSpace(line); strings.HasPrefix(call, "client.") {
			t.Errorf("the program drops the error of %s", call)
		}
	}

	dir := t.TempDir()
	source, binary := filepath.Join(dir, "main.go"), filepath.Join(dir, "program.exe")
	if err := os.WriteFile(source, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, source).CombinedOutput(); err != nil {
		t.Fatalf("the program does not compile: %v\n%s", err, out)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	got, err := exec.CommandContext(ctx, binary).CombinedOutput()
	if err != nil {
		t.Fatalf("the program fails: %v\n%s", err, got)
	}
	if string(got) != want {
		t.Errorf("the program prints\n%s\nthe README says\n%s", got, want)
	}
}

// TestReadmeBeginsWithTheCommands keeps what a newcomer types first at the top.
func TestReadmeBeginsWithTheCommands(t *testing.T) {
	t.Parallel()
	var lines []string
	for line := range strings.Lines(readText(t, "README.md")) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	for i, command := range []string{"go run ./examples/leadtocash", "go test -timeout 40m work"} {
		if !strings.HasPrefix(lines[i+1], command) {
			t.Errorf("line %d after the heading is %q, want %q", i+1, lines[i+1], command)
		}
	}
}

// TestReadmeNamesTestsThatExist looks up every test that stands for a
// guarantee.
func TestReadmeNamesTestsThatExist(t *testing.T) {
	t.Parallel()
	needProject(t)
	named := regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z]\\w*)`")
	exist := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
	for _, name := range filesOf(t, "_test.go") {
		for _, m := range declared.FindAllStringSubmatch(readText(t, name), -1) {
			exist[m[1]] = true
		}
	}
	for _, name := range []string{"README.md", "docs/benchmarks.md"} {
		found := named.FindAllStringSubmatch(readText(t, name), -1)
		if len(found) == 0 {
			t.Errorf("%s names no test", name)
		}
		for _, m := range found {
			if !exist[m[1]] {
				t.Errorf("%s names %s, which does not exist", name, m[1])
			}
		}
	}
}

// TestLinksResolve follows every link of a document to another file of the
// project, and to a heading of it.
func TestLinksResolve(t *testing.T) {
	t.Parallel()
	needProject(t)
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	for _, name := range filesOf(t, ".md") {
		text := regexp.MustCompile("(?s)```.*?```").ReplaceAllString(readText(t, name), "")
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, ":") {
				continue
			}
			path := name
			if target != "" {
				path = filepath.Join(filepath.Dir(name), filepath.FromSlash(target))
			}
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s links to %s: %v", name, m[1], err)
			} else if anchor != "" && !headings(readText(t, path))[anchor] {
				t.Errorf("%s links to %s: there is no such heading", name, m[1])
			}
		}
	}
}

// needProject skips a test where only this module is, as in the module cache:
// documents are about the whole project.
func needProject(t *testing.T) {
	t.Helper()
	for _, module := range []string{"bench", "examples", "tools"} {
		if _, err := os.Stat(filepath.Join(module, "go.mod")); err != nil {
			t.Skipf("the module %s is not here", module)
		}
	}
}

// headings lists the anchors of a document's headings.
func headings(text string) map[string]bool {
	anchors := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		anchor := strings.ReplaceAll(strings.ToLower(m[1]), " ", "-")
		anchors[regexp.MustCompile(`[^\w-]`).ReplaceAllString(anchor, "")] = true
	}
	return anchors
}

// filesOf lists the files of the project whose names end so.
func filesOf(t *testing.T, suffix string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, entry os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || path != "." && strings.HasPrefix(entry.Name(), ".")):
			return filepath.SkipDir
		case strings.HasSuffix(path, suffix):
			names = append(names, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// fenced returns the first block of a language.
func fenced(t *testing.T, text, language string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, "```"+language+"\n")
	block, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatalf("there is no block of %s", language)
	}
	return block
}

func readText(t *testing.T, name string) string {
	t.Helper()
	body, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(body), "\r\n", "\n")
}
