package activity_test

import (
	"testing"

	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

func newEmail(t *testing.T, status activity.EmailStatus) activity.Email {
	t.Helper()
	key := status.String()
	if status == 0 {
		key = "draft"
	}
	return testkit.Born(t, activity.NewEmail, activity.CreateEmail{
		ID: testkit.IDOf[record.EmailID](1), Fields: activity.ActivityFields{Subject: "Our offer"}, Status: status,
	}, activity.ActivityFacts{Stamp: testkit.Morning}, "email.created", key)
}

func TestEmailFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Email, activity.EmailFlow().Matrix())
}

func TestEmailLimits(t *testing.T) {
	t.Parallel()
	testkit.CheckLimits(t, activity.NewEmail, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{}}`, activityTexts, activityNumbers)
}

func TestEmailTransitions(t *testing.T) {
	t.Parallel()
	f := activity.ActivityFacts{Stamp: testkit.Noon}
	testkit.RefusesBirth(t, activity.NewEmail, activity.CreateEmail{ID: testkit.IDOf[record.EmailID](1), Status: activity.EmailStatusSent}, f, codes.ErrStatusNotInState)
	for _, e := range []activity.Email{newEmail(t, 0), newEmail(t, activity.EmailStatusFailed)} {
		open := e.Status.String()
		edit := activity.EditEmail{Fields: e.ActivityFields}
		testkit.Idles(t, e, activity.Email.Edit, edit, f)
		edit.Fields.Parties = []activity.Party{{Role: activity.PartyRoleBCC, Address: "archive@fabrikam.example"}}
		e = testkit.Does(t, e, activity.Email.Edit, edit, f, "email.edited", open, open)

		ended := []activity.Email{
			testkit.Does(t, e, activity.Email.Complete, activity.CompleteEmail{}, f, "email.completed", open, "completed"),
			testkit.Does(t, e, activity.Email.Cancel, activity.CancelEmail{}, f, "email.canceled", open, "canceled"),
		}
		for _, status := range []activity.EmailStatus{
			activity.EmailStatusSent, activity.EmailStatusReceived, activity.EmailStatusPendingSend, activity.EmailStatusSending,
		} {
			ended = append(ended, testkit.Does(t, e, activity.Email.Complete, activity.CompleteEmail{Status: status}, f, "email.completed", open, status.String()))
		}
		for _, done := range ended {
			testkit.Refuses(t, done, activity.Email.Edit, edit, f, codes.ErrReadOnly)
			testkit.Refuses(t, done, activity.Email.Complete, activity.CompleteEmail{}, f, codes.ErrInvalidTransition)
			testkit.Refuses(t, done, activity.Email.Cancel, activity.CancelEmail{}, f, codes.ErrInvalidTransition)
			testkit.Deletes(t, done, activity.Email.Delete, f, "email.deleted", done.Status.String())
		}
		testkit.Refuses(t, e, activity.Email.Complete, activity.CompleteEmail{Status: activity.EmailStatusFailed}, f, codes.ErrStatusNotInState)
		testkit.Refuses(t, e, activity.Email.Cancel, activity.CancelEmail{Status: activity.EmailStatusSent}, f, codes.ErrStatusNotInState)
		used := f
		used.InUse = []record.Ref{testkit.RefTo(kinds.Connection, 1)}
		testkit.Refuses(t, e, activity.Email.Delete, record.DeleteRecord{}, used, codes.ErrInUse)
	}
}

func TestEmailJSON(t *testing.T) {
	t.Parallel()
	testkit.Survives[activity.Email](t)
}
