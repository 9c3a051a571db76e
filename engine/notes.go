package engine

import (
	"context"
	"iter"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Notes is what a Client does with notes. Delete also erases a note: its content,
// that of every file it ever had unless another note has it too, and the images in
// its history. The events stay.
type Notes struct {
	Removable[activity.Note, record.NoteID, NoteQuery]
}

// Notes returns the service for notes.
func (c *Client) Notes() (s Notes) { s.c = c; return s }

// NoteQuery asks for notes.
type NoteQuery struct {
	List
	Regarding record.Ref
}

func (q NoteQuery) conds() []storage.Cond { return asked{}.ref("regarding_id", q.Regarding.ID) }

// noteFacts are those of a note with an attachment that is stored already.
func (s *session) noteFacts(ctx context.Context, id record.AttachmentID) (f activity.NoteFacts, err error) {
	f = activity.NoteFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
	f.Attachment, err = known(maybe[activity.Attachment](ctx, s, id))
	return f, err
}

// Create creates a note, about a record in whatever status. See NewNote.
func (s Notes) Create(ctx context.Context, cmd activity.CreateNote) (activity.Note, error) {
	return recordOf(create(ctx, s.c, actions.NoteCreate, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, s *session, cmd *activity.CreateNote) (activity.NoteFacts, error) {
			return s.noteFacts(ctx, cmd.Fields.AttachmentID)
		}, activity.NewNote))
}

// AttachFile is a file for a note: what it is called, and either its content or
// the key under which the host keeps it. See CreateAttachment.
type AttachFile struct {
	FileName string `json:"file_name"` // without folders
	MimeType string `json:"mime_type,omitzero"`
	Content  []byte `json:"content,omitempty"`
	BlobKey  string `json:"blob_key,omitzero"`
	Size     int64  `json:"size,omitzero"`
	SHA256   string `json:"sha256,omitzero"`
}

// attachment is the command that makes the attachment of the file.
func (a AttachFile) attachment(id record.AttachmentID) activity.CreateAttachment {
	return activity.CreateAttachment{ID: id, Content: a.Content, BlobKey: a.BlobKey, Size: a.Size, SHA256: a.SHA256}
}

// fileFacts are those of a note that is given a file.
type fileFacts struct {
	activity.AttachmentFacts
	id record.AttachmentID // of the new attachment
}

func (s *session) fileFacts(id record.AttachmentID) fileFacts {
	return fileFacts{activity.AttachmentFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency, Limit: s.c.limit}, id}
}

// noteWithFile is the outcome of giving a note a file. The note alone is
// remembered of the call: content is stored once.
type noteWithFile struct {
	record.Change[activity.Note]
	File record.Change[activity.Attachment] `json:"-"`
}

// attached makes the attachment, and the note with it.
func (a AttachFile) attached(fields activity.NoteFields, birth record.Origin, f fileFacts, note func(activity.NoteFields, activity.NoteFacts) (record.Change[activity.Note], error)) (out noteWithFile, err error) {
	cmd := a.attachment(f.id)
	cmd.Origin = birth
	out.File, err = activity.NewAttachment(cmd, f.AttachmentFacts)
	if err != nil {
		return noteWithFile{}, err
	}
	fields.FileName, fields.MimeType, fields.AttachmentID = a.FileName, a.MimeType, f.id
	out.Change, err = note(fields, activity.NoteFacts{Stamp: f.Stamp, BaseCurrency: f.BaseCurrency, Attachment: &out.File.Record})
	return out, err
}

