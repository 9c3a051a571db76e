package ocel

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// exporter goes through the history three times: for the types and the objects, for the
// events, and for each object's own history.
type exporter struct {
	*Options
	c     *engine.Client
	kinds map[kinds.Kind]*described

	events map[string]map[string]bool // types, and what their events tell besides
	lines  map[kinds.Kind]bool        // documents that have any
	found  found
	actors map[string]bool

	position int64     // of the last event, -1 if there is none; 0 in the first pass, which finds it
	at       time.Time // of the latest event
	told     [2]int    // events and objects, for Progress
}

func export(ctx context.Context, s sink, c *engine.Client, o Options) error {
	if err := o.check(); err != nil {
		return err
	}
	x := &exporter{
		Options: &o, c: c, kinds: map[kinds.Kind]*described{}, events: map[string]map[string]bool{},
		lines: map[kinds.Kind]bool{}, actors: map[string]bool{},
	}
	if err := x.look(ctx); err != nil {
		return err
	}
	if err := s.begin(x.eventTypes(), x.objectTypes()); err != nil {
		return err
	}
	passes := []func(context.Context, sink) error{x.tellEvents, x.tellObjects}
	if s.objectsFirst() {
		slices.Reverse(passes)
	}
	for _, pass := range passes {
		if err := pass(ctx, s); err != nil {
			return err
		}
	}
	x.progress(0, 0)
	return s.end()
}

func (x *exporter) describe(kind kinds.Kind) *described {
	d := x.kinds[kind]
	if d == nil {
		d = describe(x.c, kind, x.Custom)
		x.kinds[kind] = d
	}
	return d
}

// happened is an event of the period with what it relates to.
type happened struct {
	engine.ImagedEvent
	ordinal int
	related []related
}

// related is what an event relates to: a record, a line of it, or an actor.
type related struct {
	record.Ref
	line      string
	actor     string
	qualifier string
}

func (r related) id() string {
	switch {
	case r.actor != "":
		return "actor/" + r.actor
	case r.line != "":
		return r.String() + "/" + r.line
	default:
		return r.String()
	}
}

// happenings are the events of the period.
func (x *exporter) happenings(ctx context.Context) iter.Seq2[happened, error] {
	return func(yield func(happened, error) bool) {
		ordinals := map[record.Ref][2]int64{}
		for e, err := range x.c.FeedWith(ctx, 0, engine.FeedOptions{Kinds: x.Kinds, Images: true, Before: !x.NoLines}) {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(happened{}, err)
				return
			}
			if x.position > 0 && e.Position > x.position {
				return
			}
			if len(ordinals) > 10_000 { // events of one version follow each other
				clear(ordinals)
			}
			n := ordinals[e.Ref]
			if n[0] != e.Version {
				n = [2]int64{e.Version, 0}
			}
			n[1]++
			ordinals[e.Ref] = n
			if !x.includes(e.At) {
				continue
			}
			h := happened{ImagedEvent: e, ordinal: int(n[1])}
			if err := x.relate(&h); err != nil {
				yield(happened{}, err)
				return
			}
			if !yield(h, nil) {
				return
			}
		}
	}
}

// relate finds what an event relates to.
func (x *exporter) relate(h *happened) error {
	h.related = []related{{Ref: h.Ref, qualifier: qualifiesSubject}}
	if actor := h.Actor.Text(); x.People && actor != "" {
		h.related = append(h.related, related{actor: actor, qualifier: qualifiesActor})
	}
	if len(h.Image) == 0 {
		return nil
	}
	d, err := engine.DecodeRecord(h.Ref.Kind, h.Image)
	if err != nil {
		return err
	}
	refers := references(d)
	has := func(field string) bool {
		return slices.ContainsFunc(refers, func(r reference) bool { return r.field == field })
	}
	for _, r := range refers {
		h.related = append(h.related, related{Ref: r.Ref, qualifier: ofEvent(h.Ref.Kind, h.Version == 1, r.field, r.Kind, has)})
	}
	if x.NoLines {
		return nil
	}
	var is, was members
	if err := json.Unmarshal(h.Image, &is); err != nil || is["lines"] == nil {
		return err
	}
	if len(h.Before) > 0 {
		if err := json.Unmarshal(h.Before, &was); err != nil {
			return err
		}
	}
	for _, number := range changed(was["lines"], is["lines"]) {
		h.related = append(h.related, related{Ref: h.Ref, line: number, qualifier: qualifiesLine})
	}
	return nil
}

// reference is a field of a record and what it refers to.
type reference struct {
	record.Ref
	field string
}

