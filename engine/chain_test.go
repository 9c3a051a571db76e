package engine_test

import (
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

// desksPaid takes a lead to cash and returns every record on the way, in order.
func desksPaid(p *people) (way []record.Ref) {
	lead := testkit.Must(p.Leads().Create(p.ctx, desks(1)))
	deal := testkit.Must(p.Leads().Qualify(p.ctx, lead.ID, leadtocash.QualifyLead{})).Opportunity()
	testkit.Must(p.Opportunities().EditLines(p.ctx, deal.ID, pricing.EditLines{Add: []pricing.LineFields{testkit.TenDesks(), testkit.OneLamp()}}))
	quote := testkit.Must(p.Opportunities().GenerateQuote(p.ctx, deal.ID, leadtocash.GenerateQuote{}))
	testkit.Must(p.Quotes().Activate(p.ctx, quote.ID, leadtocash.ActivateQuote{}))
	order := testkit.Must(p.Quotes().WinToOrder(p.ctx, quote.ID, leadtocash.WinQuoteToOrder{})).Order
	testkit.Must(p.Orders().Fulfill(p.ctx, order.ID, leadtocash.FulfillOrder{}))
	invoice := testkit.Must(p.Orders().Invoice(p.ctx, order.ID, leadtocash.InvoiceOrder{})).Invoice
	paid := testkit.Must(p.Invoices().MarkPaid(p.ctx, invoice.ID, leadtocash.PayInvoice{}))
	return []record.Ref{
		ref(kinds.Lead, lead.ID), ref(kinds.Opportunity, deal.ID), ref(kinds.Quote, quote.ID),
		ref(kinds.Order, order.ID), ref(kinds.Invoice, invoice.ID), ref(kinds.Payment, paid.Payment.ID),
	}
}

// From any record on the way the whole chain is read.
func TestChain(t *testing.T) {
	onStores(t, func(p *people) {
		way := desksPaid(p)
		for _, from := range way {
			chain := testkit.Must(p.Chain(p.ctx, from))
			if chain.Nodes[0].Ref != from || len(chain.Nodes) != len(way) || len(chain.Links) != len(way)-1 {
				p.Errorf("from %s: %d records and %d links, want %d and one less", from, len(chain.Nodes), len(chain.Links), len(way))
			}
			for i := range way[1:] {
				at := slices.IndexFunc(chain.Links, func(l leadtocash.ChainLink) bool { return l.From == way[i] && l.To == way[i+1] })
				if at < 0 {
					p.Errorf("from %s: nothing leads from %s to %s", from, way[i], way[i+1])
					continue
				}
				lines := chain.Links[at].Lines
				if k := way[i+1].Kind; (k == kinds.Order || k == kinds.Invoice) && !slices.Equal(lines, []leadtocash.LineLink{{From: 1, To: 1}, {From: 2, To: 2}}) {
					p.Errorf("lines of %s come from %v", k, lines)
				}
			}
		}
		_, err := p.Chain(p.ctx, ref(kinds.Seller, engine.NewID[record.SellerID]()))
		p.refused(err, codes.ErrUnsupported)
		_, err = p.Chain(p.ctx, ref(kinds.Quote, engine.NewID[record.QuoteID]()))
		p.refused(err, codes.ErrNotFound)
	})
}

// Around a customer everything is told in order, merged records included, and
// around a deal what leads to it.
func TestCustomerAndDealTimeline(t *testing.T) {
	onStores(t, func(p *people) {
		way := desksPaid(p)
		deal := testkit.Must(p.Opportunities().Get(p.ctx, record.OpportunityID{UUID: way[1].ID}))
		p.note(way[3])
		other := testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer"}}))
		testkit.Must(p.Accounts().Merge(p.ctx, other.ID, party.MergeAccount{Subordinate: deal.ParentAccountID}))

		told := func(items func(func(engine.TimelineItem, error) bool)) (refs []record.Ref, notes int) {
			var last engine.TimelineItem
			for item, err := range items {
				if err != nil {
					p.Fatal(err)
				}
				if item.At.Before(last.At) {
					p.Errorf("%s at %s comes after %s", item.Ref, item.At, last.At)
				}
				if last = item; item.Ref.Kind == kinds.Note {
					notes++
				}
				refs = append(refs, item.About)
			}
			return refs, notes
		}
		around, notes := told(p.CustomerTimeline(p.ctx, record.AccountCustomer(deal.ParentAccountID))) // the old id
		for _, r := range append(slices.Clone(way), ref(kinds.Account, other.ID), ref(kinds.Account, deal.ParentAccountID), ref(kinds.Contact, deal.ParentContactID)) {
			if !slices.Contains(around, r) {
				p.Errorf("around the customer nothing is told of %s", r)
			}
		}
		dealt, noted := told(p.DealTimeline(p.ctx, deal.ID))
		for _, r := range way[:5] {
			if !slices.Contains(dealt, r) {
				p.Errorf("around the deal nothing is told of %s", r)
			}
		}
		if notes != 1 || noted != 1 {
			p.Errorf("%d and %d notes, want the one about the order", notes, noted)
		}
		for _, err := range p.DealTimeline(p.ctx, engine.NewID[record.OpportunityID]()) {
			p.refused(err, codes.ErrNotFound)
		}
	})
}
