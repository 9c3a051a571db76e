package engine_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// correctionVector is one case of the corrections: what is done, and what comes
// of it.
type correctionVector struct {
	ID     string          `json:"id"`
	Kind   string          `json:"kind"`
	Title  string          `json:"title"`
	Input  json.RawMessage `json:"input"`
	Expect json.RawMessage `json:"expect"`
}

// correctionKinds run the vectors of a kind; each kind is registered where it is
// tested.
var correctionKinds = map[string]func(*testing.T, correctionVector){}

// laterCorrections are the kinds whose features are not there yet.
var laterCorrections = []string{
	"deposits", "exchange", "interest", "commission",
}

// TestCorrectionVectors runs the project's vectors, and every file that
// LEADTOCASH_CORRECTION_VECTORS names (colon-separated, same form).
func TestCorrectionVectors(t *testing.T) {
	files := []string{"testdata/corrections-vectors.json"}
	if more := os.Getenv("LEADTOCASH_CORRECTION_VECTORS"); more != "" {
		files = append(files, filepath.SplitList(more)...)
	}
	for n, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var set struct{ Vectors []correctionVector }
		if err := json.Unmarshal(body, &set); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if len(set.Vectors) == 0 {
			t.Errorf("%s: no vectors", file)
		}
		run := func(t *testing.T) {
			for _, v := range set.Vectors {
				t.Run(v.ID, func(t *testing.T) { v.run(t) })
			}
		}
		if n == 0 {
			run(t)
		} else {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), run)
		}
	}
}

func (v correctionVector) run(t *testing.T) {
	t.Helper()
	run, known := correctionKinds[v.Kind]
	if !known {
		for _, later := range laterCorrections {
			if v.Kind == later {
				t.Skipf("%s: not built yet", v.Kind)
			}
		}
		t.Fatalf("unknown kind %q", v.Kind)
	}
	t.Log(v.Title)
	run(t, v)
}

// matchesExpected compares each member of expect with the same one of got, both
// as JSON values.
func (v correctionVector) matchesExpected(t *testing.T, got map[string]any) {
	t.Helper()
	var want map[string]any
	if err := json.Unmarshal(v.Expect, &want); err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var have map[string]any
	if err := json.Unmarshal(body, &have); err != nil {
		t.Fatal(err)
	}
	for name, w := range want {
		a, _ := json.Marshal(w)
		b, _ := json.Marshal(have[name])
		if string(a) != string(b) {
			t.Errorf("%s: got %s, want %s", name, b, a)
		}
	}
}
