// Package process has the record of a running business process.
//
// Owns: [Process], an instance of package bpf that is stored like any other
// record; which entity a kind of record is in definitions, both ways; which
// action stands for an operation on an instance; what a merge of records does to
// the processes above them.
//
// Does not own: definitions, stages and moves, which are those of package bpf,
// nor what a definition asks about records. The engine gathers that.
//
// Promises: a move of an instance is one change of its record with one event,
// and no record below a process is ever changed by it.
package process
