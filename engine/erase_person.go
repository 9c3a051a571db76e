package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// PersonErasure tells where data of a person was found, and what became of it.
type PersonErasure struct {
	Traces   []PersonTrace `json:"traces"`   // in the order in which the records came to be
	Position int64         `json:"position"` // of the last event that was looked at
}

// PersonTrace is what one record holds of a person.
type PersonTrace struct {
	Ref     record.Ref `json:"ref"`              // of kind "request": the remembered outcome of a call with Once
	Present bool       `json:"present,omitzero"` // its present version held data; they are taken out of it, or the outcome is forgotten
	Images  int        `json:"images,omitzero"`  // so many earlier versions did; all earlier versions are blanked
	Events  int        `json:"events,omitzero"`  // so many events did; the texts are taken out of them
	Kept    string     `json:"kept,omitzero"`    // why nothing was changed; empty: it was
}

// WithRetention says of which kinds ErasePerson keeps the records as they are, and why:
// the reason stands in its report. Without the option these are invoices, credit notes,
// payments, refunds and dunning entries.
func WithRetention(reasons map[kinds.Kind]string) ClientOption {
	return func(e *engine) error {
		for kind, reason := range reasons {
			if recordKinds[kind] == nil || reason == "" {
				return record.Refusal(codes.ErrInvalid, "retention", "a kind of record, and why it is kept")
			}
		}
		e.retention = reasons
		return nil
	}
}

// defaultRetention is that of books.
var defaultRetention = map[kinds.Kind]string{
	kinds.Invoice: bookkeeping, kinds.CreditNote: bookkeeping, kinds.Payment: bookkeeping,
	kinds.Refund: bookkeeping, kinds.DunningEntry: bookkeeping,
}

const bookkeeping = "books are kept as the law says"

// Personal makes a custom field one that holds data of a person, for ErasePerson.
func Personal(f *FieldDefinition) { f.personal = true }

// ErasePerson erases what is stored of a person, given the contact or the lead: a
// request for the deletion of personal data. The person is that record, the lead that
// it came from or the contact that came of it, and what is merged with them. Its data
// are the fields declared as personal, by the library and by [Personal].
//
// Everything the tenant holds is searched, earlier versions, events and remembered
// outcomes of Once included. In the person's own records, in activities and notes about
// it, and in documents of which it is the customer, personal fields are emptied, files
// of notes deleted; wherever else an e-mail address, a private or mobile number, an
// official id, the full name or a whole comment of it stands, "erased" takes its place. Present records get
// a new version, all earlier versions of a record concerned are blanked, events keep all but their
// texts. Amounts, numbers, ids, and who did what when stay. Kinds under retention are
// kept: see [WithRetention]. Look-ups and claims follow the records.
//
// A preview returns the same report and changes nothing. All is one transaction, but
// what others write while it is searched is not: run it again, until it finds nothing.
// It takes the right to delete the record and to read every record, as for
// [Client.Feed]. ErrUnsupported for other kinds and within a transaction of the host's.
// Databases keep deleted content for a while: see docs/trust.md.
func (c *Client) ErasePerson(ctx context.Context, ref record.Ref) (PersonErasure, error) {
	if err := cmp.Or(c.identified(), c.ask(ctx, 0, record.Ref{}, nil)); err != nil {
		return PersonErasure{}, err
	}
	if ref.Kind != kinds.Contact && ref.Kind != kinds.Lead || c.joined {
		return PersonErasure{}, &record.Error{Code: codes.ErrUnsupported, Kind: ref.Kind, ID: ref.ID, Reasons: []record.Reason{{Code: codes.ErrUnsupported, Field: "kind", Message: "a person is a contact or a lead, outside of a transaction of the host's"}}}
	}
	p := &person{refs: map[record.Ref]bool{}, texts: map[string]bool{}, engine: c.engine}
	if err := c.view(ctx, func(ctx context.Context, s *session) error {
		if _, err := s.past(ctx, ref); err != nil {
			return err
		}
		return p.meet(ctx, s, ref)
	}); err != nil {
		return PersonErasure{}, err
	}
	report, plans, err := c.search(ctx, p)
	if err != nil {
		return PersonErasure{}, fromStore(err)
	}
	err = c.transact(ctx, actions.DeleteOf(ref.Kind), ref, erasure{true}, func(ctx context.Context, s *session) error {
		return s.erasePerson(ctx, p, ref, plans)
	})
	if err != nil {
		return PersonErasure{}, err
	}
	return report, nil
}

