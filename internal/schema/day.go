package schema

import (
	"reflect"
	"strings"
	"sync"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

const (
	firstDay = value.Date(1900_01_01)
	farDays  = 366
)

// doneOn is a field of a command, tagged day:"done", that says on which day something
// was done.
type doneOn struct {
	name  string
	index []int
}

var doneDays sync.Map // reflect.Type → []doneOn

func doneDaysOf(t reflect.Type) []doneOn {
	if days, known := doneDays.Load(t); known {
		return days.([]doneOn)
	}
	var days []doneOn
	if t.Kind() == reflect.Struct {
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.Tag.Get("day") == "done" {
				days = append(days, doneOn{name, f.Index})
			}
			if f.Name == "Fields" && f.Type.Kind() == reflect.Struct {
				for _, d := range doneDaysOf(f.Type) {
					days = append(days, doneOn{name + "." + d.name, append(append([]int{}, f.Index...), d.index...)})
				}
			}
		}
	}
	doneDays.Store(t, days)
	return days
}

// EachDone calls fn with every day of a command on which something was done.
func EachDone(cmd any, fn func(field string, day value.Date)) {
	v := reflect.Indirect(reflect.ValueOf(cmd))
	if !v.IsValid() {
		return
	}
	for _, d := range doneDaysOf(v.Type()) {
		if day := value.Date(v.FieldByIndex(d.index).Int()); !day.IsZero() && day.Valid() {
			fn(d.name, day)
		}
	}
}

// DayFaults refuses days that cannot be meant: before 1900, or more than 366 days
// ahead of today.
func DayFaults(cmd any, today value.Date) (reasons []record.Reason) {
	EachDone(cmd, func(field string, day value.Date) {
		if day.Before(firstDay) || !today.Before(firstDay) && day.After(today.AddDays(farDays)) {
			reasons = append(reasons, record.Reason{
				Code: codes.ErrOutOfRange, Field: field, Message: "such a day cannot be meant",
				Params: map[string]any{"min": firstDay.String(), "max": today.AddDays(farDays).String()},
			})
		}
	})
	return reasons
}

// DayNotices tell of days that are unusual: ahead of today, or more than 366 days
// ago.
func DayNotices(cmd any, today value.Date) (notices []record.Reason) {
	EachDone(cmd, func(field string, day value.Date) {
		if day.After(today) || day.Before(today.AddDays(-farDays)) {
			notices = append(notices, record.ReasonFor(codes.NoticeUnusualDate, field).With("day", day.String(), "today", today.String()))
		}
	})
	return notices
}
