package leadtocash

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"

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

// Quote is a priced proposal to a customer: a draft that can be edited, then
// active and read-only until it is won, closed or revised. Every revision of
// an active or closed quote is a quote of its own with the same number.
type Quote struct {
	ID record.QuoteID `json:"id" d365:"quoteid"`
	record.Head
	QuoteFields
	Status         QuoteStatus          `json:"status" d365:"statuscode"`
	QuoteNumber    string               `json:"quote_number" d365:"quotenumber" max:"100"`                   // shared by all revisions
	RevisionNumber int32                `json:"revision_number" d365:"revisionnumber" range:"0..2147483647"` // from 0
	OpportunityID  record.OpportunityID `json:"opportunity_id,omitzero" d365:"opportunityid"`
	ActivatedOn    value.Date           `json:"activated_on,omitzero"`              // stays when it is closed
	ClosedOn       value.Date           `json:"closed_on,omitzero" d365:"closedon"` // when won or closed
	Seller         *party.Party         `json:"seller,omitzero"`                    // the organization as it was when it is activated
	pricing.PricedLines
}

// QuoteFields are the fields of a quote that people edit.
type QuoteFields struct {
	Name              string                 `json:"name" d365:"name" max:"300" need:"true"`
	CustomerID        record.CustomerID      `json:"customer_id" d365:"customerid" need:"true"`
	EffectiveFrom     value.Date             `json:"effective_from,omitzero" d365:"effectivefrom"`
	EffectiveTo       value.Date             `json:"effective_to,omitzero" d365:"effectiveto"` // last day, see Settings.EnforceQuoteExpiry
	ExpiresOn         value.Date             `json:"expires_on,omitzero" d365:"expireson"`     // due by
	RequestDeliveryBy value.Date             `json:"request_delivery_by,omitzero" d365:"requestdeliveryby"`
	PaymentTerms      party.PaymentTerms     `json:"payment_terms,omitzero" d365:"paymenttermscode"`
	FreightTerms      catalog.FreightTerms   `json:"freight_terms,omitzero" d365:"freighttermscode"`
	ShippingMethod    catalog.ShippingMethod `json:"shipping_method,omitzero" d365:"shippingmethodcode"`
	WillCall          bool                   `json:"will_call,omitzero" d365:"willcall"` // hold for pick-up instead of shipping
	BillTo            *party.BillTo          `json:"bill_to,omitzero" d365:"billto"`
	ShipTo            *party.ShipTo          `json:"ship_to,omitzero" d365:"shipto"`
	Description       string                 `json:"description,omitzero" d365:"description" text:"2000"`
	EmailAddress      string                 `json:"email_address,omitzero" d365:"emailaddress" max:"100"`
	CampaignID        uuid.UUID              `json:"campaign_id,omitzero" d365:"campaignid"`
	Competitors       []record.CompetitorID  `json:"competitors,omitzero" most:"1000"`
	OrganizationID    record.OrganizationID  `json:"organization_id,omitzero"` // of the host's own that sells; default: that of the document it is made of, else the default one
	Details           *DocumentDetails       `json:"details,omitzero"`
	pricing.Charges
}

// QuoteStatus is the status of a quote; its State is draft, active, won or
// closed.
type QuoteStatus = value.Choice[quoteStatusSet]

// The statuses of a quote.
const (
	QuoteStatusDraft QuoteStatus = iota + 1
	QuoteStatusActive
	QuoteStatusOpen
	QuoteStatusWon
	QuoteStatusLost
	QuoteStatusCanceled
	QuoteStatusRevised
)

// The states of a quote.
var (
	QuoteDraft  = value.State{Key: "draft", Code: 0}
	QuoteActive = value.State{Key: "active", Code: 1}
	QuoteWon    = value.State{Key: "won", Code: 2}
	QuoteClosed = value.State{Key: "closed", Code: 3}
)

type quoteStatusSet struct{}

func (quoteStatusSet) Table() (string, []value.Option) { return "quote_status", quoteStatusTable }

