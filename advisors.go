package leadtocash

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
)

// Advisor is an assistant that reads a lead and says what to do with it. It may
// be slow, fail or talk nonsense: it is asked outside of any transaction, and
// what it says is checked before anything happens.
type Advisor interface {
	Advise(ctx context.Context, r AdviceRequest) (Advice, error)
}

// RuleAdvisor advises by the assessment alone: it qualifies with four criteria
// met, disqualifies for the first that is not met, and else nurtures.
type RuleAdvisor struct{}

// Advise implements Advisor.
func (RuleAdvisor) Advise(_ context.Context, r AdviceRequest) (Advice, error) {
	return adviseByRules(r), nil
}

// AdvisorOptions say how far an assistant may go.
type AdvisorOptions struct {
	Mode      AdvisorMode
	Actor     uuid.UUID     // the assistant's id, in events
	Threshold int32         // percent: with AdvisorAutomate, what is less sure waits for a person
	Timeout   time.Duration // default 30 seconds
}

// WithAdvisor asks an assistant in Leads.Advise. ErrInvalid without one, or with
// a threshold that is no percentage.
func WithAdvisor(a Advisor, o AdvisorOptions) ClientOption {
	return func(e *engine) error {
		if a == nil || !o.Mode.Valid() || o.Threshold < 0 || o.Threshold > 100 || o.Timeout < 0 {
			return refusal(codes.ErrInvalid, "advisor", "an advisor has a mode, and a threshold in percent")
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
	Advice Advice
	// Proposal is the task that waits for a person, nil if the advice was carried
	// out, or nobody was asked.
	Proposal *Task
	// Qualified or Disqualified is set once the advice was carried out.
	Qualified    *QualifiedLead
	Disqualified *Lead
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
func (s Leads) Advise(ctx context.Context, id LeadID) (Advised, error) {
	if s.c.advisor == nil || s.c.advising.Mode == AdvisorOff {
		return Advised{}, nil
	}
	plan, err := s.PlanQualify(ctx, id, QualifyLead{})
	if err != nil {
		return Advised{}, err
	}
	l, err := s.Get(ctx, id)
	if err != nil {
		return Advised{}, err
	}
	advice, err := s.c.consult(ctx, AdviceRequest{l, plan})
	if err != nil {
		return Advised{}, err
	}
	own(&advice)
	if reasons := validate(&advice, l.Currency); len(reasons) > 0 {
		return Advised{}, &Error{Code: reasons[0].Code, Kind: kinds.Lead, ID: id.UUID, Reasons: reasons}
	}
	assistant := s.c.As(Actor{Kind: ActorAI, ID: s.c.advising.Actor, OnBehalfOf: s.c.actor.ID})
	p := proposal{Advice: advice, LeadVersion: l.Version}
	out := Advised{Advice: advice}
	if s.c.advising.Mode == AdvisorAutomate && advice.Confidence >= s.c.advising.Threshold && advice.Recommendation != RecommendNurture {
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
func (c *Client) consult(ctx context.Context, r AdviceRequest) (Advice, error) {
	ctx, cancel := context.WithTimeout(ctx, c.advising.Timeout)
	defer cancel()
	type reply struct {
		advice Advice
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
	return Advice{}, &Error{Code: codes.ErrAdvisorFailed, Kind: kinds.Lead, ID: r.Lead.ID.UUID, Err: err, Reasons: []Reason{{Code: codes.ErrAdvisorFailed, Message: codes.ErrAdvisorFailed.Info().Text}}}
}

// adviceField is the custom value of a task that is a proposal.
const adviceField = "advice"

// proposal is advice that waits, and the lead's version that it is about.
type proposal struct {
	Advice      Advice `json:"advice"`
	LeadVersion int64  `json:"lead_version"`
}

func (c *Client) propose(ctx context.Context, id LeadID, p proposal) (Task, error) {
	body, err := json.Marshal(p)
	if err != nil {
		return Task{}, err
	}
	return c.Tasks().Create(ctx, CreateTask{
		Birth: Birth{Owner: c.actor.OnBehalfOf, Custom: Custom{adviceField: body}},
		Fields: TaskFields{ActivityFields: ActivityFields{
			Subject: "proposal: " + p.Advice.Recommendation.String(), Description: p.Advice.Reason, RegardingID: Ref{kinds.Lead, id.UUID},
		}},
	})
}

// carryOut does what the advice says, and completes the task that it waited in,
// all in one transaction. A lead that has changed since is ErrConflict.
func (c *Client) carryOut(ctx context.Context, id LeadID, p proposal, task *Task) (out Advised, err error) {
	err = c.Atomic(ctx, func(ctx context.Context, c *Client) error {
		out = Advised{Advice: p.Advice}
		about := []Ref{{kinds.Lead, id.UUID}}
		switch p.Advice.Recommendation {
		case RecommendQualify:
			q, err := c.Leads().Qualify(ctx, id, p.Advice.Qualify, IfVersion(p.LeadVersion))
			if err != nil {
				return err
			}
			if out.Qualified = &q; q.Opportunity() != nil {
				about = append(about, q.Opportunity().ref())
			}
		case RecommendDisqualify:
			l, err := c.Leads().Disqualify(ctx, id, p.Advice.Disqualify, IfVersion(p.LeadVersion))
			if err != nil {
				return err
			}
			out.Disqualified = &l
		}
		if p.Advice.Summary != "" {
			for _, ref := range about {
				if _, err := c.Notes().Create(ctx, CreateNote{RegardingID: ref, Fields: NoteFields{Subject: "summary", NoteText: p.Advice.Summary}}); err != nil {
					return err
				}
			}
		}
		if task == nil {
			return nil
		}
		done, err := c.Tasks().Complete(ctx, task.ID, CompleteTask{}, IfVersion(task.Version))
		out.Proposal = &done
		return err
	})
	if err != nil {
		return Advised{}, err
	}
	return out, nil
}

// Proposals lists the open proposals about a lead, oldest first.
func (s Leads) Proposals(ctx context.Context, id LeadID) (list []Task, err error) {
	if err := s.c.see(ctx, Ref{kinds.Lead, id.UUID}); err != nil {
		return nil, err
	}
	for t, err := range s.c.Tasks().All(ctx, TaskQuery{Regarding: Ref{kinds.Lead, id.UUID}, List: List{State: ActivityOpen}}) {
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
func (s Leads) Approve(ctx context.Context, id TaskID) (Advised, error) {
	t, p, err := s.proposal(ctx, id)
	if err != nil {
		return Advised{}, err
	}
	return s.c.carryOut(ctx, LeadID{t.RegardingID.ID}, p, &t)
}

// Reject cancels the task of a proposal; the lead stays as it is. Codes:
// ErrInvalid for a task that is no proposal, ErrInvalidTransition for one that
// is decided.
func (s Leads) Reject(ctx context.Context, id TaskID) (Task, error) {
	t, _, err := s.proposal(ctx, id)
	if err != nil {
		return Task{}, err
	}
	return s.c.Tasks().Cancel(ctx, id, CancelTask{}, IfVersion(t.Version))
}

// proposal reads a task that is one and is not decided.
func (s Leads) proposal(ctx context.Context, id TaskID) (t Task, p proposal, err error) {
	if t, err = s.c.Tasks().Get(ctx, id); err != nil {
		return t, p, err
	}
	refused := func(code codes.Code, message string) error {
		return &Error{Code: code, Kind: kinds.Task, ID: id.UUID, Status: t.Status.String(), Reasons: []Reason{{Code: code, Message: message}}}
	}
	switch body := t.Custom[adviceField]; {
	case body == nil || t.RegardingID.Kind != kinds.Lead || json.Unmarshal(body, &p) != nil || len(validate(&p.Advice, 0)) > 0:
		return t, p, refused(codes.ErrInvalid, "the task is no proposal about a lead")
	case t.Status.State() != ActivityOpen:
		return t, p, refused(codes.ErrInvalidTransition, "the proposal is decided")
	}
	return t, p, nil
}
