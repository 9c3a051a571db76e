package sqlkit

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/leadtocash/leadtocash/storage"
)

// Retry says how often and how patiently a transaction is run again.
type Retry struct {
	Attempts int           // in all; 0 means 10
	Base     time.Duration // longest pause after the first attempt; it doubles with each; 0 means 1ms
	Cap      time.Duration // of the pause; 0 means 250ms
}

// Do runs attempt until it returns nil or an error upon which again is false, and
// returns that. Between attempts it pauses for a random time up to the limit. When
// attempts are spent, or ctx ends in a pause, the last error comes wrapped in
// ErrRetry.
func (r Retry) Do(ctx context.Context, again func(error) bool, attempt func() error) error {
	attempts, pause, limit := orDefault(r.Attempts, 10), orDefault(r.Base, time.Millisecond), orDefault(r.Cap, 250*time.Millisecond)
	for n := 1; ; n++ {
		err := attempt()
		if err == nil || !again(err) {
			return err
		}
		if n >= attempts {
			return fmt.Errorf("%w: given up after %d attempts: %w", storage.ErrRetry, n, err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w: %w", storage.ErrRetry, ctx.Err(), err)
		case <-time.After(rand.N(pause) + 1):
		}
		pause = min(2*pause, limit)
	}
}

func orDefault[T int | time.Duration](v, otherwise T) T {
	if v <= 0 {
		return otherwise
	}
	return v
}
