package engine_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/value"
)

// cashModel is an invoice with 3 % within 14 days, in cents, written from the
// formulas of the model of cash and from nothing else.
type cashModel struct {
	total, prepaid, rounding int64

	notes     map[string]cashNote
	pays      map[string]cashPay
	writeOffs []int64 // oldest first
	late      bool    // the clock is past the last day of the discount
}

// cashNote is an issued credit note, of the invoice or from elsewhere.
type cashNote struct {
	own                      bool
	total                    int64
	value, applied, refunded int64
	discount, writeOff       int64 // that gave way to it
	payment                  string
	late                     bool // applied after the last day
}

type cashPay struct {
	amount, allocated, discount, refunded int64
	late, bounced                         bool
}

func (m cashModel) clone() cashModel {
	m.notes, m.pays, m.writeOffs = maps.Clone(m.notes), maps.Clone(m.pays), slices.Clone(m.writeOffs)
	return m
}

func (m *cashModel) sum(of func(cashNote) int64, and func(cashPay) int64) (s int64) {
	for _, n := range m.notes {
		s += of(n)
	}
	for _, p := range m.pays {
		s += and(p)
	}
	return s
}

func noteIf(own bool, of func(cashNote) int64) func(cashNote) int64 {
	return func(n cashNote) int64 {
		if n.own != own {
			return 0
		}
		return of(n)
	}
}

func noNote(cashNote) int64          { return 0 }
func noPay(cashPay) int64            { return 0 }
func appliedOf(n cashNote) int64     { return n.applied }
func valueOf(n cashNote) int64       { return n.value }
func totalOf(n cashNote) int64       { return n.total }
func discountOf(p cashPay) int64     { return p.discount }
func allocatedOf(p cashPay) int64    { return p.allocated }
func (m *cashModel) due() int64      { return m.total - m.prepaid + m.rounding }
func (m *cashModel) valued() int64   { return m.sum(noteIf(true, valueOf), noPay) }
func (m *cashModel) credited() int64 { return m.sum(noteIf(true, totalOf), noPay) }
func (m *cashModel) basis() int64    { return max(0, m.due()-m.valued()) }
func (m *cashModel) offer() int64    { return (m.basis()*3 + 50) / 100 }
func (m *cashModel) taken() int64    { return m.sum(noNote, discountOf) }
func (m *cashModel) money() int64    { return m.sum(noteIf(false, appliedOf), allocatedOf) }

func (m *cashModel) settled() int64 {
	return m.money() + m.sum(noteIf(true, appliedOf), noPay) + m.taken() + m.writtenOff()
}
func (m *cashModel) open() int64 { return m.due() - m.settled() }

func (m *cashModel) whole(credited int64) int64 {
	if credited == m.total {
		return m.total + m.rounding
	}
	return min(credited, m.total+m.rounding)
}

func (m *cashModel) writtenOff() (sum int64) {
	for _, w := range m.writeOffs {
		sum += w
	}
	return sum
}

func (p cashPay) left() int64 {
	if p.bounced {
		return -p.refunded
	}
	return p.amount - p.allocated - p.refunded
}
func (n cashNote) left() int64 { return n.value - n.applied - n.refunded }

func (m *cashModel) balance() int64 { return m.sum(cashNote.left, cashPay.left) }

// shrink lets the early discount of the invoice fall to a bound, and reports by how
// much it did and whose it was.
func (m *cashModel) shrink(bound int64) (by int64, of string) {
	for id, p := range m.pays {
		if p.discount > bound {
			by, of = p.discount-bound, id
			p.discount = bound
			m.pays[id] = p
		}
	}
	return by, of
}

func (m *cashModel) credit(id string, amount int64) bool {
	if m.credited()+amount > m.total {
		return false
	}
	n := cashNote{own: true, total: amount, value: max(0, m.whole(m.credited()+amount)-m.valued())}
	m.notes[id] = n
	n.discount, n.payment = m.shrink(m.offer())
	n.applied = max(0, min(n.value, m.open()))
	for rest := n.value - n.applied; rest > 0 && len(m.writeOffs) > 0; { // latest first
		last := len(m.writeOffs) - 1
		gives := min(rest, m.writeOffs[last])
		rest, n.writeOff, m.writeOffs[last] = rest-gives, n.writeOff+gives, m.writeOffs[last]-gives
		if m.writeOffs[last] == 0 {
			m.writeOffs = m.writeOffs[:last]
		}
	}
	n.applied += n.writeOff
	m.notes[id] = n
	return true
}

func (m *cashModel) unapply(id string) bool {
	n := m.notes[id]
	if n.applied == 0 {
		return false
	}
	n.applied = 0
	m.notes[id] = n
	return true
}

