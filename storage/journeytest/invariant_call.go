package journeytest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

// What calls promise that can be made in more than one way.
var callInvariants = []Invariant{
	{Number: 87, Text: "paying an invoice is a payment that is created, posted and allocated; editing is an upsert", check: i87},
	{Number: 91, Text: "who is held by dunning has a case at the final notice that is open or written off, and is held while it has one", check: i91},
	{Number: 92, Text: "a merge loses no hold and no objection to be contacted", check: i92},
	{Number: 101, Text: "naming everything is naming nothing, and an empty list is refused", check: i101},
	{Number: 102, Text: "what is stored can be imported elsewhere and is equal there; what contradicts itself cannot", Strict: true, check: func(s *scene) error { return s.imported }},
	{Number: 104, Text: "a transaction with refused calls stores what it would without them", check: i104},
	{Number: 108, Text: "delivered goods are billed or abandoned when an order is canceled", Strict: true, check: i108},
}

// differently previews the other way in which the attempt could be made. What it
// returns compares that with what came of the attempt.
func (j *journey) differently(a attempt, c *client) func(outcome any) error {
	same := func(any) error { return nil }
	if !j.chance(40, "in another way") {
		return same
	}
	switch cmd := a.cmd.(type) {
	case leadtocash.PayInvoice:
		if i := lookup[leadtocash.Invoice](j.book, record.InvoiceID{UUID: a.ref.ID}); i != nil && i.OpenBalance().Sign() > 0 && cmd.BankReference == "" {
			return j.payingApart(i, cmd, c)
		}
	case leadtocash.InvoiceOrder:
		if o := lookup[leadtocash.Order](j.book, record.OrderID{UUID: a.ref.ID}); o != nil && cmd.Lines == nil {
			cmd.Lines = everyLine(o.Lines, func(l *pricing.Line) bool { return !l.Invoiceable(j.settings.InvoiceOnlyShipped).IsZero() })
			if len(cmd.Lines) == 0 {
				return same
			}
			named, err := c.Preview().Orders().Invoice(j.ctx, o.ID, cmd)
			return alike(err, func(out leadtocash.InvoicedOrder) []any {
				return worthOf(named.Record.Lines, out.Record.Lines, named.Invoice.Lines, out.Invoice.Lines, named.Invoice.Totals, out.Invoice.Totals)
			})
		}
	case leadtocash.FulfillOrder:
		if o := lookup[leadtocash.Order](j.book, record.OrderID{UUID: a.ref.ID}); o != nil && cmd.Lines == nil && !cmd.Partial && pricing.AnyRemaining(o.Lines) {
			cmd.Lines = everyLine(o.Lines, func(l *pricing.Line) bool { return !l.Remaining().IsZero() })
			named, err := c.Preview().Orders().Fulfill(j.ctx, o.ID, cmd)
			return alike(err, func(out leadtocash.ClosedOrder) []any {
				return worthOf(named.Record.Lines, out.Record.Lines, named.Record.Status, out.Record.Status)
			})
		}
	case leadtocash.CancelRemaining:
		if o := lookup[leadtocash.Order](j.book, record.OrderID{UUID: a.ref.ID}); o != nil && cmd.Lines == nil && pricing.AnyRemaining(o.Lines) {
			cmd.Lines = everyLine(o.Lines, func(l *pricing.Line) bool { return !l.Remaining().IsZero() })
			named, err := c.Preview().Orders().CancelRemaining(j.ctx, o.ID, cmd)
			return alike(err, func(out leadtocash.ClosedOrder) []any {
				return worthOf(named.Record.Lines, out.Record.Lines, named.Record.Status, out.Record.Status)
			})
		}
	case leadtocash.CreditInvoice:
		if i := lookup[leadtocash.Invoice](j.book, record.InvoiceID{UUID: a.ref.ID}); i != nil && cmd.Lines == nil {
			cmd.Freight = true
			cmd.Lines = everyLine(i.Lines, func(*pricing.Line) bool { return true })
			if len(cmd.Lines) == 0 {
				return same
			}
			named, err := c.Preview().Invoices().Credit(j.ctx, i.ID, cmd)
			return alike(err, func(out leadtocash.CreditedInvoice) []any {
				return worthOf(named.CreditNote.Lines, out.CreditNote.Lines, named.CreditNote.Totals, out.CreditNote.Totals)
			})
		}
	case leadtocash.EditLead:
		if r := lookup[leadtocash.Lead](j.book, record.LeadID{UUID: a.ref.ID}); r != nil {
			return upserted(j, a.ref, r.LeadFields, cmd.Fields, cmd.Custom, c.Preview().Leads().Upsert, func(r leadtocash.Lead) any { return r.LeadFields })
		}
	case party.EditAccount:
		if r := lookup[party.Account](j.book, record.AccountID{UUID: a.ref.ID}); r != nil {
			return upserted(j, a.ref, r.AccountFields, cmd.Fields, cmd.Custom, c.Preview().Accounts().Upsert, func(r party.Account) any { return r.AccountFields })
		}
	case party.EditContact:
		if r := lookup[party.Contact](j.book, record.ContactID{UUID: a.ref.ID}); r != nil {
			return upserted(j, a.ref, r.ContactFields, cmd.Fields, cmd.Custom, c.Preview().Contacts().Upsert, func(r party.Contact) any { return r.ContactFields })
		}
	case party.EditSeller:
		if r := lookup[party.Seller](j.book, record.SellerID{UUID: a.ref.ID}); r != nil {
			return upserted(j, a.ref, r.SellerFields, cmd.Fields, cmd.Custom, c.Preview().Sellers().Upsert, func(r party.Seller) any { return r.SellerFields })
		}
	case catalog.EditProduct:
		if r := lookup[catalog.Product](j.book, record.ProductID{UUID: a.ref.ID}); r != nil {
			return upserted(j, a.ref, r.ProductFields, cmd.Fields, cmd.Custom, c.Preview().Products().Upsert, func(r catalog.Product) any { return r.ProductFields })
		}
	}
	return same
}

