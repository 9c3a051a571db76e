package leadtocash

import (
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// WinOpportunity closes an opportunity as won.
type WinOpportunity struct {
	ActualRevenue value.Opt[money.Amount]   `json:"actual_revenue,omitzero" range:"0..1e12"` // default: the estimated value, else 0
	CompetitorID  record.CompetitorID       `json:"competitor_id,omitzero"`                  // who was beaten
	CloseDate     value.Date                `json:"close_date,omitzero" day:"done"`          // default: today
	Subject       string                    `json:"subject,omitzero" max:"200"`
	Description   string                    `json:"description,omitzero" text:"2000"`
	CloseID       record.OpportunityCloseID `json:"close_id,omitzero"`                            // of the close activity; derived unless given
	CloseCustom   record.Custom             `json:"close_custom,omitzero" of:"opportunity_close"` // own values of the close activity
}

// LoseOpportunity closes an opportunity as lost.
type LoseOpportunity struct {
	Status        OpportunityStatus         `json:"status,omitzero"`                         // Canceled (default) or OutSold
	ActualRevenue value.Opt[money.Amount]   `json:"actual_revenue,omitzero" range:"0..1e12"` // what the winner got: kept by the close activity alone
	CompetitorID  record.CompetitorID       `json:"competitor_id,omitzero"`                  // the winner
	CloseDate     value.Date                `json:"close_date,omitzero" day:"done"`          // default: today
	Subject       string                    `json:"subject,omitzero" max:"200"`
	Description   string                    `json:"description,omitzero" text:"2000"`
	CloseID       record.OpportunityCloseID `json:"close_id,omitzero"`                            // of the close activity; derived unless given
	CloseCustom   record.Custom             `json:"close_custom,omitzero" of:"opportunity_close"` // own values of the close activity
}

// ClosedOpportunity is what winning, losing or reopening an opportunity yields.
type ClosedOpportunity struct {
	Record  Opportunity       `json:"opportunity"`
	Close   *OpportunityClose `json:"close,omitzero"` // made, or canceled by reopening
	Notices []record.Reason   `json:"notices,omitzero"`
	Events  []record.Event    `json:"events,omitzero"`
}

var (
	winOpportunity = flow.Decide(opportunityFlow, actions.OpportunityWin, flow.Check[*Opportunity, *WinOpportunity, *OpportunityFacts]{
		Code: codes.ErrOutOfRange, Text: "the revenue is not below 0", Field: "actual_revenue",
		Holds: func(o *Opportunity, c *WinOpportunity, _ *OpportunityFacts) bool { return c.revenue(o).Sign() >= 0 },
	})
	loseOpportunity = flow.Decide(opportunityFlow, actions.OpportunityLose, flow.Check[*Opportunity, *LoseOpportunity, *OpportunityFacts]{
		Code: codes.ErrStatusNotInState, Text: "the status is a lost one", Field: "status",
		Holds: func(_ *Opportunity, c *LoseOpportunity, _ *OpportunityFacts) bool {
			_, err := value.StatusIn(c.Status, OpportunityLost)
			return err == nil
		},
	})
)

// Win closes an open opportunity as won. Codes: ErrOpportunityAlreadyClosed,
// ErrOpportunityHasOpenQuotes, ErrOutOfRange for a revenue below 0.
func (o Opportunity) Win(cmd WinOpportunity, f OpportunityFacts) (ClosedOpportunity, error) {
	if err := winOpportunity.Why(&o, &cmd, &f, o.Currency); err != nil {
		return ClosedOpportunity{}, err
	}
	return o.won(cmd, f.Stamp), nil
}

// revenue is what the command says that the opportunity brings.
func (cmd *WinOpportunity) revenue(o *Opportunity) money.Amount {
	return cmd.ActualRevenue.Or(o.EstimatedValue.Or(o.Currency.Zero()))
}

// won is Win once it is decided; a quote that is won comes here as well.
func (o Opportunity) won(cmd WinOpportunity, s record.Stamp) ClosedOpportunity {
	revenue := cmd.revenue(&o)
	o.ActualValue = value.Some(revenue)
	o.ForecastCategory = ForecastCategoryWon
	return o.close(OpportunityStatusWon, actions.OpportunityWin, OpportunityClose{
		ID: cmd.CloseID, Subject: cmd.Subject, Description: cmd.Description,
		ActualRevenue: value.Some(revenue), CompetitorID: cmd.CompetitorID, ClosedOn: cmd.CloseDate,
	}, cmd.CloseCustom, s)
}

// Lose closes an open opportunity as lost: it gets no actual value, what the
// deal was worth stands in the close activity. Without a competitor, OutSold
// yields a notice. Codes: ErrOpportunityAlreadyClosed,
// ErrOpportunityHasOpenQuotes, ErrStatusNotInState.
func (o Opportunity) Lose(cmd LoseOpportunity, f OpportunityFacts) (ClosedOpportunity, error) {
	if err := loseOpportunity.Why(&o, &cmd, &f, o.Currency); err != nil {
		return ClosedOpportunity{}, err
	}
	return o.lost(cmd, f.Stamp), nil
}

// lost is Lose once it is decided; a quote that is closed comes here as well.
func (o Opportunity) lost(cmd LoseOpportunity, s record.Stamp) ClosedOpportunity {
	status, _ := value.StatusIn(cmd.Status, OpportunityLost)
	o.ForecastCategory = ForecastCategoryLost
	out := o.close(status, actions.OpportunityLose, OpportunityClose{
		ID: cmd.CloseID, Subject: cmd.Subject, Description: cmd.Description,
		ActualRevenue: cmd.ActualRevenue, CompetitorID: cmd.CompetitorID, ClosedOn: cmd.CloseDate,
	}, cmd.CloseCustom, s)
	if status == OpportunityStatusOutSold && cmd.CompetitorID.IsZero() {
		out.Notices = append(out.Notices, record.Reason{Code: codes.ErrMissingField, Field: "competitor_id", Message: "out-sold, but not by whom"})
	}
	return out
}

func (o Opportunity) close(to OpportunityStatus, do actions.Action, c OpportunityClose, own record.Custom, s record.Stamp) ClosedOpportunity {
	from := o.Status
	if c.ClosedOn.IsZero() {
		c.ClosedOn = s.Day()
	}
	c.ID = record.IDOr(c.ID, s, o.ID.UUID, o.Version, "close")
	c.Head = o.Child(s)
	s.Convert(&o, &c, own)
	c.OpportunityID, c.OutcomeStatus, c.Status = o.ID, to, CloseStatusCompleted
	o.ActualCloseDate = c.ClosedOn
	record.Enter(&o.Head, &o.Status, to)
	o.Touch(s)
	return ClosedOpportunity{Record: o, Close: &c, Events: []record.Event{
		record.StepEvent(&o, do, from.String(), s, nil),
		record.BornEvent(&c, actions.OpportunityCloseCreate, s, nil),
	}}
}

// ReopenOpportunity opens a closed opportunity again.
type ReopenOpportunity struct{}

var reopenOpportunity = flow.Decide[*ReopenOpportunity](opportunityFlow, actions.OpportunityReopen)

// Reopen opens a won or lost opportunity again. Its close activity is canceled
// and stays as history; quotes, orders and invoices are not touched. Code:
// ErrOpportunityAlreadyOpen.
func (o Opportunity) Reopen(cmd ReopenOpportunity, f OpportunityFacts) (ClosedOpportunity, error) {
	if err := reopenOpportunity.Why(&o, &cmd, &f, o.Currency); err != nil {
		return ClosedOpportunity{}, err
	}
	from := o.Status
	o.ActualValue, o.ActualCloseDate = value.None[money.Amount](), 0
	o.ForecastCategory = ForecastCategoryPipeline
	record.Enter(&o.Head, &o.Status, OpportunityStatusInProgress)
	o.Touch(f.Stamp)
	out := ClosedOpportunity{Record: o, Events: []record.Event{record.StepEvent(&o, actions.OpportunityReopen, from.String(), f.Stamp, nil)}}
	if f.Close != nil && f.Close.Status == CloseStatusCompleted {
		c := *f.Close
		c.Status = CloseStatusCanceled
		c.Touch(f.Stamp)
		out.Close = &c
		out.Events = append(out.Events, record.StepEvent(&c, actions.OpportunityCloseCancel, CloseStatusCompleted.String(), f.Stamp, nil))
	}
	return out, nil
}
