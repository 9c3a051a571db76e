package leadtocash_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
)

// A seller named on a line or as a party is looked up like any other reference:
// unknown ones are refused, and one in use is not deleted.
func TestReferencesInsideLinesAndParties(t *testing.T) {
	onStores(t, func(p *people) {
		s := must(p.Sellers().Create(p.ctx, routee(1, leadtocash.SellerKindUser, 0)))
		contact := p.contact("Meyer")
		line := tenDesks()
		line.Shipping = &leadtocash.LineShipping{SalesRepID: leadtocash.NewID[leadtocash.Seller]()}
		create := func() (leadtocash.Quote, error) {
			return p.Quotes().Create(p.ctx, leadtocash.CreateQuote{
				Fields: leadtocash.QuoteFields{Name: "Desks", CustomerID: leadtocash.ContactCustomer(contact.ID)},
				Lines:  []leadtocash.LineFields{line, line},
			})
		}
		_, err := create()
		p.refused(err, leadtocash.ErrNotFound)
		line.Shipping.SalesRepID = s.ID
		quote := must(create())
		p.refused(p.Sellers().Delete(p.ctx, s.ID, leadtocash.DeleteRecord{}), leadtocash.ErrInUse)
		if err := p.Quotes().Delete(p.ctx, quote.ID, leadtocash.DeleteRecord{}); err != nil {
			p.Fatal(err)
		}
		call := must(p.PhoneCalls().Create(p.ctx, leadtocash.CreatePhoneCall{Fields: leadtocash.ActivityFields{
			Subject: "Call", Parties: []leadtocash.Party{{Role: leadtocash.PartyRoleFrom, Ref: ref(leadtocash.KindSeller, s.ID)}},
		}}))
		p.refused(p.Sellers().Delete(p.ctx, s.ID, leadtocash.DeleteRecord{}), leadtocash.ErrInUse)
		if err := p.PhoneCalls().Delete(p.ctx, call.ID, leadtocash.DeleteRecord{}); err != nil {
			p.Fatal(err)
		}
		if err := p.Sellers().Delete(p.ctx, s.ID, leadtocash.DeleteRecord{}); err != nil {
			p.Errorf("nobody names the seller any more: %v", err)
		}
	})
}

// A contact that is a stakeholder already, whichever end of the connection it
// is, does not become one again.
func TestContactIsAStakeholderOnce(t *testing.T) {
	onStores(t, func(p *people) {
		contact := p.contact("Meyer")
		fields := leadtocash.OpportunityFields{Name: "Desks", CustomerID: leadtocash.AccountCustomer(must(p.Accounts().Create(p.ctx, leadtocash.CreateAccount{Fields: leadtocash.AccountFields{Name: "Roe"}})).ID)}
		deal := must(p.Opportunities().Create(p.ctx, leadtocash.CreateOpportunity{Fields: fields}))
		must(p.Connections().Create(p.ctx, leadtocash.CreateConnection{Fields: leadtocash.ConnectionFields{
			Record1: ref(leadtocash.KindContact, contact.ID), Role1: leadtocash.ConnectionRoleChampion, Record2: ref(leadtocash.KindOpportunity, deal.ID),
		}}))
		fields = deal.OpportunityFields
		fields.ParentContactID = contact.ID
		must(p.Opportunities().Edit(p.ctx, deal.ID, leadtocash.EditOpportunity{Fields: fields}))
		if list := must(p.Connections().Stakeholders(p.ctx, ref(leadtocash.KindOpportunity, deal.ID))); len(list) != 1 || list[0].Role2 != leadtocash.ConnectionRoleChampion {
			p.Errorf("got %+v, want the champion alone", list)
		}
	})
}

func TestTaskSetStatus(t *testing.T) {
	onStores(t, func(p *people) {
		task := must(p.Tasks().Create(p.ctx, leadtocash.CreateTask{Fields: leadtocash.TaskFields{ActivityFields: leadtocash.ActivityFields{Subject: "Call"}}}))
		waiting := leadtocash.SetTaskStatus{Status: leadtocash.TaskStatusWaiting}
		for range 2 { // the second time nothing changes
			if now := must(p.Tasks().SetStatus(p.ctx, task.ID, waiting)); now.Status != leadtocash.TaskStatusWaiting || now.Version != 2 {
				p.Errorf("got %s in version %d", now.Status, now.Version)
			}
		}
		_, err := p.Tasks().SetStatus(p.ctx, task.ID, leadtocash.SetTaskStatus{Status: leadtocash.TaskStatusCompleted})
		p.refused(err, leadtocash.ErrStatusNotInState)
		must(p.Tasks().Complete(p.ctx, task.ID, leadtocash.CompleteTask{}))
		_, err = p.Tasks().SetStatus(p.ctx, task.ID, waiting)
		p.refused(err, leadtocash.ErrInvalidTransition)
	})
}
