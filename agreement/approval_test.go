package agreement_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func num(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func rule(field string, operator agreement.Operator, limit string) agreement.Rule {
	return agreement.Rule{
		Name: field, When: []agreement.Condition{{Field: field, Operator: operator, Value: limit}},
		By: agreement.Approvers{Sellers: []record.SellerID{{UUID: testkit.Bob}}},
	}
}

// contentOf is that of priced lines with a document discount in percent.
func contentOf(t testing.TB, discount string, lines ...pricing.LineFields) *agreement.Content {
	t.Helper()
	charges := &pricing.Charges{}
	if discount != "" {
		charges.DiscountPercentage = value.Some(num(discount))
	}
	p := pricing.PriceInput{Charges: pricing.Charges{PricingDate: 2026_03_02}, PriceListOptional: true}
	made, faults := pricing.NewLines(lines, p, record.PriceListID{})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	sale := &pricing.PricedLines{}
	sale.Add(made)
	sale.Calculate(&record.Head{Currency: money.EUR}, charges, p)
	return &agreement.Content{
		Kind: kinds.Quote, Customer: testkit.Buyer, Currency: money.EUR, Charges: charges, Sale: sale, BaseTotal: value.Some(sale.TotalAmount),
	}
}

func writeIn(quantity, price, discount string) pricing.LineFields {
	l := pricing.WriteIn("Desk", num(quantity), num(price))
	if discount != "" {
		l.ManualDiscount = value.Some(money.EUR.MustAmount(discount))
	}
	return l
}

func asks(c *agreement.Content, known *catalog.Catalog, r agreement.Rule) bool {
	return len(agreement.Unapproved([]agreement.Rule{r}, &agreement.Basis{Catalog: known}, agreement.Asked{Content: c})) > 0
}

// Figures are compared unrounded, and what is not known asks.
func TestRuleMatches(t *testing.T) {
	t.Parallel()
	third := contentOf(t, "", writeIn("3", "100.00", "100.00")) // a third off
	terms := contentOf(t, "", writeIn("1", "10.00", ""))
	terms.Terms = agreement.Terms{NetDays: 61, EarlyDiscount: num("3")}
	unknown := contentOf(t, "", writeIn("1", "10.00", ""))
	unknown.BaseTotal = value.None[money.Amount]()
	own := contentOf(t, "", writeIn("1", "10.00", ""))
	own.Custom = record.Custom{"region": []byte(`"north"`), "risk": []byte(`7.50`)}
	free := contentOf(t, "100", writeIn("1", "10.00", ""))
	for _, c := range []struct {
		name    string
		content *agreement.Content
		rule    agreement.Rule
		want    bool
	}{
		{"a third is more than 33.33 %", third, rule(agreement.FieldDiscount, agreement.MoreThan, "33.33"), true},
		{"and not more than 33.34 %", third, rule(agreement.FieldDiscount, agreement.MoreThan, "33.34"), false},
		{"12.5 % is more than 12 %", contentOf(t, "", writeIn("4", "310.00", "155.00")), rule(agreement.FieldDiscount, agreement.MoreThan, "12"), true},
		{"10 % is not", contentOf(t, "", writeIn("5", "310.00", "155.00")), rule(agreement.FieldDiscount, agreement.MoreThan, "12"), false},
		{"document discounts count", contentOf(t, "12.5", writeIn("4", "310.00", "")), rule(agreement.FieldDiscount, agreement.AtLeast, "12.5"), true},
		{"no lines, no discount", contentOf(t, ""), rule(agreement.FieldDiscount, agreement.MoreThan, "0"), false},
		{"the highest of a line", contentOf(t, "", writeIn("1", "100.00", "1.00"), writeIn("1", "10.00", "2.00")), rule(agreement.FieldLineDiscount, agreement.EqualTo, "20"), true},
		{"at least the total", third, rule(agreement.FieldTotal, agreement.AtLeast, "200"), true},
		{"less than the total", third, rule(agreement.FieldTotal, agreement.LessThan, "200"), false},
		{"no rate asks", unknown, rule(agreement.FieldTotal, agreement.MoreThan, "1e9"), true},
		{"days", terms, rule(agreement.FieldNetDays, agreement.MoreThan, "60"), true},
		{"early discount", terms, rule(agreement.FieldEarlyDiscount, agreement.AtMost, "2"), false},
		{"no cost asks", terms, rule(agreement.FieldMargin, agreement.LessThan, "-1e9"), true},
		{"a write-in has no list price to be below", terms, rule(agreement.FieldBelowList, agreement.MoreThan, "0"), false},
		{"given away at no known cost asks", free, rule(agreement.FieldMargin, agreement.LessThan, "-1e9"), true},
		{"an own text", own, rule("custom.region", agreement.EqualTo, "north"), true},
		{"another text", own, rule("custom.region", agreement.NotEqualTo, "north"), false},
		{"an own number by its worth", own, rule("custom.risk", agreement.EqualTo, "7.5"), true},
		{"one that is not set", own, rule("custom.none", agreement.EqualTo, "x"), false},
	} {
		if got := asks(c.content, nil, c.rule); got != c.want {
			t.Errorf("%s: the rule matches: %t", c.name, got)
		}
	}
	quotes := rule(agreement.FieldTotal, agreement.AtLeast, "0")
	quotes.Kinds = []kinds.Kind{kinds.Order}
	if asks(third, nil, quotes) {
		t.Error("a rule for orders asks of a quote")
	}
}

// Margin and list price come from the catalogue, in the unit of the line.
func TestRuleReadsTheCatalogue(t *testing.T) {
	t.Parallel()
	piece, dozen := testkit.IDOf[record.UnitID](1), testkit.IDOf[record.UnitID](2)
	group := catalog.UnitGroup{ID: testkit.IDOf[record.UnitGroupID](1)}
	group.Units = []catalog.Unit{{ID: piece, Name: "piece"}, {ID: dozen, Name: "dozen", BaseUnitID: piece, Quantity: value.Some(num("12"))}}
	chair := catalog.Product{ID: testkit.IDOf[record.ProductID](1), Head: record.Head{Currency: money.EUR}, Status: catalog.ProductStatusActive}
	chair.ProductFields = catalog.ProductFields{Name: "Chair", UnitGroupID: group.ID, DefaultUnitID: piece, CurrentCost: value.Some(num("6"))}
	list := catalog.PriceList{ID: testkit.IDOf[record.PriceListID](1), Head: record.Head{Currency: money.EUR}}
	item := catalog.PriceListItem{PriceListID: list.ID, ProductID: chair.ID, UnitID: dozen}
	item.PriceListItemFields = catalog.PriceListItemFields{PricingMethod: catalog.PricingAmount, Amount: value.Some(num("100"))}
	known := catalog.NewCatalog(&group, &chair, &list, &item)

	c := contentOf(t, "")
	c.Charges.PriceListID = list.ID
	c.Sale.Lines = []pricing.Line{{
		LineNumber: 1, ProductID: chair.ID, UnitID: dozen, Quantity: value.Some(num("2")), PricePerUnit: value.Some(num("90")),
		BaseAmount: money.EUR.MustAmount("180.00"), NetAmount: money.EUR.MustAmount("180.00"),
	}}
	for _, r := range []struct {
		rule agreement.Rule
		want bool
	}{
		{rule(agreement.FieldMargin, agreement.EqualTo, "20"), true}, // 180 less 24 × 6
		{rule(agreement.FieldMargin, agreement.LessThan, "20"), false},
		{rule(agreement.FieldBelowList, agreement.EqualTo, "10"), true},
		{rule(agreement.FieldBelowList, agreement.MoreThan, "10"), false},
	} {
		if got := asks(c, known, r.rule); got != r.want {
			t.Errorf("%v: matches: %t", r.rule.When, got)
		}
	}
	chair.CurrentCost = value.None[decimal.Decimal]()
	if !asks(c, known, rule(agreement.FieldMargin, agreement.LessThan, "-1e9")) {
		t.Error("a product without cost does not ask")
	}
}

// The hash is that of the content alone: notes, names and trailing zeros change
// nothing, each figure changes it.
func TestHashIsOfTheContent(t *testing.T) {
	t.Parallel()
	base := func() *agreement.Content { return contentOf(t, "2.5", writeIn("4", "310.00", "155.00")) }
	is := base().Hash()
	if len(is) != 64 {
		t.Fatalf("%q is no SHA-256", is)
	}
	for name, same := range map[string]func(*agreement.Content){
		"trailing zeros": func(c *agreement.Content) { c.Charges.DiscountPercentage = value.Some(num("2.50000")) },
		"a reason":       func(c *agreement.Content) { c.Charges.DiscountReason = "loyal" },
		"own fields":     func(c *agreement.Content) { c.Custom = record.Custom{"region": []byte(`1`)} },
		"a line number":  func(c *agreement.Content) { c.Sale.Lines[0].LineNumber, c.Sale.Lines[0].SourceLine = 7, 3 },
		"what is kept":   func(c *agreement.Content) { c.Sale.Lines[0].QuantityShipped = value.Some(num("1")) },
		"the kind":       func(c *agreement.Content) { c.Kind = kinds.Order },
	} {
		c := base()
		same(c)
		if c.Hash() != is {
			t.Errorf("%s changes the hash", name)
		}
	}
	for name, other := range map[string]func(*agreement.Content){
		"customer": func(c *agreement.Content) { c.Customer = testkit.Other },
		"currency": func(c *agreement.Content) { c.Currency = money.USD },
		"terms":    func(c *agreement.Content) { c.Terms.Code = party.PaymentTermsNet30 },
		"own terms": func(c *agreement.Content) {
			c.Terms.Own = struct {
				Days int `json:"days"`
			}{3}
		},
		"validity":      func(c *agreement.Content) { c.To = 2026_04_01 },
		"discount":      func(c *agreement.Content) { c.Charges.DiscountPercentage = value.Some(num("2.6")) },
		"freight":       func(c *agreement.Content) { c.Charges.FreightAmount = value.Some(money.EUR.MustAmount("1.00")) },
		"quantity":      func(c *agreement.Content) { c.Sale.Lines[0].Quantity = value.Some(num("5")) },
		"price":         func(c *agreement.Content) { c.Sale.Lines[0].PricePerUnit = value.Some(num("311")) },
		"line discount": func(c *agreement.Content) { c.Sale.Lines[0].ManualDiscount = value.Some(money.EUR.MustAmount("1.00")) },
		"text":          func(c *agreement.Content) { c.Sale.Lines[0].WriteInText = "Table" },
		"tax code":      func(c *agreement.Content) { c.Sale.Lines[0].TaxCode = &pricing.TaxCode{Category: pricing.TaxStandard} },
		"another line":  func(c *agreement.Content) { c.Sale.Lines = append(c.Sale.Lines, c.Sale.Lines[0]) },
		"an allowance": func(c *agreement.Content) {
			c.Charges.Adjustments = []pricing.Adjustment{pricing.Allowance(money.EUR.MustAmount("1.00"), "")}
		},
		"for how many":   func(c *agreement.Content) { c.Sale.Lines[0].PriceBase = value.Some(num("100")) },
		"a typed tax":    func(c *agreement.Content) { c.Sale.Lines[0].Tax = value.Some(money.EUR.MustAmount("1.00")) },
		"a line's price": func(c *agreement.Content) { c.Sale.Lines[0].VolumeDiscount = value.Some(num("1")) },
	} {
		c := base()
		other(c)
		if c.Hash() == is {
			t.Errorf("%s does not change the hash", name)
		}
	}
}

// An order of a quote has the hash of the quote, so that an approval goes along.
func TestConversionKeepsTheHash(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q, err := leadtocash.NewQuote(leadtocash.CreateQuote{
			ID: testkit.IDOf[record.QuoteID](1), Origin: record.Origin{Currency: money.EUR},
			Fields: leadtocash.QuoteFields{
				Name: "Desks", CustomerID: testkit.Buyer, EffectiveTo: rapid.SampledFrom([]value.Date{0, 2026_05_01}).Draw(t, "to"),
				PaymentTerms: rapid.SampledFrom([]party.PaymentTerms{0, party.PaymentTermsNet45}).Draw(t, "terms"),
				Charges:      pricing.Charges{DiscountPercentage: value.Some(decimal.New(rapid.Int64Range(0, 300).Draw(t, "discount"), -1))},
			},
			Lines: []pricing.LineFields{writeIn(decimal.New(rapid.Int64Range(1, 50).Draw(t, "quantity"), -1).String(), "12.30", "")},
		}, leadtocash.QuoteFacts{Stamp: testkit.Morning})
		if err != nil {
			t.Fatal(err)
		}
		active, err := q.Record.Activate(leadtocash.ActivateQuote{}, leadtocash.QuoteFacts{Stamp: testkit.Morning})
		if err != nil {
			t.Fatal(err)
		}
		won, err := active.Record.WinToOrder(leadtocash.WinQuoteToOrder{}, leadtocash.QuoteFacts{Stamp: testkit.Noon})
		if err != nil {
			t.Fatal(err)
		}
		b := &agreement.Basis{From: q.Record.EffectiveFrom, To: q.Record.EffectiveTo}
		if was, is := leadtocash.ContentHashOf(&q.Record, nil), leadtocash.ContentHashOf(won.Order, b); was != is {
			t.Errorf("quote %s, order %s", was, is)
		}
	})
}

