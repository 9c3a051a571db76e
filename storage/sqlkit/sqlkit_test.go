package sqlkit_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

func TestNames(t *testing.T) {
	t.Parallel()
	for _, n := range []sqlkit.Names{{}, {Prefix: "l2c_"}, {Schema: "sales_2", Prefix: "x"}} {
		if err := n.Validate(); err != nil {
			t.Errorf("%+v: %v", n, err)
		}
	}
	for _, n := range []sqlkit.Names{{Prefix: "2x"}, {Schema: "Sales"}, {Prefix: `x"; drop`}, {Schema: strings.Repeat("x", 33)}} {
		if err := n.Validate(); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("%+v: got %v, want ErrInvalid", n, err)
		}
	}
	if got := (sqlkit.Names{Schema: "sales", Prefix: "l2c_"}).Table("record"); got != `"sales".l2c_record` {
		t.Errorf("got %s", got)
	}
}

var dialect = sqlkit.Dialect{
	Select: "r.id",
	Param:  func(n int) string { return fmt.Sprint("$", n) },
	Column: func(f storage.Field) string { return string(f) },
	Value:  func(_ storage.Field, v any) any { return v },
}

func ExampleSearch() {
	q := storage.Query{Kind: "quote", Order: storage.FieldNumber, Limit: 10, Where: []storage.Cond{
		{Field: storage.FieldState, Op: storage.OpIn, Values: []any{"draft", "active"}},
		{Field: storage.FieldKey, Key: "opportunity_id", Op: storage.OpEq, Values: []any{"7"}},
	}}
	search, err := sqlkit.NewSearch(dialect, sqlkit.Names{Prefix: "l2c_"}, storage.Default, q)
	if err != nil {
		fmt.Println(err)
		return
	}
	for text, args, ok := search.Page(); ok; text, args, ok = search.Page() {
		fmt.Println(text)
		fmt.Println(args...)
		search.Seen(0, nil) // nothing found
	}
	// Output:
	// SELECT r.id FROM l2c_record r WHERE r.tenant_id = $1 AND r.kind = $2 AND r.state IN ($3, $4) AND r.id IN (SELECT k.id FROM l2c_key k WHERE k.tenant_id = $1 AND k.kind = $2 AND k.name = $5 AND k.value = $6) AND r.number IS NOT NULL ORDER BY r.number, r.id LIMIT 10
	// default quote draft active opportunity_id 7
	// SELECT r.id FROM l2c_record r WHERE r.tenant_id = $1 AND r.kind = $2 AND r.state IN ($3, $4) AND r.id IN (SELECT k.id FROM l2c_key k WHERE k.tenant_id = $1 AND k.kind = $2 AND k.name = $5 AND k.value = $6) AND r.number IS NULL ORDER BY r.number, r.id LIMIT 10
	// default quote draft active opportunity_id 7
}

// Find yields every page's records and ends with what read cannot do, or what nobody
// could answer.
func TestFind(t *testing.T) {
	t.Parallel()
	q := storage.Query{Kind: "quote", Order: storage.FieldID}
	pages, fails := 0, errors.New("broken")
	var got []int64
	var last error
	reading := sqlkit.Reading{Check: ready, Page: func(string, []any) ([]*storage.Record, error) {
		if pages++; pages == 3 {
			return nil, fails
		}
		page := make([]*storage.Record, []int{64, 256}[pages-1]) // both full
		for i := range page {
			page[i] = &storage.Record{Header: storage.Header{Ref: storage.Ref{Kind: "quote", ID: uuid.UUID{1}}, Version: int64(i)}}
		}
		return page, nil
	}}
	for rec, err := range sqlkit.Find(dialect, sqlkit.Names{}, storage.Default, q, reading) {
		if err != nil {
			last = err
			continue
		}
		got = append(got, rec.Version)
	}
	if len(got) != 64+256 || got[63] != 63 || got[319] != 255 || !errors.Is(last, fails) {
		t.Errorf("%d records were found, and %v; want 320 in order and the error of the third page", len(got), last)
	}
	for _, err := range sqlkit.Find(dialect, sqlkit.Names{}, storage.Default, storage.Query{}, reading) {
		if last = err; !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("a query without a kind: got %v", err)
		}
	}
	pages = 0
	reading.Check = readyFor(2+10, fails) // the query, its first page and ten records
	got = nil
	for rec, err := range sqlkit.Find(dialect, sqlkit.Names{}, storage.Default, q, reading) {
		if last = err; err == nil {
			got = append(got, rec.Version)
		}
	}
	if len(got) != 10 || pages != 1 || !errors.Is(last, fails) {
		t.Errorf("a transaction that ends during the loop: %d records of %d pages were found, and %v; want 10 of one and its error", len(got), pages, last)
	}
}

