package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

// createMeyerDeal stores an opportunity of the customer.
func createMeyerDeal(client *engine.Client, account record.AccountID) leadtocash.Opportunity {
	deal, err := client.Opportunities().Create(context.Background(), leadtocash.CreateOpportunity{
		Fields: leadtocash.OpportunityFields{
			Name: "Ten desks", CustomerID: record.AccountCustomer(account),
			EstimatedValue: value.Some(money.EUR.MustAmount("4500.00")),
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	return deal
}

func ExampleAccounts_Rollup() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	parent := testkit.CreateMeyer(client)
	child, err := client.Accounts().Create(ctx, party.CreateAccount{
		Fields: party.AccountFields{Name: "Meyer Berlin", ParentAccountID: parent.ID},
	})
	if err != nil {
		log.Fatal(err)
	}
	createMeyerDeal(client, parent.ID)
	createMeyerDeal(client, child.ID)

	sum, err := client.Accounts().Rollup(ctx, parent.ID)
	if err != nil {
		log.Fatal(err)
	}
	for _, open := range sum.Open {
		fmt.Println(open.OpenDeals, "open deals:", open.OpenRevenue, open.Currency)
	}
	// Output: 2 open deals: 9000.00 EUR
}

// A customer with deals cannot be deleted, and the refusal says all that is in
// the way.
func ExampleAccounts_Delete() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	account := testkit.CreateMeyer(client)
	createMeyerDeal(client, account.ID)

	err := client.Accounts().Delete(ctx, account.ID, record.DeleteRecord{})
	var refused *record.Error
	if errors.As(err, &refused) {
		for _, r := range refused.Reasons {
			fmt.Println(r.Code, "-", r.Message)
		}
	}
	// Output:
	// has_child_opportunities - the customer has opportunities
	// in_use - 1 opportunity records refer to it
}

func ExampleContacts_All() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	account := testkit.CreateMeyer(client)
	for _, name := range []string{"Ida", "Otto"} {
		_, err := client.Contacts().Create(ctx, party.CreateContact{Fields: party.ContactFields{
			FirstName: name, LastName: "Meyer", ParentCustomerID: record.AccountCustomer(account.ID),
		}})
		if err != nil {
			log.Fatal(err)
		}
	}
	for contact, err := range client.Contacts().All(ctx, engine.ContactQuery{Parent: record.AccountCustomer(account.ID)}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(contact.FullName())
	}
	// Unordered output:
	// Ida Meyer
	// Otto Meyer
}

// Sellers have the ids of the host's users and teams.
func ExampleSellers_Deactivate() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	seller, err := client.Sellers().Create(ctx, party.CreateSeller{
		ID: record.SellerID{UUID: testkit.DeskSeller}, Fields: party.SellerFields{Name: "Ida"},
	})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.Sellers().Deactivate(ctx, seller.ID, party.Deactivate{}); err != nil {
		log.Fatal(err)
	}
	_, err = client.Accounts().Assign(ctx, testkit.CreateMeyer(client).ID, record.Assign{Owner: testkit.DeskSeller})
	fmt.Println("can own:", !errors.Is(err, codes.ErrInactive))
	// Output: can own: false
}

// What documents sell is sold by one of the host's own companies.
func ExampleOrganizations_Create() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	org, err := client.Organizations().Create(ctx, party.CreateOrganization{Fields: party.OrganizationFields{
		Party:    party.Party{Name: "Wood GmbH", VATID: "DE 123 456 789", Address: party.PostalAddress{City: "Hamburg", CountryCode: "DE"}},
		Accounts: []party.BankAccount{{Key: "main", IBAN: "DE89 3704 0044 0532 0130 00"}},
	}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(org.Name, org.VATID, org.Accounts[0].IBAN)
	// Output: Wood GmbH DE123456789 DE89370400440532013000
}

func ExampleCompetitors_Create() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	rival, err := client.Competitors().Create(ctx, party.CreateCompetitor{
		Fields: party.CompetitorFields{Name: "Chairs Inc.", Strengths: "price"},
	})
	if err != nil {
		log.Fatal(err)
	}
	deal := createMeyerDeal(client, testkit.CreateMeyer(client).ID)
	lost, err := client.Opportunities().Lose(ctx, deal.ID, leadtocash.LoseOpportunity{CompetitorID: rival.ID})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(lost.Record.Status, "to the competitor:", lost.Close.CompetitorID == rival.ID)
	// Output: canceled to the competitor: true
}

