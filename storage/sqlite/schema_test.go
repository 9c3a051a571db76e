package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/sqlite"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

var update = flag.Bool("update", false, "write golden files anew")

func migrate(t *testing.T, db *sql.DB, target int) []sqlkit.Step {
	t.Helper()
	steps, err := sqlite.Migrate(t.Context(), db, sqlkit.MigrateOptions{Target: target})
	if err != nil {
		t.Fatalf("migrate to %d: %v", target, err)
	}
	return steps
}

// texts returns the first column of a query.
func texts(t testing.TB, db *sql.DB, query string) (lines []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

const everything = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'l2c_migration' AND name NOT LIKE 'sqlite_%' ORDER BY name"

// From every version with tables down to, and up from it, the data stay.
func TestMigrationsKeepData(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "migrated.db")
	db := openDB(t, file)
	newest := len(migrate(t, db, sqlkit.Newest))
	store := openFile(t, file)
	if err := journeytest.Play(t.Context(), client(t, store), "", nil); err != nil {
		t.Fatal(err)
	}
	for down := newest; down >= 1; down-- {
		for up := down; up <= newest; up++ {
			migrate(t, db, down)
			migrate(t, db, up)
		}
		migrate(t, db, sqlkit.Newest)
		violations, err := storage.Verify(t.Context(), store, storage.Default)
		if err != nil || len(violations) > 0 {
			t.Errorf("down to %d and up again: %v, %v", down, violations, err)
		}
	}
	migrate(t, db, sqlkit.Nothing)
	if left := texts(t, db, everything); len(left) > 0 {
		t.Errorf("migrated to nothing, there is still %v", left)
	}
}

func TestSchemaIsChecked(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "checked.db")
	db := openDB(t, file)
	want := func(what, text string) {
		t.Helper()
		store, err := sqlite.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		err = errors.Join(store.View(t.Context(), storage.Default, func(context.Context, storage.Reader) error { return nil }), store.Close())
		if !errors.Is(err, sqlkit.ErrSchema) || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: got %v, want sqlkit.ErrSchema saying %q", what, err, text)
		}
	}
	exec := func(text string) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	want("no schema", "migrate first")
	planned, err := sqlite.Migrate(t.Context(), db, sqlkit.MigrateOptions{DryRun: true})
	if err != nil || len(planned) == 0 {
		t.Errorf("dry run returned %d steps, %v", len(planned), err)
	}
	want("a dry run", "migrate first")
	migrate(t, db, 1)
	want("an old schema", "migrate first")
	migrate(t, db, sqlkit.Newest)
	if err := sqlite.Validate(t.Context(), db, sqlkit.Names{}); err != nil {
		t.Errorf("the newest schema: %v", err)
	}
	exec("INSERT INTO l2c_migration SELECT max(version) + 1, 'later', 'x', max(applied_at) FROM l2c_migration")
	want("a newer schema", "newer release")
	exec("DELETE FROM l2c_migration WHERE name = 'later'")
	exec("UPDATE l2c_migration SET checksum = 'x' WHERE version = 2")
	want("a schema of another text", "another text")
	list, err := sqlite.List(t.Context(), db, sqlkit.Names{})
	if err != nil || len(list) != len(planned) || list[0].At.IsZero() {
		t.Errorf("listed %v, %v", list, err)
	}
}

