package leadtocash

import (
	"cmp"
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Invoice asks a customer for money. It can be edited until it is issued; then
// it has its number and its amounts are frozen, and it is paid, in parts or at
// once, or canceled.
type Invoice struct {
	ID record.InvoiceID `json:"id" d365:"invoiceid"`
	record.Head
	InvoiceFields
	Status           InvoiceStatus        `json:"status" d365:"statuscode"`
	InvoiceNumber    string               `json:"invoice_number,omitzero" d365:"invoicenumber" max:"100"` // empty until issued, then for good
	SalesOrderID     record.OrderID       `json:"sales_order_id,omitzero" d365:"salesorderid"`            // the order it bills
	OpportunityID    record.OpportunityID `json:"opportunity_id,omitzero" d365:"opportunityid"`
	IsPriceLocked    bool                 `json:"is_price_locked,omitzero" d365:"ispricelocked"`
	CarriesFreight   bool                 `json:"carries_freight,omitzero"` // of its order, which only one of the live invoices bills
	IssueDate        value.Date           `json:"issue_date,omitzero"`
	SettledAmount    money.Amount         `json:"settled_amount"`              // what is allocated to it
	CreditedAmount   money.Amount         `json:"credited_amount,omitzero"`    // totals of its credit notes that are issued
	CreditedValue    money.Amount         `json:"credited_value,omitzero"`     // what these are worth: their totals, and the payable rounding with the one that credits the rest
	WrittenOffAmount money.Amount         `json:"written_off_amount,omitzero"` // of the settled amount: what is given up
	ReopenedOn       value.Date           `json:"reopened_on,omitzero"`        // the last day on which something that settled it was taken back
	SettledOn        value.Date           `json:"settled_on,omitzero"`         // the day from which nothing is open; not set while something is
	CanceledOn       value.Date           `json:"canceled_on,omitzero"`
	OpenDispute      *Dispute             `json:"open_dispute,omitzero"`  // until it is resolved
	Promise          *Promise             `json:"promise,omitzero"`       // the latest, until it is withdrawn
	DunningLevel     DunningLevel         `json:"dunning_level,omitzero"` // that it has come to; never lower
	DunnedOn         value.Date           `json:"dunned_on,omitzero"`     // when the last letter was sent
	Seller           *party.Party         `json:"seller,omitzero"`        // the organization as it was when it is issued
	pricing.PricedLines
}

// InvoiceFields are the fields of an invoice that people edit.
type InvoiceFields struct {
	Name           string                 `json:"name" d365:"name" max:"300" need:"true"`
	CustomerID     record.CustomerID      `json:"customer_id" d365:"customerid" need:"true"`
	DueDate        value.Date             `json:"due_date,omitzero" d365:"duedate"` // default: from the payment terms, when issued
	DateDelivered  value.Date             `json:"date_delivered,omitzero" d365:"datedelivered"`
	PaymentTerms   party.PaymentTerms     `json:"payment_terms,omitzero" d365:"paymenttermscode"`
	OwnTerms       *Terms                 `json:"own_terms,omitzero"`             // instead of PaymentTerms
	Instalments    []Instalment           `json:"instalments,omitzero" most:"60"` // typed, or made of the terms when issued; without any all is due on DueDate
	ShippingMethod catalog.ShippingMethod `json:"shipping_method,omitzero" d365:"shippingmethodcode"`
	WillCall       bool                   `json:"will_call,omitzero" d365:"willcall"` // hold for pick-up instead of shipping
	BillTo         *party.BillTo          `json:"bill_to,omitzero" d365:"billto"`
	ShipTo         *party.ShipTo          `json:"ship_to,omitzero" d365:"shipto"`
	Description    string                 `json:"description,omitzero" d365:"description" text:"2000"`
	OrganizationID record.OrganizationID  `json:"organization_id,omitzero"` // of the host's own that sells; default: that of the document it is made of, else the default one
	Details        *DocumentDetails       `json:"details,omitzero"`
	pricing.Charges
}

// InvoiceStatus is the status of an invoice; its State is active, closed, paid
// or canceled.
type InvoiceStatus = value.Choice[invoiceStatusSet]

// The statuses of an invoice. Paid and PartiallyPaid are both of the paid
// state; the closed ones come only by import.
const (
	InvoiceStatusNew InvoiceStatus = iota + 1
	InvoiceStatusPartiallyShipped
	InvoiceStatusBilled
	InvoiceStatusBooked
	InvoiceStatusInstalled
	InvoiceStatusClosedCanceled
	InvoiceStatusClosedPaid
	InvoiceStatusPaid
	InvoiceStatusPartiallyPaid
	InvoiceStatusCanceled
)

// The states of an invoice.
var (
	InvoiceActive   = value.State{Key: "active", Code: 0}
	InvoiceClosed   = value.State{Key: "closed", Code: 1}
	InvoicePaid     = value.State{Key: "paid", Code: 2}
	InvoiceCanceled = value.State{Key: "canceled", Code: 3}
)

type invoiceStatusSet struct{}

func (invoiceStatusSet) Table() (string, []value.Option) { return "invoice_status", invoiceStatusTable }

var invoiceStatusTable = value.Statuses(
	InvoiceActive.In(
		value.Option{Key: "new", Label: "New", Code: 1, Default: true},
		value.Option{Key: "partially_shipped", Label: "Partially Shipped", Code: 2},
		value.Option{Key: "billed", Label: "Billed", Code: 4},
		value.Option{Key: "booked", Label: "Booked – services", Code: 5},
		value.Option{Key: "installed", Label: "Installed – services", Code: 6},
	),
	InvoiceClosed.In(
		value.Option{Key: "closed_canceled", Label: "Canceled", Code: 3, ImportOnly: true},
		value.Option{Key: "closed_paid", Label: "Paid in Full", Code: 7, ImportOnly: true},
	),
	InvoicePaid.In(
		value.Option{Key: "paid", Label: "Complete", Code: 100001, Default: true},
		value.Option{Key: "partially_paid", Label: "Partial", Code: 100002},
	),
	InvoiceCanceled.In(
		value.Option{Key: "canceled", Label: "Canceled", Code: 100003},
	),
)

// InvoiceFacts are what decisions about an invoice depend on besides invoice
// and command. Nothing in the zero value stands in the way.
type InvoiceFacts struct {
	record.Stamp
	Settings      Settings
	CustomPricing pricing.CustomPricing     // instead of Price
	Catalog       *catalog.Catalog          // of the lines; nil: prices stay as they are
	PriceLists    pricing.DefaultPriceLists // of a new document, where none is chosen
	Opportunity   *Opportunity              // the invoice's, if it has one
	Order         *Order                    // the invoice's, if it has one
	Siblings      []Invoice                 // other invoices of the order, of whatever status, oldest first
	SiblingNotes  []CreditNote              // of those invoices, that are issued, oldest first
	Payment       *Payment                  // that is to be allocated
	NextNumber    string                    // for issuing; default: made from the id
	Latest        LatestIssue               // of the invoices
	Products      *Opportunity              // whose lines GetProducts copies
	InUse         []record.Ref              // records that refer to the invoice, apart from those that go with it
	Inactive      []record.Ref              // chosen customers and owners that are inactive
	CreditNotes   []CreditNote              // of the invoice that are issued, oldest first
	Twins         []Payment                 // payments with the bank reference of the command, posted or bounced, of whatever customer
	CreditBalance value.Opt[money.Amount]   // what the customer has left in the currency, of all payments and credit notes
	Allocations   []Allocation              // to the invoice, active or reversed, oldest first
	Buyer         *Buyer                    // the invoice's customer, where it is known and the invoice does not name it
	Organization  *party.Organization       // that sells, where the document has one
	Debtor        *Debtor                   // the invoice's customer, where its credit hold depends on the invoice
	Approving     *agreement.Basis          // what approvals by Settings.Approvals depend on
}

// price is what the calculation of an invoice depends on.
func (f *InvoiceFacts) price(i *Invoice) pricing.PriceInput {
	p := f.Settings.Priced(f.Catalog, f.Today, f.CustomPricing)
	p.PricesLocked = i.IsPriceLocked
	return p
}

var (
	invoiceActive   = flow.In(InvoiceStatusNew, InvoiceStatusPartiallyShipped, InvoiceStatusBilled, InvoiceStatusBooked, InvoiceStatusInstalled)
	invoiceUnbilled = flow.In(InvoiceStatusNew, InvoiceStatusPartiallyShipped, InvoiceStatusBooked, InvoiceStatusInstalled)
	invoicePaid     = flow.In(InvoiceStatusPaid, InvoiceStatusPartiallyPaid)

	// InvoiceOwing are the statuses in which something can be owed.
	InvoiceOwing    = flow.In(InvoiceStatusBilled, InvoiceStatusPartiallyPaid)
	invoiceSettled  = flow.In(InvoiceStatusBilled, InvoiceStatusPaid, InvoiceStatusPartiallyPaid) // the results of settling
	invoiceReadOnly = slices.Concat(flow.In(InvoiceStatusClosedCanceled, InvoiceStatusClosedPaid), invoicePaid, flow.In(InvoiceStatusCanceled))
)

type (
	invoiceRule  = flow.Rule[*Invoice, *InvoiceFacts, InvoiceStatus]
	invoiceGuard = flow.Guard[*Invoice, *InvoiceFacts]
)

var invoiceFlow = flow.New(
	kinds.Invoice,
	func(i *Invoice) record.Ref { return i.Ref() },
	func(i *Invoice) InvoiceStatus { return i.Status },
	slices.Concat(
		flow.Staying(actions.InvoiceEdit, invoiceActive, invoiceRule{}),
		flow.Staying(actions.InvoiceEditLines, invoiceActive, invoiceRule{}),
		flow.Staying(actions.InvoiceGetProducts, invoiceActive, invoiceRule{Needs: flow.Needs(invoiceLinesOpen)}),
		flow.Staying(actions.InvoiceRecalculate, invoiceActive, invoiceRule{Needs: flow.Needs(invoiceOpen)}),
		flow.Staying(actions.InvoiceChangeCurrency, invoiceActive, invoiceRule{Needs: flow.Needs(invoiceOpen, invoiceCurrencyFree)}),
		flow.Staying(actions.InvoiceLockPricing, invoiceActive, invoiceRule{Needs: flow.Needs(invoiceOpen, invoiceUnlocked)}),
		flow.Staying(actions.InvoiceUnlockPricing, invoiceActive, invoiceRule{Needs: flow.Needs(invoiceOpen, invoiceLocked)}),
		flow.Staying(actions.InvoiceAssign, value.Values[InvoiceStatus](), invoiceRule{}),
		flow.Staying(actions.InvoiceDispute, InvoiceOwing, invoiceRule{}),
		flow.Staying(actions.InvoiceResolveDispute, invoiceSettled, invoiceRule{Needs: flow.Needs(invoiceDisputed)}),
		flow.Staying(actions.InvoicePromisePayment, InvoiceOwing, invoiceRule{}),
		flow.Staying(actions.InvoiceWithdrawPromise, invoiceSettled, invoiceRule{Needs: flow.Needs(invoicePromised)}),
		flow.Staying(actions.InvoiceRequestApproval, invoiceUnbilled, invoiceRule{Needs: flow.Needs(invoiceOpen)}),
		flow.Staying(actions.InvoiceDun, InvoiceOwing, invoiceRule{}),
		[]invoiceRule{
			{Do: actions.InvoiceSetStatus, From: invoiceUnbilled, To: slices.Concat(invoiceActive, flow.In(InvoiceStatusPaid)), Needs: flow.Needs(invoiceOpen)},
			{Do: actions.InvoiceSetStatus, From: flow.In(InvoiceStatusBilled), To: invoiceActive, Needs: flow.Needs(invoiceOpen)},
			{
				Do: actions.InvoiceIssue, From: invoiceUnbilled, To: flow.In(InvoiceStatusBilled, InvoiceStatusPaid),
				Needs: flow.Needs(invoiceNotIssued, invoicePriced, invoiceHasLines, invoiceNotNegative, invoiceHasBuyer, invoiceApproved),
			},
			{Do: actions.InvoiceMarkPaid, From: invoiceActive, To: flow.In(InvoiceStatusPaid), Needs: flow.Needs(invoicePriced, invoiceHasLines, invoiceNotNegative, invoiceHasBuyer, invoiceApproved)},
			{Do: actions.InvoiceMarkPaid, From: flow.In(InvoiceStatusPartiallyPaid), To: flow.In(InvoiceStatusPaid)},
			{Do: actions.InvoiceMarkPaidPartial, From: invoiceActive, To: invoicePaid, Needs: flow.Needs(invoicePriced, invoiceHasLines, invoiceNotNegative, invoiceHasBuyer, invoiceApproved)},
			{Do: actions.InvoiceMarkPaidPartial, From: flow.In(InvoiceStatusPartiallyPaid), To: invoicePaid},
			{Do: actions.InvoiceAllocate, From: invoiceActive, To: invoicePaid, Needs: flow.Needs(invoiceIssued, invoiceOfCustomer, invoiceOfCurrency, invoiceTakes)},
			{Do: actions.InvoiceAllocate, From: flow.In(InvoiceStatusPartiallyPaid), To: invoicePaid, Needs: flow.Needs(invoiceOfCustomer, invoiceOfCurrency, invoiceTakes)},
			{Do: actions.InvoiceDeallocate, From: invoicePaid, To: flow.In(InvoiceStatusBilled, InvoiceStatusPartiallyPaid)},
			{Do: actions.InvoiceSettle, From: slices.Concat(invoiceActive, invoicePaid), To: invoiceSettled},
			{Do: actions.InvoiceCredit, From: flow.In(InvoiceStatusBilled), To: flow.In(InvoiceStatusBilled)},
			{Do: actions.InvoiceCredit, From: flow.In(InvoiceStatusPaid), To: flow.In(InvoiceStatusPaid)},
			{Do: actions.InvoiceCredit, From: flow.In(InvoiceStatusPartiallyPaid), To: flow.In(InvoiceStatusPartiallyPaid)},
			{Do: actions.InvoiceWriteOff, From: InvoiceOwing, To: invoicePaid, Needs: flow.Needs(invoiceOwes)},
			{Do: actions.InvoiceReverseWriteOff, From: invoiceSettled, To: flow.In(InvoiceStatusBilled, InvoiceStatusPartiallyPaid)},
			{Do: actions.InvoiceCancel, From: slices.Concat(invoiceActive, invoicePaid), To: flow.In(InvoiceStatusCanceled), Needs: flow.Needs(invoiceUnpaid, invoiceUncredited)},
			{Do: actions.InvoiceReactivate, From: invoicePaid, To: flow.In(InvoiceStatusBilled), Needs: flow.Needs(invoiceReopens)},
			{Do: actions.InvoiceDelete, From: invoiceActive, Deletes: true, Needs: flow.Needs(invoiceNeverIssued, invoiceNotInUse)},
		},
	),
	[]flow.Refuse[InvoiceStatus]{
		{
			Do:   flow.Do(actions.InvoiceEdit, actions.InvoiceRecalculate, actions.InvoiceChangeCurrency, actions.InvoiceLockPricing, actions.InvoiceUnlockPricing),
			From: invoiceReadOnly, Code: codes.ErrReadOnly,
		},
		{Do: flow.Do(actions.InvoiceEditLines, actions.InvoiceGetProducts), From: invoiceReadOnly, Code: codes.ErrParentReadOnly},
		{Do: flow.Do(actions.InvoiceSetStatus), From: invoiceReadOnly, Code: codes.ErrStatusNotInState},
		{Do: flow.Do(actions.InvoiceIssue), From: invoiceSettled, Code: codes.ErrAlreadyIssued},
		{
			Do: flow.Do(
				actions.InvoiceMarkPaid, actions.InvoiceMarkPaidPartial, actions.InvoiceAllocate, actions.InvoiceWriteOff,
				actions.InvoiceDispute, actions.InvoicePromisePayment, actions.InvoiceDun,
			),
			From: flow.In(InvoiceStatusPaid), Code: codes.ErrInvoiceSettled,
		},
		{
			Do:   flow.Do(actions.InvoiceCredit, actions.InvoiceWriteOff, actions.InvoiceDispute, actions.InvoicePromisePayment, actions.InvoiceDun),
			From: invoiceUnbilled, Code: codes.ErrNotIssued,
		},
		{Do: flow.Do(actions.InvoiceDelete), From: invoiceReadOnly, Code: codes.ErrDeleteReadOnly},
	},
)

// InvoiceFlow is the table behind Invoice.
func InvoiceFlow() *flow.Flow[*Invoice, *InvoiceFacts, InvoiceStatus] { return invoiceFlow }

var (
	invoiceOpen = invoiceGuard{
		Code: codes.ErrReadOnly, Text: "the invoice is not issued, unless as in Dynamics 365",
		Holds: func(i *Invoice, f *InvoiceFacts) bool { return !i.frozen(f.Settings) },
	}
	invoiceLinesOpen = invoiceGuard{
		Code: codes.ErrParentReadOnly, Text: "the invoice is not issued, unless as in Dynamics 365",
		Holds: func(i *Invoice, f *InvoiceFacts) bool { return !i.frozen(f.Settings) },
	}
	invoiceCurrencyFree = invoiceGuard{
		Code: codes.ErrCurrencyInUse, Text: "no line depends on the currency",
		Holds: func(i *Invoice, _ *InvoiceFacts) bool { return len(i.Lines) == 0 },
	}
	invoiceUnlocked = invoiceGuard{
		Code: codes.ErrAlreadyLocked, Text: "the prices are not locked",
		Holds: func(i *Invoice, _ *InvoiceFacts) bool { return !i.IsPriceLocked },
	}
	invoiceLocked = invoiceGuard{
		Code: codes.ErrAlreadyUnlocked, Text: "the prices are locked",
		Holds: func(i *Invoice, _ *InvoiceFacts) bool { return i.IsPriceLocked },
	}
	invoiceNotIssued = invoiceGuard{
		Code: codes.ErrAlreadyIssued, Text: "the invoice is not issued",
		Holds: func(i *Invoice, _ *InvoiceFacts) bool { return !i.isIssued() },
	}
	invoiceNeverIssued = invoiceGuard{
		Code: codes.ErrDeleteReadOnly, Text: "the invoice was never issued",
		Holds: func(i *Invoice, _ *InvoiceFacts) bool { return !i.isIssued() },
	}
	invoicePriced = invoiceGuard{
		Code: codes.ErrPricing, Text: "every line and the document are priced, to issue it",
		Holds:  func(i *Invoice, _ *InvoiceFacts) bool { return i.isIssued() || i.PricingError == 0 },
		Detail: func(i *Invoice, _ *InvoiceFacts) []record.Reason { return i.PricingErrors() },
	}
	invoiceHasLines = invoiceGuard{
		Code: codes.ErrNoLines, Text: "there is a line, to issue it",
		Holds: func(i *Invoice, _ *InvoiceFacts) bool { return i.isIssued() || len(i.Lines) > 0 },
	}
	invoiceNotNegative = invoiceGuard{
		Code: codes.ErrNegativeTotal, Text: "neither the total nor the amount due is negative, to issue it; money is returned by a credit note",
		Holds: func(i *Invoice, _ *InvoiceFacts) bool {
			return i.isIssued() || i.TotalAmount.Sign() >= 0 && i.AmountDue.Sign() >= 0
		},
	}
	invoiceHasBuyer = invoiceGuard{
		Code: codes.ErrMissingField, Text: "the buyer has a name, to issue it",
		Holds: func(i *Invoice, f *InvoiceFacts) bool {
			return i.isIssued() || len(f.Buyer.nameless(i.CustomerID, i.BillTo)) == 0
		},
		Detail: func(i *Invoice, f *InvoiceFacts) []record.Reason { return f.Buyer.nameless(i.CustomerID, i.BillTo) },
	}
	invoiceIssued = invoiceGuard{
		Code: codes.ErrNotIssued, Text: "the invoice is issued",
		Holds: func(i *Invoice, _ *InvoiceFacts) bool { return i.isIssued() },
	}
	invoiceOfCustomer = invoiceGuard{
		Code: codes.ErrCustomerMismatch, Text: "invoice and payment have one customer",
		Holds: func(i *Invoice, f *InvoiceFacts) bool {
			return f.Payment == nil || f.Payment.CustomerID == i.CustomerID
		},
	}
	invoiceOfCurrency = invoiceGuard{
		Code: codes.ErrCurrencyMismatch, Text: "invoice and payment have one currency",
		Holds: func(i *Invoice, f *InvoiceFacts) bool { return f.Payment == nil || f.Payment.Currency == i.Currency },
	}
	invoiceTakes = invoiceGuard{
		Code: codes.ErrOverAllocated, Text: "something of the payment is not allocated, and something of the invoice is open",
		Holds: func(i *Invoice, f *InvoiceFacts) bool {
			return f.Payment == nil || f.Payment.Unallocated().Sign() > 0 && i.OpenBalance().Sign() > 0
		},
	}
	invoiceOwes = invoiceGuard{
		Code: codes.ErrInvoiceSettled, Text: "something of the invoice is open",
		Holds: func(i *Invoice, _ *InvoiceFacts) bool { return i.OpenBalance().Sign() > 0 },
	}
	invoiceUnpaid = invoiceGuard{
		Code: codes.ErrHasPayments, Text: "nothing is allocated to the invoice",
		Holds: func(i *Invoice, _ *InvoiceFacts) bool { return i.SettledAmount.IsZero() },
	}
	invoiceUncredited = invoiceGuard{
		Code: codes.ErrHasPayments, Text: "no credit note of the invoice is issued",
		Holds: func(_ *Invoice, f *InvoiceFacts) bool { return len(f.CreditNotes) == 0 },
		Detail: func(*Invoice, *InvoiceFacts) []record.Reason {
			return []record.Reason{{Code: codes.ErrHasPayments, Message: "a credit note of the invoice is issued"}}
		},
	}
	invoiceDisputed = invoiceGuard{
		Code: codes.ErrInvalidTransition, Text: "the invoice is disputed",
		Holds: func(i *Invoice, _ *InvoiceFacts) bool { return i.OpenDispute != nil },
	}
	invoicePromised = invoiceGuard{
		Code: codes.ErrInvalidTransition, Text: "a payment is promised",
		Holds: func(i *Invoice, _ *InvoiceFacts) bool { return i.Promise != nil },
	}
	invoiceReopens = invoiceGuard{
		Code: codes.ErrInvalidTransition, Text: "nothing is allocated to the invoice, and it is as in Dynamics 365",
		Holds: func(i *Invoice, f *InvoiceFacts) bool { return f.Settings.D365Compat && i.SettledAmount.IsZero() },
	}
	invoiceNotInUse = invoiceGuard{
		Code: codes.ErrInUse, Text: "no record refers to the invoice",
		Holds:  func(_ *Invoice, f *InvoiceFacts) bool { return len(f.InUse) == 0 },
		Detail: func(_ *Invoice, f *InvoiceFacts) []record.Reason { return flow.InUse(f.InUse) },
	}
)

// RecordKind tells the kind of record.
func (*Invoice) RecordKind() kinds.Kind { return kinds.Invoice }

// Ref names the record with its kind.
func (i *Invoice) Ref() record.Ref { return i.ID.Ref() }

// StatusKey is the key of the status.
func (i *Invoice) StatusKey() string { return i.Status.String() }

// PriceParts are what the calculation reads and writes.
func (i *Invoice) PriceParts() (*pricing.Charges, *pricing.PricedLines) {
	return &i.Charges, &i.PricedLines
}

// Live reports whether the invoice bills anything.
func (i *Invoice) Live() bool {
	return i.Status != InvoiceStatusCanceled && i.Status != InvoiceStatusClosedCanceled
}

// isIssued reports whether the invoice was issued at some time.
func (i *Invoice) isIssued() bool { return !i.IssueDate.IsZero() || i.InvoiceNumber != "" }

// frozen reports whether the amounts are fixed.
func (i *Invoice) frozen(s Settings) bool { return i.isIssued() && !s.D365Compat }

// owed reports whether the invoice asks for money, or did until it was paid.
func (i *Invoice) owed() bool {
	return i.isIssued() && i.Live() && i.Status != InvoiceStatusClosedPaid
}

// settledOn is the day from which nothing is open of an invoice with these allocations:
// that of the last one, or of the issue; not set while something is open.
func (i *Invoice) settledOn(allocations []Allocation) value.Date {
	if !i.owed() || i.OpenBalance().Sign() > 0 {
		return 0
	}
	on := i.IssueDate
	for n := range allocations {
		if a := &allocations[n]; a.IsActive() {
			on = later(on, a.On)
		}
	}
	return on
}

// OpenBalance is what is still to be paid of an issued invoice: the amount due
// less what is allocated; 0 while it is not issued and once it is canceled or
// closed.
func (i *Invoice) OpenBalance() money.Amount {
	if !i.owed() {
		return i.Currency.Zero()
	}
	return i.AmountDue.Sub(i.SettledAmount)
}

// Clone returns a deep copy.
func (i Invoice) Clone() Invoice {
	i.Seller, i.Details = i.Seller.ClonePtr(), i.Details.clone()
	i.Head.Detach()
	i.Charges.Clone()
	i.PricedLines.Clone()
	i.BillTo, i.ShipTo, i.OwnTerms = i.BillTo.Clone(), i.ShipTo.Clone(), i.OwnTerms.clone()
	i.Instalments = cloneInstalments(i.Instalments)
	i.OpenDispute, i.Promise = record.ClonePtr(i.OpenDispute), record.ClonePtr(i.Promise)
	return i
}

// MarshalJSON writes the published JSON form.
func (i Invoice) MarshalJSON() ([]byte, error) {
	type plain Invoice
	return record.Encode((*plain)(&i))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (i *Invoice) UnmarshalJSON(body []byte) error {
	type plain Invoice
	return record.Decode(body, (*plain)(i))
}

// recalculated is the next version with lines and totals computed again.
func (i Invoice) recalculated(do actions.Action, f *InvoiceFacts, data record.Data) record.Change[Invoice] {
	notices := i.PricedLines.CalculateNoticed(&i.Head, &i.Charges, f.price(&i))
	i.SettledOn = i.settledOn(f.Allocations)
	return record.Changed(&i, do, f.Stamp, data).Noticed(i.RetiredNotices(f.Catalog)...).Noticed(notices...)
}

// CreateInvoice is the command behind NewInvoice.
type CreateInvoice struct {
	ID record.InvoiceID `json:"id,omitzero"`
	record.Origin
	OpportunityID record.OpportunityID `json:"opportunity_id,omitzero"`
	Fields        InvoiceFields        `json:"fields"`
	Status        InvoiceStatus        `json:"status,omitzero"` // an active one before billing; default New
	Lines         []pricing.LineFields `json:"lines,omitzero"`
}

// NewInvoice creates an invoice that bills no order, with unlocked prices and
// without number. Currency and exchange rate come from the opportunity unless
// given, the price list from DefaultPriceLists. Codes: ErrMissingField (name,
// customer, currency), ErrCustomerInactive, ErrInvalid for terms given in two
// ways, ErrMissingPriceList, ErrCurrencyMismatch, ErrStatusNotInState,
// ErrUseDedicatedAction for the status Billed, and those of lines.
func NewInvoice(cmd CreateInvoice, f InvoiceFacts) (record.Change[Invoice], error) {
	status, err := value.StatusIn(cmd.Status, InvoiceActive)
	if p := f.Opportunity; p != nil {
		cmd.Currency = cmp.Or(cmd.Currency, p.Currency)
	}
	i := Invoice{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.Settings.BaseCurrency), InvoiceFields: cmd.Fields, Status: status, OpportunityID: cmd.OpportunityID,
	}
	i.Pricing, i.SettledAmount = f.Settings.Pricing, i.Currency.Zero()
	if p := f.Opportunity; p != nil {
		i.InheritRate(&p.Head)
	}
	i.BillTo = f.Buyer.billTo(i.CustomerID, i.BillTo)
	i.Charges.TakeDefault(&f.PriceLists, i.Currency, f.Today)
	i.OrganizationID = f.Settings.soldBy(i.OrganizationID, f.Opportunity.soldBy())
	i.Details = i.Details.ofCustomer(f.Buyer, i.CustomerID)
	i.takePrepaid()
	reasons := append(record.ReasonsOf(err), cmd.Fields.Faults("fields.", InvoiceFields{}, f.Inactive)...)
	if status == InvoiceStatusBilled {
		reasons = append(reasons, record.Reason{Code: codes.ErrUseDedicatedAction, Field: "status", Message: "an invoice is billed by issuing it"})
	}
	reasons = append(reasons, documentFaults(i.Head, &i.Charges, f.Settings, f.Opportunity)...)
	reasons = append(reasons, otherSeller(cmd.Fields.OrganizationID, f.Opportunity.soldBy())...)
	reasons = append(reasons, i.Charges.Faults(f.Catalog, i.Currency, i.Pricing.TaxMode, nil)...)
	lines, faults := pricing.NewLines(cmd.Lines, f.price(&i), i.PriceListID)
	if err := flow.RefuseBirth(actions.InvoiceCreate, cmd.ID, &cmd, i.Currency, append(reasons, faults...)...); err != nil {
		return record.Change[Invoice]{}, err
	}
	schema.Round(&i.InvoiceFields, i.Currency)
	i.PricedLines.Add(lines)
	notices := i.PricedLines.CalculateNoticed(&i.Head, &i.Charges, f.price(&i))
	return record.Change[Invoice]{Record: i, Events: []record.Event{record.BornEvent(&i, actions.InvoiceCreate, f.Stamp, record.DataOf("opportunity", textOf(i.OpportunityID)))}}.Noticed(notices...), nil
}

// Faults are those that no single field shows.
func (i *InvoiceFields) Faults(path string, was InvoiceFields, inactive []record.Ref) []record.Reason {
	reasons := append(CustomerFaults(path, i.CustomerID, was.CustomerID, inactive), i.termsFaults(path, &was)...)
	reasons = append(reasons, headerFaults(path, ofInvoice, i.OrganizationID, was.OrganizationID, i.Details, inactive)...)
	return append(reasons, prepaidFaults(path, i.Details, i.PrepaidAmount)...)
}

// invoiceFromOpportunity makes an invoice straight from an opportunity: prices
// unlocked, addresses and terms from the customer.
func invoiceFromOpportunity(p Opportunity, id record.InvoiceID, f OpportunityFacts) Invoice {
	i := Invoice{ID: id, Head: p.Child(f.Stamp), Status: InvoiceStatusNew, OpportunityID: p.ID, PricedLines: p.PricedLines.CopyOf(false)}
	terms := termsOf(p.CustomerID, f.Account, f.Contact)
	i.InvoiceFields = InvoiceFields{
		Name: p.Name, CustomerID: p.CustomerID, Description: p.Description,
		PaymentTerms: terms.payment, BillTo: terms.billTo, ShipTo: terms.shipTo, Charges: p.Charges.Inherited(),
		OrganizationID: f.Settings.soldBy(p.OrganizationID, record.OrganizationID{}), Details: terms.details,
	}
	i.SettledAmount = i.Currency.Zero()
	i.PricedLines.Calculate(&i.Head, &i.Charges, f.price())
	return i
}

// SavedInvoice is an invoice that was changed, canceled or deleted, with the
// order that it now bills differently.
type SavedInvoice struct {
	Record Invoice `json:"invoice"`
	Order  *Order  `json:"order,omitzero"` // nil if that did not change
	HeldCustomer
	Notices []record.Reason `json:"notices,omitzero"`
	Events  []record.Event  `json:"events,omitzero"`
}

// billing is what the invoice bills of its order, nil for none.
func (f *InvoiceFacts) billing(i *Invoice) *billing {
	if i == nil {
		return nil
	}
	b := i.billing(f.CreditNotes)
	return &b
}

// saved adds the order after its invoice became another, nil for none.
func (i Invoice) saved(was, now *Invoice, f *InvoiceFacts, e record.Event) SavedInvoice {
	out := SavedInvoice{Record: i, Events: []record.Event{e}}
	if f.Order != nil && f.Order.ID == i.SalesOrderID {
		order, events := f.Order.rederive(f.billing(was), f.billing(now), f.Stamp)
		out.Order, out.Events = order, append(out.Events, events...)
	}
	return out
}

var (
	lockInvoicePricing   = flow.Decide[*LockPricing](invoiceFlow, actions.InvoiceLockPricing)
	unlockInvoicePricing = flow.Decide[*UnlockPricing](invoiceFlow, actions.InvoiceUnlockPricing)
)

// LockPricing freezes the unit prices of an invoice that is not issued. Codes:
// ErrReadOnly, ErrAlreadyLocked.
func (i Invoice) LockPricing(cmd LockPricing, f InvoiceFacts) (record.Change[Invoice], error) {
	if err := lockInvoicePricing.Why(&i, &cmd, &f, i.Currency); err != nil {
		return record.Change[Invoice]{}, err
	}
	i.IsPriceLocked = true
	return record.Changed(&i, actions.InvoiceLockPricing, f.Stamp, nil), nil
}

// UnlockPricing lets the unit prices of an invoice that is not issued follow
// the catalogue, at once and from now on. Codes: ErrReadOnly,
// ErrAlreadyUnlocked.
func (i Invoice) UnlockPricing(cmd UnlockPricing, f InvoiceFacts) (record.Change[Invoice], error) {
	if err := unlockInvoicePricing.Why(&i, &cmd, &f, i.Currency); err != nil {
		return record.Change[Invoice]{}, err
	}
	i.IsPriceLocked = false
	return i.recalculated(actions.InvoiceUnlockPricing, &f, nil), nil
}

// CancelInvoice takes an invoice back.
type CancelInvoice struct {
	Note string `json:"note,omitzero" text:"2000"` // kept by the event
}

var cancelInvoice = flow.Decide[*CancelInvoice](invoiceFlow, actions.InvoiceCancel)

// Cancel takes an invoice back that nothing is paid or credited of; it stays
// canceled for good, and what it billed of its order can be billed again.
// Codes: ErrInvalidTransition, ErrHasPayments.
func (i Invoice) Cancel(cmd CancelInvoice, f InvoiceFacts) (SavedInvoice, error) {
	if err := cancelInvoice.Why(&i, &cmd, &f, i.Currency); err != nil {
		return SavedInvoice{}, err
	}
	was := i
	record.Enter(&i.Head, &i.Status, InvoiceStatusCanceled)
	i.SettledOn = 0
	i.CanceledOn = later(f.Day(), i.ReopenedOn) // what settled it may count until a day ahead
	i.Touch(f.Stamp)
	out := i.saved(&was, nil, &f, record.StepEvent(&i, actions.InvoiceCancel, was.Status.String(), f.Stamp, record.DataOf("note", cmd.Note)))
	held, events := f.Debtor.follow(f.Stamp, settlement{&was, &i})
	out.HeldCustomer, out.Events = held, append(out.Events, events...)
	return out, nil
}

// ReactivateInvoice makes a paid invoice billed again.
type ReactivateInvoice struct{}

var reactivateInvoice = flow.Decide[*ReactivateInvoice](invoiceFlow, actions.InvoiceReactivate)

// Reactivate makes a paid invoice that nothing is allocated to billed again, as
// Dynamics 365 does; it keeps its number. Code: ErrInvalidTransition.
func (i Invoice) Reactivate(cmd ReactivateInvoice, f InvoiceFacts) (record.Change[Invoice], error) {
	if err := reactivateInvoice.Why(&i, &cmd, &f, i.Currency); err != nil {
		return record.Change[Invoice]{}, err
	}
	return record.Moved(&i, &i.Status, InvoiceStatusBilled, actions.InvoiceReactivate, f.Stamp, nil), nil
}

var assignInvoice = flow.Decide(invoiceFlow, actions.InvoiceAssign,
	flow.AssignChecks[*Invoice](func(f *InvoiceFacts) []record.Ref { return f.Inactive }, false)...)

// Assign gives the invoice another owner, in any status. Code: ErrInactive for
// an inactive seller.
func (i Invoice) Assign(cmd record.Assign, f InvoiceFacts) (record.Change[Invoice], error) {
	if err := assignInvoice.Why(&i, &cmd, &f, i.Currency); err != nil {
		return record.Change[Invoice]{}, err
	}
	if i.Owner == cmd.Owner {
		return record.Change[Invoice]{Record: i}, nil
	}
	from := i.Owner
	i.Owner = cmd.Owner
	return record.Changed(&i, actions.InvoiceAssign, f.Stamp, record.DataOf("from", from.String(), "to", cmd.Owner.String())), nil
}

var deleteInvoice = flow.Decide[*record.DeleteRecord](invoiceFlow, actions.InvoiceDelete)

// Delete removes an active invoice that was never issued; what it billed of its
// order can be billed again. Its notes, activities and connections go with it.
// Codes: ErrDeleteReadOnly, ErrInUse.
func (i Invoice) Delete(cmd record.DeleteRecord, f InvoiceFacts) (SavedInvoice, error) {
	if err := deleteInvoice.Why(&i, &cmd, &f, i.Currency); err != nil {
		return SavedInvoice{}, err
	}
	return i.saved(&i, nil, &f, record.DeletedEvent(&i, actions.InvoiceDelete, f.Stamp, nil)), nil
}
