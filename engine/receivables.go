package engine

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// Receivables is what a Client knows of what customers owe. Everything is
// derived when asked, from the records that the actor may see, in one snapshot.
type Receivables struct{ c *Client }

// Receivables returns the service for what customers owe.
func (c *Client) Receivables() Receivables { return Receivables{c} }

// AgeingQuery asks for the ageing of what is open at present, or was on a day.
type AgeingQuery struct {
	AsOf     value.Date        // by what is dated on or before it; default: the present, which is everything that is recorded, overdue as of today
	Customer record.CustomerID // default: all
	Currency money.Currency    // default: all
}

// Ageing sorts what is owed by how long it is overdue, for each customer and
// currency in which something is owed or left, sorted by both. At present it reads
// the open invoices one by one and keeps nothing but the result; as of a day it reads
// all that were ever issued, with what settles them, page by page. Code: ErrOutOfRange for a sum beyond the range of amounts, here as in all
// that adds up what is owed.
func (r Receivables) Ageing(ctx context.Context, q AgeingQuery) ([]leadtocash.Ageing, error) {
	return r.ageing(ctx, q, func(id record.CustomerID) record.CustomerID { return id })
}

// Totals is Ageing for all customers together: one for each currency.
func (r Receivables) Totals(ctx context.Context, q AgeingQuery) ([]leadtocash.Ageing, error) {
	return r.ageing(ctx, q, func(record.CustomerID) record.CustomerID { return record.CustomerID{} })
}

// ageing adds up what is open and left by group of customers and currency.
func (r Receivables) ageing(ctx context.Context, q AgeingQuery, group func(record.CustomerID) record.CustomerID) (list []leadtocash.Ageing, err error) {
	type key struct {
		customer record.CustomerID
		currency money.Currency
	}
	var sums map[key]*leadtocash.Ageing
	err = r.c.look(ctx, func(ctx context.Context, s *session) error {
		sums = map[key]*leadtocash.Ageing{}
		asOf := cmp.Or(q.AsOf, s.stamp.Day())
		of := func(id record.CustomerID, c money.Currency) *leadtocash.Ageing {
			if q.Customer != (record.CustomerID{}) && id != q.Customer {
				return nil
			}
			k := key{group(id), c}
			if sums[k] == nil {
				sums[k] = leadtocash.NewAgeing(k.customer, c, asOf)
				sums[k].AlsoInBase(s.c.settings.BaseCurrency)
			}
			return sums[k]
		}
		add := func(customer record.CustomerID, h *record.Head, i *leadtocash.Invoice, amount money.Amount) {
			switch a := of(customer, h.Currency); {
			case a == nil:
			case i != nil:
				a.Add(i, amount)
			default:
				a.AddCredit(h, amount)
			}
		}
		if q.AsOf.IsZero() {
			return s.owedAtPresent(ctx, q, add)
		}
		return s.owedOn(ctx, q, add)
	})
	if err != nil {
		return nil, err
	}
	for _, a := range sums {
		if a.Invoices > 0 || !a.Credits.IsZero() {
			list = append(list, *a)
		}
	}
	slices.SortFunc(list, func(a, b leadtocash.Ageing) int {
		return cmp.Or(
			cmp.Compare(a.CustomerID.Kind, b.CustomerID.Kind), slices.Compare(a.CustomerID.ID[:], b.CustomerID.ID[:]),
			cmp.Compare(a.Currency.String(), b.Currency.String()),
		)
	})
	return inRange(list, nil)
}

// addOwed takes what is open of an invoice, or what is left of something, nil then.
type addOwed func(customer record.CustomerID, h *record.Head, i *leadtocash.Invoice, amount money.Amount)

// owedAtPresent shows what is open and left by all that is recorded.
func (s *session) owedAtPresent(ctx context.Context, q AgeingQuery, add addOwed) error {
	for _, status := range leadtocash.InvoiceOwing {
		err := scan(ctx, s, q.of(kinds.Invoice, InvoiceQuery{List: List{Order: OrderByDue}, Status: status, Customer: q.Customer}), func(i *leadtocash.Invoice) {
			add(i.CustomerID, &i.Head, i, i.OpenBalance())
		})
		if err != nil {
			return err
		}
	}
	err := scan(ctx, s, q.of(kinds.Payment, PaymentQuery{Open: true, Customer: q.Customer}), func(p *leadtocash.Payment) {
		add(p.CustomerID, &p.Head, nil, p.Unallocated())
	})
	if err != nil {
		return err
	}
	return scan(ctx, s, q.of(kinds.CreditNote, CreditNoteQuery{Open: true, Customer: q.Customer}), func(n *leadtocash.CreditNote) {
		add(n.CustomerID, &n.Head, nil, n.Unapplied())
	})
}

