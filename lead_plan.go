package leadtocash

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
)

// QualifyPlan is what a qualification would do now, for a person to look at,
// change and hand to Qualify. Nothing has happened yet.
type QualifyPlan struct {
	// Command carries the plan out: every customer is decided, as far as it can be
	// without asking or showing what the actor may not see, and its Ground refuses to do it once something has changed.
	// Values of new opportunities may be changed; whoever chooses other customers
	// plans again with them.
	Command QualifyLead `json:"command"`
	// Accounts and Contacts are there already and match what would be new, the
	// most alike first.
	Accounts []match.Candidate `json:"accounts,omitzero"`
	Contacts []match.Candidate `json:"contacts,omitzero"`
	// Account, Contact and Opportunities are the fields that new records would get;
	// nil where none would be made.
	Account       *party.AccountFields `json:"account,omitzero"`
	Contact       *party.ContactFields `json:"contact,omitzero"`
	Opportunities []OpportunityFields  `json:"opportunities,omitzero"`
	Assessment    Assessment           `json:"assessment"`
	Notices       []record.Reason      `json:"notices,omitzero"`
	// Reasons stand in the way, all at once; empty if Command would be accepted.
	Reasons []record.Reason `json:"reasons,omitzero"`
}

// Ground identifies the state of things that a plan was made from: the lead,
// and the customers and opportunities that it would use or double, each in its
// version.
type Ground struct {
	LeadID      record.LeadID `json:"lead_id"`
	Fingerprint string        `json:"fingerprint" max:"64"` // opaque
}

// IsZero reports whether there is no ground: the command is no plan's.
func (g Ground) IsZero() bool { return g == Ground{} }

// groundOf is what a command for the lead rests on.
func groundOf(l *Lead, c *QualifyLead, f *LeadFacts) Ground {
	h := sha256.New()
	fmt.Fprintf(h, "lead %s@%d", l.ID, l.Version)
	p := PlanOf(l, c, f)
	for _, id := range f.HiddenAccounts {
		fmt.Fprintf(h, " hidden account %s", id)
	}
	for _, id := range f.HiddenContacts {
		fmt.Fprintf(h, " hidden contact %s", id)
	}
	if p.Account.IsNew() {
		groundMatches(h, f.AccountMatches)
	} else if f.Account != nil {
		fmt.Fprintf(h, " account %s@%d", f.Account.ID, f.Account.Version)
	}
	if p.Contact.IsNew() {
		groundMatches(h, f.ContactMatches)
	} else if f.Contact != nil {
		fmt.Fprintf(h, " contact %s@%d", f.Contact.ID, f.Contact.Version)
	}
	for _, o := range f.Opportunities {
		fmt.Fprintf(h, " opportunity %s@%d", o.ID, o.Version)
	}
	return Ground{l.ID, hex.EncodeToString(h.Sum(nil))}
}

func groundMatches(w io.Writer, matches []match.Candidate) {
	for _, m := range matches {
		fmt.Fprintf(w, " match %s@%d", m.Ref, m.Version)
	}
}

// PlanQualify proposes how to qualify the lead: what the command leaves open is
// decided by the lead's own customers, by matches and by the DuplicatePolicy.
// What would refuse the command stands among the reasons of the plan. Code: the
// one that the lead's status refuses with, ErrLeadAlreadyClosed.
func (l Lead) PlanQualify(cmd QualifyLead, f LeadFacts) (QualifyPlan, error) {
	if err := leadFlow.Why(&l, actions.LeadQualify, &f); err != nil {
		return QualifyPlan{}, err
	}
	cmd.Ground = Ground{} // that of an earlier plan
	given := cmd
	p := PlanOf(&l, &cmd, &f)
	plan := QualifyPlan{
		Accounts: slices.Clone(f.AccountMatches), Contacts: slices.Clone(f.ContactMatches),
		Reasons: record.ReasonsOf(qualifyLead.Why(&l, &given, &f, l.Currency)),
	}
	out := l.qualified(cmd, p, f)
	plan.Assessment, plan.Notices = out.Assessment, out.Notices
	if p.Account.IsNew() {
		plan.Account = &out.Account.AccountFields
	}
	if p.Contact.IsNew() {
		plan.Contact = &out.Contact.ContactFields
		if p.Unseen(plan.Contact.ParentCustomerID.Ref) {
			plan.Contact.ParentCustomerID = record.CustomerID{}
		}
	}
	for _, o := range out.Opportunities {
		if slices.Contains(out.Created, o.Ref()) {
			fields := o.Clone().OpportunityFields
			if p.Unseen(fields.CustomerID.Ref) {
				fields.CustomerID = record.CustomerID{}
			}
			if p.Unseen(fields.ParentAccountID.Ref()) {
				fields.ParentAccountID = record.AccountID{}
			}
			if p.Unseen(fields.ParentContactID.Ref()) {
				fields.ParentContactID = record.ContactID{}
			}
			plan.Opportunities = append(plan.Opportunities, fields)
		}
	}
	plan.Command = cmd
	if !p.Unseen(p.Account.Use.Ref()) {
		plan.Command.Account = p.Account
	}
	if !p.Unseen(p.Contact.Use.Ref()) {
		plan.Command.Contact = p.Contact
	}
	plan.Command.Opportunities = slices.Clone(p.Opportunities)
	plan.Command.Ground = groundOf(&l, &plan.Command, &f)
	return plan, nil
}