func ready() error { return nil }

// readyFor agrees n times and then fails.
func readyFor(n int, err error) func() error {
	return func() error {
		if n--; n < 0 {
			return err
		}
		return nil
	}
}

// A history is read in pages of the size, up to the first that is not full; an error
// of a page or of the check ends it.
func TestHistory(t *testing.T) {
	t.Parallel()
	const size, all = 3, 7
	var asked []storage.Event
	page := func(after storage.Event) ([]storage.Event, error) {
		asked = append(asked, after)
		var events []storage.Event
		for n := after.Ordinal + 1; n < all && len(events) < size; n++ {
			events = append(events, storage.Event{Version: 1, Ordinal: n})
		}
		return events, nil
	}
	read := func(check func() error, page func(storage.Event) ([]storage.Event, error)) (ordinals []int32, last error) {
		asked = nil
		for e, err := range sqlkit.History(size, check, page) {
			if last = err; err == nil {
				ordinals = append(ordinals, e.Ordinal)
			}
		}
		return ordinals, last
	}
	if got, err := read(ready, page); err != nil || !slices.Equal(got, []int32{0, 1, 2, 3, 4, 5, 6}) || len(asked) != 3 || asked[0] != (storage.Event{Ordinal: -1}) {
		t.Errorf("seven events in pages of three: got %v and %v, asked behind %v", got, err, asked)
	}
	fails := errors.New("broken")
	if got, err := read(readyFor(2, fails), page); len(got) != 1 || !errors.Is(err, fails) {
		t.Errorf("a transaction that ends behind the first event: got %v and %v", got, err)
	}
	if got, err := read(readyFor(4, fails), page); len(got) != 3 || len(asked) != 1 || !errors.Is(err, fails) {
		t.Errorf("a transaction that ends behind the first page: got %v and %v, asked behind %v", got, err, asked)
	}
	if got, err := read(ready, func(storage.Event) ([]storage.Event, error) { return nil, fails }); got != nil || !errors.Is(err, fails) {
		t.Errorf("a page that fails: got %v and %v", got, err)
	}
	for range sqlkit.History(size, ready, page) {
		break // as a caller may
	}
}

// A page by a key that many records have is looked for in its order; an error of the
// count ends the search.
func TestFind_commonKey(t *testing.T) {
	t.Parallel()
	q := storage.Query{Kind: "quote", Limit: 10, Where: []storage.Cond{{Field: storage.FieldKey, Key: "region", Op: storage.OpIn, Values: []any{"north", "south"}}}}
	const (
		probe = "SELECT count(*) FROM (SELECT DISTINCT k.id FROM key k WHERE k.tenant_id = $1 AND k.kind = $2 AND k.name = $3 AND k.value IN ($4, $5) LIMIT 5001) AS k"
		rare  = "r.id IN (SELECT DISTINCT k.id FROM key k WHERE k.tenant_id = $1 AND k.kind = $2 AND k.name = $3 AND k.value IN ($4, $5))"
		often = "EXISTS (SELECT 1 FROM key k WHERE k.tenant_id = $1 AND k.kind = $2 AND k.name = $3 AND k.value IN ($4, $5) AND k.id = r.id)"
	)
	for n, want := range map[int64]string{0: rare, 5000: rare, 5001: often} {
		var asked, got string
		for range sqlkit.Find(dialect, sqlkit.Names{}, storage.Default, q, sqlkit.Reading{
			Check: ready,
			Page: func(text string, _ []any) ([]*storage.Record, error) {
				got = text
				return nil, nil
			},
			Count: func(text string, args []any) (int64, error) {
				asked = text
				if len(args) != 5 {
					t.Errorf("the probe has the arguments %v", args)
				}
				return n, nil
			},
		}) {
		}
		if asked != probe || !strings.Contains(got, want) {
			t.Errorf("with %d records: asked %q and searched %q, want %s", n, asked, got, want)
		}
	}
	q.Where = []storage.Cond{{Field: storage.FieldState, Op: storage.OpEq, Values: []any{"open"}}}
	for order, want := range map[storage.Field]string{storage.FieldAmount: "r.state || '' = $3", storage.FieldCreatedAt: "r.state = $3"} {
		q.Order = order
		var got string
		for range sqlkit.Find(dialect, sqlkit.Names{}, storage.Default, q, sqlkit.Reading{
			Check: ready,
			Page: func(text string, _ []any) ([]*storage.Record, error) {
				got += text
				return nil, nil
			},
			Count: func(string, []any) (int64, error) { return 5001, nil },
		}) {
		}
		if !strings.Contains(got, want) {
			t.Errorf("thousands are open: searched %q in the order of %s, want %s", got, order, want)
		}
	}
	q.Order = storage.FieldAmount
	broken := errors.New("broken")
	for _, err := range sqlkit.Find(dialect, sqlkit.Names{}, storage.Default, q, sqlkit.Reading{Check: ready, Count: func(string, []any) (int64, error) { return 0, broken }}) {
		if !errors.Is(err, broken) {
			t.Errorf("a failing count: got %v", err)
		}
	}
}

