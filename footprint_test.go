package leadtocash_test

import (
	"os/exec"
	"strings"
	"testing"
)

// Importers of the library inherit the standard library, decimal and uuid, and
// nothing else.
func TestFootprint(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(out)) {
		switch {
		case path == "github.com/shopspring/decimal", path == "github.com/google/uuid":
		case strings.HasPrefix(path, "github.com/leadtocash/leadtocash"):
		default:
			t.Errorf("the root depends on %s; importers would inherit it", path)
		}
	}
}