var quoteStatusTable = value.Statuses(
	QuoteDraft.In(
		value.Option{Key: "draft", Label: "In Progress", Code: 1},
	),
	QuoteActive.In(
		value.Option{Key: "active", Label: "In Progress", Code: 2, Default: true},
		value.Option{Key: "open", Label: "Open", Code: 3},
	),
	QuoteWon.In(
		value.Option{Key: "won", Label: "Won", Code: 4},
	),
	QuoteClosed.In(
		value.Option{Key: "lost", Label: "Lost", Code: 5},
		value.Option{Key: "canceled", Label: "Canceled", Code: 6},
		value.Option{Key: "revised", Label: "Revised", Code: 7, Default: true},
	),
)

// QuoteFacts are what decisions about a quote depend on besides quote and
// command. Nothing in the zero value stands in the way.
type QuoteFacts struct {
	record.Stamp
	Settings         Settings
	CustomPricing    pricing.CustomPricing     // instead of Price
	Catalog          *catalog.Catalog          // of the lines; nil: prices stay as they are
	PriceLists       pricing.DefaultPriceLists // of a new quote, where none is chosen
	Opportunity      *Opportunity              // the quote's, if it has one
	OpenQuotes       []Quote                   // other draft or active quotes of the opportunity
	NumberLive       bool                      // another quote of this number is draft or active
	NumberWon        bool                      // another quote of this number is won
	HighestRevision  int32                     // ever issued for this number
	LiveOrders       []record.Ref              // orders of the quote that are not canceled
	Buyer            *Buyer                    // the customer of a new quote, where it is known
	Organization     *party.Organization       // that sells, where the document has one
	CustomerInactive bool                      // the quote's customer is inactive
	CustomerOnHold   bool                      // the quote's customer is on credit hold
	OverCreditLimit  bool                      // an order would put the customer above the credit limit
	CreditUnknown    bool                      // whether it would, is not known: an amount has no exchange rate
	Products         *Opportunity              // whose lines GetProducts copies
	InUse            []record.Ref              // records that refer to the quote, apart from those that go with it
	Inactive         []record.Ref              // chosen customers and owners that are inactive
	Approving        *agreement.Basis          // what approvals by Settings.Approvals depend on
}

// price is what the calculation of a quote depends on.
func (f *QuoteFacts) price() pricing.PriceInput {
	return f.Settings.Priced(f.Catalog, f.Today, f.CustomPricing)
}

var (
	quoteActive = flow.In(QuoteStatusActive, QuoteStatusOpen)
	quoteClosed = flow.In(QuoteStatusLost, QuoteStatusCanceled, QuoteStatusRevised)
	quoteFinal  = slices.Concat(flow.In(QuoteStatusWon), quoteClosed)
	quoteFrozen = slices.Concat(quoteActive, quoteFinal)
)

type (
	quoteRule  = flow.Rule[*Quote, *QuoteFacts, QuoteStatus]
	quoteGuard = flow.Guard[*Quote, *QuoteFacts]
)

