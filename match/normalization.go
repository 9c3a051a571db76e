package match

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leadtocash/leadtocash/value"
)

// Normalization brings texts that mean the same into one form, so that they
// compare equal. What has nothing to compare becomes empty.
type Normalization = value.Setting[normalizationKeys]

// The normalizations.
const (
	// AsText keeps letters and digits in lower case, words apart by one space:
	// "  Adventure-Works  Ltd." is "adventure works ltd".
	AsText Normalization = iota
	// AsEmail trims an address and puts it in lower case.
	AsEmail
	// AsEmailDomain is what stands behind the @ of an address.
	AsEmailDomain
	// AsPhone keeps digits, with 00 at the start taken for +: "+49 89 20-1" and
	// "0049 (89) 201" are "4989201".
	AsPhone
	// AsHost is the host of a web address without www: "https://www.example.com/a"
	// is "example.com".
	AsHost
	// AsSound is a letter and three digits for how a name sounds (Soundex):
	// "Meyer" and "Maier" are "m600".
	AsSound
)

type normalizationKeys struct{}

func (normalizationKeys) Keys() []string {
	return []string{"text", "email", "email_domain", "phone", "host", "sound"}
}

// Normalize brings a text into its normal form.
func Normalize(text string, as Normalization) string { return string(appendNormal(nil, text, as)) }

// appendNormal appends the normal form of a text.
func appendNormal(b []byte, text string, as Normalization) []byte {
	switch as {
	case AsEmail:
		return append(b, strings.ToLower(strings.TrimSpace(text))...)
	case AsEmailDomain:
		at := strings.LastIndexByte(text, '@')
		if at < 0 {
			return b
		}
		return append(b, strings.ToLower(strings.TrimSpace(text[at+1:]))...)
	case AsPhone:
		return appendPhone(b, text)
	case AsHost:
		return append(b, hostOf(text)...)
	case AsSound:
		return append(b, soundOf(text)...)
	}
	return appendPlain(b, text)
}

func appendPlain(b []byte, text string) []byte {
	start, gap := len(b), false
	for _, r := range text {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			gap = len(b) > start
			continue
		case gap:
			b = append(b, ' ')
			gap = false
		}
		b = utf8.AppendRune(b, unicode.ToLower(r))
	}
	return b
}

func appendPhone(b []byte, text string) []byte {
	start := len(b)
	for _, c := range []byte(text) {
		if c >= '0' && c <= '9' {
			b = append(b, c)
		}
	}
	if bytes.HasPrefix(b[start:], []byte("00")) {
		b = append(b[:start], b[start+2:]...)
	}
	return b
}

func hostOf(text string) string {
	host := strings.ToLower(strings.TrimSpace(text))
	if _, rest, ok := strings.Cut(host, "://"); ok {
		host = rest
	}
	if end := strings.IndexAny(host, "/?#"); end >= 0 {
		host = host[:end]
	}
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		host = host[at+1:]
	}
	host, _, _ = strings.Cut(host, ":")
	return strings.TrimPrefix(strings.TrimSuffix(host, "."), "www.")
}

// soundCodes are the Soundex classes of a to z. Vowels, of class 0, part equal
// neighbours, h and w do not.
const soundCodes = "01230120022455012623010202"

func soundOf(text string) string {
	sound := make([]byte, 0, 4)
	var last byte
	for _, r := range text {
		r = unicode.ToLower(r)
		if r < 'a' || r > 'z' {
			continue
		}
		code := soundCodes[r-'a']
		switch {
		case len(sound) == 0:
			sound = append(sound, byte(r))
		case code != '0' && code != last:
			sound = append(sound, code)
		}
		if r != 'h' && r != 'w' {
			last = code
		}
		if len(sound) == 4 {
			break
		}
	}
	if len(sound) == 0 {
		return ""
	}
	for len(sound) < 4 {
		sound = append(sound, '0')
	}
	return string(sound)
}
