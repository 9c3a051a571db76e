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

// InvoiceOrder bills an order: the zero command all that can be billed,
// otherwise the given quantities.
type InvoiceOrder struct {
	InvoiceID record.InvoiceID       `json:"invoice_id,omitzero"`          // derived unless given
	Name      string                 `json:"name,omitzero" max:"300"`      // of the invoice; default: the order's
	Lines     []pricing.LineQuantity `json:"lines,omitzero"`               // default: all that can be billed
	Custom    record.Custom          `json:"custom,omitzero" of:"invoice"` // own values of the invoice, before those that it takes over
}

// InvoicedOrder is what billing an order yields.
type InvoicedOrder struct {
	Record  Order           `json:"order"`
	Invoice Invoice         `json:"invoice"`
	Notices []record.Reason `json:"notices,omitzero"`
	Events  []record.Event  `json:"events,omitzero"`
}

type invoiceOrderCheck = flow.Check[*Order, *InvoiceOrder, *OrderFacts]

var invoiceOrder = flow.Decide(
	orderFlow, actions.OrderInvoice,
	flow.Faultless(codes.ErrOverInvoiced, "each quantity lies between 0 and what can be billed of its line",
		func(o *Order, c *InvoiceOrder, f *OrderFacts) []record.Reason {
			if c.Lines == nil { // all there is
				return nil
			}
			_, faults := o.billable(c, f)
			return faults
		}),
	invoiceOrderCheck{
		Code: codes.ErrNothingToInvoice, Text: "some quantity is not 0", Field: "lines",
		Holds: func(o *Order, c *InvoiceOrder, f *OrderFacts) bool {
			if c.Lines == nil {
				return true
			}
			asked, faults := o.billable(c, f)
			return len(faults) > 0 || !pricing.Nothing(asked)
		},
	},
)

// billable returns the quantities that the command bills, line by line.
func (o *Order) billable(cmd *InvoiceOrder, f *OrderFacts) ([]decimal.Decimal, []record.Reason) {
	return o.Asked(cmd.Lines, pricing.Progress{
		Limit: func(l *pricing.Line) decimal.Decimal { return l.Invoiceable(f.Settings.InvoiceOnlyShipped) },
		Done:  func(l *pricing.Line) decimal.Decimal { return l.QuantityInvoiced.Or(decimal.Decimal{}) },
		Whole: func(l *pricing.Line) decimal.Decimal { return l.Quantity.Or(decimal.Decimal{}) }, // members that went ahead are not billed for it
	}, codes.ErrOverInvoiced)
}

// Invoice bills the order, all of it or in parts, before or after delivery.
// Required members of a bundle are billed with it, at 0. The invoice is new, with
// locked prices and without number. What several invoices take of a line adds up to
// the line, to the last minor unit; the first one bills the freight, or once it is
// taken back or credited to be billed again the next one, be it the freight alone. An order that is fulfilled and billed in full is invoiced.
// Codes: ErrInvalidTransition, ErrBackOfficeManaged, codes.ErrPricing,
// ErrNothingToInvoice, ErrOverInvoiced, ErrNotFound for an unknown line number,
// ErrInvalid for an empty list or a required member without its bundle.
func (o Order) Invoice(cmd InvoiceOrder, f OrderFacts) (InvoicedOrder, error) {
	if err := invoiceOrder.Why(&o, &cmd, &f, o.Currency); err != nil {
		return InvoicedOrder{}, err
	}
	asked, _ := o.billable(&cmd, &f)
	inv := o.newInvoice(cmd, asked, &f)
	f.Convert(&o, &inv, cmd.Custom)
	from := o.Status
	o = o.billed(nil, &billing{Invoice: &inv, freight: inv.CarriesFreight})
	o.Touch(f.Stamp)
	born := record.BornEvent(&inv, actions.InvoiceCreate, f.Stamp, record.DataOf("order", o.ID.String()))
	born.Action = actions.OrderInvoice
	return InvoicedOrder{Record: o, Invoice: inv, Events: []record.Event{
		record.StepEvent(&o, actions.OrderInvoice, from.String(), f.Stamp, record.DataOf("invoice", inv.ID.String())), born,
	}}, nil
}

