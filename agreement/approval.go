package agreement

import (
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Approval is one signature that a rule wants of a document: requested, then given or
// refused by somebody who may. It is about the content that the document had when it
// was requested, and counts for whatever of the deal has just that content.
type Approval struct {
	ID record.ApprovalID `json:"id"`
	record.Head
	Status         ApprovalStatus   `json:"status"`
	ApprovalNumber string           `json:"approval_number" max:"100"`
	DocumentID     record.Ref       `json:"document_id"` // quote, order or invoice
	Rule           string           `json:"rule" max:"100" need:"true"`
	Level          int32            `json:"level,omitzero" range:"0..1e6"`     // the rule's
	ContentHash    string           `json:"content_hash" max:"64" need:"true"` // see Content.Hash
	RequestedBy    uuid.UUID        `json:"requested_by,omitzero"`             //
	RequestedAt    time.Time        `json:"requested_at,omitzero"`             // UTC
	RequestNote    string           `json:"request_note,omitzero" text:"2000"` // why it is asked for
	Decision       ApprovalDecision `json:"decision,omitzero"`                 // stays when it is withdrawn
	DecidedBy      uuid.UUID        `json:"decided_by,omitzero"`               //
	DecidedAt      time.Time        `json:"decided_at,omitzero"`               // UTC
	Note           string           `json:"note,omitzero" text:"2000"`         // on the decision
}

// ApprovalStatus is the status of an approval; each is a State of its own.
type ApprovalStatus = value.Choice[approvalStatusSet]

// The statuses of an approval.
const (
	ApprovalStatusRequested ApprovalStatus = iota + 1
	ApprovalStatusApproved
	ApprovalStatusRejected
	ApprovalStatusWithdrawn
)

// The states of an approval.
var (
	ApprovalRequested = value.State{Key: "requested", Code: 0}
	ApprovalApproved  = value.State{Key: "approved", Code: 1}
	ApprovalRejected  = value.State{Key: "rejected", Code: 2}
	ApprovalWithdrawn = value.State{Key: "withdrawn", Code: 3}
)

type approvalStatusSet struct{}

func (approvalStatusSet) Table() (string, []value.Option) {
	return "approval_status", approvalStatusTable
}

var approvalStatusTable = value.Statuses(
	ApprovalRequested.In(value.Option{Key: "requested", Label: "Requested", Code: 1}),
	ApprovalApproved.In(value.Option{Key: "approved", Label: "Approved", Code: 2}),
	ApprovalRejected.In(value.Option{Key: "rejected", Label: "Rejected", Code: 3}),
	ApprovalWithdrawn.In(value.Option{Key: "withdrawn", Label: "Withdrawn", Code: 4}),
)

// ApprovalDecision is how a request was decided.
type ApprovalDecision = value.Choice[approvalDecisionSet]

// The decisions.
const (
	DecisionApproved ApprovalDecision = iota + 1
	DecisionRejected
)

type approvalDecisionSet struct{}

func (approvalDecisionSet) Table() (string, []value.Option) {
	return "approval_decision", approvalDecisionTable
}

var approvalDecisionTable = value.Options(
	value.Option{Key: "approved", Label: "Approved", Code: 200000001},
	value.Option{Key: "rejected", Label: "Rejected", Code: 200000002},
)

// ApprovalFacts are what decisions about an approval depend on besides approval and
// command. Nothing in the zero value stands in the way.
type ApprovalFacts struct {
	record.Stamp
	Rule    *Rule           // of the name, as it is now; one without approvers where there is none any more
	Manager record.SellerID // of the seller that the document belongs to
	Editor  uuid.UUID       // who gave the document the content that is approved
	Others  []Approval      // of the document besides this one
	Used    bool            // the document passed a gate with it: it is handed out, delivered or issued
}

type (
	approvalRule  = flow.Rule[*Approval, *ApprovalFacts, ApprovalStatus]
	approvalGuard = flow.Guard[*Approval, *ApprovalFacts]
)

var approvalFlow = flow.New(
	kinds.Approval,
	func(a *Approval) record.Ref { return a.Ref() },
	func(a *Approval) ApprovalStatus { return a.Status },
	[]approvalRule{
		{
			Do: actions.ApprovalApprove, From: flow.In(ApprovalStatusRequested), To: flow.In(ApprovalStatusApproved),
			Needs: flow.Needs(byApprover, byAnother),
		},
		{Do: actions.ApprovalReject, From: flow.In(ApprovalStatusRequested), To: flow.In(ApprovalStatusRejected), Needs: flow.Needs(byApprover)},
		{Do: actions.ApprovalWithdraw, From: flow.In(ApprovalStatusRequested), To: flow.In(ApprovalStatusWithdrawn), Needs: flow.Needs(byRequester)},
		{Do: actions.ApprovalWithdraw, From: flow.In(ApprovalStatusApproved), To: flow.In(ApprovalStatusWithdrawn), Needs: flow.Needs(byDecider, notUsed)},
	},
	[]flow.Refuse[ApprovalStatus]{
		{Do: flow.Do(actions.ApprovalDelete), From: value.Values[ApprovalStatus](), Code: codes.ErrDeleteReadOnly},
	},
)

// ApprovalFlow is the table behind Approval.
func ApprovalFlow() *flow.Flow[*Approval, *ApprovalFacts, ApprovalStatus] { return approvalFlow }

var (
	byApprover = approvalGuard{
		Code: codes.ErrDenied, Text: "the rule names who acts as one who may decide",
		Holds: func(_ *Approval, f *ApprovalFacts) bool { return f.Rule == nil || f.Rule.By.accepts(f.By, f.Manager) },
		Detail: func(_ *Approval, f *ApprovalFacts) []record.Reason {
			return f.denied("the rule does not name who acts")
		},
	}
	byAnother = approvalGuard{
		Code: codes.ErrDenied, Text: "who acts has neither asked for it, nor made the content, nor approved it already",
		Holds:  func(a *Approval, f *ApprovalFacts) bool { return a.partial(f) == "" },
		Detail: func(a *Approval, f *ApprovalFacts) []record.Reason { return f.denied(a.partial(f)) },
	}
	byRequester = approvalGuard{
		Code: codes.ErrDenied, Text: "who asked for it takes it back",
		Holds: func(a *Approval, f *ApprovalFacts) bool { return is(f.By, a.RequestedBy) },
		Detail: func(a *Approval, _ *ApprovalFacts) []record.Reason {
			return []record.Reason{denied("somebody else asked for it").With("by", []string{a.RequestedBy.String()})}
		},
	}
	byDecider = approvalGuard{
		Code: codes.ErrDenied, Text: "who gave it takes it back",
		Holds: func(a *Approval, f *ApprovalFacts) bool { return is(f.By, a.DecidedBy) },
		Detail: func(a *Approval, _ *ApprovalFacts) []record.Reason {
			return []record.Reason{denied("somebody else gave it").With("by", []string{a.DecidedBy.String()})}
		},
	}
	notUsed = approvalGuard{
		Code: codes.ErrInUse, Text: "the document is not handed out, delivered or issued with it",
		Holds: func(_ *Approval, f *ApprovalFacts) bool { return !f.Used },
	}
)

func denied(message string) record.Reason {
	return record.Reason{Code: codes.ErrDenied, Message: message}
}

// denied says who could decide instead.
func (f *ApprovalFacts) denied(message string) []record.Reason {
	reason := denied(message)
	if f.Rule != nil {
		reason = reason.With(f.Rule.By.params()...)
	}
	return []record.Reason{reason}
}

// is reports whether an actor is somebody, or acts on his behalf; nobody is everybody.
func is(by record.Actor, id uuid.UUID) bool {
	return id == (uuid.UUID{}) || by.ID == id || by.OnBehalfOf == id
}

// partial says why who acts is not the one to approve; empty if nothing is against it.
func (a *Approval) partial(f *ApprovalFacts) string {
	if f.By.ID == (uuid.UUID{}) && f.By.OnBehalfOf == (uuid.UUID{}) {
		return ""
	}
	acts := func(id uuid.UUID) bool { return id != (uuid.UUID{}) && is(f.By, id) }
	switch {
	case acts(a.RequestedBy):
		return "who asked for it does not approve it"
	case acts(f.Editor):
		return "who made the content does not approve it"
	case slices.ContainsFunc(f.Others, func(o Approval) bool {
		return o.Status == ApprovalStatusApproved && o.Rule == a.Rule && o.ContentHash == a.ContentHash && acts(o.DecidedBy)
	}):
		return "who approved it already does not approve it again"
	}
	return ""
}

// RecordKind tells the kind of record.
func (*Approval) RecordKind() kinds.Kind { return kinds.Approval }

// Ref names the record with its kind.
func (a *Approval) Ref() record.Ref { return a.ID.Ref() }

// StatusKey is the key of the status.
func (a *Approval) StatusKey() string { return a.Status.String() }

// Clone returns a deep copy.
func (a Approval) Clone() Approval {
	a.Head.Detach()
	return a
}

// MarshalJSON writes the published JSON form.
func (a Approval) MarshalJSON() ([]byte, error) {
	type plain Approval
	return record.Encode((*plain)(&a))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (a *Approval) UnmarshalJSON(body []byte) error {
	type plain Approval
	return record.Decode(body, (*plain)(a))
}

// Faults are those that no single field shows: it is about a document, and decided if
// its status says so.
func (a *Approval) Faults() (reasons []record.Reason) {
	invalid := func(field, message string) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: field, Message: message})
	}
	if !approved(a.DocumentID.Kind) || a.DocumentID.ID == (uuid.UUID{}) {
		invalid("document_id", "a quote, an order or an invoice is approved")
	}
	want := map[ApprovalStatus]ApprovalDecision{ApprovalStatusApproved: DecisionApproved, ApprovalStatusRejected: DecisionRejected}
	if decision, decided := want[a.Status]; decided && a.Decision != decision || a.Status == ApprovalStatusRequested && a.Decision != 0 ||
		a.Status == ApprovalStatusWithdrawn && a.Decision == DecisionRejected {
		invalid("decision", "is not that of the status")
	}
	if a.Decision == 0 && (a.DecidedBy != (uuid.UUID{}) || !a.DecidedAt.IsZero()) {
		invalid("decided_by", "nothing is decided")
	}
	return reasons
}

