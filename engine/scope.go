package engine

import (
	"context"
	"iter"
	"reflect"
	"slices"
	"strings"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// What an actor may see is said here, once: lists, roll-ups, timelines and all
// other reading calls look through a sight, calls that change something go by
// visible.

// seesAll reports whether nothing is hidden from the actor.
func (c *Client) seesAll() bool {
	_, everybody := c.authorizer.(AllowAll)
	return everybody && !c.knowsRoles()
}

// Scoped reports whether what the actor sees of the kinds, all of them if none is
// given, is limited by the authorizer, or by roles of process definitions: a list of
// everything may then be a part of what there is.
func (c *Client) Scoped(ctx context.Context, list ...kinds.Kind) (scoped bool, err error) {
	if err := c.identified(); err != nil || c.seesAll() {
		return false, err
	}
	if len(list) == 0 {
		list = kinds.Kinds()
	}
	err = c.look(ctx, func(ctx context.Context, s *session) error {
		scoped = false
		for _, kind := range list {
			if recordKinds[kind] == nil {
				return record.Refusal(codes.ErrInvalid, "kind", "no such kind of record")
			}
			conds, err := s.scope(ctx, kind)
			if err != nil {
				return err
			}
			scoped = scoped || len(conds) > 0
		}
		return nil
	})
	return scoped, err
}

// look is view as the actor sees it: what he may not see is not there.
func (c *Client) look(ctx context.Context, fn func(context.Context, *session) error) error {
	return c.view(ctx, func(ctx context.Context, s *session) error {
		s.onlyLooks()
		return fn(ctx, s)
	})
}

// onlyLooks hides from the rest of a call what the actor may not see.
func (s *session) onlyLooks() {
	if !s.c.seesAll() {
		s.Reader = &sight{s.all(), s}
	}
}

// sight is a reader that finds what the actor may see. What became of a record
// that is gone is for session.past to tell.
type sight struct {
	storage.Reader
	s *session
}

// Get implements storage.Reader.
func (v *sight) Get(ctx context.Context, ref storage.Ref) (*storage.Record, error) {
	rec, err := v.Reader.Get(ctx, ref)
	if err != nil {
		return nil, err
	}
	ok, err := v.s.visible(ctx, rec)
	if err == nil && !ok {
		err = storage.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return rec, nil
}

// Find implements storage.Reader.
func (v *sight) Find(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	return func(yield func(*storage.Record, error) bool) {
		scope, err := v.s.scope(ctx, kinds.Kind(q.Kind))
		if err != nil {
			yield(nil, err)
			return
		}
		q.Where = slices.Concat(q.Where, scope)
		v.Reader.Find(ctx, q)(yield)
	}
}

// ByKey implements storage.KeyReader where the reader below does.
func (v *sight) ByKey(ctx context.Context, to []*storage.Record, kind string, key storage.Key) ([]*storage.Record, bool, error) {
	r, able := v.Reader.(storage.KeyReader)
	if !able {
		return to, false, nil
	}
	scope, err := v.s.scope(ctx, kinds.Kind(kind))
	if err != nil {
		return to, false, err
	}
	known := len(to)
	to, ok, err := r.ByKey(ctx, to, kind, key)
	seen := slices.DeleteFunc(to[known:], func(rec *storage.Record) bool { return !meets(scope, rec) })
	return to[:known+len(seen)], ok, err
}

// all is the reader of a session that sees everything.
func (s *session) all() storage.Reader {
	switch v := s.Reader.(type) {
	case *sight:
		return v.Reader
	case *past:
		return v.all()
	}
	return s.Reader
}

func meets(scope []storage.Cond, rec *storage.Record) bool {
	return len(scope) == 0 || storage.Match(storage.Query{Kind: rec.Kind, Where: scope}, rec)
}

// granted returns the authorizer's conditions for the records of a kind.
func (s *session) granted(ctx context.Context, kind kinds.Kind) ([]storage.Cond, error) {
	if _, everybody := s.c.authorizer.(AllowAll); everybody {
		return nil, nil
	}
	if conds, known := s.scopes[kind]; known {
		return conds, nil
	}
	conds, err := s.c.authorizer.Scope(ctx, s.c.actor, kind)
	if err != nil {
		return nil, err
	}
	if s.scopes == nil {
		s.scopes = map[kinds.Kind][]storage.Cond{}
	}
	s.scopes[kind] = conds
	return conds, nil
}

// scope returns the conditions that a record of a kind meets if the actor may
// see it: those of the authorizer, and of his roles.
func (s *session) scope(ctx context.Context, kind kinds.Kind) ([]storage.Cond, error) {
	conds, err := s.granted(ctx, kind)
	if err != nil || kind != kinds.Process || !s.c.knowsRoles() {
		return conds, err
	}
	names, err := s.readableProcesses(ctx)
	if err != nil {
		return nil, err
	}
	values := make([]any, len(names))
	for i, name := range names {
		values[i] = schema.Lookup(name)
	}
	return append(slices.Clip(conds), storage.Cond{Field: storage.FieldKey, Key: "definition", Op: storage.OpIn, Values: values}), nil
}

// visible reports whether the actor may see the record.
func (s *session) visible(ctx context.Context, rec *storage.Record) (bool, error) {
	if ok, err := s.isGranted(ctx, rec); !ok || err != nil || kinds.Kind(rec.Kind) != kinds.Process || !s.c.knowsRoles() {
		return ok, err
	}
	p, err := shared[process.Process](rec.Image)
	if err != nil {
		return false, err
	}
	return s.readsProcess(ctx, p.Instance.Process)
}

// isGranted is visible by the authorizer alone.
func (s *session) isGranted(ctx context.Context, rec *storage.Record) (bool, error) {
	scope, err := s.granted(ctx, kinds.Kind(rec.Kind))
	return err == nil && meets(scope, rec), err
}

// touchable refuses an action on a record that the actor may not see.
func (s *session) touchable(ctx context.Context, do actions.Action, d record.Record) error {
	if s.c.seesAll() {
		return nil
	}
	if ok, err := s.isGranted(ctx, s.before(d.Ref())); err != nil || !ok {
		return notVisible(d.Ref(), err)
	}
	p, is := d.(*process.Process)
	if !is {
		return nil
	}
	ok, err := s.readsProcess(ctx, p.Instance.Process)
	if err != nil || ok {
		return err
	}
	return s.unreadable(do, p, p.Instance.Process)
}

// drawnOn are the kinds of records whose content a command takes over by naming
// them.
var drawnOn = []kinds.Kind{kinds.Lead, kinds.Opportunity, kinds.Quote, kinds.Order, kinds.Invoice, kinds.Payment, kinds.CreditNote, kinds.Attachment, kinds.Product, kinds.PriceList, kinds.UnitGroup, kinds.DiscountList}

// about are the fields that say what a record is about, and take nothing of it.
var about = []string{"regarding_id", "record1", "record2"}

// draws notes which records a command draws on: for it, those that the actor may
// not see do not exist. What the record at hand refers to already is its own
// business.
func (s *session) draws(cmd any, old *storage.Record) error {
	if s.c.seesAll() {
		return nil
	}
	v := reflect.ValueOf(cmd).Elem()
	if v.Kind() != reflect.Struct {
		return nil
	}
	was, err := s.referred(old)
	if err != nil {
		return err
	}
	for _, r := range schema.Of(v.Type()).References(v, nil) {
		name := r.Field[strings.LastIndexByte(r.Field, '.')+1:]
		referred := slices.ContainsFunc(was, func(w schema.Reference) bool { return w.Ref == r.Ref })
		if slices.Contains(drawnOn, r.Ref.Kind) && !slices.Contains(about, name) && !referred {
			s.drawn.add(r.Ref)
		}
	}
	return nil
}

// outOfReach reports whether the command at hand draws on a record that the
// actor may not see.
func (s *session) outOfReach(ctx context.Context, rec *storage.Record) (bool, error) {
	if !s.drawn.has(refOf(rec.Ref)) {
		return false, nil
	}
	ok, err := s.visible(ctx, rec)
	return !ok, err
}