var quoteFlow = flow.New(
	kinds.Quote,
	func(q *Quote) record.Ref { return q.Ref() },
	func(q *Quote) QuoteStatus { return q.Status },
	slices.Concat(
		[]quoteRule{
			{Do: actions.QuoteEdit, From: flow.In(QuoteStatusDraft), To: flow.In(QuoteStatusDraft)},
			{Do: actions.QuoteEditLines, From: flow.In(QuoteStatusDraft), To: flow.In(QuoteStatusDraft)},
			{Do: actions.QuoteGetProducts, From: flow.In(QuoteStatusDraft), To: flow.In(QuoteStatusDraft)},
			{Do: actions.QuoteRecalculate, From: flow.In(QuoteStatusDraft), To: flow.In(QuoteStatusDraft)},
			{Do: actions.QuoteChangeCurrency, From: flow.In(QuoteStatusDraft), To: flow.In(QuoteStatusDraft), Needs: flow.Needs(quoteCurrencyFree)},
			{
				Do: actions.QuoteActivate, From: flow.In(QuoteStatusDraft), To: flow.In(QuoteStatusActive),
				Needs: flow.Needs(quoteComplete, quoteHasPriceList, quoteCustomerActive, quoteHasLines, quotePriced, quoteApproved),
			},
			{Do: actions.QuoteSetStatus, From: quoteActive, To: quoteActive},
			{Do: actions.QuoteReviseQuote, From: quoteActive, To: flow.In(QuoteStatusRevised), Needs: flow.Needs(noLiveRevision)},
			{Do: actions.QuoteClose, From: quoteActive, To: quoteClosed},
			{Do: actions.QuoteWin, From: quoteActive, To: flow.In(QuoteStatusWon), Needs: flow.Needs(quotePriced, quoteApproved)},
			{
				Do: actions.QuoteWinToOrder, From: quoteActive, To: flow.In(QuoteStatusWon),
				Needs: flow.Needs(quotePriced, quoteNotExpired, quoteCurrencyOfOpportunity, opportunityNotLost, noCreditHold, withinCreditLimit, creditKnown, quoteApproved),
			},
			{
				Do: actions.QuoteWinToOrder, From: flow.In(QuoteStatusWon), To: flow.In(QuoteStatusWon),
				Needs: flow.Needs(noLiveOrder, quotePriced, quoteNotExpired, quoteCurrencyOfOpportunity, opportunityNotLost, noCreditHold, withinCreditLimit, creditKnown, quoteApproved),
			},
			{Do: actions.QuoteDelete, From: flow.In(QuoteStatusDraft), Deletes: true, Needs: flow.Needs(quoteNotInUse)},
		},
		flow.Staying(actions.QuoteRequestApproval, slices.Concat(flow.In(QuoteStatusDraft), quoteActive), quoteRule{}),
		flow.Staying(actions.QuoteReviseQuote, quoteClosed, quoteRule{Needs: flow.Needs(noLiveRevision, noWonRevision)}),
		flow.Staying(actions.QuoteAssign, value.Values[QuoteStatus](), quoteRule{}),
	),
	[]flow.Refuse[QuoteStatus]{
		{Do: flow.Do(actions.QuoteEdit, actions.QuoteRecalculate, actions.QuoteChangeCurrency), From: quoteFrozen, Code: codes.ErrReadOnly},
		{Do: flow.Do(actions.QuoteEditLines, actions.QuoteGetProducts), From: quoteFrozen, Code: codes.ErrParentReadOnly},
		{Do: flow.Do(actions.QuoteSetStatus), From: flow.In(QuoteStatusDraft), Code: codes.ErrStatusNotInState},
		{Do: flow.Do(actions.QuoteDelete), From: quoteFrozen, Code: codes.ErrDeleteReadOnly},
	},
)

// QuoteFlow is the table behind Quote.
func QuoteFlow() *flow.Flow[*Quote, *QuoteFacts, QuoteStatus] { return quoteFlow }