// newInvoice makes the invoice of the quantities.
func (o *Order) newInvoice(cmd InvoiceOrder, asked []decimal.Decimal, f *OrderFacts) Invoice {
	i := Invoice{
		ID: record.IDOr(cmd.InvoiceID, f.Stamp, o.ID.UUID, o.Version, "invoice"), Head: o.Child(f.Stamp), Status: InvoiceStatusNew,
		SalesOrderID: o.ID, OpportunityID: o.OpportunityID, IsPriceLocked: true,
	}
	i.InvoiceFields = InvoiceFields{
		Name: cmd.Name, CustomerID: o.CustomerID, PaymentTerms: o.PaymentTerms, ShippingMethod: o.ShippingMethod, WillCall: o.WillCall,
		BillTo: o.BillTo.Clone(), ShipTo: o.ShipTo.Clone(), Description: o.Description, Charges: o.Charges.Inherited(),
		OrganizationID: o.OrganizationID, Details: o.detailsOfInvoice(),
	}
	if i.Name == "" {
		i.Name = o.Name
	}
	i.Pricing, i.LastLine = o.Pricing, o.LastLine
	i.SettledAmount = i.Currency.Zero()
	i.Lines = o.pieces(asked, f.Invoices, f.CreditNotes)
	if i.CarriesFreight = !o.FreightInvoiced; !i.CarriesFreight {
		i.FreightAmount, i.FreightTax = nilled(i.FreightAmount, i.Currency), nilled(i.FreightTax, i.Currency)
	}
	if whole := o.isWhole(asked); !whole || len(o.Adjustments) > 0 {
		shares := o.shares(f.Invoices, f.CreditNotes, i.Lines, i.CarriesFreight)
		i.Adjustments = shares.Adjustments
		if !whole {
			i.Charges = i.Charges.Discounted(shares.Discount)
		}
	}
	i.PricedLines.Calculate(&i.Head, &i.Charges, f.Settings.Priced(nil, 0, f.CustomPricing))
	return i
}

// detailsOfInvoice are the details that the order hands on to its invoices, with its
// numbers where it has any details or is an organization's.
func (o *Order) detailsOfInvoice() *DocumentDetails {
	if o.Details == nil && o.OrganizationID.IsZero() {
		return nil
	}
	d := DocumentDetails{}
	if carried := o.Details.carried(ofOrder, ofInvoice); carried != nil {
		d = *carried
	}
	d.PurchaseOrder, d.SalesOrder = o.CustomerPONumber, o.OrderNumber
	return d.orNil()
}

// shares is what pieces of the order's lines take of what it charges beside them,
// after what other invoices took.
func (o *Order) shares(invoices []Invoice, notes []CreditNote, pieces []pricing.Line, carries bool) pricing.Shares {
	if len(o.Adjustments) == 0 {
		return pricing.Shares{Discount: sharesOf(pieces, o.Currency)}
	}
	earlier, noted := pricing.Part{}, byInvoice(notes)
	for _, lines := range o.taken(invoices, notes) {
		earlier.Lines = append(earlier.Lines, lines...)
	}
	for n := range invoices {
		bills := invoices[n].billing(noted[invoices[n].ID])
		if bills.released {
			continue
		}
		own := invoices[n].Adjustments
		earlier.Adjustments = append(earlier.Adjustments, own...)
		for _, note := range bills.giving {
			for _, a := range pricing.NegatedAdjustments(note.Adjustments) {
				if from := int(a.Source); from > 0 && from <= len(own) {
					a.Source = own[from-1].Source
					earlier.Adjustments = append(earlier.Adjustments, a)
				}
			}
		}
	}
	return pricing.SharesOf(o.PriceInput(pricing.PriceInput{}), o.Lines, earlier, pieces, carries)
}

// isWhole reports whether the quantities are those of the order.
func (o *Order) isWhole(asked []decimal.Decimal) bool {
	for i := range o.Lines {
		if !asked[i].Equal(o.Lines[i].Quantity.Or(decimal.Decimal{})) {
			return false
		}
	}
	return true
}

// nilled is 0 instead of an amount.
func nilled(a value.Opt[money.Amount], c money.Currency) value.Opt[money.Amount] {
	if a.IsZero() {
		return a
	}
	return value.Some(c.Zero())
}

// freightLeft reports whether the freight is all that is left to bill: the
// invoice that carried it was taken back after others had billed its lines.
func (o *Order) freightLeft() bool {
	return !o.FreightInvoiced && o.Charges.HasFreight() && pricing.InvoicingOf(o.Lines) == pricing.InvoicingFull
}