// upserted previews the edit of a record as an upsert of what it changes.
func upserted[R any](
	j *journey, ref record.Ref, was, is any, custom record.Custom,
	upsert func(context.Context, engine.Key, any, ...engine.CallOption) (engine.Upserted[R], error), fields func(R) any,
) func(any) error {
	changes := changed(members(was), members(is))
	if custom != nil {
		changes["custom"] = custom
	}
	up, err := upsert(j.ctx, engine.Key{ID: ref.ID}, changes)
	return alike(err, func(out R) []any {
		return worthOf(up.Created, false, fields(up.Record), fields(out), heldIn(up.Record), heldIn(out))
	})
}

// heldIn are the own values and the state of a record.
func heldIn(r any) (list []any) {
	v := reflect.ValueOf(r)
	return append(list, v.FieldByName("Custom").Interface(), v.FieldByName("Status").Interface())
}

func members(fields any) (m map[string]any) {
	body, err := json.Marshal(fields)
	if err == nil {
		err = json.Unmarshal(body, &m)
	}
	if err != nil {
		panic(err)
	}
	return m
}

// changed is the merge patch that makes one object of another.
func changed(was, is map[string]any) map[string]any {
	patch := map[string]any{}
	for name := range was {
		if _, stays := is[name]; !stays {
			patch[name] = nil
		}
	}
	for name, v := range is {
		group, grouped := v.(map[string]any)
		before, _ := was[name].(map[string]any)
		if grouped {
			v = changed(before, group)
		}
		patch[name] = v
	}
	return patch
}

// everyLine names lines, but members that go with their bundle.
func everyLine(lines []pricing.Line, open func(*pricing.Line) bool) (list []pricing.LineQuantity) {
	for n := range lines {
		if l := &lines[n]; l.ProductType != pricing.ProductTypeRequiredBundleProduct && open(l) {
			list = append(list, pricing.LineQuantity{LineNumber: l.LineNumber})
		}
	}
	return list
}

// worthOf lists values to compare, in pairs.
func worthOf(pairs ...any) []any { return pairs }