// owedPage is how many records are looked at as of a day with what settles them.
const owedPage = 200

// owedOn shows what was open and left by what is dated on or before a day.
func (s *session) owedOn(ctx context.Context, q AgeingQuery, add addOwed) error {
	day := s.c.settings.Today
	err := inPages(ctx, s, q.of(kinds.Invoice, InvoiceQuery{Customer: q.Customer}), func(i *leadtocash.Invoice) bool { return !i.IssueDate.IsZero() && !i.IssueDate.After(q.AsOf) },
		func(page []leadtocash.Invoice, ids []uuid.UUID) error {
			settled, err := among[leadtocash.Allocation](ctx, s, "invoice_id", ids)
			for n := range page {
				i := &page[n]
				add(i.CustomerID, &i.Head, i, i.OpenOn(q.AsOf, settled, day))
			}
			return err
		})
	if err != nil {
		return err
	}
	err = inPages(ctx, s, q.of(kinds.Payment, PaymentQuery{Customer: q.Customer}), (*leadtocash.Payment).Received,
		func(page []leadtocash.Payment, ids []uuid.UUID) error {
			settled, refunds, err := s.spent(ctx, "payment_id", ids)
			for n := range page {
				p := &page[n]
				add(p.CustomerID, &p.Head, nil, p.UnallocatedOn(q.AsOf, settled, refunds, day))
			}
			return err
		})
	if err != nil {
		return err
	}
	return inPages(ctx, s, q.of(kinds.CreditNote, CreditNoteQuery{Customer: q.Customer, Status: leadtocash.CreditNoteStatusIssued}), func(*leadtocash.CreditNote) bool { return true },
		func(page []leadtocash.CreditNote, ids []uuid.UUID) error {
			settled, refunds, err := s.spent(ctx, "credit_note_id", ids)
			for n := range page {
				cn := &page[n]
				add(cn.CustomerID, &cn.Head, nil, cn.UnappliedOn(q.AsOf, settled, refunds, day))
			}
			return err
		})
}

// spent reads what was allocated and refunded of payments or credit notes.
func (s *session) spent(ctx context.Context, field string, ids []uuid.UUID) (settled []leadtocash.Allocation, refunds []leadtocash.Refund, err error) {
	if settled, err = among[leadtocash.Allocation](ctx, s, field, ids); err != nil {
		return nil, nil, err
	}
	refunds, err = among[leadtocash.Refund](ctx, s, field, ids)
	return settled, refunds, err
}

// inPages shows the records that a query finds, and that count, page by page.
func inPages[R any, P record.Pointer[R]](ctx context.Context, s *session, q storage.Query, counts func(P) bool, show func([]R, []uuid.UUID) error) error {
	for q.Limit = owedPage; ; {
		recs, err := s.search(ctx, q)
		if err != nil {
			return err
		}
		var page []R
		var ids []uuid.UUID
		for _, rec := range recs {
			r, err := shared[R](rec.Image)
			if err != nil {
				return err
			}
			if counts(r) {
				page, ids = append(page, *r), append(ids, rec.ID)
			}
		}
		if err := show(page, ids); err != nil {
			return err
		}
		if len(recs) < owedPage {
			return nil
		}
		q.After = storage.CursorOf(q, recs[len(recs)-1])
	}
}

// of narrows a query to what the ageing is about.
func (q AgeingQuery) of(kind kinds.Kind, what query) storage.Query {
	out := storedQuery(kind, what)
	if !q.Currency.IsZero() {
		out.Where = append(out.Where, storage.Cond{Field: storage.FieldCurrency, Op: storage.OpEq, Values: []any{q.Currency.Code()}})
	}
	return out
}

// StatementQuery asks for a statement of account.
type StatementQuery struct {
	Currency money.Currency // default: Settings.BaseCurrency
	From     value.Date     // default: from the beginning
	To       value.Date     // by what is dated on or before it; default: everything that is recorded
}

