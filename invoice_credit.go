package leadtocash

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// CreditInvoice drafts a credit note of an invoice's lines: the zero command of
// all that can still be credited, freight included; otherwise of the given
// quantities.
type CreditInvoice struct {
	CreditNoteID record.CreditNoteID    `json:"credit_note_id,omitzero"` // derived unless given
	Name         string                 `json:"name,omitzero" max:"300"` // default: the invoice's
	Reason       CreditReason           `json:"reason,omitzero"`
	Rebill       Rebill                 `json:"rebill,omitzero"` // default: by the reason; without one, once the invoice is credited as a whole
	Description  string                 `json:"description,omitzero" text:"2000"`
	Lines        []pricing.LineQuantity `json:"lines,omitzero"`
	Freight      bool                   `json:"freight,omitzero"`                 // with given quantities: the rest of the freight as well
	Custom       record.Custom          `json:"custom,omitzero" of:"credit_note"` // own values of the credit note, before those that it takes over
}

// CreditedInvoice is what crediting an invoice yields. The invoice itself
// changes when the credit note is issued.
type CreditedInvoice struct {
	CreditNote CreditNote     `json:"credit_note"`
	Events     []record.Event `json:"events,omitzero"`
}

type creditInvoiceCheck = flow.Check[*Invoice, *CreditInvoice, *InvoiceFacts]

var creditInvoice = flow.Decide(
	invoiceFlow, actions.InvoiceCredit,
	creditInvoiceCheck{
		Code: codes.ErrOverCredited, Text: "each quantity lies between 0 and what can be credited of its line, and something is credited", Field: "lines",
		Holds: func(i *Invoice, c *CreditInvoice, f *InvoiceFacts) bool {
			asked, faults := i.creditable(c, f)
			freight, tax := i.freightLeft(f)
			return len(faults) == 0 && !(pricing.Nothing(asked) && freight.IsZero() && tax.IsZero() && !i.chargesLeft(f))
		},
		Detail: func(i *Invoice, c *CreditInvoice, f *InvoiceFacts) []record.Reason {
			_, faults := i.creditable(c, f)
			if len(faults) == 0 {
				faults = []record.Reason{{Code: codes.ErrOverCredited, Field: "lines", Message: "nothing is left to be credited"}}
			}
			return faults
		},
	},
)

// creditable returns the quantities that the command credits, line by line.
func (i *Invoice) creditable(cmd *CreditInvoice, f *InvoiceFacts) ([]decimal.Decimal, []record.Reason) {
	credited := i.credited(f.CreditNotes)
	done := func(l *pricing.Line) (sum decimal.Decimal) {
		for _, c := range credited[l.LineNumber] {
			sum = pricing.More(sum, c.Quantity.Or(decimal.Decimal{}))
		}
		return sum
	}
	whole := func(l *pricing.Line) decimal.Decimal { return l.Quantity.Or(decimal.Decimal{}) }
	return i.Asked(cmd.Lines, pricing.Progress{
		Limit: func(l *pricing.Line) decimal.Decimal { return pricing.Less(whole(l), done(l)) },
		Done:  done, Whole: whole,
	}, codes.ErrOverCredited)
}

// freightLeft is the freight, and its typed tax, that no issued credit note took.
func (i *Invoice) freightLeft(f *InvoiceFacts) (freight, tax money.Amount) {
	zero := i.Currency.Zero()
	freight, tax = i.FreightAmount.Or(zero), i.FreightTax.Or(zero)
	for n := range f.CreditNotes {
		freight, tax = freight.Sub(f.CreditNotes[n].FreightAmount.Or(zero)), tax.Sub(f.CreditNotes[n].FreightTax.Or(zero))
	}
	return freight, tax
}

// detailsOfCredit are the details of a credit note of the invoice: those given, what
// the invoice hands on, and the invoice itself as the first that it corrects, where
// there are any details or an organization.
func (i *Invoice) detailsOfCredit(given *DocumentDetails) *DocumentDetails {
	if given == nil && i.Details == nil && i.OrganizationID.IsZero() {
		return nil
	}
	d := given.clone()
	if d == nil {
		if d = i.Details.carried(ofInvoice, ofCreditNote); d == nil {
			d = &DocumentDetails{}
		}
	}
	if !slices.ContainsFunc(d.Preceding, func(p PrecedingInvoice) bool { return p.InvoiceID == i.ID }) {
		d.Preceding = append([]PrecedingInvoice{{InvoiceID: i.ID, Number: i.InvoiceNumber, IssueDate: i.IssueDate}}, d.Preceding...)
	}
	return d
}

// chargesLeft reports whether something of a charge is left that no issued credit note
// took.
func (i *Invoice) chargesLeft(f *InvoiceFacts) bool {
	return len(i.Adjustments) > 0 && len(i.shares(f.CreditNotes, nil, true).Adjustments) > 0
}

