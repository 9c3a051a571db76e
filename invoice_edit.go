package leadtocash

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

// EditInvoice replaces the editable fields of the header; custom values given
// are set, a JSON null removes one.
type EditInvoice struct {
	Fields InvoiceFields `json:"fields"`
	Custom record.Custom `json:"custom,omitzero"`
}

type editInvoiceCheck = flow.Check[*Invoice, *EditInvoice, *InvoiceFacts]

var editInvoice = flow.Decide(
	invoiceFlow, actions.InvoiceEdit,
	flow.Faultless(codes.ErrReadOnly, "what is printed, who owes and what is owed stay once the invoice is issued, unless as in Dynamics 365",
		func(i *Invoice, c *EditInvoice, f *InvoiceFacts) []record.Reason {
			if !i.frozen(f.Settings) {
				return nil
			}
			return readOnly(i.InvoiceFields, c.Fields, "fields.", "name", "due_date")
		}),
	editInvoiceCheck{
		Code: codes.ErrHasPayments, Text: "the customer of an issued invoice stays once something is settled or credited", Field: "fields.customer_id",
		Holds: func(i *Invoice, c *EditInvoice, _ *InvoiceFacts) bool {
			return !i.isIssued() || i.CustomerID == c.Fields.CustomerID || i.SettledAmount.IsZero() && i.CreditedAmount.IsZero()
		},
	},
	editInvoiceCheck{
		Code: codes.ErrInUse, Text: "the customer of an issued invoice stays once a letter of dunning was sent", Field: "fields.customer_id",
		Holds: func(i *Invoice, c *EditInvoice, _ *InvoiceFacts) bool {
			return !i.isIssued() || i.CustomerID == c.Fields.CustomerID || i.DunningLevel == 0
		},
	},
	flow.Faultless(codes.ErrCustomerInactive, "a newly chosen customer is active, and the terms are given in one way",
		func(i *Invoice, c *EditInvoice, f *InvoiceFacts) []record.Reason {
			return c.Fields.Faults("fields.", i.InvoiceFields, f.Inactive)
		}),
	flow.Faultless(codes.ErrCurrencyMismatch, "the price list is in the currency of the invoice, and the tax of freight is sound",
		func(i *Invoice, c *EditInvoice, f *InvoiceFacts) []record.Reason {
			return c.Fields.Charges.Faults(f.Catalog, i.Currency, i.Pricing.TaxMode, i.Adjustments)
		}),
	editInvoiceCheck{
		Code: codes.ErrReadOnly, Text: "an issued invoice with instalments has its due date from them", Field: "fields.due_date",
		Holds: func(i *Invoice, c *EditInvoice, _ *InvoiceFacts) bool {
			return !i.isIssued() || len(i.Instalments) == 0 || c.Fields.DueDate.IsZero() || c.Fields.DueDate == i.DueDate
		},
	},
	editInvoiceCheck{
		Code: codes.ErrInvalid, Text: "it is not due before it is issued", Field: "fields.due_date",
		Holds: func(i *Invoice, c *EditInvoice, _ *InvoiceFacts) bool {
			return c.Fields.DueDate.IsZero() || !c.Fields.DueDate.Before(i.IssueDate)
		},
	},
)