// Searches that name few records look them up, whatever the order they ask for.
func TestSearchesLookUp(t *testing.T) {
	t.Parallel()
	db := openDB(t, filepath.Join(t.TempDir(), "planned.db"))
	migrate(t, db, sqlkit.Newest)
	key := storage.Cond{Field: storage.FieldKey, Key: "parent_id", Op: storage.OpEq, Values: []any{"7"}}
	one := storage.Cond{Field: storage.FieldNumber, Op: storage.OpEq, Values: []any{"QUO-7"}}
	some := storage.Cond{Field: storage.FieldNumber, Op: storage.OpIn, Values: []any{"QUO-7", "QUO-8"}}
	open := storage.Cond{Field: storage.FieldState, Op: storage.OpEq, Values: []any{"open"}}
	ids := storage.Cond{Field: storage.FieldID, Op: storage.OpIn, Values: []any{uuid.UUID{1}, uuid.UUID{2}}}
	for _, c := range []struct {
		where []storage.Cond
		order storage.Field
		want  string
		desc  bool
		many  int64 // meet the narrowest condition
	}{
		{where: []storage.Cond{key}, order: storage.FieldCreatedAt, many: 6000, want: "r USING INDEX l2c_record_created (tenant_id=? AND kind=?)"},
		{where: []storage.Cond{open, key}, order: storage.FieldCreatedAt, many: 6000, want: "r USING INDEX l2c_record_state (tenant_id=? AND kind=? AND state=?)"},
		{where: []storage.Cond{key}, order: storage.FieldAmount, many: 6000, want: "r USING INDEX l2c_record_amount (tenant_id=? AND kind=? AND amount_key>?)"},
		{where: []storage.Cond{key}, order: storage.FieldCreatedAt, want: "r USING PRIMARY KEY (tenant_id=? AND kind=? AND id=?)"},
		{where: []storage.Cond{key}, order: storage.FieldNumber, want: "r USING PRIMARY KEY (tenant_id=? AND kind=? AND id=?)"},
		{where: []storage.Cond{open, key}, order: storage.FieldCreatedAt, want: "r USING PRIMARY KEY (tenant_id=? AND kind=? AND id=?)"},
		{where: []storage.Cond{ids}, order: storage.FieldCreatedAt, want: "r USING PRIMARY KEY (tenant_id=? AND kind=? AND id=?)"},
		{where: []storage.Cond{one}, order: storage.FieldCreatedAt, want: "r USING INDEX l2c_record_number (tenant_id=? AND kind=? AND number=?)"},
		{where: []storage.Cond{some}, order: storage.FieldUpdatedAt, want: "r USING INDEX l2c_record_number (tenant_id=? AND kind=? AND number=?)"},
		{where: []storage.Cond{open}, order: storage.FieldCreatedAt, want: "r USING INDEX l2c_record_state (tenant_id=? AND kind=? AND state=?)"},
		{where: []storage.Cond{open}, order: storage.FieldDueOn, want: "r USING INDEX l2c_record_state_due (tenant_id=? AND kind=? AND state=? AND due_on>?)"},
		{where: []storage.Cond{open}, order: storage.FieldAmount, want: "r USING INDEX l2c_record_state (tenant_id=? AND kind=? AND state=?)"},
		{where: []storage.Cond{open}, order: storage.FieldAmount, many: 6000, want: "r USING INDEX l2c_record_amount (tenant_id=? AND kind=? AND amount_key>?)"},
		{order: storage.FieldDueOn, desc: true, want: "r USING INDEX l2c_record_due_desc (tenant_id=? AND kind=? AND due_on>?)"},
		{order: storage.FieldAmount, desc: true, want: "r USING INDEX l2c_record_amount_desc (tenant_id=? AND kind=? AND amount_key>?)"},
		{order: storage.FieldDueOn, want: "r USING INDEX l2c_record_due (tenant_id=? AND kind=? AND due_on>?)"},
	} {
		plan := planOf(t, db, c.many, storage.Query{Kind: "quote", Where: c.where, Order: c.order, Desc: c.desc})
		if !slices.Contains(plan, "SEARCH "+c.want) {
			t.Errorf("%v in the order of %s: the plan is %q, want %s", c.where, c.order, plan, c.want)
		}
	}
}

// Each page continues the one before in the order of an index, and sorts nothing.
func TestPagesFollowTheirOrder(t *testing.T) {
	t.Parallel()
	db := openDB(t, filepath.Join(t.TempDir(), "planned.db"))
	migrate(t, db, sqlkit.Newest)
	open := []storage.Cond{{Field: storage.FieldState, Op: storage.OpEq, Values: []any{"open"}}}
	last := &storage.Record{Header: storage.Header{
		Ref: storage.Ref{Kind: "quote", ID: uuid.UUID{1}}, Number: "QUO-7", Amount: decimal.NewNullDecimal(decimal.New(7, 0)), DueOn: 20260102,
		Name: "meyer", Slots: storage.Slots{Day: [3]storage.Day{20260102}},
	}}
	for _, q := range []storage.Query{
		{Order: storage.FieldID},
		{Order: storage.FieldCreatedAt},
		{Order: storage.FieldUpdatedAt},
		{Order: storage.FieldNumber},
		{Order: storage.FieldDueOn},
		{Order: storage.FieldAmount},
		{Order: storage.FieldDueOn, Desc: true},
		{Order: storage.FieldAmount, Desc: true},
		{Order: storage.FieldName},
		{Order: storage.FieldDay1},
		{Order: storage.FieldDay1, Desc: true},
		{Order: storage.FieldDay1, Where: open},
		{Order: storage.FieldCreatedAt, Where: open},
		{Order: storage.FieldDueOn, Where: open},
		{Order: storage.FieldAmount, Where: open},
	} {
		q.Kind = "quote"
		for _, after := range []storage.Cursor{"", storage.CursorOf(q, last)} {
			q.After = after
			plan := planOf(t, db, 6000, q)
			if slices.ContainsFunc(plan, func(step string) bool { return strings.Contains(step, "TEMP B-TREE") }) {
				t.Errorf("%v in the order of %s (falling: %t), after %q: the plan is %q", q.Where, q.Order, q.Desc, after, plan)
			}
		}
	}
}