func ExampleConnections_Stakeholders() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	ida, err := client.Contacts().Create(ctx, party.CreateContact{Fields: party.ContactFields{FirstName: "Ida", LastName: "Meyer"}})
	if err != nil {
		log.Fatal(err)
	}
	deal := createMeyerDeal(client, testkit.CreateMeyer(client).ID)
	opportunity := record.Ref{Kind: kinds.Opportunity, ID: deal.ID.UUID}
	_, err = client.Connections().Create(ctx, party.CreateConnection{Fields: party.ConnectionFields{
		Record1: opportunity, Record2: record.Ref{Kind: kinds.Contact, ID: ida.ID.UUID},
		Role2: party.ConnectionRoleDecisionMaker,
	}})
	if err != nil {
		log.Fatal(err)
	}

	stakeholders, err := client.Connections().Stakeholders(ctx, opportunity)
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range stakeholders {
		person, err := client.Contacts().Get(ctx, record.ContactID{UUID: c.Record2.ID})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(person.FullName(), "-", c.Role2.Label())
	}
	// Output: Ida Meyer - Decision Maker
}

// A seller is on a sales team once.
func ExampleConnections_SalesTeam() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	seller, err := client.Sellers().Create(ctx, party.CreateSeller{Fields: party.SellerFields{Name: "Ida"}})
	if err != nil {
		log.Fatal(err)
	}
	deal := createMeyerDeal(client, testkit.CreateMeyer(client).ID)
	join := party.CreateConnection{Fields: party.ConnectionFields{
		Record1: record.Ref{Kind: kinds.Opportunity, ID: deal.ID.UUID},
		Record2: record.Ref{Kind: kinds.Seller, ID: seller.ID.UUID},
		Role2:   party.ConnectionRoleAccountManager,
	}}
	for range 2 {
		_, err = client.Connections().Create(ctx, join)
		fmt.Println("refused:", errors.Is(err, codes.ErrDuplicateSalesTeamMember))
	}
	team, err := client.Connections().SalesTeam(ctx, deal.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(team), team[0].Role2.Label())
	// Output:
	// refused: false
	// refused: true
	// 1 Account Manager
}

func ExampleNotes_Create() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	about := record.Ref{Kind: kinds.Account, ID: testkit.CreateMeyer(client).ID.UUID}
	_, err := client.Notes().Create(ctx, activity.CreateNote{
		RegardingID: about, Fields: activity.NoteFields{Subject: "Called", NoteText: "Wants ten desks by May."},
	})
	if err != nil {
		log.Fatal(err)
	}
	for note, err := range client.Notes().Of(ctx, about) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(note.Subject+":", note.NoteText)
	}
	// Output: Called: Wants ten desks by May.
}

// Note and file are stored together, and go together: what was deleted cannot
// be read in the history either.
func ExampleNotes_CreateWithFile() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	note, err := client.Notes().CreateWithFile(ctx, activity.CreateNote{
		RegardingID: record.Ref{Kind: kinds.Account, ID: testkit.CreateMeyer(client).ID.UUID},
		Fields:      activity.NoteFields{Subject: "Floor plan"},
	}, engine.AttachFile{FileName: "plan.txt", MimeType: "text/plain", Content: []byte("ten rooms")})
	if err != nil {
		log.Fatal(err)
	}
	file, err := client.Notes().Content(ctx, note.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s, %d bytes: %s\n", note.FileName, note.FileSize, file.Content)

	if err := client.Notes().Delete(ctx, note.ID, record.DeleteRecord{}); err != nil {
		log.Fatal(err)
	}
	_, err = client.Notes().AsOfVersion(ctx, note.ID, 1)
	fmt.Println("erased:", errors.Is(err, codes.ErrErased))
	// Output:
	// plan.txt, 9 bytes: ten rooms
	// erased: true
}

