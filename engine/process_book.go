package engine

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/storage"
)

// processBook is the processes that a call can use. It does not change once it
// is complete.
type processBook struct {
	active   []bpf.Definition                  // in the order in which they are offered
	versions map[string]map[int]bpf.Definition // that instances may be pinned to
	bound    map[string][]string               // event → names of the definitions that bind it
	starts   map[string]bool                   // entities that processes start on
}

// noProcesses is the book of a client without processes.
var noProcesses = &processBook{}

func newProcessBook() *processBook {
	return &processBook{versions: map[string]map[int]bpf.Definition{}, bound: map[string][]string{}, starts: map[string]bool{}}
}

// enter adds a version of a process.
func (b *processBook) enter(d bpf.Definition) {
	if b.versions[d.Name] == nil {
		b.versions[d.Name] = map[int]bpf.Definition{}
	}
	b.versions[d.Name][d.Version] = d
}

// activate puts a version in force.
func (b *processBook) activate(d bpf.Definition) {
	b.active = append(b.active, d)
	b.starts[d.PrimaryEntity] = true
	for _, rule := range d.Bindings {
		if !slices.Contains(b.bound[rule.Event], d.Name) {
			b.bound[rule.Event] = append(b.bound[rule.Event], d.Name)
		}
	}
}

// order completes the book.
func (b *processBook) order() {
	slices.SortFunc(b.active, func(a, b bpf.Definition) int {
		if a.Precedes(&b) {
			return -1
		}
		return 1
	})
}

// named returns the active version of a process.
func (b *processBook) named(name string) (bpf.Definition, bool) {
	i := slices.IndexFunc(b.active, func(d bpf.Definition) bool { return d.Name == name })
	if i < 0 {
		return bpf.Definition{}, false
	}
	return b.active[i], true
}

// of returns the definition that an instance moves along: the active version,
// or its own if instances are pinned. Without one, ok is false and the
// definition has but the name, which is enough to read and to abort.
func (b *processBook) of(i bpf.Instance) (d bpf.Definition, ok bool) {
	d, ok = b.named(i.Process)
	if ok && d.Options.Pinned() {
		d, ok = b.versions[i.Process][i.Version]
	}
	if !ok {
		return bpf.Definition{Name: i.Process, Version: i.Version, Label: i.Name}, false
	}
	return d, true
}

// processBook returns the processes of the tenant. Those that it keeps itself
// are read within the transaction of the call, so that a call and a change of
// what it goes by never pass each other.
func (s *session) processBook(ctx context.Context) (*processBook, error) {
	switch p := s.c.process; {
	case p == nil:
		return noProcesses, nil
	case !p.stored:
		return p.book, nil
	case s.book != nil:
		return s.book, nil
	}
	q := storage.Query{Kind: string(kinds.ProcessDefinition), Where: asked{}.status(ProcessDefinitionStatusActive.String())}
	var kept []*storage.Record
	for rec, err := range s.all().Find(ctx, q) {
		if err != nil {
			return nil, err
		}
		kept = append(kept, rec)
	}
	var err error
	s.book, err = s.c.bookOf(kept)
	return s.book, err
}

// bookOf makes the book of what a tenant keeps active, or returns the one that
// was made of the same versions before. What a transaction reads that may have
// written itself is not remembered: it may never be committed.
func (c *Client) bookOf(kept []*storage.Record) (*processBook, error) {
	if len(kept) == 0 {
		return c.process.book, nil
	}
	if last, ok := c.process.books.Load(c.tenant); ok && !c.joined && last.(*tenantBook).isOf(kept) {
		return last.(*tenantBook).book, nil
	}
	out := &tenantBook{book: newProcessBook()}
	for _, d := range c.process.given {
		out.book.enter(d)
	}
	for _, d := range c.process.book.active {
		out.book.activate(d)
	}
	for _, rec := range kept {
		d, err := shared[ProcessDefinition](rec.Image)
		if err != nil {
			return nil, err
		}
		out.of = append(out.of, storedVersion{rec.ID, rec.Version, rec.UpdatedAt})
		if _, inCode := c.process.book.versions[d.Name]; inCode {
			continue
		}
		for _, v := range d.Versions {
			out.book.enter(v)
		}
		out.book.activate(*d.InForce())
	}
	out.book.order()
	if !c.joined {
		c.process.books.Store(c.tenant, out)
	}
	return out.book, nil
}

