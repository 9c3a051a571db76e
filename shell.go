package leadtocash

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/storage"
)

// outcome is what a decision yields: the records it made or changed, and what
// happened to them. Records without an event did not change.
type outcome interface {
	documents() []document
	happened() []Event
}

// outcomeOf is *O for an outcome O.
type outcomeOf[O any] interface {
	*O
	outcome
}

// invocation is what a call is about, for interceptors, idempotency and logs.
type invocation struct {
	do  Action
	ref Ref
	cmd any // as given: the fingerprint of Once covers it
}

// given is a command before anything is filled in, where that matters.
func (c *Client) given(cmd any) (any, error) {
	if c.key == "" {
		return nil, nil
	}
	body, err := json.Marshal(cmd)
	return json.RawMessage(body), err
}

// run carries out one call that yields an O.
func run[O any, P outcomeOf[O]](ctx context.Context, c *Client, inv invocation, fn func(context.Context, *session) (O, error)) (O, error) {
	var none, out O
	err := c.run(ctx, inv, P(&out), func(ctx context.Context, s *session) (err error) {
		out, err = fn(ctx, s)
		return err
	})
	if err != nil {
		return none, err
	}
	return out, nil
}

// run carries out one call: interceptors around it, then one transaction with
// idempotency first. The transaction may run several times; the last run of fn
// leaves its outcome in out. What the caller gets shares no memory with the
// store.
func (c *Client) run(ctx context.Context, inv invocation, out outcome, fn func(context.Context, *session) error) error {
	replayed, once := false, c.key != "" && !c.preview
	var request uuid.UUID
	if once {
		request = c.newID(uuid.Nil)
	}
	call := Call{Action: inv.do, Ref: inv.ref, Tenant: c.tenant, Actor: c.actor, Preview: c.preview}
	err := c.intercept(ctx, &call, func(ctx context.Context) error {
		return c.update(ctx, func(ctx context.Context, tx storage.Tx) (err error) {
			call.Attempts++
			s := c.session(tx)
			if once {
				if replayed, err = s.replay(ctx, inv, out); replayed || err != nil {
					return err
				}
			}
			if err := fn(ctx, s); err != nil {
				return err
			}
			if once {
				if err := s.remember(ctx, request, inv, out); err != nil {
					return err
				}
			}
			if c.preview && !c.within {
				return errPreview
			}
			return nil
		})
	})
	if err != nil {
		c.report(ctx, call, err)
		return err
	}
	if !replayed {
		for _, d := range out.documents() {
			kinds[d.ref().Kind].detach(d)
		}
	}
	return nil
}

var errPreview = errors.New("preview")

func (c *Client) update(ctx context.Context, fn func(context.Context, storage.Tx) error) error {
	if c.preview && c.joined && !c.within {
		return refusal(ErrUnsupported, "", "no preview within a transaction")
	}
	err := c.store.Update(ctx, c.tenant, fn)
	if c.preview && errors.Is(err, errPreview) {
		return nil
	}
	return fromStore(err)
}

func (c *Client) view(ctx context.Context, fn func(context.Context, *session) error) error {
	return fromStore(c.store.View(ctx, c.tenant, func(ctx context.Context, r storage.Reader) error {
		s := c.session(nil)
		s.Reader = r
		return fn(ctx, s)
	}))
}

func (c *Client) report(ctx context.Context, call Call, err error) {
	level := slog.LevelError
	if code := codeOf(err); code != "" && code != ErrCommitUnknown {
		level = slog.LevelDebug
	}
	c.log.Log(ctx, level, "call failed", "action", call.Action.String(), "kind", string(call.Ref.Kind),
		"id", call.Ref.ID, "tenant", string(call.Tenant), "code", string(codeOf(err)))
}

// session is one run of a transaction.
type session struct {
	storage.Reader
	c      *Client
	tx     storage.Tx
	stamp  Stamp
	actor  string
	by     *Actor
	loaded []*storage.Record // what was read, as it was
	born   []Ref             // what this transaction made

	refs   []reference     // scratch of record
	events []storage.Event // scratch of eventsOf
	bodies []eventBody     // of the command at hand, made at once
	room   struct {
		loaded [8]*storage.Record
		born   [8]Ref
		refs   [12]reference
		events [2]storage.Event
	}
	gone []Ref // what it deleted, or is about to
}

