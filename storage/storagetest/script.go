package storagetest

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
	"pgregory.net/rapid"
)

// script draws calls. It tells a model of each, which says what should come of it; so
// the calls can be made, and made again, without another choice.
type script struct {
	*population
	now     *model // as the calls before have left it
	base    *model // the last commit
	of      storage.Tenant
	refs    []storage.Ref
	strange []storage.Ref // that no record can have
	serial  int           // of versions
	late    bool          // errors of writes are not asked for
	busy    bool          // with nothing but writes
	vague   bool          // a run was told of another refusal than the first
}

// rolls makes the choices of a property.
type rolls struct{ *rapid.T }

// IntN implements dice.
func (r rolls) IntN(n int) int { return rapid.IntRange(0, n-1).Draw(r.T, "choice") }

func newScript(rt *rapid.T, db storage.Store, of storage.Tenant) *script {
	s := &script{population: &population{db: db, rng: rolls{rt}, texts: []string{"", "a", "A", "ab"}, rare: 3}, base: newModel(), of: of}
	for i := range byte(3) {
		s.owners = append(s.owners, uuid.UUID{0: i + 1})
	}
	for i := range byte(pick(s.rng, 2, 3, 5)) {
		for _, kind := range []string{kind, "other"} {
			s.refs = append(s.refs, storage.Ref{Kind: kind, ID: uuid.UUID{15: i + 1}})
		}
	}
	s.strange = strange(s.refs[0].ID)
	return s
}

// ref draws what a call is about, now and then something that cannot be.
func (s *script) ref() storage.Ref {
	if s.rng.IntN(30) == 29 {
		return pick(s.rng, s.strange...)
	}
	return pick(s.rng, s.refs...)
}

func (s *script) loop() loop {
	switch s.rng.IntN(6) {
	case 4:
		return loop{leave: 1 + s.rng.IntN(3)}
	case 5:
		return loop{cancel: 1 + s.rng.IntN(3)}
	default:
		return loop{}
	}
}

// read draws a call that reads.
func (s *script) read() call {
	switch pick(s.rng, "find", "find", "find", "get", "get", "history") {
	case "get":
		return s.get(s.ref())
	case "history":
		return s.history(s.ref(), s.loop())
	default:
		return s.find(s.loop())
	}
}

func (s *script) get(ref storage.Ref) (c call) {
	c.what = fmt.Sprintf("get of %q", ref)
	if c.want.err = s.now.failed; c.want.err == nil {
		c.want.record, c.want.err = s.now.get(ref)
	}
	c.do = func(ctx context.Context, _ rapid.TB, r storage.Reader) (got answer) {
		got.record, got.err = r.Get(ctx, ref)
		return got
	}
	return c
}

func (s *script) history(ref storage.Ref, l loop) (c call) {
	c.what = fmt.Sprintf("history of %q%s", ref, l)
	if c.want.err = s.now.failed; c.want.err == nil {
		c.want.events, c.want.err = met(l, s.now.history(ref))
	}
	c.do = func(ctx context.Context, _ rapid.TB, r storage.Reader) (got answer) {
		got.events, got.err = run(ctx, l, func(ctx context.Context) iter.Seq2[storage.Event, error] { return r.History(ctx, ref) })
		return got
	}
	return c
}

func (s *script) find(l loop) (c call) {
	s.records = s.now.of(kind)
	q := s.query()
	q.Kind = pick(s.rng, kind, kind, "other", "none")
	q.Limit = pick(s.rng, 0, 0, 1, 2, 4)
	if s.rng.IntN(3) == 0 {
		if past := s.now.things[pick(s.rng, s.refs...)]; len(past) > 0 && past[0].record != nil {
			place := *past[s.rng.IntN(len(past))/2].record // not the deletion
			place.Kind = q.Kind
			q.After = storage.CursorOf(q, &place)
		}
	}
	if s.rng.IntN(20) == 19 {
		switch s.rng.IntN(4) {
		case 0:
			q.After = "no cursor"
		case 1:
			q.Order = storage.FieldKey
		case 2:
			q.Kind = "thing\x00"
		default:
			q.Limit = -1
		}
	}
	c.what = fmt.Sprintf("%s of %q behind %q%s", describe(q), q.Kind, q.After, l)
	if c.want.err = s.now.failed; c.want.err == nil {
		var found []*storage.Record
		if found, c.want.err = s.now.find(q); c.want.err == nil {
			c.want.records, c.want.err = met(l, found)
		}
	}
	c.do = func(ctx context.Context, _ rapid.TB, r storage.Reader) (got answer) {
		got.records, got.err = run(ctx, l, func(ctx context.Context) iter.Seq2[*storage.Record, error] { return r.Find(ctx, q) })
		return got
	}
	return c
}

