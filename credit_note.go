package leadtocash

import (
	"cmp"
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// CreditNote gives money back to a customer on paper: for lines of an invoice,
// or freely. It can be edited until it is issued; then it has its number, its
// amounts are frozen, and it settles invoices or is refunded.
type CreditNote struct {
	ID record.CreditNoteID `json:"id"`
	record.Head
	CreditNoteFields
	Status           CreditNoteStatus `json:"status"`
	CreditNoteNumber string           `json:"credit_note_number,omitzero" max:"100"` // empty until issued, then for good
	InvoiceID        record.InvoiceID `json:"invoice_id,omitzero"`                   // that it corrects; source lines are lines of this one
	IssueDate        value.Date       `json:"issue_date,omitzero"`
	Value            money.Amount     `json:"value,omitzero"`              // what it settles and returns, once it is issued: the total, and the payable rounding of an invoice that it credits the rest of
	ReleasedDiscount money.Amount     `json:"released_discount,omitzero"`  // early discount that gave way to it
	ReleasedWriteOff money.Amount     `json:"released_write_off,omitzero"` // write-offs that did
	AllocatedAmount  money.Amount     `json:"allocated_amount"`            // by active allocations
	FreedOn          value.Date       `json:"freed_on,omitzero"`           // the last day on which something of it came back: an allocation was reversed, a refund did not go through
	RefundedAmount   money.Amount     `json:"refunded_amount,omitzero"`    // by refunds that are requested or paid
	Seller           *party.Party     `json:"seller,omitzero"`             // the organization as it was when it is issued
	pricing.PricedLines
}

// CreditNoteFields are the fields of a credit note that people edit. Amounts
// and quantities are written as on the invoice: what is given back is positive.
type CreditNoteFields struct {
	Name           string                `json:"name" max:"300" need:"true"`
	CustomerID     record.CustomerID     `json:"customer_id" need:"true"`
	Reason         CreditReason          `json:"reason,omitzero"`
	Rebill         Rebill                `json:"rebill,omitzero"` // default: by the reason; without one, once the invoice is credited as a whole
	BillTo         *party.BillTo         `json:"bill_to,omitzero"`
	Description    string                `json:"description,omitzero" text:"2000"`
	OrganizationID record.OrganizationID `json:"organization_id,omitzero"` // of the host's own that sells; default: that of the document it is made of, else the default one
	Details        *DocumentDetails      `json:"details,omitzero"`
	pricing.Charges
}

// CreditReason is why a credit note is written.
type CreditReason = value.Choice[creditReasonSet]

// The values of [CreditReason].
const (
	CreditReasonReturn CreditReason = iota + 1
	CreditReasonPriceCorrection
	CreditReasonCancellation
	CreditReasonGoodwill
	CreditReasonOther
)

type creditReasonSet struct{}

func (creditReasonSet) Table() (string, []value.Option) { return "credit_reason", creditReasonTable }

var creditReasonTable = value.Options(
	value.Option{Key: "return", Label: "Return", Code: 1},
	value.Option{Key: "price_correction", Label: "Price Correction", Code: 2},
	value.Option{Key: "cancellation", Label: "Cancellation", Code: 3},
	value.Option{Key: "goodwill", Label: "Goodwill", Code: 4},
	value.Option{Key: "other", Label: "Other", Code: 5},
)

// Rebill says whether what a credit note takes of an invoice is to be billed again
// of its order, as after a mistake, or not, as after a return.
type Rebill = value.Choice[rebillSet]

// The values of [Rebill].
const (
	RebillYes Rebill = iota + 1
	RebillNo
)

type rebillSet struct{}

func (rebillSet) Table() (string, []value.Option) { return "rebill", rebillTable }

var rebillTable = value.Options(
	value.Option{Key: "yes", Label: "Yes", Code: 1},
	value.Option{Key: "no", Label: "No", Code: 2},
)

// rebillOf is what reasons mean.
var rebillOf = map[CreditReason]Rebill{
	CreditReasonCancellation:    RebillYes,
	CreditReasonPriceCorrection: RebillYes,
	CreditReasonReturn:          RebillNo,
	CreditReasonGoodwill:        RebillNo,
}

// releases reports whether what the credit note takes of its invoice is to be billed
// again; whole says that the invoice is credited as a whole.
func (n *CreditNote) releases(whole bool) bool {
	if r := cmp.Or(n.Rebill, rebillOf[n.Reason]); r != 0 {
		return r == RebillYes
	}
	return whole
}

// CreditNoteStatus is the status of a credit note; each is a State of its own.
type CreditNoteStatus = value.Choice[creditNoteStatusSet]

// The statuses of a credit note.
const (
	CreditNoteStatusDraft CreditNoteStatus = iota + 1
	CreditNoteStatusIssued
	CreditNoteStatusVoided
)

// The states of a credit note.
var (
	CreditNoteDraft  = value.State{Key: "draft", Code: 0}
	CreditNoteIssued = value.State{Key: "issued", Code: 1}
	CreditNoteVoided = value.State{Key: "voided", Code: 2}
)

type creditNoteStatusSet struct{}

func (creditNoteStatusSet) Table() (string, []value.Option) {
	return "credit_note_status", creditNoteStatusTable
}

var creditNoteStatusTable = value.Statuses(
	CreditNoteDraft.In(value.Option{Key: "draft", Label: "Draft", Code: 1}),
	CreditNoteIssued.In(value.Option{Key: "issued", Label: "Issued", Code: 2}),
	CreditNoteVoided.In(value.Option{Key: "voided", Label: "Voided", Code: 3}),
)

// CreditNoteFacts are what decisions about a credit note depend on besides
// credit note and command. Nothing in the zero value stands in the way.
type CreditNoteFacts struct {
	record.Stamp
	Settings      Settings
	CustomPricing pricing.CustomPricing   // instead of Price
	Catalog       *catalog.Catalog        // of the lines; nil: prices stay as they are
	Invoice       *Invoice                // that it corrects, if it does
	Order         *Order                  // that the invoice bills, if it does
	Siblings      []Invoice               // other invoices of the order, of whatever status, oldest first
	SiblingNotes  []CreditNote            // of those invoices, that are issued, oldest first
	Issued        []CreditNote            // other credit notes of that invoice that are issued, oldest first
	Allocations   []Allocation            // of the credit note, active or reversed
	Invoices      []Invoice               // those that the command settles, or that allocations refer to
	Settled       []Allocation            // to those invoices and the one that it corrects, out of whatever, oldest first
	CreditBalance value.Opt[money.Amount] // what the customer has left in the currency, of all payments and credit notes
	NextNumber    string                  // for issuing; default: made from the id
	Latest        LatestIssue             // of the credit notes
	Inactive      []record.Ref            // chosen customers that are inactive
	Buyer         *Buyer                  // the credit note's customer, where it is known and the credit note does not name it
	Organization  *party.Organization     // that sells, where the document has one
	Debtor        *Debtor                 // the credit note's customer, where its credit hold depends on one of the invoices
}

// price is what the calculation of a credit note depends on.
// Tax of a credit note of an invoice is computed together with that of those that
// are issued already.
func (f *CreditNoteFacts) price() pricing.PriceInput {
	p := f.Settings.Priced(f.Catalog, f.Today, f.CustomPricing)
	if f.Invoice != nil {
		p.TaxTaken = &pricing.TaxTaken{}
		for at := range f.Issued {
			n := &f.Issued[at]
			p.TaxTaken.Add(n.PriceInput(pricing.PriceInput{}), n.Lines, n.Totals)
		}
	}
	return p
}

// InvoiceOf returns the invoice with the id, nil if it is not known.
func (f *CreditNoteFacts) InvoiceOf(id record.InvoiceID) *Invoice {
	if f.Invoice != nil && f.Invoice.ID == id {
		return f.Invoice
	}
	if n := slices.IndexFunc(f.Invoices, func(i Invoice) bool { return i.ID == id }); n >= 0 {
		return &f.Invoices[n]
	}
	return nil
}

type (
	creditNoteRule  = flow.Rule[*CreditNote, *CreditNoteFacts, CreditNoteStatus]
	creditNoteGuard = flow.Guard[*CreditNote, *CreditNoteFacts]
)

var (
	creditNoteDraft  = flow.In(CreditNoteStatusDraft)
	creditNoteIssued = flow.In(CreditNoteStatusIssued)
)

var creditNoteFlow = flow.New(
	kinds.CreditNote,
	func(n *CreditNote) record.Ref { return n.Ref() },
	func(n *CreditNote) CreditNoteStatus { return n.Status },
	[]creditNoteRule{
		{Do: actions.CreditNoteEdit, From: creditNoteDraft, To: creditNoteDraft},
		{Do: actions.CreditNoteEditLines, From: creditNoteDraft, To: creditNoteDraft},
		{Do: actions.CreditNoteChangeCurrency, From: creditNoteDraft, To: creditNoteDraft, Needs: flow.Needs(creditNoteWithoutLines)},
		{
			Do: actions.CreditNoteIssue, From: creditNoteDraft, To: creditNoteIssued,
			Needs: flow.Needs(
				creditNoteOfIssued, creditNoteOfCustomer, creditNoteOfCurrency,
				creditNotePriced, creditNoteHasLines, creditNoteNotNegative, creditNoteNotOver, creditNoteHasBuyer,
			),
		},
		{Do: actions.CreditNoteApply, From: creditNoteIssued, To: creditNoteIssued},
		{Do: actions.CreditNoteUnapply, From: creditNoteIssued, To: creditNoteIssued},
		{Do: actions.CreditNoteRefund, From: creditNoteIssued, To: creditNoteIssued, Needs: flow.Needs(creditNoteRefundable)},
		{Do: actions.CreditNoteReleaseRefund, From: creditNoteIssued, To: creditNoteIssued},
		{Do: actions.CreditNoteVoid, From: creditNoteDraft, Deletes: true},
		{Do: actions.CreditNoteVoid, From: creditNoteIssued, To: flow.In(CreditNoteStatusVoided), Needs: flow.Needs(creditNoteNotApplied, creditNoteNotRefunded, creditNoteNotRebilled)},
	},
	[]flow.Refuse[CreditNoteStatus]{
		{Do: flow.Do(actions.CreditNoteEdit, actions.CreditNoteChangeCurrency), From: flow.In(CreditNoteStatusIssued, CreditNoteStatusVoided), Code: codes.ErrReadOnly},
		{Do: flow.Do(actions.CreditNoteEditLines), From: flow.In(CreditNoteStatusIssued, CreditNoteStatusVoided), Code: codes.ErrParentReadOnly},
		{Do: flow.Do(actions.CreditNoteIssue), From: creditNoteIssued, Code: codes.ErrAlreadyIssued},
		{Do: flow.Do(actions.CreditNoteApply, actions.CreditNoteRefund), From: creditNoteDraft, Code: codes.ErrNotIssued},
	},
)

// CreditNoteFlow is the table behind CreditNote.
func CreditNoteFlow() *flow.Flow[*CreditNote, *CreditNoteFacts, CreditNoteStatus] {
	return creditNoteFlow
}

var (
	creditNoteOfIssued = creditNoteGuard{
		Code: codes.ErrNotIssued, Text: "the invoice that it corrects is issued, and not canceled",
		Holds: func(_ *CreditNote, f *CreditNoteFacts) bool { return f.Invoice == nil || f.Invoice.owed() },
	}
	creditNoteOfCustomer = creditNoteGuard{
		Code: codes.ErrCustomerMismatch, Text: "it has the customer of the invoice that it corrects",
		Holds: func(n *CreditNote, f *CreditNoteFacts) bool {
			return f.Invoice == nil || f.Invoice.CustomerID == n.CustomerID
		},
	}
	creditNoteOfCurrency = creditNoteGuard{
		Code: codes.ErrCurrencyMismatch, Text: "it has the currency of the invoice that it corrects",
		Holds: func(n *CreditNote, f *CreditNoteFacts) bool {
			return f.Invoice == nil || f.Invoice.Currency == n.Currency
		},
	}
	creditNotePriced = creditNoteGuard{
		Code: codes.ErrPricing, Text: "every line and the document are priced",
		Holds:  func(n *CreditNote, _ *CreditNoteFacts) bool { return n.PricingError == 0 },
		Detail: func(n *CreditNote, _ *CreditNoteFacts) []record.Reason { return n.PricingErrors() },
	}
	creditNoteHasLines = creditNoteGuard{
		Code: codes.ErrNoLines, Text: "there is a line, freight or a charge",
		Holds: func(n *CreditNote, _ *CreditNoteFacts) bool {
			return len(n.Lines) > 0 || !n.FreightAmount.Or(money.Amount{}).IsZero() || !n.ChargeTotal.IsZero()
		},
	}
	creditNoteNotNegative = creditNoteGuard{
		Code: codes.ErrNegativeTotal, Text: "the total is not negative",
		Holds: func(n *CreditNote, _ *CreditNoteFacts) bool { return n.TotalAmount.Sign() >= 0 },
	}
	creditNoteNotOver = creditNoteGuard{
		Code: codes.ErrOverCredited, Text: "with all that is issued before, no line, freight or total is beyond what the invoice has",
		Holds:  func(n *CreditNote, f *CreditNoteFacts) bool { return len(n.overCredited(f)) == 0 },
		Detail: func(n *CreditNote, f *CreditNoteFacts) []record.Reason { return n.overCredited(f) },
	}
	creditNoteHasBuyer = creditNoteGuard{
		Code: codes.ErrMissingField, Text: "the buyer has a name",
		Holds: func(n *CreditNote, f *CreditNoteFacts) bool {
			return len(f.Buyer.nameless(n.CustomerID, n.BillTo)) == 0
		},
		Detail: func(n *CreditNote, f *CreditNoteFacts) []record.Reason {
			return f.Buyer.nameless(n.CustomerID, n.BillTo)
		},
	}
	creditNoteRefundable = creditNoteGuard{
		Code: codes.ErrOverRefunded, Text: "something is left of the credit note beyond what its invoice has open or written off, and of the customer's credit",
		Holds: func(n *CreditNote, f *CreditNoteFacts) bool { return n.refundable(f).Sign() > 0 },
	}
	creditNoteNotApplied = creditNoteGuard{
		Code: codes.ErrHasAllocations, Text: "nothing of the credit note is applied",
		Holds: func(n *CreditNote, _ *CreditNoteFacts) bool { return n.AllocatedAmount.IsZero() },
	}
	creditNoteNotRefunded = creditNoteGuard{
		Code: codes.ErrHasRefunds, Text: "nothing of the credit note is refunded",
		Holds: func(n *CreditNote, _ *CreditNoteFacts) bool { return n.RefundedAmount.IsZero() },
	}
	creditNoteNotRebilled = creditNoteGuard{
		Code: codes.ErrOverInvoiced, Text: "nothing that it gave back to its order was billed again, changed or canceled there",
		Holds:  func(n *CreditNote, f *CreditNoteFacts) bool { return len(n.rebilled(f)) == 0 },
		Detail: func(n *CreditNote, f *CreditNoteFacts) []record.Reason { return n.rebilled(f) },
	}
)

// RecordKind tells the kind of record.
func (*CreditNote) RecordKind() kinds.Kind { return kinds.CreditNote }

// Ref names the record with its kind.
func (n *CreditNote) Ref() record.Ref { return n.ID.Ref() }

// StatusKey is the key of the status.
func (n *CreditNote) StatusKey() string { return n.Status.String() }

// Unapplied is what is left of an issued credit note for invoices and refunds:
// the customer's credit. It is 0 in every other status.
func (n *CreditNote) Unapplied() money.Amount {
	if n.Status != CreditNoteStatusIssued {
		return n.Currency.Zero()
	}
	return n.Value.Sub(n.AllocatedAmount).Sub(n.RefundedAmount)
}

func (n *CreditNote) funds() funds { return funds{n.CustomerID, n.Currency, n.Unapplied()} }

// Clone returns a deep copy.
func (n CreditNote) Clone() CreditNote {
	n.Seller, n.Details = n.Seller.ClonePtr(), n.Details.clone()
	n.Head.Detach()
	n.Charges.Clone()
	n.PricedLines.Clone()
	n.BillTo = n.BillTo.Clone()
	return n
}

// MarshalJSON writes the published JSON form.
func (n CreditNote) MarshalJSON() ([]byte, error) {
	type plain CreditNote
	return record.Encode((*plain)(&n))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (n *CreditNote) UnmarshalJSON(body []byte) error {
	type plain CreditNote
	return record.Decode(body, (*plain)(n))
}

// PriceParts are what the calculation reads and writes.
func (n *CreditNote) PriceParts() (*pricing.Charges, *pricing.PricedLines) {
	return &n.Charges, &n.PricedLines
}

// CreateCreditNote is the command behind NewCreditNote.
type CreateCreditNote struct {
	ID record.CreditNoteID `json:"id,omitzero"`
	record.Origin
	InvoiceID record.InvoiceID     `json:"invoice_id,omitzero"` // that it corrects
	Fields    CreditNoteFields     `json:"fields"`
	Lines     []pricing.LineFields `json:"lines,omitzero"`
}

// NewCreditNote drafts a credit note with lines of its own; Invoice.Credit
// drafts one of lines of the invoice. One that corrects an invoice has its
// customer and its currency, and is priced as it is. Codes: ErrMissingField
// (name, customer, currency), ErrCustomerInactive, ErrNotIssued for an invoice
// that is not issued or not any more, ErrCustomerMismatch, ErrCurrencyMismatch,
// ErrInvalid for a prepaid amount or payable rounding, and those of lines.
func NewCreditNote(cmd CreateCreditNote, f CreditNoteFacts) (record.Change[CreditNote], error) {
	how, was := f.Settings.Pricing, CreditNoteFields{}
	if i := f.Invoice; i != nil {
		cmd.Currency = cmp.Or(cmd.Currency, i.Currency)
		how, was.CustomerID = i.Pricing, i.CustomerID
	}
	n := CreditNote{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.Settings.BaseCurrency), CreditNoteFields: cmd.Fields, Status: CreditNoteStatusDraft, InvoiceID: cmd.InvoiceID,
	}
	n.Pricing, n.AllocatedAmount = how, n.Currency.Zero()
	if i := f.Invoice; i != nil {
		n.InheritRate(&i.Head)
	}
	parent := record.OrganizationID{}
	if i := f.Invoice; i != nil {
		parent, n.Details = i.OrganizationID, i.detailsOfCredit(n.Details)
	}
	n.OrganizationID = f.Settings.soldBy(n.OrganizationID, parent)
	n.Details = n.Details.ofCustomer(f.Buyer, n.CustomerID)
	if i := f.Invoice; i != nil && n.BillTo == nil {
		n.BillTo = i.BillTo.Clone()
	}
	n.BillTo = f.Buyer.billTo(n.CustomerID, n.BillTo)
	reasons := append(cmd.Fields.faults("fields.", was, f.Inactive), n.invoiceFaults(f.Invoice)...)
	reasons = append(reasons, otherSeller(cmd.Fields.OrganizationID, parent)...)
	reasons = append(reasons, cmd.Fields.Charges.Faults(nil, n.Currency, n.Pricing.TaxMode, nil)...)
	reasons = append(reasons, record.Missing("currency", n.Currency.Code())...)
	lines, faults := pricing.NewLines(cmd.Lines, f.price(), n.PriceListID)
	if err := flow.RefuseBirth(actions.CreditNoteCreate, cmd.ID, &cmd, n.Currency, append(reasons, faults...)...); err != nil {
		return record.Change[CreditNote]{}, err
	}
	schema.Round(&n.CreditNoteFields, n.Currency)
	n.PricedLines.Add(lines)
	notices := n.PricedLines.CalculateNoticed(&n.Head, &n.Charges, f.price())
	return record.Change[CreditNote]{Record: n, Events: []record.Event{record.BornEvent(&n, actions.CreditNoteCreate, f.Stamp, record.DataOf("invoice", textOf(n.InvoiceID)))}}.Noticed(notices...), nil
}

// faults are those that no single field shows.
func (c *CreditNoteFields) faults(path string, was CreditNoteFields, inactive []record.Ref) []record.Reason {
	reasons := append(CustomerFaults(path, c.CustomerID, was.CustomerID, inactive), c.ChargeFaults(path)...)
	return append(reasons, headerFaults(path, ofCreditNote, c.OrganizationID, was.OrganizationID, c.Details, inactive)...)
}

// ChargeFaults: nothing is prepaid of a credit note, and nothing is rounded to
// be paid in cash.
func (c *CreditNoteFields) ChargeFaults(path string) (reasons []record.Reason) {
	if !c.PrepaidAmount.IsZero() {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: path + "prepaid_amount", Message: "a credit note has no prepaid amount"})
	}
	if c.PayableRounding != nil {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: path + "payable_rounding", Message: "a credit note has no payable rounding"})
	}
	return reasons
}