// pieces makes the invoice lines of the quantities. They keep the numbers of
// the order's lines. The freight alone goes with all lines, nothing of each.
func (o *Order) pieces(asked []decimal.Decimal, invoices []Invoice, notes []CreditNote) []pricing.Line {
	taken, whole := o.taken(invoices, notes), pricing.Nothing(asked) || o.isWhole(asked)
	lines := make([]pricing.Line, 0, len(o.Lines))
	for i := range o.Lines {
		if whole || !asked[i].IsZero() {
			source := &o.Lines[i]
			lines = append(lines, o.piece(source, asked[i], taken[source.LineNumber]))
		}
	}
	return lines
}

// piece makes the invoice line of a quantity, after those that were taken
// before.
func (o *Order) piece(source *pricing.Line, quantity decimal.Decimal, taken []pricing.Line) pricing.Line {
	l := pricing.PieceOf(source.Clone(), quantity, taken, o.Pricing)
	l.QuantityInvoiced, l.IsCopied = value.None[decimal.Decimal](), true
	return l
}

// taken lists what live invoices took of each line of the order, and what credit
// notes of them gave back to be billed again. An invoice line that was edited counts
// as the piece it was: its own price is between that invoice and the customer.
func (o *Order) taken(invoices []Invoice, notes []CreditNote) map[int32][]pricing.Line {
	var taken map[int32][]pricing.Line
	order, noted := pricing.Finder{Lines: o.Lines}, byInvoice(notes)
	for i := range invoices {
		bills := invoices[i].billing(noted[invoices[i].ID])
		if bills.released {
			continue
		}
		for _, l := range invoices[i].Lines {
			source, back := order.Line(l.SourceLine), bills.back[l.LineNumber]
			if source == nil {
				continue
			}
			if taken == nil {
				taken = map[int32][]pricing.Line{}
			}
			earlier := taken[l.SourceLine]
			if !l.Piece {
				l = o.piece(source, l.Quantity.Or(decimal.Decimal{}), earlier)
				back = invoices[i].asPieces(&l, back)
			}
			earlier = append(earlier, l)
			for n := range back {
				earlier = append(earlier, back[n].Negated())
			}
			taken[source.LineNumber] = earlier
		}
	}
	return taken
}

// billing is what an invoice bills of its order: its lines and the freight, less
// what credit notes of it give back to be billed again.
type billing struct {
	*Invoice
	back     map[int32][]pricing.Line // what is given back, by line of the invoice
	amount   money.Amount             // of the credit notes that give back
	giving   []*CreditNote            // that give back
	freight  bool                     // is billed, and so are the charges that go with it
	released bool                     // nothing of the invoice is billed any more: it is canceled, or all of it is given back
}

// nonNil is the list, empty where there is none.
func nonNil(list []pricing.Adjustment) []pricing.Adjustment {
	if list == nil {
		return []pricing.Adjustment{}
	}
	return list
}

// byInvoice sorts credit notes by the invoice that they are of.
func byInvoice(notes []CreditNote) map[record.InvoiceID][]CreditNote {
	if len(notes) == 0 {
		return nil
	}
	by := map[record.InvoiceID][]CreditNote{}
	for n := range notes {
		by[notes[n].InvoiceID] = append(by[notes[n].InvoiceID], notes[n])
	}
	return by
}

// billing reads the invoice together with its issued credit notes, oldest first;
// those of others are passed over.
func (i *Invoice) billing(notes []CreditNote) billing {
	b := billing{Invoice: i, amount: i.Currency.Zero(), freight: i.CarriesFreight, released: !i.Live()}
	var own []CreditNote
	for n := range notes {
		if notes[n].InvoiceID == i.ID && notes[n].Status == CreditNoteStatusIssued {
			own = append(own, notes[n])
		}
	}
	if b.released || len(own) == 0 {
		return b
	}
	type taken struct {
		by   *CreditNote
		line pricing.Line
	}
	var pieces []taken
	credited := map[int32][]pricing.Line{}
	i.eachCredited(own, credited, func(n *CreditNote, l pricing.Line) { pieces = append(pieces, taken{n, l}) })
	whole := i.isCredited(own, credited)
	b.back = map[int32][]pricing.Line{}
	for _, p := range pieces {
		if p.by.releases(whole) {
			b.back[p.line.SourceLine] = append(b.back[p.line.SourceLine], p.line)
		}
	}
	releases, freight := false, b.amount
	for n := range own {
		if own[n].releases(whole) {
			releases = true
			b.giving = append(b.giving, &own[n])
			b.amount, freight = b.amount.Add(own[n].TotalAmount), freight.Add(own[n].Carriage(i.Pricing.TaxMode, nonNil(i.Adjustments)))
		}
	}
	all := freight.Equal(i.Carriage(i.Pricing.TaxMode, nil))
	b.released = releases && all && !slices.ContainsFunc(i.Lines, func(l pricing.Line) bool { return !b.quantity(&l).IsZero() })
	b.freight = b.freight && !b.released && (freight.IsZero() || !all)
	return b
}

