package engine

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"time"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// past is a reader of what there was at an instant, inclusive. It costs what the reader
// below does, and a history for each record of a kind that was changed or deleted since.
// What may be seen is decided by what a record is now, or was at last.
type past struct {
	storage.Reader // of the present, as the actor sees it
	s              *session
	at             time.Time
	changed        map[kinds.Kind][]*storage.Record // since then, as they were
	was            map[storage.Ref]*storage.Record  // those, by what they are
	erased         map[storage.Ref]bool             // there was something, that is all that is known
}

func (s *session) pastOf(at time.Time) *past {
	return &past{
		Reader: s.Reader, s: s, at: at,
		changed: map[kinds.Kind][]*storage.Record{}, was: map[storage.Ref]*storage.Record{}, erased: map[storage.Ref]bool{},
	}
}

// below is the reader of the present that sees everything.
func (p *past) below() storage.Reader {
	if v, limited := p.Reader.(*sight); limited {
		return v.Reader
	}
	return p.Reader
}

// all is the reader of the same instant that sees everything.
func (p *past) all() storage.Reader {
	everything := p.s.pastOf(p.at)
	everything.Reader = p.below()
	return everything
}

// Get implements storage.Reader.
func (p *past) Get(ctx context.Context, ref storage.Ref) (*storage.Record, error) {
	rec, err := p.Reader.Get(ctx, ref)
	if err == nil && !rec.UpdatedAt.After(p.at) {
		return rec, nil
	}
	if _, err := p.since(ctx, kinds.Kind(ref.Kind)); err != nil {
		return nil, err
	}
	if rec := p.was[ref]; rec != nil {
		return rec, nil
	}
	return nil, cmp.Or(err, storage.ErrNotFound)
}

// Find implements storage.Reader. It takes no cursor.
func (p *past) Find(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	return func(yield func(*storage.Record, error) bool) {
		var changed []*storage.Record
		list, err := p.since(ctx, kinds.Kind(q.Kind))
		if err == nil && q.After != "" {
			err = record.Refusal(codes.ErrUnsupported, "after", "no pages of what there was")
		}
		if err != nil {
			yield(nil, err)
			return
		}
		for _, rec := range list {
			if storage.Match(q, rec) {
				changed = append(changed, rec)
			}
		}
		slices.SortFunc(changed, func(a, b *storage.Record) int { return storage.Compare(q, a, b) })
		kept := q
		kept.Where = append(slices.Clip(q.Where), storage.Cond{Field: storage.FieldUpdatedAt, Op: storage.OpLe, Values: []any{p.at}})
		left := cmp.Or(q.Limit, -1)
		give := func(rec *storage.Record, err error) bool {
			left--
			return yield(rec, err) && left != 0
		}
		for rec, err := range p.Reader.Find(ctx, kept) {
			for err == nil && len(changed) > 0 && storage.Compare(q, changed[0], rec) < 0 {
				if !give(changed[0], nil) {
					return
				}
				changed = changed[1:]
			}
			if !give(rec, err) {
				return
			}
		}
		for _, rec := range changed {
			if !give(rec, nil) {
				return
			}
		}
	}
}

// History implements storage.Reader.
func (p *past) History(ctx context.Context, ref storage.Ref) iter.Seq2[storage.Event, error] {
	return func(yield func(storage.Event, error) bool) {
		for e, err := range p.Reader.History(ctx, ref) {
			if err == nil && e.At.After(p.at) {
				return
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// since are the records of a kind that were changed or deleted behind the instant, as
// they were, those that were there.
func (p *past) since(ctx context.Context, kind kinds.Kind) ([]*storage.Record, error) {
	if list, known := p.changed[kind]; known || recordKinds[kind] == nil {
		return list, nil
	}
	list := []*storage.Record{}
	add := func(was *storage.Record) {
		if was != nil {
			list, p.was[was.Ref] = append(list, was), was
		}
	}
	changed := storage.Query{
		Kind: string(kind), Order: storage.FieldUpdatedAt,
		Where: []storage.Cond{{Field: storage.FieldUpdatedAt, Op: storage.OpGt, Values: []any{p.at}}},
	}
	for rec, err := range p.Reader.Find(ctx, changed) {
		if err != nil {
			return nil, err
		}
		was, err := p.image(ctx, rec.Ref)
		if err != nil {
			return nil, err
		}
		add(was)
	}
	for ref, err := range storage.Deleted(ctx, p.below(), string(kind), p.at) {
		if err != nil {
			return nil, err
		}
		was, err := p.deleted(ctx, ref)
		if err != nil {
			return nil, err
		}
		add(was)
	}
	p.changed[kind] = list
	return list, nil
}

// deleted is what a record was that is gone, nil where the actor could not see it.
func (p *past) deleted(ctx context.Context, ref storage.Ref) (*storage.Record, error) {
	if !p.s.c.seesAll() {
		_, err := p.s.pastOn(ctx, p.Reader, refOf(ref))
		if record.CodeOf(err) == codes.ErrNotFound {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return p.image(ctx, ref)
}

// image is what a record was at the instant, nil if it was not there.
func (p *past) image(ctx context.Context, ref storage.Ref) (*storage.Record, error) {
	var last *storage.Event
	for e, err := range p.Reader.History(ctx, ref) {
		if err != nil {
			return nil, err
		}
		if e.At.After(p.at) {
			if last == nil && e.Version > 1 { // what came before was forgotten
				p.erased[ref] = true
			}
			break
		}
		last = &e
	}
	switch {
	case last == nil || last.Deleted:
		return nil, nil
	case last.Image.Erased():
		p.erased[ref] = true
		return nil, nil
	}
	d, err := recordKinds[kinds.Kind(ref.Kind)].decode(last.Image)
	if err != nil {
		return nil, err
	}
	rec := p.s.header(d, nil, nil)
	rec.Keys = p.s.lookupsOf(d, rec.Keys)
	return rec, nil
}
