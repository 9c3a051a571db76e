package testkit

import (
	"context"
	"log"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

// Goodwill is a free credit note over the amount.
func Goodwill(t *testing.T, text string) leadtocash.CreditNote {
	t.Helper()
	return Born(t, leadtocash.NewCreditNote, leadtocash.CreateCreditNote{
		ID: IDOf[record.CreditNoteID](1), Origin: record.Origin{Currency: money.EUR},
		Fields: leadtocash.CreditNoteFields{Name: "Sorry", CustomerID: Buyer, Reason: leadtocash.CreditReasonGoodwill},
		Lines:  []pricing.LineFields{WriteIn("1", text)},
	}, leadtocash.CreditNoteFacts{Stamp: Morning}, "credit_note.created", "draft")
}

// DesksRefund is requested of a payment.
func DesksRefund() (leadtocash.Refund, leadtocash.RefundFacts) {
	out, err := PostedDesksPayment().Refund(leadtocash.RequestRefund{}, leadtocash.PaymentFacts{})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record, leadtocash.RefundFacts{Stamp: DeskDay, Payment: out.Payment}
}

// GoodwillNote is a draft of 100.00 that belongs to no invoice.
func GoodwillNote() leadtocash.CreditNote {
	out, err := leadtocash.NewCreditNote(leadtocash.CreateCreditNote{
		ID:     engine.NewID[record.CreditNoteID](),
		Origin: record.Origin{Currency: money.EUR},
		Fields: leadtocash.CreditNoteFields{Name: "Late delivery", CustomerID: DeskBuyer, Reason: leadtocash.CreditReasonGoodwill},
		Lines:  []pricing.LineFields{pricing.WriteIn("Compensation", decimal.NewFromInt(1), decimal.NewFromInt(100))},
	}, leadtocash.CreditNoteFacts{Stamp: DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// IssuedGoodwill is in the customer's hands.
func IssuedGoodwill() leadtocash.CreditNote {
	out, err := GoodwillNote().Issue(leadtocash.IssueCreditNote{}, leadtocash.CreditNoteFacts{Stamp: DeskDay, NextNumber: "CRN-00007"})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// The deal of the examples: Meyer & Sons buy ten desks for 450.00 euros each.
// Every function begins with records of its own.

var (
	// DeskDay is when everything happens, and who does it.
	DeskDay = record.StampOf(time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC), record.User(DeskSeller))
	// DeskSeller is a user of the host's.
	DeskSeller = uuid.MustParse("0197a1b2-0000-7000-8000-00000000a11c")
	// DeskBuyer is the customer.
	DeskBuyer = record.AccountCustomer(engine.NewID[record.AccountID]())
)

// TenDesks is the line of the deal.
func TenDesks() pricing.LineFields {
	return pricing.WriteIn("Desk", decimal.NewFromInt(10), decimal.RequireFromString("450.00"))
}

// OneLamp is what sells beside it.
func OneLamp() pricing.LineFields {
	return pricing.WriteIn("Lamp", decimal.NewFromInt(1), decimal.RequireFromString("79.90"))
}

// TenPercent is a rebate.
var TenPercent = decimal.NewFromInt(10)

// NewDesksLead is a new lead.
func NewDesksLead() leadtocash.Lead {
	out, err := leadtocash.NewLead(leadtocash.CreateLead{
		ID:     engine.NewID[record.LeadID](),
		Origin: record.Origin{Currency: money.EUR},
		Fields: leadtocash.LeadFields{
			Topic: "Ten desks", FirstName: "Ida", LastName: "Meyer", CompanyName: "Meyer & Sons",
		},
	}, leadtocash.LeadFacts{Stamp: DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// NewDesksOpportunity is an opportunity in progress.
func NewDesksOpportunity() leadtocash.Opportunity {
	out, err := leadtocash.NewOpportunity(leadtocash.CreateOpportunity{
		ID:     engine.NewID[record.OpportunityID](),
		Origin: record.Origin{Currency: money.EUR},
		Fields: leadtocash.OpportunityFields{Name: "Ten desks", CustomerID: DeskBuyer},
		Lines:  []pricing.LineFields{TenDesks()},
	}, leadtocash.OpportunityFacts{Stamp: DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// DraftDesksQuote is a draft.
func DraftDesksQuote() leadtocash.Quote {
	out, err := leadtocash.NewQuote(leadtocash.CreateQuote{
		ID:          engine.NewID[record.QuoteID](),
		Origin:      record.Origin{Currency: money.EUR},
		QuoteNumber: "QUO-00007",
		Fields:      leadtocash.QuoteFields{Name: "Ten desks", CustomerID: DeskBuyer},
		Lines:       []pricing.LineFields{TenDesks()},
	}, leadtocash.QuoteFacts{Stamp: DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// ActiveDesksQuote is in the hands of the customer.
func ActiveDesksQuote() leadtocash.Quote {
	out, err := DraftDesksQuote().Activate(leadtocash.ActivateQuote{}, leadtocash.QuoteFacts{Stamp: DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// NewDesksOrder is an order of which nothing is delivered or billed yet.
func NewDesksOrder() leadtocash.Order {
	out, err := leadtocash.NewOrder(leadtocash.CreateOrder{
		ID:          engine.NewID[record.OrderID](),
		Origin:      record.Origin{Currency: money.EUR},
		OrderNumber: "ORD-00007",
		Fields:      leadtocash.OrderFields{Name: "Ten desks", CustomerID: DeskBuyer},
		Lines:       []pricing.LineFields{TenDesks()},
	}, leadtocash.OrderFacts{Stamp: DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// NewDesksInvoice is an invoice that is not issued yet.
func NewDesksInvoice() leadtocash.Invoice {
	out, err := leadtocash.NewInvoice(leadtocash.CreateInvoice{
		ID:     engine.NewID[record.InvoiceID](),
		Origin: record.Origin{Currency: money.EUR},
		Fields: leadtocash.InvoiceFields{Name: "Ten desks", CustomerID: DeskBuyer, PaymentTerms: party.PaymentTermsNet30},
		Lines:  []pricing.LineFields{TenDesks()},
	}, leadtocash.InvoiceFacts{Stamp: DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// BilledDesksInvoice is issued and not paid.
func BilledDesksInvoice() leadtocash.Invoice {
	out, err := NewDesksInvoice().Issue(leadtocash.IssueInvoice{}, leadtocash.InvoiceFacts{Stamp: DeskDay, NextNumber: "INV-00007"})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// DesksPayment is the money, not confirmed yet.
func DesksPayment() leadtocash.Payment {
	out, err := leadtocash.NewPayment(leadtocash.CreatePayment{
		ID:     engine.NewID[record.PaymentID](),
		Origin: record.Origin{Currency: money.EUR},
		Fields: leadtocash.PaymentFields{
			CustomerID: DeskBuyer, Amount: money.EUR.MustAmount("4500.00"), BankReference: "NOTPROVIDED-0815",
		},
	}, leadtocash.PaymentFacts{Stamp: DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// PostedDesksPayment is money that is there.
func PostedDesksPayment() leadtocash.Payment {
	out, err := DesksPayment().Post(leadtocash.PostPayment{}, leadtocash.PaymentFacts{Stamp: DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// NewDesksClient is a client over an empty store, with a clock that stands
// still.
func NewDesksClient(opts ...engine.ClientOption) *engine.Client {
	return desksClient(memory.New(), opts...)
}

func desksClient(store *memory.Store, opts ...engine.ClientOption) *engine.Client {
	opts = append([]engine.ClientOption{
		engine.WithClock(func() time.Time { return DeskDay.At }),
		engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR}),
	}, opts...)
	client, err := engine.New(store, opts...)
	if err != nil {
		log.Fatal(err)
	}
	return client
}

// CreateMeyer stores the customer of the examples.
func CreateMeyer(client *engine.Client) party.Account {
	account, err := client.Accounts().Create(context.Background(), party.CreateAccount{
		Fields: party.AccountFields{Name: "Meyer & Sons"},
	})
	if err != nil {
		log.Fatal(err)
	}
	return account
}

// A deskCatalog is a client that sells desks: by the piece for 450.00 on the
// price list Retail.
type deskCatalog struct {
	*engine.Client
	Units  catalog.UnitGroup // pieces, and boxes of four
	Desk   catalog.Product
	Retail catalog.PriceList
	Item   catalog.PriceListItem
}

// NewDeskCatalog is a catalogue in a store of its own.
func NewDeskCatalog() deskCatalog { return NewDeskCatalogIn(memory.New()) }

// NewDeskCatalogIn is a catalogue in a store.
func NewDeskCatalogIn(store *memory.Store) (c deskCatalog) {
	var err error
	done := func() {
		if err != nil {
			log.Fatal(err)
		}
	}
	ctx := context.Background()
	c.Client = desksClient(store)
	piece := engine.NewID[record.UnitID]()
	c.Units, err = c.UnitGroups().Create(ctx, catalog.CreateUnitGroup{Fields: catalog.UnitGroupFields{
		Name: "Pieces", Units: []catalog.Unit{
			{ID: piece, Name: "piece"}, {Name: "box", BaseUnitID: piece, Quantity: value.Some(decimal.NewFromInt(4))},
		},
	}})
	done()
	c.Desk, err = c.Products().Create(ctx, catalog.CreateProduct{Fields: c.Sold("Desk")})
	done()
	published, err := c.Products().Publish(ctx, c.Desk.ID, catalog.PublishProduct{})
	done()
	c.Desk = published.Record
	c.Retail, err = c.PriceLists().Create(ctx, catalog.CreatePriceList{Fields: catalog.PriceListFields{Name: "Retail"}})
	done()
	saved, err := c.PriceListItems().Create(ctx, catalog.CreatePriceListItem{
		PriceListID: c.Retail.ID, ProductID: c.Desk.ID,
		Fields: catalog.PriceListItemFields{Amount: value.Some(decimal.RequireFromString("450.00"))},
	})
	done()
	c.Item, c.Desk = saved.Record, *saved.Product
	return c
}

// Sold are the fields of a product that is sold by the piece.
func (c deskCatalog) Sold(name string) catalog.ProductFields {
	return catalog.ProductFields{Name: name, UnitGroupID: c.Units.ID, DefaultUnitID: c.Units.Units[0].ID}
}

// Active stores a product that can be sold.
func (c deskCatalog) Active(name string) catalog.Product {
	p, err := c.Products().Create(context.Background(), catalog.CreateProduct{Fields: c.Sold(name)})
	if err != nil {
		log.Fatal(err)
	}
	published, err := c.Products().Publish(context.Background(), p.ID, catalog.PublishProduct{})
	if err != nil {
		log.Fatal(err)
	}
	return published.Record
}
