package engine_test

import (
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

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
		p.facts.Elem().FieldByName("Stamp").Set(reflect.ValueOf(testkit.Robot))
	}})
	if choices, ok := b.facts.FieldByName("Settings"); ok {
		for i := range choices.Type.NumField() {
			if f := choices.Type.Field(i); f.Type.Kind() == reflect.Bool {
				list = append(list, trial{f.Name, func(p position) { p.facts.Elem().FieldByIndex(choices.Index).Field(i).SetBool(true) }})
			}
		}
	}
	switch b.kind {
	case kinds.Quote, kinds.Order, kinds.Invoice:
		list = append(list, trial{"a rule that wants approvals", func(p position) {
			p.facts.Elem().FieldByName("Settings").FieldByName("Approvals").Set(reflect.ValueOf([]agreement.Rule{{
				Name: "all", When: []agreement.Condition{{Field: agreement.FieldTotal, Operator: agreement.AtLeast, Value: "0"}},
			}}))
		}})
	case kinds.Approval:
		list = append(list, trial{"asked for and given by somebody else", func(p position) {
			a := p.record.Interface().(*agreement.Approval)
			a.RequestedBy, a.DecidedBy = testkit.Ann, testkit.Ann
		}})
	}
	switch b.kind {
	case kinds.Invoice:
		numbered := func(number string, on value.Date) change {
			return func(p position) {
				i := p.record.Interface().(*leadtocash.Invoice)
				i.InvoiceNumber, i.IssueDate = number, on
			}
		}
		paid := func(allocated string) change {
			return func(p position) {
				p.facts.Interface().(*leadtocash.InvoiceFacts).Payment = &leadtocash.Payment{
					Head: record.Head{Currency: money.EUR}, Status: leadtocash.PaymentStatusPosted,
					PaymentFields:   leadtocash.PaymentFields{CustomerID: testkit.Buyer, Amount: money.EUR.MustAmount("9.00")},
					AllocatedAmount: money.EUR.MustAmount(allocated),
				}
			}
		}
		list = append(list, trial{"issued", numbered("INV-1", 2026_03_02)}, trial{"not issued", numbered("", 0)}, trial{"locked prices", func(p position) {
			p.record.Interface().(*leadtocash.Invoice).IsPriceLocked = true
		}}, trial{"no lines", func(p position) {
			p.record.Interface().(*leadtocash.Invoice).Lines = nil
		}}, trial{"a payment", paid("0.00")}, trial{"a payment without rest", paid("9.00")})
	case kinds.CreditNote:
		for _, status := range []leadtocash.InvoiceStatus{leadtocash.InvoiceStatusBilled, leadtocash.InvoiceStatusNew} {
			i := testkit.InvoiceIn(b.t, status)
			list = append(list, trial{"of an invoice that is " + status.String(), func(p position) {
				p.facts.Interface().(*leadtocash.CreditNoteFacts).Invoice = &i
			}})
		}
		i, o := testkit.InvoiceIn(b.t, leadtocash.InvoiceStatusBilled), testkit.OrderIn(b.t, leadtocash.OrderStatusNoMoney)
		i.SalesOrderID, i.Lines = o.ID, nil
		list = append(list, trial{"of an invoice that was to be billed again, of an order that is canceled", func(p position) {
			n, f := p.record.Interface().(*leadtocash.CreditNote), p.facts.Interface().(*leadtocash.CreditNoteFacts)
			n.InvoiceID, n.Rebill = i.ID, leadtocash.RebillYes
			f.Invoice, f.Order = &i, &o
		}})
	case kinds.Refund:
		spent := testkit.Posted(b.t, "30.00")
		spent.AllocatedAmount = spent.Amount
		list = append(list, trial{"of a payment without rest", func(p position) {
			p.facts.Interface().(*leadtocash.RefundFacts).Payment = &spent
		}})
	case kinds.Order:
		list = append(list, trial{"a discount", func(p position) {
			p.record.Interface().(*leadtocash.Order).DiscountPercentage = testkit.Some("5")
		}})
	case kinds.Product:
		list = append(list, trial{"a bundle", func(p position) {
			p.record.Interface().(*catalog.Product).Members = []catalog.BundleMember{{}}
		}})
	case kinds.Connection:
		list = append(list, trial{"a seller on an opportunity", func(p position) {
			p.record.Interface().(*party.Connection).ConnectionFields = party.ConnectionFields{
				Record1: testkit.RefTo(kinds.Opportunity, 1), Record2: testkit.RefTo(kinds.Seller, 1), Role2: party.ConnectionRoleAccountManager,
			}
		}})
	}
	return list
}

