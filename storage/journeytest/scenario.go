package journeytest

import (
	"context"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
)

// scenario is a small story. Every step is one call of a client; ids are
// given, so that a step needs nothing of the steps before it.
type scenario struct {
	name  string
	steps []step
}

type step struct {
	action leadtocash.Action
	as     leadtocash.Actor // ann unless given
	do     func(context.Context, *client) (any, error)
}

// birth is a step that creates a record.
func birth[S, C, R any](action leadtocash.Action, service func(*client) S, method func(S, context.Context, C) (R, error), cmd C) step {
	return step{action: action, do: func(ctx context.Context, c *client) (any, error) { return method(service(c), ctx, cmd) }}
}

// call is a step that does something to the n-th record of its kind.
func call[S, C, O any, I leadtocash.AnyID](action leadtocash.Action, service func(*client) S,
	method func(S, context.Context, I, C, ...leadtocash.CallOption) (O, error), n int, cmd C,
) step {
	return step{action: action, do: func(ctx context.Context, c *client) (any, error) { return method(service(c), ctx, id[I](n), cmd) }}
}

// removal is a step that deletes the n-th record of its kind.
func removal[S any, I leadtocash.AnyID](action leadtocash.Action, service func(*client) S,
	method func(S, context.Context, I, leadtocash.DeleteRecord, ...leadtocash.CallOption) error, n int,
) step {
	return step{action: action, do: func(ctx context.Context, c *client) (any, error) {
		return nil, method(service(c), ctx, id[I](n), leadtocash.DeleteRecord{})
	}}
}

func (s step) by(actor leadtocash.Actor) step {
	s.as = actor
	return s
}

var (
	inEUR    = leadtocash.Birth{Currency: leadtocash.EUR}
	customer = leadtocash.AccountCustomer(id[leadtocash.AccountID](1))
	desks    = leadtocash.WriteIn("desk", decimal.NewFromInt(3), number("99.99"))
	chairs   = leadtocash.WriteIn("chair", decimal.NewFromInt(7), number("19.50"))
)

// newAccount is the customer of most scenarios.
func newAccount(n int) step {
	return birth(leadtocash.ActionAccountCreate, (*client).Accounts, leadtocash.Accounts.Create,
		leadtocash.CreateAccount{ID: id[leadtocash.AccountID](n), Birth: inEUR, Fields: leadtocash.AccountFields{Name: "Adventure Works"}})
}

func newContact(n int) step {
	return birth(leadtocash.ActionContactCreate, (*client).Contacts, leadtocash.Contacts.Create,
		leadtocash.CreateContact{ID: id[leadtocash.ContactID](n), Birth: inEUR, Fields: leadtocash.ContactFields{LastName: "Doe"}})
}

func newLead(n int) step {
	return birth(leadtocash.ActionLeadCreate, (*client).Leads, leadtocash.Leads.Create, leadtocash.CreateLead{
		ID: id[leadtocash.LeadID](n), Birth: inEUR,
		Fields: leadtocash.LeadFields{Topic: "ten desks", LastName: "Roe", CompanyName: "Fabrikam"},
	})
}

func newOpportunity(n int, lines ...leadtocash.LineFields) step {
	return birth(leadtocash.ActionOpportunityCreate, (*client).Opportunities, leadtocash.Opportunities.Create, leadtocash.CreateOpportunity{
		ID: id[leadtocash.OpportunityID](n), Birth: inEUR, Fields: leadtocash.OpportunityFields{Name: "ten desks", CustomerID: customer}, Lines: lines,
	})
}

func newQuote(n, opportunity int, lines ...leadtocash.LineFields) step {
	cmd := leadtocash.CreateQuote{
		ID: id[leadtocash.QuoteID](n), Birth: inEUR, Fields: leadtocash.QuoteFields{Name: "ten desks", CustomerID: customer}, Lines: lines,
	}
	if opportunity != 0 {
		cmd.OpportunityID = id[leadtocash.OpportunityID](opportunity)
	}
	return birth(leadtocash.ActionQuoteCreate, (*client).Quotes, leadtocash.Quotes.Create, cmd)
}

func activateQuote(n int) step {
	return call(leadtocash.ActionQuoteActivate, (*client).Quotes, leadtocash.Quotes.Activate, n, leadtocash.ActivateQuote{})
}

func newOrder(n int, lines ...leadtocash.LineFields) step {
	return birth(leadtocash.ActionOrderCreate, (*client).Orders, leadtocash.Orders.Create, leadtocash.CreateOrder{
		ID: id[leadtocash.OrderID](n), Birth: inEUR, Fields: leadtocash.OrderFields{Name: "ten desks", CustomerID: customer}, Lines: lines,
	})
}

func newInvoice(n int, lines ...leadtocash.LineFields) step {
	return birth(leadtocash.ActionInvoiceCreate, (*client).Invoices, leadtocash.Invoices.Create, leadtocash.CreateInvoice{
		ID: id[leadtocash.InvoiceID](n), Birth: inEUR, Fields: leadtocash.InvoiceFields{Name: "ten desks", CustomerID: customer}, Lines: lines,
	})
}

func invoiceOrder(n, invoice int, lines ...leadtocash.LineQuantity) step {
	return call(leadtocash.ActionOrderInvoice, (*client).Orders, leadtocash.Orders.Invoice, n,
		leadtocash.InvoiceOrder{InvoiceID: id[leadtocash.InvoiceID](invoice), Lines: lines})
}

func issueInvoice(n int) step {
	return call(leadtocash.ActionInvoiceIssue, (*client).Invoices, leadtocash.Invoices.Issue, n, leadtocash.IssueInvoice{})
}

