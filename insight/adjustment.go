package insight

import (
	"cmp"
	"fmt"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Adjustment is what somebody says a cell of a forecast comes to, whatever its deals
// add up to. It is never edited: a later one stands in its place.
type Adjustment struct {
	ID       string
	Owner    string                      // of the row
	Own      bool                        // the deals of the owner alone, without the rows below
	Column   leadtocash.ForecastCategory // pipeline, best case or committed
	Currency money.Currency              // of the figure; default: the base currency
	Value    value.Opt[money.Amount]     // unset: what was adjusted before no longer is
	By       string                      // the owner of the row, or somebody above
	At       time.Time
}

// A cellName is what an adjustment is of.
type cellName struct {
	currency money.Currency
	owner    string
	own      bool
	column   leadtocash.ForecastCategory
}

// adjusted are the adjustments that stand at the instant of the report. ErrInvalid:
// the column is a fact. ErrDenied: whoever made it stands neither on the row nor above.
func adjusted(r *run, list []Adjustment, h *hierarchy) (map[cellName]Adjustment, error) {
	var reasons []record.Reason
	stands := map[cellName]Adjustment{}
	for n, a := range list {
		if a.At.After(r.AsOf) {
			continue
		}
		field := fmt.Sprintf("adjustments[%d]", n)
		if !adjustable(a.Column) {
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: field + ".column", Message: "pipeline, best_case or committed"}.
				With("ids", []string{a.Owner}))
		}
		if !h.over(a.By, a.Owner) {
			reasons = append(reasons, record.ReasonFor(codes.ErrDenied, field+".by").With("ids", []string{a.Owner}))
		}
		name := cellName{cmp.Or(a.Currency, r.Base), a.Owner, a.Own, a.Column}
		if was, ok := stands[name]; !ok || cmp.Or(a.At.Compare(was.At), cmp.Compare(a.ID, was.ID)) >= 0 {
			stands[name] = a
		}
	}
	return stands, record.RefusedFor(reasons)
}