// Edit changes the header of an active invoice and calculates it; equal values
// change nothing. Once it is issued, only its name, its due date and custom values
// change, and a due date that is removed follows from the payment terms. Another discount of the whole
// invoice makes its lines ordinary ones, priced on their own. Codes:
// ErrReadOnly for each field that stays, ErrInvalid for a due date before the issue,
// as in Dynamics 365 ErrHasPayments and ErrInUse for another customer of an issued
// invoice, and those of NewInvoice.
func (i Invoice) Edit(cmd EditInvoice, f InvoiceFacts) (record.Change[Invoice], error) {
	if err := editInvoice.Why(&i, &cmd, &f, i.Currency); err != nil {
		return record.Change[Invoice]{}, err
	}
	switch {
	case !i.isIssued() || !cmd.Fields.DueDate.IsZero():
	case len(i.Instalments) > 0:
		cmd.Fields.DueDate = i.DueDate
	default:
		cmd.Fields.DueDate = cmd.Fields.Terms(f.Settings).DueOn(i.IssueDate)
	}
	if len(cmd.Custom) == 0 && reflect.DeepEqual(i.InvoiceFields, cmd.Fields) {
		return record.Change[Invoice]{Record: i}, nil
	}
	was, due := i.Charges, i.DueDate
	i.InvoiceFields = cmd.Fields
	i.takePrepaid()
	i.Custom = i.Custom.Edited(cmd.Custom)
	var moved record.Data
	if i.isIssued() && due != i.DueDate {
		moved = record.DataOf("due_date", i.DueDate.String(), "due_date_before", due.String())
	}
	if i.frozen(f.Settings) {
		return record.Changed(&i, actions.InvoiceEdit, f.Stamp, moved), nil
	}
	if !was.SharesAlike(&i.Charges) {
		i.Lines = pricing.ChangeLines(i.Lines, func(l *pricing.Line) { l.Piece = false })
	}
	return i.recalculated(actions.InvoiceEdit, &f, moved), nil
}

type editInvoiceLinesCheck = flow.Check[*Invoice, *pricing.EditLines, *InvoiceFacts]

var editInvoiceLines = flow.Decide(
	invoiceFlow, actions.InvoiceEditLines,
	editInvoiceLinesCheck{
		Code: codes.ErrParentReadOnly, Text: "the lines stay once the invoice is issued, unless as in Dynamics 365",
		Holds: func(i *Invoice, c *pricing.EditLines, f *InvoiceFacts) bool {
			return !i.frozen(f.Settings) || !i.rewritten(*c)
		},
	},
	editInvoiceLinesCheck{
		Code: codes.ErrHasPayments, Text: "the lines of an issued invoice stay once a credit note of it is issued",
		Holds: func(i *Invoice, c *pricing.EditLines, f *InvoiceFacts) bool {
			return !i.isIssued() || len(f.CreditNotes) == 0 || !i.rewritten(*c)
		},
	},
	flow.Faultless(codes.ErrOverInvoiced, "a line of the order is billed within what is left of it",
		func(i *Invoice, c *pricing.EditLines, f *InvoiceFacts) []record.Reason { return i.overInvoiced(*c, f) }),
	invoiceLinesAre(codes.ErrInactiveProduct, "a newly chosen product can be sold"),
	invoiceLinesAre(codes.ErrPricesLocked, "neither a write-in nor a price override is added while prices are locked"),
	invoiceLinesAre(codes.ErrMissingPriceList, "a catalogue line finds a price list on the invoice, unless settings make it optional"),
	invoiceLinesAre(codes.ErrInvalid, "the lines are sound"),
)

// invoiceLinesAre is the check of the edited lines for one code, or for all
// faults that have no check of their own.
func invoiceLinesAre(code codes.Code, text string) editInvoiceLinesCheck {
	return flow.Faultless(code, text, func(i *Invoice, c *pricing.EditLines, f *InvoiceFacts) []record.Reason {
		return concerning(code, i.LineFaults(*c, f.price(i), i.PriceListID))
	})
}

// rewritten reports whether an edit changes anything of the lines.
func (i *Invoice) rewritten(e pricing.EditLines) bool {
	byLine := pricing.Finder{Lines: i.Lines}
	return len(e.Add)+len(e.Remove) > 0 || slices.ContainsFunc(e.Change, func(c pricing.ChangeLine) bool {
		l := byLine.Line(c.LineNumber)
		return l != nil && len(changedFields(reflect.ValueOf(pricing.FieldsOf(*l)), reflect.ValueOf(c.Fields), "")) > 0
	})
}

