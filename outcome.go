package leadtocash

import (
	"reflect"
	"slices"
	"sync"

	"github.com/leadtocash/leadtocash/record"
)

// outcomeFields are the fields of an outcome that tell what a decision made or
// changed, and what happened. They are records, pointers to them or lists of
// them, written in the order in which they stand, those tagged write:"last" after
// the others: claims are given up before they are taken.
type outcomeFields struct{ records, events, refs, notices [][]int }

var outcomes sync.Map // reflect.Type → *outcomeFields

func outcomeFieldsOf(t reflect.Type) *outcomeFields {
	if f, ok := outcomes.Load(t); ok {
		return f.(*outcomeFields)
	}
	var first, last outcomeFields
	first.read(t, nil, &last)
	first.records = append(first.records, last.records...)
	outcomes.Store(t, &first)
	return &first
}

func (f *outcomeFields) read(t reflect.Type, within []int, last *outcomeFields) {
	for i := range t.NumField() {
		sf := t.Field(i)
		if !sf.IsExported() {
			continue
		}
		index, el := append(slices.Clip(within), i), sf.Type
		if el.Kind() == reflect.Slice || el.Kind() == reflect.Pointer {
			el = el.Elem()
		}
		switch {
		case reflect.PointerTo(el).Implements(reflect.TypeFor[record.Record]()) || el.Kind() == reflect.Interface:
			if sf.Tag.Get("write") == "last" {
				last.records = append(last.records, index)
			} else {
				f.records = append(f.records, index)
			}
		case el == reflect.TypeFor[record.Event]():
			f.events = append(f.events, index)
		case el == reflect.TypeFor[record.Ref]():
			f.refs = append(f.refs, index)
		case sf.Name == "Notices" && el == reflect.TypeFor[record.Reason]():
			f.notices = append(f.notices, index)
		case sf.Type.Kind() == reflect.Struct:
			f.read(sf.Type, index, last)
		}
	}
}

// RecordsIn lists the records in the outcome that out points to, in the order in
// which they are written. Those without an event did not change.
func RecordsIn(out any) []record.Record {
	v := reflect.ValueOf(out).Elem()
	fields := outcomeFieldsOf(v.Type()).records
	docs := make([]record.Record, 0, len(fields))
	for _, index := range fields {
		f := v.FieldByIndex(index)
		if f.Kind() != reflect.Slice {
			docs = appendRecord(docs, f)
			continue
		}
		for i := range f.Len() {
			docs = appendRecord(docs, f.Index(i))
		}
	}
	return docs
}

func appendRecord(docs []record.Record, v reflect.Value) []record.Record {
	if v.Kind() == reflect.Struct {
		v = v.Addr()
	}
	if v.IsNil() {
		return docs
	}
	return append(docs, v.Interface().(record.Record))
}

// EventsIn lists what happened to the records in the outcome that out points to.
func EventsIn(out any) (events []record.Event) {
	v := reflect.ValueOf(out).Elem()
	for i, index := range outcomeFieldsOf(v.Type()).events {
		more := *v.FieldByIndex(index).Addr().Interface().(*[]record.Event)
		if i == 0 {
			events = more
		} else {
			events = append(slices.Clip(events), more...)
		}
	}
	return events
}

// NoticesIn are the lists of notices in the outcome that out points to, to be
// read and changed.
func NoticesIn(out any) (lists []*[]record.Reason) {
	v := reflect.ValueOf(out).Elem()
	for _, index := range outcomeFieldsOf(v.Type()).notices {
		if list := v.FieldByIndex(index).Addr().Interface().(*[]record.Reason); len(*list) > 0 {
			lists = append(lists, list)
		}
	}
	return lists
}

// AddNotices adds to the notices of the outcome that out points to. It reports
// whether the outcome has a place for them.
func AddNotices(out any, notices []record.Reason) bool {
	v := reflect.ValueOf(out).Elem()
	for _, index := range outcomeFieldsOf(v.Type()).notices {
		list := v.FieldByIndex(index).Addr().Interface().(*[]record.Reason)
		*list = append(slices.Clip(*list), notices...)
		return true
	}
	return false
}

// Conceal takes hidden records, references to them and their events out of the
// outcome that out points to.
func Conceal(out any, hidden []record.Ref) {
	v := reflect.ValueOf(out).Elem()
	fields := outcomeFieldsOf(v.Type())
	hides := make(map[record.Ref]bool, len(hidden))
	for _, ref := range hidden {
		hides[ref] = true
	}
	for _, index := range slices.Concat(fields.records, fields.events, fields.refs) {
		f := v.FieldByIndex(index)
		switch {
		case f.Kind() != reflect.Slice:
			if hides[aboutOf(f)] {
				f.SetZero()
			}
		case f.Len() > 0:
			kept := reflect.MakeSlice(f.Type(), 0, f.Len())
			for i := range f.Len() {
				if !hides[aboutOf(f.Index(i))] {
					kept = reflect.Append(kept, f.Index(i))
				}
			}
			f.Set(kept)
		}
	}
}

// aboutOf is the record that a value in an outcome is, is about or refers to.
func aboutOf(v reflect.Value) record.Ref {
	if v.Kind() == reflect.Struct {
		v = v.Addr()
	}
	if v.IsNil() {
		return record.Ref{}
	}
	switch x := v.Interface().(type) {
	case *record.Event:
		return x.Ref
	case *record.Ref:
		return *x
	default:
		return x.(record.Record).Ref()
	}
}
