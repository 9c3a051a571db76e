package storage

import (
	"context"
	"fmt"
)

// Advancer is a transaction that moves a counter on by more than one at once. It is
// optional.
type Advancer interface {
	// Advance moves the counter on by n, 1 or more, and returns it: what the last of n
	// calls of Next would.
	Advance(ctx context.Context, counter string, n int64) (int64, error)
}

// Advance moves a counter on by n and returns it. A transaction that is no [Advancer]
// does it one by one. An n below 1 is ErrInvalid, and changes nothing.
func Advance(ctx context.Context, tx Tx, counter string, n int64) (last int64, err error) {
	if n < 1 {
		return 0, fmt.Errorf("%w: a counter moves on, not by %d", ErrInvalid, n)
	}
	if a, ok := tx.(Advancer); ok && n > 1 {
		return a.Advance(ctx, counter, n)
	}
	for range n {
		if last, err = tx.Next(ctx, counter); err != nil {
			return 0, err
		}
	}
	return last, nil
}