// overInvoiced lists the quantities that are beyond what the order has left.
func (i *Invoice) overInvoiced(e pricing.EditLines, f *InvoiceFacts) (reasons []record.Reason) {
	if f.Order == nil || f.Order.ID != i.SalesOrderID {
		return nil
	}
	byLine, sources := pricing.Finder{Lines: i.Lines}, pricing.Finder{Lines: f.Order.Lines}
	for n, c := range e.Change {
		l := byLine.Line(c.LineNumber)
		if l == nil || l.SourceLine == 0 {
			continue
		}
		source := sources.Line(l.SourceLine)
		q, given := c.Fields.Quantity.Get()
		if source == nil || !given || q.Equal(l.Quantity.Or(decimal.Decimal{})) {
			continue
		}
		without := *source
		without.QuantityInvoiced = pricing.Counted(pricing.Less(source.QuantityInvoiced.Or(decimal.Decimal{}), l.Quantity.Or(decimal.Decimal{})))
		if most := without.Invoiceable(f.Settings.InvoiceOnlyShipped); !pricing.Between(q, most) {
			reasons = append(reasons, record.Reason{
				Code: codes.ErrOverInvoiced, Field: fmt.Sprintf("change[%d].fields.quantity", n), Message: fmt.Sprintf("must lie between 0 and %s", most),
				Params: map[string]any{"line_number": c.LineNumber},
			})
		}
	}
	return reasons
}

// EditLines adds, changes and removes lines of an active invoice and
// calculates it. A line of the order that gets another quantity takes another
// piece of the order's line, and the order counts it; with another price or
// discount it becomes an ordinary line, priced on its own. Once the invoice is
// issued, nothing changes. Codes: ErrParentReadOnly, as in Dynamics 365
// ErrHasPayments once a credit note of it is issued, ErrOverInvoiced, ErrPricesLocked, ErrNotFound for an unknown line number,
// product or unit, ErrInactiveProduct,
// ErrMissingProduct, ErrMissingUnit, ErrMissingQuantity, ErrMissingPriceList,
// ErrProductAndWriteIn, ErrUnitOnWriteIn.
func (i Invoice) EditLines(cmd pricing.EditLines, f InvoiceFacts) (SavedInvoice, error) {
	if err := editInvoiceLines.Why(&i, &cmd, &f, i.Currency); err != nil {
		return SavedInvoice{}, err
	}
	if cmd.IsZero() {
		return SavedInvoice{Record: i}, nil
	}
	was := i
	i.PricedLines = i.PricedLines.Edited(cmd, f.price(&i))
	if f.Order != nil && f.Order.ID == i.SalesOrderID {
		i.takePieces(was.Lines, f)
	}
	i.moveShares(was.Lines, &f)
	var notices []record.Reason
	if !i.frozen(f.Settings) {
		notices = i.PricedLines.CalculateNoticed(&i.Head, &i.Charges, f.price(&i))
	}
	i.SettledOn = i.settledOn(f.Allocations)
	i.Touch(f.Stamp)
	out := i.saved(&was, &i, &f, record.StepEvent(&i, actions.InvoiceEditLines, i.Status.String(), f.Stamp, nil))
	out.Notices = append(notices, i.RetiredNotices(f.Catalog)...)
	return out, nil
}