func (m *cashModel) void(id string) bool {
	n, there := m.notes[id]
	if !there || n.applied != 0 || n.refunded != 0 {
		return false
	}
	delete(m.notes, id)
	if back := min(n.writeOff, m.open()); back > 0 {
		m.writeOffs = append(m.writeOffs, back)
	}
	if p := m.pays[n.payment]; p.allocated > 0 {
		p.discount += max(0, min(n.discount, m.open(), m.offer()-m.taken()))
		m.pays[n.payment] = p
	}
	return true
}

func (m *cashModel) pay(id string, amount int64, late bool, whole bool) bool {
	open := m.open()
	if open <= 0 || whole && amount > open {
		return false
	}
	offer, earned := m.offer(), !late && m.taken() == 0 && m.writtenOff() == 0
	for _, p := range m.pays {
		earned = earned && (p.allocated == 0 || !p.late)
	}
	for _, n := range m.notes {
		earned = earned && (n.own || n.applied == 0 || !n.late)
	}
	earned = earned && offer > 0 && offer < open
	p := cashPay{amount: amount, allocated: min(amount, open), late: late}
	if earned && amount < open && amount >= open-offer {
		p.allocated, p.discount = open-offer, offer
	}
	m.pays[id] = p
	return true
}

// undo takes a payment off the invoice.
func (m *cashModel) undo(id string, bounce bool) bool {
	p, there := m.pays[id]
	if !there || p.bounced || !bounce && p.allocated == 0 {
		return false
	}
	refunded := m.sum(noteIf(true, func(n cashNote) int64 { return n.refunded }), noPay)
	if !bounce && refunded > m.money()-p.allocated+m.prepaid {
		return false
	}
	p.allocated, p.discount, p.bounced = 0, 0, bounce
	m.pays[id] = p
	return true
}

// voidPay undoes the entry of a payment: it was never there.
func (m *cashModel) voidPay(id string) bool {
	p, there := m.pays[id]
	refunded := m.sum(noteIf(true, func(n cashNote) int64 { return n.refunded }), noPay)
	if !there || p.bounced || p.refunded > 0 || p.allocated > 0 && refunded > m.money()-p.allocated+m.prepaid {
		return false
	}
	m.pays[id] = cashPay{bounced: true}
	return true
}

// auto is pay by the automatic allocation, which leaves the money where nothing is
// open.
func (m *cashModel) auto(id string, amount int64) bool {
	if m.open() <= 0 {
		m.pays[id] = cashPay{amount: amount}
		return true
	}
	return m.pay(id, amount, false, false)
}

func (m *cashModel) refundNote(id string) bool {
	n, there := m.notes[id]
	most := min(n.left()-m.open()-m.writtenOff(), m.balance())
	if !there || most <= 0 {
		return false
	}
	n.refunded += most
	m.notes[id] = n
	return true
}

func (m *cashModel) refundPay(id string) bool {
	p, there := m.pays[id]
	most := min(p.left(), m.balance())
	if !there || most <= 0 {
		return false
	}
	p.refunded += most
	m.pays[id] = p
	return true
}

func (m *cashModel) foreign(id string, amount int64) bool {
	if m.open() <= 0 {
		return false
	}
	m.notes[id] = cashNote{value: amount, applied: min(amount, m.open()), late: m.late}
	return true
}

func (m *cashModel) writeOff(amount int64) bool {
	if amount > m.open() {
		return false
	}
	m.writeOffs = append(m.writeOffs, amount)
	return true
}

func (m *cashModel) reverse() bool {
	if len(m.writeOffs) == 0 {
		return false
	}
	m.writeOffs = m.writeOffs[:len(m.writeOffs)-1] // the latest
	return true
}

// text is the state of the invoice and of what the customer has left, as the till
// tells it.
func (m *cashModel) text() string {
	list := []string{
		fmt.Sprintf("basis %d offer %d D %d W %d settled %d open %d credited %d balance %d",
			m.basis(), m.offer(), m.taken(), m.writtenOff(), m.settled(), m.open(), m.credited(), m.balance()),
	}
	for _, id := range slices.Sorted(maps.Keys(m.notes)) {
		list = append(list, fmt.Sprintf("%s %d", id, m.notes[id].left()))
	}
	for _, id := range slices.Sorted(maps.Keys(m.pays)) {
		list = append(list, fmt.Sprintf("%s %d", id, m.pays[id].left()))
	}
	return strings.Join(list, ", ")
}

// cashEvent is what happens to the invoice, in the library and in the model.
type cashEvent struct {
	name  string
	steps []cashStep
	model func(*cashModel) bool // reports whether it happens
}

