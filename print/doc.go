// Package print shows invoices and credit notes to those who receive them.
//
// Owns: a printed page of HTML, [PrintInvoice] and [PrintCreditNote], with a
// [Letterhead] of the seller's; the terms of the European e-invoice, [EN16931].
//
// Does not own: a syntax of e-invoices, PDF, and sending either.
//
// Promises: nothing is calculated anew. Amounts are those of the document, and
// what is shown adds up as the document does. Printing asks no clock and no
// store; it writes to what it is given.
package print
