package leadtocash_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
)

func newEmail(t *testing.T, status leadtocash.EmailStatus) leadtocash.Email {
	t.Helper()
	key := status.String()
	if status == 0 {
		key = "draft"
	}
	return born(t, leadtocash.NewEmail, leadtocash.CreateEmail{
		ID: idOf[leadtocash.EmailID](1), Fields: leadtocash.ActivityFields{Subject: "Our offer"}, Status: status,
	}, leadtocash.ActivityFacts{Stamp: morning}, "email.created", key)
}

func TestEmailFlow(t *testing.T) {
	t.Parallel()
	compareWithSpec(t, leadtocash.KindEmail, leadtocash.EmailFlow().Matrix())
}

func TestEmailLimits(t *testing.T) {
	t.Parallel()
	checkLimits(t, leadtocash.NewEmail, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{}}`, activityTexts, activityNumbers)
}

func TestEmailTransitions(t *testing.T) {
	t.Parallel()
	f := leadtocash.ActivityFacts{Stamp: noon}
	refusesBirth(t, leadtocash.NewEmail, leadtocash.CreateEmail{ID: idOf[leadtocash.EmailID](1), Status: leadtocash.EmailStatusSent}, f, leadtocash.ErrStatusNotInState)
	for _, e := range []leadtocash.Email{newEmail(t, 0), newEmail(t, leadtocash.EmailStatusFailed)} {
		open := e.Status.String()
		edit := leadtocash.EditEmail{Fields: e.ActivityFields}
		idles(t, e, leadtocash.Email.Edit, edit, f)
		edit.Fields.Parties = []leadtocash.Party{{Role: leadtocash.PartyRoleBCC, Address: "archive@fabrikam.example"}}
		e = does(t, e, leadtocash.Email.Edit, edit, f, "email.edited", open, open)

		ended := []leadtocash.Email{
			does(t, e, leadtocash.Email.Complete, leadtocash.CompleteEmail{}, f, "email.completed", open, "completed"),
			does(t, e, leadtocash.Email.Cancel, leadtocash.CancelEmail{}, f, "email.canceled", open, "canceled"),
		}
		for _, status := range []leadtocash.EmailStatus{
			leadtocash.EmailStatusSent, leadtocash.EmailStatusReceived, leadtocash.EmailStatusPendingSend, leadtocash.EmailStatusSending,
		} {
			ended = append(ended, does(t, e, leadtocash.Email.Complete, leadtocash.CompleteEmail{Status: status}, f, "email.completed", open, status.String()))
		}
		for _, done := range ended {
			refuses(t, done, leadtocash.Email.Edit, edit, f, leadtocash.ErrReadOnly)
			refuses(t, done, leadtocash.Email.Complete, leadtocash.CompleteEmail{}, f, leadtocash.ErrInvalidTransition)
			refuses(t, done, leadtocash.Email.Cancel, leadtocash.CancelEmail{}, f, leadtocash.ErrInvalidTransition)
			deletes(t, done, leadtocash.Email.Delete, f, "email.deleted", done.Status.String())
		}
		refuses(t, e, leadtocash.Email.Complete, leadtocash.CompleteEmail{Status: leadtocash.EmailStatusFailed}, f, leadtocash.ErrStatusNotInState)
		refuses(t, e, leadtocash.Email.Cancel, leadtocash.CancelEmail{Status: leadtocash.EmailStatusSent}, f, leadtocash.ErrStatusNotInState)
		used := f
		used.InUse = []leadtocash.Ref{refTo(leadtocash.KindConnection, 1)}
		refuses(t, e, leadtocash.Email.Delete, leadtocash.DeleteRecord{}, used, leadtocash.ErrInUse)
	}
}

func TestEmailJSON(t *testing.T) {
	t.Parallel()
	survives[leadtocash.Email](t)
}
