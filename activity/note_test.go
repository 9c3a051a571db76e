package activity_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

func newNote(t *testing.T) activity.Note {
	t.Helper()
	return testkit.Born(t, activity.NewNote, activity.CreateNote{
		ID: testkit.IDOf[record.NoteID](1), RegardingID: testkit.RefTo(kinds.Lead, 1),
		Fields: activity.NoteFields{Subject: "Met at the fair", NoteText: "first line\nsecond line"},
	}, activity.NoteFacts{Stamp: testkit.Morning}, "note.created", "")
}

func newAttachment(t *testing.T, n byte, content string) activity.Attachment {
	t.Helper()
	return testkit.Born(t, activity.NewAttachment, activity.CreateAttachment{
		ID: testkit.IDOf[record.AttachmentID](n), Content: []byte(content),
	}, activity.AttachmentFacts{Stamp: testkit.Morning}, "attachment.created", "")
}

func TestNewNote(t *testing.T) {
	t.Parallel()
	n := newNote(t)
	if n.IsDocument || n.FileSize != 0 {
		t.Errorf("a note without file: %+v", n)
	}
	cmd := activity.CreateNote{ID: n.ID, RegardingID: n.RegardingID, Fields: activity.NoteFields{Subject: "Offer"}}
	refuse := func(change func(*activity.CreateNote), codes ...codes.Code) {
		t.Helper()
		c := cmd
		change(&c)
		testkit.RefusesBirth(t, activity.NewNote, c, activity.NoteFacts{}, codes...)
	}
	refuse(func(c *activity.CreateNote) { c.ID = record.NoteID{} }, codes.ErrMissingField)
	refuse(func(c *activity.CreateNote) { c.RegardingID = record.Ref{} }, codes.ErrMissingField)
	refuse(func(c *activity.CreateNote) { c.RegardingID.Kind = "" }, codes.ErrInvalid)
	refuse(func(c *activity.CreateNote) { c.Fields.Subject = "" }, codes.ErrMissingField)
	refuse(func(c *activity.CreateNote) { c.Fields.FileName = "offer.pdf" }, codes.ErrMissingField)
	refuse(func(c *activity.CreateNote) { c.Fields.MimeType = "text/plain" }, codes.ErrMissingField)
	refuse(func(c *activity.CreateNote) { c.Fields.AttachmentID = testkit.IDOf[record.AttachmentID](1) }, codes.ErrMissingField)

	cmd.Fields.AttachmentID = testkit.IDOf[record.AttachmentID](1)
	for _, name := range []string{"../offer.pdf", "a/b", `a\b`, ".", "..", "offer\n.pdf", "offer\x7f.pdf"} {
		refuse(func(c *activity.CreateNote) { c.Fields.FileName = name }, codes.ErrInvalid)
	}
	for _, name := range []string{"offer.pdf", "...", "Angebot – Müller.pdf"} {
		c := cmd
		c.Fields.FileName = name
		testkit.Born(t, activity.NewNote, c, activity.NoteFacts{}, "note.created", "")
	}
}

func TestNoteLimits(t *testing.T) {
	t.Parallel()
	testkit.CheckLimits(t, activity.NewNote, `{"id":"0f000000-0000-0000-0000-000000000001",
		"regarding_id":{"kind":"lead","id":"0f000000-0000-0000-0000-000000000002"},
		"fields":{"subject":"Offer","file_name":"offer.pdf","attachment_id":"0f000000-0000-0000-0000-000000000003"}}`,
		map[string]int{"subject": 500, "note_text": 100_000, "file_name": 255, "mime_type": 256}, nil)
}

func TestNoteEdit(t *testing.T) {
	t.Parallel()
	n, f := newNote(t), activity.NoteFacts{Stamp: testkit.Noon}
	edit := activity.EditNote{Fields: n.NoteFields}
	testkit.Idles(t, n, activity.Note.Edit, edit, f)

	offer := newAttachment(t, 1, "offer")
	edit.Fields.AttachmentID, edit.Fields.FileName = offer.ID, "offer.pdf"
	f.Attachment = &offer
	n = testkit.Does(t, n, activity.Note.Edit, edit, f, "note.edited", "", "")
	if !n.IsDocument || n.FileSize != 5 || n.AttachmentID != offer.ID {
		t.Errorf("with a file of 5 bytes: %+v", n)
	}
	testkit.Idles(t, n, activity.Note.Edit, edit, f)

	// The size stays known while the file stays.
	edit.Fields.Subject = "Offer"
	n = testkit.Does(t, n, activity.Note.Edit, edit, activity.NoteFacts{Stamp: testkit.Noon}, "note.edited", "", "")
	if n.FileSize != 5 {
		t.Errorf("%d bytes after another subject, want 5", n.FileSize)
	}
	// Another file that the facts do not know has no known size.
	edit.Fields.AttachmentID = testkit.IDOf[record.AttachmentID](2)
	n = testkit.Does(t, n, activity.Note.Edit, edit, f, "note.edited", "", "")
	if !n.IsDocument || n.FileSize != 0 {
		t.Errorf("with an unknown file: %+v", n)
	}
	edit.Fields.AttachmentID, edit.Fields.FileName = record.AttachmentID{}, ""
	n = testkit.Does(t, n, activity.Note.Edit, edit, f, "note.edited", "", "")
	if n.IsDocument {
		t.Errorf("without file: %+v", n)
	}

	edit.Fields.FileName = "a/b"
	testkit.Refuses(t, n, activity.Note.Edit, edit, f, codes.ErrMissingField, codes.ErrInvalid)
	edit.Fields.FileName, edit.Fields.Subject = "", ""
	testkit.Refuses(t, n, activity.Note.Edit, edit, f, codes.ErrMissingField)
}

