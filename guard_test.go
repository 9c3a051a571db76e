package leadtocash_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
)

// soundRecord is a record that can be worked with, in the status or on its way
// there; of other kinds an empty one will do.
func soundRecord(t *testing.T, kind leadtocash.Kind, status string) any {
	t.Helper()
	lines := []leadtocash.LineFields{writeIn("3", "10.00")}
	birth := leadtocash.Birth{Currency: leadtocash.EUR}
	switch kind {
	case leadtocash.KindQuote:
		return must(leadtocash.NewQuote(leadtocash.CreateQuote{
			ID: idOf[leadtocash.QuoteID](1), Birth: birth, Fields: leadtocash.QuoteFields{Name: "Ten desks", CustomerID: buyer}, Lines: lines,
		}, leadtocash.QuoteFacts{Stamp: morning})).Record
	case leadtocash.KindOrder:
		return orderIn(t, option[leadtocash.OrderStatus](status))
	case leadtocash.KindInvoice:
		return invoiceIn(t, option[leadtocash.InvoiceStatus](status))
	case leadtocash.KindPayment:
		return newPayment(t, "30.00")
	case leadtocash.KindCreditNote:
		return goodwill(t, "12.50")
	case leadtocash.KindRefund:
		return must(posted(t, "30.00").Refund(leadtocash.RequestRefund{}, leadtocash.PaymentFacts{Stamp: morning})).Refund
	case leadtocash.KindProcessDefinition:
		return must(leadtocash.NewProcessDefinition(leadtocash.CreateProcessDefinition{
			ID: idOf[leadtocash.ProcessDefinitionID](1), Definition: smallProcess("small"),
		}, leadtocash.ProcessDefinitionFacts{Stamp: morning})).Record
	case leadtocash.KindProduct:
		return must(leadtocash.NewProduct(leadtocash.CreateProduct{ID: idOf[leadtocash.ProductID](1), Birth: birth, Fields: leadtocash.ProductFields{
			Name: "Chair", UnitGroupID: idOf[leadtocash.UnitGroupID](1), DefaultUnitID: idOf[leadtocash.UnitID](1),
		}}, leadtocash.ProductFacts{Stamp: morning})).Record
	}
	return nil
}

// A trial is a change with a name for people.
type trial struct {
	name string
	make change
}

// trials are changes of one field each, of record or facts: emptied, filled,
// and where it is a set, with each of its values.
func (b board) trials() (list []trial) {
	for _, part := range []struct {
		typ reflect.Type
		of  func(position) reflect.Value
	}{
		{b.facts, func(p position) reflect.Value { return p.facts.Elem() }},
		{b.record, func(p position) reflect.Value { return p.record.Elem() }},
	} {
		for _, f := range reflect.VisibleFields(part.typ) {
			if f.Anonymous || !f.IsExported() || f.Name == "Status" || f.Name == "ID" {
				continue
			}
			for n, value := range valuesOf(f.Type) {
				list = append(list, trial{fmt.Sprintf("%s.%s #%d", part.typ.Name(), f.Name, n), func(p position) {
					part.of(p).FieldByIndex(f.Index).Set(value)
				}})
			}
		}
	}
	return list
}

