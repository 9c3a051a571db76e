package leadtocash

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Terms are payment terms: when an invoice is due, and what paying early takes
// off it. Those of the four codes are in [TermsOf]; an invoice may have terms of
// its own instead.
type Terms struct {
	Name               string                     `json:"name,omitzero" max:"100"`
	NetDays            int32                      `json:"net_days,omitzero" range:"0..3650"` // calendar days from the issue to the due date
	EndOfMonth         bool                       `json:"end_of_month,omitzero"`             // NetDays count from the last day of the month of the issue
	DiscountPercentage value.Opt[decimal.Decimal] `json:"discount_percentage,omitzero" range:"0..100" decimals:"5"`
	DiscountDays       int32                      `json:"discount_days,omitzero" range:"0..3650"` // calendar days from the issue in which the discount is earned

	NetMonths                int32                      `json:"net_months,omitzero" range:"0..120"` // calendar months from the issue, before everything else: the same day, at most the last of its month
	ThenEndOfMonth           bool                       `json:"then_end_of_month,omitzero"`         // after NetDays, the last day of the month
	ThenDays                 int32                      `json:"then_days,omitzero" range:"0..31"`   // after that
	SecondDiscountPercentage value.Opt[decimal.Decimal] `json:"second_discount_percentage,omitzero" range:"0..100" decimals:"5"`
	SecondDiscountDays       int32                      `json:"second_discount_days,omitzero" range:"0..3650"` // more than DiscountDays, for a smaller percentage
	Instalments              []TermsInstalment          `json:"instalments,omitzero" most:"60"`                // instead of one due date; each has days and discounts of its own
}

// TermsInstalment is a part of what is due: a percentage of it, an amount, or, once,
// the rest. When it is due and what paying it early takes off it is said as in
// [Terms].
type TermsInstalment struct {
	Percentage               value.Opt[decimal.Decimal] `json:"percentage,omitzero" range:"0..100" decimals:"5"`
	Amount                   value.Opt[money.Amount]    `json:"amount,omitzero" range:"0..1e12"`
	NetMonths                int32                      `json:"net_months,omitzero" range:"0..120"`
	NetDays                  int32                      `json:"net_days,omitzero" range:"0..3650"`
	EndOfMonth               bool                       `json:"end_of_month,omitzero"`
	ThenEndOfMonth           bool                       `json:"then_end_of_month,omitzero"`
	ThenDays                 int32                      `json:"then_days,omitzero" range:"0..31"`
	DiscountPercentage       value.Opt[decimal.Decimal] `json:"discount_percentage,omitzero" range:"0..100" decimals:"5"`
	DiscountDays             int32                      `json:"discount_days,omitzero" range:"0..3650"`
	SecondDiscountPercentage value.Opt[decimal.Decimal] `json:"second_discount_percentage,omitzero" range:"0..100" decimals:"5"`
	SecondDiscountDays       int32                      `json:"second_discount_days,omitzero" range:"0..3650"`
}

// terms are those of the instalment by itself.
func (e *TermsInstalment) terms() Terms {
	return Terms{
		NetMonths: e.NetMonths, NetDays: e.NetDays, EndOfMonth: e.EndOfMonth, ThenEndOfMonth: e.ThenEndOfMonth, ThenDays: e.ThenDays,
		DiscountPercentage: e.DiscountPercentage, DiscountDays: e.DiscountDays,
		SecondDiscountPercentage: e.SecondDiscountPercentage, SecondDiscountDays: e.SecondDiscountDays,
	}
}

// clone returns a deep copy, nil of nil.
func (t *Terms) clone() *Terms {
	t = record.ClonePtr(t)
	if t != nil {
		t.Instalments = slices.Clone(t.Instalments)
	}
	return t
}

