package journeytest

import (
	"context"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
)

// deed is one thing that a journey can do: to a record of the action's kind,
// or to make one.
type deed struct {
	action leadtocash.Action
	birth  bool
	draw   func(*journey, any) attempt // any is the record, a pointer; nil for births
}

// attempt is a deed with its command, to be carried out by any client.
type attempt struct {
	action leadtocash.Action
	ref    leadtocash.Ref // zero for births
	cmd    any
	do     func(context.Context, *leadtocash.Client) (any, error)
}

// makes is the birth of a record.
func makes[S, C, R any](action leadtocash.Action, service func(*leadtocash.Client) S,
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
func does[S, R, C, O any, I leadtocash.AnyID](action leadtocash.Action, service func(*leadtocash.Client) S,
	method func(S, context.Context, I, C, ...leadtocash.CallOption) (O, error), draw func(*journey, *R) C,
) deed {
	return changes(action, service, method, func(j *journey, record any) C { return draw(j, record.(*R)) })
}

// removes is a deletion.
func removes[S any, I leadtocash.AnyID](action leadtocash.Action, service func(*leadtocash.Client) S,
	method func(S, context.Context, I, leadtocash.DeleteRecord, ...leadtocash.CallOption) error,
) deed {
	return changes(action, service, func(s S, ctx context.Context, id I, cmd leadtocash.DeleteRecord, opts ...leadtocash.CallOption) (struct{}, error) {
		return struct{}{}, method(s, ctx, id, cmd, opts...)
	}, func(*journey, any) (cmd leadtocash.DeleteRecord) { return cmd })
}

func changes[S, C, O any, I leadtocash.AnyID](action leadtocash.Action, service func(*leadtocash.Client) S,
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
	makes(leadtocash.ActionLeadCreate, (*client).Leads, leadtocash.Leads.Create, (*journey).createLead),
	makes(leadtocash.ActionLeadCapture, (*client).Leads, leadtocash.Leads.Capture, (*journey).captureLead),
	does(leadtocash.ActionLeadEdit, (*client).Leads, leadtocash.Leads.Edit, (*journey).editLead),
	does(leadtocash.ActionLeadSetStatus, (*client).Leads, leadtocash.Leads.SetStatus, (*journey).setLeadStatus),
	does(leadtocash.ActionLeadQualify, (*client).Leads, leadtocash.Leads.Qualify, (*journey).qualifyLead),
	does(leadtocash.ActionLeadDisqualify, (*client).Leads, leadtocash.Leads.Disqualify, (*journey).disqualifyLead),
	changes(leadtocash.ActionLeadReactivate, (*client).Leads, leadtocash.Leads.Reactivate, plain),
	changes(leadtocash.ActionLeadAssign, (*client).Leads, leadtocash.Leads.Assign, assign),
	changes(leadtocash.ActionLeadScore, (*client).Leads, leadtocash.Leads.Score, scored),
	changes(leadtocash.ActionLeadMerge, (*client).Leads, leadtocash.Leads.Merge, mergeOf),
	changes(leadtocash.ActionLeadUnmerge, (*client).Leads, leadtocash.Leads.Unmerge, plain),
	removes(leadtocash.ActionLeadDelete, (*client).Leads, leadtocash.Leads.Delete),

	makes(leadtocash.ActionAccountCreate, (*client).Accounts, leadtocash.Accounts.Create, (*journey).createAccount),
	does(leadtocash.ActionAccountEdit, (*client).Accounts, leadtocash.Accounts.Edit, (*journey).editAccount),
	changes(leadtocash.ActionAccountDeactivate, (*client).Accounts, leadtocash.Accounts.Deactivate, plain),
	changes(leadtocash.ActionAccountActivate, (*client).Accounts, leadtocash.Accounts.Activate, plain),
	changes(leadtocash.ActionAccountAssign, (*client).Accounts, leadtocash.Accounts.Assign, assign),
	changes(leadtocash.ActionAccountMerge, (*client).Accounts, leadtocash.Accounts.Merge, mergeOf),
	changes(leadtocash.ActionAccountUnmerge, (*client).Accounts, leadtocash.Accounts.Unmerge, plain),
	removes(leadtocash.ActionAccountDelete, (*client).Accounts, leadtocash.Accounts.Delete),

	makes(leadtocash.ActionContactCreate, (*client).Contacts, leadtocash.Contacts.Create, (*journey).createContact),
	does(leadtocash.ActionContactEdit, (*client).Contacts, leadtocash.Contacts.Edit, (*journey).editContact),
	changes(leadtocash.ActionContactDeactivate, (*client).Contacts, leadtocash.Contacts.Deactivate, plain),
	changes(leadtocash.ActionContactActivate, (*client).Contacts, leadtocash.Contacts.Activate, plain),
	changes(leadtocash.ActionContactAssign, (*client).Contacts, leadtocash.Contacts.Assign, assign),
	changes(leadtocash.ActionContactMerge, (*client).Contacts, leadtocash.Contacts.Merge, mergeOf),
	changes(leadtocash.ActionContactUnmerge, (*client).Contacts, leadtocash.Contacts.Unmerge, plain),
	removes(leadtocash.ActionContactDelete, (*client).Contacts, leadtocash.Contacts.Delete),

	makes(leadtocash.ActionOpportunityCreate, (*client).Opportunities, leadtocash.Opportunities.Create, (*journey).createOpportunity),
	does(leadtocash.ActionOpportunityEdit, (*client).Opportunities, leadtocash.Opportunities.Edit, (*journey).editOpportunity),
	does(leadtocash.ActionOpportunityEditLines, (*client).Opportunities, leadtocash.Opportunities.EditLines, (*journey).editOpportunityLines),
	changes(leadtocash.ActionOpportunityChangeCurrency, (*client).Opportunities, leadtocash.Opportunities.ChangeCurrency, changeCurrency),
	changes(leadtocash.ActionOpportunityRecalculate, (*client).Opportunities, leadtocash.Opportunities.Recalculate, plain),
	changes(leadtocash.ActionOpportunityHold, (*client).Opportunities, leadtocash.Opportunities.Hold, plain),
	changes(leadtocash.ActionOpportunityResume, (*client).Opportunities, leadtocash.Opportunities.Resume, plain),
	does(leadtocash.ActionOpportunityWin, (*client).Opportunities, leadtocash.Opportunities.Win, (*journey).winOpportunity),
	does(leadtocash.ActionOpportunityLose, (*client).Opportunities, leadtocash.Opportunities.Lose, (*journey).loseOpportunity),
	changes(leadtocash.ActionOpportunityReopen, (*client).Opportunities, leadtocash.Opportunities.Reopen, plain),
	changes(leadtocash.ActionOpportunityGenerateQuote, (*client).Opportunities, leadtocash.Opportunities.GenerateQuote, plain),
	changes(leadtocash.ActionOpportunityGenerateOrder, (*client).Opportunities, leadtocash.Opportunities.GenerateOrder, plain),
	changes(leadtocash.ActionOpportunityGenerateInvoice, (*client).Opportunities, leadtocash.Opportunities.GenerateInvoice, plain),
	does(leadtocash.ActionOpportunityEditCompetitors, (*client).Opportunities, leadtocash.Opportunities.EditCompetitors, (*journey).editCompetitors),
	changes(leadtocash.ActionOpportunityAssign, (*client).Opportunities, leadtocash.Opportunities.Assign, assign),
	changes(leadtocash.ActionOpportunityScore, (*client).Opportunities, leadtocash.Opportunities.Score, scored),
	removes(leadtocash.ActionOpportunityDelete, (*client).Opportunities, leadtocash.Opportunities.Delete),

	makes(leadtocash.ActionQuoteCreate, (*client).Quotes, leadtocash.Quotes.Create, (*journey).createQuote),
	does(leadtocash.ActionQuoteEdit, (*client).Quotes, leadtocash.Quotes.Edit, (*journey).editQuote),
	does(leadtocash.ActionQuoteEditLines, (*client).Quotes, leadtocash.Quotes.EditLines, (*journey).editQuoteLines),
	changes(leadtocash.ActionQuoteGetProducts, (*client).Quotes, leadtocash.Quotes.GetProducts, getProducts),
	changes(leadtocash.ActionQuoteRecalculate, (*client).Quotes, leadtocash.Quotes.Recalculate, plain),
	changes(leadtocash.ActionQuoteChangeCurrency, (*client).Quotes, leadtocash.Quotes.ChangeCurrency, changeCurrency),
	changes(leadtocash.ActionQuoteActivate, (*client).Quotes, leadtocash.Quotes.Activate, plain),
	does(leadtocash.ActionQuoteSetStatus, (*client).Quotes, leadtocash.Quotes.SetStatus, (*journey).setQuoteStatus),
	changes(leadtocash.ActionQuoteReviseQuote, (*client).Quotes, leadtocash.Quotes.ReviseQuote, plain),
	does(leadtocash.ActionQuoteClose, (*client).Quotes, leadtocash.Quotes.Close, (*journey).closeQuote),
	changes(leadtocash.ActionQuoteWin, (*client).Quotes, leadtocash.Quotes.Win, plain),
	does(leadtocash.ActionQuoteWinToOrder, (*client).Quotes, leadtocash.Quotes.WinToOrder, (*journey).winQuoteToOrder),
	changes(leadtocash.ActionQuoteAssign, (*client).Quotes, leadtocash.Quotes.Assign, assign),
	removes(leadtocash.ActionQuoteDelete, (*client).Quotes, leadtocash.Quotes.Delete),

	makes(leadtocash.ActionOrderCreate, (*client).Orders, leadtocash.Orders.Create, (*journey).createOrder),
	does(leadtocash.ActionOrderEdit, (*client).Orders, leadtocash.Orders.Edit, (*journey).editOrder),
	does(leadtocash.ActionOrderEditLines, (*client).Orders, leadtocash.Orders.EditLines, (*journey).editOrderLines),
	changes(leadtocash.ActionOrderGetProducts, (*client).Orders, leadtocash.Orders.GetProducts, getProducts),
	changes(leadtocash.ActionOrderRecalculate, (*client).Orders, leadtocash.Orders.Recalculate, plain),
	changes(leadtocash.ActionOrderChangeCurrency, (*client).Orders, leadtocash.Orders.ChangeCurrency, changeCurrency),
	does(leadtocash.ActionOrderSetStatus, (*client).Orders, leadtocash.Orders.SetStatus, (*journey).setOrderStatus),
	changes(leadtocash.ActionOrderLockPricing, (*client).Orders, leadtocash.Orders.LockPricing, plain),
	changes(leadtocash.ActionOrderUnlockPricing, (*client).Orders, leadtocash.Orders.UnlockPricing, plain),
	changes(leadtocash.ActionOrderSubmit, (*client).Orders, leadtocash.Orders.Submit, plain),
	does(leadtocash.ActionOrderFulfillPartial, (*client).Orders, leadtocash.Orders.Fulfill, (*journey).fulfillPart),
	changes(leadtocash.ActionOrderFulfill, (*client).Orders, leadtocash.Orders.Fulfill, plain),
	does(leadtocash.ActionOrderCancel, (*client).Orders, leadtocash.Orders.Cancel, (*journey).cancelOrder),
	does(leadtocash.ActionOrderCancelRemaining, (*client).Orders, leadtocash.Orders.CancelRemaining, (*journey).cancelRemaining),
	does(leadtocash.ActionOrderInvoice, (*client).Orders, leadtocash.Orders.Invoice, (*journey).invoiceOrder),
	changes(leadtocash.ActionOrderAssign, (*client).Orders, leadtocash.Orders.Assign, assign),
	removes(leadtocash.ActionOrderDelete, (*client).Orders, leadtocash.Orders.Delete),

	makes(leadtocash.ActionInvoiceCreate, (*client).Invoices, leadtocash.Invoices.Create, (*journey).createInvoice),
	does(leadtocash.ActionInvoiceEdit, (*client).Invoices, leadtocash.Invoices.Edit, (*journey).editInvoice),
	does(leadtocash.ActionInvoiceEditLines, (*client).Invoices, leadtocash.Invoices.EditLines, (*journey).editInvoiceLines),
	changes(leadtocash.ActionInvoiceGetProducts, (*client).Invoices, leadtocash.Invoices.GetProducts, getProducts),
	changes(leadtocash.ActionInvoiceRecalculate, (*client).Invoices, leadtocash.Invoices.Recalculate, plain),
	changes(leadtocash.ActionInvoiceChangeCurrency, (*client).Invoices, leadtocash.Invoices.ChangeCurrency, changeCurrency),
	changes(leadtocash.ActionInvoiceLockPricing, (*client).Invoices, leadtocash.Invoices.LockPricing, plain),
	changes(leadtocash.ActionInvoiceUnlockPricing, (*client).Invoices, leadtocash.Invoices.UnlockPricing, plain),
	does(leadtocash.ActionInvoiceSetStatus, (*client).Invoices, leadtocash.Invoices.SetStatus, (*journey).setInvoiceStatus),
	does(leadtocash.ActionInvoiceIssue, (*client).Invoices, leadtocash.Invoices.Issue, (*journey).issueInvoice),
	does(leadtocash.ActionInvoiceMarkPaid, (*client).Invoices, leadtocash.Invoices.MarkPaid, (*journey).payInvoice),
	does(leadtocash.ActionInvoiceMarkPaidPartial, (*client).Invoices, leadtocash.Invoices.MarkPaid, (*journey).payPart),
	changes(leadtocash.ActionInvoiceCancel, (*client).Invoices, leadtocash.Invoices.Cancel, plain),
	changes(leadtocash.ActionInvoiceReactivate, (*client).Invoices, leadtocash.Invoices.Reactivate, plain),
	changes(leadtocash.ActionInvoiceAssign, (*client).Invoices, leadtocash.Invoices.Assign, assign),
	does(leadtocash.ActionInvoiceCredit, (*client).Invoices, leadtocash.Invoices.Credit, (*journey).creditInvoice),
	does(leadtocash.ActionInvoiceWriteOff, (*client).Invoices, leadtocash.Invoices.WriteOff, (*journey).writeOffInvoice),
	changes(leadtocash.ActionInvoiceReverseWriteOff, (*client).Invoices, leadtocash.Invoices.ReverseWriteOff, plain),
	does(leadtocash.ActionInvoiceDispute, (*client).Invoices, leadtocash.Invoices.Dispute, (*journey).disputeInvoice),
	changes(leadtocash.ActionInvoiceResolveDispute, (*client).Invoices, leadtocash.Invoices.ResolveDispute, plain),
	does(leadtocash.ActionInvoicePromisePayment, (*client).Invoices, leadtocash.Invoices.PromisePayment, (*journey).promisePayment),
	changes(leadtocash.ActionInvoiceWithdrawPromise, (*client).Invoices, leadtocash.Invoices.WithdrawPromise, plain),
	does(leadtocash.ActionInvoiceDun, (*client).Invoices, leadtocash.Invoices.Dun, (*journey).dunInvoice),
	removes(leadtocash.ActionInvoiceDelete, (*client).Invoices, leadtocash.Invoices.Delete),

	makes(leadtocash.ActionPaymentCreate, (*client).Payments, leadtocash.Payments.Create, (*journey).createPayment),
	changes(leadtocash.ActionPaymentPost, (*client).Payments, leadtocash.Payments.Post, plain),
	does(leadtocash.ActionPaymentAllocate, (*client).Payments, leadtocash.Payments.Allocate, (*journey).allocatePayment),
	does(leadtocash.ActionPaymentDeallocate, (*client).Payments, leadtocash.Payments.Deallocate, (*journey).deallocatePayment),
	changes(leadtocash.ActionPaymentAutoAllocate, (*client).Payments, leadtocash.Payments.AutoAllocate, plain),
	does(leadtocash.ActionPaymentRefund, (*client).Payments, leadtocash.Payments.Refund, requestRefund((*leadtocash.Payment).Unallocated)),
	changes(leadtocash.ActionPaymentVoid, (*client).Payments, leadtocash.Payments.Void, plain),
	changes(leadtocash.ActionPaymentBounce, (*client).Payments, leadtocash.Payments.Bounce, plain),

	makes(leadtocash.ActionCreditNoteCreate, (*client).CreditNotes, leadtocash.CreditNotes.Create, (*journey).createCreditNote),
	does(leadtocash.ActionCreditNoteEdit, (*client).CreditNotes, leadtocash.CreditNotes.Edit, (*journey).editCreditNote),
	does(leadtocash.ActionCreditNoteEditLines, (*client).CreditNotes, leadtocash.CreditNotes.EditLines, (*journey).editCreditNoteLines),
	changes(leadtocash.ActionCreditNoteIssue, (*client).CreditNotes, leadtocash.CreditNotes.Issue, plain),
	does(leadtocash.ActionCreditNoteApply, (*client).CreditNotes, leadtocash.CreditNotes.Apply, (*journey).applyCreditNote),
	does(leadtocash.ActionCreditNoteUnapply, (*client).CreditNotes, leadtocash.CreditNotes.Unapply, (*journey).unapplyCreditNote),
	does(leadtocash.ActionCreditNoteRefund, (*client).CreditNotes, leadtocash.CreditNotes.Refund, requestRefund((*leadtocash.CreditNote).Unapplied)),
	changes(leadtocash.ActionCreditNoteVoid, (*client).CreditNotes, leadtocash.CreditNotes.Void, plain),

	changes(leadtocash.ActionRefundConfirm, (*client).Refunds, leadtocash.Refunds.Confirm, plain),
	changes(leadtocash.ActionRefundFail, (*client).Refunds, leadtocash.Refunds.Fail, plain),
	changes(leadtocash.ActionRefundCancel, (*client).Refunds, leadtocash.Refunds.Cancel, plain),
	changes(leadtocash.ActionRefundRetry, (*client).Refunds, leadtocash.Refunds.Retry, plain),

	makes(leadtocash.ActionPriceListItemCreate, (*client).PriceListItems, leadtocash.PriceListItems.Create, (*journey).createPriceListItem),
	does(leadtocash.ActionPriceListItemEdit, (*client).PriceListItems, leadtocash.PriceListItems.Edit, (*journey).editPriceListItem),
	makes(leadtocash.ActionSellerCreate, (*client).Sellers, leadtocash.Sellers.Create, (*journey).createSeller),
	does(leadtocash.ActionSellerEdit, (*client).Sellers, leadtocash.Sellers.Edit, (*journey).editSeller),
	changes(leadtocash.ActionSellerDeactivate, (*client).Sellers, leadtocash.Sellers.Deactivate, plain),
	changes(leadtocash.ActionSellerActivate, (*client).Sellers, leadtocash.Sellers.Activate, plain),
	removes(leadtocash.ActionSellerDelete, (*client).Sellers, leadtocash.Sellers.Delete),

	makes(leadtocash.ActionCompetitorCreate, (*client).Competitors, leadtocash.Competitors.Create, (*journey).createCompetitor),
	does(leadtocash.ActionCompetitorEdit, (*client).Competitors, leadtocash.Competitors.Edit, (*journey).editCompetitor),
	removes(leadtocash.ActionCompetitorDelete, (*client).Competitors, leadtocash.Competitors.Delete),

	makes(leadtocash.ActionConnectionCreate, (*client).Connections, leadtocash.Connections.Create, (*journey).createConnection),
	does(leadtocash.ActionConnectionEdit, (*client).Connections, leadtocash.Connections.Edit, (*journey).editConnection),
	changes(leadtocash.ActionConnectionDeactivate, (*client).Connections, leadtocash.Connections.Deactivate, plain),
	changes(leadtocash.ActionConnectionActivate, (*client).Connections, leadtocash.Connections.Activate, plain),
	removes(leadtocash.ActionConnectionDelete, (*client).Connections, leadtocash.Connections.Delete),

	makes(leadtocash.ActionNoteCreate, (*client).Notes, leadtocash.Notes.Create, (*journey).createNote),
	makes(leadtocash.ActionNoteCreate, (*client).Notes, createWithFile, (*journey).createNote),
	does(leadtocash.ActionNoteEdit, (*client).Notes, leadtocash.Notes.Edit, (*journey).editNote),
	does(leadtocash.ActionNoteEdit, (*client).Notes, leadtocash.Notes.Attach, (*journey).attachFile),
	removes(leadtocash.ActionNoteDelete, (*client).Notes, leadtocash.Notes.Delete),

	makes(leadtocash.ActionTaskCreate, (*client).Tasks, leadtocash.Tasks.Create, (*journey).createTask),
	does(leadtocash.ActionTaskEdit, (*client).Tasks, leadtocash.Tasks.Edit, (*journey).editTask),
	does(leadtocash.ActionTaskSetStatus, (*client).Tasks, leadtocash.Tasks.SetStatus, (*journey).setTaskStatus),
	changes(leadtocash.ActionTaskComplete, (*client).Tasks, leadtocash.Tasks.Complete, plain),
	changes(leadtocash.ActionTaskCancel, (*client).Tasks, leadtocash.Tasks.Cancel, plain),
	changes(leadtocash.ActionTaskReopen, (*client).Tasks, leadtocash.Tasks.Reopen, plain),
	removes(leadtocash.ActionTaskDelete, (*client).Tasks, leadtocash.Tasks.Delete),

	makes(leadtocash.ActionPhoneCallCreate, (*client).PhoneCalls, leadtocash.PhoneCalls.Create, (*journey).createPhoneCall),
	does(leadtocash.ActionPhoneCallEdit, (*client).PhoneCalls, leadtocash.PhoneCalls.Edit, (*journey).editPhoneCall),
	changes(leadtocash.ActionPhoneCallComplete, (*client).PhoneCalls, leadtocash.PhoneCalls.Complete, plain),
	changes(leadtocash.ActionPhoneCallCancel, (*client).PhoneCalls, leadtocash.PhoneCalls.Cancel, plain),
	removes(leadtocash.ActionPhoneCallDelete, (*client).PhoneCalls, leadtocash.PhoneCalls.Delete),

	makes(leadtocash.ActionEmailCreate, (*client).Emails, leadtocash.Emails.Create, (*journey).createEmail),
	does(leadtocash.ActionEmailEdit, (*client).Emails, leadtocash.Emails.Edit, (*journey).editEmail),
	changes(leadtocash.ActionEmailComplete, (*client).Emails, leadtocash.Emails.Complete, plain),
	changes(leadtocash.ActionEmailCancel, (*client).Emails, leadtocash.Emails.Cancel, plain),
	removes(leadtocash.ActionEmailDelete, (*client).Emails, leadtocash.Emails.Delete),

	makes(leadtocash.ActionAppointmentCreate, (*client).Appointments, leadtocash.Appointments.Create, (*journey).createAppointment),
	does(leadtocash.ActionAppointmentEdit, (*client).Appointments, leadtocash.Appointments.Edit, (*journey).editAppointment),
	changes(leadtocash.ActionAppointmentSchedule, (*client).Appointments, leadtocash.Appointments.Schedule, plain),
	changes(leadtocash.ActionAppointmentComplete, (*client).Appointments, leadtocash.Appointments.Complete, plain),
	changes(leadtocash.ActionAppointmentCancel, (*client).Appointments, leadtocash.Appointments.Cancel, plain),
	removes(leadtocash.ActionAppointmentDelete, (*client).Appointments, leadtocash.Appointments.Delete),
}

// createWithFile is a note and its file as one command.
func createWithFile(s leadtocash.Notes, ctx context.Context, cmd leadtocash.CreateNote) (leadtocash.Note, error) { //nolint:revive // as a method expression
	return s.CreateWithFile(ctx, cmd, leadtocash.AttachFile{FileName: "offer.txt", Content: []byte("ten desks")})
}

// explainers ask what is possible with a record.
var explainers = map[leadtocash.Kind]func(context.Context, *client, uuid.UUID) ([]leadtocash.Verdict, error){
	leadtocash.KindLead:        explains((*client).Leads, leadtocash.Leads.Explain),
	leadtocash.KindAccount:     explains((*client).Accounts, leadtocash.Accounts.Explain),
	leadtocash.KindContact:     explains((*client).Contacts, leadtocash.Contacts.Explain),
	leadtocash.KindOpportunity: explains((*client).Opportunities, leadtocash.Opportunities.Explain),
	leadtocash.KindQuote:       explains((*client).Quotes, leadtocash.Quotes.Explain),
	leadtocash.KindOrder:       explains((*client).Orders, leadtocash.Orders.Explain),
	leadtocash.KindInvoice:     explains((*client).Invoices, leadtocash.Invoices.Explain),
	leadtocash.KindPayment:     explains((*client).Payments, leadtocash.Payments.Explain),
	leadtocash.KindCreditNote:  explains((*client).CreditNotes, leadtocash.CreditNotes.Explain),
	leadtocash.KindRefund:      explains((*client).Refunds, leadtocash.Refunds.Explain),
	leadtocash.KindSeller:      explains((*client).Sellers, leadtocash.Sellers.Explain),
	leadtocash.KindConnection:  explains((*client).Connections, leadtocash.Connections.Explain),
	leadtocash.KindTask:        explains((*client).Tasks, leadtocash.Tasks.Explain),
	leadtocash.KindPhoneCall:   explains((*client).PhoneCalls, leadtocash.PhoneCalls.Explain),
	leadtocash.KindEmail:       explains((*client).Emails, leadtocash.Emails.Explain),
	leadtocash.KindAppointment: explains((*client).Appointments, leadtocash.Appointments.Explain),
}

func explains[S any, I leadtocash.AnyID](service func(*client) S, method func(S, context.Context, I) ([]leadtocash.Verdict, error)) func(context.Context, *client, uuid.UUID) ([]leadtocash.Verdict, error) {
	return func(ctx context.Context, c *client, id uuid.UUID) ([]leadtocash.Verdict, error) {
		return method(service(c), ctx, I{UUID: id})
	}
}
