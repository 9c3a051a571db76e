package engine_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

func scoreTellsItsReasons(t *testing.T) {
	onStores(t, func(p *people) {
		cmd := desks(1)
		cmd.Fields.DecisionMaker, cmd.Fields.Need = true, leadtocash.NeedMustHave
		l := testkit.Must(p.Leads().Create(p.ctx, cmd))
		scored := testkit.Must(p.Leads().Rescore(p.ctx, l.ID))
		if scored.Score != value.Some[int32](40) || scored.Grade != leadtocash.GradeB || scored.ScoreTrend != leadtocash.ScoreTrendNotEnoughInfo {
			p.Errorf("got %v, %s, %s", scored.Score, scored.Grade, scored.ScoreTrend)
		}
		for e := range p.Leads().History(p.ctx, l.ID) {
			if e.Type == "lead.scored" && e.Data.Get("reasons") != "decision maker +20; must have +15; e-mail known +5" {
				p.Errorf("the event tells %q", e.Data.Get("reasons"))
			}
		}
		f := scored.LeadFields
		f.Need = leadtocash.NeedNoNeed
		testkit.Must(p.Leads().Edit(p.ctx, l.ID, leadtocash.EditLead{Fields: f}))
		if n := testkit.Must(p.Leads().RescoreAll(p.ctx, engine.LeadQuery{})); n != 1 {
			p.Errorf("rescored %d leads, want 1", n)
		}
		if again := testkit.Must(p.Leads().Get(p.ctx, l.ID)); again.ScoreTrend != leadtocash.ScoreTrendDeclining || again.Score != value.Some[int32](0) {
			p.Errorf("got %v, %s", again.Score, again.ScoreTrend)
		}
		testkit.Must(p.Leads().Disqualify(p.ctx, l.ID, leadtocash.DisqualifyLead{}))
		_, err := p.Leads().Rescore(p.ctx, l.ID)
		p.refused(err, codes.ErrReadOnly)
	}, engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR, Grades: leadtocash.GradeBounds{A: 60, B: 40, C: 20}}))
}

// An opportunity is scored like a lead, by rules of its own, until it is closed.
func opportunityIsScored(t *testing.T) {
	onStores(t, func(p *people) {
		o := p.deal(record.AccountCustomer(p.account("Meyer").ID))
		f := o.OpportunityFields
		f.DecisionMaker, f.PresentProposal, f.CloseProbability = true, true, value.Some[int32](80)
		testkit.Must(p.Opportunities().Edit(p.ctx, o.ID, leadtocash.EditOpportunity{Fields: f}))
		scored := testkit.Must(p.Opportunities().Rescore(p.ctx, o.ID))
		if scored.Score != value.Some[int32](40) || scored.Grade != leadtocash.GradeC || scored.ScoreTrend != leadtocash.ScoreTrendNotEnoughInfo {
			p.Errorf("got %v, %s, %s", scored.Score, scored.Grade, scored.ScoreTrend)
		}
		if again := testkit.Must(p.Opportunities().Rescore(p.ctx, o.ID)); again.ScoreTrend != leadtocash.ScoreTrendSteady {
			p.Errorf("the trend of an equal score is %s", again.ScoreTrend)
		}
		testkit.Must(p.Opportunities().Hold(p.ctx, o.ID, leadtocash.HoldOpportunity{}))
		won := p.deal(o.CustomerID)
		testkit.Must(p.Opportunities().Win(p.ctx, won.ID, leadtocash.WinOpportunity{}))
		if n := testkit.Must(p.Once("a key is one call").Opportunities().RescoreAll(p.ctx, engine.OpportunityQuery{})); n != 1 {
			p.Errorf("rescored %d opportunities, want the open one", n)
		}
		if now := testkit.Must(p.Opportunities().Get(p.ctx, o.ID)); now.Score != value.Some[int32](30) || now.ScoreTrend != leadtocash.ScoreTrendDeclining {
			p.Errorf("on hold it has %v, %s", now.Score, now.ScoreTrend)
		}
		var told []string
		for e, err := range p.Opportunities().History(p.ctx, o.ID) {
			if err != nil {
				p.Fatal(err)
			}
			if e.Type == "opportunity.scored" {
				told = append(told, e.Data.Get("score")+": "+e.Data.Get("reasons"))
			}
		}
		const before = "40: decision maker +20; proposal presented +10; likely +10"
		if !slices.Equal(told, []string{before, before, "30: decision maker +20; proposal presented +10; likely +10; on hold -10"}) {
			p.Errorf("the events tell %q", told)
		}
		for _, err := range []error{
			errOf(p.Opportunities().Rescore(p.ctx, won.ID)), errOf(p.Opportunities().Score(p.ctx, won.ID, leadtocash.SetScore{Score: 1})),
		} {
			p.refused(err, codes.ErrReadOnly)
		}
		p.refused(errOf(p.Opportunities().Score(p.ctx, o.ID, leadtocash.SetScore{Score: -1})), codes.ErrOutOfRange)
		p.refused(errOf(p.Opportunities().Rescore(p.ctx, engine.NewID[record.OpportunityID]())), codes.ErrNotFound)
	})
}

