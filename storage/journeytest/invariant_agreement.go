package journeytest

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

// Agreements: what approvals promise.
var agreementInvariants = []Invariant{
	{Number: 116, Text: "nothing that a rule is about passes a gate without enough approvals of its content, none by who asked", check: i116},
}

// wants reports whether a rule of the journeys is about a document, by figures of its
// own.
func wants(r *agreement.Rule, d record.Record, sale *pricing.PricedLines) bool {
	if len(r.Kinds) > 0 && d.Ref().Kind == kinds.Quote {
		return false
	}
	if r.Name == "large" {
		rate, known := d.Header().ExchangeRate.Get()
		if d.Header().Currency != money.EUR && !known {
			return true
		}
		total := sale.TotalAmount.Decimal()
		if d.Header().Currency != money.EUR {
			total = total.DivRound(rate, 20)
		}
		return total.Round(2).Cmp(decimal.NewFromInt(2000)) >= 0
	}
	base := decimal.Decimal{}
	for _, l := range sale.Lines {
		base = base.Add(l.BaseAmount.Decimal())
	}
	twenty := sale.TotalDiscountAmount.Decimal().Mul(decimal.NewFromInt(20))
	return base.IsPositive() && twenty.Cmp(base) > 0 || base.IsNegative() && twenty.Cmp(base) < 0
}

// approvedBy counts who approved a content by a rule, for a document or for a quote of
// the number that it came of.
func (b *book) approvedBy(rule, hash string, d record.Record) int {
	number := ""
	switch r := d.(type) {
	case *leadtocash.Quote:
		number = r.QuoteNumber
	case *leadtocash.Order:
		if q := lookup[leadtocash.Quote](b, r.QuoteID); q != nil {
			number = q.QuoteNumber
		}
	}
	related := func(ref record.Ref) bool {
		q, is := b.records[ref].(*leadtocash.Quote)
		return ref == d.Ref() || is && q.QuoteNumber == number
	}
	who := map[uuid.UUID]bool{}
	for _, a := range all[agreement.Approval](b) {
		if a.Status == agreement.ApprovalStatusApproved && a.Rule == rule && a.ContentHash == hash && related(a.DocumentID) {
			who[a.DecidedBy] = true
		}
	}
	return len(who)
}

// cleared reports whether a document has what a rule wants of it.
func (s *scene) cleared(r *agreement.Rule, d record.Record) bool {
	b := &agreement.Basis{}
	if o, is := d.(*leadtocash.Order); is {
		if q := lookup[leadtocash.Quote](s.before, o.QuoteID); q != nil {
			b.From, b.To = q.EffectiveFrom, q.EffectiveTo
		}
	}
	_, sale := d.(interface {
		PriceParts() (*pricing.Charges, *pricing.PricedLines)
	}).PriceParts()
	return !wants(r, d, sale) || s.before.approvedBy(r.Name, leadtocash.ContentHashOf(d, b), d) > 0
}

func i116(s *scene) error {
	for _, a := range all[agreement.Approval](s.book) {
		if a.Status == agreement.ApprovalStatusApproved && a.DecidedBy == a.RequestedBy {
			return about(a, fmt.Errorf("%s approved what he asked for", a.DecidedBy))
		}
	}
	if s.err != nil {
		return nil
	}
	for n := range s.settings.Approvals {
		r := &s.settings.Approvals[n]
		if err := first(
			eachChange(s, func(was, is *leadtocash.Quote, _ record.Event) error {
				passes := was.Status == leadtocash.QuoteStatusDraft && is.Status == leadtocash.QuoteStatusActive || was.Status != is.Status && is.Status == leadtocash.QuoteStatusWon
				return unless(!passes || s.cleared(r, was), "is %s without approval by %q", is.Status, r.Name)
			}),
			eachChange(s, func(was, is *leadtocash.Order, _ record.Event) error {
				return unless(was.Fulfilment == is.Fulfilment || s.cleared(r, was), "is delivered without approval by %q", r.Name)
			}),
			eachChange(s, func(was, is *leadtocash.Invoice, _ record.Event) error {
				if !was.IssueDate.IsZero() || is.IssueDate.IsZero() || s.cleared(r, was) {
					return nil
				}
				o := lookup[leadtocash.Order](s.before, was.SalesOrderID)
				return unless(o != nil && s.cleared(r, o), "is issued without approval by %q", r.Name)
			}),
		); err != nil {
			return err
		}
	}
	return nil
}
