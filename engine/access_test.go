package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

var errNotAllowed = errors.New("not allowed")

// A deed is a method of a client or of one of its services, with arguments.
type deed struct {
	name    string // "Quotes.Get"
	service int    // method of Client that returns the service; -1: the client itself
	method  int
	args    []reflect.Type // besides the context
}

// lookingCalls are the methods that change nothing and go by nothing but what the
// actor sees: what is hidden from him must make no difference to what they say.
var lookingCalls = strings.Fields(`Get All Page Count History AsOf AsOfVersion Current ExplainPrices Closes Allocations
	FindDuplicates FindDuplicatesOf DuplicateReport Rollup Proposals Content Of Stakeholders SalesTeam Competitors
	CalculateActualValue Revisions Properties Substitutes Instances Shown Ribbon View ListForOwner Stranded CountStranded
	Definitions Report Named Ageing Totals Statement Position PositionOf Credit Chain Timeline CustomerTimeline DealTimeline Sums`)

// scopesOfClient are the methods of a client that are no calls.
var scopesOfClient = []string{"As", "At", "In", "On", "Once", "Preview", "Starting", "StatusReason", "StatusReasons", "Settings", "Atomic", "Batch", "Describe", "Actions", "Kind", "Scoped"}

// deeds lists every exported method of a client and of all its services.
func deeds() (list []deed) {
	client := reflect.TypeFor[*engine.Client]()
	context := reflect.TypeFor[context.Context]()
	add := func(name string, service, method int, m reflect.Type) {
		d := deed{name: name, service: service, method: method}
		for i := 2; i < m.NumIn(); i++ { // behind receiver and context
			if !m.IsVariadic() || i < m.NumIn()-1 {
				d.args = append(d.args, m.In(i))
			}
		}
		list = append(list, d)
	}
	for i := range client.NumMethod() {
		m := client.Method(i)
		switch {
		case slices.Contains(scopesOfClient, m.Name):
		case m.Type.NumIn() > 1 && m.Type.In(1) == context:
			add("Client."+m.Name, -1, i, m.Type)
		default:
			service := m.Type.Out(0)
			for j := range service.NumMethod() {
				add(m.Name+"."+service.Method(j).Name, i, j, service.Method(j).Type)
			}
		}
	}
	return list
}

func (d deed) verb() string { return d.name[strings.IndexByte(d.name, '.')+1:] }

// looks reports whether a deed is a looking call. The properties of a product
// include those of its families, and Invoices.Credit is no Receivables.Credit.
func (d deed) looks() bool {
	return (slices.Contains(lookingCalls, d.verb()) || strings.HasPrefix(d.name, "Insight.")) && d.name != "Products.Properties" && d.name != "Invoices.Credit"
}

// answer is what a call said.
type answer struct {
	values []reflect.Value
	err    error
}

// text is all that there is to an answer.
// scopedText is how a report tells that there may be more than the actor may see: it says
// so, and not where it stands in the feed.
var scopedText = regexp.MustCompile(`"[sS]coped":(true|false),?|"position":[0-9]+,?`)

func (a answer) text() string {
	var b strings.Builder
	for _, v := range a.values {
		body, err := json.Marshal(v.Interface())
		if err != nil {
			body = fmt.Appendf(nil, "%+v", v.Interface())
		}
		b.Write(append(scopedText.ReplaceAll(body, nil), '\n'))
	}
	if a.err != nil {
		b.WriteString(a.err.Error())
	}
	return b.String()
}

// do carries a deed out; a list is read to its end.
func (d deed) do(ctx context.Context, c *engine.Client, args []reflect.Value) (a answer) {
	service := reflect.ValueOf(c)
	if d.service >= 0 {
		service = service.Method(d.service).Call(nil)[0]
	}
	results := service.Method(d.method).Call(append([]reflect.Value{reflect.ValueOf(&ctx).Elem()}, args...))
	note := func(v reflect.Value) {
		switch err, is := v.Interface().(error); {
		case is:
			a.err = err
		case v.Kind() != reflect.Interface || !v.IsNil():
			a.values = append(a.values, v)
		}
	}
	for _, v := range results {
		if v.Kind() != reflect.Func {
			note(v)
			continue
		}
		for x, err := range v.Seq2() {
			if err.IsNil() {
				note(x)
			} else {
				note(err)
			}
		}
	}
	return a
}

