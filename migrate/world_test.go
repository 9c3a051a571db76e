package migrate_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/migrate"
	"github.com/leadtocash/leadtocash/money"
)

// data is the directory of data that others published, which a variable of the
// environment names.
func data(t *testing.T, variable string) string {
	t.Helper()
	place := os.Getenv(variable)
	if place == "" {
		t.Skipf("%s names no directory", variable)
	}
	return place
}

func inDollars(t *testing.T) *engine.Client {
	return newClient(t, engine.WithSettings(leadtocash.Settings{BaseCurrency: money.USD}))
}

// counted are the faults of a run by field and code.
type counted map[string]int

func (c counted) take(f migrate.Fault) error {
	c[f.Field+" "+string(f.Code)]++
	return nil
}

// column is a column of a profile.
func column(name, field string) migrate.Column {
	return migrate.Column{Names: []string{name}, Field: field}
}

// The sales of a maker of computers: 8,800 deals, 4,238 of them won for 10,005,534.
func TestMaven(t *testing.T) {
	t.Parallel()
	place := data(t, "LEADTOCASH_MAVEN_DATA")
	stage := column("deal_stage", "status")
	stage.Values = map[string]string{"Won": "won", "Lost": "canceled", "Engaging": "in_progress", "Prospecting": "in_progress"}
	refer := func(name, field string, kind kinds.Kind) migrate.Column {
		c := column(name, field)
		c.Refer = kind
		return c
	}
	revenue := column("revenue", "annual_revenue")
	revenue.Scale = "1000000"
	p := migrate.Profile{Name: "maven", Dates: []string{"02-01-2006"}, Tables: []migrate.Table{
		{Files: []string{"sales_teams.csv"}, Kind: kinds.Seller, Key: []string{"sales_agent"}, Defaults: map[string]string{"kind": "user"}, Columns: []migrate.Column{column("sales_agent", "name"), column("manager", ""), column("regional_office", "")}},
		{Files: []string{"accounts.csv"}, Kind: kinds.Account, Key: []string{"account"}, Columns: []migrate.Column{
			column("account", "name"), revenue, column("employees", "number_of_employees"), column("office_location", "address1.country"), refer("subsidiary_of", "parent_account_id", kinds.Account),
		}},
		{Files: []string{"sales_pipeline.csv"}, Kind: kinds.Opportunity, Key: []string{"opportunity_id"}, Columns: []migrate.Column{
			column("product", "name"), refer("account", "customer_id", kinds.Account), refer("account", "parent_account_id", kinds.Account), refer("sales_agent", "owner", kinds.Seller), stage,
			column("close_value", "estimated_value"), column("close_date", "actual_close_date"), column("engage_date", "overridden_created_on"),
		}},
	}}
	c, f := inDollars(t), counted{}
	report, err := migrate.Run(t.Context(), c, os.DirFS(place), p, migrate.RunOptions{Faults: f.take})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d imported, %d refused: %v; columns without a place: %q", report.Imported(), report.Refused(), f, report.Tables[0].Unknown)
	got := map[string]decimal.Decimal{}
	count := map[string]int{}
	for body, err := range c.Kind(kinds.Opportunity).All(t.Context(), engine.AnyQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		m := members(t, body)
		status := m["status"].(string)
		count[status]++
		if v, is := m["actual_value"].(string); is {
			got[status] = got[status].Add(decimal.RequireFromString(v))
		}
	}
	if count["won"] != 4238 || count["canceled"] != 2473 || !got["won"].Equal(decimal.NewFromInt(10_005_534)) {
		t.Errorf("won %d for %s, lost %d; want 4238 for 10005534, 2473", count["won"], got["won"], count["canceled"])
	}
	if all := int(report.Tables[1].Rows); count["in_progress"]+int(report.Refused()) != 1589+500 || all != 8800 {
		t.Errorf("%d open and %d refused of %d", count["in_progress"], report.Refused(), all)
	}
}

