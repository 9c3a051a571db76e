package journeytest

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

var orderInvariants = []Invariant{
	{Number: 35, Text: "the quote that an order was made from is won", check: i35},
	{Number: 36, Text: "a quote has at most one order that is not canceled", Strict: true, check: i36},
	{Number: 37, Text: "an order begins with its quote's amounts, line by line, and locked prices", check: i37},
	{Number: 38, Text: "turning an active quote into an order wins quote and opportunity", check: i38},
	{Number: 39, Text: "shipped and canceled quantities stay within what is ordered, and nothing is unshipped", check: i39},
	{Number: 40, Text: "what is counted as invoiced is what live invoices bill and credit notes do not give back, within what is ordered and not canceled", check: i40},
	{Number: 41, Text: "the status of an order follows from how far it is delivered and billed", check: i41},
	{Number: 42, Text: "a canceled order stays so; every fulfilment and cancellation has one close activity", check: i42},
	{Number: 43, Text: "a canceled order has no live invoice", check: i43},
	{Number: 44, Text: "delivered orders and billed lines change nothing but their counts", check: i44},
	{Number: 45, Text: "locking and unlocking prices changes no amount", check: i45},
	{Number: 88, Text: "what is credited to be billed again is as if it had never been billed", check: i88},
}

func i35(s *scene) error {
	return each(s, func(o *leadtocash.Order) error {
		if o.QuoteID.IsZero() {
			return nil
		}
		q := lookup[leadtocash.Quote](s.book, o.QuoteID)
		return unless(q != nil && q.Status == leadtocash.QuoteStatusWon, "its quote is not won: %+v", q)
	})
}

func i36(s *scene) error {
	live := map[record.QuoteID]int{}
	return each(s, func(o *leadtocash.Order) error {
		if !o.QuoteID.IsZero() && o.Status.State() != leadtocash.OrderCanceled {
			live[o.QuoteID]++
		}
		return unless(live[o.QuoteID] <= 1, "is one of %d orders of quote %s", live[o.QuoteID], o.QuoteID)
	})
}

// worth is what a line comes to.
func worth(l pricing.Line) []money.Amount {
	return []money.Amount{l.BaseAmount, l.NetAmount, l.AllocatedDiscount, l.ExtendedAmount, l.Tax.Or(money.Amount{})}
}

func sameAmounts(a, b []money.Amount) bool {
	for n := range a {
		if !a[n].Equal(b[n]) {
			return false
		}
	}
	return len(a) == len(b)
}

func i37(s *scene) error {
	return eachBirth(s, func(o *leadtocash.Order, _ record.Event) error {
		if o.QuoteID.IsZero() {
			return nil
		}
		q := lookup[leadtocash.Quote](s.book, o.QuoteID)
		if !o.IsPriceLocked || !o.TotalAmount.Equal(q.TotalAmount) || len(o.Lines) != len(q.Lines) {
			return fmt.Errorf("comes to %s in %d lines, its quote to %s in %d; prices locked: %t", o.TotalAmount, len(o.Lines), q.TotalAmount, len(q.Lines), o.IsPriceLocked)
		}
		for n, l := range o.Lines {
			if !sameAmounts(worth(l), worth(q.Lines[n])) || l.SourceLine != q.Lines[n].LineNumber {
				return fmt.Errorf("line %+v was made of %+v", l, q.Lines[n])
			}
		}
		return nil
	})
}

func i38(s *scene) error {
	cmd, ok := s.attempt.cmd.(leadtocash.WinQuoteToOrder)
	was, _ := s.before.records[s.attempt.ref].(*leadtocash.Quote)
	if !ok || was == nil || s.err != nil || was.Status.State() != leadtocash.QuoteActive || cmd.Opportunity != 0 && cmd.Opportunity != leadtocash.CloseAsWon {
		return nil
	}
	opportunity := lookup[leadtocash.Opportunity](s.before, was.OpportunityID)
	if opportunity == nil || opportunity.Status.State() != leadtocash.OpportunityOpen {
		return nil
	}
	count := map[string]int{}
	for _, e := range s.fresh {
		count[e.Type]++
	}
	for _, event := range []string{"quote.won_to_order", "order.created", "quote_close.created", "opportunity.won", "opportunity_close.created"} {
		if count[event] != 1 {
			return fmt.Errorf("%s happened %d times", event, count[event])
		}
	}
	return first(
		unless(lookup[leadtocash.Quote](s.book, was.ID).Status == leadtocash.QuoteStatusWon, "the quote is not won"),
		unless(lookup[leadtocash.Opportunity](s.book, opportunity.ID).Status == leadtocash.OpportunityStatusWon, "the opportunity is not won"),
	)
}

// counts are the quantities of an order line.
type counts struct{ ordered, shipped, canceled, invoiced decimal.Decimal }

