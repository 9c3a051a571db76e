package migrate_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"testing"
)

func dirFS(name string) fs.FS { return os.DirFS(name) }

func members(t testing.TB, body []byte) (m map[string]any) {
	t.Helper()
	if err := json.Unmarshal(body, &m); err != nil {
		t.Fatal(err)
	}
	return m
}
