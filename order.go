package leadtocash

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Order is what a customer has agreed to buy: open to changes while active,
// then fulfilled and invoiced, at once or in parts. Its lines keep account of
// what was shipped, canceled and invoiced.
type Order struct {
	ID record.OrderID `json:"id" d365:"salesorderid"`
	record.Head
	OrderFields
	Status                  OrderStatus           `json:"status" d365:"statuscode"`
	OrderNumber             string                `json:"order_number" d365:"ordernumber" max:"100"`
	QuoteID                 record.QuoteID        `json:"quote_id,omitzero" d365:"quoteid"` // the quote it was made from
	OpportunityID           record.OpportunityID  `json:"opportunity_id,omitzero" d365:"opportunityid"`
	IsPriceLocked           bool                  `json:"is_price_locked,omitzero" d365:"ispricelocked"`
	DateFulfilled           value.Date            `json:"date_fulfilled,omitzero" d365:"datefulfilled"` // of the last fulfilment
	SubmitDate              value.Date            `json:"submit_date,omitzero" d365:"submitdate"`
	SubmitStatus            value.Opt[int32]      `json:"submit_status,omitzero" d365:"submitstatus" range:"0..1e9"` // the back office's
	SubmitStatusDescription string                `json:"submit_status_description,omitzero" d365:"submitstatusdescription" text:"2000"`
	LastBackofficeSubmit    time.Time             `json:"last_backoffice_submit,omitzero" d365:"lastbackofficesubmit"`
	Fulfilment              FulfilmentAxis        `json:"fulfilment,omitzero"`       // how far it is delivered
	Invoicing               pricing.InvoicingAxis `json:"invoicing,omitzero"`        // how far it is billed
	FreightInvoiced         bool                  `json:"freight_invoiced,omitzero"` // a live invoice carries it
	Seller                  *party.Party          `json:"seller,omitzero"`           // the organization as it was when it is made
	pricing.PricedLines
}

// OrderFields are the fields of an order that people edit.
type OrderFields struct {
	Name              string                 `json:"name" d365:"name" max:"300" need:"true"`
	CustomerID        record.CustomerID      `json:"customer_id" d365:"customerid" need:"true"`
	RequestDeliveryBy value.Date             `json:"request_delivery_by,omitzero" d365:"requestdeliveryby"`
	CustomerPONumber  string                 `json:"customer_po_number,omitzero" max:"100"` // of the purchase order received
	PaymentTerms      party.PaymentTerms     `json:"payment_terms,omitzero" d365:"paymenttermscode"`
	FreightTerms      catalog.FreightTerms   `json:"freight_terms,omitzero" d365:"freighttermscode"`
	ShippingMethod    catalog.ShippingMethod `json:"shipping_method,omitzero" d365:"shippingmethodcode"`
	WillCall          bool                   `json:"will_call,omitzero" d365:"willcall"` // hold for pick-up instead of shipping
	BillTo            *party.BillTo          `json:"bill_to,omitzero" d365:"billto"`
	ShipTo            *party.ShipTo          `json:"ship_to,omitzero" d365:"shipto"`
	Description       string                 `json:"description,omitzero" d365:"description" text:"2000"`
	CampaignID        uuid.UUID              `json:"campaign_id,omitzero" d365:"campaignid"`
	OrganizationID    record.OrganizationID  `json:"organization_id,omitzero"` // of the host's own that sells; default: that of the document it is made of, else the default one
	Details           *DocumentDetails       `json:"details,omitzero"`
	pricing.Charges
}

// OrderStatus is the status of an order; its State is active, submitted,
// canceled, fulfilled or invoiced.
type OrderStatus = value.Choice[orderStatusSet]

// The statuses of an order. NoMoney is the canceled one.
const (
	OrderStatusNew OrderStatus = iota + 1
	OrderStatusPending
	OrderStatusSubmitted
	OrderStatusNoMoney
	OrderStatusComplete
	OrderStatusPartial
	OrderStatusInvoiced
)

// The states of an order.
var (
	OrderActive    = value.State{Key: "active", Code: 0}
	OrderSubmitted = value.State{Key: "submitted", Code: 1}
	OrderCanceled  = value.State{Key: "canceled", Code: 2}
	OrderFulfilled = value.State{Key: "fulfilled", Code: 3}
	OrderInvoiced  = value.State{Key: "invoiced", Code: 4}
)

type orderStatusSet struct{}

func (orderStatusSet) Table() (string, []value.Option) { return "order_status", orderStatusTable }

