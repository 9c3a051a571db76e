package engine_test

import (
	"errors"
	"testing"

	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// Records of different kinds may have one id; a reference to one of them says
// nothing about the other.
func TestReferenceToAnotherKindWithTheSameID(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client := testkit.Must(engine.New(memory.New()))
	contact := testkit.Must(client.Contacts().Create(ctx, party.CreateContact{
		ID: testkit.IDOf[record.ContactID](1), Fields: party.ContactFields{LastName: "Doe"},
	}))
	fields := activity.TaskFields{ActivityFields: activity.ActivityFields{
		Subject: "call", RegardingID: record.Ref{Kind: kinds.Contact, ID: contact.ID.UUID},
	}}
	task := testkit.Must(client.Tasks().Create(ctx, activity.CreateTask{Fields: fields}))
	fields.RegardingID.Kind = kinds.Account
	if _, err := client.Tasks().Edit(ctx, task.ID, activity.EditTask{Fields: fields}); !errors.Is(err, codes.ErrNotFound) {
		t.Errorf("regarding an account that is not there: got %v, want ErrNotFound", err)
	}
}
