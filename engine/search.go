package engine

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/words"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// WithSearch lets leads, accounts, contacts, opportunities, products, competitors and
// sellers be found by the words of their names, numbers, addresses and phone numbers,
// see [List]. Each word is a row of the store's index, at most 32 of a record. Records
// stored before are found after [Client.Reindex] of their kind.
func WithSearch() ClientOption {
	return func(e *engine) error { e.search = true; return nil }
}

// Names of look-ups that a search reads.
const (
	wordKey  = "word"
	phoneKey = "phone"

	purchaseOrderKey = "customer_po_number"
)

// What a search may ask.
const (
	maxParts    = 8
	leastDigits = 4 // of a phone number
)

// searchedBy are the texts by which records of a kind are found, and their phones.
var searchedBy = map[kinds.Kind]func(record.Record) (texts, phones []string){
	kinds.Lead: func(d record.Record) (texts, phones []string) {
		l := d.(*leadtocash.Lead)
		return []string{l.Topic, l.FullName(), l.CompanyName, l.Email1, l.Email2, l.Email3}, []string{l.BusinessPhone, l.MobilePhone}
	},
	kinds.Account: func(d record.Record) (texts, phones []string) {
		a := d.(*party.Account)
		return []string{a.Name, a.AccountNumber, match.Normalize(a.Website, match.AsHost), a.Email1, a.Email2, a.Email3}, []string{a.MainPhone, a.OtherPhone}
	},
	kinds.Contact: func(d record.Record) (texts, phones []string) {
		c := d.(*party.Contact)
		return []string{c.FullName(), c.Email1, c.Email2, c.Email3}, []string{c.BusinessPhone, c.MobilePhone}
	},
	kinds.Opportunity: func(d record.Record) (texts, phones []string) { return []string{d.(*leadtocash.Opportunity).Name}, nil },
	kinds.Product: func(d record.Record) (texts, phones []string) {
		p := d.(*catalog.Product)
		return []string{p.Name, p.ProductNumber}, nil
	},
	kinds.Competitor: func(d record.Record) (texts, phones []string) { return []string{d.(*party.Competitor).Name}, nil },
	kinds.Seller:     func(d record.Record) (texts, phones []string) { return []string{d.(*party.Seller).Name}, nil },
}

// searchedByNumber are the kinds whose records are found by how their number begins.
var searchedByNumber = []kinds.Kind{kinds.Quote, kinds.Order, kinds.Invoice, kinds.Payment, kinds.CreditNote}

// searchKeys are the look-ups of a record for those who search; none without
// WithSearch.
func (e *engine) searchKeys(d record.Record) (keys []storage.Key) {
	if !e.search {
		return nil
	}
	by := searchedBy[d.Ref().Kind]
	if by == nil {
		return nil
	}
	texts, phones := by(d)
	for _, w := range words.Of(texts...) {
		keys = append(keys, storage.Key{Name: wordKey, Value: w})
	}
	for _, phone := range phones {
		k := storage.Key{Name: phoneKey, Value: match.Normalize(phone, match.AsPhone)}
		if k.Value != "" && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys
}

// searchConds are the conditions of a text that people look for.
func (e *engine) searchConds(kind kinds.Kind, text string) ([]storage.Cond, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return nil, nil
	case len(text) > storage.MaxText || !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return nil, record.Refusal(codes.ErrInvalid, "text", fmt.Sprintf("utf-8 without nul of at most %d bytes", storage.MaxText))
	case slices.Contains(searchedByNumber, kind):
		number := storage.Cond{Field: storage.FieldNumber, Op: storage.OpPrefix, Values: []any{text}}
		if kind != kinds.Order {
			return []storage.Cond{number}, nil
		}
		return []storage.Cond{{Any: []storage.Cond{number, {Field: storage.FieldKey, Key: purchaseOrderKey, Op: storage.OpPrefix, Values: []any{text}}}}}, nil
	case searchedBy[kind] == nil:
		return nil, record.Refusal(codes.ErrInvalid, "text", "records of the kind are not searched by text")
	case !e.search:
		return nil, record.Refusal(codes.ErrUnsupported, "text", "the client searches by text with the option WithSearch")
	}
	return wordConds(text)
}

func wordConds(text string) ([]storage.Cond, error) {
	prefix := func(key, value string) storage.Cond {
		return storage.Cond{Field: storage.FieldKey, Key: key, Op: storage.OpPrefix, Values: []any{value}}
	}
	parts := words.Of(text)
	if phone := match.Normalize(text, match.AsPhone); len(phone) >= leastDigits && !strings.ContainsFunc(text, unicode.IsLetter) {
		either := []storage.Cond{prefix(phoneKey, phone)}
		if len(parts) == 1 {
			either = append(either, prefix(wordKey, parts[0]))
		}
		return []storage.Cond{{Any: either}}, nil
	}
	switch {
	case len(parts) == 0: // it has neither letters nor digits, and finds nothing
		return []storage.Cond{{Field: storage.FieldID, Op: storage.OpIn}}, nil
	case len(parts) > maxParts:
		return nil, record.Refusal(codes.ErrOutOfRange, "text", fmt.Sprintf("1 to %d words", maxParts))
	case !slices.ContainsFunc(parts, leads):
		return nil, record.Refusal(codes.ErrOutOfRange, "text", "one word has two letters or more")
	}
	slices.SortStableFunc(parts, func(a, b string) int { return utf8.RuneCountInString(b) - utf8.RuneCountInString(a) })
	conds := make([]storage.Cond, len(parts))
	for n, part := range parts {
		conds[n] = prefix(wordKey, part)
	}
	return conds, nil
}

// leads reports whether a part narrows a search: two letters do, one of a script
// without spaces between words as well.
func leads(part string) bool {
	r, _ := utf8.DecodeRuneInString(part)
	return utf8.RuneCountInString(part) > 1 || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
