package journeytest

import (
	"context"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/kinds"
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
	ref    leadtocash.Ref // zero for births
	cmd    any
	do     func(context.Context, *leadtocash.Client) (any, error)
}

// makes is the birth of a record.
func makes[S, C, R any](action actions.Action, service func(*leadtocash.Client) S,
	method func(S, context.Context, C) (R, error), draw func(*journey) C,
) deed {
	return deed{action: action, birth: true, draw: func(j *journey, _ any) attempt {
		cmd := draw(j)
		return attempt{action: action, cmd: cmd, do: func(ctx context.Context, c *leadtocash.Client) (any, error) {
			return method(service(c), ctx, cmd)
		}}
	}}
}

// does is a transition.
func does[S, R, C, O any, I leadtocash.AnyID](action actions.Action, service func(*leadtocash.Client) S,
	method func(S, context.Context, I, C, ...leadtocash.CallOption) (O, error), draw func(*journey, *R) C,
) deed {
	return changes(action, service, method, func(j *journey, record any) C { return draw(j, record.(*R)) })
}

// removes is a deletion.
func removes[S any, I leadtocash.AnyID](action actions.Action, service func(*leadtocash.Client) S,
	method func(S, context.Context, I, leadtocash.DeleteRecord, ...leadtocash.CallOption) error,
) deed {
	return changes(action, service, func(s S, ctx context.Context, id I, cmd leadtocash.DeleteRecord, opts ...leadtocash.CallOption) (struct{}, error) {
		return struct{}{}, method(s, ctx, id, cmd, opts...)
	}, func(*journey, any) (cmd leadtocash.DeleteRecord) { return cmd })
}

func changes[S, C, O any, I leadtocash.AnyID](action actions.Action, service func(*leadtocash.Client) S,
	method func(S, context.Context, I, C, ...leadtocash.CallOption) (O, error), draw func(*journey, any) C,
) deed {
	return deed{action: action, draw: func(j *journey, record any) attempt {
		cmd, id := draw(j, record), I{UUID: j.idOf(record)}
		return attempt{action, id.Ref(), cmd, func(ctx context.Context, c *leadtocash.Client) (any, error) {
			return method(service(c), ctx, id, cmd)
		}}
	}}
}

// plain is a command without anything to say.
func plain[C any](*journey, any) (cmd C) { return cmd }

type client = leadtocash.Client

