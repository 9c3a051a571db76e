package gendocs

import (
	"testing"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
)

// TestFieldsAreThoseOfTheKind compares what the struct tags say with what the
// library itself knows of a kind.
func TestFieldsAreThoseOfTheKind(t *testing.T) {
	t.Parallel()
	for _, k := range kinds.Kinds() {
		got, want := members(recordOf(k)), engine.FieldsOf(k)
		if len(got) != len(want) {
			t.Errorf("%s has %d fields in the document, %d in the library", k, len(got), len(want))
			continue
		}
		for i, f := range want {
			if m := got[i]; m.name != f.Name || m.logical != f.D365Name || m.required != f.Required {
				t.Errorf("%s: %s is documented as %q, %q, required %t; the library has %+v", k, f.Name, m.name, m.logical, m.required, f)
			}
		}
	}
}

// TestEveryFieldIsDescribed renders everything, so that a type nobody knows how
// to describe, or a kind without its type, fails here and not in a generator.
func TestEveryFieldIsDescribed(t *testing.T) {
	t.Parallel()
	for path, text := range Documents() {
		if len(text) < 200 {
			t.Errorf("%s has next to nothing in it:\n%s", path, text)
		}
	}
}
