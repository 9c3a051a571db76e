package journeytest

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

var opportunityInvariants = []Invariant{
	{Number: 16, Text: "an opportunity has a customer that is an account or a contact", check: i16},
	{Number: 17, Text: "a won or lost opportunity has exactly one completed close activity, an open one has none", check: i17},
	{Number: 18, Text: "there is a close activity for every close, and a canceled one for every reopening", check: i18},
	{Number: 19, Text: "no quote is open when its opportunity is won or lost", check: i19},
	{Number: 20, Text: "at most one quote of a number is draft or active", Strict: true, check: i20},
	{Number: 21, Text: "an opportunity has an actual value while won and a close date while closed, those of its close activity", check: i21},
	{Number: 22, Text: "the forecast says won or lost exactly when the opportunity is", check: i22},
	{Number: 23, Text: "a calculated revenue is the total", check: i23},
	{Number: 24, Text: "probabilities and discount percentages lie between 0 and 100", check: i24},
	{Number: 25, Text: "an opportunity keeps its originating lead until that is deleted", check: i25},
	{Number: 26, Text: "a competitor stands on won and lost deals alone", check: i26},
}

func i16(s *scene) error {
	return each(s, func(o *leadtocash.Opportunity) error {
		c := o.CustomerID
		return unless(lookup[party.Account](s.book, c.Account()) != nil || lookup[party.Contact](s.book, c.Contact()) != nil, "its customer is %s", c)
	})
}

// closes are the close activities of an opportunity in a status.
func (b *book) closes(id record.OpportunityID, status leadtocash.CloseStatus) (list []*leadtocash.OpportunityClose) {
	for _, c := range all[leadtocash.OpportunityClose](b) {
		if c.OpportunityID == id && c.Status == status {
			list = append(list, c)
		}
	}
	return list
}

func i17(s *scene) error {
	return each(s, func(o *leadtocash.Opportunity) error {
		want := 1
		if o.Status.State() == leadtocash.OpportunityOpen {
			want = 0
		}
		got := len(s.closes(o.ID, leadtocash.CloseStatusCompleted))
		return unless(got == want, "is %s with %d completed close activities", o.Status, got)
	})
}

func i18(s *scene) error {
	return each(s, func(o *leadtocash.Opportunity) error {
		ref := record.Ref{Kind: kinds.Opportunity, ID: o.ID.UUID}
		closed, reopened := s.happened(ref, "opportunity.won", "opportunity.lost"), s.happened(ref, "opportunity.reopened")
		completed, canceled := len(s.closes(o.ID, leadtocash.CloseStatusCompleted)), len(s.closes(o.ID, leadtocash.CloseStatusCanceled))
		return first(
			unless(completed+canceled == closed, "was closed %d times and has %d close activities", closed, completed+canceled),
			unless(canceled == reopened, "was reopened %d times and has %d canceled close activities", reopened, canceled),
		)
	})
}

func isLive(q *leadtocash.Quote) bool {
	return q.Status.State() == leadtocash.QuoteDraft || q.Status.State() == leadtocash.QuoteActive
}

func i19(s *scene) error {
	for _, e := range s.fresh {
		if e.Type != "opportunity.won" && e.Type != "opportunity.lost" {
			continue
		}
		for _, q := range all[leadtocash.Quote](s.book) {
			if q.OpportunityID.UUID == e.Ref.ID && isLive(q) {
				return fmt.Errorf("%s while quote %s is %s", e.Type, q.QuoteNumber, q.Status)
			}
		}
	}
	return nil
}

func i20(s *scene) error {
	live := map[string]int{}
	return each(s, func(q *leadtocash.Quote) error {
		if isLive(q) {
			live[q.QuoteNumber]++
		}
		return unless(live[q.QuoteNumber] <= 1, "%d quotes of number %s are draft or active", live[q.QuoteNumber], q.QuoteNumber)
	})
}

func i21(s *scene) error {
	return each(s, func(o *leadtocash.Opportunity) error {
		open := o.Status.State() == leadtocash.OpportunityOpen
		if won := o.Status == leadtocash.OpportunityStatusWon; won == o.ActualValue.IsZero() || open != o.ActualCloseDate.IsZero() {
			return fmt.Errorf("is %s with actual value %v and close date %s", o.Status, o.ActualValue, o.ActualCloseDate)
		}
		for _, c := range s.closes(o.ID, leadtocash.CloseStatusCompleted) {
			won := o.Status == leadtocash.OpportunityStatusWon // the close of a lost one may tell what it was worth
			if won && !c.ActualRevenue.Equal(o.ActualValue) || !won && c.ActualRevenue.Or(c.Currency.Zero()).Sign() < 0 || c.ClosedOn != o.ActualCloseDate {
				return fmt.Errorf("brought %v on %s, its close activity says %v on %s", o.ActualValue, o.ActualCloseDate, c.ActualRevenue, c.ClosedOn)
			}
		}
		return nil
	})
}

func i22(s *scene) error {
	return each(s, func(o *leadtocash.Opportunity) error {
		return unless((o.ForecastCategory == leadtocash.ForecastCategoryWon) == (o.Status.State() == leadtocash.OpportunityWon) &&
			(o.ForecastCategory == leadtocash.ForecastCategoryLost) == (o.Status.State() == leadtocash.OpportunityLost),
			"is %s with forecast %s", o.Status, o.ForecastCategory)
	})
}

func i23(s *scene) error {
	return each(s, func(o *leadtocash.Opportunity) error {
		return unless(!o.IsRevenueSystemCalculated || o.EstimatedValue.Equal(value.Some(o.TotalAmount)),
			"is estimated at %v, its total is %s", o.EstimatedValue, o.TotalAmount)
	})
}

func i24(s *scene) error {
	percentage := func(p value.Opt[decimal.Decimal]) error {
		d := p.Or(decimal.Decimal{})
		return unless(d.Sign() >= 0 && d.LessThanOrEqual(decimal.NewFromInt(100)), "the discount percentage is %s", d)
	}
	return first(
		each(s, func(o *leadtocash.Opportunity) error {
			p := o.CloseProbability.Or(0)
			return first(unless(p >= 0 && p <= 100, "the probability is %d", p), percentage(o.DiscountPercentage))
		}),
		each(s, func(q *leadtocash.Quote) error { return percentage(q.DiscountPercentage) }),
		each(s, func(o *leadtocash.Order) error { return percentage(o.DiscountPercentage) }),
		each(s, func(i *leadtocash.Invoice) error { return percentage(i.DiscountPercentage) }),
	)
}

func i25(s *scene) error {
	return first(
		eachChange(s, func(was, is *leadtocash.Opportunity, _ record.Event) error {
			return s.keepsLead(was.OriginatingLeadID, is.OriginatingLeadID)
		}),
		each(s, func(o *leadtocash.Opportunity) error {
			return unless(o.OriginatingLeadID.IsZero() || lookup[leadtocash.Lead](s.book, o.OriginatingLeadID) != nil, "remembers lead %s, which is deleted", o.OriginatingLeadID)
		}),
	)
}

func i26(s *scene) error {
	return each(s, func(c *leadtocash.OpportunityClose) error {
		return unless(c.CompetitorID.IsZero() || c.OutcomeStatus.State() != leadtocash.OpportunityOpen, "names a competitor although %s", c.OutcomeStatus)
	})
}
