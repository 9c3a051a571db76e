package leadtocash_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// A till is an order with everything that follows from it: its close
// activities, invoices, payments and allocations. It is driven through random
// histories; all invariants are looked at after every step.
type till struct {
	t        *rapid.T
	settings leadtocash.Settings
	clock    time.Time

	order       leadtocash.Order
	closes      []leadtocash.OrderClose
	invoices    []leadtocash.Invoice // oldest first
	payments    []leadtocash.Payment
	allocations []leadtocash.Allocation

	was       *till                     // before the last step; nil at first
	events    []record.Event            // of the last step
	edited    map[record.InvoiceID]bool // somebody typed a price or a discount
	invariant string                    // that is looked at
	next      byte
}

func (w *till) stamp() record.Stamp {
	w.clock = w.clock.Add(time.Hour)
	return record.StampOf(w.clock, record.User(testkit.Ann))
}

func (w *till) orderFacts() leadtocash.OrderFacts {
	return leadtocash.OrderFacts{Stamp: w.stamp(), Settings: w.settings, Invoices: w.invoices}
}

func (w *till) invoiceFacts(i leadtocash.Invoice) leadtocash.InvoiceFacts {
	siblings := slices.DeleteFunc(slices.Clone(w.invoices), func(s leadtocash.Invoice) bool { return s.ID == i.ID })
	w.next++
	return leadtocash.InvoiceFacts{
		Stamp: w.stamp(), Settings: w.settings, Order: &w.order, Siblings: siblings, NextNumber: fmt.Sprintf("INV-%d", w.next),
	}
}

func (w *till) paymentFacts(p leadtocash.Payment) leadtocash.PaymentFacts {
	own := slices.DeleteFunc(slices.Clone(w.allocations), func(a leadtocash.Allocation) bool { return a.PaymentID != p.ID })
	return leadtocash.PaymentFacts{Stamp: w.stamp(), Settings: w.settings, Allocations: own, Invoices: w.invoices}
}

// tills draws orders that can be billed: several lines, mostly sold, some
// returned; discounts of lines and of the order, typed tax, freight.
var tills = rapid.Custom(func(t *rapid.T) *till {
	w := &till{t: t, clock: testkit.Morning.At, edited: map[record.InvoiceID]bool{}}
	w.settings.InvoiceOnlyShipped = rapid.IntRange(0, 4).Draw(t, "only shipped") == 0
	w.settings.Pricing = testkit.Pricings.Draw(t, "pricing")
	w.settings.Pricing.PricingPrecision = value.None[int8]()
	currency := rapid.SampledFrom([]money.Currency{money.EUR, money.JPY}).Draw(t, "currency")
	sign := rapid.SampledFrom([]int64{1, 1, 1, -1, 0}).Draw(t, "sign") // 0: sales and returns
	cmd := leadtocash.CreateOrder{ID: testkit.IDOf[record.OrderID](1), Origin: record.Origin{Currency: currency}, Fields: testkit.OrderFields()}
	for range rapid.IntRange(1, 4).Draw(t, "lines") {
		of := sign
		if of == 0 {
			of = rapid.SampledFrom([]int64{1, -1}).Draw(t, "line's sign")
		}
		line := pricing.WriteIn("item",
			decimal.New(of*rapid.Int64Range(1, 30).Draw(t, "quantity"), -rapid.Int32Range(0, 1).Draw(t, "places")),
			decimal.New(rapid.Int64Range(0, 5000).Draw(t, "price"), -int32(currency.Digits())))
		if rapid.Bool().Draw(t, "taxed") {
			line.Tax = value.Some(currency.Units(rapid.Int64Range(-300, 300).Draw(t, "tax")))
		}
		if rapid.Bool().Draw(t, "discounted") {
			var base money.Amount
			if w.settings.Pricing.DiscountMethod == pricing.DiscountLineItem {
				base = currency.RoundMode(quantity(line.Quantity).Mul(quantity(line.PricePerUnit)), w.settings.Pricing.RoundingMode)
			} else {
				base = currency.Round(quantity(line.PricePerUnit))
			}
			line.ManualDiscount = value.Some(testkit.Between(t, currency, base, "discount"))
		}
		cmd.Lines = append(cmd.Lines, line)
	}
	if rapid.Bool().Draw(t, "freight") {
		cmd.Fields.FreightAmount = value.Some(currency.Units(rapid.Int64Range(0, 2000).Draw(t, "freight")))
		cmd.Fields.FreightTax = value.Some(currency.Units(rapid.Int64Range(0, 400).Draw(t, "freight tax")))
	}
	if sign != 0 && rapid.Bool().Draw(t, "percentage") {
		cmd.Fields.DiscountPercentage = value.Some(decimal.New(rapid.Int64Range(0, 10000).Draw(t, "percent"), -2))
	}
	out, err := leadtocash.NewOrder(cmd, w.orderFacts())
	if err != nil {
		t.Fatal(err)
	}
	if sign != 0 && rapid.Bool().Draw(t, "amount off") {
		cmd.Fields.DiscountAmount = value.Some(testkit.Between(t, currency, out.Record.TotalAmountLessFreight, "amount off"))
		if out, err = leadtocash.NewOrder(cmd, w.orderFacts()); err != nil {
			t.Fatal(err)
		}
	}
	if out.Record.PricingError != 0 {
		t.Fatalf("drew an order with the error %s", out.Record.PricingError)
	}
	w.order = out.Record
	return w
})

