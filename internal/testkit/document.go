package testkit

import (
	"reflect"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

func Connecting(record1, record2 record.Ref, role2 party.ConnectionRole) party.CreateConnection {
	return party.CreateConnection{
		ID:     IDOf[record.ConnectionID](1),
		Fields: party.ConnectionFields{Record1: record1, Record2: record2, Role2: role2},
	}
}

func IssuedCredit(t *testing.T, text string) leadtocash.CreditNote {
	t.Helper()
	return Does(t, Goodwill(t, text), Alone(leadtocash.CreditNote.Issue), leadtocash.IssueCreditNote{},
		leadtocash.CreditNoteFacts{Stamp: Morning, NextNumber: "CRN-1"}, "credit_note.issued", "draft", "issued")
}

func InvoiceFields() leadtocash.InvoiceFields {
	return leadtocash.InvoiceFields{Name: "Ten desks", CustomerID: Buyer}
}

func NewInvoice(t *testing.T, lines ...pricing.LineFields) leadtocash.Invoice {
	t.Helper()
	return Born(t, leadtocash.NewInvoice, leadtocash.CreateInvoice{
		ID: IDOf[record.InvoiceID](1), Origin: record.Origin{Currency: money.EUR}, Fields: InvoiceFields(), Lines: lines,
	}, leadtocash.InvoiceFacts{Stamp: Morning}, "invoice.created", "new")
}

// InvoiceIn makes an invoice of 30.00 in the status.
func InvoiceIn(t *testing.T, status leadtocash.InvoiceStatus) leadtocash.Invoice {
	t.Helper()
	i, f := NewInvoice(t, WriteIn("3", "10.00")), leadtocash.InvoiceFacts{Stamp: Morning, NextNumber: "INV-1"}
	switch status {
	case leadtocash.InvoiceStatusBilled:
		i = Does(t, i, leadtocash.Invoice.Issue, leadtocash.IssueInvoice{}, f, "invoice.issued", "new", "billed")
	case leadtocash.InvoiceStatusPaid, leadtocash.InvoiceStatusPartiallyPaid:
		cmd := leadtocash.PayInvoice{}
		if status == leadtocash.InvoiceStatusPartiallyPaid {
			cmd = leadtocash.PayInvoice{Partial: true, Amount: Euro("10.00")}
		}
		out, err := i.MarkPaid(cmd, f)
		if err != nil {
			t.Fatal(err)
		}
		i = out.Record
	case leadtocash.InvoiceStatusCanceled:
		i = Does(t, i, Alone(leadtocash.Invoice.Cancel), leadtocash.CancelInvoice{}, f, "invoice.canceled", "new", "canceled")
	case leadtocash.InvoiceStatusClosedCanceled, leadtocash.InvoiceStatusClosedPaid:
		i.Status = status // by import
	default:
		if status != i.Status {
			i = Does(t, i, leadtocash.Invoice.SetStatus, leadtocash.SetInvoiceStatus{Status: status}, f, "invoice.status_changed", "new", status.String())
		}
	}
	if i.Status != status {
		t.Fatalf("an invoice is %s, want %s", i.Status, status)
	}
	return i
}

var (
	Buyer = record.AccountCustomer(IDOf[record.AccountID](1))
	Other = record.ContactCustomer(IDOf[record.ContactID](2))
)

// Alone sees an outcome of several records as a change of the record that the
// call was made on.
func Alone[R, C, F, O any](do func(R, C, F) (O, error)) Method[R, C, F] {
	return func(r R, cmd C, f F) (out record.Change[R], err error) {
		o, err := do(r, cmd, f)
		if err != nil {
			if !reflect.ValueOf(o).IsZero() {
				out.Record = r
			}
			return out, err
		}
		v := reflect.ValueOf(o)
		for i := range v.NumField() {
			if field, ok := v.Field(i).Interface().(R); ok {
				out.Record = field
				break
			}
		}
		id := reflect.ValueOf(out.Record).FieldByName("ID").FieldByName("UUID").Interface().(uuid.UUID)
		for _, e := range v.FieldByName("Events").Interface().([]record.Event) {
			if e.Ref.ID == id {
				out.Events = append(out.Events, e)
			}
		}
		return out, nil
	}
}

// WriteIn is a line for something that is in no catalogue.
func WriteIn(quantity, price string) pricing.LineFields {
	return pricing.WriteIn("item", decimal.RequireFromString(quantity), decimal.RequireFromString(price))
}

func OrderFields() leadtocash.OrderFields {
	return leadtocash.OrderFields{Name: "Ten desks", CustomerID: Buyer}
}

func NewOrder(t *testing.T, lines ...pricing.LineFields) leadtocash.Order {
	t.Helper()
	return Born(t, leadtocash.NewOrder, leadtocash.CreateOrder{
		ID: IDOf[record.OrderID](1), Origin: record.Origin{Currency: money.EUR}, Fields: OrderFields(), Lines: lines,
	}, leadtocash.OrderFacts{Stamp: Morning}, "order.created", "new")
}

// Take is some of the lines of an order, by line number.
func Take(quantities ...string) (list []pricing.LineQuantity) {
	for i, q := range quantities {
		list = append(list, pricing.LineQuantity{LineNumber: int32(i + 1), Quantity: Some(q)})
	}
	return list
}

// OrderIn makes an order of three units in the status.
func OrderIn(t *testing.T, status leadtocash.OrderStatus) leadtocash.Order {
	t.Helper()
	o := NewOrder(t, WriteIn("3", "10.00"))
	f := leadtocash.OrderFacts{Stamp: Morning, Settings: leadtocash.Settings{BackOffice: true}}
	fulfill := func(cmd leadtocash.FulfillOrder) {
		t.Helper()
		o = Does(t, o, Alone(leadtocash.Order.Fulfill), cmd, leadtocash.OrderFacts{Stamp: Morning},
			map[bool]string{false: "order.fulfilled", true: "order.partly_fulfilled"}[cmd.Partial || cmd.Lines != nil], "new",
			map[bool]string{false: "complete", true: "partial"}[cmd.Partial || cmd.Lines != nil])
	}
	switch status {
	case leadtocash.OrderStatusPending:
		o = Does(t, o, leadtocash.Order.SetStatus, leadtocash.SetOrderStatus{Status: status}, f, "order.status_changed", "new", "pending")
	case leadtocash.OrderStatusSubmitted:
		o = Does(t, o, Alone(leadtocash.Order.Submit), leadtocash.SubmitOrder{}, f, "order.submitted", "new", "submitted")
	case leadtocash.OrderStatusNoMoney:
		o = Does(t, o, Alone(leadtocash.Order.Cancel), leadtocash.CancelOrder{}, f, "order.canceled", "new", "no_money")
	case leadtocash.OrderStatusPartial:
		fulfill(leadtocash.FulfillOrder{Lines: Take("1")})
	case leadtocash.OrderStatusComplete:
		fulfill(leadtocash.FulfillOrder{})
	case leadtocash.OrderStatusInvoiced:
		fulfill(leadtocash.FulfillOrder{})
		out, err := o.Invoice(leadtocash.InvoiceOrder{}, leadtocash.OrderFacts{Stamp: Morning})
		if err != nil {
			t.Fatal(err)
		}
		o = out.Record
	}
	if o.Status != status {
		t.Fatalf("an order is %s, want %s", o.Status, status)
	}
	return o
}

func NewPayment(t *testing.T, text string) leadtocash.Payment {
	t.Helper()
	return Born(t, leadtocash.NewPayment, leadtocash.CreatePayment{
		ID: IDOf[record.PaymentID](1), Origin: record.Origin{Currency: money.EUR},
		Fields: leadtocash.PaymentFields{CustomerID: Buyer, Amount: Amount(t, text), BankReference: "17"},
	}, leadtocash.PaymentFacts{Stamp: Morning}, "payment.created", "pending")
}

func Posted(t *testing.T, text string) leadtocash.Payment {
	t.Helper()
	return Does(t, NewPayment(t, text), leadtocash.Payment.Post, leadtocash.PostPayment{}, leadtocash.PaymentFacts{Stamp: Morning},
		"payment.posted", "pending", "posted")
}

// Discountable is an invoice of 1000.00 at 2 % within 10 days, issued on the
// second of March.
func Discountable(t *testing.T) leadtocash.Invoice {
	t.Helper()
	i := NewInvoice(t, WriteIn("4", "250.00"))
	i.PaymentTerms = party.PaymentTerms2Percent10Net30
	return Does(t, i, leadtocash.Invoice.Issue, leadtocash.IssueInvoice{}, leadtocash.InvoiceFacts{Stamp: Morning}, "invoice.issued", "new", "billed")
}
