package sqlkit

import (
	"iter"

	"github.com/leadtocash/leadtocash/storage"
)

// Reading is what Find needs of a transaction.
type Reading struct {
	// Check reports why nothing may be read any more. It is asked first, before each page,
	// before each record is yielded, and behind the last.
	Check func() error
	// Page runs a query for records and reads its result completely, so that the body
	// of the loop may use the same connection.
	Page func(text string, args []any) ([]*storage.Record, error)
	// Count runs a query for a number. With it a page by a key, state or status that
	// many records have costs what one by a rare one does, for one query more; see
	// Search.Probe. Without, as befits transactions that lock what they read, those
	// with the key are all that is read.
	Count func(text string, args []any) (int64, error)
}

// Find runs a search and yields what it finds, in order. An error, also that of an
// invalid query, is yielded once and ends the loop.
func Find(d Dialect, n Names, tenant storage.Tenant, q storage.Query, r Reading) iter.Seq2[*storage.Record, error] {
	return func(yield func(*storage.Record, error) bool) {
		err := r.Check()
		var s *Search
		if err == nil {
			s, err = NewSearch(d, n, tenant, q)
		}
		if err != nil {
			yield(nil, err)
			return
		}
		for {
			page, more, err := r.next(s)
			if err != nil {
				yield(nil, err)
				return
			}
			if !more {
				return
			}
			var last *storage.Record
			for _, last = range page {
				if err := r.Check(); err != nil {
					yield(nil, err)
					return
				}
				if !yield(last, nil) {
					return
				}
			}
			s.Seen(len(page), last)
		}
	}
}

// next reads the next page of a search; more is false if there is none.
func (r *Reading) next(s *Search) (page []*storage.Record, more bool, err error) {
	if err := r.Check(); err != nil {
		return nil, false, err
	}
	if text, args, ok := s.Probe(); ok && r.Count != nil {
		n, err := r.Count(text, args)
		if err != nil {
			return nil, false, err
		}
		s.Probed(n)
	}
	text, args, ok := s.Page()
	if !ok {
		return nil, false, nil
	}
	page, err = r.Page(text, args)
	return page, err == nil, err
}

// History yields the events of a record page by page, in order. page reads at most size
// events behind one, completely; check reports why nothing may be read any more and is
// asked before each page and each event, and behind the last. An error is yielded once
// and ends the loop.
func History(size int, check func() error, page func(after storage.Event) ([]storage.Event, error)) iter.Seq2[storage.Event, error] {
	return func(yield func(storage.Event, error) bool) {
		for after := (storage.Event{Ordinal: -1}); ; {
			err := check()
			var events []storage.Event
			if err == nil {
				events, err = page(after)
			}
			if err != nil {
				yield(storage.Event{}, err)
				return
			}
			for _, e := range events {
				if err := check(); err != nil {
					yield(storage.Event{}, err)
					return
				}
				if !yield(e, nil) {
					return
				}
			}
			if len(events) < size {
				if err := check(); err != nil {
					yield(storage.Event{}, err)
				}
				return
			}
			after = events[len(events)-1]
		}
	}
}