// People with known duplicates: nothing is lost between a table and the next.
func TestFebrl(t *testing.T) {
	t.Parallel()
	place := data(t, "LEADTOCASH_FEBRL_DATA")
	p := migrate.Profile{Name: "febrl", Dates: []string{"20060102"}, Tables: []migrate.Table{{
		Files: []string{"dataset1.csv"}, Kind: kinds.Contact, Key: []string{"rec_id"}, Columns: []migrate.Column{
			column("given_name", "first_name"), column("surname", "last_name"), column("street_number", ""), column("address_1", "address1.line1"), column("address_2", "address1.line2"),
			column("suburb", "address1.city"), column("postcode", "address1.postal_code"), column("state", "address1.state_or_province"), column("date_of_birth", "birthdate"), column("soc_sec_id", "government_id"),
		},
	}}}
	c, f := newClient(t), counted{}
	var rejected bytes.Buffer
	rejects := migrate.NewRejects(sink(func(string) *bytes.Buffer { return &rejected }))
	report, err := migrate.Run(t.Context(), c, os.DirFS(place), p, migrate.RunOptions{Faults: func(fault migrate.Fault) error {
		_ = f.take(fault)
		return rejects.Fault(fault)
	}})
	if err != nil || rejects.Close() != nil {
		t.Fatal(err)
	}
	if report.Imported()+report.Refused() != 1000 || report.Refused() == 0 {
		t.Errorf("%d and %d of 1000; %v", report.Imported(), report.Refused(), f)
	}
	if rows := strings.Count(rejected.String(), "\n") - 1; rows != int(report.Refused()) {
		t.Errorf("%d rows are written out of %d that were refused", rows, report.Refused())
	}
	t.Logf("%d imported, refused: %v", report.Imported(), f)
}

// A shop for music: 412 invoices with 2,240 lines, 2,328.60 in total.
func TestChinook(t *testing.T) {
	t.Parallel()
	place := data(t, "LEADTOCASH_CHINOOK_DATA")
	body, err := os.ReadFile(filepath.Join(place, "ChinookData.json"))
	if err != nil {
		t.Fatal(err)
	}
	var tables map[string][]map[string]json.RawMessage
	if err := json.Unmarshal(body, &tables); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for name, columns := range map[string]string{
		"Customer": "CustomerId FirstName LastName Address City State Country PostalCode Phone Email", "Invoice": "InvoiceId CustomerId InvoiceDate Total",
		"InvoiceLine": "InvoiceLineId InvoiceId TrackId UnitPrice Quantity",
	} {
		files[name+".csv"] = tableOf(t, strings.Fields(columns), tables[name])
	}
	customer := column("CustomerId", "customer_id")
	customer.Refer = kinds.Contact
	name := column("InvoiceId", "name")
	track := column("TrackId", "write_in_text")
	p := migrate.Profile{Name: "chinook", Dates: []string{"2006-01-02T15:04:05"}, Tables: []migrate.Table{
		{Files: []string{"Customer.csv"}, Kind: kinds.Contact, Key: []string{"CustomerId"}, Columns: []migrate.Column{
			column("FirstName", "first_name"), column("LastName", "last_name"), column("Address", "address1.line1"), column("City", "address1.city"), column("State", "address1.state_or_province"),
			column("Country", "address1.country"), column("PostalCode", "address1.postal_code"), column("Phone", "business_phone"), column("Email", "email1"),
		}},
		{Files: []string{"Invoice.csv"}, Kind: kinds.Invoice, Key: []string{"InvoiceId"}, Defaults: map[string]string{"currency": "USD"}, Columns: []migrate.Column{
			name, customer, column("Total", "total_amount"), column("InvoiceDate", "overridden_created_on"),
		}},
		{Files: []string{"InvoiceLine.csv"}, Kind: kinds.Invoice, List: "lines", Parent: []string{"InvoiceId"}, Order: []string{"InvoiceLineId"}, Columns: []migrate.Column{
			track, column("UnitPrice", "price_per_unit"), column("Quantity", "quantity"),
		}},
	}}
	c, f := inDollars(t), faults{}
	report, err := migrate.Run(t.Context(), c, dir(files), p, migrate.RunOptions{Faults: f.take})
	if err != nil || report.Refused() > 0 {
		t.Fatalf("%v\n%s", err, strings.Join(f.list[:min(5, len(f.list))], "\n"))
	}
	if len(report.Totals) != 1 || report.Totals[0].Records != 412 || report.Totals[0].Stored.String() != "2328.6" {
		t.Errorf("totals are %+v, want 412 invoices of 2328.60", report.Totals)
	}
	lines := 0
	for body, err := range c.Kind(kinds.Invoice).All(t.Context(), engine.AnyQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		lines += len(members(t, body)["lines"].([]any))
	}
	if lines != 2240 {
		t.Errorf("%d lines, want 2240", lines)
	}
}