// Two have to sign, each for himself, and neither may be who asked or who wrote it.
func TestApprovalsAreOfOthers(t *testing.T) {
	t.Parallel()
	r := rule(agreement.FieldDiscount, agreement.MoreThan, "12")
	r.Count, r.Level = 2, 3
	r.By = agreement.Approvers{Sellers: []record.SellerID{{UUID: testkit.Ann}, {UUID: testkit.Bob}}, ManagerOfOwner: true}
	settings := leadtocash.Settings{Approvals: []agreement.Rule{r}}
	q := testkit.Must(leadtocash.NewQuote(leadtocash.CreateQuote{
		ID: testkit.IDOf[record.QuoteID](1), Origin: record.Origin{Currency: money.EUR},
		Fields: leadtocash.QuoteFields{Name: "Desks", CustomerID: testkit.Buyer}, Lines: []pricing.LineFields{writeIn("4", "310.00", "155.00")},
	}, leadtocash.QuoteFacts{Stamp: testkit.Morning})).Record
	f := leadtocash.QuoteFacts{Stamp: testkit.Morning, Settings: settings}
	out := testkit.Must(q.RequestApproval(agreement.RequestApproval{Note: "a good customer"}, f))
	if len(out.Approvals) != 2 || len(out.Events) != 2 || out.Approvals[0].ID == out.Approvals[1].ID || out.Events[0].Type != "approval.requested" {
		t.Fatalf("asked for %+v", out)
	}
	f.Approving = &agreement.Basis{Approvals: out.Approvals}
	if again := testkit.Must(q.RequestApproval(agreement.RequestApproval{}, f)); len(again.Approvals) != 0 {
		t.Errorf("asked again for %+v", again.Approvals)
	}
	_, err := q.Activate(leadtocash.ActivateQuote{}, f)
	reasons := record.ReasonsOf(err)
	if !errors.Is(err, codes.ErrApprovalRequired) || len(reasons) != 1 || reasons[0].Params["state"] != "requested" || reasons[0].Params["level"] != int32(3) ||
		!slices.Contains(reasons[0].Params["by"].([]string), testkit.Bob.String()) || reasons[0].Params["action"] != "quote.request_approval" {
		t.Errorf("activating it is refused with %+v", reasons)
	}
	carl := testkit.IDOf[record.SellerID](3)
	facts := func(by record.SellerID, others ...agreement.Approval) agreement.ApprovalFacts {
		return agreement.ApprovalFacts{Stamp: record.StampOf(testkit.Noon.At, record.User(by.UUID)), Rule: &r, Manager: carl, Others: others}
	}
	first, second := out.Approvals[0], out.Approvals[1]
	for name, f := range map[string]agreement.ApprovalFacts{
		"who asked":     facts(record.SellerID{UUID: testkit.Ann}),
		"who is no one": facts(testkit.IDOf[record.SellerID](9)),
		"who wrote it": func() agreement.ApprovalFacts {
			f := facts(record.SellerID{UUID: testkit.Bob})
			f.Editor = testkit.Bob
			return f
		}(),
	} {
		if _, err := first.Approve(agreement.ApproveApproval{}, f); !errors.Is(err, codes.ErrDenied) {
			t.Errorf("%s approves: %v", name, err)
		}
	}
	one := testkit.Must(first.Approve(agreement.ApproveApproval{Note: "yes"}, facts(record.SellerID{UUID: testkit.Bob}))).Record
	if one.Decision != agreement.DecisionApproved || one.DecidedBy != testkit.Bob || one.Note != "yes" {
		t.Errorf("approved is %+v", one)
	}
	if _, err := second.Approve(agreement.ApproveApproval{}, facts(record.SellerID{UUID: testkit.Bob}, one)); !errors.Is(err, codes.ErrDenied) {
		t.Errorf("one approves twice: %v", err)
	}
	f.Approving = &agreement.Basis{Approvals: []agreement.Approval{one, second}}
	if _, err := q.Activate(leadtocash.ActivateQuote{}, f); record.ReasonsOf(err)[0].Params["given"] != 1 {
		t.Errorf("with one of two: %v", err)
	}
	two := testkit.Must(second.Approve(agreement.ApproveApproval{}, facts(carl, one))).Record
	f.Approving = &agreement.Basis{Approvals: []agreement.Approval{one, two}}
	if _, err := q.Activate(leadtocash.ActivateQuote{}, f); err != nil {
		t.Errorf("with both: %v", err)
	}
	if _, err := two.Withdraw(agreement.WithdrawApproval{}, facts(record.SellerID{UUID: testkit.Bob})); !errors.Is(err, codes.ErrDenied) {
		t.Errorf("another one takes it back: %v", err)
	}
	used := facts(carl)
	used.Used = true
	if _, err := two.Withdraw(agreement.WithdrawApproval{}, used); !errors.Is(err, codes.ErrInUse) {
		t.Errorf("it is taken back after use: %v", err)
	}
	back := testkit.Must(two.Withdraw(agreement.WithdrawApproval{}, facts(carl))).Record
	if back.Status != agreement.ApprovalStatusWithdrawn || back.Decision != agreement.DecisionApproved {
		t.Errorf("taken back it is %+v", back)
	}
	if _, err := first.Reject(agreement.RejectApproval{}, facts(carl)); !errors.Is(err, codes.ErrMissingField) {
		t.Errorf("rejected without a note: %v", err)
	}
	no := testkit.Must(first.Reject(agreement.RejectApproval{Note: "too much"}, facts(carl))).Record
	f.Approving = &agreement.Basis{Approvals: []agreement.Approval{no}}
	if anew := testkit.Must(q.RequestApproval(agreement.RequestApproval{}, f)); len(anew.Approvals) != 2 || anew.Approvals[0].ID == no.ID {
		t.Errorf("after a rejection there are %+v", anew.Approvals)
	}
}