const inTime, tooLate = value.Date(2031_05_10), value.Date(2031_07_01)

var cashEvents = []cashEvent{
	{"97 in time", []cashStep{{Do: "receive", ID: "pA", Amount: "97.00", On: inTime}, {Do: "allocate", ID: "pA"}}, func(m *cashModel) bool { return m.pay("pA", 9700, false, false) }},
	{"67.90 in time", []cashStep{{Do: "receive", ID: "pB", Amount: "67.90", On: inTime}, {Do: "allocate", ID: "pB"}}, func(m *cashModel) bool { return m.pay("pB", 6790, false, false) }},
	{"40 late", []cashStep{{Do: "receive", ID: "pC", Amount: "40.00", On: tooLate}, {Do: "allocate", ID: "pC"}}, func(m *cashModel) bool {
		m.late = true
		return m.pay("pC", 4000, true, false)
	}},
	{"mark 57", []cashStep{{Do: "mark_paid", ID: "pM", Amount: "57.00", On: inTime}}, func(m *cashModel) bool { return m.pay("pM", 5700, false, true) }},
	{"credit 30", []cashStep{{Do: "credit", ID: "nX", Amount: "30.00"}}, func(m *cashModel) bool { return m.credit("nX", 3000) }},
	{"credit 70", []cashStep{{Do: "credit", ID: "nY", Amount: "70.00"}}, func(m *cashModel) bool { return m.credit("nY", 7000) }},
	{"unapply", []cashStep{{Do: "unapply", ID: "nX"}}, func(m *cashModel) bool { return m.unapply("nX") }},
	{"void", []cashStep{{Do: "void_credit", ID: "nX"}}, func(m *cashModel) bool { return m.void("nX") }},
	{"write off 20", []cashStep{{Do: "write_off", Amount: "20.00"}}, func(m *cashModel) bool { return m.writeOff(2000) }},
	{"reverse", []cashStep{{Do: "reverse_write_off"}}, func(m *cashModel) bool { return m.reverse() }},
	{"25 from elsewhere", []cashStep{{Do: "apply_foreign", ID: "nF", Amount: "25.00"}}, func(m *cashModel) bool { return m.foreign("nF", 2500) }},
	{"deallocate", []cashStep{{Do: "deallocate", ID: "pA"}}, func(m *cashModel) bool { return m.undo("pA", false) }},
	{"void A", []cashStep{{Do: "void_payment", ID: "pA"}}, func(m *cashModel) bool { return m.voidPay("pA") }},
	{"30 by itself", []cashStep{{Do: "receive", ID: "pD", Amount: "30.00", On: inTime}, {Do: "auto_allocate", ID: "pD"}}, func(m *cashModel) bool { return m.auto("pD", 3000) }},
	{"bounce", []cashStep{{Do: "bounce", ID: "pA"}}, func(m *cashModel) bool { return m.undo("pA", true) }},
	{"refund X", []cashStep{{Do: "refund", ID: "nX"}}, func(m *cashModel) bool { return m.refundNote("nX") }},
	{"refund A", []cashStep{{Do: "refund", ID: "pA"}}, func(m *cashModel) bool { return m.refundPay("pA") }},
}

var errRolledBack = errors.New("rolled back")

// cashInvoices are the invoices that the events happen to.
var cashInvoices = map[string]struct {
	total, prepaid, increment string
	settings                  leadtocash.Settings
	model                     cashModel
	depth                     int // of the orders that are tried
}{
	"plain":   {total: "100.00", model: cashModel{total: 10000}, depth: 5},
	"prepaid": {total: "100.00", prepaid: "12.00", model: cashModel{total: 10000, prepaid: 1200}, depth: 4},
	"rounded": {total: "100.03", increment: "0.05", model: cashModel{total: 10003, rounding: 2}, depth: 4},
	"prepaid and rounded as in Dynamics": {
		total: "99.98", prepaid: "40.00", increment: "0.05", settings: leadtocash.Settings{D365Compat: true},
		model: cashModel{total: 9998, prepaid: 4000, rounding: 2}, depth: 4,
	},
}

