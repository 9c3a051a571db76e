// Package codes has the reasons for refusals, as a published list of words.
//
// Owns: every [Code], with its meaning in one line and the name and number that
// Dynamics 365 has for it. Codes are the sentinel errors of the whole library:
// errors.Is(err, codes.ErrReadOnly) asks any of its errors for one. A [Fault] is
// what reading a single value returns: a code and a sentence.
//
// Does not own: which record is refused, and which field is to blame. That is
// said by an error of package record, which unwraps to codes.
//
// Promises: a code is never renamed, and one that retires is never used again
// for something else.
package codes
