package sqlkit

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/leadtocash/leadtocash/storage"
)

// Watchers are those who wait for news of the feed, by tenant. The zero value has
// none. It is safe for concurrent use.
type Watchers struct {
	mu sync.Mutex
	by map[storage.Tenant][]chan struct{}
}

// Watch returns a channel that receives after a Wake of the tenant, perhaps once for
// many, and is closed when ctx ends or closed is. Each time the period every has
// passed it asks news whether another process has written, and if so wakes all who
// watch the tenant. It returns at once; news is called by one goroutine.
func (w *Watchers) Watch(ctx context.Context, closed <-chan struct{}, tenant storage.Tenant, every time.Duration, news func() bool) <-chan struct{} {
	c := make(chan struct{}, 1)
	w.mu.Lock()
	if w.by == nil {
		w.by = make(map[storage.Tenant][]chan struct{})
	}
	w.by[tenant] = append(w.by[tenant], c)
	w.mu.Unlock()
	go func() {
		defer w.leave(tenant, c)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-closed:
				return
			case <-tick.C:
				if news() {
					w.Wake(tenant)
				}
			}
		}
	}()
	return c
}

// leave closes a channel that nobody will be woken by any more.
func (w *Watchers) leave(tenant storage.Tenant, c chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.by[tenant] = slices.DeleteFunc(w.by[tenant], func(x chan struct{}) bool { return x == c })
	if len(w.by[tenant]) == 0 {
		delete(w.by, tenant)
	}
	close(c)
}

// Wake lets all who watch a tenant know of a commit. It never waits.
func (w *Watchers) Wake(tenant storage.Tenant) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.by[tenant] {
		select {
		case c <- struct{}{}:
		default: // it has not read what it received before
		}
	}
}
