package main

import (
	"os"
	"path/filepath"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
)

// writeDiagrams writes the state diagram of each kind of record that has
// statuses into a directory, which is made if it is not there.
func writeDiagrams(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, kind := range kinds.Kinds() {
		table := engine.TableOf(kind)
		if table == nil {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, string(kind)+".mmd"), []byte(table.Mermaid()), 0o644); err != nil {
			return err
		}
	}
	return nil
}