// try carries out a step: it checks that nothing was changed in place, takes
// over what came out of it, and reports whether it was refused.
func try[R testkit.Cloner[R], C, F, O any](w *till, r R, do func(R, C, F) (O, error), cmd C, f F) bool {
	w.t.Helper()
	before := w.snapshot()
	out, err := do(r, cmd, f)
	if !reflect.DeepEqual(before.records(), w.records()) {
		w.t.Fatalf("%T changed something in place", cmd)
	}
	if err != nil {
		var e *record.Error
		if !errors.As(err, &e) || len(e.Reasons) == 0 || !reflect.ValueOf(out).IsZero() {
			w.t.Fatalf("%T: %v with %+v", cmd, err, out)
		}
		return false
	}
	w.was, w.events = before, nil
	v := reflect.ValueOf(out)
	for i := range v.NumField() {
		w.take(v.Field(i).Interface())
	}
	w.checkEvents()
	return true
}

func (w *till) take(part any) {
	switch p := part.(type) {
	case leadtocash.Order:
		w.order = p
	case *leadtocash.Order:
		if p != nil {
			w.order = *p
		}
	case *leadtocash.OrderClose:
		if p != nil {
			w.closes = append(w.closes, *p)
		}
	case leadtocash.Invoice:
		w.invoices = put(w.invoices, p, func(i leadtocash.Invoice) record.InvoiceID { return i.ID })
	case []leadtocash.Invoice:
		for _, i := range p {
			w.take(i)
		}
	case leadtocash.Payment:
		w.payments = put(w.payments, p, func(p leadtocash.Payment) record.PaymentID { return p.ID })
	case *leadtocash.Payment:
		if p != nil {
			w.take(*p)
		}
	case leadtocash.Allocation:
		w.allocations = put(w.allocations, p, func(a leadtocash.Allocation) record.AllocationID { return a.ID })
	case *leadtocash.Allocation:
		if p != nil {
			w.take(*p)
		}
	case []leadtocash.Allocation:
		for _, a := range p {
			w.take(a)
		}
	case []record.Event:
		w.events = p
	}
}

func put[R any, K comparable](list []R, r R, key func(R) K) []R {
	list = slices.Clone(list)
	if i := slices.IndexFunc(list, func(old R) bool { return key(old) == key(r) }); i >= 0 {
		list[i] = r
		return list
	}
	return append(list, r)
}

// records is everything that a step must not change in place, cloned.
func (w *till) records() []any {
	all := []any{w.order.Clone()}
	for _, i := range w.invoices {
		all = append(all, i.Clone())
	}
	for _, p := range w.payments {
		all = append(all, p.Clone())
	}
	for _, a := range w.allocations {
		all = append(all, a.Clone())
	}
	return all
}

func (w *till) snapshot() *till {
	was := *w
	was.order = w.order.Clone()
	was.invoices = nil
	for _, i := range w.invoices {
		was.invoices = append(was.invoices, i.Clone())
	}
	was.payments, was.allocations, was.closes = slices.Clone(w.payments), slices.Clone(w.allocations), slices.Clone(w.closes)
	was.was, was.edited = nil, nil
	return &was
}

// walk drives a till through a history.
func (w *till) walk() {
	w.check()
	for range rapid.IntRange(1, 40).Draw(w.t, "steps") {
		if w.step(); w.was != nil {
			w.check()
			w.was = nil
		}
	}
}

func (w *till) check() {
	for name, holds := range orderInvariants {
		w.invariant = name
		holds(w)
	}
}

