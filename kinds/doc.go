// Package kinds has the kinds of records, as a published list of words.
//
// Owns: the name of each [Kind] in JSON, errors, columns and actions, and the
// name that Dataverse has for such records.
//
// Does not own: what a record of a kind consists of, and what may be done to it.
//
// Promises: names are stable; they stand in stores and in the texts of hosts.
package kinds