var orderStatusTable = value.Statuses(
	OrderActive.In(
		value.Option{Key: "new", Label: "New", Code: 1, Default: true},
		value.Option{Key: "pending", Label: "Pending", Code: 2},
	),
	OrderSubmitted.In(
		value.Option{Key: "submitted", Label: "In Progress", Code: 3},
	),
	OrderCanceled.In(
		value.Option{Key: "no_money", Label: "No Money", Code: 4},
	),
	OrderFulfilled.In(
		value.Option{Key: "complete", Label: "Complete", Code: 100001, Default: true},
		value.Option{Key: "partial", Label: "Partial", Code: 100002},
	),
	OrderInvoiced.In(
		value.Option{Key: "invoiced", Label: "Invoiced", Code: 100003},
	),
)

// FulfilmentAxis says how far an order is delivered.
type FulfilmentAxis = value.Choice[fulfilmentSet]

// The values of [FulfilmentAxis].
const (
	FulfilmentNone FulfilmentAxis = iota + 1
	FulfilmentPartial
	FulfilmentComplete
)

type fulfilmentSet struct{}

func (fulfilmentSet) Table() (string, []value.Option) { return "fulfilment", fulfilmentTable }

var fulfilmentTable = value.Options(
	value.Option{Key: "none", Label: "None", Code: 1},
	value.Option{Key: "partial", Label: "Partial", Code: 2},
	value.Option{Key: "complete", Label: "Complete", Code: 3},
)

// OrderFacts are what decisions about an order depend on besides order and
// command. Nothing in the zero value stands in the way.
type OrderFacts struct {
	record.Stamp
	Settings        Settings
	CustomPricing   pricing.CustomPricing     // instead of Price
	Catalog         *catalog.Catalog          // of the lines; nil: prices stay as they are
	PriceLists      pricing.DefaultPriceLists // of a new document, where none is chosen
	Opportunity     *Opportunity              // the order's, if it has one
	Invoices        []Invoice                 // all of the order, of whatever status, oldest first
	CreditNotes     []CreditNote              // of those invoices, that are issued, oldest first
	Buyer           *Buyer                    // the customer of a new order, where it is known
	Organization    *party.Organization       // that sells, where the document has one
	CustomerOnHold  bool                      // the order's customer is on credit hold
	OverCreditLimit bool                      // the order's customer is above the credit limit
	CreditUnknown   bool                      // whether it is, is not known: an amount has no exchange rate
	Products        *Opportunity              // whose lines GetProducts copies
	InUse           []record.Ref              // records that refer to the order, apart from those that go with it
	Inactive        []record.Ref              // chosen customers and owners that are inactive
	Approving       *agreement.Basis          // what approvals by Settings.Approvals depend on
}

// price is what the calculation of an order depends on.
func (f *OrderFacts) price(o *Order) pricing.PriceInput {
	p := f.Settings.Priced(f.Catalog, f.Today, f.CustomPricing)
	p.PricesLocked = o.IsPriceLocked || o.Status == OrderStatusSubmitted
	return p
}

// pricing is what an order is calculated by: once a line of it is billed, all
// keep their prices, for what others cost decides how much of the document
// discount is the share of the billed one.
func (f *OrderFacts) pricing(o *Order) pricing.PriceInput {
	p := f.price(o)
	p.PricesLocked = p.PricesLocked || slices.ContainsFunc(o.Lines, func(l pricing.Line) bool { return !l.QuantityInvoiced.IsZero() })
	return p
}

// isBilled reports whether an invoice of the order bills something of it.
func (o *Order) isBilled(f *OrderFacts) bool {
	notes := byInvoice(f.CreditNotes)
	return o.Invoicing > pricing.InvoicingNone || slices.ContainsFunc(f.Invoices, func(i Invoice) bool { return !i.billing(notes[i.ID]).released })
}

// billedLines are the numbers of the lines that an invoice bills, be it a quantity of 0;
// not one of which the whole line is given back to be billed again.
func (o *Order) billedLines(f *OrderFacts) map[int32]bool {
	billed := map[int32]bool{}
	for i := range o.Lines {
		if l := &o.Lines[i]; !l.QuantityInvoiced.IsZero() {
			billed[l.LineNumber] = true
		}
	}
	notes := byInvoice(f.CreditNotes)
	for i := range f.Invoices {
		b := f.Invoices[i].billing(notes[f.Invoices[i].ID])
		if b.released {
			continue
		}
		for n := range b.Lines {
			if piece := &b.Lines[n]; len(b.back[piece.LineNumber]) == 0 || !b.quantity(piece).IsZero() {
				billed[piece.SourceLine] = true
			}
		}
	}
	return billed
}

var (
	orderActive   = flow.In(OrderStatusNew, OrderStatusPending)
	orderShipped  = flow.In(OrderStatusComplete, OrderStatusPartial, OrderStatusInvoiced)
	orderReadOnly = slices.Concat(flow.In(OrderStatusNoMoney), orderShipped)
)

