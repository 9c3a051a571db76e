package engine_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

func planned(about record.Ref) activity.CreateNote {
	return activity.CreateNote{RegardingID: about, Fields: activity.NoteFields{Subject: "Plan"}}
}

func plan(content string) engine.AttachFile {
	return engine.AttachFile{FileName: "plan.txt", MimeType: "text/plain", Content: []byte(content)}
}

func TestNotes_files(t *testing.T) {
	onStores(t, func(p *people) {
		about := ref(kinds.Account, p.account("Meyer").ID)
		n := testkit.Must(p.Notes().CreateWithFile(p.ctx, planned(about), plan("first")))
		if !n.IsDocument || n.FileName != "plan.txt" || n.MimeType != "text/plain" || n.FileSize != 5 || n.AttachmentID.IsZero() {
			p.Errorf("the note is %+v", n)
		}
		first := testkit.Must(p.Notes().Content(p.ctx, n.ID))
		if string(first.Content) != "first" || first.ID != n.AttachmentID {
			p.Errorf("the file is %+v", first)
		}

		n = testkit.Must(p.Notes().Attach(p.ctx, n.ID, plan("second"), engine.IfVersion(1)))
		if second := testkit.Must(p.Notes().Content(p.ctx, n.ID)); string(second.Content) != "second" || n.FileSize != 6 || n.Version != 2 {
			p.Errorf("after attaching, the note is %+v, the file %+v", n, second)
		}
		if old := testkit.Must(p.Notes().AsOfVersion(p.ctx, n.ID, 1)); old.AttachmentID != first.ID {
			p.Errorf("version 1 had the file %s, want %s", old.AttachmentID, first.ID)
		}
		if kept := testkit.Must(engine.Get[activity.Attachment](p.ctx, p.Client, first.ID)); string(kept.Content) != "first" {
			p.Errorf("the replaced file became %+v", kept)
		}

		testkit.Must(p.Notes().Edit(p.ctx, n.ID, activity.EditNote{Fields: activity.NoteFields{Subject: "Plan"}}))
		_, err := p.Notes().Content(p.ctx, n.ID)
		p.refused(err, codes.ErrNotFound)
		p.counted(kinds.Attachment, 2)

		// The host may keep the content elsewhere.
		n = testkit.Must(p.Notes().Attach(p.ctx, n.ID, engine.AttachFile{
			FileName: "film.mp4", BlobKey: "bucket/film", Size: 1 << 40, SHA256: strings.Repeat("0a", 32),
		}))
		if film := testkit.Must(p.Notes().Content(p.ctx, n.ID)); film.BlobKey != "bucket/film" || n.FileSize != 1<<40 {
			p.Errorf("the note is %+v, the file %+v", n, film)
		}
	})
}

// With a note goes every file it ever had, unless another note has it, and
// nothing of it can be read any more.
func TestNotes_Delete_erases(t *testing.T) {
	onStores(t, func(p *people) {
		about := ref(kinds.Account, p.account("Meyer").ID)
		n := testkit.Must(p.Notes().CreateWithFile(p.ctx, planned(about), plan("first")))
		first := n.AttachmentID
		n = testkit.Must(p.Notes().Attach(p.ctx, n.ID, plan("second")))
		second := n.AttachmentID
		shared := testkit.Must(p.Notes().CreateWithFile(p.ctx, planned(about), plan("shared"))).AttachmentID
		fields := n.NoteFields
		fields.AttachmentID = shared
		n = testkit.Must(p.Notes().Edit(p.ctx, n.ID, activity.EditNote{Fields: fields}))
		if n.FileSize != 6 {
			p.Errorf("the size of the chosen file is %d", n.FileSize)
		}

		testkit.Must(0, p.Notes().Delete(p.ctx, n.ID, remove))
		p.gone(ref(kinds.Note, n.ID), ref(kinds.Attachment, first), ref(kinds.Attachment, second))
		for version := range int64(3) {
			_, err := p.Notes().AsOfVersion(p.ctx, n.ID, version+1)
			p.refused(err, codes.ErrErased)
		}
		for e, err := range p.History(p.ctx, ref(kinds.Attachment, second)) {
			if err != nil {
				p.Fatal(err)
			}
			if !e.Deleted && (!e.Erased || len(e.Changes) > 0) {
				p.Errorf("the history of the file still says %+v", e)
			}
		}
		if kept := testkit.Must(engine.Get[activity.Attachment](p.ctx, p.Client, shared)); string(kept.Content) != "shared" {
			p.Errorf("the other note's file became %+v", kept)
		}
		p.counted(kinds.Attachment, 1)
	})
}

// A file that is refused leaves neither note nor file.
func TestNotes_refusals(t *testing.T) {
	onStores(t, func(p *people) {
		about := ref(kinds.Account, p.account("Meyer").ID)
		_, err := p.Notes().CreateWithFile(p.ctx, planned(about), plan(strings.Repeat("x", 65)))
		p.refused(err, codes.ErrTooLarge)
		_, err = p.Notes().CreateWithFile(p.ctx, planned(about), engine.AttachFile{FileName: "empty.txt"})
		p.refused(err, codes.ErrMissingField)
		_, err = p.Notes().CreateWithFile(p.ctx, planned(about), engine.AttachFile{FileName: "../plan.txt", Content: []byte("x")})
		p.refused(err, codes.ErrInvalid)
		_, err = p.Notes().CreateWithFile(p.ctx, planned(testkit.RefTo(kinds.Account, 1)), plan("x"))
		p.refused(err, codes.ErrNotFound)
		p.counted(kinds.Note, 0)
		p.counted(kinds.Attachment, 0)

		n := p.note(about)
		_, err = p.Notes().Attach(p.ctx, n.ID, plan("x"), engine.IfVersion(2))
		p.refused(err, codes.ErrConflict)
		p.counted(kinds.Attachment, 0)
		testkit.Must(p.Notes().CreateWithFile(p.ctx, planned(about), plan(strings.Repeat("x", 64))))
	}, engine.WithAttachmentLimit(64))
}

