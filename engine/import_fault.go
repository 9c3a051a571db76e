package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// maxImportedRevision bounds how many revision numbers an import draws.
const maxImportedRevision = 1000

// faults fills in what follows from other fields of an imported record and
// lists what no single field shows.
func (f *importFacts) faults(d record.Record) []record.Reason {
	switch d := d.(type) {
	case *leadtocash.Lead:
		disqualified := d.Status.State() == leadtocash.LeadDisqualified
		reasons := append(d.Faults("", d.LeadFields, nil), mergeFaults(d.Merged, d.MasterID.UUID, disqualified)...)
		return append(reasons, d.ImportFaults(f.opportunity)...)
	case *party.Account:
		d.CreditOnHold = d.CreditOnHold || d.HeldByHand || d.HeldByDunning
		d.HeldByHand = d.HeldByHand || d.CreditOnHold && !d.HeldByDunning
		return mergeFaults(d.Merged, d.MasterID.UUID, d.Status == party.AccountStatusInactive)
	case *party.Contact:
		d.CreditOnHold = d.CreditOnHold || d.HeldByHand || d.HeldByDunning
		d.HeldByHand = d.HeldByHand || d.CreditOnHold && !d.HeldByDunning
		reasons := mergeFaults(d.Merged, d.MasterID.UUID, d.Status == party.ContactStatusInactive)
		if !party.IsCustomer(d.ParentCustomerID) {
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "parent_customer_id", Message: "a parent is an account or a contact"})
		}
		return reasons
	case *leadtocash.Opportunity:
		return f.opportunityFaults(d)
	case *leadtocash.OpportunityClose:
		if !d.CompetitorID.IsZero() && d.OutcomeStatus.State() != leadtocash.OpportunityWon && d.OutcomeStatus.State() != leadtocash.OpportunityLost {
			return []record.Reason{{Code: codes.ErrInvalid, Field: "competitor_id", Message: "only the close of a won or lost deal has a competitor"}}
		}
	case *leadtocash.Quote:
		reasons := append(d.Faults("", d.QuoteFields, nil), record.Missing("quote_number", d.QuoteNumber)...)
		if d.RevisionNumber > maxImportedRevision {
			reasons = append(reasons, record.Reason{Code: codes.ErrOutOfRange, Field: "revision_number", Message: "is too high to be imported", Params: map[string]any{"max": maxImportedRevision}})
		}
		switch closed := d.Status.State() == leadtocash.QuoteWon || d.Status.State() == leadtocash.QuoteClosed; {
		case closed && d.ClosedOn.IsZero():
			d.ClosedOn = f.settings.Today(d.UpdatedAt)
		case !closed && !d.ClosedOn.IsZero():
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "closed_on", Message: "only a won or closed quote has one"})
		}
		reasons = append(reasons, f.closedBefore(d.ClosedOn, "closed_on")...)
		return append(reasons, saleFaults(&d.Head, &d.PricedLines, &d.Charges)...)
	case *leadtocash.Order:
		return f.orderFaults(d)
	case *leadtocash.Invoice:
		reasons := append(d.Faults("", d.InvoiceFields, nil), saleFaults(&d.Head, &d.PricedLines, &d.Charges)...)
		return append(reasons, d.ImportFaults(&f.settings)...)
	case *leadtocash.Payment:
		reasons := append(leadtocash.CustomerFaults("", d.CustomerID, d.CustomerID, nil), record.Missing("payment_number", d.PaymentNumber)...)
		reasons = append(reasons, moneyFaults(d.Currency, d.Amount)...)
		return append(reasons, d.ImportFaults()...)
	case *leadtocash.CreditNote:
		reasons := append(leadtocash.CustomerFaults("", d.CustomerID, d.CustomerID, nil), record.Missing("currency", d.Currency.Code())...)
		given := d.PricedLines
		given.Clone()
		faults := d.PricedLines.ImportFaults(&d.Head, &d.Charges)
		// What others left of the invoice's tax is less, or more, than its own.
		if faults != nil && !d.InvoiceID.IsZero() && given.ImportTaxedFaults(&d.Head, &d.Charges) == nil {
			d.PricedLines, faults = given, nil
		}
		reasons = append(reasons, faults...)
		reasons = append(reasons, d.CreditNoteFields.ChargeFaults("")...)
		return append(reasons, d.ImportFaults(&f.settings, f.invoice, f.notes)...)
	case *leadtocash.Refund:
		reasons := append(leadtocash.CustomerFaults("", d.CustomerID, d.CustomerID, nil), record.Missing("refund_number", d.RefundNumber)...)
		reasons = append(append(reasons, moneyFaults(d.Currency, d.Amount)...), d.Faults()...)
		return append(reasons, d.ImportFaults(f.source, f.sourced, f.refunds)...)
	case *agreement.Approval:
		d.RequestedAt, d.DecidedAt = activity.Instant(d.RequestedAt), activity.Instant(d.DecidedAt)
		return append(record.Missing("approval_number", d.ApprovalNumber), d.Faults()...)
	case *leadtocash.Allocation:
		d.At, d.ReversedAt = activity.Instant(d.At), activity.Instant(d.ReversedAt)
		return append(append(moneyFaults(d.Currency, d.Amount), d.Faults()...), d.ImportFaults(f.source, f.sourced, f.allocations)...)
	case *party.Seller:
		d.SellerFields = d.WithDefaults()
		if slices.Contains(f.managers, d.ID) {
			return []record.Reason{record.ReasonFor(codes.ErrParentCycle, "manager_id")}
		}
	case *insight.Goal:
		fields := d.GoalFields
		d.GoalFields = d.Completed(&f.goal)
		was := insight.Goal{ID: d.ID}
		if f.moved { // its metric may be out of use since
			was.MetricID = d.MetricID
		}
		return fields.Faults("", &was, &f.goal)
	case *insight.GoalMetric:
		d.GoalMetricFields = d.WithDefaults()
		return d.Faults("")
	case *insight.ForecastAdjustment:
		return d.Faults("")
	case *process.Process:
		return d.Faults()
	case *ProcessDefinition:
		return d.faults()
	case *party.Connection:
		return d.Faults("")
	case *activity.Note:
		d.IsDocument = !d.AttachmentID.IsZero()
		reasons := d.Faults("")
		if party.Incomplete(d.RegardingID) {
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "regarding_id", Message: "a reference has a kind and an id"})
		}
		return reasons
	case *activity.Attachment:
		reasons := activity.CreateAttachment{Content: d.Content, BlobKey: d.BlobKey, Size: d.Size, SHA256: d.SHA256}.Faults(f.limit)
		if d.SHA256 = strings.ToLower(d.SHA256); len(d.Content) > 0 {
			d.Size, d.SHA256 = int64(len(d.Content)), activity.Digest(d.Content)
		}
		return reasons
	case *activity.Task:
		return activityFaults(&d.ActivityFields)
	case *activity.PhoneCall:
		return activityFaults(&d.ActivityFields)
	case *activity.Email:
		return activityFaults(&d.ActivityFields)
	case *activity.Appointment:
		return activityFaults(&d.ActivityFields)
	}
	return nil
}