type (
	orderRule  = flow.Rule[*Order, *OrderFacts, OrderStatus]
	orderGuard = flow.Guard[*Order, *OrderFacts]
)

var orderFlow = flow.New(
	kinds.Order,
	func(o *Order) record.Ref { return o.Ref() },
	func(o *Order) OrderStatus { return o.Status },
	slices.Concat(
		orderEditing(actions.OrderEdit),
		orderEditing(actions.OrderEditLines),
		orderEditing(actions.OrderGetProducts, orderTakesLines),
		orderEditing(actions.OrderRecalculate),
		orderEditing(actions.OrderChangeCurrency, orderCurrencyFree, orderNotBilled),
		flow.Staying(actions.OrderLockPricing, orderActive, orderRule{Needs: flow.Needs(orderUnlocked, orderNotBilled)}),
		flow.Staying(actions.OrderUnlockPricing, orderActive, orderRule{Needs: flow.Needs(orderLocked, orderNotBilled)}),
		flow.Staying(actions.OrderCancelRemaining, orderActive, orderRule{}),
		flow.Staying(actions.OrderInvoice, slices.Concat(orderActive, flow.In(OrderStatusPartial)),
			orderRule{Needs: flow.Needs(orderNotInBackOffice, orderPriced, orderInvoiceable)}),
		flow.Staying(actions.OrderRequestApproval, slices.Concat(orderActive, flow.In(OrderStatusSubmitted, OrderStatusPartial, OrderStatusComplete)), orderRule{}),
		flow.Staying(actions.OrderRederive, flow.In(OrderStatusNew, OrderStatusPending, OrderStatusSubmitted, OrderStatusPartial), orderRule{}),
		flow.Staying(actions.OrderAssign, value.Values[OrderStatus](), orderRule{}),
		[]orderRule{
			{Do: actions.OrderSetStatus, From: orderActive, To: orderActive},
			{
				Do: actions.OrderSubmit, From: orderActive, To: flow.In(OrderStatusSubmitted),
				Needs: flow.Needs(orderHasBackOffice, orderNoCreditHold, orderWithinCreditLimit, orderCreditKnown),
			},
			{
				Do: actions.OrderFulfillPartial, From: slices.Concat(orderActive, flow.In(OrderStatusPartial)), To: flow.In(OrderStatusPartial),
				Needs: flow.Needs(orderPriced, orderNoCreditHold, orderWithinCreditLimit, orderCreditKnown, orderApproved),
			},
			{
				Do: actions.OrderFulfillPartial, From: flow.In(OrderStatusSubmitted), To: flow.In(OrderStatusPartial),
				Needs: flow.Needs(orderByBackOffice, orderPriced, orderNoCreditHold, orderWithinCreditLimit, orderCreditKnown, orderApproved),
			},
			{
				Do: actions.OrderFulfill, From: slices.Concat(orderActive, flow.In(OrderStatusPartial)), To: flow.In(OrderStatusComplete, OrderStatusInvoiced),
				Needs: flow.Needs(orderPriced, orderNoCreditHold, orderWithinCreditLimit, orderCreditKnown, orderApproved),
			},
			{
				Do: actions.OrderFulfill, From: flow.In(OrderStatusSubmitted), To: flow.In(OrderStatusComplete, OrderStatusInvoiced),
				Needs: flow.Needs(orderByBackOffice, orderPriced, orderNoCreditHold, orderWithinCreditLimit, orderCreditKnown, orderApproved),
			},
			{
				Do: actions.OrderCancel, From: slices.Concat(orderActive, flow.In(OrderStatusComplete, OrderStatusPartial)), To: flow.In(OrderStatusNoMoney),
				Needs: flow.Needs(orderNotBilled),
			},
			{Do: actions.OrderCancel, From: flow.In(OrderStatusSubmitted), To: flow.In(OrderStatusNoMoney), Needs: flow.Needs(orderByBackOffice, orderNotBilled)},
			{Do: actions.OrderCancelRemaining, From: flow.In(OrderStatusSubmitted), To: flow.In(OrderStatusSubmitted), Needs: flow.Needs(orderByBackOffice)},
			{Do: actions.OrderCancelRemaining, From: flow.In(OrderStatusPartial), To: flow.In(OrderStatusPartial, OrderStatusComplete, OrderStatusInvoiced)},
			{
				Do: actions.OrderInvoice, From: flow.In(OrderStatusSubmitted), To: flow.In(OrderStatusSubmitted),
				Needs: flow.Needs(orderByBackOffice, orderPriced, orderInvoiceable),
			},
			{
				Do: actions.OrderInvoice, From: flow.In(OrderStatusComplete), To: flow.In(OrderStatusComplete, OrderStatusInvoiced),
				Needs: flow.Needs(orderNotInBackOffice, orderPriced, orderInvoiceable),
			},
			{Do: actions.OrderRederive, From: flow.In(OrderStatusComplete, OrderStatusInvoiced), To: flow.In(OrderStatusComplete, OrderStatusInvoiced)},
			{Do: actions.OrderDelete, From: orderActive, Deletes: true, Needs: flow.Needs(orderNotInUse)},
		},
	),
	[]flow.Refuse[OrderStatus]{
		{Do: flow.Do(actions.OrderEdit, actions.OrderRecalculate, actions.OrderChangeCurrency), From: orderReadOnly, Code: codes.ErrReadOnly},
		{Do: flow.Do(actions.OrderEditLines, actions.OrderGetProducts), From: orderReadOnly, Code: codes.ErrParentReadOnly},
		{Do: flow.Do(actions.OrderLockPricing, actions.OrderUnlockPricing), From: slices.Concat(flow.In(OrderStatusSubmitted), orderReadOnly), Code: codes.ErrReadOnly},
		{Do: flow.Do(actions.OrderCancel), From: flow.In(OrderStatusInvoiced), Code: codes.ErrHasLiveInvoices},
		{Do: flow.Do(actions.OrderInvoice), From: flow.In(OrderStatusInvoiced), Code: codes.ErrNothingToInvoice},
		{Do: flow.Do(actions.OrderReactivate), From: value.Values[OrderStatus](), Code: codes.ErrInvalidTransition},
		{Do: flow.Do(actions.OrderDelete), From: slices.Concat(flow.In(OrderStatusSubmitted), orderReadOnly), Code: codes.ErrDeleteReadOnly},
	},
)

