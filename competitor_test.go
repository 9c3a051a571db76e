package leadtocash_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

func newCompetitor(t *testing.T) leadtocash.Competitor {
	t.Helper()
	return testkit.Born(t, leadtocash.NewCompetitor, leadtocash.CreateCompetitor{
		ID:     testkit.IDOf[record.CompetitorID](1),
		Fields: leadtocash.CompetitorFields{Name: "Litware"},
	}, leadtocash.CompetitorFacts{Stamp: testkit.Morning}, "competitor.created", "")
}

func TestNewCompetitor(t *testing.T) {
	t.Parallel()
	c := newCompetitor(t)
	testkit.RefusesBirth(t, leadtocash.NewCompetitor, leadtocash.CreateCompetitor{ID: c.ID}, leadtocash.CompetitorFacts{}, codes.ErrMissingField)
	testkit.RefusesBirth(t, leadtocash.NewCompetitor, leadtocash.CreateCompetitor{Fields: c.CompetitorFields}, leadtocash.CompetitorFacts{}, codes.ErrMissingField)
}

func TestCompetitorLimits(t *testing.T) {
	t.Parallel()
	testkit.CheckLimits(t, leadtocash.NewCompetitor, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{"name":"Litware"}}`,
		map[string]int{
			"name": 100, "key_product": 200, "website": 200, "reference_url": 200, "ticker_symbol": 10, "stock_exchange": 20,
			"overview": 2000, "strengths": 2000, "weaknesses": 2000, "opportunities": 2000, "threats": 2000,
		},
		map[string][2]int64{
			"reported_revenue": {0, 1e14}, "reporting_quarter": {0, 1e9}, "reporting_year": {0, 1e9}, "win_percentage": {0, 1e9},
		})
}

func TestCompetitorEdit(t *testing.T) {
	t.Parallel()
	c, f := newCompetitor(t), leadtocash.CompetitorFacts{Stamp: testkit.Noon}
	edit := leadtocash.EditCompetitor{Fields: c.CompetitorFields}
	testkit.Idles(t, c, leadtocash.Competitor.Edit, edit, f)
	edit.Fields.Strengths = "price"
	edit.Custom = record.Custom{"rank": []byte(`1`)}
	b := testkit.Does(t, c, leadtocash.Competitor.Edit, edit, f, "competitor.edited", "", "")
	if b.CompetitorFields != edit.Fields || string(b.Custom["rank"]) != `1` {
		t.Errorf("edited to %+v, %s", b.CompetitorFields, b.Custom)
	}
	testkit.Idles(t, b, leadtocash.Competitor.Edit, edit, f)
	edit.Fields.Name = ""
	testkit.Refuses(t, b, leadtocash.Competitor.Edit, edit, f, codes.ErrMissingField)
}

func TestCompetitorDelete(t *testing.T) {
	t.Parallel()
	c, f := newCompetitor(t), leadtocash.CompetitorFacts{Stamp: testkit.Noon}
	used := f
	used.InUse = []record.Ref{testkit.RefTo(kinds.OpportunityClose, 1)}
	testkit.Refuses(t, c, leadtocash.Competitor.Delete, record.DeleteRecord{}, used, codes.ErrInUse)
	testkit.Deletes(t, c, leadtocash.Competitor.Delete, f, "competitor.deleted", "")
}

func TestCompetitorJSON(t *testing.T) {
	t.Parallel()
	testkit.Survives[leadtocash.Competitor](t)
}
