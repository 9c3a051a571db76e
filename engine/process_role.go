package engine

import (
	"context"
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// knowsRoles reports whether the actor's roles decide which processes he may
// see.
func (c *Client) knowsRoles() bool {
	return c.process != nil && c.process.host.Roles != nil && c.actor.Kind != record.ActorSystem
}

// readsProcess reports whether the actor's roles let him read the instances of a
// process.
func (s *session) readsProcess(ctx context.Context, name string) (bool, error) {
	held, err := s.processPrivileges(ctx, name)
	return held == nil || slices.Contains(held, bpf.ReadPrivilege), err
}

// unreadable is the refusal of somebody whose roles do not let him read the
// instances of a process.
func (s *session) unreadable(do actions.Action, p *process.Process, name string) error {
	return refusedByProcess(do, p, bpf.NewError(bpf.ErrAccessDenied, s.actor, bpf.ReadPrivilege, "process "+name))
}

// processPrivileges are the actor's on the instances of a process: nil, which
// means all, unless the host knows roles and the definition grants to some. The
// version in force grants, whatever version an instance stands on. Where the
// definition is gone, nobody is left to grant anything: the system alone can
// clear up.
func (s *session) processPrivileges(ctx context.Context, name string) ([]bpf.Privilege, error) {
	if !s.c.knowsRoles() {
		return nil, nil
	}
	d, err := s.granting(ctx, name)
	switch {
	case err != nil:
		return nil, err
	case d == nil:
		return []bpf.Privilege{}, nil
	}
	return s.held(ctx, d), nil
}

// held are the privileges that a definition grants to the actor's roles.
func (s *session) held(ctx context.Context, d *bpf.Definition) []bpf.Privilege {
	if !s.c.knowsRoles() || d.Security.IsZero() {
		return nil
	}
	if s.roles == nil {
		s.roles = append([]string{}, s.c.process.host.Roles(ctx, s.c.actor)...)
	}
	held := []bpf.Privilege{}
	for _, role := range s.roles {
		held = append(held, d.Security.Roles[role]...)
	}
	return held
}

// granting is the version of a process that is in force, or was last; nil if
// there is none. A draft grants nothing yet.
func (s *session) granting(ctx context.Context, name string) (*bpf.Definition, error) {
	book, err := s.processBook(ctx)
	if err != nil {
		return nil, err
	}
	if d, ok := book.named(name); ok {
		return &d, nil
	}
	kept, err := s.keptProcess(ctx, name)
	if kept == nil || err != nil {
		return nil, err
	}
	return kept.released(), nil
}

// readableProcesses lists the processes whose instances the actor's roles let him
// read.
func (s *session) readableProcesses(ctx context.Context) (names []string, err error) {
	book, err := s.processBook(ctx)
	if err != nil {
		return nil, err
	}
	add := func(d *bpf.Definition) {
		held := s.held(ctx, d)
		if held == nil || slices.Contains(held, bpf.ReadPrivilege) {
			names = append(names, d.Name)
		}
	}
	for i := range book.active {
		add(&book.active[i])
	}
	if !s.c.process.stored {
		return names, nil
	}
	for rec, err := range s.all().Find(ctx, storage.Query{Kind: string(kinds.ProcessDefinition)}) {
		if err != nil {
			return nil, err
		}
		kept, err := shared[ProcessDefinition](rec.Image)
		if err != nil {
			return nil, err
		}
		if _, active := book.named(kept.Name); !active && kept.released() != nil {
			add(kept.released())
		}
	}
	return names, nil
}
