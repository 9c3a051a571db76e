package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// lastWhole is the last commit with the library as one package.
const lastWhole = "b1eecba"

// TestTheOldExamplesCompile rewrites the programs and examples of the library as
// one package and runs their tests with the library as it is. That takes a
// minute or two, so LEADTOCASH_PROOF asks for it.
func TestTheOldExamplesCompile(t *testing.T) {
	if os.Getenv("LEADTOCASH_PROOF") == "" {
		t.Skip("LEADTOCASH_PROOF is not set")
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if err := exec.CommandContext(t.Context(), "git", "-C", root, "cat-file", "-e", lastWhole+"^{commit}").Run(); err != nil {
		t.Skipf("commit %s is not here: %v", lastWhole, err)
	}
	t.Setenv("GOWORK", "off")
	t.Setenv("GOFLAGS", "")
	host := oldExamples(t, root)
	var stdout, stderr bytes.Buffer
	if status := run([]string{"-w", host}, &stdout, &stderr); status != 0 || stdout.Len() > 0 || stderr.Len() > 0 {
		t.Errorf("got status %d and %q, %q, want success and silence", status, &stdout, &stderr)
	}
	for _, args := range [][]string{{"vet", "./..."}, {"test", "-short", "./..."}} {
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = host
		out, err := cmd.CombinedOutput()
		t.Logf("go %s\n%s", strings.Join(args, " "), out)
		if err != nil {
			t.Errorf("go %s: %v", strings.Join(args, " "), err)
		}
	}
}

// oldExamples writes the module of the old programs, and beside them the old
// examples in tests, and returns its folder.
func oldExamples(t *testing.T, root string) string {
	t.Helper()
	host := t.TempDir()
	out, err := exec.CommandContext(t.Context(), "git", "-C", root, "archive", lastWhole, ":(glob)examples/**", ":(glob)example_*_test.go").Output()
	if err != nil {
		t.Fatal(err)
	}
	for files := tar.NewReader(bytes.NewReader(out)); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return host
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Typeflag != tar.TypeReg || header.Name == "example_coverage_test.go" { // which reads the sources beside it
			continue
		}
		text, err := io.ReadAll(files)
		if err != nil {
			t.Fatal(err)
		}
		name, ok := strings.CutPrefix(header.Name, "examples/")
		if !ok {
			name = path.Join("root", name)
		}
		if name == "go.mod" {
			text = bytes.ReplaceAll(text, []byte("=> ../"), []byte("=> "+filepath.ToSlash(root)+"/"))
		}
		writeFile(t, filepath.Join(host, filepath.FromSlash(name)), string(text))
	}
}
