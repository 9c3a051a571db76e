package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Blobs keeps content that is too large for the store: in files, or in an
// object store. A key belongs to one attachment, whose content never changes; it
// begins with the SHA-256 of the content, and ends with the attachment's id.
// Methods are called by several goroutines at once, and outside of transactions
// but for calls that are part of one themselves: within Atomic, or one of the
// host's.
type Blobs interface {
	// Put keeps the content under the key. It must not change or keep the slice,
	// and succeeds when the key is put again.
	Put(ctx context.Context, tenant storage.Tenant, key string, content []byte) error
	// Get returns the caller's own copy of the content; without one, an error that
	// is storage.ErrNotFound.
	Get(ctx context.Context, tenant storage.Tenant, key string) ([]byte, error)
	// Delete removes the content; there is nothing wrong with none.
	Delete(ctx context.Context, tenant storage.Tenant, key string) error
}

// WithBlobs keeps the content of attachments above the attachment limit with the
// host, where it would be ErrTooLarge otherwise. Content is put before its
// record is stored, and deleted once the deletion of its record is committed;
// Notes.SweepBlobs makes up for what could not be deleted then.
func WithBlobs(b Blobs) ClientOption {
	return func(e *engine) error { e.blobs = b; return given(b != nil, "blobs") }
}

// blobKey is the key under which the host keeps the content of an attachment.
func blobKey(id record.AttachmentID, sha256 string) string { return sha256 + "/" + id.String() }

// inBlobs reports whether the content was put into the host's blobs, and not
// kept elsewhere under a key of the host's own.
func inBlobs(a *activity.Attachment) bool { return a.BlobKey == blobKey(a.ID, a.SHA256) }

// upload puts a file that is too large for the store with the host, then makes
// the call, which stores the reference. What the call did not store is deleted
// again, unless it may have stored it.
func (c *Client) upload(ctx context.Context, file AttachFile, id record.AttachmentID, call func(given, file AttachFile) (activity.Note, error)) (activity.Note, error) {
	size := int64(len(file.Content))
	if c.blobs == nil || size <= c.limit {
		return call(file, file)
	}
	if err := c.identified(); err != nil {
		return activity.Note{}, err
	}
	if reasons := file.attachment(id).Faults(math.MaxInt64); len(reasons) > 0 {
		return activity.Note{}, record.RefusedFor(reasons)
	}
	given := AttachFile{FileName: file.FileName, MimeType: file.MimeType, Size: size, SHA256: activity.Digest(file.Content)}
	kept := given
	kept.BlobKey = blobKey(id, given.SHA256)
	if c.preview {
		return call(given, kept)
	}
	if err := c.blobs.Put(ctx, c.tenant, kept.BlobKey, file.Content); err != nil {
		return activity.Note{}, fmt.Errorf("blobs: put: %w", err)
	}
	n, err := call(given, kept)
	if stored := err == nil && n.AttachmentID == id; !stored && !errors.Is(err, codes.ErrCommitUnknown) && c.lacks(ctx, id) {
		c.dropBlob(ctx, kept.BlobKey)
	}
	return n, err
}

// lacks reports whether an attachment is certainly not stored: an interceptor may
// answer a call with an error after it was committed.
func (c *Client) lacks(ctx context.Context, id record.AttachmentID) bool {
	err := c.store.View(context.WithoutCancel(ctx), c.tenant, func(ctx context.Context, r storage.Reader) error {
		_, err := r.Get(ctx, storage.Ref{Kind: string(kinds.Attachment), ID: id.UUID})
		return err
	})
	return errors.Is(err, storage.ErrNotFound)
}

// dropBlob deletes content that no record refers to, even if the caller waits no
// longer. What cannot be deleted is no reason to refuse what is committed.
func (c *Client) dropBlob(ctx context.Context, key string) {
	if err := c.blobs.Delete(context.WithoutCancel(ctx), c.tenant, key); err != nil {
		c.log.LogAttrs(ctx, slog.LevelError, "content left behind", slog.String("tenant", string(c.tenant)), slog.String("key", key), slog.String("error", err.Error()))
	}
}

// download fills in the content that the host keeps.
func (c *Client) download(ctx context.Context, a *activity.Attachment) error {
	if c.blobs == nil || !inBlobs(a) {
		return nil
	}
	content, err := c.blobs.Get(ctx, c.tenant, a.BlobKey)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return &record.Error{Code: codes.ErrNotFound, Kind: kinds.Attachment, ID: a.ID.UUID, Err: err, Reasons: []record.Reason{{Code: codes.ErrNotFound, Field: "content", Message: "the content is gone"}}}
	case err != nil:
		return fmt.Errorf("blobs: get: %w", err)
	case activity.Digest(content) != a.SHA256:
		return fmt.Errorf("blobs: get: the content of %s is not what was put", a.BlobKey)
	}
	a.Content = content
	return nil
}

// SweepBlobs deletes from the host's blobs what attachments had there that were
// deleted after a position of the feed, and returns the position up to which all
// is deleted; keep it and pass it next time. It is for what a deletion could not
// delete by itself: where it was part of Atomic or of a transaction of the
// host's, where the blobs failed, or the program ended in between. It stops at
// the first failure. ErrUnsupported without WithBlobs.
//
// Content whose record was never stored, because the program ended before or the
// transaction around the call was given up, stays: its key ends with the id of an
// attachment that is ErrNotFound.
func (s Notes) SweepBlobs(ctx context.Context, after int64) (position int64, err error) {
	position = after
	if err := s.c.identified(); err != nil {
		return position, err
	}
	if s.c.blobs == nil {
		return position, record.Refusal(codes.ErrUnsupported, "", "the client was made without blobs")
	}
	for e, err := range s.c.Feed(ctx, after) {
		if err != nil {
			return position, err
		}
		a := activity.Attachment{ID: record.AttachmentID{UUID: e.Ref.ID}, SHA256: e.Data.Get("sha256"), BlobKey: e.Data.Get("blob_key")}
		if e.Action == actions.AttachmentDelete && inBlobs(&a) {
			if err := s.c.blobs.Delete(ctx, s.c.tenant, a.BlobKey); err != nil {
				return position, fmt.Errorf("blobs: delete: %w", err)
			}
		}
		position = e.Position
	}
	return position, nil
}
