package engine

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Facts are gathered here, each for one decision and named for what it means.

// related reads the records whose field refers to id, oldest first.
func related[R any](ctx context.Context, s *session, field string, id uuid.UUID) ([]R, error) {
	docs, err := s.related(ctx, record.KindOf[R](), field, id)
	if len(docs) == 0 || err != nil {
		return nil, err
	}
	list := make([]R, len(docs))
	for i, d := range docs {
		list[i] = *any(d).(*R)
	}
	return list, nil
}

func (s *session) related(ctx context.Context, kind kinds.Kind, field string, id uuid.UUID) (docs []record.Record, err error) {
	recs, err := s.having(ctx, kind, field, s.idText(id))
	if len(recs) == 0 || err != nil {
		return nil, err
	}
	docs = make([]record.Record, len(recs))
	for i, rec := range recs {
		if docs[i], err = recordKinds[kind].decode(rec.Image); err != nil {
			return nil, err
		}
	}
	s.loaded = append(s.loaded, recs...)
	return docs, nil
}

// having lists the records of a kind that have a look-up, oldest first. The list
// is the session's.
func (s *session) having(ctx context.Context, kind kinds.Kind, name, value string) ([]*storage.Record, error) {
	if recs, ok, err := s.byKey(ctx, kind, name, value); ok || err != nil {
		return recs, err
	}
	return s.search(ctx, storage.Query{Kind: string(kind), Where: []storage.Cond{keyIs(name, value)}})
}

// byKey is having; ok is false where a search has to tell.
func (s *session) byKey(ctx context.Context, kind kinds.Kind, name, value string) (recs []*storage.Record, ok bool, err error) {
	r, able := s.Reader.(storage.KeyReader)
	if !able {
		return nil, false, nil
	}
	known := len(s.found)
	if s.found, ok, err = r.ByKey(ctx, s.found, string(kind), storage.Key{Name: name, Value: value}); !ok || err != nil {
		return nil, false, err
	}
	return slices.Clip(s.found[known:]), true, nil
}

// search lists what a query finds.
func (s *session) search(ctx context.Context, q storage.Query) (recs []*storage.Record, err error) {
	for rec, err := range s.Find(ctx, q) {
		if err != nil {
			return nil, err
		}
		recs = append(recs, rec)
	}
	return recs, nil
}

// find yields the records of a kind whose field refers to id.
func (s *session) find(ctx context.Context, kind kinds.Kind, field string, id uuid.UUID) func(func(*storage.Record, error) bool) {
	return s.Find(ctx, storage.Query{Kind: string(kind), Where: []storage.Cond{keyIs(field, s.idText(id))}})
}

func keyIs(name, value string) storage.Cond {
	return storage.Cond{Field: storage.FieldKey, Key: name, Op: storage.OpEq, Values: []any{value}}
}

// exists reports whether a record of the kind has a field that refers to id.
func (s *session) exists(ctx context.Context, kind kinds.Kind, field string, id uuid.UUID) (bool, error) {
	return s.any(ctx, kind, field, s.idText(id))
}

// any reports whether a record of the kind has the look-up.
func (s *session) any(ctx context.Context, kind kinds.Kind, name, value string) (bool, error) {
	if recs, ok, err := s.byKey(ctx, kind, name, value); ok || err != nil {
		return len(recs) > 0, err
	}
	s.asked.values[0] = value
	s.asked.where[0] = storage.Cond{Field: storage.FieldKey, Key: name, Op: storage.OpEq, Values: s.asked.values[:]}
	s.asked.found, s.asked.err = false, nil
	s.Find(ctx, storage.Query{Kind: string(kind), Where: s.asked.where[:], Limit: 1})(s.asked.first)
	return s.asked.found, s.asked.err
}

// anyAsked is what any needs, made once for all.
type anyAsked struct {
	where  [1]storage.Cond
	values [1]any
	found  bool
	err    error
	first  func(*storage.Record, error) bool // takes note of the first record
}

func (a *anyAsked) take(_ *storage.Record, err error) bool {
	a.found, a.err = err == nil, err
	return false
}

// inactiveOf lists which of the chosen accounts, contacts and sellers are
// inactive. Unknown ones are left to be found dangling when saved.
func (s *session) inactiveOf(ctx context.Context, chosen ...record.Ref) (inactive []record.Ref, err error) {
	for _, ref := range chosen {
		if ref.ID == (uuid.UUID{}) || recordKinds[ref.Kind] == nil {
			continue
		}
		rec, err := s.Get(ctx, storeRef(ref))
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		s.loaded = append(s.loaded, rec)
		if rec.State == "inactive" {
			inactive = append(inactive, ref)
		}
	}
	return inactive, nil
}