// references lists what a record refers to, but not its lines.
func references(d record.Record) (list []reference) {
	for field, ref := range engine.ReferencesOf(d) {
		r := reference{ref, field}
		if !strings.Contains(field, ".") && !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	return list
}

// look is the first pass.
func (x *exporter) look(ctx context.Context) error {
	last := int64(-1) // nothing has happened
	for h, err := range x.happenings(ctx) {
		if err != nil {
			return err
		}
		last = h.Position
		if h.At.After(x.at) {
			x.at = h.At
		}
		names := x.events[h.Type]
		if names == nil {
			names = map[string]bool{}
			x.events[h.Type] = names
		}
		for _, detail := range x.details(&h) {
			names[detail.Name] = true
		}
		for i, r := range h.related {
			switch {
			case r.actor != "":
				x.actors[r.actor] = true
			case r.line != "":
				x.lines[r.Kind] = true
			case i == 0:
				x.found.add(r.Ref, h.Version)
			default:
				x.found.add(r.Ref, 0)
			}
		}
	}
	x.position = last
	x.found.compact()
	return nil
}

// texts are details of events that people write, or that name them.
var texts = []string{"note", "disqualify_note", "name", "reason", "notices"}

// details are what an event tells besides.
func (x *exporter) details(h *happened) (list []attribute) {
	for _, detail := range h.Data {
		name, text := detail.Name, detail.Value
		if slices.Contains(texts, name) && !x.People {
			continue
		}
		if h.Action.Verb() == "assign" {
			text = x.pseudonym(text)
		}
		switch name {
		case "position", "action", "from", "to", "actor":
			name = "data_" + name
		}
		list = append(list, attribute{name, text})
	}
	return list
}

func (x *exporter) eventTypes() (types []typeOf) {
	for _, name := range slices.Sorted(maps.Keys(x.events)) {
		t := typeOf{name, []attributeType{{"position", typeInteger}, {"action", typeString}, {"from", typeString}, {"to", typeString}, {"actor", typeString}}}
		for _, detail := range slices.Sorted(maps.Keys(x.events[name])) {
			t.Attributes = append(t.Attributes, attributeType{detail, typeString})
		}
		types = append(types, t)
	}
	return types
}

func (x *exporter) objectTypes() (types []typeOf) {
	for kind := range x.found.kinds() {
		d := x.describe(kind)
		types = append(types, declare(string(kind), d.fields))
		if x.lines[kind] {
			types = append(types, declare(lineType(kind), d.lines))
		}
	}
	if len(x.actors) > 0 {
		types = append(types, typeOf{Name: "actor"})
	}
	slices.SortFunc(types, func(a, b typeOf) int { return cmp.Compare(a.Name, b.Name) })
	return types
}

func (x *exporter) tellEvents(ctx context.Context, s sink) error {
	if x.position < 0 {
		return nil
	}
	for h, err := range x.happenings(ctx) {
		if err != nil {
			return err
		}
		e := &event{
			ID:   h.Ref.String() + "/" + strconv.FormatInt(h.Version, 10) + "/" + strconv.Itoa(h.ordinal),
			Type: h.Type, Time: h.At, Attributes: []attribute{{"position", strconv.FormatInt(h.Position, 10)}, {"action", h.Action.String()}},
		}
		for _, a := range []attribute{{"from", h.From}, {"to", h.To}, {"actor", x.pseudonym(h.Actor.Text())}} {
			if a.Value != "" {
				e.Attributes = append(e.Attributes, a)
			}
		}
		e.Attributes = append(e.Attributes, x.details(&h)...)
		for _, r := range h.related {
			e.Relationships = append(e.Relationships, relationship{r.id(), r.qualifier})
		}
		e.Relationships = tidy(e.Relationships)
		if err := s.event(e); err != nil {
			return err
		}
		x.progress(1, 0)
	}
	return nil
}

// tidy sorts relationships, each once; the subject comes first.
func tidy(list []relationship) []relationship {
	rank := func(r relationship) int {
		if r.Qualifier == qualifiesSubject {
			return 0
		}
		return 1
	}
	slices.SortFunc(list, func(a, b relationship) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Qualifier, b.Qualifier), cmp.Compare(a.Object, b.Object))
	})
	return slices.Compact(list)
}

func (x *exporter) progress(events, objects int) {
	x.told[0] += events
	x.told[1] += objects
	if x.Progress != nil && (events+objects == 0 || (x.told[0]+x.told[1])%1000 == 0) {
		x.Progress(x.told[0], x.told[1])
	}
}

func (x *exporter) tellObjects(ctx context.Context, s sink) error {
	for _, actor := range slices.Sorted(maps.Keys(x.actors)) {
		if err := s.object(&object{ID: "actor/" + actor, Type: "actor"}); err != nil {
			return err
		}
		x.progress(0, 1)
	}
	for _, seen := range x.found.list {
		objects, err := x.objects(ctx, seen)
		if err != nil {
			return err
		}
		for _, o := range objects {
			if err := s.object(o); err != nil {
				return err
			}
			x.progress(0, 1)
		}
	}
	return nil
}

