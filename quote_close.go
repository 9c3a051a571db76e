package leadtocash

import (
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// QuoteClose tells how a quote was won or closed. It is made completed and
// never changes: quotes are not reopened.
type QuoteClose struct {
	ID record.QuoteCloseID `json:"id" d365:"activityid"`
	record.Head
	Subject     string         `json:"subject,omitzero" d365:"subject" max:"200"`
	QuoteID     record.QuoteID `json:"quote_id" d365:"quoteid" need:"true"`
	QuoteNumber string         `json:"quote_number" d365:"quotenumber" max:"100"`
	Revision    int32          `json:"revision" d365:"revision" range:"0..1e9"`
	ClosedOn    value.Date     `json:"closed_on,omitzero" d365:"actualend"`
	Description string         `json:"description,omitzero" d365:"description" text:"2000"`
	Status      CloseStatus    `json:"status" d365:"statuscode"`
}

var quoteCloseFlow = flow.New(
	kinds.QuoteClose,
	func(c *QuoteClose) record.Ref { return c.Ref() },
	func(c *QuoteClose) CloseStatus { return c.Status },
	[]flow.Rule[*QuoteClose, *CloseFacts, CloseStatus]{},
	closeRefusals(actions.QuoteCloseEdit, actions.QuoteCloseDelete),
)

// QuoteCloseFlow is the table behind QuoteClose.
func QuoteCloseFlow() *flow.Flow[*QuoteClose, *CloseFacts, CloseStatus] { return quoteCloseFlow }

// RecordKind tells the kind of record.
func (*QuoteClose) RecordKind() kinds.Kind { return kinds.QuoteClose }

// Ref names the record with its kind.
func (c *QuoteClose) Ref() record.Ref { return c.ID.Ref() }

// StatusKey is the key of the status.
func (c *QuoteClose) StatusKey() string { return c.Status.String() }

// Clone returns a deep copy.
func (c QuoteClose) Clone() QuoteClose {
	c.Head.Detach()
	return c
}

// MarshalJSON writes the published JSON form.
func (c QuoteClose) MarshalJSON() ([]byte, error) {
	type plain QuoteClose
	return record.Encode((*plain)(&c))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (c *QuoteClose) UnmarshalJSON(body []byte) error {
	type plain QuoteClose
	return record.Decode(body, (*plain)(c))
}

// CloseQuote closes an active quote without winning it.
type CloseQuote struct {
	// Status is Lost, Canceled or Revised; DefaultStatus means Revised, an empty
	// one is ErrInvalid.
	Status      QuoteStatus         `json:"status"`
	CloseDate   value.Date          `json:"close_date,omitzero" day:"done"` // default: today
	Subject     string              `json:"subject,omitzero" max:"200"`
	Description string              `json:"description,omitzero" text:"2000"`
	CloseID     record.QuoteCloseID `json:"close_id,omitzero"`                      // derived unless given
	CloseCustom record.Custom       `json:"close_custom,omitzero" of:"quote_close"` // own values of the close activity
	// CreateRevision makes a new draft; the status is Revised then. Excludes
	// CloseOpportunity.
	CreateRevision bool           `json:"create_revision,omitzero"`
	RevisionID     record.QuoteID `json:"revision_id,omitzero"` // derived unless given
	// CloseOpportunity loses the opportunity as well, if this is its last draft
	// or active quote.
	CloseOpportunity       bool          `json:"close_opportunity,omitzero"`
	OpportunityCloseCustom record.Custom `json:"opportunity_close_custom,omitzero" of:"opportunity_close"` // own values of its close activity
}

// ClosedQuote is what closing or revising a quote yields.
type ClosedQuote struct {
	Record           Quote             `json:"quote"`                      // closed
	Close            *QuoteClose       `json:"close,omitzero"`             // nil if the quote was closed before
	Revision         *Quote            `json:"revision,omitzero"`          // the new draft
	Opportunity      *Opportunity      `json:"opportunity,omitzero"`       // lost with the quote
	OpportunityClose *OpportunityClose `json:"opportunity_close,omitzero"` // its close activity
	Events           []record.Event    `json:"events,omitzero"`
}

type closeQuoteCheck = flow.Check[*Quote, *CloseQuote, *QuoteFacts]

var closeQuote = flow.Decide(
	quoteFlow, actions.QuoteClose,
	closeQuoteCheck{
		Code: codes.ErrInvalid, Text: "a status is given", Field: "status",
		Holds: func(_ *Quote, c *CloseQuote, _ *QuoteFacts) bool { return c.Status != 0 || c.CreateRevision },
	},
	closeQuoteCheck{
		Code: codes.ErrStatusNotInState, Text: "the status is a closed one", Field: "status",
		Holds: func(_ *Quote, c *CloseQuote, _ *QuoteFacts) bool {
			_, err := value.StatusIn(c.Status, QuoteClosed)
			return err == nil
		},
	},
	closeQuoteCheck{
		Code: codes.ErrInvalid, Text: "a revision goes with the status Revised and leaves the opportunity open", Field: "create_revision",
		Holds: func(_ *Quote, c *CloseQuote, _ *QuoteFacts) bool {
			status, _ := value.StatusIn(c.Status, QuoteClosed)
			return !c.CreateRevision || !c.CloseOpportunity && (status == QuoteStatusRevised || status == 0)
		},
	},
	closeQuoteCheck{
		Code: codes.ErrQuoteLiveRevisionExists, Text: "no other quote of this number is draft or active, to create a revision", Field: "create_revision",
		Holds: func(_ *Quote, c *CloseQuote, f *QuoteFacts) bool { return !c.CreateRevision || !f.NumberLive },
	},
	closeQuoteCheck{
		Code: codes.ErrOpportunityHasOpenQuotes, Text: "it is the last draft or active quote, to close the opportunity", Field: "close_opportunity",
		Holds: func(_ *Quote, c *CloseQuote, f *QuoteFacts) bool {
			return !c.CloseOpportunity || len(f.OpenQuotes) == 0
		},
		Detail: func(_ *Quote, _ *CloseQuote, f *QuoteFacts) []record.Reason {
			return openQuotes(QuoteRefs(f.OpenQuotes))
		},
	},
	closeQuoteCheck{
		Code: codes.ErrOpportunityAlreadyClosed, Text: "the opportunity is open, to close it", Field: "close_opportunity",
		Holds: func(_ *Quote, c *CloseQuote, f *QuoteFacts) bool {
			return !c.CloseOpportunity || f.Opportunity == nil || f.Opportunity.Status.State() == OpportunityOpen
		},
	},
)

// QuoteRefs names quotes as decisions about their opportunity need them.
func QuoteRefs(quotes []Quote) []QuoteRef {
	refs := make([]QuoteRef, len(quotes))
	for i, q := range quotes {
		refs[i] = QuoteRef{q.ID, q.QuoteNumber, q.RevisionNumber, q.Status}
	}
	return refs
}

// Close closes an active quote as lost, canceled or revised; on request it
// makes the next revision or loses the opportunity as well. Codes:
// ErrInvalidTransition, ErrInvalid, ErrStatusNotInState,
// ErrQuoteLiveRevisionExists, ErrOpportunityHasOpenQuotes,
// ErrOpportunityAlreadyClosed.
func (q Quote) Close(cmd CloseQuote, f QuoteFacts) (ClosedQuote, error) {
	if err := closeQuote.Why(&q, &cmd, &f, q.Currency); err != nil {
		return ClosedQuote{}, err
	}
	status, _ := value.StatusIn(cmd.Status, QuoteClosed)
	closed, note, events := q.end(status, actions.QuoteClose, QuoteClose{
		ID: cmd.CloseID, Subject: cmd.Subject, Description: cmd.Description, ClosedOn: cmd.CloseDate,
	}, cmd.CloseCustom, f.Stamp)
	out := ClosedQuote{Record: closed, Close: note, Events: events}
	if cmd.CreateRevision {
		out.revise(record.IDOr(cmd.RevisionID, f.Stamp, q.ID.UUID, q.Version, "revision"), f)
	}
	if cmd.CloseOpportunity && f.Opportunity != nil {
		lost := f.Opportunity.lost(LoseOpportunity{CloseDate: cmd.CloseDate, CloseCustom: cmd.OpportunityCloseCustom}, f.Stamp)
		out.Opportunity, out.OpportunityClose = &lost.Record, lost.Close
		out.Events = append(out.Events, lost.Events...)
	}
	return out, nil
}

// end closes or wins the quote and notes it.
func (q Quote) end(to QuoteStatus, do actions.Action, c QuoteClose, own record.Custom, s record.Stamp) (Quote, *QuoteClose, []record.Event) {
	from := q.Status
	if c.ClosedOn.IsZero() {
		c.ClosedOn = s.Day()
	}
	c.ID = record.IDOr(c.ID, s, q.ID.UUID, q.Version, "close")
	c.Head = q.Child(s)
	s.Convert(&q, &c, own)
	c.QuoteID, c.QuoteNumber, c.Revision, c.Status = q.ID, q.QuoteNumber, q.RevisionNumber, CloseStatusCompleted
	q.ClosedOn = c.ClosedOn
	record.Enter(&q.Head, &q.Status, to)
	q.Touch(s)
	events := append(make([]record.Event, 0, 5), // those of WinToOrder follow
		record.StepEvent(&q, do, from.String(), s, nil), record.BornEvent(&c, actions.QuoteCloseCreate, s, nil))
	return q, &c, events
}

// ReviseQuote makes the next revision of a quote.
type ReviseQuote struct {
	RevisionID  record.QuoteID      `json:"revision_id,omitzero"` // derived unless given
	CloseID     record.QuoteCloseID `json:"close_id,omitzero"`    // derived unless given
	Subject     string              `json:"subject,omitzero" max:"200"`
	Description string              `json:"description,omitzero" text:"2000"`
	CloseCustom record.Custom       `json:"close_custom,omitzero" of:"quote_close"` // own values of the close activity, where there is one
}

var reviseQuote = flow.Decide[*ReviseQuote](quoteFlow, actions.QuoteReviseQuote)

// ReviseQuote makes a new draft with the same number, the next revision number
// and equal header and lines. An active quote is closed as revised by it; a
// closed one does not change. Codes: ErrInvalidTransition for drafts and won
// quotes, ErrQuoteLiveRevisionExists, ErrQuoteAlreadyWon.
func (q Quote) ReviseQuote(cmd ReviseQuote, f QuoteFacts) (ClosedQuote, error) {
	if err := reviseQuote.Why(&q, &cmd, &f, q.Currency); err != nil {
		return ClosedQuote{}, err
	}
	id := record.IDOr(cmd.RevisionID, f.Stamp, q.ID.UUID, q.Version, "revision")
	out := ClosedQuote{Record: q}
	if q.Status.State() == QuoteActive {
		out.Record, out.Close, out.Events = q.end(QuoteStatusRevised, actions.QuoteReviseQuote, QuoteClose{
			ID: cmd.CloseID, Subject: cmd.Subject, Description: cmd.Description,
		}, cmd.CloseCustom, f.Stamp)
	}
	out.revise(id, f)
	return out, nil
}

// revise adds the next revision of the quote. The event of the quote, if it has
// one, tells which; the revision's tells its source.
func (out *ClosedQuote) revise(id record.QuoteID, f QuoteFacts) {
	source := out.Record
	r := Quote{
		ID: id, Head: source.Child(f.Stamp), QuoteFields: source.QuoteFields, Status: QuoteStatusDraft,
		QuoteNumber: source.QuoteNumber, RevisionNumber: max(f.HighestRevision, source.RevisionNumber) + 1,
		OpportunityID: source.OpportunityID, PricedLines: source.PricedLines.CopyOf(false),
	}
	r.Custom = source.Custom
	for i := range out.Events {
		if out.Events[i].Ref == source.Ref() {
			out.Events[i].Data = record.DataOf("quote", id.String())
		}
	}
	out.Revision = &r
	out.Events = append(out.Events, record.BornEvent(&r, actions.QuoteCreate, f.Stamp, record.DataOf("source", source.ID.String())))
}