func TestNoteDelete(t *testing.T) {
	t.Parallel()
	n, f := newNote(t), activity.NoteFacts{Stamp: testkit.Noon}
	testkit.Deletes(t, n, activity.Note.Delete, f, "note.deleted", "")
	f.InUse = []record.Ref{testkit.RefTo(kinds.Connection, 1)}
	testkit.Refuses(t, n, activity.Note.Delete, record.DeleteRecord{}, f, codes.ErrInUse)
}

func TestNewAttachment(t *testing.T) {
	t.Parallel()
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte("offer")))
	a := newAttachment(t, 1, "offer")
	if a.Size != 5 || a.SHA256 != sum || string(a.Content) != "offer" {
		t.Errorf("made of 5 bytes: %+v", a)
	}
	id := a.ID
	for _, cmd := range []activity.CreateAttachment{
		{ID: id, Content: []byte("offer"), Size: 5, SHA256: strings.ToUpper(sum)},
		{ID: id, BlobKey: "s3://offers/1", Size: 5 << 40, SHA256: strings.ToUpper(sum)},
	} {
		a := testkit.Born(t, activity.NewAttachment, cmd, activity.AttachmentFacts{Limit: 5}, "attachment.created", "")
		if a.SHA256 != sum || a.Size != cmd.Size || a.BlobKey != cmd.BlobKey {
			t.Errorf("made of %+v: %+v", cmd, a)
		}
	}

	refuse := func(cmd activity.CreateAttachment, limit int64, codes ...codes.Code) {
		t.Helper()
		testkit.RefusesBirth(t, activity.NewAttachment, cmd, activity.AttachmentFacts{Limit: limit}, codes...)
	}
	refuse(activity.CreateAttachment{Content: []byte("offer")}, 0, codes.ErrMissingField)
	refuse(activity.CreateAttachment{ID: id}, 0, codes.ErrMissingField)
	refuse(activity.CreateAttachment{ID: id, BlobKey: "1", SHA256: sum}, 0, codes.ErrMissingField)
	refuse(activity.CreateAttachment{ID: id, BlobKey: "1", Size: -5, SHA256: sum}, 0, codes.ErrOutOfRange)
	refuse(activity.CreateAttachment{ID: id, BlobKey: "1", Size: 5}, 0, codes.ErrInvalid)
	refuse(activity.CreateAttachment{ID: id, BlobKey: "1", Size: 5, SHA256: sum[1:] + "x"}, 0, codes.ErrInvalid)
	refuse(activity.CreateAttachment{ID: id, BlobKey: strings.Repeat("k", 1025), Size: 5, SHA256: sum}, 0, codes.ErrTooLong)
	refuse(activity.CreateAttachment{ID: id, Content: []byte("offer"), BlobKey: "1"}, 0, codes.ErrInvalid)
	refuse(activity.CreateAttachment{ID: id, Content: []byte("offer"), Size: 4}, 0, codes.ErrInvalid)
	refuse(activity.CreateAttachment{ID: id, Content: []byte("offers"), SHA256: sum}, 0, codes.ErrInvalid)
	refuse(activity.CreateAttachment{ID: id, Content: []byte("offers")}, 5, codes.ErrTooLarge)

	large := bytes.Repeat([]byte{1}, 10<<20)
	testkit.Born(t, activity.NewAttachment, activity.CreateAttachment{ID: id, Content: large}, activity.AttachmentFacts{}, "attachment.created", "")
	refuse(activity.CreateAttachment{ID: id, Content: append(large, 1)}, 0, codes.ErrTooLarge)
}

func TestAttachmentDelete(t *testing.T) {
	t.Parallel()
	a, f := newAttachment(t, 1, "offer"), activity.AttachmentFacts{Stamp: testkit.Noon}
	testkit.Deletes(t, a, activity.Attachment.Delete, f, "attachment.deleted", "")
	elsewhere := testkit.Born(t, activity.NewAttachment, activity.CreateAttachment{
		ID: testkit.IDOf[record.AttachmentID](2), BlobKey: "offers/2", Size: 5, SHA256: a.SHA256,
	}, f, "attachment.created", "")
	event := testkit.Must(elsewhere.Delete(record.DeleteRecord{}, f)).Events[0]
	if event.Data.Get("blob_key") != "offers/2" || event.Data.Get("sha256") != a.SHA256 {
		t.Errorf("the event does not say what to delete elsewhere: %v", event.Data)
	}
	f.InUse = []record.Ref{testkit.RefTo(kinds.Note, 1)}
	testkit.Refuses(t, a, activity.Attachment.Delete, record.DeleteRecord{}, f, codes.ErrInUse)
}

func TestNoteJSON(t *testing.T) {
	t.Parallel()
	testkit.Survives[activity.Note](t)
	testkit.Survives[activity.Attachment](t)
}