// A view, asked for one tenant, reads the records wanted and of each the document of
// its newest version, and nothing else: not the versions before.
func TestViewsReadCurrentRowsOnly(t *testing.T) {
	t.Parallel()
	db := openDB(t, filepath.Join(t.TempDir(), "planned.db"))
	migrate(t, db, sqlkit.Newest)
	views := texts(t, db, "SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name")
	if len(views) < 40 {
		t.Fatalf("there are %d views", len(views))
	}
	const document = "SEARCH v USING INDEX sqlite_autoindex_l2c_version_1 (tenant_id=? AND kind=? AND id=? AND version=?)"
	for _, view := range views {
		columns := texts(t, db, "SELECT name FROM pragma_table_info('"+view+"')")
		for _, c := range []struct{ column, where, want string }{
			{"tenant_id", "", "(tenant_id=? AND kind=?)"},
			{"state", " AND state = 'open'", "l2c_record_state (tenant_id=? AND kind=? AND state=?)"},
			{"owner_id", " AND owner_id = '7'", "(tenant_id=? AND kind=?)"},
			{"updated_at", " AND updated_at >= '2026'", "l2c_record_updated (tenant_id=? AND kind=? AND updated_at>?)"},
			{"version", " AND id = '7'", "PRIMARY KEY (tenant_id=? AND kind=? AND id=?)"},
		} {
			if !slices.Contains(columns, c.column) {
				continue // of a list
			}
			plan := explained(t, db, "SELECT * FROM "+view+" WHERE tenant_id = 'default'"+c.where)
			if len(plan) < 2 || !strings.HasPrefix(plan[0], "SEARCH r USING ") || !strings.HasSuffix(plan[0], c.want) || plan[1] != document {
				t.Errorf("%s by %s: the plan is %q, want records by %s, then %s", view, c.column, plan, c.want, document)
			}
		}
	}
}

// planOf is how SQLite goes about the next page of a search whose narrowest condition
// so many records meet.
func planOf(t *testing.T, db *sql.DB, many int64, q storage.Query) (plan []string) {
	t.Helper()
	dialect := sqlkit.Dialect{
		Select: "r.keys",
		Param:  func(n int) string { return fmt.Sprint("?", n) },
		Column: func(f storage.Field) string {
			if f == storage.FieldAmount {
				return "amount_key"
			}
			return string(f)
		},
		Value: func(_ storage.Field, v any) any { return fmt.Sprint(v) },
	}
	search, err := sqlkit.NewSearch(dialect, sqlkit.Names{Prefix: "l2c_"}, storage.Default, q)
	if err != nil {
		t.Fatal(err)
	}
	search.Probed(many)
	text, args, _ := search.Page()
	return explained(t, db, text, args...)
}

// explained is how SQLite goes about a query.
func explained(t *testing.T, db *sql.DB, query string, args ...any) (plan []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, step)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		t.Fatal(err)
	}
	return plan
}

