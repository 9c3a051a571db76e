package journeytest

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
)

var leadInvariants = []Invariant{
	{Number: 1, Text: "a lead has one of its statuses, in the state it belongs to", check: i1},
	{Number: 2, Text: "a lead becomes qualified or disqualified from open, and open again from both", check: i2},
	{Number: 3, Text: "what a lead says does not change while it is not open", check: i3},
	{Number: 4, Text: "a qualified lead has a customer, who was active then", check: i4},
	{Number: 5, Text: "what a qualification creates remembers its lead", check: i5},
	{Number: 6, Text: "a qualification creates at most one account, one contact and five opportunities", check: i6},
	{Number: 7, Text: "a disqualified lead has no opportunity", check: i7},
	{Number: 8, Text: "disqualifying and reactivating a lead leave everything else as it was", check: i8},
	{Number: 9, Text: "linking an existing customer changes nothing about it", check: i9},
	{Number: 10, Text: "no customer is created where one is linked", check: i10},
	{Number: 11, Text: "a lead is qualified again only after it was reactivated", check: i11},
}

// leadStates are the states of the statuses of a lead.
var leadStates = map[string]string{
	"new": "open", "contacted": "open", "qualified": "qualified",
	"lost": "disqualified", "cannot_contact": "disqualified", "no_longer_interested": "disqualified", "canceled": "disqualified",
	"not_ideal_customer_profile": "disqualified", "duplicate": "disqualified", "junk": "disqualified",
	"no_budget": "disqualified", "no_authority": "disqualified",
}

func i1(s *scene) error {
	return each(s, func(l *leadtocash.Lead) error {
		state, known := leadStates[l.Status.String()]
		return unless(known && l.Status.State().Key == state, "is %s, %s", l.Status.State(), l.Status)
	})
}

func i2(s *scene) error {
	return eachChange(s, func(was, is *leadtocash.Lead, _ record.Event) error {
		from, to := leadStates[was.Status.String()], leadStates[is.Status.String()]
		return unless(from == to || from == "open" || to == "open", "went from %s to %s", from, to)
	})
}

func i3(s *scene) error {
	return eachChange(s, func(was, is *leadtocash.Lead, e record.Event) error {
		if was.Status.State() == leadtocash.LeadOpen || s.moved(e) {
			return nil
		}
		forgot := is.QualifyingOpportunityID.IsZero() && lookup[leadtocash.Opportunity](s.book, was.QualifyingOpportunityID) == nil
		return first(
			unless(reflect.DeepEqual(was.LeadFields, is.LeadFields), "its fields changed while %s", was.Status),
			unless(reflect.DeepEqual(was.Custom, is.Custom), "its custom values changed while %s", was.Status),
			unless(was.Score == is.Score && was.Grade == is.Grade && was.ScoreTrend == is.ScoreTrend, "it was scored while %s", was.Status),
			unless(was.SourceKey == is.SourceKey && was.Currency == is.Currency, "its source or currency changed while %s", was.Status),
			unless(was.QualifyingOpportunityID == is.QualifyingOpportunityID || forgot, "its opportunity changed while %s", was.Status),
		)
	})
}

func i4(s *scene) error {
	if s.settings.AllowQualifyWithoutCustomer || s.settings.D365Compat {
		return nil
	}
	return first(
		each(s, func(l *leadtocash.Lead) error {
			return unless(l.Status != leadtocash.LeadStatusQualified || !l.ParentAccountID.IsZero() || !l.ParentContactID.IsZero(), "is qualified without customer")
		}),
		eachChange(s, func(was, is *leadtocash.Lead, _ record.Event) error {
			if was.Status == is.Status || is.Status != leadtocash.LeadStatusQualified {
				return nil
			}
			account, contact := lookup[party.Account](s.book, is.ParentAccountID), lookup[party.Contact](s.book, is.ParentContactID)
			return unless(account != nil && account.Status == party.AccountStatusActive || contact != nil && contact.Status == party.ContactStatusActive,
				"was qualified for nobody active")
		}),
	)
}

// made lists the accounts, contacts and opportunities that the step created,
// with the lead that they remember.
func (s *scene) made() (made map[kinds.Kind][]record.LeadID) {
	made = map[kinds.Kind][]record.LeadID{}
	for _, e := range s.fresh {
		if e.Version != 1 {
			continue
		}
		switch r := s.version(e).record.(type) {
		case *party.Account:
			made[e.Ref.Kind] = append(made[e.Ref.Kind], r.OriginatingLeadID)
		case *party.Contact:
			made[e.Ref.Kind] = append(made[e.Ref.Kind], r.OriginatingLeadID)
		case *leadtocash.Opportunity:
			made[e.Ref.Kind] = append(made[e.Ref.Kind], r.OriginatingLeadID)
		}
	}
	return made
}

func i5(s *scene) error {
	if s.did(actions.LeadQualify) {
		for kind, leads := range s.made() {
			for _, l := range leads {
				if l.UUID != s.attempt.ref.ID {
					return fmt.Errorf("a new %s remembers lead %s", kind, l)
				}
			}
		}
	}
	return first(
		eachChange(s, func(was, is *party.Account, _ record.Event) error {
			return s.keepsLead(was.OriginatingLeadID, is.OriginatingLeadID)
		}),
		eachChange(s, func(was, is *party.Contact, _ record.Event) error {
			return s.keepsLead(was.OriginatingLeadID, is.OriginatingLeadID)
		}),
		eachChange(s, func(was, is *leadtocash.Opportunity, _ record.Event) error {
			return s.keepsLead(was.OriginatingLeadID, is.OriginatingLeadID)
		}),
	)
}

