package engine_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

// doubled is a customer that was entered twice, with all that hangs on the
// second one.
type doubled struct {
	*people
	master, sub party.Account
	refs        []record.Ref // what refers to the second one
	won         leadtocash.WonQuote
	invoice     leadtocash.Invoice
}

func newDoubled(p *people) *doubled {
	account := func(f party.AccountFields) party.Account {
		return testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: f}))
	}
	d := &doubled{people: p}
	d.master = account(party.AccountFields{Name: "Meyer & Sons", MainPhone: "1"})
	d.sub = account(party.AccountFields{Name: "Meyer and Sons", MainPhone: "2", Website: "meyer.example", Address1: &party.Address{City: "Oslo"}})
	customer := record.AccountCustomer(d.sub.ID)

	child := account(party.AccountFields{Name: "Meyer Retail", ParentAccountID: d.sub.ID})
	jo := testkit.Must(p.Contacts().Create(p.ctx, party.CreateContact{Fields: party.ContactFields{LastName: "Meyer", ParentCustomerID: customer}}))
	deal := testkit.Must(p.Opportunities().Create(p.ctx, leadtocash.CreateOpportunity{
		Fields: leadtocash.OpportunityFields{Name: "Desks", CustomerID: customer, ParentAccountID: d.sub.ID}, Lines: []pricing.LineFields{testkit.TenDesks()},
	}))
	quote := testkit.Must(p.Opportunities().GenerateQuote(p.ctx, deal.ID, leadtocash.GenerateQuote{}))
	testkit.Must(p.Quotes().Activate(p.ctx, quote.ID, leadtocash.ActivateQuote{}))
	d.won = testkit.Must(p.Quotes().WinToOrder(p.ctx, quote.ID, leadtocash.WinQuoteToOrder{}))
	testkit.Must(p.Orders().Fulfill(p.ctx, d.won.Order.ID, leadtocash.FulfillOrder{}))
	d.invoice = testkit.Must(p.Orders().Invoice(p.ctx, d.won.Order.ID, leadtocash.InvoiceOrder{})).Invoice
	d.invoice = testkit.Must(p.Invoices().Issue(p.ctx, d.invoice.ID, leadtocash.IssueInvoice{}))
	note := p.note(ref(kinds.Account, d.sub.ID))
	task := testkit.Must(p.Tasks().Create(p.ctx, activity.CreateTask{Fields: activity.TaskFields{ActivityFields: activity.ActivityFields{
		Subject: "Call", Parties: []activity.Party{{Role: activity.PartyRoleTo, Ref: ref(kinds.Account, d.sub.ID)}},
	}}}))
	letter := testkit.Must(p.Invoices().Dun(p.ctx, d.invoice.ID, leadtocash.DunInvoice{On: 2027_01_04})).Entry
	credit := testkit.Must(p.CreditNotes().Create(p.ctx, leadtocash.CreateCreditNote{
		Fields: leadtocash.CreditNoteFields{Name: "Scratches", CustomerID: customer}, Lines: []pricing.LineFields{testkit.TenDesks()},
	}))
	money := testkit.Must(p.Payments().Create(p.ctx, leadtocash.CreatePayment{Fields: leadtocash.PaymentFields{
		CustomerID: customer, Amount: money.EUR.MustAmount("10.00"), Method: leadtocash.PaymentMethodTransfer,
	}}))
	testkit.Must(p.Payments().Post(p.ctx, money.ID, leadtocash.PostPayment{}))
	back := testkit.Must(p.Payments().Refund(p.ctx, money.ID, leadtocash.RequestRefund{})).Record
	d.refs = []record.Ref{
		ref(kinds.Account, child.ID), ref(kinds.Contact, jo.ID), ref(kinds.Opportunity, deal.ID),
		ref(kinds.Quote, quote.ID), ref(kinds.Order, d.won.Order.ID), ref(kinds.Invoice, d.invoice.ID),
		ref(kinds.Note, note.ID), ref(kinds.Task, task.ID),
		ref(kinds.DunningEntry, letter.ID), ref(kinds.CreditNote, credit.ID), ref(kinds.Payment, money.ID), ref(kinds.Refund, back.ID),
	}
	return d
}

func (d *doubled) merge(cmd party.MergeAccount) match.Merged[party.Account] {
	cmd.Subordinate = d.sub.ID
	return testkit.Must(d.Accounts().Merge(d.ctx, d.master.ID, cmd))
}

