package engine

import (
	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/party"
)

// How each kind is explained and deleted. What gathers the facts looks kinds up, so
// this cannot stand in the table of kinds.
func init() {
	explains(party.AccountFlow(), accountUse)
	explains(activity.AppointmentFlow(), activityUse)
	explains(agreement.ApprovalFlow(), approvalExplained)
	explains(party.ConnectionFlow(), connectionUse)
	explains(party.ContactFlow(), contactUse)
	explains(leadtocash.CreditNoteFlow(), creditNoteExplained)
	explains(catalog.DiscountListFlow(), discountListUse)
	explains(activity.EmailFlow(), activityUse)
	explains(insight.GoalFlow(), goalExplained)
	explains(insight.GoalMetricFlow(), goalMetricUse)
	explains(leadtocash.InvoiceFlow(), invoiceExplained)
	explains(leadtocash.LeadFlow(), leadExplained)
	explains(leadtocash.OpportunityFlow(), opportunityExplained)
	explains(leadtocash.OrderFlow(), orderExplained)
	explains(leadtocash.PaymentFlow(), paymentExplained)
	explains(activity.PhoneCallFlow(), activityUse)
	explains(catalog.PriceListFlow(), priceListUse)
	explains(processDefinitionFlow, processDefinitionExplained)
	explains(catalog.ProductFlow(), productExplained)
	explains(leadtocash.QuoteFlow(), quoteExplained)
	explains(leadtocash.RefundFlow(), refundExplained)
	explains(party.SellerFlow(), sellerUse)
	explains(party.OrganizationFlow(), organizationUse)
	explains(activity.TaskFlow(), activityUse)
	explains(catalog.TransactionCurrencyFlow(), transactionCurrencyUse)

	deletes(accountUse, party.Account.Delete)
	deletes(activityUse[activity.Appointment], activity.Appointment.Delete)
	deletes(competitorUse, party.Competitor.Delete)
	deletes(connectionUse, party.Connection.Delete)
	deletes(contactUse, party.Contact.Delete)
	deletes(discountListUse, catalog.DiscountList.Delete)
	deletes(activityUse[activity.Email], activity.Email.Delete)
	deletes(goalExplained, insight.Goal.Delete)
	deletes(goalMetricUse, insight.GoalMetric.Delete)
	deletes(invoiceUse, leadtocash.Invoice.Delete)
	deletes(leadUse, leadtocash.Lead.Delete)
	deletes(noteUse, activity.Note.Delete)
	deletes(opportunityUse, leadtocash.Opportunity.Delete)
	deletes(orderUse, leadtocash.Order.Delete)
	deletes(activityUse[activity.PhoneCall], activity.PhoneCall.Delete)
	deletes(priceListItemUse, catalog.PriceListItem.Delete)
	deletes(priceListUse, catalog.PriceList.Delete)
	deletes(productRelationshipUse, catalog.ProductRelationship.Delete)
	deletes(productUse, catalog.Product.Delete)
	deletes(quoteUse, leadtocash.Quote.Delete)
	deletes(sellerUse, party.Seller.Delete)
	deletes(organizationUse, party.Organization.Delete)
	deletes(activityUse[activity.Task], activity.Task.Delete)
	deletes(transactionCurrencyUse, catalog.TransactionCurrency.Delete)
	deletes(unitGroupUse, catalog.UnitGroup.Delete)
}
