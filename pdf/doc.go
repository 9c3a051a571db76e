// Package pdf writes quotes, order confirmations, delivery notes, invoices, credit
// notes, reminders and statements as PDF files, invoices and credit notes with
// their e-invoice inside as Factur-X and ZUGFeRD say it.
//
//	err := pdf.Render(w, letterhead.Invoice(invoice), pdf.Style{})
//
// Owns: the page – letterhead, address for the window of an envelope, table with
// sums that are carried over, totals, taxes, payment with the code of the euro
// area – and the file: embedded fonts, metadata, colour profile, attachment.
//
// Does not own: what is printed, and in which words, which is package print; the
// XML of the e-invoice, which comes as bytes.
//
// Promises: every amount and every name of the document is in the file as text. A
// document that cannot be printed is refused with a code and a path for each
// reason, and nothing is written. The same document in the same style gives the
// same bytes. Files are built to PDF/A-3b; no validator has certified them.
package pdf
