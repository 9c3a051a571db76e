package leadtocash

import (
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// LatestIssue is the document with the latest issue date of those that were given
// a number of the series; zero if there is none, or none is known.
type LatestIssue struct {
	Number string     `json:"number"`
	Day    value.Date `json:"day"`
}

// inOrderText is what StrictIssueOrder wants.
const inOrderText = "it is not issued on a day before that of a number given already, where Settings.StrictIssueOrder says so"

// before tells of a document that is issued on a day before the latest one.
func (l LatestIssue) before(day value.Date, code codes.Code, field string) []record.Reason {
	if !day.Before(l.Day) {
		return nil
	}
	return []record.Reason{record.ReasonFor(code, field).With("number", l.Number, "day", l.Day.String())}
}

// refuses is before where days out of order are refused, notices where they are told.
func (l LatestIssue) refuses(s *Settings, day value.Date, field string) []record.Reason {
	if !s.StrictIssueOrder {
		return nil
	}
	return l.before(day, codes.ErrTimeOrder, field)
}

func (l LatestIssue) notices(s *Settings, day value.Date, field string) []record.Reason {
	if s.StrictIssueOrder {
		return nil
	}
	return l.before(day, codes.NoticeNumberOrder, field)
}

// scheduled is the check of the instalments of an invoice that an action may issue, on
// the day that it says; zero where it does not. due is a due date that the action gives.
func scheduled[C any](day func(*Invoice, *C, *InvoiceFacts) (on, due value.Date)) flow.Check[*Invoice, *C, *InvoiceFacts] {
	return flow.Faultless(codes.ErrInvalid, "its instalments come to what is due, and in order; "+handedOutText, func(i *Invoice, c *C, f *InvoiceFacts) []record.Reason {
		on, due := day(i, c, f)
		if on.IsZero() {
			return nil
		}
		return append(i.scheduleFaults(due, on), f.Settings.handedOutFaults(i.Details, &i.Charges, &i.PricedLines)...)
	})
}

// issuedInOrder is the check of an action that may issue the invoice, on the day
// that it says; zero where it does not.
func issuedInOrder[C any](field string, day func(*Invoice, *C, *InvoiceFacts) value.Date) flow.Check[*Invoice, *C, *InvoiceFacts] {
	return flow.Faultless(codes.ErrTimeOrder, inOrderText, func(i *Invoice, c *C, f *InvoiceFacts) []record.Reason {
		on := day(i, c, f)
		if on.IsZero() {
			return nil
		}
		return f.Latest.refuses(&f.Settings, on, field)
	})
}