// all is the search for all records, after which a store knows them.
func (s *script) all() (c call) {
	q := storage.Query{Kind: kind}
	c.what = "search for everything"
	c.want.records, c.want.err = s.now.find(q)
	c.do = func(ctx context.Context, _ rapid.TB, r storage.Reader) (got answer) {
		got.records, got.err = run(ctx, loop{}, func(ctx context.Context) iter.Seq2[*storage.Record, error] { return r.Find(ctx, q) })
		return got
	}
	return c
}

// write draws a call that writes.
func (s *script) write() call {
	c := call{writes: true}
	ref := s.ref()
	switch pick(s.rng, "put", "put", "put", "put", "put", "delete", "erase", "next") {
	case "put":
		r := s.version(ref)
		events := s.events(r.Ref, r.Version, r.UpdatedAt)
		c.what = fmt.Sprintf("put of version %d of %q with claims %q and %d events", r.Version, ref, r.Claims, len(events))
		c.want.err = s.now.write(func() error { return s.now.put(r, events) })
		c.do = func(ctx context.Context, _ rapid.TB, tx storage.Reader) answer {
			return answer{err: tx.(storage.Tx).Put(ctx, r, events...)}
		}
	case "delete":
		version := s.past(ref)
		events := s.events(ref, version+1, dawn)
		c.what = fmt.Sprintf("deletion of version %d of %q", version, ref)
		c.want.err = s.now.write(func() error { return s.now.delete(ref, version, events) })
		c.do = func(ctx context.Context, _ rapid.TB, tx storage.Reader) answer {
			return answer{err: tx.(storage.Tx).Delete(ctx, ref, version, events...)}
		}
	case "erase":
		c.what = fmt.Sprintf("erasure of %q", ref)
		c.want.err = s.now.write(func() error { return s.now.erase(ref) })
		c.do = func(ctx context.Context, _ rapid.TB, tx storage.Reader) answer {
			return answer{err: tx.(storage.Tx).Erase(ctx, ref)}
		}
	default:
		counter := pick(s.rng, "one", "one", "two", "ONE", "")
		c.what = fmt.Sprintf("next of counter %q", counter)
		c.want.err = s.now.write(func() (err error) { c.want.number, err = s.now.next(counter); return err })
		c.do = func(ctx context.Context, _ rapid.TB, tx storage.Reader) (got answer) {
			got.number, got.err = tx.(storage.Tx).Next(ctx, counter)
			return got
		}
	}
	return c
}

// past draws the last version of a record, or one beside it.
func (s *script) past(ref storage.Ref) int64 {
	version := int64(len(s.now.things[ref]))
	if s.rng.IntN(12) == 11 {
		version += pick(s.rng, int64(-1), 1)
	}
	return version
}

// version draws a record to be put.
func (s *script) version(ref storage.Ref) *storage.Record {
	s.serial++
	r := recordAs(ref.ID, fmt.Sprint("serial ", s.serial))
	r.Kind, r.Version = ref.Kind, max(s.past(ref)+1, 1)
	s.vary(r)
	for _, claim := range []string{"w", "x", "y"} {
		if s.rng.IntN(3) == 2 {
			r.Claims = append(r.Claims, claim)
		}
	}
	if s.rng.IntN(60) == 59 {
		r.Claims = append(r.Claims, "")
	}
	return r
}

// events draws what happens to a version.
func (s *script) events(ref storage.Ref, version int64, at time.Time) (events []storage.Event) {
	for i := range pick(s.rng, 1, 1, 2, 3) {
		e := storage.Event{Ref: ref, Version: version, Type: fmt.Sprint("thing.happened", i), At: at, Actor: pick(s.rng, "", "somebody"), Request: pick(s.rng, "", "request")}
		if s.rng.IntN(2) == 0 {
			e.Data = storage.NewImage(map[string]any{"serial": s.serial})
		}
		events = append(events, e)
	}
	if s.rng.IntN(60) == 59 {
		events[0].Version++
	}
	return events
}

