package journeytest

import (
	"fmt"
	"reflect"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
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
		order := lookup(s.book, i.SalesOrderID)
		for _, l := range i.Lines {
			// Once an invoice is canceled, its order may drop the line.
			dropped := order != nil && i.Status == leadtocash.InvoiceStatusCanceled && l.SourceLine <= order.LastLine
			if l.SourceLine != 0 && !dropped && (order == nil || order.Line(l.SourceLine) == nil) {
				return fmt.Errorf("line %d bills line %d of order %s, which has none", l.LineNumber, l.SourceLine, i.SalesOrderID)
			}
		}
		return nil
	})
}

// parts are the amounts of a line that invoices take their pieces of.
func parts(l *leadtocash.Line) [4]leadtocash.Amount {
	return [4]leadtocash.Amount{l.BaseAmount, l.NetAmount, l.NetAmount.Sub(l.AllocatedDiscount), l.Tax.Or(leadtocash.Amount{})}
}

var partNames = [4]string{"base", "net", "after discount", "tax"}

func i47(s *scene) error {
	return each(s, func(o *leadtocash.Order) error {
		if o.Status == leadtocash.OrderStatusNoMoney {
			return nil
		}
		live := s.liveInvoices(o.ID)
		for n := range o.Lines {
			if err := piecesFit(&o.Lines[n], live); err != nil {
				return fmt.Errorf("line %d: %w", o.Lines[n].LineNumber, err)
			}
		}
		return s.billedWhole(o, live)
	})
}

