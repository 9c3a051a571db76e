package activity

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
)

// Note is a text about another record, with or without a file. It can be
// added, changed and deleted whatever the status of that record.
type Note struct {
	ID record.NoteID `json:"id" d365:"annotationid"`
	record.Head
	RegardingID record.Ref `json:"regarding_id" d365:"objectid"`
	NoteFields
	IsDocument bool  `json:"is_document,omitzero" d365:"isdocument"` // there is an attachment
	FileSize   int64 `json:"file_size,omitzero" d365:"filesize"`     // bytes, where the attachment was known
}

// NoteFields are the fields of a note that people edit. The file itself is an
// Attachment of its own: the note and its history hold the reference only.
type NoteFields struct {
	Subject      string              `json:"subject" d365:"subject" max:"500" need:"true" personal:"true"`
	NoteText     string              `json:"note_text,omitzero" d365:"notetext" text:"100000" personal:"true"`
	FileName     string              `json:"file_name,omitzero" d365:"filename" max:"255" personal:"true"` // without folders
	MimeType     string              `json:"mime_type,omitzero" d365:"mimetype" max:"256"`
	AttachmentID record.AttachmentID `json:"attachment_id,omitzero" d365:"documentbody"`
}

// NoteFacts are what decisions about a note depend on besides note and command.
// Nothing in the zero value stands in the way.
type NoteFacts struct {
	record.Stamp
	BaseCurrency money.Currency // the organisation's
	Attachment   *Attachment    // the one that the command chooses, where known
	InUse        []record.Ref   // records that refer to the note
}

// RecordKind tells the kind of record.
func (*Note) RecordKind() kinds.Kind { return kinds.Note }

// Ref names the record with its kind.
func (n *Note) Ref() record.Ref { return n.ID.Ref() }

// Clone returns a deep copy.
func (n Note) Clone() Note {
	n.Head.Detach()
	return n
}

