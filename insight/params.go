package insight

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Params are what every measure takes. From is inclusive, Before exclusive; either
// may be open. Each measure says of which date they are, and refuses, all at once:
// ErrMissingField without base currency; ErrInvalid for a period turned round, and for
// a dimension that it does not have or that stands twice; ErrOutOfRange for too many
// dimensions and for a rate of 0 or less; ErrCurrencyMismatch, with at most 20 ids and
// how many there are, for records that cannot be converted.
type Params struct {
	AsOf     time.Time      // the instant of the report
	Location *time.Location // of its days; default UTC
	Base     money.Currency // required; also that of amounts without currency

	From   value.Date
	Before value.Date
	By     []Dimension // at most 3, none twice

	Convert Convert
	Rates   map[money.Currency]decimal.Decimal // of ConvertTable: units per unit of the base currency

	Managers    map[string]string // owner to manager
	Territories map[string]string // owner to territory

	// Behind is told of every record that counts, once for each figure and row that
	// it counts in. It is not told of totals.
	Behind func(Contribution)
}

// Convert is how a report brings amounts together.
type Convert = value.Setting[convertKeys]

// The values of [Convert].
const (
	ConvertNone  Convert = iota // one figure for each currency
	ConvertOwn                  // at each record's own rate, rounded record by record
	ConvertTable                // at the rates of the report, rounded once in the figure
)

type convertKeys struct{}

func (convertKeys) Keys() []string { return []string{"none", "own", "table"} }

// Dimension is what the rows of a figure are sorted by.
type Dimension string

// The dimensions. An own field is one as well: "custom.region".
const (
	ByStage            Dimension = "stage"
	ByStatus           Dimension = "status"
	ByOwner            Dimension = "owner"
	ByManager          Dimension = "manager"
	ByTerritory        Dimension = "territory"
	ByForecastCategory Dimension = "forecast_category"
	ByCustomer         Dimension = "customer"
	ByProduct          Dimension = "product"
	BySource           Dimension = "source"
	BySeller           Dimension = "seller" // of a line, else the owner of its document
	ByCurrency         Dimension = "currency"
	ByMonth            Dimension = "month"   // 2026-04
	ByQuarter          Dimension = "quarter" // 2026-Q2
	ByYear             Dimension = "year"
)

// CustomPrefix begins the dimension of an own field.
const CustomPrefix = "custom."

const (
	maxDimensions = 3
	maxIDs        = 20
)

var (
	dealDimensions = []Dimension{
		ByStage, ByStatus, ByOwner, ByManager, ByTerritory, ByForecastCategory, ByCustomer, ByProduct, BySource,
		ByCurrency, ByMonth, ByQuarter, ByYear,
	}
	saleDimensions = []Dimension{
		ByOwner, ByManager, ByTerritory, ByCustomer, ByProduct, BySeller, ByCurrency, ByMonth, ByQuarter, ByYear,
	}
)

// Contribution is what one record adds to one row of a figure.
type Contribution struct {
	Currency money.Currency  `json:"currency"`       // of the figure
	Key      []string        `json:"key"`            // of the row
	Part     string          `json:"part,omitempty"` // of the row, where it has parts: "won"
	Kind     kinds.Kind      `json:"kind"`
	ID       string          `json:"id"`
	In       money.Currency  `json:"in"`     // of the amount: the record's with ConvertTable, else the figure's
	Amount   decimal.Decimal `json:"amount"` // before rounding
	Date     value.Date      `json:"date,omitzero"`
}

// reasons are why a measure of some dimensions cannot answer to the parameters.
func (p Params) reasons(allowed []Dimension) (reasons []record.Reason) {
	refuse := func(code codes.Code, field, message string) {
		reasons = append(reasons, record.Reason{Code: code, Field: field, Message: message})
	}
	if p.Base.IsZero() {
		refuse(codes.ErrMissingField, "base_currency", "a report needs the base currency")
	}
	if !p.From.IsZero() && !p.Before.IsZero() && !p.From.Before(p.Before) {
		refuse(codes.ErrInvalid, "before", "the period ends before it begins")
	}
	if len(p.By) > maxDimensions {
		refuse(codes.ErrOutOfRange, "by", fmt.Sprintf("at most %d dimensions", maxDimensions))
	}
	for n, d := range p.By {
		field := fmt.Sprintf("by[%d]", n)
		switch custom := strings.HasPrefix(string(d), CustomPrefix) && len(d) > len(CustomPrefix); {
		case allowed == nil:
			refuse(codes.ErrInvalid, field, "the measure has no dimensions")
		case !slices.Contains(allowed, d) && (!custom || allowed[0] != ByStage):
			refuse(codes.ErrInvalid, field, "no such dimension")
		case slices.Contains(p.By[:n], d):
			refuse(codes.ErrInvalid, field, "the dimension stands there already")
		}
	}
	if !p.Convert.Valid() {
		refuse(codes.ErrInvalid, "convert", "none, own or table")
	}
	for _, c := range sortedCurrencies(p.Rates) {
		if !p.Rates[c].IsPositive() {
			refuse(codes.ErrOutOfRange, "rates."+c.Code(), "a rate is more than 0")
		}
	}
	return reasons
}

func sortedCurrencies[V any](m map[money.Currency]V) []money.Currency {
	list := make([]money.Currency, 0, len(m))
	for c := range m {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b money.Currency) int { return cmp.Compare(a.Code(), b.Code()) })
	return list
}

// today is the day of the report.
func (p *Params) today() value.Date {
	if p.Location == nil {
		return value.DateOf(p.AsOf, time.UTC)
	}
	return value.DateOf(p.AsOf, p.Location)
}

// has reports whether a day lies in the period; "not set" only in one that is open
// at both ends.
func (p *Params) has(d value.Date) bool {
	if d.IsZero() {
		return p.From.IsZero() && p.Before.IsZero()
	}
	return !d.Before(p.From) && (p.Before.IsZero() || d.Before(p.Before))
}

// Report is the head of all answers, with one figure for each currency, by code.
type Report[F any] struct {
	Definition string            `json:"definition"` // id and version, as in Definitions
	AsOf       time.Time         `json:"as_of"`
	Location   string            `json:"location"` // the time zone of its days
	Convert    Convert           `json:"convert"`
	Rates      map[string]string `json:"rates,omitempty"`
	Scoped     bool              `json:"scoped"`             // made of what the actor may see, which may not be all
	Position   int64             `json:"position,omitempty"` // in the feed: everything in it was committed at or before; 0 of a past instant
	Erased     int               `json:"erased,omitempty"`   // records that are not in it: what they were then is erased
	Figures    []F               `json:"figures"`
}

func report[F any](definition string, p *Params, figures []F) *Report[F] {
	r := &Report[F]{Definition: definition, AsOf: p.AsOf, Location: "UTC", Convert: p.Convert, Figures: figures}
	if p.Location != nil {
		r.Location = p.Location.String()
	}
	if p.Convert == ConvertTable {
		r.Rates = map[string]string{}
		for c, rate := range p.Rates {
			r.Rates[c.Code()] = rate.String()
		}
	}
	return r
}