// orderEditing are the rules of an action that changes content: anybody's
// while active, the integration's while submitted.
func orderEditing(do actions.Action, g ...orderGuard) []orderRule {
	return slices.Concat(
		flow.Staying(do, orderActive, orderRule{Needs: g}),
		flow.Staying(do, flow.In(OrderStatusSubmitted), orderRule{Needs: slices.Concat(flow.Needs(orderByBackOffice), g)}),
	)
}

// OrderFlow is the table behind Order.
func OrderFlow() *flow.Flow[*Order, *OrderFacts, OrderStatus] { return orderFlow }

var (
	orderByBackOffice = orderGuard{
		Code: codes.ErrBackOfficeManaged, Text: "the integration of external order processing acts",
		Holds: func(_ *Order, f *OrderFacts) bool { return f.By.Kind == record.ActorIntegration },
	}
	orderNotInBackOffice = orderGuard{
		Code: codes.ErrBackOfficeManaged, Text: "external order processing is not integrated, or its integration acts",
		Holds: func(_ *Order, f *OrderFacts) bool {
			return !f.Settings.BackOffice || f.By.Kind == record.ActorIntegration
		},
	}
	orderHasBackOffice = orderGuard{
		Code: codes.ErrInvalidTransition, Text: "external order processing is integrated",
		Holds: func(_ *Order, f *OrderFacts) bool { return f.Settings.BackOffice },
	}
	orderNotBilled = orderGuard{
		Code: codes.ErrHasLiveInvoices, Text: "every invoice of the order is canceled, or credited as a whole to be billed again",
		Holds: func(o *Order, f *OrderFacts) bool { return !o.isBilled(f) },
	}
	orderTakesLines = orderGuard{
		Code: codes.ErrHasLiveInvoices, Text: "new lines do not move the share that billed lines have of a document discount",
		Holds: func(o *Order, f *OrderFacts) bool { return !o.Charges.Discounts() || !o.isBilled(f) },
	}
	orderCurrencyFree = orderGuard{
		Code: codes.ErrCurrencyInUse, Text: "no line depends on the currency",
		Holds: func(o *Order, _ *OrderFacts) bool { return len(o.Lines) == 0 },
	}
	orderUnlocked = orderGuard{
		Code: codes.ErrAlreadyLocked, Text: "the prices are not locked",
		Holds: func(o *Order, _ *OrderFacts) bool { return !o.IsPriceLocked },
	}
	orderLocked = orderGuard{
		Code: codes.ErrAlreadyUnlocked, Text: "the prices are locked",
		Holds: func(o *Order, _ *OrderFacts) bool { return o.IsPriceLocked },
	}
	orderPriced = orderGuard{
		Code: codes.ErrPricing, Text: "every line and the document are priced",
		Holds:  func(o *Order, _ *OrderFacts) bool { return o.PricingError == 0 },
		Detail: func(o *Order, _ *OrderFacts) []record.Reason { return o.PricingErrors() },
	}
	orderNoCreditHold = orderGuard{
		Code: codes.ErrCreditHold, Text: "the customer is not on credit hold, where settings enforce it",
		Holds: func(_ *Order, f *OrderFacts) bool { return !f.Settings.EnforceCreditHold || !f.CustomerOnHold },
	}
	orderWithinCreditLimit = orderGuard{
		Code: codes.ErrCreditLimit, Text: "the customer stays within the credit limit, where settings enforce it",
		Holds: func(_ *Order, f *OrderFacts) bool { return !f.Settings.EnforceCreditHold || !f.OverCreditLimit },
	}
	orderCreditKnown = orderGuard{
		Code: codes.ErrNoExchangeRate, Text: "all that the customer owes and has ordered has an exchange rate, where settings enforce the credit limit",
		Holds: func(_ *Order, f *OrderFacts) bool { return !f.Settings.EnforceCreditHold || !f.CreditUnknown },
	}
	orderInvoiceable = orderGuard{
		Code: codes.ErrNothingToInvoice, Text: "something is left to invoice",
		Holds: func(o *Order, f *OrderFacts) bool {
			all, _ := o.billable(&InvoiceOrder{}, f)
			return !pricing.Nothing(all) || o.freightLeft()
		},
	}
	orderNotInUse = orderGuard{
		Code: codes.ErrInUse, Text: "no record refers to the order",
		Holds:  func(_ *Order, f *OrderFacts) bool { return len(f.InUse)+len(f.Invoices) == 0 },
		Detail: func(_ *Order, f *OrderFacts) []record.Reason { return flow.InUse(f.users()) },
	}
)

