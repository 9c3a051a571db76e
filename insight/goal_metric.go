package insight

import (
	"fmt"
	"slices"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// GoalMetric is what goals are about: which records count for them, when and with what.
// [StandardMetrics] are those that most need.
type GoalMetric struct {
	ID record.GoalMetricID `json:"id" d365:"metricid"`
	record.Head
	GoalMetricFields
	Status GoalMetricStatus `json:"status" d365:"statuscode"`
}

// GoalMetricFields are the fields of a goal metric that people edit.
type GoalMetricFields struct {
	Name             string         `json:"name" d365:"name" max:"100" need:"true"`
	Description      string         `json:"description,omitzero" d365:"description" text:"2000"`
	IsAmount         bool           `json:"is_amount,omitzero" d365:"isamount"`                  // else records are counted
	AmountDataType   AmountDataType `json:"amount_data_type,omitzero" d365:"amountdatatype"`     // of an amount: money unless given
	IsStretchTracked bool           `json:"is_stretch_tracked,omitzero" d365:"isstretchtracked"` // goals may have a stretch target
	RollupFields     []RollupField  `json:"rollup_fields,omitzero" most:"3"`                     // one of each attribute at most
}

// RollupField says which records count for an attribute of a goal. All conditions hold.
type RollupField struct {
	GoalAttribute GoalAttribute     `json:"goal_attribute" d365:"goalattribute" need:"true"`
	SourceKind    kinds.Kind        `json:"source_kind" d365:"sourceentity" max:"64" need:"true"`  // or [ActivitySource]
	SourceField   string            `json:"source_field,omitzero" d365:"sourceattribute" max:"64"` // of a metric of amounts: what is added up
	DateField     string            `json:"date_field" d365:"dateattribute" max:"64" need:"true"`  // the day that lies in the period; created_at is the day of birth
	States        []string          `json:"states,omitzero" d365:"sourcestate" most:"20"`          // by key; none: all
	Statuses      []string          `json:"statuses,omitzero" d365:"sourcestatus" most:"100"`      // likewise
	Where         []RollupCondition `json:"where,omitzero" most:"10"`
}

// RollupCondition wants a field to have one of some values, in the form of its JSON; ""
// stands for no value.
type RollupCondition struct {
	Field  string   `json:"field" max:"64" need:"true"` // custom.region too
	Values []string `json:"values" most:"100"`
}

// ActivitySource stands for tasks, phone calls, e-mails and appointments.
const ActivitySource kinds.Kind = "activity"

// GoalAttribute is what records of a metric count for.
type GoalAttribute = value.Choice[goalAttributeSet]

// The values of [GoalAttribute].
const (
	GoalAttributeActual     GoalAttribute = iota + 1
	GoalAttributeInProgress               // not there yet
	GoalAttributeCustom                   // shown beside, for the host's own use
)

type goalAttributeSet struct{}

func (goalAttributeSet) Table() (string, []value.Option) { return "goal_attribute", goalAttributeTable }

var goalAttributeTable = value.Options(
	value.Option{Key: "actual", Label: "Actual", Code: 200000001},
	value.Option{Key: "in_progress", Label: "In-progress", Code: 200000002},
	value.Option{Key: "custom", Label: "Custom Rollup Field", Code: 200000003},
)

// AmountDataType is what a metric adds up.
type AmountDataType = value.Choice[amountDataTypeSet]

// The values of [AmountDataType].
const (
	AmountMoney AmountDataType = iota + 1
	AmountDecimal
	AmountInteger
)

type amountDataTypeSet struct{}

func (amountDataTypeSet) Table() (string, []value.Option) {
	return "amount_data_type", amountDataTypeTable
}

var amountDataTypeTable = value.Options(
	value.Option{Key: "money", Label: "Money", Code: 0},
	value.Option{Key: "decimal", Label: "Decimal", Code: 1},
	value.Option{Key: "integer", Label: "Integer", Code: 2},
)

// GoalMetricStatus is the status of a goal metric; its State is active or inactive.
type GoalMetricStatus = value.Choice[goalMetricStatusSet]

// The statuses of a goal metric. New goals choose none that is inactive.
const (
	GoalMetricStatusActive GoalMetricStatus = iota + 1
	GoalMetricStatusInactive
)

type goalMetricStatusSet struct{}

func (goalMetricStatusSet) Table() (string, []value.Option) {
	return "goal_metric_status", goalMetricStatusTable
}

var goalMetricStatusTable = value.Statuses(
	party.StateActive.In(value.Option{Key: "active", Label: "Active", Code: 0}),
	party.StateInactive.In(value.Option{Key: "inactive", Label: "Inactive", Code: 1}),
)

// GoalMetricFacts are what decisions about a metric depend on besides metric and command.
// Nothing in the zero value stands in the way.
type GoalMetricFacts struct {
	record.Stamp
	BaseCurrency money.Currency  // the organisation's
	Faults       []record.Reason // kinds and fields that there are not, by their path below fields
	InUse        []record.Ref    // goals of the metric
}

type (
	goalMetricRule  = flow.Rule[*GoalMetric, *GoalMetricFacts, GoalMetricStatus]
	goalMetricGuard = flow.Guard[*GoalMetric, *GoalMetricFacts]
)

var goalMetricFlow = flow.New(
	kinds.GoalMetric,
	func(m *GoalMetric) record.Ref { return m.Ref() },
	func(m *GoalMetric) GoalMetricStatus { return m.Status },
	[]goalMetricRule{
		{Do: actions.GoalMetricEdit, From: flow.In(GoalMetricStatusActive), To: flow.In(GoalMetricStatusActive)},
		{Do: actions.GoalMetricDeactivate, From: flow.In(GoalMetricStatusActive), To: flow.In(GoalMetricStatusInactive)},
		{Do: actions.GoalMetricActivate, From: flow.In(GoalMetricStatusInactive), To: flow.In(GoalMetricStatusActive)},
		{Do: actions.GoalMetricDelete, From: value.Values[GoalMetricStatus](), Deletes: true, Needs: flow.Needs(goalMetricNotInUse)},
	},
	[]flow.Refuse[GoalMetricStatus]{
		{Do: flow.Do(actions.GoalMetricEdit), From: flow.In(GoalMetricStatusInactive), Code: codes.ErrInactive},
	},
)

// GoalMetricFlow is the table behind GoalMetric.
func GoalMetricFlow() *flow.Flow[*GoalMetric, *GoalMetricFacts, GoalMetricStatus] {
	return goalMetricFlow
}

var goalMetricNotInUse = goalMetricGuard{
	Code: codes.ErrInUse, Text: "no goal has the metric",
	Holds:  func(_ *GoalMetric, f *GoalMetricFacts) bool { return len(f.InUse) == 0 },
	Detail: func(_ *GoalMetric, f *GoalMetricFacts) []record.Reason { return flow.InUse(f.InUse) },
}

// RecordKind tells the kind of record.
func (*GoalMetric) RecordKind() kinds.Kind { return kinds.GoalMetric }

// Ref names the record with its kind.
func (m *GoalMetric) Ref() record.Ref { return m.ID.Ref() }

// StatusKey is the key of the status.
func (m *GoalMetric) StatusKey() string { return m.Status.String() }

// Clone returns a deep copy.
func (m GoalMetric) Clone() GoalMetric {
	m.Head.Detach()
	m.RollupFields = slices.Clone(m.RollupFields)
	for n := range m.RollupFields {
		f := &m.RollupFields[n]
		f.States, f.Statuses, f.Where = slices.Clone(f.States), slices.Clone(f.Statuses), slices.Clone(f.Where)
		for k := range f.Where {
			f.Where[k].Values = slices.Clone(f.Where[k].Values)
		}
	}
	return m
}

// MarshalJSON writes the published JSON form.
func (m GoalMetric) MarshalJSON() ([]byte, error) {
	type plain GoalMetric
	return record.Encode((*plain)(&m))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (m *GoalMetric) UnmarshalJSON(body []byte) error {
	type plain GoalMetric
	return record.Decode(body, (*plain)(m))
}

// Kind is what goals of the metric count.
func (m *GoalMetricFields) Kind() MetricKind {
	if !m.IsAmount {
		return MetricCount
	}
	switch m.AmountDataType {
	case AmountDecimal:
		return MetricDecimal
	case AmountInteger:
		return MetricInteger
	default:
		return MetricAmount
	}
}

// decimals are those of targets.
func (m *GoalMetricFields) decimals(base money.Currency) int {
	places, _ := placesOf(m.Kind(), base)
	return places
}

// WithDefaults fills in what is not given.
func (m GoalMetricFields) WithDefaults() GoalMetricFields {
	if m.IsAmount && m.AmountDataType == 0 {
		m.AmountDataType = AmountMoney
	}
	return m
}

// Faults are what no single field shows; the path of each begins with prefix.
func (m *GoalMetricFields) Faults(prefix string) (reasons []record.Reason) {
	refuse := func(code codes.Code, field, message string) {
		reasons = append(reasons, record.Reason{Code: code, Field: prefix + field, Message: message})
	}
	if !m.IsAmount && m.AmountDataType != 0 {
		refuse(codes.ErrInvalid, "amount_data_type", "records are counted")
	}
	for n := range m.RollupFields {
		f, path := &m.RollupFields[n], fmt.Sprintf("rollup_fields[%d].", n)
		if slices.ContainsFunc(m.RollupFields[:n], func(o RollupField) bool { return o.GoalAttribute == f.GoalAttribute }) {
			refuse(codes.ErrInvalid, path+"goal_attribute", "the attribute stands there already")
		}
		switch {
		case m.IsAmount && f.SourceField == "":
			refuse(codes.ErrMissingField, path+"source_field", "an amount is added up of a field")
		case !m.IsAmount && f.SourceField != "":
			refuse(codes.ErrInvalid, path+"source_field", "records are counted")
		}
	}
	return reasons
}

// CreateGoalMetric is the command behind NewGoalMetric.
type CreateGoalMetric struct {
	ID record.GoalMetricID `json:"id,omitzero"`
	record.Origin
	Fields GoalMetricFields `json:"fields"`
}

// NewGoalMetric creates an active metric. Codes: ErrMissingField (name; kind, day and,
// of amounts, field of what is rolled up), ErrTooLong, ErrOutOfRange, ErrInvalid (an
// attribute twice, kinds and fields that there are not).
func NewGoalMetric(cmd CreateGoalMetric, f GoalMetricFacts) (record.Change[GoalMetric], error) {
	m := GoalMetric{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), GoalMetricFields: cmd.Fields.WithDefaults(), Status: GoalMetricStatusActive,
	}
	if err := flow.RefuseBirth(actions.GoalMetricCreate, cmd.ID, &cmd, m.Currency, f.faults(&cmd.Fields)...); err != nil {
		return record.Change[GoalMetric]{}, err
	}
	return record.Change[GoalMetric]{Record: m, Events: []record.Event{record.BornEvent(&m, actions.GoalMetricCreate, f.Stamp, nil)}}, nil
}

func (f *GoalMetricFacts) faults(m *GoalMetricFields) []record.Reason {
	return append(m.Faults("fields."), f.Faults...)
}

// EditGoalMetric replaces the editable fields; custom values given are set, a JSON null
// removes one.
type EditGoalMetric struct {
	Fields GoalMetricFields `json:"fields"`
	Custom record.Custom    `json:"custom,omitzero"`
}

type editGoalMetricCheck = flow.Check[*GoalMetric, *EditGoalMetric, *GoalMetricFacts]

var editGoalMetric = flow.Decide(
	goalMetricFlow, actions.GoalMetricEdit,
	flow.Faultless(codes.ErrInvalid, "what is rolled up is there", func(_ *GoalMetric, c *EditGoalMetric, f *GoalMetricFacts) []record.Reason {
		return f.faults(&c.Fields)
	}),
	editGoalMetricCheck{
		Code: codes.ErrInUse, Text: "while goals have the metric it keeps counting the same", Field: "fields.is_amount",
		Holds: func(m *GoalMetric, c *EditGoalMetric, f *GoalMetricFacts) bool {
			return len(f.InUse) == 0 || m.Kind() == c.Fields.Kind()
		},
	},
)

// Edit changes fields of an active metric; equal values change nothing. Whether it counts
// records, money or numbers changes only while no goal has it. Codes: ErrInactive,
// ErrInUse and those of NewGoalMetric.
func (m GoalMetric) Edit(cmd EditGoalMetric, f GoalMetricFacts) (record.Change[GoalMetric], error) {
	if err := editGoalMetric.Why(&m, &cmd, &f, m.Currency); err != nil {
		return record.Change[GoalMetric]{}, err
	}
	fields := cmd.Fields.WithDefaults()
	if !party.Edits(m.GoalMetricFields, fields, m.Custom, cmd.Custom) {
		return record.Change[GoalMetric]{Record: m}, nil
	}
	m.GoalMetricFields = fields
	m.Custom = m.Custom.Edited(cmd.Custom)
	return record.Changed(&m, actions.GoalMetricEdit, f.Stamp, nil), nil
}

var deactivateGoalMetric = flow.Decide[*party.Deactivate](goalMetricFlow, actions.GoalMetricDeactivate)

// Deactivate puts a metric out of use: the goals that have it go on. Code:
// ErrInvalidTransition.
func (m GoalMetric) Deactivate(cmd party.Deactivate, f GoalMetricFacts) (record.Change[GoalMetric], error) {
	if err := deactivateGoalMetric.Why(&m, &cmd, &f, m.Currency); err != nil {
		return record.Change[GoalMetric]{}, err
	}
	return record.Moved(&m, &m.Status, GoalMetricStatusInactive, actions.GoalMetricDeactivate, f.Stamp, nil), nil
}

var activateGoalMetric = flow.Decide[*party.Activate](goalMetricFlow, actions.GoalMetricActivate)

// Activate brings an inactive metric back into use. Code: ErrInvalidTransition.
func (m GoalMetric) Activate(cmd party.Activate, f GoalMetricFacts) (record.Change[GoalMetric], error) {
	if err := activateGoalMetric.Why(&m, &cmd, &f, m.Currency); err != nil {
		return record.Change[GoalMetric]{}, err
	}
	return record.Moved(&m, &m.Status, GoalMetricStatusActive, actions.GoalMetricActivate, f.Stamp, nil), nil
}

var deleteGoalMetric = flow.Decide[*record.DeleteRecord](goalMetricFlow, actions.GoalMetricDelete)

// Delete removes a metric that no goal has. Code: ErrInUse.
func (m GoalMetric) Delete(cmd record.DeleteRecord, f GoalMetricFacts) (record.Change[GoalMetric], error) {
	if err := deleteGoalMetric.Why(&m, &cmd, &f, m.Currency); err != nil {
		return record.Change[GoalMetric]{}, err
	}
	return record.Change[GoalMetric]{Record: m, Events: []record.Event{record.DeletedEvent(&m, actions.GoalMetricDelete, f.Stamp, nil)}}, nil
}

// Names of the standard metrics.
const (
	MetricRevenueWon     = "revenue_won"
	MetricOrdersBooked   = "orders_booked"
	MetricInvoiced       = "invoiced"
	MetricCash           = "cash"
	MetricActivities     = "activities"
	MetricLeadsQualified = "leads_qualified"
)

// StandardMetric returns the fields of a metric that many need, by its name: deals won,
// with open ones in progress; orders and invoices by their total; payments received by
// what invoices are settled with; activities done, with open ones in progress; leads
// qualified. False for another name.
func StandardMetric(name string) (GoalMetricFields, bool) {
	n := slices.IndexFunc(standardMetrics, func(m GoalMetricFields) bool { return m.Name == name })
	if n < 0 {
		return GoalMetricFields{}, false
	}
	return GoalMetric{GoalMetricFields: standardMetrics[n]}.Clone().GoalMetricFields, true
}

// billedStatuses are those of invoices that are not canceled.
var billedStatuses = func() (keys []string) {
	for _, s := range value.Values[leadtocash.InvoiceStatus]() {
		if s.State() != leadtocash.InvoiceCanceled && s != leadtocash.InvoiceStatusClosedCanceled {
			keys = append(keys, s.String())
		}
	}
	return keys
}()

var standardMetrics = []GoalMetricFields{
	{
		Name: MetricRevenueWon, IsAmount: true, AmountDataType: AmountMoney, RollupFields: []RollupField{
			{GoalAttribute: GoalAttributeActual, SourceKind: kinds.Opportunity, SourceField: "actual_value", DateField: "actual_close_date", States: []string{"won"}},
			{GoalAttribute: GoalAttributeInProgress, SourceKind: kinds.Opportunity, SourceField: "estimated_value", DateField: "estimated_close_date", States: []string{"open"}},
		},
	},
	{
		Name: MetricOrdersBooked, IsAmount: true, AmountDataType: AmountMoney, RollupFields: []RollupField{
			{GoalAttribute: GoalAttributeActual, SourceKind: kinds.Order, SourceField: "total_amount", DateField: "created_at", States: []string{"active", "submitted", "fulfilled", "invoiced"}},
		},
	},
	{
		Name: MetricInvoiced, IsAmount: true, AmountDataType: AmountMoney, RollupFields: []RollupField{
			{GoalAttribute: GoalAttributeActual, SourceKind: kinds.Invoice, SourceField: "total_amount", DateField: "issue_date", Statuses: billedStatuses},
		},
	},
	{
		Name: MetricCash, IsAmount: true, AmountDataType: AmountMoney, RollupFields: []RollupField{
			{
				GoalAttribute: GoalAttributeActual, SourceKind: kinds.Allocation, SourceField: "amount", DateField: "on",
				Where: []RollupCondition{{Field: "kind", Values: []string{"payment"}}, {Field: "reversed_at", Values: []string{""}}},
			},
		},
	},
	{
		Name: MetricActivities, RollupFields: []RollupField{
			{GoalAttribute: GoalAttributeActual, SourceKind: ActivitySource, DateField: "actual_end", States: []string{"completed"}},
			{GoalAttribute: GoalAttributeInProgress, SourceKind: ActivitySource, DateField: "scheduled_end", States: []string{"open", "scheduled"}},
		},
	},
	{
		Name: MetricLeadsQualified, RollupFields: []RollupField{
			{GoalAttribute: GoalAttributeActual, SourceKind: kinds.Lead, DateField: "qualified_on", States: []string{"qualified"}},
		},
	},
}
