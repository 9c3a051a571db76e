package engine

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// OwnedProcess is an active process in which somebody owns a record: a line of
// that person's work list.
type OwnedProcess struct {
	Process    process.Process `json:"process"`
	StageLabel string          `json:"stage_label"`     // of the active stage, in the actor's language; its key if the definition is gone
	Record     bpf.Ref         `json:"record,omitzero"` // of the active stage
	Owner      uuid.UUID       `json:"owner,omitzero"`  // of that record, where the actor may see it: whose turn it is
	Age        time.Duration   `json:"age"`             // since the start, in nanoseconds
	Stale      bool            `json:"stale,omitzero"`  // it has been resting in its stage for too long
}

// ListForOwner lists the active processes that the actor may see in which the
// owner has any record that he may see as well, the one that changed last first.
// It reads the owner's records of the kinds that processes run on.
func (s Processes) ListForOwner(ctx context.Context, owner uuid.UUID) (list []OwnedProcess, err error) {
	err = s.c.look(ctx, func(ctx context.Context, ss *session) error {
		list, err = ss.ownedProcesses(ctx, owner)
		return err
	})
	return list, err
}

// ownedAtOnce is how many records one look-up of processes is about.
const ownedAtOnce = 100

func (s *session) ownedProcesses(ctx context.Context, owner uuid.UUID) (list []OwnedProcess, err error) {
	seen := map[record.ProcessID]bool{}
	for _, kind := range processEntities {
		var keys []any
		owned := storage.Query{Kind: string(kind), Where: []storage.Cond{{Field: storage.FieldOwner, Op: storage.OpEq, Values: []any{owner}}}}
		for rec, err := range s.Find(ctx, owned) {
			if err != nil {
				return nil, err
			}
			keys = append(keys, process.RecordKey(process.Entity(refOf(rec.Ref))))
		}
		for some := range slices.Chunk(keys, ownedAtOnce) {
			using := storage.Cond{Field: storage.FieldKey, Key: "record", Op: storage.OpIn, Values: some}
			found, err := s.processesWhere(ctx, using, storage.Cond{Field: storage.FieldState, Op: storage.OpEq, Values: []any{bpf.Active.String()}})
			if err != nil {
				return nil, err
			}
			for _, p := range found {
				if seen[p.ID] {
					continue
				}
				seen[p.ID] = true
				item, visible, err := s.workItem(ctx, p)
				if err != nil {
					return nil, err
				}
				if visible {
					list = append(list, item)
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b OwnedProcess) int {
		return cmp.Or(b.Process.Instance.ModifiedOn.Compare(a.Process.Instance.ModifiedOn), cmp.Compare(a.Process.Instance.ID, b.Process.Instance.ID))
	})
	return list, nil
}

// workItem tells of a process what a work list shows, if the actor may see it.
func (s *session) workItem(ctx context.Context, p process.Process) (item OwnedProcess, visible bool, err error) {
	if ok, err := s.visible(ctx, s.before(p.Ref())); err != nil || !ok {
		return item, false, err
	}
	d, err := s.definitionOf(ctx, p.Instance)
	if err != nil {
		return item, false, err
	}
	item = OwnedProcess{Process: p.Clone(), StageLabel: p.Instance.ActiveStage, Age: s.stamp.At.Sub(p.Instance.CreatedOn)}
	stage := d.Stage(p.Instance.ActiveStage)
	if stage == nil {
		return item, true, nil
	}
	item.StageLabel, item.Record = s.labelOf(ctx, stage), p.Instance.Slots[stage.Entity]
	_, item.Stale = bpf.StaleSince(d.Definition, p.Instance, s.stamp.At, time.Time{})
	item.Owner, err = s.ownerOf(ctx, item.Record)
	return item, true, err
}

// labelOf is the label of a stage in the actor's language.
func (s *session) labelOf(ctx context.Context, stage *bpf.Stage) string {
	if language := s.c.process.host.Language; language != nil {
		if text, ok := stage.Labels[language(ctx, s.c.actor)]; ok {
			return text
		}
	}
	return stage.Label
}

// ownerOf returns the owner of a record, none if the actor may not see it or it
// is the host's.
func (s *session) ownerOf(ctx context.Context, r bpf.Ref) (uuid.UUID, error) {
	ref, known := process.RecordOf(r)
	if !known {
		return uuid.Nil, nil
	}
	rec, err := s.seen(ctx, ref)
	if rec == nil || err != nil {
		return uuid.Nil, err
	}
	return rec.Owner, nil
}