// What a repeat would say now is no part of the call.
func TestRescoreOnce(t *testing.T) {
	onStores(t, func(p *people) {
		l := testkit.Must(p.Leads().Create(p.ctx, desks(1)))
		o := testkit.Must(p.Leads().Qualify(p.ctx, testkit.Must(p.Leads().Create(p.ctx, desks(2))).ID, leadtocash.QualifyLead{})).Opportunity()
		for range 2 {
			if got := testkit.Must(p.Once("lead").Leads().Rescore(p.ctx, l.ID)); got.ScoreTrend != leadtocash.ScoreTrendNotEnoughInfo || got.Version != 2 {
				p.Errorf("the lead is %+v", got)
			}
			if got := testkit.Must(p.Once("deal").Opportunities().Rescore(p.ctx, o.ID)); got.ScoreTrend != leadtocash.ScoreTrendNotEnoughInfo {
				p.Errorf("the opportunity is %+v", got)
			}
		}
		p.refused(errOf(p.Once("lead").Leads().Score(p.ctx, l.ID, leadtocash.SetScore{Score: 7})), codes.ErrKeyReused)
	})
}

// hasty closes every lead that it is asked about, as somebody else could
// meanwhile.
type hasty struct{ p **people }

func (s hasty) Score(_ context.Context, l leadtocash.Lead) (leadtocash.Scoring, error) {
	p := *s.p
	testkit.Must(p.Leads().Disqualify(p.ctx, l.ID, leadtocash.DisqualifyLead{}))
	return leadtocash.Scoring{Score: 50}, nil
}

// Leads that are closed while they are rescored are passed over.
func TestRescoreAllPassesOverWhatIsClosed(t *testing.T) {
	t.Parallel()
	var p *people
	p = newPeople(t, memory.New(), engine.WithScorer(hasty{&p}))
	for n := range 2 {
		testkit.Must(p.Leads().Create(p.ctx, desks(n)))
	}
	if n, err := p.Leads().RescoreAll(p.ctx, engine.LeadQuery{}); n != 0 || err != nil {
		t.Errorf("rescored %d leads (%v), want none", n, err)
	}
}

// badScorer says what cannot be.
type badScorer struct {
	score int32
	err   error
}

func (s badScorer) Score(context.Context, leadtocash.Lead) (leadtocash.Scoring, error) {
	return leadtocash.Scoring{Score: s.score}, s.err
}

func scorerThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	down := errors.New("the model is down")
	for _, c := range []struct {
		scorer badScorer
		want   error
	}{{badScorer{score: 101}, codes.ErrOutOfRange}, {badScorer{err: down}, down}} {
		t.Run(c.want.Error(), func(t *testing.T) {
			onStores(t, func(p *people) {
				l := testkit.Must(p.Leads().Create(p.ctx, desks(1)))
				if _, err := p.Leads().Rescore(p.ctx, l.ID); !errors.Is(err, c.want) {
					p.Errorf("got %v, want %v", err, c.want)
				}
				if now := testkit.Must(p.Leads().Get(p.ctx, l.ID)); now.Version != 1 {
					p.Error("the lead was changed")
				}
			}, engine.WithScorer(c.scorer))
		})
	}
	if _, err := engine.New(memory.New(), engine.WithScorer[leadtocash.Opportunity](nil)); !errors.Is(err, codes.ErrInvalid) {
		t.Errorf("no scorer: %v", err)
	}
	if _, err := engine.New(memory.New(), engine.WithSettings(leadtocash.Settings{Grades: leadtocash.GradeBounds{A: 10, B: 20, C: 5}})); !errors.Is(err, codes.ErrInvalid) {
		t.Errorf("grades out of order: %v", err)
	}
}

// Prospects are listed by the grade they have now.
func TestListByGrade(t *testing.T) {
	onStores(t, func(p *people) {
		l := testkit.Must(p.Leads().Create(p.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
		o := p.deal(record.AccountCustomer(p.account("Meyer").ID))
		for _, score := range []int32{95, 10} {
			testkit.Must(p.Leads().Score(p.ctx, l.ID, leadtocash.SetScore{Score: score}))
			testkit.Must(p.Opportunities().Score(p.ctx, o.ID, leadtocash.SetScore{Score: score}))
			for _, grade := range value.Values[leadtocash.Grade]() {
				want := 0
				if grade == leadtocash.GradeOf(score) {
					want = 1
				}
				leads := testkit.Must(p.Leads().Count(p.ctx, engine.LeadQuery{Grade: grade}))
				deals := testkit.Must(p.Opportunities().Count(p.ctx, engine.OpportunityQuery{Grade: grade}))
				if leads != int64(want) || deals != int64(want) {
					p.Errorf("scored %d: %d leads and %d opportunities of grade %s, want %d", score, leads, deals, grade, want)
				}
			}
		}
	})
}
