package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/storagetest"
	"github.com/leadtocash/leadtocash/value"
)

func (p *people) oldQuote(number string, revision int32, status leadtocash.QuoteStatus, customer record.CustomerID) leadtocash.Quote {
	return leadtocash.Quote{
		QuoteNumber: number, RevisionNumber: revision, Status: status,
		QuoteFields: leadtocash.QuoteFields{Name: "Desks", CustomerID: customer}, PricedLines: soldDesks(),
	}
}

func (p *people) accounts() int64 {
	return testkit.Must(p.Accounts().Count(p.ctx, engine.AccountQuery{}))
}

func (p *people) contacts() int64 {
	return testkit.Must(p.Contacts().Count(p.ctx, engine.ContactQuery{}))
}

// body is a record without what differs from version to version.
func (p *people) body(r record.Ref) string {
	p.Helper()
	var text string
	if err := p.store.View(p.ctx, storage.Default, func(ctx context.Context, reader storage.Reader) error {
		rec, err := reader.Get(ctx, storage.Ref{Kind: string(r.Kind), ID: r.ID})
		if err != nil {
			return err
		}
		body, err := rec.Body()
		if err != nil {
			return err
		}
		var members map[string]json.RawMessage
		if err := json.Unmarshal(body, &members); err != nil {
			return err
		}
		delete(members, "version")
		delete(members, "updated_at")
		body, err = json.Marshal(members)
		text = string(body)
		return err
	}); err != nil {
		p.Fatal(err)
	}
	return text
}

// counted checks how many records of a kind are left.
func (p *people) counted(kind kinds.Kind, want int64) {
	p.Helper()
	n := testkit.Must(storage.Count(p.ctx, p.store, storage.Default, storage.Query{Kind: string(kind)}))
	if n != want {
		p.Errorf("%d %s records are stored, want %d", n, kind, want)
	}
}

// feed counts the events.
func (p *people) feed() (n int) {
	p.Helper()
	for _, err := range p.Feed(p.ctx, 0) {
		if err != nil {
			p.Fatal(err)
		}
		n++
	}
	return n
}

// pages reads a list page by page.
func (p *people) pages(q engine.AccountQuery) (names []string) {
	p.Helper()
	for {
		page := testkit.Must(p.Accounts().Page(p.ctx, q))
		if len(page.Items) > q.Limit || page.Next != "" && len(page.Items) < q.Limit {
			p.Errorf("a page of %d has %d items, next %q", q.Limit, len(page.Items), page.Next)
		}
		for _, a := range page.Items {
			names = append(names, a.Name)
		}
		if page.Next == "" {
			return names
		}
		q.After = page.Next
	}
}

// people is a client under test.
type people struct {
	*testing.T
	*engine.Client
	ctx   context.Context
	store storage.Store
}

// onStores runs a test with a store that keeps values and with one that keeps
// bytes.
func onStores(t *testing.T, test func(p *people), opts ...engine.ClientOption) {
	t.Helper()
	t.Parallel()
	stores := map[string]func() storage.Store{
		"values": func() storage.Store { return memory.New() },
		"bytes":  func() storage.Store { return storagetest.Reencode(memory.New()) },
	}
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(newPeople(t, open(), opts...))
		})
	}
}

// newPeople returns a client whose clock goes on by a minute with every call.
func newPeople(t *testing.T, store storage.Store, opts ...engine.ClientOption) *people {
	t.Helper()
	now := testkit.Morning.At
	opts = append([]engine.ClientOption{
		engine.WithClock(func() time.Time { now = now.Add(time.Minute); return now }),
		engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR}),
	}, opts...)
	client, err := engine.New(store, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return &people{t, client, t.Context(), store}
}

// refused checks that a call failed with all of the codes.
func (p *people) refused(err error, codes ...codes.Code) {
	p.Helper()
	for _, code := range codes {
		if !errors.Is(err, code) {
			p.Errorf("got error %v, want %s", err, code)
		}
	}
}

// gone checks that there is no such record, and that its history ends with its
// deletion.
func (p *people) gone(refs ...record.Ref) {
	p.Helper()
	for _, ref := range refs {
		var last engine.Entry
		for e, err := range p.History(p.ctx, ref) {
			if err != nil {
				p.Fatalf("history of %s: %v", ref, err)
			}
			last = e
		}
		if !last.Deleted {
			p.Errorf("the last event of %s is %s", ref, last.Type)
		}
		for _, err := range p.Timeline(p.ctx, ref) {
			if err != nil {
				p.Errorf("timeline of deleted %s: %v", ref, err)
			}
		}
	}
}

// types lists the types of a record's events.
func (p *people) types(ref record.Ref) (types []string) {
	p.Helper()
	var version int64
	for e, err := range p.History(p.ctx, ref) {
		if err != nil {
			p.Fatal(err)
		}
		if e.Version != version+1 {
			p.Errorf("version %d of %s follows %d", e.Version, ref, version)
		}
		version = e.Version
		types = append(types, e.Type)
	}
	return types
}

