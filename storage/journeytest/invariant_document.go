package journeytest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

var documentInvariants = []Invariant{
	{Number: 51, Text: "totals add up", check: i51},
	{Number: 112, Text: "entries of lists add up to what the document charges and takes off", check: i112},
	{Number: 52, Text: "no amount has more decimals than its currency, no price more than its precision", check: i52},
	{Number: 53, Text: "numbers are unique and never used again; invoices and credit notes are numbered when issued, without a gap", check: i53},
	{Number: 54, Text: "a status belongs to its state, and asking for the default yields it", check: i54},
	{Number: 55, Text: "a refusal changes nothing in the whole store", check: i55},
	{Number: 56, Text: "the history alone yields what is stored", check: i56},
	{Number: 57, Text: "no reference dangles", check: i57},
	{Number: 58, Text: "events of a record follow each other in time and lead to what it is", check: i58},
	{Number: 59, Text: "notes, activities and connections go with their record, and no others do", check: i59},
	{Number: 60, Text: "a seller is at most once on the sales team of an opportunity", check: i60},
}

// document is what opportunities, quotes, orders and invoices have in common.
type document struct {
	record   any
	currency money.Currency
	charges  *pricing.Charges
	sale     *pricing.PricedLines
}

// documents lists the living documents.
func (b *book) documents() (list []document) {
	for _, o := range all[leadtocash.Opportunity](b) {
		list = append(list, document{o, o.Currency, &o.Charges, &o.PricedLines})
	}
	for _, q := range all[leadtocash.Quote](b) {
		list = append(list, document{q, q.Currency, &q.Charges, &q.PricedLines})
	}
	for _, o := range all[leadtocash.Order](b) {
		list = append(list, document{o, o.Currency, &o.Charges, &o.PricedLines})
	}
	for _, i := range all[leadtocash.Invoice](b) {
		list = append(list, document{i, i.Currency, &i.Charges, &i.PricedLines})
	}
	for _, n := range all[leadtocash.CreditNote](b) {
		list = append(list, document{n, n.Currency, &n.Charges, &n.PricedLines})
	}
	return list
}

func i51(s *scene) error {
	for _, d := range s.documents() {
		if err := addsUp(d); err != nil {
			return about(d.record, err)
		}
	}
	return nil
}

func addsUp(d document) error {
	t, zero := d.sale.Totals, d.currency.Zero()
	if t.PricingError != 0 && t.PricingError != catalog.PricingErrorDetail {
		return unless(t.TotalAmount.IsZero(), "comes to %s without a price: %s", t.TotalAmount, t.PricingError)
	}
	p := d.sale.Pricing
	computed := p.TaxMode == pricing.TaxComputed
	included := computed && p.PricesIncludeTax
	net, discount, listed, tax := zero, zero, zero, d.charges.FreightTax.Or(zero)
	charged := zero
	for n := range d.charges.Adjustments {
		a := &d.charges.Adjustments[n]
		tax = tax.Add(a.Tax.Or(zero))
		if a.Kind == pricing.AdjustmentCharge {
			charged = charged.Add(a.Amount.Or(zero))
		}
	}
	for n := range d.sale.Lines {
		l := &d.sale.Lines[n]
		if l.PricingError != 0 {
			continue
		}
		net, discount = net.Add(l.NetAmount), discount.Add(l.ManualDiscountTotal())
		tax = tax.Add(l.Tax.Or(zero))
		for at := range l.Adjustments {
			if l.Adjustments[at].Kind == pricing.AdjustmentAllowance {
				listed = listed.Add(l.Adjustments[at].Amount.Or(zero))
			}
		}
		want := l.NetAmount
		if !included {
			want = want.Add(l.Tax.Or(zero))
		}
		if !l.ExtendedAmount.Equal(want) {
			return fmt.Errorf("line %d comes to %s, want %s", l.LineNumber, l.ExtendedAmount, want)
		}
	}
	total := t.TotalAmountLessFreight.Add(d.charges.FreightAmount.Or(zero)).Add(charged)
	if !included {
		total = total.Add(t.TotalTax)
	}
	if computed {
		tax = zero
		for _, g := range d.record.(interface{ TaxGroups() []pricing.TaxGroup }).TaxGroups() {
			tax = tax.Add(g.Tax)
		}
	}
	sum := func(name string, got, want money.Amount) error {
		return unless(got.Equal(want), "%s is %s, want %s", name, got, want)
	}
	return first(
		sum("total_line_item_amount", t.TotalLineItemAmount, net),
		sum("total_line_item_discount_amount", t.TotalLineItemDiscountAmount, discount),
		sum("total_discount_amount", t.TotalDiscountAmount, t.DocumentDiscount.Add(discount).Add(listed)),
		sum("charge_total", t.ChargeTotal, charged),
		sum("total_amount_less_freight", t.TotalAmountLessFreight, net.Sub(t.DocumentDiscount)),
		sum("total_tax", t.TotalTax, tax),
		sum("total_amount", t.TotalAmount, total),
		sum("amount_due", t.AmountDue, t.TotalAmount.Sub(d.charges.PrepaidAmount.Or(zero)).Add(t.PayableRoundingAmount)),
	)
}

