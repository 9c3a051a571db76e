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
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/storage"
)

// outcome points to what a decision yields: recordsIn are the records it made or
// changed, eventsIn what happened to them.
type outcome any

// outcomeOf is *O for an outcome O.
type outcomeOf[O any] interface{ *O }

// invocation is what a call is about, for interceptors, idempotency and logs.
type invocation struct {
	do  Action
	ref Ref
	cmd any // as given: the fingerprint of Once covers it
}

// accept takes a command over: it shares nothing with the caller any more. The
// result is the command as given, where that matters.
func (c *Client) accept(cmd any) (given any, err error) {
	if c.key != "" {
		body, err := json.Marshal(cmd)
		if err != nil {
			return nil, err
		}
		given = json.RawMessage(body)
	}
	own(cmd)
	return given, nil
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
	return c.perform(ctx, inv, out, workFunc(fn))
}

// work is what a call does within its transaction.
type work interface {
	within(context.Context, *session) error
}

type workFunc func(context.Context, *session) error

func (fn workFunc) within(ctx context.Context, s *session) error { return fn(ctx, s) }

// perform is run for work of any form.
func (c *Client) perform(ctx context.Context, inv invocation, out outcome, w work) error {
	x := executions.Get().(*execution)
	x.c, x.inv, x.out, x.work = c, inv, out, w
	x.call = Call{Action: inv.do, Ref: inv.ref, Tenant: c.tenant, Actor: c.actor, Preview: c.preview}
	if c.once() {
		x.request = c.newID(uuid.Nil)
	}
	err := c.intercept(ctx, &x.call, x.transact)
	if err != nil {
		c.report(ctx, &x.call, err)
	} else {
		for _, d := range x.saved {
			kinds[d.ref().Kind].detach(d)
		}
		if c.blobs != nil && !c.preview && !c.joined {
			for _, key := range x.freed {
				c.dropBlob(ctx, key)
			}
		}
	}
	if len(c.interceptors) == 0 { // one of them may have kept the call
		x.release()
	}
	return err
}

// execution is a call under way. Nothing keeps it: the next one takes it over.
type execution struct {
	c        *Client
	inv      invocation
	call     Call
	out      outcome
	work     work
	request  uuid.UUID // of the record that remembers the key
	replayed bool
	saved    []document // of the outcome
	freed    []string   // keys of blobs that no record refers to any more

	transact func(context.Context) error             // the call without interceptors
	attempt  func(context.Context, storage.Tx) error // one run of the transaction
}

var executions = sync.Pool{New: func() any { return new(execution).ready() }}

// ready makes the functions of an execution, once for all calls.
func (x *execution) ready() *execution {
	x.attempt = x.try
	x.transact = func(ctx context.Context) error { return x.c.update(ctx, x.attempt) }
	return x
}

func (x *execution) release() {
	*x = execution{transact: x.transact, attempt: x.attempt}
	executions.Put(x)
}

// once reports whether the call has a key.
func (c *Client) once() bool { return c.key != "" && !c.preview }

// try is one run of the transaction.
func (x *execution) try(ctx context.Context, tx storage.Tx) (err error) {
	x.call.Attempts++
	x.saved, x.freed = nil, nil
	s := x.c.session(tx)
	defer s.release()
	if x.c.once() {
		if x.replayed, err = s.replay(ctx, x.inv, x.out); x.replayed || err != nil {
			return err
		}
	}
	if err := x.work.within(ctx, s); err != nil {
		return err
	}
	if err := s.withhold(ctx, x.out); err != nil {
		return err
	}
	x.saved, x.freed = s.saved, s.freed
	if x.c.once() {
		if err := s.remember(ctx, x.request, x.inv, x.out); err != nil {
			return err
		}
	}
	if x.c.preview && !x.c.within {
		return s.discard(ctx)
	}
	return nil
}

var errPreview = errors.New("preview")