// person is who is to be erased.
type person struct {
	*engine
	refs  map[record.Ref]bool // the own records
	texts map[string]bool     // that stand in personal fields, in lower case
	marks []string            // of these, what points to the person wherever it stands
}

// meet takes in a record of the person's, and those that are the person as well.
func (p *person) meet(ctx context.Context, s *session, ref record.Ref) error {
	if ref.ID == uuid.Nil || p.refs[ref] {
		return nil
	}
	p.refs[ref] = true
	var others []record.Ref
	for e, err := range s.Reader.History(ctx, storeRef(ref)) {
		if err != nil {
			return err
		}
		if e.Ordinal > 0 || e.Image.Erased() {
			continue
		}
		d, err := recordKinds[ref.Kind].decode(e.Image)
		if err != nil {
			return err
		}
		p.learn(d)
		switch r := d.(type) {
		case *party.Contact:
			others = append(others, r.OriginatingLeadID.Ref(), r.MasterID.Ref())
		case *leadtocash.Lead:
			others = append(others, r.MasterID.Ref())
		}
	}
	for _, from := range []struct {
		kind kinds.Kind
		key  string
	}{{ref.Kind, masterField}, {kinds.Contact, "originating_lead_id"}} {
		q := storage.Query{Kind: string(from.kind), Where: []storage.Cond{keyIs(from.key, ref.ID.String())}}
		for rec, err := range s.Find(ctx, q) {
			if err != nil {
				return err
			}
			others = append(others, refOf(rec.Ref))
		}
	}
	for _, other := range others {
		if err := p.meet(ctx, s, other); err != nil {
			return err
		}
	}
	return nil
}

// learn takes in the personal texts of a version.
func (p *person) learn(d record.Record) {
	v := reflect.ValueOf(d).Elem()
	schema.EachPersonal(v, func(f schema.Personal) {
		if f.Value.Kind() == reflect.String {
			p.note(f.Value.String(), f.Identifies)
		}
	})
	first, middle, last := v.FieldByName("FirstName").String(), v.FieldByName("MiddleName").String(), v.FieldByName("LastName").String()
	if first != "" && last != "" {
		p.note(record.FullName(first, last), true)
		p.note(record.FullName(first, middle, last), true)
	}
	for _, f := range p.fields[d.Ref().Kind] {
		var text string
		if f.personal && json.Unmarshal(d.Header().Custom[f.Name], &text) == nil {
			p.note(text, false)
		}
	}
}

// note takes in a text; short ones stand for themselves in too many places to be marks.
func (p *person) note(text string, mark bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" || text == erasedText {
		return
	}
	if mark && len(text) >= 5 && !p.marked(text) {
		p.marks = append(p.marks, text)
	}
	p.texts[text] = true
}

// erasedText stands where data of a person stood.
const erasedText = "erased"

func (p *person) marked(text string) bool {
	text = strings.ToLower(text)
	for _, m := range p.marks {
		if strings.Contains(text, m) {
			return true
		}
	}
	return false
}

// scrubbed is a text without marks.
func (p *person) scrubbed(text string) string {
	for _, m := range p.marks {
		for {
			lower := strings.ToLower(text)
			at := strings.Index(lower, m)
			if at < 0 {
				break
			}
			if len(lower) != len(text) {
				return erasedText // where the mark is cannot be told
			}
			text = text[:at] + erasedText + text[at+len(m):]
		}
	}
	return text
}

// scrub takes the marks out of every text of a JSON value.
func (p *person) scrub(raw []byte) (clean []byte, found bool, err error) {
	var value any
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return nil, false, err
	}
	var walk func(any) any
	walk = func(v any) any {
		switch v := v.(type) {
		case string:
			if p.marked(v) {
				found = true
				return p.scrubbed(v)
			}
		case []any:
			for i := range v {
				v[i] = walk(v[i])
			}
		case map[string]any:
			for name := range v {
				v[name] = walk(v[name])
			}
		}
		return v
	}
	value = walk(value)
	if !found {
		return raw, false, nil
	}
	clean, err = json.Marshal(value)
	return clean, true, err
}