// Opening and using a store changes nothing in the schema; the columns of views are
// published: a change shows here.
func TestViewColumnsAndNoDrift(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "views.db")
	db := openDB(t, file)
	migrate(t, db, sqlkit.Newest)
	before := texts(t, db, everything)
	if err := journeytest.Play(t.Context(), client(t, openFile(t, file)), "", nil); err != nil {
		t.Fatal(err)
	}
	if after := texts(t, db, everything); !slices.Equal(before, after) {
		t.Errorf("the schema was %v and is %v", before, after)
	}
	const golden = "testdata/views.txt"
	got := strings.Join(texts(t, db, `SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'view' ORDER BY m.name, c.cid`), "\n") + "\n"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the columns of views differ from %s, run go test -update and review the difference; got\n%s", golden, got)
	}
	shown := texts(t, db, "SELECT q.total_amount || ' ' || count(l.line_number) FROM l2c_quote q JOIN l2c_quote_line l ON l.quote_id = q.id WHERE q.state = 'won'")
	if fmt.Sprint(shown) != "[916.47 3]" {
		t.Errorf("the views show %v, want one quote of 916.47 with 3 lines", shown)
	}
}

// A field that is published is a column of its kind's view: by its name, as several
// that begin with it, or as a view of its elements. Attachments hold bytes, and
// processes and their definitions are objects, which are nothing for columns.
func TestViewsHaveEveryField(t *testing.T) {
	t.Parallel()
	columns := make(map[string][]string)
	text, err := os.ReadFile("testdata/views.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		view, column, _ := strings.Cut(strings.TrimSpace(line), ".")
		columns[view] = append(columns[view], column)
	}
	fields, err := os.ReadFile("../../docs/fields.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range kinds.Kinds() {
		if kind == kinds.Attachment || kind == kinds.Process || kind == kinds.ProcessDefinition {
			continue
		}
		_, section, _ := strings.Cut(string(fields), "\n## "+string(kind)+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		view, n := "l2c_"+string(kind), 0
		for line := range strings.Lines(section) {
			cells := strings.Split(line, "|")
			if len(cells) < 4 || !strings.HasPrefix(cells[1], " `") {
				continue
			}
			n++
			field := strings.Trim(cells[1], " `")
			shown := slices.ContainsFunc(columns[view], func(column string) bool {
				return column == field || strings.HasPrefix(column, strings.TrimSuffix(field, "_id")+"_")
			})
			if strings.HasPrefix(cells[3], " list of ") {
				element := view + "_" + strings.TrimSuffix(field, "s")
				if plural, ok := strings.CutSuffix(field, "ies"); ok {
					element = view + "_" + plural + "y"
				} else if plural, ok := strings.CutSuffix(field, "sses"); ok {
					element = view + "_" + plural + "ss"
				}
				shown = len(columns[element]) > 0
			}
			if !shown {
				t.Errorf("%s does not show %s", view, field)
			}
		}
		if n == 0 {
			t.Errorf("no field of %s is published", kind)
		}
	}
}

func TestInTx(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "host.db")
	store := openFile(t, file)
	db := openDB(t, file)
	for _, commits := range []bool{false, true} {
		tx, err := db.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		c := client(t, store).On(sqlite.InTx(tx))
		if err := journeytest.Play(t.Context(), c, "", nil); err != nil {
			t.Fatal(err)
		}
		create := leadtocash.CreateLead{ID: engine.NewID[record.LeadID](), Fields: leadtocash.LeadFields{Topic: "desks", LastName: "Roe"}}
		if _, err := c.Leads().Create(t.Context(), create); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Leads().Create(t.Context(), create); !errors.Is(err, codes.ErrConflict) {
			t.Errorf("the same lead again: got %v, want a conflict, undone alone", err)
		}
		end := tx.Rollback
		if commits {
			end = tx.Commit
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
	}
	n, err := storage.Count(t.Context(), store, storage.Default, storage.Query{Kind: "lead"})
	if err != nil || n != 2 {
		t.Errorf("%d leads are stored, %v; want the 2 that were committed", n, err)
	}
	violations, err := storage.Verify(t.Context(), store, storage.Default)
	if err != nil || len(violations) > 0 {
		t.Errorf("verify: %v, %v", violations, err)
	}
}

// A transaction that only reads cannot become one that writes while another does.
func TestInTxMustWrite(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "host.db")
	store := openFile(t, file)
	db, err := sql.Open("sqlite", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = store.Update(t.Context(), storage.Default, func(ctx context.Context, _ storage.Tx) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }() // nothing was written
		err = sqlite.InTx(tx).Update(t.Context(), storage.Default, func(context.Context, storage.Tx) error { return nil })
		if !errors.Is(err, storage.ErrNotSerializable) || !strings.Contains(err.Error(), "BEGIN IMMEDIATE") {
			t.Errorf("got %v, want ErrNotSerializable and how to begin", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