// alike compares pairs of values of both ways, once the attempt has succeeded.
func alike[O any](err error, pairs func(O) []any) func(any) error {
	return func(outcome any) error {
		if err != nil {
			return fmt.Errorf("in the other way it is refused: %w", err)
		}
		out, ok := outcome.(O)
		if !ok {
			return fmt.Errorf("the outcome is a %T", outcome)
		}
		list := pairs(out)
		for n := 0; n < len(list); n += 2 {
			a, _ := json.Marshal(list[n])
			b, _ := json.Marshal(list[n+1])
			if string(a) != string(b) {
				return fmt.Errorf("in the other way it is\n%s, was\n%s", a, b)
			}
		}
		return nil
	}
}

// payingApart previews the payment, its posting and its allocation.
func (j *journey) payingApart(i *leadtocash.Invoice, cmd leadtocash.PayInvoice, c *client) func(any) error {
	amount := i.OpenBalance()
	if offer, _ := i.EarlyDiscount(); cmd.TakeDiscount {
		amount = amount.Sub(offer)
	}
	if given, ok := cmd.Amount.Get(); ok && cmd.Partial {
		amount = given
	}
	var apart leadtocash.AllocatedPayment
	err := c.StatusReason("").Preview().Atomic(j.ctx, func(ctx context.Context, c *client) error {
		p, err := c.Payments().Create(ctx, leadtocash.CreatePayment{
			Origin: record.Origin{Currency: i.Currency},
			Fields: leadtocash.PaymentFields{CustomerID: i.CustomerID, Amount: amount, ReceivedOn: cmd.ReceivedOn, Method: cmd.Method},
		})
		if err != nil {
			return err
		}
		if p, err = c.Payments().Post(ctx, p.ID, leadtocash.PostPayment{}); err != nil {
			return err
		}
		apart, err = c.Payments().Allocate(ctx, p.ID, leadtocash.AllocatePayment{InvoiceID: i.ID, TakeDiscount: cmd.TakeDiscount, NoDiscount: cmd.NoDiscount})
		return err
	})
	if errors.Is(err, codes.ErrCustomerInactive) { // who pays with the invoice is not chosen anew
		return func(any) error { return nil }
	}
	return alike(err, func(out leadtocash.PaidInvoice) []any {
		if out.Payment == nil {
			return nil
		}
		return worthOf(
			apart.Invoice.OpenBalance(), out.Record.OpenBalance(), apart.Invoice.Status, out.Record.Status,
			amountIn(apart.Discount), amountIn(out.Discount), apart.Record.Unallocated(), out.Payment.Unallocated(),
		)
	})
}

func amountIn(a *leadtocash.Allocation) string {
	if a == nil {
		return ""
	}
	return a.Amount.String()
}

// amid makes the attempt in one transaction with calls that are refused.
func (j *journey) amid(a attempt, c *client) (out any, err error) {
	var number string
	for _, o := range all[leadtocash.Order](j.book) {
		if o.Ref() != a.ref { // which may be gone by it
			number = o.OrderNumber
		}
	}
	refused := func(ctx context.Context, c *client) {
		_, err := c.Quotes().Create(ctx, leadtocash.CreateQuote{})
		if !errors.Is(err, codes.ErrMissingField) {
			j.Fatalf("a quote of nothing: %v", err)
		}
		for _, customer := range all[party.Account](j.book) {
			if number == "" || customer.Status != party.AccountStatusActive {
				continue
			}
			_, err := c.Orders().Create(ctx, leadtocash.CreateOrder{OrderNumber: number, Fields: leadtocash.OrderFields{Name: "twice", CustomerID: record.AccountCustomer(customer.ID)}})
			if err == nil {
				j.Fatalf("a second order %s was made", number)
			}
			return
		}
	}
	err = c.Atomic(j.ctx, func(ctx context.Context, c *client) (err error) {
		refused(ctx, c)
		if out, err = a.do(ctx, c); err != nil {
			return err
		}
		refused(ctx, c)
		return nil
	})
	return out, err
}

func i87(s *scene) error {
	if s.inParts() {
		return s.otherwise
	}
	return nil
}

// inParts reports whether the other way of the attempt takes other calls.
func (s *scene) inParts() bool {
	switch s.attempt.cmd.(type) {
	case leadtocash.PayInvoice, leadtocash.EditLead, party.EditAccount, party.EditContact, party.EditSeller, catalog.EditProduct:
		return true
	}
	return false
}