// belongs reports whether a document is about the person as a whole.
func (p *person) belongs(d record.Record) bool {
	if p.refs[d.Ref()] {
		return true
	}
	about := false
	for _, r := range recordKinds[d.Ref().Kind].schema.References(reflect.ValueOf(d).Elem(), nil) {
		about = about || p.refs[r.Ref] && (r.Field == "regarding_id" || r.Field == "customer_id")
	}
	return about
}

// cleaned is a document without data of the person; found tells whether there were any.
func (p *person) cleaned(d record.Record) (clean record.Record, found bool, err error) {
	info := recordKinds[d.Ref().Kind]
	clean = info.clone(d)
	if p.belongs(d) {
		schema.EachPersonal(reflect.ValueOf(clean).Elem(), func(f schema.Personal) {
			switch {
			case !f.Required:
				f.Value.SetZero()
				found = true
			case f.Value.Kind() == reflect.String && f.Value.String() != erasedText:
				f.Value.SetString(erasedText)
				found = true
			}
		})
		for _, f := range p.fields[d.Ref().Kind] {
			if _, set := clean.Header().Custom[f.Name]; f.personal && set {
				delete(clean.Header().Custom, f.Name)
				found = true
			}
		}
		if n, ok := clean.(*activity.Note); ok && !n.AttachmentID.IsZero() {
			n.AttachmentID, n.IsDocument, n.FileSize, n.MimeType, found = record.AttachmentID{}, false, 0, "", true
		}
	}
	raw, err := json.Marshal(clean)
	if err != nil {
		return nil, false, err
	}
	body, marked, err := p.scrub(raw)
	if err != nil || !marked {
		return clean, found, err
	}
	clean = info.blank()
	return clean, true, clean.(json.Unmarshaler).UnmarshalJSON(body)
}

// redacted is an event without data of the person. Those of own records lose what
// stands in personal fields as well.
func (p *person) redacted(e storage.Event) (storage.Event, bool, error) {
	found := p.marked(e.Request)
	if found {
		e.Request = ""
	}
	body, err := bodyOf(&e)
	if err != nil {
		return e, false, err
	}
	clean := *body
	clean.Data = append(record.Data(nil), body.Data...)
	for i := range clean.Data {
		d := &clean.Data[i]
		if p.marked(d.Value) || p.refs[refOf(e.Ref)] && p.texts[strings.ToLower(strings.TrimSpace(d.Value))] {
			d.Value, found = erasedText, true
		}
	}
	clean.Erased = true
	e.Data = storage.NewImage(&clean)
	return e, found, nil
}

// erasePlan is what is to be done about a record.
type erasePlan struct {
	ref     storage.Ref
	present bool
	events  []storage.Event
}

// search looks through all that the tenant holds.
func (c *Client) search(ctx context.Context, p *person) (report PersonErasure, plans []erasePlan, err error) {
	var refs []storage.Ref
	for e, err := range c.store.Feed(ctx, c.tenant, 0) {
		if err != nil {
			return report, nil, err
		}
		report.Position = e.Position
		if e.Version == 1 && e.Ordinal == 0 && e.Kind != kindSeal && e.Kind != kindErasure {
			refs = append(refs, e.Ref)
		}
	}
	for len(refs) > 0 {
		some := refs[:min(len(refs), maxAsked)]
		refs = refs[len(some):]
		err := c.store.View(ctx, c.tenant, func(ctx context.Context, r storage.Reader) error {
			for _, ref := range some {
				trace, plan, err := p.trace(ctx, r, ref)
				if err != nil {
					return err
				}
				if !trace.Present && trace.Images+trace.Events == 0 {
					continue
				}
				if trace.Kept = c.retention[trace.Ref.Kind]; trace.Kept == "" {
					plans = append(plans, plan)
				}
				report.Traces = append(report.Traces, trace)
			}
			return nil
		})
		if err != nil {
			return report, nil, err
		}
	}
	return report, plans, nil
}

