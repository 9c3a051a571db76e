package journeytest

import (
	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func (j *journey) createLead() leadtocash.CreateLead {
	currency := j.currency()
	return leadtocash.CreateLead{
		ID: newID[record.LeadID](j), Origin: j.origin(currency),
		Fields: j.leadFields(leadtocash.LeadFields{}, currency),
		Status: status(j, value.Values[leadtocash.LeadStatus](), leadtocash.LeadStatusNew, leadtocash.LeadStatusContacted),
	}
}

func (j *journey) captureLead() leadtocash.CreateLead {
	cmd := j.createLead()
	cmd.SourceKey = pick(j, "source key", "web-1", "web-2", "mail-1", "")
	return cmd
}

func (j *journey) leadFields(f leadtocash.LeadFields, c money.Currency) leadtocash.LeadFields {
	f.Topic = j.text("topic")
	f.LastName = pick(j, "last name", "Doe", "Roe", "")
	f.CompanyName = pick(j, "company", "Adventure Works", "Fabrikam", "")
	f.ParentAccountID = maybeOne[record.AccountID](j, "parent account")
	f.ParentContactID = maybeOne[record.ContactID](j, "parent contact")
	f.EstimatedAmount = maybeAmount(j, 40, c, 0, 1_000_000, "estimated amount")
	if j.chance(20, "with an address") {
		f.Address1 = &party.Address{City: "Oslo", Line1: j.text("street")}
	}
	return f
}

func (j *journey) editLead(l *leadtocash.Lead) leadtocash.EditLead {
	return leadtocash.EditLead{Fields: j.leadFields(l.LeadFields, l.Currency), Custom: j.custom()}
}

// custom are values of the host's own fields, none mostly.
func (j *journey) custom() record.Custom {
	return pick(j, "custom", nil, nil, record.Custom{"region": []byte(`"EMEA"`)}, record.Custom{"region": []byte(`null`), "tier": []byte(`1`)})
}

// area are values of the field that others are mapped onto, none mostly.
func (j *journey) area() record.Custom {
	return pick(j, "area", nil, nil, record.Custom{"area": []byte(`"south"`)}, record.Custom{"area": []byte(`null`)}, record.Custom{"area": []byte(`7`)})
}

func (j *journey) setLeadStatus(*leadtocash.Lead) leadtocash.SetLeadStatus {
	return leadtocash.SetLeadStatus{Status: status(j, value.Values[leadtocash.LeadStatus](), leadtocash.LeadStatusNew, leadtocash.LeadStatusContacted)}
}

func scored(j *journey, _ any) leadtocash.SetScore {
	return leadtocash.SetScore{Score: pick[int32](j, "score", 0, 30, 60, 100, 101)}
}

func (j *journey) disqualifyLead(*leadtocash.Lead) leadtocash.DisqualifyLead {
	return leadtocash.DisqualifyLead{
		Status: status(j, value.Values[leadtocash.LeadStatus](), leadtocash.LeadStatusLost, leadtocash.LeadStatusCannotContact, leadtocash.LeadStatusJunk),
		Note:   j.text("note"),
	}
}

func plan[I record.AnyID](j *journey, label string) leadtocash.Plan[I] {
	switch below(j.T, 8, label) {
	case 7:
		return leadtocash.PlanSkip[I]()
	case 5, 6:
		return leadtocash.PlanUse(one[I](j, label))
	}
	return leadtocash.Plan[I]{}
}

func (j *journey) qualifyLead(*leadtocash.Lead) leadtocash.QualifyLead {
	cmd := leadtocash.QualifyLead{
		Account: plan[record.AccountID](j, "plan of the account"),
		Contact: plan[record.ContactID](j, "plan of the contact"),
		Status:  status(j, value.Values[leadtocash.LeadStatus](), 0, value.DefaultStatus, leadtocash.LeadStatusQualified),
	}
	for range pick(j, "opportunities", 0, 0, 1, 2, 6) {
		cmd.Opportunities = append(cmd.Opportunities, leadtocash.OpportunityPlan{Plan: plan[record.OpportunityID](j, "plan of an opportunity")})
	}
	if j.chance(15, "own values of the account") {
		cmd.AccountCustom = j.area()
	}
	if n := len(cmd.Opportunities); n > 0 && cmd.Opportunities[n-1].IsNew() && j.chance(30, "own values of an opportunity") {
		plan := &cmd.Opportunities[n-1]
		if plan.ID = newID[record.OpportunityID](j); !plan.ID.IsZero() {
			plan.Custom = j.custom()
		}
	}
	if j.chance(15, "another currency") {
		cmd.Currency = j.currency()
	}
	if j.chance(20, "another customer") {
		cmd.Customer = j.customer()
	}
	return cmd
}

func (j *journey) createAccount() party.CreateAccount {
	return party.CreateAccount{ID: newID[record.AccountID](j), Origin: j.origin(j.currency()), Fields: j.accountFields(party.AccountFields{})}
}

func (j *journey) accountFields(f party.AccountFields) party.AccountFields {
	f.Name = j.text("name")
	f.ParentAccountID = maybeOne[record.AccountID](j, "parent account")
	f.PrimaryContactID = maybeOne[record.ContactID](j, "primary contact")
	f.PaymentTerms = pick(j, "terms", 0, party.PaymentTermsNet30, party.PaymentTermsNet60)
	if j.chance(30, "with an address") {
		f.Address1 = &party.Address{City: "Oslo"}
	}
	return f
}

func (j *journey) editAccount(a *party.Account) party.EditAccount {
	return party.EditAccount{Fields: j.accountFields(a.AccountFields), Custom: j.custom()}
}

func (j *journey) createContact() party.CreateContact {
	return party.CreateContact{ID: newID[record.ContactID](j), Origin: j.origin(j.currency()), Fields: j.contactFields(party.ContactFields{})}
}

func (j *journey) contactFields(f party.ContactFields) party.ContactFields {
	f.LastName = j.text("last name")
	if f.ParentCustomerID = (record.CustomerID{}); j.chance(50, "with a parent") {
		f.ParentCustomerID = j.customer()
	}
	if f.ParentCustomerID.ID == uuid.Nil {
		f.ParentCustomerID = record.CustomerID{}
	}
	return f
}

func (j *journey) editContact(c *party.Contact) party.EditContact {
	return party.EditContact{Fields: j.contactFields(c.ContactFields), Custom: j.custom()}
}

// mergeOf joins another record of the kind, rarely the same one; now and then
// with values of it.
func mergeOf[I record.AnyID](j *journey, _ any) match.Merge[I] {
	return match.Merge[I]{
		Subordinate: one[I](j, "subordinate"),
		Take:        pick(j, "take", nil, nil, []string{"description"}, []string{"address1", "custom.region"}, []string{"parent_account_id"}, []string{"status"}),
		FillEmpty:   j.chance(30, "fill what is empty"),
	}
}