func ExampleNotes_Attach() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	note, err := client.Notes().Create(ctx, activity.CreateNote{
		RegardingID: record.Ref{Kind: kinds.Account, ID: testkit.CreateMeyer(client).ID.UUID},
		Fields:      activity.NoteFields{Subject: "Floor plan"},
	})
	if err != nil {
		log.Fatal(err)
	}
	note, err = client.Notes().Attach(ctx, note.ID, engine.AttachFile{FileName: "plan.txt", Content: []byte("ten rooms")}, engine.IfVersion(1))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(note.FileName, note.FileSize, "version", note.Version)
	// Output: plan.txt 9 version 2
}

func ExampleTasks_Complete() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	task, err := client.Tasks().Create(ctx, activity.CreateTask{Fields: activity.TaskFields{ActivityFields: activity.ActivityFields{
		Subject: "Send the offer", RegardingID: record.Ref{Kind: kinds.Account, ID: testkit.CreateMeyer(client).ID.UUID},
	}}})
	if err != nil {
		log.Fatal(err)
	}
	task, err = client.Tasks().Complete(ctx, task.ID, activity.CompleteTask{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(task.Status, !task.ActualEnd.IsZero())

	_, err = client.Tasks().Edit(ctx, task.ID, activity.EditTask{Fields: task.TaskFields})
	fmt.Println("read-only:", errors.Is(err, codes.ErrReadOnly))
	// Output:
	// completed true
	// read-only: true
}

func ExamplePhoneCalls_Complete() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	call, err := client.PhoneCalls().Create(ctx, activity.CreatePhoneCall{Fields: activity.ActivityFields{Subject: "Delivery day"}})
	if err != nil {
		log.Fatal(err)
	}
	call, err = client.PhoneCalls().Complete(ctx, call.ID, activity.CompletePhoneCall{Status: activity.PhoneCallStatusReceived})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(call.Status.State(), call.Status)
	// Output: completed received
}

func ExampleEmails_Create() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	email, err := client.Emails().Create(ctx, activity.CreateEmail{Fields: activity.ActivityFields{
		Subject: "Our offer",
		Parties: []activity.Party{{Role: activity.PartyRoleTo, Address: "ida@example.com"}},
	}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(email.Status, "to", email.Parties[0].Address)
	// Output: draft to ida@example.com
}

func ExampleAppointments_Schedule() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	nine := time.Date(2026, time.May, 4, 9, 0, 0, 0, time.UTC)
	meeting, err := client.Appointments().Create(ctx, activity.CreateAppointment{Fields: activity.ActivityFields{
		Subject: "Demonstration", ScheduledStart: nine, ScheduledEnd: nine.Add(time.Hour),
	}})
	if err != nil {
		log.Fatal(err)
	}
	meeting, err = client.Appointments().Schedule(ctx, meeting.ID, activity.ScheduleAppointment{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(meeting.Status.State(), meeting.Status, meeting.ScheduledStart.Format(time.Kitchen))
	// Output: scheduled busy 9:00AM
}

// The timeline of an opportunity includes that of the lead it came from.
func ExampleClient_Timeline() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	lead := createDesksLead(client)
	_, err := client.Notes().Create(ctx, activity.CreateNote{
		RegardingID: record.Ref{Kind: kinds.Lead, ID: lead.ID.UUID},
		Fields:      activity.NoteFields{Subject: "Met at the fair"},
	})
	if err != nil {
		log.Fatal(err)
	}
	qualified, err := client.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{})
	if err != nil {
		log.Fatal(err)
	}
	opportunity := record.Ref{Kind: kinds.Opportunity, ID: qualified.Opportunity().ID.UUID}
	for item, err := range client.Timeline(ctx, opportunity) {
		if err != nil {
			log.Fatal(err)
		}
		switch note, ok := item.Record.(*activity.Note); {
		case ok:
			fmt.Println("note:", note.Subject)
		case item.Event != nil:
			fmt.Println(item.Event.Type)
		}
	}
	// Unordered output:
	// lead.created
	// note: Met at the fair
	// lead.qualified
	// opportunity.created
}