// FieldFaults lists what no single field shows: a second discount is later and
// smaller than the first, and instalments have days, discounts and shares that fit.
func (t *Terms) FieldFaults() (reasons []record.Reason) {
	invalid := func(field, message string) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: field, Message: message})
	}
	if second, given := t.SecondDiscountPercentage.Get(); given {
		first := t.DiscountPercentage.Or(decimal.Decimal{})
		if second.Cmp(first) >= 0 || t.SecondDiscountDays <= t.DiscountDays {
			invalid("second_discount_percentage", "the second discount is for more days and smaller than the first")
		}
	}
	if len(t.Instalments) == 0 {
		return reasons
	}
	if t.NetMonths != 0 || t.NetDays != 0 || t.EndOfMonth || t.ThenEndOfMonth || t.ThenDays != 0 || !t.DiscountPercentage.IsZero() || !t.SecondDiscountPercentage.IsZero() {
		invalid("instalments", "days and discounts are said with each instalment")
	}
	percentages, rests := decimal.Decimal{}, 0
	for n := range t.Instalments {
		e := &t.Instalments[n]
		switch percentage, given := e.Percentage.Get(); {
		case given && !e.Amount.IsZero():
			invalid(fmt.Sprintf("instalments[%d].amount", n), "an instalment is a percentage or an amount")
		case given:
			percentages = percentages.Add(percentage)
		case e.Amount.IsZero():
			rests++
		}
		own := e.terms()
		reasons = append(reasons, schema.Below(fmt.Sprintf("instalments[%d]", n), own.FieldFaults())...)
	}
	if percentages.Cmp(decimal.New(100, 0)) > 0 {
		invalid("instalments", "the percentages are more than 100")
	}
	if rests > 1 {
		invalid("instalments", "one instalment at most is the rest")
	}
	return reasons
}

// Instalment is a part of what an invoice asks for, with a due date of its own.
type Instalment struct {
	Number     int32                      `json:"number" range:"0..1e9"` // from 1
	DueDate    value.Date                 `json:"due_date"`
	Amount     money.Amount               `json:"amount" range:"0..1e12"`
	Percentage value.Opt[decimal.Decimal] `json:"percentage,omitzero" range:"0..100" decimals:"5"` // of the amount due, where the terms say one
	Discounts  []InstalmentDiscount       `json:"discounts,omitzero" most:"2"`
}

// InstalmentDiscount is what paying an instalment until a day takes off it.
type InstalmentDiscount struct {
	Percentage value.Opt[decimal.Decimal] `json:"percentage,omitzero" range:"0..100" decimals:"5"`
	Until      value.Date                 `json:"until"`
	Amount     money.Amount               `json:"amount" range:"0..1e12"`
}

func cloneInstalments(list []Instalment) []Instalment {
	list = slices.Clone(list)
	for n := range list {
		list[n].Discounts = slices.Clone(list[n].Discounts)
	}
	return list
}

// Schedule divides an amount due by the terms, for an invoice that is issued on the
// day: into one instalment where the terms have none, into none where nothing is due.
// Percentages are rounded once for all up to each, so that thirds add up, and so are
// the discounts of one percentage. Instalments of 0 are left out. Codes: ErrInvalid
// where shares do not come to the amount or due dates do not ascend, ErrOutOfRange for
// a negative instalment.
func (t Terms) Schedule(issued value.Date, due money.Amount, c money.Currency, mode money.RoundingMode) ([]Instalment, error) {
	list, reasons := t.schedule(issued, due, c, mode)
	if len(reasons) > 0 {
		return nil, record.RefusedFor(reasons)
	}
	return list, nil
}