// keepsLead checks that a lead is remembered until it is deleted, or is merged
// and stands behind its master then.
func (s *scene) keepsLead(was, is record.LeadID) error {
	kept := was == is || is.IsZero() && lookup[leadtocash.Lead](s.book, was) == nil
	switch {
	case s.did(actions.LeadMerge):
		if l := lookup[leadtocash.Lead](s.book, was); l != nil {
			kept = kept || l.MasterID == is && is.UUID == s.attempt.ref.ID
		}
	case s.did(actions.LeadUnmerge):
		if l := lookup[leadtocash.Lead](s.before, is); l != nil {
			kept = kept || l.MasterID == was && is.UUID == s.attempt.ref.ID
		}
	}
	return unless(kept, "remembers lead %s, was %s", is, was)
}

// moved reports whether an event is that of a merge, or of taking one back.
func (s *scene) moved(e record.Event) bool {
	return e.Data.Get("merged") != "" || e.Data.Get("unmerged") != "" || s.did(
		actions.LeadMerge, actions.LeadUnmerge, actions.AccountMerge, actions.AccountUnmerge,
		actions.ContactMerge, actions.ContactUnmerge,
	)
}

func i6(s *scene) error {
	if !s.did(actions.LeadQualify) {
		return nil
	}
	made := s.made()
	return unless(len(made[kinds.Account]) <= 1 && len(made[kinds.Contact]) <= 1 && len(made[kinds.Opportunity]) <= leadtocash.MaxOpportunities,
		"it created %d accounts, %d contacts and %d opportunities",
		len(made[kinds.Account]), len(made[kinds.Contact]), len(made[kinds.Opportunity]))
}

func i7(s *scene) error {
	return each(s, func(l *leadtocash.Lead) error {
		if l.Status.State() != leadtocash.LeadDisqualified || l.Merged {
			return nil
		}
		for _, o := range all[leadtocash.Opportunity](s.book) {
			if o.OriginatingLeadID == l.ID {
				return fmt.Errorf("is disqualified and has opportunity %s", o.ID)
			}
		}
		return unless(l.QualifyingOpportunityID.IsZero(), "is disqualified and joined opportunity %s", l.QualifyingOpportunityID)
	})
}

func i8(s *scene) error {
	if !s.did(actions.LeadDisqualify, actions.LeadReactivate) {
		return nil
	}
	for _, e := range s.fresh {
		if e.Ref != s.attempt.ref {
			return fmt.Errorf("%s of %s happened besides", e.Type, e.Ref)
		}
	}
	return eachChange(s, func(_, is *leadtocash.Lead, _ record.Event) error {
		versions := s.past[s.attempt.ref]
		if is.Status != leadtocash.LeadStatusNew {
			return nil
		}
		last := len(versions) - 1
		closed := slices.IndexFunc(versions, func(v version) bool {
			l := image[leadtocash.Lead](v)
			return l != nil && l.Status.State() == leadtocash.LeadDisqualified && v.number > lastOpen(versions[:last])
		})
		if closed <= 0 {
			return nil
		}
		before, after := image[leadtocash.Lead](versions[closed-1]).Clone(), is.Clone()
		after.Status, after.StatusReason, after.DisqualifyNote = before.Status, before.StatusReason, before.DisqualifyNote
		after.Version, after.UpdatedAt, after.UpdatedBy = before.Version, before.UpdatedAt, before.UpdatedBy
		after.Owner = before.Owner // may be assigned at any time
		for _, v := range versions[closed:] {
			for _, e := range v.events {
				if e.Data.Get("merged") != "" || e.Data.Get("unmerged") != "" { // its customer was
					after.ParentAccountID, after.ParentContactID = before.ParentAccountID, before.ParentContactID
				}
			}
		}
		return unless(reflect.DeepEqual(before, after), "came back as %+v, was %+v", after, before)
	})
}

// lastOpen is the last version in which a lead was open.
func lastOpen(versions []version) (number int64) {
	for _, v := range versions {
		if l := image[leadtocash.Lead](v); l != nil && l.Status.State() == leadtocash.LeadOpen {
			number = v.number
		}
	}
	return number
}

func i9(s *scene) error {
	if !s.did(actions.LeadQualify) {
		return nil
	}
	for _, e := range s.fresh {
		if (e.Ref.Kind == kinds.Account || e.Ref.Kind == kinds.Contact) && e.Version > 1 {
			return fmt.Errorf("%s changed: %s", e.Ref, e.Type)
		}
	}
	return nil
}

func i10(s *scene) error {
	cmd, ok := s.attempt.cmd.(leadtocash.QualifyLead)
	lead, _ := s.before.records[s.attempt.ref].(*leadtocash.Lead)
	if !ok || lead == nil {
		return nil
	}
	made := s.made()
	account := !cmd.Account.Use.IsZero() || !lead.ParentAccountID.IsZero() || cmd.Account.Skip
	contact := !cmd.Contact.Use.IsZero() || !lead.ParentContactID.IsZero() || cmd.Contact.Skip
	return first(
		unless(!account || len(made[kinds.Account]) == 0, "an account was created besides the linked one"),
		unless(!contact || len(made[kinds.Contact]) == 0, "a contact was created besides the linked one"),
	)
}

func i11(s *scene) error {
	return lives[leadtocash.Lead](s.book, func(ref record.Ref, versions []version) error {
		qualified := false
		for _, v := range versions {
			for _, e := range v.events {
				switch e.Type {
				case "lead.qualified":
					if qualified {
						return fmt.Errorf("%s was qualified twice in a row", ref)
					}
					qualified = true
				case "lead.reactivated":
					qualified = false
				}
			}
		}
		return nil
	})
}
