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
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

// EditOrder replaces the editable fields of the header; custom values given
// are set, a JSON null removes one.
type EditOrder struct {
	Fields OrderFields   `json:"fields"`
	Custom record.Custom `json:"custom,omitzero"`
}

type editOrderCheck = flow.Check[*Order, *EditOrder, *OrderFacts]

var editOrder = flow.Decide(
	orderFlow, actions.OrderEdit,
	editOrderCheck{
		Code: codes.ErrHasLiveInvoices, Text: "price list, discounts, freight and the like stay while an invoice is not canceled", Field: "fields",
		Holds: func(o *Order, c *EditOrder, f *OrderFacts) bool {
			return !o.isBilled(f) || o.Charges.Equal(c.Fields.Charges)
		},
	},
	flow.Faultless(codes.ErrCustomerInactive, "a newly chosen customer is active",
		func(o *Order, c *EditOrder, f *OrderFacts) []record.Reason {
			return c.Fields.Faults("fields.", o.OrderFields, f.Inactive)
		}),
	flow.Faultless(codes.ErrCurrencyMismatch, "the price list is in the currency of the order, and the tax of freight is sound",
		func(o *Order, c *EditOrder, f *OrderFacts) []record.Reason {
			return c.Fields.Charges.Faults(f.Catalog, o.Currency, o.Pricing.TaxMode, o.Adjustments)
		}),
)

// Edit changes the header of an active order and calculates it; equal values
// change nothing. A submitted order is edited only by the integration. Codes:
// ErrReadOnly, ErrBackOfficeManaged, ErrHasLiveInvoices and those of NewOrder.
func (o Order) Edit(cmd EditOrder, f OrderFacts) (record.Change[Order], error) {
	if err := editOrder.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Order]{}, err
	}
	if len(cmd.Custom) == 0 && reflect.DeepEqual(o.OrderFields, cmd.Fields) {
		return record.Change[Order]{Record: o}, nil
	}
	o.OrderFields = cmd.Fields
	o.Custom = o.Custom.Edited(cmd.Custom)
	return o.recalculated(actions.OrderEdit, &f, nil), nil
}

// recalculated is the next version with lines and totals computed again.
func (o Order) recalculated(do actions.Action, f *OrderFacts, data record.Data) record.Change[Order] {
	notices := o.PricedLines.CalculateNoticed(&o.Head, &o.Charges, f.pricing(&o))
	o.Derive()
	return record.Changed(&o, do, f.Stamp, data).Noticed(o.RetiredNotices(f.Catalog)...).Noticed(notices...)
}

type editOrderLinesCheck = flow.Check[*Order, *pricing.EditLines, *OrderFacts]

var editOrderLines = flow.Decide(
	orderFlow, actions.OrderEditLines,
	flow.Faultless(codes.ErrHasLiveInvoices, "neither billed lines change nor, with a document discount, what the other lines are worth",
		func(o *Order, c *pricing.EditLines, f *OrderFacts) []record.Reason { return o.billedFaults(*c, f) }),
	orderLinesAre(codes.ErrInactiveProduct, "a newly chosen product can be sold"),
	orderLinesAre(codes.ErrPricesLocked, "neither a write-in nor a price override is added while prices are locked"),
	orderLinesAre(codes.ErrMissingPriceList, "a catalogue line finds a price list on the order, unless settings make it optional"),
	orderLinesAre(codes.ErrInvalid, "the lines are sound, and none falls below what was canceled of it"),
)

// orderLinesAre is the check of the edited lines for one code, or for all
// faults that have no check of their own.
func orderLinesAre(code codes.Code, text string) editOrderLinesCheck {
	return flow.Faultless(code, text, func(o *Order, c *pricing.EditLines, f *OrderFacts) []record.Reason {
		return concerning(code, o.lineFaults(*c, f))
	})
}

// concerning returns the faults of lines that belong to a check.
func concerning(check codes.Code, faults []record.Reason) []record.Reason {
	return slices.DeleteFunc(faults, func(r record.Reason) bool {
		switch r.Code {
		case codes.ErrPricesLocked, codes.ErrMissingPriceList, codes.ErrInactiveProduct:
			return r.Code != check
		}
		return check != codes.ErrInvalid
	})
}