// Statement lists what happened between a customer and the organisation in one
// currency, with the balance after each entry. Codes: ErrMissingField without
// customer or currency, ErrInvalid for a time that ends before it begins.
func (r Receivables) Statement(ctx context.Context, customer record.CustomerID, q StatementQuery) (st leadtocash.Statement, err error) {
	if err := r.c.identified(); err != nil {
		return st, err
	}
	q.Currency = cmp.Or(q.Currency, r.c.settings.BaseCurrency)
	reasons := record.Missing("currency", q.Currency.Code())
	if customer.IsZero() {
		reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: "customer_id", Message: codes.ErrMissingField.Info().Text})
	}
	if !q.To.IsZero() && q.To.Before(q.From) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "to", Message: "lies before the beginning"})
	}
	if err := record.RefusedFor(reasons); err != nil {
		return st, err
	}
	err = r.c.look(ctx, func(ctx context.Context, s *session) error {
		d, err := s.dealings(ctx, customer)
		if err != nil {
			return err
		}
		st = d.Statement(customer, q.Currency, q.From, q.To, s.stamp.Day())
		return nil
	})
	return inRange(st, err)
}

// Position is what a customer owes and has left in one currency.
type Position struct {
	Currency      money.Currency `json:"currency"`
	Receivable    money.Amount   `json:"receivable"`     // open balances of invoices
	CreditBalance money.Amount   `json:"credit_balance"` // what is left of payments and credit notes
}

// NetPosition is what the customer owes less what it has left.
func (p Position) NetPosition() money.Amount { return p.Receivable.Sub(p.CreditBalance) }

// Position tells what a customer owes and has left by everything that is recorded,
// for each currency in which it does, sorted by currency.
func (r Receivables) Position(ctx context.Context, customer record.CustomerID) ([]Position, error) {
	return r.PositionOf(ctx, customer, 0)
}

// PositionOf is Position as of a day: by what is dated on or before it.
func (r Receivables) PositionOf(ctx context.Context, customer record.CustomerID, on value.Date) (list []Position, err error) {
	rows, err := r.Ageing(ctx, AgeingQuery{Customer: customer, AsOf: on})
	for _, a := range rows {
		list = append(list, Position{a.Currency, a.Receivable(), a.Credits})
	}
	return inRange(list, err)
}

// dealings reads all that money is about between a customer and the
// organisation.
func (s *session) dealings(ctx context.Context, id record.CustomerID) (d leadtocash.Dealings, err error) {
	d.Day = s.c.settings.Today
	of := func(q query, kind kinds.Kind) storage.Query { return storedQuery(kind, q) }
	if err := scan(ctx, s, of(InvoiceQuery{Customer: id}, kinds.Invoice), collect(&d.Invoices, func(i *leadtocash.Invoice) bool { return i.CustomerID == id })); err != nil {
		return d, err
	}
	if err := scan(ctx, s, of(PaymentQuery{Customer: id}, kinds.Payment), collect(&d.Payments, func(p *leadtocash.Payment) bool { return p.CustomerID == id })); err != nil {
		return d, err
	}
	if err := scan(ctx, s, of(CreditNoteQuery{Customer: id}, kinds.CreditNote), collect(&d.CreditNotes, func(n *leadtocash.CreditNote) bool { return n.CustomerID == id })); err != nil {
		return d, err
	}
	if err := scan(ctx, s, of(RefundQuery{Customer: id}, kinds.Refund), collect(&d.Refunds, func(r *leadtocash.Refund) bool { return r.CustomerID == id })); err != nil {
		return d, err
	}
	for n := range d.Invoices {
		if d.Invoices[n].IssueDate.IsZero() {
			continue
		}
		list, err := related[leadtocash.Allocation](ctx, s, "invoice_id", d.Invoices[n].ID.UUID)
		if err != nil {
			return d, err
		}
		d.Allocations = append(d.Allocations, list...)
	}
	for n := range d.Payments {
		if d.Payments[n].Status != leadtocash.PaymentStatusBounced { // of others nothing can have been given up
			continue
		}
		list, err := related[leadtocash.Allocation](ctx, s, "payment_id", d.Payments[n].ID.UUID)
		if err != nil {
			return d, err
		}
		d.Allocations = append(d.Allocations, slices.DeleteFunc(list, func(a leadtocash.Allocation) bool { return !a.InvoiceID.IsZero() })...)
	}
	return d, nil
}

// collect keeps the records that belong to the customer: look-ups know the id
// alone, which a record of another kind may have as well.
func collect[R any](list *[]R, belongs func(*R) bool) func(*R) {
	return func(r *R) {
		if belongs(r) {
			*list = append(*list, *r)
		}
	}
}

// finalCase is the look-up of invoices that hold the credit of a customer, by it:
// those that are open, and those whose rest was written off.
const finalCase = "final_case"

// debtorOf is debtor for one invoice, which is settled or opened again.
func (s *session) debtorOf(ctx context.Context, i *leadtocash.Invoice) (*leadtocash.Debtor, error) {
	if i.DunningLevel < leadtocash.DunningFinalNotice {
		return nil, nil
	}
	return s.debtor(ctx, i.CustomerID, leadtocash.DunningFinalNotice, *i)
}