// Whatever the ids of transactions, none comes before one whose version it
// continues, and each comes once.
func TestSequence(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		versions := make(map[storage.Ref]int64)
		after := make(map[uuid.UUID]int)
		var written []sqlkit.Written
		for n := range rapid.IntRange(1, 20).Draw(t, "transactions") {
			tx := uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
			if _, used := after[tx]; used {
				continue
			}
			after[tx] = n
			for range rapid.IntRange(1, 3).Draw(t, "writes") {
				ref := storage.Ref{Kind: "thing", ID: uuid.UUID{15: rapid.Byte().Draw(t, "ref") % 4}}
				versions[ref]++
				written = append(written, sqlkit.Written{Tx: tx, Ref: ref, Version: versions[ref]})
			}
		}
		shown := slices.Clone(written)
		slices.SortStableFunc(shown, func(a, b sqlkit.Written) int { return strings.Compare(a.Tx.String(), b.Tx.String()) })
		place := make(map[uuid.UUID]int)
		order := sqlkit.Sequence(shown)
		for i, tx := range order {
			place[tx] = i
		}
		if len(order) != len(after) || len(place) != len(after) {
			t.Fatalf("%d transactions in order, %d of them different, want %d", len(order), len(place), len(after))
		}
		by := make(map[string]uuid.UUID)
		for _, w := range written {
			by[fmt.Sprint(w.Ref, w.Version)] = w.Tx
			if before, ok := by[fmt.Sprint(w.Ref, w.Version-1)]; ok && place[before] > place[w.Tx] {
				t.Fatalf("version %d of %s comes before the one it continues", w.Version, w.Ref)
			}
		}
	})
}

var errAgain = errors.New("again")

func TestRetry(t *testing.T) {
	t.Parallel()
	again := func(err error) bool { return errors.Is(err, errAgain) }
	retry := sqlkit.Retry{Attempts: 4, Base: time.Microsecond}
	for _, fails := range []int{0, 3, 4} {
		runs := 0
		err := retry.Do(t.Context(), again, func() error {
			if runs++; runs <= fails {
				return errAgain
			}
			return nil
		})
		if want := min(fails+1, 4); runs != want {
			t.Errorf("%d failures: ran %d times, want %d", fails, runs, want)
		}
		if spent := fails == 4; errors.Is(err, storage.ErrRetry) != spent || (err != nil) != spent {
			t.Errorf("%d failures: got %v", fails, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	slow := sqlkit.Retry{Base: time.Hour}
	err := slow.Do(ctx, again, func() error { cancel(); return errAgain })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a pause whose context ends: got %v", err)
	}
}

func TestLoadAndPlan(t *testing.T) {
	t.Parallel()
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	files := fstest.MapFS{
		"0001_one.up.sql": file("CREATE TABLE {s}{p}one"), "0001_one.down.sql": file("DROP TABLE {s}{p}one"),
		"0002_two.up.sql": file("CREATE TABLE {s}{p}two"), "0002_two.down.sql": file("DROP TABLE {s}{p}two"),
	}
	names := sqlkit.Names{Schema: "sales", Prefix: "x_"}
	all, err := sqlkit.Load(files, names)
	if err != nil || len(all) != 2 || all[1].Up != `CREATE TABLE "sales".x_two` || all[0].Name != "one" {
		t.Fatalf("loaded %+v, %v", all, err)
	}
	if err := fstest.TestFS(sqlkit.Render(files, names), "0001_one.up.sql", "0002_two.down.sql"); err != nil {
		t.Error(err)
	}
	applied := []sqlkit.Applied{{Version: 1, Name: "one", Checksum: all[0].Checksum, At: time.Now()}}
	for _, c := range []struct {
		target int
		want   string
	}{{sqlkit.Newest, "[2 false]"}, {1, ""}, {2, "[2 false]"}, {sqlkit.Nothing, "[1 true]"}} {
		steps, err := sqlkit.Plan(all, applied, c.target)
		got := ""
		for _, s := range steps {
			got += fmt.Sprint([]any{s.Version, s.Reverse})
		}
		if err != nil || got != c.want {
			t.Errorf("to %d: got %s, %v; want %s", c.target, got, err, c.want)
		}
	}
	delete(files, "0001_one.up.sql")
	if _, err := sqlkit.Load(files, names); err == nil {
		t.Error("a gap in the numbers is accepted")
	}
}
