package bpf

import (
	"fmt"
	"strings"
)

// Mermaid draws the stages as a flow chart: one box for each, named with its
// entity, and an arrow for each stage that may follow.
func (d Definition) Mermaid() string {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	for _, s := range d.Stages {
		fmt.Fprintf(&b, "    %s[\"%s<br/>%s\"]\n", s.Key, quoted(s.Label), s.Entity)
	}
	b.WriteString("    END((end))\n")
	for i, s := range d.Stages {
		for _, c := range s.Branches {
			fmt.Fprintf(&b, "    %s -->|\"%s\"| %s\n", s.Key, quoted(c.title()), node(target(c.Next)))
		}
		otherwise := ""
		if len(s.Branches) > 0 {
			otherwise = "|else|"
		}
		fmt.Fprintf(&b, "    %s -->%s %s\n", s.Key, otherwise, node(d.otherwise(i)))
	}
	return b.String()
}

func node(key string) string {
	if key == "" {
		return "END"
	}
	return key
}

func quoted(text string) string { return strings.ReplaceAll(text, `"`, "#quot;") }

// title is the label of a case, or its comparisons.
func (b Branch) title() string {
	if b.Label != "" {
		return b.Label
	}
	rules, joint := b.All, " and "
	if len(rules) == 0 {
		rules, joint = b.Any, " or "
	}
	texts := make([]string, len(rules))
	for i, r := range rules {
		texts[i] = r.String()
	}
	return strings.Join(texts, joint)
}

// String returns "field op operand".
func (r Rule) String() string {
	switch {
	case r.OtherField != "":
		return fmt.Sprintf("%s %s %s", r.Field, r.Op, r.OtherField)
	case len(r.Values) > 0:
		return fmt.Sprintf("%s %s %v", r.Field, r.Op, r.Values)
	case r.Value != nil:
		return fmt.Sprintf("%s %s %v", r.Field, r.Op, r.Value)
	}
	return fmt.Sprintf("%s %s", r.Field, r.Op)
}
