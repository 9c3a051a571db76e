package engine

import (
	"context"
	"encoding/json"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
)

//go:generate go run ../internal/gentexts -o door_texts.go

// doorTable is the list of what can be done by name: a row for each method of a
// service that carries out an action. Deleting and importing, which every kind does
// alike, are added by kind.
func doorTable() []door {
	return []door{
		makes(actions.LeadCreate, (*Client).Leads, Leads.Create),
		makes(actions.LeadCapture, (*Client).Leads, Leads.Capture),
		does(actions.LeadEdit, (*Client).Leads, Leads.Edit),
		does(actions.LeadChangeCurrency, (*Client).Leads, Leads.ChangeCurrency),
		does(actions.LeadSetStatus, (*Client).Leads, Leads.SetStatus),
		does(actions.LeadQualify, (*Client).Leads, Leads.Qualify),
		does(actions.LeadDisqualify, (*Client).Leads, Leads.Disqualify),
		does(actions.LeadReactivate, (*Client).Leads, Leads.Reactivate),
		does(actions.LeadAssign, (*Client).Leads, Leads.Assign),
		does(actions.LeadMerge, (*Client).Leads, Leads.Merge),
		does(actions.LeadUnmerge, (*Client).Leads, Leads.Unmerge),
		does(actions.LeadScore, (*Client).Leads, Leads.Score),

		makes(actions.AccountCreate, (*Client).Accounts, Accounts.Create),
		does(actions.AccountEdit, (*Client).Accounts, Accounts.Edit),
		does(actions.AccountChangeCurrency, (*Client).Accounts, Accounts.ChangeCurrency),
		does(actions.AccountDeactivate, (*Client).Accounts, Accounts.Deactivate),
		does(actions.AccountActivate, (*Client).Accounts, Accounts.Activate),
		does(actions.AccountAssign, (*Client).Accounts, Accounts.Assign),
		does(actions.AccountMerge, (*Client).Accounts, Accounts.Merge),
		does(actions.AccountUnmerge, (*Client).Accounts, Accounts.Unmerge),

		makes(actions.ContactCreate, (*Client).Contacts, Contacts.Create),
		does(actions.ContactEdit, (*Client).Contacts, Contacts.Edit),
		does(actions.ContactChangeCurrency, (*Client).Contacts, Contacts.ChangeCurrency),
		does(actions.ContactDeactivate, (*Client).Contacts, Contacts.Deactivate),
		does(actions.ContactActivate, (*Client).Contacts, Contacts.Activate),
		does(actions.ContactAssign, (*Client).Contacts, Contacts.Assign),
		does(actions.ContactMerge, (*Client).Contacts, Contacts.Merge),
		does(actions.ContactUnmerge, (*Client).Contacts, Contacts.Unmerge),

		makes(actions.OpportunityCreate, (*Client).Opportunities, Opportunities.Create),
		does(actions.OpportunityEdit, (*Client).Opportunities, Opportunities.Edit),
		does(actions.OpportunityEditLines, (*Client).Opportunities, Opportunities.EditLines),
		does(actions.OpportunityChangeCurrency, (*Client).Opportunities, Opportunities.ChangeCurrency),
		does(actions.OpportunityRecalculate, (*Client).Opportunities, Opportunities.Recalculate),
		does(actions.OpportunityHold, (*Client).Opportunities, Opportunities.Hold),
		does(actions.OpportunityResume, (*Client).Opportunities, Opportunities.Resume),
		does(actions.OpportunityWin, (*Client).Opportunities, Opportunities.Win),
		does(actions.OpportunityLose, (*Client).Opportunities, Opportunities.Lose),
		does(actions.OpportunityReopen, (*Client).Opportunities, Opportunities.Reopen),
		does(actions.OpportunityGenerateQuote, (*Client).Opportunities, Opportunities.GenerateQuote),
		does(actions.OpportunityGenerateOrder, (*Client).Opportunities, Opportunities.GenerateOrder),
		does(actions.OpportunityGenerateInvoice, (*Client).Opportunities, Opportunities.GenerateInvoice),
		does(actions.OpportunityEditCompetitors, (*Client).Opportunities, Opportunities.EditCompetitors),
		does(actions.OpportunityAssign, (*Client).Opportunities, Opportunities.Assign),
		does(actions.OpportunityScore, (*Client).Opportunities, Opportunities.Score),

		makes(actions.QuoteCreate, (*Client).Quotes, Quotes.Create),
		does(actions.QuoteEdit, (*Client).Quotes, Quotes.Edit),
		does(actions.QuoteEditLines, (*Client).Quotes, Quotes.EditLines),
		does(actions.QuoteGetProducts, (*Client).Quotes, Quotes.GetProducts),
		does(actions.QuoteRecalculate, (*Client).Quotes, Quotes.Recalculate),
		does(actions.QuoteChangeCurrency, (*Client).Quotes, Quotes.ChangeCurrency),
		does(actions.QuoteRequestApproval, (*Client).Quotes, Quotes.RequestApproval),
		does(actions.QuoteActivate, (*Client).Quotes, Quotes.Activate),
		does(actions.QuoteSetStatus, (*Client).Quotes, Quotes.SetStatus),
		does(actions.QuoteReviseQuote, (*Client).Quotes, Quotes.ReviseQuote),
		does(actions.QuoteClose, (*Client).Quotes, Quotes.Close),
		does(actions.QuoteWin, (*Client).Quotes, Quotes.Win),
		does(actions.QuoteWinToOrder, (*Client).Quotes, Quotes.WinToOrder),
		does(actions.QuoteAssign, (*Client).Quotes, Quotes.Assign),

		makes(actions.OrderCreate, (*Client).Orders, Orders.Create),
		does(actions.OrderEdit, (*Client).Orders, Orders.Edit),
		does(actions.OrderEditLines, (*Client).Orders, Orders.EditLines),
		does(actions.OrderGetProducts, (*Client).Orders, Orders.GetProducts),
		does(actions.OrderRecalculate, (*Client).Orders, Orders.Recalculate),
		does(actions.OrderChangeCurrency, (*Client).Orders, Orders.ChangeCurrency),
		does(actions.OrderSetStatus, (*Client).Orders, Orders.SetStatus),
		does(actions.OrderLockPricing, (*Client).Orders, Orders.LockPricing),
		does(actions.OrderUnlockPricing, (*Client).Orders, Orders.UnlockPricing),
		does(actions.OrderRequestApproval, (*Client).Orders, Orders.RequestApproval),
		does(actions.OrderSubmit, (*Client).Orders, Orders.Submit),
		does(actions.OrderFulfill, (*Client).Orders, Orders.Fulfill),
		does(actions.OrderCancel, (*Client).Orders, Orders.Cancel),
		does(actions.OrderCancelRemaining, (*Client).Orders, Orders.CancelRemaining),
		does(actions.OrderInvoice, (*Client).Orders, Orders.Invoice),
		does(actions.OrderAssign, (*Client).Orders, Orders.Assign),

		makes(actions.InvoiceCreate, (*Client).Invoices, Invoices.Create),
		does(actions.InvoiceEdit, (*Client).Invoices, Invoices.Edit),
		does(actions.InvoiceEditLines, (*Client).Invoices, Invoices.EditLines),
		does(actions.InvoiceGetProducts, (*Client).Invoices, Invoices.GetProducts),
		does(actions.InvoiceRecalculate, (*Client).Invoices, Invoices.Recalculate),
		does(actions.InvoiceChangeCurrency, (*Client).Invoices, Invoices.ChangeCurrency),
		does(actions.InvoiceLockPricing, (*Client).Invoices, Invoices.LockPricing),
		does(actions.InvoiceUnlockPricing, (*Client).Invoices, Invoices.UnlockPricing),
		does(actions.InvoiceSetStatus, (*Client).Invoices, Invoices.SetStatus),
		does(actions.InvoiceRequestApproval, (*Client).Invoices, Invoices.RequestApproval),
		does(actions.InvoiceIssue, (*Client).Invoices, Invoices.Issue),
		does(actions.InvoiceMarkPaid, (*Client).Invoices, Invoices.MarkPaid),
		does(actions.InvoiceCredit, (*Client).Invoices, Invoices.Credit),
		does(actions.InvoiceWriteOff, (*Client).Invoices, Invoices.WriteOff),
		does(actions.InvoiceReverseWriteOff, (*Client).Invoices, Invoices.ReverseWriteOff),
		does(actions.InvoiceDispute, (*Client).Invoices, Invoices.Dispute),
		does(actions.InvoiceResolveDispute, (*Client).Invoices, Invoices.ResolveDispute),
		does(actions.InvoicePromisePayment, (*Client).Invoices, Invoices.PromisePayment),
		does(actions.InvoiceWithdrawPromise, (*Client).Invoices, Invoices.WithdrawPromise),
		does(actions.InvoiceDun, (*Client).Invoices, Invoices.Dun),
		does(actions.InvoiceCancel, (*Client).Invoices, Invoices.Cancel),
		does(actions.InvoiceReactivate, (*Client).Invoices, Invoices.Reactivate),
		does(actions.InvoiceAssign, (*Client).Invoices, Invoices.Assign),

		makes(actions.PaymentCreate, (*Client).Payments, Payments.Create),
		does(actions.PaymentChangeCurrency, (*Client).Payments, Payments.ChangeCurrency),
		does(actions.PaymentPost, (*Client).Payments, Payments.Post),
		does(actions.PaymentAllocate, (*Client).Payments, Payments.Allocate),
		does(actions.PaymentAutoAllocate, (*Client).Payments, Payments.AutoAllocate),
		does(actions.PaymentDeallocate, (*Client).Payments, Payments.Deallocate),
		does(actions.PaymentRefund, (*Client).Payments, Payments.Refund),
		does(actions.PaymentVoid, (*Client).Payments, Payments.Void),
		does(actions.PaymentBounce, (*Client).Payments, Payments.Bounce),
		does(actions.PaymentWriteOffReclaim, (*Client).Payments, Payments.WriteOffReclaim),

		makes(actions.CreditNoteCreate, (*Client).CreditNotes, CreditNotes.Create),
		does(actions.CreditNoteEdit, (*Client).CreditNotes, CreditNotes.Edit),
		does(actions.CreditNoteEditLines, (*Client).CreditNotes, CreditNotes.EditLines),
		does(actions.CreditNoteChangeCurrency, (*Client).CreditNotes, CreditNotes.ChangeCurrency),
		does(actions.CreditNoteIssue, (*Client).CreditNotes, CreditNotes.Issue),
		does(actions.CreditNoteApply, (*Client).CreditNotes, CreditNotes.Apply),
		does(actions.CreditNoteUnapply, (*Client).CreditNotes, CreditNotes.Unapply),
		does(actions.CreditNoteRefund, (*Client).CreditNotes, CreditNotes.Refund),
		does(actions.CreditNoteVoid, (*Client).CreditNotes, CreditNotes.Void),

		does(actions.RefundConfirm, (*Client).Refunds, Refunds.Confirm),
		does(actions.RefundFail, (*Client).Refunds, Refunds.Fail),
		does(actions.RefundCancel, (*Client).Refunds, Refunds.Cancel),
		does(actions.RefundRetry, (*Client).Refunds, Refunds.Retry),

		does(actions.ApprovalApprove, (*Client).Approvals, Approvals.Approve),
		does(actions.ApprovalReject, (*Client).Approvals, Approvals.Reject),
		does(actions.ApprovalWithdraw, (*Client).Approvals, Approvals.Withdraw),

		makes(actions.SellerCreate, (*Client).Sellers, Sellers.Create),
		does(actions.SellerEdit, (*Client).Sellers, Sellers.Edit),
		does(actions.SellerActivate, (*Client).Sellers, Sellers.Activate),
		does(actions.SellerDeactivate, (*Client).Sellers, Sellers.Deactivate),

		makes(actions.OrganizationCreate, (*Client).Organizations, Organizations.Create),
		does(actions.OrganizationEdit, (*Client).Organizations, Organizations.Edit),
		does(actions.OrganizationActivate, (*Client).Organizations, Organizations.Activate),
		does(actions.OrganizationDeactivate, (*Client).Organizations, Organizations.Deactivate),

		makes(actions.CompetitorCreate, (*Client).Competitors, Competitors.Create),
		does(actions.CompetitorEdit, (*Client).Competitors, Competitors.Edit),
		does(actions.CompetitorChangeCurrency, (*Client).Competitors, Competitors.ChangeCurrency),

		makes(actions.ConnectionCreate, (*Client).Connections, Connections.Create),
		does(actions.ConnectionEdit, (*Client).Connections, Connections.Edit),
		does(actions.ConnectionActivate, (*Client).Connections, Connections.Activate),
		does(actions.ConnectionDeactivate, (*Client).Connections, Connections.Deactivate),

		makes(actions.NoteCreate, (*Client).Notes, Notes.Create),
		does(actions.NoteEdit, (*Client).Notes, Notes.Edit),

		makes(actions.TaskCreate, (*Client).Tasks, Tasks.Create),
		does(actions.TaskEdit, (*Client).Tasks, Tasks.Edit),
		does(actions.TaskSetStatus, (*Client).Tasks, Tasks.SetStatus),
		does(actions.TaskComplete, (*Client).Tasks, Tasks.Complete),
		does(actions.TaskCancel, (*Client).Tasks, Tasks.Cancel),
		does(actions.TaskReopen, (*Client).Tasks, Tasks.Reopen),

		makes(actions.PhoneCallCreate, (*Client).PhoneCalls, PhoneCalls.Create),
		does(actions.PhoneCallEdit, (*Client).PhoneCalls, PhoneCalls.Edit),
		does(actions.PhoneCallComplete, (*Client).PhoneCalls, PhoneCalls.Complete),
		does(actions.PhoneCallCancel, (*Client).PhoneCalls, PhoneCalls.Cancel),

		makes(actions.EmailCreate, (*Client).Emails, Emails.Create),
		does(actions.EmailEdit, (*Client).Emails, Emails.Edit),
		does(actions.EmailComplete, (*Client).Emails, Emails.Complete),
		does(actions.EmailCancel, (*Client).Emails, Emails.Cancel),

		makes(actions.AppointmentCreate, (*Client).Appointments, Appointments.Create),
		does(actions.AppointmentEdit, (*Client).Appointments, Appointments.Edit),
		does(actions.AppointmentSchedule, (*Client).Appointments, Appointments.Schedule),
		does(actions.AppointmentComplete, (*Client).Appointments, Appointments.Complete),
		does(actions.AppointmentCancel, (*Client).Appointments, Appointments.Cancel),

		makes(actions.ProcessStart, (*Client).Processes, Processes.Start),
		does(actions.ProcessNext, (*Client).Processes, Processes.Next),
		does(actions.ProcessSetActive, (*Client).Processes, Processes.SetActive),
		does(actions.ProcessFinish, (*Client).Processes, Processes.Finish),
		does(actions.ProcessRebind, (*Client).Processes, Processes.Rebind),
		does(actions.ProcessMigrate, (*Client).Processes, Processes.Migrate),
		removing(actions.ProcessDelete, (*Client).Processes, Processes.Delete),

		makes(actions.ProcessDefinitionCreate, (*Client).ProcessDefinitions, ProcessDefinitions.Create),
		does(actions.ProcessDefinitionSave, (*Client).ProcessDefinitions, ProcessDefinitions.Save),
		does(actions.ProcessDefinitionActivate, (*Client).ProcessDefinitions, ProcessDefinitions.Activate),
		does(actions.ProcessDefinitionDeactivate, (*Client).ProcessDefinitions, ProcessDefinitions.Deactivate),
		removing(actions.ProcessDefinitionDelete, (*Client).ProcessDefinitions, ProcessDefinitions.Delete),

		makes(actions.ProductCreate, (*Client).Products, Products.Create),
		does(actions.ProductEdit, (*Client).Products, Products.Edit),
		does(actions.ProductPublish, (*Client).Products, Products.Publish),
		does(actions.ProductRevise, (*Client).Products, Products.Revise),
		does(actions.ProductRevert, (*Client).Products, Products.Revert),
		does(actions.ProductRetire, (*Client).Products, Products.Retire),
		does(actions.ProductActivate, (*Client).Products, Products.Activate),
		does(actions.ProductSetDefaultPriceList, (*Client).Products, Products.SetDefaultPriceList),

		makes(actions.ProductRelationshipCreate, (*Client).ProductRelationships, ProductRelationships.Create),
		does(actions.ProductRelationshipEdit, (*Client).ProductRelationships, ProductRelationships.Edit),

		makes(actions.UnitGroupCreate, (*Client).UnitGroups, UnitGroups.Create),
		does(actions.UnitGroupEdit, (*Client).UnitGroups, UnitGroups.Edit),

		makes(actions.PriceListCreate, (*Client).PriceLists, PriceLists.Create),
		does(actions.PriceListEdit, (*Client).PriceLists, PriceLists.Edit),
		does(actions.PriceListDeactivate, (*Client).PriceLists, PriceLists.Deactivate),
		does(actions.PriceListActivate, (*Client).PriceLists, PriceLists.Activate),

		makes(actions.PriceListItemCreate, (*Client).PriceListItems, PriceListItems.Create),
		does(actions.PriceListItemEdit, (*Client).PriceListItems, PriceListItems.Edit),

		makes(actions.DiscountListCreate, (*Client).DiscountLists, DiscountLists.Create),
		does(actions.DiscountListEdit, (*Client).DiscountLists, DiscountLists.Edit),
		does(actions.DiscountListDeactivate, (*Client).DiscountLists, DiscountLists.Deactivate),
		does(actions.DiscountListActivate, (*Client).DiscountLists, DiscountLists.Activate),

		makes(actions.TransactionCurrencyCreate, (*Client).TransactionCurrencies, TransactionCurrencies.Create),
		does(actions.TransactionCurrencyEdit, (*Client).TransactionCurrencies, TransactionCurrencies.Edit),
		does(actions.TransactionCurrencyDeactivate, (*Client).TransactionCurrencies, TransactionCurrencies.Deactivate),
		does(actions.TransactionCurrencyActivate, (*Client).TransactionCurrencies, TransactionCurrencies.Activate),

		makes(actions.GoalCreate, (*Client).Goals, Goals.Create),
		does(actions.GoalEdit, (*Client).Goals, Goals.Edit),
		does(actions.GoalAssign, (*Client).Goals, Goals.Assign),
		does(actions.GoalClose, (*Client).Goals, Goals.Close),
		does(actions.GoalDiscard, (*Client).Goals, Goals.Discard),
		does(actions.GoalReopen, (*Client).Goals, Goals.Reopen),

		makes(actions.GoalMetricCreate, (*Client).GoalMetrics, GoalMetrics.Create),
		does(actions.GoalMetricEdit, (*Client).GoalMetrics, GoalMetrics.Edit),
		does(actions.GoalMetricDeactivate, (*Client).GoalMetrics, GoalMetrics.Deactivate),
		does(actions.GoalMetricActivate, (*Client).GoalMetrics, GoalMetrics.Activate),

		makes(actions.ForecastAdjustmentCreate, (*Client).ForecastAdjustments, ForecastAdjustments.Create),

		does(actions.OpportunityCalculateActualValue, (*Client).Opportunities, func(s Opportunities, ctx context.Context, id record.OpportunityID, _ NoInput, _ ...CallOption) (money.Amount, error) {
			return s.CalculateActualValue(ctx, id)
		}).plain().reading(),

		does(actions.ProcessPrevious, (*Client).Processes, func(s Processes, ctx context.Context, id record.ProcessID, _ NoInput, opts ...CallOption) (process.Process, error) {
			return s.Previous(ctx, id, opts...)
		}),
		does(actions.ProcessAbort, (*Client).Processes, func(s Processes, ctx context.Context, id record.ProcessID, cmd AbortProcess, opts ...CallOption) (process.Process, error) {
			return s.Abort(ctx, id, cmd.Reason, opts...)
		}),
		does(actions.ProcessReactivate, (*Client).Processes, func(s Processes, ctx context.Context, id record.ProcessID, _ NoInput, opts ...CallOption) (process.Process, error) {
			return s.Reactivate(ctx, id, opts...)
		}),
		does(actions.ProcessRunStep, (*Client).Processes, func(s Processes, ctx context.Context, id record.ProcessID, cmd RunProcessStep, _ ...CallOption) (process.Process, error) {
			return s.RunStep(ctx, id, cmd.Stage, cmd.Step)
		}).plain(),
		calls("process.switch", actions.ProcessSwitch, func(ctx context.Context, c *Client, cmd SwitchProcess, _ ...CallOption) (process.Process, error) {
			return c.Processes().Switch(ctx, cmd.Record, cmd.Definition)
		}).plain(),

		// What counts as an action that another method is called by.
		does(actions.NoteEdit, (*Client).Notes, Notes.Attach).named("note.attach"),
		does(actions.LeadAssign, (*Client).Leads, Leads.Route).named("lead.route"),
		does(actions.OpportunityAssign, (*Client).Opportunities, Opportunities.Route).named("opportunity.route"),
		does(actions.LeadScore, (*Client).Leads, func(s Leads, ctx context.Context, id record.LeadID, _ NoInput, opts ...CallOption) (leadtocash.Lead, error) {
			return s.Rescore(ctx, id, opts...)
		}).named("lead.rescore"),
		does(actions.OpportunityScore, (*Client).Opportunities, func(s Opportunities, ctx context.Context, id record.OpportunityID, _ NoInput, opts ...CallOption) (leadtocash.Opportunity, error) {
			return s.Rescore(ctx, id, opts...)
		}).named("opportunity.rescore"),
		calls("lead.upsert", actions.LeadCreate, func(ctx context.Context, c *Client, cmd Upsert, opts ...CallOption) (Upserted[leadtocash.Lead], error) {
			return c.Leads().Upsert(ctx, cmd.Key, cmd.Fields, opts...)
		}),
		calls("account.upsert", actions.AccountCreate, func(ctx context.Context, c *Client, cmd Upsert, opts ...CallOption) (Upserted[party.Account], error) {
			return c.Accounts().Upsert(ctx, cmd.Key, cmd.Fields, opts...)
		}),
		calls("contact.upsert", actions.ContactCreate, func(ctx context.Context, c *Client, cmd Upsert, opts ...CallOption) (Upserted[party.Contact], error) {
			return c.Contacts().Upsert(ctx, cmd.Key, cmd.Fields, opts...)
		}),
		calls("product.upsert", actions.ProductCreate, func(ctx context.Context, c *Client, cmd Upsert, opts ...CallOption) (Upserted[catalog.Product], error) {
			return c.Products().Upsert(ctx, cmd.Key, cmd.Fields, opts...)
		}),
		calls("organization.upsert", actions.OrganizationCreate, func(ctx context.Context, c *Client, cmd Upsert, opts ...CallOption) (Upserted[party.Organization], error) {
			return c.Organizations().Upsert(ctx, cmd.Key, cmd.Fields, opts...)
		}),
		calls("seller.upsert", actions.SellerCreate, func(ctx context.Context, c *Client, cmd Upsert, opts ...CallOption) (Upserted[party.Seller], error) {
			return c.Sellers().Upsert(ctx, cmd.Key, cmd.Fields, opts...)
		}),
		calls("receivables.run_dunning", actions.InvoiceDun, func(ctx context.Context, c *Client, cmd RunDunning, _ ...CallOption) (dunned []leadtocash.DunnedInvoice, err error) {
			for d, err := range c.Receivables().RunDunning(ctx, cmd) {
				if err != nil {
					return nil, err
				}
				dunned = append(dunned, d)
			}
			return dunned, nil
		}).plain(),

		imports[leadtocash.Lead](), imports[party.Account](), imports[party.Contact](), imports[leadtocash.Opportunity](),
		imports[leadtocash.OpportunityClose](), imports[leadtocash.Quote](), imports[leadtocash.QuoteClose](),
		imports[leadtocash.Order](), imports[leadtocash.OrderClose](), imports[leadtocash.Invoice](),
		imports[leadtocash.Payment](), imports[leadtocash.Allocation](), imports[leadtocash.CreditNote](),
		imports[leadtocash.Refund](), imports[leadtocash.DunningEntry](), imports[agreement.Approval](), imports[party.Seller](), imports[party.Organization](), imports[party.Competitor](),
		imports[party.Connection](), imports[activity.Note](), imports[activity.Attachment](), imports[activity.Task](),
		imports[activity.PhoneCall](), imports[activity.Email](), imports[activity.Appointment](), imports[process.Process](),
		imports[ProcessDefinition](), imports[catalog.Product](), imports[catalog.ProductRelationship](),
		imports[catalog.UnitGroup](), imports[catalog.PriceList](), imports[catalog.PriceListItem](),
		imports[catalog.DiscountList](), imports[catalog.TransactionCurrency](),
		imports[insight.Goal](), imports[insight.GoalMetric](), imports[insight.ForecastAdjustment](),
	}
}

// NoInput is the command of actions that take none.
type NoInput struct{}

// AbortProcess is the command of process.abort by name, see Processes.Abort.
type AbortProcess struct {
	Reason string `json:"reason,omitzero"`
}

// RunProcessStep is the command of process.run_step by name, see Processes.RunStep.
type RunProcessStep struct {
	Stage string `json:"stage"`
	Step  string `json:"step"`
}

// SwitchProcess is the command of process.switch by name, see Processes.Switch.
type SwitchProcess struct {
	Record     bpf.Ref `json:"record"`
	Definition string  `json:"definition"`
}

// Upsert is the command of lead.upsert and its like by name, see [Key].
type Upsert struct {
	Key    Key             `json:"key"`
	Fields json.RawMessage `json:"fields"`
}