func countsOf(l *pricing.Line) counts {
	return counts{
		l.Quantity.Or(decimal.Decimal{}), l.QuantityShipped.Or(decimal.Decimal{}),
		l.QuantityCancelled.Or(decimal.Decimal{}), l.QuantityInvoiced.Or(decimal.Decimal{}),
	}
}

func (c counts) committed() decimal.Decimal { return c.ordered.Sub(c.canceled) }

// inSign reports whether a quantity is 0 or has the sign of another.
func inSign(q, of decimal.Decimal) bool { return q.IsZero() || q.Sign() == of.Sign() }

func i39(s *scene) error {
	return first(
		each(s, func(o *leadtocash.Order) error {
			for n := range o.Lines {
				c := countsOf(&o.Lines[n])
				if !inSign(c.shipped, c.ordered) || !inSign(c.canceled, c.ordered) || c.shipped.Abs().Add(c.canceled.Abs()).GreaterThan(c.ordered.Abs()) {
					return fmt.Errorf("line %d: %s ordered, %s shipped, %s canceled", o.Lines[n].LineNumber, c.ordered, c.shipped, c.canceled)
				}
			}
			return nil
		}),
		eachChange(s, func(was, is *leadtocash.Order, _ record.Event) error {
			for n := range was.Lines {
				before := countsOf(&was.Lines[n]).shipped
				now := is.Line(was.Lines[n].LineNumber)
				if now == nil && !before.IsZero() || now != nil && countsOf(now).shipped.Abs().LessThan(before.Abs()) {
					return fmt.Errorf("line %d: %s was shipped", was.Lines[n].LineNumber, before)
				}
			}
			return nil
		}),
	)
}

// A bill is an invoice of an order with what its credit notes give back to be billed
// again.
type bill struct {
	*leadtocash.Invoice
	notes   []*leadtocash.CreditNote // that give back
	edited  bool                     // one of them is not of pieces alone
	freight bool                     // is billed
}

// back is what is given back of a line of the invoice.
func (b *bill) back(line int32) (sum decimal.Decimal) {
	for _, n := range b.notes {
		for at := range n.Lines {
			if n.Lines[at].SourceLine == line {
				sum = sum.Add(n.Lines[at].Quantity.Or(decimal.Decimal{}))
			}
		}
	}
	return sum
}

// bills are the invoices of an order that bill something.
func (b *book) bills(id record.OrderID) (list []bill) {
	for _, i := range all[leadtocash.Invoice](b) {
		if i.SalesOrderID != id || i.Status == leadtocash.InvoiceStatusCanceled {
			continue
		}
		if one, bills := b.billOf(i); bills {
			list = append(list, one)
		}
	}
	return list
}

func (b *book) billOf(i *leadtocash.Invoice) (one bill, bills bool) {
	one = bill{Invoice: i, freight: i.CarriesFreight}
	var issued []*leadtocash.CreditNote
	credited, total, free := map[int32]decimal.Decimal{}, i.Currency.Zero(), false
	for _, n := range all[leadtocash.CreditNote](b) {
		if n.InvoiceID != i.ID || n.Status != leadtocash.CreditNoteStatusIssued {
			continue
		}
		issued, total = append(issued, n), total.Add(n.TotalAmount)
		for at := range n.Lines {
			l := &n.Lines[at]
			free = free || l.SourceLine == 0
			credited[l.SourceLine] = credited[l.SourceLine].Add(l.Quantity.Or(decimal.Decimal{}))
		}
	}
	every := true
	for n := range i.Lines {
		every = every && i.Lines[n].Quantity.Or(decimal.Decimal{}).Equal(credited[i.Lines[n].LineNumber])
	}
	whole := every || free && total.Equal(i.TotalAmount)
	freight := i.Currency.Zero()
	for _, n := range issued {
		yes := n.Rebill == leadtocash.RebillYes
		if n.Rebill == 0 {
			switch n.Reason {
			case leadtocash.CreditReasonCancellation, leadtocash.CreditReasonPriceCorrection:
				yes = true
			case leadtocash.CreditReasonReturn, leadtocash.CreditReasonGoodwill:
			default:
				yes = whole
			}
		}
		if !yes {
			continue
		}
		one.notes, freight = append(one.notes, n), freight.Add(n.Carriage(i.Pricing.TaxMode, append([]pricing.Adjustment{}, i.Adjustments...)))
		for at := range n.Lines {
			one.edited = one.edited || !n.Lines[at].Piece
		}
	}
	all := freight.Equal(i.Carriage(i.Pricing.TaxMode, nil))
	bills = len(one.notes) == 0 || !all
	for n := range i.Lines {
		bills = bills || !i.Lines[n].Quantity.Or(decimal.Decimal{}).Equal(one.back(i.Lines[n].LineNumber))
	}
	one.freight = one.freight && (freight.IsZero() || !all)
	return one, bills
}