// kindOfID tells whose id a type is.
func kindOfID(t reflect.Type) (kind kinds.Kind, is bool) {
	id, is := reflect.Zero(t).Interface().(interface{ Ref() record.Ref })
	if !is || !strings.HasPrefix(t.Name(), "ID[") {
		return "", false
	}
	return id.Ref().Kind, true
}

// told lists what a value tells of secrets: the records themselves and what
// happened to them. References in records that are told are part of these.
func told(v reflect.Value, s secrets) (list []string) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			list = told(v.Elem(), s)
		}
	case reflect.Slice:
		for i := range v.Len() {
			list = append(list, told(v.Index(i), s)...)
		}
	case reflect.Struct:
		if e, is := v.Interface().(record.Event); is {
			if s.hold(e.Ref) {
				return []string{"an event of " + e.Ref.String()}
			}
			return nil
		}
		if ref, is := recordIn(v); is {
			if s.hold(ref) {
				return []string{ref.String()}
			}
			return nil
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				list = append(list, told(v.Field(i), s)...)
			}
		}
	}
	return list
}

// passed is the text of what is given to a call.
func passed(args []reflect.Value) string {
	var b strings.Builder
	for _, v := range args {
		fmt.Fprintf(&b, "%+v ", v.Interface())
	}
	return b.String()
}

// byDefinition are the looking calls that go by the definitions of processes, seen
// or not: who may see an instance sees the labels of its stages.
var byDefinition = []string{"View", "Ribbon", "Stranded", "CountStranded", "ListForOwner"}

// instead is what a text without secrets says where the text with them says that
// something is not for the actor to know.
var instead = strings.NewReplacer(`"completion":"unknown"`, `"completion":"incomplete"`)

// content matches the members of a record that people write.
var content = regexp.MustCompile(`"(?:\w*name|topic|label|subject|description|product_description|\w*number)":"([^"]{4,})"`)

// prying is somebody who may not see the secrets, and a client that knows none.
type prying struct {
	*accessWorld
	actor, outsider *engine.Client
	secrets         secrets
	canaries        []string
}

// check does a deed in every way; one that does not only look is a preview where
// nothing is to change.
func (w prying) check(t *testing.T, d deed, preview bool) {
	t.Helper()
	s, actor := w.secrets, w.actor
	if preview && !d.looks() {
		actor = actor.Preview()
	}
	for _, args := range w.arguments(d, s) {
		var notices []record.Reason
		got := d.do(engine.WithNotices(t.Context(), &notices), actor, args)
		named, known := passed(args), w.known(args, s)
		if d.looks() {
			if s.ofKind(kinds.ProcessDefinition) && slices.Contains(byDefinition, d.verb()) {
				continue
			}
			if want := d.do(t.Context(), w.outsider, args); instead.Replace(got.text()) != instead.Replace(want.text()) {
				said, silent := differing(instead.Replace(got.text()), instead.Replace(want.text()))
				t.Errorf("%s(%s) says\n%s\nwithout the secrets it says\n%s", d.name, named, said, silent)
			}
			continue
		}
		if len(notices) > 0 {
			got.values = append(got.values, reflect.ValueOf(notices))
		}
		leaks := w.toldBy(got.err, s, named+known)
		text := got.text()
		for _, word := range w.canaries {
			if strings.Contains(text, word) && !strings.Contains(named+known, word) {
				leaks = append(leaks, "it says "+word)
			}
		}
		for _, v := range got.values {
			leaks = append(leaks, told(v, s)...)
			if v.Type() == reflect.TypeFor[[]flow.Verdict]() {
				for _, verdict := range v.Interface().([]flow.Verdict) {
					leaks = append(leaks, w.toldBy(verdict.Err, s, named+known)...)
				}
			}
		}
		if len(leaks) > 0 {
			t.Errorf("%s(%s) tells of %q: %v", d.name, named, leaks, got.err)
		}
	}
}