// debtor gathers the customer of invoices, if its credit hold can depend on
// them: one has come to a level of dunning.
func (s *session) debtor(ctx context.Context, id record.CustomerID, level leadtocash.DunningLevel, invoices ...leadtocash.Invoice) (*leadtocash.Debtor, error) {
	if !slices.ContainsFunc(invoices, func(i leadtocash.Invoice) bool { return i.DunningLevel >= level }) {
		return nil, nil
	}
	d := &leadtocash.Debtor{}
	var err error
	if d.Account, err = known(maybe[party.Account](ctx, s, id.Account())); err != nil {
		return nil, err
	}
	if d.Contact, err = known(maybe[party.Contact](ctx, s, id.Contact())); err != nil {
		return nil, err
	}
	cases, err := s.having(ctx, kinds.Invoice, finalCase, id.ID.String())
	if err != nil {
		return nil, err
	}
	for _, rec := range cases {
		i, err := shared[leadtocash.Invoice](rec.Image)
		if err != nil {
			return nil, err
		}
		if i.CustomerID == id {
			d.Others = append(d.Others, i.ID)
		}
	}
	return d, nil
}

// scan shows every record that the query finds. What is shown is shared: it is
// only read.
func scan[R any](ctx context.Context, s *session, q storage.Query, show func(*R)) error {
	for rec, err := range s.Find(ctx, q) {
		if err != nil {
			return err
		}
		r, err := shared[R](rec.Image)
		if err != nil {
			return err
		}
		show(r)
	}
	return nil
}

// RunDunning asks for all letters that are due.
type RunDunning struct {
	On       value.Date        `json:"on,omitzero"`          // default: today
	Customer record.CustomerID `json:"customer_id,omitzero"` // default: all
}

// RunDunning takes every overdue invoice that is due for it one level further
// and yields those that it did, by due date. Each is a transaction of its own;
// a run that is interrupted, or repeated for the same day, goes on with the
// rest. It reads page by page, so that its memory does not grow with the number
// of invoices. An error is yielded once, last.
func (r Receivables) RunDunning(ctx context.Context, cmd RunDunning) iter.Seq2[leadtocash.DunnedInvoice, error] {
	return func(yield func(leadtocash.DunnedInvoice, error) bool) {
		c := *r.c
		c.key = "" // a key is one call, and this is many
		if cmd.On.IsZero() {
			now := c.stamp()
			cmd.On = now.Day()
		}
		steps := c.settings.DunningSteps()
		q := InvoiceQuery{Customer: cmd.Customer, List: List{Order: OrderByDue, DueBefore: cmd.On.AddDays(1 - int(steps[0].DaysOverdue))}}
		for _, status := range leadtocash.InvoiceOwing {
			q.Status = status
			for page := storedQuery(kinds.Invoice, q); ; {
				due, next, err := c.dueForDunning(ctx, page, cmd)
				if err != nil {
					yield(leadtocash.DunnedInvoice{}, err)
					return
				}
				for _, id := range due {
					out, err := c.Invoices().Dun(ctx, id, leadtocash.DunInvoice{On: cmd.On})
					switch {
					case errors.Is(err, codes.ErrInvoiceSettled), errors.Is(err, codes.ErrInvalidTransition), err == nil && out.Entry == nil:
						continue // somebody was faster
					case !yield(out, err) || err != nil:
						return
					}
				}
				if next == "" {
					break
				}
				page.After = next
			}
		}
	}
}

// dueForDunning reads one page and returns the invoices that are due for a
// letter, and where the next page begins.
func (c *Client) dueForDunning(ctx context.Context, q storage.Query, cmd RunDunning) (due []record.InvoiceID, next storage.Cursor, err error) {
	err = c.look(ctx, func(ctx context.Context, s *session) error {
		due, next = nil, ""
		q := q
		q.Limit = maxPage
		n := 0
		for rec, err := range s.Find(ctx, q) {
			if err != nil {
				return err
			}
			i, err := shared[leadtocash.Invoice](rec.Image)
			if err != nil {
				return err
			}
			mine := cmd.Customer == (record.CustomerID{}) || i.CustomerID == cmd.Customer
			if _, is := i.NextStep(cmd.On, &c.settings); is && mine {
				due = append(due, i.ID)
			}
			if n++; n == maxPage {
				next = storage.CursorOf(q, rec)
			}
		}
		return nil
	})
	return due, next, err
}
