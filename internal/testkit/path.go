// Package testkit has what tests of several packages share: people and times,
// sample documents, and checks that hold for every kind of record.
package testkit

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// Path names a file of the module by its path from the module's root, wherever
// the test runs.
func Path(elem ...string) string {
	dir, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module github.com/leadtocash/leadtocash\n") {
			return filepath.Join(append([]string{dir}, elem...)...)
		}
		if dir == filepath.Dir(dir) {
			panic("the test does not run within the module")
		}
		dir = filepath.Dir(dir)
	}
}

// Sources lists the Go files of the library, tests included.
func Sources(t testing.TB) (files []string) {
	t.Helper()
	for _, pattern := range []string{"*.go", "*/*.go", "internal/*/*.go"} {
		found, err := filepath.Glob(Path(filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	return files
}

// InLibrary reports whether a type is one of the library's own, those of processes
// aside.
func InLibrary(t reflect.Type) bool {
	const module = "github.com/leadtocash/leadtocash"
	path := t.PkgPath()
	return strings.HasPrefix(path, module) && path != module+"/bpf" && !strings.HasSuffix(path, "_test")
}