func (p *people) account(name string) party.Account {
	p.Helper()
	return testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: name}}))
}

func (p *people) contact(name string) party.Contact {
	p.Helper()
	return testkit.Must(p.Contacts().Create(p.ctx, party.CreateContact{Fields: party.ContactFields{LastName: name}}))
}

func (p *people) seller(name string) party.Seller {
	p.Helper()
	return testkit.Must(p.Sellers().Create(p.ctx, party.CreateSeller{Fields: party.SellerFields{Name: name}}))
}

func (p *people) competitor(name string) party.Competitor {
	p.Helper()
	return testkit.Must(p.Competitors().Create(p.ctx, party.CreateCompetitor{Fields: party.CompetitorFields{Name: name}}))
}

func (p *people) deal(customer record.CustomerID) leadtocash.Opportunity {
	p.Helper()
	return testkit.Must(p.Opportunities().Create(p.ctx, leadtocash.CreateOpportunity{
		Fields: leadtocash.OpportunityFields{Name: "Desks", CustomerID: customer},
	}))
}

func (p *people) note(about record.Ref) activity.Note {
	p.Helper()
	return testkit.Must(p.Notes().Create(p.ctx, activity.CreateNote{RegardingID: about, Fields: activity.NoteFields{Subject: "Called"}}))
}

func (p *people) task(about record.Ref) activity.Task {
	p.Helper()
	return testkit.Must(p.Tasks().Create(p.ctx, activity.CreateTask{
		Fields: activity.TaskFields{ActivityFields: activity.ActivityFields{Subject: "Call", RegardingID: about}},
	}))
}

func (p *people) connect(one, two record.Ref, role2 party.ConnectionRole) party.Connection {
	p.Helper()
	return testkit.Must(p.Connections().Create(p.ctx, party.CreateConnection{
		Fields: party.ConnectionFields{Record1: one, Record2: two, Role2: role2},
	}))
}

// ref names a record.
func ref[I record.AnyID](kind kinds.Kind, id I) record.Ref {
	return record.Ref{Kind: kind, ID: id.Ref().ID}
}

var remove = record.DeleteRecord{}

