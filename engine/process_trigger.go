package engine

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// RunTriggers runs the host's workflows for the triggers that became due after
// a position of the feed, in order, and returns the position up to which all
// have run; keep it and pass it next time. It stops at the first that fails,
// which is run again by the next call: workflows run at least once. A trigger
// whose workflow the host no longer has is skipped.
func (s Processes) RunTriggers(ctx context.Context, after int64) (position int64, err error) {
	position = after
	for e, err := range s.c.Feed(ctx, after) {
		if err != nil {
			return position, err
		}
		for _, t := range triggersOf(e.Event) {
			w, known := s.c.process.workflow(t.run)
			if !known {
				continue
			}
			if err := w.Run(ctx, s.c, t.ProcessTrigger); err != nil {
				return position, fmt.Errorf("workflow %s: %w", t.run, err)
			}
		}
		position = e.Position
	}
	return position, nil
}

// due is a trigger with the name of its workflow.
type due struct {
	ProcessTrigger
	run string
}

// triggersOf reads the triggers that an event of a process tells.
func triggersOf(e record.Event) (list []due) {
	if e.Ref.Kind != kinds.Process {
		return nil
	}
	for n := 1; ; n++ {
		text := e.Data.Get("trigger" + strconv.Itoa(n))
		if text == "" {
			return list
		}
		part := strings.SplitN(text, " ", 5) // on, workflow, entity, id, stage
		if len(part) < 5 {
			continue
		}
		list = append(list, due{ProcessTrigger{
			Event: e, On: part[0], Stage: part[4], Record: bpf.Ref{Entity: part[2], ID: part[3]}, Process: record.ProcessID{UUID: e.Ref.ID},
		}, part[1]})
	}
}

func (p *processEngine) workflow(name string) (ProcessWorkflow, bool) {
	if p == nil {
		return ProcessWorkflow{}, false
	}
	w, ok := p.host.Workflows[name]
	return w, ok
}
