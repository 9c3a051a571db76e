package migrate

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
)

// RunOptions say how records come in. The zero value takes what is sound, and reports
// the rest.
type RunOptions struct {
	// Stored takes CSV files for what ExportCSV wrote, and their records as another
	// tenant stored them, see engine.ImportStored. Import always does.
	Stored bool
	// Raw takes texts as they are: no apostrophe is taken off.
	Raw bool
	// LeaveUnmatched leaves a field of an option set empty if what stands in the column
	// is none of its options, instead of refusing the row. A status is never left.
	LeaveUnmatched bool
	// Size is how many records are committed together, 200 by default. Records that
	// refer to each other in a circle are one transaction, however many.
	Size int
	// Faults is told of every reason why a row is refused, in no particular order of
	// rows. An error that it returns ends the run.
	Faults func(Fault) error
	// Progress is told after every transaction how many records are dealt with, of how
	// many.
	Progress func(done, all int64)
	// Temp is the directory for what CSV files become on their way; that of the system
	// by default. It takes about twice the room of the files.
	Temp string
}

func (o *RunOptions) size() int { return cmp.Or(max(o.Size, 0), 200) }

// Report is what became of an import, or would become.
type Report struct {
	Planned bool          `json:"planned,omitzero"` // nothing was stored
	Scoped  bool          `json:"scoped,omitzero"`  // the export was of what somebody might see
	Tables  []TableReport `json:"tables"`
	Totals  []Total       `json:"totals,omitzero"`
	Ignored []string      `json:"ignored,omitzero"` // files that no table is for
}

// TableReport is what became of the rows of a file.
type TableReport struct {
	File     string     `json:"file"`
	Kind     kinds.Kind `json:"kind"`
	List     string     `json:"list,omitzero"` // the rows are elements of records
	Rows     int64      `json:"rows"`
	Imported int64      `json:"imported"` // records stored; of a plan: that would be
	Known    int64      `json:"known"`    // there already, and left alone
	Refused  int64      `json:"refused"`
	Made     int64      `json:"made,omitzero"` // other records that rows name, made for them
	// Unknown are columns that nothing is made of, Left those that the profile leaves
	// out on purpose, Missing fields that the kind requires and no column gives.
	Unknown   []string    `json:"unknown,omitzero"`
	Left      []string    `json:"left,omitzero"`
	Missing   []string    `json:"missing,omitzero"`
	Unmatched []Unmatched `json:"unmatched,omitzero"` // up to a hundred

	header  []string
	columns map[string]string           // by field
	kinds   map[kinds.Kind]*TableReport // of JSON Lines
}

// Unmatched is a value that is no option of its field.
type Unmatched struct {
	Column string `json:"column"`
	Value  string `json:"value"`
	Rows   int64  `json:"rows"`
}

func (t *TableReport) unmatched(column, value string) {
	for i := range t.Unmatched {
		if t.Unmatched[i].Column == column && t.Unmatched[i].Value == value {
			t.Unmatched[i].Rows++
			return
		}
	}
	if len(t.Unmatched) < 100 {
		t.Unmatched = append(t.Unmatched, Unmatched{column, value, 1})
	}
}

// Total adds up what the records of a kind that were imported are about, by currency:
// the totals of documents, amounts of payments, values of deals. Records that were given
// no such amount are not in it.
type Total struct {
	Kind     kinds.Kind      `json:"kind"`
	Currency money.Currency  `json:"currency"`
	Records  int64           `json:"records"`
	Given    decimal.Decimal `json:"given"`
	Stored   decimal.Decimal `json:"stored"`
}

// Imported, Known and Refused add up the tables.
func (r *Report) Imported() int64 { return r.sum(func(t *TableReport) int64 { return t.Imported }) }

// Known is how many records were there already.
func (r *Report) Known() int64 { return r.sum(func(t *TableReport) int64 { return t.Known }) }

// Refused is how many rows were refused.
func (r *Report) Refused() int64 { return r.sum(func(t *TableReport) int64 { return t.Refused }) }

func (r *Report) sum(of func(*TableReport) int64) (n int64) {
	for i := range r.Tables {
		n += of(&r.Tables[i])
	}
	return n
}

// totals are amounts by kind and currency, as they come up.
type totals map[totalKey]*Total

type totalKey struct {
	kind     kinds.Kind
	currency string
}

func (t totals) add(kind kinds.Kind, currency money.Currency, given, stored decimal.Decimal) {
	k := totalKey{kind, currency.Code()}
	if t[k] == nil {
		t[k] = &Total{Kind: kind, Currency: currency}
	}
	t[k].Records++
	t[k].Given, t[k].Stored = t[k].Given.Add(given), t[k].Stored.Add(stored)
}

func (t totals) list() (list []Total) {
	for _, total := range t {
		list = append(list, *total)
	}
	slices.SortFunc(list, func(a, b Total) int {
		return cmp.Or(cmp.Compare(slices.Index(allKinds, a.Kind), slices.Index(allKinds, b.Kind)), cmp.Compare(a.Currency.Code(), b.Currency.Code()))
	})
	return list
}

// amounts are the fields that say what a record is about, in money.
var amounts = map[kinds.Kind][]string{
	kinds.Lead: {"estimated_amount"}, kinds.Opportunity: {"actual_value", "estimated_value"}, kinds.OpportunityClose: {"actual_revenue"},
	kinds.Quote: {"total_amount"}, kinds.Order: {"total_amount"}, kinds.Invoice: {"total_amount"}, kinds.CreditNote: {"total_amount"},
	kinds.Payment: {"amount"}, kinds.Allocation: {"amount"}, kinds.Refund: {"amount"},
}