// users are the records that refer to the order.
func (f *OrderFacts) users() []record.Ref {
	refs := slices.Clone(f.InUse)
	for i := range f.Invoices {
		if r := f.Invoices[i].Ref(); !slices.Contains(refs, r) {
			refs = append(refs, r)
		}
	}
	return refs
}

// creditNotices warns of what settings do not enforce.
func (f *OrderFacts) creditNotices() []record.Reason {
	return creditNotices(f.CustomerOnHold, f.OverCreditLimit, f.CreditUnknown)
}

func creditNotices(onHold, over, unknown bool) (notices []record.Reason) {
	if onHold {
		notices = append(notices, record.ReasonFor(codes.ErrCreditHold, ""))
	}
	if over {
		notices = append(notices, record.ReasonFor(codes.ErrCreditLimit, ""))
	}
	if unknown {
		notices = append(notices, record.ReasonFor(codes.ErrNoExchangeRate, ""))
	}
	return notices
}

// RecordKind tells the kind of record.
func (*Order) RecordKind() kinds.Kind { return kinds.Order }

// Ref names the record with its kind.
func (o *Order) Ref() record.Ref { return o.ID.Ref() }

// StatusKey is the key of the status.
func (o *Order) StatusKey() string { return o.Status.String() }

// PriceParts are what the calculation reads and writes.
func (o *Order) PriceParts() (*pricing.Charges, *pricing.PricedLines) {
	return &o.Charges, &o.PricedLines
}

// Clone returns a deep copy.
func (o Order) Clone() Order {
	o.Seller, o.Details = o.Seller.ClonePtr(), o.Details.clone()
	o.Head.Detach()
	o.Charges.Clone()
	o.PricedLines.Clone()
	o.BillTo, o.ShipTo = o.BillTo.Clone(), o.ShipTo.Clone()
	return o
}

