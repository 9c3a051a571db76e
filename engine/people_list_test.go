package engine_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

func TestPeople_pages(t *testing.T) {
	onStores(t, func(p *people) {
		var ids []record.AccountID
		for _, name := range []string{"A", "B", "C", "D", "E", "F", "G"} {
			ids = append(ids, p.account(name).ID)
		}
		testkit.Must(p.Accounts().Deactivate(p.ctx, ids[2], party.Deactivate{}))
		testkit.Must(p.Accounts().Edit(p.ctx, ids[0], party.EditAccount{Fields: party.AccountFields{Name: "A", ParentAccountID: ids[1]}}))

		for name, x := range map[string]struct {
			query engine.AccountQuery
			want  []string
		}{
			"as created":      {engine.AccountQuery{}, []string{"A", "B", "C", "D", "E", "F", "G"}},
			"newest first":    {engine.AccountQuery{List: engine.List{Desc: true}}, []string{"G", "F", "E", "D", "C", "B", "A"}},
			"latest change":   {engine.AccountQuery{List: engine.List{Order: engine.OrderByUpdated, Desc: true}}, []string{"A", "C", "G", "F", "E", "D", "B"}},
			"active":          {engine.AccountQuery{Status: party.AccountStatusActive}, []string{"A", "B", "D", "E", "F", "G"}},
			"inactive":        {engine.AccountQuery{List: engine.List{State: party.StateInactive}}, []string{"C"}},
			"below":           {engine.AccountQuery{Parent: ids[1]}, []string{"A"}},
			"of another lead": {engine.AccountQuery{Lead: testkit.IDOf[record.LeadID](1)}, nil},
		} {
			for _, limit := range []int{1, 3, 7, 8} {
				q := x.query
				q.Limit = limit
				if got := p.pages(q); !slices.Equal(got, x.want) {
					p.Errorf("%s, %d a page: %v, want %v", name, limit, got, x.want)
				}
			}
			if n := testkit.Must(p.Accounts().Count(p.ctx, x.query)); n != int64(len(x.want)) {
				p.Errorf("%s: %d, want %d", name, n, len(x.want))
			}
		}

		first := testkit.Must(p.Accounts().Page(p.ctx, engine.AccountQuery{List: engine.List{Limit: 2}}))
		_, err := p.Accounts().Page(p.ctx, engine.AccountQuery{List: engine.List{Limit: 2, Desc: true, After: first.Next}})
		p.refused(err, codes.ErrInvalid)
		_, err = p.Contacts().Page(p.ctx, engine.ContactQuery{List: engine.List{Limit: 2, After: first.Next}})
		p.refused(err, codes.ErrInvalid)
		_, err = p.Accounts().Page(p.ctx, engine.AccountQuery{List: engine.List{Limit: 1001}})
		p.refused(err, codes.ErrOutOfRange)
		// A position outlives the record behind it.
		testkit.Must(p.Accounts().Deactivate(p.ctx, ids[1], party.Deactivate{}))
		rest := testkit.Must(p.Accounts().Page(p.ctx, engine.AccountQuery{List: engine.List{Limit: 2, After: first.Next}}))
		if len(rest.Items) != 2 || rest.Items[0].Name != "C" {
			p.Errorf("the second page is %+v", rest)
		}
	})
}