func newPayment(n int, amount string) step {
	return birth(leadtocash.ActionPaymentCreate, (*client).Payments, leadtocash.Payments.Create, leadtocash.CreatePayment{
		ID: id[leadtocash.PaymentID](n), Birth: inEUR,
		Fields: leadtocash.PaymentFields{CustomerID: customer, Amount: leadtocash.EUR.MustAmount(amount), Method: leadtocash.PaymentMethodTransfer},
	})
}

func dun(n int, on leadtocash.Date) step {
	return call(leadtocash.ActionInvoiceDun, (*client).Invoices, leadtocash.Invoices.Dun, n, leadtocash.DunInvoice{On: on})
}

func newNote(n int, about leadtocash.Ref) step {
	return birth(leadtocash.ActionNoteCreate, (*client).Notes, createWithFile, leadtocash.CreateNote{
		ID: id[leadtocash.NoteID](n), RegardingID: about, Fields: leadtocash.NoteFields{Subject: "wants an offer"},
	})
}

func newTask(n int, about leadtocash.Ref) step {
	return birth(leadtocash.ActionTaskCreate, (*client).Tasks, leadtocash.Tasks.Create, leadtocash.CreateTask{
		ID: id[leadtocash.TaskID](n), Fields: leadtocash.TaskFields{ActivityFields: leadtocash.ActivityFields{Subject: "call back", RegardingID: about}},
	})
}

func newSeller(n int) step {
	return birth(leadtocash.ActionSellerCreate, (*client).Sellers, leadtocash.Sellers.Create,
		leadtocash.CreateSeller{ID: id[leadtocash.SellerID](n), Fields: leadtocash.SellerFields{Name: "Ann"}})
}

func refTo[I leadtocash.AnyID](n int) leadtocash.Ref { return id[I](n).Ref() }

func activityOf(about leadtocash.Ref) leadtocash.ActivityFields {
	return leadtocash.ActivityFields{Subject: "talk about desks", RegardingID: about}
}

// some lists quantities of lines.
func some(number int32, quantity string) leadtocash.LineQuantity {
	return leadtocash.LineQuantity{LineNumber: number, Quantity: leadtocash.Some(decimal.RequireFromString(quantity))}
}