// ApproveApproval gives a requested approval.
type ApproveApproval struct {
	Note string `json:"note,omitzero" text:"2000"`
}

var approve = flow.Decide[*ApproveApproval](approvalFlow, actions.ApprovalApprove)

// Approve gives a requested approval. Codes: ErrInvalidTransition, ErrDenied for who is
// none of the rule's approvers, who asked for it, who gave the document its content,
// or who approved the same already.
func (a Approval) Approve(cmd ApproveApproval, f ApprovalFacts) (record.Change[Approval], error) {
	if err := approve.Why(&a, &cmd, &f, a.Currency); err != nil {
		return record.Change[Approval]{}, err
	}
	a.decide(DecisionApproved, cmd.Note, &f)
	return record.Moved(&a, &a.Status, ApprovalStatusApproved, actions.ApprovalApprove, f.Stamp, record.DataOf("note", cmd.Note)), nil
}

// RejectApproval refuses a requested approval.
type RejectApproval struct {
	Note string `json:"note" need:"true" text:"2000"` // why
}

var reject = flow.Decide[*RejectApproval](approvalFlow, actions.ApprovalReject)

// Reject refuses a requested approval; a new one can be requested. Codes:
// ErrInvalidTransition, ErrMissingField without a note, ErrDenied for who is none of
// the rule's approvers.
func (a Approval) Reject(cmd RejectApproval, f ApprovalFacts) (record.Change[Approval], error) {
	if err := reject.Why(&a, &cmd, &f, a.Currency); err != nil {
		return record.Change[Approval]{}, err
	}
	a.decide(DecisionRejected, cmd.Note, &f)
	return record.Moved(&a, &a.Status, ApprovalStatusRejected, actions.ApprovalReject, f.Stamp, record.DataOf("note", cmd.Note)), nil
}

