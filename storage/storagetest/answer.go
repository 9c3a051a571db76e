package storagetest

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/leadtocash/leadtocash/storage"
	"pgregory.net/rapid"
)

// answer is what comes of a call.
type answer struct {
	record  *storage.Record
	records []*storage.Record
	events  []storage.Event
	number  int64
	err     error
}

// meanings are the errors that a caller tells apart.
var meanings = []error{
	storage.ErrNotFound, storage.ErrConflict, storage.ErrTaken, storage.ErrRetry, storage.ErrCommitUnknown, storage.ErrNotSerializable,
	storage.ErrNested, storage.ErrClosed, storage.ErrUnsupported, storage.ErrInvalid, storage.ErrErased, storage.ErrFull,
	storage.ErrReadOnly, context.Canceled, context.DeadlineExceeded, errRefused,
}

// sameMeaning reports whether a caller cannot tell two errors apart.
func sameMeaning(a, b error) bool {
	for _, m := range meanings {
		if errors.Is(a, m) != errors.Is(b, m) {
			return false
		}
	}
	return (a == nil) == (b == nil)
}

// expect fails unless got is the answer wanted.
func (want answer) expect(t rapid.TB, got answer, what string) {
	t.Helper()
	if !sameMeaning(got.err, want.err) {
		t.Fatalf("%s: got error %v, want %v", what, got.err, want.err)
	}
	if got.number != want.number {
		t.Fatalf("%s: got %d, want %d", what, got.number, want.number)
	}
	if len(got.records) != len(want.records) || len(got.events) != len(want.events) {
		t.Fatalf("%s: got %d records and %d events, want %d and %d", what, len(got.records), len(got.events), len(want.records), len(want.events))
	}
	if want.record != nil {
		wantRecord(t, got.record, want.record)
	}
	for i, r := range want.records {
		wantRecord(t, got.records[i], r)
	}
	for i, e := range want.events {
		wantEvent(t, got.events[i], e)
	}
	if t.Failed() {
		t.Fatalf("%s: that is not what was put", what)
	}
}

// loop says how a loop over a result ends: with the result, or before. Zero is never.
type loop struct {
	leave  int // in the body of so many
	cancel int // its context ends in the body of so many
}

// String says when the loop ends, if it does before its result.
func (l loop) String() string {
	switch {
	case l.leave > 0:
		return fmt.Sprintf(", left after %d", l.leave)
	case l.cancel > 0:
		return fmt.Sprintf(", its context ended after %d", l.cancel)
	default:
		return ""
	}
}

// run loops over what seq yields.
func run[T any](ctx context.Context, l loop, seq func(context.Context) iter.Seq2[T, error]) (list []T, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for x, err := range seq(ctx) {
		if err != nil {
			return list, err
		}
		list = append(list, x)
		if len(list) == l.cancel {
			cancel()
		}
		if len(list) == l.leave {
			break
		}
	}
	return list, nil
}

// met returns what a loop over all meets.
func met[T any](l loop, all []T) ([]T, error) {
	switch {
	case l.leave > 0 && l.leave <= len(all):
		return all[:l.leave], nil
	case l.cancel > 0 && l.cancel <= len(all):
		return all[:l.cancel], context.Canceled
	default:
		return all, nil
	}
}
