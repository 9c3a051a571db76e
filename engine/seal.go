package engine

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// kindSeal is the kind of the records that seal the feed.
const kindSeal = "seal"

// sealedAtOnce is how many events a seal covers at most.
const sealedAtOnce = 1000

// Seal closes the events of a span of the feed, and by Previous all before it. Each
// event has a hash that covers the hash of the one before:
//
//	SHA-256 of the JSON array [previous, position, kind, id, version, ordinal, type,
//	at, actor, deleted, text, image]
//
// in hexadecimal, as encoding/json writes the array; previous is "" at position 1, at
// is in RFC 3339 with what fraction there is; text and image are digests: SHA-256 of
// the canonical JSON of [request, data] and of the document of that version, or ""
// where that had been erased before it was sealed. Canonical is without space and with
// members in the order of their names. So texts and documents can be erased later, and
// the chain stays whole.
type Seal struct {
	From     int64     `json:"from"`              // position of the first event
	Position int64     `json:"position"`          // of the last event
	Previous string    `json:"previous,omitzero"` // hash of the event before the first
	Hash     string    `json:"hash"`              // of the last event
	SealedAt time.Time `json:"sealed_at"`
}

// sealBody is what the store keeps of a seal.
type sealBody struct {
	Seal
	Digests []eventDigests `json:"digests"` // of each event
}

// eventDigests are those of an event's text and image.
type eventDigests [2]string

// Seal seals the events of the tenant that are not sealed yet and returns the last
// seal; the zero Seal where nothing has happened. It is called now and then, behind
// the commands: what is changed in the database before it is called is sealed as it
// then is. It may be called at first when there are a million events, and by several
// at once; what is sealed stays so if it fails on the way. A feed with a hole is not
// sealed: ErrInvalid.
//
// Whoever can write to the database could make all seals anew. Keep what Seal returns
// where he cannot, and give it to [Client.Verify].
//
// The authorizer is asked as for [Client.Feed], else ErrDenied. Within a transaction
// of the host's, and as a preview, it is ErrUnsupported.
func (c *Client) Seal(ctx context.Context) (last Seal, err error) {
	if err := cmp.Or(c.identified(), c.ask(ctx, 0, record.Ref{}, nil)); err != nil {
		return Seal{}, err
	}
	if c.joined || c.preview {
		return Seal{}, record.Refusal(codes.ErrUnsupported, "", "no sealing within a transaction or a preview")
	}
	for {
		if last, err = c.lastSeal(ctx); err != nil {
			return Seal{}, fromStore(err)
		}
		events, err := c.unsealed(ctx, last.Position)
		if err != nil {
			return Seal{}, fromStore(err)
		}
		if len(events) == 0 {
			return last, nil
		}
		next, err := c.sealOf(ctx, last, events)
		if err == nil {
			err = c.putSeal(ctx, next)
		}
		if err != nil && !errors.Is(err, storage.ErrTaken) { // taken: another has sealed them meanwhile
			return Seal{}, fromStore(err)
		}
	}
}

// Seals yields the seals of the tenant after a position, in order, for keeping and
// comparing them elsewhere. The authorizer is asked as for [Client.Feed], else
// ErrDenied.
func (c *Client) Seals(ctx context.Context, after int64) iter.Seq2[Seal, error] {
	return func(yield func(Seal, error) bool) {
		if err := cmp.Or(c.identified(), c.ask(ctx, 0, record.Ref{}, nil)); err != nil {
			yield(Seal{}, err)
			return
		}
		for body, err := range c.seals(ctx, after) {
			if !yield(body.Seal, fromStore(err)) || err != nil {
				return
			}
		}
	}
}

// seals yields seals page by page, so that no snapshot is held.
func (c *Client) seals(ctx context.Context, after int64) iter.Seq2[sealBody, error] {
	return func(yield func(sealBody, error) bool) {
		const page = 20
		q := storage.Query{Kind: kindSeal, Order: storage.FieldNumber, Limit: page}
		if after > 0 {
			q.Where = []storage.Cond{{Field: storage.FieldNumber, Op: storage.OpGt, Values: []any{sealNumber(after)}}}
		}
		for {
			list, err := c.sealsOf(ctx, q)
			if err != nil {
				yield(sealBody{}, err)
				return
			}
			for _, body := range list {
				if !yield(body, nil) {
					return
				}
			}
			if len(list) < page {
				return
			}
			q.Where = []storage.Cond{{Field: storage.FieldNumber, Op: storage.OpGt, Values: []any{sealNumber(list[page-1].Position)}}}
		}
	}
}

func (c *Client) sealsOf(ctx context.Context, q storage.Query) (list []sealBody, err error) {
	err = c.store.View(ctx, c.tenant, func(ctx context.Context, r storage.Reader) error {
		list = nil
		for rec, err := range r.Find(ctx, q) {
			if err != nil {
				return err
			}
			raw, err := rec.Image.Body()
			if err != nil {
				return err
			}
			var body sealBody
			if err := json.Unmarshal(raw, &body); err != nil {
				return err
			}
			list = append(list, body)
		}
		return nil
	})
	return list, err
}

