// Package form knows the forms that codes and numbers of the outside world have:
// countries, tax numbers, bank accounts, units.
//
// Owns: what such a text looks like, its check digits, and the one way in which it is
// stored.
//
// Does not own: where it stands and whether it is needed, which tags of fields say.
//
// Promises: the same text gives the same answer; nothing is looked up elsewhere.
package form

import (
	"regexp"
	"slices"
	"strings"
)

// A Form is one kind of code.
type Form struct {
	What  string                   // it is, in a refusal
	Fits  func(text string) bool   // of a text in its normal form that is not empty
	Plain func(text string) string // brings it into its normal form; nil: it has none of its own
}

// Forms are all kinds by the names that tags of fields use.
var Forms = map[string]Form{
	"country":     {What: "a country code of ISO 3166-1", Fits: IsCountry},
	"vat_id":      {What: "a VAT identification number with the prefix of a country", Fits: isVATID, Plain: plainVATID},
	"iban":        {What: "an IBAN: its country, its length or its check digits are wrong", Fits: isIBAN, Plain: plainIBAN},
	"bic":         {What: "a BIC of 8 or 11 characters", Fits: matches(`[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?`), Plain: plainIBAN},
	"creditor_id": {What: "a SEPA creditor identifier: its form or its check digits are wrong", Fits: isCreditorID, Plain: plainIBAN},
	"unit":        {What: "a unit code of UN/ECE Recommendation 20 or 21", Fits: matches(`[A-Z0-9]{2,3}`)},
	"scheme":      {What: "an identifier of a scheme", Fits: matches(`[A-Z0-9:.-]{2,30}`)},
	"language":    {What: "a language tag of BCP 47", Fits: matches(`[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*`)},
	"allowance":   {What: "a code of UNTDID 5189", Fits: matches(`[0-9]{1,3}`)},
	"charge":      {What: "a code of UNTDID 7161", Fits: matches(`[A-Z0-9]{2,3}`)},
	"means":       {What: "a code of UNTDID 4461", Fits: matches(`[A-Z0-9]{1,3}`)},
	"subject":     {What: "a code of UNTDID 4451", Fits: matches(`[A-Z]{3}`)},
	"item_list":   {What: "a code of UNTDID 7143", Fits: matches(`[A-Z0-9]{2,8}`)},
	"exemption":   {What: "a code of the VATEX list", Fits: matches(`VATEX-[A-Z0-9.-]+`)},
	"gtin":        {What: "a GTIN of 8, 12, 13 or 14 digits: its check digit is wrong", Fits: IsGTIN},
	"card_last":   {What: "the last four to six digits of a card", Fits: matches(`[0-9]{4,6}`)},
}

// matches reports whether a text is what the expression says, all of it.
func matches(expression string) func(string) bool {
	return regexp.MustCompile(`^(?:` + expression + `)$`).MatchString
}

// IsCountry reports whether the text is a code of two letters of ISO 3166-1.
func IsCountry(code string) bool {
	_, known := slices.BinarySearchFunc(Countries, code, func(c Country, code string) int { return strings.Compare(c.Alpha2, code) })
	return known
}

// without leaves characters out and raises what is left to capitals.
func without(text, cut string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if strings.ContainsRune(cut, r) {
			return -1
		}
		return r
	}, text))
}

func plainVATID(text string) string { return without(text, " .-\u00a0") }

func plainIBAN(text string) string { return without(text, " \u00a0") }

var vatID = matches(`[A-Z]{2}[A-Z0-9+*]{2,13}`)

// isVATID: Greece and Northern Ireland have prefixes of their own.
func isVATID(text string) bool {
	return vatID(text) && (IsCountry(text[:2]) || text[:2] == "EL" || text[:2] == "XI")
}

// ibanLengths are those of the IBAN registry, release 99, by country.
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29, "BY": 28, "CH": 21, "CR": 22,
	"CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22,
	"GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30,
	"KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MN": 20,
	"MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22,
	"RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26,
	"UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}