// Every kind lives from its creation to its deletion, and its history tells it.
func TestPeople_life(t *testing.T) {
	lives := map[string]struct {
		live   func(p *people) record.Ref
		events []string
	}{
		"account": {func(p *people) record.Ref {
			s, ann := p.Accounts(), p.seller("Ann")
			a := p.account("Meyer")
			testkit.Must(s.Edit(p.ctx, a.ID, party.EditAccount{Fields: party.AccountFields{Name: "Meyer & Sons"}}))
			testkit.Must(s.Assign(p.ctx, a.ID, record.Assign{Owner: ann.ID.UUID}))
			testkit.Must(s.Deactivate(p.ctx, a.ID, party.Deactivate{}))
			_, err := s.Edit(p.ctx, a.ID, party.EditAccount{Fields: a.AccountFields})
			p.refused(err, codes.ErrInactive)
			testkit.Must(s.Activate(p.ctx, a.ID, party.Activate{}))
			testkit.Must(struct{}{}, s.Delete(p.ctx, a.ID, remove))
			_, err = s.Get(p.ctx, a.ID)
			p.refused(err, codes.ErrNotFound)
			return ref(kinds.Account, a.ID)
		}, []string{"account.created", "account.edited", "account.assigned", "account.deactivated", "account.activated", "account.deleted"}},
		"contact": {func(p *people) record.Ref {
			s, ann := p.Contacts(), p.seller("Ann")
			c := p.contact("Meyer")
			testkit.Must(s.Edit(p.ctx, c.ID, party.EditContact{Fields: party.ContactFields{LastName: "Meier"}}))
			testkit.Must(s.Assign(p.ctx, c.ID, record.Assign{Owner: ann.ID.UUID}))
			testkit.Must(s.Deactivate(p.ctx, c.ID, party.Deactivate{}))
			testkit.Must(s.Activate(p.ctx, c.ID, party.Activate{}))
			testkit.Must(struct{}{}, s.Delete(p.ctx, c.ID, remove))
			_, err := s.Get(p.ctx, c.ID)
			p.refused(err, codes.ErrNotFound)
			return ref(kinds.Contact, c.ID)
		}, []string{"contact.created", "contact.edited", "contact.assigned", "contact.deactivated", "contact.activated", "contact.deleted"}},
		"seller": {func(p *people) record.Ref {
			s, ann := p.Sellers(), p.seller("Ann")
			testkit.Must(s.Edit(p.ctx, ann.ID, party.EditSeller{Fields: party.SellerFields{Name: "Anne"}}))
			testkit.Must(s.Deactivate(p.ctx, ann.ID, party.Deactivate{}))
			_, err := p.Accounts().Assign(p.ctx, p.account("Meyer").ID, record.Assign{Owner: ann.ID.UUID})
			p.refused(err, codes.ErrInactive)
			testkit.Must(s.Activate(p.ctx, ann.ID, party.Activate{}))
			testkit.Must(struct{}{}, s.Delete(p.ctx, ann.ID, remove))
			return ref(kinds.Seller, ann.ID)
		}, []string{"seller.created", "seller.edited", "seller.deactivated", "seller.activated", "seller.deleted"}},
		"organization": {func(p *people) record.Ref {
			fields := party.OrganizationFields{Party: party.Party{Name: "Wood", VATID: "de 123 456 789", Address: party.PostalAddress{CountryCode: "DE"}}}
			s := p.Organizations()
			o := testkit.Must(s.Create(p.ctx, party.CreateOrganization{Fields: fields}))
			if o.VATID != "DE123456789" {
				p.Errorf("a VAT id is stored as %q", o.VATID)
			}
			fields.Name = "Wood Ltd"
			testkit.Must(s.Edit(p.ctx, o.ID, party.EditOrganization{Fields: fields}))
			testkit.Must(s.Deactivate(p.ctx, o.ID, party.Deactivate{}))
			_, err := s.Edit(p.ctx, o.ID, party.EditOrganization{Fields: fields})
			p.refused(err, codes.ErrInactive)
			testkit.Must(s.Activate(p.ctx, o.ID, party.Activate{}))
			testkit.Must(struct{}{}, s.Delete(p.ctx, o.ID, remove))
			return ref(kinds.Organization, o.ID)
		}, []string{"organization.created", "organization.edited", "organization.deactivated", "organization.activated", "organization.deleted"}},
		"competitor": {func(p *people) record.Ref {
			s, rival := p.Competitors(), p.competitor("Rival")
			testkit.Must(s.Edit(p.ctx, rival.ID, party.EditCompetitor{Fields: party.CompetitorFields{Name: "Rivals"}}))
			testkit.Must(struct{}{}, s.Delete(p.ctx, rival.ID, remove))
			return ref(kinds.Competitor, rival.ID)
		}, []string{"competitor.created", "competitor.edited", "competitor.deleted"}},
		"connection": {func(p *people) record.Ref {
			s := p.Connections()
			c := p.connect(ref(kinds.Account, p.account("Meyer").ID), ref(kinds.Contact, p.contact("Meyer").ID), 0)
			fields := c.ConnectionFields
			fields.Description = "brothers"
			testkit.Must(s.Edit(p.ctx, c.ID, party.EditConnection{Fields: fields}))
			testkit.Must(s.Deactivate(p.ctx, c.ID, party.Deactivate{}))
			testkit.Must(s.Activate(p.ctx, c.ID, party.Activate{}))
			testkit.Must(struct{}{}, s.Delete(p.ctx, c.ID, remove))
			return ref(kinds.Connection, c.ID)
		}, []string{"connection.created", "connection.edited", "connection.deactivated", "connection.activated", "connection.deleted"}},
		"note": {func(p *people) record.Ref {
			s, n := p.Notes(), p.note(ref(kinds.Account, p.account("Meyer").ID))
			testkit.Must(s.Edit(p.ctx, n.ID, activity.EditNote{Fields: activity.NoteFields{Subject: "Called back"}}))
			testkit.Must(struct{}{}, s.Delete(p.ctx, n.ID, remove))
			return ref(kinds.Note, n.ID)
		}, []string{"note.created", "note.edited", "note.deleted"}},
		"task": {func(p *people) record.Ref {
			s, x := p.Tasks(), p.task(record.Ref{})
			testkit.Must(s.Edit(p.ctx, x.ID, activity.EditTask{Fields: activity.TaskFields{ActivityFields: activity.ActivityFields{Subject: "Write"}}}))
			testkit.Must(s.Complete(p.ctx, x.ID, activity.CompleteTask{}))
			testkit.Must(s.Reopen(p.ctx, x.ID, activity.ReopenTask{}))
			testkit.Must(s.Cancel(p.ctx, x.ID, activity.CancelTask{}))
			testkit.Must(struct{}{}, s.Delete(p.ctx, x.ID, remove))
			return ref(kinds.Task, x.ID)
		}, []string{"task.created", "task.edited", "task.completed", "task.reopened", "task.canceled", "task.deleted"}},
		"phone call": {func(p *people) record.Ref {
			s := p.PhoneCalls()
			x := testkit.Must(s.Create(p.ctx, activity.CreatePhoneCall{Fields: activity.ActivityFields{Subject: "Call"}}))
			testkit.Must(s.Edit(p.ctx, x.ID, activity.EditPhoneCall{Fields: activity.ActivityFields{Subject: "Call again"}}))
			testkit.Must(s.Complete(p.ctx, x.ID, activity.CompletePhoneCall{Status: activity.PhoneCallStatusReceived}))
			_, err := s.Cancel(p.ctx, x.ID, activity.CancelPhoneCall{})
			p.refused(err, codes.ErrInvalidTransition)
			testkit.Must(struct{}{}, s.Delete(p.ctx, x.ID, remove))
			return ref(kinds.PhoneCall, x.ID)
		}, []string{"phone_call.created", "phone_call.edited", "phone_call.completed", "phone_call.deleted"}},
		"email": {func(p *people) record.Ref {
			s := p.Emails()
			x := testkit.Must(s.Create(p.ctx, activity.CreateEmail{Fields: activity.ActivityFields{Subject: "Offer"}}))
			testkit.Must(s.Edit(p.ctx, x.ID, activity.EditEmail{Fields: activity.ActivityFields{Subject: "Our offer"}}))
			testkit.Must(s.Cancel(p.ctx, x.ID, activity.CancelEmail{}))
			_, err := s.Complete(p.ctx, x.ID, activity.CompleteEmail{})
			p.refused(err, codes.ErrInvalidTransition)
			testkit.Must(struct{}{}, s.Delete(p.ctx, x.ID, remove))
			return ref(kinds.Email, x.ID)
		}, []string{"email.created", "email.edited", "email.canceled", "email.deleted"}},
		"appointment": {func(p *people) record.Ref {
			s := p.Appointments()
			x := testkit.Must(s.Create(p.ctx, activity.CreateAppointment{Fields: activity.ActivityFields{Subject: "Demo"}}))
			testkit.Must(s.Edit(p.ctx, x.ID, activity.EditAppointment{Fields: activity.ActivityFields{Subject: "Demonstration"}}))
			testkit.Must(s.Schedule(p.ctx, x.ID, activity.ScheduleAppointment{}))
			testkit.Must(s.Complete(p.ctx, x.ID, activity.CompleteAppointment{}))
			_, err := s.Cancel(p.ctx, x.ID, activity.CancelAppointment{})
			p.refused(err, codes.ErrInvalidTransition)
			testkit.Must(struct{}{}, s.Delete(p.ctx, x.ID, remove))
			return ref(kinds.Appointment, x.ID)
		}, []string{"appointment.created", "appointment.edited", "appointment.scheduled", "appointment.completed", "appointment.deleted"}},
	}
	for name, life := range lives {
		t.Run(name, func(t *testing.T) {
			onStores(t, func(p *people) {
				ref := life.live(p)
				if got := p.types(ref); !slices.Equal(got, life.events) {
					p.Errorf("history is %v, want %v", got, life.events)
				}
				p.gone(ref)
			})
		})
	}
}