// takePieces gives lines that were pieces and changed nothing but their
// quantity the piece of the order's line that this quantity earns.
func (i *Invoice) takePieces(was []pricing.Line, f InvoiceFacts) {
	var taken map[int32][]pricing.Line
	before, sources := pricing.Finder{Lines: was}, pricing.Finder{Lines: f.Order.Lines}
	for n := range i.Lines {
		l := &i.Lines[n]
		old := before.Line(l.LineNumber)
		if old == nil || !old.Piece || l.Piece {
			continue
		}
		fields := pricing.FieldsOf(*l)
		fields.Quantity = old.Quantity
		source := sources.Line(l.SourceLine)
		if source == nil || !i.KeepsWorth(old, fields) {
			continue
		}
		if taken == nil {
			taken = f.Order.taken(f.Siblings, f.SiblingNotes)
		}
		p := f.Order.piece(source, l.Quantity.Or(decimal.Decimal{}), taken[l.SourceLine])
		l.Piece, l.ManualDiscount, l.Tax = true, p.ManualDiscount, p.Tax
		l.BaseAmount, l.NetAmount, l.AllocatedDiscount, l.ExtendedAmount = p.BaseAmount, p.NetAmount, p.AllocatedDiscount, p.ExtendedAmount
		l.Adjustments, l.AdjustmentTotal = p.Adjustments, p.AdjustmentTotal
	}
}

// moveShares lets lines of the order take their share of the document discount
// with them when they go, become ordinary or take another piece: the discount is
// then what the lines that stay have of it.
func (i *Invoice) moveShares(was []pricing.Line, f *InvoiceFacts) {
	moved, after := false, pricing.Finder{Lines: i.Lines}
	for n := range was {
		if old := &was[n]; old.SourceLine != 0 {
			now := after.Line(old.LineNumber)
			moved = moved || now == nil || old.Piece && !now.Piece || now.Piece && !now.Quantity.Equal(old.Quantity)
		}
	}
	if !moved {
		return
	}
	var kept []pricing.Line
	before, pieces := pricing.Finder{Lines: was}, true
	for n := range i.Lines {
		now := &i.Lines[n]
		if now.Piece {
			kept = append(kept, *now)
		} else if old := before.Line(now.LineNumber); old != nil && !old.Piece {
			kept, pieces = append(kept, *old), false
		}
	}
	if o := f.Order; pieces && o != nil && o.ID == i.SalesOrderID && i.takesListOf(o) {
		i.takeShares(o.shares(f.Siblings, f.SiblingNotes, kept, i.CarriesFreight))
		return
	}
	i.Charges = i.Charges.Rescaled(i.PriceInput(pricing.PriceInput{}), was, kept)
}

// takesListOf reports whether all entries of the invoice are parts of its order's.
func (i *Invoice) takesListOf(o *Order) bool {
	return !slices.ContainsFunc(i.Adjustments, func(a pricing.Adjustment) bool { return a.Source == 0 || int(a.Source) > len(o.Adjustments) })
}

// takeShares gives the invoice its part of what its order charges beside its lines.
func (i *Invoice) takeShares(s pricing.Shares) {
	i.Charges = i.Charges.Discounted(s.Discount)
	i.Adjustments = s.Adjustments
}

// sharesOf adds up what pieces have of the document discount of their order.
func sharesOf(lines []pricing.Line, c money.Currency) money.Amount {
	shares := c.Zero()
	for i := range lines {
		if l := &lines[i]; l.Piece {
			shares = shares.Add(l.AllocatedDiscount)
		}
	}
	return shares
}

type invoiceGetProductsCheck = flow.Check[*Invoice, *pricing.GetProducts, *InvoiceFacts]

var invoiceGetProducts = flow.Decide(
	invoiceFlow, actions.InvoiceGetProducts,
	invoiceGetProductsCheck{
		Code: codes.ErrCurrencyMismatch, Text: "document and opportunity have one currency", Field: "opportunity_id",
		Holds: func(i *Invoice, _ *pricing.GetProducts, f *InvoiceFacts) bool {
			return f.Products == nil || f.Products.Currency == i.Currency
		},
	},
	invoiceGetProductsCheck{
		Code: codes.ErrPricesLocked, Text: "no price counts as overridden, while prices are locked", Field: "opportunity_id",
		Holds: func(i *Invoice, _ *pricing.GetProducts, f *InvoiceFacts) bool {
			return !i.IsPriceLocked || f.Products == nil || !overridden(f.Products.Lines)
		},
	},
	flow.Faultless(codes.ErrOutOfRange, "the document has room for the lines", func(i *Invoice, _ *pricing.GetProducts, f *InvoiceFacts) []record.Reason {
		return roomFor(&i.PricedLines, f.Products)
	}),
)

