package main

const (
	module  = "github.com/leadtocash/leadtocash"
	decimal = "github.com/shopspring/decimal"
	uuid    = "github.com/google/uuid"
)

// corePackages lists the packages whose files neither read clocks nor make ids
// nor calculate with floating-point numbers, with the files that divide and round.
// An exception for a file that does not exist is reported. That these packages do
// not import what talks to the world is a test of the module, internal/walls.
var corePackages = map[string]exceptions{
	module:                      {},
	module + "/actions":         {},
	module + "/activity":        {},
	module + "/bpf":             {},
	module + "/catalog":         {arithmetic: []string{"price_list_price.go", "unit_convert.go"}},
	module + "/codes":           {},
	module + "/flow":            {},
	module + "/insight":         {},
	module + "/internal/exact":  {arithmetic: []string{"decimal.go"}},
	module + "/internal/schema": {},
	module + "/internal/words":  {},
	module + "/kinds":           {},
	module + "/match":           {},
	module + "/money":           {arithmetic: []string{"currency.go", "money.go"}},
	module + "/party":           {},
	module + "/pricing":         {arithmetic: []string{"pricing.go", "pricing_line.go", "pricing_share.go", "pricing_tax.go"}},
	module + "/print":           {},
	module + "/process":         {},
	module + "/record":          {},
	module + "/value":           {},
}

// exceptions are names of files.
type exceptions struct {
	arithmetic []string // where decimals are divided and rounded
}

// impure are the functions that core files do not use, by package.
var impure = map[string][]string{
	"time": {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer"},
	uuid:   {"New", "NewString", "NewRandom", "NewRandomFromReader", "NewUUID", "NewV6", "NewV7", "NewV7FromReader", "NewDCEGroup", "NewDCEPerson", "NewDCESecurity"},
}

// rounding are the methods of a decimal that lose digits.
var rounding = []string{
	"Div", "Pow", "Round", "RoundBank", "RoundCash", "RoundCeil", "RoundDown", "RoundFloor", "RoundUp",
	"StringFixed", "StringFixedBank", "StringFixedCash",
}