// bites looks for changes that make a guard refuse alone: first two that make it
// refuse, then one more that reconciles the others.
func (b board) bites(c flow.Cell, code codes.Code, trials []trial) bool {
	companions := b.companions()
	among := map[int][][]trial{} // by how many refuse
	for _, with := range companions {
		for _, one := range trials {
			codes := testkit.VerdictOf(b.why(b.standing(c.Status, with.make, one.make), c.Action))
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
			if slices.Equal(testkit.VerdictOf(b.why(p, c.Action)), []codes.Code{code}) {
				b.checkGuarded(c, code, pair[0], pair[1], more)
				return true
			}
		}
	}
	return false
}

// checkGuarded checks the method where one guard refuses alone.
func (b board) checkGuarded(c flow.Cell, code codes.Code, trials ...trial) {
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
	if !slices.Contains(testkit.VerdictOf(err), code) || !out.IsZero() {
		b.t.Errorf("%s in %s with %v: yields %+v and %v, want a refusal with %s", c.Action, c.Status, names, out, err, code)
	}
	b.checkSame(c, p, b.standing(c.Status, changes...))
}

// A board is the table of a kind with its records, its facts and the methods
// that obey it, whatever their types. Everything on it is found by reflection,
// so that a new kind or a new action is on it by itself.
type board struct {
	t             *testing.T
	kind          kinds.Kind
	table         flow.Table
	record, facts reflect.Type
	sound         map[string]reflect.Value // records by status, to be cloned
}

// boards are those of all kinds that have a table.
func boards(t *testing.T) iter.Seq[board] {
	return func(yield func(board) bool) {
		for _, kind := range kinds.Kinds() {
			table := engine.TableOf(kind)
			if table == nil {
				continue
			}
			why := reflect.ValueOf(table).MethodByName("Why").Type()
			if !yield(newBoard(t, kind, table, why.In(0).Elem(), why.In(2).Elem())) {
				return
			}
		}
	}
}

func newBoard(t *testing.T, kind kinds.Kind, table flow.Table, record, facts reflect.Type) board {
	t.Helper()
	b := board{t, kind, table, record, facts, map[string]reflect.Value{}}
	for c := range table.Matrix() {
		if b.sound[c.Status].IsValid() {
			continue
		}
		r := reflect.New(record).Elem()
		if sound := soundRecord(t, kind, c.Status); sound != nil {
			r.Set(reflect.ValueOf(sound))
		}
		if err := r.FieldByName("Status").Addr().Interface().(interface{ UnmarshalText([]byte) error }).UnmarshalText([]byte(c.Status)); err != nil {
			t.Fatal(err)
		}
		b.sound[c.Status] = r
	}
	return b
}

// A position is a record and the facts about it.
type position struct{ record, facts reflect.Value } // pointers

// A change makes a position another one.
type change func(p position)

// standing is a sound record in the status and zero facts, changed.
func (b board) standing(status string, changes ...change) position {
	p := position{reflect.New(b.record), reflect.New(b.facts)}
	p.record.Elem().Set(b.sound[status].MethodByName("Clone").Call(nil)[0])
	p.facts.Elem().FieldByName("Stamp").Set(reflect.ValueOf(testkit.Noon))
	for _, change := range changes {
		change(p)
	}
	return p
}

func (b board) why(p position, do actions.Action) error {
	out := reflect.ValueOf(b.table).MethodByName("Why").Call([]reflect.Value{p.record, reflect.ValueOf(do), p.facts})
	err, _ := out[0].Interface().(error)
	return err
}

func (b board) allowed(p position) []actions.Action {
	out := reflect.ValueOf(b.table).MethodByName("Allowed").Call([]reflect.Value{p.record, p.facts})
	return out[0].Interface().([]actions.Action)
}

// methodNames are those that differ from their actions.
var methodNames = map[string]string{
	"order.fulfill_partial": "Fulfill", "invoice.mark_paid_partial": "MarkPaid", "lead.score": "SetScore", "opportunity.score": "SetScore",
}

// doneByPayments are actions on an invoice that a payment's methods do.
var doneByPayments = []actions.Action{actions.InvoiceAllocate, actions.InvoiceDeallocate}

// method is the transition behind an action.
func (b board) method(do actions.Action) (reflect.Method, bool) {
	name := methodNames[do.String()]
	if name == "" {
		_, verb, _ := strings.Cut(do.String(), ".")
		for _, word := range strings.Split(verb, "_") {
			name += strings.ToUpper(word[:1]) + word[1:]
		}
	}
	m, ok := b.record.MethodByName(name)
	return m, ok && m.Type.NumIn() == 3 && m.Type.In(2) == b.facts
}