// GetProducts appends copies of an opportunity's lines to an invoice that is
// not issued; they bill no order. Codes: ErrParentReadOnly,
// ErrCurrencyMismatch, ErrPricesLocked, ErrOutOfRange beyond [pricing.MaxLines].
func (i Invoice) GetProducts(cmd pricing.GetProducts, f InvoiceFacts) (record.Change[Invoice], error) {
	if err := invoiceGetProducts.Why(&i, &cmd, &f, i.Currency); err != nil {
		return record.Change[Invoice]{}, err
	}
	if f.Products == nil || len(f.Products.Lines) == 0 {
		return record.Change[Invoice]{Record: i}, nil
	}
	i.PricedLines.Add(f.Products.PricedLines.CopyOf(false).Lines)
	return i.recalculated(actions.InvoiceGetProducts, &f, record.DataOf("opportunity", cmd.OpportunityID.String())), nil
}

var recalculateInvoice = flow.Decide[*pricing.Recalculate](invoiceFlow, actions.InvoiceRecalculate)

// Recalculate computes an invoice again that is not issued; equal results
// change nothing. Code: ErrReadOnly.
func (i Invoice) Recalculate(cmd pricing.Recalculate, f InvoiceFacts) (record.Change[Invoice], error) {
	if err := recalculateInvoice.Why(&i, &cmd, &f, i.Currency); err != nil {
		return record.Change[Invoice]{}, err
	}
	next := i.recalculated(actions.InvoiceRecalculate, &f, nil)
	if next.Record.PricedLines.Equal(i.PricedLines) {
		return record.Change[Invoice]{Record: i}, nil
	}
	return next, nil
}

var changeInvoiceCurrency = flow.Decide(invoiceFlow, actions.InvoiceChangeCurrency, flow.Check[*Invoice, *pricing.ChangeCurrency, *InvoiceFacts]{
	Code: codes.ErrCurrencyMismatch, Text: "the invoice keeps the currency of the order, opportunity or price list that it belongs to", Field: "currency",
	Holds: func(i *Invoice, c *pricing.ChangeCurrency, f *InvoiceFacts) bool {
		return c.Currency == i.Currency || i.SalesOrderID.IsZero() && i.OpportunityID.IsZero() && f.Catalog.Fits(i.PriceListID, c.Currency)
	},
})

// ChangeCurrency gives an invoice that is not issued and has no lines another
// currency. Codes: ErrReadOnly, ErrCurrencyInUse, ErrCurrencyMismatch with the
// order or the opportunity, ErrOutOfRange where an amount does not fit.
func (i Invoice) ChangeCurrency(cmd pricing.ChangeCurrency, f InvoiceFacts) (record.Change[Invoice], error) {
	if err := changeInvoiceCurrency.Why(&i, &cmd, &f, i.Currency); err != nil {
		return record.Change[Invoice]{}, err
	}
	if cmd.Keeps(&i.Head) {
		return record.Change[Invoice]{Record: i}, nil
	}
	if reasons := schema.Validate(&i.InvoiceFields, cmd.Currency); len(reasons) > 0 {
		return record.Change[Invoice]{}, invoiceFlow.Refused(&i, actions.InvoiceChangeCurrency, reasons)
	}
	from := i.Currency
	i.GiveRate(cmd.Currency, cmd.ExchangeRate)
	schema.Round(&i.InvoiceFields, i.Currency)
	i.SettledAmount = cmd.Currency.Zero()
	return i.recalculated(actions.InvoiceChangeCurrency, &f, record.DataOf("from", from.String(), "to", i.Currency.String())), nil
}