// fail tells which invariant does not hold.
func (w *till) fail(format string, args ...any) {
	w.t.Helper()
	w.t.Fatalf(w.invariant+": "+format, args...)
}

func (w *till) step() {
	steps := []func(){
		func() {
			try(w, w.order, leadtocash.Order.Fulfill, leadtocash.FulfillOrder{Lines: w.some(false)}, w.orderFacts())
		},
		func() {
			cmd := leadtocash.FulfillOrder{Partial: rapid.IntRange(0, 3).Draw(w.t, "header only") == 0}
			try(w, w.order, leadtocash.Order.Fulfill, cmd, w.orderFacts())
		},
		func() {
			try(w, w.order, leadtocash.Order.CancelRemaining, leadtocash.CancelRemaining{Lines: w.some(false)}, w.orderFacts())
		},
		func() { w.bill(leadtocash.InvoiceOrder{Lines: w.some(true)}) },
		func() { w.bill(leadtocash.InvoiceOrder{Lines: w.some(true)}) },
		func() { w.bill(leadtocash.InvoiceOrder{}) },
		func() {
			if rapid.IntRange(0, 5).Draw(w.t, "give up") == 0 {
				try(w, w.order, leadtocash.Order.Cancel, leadtocash.CancelOrder{}, w.orderFacts())
			}
		},
		w.addLine,
	}
	if len(w.invoices) > 0 {
		i := rapid.SampledFrom(w.invoices).Draw(w.t, "invoice")
		steps = append(
			steps,
			func() { try(w, i, leadtocash.Invoice.Cancel, leadtocash.CancelInvoice{}, w.invoiceFacts(i)) },
			func() { w.remove(i) },
			func() { w.requantify(i) },
			func() { w.reprice(i) },
			func() { w.removeLine(i) },
			func() { try(w, i, leadtocash.Invoice.Recalculate, pricing.Recalculate{}, w.invoiceFacts(i)) },
			func() { try(w, i, leadtocash.Invoice.Issue, leadtocash.IssueInvoice{}, w.invoiceFacts(i)) },
			func() { try(w, i, leadtocash.Invoice.Issue, leadtocash.IssueInvoice{}, w.invoiceFacts(i)) },
			func() { try(w, i, leadtocash.Invoice.MarkPaid, leadtocash.PayInvoice{}, w.invoiceFacts(i)) },
			func() {
				part := value.Some(i.Currency.Units(rapid.Int64Range(0, 5000).Draw(w.t, "part")))
				try(w, i, leadtocash.Invoice.MarkPaid, leadtocash.PayInvoice{Partial: true, Amount: part}, w.invoiceFacts(i))
			},
			w.receive,
		)
	}
	if len(w.payments) > 0 {
		p := rapid.SampledFrom(w.payments).Draw(w.t, "payment")
		steps = append(
			steps,
			func() { w.allocate(p) },
			func() { w.allocate(p) },
			func() { w.deallocate(p) },
			func() { try(w, p, leadtocash.Payment.Void, leadtocash.VoidPayment{}, w.paymentFacts(p)) },
			func() { try(w, p, leadtocash.Payment.Bounce, leadtocash.BouncePayment{}, w.paymentFacts(p)) },
		)
	}
	rapid.SampledFrom(steps).Draw(w.t, "step")()
}

// some asks for quantities of the order's lines, mostly possible ones.
func (w *till) some(toBill bool) (list []pricing.LineQuantity) {
	for i := range w.order.Lines {
		l := &w.order.Lines[i]
		most := l.Remaining()
		if toBill {
			most = l.Invoiceable(w.settings.InvoiceOnlyShipped)
		}
		tenths := most.Shift(1).IntPart()
		n := rapid.Int64Range(min(tenths, 0), max(tenths, 0)).Draw(w.t, "tenths")
		if rapid.IntRange(0, 30).Draw(w.t, "too much") == 0 {
			n += tenths + 1
		}
		list = append(list, pricing.LineQuantity{LineNumber: l.LineNumber, Quantity: value.Some(decimal.New(n, -1))})
	}
	return list
}

func (w *till) bill(cmd leadtocash.InvoiceOrder) {
	w.next++
	cmd.InvoiceID = testkit.IDOf[record.InvoiceID](w.next)
	try(w, w.order, leadtocash.Order.Invoice, cmd, w.orderFacts())
}

