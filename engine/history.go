package engine

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"slices"
	"time"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Entry is one event of a record's history, with what it changed.
type Entry struct {
	record.Event
	// Changes are the members of the JSON form that differ from the version
	// before, sorted by name; empty once the content is erased.
	Changes []FieldChange `json:"changes,omitzero"`
	Erased  bool          `json:"erased,omitzero"` // the content of this version is gone
}

// FieldChange is the old and the new value of one member of the JSON form; nil
// means absent.
type FieldChange struct {
	Field string          `json:"field"`
	Old   json.RawMessage `json:"old,omitzero"`
	New   json.RawMessage `json:"new,omitzero"`
}

// History yields what happened to a record, oldest first; also after its
// deletion. An actor who may not see its last version gets ErrNotFound.
func (rs Records[R, I, Q]) History(ctx context.Context, id I) iter.Seq2[Entry, error] {
	return rs.c.History(ctx, id.Ref())
}

// AsOf returns the record as it was at a time, inclusive. ErrNotFound if it did
// not exist then, ErrErased if its content is gone.
func (rs Records[R, I, Q]) AsOf(ctx context.Context, id I, at time.Time) (R, error) {
	return cloned[R](rs.c.asOf(ctx, id.Ref(), func(e *storage.Event) bool { return !e.At.After(at) }))
}

// AsOfVersion returns a version of the record. ErrNotFound if there is none,
// ErrErased if its content is gone.
func (rs Records[R, I, Q]) AsOfVersion(ctx context.Context, id I, version int64) (R, error) {
	return cloned[R](rs.c.asOf(ctx, id.Ref(), func(e *storage.Event) bool { return e.Version == version }))
}

// asOf reads the image of the last event that counts.
func (c *Client) asOf(ctx context.Context, ref record.Ref, counts func(*storage.Event) bool) (record.Record, error) {
	events, err := c.past(ctx, ref)
	if err != nil {
		return nil, err
	}
	var last *storage.Event
	for i := range events {
		if counts(&events[i]) {
			last = &events[i]
		}
	}
	switch {
	case last == nil || last.Deleted:
		return nil, notVisible(ref, nil)
	case last.Image.Erased():
		return nil, &record.Error{Code: codes.ErrErased, Kind: ref.Kind, ID: ref.ID, Reasons: []record.Reason{{Code: codes.ErrErased, Message: codes.ErrErased.Info().Text}}}
	}
	d, err := recordKinds[ref.Kind].decode(last.Image)
	return d, fromStore(err)
}

// past reads a record's events as far as the actor may see them.
func (c *Client) past(ctx context.Context, ref record.Ref) (events []storage.Event, err error) {
	err = c.view(ctx, func(ctx context.Context, s *session) (err error) {
		events, err = s.past(ctx, ref)
		return err
	})
	return events, err
}

func (s *session) past(ctx context.Context, ref record.Ref) (events []storage.Event, err error) {
	return s.pastOn(ctx, s.Reader, ref)
}

func (s *session) pastOn(ctx context.Context, r storage.Reader, ref record.Ref) (events []storage.Event, err error) {
	for e, err := range r.History(ctx, storeRef(ref)) {
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	if len(events) == 0 {
		return nil, notVisible(ref, nil)
	}
	return events, s.visibleByLastImage(ctx, ref, events)
}

// visibleByLastImage is visible for records that may be gone.
func (s *session) visibleByLastImage(ctx context.Context, ref record.Ref, events []storage.Event) error {
	if s.c.seesAll() {
		return nil
	}
	info := recordKinds[ref.Kind]
	if info == nil {
		return notVisible(ref, nil)
	}
	for _, e := range slices.Backward(events) {
		if e.Deleted || e.Image.Erased() {
			continue
		}
		d, err := info.decode(e.Image)
		if err != nil {
			return err
		}
		rec := s.header(d, nil, nil)
		rec.Keys = s.lookupsOf(d, rec.Keys)
		if ok, err := s.visible(ctx, rec); ok || err != nil {
			return err
		}
		break
	}
	return notVisible(ref, nil)
}

// History yields what happened to any record, oldest first.
func (c *Client) History(ctx context.Context, ref record.Ref) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) { c.history(ctx, ref, yield) }
}

