package bench_test

import (
	"errors"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
)

// BenchmarkWhy measures one question whose answer is yes: may this quote
// become an order now? The first contestant asks it with a plain switch, which
// evaluates the same six guards of the same record and facts.
func BenchmarkWhy(b *testing.B) {
	r := ratios{unit: "questions/s"}
	r.run(b, "switch", func(b *testing.B) {
		quote, facts := orderable()
		for b.Loop() {
			if err := mayBecomeOrder(&quote, &facts); err != nil {
				b.Fatal(err)
			}
		}
	})
	r.run(b, "table", func(b *testing.B) {
		quote, facts := orderable()
		table := leadtocash.QuoteFlow()
		for b.Loop() {
			if err := table.Why(&quote, actions.QuoteWinToOrder, &facts); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// TestSwitchAgrees makes sure that the switch answers as the table does.
func TestSwitchAgrees(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*leadtocash.Quote, *leadtocash.QuoteFacts)
		want  codes.Code
	}{
		"nothing": {func(*leadtocash.Quote, *leadtocash.QuoteFacts) {}, ""},
		"draft": {
			func(q *leadtocash.Quote, _ *leadtocash.QuoteFacts) { q.Status = leadtocash.QuoteStatusDraft },
			codes.ErrInvalidTransition,
		},
		"pricing error": {
			func(q *leadtocash.Quote, _ *leadtocash.QuoteFacts) { q.PricingError = catalog.PricingErrorDetail },
			codes.ErrPricing,
		},
		"expired": {
			func(_ *leadtocash.Quote, f *leadtocash.QuoteFacts) { f.Today++ },
			codes.ErrQuoteExpired,
		},
		"currency": {
			func(q *leadtocash.Quote, _ *leadtocash.QuoteFacts) { q.Currency = money.USD },
			codes.ErrCurrencyMismatch,
		},
		"lost opportunity": {
			func(_ *leadtocash.Quote, f *leadtocash.QuoteFacts) {
				f.Opportunity.Status = leadtocash.OpportunityStatusCanceled
			},
			codes.ErrOpportunityAlreadyClosed,
		},
		"credit hold": {
			func(_ *leadtocash.Quote, f *leadtocash.QuoteFacts) { f.CustomerOnHold = true },
			codes.ErrCreditHold,
		},
		"credit limit": {
			func(_ *leadtocash.Quote, f *leadtocash.QuoteFacts) { f.OverCreditLimit = true },
			codes.ErrCreditLimit,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			quote, facts := orderable()
			c.spoil(&quote, &facts)
			for who, got := range map[string]error{
				"switch": mayBecomeOrder(&quote, &facts),
				"table":  leadtocash.QuoteFlow().Why(&quote, actions.QuoteWinToOrder, &facts),
			} {
				if c.want == "" && got != nil || c.want != "" && !errors.Is(got, c.want) {
					t.Errorf("the %s answers %v, want %q", who, got, c.want)
				}
			}
		})
	}
}

// orderable is a quote on its last day, with everything enforced.
func orderable() (leadtocash.Quote, leadtocash.QuoteFacts) {
	quote := leadtocash.Quote{Status: leadtocash.QuoteStatusActive}
	quote.Currency, quote.EffectiveTo = money.EUR, 20260131
	facts := leadtocash.QuoteFacts{
		Stamp:       record.Stamp{Today: 20260131},
		Opportunity: &leadtocash.Opportunity{Status: leadtocash.OpportunityStatusInProgress},
	}
	facts.Opportunity.Currency = money.EUR
	facts.Settings.EnforceQuoteExpiry, facts.Settings.EnforceCreditHold = true, true
	return quote, facts
}

func mayBecomeOrder(q *leadtocash.Quote, f *leadtocash.QuoteFacts) error {
	switch q.Status {
	case leadtocash.QuoteStatusActive, leadtocash.QuoteStatusOpen:
		switch {
		case q.PricingError != 0:
			return codes.ErrPricing
		case f.Settings.EnforceQuoteExpiry && !q.EffectiveTo.IsZero() && f.Today > q.EffectiveTo:
			return codes.ErrQuoteExpired
		case f.Opportunity != nil && f.Opportunity.Currency != q.Currency:
			return codes.ErrCurrencyMismatch
		case f.Opportunity != nil && f.Opportunity.Status.State() == leadtocash.OpportunityLost:
			return codes.ErrOpportunityAlreadyClosed
		case f.Settings.EnforceCreditHold && f.CustomerOnHold:
			return codes.ErrCreditHold
		case f.Settings.EnforceCreditHold && f.OverCreditLimit:
			return codes.ErrCreditLimit
		}
		return nil
	default:
		return codes.ErrInvalidTransition
	}
}
