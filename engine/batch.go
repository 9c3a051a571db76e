package engine

import (
	"context"
	"errors"
	"iter"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// BatchItem is one piece of work of a Batch: one call or several that belong together.
type BatchItem struct {
	// Key is remembered together with what the item does, as that of Once is: another
	// Batch leaves out what is done. Without a key the item is done again.
	Key string
	// Do is what Atomic takes. It may run several times; what it has written to
	// variables holds once its outcome is told without error, unless that is Repeated.
	Do func(ctx context.Context, c *Client) error
}

// BatchOutcome is what became of one item.
type BatchOutcome struct {
	Index    int // of the item, from 0
	Key      string
	Repeated bool  // the key was known: the item was done before, and did not run
	Err      error // why nothing of the item is stored; nil: all of it is
}

// DefaultBatchSize is how many items a Batch commits together if it is not told.
const DefaultBatchSize = 200

// Batch does much work quickly: it cuts a sequence of items into transactions of size
// items each, 0 for DefaultBatchSize, and tells for each item, in their order and as
// soon as it is committed, what became of it.
//
// An item is done entirely or not at all, and none is undone for another's sake: one
// that is refused before it wrote is left out, and where one fails later, or the store
// gives the transaction up, the items are run again in smaller transactions, in the end
// alone. An item sees what those before it have done.
//
// The loop ends with an error when going on is pointless: the context has ended, or
// the store fails for all of them (ErrClosed, ErrStoreFull, ErrStoreReadOnly and what
// has no code). What was told before is stored. The items of which nothing was told are
// not, but for those of the transaction at hand if the loop is left or the program ends
// at its commit: give items keys, and the next Batch resumes where this one ended. An
// item whose commit is ErrCommitUnknown is told so.
//
// Each transaction keeps other writers of its store waiting, or conflicts with them,
// as long as its items take. ErrInvalid: no items, an item without Do, a negative size,
// a client of Once, since keys are the items' own. ErrUnsupported: within a transaction
// that somebody else commits.
func (c *Client) Batch(ctx context.Context, size int, items iter.Seq[BatchItem]) iter.Seq2[BatchOutcome, error] {
	return func(yield func(BatchOutcome, error) bool) {
		if err := c.batchable(size, items); err != nil {
			yield(BatchOutcome{}, err)
			return
		}
		if size == 0 {
			size = DefaultBatchSize
		}
		b := batch{c: c, items: make([]BatchItem, 0, size), outcomes: make([]BatchOutcome, 0, size)}
		next := 0
		for item := range items {
			b.items = append(b.items, item)
			b.outcomes = append(b.outcomes, BatchOutcome{Index: next, Key: item.Key})
			next++
			if len(b.items) == size && !b.commit(ctx, yield) {
				return
			}
		}
		b.commit(ctx, yield)
	}
}

// batchable refuses what Batch cannot begin with.
func (c *Client) batchable(size int, items iter.Seq[BatchItem]) error {
	if err := c.identified(); err != nil {
		return err
	}
	switch {
	case size < 0:
		return record.Refusal(codes.ErrInvalid, "size", "a transaction has at least one item")
	case items == nil:
		return given(false, "items")
	case c.key != "":
		return record.Refusal(codes.ErrInvalid, "key", "the items of a batch have keys of their own")
	case c.joined:
		return record.Refusal(codes.ErrUnsupported, "", "no batch within a transaction")
	}
	return nil
}

// batch is what was taken from the items and is not told yet.
type batch struct {
	c        *Client
	items    []BatchItem
	outcomes []BatchOutcome
}

// commit does what was taken and tells of it; false ends the batch. Items that cannot
// be committed together are divided before the one that failed, which is then tried
// alone, or in the middle.
func (b *batch) commit(ctx context.Context, yield func(BatchOutcome, error) bool) bool {
	all := len(b.items)
	step := all
	for first, end := 0, all; first < all; {
		failed, err := b.attempt(ctx, first, end)
		switch {
		case err == nil, errors.Is(err, codes.ErrCommitUnknown), end-first == 1 && !hopeless(ctx, failed, err):
			for ; first < end; first++ {
				out := b.outcomes[first]
				if out.Err == nil {
					out.Err = err
				}
				if !yield(out, nil) {
					return false
				}
			}
			end = min(first+step, all)
		case hopeless(ctx, failed, err):
			yield(BatchOutcome{}, err)
			return false
		case failed > first:
			end = failed
		case failed == first:
			end = first + 1
		default:
			step = (end - first) / 2
			end = first + step
		}
	}
	b.items, b.outcomes = b.items[:0], b.outcomes[:0]
	return true
}

// attempt runs items in one transaction. Of an error failed is the item that ended the
// transaction, -1 if none did.
func (b *batch) attempt(ctx context.Context, first, end int) (failed int, err error) {
	failed = -1
	err = b.c.Atomic(ctx, func(ctx context.Context, c *Client) error {
		failed = -1
		for i := first; i < end; i++ {
			out := &b.outcomes[i]
			if out.Repeated, out.Err = c.Once(b.items[i].Key).atomic(ctx, b.items[i].Do); c.fate.first != nil {
				failed = i
				return out.Err
			}
		}
		return nil
	})
	return failed, err
}

// hopeless reports whether an error of a transaction would be that of any other as
// well.
func hopeless(ctx context.Context, failed int, err error) bool {
	if ctx.Err() != nil {
		return true
	}
	for _, code := range []codes.Code{codes.ErrClosed, codes.ErrStoreFull, codes.ErrStoreReadOnly} {
		if errors.Is(err, code) {
			return true
		}
	}
	var late *storage.WriteError
	return failed < 0 && !errors.As(err, &late) && !errors.Is(err, codes.ErrRetry) && !errors.Is(err, codes.ErrConflict)
}