// Explain knows what stands in the way, of every kind with a status.
func TestPeople_explain(t *testing.T) {
	onStores(t, func(p *people) {
		a, ann := p.account("Meyer"), p.seller("Ann")
		about := ref(kinds.Account, a.ID)
		deal := p.deal(record.AccountCustomer(a.ID))
		c := p.connect(ref(kinds.Opportunity, deal.ID), ref(kinds.Seller, ann.ID), party.ConnectionRoleTerritoryManager)
		testkit.Must(p.Connections().Deactivate(p.ctx, c.ID, party.Deactivate{}))
		p.connect(ref(kinds.Opportunity, deal.ID), ref(kinds.Seller, ann.ID), party.ConnectionRoleAccountManager)
		person := testkit.Must(p.Contacts().Create(p.ctx, party.CreateContact{
			Origin: record.Origin{Owner: ann.ID.UUID},
			Fields: party.ContactFields{LastName: "Meyer", ParentCustomerID: record.AccountCustomer(a.ID)},
		}))
		call := testkit.Must(p.PhoneCalls().Create(p.ctx, activity.CreatePhoneCall{Fields: activity.ActivityFields{RegardingID: about}}))
		mail := testkit.Must(p.Emails().Create(p.ctx, activity.CreateEmail{Fields: activity.ActivityFields{RegardingID: about}}))
		demo := testkit.Must(p.Appointments().Create(p.ctx, activity.CreateAppointment{Fields: activity.ActivityFields{RegardingID: about}}))
		for _, x := range []struct {
			verdicts []flow.Verdict
			do       actions.Action
			codes    []codes.Code
		}{
			{testkit.Must(p.Accounts().Explain(p.ctx, a.ID)), actions.AccountDelete, testkit.Codes(codes.ErrHasChildOpportunities, codes.ErrInUse)},
			{testkit.Must(p.Accounts().Explain(p.ctx, a.ID)), actions.AccountDeactivate, nil},
			{testkit.Must(p.Contacts().Explain(p.ctx, person.ID)), actions.ContactDelete, nil},
			{testkit.Must(p.Sellers().Explain(p.ctx, ann.ID)), actions.SellerDelete, testkit.Codes(codes.ErrInUse)},
			{testkit.Must(p.Connections().Explain(p.ctx, c.ID)), actions.ConnectionActivate, testkit.Codes(codes.ErrDuplicateSalesTeamMember)},
			{testkit.Must(p.Connections().Explain(p.ctx, c.ID)), actions.ConnectionDelete, nil},
			{testkit.Must(p.Tasks().Explain(p.ctx, p.task(about).ID)), actions.TaskReopen, testkit.Codes(codes.ErrInvalidTransition)},
			{testkit.Must(p.PhoneCalls().Explain(p.ctx, call.ID)), actions.PhoneCallComplete, nil},
			{testkit.Must(p.Emails().Explain(p.ctx, mail.ID)), actions.EmailDelete, nil},
			{testkit.Must(p.Appointments().Explain(p.ctx, demo.ID)), actions.AppointmentSchedule, nil},
		} {
			i := slices.IndexFunc(x.verdicts, func(v flow.Verdict) bool { return v.Action == x.do })
			if i < 0 {
				p.Fatalf("no verdict about %s", x.do)
			}
			if err := x.verdicts[i].Err; (err == nil) != (x.codes == nil) {
				p.Errorf("%s: %v", x.do, err)
			} else {
				p.refused(err, x.codes...)
			}
		}
	})
}

