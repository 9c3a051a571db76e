package party

import (
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Competitor is somebody who bids for the same business. It has no status: it
// is there until it is deleted.
type Competitor struct {
	ID record.CompetitorID `json:"id" d365:"competitorid"`
	record.Head
	CompetitorFields
}

// CompetitorFields are the fields of a competitor that people edit.
type CompetitorFields struct {
	Name             string                     `json:"name" d365:"name" max:"100" need:"true"`
	KeyProduct       string                     `json:"key_product,omitzero" d365:"keyproduct" max:"200"`
	Website          string                     `json:"website,omitzero" d365:"websiteurl" max:"200"`
	ReferenceURL     string                     `json:"reference_url,omitzero" d365:"referenceinfourl" max:"200"`
	TickerSymbol     string                     `json:"ticker_symbol,omitzero" d365:"tickersymbol" max:"10"`
	StockExchange    string                     `json:"stock_exchange,omitzero" d365:"stockexchange" max:"20"`
	Overview         string                     `json:"overview,omitzero" d365:"overview" text:"2000"`
	Strengths        string                     `json:"strengths,omitzero" d365:"strengths" text:"2000"`
	Weaknesses       string                     `json:"weaknesses,omitzero" d365:"weaknesses" text:"2000"`
	Opportunities    string                     `json:"opportunities,omitzero" d365:"opportunities" text:"2000"`
	Threats          string                     `json:"threats,omitzero" d365:"threats" text:"2000"`
	ReportedRevenue  value.Opt[money.Amount]    `json:"reported_revenue,omitzero" d365:"reportedrevenue" range:"0..1e14"`
	ReportingQuarter value.Opt[int32]           `json:"reporting_quarter,omitzero" d365:"reportingquarter" range:"0..1e9"`
	ReportingYear    value.Opt[int32]           `json:"reporting_year,omitzero" d365:"reportingyear" range:"0..1e9"`
	WinPercentage    value.Opt[decimal.Decimal] `json:"win_percentage,omitzero" d365:"winpercentage" range:"0..1e9"`
	Address1         *Address                   `json:"address1,omitzero" d365:"address1"`
	Address2         *Address                   `json:"address2,omitzero" d365:"address2"`
}

// CompetitorFacts are what decisions about a competitor depend on besides
// competitor and command. Nothing in the zero value stands in the way.
type CompetitorFacts struct {
	record.Stamp
	BaseCurrency money.Currency // the organisation's
	InUse        []record.Ref   // records that refer to the competitor, apart from those that go with it
}

// RecordKind tells the kind of record.
func (*Competitor) RecordKind() kinds.Kind { return kinds.Competitor }

// Ref names the record with its kind.
func (c *Competitor) Ref() record.Ref { return c.ID.Ref() }

// Clone returns a deep copy.
func (c Competitor) Clone() Competitor {
	c.Head.Detach()
	c.Address1, c.Address2 = record.ClonePtr(c.Address1), record.ClonePtr(c.Address2)
	return c
}

// MarshalJSON writes the published JSON form.
func (c Competitor) MarshalJSON() ([]byte, error) {
	type plain Competitor
	return record.Encode((*plain)(&c))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (c *Competitor) UnmarshalJSON(body []byte) error {
	type plain Competitor
	return record.Decode(body, (*plain)(c))
}

// CreateCompetitor is the command behind NewCompetitor.
type CreateCompetitor struct {
	ID record.CompetitorID `json:"id,omitzero"`
	record.Origin
	Fields CompetitorFields `json:"fields"`
}

// NewCompetitor creates a competitor. Codes: ErrMissingField (name), ErrTooLong,
// ErrOutOfRange, ErrInvalid.
func NewCompetitor(cmd CreateCompetitor, f CompetitorFacts) (record.Change[Competitor], error) {
	c := Competitor{ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), CompetitorFields: cmd.Fields}
	if err := flow.RefuseBirth(actions.CompetitorCreate, cmd.ID, &cmd, c.Currency); err != nil {
		return record.Change[Competitor]{}, err
	}
	return record.Change[Competitor]{Record: c, Events: []record.Event{record.BornEvent(&c, actions.CompetitorCreate, f.Stamp, nil)}}, nil
}

// EditCompetitor replaces the editable fields; custom values given are set, a
// JSON null removes one.
type EditCompetitor struct {
	Fields CompetitorFields `json:"fields"`
	Custom record.Custom    `json:"custom,omitzero"`
}

// Edit changes fields; equal values change nothing. Codes: those of
// NewCompetitor.
func (c Competitor) Edit(cmd EditCompetitor, f CompetitorFacts) (record.Change[Competitor], error) {
	if err := RefuseStatusless(&c, actions.CompetitorEdit, schema.Validate(&cmd, c.Currency)); err != nil {
		return record.Change[Competitor]{}, err
	}
	if !Edits(c.CompetitorFields, cmd.Fields, c.Custom, cmd.Custom) {
		return record.Change[Competitor]{Record: c}, nil
	}
	c.CompetitorFields = cmd.Fields
	c.Custom = c.Custom.Edited(cmd.Custom)
	c.Touch(f.Stamp)
	return record.Change[Competitor]{Record: c, Events: []record.Event{record.StepEvent(&c, actions.CompetitorEdit, "", f.Stamp, nil)}}, nil
}

// ChangeCurrency gives a competitor another currency; the reported revenue keeps its
// figure. Code: ErrOutOfRange where the revenue does not fit.
func (c Competitor) ChangeCurrency(cmd record.ChangeCurrency, f CompetitorFacts) (record.Change[Competitor], error) {
	reasons := schema.Validate(&cmd, c.Currency)
	if !cmd.Currency.IsZero() {
		reasons = append(reasons, schema.Validate(&c.CompetitorFields, cmd.Currency)...)
	}
	if err := RefuseStatusless(&c, actions.CompetitorChangeCurrency, reasons); err != nil {
		return record.Change[Competitor]{}, err
	}
	if cmd.Keeps(&c.Head) {
		return record.Change[Competitor]{Record: c}, nil
	}
	from := c.Currency
	c.GiveRate(cmd.Currency, cmd.ExchangeRate)
	schema.Round(&c.CompetitorFields, c.Currency)
	c.Touch(f.Stamp)
	return record.Change[Competitor]{Record: c, Events: []record.Event{
		record.StepEvent(&c, actions.CompetitorChangeCurrency, "", f.Stamp, record.DataOf("from", from.String(), "to", c.Currency.String())),
	}}, nil
}

// Delete removes the competitor with its notes, activities and connections.
// Code: ErrInUse, while the close of a lost deal names it, for example.
func (c Competitor) Delete(_ record.DeleteRecord, f CompetitorFacts) (record.Change[Competitor], error) {
	if err := RefuseStatusless(&c, actions.CompetitorDelete, flow.InUse(f.InUse)); err != nil {
		return record.Change[Competitor]{}, err
	}
	return record.Change[Competitor]{Record: c, Events: []record.Event{record.DeletedEvent(&c, actions.CompetitorDelete, f.Stamp, nil)}}, nil
}

// RefuseStatusless returns the error of an action on a record without status,
// nil without reasons.
func RefuseStatusless(d record.Record, do actions.Action, reasons []record.Reason) error {
	if len(reasons) == 0 {
		return nil
	}
	return &record.Error{Code: reasons[0].Code, Kind: do.Kind(), ID: d.Ref().ID, Action: do, Reasons: reasons}
}
