package leadtocash

import "github.com/leadtocash/leadtocash/record"

// Candidate is a record that may be the same as another one.
type Candidate struct {
	Ref      record.Ref `json:"ref"`
	Version  int64      `json:"version"`
	Status   string     `json:"status"`
	Name     string     `json:"name"`
	Likeness Likeness   `json:"likeness"`
}
