package leadtocash

import "unsafe"

// Conditions of tables, and what reads a record or command by its tags, are
// called through function values, so the compiler must assume that they keep
// what they are given, and would put every record, command and set of facts on
// the heap. They do not: they only read it, and keep no pointer into it. The
// functions here say so, see docs/adr/0017-conditions-keep-nothing.md.

// unkept is a pointer that its user does not keep.
func unkept[P any](p P) P {
	x := *(*uintptr)(unsafe.Pointer(&p))
	return *(*P)(unsafe.Pointer(&x))
}

// unkeptAny is unkept for a pointer in an interface.
func unkeptAny(p any) any {
	x := *(*[2]uintptr)(unsafe.Pointer(&p))
	return *(*any)(unsafe.Pointer(&x))
}

// unkeptDocument is unkept for a document.
func unkeptDocument(d document) document {
	x := *(*[2]uintptr)(unsafe.Pointer(&d))
	return *(*document)(unsafe.Pointer(&x))
}
