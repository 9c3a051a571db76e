package engine_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// refuses answers every action with an error.
type refuses struct {
	engine.AllowAll
	err error
}

func (r refuses) Authorize(context.Context, engine.Request) error { return r.err }

// policyError is an error of the host's that tells its reasons.
type policyError struct{}

func (policyError) Error() string { return "rule 17 of /etc/policy" }
func (policyError) Reasons() []record.Reason {
	return []record.Reason{{Code: "four_eyes", Message: "somebody else has to do it", Params: map[string]any{"who": "chief"}}}
}

// What the authorizer means to tell reaches the reasons; what else it says does not.
func TestReasonsOfTheAuthorizer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want []string
	}{
		"a refusal":        {record.Refusal("over_discount", "fields.discount", "at most 5 %"), []string{"denied  the caller is not allowed to do this", "over_discount fields.discount at most 5 %"}},
		"a method":         {policyError{}, []string{"denied  the caller is not allowed to do this", "four_eyes  somebody else has to do it"}},
		"a fault":          {codes.Code("four_eyes").Fault("ask the chief"), []string{"denied  the caller is not allowed to do this", "four_eyes  ask the chief"}},
		"the host's own":   {errors.New("ldap: 10.0.0.7 is down"), []string{"denied  the caller is not allowed to do this"}},
		"a code by itself": {codes.ErrReadOnly, []string{"denied  the caller is not allowed to do this"}},
	} {
		p := newPeople(t, memory.New(), engine.WithAuthorizer(refuses{err: c.err}))
		_, err := p.Leads().Create(p.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}})
		var got []string
		for _, r := range record.ReasonsOf(err) {
			got = append(got, string(r.Code)+" "+r.Field+" "+r.Message)
		}
		if !slices.Equal(got, c.want) || !errors.Is(err, codes.ErrDenied) || !errors.Is(err, c.err) || record.ClassOf(err) != codes.ClassPermission {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

// A store's refusal arrives with what it says, with or without a sentence of its own.
func TestAStoresRefusalArrivesWhole(t *testing.T) {
	t.Parallel()
	p := newPeople(t, memory.New())
	for name, err := range map[string]error{
		"an order": errOf(p.Leads().Page(p.ctx, engine.LeadQuery{List: engine.List{Order: "colour"}})),
		"a cursor": errOf(p.Leads().Page(p.ctx, engine.LeadQuery{List: engine.List{After: "garbage"}})),
	} {
		var e *record.Error
		if !errors.As(err, &e) || len(e.Reasons) == 0 || e.Reasons[0].Message == "" {
			t.Errorf("%s: got %#v", name, err)
		}
		if out := record.RefusedBy(err); out.Class != codes.ClassInvalid && out.Class != codes.ClassNotFound || out.Message == "" {
			t.Errorf("%s: is told as %+v", name, out)
		}
	}
}
