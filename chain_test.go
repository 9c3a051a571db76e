package leadtocash_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// deal is a lead on its way to a credit note, every step done by the same stamp.
func deal(t *testing.T, lead leadtocash.Lead, s record.Stamp) (made []record.Record) {
	t.Helper()
	qualified, err := lead.Qualify(leadtocash.QualifyLead{}, leadtocash.LeadFacts{Stamp: s})
	if err != nil {
		t.Fatal(err)
	}
	o := qualified.Opportunities[0]
	o.PricedLines = testkit.NewDesksOpportunity().PricedLines
	made = append(made, qualified.Account, qualified.Contact, &qualified.Connections[0], &o)
	facts := leadtocash.OpportunityFacts{Stamp: s}
	quoted, err := o.GenerateQuote(leadtocash.GenerateQuote{}, facts)
	if err != nil {
		t.Fatal(err)
	}
	ordered, err := o.GenerateOrder(leadtocash.GenerateOrder{}, facts)
	if err != nil {
		t.Fatal(err)
	}
	billed, err := o.GenerateInvoice(leadtocash.GenerateInvoice{}, facts)
	if err != nil {
		t.Fatal(err)
	}
	lost, err := o.Lose(leadtocash.LoseOpportunity{}, facts)
	if err != nil {
		t.Fatal(err)
	}
	made = append(made, &quoted.Record, &ordered.Record, &billed.Record, lost.Close)
	q := quoted.Record
	active, err := q.Activate(leadtocash.ActivateQuote{}, leadtocash.QuoteFacts{Stamp: s})
	if err != nil {
		t.Fatal(err)
	}
	q = active.Record
	revised, err := q.ReviseQuote(leadtocash.ReviseQuote{}, leadtocash.QuoteFacts{Stamp: s})
	if err != nil {
		t.Fatal(err)
	}
	won, err := q.WinToOrder(leadtocash.WinQuoteToOrder{}, leadtocash.QuoteFacts{Stamp: s, Opportunity: &o})
	if err != nil {
		t.Fatal(err)
	}
	made = append(made, revised.Revision, revised.Close, won.Order, won.Close, won.OpportunityClose)
	shipped, err := won.Order.Fulfill(leadtocash.FulfillOrder{}, leadtocash.OrderFacts{Stamp: s})
	if err != nil {
		t.Fatal(err)
	}
	invoiced, err := won.Order.Invoice(leadtocash.InvoiceOrder{}, leadtocash.OrderFacts{Stamp: s})
	if err != nil {
		t.Fatal(err)
	}
	made = append(made, shipped.Close, &invoiced.Invoice)
	issued, err := invoiced.Invoice.Issue(leadtocash.IssueInvoice{}, leadtocash.InvoiceFacts{Stamp: s})
	if err != nil {
		t.Fatal(err)
	}
	credited, err := issued.Record.Credit(leadtocash.CreditInvoice{}, leadtocash.InvoiceFacts{Stamp: s})
	if err != nil {
		t.Fatal(err)
	}
	paid, err := issued.Record.MarkPaid(leadtocash.PayInvoice{}, leadtocash.InvoiceFacts{Stamp: s})
	if err != nil {
		t.Fatal(err)
	}
	return append(made, &credited.CreditNote, paid.Payment)
}

// TestMadeRecordsBelongToTheOwnerOfTheirSource takes a lead of Ann's to the end,
// every step done by Bob.
func TestMadeRecordsBelongToTheOwnerOfTheirSource(t *testing.T) {
	t.Parallel()
	lead := testkit.NewDesksLead()
	for _, c := range []struct {
		owner, want uuid.UUID
		ownership   record.Ownership
	}{
		{testkit.Ann, testkit.Ann, 0},
		{testkit.Ann, testkit.Ann, record.OwnershipParent},
		{uuid.Nil, testkit.Bob, 0},
		{testkit.Ann, testkit.Bob, record.OwnershipActor},
	} {
		lead.Owner = c.owner
		settings := leadtocash.Settings{Ownership: c.ownership}
		for _, d := range deal(t, lead, settings.StampOf(testkit.Noon.At, record.User(testkit.Bob))) {
			if h := d.Header(); h.Owner != c.want || h.CreatedBy != testkit.Bob {
				t.Errorf("%s, lead of %s: %s belongs to %s, created by %s", c.ownership, c.owner, d.Ref().Kind, h.Owner, h.CreatedBy)
			}
		}
	}
}

