package leadtocash

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// maxImportedRevision bounds how many revision numbers an import draws.
const maxImportedRevision = 1000

// faults fills in what follows from other fields of an imported record and
// lists what no single field shows.
func (f *importFacts) faults(d document) []Reason {
	switch d := d.(type) {
	case *Lead:
		disqualified := d.Status.State() == LeadDisqualified
		return append(d.faults("", d.LeadFields, nil), mergeFaults(d.Merged, d.MasterID.UUID, disqualified)...)
	case *Account:
		return mergeFaults(d.Merged, d.MasterID.UUID, d.Status == AccountStatusInactive)
	case *Contact:
		reasons := mergeFaults(d.Merged, d.MasterID.UUID, d.Status == ContactStatusInactive)
		if !isCustomer(d.ParentCustomerID) {
			reasons = append(reasons, Reason{Code: codes.ErrInvalid, Field: "parent_customer_id", Message: "a parent is an account or a contact"})
		}
		return reasons
	case *Opportunity:
		return f.opportunityFaults(d)
	case *OpportunityClose:
		if !d.CompetitorID.IsZero() && d.OutcomeStatus.State() != OpportunityLost {
			return []Reason{{Code: codes.ErrInvalid, Field: "competitor_id", Message: "only a lost deal was won by somebody else"}}
		}
	case *Quote:
		reasons := append(d.faults("", d.QuoteFields, nil), missing("quote_number", d.QuoteNumber)...)
		if d.RevisionNumber > maxImportedRevision {
			reasons = append(reasons, Reason{Code: codes.ErrOutOfRange, Field: "revision_number", Message: "is too high to be imported", Params: map[string]any{"max": maxImportedRevision}})
		}
		return append(reasons, saleFaults(&d.Head, &d.Sale, &d.Charges)...)
	case *Order:
		return orderFaults(d)
	case *Invoice:
		reasons := append(d.faults("", d.InvoiceFields, nil), saleFaults(&d.Head, &d.Sale, &d.Charges)...)
		if d.Status == InvoiceStatusPaid && d.SettledAmount.IsZero() {
			d.SettledAmount = d.AmountDue
		}
		return append(reasons, partFaults("settled_amount", d.SettledAmount, d.AmountDue)...)
	case *Payment:
		reasons := append(customerFaults("", d.CustomerID, d.CustomerID, nil), missing("payment_number", d.PaymentNumber)...)
		reasons = append(reasons, moneyFaults(d.Currency, d.Amount)...)
		reasons = append(reasons, partFaults("allocated_amount", d.AllocatedAmount, d.Amount)...)
		return append(reasons, partFaults("refunded_amount", d.RefundedAmount, d.Amount.Sub(d.AllocatedAmount))...)
	case *CreditNote:
		reasons := append(customerFaults("", d.CustomerID, d.CustomerID, nil), saleFaults(&d.Head, &d.Sale, &d.Charges)...)
		reasons = append(reasons, d.CreditNoteFields.chargeFaults("")...)
		reasons = append(reasons, partFaults("allocated_amount", d.AllocatedAmount, d.TotalAmount)...)
		return append(reasons, partFaults("refunded_amount", d.RefundedAmount, d.TotalAmount.Sub(d.AllocatedAmount))...)
	case *Refund:
		reasons := append(customerFaults("", d.CustomerID, d.CustomerID, nil), missing("refund_number", d.RefundNumber)...)
		return append(append(reasons, moneyFaults(d.Currency, d.Amount)...), d.faults()...)
	case *Allocation:
		d.At, d.ReversedAt = instant(d.At), instant(d.ReversedAt)
		return append(moneyFaults(d.Currency, d.Amount), d.faults()...)
	case *Seller:
		d.SellerFields = d.withDefaults()
	case *Process:
		return d.faults()
	case *ProcessDefinition:
		return d.faults()
	case *Connection:
		return d.faults("")
	case *Note:
		d.IsDocument = !d.AttachmentID.IsZero()
		reasons := d.faults("")
		if incomplete(d.RegardingID) {
			reasons = append(reasons, Reason{Code: codes.ErrInvalid, Field: "regarding_id", Message: "a reference has a kind and an id"})
		}
		return reasons
	case *Attachment:
		reasons := CreateAttachment{Content: d.Content, BlobKey: d.BlobKey, Size: d.Size, SHA256: d.SHA256}.faults(f.limit)
		if d.SHA256 = strings.ToLower(d.SHA256); len(d.Content) > 0 {
			d.Size, d.SHA256 = int64(len(d.Content)), digest(d.Content)
		}
		return reasons
	case *Task:
		return activityFaults(&d.ActivityFields)
	case *PhoneCall:
		return activityFaults(&d.ActivityFields)
	case *Email:
		return activityFaults(&d.ActivityFields)
	case *Appointment:
		return activityFaults(&d.ActivityFields)
	}
	return nil
}