// MarshalJSON writes the published JSON form.
func (o Order) MarshalJSON() ([]byte, error) {
	type plain Order
	return record.Encode((*plain)(&o))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (o *Order) UnmarshalJSON(body []byte) error {
	type plain Order
	return record.Decode(body, (*plain)(o))
}

// Derive sets the invoicing axis and the status from the lines and the
// fulfilment axis. A canceled order stays canceled.
func (o *Order) Derive() {
	o.Invoicing = pricing.InvoicingOf(o.Lines)
	if o.freightLeft() {
		o.Invoicing = pricing.InvoicingPartial
	}
	switch {
	case o.Status == OrderStatusNoMoney:
	case o.Fulfilment == FulfilmentComplete && o.Invoicing == pricing.InvoicingFull:
		record.Enter(&o.Head, &o.Status, OrderStatusInvoiced)
	case o.Fulfilment == FulfilmentComplete:
		record.Enter(&o.Head, &o.Status, OrderStatusComplete)
	case o.Fulfilment == FulfilmentPartial:
		record.Enter(&o.Head, &o.Status, OrderStatusPartial)
	}
}

// CreateOrder is the command behind NewOrder.
type CreateOrder struct {
	ID record.OrderID `json:"id,omitzero"`
	record.Origin
	OrderNumber   string               `json:"order_number,omitzero" max:"100"` // default: numbered by the client
	OpportunityID record.OpportunityID `json:"opportunity_id,omitzero"`
	Fields        OrderFields          `json:"fields"`
	Status        OrderStatus          `json:"status,omitzero"` // an active one; default New
	Lines         []pricing.LineFields `json:"lines,omitzero"`
}

// NewOrder creates an active order with unlocked prices. Currency and exchange
// rate come from the opportunity unless given, the price list from
// DefaultPriceLists. Codes: ErrMissingField (name, customer, currency),
// ErrCustomerInactive, ErrMissingPriceList, ErrCurrencyMismatch,
// ErrStatusNotInState, and those of lines.
func NewOrder(cmd CreateOrder, f OrderFacts) (record.Change[Order], error) {
	status, err := value.StatusIn(cmd.Status, OrderActive)
	if p := f.Opportunity; p != nil {
		cmd.Currency = cmp.Or(cmd.Currency, p.Currency)
	}
	o := Order{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.Settings.BaseCurrency), OrderFields: cmd.Fields, Status: status,
		OrderNumber: record.NumberOr(cmd.OrderNumber, "ORD-", cmd.ID.UUID), OpportunityID: cmd.OpportunityID,
		Fulfilment: FulfilmentNone, Invoicing: pricing.InvoicingNone,
	}
	o.Pricing = f.Settings.Pricing
	if p := f.Opportunity; p != nil {
		o.InheritRate(&p.Head)
	}
	o.BillTo = f.Buyer.billTo(o.CustomerID, o.BillTo)
	o.Charges.TakeDefault(&f.PriceLists, o.Currency, f.Today)
	o.OrganizationID = f.Settings.soldBy(o.OrganizationID, f.Opportunity.soldBy())
	o.Details = o.Details.ofCustomer(f.Buyer, o.CustomerID)
	o.sell(f.Organization)
	reasons := append(record.ReasonsOf(err), cmd.Fields.Faults("fields.", OrderFields{}, f.Inactive)...)
	reasons = append(reasons, otherSeller(cmd.Fields.OrganizationID, f.Opportunity.soldBy())...)
	reasons = append(reasons, documentFaults(o.Head, &o.Charges, f.Settings, f.Opportunity)...)
	reasons = append(reasons, o.Charges.Faults(f.Catalog, o.Currency, o.Pricing.TaxMode, nil)...)
	lines, faults := pricing.NewLines(cmd.Lines, f.price(&o), o.PriceListID)
	if err := flow.RefuseBirth(actions.OrderCreate, cmd.ID, &cmd, o.Currency, append(reasons, faults...)...); err != nil {
		return record.Change[Order]{}, err
	}
	schema.Round(&o.OrderFields, o.Currency)
	o.PricedLines.Add(lines)
	notices := o.PricedLines.CalculateNoticed(&o.Head, &o.Charges, f.pricing(&o))
	return record.Change[Order]{Record: o, Events: []record.Event{record.BornEvent(&o, actions.OrderCreate, f.Stamp, record.DataOf("opportunity", textOf(o.OpportunityID)))}}.Noticed(notices...), nil
}

// noCurrency is the reason against prices in no currency.
func noCurrency() []record.Reason {
	return []record.Reason{{Code: codes.ErrMissingField, Field: "currency", Message: "prices need a currency"}}
}

// sell gives the order the seller as it is now.
func (o *Order) sell(by *party.Organization) {
	o.Seller = sellerOf(by, o.OrganizationID)
	o.Details = o.Details.handedOut(sellersOwn(by, o.OrganizationID), nil, o.Currency)
}

// documentFaults are those of the head of a new order or invoice.
func documentFaults(h record.Head, c *pricing.Charges, s Settings, parent *Opportunity) (reasons []record.Reason) {
	if h.Currency.IsZero() {
		reasons = append(reasons, noCurrency()...)
	}
	if s.requirePriceList() && c.PriceListID.IsZero() {
		reasons = append(reasons, record.Reason{Code: codes.ErrMissingPriceList, Field: "fields.price_list_id", Message: codes.ErrMissingPriceList.Info().Text})
	}
	if parent != nil && parent.Currency != h.Currency {
		reasons = append(reasons, record.Reason{Code: codes.ErrCurrencyMismatch, Field: "currency", Message: codes.ErrCurrencyMismatch.Info().Text})
	}
	return reasons
}