// scenarios cover every action that a client can carry out.
var scenarios = append(catalogScenarios(), []scenario{
	{"a lead is worked on and deleted with all about it", []step{
		newLead(1),
		call(leadtocash.ActionLeadEdit, (*client).Leads, leadtocash.Leads.Edit, 1, leadtocash.EditLead{
			Fields: leadtocash.LeadFields{Topic: "twelve desks", LastName: "Roe", CompanyName: "Fabrikam"}, Custom: leadtocash.Custom{"region": []byte(`"EMEA"`)},
		}),
		call(leadtocash.ActionLeadSetStatus, (*client).Leads, leadtocash.Leads.SetStatus, 1, leadtocash.SetLeadStatus{Status: leadtocash.LeadStatusContacted}),
		call(leadtocash.ActionLeadScore, (*client).Leads, leadtocash.Leads.Score, 1, leadtocash.SetScore{Score: 80}),
		call(leadtocash.ActionLeadAssign, (*client).Leads, leadtocash.Leads.Assign, 1, leadtocash.Assign{Owner: bob.ID}),
		newNote(1, refTo[leadtocash.LeadID](1)), newTask(1, refTo[leadtocash.LeadID](1)), newNote(2, refTo[leadtocash.TaskID](1)),
		call(leadtocash.ActionLeadDisqualify, (*client).Leads, leadtocash.Leads.Disqualify, 1, leadtocash.DisqualifyLead{Note: "no money"}),
		call(leadtocash.ActionLeadReactivate, (*client).Leads, leadtocash.Leads.Reactivate, 1, leadtocash.ReactivateLead{}),
		removal(leadtocash.ActionLeadDelete, (*client).Leads, leadtocash.Leads.Delete, 1),
	}},
	{"a captured lead is qualified, then forgotten", []step{
		birth(leadtocash.ActionLeadCapture, (*client).Leads, leadtocash.Leads.Capture, leadtocash.CreateLead{
			ID: id[leadtocash.LeadID](1), Birth: inEUR, SourceKey: "web-1",
			Fields: leadtocash.LeadFields{Topic: "ten desks", LastName: "Roe", CompanyName: "Fabrikam"},
		}),
		call(leadtocash.ActionLeadQualify, (*client).Leads, leadtocash.Leads.Qualify, 1, leadtocash.QualifyLead{
			Account: leadtocash.Plan[leadtocash.AccountID]{ID: id[leadtocash.AccountID](1)}, Contact: leadtocash.Plan[leadtocash.ContactID]{ID: id[leadtocash.ContactID](1)},
			Opportunities: []leadtocash.OpportunityPlan{{Plan: leadtocash.Plan[leadtocash.OpportunityID]{ID: id[leadtocash.OpportunityID](1)}}, {}},
		}),
		removal(leadtocash.ActionLeadDelete, (*client).Leads, leadtocash.Leads.Delete, 1),
	}},
	{"customers come, change and go", []step{
		newAccount(1), newAccount(2), newContact(1),
		call(leadtocash.ActionAccountEdit, (*client).Accounts, leadtocash.Accounts.Edit, 2, leadtocash.EditAccount{
			Fields: leadtocash.AccountFields{Name: "Northwind", ParentAccountID: id[leadtocash.AccountID](1), PrimaryContactID: id[leadtocash.ContactID](1)},
		}),
		call(leadtocash.ActionContactEdit, (*client).Contacts, leadtocash.Contacts.Edit, 1, leadtocash.EditContact{
			Fields: leadtocash.ContactFields{LastName: "Doe", ParentCustomerID: customer},
		}),
		call(leadtocash.ActionAccountAssign, (*client).Accounts, leadtocash.Accounts.Assign, 2, leadtocash.Assign{Owner: bob.ID}),
		call(leadtocash.ActionContactAssign, (*client).Contacts, leadtocash.Contacts.Assign, 1, leadtocash.Assign{Owner: bob.ID}),
		call(leadtocash.ActionAccountDeactivate, (*client).Accounts, leadtocash.Accounts.Deactivate, 2, leadtocash.Deactivate{}),
		call(leadtocash.ActionAccountActivate, (*client).Accounts, leadtocash.Accounts.Activate, 2, leadtocash.Activate{}),
		call(leadtocash.ActionContactDeactivate, (*client).Contacts, leadtocash.Contacts.Deactivate, 1, leadtocash.Deactivate{}),
		call(leadtocash.ActionContactActivate, (*client).Contacts, leadtocash.Contacts.Activate, 1, leadtocash.Activate{}),
		newNote(1, refTo[leadtocash.AccountID](2)),
		removal(leadtocash.ActionAccountDelete, (*client).Accounts, leadtocash.Accounts.Delete, 2),
		removal(leadtocash.ActionContactDelete, (*client).Contacts, leadtocash.Contacts.Delete, 1),
	}},
	{"an opportunity is developed, won, reopened and lost", []step{
		newAccount(1), newContact(1), newOpportunity(1, desks),
		birth(leadtocash.ActionCompetitorCreate, (*client).Competitors, leadtocash.Competitors.Create,
			leadtocash.CreateCompetitor{ID: id[leadtocash.CompetitorID](1), Fields: leadtocash.CompetitorFields{Name: "Fabrikam"}}),
		call(leadtocash.ActionOpportunityEdit, (*client).Opportunities, leadtocash.Opportunities.Edit, 1, leadtocash.EditOpportunity{
			Fields: leadtocash.OpportunityFields{Name: "ten desks", CustomerID: customer, ParentContactID: id[leadtocash.ContactID](1), IsRevenueSystemCalculated: true},
		}),
		call(leadtocash.ActionOpportunityEditLines, (*client).Opportunities, leadtocash.Opportunities.EditLines, 1, leadtocash.EditLines{Add: []leadtocash.LineFields{chairs}}),
		call(leadtocash.ActionOpportunityRecalculate, (*client).Opportunities, leadtocash.Opportunities.Recalculate, 1, leadtocash.Recalculate{}),
		call(leadtocash.ActionOpportunityEditCompetitors, (*client).Opportunities, leadtocash.Opportunities.EditCompetitors, 1,
			leadtocash.EditCompetitors{Add: []leadtocash.CompetitorID{id[leadtocash.CompetitorID](1)}}),
		call(leadtocash.ActionOpportunityHold, (*client).Opportunities, leadtocash.Opportunities.Hold, 1, leadtocash.HoldOpportunity{}),
		call(leadtocash.ActionOpportunityResume, (*client).Opportunities, leadtocash.Opportunities.Resume, 1, leadtocash.ResumeOpportunity{}),
		call(leadtocash.ActionOpportunityScore, (*client).Opportunities, leadtocash.Opportunities.Score, 1, leadtocash.SetScore{Score: 70, Reasons: "asks for a date"}),
		call(leadtocash.ActionOpportunityWin, (*client).Opportunities, leadtocash.Opportunities.Win, 1, leadtocash.WinOpportunity{}),
		call(leadtocash.ActionOpportunityReopen, (*client).Opportunities, leadtocash.Opportunities.Reopen, 1, leadtocash.ReopenOpportunity{}),
		call(leadtocash.ActionOpportunityLose, (*client).Opportunities, leadtocash.Opportunities.Lose, 1,
			leadtocash.LoseOpportunity{Status: leadtocash.OpportunityStatusOutSold, CompetitorID: id[leadtocash.CompetitorID](1)}),
		call(leadtocash.ActionOpportunityAssign, (*client).Opportunities, leadtocash.Opportunities.Assign, 1, leadtocash.Assign{Owner: bob.ID}),
		call(leadtocash.ActionCompetitorEdit, (*client).Competitors, leadtocash.Competitors.Edit, 1, leadtocash.EditCompetitor{Fields: leadtocash.CompetitorFields{Name: "Contoso"}}),
	}},
	{"documents are made of an opportunity", []step{
		newAccount(1), newOpportunity(1, desks, chairs), newOpportunity(2), newOpportunity(3, desks),
		call(leadtocash.ActionOpportunityChangeCurrency, (*client).Opportunities, leadtocash.Opportunities.ChangeCurrency, 2, leadtocash.ChangeCurrency{Currency: leadtocash.JPY}),
		removal(leadtocash.ActionOpportunityDelete, (*client).Opportunities, leadtocash.Opportunities.Delete, 2),
		call(leadtocash.ActionOpportunityGenerateQuote, (*client).Opportunities, leadtocash.Opportunities.GenerateQuote, 1, leadtocash.GenerateQuote{QuoteID: id[leadtocash.QuoteID](1)}),
		call(leadtocash.ActionOpportunityGenerateOrder, (*client).Opportunities, leadtocash.Opportunities.GenerateOrder, 1, leadtocash.GenerateOrder{OrderID: id[leadtocash.OrderID](1)}),
		call(leadtocash.ActionOpportunityGenerateInvoice, (*client).Opportunities, leadtocash.Opportunities.GenerateInvoice, 1, leadtocash.GenerateInvoice{InvoiceID: id[leadtocash.InvoiceID](1)}),
		call(leadtocash.ActionQuoteGetProducts, (*client).Quotes, leadtocash.Quotes.GetProducts, 1, leadtocash.GetProducts{OpportunityID: id[leadtocash.OpportunityID](3)}),
		call(leadtocash.ActionOrderGetProducts, (*client).Orders, leadtocash.Orders.GetProducts, 1, leadtocash.GetProducts{OpportunityID: id[leadtocash.OpportunityID](3)}),
		call(leadtocash.ActionInvoiceGetProducts, (*client).Invoices, leadtocash.Invoices.GetProducts, 1, leadtocash.GetProducts{OpportunityID: id[leadtocash.OpportunityID](3)}),
	}},
	{"a quote is negotiated and won", []step{
		newAccount(1), newQuote(1, 0, desks),
		call(leadtocash.ActionQuoteEdit, (*client).Quotes, leadtocash.Quotes.Edit, 1, leadtocash.EditQuote{
			Fields: leadtocash.QuoteFields{Name: "twelve desks", CustomerID: customer, Charges: leadtocash.Charges{DiscountPercentage: leadtocash.Some(number("5"))}},
		}),
		call(leadtocash.ActionQuoteEditLines, (*client).Quotes, leadtocash.Quotes.EditLines, 1, leadtocash.EditLines{Add: []leadtocash.LineFields{chairs}}),
		call(leadtocash.ActionQuoteRecalculate, (*client).Quotes, leadtocash.Quotes.Recalculate, 1, leadtocash.Recalculate{}),
		call(leadtocash.ActionQuoteAssign, (*client).Quotes, leadtocash.Quotes.Assign, 1, leadtocash.Assign{Owner: bob.ID}),
		activateQuote(1),
		call(leadtocash.ActionQuoteSetStatus, (*client).Quotes, leadtocash.Quotes.SetStatus, 1, leadtocash.SetQuoteStatus{Status: leadtocash.QuoteStatusOpen}),
		call(leadtocash.ActionQuoteReviseQuote, (*client).Quotes, leadtocash.Quotes.ReviseQuote, 1, leadtocash.ReviseQuote{RevisionID: id[leadtocash.QuoteID](2)}),
		activateQuote(2),
		call(leadtocash.ActionQuoteClose, (*client).Quotes, leadtocash.Quotes.Close, 2,
			leadtocash.CloseQuote{Status: leadtocash.QuoteStatusRevised, CreateRevision: true, RevisionID: id[leadtocash.QuoteID](3)}),
		activateQuote(3),
		call(leadtocash.ActionQuoteWin, (*client).Quotes, leadtocash.Quotes.Win, 3, leadtocash.WinQuote{}),
		newQuote(4, 0),
		call(leadtocash.ActionQuoteChangeCurrency, (*client).Quotes, leadtocash.Quotes.ChangeCurrency, 4, leadtocash.ChangeCurrency{Currency: leadtocash.BHD}),
		removal(leadtocash.ActionQuoteDelete, (*client).Quotes, leadtocash.Quotes.Delete, 4),
	}},
	{"a quote becomes an order and drops the others", []step{
		newAccount(1), newOpportunity(1, desks), newQuote(1, 1, desks), newQuote(2, 1, chairs), newQuote(3, 1, chairs),
		activateQuote(1), activateQuote(2),
		call(leadtocash.ActionQuoteWinToOrder, (*client).Quotes, leadtocash.Quotes.WinToOrder, 1,
			leadtocash.WinQuoteToOrder{OrderID: id[leadtocash.OrderID](1), Opportunity: leadtocash.CloseAsWonDropOthers}),
	}},
	{"a lost quote loses its opportunity", []step{
		newAccount(1), newOpportunity(1, desks), newQuote(1, 1, desks), activateQuote(1),
		call(leadtocash.ActionQuoteClose, (*client).Quotes, leadtocash.Quotes.Close, 1, leadtocash.CloseQuote{Status: leadtocash.QuoteStatusLost, CloseOpportunity: true}),
	}},
	{"an order is changed, delivered and billed in parts", []step{
		newAccount(1), newOrder(1, desks, chairs),
		call(leadtocash.ActionOrderEdit, (*client).Orders, leadtocash.Orders.Edit, 1, leadtocash.EditOrder{
			Fields: leadtocash.OrderFields{Name: "twelve desks", CustomerID: customer, Charges: leadtocash.Charges{FreightAmount: leadtocash.Some(leadtocash.EUR.MustAmount("12.00"))}},
		}),
		call(leadtocash.ActionOrderEditLines, (*client).Orders, leadtocash.Orders.EditLines, 1, leadtocash.EditLines{Add: []leadtocash.LineFields{chairs}, Remove: []int32{2}}),
		call(leadtocash.ActionOrderRecalculate, (*client).Orders, leadtocash.Orders.Recalculate, 1, leadtocash.Recalculate{}),
		call(leadtocash.ActionOrderLockPricing, (*client).Orders, leadtocash.Orders.LockPricing, 1, leadtocash.LockPricing{}),
		call(leadtocash.ActionOrderUnlockPricing, (*client).Orders, leadtocash.Orders.UnlockPricing, 1, leadtocash.UnlockPricing{}),
		call(leadtocash.ActionOrderSetStatus, (*client).Orders, leadtocash.Orders.SetStatus, 1, leadtocash.SetOrderStatus{Status: leadtocash.OrderStatusPending}),
		call(leadtocash.ActionOrderAssign, (*client).Orders, leadtocash.Orders.Assign, 1, leadtocash.Assign{Owner: bob.ID}),
		call(leadtocash.ActionOrderFulfillPartial, (*client).Orders, leadtocash.Orders.Fulfill, 1, leadtocash.FulfillOrder{Lines: []leadtocash.LineQuantity{some(1, "2")}}),
		call(leadtocash.ActionOrderCancelRemaining, (*client).Orders, leadtocash.Orders.CancelRemaining, 1, leadtocash.CancelRemaining{Lines: []leadtocash.LineQuantity{some(1, "1")}}),
		invoiceOrder(1, 1, some(1, "2")).by(robot),
		call(leadtocash.ActionOrderFulfill, (*client).Orders, leadtocash.Orders.Fulfill, 1, leadtocash.FulfillOrder{}),
		invoiceOrder(1, 2).by(robot),
	}},
	{"orders are dropped", []step{
		newAccount(1), newOrder(1, desks), newOrder(2),
		call(leadtocash.ActionOrderSubmit, (*client).Orders, leadtocash.Orders.Submit, 1, leadtocash.SubmitOrder{}),
		call(leadtocash.ActionOrderCancel, (*client).Orders, leadtocash.Orders.Cancel, 1, leadtocash.CancelOrder{}).by(robot),
		call(leadtocash.ActionOrderChangeCurrency, (*client).Orders, leadtocash.Orders.ChangeCurrency, 2, leadtocash.ChangeCurrency{Currency: leadtocash.JPY}),
		removal(leadtocash.ActionOrderDelete, (*client).Orders, leadtocash.Orders.Delete, 2),
	}},
	{"invoices are changed, canceled and deleted", []step{
		newAccount(1), newOrder(1, desks), invoiceOrder(1, 1).by(robot),
		call(leadtocash.ActionInvoiceEditLines, (*client).Invoices, leadtocash.Invoices.EditLines, 1, leadtocash.EditLines{
			Change: []leadtocash.ChangeLine{{LineNumber: 1, Fields: leadtocash.WriteIn("desk", decimal.NewFromInt(2), number("99.99"))}},
		}),
		call(leadtocash.ActionInvoiceEdit, (*client).Invoices, leadtocash.Invoices.Edit, 1, leadtocash.EditInvoice{Fields: leadtocash.InvoiceFields{Name: "two desks", CustomerID: customer}}),
		call(leadtocash.ActionInvoiceRecalculate, (*client).Invoices, leadtocash.Invoices.Recalculate, 1, leadtocash.Recalculate{}),
		call(leadtocash.ActionInvoiceUnlockPricing, (*client).Invoices, leadtocash.Invoices.UnlockPricing, 1, leadtocash.UnlockPricing{}),
		call(leadtocash.ActionInvoiceLockPricing, (*client).Invoices, leadtocash.Invoices.LockPricing, 1, leadtocash.LockPricing{}),
		call(leadtocash.ActionInvoiceAssign, (*client).Invoices, leadtocash.Invoices.Assign, 1, leadtocash.Assign{Owner: bob.ID}),
		call(leadtocash.ActionInvoiceSetStatus, (*client).Invoices, leadtocash.Invoices.SetStatus, 1, leadtocash.SetInvoiceStatus{Status: leadtocash.InvoiceStatusBilled}),
		call(leadtocash.ActionInvoiceCancel, (*client).Invoices, leadtocash.Invoices.Cancel, 1, leadtocash.CancelInvoice{}),
		invoiceOrder(1, 2).by(robot),
		removal(leadtocash.ActionInvoiceDelete, (*client).Invoices, leadtocash.Invoices.Delete, 2),
		newInvoice(3),
		call(leadtocash.ActionInvoiceChangeCurrency, (*client).Invoices, leadtocash.Invoices.ChangeCurrency, 3, leadtocash.ChangeCurrency{Currency: leadtocash.JPY}),
	}},
	{"invoices are paid and money is taken back", []step{
		newAccount(1), newInvoice(1, desks), newInvoice(2, chairs), newInvoice(3, desks),
		issueInvoice(1), newPayment(1, "400.00"), newPayment(2, "100.00"),
		call(leadtocash.ActionPaymentPost, (*client).Payments, leadtocash.Payments.Post, 1, leadtocash.PostPayment{}),
		call(leadtocash.ActionPaymentAllocate, (*client).Payments, leadtocash.Payments.Allocate, 1, leadtocash.AllocatePayment{
			InvoiceID: id[leadtocash.InvoiceID](1), AllocationID: id[leadtocash.AllocationID](1), Amount: leadtocash.Some(leadtocash.EUR.MustAmount("100.00")),
		}),
		call(leadtocash.ActionPaymentDeallocate, (*client).Payments, leadtocash.Payments.Deallocate, 1, leadtocash.DeallocatePayment{AllocationID: id[leadtocash.AllocationID](1)}),
		call(leadtocash.ActionPaymentAllocate, (*client).Payments, leadtocash.Payments.Allocate, 1, leadtocash.AllocatePayment{InvoiceID: id[leadtocash.InvoiceID](1)}),
		call(leadtocash.ActionInvoiceMarkPaidPartial, (*client).Invoices, leadtocash.Invoices.MarkPaid, 2,
			leadtocash.PayInvoice{Partial: true, Amount: leadtocash.Some(leadtocash.EUR.MustAmount("36.50"))}),
		call(leadtocash.ActionInvoiceMarkPaid, (*client).Invoices, leadtocash.Invoices.MarkPaid, 2, leadtocash.PayInvoice{}),
		call(leadtocash.ActionInvoiceMarkPaid, (*client).Invoices, leadtocash.Invoices.MarkPaid, 3, leadtocash.PayInvoice{PaymentID: id[leadtocash.PaymentID](3)}),
		call(leadtocash.ActionPaymentBounce, (*client).Payments, leadtocash.Payments.Bounce, 3, leadtocash.BouncePayment{}),
		call(leadtocash.ActionPaymentVoid, (*client).Payments, leadtocash.Payments.Void, 1, leadtocash.VoidPayment{}),
		call(leadtocash.ActionPaymentVoid, (*client).Payments, leadtocash.Payments.Void, 2, leadtocash.VoidPayment{}),
	}},
	{"the same customer is merged and taken apart again", []step{
		newAccount(1), newAccount(2), newContact(1), newContact(2), newLead(1), newLead(2),
		newOpportunity(1), newNote(1, refTo[leadtocash.AccountID](1)), newNote(2, refTo[leadtocash.LeadID](1)),
		call(leadtocash.ActionAccountMerge, (*client).Accounts, leadtocash.Accounts.Merge, 2, leadtocash.MergeAccount{Subordinate: id[leadtocash.AccountID](1), FillEmpty: true}),
		call(leadtocash.ActionAccountUnmerge, (*client).Accounts, leadtocash.Accounts.Unmerge, 1, leadtocash.Unmerge{}),
		call(leadtocash.ActionContactMerge, (*client).Contacts, leadtocash.Contacts.Merge, 2, leadtocash.MergeContact{Subordinate: id[leadtocash.ContactID](1), Take: []string{"description"}}),
		call(leadtocash.ActionContactUnmerge, (*client).Contacts, leadtocash.Contacts.Unmerge, 1, leadtocash.Unmerge{}),
		call(leadtocash.ActionLeadMerge, (*client).Leads, leadtocash.Leads.Merge, 2, leadtocash.MergeLead{Subordinate: id[leadtocash.LeadID](1)}),
		call(leadtocash.ActionLeadUnmerge, (*client).Leads, leadtocash.Leads.Unmerge, 1, leadtocash.Unmerge{}),
	}},
	{"money is credited, refunded and written off", []step{
		newAccount(1), newInvoice(1, desks, chairs), newInvoice(2, chairs), issueInvoice(1), issueInvoice(2),
		call(leadtocash.ActionInvoiceCredit, (*client).Invoices, leadtocash.Invoices.Credit, 1, leadtocash.CreditInvoice{
			CreditNoteID: id[leadtocash.CreditNoteID](1), Reason: leadtocash.CreditReasonReturn, Lines: []leadtocash.LineQuantity{some(1, "1"), some(2, "1")},
		}),
		call(leadtocash.ActionCreditNoteEditLines, (*client).CreditNotes, leadtocash.CreditNotes.EditLines, 1, leadtocash.EditLines{Remove: []int32{2}}),
		call(leadtocash.ActionCreditNoteIssue, (*client).CreditNotes, leadtocash.CreditNotes.Issue, 1, leadtocash.IssueCreditNote{AllocationID: id[leadtocash.AllocationID](1)}),
		call(leadtocash.ActionCreditNoteUnapply, (*client).CreditNotes, leadtocash.CreditNotes.Unapply, 1, leadtocash.UnapplyCreditNote{AllocationID: id[leadtocash.AllocationID](1)}),
		call(leadtocash.ActionCreditNoteApply, (*client).CreditNotes, leadtocash.CreditNotes.Apply, 1, leadtocash.ApplyCreditNote{
			InvoiceID: id[leadtocash.InvoiceID](2), Amount: leadtocash.Some(leadtocash.EUR.MustAmount("50.00")),
		}),
		call(leadtocash.ActionCreditNoteRefund, (*client).CreditNotes, leadtocash.CreditNotes.Refund, 1, leadtocash.RequestRefund{RefundID: id[leadtocash.RefundID](1)}),
		call(leadtocash.ActionRefundFail, (*client).Refunds, leadtocash.Refunds.Fail, 1, leadtocash.FailRefund{Note: "no such account"}),
		call(leadtocash.ActionRefundRetry, (*client).Refunds, leadtocash.Refunds.Retry, 1, leadtocash.RetryRefund{}),
		call(leadtocash.ActionRefundConfirm, (*client).Refunds, leadtocash.Refunds.Confirm, 1, leadtocash.ConfirmRefund{}),
		newPayment(1, "500.00"),
		call(leadtocash.ActionPaymentPost, (*client).Payments, leadtocash.Payments.Post, 1, leadtocash.PostPayment{}),
		call(leadtocash.ActionPaymentAutoAllocate, (*client).Payments, leadtocash.Payments.AutoAllocate, 1, leadtocash.AutoAllocatePayment{}),
		newPayment(2, "10.00"),
		call(leadtocash.ActionPaymentPost, (*client).Payments, leadtocash.Payments.Post, 2, leadtocash.PostPayment{}),
		call(leadtocash.ActionPaymentRefund, (*client).Payments, leadtocash.Payments.Refund, 2, leadtocash.RequestRefund{RefundID: id[leadtocash.RefundID](2)}),
		call(leadtocash.ActionRefundCancel, (*client).Refunds, leadtocash.Refunds.Cancel, 2, leadtocash.CancelRefund{}),
		birth(leadtocash.ActionCreditNoteCreate, (*client).CreditNotes, leadtocash.CreditNotes.Create, leadtocash.CreateCreditNote{
			ID: id[leadtocash.CreditNoteID](2), Birth: inEUR, Fields: leadtocash.CreditNoteFields{Name: "sorry", CustomerID: customer}, Lines: []leadtocash.LineFields{chairs},
		}),
		call(leadtocash.ActionCreditNoteEdit, (*client).CreditNotes, leadtocash.CreditNotes.Edit, 2, leadtocash.EditCreditNote{
			Fields: leadtocash.CreditNoteFields{Name: "so sorry", CustomerID: customer, Reason: leadtocash.CreditReasonGoodwill},
		}),
		call(leadtocash.ActionCreditNoteVoid, (*client).CreditNotes, leadtocash.CreditNotes.Void, 2, leadtocash.VoidCreditNote{}),
	}},
	{"an invoice is dunned, disputed, promised and written off", []step{
		newAccount(1), newInvoice(1, desks), issueInvoice(1),
		call(leadtocash.ActionInvoiceDispute, (*client).Invoices, leadtocash.Invoices.Dispute, 1, leadtocash.DisputeInvoice{Reason: "scratched"}),
		call(leadtocash.ActionInvoiceResolveDispute, (*client).Invoices, leadtocash.Invoices.ResolveDispute, 1, leadtocash.ResolveDispute{}),
		call(leadtocash.ActionInvoicePromisePayment, (*client).Invoices, leadtocash.Invoices.PromisePayment, 1, leadtocash.PromisePayment{PayOn: 2026_03_20}),
		call(leadtocash.ActionInvoiceWithdrawPromise, (*client).Invoices, leadtocash.Invoices.WithdrawPromise, 1, leadtocash.WithdrawPromise{}),
		dun(1, 2026_04_10), dun(1, 2026_04_17), dun(1, 2026_04_24),
		call(leadtocash.ActionInvoiceWriteOff, (*client).Invoices, leadtocash.Invoices.WriteOff, 1, leadtocash.WriteOffInvoice{Reason: "bankrupt"}),
		call(leadtocash.ActionInvoiceReverseWriteOff, (*client).Invoices, leadtocash.Invoices.ReverseWriteOff, 1, leadtocash.ReverseWriteOff{}),
	}},
	{"people are connected", []step{
		newAccount(1), newOpportunity(1), newSeller(1), newSeller(2),
		birth(leadtocash.ActionConnectionCreate, (*client).Connections, leadtocash.Connections.Create, leadtocash.CreateConnection{
			ID: id[leadtocash.ConnectionID](1), Fields: leadtocash.ConnectionFields{
				Record1: refTo[leadtocash.OpportunityID](1), Record2: refTo[leadtocash.SellerID](1), Role2: leadtocash.ConnectionRoleAccountManager,
			},
		}),
		call(leadtocash.ActionConnectionEdit, (*client).Connections, leadtocash.Connections.Edit, 1, leadtocash.EditConnection{Fields: leadtocash.ConnectionFields{
			Record1: refTo[leadtocash.OpportunityID](1), Record2: refTo[leadtocash.SellerID](1), Role2: leadtocash.ConnectionRoleIndustryExpert,
		}}),
		call(leadtocash.ActionConnectionDeactivate, (*client).Connections, leadtocash.Connections.Deactivate, 1, leadtocash.Deactivate{}),
		call(leadtocash.ActionConnectionActivate, (*client).Connections, leadtocash.Connections.Activate, 1, leadtocash.Activate{}),
		removal(leadtocash.ActionConnectionDelete, (*client).Connections, leadtocash.Connections.Delete, 1),
		call(leadtocash.ActionSellerEdit, (*client).Sellers, leadtocash.Sellers.Edit, 1, leadtocash.EditSeller{Fields: leadtocash.SellerFields{Name: "Bob"}}),
		call(leadtocash.ActionSellerDeactivate, (*client).Sellers, leadtocash.Sellers.Deactivate, 2, leadtocash.Deactivate{}),
		call(leadtocash.ActionSellerActivate, (*client).Sellers, leadtocash.Sellers.Activate, 2, leadtocash.Activate{}),
		removal(leadtocash.ActionSellerDelete, (*client).Sellers, leadtocash.Sellers.Delete, 2),
		birth(leadtocash.ActionCompetitorCreate, (*client).Competitors, leadtocash.Competitors.Create,
			leadtocash.CreateCompetitor{ID: id[leadtocash.CompetitorID](1), Fields: leadtocash.CompetitorFields{Name: "Fabrikam"}}),
		removal(leadtocash.ActionCompetitorDelete, (*client).Competitors, leadtocash.Competitors.Delete, 1),
	}},
	{"a note has files, and is erased with them", []step{
		newAccount(1),
		birth(leadtocash.ActionNoteCreate, (*client).Notes, leadtocash.Notes.Create, leadtocash.CreateNote{
			ID: id[leadtocash.NoteID](1), RegardingID: refTo[leadtocash.AccountID](1), Fields: leadtocash.NoteFields{Subject: "wants an offer"},
		}),
		call(leadtocash.ActionNoteEdit, (*client).Notes, leadtocash.Notes.Edit, 1, leadtocash.EditNote{Fields: leadtocash.NoteFields{Subject: "wants two offers"}}),
		call(leadtocash.ActionNoteEdit, (*client).Notes, leadtocash.Notes.Attach, 1, leadtocash.AttachFile{FileName: "offer.txt", Content: []byte("ten desks")}),
		call(leadtocash.ActionNoteEdit, (*client).Notes, leadtocash.Notes.Attach, 1, leadtocash.AttachFile{FileName: "offer2.txt", Content: []byte("twelve desks")}),
		removal(leadtocash.ActionNoteDelete, (*client).Notes, leadtocash.Notes.Delete, 1),
	}},
	{"activities run their course", []step{
		newAccount(1), newTask(1, refTo[leadtocash.AccountID](1)),
		call(leadtocash.ActionTaskEdit, (*client).Tasks, leadtocash.Tasks.Edit, 1, leadtocash.EditTask{Fields: leadtocash.TaskFields{ActivityFields: activityOf(refTo[leadtocash.AccountID](1))}}),
		call(leadtocash.ActionTaskSetStatus, (*client).Tasks, leadtocash.Tasks.SetStatus, 1, leadtocash.SetTaskStatus{Status: leadtocash.TaskStatusInProgress}),
		call(leadtocash.ActionTaskComplete, (*client).Tasks, leadtocash.Tasks.Complete, 1, leadtocash.CompleteTask{}),
		call(leadtocash.ActionTaskReopen, (*client).Tasks, leadtocash.Tasks.Reopen, 1, leadtocash.ReopenTask{}),
		call(leadtocash.ActionTaskCancel, (*client).Tasks, leadtocash.Tasks.Cancel, 1, leadtocash.CancelTask{}),
		removal(leadtocash.ActionTaskDelete, (*client).Tasks, leadtocash.Tasks.Delete, 1),
		birth(leadtocash.ActionPhoneCallCreate, (*client).PhoneCalls, leadtocash.PhoneCalls.Create, leadtocash.CreatePhoneCall{ID: id[leadtocash.PhoneCallID](1), Fields: activityOf(refTo[leadtocash.AccountID](1))}),
		birth(leadtocash.ActionPhoneCallCreate, (*client).PhoneCalls, leadtocash.PhoneCalls.Create, leadtocash.CreatePhoneCall{ID: id[leadtocash.PhoneCallID](2), Fields: activityOf(leadtocash.Ref{})}),
		call(leadtocash.ActionPhoneCallEdit, (*client).PhoneCalls, leadtocash.PhoneCalls.Edit, 1, leadtocash.EditPhoneCall{Fields: activityOf(leadtocash.Ref{})}),
		call(leadtocash.ActionPhoneCallComplete, (*client).PhoneCalls, leadtocash.PhoneCalls.Complete, 1, leadtocash.CompletePhoneCall{}),
		call(leadtocash.ActionPhoneCallCancel, (*client).PhoneCalls, leadtocash.PhoneCalls.Cancel, 2, leadtocash.CancelPhoneCall{}),
		removal(leadtocash.ActionPhoneCallDelete, (*client).PhoneCalls, leadtocash.PhoneCalls.Delete, 1),
		birth(leadtocash.ActionEmailCreate, (*client).Emails, leadtocash.Emails.Create, leadtocash.CreateEmail{ID: id[leadtocash.EmailID](1), Fields: activityOf(refTo[leadtocash.AccountID](1))}),
		birth(leadtocash.ActionEmailCreate, (*client).Emails, leadtocash.Emails.Create, leadtocash.CreateEmail{ID: id[leadtocash.EmailID](2), Fields: activityOf(leadtocash.Ref{})}),
		call(leadtocash.ActionEmailEdit, (*client).Emails, leadtocash.Emails.Edit, 1, leadtocash.EditEmail{Fields: activityOf(leadtocash.Ref{})}),
		call(leadtocash.ActionEmailComplete, (*client).Emails, leadtocash.Emails.Complete, 1, leadtocash.CompleteEmail{}),
		call(leadtocash.ActionEmailCancel, (*client).Emails, leadtocash.Emails.Cancel, 2, leadtocash.CancelEmail{}),
		removal(leadtocash.ActionEmailDelete, (*client).Emails, leadtocash.Emails.Delete, 1),
		birth(leadtocash.ActionAppointmentCreate, (*client).Appointments, leadtocash.Appointments.Create, leadtocash.CreateAppointment{ID: id[leadtocash.AppointmentID](1), Fields: activityOf(refTo[leadtocash.AccountID](1))}),
		birth(leadtocash.ActionAppointmentCreate, (*client).Appointments, leadtocash.Appointments.Create, leadtocash.CreateAppointment{ID: id[leadtocash.AppointmentID](2), Fields: activityOf(leadtocash.Ref{})}),
		call(leadtocash.ActionAppointmentEdit, (*client).Appointments, leadtocash.Appointments.Edit, 1, leadtocash.EditAppointment{Fields: activityOf(leadtocash.Ref{})}),
		call(leadtocash.ActionAppointmentSchedule, (*client).Appointments, leadtocash.Appointments.Schedule, 1, leadtocash.ScheduleAppointment{}),
		call(leadtocash.ActionAppointmentComplete, (*client).Appointments, leadtocash.Appointments.Complete, 1, leadtocash.CompleteAppointment{}),
		call(leadtocash.ActionAppointmentCancel, (*client).Appointments, leadtocash.Appointments.Cancel, 2, leadtocash.CancelAppointment{}),
		removal(leadtocash.ActionAppointmentDelete, (*client).Appointments, leadtocash.Appointments.Delete, 1),
	}},
	{processScenario, courting},
}...)

// compatScenario needs Settings.D365Compat.
var compatScenario = scenario{"a paid invoice is reactivated as in Dynamics 365", append(
	append([]step{newAccount(1)}, catalogue()...),
	birth(leadtocash.ActionInvoiceCreate, (*client).Invoices, leadtocash.Invoices.Create, leadtocash.CreateInvoice{
		ID: id[leadtocash.InvoiceID](1), Birth: inEUR, Lines: []leadtocash.LineFields{desks},
		Fields: leadtocash.InvoiceFields{Name: "ten desks", CustomerID: customer, Charges: leadtocash.Charges{PriceListID: priceList}},
	}),
	call(leadtocash.ActionInvoiceMarkPaidPartial, (*client).Invoices, leadtocash.Invoices.MarkPaid, 1, leadtocash.PayInvoice{Partial: true}),
	call(leadtocash.ActionInvoiceReactivate, (*client).Invoices, leadtocash.Invoices.Reactivate, 1, leadtocash.ReactivateInvoice{}),
)}