func (c *Client) lastSeal(ctx context.Context) (Seal, error) {
	list, err := c.sealsOf(ctx, storage.Query{Kind: kindSeal, Order: storage.FieldNumber, Desc: true, Limit: 1})
	if err != nil || len(list) == 0 {
		return Seal{}, err
	}
	return list[0].Seal, nil
}

// sealNumber sorts as positions do.
func sealNumber(position int64) string { return fmt.Sprintf("%019d", position) }

// unsealed reads the next events; none if only seals have been made since the last.
func (c *Client) unsealed(ctx context.Context, after int64) (events []storage.Event, err error) {
	worth := false
	for e, err := range c.store.Feed(ctx, c.tenant, after) {
		if err != nil {
			return nil, err
		}
		if want := after + int64(len(events)) + 1; e.Position != want {
			return nil, record.Refusal(codes.ErrInvalid, "position", fmt.Sprintf("the feed has no event at position %d", want))
		}
		worth = worth || e.Kind != kindSeal
		if events = append(events, e); len(events) == sealedAtOnce {
			break
		}
	}
	if !worth {
		return nil, nil
	}
	return events, nil
}

func (c *Client) sealOf(ctx context.Context, last Seal, events []storage.Event) (sealBody, error) {
	digests, err := c.digestsOf(ctx, events)
	if err != nil {
		return sealBody{}, err
	}
	hash := last.Hash
	for i := range events {
		hash = eventHash(hash, &events[i], digests[i])
	}
	return sealBody{Seal{last.Position + 1, events[len(events)-1].Position, last.Hash, hash, c.stamp().At}, digests}, nil
}

func (c *Client) putSeal(ctx context.Context, body sealBody) error {
	ref := storage.Ref{Kind: kindSeal, ID: c.newID(uuid.Nil)}
	rec := &storage.Record{
		Header: storage.Header{Ref: ref, Version: 1, Number: sealNumber(body.Position), CreatedAt: body.SealedAt, UpdatedAt: body.SealedAt, Format: 1},
		Claims: []string{"from:" + sealNumber(body.From)},
		Image:  storage.NewImage(&body),
	}
	return c.store.Update(ctx, c.tenant, func(ctx context.Context, tx storage.Tx) error {
		return tx.Put(ctx, rec, storage.Event{Ref: ref, Version: 1, Type: "seal.made", At: body.SealedAt, Actor: c.actor.Text(), Data: storage.NewImage(&eventBody{})})
	})
}

// eventHash is the hash of an event: see Seal.
func eventHash(previous string, e *storage.Event, d eventDigests) string {
	text, err := json.Marshal([]any{
		previous, e.Position, e.Kind, e.ID, e.Version, e.Ordinal, e.Type,
		e.At.UTC().Format(time.RFC3339Nano), e.Actor, e.Deleted, d[0], d[1],
	})
	if err != nil {
		panic(err) // texts and numbers
	}
	return hexSum(text)
}

func hexSum(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// digestsOf makes the digests of events of the feed. Images are those that histories
// have now.
func (c *Client) digestsOf(ctx context.Context, events []storage.Event) ([]eventDigests, error) {
	type version struct {
		storage.Ref
		number int64
	}
	images, refs := map[version]string{}, map[storage.Ref]bool{}
	for i := range events {
		images[version{events[i].Ref, events[i].Version}] = ""
		refs[events[i].Ref] = true
	}
	err := c.store.View(ctx, c.tenant, func(ctx context.Context, r storage.Reader) error {
		for ref := range refs {
			for e, err := range r.History(ctx, ref) {
				if err != nil {
					return err
				}
				v := version{ref, e.Version}
				if had, wanted := images[v]; !wanted || had != "" {
					continue
				}
				if images[v], err = imageDigest(e.Image); err != nil {
					return err
				}
			}
		}
		return nil
	})
	digests := make([]eventDigests, len(events))
	for i := range events {
		if err == nil {
			digests[i][0], err = textDigest(&events[i])
		}
		digests[i][1] = images[version{events[i].Ref, events[i].Version}]
	}
	return digests, err
}

// imageDigest is "" for what is erased.
func imageDigest(img storage.Image) (string, error) {
	if img.Erased() {
		return "", nil
	}
	body, err := img.Body()
	if err != nil {
		return "", err
	}
	return canonicalDigest(body)
}

// textDigest covers what of an event may hold texts.
func textDigest(e *storage.Event) (string, error) {
	var data json.RawMessage
	if !e.Data.Erased() {
		var err error
		if data, err = e.Data.Body(); err != nil {
			return "", err
		}
	}
	body, err := json.Marshal([]any{e.Request, data})
	if err != nil {
		return "", err
	}
	return canonicalDigest(body)
}

// canonicalDigest is the digest of a JSON value, however it is written: databases
// change space and the order of members.
func canonicalDigest(body []byte) (string, error) {
	var value any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return "", err
	}
	text, err := json.Marshal(value)
	return hexSum(text), err
}
