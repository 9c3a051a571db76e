package print

import (
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// Formats are how a language writes numbers and days.
type Formats struct {
	Decimal       string // between whole and decimals
	Group         string // between thousands; may be empty
	Date          string // Y, M and D, each as often as it has digits at least: "DD.MM.YYYY"
	CurrencyAfter bool   // "1,00 EUR" instead of "EUR 1.00"
}

const noBreak = "\u00a0"

var formats = map[string]Formats{
	"en":    {".", ",", "YYYY-MM-DD", false},
	"en-us": {".", ",", "MM/DD/YYYY", false},
	"en-gb": {".", ",", "DD/MM/YYYY", false},
	"de":    {",", ".", "DD.MM.YYYY", true},
	"de-ch": {".", "’", "DD.MM.YYYY", false},
	"de-at": {",", noBreak, "DD.MM.YYYY", false},
	"fr":    {",", noBreak, "DD/MM/YYYY", true},
	"fr-ch": {".", "’", "DD.MM.YYYY", false},
	"es":    {",", ".", "DD/MM/YYYY", true},
	"it":    {",", ".", "DD/MM/YYYY", true},
	"it-ch": {".", "’", "DD.MM.YYYY", false},
	"nl":    {",", ".", "DD-MM-YYYY", false},
	"nl-be": {",", ".", "DD/MM/YYYY", true},
}

// FormatsOf returns the formats of a language of BCP 47: those of its base where it
// has none of its own, those of English where there are none at all. English dates
// are those of ISO 8601 unless the region says otherwise.
func FormatsOf(lang string) Formats {
	if f, ok := formats[strings.ToLower(strings.ReplaceAll(lang, "_", "-"))]; ok {
		return f
	}
	return formats[known(lang)]
}

// Number writes all decimals of a number, and so many at least. Nothing is rounded.
func (f Formats) Number(d decimal.Decimal, places int) string {
	text, negative := strings.CutPrefix(d.String(), "-")
	whole, decimals, _ := strings.Cut(text, ".")
	for len(decimals) < places {
		decimals += "0"
	}
	var b strings.Builder
	if negative {
		b.WriteByte('-')
	}
	for n, digit := range []byte(whole) {
		if n > 0 && (len(whole)-n)%3 == 0 {
			b.WriteString(f.Group)
		}
		b.WriteByte(digit)
	}
	if decimals != "" {
		b.WriteString(f.Decimal + decimals)
	}
	return b.String()
}

// Amount writes an amount with the decimals of its currency.
func (f Formats) Amount(a money.Amount, c money.Currency) string {
	return f.Number(a.Decimal(), c.Digits())
}

// Money writes an amount with the code of the currency, in one piece.
func (f Formats) Money(a money.Amount, c money.Currency) string {
	if f.CurrencyAfter {
		return f.Amount(a, c) + noBreak + c.Code()
	}
	return c.Code() + noBreak + f.Amount(a, c)
}

// Day writes a day; nothing for one that is not set.
func (f Formats) Day(d value.Date) string {
	if d.IsZero() {
		return ""
	}
	var b strings.Builder
	for pattern := f.Date; pattern != ""; {
		n := len(pattern) - len(strings.TrimLeft(pattern, pattern[:1]))
		number := map[byte]int{'Y': d.Year(), 'M': int(d.Month()), 'D': d.Day()}[pattern[0]]
		if number == 0 {
			b.WriteString(pattern[:n])
		} else {
			text := strconv.Itoa(number)
			b.WriteString(strings.Repeat("0", max(n-len(text), 0)) + text)
		}
		pattern = pattern[n:]
	}
	return b.String()
}