// invoiceFaults: a credit note fits the invoice that it corrects.
func (n *CreditNote) invoiceFaults(i *Invoice) (reasons []record.Reason) {
	if i == nil {
		return nil
	}
	add := func(code codes.Code, field string) {
		reasons = append(reasons, record.Reason{Code: code, Field: field, Message: code.Info().Text})
	}
	if !i.owed() {
		add(codes.ErrNotIssued, "invoice_id")
	}
	if n.CustomerID != i.CustomerID {
		add(codes.ErrCustomerMismatch, "fields.customer_id")
	}
	if n.Currency != i.Currency {
		add(codes.ErrCurrencyMismatch, "currency")
	}
	return reasons
}

// EditCreditNote replaces the editable fields of the header; custom values
// given are set, a JSON null removes one.
type EditCreditNote struct {
	Fields CreditNoteFields `json:"fields"`
	Custom record.Custom    `json:"custom,omitzero"`
}

type editCreditNoteCheck = flow.Check[*CreditNote, *EditCreditNote, *CreditNoteFacts]

var editCreditNote = flow.Decide(
	creditNoteFlow, actions.CreditNoteEdit,
	flow.Faultless(codes.ErrCustomerInactive, "a newly chosen customer is active, and nothing is prepaid or rounded to be paid",
		func(n *CreditNote, c *EditCreditNote, f *CreditNoteFacts) []record.Reason {
			return append(c.Fields.faults("fields.", n.CreditNoteFields, f.Inactive), c.Fields.Charges.Faults(nil, n.Currency, n.Pricing.TaxMode, n.Adjustments)...)
		}),
	editCreditNoteCheck{
		Code: codes.ErrCustomerMismatch, Text: "it has the customer of the invoice that it corrects", Field: "fields.customer_id",
		Holds: func(n *CreditNote, c *EditCreditNote, _ *CreditNoteFacts) bool {
			return n.InvoiceID.IsZero() || c.Fields.CustomerID == n.CustomerID
		},
	},
)