// TestCashIsOneModel tries every order of up to five of the events, each once, and
// compares what is refused and what the rest comes to with the model. Longer ones go
// on from what changed something alone.
func TestCashIsOneModel(t *testing.T) {
	t.Parallel()
	for name, c := range cashInvoices {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			depth := c.depth
			if testing.Short() {
				depth -= 2
			}
			tried := 0
			var from func(prefix []int, m cashModel)
			from = func(prefix []int, m cashModel) {
				l, invoice := cashTill(t, name, prefix)
				var next []int
				var models []cashModel
				for e := range cashEvents {
					if slices.Contains(prefix, e) {
						continue
					}
					after := m.clone()
					happens := cashEvents[e].model(&after)
					got := ""
					err := l.Atomic(l.ctx, func(ctx context.Context, c *engine.Client) error {
						inside := *l
						inside.ctx, inside.Client = ctx, c
						inside.payments, inside.notes = maps.Clone(l.payments), maps.Clone(l.notes)
						if err := inside.does(invoice, cashEvents[e]); err != nil {
							return err
						}
						got = inside.books(invoice)
						return errRolledBack
					})
					tried++
					if done := errors.Is(err, errRolledBack); done != happens || done && got != after.text() {
						t.Errorf("%s: %v\n got %s\nwant %s, %t", cashNames(append(slices.Clone(prefix), e)), err, got, after.text(), happens)
						continue
					}
					if happens {
						next, models = append(next, e), append(models, after)
					}
				}
				if len(prefix)+1 < depth && !t.Failed() {
					for n, e := range next {
						from(append(slices.Clone(prefix), e), models[n])
					}
				}
			}
			m := c.model
			m.notes, m.pays = map[string]cashNote{}, map[string]cashPay{}
			from(nil, m)
			t.Logf("%d orders of events", tried)
		})
	}
}

// cashTill is an invoice to which the events have happened.
func cashTill(t *testing.T, name string, events []int) (*till, leadtocash.Invoice) {
	c := cashInvoices[name]
	l := newTill(t, money.EUR, c.settings)
	i := l.bill("invoice", 2031_05_04, c.total, func(f *leadtocash.InvoiceFields) {
		f.OwnTerms = &leadtocash.Terms{NetDays: 30, DiscountPercentage: testkit.Some("3"), DiscountDays: 14}
		f.PrepaidAmount = l.given(c.prepaid)
		if c.settings.D365Compat {
			f.PriceListID = list(l.Client)
		}
		if c.increment != "" {
			f.PayableRounding = &pricing.PayableRounding{Increment: l.amount(c.increment)}
		}
	}, leadtocash.IssueInvoice{})
	for _, e := range events {
		if err := l.does(i, cashEvents[e]); err != nil {
			t.Fatalf("%s: %v", cashNames(events), err)
		}
	}
	return l, i
}

func cashNames(events []int) string {
	var names []string
	for _, e := range events {
		names = append(names, cashEvents[e].name)
	}
	return strings.Join(names, ", ")
}

func (l *till) does(i leadtocash.Invoice, e cashEvent) error {
	for _, s := range e.steps {
		l.at(s.On)
		switch s.Do {
		case "unapply", "void_credit", "deallocate", "bounce", "refund", "void_payment":
			if _, paid := l.payments[s.ID]; !paid && l.notes[s.ID].IsZero() {
				return errors.New("there is nothing of the kind")
			}
		}
		if err := l.step(l.Client, i.ID, s); err != nil {
			return err
		}
	}
	return nil
}

// books are what cashModel.text writes, of the library's.
func (l *till) books(invoice leadtocash.Invoice) string {
	i := testkit.Must(l.Invoices().Get(l.ctx, invoice.ID))
	var taken, writtenOff money.Amount
	for _, a := range testkit.Must(l.Invoices().Allocations(l.ctx, i.ID)) {
		switch {
		case !a.IsActive():
		case a.Kind == leadtocash.AllocationEarlyDiscount:
			taken = taken.Add(a.Amount)
		case a.Kind == leadtocash.AllocationWriteOff:
			writtenOff = writtenOff.Add(a.Amount)
		}
	}
	offer, _ := i.EarlyDiscount()
	cents := func(a money.Amount) int64 { return l.currency.Zero().Add(a).Units() }
	balance := int64(0)
	var list []string
	for _, id := range slices.Sorted(maps.Keys(l.notes)) {
		if n, ok := l.note(id); ok && n.Status == leadtocash.CreditNoteStatusIssued {
			balance += cents(n.Unapplied())
			list = append(list, fmt.Sprintf("%s %d", id, cents(n.Unapplied())))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(l.payments)) {
		if p, ok := l.payment(id); ok {
			balance += cents(p.Unallocated())
			list = append(list, fmt.Sprintf("%s %d", id, cents(p.Unallocated())))
		}
	}
	head := fmt.Sprintf("basis %d offer %d D %d W %d settled %d open %d credited %d balance %d",
		cents(i.Basis()), cents(offer), cents(taken), cents(writtenOff), cents(i.SettledAmount), cents(i.OpenBalance()), cents(i.CreditedAmount), balance)
	return strings.Join(append([]string{head}, list...), ", ")
}
