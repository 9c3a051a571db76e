package leadtocash

import (
	"slices"
	"strings"
)

// Action is something that can be done to a record: "<record>.<verb>" in
// tables, processes, errors and logs alike. The zero Action is none. Numbers
// are not stable, names are.
type Action uint16

// String returns the name: "quote.win_to_order".
func (a Action) String() string {
	if int(a) < len(actionTable) {
		return actionTable[a].name
	}
	return ""
}

// Event returns the type of the event that the action appends: "quote.won".
func (a Action) Event() string {
	if int(a) < len(actionTable) {
		return actionTable[a].event
	}
	return ""
}

// Kind returns the kind of record the action belongs to.
func (a Action) Kind() Kind {
	kind, _, _ := strings.Cut(a.String(), ".")
	return Kind(kind)
}

func (a Action) verb() string {
	_, verb, _ := strings.Cut(a.String(), ".")
	return verb
}

// Callable reports whether callers can ask for the action. Some only happen by
// themselves when another document changes (order.rederive, invoice.settle,
// opportunity_close.cancel, payment.release_refund, account.hold_credit and
// their like), or to the subordinate of a merge (merge_into).
func (a Action) Callable() bool {
	switch a {
	case ActionOrderRederive, ActionInvoiceSettle, ActionOpportunityCloseCancel, ActionProcessOffer, ActionProcessCut,
		ActionPaymentReleaseRefund, ActionCreditNoteReleaseRefund,
		ActionAccountHoldCredit, ActionAccountReleaseCredit, ActionContactHoldCredit, ActionContactReleaseCredit,
		ActionLeadMergeInto, ActionAccountMergeInto, ActionContactMergeInto:
		return false
	}
	return true
}

// IsZero reports whether a is no action.
func (a Action) IsZero() bool { return a == 0 }

// MarshalText returns the name.
func (a Action) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText accepts a name; an unknown one is ErrInvalid.
func (a *Action) UnmarshalText(text []byte) (err error) {
	*a, err = ParseAction(string(text))
	return err
}

// ParseAction returns the action with the name; the empty name is none, an
// unknown one is ErrInvalid.
func ParseAction(name string) (Action, error) {
	i := slices.IndexFunc(actionTable, func(row actionRow) bool { return row.name == name })
	if i < 0 {
		return 0, ErrInvalid.Fault("not an action")
	}
	return Action(i), nil
}

// Actions lists every action, kind by kind.
func Actions() []Action {
	all := make([]Action, len(actionTable)-1)
	for i := range all {
		all[i] = Action(i + 1)
	}
	return all
}

