package leadtocash

import (
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// WinQuote closes an active quote as won, without an order.
type WinQuote struct {
	CloseDate   value.Date          `json:"close_date,omitzero" day:"done"` // default: today
	Subject     string              `json:"subject,omitzero" max:"200"`
	Description string              `json:"description,omitzero" text:"2000"`
	CloseID     record.QuoteCloseID `json:"close_id,omitzero"`                      // derived unless given
	CloseCustom record.Custom       `json:"close_custom,omitzero" of:"quote_close"` // own values of the close activities of quotes
}

// WinQuoteToOrder closes a quote as won and turns it into an order. The zero
// command wins the opportunity as well.
type WinQuoteToOrder struct {
	WinQuote
	OrderID            record.OrderID            `json:"order_id,omitzero"`               // derived unless given
	OrderNumber        string                    `json:"order_number,omitzero" max:"100"` // default: numbered by the client
	Opportunity        OpportunityOption         `json:"opportunity,omitzero"`
	ActualRevenue      value.Opt[money.Amount]   `json:"actual_revenue,omitzero" range:"0..1e12"` // of the opportunity; default: the order's total
	OpportunityCloseID record.OpportunityCloseID `json:"opportunity_close_id,omitzero"`

	OpportunityCloseCustom record.Custom `json:"opportunity_close_custom,omitzero" of:"opportunity_close"` // own values of its close activity
	Custom                 record.Custom `json:"custom,omitzero" of:"order"`                               // own values of the order, before those that it takes over
}

// OpportunityOption says what becomes of the opportunity when a quote is
// turned into an order.
type OpportunityOption = value.Choice[opportunityOptionSet]

// The options; not set means CloseAsWon.
const (
	// CloseAsWon wins the opportunity; other draft or active quotes stand in the
	// way.
	CloseAsWon OpportunityOption = iota + 1
	// CloseAsWonDropOthers cancels its other active quotes and deletes its other
	// drafts first.
	CloseAsWonDropOthers
	// KeepOpen leaves the opportunity as it is.
	KeepOpen
)

type opportunityOptionSet struct{}

func (opportunityOptionSet) Table() (string, []value.Option) {
	return "opportunity_option", opportunityOptionTable
}

var opportunityOptionTable = value.Options(
	value.Option{Key: "close_as_won", Label: "Close as won", Code: 1},
	value.Option{Key: "close_as_won_drop_others", Label: "Close as won, drop other quotes", Code: 2},
	value.Option{Key: "keep_open", Label: "Keep open", Code: 3},
)

// WonQuote is what winning a quote yields.
type WonQuote struct {
	Record           Quote             `json:"quote"`
	Close            *QuoteClose       `json:"close,omitzero"`                          // nil if the quote was won before
	Order            *Order            `json:"order,omitzero" write:"last"`             // of WinToOrder
	Opportunity      *Opportunity      `json:"opportunity,omitzero" write:"last"`       // won with the quote
	OpportunityClose *OpportunityClose `json:"opportunity_close,omitzero" write:"last"` // its close activity
	Dropped          []Quote           `json:"dropped,omitzero"`                        // other quotes that were canceled or deleted
	DroppedCloses    []QuoteClose      `json:"dropped_closes,omitzero"`                 // close activities of the canceled ones
	Notices          []record.Reason   `json:"notices,omitzero"`
	Events           []record.Event    `json:"events,omitzero"`
}

var winQuote = flow.Decide[*WinQuote](quoteFlow, actions.QuoteWin)

// Win closes an active quote as won; no order is made and the opportunity is
// not touched. Codes: ErrInvalidTransition, codes.ErrPricing, ErrApprovalRequired.
func (q Quote) Win(cmd WinQuote, f QuoteFacts) (WonQuote, error) {
	if err := winQuote.Why(&q, &cmd, &f, q.Currency); err != nil {
		return WonQuote{}, err
	}
	won, note, events := q.end(QuoteStatusWon, actions.QuoteWin, cmd.activity(), cmd.CloseCustom, f.Stamp)
	return WonQuote{Record: won, Close: note, Events: events}, nil
}

func (cmd WinQuote) activity() QuoteClose {
	return QuoteClose{ID: cmd.CloseID, Subject: cmd.Subject, Description: cmd.Description, ClosedOn: cmd.CloseDate}
}

var winQuoteToOrder = flow.Decide(quoteFlow, actions.QuoteWinToOrder, flow.Check[*Quote, *WinQuoteToOrder, *QuoteFacts]{
	Code: codes.ErrOpportunityHasOpenQuotes, Text: "no other quote is draft or active, to close the opportunity as won", Field: "opportunity",
	Holds: func(_ *Quote, c *WinQuoteToOrder, f *QuoteFacts) bool {
		return len(f.OpenQuotes) == 0 || c.Opportunity == CloseAsWonDropOthers || !c.winsOpportunity(f)
	},
	Detail: func(_ *Quote, _ *WinQuoteToOrder, f *QuoteFacts) []record.Reason {
		return openQuotes(QuoteRefs(f.OpenQuotes))
	},
})

// winsOpportunity reports whether the command closes the opportunity: not if it
// is kept open or won already.
func (cmd WinQuoteToOrder) winsOpportunity(f *QuoteFacts) bool {
	return cmd.Opportunity != KeepOpen && f.Opportunity != nil && f.Opportunity.Status.State() == OpportunityOpen
}

// WinToOrder wins an active quote and turns it into an order with locked
// prices and the quote's amounts; unless the command says otherwise, the open
// opportunity is won as well. A quote won before gets a new order once its
// earlier one is canceled. Codes: ErrInvalidTransition, codes.ErrPricing,
// ErrQuoteExpired, ErrQuoteAlreadyOrdered, ErrOpportunityHasOpenQuotes,
// ErrOpportunityAlreadyClosed for a lost opportunity, ErrCurrencyMismatch,
// ErrCreditHold, ErrCreditLimit, ErrNoExchangeRate, ErrApprovalRequired.
func (q Quote) WinToOrder(cmd WinQuoteToOrder, f QuoteFacts) (WonQuote, error) {
	if err := winQuoteToOrder.Why(&q, &cmd, &f, q.Currency); err != nil {
		return WonQuote{}, err
	}
	out := WonQuote{Record: q}
	if q.Status != QuoteStatusWon {
		out.Record, out.Close, out.Events = q.end(QuoteStatusWon, actions.QuoteWinToOrder, cmd.activity(), cmd.CloseCustom, f.Stamp)
	}
	id := record.IDOr(cmd.OrderID, f.Stamp, q.ID.UUID, q.Version, "order")
	order := orderFromQuote(q, id, record.NumberOr(cmd.OrderNumber, "ORD-", id.UUID), &f)
	f.Convert(&q, &order, cmd.Custom)
	out.Order = &order
	born := record.BornEvent(&order, actions.OrderCreate, f.Stamp, record.DataOf("quote", q.ID.String()))
	born.Action = actions.QuoteWinToOrder
	out.Events = append(out.Events, born)
	out.Notices = creditNotices(f.CustomerOnHold, f.OverCreditLimit, f.CreditUnknown)
	if cmd.winsOpportunity(&f) {
		if cmd.Opportunity == CloseAsWonDropOthers {
			out.drop(cmd.CloseCustom, f)
		}
		won := f.Opportunity.won(WinOpportunity{
			ActualRevenue: value.Some(cmd.ActualRevenue.Or(order.TotalAmount)), CloseDate: cmd.CloseDate, CloseID: cmd.OpportunityCloseID, CloseCustom: cmd.OpportunityCloseCustom,
		}, f.Stamp)
		out.Opportunity, out.OpportunityClose = &won.Record, won.Close
		out.Events = append(out.Events, won.Events...)
	}
	return out, nil
}

// drop takes the opportunity's other open quotes out of the way.
func (out *WonQuote) drop(own record.Custom, f QuoteFacts) {
	for _, other := range f.OpenQuotes {
		if other.Status == QuoteStatusDraft {
			out.Dropped = append(out.Dropped, other)
			out.Events = append(out.Events, record.DeletedEvent(&other, actions.QuoteDelete, f.Stamp, nil))
			continue
		}
		closed, note, events := other.end(QuoteStatusCanceled, actions.QuoteClose, QuoteClose{}, own, f.Stamp)
		out.Dropped, out.DroppedCloses = append(out.Dropped, closed), append(out.DroppedCloses, *note)
		out.Events = append(out.Events, events...)
	}
}