// One key is one note with one file; its content is not remembered twice.
func TestNotes_Once(t *testing.T) {
	onStores(t, func(p *people) {
		about := ref(kinds.Account, p.account("Meyer").ID)
		once := p.Once("upload-1").Notes()
		n := testkit.Must(once.CreateWithFile(p.ctx, planned(about), plan("content")))
		again := testkit.Must(once.CreateWithFile(p.ctx, planned(about), plan("content")))
		if again.ID != n.ID || again.AttachmentID != n.AttachmentID {
			p.Errorf("repeated, it made %+v", again)
		}
		_, err := once.CreateWithFile(p.ctx, planned(about), plan("other"))
		p.refused(err, codes.ErrKeyReused)
		p.counted(kinds.Note, 1)
		p.counted(kinds.Attachment, 1)

		testkit.Must(p.Preview().Notes().CreateWithFile(p.ctx, planned(about), plan("draft")))
		p.counted(kinds.Note, 1)

		halt := errors.New("halt")
		err = p.Atomic(p.ctx, func(ctx context.Context, c *engine.Client) error {
			testkit.Must(c.Notes().CreateWithFile(ctx, planned(about), plan("half")))
			return halt
		})
		if !errors.Is(err, halt) {
			p.Errorf("got error %v", err)
		}
		p.counted(kinds.Attachment, 1)
	})
}

func TestNotes_Of(t *testing.T) {
	onStores(t, func(p *people) {
		a, b := ref(kinds.Account, p.account("A").ID), ref(kinds.Account, p.account("B").ID)
		want := []record.NoteID{p.note(a).ID, p.note(a).ID}
		p.note(b)
		var got []record.NoteID
		for n, err := range p.Notes().Of(p.ctx, a) {
			if err != nil {
				p.Fatal(err)
			}
			got = append(got, n.ID)
		}
		if !slices.Equal(got, want) {
			p.Errorf("notes are %v, want %v", got, want)
		}
	})
}

// Old contents are erased on request, at once for deleted records; the events
// stay.
func TestClient_Erase(t *testing.T) {
	onStores(t, func(p *people) {
		c := p.contact("Meyer")
		person := ref(kinds.Contact, c.ID)
		testkit.Must(p.Contacts().Edit(p.ctx, c.ID, party.EditContact{Fields: party.ContactFields{LastName: "Erased"}}))
		testkit.Must(p.Contacts().AsOfVersion(p.ctx, c.ID, 1))
		testkit.Must(0, p.Erase(p.ctx, person))
		_, err := p.Contacts().AsOfVersion(p.ctx, c.ID, 1)
		p.refused(err, codes.ErrErased)
		if c = testkit.Must(p.Contacts().Get(p.ctx, c.ID)); c.LastName != "Erased" {
			p.Errorf("the present version became %+v", c)
		}
		testkit.Must(p.Contacts().AsOfVersion(p.ctx, c.ID, 2))

		testkit.Must(0, p.Contacts().Delete(p.ctx, c.ID, remove))
		testkit.Must(0, p.Preview().Erase(p.ctx, person))
		testkit.Must(p.Contacts().AsOfVersion(p.ctx, c.ID, 2))
		testkit.Must(0, p.Once("request-7").Erase(p.ctx, person))
		testkit.Must(0, p.Once("request-7").Erase(p.ctx, person))
		_, err = p.Contacts().AsOfVersion(p.ctx, c.ID, 2)
		p.refused(err, codes.ErrErased)
		if got, want := p.types(person), []string{"contact.created", "contact.edited", "contact.deleted"}; !slices.Equal(got, want) {
			p.Errorf("history is %v, want %v", got, want)
		}

		p.refused(p.Erase(p.ctx, testkit.RefTo(kinds.Contact, 9)), codes.ErrNotFound)
		p.refused(p.Erase(p.ctx, testkit.RefTo(kinds.Allocation, 9)), codes.ErrUnsupported)
		p.refused(p.Erase(p.ctx, testkit.RefTo("request", 9)), codes.ErrUnsupported)
	})
}

func TestClient_Erase_denied(t *testing.T) {
	t.Parallel()
	store := memory.New()
	p := newPeople(t, store)
	c := p.contact("Meyer")
	strict := newPeople(t, store, engine.WithAuthorizer(denying{actions.ContactDelete}))
	p.refused(strict.Erase(p.ctx, ref(kinds.Contact, c.ID)), codes.ErrDenied)
}

// denying refuses some actions.
type denying []actions.Action

func (d denying) Authorize(_ context.Context, r engine.Request) error {
	if slices.Contains(d, r.Action) {
		return errors.New("not allowed")
	}
	return nil
}

func (denying) Scope(context.Context, record.Actor, kinds.Kind) ([]storage.Cond, error) {
	return nil, nil
}
