package insight

import (
	"iter"
	"math/big"
	"slices"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// ForecastParams are those of [Forecast]. The period is that of the estimated close
// date of open deals, and of the actual close date of closed ones. Managers is the
// hierarchy of the rows; owners without manager are its roots.
type ForecastParams struct {
	Params
	// ByTerritory makes rows of Territories instead of their owners; Managers is then
	// which territory is part of which.
	ByTerritory bool
	Quotas      map[string]money.Amount // by row
	QuotasIn    money.Currency          // of the figure that has them; default: every one
	Adjustments []Adjustment
}

// ForecastFigure is the forecast in one currency.
type ForecastFigure struct {
	Currency money.Currency  `json:"currency"`
	Rows     []ForecastRow   `json:"rows"` // by owner
	Top      ForecastColumns `json:"top"`  // what the roots come to
}

// ForecastColumns has an amount for each forecast category.
type ForecastColumns struct {
	Pipeline  Number `json:"pipeline"`
	BestCase  Number `json:"best_case"`
	Committed Number `json:"committed"`
	Omitted   Number `json:"omitted"`
	Won       Number `json:"won"`
	Lost      Number `json:"lost"`
}

// ForecastRow is the forecast of one owner and those below. Omitted and lost are
// shown and in no total.
type ForecastRow struct {
	Owner            string            `json:"owner"`
	Manager          string            `json:"manager"`
	Own              ForecastColumns   `json:"own"`       // the owner's deals
	Computed         ForecastColumns   `json:"computed"`  // with those of the rows below
	Effective        ForecastColumns   `json:"effective"` // with adjustments
	CommitForecast   Number            `json:"commit_forecast"`
	BestCaseForecast Number            `json:"best_case_forecast"`
	PipelineForecast Number            `json:"pipeline_forecast"`
	Quota            value.Opt[Number] `json:"quota"`
	Attainment       value.Opt[Number] `json:"attainment"` // won ÷ quota
	Gap              value.Opt[Number] `json:"gap"`        // quota − commit forecast; below 0: over
}

// columns are exact amounts by category.
type columns map[leadtocash.ForecastCategory]*big.Rat

func (c columns) at(category leadtocash.ForecastCategory) *big.Rat {
	if c[category] == nil {
		c[category] = new(big.Rat)
	}
	return c[category]
}

func (c columns) show(in money.Currency) ForecastColumns {
	return ForecastColumns{
		Pipeline:  inCurrency(c.at(leadtocash.ForecastCategoryPipeline), in),
		BestCase:  inCurrency(c.at(leadtocash.ForecastCategoryBestCase), in),
		Committed: inCurrency(c.at(leadtocash.ForecastCategoryCommitted), in),
		Omitted:   inCurrency(c.at(leadtocash.ForecastCategoryOmitted), in),
		Won:       inCurrency(c.at(leadtocash.ForecastCategoryWon), in),
		Lost:      inCurrency(c.at(leadtocash.ForecastCategoryLost), in),
	}
}

type forecastCells map[leadtocash.ForecastCategory]*sum

// category is the one column that a deal counts in, with its date and value.
func (d *Deal) category() (leadtocash.ForecastCategory, value.Date, value.Opt[money.Amount]) {
	switch {
	case d.won():
		return leadtocash.ForecastCategoryWon, d.ActualCloseDate, d.ActualValue
	case d.lost():
		return leadtocash.ForecastCategoryLost, d.ActualCloseDate, d.EstimatedValue
	case d.Category == 0:
		return leadtocash.ForecastCategoryPipeline, d.EstimatedCloseDate, d.EstimatedValue
	default:
		return d.Category, d.EstimatedCloseDate, d.EstimatedValue
	}
}

// Forecast adds up deals by category over the hierarchy of owners. Adjustments made
// after the instant of the report do not exist for it. ErrParentCycle: managers in a
// circle; ErrInvalid, ErrDenied: an adjustment of a fact, or by somebody below or beside.
func Forecast(deals iter.Seq[Deal], p ForecastParams) (*Report[ForecastFigure], error) {
	if err := record.RefusedFor(p.reasons(nil)); err != nil {
		return nil, err
	}
	r := newRun(&p.Params)
	t := newTables[forecastCells](r)
	owners := map[string]bool{}
	for d := range deals {
		category, on, v := d.category()
		if !p.has(on) {
			continue
		}
		amount, _ := v.Get()
		add := r.amount(d.Valued, amount)
		currency := r.figure(d.ID, d.Valued)
		row := d.Owner
		if p.ByTerritory {
			row = p.Territories[d.Owner]
		}
		cells := t.of(currency).row([]string{row})
		if *cells == nil {
			*cells = forecastCells{}
		}
		if (*cells)[category] == nil {
			(*cells)[category] = new(sum)
		}
		(*cells)[category].add(add)
		owners[row] = true
		r.tell(currency, []string{row}, category.String(), kinds.Opportunity, d.ID, add, on)
	}
	h, err := newHierarchy(p.rows(owners), p.Managers, "managers")
	if err != nil {
		return nil, err
	}
	stands, err := adjusted(r, p.Adjustments, h)
	if err != nil {
		return nil, err
	}
	list, err := figures(t, func(t *table[forecastCells]) ForecastFigure { return p.figure(r, t, h, stands) })
	if err != nil {
		return nil, err
	}
	return report(forecastDefinition, r.Params, list), nil
}

// rows are all owners that a row is for.
func (p *ForecastParams) rows(owners map[string]bool) []string {
	for owner, manager := range p.Managers {
		owners[owner] = true
		if manager != "" {
			owners[manager] = true
		}
	}
	for owner := range p.Quotas {
		owners[owner] = true
	}
	for _, a := range p.Adjustments {
		if !a.At.After(p.AsOf) {
			owners[a.Owner] = true
		}
	}
	return sortedKeys(owners)
}

var forecastCategories = value.Values[leadtocash.ForecastCategory]()

func (p *ForecastParams) figure(r *run, t *table[forecastCells], h *hierarchy, stands map[cellName]Adjustment) ForecastFigure {
	own, computed, effective := map[string]columns{}, map[string]columns{}, map[string]columns{}
	f := ForecastFigure{Currency: t.currency, Rows: []ForecastRow{}}
	h.upwards(func(owner string) {
		own[owner], computed[owner], effective[owner] = columns{}, columns{}, columns{}
		cells := *t.row([]string{owner})
		for _, category := range forecastCategories {
			if s := cells[category]; s != nil {
				own[owner][category] = r.exact(s)
			}
			given := func(self bool) (*big.Rat, bool) {
				v, ok := stands[cellName{t.currency, owner, self, category}].Value.Get()
				return v.Decimal().Rat(), ok
			}
			mine := own[owner].at(category)
			computed[owner].at(category).Set(mine)
			effective[owner].at(category).Set(mine)
			if v, ok := given(true); ok {
				effective[owner].at(category).Set(v)
			}
			for _, below := range h.below[owner] {
				computed[owner].at(category).Add(computed[owner].at(category), computed[below].at(category))
				effective[owner].at(category).Add(effective[owner].at(category), effective[below].at(category))
			}
			if v, ok := given(false); ok {
				effective[owner].at(category).Set(v)
			}
		}
		f.Rows = append(f.Rows, p.row(t.currency, owner, h.above[owner], own[owner], computed[owner], effective[owner]))
	})
	slices.SortFunc(f.Rows, func(a, b ForecastRow) int { return slices.Compare([]string{a.Owner}, []string{b.Owner}) })
	top := columns{}
	for _, root := range h.roots {
		for _, category := range forecastCategories {
			top.at(category).Add(top.at(category), effective[root].at(category))
		}
	}
	f.Top = top.show(t.currency)
	return f
}

func (p *ForecastParams) row(c money.Currency, owner, manager string, own, computed, effective columns) ForecastRow {
	commit := new(big.Rat).Add(effective.at(leadtocash.ForecastCategoryWon), effective.at(leadtocash.ForecastCategoryCommitted))
	best := new(big.Rat).Add(commit, effective.at(leadtocash.ForecastCategoryBestCase))
	pipeline := new(big.Rat).Add(best, effective.at(leadtocash.ForecastCategoryPipeline))
	row := ForecastRow{
		Owner: owner, Manager: manager, Own: own.show(c), Computed: computed.show(c), Effective: effective.show(c),
		CommitForecast: inCurrency(commit, c), BestCaseForecast: inCurrency(best, c), PipelineForecast: inCurrency(pipeline, c),
	}
	if quota, ok := p.Quotas[owner]; ok && (p.QuotasIn.IsZero() || p.QuotasIn == c) {
		q := quota.Decimal().Rat()
		row.Quota = value.Some(inCurrency(q, c))
		row.Attainment = quotient(effective.at(leadtocash.ForecastCategoryWon), q, ratePlaces)
		row.Gap = value.Some(inCurrency(new(big.Rat).Sub(q, commit), c))
	}
	return row
}
