package journeytest

import (
	"fmt"
	"reflect"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

var invoiceInvariants = []Invariant{
	{Number: 46, Text: "an invoice line bills a line of the invoice's order", check: i46},
	{Number: 47, Text: "what invoices take of an order line adds up to it, never beyond", check: i47},
	{Number: 48, Text: "a canceled invoice stays so, and nothing is owed for it", check: i48},
	{Number: 49, Text: "no action leads to a status that only imports have", check: i49},
	{Number: 50, Text: "the amounts of a paid or canceled invoice never change", check: i50},
}

func i46(s *scene) error {
	return each(s, func(i *leadtocash.Invoice) error {
		order := lookup[leadtocash.Order](s.book, i.SalesOrderID)
		for _, l := range i.Lines {
			// Once it is not billed any more, the order may drop the line.
			b, bills := s.billOf(i)
			bills = bills && i.Status != leadtocash.InvoiceStatusCanceled && !(len(b.notes) > 0 && b.back(l.LineNumber).Equal(l.Quantity.Or(decimal.Decimal{})))
			dropped := order != nil && !bills && l.SourceLine <= order.LastLine
			if l.SourceLine != 0 && !dropped && (order == nil || order.Line(l.SourceLine) == nil) {
				return fmt.Errorf("line %d bills line %d of order %s, which has none", l.LineNumber, l.SourceLine, i.SalesOrderID)
			}
		}
		return nil
	})
}

// parts are the amounts of a line that invoices take their pieces of. Tax that is
// computed is computed for each document.
func parts(l *pricing.Line, mode pricing.TaxMode) (p [4]money.Amount) {
	p = [4]money.Amount{l.BaseAmount, l.NetAmount, l.NetAmount.Sub(l.AllocatedDiscount)}
	if mode == pricing.TaxManual {
		p[3] = l.Tax.Or(money.Amount{})
	}
	return p
}

var partNames = [4]string{"base", "net", "after discount", "tax"}

func i47(s *scene) error {
	return each(s, func(o *leadtocash.Order) error {
		if o.Status == leadtocash.OrderStatusNoMoney {
			return nil
		}
		live := s.bills(o.ID)
		for n := range o.Lines {
			if err := piecesFit(&o.Lines[n], o.Pricing.TaxMode, live); err != nil {
				return fmt.Errorf("line %d: %w", o.Lines[n].LineNumber, err)
			}
		}
		return s.billedWhole(o, live)
	})
}

// piecesFit checks what invoices took of one order line.
func piecesFit(source *pricing.Line, mode pricing.TaxMode, live []bill) error {
	var sums [4]money.Amount
	edited := false
	for _, i := range live {
		if i.edited {
			return nil
		}
		for n := range i.Lines {
			l := &i.Lines[n]
			switch {
			case l.SourceLine != source.LineNumber:
			case !l.Piece:
				edited = true
			default:
				for p, a := range parts(l, mode) {
					sums[p] = sums[p].Add(a)
				}
				for _, note := range i.notes {
					for at := range note.Lines {
						if note.Lines[at].SourceLine == l.LineNumber {
							for p, a := range parts(&note.Lines[at], mode) {
								sums[p] = sums[p].Sub(a)
							}
						}
					}
				}
			}
		}
	}
	c := countsOf(source)
	for p, most := range parts(source, mode) {
		sum := sums[p]
		if !sum.IsZero() && sum.Sign() != most.Sign() || sum.Abs().Cmp(most.Abs()) > 0 {
			return fmt.Errorf("%s pieces of %s add up to %s", partNames[p], most, sum)
		}
		if !edited && !c.ordered.IsZero() && c.invoiced.Equal(c.ordered) && !sum.Equal(most) {
			return fmt.Errorf("all is billed, but the %s pieces of %s add up to %s", partNames[p], most, sum)
		}
	}
	return nil
}

// billedWhole checks that the invoices of an order that is billed as a whole
// come to its total, unless somebody edited one.
func (s *scene) billedWhole(o *leadtocash.Order, live []bill) error {
	if o.Invoicing != pricing.InvoicingFull {
		return nil
	}
	for n := range o.Lines {
		if !o.Lines[n].QuantityCancelled.IsZero() {
			return nil
		}
	}
	sum, total := o.Currency.Zero(), amountOf(&o.Charges, &o.PricedLines)
	for _, i := range live {
		if s.happened(record.Ref{Kind: kinds.Invoice, ID: i.ID.UUID}, "invoice.edited", "invoice.lines_edited", "invoice.products_added") > 0 {
			return nil
		}
		sum = sum.Add(amountOf(&i.Charges, &i.PricedLines))
		for _, n := range i.notes {
			if i.edited || s.happened(record.Ref{Kind: kinds.CreditNote, ID: n.ID.UUID}, "credit_note.edited") > 0 || i.freight && !(n.FreightAmount.Or(money.Amount{}).IsZero() && n.ChargeTotal.IsZero()) {
				return nil
			}
			sum = sum.Sub(amountOf(&n.Charges, &n.PricedLines))
		}
	}
	return unless(sum.Equal(total), "is billed in full by %d invoices of %s, its total is %s", len(live), sum, total)
}

// amountOf is the total of a document, without tax where each document computes
// its own.
func amountOf(c *pricing.Charges, s *pricing.PricedLines) money.Amount {
	if s.Pricing.TaxMode == pricing.TaxManual {
		return s.TotalAmount
	}
	return s.TotalAmountLessFreight.Add(c.FreightAmount.Or(money.Amount{})).Add(s.ChargeTotal)
}

func i48(s *scene) error {
	return first(
		eachChange(s, func(was, is *leadtocash.Invoice, e record.Event) error {
			return unless(was.Status != leadtocash.InvoiceStatusCanceled || is.Status == was.Status, "was canceled and became %s by %s", is.Status, e.Type)
		}),
		each(s, func(i *leadtocash.Invoice) error {
			return unless(i.Status != leadtocash.InvoiceStatusCanceled || i.OpenBalance().IsZero() && i.SettledAmount.IsZero(),
				"is canceled with %s open and %s settled", i.OpenBalance(), i.SettledAmount)
		}),
	)
}

func i49(s *scene) error {
	return first(
		each(s, func(i *leadtocash.Invoice) error {
			return unless(i.Status.State() != leadtocash.InvoiceClosed, "is %s", i.Status)
		}),
		each(s, func(c *leadtocash.OpportunityClose) error {
			return unless(c.Status != leadtocash.CloseStatusOpen, "is %s", c.Status)
		}),
		each(s, func(c *leadtocash.QuoteClose) error {
			return unless(c.Status == leadtocash.CloseStatusCompleted, "is %s", c.Status)
		}),
		each(s, func(c *leadtocash.OrderClose) error {
			return unless(c.Status == leadtocash.CloseStatusCompleted, "is %s", c.Status)
		}),
	)
}

func i50(s *scene) error {
	return eachChange(s, func(was, is *leadtocash.Invoice, e record.Event) error {
		state := was.Status.State()
		if state != leadtocash.InvoicePaid && state != leadtocash.InvoiceCanceled {
			return nil
		}
		return unless(reflect.DeepEqual(was.PricedLines, is.PricedLines) && reflect.DeepEqual(was.Charges, is.Charges),
			"%s changed amounts while %s", e.Type, was.Status)
	})
}