// deeds is all that journeys consist of.
var deeds = []deed{
	makes(actions.LeadCreate, (*client).Leads, leadtocash.Leads.Create, (*journey).createLead),
	makes(actions.LeadCapture, (*client).Leads, leadtocash.Leads.Capture, (*journey).captureLead),
	does(actions.LeadEdit, (*client).Leads, leadtocash.Leads.Edit, (*journey).editLead),
	does(actions.LeadSetStatus, (*client).Leads, leadtocash.Leads.SetStatus, (*journey).setLeadStatus),
	does(actions.LeadQualify, (*client).Leads, leadtocash.Leads.Qualify, (*journey).qualifyLead),
	does(actions.LeadDisqualify, (*client).Leads, leadtocash.Leads.Disqualify, (*journey).disqualifyLead),
	changes(actions.LeadReactivate, (*client).Leads, leadtocash.Leads.Reactivate, plain),
	changes(actions.LeadAssign, (*client).Leads, leadtocash.Leads.Assign, assign),
	changes(actions.LeadScore, (*client).Leads, leadtocash.Leads.Score, scored),
	changes(actions.LeadMerge, (*client).Leads, leadtocash.Leads.Merge, mergeOf),
	changes(actions.LeadUnmerge, (*client).Leads, leadtocash.Leads.Unmerge, plain),
	removes(actions.LeadDelete, (*client).Leads, leadtocash.Leads.Delete),

	makes(actions.AccountCreate, (*client).Accounts, leadtocash.Accounts.Create, (*journey).createAccount),
	does(actions.AccountEdit, (*client).Accounts, leadtocash.Accounts.Edit, (*journey).editAccount),
	changes(actions.AccountDeactivate, (*client).Accounts, leadtocash.Accounts.Deactivate, plain),
	changes(actions.AccountActivate, (*client).Accounts, leadtocash.Accounts.Activate, plain),
	changes(actions.AccountAssign, (*client).Accounts, leadtocash.Accounts.Assign, assign),
	changes(actions.AccountMerge, (*client).Accounts, leadtocash.Accounts.Merge, mergeOf),
	changes(actions.AccountUnmerge, (*client).Accounts, leadtocash.Accounts.Unmerge, plain),
	removes(actions.AccountDelete, (*client).Accounts, leadtocash.Accounts.Delete),

	makes(actions.ContactCreate, (*client).Contacts, leadtocash.Contacts.Create, (*journey).createContact),
	does(actions.ContactEdit, (*client).Contacts, leadtocash.Contacts.Edit, (*journey).editContact),
	changes(actions.ContactDeactivate, (*client).Contacts, leadtocash.Contacts.Deactivate, plain),
	changes(actions.ContactActivate, (*client).Contacts, leadtocash.Contacts.Activate, plain),
	changes(actions.ContactAssign, (*client).Contacts, leadtocash.Contacts.Assign, assign),
	changes(actions.ContactMerge, (*client).Contacts, leadtocash.Contacts.Merge, mergeOf),
	changes(actions.ContactUnmerge, (*client).Contacts, leadtocash.Contacts.Unmerge, plain),
	removes(actions.ContactDelete, (*client).Contacts, leadtocash.Contacts.Delete),

	makes(actions.OpportunityCreate, (*client).Opportunities, leadtocash.Opportunities.Create, (*journey).createOpportunity),
	does(actions.OpportunityEdit, (*client).Opportunities, leadtocash.Opportunities.Edit, (*journey).editOpportunity),
	does(actions.OpportunityEditLines, (*client).Opportunities, leadtocash.Opportunities.EditLines, (*journey).editOpportunityLines),
	changes(actions.OpportunityChangeCurrency, (*client).Opportunities, leadtocash.Opportunities.ChangeCurrency, changeCurrency),
	changes(actions.OpportunityRecalculate, (*client).Opportunities, leadtocash.Opportunities.Recalculate, plain),
	changes(actions.OpportunityHold, (*client).Opportunities, leadtocash.Opportunities.Hold, plain),
	changes(actions.OpportunityResume, (*client).Opportunities, leadtocash.Opportunities.Resume, plain),
	does(actions.OpportunityWin, (*client).Opportunities, leadtocash.Opportunities.Win, (*journey).winOpportunity),
	does(actions.OpportunityLose, (*client).Opportunities, leadtocash.Opportunities.Lose, (*journey).loseOpportunity),
	changes(actions.OpportunityReopen, (*client).Opportunities, leadtocash.Opportunities.Reopen, plain),
	changes(actions.OpportunityGenerateQuote, (*client).Opportunities, leadtocash.Opportunities.GenerateQuote, plain),
	changes(actions.OpportunityGenerateOrder, (*client).Opportunities, leadtocash.Opportunities.GenerateOrder, plain),
	changes(actions.OpportunityGenerateInvoice, (*client).Opportunities, leadtocash.Opportunities.GenerateInvoice, plain),
	does(actions.OpportunityEditCompetitors, (*client).Opportunities, leadtocash.Opportunities.EditCompetitors, (*journey).editCompetitors),
	changes(actions.OpportunityAssign, (*client).Opportunities, leadtocash.Opportunities.Assign, assign),
	changes(actions.OpportunityScore, (*client).Opportunities, leadtocash.Opportunities.Score, scored),
	removes(actions.OpportunityDelete, (*client).Opportunities, leadtocash.Opportunities.Delete),

	makes(actions.QuoteCreate, (*client).Quotes, leadtocash.Quotes.Create, (*journey).createQuote),
	does(actions.QuoteEdit, (*client).Quotes, leadtocash.Quotes.Edit, (*journey).editQuote),
	does(actions.QuoteEditLines, (*client).Quotes, leadtocash.Quotes.EditLines, (*journey).editQuoteLines),
	changes(actions.QuoteGetProducts, (*client).Quotes, leadtocash.Quotes.GetProducts, getProducts),
	changes(actions.QuoteRecalculate, (*client).Quotes, leadtocash.Quotes.Recalculate, plain),
	changes(actions.QuoteChangeCurrency, (*client).Quotes, leadtocash.Quotes.ChangeCurrency, changeCurrency),
	changes(actions.QuoteActivate, (*client).Quotes, leadtocash.Quotes.Activate, plain),
	does(actions.QuoteSetStatus, (*client).Quotes, leadtocash.Quotes.SetStatus, (*journey).setQuoteStatus),
	changes(actions.QuoteReviseQuote, (*client).Quotes, leadtocash.Quotes.ReviseQuote, plain),
	does(actions.QuoteClose, (*client).Quotes, leadtocash.Quotes.Close, (*journey).closeQuote),
	changes(actions.QuoteWin, (*client).Quotes, leadtocash.Quotes.Win, plain),
	does(actions.QuoteWinToOrder, (*client).Quotes, leadtocash.Quotes.WinToOrder, (*journey).winQuoteToOrder),
	changes(actions.QuoteAssign, (*client).Quotes, leadtocash.Quotes.Assign, assign),
	removes(actions.QuoteDelete, (*client).Quotes, leadtocash.Quotes.Delete),

	makes(actions.OrderCreate, (*client).Orders, leadtocash.Orders.Create, (*journey).createOrder),
	does(actions.OrderEdit, (*client).Orders, leadtocash.Orders.Edit, (*journey).editOrder),
	does(actions.OrderEditLines, (*client).Orders, leadtocash.Orders.EditLines, (*journey).editOrderLines),
	changes(actions.OrderGetProducts, (*client).Orders, leadtocash.Orders.GetProducts, getProducts),
	changes(actions.OrderRecalculate, (*client).Orders, leadtocash.Orders.Recalculate, plain),
	changes(actions.OrderChangeCurrency, (*client).Orders, leadtocash.Orders.ChangeCurrency, changeCurrency),
	does(actions.OrderSetStatus, (*client).Orders, leadtocash.Orders.SetStatus, (*journey).setOrderStatus),
	changes(actions.OrderLockPricing, (*client).Orders, leadtocash.Orders.LockPricing, plain),
	changes(actions.OrderUnlockPricing, (*client).Orders, leadtocash.Orders.UnlockPricing, plain),
	changes(actions.OrderSubmit, (*client).Orders, leadtocash.Orders.Submit, plain),
	does(actions.OrderFulfillPartial, (*client).Orders, leadtocash.Orders.Fulfill, (*journey).fulfillPart),
	changes(actions.OrderFulfill, (*client).Orders, leadtocash.Orders.Fulfill, plain),
	does(actions.OrderCancel, (*client).Orders, leadtocash.Orders.Cancel, (*journey).cancelOrder),
	does(actions.OrderCancelRemaining, (*client).Orders, leadtocash.Orders.CancelRemaining, (*journey).cancelRemaining),
	does(actions.OrderInvoice, (*client).Orders, leadtocash.Orders.Invoice, (*journey).invoiceOrder),
	changes(actions.OrderAssign, (*client).Orders, leadtocash.Orders.Assign, assign),
	removes(actions.OrderDelete, (*client).Orders, leadtocash.Orders.Delete),

	makes(actions.InvoiceCreate, (*client).Invoices, leadtocash.Invoices.Create, (*journey).createInvoice),
	does(actions.InvoiceEdit, (*client).Invoices, leadtocash.Invoices.Edit, (*journey).editInvoice),
	does(actions.InvoiceEditLines, (*client).Invoices, leadtocash.Invoices.EditLines, (*journey).editInvoiceLines),
	changes(actions.InvoiceGetProducts, (*client).Invoices, leadtocash.Invoices.GetProducts, getProducts),
	changes(actions.InvoiceRecalculate, (*client).Invoices, leadtocash.Invoices.Recalculate, plain),
	changes(actions.InvoiceChangeCurrency, (*client).Invoices, leadtocash.Invoices.ChangeCurrency, changeCurrency),
	changes(actions.InvoiceLockPricing, (*client).Invoices, leadtocash.Invoices.LockPricing, plain),
	changes(actions.InvoiceUnlockPricing, (*client).Invoices, leadtocash.Invoices.UnlockPricing, plain),
	does(actions.InvoiceSetStatus, (*client).Invoices, leadtocash.Invoices.SetStatus, (*journey).setInvoiceStatus),
	does(actions.InvoiceIssue, (*client).Invoices, leadtocash.Invoices.Issue, (*journey).issueInvoice),
	does(actions.InvoiceMarkPaid, (*client).Invoices, leadtocash.Invoices.MarkPaid, (*journey).payInvoice),
	does(actions.InvoiceMarkPaidPartial, (*client).Invoices, leadtocash.Invoices.MarkPaid, (*journey).payPart),
	changes(actions.InvoiceCancel, (*client).Invoices, leadtocash.Invoices.Cancel, plain),
	changes(actions.InvoiceReactivate, (*client).Invoices, leadtocash.Invoices.Reactivate, plain),
	changes(actions.InvoiceAssign, (*client).Invoices, leadtocash.Invoices.Assign, assign),
	does(actions.InvoiceCredit, (*client).Invoices, leadtocash.Invoices.Credit, (*journey).creditInvoice),
	does(actions.InvoiceWriteOff, (*client).Invoices, leadtocash.Invoices.WriteOff, (*journey).writeOffInvoice),
	changes(actions.InvoiceReverseWriteOff, (*client).Invoices, leadtocash.Invoices.ReverseWriteOff, plain),
	does(actions.InvoiceDispute, (*client).Invoices, leadtocash.Invoices.Dispute, (*journey).disputeInvoice),
	changes(actions.InvoiceResolveDispute, (*client).Invoices, leadtocash.Invoices.ResolveDispute, plain),
	does(actions.InvoicePromisePayment, (*client).Invoices, leadtocash.Invoices.PromisePayment, (*journey).promisePayment),
	changes(actions.InvoiceWithdrawPromise, (*client).Invoices, leadtocash.Invoices.WithdrawPromise, plain),
	does(actions.InvoiceDun, (*client).Invoices, leadtocash.Invoices.Dun, (*journey).dunInvoice),
	removes(actions.InvoiceDelete, (*client).Invoices, leadtocash.Invoices.Delete),

	makes(actions.PaymentCreate, (*client).Payments, leadtocash.Payments.Create, (*journey).createPayment),
	changes(actions.PaymentPost, (*client).Payments, leadtocash.Payments.Post, plain),
	does(actions.PaymentAllocate, (*client).Payments, leadtocash.Payments.Allocate, (*journey).allocatePayment),
	does(actions.PaymentDeallocate, (*client).Payments, leadtocash.Payments.Deallocate, (*journey).deallocatePayment),
	changes(actions.PaymentAutoAllocate, (*client).Payments, leadtocash.Payments.AutoAllocate, plain),
	does(actions.PaymentRefund, (*client).Payments, leadtocash.Payments.Refund, requestRefund((*leadtocash.Payment).Unallocated)),
	changes(actions.PaymentVoid, (*client).Payments, leadtocash.Payments.Void, plain),
	changes(actions.PaymentBounce, (*client).Payments, leadtocash.Payments.Bounce, plain),

	makes(actions.CreditNoteCreate, (*client).CreditNotes, leadtocash.CreditNotes.Create, (*journey).createCreditNote),
	does(actions.CreditNoteEdit, (*client).CreditNotes, leadtocash.CreditNotes.Edit, (*journey).editCreditNote),
	does(actions.CreditNoteEditLines, (*client).CreditNotes, leadtocash.CreditNotes.EditLines, (*journey).editCreditNoteLines),
	changes(actions.CreditNoteIssue, (*client).CreditNotes, leadtocash.CreditNotes.Issue, plain),
	does(actions.CreditNoteApply, (*client).CreditNotes, leadtocash.CreditNotes.Apply, (*journey).applyCreditNote),
	does(actions.CreditNoteUnapply, (*client).CreditNotes, leadtocash.CreditNotes.Unapply, (*journey).unapplyCreditNote),
	does(actions.CreditNoteRefund, (*client).CreditNotes, leadtocash.CreditNotes.Refund, requestRefund((*leadtocash.CreditNote).Unapplied)),
	changes(actions.CreditNoteVoid, (*client).CreditNotes, leadtocash.CreditNotes.Void, plain),

	changes(actions.RefundConfirm, (*client).Refunds, leadtocash.Refunds.Confirm, plain),
	changes(actions.RefundFail, (*client).Refunds, leadtocash.Refunds.Fail, plain),
	changes(actions.RefundCancel, (*client).Refunds, leadtocash.Refunds.Cancel, plain),
	changes(actions.RefundRetry, (*client).Refunds, leadtocash.Refunds.Retry, plain),

	makes(actions.PriceListItemCreate, (*client).PriceListItems, leadtocash.PriceListItems.Create, (*journey).createPriceListItem),
	does(actions.PriceListItemEdit, (*client).PriceListItems, leadtocash.PriceListItems.Edit, (*journey).editPriceListItem),
	makes(actions.SellerCreate, (*client).Sellers, leadtocash.Sellers.Create, (*journey).createSeller),
	does(actions.SellerEdit, (*client).Sellers, leadtocash.Sellers.Edit, (*journey).editSeller),
	changes(actions.SellerDeactivate, (*client).Sellers, leadtocash.Sellers.Deactivate, plain),
	changes(actions.SellerActivate, (*client).Sellers, leadtocash.Sellers.Activate, plain),
	removes(actions.SellerDelete, (*client).Sellers, leadtocash.Sellers.Delete),

	makes(actions.CompetitorCreate, (*client).Competitors, leadtocash.Competitors.Create, (*journey).createCompetitor),
	does(actions.CompetitorEdit, (*client).Competitors, leadtocash.Competitors.Edit, (*journey).editCompetitor),
	removes(actions.CompetitorDelete, (*client).Competitors, leadtocash.Competitors.Delete),

	makes(actions.ConnectionCreate, (*client).Connections, leadtocash.Connections.Create, (*journey).createConnection),
	does(actions.ConnectionEdit, (*client).Connections, leadtocash.Connections.Edit, (*journey).editConnection),
	changes(actions.ConnectionDeactivate, (*client).Connections, leadtocash.Connections.Deactivate, plain),
	changes(actions.ConnectionActivate, (*client).Connections, leadtocash.Connections.Activate, plain),
	removes(actions.ConnectionDelete, (*client).Connections, leadtocash.Connections.Delete),

	makes(actions.NoteCreate, (*client).Notes, leadtocash.Notes.Create, (*journey).createNote),
	makes(actions.NoteCreate, (*client).Notes, createWithFile, (*journey).createNote),
	does(actions.NoteEdit, (*client).Notes, leadtocash.Notes.Edit, (*journey).editNote),
	does(actions.NoteEdit, (*client).Notes, leadtocash.Notes.Attach, (*journey).attachFile),
	removes(actions.NoteDelete, (*client).Notes, leadtocash.Notes.Delete),

	makes(actions.TaskCreate, (*client).Tasks, leadtocash.Tasks.Create, (*journey).createTask),
	does(actions.TaskEdit, (*client).Tasks, leadtocash.Tasks.Edit, (*journey).editTask),
	does(actions.TaskSetStatus, (*client).Tasks, leadtocash.Tasks.SetStatus, (*journey).setTaskStatus),
	changes(actions.TaskComplete, (*client).Tasks, leadtocash.Tasks.Complete, plain),
	changes(actions.TaskCancel, (*client).Tasks, leadtocash.Tasks.Cancel, plain),
	changes(actions.TaskReopen, (*client).Tasks, leadtocash.Tasks.Reopen, plain),
	removes(actions.TaskDelete, (*client).Tasks, leadtocash.Tasks.Delete),

	makes(actions.PhoneCallCreate, (*client).PhoneCalls, leadtocash.PhoneCalls.Create, (*journey).createPhoneCall),
	does(actions.PhoneCallEdit, (*client).PhoneCalls, leadtocash.PhoneCalls.Edit, (*journey).editPhoneCall),
	changes(actions.PhoneCallComplete, (*client).PhoneCalls, leadtocash.PhoneCalls.Complete, plain),
	changes(actions.PhoneCallCancel, (*client).PhoneCalls, leadtocash.PhoneCalls.Cancel, plain),
	removes(actions.PhoneCallDelete, (*client).PhoneCalls, leadtocash.PhoneCalls.Delete),

	makes(actions.EmailCreate, (*client).Emails, leadtocash.Emails.Create, (*journey).createEmail),
	does(actions.EmailEdit, (*client).Emails, leadtocash.Emails.Edit, (*journey).editEmail),
	changes(actions.EmailComplete, (*client).Emails, leadtocash.Emails.Complete, plain),
	changes(actions.EmailCancel, (*client).Emails, leadtocash.Emails.Cancel, plain),
	removes(actions.EmailDelete, (*client).Emails, leadtocash.Emails.Delete),

	makes(actions.AppointmentCreate, (*client).Appointments, leadtocash.Appointments.Create, (*journey).createAppointment),
	does(actions.AppointmentEdit, (*client).Appointments, leadtocash.Appointments.Edit, (*journey).editAppointment),
	changes(actions.AppointmentSchedule, (*client).Appointments, leadtocash.Appointments.Schedule, plain),
	changes(actions.AppointmentComplete, (*client).Appointments, leadtocash.Appointments.Complete, plain),
	changes(actions.AppointmentCancel, (*client).Appointments, leadtocash.Appointments.Cancel, plain),
	removes(actions.AppointmentDelete, (*client).Appointments, leadtocash.Appointments.Delete),
}

