package value_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/value"
)

func ExampleDate() {
	due, err := value.ParseDate("2024-01-31")
	if err != nil {
		fmt.Println(err)
		return
	}
	later := due.AddDays(30)
	fmt.Println(later, later.Quarter(), due.DaysUntil(later), due.Before(later))

	berlin := time.FixedZone("CET", 60*60)
	fmt.Println(value.DateOf(time.Date(2024, 12, 31, 23, 30, 0, 0, time.UTC), berlin))
	// Output:
	// 2024-03-01 2024Q1 30 true
	// 2025-01-01
}

// days draws days of the calendar.
var days = rapid.Custom(func(t *rapid.T) value.Date {
	first, _ := value.NewDate(1, time.January, 1)
	return first.AddDays(rapid.IntRange(0, 3652058).Draw(t, "day"))
})

func TestDateText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "2026-1-31", "2026-02-30", "2025-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "0000-01-01", "2026/01/31",
		"20260131", "2026-01-31T00:00:00Z", "+026-01-31", "2026-01-3x", "２０２６-01", "2026-01-311",
	} {
		if d, err := value.ParseDate(text); !errors.Is(err, codes.ErrInvalid) || d != 0 {
			t.Errorf("%q is read as %s, %v", text, d, err)
		}
	}
	for _, text := range []string{"2026-01-31", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"} {
		if d, err := value.ParseDate(text); err != nil || d.String() != text || !d.Valid() {
			t.Errorf("%s is read as %s, %v", text, d, err)
		}
	}
}

func TestDateParts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := days.Draw(t, "day")
		at := d.Time(time.UTC)
		if d.Year() != at.Year() || d.Month() != at.Month() || d.Day() != at.Day() {
			t.Fatalf("%s is %s", d, at)
		}
		if want := at.Format("20060102"); fmt.Sprint(int32(d)) != fmt.Sprint(mustInt(t, want)) {
			t.Fatalf("%s is the integer %d, want %s", d, d, want)
		}
		if want := fmt.Sprintf("%04dQ%d", at.Year(), (int(at.Month())+2)/3); d.Quarter() != want {
			t.Fatalf("%s is in %s, want %s", d, d.Quarter(), want)
		}
		if back, err := value.NewDate(d.Year(), d.Month(), d.Day()); err != nil || back != d {
			t.Fatalf("%s is made anew as %s, %v", d, back, err)
		}
		if back, err := value.ParseDate(d.String()); err != nil || back != d {
			t.Fatalf("%s is read back as %s, %v", d, back, err)
		}
	})
}

func mustInt(t *rapid.T, text string) (n int) {
	if _, err := fmt.Sscanf(text, "%d", &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDateArithmetic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d, e := days.Draw(t, "d"), days.Draw(t, "e")
		n := d.DaysUntil(e)
		if d.AddDays(n) != e || e.AddDays(-n) != d || e.DaysUntil(d) != -n {
			t.Fatalf("from %s to %s there are %d days", d, e, n)
		}
		if d.Before(e) != (n > 0) || d.After(e) != (n < 0) || d.Compare(e) != -e.Compare(d) || (d.Compare(e) < 0) != (n > 0) {
			t.Fatalf("%s and %s, %d days apart, are in the wrong order", d, e, n)
		}
	})
	last, _ := value.NewDate(9999, time.December, 31)
	first, _ := value.NewDate(1, time.January, 1)
	for _, n := range []int{1, 400, math.MaxInt} {
		if got := last.AddDays(n); got != last {
			t.Errorf("%d days after the last day is %s", n, got)
		}
		if got := first.AddDays(-n); got != first {
			t.Errorf("%d days before the first day is %s", n, got)
		}
	}
	if got := first.AddDays(math.MaxInt); got != last {
		t.Errorf("for ever is until %s", got)
	}
	if got := last.AddDays(math.MinInt); got != first {
		t.Errorf("for ever is since %s", got)
	}
}

func TestDateUnset(t *testing.T) {
	t.Parallel()
	var unset value.Date
	day, _ := value.ParseDate("2026-01-31")
	if !unset.IsZero() || unset.Valid() || unset.String() != "" || unset.Quarter() != "" || unset.AddDays(5) != 0 ||
		unset.DaysUntil(day) != 0 || day.DaysUntil(unset) != 0 || !unset.Time(time.UTC).IsZero() || !unset.Before(day) {
		t.Error("a date that is not set behaves like one")
	}
	for _, d := range []value.Date{-1, 20260230, 20261301, 99991232, 123, 100000101} {
		if d.Valid() {
			t.Errorf("the integer %d is a day", d)
		}
		if text, err := json.Marshal(d); !errors.Is(err, codes.ErrInvalid) {
			t.Errorf("the integer %d is written as %s, %v", d, text, err)
		}
	}
}

func TestDateOf(t *testing.T) {
	t.Parallel()
	east, west := time.FixedZone("east", 14*60*60), time.FixedZone("west", -12*60*60)
	noon := time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		at   time.Time
		loc  *time.Location
		want string
	}{
		{noon, nil, "2026-06-30"},
		{noon, east, "2026-07-01"},
		{noon, west, "2026-06-30"},
		{noon.Add(-time.Nanosecond), west, "2026-06-29"},
		{noon.In(east), time.UTC, "2026-06-30"},
		{time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC), nil, "0001-01-01"},
		{time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC), nil, "9999-12-31"},
	} {
		if got := value.DateOf(test.at, test.loc).String(); got != test.want {
			t.Errorf("%s falls on %s, want %s", test.at, got, test.want)
		}
	}
	day, _ := value.ParseDate("2026-07-01")
	if begins := day.Time(east); !begins.Equal(noon.Add(-2 * time.Hour)) {
		t.Errorf("%s begins at %s in the east", day, begins)
	}
	if begins := day.Time(nil); begins.Location() != time.UTC {
		t.Errorf("%s begins in %s without a location", day, begins.Location())
	}
}

func TestDateJSON(t *testing.T) {
	t.Parallel()
	type record struct {
		DueOn value.Date `json:"due_on,omitzero"`
	}
	day, _ := value.ParseDate("2026-01-31")
	for text, want := range map[string]record{`{"due_on":"2026-01-31"}`: {day}, `{}`: {}} {
		var got record
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s is read as %+v, %v", text, got, err)
		}
		if written := testkit.Canonical(t, want); written != text {
			t.Errorf("%+v is written as %s, want %s", want, written, text)
		}
	}
	got := record{day}
	if err := json.Unmarshal([]byte(`{"due_on":"31.01.2026"}`), &got); !errors.Is(err, codes.ErrInvalid) || got.DueOn != day {
		t.Errorf("a day in another form is read as %+v, %v", got, err)
	}
}

func FuzzDate(f *testing.F) {
	for _, seed := range []string{"2026-01-31", "2024-02-29", "", "0000-00-00", "9999-12-31", "2026-02-30"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var d value.Date
		if err := d.UnmarshalText([]byte(text)); err != nil {
			return
		}
		if written, err := d.MarshalText(); err != nil || string(written) != text {
			t.Fatalf("%q is written as %q, %v", text, written, err)
		}
		if at, err := time.Parse(time.DateOnly, text); text != "" && (err != nil || value.DateOf(at, nil) != d) {
			t.Fatalf("%q is read as %s, package time says %s, %v", text, d, at, err)
		}
	})
}
