package storagetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash/storage"
	"pgregory.net/rapid"
)

// call is a call to a store with what should come of it. A call that writes is made to
// a transaction, one that reads also to the reader of a view.
type call struct {
	what   string
	writes bool
	want   answer
	do     func(context.Context, rapid.TB, storage.Reader) answer
}

// check makes the call and fails unless its answer is the one wanted.
func (c call) check(ctx context.Context, t rapid.TB, r storage.Reader) {
	t.Helper()
	c.want.expect(t, c.do(ctx, t, r), c.what)
}

// body is what the function of an update does.
type body struct {
	plot   *script
	calls  []call
	writes bool
	light  bool  // the function makes light of writes that fail
	late   bool  // and does not ask whether they have
	fate   error // what it returns, or panics with, in the end
	panics bool
	err    error // what it should come to
}

// body draws so many calls. Unless a function makes light of it, it ends with a write
// that fails, once it hears of that.
func (s *script) body(calls, depth int) *body {
	b := &body{plot: s, light: s.rng.IntN(3) == 2, late: s.late}
	if s.busy {
		b.calls = append(b.calls, s.all())
	}
	for range calls {
		var c call
		if s.late && s.now.failed != nil {
			c = s.unsettled()
		} else {
			c = s.any(depth)
		}
		b.calls = append(b.calls, c)
		b.writes = b.writes || c.writes
		if c.writes && !b.light {
			b.err = cmp.Or(b.err, c.want.err)
		}
		if b.err != nil && (!s.late || s.now.failed == nil) {
			return b
		}
	}
	// Of a write that fails later than it is called a function that returns an error of
	// its own never hears.
	if fails := s.rng.IntN(4) == 3; fails && !(s.late && s.now.failed != nil) {
		b.fate, b.err = errRefused, errRefused
	}
	return b
}

// run makes the calls and compares what comes of each.
func (b *body) run(ctx context.Context, t rapid.TB, tx storage.Tx) error {
	for _, c := range b.calls {
		t.Logf("%s", c.what)
		got := c.do(ctx, t, tx)
		if c.writes && b.late && got.err == nil && c.want.err != nil {
			continue
		}
		if c.writes && !b.late {
			got.err = asked(ctx, tx, got.err)
		}
		if b.late && errors.Is(got.err, storage.ErrConflict) && errors.Is(c.want.err, storage.ErrConflict) {
			b.plot.vague = b.plot.vague || !sameMeaning(got.err, c.want.err)
			got.err = c.want.err
		}
		c.want.expect(t, got, c.what)
		if c.writes && got.err != nil && !b.light {
			return got.err
		}
	}
	if b.panics {
		panic(b.fate)
	}
	return b.fate
}

// asked returns the error of a write, which a store may leave to the next read: here one
// that finds nothing, and so no error of its own.
func asked(ctx context.Context, tx storage.Tx, err error) error {
	if err == nil {
		_, err = find(ctx, tx, storage.Query{Kind: "none"})
	}
	return err
}

var modelTenants atomic.Int64

// checkModel makes random calls and compares what comes of each, and after each
// transaction everything there is, with what comes of it in a model.
func checkModel(t *testing.T, s subject) {
	db := s.open(t)
	rapid.Check(t, func(rt *rapid.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		plot := newScript(rt, db, storage.Tenant(fmt.Sprint("model-", modelTenants.Add(1))))
		news := watch(ctx, rt, db, plot.of)
		for range rapid.IntRange(1, 8).Draw(rt, "transactions") {
			plot.transact(ctx, rt, news)
			plot.everything(ctx, rt)
			for _, c := range []call{plot.view(2), plot.follow()} {
				c.check(ctx, rt, nil)
			}
		}
	})
}

// transact draws an update and makes it.
func (s *script) transact(ctx context.Context, rt *rapid.T, news <-chan struct{}) {
	s.now, s.late, s.busy = s.base.clone(), s.rng.IntN(2) == 1, s.rng.IntN(3) == 2
	b := s.body(1+s.rng.IntN(6), 2)
	b.panics = b.fate != nil && s.rng.IntN(3) == 2
	rt.Logf("update, late %t, light %t", b.late, b.light)
	err := safely(func() error {
		return s.db.Update(ctx, s.of, func(ctx context.Context, tx storage.Tx) error {
			s.vague = false
			return b.run(ctx, rt, tx)
		})
	})
	if s.vague {
		rt.Fatalf("the last run of the function was told of another refusal than that of the first write refused")
	}
	want := cmp.Or(b.err, s.now.doomed)
	if b.late && b.fate == nil && sameMeaning(err, s.now.doomed) {
		want = s.now.doomed // what else failed the function has not heard of
	}
	answer{err: want}.expect(rt, answer{err: err}, "update")
	s.late, s.busy = false, false
	if want != nil {
		s.now = s.base
		return
	}
	told := len(s.base.feed)
	if s.base = s.now; len(s.now.feed) > told && news != nil {
		select {
		case <-news:
		case <-time.After(30 * time.Second):
			rt.Fatalf("nobody was woken by %d events", len(s.now.feed)-told)
		}
	}
}

// watch subscribes to news of a tenant; nil if the store does not notify.
func watch(ctx context.Context, rt *rapid.T, db storage.Store, of storage.Tenant) <-chan struct{} {
	n, ok := storage.As[storage.Notifier](db)
	if !ok {
		return nil
	}
	news, err := n.Notify(ctx, of)
	if err != nil {
		rt.Fatalf("notify: %v", err)
	}
	return news
}

// safely returns the panic of a function that is refused as an error.
func safely(fn func() error) (err error) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case error(errRefused):
			err = errRefused
		default:
			panic(p)
		}
	}()
	return fn()
}