func (c *Client) session(tx storage.Tx) *session {
	s := &session{Reader: tx, c: c, tx: tx, actor: c.actor.text()}
	s.loaded, s.born, s.refs, s.events = s.room.loaded[:0], s.room.born[:0], s.room.refs[:0], s.room.events[:0]
	s.stamp = Stamp{At: c.at, By: c.actor}
	if s.stamp.At.IsZero() {
		s.stamp.At = c.clock().UTC().Truncate(time.Microsecond)
	}
	s.stamp.Today = c.settings.today(s.stamp.At)
	return s
}

// apply is every transition: load, authorize, gather facts, decide, save.
func apply[R, C, F, O any, P outcomeOf[O]](ctx context.Context, c *Client, do Action, id ID[R], cmd C,
	gather func(context.Context, *session, *R, *C) (F, error),
	decide func(R, C, F) (O, error), opts []CallOption,
) (O, error) {
	var none O
	t := &struct {
		cmd C
		out O
	}{cmd: cmd}
	err := c.apply(ctx, do, Ref{kindOf[R](), id.UUID}, &t.cmd, P(&t.out), func(ctx context.Context, s *session, d document) error {
		r := any(d).(*R)
		facts, err := gather(ctx, s, r, &t.cmd)
		if err != nil {
			return err
		}
		t.out, err = decide(*r, t.cmd, facts)
		return s.guarded(do, d, err)
	}, opts)
	if err != nil {
		return none, err
	}
	return t.out, nil
}

// apply does what apply does for every type; decide reads the command from cmd
// and leaves its outcome in out.
func (c *Client) apply(ctx context.Context, do Action, ref Ref, cmd any, out outcome,
	decide func(context.Context, *session, document) error, opts []CallOption,
) error {
	given, err := c.given(cmd)
	if err != nil {
		return err
	}
	own(cmd)
	return c.run(ctx, invocation{do, ref, given}, out, func(ctx context.Context, s *session) error {
		d, err := s.load(ctx, ref)
		if err != nil {
			return err
		}
		if err := s.admit(ctx, do, d, opts); err != nil {
			return err
		}
		if err := decide(ctx, s, d); err != nil {
			return err
		}
		return s.save(ctx, out)
	})
}

// create is every birth: authorize, gather facts, decide, save. given is the
// command before the client filled in ids and numbers.
func create[R, C, F, O any, P outcomeOf[O]](ctx context.Context, c *Client, do Action, id ID[R], given any, cmd C,
	gather func(context.Context, *session, *C) (F, error),
	decide func(C, F) (O, error),
) (O, error) {
	var none O
	t := &struct {
		cmd C
		out O
	}{cmd: cmd}
	err := c.create(ctx, do, Ref{kindOf[R](), id.UUID}, given, &t.cmd, P(&t.out), func(ctx context.Context, s *session) error {
		facts, err := gather(ctx, s, &t.cmd)
		if err != nil {
			return err
		}
		t.out, err = decide(t.cmd, facts)
		return err
	})
	if err != nil {
		return none, err
	}
	return t.out, nil
}

// create does what create does for every type; decide reads the command from
// cmd and leaves its outcome in out.
func (c *Client) create(ctx context.Context, do Action, ref Ref, given, cmd any, out outcome,
	decide func(context.Context, *session) error,
) error {
	own(cmd)
	return c.run(ctx, invocation{do, Ref{Kind: ref.Kind}, given}, out, func(ctx context.Context, s *session) error {
		if err := s.authorize(ctx, do, ref, nil); err != nil {
			return err
		}
		if err := s.ownable(ctx, do, ref, cmd, decide(ctx, s)); err != nil {
			return err
		}
		if err := s.guarded(do, out.documents()[0], nil); err != nil {
			return err
		}
		return s.save(ctx, out)
	})
}

// ownable adds the refusal of an inactive seller as the chosen owner of a new
// record to the reasons there are.
func (s *session) ownable(ctx context.Context, do Action, ref Ref, cmd any, refused error) error {
	birth, chooses := cmd.(interface{ chosenOwner() uuid.UUID })
	if !chooses || birth.chosenOwner() == uuid.Nil {
		return refused
	}
	inactive, err := s.inactiveOf(ctx, owners(birth.chosenOwner()))
	if err != nil || len(inactive) == 0 {
		return cmp.Or(refused, err)
	}
	reasons := append(reasonsOf(refused), Reason{Code: ErrInactive, Field: "owner", Message: "the owner is an inactive seller"})
	return &Error{Code: reasons[0].Code, Kind: ref.Kind, ID: ref.ID, Action: do, Reasons: reasons}
}

