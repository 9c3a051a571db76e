package engine

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"reflect"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// call is one call of a client. This file is its way through the engine, from
// top to bottom: accept, load, authorize, gather, decide, save, answer.
type call struct {
	c      *Client
	do     actions.Action
	about  record.Ref // the record that it is made on, or that it makes
	births bool
	cmd    any // a pointer to the command, nil without one
	decider
	// work stands for everything from load to save where nothing is decided.
	work func(context.Context, *session) error
	out  any // a pointer to the outcome, of which RecordsIn and EventsIn are written

	given           any                       // what Once compares a call with its repeat by
	versions        []int64                   // that the record has to have
	numbers         kinds.Kind                // of the new document that gets a number from a block
	routes          bool                      // new prospects go to sellers by rules
	patches         bool                      // of MergePatch
	ignoresReadOnly bool                      // of WithIgnoreReadOnly
	rewrite         func(record.Record) error // makes the command of the record at hand; nil: it is as given

	told     Call            // what interceptors know of it
	draw     uuid.UUID       // the call's own number, the same in every attempt
	request  uuid.UUID       // of the record that remembers the key
	reserved int64           // taken from a block, 0 for none
	numbered bool            // that is used
	trusting bool            // nobody was asked whether the gapless number is free
	wary     bool            // somebody is to be asked
	replayed bool            // the outcome is that of an earlier call
	carried  bool            // the transaction is done
	saved    []record.Record // of the outcome
	notices  []record.Reason // that the outcome has no place for
	freed    []string        // keys of blobs that no record refers to any more
}

// decider gathers facts and decides about a record, nil for a birth. A refusal by
// the core is not the end yet: the host's guards have their say.
type decider interface {
	decide(ctx context.Context, s *session, record record.Record) (refused, err error)
}

// typed is a call with its types, all in one piece of memory.
type typed[R, C, F, O any] struct {
	call
	command C
	outcome O
	gather  func(context.Context, *session, *R, *C) (F, error)
	core    func(R, C, F) (O, error)
}

func (x *typed[R, C, F, O]) decide(ctx context.Context, s *session, record record.Record) (refused, err error) {
	r, stored := any(record).(*R)
	facts, err := x.gather(ctx, s, r, &x.command)
	if err != nil {
		return nil, err
	}
	var of R
	if stored {
		of = *r
	}
	x.outcome, refused = x.core(of, x.command, facts)
	return refused, nil
}

// CallOption is an option that all calls on a stored record take.
type CallOption func(*call)

// IfVersion refuses the call with ErrConflict unless the record it is made on
// has this version.
func IfVersion(version int64) CallOption {
	return func(x *call) { x.versions = append(x.versions, version) }
}

// repeatedAs is what Once compares a call with its repeat by, where that is not
// the command; nil changes nothing.
func repeatedAs(given any) CallOption {
	return func(x *call) {
		if given != nil {
			x.given = given
		}
	}
}

// prepared is a call with its outcome.
type prepared[O any] struct {
	*call
	outcome *O
}

// made carries the call out.
func (p prepared[O]) made(ctx context.Context) (none O, err error) {
	if err := p.run(ctx); err != nil {
		return none, err
	}
	return *p.outcome, nil
}

// apply is every call on a stored record.
func apply[R, C, F, O any, K record.Kinded](ctx context.Context, c *Client, do actions.Action, id record.ID[K], cmd C,
	gather func(context.Context, *session, *R, *C) (F, error),
	decide func(R, C, F) (O, error), opts []CallOption, more ...CallOption,
) (O, error) {
	return applyTo(ctx, c, do, id.Ref(), cmd, gather, decide, opts, more...)
}

// applyTo is apply for code that works with several kinds.
func applyTo[R, C, F, O any](ctx context.Context, c *Client, do actions.Action, ref record.Ref, cmd C,
	gather func(context.Context, *session, *R, *C) (F, error),
	decide func(R, C, F) (O, error), opts []CallOption, more ...CallOption,
) (O, error) {
	return applying(c, do, ref, cmd, gather, decide, opts, more...).made(ctx)
}

