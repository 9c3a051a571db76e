package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

func ExampleGet() {
	client := testkit.NewDesksClient()
	id := createDesksLead(client).ID

	lead, err := engine.Get[leadtocash.Lead](context.Background(), client, id)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(lead.FullName(), lead.CompanyName)
	// Output: Meyer Meyer & Sons
}

func ExampleRecords_All() {
	client := testkit.NewDesksClient()
	createDesksQuote(client)
	createDesksLead(client)

	open := engine.LeadQuery{List: engine.List{State: leadtocash.LeadOpen}}
	for lead, err := range client.Leads().All(context.Background(), open) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(lead.Topic, lead.Status)
	}
	// Output: Ten desks new
}

func ExampleRecords_Page() {
	ctx := context.Background()
	client := testkit.NewDesksClient()
	for range 5 {
		createDesksLead(client)
	}

	query := engine.LeadQuery{List: engine.List{Limit: 2}}
	for {
		page, err := client.Leads().Page(ctx, query)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(len(page.Items), "more:", page.Next != "")
		if page.Next == "" {
			break
		}
		query.After = page.Next
	}
	// Output:
	// 2 more: true
	// 2 more: true
	// 1 more: false
}

func ExampleRecords_Count() {
	client := testkit.NewDesksClient()
	createDesksQuote(client)

	active, err := client.Quotes().Count(context.Background(), engine.QuoteQuery{List: engine.List{State: leadtocash.QuoteActive}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(active)
	// Output: 1
}

func ExampleRecords_History() {
	ctx := context.Background()
	client := testkit.NewDesksClient()
	lead := createDesksLead(client)
	_, err := client.Leads().Disqualify(ctx, lead.ID, leadtocash.DisqualifyLead{Note: "no money this year"})
	if err != nil {
		log.Fatal(err)
	}
	if err := client.Leads().Delete(ctx, lead.ID, record.DeleteRecord{}); err != nil {
		log.Fatal(err)
	}

	for entry, err := range client.Leads().History(ctx, lead.ID) { // also when the lead is gone
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(entry.Version, entry.Type)
		if entry.Version == 2 {
			for _, c := range entry.Changes {
				fmt.Printf("  %s: %s becomes %s\n", c.Field, c.Old, c.New)
			}
		}
	}
	// Output:
	// 1 lead.created
	// 2 lead.disqualified
	//   disqualify_note:  becomes "no money this year"
	//   status: "new" becomes "lost"
	// 3 lead.deleted
}

func ExampleRecords_AsOf() {
	ctx := context.Background()
	now, inApril := testkit.DeskDay.At, time.Date(2026, time.April, 1, 0, 0, 0, 0, time.UTC)
	client := testkit.NewDesksClient(engine.WithClock(func() time.Time { return now }))
	lead := createDesksLead(client)
	now = inApril
	_, err := client.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{})
	if err != nil {
		log.Fatal(err)
	}

	for _, at := range []time.Time{inApril.AddDate(0, 0, -1), inApril} {
		was, err := client.Leads().AsOf(ctx, lead.ID, at)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(at.Format(time.DateOnly), was.Status)
	}
	_, err = client.Leads().AsOf(ctx, lead.ID, inApril.AddDate(-1, 0, 0))
	fmt.Println(errors.Is(err, codes.ErrNotFound)) // not there yet
	// Output:
	// 2026-03-31 new
	// 2026-04-01 qualified
	// true
}

func ExampleRecords_AsOfVersion() {
	ctx := context.Background()
	client := testkit.NewDesksClient()
	lead := createDesksLead(client)
	if _, err := client.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{}); err != nil {
		log.Fatal(err)
	}

	first, err := client.Leads().AsOfVersion(ctx, lead.ID, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(first.Status)
	// Output: new
}

func ExampleClient_Feed() {
	ctx := context.Background()
	client := testkit.NewDesksClient()
	lead := createDesksLead(client)
	if _, err := client.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{}); err != nil {
		log.Fatal(err)
	}

	last := int64(1) // what this reader has dealt with
	for e, err := range client.Feed(ctx, last) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(e.Position, e.Type)
		last = e.Position
	}
	// Output:
	// 2 account.created
	// 3 contact.created
	// 4 opportunity.created
	// 5 connection.created
	// 6 lead.qualified
}

func ExampleQuotes_Explain() {
	client := testkit.NewDesksClient()
	quote := createDesksQuote(client)

	verdicts, err := client.Quotes().Explain(context.Background(), quote.ID)
	if err != nil {
		log.Fatal(err)
	}
	for _, v := range verdicts {
		switch v.Action {
		case actions.QuoteWinToOrder, actions.QuoteEdit, actions.QuoteDelete:
			fmt.Println(v.Action, v.To)
			for _, r := range v.Reasons() {
				fmt.Println("  not now:", r.Code)
			}
		}
	}
	// Output:
	// quote.edit []
	//   not now: read_only
	// quote.win_to_order [won]
	// quote.delete []
	//   not now: delete_read_only
}

