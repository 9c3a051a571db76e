package storage

import (
	"context"
	"fmt"
	"iter"
	"sort"
	"time"
)

// Deletions is a view that knows what is gone.
type Deletions interface { // of a Reader
	// Deleted yields the records of a kind that were deleted behind an instant, in any
	// order.
	Deleted(ctx context.Context, kind string, since time.Time) iter.Seq2[Ref, error]
}

// Deleted yields the records of a kind that were deleted behind an instant, by the time
// of their last event, in any order. A reader that is no [Deletions], such as a
// transaction, is ErrUnsupported.
func Deleted(ctx context.Context, r Reader, kind string, since time.Time) iter.Seq2[Ref, error] {
	if d, ok := r.(Deletions); ok {
		return d.Deleted(ctx, kind, since)
	}
	return func(yield func(Ref, error) bool) {
		yield(Ref{}, fmt.Errorf("%w: a %T does not know what was deleted", ErrUnsupported, r))
	}
}

// FeedEnder is a store that knows the end of a feed without reading it.
type FeedEnder interface {
	// FeedEnd returns the position of the last event of the tenant, 0 without events.
	FeedEnd(ctx context.Context, tenant Tenant) (int64, error)
}

// FeedEnd returns the position of the last event of the tenant, 0 without events. The
// feed of a store that is no [FeedEnder] is looked at in a few places.
func FeedEnd(ctx context.Context, store Store, tenant Tenant) (end int64, err error) {
	if e, ok := As[FeedEnder](store); ok {
		return e.FeedEnd(ctx, tenant)
	}
	goesOn := func(after int64) bool {
		for _, e := range store.Feed(ctx, tenant, after) {
			err = e
			return e == nil
		}
		return false
	}
	high := int64(1)
	for goesOn(high - 1) {
		high *= 2
	}
	if err != nil {
		return 0, err
	}
	// It ends behind high/2 - 1 and before high.
	low := int(high / 2)
	end = int64(low + sort.Search(int(high)-1-low, func(n int) bool { return !goesOn(int64(low + n)) }))
	return end, err
}