// MarshalJSON writes the published JSON form.
func (n Note) MarshalJSON() ([]byte, error) {
	type plain Note
	return record.Encode((*plain)(&n))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (n *Note) UnmarshalJSON(body []byte) error {
	type plain Note
	return record.Decode(body, (*plain)(n))
}

// with gives the note new fields and what follows from them.
func (n Note) with(fields NoteFields, attached *Attachment) Note {
	if fields.AttachmentID != n.AttachmentID {
		n.FileSize = 0
	}
	if attached != nil && attached.ID == fields.AttachmentID {
		n.FileSize = attached.Size
	}
	n.NoteFields = fields
	n.IsDocument = !fields.AttachmentID.IsZero()
	return n
}

// Faults are those that no single field shows.
func (n *NoteFields) Faults(path string) (reasons []record.Reason) {
	switch {
	case !n.AttachmentID.IsZero() && n.FileName == "":
		reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: path + "file_name", Message: "an attachment needs a file name"})
	case n.AttachmentID.IsZero() && (n.FileName != "" || n.MimeType != ""):
		reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: path + "attachment_id", Message: "a file name or type is that of an attachment"})
	}
	if n.FileName == "." || n.FileName == ".." || strings.ContainsAny(n.FileName, `/\`) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: path + "file_name", Message: "a file name has no folders"})
	}
	return reasons
}

// CreateNote is the command behind NewNote.
type CreateNote struct {
	ID record.NoteID `json:"id,omitzero"`
	record.Origin
	RegardingID record.Ref `json:"regarding_id" need:"true"`
	Fields      NoteFields `json:"fields"`
}

// NewNote creates a note about a record. Codes: ErrMissingField (regarding_id,
// subject; the file name of an attachment), ErrTooLong, ErrInvalid (a file name
// with folders or control characters, for example).
func NewNote(cmd CreateNote, f NoteFacts) (record.Change[Note], error) {
	n := Note{ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), RegardingID: cmd.RegardingID}.with(cmd.Fields, f.Attachment)
	reasons := n.Faults("fields.")
	if party.Incomplete(cmd.RegardingID) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "regarding_id", Message: "a reference has a kind and an id"})
	}
	if err := flow.RefuseBirth(actions.NoteCreate, cmd.ID, &cmd, n.Currency, reasons...); err != nil {
		return record.Change[Note]{}, err
	}
	return record.Change[Note]{Record: n, Events: []record.Event{record.BornEvent(&n, actions.NoteCreate, f.Stamp, record.DataOf("regarding_id", n.RegardingID.String()))}}, nil
}

// EditNote replaces the editable fields; custom values given are set, a JSON
// null removes one.
type EditNote struct {
	Fields NoteFields    `json:"fields"`
	Custom record.Custom `json:"custom,omitzero"`
}

// Edit changes fields; equal values change nothing. Codes: those of NewNote.
func (n Note) Edit(cmd EditNote, f NoteFacts) (record.Change[Note], error) {
	reasons := append(schema.Validate(&cmd, n.Currency), cmd.Fields.Faults("fields.")...)
	if err := party.RefuseStatusless(&n, actions.NoteEdit, reasons); err != nil {
		return record.Change[Note]{}, err
	}
	if !party.Edits(n.NoteFields, cmd.Fields, n.Custom, cmd.Custom) {
		return record.Change[Note]{Record: n}, nil
	}
	n = n.with(cmd.Fields, f.Attachment)
	n.Custom = n.Custom.Edited(cmd.Custom)
	n.Touch(f.Stamp)
	return record.Change[Note]{Record: n, Events: []record.Event{record.StepEvent(&n, actions.NoteEdit, "", f.Stamp, nil)}}, nil
}

// Delete removes the note. Code: ErrInUse.
func (n Note) Delete(_ record.DeleteRecord, f NoteFacts) (record.Change[Note], error) {
	if err := party.RefuseStatusless(&n, actions.NoteDelete, flow.InUse(f.InUse)); err != nil {
		return record.Change[Note]{}, err
	}
	return record.Change[Note]{Record: n, Events: []record.Event{record.DeletedEvent(&n, actions.NoteDelete, f.Stamp, record.DataOf("regarding_id", n.RegardingID.String()))}}, nil
}

// DefaultAttachmentLimit is the size, in bytes, that the content of an
// attachment may have unless facts say otherwise: 10 MiB.
const DefaultAttachmentLimit int64 = 10 << 20

// Attachment is the content of a file: the bytes themselves, or the key under
// which the host keeps them in a store of its own. It never changes; another
// content is another attachment.
type Attachment struct {
	ID record.AttachmentID `json:"id"`
	record.Head
	Size    int64  `json:"size"`              // bytes
	SHA256  string `json:"sha256"`            // of the content, 64 hexadecimal digits in lower case
	Content []byte `json:"content,omitempty"` // base64 in JSON; not stored where there is a BlobKey
	BlobKey string `json:"blob_key,omitzero"` // the host's
}

// AttachmentFacts are what decisions about an attachment depend on besides
// attachment and command. Nothing in the zero value stands in the way.
type AttachmentFacts struct {
	record.Stamp
	BaseCurrency money.Currency // the organisation's
	Limit        int64          // bytes of Content; 0 means DefaultAttachmentLimit
	InUse        []record.Ref   // notes that refer to the attachment
}

// RecordKind tells the kind of record.
func (*Attachment) RecordKind() kinds.Kind { return kinds.Attachment }

// Ref names the record with its kind.
func (a *Attachment) Ref() record.Ref { return a.ID.Ref() }

// Clone returns a deep copy.
func (a Attachment) Clone() Attachment {
	a.Head.Detach()
	a.Content = slices.Clone(a.Content)
	return a
}

// MarshalJSON writes the published JSON form.
func (a Attachment) MarshalJSON() ([]byte, error) {
	type plain Attachment
	return record.Encode((*plain)(&a))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (a *Attachment) UnmarshalJSON(body []byte) error {
	type plain Attachment
	return record.Decode(body, (*plain)(a))
}

// CreateAttachment is the command behind NewAttachment: either Content or a
// BlobKey. With Content, size and hash are computed and those given must agree;
// with a BlobKey both are required.
type CreateAttachment struct {
	ID record.AttachmentID `json:"id,omitzero"`
	record.Origin
	Content []byte `json:"content,omitempty"`
	BlobKey string `json:"blob_key,omitzero" max:"1024"`
	Size    int64  `json:"size,omitzero" range:"0..9e18"`
	SHA256  string `json:"sha256,omitzero" max:"64"`
}

// NewAttachment creates an attachment. Codes: ErrMissingField, ErrTooLong,
// ErrOutOfRange, ErrInvalid, ErrTooLarge for content above the limit; what the
// host keeps has no limit here.
func NewAttachment(cmd CreateAttachment, f AttachmentFacts) (record.Change[Attachment], error) {
	a := Attachment{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency),
		Size: cmd.Size, SHA256: strings.ToLower(cmd.SHA256), Content: cmd.Content, BlobKey: cmd.BlobKey,
	}
	if err := flow.RefuseBirth(actions.AttachmentCreate, cmd.ID, &cmd, a.Currency, cmd.Faults(f.Limit)...); err != nil {
		return record.Change[Attachment]{}, err
	}
	if len(a.Content) > 0 {
		a.Size, a.SHA256 = int64(len(a.Content)), Digest(a.Content)
	}
	return record.Change[Attachment]{Record: a, Events: []record.Event{record.BornEvent(&a, actions.AttachmentCreate, f.Stamp, record.DataOf("sha256", a.SHA256))}}, nil
}

// Faults are those that no single field shows.
func (c CreateAttachment) Faults(limit int64) []record.Reason {
	if limit == 0 {
		limit = DefaultAttachmentLimit
	}
	fault := func(code codes.Code, field, message string) []record.Reason {
		return []record.Reason{{Code: code, Field: field, Message: message}}
	}
	size := int64(len(c.Content))
	switch {
	case size == 0 && c.BlobKey == "":
		return fault(codes.ErrMissingField, "content", "an attachment has content or a blob key")
	case size == 0 && c.Size == 0:
		return fault(codes.ErrMissingField, "size", "a blob key needs the size of the content")
	case size == 0 && !isDigest(c.SHA256):
		return fault(codes.ErrInvalid, "sha256", "a blob key needs the hash of the content, 64 hexadecimal digits")
	case size == 0:
		return nil
	case c.BlobKey != "":
		return fault(codes.ErrInvalid, "blob_key", "an attachment has either content or a blob key")
	case size > limit:
		reasons := fault(codes.ErrTooLarge, "content", fmt.Sprintf("has %d bytes, at most %d are allowed", size, limit))
		reasons[0].Params = map[string]any{"size": size, "max": limit}
		return reasons
	case c.Size != 0 && c.Size != size:
		return fault(codes.ErrInvalid, "size", "not the size of the content")
	case c.SHA256 != "" && !strings.EqualFold(c.SHA256, Digest(c.Content)):
		return fault(codes.ErrInvalid, "sha256", "not the hash of the content")
	}
	return nil
}

// Digest is the SHA-256 of a content, in hexadecimal digits.
func Digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

func isDigest(text string) bool {
	sum, err := hex.DecodeString(text)
	return err == nil && len(sum) == sha256.Size
}

// Delete removes the attachment. The event names hash and blob key, so that
// whoever keeps the content knows what to delete. Code: ErrInUse, while a note
// refers to it.
func (a Attachment) Delete(_ record.DeleteRecord, f AttachmentFacts) (record.Change[Attachment], error) {
	if err := party.RefuseStatusless(&a, actions.AttachmentDelete, flow.InUse(f.InUse)); err != nil {
		return record.Change[Attachment]{}, err
	}
	return record.Change[Attachment]{Record: a, Events: []record.Event{a.Deleted(f.Stamp)}}, nil
}

// Deleted is the event of the deletion.
func (a *Attachment) Deleted(s record.Stamp) record.Event {
	return record.DeletedEvent(a, actions.AttachmentDelete, s, record.DataOf("sha256", a.SHA256, "blob_key", a.BlobKey))
}
