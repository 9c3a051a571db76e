package main

import (
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := run(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	file, server, _ := strings.Cut(out.String(), "\n")
	if !strings.HasPrefix(file, "sqlite: INV-") || !strings.HasSuffix(file, " of 3749.70 is paid") {
		t.Errorf("got %q, want a paid invoice of 3749.70", file)
	}
	booked := strings.HasPrefix(server, "postgres: INV-") && strings.HasSuffix(server, " of 3749.70 is paid, in our books as well\n")
	if left := strings.HasPrefix(server, "postgres: left out"); !left && !booked {
		t.Errorf("got %q, want the same, in the books, or why it is left out", server)
	}
}