// i112: what the lists of lines and headers add and take off is what the amounts say,
// and no line is flipped.
func i112(s *scene) error {
	for _, d := range s.documents() {
		if d.sale.PricingError != 0 && d.sale.PricingError != catalog.PricingErrorDetail {
			continue
		}
		zero := d.currency.Zero()
		shared := zero
		for n := range d.sale.Lines {
			l := &d.sale.Lines[n]
			if l.PricingError != 0 {
				continue
			}
			shared = shared.Add(l.AllocatedDiscount)
			on := zero
			for at := range l.Adjustments {
				if a := &l.Adjustments[at]; a.Kind == pricing.AdjustmentCharge {
					on = on.Add(a.Amount.Or(zero))
				} else {
					on = on.Sub(a.Amount.Or(zero))
				}
			}
			if !on.Equal(l.AdjustmentTotal) {
				return about(d.record, fmt.Errorf("line %d: the list adds %s, told are %s", l.LineNumber, on, l.AdjustmentTotal))
			}
			if !money.Within(l.AllocatedDiscount, l.NetAmount) {
				return about(d.record, fmt.Errorf("line %d: %s of %s is taken off", l.LineNumber, l.AllocatedDiscount, l.NetAmount))
			}
		}
		if !shared.Equal(d.sale.DocumentDiscount) {
			return about(d.record, fmt.Errorf("lines bear %s of %s", shared, d.sale.DocumentDiscount))
		}
	}
	return nil
}

func i52(s *scene) error {
	for _, e := range s.fresh {
		rec := reflect.ValueOf(s.records[e.Ref])
		if rec.Kind() != reflect.Pointer {
			continue
		}
		c := rec.Elem().FieldByName("Head").Interface().(record.Head).Currency
		if err := exact(rec.Elem(), c); err != nil && !c.IsZero() {
			return fmt.Errorf("%s: %w", e.Ref, err)
		}
	}
	for _, d := range s.documents() {
		q := int32(d.sale.Pricing.PricingPrecision.Or(int8(max(2, d.currency.Digits()))))
		for n := range d.sale.Lines {
			l := &d.sale.Lines[n]
			if p := l.PricePerUnit.Or(decimal.Decimal{}); l.PricingError == 0 && !p.Equal(p.Truncate(q)) {
				return about(d.record, fmt.Errorf("line %d: a price of %s", l.LineNumber, p))
			}
		}
	}
	return nil
}

// exact checks every amount within a value.
func exact(v reflect.Value, c money.Currency) error {
	switch a := v.Interface().(type) {
	case money.Amount:
		return unless(c.Fits(a), "%s in %s", a, c)
	case value.Opt[money.Amount]:
		return unless(c.Fits(a.Or(money.Amount{})), "%v in %s", a, c)
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return exact(v.Elem(), c)
		}
	case reflect.Slice:
		for n := range v.Len() {
			if err := exact(v.Index(n), c); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for n := range v.NumField() {
			if f := v.Type().Field(n); f.IsExported() {
				if err := exact(v.Field(n), c); err != nil {
					return fmt.Errorf("%s: %w", f.Name, err)
				}
			}
		}
	}
	return nil
}