func mergeMovesEverything(t *testing.T) {
	onStores(t, func(p *people) {
		d := newDoubled(p)
		out := d.merge(party.MergeAccount{Take: []string{"main_phone"}, FillEmpty: true})
		switch m := out.Master; {
		case m.Name != "Meyer & Sons" || m.MainPhone != "2" || m.Website != "meyer.example" || m.Address1.City != "Oslo":
			p.Errorf("the master is %+v, want the phone that was chosen and what it lacked", m.AccountFields)
		case !out.Subordinate.Merged || out.Subordinate.MasterID != m.ID || out.Subordinate.Status != party.AccountStatusInactive:
			p.Errorf("the subordinate is %+v", out.Subordinate)
		}
		for _, r := range d.refs {
			if !slices.Contains(out.Repointed, r) {
				p.Errorf("%s was not re-pointed", r)
			}
		}
		if len(out.Repointed) != len(d.refs) {
			p.Errorf("re-pointed %v, want %v", out.Repointed, d.refs)
		}
		invoice := testkit.Must(p.Invoices().Get(p.ctx, d.invoice.ID))
		if invoice.CustomerID.Account() != d.master.ID || invoice.InvoiceNumber != d.invoice.InvoiceNumber {
			p.Errorf("the invoice is %s of %s", invoice.InvoiceNumber, invoice.CustomerID)
		}
		if n := testkit.Must(p.Opportunities().Count(p.ctx, engine.OpportunityQuery{Account: d.master.ID})); n != 1 {
			p.Errorf("the master has %d opportunities when looked up, want 1", n)
		}
		if now := testkit.Must(p.Accounts().Current(p.ctx, d.sub.ID)); now.ID != d.master.ID {
			p.Errorf("the old id leads to %s, want the master", now.ID)
		}
		_, err := p.Notes().Create(p.ctx, activity.CreateNote{RegardingID: ref(kinds.Account, d.sub.ID), Fields: activity.NoteFields{Subject: "Called"}})
		p.refused(err, codes.ErrMerged)
		_, err = p.Accounts().Activate(p.ctx, d.sub.ID, party.Activate{})
		p.refused(err, codes.ErrMerged)
		_, err = p.Accounts().Merge(p.ctx, d.master.ID, party.MergeAccount{Subordinate: d.sub.ID})
		p.refused(err, codes.ErrMergeInactive)
	})
}

func unmergeRestoresEverything(t *testing.T) {
	onStores(t, func(p *people) {
		d := newDoubled(p)
		all := append(slices.Clone(d.refs), ref(kinds.Account, d.master.ID), ref(kinds.Account, d.sub.ID))
		before := map[record.Ref]string{}
		for _, r := range all {
			before[r] = p.body(r)
		}
		d.merge(party.MergeAccount{Take: []string{"main_phone"}, FillEmpty: true})
		out := testkit.Must(p.Accounts().Unmerge(p.ctx, d.sub.ID, match.Unmerge{}))
		for _, r := range all {
			if now := p.body(r); now != before[r] {
				p.Errorf("%s came back as\n%s\nwas\n%s", r, now, before[r])
			}
		}
		if out.Master.ID != d.master.ID || out.Subordinate.ID != d.sub.ID || len(out.Repointed) != len(d.refs) {
			p.Errorf("got %+v", out)
		}
		_, err := p.Accounts().Unmerge(p.ctx, d.sub.ID, match.Unmerge{})
		p.refused(err, codes.ErrNotMerged)
	})
}