func ExampleQuotes_Revisions() {
	ctx := context.Background()
	client := testkit.NewDesksClient()
	quote := createDesksQuote(client)
	if _, err := client.Quotes().ReviseQuote(ctx, quote.ID, leadtocash.ReviseQuote{}); err != nil {
		log.Fatal(err)
	}

	revisions, err := client.Quotes().Revisions(ctx, quote.QuoteNumber)
	if err != nil {
		log.Fatal(err)
	}
	for _, q := range revisions {
		fmt.Println(q.FullNumber(), q.Status)
	}
	// Output:
	// QUO-00001/0 revised
	// QUO-00001/1 draft
}

func ExampleLeads_Capture() {
	ctx := context.Background()
	client := testkit.NewDesksClient()

	// The web form sends the same entry twice.
	entry := leadtocash.CreateLead{
		SourceKey: "webform/2026-03-02/0815",
		Fields:    leadtocash.LeadFields{Topic: "Ten desks", LastName: "Meyer", LeadSource: leadtocash.LeadSourceWebOptIn},
	}
	first, err := client.Leads().Capture(ctx, entry)
	if err != nil {
		log.Fatal(err)
	}
	again, err := client.Leads().Capture(ctx, entry)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(first.ID == again.ID)
	// Output: true
}

func ExampleLeads_Upsert() {
	ctx := context.Background()
	client := testkit.NewDesksClient()

	// The shop sends what it knows of an enquiry, and later what has changed.
	for _, sent := range []string{
		`{"topic": "Ten desks", "last_name": "Meyer", "job_title": "Clerk", "address1": {"city": "Graz"}}`,
		`{"topic": "Twelve desks", "job_title": null, "address1": {"postal_code": "8010"}}`,
	} {
		out, err := client.Leads().Upsert(ctx, engine.Key{SourceKey: "shop/4711"}, json.RawMessage(sent))
		if err != nil {
			log.Fatal(err)
		}
		l := out.Record
		fmt.Printf("created %t: %s for %s %q, %s %s\n", out.Created, l.Topic, l.LastName, l.JobTitle, l.Address1.PostalCode, l.Address1.City)
	}
	_, err := client.Leads().Upsert(ctx, engine.Key{SourceKey: "shop/4711"}, map[string]any{"topik": "Desks"})
	fmt.Println(record.ReasonsOf(err)[0].Field)
	// Output:
	// created true: Ten desks for Meyer "Clerk",  Graz
	// created false: Twelve desks for Meyer "", 8010 Graz
	// fields.topik
}

func ExampleProducts_Upsert() {
	client := testkit.NewDesksClient()

	for _, name := range []string{"Desk", "Desk, oak"} {
		out, err := client.Products().Upsert(context.Background(), engine.Key{Number: "D-100"}, map[string]any{"name": name})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(out.Created, out.Record.ProductNumber, out.Record.Name)
	}
	// Output:
	// true D-100 Desk
	// false D-100 Desk, oak
}

func ExampleTableOf() {
	for cell := range engine.TableOf(kinds.Payment).Matrix() {
		switch {
		case cell.Status != "posted":
		case cell.Refusal != "":
			fmt.Println(cell.Action, "is refused:", cell.Refusal)
		default:
			fmt.Println(cell.Action, "leads to", cell.To)
		}
	}
	// Output:
	// payment.change_currency is refused: read_only
	// payment.post is refused: invalid_transition
	// payment.allocate leads to [posted]
	// payment.auto_allocate leads to [posted]
	// payment.deallocate leads to [posted]
	// payment.refund leads to [posted]
	// payment.release_refund leads to [posted]
	// payment.void leads to [voided]
	// payment.bounce leads to [bounced]
	// payment.write_off_reclaim is refused: invalid_transition
}

func ExampleFieldsOf() {
	for _, f := range engine.FieldsOf(kinds.Lead) {
		if f.Required {
			fmt.Println(f.Name, f.D365Name)
		}
	}
	// Output: topic subject
}

func ExampleOptionSets() {
	for _, s := range engine.OptionSets() {
		if s.Name == "rating" {
			for _, o := range s.Options {
				fmt.Println(o.Code, o.Key, o.Label)
			}
		}
	}
	// Output:
	// 1 hot Hot
	// 2 warm Warm
	// 3 cold Cold
}