func (t *Terms) schedule(issued value.Date, due money.Amount, c money.Currency, mode money.RoundingMode) (list []Instalment, reasons []record.Reason) {
	if reasons = t.FieldFaults(); len(reasons) > 0 || due.Sign() <= 0 {
		return nil, reasons
	}
	entries := t.Instalments
	if len(entries) == 0 {
		entries = []TermsInstalment{{
			NetMonths: t.NetMonths, NetDays: t.NetDays, EndOfMonth: t.EndOfMonth, ThenEndOfMonth: t.ThenEndOfMonth, ThenDays: t.ThenDays,
			DiscountPercentage: t.DiscountPercentage, DiscountDays: t.DiscountDays,
			SecondDiscountPercentage: t.SecondDiscountPercentage, SecondDiscountDays: t.SecondDiscountDays,
		}}
	}
	of := func(a money.Amount, percentage decimal.Decimal) money.Amount {
		return c.RoundMode(a.Decimal().Mul(percentage).Shift(-2), mode)
	}
	amounts, left, rest := make([]money.Amount, len(entries)), due, -1
	var so decimal.Decimal // all percentages up to the entry
	for n := range entries {
		e := &entries[n]
		if percentage, given := e.Percentage.Get(); given {
			before := of(due, so)
			so = so.Add(percentage)
			amounts[n] = of(due, so).Sub(before)
		} else if amount, given := e.Amount.Get(); given {
			amounts[n] = c.RoundAmount(amount, mode)
		} else {
			rest = n
			continue
		}
		left = left.Sub(amounts[n])
	}
	switch {
	case rest >= 0:
		amounts[rest] = left
	case !left.IsZero():
		return nil, []record.Reason{{Code: codes.ErrInvalid, Field: "instalments", Message: "the instalments do not come to what is due"}}
	}
	sums := map[string]money.Amount{} // of what has one discount, by step and percentage
	for n := range entries {
		terms := entries[n].terms()
		i := Instalment{Number: int32(len(list) + 1), DueDate: terms.DueOn(issued), Amount: amounts[n], Percentage: entries[n].Percentage}
		if i.Amount.Sign() < 0 {
			return nil, []record.Reason{{Code: codes.ErrOutOfRange, Field: fmt.Sprintf("instalments[%d].amount", n), Message: "the other instalments are more than what is due"}}
		}
		for step, p := range []value.Opt[decimal.Decimal]{terms.DiscountPercentage, terms.SecondDiscountPercentage} {
			percentage := p.Or(decimal.Decimal{})
			if percentage.IsZero() {
				continue
			}
			key := fmt.Sprint(step, " ", percentage.String())
			before := sums[key]
			sums[key] = before.Add(i.Amount)
			i.Discounts = append(i.Discounts, InstalmentDiscount{
				Percentage: p, Until: issued.AddDays(int([]int32{terms.DiscountDays, terms.SecondDiscountDays}[step])), Amount: of(sums[key], percentage).Sub(of(before, percentage)),
			})
		}
		if i.Amount.IsZero() {
			continue
		}
		if len(list) > 0 && i.DueDate.Before(list[len(list)-1].DueDate) {
			return nil, []record.Reason{{Code: codes.ErrInvalid, Field: fmt.Sprintf("instalments[%d]", n), Message: "is due before the instalment in front of it"}}
		}
		list = append(list, i)
	}
	return list, nil
}

// codedTerms are the terms of the codes.
var codedTerms = map[party.PaymentTerms]Terms{
	party.PaymentTermsNet30:           {Name: "Net 30", NetDays: 30},
	party.PaymentTerms2Percent10Net30: {Name: "2% 10, Net 30", NetDays: 30, DiscountPercentage: value.Some(decimal.New(2, 0)), DiscountDays: 10},
	party.PaymentTermsNet45:           {Name: "Net 45", NetDays: 45},
	party.PaymentTermsNet60:           {Name: "Net 60", NetDays: 60},
}

// TermsOf returns what a code of payment terms means; of no code, the zero
// Terms: due on issue, without discount.
func TermsOf(code party.PaymentTerms) Terms { return codedTerms[code] }

// DueOn is when an invoice that is issued on the day is due; with instalments, the
// first one. Months come first, then the end of the month, days, again the end of the
// month and days. There is no shift to business days.
func (t Terms) DueOn(issued value.Date) value.Date {
	if len(t.Instalments) > 0 {
		return t.Instalments[0].terms().DueOn(issued)
	}
	due := addMonths(issued, int(t.NetMonths))
	if t.EndOfMonth {
		due = endOfMonth(due)
	}
	due = due.AddDays(int(t.NetDays))
	if t.ThenEndOfMonth {
		due = endOfMonth(due)
	}
	return due.AddDays(int(t.ThenDays))
}

// addMonths is the same day so many months later, at most the last of its month.
func addMonths(d value.Date, months int) value.Date {
	if months == 0 || d.IsZero() {
		return d
	}
	month := int(d.Month()) - 1 + months
	if d.Year()+month/12 > 9999 {
		return value.Date(9999_12_31)
	}
	last := endOfMonth(value.Date((d.Year()+month/12)*10000 + (month%12+1)*100 + 1))
	return last.AddDays(min(d.Day()-last.Day(), 0))
}

// DiscountUntil is the last day on which paying an invoice that is issued on
// the day earns the discount; not set if the terms grant none.
func (t Terms) DiscountUntil(issued value.Date) value.Date {
	if p, _ := t.DiscountPercentage.Get(); p.IsZero() || issued.IsZero() {
		return 0
	}
	return issued.AddDays(int(t.DiscountDays))
}