// isCredited reports whether credit notes take every line of the invoice, or with
// lines of their own as much as it comes to.
func (i *Invoice) isCredited(notes []CreditNote, credited map[int32][]pricing.Line) bool {
	if !slices.ContainsFunc(i.Lines, func(l pricing.Line) bool { return !taking(&l, credited[l.LineNumber]).IsZero() }) {
		return true
	}
	total, free := i.Currency.Zero(), false
	for n := range notes {
		total = total.Add(notes[n].TotalAmount)
		free = free || slices.ContainsFunc(notes[n].Lines, func(l pricing.Line) bool { return l.SourceLine == 0 })
	}
	return free && total.Equal(i.TotalAmount)
}

// quantity is what is billed of a line of the invoice.
func (b *billing) quantity(l *pricing.Line) decimal.Decimal { return taking(l, b.back[l.LineNumber]) }

// taking is the quantity of a line that is left of it.
func taking(l *pricing.Line, back []pricing.Line) decimal.Decimal {
	left := l.Quantity.Or(decimal.Decimal{})
	for n := range back {
		left = pricing.Less(left, back[n].Quantity.Or(decimal.Decimal{}))
	}
	return left
}

// asPieces are pieces of the line for the quantities of others.
func (i *Invoice) asPieces(source *pricing.Line, others []pricing.Line) (pieces []pricing.Line) {
	for n := range others {
		pieces = append(pieces, i.creditPiece(source, others[n].Quantity.Or(decimal.Decimal{}), pieces))
	}
	return pieces
}

// billed returns the order after one of its invoices bills something else, nil for
// nothing: what is invoiced of its own, and what follows from that.
func (o Order) billed(was, now *billing) Order {
	o.Lines = slices.Clone(o.Lines)
	own := pricing.Finder{Lines: o.Lines}
	count := func(b *billing, add func(decimal.Decimal, decimal.Decimal) decimal.Decimal) {
		if b == nil || b.released {
			return
		}
		for n := range b.Lines {
			if l := own.Line(b.Lines[n].SourceLine); l != nil {
				l.QuantityInvoiced = pricing.Counted(add(l.QuantityInvoiced.Or(decimal.Decimal{}), b.quantity(&b.Lines[n])))
			}
		}
		if b.freight {
			o.FreightInvoiced = b == now
		}
	}
	count(was, pricing.Less)
	count(now, pricing.More)
	o.Derive()
	return o
}

// rederive is the next version of the order after one of its invoices bills
// something else, nil for nothing; nil if that changes nothing.
func (o Order) rederive(was, now *billing, s record.Stamp) (*Order, []record.Event) {
	next := o.billed(was, now)
	same := o.FreightInvoiced == next.FreightInvoiced && slices.EqualFunc(o.Lines, next.Lines, func(a, b pricing.Line) bool { return a.QuantityInvoiced.Equal(b.QuantityInvoiced) })
	if same || o.Status == OrderStatusNoMoney {
		return nil, nil
	}
	next.Touch(s)
	return &next, []record.Event{record.StepEvent(&next, actions.OrderRederive, o.Status.String(), s, nil)}
}

// Unbilled is what the order has that its invoices do not bill, less what issued
// credit notes of them give back to be billed again; at least 0, and nothing once it
// is canceled or invoiced. Invoices and credit notes of other orders are passed over.
func (o *Order) Unbilled(invoices []Invoice, notes []CreditNote) money.Amount {
	if o.Status.State() == OrderCanceled || o.Status.State() == OrderInvoiced {
		return o.Currency.Zero()
	}
	left, noted := o.TotalAmount, byInvoice(notes)
	for n := range invoices {
		if invoices[n].SalesOrderID != o.ID {
			continue
		}
		if b := invoices[n].billing(noted[invoices[n].ID]); !b.released {
			left = left.Sub(b.TotalAmount).Add(b.amount)
		}
	}
	if left.Sign() < 0 {
		return o.Currency.Zero()
	}
	return left
}