var (
	quoteComplete = quoteGuard{
		Code: codes.ErrMissingField, Text: "name, customer and currency are there",
		Holds: func(q *Quote, _ *QuoteFacts) bool {
			return q.Name != "" && q.CustomerID.ID != uuid.Nil && !q.Currency.IsZero()
		},
		Detail: func(q *Quote, _ *QuoteFacts) []record.Reason {
			reasons := record.Missing("name", q.Name)
			if q.CustomerID.ID == uuid.Nil {
				reasons = append(reasons, record.Missing("customer_id", "")...)
			}
			if q.Currency.IsZero() {
				reasons = append(reasons, noCurrency()...)
			}
			return reasons
		},
	}
	quoteHasPriceList = quoteGuard{
		Code: codes.ErrMissingPriceList, Text: "a price list is chosen, where settings require one",
		Holds: func(q *Quote, f *QuoteFacts) bool {
			return !f.Settings.requirePriceList() || !q.PriceListID.IsZero()
		},
	}
	quoteCustomerActive = quoteGuard{
		Code: codes.ErrCustomerInactive, Text: "the customer is active",
		Holds: func(_ *Quote, f *QuoteFacts) bool { return !f.CustomerInactive },
	}
	quoteHasLines = quoteGuard{
		Code: codes.ErrNoLines, Text: "there is a line, where settings require one",
		Holds: func(q *Quote, f *QuoteFacts) bool { return !f.Settings.RequireLines || len(q.Lines) > 0 },
	}
	quotePriced = quoteGuard{
		Code: codes.ErrPricing, Text: "every line and the document are priced",
		Holds:  func(q *Quote, _ *QuoteFacts) bool { return q.PricingError == 0 },
		Detail: func(q *Quote, _ *QuoteFacts) []record.Reason { return q.PricingErrors() },
	}
	quoteCurrencyFree = quoteGuard{
		Code: codes.ErrCurrencyInUse, Text: "no line depends on the currency",
		Holds: func(q *Quote, _ *QuoteFacts) bool { return len(q.Lines) == 0 },
	}
	noLiveRevision = quoteGuard{
		Code: codes.ErrQuoteLiveRevisionExists, Text: "no other quote of this number is draft or active",
		Holds: func(_ *Quote, f *QuoteFacts) bool { return !f.NumberLive },
	}
	noWonRevision = quoteGuard{
		Code: codes.ErrQuoteAlreadyWon, Text: "no quote of this number is won",
		Holds: func(_ *Quote, f *QuoteFacts) bool { return !f.NumberWon },
	}
	quoteNotExpired = quoteGuard{
		Code: codes.ErrQuoteExpired, Text: "the last effective day has not passed, where settings enforce it",
		Holds: func(q *Quote, f *QuoteFacts) bool {
			return !f.Settings.EnforceQuoteExpiry || q.EffectiveTo.IsZero() || !f.Day().After(q.EffectiveTo)
		},
	}
	quoteCurrencyOfOpportunity = quoteGuard{
		Code: codes.ErrCurrencyMismatch, Text: "quote and opportunity have one currency",
		Holds: func(q *Quote, f *QuoteFacts) bool {
			return f.Opportunity == nil || f.Opportunity.Currency == q.Currency
		},
	}
	opportunityNotLost = quoteGuard{
		Code: codes.ErrOpportunityAlreadyClosed, Text: "the opportunity is not lost",
		Holds: func(_ *Quote, f *QuoteFacts) bool {
			return f.Opportunity == nil || f.Opportunity.Status.State() != OpportunityLost
		},
	}
	noLiveOrder = quoteGuard{
		Code: codes.ErrQuoteAlreadyOrdered, Text: "every order of the quote is canceled, unless as in Dynamics 365",
		Holds: func(_ *Quote, f *QuoteFacts) bool { return f.Settings.D365Compat || len(f.LiveOrders) == 0 },
	}
	noCreditHold = quoteGuard{
		Code: codes.ErrCreditHold, Text: "the customer is not on credit hold, where settings enforce it",
		Holds: func(_ *Quote, f *QuoteFacts) bool { return !f.Settings.EnforceCreditHold || !f.CustomerOnHold },
	}
	withinCreditLimit = quoteGuard{
		Code: codes.ErrCreditLimit, Text: "the customer stays within the credit limit, where settings enforce it",
		Holds: func(_ *Quote, f *QuoteFacts) bool { return !f.Settings.EnforceCreditHold || !f.OverCreditLimit },
	}
	creditKnown = quoteGuard{
		Code: codes.ErrNoExchangeRate, Text: "all that the customer owes and has ordered has an exchange rate, where settings enforce the credit limit",
		Holds: func(_ *Quote, f *QuoteFacts) bool { return !f.Settings.EnforceCreditHold || !f.CreditUnknown },
	}
	quoteNotInUse = quoteGuard{
		Code: codes.ErrInUse, Text: "no record refers to the quote",
		Holds:  func(_ *Quote, f *QuoteFacts) bool { return len(f.InUse) == 0 },
		Detail: func(_ *Quote, f *QuoteFacts) []record.Reason { return flow.InUse(f.InUse) },
	}
)

// RecordKind tells the kind of record.
func (*Quote) RecordKind() kinds.Kind { return kinds.Quote }

// Ref names the record with its kind.
func (q *Quote) Ref() record.Ref { return q.ID.Ref() }

// StatusKey is the key of the status.
func (q *Quote) StatusKey() string { return q.Status.String() }

// PriceParts are what the calculation reads and writes.
func (q *Quote) PriceParts() (*pricing.Charges, *pricing.PricedLines) {
	return &q.Charges, &q.PricedLines
}

// Clone returns a deep copy.
func (q Quote) Clone() Quote {
	q.Seller, q.Details = q.Seller.ClonePtr(), q.Details.clone()
	q.Head.Detach()
	q.Charges.Clone()
	q.PricedLines.Clone()
	q.BillTo, q.ShipTo = q.BillTo.Clone(), q.ShipTo.Clone()
	q.Competitors = slices.Clone(q.Competitors)
	return q
}

