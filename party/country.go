package party

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/leadtocash/leadtocash/internal/form"
)

// CountryCodeOf finds the code of ISO 3166-1 that a free text names: by two letters
// that are one (UK is GB, EL is GR), by three, by an English short name or a name of
// the host's, from name to code; without regard to case, accents, dots and a leading
// "the". It returns none where the text says no country, and never guesses one of a city,
// a postal code, a telephone number or a VAT id.
func CountryCodeOf(text string, names map[string]string) string {
	folded := foldName(text)
	if code := countryCodes()[folded]; code != "" {
		return code
	}
	for name, code := range names {
		if foldName(name) == folded && folded != "" && form.IsCountry(code) {
			return code
		}
	}
	return ""
}

// countryCodes are the codes by all that names them, folded.
var countryCodes = sync.OnceValue(func() map[string]string {
	codes := map[string]string{}
	for _, c := range form.Countries {
		for _, name := range c.Names {
			codes[foldName(name)] = c.Alpha2
		}
	}
	for _, c := range form.Countries {
		codes[strings.ToLower(c.Alpha3)] = c.Alpha2
	}
	for _, c := range form.Countries {
		codes[strings.ToLower(c.Alpha2)] = c.Alpha2
	}
	codes["uk"], codes["el"] = "GB", "GR"
	return codes
})

// foldName brings names that mean the same into one form.
func foldName(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r == '.':
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteString(withoutAccent(r))
		default:
			b.WriteByte(' ')
		}
	}
	words := strings.Fields(b.String())
	if len(words) > 1 && words[0] == "the" {
		words = words[1:]
	}
	return strings.Join(words, " ")
}

// accents are Latin letters by what they are written as without their accents.
var accents = []struct{ letters, plain string }{
	{"àáâãäåāăą", "a"},
	{"çćĉċč", "c"},
	{"ďđ", "d"},
	{"èéêëēĕėęě", "e"},
	{"ĝğġģ", "g"},
	{"ĥħ", "h"},
	{"ìíîïĩīĭįı", "i"},
	{"ĵ", "j"},
	{"ķ", "k"},
	{"ĺļľŀł", "l"},
	{"ñńņňŉ", "n"},
	{"òóôõöøōŏő", "o"},
	{"ŕŗř", "r"},
	{"śŝşšș", "s"},
	{"ţťŧț", "t"},
	{"ùúûüũūŭůűų", "u"},
	{"ŵ", "w"},
	{"ýÿŷ", "y"},
	{"źżž", "z"},
	{"æ", "ae"},
	{"œ", "oe"},
	{"ß", "ss"},
}

func withoutAccent(r rune) string {
	if r < 128 {
		return string(r)
	}
	if i := slices.IndexFunc(accents, func(a struct{ letters, plain string }) bool { return strings.ContainsRune(a.letters, r) }); i >= 0 {
		return accents[i].plain
	}
	return string(r)
}
