package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// What [Client.Verify] finds besides what a [storage.Verification] does.
const (
	FindingUnreadable storage.Finding = "unreadable" // a document or event that a strict reader refuses
	FindingHeader     storage.Finding = "header"     // what lists search by is not what the document says
	FindingLookups    storage.Finding = "lookups"    // the look-ups of a record are not those of its document; Reindex gives it what it lacks
	FindingClaims     storage.Finding = "claims"     // what a record claims is not what its document says
	FindingTotals     storage.Finding = "totals"     // the amounts of a document are not what its lines and header come to
	FindingReference  storage.Finding = "reference"  // a field refers to a record that there is not
	FindingSeal       storage.Finding = "seal"       // events or documents are not what was sealed
	FindingCash       storage.Finding = "cash"       // an amount settled, allocated or refunded is not the sum of its parts
)

// Verify reads all that the tenant holds and yields what cannot have come about by
// calls of this library: everything that a [storage.Verification] finds; documents of
// any version that do not decode, or have a member twice or under a name that only
// folds to a known one; amounts that do not follow from lines and header, of earlier
// versions too; amounts settled, allocated and refunded that are not the sum of their
// parts; headers, look-ups and claims that are not those of the document; references to
// records that there are not. An amount
// that nothing else depends on, such as a list price, can be changed in the database
// without being found by this; whatever was sealed can not, see [Client.Seal]. kept are
// seals that were kept elsewhere: the store must have them.
//
// Memory is bounded as in a storage.Verification. Others may write meanwhile. The
// client needs the options that the data were written with, those about fields,
// matchers and pricing above all. Verify tells of every record: the authorizer is
// asked as for [Client.Feed], else ErrDenied. An error ends it.
func (c *Client) Verify(ctx context.Context, kept ...Seal) iter.Seq2[storage.Violation, error] {
	return func(yield func(storage.Violation, error) bool) {
		if err := cmp.Or(c.identified(), c.ask(ctx, 0, record.Ref{}, nil)); err != nil {
			yield(storage.Violation{}, err)
			return
		}
		v := storage.Verification{Store: c.store, Tenant: c.tenant, Event: verifyEvent, Image: c.verifyImage, Record: c.verifyRecord}
		for _, findings := range []iter.Seq2[storage.Violation, error]{v.Violations(ctx), c.verifySeals(ctx, kept)} {
			for found, err := range findings {
				if !yield(found, fromStore(err)) || err != nil {
					return
				}
			}
		}
	}
}

func violation(ref storage.Ref, version int64, code storage.Finding, text string) storage.Violation {
	return storage.Violation{Ref: ref, Version: version, Code: code, Text: text}
}

// verifyEvent reads an event of the feed.
func verifyEvent(e storage.Event) []storage.Violation {
	if recordKinds[kinds.Kind(e.Kind)] == nil || e.Data.Erased() {
		return nil
	}
	if _, err := eventFrom(e); err != nil {
		return []storage.Violation{violation(e.Ref, e.Version, FindingUnreadable, fmt.Sprintf("event %d: %s", e.Ordinal, whyUnreadable(err)))}
	}
	return nil
}

// verifyImage reads a version of a record and calculates it.
func (c *Client) verifyImage(e storage.Event) []storage.Violation {
	info := recordKinds[kinds.Kind(e.Kind)]
	if info == nil || e.Image.Erased() {
		return nil
	}
	d, err := info.decode(e.Image)
	if err != nil {
		return []storage.Violation{violation(e.Ref, e.Version, FindingUnreadable, whyUnreadable(err))}
	}
	var found []storage.Violation
	if d.Ref() != refOf(e.Ref) || d.Header().Version != e.Version {
		found = append(found, violation(e.Ref, e.Version, FindingHeader, "id and version of the document are others"))
	}
	for _, r := range c.totalsFaults(d) {
		found = append(found, violation(e.Ref, e.Version, FindingTotals, r.Field+" "+r.Message))
	}
	return found
}

// whyUnreadable names the members that were refused, without what stands in them.
func whyUnreadable(err error) string {
	var parts []string
	for _, r := range record.ReasonsOf(err) {
		parts = append(parts, strings.TrimPrefix(r.Field+" "+r.Message, " "))
	}
	if len(parts) == 0 {
		return "the document does not decode"
	}
	return strings.Join(parts, "; ")
}

// totalsFaults lists the amounts of a document that are not what it comes to.
func (c *Client) totalsFaults(d record.Record) []record.Reason {
	priced, ok := d.(interface {
		PriceParts() (*pricing.Charges, *pricing.PricedLines)
	})
	if !ok {
		return nil
	}
	charges, sale := priced.PriceParts()
	return sale.StoredFaults(d.Header(), charges, pricing.PriceInput{Custom: c.customPricing})
}

// verifyRecord compares a living record with its document.
func (c *Client) verifyRecord(ctx context.Context, r storage.Reader, rec *storage.Record) ([]storage.Violation, error) {
	info := recordKinds[kinds.Kind(rec.Kind)]
	if info == nil {
		return nil, nil
	}
	d, err := info.decode(rec.Image)
	if err != nil {
		return nil, nil // its image is found
	}
	s := c.session(nil)
	defer s.release()
	s.Reader = r
	want := s.header(d, nil, nil)
	found := headerFaults(rec, want)
	if !sameClaims(rec.Claims, want.Claims) {
		found = append(found, violation(rec.Ref, rec.Version, FindingClaims, "the claims are not those of the document"))
	}
	found = append(found, lookupFaults(rec, s.lookupsOf(d, want.Keys))...)
	dangling, err := s.danglingFields(ctx, d)
	if err != nil {
		return nil, err
	}
	for _, field := range dangling {
		found = append(found, violation(rec.Ref, rec.Version, FindingReference, field+" leads nowhere"))
	}
	cash, err := s.cashFaults(ctx, d)
	for _, field := range cash {
		found = append(found, violation(rec.Ref, rec.Version, FindingCash, field+" is not the sum of its parts"))
	}
	return found, err
}