func unmergeIsRefusedAfterChanges(t *testing.T) {
	changes := map[string]func(*doubled){
		"a field that was taken is edited": func(d *doubled) {
			f := testkit.Must(d.Accounts().Get(d.ctx, d.master.ID)).AccountFields
			f.MainPhone = "3"
			testkit.Must(d.Accounts().Edit(d.ctx, d.master.ID, party.EditAccount{Fields: f}))
		},
		"money is allocated": func(d *doubled) {
			testkit.Must(d.Invoices().MarkPaid(d.ctx, d.invoice.ID, leadtocash.PayInvoice{}))
		},
		"the master is merged": func(d *doubled) {
			third := testkit.Must(d.Accounts().Create(d.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer"}}))
			testkit.Must(d.Accounts().Merge(d.ctx, third.ID, party.MergeAccount{Subordinate: d.master.ID}))
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			onStores(t, func(p *people) {
				d := newDoubled(p)
				d.merge(party.MergeAccount{Take: []string{"main_phone"}})
				change(d)
				_, err := p.Accounts().Unmerge(p.ctx, d.sub.ID, match.Unmerge{})
				if !errors.Is(err, codes.ErrConflict) || !testkit.Must(p.Accounts().Get(p.ctx, d.sub.ID)).Merged {
					p.Errorf("got %v, want a conflict and nothing undone", err)
				}
			})
		})
	}
}

// What changed otherwise since the merge stays.
func TestUnmergeKeepsOtherChanges(t *testing.T) {
	onStores(t, func(p *people) {
		d := newDoubled(p)
		d.merge(party.MergeAccount{Take: []string{"main_phone"}})
		f := testkit.Must(p.Accounts().Get(p.ctx, d.master.ID)).AccountFields
		f.Description = "two floors"
		testkit.Must(p.Accounts().Edit(p.ctx, d.master.ID, party.EditAccount{Fields: f}))
		out := testkit.Must(p.Accounts().Unmerge(p.ctx, d.sub.ID, match.Unmerge{}))
		if out.Master.Description != "two floors" || out.Master.MainPhone != "1" {
			p.Errorf("the master came back as %+v", out.Master.AccountFields)
		}
	})
}

func mergeRefusals(t *testing.T) {
	onStores(t, func(p *people) {
		d := newDoubled(p)
		merge := func(master, sub record.AccountID, take ...string) error {
			_, err := p.Accounts().Merge(p.ctx, master, party.MergeAccount{Subordinate: sub, Take: take})
			return err
		}
		p.refused(merge(d.master.ID, d.master.ID), codes.ErrMergeSelf)
		p.refused(merge(d.master.ID, record.AccountID{}), codes.ErrMissingField)
		p.refused(merge(d.master.ID, engine.NewID[record.AccountID]()), codes.ErrNotFound)
		p.refused(merge(d.master.ID, d.sub.ID, "status", "shoe_size"), codes.ErrInvalid)
		child := record.AccountID{UUID: d.refs[0].ID}
		p.refused(merge(child, d.sub.ID), codes.ErrMergeCycle)                      // its own parent
		p.refused(merge(d.sub.ID, child, "parent_account_id"), codes.ErrMergeCycle) // would be its own parent

		draft := testkit.Must(p.Quotes().Create(p.ctx, leadtocash.CreateQuote{Fields: leadtocash.QuoteFields{Name: "Chairs", CustomerID: record.AccountCustomer(d.sub.ID)}}))
		testkit.Must(p.Quotes().Activate(p.ctx, draft.ID, leadtocash.ActivateQuote{}))
		testkit.Must(p.Accounts().Deactivate(p.ctx, d.master.ID, party.Deactivate{}))
		p.refused(merge(d.master.ID, d.sub.ID), codes.ErrMergeInactive, codes.ErrMergeActiveQuote)
		if testkit.Must(p.Accounts().Get(p.ctx, d.sub.ID)).Merged {
			p.Error("a refused merge changed the subordinate")
		}
	})
}

func mergeIsAuthorizedForBoth(t *testing.T) {
	onStores(t, func(p *people) {
		d := newDoubled(p)
		_, err := p.Accounts().Merge(p.ctx, d.master.ID, party.MergeAccount{Subordinate: d.sub.ID})
		p.refused(err, codes.ErrMergeDenied)
	}, engine.WithAuthorizer(denying{actions.AccountMergeInto}))
}

// Opportunities of a merged lead originate from its master until the merge is
// taken back.
func mergeOfLeads(t *testing.T) {
	onStores(t, func(p *people) {
		sub := testkit.Must(p.Leads().Create(p.ctx, desks(1)))
		deal := testkit.Must(p.Leads().Qualify(p.ctx, sub.ID, leadtocash.QualifyLead{})).Opportunity()
		testkit.Must(p.Leads().Reactivate(p.ctx, sub.ID, leadtocash.ReactivateLead{}))
		testkit.Must(p.Leads().SetStatus(p.ctx, sub.ID, leadtocash.SetLeadStatus{Status: leadtocash.LeadStatusContacted}))
		master := testkit.Must(p.Leads().Create(p.ctx, desks(2)))

		out := testkit.Must(p.Leads().Merge(p.ctx, master.ID, leadtocash.MergeLead{Subordinate: sub.ID, Take: []string{"topic"}}))
		if out.Subordinate.Status != leadtocash.LeadStatusCanceled || out.Master.Topic != sub.Topic || out.Master.QualifyingOpportunityID != deal.ID {
			p.Errorf("got %+v and %+v", out.Master, out.Subordinate)
		}
		if o := testkit.Must(p.Opportunities().Get(p.ctx, deal.ID)); o.OriginatingLeadID != master.ID {
			p.Errorf("the opportunity originates from %s, want the master", o.OriginatingLeadID)
		}
		_, err := p.Leads().Disqualify(p.ctx, master.ID, leadtocash.DisqualifyLead{})
		p.refused(err, codes.ErrLeadHasOpportunity)
		_, err = p.Leads().Reactivate(p.ctx, sub.ID, leadtocash.ReactivateLead{})
		p.refused(err, codes.ErrMerged)

		back := testkit.Must(p.Leads().Unmerge(p.ctx, sub.ID, match.Unmerge{}))
		if back.Subordinate.Status != leadtocash.LeadStatusContacted || back.Master.Topic != master.Topic || !back.Master.QualifyingOpportunityID.IsZero() {
			p.Errorf("came back as %+v and %+v", back.Master, back.Subordinate)
		}
		testkit.Must(p.Leads().Disqualify(p.ctx, master.ID, leadtocash.DisqualifyLead{}))
	})
}
