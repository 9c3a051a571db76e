package value

import (
	"cmp"
	"fmt"
	"time"

	"github.com/leadtocash/leadtocash/codes"
)

// Date is a calendar day of the years 1 to 9999, independent of time zones. As
// an integer it reads YYYYMMDD, so dates sort as numbers. The zero Date is
// "not set"; it comes before every other.
type Date int32

const (
	firstDate Date = 1_01_01
	lastDate  Date = 9999_12_31
)

// NewDate returns the day; one that does not exist, such as 30 February, is
// ErrInvalid.
func NewDate(year int, month time.Month, day int) (Date, error) {
	if year < 1 || year > 9999 || month < time.January || month > time.December || day < 1 || day > 31 {
		return 0, codes.ErrInvalid.Fault("no such day")
	}
	d := Date(year*10000 + int(month)*100 + day)
	if d != dayOf(d.Time(time.UTC)) {
		return 0, codes.ErrInvalid.Fault("no such day")
	}
	return d, nil
}

// DateOf returns the day that an instant falls on in a location, UTC if it is
// nil. An instant outside the years 1 to 9999 yields the nearest day.
func DateOf(t time.Time, loc *time.Location) Date {
	if loc == nil {
		loc = time.UTC
	}
	return dayOf(t.In(loc))
}

func dayOf(t time.Time) Date {
	year, month, day := t.Date()
	switch {
	case year < 1:
		return firstDate
	case year > 9999:
		return lastDate
	}
	return Date(year*10000 + int(month)*100 + day)
}

// ParseDate reads "2026-01-31"; anything else is ErrInvalid.
func ParseDate(text string) (Date, error) {
	if len(text) != len("2026-01-31") || text[4] != '-' || text[7] != '-' {
		return 0, codes.ErrInvalid.Fault("a date reads 2026-01-31")
	}
	number := 0
	for i := range len(text) {
		switch c := text[i]; {
		case i == 4 || i == 7:
		case c < '0' || c > '9':
			return 0, codes.ErrInvalid.Fault("a date reads 2026-01-31")
		default:
			number = number*10 + int(c-'0')
		}
	}
	return NewDate(number/10000, time.Month(number/100%100), number%100)
}

// IsZero reports whether the date is not set.
func (d Date) IsZero() bool { return d == 0 }

// Valid reports whether the integer is a day of the calendar; "not set" is not.
func (d Date) Valid() bool {
	_, err := NewDate(d.Year(), d.Month(), d.Day())
	return err == nil
}

// Year returns the year.
func (d Date) Year() int { return int(d) / 10000 }

// Month returns the month.
func (d Date) Month() time.Month { return time.Month(d / 100 % 100) }

// Day returns the day of the month.
func (d Date) Day() int { return int(d) % 100 }

// Quarter returns the calendar quarter, such as "2017Q1"; "" if the date is not
// set.
func (d Date) Quarter() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04dQ%d", d.Year(), (d.Month()+2)/3)
}

// Time returns the beginning of the day in a location, UTC if it is nil; the
// zero time if the date is not set.
func (d Date) Time(loc *time.Location) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	if loc == nil {
		loc = time.UTC
	}
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, loc)
}

// AddDays returns the day that is n days later, or earlier if n is negative,
// within the years 1 to 9999. A date that is not set stays so.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return d
	}
	const days = 9999 * 366 // more than there are
	return dayOf(d.Time(time.UTC).AddDate(0, 0, min(max(n, -days), days)))
}

// DaysUntil returns how many days later e is than d; negative if it is
// earlier, 0 if either is not set.
func (d Date) DaysUntil(e Date) int {
	if d.IsZero() || e.IsZero() {
		return 0
	}
	const day = 24 * 60 * 60
	return int((e.Time(time.UTC).Unix() - d.Time(time.UTC).Unix()) / day)
}

// Before reports whether d is earlier than e.
func (d Date) Before(e Date) bool { return d < e }

// After reports whether d is later than e.
func (d Date) After(e Date) bool { return d > e }

// Compare returns -1, 0 or 1 as d is earlier than, equal to or later than e.
func (d Date) Compare(e Date) int { return cmp.Compare(d, e) }

// String returns "2026-01-31", "" if the date is not set.
func (d Date) String() string { return string(d.append(nil)) }

func (d Date) append(b []byte) []byte {
	if d.IsZero() {
		return b
	}
	y, m, day := d.Year(), int(d.Month()), d.Day()
	return append(b,
		byte('0'+y/1000%10), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+m/10), byte('0'+m%10), '-',
		byte('0'+day/10), byte('0'+day%10))
}

// AppendText appends what String returns; an integer that is no day is
// ErrInvalid.
func (d Date) AppendText(b []byte) ([]byte, error) {
	if !d.IsZero() && !d.Valid() {
		return nil, codes.ErrInvalid.Fault("no such day")
	}
	return d.append(b), nil
}

// MarshalText returns what String returns; an integer that is no day is
// ErrInvalid.
func (d Date) MarshalText() ([]byte, error) { return d.AppendText(nil) }

// UnmarshalText accepts what MarshalText returns; the empty text is "not set".
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	v, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = v
	return nil
}