// A person asks for the deletion of what was stored about them.
func ExampleClient_Erase() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	contact, err := client.Contacts().Create(ctx, party.CreateContact{Fields: party.ContactFields{LastName: "Meyer"}})
	if err != nil {
		log.Fatal(err)
	}
	if err := client.Contacts().Delete(ctx, contact.ID, record.DeleteRecord{}); err != nil {
		log.Fatal(err)
	}
	_, err = client.Contacts().AsOfVersion(ctx, contact.ID, 1)
	fmt.Println("history knows the name:", err == nil)

	if err := client.Erase(ctx, record.Ref{Kind: kinds.Contact, ID: contact.ID.UUID}); err != nil {
		log.Fatal(err)
	}
	_, err = client.Contacts().AsOfVersion(ctx, contact.ID, 1)
	fmt.Println("and afterwards:", !errors.Is(err, codes.ErrErased))
	for entry, err := range client.Contacts().History(ctx, contact.ID) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(entry.Type, entry.Changes)
	}
	// Output:
	// history knows the name: true
	// and afterwards: false
	// contact.created []
	// contact.deleted []
}

// Another system's records come with their status and dates; amounts are
// calculated, or checked if they are given.
func ExampleImport() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	invoice, err := engine.Import(ctx, client, leadtocash.Invoice{
		Head:          record.Head{CreatedAt: time.Date(2019, time.May, 6, 0, 0, 0, 0, time.UTC)},
		InvoiceNumber: "2019-0042",
		Status:        leadtocash.InvoiceStatusClosedPaid,
		InvoiceFields: leadtocash.InvoiceFields{Name: "Ten desks", CustomerID: record.AccountCustomer(testkit.CreateMeyer(client).ID)},
		PricedLines: pricing.PricedLines{Lines: []pricing.Line{{
			WriteInText: "Desk", Quantity: value.Some(decimal.NewFromInt(10)), PricePerUnit: value.Some(decimal.NewFromInt(450)),
		}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(invoice.InvoiceNumber, invoice.Status, invoice.TotalAmount, invoice.CreatedAt.Year())
	for entry, err := range client.Invoices().History(ctx, invoice.ID) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(entry.Type)
	}
	// Output:
	// 2019-0042 closed_paid 4500.00 2019
	// invoice.imported
}

// A field that became searchable finds older records after Reindex.
func ExampleClient_Reindex() {
	ctx, store := context.Background(), memory.New()
	client, err := engine.New(store)
	if err != nil {
		log.Fatal(err)
	}
	region := engine.TextField("region", engine.Searchable)
	cmd := party.CreateAccount{Fields: party.AccountFields{Name: "Meyer & Sons"}}
	region.Set(&cmd.Custom, "EMEA")
	if _, err := client.Accounts().Create(ctx, cmd); err != nil {
		log.Fatal(err)
	}

	client, err = engine.New(store, engine.WithFields(kinds.Account, region))
	if err != nil {
		log.Fatal(err)
	}
	query := engine.AccountQuery{List: engine.List{Custom: map[string]string{"region": "EMEA"}}}
	before, err := client.Accounts().Count(ctx, query)
	if err != nil {
		log.Fatal(err)
	}
	reindexed, err := client.Reindex(ctx, kinds.Account)
	if err != nil {
		log.Fatal(err)
	}
	after, err := client.Accounts().Count(ctx, query)
	fmt.Println(before, reindexed, after, err)
	// Output: 0 1 1 <nil>
}
