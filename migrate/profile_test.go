package migrate_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/migrate"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

func newClient(t testing.TB, opts ...engine.ClientOption) *engine.Client {
	t.Helper()
	c, err := engine.New(memory.New(), opts...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// dir is a directory of files given as name and content.
func dir(files map[string]string) fstest.MapFS {
	fs := fstest.MapFS{}
	for name, content := range files {
		fs[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return fs
}

// run imports files that are all fine.
func run(t testing.TB, c *engine.Client, p migrate.Profile, files map[string]string) migrate.Report {
	t.Helper()
	var f faults
	report, err := migrate.Run(t.Context(), c, dir(files), p, migrate.RunOptions{Faults: f.take})
	if err != nil || len(f.list) > 0 {
		t.Fatalf("%v, faults:\n%s", err, strings.Join(f.list, "\n"))
	}
	return report
}

// only is the JSON of the one record of a kind.
func only(t testing.TB, c *engine.Client, kind kinds.Kind) map[string]any {
	t.Helper()
	var list []map[string]any
	for body, err := range c.Kind(kind).All(t.Context(), engine.AnyQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, members(t, body))
	}
	if len(list) != 1 {
		t.Fatalf("there are %d of %s, want 1", len(list), kind)
	}
	return list[0]
}

func wantFields(t testing.TB, is map[string]any, want map[string]any) {
	t.Helper()
	for field, w := range want {
		var got any = is
		for _, name := range strings.Split(field, ".") {
			group, _ := got.(map[string]any)
			got = group[name]
		}
		if got != w {
			t.Errorf("%s is %v, want %v", field, got, w)
		}
	}
}

func TestSalesforce(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	p := migrate.Salesforce()
	report := run(t, c, p, map[string]string{
		"Account.csv": `"Id","IsDeleted","Name","Type","Industry","AnnualRevenue","BillingStreet","BillingCity","BillingCountry","OwnerId","CreatedDate"` + "\r\n" +
			`"001d000001XyZabAAB","0","Huber, Söhne","Customer - Direct","Energy","1250000.0","Ring 1` + "\n" + `Top 3","Wien","Austria","005d0000001AbcdAAE","2024-05-06T07:08:09.000Z"` + "\r\n",
		"Contact.csv":     "\"Id\",\"LastName\",\"FirstName\",\"AccountId\",\"Email\"\r\n\"003d000001AbCdeAAF\",\"Gruber\",\"Eva\",\"001d000001XyZab\",\"eva@example.com\"\r\n",
		"Opportunity.csv": "Id,Name,AccountId,ContactId,StageName,Amount,CloseDate,Probability,OwnerId\r\n006d000001OpPoAAA,Ten desks,001d000001XyZabAAB,003d000001AbCdeAAF,Closed Won,4500.00,2024-06-30,100,005d0000001AbcdAAE\r\n",
		"User.csv":        "Id,Name,Email,IsActive\r\n005d0000001AbcdAAE,Ann Seller,ann@example.com,true\r\n",
	})
	for _, table := range report.Tables {
		if table.Imported != 1 || len(table.Unknown) > 0 {
			t.Errorf("%+v", table)
		}
	}
	account, contact, deal, seller := only(t, c, kinds.Account), only(t, c, kinds.Contact), only(t, c, kinds.Opportunity), only(t, c, kinds.Seller)
	wantFields(t, account, map[string]any{
		"name": "Huber, Söhne", "relationship_type": "customer", "industry": "petrochemical_extraction_and_distribution", "annual_revenue": "1250000.0",
		"address1.line1": "Ring 1 Top 3", "address1.country": "Austria", "owner": seller["id"], "created_at": "2024-05-06T07:08:09Z",
	})
	wantFields(t, contact, map[string]any{"last_name": "Gruber", "parent_customer_id.id": account["id"], "email1": "eva@example.com"})
	wantFields(t, deal, map[string]any{
		"status": "won", "customer_id.kind": "account", "customer_id.id": account["id"], "parent_contact_id": contact["id"], "estimated_value": "4500.00",
		"estimated_close_date": "2024-06-30", "owner": seller["id"], "pipeline_phase": "Closed Won",
	})
	if want := p.ID(kinds.Account, "001d000001XyZab").String(); account["id"] != want {
		t.Errorf("the id of a key of 18 characters is %s, that of the first 15 is %s", account["id"], want)
	}
	if p.ID(kinds.Account, "001d000001XyZab") == p.ID(kinds.Account, "001D000001XYZAB") {
		t.Error("the case of keys of Salesforce tells them apart")
	}
}

func TestHubSpot(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	report := run(t, c, migrate.HubSpot(), map[string]string{
		"hubspot-crm-exports-all-companies-2024-06-01.csv": "Record ID,Company name,Company Domain Name,Industry,Company owner,Create Date\n901,Huber,huber.example,Insurance,Ann Seller,2024-01-02 03:04\n",
		"hubspot-crm-exports-all-deals-2024-06-01.csv":     "Record ID,Deal Name,Deal Stage,Close Date,Amount,Deal owner,Associated Company IDs (Primary),Pipeline\n77,Ten desks,Contract Sent,2024-07-01 00:00,\"4,500.50\",Ann Seller,901,Sales Pipeline\n",
		"readme.md": "nothing",
	})
	if len(report.Tables) != 2 || report.Tables[0].Made+report.Tables[1].Made != 1 {
		t.Errorf("%+v", report)
	}
	account, deal, seller := only(t, c, kinds.Account), only(t, c, kinds.Opportunity), only(t, c, kinds.Seller)
	wantFields(t, account, map[string]any{"industry": "insurance", "owner": seller["id"], "created_at": "2024-01-02T03:04:00Z"})
	wantFields(t, seller, map[string]any{"name": "Ann Seller", "status": "active"})
	wantFields(t, deal, map[string]any{"status": "in_progress", "sales_stage": "close", "estimated_value": "4500.5", "customer_id.id": account["id"], "estimated_close_date": "2024-07-01"})
}

func TestDynamics365(t *testing.T) {
	t.Parallel()
	const huber, gruber, deal = "0b86a5b4-1f4e-ee11-be6f-000d3a2b1c01", "0b86a5b4-1f4e-ee11-be6f-000d3a2b1c02", "0b86a5b4-1f4e-ee11-be6f-000d3a2b1c03"
	c := newClient(t)
	run(t, c, migrate.Dynamics365(), map[string]string{
		"My Active Accounts.csv":    "\ufeff(Do Not Modify) Account,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Account Name,Main Phone,Address 1: City,Primary Contact,Annual Revenue,Status Reason\r\n" + huber + ",x/y==,5/6/2024 7:08 PM,Huber,'+43 1,Wien,Eva Gruber,\"€1,000.00\",Active\r\n",
		"My Active Contacts.csv":    "(Do Not Modify) Contact,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Full Name,First Name,Last Name,Company Name,Status Reason\r\n" + gruber + ",x,5/6/2024 7:08 PM,Eva Gruber,Eva,Gruber,Huber,Active\r\n",
		"My Open Opportunities.csv": "(Do Not Modify) Opportunity,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Topic,Potential Customer,Est. Revenue,Est. Close Date,Probability,Rating,Owner,Currency,Status Reason\r\n" + deal + ",x,5/6/2024 7:08 PM,Ten desks,Huber,\"4,500.00\",12/31/2024,60,Hot,Ann Seller,US Dollar,In Progress\r\n",
	})
	account, contact := only(t, c, kinds.Account), only(t, c, kinds.Contact)
	wantFields(t, account, map[string]any{"id": huber, "main_phone": "+43 1", "address1.city": "Wien", "primary_contact_id": gruber, "annual_revenue": "1000", "updated_at": "2024-05-06T19:08:00Z"})
	wantFields(t, contact, map[string]any{"id": gruber, "parent_customer_id.id": huber})
	wantFields(t, only(t, c, kinds.Opportunity), map[string]any{"id": deal, "currency": "USD", "rating": "hot", "customer_id.id": huber, "status": "in_progress", "estimated_close_date": "2024-12-31"})
}

// The tables that a profile makes are those that it reads.
func TestProfilesBackwards(t *testing.T) {
	t.Parallel()
	for _, p := range []migrate.Profile{migrate.Dynamics365(), migrate.Salesforce(), migrate.HubSpot()} {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			from := newClient(t)
			run(t, from, migrate.Profile{}, map[string]string{
				"accounts.csv":      "id,name,address1.city,industry,relationship_type\nA-1,Huber,Wien,insurance,partner\n",
				"contacts.csv":      "id,last_name,parent_customer_id\nC-1,Gruber,account/A-1\n",
				"opportunities.csv": "id,name,customer_id,status,estimated_value,estimated_close_date,description\nO-1,Ten desks,account/A-1,won,4500.00,2024-06-30,=1+1\n",
			})
			place := t.TempDir()
			m, err := migrate.ExportCSV(t.Context(), from, migrate.Dir(place), migrate.CSVOptions{Profile: &p})
			if err != nil || m.Counts[kinds.Account] != 1 {
				t.Fatalf("%+v, %v", m, err)
			}
			to := newClient(t)
			var f faults
			report, err := migrate.Run(t.Context(), to, dirFS(place), p, migrate.RunOptions{Faults: f.take})
			if err != nil || report.Imported() < 3 || len(f.list) > 0 {
				t.Fatalf("%+v, %v\n%s", report, err, strings.Join(f.list, "\n"))
			}
			account := only(t, to, kinds.Account)
			wantFields(t, account, map[string]any{"id": only(t, from, kinds.Account)["id"], "name": "Huber", "address1.city": "Wien", "industry": "insurance"})
			wantFields(t, only(t, to, kinds.Opportunity), map[string]any{"status": "won", "customer_id.id": account["id"], "estimated_value": "4500.00", "description": "=1+1"})
		})
	}
}

func TestReadProfile(t *testing.T) {
	t.Parallel()
	for body, field := range map[string]string{
		`{"nope": 1}`:           "$",
		`{"zone": "Mars/Base"}`: "zone",
		`{"tables": [{"files": ["a"], "kind": "planet"}]}`:                                                          "tables[0].kind",
		`{"tables": [{"kind": "lead"}]}`:                                                                            "tables[0].files",
		`{"tables": [{"files": ["["], "kind": "lead"}]}`:                                                            "tables[0].files[0]",
		`{"tables": [{"files": ["a"], "kind": "quote", "list": "lines"}]}`:                                          "tables[0].parent",
		`{"tables": [{"files": ["a"], "kind": "lead", "columns": [{"field": "topic"}]}]}`:                           "tables[0].columns[0].names",
		`{"tables": [{"files": ["a"], "kind": "lead", "columns": [{"names": ["n"], "field": "f", "scale": "x"}]}]}`: "tables[0].columns[0].scale",
	} {
		_, err := migrate.ReadProfile([]byte(body))
		var e *record.Error
		if !errors.Is(err, codes.ErrInvalid) || !errors.As(err, &e) || !slices.ContainsFunc(e.Reasons, func(r record.Reason) bool { return r.Field == field }) {
			t.Errorf("%s: %v, want %s at %s", body, err, codes.ErrInvalid, field)
		}
	}
	p := migrate.Profile{Tables: []migrate.Table{{Files: []string{"x.csv"}, Kind: kinds.Lead, Columns: []migrate.Column{{Names: []string{"T"}, Field: "tipoc"}}}}}
	if _, err := migrate.Plan(t.Context(), newClient(t), dir(map[string]string{"x.csv": "T\na\n"}), p, migrate.RunOptions{}); !errors.Is(err, codes.ErrInvalid) {
		t.Errorf("a field that there is not: %v", err)
	}
}