// endOfMonth is the last day of the month that the day is in.
func endOfMonth(d value.Date) value.Date {
	next := d.AddDays(32 - d.Day()) // some day of the next month
	return next.AddDays(-next.Day())
}

// Terms are the payment terms that the fields say: their own, those of the
// code, or the organisation's.
func (f *InvoiceFields) Terms(s Settings) Terms {
	switch {
	case f.OwnTerms != nil:
		return *f.OwnTerms
	case f.PaymentTerms != 0:
		return TermsOf(f.PaymentTerms)
	}
	return Terms{NetDays: int32(s.DueDays)}
}

// termsFaults: terms are given in one way, and instalments in one.
func (f *InvoiceFields) termsFaults(path string, was *InvoiceFields) (reasons []record.Reason) {
	invalid := func(field, message string) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: path + field, Message: message})
	}
	if f.OwnTerms != nil && f.PaymentTerms != 0 {
		invalid("own_terms", "an invoice has terms of its own or those of a code, not both")
	}
	divided := f.OwnTerms != nil && len(f.OwnTerms.Instalments) > 0
	if divided && len(f.Instalments) > 0 && !sameInstalments(f.Instalments, was.Instalments) {
		invalid("instalments", "are those of the terms or typed, not both")
	}
	if (divided || len(f.Instalments) > 0) && !f.DueDate.IsZero() && f.DueDate != was.DueDate {
		invalid("due_date", "each instalment has its own")
	}
	return reasons
}

func sameInstalments(a, b []Instalment) bool { return reflect.DeepEqual(a, b) }

// Schedule is what the invoice asks for and when: its instalments, one of the amount
// due on the due date where it has none. Before it is issued it is what the terms would
// make of it on the day; none where that is nothing or cannot be divided so.
func (i *Invoice) Schedule(s Settings, day value.Date) []Instalment {
	if len(i.Instalments) > 0 {
		return cloneInstalments(i.Instalments)
	}
	issued := cmp.Or(i.IssueDate, day)
	t := i.Terms(s)
	list, _ := t.schedule(issued, i.AmountDue, i.Currency, i.Pricing.RoundingMode)
	if len(list) == 1 && len(t.Instalments) == 0 && !i.DueDate.IsZero() {
		list[0].DueDate = i.DueDate
	}
	return list
}

// scheduleFaults lists why the invoice cannot be issued on the day: its instalments do
// not come to what is due, or not in order.
func (i *Invoice) scheduleFaults(due, day value.Date) (reasons []record.Reason) {
	divided := len(i.Instalments) > 0 || i.OwnTerms != nil && len(i.OwnTerms.Instalments) > 0
	if !divided {
		return nil
	}
	if !due.IsZero() {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "due_date", Message: "each instalment has its own"})
	}
	if len(i.Instalments) == 0 {
		_, faults := i.OwnTerms.schedule(day, i.AmountDue, i.Currency, i.Pricing.RoundingMode)
		return append(reasons, faults...)
	}
	sum, last := i.Currency.Zero(), day
	for n := range i.Instalments {
		k := &i.Instalments[n]
		if k.DueDate.Before(last) {
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: fmt.Sprintf("instalments[%d].due_date", n), Message: "lies before the instalment in front of it, or before the issue"})
		}
		sum, last = sum.Add(k.Amount), max(last, k.DueDate)
	}
	if !sum.Equal(i.AmountDue) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "instalments", Message: "do not come to what is due"})
	}
	return reasons
}

// schedules gives the invoice the instalments of its terms, on its issue, and its due
// date.
func (i *Invoice) schedules(due value.Date, s Settings) {
	t := i.Terms(s)
	if len(i.Instalments) == 0 && len(t.Instalments) > 0 {
		i.Instalments, _ = t.schedule(i.IssueDate, i.AmountDue, i.Currency, i.Pricing.RoundingMode)
	}
	if len(i.Instalments) > 0 {
		i.Instalments = cloneInstalments(i.Instalments)
		for n := range i.Instalments {
			i.Instalments[n].Number = int32(n + 1)
			i.Instalments[n].Amount = i.Currency.RoundAmount(i.Instalments[n].Amount, i.Pricing.RoundingMode)
		}
		i.DueDate = i.Instalments[0].DueDate
		return
	}
	i.DueDate = cmp.Or(due, i.DueDate, t.DueOn(i.IssueDate))
}