// MarshalJSON writes the published JSON form.
func (q Quote) MarshalJSON() ([]byte, error) {
	type plain Quote
	return record.Encode((*plain)(&q))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (q *Quote) UnmarshalJSON(body []byte) error {
	type plain Quote
	return record.Decode(body, (*plain)(q))
}

// CreateQuote is the command behind NewQuote.
type CreateQuote struct {
	ID record.QuoteID `json:"id,omitzero"`
	record.Origin
	QuoteNumber   string               `json:"quote_number,omitzero" max:"100"` // default: numbered by the client
	OpportunityID record.OpportunityID `json:"opportunity_id,omitzero"`
	Fields        QuoteFields          `json:"fields"`
	Lines         []pricing.LineFields `json:"lines,omitzero"`
}

// NewQuote creates a draft with revision 0. Currency and exchange rate come
// from the opportunity unless given, the price list from DefaultPriceLists.
// Codes: ErrMissingField (name, customer, currency), ErrCustomerInactive,
// ErrMissingPriceList, ErrCurrencyMismatch,
// ErrOpportunityAlreadyClosed for a lost opportunity, and those of lines.
func NewQuote(cmd CreateQuote, f QuoteFacts) (record.Change[Quote], error) {
	if o := f.Opportunity; o != nil {
		cmd.Currency = cmp.Or(cmd.Currency, o.Currency)
	}
	q := Quote{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.Settings.BaseCurrency), QuoteFields: cmd.Fields, Status: QuoteStatusDraft,
		QuoteNumber: record.NumberOr(cmd.QuoteNumber, "QUO-", cmd.ID.UUID), OpportunityID: cmd.OpportunityID,
	}
	q.Pricing = f.Settings.Pricing
	if o := f.Opportunity; o != nil {
		q.InheritRate(&o.Head)
	}
	q.BillTo = f.Buyer.billTo(q.CustomerID, q.BillTo)
	q.Charges.TakeDefault(&f.PriceLists, q.Currency, f.Today)
	q.OrganizationID = f.Settings.soldBy(q.OrganizationID, f.Opportunity.soldBy())
	q.Details = q.Details.ofCustomer(f.Buyer, q.CustomerID)
	reasons := append(cmd.Fields.Faults("fields.", QuoteFields{}, f.Inactive), otherSeller(cmd.Fields.OrganizationID, f.Opportunity.soldBy())...)
	for _, g := range []quoteGuard{quoteHasPriceList, quoteCurrencyOfOpportunity, opportunityNotLost} {
		if !g.Holds(&q, &f) {
			reasons = append(reasons, record.Reason{Code: g.Code, Message: g.Code.Info().Text})
		}
	}
	reasons = append(reasons, q.Charges.Faults(f.Catalog, q.Currency, q.Pricing.TaxMode, nil)...)
	if q.Currency.IsZero() {
		reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: "currency", Message: "a quote needs a currency"})
	}
	lines, faults := pricing.NewLines(cmd.Lines, f.price(), q.PriceListID)
	if err := flow.RefuseBirth(actions.QuoteCreate, cmd.ID, &cmd, q.Currency, append(reasons, faults...)...); err != nil {
		return record.Change[Quote]{}, err
	}
	schema.Round(&q.QuoteFields, q.Currency)
	q.PricedLines.Add(lines)
	notices := q.PricedLines.CalculateNoticed(&q.Head, &q.Charges, f.price())
	return record.Change[Quote]{Record: q, Events: []record.Event{record.BornEvent(&q, actions.QuoteCreate, f.Stamp, record.DataOf("opportunity", textOf(q.OpportunityID)))}}.Noticed(notices...), nil
}

