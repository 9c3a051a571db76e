package sqlkit_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

func TestWatchers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var w sqlkit.Watchers
		var written atomic.Bool
		news := func() bool { return written.Swap(false) }
		closed := make(chan struct{})
		ctx, cancel := context.WithCancel(t.Context())
		first := w.Watch(ctx, closed, storage.Default, time.Second, news)
		second := w.Watch(t.Context(), closed, storage.Default, time.Hour, news)
		other := w.Watch(t.Context(), closed, "other", time.Hour, news)
		want := func(what string, c <-chan struct{}, received, open bool) {
			t.Helper()
			synctest.Wait()
			select {
			case _, ok := <-c:
				if !received || ok != open {
					t.Errorf("%s: received, open %t; want received %t, open %t", what, ok, received, open)
				}
			default:
				if received {
					t.Errorf("%s: nothing was received", what)
				}
			}
		}
		w.Wake(storage.Default)
		w.Wake(storage.Default)
		want("woken twice", first, true, true)
		want("woken twice, read once", first, false, true)
		want("woken together", second, true, true)
		want("another tenant's", other, false, true)
		written.Store(true)
		time.Sleep(time.Second)
		want("another process has written", first, true, true)
		want("another process has written", second, true, true)
		cancel()
		want("after its context", first, true, false)
		w.Wake(storage.Default)
		want("one that stays", second, true, true)
		close(closed)
		want("after the store", second, true, false)
		want("after the store", other, true, false)
		w.Wake(storage.Default)
	})
}
