package print

import "strconv"

// PrintedTable is the table of a document as text: its lines, the invoices of a reminder,
// the entries of a statement.
type PrintedTable struct {
	Columns []PrintedColumn
	Rows    []PrintedRow
	Carries bool // rows have a sum that is carried over where the table goes on on another page
}

// PrintedColumn is a column of a table.
type PrintedColumn struct {
	Label  string
	Number bool // its cells are aligned to the right
	Main   bool // it takes the room that is left, and what is said below the row
}

// PrintedRow is a row of a table.
type PrintedRow struct {
	Cells   []string // of each column
	Below   []string // said below the cell of the main column, paragraph by paragraph
	Carried string   // the sum up to the row, the row included
}

// Table is what stands in the middle of the document, in the words and formats of its
// language. Columns in which every cell would be empty are left out.
func (d *PrintedDocument) Table() PrintedTable {
	switch {
	case len(d.Open) > 0:
		return d.openTable()
	case len(d.Totals) > 0 && len(d.Ageing) > 0:
		return d.entryTable()
	}
	return d.lineTable()
}

func (d *PrintedDocument) lineTable() PrintedTable {
	discounted := false
	for n := range d.Lines {
		discounted = discounted || !d.Lines[n].Discount.IsZero()
	}
	rated := len(d.Taxes) > 1
	t := PrintedTable{Carries: !d.Unpriced, Columns: []PrintedColumn{{Label: d.say("position"), Number: true}, {Label: d.say("item"), Main: true}, {Label: d.say("quantity"), Number: true}}}
	column := func(shown bool, label string) {
		if shown && !d.Unpriced {
			t.Columns = append(t.Columns, PrintedColumn{Label: label, Number: true})
		}
	}
	column(true, d.say("price"))
	column(discounted, d.say("discount"))
	column(rated, d.say("tax_rate"))
	column(true, d.say("net", d.Currency.Code()))
	sum := d.Currency.Zero()
	for n := range d.Lines {
		l := &d.Lines[n]
		row := PrintedRow{Cells: []string{strconv.Itoa(int(l.Number)), l.Text, joined(noBreak, d.Formats.Number(l.Quantity, 0), l.Unit)}}
		cell := func(shown bool, text string) {
			if shown && !d.Unpriced {
				row.Cells = append(row.Cells, text)
			}
		}
		price := d.Formats.Number(l.Price, d.Currency.Digits())
		if base, given := l.PriceBase.Get(); given {
			price += " / " + joined(noBreak, d.Formats.Number(base, 0), l.Unit)
		}
		discount := ""
		if !l.Discount.IsZero() {
			discount = d.Amount(l.Discount)
		}
		cell(true, price)
		cell(discounted, discount)
		cell(rated, l.Tax)
		cell(true, d.Amount(l.Net))
		row.Below = said(l.Description, d.period(l.From, l.To), l.Note)
		if l.Tracking != "" {
			row.Below = append(row.Below, d.say("tracking")+" "+l.Tracking)
		}
		if !l.Undelivered.IsZero() {
			row.Below = append(row.Below, d.say("still_open", joined(noBreak, d.Formats.Number(l.Undelivered, 0), l.Unit)))
		}
		if !d.Unpriced {
			for _, a := range l.Adjustments {
				row.Below = append(row.Below, a.Label+" "+d.Amount(a.Amount))
			}
		}
		sum = sum.Add(l.Net)
		row.Carried = d.Amount(sum)
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (d *PrintedDocument) openTable() PrintedTable {
	code := d.Currency.Code()
	t := PrintedTable{Carries: true, Columns: []PrintedColumn{
		{Label: d.say("invoice"), Main: true},
		{Label: d.say("date"), Number: true},
		{Label: d.say("due_on"), Number: true},
		{Label: d.say("days_overdue"), Number: true},
		{Label: d.say("invoiced", code), Number: true},
		{Label: d.say("open", code), Number: true},
	}}
	sum := d.Currency.Zero()
	for _, o := range d.Open {
		sum = sum.Add(o.Open)
		t.Rows = append(t.Rows, PrintedRow{
			Cells:   []string{o.Number, d.Day(o.IssueDate), d.Day(o.DueDate), strconv.Itoa(o.DaysOverdue), d.Amount(o.Invoiced), d.Amount(o.Open)},
			Carried: d.Amount(sum),
		})
	}
	return t
}

func (d *PrintedDocument) entryTable() PrintedTable {
	code := d.Currency.Code()
	t := PrintedTable{Carries: true, Columns: []PrintedColumn{
		{Label: d.say("date")}, {Label: d.say("entry"), Main: true}, {Label: d.say("number")}, {Label: d.say("amount_in", code), Number: true}, {Label: d.say("balance", code), Number: true},
	}}
	opening := d.Opening
	t.Rows = append(t.Rows, PrintedRow{Cells: []string{"", d.say("opening_balance"), "", "", d.Amount(opening)}, Carried: d.Amount(opening)})
	for _, e := range d.Entries {
		t.Rows = append(t.Rows, PrintedRow{Cells: []string{d.Day(e.On), e.Text, e.Number, d.Amount(e.Amount), d.Amount(e.Balance)}, Carried: d.Amount(e.Balance)})
	}
	return t
}