// objects makes a record and its lines of the record's history.
func (x *exporter) objects(ctx context.Context, seen seen) ([]*object, error) {
	ref := x.found.ref(seen)
	d := x.describe(ref.Kind)
	own := newTrail(&object{ID: ref.String(), Type: string(ref.Kind)}, d.fields)
	var numbers []string
	lines := map[string]*trail{}
	state := members{}
	for e, err := range x.c.History(ctx, ref) {
		if errors.Is(err, codes.ErrNotFound) {
			break // what is referred to was brought in from elsewhere
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		if !x.Until.IsZero() && e.At.After(x.Until) || seen.version > 0 && x.Until.IsZero() && e.Version > int64(seen.version) || seen.version == 0 && e.At.After(x.at) {
			break
		}
		if e.Erased {
			state = members{}
			own.forget()
			for _, t := range lines {
				t.forget()
			}
			continue
		}
		at := e.At
		if at.Before(x.Since) {
			at = before
		}
		moved := false
		for _, change := range e.Changes {
			if change.New == nil {
				delete(state, change.Field)
			} else {
				state[change.Field] = change.New
			}
			moved = moved || change.Field == "lines"
		}
		own.note(x.Options, state, at, e.Changes)
		if !moved || x.NoLines || !x.lines[ref.Kind] {
			continue
		}
		for _, l := range linesIn(state["lines"]) {
			t := lines[l.number]
			if t == nil {
				t = newTrail(&object{ID: ref.String() + "/" + l.number, Type: lineType(ref.Kind)}, d.lines)
				t.object.Relationships = []relationship{{ref.String(), qualifiesLineOf}}
				lines[l.number], numbers = t, append(numbers, l.number)
			}
			t.note(x.Options, l.members, at, nil)
		}
	}
	if err := x.relateObject(own.object, ref, state); err != nil {
		return nil, err
	}
	list := []*object{own.object}
	slices.SortFunc(numbers, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	for _, number := range numbers {
		list = append(list, lines[number].object)
	}
	return list, nil
}

// relateObject tells what the last state refers to, as far as that is told as well.
func (x *exporter) relateObject(o *object, ref record.Ref, state members) error {
	if len(state) == 0 {
		return nil
	}
	body, err := json.Marshal(state)
	if err != nil {
		return err
	}
	d, err := engine.DecodeRecord(ref.Kind, body)
	if err != nil {
		return err
	}
	for _, r := range references(d) {
		if x.found.has(r.Ref) {
			o.Relationships = append(o.Relationships, relationship{r.String(), Qualifier(ref.Kind, r.field)})
		}
	}
	o.Relationships = tidy(o.Relationships)
	return nil
}

// trail follows the attributes of an object.
type trail struct {
	object *object
	fields []field
	last   []string
}

func newTrail(o *object, fields []field) *trail {
	return &trail{o, fields, make([]string, len(fields))}
}

// note tells the values that are others than before; of changes, if given, only those.
func (t *trail) note(o *Options, m members, at time.Time, changes []engine.FieldChange) {
	for i := range t.fields {
		f := &t.fields[i]
		if changes != nil && !slices.ContainsFunc(changes, func(c engine.FieldChange) bool { return c.Field == f.path[0] }) {
			continue
		}
		text := f.valueIn(m)
		if f.personal {
			text = o.pseudonym(text)
		}
		if text == t.last[i] {
			continue
		}
		t.last[i] = text
		list := t.object.Attributes
		if at.Equal(before) { // only the last value from before the period counts
			list = slices.DeleteFunc(list, func(a timedAttribute) bool { return a.Name == f.name })
			if text == "" {
				t.object.Attributes = list
				continue
			}
		}
		t.object.Attributes = append(list, timedAttribute{attribute{f.name, text}, at})
	}
}

// forget drops all values: they were erased.
func (t *trail) forget() {
	t.object.Attributes = nil
	clear(t.last)
}

// seen is a record that is told of: 24 bytes.
type seen struct {
	id      uuid.UUID
	kind    uint16
	version uint32 // the last that an event has; 0 if it is only referred to
}

// found collects records and sorts them by kind and id.
type found struct {
	names []kinds.Kind
	list  []seen
	room  int
}

func (f *found) add(ref record.Ref, version int64) {
	at := slices.Index(f.names, ref.Kind)
	if at < 0 {
		at = len(f.names)
		f.names = append(f.names, ref.Kind)
	}
	f.list = append(f.list, seen{ref.ID, uint16(at), uint32(version)})
	if len(f.list) > f.room {
		f.compact()
		f.room = 2*len(f.list) + 4096
	}
}

func (f *found) compare(a, b seen) int {
	if a.kind != b.kind {
		return strings.Compare(string(f.names[a.kind]), string(f.names[b.kind]))
	}
	return slices.Compare(a.id[:], b.id[:])
}

// compact sorts the list and keeps each record once, with its last version.
func (f *found) compact() {
	slices.SortFunc(f.list, func(a, b seen) int { return cmp.Or(f.compare(a, b), cmp.Compare(b.version, a.version)) })
	f.list = slices.CompactFunc(f.list, func(a, b seen) bool { return f.compare(a, b) == 0 })
}

func (f *found) ref(s seen) record.Ref { return record.Ref{Kind: f.names[s.kind], ID: s.id} }

func (f *found) has(ref record.Ref) bool {
	at := slices.Index(f.names, ref.Kind)
	if at < 0 {
		return false
	}
	_, has := slices.BinarySearchFunc(f.list, seen{id: ref.ID, kind: uint16(at)}, f.compare)
	return has
}

// kinds yields the kinds of what was found.
func (f *found) kinds() iter.Seq[kinds.Kind] { return slices.Values(f.names) }
