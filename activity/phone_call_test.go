package activity_test

import (
	"testing"

	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func newPhoneCall(t *testing.T) activity.PhoneCall {
	t.Helper()
	return testkit.Born(t, activity.NewPhoneCall, activity.CreatePhoneCall{
		ID: testkit.IDOf[record.PhoneCallID](1), Fields: activity.ActivityFields{Subject: "Call back"},
	}, activity.ActivityFacts{Stamp: testkit.Morning}, "phone_call.created", "open")
}

func TestPhoneCallFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.PhoneCall, activity.PhoneCallFlow().Matrix())
}

func TestPhoneCallLimits(t *testing.T) {
	t.Parallel()
	testkit.CheckLimits(t, activity.NewPhoneCall, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{}}`, activityTexts, activityNumbers)
}

func TestPhoneCallTransitions(t *testing.T) {
	t.Parallel()
	p, f := newPhoneCall(t), activity.ActivityFacts{Stamp: testkit.Noon}
	testkit.RefusesBirth(t, activity.NewPhoneCall, activity.CreatePhoneCall{ID: p.ID, Status: activity.PhoneCallStatusMade}, f, codes.ErrStatusNotInState)
	testkit.RefusesBirth(t, activity.NewPhoneCall, activity.CreatePhoneCall{}, f, codes.ErrMissingField)

	edit := activity.EditPhoneCall{Fields: p.ActivityFields}
	testkit.Idles(t, p, activity.PhoneCall.Edit, edit, f)
	edit.Fields.Subject = "Call back about the offer"
	edit.Custom = record.Custom{"line": []byte(`2`)}
	p = testkit.Does(t, p, activity.PhoneCall.Edit, edit, f, "phone_call.edited", "open", "open")
	if p.Subject != edit.Fields.Subject || string(p.Custom["line"]) != `2` {
		t.Errorf("edited to %+v, %s", p.ActivityFields, p.Custom)
	}
	testkit.Refuses(t, p, activity.PhoneCall.Complete, activity.CompletePhoneCall{Status: activity.PhoneCallStatusCanceled}, f, codes.ErrStatusNotInState)
	testkit.Refuses(t, p, activity.PhoneCall.Cancel, activity.CancelPhoneCall{Status: activity.PhoneCallStatusMade}, f, codes.ErrStatusNotInState)

	for _, ended := range []activity.PhoneCall{
		testkit.Does(t, p, activity.PhoneCall.Complete, activity.CompletePhoneCall{}, f, "phone_call.completed", "open", "made"),
		testkit.Does(t, p, activity.PhoneCall.Complete, activity.CompletePhoneCall{Status: activity.PhoneCallStatusReceived}, f, "phone_call.completed", "open", "received"),
		testkit.Does(t, p, activity.PhoneCall.Cancel, activity.CancelPhoneCall{Status: value.DefaultStatus}, f, "phone_call.canceled", "open", "canceled"),
	} {
		testkit.Refuses(t, ended, activity.PhoneCall.Edit, edit, f, codes.ErrReadOnly)
		testkit.Refuses(t, ended, activity.PhoneCall.Complete, activity.CompletePhoneCall{}, f, codes.ErrInvalidTransition)
		testkit.Refuses(t, ended, activity.PhoneCall.Cancel, activity.CancelPhoneCall{}, f, codes.ErrInvalidTransition)
		testkit.Deletes(t, ended, activity.PhoneCall.Delete, f, "phone_call.deleted", ended.Status.String())
	}
	f.InUse = []record.Ref{testkit.RefTo(kinds.Connection, 1)}
	testkit.Refuses(t, p, activity.PhoneCall.Delete, record.DeleteRecord{}, f, codes.ErrInUse)
}

func TestPhoneCallJSON(t *testing.T) {
	t.Parallel()
	testkit.Survives[activity.PhoneCall](t)
}