func (a *Approval) decide(d ApprovalDecision, note string, f *ApprovalFacts) {
	a.Decision, a.DecidedBy, a.DecidedAt, a.Note = d, f.By.ID, f.At, note
}

// WithdrawApproval takes a request, or an approval, back.
type WithdrawApproval struct {
	Note string `json:"note,omitzero" text:"2000"` // kept by the event
}

var withdraw = flow.Decide[*WithdrawApproval](approvalFlow, actions.ApprovalWithdraw)

// Withdraw takes a request back, or an approval that no gate was passed with. Codes:
// ErrInvalidTransition, ErrDenied for others than who asked for it, or gave it,
// ErrInUse once the document is handed out, delivered or issued.
func (a Approval) Withdraw(cmd WithdrawApproval, f ApprovalFacts) (record.Change[Approval], error) {
	if err := withdraw.Why(&a, &cmd, &f, a.Currency); err != nil {
		return record.Change[Approval]{}, err
	}
	return record.Moved(&a, &a.Status, ApprovalStatusWithdrawn, actions.ApprovalWithdraw, f.Stamp, record.DataOf("note", cmd.Note)), nil
}

// RequestApproval asks for all approvals that rules want of a document and that are
// neither given nor asked for.
type RequestApproval struct {
	Note        string              `json:"note,omitzero" text:"2000"`           // why it is asked for
	ApprovalIDs []record.ApprovalID `json:"approval_ids,omitempty" most:"10000"` // of those that are made, in this order; the others' are derived
}

