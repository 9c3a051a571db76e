package engine_test

import (
	"errors"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
)

// selling is a process from a lead over its account to an opportunity.
func selling() bpf.Definition {
	stage := func(key, entity string) bpf.Stage {
		return bpf.Stage{Key: key, Label: key, Entity: entity, Steps: []bpf.Step{{Key: "about", Field: "description"}}}
	}
	return bpf.Definition{
		Schema: bpf.Schema, Name: "selling", Label: "Selling", Version: 1, PrimaryEntity: "lead",
		Stages: []bpf.Stage{stage("hear", "lead"), stage("visit", "account")},
	}
}

// twins are two leads and two accounts, with a process from the second lead to
// the second account.
type twins struct {
	*people
	leads    [2]record.LeadID
	accounts [2]record.AccountID
	process  record.ProcessID
}

func newTwins(p *people) *twins {
	w := &twins{people: p}
	for n := range 2 {
		w.leads[n] = testkit.Must(p.Starting(engine.NoProcess).Leads().Create(p.ctx, desks(n))).ID
		w.accounts[n] = testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer"}})).ID
	}
	w.process = testkit.Must(p.Processes().Start(p.ctx, engine.StartProcess{Definition: "selling", Record: process.Entity(w.leads[1])})).ID
	testkit.Must(p.Processes().Next(p.ctx, w.process, bpf.NextOptions{Target: process.Entity(w.accounts[1])}))
	return w
}

func (w *twins) mergeLeads() match.Merged[leadtocash.Lead] {
	return testkit.Must(w.Leads().Merge(w.ctx, w.leads[0], leadtocash.MergeLead{Subordinate: w.leads[1]}))
}

// uses checks the records that the process is on, and that they know it.
func (w *twins) uses(lead record.LeadID, account record.AccountID) {
	w.Helper()
	p := testkit.Must(w.Processes().Get(w.ctx, w.process))
	if p.Instance.Primary() != process.Entity(lead) || p.Instance.Slots["account"] != process.Entity(account) || p.Instance.ActiveStage != "visit" {
		w.Errorf("the process is on %v, stage %s; want lead %s and account %s", p.Instance.Slots, p.Instance.ActiveStage, lead, account)
	}
	for _, record := range []bpf.Ref{process.Entity(lead), process.Entity(account)} {
		if list := testkit.Must(w.Processes().Instances(w.ctx, record)); len(list) != 1 || list[0].ID != w.process {
			w.Errorf("%s has the processes %v, want the one", record, list)
		}
	}
}

// A process goes with the records that it is on, and comes back.
func TestI15ProcessesGoWithMergedRecords(t *testing.T) {
	onStores(t, func(p *people) {
		w := newTwins(p)
		if out := w.mergeLeads(); len(out.Repointed) != 1 || out.Repointed[0] != ref(kinds.Process, w.process) {
			p.Errorf("re-pointed %v, want the process", out.Repointed)
		}
		w.uses(w.leads[0], w.accounts[1])
		testkit.Must(p.Accounts().Merge(p.ctx, w.accounts[0], party.MergeAccount{Subordinate: w.accounts[1]}))
		w.uses(w.leads[0], w.accounts[0])
		for _, record := range []bpf.Ref{process.Entity(w.leads[1]), process.Entity(w.accounts[1])} {
			if list := testkit.Must(p.Processes().Instances(p.ctx, record)); len(list) != 0 {
				p.Errorf("%s, which is merged, still has %v", record, list)
			}
		}
		_, err := p.Processes().Start(p.ctx, engine.StartProcess{Definition: "selling", Record: process.Entity(w.leads[1])})
		p.refused(err, codes.ErrMerged)

		testkit.Must(p.Accounts().Unmerge(p.ctx, w.accounts[1], match.Unmerge{}))
		w.uses(w.leads[0], w.accounts[1])
		testkit.Must(p.Leads().Unmerge(p.ctx, w.leads[1], match.Unmerge{}))
		w.uses(w.leads[1], w.accounts[1])
		if h := testkit.Must(p.Processes().Get(p.ctx, w.process)).Instance.History; len(h) != 6 || h[5].FromRecord != process.Entity(w.leads[0]) || h[5].ToRecord != process.Entity(w.leads[1]) {
			p.Errorf("the history tells %+v, want start, next and four changes of a record", h)
		}
	}, engine.WithProcesses(selling()))
}

