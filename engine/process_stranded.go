package engine

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/process"
)

// StrandedProcess is an active process that cannot go on.
type StrandedProcess struct {
	Process process.Process `json:"process"`
	// Why is bpf.ErrDefinitionNotFound, where the definition, or the version that
	// instances are pinned to, is neither registered nor stored;
	// bpf.ErrDefinitionNotActive, where it is out of force; or
	// bpf.ErrDefinitionDrift, where it has lost the stage.
	Why bpf.Code `json:"why"`
}

// StrandedCount counts the processes that stand on a stage and cannot go on.
type StrandedCount struct {
	Definition string   `json:"definition"`
	Stage      string   `json:"stage"`
	Why        bpf.Code `json:"why"` // see StrandedProcess
	Count      int      `json:"count"`
}

// Stranded yields the active processes that cannot go on, those that the actor
// may see: they are migrated, aborted or deleted, or their definition is brought
// back. To migrate takes a version in force. It reads all active processes.
func (s Processes) Stranded(ctx context.Context) iter.Seq2[StrandedProcess, error] {
	return func(yield func(StrandedProcess, error) bool) {
		type version struct {
			process string
			number  int
		}
		known := map[version]foundDefinition{}
		for p, err := range s.All(ctx, ProcessQuery{Status: bpf.Active}) {
			of := version{p.Instance.Process, p.Instance.Version}
			if _, asked := known[of]; !asked && err == nil {
				err = s.c.view(ctx, func(ctx context.Context, ss *session) (err error) {
					known[of], err = ss.definitionOf(ctx, p.Instance)
					return err
				})
			}
			if err != nil {
				yield(StrandedProcess{}, err)
				return
			}
			if why := known[of].strands(p.Instance); why != "" && !yield(StrandedProcess{p, why}, nil) {
				return
			}
		}
	}
}

// strands says why an instance cannot go on, empty if it can.
func (d foundDefinition) strands(i bpf.Instance) bpf.Code {
	switch {
	case !d.known:
		return bpf.ErrDefinitionNotFound
	case d.inactive:
		return bpf.ErrDefinitionNotActive
	case d.Stage(i.ActiveStage) == nil:
		return bpf.ErrDefinitionDrift
	}
	return ""
}

// CountStranded counts what Stranded yields, by definition and stage: what a
// host looks at when it starts with other definitions than before.
func (s Processes) CountStranded(ctx context.Context) (counts []StrandedCount, err error) {
	for p, err := range s.Stranded(ctx) {
		if err != nil {
			return nil, err
		}
		c := StrandedCount{p.Process.Instance.Process, p.Process.Instance.ActiveStage, p.Why, 1}
		n := slices.IndexFunc(counts, func(d StrandedCount) bool {
			return d.Definition == c.Definition && d.Stage == c.Stage && d.Why == c.Why
		})
		if n < 0 {
			counts = append(counts, c)
		} else {
			counts[n].Count++
		}
	}
	slices.SortFunc(counts, func(a, b StrandedCount) int {
		return cmp.Or(cmp.Compare(a.Definition, b.Definition), cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Why, b.Why))
	})
	return counts, nil
}
