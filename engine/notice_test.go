package engine_test

import (
	"encoding/json"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/record"
)

// A notice stands in the outcome, in the event, and in the list of the context,
// which a refused call leaves alone.
func TestNoticesAreTold(t *testing.T) {
	t.Parallel()
	c := testkit.NewDesksClient()
	meyer := testkit.CreateMeyer(c)
	deal := testkit.Must(c.Opportunities().Create(t.Context(), leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{Name: "lost deal", CustomerID: record.AccountCustomer(meyer.ID)}}))
	var notices []record.Reason
	ctx := engine.WithNotices(t.Context(), &notices)
	lose := leadtocash.LoseOpportunity{Status: leadtocash.OpportunityStatusOutSold}
	out := testkit.Must(c.Opportunities().Lose(ctx, deal.ID, lose))
	if _, err := c.Opportunities().Lose(ctx, deal.ID, lose); err == nil {
		t.Fatal("lost twice")
	}
	var written []record.Reason
	if err := json.Unmarshal([]byte(out.Events[0].Data.Get("notices")), &written); err != nil {
		t.Fatal(err)
	}
	for where, list := range map[string][]record.Reason{"outcome": out.Notices, "context": notices, "event": written} {
		if len(list) != 1 || list[0].Code != codes.ErrMissingField || list[0].Field != "competitor_id" {
			t.Errorf("%s: %+v", where, list)
		}
	}
}