// piecesFit checks what invoices took of one order line.
func piecesFit(source *leadtocash.Line, live []*leadtocash.Invoice) error {
	var sums [4]leadtocash.Amount
	edited := false
	for _, i := range live {
		for n := range i.Lines {
			l := &i.Lines[n]
			switch {
			case l.SourceLine != source.LineNumber:
			case !l.Piece:
				edited = true
			default:
				for p, a := range parts(l) {
					sums[p] = sums[p].Add(a)
				}
			}
		}
	}
	c := countsOf(source)
	for p, most := range parts(source) {
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
func (s *scene) billedWhole(o *leadtocash.Order, live []*leadtocash.Invoice) error {
	if o.Invoicing != leadtocash.InvoicingFull {
		return nil
	}
	for n := range o.Lines {
		if !o.Lines[n].QuantityCancelled.IsZero() {
			return nil
		}
	}
	sum := o.Currency.Zero()
	for _, i := range live {
		if s.happened(leadtocash.Ref{Kind: leadtocash.KindInvoice, ID: i.ID.UUID}, "invoice.edited", "invoice.lines_edited", "invoice.products_added") > 0 {
			return nil
		}
		sum = sum.Add(i.TotalAmount)
	}
	return unless(sum.Equal(o.TotalAmount), "is billed in full by %d invoices of %s, its total is %s", len(live), sum, o.TotalAmount)
}

func i48(s *scene) error {
	return first(
		eachChange(s, func(was, is *leadtocash.Invoice, e leadtocash.Event) error {
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
	return eachChange(s, func(was, is *leadtocash.Invoice, e leadtocash.Event) error {
		state := was.Status.State()
		if state != leadtocash.InvoicePaid && state != leadtocash.InvoiceCanceled {
			return nil
		}
		return unless(reflect.DeepEqual(was.Sale, is.Sale) && reflect.DeepEqual(was.Charges, is.Charges),
			"%s changed amounts while %s", e.Type, was.Status)
	})
}

// Cash: what the extension for payments promises as far as payments and their
// allocations go.
var cashInvariants = []Invariant{
	{Number: 61, Text: "what is settled and what is open of an invoice lie between 0 and what is due", Strict: true, check: i61},
	{Number: 62, Text: "what is left of a payment lies between 0 and its amount", check: i62},
	{Number: 64, Text: "the status of an issued invoice follows from what is settled", Strict: true, check: i64},
	{Number: 65, Text: "nothing is allocated to a canceled invoice", check: i65},
	{Number: 66, Text: "an allocation joins equal customers and currencies", check: i66},
	{Number: 68, Text: "nothing of a voided or bounced payment is allocated", check: i68},
	{Number: 72, Text: "an issued invoice is due when it is issued or later; others have no issue date", check: i72},
	{Number: 79, Text: "amounts, number and issue date of an issued invoice never change", Strict: true, check: i79},
	{Number: 80, Text: "a paid invoice is opened again only by taking money back", Strict: true, check: i80},
}

// allocated adds up active allocations.
func (b *book) allocated(of func(*leadtocash.Allocation) bool) (sum leadtocash.Amount) {
	for _, a := range all[leadtocash.Allocation](b) {
		if a.IsActive() && of(a) {
			sum = sum.Add(a.Amount)
		}
	}
	return sum
}

func i61(s *scene) error {
	return each(s, func(i *leadtocash.Invoice) error {
		sum := s.allocated(func(a *leadtocash.Allocation) bool { return a.InvoiceID == i.ID })
		return first(
			unless(sum.Equal(i.SettledAmount), "%s is settled, %s allocated", i.SettledAmount, sum),
			unless(i.SettledAmount.Sign() >= 0 && (i.SettledAmount.IsZero() || i.SettledAmount.Cmp(i.AmountDue) <= 0), "%s of %s is settled", i.SettledAmount, i.AmountDue),
			unless(i.OpenBalance().Sign() >= 0, "%s is open", i.OpenBalance()),
		)
	})
}

func i62(s *scene) error {
	return each(s, func(p *leadtocash.Payment) error {
		sum := s.allocated(func(a *leadtocash.Allocation) bool { return a.PaymentID == p.ID })
		return first(
			unless(p.Amount.Sign() > 0, "is of %s", p.Amount),
			unless(sum.Equal(p.AllocatedAmount), "%s is noted as allocated, %s is", p.AllocatedAmount, sum),
			unless(p.Unallocated().Sign() >= 0 && p.Unallocated().Cmp(p.Amount) <= 0, "%s of %s is left", p.Unallocated(), p.Amount),
		)
	})
}

func i64(s *scene) error {
	return each(s, func(i *leadtocash.Invoice) error {
		if i.InvoiceNumber == "" || i.Status == leadtocash.InvoiceStatusCanceled {
			return nil
		}
		want := leadtocash.InvoiceStatusPartiallyPaid
		switch {
		case i.SettledAmount.Equal(i.AmountDue):
			want = leadtocash.InvoiceStatusPaid
		case i.SettledAmount.IsZero():
			want = leadtocash.InvoiceStatusBilled
		}
		return unless(i.Status == want, "is %s with %s of %s settled", i.Status, i.SettledAmount, i.AmountDue)
	})
}

func i65(s *scene) error {
	return each(s, func(a *leadtocash.Allocation) error {
		i := lookup(s.book, a.InvoiceID)
		return unless(!a.IsActive() || i.Status != leadtocash.InvoiceStatusCanceled, "settles invoice %s, which is canceled", a.InvoiceID)
	})
}

func i66(s *scene) error {
	return each(s, func(a *leadtocash.Allocation) error {
		p, i := lookup(s.book, a.PaymentID), lookup(s.book, a.InvoiceID)
		return unless(!a.IsActive() || p.CustomerID == i.CustomerID && p.Currency == i.Currency, "joins %s in %s and %s in %s", p.CustomerID, p.Currency, i.CustomerID, i.Currency)
	})
}

func i68(s *scene) error {
	return each(s, func(p *leadtocash.Payment) error {
		return unless(p.Status == leadtocash.PaymentStatusPosted || p.AllocatedAmount.IsZero(), "is %s and %s of it is allocated", p.Status, p.AllocatedAmount)
	})
}

func i72(s *scene) error {
	return each(s, func(i *leadtocash.Invoice) error {
		if i.InvoiceNumber == "" {
			return unless(i.IssueDate.IsZero(), "has an issue date and no number")
		}
		return unless(!i.IssueDate.IsZero() && !i.DueDate.Before(i.IssueDate), "was issued on %s and due on %s", i.IssueDate, i.DueDate)
	})
}

func i79(s *scene) error {
	return eachChange(s, func(was, is *leadtocash.Invoice, e leadtocash.Event) error {
		if was.InvoiceNumber == "" {
			return nil
		}
		return first(
			unless(was.InvoiceNumber == is.InvoiceNumber && was.IssueDate == is.IssueDate, "%s changed number or issue date", e.Type),
			unless(was.Totals == is.Totals && reflect.DeepEqual(was.Charges, is.Charges), "%s changed totals from %+v to %+v", e.Type, was.Totals, is.Totals),
			sameWorth(was.Lines, is.Lines),
		)
	})
}

func sameWorth(was, is []leadtocash.Line) error {
	if len(was) != len(is) {
		return fmt.Errorf("had %d lines, has %d", len(was), len(is))
	}
	for n := range was {
		if !sameAmounts(worth(was[n]), worth(is[n])) || !was[n].Quantity.Or(decimal.Decimal{}).Equal(is[n].Quantity.Or(decimal.Decimal{})) {
			return fmt.Errorf("line %+v was %+v", is[n], was[n])
		}
	}
	return nil
}

func i80(s *scene) error {
	return eachChange(s, func(was, is *leadtocash.Invoice, e leadtocash.Event) error {
		if was.Status != leadtocash.InvoiceStatusPaid || is.Status == was.Status {
			return nil
		}
		taken := s.did(leadtocash.ActionPaymentDeallocate, leadtocash.ActionPaymentVoid, leadtocash.ActionPaymentBounce)
		free := s.did(leadtocash.ActionInvoiceCancel) && was.SettledAmount.IsZero()
		return unless(taken || free, "was paid and became %s by %s", is.Status, e.Type)
	})
}
