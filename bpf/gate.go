package bpf

import "strings"

// Incomplete lists the required steps and exit criteria of a stage that are not
// met, in the order of the definition.
func Incomplete(d Definition, i Instance, stage string, f Facts) []Missing {
	s := d.Stage(stage)
	if s == nil {
		return nil
	}
	return s.incomplete(&i, &f)
}

func (s *Stage) incomplete(i *Instance, f *Facts) (missing []Missing) {
	field := f.of(i, s.Entity)
	for _, step := range s.Steps {
		if step.Required && !s.done(step, i, f) {
			missing = append(missing, Missing{s.Key, step.Key, step.Field, step.label(f.Language)})
		}
	}
	for _, c := range s.Exit {
		if !c.holds(field) {
			missing = append(missing, Missing{Stage: s.Key, Field: c.Field, Message: c.text()})
		}
	}
	return missing
}

// done reports whether a step does not stand in the way: it is complete, or its
// field is hidden.
func (s *Stage) done(step Step, i *Instance, f *Facts) bool {
	if step.kind() != DataStep {
		return i.Progress[s.Key+"/"+step.Key] == Completed
	}
	if visible, _ := f.state(s.Entity, step.Field); !visible {
		return true
	}
	return complete(f.of(i, s.Entity)(step.Field))
}

func (s Step) label(language string) string {
	label := s.Label
	if label == "" {
		label = s.Field
	}
	if label == "" {
		label = s.Key
	}
	return textIn(label, s.Labels, language)
}

// gate checks the active stage, and the walked ones if the scope is the path.
func (d *Definition) gate(i *Instance, scope string, f *Facts) error {
	var missing []Missing
	for _, key := range i.TraversedPath {
		if s := d.Stage(key); s != nil && (key == i.ActiveStage || scope == "path") {
			missing = append(missing, s.incomplete(i, f)...)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	texts := make([]string, len(missing))
	for k, m := range missing {
		texts[k] = m.Message
	}
	err := refuse(ErrStageGate, i.ActiveStage, strings.Join(texts, ", "))
	err.Missing = missing
	return err
}

// pass is gate with an override: its holder passes, everybody else is denied.
func (d *Definition) pass(i *Instance, scope, override string, f *Facts) (overridden bool, err error) {
	err = d.gate(i, scope, f)
	if err == nil || override == "" {
		return false, err
	}
	return true, f.needs(OverridePrivilege, d.Name)
}
