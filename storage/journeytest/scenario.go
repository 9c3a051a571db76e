package journeytest

import (
	"context"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// scenario is a small story. Every step is one call of a client; ids are
// given, so that a step needs nothing of the steps before it.
type scenario struct {
	name  string
	steps []step
}

type step struct {
	action actions.Action
	as     record.Actor // ann unless given
	do     func(context.Context, *client) (any, error)
	on     int // the n-th record of its kind, 0 for a birth
	cmd    any // nil if there is more to it than a command
}

// birth is a step that creates a record.
func birth[S, C, R any](action actions.Action, service func(*client) S, method func(S, context.Context, C) (R, error), cmd C) step {
	return step{action: action, cmd: cmd, do: func(ctx context.Context, c *client) (any, error) { return method(service(c), ctx, cmd) }}
}

// call is a step that does something to the n-th record of its kind.
func call[S, C, O any, I record.AnyID](action actions.Action, service func(*client) S,
	method func(S, context.Context, I, C, ...engine.CallOption) (O, error), n int, cmd C,
) step {
	return step{action: action, on: n, cmd: cmd, do: func(ctx context.Context, c *client) (any, error) {
		return method(service(c), ctx, id[I](n), cmd)
	}}
}

// removal is a step that deletes the n-th record of its kind.
func removal[S any, I record.AnyID](action actions.Action, service func(*client) S,
	method func(S, context.Context, I, record.DeleteRecord, ...engine.CallOption) error, n int,
) step {
	return step{action: action, on: n, cmd: record.DeleteRecord{}, do: func(ctx context.Context, c *client) (any, error) {
		return nil, method(service(c), ctx, id[I](n), record.DeleteRecord{})
	}}
}

func (s step) by(actor record.Actor) step {
	s.as = actor
	return s
}

var (
	inEUR    = record.Origin{Currency: money.EUR}
	customer = record.AccountCustomer(id[record.AccountID](1))
	desks    = pricing.WriteIn("desk", decimal.NewFromInt(3), number("99.99"))
	chairs   = pricing.WriteIn("chair", decimal.NewFromInt(7), number("19.50"))
)

// givenAway are desks at a third of their price.
var givenAway = func() pricing.LineFields {
	l := desks
	l.ManualDiscount = value.Some(money.EUR.MustAmount("200.00"))
	return l
}()

func requestApproval(n int) agreement.RequestApproval {
	return agreement.RequestApproval{ApprovalIDs: []record.ApprovalID{id[record.ApprovalID](n)}}
}

// newAccount is the customer of most scenarios.
func newAccount(n int) step {
	return birth(actions.AccountCreate, (*client).Accounts, engine.Accounts.Create,
		party.CreateAccount{ID: id[record.AccountID](n), Origin: inEUR, Fields: party.AccountFields{Name: "Adventure Works"}})
}

func newContact(n int) step {
	return birth(actions.ContactCreate, (*client).Contacts, engine.Contacts.Create,
		party.CreateContact{ID: id[record.ContactID](n), Origin: inEUR, Fields: party.ContactFields{LastName: "Doe"}})
}

func newLead(n int) step {
	return birth(actions.LeadCreate, (*client).Leads, engine.Leads.Create, leadtocash.CreateLead{
		ID: id[record.LeadID](n), Origin: inEUR,
		Fields: leadtocash.LeadFields{Topic: "ten desks", LastName: "Roe", CompanyName: "Fabrikam"},
	})
}

func newOpportunity(n int, lines ...pricing.LineFields) step {
	return birth(actions.OpportunityCreate, (*client).Opportunities, engine.Opportunities.Create, leadtocash.CreateOpportunity{
		ID: id[record.OpportunityID](n), Origin: inEUR, Fields: leadtocash.OpportunityFields{Name: "ten desks", CustomerID: customer}, Lines: lines,
	})
}

func newQuote(n, opportunity int, lines ...pricing.LineFields) step {
	cmd := leadtocash.CreateQuote{
		ID: id[record.QuoteID](n), Origin: inEUR, Fields: leadtocash.QuoteFields{Name: "ten desks", CustomerID: customer}, Lines: lines,
	}
	if opportunity != 0 {
		cmd.OpportunityID = id[record.OpportunityID](opportunity)
	}
	return birth(actions.QuoteCreate, (*client).Quotes, engine.Quotes.Create, cmd)
}

func activateQuote(n int) step {
	return call(actions.QuoteActivate, (*client).Quotes, engine.Quotes.Activate, n, leadtocash.ActivateQuote{})
}

func newOrder(n int, lines ...pricing.LineFields) step {
	return birth(actions.OrderCreate, (*client).Orders, engine.Orders.Create, leadtocash.CreateOrder{
		ID: id[record.OrderID](n), Origin: inEUR, Fields: leadtocash.OrderFields{Name: "ten desks", CustomerID: customer}, Lines: lines,
	})
}

func newInvoice(n int, lines ...pricing.LineFields) step {
	return birth(actions.InvoiceCreate, (*client).Invoices, engine.Invoices.Create, leadtocash.CreateInvoice{
		ID: id[record.InvoiceID](n), Origin: inEUR, Fields: leadtocash.InvoiceFields{Name: "ten desks", CustomerID: customer}, Lines: lines,
	})
}

func invoiceOrder(n, invoice int, lines ...pricing.LineQuantity) step {
	return call(actions.OrderInvoice, (*client).Orders, engine.Orders.Invoice, n,
		leadtocash.InvoiceOrder{InvoiceID: id[record.InvoiceID](invoice), Lines: lines})
}

func issueInvoice(n int) step {
	return call(actions.InvoiceIssue, (*client).Invoices, engine.Invoices.Issue, n, leadtocash.IssueInvoice{})
}

func newPayment(n int, amount string) step {
	return birth(actions.PaymentCreate, (*client).Payments, engine.Payments.Create, leadtocash.CreatePayment{
		ID: id[record.PaymentID](n), Origin: inEUR,
		Fields: leadtocash.PaymentFields{CustomerID: customer, Amount: money.EUR.MustAmount(amount), Method: leadtocash.PaymentMethodTransfer},
	})
}

func dun(n int, on value.Date) step {
	return call(actions.InvoiceDun, (*client).Invoices, engine.Invoices.Dun, n, leadtocash.DunInvoice{On: on})
}

func newNote(n int, about record.Ref) step {
	return birth(actions.NoteCreate, (*client).Notes, createWithFile, activity.CreateNote{
		ID: id[record.NoteID](n), RegardingID: about, Fields: activity.NoteFields{Subject: "wants an offer"},
	})
}

func newTask(n int, about record.Ref) step {
	return birth(actions.TaskCreate, (*client).Tasks, engine.Tasks.Create, activity.CreateTask{
		ID: id[record.TaskID](n), Fields: activity.TaskFields{ActivityFields: activity.ActivityFields{Subject: "call back", RegardingID: about}},
	})
}

func newSeller(n int) step {
	return birth(actions.SellerCreate, (*client).Sellers, engine.Sellers.Create,
		party.CreateSeller{ID: id[record.SellerID](n), Fields: party.SellerFields{Name: "Ann"}})
}

var (
	revenueWon, _ = insight.StandardMetric(insight.MetricRevenueWon)
	stretched     = func() insight.GoalMetricFields {
		m, _ := insight.StandardMetric(insight.MetricRevenueWon)
		m.IsStretchTracked = true
		return m
	}()
)

func goalOf(owner uuid.UUID, parent int, target string) insight.GoalFields {
	f := insight.GoalFields{
		Title: "desks", GoalOwner: owner, MetricID: id[record.GoalMetricID](1), StartDate: 2026_01_01, EndDate: 2026_12_31, Target: value.Some(number(target)),
	}
	if parent > 0 {
		f.ParentGoalID = id[record.GoalID](parent)
	}
	return f
}

func newGoal(n int, owner uuid.UUID, parent int) step {
	return birth(actions.GoalCreate, (*client).Goals, engine.Goals.Create, insight.CreateGoal{ID: id[record.GoalID](n), Fields: goalOf(owner, parent, "1000")})
}

func refTo[I record.AnyID](n int) record.Ref { return id[I](n).Ref() }

func activityOf(about record.Ref) activity.ActivityFields {
	return activity.ActivityFields{Subject: "talk about desks", RegardingID: about}
}

// some lists quantities of lines.
func some(number int32, quantity string) pricing.LineQuantity {
	return pricing.LineQuantity{LineNumber: number, Quantity: value.Some(decimal.RequireFromString(quantity))}
}

// scenarios cover every action that a client can carry out.
var scenarios = append(catalogScenarios(), []scenario{
	{"a lead is worked on and deleted with all about it", []step{
		newLead(1),
		call(actions.LeadEdit, (*client).Leads, engine.Leads.Edit, 1, leadtocash.EditLead{
			Fields: leadtocash.LeadFields{Topic: "twelve desks", LastName: "Roe", CompanyName: "Fabrikam"}, Custom: record.Custom{"region": []byte(`"EMEA"`)},
		}),
		call(actions.LeadSetStatus, (*client).Leads, engine.Leads.SetStatus, 1, leadtocash.SetLeadStatus{Status: leadtocash.LeadStatusContacted}),
		call(actions.LeadScore, (*client).Leads, engine.Leads.Score, 1, leadtocash.SetScore{Score: 80}),
		call(actions.LeadChangeCurrency, (*client).Leads, engine.Leads.ChangeCurrency, 1, record.ChangeCurrency{Currency: money.JPY}),
		call(actions.LeadAssign, (*client).Leads, engine.Leads.Assign, 1, record.Assign{Owner: bob.ID}),
		newNote(1, refTo[record.LeadID](1)), newTask(1, refTo[record.LeadID](1)), newNote(2, refTo[record.TaskID](1)),
		call(actions.LeadDisqualify, (*client).Leads, engine.Leads.Disqualify, 1, leadtocash.DisqualifyLead{Note: "no money"}),
		call(actions.LeadReactivate, (*client).Leads, engine.Leads.Reactivate, 1, leadtocash.ReactivateLead{}),
		removal(actions.LeadDelete, (*client).Leads, engine.Leads.Delete, 1),
	}},
	{"a captured lead is qualified, then forgotten", []step{
		birth(actions.LeadCapture, (*client).Leads, engine.Leads.Capture, leadtocash.CreateLead{
			ID: id[record.LeadID](1), Origin: inEUR, SourceKey: "web-1",
			Fields: leadtocash.LeadFields{Topic: "ten desks", LastName: "Roe", CompanyName: "Fabrikam"},
		}),
		call(actions.LeadQualify, (*client).Leads, engine.Leads.Qualify, 1, leadtocash.QualifyLead{
			Account: leadtocash.Plan[record.AccountID]{ID: id[record.AccountID](1)}, Contact: leadtocash.Plan[record.ContactID]{ID: id[record.ContactID](1)},
			Opportunities: []leadtocash.OpportunityPlan{{Plan: leadtocash.Plan[record.OpportunityID]{ID: id[record.OpportunityID](1)}}, {}},
		}),
		removal(actions.LeadDelete, (*client).Leads, engine.Leads.Delete, 1),
	}},
	{"customers come, change and go", []step{
		newAccount(1), newAccount(2), newContact(1),
		call(actions.AccountEdit, (*client).Accounts, engine.Accounts.Edit, 2, party.EditAccount{
			Fields: party.AccountFields{Name: "Northwind", ParentAccountID: id[record.AccountID](1), PrimaryContactID: id[record.ContactID](1)},
		}),
		call(actions.ContactEdit, (*client).Contacts, engine.Contacts.Edit, 1, party.EditContact{
			Fields: party.ContactFields{LastName: "Doe", ParentCustomerID: customer},
		}),
		call(actions.AccountChangeCurrency, (*client).Accounts, engine.Accounts.ChangeCurrency, 2, record.ChangeCurrency{Currency: money.JPY}),
		call(actions.AccountAssign, (*client).Accounts, engine.Accounts.Assign, 2, record.Assign{Owner: bob.ID}),
		call(actions.ContactChangeCurrency, (*client).Contacts, engine.Contacts.ChangeCurrency, 1, record.ChangeCurrency{Currency: money.JPY}),
		call(actions.ContactAssign, (*client).Contacts, engine.Contacts.Assign, 1, record.Assign{Owner: bob.ID}),
		call(actions.AccountDeactivate, (*client).Accounts, engine.Accounts.Deactivate, 2, party.Deactivate{}),
		call(actions.AccountActivate, (*client).Accounts, engine.Accounts.Activate, 2, party.Activate{}),
		call(actions.ContactDeactivate, (*client).Contacts, engine.Contacts.Deactivate, 1, party.Deactivate{}),
		call(actions.ContactActivate, (*client).Contacts, engine.Contacts.Activate, 1, party.Activate{}),
		newNote(1, refTo[record.AccountID](2)),
		removal(actions.AccountDelete, (*client).Accounts, engine.Accounts.Delete, 2),
		removal(actions.ContactDelete, (*client).Contacts, engine.Contacts.Delete, 1),
	}},
	{"an opportunity is developed, won, reopened and lost", []step{
		newAccount(1), newContact(1), newOpportunity(1, desks),
		birth(actions.CompetitorCreate, (*client).Competitors, engine.Competitors.Create,
			party.CreateCompetitor{ID: id[record.CompetitorID](1), Fields: party.CompetitorFields{Name: "Fabrikam"}}),
		call(actions.OpportunityEdit, (*client).Opportunities, engine.Opportunities.Edit, 1, leadtocash.EditOpportunity{
			Fields: leadtocash.OpportunityFields{Name: "ten desks", CustomerID: customer, ParentContactID: id[record.ContactID](1), IsRevenueSystemCalculated: true},
		}),
		call(actions.OpportunityEditLines, (*client).Opportunities, engine.Opportunities.EditLines, 1, pricing.EditLines{Add: []pricing.LineFields{chairs}}),
		call(actions.OpportunityRecalculate, (*client).Opportunities, engine.Opportunities.Recalculate, 1, pricing.Recalculate{}),
		call(actions.OpportunityEditCompetitors, (*client).Opportunities, engine.Opportunities.EditCompetitors, 1,
			leadtocash.EditCompetitors{Add: []record.CompetitorID{id[record.CompetitorID](1)}}),
		call(actions.OpportunityHold, (*client).Opportunities, engine.Opportunities.Hold, 1, leadtocash.HoldOpportunity{}),
		call(actions.OpportunityResume, (*client).Opportunities, engine.Opportunities.Resume, 1, leadtocash.ResumeOpportunity{}),
		call(actions.OpportunityScore, (*client).Opportunities, engine.Opportunities.Score, 1, leadtocash.SetScore{Score: 70, Reasons: "asks for a date"}),
		call(actions.OpportunityWin, (*client).Opportunities, engine.Opportunities.Win, 1, leadtocash.WinOpportunity{}),
		call(actions.OpportunityReopen, (*client).Opportunities, engine.Opportunities.Reopen, 1, leadtocash.ReopenOpportunity{}),
		call(actions.OpportunityLose, (*client).Opportunities, engine.Opportunities.Lose, 1,
			leadtocash.LoseOpportunity{Status: leadtocash.OpportunityStatusOutSold, CompetitorID: id[record.CompetitorID](1)}),
		call(actions.OpportunityAssign, (*client).Opportunities, engine.Opportunities.Assign, 1, record.Assign{Owner: bob.ID}),
		call(actions.CompetitorEdit, (*client).Competitors, engine.Competitors.Edit, 1, party.EditCompetitor{Fields: party.CompetitorFields{Name: "Contoso"}}),
		call(actions.CompetitorChangeCurrency, (*client).Competitors, engine.Competitors.ChangeCurrency, 1, record.ChangeCurrency{Currency: money.JPY}),
	}},
	{"documents are made of an opportunity", []step{
		newAccount(1), newOpportunity(1, desks, chairs), newOpportunity(2), newOpportunity(3, desks),
		call(actions.OpportunityChangeCurrency, (*client).Opportunities, engine.Opportunities.ChangeCurrency, 2, pricing.ChangeCurrency{Currency: money.JPY}),
		removal(actions.OpportunityDelete, (*client).Opportunities, engine.Opportunities.Delete, 2),
		call(actions.OpportunityGenerateQuote, (*client).Opportunities, engine.Opportunities.GenerateQuote, 1, leadtocash.GenerateQuote{QuoteID: id[record.QuoteID](1)}),
		call(actions.OpportunityGenerateOrder, (*client).Opportunities, engine.Opportunities.GenerateOrder, 1, leadtocash.GenerateOrder{OrderID: id[record.OrderID](1)}),
		call(actions.OpportunityGenerateInvoice, (*client).Opportunities, engine.Opportunities.GenerateInvoice, 1, leadtocash.GenerateInvoice{InvoiceID: id[record.InvoiceID](1)}),
		call(actions.QuoteGetProducts, (*client).Quotes, engine.Quotes.GetProducts, 1, pricing.GetProducts{OpportunityID: id[record.OpportunityID](3)}),
		call(actions.OrderGetProducts, (*client).Orders, engine.Orders.GetProducts, 1, pricing.GetProducts{OpportunityID: id[record.OpportunityID](3)}),
		call(actions.InvoiceGetProducts, (*client).Invoices, engine.Invoices.GetProducts, 1, pricing.GetProducts{OpportunityID: id[record.OpportunityID](3)}),
	}},
	{"a quote is negotiated and won", []step{
		newAccount(1), newQuote(1, 0, desks),
		call(actions.QuoteEdit, (*client).Quotes, engine.Quotes.Edit, 1, leadtocash.EditQuote{
			Fields: leadtocash.QuoteFields{Name: "twelve desks", CustomerID: customer, Charges: pricing.Charges{DiscountPercentage: value.Some(number("5"))}},
		}),
		call(actions.QuoteEditLines, (*client).Quotes, engine.Quotes.EditLines, 1, pricing.EditLines{Add: []pricing.LineFields{chairs}}),
		call(actions.QuoteRecalculate, (*client).Quotes, engine.Quotes.Recalculate, 1, pricing.Recalculate{}),
		call(actions.QuoteAssign, (*client).Quotes, engine.Quotes.Assign, 1, record.Assign{Owner: bob.ID}),
		activateQuote(1),
		call(actions.QuoteSetStatus, (*client).Quotes, engine.Quotes.SetStatus, 1, leadtocash.SetQuoteStatus{Status: leadtocash.QuoteStatusOpen}),
		call(actions.QuoteReviseQuote, (*client).Quotes, engine.Quotes.ReviseQuote, 1, leadtocash.ReviseQuote{RevisionID: id[record.QuoteID](2)}),
		activateQuote(2),
		call(actions.QuoteClose, (*client).Quotes, engine.Quotes.Close, 2,
			leadtocash.CloseQuote{Status: leadtocash.QuoteStatusRevised, CreateRevision: true, RevisionID: id[record.QuoteID](3)}),
		activateQuote(3),
		call(actions.QuoteWin, (*client).Quotes, engine.Quotes.Win, 3, leadtocash.WinQuote{}),
		newQuote(4, 0),
		call(actions.QuoteChangeCurrency, (*client).Quotes, engine.Quotes.ChangeCurrency, 4, pricing.ChangeCurrency{Currency: money.BHD}),
		removal(actions.QuoteDelete, (*client).Quotes, engine.Quotes.Delete, 4),
	}},
	{"a quote becomes an order and drops the others", []step{
		newAccount(1), newOpportunity(1, desks), newQuote(1, 1, desks), newQuote(2, 1, chairs), newQuote(3, 1, chairs),
		activateQuote(1), activateQuote(2),
		call(actions.QuoteWinToOrder, (*client).Quotes, engine.Quotes.WinToOrder, 1,
			leadtocash.WinQuoteToOrder{OrderID: id[record.OrderID](1), Opportunity: leadtocash.CloseAsWonDropOthers}),
	}},
	{"what is given away is approved", []step{
		newAccount(1), newQuote(1, 0, givenAway),
		call(actions.QuoteRequestApproval, (*client).Quotes, engine.Quotes.RequestApproval, 1, requestApproval(1)),
		call(actions.ApprovalReject, (*client).Approvals, engine.Approvals.Reject, 1, agreement.RejectApproval{Note: "too much"}).by(bob),
		call(actions.QuoteRequestApproval, (*client).Quotes, engine.Quotes.RequestApproval, 1, requestApproval(2)),
		call(actions.ApprovalApprove, (*client).Approvals, engine.Approvals.Approve, 2, agreement.ApproveApproval{Note: "once"}).by(bob),
		activateQuote(1), newOrder(1, givenAway),
		call(actions.OrderRequestApproval, (*client).Orders, engine.Orders.RequestApproval, 1, requestApproval(3)),
		call(actions.ApprovalWithdraw, (*client).Approvals, engine.Approvals.Withdraw, 3, agreement.WithdrawApproval{}),
		newInvoice(1, givenAway),
		call(actions.InvoiceRequestApproval, (*client).Invoices, engine.Invoices.RequestApproval, 1, requestApproval(4)),
		call(actions.ApprovalApprove, (*client).Approvals, engine.Approvals.Approve, 4, agreement.ApproveApproval{}).by(bob),
		call(actions.InvoiceIssue, (*client).Invoices, engine.Invoices.Issue, 1, leadtocash.IssueInvoice{}),
		removal(actions.OrderDelete, (*client).Orders, engine.Orders.Delete, 1),
	}},
	{"a lost quote loses its opportunity", []step{
		newAccount(1), newOpportunity(1, desks), newQuote(1, 1, desks), activateQuote(1),
		call(actions.QuoteClose, (*client).Quotes, engine.Quotes.Close, 1, leadtocash.CloseQuote{Status: leadtocash.QuoteStatusLost, CloseOpportunity: true}),
	}},
	{"an order is changed, delivered and billed in parts", []step{
		newAccount(1), newOrder(1, desks, chairs),
		call(actions.OrderEdit, (*client).Orders, engine.Orders.Edit, 1, leadtocash.EditOrder{
			Fields: leadtocash.OrderFields{Name: "twelve desks", CustomerID: customer, Charges: pricing.Charges{FreightAmount: value.Some(money.EUR.MustAmount("12.00"))}},
		}),
		call(actions.OrderEditLines, (*client).Orders, engine.Orders.EditLines, 1, pricing.EditLines{Add: []pricing.LineFields{chairs}, Remove: []int32{2}}),
		call(actions.OrderRecalculate, (*client).Orders, engine.Orders.Recalculate, 1, pricing.Recalculate{}),
		call(actions.OrderLockPricing, (*client).Orders, engine.Orders.LockPricing, 1, leadtocash.LockPricing{}),
		call(actions.OrderUnlockPricing, (*client).Orders, engine.Orders.UnlockPricing, 1, leadtocash.UnlockPricing{}),
		call(actions.OrderSetStatus, (*client).Orders, engine.Orders.SetStatus, 1, leadtocash.SetOrderStatus{Status: leadtocash.OrderStatusPending}),
		call(actions.OrderAssign, (*client).Orders, engine.Orders.Assign, 1, record.Assign{Owner: bob.ID}),
		call(actions.OrderFulfillPartial, (*client).Orders, engine.Orders.Fulfill, 1, leadtocash.FulfillOrder{Lines: []pricing.LineQuantity{some(1, "2")}}),
		call(actions.OrderCancelRemaining, (*client).Orders, engine.Orders.CancelRemaining, 1, leadtocash.CancelRemaining{Lines: []pricing.LineQuantity{some(1, "1")}}),
		invoiceOrder(1, 1, some(1, "2")).by(robot),
		call(actions.OrderFulfill, (*client).Orders, engine.Orders.Fulfill, 1, leadtocash.FulfillOrder{}),
		invoiceOrder(1, 2).by(robot),
	}},
	{"orders are dropped", []step{
		newAccount(1), newOrder(1, desks), newOrder(2),
		call(actions.OrderSubmit, (*client).Orders, engine.Orders.Submit, 1, leadtocash.SubmitOrder{}),
		call(actions.OrderCancel, (*client).Orders, engine.Orders.Cancel, 1, leadtocash.CancelOrder{}).by(robot),
		call(actions.OrderChangeCurrency, (*client).Orders, engine.Orders.ChangeCurrency, 2, pricing.ChangeCurrency{Currency: money.JPY}),
		removal(actions.OrderDelete, (*client).Orders, engine.Orders.Delete, 2),
	}},
	{"invoices are changed, canceled and deleted", []step{
		newAccount(1), newOrder(1, desks), invoiceOrder(1, 1).by(robot),
		call(actions.InvoiceEditLines, (*client).Invoices, engine.Invoices.EditLines, 1, pricing.EditLines{
			Change: []pricing.ChangeLine{{LineNumber: 1, Fields: pricing.WriteIn("desk", decimal.NewFromInt(2), number("99.99"))}},
		}),
		call(actions.InvoiceEdit, (*client).Invoices, engine.Invoices.Edit, 1, leadtocash.EditInvoice{Fields: leadtocash.InvoiceFields{Name: "two desks", CustomerID: customer}}),
		call(actions.InvoiceRecalculate, (*client).Invoices, engine.Invoices.Recalculate, 1, pricing.Recalculate{}),
		call(actions.InvoiceUnlockPricing, (*client).Invoices, engine.Invoices.UnlockPricing, 1, leadtocash.UnlockPricing{}),
		call(actions.InvoiceLockPricing, (*client).Invoices, engine.Invoices.LockPricing, 1, leadtocash.LockPricing{}),
		call(actions.InvoiceAssign, (*client).Invoices, engine.Invoices.Assign, 1, record.Assign{Owner: bob.ID}),
		call(actions.InvoiceSetStatus, (*client).Invoices, engine.Invoices.SetStatus, 1, leadtocash.SetInvoiceStatus{Status: leadtocash.InvoiceStatusBilled}),
		call(actions.InvoiceCancel, (*client).Invoices, engine.Invoices.Cancel, 1, leadtocash.CancelInvoice{}),
		invoiceOrder(1, 2).by(robot),
		removal(actions.InvoiceDelete, (*client).Invoices, engine.Invoices.Delete, 2),
		newInvoice(3),
		call(actions.InvoiceChangeCurrency, (*client).Invoices, engine.Invoices.ChangeCurrency, 3, pricing.ChangeCurrency{Currency: money.JPY}),
	}},
	{"invoices are paid and money is taken back", []step{
		newAccount(1), newInvoice(1, desks), newInvoice(2, chairs), newInvoice(3, desks),
		issueInvoice(1), newPayment(1, "400.00"), newPayment(2, "100.00"),
		call(actions.PaymentPost, (*client).Payments, engine.Payments.Post, 1, leadtocash.PostPayment{}),
		call(actions.PaymentAllocate, (*client).Payments, engine.Payments.Allocate, 1, leadtocash.AllocatePayment{
			InvoiceID: id[record.InvoiceID](1), AllocationID: id[record.AllocationID](1), Amount: value.Some(money.EUR.MustAmount("100.00")),
		}),
		call(actions.PaymentDeallocate, (*client).Payments, engine.Payments.Deallocate, 1, leadtocash.DeallocatePayment{AllocationID: id[record.AllocationID](1)}),
		call(actions.PaymentAllocate, (*client).Payments, engine.Payments.Allocate, 1, leadtocash.AllocatePayment{InvoiceID: id[record.InvoiceID](1)}),
		call(actions.InvoiceMarkPaidPartial, (*client).Invoices, engine.Invoices.MarkPaid, 2,
			leadtocash.PayInvoice{Partial: true, Amount: value.Some(money.EUR.MustAmount("36.50"))}),
		call(actions.InvoiceMarkPaid, (*client).Invoices, engine.Invoices.MarkPaid, 2, leadtocash.PayInvoice{}),
		call(actions.InvoiceMarkPaid, (*client).Invoices, engine.Invoices.MarkPaid, 3, leadtocash.PayInvoice{PaymentID: id[record.PaymentID](3)}),
		call(actions.PaymentBounce, (*client).Payments, engine.Payments.Bounce, 3, leadtocash.BouncePayment{}),
		call(actions.PaymentVoid, (*client).Payments, engine.Payments.Void, 1, leadtocash.VoidPayment{}),
		call(actions.PaymentVoid, (*client).Payments, engine.Payments.Void, 2, leadtocash.VoidPayment{}),
	}},
	{"the same customer is merged and taken apart again", []step{
		newAccount(1), newAccount(2), newContact(1), newContact(2), newLead(1), newLead(2),
		newOpportunity(1), newNote(1, refTo[record.AccountID](1)), newNote(2, refTo[record.LeadID](1)),
		call(actions.AccountMerge, (*client).Accounts, engine.Accounts.Merge, 2, party.MergeAccount{Subordinate: id[record.AccountID](1), FillEmpty: true}),
		call(actions.AccountUnmerge, (*client).Accounts, engine.Accounts.Unmerge, 1, match.Unmerge{}),
		call(actions.ContactMerge, (*client).Contacts, engine.Contacts.Merge, 2, party.MergeContact{Subordinate: id[record.ContactID](1), Take: []string{"description"}}),
		call(actions.ContactUnmerge, (*client).Contacts, engine.Contacts.Unmerge, 1, match.Unmerge{}),
		call(actions.LeadMerge, (*client).Leads, engine.Leads.Merge, 2, leadtocash.MergeLead{Subordinate: id[record.LeadID](1)}),
		call(actions.LeadUnmerge, (*client).Leads, engine.Leads.Unmerge, 1, match.Unmerge{}),
	}},
	{"money is credited, refunded and written off", []step{
		newAccount(1), newInvoice(1, desks, chairs), newInvoice(2, chairs), issueInvoice(1), issueInvoice(2),
		call(actions.InvoiceCredit, (*client).Invoices, engine.Invoices.Credit, 1, leadtocash.CreditInvoice{
			CreditNoteID: id[record.CreditNoteID](1), Reason: leadtocash.CreditReasonReturn, Lines: []pricing.LineQuantity{some(1, "1"), some(2, "1")},
		}),
		call(actions.CreditNoteEditLines, (*client).CreditNotes, engine.CreditNotes.EditLines, 1, pricing.EditLines{Remove: []int32{2}}),
		call(actions.CreditNoteIssue, (*client).CreditNotes, engine.CreditNotes.Issue, 1, leadtocash.IssueCreditNote{AllocationID: id[record.AllocationID](1)}),
		call(actions.CreditNoteUnapply, (*client).CreditNotes, engine.CreditNotes.Unapply, 1, leadtocash.UnapplyCreditNote{AllocationID: id[record.AllocationID](1)}),
		call(actions.CreditNoteApply, (*client).CreditNotes, engine.CreditNotes.Apply, 1, leadtocash.ApplyCreditNote{
			InvoiceID: id[record.InvoiceID](2), Amount: value.Some(money.EUR.MustAmount("50.00")),
		}),
		call(actions.InvoiceMarkPaid, (*client).Invoices, engine.Invoices.MarkPaid, 1, leadtocash.PayInvoice{
			PaymentID: id[record.PaymentID](3), AllocationID: id[record.AllocationID](3),
		}),
		call(actions.CreditNoteRefund, (*client).CreditNotes, engine.CreditNotes.Refund, 1, leadtocash.RequestRefund{RefundID: id[record.RefundID](1)}),
		call(actions.RefundFail, (*client).Refunds, engine.Refunds.Fail, 1, leadtocash.FailRefund{Note: "no such account"}),
		call(actions.RefundRetry, (*client).Refunds, engine.Refunds.Retry, 1, leadtocash.RetryRefund{}),
		call(actions.RefundConfirm, (*client).Refunds, engine.Refunds.Confirm, 1, leadtocash.ConfirmRefund{}),
		newPayment(1, "500.00"),
		call(actions.PaymentPost, (*client).Payments, engine.Payments.Post, 1, leadtocash.PostPayment{}),
		call(actions.PaymentAutoAllocate, (*client).Payments, engine.Payments.AutoAllocate, 1, leadtocash.AutoAllocatePayment{}),
		newPayment(2, "10.00"),
		call(actions.PaymentPost, (*client).Payments, engine.Payments.Post, 2, leadtocash.PostPayment{}),
		call(actions.PaymentRefund, (*client).Payments, engine.Payments.Refund, 2, leadtocash.RequestRefund{RefundID: id[record.RefundID](2)}),
		call(actions.RefundCancel, (*client).Refunds, engine.Refunds.Cancel, 2, leadtocash.CancelRefund{}),
		birth(actions.CreditNoteCreate, (*client).CreditNotes, engine.CreditNotes.Create, leadtocash.CreateCreditNote{
			ID: id[record.CreditNoteID](2), Origin: inEUR, Fields: leadtocash.CreditNoteFields{Name: "sorry", CustomerID: customer}, Lines: []pricing.LineFields{chairs},
		}),
		call(actions.CreditNoteEdit, (*client).CreditNotes, engine.CreditNotes.Edit, 2, leadtocash.EditCreditNote{
			Fields: leadtocash.CreditNoteFields{Name: "so sorry", CustomerID: customer, Reason: leadtocash.CreditReasonGoodwill},
		}),
		call(actions.CreditNoteVoid, (*client).CreditNotes, engine.CreditNotes.Void, 2, leadtocash.VoidCreditNote{}),
		birth(actions.CreditNoteCreate, (*client).CreditNotes, engine.CreditNotes.Create, leadtocash.CreateCreditNote{
			ID: id[record.CreditNoteID](3), Origin: inEUR, Fields: leadtocash.CreditNoteFields{Name: "yen", CustomerID: customer},
		}),
		call(actions.CreditNoteChangeCurrency, (*client).CreditNotes, engine.CreditNotes.ChangeCurrency, 3, pricing.ChangeCurrency{Currency: money.JPY}),
		newPayment(5, "90.00"),
		call(actions.PaymentChangeCurrency, (*client).Payments, engine.Payments.ChangeCurrency, 5, record.ChangeCurrency{Currency: money.JPY}),
		newPayment(4, "20.00"),
		call(actions.PaymentPost, (*client).Payments, engine.Payments.Post, 4, leadtocash.PostPayment{}),
		call(actions.PaymentRefund, (*client).Payments, engine.Payments.Refund, 4, leadtocash.RequestRefund{RefundID: id[record.RefundID](3)}),
		call(actions.RefundConfirm, (*client).Refunds, engine.Refunds.Confirm, 3, leadtocash.ConfirmRefund{}),
		call(actions.PaymentBounce, (*client).Payments, engine.Payments.Bounce, 4, leadtocash.BouncePayment{}),
		call(actions.PaymentWriteOffReclaim, (*client).Payments, engine.Payments.WriteOffReclaim, 4, leadtocash.WriteOffReclaim{Reason: "insolvent"}),
	}},
	{"an invoice is dunned, disputed, promised and written off", []step{
		newAccount(1), newInvoice(1, desks), issueInvoice(1),
		call(actions.InvoiceDispute, (*client).Invoices, engine.Invoices.Dispute, 1, leadtocash.DisputeInvoice{Reason: "scratched"}),
		call(actions.InvoiceResolveDispute, (*client).Invoices, engine.Invoices.ResolveDispute, 1, leadtocash.ResolveDispute{}),
		call(actions.InvoicePromisePayment, (*client).Invoices, engine.Invoices.PromisePayment, 1, leadtocash.PromisePayment{PayOn: 2026_03_20}),
		call(actions.InvoiceWithdrawPromise, (*client).Invoices, engine.Invoices.WithdrawPromise, 1, leadtocash.WithdrawPromise{}),
		dun(1, 2026_04_10), dun(1, 2026_04_17), dun(1, 2026_04_24),
		call(actions.InvoiceWriteOff, (*client).Invoices, engine.Invoices.WriteOff, 1, leadtocash.WriteOffInvoice{Reason: "bankrupt"}),
		call(actions.InvoiceReverseWriteOff, (*client).Invoices, engine.Invoices.ReverseWriteOff, 1, leadtocash.ReverseWriteOff{}),
	}},
	{"people are connected", []step{
		newAccount(1), newOpportunity(1), newSeller(1), newSeller(2),
		birth(actions.ConnectionCreate, (*client).Connections, engine.Connections.Create, party.CreateConnection{
			ID: id[record.ConnectionID](1), Fields: party.ConnectionFields{
				Record1: refTo[record.OpportunityID](1), Record2: refTo[record.SellerID](1), Role2: party.ConnectionRoleAccountManager,
			},
		}),
		call(actions.ConnectionEdit, (*client).Connections, engine.Connections.Edit, 1, party.EditConnection{Fields: party.ConnectionFields{
			Record1: refTo[record.OpportunityID](1), Record2: refTo[record.SellerID](1), Role2: party.ConnectionRoleIndustryExpert,
		}}),
		call(actions.ConnectionDeactivate, (*client).Connections, engine.Connections.Deactivate, 1, party.Deactivate{}),
		call(actions.ConnectionActivate, (*client).Connections, engine.Connections.Activate, 1, party.Activate{}),
		removal(actions.ConnectionDelete, (*client).Connections, engine.Connections.Delete, 1),
		call(actions.SellerEdit, (*client).Sellers, engine.Sellers.Edit, 1, party.EditSeller{Fields: party.SellerFields{Name: "Bob"}}),
		call(actions.SellerDeactivate, (*client).Sellers, engine.Sellers.Deactivate, 2, party.Deactivate{}),
		call(actions.SellerActivate, (*client).Sellers, engine.Sellers.Activate, 2, party.Activate{}),
		removal(actions.SellerDelete, (*client).Sellers, engine.Sellers.Delete, 2),
		birth(actions.CompetitorCreate, (*client).Competitors, engine.Competitors.Create,
			party.CreateCompetitor{ID: id[record.CompetitorID](1), Fields: party.CompetitorFields{Name: "Fabrikam"}}),
		removal(actions.CompetitorDelete, (*client).Competitors, engine.Competitors.Delete, 1),
	}},
	{"people have goals and adjust forecasts", []step{
		newAccount(1), newOpportunity(1),
		birth(actions.SellerCreate, (*client).Sellers, engine.Sellers.Create, party.CreateSeller{
			ID: record.SellerID{UUID: ann.ID}, Fields: party.SellerFields{Name: "Ann"},
		}),
		birth(actions.SellerCreate, (*client).Sellers, engine.Sellers.Create, party.CreateSeller{
			ID: record.SellerID{UUID: bob.ID}, Fields: party.SellerFields{Name: "Bob", ManagerID: record.SellerID{UUID: ann.ID}},
		}),
		birth(actions.GoalMetricCreate, (*client).GoalMetrics, engine.GoalMetrics.Create, insight.CreateGoalMetric{ID: id[record.GoalMetricID](1), Fields: revenueWon}),
		call(actions.GoalMetricEdit, (*client).GoalMetrics, engine.GoalMetrics.Edit, 1, insight.EditGoalMetric{Fields: stretched}),
		newGoal(1, ann.ID, 0), newGoal(2, bob.ID, 1), newGoal(3, bob.ID, 1),
		call(actions.GoalEdit, (*client).Goals, engine.Goals.Edit, 2, insight.EditGoal{Fields: goalOf(bob.ID, 1, "500")}),
		call(actions.GoalAssign, (*client).Goals, engine.Goals.Assign, 2, record.Assign{Owner: ann.ID}),
		call(actions.GoalClose, (*client).Goals, engine.Goals.Close, 2, insight.CloseGoal{}),
		call(actions.GoalReopen, (*client).Goals, engine.Goals.Reopen, 2, insight.ReopenGoal{}),
		call(actions.GoalDiscard, (*client).Goals, engine.Goals.Discard, 3, insight.DiscardGoal{}),
		removal(actions.GoalDelete, (*client).Goals, engine.Goals.Delete, 1),
		call(actions.GoalMetricDeactivate, (*client).GoalMetrics, engine.GoalMetrics.Deactivate, 1, party.Deactivate{}),
		call(actions.GoalMetricActivate, (*client).GoalMetrics, engine.GoalMetrics.Activate, 1, party.Activate{}),
		birth(actions.GoalMetricCreate, (*client).GoalMetrics, engine.GoalMetrics.Create, insight.CreateGoalMetric{ID: id[record.GoalMetricID](2), Fields: revenueWon}),
		removal(actions.GoalMetricDelete, (*client).GoalMetrics, engine.GoalMetrics.Delete, 2),
		birth(actions.ForecastAdjustmentCreate, (*client).ForecastAdjustments, engine.ForecastAdjustments.Create, insight.CreateForecastAdjustment{
			ID: id[record.ForecastAdjustmentID](1), Origin: inEUR, Fields: insight.ForecastAdjustmentFields{
				RowOwner: bob.ID, Column: leadtocash.ForecastCategoryPipeline, PeriodFrom: 2026_01_01, PeriodBefore: 2027_01_01,
				Value: value.Some(money.EUR.MustAmount("900")), Note: "two more to come",
			},
		}),
	}},
	{"a note has files, and is erased with them", []step{
		newAccount(1),
		birth(actions.NoteCreate, (*client).Notes, engine.Notes.Create, activity.CreateNote{
			ID: id[record.NoteID](1), RegardingID: refTo[record.AccountID](1), Fields: activity.NoteFields{Subject: "wants an offer"},
		}),
		call(actions.NoteEdit, (*client).Notes, engine.Notes.Edit, 1, activity.EditNote{Fields: activity.NoteFields{Subject: "wants two offers"}}),
		call(actions.NoteEdit, (*client).Notes, engine.Notes.Attach, 1, engine.AttachFile{FileName: "offer.txt", Content: []byte("ten desks")}),
		call(actions.NoteEdit, (*client).Notes, engine.Notes.Attach, 1, engine.AttachFile{FileName: "offer2.txt", Content: []byte("twelve desks")}),
		removal(actions.NoteDelete, (*client).Notes, engine.Notes.Delete, 1),
	}},
	{"activities run their course", []step{
		newAccount(1), newTask(1, refTo[record.AccountID](1)),
		call(actions.TaskEdit, (*client).Tasks, engine.Tasks.Edit, 1, activity.EditTask{Fields: activity.TaskFields{ActivityFields: activityOf(refTo[record.AccountID](1))}}),
		call(actions.TaskSetStatus, (*client).Tasks, engine.Tasks.SetStatus, 1, activity.SetTaskStatus{Status: activity.TaskStatusInProgress}),
		call(actions.TaskComplete, (*client).Tasks, engine.Tasks.Complete, 1, activity.CompleteTask{}),
		call(actions.TaskReopen, (*client).Tasks, engine.Tasks.Reopen, 1, activity.ReopenTask{}),
		call(actions.TaskCancel, (*client).Tasks, engine.Tasks.Cancel, 1, activity.CancelTask{}),
		removal(actions.TaskDelete, (*client).Tasks, engine.Tasks.Delete, 1),
		birth(actions.PhoneCallCreate, (*client).PhoneCalls, engine.PhoneCalls.Create, activity.CreatePhoneCall{ID: id[record.PhoneCallID](1), Fields: activityOf(refTo[record.AccountID](1))}),
		birth(actions.PhoneCallCreate, (*client).PhoneCalls, engine.PhoneCalls.Create, activity.CreatePhoneCall{ID: id[record.PhoneCallID](2), Fields: activityOf(record.Ref{})}),
		call(actions.PhoneCallEdit, (*client).PhoneCalls, engine.PhoneCalls.Edit, 1, activity.EditPhoneCall{Fields: activityOf(record.Ref{})}),
		call(actions.PhoneCallComplete, (*client).PhoneCalls, engine.PhoneCalls.Complete, 1, activity.CompletePhoneCall{}),
		call(actions.PhoneCallCancel, (*client).PhoneCalls, engine.PhoneCalls.Cancel, 2, activity.CancelPhoneCall{}),
		removal(actions.PhoneCallDelete, (*client).PhoneCalls, engine.PhoneCalls.Delete, 1),
		birth(actions.EmailCreate, (*client).Emails, engine.Emails.Create, activity.CreateEmail{ID: id[record.EmailID](1), Fields: activityOf(refTo[record.AccountID](1))}),
		birth(actions.EmailCreate, (*client).Emails, engine.Emails.Create, activity.CreateEmail{ID: id[record.EmailID](2), Fields: activityOf(record.Ref{})}),
		call(actions.EmailEdit, (*client).Emails, engine.Emails.Edit, 1, activity.EditEmail{Fields: activityOf(record.Ref{})}),
		call(actions.EmailComplete, (*client).Emails, engine.Emails.Complete, 1, activity.CompleteEmail{}),
		call(actions.EmailCancel, (*client).Emails, engine.Emails.Cancel, 2, activity.CancelEmail{}),
		removal(actions.EmailDelete, (*client).Emails, engine.Emails.Delete, 1),
		birth(actions.AppointmentCreate, (*client).Appointments, engine.Appointments.Create, activity.CreateAppointment{ID: id[record.AppointmentID](1), Fields: activityOf(refTo[record.AccountID](1))}),
		birth(actions.AppointmentCreate, (*client).Appointments, engine.Appointments.Create, activity.CreateAppointment{ID: id[record.AppointmentID](2), Fields: activityOf(record.Ref{})}),
		call(actions.AppointmentEdit, (*client).Appointments, engine.Appointments.Edit, 1, activity.EditAppointment{Fields: activityOf(record.Ref{})}),
		call(actions.AppointmentSchedule, (*client).Appointments, engine.Appointments.Schedule, 1, activity.ScheduleAppointment{}),
		call(actions.AppointmentComplete, (*client).Appointments, engine.Appointments.Complete, 1, activity.CompleteAppointment{}),
		call(actions.AppointmentCancel, (*client).Appointments, engine.Appointments.Cancel, 2, activity.CancelAppointment{}),
		removal(actions.AppointmentDelete, (*client).Appointments, engine.Appointments.Delete, 1),
	}},
	{processScenario, courting},
}...)

// compatScenario needs Settings.D365Compat.
var compatScenario = scenario{"a paid invoice is reactivated as in Dynamics 365", append(
	append([]step{newAccount(1)}, catalogue()...),
	birth(actions.InvoiceCreate, (*client).Invoices, engine.Invoices.Create, leadtocash.CreateInvoice{
		ID: id[record.InvoiceID](1), Origin: inEUR, Lines: []pricing.LineFields{desks},
		Fields: leadtocash.InvoiceFields{Name: "ten desks", CustomerID: customer, Charges: pricing.Charges{PriceListID: priceList}},
	}),
	call(actions.InvoiceMarkPaidPartial, (*client).Invoices, engine.Invoices.MarkPaid, 1, leadtocash.PayInvoice{Partial: true}),
	call(actions.InvoiceReactivate, (*client).Invoices, engine.Invoices.Reactivate, 1, leadtocash.ReactivateInvoice{}),
)}