// TermsText says the terms of the invoice in words, line by line, as an e-invoice states
// them (BT-20): one line for each of several instalments, then what paying early takes
// off.
func (i *Invoice) TermsText(s Settings, day value.Date) string {
	var lines []string
	if name := i.Terms(s).Name; name != "" {
		lines = append(lines, name)
	}
	schedule := i.Schedule(s, day)
	for n := range schedule {
		if len(schedule) > 1 {
			lines = append(lines, fmt.Sprintf("%s %s %s", schedule[n].DueDate, schedule[n].Amount, i.Currency))
		}
	}
	for n := range schedule {
		for _, d := range schedule[n].Discounts {
			of := ""
			if len(schedule) > 1 {
				of = fmt.Sprintf(" of instalment %d", n+1)
			}
			lines = append(lines, fmt.Sprintf("%s %% until %s: %s %s%s", d.Percentage.Or(decimal.Decimal{}), d.Until, d.Amount, i.Currency, of))
		}
	}
	return strings.Join(lines, "\n")
}

// twoDecimals writes a number with two decimals at least, as the format of early
// discounts asks for; it has more where it needs them.
func twoDecimals(d decimal.Decimal) string {
	text := d.String()
	whole, decimals, _ := strings.Cut(text, ".")
	if len(decimals) >= 2 {
		return text
	}
	return whole + "." + (decimals + "00")[:2]
}

// SkontoText is TermsText with the discounts in the form that XRechnung reads by
// machine, each in a line that a line feed closes.
func (i *Invoice) SkontoText(s Settings, day value.Date) string {
	var b strings.Builder
	schedule := i.Schedule(s, day)
	if name := i.Terms(s).Name; name != "" {
		b.WriteString(name + "\n")
	}
	for n := range schedule {
		if len(schedule) > 1 {
			fmt.Fprintf(&b, "%s %s %s\n", schedule[n].DueDate, schedule[n].Amount, i.Currency)
		}
	}
	issued := cmp.Or(i.IssueDate, day)
	for n := range schedule {
		for _, d := range schedule[n].Discounts {
			fmt.Fprintf(&b, "#SKONTO#TAGE=%d#PROZENT=%s#", issued.DaysUntil(d.Until), twoDecimals(d.Percentage.Or(decimal.Decimal{})))
			if !schedule[n].Amount.Equal(i.AmountDue) {
				fmt.Fprintf(&b, "BASISBETRAG=%s#", schedule[n].Amount.Scaled(2))
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// EarlyDiscount is what paying the invoice early takes off it, and the last day
// on which money that is received earns that; 0 and no day while the invoice is
// not issued or where its terms grant none. The amount is a percentage of what is
// to be paid at all: the amount due less what its credit notes are worth, rounded
// as the document is.
func (i *Invoice) EarlyDiscount() (money.Amount, value.Date) {
	t := i.Terms(Settings{})
	until := t.DiscountUntil(i.IssueDate)
	if until.IsZero() {
		return i.Currency.Zero(), until
	}
	percentage := t.DiscountPercentage.Or(decimal.Decimal{})
	return i.Currency.RoundMode(i.Basis().Decimal().Mul(percentage).Shift(-2), i.Pricing.RoundingMode), until
}

// Basis is what an issued invoice is to be paid with at all: the amount due less
// what its credit notes are worth, at least 0.
func (i *Invoice) Basis() money.Amount {
	if basis := i.AmountDue.Sub(i.CreditedValue); basis.Sign() > 0 {
		return basis
	}
	return i.Currency.Zero()
}

// worth is the value of credit notes with a total, all taken together: with the
// one that credits the rest the payable rounding comes in.
func (i *Invoice) worth(credited money.Amount) money.Amount {
	rounded := i.AmountDue.Add(i.PrepaidAmount.Or(money.Amount{}))
	if credited.Equal(i.TotalAmount) || credited.Cmp(rounded) > 0 {
		return rounded
	}
	return credited
}

// credit counts a credit note that is issued and returns what it is worth.
func (i *Invoice) credit(total money.Amount) money.Amount {
	i.CreditedAmount = i.CreditedAmount.Add(total)
	worth := i.worth(i.CreditedAmount).Sub(i.CreditedValue)
	if worth.Sign() < 0 {
		worth = i.Currency.Zero()
	}
	i.CreditedValue = i.CreditedValue.Add(worth)
	return worth
}
