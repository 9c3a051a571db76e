package main

const (
	module  = "github.com/leadtocash/leadtocash"
	decimal = "github.com/shopspring/decimal"
	uuid    = "github.com/google/uuid"
)

// corePackages lists the packages that have core files, with the files that
// are excepted from a rule. An exception for a file that does not exist is
// reported.
var corePackages = map[string]exceptions{
	module: {
		shell: []string{
			"leadtocash.go", "call.go", "session.go", "write.go", "explain.go", "facts.go", "query.go", "history.go", "authorize.go", "scope.go", "withhold.go",
			"numbering.go", "request.go", "resolver.go", "field.go", "status_reasons.go", "leads.go", "opportunities.go",
			"quotes.go", "orders.go", "invoices.go", "payments.go",
			"credit_notes.go", "refunds.go", "receivables.go", "dunning_entries.go", "accounts.go", "contacts.go",
			"sellers.go", "competitors.go", "connections.go", "notes.go", "blobs.go", "activities.go", "timeline.go",
			"import.go", "reindex.go", "erase.go", "duplicates.go", "merges.go", "routes.go", "scores.go", "chains.go", "advisors.go",
			"products.go", "product_relationships.go", "unit_groups.go", "price_lists.go", "price_list_items.go",
			"discount_lists.go", "transaction_currencies.go", "catalogs.go",
			"processes.go", "process_definitions.go", "process_book.go", "process_stranded.go", "process_owner.go", "process_role.go", "process_option.go", "process_facts.go", "process_bind.go", "process_trigger.go",
		},
		seam:       []string{"errors.go", "id.go", "kind.go", "process.go"},
		arithmetic: []string{"money.go", "currency.go", "pricing.go", "pricing_line.go", "pricing_share.go", "pricing_tax.go", "unit_convert.go", "price_list_price.go"},
	},
	module + "/bpf": {},
}

// exceptions are names of files.
type exceptions struct {
	shell      []string // no core files: they may do anything but arithmetic
	seam       []string // core files that may name what the storage package defines
	arithmetic []string // where decimals are divided and rounded
}

// worldly are the packages, with all packages below them, that core files do
// not import.
var worldly = []string{
	"context",
	"crypto/rand",
	"database/sql",
	"log",
	"math/rand",
	"net",
	"os",
	module + "/storage",
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
