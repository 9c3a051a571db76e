package golden_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/leadtocash/leadtocash/internal/golden"
)

// report notes what a test would be told.
type report struct {
	testing.TB
	said string
}

func (r *report) Helper() {}

func (r *report) Errorf(format string, args ...any) { r.said = fmt.Sprintf(format, args...) }

func (r *report) Fatalf(format string, args ...any) { r.said = fmt.Sprintf(format, args...) }

func TestEqual(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "golden")
	if err := os.WriteFile(path, []byte("one\ntwo\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		"one\ntwo\n":      "",
		"one\n2\n":        `line 2: got "2", want "two"`,
		"one\ntwo":        `line 2: got "two", want "two"`,
		"one\ntwo\nthree": `line 3: got "three", want ""`,
	} {
		r := &report{TB: t}
		golden.Equal(r, path, []byte(got))
		if want != "" {
			want = path + ", " + want + "; if that is meant, run make golden and review the difference"
		}
		if r.said != want {
			t.Errorf("of %q it says\n%s\nwant\n%s", got, r.said, want)
		}
	}
	r := &report{TB: t}
	if golden.Equal(r, path+" that is missing", nil); r.said == "" {
		t.Error("a missing file goes unnoticed")
	}
}
