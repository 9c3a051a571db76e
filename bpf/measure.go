package bpf

import (
	"cmp"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// TimeIn is the time that an instance has spent in a stage, open visits up to
// now. Time spent finished or aborted does not count.
func TimeIn(i Instance, stage string, now time.Time) (total time.Duration) {
	for _, v := range i.Visits {
		if v.Stage == stage {
			total += v.length(now)
		}
	}
	return total
}

// ActiveTime is the time of all visits.
func ActiveTime(i Instance, now time.Time) (total time.Duration) {
	for _, v := range i.Visits {
		total += v.length(now)
	}
	return total
}

func (v Visit) length(now time.Time) time.Duration {
	left := v.LeftOn
	if left.IsZero() {
		left = now
	}
	return max(left.Sub(v.EnteredOn), 0)
}

// StaleSince is the moment from which an active instance rests too long in its
// stage; ok is false if it does not. What last happened elsewhere, if given,
// pushes the moment back.
func StaleSince(d Definition, i Instance, now, lastActivity time.Time) (since time.Time, ok bool) {
	s := d.Stage(i.ActiveStage)
	if i.Status != Active || s == nil || s.StaleAfter == "" {
		return time.Time{}, false
	}
	limit, valid := duration(s.StaleAfter)
	if !valid {
		return time.Time{}, false
	}
	since = i.ActiveStageStartedOn.Add(limit)
	if later := lastActivity.Add(limit); later.After(since) {
		since = later
	}
	if !now.After(since) {
		return time.Time{}, false
	}
	return since, true
}

// Report is what many instances of one process tell.
type Report struct {
	Process  string          `json:"process"`
	At       time.Time       `json:"at"`
	Active   int             `json:"active"`
	Finished int             `json:"finished"`
	Aborted  int             `json:"aborted"`
	WinRate  decimal.Decimal `json:"win_rate"` // finished of all that ended, four decimals
	Stages   []StageReport   `json:"stages"`   // in the order of the definition
	Stale    []Stale         `json:"stale,omitempty"`
}

// StageReport counts instances by the outcome of their last visit of a stage,
// so that Advanced, Lost and Open add up to Reached. Rates have four decimals
// and are 0 of nothing.
type StageReport struct {
	Stage      string          `json:"stage"`
	Label      string          `json:"label"`
	Reached    int             `json:"reached"`  // at least one visit
	Left       int             `json:"left"`     // at least one that is over
	Advanced   int             `json:"advanced"` // went on, or finished there
	Lost       int             `json:"lost"`     // returned, aborted or cut
	Open       int             `json:"open"`
	Visits     int             `json:"visits"`
	Returned   int             `json:"returned"`   // visits that ended by going back
	Conversion decimal.Decimal `json:"conversion"` // advanced of reached
	ReturnRate decimal.Decimal `json:"return_rate"`
	Median     time.Duration   `json:"median"` // of visits that are over, in nanoseconds
	P90        time.Duration   `json:"p90"`    // their 90th percentile, nearest rank
}

// Stale is an instance that rests too long in its stage.
type Stale struct {
	Instance string    `json:"instance"`
	Record   Ref       `json:"record"` // the primary one
	Stage    string    `json:"stage"`
	Since    time.Time `json:"since"`
}

// Measure sums up instances of a process; those of other processes are left
// out.
func Measure(d Definition, instances []Instance, now time.Time) Report {
	r := Report{Process: d.Name, At: now}
	times := make([][]time.Duration, len(d.Stages))
	for _, s := range d.Stages {
		r.Stages = append(r.Stages, StageReport{Stage: s.Key, Label: s.Label})
	}
	for _, i := range instances {
		if i.Process != d.Name {
			continue
		}
		switch i.Status {
		case Active:
			r.Active++
		case Finished:
			r.Finished++
		case Aborted:
			r.Aborted++
		}
		for k := range r.Stages {
			times[k] = append(times[k], r.Stages[k].count(i)...)
		}
		if since, ok := StaleSince(d, i, now, time.Time{}); ok {
			r.Stale = append(r.Stale, Stale{i.ID, i.Primary(), i.ActiveStage, since})
		}
	}
	r.WinRate = rate(r.Finished, r.Finished+r.Aborted)
	for k := range r.Stages {
		s := &r.Stages[k]
		s.Conversion, s.ReturnRate = rate(s.Advanced, s.Reached), rate(s.Returned, s.Visits)
		slices.Sort(times[k])
		s.Median, s.P90 = percentile(times[k], 50), percentile(times[k], 90)
	}
	slices.SortFunc(r.Stale, func(a, b Stale) int { return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Instance, b.Instance)) })
	return r
}

// count adds the visits of an instance and returns the lengths of those that
// are over.
func (s *StageReport) count(i Instance) (lengths []time.Duration) {
	last := Outcome("")
	for _, v := range i.Visits {
		if v.Stage != s.Stage {
			continue
		}
		s.Visits++
		last = v.Outcome
		if v.Outcome == OutcomeOpen {
			continue
		}
		if v.Outcome == OutcomeReturned {
			s.Returned++
		}
		lengths = append(lengths, v.length(v.LeftOn))
	}
	if last == "" {
		return nil
	}
	s.Reached++
	if len(lengths) > 0 {
		s.Left++
	}
	switch last {
	case OutcomeAdvanced, OutcomeFinished:
		s.Advanced++
	case OutcomeOpen:
		s.Open++
	default:
		s.Lost++
	}
	return lengths
}

// percentile returns the value of the nearest rank.
func percentile(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)*percent+99)/100-1]
}

func rate(part, whole int) decimal.Decimal {
	if whole == 0 {
		return decimal.Zero
	}
	return decimal.NewFromInt(int64(part)).DivRound(decimal.NewFromInt(int64(whole)), 4)
}

// Funnel counts the instances that reached a stage in a period, and those of
// them that reached another one afterwards. The period is that of first
// reaching; from is inclusive, to is not, zero is open.
func Funnel(instances []Instance, stage, later string, from, to time.Time) (reached, converted int) {
	for _, i := range instances {
		at, ok := firstVisit(i, stage, time.Time{})
		if !ok || at.Before(from) || !to.IsZero() && !at.Before(to) {
			continue
		}
		reached++
		if _, ok := firstVisit(i, later, at); ok {
			converted++
		}
	}
	return reached, converted
}

func firstVisit(i Instance, stage string, after time.Time) (time.Time, bool) {
	for _, v := range i.Visits {
		if v.Stage == stage && !v.EnteredOn.Before(after) {
			return v.EnteredOn, true
		}
	}
	return time.Time{}, false
}

// WeightedValue sums amounts by the probability of the stage that each active
// instance stands in. The amount of an instance comes from the host; a stage
// without probability counts nothing.
func WeightedValue(d Definition, instances []Instance, amount func(Instance) decimal.Decimal) decimal.Decimal {
	total := decimal.Zero
	for _, i := range instances {
		s := d.Stage(i.ActiveStage)
		if i.Process != d.Name || i.Status != Active || s == nil || s.Probability == nil {
			continue
		}
		total = total.Add(amount(i).Mul(decimal.New(int64(*s.Probability), -2)))
	}
	return total
}