// discard ends the transaction of a preview. It reads first, so that writes which
// the store has let wait are tried.
func (s *session) discard(ctx context.Context) error {
	if _, err := s.Get(ctx, storage.Ref{Kind: kindRequest, ID: uuid.Max}); err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	return errPreview
}

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
		defer s.release()
		s.Reader = r
		return fn(ctx, s)
	}))
}

func (c *Client) report(ctx context.Context, call *Call, err error) {
	level := slog.LevelError
	if code := codeOf(err); code != "" && code != ErrCommitUnknown {
		level = slog.LevelDebug
	}
	c.log.Log(ctx, level, "call failed", "action", call.Action.String(), "kind", string(call.Ref.Kind),
		"id", call.Ref.ID, "tenant", string(call.Tenant), "code", string(codeOf(err)))
}

// session is one run of a transaction. Nothing keeps it: the next one takes it
// over.
type session struct {
	storage.Reader
	c      *Client
	tx     storage.Tx
	stamp  Stamp
	actor  string
	about  Ref               // the record that the command is about
	cmd    any               // a pointer to it
	loaded []*storage.Record // what was read, as it was
	found  []*storage.Record // of look-ups, one behind the other
	born   []Ref             // what this transaction made
	gone   []Ref             // what it deleted, or is about to
	saved  []document        // of the outcome
	asked  anyAsked
	scopes map[Kind][]storage.Cond // of the authorizer, as far as they were asked for
	roles  []string                // of the actor, once they were asked for
	drawn  []Ref                   // what the command draws on
	freed  []string                // keys of blobs that no record refers to any more
	book   *processBook            // of the tenant, once it is read
	amount decimal.Decimal         // of the record written last
	bodies []eventBody             // of the command at hand, made at once
	texts  []idText                // made so far, one behind the other
	text   strings.Builder         // of texts
	room   struct {
		loaded [12]*storage.Record
		found  [8]*storage.Record
		born   [8]Ref
		texts  [24]idText
		refs   [12]reference    // scratch of record
		was    [12]reference    // scratch of resolve
		keys   [12]storage.Key  // scratch of record
		events [4]storage.Event // scratch of eventsOf
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
	s.Reader, s.c, s.tx, s.actor = tx, c, tx, c.actor.text()
	s.loaded, s.found = s.room.loaded[:0], s.room.found[:0]
	s.born, s.texts = s.room.born[:0], s.room.texts[:0]
	s.stamp = c.stamp()
	return s
}

// stamp is now, and who acts.
func (c *Client) stamp() Stamp {
	at := c.at
	if at.IsZero() {
		at = c.clock().UTC().Truncate(time.Microsecond)
	}
	return Stamp{At: at, By: c.actor, Today: c.settings.today(at)}
}

func (s *session) release() {
	*s = session{asked: anyAsked{first: s.asked.first}}
	sessions.Put(s)
}

// idText returns the text form of an id: the one that a record at hand is found
// by, or a new one. New ones share a piece of memory, as most are stored
// together.
func (s *session) idText(id uuid.UUID) string {
	for i := range s.texts {
		if s.texts[i].id == id {
			return s.texts[i].text
		}
	}
	const size = 36
	var buf [size]byte
	text := s.textAtHand(appendUUID(buf[:0], id))
	if text == "" {
		if s.text.Cap()-s.text.Len() < size {
			s.text = strings.Builder{}
			s.text.Grow(3 * size)
		}
		s.text.Write(buf[:])
		text = s.text.String()[s.text.Len()-size:]
	}
	s.texts = append(s.texts, idText{id, text})
	return text
}

// textAtHand returns a text that a record which was read is found by, empty if
// none is.
func (s *session) textAtHand(text []byte) string {
	for _, rec := range s.loaded {
		for i := range rec.Keys {
			if rec.Keys[i].Value == string(text) {
				return rec.Keys[i].Value
			}
		}
	}
	return ""
}

// apply is every transition: load, authorize, gather facts, decide, save.
func apply[R, C, F, O any, K Kinded, P outcomeOf[O]](ctx context.Context, c *Client, do Action, id ID[K], cmd C,
	gather func(context.Context, *session, *R, *C) (F, error),
	decide func(R, C, F) (O, error), opts []CallOption,
) (O, error) {
	return applyAs[R, C, F, O, K, P](ctx, c, do, id, nil, cmd, gather, decide, opts)
}

// applyAs is apply where the command comes from somewhere else than the caller: as
// stands for it where Once compares a call with its repeat, unless it is nil.
func applyAs[R, C, F, O any, K Kinded, P outcomeOf[O]](ctx context.Context, c *Client, do Action, id ID[K], as any, cmd C,
	gather func(context.Context, *session, *R, *C) (F, error),
	decide func(R, C, F) (O, error), opts []CallOption,
) (O, error) {
	var none O
	t := &transition[R, C, F, O, P]{cmd: cmd, do: do, ref: id.Ref(), gather: gather, decide: decide, opts: opts}
	given, err := c.accept(&t.cmd)
	if err != nil {
		return none, err
	}
	if as != nil {
		given = as
	}
	if err := c.perform(ctx, invocation{do, t.ref, given}, P(&t.out), t); err != nil {
		return none, err
	}
	return t.out, nil
}

// transition is the work of apply.
type transition[R, C, F, O any, P outcomeOf[O]] struct {
	cmd    C
	out    O
	do     Action
	ref    Ref
	gather func(context.Context, *session, *R, *C) (F, error)
	decide func(R, C, F) (O, error)
	opts   []CallOption
}

func (t *transition[R, C, F, O, P]) within(ctx context.Context, s *session) error {
	d, err := s.admit(ctx, t.do, t.ref, t.opts)
	if err != nil {
		return err
	}
	s.about, s.cmd = t.ref, &t.cmd
	if err := s.draws(&t.cmd, s.before(t.ref)); err != nil {
		return err
	}
	r := any(d).(*R)
	facts, err := t.gather(ctx, s, r, &t.cmd)
	if err != nil {
		return err
	}
	t.out, err = t.decide(*r, t.cmd, facts)
	return s.finish(ctx, t.do, d, P(&t.out), err)
}

// create is every birth: authorize, gather facts, decide, save. given is the
// command before the client filled in ids and numbers.
func create[C, F, O any, P outcomeOf[O]](ctx context.Context, c *Client, do Action, id uuid.UUID, given any, cmd C,
	gather func(context.Context, *session, *C) (F, error),
	decide func(C, F) (O, error),
) (O, error) {
	var none O
	t := &creation[C, F, O, P]{cmd: cmd, do: do, ref: Ref{do.Kind(), id}, gather: gather, decide: decide}
	own(&t.cmd)
	if err := c.perform(ctx, invocation{do, Ref{Kind: t.ref.Kind}, given}, P(&t.out), t); err != nil {
		return none, err
	}
	return t.out, nil
}

// creation is the work of create.
type creation[C, F, O any, P outcomeOf[O]] struct {
	cmd    C
	out    O
	do     Action
	ref    Ref
	gather func(context.Context, *session, *C) (F, error)
	decide func(C, F) (O, error)
}

func (t *creation[C, F, O, P]) within(ctx context.Context, s *session) error {
	if err := s.authorize(ctx, t.do, t.ref, nil); err != nil {
		return err
	}
	if err := s.c.startFault(); err != nil {
		return err
	}
	s.about, s.cmd = t.ref, &t.cmd
	if err := s.draws(&t.cmd, nil); err != nil {
		return err
	}
	facts, err := t.gather(ctx, s, &t.cmd)
	if err != nil {
		return err
	}
	t.out, err = t.decide(t.cmd, facts)
	return s.finish(ctx, t.do, nil, P(&t.out), s.ownable(ctx, t.do, t.ref, &t.cmd, err))
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

// admit reads a stored record and lets a call on it in: authorizer, scope, then
// version.
func (s *session) admit(ctx context.Context, do Action, ref Ref, opts []CallOption) (document, error) {
	d, err := s.load(ctx, ref)
	if err != nil {
		return nil, err
	}
	if err := s.authorize(ctx, do, ref, d); err != nil {
		return nil, err
	}
	if err := s.touchable(ctx, do, d); err != nil {
		return nil, err
	}
	for _, opt := range opts {
		if err := opt(d); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// finish asks the host's guards about a decision and saves what it yields; d is
// the record before it, nil for a birth.
func (s *session) finish(ctx context.Context, do Action, d document, out outcome, err error) error {
	if err == nil {
		s.saved = recordsIn(out)
	}
	if d == nil && err == nil {
		d = s.saved[0]
	}
	if err := s.guarded(do, d, err); err != nil {
		return s.discreet(ctx, err)
	}
	if s.c.reason == "" {
		return s.save(ctx, out)
	}
	more, err := s.giveReason(do, d.ref(), eventsIn(out))
	if err != nil {
		return err
	}
	return s.save(ctx, out, more...)
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
func load[R any, K Kinded](ctx context.Context, s *session, id ID[K]) (*R, error) {
	d, err := s.load(ctx, id.Ref())
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
func maybe[R any, K Kinded](ctx context.Context, s *session, id ID[K]) (*R, error) {
	if id.IsZero() {
		return nil, nil
	}
	return load[R](ctx, s, id)
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
	if hidden, err := s.outOfReach(ctx, rec); err != nil || hidden {
		return nil, notVisible(ref, err)
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

// save writes what a decision yielded, and more that happened to its records, then
// lets the host's hooks see it.
func (s *session) save(ctx context.Context, out outcome, more ...Event) error {
	events := eventsIn(out)
	if len(more) > 0 {
		events = slices.Concat(events, more)
	}
	var processes *binding
	if s.c.process != nil {
		var err error
		if processes, err = s.bind(ctx, s.saved, events); err != nil {
			return err
		}
		processes.reflect()
	}
	if err := s.write(ctx, s.saved, events); err != nil {
		return err
	}
	if processes != nil {
		if err := processes.write(); err != nil {
			return err
		}
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
			return putError(rec, s.before(ref), err)
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

// putError tells why a record could not be put; old is the one before.
func putError(rec, old *storage.Record, err error) error {
	ref := refOf(rec.Ref)
	switch code := codeOf(err); {
	case code == ErrConflict && rec.Version == 1:
		return refusedWrite(ref, err, "id", "a record of this id is there, or was")
	case code == ErrTaken:
		return refusedWrite(ref, err, claimedField(rec, old), "")
	}
	return refusedWrite(ref, err, "", "")
}

// claimedField is the field of the only claim that is new, empty if there are
// several.
func claimedField(rec, old *storage.Record) (field string) {
	for _, claim := range rec.Claims {
		if old != nil && slices.Contains(old.Claims, claim) {
			continue
		}
		if field != "" {
			return ""
		}
		field, _, _ = strings.Cut(claim, ":")
	}
	switch field {
	case "source":
		return "source_key"
	case "number":
		return rec.Kind + "_number"
	}
	return field
}

// record makes the stored form of a document: its own copy, header, look-ups
// and claims. References that are new must resolve.
func (s *session) record(ctx context.Context, d document) (*storage.Record, error) {
	info := kinds[d.ref().Kind]
	own := info.copy(d)
	old := s.before(own.ref())
	rec := s.header(own, old, s.room.keys[:0])
	refs := info.schema.references(reflect.ValueOf(own).Elem(), s.room.refs[:0])
	var before []storage.Key
	if old != nil {
		before = old.Keys
	}
	more := s.c.matchKeys(own, append(rec.Keys, s.c.customKeys(own)...), before)
	if old != nil && sameKeys(old.Keys, refs, more) {
		rec.Keys = old.Keys
	} else {
		rec.Keys = s.keysOf(refs, more)
	}
	faults, err := s.reasonFaults(own, old)
	if err != nil {
		return nil, err
	}
	if faults = append(faults, s.c.customFaults(own)...); faults != nil {
		return nil, &Error{Code: faults[0].Code, Kind: own.ref().Kind, ID: own.ref().ID, Reasons: faults}
	}
	return rec, s.resolve(ctx, own, refs, old)
}

// header makes the stored form of a document as far as one needs no other
// record for it. Look-ups besides references are appended to keys.
func (s *session) header(d document, old *storage.Record, keys []storage.Key) *storage.Record {
	h := d.head()
	rec := &storage.Record{Image: storage.NewImage(d), Keys: keys}
	rec.Header = storage.Header{
		Ref: d.ref().stored(), Version: h.Version, Status: d.statusKey(), Owner: h.Owner,
		CreatedAt: h.CreatedAt, UpdatedAt: h.UpdatedAt, Format: 1,
	}
	if !h.Currency.IsZero() {
		rec.Currency = h.Currency.Code()
	}
	rec.Amount = s.hint(old) // index keeps it where it is equal
	if old != nil {
		rec.Claims = old.Claims[:0:len(old.Claims)] // and these, see claim
	}
	kinds[d.ref().Kind].index(d, rec)
	if rec.Amount.Valid {
		s.amount = rec.Amount.Decimal
	} else {
		rec.Amount = decimal.NullDecimal{}
	}
	if rec.Claims = slices.Clip(rec.Claims); len(rec.Claims) == 0 {
		rec.Claims = nil
	}
	if rec.Number != "" {
		rec.Keys = append(rec.Keys, storage.Key{Name: "number", Value: lookup(rec.Number)})
	}
	if h.StatusReason != "" {
		rec.Keys = append(rec.Keys, storage.Key{Name: statusReasonField, Value: h.StatusReason})
	}
	return rec
}

// hint is an amount that the next version of a record may well have, not yet
// valid: that of the record written last, or its own before.
func (s *session) hint(old *storage.Record) decimal.NullDecimal {
	switch {
	case !s.amount.IsZero():
		return decimal.NullDecimal{Decimal: s.amount}
	case old != nil:
		return decimal.NullDecimal{Decimal: old.Amount.Decimal}
	case len(s.loaded) > 0:
		return decimal.NullDecimal{Decimal: s.loaded[0].Amount.Decimal}
	}
	return decimal.NullDecimal{}
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

// resolve makes sure that every reference set now leads to a record that is
// there and not merged into another one.
func (s *session) resolve(ctx context.Context, d document, refs []reference, old *storage.Record) error {
	var dangling []Reason
	if s.c.resolver != nil {
		unknown, err := s.resolveOpaque(ctx, d, old)
		if err != nil {
			return err
		}
		dangling = unknown
	}
	if p, ok := d.(*Process); ok {
		merged, err := s.mergedSlots(ctx, p, old)
		if err != nil {
			return err
		}
		dangling = append(dangling, merged...)
	}
	was, err := s.referred(old)
	if err != nil {
		return err
	}
	for _, r := range refs {
		if r.ref == d.ref() || slices.Contains(s.born, r.ref) || slices.Contains(was, r) {
			continue
		}
		if r.ref.Kind == KindTerritory && d.ref().Kind == KindConnection {
			if err := s.resolveTerritory(ctx, d, r); err != nil {
				dangling = append(dangling, Reason{Code: ErrNotFound, Field: r.field, Message: err.Error()})
			}
			continue
		}
		rec := s.before(r.ref)
		if rec == nil {
			var err error
			if rec, err = s.Get(ctx, r.ref.stored()); errors.Is(err, storage.ErrNotFound) {
				dangling = append(dangling, Reason{Code: ErrNotFound, Field: r.field, Message: "there is no such " + string(r.ref.Kind)})
				continue
			} else if err != nil {
				return err
			}
		}
		if hidden, err := s.outOfReach(ctx, rec); err != nil {
			return err
		} else if hidden {
			dangling = append(dangling, Reason{Code: ErrNotFound, Field: r.field, Message: "there is no such " + string(r.ref.Kind)})
			continue
		}
		if r.field != masterField && s.isMerged(rec) {
			dangling = append(dangling, Reason{Code: ErrMerged, Field: r.field, Message: "the " + string(r.ref.Kind) + " is merged into another one"})
		}
	}
	if len(dangling) == 0 {
		return nil
	}
	for i := range dangling {
		dangling[i].Field = s.fieldOf(d, dangling[i].Field)
	}
	return &Error{Code: dangling[0].Code, Kind: d.ref().Kind, ID: d.ref().ID, Reasons: dangling}
}

// fieldOf is the path of a record's field in the command at hand, if that is about
// the record and has the field among its Fields.
func (s *session) fieldOf(d document, field string) string {
	if s.cmd == nil || d.ref() != s.about {
		return field
	}
	fields := reflect.ValueOf(s.cmd).Elem()
	if fields.Kind() == reflect.Struct {
		fields = fields.FieldByName("Fields")
	}
	if !fields.IsValid() || fields.Kind() != reflect.Struct {
		return field
	}
	if _, has := schemaOf(fields.Type()).field(fields, field, false); !has {
		return field
	}
	return "fields." + field
}

// masterField leads from a merged record to the one that it was merged into.
const masterField = "master_id"

// isMerged reports whether a stored record has a master; what this call itself
// merges or takes apart is its own business.
func (s *session) isMerged(rec *storage.Record) bool {
	return slices.ContainsFunc(rec.Keys, func(k storage.Key) bool { return k.Name == masterField }) &&
		!slices.ContainsFunc(s.saved, func(d document) bool { return d.ref().stored() == rec.Ref })
}

// sameKeys reports whether the look-ups of references and more are these.
func sameKeys(keys []storage.Key, refs []reference, more []storage.Key) bool {
	if len(keys) != len(refs)+len(more) || !slices.Equal(keys[len(refs):], more) {
		return false
	}
	for i, r := range refs {
		if !r.isKey(keys[i]) {
			return false
		}
	}
	return true
}

// isKey reports whether k is the look-up of the reference.
func (r reference) isKey(k storage.Key) bool {
	var buf [36]byte
	return k.Name == r.field && k.Value == string(appendUUID(buf[:0], r.ref.ID))
}

// referred lists the references that a record has, nil that none has. The list is
// the session's, and good until the next call.
func (s *session) referred(old *storage.Record) ([]reference, error) {
	if old == nil {
		return nil, nil
	}
	info := kinds[Kind(old.Kind)]
	was, err := info.decode(old.Image)
	if err != nil {
		return nil, err
	}
	return info.schema.references(reflect.ValueOf(was).Elem(), s.room.was[:0]), nil
}

// keysOf makes look-ups of references and more.
func (s *session) keysOf(refs []reference, more []storage.Key) []storage.Key {
	if len(refs)+len(more) == 0 {
		return nil
	}
	keys := make([]storage.Key, 0, len(refs)+len(more))
	for _, r := range refs {
		keys = append(keys, storage.Key{Name: r.field, Value: s.idText(r.ref.ID)})
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
	stored := s.room.events[:0]
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
		stored = append(stored, storage.Event{
			Ref: ref.stored(), Version: e.Version, Type: e.Type, At: e.At,
			Actor: s.actor, Request: s.c.key, Data: storage.NewImage(body),
		})
	}
	return stored
}

// who returns one pointer for all events of the client's actor.
func (s *session) who(a *Actor) *Actor {
	switch *a {
	case Actor{}:
		return nil
	case s.c.actor:
		return s.c.by
	}
	return clonePtr(a)
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