func (c *Client) history(ctx context.Context, ref record.Ref, yield func(Entry, error) bool) {
	events, err := c.past(ctx, ref)
	if err != nil {
		yield(Entry{}, err)
		return
	}
	var before, now map[string]json.RawMessage
	var version int64
	for _, e := range events {
		entry := Entry{}
		entry.Event, err = eventFrom(e)
		if err == nil && e.Version != version {
			before, version = now, e.Version
			if now = nil; !e.Image.Erased() {
				now, err = membersIn(e.Image)
			}
			entry.Changes = differences(before, now)
		}
		entry.Erased = !e.Deleted && e.Image.Erased()
		if err != nil {
			yield(Entry{}, fromStore(err))
			return
		}
		if !yield(entry, nil) {
			return
		}
	}
}

func membersIn(img storage.Image) (m map[string]json.RawMessage, err error) {
	body, err := img.Body()
	if err != nil {
		return nil, err
	}
	return m, json.Unmarshal(body, &m)
}

// differences lists the members that differ, the stamps of every version
// apart.
func differences(before, now map[string]json.RawMessage) (changes []FieldChange) {
	if now == nil {
		return nil
	}
	names := make(map[string]bool, len(now))
	for name := range before {
		names[name] = true
	}
	for name := range now {
		names[name] = true
	}
	for name := range names {
		switch name {
		case "version", "updated_at", "updated_by":
			continue
		}
		if !bytes.Equal(before[name], now[name]) {
			changes = append(changes, FieldChange{name, before[name], now[name]})
		}
	}
	slices.SortFunc(changes, func(a, b FieldChange) int { return bytes.Compare([]byte(a.Field), []byte(b.Field)) })
	return changes
}

// FeedEvent is an event with its place in the tenant's feed.
type FeedEvent struct {
	record.Event
	Position int64 `json:"position"`
}

// FeedOptions say what a feed tells.
type FeedOptions struct {
	Kinds  []kinds.Kind `json:"kinds,omitzero"`  // of records; none given: all
	Types  []string     `json:"types,omitzero"`  // of events, quote.won; none given: all
	Images bool         `json:"images,omitzero"` // with each event the record after it
	Before bool         `json:"before,omitzero"` // and the record in the version before
}

// ImagedEvent is an event of the feed with what the record was.
type ImagedEvent struct {
	FeedEvent
	Image  json.RawMessage `json:"image,omitzero"`  // the record in the version of the event; none of a deletion
	Before json.RawMessage `json:"before,omitzero"` // in the version before; none of a birth
	Erased bool            `json:"erased,omitzero"` // the content of one of the two is gone
}

// FeedWith is Feed with the events that are asked for, and the records as they were.
// It is for the authorizer to grant, as Feed is. Positions stay the tenant's: a follower of some kinds remembers the last one that it
// was told of. Images cost a look at the history of each record where the store is no
// storage.Imaged, and so do those of the version before.
func (c *Client) FeedWith(ctx context.Context, after int64, o FeedOptions) iter.Seq2[ImagedEvent, error] {
	return func(yield func(ImagedEvent, error) bool) {
		images := imagesOf{c: c}
		for e, err := range c.feed(ctx, after, o.Images) {
			if err == nil && (len(o.Kinds) > 0 && !slices.Contains(o.Kinds, e.Ref.Kind) || len(o.Types) > 0 && !slices.Contains(o.Types, e.Type)) {
				continue
			}
			out := ImagedEvent{FeedEvent: e.FeedEvent}
			if err == nil && o.Images && !e.Deleted {
				out.Image, out.Erased, err = imageBody(e.image)
			}
			if err == nil && o.Before {
				err = images.put(ctx, e.Ref, e.Version-1, &out.Before, &out.Erased)
			}
			if !yield(out, fromStore(err)) || err != nil {
				return
			}
		}
	}
}

