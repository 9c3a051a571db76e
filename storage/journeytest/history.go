package journeytest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// testHistory checks that nothing that ever was is lost from view.
func testHistory(t *testing.T, open opener) {
	checkAll(t, open(t), []promise{
		{"a record can be read as it was in every version and at every moment", everyVersion},
		{"what changed adds up to what is stored", changesAddUp},
		{"history outlives the record", afterDeletion},
		{"erased content is gone, what happened is not", afterErasure},
	})
}

// lives is a lead's story, one version after the other.
func (s *stage) livesOn(pause time.Duration) (versions []leadtocash.Lead) {
	s.Helper()
	for n, step := range []step{
		newLead(1),
		call(actions.LeadEdit, (*client).Leads, engine.Leads.Edit, 1, leadtocash.EditLead{
			Fields: leadtocash.LeadFields{Topic: "twelve desks", LastName: "Roe"}, Custom: record.Custom{"region": []byte(`"EMEA"`)},
		}),
		call(actions.LeadSetStatus, (*client).Leads, engine.Leads.SetStatus, 1, leadtocash.SetLeadStatus{Status: leadtocash.LeadStatusContacted}),
		call(actions.LeadScore, (*client).Leads, engine.Leads.Score, 1, leadtocash.SetScore{Score: 80}),
		call(actions.LeadDisqualify, (*client).Leads, engine.Leads.Disqualify, 1, leadtocash.DisqualifyLead{Note: "no money"}),
	} {
		s.act(n, step)
		s.pass(pause)
		versions = append(versions, get[leadtocash.Lead, record.LeadID](s, 1))
	}
	return versions
}

func everyVersion(s *stage) {
	for _, pause := range []time.Duration{time.Hour, 0, -time.Hour} { // clocks stand still, and are set back
		s := &stage{s.T, newWorld(s, s.store), s.ctx}
		versions, leads := s.livesOn(pause), s.client.Leads()
		id := id[record.LeadID](1)
		check := func(what string, want *leadtocash.Lead, got leadtocash.Lead, err error) {
			s.Helper()
			switch {
			case want == nil:
				s.refused(err, codes.ErrNotFound)
			case err != nil || s.form(got) != s.form(*want):
				s.Errorf("%s it was\n%s (%v), want\n%s", what, s.form(got), err, s.form(*want))
			}
		}
		var before *leadtocash.Lead
		for n := range versions {
			v := &versions[n]
			got, err := leads.AsOfVersion(s.ctx, id, v.Version)
			check(fmt.Sprint("in version ", v.Version), v, got, err)
			got, err = leads.AsOf(s.ctx, id, v.UpdatedAt)
			check(fmt.Sprintf("when version %d was made", v.Version), v, got, err)
			got, err = leads.AsOf(s.ctx, id, v.UpdatedAt.Add(-time.Microsecond))
			check(fmt.Sprintf("just before version %d", v.Version), before, got, err)
			before = v
		}
		got, err := leads.AsOf(s.ctx, id, before.UpdatedAt.AddDate(100, 0, 0))
		check("a hundred years later", before, got, err)
		for _, none := range []int64{-1, 0, before.Version + 1, 1 << 40} {
			got, err := leads.AsOfVersion(s.ctx, id, none)
			check(fmt.Sprint("in version ", none), nil, got, err)
		}
		got, err = leads.AsOfVersion(s.ctx, record.LeadID{}, 1)
		check("no lead", nil, got, err)
	}
}

// changesAddUp takes the changes of every record of every scenario together:
// they make the image of each version, and the last one is what is stored.
func changesAddUp(s *stage) {
	for _, sc := range append(slices.Clone(scenarios), compatScenario) {
		p := newPlay(s, s.store, sc)
		for n := range sc.steps {
			if _, err := p.act(n, p.world.client); err != nil {
				s.Fatalf("%s, step %d: %v", sc.name, n, err)
			}
		}
		of := &stage{s.T, p.world, s.ctx}
		seen := map[record.Ref]bool{}
		for _, e := range list(of, p.world.client.Feed(s.ctx, 0)) {
			if !seen[e.Ref] {
				seen[e.Ref] = true
				of.addUp(e.Ref)
			}
		}
	}
}

func (s *stage) addUp(ref record.Ref) {
	s.Helper()
	images := map[int64]storage.Image{}
	var stored *storage.Record
	s.ok(s.store.View(s.ctx, s.tenant, func(ctx context.Context, r storage.Reader) (err error) {
		for e, err := range r.History(ctx, storage.Ref{Kind: string(ref.Kind), ID: ref.ID}) {
			if err != nil {
				return err
			}
			images[e.Version] = e.Image
		}
		stored, err = r.Get(ctx, storage.Ref{Kind: string(ref.Kind), ID: ref.ID})
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		return err
	}))
	members := map[string]json.RawMessage{}
	entries := list(s, s.client.History(s.ctx, ref))
	for _, e := range entries {
		for _, change := range e.Changes {
			if old := members[change.Field]; string(old) != string(change.Old) {
				s.Errorf("%s version %d: %s was %s, the change says %s", ref, e.Version, change.Field, old, change.Old)
			}
			if members[change.Field] = change.New; change.New == nil {
				delete(members, change.Field)
			}
		}
		if e.Deleted || e.Erased {
			continue
		}
		if want := s.membersOf(images[e.Version]); !maps.EqualFunc(members, want, func(a, b json.RawMessage) bool { return string(a) == string(b) }) {
			s.Errorf("%s version %d: the changes so far add up to\n%s\nthe image is\n%s", ref, e.Version, s.form(members), s.form(want))
		}
	}
	if last := entries[len(entries)-1]; stored != nil {
		s.ok(sameBody(stored.Image, images[last.Version]))
		if last.Version != stored.Version || !last.At.Equal(stored.UpdatedAt) {
			s.Errorf("%s: the last entry is of version %d at %v, stored is %d at %v", ref, last.Version, last.At, stored.Version, stored.UpdatedAt)
		}
	} else if !last.Deleted {
		s.Errorf("%s is gone without an event that says so: %+v", ref, last)
	}
}