// applying prepares applyTo.
func applying[R, C, F, O any](c *Client, do actions.Action, ref record.Ref, cmd C,
	gather func(context.Context, *session, *R, *C) (F, error),
	decide func(R, C, F) (O, error), opts []CallOption, more ...CallOption,
) prepared[O] {
	x := &typed[R, C, F, O]{command: cmd, gather: gather, core: decide}
	x.call = call{c: c, do: do, about: ref, cmd: &x.command, decider: x, out: &x.outcome}
	if c.once() {
		x.given = cmd
	}
	x.take(opts, more)
	return prepared[O]{&x.call, &x.outcome}
}

// create is every call that makes a record. id is that in the command, filled in
// where there is none; a repeat is compared with the command as it was given.
func create[C, F, O any](ctx context.Context, c *Client, do actions.Action, id *uuid.UUID, cmd *C,
	gather func(context.Context, *session, *C) (F, error),
	decide func(C, F) (O, error), more ...CallOption,
) (O, error) {
	return creating(c, do, id, cmd, gather, decide, more...).made(ctx)
}

// creating prepares create.
func creating[C, F, O any](c *Client, do actions.Action, id *uuid.UUID, cmd *C,
	gather func(context.Context, *session, *C) (F, error),
	decide func(C, F) (O, error), more ...CallOption,
) prepared[O] {
	var given any
	if c.once() {
		given = *cmd
	}
	*id = c.newID(*id)
	x := &typed[struct{}, C, F, O]{command: *cmd}
	x.gather = func(ctx context.Context, s *session, _ *struct{}, cmd *C) (F, error) { return gather(ctx, s, cmd) }
	x.core = func(_ struct{}, cmd C, f F) (O, error) { return decide(cmd, f) }
	x.call = call{c: c, do: do, about: record.Ref{Kind: do.Kind(), ID: *id}, births: true, cmd: &x.command, decider: x, out: &x.outcome, given: given}
	x.take(nil, more)
	return prepared[O]{&x.call, &x.outcome}
}

// recordOf is the answer of calls that tell only the record.
func recordOf[R any](out record.Change[R], err error) (R, error) { return out.Record, err }

// transact is every call that decides nothing: work is all of it.
func (c *Client) transact(ctx context.Context, do actions.Action, about record.Ref, given any, work func(context.Context, *session) error) error {
	x := &call{c: c, do: do, about: about, work: work, given: given, out: &done{}}
	return x.run(ctx)
}

// done is the outcome of calls that have none to remember.
type done struct{}

// ref is what the call is told to be about: a birth has no id yet.
func (x *call) ref() record.Ref {
	if x.births {
		return record.Ref{Kind: x.about.Kind}
	}
	return x.about
}

// take takes the caller's options, then those of the kind of call.
func (x *call) take(opts, more []CallOption) {
	for _, opt := range opts {
		opt(x)
	}
	for _, opt := range more {
		opt(x)
	}
}

// run carries the call out: interceptors around it, then one transaction, which
// may run several times. Neither the command nor what the caller gets shares
// memory with the store.
func (x *call) run(ctx context.Context) (err error) {
	if x.cmd != nil {
		schema.Own(x.cmd)
	}
	if err := x.reserve(ctx); err != nil {
		return err
	}
	defer func() { x.giveBack(err) }()
	x.told = Call{Action: x.do, Ref: x.ref(), Tenant: x.c.tenant, Actor: x.c.actor, Preview: x.c.preview}
	if x.draw = x.about.ID; !x.births && x.do != 0 {
		x.draw = x.c.newID(uuid.Nil)
	}
	if x.c.once() {
		x.request = x.c.newID(uuid.Nil)
	}
	err = x.intercepted(ctx, 0)
	if err == nil && !x.carried {
		err = errNotCarriedOut
	}
	if err != nil {
		x.c.report(ctx, &x.told, err)
		return err
	}
	tell(ctx, x)
	for _, d := range x.saved {
		recordKinds[d.Ref().Kind].detach(d)
	}
	if x.c.blobs != nil && !x.c.preview && !x.c.joined {
		for _, key := range x.freed {
			x.c.dropBlob(ctx, key)
		}
	}
	return nil
}