// Faults are those that no single field shows.
func (o *OrderFields) Faults(path string, was OrderFields, inactive []record.Ref) []record.Reason {
	return append(CustomerFaults(path, o.CustomerID, was.CustomerID, inactive), headerFaults(path, ofOrder, o.OrganizationID, was.OrganizationID, o.Details, inactive)...)
}

// CustomerFaults tells what is wrong with a customer that is chosen by hand.
func CustomerFaults(path string, is, was record.CustomerID, inactive []record.Ref) (reasons []record.Reason) {
	if is.ID != uuid.Nil && is.Kind != kinds.Account && is.Kind != kinds.Contact {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: path + "customer_id", Message: "a customer is an account or a contact"})
	}
	return append(reasons, party.ChosenInactive(inactive, party.Chosen{Field: path + "customer_id", Ref: is.Ref, Was: was.Ref})...)
}

// orderFromQuote makes the order of a won quote: prices locked, everything
// copied and nothing calculated but what is due.
func orderFromQuote(q Quote, id record.OrderID, number string, f *QuoteFacts) Order {
	s := f.Stamp
	o := Order{
		ID: id, Head: q.Child(s), Status: OrderStatusNew, OrderNumber: number,
		QuoteID: q.ID, OpportunityID: q.OpportunityID, IsPriceLocked: true,
		Fulfilment: FulfilmentNone, Invoicing: pricing.InvoicingNone, PricedLines: q.PricedLines.CopyOf(true),
	}
	o.OrderFields = OrderFields{
		Name: q.Name, CustomerID: q.CustomerID, RequestDeliveryBy: q.RequestDeliveryBy,
		PaymentTerms: q.PaymentTerms, FreightTerms: q.FreightTerms, ShippingMethod: q.ShippingMethod, WillCall: q.WillCall,
		BillTo: q.BillTo.Clone(), ShipTo: q.ShipTo.Clone(), Description: q.Description, CampaignID: q.CampaignID,
		OrganizationID: q.OrganizationID, Details: q.Details.carried(ofQuote, ofOrder), Charges: q.Charges.Inherited(),
	}
	if q.Details != nil {
		o.CustomerPONumber = q.Details.PurchaseOrder
	}
	o.sell(f.Organization)
	o.PayableRoundingAmount, o.AmountDue = o.Currency.Zero(), o.TotalAmount
	return o
}

// orderFromOpportunity makes an order straight from an opportunity: prices
// unlocked, addresses and terms from the customer.
func orderFromOpportunity(p Opportunity, id record.OrderID, number string, f OpportunityFacts) Order {
	o := Order{
		ID: id, Head: p.Child(f.Stamp), Status: OrderStatusNew, OrderNumber: number, OpportunityID: p.ID,
		Fulfilment: FulfilmentNone, Invoicing: pricing.InvoicingNone, PricedLines: p.PricedLines.CopyOf(false),
	}
	terms := termsOf(p.CustomerID, f.Account, f.Contact)
	o.OrderFields = OrderFields{
		Name: p.Name, CustomerID: p.CustomerID, Description: p.Description, CampaignID: p.CampaignID,
		PaymentTerms: terms.payment, BillTo: terms.billTo, ShipTo: terms.shipTo, Charges: p.Charges.Inherited(),
		OrganizationID: f.Settings.soldBy(p.OrganizationID, record.OrganizationID{}), Details: terms.details,
	}
	o.sell(f.Organization)
	o.PricedLines.Calculate(&o.Head, &o.Charges, f.price())
	return o
}

// SetOrderStatus moves an active order between New and Pending.
type SetOrderStatus struct {
	Status OrderStatus `json:"status"`
}

var setOrderStatus = flow.Decide(orderFlow, actions.OrderSetStatus, flow.Check[*Order, *SetOrderStatus, *OrderFacts]{
	Code: codes.ErrStatusNotInState, Text: "the status is an active one", Field: "status",
	Holds: func(_ *Order, c *SetOrderStatus, _ *OrderFacts) bool {
		_, err := value.StatusIn(c.Status, OrderActive)
		return err == nil
	},
})

// SetStatus moves an active order between New and Pending; setting the status
// it has changes nothing. Codes: ErrInvalidTransition, ErrStatusNotInState.
func (o Order) SetStatus(cmd SetOrderStatus, f OrderFacts) (record.Change[Order], error) {
	if err := setOrderStatus.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Order]{}, err
	}
	to, _ := value.StatusIn(cmd.Status, OrderActive)
	if to == o.Status {
		return record.Change[Order]{Record: o}, nil
	}
	return record.Moved(&o, &o.Status, to, actions.OrderSetStatus, f.Stamp, nil), nil
}