// createWithFile is a note and its file as one command.
func createWithFile(s leadtocash.Notes, ctx context.Context, cmd leadtocash.CreateNote) (leadtocash.Note, error) { //nolint:revive // as a method expression
	return s.CreateWithFile(ctx, cmd, leadtocash.AttachFile{FileName: "offer.txt", Content: []byte("ten desks")})
}

// explainers ask what is possible with a record.
var explainers = map[kinds.Kind]func(context.Context, *client, uuid.UUID) ([]leadtocash.Verdict, error){
	kinds.Lead:        explains((*client).Leads, leadtocash.Leads.Explain),
	kinds.Account:     explains((*client).Accounts, leadtocash.Accounts.Explain),
	kinds.Contact:     explains((*client).Contacts, leadtocash.Contacts.Explain),
	kinds.Opportunity: explains((*client).Opportunities, leadtocash.Opportunities.Explain),
	kinds.Quote:       explains((*client).Quotes, leadtocash.Quotes.Explain),
	kinds.Order:       explains((*client).Orders, leadtocash.Orders.Explain),
	kinds.Invoice:     explains((*client).Invoices, leadtocash.Invoices.Explain),
	kinds.Payment:     explains((*client).Payments, leadtocash.Payments.Explain),
	kinds.CreditNote:  explains((*client).CreditNotes, leadtocash.CreditNotes.Explain),
	kinds.Refund:      explains((*client).Refunds, leadtocash.Refunds.Explain),
	kinds.Seller:      explains((*client).Sellers, leadtocash.Sellers.Explain),
	kinds.Connection:  explains((*client).Connections, leadtocash.Connections.Explain),
	kinds.Task:        explains((*client).Tasks, leadtocash.Tasks.Explain),
	kinds.PhoneCall:   explains((*client).PhoneCalls, leadtocash.PhoneCalls.Explain),
	kinds.Email:       explains((*client).Emails, leadtocash.Emails.Explain),
	kinds.Appointment: explains((*client).Appointments, leadtocash.Appointments.Explain),
}

func explains[S any, I leadtocash.AnyID](service func(*client) S, method func(S, context.Context, I) ([]leadtocash.Verdict, error)) func(context.Context, *client, uuid.UUID) ([]leadtocash.Verdict, error) {
	return func(ctx context.Context, c *client, id uuid.UUID) ([]leadtocash.Verdict, error) {
		return method(service(c), ctx, I{UUID: id})
	}
}