// tableOf writes rows of JSON as CSV.
func tableOf(t *testing.T, columns []string, rows []map[string]json.RawMessage) string {
	t.Helper()
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(columns)
	for _, row := range rows {
		cells := make([]string, len(columns))
		for i, name := range columns {
			cells[i] = string(row[name])
			var text string
			if json.Unmarshal(row[name], &text) == nil {
				cells[i] = text
			}
		}
		_ = w.Write(cells)
	}
	w.Flush()
	if err := w.Error(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Orders of a wholesaler: 830 with 2,155 lines, discounts of which are stored as floats;
// 1,265,793.29, each line rounded (1,265,793.0387 unrounded).
func TestNorthwind(t *testing.T) {
	t.Parallel()
	place := data(t, "LEADTOCASH_NORTHWIND_DATA")
	script, err := os.ReadFile(filepath.Join(place, "northwind.sql"))
	if err != nil {
		t.Fatal(err)
	}
	insert := regexp.MustCompile(`(?m)^INSERT INTO (\w+) VALUES \((.*)\);`)
	value := regexp.MustCompile(`'((?:[^']|'')*)'|([^,\s]+)`)
	files := map[string]*strings.Builder{}
	heads := map[string]string{
		"customers": "customer_id,name,contact,title,address,city,region,code,country,phone,fax", "orders": "order_id,customer_id,employee,order_date",
		"order_details": "order_id,product_id,price,quantity,discount",
	}
	for _, m := range insert.FindAllStringSubmatch(string(script), -1) {
		head, wanted := heads[m[1]]
		if !wanted {
			continue
		}
		if files[m[1]] == nil {
			files[m[1]] = &strings.Builder{}
			fmt.Fprintln(files[m[1]], head)
		}
		var cells []string
		for _, v := range value.FindAllStringSubmatch(m[2], -1) {
			cell := strings.ReplaceAll(v[1], "''", "'")
			if v[1] == "" && v[2] != "NULL" {
				cell = v[2]
			}
			cells = append(cells, cell)
		}
		if m[1] == "order_details" { // floats, and a share that becomes what is taken off in money
			price, share := decimal.RequireFromString(cells[2]).Round(2), decimal.RequireFromString(cells[4]).Round(4)
			amount := price.Mul(decimal.RequireFromString(cells[3]))
			cells[2], cells[4] = price.String(), amount.Sub(amount.Sub(amount.Mul(share)).Round(2)).String()
		}
		w := csv.NewWriter(files[m[1]])
		_ = w.Write(cells[:strings.Count(head, ",")+1])
		w.Flush()
	}
	customer := column("customer_id", "customer_id")
	customer.Refer = kinds.Account
	number := column("order_id", "order_number")
	p := migrate.Profile{Name: "northwind", Tables: []migrate.Table{
		{Files: []string{"customers.csv"}, Kind: kinds.Account, Key: []string{"customer_id"}, Columns: []migrate.Column{column("name", "name"), column("city", "address1.city"), column("country", "address1.country"), column("phone", "main_phone")}},
		{Files: []string{"orders.csv"}, Kind: kinds.Order, Key: []string{"order_id"}, Defaults: map[string]string{"currency": "USD"}, Columns: []migrate.Column{number, column("order_id", "name"), customer, column("order_date", "overridden_created_on")}},
		{Files: []string{"order_details.csv"}, Kind: kinds.Order, List: "lines", Parent: []string{"order_id"}, Columns: []migrate.Column{
			column("product_id", "write_in_text"), column("price", "price_per_unit"), column("quantity", "quantity"), column("discount", "manual_discount"),
		}},
	}}
	source := map[string]string{}
	for name, b := range files {
		source[name+".csv"] = b.String()
	}
	c, f := inDollars(t), faults{}
	report, err := migrate.Run(t.Context(), c, dir(source), p, migrate.RunOptions{Faults: f.take})
	if err != nil || report.Refused() > 0 {
		t.Fatalf("%v\n%s", err, strings.Join(f.list[:min(5, len(f.list))], "\n"))
	}
	total, orders, lines := decimal.Decimal{}, 0, 0
	for body, err := range c.Kind(kinds.Order).All(t.Context(), engine.AnyQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		m := members(t, body)
		orders, lines = orders+1, lines+len(m["lines"].([]any))
		total = total.Add(decimal.RequireFromString(m["total_amount"].(string)))
	}
	if orders != 830 || lines != 2155 || total.String() != "1265793.29" {
		t.Errorf("%d orders, %d lines, %s; want 830, 2155, 1265793.29", orders, lines, total)
	}
}