// CreateWithFile creates a note with a file, both or neither. What the command
// says of a file is replaced. Content above the attachment limit goes to the
// host's blobs, where there are some. Codes: those of NewNote and of
// NewAttachment, ErrTooLarge among them.
func (s Notes) CreateWithFile(ctx context.Context, cmd activity.CreateNote, file AttachFile) (activity.Note, error) {
	command := cmd
	file.Content = slices.Clone(file.Content)
	cmd.ID.UUID = s.c.newID(cmd.ID.UUID)
	id := record.AttachmentID{UUID: s.c.newID(uuid.Nil)}
	return s.c.upload(ctx, file, id, func(given, file AttachFile) (activity.Note, error) {
		as := struct {
			activity.CreateNote
			File AttachFile `json:"file"`
		}{command, given}
		out, err := create(ctx, s.c, actions.NoteCreate, &cmd.ID.UUID, &cmd,
			func(_ context.Context, s *session, _ *activity.CreateNote) (fileFacts, error) {
				return s.fileFacts(id), nil
			},
			func(cmd activity.CreateNote, f fileFacts) (noteWithFile, error) {
				return file.attached(cmd.Fields, record.Origin{Owner: cmd.Owner}, f, func(fields activity.NoteFields, f activity.NoteFacts) (record.Change[activity.Note], error) {
					cmd.Fields = fields
					return activity.NewNote(cmd, f)
				})
			}, repeatedAs(as))
		return out.Record, err
	})
}

// Attach gives a note a file, in place of the one it has. A file that was
// replaced stays with the history of the note and goes with the note. Content
// above the attachment limit goes to the host's blobs, where there are some.
// Codes: those of Note.Edit and of NewAttachment, ErrTooLarge among them.
func (s Notes) Attach(ctx context.Context, id record.NoteID, file AttachFile, opts ...CallOption) (activity.Note, error) {
	attachment := record.AttachmentID{UUID: s.c.newID(uuid.Nil)}
	file.Content = slices.Clone(file.Content)
	return s.c.upload(ctx, file, attachment, func(given, file AttachFile) (activity.Note, error) {
		out, err := apply(ctx, s.c, actions.NoteEdit, id, given,
			func(_ context.Context, s *session, _ *activity.Note, _ *AttachFile) (fileFacts, error) {
				return s.fileFacts(attachment), nil
			},
			func(n activity.Note, _ AttachFile, f fileFacts) (noteWithFile, error) {
				return file.attached(n.NoteFields, record.Origin{Owner: n.Owner}, f, func(fields activity.NoteFields, f activity.NoteFacts) (record.Change[activity.Note], error) {
					return n.Edit(activity.EditNote{Fields: fields}, f)
				})
			}, opts)
		return out.Record, err
	})
}

// Edit changes fields of a note. See Note.Edit.
func (s Notes) Edit(ctx context.Context, id record.NoteID, cmd activity.EditNote, opts ...CallOption) (activity.Note, error) {
	return recordOf(apply(ctx, s.c, actions.NoteEdit, id, cmd,
		func(ctx context.Context, s *session, _ *activity.Note, cmd *activity.EditNote) (activity.NoteFacts, error) {
			return s.noteFacts(ctx, cmd.Fields.AttachmentID)
		}, activity.Note.Edit, opts))
}

func noteUse(ctx context.Context, s *session, n *activity.Note) (f activity.NoteFacts, err error) {
	f = activity.NoteFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
	f.InUse, err = s.inUse(ctx, n.Ref())
	return f, err
}

// Content returns the file of a note, or ErrNotFound if the note has none or
// the actor may not see both of them. Content that went to the host's blobs is
// fetched from there, where the client has them; what is kept elsewhere under a
// key of the host's own comes without.
func (s Notes) Content(ctx context.Context, id record.NoteID) (a activity.Attachment, err error) {
	err = s.c.look(ctx, func(ctx context.Context, ss *session) error {
		n, err := load[activity.Note](ctx, ss, id)
		if err != nil {
			return err
		}
		file, err := load[activity.Attachment](ctx, ss, n.AttachmentID)
		if err == nil {
			a = file.Clone()
		}
		return err
	})
	if err == nil {
		err = s.c.download(ctx, &a)
	}
	if err != nil {
		return activity.Attachment{}, err
	}
	return a, nil
}

// Of yields the notes about a record, oldest first.
func (s Notes) Of(ctx context.Context, ref record.Ref) iter.Seq2[activity.Note, error] {
	return func(yield func(activity.Note, error) bool) {
		if err := s.c.see(ctx, ref); err != nil {
			yield(activity.Note{}, err)
			return
		}
		s.All(ctx, NoteQuery{Regarding: ref})(yield)
	}
}
