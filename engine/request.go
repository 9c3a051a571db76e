package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// kindRequest is the kind of the records that make Once work.
const kindRequest = "request"

// isInternal reports whether records of the kind are the engine's own: no call reads
// them, and the feed does not tell of them.
func isInternal(kind string) bool {
	return kind == kindRequest || kind == kindSeries || kind == kindSeal || kind == kindErasure
}

// request is what is remembered of a call made with Once.
type request struct {
	Key         string          `json:"key"`
	Fingerprint string          `json:"fingerprint"` // of action, target and command as given
	Actor       string          `json:"actor,omitzero"`
	Outcome     json.RawMessage `json:"outcome"`
	Unseen      []record.Ref    `json:"unseen,omitzero"` // records in the outcome that its call made and that the actor may not see by his scope
}

// caller is the actor, and on whose behalf he acts.
func (s *session) caller() string {
	if s.c.actor.OnBehalfOf == uuid.Nil {
		return s.actor
	}
	return s.actor + " for " + s.c.actor.OnBehalfOf.String()
}

// keyClaim is what the record of a request claims: each key once.
func keyClaim(key string) string { return "key:" + schema.Lookup(key) }

// replay reports whether the key is known and, if so, decodes the first
// outcome.
func (s *session) replay(ctx context.Context, x *call) (known bool, err error) {
	if reasons := textReasons("key", s.c.key, 300); reasons != nil {
		return false, record.RefusedFor(reasons)
	}
	q := storage.Query{Kind: kindRequest, Where: []storage.Cond{keyIs("key", schema.Lookup(s.c.key))}, Limit: 1}
	for rec, err := range s.Find(ctx, q) {
		if err != nil {
			return false, err
		}
		if err := s.replayed(rec, x); err != nil {
			return true, err
		}
		return true, s.mayReplay(ctx, rec, x)
	}
	return false, nil
}

// replayed decodes the outcome in the record of a request, if it is about the
// same call.
func (s *session) replayed(rec *storage.Record, x *call) error {
	was, err := requestIn(rec)
	if err != nil {
		return err
	}
	print, err := s.fingerprint(x)
	if err != nil {
		return err
	}
	others := was.Actor != "" && was.Actor != s.caller()
	if was.Key != s.c.key || was.Fingerprint != print || others {
		return &record.Error{Code: codes.ErrKeyReused, Kind: x.ref().Kind, ID: x.ref().ID, Action: x.do, Reasons: []record.Reason{{Code: codes.ErrKeyReused, Message: codes.ErrKeyReused.Info().Text}}}
	}
	reflect.ValueOf(x.out).Elem().SetZero() // of what a run before left
	return json.Unmarshal(was.Outcome, x.out)
}

// mayReplay refuses the outcome of a call that the actor may not do any more, or on a
// record that he may not see any more, and takes other records out of it that he may
// not see.
func (s *session) mayReplay(ctx context.Context, rec *storage.Record, x *call) error {
	if s.c.seesAll() || x.do == 0 {
		return nil
	}
	was, err := requestIn(rec)
	if err != nil {
		return err
	}
	if err := s.mayStill(ctx, x); err != nil {
		return err
	}
	var hidden []record.Ref
	docs, on := leadtocash.RecordsIn(x.out), x.about
	if x.births && len(docs) > 0 {
		on = docs[0].Ref()
	}
	for _, d := range docs {
		open := slices.Contains(was.Unseen, d.Ref())
		if !open {
			if open, err = s.seesEach(ctx, []record.Ref{d.Ref()}); err != nil {
				return err
			}
		}
		switch {
		case open:
		case d.Ref() == on:
			return notVisible(d.Ref(), nil)
		default:
			hidden = append(hidden, d.Ref())
		}
	}
	if len(hidden) > 0 {
		leadtocash.Conceal(x.out, hidden)
	}
	return nil
}