// What a record is chosen for is refused when it is unknown.
func TestPeople_dangling(t *testing.T) {
	onStores(t, func(p *people) {
		_, err := p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer", ParentAccountID: testkit.IDOf[record.AccountID](1)}})
		p.refused(err, codes.ErrNotFound)
		_, err = p.Contacts().Create(p.ctx, party.CreateContact{Fields: party.ContactFields{LastName: "Meyer", ParentCustomerID: record.ContactCustomer(testkit.IDOf[record.ContactID](1))}})
		p.refused(err, codes.ErrNotFound)
		_, err = p.Notes().Create(p.ctx, activity.CreateNote{RegardingID: testkit.RefTo(kinds.Lead, 1), Fields: activity.NoteFields{Subject: "Called"}})
		p.refused(err, codes.ErrNotFound)
		_, err = p.Tasks().Create(p.ctx, activity.CreateTask{Fields: activity.TaskFields{ActivityFields: activity.ActivityFields{RegardingID: testkit.RefTo(kinds.Order, 1)}}})
		p.refused(err, codes.ErrNotFound)
		_, err = p.Connections().Create(p.ctx, testkit.Connecting(testkit.RefTo(kinds.Lead, 1), ref(kinds.Contact, p.contact("Meyer").ID), 0))
		p.refused(err, codes.ErrNotFound)
		_, err = p.Connections().Stakeholders(p.ctx, record.Ref{})
		p.refused(err, codes.ErrNotFound)
		for _, err := range p.Notes().Of(p.ctx, record.Ref{}) {
			p.refused(err, codes.ErrNotFound)
		}
		for _, err := range p.Timeline(p.ctx, testkit.RefTo(kinds.Lead, 1)) {
			p.refused(err, codes.ErrNotFound)
		}
		if n := testkit.Must(p.Accounts().Count(p.ctx, engine.AccountQuery{})); n != 0 {
			p.Errorf("%d accounts were stored", n)
		}
	})
}

// Chains of parents never become a circle (I-13).
func TestPeople_parents(t *testing.T) {
	onStores(t, func(p *people) {
		under := func(id, parent record.AccountID) error {
			_, err := p.Accounts().Edit(p.ctx, id, party.EditAccount{Fields: party.AccountFields{Name: "Meyer", ParentAccountID: parent}})
			return err
		}
		a, b, c := p.account("A").ID, p.account("B").ID, p.account("C").ID
		testkit.Must(0, under(b, a))
		testkit.Must(0, under(c, b))
		p.refused(under(a, c), codes.ErrParentCycle)
		p.refused(under(a, b), codes.ErrParentCycle)
		p.refused(under(a, a), codes.ErrParentCycle)
		testkit.Must(0, under(c, a))
		self := engine.NewID[record.AccountID]()
		_, err := p.Accounts().Create(p.ctx, party.CreateAccount{ID: self, Fields: party.AccountFields{Name: "Self", ParentAccountID: self}})
		p.refused(err, codes.ErrParentCycle)

		below := func(id record.ContactID, parent record.CustomerID) error {
			_, err := p.Contacts().Edit(p.ctx, id, party.EditContact{Fields: party.ContactFields{LastName: "Meyer", ParentCustomerID: parent}})
			return err
		}
		x, y, z := p.contact("X").ID, p.contact("Y").ID, p.contact("Z").ID
		testkit.Must(0, below(y, record.ContactCustomer(x)))
		testkit.Must(0, below(z, record.ContactCustomer(y)))
		p.refused(below(x, record.ContactCustomer(z)), codes.ErrParentCycle)
		testkit.Must(0, below(x, record.AccountCustomer(c)))

		testkit.Must(p.Accounts().Deactivate(p.ctx, a, party.Deactivate{}))
		p.refused(under(a, b), codes.ErrInactive)
		p.refused(under(p.account("D").ID, a), codes.ErrCustomerInactive)
		testkit.Must(0, under(c, a)) // as it is
	})
}

