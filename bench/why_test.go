package bench_test

import (
	"errors"
	"testing"

	"github.com/leadtocash/leadtocash"
)

// BenchmarkWhy measures one question whose answer is yes: may this quote
// become an order now? The first contestant asks it with a plain switch.
func BenchmarkWhy(b *testing.B) {
	r := ratios{unit: "questions/s"}
	r.run(b, "switch", func(b *testing.B) {
		quote, facts := orderable()
		for b.Loop() {
			if err := quote.mayBecomeOrder(&facts); err != nil {
				b.Fatal(err)
			}
		}
	})
	r.run(b, "table", func(b *testing.B) {
		quote := leadtocash.Quote{Status: leadtocash.QuoteStatusActive}
		quote.EffectiveTo = 20260131
		facts := leadtocash.QuoteFacts{Stamp: leadtocash.Stamp{Today: 20260131}}
		facts.Settings.EnforceQuoteExpiry = true
		table := leadtocash.QuoteFlow()
		for b.Loop() {
			if err := table.Why(&quote, leadtocash.ActionQuoteWinToOrder, &facts); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestSwitchRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*switchQuote, *switchFacts)
		want  error
	}{
		"nothing":       {func(*switchQuote, *switchFacts) {}, nil},
		"draft":         {func(q *switchQuote, _ *switchFacts) { q.status = switchDraft }, errTransition},
		"pricing error": {func(q *switchQuote, _ *switchFacts) { q.pricingError = 1 }, errPricing},
		"expired":       {func(_ *switchQuote, f *switchFacts) { f.today++ }, errExpired},
		"credit hold":   {func(_ *switchQuote, f *switchFacts) { f.creditHold = true }, errHold},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			quote, facts := orderable()
			c.spoil(&quote, &facts)
			if got := quote.mayBecomeOrder(&facts); !errors.Is(got, c.want) {
				t.Errorf("got %v, want %v: the baseline must evaluate every guard", got, c.want)
			}
		})
	}
}

// switchQuote and switchFacts have what the guards look at, no more.
type switchQuote struct {
	status       uint8
	pricingError uint8
	effectiveTo  int32
}

type switchFacts struct {
	today         int32
	enforceExpiry bool
	creditHold    bool
}

const (
	switchDraft uint8 = iota + 1
	switchActive
	switchOpen
	switchWon
)

var (
	errTransition = errors.New("invalid transition")
	errPricing    = errors.New("pricing error")
	errExpired    = errors.New("quote expired")
	errHold       = errors.New("credit hold")
)

// orderable is a quote on its last day.
func orderable() (switchQuote, switchFacts) {
	return switchQuote{status: switchActive, effectiveTo: 20260131}, switchFacts{today: 20260131, enforceExpiry: true}
}

func (q *switchQuote) mayBecomeOrder(f *switchFacts) error {
	switch q.status {
	case switchActive, switchOpen, switchWon:
		switch {
		case q.pricingError != 0:
			return errPricing
		case f.enforceExpiry && q.effectiveTo < f.today:
			return errExpired
		case f.creditHold:
			return errHold
		}
		return nil
	default:
		return errTransition
	}
}