// imagesOf remembers the history of the record that was asked for last: the events of
// a call follow each other.
type imagesOf struct {
	c       *Client
	ref     record.Ref
	upTo    int64 // the highest version that was read
	history []storage.Event
}

// put gives the image of a version, nothing if there was none.
func (i *imagesOf) put(ctx context.Context, ref record.Ref, version int64, to *json.RawMessage, erased *bool) error {
	if i.ref != ref || version > i.upTo {
		i.ref, i.upTo, i.history = ref, 0, nil
		err := i.c.view(ctx, func(ctx context.Context, s *session) error {
			i.history = i.history[:0]
			for e, err := range s.all().History(ctx, storeRef(ref)) {
				if err != nil {
					return err
				}
				i.history, i.upTo = append(i.history, e), e.Version
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, e := range i.history {
		if e.Version != version || e.Deleted {
			continue
		}
		body, gone, err := imageBody(e.Image)
		*to, *erased = body, *erased || gone
		return err
	}
	return nil
}

// imageBody is the JSON of an image, unless it was erased.
func imageBody(image storage.Image) (body json.RawMessage, erased bool, err error) {
	if image.Erased() {
		return nil, true, nil
	}
	body, err = image.Body()
	return body, false, err
}

// Continues reports whether the feed still tells of an event that was read from it, at the
// position that it had. If it does not, time went back: the store was restored from a
// backup that is older, and positions that were dealt since are dealt again to other events.
// Who follows a feed asks before reading on, and reads anew from 0 where it is false.
// An event without position is that of who has read nothing yet: true. The authorizer is
// asked as for Feed.
func (c *Client) Continues(ctx context.Context, last FeedEvent) (bool, error) {
	for e, err := range c.Feed(ctx, max(last.Position-1, 0)) {
		if err != nil {
			return false, err
		}
		same := e.Position == last.Position && e.Ref == last.Ref && e.Version == last.Version && e.Type == last.Type && e.At.Equal(last.At)
		return same || last.Position == 0, nil
	}
	return last.Position == 0, nil
}

// Feed yields the tenant's events after a position, in the order they were
// committed, none skipped and none twice, up to the current end. Positions ascend,
// with gaps where the library noted something for itself. A follower
// remembers the last event, waits, asks whether the feed [Client.Continues], and reads on
// after its position. The feed tells of every
// record: the authorizer is asked with a zero Action whether the actor may read
// it, else ErrDenied.
func (c *Client) Feed(ctx context.Context, after int64) iter.Seq2[FeedEvent, error] {
	return func(yield func(FeedEvent, error) bool) {
		for e, err := range c.feed(ctx, after, false) {
			if !yield(e.FeedEvent, err) {
				return
			}
		}
	}
}

// fedEvent is an event as the store's feed has it.
type fedEvent struct {
	FeedEvent
	image storage.Image // if it was asked for
}

func (c *Client) feed(ctx context.Context, after int64, images bool) iter.Seq2[fedEvent, error] {
	return func(yield func(fedEvent, error) bool) {
		if err := cmp.Or(c.identified(), c.ask(ctx, 0, record.Ref{}, nil)); err != nil {
			yield(fedEvent{}, err)
			return
		}
		events := c.store.Feed
		if images {
			events = func(ctx context.Context, tenant storage.Tenant, after int64) iter.Seq2[storage.Event, error] {
				return storage.FeedImages(ctx, c.store, tenant, after)
			}
		}
		for e, err := range events(ctx, c.tenant, after) {
			if err != nil {
				yield(fedEvent{}, fromStore(err))
				return
			}
			if isInternal(e.Kind) {
				continue
			}
			event, err := eventFrom(e)
			if err != nil {
				yield(fedEvent{}, err)
				return
			}
			if !yield(fedEvent{FeedEvent{event, e.Position}, e.Image}, nil) {
				return
			}
		}
	}
}