// A record is not deleted while others need it; the refusal counts them.
func TestPeople_inUse(t *testing.T) {
	onStores(t, func(p *people) {
		counts := func(err error) map[any]any {
			var e *record.Error
			if !errors.As(err, &e) {
				p.Fatalf("got error %v", err)
			}
			counts := map[any]any{}
			for _, r := range e.Reasons {
				if r.Code == codes.ErrInUse {
					counts[r.Params["kind"]] = r.Params["count"]
				}
			}
			return counts
		}
		a := p.account("Meyer")
		testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Child", ParentAccountID: a.ID}}))
		for range 2 {
			testkit.Must(p.Contacts().Create(p.ctx, party.CreateContact{Fields: party.ContactFields{LastName: "Meyer", ParentCustomerID: record.AccountCustomer(a.ID)}}))
		}
		deal := p.deal(record.AccountCustomer(a.ID))
		p.note(ref(kinds.Account, a.ID))
		err := p.Accounts().Delete(p.ctx, a.ID, remove)
		p.refused(err, codes.ErrInUse, codes.ErrHasChildOpportunities)
		if got := counts(err); len(got) != 3 || got[kinds.Account] != 1 || got[kinds.Contact] != 2 || got[kinds.Opportunity] != 1 {
			p.Errorf("counts are %v", got)
		}

		person := p.contact("Huber")
		home := testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Huber", PrimaryContactID: person.ID}}))
		err = p.Contacts().Delete(p.ctx, person.ID, remove)
		p.refused(err, codes.ErrInUse)
		if got := counts(err); len(got) != 1 || got[kinds.Account] != 1 {
			p.Errorf("counts are %v", got)
		}
		testkit.Must(0, p.Accounts().Delete(p.ctx, home.ID, remove))
		testkit.Must(0, p.Contacts().Delete(p.ctx, person.ID, remove))

		rival := p.competitor("Rival")
		testkit.Must(p.Opportunities().EditCompetitors(p.ctx, deal.ID, leadtocash.EditCompetitors{Add: []record.CompetitorID{rival.ID}}))
		p.refused(p.Competitors().Delete(p.ctx, rival.ID, remove), codes.ErrInUse)
		testkit.Must(p.Opportunities().EditCompetitors(p.ctx, deal.ID, leadtocash.EditCompetitors{Remove: []record.CompetitorID{rival.ID}}))
		testkit.Must(0, p.Competitors().Delete(p.ctx, rival.ID, remove))

		ann := p.seller("Ann")
		testkit.Must(p.Opportunities().Assign(p.ctx, deal.ID, record.Assign{Owner: ann.ID.UUID}))
		err = p.Sellers().Delete(p.ctx, ann.ID, remove)
		p.refused(err, codes.ErrInUse)
		if got := counts(err); len(got) != 1 || got[kinds.Opportunity] != 1 {
			p.Errorf("counts are %v", got)
		}
	})
}

