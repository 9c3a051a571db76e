package insight

import (
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// ForecastAdjustment is what somebody says a cell of a forecast comes to. It is never
// edited or deleted: a later one of the same cell and period stands in its place, one
// without value takes it back. Who and when is in its head.
type ForecastAdjustment struct {
	ID          record.ForecastAdjustmentID `json:"id"`
	record.Head                             // Currency is that of the figure
	ForecastAdjustmentFields
}

// ForecastAdjustmentFields are what an adjustment says.
type ForecastAdjustmentFields struct {
	RowOwner     uuid.UUID                   `json:"row_owner" need:"true"` // whose row it is
	Own          bool                        `json:"own,omitzero"`          // the deals of the owner alone, without the rows below
	Column       leadtocash.ForecastCategory `json:"column" need:"true"`    // pipeline, best case or committed
	PeriodFrom   value.Date                  `json:"period_from" need:"true"`
	PeriodBefore value.Date                  `json:"period_before" need:"true"`
	Value        value.Opt[money.Amount]     `json:"value,omitzero" range:"-1e14..1e14"` // unset: what was adjusted before no longer is
	Note         string                      `json:"note" text:"2000" need:"true"`
}

// ForecastAdjustmentFacts are what decisions about an adjustment depend on besides the
// command.
type ForecastAdjustmentFacts struct {
	record.Stamp
	BaseCurrency money.Currency // the organisation's
	Managers     []uuid.UUID    // above the owner of the row
}

// RecordKind tells the kind of record.
func (*ForecastAdjustment) RecordKind() kinds.Kind { return kinds.ForecastAdjustment }

// Ref names the record with its kind.
func (a *ForecastAdjustment) Ref() record.Ref { return a.ID.Ref() }

// Clone returns a deep copy.
func (a ForecastAdjustment) Clone() ForecastAdjustment {
	a.Head.Detach()
	return a
}

// MarshalJSON writes the published JSON form.
func (a ForecastAdjustment) MarshalJSON() ([]byte, error) {
	type plain ForecastAdjustment
	return record.Encode((*plain)(&a))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (a *ForecastAdjustment) UnmarshalJSON(body []byte) error {
	type plain ForecastAdjustment
	return record.Decode(body, (*plain)(a))
}

// CreateForecastAdjustment is the command behind NewForecastAdjustment.
type CreateForecastAdjustment struct {
	ID record.ForecastAdjustmentID `json:"id,omitzero"`
	record.Origin
	Fields ForecastAdjustmentFields `json:"fields"`
}

// NewForecastAdjustment adjusts a cell. Whoever does so is the owner of the row, or
// stands above. Codes: ErrDenied for everybody else, ErrMissingField (row, column, period,
// note), ErrInvalid for a column that is a fact and a period turned round, ErrTooLong,
// ErrOutOfRange.
func NewForecastAdjustment(cmd CreateForecastAdjustment, f ForecastAdjustmentFacts) (record.Change[ForecastAdjustment], error) {
	a := ForecastAdjustment{ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), ForecastAdjustmentFields: cmd.Fields}
	reasons := cmd.Fields.Faults("fields.")
	if by, row := f.By.ID, cmd.Fields.RowOwner; row != uuid.Nil && (by == uuid.Nil || by != row && !slices.Contains(f.Managers, by)) {
		reasons = append(reasons, record.Reason{Code: codes.ErrDenied, Field: "fields.row_owner", Message: "the owner of the row adjusts it, or somebody above"})
	}
	if err := flow.RefuseBirth(actions.ForecastAdjustmentCreate, cmd.ID, &cmd, a.Currency, reasons...); err != nil {
		return record.Change[ForecastAdjustment]{}, err
	}
	return record.Change[ForecastAdjustment]{Record: a, Events: []record.Event{record.BornEvent(&a, actions.ForecastAdjustmentCreate, f.Stamp, nil)}}, nil
}

// Faults are what no single field shows; the path of each begins with prefix.
func (a *ForecastAdjustmentFields) Faults(prefix string) (reasons []record.Reason) {
	refuse := func(field, message string) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: prefix + field, Message: message})
	}
	if a.Column != 0 && !adjustable(a.Column) {
		refuse("column", "pipeline, best_case or committed")
	}
	if !a.PeriodFrom.IsZero() && !a.PeriodBefore.IsZero() && !a.PeriodFrom.Before(a.PeriodBefore) {
		refuse("period_before", "the period ends before it begins")
	}
	return reasons
}

// adjustable reports whether a column is no fact.
func adjustable(c leadtocash.ForecastCategory) bool {
	switch c {
	case leadtocash.ForecastCategoryPipeline, leadtocash.ForecastCategoryBestCase, leadtocash.ForecastCategoryCommitted:
		return true
	}
	return false
}