// mayStill refuses a call that the actor may not do any more. Of a record that is gone
// there is nothing to ask.
func (s *session) mayStill(ctx context.Context, x *call) error {
	if x.births {
		return s.authorize(ctx, x.do, x.about, nil)
	}
	about, err := s.load(ctx, x.about)
	switch {
	case errors.Is(err, codes.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	if err := s.authorize(ctx, x.do, x.about, about); err != nil {
		return err
	}
	return s.touchable(ctx, x.do, about)
}

// unseen lists the records that the call made and that the actor may not see by his
// scope.
func (s *session) unseen(ctx context.Context, x *call) (list []record.Ref, err error) {
	if s.c.seesAll() || x.do == 0 {
		return nil, nil
	}
	for _, d := range leadtocash.RecordsIn(x.out) {
		open, err := s.seesEach(ctx, []record.Ref{d.Ref()})
		if err != nil {
			return nil, err
		}
		if !open {
			list = append(list, d.Ref())
		}
	}
	return list, nil
}

func requestIn(rec *storage.Record) (*request, error) {
	if r, ok := rec.Value.(*request); ok {
		return r, nil
	}
	body, err := rec.Body()
	if err != nil {
		return nil, err
	}
	r := &request{}
	return r, json.Unmarshal(body, r)
}

// remember stores the outcome under the key, in the call's own transaction. The
// record has an id of its own: ids are never used again, but a purged key is.
func (s *session) remember(ctx context.Context, x *call) error {
	print, err := s.fingerprint(x)
	if err != nil {
		return err
	}
	body, err := json.Marshal(x.out)
	if err != nil {
		return err
	}
	unseen, err := s.unseen(ctx, x)
	if err != nil {
		return err
	}
	ref := storage.Ref{Kind: kindRequest, ID: x.request}
	rec := &storage.Record{
		Header: storage.Header{Ref: ref, Version: 1, CreatedAt: s.stamp.At, UpdatedAt: s.stamp.At, Format: 1},
		Keys:   []storage.Key{{Name: "key", Value: schema.Lookup(s.c.key)}},
		Claims: []string{keyClaim(s.c.key)},
		Image:  storage.NewImage(&request{s.c.key, print, s.caller(), body, unseen}),
	}
	return s.tx.Put(ctx, rec, storage.Event{
		Ref: ref, Version: 1, Type: "request.remembered", At: s.stamp.At, Actor: s.actor, Request: s.c.key,
		Data: storage.NewImage(&eventBody{Action: x.do}),
	})
}

// fingerprint tells one call from another: action, target, the command as it was
// given, and the status reason.
func (s *session) fingerprint(x *call) (string, error) {
	cmd, err := json.Marshal(x.given)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	h.Write([]byte(x.do.String() + " " + x.ref().String() + " "))
	h.Write(cmd)
	h.Write([]byte(s.c.reason))
	return hex.EncodeToString(h.Sum(nil)), nil
}

// textReasons lists what is wrong with one line of text of limited length.
func textReasons(field, text string, limit int) []record.Reason {
	if bad := schema.TextFault(text, limit, false); bad != nil {
		return []record.Reason{{Code: bad.Code, Field: field, Message: bad.Message, Params: bad.Params}}
	}
	return nil
}

// PurgeRequests forgets the keys of Once that were used before the given time,
// and returns how many. A purged key can be used for a new call. The outcomes
// are erased, from history as well. The authorizer is asked with a zero Action
// and the kind "request", else ErrDenied.
func (c *Client) PurgeRequests(ctx context.Context, before time.Time) (purged int, err error) {
	if err := c.ask(ctx, 0, record.Ref{Kind: kindRequest}, nil); err != nil {
		return 0, err
	}
	err = c.update(ctx, func(ctx context.Context, tx storage.Tx) error {
		purged = 0
		s := c.session(tx)
		q := storage.Query{Kind: kindRequest, Where: []storage.Cond{{Field: storage.FieldCreatedAt, Op: storage.OpLt, Values: []any{before.UTC().Truncate(time.Microsecond)}}}}
		for rec, err := range tx.Find(ctx, q) {
			if err != nil {
				return err
			}
			if err := s.forgetRequest(ctx, rec); err != nil {
				return err
			}
			purged++
		}
		if c.preview && !c.within {
			return s.discard(ctx)
		}
		return nil
	})
	return purged, err
}

// forgetRequest deletes what is remembered of a call, from history as well.
func (s *session) forgetRequest(ctx context.Context, rec *storage.Record) error {
	err := s.tx.Delete(ctx, rec.Ref, rec.Version, storage.Event{
		Ref: rec.Ref, Version: rec.Version + 1, Type: "request.purged", At: later(s.stamp.At, rec.UpdatedAt), Actor: s.actor,
		Data: storage.NewImage(&eventBody{}), Deleted: true,
	})
	if err != nil {
		return err
	}
	return s.tx.Erase(ctx, rec.Ref)
}

// later is the time of the next version of a record last changed at was.
func later(at, was time.Time) time.Time {
	if earliest := was.Add(time.Microsecond); at.Before(earliest) {
		return earliest
	}
	return at
}
