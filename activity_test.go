package leadtocash_test

import (
	"strings"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash"
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
	create := func(fields leadtocash.ActivityFields) leadtocash.CreatePhoneCall {
		return leadtocash.CreatePhoneCall{ID: testkit.IDOf[record.PhoneCallID](1), Fields: fields}
	}
	// Times are kept in UTC to the microsecond.
	start := time.Date(2026, 3, 2, 10, 0, 0, 1234, time.FixedZone("CET", 3600))
	p := testkit.Born(t, leadtocash.NewPhoneCall, create(leadtocash.ActivityFields{ScheduledStart: start, ScheduledEnd: start}),
		leadtocash.ActivityFacts{Stamp: testkit.Morning}, "phone_call.created", "open")
	if want := time.Date(2026, 3, 2, 9, 0, 0, 1000, time.UTC); p.ScheduledStart != want || p.ScheduledEnd != want {
		t.Errorf("from %v to %v, want %v", p.ScheduledStart, p.ScheduledEnd, want)
	}
	if p.Priority != leadtocash.PriorityNormal {
		t.Errorf("priority %q, want normal", p.Priority)
	}

	contact := testkit.RefTo(kinds.Contact, 1)
	for _, parties := range [][]leadtocash.Party{
		{{Role: leadtocash.PartyRoleFrom, Ref: contact}, {Role: leadtocash.PartyRoleTo, Address: "+49 30 1234"}},
		{{Role: leadtocash.PartyRoleCustomers, Ref: contact, Address: strings.Repeat("a", 320)}},
	} {
		p := testkit.Born(t, leadtocash.NewPhoneCall, create(leadtocash.ActivityFields{Parties: parties}), leadtocash.ActivityFacts{}, "phone_call.created", "open")
		testkit.Idles(t, p, leadtocash.PhoneCall.Edit, leadtocash.EditPhoneCall{Fields: leadtocash.ActivityFields{Parties: parties}}, leadtocash.ActivityFacts{})
		if len(p.Parties) != len(parties) {
			t.Errorf("%d parties, want %d", len(p.Parties), len(parties))
		}
	}

	// No parties are none, however they are given.
	none := leadtocash.EditPhoneCall{Fields: p.ActivityFields}
	none.Fields.Parties = []leadtocash.Party{}
	testkit.Idles(t, p, leadtocash.PhoneCall.Edit, none, leadtocash.ActivityFacts{})

	before := start.Add(-time.Microsecond)
	for field, bad := range map[string]struct {
		fields leadtocash.ActivityFields
		code   codes.Code
	}{
		"end before start":        {leadtocash.ActivityFields{ScheduledStart: start, ScheduledEnd: before}, codes.ErrInvalid},
		"actual end before start": {leadtocash.ActivityFields{ActualStart: start, ActualEnd: before}, codes.ErrInvalid},
		"year 10000":              {leadtocash.ActivityFields{ScheduledStart: start.AddDate(8000, 0, 0)}, codes.ErrInvalid},
		"unknown priority":        {leadtocash.ActivityFields{Priority: 9}, codes.ErrInvalid},
		"half a reference":        {leadtocash.ActivityFields{RegardingID: record.Ref{Kind: kinds.Lead}}, codes.ErrInvalid},
		"party without role":      {leadtocash.ActivityFields{Parties: []leadtocash.Party{{Ref: contact}}}, codes.ErrMissingField},
		"nobody":                  {leadtocash.ActivityFields{Parties: []leadtocash.Party{{Role: leadtocash.PartyRoleTo}}}, codes.ErrMissingField},
		"half a party":            {leadtocash.ActivityFields{Parties: []leadtocash.Party{{Role: leadtocash.PartyRoleTo, Ref: record.Ref{ID: testkit.Ann}}}}, codes.ErrInvalid},
		"unknown role":            {leadtocash.ActivityFields{Parties: []leadtocash.Party{{Role: 99, Ref: contact}}}, codes.ErrInvalid},
		"long address": {leadtocash.ActivityFields{Parties: []leadtocash.Party{
			{Role: leadtocash.PartyRoleTo, Address: strings.Repeat("a", 321)},
		}}, codes.ErrTooLong},
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			testkit.RefusesBirth(t, leadtocash.NewPhoneCall, create(bad.fields), leadtocash.ActivityFacts{}, bad.code)
			testkit.Refuses(t, p, leadtocash.PhoneCall.Edit, leadtocash.EditPhoneCall{Fields: bad.fields}, leadtocash.ActivityFacts{}, bad.code)
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
			f := leadtocash.ActivityFacts{Stamp: testkit.Noon}
			complete, cancel := leadtocash.CompletePhoneCall{ActualEnd: c.asked}, leadtocash.CancelPhoneCall{ActualEnd: c.asked}
			if c.want.IsZero() {
				testkit.Refuses(t, p, leadtocash.PhoneCall.Complete, complete, f, codes.ErrInvalid)
				testkit.Refuses(t, p, leadtocash.PhoneCall.Cancel, cancel, f, codes.ErrInvalid)
				return
			}
			done := testkit.Does(t, p, leadtocash.PhoneCall.Complete, complete, f, "phone_call.completed", "open", "made")
			dropped := testkit.Does(t, p, leadtocash.PhoneCall.Cancel, cancel, f, "phone_call.canceled", "open", "canceled")
			if done.ActualEnd != c.want || dropped.ActualEnd != c.want {
				t.Errorf("ended at %v and %v, want %v", done.ActualEnd, dropped.ActualEnd, c.want)
			}
		})
	}
}
