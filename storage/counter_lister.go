package storage

import "context"

// CounterLister is a transaction that tells all counters of its tenant. It is optional:
// what moves a tenant to another store needs it.
type CounterLister interface {
	// Counters returns every counter that has counted, and how far.
	Counters(ctx context.Context) (map[string]int64, error)
}