func i40(s *scene) error {
	return each(s, func(o *leadtocash.Order) error {
		billed, freight := map[int32]decimal.Decimal{}, false
		for _, i := range s.bills(o.ID) {
			if i.freight && freight && i.HasFreight() {
				return fmt.Errorf("invoice %s carries the freight a second time", i.ID)
			}
			freight = freight || i.freight
			for _, l := range i.Lines {
				billed[l.SourceLine] = billed[l.SourceLine].Add(l.Quantity.Or(decimal.Decimal{})).Sub(i.back(l.LineNumber))
			}
		}
		if o.FreightInvoiced != freight && o.HasFreight() {
			return fmt.Errorf("freight counted as invoiced: %t, billed: %t", o.FreightInvoiced, freight)
		}
		for n := range o.Lines {
			c, number := countsOf(&o.Lines[n]), o.Lines[n].LineNumber
			if !c.invoiced.Equal(billed[number]) {
				return fmt.Errorf("line %d: %s counted as invoiced, %s billed", number, c.invoiced, billed[number])
			}
			if !inSign(c.invoiced, c.ordered) || c.invoiced.Abs().GreaterThan(c.committed().Abs()) {
				return fmt.Errorf("line %d: %s invoiced of %s ordered and %s canceled", number, c.invoiced, c.ordered, c.canceled)
			}
		}
		return nil
	})
}

// i88: an order of which all that was billed is given back is as it was before.
func i88(s *scene) error {
	return each(s, func(o *leadtocash.Order) error {
		given := false
		for _, i := range all[leadtocash.Invoice](s.book) {
			given = given || i.SalesOrderID == o.ID && i.Status != leadtocash.InvoiceStatusCanceled
		}
		if !given || len(s.bills(o.ID)) > 0 || o.Status == leadtocash.OrderStatusNoMoney {
			return nil
		}
		if o.Invoicing != pricing.InvoicingNone || o.FreightInvoiced && o.HasFreight() || o.Status == leadtocash.OrderStatusInvoiced {
			return fmt.Errorf("nothing is billed any more, and it is %s, invoiced %s, its freight %t", o.Status, o.Invoicing, o.FreightInvoiced)
		}
		var invoices []leadtocash.Invoice
		var notes []leadtocash.CreditNote
		for _, i := range all[leadtocash.Invoice](s.book) {
			invoices = append(invoices, *i)
		}
		for _, n := range all[leadtocash.CreditNote](s.book) {
			notes = append(notes, *n)
		}
		want := o.TotalAmount
		if want.Sign() < 0 {
			want = o.Currency.Zero()
		}
		got := o.Unbilled(invoices, notes)
		return unless(got.Equal(want), "nothing is billed any more, and %s of %s counts as unbilled", got, want)
	})
}

// fulfilment is the axis of delivery as the order's history tells it.
func (b *book) fulfilment(o *leadtocash.Order) leadtocash.FulfilmentAxis {
	ref := record.Ref{Kind: kinds.Order, ID: o.ID.UUID}
	some, all := false, true
	for n := range o.Lines {
		c := countsOf(&o.Lines[n])
		some = some || !c.shipped.IsZero()
		if o.Lines[n].ProductType == pricing.ProductTypeRequiredBundleProduct {
			continue // goes with its bundle; what was delivered ahead of one that is canceled stays delivered
		}
		all = all && c.shipped.Equal(c.committed())
	}
	switch {
	case b.happened(ref, "order.fulfilled") > 0, some && all:
		return leadtocash.FulfilmentComplete
	case b.happened(ref, "order.partly_fulfilled") > 0:
		return leadtocash.FulfilmentPartial
	}
	return leadtocash.FulfilmentNone
}

func invoicing(o *leadtocash.Order) pricing.InvoicingAxis {
	some, all := false, true
	for n := range o.Lines {
		if o.Lines[n].ProductType == pricing.ProductTypeRequiredBundleProduct {
			continue // paid for with its bundle
		}
		c := countsOf(&o.Lines[n])
		some, all = some || !c.invoiced.IsZero(), all && c.invoiced.Equal(c.committed())
	}
	freight := o.FreightInvoiced || !o.HasFreight()
	switch {
	case some && all && freight:
		return pricing.InvoicingFull
	case some:
		return pricing.InvoicingPartial
	}
	return pricing.InvoicingNone
}

