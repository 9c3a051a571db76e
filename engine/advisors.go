package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// Advisor is an assistant that reads a lead and says what to do with it. It may
// be slow, fail or talk nonsense: it is asked outside of any transaction, and
// what it says is checked before anything happens.
type Advisor interface {
	Advise(ctx context.Context, r leadtocash.AdviceRequest) (leadtocash.Advice, error)
}

// RuleAdvisor advises by the assessment alone: it qualifies with four criteria
// met, disqualifies for the first that is not met, and else nurtures.
type RuleAdvisor struct{}

// Advise implements Advisor.
func (RuleAdvisor) Advise(_ context.Context, r leadtocash.AdviceRequest) (leadtocash.Advice, error) {
	return leadtocash.AdviseByRules(r), nil
}

// AdvisorOptions say how far an assistant may go.
type AdvisorOptions struct {
	Mode      leadtocash.AdvisorMode
	Actor     uuid.UUID     // the assistant's id, in events
	Threshold int32         // percent: with AdvisorAutomate, what is less sure waits for a person
	Timeout   time.Duration // default 30 seconds
}

// WithAdvisor asks an assistant in Leads.Advise. ErrInvalid without one, or with
// a threshold that is no percentage.
func WithAdvisor(a Advisor, o AdvisorOptions) ClientOption {
	return func(e *engine) error {
		if a == nil || !o.Mode.Valid() || o.Threshold < 0 || o.Threshold > 100 || o.Timeout < 0 {
			return record.Refusal(codes.ErrInvalid, "advisor", "an advisor has a mode, and a threshold in percent")
		}
		if o.Timeout == 0 {
			o.Timeout = 30 * time.Second
		}
		e.advisor, e.advising = a, o
		return nil
	}
}

// Advised is what came of asking an assistant.
type Advised struct {
	Advice leadtocash.Advice
	// Proposal is the task that waits for a person, nil if the advice was carried
	// out, or nobody was asked.
	Proposal *activity.Task
	// Qualified or Disqualified is set once the advice was carried out.
	Qualified    *leadtocash.QualifiedLead
	Disqualified *leadtocash.Lead
	// Refused is why the library refused what the assistant would have done by
	// itself; the advice waits for a person then.
	Refused error
}

// Advise asks the assistant of WithAdvisor about an open lead. Confident advice
// is carried out with AdvisorAutomate, by an actor of kind ai on behalf of the
// caller and with the refusals that a person would get; all other advice
// becomes a proposal: an open task about the lead, to Approve or Reject. With
// AdvisorOff nobody is asked and nothing happens.
//
// Codes: those of PlanQualify, ErrAdvisorFailed for an assistant that fails or
// takes too long, ErrInvalid, ErrMissingField, ErrTooLong or ErrOutOfRange for
// one that talks nonsense. After an error nothing has changed.
func (s Leads) Advise(ctx context.Context, id record.LeadID) (Advised, error) {
	if err := s.c.identified(); err != nil {
		return Advised{}, err
	}
	if s.c.advisor == nil || s.c.advising.Mode == leadtocash.AdvisorOff {
		return Advised{}, nil
	}
	plan, err := s.PlanQualify(ctx, id, leadtocash.QualifyLead{})
	if err != nil {
		return Advised{}, err
	}
	l, err := s.Get(ctx, id)
	if err != nil {
		return Advised{}, err
	}
	advice, err := s.c.consult(ctx, leadtocash.AdviceRequest{Lead: l, Plan: plan})
	if err != nil {
		return Advised{}, err
	}
	schema.Own(&advice)
	if reasons := schema.Validate(&advice, l.Currency); len(reasons) > 0 {
		return Advised{}, &record.Error{Code: reasons[0].Code, Kind: kinds.Lead, ID: id.UUID, Reasons: reasons}
	}
	assistant := s.c.As(record.Actor{Kind: record.ActorAI, ID: s.c.advising.Actor, OnBehalfOf: s.c.actor.ID})
	p := proposal{Advice: advice, LeadVersion: l.Version}
	out := Advised{Advice: advice}
	if s.c.advising.Mode == leadtocash.AdvisorAutomate && advice.Confidence >= s.c.advising.Threshold && advice.Recommendation != leadtocash.RecommendNurture {
		done, err := assistant.carryOut(ctx, id, p, nil)
		if err == nil {
			return done, nil
		}
		out.Refused = err
	}
	task, err := assistant.propose(ctx, id, p)
	if err != nil {
		return Advised{}, err
	}
	out.Proposal = &task
	return out, nil
}

