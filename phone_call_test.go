package leadtocash_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func newPhoneCall(t *testing.T) leadtocash.PhoneCall {
	t.Helper()
	return testkit.Born(t, leadtocash.NewPhoneCall, leadtocash.CreatePhoneCall{
		ID: testkit.IDOf[record.PhoneCallID](1), Fields: leadtocash.ActivityFields{Subject: "Call back"},
	}, leadtocash.ActivityFacts{Stamp: testkit.Morning}, "phone_call.created", "open")
}

func TestPhoneCallFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.PhoneCall, leadtocash.PhoneCallFlow().Matrix())
}

func TestPhoneCallLimits(t *testing.T) {
	t.Parallel()
	testkit.CheckLimits(t, leadtocash.NewPhoneCall, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{}}`, activityTexts, activityNumbers)
}

func TestPhoneCallTransitions(t *testing.T) {
	t.Parallel()
	p, f := newPhoneCall(t), leadtocash.ActivityFacts{Stamp: testkit.Noon}
	testkit.RefusesBirth(t, leadtocash.NewPhoneCall, leadtocash.CreatePhoneCall{ID: p.ID, Status: leadtocash.PhoneCallStatusMade}, f, codes.ErrStatusNotInState)
	testkit.RefusesBirth(t, leadtocash.NewPhoneCall, leadtocash.CreatePhoneCall{}, f, codes.ErrMissingField)

	edit := leadtocash.EditPhoneCall{Fields: p.ActivityFields}
	testkit.Idles(t, p, leadtocash.PhoneCall.Edit, edit, f)
	edit.Fields.Subject = "Call back about the offer"
	edit.Custom = record.Custom{"line": []byte(`2`)}
	p = testkit.Does(t, p, leadtocash.PhoneCall.Edit, edit, f, "phone_call.edited", "open", "open")
	if p.Subject != edit.Fields.Subject || string(p.Custom["line"]) != `2` {
		t.Errorf("edited to %+v, %s", p.ActivityFields, p.Custom)
	}
	testkit.Refuses(t, p, leadtocash.PhoneCall.Complete, leadtocash.CompletePhoneCall{Status: leadtocash.PhoneCallStatusCanceled}, f, codes.ErrStatusNotInState)
	testkit.Refuses(t, p, leadtocash.PhoneCall.Cancel, leadtocash.CancelPhoneCall{Status: leadtocash.PhoneCallStatusMade}, f, codes.ErrStatusNotInState)

	for _, ended := range []leadtocash.PhoneCall{
		testkit.Does(t, p, leadtocash.PhoneCall.Complete, leadtocash.CompletePhoneCall{}, f, "phone_call.completed", "open", "made"),
		testkit.Does(t, p, leadtocash.PhoneCall.Complete, leadtocash.CompletePhoneCall{Status: leadtocash.PhoneCallStatusReceived}, f, "phone_call.completed", "open", "received"),
		testkit.Does(t, p, leadtocash.PhoneCall.Cancel, leadtocash.CancelPhoneCall{Status: value.DefaultStatus}, f, "phone_call.canceled", "open", "canceled"),
	} {
		testkit.Refuses(t, ended, leadtocash.PhoneCall.Edit, edit, f, codes.ErrReadOnly)
		testkit.Refuses(t, ended, leadtocash.PhoneCall.Complete, leadtocash.CompletePhoneCall{}, f, codes.ErrInvalidTransition)
		testkit.Refuses(t, ended, leadtocash.PhoneCall.Cancel, leadtocash.CancelPhoneCall{}, f, codes.ErrInvalidTransition)
		testkit.Deletes(t, ended, leadtocash.PhoneCall.Delete, f, "phone_call.deleted", ended.Status.String())
	}
	f.InUse = []record.Ref{testkit.RefTo(kinds.Connection, 1)}
	testkit.Refuses(t, p, leadtocash.PhoneCall.Delete, record.DeleteRecord{}, f, codes.ErrInUse)
}

func TestPhoneCallJSON(t *testing.T) {
	t.Parallel()
	testkit.Survives[leadtocash.PhoneCall](t)
}
