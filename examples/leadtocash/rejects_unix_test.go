//go:build unix

package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// pipe makes a named pipe and reads at most so many bytes from it.
func pipe(t *testing.T, limit int64) (path string, read <-chan string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	got := make(chan string, 1)
	go func() {
		f, err := os.Open(path)
		if err != nil {
			got <- err.Error()
			return
		}
		text, _ := io.ReadAll(io.LimitReader(f, limit)) // a read that fails shows in what is missing
		f.Close()
		got <- string(text)
	}()
	return path, got
}

func isPipe(t *testing.T, path string) {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); info.Mode().Type() != fs.ModeNamedPipe || len(entries) != 1 {
		t.Errorf("the pipe has become %v, among %d files", info.Mode(), len(entries))
	}
}

func TestRejectsGoIntoAPipe(t *testing.T) {
	t.Parallel()
	path, read := pipe(t, 1<<20)
	if err := writeRejects(path, []reject{{place{"leads.csv", 7}, fault{"budget", codeOutOfRange, "is zero"}}}); err != nil {
		t.Fatal(err)
	}
	if got, want := <-read, "file,line,column,code,message\nleads.csv,7,budget,out_of_range,is zero\n"; got != want {
		t.Errorf("read %q, want %q", got, want)
	}
	isPipe(t, path)
}

func TestPipeThatNobodyReadsToTheEnd(t *testing.T) {
	t.Parallel()
	path, read := pipe(t, 1)
	many := slices.Repeat([]reject{{fault: fault{message: strings.Repeat("x", 1000)}}}, 10_000) // more than pipes hold
	if err := writeRejects(path, many); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("error = %v, want %v", err, syscall.EPIPE)
	}
	<-read
	isPipe(t, path)
}