// headerFaults lists the fields of a header that its document says otherwise.
func headerFaults(rec, want *storage.Record) (found []storage.Violation) {
	for _, f := range []struct {
		name string
		same bool
	}{
		{"number", rec.Number == want.Number},
		{"state", rec.State == want.State},
		{"status", rec.Status == want.Status},
		{"owner", rec.Owner == want.Owner},
		{"currency", rec.Currency == want.Currency},
		{"amount", rec.Amount.Valid == want.Amount.Valid && (!want.Amount.Valid || rec.Amount.Decimal.Equal(want.Amount.Decimal))},
		{"due_on", rec.DueOn == want.DueOn},
		{"name", rec.Name == want.Name},
		{"slots", rec.Slots.Equal(&want.Slots)},
		{"created_at", rec.CreatedAt.Equal(want.CreatedAt)},
		{"updated_at", rec.UpdatedAt.Equal(want.UpdatedAt)},
		{"version", rec.Version == want.Version},
	} {
		if !f.same {
			found = append(found, violation(rec.Ref, rec.Version, FindingHeader, f.name+" of the header is not that of the document"))
		}
	}
	return found
}

// danglingFields lists the fields of a document that refer to no record.
func (s *session) danglingFields(ctx context.Context, d record.Record) (fields []string, err error) {
	for _, r := range recordKinds[d.Ref().Kind].schema.References(reflect.ValueOf(d).Elem(), nil) {
		if recordKinds[r.Ref.Kind] == nil {
			continue // a host's
		}
		if _, err := s.Get(ctx, storeRef(r.Ref)); errors.Is(err, storage.ErrNotFound) {
			fields = append(fields, r.Field)
		} else if err != nil {
			return nil, err
		}
	}
	return fields, nil
}

func sameClaims(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// lookupFaults compares look-ups. Those by which duplicates are found may be more, of
// another matcher.
func lookupFaults(rec *storage.Record, want []storage.Key) (found []storage.Violation) {
	for _, k := range want {
		if !slices.Contains(rec.Keys, k) {
			found = append(found, violation(rec.Ref, rec.Version, FindingLookups, "it lacks a look-up "+k.Name))
		}
	}
	for _, k := range rec.Keys {
		if k.Name != matchKey && !slices.Contains(want, k) {
			found = append(found, violation(rec.Ref, rec.Version, FindingLookups, "it has a look-up "+k.Name+" that its document does not"))
		}
	}
	return found
}

// cashFaults lists the amounts of a record that are not the sum of allocations and
// refunds.
func (s *session) cashFaults(ctx context.Context, d record.Record) (fields []string, err error) {
	compare := func(field string, have money.Amount, sum func() (money.Amount, error)) {
		if err != nil {
			return
		}
		var parts money.Amount
		if parts, err = sum(); err == nil && !parts.Equal(have) {
			fields = append(fields, field)
		}
	}
	switch r := d.(type) {
	case *leadtocash.Invoice:
		compare("settled_amount", r.SettledAmount, func() (money.Amount, error) {
			return s.allocated(ctx, r.Ref(), func(*leadtocash.Allocation) bool { return true })
		})
	case *leadtocash.Payment:
		compare("allocated_amount", r.AllocatedAmount, func() (money.Amount, error) {
			return s.allocated(ctx, r.Ref(), func(a *leadtocash.Allocation) bool { return a.Kind == leadtocash.AllocationPayment })
		})
		compare("refunded_amount", r.RefundedAmount, func() (money.Amount, error) { return s.refunded(ctx, r.Ref()) })
	case *leadtocash.CreditNote:
		compare("allocated_amount", r.AllocatedAmount, func() (money.Amount, error) {
			return s.allocated(ctx, r.Ref(), func(*leadtocash.Allocation) bool { return true })
		})
		compare("refunded_amount", r.RefundedAmount, func() (money.Amount, error) { return s.refunded(ctx, r.Ref()) })
	}
	return fields, err
}

// allocated adds up the active allocations of a record that count.
func (s *session) allocated(ctx context.Context, of record.Ref, counts func(*leadtocash.Allocation) bool) (sum money.Amount, err error) {
	return sumOf(ctx, s, of, func(a *leadtocash.Allocation) (money.Amount, bool) { return a.Amount, a.IsActive() && counts(a) })
}

// refunded adds up what was, or will be, paid back of a record.
func (s *session) refunded(ctx context.Context, of record.Ref) (sum money.Amount, err error) {
	return sumOf(ctx, s, of, func(r *leadtocash.Refund) (money.Amount, bool) {
		return r.Amount, r.Status == leadtocash.RefundStatusRequested || r.Status == leadtocash.RefundStatusPaid
	})
}

// sumOf adds up what counts of the records of a type that refer to one.
func sumOf[R any](ctx context.Context, s *session, of record.Ref, amount func(*R) (money.Amount, bool)) (sum money.Amount, err error) {
	q := storage.Query{Kind: string(record.KindOf[R]()), Where: []storage.Cond{keyIs(string(of.Kind)+"_id", of.ID.String())}}
	for rec, err := range s.Find(ctx, q) {
		if err != nil {
			return sum, err
		}
		r, err := shared[R](rec.Image)
		if err != nil {
			continue // it is found as unreadable
		}
		if a, ok := amount(r); ok {
			sum = sum.Add(a)
		}
	}
	return sum, nil
}
