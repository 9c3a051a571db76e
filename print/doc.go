// Package print shows documents to those who receive them: quotes, order
// confirmations, delivery notes, invoices, credit notes, reminders, statements.
//
// Owns: what is printed of a document, [PrintedDocument], made by the methods of a
// [Letterhead] in the words and formats of a language ([Texts], [Formats]); its
// page of HTML; the code to pay with, [EPC]; the terms of the European e-invoice,
// [EN16931].
//
// Does not own: a syntax of e-invoices, PDF (module pdf prints the same
// [PrintedDocument]), and sending either.
//
// Promises: nothing is calculated anew. Amounts are those of the document, and
// what is shown adds up as the document does. Printing asks no clock and no
// store; it writes to what it is given.
package print
