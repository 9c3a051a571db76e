package journeytest

import (
	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func (j *journey) opportunityFields(f leadtocash.OpportunityFields, c money.Currency) leadtocash.OpportunityFields {
	f.Name = j.text("name")
	f.CustomerID = record.CustomerID{}
	f.ParentAccountID, f.ParentContactID = record.AccountID{}, record.ContactID{}
	switch pick(j, "customer by", "account", "contact", "both", "customer") {
	case "account":
		f.ParentAccountID = one[record.AccountID](j, "account")
	case "contact":
		f.ParentContactID = one[record.ContactID](j, "contact")
	case "both":
		f.ParentAccountID, f.ParentContactID = one[record.AccountID](j, "account"), one[record.ContactID](j, "contact")
	default:
		f.CustomerID = j.customer()
	}
	f.IsRevenueSystemCalculated = j.chance(40, "revenue is calculated")
	f.EstimatedValue = maybeAmount(j, 50, c, 0, 500_000, "estimated value")
	if j.chance(30, "with a probability") {
		f.CloseProbability = value.Some(pick[int32](j, "probability", 0, 50, 100, 101))
	}
	f.ForecastCategory = usually(j, "forecast", []leadtocash.ForecastCategory{0, leadtocash.ForecastCategoryPipeline},
		[]leadtocash.ForecastCategory{leadtocash.ForecastCategoryWon, leadtocash.ForecastCategoryLost})
	f.Charges = j.charges(c)
	return f
}

func (j *journey) createOpportunity() leadtocash.CreateOpportunity {
	c := j.currency()
	return leadtocash.CreateOpportunity{
		ID: newID[record.OpportunityID](j), Origin: j.origin(c), Fields: j.opportunityFields(leadtocash.OpportunityFields{}, c),
		Status:            status(j, value.Values[leadtocash.OpportunityStatus](), 0, leadtocash.OpportunityStatusInProgress, leadtocash.OpportunityStatusOnHold),
		OriginatingLeadID: maybeOne[record.LeadID](j, "lead"), Lines: j.lines(c, 3),
	}
}

func (j *journey) editOpportunity(o *leadtocash.Opportunity) leadtocash.EditOpportunity {
	return leadtocash.EditOpportunity{Fields: j.opportunityFields(o.OpportunityFields, o.Currency), Custom: j.custom()}
}

func (j *journey) editOpportunityLines(o *leadtocash.Opportunity) pricing.EditLines {
	return j.editLines(o.Currency, o.Lines)
}

func (j *journey) winOpportunity(o *leadtocash.Opportunity) leadtocash.WinOpportunity {
	return leadtocash.WinOpportunity{
		ActualRevenue: maybeAmount(j, 50, o.Currency, -100, 100_000, "revenue"), CloseDate: j.date("close date"),
		CompetitorID: maybeOne[record.CompetitorID](j, "beaten competitor"), CloseCustom: j.custom(),
	}
}

func (j *journey) loseOpportunity(o *leadtocash.Opportunity) leadtocash.LoseOpportunity {
	return leadtocash.LoseOpportunity{
		Status:       status(j, value.Values[leadtocash.OpportunityStatus](), 0, leadtocash.OpportunityStatusCanceled, leadtocash.OpportunityStatusOutSold),
		CompetitorID: maybeOne[record.CompetitorID](j, "competitor"), CloseDate: j.date("close date"),
		ActualRevenue: maybeAmount(j, 30, o.Currency, -100, 100_000, "lost revenue"), CloseCustom: j.custom(),
	}
}

func (j *journey) editCompetitors(o *leadtocash.Opportunity) (cmd leadtocash.EditCompetitors) {
	if len(o.Competitors) > 0 && j.chance(50, "remove a competitor") {
		cmd.Remove = o.Competitors[:1]
	}
	if len(all[party.Competitor](j.book)) > 0 {
		cmd.Add = []record.CompetitorID{one[record.CompetitorID](j, "competitor")}
	}
	return cmd
}

func (j *journey) quoteFields(f leadtocash.QuoteFields, c money.Currency) leadtocash.QuoteFields {
	f.Name, f.CustomerID, f.Charges = j.text("name"), j.customer(), j.charges(c)
	f.EffectiveTo = j.date("effective to")
	f.PaymentTerms = pick(j, "terms", 0, party.PaymentTermsNet30)
	if j.chance(30, "with an address") {
		f.BillTo = &party.BillTo{City: "Oslo"}
	}
	return f
}

// currencyOf is the opportunity's, or one of its own.
func (j *journey) currencyOf(id record.OpportunityID) money.Currency {
	if o := lookup[leadtocash.Opportunity](j.book, id); o != nil && !j.chance(5, "another currency") {
		return o.Currency
	}
	return j.currency()
}

func (j *journey) createQuote() leadtocash.CreateQuote {
	opportunity := maybeOne[record.OpportunityID](j, "opportunity")
	c := j.currencyOf(opportunity)
	return leadtocash.CreateQuote{
		ID: newID[record.QuoteID](j), Origin: j.origin(c), OpportunityID: opportunity,
		Fields: j.quoteFields(leadtocash.QuoteFields{}, c), Lines: j.lines(c, 3),
	}
}

func (j *journey) editQuote(q *leadtocash.Quote) leadtocash.EditQuote {
	return leadtocash.EditQuote{Fields: j.quoteFields(q.QuoteFields, q.Currency), Custom: j.custom()}
}

func (j *journey) editQuoteLines(q *leadtocash.Quote) pricing.EditLines {
	return j.editLines(q.Currency, q.Lines)
}

func (j *journey) setQuoteStatus(*leadtocash.Quote) leadtocash.SetQuoteStatus {
	return leadtocash.SetQuoteStatus{Status: status(j, value.Values[leadtocash.QuoteStatus](), leadtocash.QuoteStatusActive, leadtocash.QuoteStatusOpen)}
}

func (j *journey) generateQuote(*leadtocash.Opportunity) leadtocash.GenerateQuote {
	return leadtocash.GenerateQuote{Custom: j.custom()}
}

func (j *journey) closeQuote(*leadtocash.Quote) leadtocash.CloseQuote {
	return leadtocash.CloseQuote{
		Status:         status(j, value.Values[leadtocash.QuoteStatus](), leadtocash.QuoteStatusLost, leadtocash.QuoteStatusCanceled, leadtocash.QuoteStatusRevised),
		CreateRevision: j.chance(25, "create a revision"), CloseOpportunity: j.chance(25, "close the opportunity"), CloseDate: j.date("close date"),
	}
}

func (j *journey) winQuoteToOrder(q *leadtocash.Quote) leadtocash.WinQuoteToOrder {
	return leadtocash.WinQuoteToOrder{
		Opportunity:   pick(j, "opportunity", 0, leadtocash.CloseAsWon, leadtocash.CloseAsWonDropOthers, leadtocash.KeepOpen),
		ActualRevenue: maybeAmount(j, 20, q.Currency, 0, 100_000, "revenue"),
		WinQuote:      leadtocash.WinQuote{CloseCustom: j.area()}, OpportunityCloseCustom: j.custom(), Custom: j.area(),
	}
}

func (j *journey) orderFields(f leadtocash.OrderFields, c money.Currency) leadtocash.OrderFields {
	f.Name, f.CustomerID = j.text("name"), j.customer()
	if j.chance(60, "charges") {
		f.Charges = j.charges(c)
	}
	return f
}

func (j *journey) createOrder() leadtocash.CreateOrder {
	opportunity := maybeOne[record.OpportunityID](j, "opportunity")
	c := j.currencyOf(opportunity)
	return leadtocash.CreateOrder{
		ID: newID[record.OrderID](j), Origin: j.origin(c), OpportunityID: opportunity,
		Fields: j.orderFields(leadtocash.OrderFields{Charges: j.charges(c)}, c), Lines: j.lines(c, 4),
		Status: status(j, value.Values[leadtocash.OrderStatus](), 0, leadtocash.OrderStatusNew, leadtocash.OrderStatusPending),
	}
}

func (j *journey) editOrder(o *leadtocash.Order) leadtocash.EditOrder {
	return leadtocash.EditOrder{Fields: j.orderFields(o.OrderFields, o.Currency), Custom: j.custom()}
}

func (j *journey) editOrderLines(o *leadtocash.Order) pricing.EditLines {
	return j.editLines(o.Currency, o.Lines)
}

func (j *journey) setOrderStatus(*leadtocash.Order) leadtocash.SetOrderStatus {
	return leadtocash.SetOrderStatus{Status: status(j, value.Values[leadtocash.OrderStatus](), leadtocash.OrderStatusNew, leadtocash.OrderStatusPending)}
}

func (j *journey) fulfillPart(o *leadtocash.Order) leadtocash.FulfillOrder {
	if j.chance(20, "of no quantities") {
		return leadtocash.FulfillOrder{Partial: true}
	}
	return leadtocash.FulfillOrder{Partial: true, Lines: j.quantities(o.Lines), CloseDate: j.date("delivered on")}
}

func (j *journey) cancelOrder(*leadtocash.Order) leadtocash.CancelOrder {
	cmd := leadtocash.CancelOrder{Status: status(j, value.Values[leadtocash.OrderStatus](), 0, leadtocash.OrderStatusNoMoney, value.DefaultStatus)}
	if cmd.AbandonDelivered = j.chance(40, "abandons what is delivered"); cmd.AbandonDelivered && j.chance(80, "with a description") {
		cmd.Description = j.text("description")
	}
	return cmd
}

func (j *journey) cancelRemaining(o *leadtocash.Order) leadtocash.CancelRemaining {
	return leadtocash.CancelRemaining{Lines: j.quantities(o.Lines)}
}

func (j *journey) invoiceOrder(o *leadtocash.Order) leadtocash.InvoiceOrder {
	if j.chance(30, "all of it") {
		return leadtocash.InvoiceOrder{}
	}
	return leadtocash.InvoiceOrder{Lines: j.quantities(o.Lines)}
}

func (j *journey) approve(*agreement.Approval) agreement.ApproveApproval {
	return agreement.ApproveApproval{Note: pick(j, "note", "", "as agreed")}
}

func (j *journey) reject(*agreement.Approval) agreement.RejectApproval {
	return agreement.RejectApproval{Note: pick(j, "note", "too dear", "too dear", "")}
}