// The actions. The internal ones, order.rederive and invoice.settle, happen by
// themselves when another document changes.
const (
	_ Action = iota
	ActionLeadCreate
	ActionLeadCapture
	ActionLeadEdit
	ActionLeadSetStatus
	ActionLeadQualify
	ActionLeadDisqualify
	ActionLeadReactivate
	ActionLeadAssign
	ActionLeadMerge
	ActionLeadMergeInto
	ActionLeadUnmerge
	ActionLeadScore
	ActionLeadDelete
	ActionLeadImport

	ActionAccountCreate
	ActionAccountEdit
	ActionAccountDeactivate
	ActionAccountActivate
	ActionAccountAssign
	ActionAccountHoldCredit
	ActionAccountReleaseCredit
	ActionAccountMerge
	ActionAccountMergeInto
	ActionAccountUnmerge
	ActionAccountDelete
	ActionAccountImport

	ActionContactCreate
	ActionContactEdit
	ActionContactDeactivate
	ActionContactActivate
	ActionContactAssign
	ActionContactHoldCredit
	ActionContactReleaseCredit
	ActionContactMerge
	ActionContactMergeInto
	ActionContactUnmerge
	ActionContactDelete
	ActionContactImport

	ActionOpportunityCreate
	ActionOpportunityEdit
	ActionOpportunityEditLines
	ActionOpportunityChangeCurrency
	ActionOpportunityRecalculate
	ActionOpportunityHold
	ActionOpportunityResume
	ActionOpportunityWin
	ActionOpportunityLose
	ActionOpportunityReopen
	ActionOpportunityCalculateActualValue
	ActionOpportunityGenerateQuote
	ActionOpportunityGenerateOrder
	ActionOpportunityGenerateInvoice
	ActionOpportunityEditCompetitors
	ActionOpportunityAssign
	ActionOpportunityScore
	ActionOpportunityDelete
	ActionOpportunityImport

	ActionOpportunityCloseCreate
	ActionOpportunityCloseEdit
	ActionOpportunityCloseCancel
	ActionOpportunityCloseDelete
	ActionOpportunityCloseImport

	ActionQuoteCreate
	ActionQuoteEdit
	ActionQuoteEditLines
	ActionQuoteGetProducts
	ActionQuoteRecalculate
	ActionQuoteChangeCurrency
	ActionQuoteActivate
	ActionQuoteSetStatus
	ActionQuoteReviseQuote
	ActionQuoteClose
	ActionQuoteWin
	ActionQuoteWinToOrder
	ActionQuoteAssign
	ActionQuoteDelete
	ActionQuoteImport

	ActionQuoteCloseCreate
	ActionQuoteCloseEdit
	ActionQuoteCloseCancel
	ActionQuoteCloseDelete
	ActionQuoteCloseImport

	ActionOrderCreate
	ActionOrderEdit
	ActionOrderEditLines
	ActionOrderGetProducts
	ActionOrderRecalculate
	ActionOrderChangeCurrency
	ActionOrderSetStatus
	ActionOrderLockPricing
	ActionOrderUnlockPricing
	ActionOrderSubmit
	ActionOrderFulfillPartial
	ActionOrderFulfill
	ActionOrderCancel
	ActionOrderCancelRemaining
	ActionOrderInvoice
	ActionOrderRederive
	ActionOrderReactivate
	ActionOrderAssign
	ActionOrderDelete
	ActionOrderImport

	ActionOrderCloseCreate
	ActionOrderCloseEdit
	ActionOrderCloseCancel
	ActionOrderCloseDelete
	ActionOrderCloseImport

	ActionInvoiceCreate
	ActionInvoiceEdit
	ActionInvoiceEditLines
	ActionInvoiceGetProducts
	ActionInvoiceRecalculate
	ActionInvoiceChangeCurrency
	ActionInvoiceLockPricing
	ActionInvoiceUnlockPricing
	ActionInvoiceSetStatus
	ActionInvoiceIssue
	ActionInvoiceMarkPaid
	ActionInvoiceMarkPaidPartial
	ActionInvoiceAllocate
	ActionInvoiceDeallocate
	ActionInvoiceSettle
	ActionInvoiceCredit
	ActionInvoiceWriteOff
	ActionInvoiceReverseWriteOff
	ActionInvoiceDispute
	ActionInvoiceResolveDispute
	ActionInvoicePromisePayment
	ActionInvoiceWithdrawPromise
	ActionInvoiceDun
	ActionInvoiceCancel
	ActionInvoiceReactivate
	ActionInvoiceAssign
	ActionInvoiceDelete
	ActionInvoiceImport

	ActionPaymentCreate
	ActionPaymentPost
	ActionPaymentAllocate
	ActionPaymentAutoAllocate
	ActionPaymentDeallocate
	ActionPaymentRefund
	ActionPaymentReleaseRefund
	ActionPaymentVoid
	ActionPaymentBounce
	ActionPaymentDelete
	ActionPaymentImport

	ActionAllocationCreate
	ActionAllocationReverse
	ActionAllocationImport

	ActionCreditNoteCreate
	ActionCreditNoteEdit
	ActionCreditNoteEditLines
	ActionCreditNoteIssue
	ActionCreditNoteApply
	ActionCreditNoteUnapply
	ActionCreditNoteRefund
	ActionCreditNoteReleaseRefund
	ActionCreditNoteVoid
	ActionCreditNoteImport

	ActionRefundCreate
	ActionRefundConfirm
	ActionRefundFail
	ActionRefundCancel
	ActionRefundRetry
	ActionRefundImport

	ActionDunningEntryCreate
	ActionDunningEntryImport

	ActionSellerCreate
	ActionSellerEdit
	ActionSellerActivate
	ActionSellerDeactivate
	ActionSellerDelete
	ActionSellerImport

	ActionCompetitorCreate
	ActionCompetitorEdit
	ActionCompetitorDelete
	ActionCompetitorImport

	ActionConnectionCreate
	ActionConnectionEdit
	ActionConnectionActivate
	ActionConnectionDeactivate
	ActionConnectionDelete
	ActionConnectionImport

	ActionNoteCreate
	ActionNoteEdit
	ActionNoteDelete
	ActionNoteImport

	ActionAttachmentCreate
	ActionAttachmentDelete
	ActionAttachmentImport

	ActionTaskCreate
	ActionTaskEdit
	ActionTaskSetStatus
	ActionTaskComplete
	ActionTaskCancel
	ActionTaskReopen
	ActionTaskDelete
	ActionTaskImport

	ActionPhoneCallCreate
	ActionPhoneCallEdit
	ActionPhoneCallComplete
	ActionPhoneCallCancel
	ActionPhoneCallDelete
	ActionPhoneCallImport

	ActionEmailCreate
	ActionEmailEdit
	ActionEmailComplete
	ActionEmailCancel
	ActionEmailDelete
	ActionEmailImport

	ActionAppointmentCreate
	ActionAppointmentEdit
	ActionAppointmentSchedule
	ActionAppointmentComplete
	ActionAppointmentCancel
	ActionAppointmentDelete
	ActionAppointmentImport

	ActionProcessStart
	ActionProcessNext
	ActionProcessPrevious
	ActionProcessSetActive
	ActionProcessFinish
	ActionProcessAbort
	ActionProcessReactivate
	ActionProcessSwitch
	ActionProcessRunStep
	ActionProcessRebind
	ActionProcessOffer
	ActionProcessCut
	ActionProcessMigrate
	ActionProcessDelete
	ActionProcessImport

	ActionProcessDefinitionCreate
	ActionProcessDefinitionSave
	ActionProcessDefinitionActivate
	ActionProcessDefinitionDeactivate
	ActionProcessDefinitionDelete
	ActionProcessDefinitionImport

	ActionProductCreate
	ActionProductEdit
	ActionProductPublish
	ActionProductRevise
	ActionProductRevert
	ActionProductRetire
	ActionProductActivate
	ActionProductSetDefaultPriceList
	ActionProductDelete
	ActionProductImport

	ActionProductRelationshipCreate
	ActionProductRelationshipEdit
	ActionProductRelationshipDelete
	ActionProductRelationshipImport

	ActionUnitGroupCreate
	ActionUnitGroupEdit
	ActionUnitGroupDelete
	ActionUnitGroupImport

	ActionPriceListCreate
	ActionPriceListEdit
	ActionPriceListDeactivate
	ActionPriceListActivate
	ActionPriceListDelete
	ActionPriceListImport

	ActionPriceListItemCreate
	ActionPriceListItemEdit
	ActionPriceListItemDelete
	ActionPriceListItemImport

	ActionDiscountListCreate
	ActionDiscountListEdit
	ActionDiscountListDeactivate
	ActionDiscountListActivate
	ActionDiscountListDelete
	ActionDiscountListImport

	ActionTransactionCurrencyCreate
	ActionTransactionCurrencyEdit
	ActionTransactionCurrencyDeactivate
	ActionTransactionCurrencyActivate
	ActionTransactionCurrencyDelete
	ActionTransactionCurrencyImport
)