// trace looks at one record, its past included.
func (p *person) trace(ctx context.Context, r storage.Reader, ref storage.Ref) (t PersonTrace, plan erasePlan, err error) {
	t.Ref, plan.ref = refOf(ref), ref
	if recordKinds[t.Ref.Kind] == nil && ref.Kind != kindRequest {
		return t, plan, nil // a host's
	}
	var last storage.Event
	lastHolds := false
	for e, err := range r.History(ctx, ref) {
		if err != nil {
			return t, plan, err
		}
		clean, found, err := p.redacted(e)
		if err != nil {
			return t, plan, err
		}
		if found {
			t.Events++
			plan.events = append(plan.events, clean)
		}
		if last = e; e.Ordinal > 0 || e.Image.Erased() {
			continue
		}
		if lastHolds, err = p.isIn(ref, e.Image); err != nil {
			return t, plan, err
		}
		if lastHolds {
			t.Images++
		}
	}
	if t.Present = lastHolds && !last.Deleted; t.Present {
		t.Images--
	}
	plan.present = t.Present
	return t, plan, nil
}

// isIn reports whether an image holds data of the person.
func (p *person) isIn(ref storage.Ref, img storage.Image) (bool, error) {
	if ref.Kind == kindRequest {
		raw, err := img.Body()
		if err != nil {
			return false, err
		}
		for own := range p.refs {
			if strings.Contains(string(raw), own.ID.String()) {
				return true, nil
			}
		}
		_, found, err := p.scrub(raw)
		return found, err
	}
	d, err := recordKinds[kinds.Kind(ref.Kind)].decode(img)
	if err != nil {
		return false, err
	}
	_, found, err := p.cleaned(d)
	return found, err
}

// erasePerson carries plans out.
func (s *session) erasePerson(ctx context.Context, p *person, ref record.Ref, plans []erasePlan) error {
	events, err := s.past(ctx, ref)
	if err != nil {
		return err
	}
	if err := s.authorizePast(ctx, actions.DeleteOf(ref.Kind), ref, events); err != nil {
		return err
	}
	var erased []record.Ref
	for _, plan := range plans {
		if plan.present {
			if err := s.clean(ctx, p, plan.ref); err != nil {
				return err
			}
		}
		if err := s.tx.Erase(ctx, plan.ref); err != nil {
			return err
		}
		for _, e := range plan.events {
			if err := storage.Redact(ctx, s.tx, e); err != nil {
				return err
			}
		}
		erased = append(erased, refOf(plan.ref))
	}
	return s.noteErasure(ctx, erased)
}

// clean stores the next version of a record without data of the person, or forgets
// the outcome of a call.
func (s *session) clean(ctx context.Context, p *person, ref storage.Ref) error {
	rec, err := s.Get(ctx, ref)
	if errors.Is(err, storage.ErrNotFound) {
		return nil // deleted meanwhile
	}
	if err != nil {
		return err
	}
	if ref.Kind == kindRequest {
		return s.forgetRequest(ctx, rec)
	}
	stored, err := recordKinds[kinds.Kind(ref.Kind)].decode(rec.Image)
	if err != nil {
		return err
	}
	d, _, err := p.cleaned(stored)
	if err != nil {
		return err
	}
	if n, ok := stored.(*activity.Note); ok && !n.AttachmentID.IsZero() && p.belongs(n) {
		if err := s.removeAttachment(ctx, n.AttachmentID); err != nil {
			return err
		}
	}
	d.Header().Touch(s.stamp)
	next := s.header(d, nil, nil)
	next.Keys = s.lookupsOf(d, next.Keys)
	do := actions.EditOf(d.Ref().Kind)
	return s.tx.Put(ctx, next, storage.Event{
		Ref: ref, Version: next.Version, Type: ref.Kind + ".edited", At: next.UpdatedAt, Actor: s.actor,
		Data: storage.NewImage(&eventBody{Action: do, Actor: s.who(&s.stamp.By), From: next.Status, To: next.Status, Data: record.DataOf("erased", "true")}),
	})
}