// Edit changes the header of a draft and calculates it; equal values change
// nothing. Another discount of the whole credit note makes its lines ordinary
// ones, priced on their own. Codes: ErrReadOnly and those of NewCreditNote.
func (n CreditNote) Edit(cmd EditCreditNote, f CreditNoteFacts) (record.Change[CreditNote], error) {
	if err := editCreditNote.Why(&n, &cmd, &f, n.Currency); err != nil {
		return record.Change[CreditNote]{}, err
	}
	if !party.Edits(n.CreditNoteFields, cmd.Fields, n.Custom, cmd.Custom) {
		return record.Change[CreditNote]{Record: n}, nil
	}
	if !n.SharesAlike(&cmd.Fields.Charges) {
		n.Lines = pricing.ChangeLines(n.Lines, func(l *pricing.Line) { l.Piece = false })
	}
	n.CreditNoteFields = cmd.Fields
	n.Custom = n.Custom.Edited(cmd.Custom)
	n.PricedLines.Calculate(&n.Head, &n.Charges, f.price())
	return record.Changed(&n, actions.CreditNoteEdit, f.Stamp, nil), nil
}

var editCreditNoteLines = flow.Decide(
	creditNoteFlow, actions.CreditNoteEditLines,
	flow.Faultless(codes.ErrInvalid, "the lines are sound",
		func(n *CreditNote, c *pricing.EditLines, f *CreditNoteFacts) []record.Reason {
			return n.LineFaults(*c, f.price(), n.PriceListID)
		}),
)

