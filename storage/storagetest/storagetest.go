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
	// Except names the categories of promises that the store cannot keep.
	Except []string
}

// Run checks all promises twice: with records that come as values, and as bytes.
// Categories are transactions, claims, counters, history, erasure, queries, paging,
// texts, numbers, feed, joining, concurrency, cancellation, tenants, closing and
// capabilities.
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
				if slices.Contains(h.Except, p.category) {
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
		queryPromises,
		textPromises,
		numberPromises,
		feedPromises,
		joinPromises,
		concurrencyPromises,
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
