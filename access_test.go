package leadtocash_test

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
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/bpf"
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
	Definitions Report Named Ageing Totals Statement Position Credit Chain Timeline CustomerTimeline DealTimeline`)

// scopesOfClient are the methods of a client that are no calls.
var scopesOfClient = []string{"As", "At", "In", "On", "Once", "Preview", "Starting", "StatusReason", "StatusReasons", "Settings", "Atomic"}

// deeds lists every exported method of a client and of all its services.
func deeds() (list []deed) {
	client := reflect.TypeFor[*leadtocash.Client]()
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
	return slices.Contains(lookingCalls, d.verb()) && d.name != "Products.Properties" && d.name != "Invoices.Credit"
}

// answer is what a call said.
type answer struct {
	values []reflect.Value
	err    error
}

// text is all that there is to an answer.
func (a answer) text() string {
	var b strings.Builder
	for _, v := range a.values {
		body, err := json.Marshal(v.Interface())
		if err != nil {
			body = fmt.Appendf(nil, "%+v", v.Interface())
		}
		b.Write(append(body, '\n'))
	}
	if a.err != nil {
		b.WriteString(a.err.Error())
	}
	return b.String()
}

// do carries a deed out; a list is read to its end.
func (d deed) do(ctx context.Context, c *leadtocash.Client, args []reflect.Value) (a answer) {
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

// arguments are the ways to call a deed: on every record there is, with commands
// that say nothing, and with commands that name records, secrets above all.
func (w *accessWorld) arguments(d deed, known secrets) (ways [][]reflect.Value) {
	ways = [][]reflect.Value{nil}
	for _, in := range d.args {
		var longer [][]reflect.Value
		for _, v := range w.values(d, in, known) {
			for _, way := range ways {
				longer = append(longer, append(slices.Clip(way), v))
			}
		}
		ways = longer
	}
	return ways
}

func (w *accessWorld) values(d deed, in reflect.Type, known secrets) (list []reflect.Value) {
	all := func(kinds ...leadtocash.Kind) (refs []leadtocash.Ref) {
		for _, kind := range kinds {
			for _, id := range w.refs[kind] {
				refs = append(refs, leadtocash.Ref{Kind: kind, ID: id})
			}
		}
		return refs
	}
	one := func(v any) []reflect.Value { return []reflect.Value{reflect.ValueOf(v)} }
	switch in {
	case reflect.TypeFor[leadtocash.Ref]():
		for _, r := range all(leadtocash.Kinds()...) {
			list = append(list, reflect.ValueOf(r))
		}
		return list
	case reflect.TypeFor[leadtocash.CustomerID]():
		for _, r := range all(leadtocash.KindAccount, leadtocash.KindContact) {
			list = append(list, reflect.ValueOf(leadtocash.CustomerID{Ref: r}))
		}
		return list
	case reflect.TypeFor[bpf.Ref]():
		for _, r := range all(leadtocash.KindLead, leadtocash.KindOpportunity) {
			list = append(list, reflect.ValueOf(leadtocash.Entity(r)))
		}
		return list
	case reflect.TypeFor[uuid.UUID]():
		return append(one(bob), reflect.ValueOf(w.refs[leadtocash.KindSeller][0]))
	case reflect.TypeFor[time.Time]():
		return one(accessDay)
	case reflect.TypeFor[leadtocash.Currency]():
		return one(leadtocash.EUR)
	case reflect.TypeFor[int64]():
		return append(one(int64(1)), reflect.ValueOf(int64(2)))
	case reflect.TypeFor[leadtocash.Kind]():
		for _, kind := range leadtocash.Kinds() {
			list = append(list, reflect.ValueOf(kind))
		}
		return list
	case reflect.TypeFor[[]leadtocash.LeadID]():
		var ids []leadtocash.LeadID
		for _, id := range w.refs[leadtocash.KindLead] {
			ids = append(ids, leadtocash.LeadID{UUID: id})
		}
		return one(ids)
	case reflect.TypeFor[string]():
		for _, text := range map[string][]string{
			"Revisions": {"QUO-00001", "QUO-00002"}, "Definitions": {"", "lead"},
			"Report": {"drawn", "frozen", "lead_to_opportunity_sales_process", "none"}, "Named": {"drawn", "frozen"}, "Switch": {"drawn", "frozen"},
		}[d.verb()] {
			list = append(list, reflect.ValueOf(text))
		}
		if list == nil {
			list = one("said")
		}
		return list
	}
	if kind, is := kindOfID(in); is {
		for _, id := range w.refs[kind] {
			list = append(list, w.id(in, id))
		}
		return list
	}
	plain, naming := reflect.New(in).Elem(), reflect.New(in).Elem()
	if in.Kind() != reflect.Struct {
		return append(list, plain)
	}
	w.name(naming, known)
	return append(list, plain, naming)
}

// kindOfID tells whose id a type is.
func kindOfID(t reflect.Type) (kind leadtocash.Kind, is bool) {
	name := t.Name()
	if !strings.HasPrefix(name, "ID[") {
		return "", false
	}
	kind, is = kindsOfRecords[name[strings.LastIndexByte(name, '.')+1:len(name)-1]]
	return kind, is
}

func (w *accessWorld) id(t reflect.Type, id uuid.UUID) reflect.Value {
	v := reflect.New(t).Elem()
	v.Field(0).Set(reflect.ValueOf(id))
	return v
}

// name makes a command name records: a secret where there is one of the kind.
func (w *accessWorld) name(v reflect.Value, known secrets) {
	pick := func(kind leadtocash.Kind) uuid.UUID {
		for _, r := range known {
			if r.Kind == kind {
				return r.ID
			}
		}
		return w.refs[kind][0]
	}
	for i := range v.NumField() {
		f, sf := v.Field(i), v.Type().Field(i)
		if !sf.IsExported() || sf.Name == "ID" || sf.Name == "Currency" {
			continue
		}
		if kind, is := kindOfID(f.Type()); is {
			if len(w.refs[kind]) > 0 && !strings.HasPrefix(sf.Name, "New") {
				f.Set(w.id(f.Type(), pick(kind)))
			}
			continue
		}
		switch f.Type() {
		case reflect.TypeFor[leadtocash.CustomerID]():
			f.Set(reflect.ValueOf(leadtocash.AccountCustomer(leadtocash.AccountID{UUID: pick(leadtocash.KindAccount)})))
		case reflect.TypeFor[leadtocash.Ref]():
			f.Set(reflect.ValueOf(leadtocash.Ref{Kind: leadtocash.KindOpportunity, ID: pick(leadtocash.KindOpportunity)}))
		case reflect.TypeFor[bpf.Ref]():
			f.Set(reflect.ValueOf(leadtocash.Entity(leadtocash.Ref{Kind: leadtocash.KindOpportunity, ID: pick(leadtocash.KindOpportunity)})))
		default:
			switch {
			case f.Kind() == reflect.String && slices.Contains([]string{"Name", "Topic", "LastName", "Subject", "FileName", "Reason"}, sf.Name):
				f.SetString("x")
			case f.Kind() == reflect.Struct && strings.HasSuffix(f.Type().PkgPath(), "leadtocash") && f.NumField() > 0:
				w.name(f, known)
			}
		}
	}
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
		if e, is := v.Interface().(leadtocash.Event); is {
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

// toldBy lists what a refusal tells of secrets that the caller did not name.
func (w *accessWorld) toldBy(err error, s secrets, named string) (list []string) {
	var e *leadtocash.Error
	if !errors.As(err, &e) {
		return nil
	}
	body, err := json.Marshal(e.Reasons)
	if err != nil {
		return []string{err.Error()}
	}
	for _, r := range e.Reasons {
		if kind, is := r.Params["kind"].(leadtocash.Kind); is && s.ofKind(kind) && len(w.open(kind, s)) == 0 {
			list = append(list, "there are secrets: "+r.Message)
		}
	}
	for _, ref := range s {
		for _, text := range w.texts[ref] {
			if strings.Contains(string(body), text) && !strings.Contains(named, text) {
				list = append(list, "the refusal names "+text)
			}
		}
	}
	return list
}

// open lists the records of a kind that are no secrets.
func (w *accessWorld) open(kind leadtocash.Kind, s secrets) (ids []uuid.UUID) {
	for _, id := range w.refs[kind] {
		if !s.hold(leadtocash.Ref{Kind: kind, ID: id}) {
			ids = append(ids, id)
		}
	}
	return ids
}

// passed is the text of what is given to a call.
func passed(args []reflect.Value) string {
	var b strings.Builder
	for _, v := range args {
		fmt.Fprintf(&b, "%+v ", v.Interface())
	}
	return b.String()
}

// known is what the caller knows besides what he names: what the records say that
// he calls on and may see.
func (w *accessWorld) known(args []reflect.Value, s secrets) string {
	var b strings.Builder
	for _, v := range args {
		if kind, is := kindOfID(v.Type()); is {
			if id := v.Field(0).Interface().(uuid.UUID); !s.hold(leadtocash.Ref{Kind: kind, ID: id}) {
				b.WriteString(w.bodies[id])
			}
		}
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

// canaries are texts that stand in secrets alone. The labels of
// processes are none: who may see an instance sees those of its stages.
func (w *accessWorld) canaries(s secrets) (list []string) {
	open := map[string]bool{}
	words := func(ref leadtocash.Ref) (words []string) {
		for _, m := range content.FindAllStringSubmatch(w.bodies[ref.ID], -1) {
			words = append(words, m[1])
		}
		return words
	}
	for ref := range w.texts {
		if ref.Kind == leadtocash.KindProcessDefinition || ref.Kind == leadtocash.KindProcess {
			continue
		}
		for _, word := range words(ref) {
			open[word] = open[word] || !s.hold(ref)
		}
	}
	for word, open := range open {
		if !open {
			list = append(list, word)
		}
	}
	return list
}

// prying is somebody who may not see the secrets, and a client that knows none.
type prying struct {
	*accessWorld
	actor, outsider *leadtocash.Client
	secrets         secrets
	canaries        []string
}

func (w *accessWorld) prying(actor, outsider *leadtocash.Client, s secrets) prying {
	return prying{w, actor, outsider, s, w.canaries(s)}
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
		got := d.do(t.Context(), actor, args)
		named, known := passed(args), w.known(args, s)
		if d.looks() {
			if s.ofKind(leadtocash.KindProcessDefinition) && slices.Contains(byDefinition, d.verb()) {
				continue
			}
			if want := d.do(t.Context(), w.outsider, args); instead.Replace(got.text()) != instead.Replace(want.text()) {
				said, silent := differing(instead.Replace(got.text()), instead.Replace(want.text()))
				t.Errorf("%s(%s) says\n%s\nwithout the secrets it says\n%s", d.name, named, said, silent)
			}
			continue
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
			if v.Type() == reflect.TypeFor[[]leadtocash.Verdict]() {
				for _, verdict := range v.Interface().([]leadtocash.Verdict) {
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
	for _, kind := range leadtocash.Kinds() {
		var whole secrets
		for _, id := range w.refs[kind] {
			whole = append(whole, leadtocash.Ref{Kind: kind, ID: id})
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
			actor := w.client(t, w.store, leadtocash.WithAuthorizer(hides{s, w}))
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
	for p, err := range w.client(t, w.store).Processes().All(t.Context(), leadtocash.ProcessQuery{Definition: "drawn"}) {
		if err != nil {
			t.Fatal(err)
		}
		s = append(s, ref(leadtocash.KindProcess, p.ID))
	}
	if len(s) == 0 {
		t.Fatal("nobody runs the process")
	}
	as := func(role string) *leadtocash.Client {
		return w.client(t, w.store, leadtocash.WithProcessHost(leadtocash.ProcessHost{
			Roles: func(context.Context, leadtocash.Actor) []string { return []string{role} },
		}))
	}
	clerk := w.prying(as("clerk"), w.client(t, lackingStore{w.store, s}), s)
	boss := w.prying(as("boss"), w.client(t, w.store), nil)
	for _, d := range deeds() {
		switch d.name {
		case "Processes.Definitions", "Processes.Report", "Processes.View": // see TestProcessRoles
			continue
		case "Client.Feed", "Processes.RunTriggers", "Notes.SweepBlobs": // for the authorizer alone to grant
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
func (denies) Authorize(context.Context, leadtocash.Request) error { return errNotAllowed }

// forNobody are the methods that have nothing to refuse where there is nobody to do
// something for: they look for records first, ask one after the other, or no
// assistant.
var forNobody = []string{
	"Leads.Advise", "Leads.QualifyAll", "Leads.RescoreAll", "Opportunities.RescoreAll", "Receivables.RunDunning",
	"Processes.CheckEvent", "Processes.HandleEvent", "Processes.StartDefault",
}

// TestWhoMayDoNothing calls every method of a client as somebody who may do and
// see nothing: nothing is told, and nothing changes.
func TestWhoMayDoNothing(t *testing.T) {
	t.Parallel()
	w := newAccessWorld(t)
	var s secrets
	for _, kind := range leadtocash.Kinds() {
		for _, id := range w.refs[kind] {
			s = append(s, leadtocash.Ref{Kind: kind, ID: id})
		}
	}
	before := dumped(t, w.store)
	actor := w.client(t, w.store, leadtocash.WithAuthorizer(denies{hides{s, w}}))
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
