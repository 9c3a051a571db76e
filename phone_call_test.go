package leadtocash_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
)

func newPhoneCall(t *testing.T) leadtocash.PhoneCall {
	t.Helper()
	return born(t, leadtocash.NewPhoneCall, leadtocash.CreatePhoneCall{
		ID: idOf[leadtocash.PhoneCallID](1), Fields: leadtocash.ActivityFields{Subject: "Call back"},
	}, leadtocash.ActivityFacts{Stamp: morning}, "phone_call.created", "open")
}

func TestPhoneCallFlow(t *testing.T) {
	t.Parallel()
	compareWithSpec(t, leadtocash.KindPhoneCall, leadtocash.PhoneCallFlow().Matrix())
}

func TestPhoneCallLimits(t *testing.T) {
	t.Parallel()
	checkLimits(t, leadtocash.NewPhoneCall, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{}}`, activityTexts, activityNumbers)
}

func TestPhoneCallTransitions(t *testing.T) {
	t.Parallel()
	p, f := newPhoneCall(t), leadtocash.ActivityFacts{Stamp: noon}
	refusesBirth(t, leadtocash.NewPhoneCall, leadtocash.CreatePhoneCall{ID: p.ID, Status: leadtocash.PhoneCallStatusMade}, f, leadtocash.ErrStatusNotInState)
	refusesBirth(t, leadtocash.NewPhoneCall, leadtocash.CreatePhoneCall{}, f, leadtocash.ErrMissingField)

	edit := leadtocash.EditPhoneCall{Fields: p.ActivityFields}
	idles(t, p, leadtocash.PhoneCall.Edit, edit, f)
	edit.Fields.Subject = "Call back about the offer"
	edit.Custom = leadtocash.Custom{"line": []byte(`2`)}
	p = does(t, p, leadtocash.PhoneCall.Edit, edit, f, "phone_call.edited", "open", "open")
	if p.Subject != edit.Fields.Subject || string(p.Custom["line"]) != `2` {
		t.Errorf("edited to %+v, %s", p.ActivityFields, p.Custom)
	}
	refuses(t, p, leadtocash.PhoneCall.Complete, leadtocash.CompletePhoneCall{Status: leadtocash.PhoneCallStatusCanceled}, f, leadtocash.ErrStatusNotInState)
	refuses(t, p, leadtocash.PhoneCall.Cancel, leadtocash.CancelPhoneCall{Status: leadtocash.PhoneCallStatusMade}, f, leadtocash.ErrStatusNotInState)

	for _, ended := range []leadtocash.PhoneCall{
		does(t, p, leadtocash.PhoneCall.Complete, leadtocash.CompletePhoneCall{}, f, "phone_call.completed", "open", "made"),
		does(t, p, leadtocash.PhoneCall.Complete, leadtocash.CompletePhoneCall{Status: leadtocash.PhoneCallStatusReceived}, f, "phone_call.completed", "open", "received"),
		does(t, p, leadtocash.PhoneCall.Cancel, leadtocash.CancelPhoneCall{Status: leadtocash.DefaultStatus}, f, "phone_call.canceled", "open", "canceled"),
	} {
		refuses(t, ended, leadtocash.PhoneCall.Edit, edit, f, leadtocash.ErrReadOnly)
		refuses(t, ended, leadtocash.PhoneCall.Complete, leadtocash.CompletePhoneCall{}, f, leadtocash.ErrInvalidTransition)
		refuses(t, ended, leadtocash.PhoneCall.Cancel, leadtocash.CancelPhoneCall{}, f, leadtocash.ErrInvalidTransition)
		deletes(t, ended, leadtocash.PhoneCall.Delete, f, "phone_call.deleted", ended.Status.String())
	}
	f.InUse = []leadtocash.Ref{refTo(leadtocash.KindConnection, 1)}
	refuses(t, p, leadtocash.PhoneCall.Delete, leadtocash.DeleteRecord{}, f, leadtocash.ErrInUse)
}

func TestPhoneCallJSON(t *testing.T) {
	t.Parallel()
	survives[leadtocash.PhoneCall](t)
}
