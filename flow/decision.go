package flow

import (
	"reflect"
	"time"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Decision is everything that can refuse one action for one command: the
// table's cell and guards, the command's own faults, and the checks that need
// record, command and facts together. R, C and F are pointers to these.
type Decision[R, C, F any, S value.AnyChoice] struct {
	flow    *Flow[R, F, S]
	Do      actions.Action
	command reflect.Type
	checks  []Check[R, C, F]
}

// Check is one condition of record, command and facts. It only reads them.
type Check[R, C, F any] struct {
	Code  codes.Code
	Text  string
	Field string // of the command, where one is to blame
	Holds func(R, C, F) bool
	// Detail names fields and lines, once it is known that the check fails.
	Detail func(R, C, F) []record.Reason
}

// Faultless is the check that faults finds nothing wrong; what it finds are the
// reasons.
func Faultless[R, C, F any](code codes.Code, text string, faults func(R, C, F) []record.Reason) Check[R, C, F] {
	return Check[R, C, F]{
		Code: code, Text: text, Detail: faults,
		Holds: func(r R, c C, f F) bool { return len(faults(r, c, f)) == 0 },
	}
}

// Decide declares the decision about an action, and makes its checks known to
// the table's readers.
func Decide[C, R, F any, S value.AnyChoice](flow *Flow[R, F, S], do actions.Action, checks ...Check[R, C, F]) *Decision[R, C, F, S] {
	for _, c := range checks {
		c.Code.MustKnow("decision " + do.String())
		flow.checks[do] = append(flow.checks[do], Requirement{c.Code, c.Text})
	}
	return &Decision[R, C, F, S]{flow: flow, Do: do, command: reflect.TypeFor[C]().Elem(), checks: checks}
}

// Why returns nil if the command may be carried out, else an *Error with every
// reason: alone the status, if that refuses; otherwise the faults of the
// command, unmet guards, and – when the command is sound – failed checks. The
// amounts of a sound command are brought to the decimals of the currency.
func (d *Decision[R, C, F, S]) Why(r R, cmd C, facts F, currency money.Currency) error {
	guards, ok := d.flow.guards(r, d.Do)
	if !ok {
		return d.flow.forbidden(r, d.Do)
	}
	var faults []record.Reason
	if at, dated := any(facts).(interface{ Day() value.Date }); dated {
		faults = schema.DayFaults(cmd, at.Day())
	}
	schema, fields := schema.Of(d.command), reflect.ValueOf(cmd).Elem()
	faults = append(schema.Validate(fields, currency), faults...)
	reasons := append(faults, unmet(guards, r, facts)...)
	if at, dated := any(facts).(interface{ Precedes(time.Time) bool }); dated {
		if d, is := any(r).(record.Record); is && at.Precedes(d.Header().CreatedAt) {
			reasons = append(reasons, record.Reason{Code: codes.ErrTimeOrder, Message: "the record was not there yet on that day"})
		}
	}
	if len(faults) == 0 {
		for i := range d.checks {
			k := &d.checks[i]
			if k.Holds(r, cmd, facts) {
				continue
			}
			var details []record.Reason
			if k.Detail != nil {
				details = k.Detail(r, cmd, facts)
			}
			if len(details) == 0 {
				details = []record.Reason{{Code: k.Code, Field: k.Field, Message: k.Code.Because(k.Text)}}
			}
			reasons = append(reasons, details...)
		}
	}
	if len(reasons) > 0 {
		return d.flow.Refused(r, d.Do, reasons)
	}
	schema.Round(fields, currency)
	return nil
}