// errNotCarriedOut is how a call ends that an interceptor did not carry out, and said
// nothing of it.
var errNotCarriedOut = errors.New("leadtocash: an interceptor neither called on with success nor returned an error")

// once reports whether calls have a key.
func (c *Client) once() bool { return c.key != "" && !c.preview }

// intercepted asks the interceptors from the n-th on, the first one given
// outermost, around the transaction.
func (x *call) intercepted(ctx context.Context, n int) error {
	if n == len(x.c.interceptors) {
		if x.carried {
			return nil // called on again
		}
		err := x.c.update(ctx, x.attempt)
		if x.trusting && errors.Is(err, codes.ErrTaken) {
			x.wary = true
			err = x.c.update(ctx, x.attempt)
		}
		x.carried = err == nil
		return err
	}
	return x.c.interceptors[n](ctx, &x.told, func(ctx context.Context) error { return x.intercepted(ctx, n+1) })
}

func (c *Client) report(ctx context.Context, call *Call, err error) {
	level := slog.LevelError
	if code := storeCode(err); code != "" && code != codes.ErrCommitUnknown {
		level = slog.LevelDebug
	}
	c.log.Log(ctx, level, "call failed", "action", call.Action.String(), "kind", string(call.Ref.Kind),
		"id", call.Ref.ID, "tenant", string(call.Tenant), "code", string(storeCode(err)))
}

// attempt is one run of the transaction.
func (x *call) attempt(ctx context.Context, tx storage.Tx) (err error) {
	x.told.Attempts++
	x.saved, x.freed, x.numbered, x.trusting, x.notices = nil, nil, false, false, nil
	s := x.c.session(tx)
	defer s.release()
	s.stamp.Draw = x.draw
	if x.c.once() {
		if x.replayed, err = s.replay(ctx, x); x.replayed || err != nil {
			return err
		}
	}
	if x.work != nil {
		err = x.work(ctx, s)
	} else {
		err = x.change(ctx, s)
	}
	if err != nil {
		return err
	}
	return x.answer(ctx, s)
}

// change is what a call on a record, or for a new one, does in its transaction.
func (x *call) change(ctx context.Context, s *session) error {
	record, err := x.admit(ctx, s)
	if err != nil {
		return err
	}
	if x.rewrite != nil {
		if err := x.rewrite(record); err != nil {
			return err
		}
	}
	s.about, s.cmd = x.about, x.cmd
	if err := s.draws(x.cmd, s.before(x.about)); err != nil {
		return err
	}
	if x.births {
		if err := s.defaultCurrency(ctx, x.cmd); err != nil {
			return err
		}
	}
	refused, err := x.decide(ctx, s, record)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil { // the decision may have taken long
		return err
	}
	if x.births {
		refused = s.ownable(ctx, x.do, x.about, x.cmd, refused)
	}
	if !x.births { // no number for what a guard refuses
		if err := s.guarded(x.do, record, refused); err != nil {
			return s.discreet(ctx, err)
		}
	}
	if refused == nil {
		if err := x.complete(ctx, s); err != nil {
			return err
		}
	}
	if x.births {
		if refused == nil {
			record = s.saved[0]
		}
		if err := s.guarded(x.do, record, refused); err != nil {
			return s.discreet(ctx, err)
		}
	}
	return x.save(ctx, s, record.Ref())
}

// admit loads the record, if it is there before the call, and lets the call on
// it in: authorizer, scope, then versions.
func (x *call) admit(ctx context.Context, s *session) (record.Record, error) {
	if x.births {
		if err := s.authorize(ctx, x.do, x.about, nil); err != nil {
			return nil, err
		}
		return nil, s.c.startFault()
	}
	d, err := s.load(ctx, x.about)
	if err != nil {
		return nil, err
	}
	if err := s.authorize(ctx, x.do, x.about, d); err != nil {
		return nil, err
	}
	if err := s.touchable(ctx, x.do, d); err != nil {
		return nil, err
	}
	for _, version := range x.versions {
		if have := d.Header().Version; have != version {
			return nil, &record.Error{
				Code: codes.ErrConflict, Kind: x.about.Kind, ID: x.about.ID, Status: d.StatusKey(),
				Reasons: []record.Reason{{
					Code: codes.ErrConflict, Field: "version", Message: codes.ErrConflict.Info().Text,
					Params: map[string]any{"expected": version, "stored": have},
				}},
			}
		}
	}
	return d, nil
}

