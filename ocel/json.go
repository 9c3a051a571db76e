package ocel

import (
	"bufio"
	"encoding/json"
	"io"
)

// jsonSink writes the members in the order of the standard.
type jsonSink struct {
	w       *bufio.Writer
	err     error
	objects bool
	first   bool
}

func newJSONSink(w io.Writer) *jsonSink { return &jsonSink{w: bufio.NewWriterSize(w, 1<<16)} }

func (s *jsonSink) objectsFirst() bool { return false }

type jsonType struct {
	Name       string          `json:"name"`
	Attributes []jsonAttribute `json:"attributes"`
}

type jsonAttribute struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

func jsonTypes(types []typeOf) []jsonType {
	list := make([]jsonType, len(types))
	for i, t := range types {
		list[i] = jsonType{t.Name, make([]jsonAttribute, len(t.Attributes))}
		for j, a := range t.Attributes {
			list[i].Attributes[j] = jsonAttribute(a)
		}
	}
	return list
}

type jsonRelationship struct {
	Object    string `json:"objectId"`
	Qualifier string `json:"qualifier"`
}

func jsonRelationships(list []relationship) []jsonRelationship {
	out := make([]jsonRelationship, len(list))
	for i, r := range list {
		out[i] = jsonRelationship(r)
	}
	return out
}

type jsonValue struct {
	Name  string `json:"name"`
	Time  string `json:"time,omitempty"`
	Value string `json:"value"`
}

func (s *jsonSink) begin(events, objects []typeOf) error {
	s.text(`{"eventTypes":`)
	s.value(jsonTypes(events))
	s.text(`,"objectTypes":`)
	s.value(jsonTypes(objects))
	s.text(`,"events":[`)
	s.first = true
	return s.err
}

func (s *jsonSink) event(e *event) error {
	s.next()
	values := make([]jsonValue, len(e.Attributes))
	for i, a := range e.Attributes {
		values[i] = jsonValue{Name: a.Name, Value: a.Value}
	}
	s.value(struct {
		ID            string             `json:"id"`
		Type          string             `json:"type"`
		Time          string             `json:"time"`
		Attributes    []jsonValue        `json:"attributes"`
		Relationships []jsonRelationship `json:"relationships"`
	}{e.ID, e.Type, timestamp(e.Time), values, jsonRelationships(e.Relationships)})
	return s.err
}

func (s *jsonSink) object(o *object) error {
	s.openObjects()
	s.next()
	values := make([]jsonValue, len(o.Attributes))
	for i, a := range o.Attributes {
		values[i] = jsonValue{a.Name, timestamp(a.Time), a.Value}
	}
	s.value(struct {
		ID            string             `json:"id"`
		Type          string             `json:"type"`
		Attributes    []jsonValue        `json:"attributes"`
		Relationships []jsonRelationship `json:"relationships"`
	}{o.ID, o.Type, values, jsonRelationships(o.Relationships)})
	return s.err
}

func (s *jsonSink) openObjects() {
	if !s.objects {
		s.objects, s.first = true, true
		s.text("\n],\"objects\":[")
	}
}

func (s *jsonSink) end() error {
	s.openObjects()
	s.text("\n]}\n")
	if s.err == nil {
		s.err = s.w.Flush()
	}
	return s.err
}

// next begins another element of a list, on a line of its own.
func (s *jsonSink) next() {
	if !s.first {
		s.text(",")
	}
	s.first = false
	s.text("\n")
}

func (s *jsonSink) text(text string) {
	if s.err == nil {
		_, s.err = s.w.WriteString(text)
	}
}

func (s *jsonSink) value(v any) {
	if s.err != nil {
		return
	}
	var body []byte
	if body, s.err = json.Marshal(v); s.err == nil {
		_, s.err = s.w.Write(body)
	}
}
