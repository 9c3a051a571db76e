package ocel

import (
	"bufio"
	"encoding/xml"
	"io"
	"strings"
)

// xmlSink writes elements in the order of the standard: types, objects, events.
type xmlSink struct {
	w      *bufio.Writer
	err    error
	events bool // their list has begun
}

func newXMLSink(w io.Writer) *xmlSink { return &xmlSink{w: bufio.NewWriterSize(w, 1<<16)} }

func (s *xmlSink) objectsFirst() bool { return true }

func (s *xmlSink) begin(events, objects []typeOf) error {
	s.text(xml.Header + "<log>\n")
	s.types("object-type", objects)
	s.types("event-type", events)
	s.text("<objects>\n")
	return s.err
}

func (s *xmlSink) types(element string, types []typeOf) {
	s.text("<" + element + "s>\n")
	for _, t := range types {
		s.open(element, attribute{"name", t.Name})
		s.text("<attributes>")
		for _, a := range t.Attributes {
			s.open("attribute", attribute{"name", a.Name}, attribute{"type", a.Type})
			s.text("</attribute>")
		}
		s.text("</attributes></" + element + ">\n")
	}
	s.text("</" + element + "s>\n")
}

func (s *xmlSink) object(o *object) error {
	s.open("object", attribute{"id", o.ID}, attribute{"type", o.Type})
	s.text("<attributes>")
	for _, a := range o.Attributes {
		s.open("attribute", attribute{"name", a.Name}, attribute{"time", timestamp(a.Time)})
		s.escaped(a.Value)
		s.text("</attribute>")
	}
	s.text("</attributes>")
	s.relationships(o.Relationships)
	s.text("</object>\n")
	return s.err
}

func (s *xmlSink) event(e *event) error {
	s.openEvents()
	s.open("event", attribute{"id", e.ID}, attribute{"type", e.Type}, attribute{"time", timestamp(e.Time)})
	s.text("<attributes>")
	for _, a := range e.Attributes {
		s.open("attribute", attribute{"name", a.Name})
		s.escaped(a.Value)
		s.text("</attribute>")
	}
	s.text("</attributes>")
	s.relationships(e.Relationships)
	s.text("</event>\n")
	return s.err
}

func (s *xmlSink) relationships(list []relationship) {
	s.text("<objects>")
	for _, r := range list {
		s.open("relationship", attribute{"object-id", r.Object}, attribute{"qualifier", r.Qualifier})
		s.text("</relationship>")
	}
	s.text("</objects>")
}

func (s *xmlSink) openEvents() {
	if !s.events {
		s.events = true
		s.text("</objects>\n<events>\n")
	}
}

func (s *xmlSink) end() error {
	s.openEvents()
	s.text("</events>\n</log>\n")
	if s.err == nil {
		s.err = s.w.Flush()
	}
	return s.err
}

func (s *xmlSink) open(element string, attributes ...attribute) {
	s.text("<" + element)
	for _, a := range attributes {
		s.text(" " + a.Name + `="`)
		s.escaped(a.Value)
		s.text(`"`)
	}
	s.text(">")
}

func (s *xmlSink) text(text string) {
	if s.err == nil {
		_, s.err = s.w.WriteString(text)
	}
}

// escaped writes a value. Characters that XML cannot hold become U+FFFD.
func (s *xmlSink) escaped(text string) {
	switch {
	case s.err != nil:
	case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`<>&"'`, r) }):
		s.err = xml.EscapeText(s.w, []byte(text))
	default:
		s.text(text)
	}
}