// admit lets a call on a stored record in: version, then authorizer.
func (s *session) admit(ctx context.Context, do Action, d document, opts []CallOption) error {
	for _, opt := range opts {
		if err := opt(d); err != nil {
			return err
		}
	}
	return s.authorize(ctx, do, d.ref(), d)
}

// CallOption is an option that all calls on a stored record take.
type CallOption func(document) error

// IfVersion refuses the call with ErrConflict unless the record it is made on
// has this version.
func IfVersion(version int64) CallOption {
	return func(d document) error {
		if have := d.head().Version; have != version {
			return &Error{
				Code: ErrConflict, Kind: d.ref().Kind, ID: d.ref().ID, Status: d.statusKey(),
				Reasons: []Reason{{
					Code: ErrConflict, Field: "version", Message: ErrConflict.Info().Text,
					Params: map[string]any{"expected": version, "stored": have},
				}},
			}
		}
		return nil
	}
}

// load reads a record for a decision. It is the stored value itself, which the
// core never changes and whose memory outcomes may share until they leave.
func load[R any](ctx context.Context, s *session, id ID[R]) (*R, error) {
	d, err := s.load(ctx, Ref{kindOf[R](), id.UUID})
	if err != nil {
		return nil, err
	}
	return any(d).(*R), nil
}

func (s *session) load(ctx context.Context, ref Ref) (document, error) {
	rec, err := s.get(ctx, ref)
	if err != nil {
		return nil, err
	}
	return kinds[ref.Kind].decode(rec.Image)
}

// maybe is load for a reference that may be empty.
func maybe[R any](ctx context.Context, s *session, id ID[R]) (*R, error) {
	if id.IsZero() {
		return nil, nil
	}
	return load(ctx, s, id)
}

func (s *session) get(ctx context.Context, ref Ref) (*storage.Record, error) {
	if ref.ID == (uuid.UUID{}) {
		return nil, &Error{Code: ErrNotFound, Kind: ref.Kind, Reasons: []Reason{{Code: ErrNotFound, Field: "id", Message: "the id is empty"}}}
	}
	rec, err := s.Get(ctx, ref.stored())
	if err != nil {
		if errors.Is(err, storage.ErrNotFound) {
			return nil, &Error{Code: ErrNotFound, Kind: ref.Kind, ID: ref.ID, Err: err, Reasons: []Reason{{Code: ErrNotFound, Message: ErrNotFound.Info().Text}}}
		}
		return nil, err
	}
	s.loaded = append(s.loaded, rec)
	return rec, nil
}

// shared returns the document in an image, to be read only.
func shared[R any](img storage.Image) (*R, error) {
	d, err := kinds[kindOf[R]()].decode(img)
	if err != nil {
		return nil, err
	}
	return any(d).(*R), nil
}

// cloneOf returns a document's value, which shares nothing with it.
func cloneOf[R any](d document) R { return any(d).(interface{ Clone() R }).Clone() }

// kindOf returns the kind whose records are of type R.
func kindOf[R any]() Kind { return kindOfID[reflect.TypeFor[ID[R]]()] }

// save writes what a decision yields, then lets the host's hooks see it.
func (s *session) save(ctx context.Context, out outcome) error {
	events := out.happened()
	if err := s.write(ctx, out.documents(), events); err != nil {
		return err
	}
	for _, hook := range s.c.beforeCommit {
		if err := hook(ctx, s.tx, Outcome{Result: out, Events: events, Actor: s.stamp.By, Preview: s.c.preview}); err != nil {
			return err
		}
	}
	return nil
}