// Faults are those that no single field shows.
func (q *QuoteFields) Faults(path string, was QuoteFields, inactive []record.Ref) (reasons []record.Reason) {
	if c := q.CustomerID; c.ID != uuid.Nil && c.Kind != kinds.Account && c.Kind != kinds.Contact {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: path + "customer_id", Message: "a customer is an account or a contact"})
	}
	if !q.EffectiveTo.IsZero() && q.EffectiveTo.Before(q.EffectiveFrom) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: path + "effective_to", Message: "lies before effective_from"})
	}
	reasons = append(reasons, headerFaults(path, ofQuote, q.OrganizationID, was.OrganizationID, q.Details, inactive)...)
	return append(reasons, party.ChosenInactive(inactive, party.Chosen{Field: path + "customer_id", Ref: q.CustomerID.Ref, Was: was.CustomerID.Ref})...)
}

// EditQuote replaces the editable fields of the header; custom values given
// are set, a JSON null removes one.
type EditQuote struct {
	Fields QuoteFields   `json:"fields"`
	Custom record.Custom `json:"custom,omitzero"`
}

var editQuote = flow.Decide(
	quoteFlow, actions.QuoteEdit,
	flow.Faultless(codes.ErrCustomerInactive, "a newly chosen customer is active, and the effective days are in order",
		func(q *Quote, c *EditQuote, f *QuoteFacts) []record.Reason {
			return c.Fields.Faults("fields.", q.QuoteFields, f.Inactive)
		}),
	flow.Faultless(codes.ErrCurrencyMismatch, "the price list is in the currency of the quote, and the tax of freight is sound",
		func(q *Quote, c *EditQuote, f *QuoteFacts) []record.Reason {
			return c.Fields.Charges.Faults(f.Catalog, q.Currency, q.Pricing.TaxMode, q.Adjustments)
		}),
)

// Edit changes the header of a draft and calculates it; equal values change
// nothing. Codes: ErrReadOnly and those of NewQuote.
func (q Quote) Edit(cmd EditQuote, f QuoteFacts) (record.Change[Quote], error) {
	if err := editQuote.Why(&q, &cmd, &f, q.Currency); err != nil {
		return record.Change[Quote]{}, err
	}
	if len(cmd.Custom) == 0 && reflect.DeepEqual(q.QuoteFields, cmd.Fields) {
		return record.Change[Quote]{Record: q}, nil
	}
	q.QuoteFields = cmd.Fields
	q.Custom = q.Custom.Edited(cmd.Custom)
	return q.recalculated(actions.QuoteEdit, &f, nil), nil
}

// recalculated is the next version with lines and totals computed again.
func (q Quote) recalculated(do actions.Action, f *QuoteFacts, data record.Data) record.Change[Quote] {
	notices := q.PricedLines.CalculateNoticed(&q.Head, &q.Charges, f.price())
	return record.Changed(&q, do, f.Stamp, data).Noticed(q.RetiredNotices(f.Catalog)...).Noticed(notices...)
}

var editQuoteLines = flow.Decide(
	quoteFlow, actions.QuoteEditLines,
	quoteLinesAre(codes.ErrInactiveProduct, "a newly chosen product can be sold"),
	quoteLinesAre(codes.ErrMissingPriceList, "a catalogue line finds a price list on the quote, unless settings make it optional"),
	quoteLinesAre(codes.ErrInvalid, "the lines are sound: a product with a unit of its own, or a write-in text with price"),
)

// quoteLinesAre is the check of the edited lines for one code, or for all
// faults that have no check of their own.
func quoteLinesAre(code codes.Code, text string) flow.Check[*Quote, *pricing.EditLines, *QuoteFacts] {
	return flow.Faultless(code, text, func(q *Quote, c *pricing.EditLines, f *QuoteFacts) []record.Reason {
		return concerning(code, q.PricedLines.LineFaults(*c, f.price(), q.PriceListID))
	})
}

// EditLines adds, changes and removes lines of a draft and calculates it.
// Codes: ErrParentReadOnly, ErrNotFound for an unknown line number,
// or a product or unit that there is not, ErrInactiveProduct, ErrMissingProduct,
// ErrMissingUnit, ErrMissingQuantity, ErrMissingPriceList, ErrProductAndWriteIn,
// ErrUnitOnWriteIn, ErrInvalid for a line that comes with its bundle.
func (q Quote) EditLines(cmd pricing.EditLines, f QuoteFacts) (record.Change[Quote], error) {
	if err := editQuoteLines.Why(&q, &cmd, &f, q.Currency); err != nil {
		return record.Change[Quote]{}, err
	}
	if cmd.IsZero() {
		return record.Change[Quote]{Record: q}, nil
	}
	q.PricedLines = q.PricedLines.Edited(cmd, f.price())
	return q.recalculated(actions.QuoteEditLines, &f, nil), nil
}

