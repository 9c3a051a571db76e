// Package match tells which records are the same, and makes one of two.
//
// Owns: duplicate rules, matchers by rules and by points, and how texts are
// normalized for them; conditions on fields of records, in the form of data;
// merging a record into a master and undoing it.
//
// Does not own: which kinds can be merged and what their merge asks for, which
// stands beside each record, nor the search in a store.
//
// Promises: what a record is found by follows from the record alone, so that it
// can be stored as look-ups. Undoing a merge restores what the merge changed and
// nothing else, or is refused.
package match
