package activity_test

import (
	"strings"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

var (
	activityTexts   = map[string]int{"subject": 200, "description": 2000}
	activityNumbers = map[string][2]int64{"actual_duration_minutes": {0, 1<<31 - 1}}
)

// TestActivityFields checks, on a phone call, what holds for all activities.
func TestActivityFields(t *testing.T) {
	t.Parallel()
	create := func(fields activity.ActivityFields) activity.CreatePhoneCall {
		return activity.CreatePhoneCall{ID: testkit.IDOf[record.PhoneCallID](1), Fields: fields}
	}
	// Times are kept in UTC to the microsecond.
	start := time.Date(2026, 3, 2, 10, 0, 0, 1234, time.FixedZone("CET", 3600))
	p := testkit.Born(t, activity.NewPhoneCall, create(activity.ActivityFields{ScheduledStart: start, ScheduledEnd: start}),
		activity.ActivityFacts{Stamp: testkit.Morning}, "phone_call.created", "open")
	if want := time.Date(2026, 3, 2, 9, 0, 0, 1000, time.UTC); p.ScheduledStart != want || p.ScheduledEnd != want {
		t.Errorf("from %v to %v, want %v", p.ScheduledStart, p.ScheduledEnd, want)
	}
	if p.Priority != activity.PriorityNormal {
		t.Errorf("priority %q, want normal", p.Priority)
	}

	contact := testkit.RefTo(kinds.Contact, 1)
	for _, parties := range [][]activity.Party{
		{{Role: activity.PartyRoleFrom, Ref: contact}, {Role: activity.PartyRoleTo, Address: "+49 30 1234"}},
		{{Role: activity.PartyRoleCustomers, Ref: contact, Address: strings.Repeat("a", 320)}},
	} {
		p := testkit.Born(t, activity.NewPhoneCall, create(activity.ActivityFields{Parties: parties}), activity.ActivityFacts{}, "phone_call.created", "open")
		testkit.Idles(t, p, activity.PhoneCall.Edit, activity.EditPhoneCall{Fields: activity.ActivityFields{Parties: parties}}, activity.ActivityFacts{})
		if len(p.Parties) != len(parties) {
			t.Errorf("%d parties, want %d", len(p.Parties), len(parties))
		}
	}

	// No parties are none, however they are given.
	none := activity.EditPhoneCall{Fields: p.ActivityFields}
	none.Fields.Parties = []activity.Party{}
	testkit.Idles(t, p, activity.PhoneCall.Edit, none, activity.ActivityFacts{})

	before := start.Add(-time.Microsecond)
	for field, bad := range map[string]struct {
		fields activity.ActivityFields
		code   codes.Code
	}{
		"end before start":        {activity.ActivityFields{ScheduledStart: start, ScheduledEnd: before}, codes.ErrInvalid},
		"actual end before start": {activity.ActivityFields{ActualStart: start, ActualEnd: before}, codes.ErrInvalid},
		"year 10000":              {activity.ActivityFields{ScheduledStart: start.AddDate(8000, 0, 0)}, codes.ErrInvalid},
		"unknown priority":        {activity.ActivityFields{Priority: 9}, codes.ErrInvalid},
		"half a reference":        {activity.ActivityFields{RegardingID: record.Ref{Kind: kinds.Lead}}, codes.ErrInvalid},
		"party without role":      {activity.ActivityFields{Parties: []activity.Party{{Ref: contact}}}, codes.ErrMissingField},
		"nobody":                  {activity.ActivityFields{Parties: []activity.Party{{Role: activity.PartyRoleTo}}}, codes.ErrMissingField},
		"half a party":            {activity.ActivityFields{Parties: []activity.Party{{Role: activity.PartyRoleTo, Ref: record.Ref{ID: testkit.Ann}}}}, codes.ErrInvalid},
		"unknown role":            {activity.ActivityFields{Parties: []activity.Party{{Role: 99, Ref: contact}}}, codes.ErrInvalid},
		"long address": {activity.ActivityFields{Parties: []activity.Party{
			{Role: activity.PartyRoleTo, Address: strings.Repeat("a", 321)},
		}}, codes.ErrTooLong},
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			testkit.RefusesBirth(t, activity.NewPhoneCall, create(bad.fields), activity.ActivityFacts{}, bad.code)
			testkit.Refuses(t, p, activity.PhoneCall.Edit, activity.EditPhoneCall{Fields: bad.fields}, activity.ActivityFacts{}, bad.code)
		})
	}
}

// TestActualEnd checks, on a phone call, when an activity ended.
func TestActualEnd(t *testing.T) {
	t.Parallel()
	early, late := testkit.Morning.At.Add(-time.Hour), testkit.Noon.At.Add(time.Hour)
	for name, c := range map[string]struct {
		start, recorded, asked, want time.Time
	}{
		"now":                 {want: testkit.Noon.At},
		"as recorded":         {recorded: early, want: early},
		"as asked":            {recorded: early, asked: late, want: late},
		"not before start":    {start: late, want: late},
		"at the start":        {start: early, asked: early, want: early},
		"to the microsecond":  {asked: early.Add(999), want: early},
		"in UTC":              {asked: early.In(time.FixedZone("CET", 3600)), want: early},
		"never before start":  {start: late, asked: early},
		"within written time": {asked: early.AddDate(8000, 0, 0)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhoneCall(t)
			p.ActualStart, p.ActualEnd = c.start, c.recorded
			f := activity.ActivityFacts{Stamp: testkit.Noon}
			complete, cancel := activity.CompletePhoneCall{ActualEnd: c.asked}, activity.CancelPhoneCall{ActualEnd: c.asked}
			if c.want.IsZero() {
				testkit.Refuses(t, p, activity.PhoneCall.Complete, complete, f, codes.ErrInvalid)
				testkit.Refuses(t, p, activity.PhoneCall.Cancel, cancel, f, codes.ErrInvalid)
				return
			}
			done := testkit.Does(t, p, activity.PhoneCall.Complete, complete, f, "phone_call.completed", "open", "made")
			dropped := testkit.Does(t, p, activity.PhoneCall.Cancel, cancel, f, "phone_call.canceled", "open", "canceled")
			if done.ActualEnd != c.want || dropped.ActualEnd != c.want {
				t.Errorf("ended at %v and %v, want %v", done.ActualEnd, dropped.ActualEnd, c.want)
			}
		})
	}
}