// membersOf are the members of a document but for the stamps of every version.
func (s *stage) membersOf(img storage.Image) (m map[string]json.RawMessage) {
	s.Helper()
	body, err := img.Body()
	s.ok(err)
	s.ok(json.Unmarshal(body, &m))
	for _, stamp := range []string{"version", "updated_at", "updated_by"} {
		delete(m, stamp)
	}
	return m
}

func afterDeletion(s *stage) {
	s.play(newLead(1))
	s.pass(time.Hour)
	was := get[leadtocash.Lead, record.LeadID](s, 1)
	s.ok(s.client.Leads().Delete(s.ctx, was.ID, record.DeleteRecord{}))
	_, err := s.client.Leads().Get(s.ctx, was.ID)
	s.refused(err, codes.ErrNotFound)
	history := list(s, s.client.Leads().History(s.ctx, was.ID))
	last := history[len(history)-1]
	if len(history) != 2 || !last.Deleted || last.Version != 2 || last.Type != "lead.deleted" || last.From != "new" || len(last.Changes) != 0 || last.Erased {
		s.Errorf("the history is %+v", history)
	}
	for what, read := range map[string]func() (leadtocash.Lead, error){
		"in version 1": func() (leadtocash.Lead, error) { return s.client.Leads().AsOfVersion(s.ctx, was.ID, 1) },
		"before its deletion": func() (leadtocash.Lead, error) {
			return s.client.Leads().AsOf(s.ctx, was.ID, last.At.Add(-time.Microsecond))
		},
	} {
		if got, err := read(); err != nil || s.form(got) != s.form(was) {
			s.Errorf("%s it was %s (%v), want %s", what, s.form(got), err, s.form(was))
		}
	}
	_, err = s.client.Leads().AsOf(s.ctx, was.ID, last.At)
	s.refused(err, codes.ErrNotFound)
	_, err = s.client.Leads().AsOfVersion(s.ctx, was.ID, 2)
	s.refused(err, codes.ErrNotFound)
	s.unchanged(func() {
		_, err = newLead(1).do(s.ctx, s.client)
		s.refused(err, codes.ErrConflict) // ids are never used again
	})
}

func afterErasure(s *stage) {
	versions := s.livesOn(time.Hour)
	about := refTo[record.LeadID](1)
	types := func() (list []string) {
		for e, err := range s.client.History(s.ctx, about) {
			s.ok(err)
			list = append(list, e.Type)
		}
		return list
	}
	before, last := types(), versions[len(versions)-1]
	s.ok(s.client.Erase(s.ctx, about))
	if got := get[leadtocash.Lead, record.LeadID](s, 1); s.form(got) != s.form(last) {
		s.Errorf("erasing the past changed the present to %s", s.form(got))
	}
	s.ok(s.client.Leads().Delete(s.ctx, last.ID, record.DeleteRecord{}))
	s.ok(s.client.Erase(s.ctx, about))
	for _, v := range versions {
		_, err := s.client.Leads().AsOfVersion(s.ctx, v.ID, v.Version)
		s.refused(err, codes.ErrErased)
		_, err = s.client.Leads().AsOf(s.ctx, v.ID, v.UpdatedAt)
		s.refused(err, codes.ErrErased)
	}
	if got, want := types(), append(before, "lead.deleted"); !slices.Equal(got, want) {
		s.Errorf("after the erasure the history is %v, want %v", got, want)
	}
	for e, err := range s.client.History(s.ctx, about) {
		s.ok(err)
		if len(e.Changes) != 0 || e.Erased == e.Deleted {
			s.Errorf("the entry %s of an erased record says %v, erased %t", e.Type, e.Changes, e.Erased)
		}
	}
	s.refused(s.client.Erase(s.ctx, refTo[record.LeadID](2)), codes.ErrNotFound)
	s.refused(s.client.Erase(s.ctx, record.Ref{Kind: "no kind", ID: about.ID}), codes.ErrUnsupported)

	s.play(newAccount(1), newNote(1, refTo[record.AccountID](1)), removal(actions.NoteDelete, (*client).Notes, engine.Notes.Delete, 1))
	_, err := s.client.Notes().AsOfVersion(s.ctx, id[record.NoteID](1), 1)
	s.refused(err, codes.ErrErased)
}