var (
	ibanForm       = matches(`[A-Z]{2}[0-9]{2}[A-Z0-9]+`)
	creditorIDForm = matches(`[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}`)
)

func isIBAN(text string) bool {
	return ibanForm(text) && ibanLengths[text[:2]] == len(text) && mod97(text[4:]+text[:4]) == 1
}

// isCreditorID: the business code at the places 5 to 7 is not in the check digits.
func isCreditorID(text string) bool {
	return creditorIDForm(text) && mod97(text[7:]+text[:4]) == 1
}

// mod97 is the remainder of ISO 7064: letters count from 10 on.
func mod97(text string) int {
	rest := 0
	for _, r := range text {
		if r >= 'A' {
			rest = (rest*100 + int(r-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(r-'0')) % 97
		}
	}
	return rest
}

// digits are those of a text that has nothing else and is so long; nil for others.
func digits(text string, length int) []int {
	if len(text) != length {
		return nil
	}
	list := make([]int, length)
	for i, c := range []byte(text) {
		if c < '0' || c > '9' {
			return nil
		}
		list[i] = int(c - '0')
	}
	return list
}

// IsGTIN reports whether the text is a GTIN with the right check digit.
func IsGTIN(text string) bool {
	return slices.ContainsFunc([]int{8, 12, 13, 14}, func(length int) bool { return isGS1(digits(text, length)) })
}

// isGS1: from the right, every other digit counts three times.
func isGS1(list []int) bool {
	sum := 0
	for i, d := range list {
		if (len(list)-i)%2 == 0 {
			d *= 3
		}
		sum += d
	}
	return list != nil && sum%10 == 0
}

// isLuhn: from the right, every other digit is doubled and its own digits added up.
func isLuhn(list []int) bool {
	sum := 0
	for i, d := range list {
		if (len(list)-i)%2 == 0 {
			d = 2*d/10 + 2*d%10
		}
		sum += d
	}
	return list != nil && sum%10 == 0
}

// laPoste is the company whose establishments are numbered by the sum of digits.
const laPoste = "356000000"

func isSIRET(text string) bool {
	list := digits(text, 14)
	if strings.HasPrefix(text, laPoste) && list != nil {
		sum := 0
		for _, d := range list {
			sum += d
		}
		return sum%5 == 0 || isLuhn(list)
	}
	return isLuhn(list)
}

// isBelgian: the last two digits are what the others lack of 97.
func isBelgian(text string) bool {
	list := digits(text, 10)
	if list == nil {
		return false
	}
	number := 0
	for _, d := range list[:8] {
		number = number*10 + d
	}
	return 97-number%97 == list[8]*10+list[9]
}

// isNorwegian: weighted digits and the check digit are divisible by 11.
func isNorwegian(text string) bool {
	sum := 0
	list := digits(text, 9)
	for i, d := range list {
		sum += d * []int{3, 2, 7, 6, 5, 4, 3, 2, 1}[i]
	}
	return list != nil && sum%11 == 0
}

// identifiers are the schemes of ISO 6523 whose values are checked.
var identifiers = map[string]func(string) bool{
	"0002": func(text string) bool { return isLuhn(digits(text, 9)) },                          // SIREN
	"0009": isSIRET,                                                                            // SIRET
	"0088": func(text string) bool { return isGS1(digits(text, 13)) },                          // GLN
	"0160": IsGTIN,                                                                             // GTIN
	"0184": func(text string) bool { return digits(strings.TrimPrefix(text, "DK"), 8) != nil }, // Danish CVR
	"0192": isNorwegian,                                                                        // Norwegian organisation number
	"0208": isBelgian,                                                                          // Belgian company number
}

// IsIdentifier reports whether a value is one of its scheme; of schemes whose values
// are free, every one is.
func IsIdentifier(scheme, value string) bool {
	check := identifiers[scheme]
	return check == nil || check(value)
}