// With a record go its notes, activities and connections, and theirs, and
// nothing else (I-59).
func TestPeople_cascade(t *testing.T) {
	onStores(t, func(p *people) {
		// surround gives a record one of everything that goes along with it.
		surround := func(about record.Ref) (refs []record.Ref) {
			n := testkit.Must(p.Notes().CreateWithFile(p.ctx, activity.CreateNote{RegardingID: about, Fields: activity.NoteFields{Subject: "Plan"}},
				engine.AttachFile{FileName: "plan.txt", Content: []byte("plan of " + about.String())}))
			x := p.task(about)
			task := ref(kinds.Task, x.ID)
			call := testkit.Must(p.PhoneCalls().Create(p.ctx, activity.CreatePhoneCall{Fields: activity.ActivityFields{RegardingID: about}}))
			mail := testkit.Must(p.Emails().Create(p.ctx, activity.CreateEmail{Fields: activity.ActivityFields{RegardingID: task}}))
			demo := testkit.Must(p.Appointments().Create(p.ctx, activity.CreateAppointment{Fields: activity.ActivityFields{RegardingID: about}}))
			lead := testkit.Must(p.Leads().Create(p.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
			c := p.connect(ref(kinds.Lead, lead.ID), about, 0)
			return []record.Ref{
				ref(kinds.Note, n.ID), ref(kinds.Attachment, n.AttachmentID), task, ref(kinds.PhoneCall, call.ID),
				ref(kinds.Email, mail.ID), ref(kinds.Appointment, demo.ID), ref(kinds.Connection, c.ID),
				ref(kinds.Note, p.note(task).ID),
			}
		}
		a, b := p.account("A"), p.account("B")
		ofA, ofB := surround(ref(kinds.Account, a.ID)), surround(ref(kinds.Account, b.ID))
		before := map[record.Ref][]string{}
		for _, r := range ofB {
			before[r] = p.types(r)
		}

		// Two tasks about each other must not keep each other alive.
		first := p.task(ref(kinds.Account, a.ID))
		second := p.task(ref(kinds.Task, first.ID))
		first.RegardingID = ref(kinds.Task, second.ID)
		testkit.Must(p.Tasks().Edit(p.ctx, first.ID, activity.EditTask{Fields: first.TaskFields}))
		testkit.Must(0, p.Tasks().Delete(p.ctx, second.ID, remove))
		p.gone(ref(kinds.Task, first.ID), ref(kinds.Task, second.ID))

		testkit.Must(0, p.Accounts().Delete(p.ctx, a.ID, remove))
		p.gone(ofA...)
		for r, types := range before {
			if got := p.types(r); !slices.Equal(got, types) {
				p.Errorf("history of %s became %v, was %v", r, got, types)
			}
		}
		for e, err := range p.History(p.ctx, ofA[7]) { // the note about the task
			if err != nil {
				p.Fatal(err)
			}
			if e.Deleted && e.Data.Get("with") != ofA[2].String() {
				p.Errorf("it was deleted with %v", e.Data)
			}
		}
	})
}

// Ids of different kinds may be equal; a deletion takes along only what is
// about the record itself.
func TestPeople_cascade_sameID(t *testing.T) {
	onStores(t, func(p *people) {
		id := uuid.New()
		a := testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{ID: record.AccountID{UUID: id}, Fields: party.AccountFields{Name: "Meyer"}}))
		c := testkit.Must(p.Contacts().Create(p.ctx, party.CreateContact{ID: record.ContactID{UUID: id}, Fields: party.ContactFields{LastName: "Meyer"}}))
		n := p.note(ref(kinds.Contact, c.ID))
		testkit.Must(0, p.Accounts().Delete(p.ctx, a.ID, remove))
		testkit.Must(p.Notes().Get(p.ctx, n.ID))
	})
}

// Roll-ups add up open deals of the whole tree by currency, each once.
func TestAccounts_Rollup(t *testing.T) {
	onStores(t, func(p *people) {
		top := p.account("Top")
		child := testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Child", ParentAccountID: top.ID}}))
		grand := testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Grandchild", ParentAccountID: child.ID}}))
		deal := func(account record.AccountID, customer record.CustomerID, c money.Currency, val string) leadtocash.Opportunity {
			fields := leadtocash.OpportunityFields{Name: "Desks", ParentAccountID: account, CustomerID: customer}
			if val != "" {
				fields.EstimatedValue = value.Some(c.MustAmount(val))
			}
			return testkit.Must(p.Opportunities().Create(p.ctx, leadtocash.CreateOpportunity{Origin: record.Origin{Currency: c}, Fields: fields}))
		}
		deal(top.ID, record.AccountCustomer(top.ID), money.EUR, "100.00")
		deal(child.ID, record.ContactCustomer(p.contact("Meyer").ID), money.EUR, "20.50")
		deal(record.AccountID{}, record.AccountCustomer(grand.ID), money.USD, "7.00")
		deal(grand.ID, record.CustomerID{}, money.EUR, "")
		deal(p.account("Other").ID, record.CustomerID{}, money.EUR, "1000.00")
		won := deal(top.ID, record.CustomerID{}, money.EUR, "5000.00")
		testkit.Must(p.Opportunities().Win(p.ctx, won.ID, leadtocash.WinOpportunity{}))

		sum := testkit.Must(p.Accounts().Rollup(p.ctx, top.ID))
		want := []engine.OpenDeals{
			{Currency: money.EUR, OpenDeals: 3, OpenRevenue: money.EUR.MustAmount("120.50")},
			{Currency: money.USD, OpenDeals: 1, OpenRevenue: money.USD.MustAmount("7.00")},
		}
		if sum.AccountID != top.ID || !slices.Equal(sum.Open, want) {
			p.Errorf("rollup is %+v, want %+v", sum, want)
		}
		if sum := testkit.Must(p.Accounts().Rollup(p.ctx, grand.ID)); len(sum.Open) != 2 || sum.Open[0].OpenDeals != 1 || !sum.Open[0].OpenRevenue.IsZero() {
			p.Errorf("rollup of the grandchild is %+v", sum)
		}
		_, err := p.Accounts().Rollup(p.ctx, testkit.IDOf[record.AccountID](1))
		p.refused(err, codes.ErrNotFound)
	})
}

