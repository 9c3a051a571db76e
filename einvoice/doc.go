// Package einvoice writes invoices and credit notes as e-invoices of EN 16931, in UBL and
// in CII, and reads them.
//
//	d, err := einvoice.FromInvoice(invoice, einvoice.Sources{Organization: &org}) // one model of both syntaxes
//	faults := d.Check(einvoice.XRechnung3)                                        // every rule that it breaks
//	err = einvoice.WriteUBL(file, d, einvoice.XRechnung3)                         // refused as a whole, or written
//	d, syntax, err := einvoice.Read(file)
//
// It owns the model in business terms, the rules of the standard and of its profiles,
// and the two syntaxes. It does not own amounts, which package print calculates, nor
// how a document travels, is signed or archived. It opens no files and no network.
//
// It promises:
//   - What is fatal is refused before a byte is written, with all reasons at once, each by
//     the identifier that the standard gives the rule, its business term and its field.
//   - What is written reads back as the same document, in both syntaxes.
//   - The same document gives the same bytes.
//   - Read has limits, and tells what it did not read.
package einvoice
