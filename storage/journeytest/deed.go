package journeytest

import (
	"context"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// deed is one thing that a journey can do: to a record of the action's kind,
// or to make one.
type deed struct {
	action actions.Action
	birth  bool
	draw   func(*journey, any) attempt // any is the record, a pointer; nil for births
}

// attempt is a deed with its command, to be carried out by any client.
type attempt struct {
	action actions.Action
	ref    record.Ref // zero for births
	cmd    any
	do     func(context.Context, *engine.Client) (any, error)
}

// makes is the birth of a record.
func makes[S, C, R any](action actions.Action, service func(*engine.Client) S,
	method func(S, context.Context, C) (R, error), draw func(*journey) C,
) deed {
	return deed{action: action, birth: true, draw: func(j *journey, _ any) attempt {
		cmd := draw(j)
		return attempt{action: action, cmd: cmd, do: func(ctx context.Context, c *engine.Client) (any, error) {
			return method(service(c), ctx, cmd)
		}}
	}}
}

// does is a transition.
func does[S, R, C, O any, I record.AnyID](action actions.Action, service func(*engine.Client) S,
	method func(S, context.Context, I, C, ...engine.CallOption) (O, error), draw func(*journey, *R) C,
) deed {
	return changes(action, service, method, func(j *journey, record any) C { return draw(j, record.(*R)) })
}

// removes is a deletion.
func removes[S any, I record.AnyID](action actions.Action, service func(*engine.Client) S,
	method func(S, context.Context, I, record.DeleteRecord, ...engine.CallOption) error,
) deed {
	return changes(action, service, func(s S, ctx context.Context, id I, cmd record.DeleteRecord, opts ...engine.CallOption) (struct{}, error) {
		return struct{}{}, method(s, ctx, id, cmd, opts...)
	}, func(*journey, any) (cmd record.DeleteRecord) { return cmd })
}

func changes[S, C, O any, I record.AnyID](action actions.Action, service func(*engine.Client) S,
	method func(S, context.Context, I, C, ...engine.CallOption) (O, error), draw func(*journey, any) C,
) deed {
	return deed{action: action, draw: func(j *journey, record any) attempt {
		cmd, id := draw(j, record), I{UUID: j.idOf(record)}
		return attempt{action, id.Ref(), cmd, func(ctx context.Context, c *engine.Client) (any, error) {
			return method(service(c), ctx, id, cmd)
		}}
	}}
}

// plain is a command without anything to say.
func plain[C any](*journey, any) (cmd C) { return cmd }

type client = engine.Client

// deeds is all that journeys consist of.
var deeds = []deed{
	makes(actions.LeadCreate, (*client).Leads, engine.Leads.Create, (*journey).createLead),
	makes(actions.LeadCapture, (*client).Leads, engine.Leads.Capture, (*journey).captureLead),
	does(actions.LeadEdit, (*client).Leads, engine.Leads.Edit, (*journey).editLead),
	changes(actions.LeadChangeCurrency, (*client).Leads, engine.Leads.ChangeCurrency, changeCurrency),
	does(actions.LeadSetStatus, (*client).Leads, engine.Leads.SetStatus, (*journey).setLeadStatus),
	does(actions.LeadQualify, (*client).Leads, engine.Leads.Qualify, (*journey).qualifyLead),
	does(actions.LeadDisqualify, (*client).Leads, engine.Leads.Disqualify, (*journey).disqualifyLead),
	changes(actions.LeadReactivate, (*client).Leads, engine.Leads.Reactivate, plain),
	changes(actions.LeadAssign, (*client).Leads, engine.Leads.Assign, assign),
	changes(actions.LeadScore, (*client).Leads, engine.Leads.Score, scored),
	changes(actions.LeadMerge, (*client).Leads, engine.Leads.Merge, mergeOf),
	changes(actions.LeadUnmerge, (*client).Leads, engine.Leads.Unmerge, plain),
	removes(actions.LeadDelete, (*client).Leads, engine.Leads.Delete),

	makes(actions.AccountCreate, (*client).Accounts, engine.Accounts.Create, (*journey).createAccount),
	does(actions.AccountEdit, (*client).Accounts, engine.Accounts.Edit, (*journey).editAccount),
	changes(actions.AccountChangeCurrency, (*client).Accounts, engine.Accounts.ChangeCurrency, changeCurrency),
	changes(actions.AccountDeactivate, (*client).Accounts, engine.Accounts.Deactivate, plain),
	changes(actions.AccountActivate, (*client).Accounts, engine.Accounts.Activate, plain),
	changes(actions.AccountAssign, (*client).Accounts, engine.Accounts.Assign, assign),
	changes(actions.AccountMerge, (*client).Accounts, engine.Accounts.Merge, mergeOf),
	changes(actions.AccountUnmerge, (*client).Accounts, engine.Accounts.Unmerge, plain),
	removes(actions.AccountDelete, (*client).Accounts, engine.Accounts.Delete),

	makes(actions.ContactCreate, (*client).Contacts, engine.Contacts.Create, (*journey).createContact),
	does(actions.ContactEdit, (*client).Contacts, engine.Contacts.Edit, (*journey).editContact),
	changes(actions.ContactChangeCurrency, (*client).Contacts, engine.Contacts.ChangeCurrency, changeCurrency),
	changes(actions.ContactDeactivate, (*client).Contacts, engine.Contacts.Deactivate, plain),
	changes(actions.ContactActivate, (*client).Contacts, engine.Contacts.Activate, plain),
	changes(actions.ContactAssign, (*client).Contacts, engine.Contacts.Assign, assign),
	changes(actions.ContactMerge, (*client).Contacts, engine.Contacts.Merge, mergeOf),
	changes(actions.ContactUnmerge, (*client).Contacts, engine.Contacts.Unmerge, plain),
	removes(actions.ContactDelete, (*client).Contacts, engine.Contacts.Delete),

	makes(actions.OpportunityCreate, (*client).Opportunities, engine.Opportunities.Create, (*journey).createOpportunity),
	does(actions.OpportunityEdit, (*client).Opportunities, engine.Opportunities.Edit, (*journey).editOpportunity),
	does(actions.OpportunityEditLines, (*client).Opportunities, engine.Opportunities.EditLines, (*journey).editOpportunityLines),
	changes(actions.OpportunityChangeCurrency, (*client).Opportunities, engine.Opportunities.ChangeCurrency, changeCurrency),
	changes(actions.OpportunityRecalculate, (*client).Opportunities, engine.Opportunities.Recalculate, plain),
	changes(actions.OpportunityHold, (*client).Opportunities, engine.Opportunities.Hold, plain),
	changes(actions.OpportunityResume, (*client).Opportunities, engine.Opportunities.Resume, plain),
	does(actions.OpportunityWin, (*client).Opportunities, engine.Opportunities.Win, (*journey).winOpportunity),
	does(actions.OpportunityLose, (*client).Opportunities, engine.Opportunities.Lose, (*journey).loseOpportunity),
	changes(actions.OpportunityReopen, (*client).Opportunities, engine.Opportunities.Reopen, plain),
	does(actions.OpportunityGenerateQuote, (*client).Opportunities, engine.Opportunities.GenerateQuote, (*journey).generateQuote),
	changes(actions.OpportunityGenerateOrder, (*client).Opportunities, engine.Opportunities.GenerateOrder, plain),
	changes(actions.OpportunityGenerateInvoice, (*client).Opportunities, engine.Opportunities.GenerateInvoice, plain),
	does(actions.OpportunityEditCompetitors, (*client).Opportunities, engine.Opportunities.EditCompetitors, (*journey).editCompetitors),
	changes(actions.OpportunityAssign, (*client).Opportunities, engine.Opportunities.Assign, assign),
	changes(actions.OpportunityScore, (*client).Opportunities, engine.Opportunities.Score, scored),
	removes(actions.OpportunityDelete, (*client).Opportunities, engine.Opportunities.Delete),

	makes(actions.QuoteCreate, (*client).Quotes, engine.Quotes.Create, (*journey).createQuote),
	does(actions.QuoteEdit, (*client).Quotes, engine.Quotes.Edit, (*journey).editQuote),
	does(actions.QuoteEditLines, (*client).Quotes, engine.Quotes.EditLines, (*journey).editQuoteLines),
	changes(actions.QuoteGetProducts, (*client).Quotes, engine.Quotes.GetProducts, getProducts),
	changes(actions.QuoteRecalculate, (*client).Quotes, engine.Quotes.Recalculate, plain),
	changes(actions.QuoteChangeCurrency, (*client).Quotes, engine.Quotes.ChangeCurrency, changeCurrency),
	changes(actions.QuoteRequestApproval, (*client).Quotes, engine.Quotes.RequestApproval, plain),
	changes(actions.QuoteActivate, (*client).Quotes, engine.Quotes.Activate, plain),
	does(actions.QuoteSetStatus, (*client).Quotes, engine.Quotes.SetStatus, (*journey).setQuoteStatus),
	changes(actions.QuoteReviseQuote, (*client).Quotes, engine.Quotes.ReviseQuote, plain),
	does(actions.QuoteClose, (*client).Quotes, engine.Quotes.Close, (*journey).closeQuote),
	changes(actions.QuoteWin, (*client).Quotes, engine.Quotes.Win, plain),
	does(actions.QuoteWinToOrder, (*client).Quotes, engine.Quotes.WinToOrder, (*journey).winQuoteToOrder),
	changes(actions.QuoteAssign, (*client).Quotes, engine.Quotes.Assign, assign),
	removes(actions.QuoteDelete, (*client).Quotes, engine.Quotes.Delete),

	makes(actions.OrderCreate, (*client).Orders, engine.Orders.Create, (*journey).createOrder),
	does(actions.OrderEdit, (*client).Orders, engine.Orders.Edit, (*journey).editOrder),
	does(actions.OrderEditLines, (*client).Orders, engine.Orders.EditLines, (*journey).editOrderLines),
	changes(actions.OrderGetProducts, (*client).Orders, engine.Orders.GetProducts, getProducts),
	changes(actions.OrderRecalculate, (*client).Orders, engine.Orders.Recalculate, plain),
	changes(actions.OrderChangeCurrency, (*client).Orders, engine.Orders.ChangeCurrency, changeCurrency),
	does(actions.OrderSetStatus, (*client).Orders, engine.Orders.SetStatus, (*journey).setOrderStatus),
	changes(actions.OrderLockPricing, (*client).Orders, engine.Orders.LockPricing, plain),
	changes(actions.OrderUnlockPricing, (*client).Orders, engine.Orders.UnlockPricing, plain),
	changes(actions.OrderRequestApproval, (*client).Orders, engine.Orders.RequestApproval, plain),
	changes(actions.OrderSubmit, (*client).Orders, engine.Orders.Submit, plain),
	does(actions.OrderFulfillPartial, (*client).Orders, engine.Orders.Fulfill, (*journey).fulfillPart),
	changes(actions.OrderFulfill, (*client).Orders, engine.Orders.Fulfill, plain),
	does(actions.OrderCancel, (*client).Orders, engine.Orders.Cancel, (*journey).cancelOrder),
	does(actions.OrderCancelRemaining, (*client).Orders, engine.Orders.CancelRemaining, (*journey).cancelRemaining),
	does(actions.OrderInvoice, (*client).Orders, engine.Orders.Invoice, (*journey).invoiceOrder),
	changes(actions.OrderAssign, (*client).Orders, engine.Orders.Assign, assign),
	removes(actions.OrderDelete, (*client).Orders, engine.Orders.Delete),

	makes(actions.InvoiceCreate, (*client).Invoices, engine.Invoices.Create, (*journey).createInvoice),
	does(actions.InvoiceEdit, (*client).Invoices, engine.Invoices.Edit, (*journey).editInvoice),
	does(actions.InvoiceEditLines, (*client).Invoices, engine.Invoices.EditLines, (*journey).editInvoiceLines),
	changes(actions.InvoiceGetProducts, (*client).Invoices, engine.Invoices.GetProducts, getProducts),
	changes(actions.InvoiceRecalculate, (*client).Invoices, engine.Invoices.Recalculate, plain),
	changes(actions.InvoiceChangeCurrency, (*client).Invoices, engine.Invoices.ChangeCurrency, changeCurrency),
	changes(actions.InvoiceLockPricing, (*client).Invoices, engine.Invoices.LockPricing, plain),
	changes(actions.InvoiceUnlockPricing, (*client).Invoices, engine.Invoices.UnlockPricing, plain),
	does(actions.InvoiceSetStatus, (*client).Invoices, engine.Invoices.SetStatus, (*journey).setInvoiceStatus),
	changes(actions.InvoiceRequestApproval, (*client).Invoices, engine.Invoices.RequestApproval, plain),
	does(actions.InvoiceIssue, (*client).Invoices, engine.Invoices.Issue, (*journey).issueInvoice),
	does(actions.InvoiceMarkPaid, (*client).Invoices, engine.Invoices.MarkPaid, (*journey).payInvoice),
	does(actions.InvoiceMarkPaidPartial, (*client).Invoices, engine.Invoices.MarkPaid, (*journey).payPart),
	changes(actions.InvoiceCancel, (*client).Invoices, engine.Invoices.Cancel, plain),
	changes(actions.InvoiceReactivate, (*client).Invoices, engine.Invoices.Reactivate, plain),
	changes(actions.InvoiceAssign, (*client).Invoices, engine.Invoices.Assign, assign),
	does(actions.InvoiceCredit, (*client).Invoices, engine.Invoices.Credit, (*journey).creditInvoice),
	does(actions.InvoiceWriteOff, (*client).Invoices, engine.Invoices.WriteOff, (*journey).writeOffInvoice),
	changes(actions.InvoiceReverseWriteOff, (*client).Invoices, engine.Invoices.ReverseWriteOff, plain),
	does(actions.InvoiceDispute, (*client).Invoices, engine.Invoices.Dispute, (*journey).disputeInvoice),
	changes(actions.InvoiceResolveDispute, (*client).Invoices, engine.Invoices.ResolveDispute, plain),
	does(actions.InvoicePromisePayment, (*client).Invoices, engine.Invoices.PromisePayment, (*journey).promisePayment),
	changes(actions.InvoiceWithdrawPromise, (*client).Invoices, engine.Invoices.WithdrawPromise, plain),
	does(actions.InvoiceDun, (*client).Invoices, engine.Invoices.Dun, (*journey).dunInvoice),
	removes(actions.InvoiceDelete, (*client).Invoices, engine.Invoices.Delete),

	makes(actions.PaymentCreate, (*client).Payments, engine.Payments.Create, (*journey).createPayment),
	changes(actions.PaymentChangeCurrency, (*client).Payments, engine.Payments.ChangeCurrency, changeCurrency),
	changes(actions.PaymentPost, (*client).Payments, engine.Payments.Post, plain),
	does(actions.PaymentAllocate, (*client).Payments, engine.Payments.Allocate, (*journey).allocatePayment),
	does(actions.PaymentDeallocate, (*client).Payments, engine.Payments.Deallocate, (*journey).deallocatePayment),
	does(actions.PaymentAutoAllocate, (*client).Payments, engine.Payments.AutoAllocate, (*journey).autoAllocatePayment),
	does(actions.PaymentRefund, (*client).Payments, engine.Payments.Refund, requestRefund((*leadtocash.Payment).Unallocated)),
	changes(actions.PaymentVoid, (*client).Payments, engine.Payments.Void, plain),
	does(actions.PaymentBounce, (*client).Payments, engine.Payments.Bounce, (*journey).bouncePayment),
	does(actions.PaymentWriteOffReclaim, (*client).Payments, engine.Payments.WriteOffReclaim, (*journey).writeOffReclaim),

	makes(actions.CreditNoteCreate, (*client).CreditNotes, engine.CreditNotes.Create, (*journey).createCreditNote),
	does(actions.CreditNoteEdit, (*client).CreditNotes, engine.CreditNotes.Edit, (*journey).editCreditNote),
	does(actions.CreditNoteEditLines, (*client).CreditNotes, engine.CreditNotes.EditLines, (*journey).editCreditNoteLines),
	changes(actions.CreditNoteChangeCurrency, (*client).CreditNotes, engine.CreditNotes.ChangeCurrency, changeCurrency),
	does(actions.CreditNoteIssue, (*client).CreditNotes, engine.CreditNotes.Issue, (*journey).issueCreditNote),
	does(actions.CreditNoteApply, (*client).CreditNotes, engine.CreditNotes.Apply, (*journey).applyCreditNote),
	does(actions.CreditNoteUnapply, (*client).CreditNotes, engine.CreditNotes.Unapply, (*journey).unapplyCreditNote),
	does(actions.CreditNoteRefund, (*client).CreditNotes, engine.CreditNotes.Refund, requestRefund((*leadtocash.CreditNote).Unapplied)),
	changes(actions.CreditNoteVoid, (*client).CreditNotes, engine.CreditNotes.Void, plain),

	changes(actions.RefundConfirm, (*client).Refunds, engine.Refunds.Confirm, plain),
	changes(actions.RefundFail, (*client).Refunds, engine.Refunds.Fail, plain),
	changes(actions.RefundCancel, (*client).Refunds, engine.Refunds.Cancel, plain),
	changes(actions.RefundRetry, (*client).Refunds, engine.Refunds.Retry, plain),

	does(actions.ApprovalApprove, (*client).Approvals, engine.Approvals.Approve, (*journey).approve),
	does(actions.ApprovalReject, (*client).Approvals, engine.Approvals.Reject, (*journey).reject),
	changes(actions.ApprovalWithdraw, (*client).Approvals, engine.Approvals.Withdraw, plain),

	changes(actions.ProductRetire, (*client).Products, engine.Products.Retire, plain),
	changes(actions.ProductActivate, (*client).Products, engine.Products.Activate, plain),
	makes(actions.PriceListItemCreate, (*client).PriceListItems, engine.PriceListItems.Create, (*journey).createPriceListItem),
	does(actions.PriceListItemEdit, (*client).PriceListItems, engine.PriceListItems.Edit, (*journey).editPriceListItem),
	makes(actions.SellerCreate, (*client).Sellers, engine.Sellers.Create, (*journey).createSeller),
	does(actions.SellerEdit, (*client).Sellers, engine.Sellers.Edit, (*journey).editSeller),
	changes(actions.SellerDeactivate, (*client).Sellers, engine.Sellers.Deactivate, plain),
	changes(actions.SellerActivate, (*client).Sellers, engine.Sellers.Activate, plain),
	removes(actions.SellerDelete, (*client).Sellers, engine.Sellers.Delete),

	makes(actions.TransactionCurrencyCreate, (*client).TransactionCurrencies, engine.TransactionCurrencies.Create, (*journey).createTransactionCurrency),
	does(actions.TransactionCurrencyEdit, (*client).TransactionCurrencies, engine.TransactionCurrencies.Edit, (*journey).editTransactionCurrency),
	makes(actions.GoalMetricCreate, (*client).GoalMetrics, engine.GoalMetrics.Create, (*journey).createGoalMetric),
	changes(actions.GoalMetricDeactivate, (*client).GoalMetrics, engine.GoalMetrics.Deactivate, plain),
	changes(actions.GoalMetricActivate, (*client).GoalMetrics, engine.GoalMetrics.Activate, plain),
	removes(actions.GoalMetricDelete, (*client).GoalMetrics, engine.GoalMetrics.Delete),
	makes(actions.GoalCreate, (*client).Goals, engine.Goals.Create, (*journey).createGoal),
	does(actions.GoalEdit, (*client).Goals, engine.Goals.Edit, (*journey).editGoal),
	changes(actions.GoalClose, (*client).Goals, engine.Goals.Close, plain),
	changes(actions.GoalDiscard, (*client).Goals, engine.Goals.Discard, plain),
	changes(actions.GoalReopen, (*client).Goals, engine.Goals.Reopen, plain),
	changes(actions.GoalAssign, (*client).Goals, engine.Goals.Assign, assign),
	removes(actions.GoalDelete, (*client).Goals, engine.Goals.Delete),
	makes(actions.ForecastAdjustmentCreate, (*client).ForecastAdjustments, engine.ForecastAdjustments.Create, (*journey).adjustForecast),

	makes(actions.CompetitorCreate, (*client).Competitors, engine.Competitors.Create, (*journey).createCompetitor),
	does(actions.CompetitorEdit, (*client).Competitors, engine.Competitors.Edit, (*journey).editCompetitor),
	changes(actions.CompetitorChangeCurrency, (*client).Competitors, engine.Competitors.ChangeCurrency, changeCurrency),
	removes(actions.CompetitorDelete, (*client).Competitors, engine.Competitors.Delete),

	makes(actions.ConnectionCreate, (*client).Connections, engine.Connections.Create, (*journey).createConnection),
	does(actions.ConnectionEdit, (*client).Connections, engine.Connections.Edit, (*journey).editConnection),
	changes(actions.ConnectionDeactivate, (*client).Connections, engine.Connections.Deactivate, plain),
	changes(actions.ConnectionActivate, (*client).Connections, engine.Connections.Activate, plain),
	removes(actions.ConnectionDelete, (*client).Connections, engine.Connections.Delete),

	makes(actions.NoteCreate, (*client).Notes, engine.Notes.Create, (*journey).createNote),
	makes(actions.NoteCreate, (*client).Notes, createWithFile, (*journey).createNote),
	does(actions.NoteEdit, (*client).Notes, engine.Notes.Edit, (*journey).editNote),
	does(actions.NoteEdit, (*client).Notes, engine.Notes.Attach, (*journey).attachFile),
	removes(actions.NoteDelete, (*client).Notes, engine.Notes.Delete),

	makes(actions.TaskCreate, (*client).Tasks, engine.Tasks.Create, (*journey).createTask),
	does(actions.TaskEdit, (*client).Tasks, engine.Tasks.Edit, (*journey).editTask),
	does(actions.TaskSetStatus, (*client).Tasks, engine.Tasks.SetStatus, (*journey).setTaskStatus),
	changes(actions.TaskComplete, (*client).Tasks, engine.Tasks.Complete, plain),
	changes(actions.TaskCancel, (*client).Tasks, engine.Tasks.Cancel, plain),
	changes(actions.TaskReopen, (*client).Tasks, engine.Tasks.Reopen, plain),
	removes(actions.TaskDelete, (*client).Tasks, engine.Tasks.Delete),

	makes(actions.PhoneCallCreate, (*client).PhoneCalls, engine.PhoneCalls.Create, (*journey).createPhoneCall),
	does(actions.PhoneCallEdit, (*client).PhoneCalls, engine.PhoneCalls.Edit, (*journey).editPhoneCall),
	changes(actions.PhoneCallComplete, (*client).PhoneCalls, engine.PhoneCalls.Complete, plain),
	changes(actions.PhoneCallCancel, (*client).PhoneCalls, engine.PhoneCalls.Cancel, plain),
	removes(actions.PhoneCallDelete, (*client).PhoneCalls, engine.PhoneCalls.Delete),

	makes(actions.EmailCreate, (*client).Emails, engine.Emails.Create, (*journey).createEmail),
	does(actions.EmailEdit, (*client).Emails, engine.Emails.Edit, (*journey).editEmail),
	changes(actions.EmailComplete, (*client).Emails, engine.Emails.Complete, plain),
	changes(actions.EmailCancel, (*client).Emails, engine.Emails.Cancel, plain),
	removes(actions.EmailDelete, (*client).Emails, engine.Emails.Delete),

	makes(actions.AppointmentCreate, (*client).Appointments, engine.Appointments.Create, (*journey).createAppointment),
	does(actions.AppointmentEdit, (*client).Appointments, engine.Appointments.Edit, (*journey).editAppointment),
	changes(actions.AppointmentSchedule, (*client).Appointments, engine.Appointments.Schedule, plain),
	changes(actions.AppointmentComplete, (*client).Appointments, engine.Appointments.Complete, plain),
	changes(actions.AppointmentCancel, (*client).Appointments, engine.Appointments.Cancel, plain),
	removes(actions.AppointmentDelete, (*client).Appointments, engine.Appointments.Delete),
}

// createWithFile is a note and its file as one command.
func createWithFile(s engine.Notes, ctx context.Context, cmd activity.CreateNote) (activity.Note, error) { //nolint:revive // as a method expression
	return s.CreateWithFile(ctx, cmd, engine.AttachFile{FileName: "offer.txt", Content: []byte("ten desks")})
}

// explainers ask what is possible with a record.
var explainers = map[kinds.Kind]func(context.Context, *client, uuid.UUID) ([]flow.Verdict, error){
	kinds.Lead:        explains((*client).Leads, engine.Leads.Explain),
	kinds.Account:     explains((*client).Accounts, engine.Accounts.Explain),
	kinds.Contact:     explains((*client).Contacts, engine.Contacts.Explain),
	kinds.Opportunity: explains((*client).Opportunities, engine.Opportunities.Explain),
	kinds.Quote:       explains((*client).Quotes, engine.Quotes.Explain),
	kinds.Order:       explains((*client).Orders, engine.Orders.Explain),
	kinds.Invoice:     explains((*client).Invoices, engine.Invoices.Explain),
	kinds.Payment:     explains((*client).Payments, engine.Payments.Explain),
	kinds.CreditNote:  explains((*client).CreditNotes, engine.CreditNotes.Explain),
	kinds.Refund:      explains((*client).Refunds, engine.Refunds.Explain),
	kinds.Approval:    explains((*client).Approvals, engine.Approvals.Explain),
	kinds.Seller:      explains((*client).Sellers, engine.Sellers.Explain),
	kinds.Goal:        explains((*client).Goals, engine.Goals.Explain),
	kinds.GoalMetric:  explains((*client).GoalMetrics, engine.GoalMetrics.Explain),
	kinds.Connection:  explains((*client).Connections, engine.Connections.Explain),
	kinds.Task:        explains((*client).Tasks, engine.Tasks.Explain),
	kinds.PhoneCall:   explains((*client).PhoneCalls, engine.PhoneCalls.Explain),
	kinds.Email:       explains((*client).Emails, engine.Emails.Explain),
	kinds.Appointment: explains((*client).Appointments, engine.Appointments.Explain),
}

func explains[S any, I record.AnyID](service func(*client) S, method func(S, context.Context, I) ([]flow.Verdict, error)) func(context.Context, *client, uuid.UUID) ([]flow.Verdict, error) {
	return func(ctx context.Context, c *client, id uuid.UUID) ([]flow.Verdict, error) {
		return method(service(c), ctx, I{UUID: id})
	}
}