func TestRuleFaults(t *testing.T) {
	t.Parallel()
	sound := rule(agreement.FieldDiscount, agreement.MoreThan, "12")
	for name, spoil := range map[string]func(*agreement.Rule){
		"when[0]":  func(r *agreement.Rule) { r.When[0].Field = "weight" },
		"when[0] ": func(r *agreement.Rule) { r.When[0].Value = "much" },
		"when":     func(r *agreement.Rule) { r.When = nil },
		"by":       func(r *agreement.Rule) { r.By = agreement.Approvers{} },
		"kinds[0]": func(r *agreement.Rule) { r.Kinds = []kinds.Kind{kinds.Lead} },
	} {
		r := sound
		r.When = slices.Clone(sound.When)
		spoil(&r)
		reasons := agreement.RuleFaults("approvals", []agreement.Rule{r})
		if len(reasons) != 1 || reasons[0].Field != "approvals[0]."+trimmed(name) {
			t.Errorf("%s: %v", name, reasons)
		}
	}
	if reasons := agreement.RuleFaults("approvals", []agreement.Rule{sound, sound}); len(reasons) != 1 || reasons[0].Field != "approvals[1].name" {
		t.Errorf("two of one name: %v", reasons)
	}
}

func trimmed(name string) string {
	for name[len(name)-1] == ' ' {
		name = name[:len(name)-1]
	}
	return name
}
