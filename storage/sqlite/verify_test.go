package sqlite_test

import (
	"database/sql"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/engine"
)

// leaves lists the paths of the texts and numbers in a JSON value for which an SQLite
// function takes them.
func leaves(value any, path string) (list []string) {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			list = append(list, leaves(member, path+"."+name)...)
		}
	case []any:
		for i := range v {
			list = append(list, leaves(v[i], path+"["+string(rune('0'+i%10))+"]")...)
		}
	case string:
		list = append(list, path)
	}
	return list
}

// TestChangesInTheFileAreFound changes amounts of documents in the file, in every
// version, one after the other.
func TestChangesInTheFileAreFound(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "test.db")
	store := openFile(t, file)
	c := play(t, store, "sale")
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)&_pragma=synchronous(off)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	type change struct{ kind, id, version, path string }
	var changes []change
	rows, err := db.QueryContext(t.Context(), `SELECT kind, id, version, body FROM l2c_version WHERE kind IN ('quote', 'order', 'invoice', 'payment', 'allocation') ORDER BY kind, id, version`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var ch change
		var body string
		if err := rows.Scan(&ch.kind, &ch.id, &ch.version, &body); err != nil {
			t.Fatal(err)
		}
		var value any
		if err := json.Unmarshal([]byte(body), &value); err != nil {
			t.Fatal(err)
		}
		for _, path := range leaves(value, "$") {
			ch.path = path
			changes = append(changes, ch)
		}
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	found := func() (codes []string) {
		for v, err := range c.Verify(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, string(v.Code))
		}
		return codes
	}
	if got := found(); got != nil {
		t.Fatalf("found %v in a file that nobody has changed", got)
	}
	try := func(ch change) []string {
		t.Helper()
		where := ` WHERE kind = ? AND id = ? AND version = ?`
		var was string
		if err := db.QueryRowContext(t.Context(), `SELECT body FROM l2c_version`+where, ch.kind, ch.id, ch.version).Scan(&was); err != nil {
			t.Fatal(err)
		}
		set := func(text string) {
			if _, err := db.ExecContext(t.Context(), `UPDATE l2c_version SET body = ?`+where, text, ch.kind, ch.id, ch.version); err != nil {
				t.Fatal(err)
			}
		}
		var now string
		if err := db.QueryRowContext(t.Context(), `SELECT json_set(?, ?, '1' || json_extract(?, ?))`, was, ch.path, was, ch.path).Scan(&now); err != nil {
			t.Fatal(err)
		}
		set(now)
		defer set(was)
		return found()
	}
	tried := 0
	for _, ch := range changes {
		if !isTotal(ch.path) {
			continue
		}
		tried++
		if got := try(ch); got == nil {
			t.Errorf("%s of version %s of a %s was changed, and nothing was found", ch.path, ch.version, ch.kind)
		}
	}
	if tried < 100 {
		t.Errorf("only %d amounts were tried", tried)
	}
	if _, err := c.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, ch := range changes {
		if i%11 != 0 { // any text: a sample of them
			continue
		}
		if got := try(ch); !slices.Contains(got, string(engine.FindingSeal)) {
			t.Errorf("%s of version %s of a %s was changed after it was sealed, and %v was found", ch.path, ch.version, ch.kind, got)
		}
	}
}

// isTotal reports whether a path is that of an amount that follows from others.
func isTotal(path string) bool {
	name := path[strings.LastIndexByte(path, '.')+1:]
	return strings.HasPrefix(name, "total_") || slices.Contains([]string{
		"base_amount", "net_amount", "extended_amount", "allocated_discount", "amount_due", "document_discount",
	}, name)
}
