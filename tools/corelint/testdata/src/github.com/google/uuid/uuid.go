// Package uuid has the names of the real one that the rules are about.
package uuid

type UUID [16]byte

func New() UUID                            { return UUID{} }
func NewV7() (UUID, error)                 { return UUID{}, nil }
func NewSHA1(space UUID, data []byte) UUID { return UUID{} }
