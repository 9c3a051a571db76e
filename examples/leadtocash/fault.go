package main

// Codes of refused rows. A refusal by the library keeps the library's own code.
const (
	codeFieldCount      = "field_count"
	codeBadQuotes       = "bad_quotes"
	codeMissingField    = "missing_field"
	codeInvalidText     = "invalid_text"
	codeTooLong         = "too_long"
	codeInvalidNumber   = "invalid_number"
	codeOutOfRange      = "out_of_range"
	codeInvalidDate     = "invalid_date"
	codeUnknownStage    = "unknown_stage"
	codeUnknownAction   = "unknown_action"
	codeUnknownCurrency = "unknown_currency"
	codeUnknownDeal     = "unknown_deal"
	codeUnknownProduct  = "unknown_product"
	codeUnknownDiscount = "unknown_discount"
	codeParentCycle     = "parent_cycle"
	codeDuplicate       = "duplicate"
	codeUnexpectedValue = "unexpected_value"
	codeWrongOrder      = "wrong_order"
	codeEarlierRejected = "earlier_row_rejected"
)

// A place is a line of an input file; the header is line 1.
type place struct {
	file string
	line int
}

// A fault is the reason why a row is refused. The column is empty when the
// reason is the row as a whole.
type fault struct {
	column  string
	code    string
	message string
}

// Error names the code, then what is wrong.
func (f *fault) Error() string { return f.code + ": " + f.message }

// A reject is a refused row.
type reject struct {
	place
	fault
}
