package leadtocash

import (
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// OpportunityClose tells how an opportunity was closed. Winning and losing make
// one, completed; reopening the opportunity cancels it. People never change
// it.
type OpportunityClose struct {
	ID record.OpportunityCloseID `json:"id" d365:"activityid"`
	record.Head
	Subject       string                  `json:"subject,omitzero" d365:"subject" max:"200"`
	OpportunityID record.OpportunityID    `json:"opportunity_id" d365:"opportunityid" need:"true"`
	ActualRevenue value.Opt[money.Amount] `json:"actual_revenue,omitzero" d365:"actualrevenue" range:"-1e12..1e12"`
	ClosedOn      value.Date              `json:"closed_on,omitzero" d365:"actualend"`
	CompetitorID  record.CompetitorID     `json:"competitor_id,omitzero" d365:"competitorid"` // who won a lost deal, or was beaten in a won one
	Description   string                  `json:"description,omitzero" d365:"description" text:"2000"`
	OutcomeStatus OpportunityStatus       `json:"outcome_status,omitzero"` // of the opportunity, then
	Status        CloseStatus             `json:"status" d365:"statuscode"`
}

// CloseStatus is the status of a close activity.
type CloseStatus = value.Choice[closeStatusSet]

// The statuses of a close activity. Open ones come only by import.
const (
	CloseStatusOpen CloseStatus = iota + 1
	CloseStatusCompleted
	CloseStatusCanceled
)

type closeStatusSet struct{}

func (closeStatusSet) Table() (string, []value.Option) { return "close_status", closeStatusTable }

var closeStatusTable = value.Statuses(
	value.State{Key: "open", Code: 0}.In(value.Option{Key: "open", Label: "Open", Code: 1, ImportOnly: true}),
	value.State{Key: "completed", Code: 1}.In(value.Option{Key: "completed", Label: "Completed", Code: 2}),
	value.State{Key: "canceled", Code: 2}.In(value.Option{Key: "canceled", Label: "Canceled", Code: 3}),
)

// CloseFacts are what decisions about a close activity depend on.
type CloseFacts struct{ record.Stamp }

var opportunityCloseFlow = flow.New(
	kinds.OpportunityClose,
	func(c *OpportunityClose) record.Ref { return c.Ref() },
	func(c *OpportunityClose) CloseStatus { return c.Status },
	[]flow.Rule[*OpportunityClose, *CloseFacts, CloseStatus]{
		{Do: actions.OpportunityCloseCancel, From: flow.In(CloseStatusCompleted), To: flow.In(CloseStatusCanceled)},
	},
	closeRefusals(actions.OpportunityCloseEdit, actions.OpportunityCloseDelete),
)

// closeRefusals are those that the three kinds of close activities share.
func closeRefusals(edit, remove actions.Action) []flow.Refuse[CloseStatus] {
	return []flow.Refuse[CloseStatus]{
		{Do: flow.Do(edit), From: value.Values[CloseStatus](), Code: codes.ErrReadOnly},
		{Do: flow.Do(remove), From: value.Values[CloseStatus](), Code: codes.ErrDeleteReadOnly},
	}
}

// OpportunityCloseFlow is the table behind OpportunityClose. Reopening the
// opportunity is what cancels one.
func OpportunityCloseFlow() *flow.Flow[*OpportunityClose, *CloseFacts, CloseStatus] {
	return opportunityCloseFlow
}

// RecordKind tells the kind of record.
func (*OpportunityClose) RecordKind() kinds.Kind { return kinds.OpportunityClose }

// Ref names the record with its kind.
func (c *OpportunityClose) Ref() record.Ref { return c.ID.Ref() }

// StatusKey is the key of the status.
func (c *OpportunityClose) StatusKey() string { return c.Status.String() }

// Clone returns a deep copy.
func (c OpportunityClose) Clone() OpportunityClose {
	c.Head.Detach()
	return c
}

// MarshalJSON writes the published JSON form.
func (c OpportunityClose) MarshalJSON() ([]byte, error) {
	type plain OpportunityClose
	return record.Encode((*plain)(&c))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (c *OpportunityClose) UnmarshalJSON(body []byte) error {
	type plain OpportunityClose
	return record.Decode(body, (*plain)(c))
}