// LockPricing keeps the prices of a document from following the catalogue.
type LockPricing struct{}

// UnlockPricing lets the prices of a document follow the catalogue.
type UnlockPricing struct{}

var (
	lockOrderPricing   = flow.Decide[*LockPricing](orderFlow, actions.OrderLockPricing)
	unlockOrderPricing = flow.Decide[*UnlockPricing](orderFlow, actions.OrderUnlockPricing)
)

// LockPricing freezes the unit prices of an active order. Codes: ErrReadOnly,
// ErrAlreadyLocked, ErrHasLiveInvoices.
func (o Order) LockPricing(cmd LockPricing, f OrderFacts) (record.Change[Order], error) {
	if err := lockOrderPricing.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Order]{}, err
	}
	o.IsPriceLocked = true
	return record.Changed(&o, actions.OrderLockPricing, f.Stamp, nil), nil
}

// UnlockPricing lets the unit prices of an active order follow the catalogue,
// at once and from now on. Codes: ErrReadOnly, ErrAlreadyUnlocked,
// ErrHasLiveInvoices.
func (o Order) UnlockPricing(cmd UnlockPricing, f OrderFacts) (record.Change[Order], error) {
	if err := unlockOrderPricing.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Order]{}, err
	}
	o.IsPriceLocked = false
	return o.recalculated(actions.OrderUnlockPricing, &f, nil), nil
}

// SubmitOrder hands an order to external order processing.
type SubmitOrder struct {
	SubmitDate              value.Date       `json:"submit_date,omitzero"` // default: today
	SubmitStatus            value.Opt[int32] `json:"submit_status,omitzero" range:"0..1e9"`
	SubmitStatusDescription string           `json:"submit_status_description,omitzero" text:"2000"`
}

// SubmittedOrder is what submitting an order yields.
type SubmittedOrder struct {
	Record  Order           `json:"order"`
	Notices []record.Reason `json:"notices,omitzero"` // ErrCreditHold, ErrCreditLimit, ErrNoExchangeRate where settings do not enforce them
	Events  []record.Event  `json:"events,omitzero"`
}

var submitOrder = flow.Decide[*SubmitOrder](orderFlow, actions.OrderSubmit)

// Submit hands an active order to external order processing; from then on only
// its integration changes the order. Codes: ErrInvalidTransition, also while
// external order processing is not integrated, ErrCreditHold, ErrCreditLimit,
// ErrNoExchangeRate.
func (o Order) Submit(cmd SubmitOrder, f OrderFacts) (SubmittedOrder, error) {
	if err := submitOrder.Why(&o, &cmd, &f, o.Currency); err != nil {
		return SubmittedOrder{}, err
	}
	from := o.Status
	o.SubmitDate, o.SubmitStatus, o.SubmitStatusDescription = cmd.SubmitDate, cmd.SubmitStatus, cmd.SubmitStatusDescription
	if o.SubmitDate.IsZero() {
		o.SubmitDate = f.Day()
	}
	record.Enter(&o.Head, &o.Status, OrderStatusSubmitted)
	o.Touch(f.Stamp)
	o.LastBackofficeSubmit = o.UpdatedAt
	return SubmittedOrder{
		Record: o, Notices: f.creditNotices(), Events: []record.Event{record.StepEvent(&o, actions.OrderSubmit, from.String(), f.Stamp, nil)},
	}, nil
}

var assignOrder = flow.Decide(orderFlow, actions.OrderAssign,
	flow.AssignChecks[*Order](func(f *OrderFacts) []record.Ref { return f.Inactive }, false)...)

// Assign gives the order another owner, in any status. Code: ErrInactive for
// an inactive seller.
func (o Order) Assign(cmd record.Assign, f OrderFacts) (record.Change[Order], error) {
	if err := assignOrder.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Order]{}, err
	}
	if o.Owner == cmd.Owner {
		return record.Change[Order]{Record: o}, nil
	}
	from := o.Owner
	o.Owner = cmd.Owner
	return record.Changed(&o, actions.OrderAssign, f.Stamp, record.DataOf("from", from.String(), "to", cmd.Owner.String())), nil
}

var deleteOrder = flow.Decide[*record.DeleteRecord](orderFlow, actions.OrderDelete)

// Delete removes an active order that was never billed. Its notes, activities
// and connections go with it. Codes: ErrDeleteReadOnly, ErrInUse.
func (o Order) Delete(cmd record.DeleteRecord, f OrderFacts) (record.Change[Order], error) {
	if err := deleteOrder.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Order]{}, err
	}
	return record.Change[Order]{Record: o, Events: []record.Event{record.DeletedEvent(&o, actions.OrderDelete, f.Stamp, nil)}}, nil
}