func (w *till) addLine() {
	cmd := pricing.EditLines{Add: []pricing.LineFields{testkit.WriteIn("2", "3")}}
	if w.order.TotalLineItemAmount.Sign() < 0 {
		cmd.Add[0].Quantity = testkit.Some("-2")
	}
	try(w, w.order, leadtocash.Order.EditLines, cmd, w.orderFacts())
}

func (w *till) remove(i leadtocash.Invoice) {
	if try(w, i, leadtocash.Invoice.Delete, record.DeleteRecord{}, w.invoiceFacts(i)) {
		w.invoices = slices.DeleteFunc(w.invoices, func(o leadtocash.Invoice) bool { return o.ID == i.ID })
	}
}

// change asks for a change of one line.
func (w *till) change(i leadtocash.Invoice, change func(*pricing.LineFields, pricing.Line)) bool {
	if len(i.Lines) == 0 {
		return false
	}
	l := rapid.SampledFrom(i.Lines).Draw(w.t, "line")
	fields := pricing.LineFields{
		ProductName: l.ProductName, WriteInText: l.WriteInText, Quantity: l.Quantity, PricePerUnit: l.PricePerUnit,
		ManualDiscount: l.ManualDiscount, Tax: l.Tax, SequenceNumber: l.SequenceNumber,
	}
	change(&fields, l)
	return try(w, i, leadtocash.Invoice.EditLines, pricing.EditLines{
		Change: []pricing.ChangeLine{{LineNumber: l.LineNumber, Fields: fields}},
	}, w.invoiceFacts(i))
}

func (w *till) requantify(i leadtocash.Invoice) {
	w.change(i, func(fields *pricing.LineFields, l pricing.Line) {
		tenths := rapid.Int64Range(0, 40).Draw(w.t, "new tenths")
		if l.Quantity.Or(decimal.Decimal{}).Sign() < 0 {
			tenths = -tenths
		}
		fields.Quantity = value.Some(decimal.New(tenths, -1))
	})
}

func (w *till) reprice(i leadtocash.Invoice) {
	if w.change(i, func(fields *pricing.LineFields, l pricing.Line) {
		fields.PricePerUnit = value.Some(l.PricePerUnit.Or(decimal.Decimal{}).Add(decimal.NewFromInt(1)))
	}) {
		w.edited[i.ID] = true
	}
}

func (w *till) removeLine(i leadtocash.Invoice) {
	if len(i.Lines) < 2 {
		return
	}
	l := rapid.SampledFrom(i.Lines).Draw(w.t, "line")
	try(w, i, leadtocash.Invoice.EditLines, pricing.EditLines{Remove: []int32{l.LineNumber}}, w.invoiceFacts(i))
}

// receive posts a payment of the customer.
func (w *till) receive() {
	w.next++
	made, err := leadtocash.NewPayment(leadtocash.CreatePayment{
		ID: testkit.IDOf[record.PaymentID](w.next), Origin: record.Origin{Currency: w.order.Currency},
		Fields: leadtocash.PaymentFields{CustomerID: testkit.Buyer, Amount: w.order.Currency.Units(rapid.Int64Range(1, 20000).Draw(w.t, "received"))},
	}, leadtocash.PaymentFacts{Stamp: w.stamp()})
	if err != nil {
		w.t.Fatal(err)
	}
	w.payments = append(w.payments, made.Record)
	try(w, made.Record, leadtocash.Payment.Post, leadtocash.PostPayment{}, w.paymentFacts(made.Record))
}

func (w *till) allocate(p leadtocash.Payment) {
	if len(w.invoices) == 0 {
		return
	}
	i := rapid.SampledFrom(w.invoices).Draw(w.t, "target")
	cmd := leadtocash.AllocatePayment{InvoiceID: i.ID}
	if rapid.Bool().Draw(w.t, "part of it") {
		cmd.Amount = value.Some(p.Currency.Units(rapid.Int64Range(0, 5000).Draw(w.t, "part")))
	}
	try(w, p, leadtocash.Payment.Allocate, cmd, w.paymentFacts(p))
}

func (w *till) deallocate(p leadtocash.Payment) {
	if len(w.allocations) == 0 {
		return
	}
	a := rapid.SampledFrom(w.allocations).Draw(w.t, "allocation")
	try(w, p, leadtocash.Payment.Deallocate, leadtocash.DeallocatePayment{AllocationID: a.ID}, w.paymentFacts(p))
}

