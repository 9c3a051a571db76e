package engine

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// session is one run of a transaction. Nothing keeps it: the next one takes it
// over.
type session struct {
	storage.Reader
	c      *Client
	tx     storage.Tx
	stamp  record.Stamp
	actor  string
	about  record.Ref                      // the record that the command is about
	cmd    any                             // a pointer to it
	loaded []*storage.Record               // what was read, as it was
	found  []*storage.Record               // of look-ups, one behind the other
	latest map[storage.Ref]*storage.Record // of loaded, where they are many
	known  int                             // how many of loaded are in latest
	born   refs                            // what this transaction made
	gone   refs                            // what it deleted, or is about to
	saved  []record.Record                 // of the outcome
	asked  anyAsked
	scopes map[kinds.Kind][]storage.Cond // of the authorizer, as far as they were asked for
	roles  []string                      // of the actor, once they were asked for
	drawn  refs                          // what the command draws on
	freed  []string                      // keys of blobs that no record refers to any more
	series *numberSeries                 // that the document at hand gets its number from
	book   *processBook                  // of the tenant, once it is read
	amount decimal.Decimal               // of the record written last
	bodies []eventBody                   // of the command at hand, made at once
	texts  []idText                      // made so far, one behind the other
	text   strings.Builder               // of texts
	// The first four are where the lists above begin: empty ones cost 44 allocations
	// more, of 260, on the way from a lead to cash.
	room struct {
		loaded [12]*storage.Record
		found  [8]*storage.Record
		born   [8]record.Ref
		texts  [24]idText
		refs   [12]schema.Reference // scratch of record
		was    [12]schema.Reference // scratch of resolve
		keys   [12]storage.Key      // scratch of record
		events [4]storage.Event     // scratch of eventsOf
		recs   [8]*storage.Record   // scratch of write
		rated  [8]record.Ref        // scratch of rates
	}
}

// idText is the text form of an id.
type idText struct {
	id   uuid.UUID
	text string
}

var sessions = sync.Pool{New: func() any {
	s := new(session)
	s.asked.first = s.asked.take
	return s
}}

func (c *Client) session(tx storage.Tx) *session {
	s := sessions.Get().(*session)
	s.Reader, s.c, s.tx, s.actor = tx, c, tx, c.actor.Text()
	s.loaded, s.found = s.room.loaded[:0], s.room.found[:0]
	s.born.list, s.texts = s.room.born[:0], s.room.texts[:0]
	s.stamp = c.stamp()
	return s
}

// view runs a call that only reads.
func (c *Client) view(ctx context.Context, fn func(context.Context, *session) error) error {
	if err := c.identified(); err != nil {
		return err
	}
	if err := c.fate.begin(); err != nil {
		return err
	}
	err := c.store.View(ctx, c.tenant, func(ctx context.Context, r storage.Reader) error {
		s := c.session(nil)
		defer s.release()
		s.Reader = r
		return fn(ctx, s)
	})
	c.fate.end(err)
	return fromStore(err)
}

// stamp is now, and who acts.
func (c *Client) stamp() record.Stamp {
	at := c.at
	if at.IsZero() {
		at = c.clock().UTC().Truncate(time.Microsecond)
	}
	stamp := c.settings.StampOf(at, c.actor)
	stamp.Own = c.ownFields
	return stamp
}

func (s *session) release() {
	*s = session{asked: anyAsked{first: s.asked.first}}
	sessions.Put(s)
}

// idText returns the text form of an id; those of the first few are made once. The
// texts share a piece of memory, as most are stored together.
func (s *session) idText(id uuid.UUID) string {
	for i := range s.texts {
		if s.texts[i].id == id {
			return s.texts[i].text
		}
	}
	const size = 36
	if s.text.Cap()-s.text.Len() < size {
		s.text = strings.Builder{}
		s.text.Grow(3 * size)
	}
	var buf [size]byte
	s.text.Write(schema.AppendUUID(buf[:0], id))
	text := s.text.String()[s.text.Len()-size:]
	if len(s.texts) < len(s.room.texts) {
		s.texts = append(s.texts, idText{id, text})
	}
	return text
}

// load reads a record for a decision. It is the stored value itself, which the
// core never changes and whose memory outcomes may share until they leave.
func load[R any, K record.Kinded](ctx context.Context, s *session, id record.ID[K]) (*R, error) {
	d, err := s.load(ctx, id.Ref())
	if err != nil {
		return nil, err
	}
	return any(d).(*R), nil
}

func (s *session) load(ctx context.Context, ref record.Ref) (record.Record, error) {
	rec, err := s.get(ctx, ref)
	if err != nil {
		return nil, err
	}
	return recordKinds[ref.Kind].decode(rec.Image)
}

// maybe is load for a reference that may be empty.
func maybe[R any, K record.Kinded](ctx context.Context, s *session, id record.ID[K]) (*R, error) {
	if id.IsZero() {
		return nil, nil
	}
	return load[R](ctx, s, id)
}

func (s *session) get(ctx context.Context, ref record.Ref) (*storage.Record, error) {
	if ref.ID == (uuid.UUID{}) {
		return nil, &record.Error{Code: codes.ErrNotFound, Kind: ref.Kind, Reasons: []record.Reason{{Code: codes.ErrNotFound, Field: "id", Message: "the id is empty"}}}
	}
	rec, err := s.Get(ctx, storeRef(ref))
	if err != nil {
		if errors.Is(err, storage.ErrNotFound) {
			return nil, &record.Error{Code: codes.ErrNotFound, Kind: ref.Kind, ID: ref.ID, Err: err, Reasons: []record.Reason{{Code: codes.ErrNotFound, Message: codes.ErrNotFound.Info().Text}}}
		}
		return nil, err
	}
	if hidden, err := s.outOfReach(ctx, rec); err != nil || hidden {
		return nil, notVisible(ref, err)
	}
	s.loaded = append(s.loaded, rec)
	return rec, nil
}

// shared returns the document in an image, to be read only.
func shared[R any](img storage.Image) (*R, error) {
	d, err := recordKinds[record.KindOf[R]()].decode(img)
	if err != nil {
		return nil, err
	}
	return any(d).(*R), nil
}

// cloneOf returns a document's value, which shares nothing with it.
func cloneOf[R any](d record.Record) R { return any(d).(interface{ Clone() R }).Clone() }

// storeRef is a reference as stores know it.
func storeRef(r record.Ref) storage.Ref { return storage.Ref{Kind: string(r.Kind), ID: r.ID} }

func refOf(r storage.Ref) record.Ref { return record.Ref{Kind: kinds.Kind(r.Kind), ID: r.ID} }
