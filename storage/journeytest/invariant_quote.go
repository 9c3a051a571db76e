package journeytest

import (
	"fmt"
	"reflect"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
)

var quoteInvariants = []Invariant{
	{Number: 27, Text: "number and revision of a quote are unique, for all time, and never change", check: i27},
	{Number: 28, Text: "revisions of a number count from 0, one by one", check: i28},
	{Number: 29, Text: "what a quote says never changes once it is activated", check: i29},
	{Number: 30, Text: "a revision begins as a draft that equals its source", check: i30},
	{Number: 31, Text: "at most one quote of a number is won, and it is the last that was made", Strict: true, check: i31},
	{Number: 32, Text: "a won or closed quote has exactly one completed close activity, others have none", check: i32},
	{Number: 33, Text: "only drafts are deleted", check: i33},
	{Number: 34, Text: "a document has the currency of what it belongs to", check: i34},
}

type revision struct {
	number   string
	revision int32
}

func revisionOf(q *leadtocash.Quote) revision { return revision{q.QuoteNumber, q.RevisionNumber} }

func i27(s *scene) error {
	taken := map[revision]record.Ref{}
	return first(
		lives[leadtocash.Quote](s.book, func(ref record.Ref, versions []version) error {
			q := image[leadtocash.Quote](versions[0])
			if other, ok := taken[revisionOf(q)]; ok {
				return fmt.Errorf("%s and %s are both %s", other, ref, q.FullNumber())
			}
			taken[revisionOf(q)] = ref
			return nil
		}),
		eachChange(s, func(was, is *leadtocash.Quote, _ record.Event) error {
			return unless(revisionOf(was) == revisionOf(is), "is %s, was %s", is.FullNumber(), was.FullNumber())
		}),
	)
}

func i28(s *scene) error {
	next := map[string]int32{}
	return lives[leadtocash.Quote](s.book, func(_ record.Ref, versions []version) error {
		q := image[leadtocash.Quote](versions[0])
		if q.RevisionNumber != next[q.QuoteNumber] {
			return fmt.Errorf("%s came when revision %d was next", q.FullNumber(), next[q.QuoteNumber])
		}
		next[q.QuoteNumber]++
		return nil
	})
}

func i29(s *scene) error {
	return eachChange(s, func(was, is *leadtocash.Quote, e record.Event) error {
		if was.Status == leadtocash.QuoteStatusDraft {
			return nil
		}
		fields := is.QuoteFields
		if s.moved(e) {
			fields.CustomerID = was.CustomerID
		}
		return unless(reflect.DeepEqual(was.QuoteFields, fields) && reflect.DeepEqual(was.PricedLines, is.PricedLines) && reflect.DeepEqual(was.Custom, is.Custom) &&
			was.Currency == is.Currency && was.ExchangeRate.Equal(is.ExchangeRate) && was.OpportunityID == is.OpportunityID,
			"changed while %s: %+v, was %+v", was.Status, is, was)
	})
}

func i30(s *scene) error {
	return eachBirth(s, func(q *leadtocash.Quote, _ record.Event) error {
		if q.RevisionNumber == 0 {
			return nil
		}
		source, ok := s.before.records[s.attempt.ref].(*leadtocash.Quote)
		if !ok {
			return fmt.Errorf("is a revision of %s", s.attempt.ref)
		}
		copied, original := q.Clone(), source.Clone()
		for n := range original.Lines {
			original.Lines[n].SourceLine, original.Lines[n].IsCopied = 0, true
		}
		return first(
			unless(q.Status == leadtocash.QuoteStatusDraft, "begins as %s", q.Status),
			unless(q.QuoteNumber == source.QuoteNumber && q.Currency == source.Currency && q.ExchangeRate.Equal(source.ExchangeRate) &&
				q.OpportunityID == source.OpportunityID, "is of another number, currency or opportunity than its source"),
			unless(reflect.DeepEqual(copied.QuoteFields, original.QuoteFields), "says %+v, its source %+v", copied.QuoteFields, original.QuoteFields),
			unless(reflect.DeepEqual(copied.PricedLines, original.PricedLines), "sells %+v, its source %+v", copied.PricedLines, original.PricedLines),
		)
	})
}

func i31(s *scene) error {
	won := map[string]record.Ref{}
	for _, e := range s.events {
		q := image[leadtocash.Quote](s.version(e))
		if q == nil {
			continue
		}
		switch first, isWon := won[q.QuoteNumber]; {
		case e.Version == 1 && isWon:
			return fmt.Errorf("%s was made after %s was won", q.FullNumber(), first)
		case q.Status == leadtocash.QuoteStatusWon && isWon && first != e.Ref:
			return fmt.Errorf("%s and %s of one number are won", first, e.Ref)
		case q.Status == leadtocash.QuoteStatusWon:
			won[q.QuoteNumber] = e.Ref
		}
	}
	return nil
}

func i32(s *scene) error {
	return each(s, func(q *leadtocash.Quote) error {
		closes := 0
		for _, c := range all[leadtocash.QuoteClose](s.book) {
			if c.QuoteID == q.ID && c.Status == leadtocash.CloseStatusCompleted {
				closes++
			}
		}
		return unless(isLive(q) == (closes == 0) && closes <= 1, "is %s with %d close activities", q.Status, closes)
	})
}

func i33(s *scene) error {
	return lives[leadtocash.Quote](s.book, func(ref record.Ref, versions []version) error {
		for n, v := range versions[1:] {
			if v.record == nil && image[leadtocash.Quote](versions[n]).Status != leadtocash.QuoteStatusDraft {
				return fmt.Errorf("%s was deleted while %s", ref, image[leadtocash.Quote](versions[n]).Status)
			}
		}
		return nil
	})
}

func i34(s *scene) error {
	agree := func(is money.Currency, parents ...money.Currency) error {
		for _, p := range parents {
			if p != is {
				return fmt.Errorf("is in %s, what it belongs to in %s", is, p)
			}
		}
		return nil
	}
	opportunity := func(id record.OpportunityID) (c []money.Currency) {
		if o := lookup[leadtocash.Opportunity](s.book, id); o != nil {
			c = append(c, o.Currency)
		}
		return c
	}
	return first(
		each(s, func(q *leadtocash.Quote) error { return agree(q.Currency, opportunity(q.OpportunityID)...) }),
		each(s, func(o *leadtocash.Order) error {
			parents := opportunity(o.OpportunityID)
			if q := lookup[leadtocash.Quote](s.book, o.QuoteID); q != nil {
				parents = append(parents, q.Currency)
			}
			return agree(o.Currency, parents...)
		}),
		each(s, func(i *leadtocash.Invoice) error {
			parents := opportunity(i.OpportunityID)
			if o := lookup[leadtocash.Order](s.book, i.SalesOrderID); o != nil {
				parents = append(parents, o.Currency)
			}
			return agree(i.Currency, parents...)
		}),
	)
}