// companions are what a guard may ask for besides: who acts, what the
// organisation chooses, and what the record must be for the guard to matter.
func (b board) companions() (list []trial) {
	list = append(list, trial{"nothing", func(position) {}}, trial{"an integration", func(p position) {
		p.facts.Elem().FieldByName("Stamp").Set(reflect.ValueOf(robot))
	}})
	if choices, ok := b.facts.FieldByName("Settings"); ok {
		for i := range choices.Type.NumField() {
			if f := choices.Type.Field(i); f.Type.Kind() == reflect.Bool {
				list = append(list, trial{f.Name, func(p position) { p.facts.Elem().FieldByIndex(choices.Index).Field(i).SetBool(true) }})
			}
		}
	}
	switch b.kind {
	case leadtocash.KindInvoice:
		numbered := func(number string, on leadtocash.Date) change {
			return func(p position) {
				i := p.record.Interface().(*leadtocash.Invoice)
				i.InvoiceNumber, i.IssueDate = number, on
			}
		}
		paid := func(allocated string) change {
			return func(p position) {
				p.facts.Interface().(*leadtocash.InvoiceFacts).Payment = &leadtocash.Payment{
					Head: leadtocash.Head{Currency: leadtocash.EUR}, Status: leadtocash.PaymentStatusPosted,
					PaymentFields:   leadtocash.PaymentFields{CustomerID: buyer, Amount: leadtocash.EUR.MustAmount("9.00")},
					AllocatedAmount: leadtocash.EUR.MustAmount(allocated),
				}
			}
		}
		list = append(list, trial{"issued", numbered("INV-1", 2026_03_02)}, trial{"not issued", numbered("", 0)}, trial{"locked prices", func(p position) {
			p.record.Interface().(*leadtocash.Invoice).IsPriceLocked = true
		}}, trial{"no lines", func(p position) {
			p.record.Interface().(*leadtocash.Invoice).Lines = nil
		}}, trial{"a payment", paid("0.00")}, trial{"a payment without rest", paid("9.00")})
	case leadtocash.KindCreditNote:
		for _, status := range []leadtocash.InvoiceStatus{leadtocash.InvoiceStatusBilled, leadtocash.InvoiceStatusNew} {
			i := invoiceIn(b.t, status)
			list = append(list, trial{"of an invoice that is " + status.String(), func(p position) {
				p.facts.Interface().(*leadtocash.CreditNoteFacts).Invoice = &i
			}})
		}
	case leadtocash.KindRefund:
		spent := posted(b.t, "30.00")
		spent.AllocatedAmount = spent.Amount
		list = append(list, trial{"of a payment without rest", func(p position) {
			p.facts.Interface().(*leadtocash.RefundFacts).Payment = &spent
		}})
	case leadtocash.KindOrder:
		list = append(list, trial{"a discount", func(p position) {
			p.record.Interface().(*leadtocash.Order).DiscountPercentage = some("5")
		}})
	case leadtocash.KindProduct:
		list = append(list, trial{"a bundle", func(p position) {
			p.record.Interface().(*leadtocash.Product).Members = []leadtocash.BundleMember{{}}
		}})
	case leadtocash.KindConnection:
		list = append(list, trial{"a seller on an opportunity", func(p position) {
			p.record.Interface().(*leadtocash.Connection).ConnectionFields = leadtocash.ConnectionFields{
				Record1: refTo(leadtocash.KindOpportunity, 1), Record2: refTo(leadtocash.KindSeller, 1), Role2: leadtocash.ConnectionRoleAccountManager,
			}
		}})
	}
	return list
}

// valuesOf are telling values of a type, nothing among them.
func valuesOf(t reflect.Type) (list []reflect.Value) {
	zero := reflect.Zero(t)
	list = append(list, zero)
	add := func(v any) { list = append(list, reflect.ValueOf(v).Convert(t)) }
	switch t {
	case reflect.TypeFor[leadtocash.Amount]():
		add(leadtocash.EUR.MustAmount("5.00"))
		add(leadtocash.EUR.MustAmount("-5.00"))
		return list
	case reflect.TypeFor[leadtocash.Opt[leadtocash.Amount]]():
		add(leadtocash.Some(leadtocash.EUR.MustAmount("5.00")))
		return list
	case reflect.TypeFor[leadtocash.Opt[decimal.Decimal]]():
		add(leadtocash.Some(decimal.NewFromInt(5)))
		return list
	case reflect.TypeFor[leadtocash.Currency]():
		add(leadtocash.JPY)
		return list
	case reflect.TypeFor[leadtocash.Date]():
		add(leadtocash.Date(2020_01_01))
		add(leadtocash.Date(2030_01_01))
		return list
	case reflect.TypeFor[leadtocash.CustomerID]():
		add(other)
		return list
	case reflect.TypeFor[uuid.UUID](), reflect.TypeFor[leadtocash.Ref](), reflect.TypeFor[leadtocash.Settings](), reflect.TypeFor[leadtocash.Stamp]():
		return list
	}
	switch t.Kind() {
	case reflect.Bool:
		add(true)
	case reflect.String:
		add("text")
	case reflect.Uint8:
		for n := uint8(1); n < 40; n++ {
			v := reflect.New(t).Elem()
			v.SetUint(uint64(n))
			if set, ok := v.Interface().(interface{ Valid() bool }); ok && !set.Valid() {
				break
			}
			list = append(list, v)
		}
	case reflect.Int32, reflect.Int64:
		add(1)
	case reflect.Pointer:
		for _, el := range recordsOf(t.Elem()) {
			v := reflect.New(t.Elem())
			v.Elem().Set(el)
			list = append(list, v)
		}
	case reflect.Slice:
		for _, el := range recordsOf(t.Elem()) {
			list = append(list, reflect.Append(zero, el))
		}
	}
	return list
}

