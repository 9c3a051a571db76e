package journeytest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// imported brings all that the tenant holds to another one, and tells how it differs
// there; and of what is changed in one place, what is taken nevertheless.
func (j *journey) imported() error {
	to := j.elsewhere()
	var faults []error
	for _, ref := range j.book.refs {
		if d, ok := j.book.records[ref].(record.Record); ok {
			if err := j.refusedChanges(to.client, d); err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", ref, err))
			}
		}
	}
	var all []record.Record
	for n := range j.book.refs { // the youngest first: the order does not count
		if d, ok := j.book.records[j.book.refs[len(j.book.refs)-1-n]].(record.Record); ok {
			all = append(all, d)
		}
	}
	if err := engine.ImportStored(j.ctx, to.client, all...); err != nil {
		return errors.Join(append(faults, fmt.Errorf("what is stored is refused: %w", err))...)
	}
	there, err := to.read(j.ctx, emptyBook)
	if err != nil {
		return err
	}
	if len(there.records) != len(all) {
		return fmt.Errorf("%d records became %d", len(all), len(there.records))
	}
	for _, d := range all {
		was, is, err := plainForms(d, there.records[d.Ref()])
		if err != nil || !bytes.Equal(was, is) {
			faults = append(faults, fmt.Errorf("%s was\n%s, and is\n%s: %v", d.Ref(), was, is, err))
		}
	}
	return errors.Join(faults...)
}

// elsewhere is an empty tenant, at a time when all of the journey has happened.
func (j *journey) elsewhere() *world {
	to := newWorld(j.T, j.world.store, j.options...)
	now := j.world.clock()
	for _, e := range j.book.events {
		if e.At.After(now) { // of a time when the clock was ahead
			now = e.At
		}
	}
	to.set(now, 1<<32)
	return to
}

// plainForms are two records without what an import sets: the version, and that the
// rate was given.
func plainForms(a, b any) (was, is []byte, err error) {
	plain := func(r any) ([]byte, error) {
		body, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		var members map[string]json.RawMessage
		if err := json.Unmarshal(body, &members); err != nil {
			return nil, err
		}
		delete(members, "version")
		delete(members, "rate_fixed")
		return json.Marshal(members)
	}
	if was, err = plain(a); err == nil {
		is, err = plain(b)
	}
	return was, is, err
}

// refusedChanges imports a record with one thing changed that contradicts the rest,
// each of which must be refused where it was changed.
func (j *journey) refusedChanges(c *client, d record.Record) error {
	refused := func(err error, field string) error {
		var e *record.Error
		if !errors.As(err, &e) {
			return fmt.Errorf("with another %s it is imported: %v", field, err)
		}
		for _, r := range e.Reasons {
			if r.Field == field {
				return nil
			}
		}
		return fmt.Errorf("with another %s it is refused for something else: %w", field, err)
	}
	var faults []error
	try := func(field string, err error) { faults = append(faults, refused(err, field)) }
	switch r := d.(type) {
	case *leadtocash.Invoice:
		changed := r.Clone()
		switch {
		case r.Status == leadtocash.InvoiceStatusCanceled, r.IssueDate.IsZero() && !j.settings.D365Compat:
			changed.SettledAmount = r.Currency.Units(1)
			try("settled_amount", importAlone(j, c, changed))
		case !r.AmountDue.IsZero() && !j.settings.D365Compat:
			switch r.Status {
			case leadtocash.InvoiceStatusBilled:
				changed.Status = leadtocash.InvoiceStatusPartiallyPaid
			default:
				changed.Status = leadtocash.InvoiceStatusBilled
			}
			try("settled_amount", importAlone(j, c, changed))
		}
		if !r.IssueDate.IsZero() {
			changed = r.Clone()
			changed.DueDate = r.IssueDate.AddDays(-1)
			try("due_date", importAlone(j, c, changed))
		}
	case *leadtocash.Payment:
		changed := r.Clone()
		changed.Amount = r.Amount.Neg()
		try("amount", importAlone(j, c, changed))
		if r.Status == leadtocash.PaymentStatusPosted {
			changed = r.Clone()
			changed.AllocatedAmount = r.Amount.Add(r.Currency.Units(1))
			try("allocated_amount", importAlone(j, c, changed))
		}
	case *leadtocash.Order:
		if len(r.Lines) == 0 {
			break
		}
		changed := r.Clone()
		first := &changed.Lines[0]
		ordered, one := first.Quantity.Or(decimal.Decimal{}), decimal.NewFromInt(1)
		if ordered.Sign() < 0 {
			one = one.Neg()
		}
		first.QuantityInvoiced = value.Some(ordered.Add(one))
		try("lines[0]", importAlone(j, c, changed))
	}
	return errors.Join(faults...)
}

func importAlone[R any](j *journey, c *client, r R) error {
	_, err := engine.Import(j.ctx, c.Preview(), r)
	return err
}