// carryOut calls the transition with a command that says nothing new.
func carryOut(m reflect.Method, p position, do actions.Action) (out reflect.Value, err error) {
	cmd := reflect.New(m.Type.In(1)).Elem()
	if fields := cmd.FieldByName("Fields"); fields.IsValid() {
		if same := p.record.Elem().FieldByName(fields.Type().Name()); same.IsValid() {
			fields.Set(same)
		}
	}
	if say := soundCommands[do]; say != nil {
		cmd.Set(reflect.ValueOf(say))
	}
	results := m.Func.Call([]reflect.Value{p.record.Elem(), cmd, p.facts.Elem()})
	err, _ = results[1].Interface().(error)
	return results[0], err
}

// soundCommands say what the zero command leaves open.
var soundCommands = map[actions.Action]any{
	actions.OrderFulfillPartial:    leadtocash.FulfillOrder{Partial: true},
	actions.InvoiceMarkPaidPartial: leadtocash.PayInvoice{Partial: true, Amount: testkit.Euro("5.00")},
}

// TestMatrix goes through every action in every status: the table answers with
// its own codes alone, methods obey it, and whatever comes of it, nothing that
// was given is changed.
func TestMatrix(t *testing.T) {
	t.Parallel()
	for b := range boards(t) {
		for c := range b.table.Matrix() {
			b.checkCell(c)
		}
	}
}

func (b board) checkCell(c flow.Cell) {
	t := b.t
	p := b.standing(c.Status)
	why := b.why(p, c.Action)
	if possible := why == nil && c.Action.Callable(); possible != slices.Contains(b.allowed(p), c.Action) {
		t.Errorf("%s in %s: why says %v, allowed says %t", c.Action, c.Status, why, !possible)
	}
	if c.Refusal != "" && !slices.Equal(testkit.VerdictOf(why), []codes.Code{c.Refusal}) {
		t.Errorf("%s in %s: refused with %v, want %s alone", c.Action, c.Status, why, c.Refusal)
	}
	m, ok := b.method(c.Action)
	if !ok {
		if c.Action.Callable() && c.Refusal == "" && !slices.Contains(doneByPayments, c.Action) {
			t.Errorf("%s in %s: the table allows what no method does", c.Action, c.Status)
		}
		return
	}
	out, err := carryOut(m, p, c.Action)
	b.checkSame(c, p, b.standing(c.Status))
	switch {
	case err != nil:
		b.checkRefused(c, out, err)
	case c.Refusal != "":
		t.Errorf("%s in %s: succeeded, want %s", c.Action, c.Status, c.Refusal)
	case why != nil:
		t.Errorf("%s in %s: succeeded, though why says %v", c.Action, c.Status, why)
	default:
		b.checkStep(c, out)
	}
}

// checkSame checks that a position is as it was.
func (b board) checkSame(c flow.Cell, is, was position) {
	b.t.Helper()
	if !reflect.DeepEqual(is.record.Interface(), was.record.Interface()) || !reflect.DeepEqual(is.facts.Interface(), was.facts.Interface()) {
		b.t.Errorf("%s in %s changed what it was given:\n%+v\n%+v\nwas\n%+v\n%+v", c.Action, c.Status,
			is.record.Elem(), is.facts.Elem(), was.record.Elem(), was.facts.Elem())
	}
}

// checkRefused checks that a refusal has only codes that the cell declares, or
// that the command shows by itself, and yields nothing.
func (b board) checkRefused(c flow.Cell, out reflect.Value, err error) {
	b.t.Helper()
	declared := append(testkit.CodesOf(c), testkit.CommandFaults...)
	if c.Refusal != "" {
		declared = []codes.Code{c.Refusal}
	}
	codes := testkit.VerdictOf(err)
	for _, code := range codes {
		if !slices.Contains(declared, code) {
			b.t.Errorf("%s in %s: refused with %s, which the cell does not declare: %v", c.Action, c.Status, code, err)
		}
	}
	if len(codes) == 0 || !out.IsZero() {
		b.t.Errorf("%s in %s: refused with %v and yields %+v", c.Action, c.Status, err, out)
	}
}

// checkStep checks that what happened to the record are steps that the table
// declares, for the event's own action: paying an invoice may issue it first.
func (b board) checkStep(c flow.Cell, out reflect.Value) {
	b.t.Helper()
	happened := out.FieldByName("Events")
	if !happened.IsValid() { // a question
		return
	}
	events := happened.Interface().([]record.Event)
	if c.NoOp && len(events) > 0 {
		b.t.Errorf("%s in %s: a no-op with the events %+v", c.Action, c.Status, events)
	}
	for _, e := range events {
		if e.Ref.Kind != b.kind || e.Version == 1 {
			continue
		}
		declared := false
		for cell := range b.table.Matrix() {
			if cell.Action == e.Action && cell.Status == e.From {
				declared = cell.Deletes == e.Deleted && (e.Deleted || slices.Contains(cell.To, e.To))
			}
		}
		if !declared {
			b.t.Errorf("%s in %s: %s from %s to %s is not declared", c.Action, c.Status, e.Type, e.From, e.To)
		}
	}
}