// What is stored shares no memory with commands and results.
func TestPeople_ownership(t *testing.T) {
	t.Parallel()
	p := newPeople(t, memory.New())
	address := party.Address{City: "Berlin"}
	a := testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer", Address1: &address}}))
	parties := []activity.Party{{Role: activity.PartyRoleTo, Address: "ida@example.com"}}
	x := testkit.Must(p.Emails().Create(p.ctx, activity.CreateEmail{Fields: activity.ActivityFields{Parties: parties}}))
	content := []byte("plan")
	n := testkit.Must(p.Notes().CreateWithFile(p.ctx,
		activity.CreateNote{RegardingID: ref(kinds.Account, a.ID), Fields: activity.NoteFields{Subject: "Plan"}},
		engine.AttachFile{FileName: "plan.txt", Content: content}))

	address.City, parties[0].Address, content[0] = "Bonn", "", 'X'
	a.Address1.City, x.Parties[0].Address = "Bonn", ""
	testkit.Must(p.Notes().Content(p.ctx, n.ID)).Content[0] = 'X'
	testkit.Must(p.Accounts().Get(p.ctx, a.ID)).Address1.City = "Bonn"

	if got := testkit.Must(p.Accounts().Get(p.ctx, a.ID)).Address1.City; got != "Berlin" {
		t.Errorf("the stored city became %s", got)
	}
	if got := testkit.Must(p.Emails().Get(p.ctx, x.ID)).Parties[0].Address; got != "ida@example.com" {
		t.Errorf("the stored address became %q", got)
	}
	if got := testkit.Must(p.Notes().Content(p.ctx, n.ID)).Content; string(got) != "plan" {
		t.Errorf("the stored content became %q", got)
	}
}

// A deleted lead is forgotten by what came from it, which tells so.
func TestPeople_forgetDeletedLead(t *testing.T) {
	onStores(t, func(p *people) {
		lead := testkit.Must(p.Leads().Create(p.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{
			Topic: "Grinders", LastName: "Byron", CompanyName: "Analytical Coffee",
		}}))
		out := testkit.Must(p.Leads().Qualify(p.ctx, lead.ID, leadtocash.QualifyLead{}))
		alone := testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer"}}))
		if err := p.Leads().Delete(p.ctx, lead.ID, record.DeleteRecord{}); err != nil {
			p.Fatal(err)
		}
		came := map[record.Ref]record.LeadID{
			ref(kinds.Account, out.Account.ID):           testkit.Must(p.Accounts().Get(p.ctx, out.Account.ID)).OriginatingLeadID,
			ref(kinds.Contact, out.Contact.ID):           testkit.Must(p.Contacts().Get(p.ctx, out.Contact.ID)).OriginatingLeadID,
			ref(kinds.Opportunity, out.Opportunity().ID): testkit.Must(p.Opportunities().Get(p.ctx, out.Opportunity().ID)).OriginatingLeadID,
		}
		for r, known := range came {
			if !known.IsZero() {
				p.Errorf("%s still knows lead %s", r, known)
			}
			var last engine.Entry
			for e, err := range p.History(p.ctx, r) {
				if err != nil {
					p.Fatal(err)
				}
				last = e
			}
			if told := last.Data.Get("originating_lead_id"); last.Type != string(r.Kind)+".edited" || told != lead.ID.String() {
				p.Errorf("the last event of %s is %s and tells of lead %q", r, last.Type, told)
			}
		}
		if a := testkit.Must(p.Accounts().Get(p.ctx, alone.ID)); a.Version != 1 {
			p.Errorf("an account without lead is now version %d", a.Version)
		}
	})
}

// books is how many events there are.
func (p *people) books() (n int) {
	p.Helper()
	for _, err := range p.Feed(p.ctx, 0) {
		if err != nil {
			p.Fatal(err)
		}
		n++
	}
	return n
}

// told checks what a refusal says first: its code, and the field it is about.
func (p *people) told(err error, code codes.Code, field string) {
	p.Helper()
	var e *record.Error
	if !errors.As(err, &e) || e.Code != code || len(e.Reasons) == 0 || e.Reasons[0].Field != field {
		p.Errorf("refused by %v, want %s at %q", err, code, field)
	}
}

// timeline tells a timeline in words: events by type, other items by kind, with
// a mark for those about the lead.
func (p *people) timeline(ref record.Ref) (words []string) {
	p.Helper()
	var last engine.TimelineItem
	for item, err := range p.Timeline(p.ctx, ref) {
		if err != nil {
			p.Fatal(err)
		}
		if item.At.Before(last.At) {
			p.Errorf("%+v comes after %+v", item, last)
		}
		last = item
		word := string(item.Ref.Kind)
		if item.Event != nil {
			word = item.Event.Type
		}
		if item.About != ref {
			word = "of " + string(item.About.Kind) + ": " + word
		}
		words = append(words, word)
	}
	return words
}
