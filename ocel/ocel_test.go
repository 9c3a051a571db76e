package ocel_test

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/ocel"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/memory"
)

var key = []byte("pseudonyms of this test")

// history is a client with some journeys behind it.
func history(t testing.TB, journeys int, opts ...engine.ClientOption) *engine.Client {
	t.Helper()
	c, err := engine.New(memory.New(), opts...)
	if err != nil {
		t.Fatal(err)
	}
	for n := range journeys {
		if err := journeytest.Play(t.Context(), c, fmt.Sprint("journey-", n), nil); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func write(t testing.TB, c *engine.Client, o ocel.Options) []byte {
	t.Helper()
	if o.Key == nil {
		o.Key = key
	}
	var b bytes.Buffer
	if err := ocel.Write(t.Context(), &b, c, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// log is what the three forms are read into, as a tool would.
type log struct {
	EventTypes  []logType   `json:"eventTypes"`
	ObjectTypes []logType   `json:"objectTypes"`
	Events      []logEvent  `json:"events"`
	Objects     []logObject `json:"objects"`
}

type logType struct {
	Name       string `json:"name" xml:"name,attr"`
	Attributes []struct {
		Name string `json:"name" xml:"name,attr"`
		Type string `json:"type" xml:"type,attr"`
	} `json:"attributes" xml:"attributes>attribute"`
}

type logValue struct {
	Name  string `json:"name" xml:"name,attr"`
	Time  string `json:"time" xml:"time,attr"`
	Value string `json:"value" xml:",chardata"`
}

type logRelationship struct {
	Object    string `json:"objectId" xml:"object-id,attr"`
	Qualifier string `json:"qualifier" xml:"qualifier,attr"`
}

type logEvent struct {
	ID            string            `json:"id" xml:"id,attr"`
	Type          string            `json:"type" xml:"type,attr"`
	Time          string            `json:"time" xml:"time,attr"`
	Attributes    []logValue        `json:"attributes" xml:"attributes>attribute"`
	Relationships []logRelationship `json:"relationships" xml:"objects>relationship"`
}

type logObject struct {
	ID            string            `json:"id" xml:"id,attr"`
	Type          string            `json:"type" xml:"type,attr"`
	Attributes    []logValue        `json:"attributes" xml:"attributes>attribute"`
	Relationships []logRelationship `json:"relationships" xml:"objects>relationship"`
}

func (l *log) event(eventType string) (logEvent, bool) {
	at := slices.IndexFunc(l.Events, func(e logEvent) bool { return e.Type == eventType })
	if at < 0 {
		return logEvent{}, false
	}
	return l.Events[at], true
}

func (e logEvent) value(name string) string { return valueOf(e.Attributes, name) }

func valueOf(list []logValue, name string) string {
	for _, a := range list {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

func fromJSON(t testing.TB, body []byte) (l log) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		t.Fatal(err)
	}
	return l
}

func fromXML(t testing.TB, body []byte) log {
	t.Helper()
	var doc struct {
		XMLName     xml.Name    `xml:"log"`
		ObjectTypes []logType   `xml:"object-types>object-type"`
		EventTypes  []logType   `xml:"event-types>event-type"`
		Objects     []logObject `xml:"objects>object"`
		Events      []logEvent  `xml:"events>event"`
	}
	if err := xml.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	return log{doc.EventTypes, doc.ObjectTypes, doc.Events, doc.Objects}
}

// canonical writes a log so that an empty list and none are the same.
func canonical(t testing.TB, l log) string {
	t.Helper()
	for i := range l.Events {
		l.Events[i].Attributes, l.Events[i].Relationships = some(l.Events[i].Attributes), some(l.Events[i].Relationships)
	}
	for i := range l.Objects {
		l.Objects[i].Attributes, l.Objects[i].Relationships = some(l.Objects[i].Attributes), some(l.Objects[i].Relationships)
	}
	for _, types := range [][]logType{l.EventTypes, l.ObjectTypes} {
		for i := range types {
			types[i].Attributes = some(types[i].Attributes)
		}
	}
	body, err := json.MarshalIndent(l, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func some[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

// valid checks what the standard asks of a log.
func valid(t testing.TB, l log) {
	t.Helper()
	types := func(list []logType) map[string]map[string]string {
		m := map[string]map[string]string{}
		for _, typ := range list {
			if m[typ.Name] != nil {
				t.Errorf("type %s is declared twice", typ.Name)
			}
			m[typ.Name] = map[string]string{}
			for _, a := range typ.Attributes {
				if m[typ.Name][a.Name] != "" {
					t.Errorf("attribute %s of %s is declared twice", a.Name, typ.Name)
				}
				m[typ.Name][a.Name] = a.Type
			}
		}
		return m
	}
	eventTypes, objectTypes, objects, events := types(l.EventTypes), types(l.ObjectTypes), map[string]bool{}, map[string]bool{}
	for _, o := range l.Objects {
		if objects[o.ID] {
			t.Errorf("object %s is there twice", o.ID)
		}
		objects[o.ID] = true
		if objectTypes[o.Type] == nil {
			t.Errorf("object %s is of the type %s, which is not declared", o.ID, o.Type)
		}
		last := ""
		for _, a := range o.Attributes {
			if objectTypes[o.Type][a.Name] == "" {
				t.Errorf("object %s has %s, which its type has not", o.ID, a.Name)
			}
			if _, err := time.Parse(time.RFC3339Nano, a.Time); err != nil || a.Time < last {
				t.Errorf("object %s: %s at %s after %s", o.ID, a.Name, a.Time, last)
			}
			last = a.Time
		}
	}
	position := 0
	for _, e := range l.Events {
		if events[e.ID] {
			t.Errorf("event %s is there twice", e.ID)
		}
		events[e.ID] = true
		if eventTypes[e.Type] == nil {
			t.Errorf("event %s is of the type %s, which is not declared", e.ID, e.Type)
		}
		for _, a := range e.Attributes {
			if eventTypes[e.Type][a.Name] == "" {
				t.Errorf("event %s has %s, which its type has not", e.ID, a.Name)
			}
		}
		var at int
		if _, err := fmt.Sscan(e.value("position"), &at); err != nil || at <= position {
			t.Errorf("event %s at position %s comes after %d", e.ID, e.value("position"), position)
		}
		position = at
		if len(e.Relationships) == 0 || e.Relationships[0].Qualifier != "subject" {
			t.Errorf("event %s has no subject: %v", e.ID, e.Relationships)
		}
	}
	related := func(id string, list []logRelationship) {
		for _, r := range list {
			if !objects[r.Object] || r.Qualifier == "" {
				t.Errorf("%s relates as %q to %s, which is not there", id, r.Qualifier, r.Object)
			}
		}
	}
	for _, e := range l.Events {
		related(e.ID, e.Relationships)
	}
	for _, o := range l.Objects {
		related(o.ID, o.Relationships)
	}
}

func TestALogIsTheHistory(t *testing.T) {
	c := history(t, 3)
	l := fromJSON(t, write(t, c, ocel.Options{}))
	valid(t, l)
	var told []string
	for e, err := range c.Feed(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, fmt.Sprint(e.Position, " ", e.Type, " ", e.Ref))
	}
	var got []string
	for _, e := range l.Events {
		got = append(got, fmt.Sprint(e.value("position"), " ", e.Type, " ", e.Relationships[0].Object))
	}
	if !slices.Equal(got, told) {
		t.Errorf("the log tells %d events, the feed %d", len(got), len(told))
	}
	for eventType, want := range map[string]string{
		"quote.created":   "source opportunity/",
		"order.created":   "source quote/",
		"invoice.created": "source order/",
		"invoice.issued":  "order order/",
		"lead.qualified":  "customer account/",
	} {
		e, is := l.event(eventType)
		if !is {
			t.Errorf("there is no event %s", eventType)
			continue
		}
		qualifier, object, _ := strings.Cut(want, " ")
		if !slices.ContainsFunc(e.Relationships, func(r logRelationship) bool {
			return r.Qualifier == qualifier && strings.HasPrefix(r.Object, object)
		}) {
			t.Errorf("%s relates to %v, want a %s %s…", eventType, e.Relationships, qualifier, object)
		}
	}
	for _, o := range l.Objects {
		if o.Type == "invoice" {
			if got := valueOf(o.Attributes, "total_amount"); got != "916.47" {
				t.Errorf("the invoice has a total of %q in %v", got, o.Attributes)
			}
		}
		if o.Type == "invoice_line" && !slices.ContainsFunc(o.Relationships, func(r logRelationship) bool { return r.Qualifier == "line of" }) {
			t.Errorf("line %s is of no document", o.ID)
		}
	}
	if !slices.ContainsFunc(l.Objects, func(o logObject) bool { return o.Type == "quote_line" }) {
		t.Error("there is no line of a quote")
	}
}

func TestTheThreeFormsAreOneLog(t *testing.T) {
	c := history(t, 2)
	want := canonical(t, fromJSON(t, write(t, c, ocel.Options{})))
	if got := canonical(t, fromXML(t, write(t, c, ocel.Options{Format: ocel.XML}))); got != want {
		t.Errorf("XML holds another log than JSON:\n%s", firstDifference(got, want))
	}
	db := openDB(t)
	if err := ocel.WriteSQLite(t.Context(), db, c, ocel.Options{Key: key}); err != nil {
		t.Fatal(err)
	}
	if got := canonical(t, fromSQLite(t, db)); got != canonical(t, undeclared(fromJSON(t, write(t, c, ocel.Options{})))) {
		t.Errorf("SQLite holds another log than JSON:\n%s", firstDifference(got, canonical(t, undeclared(fromJSON(t, write(t, c, ocel.Options{}))))))
	}
	broken := 0
	rows, err := db.QueryContext(t.Context(), "PRAGMA foreign_key_check")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		broken++
	}
	if broken > 0 || rows.Err() != nil {
		t.Errorf("%d rows refer to nothing (%v)", broken, rows.Err())
	}
}

func firstDifference(a, b string) string {
	la, lb := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(la), len(lb)) {
		if la[i] != lb[i] {
			return fmt.Sprintf("line %d: %s\nwant: %s\nafter %s", i, la[i], lb[i], strings.Join(la[max(0, i-6):i], "\n"))
		}
	}
	return fmt.Sprintf("%d and %d lines", len(la), len(lb))
}

func openDB(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "log.sqlite")+"?_pragma=foreign_keys(1)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// undeclared leaves out what tables do not say: types of attributes, and which of an
// object's values follow each other within one instant.
func undeclared(l log) log {
	for _, types := range [][]logType{l.EventTypes, l.ObjectTypes} {
		for i := range types {
			types[i].Attributes = nil
		}
	}
	for i := range l.Objects {
		slices.SortStableFunc(l.Objects[i].Attributes, func(a, b logValue) int { return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Name, b.Name)) })
	}
	for i := range l.Events {
		slices.SortFunc(l.Events[i].Attributes, func(a, b logValue) int { return cmp.Compare(a.Name, b.Name) })
	}
	return l
}

// fromSQLite reads the tables as a tool would, which knows only the map tables.
func fromSQLite(t testing.TB, db *sql.DB) (l log) {
	t.Helper()
	query := func(text string, args ...any) (list []map[string]string) {
		t.Helper()
		rows, err := db.QueryContext(t.Context(), text, args...)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		defer rows.Close()
		names, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values, into := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			row := map[string]string{}
			for i, v := range values {
				switch v := v.(type) {
				case nil:
				case time.Time:
					row[names[i]] = v.UTC().Format("2006-01-02T15:04:05.000000Z")
				default:
					row[names[i]] = fmt.Sprint(v)
				}
			}
			list = append(list, row)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return list
	}
	relationships := func(table, id string) (list []logRelationship) {
		from, to := "ocel_event_id", "ocel_object_id"
		if table == "object_object" {
			from, to = "ocel_source_id", "ocel_target_id"
		}
		for _, r := range query("SELECT "+to+" AS o, ocel_qualifier AS q FROM "+table+" WHERE "+from+" = ? ORDER BY rowid", id) {
			list = append(list, logRelationship{r["o"], r["q"]})
		}
		return list
	}
	own := map[string]bool{"ocel_id": true, "ocel_time": true, "ocel_changed_field": true}
	for _, r := range query("SELECT ocel_type AS t, ocel_type_map AS m FROM event_map_type ORDER BY 1") {
		l.EventTypes = append(l.EventTypes, logType{Name: r["t"]})
		for _, row := range query(`SELECT * FROM "event_` + r["m"] + `"`) {
			e := logEvent{ID: row["ocel_id"], Type: r["t"], Time: row["ocel_time"], Relationships: relationships("event_object", row["ocel_id"])}
			for name, value := range row {
				if !own[name] {
					e.Attributes = append(e.Attributes, logValue{Name: name, Value: value})
				}
			}
			l.Events = append(l.Events, e)
		}
	}
	slices.SortFunc(l.Events, func(a, b logEvent) int {
		return cmp.Or(cmp.Compare(len(a.value("position")), len(b.value("position"))), cmp.Compare(a.value("position"), b.value("position")))
	})
	tables := map[string]string{}
	for _, r := range query("SELECT ocel_type AS t, ocel_type_map AS m FROM object_map_type ORDER BY 1") {
		l.ObjectTypes = append(l.ObjectTypes, logType{Name: r["t"]})
		tables[r["t"]] = r["m"]
	}
	for _, r := range query("SELECT ocel_id AS i, ocel_type AS t FROM object ORDER BY rowid") {
		o := logObject{ID: r["i"], Type: r["t"], Relationships: relationships("object_object", r["i"])}
		for _, row := range query(`SELECT * FROM "object_`+tables[r["t"]]+`" WHERE ocel_id = ? ORDER BY rowid`, r["i"]) {
			for name, value := range row {
				if !own[name] && (row["ocel_changed_field"] == "" || row["ocel_changed_field"] == name) {
					o.Attributes = append(o.Attributes, logValue{name, row["ocel_time"], value})
				}
			}
		}
		l.Objects = append(l.Objects, o)
	}
	return undeclared(l)
}

func TestTheSameHistoryHasTheSameBytes(t *testing.T) {
	c := history(t, 2)
	for _, format := range []ocel.Format{ocel.JSON, ocel.XML} {
		if !bytes.Equal(write(t, c, ocel.Options{Format: format}), write(t, c, ocel.Options{Format: format})) {
			t.Errorf("format %d: two logs of one history differ", format)
		}
	}
}

func TestAPeriod(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	c := history(t, 0, engine.WithClock(func() time.Time { return now }))
	lead, err := c.Leads().Create(t.Context(), leadtocash.CreateLead{
		Origin: record.Origin{Currency: money.EUR}, Fields: leadtocash.LeadFields{Topic: "before", LastName: "Roe"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for day, topic := range []string{"within", "within still", "after"} {
		now = time.Date(2026, 3, 10+day, 9, 0, 0, 0, time.UTC)
		fields := lead.LeadFields
		fields.Topic = topic
		if lead, err = c.Leads().Edit(t.Context(), lead.ID, leadtocash.EditLead{Fields: fields}); err != nil {
			t.Fatal(err)
		}
	}
	l := fromJSON(t, write(t, c, ocel.Options{
		Since: time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 3, 11, 23, 0, 0, 0, time.UTC),
	}))
	valid(t, l)
	if len(l.Events) != 2 || len(l.Objects) != 1 {
		t.Fatalf("got %d events of %d objects, want 2 of 1", len(l.Events), len(l.Objects))
	}
	var topics []string
	for _, a := range l.Objects[0].Attributes {
		if a.Name == "topic" {
			topics = append(topics, a.Time[:10]+" "+a.Value)
		}
	}
	if want := []string{"1970-01-01 before", "2026-03-10 within", "2026-03-11 within still"}; !slices.Equal(topics, want) {
		t.Errorf("topics are %q, want %q", topics, want)
	}
}

func TestPeopleAreNotTold(t *testing.T) {
	c := history(t, 1)
	who := record.User(engine.NewID[record.LeadID]().UUID)
	lead, err := c.As(who).Leads().Create(t.Context(), leadtocash.CreateLead{
		Origin: record.Origin{Currency: money.EUR},
		Fields: leadtocash.LeadFields{Topic: "a topic", FirstName: "Zebulon", LastName: "Quasimodo", Email1: "zq@example.com", Description: "told in confidence"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.As(who).Leads().Disqualify(t.Context(), lead.ID, leadtocash.DisqualifyLead{Note: "Quasimodo will not buy"}); err != nil {
		t.Fatal(err)
	}
	body := string(write(t, c, ocel.Options{}))
	for _, text := range []string{"Quasimodo", "Zebulon", "zq@", "in confidence", who.ID.String()} {
		if strings.Contains(body, text) {
			t.Errorf("the log tells %q", text)
		}
	}
	open := string(write(t, c, ocel.Options{People: true}))
	if !strings.Contains(open, who.ID.String()) || strings.Contains(open, "in confidence") {
		t.Error("with people the log does not tell who, or tells descriptions")
	}
	valid(t, fromJSON(t, []byte(open)))
	if bytes.Equal(write(t, c, ocel.Options{Key: []byte("one")}), write(t, c, ocel.Options{Key: []byte("another")})) {
		t.Error("pseudonyms do not depend on the key")
	}
}

func TestErasedRecordsKeepTheirEvents(t *testing.T) {
	c := history(t, 1)
	var lead record.Ref
	for e := range c.Feed(t.Context(), 0) {
		if e.Type == "lead.created" {
			lead = e.Ref
		}
	}
	before := fromJSON(t, write(t, c, ocel.Options{}))
	if err := c.Erase(t.Context(), lead); err != nil {
		t.Skip(err) // a lead that is used is not erased
	}
	after := fromJSON(t, write(t, c, ocel.Options{}))
	valid(t, after)
	if len(after.Events) < len(before.Events) {
		t.Errorf("%d events are left of %d", len(after.Events), len(before.Events))
	}
}

func TestKindsAndLines(t *testing.T) {
	c := history(t, 1)
	l := fromJSON(t, write(t, c, ocel.Options{Kinds: []kinds.Kind{kinds.Invoice}, NoLines: true}))
	valid(t, l)
	for _, typ := range l.EventTypes {
		if !strings.HasPrefix(typ.Name, "invoice.") {
			t.Errorf("there is %s", typ.Name)
		}
	}
	for _, typ := range l.ObjectTypes {
		if strings.HasSuffix(typ.Name, "_line") {
			t.Errorf("there are objects of the type %s", typ.Name)
		}
	}
	if len(l.Events) == 0 {
		t.Error("there are no events")
	}
}

func TestAnEmptyHistory(t *testing.T) {
	c := history(t, 0)
	for _, l := range []log{fromJSON(t, write(t, c, ocel.Options{})), fromXML(t, write(t, c, ocel.Options{Format: ocel.XML}))} {
		valid(t, l)
		if len(l.Events)+len(l.Objects)+len(l.EventTypes)+len(l.ObjectTypes) > 0 {
			t.Errorf("nothing has happened, and the log tells %v", l)
		}
	}
	if body := string(write(t, c, ocel.Options{})); !strings.Contains(body, `"eventTypes":[]`) || !strings.Contains(body, `"objects":[`) {
		t.Errorf("a member is missing: %s", body)
	}
	if err := ocel.WriteSQLite(t.Context(), openDB(t), c, ocel.Options{}); err != nil {
		t.Error(err)
	}
}

// ownOnly is an authorizer that shows a seller's own records.
type ownOnly struct{ engine.AllowAll }

func (ownOnly) Authorize(ctx context.Context, call engine.Request) error {
	if call.Action == 0 {
		return errors.New("not everything is yours to see")
	}
	return nil
}

func TestRefusals(t *testing.T) {
	c := history(t, 1, engine.WithAuthorizer(ownOnly{}))
	for name, o := range map[string]ocel.Options{"a part of the whole": {}} {
		if err := ocel.Write(t.Context(), &bytes.Buffer{}, c, o); !errors.Is(err, codes.ErrDenied) {
			t.Errorf("%s: got %v, want %v", name, err, codes.ErrDenied)
		}
	}
	c = history(t, 1)
	now := time.Now()
	for field, o := range map[string]ocel.Options{
		"until": {Since: now, Until: now.Add(-time.Hour)}, "kinds[1]": {Kinds: []kinds.Kind{kinds.Lead, "pledge"}}, "format": {Format: 7},
	} {
		err := ocel.Write(t.Context(), &bytes.Buffer{}, c, o)
		if !errors.Is(err, codes.ErrInvalid) || record.ReasonsOf(err)[0].Field != field {
			t.Errorf("%s: got %v", field, err)
		}
	}
}

// limited is a writer that is full after some bytes.
type limited struct{ room int }

var errFull = errors.New("no room left")

func (w *limited) Write(p []byte) (int, error) {
	if w.room -= len(p); w.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWhatBreaksOffIsNoLog(t *testing.T) {
	c := history(t, 20)
	for _, format := range []ocel.Format{ocel.JSON, ocel.XML} {
		whole := write(t, c, ocel.Options{Format: format})
		if err := ocel.Write(t.Context(), &limited{len(whole) / 2}, c, ocel.Options{Format: format}); !errors.Is(err, errFull) {
			t.Errorf("a writer that is full: got %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var b bytes.Buffer
		err := ocel.Write(ctx, &b, c, ocel.Options{Format: format, Progress: func(int, int) { cancel() }})
		if cancel(); !errors.Is(err, context.Canceled) && err != nil {
			t.Errorf("a context that ends: got %v", err)
		}
	}
	db := openDB(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := ocel.WriteSQLite(ctx, db, c, ocel.Options{}); err == nil {
		t.Error("a log was written under a context that has ended")
	}
	var tables int
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM sqlite_master").Scan(&tables); err != nil || tables > 0 {
		t.Errorf("%d tables are left (%v)", tables, err)
	}
}