// tenantBook is the book of a tenant, and what it was made of.
type tenantBook struct {
	of   []storedVersion
	book *processBook
}

type storedVersion struct {
	id      uuid.UUID
	version int64
	at      time.Time // tells apart a version that a failover lost and that was written anew
}

func (b *tenantBook) isOf(kept []*storage.Record) bool {
	return slices.EqualFunc(b.of, kept, func(v storedVersion, rec *storage.Record) bool {
		return v.id == rec.ID && v.version == rec.Version && v.at.Equal(rec.UpdatedAt)
	})
}

// foundDefinition is what there is of the definition of an instance.
type foundDefinition struct {
	bpf.Definition
	known    bool // else it has but the name
	inactive bool // instances can be read, aborted and deleted only
}

// definitionOf finds what an instance moves along, or moved along while its
// process was active.
func (s *session) definitionOf(ctx context.Context, i bpf.Instance) (foundDefinition, error) {
	book, err := s.processBook(ctx)
	if err != nil {
		return foundDefinition{}, err
	}
	d, ok := book.of(i)
	if _, active := book.named(i.Process); ok || active {
		return foundDefinition{Definition: d, known: ok}, nil
	}
	kept, err := s.keptProcess(ctx, i.Process)
	if kept == nil || err != nil {
		return foundDefinition{Definition: d}, err
	}
	if along := kept.along(&i); along != nil {
		d = *along
	}
	return foundDefinition{Definition: d, known: true, inactive: true}, nil
}

// keptProcess returns the definition that the tenant keeps under a name, nil if
// there is none.
func (s *session) keptProcess(ctx context.Context, name string) (*ProcessDefinition, error) {
	if s.c.process == nil || !s.c.process.stored {
		return nil, nil
	}
	q := storage.Query{Kind: string(kinds.ProcessDefinition), Where: asked{}.number(name), Limit: 1}
	for rec, err := range s.all().Find(ctx, q) {
		if err != nil {
			return nil, err
		}
		return shared[ProcessDefinition](rec.Image)
	}
	return nil, nil
}

// seesDefinition reports whether the actor may see a process: one of code, or one
// that the tenant keeps and that is not hidden from him.
func (s *session) seesDefinition(ctx context.Context, name string) (bool, error) {
	kept, err := s.keptProcess(ctx, name)
	if kept == nil || err != nil || s.c.process.book.versions[name] != nil {
		return err == nil, err
	}
	rec, err := s.seen(ctx, kept.Ref())
	return rec != nil, err
}

// toStart returns the active version of a process.
func (s *session) toStart(ctx context.Context, name string) (bpf.Definition, error) {
	return s.inForce(ctx, actions.ProcessStart, name, func(*ProcessDefinition) (bpf.Definition, error) {
		return bpf.Definition{}, refusedByProcess(actions.ProcessStart, nil, bpf.NewError(bpf.ErrDefinitionNotActive, name))
	})
}

// toReport returns the version of a process that is in force, or was last.
func (s *session) toReport(ctx context.Context, name string) (bpf.Definition, error) {
	return s.inForce(ctx, 0, name, func(kept *ProcessDefinition) (bpf.Definition, error) {
		if last := kept.released(); last != nil {
			return *last, nil
		}
		return bpf.Definition{}, refusedByProcess(0, nil, bpf.NewError(bpf.ErrDefinitionNotActive, name))
	})
}

// inForce returns the active version of a process, or what becomes of one that
// the tenant keeps inactive.
func (s *session) inForce(ctx context.Context, do actions.Action, name string, inactive func(*ProcessDefinition) (bpf.Definition, error)) (bpf.Definition, error) {
	book, err := s.processBook(ctx)
	if err != nil {
		return bpf.Definition{}, err
	}
	if d, ok := book.named(name); ok {
		return d, nil
	}
	kept, err := s.keptProcess(ctx, name)
	switch {
	case err != nil:
		return bpf.Definition{}, err
	case kept == nil:
		return bpf.Definition{}, refusedByProcess(do, nil, bpf.NewError(bpf.ErrDefinitionNotFound, name))
	}
	return inactive(kept)
}
