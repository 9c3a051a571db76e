// Package leadtocash has the documents on the way from a lead to cash, in the
// manner of Dynamics 365 Sales, with everything that may happen to them.
//
// A [Lead] is captured and qualified into an account, a contact and an
// [Opportunity]; the opportunity is proposed in a [Quote], with as many revisions
// as the negotiation takes; the quote is won into an [Order], which is delivered,
// billed by an [Invoice] and paid by a [Payment]. What is left of the money goes
// back by a [Refund], what was billed wrongly by a [CreditNote].
//
// Owns: these documents with their fields, option sets, tables and actions; how a
// lead is assessed and qualified; scores, routes and advice; allocation, ageing,
// statements and dunning; the [Settings] of an organisation.
//
// Does not own: store, clock, context and who may do what. [engine.Client] runs
// all of this over a store; here are the rules.
//
// Promises: records are plain values, and every transition is a pure method:
// record, command and facts in; new records and events, or one [record.Error]
// with all reasons, out. Nothing that was given is changed.
//
//	won, err := quote.WinToOrder(leadtocash.WinQuoteToOrder{}, leadtocash.QuoteFacts{
//		Stamp: record.StampOf(time.Now(), record.User(id)), Opportunity: &opportunity,
//	})
//
// Behind every document stands a table. Methods obey it, and it answers what is
// possible now, with all reasons against the rest:
//
//	for _, v := range leadtocash.QuoteFlow().Explain(&quote, &facts) { … }
//
// Whatever its own codes, a command whose data are wrong is refused with
// ErrMissingField, ErrTooLong, ErrOutOfRange or ErrInvalid of package codes.
//
// # The other packages
//
//   - codes, kinds, actions: the published lists of words
//   - value, money: options, days and optional values; amounts and currencies
//   - record: what every record, event and refusal has
//   - flow: the tables of what is possible in which status
//   - process, bpf: the running process of a record; business processes themselves
//   - match: duplicates, merging and its undoing
//   - party: accounts, contacts, sellers, competitors, connections
//   - catalog: products, units, price lists, discounts, exchange rates
//   - pricing: lines, and from them the totals of a document
//   - agreement: what is agreed of a document, and who approves it
//   - activity: tasks, phone calls, e-mails, appointments, notes
//   - print: invoices and credit notes as others read them
//   - engine: the client, which loads, decides and saves
//   - storage: the seam to a database, with a store in memory
//
// [engine.Client]: https://pkg.go.dev/github.com/leadtocash/leadtocash/engine#Client
package leadtocash

//go:generate go run ./internal/gendocs/write docs

