package engine

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// settling gathers what settles invoices and what is credited of them, where there
// is any.
func (s *session) settling(ctx context.Context, invoices []leadtocash.Invoice) (allocations []leadtocash.Allocation, notes []leadtocash.CreditNote, err error) {
	for n := range invoices {
		of, issued, err := s.settlingOf(ctx, &invoices[n])
		if err != nil {
			return nil, nil, err
		}
		allocations, notes = append(allocations, of...), append(notes, issued...)
	}
	return allocations, notes, nil
}

// settlingOf is settling for one invoice.
func (s *session) settlingOf(ctx context.Context, i *leadtocash.Invoice) (allocations []leadtocash.Allocation, notes []leadtocash.CreditNote, err error) {
	if i.SettledAmount.IsZero() && i.CreditedAmount.IsZero() {
		return nil, nil, nil
	}
	if allocations, err = related[leadtocash.Allocation](ctx, s, "invoice_id", i.ID.UUID); err != nil || i.CreditedAmount.IsZero() {
		return allocations, nil, err
	}
	notes, err = s.creditNotesOf(ctx, i.ID, record.CreditNoteID{})
	return allocations, notes, err
}

// creditBalance is what a customer has left in a currency, of all payments and
// credit notes.
func (s *session) creditBalance(ctx context.Context, id record.CustomerID, c money.Currency) (value.Opt[money.Amount], error) {
	sum := c.Zero()
	credit := func(kind kinds.Kind) storage.Query {
		return storage.Query{Kind: string(kind), Where: []storage.Cond{
			keyIs("customer_id", id.ID.String()), keyIs("credit", "true"),
			{Field: storage.FieldCurrency, Op: storage.OpEq, Values: []any{c.Code()}},
		}}
	}
	err := scan(ctx, s, credit(kinds.Payment), func(p *leadtocash.Payment) {
		if p.CustomerID == id {
			sum = sum.Add(p.Unallocated())
		}
	})
	if err != nil {
		return value.None[money.Amount](), err
	}
	err = scan(ctx, s, credit(kinds.CreditNote), func(n *leadtocash.CreditNote) {
		if n.CustomerID == id {
			sum = sum.Add(n.Unapplied())
		}
	})
	return value.Some(sum), err
}

// buyer reads the customer of a document that does not name its buyer.
func (s *session) buyer(ctx context.Context, id record.CustomerID, own *party.BillTo) (*leadtocash.Buyer, error) {
	if own != nil && own.Name != "" {
		return nil, nil
	}
	var b leadtocash.Buyer
	var err error
	if b.Account, err = known(maybe[party.Account](ctx, s, id.Account())); err != nil {
		return nil, err
	}
	if b.Contact, err = known(maybe[party.Contact](ctx, s, id.Contact())); err != nil {
		return nil, err
	}
	return &b, nil
}

// allocationPage is how many open invoices are read at once.
const allocationPage = 50

// reachable gathers the open invoices of the payment's customer that the actor may
// see and that the money can reach: those that the remittance names, and by due date
// as many as it covers.
func (s *session) reachable(ctx context.Context, p *leadtocash.Payment, f *leadtocash.PaymentFacts) error {
	had := map[record.InvoiceID]bool{}
	add := func(rec *storage.Record) (*leadtocash.Invoice, error) {
		i, err := shared[leadtocash.Invoice](rec.Image)
		if err != nil || had[i.ID] || i.CustomerID != p.CustomerID || i.Currency != p.Currency || i.OpenBalance().Sign() <= 0 {
			return nil, err
		}
		if ok, err := s.visible(ctx, rec); err != nil || !ok {
			return nil, err
		}
		had[i.ID] = true
		s.loaded, f.Invoices = append(s.loaded, rec), append(f.Invoices, *i)
		return i, nil
	}
	for names := range slices.Chunk(leadtocash.NumbersIn(p.Remittance), 500) {
		values := make([]any, len(names))
		for n, name := range names {
			values[n] = schema.Lookup(name)
		}
		named, err := s.search(ctx, storage.Query{Kind: string(kinds.Invoice), Where: []storage.Cond{{Field: storage.FieldKey, Key: "number", Op: storage.OpIn, Values: values}}})
		if err != nil {
			return err
		}
		for _, rec := range named {
			if _, err := add(rec); err != nil {
				return err
			}
		}
	}
	for _, status := range leadtocash.InvoiceOwing {
		q := storedQuery(kinds.Invoice, InvoiceQuery{Customer: p.CustomerID, Status: status, List: List{Order: OrderByDue, Currency: p.Currency}})
		q.Limit = allocationPage
		left, last := p.Unallocated(), value.Date(0)
		for {
			page, err := s.search(ctx, q)
			if err != nil {
				return err
			}
			for _, rec := range page {
				i, err := add(rec)
				if err != nil {
					return err
				}
				if i == nil {
					continue
				}
				if left.Sign() <= 0 && i.DueDate != last { // those due on one day are told apart by more
					f.Invoices = f.Invoices[:len(f.Invoices)-1]
					page = nil
					break
				}
				offer, _ := i.EarlyDiscount()
				left, last = left.Sub(i.OpenBalance()).Add(offer), i.DueDate
			}
			if len(page) < allocationPage {
				break
			}
			q.After = storage.CursorOf(q, page[len(page)-1])
		}
	}
	var err error
	f.Settled, f.CreditNotes, err = s.settling(ctx, f.Invoices)
	return err
}

// among lists the records that refer by a field to one of several.
func among[R any](ctx context.Context, s *session, field string, ids []uuid.UUID) (list []R, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	values := make([]any, len(ids))
	for n, id := range ids {
		values[n] = id.String()
	}
	q := storage.Query{Kind: string(record.KindOf[R]()), Where: []storage.Cond{{Field: storage.FieldKey, Key: field, Op: storage.OpIn, Values: values}}}
	err = scan(ctx, s, q, func(r *R) { list = append(list, *r) })
	return list, err
}
