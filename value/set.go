package value

// OptionSet is a set of values that fields choose from, as forms, imports and
// documents need it.
type OptionSet struct {
	Name    string   // "lead_source"
	Options []Option // as Choice.Options lists them
}

// Set returns the set that the value belongs to.
func (c Choice[S]) Set() OptionSet {
	var s S
	return SetOf(s)
}

// SetOf describes a set.
func SetOf(s Set) OptionSet {
	name, rows := s.Table()
	return OptionSet{name, OptionsIn(rows)}
}
