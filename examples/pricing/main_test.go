package main

import (
	"os"
	"strings"
	"testing"
)

func TestEveryLineIsExplained(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("testdata/output.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	play(t.Context(), &out)
	if got := out.String(); got != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