// checkEvents: every change is one version with events of its own that the
// tables declare.
func (w *till) checkEvents() {
	w.t.Helper()
	versions := map[record.Ref]int64{}
	for _, e := range w.events {
		if known, ok := versions[e.Ref]; ok && known != e.Version {
			w.t.Fatalf("events of versions %d and %d of one record in one step", known, e.Version)
		}
		versions[e.Ref] = e.Version
		if e.From == "" || e.Action.Kind() != e.Ref.Kind {
			continue
		}
		if !slices.ContainsFunc(slices.Collect(engine.TableOf(e.Ref.Kind).Matrix()), func(c flow.Cell) bool {
			return c.Action == e.Action && c.Status == e.From && (slices.Contains(c.To, e.To) || c.Deletes && e.Deleted)
		}) {
			w.t.Fatalf("%s from %s to %s is not declared", e.Action, e.From, e.To)
		}
	}
	check := func(ref record.Ref, is, was int64) {
		switch version, told := versions[ref]; {
		case told && (version != is || is != was+1):
			w.t.Fatalf("%s has version %d after %d, its event says %d", ref, is, was, version)
		case !told && is != was:
			w.t.Fatalf("%s changed without an event", ref)
		}
	}
	check(record.Ref{Kind: kinds.Order, ID: w.order.ID.UUID}, w.order.Version, w.was.order.Version)
	for _, i := range w.invoices {
		if old := w.was.invoice(i.ID); old != nil && !slices.ContainsFunc(w.events, func(e record.Event) bool { return e.Deleted }) {
			check(record.Ref{Kind: kinds.Invoice, ID: i.ID.UUID}, i.Version, old.Version)
		}
	}
}

func (w *till) invoice(id record.InvoiceID) *leadtocash.Invoice {
	if n := slices.IndexFunc(w.invoices, func(i leadtocash.Invoice) bool { return i.ID == id }); n >= 0 {
		return &w.invoices[n]
	}
	return nil
}

func live(i leadtocash.Invoice) bool { return i.Status != leadtocash.InvoiceStatusCanceled }

func quantity(q testkit.Number) decimal.Decimal { return q.Or(decimal.Decimal{}) }

// withinQuantity reports whether a lies between 0 and a bound of either sign.
func withinQuantity(a, bound decimal.Decimal) bool {
	return a.Abs().Cmp(bound.Abs()) <= 0 && a.Sign()*bound.Sign() >= 0
}

// sameAmounts compares what two versions of a line are worth.
func sameAmounts(a, b pricing.Line) bool {
	return a.Quantity.Equal(b.Quantity) && a.PricePerUnit.Equal(b.PricePerUnit) && a.ManualDiscount.Equal(b.ManualDiscount) && a.Tax.Equal(b.Tax) &&
		a.BaseAmount == b.BaseAmount && a.NetAmount == b.NetAmount && a.AllocatedDiscount == b.AllocatedDiscount && a.ExtendedAmount == b.ExtendedAmount
}