func activityFaults(f *activity.ActivityFields) []record.Reason {
	*f = f.Normal()
	return f.Faults("")
}

// mergeFaults: a merged record is out of use and has a master, no other has
// one.
func mergeFaults(merged bool, master uuid.UUID, outOfUse bool) []record.Reason {
	if merged == (master != uuid.Nil) && (!merged || outOfUse) {
		return nil
	}
	return []record.Reason{{Code: codes.ErrInvalid, Field: "merged", Message: "a merged record has a master and is inactive or disqualified"}}
}

// moneyFaults: money that changed hands has a currency and is more than 0.
func moneyFaults(c money.Currency, a money.Amount) []record.Reason {
	reasons := record.Missing("currency", c.Code())
	if a.Sign() <= 0 {
		reasons = append(reasons, record.Reason{Code: codes.ErrOutOfRange, Field: "amount", Message: "must be more than 0"})
	}
	return reasons
}

// opportunityFaults: what says that an opportunity is won or lost follows from
// its status.
func (f *importFacts) opportunityFaults(o *leadtocash.Opportunity) []record.Reason {
	closing := map[value.State]leadtocash.ForecastCategory{leadtocash.OpportunityWon: leadtocash.ForecastCategoryWon, leadtocash.OpportunityLost: leadtocash.ForecastCategoryLost}[o.Status.State()]
	fields := o.OpportunityFields
	if closing != 0 && (fields.ForecastCategory == 0 || fields.ForecastCategory == closing) {
		o.ForecastCategory, fields.ForecastCategory = closing, 0
	}
	reasons := append(fields.Faults("", fields, nil), o.PricedLines.ImportFaults(&o.Head, &o.Charges)...)
	if closing != 0 && o.ForecastCategory != closing {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "forecast_category", Message: "is " + closing.String()})
	}
	estimated := o.EstimatedValue
	if o.Settle(pricing.PriceInput{ErrorsStay: true}); !estimated.IsZero() && !estimated.Equal(o.EstimatedValue) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "estimated_value", Message: "is the total, being system calculated"})
	}
	switch won := o.Status == leadtocash.OpportunityStatusWon; {
	case won && o.ActualValue.IsZero():
		o.ActualValue = value.Some(o.EstimatedValue.Or(o.Currency.Zero()))
	case !won && !o.ActualValue.IsZero():
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "actual_value", Message: "only a won opportunity has one"})
	}
	switch {
	case closing != 0 && o.ActualCloseDate.IsZero():
		o.ActualCloseDate = f.settings.Today(o.UpdatedAt)
	case closing == 0 && !o.ActualCloseDate.IsZero():
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "actual_close_date", Message: "an open opportunity has none"})
	}
	return append(reasons, f.closedBefore(o.ActualCloseDate, "actual_close_date")...)
}

