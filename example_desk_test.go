package leadtocash_test

import (
	"log"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// The deal of the examples: Meyer & Sons buy ten desks for 450.00 euros each.
// Every function begins with records of its own.

var (
	// deskDay is when everything happens, and who does it.
	deskDay = leadtocash.At(time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC), leadtocash.User(deskSeller))
	// deskSeller is a user of the host's.
	deskSeller = uuid.MustParse("0197a1b2-0000-7000-8000-00000000a11c")
	// deskBuyer is the customer.
	deskBuyer = leadtocash.AccountCustomer(leadtocash.NewID[leadtocash.AccountID]())
)

// tenDesks is the line of the deal.
func tenDesks() leadtocash.LineFields {
	return leadtocash.WriteIn("Desk", decimal.NewFromInt(10), decimal.RequireFromString("450.00"))
}

// oneLamp is what sells beside it.
func oneLamp() leadtocash.LineFields {
	return leadtocash.WriteIn("Lamp", decimal.NewFromInt(1), decimal.RequireFromString("79.90"))
}

// tenPercent is a rebate.
var tenPercent = decimal.NewFromInt(10)

// newDesksLead is a new lead.
func newDesksLead() leadtocash.Lead {
	out, err := leadtocash.NewLead(leadtocash.CreateLead{
		ID:    leadtocash.NewID[leadtocash.LeadID](),
		Birth: leadtocash.Birth{Currency: leadtocash.EUR},
		Fields: leadtocash.LeadFields{
			Topic: "Ten desks", FirstName: "Ida", LastName: "Meyer", CompanyName: "Meyer & Sons",
		},
	}, leadtocash.LeadFacts{Stamp: deskDay})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// newDesksOpportunity is an opportunity in progress.
func newDesksOpportunity() leadtocash.Opportunity {
	out, err := leadtocash.NewOpportunity(leadtocash.CreateOpportunity{
		ID:     leadtocash.NewID[leadtocash.OpportunityID](),
		Birth:  leadtocash.Birth{Currency: leadtocash.EUR},
		Fields: leadtocash.OpportunityFields{Name: "Ten desks", CustomerID: deskBuyer},
		Lines:  []leadtocash.LineFields{tenDesks()},
	}, leadtocash.OpportunityFacts{Stamp: deskDay})
	if err != nil {
		log.Fatal(err)
	}
	return out.Opportunity
}

// draftDesksQuote is a draft.
func draftDesksQuote() leadtocash.Quote {
	out, err := leadtocash.NewQuote(leadtocash.CreateQuote{
		ID:          leadtocash.NewID[leadtocash.QuoteID](),
		Birth:       leadtocash.Birth{Currency: leadtocash.EUR},
		QuoteNumber: "QUO-00007",
		Fields:      leadtocash.QuoteFields{Name: "Ten desks", CustomerID: deskBuyer},
		Lines:       []leadtocash.LineFields{tenDesks()},
	}, leadtocash.QuoteFacts{Stamp: deskDay})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// activeDesksQuote is in the hands of the customer.
func activeDesksQuote() leadtocash.Quote {
	out, err := draftDesksQuote().Activate(leadtocash.ActivateQuote{}, leadtocash.QuoteFacts{Stamp: deskDay})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// newDesksOrder is an order of which nothing is delivered or billed yet.
func newDesksOrder() leadtocash.Order {
	out, err := leadtocash.NewOrder(leadtocash.CreateOrder{
		ID:          leadtocash.NewID[leadtocash.OrderID](),
		Birth:       leadtocash.Birth{Currency: leadtocash.EUR},
		OrderNumber: "ORD-00007",
		Fields:      leadtocash.OrderFields{Name: "Ten desks", CustomerID: deskBuyer},
		Lines:       []leadtocash.LineFields{tenDesks()},
	}, leadtocash.OrderFacts{Stamp: deskDay})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// newDesksInvoice is an invoice that is not issued yet.
func newDesksInvoice() leadtocash.Invoice {
	out, err := leadtocash.NewInvoice(leadtocash.CreateInvoice{
		ID:     leadtocash.NewID[leadtocash.InvoiceID](),
		Birth:  leadtocash.Birth{Currency: leadtocash.EUR},
		Fields: leadtocash.InvoiceFields{Name: "Ten desks", CustomerID: deskBuyer, PaymentTerms: leadtocash.PaymentTermsNet30},
		Lines:  []leadtocash.LineFields{tenDesks()},
	}, leadtocash.InvoiceFacts{Stamp: deskDay})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// billedDesksInvoice is issued and not paid.
func billedDesksInvoice() leadtocash.Invoice {
	out, err := newDesksInvoice().Issue(leadtocash.IssueInvoice{}, leadtocash.InvoiceFacts{Stamp: deskDay, NextNumber: "INV-00007"})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// desksPayment is the money, not confirmed yet.
func desksPayment() leadtocash.Payment {
	out, err := leadtocash.NewPayment(leadtocash.CreatePayment{
		ID:    leadtocash.NewID[leadtocash.PaymentID](),
		Birth: leadtocash.Birth{Currency: leadtocash.EUR},
		Fields: leadtocash.PaymentFields{
			CustomerID: deskBuyer, Amount: leadtocash.EUR.MustAmount("4500.00"), BankReference: "NOTPROVIDED-0815",
		},
	}, leadtocash.PaymentFacts{Stamp: deskDay})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// postedDesksPayment is money that is there.
func postedDesksPayment() leadtocash.Payment {
	out, err := desksPayment().Post(leadtocash.PostPayment{}, leadtocash.PaymentFacts{Stamp: deskDay})
	if err != nil {
		log.Fatal(err)
	}
	return out.Record
}

// newDesksClient is a client over an empty store, with a clock that stands
// still.
func newDesksClient(opts ...leadtocash.ClientOption) *leadtocash.Client {
	opts = append([]leadtocash.ClientOption{
		leadtocash.WithClock(func() time.Time { return deskDay.At }),
		leadtocash.WithSettings(leadtocash.Settings{BaseCurrency: leadtocash.EUR}),
	}, opts...)
	client, err := leadtocash.New(memory.New(), opts...)
	if err != nil {
		log.Fatal(err)
	}
	return client
}