// A record has one process of each definition: that of the subordinate stays
// with it.
func TestMergeOfLeadsThatBothHaveTheProcess(t *testing.T) {
	onStores(t, func(p *people) {
		w := newTwins(p)
		own := testkit.Must(p.Processes().Start(p.ctx, engine.StartProcess{Definition: "selling", Record: process.Entity(w.leads[0])}))
		if out := w.mergeLeads(); len(out.Repointed) != 0 {
			p.Errorf("re-pointed %v, want nothing", out.Repointed)
		}
		w.uses(w.leads[1], w.accounts[1])
		testkit.Must(p.Leads().Unmerge(p.ctx, w.leads[1], match.Unmerge{}))
		w.uses(w.leads[1], w.accounts[1])
		if now := testkit.Must(p.Processes().Get(p.ctx, own.ID)); now.Version != own.Version {
			p.Errorf("the process of the master is in version %d, want it untouched", now.Version)
		}
	}, engine.WithProcesses(selling()))
}

// A process that has moved on goes back; one that is on another record by now
// stands in the way.
func TestUnmergeOfProcessesThatMovedOn(t *testing.T) {
	onStores(t, func(p *people) {
		w := newTwins(p)
		w.mergeLeads()
		testkit.Must(p.Accounts().Merge(p.ctx, w.accounts[0], party.MergeAccount{Subordinate: w.accounts[1]}))
		testkit.Must(p.Processes().Previous(p.ctx, w.process))
		testkit.Must(p.Leads().Unmerge(p.ctx, w.leads[1], match.Unmerge{}))
		if now := testkit.Must(p.Processes().Get(p.ctx, w.process)); now.Instance.Primary() != process.Entity(w.leads[1]) || now.Instance.ActiveStage != "hear" {
			p.Errorf("the process is on %s, stage %s", now.Instance.Primary(), now.Instance.ActiveStage)
		}
		third := testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Roe"}}))
		testkit.Must(p.Processes().Rebind(p.ctx, w.process, process.Entity(third.ID)))
		_, err := p.Accounts().Unmerge(p.ctx, w.accounts[1], match.Unmerge{})
		var e *record.Error
		if !errors.As(err, &e) || !errors.Is(err, codes.ErrConflict) || e.Reasons[0].Field != "instance.slots.account" {
			p.Errorf("got %v, want a conflict about the slot", err)
		}
	}, engine.WithProcesses(selling()))
}

// What is bound to the merge moves the processes that stay, not those that went
// to the master.
func TestMergesAreBound(t *testing.T) {
	d := selling()
	d.Bindings = []bpf.Binding{{Event: "lead.merged_into", Do: bpf.DoAbort}}
	onStores(t, func(p *people) {
		w := newTwins(p)
		w.mergeLeads()
		w.uses(w.leads[0], w.accounts[1])
		if now := testkit.Must(p.Processes().Get(p.ctx, w.process)); now.Instance.Status != bpf.Active {
			p.Errorf("the process is %s, want it to go on with the master", now.Instance.Status)
		}
		testkit.Must(p.Leads().Unmerge(p.ctx, w.leads[1], match.Unmerge{}))
		testkit.Must(p.Processes().Start(p.ctx, engine.StartProcess{Definition: "selling", Record: process.Entity(w.leads[0])}))
		w.mergeLeads()
		if now := testkit.Must(p.Processes().Get(p.ctx, w.process)); now.Instance.Status != bpf.Aborted {
			p.Errorf("the process is %s, want what is bound to happen", now.Instance.Status)
		}
	}, engine.WithProcesses(d))
}