// Every reference of a query finds what it says.
func TestPeople_queries(t *testing.T) {
	onStores(t, func(p *people) {
		lead := testkit.Must(p.Leads().Create(p.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer", CompanyName: "Meyer"}}))
		testkit.Must(p.Leads().Qualify(p.ctx, lead.ID, leadtocash.QualifyLead{}))
		a := p.account("Other")
		about := ref(kinds.Account, a.ID)
		testkit.Must(p.Contacts().Create(p.ctx, party.CreateContact{Fields: party.ContactFields{LastName: "Huber", ParentCustomerID: record.AccountCustomer(a.ID)}}))
		testkit.Must(p.Sellers().Deactivate(p.ctx, p.seller("Ann").ID, party.Deactivate{}))
		p.seller("Bob")
		p.competitor("Rival")
		p.task(about)
		testkit.Must(p.Tasks().Complete(p.ctx, p.task(about).ID, activity.CompleteTask{}))
		testkit.Must(p.PhoneCalls().Create(p.ctx, activity.CreatePhoneCall{Fields: activity.ActivityFields{RegardingID: about}}))
		testkit.Must(p.Emails().Create(p.ctx, activity.CreateEmail{Fields: activity.ActivityFields{RegardingID: about}}))
		testkit.Must(p.Appointments().Create(p.ctx, activity.CreateAppointment{Fields: activity.ActivityFields{RegardingID: about}}))
		p.note(about)
		nobody := testkit.RefTo(kinds.Account, 1)

		for what, x := range map[string][2]int64{
			"accounts of the lead": {testkit.Must(p.Accounts().Count(p.ctx, engine.AccountQuery{Lead: lead.ID})), 1},
			"contacts of the lead": {testkit.Must(p.Contacts().Count(p.ctx, engine.ContactQuery{Lead: lead.ID})), 1},
			"contacts at":          {testkit.Must(p.Contacts().Count(p.ctx, engine.ContactQuery{Parent: record.AccountCustomer(a.ID), Status: party.ContactStatusActive})), 1},
			"inactive contacts":    {testkit.Must(p.Contacts().Count(p.ctx, engine.ContactQuery{Status: party.ContactStatusInactive})), 0},
			"inactive sellers":     {testkit.Must(p.Sellers().Count(p.ctx, engine.SellerQuery{Status: party.SellerStatusInactive})), 1},
			"competitors":          {testkit.Must(p.Competitors().Count(p.ctx, engine.CompetitorQuery{})), 1},
			"open tasks":           {testkit.Must(p.Tasks().Count(p.ctx, engine.TaskQuery{Regarding: about, List: engine.List{State: activity.ActivityOpen}})), 1},
			"completed tasks":      {testkit.Must(p.Tasks().Count(p.ctx, engine.TaskQuery{Regarding: about, Status: activity.TaskStatusCompleted})), 1},
			"tasks of nobody":      {testkit.Must(p.Tasks().Count(p.ctx, engine.TaskQuery{Regarding: nobody})), 0},
			"calls":                {testkit.Must(p.PhoneCalls().Count(p.ctx, engine.PhoneCallQuery{Regarding: about, Status: activity.PhoneCallStatusOpen})), 1},
			"calls of nobody":      {testkit.Must(p.PhoneCalls().Count(p.ctx, engine.PhoneCallQuery{Regarding: nobody})), 0},
			"drafts":               {testkit.Must(p.Emails().Count(p.ctx, engine.EmailQuery{Regarding: about, Status: activity.EmailStatusDraft})), 1},
			"e-mails of nobody":    {testkit.Must(p.Emails().Count(p.ctx, engine.EmailQuery{Regarding: nobody})), 0},
			"appointments":         {testkit.Must(p.Appointments().Count(p.ctx, engine.AppointmentQuery{Regarding: about, Status: activity.AppointmentStatusFree})), 1},
			"meetings of nobody":   {testkit.Must(p.Appointments().Count(p.ctx, engine.AppointmentQuery{Regarding: nobody})), 0},
			"notes":                {testkit.Must(p.Notes().Count(p.ctx, engine.NoteQuery{Regarding: about})), 1},
			"notes of nobody":      {testkit.Must(p.Notes().Count(p.ctx, engine.NoteQuery{Regarding: nobody})), 0},
		} {
			if x[0] != x[1] {
				p.Errorf("%s: %d, want %d", what, x[0], x[1])
			}
		}
	})
}

var tier = engine.TextField("tier", engine.Searchable)

func tiered(name, value string) party.CreateAccount {
	cmd := party.CreateAccount{Fields: party.AccountFields{Name: name}}
	tier.Set(&cmd.Custom, value)
	return cmd
}

func withTier(value string) engine.AccountQuery {
	return engine.AccountQuery{List: engine.List{Custom: map[string]string{"tier": value}}}
}

// Searchable custom values are looked up as they are now.
func TestPeople_custom(t *testing.T) {
	onStores(t, func(p *people) {
		a := testkit.Must(p.Accounts().Create(p.ctx, tiered("Meyer", "gold")))
		testkit.Must(p.Accounts().Create(p.ctx, tiered("Huber", "iron")))
		if got := p.pages(engine.AccountQuery{List: engine.List{Limit: 5, Custom: withTier("gold").Custom}}); !slices.Equal(got, []string{"Meyer"}) {
			p.Errorf("gold are %v", got)
		}
		var change record.Custom
		tier.Set(&change, "iron")
		testkit.Must(p.Accounts().Edit(p.ctx, a.ID, party.EditAccount{Fields: a.AccountFields, Custom: change}))
		if gold, iron := testkit.Must(p.Accounts().Count(p.ctx, withTier("gold"))), testkit.Must(p.Accounts().Count(p.ctx, withTier("iron"))); gold != 0 || iron != 2 {
			p.Errorf("%d are gold, %d iron", gold, iron)
		}
		tier.Clear(&change)
		testkit.Must(p.Accounts().Edit(p.ctx, a.ID, party.EditAccount{Fields: a.AccountFields, Custom: change}))
		if iron := testkit.Must(p.Accounts().Count(p.ctx, withTier("iron"))); iron != 1 {
			p.Errorf("%d are iron", iron)
		}
		_, err := p.Accounts().Create(p.ctx, party.CreateAccount{
			Origin: record.Origin{Custom: record.Custom{"tier": json.RawMessage("7")}},
			Fields: party.AccountFields{Name: "Odd"},
		})
		p.refused(err, codes.ErrInvalid)
	}, engine.WithFields(kinds.Account, tier))
}

// After a field became searchable, Reindex makes older records found, and nothing else
// happens to them.
func TestClient_Reindex(t *testing.T) {
	onStores(t, func(p *people) {
		var gold []party.Account
		for range 250 {
			gold = append(gold, testkit.Must(p.Accounts().Create(p.ctx, tiered("Meyer", "gold"))))
		}
		plain := p.account("Plain")

		later := newPeople(p.T, p.store, engine.WithFields(kinds.Account, tier))
		known := testkit.Must(later.Accounts().Create(p.ctx, tiered("Known", "gold")))
		if n := testkit.Must(later.Accounts().Count(p.ctx, withTier("gold"))); n != 1 {
			p.Errorf("%d were found before", n)
		}
		if n := testkit.Must(later.Preview().Reindex(p.ctx, kinds.Account)); n != 250 {
			p.Errorf("preview reindexes %d", n)
		}
		if n := testkit.Must(later.Once("maintenance").Reindex(p.ctx, kinds.Account)); n != 250 {
			p.Errorf("%d were reindexed", n)
		}
		if n := testkit.Must(later.Accounts().Count(p.ctx, withTier("gold"))); n != 251 {
			p.Errorf("%d are found", n)
		}
		if n := testkit.Must(later.Reindex(p.ctx, kinds.Account)); n != 0 {
			p.Errorf("%d were reindexed again", n)
		}
		for _, a := range []party.Account{plain, known} {
			if again := testkit.Must(later.Accounts().Get(p.ctx, a.ID)); again.Version != 1 {
				p.Errorf("%s has version %d", a.Name, again.Version)
			}
		}
		for _, a := range gold {
			if again := testkit.Must(later.Accounts().Get(p.ctx, a.ID)); again.Version != 1 {
				p.Errorf("%s has version %d", a.Name, again.Version)
			}
		}
		n := 0
		for range later.Feed(p.ctx, 0) {
			n++
		}
		if n != 252 {
			p.Errorf("the feed has %d events, want those of the births", n)
		}
		gone := gold[0]
		tier.Set(&gone.Custom, "tin")
		testkit.Must(later.Accounts().Edit(p.ctx, gone.ID, party.EditAccount{Fields: gone.AccountFields, Custom: gone.Custom}))
		if n := testkit.Must(later.Accounts().Count(p.ctx, withTier("gold"))); n != 250 {
			p.Errorf("%d are gold after one is no more", n)
		}
		without := newPeople(p.T, p.store)
		if n := testkit.Must(without.Reindex(p.ctx, kinds.Account)); n != 251 {
			p.Errorf("%d have look-ups that nobody asks for any more", n)
		}
		if n := testkit.Must(without.Reindex(p.ctx, kinds.Allocation)); n != 0 {
			p.Errorf("%d allocations were reindexed", n)
		}

		_, err := later.Reindex(p.ctx, "campaign")
		p.refused(err, codes.ErrUnsupported)
	})
}

// TestClient_Reindex_versions: over a store that does not replace look-ups, those records
// that lack one get a version for it, no others do.
func TestClient_Reindex_versions(t *testing.T) {
	t.Parallel()
	p := newPeople(t, withoutReindexer{memory.New()})
	gold := testkit.Must(p.Accounts().Create(p.ctx, tiered("Meyer", "gold")))
	plain := p.account("Plain")
	later := newPeople(t, p.store, engine.WithFields(kinds.Account, tier))
	if n := testkit.Must(later.Reindex(p.ctx, kinds.Account)); n != 1 {
		t.Errorf("%d were reindexed", n)
	}
	if n := testkit.Must(later.Accounts().Count(p.ctx, withTier("gold"))); n != 1 {
		t.Errorf("%d are found", n)
	}
	if again := testkit.Must(later.Accounts().Get(p.ctx, plain.ID)); again.Version != 1 {
		t.Errorf("one that lacks nothing has version %d", again.Version)
	}
	if n := testkit.Must(later.Reindex(p.ctx, kinds.Attachment)); n != 0 {
		t.Errorf("%d attachments were reindexed", n)
	}
	var last engine.Entry
	for e, err := range later.Accounts().History(p.ctx, gold.ID) {
		if err != nil {
			t.Fatal(err)
		}
		last = e
	}
	if last.Type != "account.edited" || last.Data.Get("reindexed") != "true" || last.Version != 2 || len(last.Changes) != 0 {
		t.Errorf("the last event is %+v", last)
	}
}

// withoutReindexer is a store whose transactions do what they must and no more.
type withoutReindexer struct{ storage.Store }

func (s withoutReindexer) Update(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	return s.Store.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error { return fn(ctx, struct{ storage.Tx }{tx}) })
}

func TestClient_Reindex_denied(t *testing.T) {
	t.Parallel()
	p := newPeople(t, memory.New(), engine.WithAuthorizer(denying{actions.AccountImport}))
	_, err := p.Reindex(p.ctx, kinds.Account)
	p.refused(err, codes.ErrDenied)
}
