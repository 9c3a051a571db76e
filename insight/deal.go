package insight

import (
	"fmt"
	"strings"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// Deal is what measures know of an opportunity. It is what its status says, whatever
// its dates; a close date that is dated ahead counts in its own period.
type Deal struct {
	ID       string
	Owner    string
	Customer string
	Product  string
	Source   string
	Stage    string
	Lead     string // that it originates from
	Custom   map[string]string

	Status   leadtocash.OpportunityStatus
	Category leadtocash.ForecastCategory
	Valued

	Born               value.Date // OverriddenCreatedOn, else the day of CreatedAt
	EstimatedCloseDate value.Date
	ActualCloseDate    value.Date
	EstimatedValue     value.Opt[money.Amount]
	ActualValue        value.Opt[money.Amount]
	CloseProbability   value.Opt[int32] // 0 to 100
}

func (d *Deal) open() bool { return d.Status.State() == leadtocash.OpportunityOpen }
func (d *Deal) won() bool  { return d.Status.State() == leadtocash.OpportunityWon }
func (d *Deal) lost() bool { return d.Status.State() == leadtocash.OpportunityLost }

// value is the actual value of a deal that is won, else the estimated one.
func (d *Deal) value() value.Opt[money.Amount] {
	if d.won() {
		return d.ActualValue
	}
	return d.EstimatedValue
}

// key is where the deal stands among rows, if its date is on.
func (d *Deal) key(p *Params, on value.Date) []string {
	key := make([]string, len(p.By))
	for n, by := range p.By {
		switch by {
		case ByStage:
			key[n] = d.Stage
		case ByStatus:
			key[n] = d.Status.String()
		case ByForecastCategory:
			key[n] = d.Category.String()
		case ByProduct:
			key[n] = d.Product
		case BySource:
			key[n] = d.Source
		default:
			if own, custom := strings.CutPrefix(string(by), CustomPrefix); custom {
				key[n] = d.Custom[own]
			} else {
				key[n] = p.keyOf(by, d.Owner, d.Customer, d.in(p), on)
			}
		}
	}
	return key
}

// keyOf is the key of a dimension that deals and documents have.
func (p *Params) keyOf(by Dimension, owner, customer string, c money.Currency, on value.Date) string {
	switch by {
	case ByOwner:
		return owner
	case ByManager:
		return p.Managers[owner]
	case ByTerritory:
		return p.Territories[owner]
	case ByCustomer:
		return customer
	case ByCurrency:
		return c.Code()
	case ByMonth:
		return monthOf(on)
	case ByQuarter:
		return quarterOf(on)
	case ByYear:
		if !on.IsZero() {
			return fmt.Sprintf("%04d", on.Year())
		}
	}
	return ""
}

func monthOf(d value.Date) string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", d.Year(), d.Month())
}

func quarterOf(d value.Date) string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-Q%d", d.Year(), (d.Month()+2)/3)
}
