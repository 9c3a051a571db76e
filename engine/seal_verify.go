package engine

import (
	"context"
	"fmt"
	"iter"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/storage"
)

// verifySeals compares the feed and the histories with the seals, and the seals with
// those that were kept elsewhere.
func (c *Client) verifySeals(ctx context.Context, kept []Seal) iter.Seq2[storage.Violation, error] {
	return func(yield func(storage.Violation, error) bool) {
		tell := func(text string, args ...any) bool {
			return yield(violation(storage.Ref{}, 0, FindingSeal, fmt.Sprintf(text, args...)), nil)
		}
		due := map[int64]string{}
		for _, s := range kept {
			due[s.Position] = s.Hash
		}
		var last Seal
		for body, err := range c.seals(ctx, 0) {
			if err != nil {
				yield(storage.Violation{}, err)
				return
			}
			if body.From != last.Position+1 || body.Previous != last.Hash {
				if !tell("the seal of positions %d to %d does not continue that before it", body.From, body.Position) {
					return
				}
			}
			if hash, ok := due[body.Position]; ok {
				if delete(due, body.Position); hash != body.Hash && !tell("the seal at position %d is not the one that was kept", body.Position) {
					return
				}
			}
			last = body.Seal
			for found, err := range c.verifySeal(ctx, body) {
				if !yield(found, err) || err != nil {
					return
				}
			}
		}
		for position := range due {
			if !tell("the seal at position %d, which was kept, is gone", position) {
				return
			}
		}
	}
}

// verifySeal compares what a seal covers with what is there now.
func (c *Client) verifySeal(ctx context.Context, body sealBody) iter.Seq2[storage.Violation, error] {
	return func(yield func(storage.Violation, error) bool) {
		var events []storage.Event
		for e, err := range c.store.Feed(ctx, c.tenant, body.From-1) {
			if err != nil {
				yield(storage.Violation{}, err)
				return
			}
			if e.Position > body.Position {
				break
			}
			events = append(events, e)
		}
		broken := func() {
			yield(violation(storage.Ref{}, 0, FindingSeal, fmt.Sprintf("an event of positions %d to %d was changed, added or removed", body.From, body.Position)), nil)
		}
		if len(events) != len(body.Digests) {
			broken()
			return
		}
		hash := body.Previous
		for i := range events {
			hash = eventHash(hash, &events[i], body.Digests[i])
		}
		if hash != body.Hash {
			broken()
			return
		}
		now, err := c.digestsOf(ctx, events)
		if err != nil {
			yield(storage.Violation{}, err)
			return
		}
		for i := range events {
			text, err := c.changedSince(ctx, &events[i], body.Digests[i], now[i])
			if err != nil || text != "" {
				if !yield(violation(events[i].Ref, events[i].Version, FindingSeal, text), err) || err != nil {
					return
				}
			}
		}
	}
}

// changedSince tells what of an event is not what was sealed, and was not erased by
// this library.
func (c *Client) changedSince(ctx context.Context, e *storage.Event, sealed, now eventDigests) (string, error) {
	if sealed == now {
		return "", nil
	}
	textErased := sealed[0] != now[0] && isRedacted(e)
	imageErased := sealed[1] != now[1] && now[1] == ""
	if sealed[0] != now[0] && !textErased {
		return "the texts of an event were changed after they were sealed", nil
	}
	if sealed[1] != now[1] && !imageErased {
		return "the document was changed after it was sealed", nil
	}
	noted, err := c.erasureNoted(ctx, e.Ref)
	if err != nil || noted {
		return "", err
	}
	return "content was taken away after it was sealed, and no erasure tells of it", nil
}

// erasureNoted reports whether the library has erased what is gone of a record.
func (c *Client) erasureNoted(ctx context.Context, ref storage.Ref) (noted bool, err error) {
	err = c.store.View(ctx, c.tenant, func(ctx context.Context, r storage.Reader) error {
		q := storage.Query{Kind: kindErasure, Where: []storage.Cond{keyIs(erasedKey, ref.String())}, Limit: 1}
		for _, err := range r.Find(ctx, q) {
			noted = err == nil
			return err
		}
		switch kinds.Kind(ref.Kind) {
		case kindRequest, kinds.Note, kinds.Attachment: // which are erased when they are deleted
			for e, err := range r.History(ctx, ref) {
				if err != nil {
					return err
				}
				noted = e.Deleted
			}
		}
		return nil
	})
	return noted, err
}

// isRedacted reports whether an event says that texts were taken out of it.
func isRedacted(e *storage.Event) bool {
	body, err := bodyOf(e)
	return err == nil && body.Erased
}