// consult calls the assistant, but does not wait for it longer than allowed.
func (c *Client) consult(ctx context.Context, r leadtocash.AdviceRequest) (leadtocash.Advice, error) {
	ctx, cancel := context.WithTimeout(ctx, c.advising.Timeout)
	defer cancel()
	type reply struct {
		advice leadtocash.Advice
		err    error
	}
	replies := make(chan reply, 1)
	go func() {
		var a reply
		defer func() {
			if p := recover(); p != nil {
				a.err = fmt.Errorf("panic: %v", p)
			}
			replies <- a
		}()
		a.advice, a.err = c.advisor.Advise(ctx, r)
	}()
	var err error
	select {
	case a := <-replies:
		if a.err == nil {
			return a.advice, nil
		}
		err = a.err
	case <-ctx.Done():
		err = ctx.Err()
	}
	return leadtocash.Advice{}, &record.Error{Code: codes.ErrAdvisorFailed, Kind: kinds.Lead, ID: r.Lead.ID.UUID, Err: err, Reasons: []record.Reason{{Code: codes.ErrAdvisorFailed, Message: codes.ErrAdvisorFailed.Info().Text}}}
}

// adviceField is the custom value of a task that is a proposal.
const adviceField = "advice"

// proposal is advice that waits, and the lead's version that it is about.
type proposal struct {
	Advice      leadtocash.Advice `json:"advice"`
	LeadVersion int64             `json:"lead_version"`
}

func (c *Client) propose(ctx context.Context, id record.LeadID, p proposal) (activity.Task, error) {
	body, err := json.Marshal(p)
	if err != nil {
		return activity.Task{}, err
	}
	return c.Tasks().Create(ctx, activity.CreateTask{
		Origin: record.Origin{Owner: c.actor.OnBehalfOf, Custom: record.Custom{adviceField: body}},
		Fields: activity.TaskFields{ActivityFields: activity.ActivityFields{
			Subject: "proposal: " + p.Advice.Recommendation.String(), Description: p.Advice.Reason, RegardingID: record.Ref{Kind: kinds.Lead, ID: id.UUID},
		}},
	})
}

// carryOut does what the advice says, and completes the task that it waited in,
// all in one transaction. A lead that has changed since is ErrConflict.
func (c *Client) carryOut(ctx context.Context, id record.LeadID, p proposal, task *activity.Task) (out Advised, err error) {
	err = c.Atomic(ctx, func(ctx context.Context, c *Client) error {
		out = Advised{Advice: p.Advice}
		about := []record.Ref{{Kind: kinds.Lead, ID: id.UUID}}
		switch p.Advice.Recommendation {
		case leadtocash.RecommendQualify:
			q, err := c.Leads().Qualify(ctx, id, p.Advice.Qualify, IfVersion(p.LeadVersion))
			if err != nil {
				return err
			}
			if out.Qualified = &q; q.Opportunity() != nil {
				about = append(about, q.Opportunity().Ref())
			}
		case leadtocash.RecommendDisqualify:
			l, err := c.Leads().Disqualify(ctx, id, p.Advice.Disqualify, IfVersion(p.LeadVersion))
			if err != nil {
				return err
			}
			out.Disqualified = &l
		}
		if p.Advice.Summary != "" {
			for _, ref := range about {
				owner, err := c.ownerFor(ctx, ref)
				if err != nil {
					return err
				}
				if _, err := c.Notes().Create(ctx, activity.CreateNote{RegardingID: ref, Origin: record.Origin{Owner: owner}, Fields: activity.NoteFields{Subject: "summary", NoteText: p.Advice.Summary}}); err != nil {
					return err
				}
			}
		}
		if task == nil {
			return nil
		}
		done, err := c.Tasks().Complete(ctx, task.ID, activity.CompleteTask{}, IfVersion(task.Version))
		out.Proposal = &done
		return err
	})
	if err != nil {
		return Advised{}, err
	}
	return out, nil
}

