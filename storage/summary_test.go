package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/storage"
)

func yielding(records ...*storage.Record) func(func(*storage.Record, error) bool) {
	return func(yield func(*storage.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func withAmount(r *storage.Record, text string) *storage.Record {
	r.Amount = decimal.NullDecimal{Decimal: decimal.RequireFromString(text), Valid: true}
	return r
}

// Groups ascend, missing last; a record counts in the group of each of its keys.
func TestFoldGroups(t *testing.T) {
	t.Parallel()
	records := yielding(quote(1), quote(2), bare(3))
	for _, tt := range []struct {
		by   []storage.Dim
		want string
	}{
		{nil, "[{[] 3}]"},
		{[]storage.Dim{{Field: storage.FieldState}}, "[{[active] 2} {[<nil>] 1}]"},
		{[]storage.Dim{{Field: storage.FieldDueOn}}, "[{[20260630] 2} {[<nil>] 1}]"},
		{[]storage.Dim{{Field: storage.FieldDueOn, Unit: storage.UnitMonth}}, "[{[202606] 2} {[<nil>] 1}]"},
		{[]storage.Dim{{Field: storage.FieldDueOn, Unit: storage.UnitYear}}, "[{[2026] 2} {[<nil>] 1}]"},
		{[]storage.Dim{{Field: storage.FieldKey, Key: "tag"}}, "[{[a] 2} {[b] 2} {[<nil>] 1}]"},
		{[]storage.Dim{{Field: storage.FieldCreatedAt, Cuts: []time.Time{noon, noon.Add(time.Hour)}}}, "[{[1] 3}]"},
		{[]storage.Dim{{Field: storage.FieldKey, Key: "tag"}, {Field: storage.FieldCurrency}}, "[{[a EUR] 2} {[b EUR] 2} {[<nil> <nil>] 1}]"},
	} {
		groups, err := storage.Fold(storage.Summary{Kind: "quote", By: tt.by}, records)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, g := range groups {
			got = append(got, fmt.Sprintf("{%v %d}", g.By, g.Count))
		}
		if fmt.Sprint(got) != tt.want {
			t.Errorf("by %v: %v, want %s", tt.by, got, tt.want)
		}
	}
}

// Sums lose no digit, whatever their size, scale and sign; equal values are one group.
func TestFoldIsExact(t *testing.T) {
	t.Parallel()
	huge := "99999999999999999999999999999999999999"
	records := yielding(
		withAmount(bare(1), huge), withAmount(bare(2), "0.00000000000000000000000000000000000001"), withAmount(bare(3), "-"+huge),
		withAmount(bare(4), "1"), withAmount(bare(5), "1.0"), bare(6),
	)
	s := storage.Summary{Kind: "quote", Of: []storage.Field{storage.FieldAmount}}
	groups, err := storage.Fold(s, records)
	if err != nil {
		t.Fatal(err)
	}
	total := groups[0].Of[0]
	if got := total.Sum.String(); got != "2.00000000000000000000000000000000000001" || total.Count != 5 || groups[0].Count != 6 {
		t.Errorf("%d of %d come to %s", total.Count, groups[0].Count, got)
	}
	if total.Min.String() != "-"+huge || total.Max.String() != huge {
		t.Errorf("between %s and %s", total.Min, total.Max)
	}
	s.By = []storage.Dim{{Field: storage.FieldAmount}}
	if groups, err = storage.Fold(s, records); err != nil || len(groups) != 5 {
		t.Errorf("%d groups, want 5, one of them of 1 and 1.0: %v", len(groups), err)
	}
}

// A summary of nothing is one group without dimensions, and none with them.
func TestFoldOfNothing(t *testing.T) {
	t.Parallel()
	s := storage.Summary{Kind: "quote", Of: []storage.Field{storage.FieldAmount}}
	if groups, err := storage.Fold(s, yielding()); err != nil || len(groups) != 1 || groups[0].Count != 0 || len(groups[0].Of) != 1 {
		t.Errorf("%v, %v", groups, err)
	}
	s.By = []storage.Dim{{Field: storage.FieldState}}
	if groups, err := storage.Fold(s, yielding()); err != nil || len(groups) != 0 {
		t.Errorf("%v, %v", groups, err)
	}
}

func TestFoldOfTooManyGroups(t *testing.T) {
	t.Parallel()
	s := storage.Summary{Kind: "quote", By: []storage.Dim{{Field: storage.FieldID}}, Most: 2}
	if groups, err := storage.Fold(s, yielding(bare(1), bare(2), bare(1))); err != nil || len(groups) != 2 {
		t.Errorf("two groups: %v, %v", groups, err)
	}
	if groups, err := storage.Fold(s, yielding(bare(1), bare(2), bare(3))); !errors.Is(err, storage.ErrTooMany) || !errors.Is(err, storage.ErrInvalid) || groups != nil {
		t.Errorf("three groups: %v, %v", groups, err)
	}
	ids := []uuid.UUID{{15: 1}, {15: 2}}
	if groups, _ := storage.Fold(s, yielding(bare(2), bare(1))); !slices.Equal([]any{groups[0].By[0], groups[1].By[0]}, []any{ids[0], ids[1]}) {
		t.Errorf("groups out of order: %v", groups)
	}
}