func i104(s *scene) error {
	for _, e := range s.fresh {
		if o := image[leadtocash.Order](s.version(e)); o != nil && o.Name == "twice" {
			return fmt.Errorf("a refused order %s is stored", o.OrderNumber)
		}
	}
	return nil
}

func i91(s *scene) error {
	held := map[record.CustomerID]bool{}
	for _, a := range all[party.Account](s.book) {
		held[record.AccountCustomer(a.ID)] = a.HeldByDunning
	}
	for _, c := range all[party.Contact](s.book) {
		held[record.ContactCustomer(c.ID)] = c.HeldByDunning
	}
	for _, i := range all[leadtocash.Invoice](s.book) {
		if i.DunningLevel < leadtocash.DunningFinalNotice || i.OpenBalance().Add(i.WrittenOffAmount).Sign() <= 0 {
			continue
		}
		// A person may lift a hold; what happens to invoices and money does not,
		// while a case is left.
		if !held[i.CustomerID] && s.attempt.ref != i.CustomerID.Ref && heldByDunning(s.before.records[i.CustomerID.Ref]) {
			return fmt.Errorf("%s is released, and %s is open or written off", i.CustomerID, i.InvoiceNumber)
		}
		held[i.CustomerID] = false
	}
	for id, is := range held {
		if is {
			return fmt.Errorf("%s is held, and no case of it is open or written off", id)
		}
	}
	return nil
}

func heldByDunning(r any) bool {
	switch r := r.(type) {
	case *party.Account:
		return r.HeldByDunning
	case *party.Contact:
		return r.HeldByDunning
	}
	return false
}

// protecting are the flags of a person or company that a merge keeps.
func protecting(r any) map[string]bool {
	flags, v := map[string]bool{}, reflect.ValueOf(r).Elem()
	for _, f := range reflect.VisibleFields(v.Type()) {
		if name := f.Name; f.Type.Kind() == reflect.Bool && (strings.HasPrefix(name, "DoNot") || name == "HeldByHand" || name == "CreditOnHold") {
			flags[name] = v.FieldByIndex(f.Index).Bool()
		}
	}
	return flags
}

func i92(s *scene) error {
	if !s.did(actions.LeadMerge, actions.AccountMerge, actions.ContactMerge) {
		return nil
	}
	subordinate := reflect.ValueOf(s.attempt.cmd).FieldByName("Subordinate").Interface().(interface{ Ref() record.Ref }).Ref()
	was, other := protecting(s.before.records[s.attempt.ref]), protecting(s.before.records[subordinate])
	for name, is := range protecting(s.records[s.attempt.ref]) {
		// A hold by dunning follows from the cases of both.
		if want := was[name] || other[name]; is != want && !(name == "CreditOnHold" && !is) {
			return fmt.Errorf("%s is %t, was %t and %t", name, is, was[name], other[name])
		}
	}
	return nil
}

func i101(s *scene) error {
	if s.otherwise != nil && !s.inParts() {
		return s.otherwise
	}
	if s.attempt.cmd == nil || s.err != nil {
		return nil
	}
	lines := reflect.ValueOf(s.attempt.cmd)
	if lines.Kind() != reflect.Struct || !lines.FieldByName("Lines").IsValid() {
		return nil
	}
	if list, ok := lines.FieldByName("Lines").Interface().([]pricing.LineQuantity); ok && list != nil && len(list) == 0 {
		return errors.New("an empty list was taken")
	}
	return nil
}

func i108(s *scene) error {
	return each(s, func(o *leadtocash.Order) error {
		if o.Status != leadtocash.OrderStatusNoMoney {
			return nil
		}
		for n := range o.Lines {
			c := countsOf(&o.Lines[n])
			if c.shipped.Abs().LessThanOrEqual(c.invoiced.Abs()) {
				continue
			}
			for _, v := range s.past[o.Ref()] {
				for _, e := range v.events {
					if e.Type == "order.canceled" && strings.Contains(e.Data.Get("notices"), string(codes.ErrDeliveredUnbilled)) {
						return nil
					}
				}
			}
			return fmt.Errorf("line %d: %s delivered and %s billed, and nobody abandoned it", o.Lines[n].LineNumber, c.shipped, c.invoiced)
		}
		return nil
	})
}