// orderInvariants are looked at after every step of every history.
var orderInvariants = map[string]func(*till){
	"I-39 shipped and canceled stay within what was ordered, and shipments are not undone": func(w *till) {
		for n := range w.order.Lines {
			l := &w.order.Lines[n]
			q, s, c := quantity(l.Quantity), quantity(l.QuantityShipped), quantity(l.QuantityCancelled)
			if !withinQuantity(s, q) || !withinQuantity(c, q) || s.Abs().Add(c.Abs()).Cmp(q.Abs()) > 0 {
				w.fail("line %d: ordered %s, shipped %s, canceled %s", l.LineNumber, q, s, c)
			}
			if w.was == nil {
				continue
			}
			if old := w.was.order.Line(l.LineNumber); old != nil && quantity(old.QuantityShipped).Abs().Cmp(s.Abs()) > 0 {
				w.fail("line %d: shipped %s after %s", l.LineNumber, s, quantity(old.QuantityShipped))
			}
		}
	},
	"I-40 what is invoiced is on live invoices, and within what was ordered and not canceled": func(w *till) {
		for n := range w.order.Lines {
			l := &w.order.Lines[n]
			billed := decimal.Decimal{}
			for _, i := range w.invoices {
				for _, il := range i.Lines {
					if live(i) && il.SourceLine == l.LineNumber {
						billed = billed.Add(quantity(il.Quantity))
					}
				}
			}
			if !billed.Equal(quantity(l.QuantityInvoiced)) || !withinQuantity(billed, l.Committed()) {
				w.fail("line %d: %s on invoices, counted %s, committed %s", l.LineNumber, billed, quantity(l.QuantityInvoiced), l.Committed())
			}
		}
	},
	"I-41 the status of an order follows from its quantities": func(w *till) {
		o := &w.order
		shipped, billed, any := true, true, false
		for n := range o.Lines {
			l := &o.Lines[n]
			shipped = shipped && quantity(l.QuantityShipped).Equal(l.Committed())
			billed = billed && quantity(l.QuantityInvoiced).Equal(l.Committed())
			any = any || !quantity(l.QuantityInvoiced).IsZero()
		}
		invoicing := pricing.InvoicingPartial
		switch {
		case !any:
			invoicing = pricing.InvoicingNone
		case billed && w.freightBilled():
			invoicing = pricing.InvoicingFull
		}
		want := leadtocash.OrderStatusNew
		switch {
		case o.Status == leadtocash.OrderStatusNoMoney:
			want = leadtocash.OrderStatusNoMoney
		case o.Fulfilment == leadtocash.FulfilmentComplete && invoicing == pricing.InvoicingFull:
			want = leadtocash.OrderStatusInvoiced
		case o.Fulfilment == leadtocash.FulfilmentComplete:
			want = leadtocash.OrderStatusComplete
		case o.Fulfilment == leadtocash.FulfilmentPartial:
			want = leadtocash.OrderStatusPartial
		}
		if o.Invoicing != invoicing || o.Status != want {
			w.fail("the order is %s and invoiced %s, want %s and %s", o.Status, o.Invoicing, want, invoicing)
		}
		if o.Fulfilment == leadtocash.FulfilmentComplete && o.Status != leadtocash.OrderStatusNoMoney && !shipped {
			w.fail("the fulfilment is complete, but something remains: %+v", o.Lines)
		}
	},
	"I-42 a canceled order stays canceled, and every fulfilment and cancellation has one close activity": func(w *till) {
		if w.was == nil {
			return
		}
		if w.was.order.Status == leadtocash.OrderStatusNoMoney && w.order.Version != w.was.order.Version {
			w.fail("a canceled order changed")
		}
		closing := w.order.Status != w.was.order.Status && w.order.Status == leadtocash.OrderStatusNoMoney
		for _, e := range w.events {
			closing = closing || e.Action == actions.OrderFulfill || e.Action == actions.OrderFulfillPartial ||
				e.Action == actions.OrderCancelRemaining && w.order.Fulfilment != w.was.order.Fulfilment
		}
		if made := len(w.closes) - len(w.was.closes); made != map[bool]int{true: 1}[closing] {
			w.fail("%d close activities were made, closing: %t", made, closing)
		}
	},
	"I-43 a canceled order has no live invoice": func(w *till) {
		if w.order.Status == leadtocash.OrderStatusNoMoney && slices.ContainsFunc(w.invoices, live) {
			w.fail("a canceled order has a live invoice")
		}
	},
	"I-44 billed lines and those of an order that is on its way do not change": func(w *till) {
		if w.was == nil {
			return
		}
		fixed := w.was.order.Status.State() != leadtocash.OrderActive
		if fixed && len(w.order.Lines) != len(w.was.order.Lines) {
			w.fail("a %s order got %d lines after %d", w.was.order.Status, len(w.order.Lines), len(w.was.order.Lines))
		}
		for _, old := range w.was.order.Lines {
			if !fixed && old.QuantityInvoiced.IsZero() {
				continue
			}
			l := w.order.Line(old.LineNumber)
			if l == nil {
				w.fail("line %d is gone", old.LineNumber)
				return
			}
			is := *l
			is.QuantityShipped, is.QuantityCancelled, is.QuantityInvoiced = old.QuantityShipped, old.QuantityCancelled, old.QuantityInvoiced
			if !reflect.DeepEqual(is, old) {
				w.fail("line %d of a %s order became %+v, was %+v", old.LineNumber, w.was.order.Status, is, old)
			}
		}
	},
	"I-46 invoice lines point to lines of the order": func(w *till) {
		for _, i := range w.invoices {
			for _, l := range i.Lines {
				if i.SalesOrderID != w.order.ID || l.SourceLine != 0 && w.order.Line(l.SourceLine) == nil {
					w.fail("a line of %s points to line %d", i.ID, l.SourceLine)
				}
			}
		}
	},
	"I-47 invoices add up to their order": checkPieces,
	"I-48 canceled invoices stay canceled and owe nothing": func(w *till) {
		for _, i := range w.invoices {
			if live(i) {
				continue
			}
			if !i.OpenBalance().IsZero() {
				w.fail("a canceled invoice has %s open", i.OpenBalance())
			}
			if w.was == nil {
				continue
			}
			if old := w.was.invoice(i.ID); old != nil && !live(*old) && old.Version != i.Version {
				w.fail("a canceled invoice changed")
			}
		}
	},
	"I-49 no action closes an invoice": func(w *till) {
		for _, i := range w.invoices {
			if i.Status.State() == leadtocash.InvoiceClosed {
				w.fail("an invoice is %s", i.Status)
			}
		}
	},
	"I-50 and I-79 the amounts of an issued invoice, its number and its dates stay": func(w *till) {
		if w.was == nil {
			return
		}
		for _, i := range w.invoices {
			old := w.was.invoice(i.ID)
			if old == nil || old.IssueDate.IsZero() {
				continue
			}
			if i.Totals != old.Totals || !slices.EqualFunc(i.Lines, old.Lines, sameAmounts) || i.InvoiceNumber != old.InvoiceNumber || i.IssueDate != old.IssueDate {
				w.fail("an issued invoice became %+v, was %+v", i, old)
			}
		}
	},
	"I-51 the totals of every invoice follow from its lines": func(w *till) {
		for _, i := range w.invoices {
			var net, discount, tax money.Amount
			for _, l := range i.Lines {
				net, discount = net.Add(l.NetAmount), discount.Add(l.AllocatedDiscount)
				tax = tax.Add(l.Tax.Or(money.Amount{}))
			}
			tax = tax.Add(i.FreightTax.Or(money.Amount{}))
			if i.PricingError != 0 {
				if !w.edited[i.ID] {
					w.fail("an invoice of a priced order has the error %s: %+v", i.PricingError, i.PricedLines)
				}
				continue
			}
			if !i.TotalLineItemAmount.Equal(net) || !i.DocumentDiscount.Equal(discount) || !i.TotalTax.Equal(tax) ||
				!i.TotalAmount.Equal(net.Sub(discount).Add(tax).Add(i.FreightAmount.Or(money.Amount{}))) {
				w.fail("totals %+v of %+v", i.Totals, i.Lines)
			}
		}
	},
	"I-61 open and settled amounts stay within what is due": func(w *till) {
		for _, i := range w.invoices {
			if open := i.OpenBalance(); open.Sign() < 0 || i.SettledAmount.Sign() < 0 ||
				!i.IssueDate.IsZero() && (open.Cmp(i.AmountDue) > 0 || i.SettledAmount.Cmp(i.AmountDue) > 0) {
				w.fail("of %s due %s is open and %s settled", i.AmountDue, i.OpenBalance(), i.SettledAmount)
			}
		}
	},
	"I-62 what is left of a payment stays within it": func(w *till) {
		for _, p := range w.payments {
			if left := p.Unallocated(); left.Sign() < 0 || left.Cmp(p.Amount) > 0 {
				w.fail("%s is left of %s", left, p.Amount)
			}
		}
	},
	"I-63 money is conserved": func(w *till) {
		var received, settled, left money.Amount
		for _, p := range w.payments {
			if p.Status == leadtocash.PaymentStatusPosted {
				received = received.Add(p.Amount)
			}
			left = left.Add(p.Unallocated())
		}
		for _, i := range w.invoices {
			settled = settled.Add(i.SettledAmount)
		}
		if !received.Equal(settled.Add(left)) {
			w.fail("received %s, settled %s, left %s", received, settled, left)
		}
	},
	"I-64 the status of an issued invoice follows from what is settled": func(w *till) {
		for _, i := range w.invoices {
			if i.IssueDate.IsZero() || !live(i) {
				continue
			}
			want := leadtocash.InvoiceStatusPartiallyPaid
			switch {
			case i.SettledAmount.Equal(i.AmountDue):
				want = leadtocash.InvoiceStatusPaid
			case i.SettledAmount.IsZero():
				want = leadtocash.InvoiceStatusBilled
			}
			if i.Status != want {
				w.fail("%s of %s is settled and the invoice %s, want %s", i.SettledAmount, i.AmountDue, i.Status, want)
			}
		}
	},
	"I-65 and I-68 canceled invoices and returned payments have no active allocation; settled amounts are the active ones": func(w *till) {
		settled, allocated := map[record.InvoiceID]money.Amount{}, map[record.PaymentID]money.Amount{}
		for _, a := range w.allocations {
			if a.IsActive() {
				settled[a.InvoiceID], allocated[a.PaymentID] = settled[a.InvoiceID].Add(a.Amount), allocated[a.PaymentID].Add(a.Amount)
			}
		}
		for _, i := range w.invoices {
			if !settled[i.ID].Equal(i.SettledAmount) || !live(i) && !i.SettledAmount.IsZero() {
				w.fail("a %s invoice has %s allocated, counted %s", i.Status, settled[i.ID], i.SettledAmount)
			}
		}
		for _, p := range w.payments {
			if !allocated[p.ID].Equal(p.AllocatedAmount) || p.Status != leadtocash.PaymentStatusPosted && !p.AllocatedAmount.IsZero() {
				w.fail("a %s payment has %s allocated, counted %s", p.Status, allocated[p.ID], p.AllocatedAmount)
			}
		}
	},
	"I-66 allocations join equal customers and currencies": func(w *till) {
		for _, a := range w.allocations {
			n := slices.IndexFunc(w.payments, func(p leadtocash.Payment) bool { return p.ID == a.PaymentID })
			if i := w.invoice(a.InvoiceID); i == nil || n < 0 || w.payments[n].CustomerID != i.CustomerID || w.payments[n].Currency != i.Currency || a.Currency != i.Currency {
				w.fail("%+v joins what does not belong together", a)
			}
		}
	},
	"I-72 nothing is due before it is issued": func(w *till) {
		for _, i := range w.invoices {
			if !i.IssueDate.IsZero() && i.DueDate.Before(i.IssueDate) || (i.IssueDate.IsZero() != (i.InvoiceNumber == "")) {
				w.fail("invoice %q, issued %s, due %s", i.InvoiceNumber, i.IssueDate, i.DueDate)
			}
		}
	},
}

