package testkit

import "github.com/leadtocash/leadtocash/bpf"

// SmallProcess goes along a lead, a stage for each key; without keys it has
// one.
func SmallProcess(name string, stages ...string) bpf.Definition {
	d := bpf.Definition{Schema: bpf.Schema, Name: name, Label: "Small", Version: 1, PrimaryEntity: "lead"}
	if len(stages) == 0 {
		stages = []string{"ask"}
	}
	for _, key := range stages {
		d.Stages = append(d.Stages, bpf.Stage{Key: key, Label: key, Entity: "lead", Steps: []bpf.Step{{Key: "topic", Field: "subject"}}})
	}
	return d
}