// billedFaults lists what an edit of the lines would do to billed lines.
func (o *Order) billedFaults(e pricing.EditLines, f *OrderFacts) (reasons []record.Reason) {
	if !o.isBilled(f) {
		return nil
	}
	add := func(field, message string) {
		reasons = append(reasons, record.Reason{Code: codes.ErrHasLiveInvoices, Field: field, Message: message})
	}
	shared, billed := o.Charges.Discounts(), o.billedLines(f)
	moves := func(field string, l *pricing.Line, worth bool) {
		switch {
		case l != nil && billed[l.LineNumber]:
			add(field, "the line is billed")
		case shared && worth:
			add(field, "billed lines would have another share of the document discount")
		}
	}
	for i := range e.Add {
		moves(fmt.Sprintf("add[%d]", i), nil, true)
	}
	byLine := pricing.Finder{Lines: o.Lines}
	for i, c := range e.Change {
		if l := byLine.Line(c.LineNumber); l != nil {
			moves(fmt.Sprintf("change[%d]", i), l, !o.KeepsWorth(l, c.Fields))
		}
	}
	for i, n := range e.Remove {
		if l := byLine.Line(n); l != nil {
			moves(fmt.Sprintf("remove[%d]", i), l, true)
		}
	}
	return reasons
}

func (o *Order) lineFaults(e pricing.EditLines, f *OrderFacts) []record.Reason {
	p := f.price(o)
	p.PricesLocked = o.IsPriceLocked // a submitted order only keeps its prices
	reasons := o.PricedLines.LineFaults(e, p, o.PriceListID)
	byLine := pricing.Finder{Lines: o.Lines}
	for i, c := range e.Change {
		l := byLine.Line(c.LineNumber)
		if l == nil {
			continue
		}
		if q, ok := c.Fields.Quantity.Get(); ok && !pricing.Between(l.QuantityCancelled.Or(decimal.Decimal{}), q) {
			reasons = append(reasons, record.Reason{
				Code: codes.ErrOutOfRange, Field: fmt.Sprintf("change[%d].fields.quantity", i), Message: "less than what was canceled of the line",
			})
		}
	}
	return reasons
}

// EditLines adds, changes and removes lines of an active order and calculates
// it; those of a submitted one only for the integration. Codes:
// ErrParentReadOnly, ErrBackOfficeManaged, ErrHasLiveInvoices, ErrPricesLocked,
// ErrNotFound for an unknown line number, product or unit, ErrInactiveProduct,
// ErrMissingProduct, ErrMissingUnit,
// ErrMissingQuantity, ErrMissingPriceList, ErrProductAndWriteIn,
// ErrUnitOnWriteIn, ErrOutOfRange for less than what was canceled.
func (o Order) EditLines(cmd pricing.EditLines, f OrderFacts) (record.Change[Order], error) {
	if err := editOrderLines.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Order]{}, err
	}
	o.PricedLines = o.PricedLines.Edited(cmd, f.price(&o))
	return o.recalculated(actions.OrderEditLines, &f, nil), nil
}

type orderGetProductsCheck = flow.Check[*Order, *pricing.GetProducts, *OrderFacts]

var orderGetProducts = flow.Decide(
	orderFlow, actions.OrderGetProducts,
	orderGetProductsCheck{
		Code: codes.ErrCurrencyMismatch, Text: "document and opportunity have one currency", Field: "opportunity_id",
		Holds: func(o *Order, _ *pricing.GetProducts, f *OrderFacts) bool {
			return f.Products == nil || f.Products.Currency == o.Currency
		},
	},
	orderGetProductsCheck{
		Code: codes.ErrPricesLocked, Text: "no price counts as overridden, while prices are locked", Field: "opportunity_id",
		Holds: func(o *Order, _ *pricing.GetProducts, f *OrderFacts) bool {
			return !o.IsPriceLocked || f.Products == nil || !overridden(f.Products.Lines)
		},
	},
	flow.Faultless(codes.ErrOutOfRange, "the document has room for the lines", func(o *Order, _ *pricing.GetProducts, f *OrderFacts) []record.Reason {
		return roomFor(&o.PricedLines, f.Products)
	}),
)