// checkPieces: what live invoices take of a line has the sign of the line and
// adds up to at most the line, exactly once all of it is billed; then, with
// nothing canceled or typed over, the invoices add up to the order.
func checkPieces(w *till) {
	typed, complete := false, w.order.Invoicing == pricing.InvoicingFull
	for n := range w.order.Lines {
		source := &w.order.Lines[n]
		var base, net, after, tax money.Amount
		touched := false
		for _, i := range w.invoices {
			if !live(i) {
				continue
			}
			for _, l := range i.Lines {
				if l.SourceLine != source.LineNumber {
					continue
				}
				if w.edited[i.ID] {
					touched, typed = true, true
					continue
				}
				a := l.NetAmount.Sub(l.AllocatedDiscount)
				if !testkit.Inside(l.BaseAmount, source.BaseAmount) || !testkit.Inside(l.NetAmount, l.BaseAmount) || !testkit.Inside(a, l.NetAmount) {
					w.fail("a piece %s, %s, %s of %s", l.BaseAmount, l.NetAmount, a, source.BaseAmount)
				}
				base, net, after, tax = base.Add(l.BaseAmount), net.Add(l.NetAmount), after.Add(a), tax.Add(l.Tax.Or(money.Amount{}))
			}
		}
		whole := quantity(source.QuantityInvoiced).Equal(quantity(source.Quantity)) && !touched
		complete = complete && quantity(source.QuantityCancelled).IsZero()
		for name, sums := range map[string][2]money.Amount{
			"base": {base, source.BaseAmount}, "net": {net, source.NetAmount},
			"after discount": {after, source.NetAmount.Sub(source.AllocatedDiscount)}, "tax": {tax, source.Tax.Or(money.Amount{})},
		} {
			if !testkit.Inside(sums[0], sums[1]) || whole && !sums[0].Equal(sums[1]) {
				w.fail("%s of line %d: invoices have %s of %s, billed %s of %s", name, source.LineNumber, sums[0], sums[1],
					quantity(source.QuantityInvoiced), quantity(source.Quantity))
			}
		}
	}
	if !complete || typed {
		return
	}
	total := money.Amount{}
	for _, i := range w.invoices {
		if live(i) {
			total = total.Add(i.TotalAmount)
		}
	}
	if !total.Equal(w.order.TotalAmount) {
		w.fail("the invoices add up to %s, the order is %s", total, w.order.TotalAmount)
	}
}

// freightBilled reports whether a live invoice carries the freight, if there is
// any.
func (w *till) freightBilled() bool {
	return w.order.FreightAmount.Or(money.Amount{}).IsZero() && w.order.FreightTax.Or(money.Amount{}).IsZero() ||
		slices.ContainsFunc(w.invoices, func(i leadtocash.Invoice) bool { return live(i) && i.CarriesFreight })
}

func TestOrderInvariants(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := tills.Draw(t, "order")
		w.t = t
		w.walk()
	})
}
