// Package record has what every record, every event and every refusal has.
//
// Owns: [Head], the fields that all records share; [ID], the identity of a
// record of one kind, and [Ref] of any; [Stamp] and [Actor], when something is
// done and by whom; [Event] and [Change], what came of it; [Error] with a
// [Reason] for everything that stands in the way; the form of records in JSON.
//
// Does not own: any one record, its fields, its statuses and its rules.
//
// Promises: an id of a quote does not compile where that of an order belongs. An
// error lists all reasons at once, and errors.Is finds the code of each. Members
// of JSON that this release does not know are kept and written again. Time and
// ids are handed in: nothing here asks a clock.
package record
