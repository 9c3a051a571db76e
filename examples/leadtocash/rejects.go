package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
)

// writeRejects writes the refused rows as a CSV file. The file appears as a whole
// or not at all.
func writeRejects(path string, rejects []reject) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".rejects-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	w := csv.NewWriter(f)
	w.Write([]string{"file", "line", "column", "code", "message"})
	for _, r := range rejects {
		w.Write([]string{r.file, strconv.Itoa(r.line), r.column, r.code, r.message})
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