// roomFor lists why a document takes no copies of the lines of an opportunity, where
// there is one.
func roomFor(s *pricing.PricedLines, o *Opportunity) []record.Reason {
	if o == nil {
		return nil
	}
	return s.Room("opportunity_id", len(o.Lines))
}

// overridden reports whether the price of some line does not come from the
// catalogue.
func overridden(lines []pricing.Line) bool {
	return slices.ContainsFunc(lines, func(l pricing.Line) bool { return l.IsPriceOverridden || l.IsWriteIn() })
}

// GetProducts appends copies of an opportunity's lines to an active order.
// Codes: ErrParentReadOnly, ErrBackOfficeManaged, ErrHasLiveInvoices,
// ErrCurrencyMismatch, ErrPricesLocked, ErrOutOfRange beyond [pricing.MaxLines].
func (o Order) GetProducts(cmd pricing.GetProducts, f OrderFacts) (record.Change[Order], error) {
	if err := orderGetProducts.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Order]{}, err
	}
	if f.Products == nil || len(f.Products.Lines) == 0 {
		return record.Change[Order]{Record: o}, nil
	}
	o.PricedLines.Add(f.Products.PricedLines.CopyOf(false).Lines)
	return o.recalculated(actions.OrderGetProducts, &f, record.DataOf("opportunity", cmd.OpportunityID.String())), nil
}

var recalculateOrder = flow.Decide[*pricing.Recalculate](orderFlow, actions.OrderRecalculate)

// Recalculate computes an active order again; equal results change nothing,
// and no price of a submitted order is computed. Codes: ErrReadOnly,
// ErrBackOfficeManaged.
func (o Order) Recalculate(cmd pricing.Recalculate, f OrderFacts) (record.Change[Order], error) {
	if err := recalculateOrder.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Order]{}, err
	}
	next := o.recalculated(actions.OrderRecalculate, &f, nil)
	if o.Status == OrderStatusSubmitted || next.Record.PricedLines.Equal(o.PricedLines) {
		return record.Change[Order]{Record: o}, nil
	}
	return next, nil
}

var changeOrderCurrency = flow.Decide(orderFlow, actions.OrderChangeCurrency, flow.Check[*Order, *pricing.ChangeCurrency, *OrderFacts]{
	Code: codes.ErrCurrencyMismatch, Text: "the order keeps the currency of the quote, opportunity or price list that it belongs to", Field: "currency",
	Holds: func(o *Order, c *pricing.ChangeCurrency, f *OrderFacts) bool {
		return c.Currency == o.Currency || o.QuoteID.IsZero() && o.OpportunityID.IsZero() && f.Catalog.Fits(o.PriceListID, c.Currency)
	},
})

// ChangeCurrency gives an active order without lines another currency. Codes:
// ErrReadOnly, ErrBackOfficeManaged, ErrCurrencyInUse, ErrHasLiveInvoices,
// ErrCurrencyMismatch with the quote or the opportunity, ErrOutOfRange where an
// amount does not fit.
func (o Order) ChangeCurrency(cmd pricing.ChangeCurrency, f OrderFacts) (record.Change[Order], error) {
	if err := changeOrderCurrency.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Order]{}, err
	}
	if cmd.Keeps(&o.Head) {
		return record.Change[Order]{Record: o}, nil
	}
	if reasons := schema.Validate(&o.OrderFields, cmd.Currency); len(reasons) > 0 {
		return record.Change[Order]{}, orderFlow.Refused(&o, actions.OrderChangeCurrency, reasons)
	}
	from := o.Currency
	o.GiveRate(cmd.Currency, cmd.ExchangeRate)
	schema.Round(&o.OrderFields, o.Currency)
	return o.recalculated(actions.OrderChangeCurrency, &f, record.DataOf("from", from.String(), "to", o.Currency.String())), nil
}