func i53(s *scene) error {
	return first(
		numbered(s, func(o *leadtocash.Order) string { return o.OrderNumber }),
		numbered(s, func(i *leadtocash.Invoice) string { return i.InvoiceNumber }),
		numbered(s, func(p *leadtocash.Payment) string { return p.PaymentNumber }),
		numbered(s, func(n *leadtocash.CreditNote) string { return n.CreditNoteNumber }),
		numbered(s, func(r *leadtocash.Refund) string { return r.RefundNumber }),
		numbered(s, func(q *leadtocash.Quote) string { return q.FullNumber() }),
		withoutGap(s, kinds.Invoice), withoutGap(s, kinds.CreditNote),
		lives[leadtocash.Invoice](s.book, func(ref record.Ref, versions []version) error {
			issued := s.happened(ref, "invoice.issued") > 0
			for _, v := range versions {
				if i := image[leadtocash.Invoice](v); i != nil && i.InvoiceNumber != "" && !issued {
					return fmt.Errorf("%s has number %s and was never issued", ref, i.InvoiceNumber)
				}
			}
			return nil
		}),
	)
}

// numbered checks that no two records that ever were had one number.
func numbered[R any](s *scene, number func(*R) string) error {
	taken := map[string]record.Ref{}
	return lives[R](s.book, func(ref record.Ref, versions []version) error {
		for _, v := range versions {
			r := image[R](v)
			if r == nil || number(r) == "" {
				continue
			}
			if other, ok := taken[number(r)]; ok && other != ref {
				return fmt.Errorf("%s and %s both had number %s", other, ref, number(r))
			}
			taken[number(r)] = ref
		}
		return nil
	})
}

func withoutGap(s *scene, kind kinds.Kind) error {
	var issued []string
	for _, e := range s.events {
		if e.Type == string(kind)+".issued" {
			issued = append(issued, e.Data.Get("number"))
		}
	}
	for n, number := range issued {
		if want := engine.DefaultNumbering(kind, int64(n+1)); number != want {
			return fmt.Errorf("%s %s was issued when %s was next", kind, number, want)
		}
	}
	return nil
}

// defaults are what a command that asks for the default status leads to.
var defaults = map[actions.Action]string{
	actions.LeadSetStatus: "new", actions.LeadQualify: "qualified", actions.LeadDisqualify: "lost",
	actions.OpportunityLose: "canceled", actions.QuoteSetStatus: "active", actions.QuoteClose: "revised",
	actions.OrderSetStatus: "new", actions.OrderCancel: "no_money", actions.InvoiceSetStatus: "new",
}

func i54(s *scene) error {
	for _, e := range s.fresh {
		ref, rec := e.Ref, s.stored[e.Ref]
		record := reflect.ValueOf(s.records[ref])
		if record.Kind() != reflect.Pointer || !record.Elem().FieldByName("Status").IsValid() {
			continue
		}
		status := record.Elem().FieldByName("Status")
		state := status.MethodByName("State").Call(nil)[0].Interface().(value.State)
		if key := fmt.Sprint(status.Interface()); key == "" || rec.Status != key || rec.State != state.Key {
			return fmt.Errorf("%s is %s, stored as %s of state %s", ref, key, rec.Status, rec.State)
		}
		reason := record.Elem().FieldByName("StatusReason").String()
		if reason != "" && !slices.ContainsFunc(statusReasons, func(r flow.StatusReason) bool {
			return r.Key == reason && string(r.Kind) == string(ref.Kind) && r.Status == rec.Status
		}) {
			return fmt.Errorf("%s is %s for the reason %s of another status", ref, rec.Status, reason)
		}
	}
	if want := defaults[s.attempt.action]; want != "" && s.err == nil && s.stored[s.attempt.ref] != nil {
		asked := reflect.ValueOf(s.attempt.cmd).FieldByName("Status")
		if asked.IsValid() && asked.Uint() == value.DefaultStatus {
			got := s.stored[s.attempt.ref].Status
			return unless(got == want, "the default led to %s, want %s", got, want)
		}
	}
	return nil
}

func i55(s *scene) error {
	if s.err == nil {
		return nil
	}
	return first(s.before.same(s.book), unless(len(s.counters) == 0, "counters moved: %s", s.counters))
}

