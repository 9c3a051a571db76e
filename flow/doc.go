// Package flow has the tables that say which action is possible in which
// status.
//
// Owns: [Flow], the table of a kind of record, made of rules, guards and
// refusals; [Decision], the same with the checks that need the command; the
// [Verdict] on each action; the matrix of a table, and the diagram and the text
// that documents show of it.
//
// Does not own: the rows of any table. They stand beside the record that they
// are about, and its methods ask them before they do anything.
//
// Promises: the table that refuses is the table that explains. A refusal lists
// every reason, not the first. Guards read what they are given and change
// nothing. A table that contradicts itself panics when it is made.
//
// Hosts may build tables of their own with it; how they are built may change
// before v1.
package flow
