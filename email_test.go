package leadtocash_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

func newEmail(t *testing.T, status leadtocash.EmailStatus) leadtocash.Email {
	t.Helper()
	key := status.String()
	if status == 0 {
		key = "draft"
	}
	return testkit.Born(t, leadtocash.NewEmail, leadtocash.CreateEmail{
		ID: testkit.IDOf[record.EmailID](1), Fields: leadtocash.ActivityFields{Subject: "Our offer"}, Status: status,
	}, leadtocash.ActivityFacts{Stamp: testkit.Morning}, "email.created", key)
}

func TestEmailFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Email, leadtocash.EmailFlow().Matrix())
}

func TestEmailLimits(t *testing.T) {
	t.Parallel()
	testkit.CheckLimits(t, leadtocash.NewEmail, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{}}`, activityTexts, activityNumbers)
}

func TestEmailTransitions(t *testing.T) {
	t.Parallel()
	f := leadtocash.ActivityFacts{Stamp: testkit.Noon}
	testkit.RefusesBirth(t, leadtocash.NewEmail, leadtocash.CreateEmail{ID: testkit.IDOf[record.EmailID](1), Status: leadtocash.EmailStatusSent}, f, codes.ErrStatusNotInState)
	for _, e := range []leadtocash.Email{newEmail(t, 0), newEmail(t, leadtocash.EmailStatusFailed)} {
		open := e.Status.String()
		edit := leadtocash.EditEmail{Fields: e.ActivityFields}
		testkit.Idles(t, e, leadtocash.Email.Edit, edit, f)
		edit.Fields.Parties = []leadtocash.Party{{Role: leadtocash.PartyRoleBCC, Address: "archive@fabrikam.example"}}
		e = testkit.Does(t, e, leadtocash.Email.Edit, edit, f, "email.edited", open, open)

		ended := []leadtocash.Email{
			testkit.Does(t, e, leadtocash.Email.Complete, leadtocash.CompleteEmail{}, f, "email.completed", open, "completed"),
			testkit.Does(t, e, leadtocash.Email.Cancel, leadtocash.CancelEmail{}, f, "email.canceled", open, "canceled"),
		}
		for _, status := range []leadtocash.EmailStatus{
			leadtocash.EmailStatusSent, leadtocash.EmailStatusReceived, leadtocash.EmailStatusPendingSend, leadtocash.EmailStatusSending,
		} {
			ended = append(ended, testkit.Does(t, e, leadtocash.Email.Complete, leadtocash.CompleteEmail{Status: status}, f, "email.completed", open, status.String()))
		}
		for _, done := range ended {
			testkit.Refuses(t, done, leadtocash.Email.Edit, edit, f, codes.ErrReadOnly)
			testkit.Refuses(t, done, leadtocash.Email.Complete, leadtocash.CompleteEmail{}, f, codes.ErrInvalidTransition)
			testkit.Refuses(t, done, leadtocash.Email.Cancel, leadtocash.CancelEmail{}, f, codes.ErrInvalidTransition)
			testkit.Deletes(t, done, leadtocash.Email.Delete, f, "email.deleted", done.Status.String())
		}
		testkit.Refuses(t, e, leadtocash.Email.Complete, leadtocash.CompleteEmail{Status: leadtocash.EmailStatusFailed}, f, codes.ErrStatusNotInState)
		testkit.Refuses(t, e, leadtocash.Email.Cancel, leadtocash.CancelEmail{Status: leadtocash.EmailStatusSent}, f, codes.ErrStatusNotInState)
		used := f
		used.InUse = []record.Ref{testkit.RefTo(kinds.Connection, 1)}
		testkit.Refuses(t, e, leadtocash.Email.Delete, record.DeleteRecord{}, used, codes.ErrInUse)
	}
}

func TestEmailJSON(t *testing.T) {
	t.Parallel()
	testkit.Survives[leadtocash.Email](t)
}
