package insight

import (
	"slices"
	"strings"

	"github.com/leadtocash/leadtocash/money"
)

// tables are the rows of a report on their way: those of one figure for each
// currency, each with cells of its own, and the cells of the total.
type tables[C any] struct {
	run *run
	all map[money.Currency]*table[C]
}

type table[C any] struct {
	currency money.Currency
	rows     map[string]*line[C]
	total    C
}

type line[C any] struct {
	key   []string
	cells C
}

func newTables[C any](r *run) *tables[C] {
	return &tables[C]{run: r, all: map[money.Currency]*table[C]{}}
}

// of is the table of a currency.
func (t *tables[C]) of(c money.Currency) *table[C] {
	if t.all[c] == nil {
		t.all[c] = &table[C]{currency: c, rows: map[string]*line[C]{}}
	}
	return t.all[c]
}

// row is the row of a key.
func (t *table[C]) row(key []string) *C {
	joined := strings.Join(key, "\x00")
	if t.rows[joined] == nil {
		t.rows[joined] = &line[C]{key: slices.Clone(key)}
	}
	return &t.rows[joined].cells
}

// each calls f with the cells of a row and those of the total.
func (t *table[C]) each(key []string, f func(*C)) {
	f(t.row(key))
	f(&t.total)
}

// sorted returns the rows by key, from left to right.
func (t *table[C]) sorted() []*line[C] {
	list := make([]*line[C], 0, len(t.rows))
	for _, l := range t.rows {
		list = append(list, l)
	}
	slices.SortFunc(list, func(a, b *line[C]) int { return slices.Compare(a.key, b.key) })
	return list
}

// figures shows the table of each currency, by code: one of nothing in the base
// currency if there is none.
func figures[C, F any](t *tables[C], show func(*table[C]) F) ([]F, error) {
	if err := t.run.refusal(); err != nil {
		return nil, err
	}
	if len(t.all) == 0 {
		t.of(t.run.Base)
	}
	list := make([]F, 0, len(t.all))
	for _, c := range sortedCurrencies(t.all) {
		list = append(list, show(t.all[c]))
	}
	return list, nil
}

// rowsOf shows the rows of a table.
func rowsOf[C, R any](t *table[C], show func(key []string, cells *C) R) []R {
	rows := make([]R, 0, len(t.rows))
	for _, l := range t.sorted() {
		rows = append(rows, show(l.key, &l.cells))
	}
	return rows
}