import (
	"time"

	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// The ids of the five documents. Those of other records, and what ids are, see
// [record.ID].
type (
	LeadID        = record.LeadID
	OpportunityID = record.OpportunityID
	QuoteID       = record.QuoteID
	OrderID       = record.OrderID
	InvoiceID     = record.InvoiceID
)

// Settings are the organisation's choices. The zero value is the strict
// library; D365Compat loosens it to what Dynamics 365 Sales does.
type Settings struct {
	// Location tells which day it is: "today" of close dates, due dates and
	// expiry. Nil means UTC.
	Location *time.Location `json:"-"`
	// BaseCurrency is what base twins are expressed in; unset: no base twins.
	BaseCurrency money.Currency `json:"base_currency,omitzero"`
	// RequireExchangeRate refuses to make, edit or issue a record in another
	// currency than the base whose exchange rate is not known; otherwise there is
	// a notice.
	RequireExchangeRate bool `json:"require_exchange_rate,omitzero"`
	// Pricing is copied onto every document when it is created.
	Pricing pricing.Pricing `json:"pricing,omitzero"`
	// D365Compat restores behaviour of Dynamics 365 where it is looser: a second
	// order from a won quote, invoices paid without money, editable billed
	// invoices, reactivated invoices. It turns RequirePriceList and
	// AllowQualifyWithoutCustomer on.
	D365Compat bool `json:"d365_compat,omitzero"`
	// RequirePriceList wants a price list on every quote, order and invoice.
	RequirePriceList bool `json:"require_price_list,omitzero"`
	// PriceListOptional allows catalogue lines on documents without price list.
	PriceListOptional bool `json:"price_list_optional,omitzero"`
	// DefaultPriceListByTerritory lets a new document whose customer has no price
	// list take that of the acting seller's territory: the one connected with it
	// as its default price list. See DefaultPriceLists.
	DefaultPriceListByTerritory bool `json:"default_price_list_by_territory,omitzero"`
	// CreateProductsActive makes products that have no family active at once,
	// instead of drafts.
	CreateProductsActive bool `json:"create_products_active,omitzero"`
	// RequireLines refuses to activate a quote without lines.
	RequireLines bool `json:"require_lines,omitzero"`
	// AllowQualifyWithoutCustomer lets a lead be qualified although neither an
	// account nor a contact results.
	AllowQualifyWithoutCustomer bool `json:"allow_qualify_without_customer,omitzero"`
	// Duplicates says what a qualification does about customers that are there
	// already; unset: DuplicatesLinkSingle.
	Duplicates DuplicatePolicy `json:"duplicates,omitzero"`
	// HiddenDuplicates says what a qualification does about customers that are
	// there already and that the actor may not see; unset: HiddenRefuse.
	HiddenDuplicates HiddenDuplicates `json:"hidden_duplicates,omitzero"`
	// Ownership says whose a record is that an action makes of another one; unset:
	// OwnershipParent. Facts carry it in their stamp, see StampOf.
	Ownership record.Ownership `json:"ownership,omitzero"`
	// Criteria says what a qualification requires of the lead's assessment, and
	// who the usual customer is.
	Criteria CriteriaPolicy `json:"criteria,omitzero"`
	// Grades are the lowest scores of the grades.
	Grades GradeBounds `json:"grades,omitzero"`
	// Approvals are the rules that want an approval of what documents grant, before
	// a quote is activated or won, an order delivered, an invoice issued.
	Approvals []agreement.Rule `json:"approvals,omitzero" most:"100"`
	// EnforceQuoteExpiry refuses orders from a quote after its EffectiveTo.
	EnforceQuoteExpiry bool `json:"enforce_quote_expiry,omitzero"`
	// StrictIssueOrder refuses to issue an invoice or a credit note on a day before
	// that of a number that is given already; otherwise that is a notice. Documents
	// that were brought in do not count.
	StrictIssueOrder bool `json:"strict_issue_order,omitzero"`
	// InvoiceOnlyShipped lets only shipped quantities be invoiced.
	InvoiceOnlyShipped bool `json:"invoice_only_shipped,omitzero"`
	// EnforceCreditHold refuses to order, submit and fulfil while the customer is
	// on credit hold; otherwise the outcome carries a notice.
	EnforceCreditHold bool `json:"enforce_credit_hold,omitzero"`
	// HoldFollows says whose credit hold counts besides the customer's own; unset:
	// a contact is held with the account that it belongs to.
	HoldFollows HoldFollows `json:"hold_follows,omitzero"`
	// UniqueBankReference refuses to post a payment with the bank reference of
	// another customer's; otherwise that is a notice.
	UniqueBankReference bool `json:"unique_bank_reference,omitzero"`
	// BackOffice says that external order processing is integrated: orders can
	// be submitted, and from then on only its integration changes them.
	BackOffice bool `json:"back_office,omitzero"`
	// DefaultOrganization sells what documents sell that name no other organization and
	// are made of none that does.
	DefaultOrganization record.OrganizationID `json:"default_organization,omitzero"`
	// RequireReasons refuses to issue an invoice or a credit note with a discount, an
	// allowance or a charge that says no reason.
	RequireReasons bool `json:"require_reasons,omitzero"`
	// CopyProductText gives catalogue lines the description of their product.
	CopyProductText bool `json:"copy_product_text,omitzero"`
	// FiscalYearStartMonth and FiscalYearStartDay are where fiscal years begin, which
	// goals can be of; unset: January 1st.
	FiscalYearStartMonth int `json:"fiscal_year_start_month,omitzero" range:"0..12"`
	FiscalYearStartDay   int `json:"fiscal_year_start_day,omitzero" range:"0..31"`
	// DueDays is the payment term, in days, of invoices without payment terms.
	DueDays int `json:"due_days,omitzero" range:"0..3650"`
	// Dunning are the steps of dunning, from the first level on; those that are
	// left out are never reached. Nil means letters 7, 21 and 35 days after the
	// due date and collections after 60, without fees.
	Dunning []DunningStep `json:"dunning,omitzero"`
}

func (s Settings) requirePriceList() bool { return s.RequirePriceList || s.D365Compat }

func (s Settings) allowWithoutCustomer() bool { return s.AllowQualifyWithoutCustomer || s.D365Compat }

// StampOf makes the stamp of something that is done in the organisation: the
// day is that of its location, and what is made of a record belongs to whom its
// Ownership says.
func (s *Settings) StampOf(at time.Time, by record.Actor) record.Stamp {
	stamp := record.StampOf(at, by)
	stamp.Location, stamp.Today, stamp.Ownership = s.Location, s.Today(stamp.At), s.Ownership
	return stamp
}

// Today is the day of an instant in the organisation's location.
func (s Settings) Today(at time.Time) value.Date {
	if s.Location == nil {
		return value.DateOf(at, time.UTC)
	}
	return value.DateOf(at, s.Location)
}

// Priced is what the calculation of a document depends on besides the document.
func (s *Settings) Priced(c *catalog.Catalog, today value.Date, custom pricing.CustomPricing) pricing.PriceInput {
	return pricing.PriceInput{
		Charges: pricing.Charges{PricingDate: today}, Catalog: c, BaseCurrency: s.BaseCurrency, PriceListOptional: s.PriceListOptional, Custom: custom,
		CopyProductText: s.CopyProductText,
	}
}
