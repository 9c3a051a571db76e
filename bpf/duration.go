package bpf

import (
	"regexp"
	"strconv"
	"time"
)

var durationPattern = regexp.MustCompile(`^P(?:(\d{1,5})W|(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?)?)$`)

// duration reads an ISO 8601 duration of weeks, or of days, hours and minutes;
// a day has 24 hours. ok is false unless it is positive.
func duration(text string) (d time.Duration, ok bool) {
	m := durationPattern.FindStringSubmatch(text)
	if m == nil || text[len(text)-1] == 'T' {
		return 0, false
	}
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute} {
		n, err := strconv.Atoi("0" + m[i+1])
		if err != nil {
			return 0, false
		}
		d += time.Duration(n) * unit
	}
	return d, d > 0
}
