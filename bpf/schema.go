package bpf

import (
	_ "embed"
	"slices"
)

//go:embed schema.json
var schema []byte

// JSONSchema returns the JSON Schema (draft 2020-12) of the definition format,
// for editors. It covers the shape; Parse and Validate know more.
func JSONSchema() []byte { return slices.Clone(schema) }