// any draws a call of any sort; depth says how far it may go into joined transactions.
func (s *script) any(depth int) call {
	if s.busy {
		return s.write()
	}
	switch pick(s.rng, "write", "write", "write", "write", "read", "read", "read", "joined", "cancelled", "apart") {
	case "write":
		return s.write()
	case "joined":
		if depth > 0 {
			return s.joined(depth - 1)
		}
	case "cancelled":
		return s.cancelled()
	case "apart":
		return s.apart()
	}
	return s.read()
}

// unsettled draws a call that asks the store about a write that has failed, or another
// write, of which the store need not say that it has failed.
func (s *script) unsettled() call {
	if s.rng.IntN(6) < 5 {
		return s.write()
	}
	return s.get(s.refs[0])
}

// cancelled draws a call whose context has ended before.
func (s *script) cancelled() call {
	now := s.now
	s.now = now.clone() // which does not come to pass
	c := s.read()
	if s.rng.IntN(3) == 2 {
		c = s.write()
	}
	s.now = now
	do := c.do
	c.what += " with a context that has ended"
	c.want = answer{err: context.Canceled}
	if c.writes {
		_ = now.write(func() error { return context.Canceled })
	}
	c.do = func(ctx context.Context, t rapid.TB, r storage.Reader) answer {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		return do(ctx, t, r)
	}
	return c
}

// apart draws something that is no part of the transaction it happens in.
func (s *script) apart() (c call) {
	if s.rng.IntN(3) == 0 {
		c.what, c.want.err = "update within the update", storage.ErrNested
		c.do = func(ctx context.Context, _ rapid.TB, _ storage.Reader) answer {
			return answer{err: s.db.Update(ctx, s.of, func(context.Context, storage.Tx) error { return nil })}
		}
		return c
	}
	now := s.now
	s.now = s.base
	outside := []call{s.follow(), s.view(1 + s.rng.IntN(2))}
	s.now = now
	c.what = "calls beside the update"
	c.do = func(ctx context.Context, t rapid.TB, r storage.Reader) answer {
		for _, c := range outside {
			c.check(ctx, t, r)
		}
		return answer{}
	}
	return c
}

// joined draws a transaction within the one that is under way.
func (s *script) joined(depth int) (c call) {
	b := s.body(1+s.rng.IntN(3), depth)
	c.what, c.writes, c.want.err = "joined update", b.writes, b.err
	switch {
	case b.writes && b.err != nil:
		s.now.doom(b.err)
	case b.writes:
		c.want.err = s.now.failed // which is heard of when asked for
	}
	c.do = func(ctx context.Context, t rapid.TB, r storage.Reader) answer {
		return answer{err: storage.Joined(r.(storage.Tx)).Update(ctx, s.of, func(ctx context.Context, tx storage.Tx) error {
			return b.run(ctx, t, tx)
		})}
	}
	return c
}

// view draws a view of so many reads, and a count.
func (s *script) view(reads int) (c call) {
	var calls []call
	for range reads {
		calls = append(calls, s.read())
	}
	if s.rng.IntN(6) == 5 {
		c.want.err = errRefused
	}
	q := s.query()
	c.want.number = int64(len(matching(q, s.now.of(q.Kind))))
	c.what = "view, and count of " + describe(q)
	c.do = func(ctx context.Context, t rapid.TB, _ storage.Reader) answer {
		n, err := storage.Count(ctx, s.db, s.of, q)
		if err != nil {
			return answer{err: err}
		}
		return answer{number: n, err: s.db.View(ctx, s.of, func(ctx context.Context, r storage.Reader) error {
			for _, c := range calls {
				c.check(ctx, t, r)
			}
			return c.want.err
		})}
	}
	return c
}

// follow draws a reading of the feed.
func (s *script) follow() (c call) {
	after, l := int64(s.rng.IntN(len(s.now.feed)+3)-1), s.loop()
	c.what = fmt.Sprintf("feed behind %d%s", after, l)
	c.want.events, c.want.err = met(l, s.now.after(after))
	c.do = func(ctx context.Context, _ rapid.TB, _ storage.Reader) (got answer) {
		got.events, got.err = run(ctx, l, func(ctx context.Context) iter.Seq2[storage.Event, error] { return s.db.Feed(ctx, s.of, after) })
		return got
	}
	return c
}

// everything reads all there is, call by call.
func (s *script) everything(ctx context.Context, t rapid.TB) {
	err := s.db.View(ctx, s.of, func(ctx context.Context, r storage.Reader) error {
		for _, ref := range s.refs {
			for _, c := range []call{s.get(ref), s.history(ref, loop{})} {
				c.check(ctx, t, r)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("view: %v", err)
	}
}