func i56(s *scene) error {
	if s.replayed != nil {
		return s.replayed
	}
	for _, e := range s.fresh {
		if rec := s.stored[e.Ref]; rec != nil && rec.Version == e.Version {
			if err := sameBody(rec.Image, s.version(e).image); err != nil {
				return fmt.Errorf("%s: the image of version %d is not what is stored: %w", e.Ref, e.Version, err)
			}
		}
	}
	return nil
}

// replay makes the records anew out of the history and compares them with what
// is stored.
func (b *book) replay() error {
	living := 0
	for ref, versions := range b.past {
		if len(versions) == 0 {
			return fmt.Errorf("%s has events and no versions", ref)
		}
		last := versions[len(versions)-1]
		for n, v := range versions {
			if v.number != int64(n+1) || len(v.events) == 0 {
				return fmt.Errorf("%s: version %d with %d events stands at place %d", ref, v.number, len(v.events), n+1)
			}
		}
		rec := b.stored[ref]
		if last.events[0].Deleted {
			if rec != nil {
				return fmt.Errorf("%s is deleted and stored", ref)
			}
			continue
		}
		if rec == nil || rec.Version != last.number {
			return fmt.Errorf("%s is not stored in its last version", ref)
		}
		living++
		if err := sameBody(last.image, rec.Image); err != nil {
			return fmt.Errorf("%s: %w", ref, err)
		}
	}
	return unless(living == len(b.stored), "%d records have a history, %d are stored", living, len(b.stored))
}

func i57(s *scene) error {
	for ref, named := range s.named {
		for _, r := range named {
			if s.stored[r] == nil {
				return fmt.Errorf("%s refers to %s, which does not exist", ref, r)
			}
		}
	}
	return nil
}

func i58(s *scene) error {
	for _, e := range s.fresh {
		versions := s.past[e.Ref]
		var last record.Event
		for _, v := range versions {
			for _, e := range v.events {
				if e.At.Before(last.At) || last.Deleted && !e.Deleted {
					return fmt.Errorf("%s: %s at %s comes after %s at %s", e.Ref, e.Type, e.At, last.Type, last.At)
				}
				last = e
			}
		}
		rec := s.stored[e.Ref]
		if last.Deleted != (rec == nil) || rec != nil && (last.To != rec.Status || !last.At.Equal(rec.UpdatedAt)) {
			return fmt.Errorf("%s: the last event is %s to %q at %s, it is stored as %+v", e.Ref, last.Type, last.To, last.At, rec)
		}
	}
	return nil
}

// regarding lists what a record goes with: nothing for most kinds.
func regarding(rec any) []record.Ref {
	switch r := rec.(type) {
	case *activity.Note:
		return []record.Ref{r.RegardingID}
	case *activity.Task:
		return []record.Ref{r.RegardingID}
	case *activity.PhoneCall:
		return []record.Ref{r.RegardingID}
	case *activity.Email:
		return []record.Ref{r.RegardingID}
	case *activity.Appointment:
		return []record.Ref{r.RegardingID}
	case *party.Connection:
		return []record.Ref{r.Record1, r.Record2}
	}
	return nil
}

func i59(s *scene) error {
	for ref, rec := range s.before.records {
		about := regarding(rec)
		if about == nil || ref == s.attempt.ref {
			continue
		}
		lost := slices.ContainsFunc(about, func(r record.Ref) bool { return s.before.records[r] != nil && s.records[r] == nil })
		kept := s.records[ref] != nil
		switch {
		case lost && kept:
			return fmt.Errorf("%s stays although %s is deleted", ref, about)
		case !lost && !kept:
			return fmt.Errorf("%s went although %s stays", ref, about)
		}
	}
	return nil
}

var errTwice = errors.New("is on the sales team twice")

func i60(s *scene) error {
	type place struct{ seller, opportunity record.Ref }
	taken := map[place]bool{}
	return each(s, func(c *party.Connection) error {
		p := place{c.Record1, c.Record2}
		switch party.RoleCategorySalesTeam {
		case party.CategoryOf(c.Role1):
		case party.CategoryOf(c.Role2):
			p = place{c.Record2, c.Record1}
		default:
			return nil
		}
		if c.Status != party.ConnectionStatusActive {
			return nil
		}
		if taken[p] {
			return fmt.Errorf("%s %w", p.seller, errTwice)
		}
		taken[p] = true
		return nil
	})
}