var quoteGetProducts = flow.Decide(quoteFlow, actions.QuoteGetProducts, flow.Check[*Quote, *pricing.GetProducts, *QuoteFacts]{
	Code: codes.ErrCurrencyMismatch, Text: "document and opportunity have one currency", Field: "opportunity_id",
	Holds: func(q *Quote, _ *pricing.GetProducts, f *QuoteFacts) bool {
		return f.Products == nil || f.Products.Currency == q.Currency
	},
}, flow.Faultless(codes.ErrOutOfRange, "the document has room for the lines", func(q *Quote, _ *pricing.GetProducts, f *QuoteFacts) []record.Reason {
	return roomFor(&q.PricedLines, f.Products)
}))

// GetProducts appends copies of an opportunity's lines to a draft. Codes:
// ErrParentReadOnly, ErrCurrencyMismatch, ErrOutOfRange beyond [pricing.MaxLines].
func (q Quote) GetProducts(cmd pricing.GetProducts, f QuoteFacts) (record.Change[Quote], error) {
	if err := quoteGetProducts.Why(&q, &cmd, &f, q.Currency); err != nil {
		return record.Change[Quote]{}, err
	}
	if f.Products == nil || len(f.Products.Lines) == 0 {
		return record.Change[Quote]{Record: q}, nil
	}
	q.PricedLines.Add(f.Products.PricedLines.CopyOf(false).Lines)
	return q.recalculated(actions.QuoteGetProducts, &f, record.DataOf("opportunity", cmd.OpportunityID.String())), nil
}

var recalculateQuote = flow.Decide[*pricing.Recalculate](quoteFlow, actions.QuoteRecalculate)

// Recalculate computes a draft again; equal results change nothing. Code:
// ErrReadOnly.
func (q Quote) Recalculate(cmd pricing.Recalculate, f QuoteFacts) (record.Change[Quote], error) {
	if err := recalculateQuote.Why(&q, &cmd, &f, q.Currency); err != nil {
		return record.Change[Quote]{}, err
	}
	next := q.recalculated(actions.QuoteRecalculate, &f, nil)
	if next.Record.PricedLines.Equal(q.PricedLines) {
		return record.Change[Quote]{Record: q}, nil
	}
	return next, nil
}

var changeQuoteCurrency = flow.Decide(quoteFlow, actions.QuoteChangeCurrency, flow.Check[*Quote, *pricing.ChangeCurrency, *QuoteFacts]{
	Code: codes.ErrCurrencyMismatch, Text: "quote, opportunity and price list have one currency", Field: "currency",
	Holds: func(q *Quote, c *pricing.ChangeCurrency, f *QuoteFacts) bool {
		return (f.Opportunity == nil || f.Opportunity.Currency == c.Currency) && f.Catalog.Fits(q.PriceListID, c.Currency)
	},
})

// ChangeCurrency gives a draft without lines another currency. Codes:
// ErrReadOnly, ErrCurrencyInUse, ErrCurrencyMismatch with the opportunity,
// ErrOutOfRange where an amount does not fit.
func (q Quote) ChangeCurrency(cmd pricing.ChangeCurrency, f QuoteFacts) (record.Change[Quote], error) {
	if err := changeQuoteCurrency.Why(&q, &cmd, &f, q.Currency); err != nil {
		return record.Change[Quote]{}, err
	}
	if cmd.Keeps(&q.Head) {
		return record.Change[Quote]{Record: q}, nil
	}
	if reasons := schema.Validate(&q.QuoteFields, cmd.Currency); len(reasons) > 0 {
		return record.Change[Quote]{}, quoteFlow.Refused(&q, actions.QuoteChangeCurrency, reasons)
	}
	from := q.Currency
	q.GiveRate(cmd.Currency, cmd.ExchangeRate)
	schema.Round(&q.QuoteFields, q.Currency)
	return q.recalculated(actions.QuoteChangeCurrency, &f, record.DataOf("from", from.String(), "to", q.Currency.String())), nil
}

