package party_test

import (
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func newCompetitor(t *testing.T) party.Competitor {
	t.Helper()
	return testkit.Born(t, party.NewCompetitor, party.CreateCompetitor{
		ID:     testkit.IDOf[record.CompetitorID](1),
		Fields: party.CompetitorFields{Name: "Litware"},
	}, party.CompetitorFacts{Stamp: testkit.Morning}, "competitor.created", "")
}

func TestNewCompetitor(t *testing.T) {
	t.Parallel()
	c := newCompetitor(t)
	testkit.RefusesBirth(t, party.NewCompetitor, party.CreateCompetitor{ID: c.ID}, party.CompetitorFacts{}, codes.ErrMissingField)
	testkit.RefusesBirth(t, party.NewCompetitor, party.CreateCompetitor{Fields: c.CompetitorFields}, party.CompetitorFacts{}, codes.ErrMissingField)
}

func TestCompetitorLimits(t *testing.T) {
	t.Parallel()
	testkit.CheckLimits(t, party.NewCompetitor, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{"name":"Litware"}}`,
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
	c, f := newCompetitor(t), party.CompetitorFacts{Stamp: testkit.Noon}
	edit := party.EditCompetitor{Fields: c.CompetitorFields}
	testkit.Idles(t, c, party.Competitor.Edit, edit, f)
	edit.Fields.Strengths = "price"
	edit.Custom = record.Custom{"rank": []byte(`1`)}
	b := testkit.Does(t, c, party.Competitor.Edit, edit, f, "competitor.edited", "", "")
	if b.CompetitorFields != edit.Fields || string(b.Custom["rank"]) != `1` {
		t.Errorf("edited to %+v, %s", b.CompetitorFields, b.Custom)
	}
	testkit.Idles(t, b, party.Competitor.Edit, edit, f)
	edit.Fields.Name = ""
	testkit.Refuses(t, b, party.Competitor.Edit, edit, f, codes.ErrMissingField)
}

func TestCompetitorChangesCurrency(t *testing.T) {
	t.Parallel()
	f := party.CompetitorFacts{Stamp: testkit.Noon, BaseCurrency: money.EUR}
	c := newCompetitor(t)
	c.Currency, c.ReportedRevenue = money.EUR, testkit.Euro("12.50")
	yen := record.ChangeCurrency{Currency: money.JPY}
	testkit.Idles(t, c, party.Competitor.ChangeCurrency, record.ChangeCurrency{Currency: money.EUR}, f)
	testkit.Refuses(t, c, party.Competitor.ChangeCurrency, yen, f, codes.ErrOutOfRange)
	testkit.Refuses(t, c, party.Competitor.ChangeCurrency, record.ChangeCurrency{}, f, codes.ErrMissingField)
	c.ReportedRevenue = testkit.Euro("12.00")
	next := testkit.Does(t, c, party.Competitor.ChangeCurrency, yen, f, "competitor.currency_changed", "", "")
	if next.Currency != money.JPY || !next.ReportedRevenue.Equal(testkit.Euro("12.00")) || next.RateFixed {
		t.Errorf("the competitor earned %v %s", next.ReportedRevenue, next.Currency)
	}
	given := testkit.Does(t, next, party.Competitor.ChangeCurrency,
		record.ChangeCurrency{Currency: money.CHF, ExchangeRate: value.Some(decimal.RequireFromString("0.94"))}, f, "competitor.currency_changed", "", "")
	if !given.RateFixed || given.ExchangeRate.Or(decimal.Decimal{}).String() != "0.94" {
		t.Errorf("the rate that was given is %v", given.ExchangeRate)
	}
}

func TestCompetitorDelete(t *testing.T) {
	t.Parallel()
	c, f := newCompetitor(t), party.CompetitorFacts{Stamp: testkit.Noon}
	used := f
	used.InUse = []record.Ref{testkit.RefTo(kinds.OpportunityClose, 1)}
	testkit.Refuses(t, c, party.Competitor.Delete, record.DeleteRecord{}, used, codes.ErrInUse)
	testkit.Deletes(t, c, party.Competitor.Delete, f, "competitor.deleted", "")
}

func TestCompetitorJSON(t *testing.T) {
	t.Parallel()
	testkit.Survives[party.Competitor](t)
}