func activityFaults(f *ActivityFields) []Reason {
	*f = f.normal()
	return f.faults("")
}

// mergeFaults: a merged record is out of use and has a master, no other has
// one.
func mergeFaults(merged bool, master uuid.UUID, outOfUse bool) []Reason {
	if merged == (master != uuid.Nil) && (!merged || outOfUse) {
		return nil
	}
	return []Reason{{Code: codes.ErrInvalid, Field: "merged", Message: "a merged record has a master and is inactive or disqualified"}}
}

func missing(field, text string) []Reason {
	if text != "" {
		return nil
	}
	return []Reason{{Code: codes.ErrMissingField, Field: field, Message: codes.ErrMissingField.Info().Text}}
}

// moneyFaults: money that changed hands has a currency and is more than 0.
func moneyFaults(c money.Currency, a money.Amount) []Reason {
	reasons := missing("currency", c.Code())
	if a.Sign() <= 0 {
		reasons = append(reasons, Reason{Code: codes.ErrOutOfRange, Field: "amount", Message: "must be more than 0"})
	}
	return reasons
}

// partFaults: a part lies between 0 and the whole, which may be negative.
func partFaults(field string, part, whole money.Amount) []Reason {
	if part.IsZero() || money.Within(part, whole) {
		return nil
	}
	return []Reason{{Code: codes.ErrOutOfRange, Field: field, Message: "is more than the whole, or has another sign"}}
}

// opportunityFaults: what says that an opportunity is won or lost follows from
// its status.
func (f *importFacts) opportunityFaults(o *Opportunity) []Reason {
	closing := map[value.State]ForecastCategory{OpportunityWon: ForecastCategoryWon, OpportunityLost: ForecastCategoryLost}[o.Status.State()]
	fields := o.OpportunityFields
	if closing != 0 && (fields.ForecastCategory == 0 || fields.ForecastCategory == closing) {
		o.ForecastCategory, fields.ForecastCategory = closing, 0
	}
	reasons := append(fields.faults("", fields, nil), o.Sale.importFaults(&o.Head, &o.Charges)...)
	if closing != 0 && o.ForecastCategory != closing {
		reasons = append(reasons, Reason{Code: codes.ErrInvalid, Field: "forecast_category", Message: "is " + closing.String()})
	}
	estimated := o.EstimatedValue
	if o.settle(Priced{}); !estimated.IsZero() && !estimated.Equal(o.EstimatedValue) {
		reasons = append(reasons, Reason{Code: codes.ErrInvalid, Field: "estimated_value", Message: "is the total, being system calculated"})
	}
	switch won := o.Status == OpportunityStatusWon; {
	case won && o.ActualValue.IsZero():
		o.ActualValue = value.Some(o.EstimatedValue.Or(o.Currency.Zero()))
	case !won && !o.ActualValue.IsZero():
		reasons = append(reasons, Reason{Code: codes.ErrInvalid, Field: "actual_value", Message: "only a won opportunity has one"})
	}
	switch {
	case closing != 0 && o.ActualCloseDate.IsZero():
		o.ActualCloseDate = f.settings.today(o.UpdatedAt)
	case closing == 0 && !o.ActualCloseDate.IsZero():
		reasons = append(reasons, Reason{Code: codes.ErrInvalid, Field: "actual_close_date", Message: "an open opportunity has none"})
	}
	return reasons
}

