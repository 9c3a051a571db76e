package leadtocash

import (
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

const approvedText = "every rule that the content matches has its approvals, see Settings.Approvals"

// contentOf is what is agreed on of a document.
func contentOf(d record.Record, customer record.CustomerID, terms agreement.Terms, charges *pricing.Charges, sale *pricing.PricedLines, s *Settings) agreement.Content {
	h := d.Header()
	total := value.Some(sale.TotalAmount)
	if !s.BaseCurrency.IsZero() {
		total = h.AmountInBase(sale.TotalAmount, s.BaseCurrency, sale.Pricing.RoundingMode)
	}
	return agreement.Content{
		Kind: d.Ref().Kind, Customer: customer, Currency: h.Currency, Terms: terms, Charges: charges, Sale: sale, Custom: h.Custom, BaseTotal: total,
	}
}

// agreed are terms of which only the code was chosen.
func agreed(code party.PaymentTerms, s *Settings) agreement.Terms {
	return (&InvoiceFields{PaymentTerms: code}).agreedTerms(s)
}

// agreedTerms are the payment terms of an invoice as far as they are agreed on.
func (f *InvoiceFields) agreedTerms(s *Settings) agreement.Terms {
	terms := f.Terms(*s)
	a := agreement.Terms{Code: f.PaymentTerms, NetDays: terms.mostDays(), EarlyDiscount: terms.bestDiscount()}
	if f.OwnTerms != nil || len(f.Instalments) > 0 {
		a.Own = struct {
			Terms       *Terms       `json:"terms"`
			Instalments []Instalment `json:"instalments"`
		}{f.OwnTerms, f.Instalments}
	}
	return a
}

// mostDays is how many days payment may take at most, whenever the invoice is issued.
func (t *Terms) mostDays() int32 {
	days := 31*t.NetMonths + t.NetDays + t.ThenDays
	for _, toEnd := range []bool{t.EndOfMonth, t.ThenEndOfMonth} {
		if toEnd {
			days += 30
		}
	}
	for n := range t.Instalments {
		own := t.Instalments[n].terms()
		days = max(days, own.mostDays())
	}
	return days
}

// bestDiscount is the highest percentage that paying early takes off.
func (t *Terms) bestDiscount() decimal.Decimal {
	best := t.DiscountPercentage.Or(decimal.Decimal{})
	for n := range t.Instalments {
		best = decimal.Max(best, t.Instalments[n].DiscountPercentage.Or(decimal.Decimal{}))
	}
	return best
}

// agreedOn is what of the quote is agreed on.
func (q *Quote) agreedOn(s *Settings) agreement.Content {
	c := contentOf(q, q.CustomerID, agreed(q.PaymentTerms, s), &q.Charges, &q.PricedLines, s)
	c.From, c.To = q.EffectiveFrom, q.EffectiveTo
	return c
}

// agreedOn is what of the order is agreed on: with the days of its quote, so that the
// approval of an equal quote counts.
func (o *Order) agreedOn(s *Settings, b *agreement.Basis) agreement.Content {
	c := contentOf(o, o.CustomerID, agreed(o.PaymentTerms, s), &o.Charges, &o.PricedLines, s)
	if b != nil {
		c.From, c.To = b.From, b.To
	}
	return c
}

func (i *Invoice) agreedOn(s *Settings) agreement.Content {
	return contentOf(i, i.CustomerID, i.agreedTerms(s), &i.Charges, &i.PricedLines, s)
}

// keepsTo reports whether the invoice bills what its order says: pieces of its lines,
// for its customer, on its terms.
func (i *Invoice) keepsTo(o *Order) bool {
	if i.CustomerID != o.CustomerID || i.PaymentTerms != o.PaymentTerms || i.OwnTerms != nil || len(i.Instalments) > 0 {
		return false
	}
	for n := range i.Lines {
		if !i.Lines[n].Piece {
			return false
		}
	}
	return true
}

// asked is what rules are asked about before an invoice is issued: of one that keeps
// to its order the order, which other documents may have approvals of, else itself.
func (i *Invoice) asked(f *InvoiceFacts) []agreement.Asked {
	own := i.agreedOn(&f.Settings)
	asked := []agreement.Asked{{Content: &own}}
	if o := f.Order; o != nil && o.ID == i.SalesOrderID && i.keepsTo(o) {
		parent := o.agreedOn(&f.Settings, f.Approving)
		asked = append([]agreement.Asked{{Content: &parent, Only: func(r *agreement.Rule) bool {
			return r.IsAbout(kinds.Order) && r.IsAbout(kinds.Invoice)
		}}}, asked...)
	}
	return asked
}

func (q *Quote) unapproved(f *QuoteFacts) []record.Reason {
	if len(f.Settings.Approvals) == 0 {
		return nil
	}
	c := q.agreedOn(&f.Settings)
	return agreement.Unapproved(f.Settings.Approvals, f.Approving, agreement.Asked{Content: &c})
}

func (o *Order) unapproved(f *OrderFacts) []record.Reason {
	if len(f.Settings.Approvals) == 0 {
		return nil
	}
	c := o.agreedOn(&f.Settings, f.Approving)
	return agreement.Unapproved(f.Settings.Approvals, f.Approving, agreement.Asked{Content: &c})
}

func (i *Invoice) unapproved(f *InvoiceFacts) []record.Reason {
	if len(f.Settings.Approvals) == 0 || i.isIssued() {
		return nil
	}
	return agreement.Unapproved(f.Settings.Approvals, f.Approving, i.asked(f)...)
}

var (
	quoteApproved = quoteGuard{
		Code: codes.ErrApprovalRequired, Text: approvedText,
		Holds: func(q *Quote, f *QuoteFacts) bool { return len(q.unapproved(f)) == 0 }, Detail: (*Quote).unapproved,
	}
	orderApproved = orderGuard{
		Code: codes.ErrApprovalRequired, Text: approvedText,
		Holds: func(o *Order, f *OrderFacts) bool { return len(o.unapproved(f)) == 0 }, Detail: (*Order).unapproved,
	}
	invoiceApproved = invoiceGuard{
		Code: codes.ErrApprovalRequired, Text: approvedText + ", to issue it",
		Holds: func(i *Invoice, f *InvoiceFacts) bool { return len(i.unapproved(f)) == 0 }, Detail: (*Invoice).unapproved,
	}
)

var (
	requestQuoteApproval   = flow.Decide[*agreement.RequestApproval](quoteFlow, actions.QuoteRequestApproval)
	requestOrderApproval   = flow.Decide[*agreement.RequestApproval](orderFlow, actions.OrderRequestApproval)
	requestInvoiceApproval = flow.Decide[*agreement.RequestApproval](invoiceFlow, actions.InvoiceRequestApproval)
)

// RequestApproval asks for the approvals that rules want of a draft or an active quote.
// Where nothing is wanted, or all of it is asked for or given, nothing happens. Code:
// ErrInvalidTransition.
func (q Quote) RequestApproval(cmd agreement.RequestApproval, f QuoteFacts) (agreement.RequestedApprovals, error) {
	if err := requestQuoteApproval.Why(&q, &cmd, &f, q.Currency); err != nil {
		return agreement.RequestedApprovals{}, err
	}
	c := q.agreedOn(&f.Settings)
	return agreement.Request(cmd, &q, f.Settings.Approvals, f.Approving, f.Stamp, agreement.Asked{Content: &c}), nil
}

// RequestApproval asks for the approvals that rules want of an order that is not
// billed completely. Those of an equal quote are given already. Code:
// ErrInvalidTransition.
func (o Order) RequestApproval(cmd agreement.RequestApproval, f OrderFacts) (agreement.RequestedApprovals, error) {
	if err := requestOrderApproval.Why(&o, &cmd, &f, o.Currency); err != nil {
		return agreement.RequestedApprovals{}, err
	}
	c := o.agreedOn(&f.Settings, f.Approving)
	return agreement.Request(cmd, &o, f.Settings.Approvals, f.Approving, f.Stamp, agreement.Asked{Content: &c}), nil
}

// RequestApproval asks for the approvals that rules want of an invoice that is not
// issued. Those of an order that it keeps to are asked for there. Codes:
// ErrInvalidTransition, ErrReadOnly.
func (i Invoice) RequestApproval(cmd agreement.RequestApproval, f InvoiceFacts) (agreement.RequestedApprovals, error) {
	if err := requestInvoiceApproval.Why(&i, &cmd, &f, i.Currency); err != nil {
		return agreement.RequestedApprovals{}, err
	}
	return agreement.Request(cmd, &i, f.Settings.Approvals, f.Approving, f.Stamp, i.asked(&f)...), nil
}

// ApprovalFaults lists what is wrong with the rules of approval.
func (s *Settings) ApprovalFaults() []record.Reason {
	return agreement.RuleFaults("approvals", s.Approvals)
}

// ContentHashOf is the hash of what a quote, an order or an invoice agrees on, which
// approvals are about; empty for other records. See [agreement.Content.Hash].
func ContentHashOf(d record.Record, b *agreement.Basis) string {
	var c agreement.Content
	switch r := d.(type) {
	case *Quote:
		c = r.agreedOn(&Settings{})
	case *Order:
		c = r.agreedOn(&Settings{}, b)
	case *Invoice:
		c = r.agreedOn(&Settings{})
	default:
		return ""
	}
	return c.Hash()
}

// PassedGate reports whether a document is past what its approvals are for: the quote
// is handed out, something of the order delivered, the invoice issued.
func PassedGate(d record.Record) bool {
	switch r := d.(type) {
	case *Quote:
		return r.Status != QuoteStatusDraft
	case *Order:
		return r.Fulfilment > FulfilmentNone || r.Invoicing > pricing.InvoicingNone
	case *Invoice:
		return r.isIssued()
	}
	return false
}
