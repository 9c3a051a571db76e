// Package actions has what can be done to records, as a published list of
// words.
//
// Owns: each [Action] with its kind and verb, "quote.win_to_order", and the type
// of the event that it appends, "quote.won". Verbs are written once, in a table
// by kind; go generate makes the constants.
//
// Does not own: whether an action is possible. The tables of package flow say
// that, each beside its record.
//
// Promises: names are stable, numbers are not.
package actions
