// Package value has the small values that fields are made of.
//
// Owns: [Choice], a value of an option set or a status with its key, label,
// numeric code and state; [Setting], one of a few words that only the library
// knows; [Opt], a value that may be unset where zero means something; [Date], a
// day without a time or a place.
//
// Does not own: the sets themselves, which stand beside the records that use
// them, and money.
//
// Promises: the zero value of each means unset, or the default, and is left out
// of JSON; what is written is read back the same; a text that is no value is
// refused with a code.
package value
