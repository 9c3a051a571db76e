// Package money has amounts, currencies, and how one is rounded to the other.
//
// Owns: [Currency] with its decimals, [Amount], exact at those of its currency,
// [RoundingMode], and splitting an amount so that the parts add up to it.
//
// Does not own: prices, discounts and taxes, which are calculated by package
// pricing, and exchange rates, which are records of package catalog.
//
// Promises: only a currency makes an amount of a number, so that a rounding
// which was forgotten does not compile. Nothing here is a floating-point number.
// An amount that does not fit never wraps around: it is beyond every bound from
// then on, and refused where it would be stored.
package money