// closedBefore refuses a closing day before the creation. Of what a tenant stored an
// action may have given it, noticing that.
func (f *importFacts) closedBefore(closed value.Date, field string) []record.Reason {
	if f.moved {
		return nil
	}
	return leadtocash.ClosedBefore(f.created, closed, field)
}

// orderFaults: the status of an order follows from what is shipped and billed.
func (f *importFacts) orderFaults(o *leadtocash.Order) []record.Reason {
	o.LastBackofficeSubmit = activity.Instant(o.LastBackofficeSubmit)
	reasons := append(o.OrderFields.Faults("", o.OrderFields, nil), record.Missing("order_number", o.OrderNumber)...)
	reasons = append(reasons, saleFaults(&o.Head, &o.PricedLines, &o.Charges)...)
	for i := range o.Lines {
		l := &o.Lines[i]
		ordered, shipped, canceled := l.Quantity.Or(decimal.Decimal{}), l.QuantityShipped.Or(decimal.Decimal{}), l.QuantityCancelled.Or(decimal.Decimal{})
		if !pricing.Between(shipped, ordered) || !pricing.Between(canceled, ordered) || !pricing.Between(pricing.More(shipped, canceled), ordered) || !pricing.Between(l.QuantityInvoiced.Or(decimal.Decimal{}), l.Committed()) {
			reasons = append(reasons, record.Reason{Code: codes.ErrOutOfRange, Field: fmt.Sprintf("lines[%d]", i), Message: "more is shipped, canceled or invoiced than was ordered"})
		}
	}
	if o.Status == leadtocash.OrderStatusInvoiced {
		o.FreightInvoiced = true
	}
	if o.Fulfilment == 0 {
		switch o.Status {
		case leadtocash.OrderStatusComplete, leadtocash.OrderStatusInvoiced:
			o.Fulfilment = leadtocash.FulfilmentComplete
		case leadtocash.OrderStatusPartial:
			o.Fulfilment = leadtocash.FulfilmentPartial
		default:
			o.Fulfilment = leadtocash.FulfilmentNone
		}
	}
	if o.DateFulfilled.IsZero() && (o.Status.State() == leadtocash.OrderFulfilled || o.Status.State() == leadtocash.OrderInvoiced) {
		o.DateFulfilled = f.settings.Today(o.UpdatedAt)
	}
	reasons = append(reasons, f.closedBefore(o.DateFulfilled, "date_fulfilled")...)
	status := o.Status
	if o.Derive(); o.Status != status || o.Fulfilment == leadtocash.FulfilmentComplete && pricing.AnyRemaining(o.Lines) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "status", Message: "does not follow from what is shipped and invoiced"})
	}
	return reasons
}

// saleFaults are those of a document that asks for money.
func saleFaults(h *record.Head, s *pricing.PricedLines, c *pricing.Charges) []record.Reason {
	return append(record.Missing("currency", h.Currency.Code()), s.ImportFaults(h, c)...)
}