// recordsOf are values of a type, one for each status that it may have.
func recordsOf(t reflect.Type) (list []reflect.Value) {
	list = append(list, reflect.Zero(t))
	if t.Kind() != reflect.Struct {
		return list
	}
	if f, ok := t.FieldByName("Status"); ok {
		for _, status := range valuesOf(f.Type)[1:] {
			v := reflect.New(t).Elem()
			v.FieldByIndex(f.Index).Set(status)
			list = append(list, v)
		}
	}
	return list
}

// TestEveryGuardBitesAlone finds for every guard of every cell a few changes of
// record or facts that make it refuse alone, and checks that the method then
// refuses likewise and changes nothing.
func TestEveryGuardBitesAlone(t *testing.T) {
	t.Parallel()
	for b := range boards(t) {
		t.Run(string(b.kind), func(t *testing.T) {
			t.Parallel()
			b.t = t
			trials := append(b.companions(), b.trials()...)
			for c := range b.table.Matrix() {
				for _, g := range c.Guards {
					if !b.bites(c, g.Code, trials) {
						t.Errorf("%s in %s: nothing makes %s (%s) refuse alone", c.Action, c.Status, g.Code, g.Text)
					}
				}
			}
		})
	}
}

// bites looks for changes that make a guard refuse alone: first two that make it
// refuse, then one more that reconciles the others.
func (b board) bites(c leadtocash.Cell, code leadtocash.Code, trials []trial) bool {
	companions := b.companions()
	among := map[int][][]trial{} // by how many refuse
	for _, with := range companions {
		for _, one := range trials {
			codes := verdictOf(b.why(b.standing(c.Status, with.make, one.make), c.Action))
			switch {
			case !slices.Contains(codes, code):
			case len(codes) == 1:
				b.checkGuarded(c, code, with, one)
				return true
			case len(among[len(codes)]) < 40:
				among[len(codes)] = append(among[len(codes)], []trial{with, one})
			}
		}
	}
	for _, pair := range slices.Concat(among[2], among[3], among[4]) {
		for _, more := range trials {
			p := b.standing(c.Status, pair[0].make, pair[1].make, more.make)
			if slices.Equal(verdictOf(b.why(p, c.Action)), []leadtocash.Code{code}) {
				b.checkGuarded(c, code, pair[0], pair[1], more)
				return true
			}
		}
	}
	return false
}

// checkGuarded checks the method where one guard refuses alone.
func (b board) checkGuarded(c leadtocash.Cell, code leadtocash.Code, trials ...trial) {
	b.t.Helper()
	var names []string
	var changes []change
	for _, tr := range trials {
		names, changes = append(names, tr.name), append(changes, tr.make)
	}
	p := b.standing(c.Status, changes...)
	if slices.Contains(b.allowed(p), c.Action) {
		b.t.Errorf("%s in %s with %v: allowed, though refused with %s", c.Action, c.Status, names, code)
	}
	m, ok := b.method(c.Action)
	if !ok {
		return
	}
	out, err := carryOut(m, p, c.Action)
	if !slices.Contains(verdictOf(err), code) || !out.IsZero() {
		b.t.Errorf("%s in %s with %v: yields %+v and %v, want a refusal with %s", c.Action, c.Status, names, out, err, code)
	}
	b.checkSame(c, p, b.standing(c.Status, changes...))
}