// TestHiddenRecordsAreNowhere calls every method of a client as somebody from whom
// records are hidden: all of a kind, or one. Looking says what it would say if
// they did not exist; acting tells nothing of them.
func TestHiddenRecordsAreNowhere(t *testing.T) {
	t.Parallel()
	w := newAccessWorld(t)
	all := deeds()
	if len(all) < 400 {
		t.Errorf("there are only %d methods", len(all))
	}
	hidden := map[string]secrets{}
	for _, kind := range kinds.Kinds() {
		var whole secrets
		for _, id := range w.refs[kind] {
			whole = append(whole, record.Ref{Kind: kind, ID: id})
		}
		hidden[string(kind)], hidden["one "+string(kind)] = whole, whole[:1]
		for i := 0; i < len(whole); i += 2 {
			hidden["half of everything"] = append(hidden["half of everything"], whole[i])
		}
	}
	for name, s := range hidden {
		if testing.Short() && strings.HasPrefix(name, "one ") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			actor := w.client(t, w.store, engine.WithAuthorizer(hides{s, w}))
			outsider := w.client(t, lackingStore{w.store, s})
			prying := w.prying(actor, outsider, s)
			if name == "opportunity" && len(prying.canaries) == 0 {
				t.Error("nothing would be noticed")
			}
			for _, d := range all {
				prying.check(t, d, true)
			}
		})
	}
}

// TestRolesHideProcesses calls every method of a client as somebody whose roles do
// not let him read the instances of a process: it is as if there were none.
func TestRolesHideProcesses(t *testing.T) {
	t.Parallel()
	w := newAccessWorld(t)
	var s secrets
	for p, err := range w.client(t, w.store).Processes().All(t.Context(), engine.ProcessQuery{Definition: "drawn"}) {
		if err != nil {
			t.Fatal(err)
		}
		s = append(s, ref(kinds.Process, p.ID))
	}
	if len(s) == 0 {
		t.Fatal("nobody runs the process")
	}
	as := func(role string) *engine.Client {
		return w.client(t, w.store, engine.WithProcessHost(engine.ProcessHost{
			Roles: func(context.Context, record.Actor) []string { return []string{role} },
		}))
	}
	clerk := w.prying(as("clerk"), w.client(t, lackingStore{w.store, s}), s)
	boss := w.prying(as("boss"), w.client(t, w.store), nil)
	for _, d := range deeds() {
		switch d.name {
		case "Processes.Definitions", "Processes.Report", "Processes.View": // see TestProcessRoles
			continue
		case "Client.Feed", "Client.FeedWith", "Processes.RunTriggers", "Notes.SweepBlobs": // for the authorizer alone to grant
			continue
		}
		clerk.check(t, d, true)
		if d.looks() {
			boss.check(t, d, true)
		}
	}
}

// denies is an authorizer that allows nothing and shows nothing.
type denies struct{ hides }

// Authorize allows nothing.
func (denies) Authorize(context.Context, engine.Request) error { return errNotAllowed }

// forNobody are the methods that have nothing to refuse where there is nobody to do
// something for: they look for records first, ask one after the other, or no
// assistant.
var forNobody = []string{
	"Client.FillCountryCodes", "Leads.Advise", "Leads.QualifyAll", "Leads.RescoreAll", "Opportunities.RescoreAll", "Receivables.RunDunning",
	"Processes.CheckEvent", "Processes.HandleEvent", "Processes.StartDefault",
}

// TestWhoMayDoNothing calls every method of a client as somebody who may do and
// see nothing: nothing is told, and nothing changes.
func TestWhoMayDoNothing(t *testing.T) {
	t.Parallel()
	w := newAccessWorld(t)
	var s secrets
	for _, kind := range kinds.Kinds() {
		for _, id := range w.refs[kind] {
			s = append(s, record.Ref{Kind: kind, ID: id})
		}
	}
	before := dumped(t, w.store)
	actor := w.client(t, w.store, engine.WithAuthorizer(denies{hides{s, w}}))
	prying := w.prying(actor, w.client(t, lackingStore{w.store, s}), s)
	for _, d := range deeds() {
		prying.check(t, d, false)
		if d.looks() || slices.Contains(forNobody, d.name) {
			continue
		}
		for _, args := range w.arguments(d, s) {
			if got := d.do(t.Context(), actor, args); got.err == nil {
				t.Errorf("%s(%s) is allowed: %s", d.name, passed(args), got.text())
			}
		}
	}
	if after := dumped(t, w.store); after != before {
		was, is := differing(before, after)
		t.Errorf("something changed:\n%s\nbecame\n%s", was, is)
	}
}

// differing are the places where two texts begin to differ.
func differing(a, b string) (string, string) {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	from := max(n-60, 0)
	return a[from:min(n+120, len(a))], b[from:min(n+120, len(b))]
}