// shares is what pieces of the invoice's lines take of what it charges beside them,
// after what issued credit notes took.
func (i *Invoice) shares(issued []CreditNote, pieces []pricing.Line, carries bool) pricing.Shares {
	if len(i.Adjustments) == 0 {
		return pricing.Shares{Discount: sharesOf(pieces, i.Currency)}
	}
	var earlier pricing.Part
	for _, lines := range i.credited(issued) {
		earlier.Lines = append(earlier.Lines, lines...)
	}
	for n := range issued {
		earlier.Adjustments = append(earlier.Adjustments, issued[n].Adjustments...)
	}
	own := slices.DeleteFunc(slices.Clone(pieces), func(l pricing.Line) bool { return !l.Piece })
	return pricing.SharesOf(i.PriceInput(pricing.PriceInput{}), i.Lines, earlier, own, carries)
}

// Credit drafts a credit note of lines of an issued invoice. What several
// credit notes take of a line adds up to the line, to the last minor unit.
// Nothing is settled until it is issued. Codes: ErrNotIssued,
// ErrInvalidTransition, ErrOverCredited, ErrNotFound for an unknown line
// number, ErrInvalid for an empty list or a required member without its bundle.
func (i Invoice) Credit(cmd CreditInvoice, f InvoiceFacts) (CreditedInvoice, error) {
	if err := creditInvoice.Why(&i, &cmd, &f, i.Currency); err != nil {
		return CreditedInvoice{}, err
	}
	asked, _ := i.creditable(&cmd, &f)
	n := CreditNote{
		ID: record.IDOr(cmd.CreditNoteID, f.Stamp, i.ID.UUID, i.Version, "credit_note"), Head: i.Child(f.Stamp), Status: CreditNoteStatusDraft, InvoiceID: i.ID,
		CreditNoteFields: CreditNoteFields{
			Name: cmd.Name, CustomerID: i.CustomerID, Reason: cmd.Reason, Rebill: cmd.Rebill, BillTo: i.BillTo.Clone(), Description: cmd.Description, Charges: i.Charges.Inherited(),
			OrganizationID: i.OrganizationID, Details: i.detailsOfCredit(nil),
		},
	}
	if n.Name == "" {
		n.Name = i.Name
	}
	f.Convert(&i, &n, cmd.Custom)
	n.Pricing, n.LastLine, n.AllocatedAmount = i.Pricing, i.LastLine, i.Currency.Zero()
	n.FreightAmount, n.FreightTax = value.None[money.Amount](), value.None[money.Amount]()
	if cmd.Lines == nil || cmd.Freight {
		n.takeFreight(&i, &f)
	}
	for at := range i.Lines {
		if !asked[at].IsZero() {
			n.Lines = append(n.Lines, i.creditPiece(&i.Lines[at], asked[at], nil))
		}
	}
	n.Charges = n.Charges.Discounted(i.Currency.Zero())
	n.Adjustments = i.shares(f.CreditNotes, n.Lines, cmd.Lines == nil || cmd.Freight).Adjustments
	n.reprice(&CreditNoteFacts{Invoice: &i, Issued: f.CreditNotes})
	born := record.BornEvent(&n, actions.CreditNoteCreate, f.Stamp, record.DataOf("invoice", i.ID.String()))
	born.Action = actions.InvoiceCredit
	return CreditedInvoice{CreditNote: n, Events: []record.Event{born}}, nil
}

// takeFreight credits what is left of the invoice's freight and of its typed
// tax.
func (n *CreditNote) takeFreight(i *Invoice, f *InvoiceFacts) {
	freight, tax := i.freightLeft(f)
	if !freight.IsZero() {
		n.FreightAmount = value.Some(freight)
	}
	if !tax.IsZero() {
		n.FreightTax = value.Some(tax)
	}
}

// creditPiece makes the credit note line of a quantity of an invoice line,
// after those that were taken before.
func (i *Invoice) creditPiece(source *pricing.Line, quantity decimal.Decimal, earlier []pricing.Line) pricing.Line {
	l := pricing.PieceOf(source.Clone(), quantity, earlier, i.Pricing)
	l.QuantityInvoiced, l.IsCopied, l.Shipping = value.None[decimal.Decimal](), true, nil
	return l
}

// credited lists what credit notes took of each line of the invoice. A line
// that was edited counts as the piece it was.
func (i *Invoice) credited(notes []CreditNote) map[int32][]pricing.Line {
	credited := map[int32][]pricing.Line{}
	i.eachCredited(notes, credited, func(*CreditNote, pricing.Line) {})
	return credited
}

// eachCredited fills the list of what credit notes took of each line, and shows
// each piece with its credit note.
func (i *Invoice) eachCredited(notes []CreditNote, credited map[int32][]pricing.Line, show func(*CreditNote, pricing.Line)) {
	source := pricing.Finder{Lines: i.Lines}
	for n := range notes {
		for _, l := range notes[n].Lines {
			from := source.Line(l.SourceLine)
			if from == nil {
				continue
			}
			earlier := credited[l.SourceLine]
			if !l.Piece {
				l = i.creditPiece(from, l.Quantity.Or(decimal.Decimal{}), earlier)
			}
			credited[l.SourceLine] = append(earlier, l)
			show(&notes[n], l)
		}
	}
}
