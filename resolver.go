package leadtocash

import "github.com/google/uuid"

// Opaque is one field that refers to something not stored here.
type Opaque struct {
	Field, Logical string
	Id             uuid.UUID
}
