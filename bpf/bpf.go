// Package bpf models business process flows in the manner of Dynamics 365: the
// ribbon of stages above a record that guides people from one end of a process
// to the other, over several entities.
//
// A [Definition] says what the stages are, which steps they hold, what must be
// true before one is left and where the path branches. An [Instance] is one
// running process on one record. Every operation is a pure function of both and
// of [Facts] that the host gathered before:
//
//	move, err := bpf.Next(definition, instance, bpf.NextOptions{}, facts)
//
// A [Move] carries the new instance, what is to be logged and the triggers to
// fire; an [Error] carries one code and everything that stands in the way.
// Nothing here takes a context, a clock or a store, and no value that came in
// is ever changed.
//
// A process guides, it never changes a record: closing or reopening a record
// does not touch its instances unless the definition binds the event.
package bpf