// EditLines adds, changes and removes lines of a draft and calculates it. A
// line of the invoice that gets another quantity is worth what that quantity
// earns of the invoice's line; with another price or discount it becomes an
// ordinary one. Codes: ErrParentReadOnly, ErrNotFound for an unknown line
// number, ErrMissingProduct, ErrMissingUnit, ErrMissingQuantity,
// ErrMissingPriceList, ErrProductAndWriteIn, ErrUnitOnWriteIn.
func (n CreditNote) EditLines(cmd pricing.EditLines, f CreditNoteFacts) (record.Change[CreditNote], error) {
	if err := editCreditNoteLines.Why(&n, &cmd, &f, n.Currency); err != nil {
		return record.Change[CreditNote]{}, err
	}
	if cmd.IsZero() {
		return record.Change[CreditNote]{Record: n}, nil
	}
	was := n.Lines
	n.PricedLines = n.PricedLines.Edited(cmd, f.price())
	n.keepPieces(was)
	notices := n.reprice(&f)
	return record.Changed(&n, actions.CreditNoteEditLines, f.Stamp, nil).Noticed(notices...), nil
}

// keepPieces lets lines of the invoice that changed nothing but their quantity
// stay pieces of it.
func (n *CreditNote) keepPieces(was []pricing.Line) {
	before := pricing.Finder{Lines: was}
	for at := range n.Lines {
		l := &n.Lines[at]
		if old := before.Line(l.LineNumber); old != nil && old.Piece && !l.Piece {
			fields := pricing.FieldsOf(*l)
			fields.Quantity = old.Quantity
			l.Piece = pricing.SameWorth(pricing.FieldsOf(*old), fields)
		}
	}
}
