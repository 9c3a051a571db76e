package bpf

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

func (v *validator) branches(at string, s *Stage) {
	for j, b := range s.Branches {
		at := fmt.Sprintf("%s/branches/%d", at, j)
		switch {
		case len(b.All) == 0 && len(b.Any) == 0:
			v.add(at, FaultRuleEmpty, j, s.Key)
		case len(b.All) > 0 && len(b.Any) > 0:
			v.add(at, FaultMixedLogic, j, s.Key)
		}
		v.rules(at+"/all", s, b.All)
		v.rules(at+"/any", s, b.Any)
	}
}

// rules checks the comparisons of a branch: they read data steps of the stage
// that they follow.
func (v *validator) rules(at string, s *Stage, rules []Rule) {
	for k, r := range rules {
		at := fmt.Sprintf("%s/%d", at, k)
		v.stepOf(at+"/field", s, r.Field)
		if r.OtherField != "" {
			v.stepOf(at+"/otherField", s, r.OtherField)
		}
		v.rule(at, s, r)
	}
}

func (v *validator) stepOf(at string, s *Stage, field string) {
	i := slices.IndexFunc(s.Steps, func(t Step) bool { return t.kind() == DataStep && t.Field == field && field != "" })
	switch {
	case i < 0:
		v.add(at, FaultFieldNotStep, field, s.Key)
	case !s.Steps[i].Required:
		v.add(at, WarnBranchUnrequired, field)
	}
}

// criterion checks an exit criterion, which may read any field of the record.
func (v *validator) criterion(at string, s *Stage, c Criterion) {
	if _, ok := v.field(s.Entity, c.Field); !ok || c.Field == "" {
		v.add(at+"/field", FaultExitField, s.Entity, c.Field)
		return
	}
	if _, ok := v.field(s.Entity, c.OtherField); !ok && c.OtherField != "" {
		v.add(at+"/otherField", FaultExitField, s.Entity, c.OtherField)
	}
	v.rule(at, s, c.Rule)
}

// rule checks operator and operands against the type of the field.
func (v *validator) rule(at string, s *Stage, r Rule) {
	f, ok := v.field(s.Entity, r.Field)
	typ := FieldType("")
	if ok && f != nil {
		typ = f.Type
	}
	op, known := operators[r.Op]
	if !known || typ != "" && op.families != nil && !slices.Contains(op.families, families[typ]) {
		v.add(at+"/op", FaultOperator, r.Op, typ, r.Field)
		return
	}
	if !op.takes.fits(r) {
		v.add(at, FaultOperandCount, r.Op, op.takes)
		return
	}
	if typ == "" {
		return
	}
	if r.Value != nil {
		v.operand(at+"/value", r.Field, f, r.Value)
	}
	for i, value := range r.Values {
		v.operand(fmt.Sprintf("%s/values/%d", at, i), r.Field, f, value)
	}
}

func (o operand) fits(r Rule) bool {
	switch o {
	case oneOperand:
		return (r.Value != nil) != (r.OtherField != "") && len(r.Values) == 0
	case manyOperand:
		return r.Value == nil && r.OtherField == "" && len(r.Values) > 0
	}
	return r.Value == nil && r.OtherField == "" && len(r.Values) == 0
}

func (v *validator) operand(at, name string, f *Field, value any) {
	if !fits(families[f.Type], value) {
		v.add(at, FaultOperand, value, f.Type, name)
		return
	}
	if families[f.Type] != choiceFamily || f.Options == nil {
		return
	}
	if code, ok := asNumber(normal(value)); !ok || !slices.Contains(f.Options, int(code.IntPart())) || !code.IsInteger() {
		v.add(at, FaultOptionUnknown, name, value)
	}
}

// fits reports whether a literal is of a family's type.
func fits(is family, value any) bool {
	switch x := normal(value).(type) {
	case string:
		switch is {
		case textFamily, lookupFamily:
			return true
		case numberFamily: // money is written as text
			_, ok := number(x)
			return ok
		case dateFamily:
			_, ok := asTime(x)
			return ok
		}
		return false
	case bool:
		return is == booleanFamily
	case decimal.Decimal:
		return is == numberFamily || is == choiceFamily
	case time.Time:
		return is == dateFamily
	}
	return false
}