// ownable adds the refusal of an inactive seller as the chosen owner of a new
// record to the reasons there are.
func (s *session) ownable(ctx context.Context, do actions.Action, ref record.Ref, cmd any, refused error) error {
	birth, chooses := cmd.(interface{ ChosenOwner() uuid.UUID })
	if !chooses || birth.ChosenOwner() == uuid.Nil {
		return refused
	}
	inactive, err := s.inactiveOf(ctx, owners(birth.ChosenOwner()))
	if err != nil || len(inactive) == 0 {
		return cmp.Or(refused, err)
	}
	reasons := append(record.ReasonsOf(refused), record.Reason{Code: codes.ErrInactive, Field: "owner", Message: "the owner is an inactive seller"})
	return &record.Error{Code: reasons[0].Code, Kind: ref.Kind, ID: ref.ID, Action: do, Reasons: reasons}
}

// complete fills in what a refusal would draw in vain: numbers, and the turns of
// sellers.
func (x *call) complete(ctx context.Context, s *session) error {
	s.saved = leadtocash.RecordsIn(x.out)
	events := leadtocash.EventsIn(x.out)
	if err := x.rates(ctx, s, events); err != nil {
		return err
	}
	for _, d := range s.saved {
		if err := x.number(ctx, s, d, events); err != nil {
			return err
		}
	}
	if !x.routes {
		return nil
	}
	return s.routeNew(ctx, s.saved, events)
}

// save writes what was decided, then lets the host's hooks see it.
func (x *call) save(ctx context.Context, s *session, on record.Ref) error {
	events := leadtocash.EventsIn(x.out)
	if x.cmd != nil && len(events) > 0 {
		if notices := s.dayNotices(x.cmd, on); len(notices) > 0 && !leadtocash.AddNotices(x.out, notices) {
			x.notices = append(x.notices, notices...)
		}
	}
	if err := s.note(ctx, x, events); err != nil {
		return err
	}
	if x.c.reason != "" {
		more, err := s.giveReason(x.do, on, events)
		if err != nil {
			return err
		}
		events = slices.Concat(events, more)
	}
	var processes *binding
	if x.c.process != nil {
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
	if err := s.advance(ctx, x.do); err != nil {
		return err
	}
	for _, hook := range x.c.beforeCommit {
		if err := hook(ctx, s.tx, x.outcome(events)); err != nil {
			return err
		}
	}
	return nil
}

// outcome is what a hook sees: a copy, which it may keep.
func (x *call) outcome(events []record.Event) Outcome {
	result := reflect.New(reflect.TypeOf(x.out).Elem())
	result.Elem().Set(reflect.ValueOf(x.out).Elem())
	schema.Own(result.Interface())
	shown := struct{ Events []record.Event }{events}
	schema.Own(&shown)
	return Outcome{Result: result.Interface(), Events: shown.Events, Actor: x.c.actor, Preview: x.c.preview}
}

// answer makes the outcome what the caller may be told, and remembers that under
// the key.
func (x *call) answer(ctx context.Context, s *session) error {
	if err := s.withhold(ctx, x.out); err != nil {
		return err
	}
	x.saved, x.freed = s.saved, s.freed
	if x.c.once() {
		if err := s.remember(ctx, x); err != nil {
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

// update runs a transaction; that of a preview ends well without being
// committed.
func (c *Client) update(ctx context.Context, fn func(context.Context, storage.Tx) error) error {
	if err := c.identified(); err != nil {
		return err
	}
	if c.preview && c.joined && !c.within {
		return record.Refusal(codes.ErrUnsupported, "", "no preview within a transaction")
	}
	if err := c.fate.begin(); err != nil {
		return err
	}
	err := c.store.Update(ctx, c.tenant, fn)
	c.fate.end(err)
	if c.preview && errors.Is(err, errPreview) {
		return nil
	}
	return fromStore(err)
}