// ownerFor is whose a record is that is made out of another one.
func (c *Client) ownerFor(ctx context.Context, ref record.Ref) (owner uuid.UUID, err error) {
	err = c.view(ctx, func(ctx context.Context, s *session) error {
		d, err := s.load(ctx, ref)
		if err != nil {
			return err
		}
		owner = s.stamp.OwnerOf(d.Header())
		if inactive, err := s.isInactive(ctx, owners(owner)); inactive || err != nil {
			owner = uuid.Nil // who acts: nobody can choose an inactive seller
			return err
		}
		return nil
	})
	return owner, err
}

// Proposals lists the open proposals about a lead, oldest first.
func (s Leads) Proposals(ctx context.Context, id record.LeadID) (list []activity.Task, err error) {
	if err := s.c.see(ctx, record.Ref{Kind: kinds.Lead, ID: id.UUID}); err != nil {
		return nil, err
	}
	for t, err := range s.c.Tasks().All(ctx, TaskQuery{Regarding: record.Ref{Kind: kinds.Lead, ID: id.UUID}, List: List{State: activity.ActivityOpen}}) {
		if err != nil {
			return nil, err
		}
		if t.Custom[adviceField] != nil {
			list = append(list, t)
		}
	}
	return list, nil
}

// Approve carries a proposal out as the caller and completes its task; one to
// nurture is completed without more. Codes: those of Lead.Qualify and
// Lead.Disqualify, ErrConflict if the lead has changed since it was advised on,
// ErrInvalid for a task that is no proposal, ErrInvalidTransition for one that
// is decided.
func (s Leads) Approve(ctx context.Context, id record.TaskID) (Advised, error) {
	t, p, err := s.proposal(ctx, id)
	if err != nil {
		return Advised{}, err
	}
	return s.c.carryOut(ctx, record.LeadID{UUID: t.RegardingID.ID}, p, &t)
}

// Reject cancels the task of a proposal; the lead stays as it is. Codes:
// ErrInvalid for a task that is no proposal, ErrInvalidTransition for one that
// is decided.
func (s Leads) Reject(ctx context.Context, id record.TaskID) (activity.Task, error) {
	t, _, err := s.proposal(ctx, id)
	if err != nil {
		return activity.Task{}, err
	}
	return s.c.Tasks().Cancel(ctx, id, activity.CancelTask{}, IfVersion(t.Version))
}

// proposal reads a task that is one and is not decided.
func (s Leads) proposal(ctx context.Context, id record.TaskID) (t activity.Task, p proposal, err error) {
	if t, err = s.c.Tasks().Get(ctx, id); err != nil {
		return t, p, err
	}
	refused := func(code codes.Code, message string) error {
		return &record.Error{Code: code, Kind: kinds.Task, ID: id.UUID, Status: t.Status.String(), Reasons: []record.Reason{{Code: code, Message: message}}}
	}
	switch body := t.Custom[adviceField]; {
	case body == nil || t.RegardingID.Kind != kinds.Lead || json.Unmarshal(body, &p) != nil || len(schema.Validate(&p.Advice, 0)) > 0:
		return t, p, refused(codes.ErrInvalid, "the task is no proposal about a lead")
	case t.Status.State() != activity.ActivityOpen:
		return t, p, refused(codes.ErrInvalidTransition, "the proposal is decided")
	}
	return t, p, nil
}
