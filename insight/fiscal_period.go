package insight

import (
	"time"

	"github.com/leadtocash/leadtocash/value"
)

// FiscalPeriod is a part of a fiscal year.
type FiscalPeriod = value.Choice[fiscalPeriodSet]

// The values of [FiscalPeriod]. Those of four weeks are for imports alone.
const (
	FiscalQuarter1 FiscalPeriod = iota + 1
	FiscalQuarter2
	FiscalQuarter3
	FiscalQuarter4
	FiscalJanuary
	FiscalFebruary
	FiscalMarch
	FiscalApril
	FiscalMay
	FiscalJune
	FiscalJuly
	FiscalAugust
	FiscalSeptember
	FiscalOctober
	FiscalNovember
	FiscalDecember
	FiscalSemester1
	FiscalSemester2
	FiscalAnnual
	FiscalFourWeeks1
	FiscalFourWeeks2
	FiscalFourWeeks3
	FiscalFourWeeks4
	FiscalFourWeeks5
	FiscalFourWeeks6
	FiscalFourWeeks7
	FiscalFourWeeks8
	FiscalFourWeeks9
	FiscalFourWeeks10
	FiscalFourWeeks11
	FiscalFourWeeks12
	FiscalFourWeeks13
)

type fiscalPeriodSet struct{}

func (fiscalPeriodSet) Table() (string, []value.Option) { return "fiscal_period", fiscalPeriodTable }

var fiscalPeriodTable = value.Options(
	value.Option{Key: "quarter_1", Label: "Quarter 1", Code: 1},
	value.Option{Key: "quarter_2", Label: "Quarter 2", Code: 2},
	value.Option{Key: "quarter_3", Label: "Quarter 3", Code: 3},
	value.Option{Key: "quarter_4", Label: "Quarter 4", Code: 4},
	value.Option{Key: "january", Label: "January", Code: 101},
	value.Option{Key: "february", Label: "February", Code: 102},
	value.Option{Key: "march", Label: "March", Code: 103},
	value.Option{Key: "april", Label: "April", Code: 104},
	value.Option{Key: "may", Label: "May", Code: 105},
	value.Option{Key: "june", Label: "June", Code: 106},
	value.Option{Key: "july", Label: "July", Code: 107},
	value.Option{Key: "august", Label: "August", Code: 108},
	value.Option{Key: "september", Label: "September", Code: 109},
	value.Option{Key: "october", Label: "October", Code: 110},
	value.Option{Key: "november", Label: "November", Code: 111},
	value.Option{Key: "december", Label: "December", Code: 112},
	value.Option{Key: "semester_1", Label: "Semester 1", Code: 201},
	value.Option{Key: "semester_2", Label: "Semester 2", Code: 202},
	value.Option{Key: "annual", Label: "Annual", Code: 301},
	value.Option{Key: "p1", Label: "P1", Code: 401},
	value.Option{Key: "p2", Label: "P2", Code: 402},
	value.Option{Key: "p3", Label: "P3", Code: 403},
	value.Option{Key: "p4", Label: "P4", Code: 404},
	value.Option{Key: "p5", Label: "P5", Code: 405},
	value.Option{Key: "p6", Label: "P6", Code: 406},
	value.Option{Key: "p7", Label: "P7", Code: 407},
	value.Option{Key: "p8", Label: "P8", Code: 408},
	value.Option{Key: "p9", Label: "P9", Code: 409},
	value.Option{Key: "p10", Label: "P10", Code: 410},
	value.Option{Key: "p11", Label: "P11", Code: 411},
	value.Option{Key: "p12", Label: "P12", Code: 412},
	value.Option{Key: "p13", Label: "P13", Code: 413},
)

// isImported reports whether only imports have the period: those of four weeks.
func isImported(p FiscalPeriod) bool { return p.Code() > 400 }

// FiscalYear is the day on which fiscal years begin: the zero value is January 1st. A
// day that the month does not have is its last one.
type FiscalYear struct {
	Month time.Month
	Day   int
}

// Period returns the first and the last day of a period of the fiscal year that begins in
// a calendar year; false for a year that is none, no period, and one of four weeks, whose
// days are the host's. January is the month that begins in January, be it in the year
// after.
func (f FiscalYear) Period(year int, p FiscalPeriod) (from, to value.Date, ok bool) {
	first, months := 0, 0
	switch code := p.Code(); {
	case year < 1 || isImported(p) || p == 0:
		return 0, 0, false
	case code < 100: // a quarter
		first, months = 3*(code-1), 3
	case code < 200: // a month
		first, months = (code-101-int(f.begin())+13)%12, 1
	case code < 300: // a semester
		first, months = 6*(code-201), 6
	default:
		first, months = 0, 12
	}
	return f.day(year, first), f.day(year, first+months).AddDays(-1), true
}

// begin is the month in which fiscal years begin.
func (f FiscalYear) begin() time.Month { return max(f.Month, time.January) }

// day is the day on which a month of the fiscal year begins, counted from 0.
func (f FiscalYear) day(year, month int) value.Date {
	first := time.Date(year, f.begin()+time.Month(month), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return value.DateOf(first.AddDate(0, 0, min(max(f.Day, 1), last)-1), time.UTC)
}