// write puts every record that has events, and deletes those whose last event
// says so.
func (s *session) write(ctx context.Context, docs []document, events []Event) error {
	for _, d := range docs {
		if d.head().Version == 1 {
			s.born = append(s.born, d.ref())
		}
	}
	for _, d := range docs {
		ref := d.ref()
		stored := s.eventsOf(ref, events, false)
		if len(stored) == 0 {
			continue
		}
		if err := declared(ref, events); err != nil {
			return err
		}
		rec, err := s.record(ctx, d)
		if err != nil {
			return err
		}
		if err := s.tx.Put(ctx, rec, stored...); err != nil {
			return s.putError(ref, err)
		}
	}
	for _, e := range events {
		if !e.Deleted {
			continue
		}
		if err := s.remove(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// declared makes sure that every change of status is a step of the table: what
// the core decides is stored only if it is what the table says.
func declared(ref Ref, events []Event) error {
	info := kinds[ref.Kind]
	if info.table == nil {
		return nil
	}
	for i := range events {
		e := &events[i]
		if e.Ref == ref && e.From != e.To && !e.Deleted && !info.table.declares(e.Action, e.From, e.To) {
			return &Error{
				Code: ErrInvalidTransition, Kind: ref.Kind, ID: ref.ID, Status: e.From, Action: e.Action,
				Reasons: []Reason{{Code: ErrInvalidTransition, Message: "the table knows no such step to " + e.To}},
			}
		}
	}
	return nil
}

func (s *session) putError(ref Ref, err error) error {
	code := codeOf(err)
	if code == "" {
		return err
	}
	return &Error{Code: code, Kind: ref.Kind, ID: ref.ID, Err: err, Reasons: []Reason{{Code: code, Message: code.Info().Text}}}
}

// record makes the stored form of a document: its own copy, header, look-ups
// and claims. References that are new must resolve.
func (s *session) record(ctx context.Context, d document) (*storage.Record, error) {
	info := kinds[d.ref().Kind]
	own := info.copy(d)
	old := s.before(own.ref())
	rec := s.header(own, old)
	s.refs = info.schema.references(reflect.ValueOf(own).Elem(), s.refs[:0])
	refs := s.refs
	more := append(append(rec.Keys, s.c.customKeys(own)...), s.c.matchKeys(own)...)
	if rec.Number != "" {
		more = append(more, storage.Key{Name: "number", Value: lookup(rec.Number)})
	}
	if old != nil && sameKeys(old.Keys, refs, more) {
		rec.Keys = old.Keys
	} else {
		rec.Keys = keysOf(refs, more)
	}
	if old != nil && slices.Equal(old.Claims, rec.Claims) {
		rec.Claims = old.Claims
	}
	if faults := s.c.customFaults(own); faults != nil {
		return nil, &Error{Code: faults[0].Code, Kind: own.ref().Kind, ID: own.ref().ID, Reasons: faults}
	}
	return rec, s.resolve(ctx, own, refs, old)
}

// header makes the stored form of a document as far as one needs no other
// record for it.
func (s *session) header(d document, old *storage.Record) *storage.Record {
	h := d.head()
	rec := &storage.Record{Image: storage.NewImage(d)}
	rec.Header = storage.Header{
		Ref: d.ref().stored(), Version: h.Version, Status: d.statusKey(), Owner: h.Owner,
		CreatedAt: h.CreatedAt, UpdatedAt: h.UpdatedAt, Format: 1,
	}
	if !h.Currency.IsZero() {
		rec.Currency = h.Currency.Code()
	}
	if old != nil {
		rec.Amount = old.Amount // index keeps it where it is equal
	}
	kinds[d.ref().Kind].index(d, rec)
	return rec
}

// before returns the stored record that this transaction read last.
func (s *session) before(ref Ref) *storage.Record {
	stored := ref.stored()
	for i := len(s.loaded) - 1; i >= 0; i-- {
		if s.loaded[i].Ref == stored {
			return s.loaded[i]
		}
	}
	return nil
}

// resolve makes sure that every reference set now leads somewhere.
func (s *session) resolve(ctx context.Context, d document, refs []reference, old *storage.Record) error {
	var dangling []Reason
	if s.c.resolver != nil {
		unknown, err := s.resolveOpaque(ctx, d, old)
		if err != nil {
			return err
		}
		dangling = unknown
	}
	for _, r := range refs {
		known := r.ref == d.ref() || slices.Contains(s.born, r.ref) || s.before(r.ref) != nil ||
			old != nil && slices.Contains(old.Keys, storage.Key{Name: r.field, Value: r.ref.ID.String()})
		if known {
			continue
		}
		if _, err := s.Get(ctx, r.ref.stored()); errors.Is(err, storage.ErrNotFound) {
			dangling = append(dangling, Reason{Code: ErrNotFound, Field: r.field, Message: "there is no such " + string(r.ref.Kind)})
		} else if err != nil {
			return err
		}
	}
	if len(dangling) == 0 {
		return nil
	}
	return &Error{Code: ErrNotFound, Kind: d.ref().Kind, ID: d.ref().ID, Reasons: dangling}
}

// sameKeys reports whether the look-ups of references and more are these.
func sameKeys(keys []storage.Key, refs []reference, more []storage.Key) bool {
	if len(keys) != len(refs)+len(more) || !slices.Equal(keys[len(refs):], more) {
		return false
	}
	for i, r := range refs {
		var buf [36]byte
		if keys[i].Name != r.field || keys[i].Value != string(appendUUID(buf[:0], r.ref.ID)) {
			return false
		}
	}
	return true
}

// keysOf makes look-ups of references; their texts are cut from one piece.
func keysOf(refs []reference, more []storage.Key) []storage.Key {
	if len(refs) == 0 {
		return more
	}
	const size = 36
	keys := make([]storage.Key, 0, len(refs)+len(more))
	var buf [8 * size]byte
	text := buf[:0]
	for _, r := range refs {
		text = appendUUID(text, r.ref.ID)
	}
	all := string(text)
	for i, r := range refs {
		keys = append(keys, storage.Key{Name: r.field, Value: all[i*size : (i+1)*size]})
	}
	return append(keys, more...)
}

// eventBody is what the store keeps of an event besides its own columns.
type eventBody struct {
	Action Action `json:"action"`
	Actor  *Actor `json:"actor,omitzero"`
	From   string `json:"from,omitzero"`
	To     string `json:"to,omitzero"`
	Data   Data   `json:"data,omitzero"`
}

// eventsOf makes the stored form of a record's events: those of its new
// version, or those of its deletion.
func (s *session) eventsOf(ref Ref, events []Event, deletions bool) []storage.Event {
	s.events = s.events[:0]
	for i := range events {
		e := &events[i]
		if e.Ref != ref || e.Deleted != deletions {
			continue
		}
		if len(s.bodies) == cap(s.bodies) {
			s.bodies = make([]eventBody, 0, len(events))
		}
		s.bodies = append(s.bodies, eventBody{Action: e.Action, Actor: s.who(&e.Actor), From: e.From, To: e.To, Data: e.Data})
		body := &s.bodies[len(s.bodies)-1]
		s.events = append(s.events, storage.Event{
			Ref: ref.stored(), Version: e.Version, Type: e.Type, At: e.At,
			Actor: s.actor, Request: s.c.key, Data: storage.NewImage(body),
		})
	}
	return s.events
}

// who returns one pointer for all events of the transaction's actor.
func (s *session) who(a *Actor) *Actor {
	switch {
	case *a == Actor{}:
		return nil
	case *a != s.stamp.By:
		return clonePtr(a)
	case s.by == nil:
		s.by = clonePtr(a)
	}
	return s.by
}

func (a Actor) text() string {
	if a.ID == (uuid.UUID{}) {
		return a.Kind.String()
	}
	return a.Kind.String() + "/" + a.ID.String()
}

// eventFrom reads an event back.
func eventFrom(e storage.Event) (Event, error) {
	body, ok := e.Data.Value.(*eventBody)
	if !ok {
		raw, err := e.Data.Body()
		if err != nil {
			return Event{}, err
		}
		body = &eventBody{}
		if err := json.Unmarshal(raw, body); err != nil {
			return Event{}, err
		}
	}
	out := Event{
		Type: e.Type, At: e.At, Ref: refOf(e.Ref), Version: e.Version, Action: body.Action,
		From: body.From, To: body.To, Data: slices.Clone(body.Data), Deleted: e.Deleted,
	}
	if body.Actor != nil {
		out.Actor = *body.Actor
	}
	return out, nil
}

// appendUUID appends the text form of an id.
func appendUUID(b []byte, id uuid.UUID) []byte {
	b = hex.AppendEncode(b, id[:4])
	b = hex.AppendEncode(append(b, '-'), id[4:6])
	b = hex.AppendEncode(append(b, '-'), id[6:8])
	b = hex.AppendEncode(append(b, '-'), id[8:10])
	return hex.AppendEncode(append(b, '-'), id[10:])
}
