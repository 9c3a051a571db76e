package engine_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// BenchmarkStoredProcesses is what a call costs on the memory store that makes a
// lead: without processes, while the tenant may keep some and keeps none, and
// while it keeps one that starts elsewhere.
func BenchmarkStoredProcesses(b *testing.B) {
	elsewhere := testkit.SmallProcess("small")
	elsewhere.PrimaryEntity, elsewhere.Stages[0].Entity, elsewhere.Stages[0].Steps[0].Field = "account", "account", "name"
	for name, open := range map[string]func() *engine.Client{
		"without":   func() *engine.Client { return testkit.Must(engine.New(memory.New(memory.KeepHistory(0)))) },
		"none kept": func() *engine.Client { return newKeeper(b, memory.New(memory.KeepHistory(0))).c },
		"one kept": func() *engine.Client {
			k := newKeeper(b, memory.New(memory.KeepHistory(0)))
			k.release(elsewhere, engine.ActivateProcessDefinition{})
			return k.c
		},
	} {
		b.Run(name, func(b *testing.B) {
			c := open()
			b.ReportAllocs()
			for b.Loop() {
				testkit.Must(c.Leads().Create(b.Context(), leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
			}
		})
	}
}
