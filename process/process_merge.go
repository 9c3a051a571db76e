package process

import (
	"maps"
	"slices"

	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/record"
)

// StaysWith reports whether the process stays with a record that is merged: it
// was started on that, and the master has one of its definition, of which there
// is but one for each record.
func (p *Process) StaysWith(ref record.Ref, definitions []string) bool {
	return p.Instance.Primary() == Entity(ref) && slices.Contains(definitions, p.Instance.Process)
}

// Repointed is the next version of the process, with one record in place of
// another. What it has been through stays as it was.
func (p Process) Repointed(from, to record.Ref, s record.Stamp) record.Change[Process] {
	f := bpf.Facts{At: s.At, Actor: s.By.Text()}
	if p.Instance.ModifiedOn.After(f.At) {
		f.At = p.Instance.ModifiedOn
	}
	return p.Moved(bpf.RecordReplaced(p.Instance, Entity(from), Entity(to), f), s)
}

// HandedBack is the next version of the process, with the subordinate where the
// merge put its master; without events if there is nothing left of it.
func (p Process) HandedBack(c record.MergeChange, master, sub record.Ref, s record.Stamp) record.Change[Process] {
	before, after, entity := c.Before.(*Process).Instance, c.After.(*Process).Instance, Entity(sub).Entity
	filled := before.Slots[entity] != after.Slots[entity]
	offered := before.Pending[entity] == Entity(sub) && after.Pending[entity] == Entity(master)
	if !filled && !offered {
		return record.Change[Process]{Record: p}
	}
	return p.Repointed(master, sub, s)
}

// SlotsChangedAgain lists the slots that a merge changed and somebody else
// since.
func (p *Process) SlotsChangedAgain(c record.MergeChange) (fields []string) {
	before, after := c.Before.(*Process).Instance.Slots, c.After.(*Process).Instance.Slots
	for _, entity := range slices.Sorted(maps.Keys(after)) {
		if before[entity] != after[entity] && after[entity] != p.Instance.Slots[entity] {
			fields = append(fields, "instance.slots."+entity)
		}
	}
	return fields
}

// Uses reports whether the process is found by the key of a record.
func (p *Process) Uses(key string) bool {
	for _, r := range p.Instance.Slots {
		if RecordKey(r) == key {
			return true
		}
	}
	return false
}