// RequestedApprovals are the approvals that were asked for; none where no rule wants
// any that was not asked for.
type RequestedApprovals struct {
	Approvals []Approval     `json:"approvals,omitzero"`
	Events    []record.Event `json:"events,omitzero"`
}

// request asks for what is missing of a document for its content.
func request(cmd RequestApproval, document record.Record, missing []missing, given []Approval, s record.Stamp) (out RequestedApprovals) {
	h := document.Header()
	for _, m := range missing {
		had := 0
		for n := range given {
			if given[n].Rule == m.rule.Name {
				had++
			}
		}
		for n := m.live; n < m.rule.needed(); n++ {
			id := record.ApprovalID{UUID: record.DerivedID(s, document.Ref().ID, h.Version, "approval/"+m.rule.Name, had+n)}
			if made := len(out.Approvals); made < len(cmd.ApprovalIDs) && !cmd.ApprovalIDs[made].IsZero() {
				id = cmd.ApprovalIDs[made]
			}
			a := Approval{
				ID: id, Head: h.Child(s), Status: ApprovalStatusRequested, ApprovalNumber: record.NumberOr("", "APR-", id.UUID),
				DocumentID: document.Ref(), Rule: m.rule.Name, Level: m.rule.Level, ContentHash: m.hash,
				RequestedBy: s.By.ID, RequestedAt: s.At, RequestNote: cmd.Note,
			}
			out.Approvals = append(out.Approvals, a)
			out.Events = append(out.Events, record.BornEvent(&a, actions.ApprovalRequest, s,
				record.DataOf("document", document.Ref().String(), "rule", a.Rule, "level", strconv.Itoa(int(a.Level)))))
		}
	}
	return out
}