// orderFaults: the status of an order follows from what is shipped and billed.
func orderFaults(o *Order) []Reason {
	o.LastBackofficeSubmit = instant(o.LastBackofficeSubmit)
	reasons := append(o.OrderFields.faults("", o.OrderFields, nil), missing("order_number", o.OrderNumber)...)
	reasons = append(reasons, saleFaults(&o.Head, &o.Sale, &o.Charges)...)
	for i := range o.Lines {
		l := &o.Lines[i]
		moved := more(l.QuantityShipped.Or(decimal.Decimal{}), l.QuantityCancelled.Or(decimal.Decimal{}))
		if !between(moved, l.Quantity.Or(decimal.Decimal{})) || !between(l.QuantityInvoiced.Or(decimal.Decimal{}), l.Committed()) {
			reasons = append(reasons, Reason{Code: codes.ErrOutOfRange, Field: fmt.Sprintf("lines[%d]", i), Message: "more is shipped, canceled or invoiced than was ordered"})
		}
	}
	if o.Status == OrderStatusInvoiced {
		o.FreightInvoiced = true
	}
	if o.Fulfilment == 0 {
		switch o.Status {
		case OrderStatusComplete, OrderStatusInvoiced:
			o.Fulfilment = FulfilmentComplete
		case OrderStatusPartial:
			o.Fulfilment = FulfilmentPartial
		default:
			o.Fulfilment = FulfilmentNone
		}
	}
	status := o.Status
	if o.derive(); o.Status != status || o.Fulfilment == FulfilmentComplete && anyRemaining(o.Lines) {
		reasons = append(reasons, Reason{Code: codes.ErrInvalid, Field: "status", Message: "does not follow from what is shipped and invoiced"})
	}
	return reasons
}

// saleFaults are those of a document that asks for money.
func saleFaults(h *Head, s *Sale, c *Charges) []Reason {
	return append(missing("currency", h.Currency.Code()), s.importFaults(h, c)...)
}

// importFaults numbers and prices the lines of an imported document, and lists
// what is wrong with them.
func (s *Sale) importFaults(h *Head, c *Charges) (reasons []Reason) {
	taken := map[int32]bool{}
	for i := range s.Lines {
		l := &s.Lines[i]
		// A price that was agreed elsewhere needs no price list here.
		fields := fieldsOf(*l)
		bad := fields.faults(&Priced{PriceListOptional: true}, c.PriceListID, nil)
		if l.LineNumber < 0 || taken[l.LineNumber] {
			bad = append(bad, Reason{Code: codes.ErrInvalid, Field: "line_number", Message: "is negative or that of another line"})
		}
		if bad != nil {
			reasons = append(reasons, below(fmt.Sprintf("lines[%d]", i), bad)...)
		}
		taken[l.LineNumber] = l.LineNumber != 0
		s.LastLine = max(s.LastLine, l.LineNumber)
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		if l.LineNumber == 0 {
			s.LastLine++
			l.LineNumber = s.LastLine
		}
		if l.ProductType == 0 {
			l.ProductType = ProductTypeProduct
		}
		l.IsPriceOverridden = l.IsPriceOverridden || l.IsWriteIn()
	}
	given := *s
	s.calculate(h, c, Priced{})
	reasons = append(reasons, amountFaults(&given.Totals, &s.Totals)...)
	for i := range s.Lines {
		reasons = append(reasons, below(fmt.Sprintf("lines[%d]", i), amountFaults(&given.Lines[i], &s.Lines[i]))...)
	}
	return reasons
}

// amountFaults lists the amounts that were given and are not those calculated.
func amountFaults[T any](given, calculated *T) (reasons []Reason) {
	was, is := reflect.ValueOf(given).Elem(), reflect.ValueOf(calculated).Elem()
	for i := range was.NumField() {
		g, ok := was.Field(i).Interface().(money.Amount)
		if !ok || g.IsZero() || g.Equal(is.Field(i).Interface().(money.Amount)) {
			continue
		}
		name, _, _ := strings.Cut(was.Type().Field(i).Tag.Get("json"), ",")
		reasons = append(reasons, Reason{Code: codes.ErrInvalid, Field: name, Message: "is not what lines and header add up to"})
	}
	return reasons
}