// owners are the sellers among the owners that a command chooses.
func owners(id uuid.UUID) record.Ref { return record.Ref{Kind: kinds.Seller, ID: id} }

// goesAlong are the kinds that are deleted with the record they are about, by
// the fields that say so.
var goesAlong = []struct {
	kind   kinds.Kind
	fields []string
}{
	{kinds.Note, []string{"regarding_id"}},
	{kinds.Task, []string{"regarding_id"}},
	{kinds.PhoneCall, []string{"regarding_id"}},
	{kinds.Email, []string{"regarding_id"}},
	{kinds.Appointment, []string{"regarding_id"}},
	{kinds.Connection, []string{"record1", "record2"}},
	{kinds.OpportunityClose, []string{"opportunity_id"}},
	{kinds.Approval, []string{"document_id"}},
}

// forgotten are the references that are cleared when what they refer to is
// deleted.
var forgotten = map[kinds.Kind][]struct {
	kind  kinds.Kind
	field string
}{
	kinds.Lead: {
		{kinds.Account, "originating_lead_id"},
		{kinds.Contact, "originating_lead_id"},
		{kinds.Opportunity, "originating_lead_id"},
	},
	kinds.Opportunity: {{kinds.Lead, "qualifying_opportunity_id"}},
	kinds.Goal:        {{kinds.Goal, "parent_goal_id"}},
}

// InUse lists the records that stand in the way of deleting one: those that
// refer to it and neither go with it nor forget it.
func (s *session) inUse(ctx context.Context, ref record.Ref) (refs []record.Ref, err error) {
	for _, kind := range kinds.Kinds() {
		for _, field := range referencing[kind] {
			if !field.LeadsTo(ref.Kind) || passes(kind, field.Name, ref.Kind) {
				continue
			}
			for rec, err := range s.find(ctx, kind, field.Name, ref.ID) {
				if err != nil {
					return nil, err
				}
				r := refOf(rec.Ref)
				if r == ref || slices.Contains(refs, r) {
					continue
				}
				d, err := recordKinds[kind].decode(rec.Image)
				if err != nil {
					return nil, err
				}
				if refersTo(d, ref) {
					refs = append(refs, r)
				}
			}
		}
	}
	return refs, nil
}

// passes reports whether a reference does not stand in the way of a deletion.
func passes(kind kinds.Kind, field string, target kinds.Kind) bool {
	for _, g := range goesAlong {
		if g.kind == kind && slices.Contains(g.fields, field) {
			return true
		}
	}
	for _, f := range forgotten[target] {
		if f.kind == kind && f.field == field {
			return true
		}
	}
	return false
}

// remove deletes a record with what goes along with it, and clears references
// to it. Notes are erased, with their attachments.
func (s *session) remove(ctx context.Context, e record.Event) error {
	s.gone.add(e.Ref)
	if err := s.cascade(ctx, e.Ref); err != nil {
		return err
	}
	if err := s.tx.Delete(ctx, storeRef(e.Ref), e.Version-1, s.eventsOf(e.Ref, []record.Event{e}, true)...); err != nil {
		return refusedWrite(e.Ref, err, "", "")
	}
	if e.Ref.Kind == kinds.Attachment {
		return s.tx.Erase(ctx, storeRef(e.Ref))
	}
	if e.Ref.Kind == kinds.Note {
		return s.eraseNote(ctx, e.Ref)
	}
	return nil
}

// cascade deletes what goes along with a record and clears references to it.
func (s *session) cascade(ctx context.Context, ref record.Ref) error {
	for _, g := range goesAlong {
		for _, field := range g.fields {
			var recs []*storage.Record
			for rec, err := range s.find(ctx, g.kind, field, ref.ID) {
				if err != nil {
					return err
				}
				recs = append(recs, rec)
			}
			for _, rec := range recs {
				if err := s.deleteAlong(ctx, rec, ref); err != nil {
					return err
				}
			}
		}
	}
	if s.c.process != nil {
		if err := s.withoutRecord(ctx, ref); err != nil {
			return err
		}
	}
	if ref.Kind == kinds.ProcessDefinition {
		if err := s.withoutProcess(ctx, ref); err != nil {
			return err
		}
	}
	for _, f := range forgotten[ref.Kind] {
		if err := s.forget(ctx, f.kind, f.field, ref.ID); err != nil {
			return err
		}
	}
	return nil
}

