// Package storagetest checks that a store keeps the promises of package storage,
// and makes stores that fail on purpose.
//
// A driver's test is one call:
//
//	func TestContract(t *testing.T) {
//		storagetest.Run(t, storagetest.Harness{
//			Open: func(t testing.TB) storage.Store { return open(t) },
//		})
//	}
//
// The names of the subtests are the promises. The suite never asks which database
// it talks to.
package storagetest

import (
	"context"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
)

// Harness is what the suite needs to know of a store.
type Harness struct {
	// Open returns an empty store, which a cleanup of t gives back.
	Open func(t testing.TB) storage.Store
	// Retryable returns an error of the driver's own upon which Update must run
	// its function again. Nil if the store has none.
	Retryable func() error
	// Host returns what runs a function with a store in a transaction of the host's, on
	// the database of a store that Open has returned, and commits unless it fails. What
	// is to be run again is ErrRetry. Nil if the store has no such thing.
	Host func(t testing.TB, s storage.Store) func(context.Context, func(storage.Store) error) error
	// Runs is how often the function of an Update may run on average where many want
	// the same. Then nobody is overtaken by many, either, and deadlocks cost no time. 0
	// checks none of this.
	Runs float64
	// Except names the categories of promises that the store cannot keep.
	Except []string
}

// Run checks all promises twice: with records that come as values, and as bytes,
// except those of contention, which know no difference.
// Categories are transactions, claims, counters, history, erasure, redaction, reindexing,
// verification, queries, paging, texts, numbers, feed, joining, concurrency, contention, cancellation, tenants,
// closing and capabilities.
func Run(t *testing.T, h Harness) {
	t.Helper()
	forms := []struct {
		name string
		wrap func(storage.Store) storage.Store
	}{
		{"values", func(s storage.Store) storage.Store { return s }},
		{"bytes", Reencode},
	}
	for _, form := range forms {
		t.Run(form.name, func(t *testing.T) {
			for _, p := range promises() {
				if slices.Contains(h.Except, p.category) || form.name == "bytes" && p.category == "contention" {
					continue
				}
				t.Run(p.category+"/"+p.sentence, func(t *testing.T) {
					if !p.alone {
						t.Parallel()
					}
					p.check(t, subject{h, form.wrap})
				})
			}
		})
	}
}

// promise is one sentence of the contract and how to check it.
type promise struct {
	category, sentence string
	check              func(*testing.T, subject)
	alone              bool // not beside other checks
}

func promises() []promise {
	return slices.Concat(
		transactionPromises,
		claimPromises,
		counterPromises,
		historyPromises,
		erasurePromises,
		redactionPromises,
		reindexingPromises,
		verificationPromises,
		queryPromises,
		textPromises,
		numberPromises,
		feedPromises,
		joinPromises,
		concurrencyPromises,
		contentionPromises,
		cancellationPromises,
		tenantPromises,
		closingPromises,
	)
}

// subject is the store under test.
type subject struct {
	Harness
	wrap func(storage.Store) storage.Store
}

func (s subject) open(t testing.TB) storage.Store {
	t.Helper()
	return s.wrap(s.Open(t))
}
