package engine

import (
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/internal/words"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// A slot is what records of a kind are filtered, sorted and added up by besides their
// header: a field of theirs by its wire name, or a value that is worked out.
type slot struct {
	at   storage.Field
	name string
	fill func(*slotting, record.Record)
}

// Names of values that no field of a record has.
const (
	nameField      = "name"       // what names sort by
	bornField      = "born_on"    // overridden_created_on, or else the day of created_at
	baseValueField = "base_value" // the amount in the base currency
)

// A slotting fills name and slots of a record.
type slotting struct {
	rec, old *storage.Record
	settings *leadtocash.Settings
}

// slots fills in what stands in the slots of a record; old is the version before.
func (e *engine) slots(d record.Record, rec, old *storage.Record) {
	s := slotting{rec: rec, old: old, settings: &e.settings}
	for _, sl := range slotsOf[d.Ref().Kind] {
		sl.fill(&s, d)
	}
}

// number sets a slot, with the number of the version before or the amount where it is
// equal, which saves making one.
func (s *slotting) number(at int, n exact.Num) {
	to := &s.rec.Slots.Num[at-1]
	to.Valid = true
	if s.rec.Amount.Valid && exact.NumOf(s.rec.Amount.Decimal).Cmp(n) == 0 {
		to.Decimal = s.rec.Amount.Decimal
		return
	}
	if s.old != nil {
		if was := s.old.Slots.Num[at-1]; was.Valid && exact.NumOf(was.Decimal).Cmp(n) == 0 {
			to.Decimal = was.Decimal
			return
		}
	}
	to.Decimal = n.Decimal()
}

// ref sets the slot of references to records of several kinds, "kind/id".
func (s *slotting) ref(kind kinds.Kind, id uuid.UUID) {
	if id == uuid.Nil {
		return
	}
	var buf [36]byte
	text := schema.AppendUUID(buf[:0], id)
	if s.old != nil {
		was := s.old.Slots.Text[5]
		if k, rest, _ := strings.Cut(was, "/"); k == string(kind) && rest == string(text) {
			s.rec.Slots.Text[5] = was
			return
		}
	}
	s.rec.Slots.Text[5] = string(kind) + "/" + string(text)
}

func slotField(prefix string, at int) storage.Field {
	return storage.Field(prefix + string(rune('0'+at)))
}

func named[R any](of func(*R) string) slot {
	return slot{storage.FieldName, nameField, func(s *slotting, d record.Record) {
		s.rec.Name = words.Key(of(any(d).(*R)))
	}}
}

func textAt[R any](at int, name string, of func(*R) string) slot {
	return slot{slotField("text", at), name, func(s *slotting, d record.Record) {
		s.rec.Slots.Text[at-1] = schema.Lookup(of(any(d).(*R)))
	}}
}

func dayAt[R any](at int, name string, of func(*R) value.Date) slot {
	return slot{slotField("day", at), name, func(s *slotting, d record.Record) {
		s.rec.Slots.Day[at-1] = storage.Day(of(any(d).(*R)))
	}}
}

// timeAt is dayAt of an instant: its day in the organisation's location.
func timeAt[R any](at int, name string, of func(*R) time.Time) slot {
	return slot{slotField("day", at), name, func(s *slotting, d record.Record) {
		if t := of(any(d).(*R)); !t.IsZero() {
			s.rec.Slots.Day[at-1] = storage.Day(s.settings.Today(t))
		}
	}}
}

func amountAt[R any](at int, name string, of func(*R) value.Opt[money.Amount]) slot {
	return slot{slotField("num", at), name, func(s *slotting, d record.Record) {
		if a, ok := of(any(d).(*R)).Get(); ok {
			s.number(at, a.Num())
		}
	}}
}

func decimalAt[R any](at int, name string, of func(*R) value.Opt[decimal.Decimal]) slot {
	return slot{slotField("num", at), name, func(s *slotting, d record.Record) {
		if n, ok := of(any(d).(*R)).Get(); ok {
			s.rec.Slots.Num[at-1] = decimal.NewNullDecimal(n)
		}
	}}
}

func countAt[R any](at int, name string, of func(*R) value.Opt[int32]) slot {
	return slot{slotField("num", at), name, func(s *slotting, d record.Record) {
		if n, ok := of(any(d).(*R)).Get(); ok {
			s.number(at, exact.Num{M: int64(n)})
		}
	}}
}

func refAt[R any](at int, name string, of func(*R) uuid.UUID) slot {
	return slot{slotField("ref", at), name, func(s *slotting, d record.Record) {
		s.rec.Slots.Ref[at-1] = of(any(d).(*R))
	}}
}

// anyRef is a reference to records of several kinds. Their ids may be equal, so it
// stands among the texts with its kind.
func anyRef[R any](name string, of func(*R) record.Ref) slot {
	return slot{storage.FieldText6, name, func(s *slotting, d record.Record) {
		r := of(any(d).(*R))
		s.ref(r.Kind, r.ID)
	}}
}

func customerAt[R any](name string, of func(*R) record.CustomerID) slot {
	return anyRef(name, func(r *R) record.Ref {
		id := of(r)
		return record.Ref{Kind: id.Kind, ID: id.ID}
	})
}

// born is the day from which the age of a record counts.
var born = slot{storage.FieldDay3, bornField, func(s *slotting, d record.Record) {
	h := d.Header()
	day := h.OverriddenCreatedOn
	if day.IsZero() {
		day = s.settings.Today(h.CreatedAt)
	}
	s.rec.Slots.Day[2] = storage.Day(day)
}}

// baseValue is the amount of the header in the base currency at the record's own rate,
// rounded once; not set where there is no rate.
func baseValue[R any](amount func(*R) value.Opt[money.Amount], mode func(*R) money.RoundingMode) slot {
	return slot{storage.FieldNum1, baseValueField, func(s *slotting, d record.Record) {
		a, ok := amount(any(d).(*R)).Get()
		if !ok {
			return
		}
		rounding := money.HalfAway
		if mode != nil {
			rounding = mode(any(d).(*R))
		}
		if based, ok := d.Header().AmountInBase(a, s.settings.BaseCurrency, rounding).Get(); ok {
			s.number(1, based.Num())
		}
	}}
}

// activitySlots are those of the four activities.
func activitySlots[R any](fields func(*R) *activity.ActivityFields) []slot {
	return []slot{
		named(func(r *R) string { return fields(r).Subject }),
		textAt(1, "priority", func(r *R) string { return fields(r).Priority.String() }),
		anyRef("regarding_id", func(r *R) record.Ref { return fields(r).RegardingID }),
		timeAt(1, "scheduled_end", func(r *R) time.Time { return fields(r).ScheduledEnd }),
		timeAt(2, "actual_end", func(r *R) time.Time { return fields(r).ActualEnd }),
		countAt(1, "actual_duration_minutes", func(r *R) value.Opt[int32] { return fields(r).ActualDurationMinutes }),
	}
}

func truth(holds bool) string {
	if holds {
		return "true"
	}
	return ""
}

func countryOf(a *party.Address) string {
	if a == nil {
		return ""
	}
	return a.Country
}

func cityOf(a *party.Address) string {
	if a == nil {
		return ""
	}
	return a.City
}

// slotsOf are the names and slots of every kind. What a slot means for a kind stands
// here and nowhere else.
var slotsOf = map[kinds.Kind][]slot{
	kinds.Lead: {
		named(func(l *leadtocash.Lead) string { return personOr(l.LastName, l.FirstName, l.CompanyName) }),
		textAt(1, "lead_source", func(l *leadtocash.Lead) string { return l.LeadSource.String() }),
		textAt(2, "rating", func(l *leadtocash.Lead) string { return l.Rating.String() }),
		textAt(3, "purchase_timeframe", func(l *leadtocash.Lead) string { return l.PurchaseTimeframe.String() }),
		textAt(4, "industry", func(l *leadtocash.Lead) string { return l.Industry.String() }),
		textAt(5, "grade", func(l *leadtocash.Lead) string { return l.Grade.String() }),
		textAt(6, "address1.country", func(l *leadtocash.Lead) string { return countryOf(l.Address1) }),
		dayAt(1, "estimated_close_date", func(l *leadtocash.Lead) value.Date { return l.EstimatedCloseDate }),
		dayAt(2, "qualified_on", func(l *leadtocash.Lead) value.Date { return l.QualifiedOn }),
		born,
		baseValue(func(l *leadtocash.Lead) value.Opt[money.Amount] { return l.EstimatedAmount }, nil),
		countAt(2, "score", func(l *leadtocash.Lead) value.Opt[int32] { return l.Score }),
		refAt(1, "parent_account_id", func(l *leadtocash.Lead) uuid.UUID { return l.ParentAccountID.UUID }),
		refAt(2, "parent_contact_id", func(l *leadtocash.Lead) uuid.UUID { return l.ParentContactID.UUID }),
		refAt(3, "campaign_id", func(l *leadtocash.Lead) uuid.UUID { return l.CampaignID }),
	},
	kinds.Account: {
		named(func(a *party.Account) string { return a.Name }),
		textAt(1, "industry", func(a *party.Account) string { return a.Industry.String() }),
		textAt(2, "category", func(a *party.Account) string { return a.Category.String() }),
		textAt(3, "relationship_type", func(a *party.Account) string { return a.RelationshipType.String() }),
		textAt(4, "address1.country", func(a *party.Account) string { return countryOf(a.Address1) }),
		textAt(5, "address1.city", func(a *party.Account) string { return cityOf(a.Address1) }),
		born,
		amountAt(1, "annual_revenue", func(a *party.Account) value.Opt[money.Amount] { return a.AnnualRevenue }),
		amountAt(2, "credit_limit", func(a *party.Account) value.Opt[money.Amount] { return a.CreditLimit }),
		countAt(3, "number_of_employees", func(a *party.Account) value.Opt[int32] { return a.NumberOfEmployees }),
		refAt(1, "primary_contact_id", func(a *party.Account) uuid.UUID { return a.PrimaryContactID.UUID }),
		refAt(2, "parent_account_id", func(a *party.Account) uuid.UUID { return a.ParentAccountID.UUID }),
		refAt(3, "default_price_list_id", func(a *party.Account) uuid.UUID { return a.DefaultPriceListID.UUID }),
	},
	kinds.Contact: {
		named(func(c *party.Contact) string { return personOr(c.LastName, c.FirstName, "") }),
		textAt(1, "account_role", func(c *party.Contact) string { return c.AccountRole.String() }),
		textAt(4, "address1.country", func(c *party.Contact) string { return countryOf(c.Address1) }),
		textAt(5, "address1.city", func(c *party.Contact) string { return cityOf(c.Address1) }),
		customerAt("parent_customer_id", func(c *party.Contact) record.CustomerID { return c.ParentCustomerID }),
		born,
		amountAt(2, "credit_limit", func(c *party.Contact) value.Opt[money.Amount] { return c.CreditLimit }),
	},
	kinds.Opportunity: {
		named(func(o *leadtocash.Opportunity) string { return o.Name }),
		textAt(1, "sales_stage", func(o *leadtocash.Opportunity) string { return o.SalesStage.String() }),
		textAt(2, "forecast_category", func(o *leadtocash.Opportunity) string { return o.ForecastCategory.String() }),
		textAt(3, "rating", func(o *leadtocash.Opportunity) string { return o.Rating.String() }),
		textAt(4, "pipeline_phase", func(o *leadtocash.Opportunity) string { return o.PipelinePhase }),
		textAt(5, "grade", func(o *leadtocash.Opportunity) string { return o.Grade.String() }),
		customerAt("customer_id", func(o *leadtocash.Opportunity) record.CustomerID { return o.CustomerID }),
		dayAt(1, "actual_close_date", func(o *leadtocash.Opportunity) value.Date { return o.ActualCloseDate }),
		dayAt(2, "final_decision_date", func(o *leadtocash.Opportunity) value.Date { return o.FinalDecisionDate }),
		born,
		baseValue(dealValue, func(o *leadtocash.Opportunity) money.RoundingMode { return o.Pricing.RoundingMode }),
		countAt(2, "close_probability", func(o *leadtocash.Opportunity) value.Opt[int32] { return o.CloseProbability }),
		countAt(3, "score", func(o *leadtocash.Opportunity) value.Opt[int32] { return o.Score }),
		amountAt(4, "budget_amount", func(o *leadtocash.Opportunity) value.Opt[money.Amount] { return o.BudgetAmount }),
		refAt(2, "originating_lead_id", func(o *leadtocash.Opportunity) uuid.UUID { return o.OriginatingLeadID.UUID }),
		refAt(3, "campaign_id", func(o *leadtocash.Opportunity) uuid.UUID { return o.CampaignID }),
	},
	kinds.Quote: {
		named(func(q *leadtocash.Quote) string { return q.Name }),
		textAt(1, "payment_terms", func(q *leadtocash.Quote) string { return q.PaymentTerms.String() }),
		textAt(2, "shipping_method", func(q *leadtocash.Quote) string { return q.ShippingMethod.String() }),
		customerAt("customer_id", func(q *leadtocash.Quote) record.CustomerID { return q.CustomerID }),
		dayAt(1, "activated_on", func(q *leadtocash.Quote) value.Date { return q.ActivatedOn }),
		dayAt(2, "closed_on", func(q *leadtocash.Quote) value.Date { return q.ClosedOn }),
		dayAt(3, "effective_to", func(q *leadtocash.Quote) value.Date { return q.EffectiveTo }),
		baseValue(func(q *leadtocash.Quote) value.Opt[money.Amount] { return value.Some(q.TotalAmount) },
			func(q *leadtocash.Quote) money.RoundingMode { return q.Pricing.RoundingMode }),
		countAt(2, "revision_number", func(q *leadtocash.Quote) value.Opt[int32] { return value.Some(q.RevisionNumber) }),
		amountAt(3, "total_amount_less_freight", func(q *leadtocash.Quote) value.Opt[money.Amount] { return value.Some(q.TotalAmountLessFreight) }),
		amountAt(4, "total_discount_amount", func(q *leadtocash.Quote) value.Opt[money.Amount] { return value.Some(q.TotalDiscountAmount) }),
		refAt(2, "opportunity_id", func(q *leadtocash.Quote) uuid.UUID { return q.OpportunityID.UUID }),
		refAt(3, "price_list_id", func(q *leadtocash.Quote) uuid.UUID { return q.PriceListID.UUID }),
	},
	kinds.Order: {
		named(func(o *leadtocash.Order) string { return o.Name }),
		textAt(1, "fulfilment", func(o *leadtocash.Order) string { return o.Fulfilment.String() }),
		textAt(2, "invoicing", func(o *leadtocash.Order) string { return o.Invoicing.String() }),
		textAt(3, "payment_terms", func(o *leadtocash.Order) string { return o.PaymentTerms.String() }),
		customerAt("customer_id", func(o *leadtocash.Order) record.CustomerID { return o.CustomerID }),
		dayAt(1, "date_fulfilled", func(o *leadtocash.Order) value.Date { return o.DateFulfilled }),
		dayAt(2, "submit_date", func(o *leadtocash.Order) value.Date { return o.SubmitDate }),
		born,
		baseValue(func(o *leadtocash.Order) value.Opt[money.Amount] { return value.Some(o.TotalAmount) },
			func(o *leadtocash.Order) money.RoundingMode { return o.Pricing.RoundingMode }),
		amountAt(2, "total_amount_less_freight", func(o *leadtocash.Order) value.Opt[money.Amount] { return value.Some(o.TotalAmountLessFreight) }),
		refAt(2, "opportunity_id", func(o *leadtocash.Order) uuid.UUID { return o.OpportunityID.UUID }),
		refAt(3, "quote_id", func(o *leadtocash.Order) uuid.UUID { return o.QuoteID.UUID }),
	},
	kinds.Invoice: {
		named(func(i *leadtocash.Invoice) string { return i.Name }),
		textAt(1, "payment_terms", func(i *leadtocash.Invoice) string { return i.PaymentTerms.String() }),
		textAt(2, "dunning_level", func(i *leadtocash.Invoice) string { return i.DunningLevel.String() }),
		textAt(3, "disputed", func(i *leadtocash.Invoice) string { return truth(i.OpenDispute != nil) }),
		textAt(4, "promised", func(i *leadtocash.Invoice) string { return truth(i.Promise != nil) }),
		customerAt("customer_id", func(i *leadtocash.Invoice) record.CustomerID { return i.CustomerID }),
		dayAt(1, "issue_date", func(i *leadtocash.Invoice) value.Date { return i.IssueDate }),
		dayAt(2, "settled_on", func(i *leadtocash.Invoice) value.Date { return i.SettledOn }),
		dayAt(3, "promise.pay_on", func(i *leadtocash.Invoice) value.Date {
			if i.Promise == nil {
				return 0
			}
			return i.Promise.PayOn
		}),
		baseValue(func(i *leadtocash.Invoice) value.Opt[money.Amount] { return value.Some(i.TotalAmount) },
			func(i *leadtocash.Invoice) money.RoundingMode { return i.Pricing.RoundingMode }),
		amountAt(2, "open_balance", func(i *leadtocash.Invoice) value.Opt[money.Amount] { return value.Some(i.OpenBalance()) }),
		amountAt(3, "total_amount_less_freight", func(i *leadtocash.Invoice) value.Opt[money.Amount] { return value.Some(i.TotalAmountLessFreight) }),
		amountAt(4, "amount_due", func(i *leadtocash.Invoice) value.Opt[money.Amount] { return value.Some(i.AmountDue) }),
		refAt(2, "sales_order_id", func(i *leadtocash.Invoice) uuid.UUID { return i.SalesOrderID.UUID }),
		refAt(3, "opportunity_id", func(i *leadtocash.Invoice) uuid.UUID { return i.OpportunityID.UUID }),
	},
	kinds.Payment: {
		textAt(1, "method", func(p *leadtocash.Payment) string { return p.Method.String() }),
		customerAt("customer_id", func(p *leadtocash.Payment) record.CustomerID { return p.CustomerID }),
		dayAt(1, "received_on", func(p *leadtocash.Payment) value.Date { return p.ReceivedOn }),
		baseValue(func(p *leadtocash.Payment) value.Opt[money.Amount] { return value.Some(p.Amount) }, nil),
		amountAt(2, "unallocated", func(p *leadtocash.Payment) value.Opt[money.Amount] { return value.Some(p.Unallocated()) }),
	},
	kinds.Allocation: {
		textAt(1, "kind", func(a *leadtocash.Allocation) string { return a.Kind.String() }),
		textAt(2, "reversed", func(a *leadtocash.Allocation) string { return truth(!a.IsActive()) }),
		dayAt(1, "on", func(a *leadtocash.Allocation) value.Date { return a.On }),
		dayAt(2, "reversed_on", func(a *leadtocash.Allocation) value.Date { return a.ReversedOn }),
		baseValue(func(a *leadtocash.Allocation) value.Opt[money.Amount] { return value.Some(a.Amount) }, nil),
		refAt(1, "invoice_id", func(a *leadtocash.Allocation) uuid.UUID { return a.InvoiceID.UUID }),
		refAt(2, "payment_id", func(a *leadtocash.Allocation) uuid.UUID { return a.PaymentID.UUID }),
		refAt(3, "credit_note_id", func(a *leadtocash.Allocation) uuid.UUID { return a.CreditNoteID.UUID }),
	},
	kinds.CreditNote: {
		named(func(n *leadtocash.CreditNote) string { return n.Name }),
		textAt(1, "reason", func(n *leadtocash.CreditNote) string { return n.Reason.String() }),
		customerAt("customer_id", func(n *leadtocash.CreditNote) record.CustomerID { return n.CustomerID }),
		dayAt(1, "issue_date", func(n *leadtocash.CreditNote) value.Date { return n.IssueDate }),
		baseValue(func(n *leadtocash.CreditNote) value.Opt[money.Amount] { return value.Some(n.TotalAmount) },
			func(n *leadtocash.CreditNote) money.RoundingMode { return n.Pricing.RoundingMode }),
		amountAt(2, "unapplied", func(n *leadtocash.CreditNote) value.Opt[money.Amount] { return value.Some(n.Unapplied()) }),
		amountAt(3, "total_amount_less_freight", func(n *leadtocash.CreditNote) value.Opt[money.Amount] { return value.Some(n.TotalAmountLessFreight) }),
		refAt(2, "invoice_id", func(n *leadtocash.CreditNote) uuid.UUID { return n.InvoiceID.UUID }),
	},
	kinds.Refund: {
		textAt(1, "method", func(r *leadtocash.Refund) string { return r.Method.String() }),
		customerAt("customer_id", func(r *leadtocash.Refund) record.CustomerID { return r.CustomerID }),
		dayAt(1, "paid_on", func(r *leadtocash.Refund) value.Date { return r.PaidOn }),
		baseValue(func(r *leadtocash.Refund) value.Opt[money.Amount] { return value.Some(r.Amount) }, nil),
		refAt(2, "payment_id", func(r *leadtocash.Refund) uuid.UUID { return r.PaymentID.UUID }),
		refAt(3, "credit_note_id", func(r *leadtocash.Refund) uuid.UUID { return r.CreditNoteID.UUID }),
	},
	kinds.Approval: {
		textAt(1, "rule", func(a *agreement.Approval) string { return a.Rule }),
		anyRef("document_id", func(a *agreement.Approval) record.Ref { return a.DocumentID }),
	},
	kinds.DunningEntry: {
		textAt(1, "level", func(e *leadtocash.DunningEntry) string { return e.Level.String() }),
		customerAt("customer_id", func(e *leadtocash.DunningEntry) record.CustomerID { return e.CustomerID }),
		dayAt(1, "sent_on", func(e *leadtocash.DunningEntry) value.Date { return e.SentOn }),
		baseValue(func(e *leadtocash.DunningEntry) value.Opt[money.Amount] { return value.Some(e.OpenAmount) }, nil),
		refAt(2, "invoice_id", func(e *leadtocash.DunningEntry) uuid.UUID { return e.InvoiceID.UUID }),
	},
	kinds.OpportunityClose: {
		named(func(c *leadtocash.OpportunityClose) string { return c.Subject }),
		textAt(1, "outcome_status", func(c *leadtocash.OpportunityClose) string { return c.OutcomeStatus.String() }),
		dayAt(1, "closed_on", func(c *leadtocash.OpportunityClose) value.Date { return c.ClosedOn }),
		baseValue(func(c *leadtocash.OpportunityClose) value.Opt[money.Amount] { return c.ActualRevenue }, nil),
		refAt(1, "opportunity_id", func(c *leadtocash.OpportunityClose) uuid.UUID { return c.OpportunityID.UUID }),
		refAt(2, "competitor_id", func(c *leadtocash.OpportunityClose) uuid.UUID { return c.CompetitorID.UUID }),
	},
	kinds.QuoteClose: {
		named(func(c *leadtocash.QuoteClose) string { return c.Subject }),
		dayAt(1, "closed_on", func(c *leadtocash.QuoteClose) value.Date { return c.ClosedOn }),
		refAt(1, "quote_id", func(c *leadtocash.QuoteClose) uuid.UUID { return c.QuoteID.UUID }),
	},
	kinds.OrderClose: {
		named(func(c *leadtocash.OrderClose) string { return c.Subject }),
		dayAt(1, "closed_on", func(c *leadtocash.OrderClose) value.Date { return c.ClosedOn }),
		refAt(1, "order_id", func(c *leadtocash.OrderClose) uuid.UUID { return c.OrderID.UUID }),
	},
	kinds.Task:        activitySlots(func(t *activity.Task) *activity.ActivityFields { return &t.ActivityFields }),
	kinds.PhoneCall:   activitySlots(func(p *activity.PhoneCall) *activity.ActivityFields { return &p.ActivityFields }),
	kinds.Email:       activitySlots(func(m *activity.Email) *activity.ActivityFields { return &m.ActivityFields }),
	kinds.Appointment: activitySlots(func(a *activity.Appointment) *activity.ActivityFields { return &a.ActivityFields }),
	kinds.Note: {
		named(func(n *activity.Note) string { return n.Subject }),
		anyRef("regarding_id", func(n *activity.Note) record.Ref { return n.RegardingID }),
		refAt(2, "attachment_id", func(n *activity.Note) uuid.UUID { return n.AttachmentID.UUID }),
	},
	kinds.Product: {
		named(func(p *catalog.Product) string { return p.Name }),
		textAt(1, "structure", func(p *catalog.Product) string { return p.Structure.String() }),
		textAt(2, "kind", func(p *catalog.Product) string { return p.Kind.String() }),
		dayAt(1, "valid_to", func(p *catalog.Product) value.Date { return p.ValidTo }),
		decimalAt(1, "current_cost", func(p *catalog.Product) value.Opt[decimal.Decimal] { return p.CurrentCost }),
		decimalAt(2, "standard_cost", func(p *catalog.Product) value.Opt[decimal.Decimal] { return p.StandardCost }),
		refAt(1, "parent_id", func(p *catalog.Product) uuid.UUID { return p.ParentID.UUID }),
		refAt(2, "default_unit_id", func(p *catalog.Product) uuid.UUID { return p.DefaultUnitID.UUID }),
		refAt(3, "default_price_list_id", func(p *catalog.Product) uuid.UUID { return p.DefaultPriceListID.UUID }),
	},
	kinds.Seller: {
		named(func(s *party.Seller) string { return s.Name }),
		textAt(1, "kind", func(s *party.Seller) string { return s.Kind.String() }),
		countAt(1, "capacity", func(s *party.Seller) value.Opt[int32] { return s.Capacity }),
		refAt(1, "territory", func(s *party.Seller) uuid.UUID { return s.Territory }),
	},
	kinds.Competitor: {named(func(c *party.Competitor) string { return c.Name })},
	kinds.PriceList: {
		named(func(l *catalog.PriceList) string { return l.Name }),
		dayAt(1, "end_date", func(l *catalog.PriceList) value.Date { return l.EndDate }),
	},
	kinds.DiscountList: {
		named(func(l *catalog.DiscountList) string { return l.Name }),
		textAt(1, "type", func(l *catalog.DiscountList) string { return l.Type.String() }),
	},
	kinds.UnitGroup: {named(func(g *catalog.UnitGroup) string { return g.Name })},
	kinds.Process: {
		named(func(p *process.Process) string { return p.Instance.Process }),
		textAt(1, "active_stage", func(p *process.Process) string { return p.Instance.ActiveStage }),
		textAt(6, "primary", func(p *process.Process) string { return process.RecordKey(p.Instance.Primary()) }),
	},
}

// personOr is a person's name with the last name first, or else another name.
func personOr(last, first, other string) string {
	switch {
	case last == "" && first == "":
		return other
	case first == "":
		return last
	default:
		return last + " " + first
	}
}

// dealValue is what a deal brought, or else is to bring.
func dealValue(o *leadtocash.Opportunity) value.Opt[money.Amount] {
	if !o.ActualValue.IsZero() {
		return o.ActualValue
	}
	return o.EstimatedValue
}