type actionRow struct{ name, event string }

var actionTable = []actionRow{
	{},
	ActionLeadCreate:                      {"lead.create", "lead.created"},
	ActionLeadCapture:                     {"lead.capture", "lead.captured"},
	ActionLeadEdit:                        {"lead.edit", "lead.edited"},
	ActionLeadSetStatus:                   {"lead.set_status", "lead.status_changed"},
	ActionLeadQualify:                     {"lead.qualify", "lead.qualified"},
	ActionLeadDisqualify:                  {"lead.disqualify", "lead.disqualified"},
	ActionLeadReactivate:                  {"lead.reactivate", "lead.reactivated"},
	ActionLeadAssign:                      {"lead.assign", "lead.assigned"},
	ActionLeadMerge:                       {"lead.merge", "lead.merged"},
	ActionLeadMergeInto:                   {"lead.merge_into", "lead.merged_into"},
	ActionLeadUnmerge:                     {"lead.unmerge", "lead.unmerged"},
	ActionLeadScore:                       {"lead.score", "lead.scored"},
	ActionLeadDelete:                      {"lead.delete", "lead.deleted"},
	ActionLeadImport:                      {"lead.import", "lead.imported"},
	ActionAccountCreate:                   {"account.create", "account.created"},
	ActionAccountEdit:                     {"account.edit", "account.edited"},
	ActionAccountDeactivate:               {"account.deactivate", "account.deactivated"},
	ActionAccountActivate:                 {"account.activate", "account.activated"},
	ActionAccountAssign:                   {"account.assign", "account.assigned"},
	ActionAccountHoldCredit:               {"account.hold_credit", "account.credit_held"},
	ActionAccountReleaseCredit:            {"account.release_credit", "account.credit_released"},
	ActionAccountMerge:                    {"account.merge", "account.merged"},
	ActionAccountMergeInto:                {"account.merge_into", "account.merged_into"},
	ActionAccountUnmerge:                  {"account.unmerge", "account.unmerged"},
	ActionAccountDelete:                   {"account.delete", "account.deleted"},
	ActionAccountImport:                   {"account.import", "account.imported"},
	ActionContactCreate:                   {"contact.create", "contact.created"},
	ActionContactEdit:                     {"contact.edit", "contact.edited"},
	ActionContactDeactivate:               {"contact.deactivate", "contact.deactivated"},
	ActionContactActivate:                 {"contact.activate", "contact.activated"},
	ActionContactAssign:                   {"contact.assign", "contact.assigned"},
	ActionContactHoldCredit:               {"contact.hold_credit", "contact.credit_held"},
	ActionContactReleaseCredit:            {"contact.release_credit", "contact.credit_released"},
	ActionContactMerge:                    {"contact.merge", "contact.merged"},
	ActionContactMergeInto:                {"contact.merge_into", "contact.merged_into"},
	ActionContactUnmerge:                  {"contact.unmerge", "contact.unmerged"},
	ActionContactDelete:                   {"contact.delete", "contact.deleted"},
	ActionContactImport:                   {"contact.import", "contact.imported"},
	ActionOpportunityCreate:               {"opportunity.create", "opportunity.created"},
	ActionOpportunityEdit:                 {"opportunity.edit", "opportunity.edited"},
	ActionOpportunityEditLines:            {"opportunity.edit_lines", "opportunity.lines_edited"},
	ActionOpportunityChangeCurrency:       {"opportunity.change_currency", "opportunity.currency_changed"},
	ActionOpportunityRecalculate:          {"opportunity.recalculate", "opportunity.recalculated"},
	ActionOpportunityHold:                 {"opportunity.hold", "opportunity.held"},
	ActionOpportunityResume:               {"opportunity.resume", "opportunity.resumed"},
	ActionOpportunityWin:                  {"opportunity.win", "opportunity.won"},
	ActionOpportunityLose:                 {"opportunity.lose", "opportunity.lost"},
	ActionOpportunityReopen:               {"opportunity.reopen", "opportunity.reopened"},
	ActionOpportunityCalculateActualValue: {"opportunity.calculate_actual_value", "opportunity.actual_value_calculated"},
	ActionOpportunityGenerateQuote:        {"opportunity.generate_quote", "opportunity.quote_generated"},
	ActionOpportunityGenerateOrder:        {"opportunity.generate_order", "opportunity.order_generated"},
	ActionOpportunityGenerateInvoice:      {"opportunity.generate_invoice", "opportunity.invoice_generated"},
	ActionOpportunityEditCompetitors:      {"opportunity.edit_competitors", "opportunity.competitors_edited"},
	ActionOpportunityAssign:               {"opportunity.assign", "opportunity.assigned"},
	ActionOpportunityScore:                {"opportunity.score", "opportunity.scored"},
	ActionOpportunityDelete:               {"opportunity.delete", "opportunity.deleted"},
	ActionOpportunityImport:               {"opportunity.import", "opportunity.imported"},
	ActionOpportunityCloseCreate:          {"opportunity_close.create", "opportunity_close.created"},
	ActionOpportunityCloseEdit:            {"opportunity_close.edit", "opportunity_close.edited"},
	ActionOpportunityCloseCancel:          {"opportunity_close.cancel", "opportunity_close.canceled"},
	ActionOpportunityCloseDelete:          {"opportunity_close.delete", "opportunity_close.deleted"},
	ActionOpportunityCloseImport:          {"opportunity_close.import", "opportunity_close.imported"},
	ActionQuoteCreate:                     {"quote.create", "quote.created"},
	ActionQuoteEdit:                       {"quote.edit", "quote.edited"},
	ActionQuoteEditLines:                  {"quote.edit_lines", "quote.lines_edited"},
	ActionQuoteGetProducts:                {"quote.get_products", "quote.products_added"},
	ActionQuoteRecalculate:                {"quote.recalculate", "quote.recalculated"},
	ActionQuoteChangeCurrency:             {"quote.change_currency", "quote.currency_changed"},
	ActionQuoteActivate:                   {"quote.activate", "quote.activated"},
	ActionQuoteSetStatus:                  {"quote.set_status", "quote.status_changed"},
	ActionQuoteReviseQuote:                {"quote.revise_quote", "quote.revised"},
	ActionQuoteClose:                      {"quote.close", "quote.closed"},
	ActionQuoteWin:                        {"quote.win", "quote.won"},
	ActionQuoteWinToOrder:                 {"quote.win_to_order", "quote.won_to_order"},
	ActionQuoteAssign:                     {"quote.assign", "quote.assigned"},
	ActionQuoteDelete:                     {"quote.delete", "quote.deleted"},
	ActionQuoteImport:                     {"quote.import", "quote.imported"},
	ActionQuoteCloseCreate:                {"quote_close.create", "quote_close.created"},
	ActionQuoteCloseEdit:                  {"quote_close.edit", "quote_close.edited"},
	ActionQuoteCloseCancel:                {"quote_close.cancel", "quote_close.canceled"},
	ActionQuoteCloseDelete:                {"quote_close.delete", "quote_close.deleted"},
	ActionQuoteCloseImport:                {"quote_close.import", "quote_close.imported"},
	ActionOrderCreate:                     {"order.create", "order.created"},
	ActionOrderEdit:                       {"order.edit", "order.edited"},
	ActionOrderEditLines:                  {"order.edit_lines", "order.lines_edited"},
	ActionOrderGetProducts:                {"order.get_products", "order.products_added"},
	ActionOrderRecalculate:                {"order.recalculate", "order.recalculated"},
	ActionOrderChangeCurrency:             {"order.change_currency", "order.currency_changed"},
	ActionOrderSetStatus:                  {"order.set_status", "order.status_changed"},
	ActionOrderLockPricing:                {"order.lock_pricing", "order.pricing_locked"},
	ActionOrderUnlockPricing:              {"order.unlock_pricing", "order.pricing_unlocked"},
	ActionOrderSubmit:                     {"order.submit", "order.submitted"},
	ActionOrderFulfillPartial:             {"order.fulfill_partial", "order.partly_fulfilled"},
	ActionOrderFulfill:                    {"order.fulfill", "order.fulfilled"},
	ActionOrderCancel:                     {"order.cancel", "order.canceled"},
	ActionOrderCancelRemaining:            {"order.cancel_remaining", "order.remaining_canceled"},
	ActionOrderInvoice:                    {"order.invoice", "order.invoiced"},
	ActionOrderRederive:                   {"order.rederive", "order.rederived"},
	ActionOrderReactivate:                 {"order.reactivate", "order.reactivated"},
	ActionOrderAssign:                     {"order.assign", "order.assigned"},
	ActionOrderDelete:                     {"order.delete", "order.deleted"},
	ActionOrderImport:                     {"order.import", "order.imported"},
	ActionOrderCloseCreate:                {"order_close.create", "order_close.created"},
	ActionOrderCloseEdit:                  {"order_close.edit", "order_close.edited"},
	ActionOrderCloseCancel:                {"order_close.cancel", "order_close.canceled"},
	ActionOrderCloseDelete:                {"order_close.delete", "order_close.deleted"},
	ActionOrderCloseImport:                {"order_close.import", "order_close.imported"},
	ActionInvoiceCreate:                   {"invoice.create", "invoice.created"},
	ActionInvoiceEdit:                     {"invoice.edit", "invoice.edited"},
	ActionInvoiceEditLines:                {"invoice.edit_lines", "invoice.lines_edited"},
	ActionInvoiceGetProducts:              {"invoice.get_products", "invoice.products_added"},
	ActionInvoiceRecalculate:              {"invoice.recalculate", "invoice.recalculated"},
	ActionInvoiceChangeCurrency:           {"invoice.change_currency", "invoice.currency_changed"},
	ActionInvoiceLockPricing:              {"invoice.lock_pricing", "invoice.pricing_locked"},
	ActionInvoiceUnlockPricing:            {"invoice.unlock_pricing", "invoice.pricing_unlocked"},
	ActionInvoiceSetStatus:                {"invoice.set_status", "invoice.status_changed"},
	ActionInvoiceIssue:                    {"invoice.issue", "invoice.issued"},
	ActionInvoiceMarkPaid:                 {"invoice.mark_paid", "invoice.paid"},
	ActionInvoiceMarkPaidPartial:          {"invoice.mark_paid_partial", "invoice.part_paid"},
	ActionInvoiceAllocate:                 {"invoice.allocate", "invoice.allocated"},
	ActionInvoiceDeallocate:               {"invoice.deallocate", "invoice.deallocated"},
	ActionInvoiceSettle:                   {"invoice.settle", "invoice.settled"},
	ActionInvoiceCredit:                   {"invoice.credit", "invoice.credited"},
	ActionInvoiceWriteOff:                 {"invoice.write_off", "invoice.written_off"},
	ActionInvoiceReverseWriteOff:          {"invoice.reverse_write_off", "invoice.write_off_reversed"},
	ActionInvoiceDispute:                  {"invoice.dispute", "invoice.disputed"},
	ActionInvoiceResolveDispute:           {"invoice.resolve_dispute", "invoice.dispute_resolved"},
	ActionInvoicePromisePayment:           {"invoice.promise_payment", "invoice.payment_promised"},
	ActionInvoiceWithdrawPromise:          {"invoice.withdraw_promise", "invoice.promise_withdrawn"},
	ActionInvoiceDun:                      {"invoice.dun", "invoice.dunned"},
	ActionInvoiceCancel:                   {"invoice.cancel", "invoice.canceled"},
	ActionInvoiceReactivate:               {"invoice.reactivate", "invoice.reactivated"},
	ActionInvoiceAssign:                   {"invoice.assign", "invoice.assigned"},
	ActionInvoiceDelete:                   {"invoice.delete", "invoice.deleted"},
	ActionInvoiceImport:                   {"invoice.import", "invoice.imported"},
	ActionPaymentCreate:                   {"payment.create", "payment.created"},
	ActionPaymentPost:                     {"payment.post", "payment.posted"},
	ActionPaymentAllocate:                 {"payment.allocate", "payment.allocated"},
	ActionPaymentAutoAllocate:             {"payment.auto_allocate", "payment.auto_allocated"},
	ActionPaymentDeallocate:               {"payment.deallocate", "payment.deallocated"},
	ActionPaymentRefund:                   {"payment.refund", "payment.refunded"},
	ActionPaymentReleaseRefund:            {"payment.release_refund", "payment.refund_released"},
	ActionPaymentVoid:                     {"payment.void", "payment.voided"},
	ActionPaymentBounce:                   {"payment.bounce", "payment.bounced"},
	ActionPaymentDelete:                   {"payment.delete", "payment.deleted"},
	ActionPaymentImport:                   {"payment.import", "payment.imported"},
	ActionAllocationCreate:                {"allocation.create", "allocation.created"},
	ActionAllocationReverse:               {"allocation.reverse", "allocation.reversed"},
	ActionAllocationImport:                {"allocation.import", "allocation.imported"},
	ActionCreditNoteCreate:                {"credit_note.create", "credit_note.created"},
	ActionCreditNoteEdit:                  {"credit_note.edit", "credit_note.edited"},
	ActionCreditNoteEditLines:             {"credit_note.edit_lines", "credit_note.lines_edited"},
	ActionCreditNoteIssue:                 {"credit_note.issue", "credit_note.issued"},
	ActionCreditNoteApply:                 {"credit_note.apply", "credit_note.applied"},
	ActionCreditNoteUnapply:               {"credit_note.unapply", "credit_note.unapplied"},
	ActionCreditNoteRefund:                {"credit_note.refund", "credit_note.refunded"},
	ActionCreditNoteReleaseRefund:         {"credit_note.release_refund", "credit_note.refund_released"},
	ActionCreditNoteVoid:                  {"credit_note.void", "credit_note.voided"},
	ActionCreditNoteImport:                {"credit_note.import", "credit_note.imported"},
	ActionRefundCreate:                    {"refund.create", "refund.created"},
	ActionRefundConfirm:                   {"refund.confirm", "refund.confirmed"},
	ActionRefundFail:                      {"refund.fail", "refund.failed"},
	ActionRefundCancel:                    {"refund.cancel", "refund.canceled"},
	ActionRefundRetry:                     {"refund.retry", "refund.retried"},
	ActionRefundImport:                    {"refund.import", "refund.imported"},
	ActionDunningEntryCreate:              {"dunning_entry.create", "dunning_entry.created"},
	ActionDunningEntryImport:              {"dunning_entry.import", "dunning_entry.imported"},
	ActionSellerCreate:                    {"seller.create", "seller.created"},
	ActionSellerEdit:                      {"seller.edit", "seller.edited"},
	ActionSellerActivate:                  {"seller.activate", "seller.activated"},
	ActionSellerDeactivate:                {"seller.deactivate", "seller.deactivated"},
	ActionSellerDelete:                    {"seller.delete", "seller.deleted"},
	ActionSellerImport:                    {"seller.import", "seller.imported"},
	ActionCompetitorCreate:                {"competitor.create", "competitor.created"},
	ActionCompetitorEdit:                  {"competitor.edit", "competitor.edited"},
	ActionCompetitorDelete:                {"competitor.delete", "competitor.deleted"},
	ActionCompetitorImport:                {"competitor.import", "competitor.imported"},
	ActionConnectionCreate:                {"connection.create", "connection.created"},
	ActionConnectionEdit:                  {"connection.edit", "connection.edited"},
	ActionConnectionActivate:              {"connection.activate", "connection.activated"},
	ActionConnectionDeactivate:            {"connection.deactivate", "connection.deactivated"},
	ActionConnectionDelete:                {"connection.delete", "connection.deleted"},
	ActionConnectionImport:                {"connection.import", "connection.imported"},
	ActionNoteCreate:                      {"note.create", "note.created"},
	ActionNoteEdit:                        {"note.edit", "note.edited"},
	ActionNoteDelete:                      {"note.delete", "note.deleted"},
	ActionNoteImport:                      {"note.import", "note.imported"},
	ActionAttachmentCreate:                {"attachment.create", "attachment.created"},
	ActionAttachmentDelete:                {"attachment.delete", "attachment.deleted"},
	ActionAttachmentImport:                {"attachment.import", "attachment.imported"},
	ActionTaskCreate:                      {"task.create", "task.created"},
	ActionTaskEdit:                        {"task.edit", "task.edited"},
	ActionTaskSetStatus:                   {"task.set_status", "task.status_changed"},
	ActionTaskComplete:                    {"task.complete", "task.completed"},
	ActionTaskCancel:                      {"task.cancel", "task.canceled"},
	ActionTaskReopen:                      {"task.reopen", "task.reopened"},
	ActionTaskDelete:                      {"task.delete", "task.deleted"},
	ActionTaskImport:                      {"task.import", "task.imported"},
	ActionPhoneCallCreate:                 {"phone_call.create", "phone_call.created"},
	ActionPhoneCallEdit:                   {"phone_call.edit", "phone_call.edited"},
	ActionPhoneCallComplete:               {"phone_call.complete", "phone_call.completed"},
	ActionPhoneCallCancel:                 {"phone_call.cancel", "phone_call.canceled"},
	ActionPhoneCallDelete:                 {"phone_call.delete", "phone_call.deleted"},
	ActionPhoneCallImport:                 {"phone_call.import", "phone_call.imported"},
	ActionEmailCreate:                     {"email.create", "email.created"},
	ActionEmailEdit:                       {"email.edit", "email.edited"},
	ActionEmailComplete:                   {"email.complete", "email.completed"},
	ActionEmailCancel:                     {"email.cancel", "email.canceled"},
	ActionEmailDelete:                     {"email.delete", "email.deleted"},
	ActionEmailImport:                     {"email.import", "email.imported"},
	ActionAppointmentCreate:               {"appointment.create", "appointment.created"},
	ActionAppointmentEdit:                 {"appointment.edit", "appointment.edited"},
	ActionAppointmentSchedule:             {"appointment.schedule", "appointment.scheduled"},
	ActionAppointmentComplete:             {"appointment.complete", "appointment.completed"},
	ActionAppointmentCancel:               {"appointment.cancel", "appointment.canceled"},
	ActionAppointmentDelete:               {"appointment.delete", "appointment.deleted"},
	ActionAppointmentImport:               {"appointment.import", "appointment.imported"},
	ActionProcessStart:                    {"process.start", "process.started"},
	ActionProcessNext:                     {"process.next", "process.advanced"},
	ActionProcessPrevious:                 {"process.previous", "process.returned"},
	ActionProcessSetActive:                {"process.set_active", "process.stage_set"},
	ActionProcessFinish:                   {"process.finish", "process.finished"},
	ActionProcessAbort:                    {"process.abort", "process.aborted"},
	ActionProcessReactivate:               {"process.reactivate", "process.reactivated"},
	ActionProcessSwitch:                   {"process.switch", "process.switched"},
	ActionProcessRunStep:                  {"process.run_step", "process.step_run"},
	ActionProcessRebind:                   {"process.rebind", "process.rebound"},
	ActionProcessOffer:                    {"process.offer", "process.offered"},
	ActionProcessCut:                      {"process.cut", "process.cut"},
	ActionProcessMigrate:                  {"process.migrate", "process.migrated"},
	ActionProcessDelete:                   {"process.delete", "process.deleted"},
	ActionProcessImport:                   {"process.import", "process.imported"},
	ActionProcessDefinitionCreate:         {"process_definition.create", "process_definition.created"},
	ActionProcessDefinitionSave:           {"process_definition.save", "process_definition.saved"},
	ActionProcessDefinitionActivate:       {"process_definition.activate", "process_definition.activated"},
	ActionProcessDefinitionDeactivate:     {"process_definition.deactivate", "process_definition.deactivated"},
	ActionProcessDefinitionDelete:         {"process_definition.delete", "process_definition.deleted"},
	ActionProcessDefinitionImport:         {"process_definition.import", "process_definition.imported"},
	ActionProductCreate:                   {"product.create", "product.created"},
	ActionProductEdit:                     {"product.edit", "product.edited"},
	ActionProductPublish:                  {"product.publish", "product.published"},
	ActionProductRevise:                   {"product.revise", "product.revised"},
	ActionProductRevert:                   {"product.revert", "product.reverted"},
	ActionProductRetire:                   {"product.retire", "product.retired"},
	ActionProductActivate:                 {"product.activate", "product.activated"},
	ActionProductSetDefaultPriceList:      {"product.set_default_price_list", "product.default_price_list_set"},
	ActionProductDelete:                   {"product.delete", "product.deleted"},
	ActionProductImport:                   {"product.import", "product.imported"},
	ActionProductRelationshipCreate:       {"product_relationship.create", "product_relationship.created"},
	ActionProductRelationshipEdit:         {"product_relationship.edit", "product_relationship.edited"},
	ActionProductRelationshipDelete:       {"product_relationship.delete", "product_relationship.deleted"},
	ActionProductRelationshipImport:       {"product_relationship.import", "product_relationship.imported"},
	ActionUnitGroupCreate:                 {"unit_group.create", "unit_group.created"},
	ActionUnitGroupEdit:                   {"unit_group.edit", "unit_group.edited"},
	ActionUnitGroupDelete:                 {"unit_group.delete", "unit_group.deleted"},
	ActionUnitGroupImport:                 {"unit_group.import", "unit_group.imported"},
	ActionPriceListCreate:                 {"price_list.create", "price_list.created"},
	ActionPriceListEdit:                   {"price_list.edit", "price_list.edited"},
	ActionPriceListDeactivate:             {"price_list.deactivate", "price_list.deactivated"},
	ActionPriceListActivate:               {"price_list.activate", "price_list.activated"},
	ActionPriceListDelete:                 {"price_list.delete", "price_list.deleted"},
	ActionPriceListImport:                 {"price_list.import", "price_list.imported"},
	ActionPriceListItemCreate:             {"price_list_item.create", "price_list_item.created"},
	ActionPriceListItemEdit:               {"price_list_item.edit", "price_list_item.edited"},
	ActionPriceListItemDelete:             {"price_list_item.delete", "price_list_item.deleted"},
	ActionPriceListItemImport:             {"price_list_item.import", "price_list_item.imported"},
	ActionDiscountListCreate:              {"discount_list.create", "discount_list.created"},
	ActionDiscountListEdit:                {"discount_list.edit", "discount_list.edited"},
	ActionDiscountListDeactivate:          {"discount_list.deactivate", "discount_list.deactivated"},
	ActionDiscountListActivate:            {"discount_list.activate", "discount_list.activated"},
	ActionDiscountListDelete:              {"discount_list.delete", "discount_list.deleted"},
	ActionDiscountListImport:              {"discount_list.import", "discount_list.imported"},
	ActionTransactionCurrencyCreate:       {"transaction_currency.create", "transaction_currency.created"},
	ActionTransactionCurrencyEdit:         {"transaction_currency.edit", "transaction_currency.edited"},
	ActionTransactionCurrencyDeactivate:   {"transaction_currency.deactivate", "transaction_currency.deactivated"},
	ActionTransactionCurrencyActivate:     {"transaction_currency.activate", "transaction_currency.activated"},
	ActionTransactionCurrencyDelete:       {"transaction_currency.delete", "transaction_currency.deleted"},
	ActionTransactionCurrencyImport:       {"transaction_currency.import", "transaction_currency.imported"},
}
