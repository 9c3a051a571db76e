package engine_test

import (
	"reflect"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// soundRecord is a record that can be worked with, in the status or on its way
// there; of other kinds an empty one will do.
func soundRecord(t *testing.T, kind kinds.Kind, status string) any {
	t.Helper()
	lines := []pricing.LineFields{testkit.WriteIn("3", "10.00")}
	birth := record.Origin{Currency: money.EUR}
	switch kind {
	case kinds.Quote:
		return testkit.Must(leadtocash.NewQuote(leadtocash.CreateQuote{
			ID: testkit.IDOf[record.QuoteID](1), Origin: birth, Fields: leadtocash.QuoteFields{Name: "Ten desks", CustomerID: testkit.Buyer}, Lines: lines,
		}, leadtocash.QuoteFacts{Stamp: testkit.Morning})).Record
	case kinds.Order:
		return testkit.OrderIn(t, testkit.Option[leadtocash.OrderStatus](status))
	case kinds.Invoice:
		return testkit.InvoiceIn(t, testkit.Option[leadtocash.InvoiceStatus](status))
	case kinds.Payment:
		return testkit.NewPayment(t, "30.00")
	case kinds.CreditNote:
		return testkit.Goodwill(t, "12.50")
	case kinds.Refund:
		return testkit.Must(testkit.Posted(t, "30.00").Refund(leadtocash.RequestRefund{}, leadtocash.PaymentFacts{Stamp: testkit.Morning})).Record
	case kinds.Approval:
		return agreement.Approval{ID: testkit.IDOf[record.ApprovalID](1), DocumentID: testkit.RefTo(kinds.Quote, 1), Rule: "dear"}
	case kinds.ProcessDefinition:
		return testkit.Must(engine.NewProcessDefinition(engine.CreateProcessDefinition{
			ID: testkit.IDOf[record.ProcessDefinitionID](1), Definition: testkit.SmallProcess("small"),
		}, engine.ProcessDefinitionFacts{Stamp: testkit.Morning})).Record
	case kinds.Product:
		return testkit.Must(catalog.NewProduct(catalog.CreateProduct{ID: testkit.IDOf[record.ProductID](1), Origin: birth, Fields: catalog.ProductFields{
			Name: "Chair", UnitGroupID: testkit.IDOf[record.UnitGroupID](1), DefaultUnitID: testkit.IDOf[record.UnitID](1),
		}}, catalog.ProductFacts{Stamp: testkit.Morning})).Record
	}
	return nil
}

// A trial is a change with a name for people.
type trial struct {
	name string
	make change
}

// valuesOf are telling values of a type, nothing among them.
func valuesOf(t reflect.Type) (list []reflect.Value) {
	zero := reflect.Zero(t)
	list = append(list, zero)
	add := func(v any) { list = append(list, reflect.ValueOf(v).Convert(t)) }
	switch t {
	case reflect.TypeFor[money.Amount]():
		add(money.EUR.MustAmount("5.00"))
		add(money.EUR.MustAmount("-5.00"))
		return list
	case reflect.TypeFor[value.Opt[money.Amount]]():
		add(value.Some(money.EUR.MustAmount("5.00")))
		return list
	case reflect.TypeFor[value.Opt[decimal.Decimal]]():
		add(value.Some(decimal.NewFromInt(5)))
		return list
	case reflect.TypeFor[money.Currency]():
		add(money.JPY)
		return list
	case reflect.TypeFor[value.Date]():
		add(value.Date(2020_01_01))
		add(value.Date(2030_01_01))
		return list
	case reflect.TypeFor[record.CustomerID]():
		add(testkit.Other)
		return list
	case reflect.TypeFor[uuid.UUID](), reflect.TypeFor[record.Ref](), reflect.TypeFor[leadtocash.Settings](), reflect.TypeFor[record.Stamp]():
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