// ActivateQuote hands a draft to the customer.
type ActivateQuote struct{}

var activateQuote = flow.Decide[*ActivateQuote](quoteFlow, actions.QuoteActivate)

// Activate makes a draft active; from then on it is read-only. Codes:
// ErrInvalidTransition, ErrMissingField, ErrMissingPriceList,
// ErrCustomerInactive, ErrNoLines, codes.ErrPricing, ErrApprovalRequired.
func (q Quote) Activate(cmd ActivateQuote, f QuoteFacts) (record.Change[Quote], error) {
	if err := activateQuote.Why(&q, &cmd, &f, q.Currency); err != nil {
		return record.Change[Quote]{}, err
	}
	q.Seller = sellerOf(f.Organization, q.OrganizationID)
	q.Details = q.Details.handedOut(sellersOwn(f.Organization, q.OrganizationID), nil, q.Currency)
	q.ActivatedOn = f.Day()
	return record.Moved(&q, &q.Status, QuoteStatusActive, actions.QuoteActivate, f.Stamp, nil), nil
}

// SetQuoteStatus moves an active quote between In Progress (QuoteStatusActive)
// and Open.
type SetQuoteStatus struct {
	Status QuoteStatus `json:"status"`
}

var setQuoteStatus = flow.Decide(quoteFlow, actions.QuoteSetStatus, flow.Check[*Quote, *SetQuoteStatus, *QuoteFacts]{
	Code: codes.ErrStatusNotInState, Text: "the status is an active one", Field: "status",
	Holds: func(_ *Quote, c *SetQuoteStatus, _ *QuoteFacts) bool {
		_, err := value.StatusIn(c.Status, QuoteActive)
		return err == nil
	},
})

// SetStatus moves an active quote between its two statuses; setting the one it
// has changes nothing. Codes: ErrInvalidTransition, ErrStatusNotInState.
func (q Quote) SetStatus(cmd SetQuoteStatus, f QuoteFacts) (record.Change[Quote], error) {
	if err := setQuoteStatus.Why(&q, &cmd, &f, q.Currency); err != nil {
		return record.Change[Quote]{}, err
	}
	to, _ := value.StatusIn(cmd.Status, QuoteActive)
	if to == q.Status {
		return record.Change[Quote]{Record: q}, nil
	}
	return record.Moved(&q, &q.Status, to, actions.QuoteSetStatus, f.Stamp, nil), nil
}

var assignQuote = flow.Decide(quoteFlow, actions.QuoteAssign,
	flow.AssignChecks[*Quote](func(f *QuoteFacts) []record.Ref { return f.Inactive }, false)...)

// Assign gives the quote another owner, in any status. Code: ErrInactive for
// an inactive seller.
func (q Quote) Assign(cmd record.Assign, f QuoteFacts) (record.Change[Quote], error) {
	if err := assignQuote.Why(&q, &cmd, &f, q.Currency); err != nil {
		return record.Change[Quote]{}, err
	}
	if q.Owner == cmd.Owner {
		return record.Change[Quote]{Record: q}, nil
	}
	from := q.Owner
	q.Owner = cmd.Owner
	return record.Changed(&q, actions.QuoteAssign, f.Stamp, record.DataOf("from", from.String(), "to", cmd.Owner.String())), nil
}

var deleteQuote = flow.Decide[*record.DeleteRecord](quoteFlow, actions.QuoteDelete)

// Delete removes a draft; its revision number is never used again. Its notes,
// activities and connections go with it. Codes: ErrDeleteReadOnly, ErrInUse.
func (q Quote) Delete(cmd record.DeleteRecord, f QuoteFacts) (record.Change[Quote], error) {
	if err := deleteQuote.Why(&q, &cmd, &f, q.Currency); err != nil {
		return record.Change[Quote]{}, err
	}
	return record.Change[Quote]{Record: q, Events: []record.Event{record.DeletedEvent(&q, actions.QuoteDelete, f.Stamp, nil)}}, nil
}

// textOf is the id as text, empty when not set.
func textOf[K record.Kinded](id record.ID[K]) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// FullNumber is the number with its revision: QUO-00007/2.
func (q Quote) FullNumber() string {
	return q.QuoteNumber + "/" + strconv.Itoa(int(q.RevisionNumber))
}