func i41(s *scene) error {
	return each(s, func(o *leadtocash.Order) error {
		ref := record.Ref{Kind: kinds.Order, ID: o.ID.UUID}
		f, i := s.fulfilment(o), invoicing(o)
		want := []leadtocash.OrderStatus{leadtocash.OrderStatusNew, leadtocash.OrderStatusPending}
		switch {
		case s.happened(ref, "order.canceled") > 0:
			want, f = []leadtocash.OrderStatus{leadtocash.OrderStatusNoMoney}, o.Fulfilment // which canceling leaves as it is
		case f == leadtocash.FulfilmentComplete && i == pricing.InvoicingFull:
			want = []leadtocash.OrderStatus{leadtocash.OrderStatusInvoiced}
		case f == leadtocash.FulfilmentComplete:
			want = []leadtocash.OrderStatus{leadtocash.OrderStatusComplete}
		case f == leadtocash.FulfilmentPartial:
			want = []leadtocash.OrderStatus{leadtocash.OrderStatusPartial}
		case s.happened(ref, "order.submitted") > 0:
			want = []leadtocash.OrderStatus{leadtocash.OrderStatusSubmitted}
		}
		for _, status := range want {
			if o.Status == status && o.Fulfilment == f && o.Invoicing == i {
				return nil
			}
		}
		return fmt.Errorf("is %s with fulfilment %s and invoicing %s, want %s, %s and %s", o.Status, o.Fulfilment, o.Invoicing, want, f, i)
	})
}

func i42(s *scene) error {
	return first(
		eachChange(s, func(was, is *leadtocash.Order, e record.Event) error {
			return unless(was.Status != leadtocash.OrderStatusNoMoney || is.Status == was.Status, "was canceled and became %s by %s", is.Status, e.Type)
		}),
		each(s, func(o *leadtocash.Order) error {
			ref := record.Ref{Kind: kinds.Order, ID: o.ID.UUID}
			ends := s.happened(ref, "order.fulfilled", "order.partly_fulfilled", "order.canceled")
			for _, v := range s.past[ref] {
				for _, e := range v.events {
					if e.Type == "order.remaining_canceled" && (e.To == "complete" || e.To == "invoiced") {
						ends++
					}
				}
			}
			closes := 0
			for _, c := range all[leadtocash.OrderClose](s.book) {
				if c.OrderID == o.ID {
					closes++
				}
			}
			return unless(closes == ends, "was fulfilled or canceled %d times and has %d close activities", ends, closes)
		}),
	)
}

func i43(s *scene) error {
	return each(s, func(o *leadtocash.Order) error {
		return unless(o.Status != leadtocash.OrderStatusNoMoney || len(s.bills(o.ID)) == 0, "is canceled and billed")
	})
}

// uncounted is a line without its counts.
func uncounted(l pricing.Line) pricing.Line {
	l.QuantityShipped, l.QuantityCancelled, l.QuantityInvoiced = value.None[decimal.Decimal](), value.None[decimal.Decimal](), value.None[decimal.Decimal]()
	return l
}

func i44(s *scene) error {
	return eachChange(s, func(was, is *leadtocash.Order, e record.Event) error {
		state := was.Status.State()
		over := state == leadtocash.OrderFulfilled || state == leadtocash.OrderInvoiced || state == leadtocash.OrderCanceled
		if over && len(was.Lines) != len(is.Lines) {
			return fmt.Errorf("had %d lines while %s, has %d", len(was.Lines), was.Status, len(is.Lines))
		}
		for _, l := range was.Lines {
			if !over && l.QuantityInvoiced.IsZero() {
				continue
			}
			if now := is.Line(l.LineNumber); now == nil || !reflect.DeepEqual(uncounted(l), uncounted(*now)) {
				return fmt.Errorf("line %d changed by %s while %s: %+v, was %+v", l.LineNumber, e.Type, was.Status, now, l)
			}
		}
		return nil
	})
}

// i45 looks at amounts when prices are locked and unlocked. What is in the
// catalogue may have changed meanwhile, write-ins have not.
func i45(s *scene) error {
	keeps := func(e record.Event, lines []pricing.Line) bool {
		switch e.Action {
		case actions.OrderLockPricing, actions.InvoiceLockPricing:
			return true
		case actions.OrderUnlockPricing, actions.InvoiceUnlockPricing:
			return !slices.ContainsFunc(lines, func(l pricing.Line) bool { return !l.IsWriteIn() })
		}
		return false
	}
	return first(
		eachChange(s, func(was, is *leadtocash.Order, e record.Event) error {
			return unless(!keeps(e, was.Lines) || reflect.DeepEqual(was.PricedLines, is.PricedLines), "%s changed amounts", e.Type)
		}),
		eachChange(s, func(was, is *leadtocash.Invoice, e record.Event) error {
			return unless(!keeps(e, was.Lines) || reflect.DeepEqual(was.PricedLines, is.PricedLines), "%s changed amounts", e.Type)
		}),
	)
}
