package engine

import (
	"context"
	"errors"
	"time"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Request is what an Authorizer is asked about.
type Request struct {
	Actor   record.Actor
	Action  actions.Action // zero: to read the tenant's feed, or to purge it of requests
	Ref     record.Ref     // without ID for births; the kind "request" to purge requests
	Tenant  storage.Tenant
	Record  any // the record before the change, to be read only; nil for births
	Preview bool
}

// Authorizer decides who may do and see what.
type Authorizer interface {
	// Authorize refuses an action by an error; any error becomes ErrDenied. The
	// reasons of a [record.Error], or of an error with the method Reasons() []record.Reason,
	// stand behind that one as they are; errors.As finds the error itself.
	Authorize(ctx context.Context, r Request) error
	// Scope returns conditions that every record an actor sees must meet: what he
	// may not see is not there for him. They hold for every reading call, for
	// History and AsOf by the last image. They hold for actions as well, once
	// Authorize has allowed them: one on a record that the actor may not see, or
	// that would take over what such a record says, is ErrNotFound, and outcomes
	// and refusals leave out what they would tell of one. What a call makes is
	// told whatever the scope, and what it decides by is everything there is.
	Scope(ctx context.Context, a record.Actor, k kinds.Kind) ([]storage.Cond, error)
}

// AllowAll lets everybody do and see everything.
type AllowAll struct{}

// Authorize allows.
func (AllowAll) Authorize(context.Context, Request) error { return nil }

// Scope limits nothing.
func (AllowAll) Scope(context.Context, record.Actor, kinds.Kind) ([]storage.Cond, error) {
	return nil, nil
}

func (s *session) authorize(ctx context.Context, do actions.Action, ref record.Ref, d record.Record) error {
	if !s.c.at.IsZero() {
		if !schema.Writable(s.c.at) {
			return &record.Error{Code: codes.ErrInvalid, Kind: ref.Kind, ID: ref.ID, Action: do, Reasons: []record.Reason{{Code: codes.ErrInvalid, Field: "at", Message: "a time is between the years 1 and 9999"}}}
		}
		if now := s.c.clock().UTC().Truncate(time.Microsecond); s.c.at.After(now) {
			return &record.Error{Code: codes.ErrTimeOrder, Kind: ref.Kind, ID: ref.ID, Action: do, Reasons: []record.Reason{{Code: codes.ErrTimeOrder, Field: "at", Message: "lies in the future"}}}
		}
		if err := s.importPrivilege(ctx, ref); err != nil {
			return err
		}
	}
	return s.ask(ctx, do, ref, d)
}

func (s *session) ask(ctx context.Context, do actions.Action, ref record.Ref, d record.Record) error {
	return s.c.ask(ctx, do, ref, d)
}

// ask asks the authorizer.
func (c *Client) ask(ctx context.Context, do actions.Action, ref record.Ref, d record.Record) error {
	if _, everybody := c.authorizer.(AllowAll); everybody {
		return nil
	}
	r := Request{Actor: c.actor, Action: do, Ref: ref, Tenant: c.tenant, Preview: c.preview}
	if d != nil {
		r.Record = recordKinds[d.Ref().Kind].clone(d)
	}
	err := c.authorizer.Authorize(ctx, r)
	if err == nil {
		return nil
	}
	reasons := append([]record.Reason{record.ReasonFor(codes.ErrDenied, "")}, reasonsToTell(err)...)
	return &record.Error{Code: codes.ErrDenied, Kind: ref.Kind, ID: ref.ID, Action: do, Err: err, Reasons: reasons}
}

// reasonsToTell are those that an error of the host's is meant to tell: it is an
// Error, or has the method. Any other is the host's own affair.
func reasonsToTell(err error) []record.Reason {
	var told interface{ Reasons() []record.Reason }
	if errors.As(err, &told) {
		return told.Reasons()
	}
	var e *record.Error
	if errors.As(err, &e) {
		return e.Reasons
	}
	return nil
}

// identified refuses a client that nobody was named to, where somebody must be.
func (c *Client) identified() error {
	if c.actorRequired && !c.named {
		return record.Refusal(codes.ErrDenied, "", "nobody was named to act: use As")
	}
	return nil
}

// importPrivilege is what dating a call takes: the right to import records of
// the kind.
func (s *session) importPrivilege(ctx context.Context, ref record.Ref) error {
	return s.ask(ctx, actions.ImportOf(ref.Kind), ref, nil)
}

// Guard narrows an action for everybody: the host's own rule.
type Guard struct {
	Action actions.Action
	Code   codes.Code // of the reason
	Text   string     // for people
	// Holds is asked with the record before the change – for births with the new
	// one – which is a copy.
	Holds func(g GuardRequest) bool
}

// GuardRequest is what a Guard is asked with.
type GuardRequest struct {
	Record  any // *Lead, *Quote …
	Actor   record.Actor
	Preview bool
}

// guarded adds the reasons of the host's guards to those of the core.
func (s *session) guarded(do actions.Action, d record.Record, err error) error {
	guards := s.c.guards[do]
	if len(guards) == 0 || d == nil {
		return err
	}
	var failed []record.Reason
	for _, g := range guards {
		if !g.Holds(GuardRequest{Record: recordKinds[d.Ref().Kind].clone(d), Actor: s.c.actor, Preview: s.c.preview}) {
			failed = append(failed, record.Reason{Code: g.Code, Message: g.Text})
		}
	}
	if len(failed) == 0 {
		return err
	}
	if e, ok := err.(*record.Error); ok { //nolint:errorlint // the core's own error, not wrapped
		merged := *e
		merged.Reasons = append(failed, e.Reasons...)
		merged.Code = failed[0].Code
		return &merged
	}
	if err != nil {
		return err
	}
	return &record.Error{Code: failed[0].Code, Kind: d.Ref().Kind, ID: d.Ref().ID, Status: d.StatusKey(), Action: do, Reasons: failed}
}

// Outcome is what a hook before commit sees.
type Outcome struct {
	Result  any // a pointer to a copy of what was decided: *Change[leadtocash.Lead], *WonQuote …
	Events  []record.Event
	Actor   record.Actor
	Preview bool
}

// BeforeCommit runs inside the transaction of every action. What it writes
// with tx is committed with it; its error refuses the call.
type BeforeCommit func(ctx context.Context, tx storage.Tx, o Outcome) error

// Call describes one call to interceptors.
type Call struct {
	Action   actions.Action
	Ref      record.Ref // without ID for births
	Tenant   storage.Tenant
	Actor    record.Actor
	Preview  bool
	Attempts int // runs of the transaction so far
}

// Interceptor wraps a call, outside its transaction: for traces, metrics,
// limits. It must call next exactly once, or return an error: a call that was not
// carried out fails. One that is carried out is not again.
type Interceptor func(ctx context.Context, call *Call, next func(context.Context) error) error