// deleteAlong deletes a record with the one it is about. Activities may be
// about each other, in a circle even.
func (s *session) deleteAlong(ctx context.Context, rec *storage.Record, with record.Ref) error {
	if s.gone.has(refOf(rec.Ref)) {
		return nil
	}
	d, err := recordKinds[kinds.Kind(rec.Kind)].decode(rec.Image)
	if err != nil || !refersTo(d, with) {
		return err
	}
	return s.remove(ctx, record.DeletedEvent(d, actions.DeleteOf(kinds.Kind(rec.Kind)), s.stamp, record.DataOf("with", with.String())))
}

// referencesOf lists the references that a record has.
func referencesOf(d record.Record) []schema.Reference {
	return recordKinds[d.Ref().Kind].schema.References(reflect.ValueOf(d).Elem(), nil)
}

// refersTo reports whether a field of the record refers to the other one:
// look-ups know the id alone, which a record of another kind may have as well.
func refersTo(d record.Record, ref record.Ref) bool {
	return slices.ContainsFunc(referencesOf(d), func(r schema.Reference) bool { return r.Ref == ref })
}

// refersBy reports whether a record refers to another one by a field.
func refersBy(d record.Record, field string, ref record.Ref) bool {
	return slices.Contains(referencesOf(d), schema.Reference{Field: field, Ref: ref})
}

// eraseNote erases a deleted note and the attachments that it ever had.
func (s *session) eraseNote(ctx context.Context, ref record.Ref) error {
	var had []record.AttachmentID
	for e, err := range s.Reader.History(ctx, storeRef(ref)) {
		if err != nil {
			return err
		}
		if e.Deleted || e.Image.Erased() {
			continue
		}
		n, err := shared[activity.Note](e.Image)
		if err != nil {
			return err
		}
		if id := n.AttachmentID; !id.IsZero() && !slices.Contains(had, id) {
			had = append(had, id)
		}
	}
	if err := s.tx.Erase(ctx, storeRef(ref)); err != nil {
		return err
	}
	for _, id := range had {
		if err := s.removeAttachment(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// removeAttachment deletes an attachment that no note refers to any more.
func (s *session) removeAttachment(ctx context.Context, id record.AttachmentID) error {
	if used, err := s.exists(ctx, kinds.Note, "attachment_id", id.UUID); used || err != nil {
		return err
	}
	a, err := known(maybe[activity.Attachment](ctx, s, id))
	if a == nil || err != nil {
		return err
	}
	if inBlobs(a) {
		s.freed = append(s.freed, a.BlobKey)
	}
	return s.remove(ctx, a.Deleted(s.stamp))
}

// forget clears references to a deleted lead or opportunity.
func (s *session) forget(ctx context.Context, kind kinds.Kind, field string, id uuid.UUID) error {
	switch kind {
	case kinds.Account:
		return forget(ctx, s, field, id, func(a party.Account) record.Change[party.Account] { return a.ForgetLead(s.stamp) })
	case kinds.Contact:
		return forget(ctx, s, field, id, func(c party.Contact) record.Change[party.Contact] { return c.ForgetLead(s.stamp) })
	case kinds.Opportunity:
		return forget(ctx, s, field, id, func(o leadtocash.Opportunity) record.Change[leadtocash.Opportunity] { return o.ForgetLead(s.stamp) })
	case kinds.Lead:
		return forget(ctx, s, field, id, func(l leadtocash.Lead) record.Change[leadtocash.Lead] { return l.ForgetOpportunity(s.stamp) })
	case kinds.Goal:
		return forget(ctx, s, field, id, func(g insight.Goal) record.Change[insight.Goal] { return g.ForgetParent(s.stamp) })
	}
	return nil
}

func forget[R any](ctx context.Context, s *session, field string, id uuid.UUID, change func(R) record.Change[R]) error {
	docs, err := s.related(ctx, record.KindOf[R](), field, id)
	if err != nil {
		return err
	}
	for _, d := range docs {
		c := change(*any(d).(*R))
		if err := s.write(ctx, leadtocash.RecordsIn(&c), c.Events); err != nil {
			return err
		}
	}
	return nil
}
