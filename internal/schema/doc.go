// Package schema reads what the tags of a struct say about its fields, once for
// each type, and does by it what is done alike to every record and command.
//
// Owns: names in JSON and in Dataverse, limits and their checks, rounding to a
// currency, the references that a record holds and putting one in place of
// another, paths to fields, copies that share nothing.
//
// Does not own: rules that involve two fields or more. They are guards and
// checks beside the record.
//
// Promises: a tag that cannot be read panics when its type is read first, which
// every test does; what is wrong with data is a reason that names the field by
// its path in JSON.
package schema