// TestConversionsCopyOwnValues takes a lead to the end whose own values are
// copied on every way that there is, and on none.
func TestConversionsCopyOwnValues(t *testing.T) {
	t.Parallel()
	lead := testkit.NewDesksLead()
	lead.Custom = record.Custom{"on_lead": []byte(`"North"`), "loose": []byte(`1`)}
	var own record.OwnFields
	for _, way := range leadtocash.Conversions() {
		own.CopyFields(way, record.CopiedField{From: fmt.Sprintf("on_%s", way.From), To: fmt.Sprintf("on_%s", way.To)})
	}
	stamp := testkit.Noon
	stamp.Own = &own
	for _, d := range deal(t, lead, stamp) {
		kind := d.Ref().Kind
		if kind == kinds.Connection || kind == kinds.Payment {
			continue
		}
		name := fmt.Sprintf("on_%s", kind)
		if c := d.Header().Custom; string(c[name]) != `"North"` || len(c) != 1 {
			t.Errorf("%s has the own values %s", kind, c)
		}
	}
	for _, d := range deal(t, lead, testkit.Noon) {
		if c := d.Header().Custom; len(c) != 0 {
			t.Errorf("nothing is declared, and %s has the own values %s", d.Ref().Kind, c)
		}
	}
	out, err := lead.Qualify(leadtocash.QualifyLead{
		AccountCustom: record.Custom{"on_account": []byte(`"South"`)}, ContactCustom: record.Custom{"on_contact": []byte(`null`)},
	}, leadtocash.LeadFacts{Stamp: stamp})
	if err != nil {
		t.Fatal(err)
	}
	if string(out.Account.Custom["on_account"]) != `"South"` || len(out.Contact.Custom) != 0 || string(lead.Custom["on_lead"]) != `"North"` {
		t.Errorf("explicit values: account %s, contact %s", out.Account.Custom, out.Contact.Custom)
	}
}

// TestClosingTellsRevenueAndCompetitor wins and loses a deal.
func TestClosingTellsRevenueAndCompetitor(t *testing.T) {
	t.Parallel()
	o, rival := testkit.NewDesksOpportunity(), testkit.IDOf[record.CompetitorID](1)
	facts := leadtocash.OpportunityFacts{Stamp: testkit.Noon}
	revenue := value.Some(money.EUR.MustAmount("4120.00"))
	lost, err := o.Lose(leadtocash.LoseOpportunity{Status: leadtocash.OpportunityStatusOutSold, CompetitorID: rival, ActualRevenue: revenue}, facts)
	if err != nil {
		t.Fatal(err)
	}
	if c := lost.Close; !c.ActualRevenue.Equal(revenue) || c.CompetitorID != rival || !lost.Record.ActualValue.IsZero() {
		t.Errorf("lost with %v to %v, the deal is worth %v", c.ActualRevenue, c.CompetitorID, lost.Record.ActualValue)
	}
	won, err := o.Win(leadtocash.WinOpportunity{ActualRevenue: revenue, CompetitorID: rival}, facts)
	if err != nil {
		t.Fatal(err)
	}
	if c := won.Close; !c.ActualRevenue.Equal(revenue) || c.CompetitorID != rival || !won.Record.ActualValue.Equal(revenue) {
		t.Errorf("won with %v from %v, the deal is worth %v", c.ActualRevenue, c.CompetitorID, won.Record.ActualValue)
	}

	below := value.Some(money.EUR.MustAmount("-0.01"))
	if _, err := o.Lose(leadtocash.LoseOpportunity{ActualRevenue: below}, facts); !testkit.HasCode(err, codes.ErrOutOfRange) {
		t.Errorf("lost with less than nothing: %v", err)
	}
	if _, err := o.Win(leadtocash.WinOpportunity{ActualRevenue: below}, facts); !testkit.HasCode(err, codes.ErrOutOfRange) {
		t.Errorf("won with less than nothing: %v", err)
	}
	o.EstimatedValue = below
	if _, err := o.Win(leadtocash.WinOpportunity{}, facts); !testkit.HasCode(err, codes.ErrOutOfRange) {
		t.Errorf("won as estimated, with less than nothing: %v", err)
	}
}
