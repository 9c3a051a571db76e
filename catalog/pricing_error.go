package catalog

import "github.com/leadtocash/leadtocash/value"

// PricingError says why a line or a document has no price. Its integer and its
// Code are those of Dynamics 365; the zero value means that nothing is wrong.
// A line with an error counts as 0 in its document, whose own error is then
// PricingErrorDetail; such a document cannot be activated, won, ordered from,
// fulfilled, invoiced or issued.
type PricingError = value.Choice[pricingErrors]

// The pricing errors.
const (
	PricingErrorDetail                         PricingError = iota + 1 // on documents: some line has an error
	PricingErrorMissingPriceLevel                                      // a catalogue line without price list
	PricingErrorInactivePriceLevel                                     // the price list is inactive or outside its dates
	PricingErrorMissingQuantity                                        // no quantity
	PricingErrorMissingUnitPrice                                       // a write-in or an override without price
	PricingErrorMissingProduct                                         // neither a product nor a write-in text
	PricingErrorInvalidProduct                                         // the product cannot be sold
	PricingErrorMissingPricingCode                                     // the price list item has no pricing method
	PricingErrorInvalidPricingCode                                     // the pricing method is unknown
	PricingErrorMissingUOM                                             // the unit is not in the product's unit group
	PricingErrorProductNotInPriceLevel                                 // no price list item for product and unit
	PricingErrorMissingPriceLevelAmount                                // the price list item has no amount
	PricingErrorMissingPriceLevelPercentage                            // the price list item has no percentage
	PricingErrorMissingPrice                                           // the product has no list price
	PricingErrorMissingCurrentCost                                     // the product has no current cost
	PricingErrorMissingStandardCost                                    // the product has no standard cost
	PricingErrorInvalidPriceLevelAmount                                // the amount of the price list item is wrong
	PricingErrorInvalidPriceLevelPercentage                            // the percentage of the price list item is wrong
	PricingErrorInvalidPrice                                           // the list price is wrong
	PricingErrorInvalidCurrentCost                                     // the current cost is wrong
	PricingErrorInvalidStandardCost                                    // the standard cost is wrong
	PricingErrorInvalidRoundingPolicy                                  // the rounding policy is unknown
	PricingErrorInvalidRoundingOption                                  // the rounding option is unknown
	PricingErrorInvalidRoundingAmount                                  // the rounding amount is missing or wrong
	PricingErrorCalculation                                            // the calculation itself failed
	PricingErrorInvalidDiscountType                                    // the discount list is of an unknown type or another currency
	PricingErrorDiscountTypeInvalidState                               // the state of the discount list is unknown
	PricingErrorInvalidDiscount                                        // a discount exceeds or flips what it is taken from
	PricingErrorInvalidQuantity                                        // the quantity is too large or has too many decimals
	PricingErrorInvalidPricingPrecision                                // the pricing precision is not 0 to 4
	PricingErrorMissingProductDefaultUOM                               // neither the line nor the product has a unit
	PricingErrorMissingProductUOMSchedule                              // the product has no unit group
	PricingErrorInactiveDiscountType                                   // reserved
	PricingErrorInvalidPriceLevelCurrency                              // the price list has another currency
	PricingErrorPriceAttributeOutOfRange                               // an amount is beyond the range
	PricingErrorBaseCurrencyAttributeOverflow                          // an amount in base currency is above the range
	PricingErrorBaseCurrencyAttributeUnderflow                         // an amount in base currency is below the range
	PricingErrorMissingPriceLevelItemCurrency                          // the price list item has no currency
)

type pricingErrors struct{}

func (pricingErrors) Table() (string, []value.Option) { return "pricing_error", pricingErrorTable }

var pricingErrorTable = value.Options(
	value.Option{Key: "detail_error", Label: "Detail Error", Code: 1},
	value.Option{Key: "missing_price_level", Label: "Missing Price Level", Code: 2},
	value.Option{Key: "inactive_price_level", Label: "Inactive Price Level", Code: 3},
	value.Option{Key: "missing_quantity", Label: "Missing Quantity", Code: 4},
	value.Option{Key: "missing_unit_price", Label: "Missing Unit Price", Code: 5},
	value.Option{Key: "missing_product", Label: "Missing Product", Code: 6},
	value.Option{Key: "invalid_product", Label: "Invalid Product", Code: 7},
	value.Option{Key: "missing_pricing_code", Label: "Missing Pricing Code", Code: 8},
	value.Option{Key: "invalid_pricing_code", Label: "Invalid Pricing Code", Code: 9},
	value.Option{Key: "missing_uom", Label: "Missing UOM", Code: 10},
	value.Option{Key: "product_not_in_price_level", Label: "Product Not In Price Level", Code: 11},
	value.Option{Key: "missing_price_level_amount", Label: "Missing Price Level Amount", Code: 12},
	value.Option{Key: "missing_price_level_percentage", Label: "Missing Price Level Percentage", Code: 13},
	value.Option{Key: "missing_price", Label: "Missing Price", Code: 14},
	value.Option{Key: "missing_current_cost", Label: "Missing Current Cost", Code: 15},
	value.Option{Key: "missing_standard_cost", Label: "Missing Standard Cost", Code: 16},
	value.Option{Key: "invalid_price_level_amount", Label: "Invalid Price Level Amount", Code: 17},
	value.Option{Key: "invalid_price_level_percentage", Label: "Invalid Price Level Percentage", Code: 18},
	value.Option{Key: "invalid_price", Label: "Invalid Price", Code: 19},
	value.Option{Key: "invalid_current_cost", Label: "Invalid Current Cost", Code: 20},
	value.Option{Key: "invalid_standard_cost", Label: "Invalid Standard Cost", Code: 21},
	value.Option{Key: "invalid_rounding_policy", Label: "Invalid Rounding Policy", Code: 22},
	value.Option{Key: "invalid_rounding_option", Label: "Invalid Rounding Option", Code: 23},
	value.Option{Key: "invalid_rounding_amount", Label: "Invalid Rounding Amount", Code: 24},
	value.Option{Key: "price_calculation_error", Label: "Price Calculation Error", Code: 25},
	value.Option{Key: "invalid_discount_type", Label: "Invalid Discount Type", Code: 26},
	value.Option{Key: "discount_type_invalid_state", Label: "Discount Type Invalid State", Code: 27},
	value.Option{Key: "invalid_discount", Label: "Invalid Discount", Code: 28},
	value.Option{Key: "invalid_quantity", Label: "Invalid Quantity", Code: 29},
	value.Option{Key: "invalid_pricing_precision", Label: "Invalid Pricing Precision", Code: 30},
	value.Option{Key: "missing_product_default_uom", Label: "Missing Product Default UOM", Code: 31},
	value.Option{Key: "missing_product_uom_schedule", Label: "Missing Product UOM Schedule", Code: 32},
	value.Option{Key: "inactive_discount_type", Label: "Inactive Discount Type", Code: 33},
	value.Option{Key: "invalid_price_level_currency", Label: "Invalid Price Level Currency", Code: 34},
	value.Option{Key: "price_attribute_out_of_range", Label: "Price Attribute Out Of Range", Code: 35},
	value.Option{Key: "base_currency_attribute_overflow", Label: "Base Currency Attribute Overflow", Code: 36},
	value.Option{Key: "base_currency_attribute_underflow", Label: "Base Currency Attribute Underflow", Code: 37},
	value.Option{Key: "transaction_currency_not_set_on_price_list_item", Label: "Transaction currency not set on price list item", Code: 38},
)
