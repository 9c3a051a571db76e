// Package exact calculates with numbers that lose no digit.
//
// Owns: reading and writing decimals in plain notation, and arithmetic in a
// machine word that goes on in big integers where one is too small.
//
// Does not own: amounts, currencies and rounding, which are those of package
// money.
//
// Promises: a result is exact, as long as its numbers lie between 10^-40 and
// 10^40, far beyond any quantity, price or rate that is valid. The switches that
// package decimal has for the whole process change nothing.
package exact
