package leadtocash

import "time"

// Settings are the organisation's choices. The zero value is the strict
// library; D365Compat loosens it to what Dynamics 365 Sales does.
type Settings struct {
	// Location tells which day it is: "today" of close dates, due dates and
	// expiry. Nil means UTC.
	Location *time.Location `json:"-"`
	// BaseCurrency is what base twins are expressed in; unset: no base twins.
	BaseCurrency Currency `json:"base_currency,omitzero"`
	// Pricing is copied onto every document when it is created.
	Pricing Pricing `json:"pricing,omitzero"`
	// D365Compat restores behaviour of Dynamics 365 where it is looser: a second
	// order from a won quote, invoices paid without money, editable billed
	// invoices, reactivated invoices. It turns RequirePriceList on.
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
	// Criteria says what a qualification requires of the lead's assessment, and
	// who the usual customer is.
	Criteria CriteriaPolicy `json:"criteria,omitzero"`
	// Grades are the lowest scores of the grades.
	Grades GradeBounds `json:"grades,omitzero"`
	// EnforceQuoteExpiry refuses orders from a quote after its EffectiveTo.
	EnforceQuoteExpiry bool `json:"enforce_quote_expiry,omitzero"`
	// InvoiceOnlyShipped lets only shipped quantities be invoiced.
	InvoiceOnlyShipped bool `json:"invoice_only_shipped,omitzero"`
	// EnforceCreditHold refuses to order, submit and fulfil while the customer is
	// on credit hold; otherwise the outcome carries a notice.
	EnforceCreditHold bool `json:"enforce_credit_hold,omitzero"`
	// BackOffice says that external order processing is integrated: orders can
	// be submitted, and from then on only its integration changes them.
	BackOffice bool `json:"back_office,omitzero"`
	// DueDays is the payment term, in days, of invoices without payment terms.
	DueDays int `json:"due_days,omitzero" range:"0..3650"`
	// Dunning are the steps of dunning, from the first level on; those that are
	// left out are never reached. Nil means letters 7, 21 and 35 days after the
	// due date and collections after 60, without fees.
	Dunning []DunningStep `json:"dunning,omitzero"`
}

func (s Settings) requirePriceList() bool { return s.RequirePriceList || s.D365Compat }

// today is the day of an instant in the organisation's location.
func (s Settings) today(at time.Time) Date {
	if s.Location == nil {
		return DateOf(at, time.UTC)
	}
	return DateOf(at, s.Location)
}

// priced is what the calculation of a document depends on besides the document.
func (s *Settings) priced(c *Catalog, today Date, custom CustomPricing) Priced {
	return Priced{
		Charges: Charges{PricingDate: today}, Catalog: c, BaseCurrency: s.BaseCurrency, PriceListOptional: s.PriceListOptional, Custom: custom,
	}
}
